"""How those can be reached with whom something is done: the contacts of partners, as the packs know them, and when each was tried last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.errors import Template, filled
from wayhome.forms.values import step_of
from wayhome.model.data import Data, data
from wayhome.packs.process import Process

KIND_OF_CONTACT: Mapping[str, Template] = {"e164": "Telephone", "short_code": "Short number", "url": "On the web"}
WORKS: Mapping[str, Template] = {
    "working": "it works",
    "reported_down": "others report that it does not work",
    "unchecked": "we have not tried it yet",
}
PARTIES = ("partner", "recipient", "with", "organisation")  # the fields of a command that can name a partner


@data
class Reach(Data):
    """One way to reach a partner.

    Attributes:
        party, title: whom, and what they are called.
        kind: what it is, in words: telephone, short number, on the web.
        value: the number, in full (E.164) or short, or the address.
        about: whose it is, whether and when it was tried, and what is not sure of it, in words.
    """

    party: str
    title: str
    kind: Template
    value: str
    about: str


def contacts_of(process: Process, partner: str) -> Iterator[Reach]:
    """Give the ways to reach a partner, in the order of the pack."""
    title = process.title("partners", partner)
    for one in process.label("partners", partner).get("contacts") or ():
        whose = [str(one[name]) for name in ("title", "owner") if one.get(name) and one[name] != title]
        tried = filled(WORKS[one.get("status") or "unchecked"], {})
        if one.get("checked_on"):
            tried = filled("{tried}, on {day}", {"tried": tried, "day": str(one["checked_on"])})
        about = " · ".join(filter(None, (", ".join(whose), tried, str(one.get("unsure") or ""))))
        yield Reach(partner, title, KIND_OF_CONTACT[one["kind"]], str(one["value"]), about)


def reach(case: CaseNow, do: Mapping[str, Any]) -> tuple[Reach, ...]:
    """Give how to reach the partners with whom a command is about to be done: whom it names, and to whom its step sends something."""
    step = step_of(case, do)
    named = [do.get(name) for name in PARTIES] + [need.recipient for need, _ in (step.consents if step else ())]
    held = {role: one.party for role, one in case.recorded.roles.items()}
    parties = dict.fromkeys(held.get(str(one), str(one)) for one in named if one)
    return tuple(way for one in parties if one in case.process.partners for way in contacts_of(case.process, one))
