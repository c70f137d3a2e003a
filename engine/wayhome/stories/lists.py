"""Do a list of commands (JSON lines) among real cases: many at once, and each of its lines once, however often the list is run.

A line that is not done takes no other back; the lines after it in the same case wait for it. A line without a key gets one from what it says.
Only one that opens a case says too little to be known again elsewhere: without a key or a reference it is known in this very file alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import orjson

from wayhome.batches import BatchedCommand, CommandResult
from wayhome.calendar.spans import shift
from wayhome.commands import AnyCommand, read_command
from wayhome.engine import Engine
from wayhome.errors import BadInput, NotPermitted, WayhomeError
from wayhome.execution import key_in
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.label import read_label
from wayhome.model.number import read_number
from wayhome.results import Done
from wayhome.store.accounts import accounts_in
from wayhome.store.cases import EarlierCommand
from wayhome.store.lists import Store
from wayhome.store.sql import Connection
from wayhome.stories.playing import must_be_entered
from wayhome.stories.telling import Line, Story

OnCame = Callable[[Line, CommandResult], None]
OPENS = "open"
# What can be true a second time, in the same words, and must not be lost.
TRUE_AGAIN = ("consent", "contact", "incident", "record", "withdraw")


@dataclass
class ListDone:
    """What doing a list did.

    Attributes:
        cases: name in the list -> number of the case that was opened under it.
        done: how many lines were done now.
        before: the lines that were done before.
        failed: the lines that were not done, and why.
        waiting: the lines that wait for one of these: an earlier one of their case.
        rest: all these lines, as they can be written to a list of their own: with the numbers of cases, and each with a key.
    """

    cases: dict[str, str] = field(default_factory=dict)
    done: int = 0
    before: list[int] = field(default_factory=list)
    failed: list[tuple[int, WayhomeError]] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    rest: list[Mapping[str, Any]] = field(default_factory=list)


def do_list(engine: Engine, story: Story, on_line: OnCame = lambda _, __: None) -> ListDone:
    """Do a list.

    Args:
        on_line: called for each line, when what came of it is kept.

    Raises:
        BadInput: somebody who acts is not entered, or it is not said who does a line; then nothing of it was done.
        StoreUnavailable, LedgerBroken, Again: what `on_line` was told stays done; run it again.
    """
    must_be_entered(engine, story)
    told = ListDone()
    asked = _Asking(engine, story)
    for item, came in zip(asked.items, engine._do_asked(asked.each(), tells=False, begins=asked.begins), strict=True):
        _note(told, item, came)
        if not isinstance(came.outcome, Done):
            told.rest.append(asked.left(item))
        on_line(item.line, came)
    return told


def _note(told: ListDone, item: _Item, came: CommandResult) -> None:
    if isinstance(came.outcome, WayhomeError):
        told.failed.append((item.line.number, _known_by_its_key(item, came.outcome)))
    elif came.outcome is None:
        told.waiting.append(item.line.number)
    else:
        if came.was_done_before:
            told.before.append(item.line.number)
        else:
            told.done += 1
        if item.line.do == OPENS:
            told.cases[item.name] = came.outcome.case


def _known_by_its_key(item: _Item, error: WayhomeError) -> WayhomeError:
    if item.has_key or not isinstance(error, BadInput) or error.faults[0].field != "key":
        return error
    if item.line.do != OPENS:
        return BadInput(
            "This line was done in another form.",
            why="What was left of the list was done from a file of its own.",
            todo="Nothing is left to do; take the line out.",
            field="key",
        )
    return BadInput(
        "A case was opened before by a line that says the same.",
        why="It stood in another file, or this one was changed since. Whether it is the same person, nobody here can know.",
        todo="Take the line out if it is, and write the number of that case in the lines after it. Else give it a key.",
        field="key",
    )


class _Item(NamedTuple):
    """A line, and what the lines before it make of it: who does it, in which case, when, and which of several equal ones it is."""

    place: int
    line: Line
    who: str
    name: str  # of its case
    opened_by: int | None  # the line that opens its case, where this list does
    linked_by: int | None  # and the case to which it is linked
    moment: datetime | None
    says: bytes
    turn: int

    @property
    def has_key(self) -> bool:
        return self.line.fields.get("key") is not None


class _Asking:
    """Makes the commands of a list, each when its turn has come."""

    def __init__(self, engine: Engine, story: Story) -> None:
        self._engine, self._digest = engine, story.digest
        self._actors: tuple[Any, dict[str, Actor]] = (None, {})  # under which register of accounts
        self._numbers: dict[int, str] = {}  # by the line that has opened it
        self.items = [*_items(story, engine.now(), self._number_of)]

    def each(self) -> Iterator[BatchedCommand]:
        for item in self.items:
            yield BatchedCommand(
                partial(self._actor, item),
                partial(self._case, item),
                partial(self._made, item),
                item.line.do or "",
                partial(self._heard, item),
                self._known_by(item),
                partial(self._again, item),
            )

    def _number_of(self, name: str) -> str:
        """Give the number of a case that is there and called so: however it is called, it is one case. Else the name, as it is."""
        with suppress(WayhomeError):
            if (label := read_label(name)) is None:
                return read_number(name)
            with self._engine._store.database.reading() as connection:
                found = self._engine._store.labelled(connection, label)
            return found[0] if len(found) == 1 else name
        return name

    def begins(self) -> None:
        """See who is entered now; asked at the begin of each batch, in its transaction."""
        store = self._engine._store
        with store.database.reading() as connection:
            stamp = store.entries.stamp(connection, "actor")
            if stamp != self._actors[0]:
                entered = {
                    one.actor.id: one.actor for one in accounts_in(store.entries, connection) if one.ended_at is None
                }
                self._actors = stamp, entered

    def _actor(self, item: _Item) -> Actor:
        """Give who does a line. Raises NotPermitted: they have ended since the list was begun."""
        entered = self._actors[1]
        if item.who not in entered:
            raise NotPermitted(
                "'{actor}' has ended while this list was done.",
                todo="Have the rest of it done by one who may act.",
                actor=item.who,
            )
        return entered[item.who]

    def _known_by(self, item: _Item) -> bytes:
        if item.has_key:
            return b""
        is_generic = item.line.do == OPENS and not item.line.fields.get("reference")
        return hashlib.sha256(self._digest if is_generic else b"a line of a list").digest()

    def _case(self, item: _Item) -> str | None:
        if item.line.do == OPENS:
            return ""
        return item.name if item.opened_by is None else self._numbers.get(item.opened_by)

    def _made(self, item: _Item, case: str) -> AnyCommand | None:
        line = item.line
        fields = dict(line.fields)
        linked = fields.get("linked_to")
        if item.linked_by is not None:
            if item.linked_by not in self._numbers:
                return None
            fields["linked_to"] = linked = self._numbers[item.linked_by]
        if item.moment is not None and fields.get("at") is None:
            fields["at"] = item.moment
        if not item.has_key:
            fields["key"] = _key(item, case, linked)
        return read_command({**fields, "do": line.do}, case=case)

    def _again(self, item: _Item, store: Store, connection: Connection, done: EarlierCommand) -> None:
        """See that a line that says no, and was done before, still stands, or was overtaken by this very list.

        Raises:
            BadInput: something else has overtaken it since. Two lists may say the same of two days: a second no would be lost.
        """
        line = item.line
        is_dated = line.clock is not None or line.fields.get("at") is not None
        if item.has_key or is_dated or line.do not in TRUE_AGAIN:
            return
        overtaken_by = [seq for seq in _overtaking(line, store.load(connection, done.number).case) if seq > done.last]
        if not overtaken_by:
            return
        same = [one for one in self.items if one.line.do != OPENS and self._case(one) == done.number]
        keys = (
            key_in(
                self._actor(one).organisation,
                str(one.line.fields["key"]) if one.has_key else _key(one, done.number, None),
            )
            for one in same
        )
        ours = {store.tag_of(connection, key) for key in keys}
        if any(store.events(connection, done.number, seq, seq)[0].key not in ours for seq in overtaken_by):
            raise BadInput(
                "A line that says the same was done before, and what it said was overtaken since.",
                why="Whether it has happened once more, or is the same that was told then, nobody here can know.",
                todo="If it has happened once more, say when: add at. If not, take the line out.",
                field="at",
                code="missing",
            )

    def left(self, item: _Item) -> Mapping[str, Any]:
        """Write a line that was not done so that it can stand in another list: what it is given a key for is done once in both."""
        line, numbers = item.line, self._numbers
        fields = dict(line.fields)
        case, is_known = item.name, line.do == OPENS or item.opened_by is None
        if item.opened_by in numbers:
            case, is_known = numbers[item.opened_by], True
        if item.linked_by is not None:
            fields["linked_to"] = numbers.get(item.linked_by, fields["linked_to"])
            is_known = is_known and item.linked_by in numbers
        if item.moment is not None:
            fields["clock"] = item.moment.isoformat()
        if line.note is not None:
            fields["note"] = line.note
        of_case = "" if line.do == OPENS else case
        key = (
            _key(item, of_case, fields.get("linked_to"))
            if is_known
            else f"rest-{self._digest.hex()[:40]}-{line.number}"
        )
        return {"as": item.who, "do": line.do, "case": case, "key": key, **fields}

    def _heard(self, item: _Item, came: CommandResult) -> None:
        if item.line.do != OPENS:
            return
        if isinstance(came.outcome, Done):
            self._numbers[item.place] = came.outcome.case
        else:
            self._numbers.pop(item.place, None)


def _overtaking(line: Line, case: Case) -> Iterator[int]:
    """Name the entries by which what a line says stands no more: it was answered otherwise, said otherwise, or is over."""
    said, of = line.fields, line.fields.get("of") or ""
    if line.do == "withdraw" or (line.do == "consent" and said.get("answer") == "refused"):
        for consent in case.consents.values():
            if (consent.purpose, consent.of, consent.state) == (said.get("purpose"), of, "given"):
                yield consent.seq
    elif line.do == "incident":
        alike = [one for one in case.incidents if (one.type, one.of) == (said.get("type"), of)]
        if alike and all(one.resolved_seq is not None for one in alike):
            yield max(one.resolved_seq or 0 for one in alike)
    elif line.do == "record" and isinstance(said.get("facts"), Mapping):
        for id, value in said["facts"].items():
            fact = case.facts_of.get(f"{id}@{of}") if of else case.facts.get(id)
            if fact is not None and fact.value != value:
                yield fact.seq
    elif line.do == "contact":
        yield from (one.seq for one in case.all_contacts if one.with_ == said.get("with"))


def _key(item: _Item, case: str, linked: Any) -> str:
    """Give a line the key by which it is known again: by all that it says, and which of several equal ones it is."""
    said = hashlib.sha256(item.says + orjson.dumps([case, linked, item.turn], default=str)).hexdigest()
    return f"line-{said[:40]}"


def _items(story: Story, now: datetime, number_of: Callable[[str], str]) -> Iterator[_Item]:
    opened: dict[str, int] = {}
    turns: Counter[tuple[Any, bytes]] = Counter()
    who, name, moment, is_told = None, "", now, False
    for index, line in enumerate(story.lines):
        who = line.as_ or who
        if who is None:
            raise BadInput(
                "Line {line} does not say who does this.",
                todo="Add as: …",
                field="as",
                code="missing",
                line=line.number,
            )
        if line.do == OPENS:
            name = line.case or f"case {len(opened) + 1}"
            opened[name] = index
        elif line.case:
            name = line.case if line.case in opened else number_of(line.case)
        moment = shift(line.clock or moment, line.after, "UTC") if line.after else line.clock or moment
        is_told = line.clock is not None or line.after is not None
        opened_by = opened.get(name) if line.do != OPENS else None
        says = _said(line, who)
        about = opened_by if opened_by is not None else "" if line.do == OPENS else name
        turns[about, says] += 1
        linked_by = opened.get(str(line.fields.get("linked_to")))
        yield _Item(index, line, who, name, opened_by, linked_by, moment if is_told else None, says, turns[about, says])


def _said(line: Line, who: str) -> bytes:
    """Give all that a line says, but in which case: that is known when its turn has come."""
    fields = {name: value for name, value in line.fields.items() if name != "linked_to"}
    after = None if line.after is None else [line.after.amount, line.after.unit]
    called = line.case if line.do == OPENS else None
    try:
        return orjson.dumps([who, line.do, called, fields, line.clock, after], option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise BadInput(
            "Line {line} cannot be read: it lies too deep within itself.",
            todo="Mend the line.",
            field="facts",
            code="unreadable",
            line=line.number,
        ) from error
