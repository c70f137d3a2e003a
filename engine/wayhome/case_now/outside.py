"""What a judgement looks at beside a case and its process: partners, public holidays, other cases, accounts. Nothing of it is pinned.

All of it is asked of one `Outside`. Whoever decides something gives one that notes what was looked at, and this is written into the
event that it decided: so that it can be judged again by what stood then, whatever a newer pack or calendar says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from wayhome.calendar.spans import SpanLike, passed_over, shift, shift_over
from wayhome.frozen import EMPTY
from wayhome.model.actor import NOBODY, Accounts
from wayhome.model.case import Case
from wayhome.model.partner_note import PartnerNote
from wayhome.packs.kinds.partners import Trusted
from wayhome.packs.kinds.rules import PackRule
from wayhome.packs.process import Process


class OtherCase(NamedTuple):
    """Another case, as it was at a moment, under its own process; and up to which of its events was looked at."""

    process: Process
    recorded: Case
    version: int


CaseLookup = Callable[[str, datetime], OtherCase | None]
AccountsLookup = Callable[[], Accounts]
BookLookup = Callable[..., tuple[PartnerNote, ...]]
LossLookup = Callable[[], "Loss"]


class Loss(NamedTuple):
    """What is gone of the database: whether something is that nobody has told of, and when an administrator last told of something."""

    is_untold: bool = False
    told_at: datetime | None = None


class Outside:
    """What there is today. Without `another`, nothing is known of any other case; without `accounts`, of no account, and nothing is
    noted in a `book`; without `loss`, nothing is gone.
    """

    __slots__ = ("_accounts", "_another", "_book", "_loss")

    def __init__(
        self,
        another: CaseLookup | None = None,
        accounts: AccountsLookup | None = None,
        book: BookLookup | None = None,
        loss: LossLookup | None = None,
    ) -> None:
        self._another, self._accounts, self._book, self._loss = another, accounts, book, loss

    def partner(self, process: Process, id: str) -> Trusted | None:
        """Give what decides of a partner, as the newest pack has it; None where no pack has such a partner."""
        return process.trusted.get(id)

    def shifted(self, moment: datetime, span: SpanLike, zone: str, *, back: bool, country: str) -> datetime:
        """Move a moment by a span, past the public holidays of a country."""
        return shift(moment, span, zone, back=back, country=country)

    def another(self, number: str, at: datetime) -> OtherCase | None:
        """Give another case at a moment; None where nothing is known of it."""
        return self._another(number, at) if self._another is not None else None

    def accounts(self) -> Accounts:
        """Give who may act by an account here."""
        return self._accounts() if self._accounts is not None else NOBODY

    def book(self, *offices: str | None) -> tuple[PartnerNote, ...]:
        """Give what the office of whoever asks, and these, have noted of partners. What it decides is written into the event: by two."""
        return self._book(*offices) if self._book is not None else ()

    def loss(self) -> Loss:
        """Say what is gone of the database, upon which later entries were written or which this program has seen."""
        return self._loss() if self._loss is not None else Loss()

    def note_check(self, rule: PackRule) -> None:
        """Note that a pack's own code was asked about its rule."""

    @property
    def noted(self) -> Mapping[str, Any]:
        """What was looked at, as an event keeps it: nothing, where nobody notes it."""
        return EMPTY


TODAY = Outside()


class Noting(Outside):
    """What there is today, and what of it was looked at."""

    __slots__ = ("_cases", "_checks", "_feasts", "_partners")

    def __init__(
        self,
        another: CaseLookup | None = None,
        accounts: AccountsLookup | None = None,
        book: BookLookup | None = None,
        loss: LossLookup | None = None,
    ) -> None:
        super().__init__(another, accounts, book, loss)
        self._partners: dict[str, Trusted] = {}
        self._feasts: dict[str, set[date]] = {}
        self._cases: dict[str, int] = {}
        self._checks: dict[str, int] = {}

    def partner(self, process: Process, id: str) -> Trusted | None:
        found = super().partner(process, id)
        if found is not None:
            self._partners[id] = found
        return found

    def shifted(self, moment: datetime, span: SpanLike, zone: str, *, back: bool, country: str) -> datetime:
        if span.unit == "working_days":
            self._feasts.setdefault(country, set()).update(passed_over(moment, span, zone, back=back, country=country))
        return super().shifted(moment, span, zone, back=back, country=country)

    def another(self, number: str, at: datetime) -> OtherCase | None:
        found = super().another(number, at)
        if found is not None:
            self._cases[found.recorded.number] = found.version
        return found

    def note_check(self, rule: PackRule) -> None:
        self._checks[rule.id] = rule.revision

    @property
    def noted(self) -> Mapping[str, Any]:
        """What was looked at: packs' rules by their revision, partners, public holidays by country, other cases by their version."""
        found = {
            "checks": self._checks,
            "partners": {id: one.plain() for id, one in self._partners.items()},
            "feasts": {country: [day.isoformat() for day in sorted(days)] for country, days in self._feasts.items()},
            "cases": self._cases,
        }
        return {what: one for what, one in found.items() if one}


class RecordedOutside(Outside):
    """What there was when something was decided, as its event has recorded it: nothing else is known."""

    __slots__ = ("_noted",)

    def __init__(self, noted: Mapping[str, Any], another: Callable[[str, datetime, int], OtherCase | None]) -> None:
        super().__init__(lambda number, at: another(number, at, noted["cases"][number]))
        self._noted = noted

    def partner(self, process: Process, id: str) -> Trusted | None:
        kept = self._noted.get("partners", {}).get(id)
        return None if kept is None else Trusted.read(kept)

    def shifted(self, moment: datetime, span: SpanLike, zone: str, *, back: bool, country: str) -> datetime:
        if span.unit != "working_days":
            return super().shifted(moment, span, zone, back=back, country=country)
        feasts = {date.fromisoformat(day) for day in self._noted.get("feasts", {}).get(country, ())}
        return shift_over(moment, span, zone, back=back, is_feast=feasts.__contains__)

    def another(self, number: str, at: datetime) -> OtherCase | None:
        return super().another(number, at) if number in self._noted.get("cases", {}) else None

    def was_checked(self, rule: PackRule) -> bool:
        """Say whether a pack's own code was asked about this revision of its rule; what it then did not forbid, it let pass."""
        return bool(self._noted.get("checks", {}).get(rule.id) == rule.revision)
