"""All that is held of one person in a case, for them: what they may see, what was kept back and on which ground (access, section 9; INV-29).

Used by:  wayhome.looking
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from wayhome import disclosed
from wayhome.calendar.spans import zone_of
from wayhome.case_now.letters import READ, SUMMARY, Letters, Told, letters_of_role
from wayhome.errors import NotPermitted, Template
from wayhome.model.argument_types import must_be
from wayhome.model.closed_sets import GUARDIAN, KEPT_BACK_ON, PERSON, CopyFor, KeptBackOn
from wayhome.model.data import Data, data, to_json
from wayhome.model.event import HistoryRow
from wayhome.model.reading import Faults, as_day, as_text, as_whole_number, bad, one_of
from wayhome.reads import ReadRow
from wayhome.results import CaseView

if TYPE_CHECKING:
    from wayhome.case_now import CaseNow
    from wayhome.model.actor import Actor
    from wayhome.packs.process import Process
    from wayhome.store.read_log import Reading

DANGER: KeptBackOn = "danger"  # which two of different roles decide
NEEDS_ARTICLE: KeptBackOn = "law"
OF_COMPLAINT: KeptBackOn = "open_complaint"
OF_A_CHILD: KeptBackOn = "child"
MOST_DAYS = 90  # for which a danger keeps something back (access, section 9)


@data(kw_only=True)
class KeptBack(Data):
    """An entry of the history that is kept back from a copy: by its number, on which ground, why, and until when (None: until it is asked for again).

    The grounds: `others` (names and data of third persons, who reported in confidence), `danger` (to life, or of violence; two persons of
    different roles decide, and again after 90 days), `law` (`article`: which forbids it), `child` (from a guardian: what the child told in
    confidence, or what concerns the guardian), `open_complaint` (until it is answered).
    """

    entry: int
    ground: KeptBackOn
    why: str
    until: date | None = None
    article: str | None = None


@data
class Everything(Data):
    """All that is held of a person in a case, as it may be given to them.

    Attributes:
        made_for: the person, or their guardian. case: as they may see it, without what is kept back; so is `history`.
        read_log: who was given what, by day: role and house, not the account.
        kept_back: what is not in it, and on which ground.
        damaged: the entries of which something cannot be read.
    """

    made_at: datetime
    made_for: CopyFor
    case: CaseView
    history: tuple[HistoryRow, ...]
    read_log: tuple[ReadRow, ...]
    kept_back: tuple[KeptBack, ...]
    damaged: tuple[int, ...] = ()


def letters_for_them(case: CaseNow, made_for: CopyFor, kept_back: Iterable[KeptBack]) -> Letters:
    """Say what the person, or the guardian, is told: by their own letters, whoever wrote it; nothing of what is kept back."""
    process = case.process
    every = frozenset(process.data_groups)
    levels = letters_of_role(process, made_for)
    told = Told(
        frozenset(group for group, gives in levels.items() if gives[False] >= READ),
        frozenset(group for group, gives in levels.items() if gives[False] >= SUMMARY),
    )
    return Letters(
        "", Told(every, every), told, told, case.recorded, leads=False, shut=frozenset(one.entry for one in kept_back)
    )


def read_kept_back(
    said: Iterable[KeptBack], case: CaseNow, made_for: CopyFor, known: Container[int]
) -> tuple[KeptBack, ...]:
    """Read what is to be kept back, of the entries that are known to who decides. Raises BadInput: with everything that cannot be so."""
    faults, found = Faults(), list[KeptBack]()
    today = case.now.astimezone(zone_of(case.process.zones["host"])).date()
    field = "keep_back"
    must_be(field, said, Iterable)
    for number, one in enumerate(said):
        with faults.gathered(f"{field}[{number}]"):
            must_be("entry", one, KeptBack)
            entry = as_whole_number("entry", one.entry)
            ground = cast("KeptBackOn", one_of("ground", one.ground, KEPT_BACK_ON))
            why, until = as_text("why", one.why), None if one.until is None else as_day("until", one.until)
            article = None if one.article is None else as_text("article", one.article)
            if entry not in known:
                raise bad("entry", "unknown", "There is no entry of this number.", "Look at the history.")
            if until is not None and until < today:
                raise bad("until", "contradiction", "That day is past.", "Say a day to come.")
            if ground == DANGER and (until is None or (until - today).days > MOST_DAYS):
                what: Template = "For a danger it is kept back for {days} days at most, and then looked at again."
                raise bad("until", "missing", what, "Say until when.", days=MOST_DAYS)
            if ground == NEEDS_ARTICLE and not article:
                raise bad(
                    "article", "missing", "It is not said which law forbids it.", "Name the law, and the article."
                )
            if ground == OF_A_CHILD and made_for != "guardian":
                raise bad(
                    "ground",
                    "contradiction",
                    "Nothing of a child is kept back from the child so.",
                    "Choose another ground.",
                )
            found.append(KeptBack(entry=entry, ground=ground, why=why, until=until, article=article))
    faults.raise_any()
    return tuple(found)


def must_be_said_by_two(kept_back: Iterable[KeptBack], reader: Actor, before: Iterable[Reading]) -> None:
    """See that a second person, of another role, has said the same of what is kept back for a danger.

    Raises:
        NotPermitted: nobody has, for one of them.
    """
    said = {
        (entry, until)
        for one in before
        if one.how == "kept_back" and one.account != reader.id and reader.roles.isdisjoint(one.roles)
        for entry, ground, until, _ in one.kept_back
        if ground == DANGER
    }
    alone = sorted(
        one.entry
        for one in kept_back
        if one.ground == DANGER and not any(of == one.entry and until >= to_json(one.until) for of, until in said)
    )
    if alone:
        raise NotPermitted(
            "For a danger two persons of different roles decide what is kept back: entries {entries}.",
            why="What you have said is written down. No copy was made.",
            todo="Let a second person, of another role, make the copy, and say the same.",
            code="second",
            entries=alone,
        )


def may_be_kept_back(
    rows: Iterable[HistoryRow], process: Process, letters: Letters, made_for: CopyFor
) -> dict[int, tuple[str, ...]]:
    """Name the entries that may be kept back, and on which grounds; who decides looks at each."""
    found = {row.seq: tuple(sorted({*_grounds_of(row, process, letters, made_for)})) for row in rows}
    return {seq: grounds for seq, grounds in found.items() if grounds}


def grounds_by_group(process: Process) -> dict[str, str]:
    """Say by data group on which ground what stands in it may be kept back."""
    found = ((id, process.label("groups", id).get("kept_back_on")) for id in process.data_groups)
    return {id: str(ground) for id, ground in found if ground}


def _grounds_of(row: HistoryRow, process: Process, letters: Letters, made_for: CopyFor) -> Iterator[str]:
    grounds = grounds_by_group(process)
    yield from (grounds[group] for group in disclosed.of_rows([row], process, letters) if group in grounds)
    who: Any = row.data.get("by") or row.data.get("with")
    if who not in (None, PERSON):
        yield "others"
    if made_for == "guardian" and row.data.get("by") == PERSON:
        yield OF_A_CHILD


def must_be_for(case: CaseNow, made_for: CopyFor) -> None:
    """See that there is a guardian to whom a copy can be given: appointed, of a child, and not suspected. Raises BadInput."""
    is_one = case.is_guardian(GUARDIAN) and not case.is_past_18 and not case.is_suspected(case.party(GUARDIAN) or "")
    if made_for == GUARDIAN and not is_one:
        raise bad("made_for", "contradiction", "There is no guardian in this case.", "Make the copy for the person.")
