"""partners.yaml: an organisation or institution. Never digested: it is always read from the newest installed pack."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from wayhome.model.closed_sets import Trust
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.kind import (
    SHOWN,
    Bounds,
    CountryCode,
    Entry,
    Id,
    Part,
    Phase,
    Read,
    SourceId,
    Text,
    Values,
    a_part,
    as_list,
)
from wayhome.packs.mentions import names


@a_part
class PartnerContact(Part):
    """How to reach a partner, and whether that works."""

    kind: Literal["e164", "short_code", "url"]
    value: Annotated[str, Bounds(min_length=2, max_length=200)]
    country: Annotated[CountryCode | None, names("countries")] = None
    owner: Text | None = None
    title: Text | None = None
    status: Literal["working", "reported_down", "unchecked"] = "unchecked"
    checked_on: date | None = None
    source: Annotated[tuple[SourceId, ...], Read(as_list)] = ()
    unsure: Text | None = None

    def __post_init__(self) -> None:
        digits = self.value.replace(" ", "")
        if self.kind == "short_code" and not (digits.isdigit() and 2 <= len(digits) <= 6 and self.country):
            raise InvalidValue("a short code has 2 to 6 digits and names its country")
        if self.kind == "e164" and not (digits.startswith("+") and digits[1:].isdigit() and 8 <= len(digits) <= 16):
            raise InvalidValue("write the number with + and the country code, digits only, 7 to 15 of them")
        if self.kind == "url" and not digits.startswith("https://") and not digits.startswith("http://"):
            raise InvalidValue("a url starts with https://")


@a_part
class Accepts(Part):
    """Whom a partner takes."""

    sex: tuple[Literal["female", "male", "any"], ...] = ("any",)
    age: tuple[Literal["adult", "child", "any"], ...] = ("any",)
    ages: Text | None = None  # in the partner's words, e.g. "girls from 9 to 17"


@a_part
class Partner(Entry):
    """An organisation or institution."""

    file: ClassVar[str] = "partners"

    name: Annotated[Text, SHOWN]
    place: Annotated[Text | None, SHOWN] = None
    recipient: Annotated[Id, names("partner_classes"), SHOWN] = "partner"  # its class in recipients.yaml
    services: Annotated[Values, SHOWN] = ()
    # What this partner can be trusted to do, as far as a source says so. Nobody is asked to do anything else.
    does: Annotated[tuple[Trust, ...], SHOWN] = ()
    phases: Annotated[tuple[Phase, ...], SHOWN] = ()
    accepts: Annotated[Accepts, SHOWN] = Accepts()
    regime: Annotated[Literal["open", "closed"] | None, SHOWN] = None
    capacity: Annotated[Text | None, SHOWN] = None
    verified_on: Annotated[date | None, SHOWN] = None
    superseded_by: Annotated[Id | None, names("partners"), SHOWN] = None
    historical: Annotated[bool, SHOWN] = False
    contacts: Annotated[tuple[PartnerContact, ...], SHOWN] = ()
    about: Annotated[Text | None, SHOWN] = None


class Trusted(NamedTuple):
    """What decides of a partner. It is current and pinned by nobody: an event that it decided keeps it."""

    version: str  # of its pack
    side: str  # host or origin: where it works
    recipient: str
    does: tuple[str, ...]
    sexes: tuple[str, ...]
    ages: tuple[str, ...]
    is_gone: bool  # it works no longer under its name
    down: bool  # it has contacts, and all of them are reported down
    superseded_by: str = ""

    @classmethod
    def of(cls, entry: Mapping[str, Any], pack: Mapping[str, Any]) -> Self:
        """Take what decides out of what is shown of a partner, and of its pack."""
        accepts, contacts = entry.get("accepts") or {}, entry.get("contacts") or ()
        return cls(
            str(pack.get("version") or ""),
            str(pack.get("role") or ""),
            str(entry.get("recipient") or ""),
            tuple(entry.get("does") or ()),
            tuple(accepts.get("sex") or ("any",)),
            tuple(accepts.get("age") or ("any",)),
            bool(entry.get("historical") or entry.get("superseded_by")),
            bool(contacts) and all(one.get("status") == "reported_down" for one in contacts),
            str(entry.get("superseded_by") or ""),
        )

    def plain(self) -> list[Any]:
        """Write it as an event keeps it."""
        return [list(one) if isinstance(one, tuple) else one for one in self]

    @classmethod
    def read(cls, recorded: Sequence[Any]) -> Self:
        """Read what an event keeps."""
        values: list[Any] = [tuple(one) if isinstance(one, list) else one for one in recorded]
        return cls(*values)
