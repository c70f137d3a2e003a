"""Writes the handbook: one page for each pair of host and origin country, from the cards of its process. `docs/generate.py` calls it.

A sentence that stands in no pack stands on no page; what a line is called is said by the card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wayhome.cards import FROM, KINDS, Card, CardLine, Words, card, how_sure
from wayhome.model.moves import PHASES
from wayhome.packs.conditions import condition_of
from wayhome.packs.process import Process

# What the HOME project was, and what of it was not to be had: domain/return-process.md, source 1; domain/countries.md, S37.
ABOUT_HOME = """HOME was a project of Maatwerk bij Terugkeer with Caritas International Belgium, Pag-asa, Idia Renaissance in Benin City, and partners
in Brazil and Sierra Leone, for a better return of victims of human trafficking. [It was announced in 2014](https://www.caritasinternational.be/en/asylum-migration-en/voluntary-return/home-project-a-better-return-for-victims-of-human-trafficking/).
Its own "Practical guidelines for dignified, safe and sustainable return of victims of human trafficking" were to be found at [mensenhandelweb.nl](https://www.mensenhandelweb.nl).
They were not to be had as text: nothing here is taken from them. What stands here comes from the sources that are named at the end, and from
choices of our own, which say so.
"""
HOW_TO_READ = """Nobody returns without their own consent. A no to the return costs nothing: no other help ends with it. What follows any other no stands with
what was asked.

Each heading is the name under which the program has it, too. Steps stand in the order in which they can be done; where one says "When", it is
only for those of whom that is so. "Consent" leads to what the person is asked to agree to, with what to say, and what follows a no. "Open"
means that something has happened: what to do then stands under "When something happens". "(Stays open)" marks a
result with which that is not done. A number of days or hours that no rule asks for is our choice, and says so. Numbers in brackets are the
sources at the end.
"""
PHASE_TITLES = {
    "identification": "First: safety, trust, and who the person is",
    "pre_departure": "Preparing, and deciding",
    "travel": "The journey",
    "arrival": "Arriving",
    "follow_up": "The first years",
}
PARTS = {
    "consent": "What the person is asked to agree to",
    "document": "Papers",
    "incident": "When something happens",
    "partner": "Partners, and how to reach them",
}


ONCE = ("Ask first", "Ask", "Say first")  # a question is written once, and what is said before it
SHORT = 2000  # letters, before which nothing is set apart
LATE = (
    "Keep as proof",
    "If it fails",
    "If they say no",
    "How sure",
    "Not settled",
)  # what stands in a paragraph of its own
LEFT_OUT = {
    # The order of the page says the one, the consent to which it leads the other; whose the questions are is said where they are asked.
    "step": ("After", "If they say no", "Asked with"),
    "partner": ("How to reach it",),  # where none is said, none is known
    "incident": ("While it is open", "It ends", "Looked at again"),  # what the program does
}


class Sources:
    """The sources of a page, numbered as they come; what two packs read at one address is one source."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.named: list[str] = []

    def refs(self, named: Iterable[str]) -> str:
        return "".join(f"[{number}]" for number in dict.fromkeys(map(self._number, named)))

    def _number(self, one: str) -> int:
        address = one.rpartition(" http")[2]
        if address not in self.numbers:
            self.named.append(one)
        return self.numbers.setdefault(address, len(self.named))

    def listed(self) -> Iterator[str]:
        for number, one in enumerate(self.named, 1):
            text, _, url = one.rpartition(" http")
            yield f"{number}. [{text}](http{url})" if text else f"{number}. {one}"


def page(process: Process) -> str:
    """Write the page of one pair."""
    sources, asked, links = Sources(), set[str](), _links(process)
    lines = [
        f"# Going home: {process.title('countries', process.host_country)} to {process.title('countries', process.origin_country)}\n",
        "For those who prepare and receive a return, with or without the program.\n",
        ABOUT_HOME,
        HOW_TO_READ,
    ]
    ordered = sorted(process.steps.values(), key=lambda step: process.order[step.id])
    for phase in PHASES:
        lines.append(f"## {PHASE_TITLES[phase]}\n")
        for step in (one for one in ordered if one.phase == phase and can_be(process, "step", one.id)):
            lines += _card(card(process, "step", step.id), sources, asked, links)
    for kind, title in PARTS.items():
        lines.append(f"## {title}\n")
        for id in (one for one in getattr(process, KINDS[kind]) if can_be(process, kind, one)):
            lines += _card(card(process, kind, id), sources, asked, links)
    lines.append("## Risks to keep in mind\n")
    for made in risks_of(process):
        lines += _card(made, sources, asked, links)
    lines += ["## Sources\n", *sources.listed()]
    return "\n".join(lines).rstrip() + "\n"


def can_be(process: Process, kind: str, id: str) -> bool:
    """Say whether an entry can ever be asked in a return of this process: some are of other countries alone."""
    entry = getattr(process, KINDS[kind])[id]
    return Words(process).holds(getattr(entry, "when", None)) is not False


def risks_of(process: Process) -> Iterator[Card]:
    """Give what to keep in mind in a return of this process, each with how sure it is, and from where."""
    for id, label in (process.labels.get("risks") or {}).items():
        when = label.get("when")
        if label.get("title") and Words(process).holds(condition_of(when) if when is not None else None) is not False:
            lines = (CardLine("", str(label.get("text") or "")), *how_sure(process, label))
            yield Card("risk", id, str(label["title"]), tuple(one for one in lines if one.said))


def _links(process: Process) -> dict[str, str]:
    """Give the place on the page of what each consent says, by its title; the longest first."""
    titles = sorted((process.title("consents", id) for id in process.consents), key=len, reverse=True)
    return {title: f"asked-{re.sub(r'[^a-z0-9]+', '-', title.lower())}" for title in titles}


def _linked(said: str, links: dict[str, str]) -> str:
    title = next((one for one in links if said == one or said.startswith((f"{one},", f"{one};"))), None)
    return f"[{title}](#{links[title]}){said[len(title) :]}" if title else said


def _card(made: Card, sources: Sources, asked: set[str], links: dict[str, str]) -> Iterator[str]:
    """Write a card: what to do first, then who and when, what is asked, and what if not; how sure it is stands at its end."""
    said: dict[str, list[str]] = {}
    written = {line.called for line in made.lines if line.said in asked and line.called in ONCE}
    for line in made.lines:
        if line.called not in ONCE or line.said not in asked:
            said.setdefault(line.called, []).append(
                _linked(line.said, links) if line.called == "Consent" else line.said
            )
    asked.update(line.said for line in made.lines if line.called in ONCE)
    refs, first = sources.refs(said.pop(FROM, ())), said.pop("", [])
    named = {
        called: f"**{called}:** {_joined(lines)}"
        for called, lines in said.items()
        if called not in LEFT_OUT.get(made.kind, ()) or (called == "Asked with" and "Ask" in written)
    }
    late = [*(said for called, said in named.items() if called in LATE), *([refs] if refs else [])]
    early = [said for called, said in named.items() if called not in LATE]
    if made.kind == "step":
        yield f"### {made.title}\n"
        parts = [" ".join(part) for part in ([*first, *early], late) if part]
        yield from (one + "\n" for one in ([" ".join(parts)] if len(parts[0]) < SHORT else parts))
    else:  # run in; the steps lead to what a consent says
        place = f'<a id="{links[made.title]}"></a>' if made.kind == "consent" else ""
        yield " ".join([f"{place}**{made.title}.**", *first, *early, *late]) + "\n"


def _joined(lines: Iterable[str]) -> str:
    """Write what is called alike after each other, sentences as sentences."""
    said = [*dict.fromkeys(lines)]
    if any(one[-1] in ".?!" for one in said):
        return " ".join(said)
    return "; ".join(said) + "."
