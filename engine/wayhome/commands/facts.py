"""What is known: facts, and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar

from wayhome.case_now import CaseNow
from wayhome.case_now.access import GLASS, holders_of, in_place, openings_for
from wayhome.case_now.letters import COURSE
from wayhome.case_now.roles import writers
from wayhome.commands.answer import Act, Answer, role_for
from wayhome.commands.belonging import people_told
from wayhome.commands.changes import Change, is_history, with_history
from wayhome.commands.incidents import open_those
from wayhome.commands.values import by_type, language_from, party_from
from wayhome.errors import BadInput, Template
from wayhome.model.case import Case, FactRecord, Was
from wayhome.model.command import Command, Question
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.reading import Faults, as_text, bad, one_of, undeclared_field, unknown
from wayhome.packs.kinds.incidents import OpensOn
from wayhome.packs.process import Process

__all__ = ["Note", "Record"]


UNKNOWN_WORD = "unknown"


@data(kw_only=True)
class Record(Command):
    """Record declared facts, e.g. {"age_status": "adult"}; None, or "unknown", when it is not known, or known no more.

    With `of`, facts that are asked of each who travels along.
    """

    word: ClassVar[str] = "record"
    takes_more: ClassVar[str] = "facts"
    of_others: ClassVar = True
    unruled: ClassVar[Template] = "what is known may be written down"
    earliest: ClassVar = "ever"

    facts: Mapping[str, Any] = field(repr=False)


@data(kw_only=True)
class Note(Command):
    """Write a note, sealed under its data group."""

    word: ClassVar[str] = "note"
    of_others: ClassVar = True
    unruled: ClassVar[Template] = "a note may always be written"
    clock_may: ClassVar[bool] = True
    earliest: ClassVar = "ever"

    group: Annotated[str, Question("Whom is it for: of which kind of data is it?", of="group")] = "case"
    text: Annotated[str, Question("What is to be kept in mind?")] = field(repr=False)


def read_facts(case: CaseNow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Read declared facts.

    Raises:
        BadInput: with every fact that is not declared, is derived, or whose value cannot be read.
    """
    facts, faults = dict[str, Any](), Faults()
    for number, (name, value) in enumerate(values.items()):
        with faults.gathered():
            facts[name] = _read_fact(case, name, value, number)
    faults.raise_any()
    return facts


def taken_apart(process: Process, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Give facts as an event carries them, where of words stands only that there are some; and the words, by their data group."""
    words: dict[str, dict[str, str]] = {}
    for id, value in facts.items():
        if process.facts[id].type == "text" and value is not None:
            words.setdefault(process.facts[id].group, {})[id] = value
    spoken = {id for of_group in words.values() for id in of_group}
    return {id: True if id in spoken else value for id, value in facts.items()}, words


def _read_fact(case: CaseNow, name: str, value: Any, number: int) -> Any:
    fact = case.process.facts.get(name)
    if fact is None:
        raise unknown("fact", str(name), case.process.facts, field=undeclared_field(number))
    if fact.only_by_steps:
        what, todo = "'{name}' is what a step says.", "Do the step that says it."
        raise BadInput(what, todo=todo, field=name, name=name)
    if fact.derived is not None:
        what, todo = "'{name}' follows from other facts.", "Record those it follows from."
        raise BadInput(what, todo=todo, field=name, name=name)
    if value is None or (value == UNKNOWN_WORD and UNKNOWN_WORD not in fact.values):
        return None  # nobody knows it, or nobody knows it any more
    if fact.tells == "languages":
        return tuple(language_from(name, one) for one in by_type(name, fact.type, value))
    return by_type(name, fact.type, value, fact.values)


def on_record(case: CaseNow, command: Record, answer: Answer) -> None:
    """Record facts."""
    facts, words = taken_apart(case.process, read_facts(case, command.facts))
    if not facts:
        raise BadInput(
            "No fact was given.",
            todo="Say each fact by its code, for example 'age_status': adult.",
            field="facts",
            code="empty",
        )
    answer.role = _who_records(case, facts, command.by)
    if command.of is not None:
        _of_another(case, command.of, facts, answer)
        answer.emit("facts_recorded", words, facts=facts, of=command.of, by=command.by)
        return
    answer.emit_facts(case, facts, words, by=command.by)
    new = {name: value for name, value in facts.items() if not case.is_history(name, value)}
    open_those(case, answer, lambda on: _speaks_of(on, case, new))


def _who_records(case: CaseNow, facts: Iterable[str], by: str | None) -> str:
    """Give the role in which the actor records facts: who writes in the group of each, is asked for it, or writes down whose word it is."""
    known = [case.process.facts[name] for name in facts]
    ways = [(*writers(case.process, one.group), *one.asked_by) for one in known]
    found = [
        role_for(case, may, "record '{fact}'", by=by, says=(one.group,), fact=case.process.named("facts", one.id))
        for one, may in zip(known, ways, strict=True)
    ]
    return next((role for role in found if all(role in may for may in ways)), found[0])


def _of_another(case: CaseNow, ref: str, facts: Mapping[str, Any], answer: Answer) -> None:
    """See that this is asked of each who travels along, and that this is somebody who does, or may."""
    asked = [id for id, fact in case.process.facts.items() if fact.each]
    if ref not in case.recorded.people:
        raise unknown("person of this case", ref, people_told(case), field="of")
    for name in facts:
        if name not in asked:
            what: Template = "'{fact}' is asked of the person of the case only."
            todo: Template = "Leave out 'of'. Of who travels along is asked: {asked}. What else happened to them is a note, with 'of'."
            answer.wrong(bad("of", "contradiction", what, todo, fact=name, asked=asked))


def _speaks_of(on: OpensOn, case: CaseNow, facts: Mapping[str, Any]) -> bool:
    """Whether an incident opens on one of these values, with the one that was there before."""
    return any(
        facts.get(name) in values and (not on.was or case.recorded.fact(name) in on.was)
        for name, values in on.recorded.items()
    )


def _writing(case: CaseNow, group: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the roles in which the actor may note something of a group, and of what they may write down anybody's word. By a broken glass they
    say what they saw, and write in no file: by letter only in the roles that count beside it.
    """
    actor, writing = case.actor, writers(case.process, group)
    if actor is None or not any(one.ground == GLASS for one in openings_for(case, actor)):
        return writing, (group,)
    placed = in_place(case.process, holders_of(case.recorded), actor)
    roles = placed.roles if placed is not None else frozenset[str]()
    may = case.process.working if group == COURSE else tuple(one for one in writing if one in roles)
    return may, () if roles.isdisjoint(case.process.managers) else (group,)


def on_note(case: CaseNow, command: Note, answer: Answer) -> None:
    """Seal a note under its data group."""
    group = one_of("group", command.group, case.process.data_groups)
    kept: Template = "write a note of '{group}'"
    title, (may, says) = case.process.named("groups", group), _writing(case, group)
    answer.role = role_for(case, may, kept, by=command.by, says=says, group=title)
    of = None if command.of is None else party_from(case, "of", command.of)
    answer.emit("note_added", {group: {"text": as_text("text", command.text)}}, group=group, of=of, by=command.by)


def known(case: Case, event: Event) -> Change:
    """What is recorded stands, but for what was so before something that stands already: that is kept beside it."""
    said = {
        id: FactRecord(value, event.occurred_at, event.seq, event.actor) for id, value in event.data["facts"].items()
    }
    if of := event.data.get("of"):
        theirs = {f"{id}@{of}": one for id, one in said.items()}
        old = case.facts_of
        newer = {key: one for key, one in theirs.items() if key not in old or old[key].at <= one.at}
        return {"facts_of": {**old, **newer}}
    history = {id: one for id, one in said.items() if is_history(case, event, "facts", id)}
    new = {id: one for id, one in said.items() if id not in history}
    return {"facts": {**case.facts, **new}, **(with_history(case, "facts", history) if history else {})}


def noted(case: Case, event: Event) -> Change:
    group = event.data["group"]
    return {"last_notes": {**case.last_notes, group: Was(group, event.occurred_at, event.seq)}}


ACTS = (Act(Record, on_record, about=lambda _, command: map(str, command.facts)), Act(Note, on_note))
CHANGES = {"facts_recorded": known, "note_added": noted}
