"""A case as one compact row: MessagePack of its records, each as a list of its fields in the order in which they are declared.

Made and read without looking at the ledger. What a record is, is said once, by its type (`model.case`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import chain
from typing import Any, NamedTuple, get_type_hints

from msgspec import MsgspecError, Raw
from msgspec.msgpack import Decoder, Encoder, decode

from wayhome.case_now.access import Holders
from wayhome.commands.belonging import BIRTH
from wayhome.flow.dependencies import DerivedDues
from wayhome.flow.due_item import DueItem
from wayhome.frozen import EMPTY, Frozen, frozen
from wayhome.model import case as records
from wayhome.model.case import FIELDS, ROW_OF, Case, EntryPart, EntryRecord, PersonRecord, StepRecord
from wayhome.packs.process import Process
from wayhome.store.sealed_columns import CASE, Part, Place, taken_out

# Where stands, in what is written of a case, what may be sealed apart; before it stands its format.
FACTS, STEPS, PEOPLE, EARLIER, DRAFTS, FACTS_OF, ENTRIES = (
    FIELDS.index(name) + 1 for name in ("facts", "steps", "people", "earlier", "drafts", "facts_of", "entries")
)
VALUES = StepRecord._fields.index("values")
PARTS, SAID = EntryRecord._fields.index("parts"), EntryPart._fields.index("values")
BORN_ON = PersonRecord._fields.index("born_on")
OF_BIRTH = ((BORN_ON, "born_on"), (PersonRecord._fields.index("age_band"), "age_band"))
ENCODE = Encoder().encode


def _format() -> str:
    """Name the format after all that is declared of records: what was written under other declarations is not read."""
    declared = [*vars(records).values(), DueItem, Holders, DerivedDues, State, Summary]
    ours = (one for one in declared if isinstance(one, type) and one.__module__.startswith("wayhome."))
    told = [(one.__name__, one.__annotations__) for one in ours]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:8]


class OtherVersion(Exception):
    """A row is whole, and cannot be read: another version of this program wrote it."""


class Summary(NamedTuple):
    """What a list needs of a case, without reading the whole of it. It stands first in what is sealed."""

    opened_at: datetime
    classes: tuple[str, ...]  # the retention classes of which its events say anything beside their bodies
    apart: tuple[str, ...]  # those of which parts of its state are sealed apart
    dues: tuple[DueItem, ...]
    holders: Holders
    changed_at: datetime  # when something was written in it last
    closed_as: str | None


class State(NamedTuple):
    """What is sealed of a case under the class `case`."""

    summary: Summary
    derived_by: str  # the stamp of what the dues were derived with, beside the case: another version of this program may derive others
    derived: Raw  # the dues with their dependencies (`DerivedDues`)
    row: Raw  # of the case


FORMAT = _format()


def seconds(moment: datetime) -> int:
    """Write a moment as whole seconds since 1970."""
    return int(moment.timestamp())


def moment(value: int) -> datetime:
    """Read whole seconds since 1970."""
    return datetime.fromtimestamp(value, UTC)


Classes = dict[str, str]  # by name of a fact or a field, its retention class
Apart = tuple[Classes, dict[str, Classes], dict[str, Classes]]  # of facts; of the fields of steps; of registers
# An entry; what of each register is sealed apart; the bytes of the rest; and by its class those of its ref with what was taken out of it.
Entry = tuple[EntryRecord, dict[str, Classes], Raw, tuple[tuple[str, Raw], ...]]


class Encoded:
    """Bytes of what has not changed since it was written last: of a case with many entries, nearly all.

    What was written is held beside its bytes, and these are used for that alone: so whoever asks for what, of whichever version of a case,
    is given what it is.
    """

    __slots__ = ("_held", "each")

    def __init__(self) -> None:
        self._held: dict[Hashable, tuple[Any, Any]] = {}
        self.each: dict[str, Entry] = {}  # entries of registers, by their refs

    def of(self, key: Hashable, one: Any, make: Callable[[Any], Any]) -> Any:
        """Give what `make` gives of one; made once."""
        held = self._held.get(key)
        if held is None or held[0] is not one:
            held = self._held[key] = one, make(one)
        return held[1]


def write(case: Case, process: Process | None = None, encoded: Encoded | None = None) -> dict[str, bytes]:
    """Write a case as bytes, by retention class; the same case always gives the same bytes.

    Args:
        process: which says what of the case belongs to another class than `case`; without it, nothing does.
        encoded: what was written of the case before.
    """
    row, parts = taken_out((FORMAT, *ROW_OF(case)), _places(process, case) if process is not None else ())
    encoded, classes = encoded or Encoded(), _apart(process)[2] if process is not None else {}
    digest = process.digest if process is not None else ""
    entries, taken = encoded.of(digest, case.entries, partial(_entries, classes, encoded.each))
    for retention, part in taken.items():
        parts.setdefault(retention, []).append([[ENTRIES], part])
    row = [*row[:ENTRIES], entries, *row[ENTRIES + 1 :]]
    return {CASE: ENCODE(row), **{retention: ENCODE(parts[retention]) for retention in sorted(parts)}}


def _entries(
    classes: dict[str, Classes], each: dict[str, Entry], entries: Mapping[str, EntryRecord]
) -> tuple[Raw, dict[str, Raw]]:
    """Write the entries of registers; gives, by its class, what of them is sealed apart. Only what is another than in `each` is written anew."""
    held = [each.get(ref) for ref in entries]
    for ref, one, was in zip(entries, entries.values(), held, strict=True):
        if was is None or was[0] is not one or was[1] is not classes:
            each[ref] = _entry(classes, ref, one)
    found = [each[ref] for ref in entries]
    taken: dict[str, list[Raw]] = defaultdict(list)
    for retention, part in chain.from_iterable([one[3] for one in found if one[3]]):
        taken[retention].append(part)
    raw = dict(zip(entries, [one[2] for one in found], strict=True))
    return _raw(raw), {retention: _raw(parts) for retention, parts in taken.items()}


def _entry(classes: dict[str, Classes], ref: str, one: EntryRecord) -> Entry:
    apart = classes.get(one.register) or EMPTY
    said = ((number, name) for number, part in enumerate(one.parts) for name in part.values if name in apart)
    left, taken = taken_out(one, (((PARTS, number, SAID, name), apart[name]) for number, name in said))
    return one, classes, _raw(left), tuple((retention, _raw([ref, part])) for retention, part in taken.items())


def _places(process: Process, case: Case) -> Iterator[tuple[Place, str]]:
    """Name what of a case is sealed apart, beside its entries: where it stands in what is written of it, and its retention class."""
    facts, steps, _ = _apart(process)
    for where, recorded in ((FACTS, case.facts), (FACTS_OF, case.facts_of)):
        yield from (((where, key, 0), facts[id]) for key in recorded if (id := key.partition("@")[0]) in facts)
    for id, before in (case.earlier.get("facts") or {}).items():
        if id in facts:
            yield from (((EARLIER, "facts", id, number, 0), facts[id]) for number in range(len(before)))
    for where, done in ((STEPS, case.steps), (DRAFTS, case.drafts)):
        for key, record in done.items():
            if record.values and (classes := steps.get(key.partition("@")[0].partition("/")[0])):
                yield from (((where, key, VALUES, name), classes[name]) for name in record.values if name in classes)
    for ref, person in case.people.items():
        yield from (
            ((PEOPLE, ref, number), process.groups[BIRTH].retention or CASE)
            for number, name in OF_BIRTH
            if getattr(person, name)
        )


def _apart(process: Process) -> Apart:
    """Give the facts, and the fields of steps and registers, that are sealed apart, each with its retention class."""
    return process.memoised("apart", lambda: _find_apart(process))


def _find_apart(process: Process) -> Apart:
    classes: dict[str, str] = {
        id: group.retention for id, group in process.groups.items() if group.retention and group.retention != CASE
    }
    facts = {id: classes[fact.group] for id, fact in process.facts.items() if fact.group in classes}
    of_fields = (
        {
            id: {name: classes[spec.group] for name, spec in one.fields.items() if spec.group in classes}
            for id, one in asking.items()
        }
        for asking in (process.steps, process.registers)
    )
    steps, registers = ({id: found for id, found in one.items() if found} for one in of_fields)
    return facts, steps, registers


def read(written: Mapping[str, bytes | Raw]) -> Case:
    """Read a case from what was written of it.

    Raises:
        OtherVersion.
    """
    try:
        form, *row = _case().decode(written[CASE])
        if form != FORMAT:
            raise ValueError(form)
        for retention, part in written.items():
            for (field, *way), value in decode(part) if retention != CASE else ():
                if not way:
                    row[field - 1] = _entries_with(row[field - 1], value)
                    continue
                said = date.fromisoformat(value) if (field, way[-1]) == (PEOPLE, BORN_ON) else frozen(value)
                row[field - 1] = _put_back(row[field - 1], said, *way)
        return Case(*row)
    except (MsgspecError, ValueError, TypeError, LookupError) as error:
        raise OtherVersion from error


def _entries_with(entries: Mapping[str, EntryRecord], taken: Sequence[tuple[str, Part]]) -> Mapping[str, EntryRecord]:
    """Give the entries of registers with what was taken out of them, by their refs."""
    found = {**entries}
    for ref, part in taken:
        for way, value in part:
            found[ref] = _put_back(found[ref], frozen(value), *way)
    return Frozen(found)


def _put_back(whole: Any, value: Any, first: Any, *way: str | int) -> Any:
    """Give what was read again with a value that was taken out of it, where it stood."""
    within = _put_back(whole[first], value, *way) if way else value
    if isinstance(whole, Mapping):
        return frozen({**whole, first: within}) if not way else {**whole, first: within}
    items = (*whole[:first], within, *whole[first + 1 :])
    return whole._make(items) if hasattr(whole, "_make") else items


def state_of(
    summary: Summary, derived_by: str, derived: Sequence[DerivedDues], row: bytes, encoded: Encoded | None = None
) -> bytes:
    """Write what is sealed of a case under the class `case`."""
    encoded = encoded or Encoded()
    parts = [encoded.of(number, one, _raw) for number, one in enumerate(derived)]
    listed = summary._replace(dues=encoded.of("dues", summary.dues, _raw))
    return ENCODE(State(listed, derived_by, Raw(ENCODE(parts)), Raw(row)))


def _raw(one: Any) -> Raw:
    return Raw(ENCODE(one))


def read_state(state: bytes) -> State:
    """Read what lists need of a case; the rest of it is read when somebody asks for it. Raises OtherVersion."""
    try:
        found: State = _decoder(State).decode(state)
    except (MsgspecError, ValueError) as error:
        raise OtherVersion from error
    return found


def is_of_this_version(row: bytes | Raw) -> bool:
    """Say whether what was written of a case is of the records of this version."""
    try:
        return bool(decode(_decoder(list[Raw]).decode(row)[0]) == FORMAT)
    except (MsgspecError, LookupError):
        return False


def read_derived(derived: Raw) -> tuple[DerivedDues, ...]:
    """Read the dues with their dependencies. Raises OtherVersion."""
    try:
        found: tuple[DerivedDues, ...] = _decoder(tuple[DerivedDues, ...]).decode(derived)
    except (MsgspecError, ValueError) as error:
        raise OtherVersion from error
    return found


@cache
def _decoder(kind: Any) -> Decoder[Any]:
    return Decoder(kind)


@cache
def _case() -> Decoder[Any]:
    hints = get_type_hints(Case)
    return Decoder(tuple[(str, *(hints[name] for name in FIELDS))], dec_hook=_read_only)  # type: ignore[misc]


def _read_only(_: type, values: Any) -> Any:
    return frozen(values) if values else EMPTY
