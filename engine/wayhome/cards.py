"""Cards: what the packs say of one step, consent, paper, incident or partner, in words, for whoever does the work.

Nothing is written here but what a line is called: each sentence stands in a pack, and each figure in the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wayhome.errors import Template, filled, part, spoken, term
from wayhome.flow.due import anchor_said
from wayhome.forms.slots import fields_of
from wayhome.model.data import Data
from wayhome.model.moves import PHASES
from wayhome.model.reading import unknown
from wayhome.packs.conditions import UNKNOWN, judge
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.spans import Timing
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import both, in_words
from wayhome.packs.process import Process

KINDS: Mapping[str, str] = {
    "step": "steps",
    "consent": "consents",
    "document": "documents",
    "incident": "incidents",
    "partner": "partners",
}
SURE: Mapping[str, Template] = {
    "reported": "Others report it.",
    "practice": "It is usual practice.",
    "own_choice": "It is our own choice.",
    "unverified": "Nobody has checked it.",
}
FROM: Template = "From"
CALLED: Mapping[str, Template] = {"e164": "Telephone", "short_code": "Short number", "url": "On the web"}
WORKS: Mapping[str, Template] = {
    "working": "it works",
    "reported_down": "others report that it does not work",
    "unchecked": "nobody has tried it",
}


HELD: Mapping[str, Template] = {"on_hold": "the case is on hold: {phases}", "blocked": "the case is blocked: {phases}"}


@dataclass(frozen=True, slots=True)
class CardLine(Data):
    """One thing that a card says: what it is called, and what is said; nothing called, it stands for itself."""

    called: Template
    said: str


@dataclass(frozen=True, slots=True)
class Card(Data):
    """What the packs say of one entry.

    Attributes:
        kind, id: which entry it is: step, consent, document, incident or partner.
        title: how it is called everywhere else.
        lines: in the order in which they are needed: what to do, who, when, what is asked, what if not; last how sure it is.
    """

    kind: str
    id: str
    title: str
    lines: tuple[CardLine, ...]


def card(process: Process, kind: str, id: str) -> Card:
    """Make the card of one entry of a process.

    Raises:
        BadInput: there is no such kind, or none called so.
    """
    if kind not in KINDS:
        raise unknown("kind of card", kind, KINDS, field="kind")
    known = getattr(process, KINDS[kind])
    if id not in known:
        raise unknown("{kind}", id, known, field="id", kind=kind)
    lines = MAKERS[kind](Words(process), id)
    return Card(kind, id, process.title(KINDS[kind], id), tuple(one for one in lines if one.said))


class Words:
    """A process in words: everything by its title."""

    def __init__(self, process: Process) -> None:
        self.process = process

    def name(self, kind: str, id: str) -> Any:
        """Call something in a sentence; the answers to a question by what they mean."""
        process = self.process
        if kind == "results":
            asked, _, code = id.partition(".")
            titles = process.label("steps", asked).get("results") or {}
            return (
                part("'{title}'", title=titles[code])
                if titles.get(code)
                else in_words({"True": True, "False": False}.get(code, code))
            )
        if kind == "facts" and id in process.steps:
            kind = "steps"
        return part("'{title}'", title=process.named(kind, id)) if process.label(kind, id) else in_words(id)

    def say(self, one: Any) -> str:
        """Say a condition or a need."""
        return filled(**one.said(self.name))

    def holds(self, when: Any) -> bool | None:
        """Whether a condition holds in each return of this process, or in none; None where it depends on the return."""
        here = {"host_country": self.process.host_country, "origin_country": self.process.origin_country}
        return True if when is None else judge(when, lambda name: here.get(name, UNKNOWN))

    def only(self, when: Any) -> str:
        return "" if self.holds(when) else filled("only when {condition}", {"condition": when.said(self.name)})

    def asks(self, when: Any) -> Iterator[str]:
        """Give the questions that a condition waits for, in the words of the packs."""
        named = dict.fromkeys(one.name for one in when.mentions()) if when is not None else ()
        yield from (str(self.process.label("facts", id).get("ask") or "") for id in named if id in self.process.facts)

    def titles(self, kind: str, ids: Iterable[str]) -> str:
        return "; ".join(self.process.title(kind, id) for id in ids)

    def time(self, timing: Timing) -> str:
        """Say a moment that is counted from another."""
        before, after = "{length} before {anchor}", "{length} after {anchor}"
        said = spoken({"length": timing.span, "anchor": anchor_said(self.process, timing.anchor)})
        at: Template = "{anchor}"  # no time lies between
        whole = filled(at if not timing.span.amount else before if timing.backwards else after, said)
        unless = "" if timing.unless is None else filled("unless {it}", {"it": timing.unless.said(self.name)})
        return ", ".join(filter(None, (whole, unless, self.only(timing.when))))


def length(value: Any) -> str:
    return filled("{value}", spoken({"value": value}))


def _all(called: Template, said: Iterable[str]) -> Iterator[CardLine]:
    yield from (CardLine(called, one) for one in said)


def _here(words: Words, timings: Iterable[Timing]) -> Iterator[str]:
    """Say the times that can come in a return of this process."""
    yield from (words.time(one) for one in timings if words.holds(one.when) is not False)


# --- how sure -------------------------------------------------------------------------------------------------


def _how_sure(process: Process, label: Mapping[str, Any]) -> Iterator[CardLine]:
    """Say how sure an entry is, where it comes from, and what is open; of each pack that says something of it."""
    for one in (label, *(label.get("added") or ())):
        sure: Template = SURE.get(str(one.get("confidence")), "")
        yield CardLine("How sure", filled(sure, {}) if sure else "")
        yield CardLine("Not settled", str(one.get("unsure") or ""))
        yield from _all(
            FROM, (_source(process, str(one.get("pack") or label.get("pack")), id) for id in one.get("source") or ())
        )


def _source(process: Process, pack: str, id: str) -> str:
    about = process.label("sources", f"{pack}/{id}") or process.label("sources", f"core/{id}")
    named = ", ".join(str(about[name]) for name in ("title", "publisher", "year") if about.get(name))
    return " ".join(filter(None, (named or id, str(about.get("url") or ""))))


# --- each kind ---------------------------------------------------------------------------------------------------


def _of_step(words: Words, id: str) -> Iterator[CardLine]:
    process, step = words.process, words.process.steps[id]
    label = process.label("steps", id)
    added = label.get("added") or ()
    for one in (label, *added):
        yield CardLine("", str(one.get("help") or ""))
    yield CardLine("Who", words.titles("roles", step.who))
    yield CardLine("Two sign", words.titles("roles", step.sign))
    yield CardLine("Asked", words.only(step.when))
    yield from _all("Ask first", words.asks(step.when))
    yield from _all(
        "After", ("; ".join(filter(None, (words.say(need), words.only(when)))) for need, when in step.after)
    )
    yield from _all(
        "Consent", ("; ".join(filter(None, (_consent(words, need), words.only(when)))) for need, when in step.consents)
    )
    yield from _times_of(words, step)
    yield from _what_is_asked(process, step)
    yield CardLine("", filled("The person may decline.", {}) if step.may_decline else "")
    yield CardLine("", filled("The person is told before.", {}) if step.inform_first else "")
    for name, called in (("evidence", "Keep as proof"), ("otherwise", "If it fails")):
        for one in (label, *added):
            yield CardLine(called, str(one.get(name) or ""))
    refused = dict.fromkeys(need.purpose for need, _ in step.consents)
    yield from _all(
        "If they say no", (str(process.label("consents", one).get("ends_on_refusal") or "") for one in refused)
    )
    yield from _how_sure(process, label)


def _consent(words: Words, need: Any) -> str:
    whom = need.recipient
    kind = "partners" if whom in words.process.partners else "roles" if whom in words.process.roles else "recipients"
    title = words.process.title("consents", need.purpose)
    return f"{title}, {words.process.title(kind, whom)}" if whom else title


def _times_of(words: Words, step: Step) -> Iterator[CardLine]:
    yield from _all("Not before", _here(words, step.not_before))
    if step.window_from is not None:
        yield CardLine("From when", words.time(step.window_from))
    if step.window_to is not None:
        yield CardLine("Until", words.time(step.window_to))
    yield from _all("Due", _here(words, step.dues))
    for age in step.max_ages:
        yield CardLine("Counts for", ", ".join(filter(None, (length(age.span), words.only(age.when)))))
    for one in step.lengths:
        said: Template = "at least {span}" if one.at_least else "at most {span}"
        yield CardLine(
            "Lasts", ", ".join(filter(None, (filled(said, spoken({"span": one.span})), words.only(one.when))))
        )
    if step.any_rounds:
        yield CardLine("How often", filled("as often as needed, at least {times} times", {"times": step.any_rounds}))
    yield from _all("Again", _here(words, (one.due for one in step.rounds if one.due)))


def _what_is_asked(process: Process, step: Step) -> Iterator[CardLine]:
    yield from _all("Asks", (slot.label for slot in fields_of(process, step)))
    stops: Template = "{title} (then it does not pass)"
    for code, title in process.results_of(step.id).items():
        yield CardLine("Comes out", title if step.results[code].passes else filled(stops, {"title": title}))


def _of_consent(words: Words, id: str) -> Iterator[CardLine]:
    process, one = words.process, words.process.consents[id]
    label = process.label("consents", id)
    yield CardLine("Say", str(label.get("explains") or ""))
    yield CardLine("Who asks", words.titles("roles", one.asked_by))
    yield CardLine("It may name", words.titles("recipients", one.recipients))
    yield CardLine("If they say no", str(label.get("ends_on_refusal") or ""))
    yield from _how_sure(process, label)


def _of_document(words: Words, id: str) -> Iterator[CardLine]:
    process = words.process
    one: DocumentKind = process.documents[id]
    label = process.label("documents", id)
    yield CardLine("", str(label.get("help") or ""))
    issuer = label.get("issuer")
    yield from _all("Who gives it", issuer.values() if isinstance(issuer, Mapping) else [str(issuer or "")])
    yield CardLine("Asked", words.only(one.when))
    yield from _all("Needs", map(words.say, one.needs))
    yield from _all("Consent", (_consent(words, need) for need in one.consents))
    for called, timing in (("Ask for it from", one.request_from), ("Ask for it by", one.request_by)):
        yield CardLine(called, words.time(timing) if timing is not None else "")
    fee = label.get("fee")
    if isinstance(fee, Mapping):
        yield CardLine("Fee", " ".join(str(fee[name]) for name in ("amount", "currency") if fee.get(name)))
    yield from _how_sure(process, label)


def _of_incident(words: Words, id: str) -> Iterator[CardLine]:
    process = words.process
    one: IncidentKind = process.incidents[id]
    label = process.label("incidents", id)
    yield CardLine("", str(label.get("actions") or ""))
    yield from _all("Speak with them", (filled("within {span}", spoken({"span": span})) for span in one.contacts_due))
    yield from _all("Ask at once", (str(process.label("facts", fact).get("ask") or "") for fact in one.ask_at_once))
    held: Template
    for effect, held in HELD.items():
        phases = [term(phase.replace("_", " ")) for phase in PHASES if one.effect.get(phase) == effect]
        yield CardLine("While it is open", filled(held, {"phases": phases}) if phases else "")
    for code, ending in one.outcomes.items():
        needs = filled(**both(need.said(words.name) for need in ending.needs)) if ending.needs else ""
        yield CardLine(
            "It ends", ": ".join(filter(None, (str((label.get("outcomes") or {}).get(code) or code), needs)))
        )
    yield CardLine(
        "Looked at again", filled("{span} after it was opened", spoken({"span": one.review})) if one.review else ""
    )
    yield from _how_sure(process, label)


def _of_partner(words: Words, id: str) -> Iterator[CardLine]:
    label = words.process.label("partners", id)
    yield CardLine("", str(label.get("about") or ""))
    if label.get("historical") or label.get("superseded_by"):
        instead = words.titles("partners", filter(None, [str(label.get("superseded_by") or "")]))
        gone: Template = "It is history. In its place: {instead}." if instead else "It is history."
        yield CardLine("", filled(gone, {"instead": instead}))
    yield CardLine("Where", str(label.get("place") or ""))
    yield CardLine("Does", ", ".join(str(one).replace("_", " ") for one in label.get("services") or ()))
    accepts = label.get("accepts") or {}
    yield CardLine("Takes", str(accepts.get("ages") or ""))
    yield CardLine("The house is", str(label.get("regime") or ""))
    for one in label.get("contacts") or ():
        about = ", ".join(str(one[name]) for name in ("title", "owner") if one.get(name))
        tried = filled(WORKS[one.get("status") or "unchecked"], {})
        if one.get("checked_on"):
            tried = filled("{tried}, on {day}", {"tried": tried, "day": one["checked_on"]})
        yield CardLine(
            CALLED[one["kind"]],
            " · ".join(filter(None, (str(one["value"]), about, tried, str(one.get("unsure") or "")))),
        )
    yield from _how_sure(words.process, label)


MAKERS: Mapping[str, Callable[[Words, str], Iterator[CardLine]]] = {
    "step": _of_step,
    "consent": _of_consent,
    "document": _of_document,
    "incident": _of_incident,
    "partner": _of_partner,
}
