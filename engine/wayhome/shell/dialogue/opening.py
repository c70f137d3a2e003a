"""`case open` where somebody can be asked: between which countries, since when, and what decides from the first day on."""

from __future__ import annotations

from collections.abc import Mapping

from wayhome.commands import Open
from wayhome.errors import Template
from wayhome.packs.conditions import UNKNOWN, unknowns
from wayhome.shell import listing, suggestions, views
from wayhome.shell.clock import must_be_sure_of_clock
from wayhome.shell.dialogue.talking import NOTHING_SAVED, Talk, asked_choice
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase, say

WHICH: Mapping[str, Template] = {"host": "From which country does the person return?", "origin": "To which country?"}
TITLE: Template = "Open a case"


def open_case(session: Session) -> None:
    """Ask what a new case needs on its first day, open it, and take it up. All else is asked when its time has come."""
    must_be_sure_of_clock(session)
    countries: dict[str, str] = {}
    question: Template
    for role, question in WHICH.items():
        countries[role] = asked_choice(phrase(question), suggestions.countries_as(role, session.packs))
        if not countries[role]:
            say(NOTHING_SAVED)
            return
    process = session.packs.process(countries["host"], countries["origin"])
    child = process.facts[process.fact_that_tells["child"]].derived
    asked = ("at", *unknowns(child, lambda _: UNKNOWN), "reference")
    do = {"do": Open.word, **{f"{role}_country": one for role, one in countries.items()}}
    if (done := Talk(session, do, phrase(TITLE), case="", only=asked).hold()) is not None:
        views.console.draw(views.history.opened(done, listing.following(session, done.case)))
