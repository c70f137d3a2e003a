"""What can stand in the fields of a command, in a case as it is now: steps, results, facts, papers, partners …"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click
from click.shell_completion import CompletionItem

from wayhome.commands import BY_WORD
from wayhome.commands.life_cycles import DOCUMENT
from wayhome.model.closed_sets import PERSON
from wayhome.model.command import own_fields
from wayhome.model.moves import MOVES
from wayhome.model.reading import specs_of
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process
from wayhome.shell.suggestions import quietly, session_of, starting
from wayhome.shell.terminal import phrase

if TYPE_CHECKING:
    from wayhome.results import CaseView

Offers = Iterable[tuple[str, str]]
STATES = {
    "start": ("available", "failed", "expired"),
    "complete": ("available", "in_progress", "failed", "expired", "outdated"),
    "fail": ("available", "in_progress"),
    "skip": ("available", "waiting", "in_progress", "failed"),
    "redo": ("done", "expired", "outdated", "failed"),
}
# The field that is asked for first: the first of a command that is not a set of its own.
FIRST = {word: names[0] for word, kind in BY_WORD.items() if (names := own_fields(kind)) and names[0] != "facts"}
YES_NO = (("true", phrase("yes")), ("false", phrase("no")))


@quietly
def fields(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Fields of a command, and the values that this case allows now."""
    session, number = session_of(ctx), ctx.params.get("number")
    word = ctx.params.get("word") or ctx.params.get("what")
    if not number or not word:
        return []
    given, open_name = rejoined(ctx.params.get("fields") or ())
    if word in MOVES:
        word, given = "move", {"to": str(word), **given}
    engine, actor = session.engine, session.actor
    offers = FieldOffers(engine.case(number, as_=actor), engine.process_of(number, as_=actor), str(word), given)
    return [CompletionItem(value, help=about or None) for value, about in offers.matching(incomplete, open_name)]


@quietly
def facts_to_open(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Facts with their values, as the process of the two countries declares them."""
    host, origin = ctx.params.get("host"), ctx.params.get("origin")
    if not host or not origin:
        return []
    given, _name = rejoined(ctx.params.get("facts") or ())
    return starting(
        incomplete, fact_offers(session_of(ctx).packs.process(host.upper(), origin.upper()), incomplete, given)
    )


def rejoined(typed: Sequence[str]) -> tuple[dict[str, str], str | None]:
    """Read fields that are complete; bash splits them at "=". Gives them, and the name whose value comes next.

    >>> rejoined(["step", "=", "safety_plan", "result", "="])
    ({'step': 'safety_plan'}, 'result')
    """
    words: list[str] = []
    for word in typed:
        if words and (word == "=" or words[-1].endswith("=")):
            words[-1] += word
        else:
            words.append(word)
    last = words[-1] if words else ""
    open_name = last.rstrip("=") if last.endswith("=") and last else None
    return {name: value for name, sign, value in (word.partition("=") for word in words) if sign and value}, open_name


def fact_offers(process: Process, incomplete: str, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give facts as name=, and once a name is typed, its values."""
    name, sign, _ = incomplete.partition("=")
    if sign:
        return [(f"{name}={value}", about) for value, about in _fact_values(process, name)]
    return [(f"{id}=", title) for id, title in _facts_to_say(process) if id not in given]


def _facts_to_say(process: Process) -> Offers:
    return ((id, process.title("facts", id)) for id, fact in process.facts.items() if fact.derived is None)


def _fact_values(process: Process, name: str) -> Offers:
    fact = process.facts.get(name)
    if fact is None:
        return ()
    return YES_NO if fact.type == "bool" else [(value, "") for value in fact.values]


def _values_of(kind: Any) -> Offers:
    """Give the values that a field of a fixed type can have."""
    return YES_NO if kind is bool else [(value, "") for value in get_args(kind)] if get_origin(kind) is Literal else ()


class FieldOffers:
    """The fields of one command, in one case."""

    def __init__(self, view: CaseView, process: Process, word: str, given: Mapping[str, str]) -> None:
        self.view, self.process, self.word, self.given = view, process, word, given

    def matching(self, incomplete: str, open_name: str | None) -> Iterator[tuple[str, str]]:
        """Give what completes the word that is being typed."""
        name, sign, start = incomplete.partition("=")
        if open_name is not None:
            yield from ((v, about) for v, about in self.values(open_name) if v.startswith(incomplete))
        elif sign:
            yield from ((f"{name}={v}", about) for v, about in self.values(name) if v.startswith(start))
        else:
            yield from ((word, about) for word, about in self.words() if word.startswith(incomplete))

    def words(self) -> Iterator[tuple[str, str]]:
        """Give what may come next: the values of the first field until it is said, then the names of the others."""
        first = FIRST.get(self.word)
        if first is not None and first not in self.given:
            offered = [(f"{first}={v}", about) for v, about in self.values(first)]
            yield from offered or [(f"{first}=", "")]
            return
        for name, about in self.names():
            if name not in self.given:
                yield f"{name}=", about

    def names(self) -> Iterator[tuple[str, str]]:
        """Name the fields that may still be said: the step's own first, and those of every command last."""
        if self.word == "record":
            yield from _facts_to_say(self.process)
            return
        step = self._step
        if step is not None:
            if step.results:
                yield "result", phrase("what came out")
            yield from (
                (name, phrase("needed, {type}", type=spec.type) if spec.required else spec.type)
                for name, spec in step.fields.items()
            )
        if kind := BY_WORD.get(self.word):
            yield from ((name, "") for name in own_fields(kind) if name not in ("fields", "facts", "result"))
        yield "by", phrase("who did it, when not you")
        yield "of", phrase("whom it is about, when not the person")

    @property
    def _step(self) -> Step | None:
        return self.process.steps.get(self.given.get("step", "")) if self.word in STATES else None

    def _done_by_another_command(self, id: str) -> bool:
        step = self.process.steps[id]
        return self.word == "complete" and step.done_by is not None and len(step.results) < 2

    def values(self, name: str) -> Offers:
        """Give the values that a field can have now."""
        process, view = self.process, self.view
        if self.word == "record":
            return _fact_values(process, name)
        step = self._step
        if step is not None and name in step.fields:
            spec = step.fields[name]
            if spec.type == "party":
                return self._parties()
            if spec.type == "answers":
                return [(f"{of}:{answer}", "") for of in spec.about for answer in spec.values]
            return YES_NO if spec.type == "bool" else [(v, "") for v in spec.values]
        if name == "step":
            states = STATES.get(self.word, ())
            fitting = [row for row in view.steps if row.state in states and not self._done_by_another_command(row.id)]
            whoever = process.vetting if self.word == "complete" and view.people else None
            more = [(whoever.id, phrase("of somebody of the case"))] if whoever else []
            return [*dict.fromkeys((row.id, f"{row.title}, {row.state}") for row in fitting), *more]
        if name == "result" and step is not None:
            return [(code, "" if result.passes else phrase("does not pass")) for code, result in step.results.items()]
        if name == "round" and step is not None:
            return [(row.round, row.state) for row in view.steps if row.id == step.id and row.round]
        if name == "of":
            return self._people()
        return self._declared(name)

    def _declared(self, name: str) -> Offers:
        process, view = self.process, self.view
        match (self.word, name):
            case ("consent" | "withdraw", "purpose"):
                return self._titles("consents")
            case ("consent" | "withdraw", "recipient"):
                purpose = process.consents.get(self.given.get("purpose", ""))
                return [*((r, "") for r in (purpose.recipients if purpose else ())), *self._titles("partners")]
            case ("consent", "form"):
                purpose = process.consents.get(self.given.get("purpose", ""))
                return [(form, "") for form in (purpose.forms if purpose else ("written", "witnessed"))]
            case ("document", "kind"):
                return self._titles("documents")
            case ("document", "status"):
                return [(state, "") for state in DOCUMENT.states[1:]]
            case ("travel", "status"):
                return (("target", phrase("a day to aim at")), ("booked", ""), ("cancelled", ""))
            case ("assign", "role"):
                return [("case_owner", phrase("who leads the case")), *self._titles("roles")]
            case ("involve" | "assign", "ref"):
                return self._people()
            case ("assign", "partner") | ("contact", "with"):
                return self._titles("partners") if name == "partner" else self._parties()
            case ("contact", "groups") | ("note", "group") | ("consent", "groups"):
                return self._titles("groups")
            case ("incident", "type"):
                return self._titles("incidents")
            case ("resolve", "incident"):
                return [(str(i["type"]), str(i["title"])) for i in view.incidents if i["resolved_at"] is None]
            case ("resolve", "outcome"):
                kind = process.incidents.get(self.given.get("incident", ""))
                titles = process.label("incidents", kind.id).get("outcomes") or {} if kind else {}
                return [(code, titles.get(code, "")) for code in kind.endings(view.phase)] if kind else []
            case ("move", "to"):
                closed = view.status == "closed"
                fitting = [m for m in MOVES.values() if view.phase in m.sources and closed == (m.name == "reopen")]
                return [(m.name, phrase("to {phase}", phase=m.to.replace("_", " ")) if m.to else "") for m in fitting]
            case _:
                spec = specs_of(BY_WORD[self.word]).get(name) if self.word in BY_WORD else None
                return _values_of(spec.kind) if spec else ()

    def _titles(self, kind: str) -> list[tuple[str, str]]:
        return [(id, self.process.title(kind, id)) for id in getattr(self.process, kind)]

    def _people(self) -> list[tuple[str, str]]:
        return [(str(person["ref"]), str(person["relation"])) for person in self.view.people]

    def _parties(self) -> list[tuple[str, str]]:
        return [(PERSON, phrase("the person")), *self._people(), *self._titles("partners"), *self._titles("roles")]
