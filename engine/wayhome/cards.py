"""Cards: what the packs say of one step, consent, paper, incident or partner, in words, for whoever does the work.

Nothing is written here but what a line is called: each sentence stands in a pack, and each figure in the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from wayhome.errors import Template, filled, spoken
from wayhome.flow.due import anchor_phrase
from wayhome.forms.reach import contacts_of
from wayhome.forms.slots import fields_of
from wayhome.frozen import EMPTY
from wayhome.model.data import Data, data
from wayhome.model.moves import PHASES
from wayhome.model.reading import unknown
from wayhome.packs.conditions import ENTRIES, UNKNOWN, judge, unknowns
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.instruments import HOW_ASKED
from wayhome.packs.kinds.spans import Length, MaxAge, Span, Timing, may_be_longer, may_be_shorter
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import both
from wayhome.packs.process import Process

F = TypeVar("F", Length, MaxAge)
Looser = Callable[[Span, Span], bool]

KINDS: Mapping[str, str] = {
    "step": "steps",
    "consent": "consents",
    "document": "documents",
    "incident": "incidents",
    "partner": "partners",
}
SURE: Mapping[str, Template] = {
    "reported": "Others report it.",
    "practice": "Usual practice.",
    "own_choice": "Our own choice.",
    "unverified": "We have not checked it.",
}
FIGURES: Mapping[str, Template] = {
    "reported": "others report it",
    "practice": "usual practice",
    "own_choice": "our choice",
    "unverified": "not checked by us",
}
FROM: Template = "From"
REGIMES: Mapping[str, Template] = {
    "open": "open: who lives there goes in and out",
    "closed": "closed: who lives there does not go out alone",
}
EDGES = (".started", ".ended")
HELD: Mapping[str, Template] = {"on_hold": "the case is on hold: {phases}", "blocked": "the case is blocked: {phases}"}


@data
class CardLine(Data):
    """One thing that a card says: what it is called, and what is said; nothing called, it stands for itself."""

    called: Template
    said: str


@data
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

    def say(self, one: Any) -> str:
        """Say a condition or a need."""
        return filled(**self.process.phrase_of(one))

    def holds(self, when: Any) -> bool | None:
        """Whether a condition holds in each return of this process, or in none; None where it depends on the return."""
        if when is None:
            return True
        whatever_happens = {judge(when, partial(self._known, happened=happened)) for happened in (False, True)}
        return whatever_happens.pop() if len(whatever_happens) == 1 else None

    def _known(self, name: str, *, happened: bool) -> Any:
        """Give what is known of each return of this process: its countries, and what follows from these."""
        if name.startswith(("incident:", "refused:", f"{ENTRIES}:")):
            return happened
        if name in ("host_country", "origin_country"):
            return getattr(self.process, name)
        fact = self.process.facts.get(name)
        if fact is None or fact.derived is None:
            return UNKNOWN
        follows = judge(fact.derived, partial(self._known, happened=happened))
        return UNKNOWN if follows is None else follows

    def only(self, when: Any) -> str:
        return "" if self.holds(when) else filled("only when {condition}", {"condition": self.process.phrase_of(when)})

    def when(self, when: Any) -> str:
        return "" if self.holds(when) else self.say(when)

    def asks(self, when: Any) -> Iterator[str]:
        """Give the questions that a condition waits for, in the words of the packs; of what follows from others, theirs.

        None where the countries of this process answer it.
        """
        lookups = [partial(self._known, happened=happened) for happened in (False, True)]
        for id in dict.fromkeys(name for lookup in lookups for name in unknowns(when, lookup)):
            fact = self.process.facts.get(id)
            if fact is not None:
                yield str(self.process.label("facts", id).get("ask") or "")
                yield from self.asks(fact.derived)

    def titles(self, kind: str, ids: Iterable[str]) -> str:
        return "; ".join(self.process.title(kind, id) for id in ids)

    def time(self, timing: Timing) -> str:
        """Say a moment that is counted from another."""
        before, after = "{length} before {anchor}", "{length} after {anchor}"
        said = spoken({"length": timing.span, "anchor": anchor_phrase(self.process, timing.anchor)})
        on: Template = "on the day of {anchor}" if timing.span.unit == "days" else "at {anchor}"
        at: Template = "when {anchor}" if timing.anchor.endswith(EDGES) else on
        whole = filled(at if not timing.span.amount else before if timing.backwards else after, said)
        unless = "" if timing.unless is None else filled("unless {it}", {"it": self.process.phrase_of(timing.unless)})
        since = {"incident": self.process.named("incidents", timing.since)} if timing.since else None
        once = filled("once '{incident}' has happened", since) if since else ""
        return beside(whole, once, unless, self.only(timing.when))


def beside(*phrases: str, by: str = ", ") -> str:
    return by.join(filter(None, phrases))


def length(value: Any) -> str:
    return filled("{value}", spoken({"value": value}))


def _all(called: Template, said: Iterable[str]) -> Iterator[CardLine]:
    yield from (CardLine(called, one) for one in said)


# --- how sure -------------------------------------------------------------------------------------------------


def how_sure(process: Process, label: Mapping[str, Any]) -> Iterator[CardLine]:
    """Say how sure an entry is, where it comes from, and what is open; of what a pack adds to it, by the name of the pack."""
    yield CardLine("How sure", _sure(label))
    for one in label.get("added") or ():
        about = (process.labels.get("packs") or {}).get(str(one.get("pack"))) or {}
        said = {"pack": str(about.get("title") or one.get("pack")), "sure": _sure(one)}
        yield CardLine("How sure", filled("{sure} (what {pack} adds)", said) if said["sure"] else "")
    for one in (label, *(label.get("added") or ())):
        yield CardLine("Not settled", str(one.get("unsure") or ""))
        yield from _all(
            FROM, (_source(process, str(one.get("pack") or label.get("pack")), id) for id in one.get("source") or ())
        )


def _sure(label: Mapping[str, Any]) -> str:
    sure: Template = SURE.get(str(label.get("confidence")), "")
    return filled(sure, {}) if sure else ""


def _source(process: Process, pack: str, id: str) -> str:
    about = process.label("sources", f"{pack}/{id}") or process.label("sources", f"core/{id}")
    named = ", ".join(str(about[name]) for name in ("title", "publisher", "year") if about.get(name))
    return beside(named or id, str(about.get("url") or ""), by=" ")


# --- each kind ---------------------------------------------------------------------------------------------------


def _of_step(words: Words, id: str) -> Iterator[CardLine]:
    process, step = words.process, words.process.steps[id]
    label = process.label("steps", id)
    added = label.get("added") or ()
    for one in (label, *added):
        yield CardLine("", str(one.get("help") or ""))
    yield CardLine("Who", words.titles("roles", step.who))
    yield CardLine("Two sign", words.titles("roles", step.sign))
    yield CardLine("When", words.when(step.when))
    asked = (step.when, *(timing.unless for timing in step.not_before))
    yield from _all("Ask first", dict.fromkeys(ask for when in asked for ask in words.asks(when)))
    yield from _all("After", (beside(words.say(need), words.only(when), by="; ") for need, when in step.after))
    yield from _all(
        "Consent", (beside(_consent(words, need), words.only(when), by="; ") for need, when in step.consents)
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
    yield from how_sure(process, label)


def _consent(words: Words, need: Any) -> str:
    whom = need.recipient
    kind = "partners" if whom in words.process.partners else "roles" if whom in words.process.roles else "recipients"
    title = words.process.title("consents", need.purpose)
    return f"{title}, {words.process.title(kind, whom)}" if whom else title


def _times_of(words: Words, step: Step) -> Iterator[CardLine]:
    marks = words.process.label("steps", step.id).get("marks") or {}

    def told(key: str, said: str, one: Any, figures: Sequence[Any]) -> str:
        """A figure, and how sure it is; the mark is that of the step's own, what a pack adds carries one for all it says."""
        return said + _own(marks.get(key, "")) if one is figures[0] else said

    for called, key, timings in (("Not before", "not_before", step.not_before), ("Due", "due", step.dues)):
        here = [one for one in timings if words.holds(one.when) is not False]
        times = [words.time(one) for one in here]  # where a pack's rule asks the same as our choice, it is no choice
        both = zip(times, here, strict=True)
        yield from _all(
            called, (told(key, said, one, timings) for n, (said, one) in enumerate(both) if said not in times[n + 1 :])
        )
    for called, edge, key in (("From when", step.window_from, "window"), ("Until", step.window_to, "window_to")):
        yield CardLine(called, words.time(edge) + _own(marks.get(key, "")) if edge is not None else "")
    for age in _strictest(step.max_ages, may_be_longer):
        said = beside(length(age.span), words.only(age.when))
        yield CardLine("Counts for", told("max_age", said, age, step.max_ages))
    lasts: Template
    for least, looser, lasts in LENGTHS:
        for one in _strictest([one for one in step.lengths if one.at_least == least], looser):
            said = beside(filled(lasts, spoken({"span": one.span})), words.only(one.when))
            yield CardLine("Lasts", told("length", said, one, step.lengths))
    if step.any_rounds:
        often = filled("as often as needed, at least {times} times", {"times": step.any_rounds})
        yield CardLine("How often", often + _own(marks.get("rounds", "")))
    made = [one for one in step.rounds if one.due and words.holds(one.when) is not False]
    rounds = [beside(words.time(one.due), words.only(one.when)) for one in made]
    yield from _all("Again", [*rounds[:-1], rounds[-1] + _own(marks.get("rounds", ""))] if rounds else ())


LENGTHS: tuple[tuple[bool, Looser, Template], ...] = (
    (True, may_be_shorter, "at least {span}"),
    (False, may_be_longer, "at most {span}"),
)


def _own(mark: str) -> str:
    """Say of a figure how sure it is, where no rule says it."""
    said: Template = FIGURES.get(mark, "")
    return f" ({filled(said, {})})" if said else ""


def _strictest(figures: Sequence[F], looser: Looser) -> Iterator[F]:
    """Leave out a figure beside which another, that always holds, says the same or asks for more."""
    for count, one in enumerate(figures):
        others = ((number, other) for number, other in enumerate(figures) if number != count and other.when is None)
        if all(looser(other.span, one.span) or (other.span == one.span and number > count) for number, other in others):
            yield one


def _what_is_asked(process: Process, step: Step) -> Iterator[CardLine]:
    if step.instrument is not None:
        label, version = process.label("instruments", step.instrument), process.instruments[step.instrument].version
        yield CardLine("Say first", str(label.get("opening") or "").removeprefix("Say first: "))
        with_: Template = "{title}, version {version}, by {owner}, under {licence}"
        values = {"title": label.get("title"), "owner": label.get("owner"), "licence": label["licence"]["name"]}
        yield CardLine("Asked with", filled(with_, values | {"version": version}))
    slots = [slot for slot in fields_of(process, step) if slot.name not in HOW_ASKED]
    aloud = process.instruments[step.instrument].questions if step.instrument is not None else EMPTY
    yield from _all("Ask", [slot.label for slot in slots if slot.name in aloud])
    yield from _all("Write down", [slot.label for slot in slots if slot.name not in aloud])
    stops: Template = "{title} (stays open)"
    for code, title in process.results_of(step.id).items():
        yield CardLine("Result", title if step.results[code].passes else filled(stops, {"title": title}))


def _of_consent(words: Words, id: str) -> Iterator[CardLine]:
    process, one = words.process, words.process.consents[id]
    label = process.label("consents", id)
    yield CardLine("Say", str(label.get("explains") or ""))
    yield CardLine("Who asks", words.titles("roles", one.asked_by))
    yield CardLine("It may name", words.titles("recipients", one.recipients))
    yield CardLine("If they say no", str(label.get("ends_on_refusal") or ""))
    yield from how_sure(process, label)


def _of_document(words: Words, id: str) -> Iterator[CardLine]:
    process = words.process
    one: DocumentKind = process.documents[id]
    label = process.label("documents", id)
    yield CardLine("", str(label.get("help") or ""))
    issuer = label.get("issuer")
    yield from _all("Who gives it", issuer.values() if isinstance(issuer, Mapping) else [str(issuer or "")])
    yield CardLine("When", words.when(one.when))
    yield from _all("Needs", map(words.say, one.needs))
    yield from _all("Consent", (_consent(words, need) for need in one.consents))
    marks = label.get("marks") or {}
    for called, key, timing in (
        ("Ask for it from", "request_from", one.request_from),
        ("Ask for it by", "request_by", one.request_by),
    ):
        yield CardLine(called, words.time(timing) + _own(marks.get(key, "")) if timing is not None else "")
    fee = label.get("fee")
    if isinstance(fee, Mapping):
        costs: Template = "{amount} {currency}" if fee["amount"] else "free of charge"
        yield CardLine("Fee", filled(costs, {name: fee[name] for name in ("amount", "currency")}))
    yield from how_sure(process, label)


def _of_incident(words: Words, id: str) -> Iterator[CardLine]:
    process = words.process
    one: IncidentKind = process.incidents[id]
    label = process.label("incidents", id)
    yield CardLine("", str(label.get("actions") or ""))
    yield from _all("Contact due", (filled("within {span}", spoken({"span": span})) for span in one.contacts_due))
    asked = process.facts_asked_anew(id)
    yield from _all("Ask at once", (str(process.label("facts", fact).get("ask") or "") for fact in asked))
    held: Template
    for effect, held in HELD.items():
        phases = [process.title("phases", phase) for phase in PHASES if one.effect.get(phase) == effect]
        yield CardLine("While it is open", filled(held, {"phases": ", ".join(phases)}) if phases else "")
    for code, ending in one.outcomes.items():
        needs = filled(**both(map(words.process.phrase_of, ending.needs))) if ending.needs else ""
        title = str((label.get("outcomes") or {}).get(code) or code)
        yield CardLine("It ends", beside(title, needs, by=": "))
    yield CardLine(
        "Looked at again", filled("{span} after it was opened", spoken({"span": one.review})) if one.review else ""
    )
    yield from how_sure(process, label)


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
    regime: Template = REGIMES.get(str(label.get("regime")), "")
    yield CardLine("The house is", filled(regime, {}) if regime else "")
    ways = [*contacts_of(words.process, id)]
    yield CardLine("How to reach it", "" if ways else filled("No way to reach it is known here.", {}))
    for way in ways:
        yield CardLine(way.kind, beside(way.value, way.about, by=" · "))
    yield from how_sure(words.process, label)


MAKERS: Mapping[str, Callable[[Words, str], Iterator[CardLine]]] = {
    "step": _of_step,
    "consent": _of_consent,
    "document": _of_document,
    "incident": _of_incident,
    "partner": _of_partner,
}
