"""How a line that is due is called, for whoever is told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wayhome.case_now.parties import party_called
from wayhome.errors import Template, filled
from wayhome.flow.due import DueItem
from wayhome.flow.entries import GONE, UNTOLD, due_of
from wayhome.flow.expected import TELL, TITLES, WAITS
from wayhome.model.case import Case
from wayhome.model.data import to_json as to_json
from wayhome.model.page import Page as Page
from wayhome.packs.kinds.registers import FIRST
from wayhome.packs.process import Process

KINDS_DUE = {"incident": "incidents", "consent": "consents", "document": "documents", "expects": "expects"}


CONSENT_GONE: Template = "{what}: the consent is gone. Call off what has not begun; of the rest, ask how it goes on"
TELL_THEM: Template = "Tell them that the consent is gone, and no more: {who}"
SIGNED: Mapping[str, Template] = {
    "contact": "Sign: writing was the safe way to reach the person",
    "assign": "Sign: a partner was chosen of whom harm is noted here",
}


def summed_up(process: Process, item: DueItem) -> str:
    """Name what is due of an entry to who does not read what is asked: by what such an entry is called."""
    label = process.label("registers", item.step.partition(":")[2])
    return str(label.get("due_called") or label["one"])


def due_title(process: Process, item: DueItem, recorded: Callable[[], Case]) -> str:
    kind, _, id = item.step.partition(":")
    if kind == "entry" and item.round == GONE:
        return filled(CONSENT_GONE, {"what": process.title("registers", id)})
    if kind == "entry" and item.round == FIRST:
        return str(process.called_in("registers", id, "dues").get(FIRST) or process.title("registers", id))
    if kind == "entry" and item.round.startswith(UNTOLD):
        return filled(TELL_THEM, {"who": party_called(process, recorded(), item.round.removeprefix(UNTOLD))})
    if (asked := due_of(process, item)) is not None:
        return str(
            process.called_in("registers", asked[0].id, "dues").get(item.round) or process.title("registers", id)
        )
    if kind == "tell":
        return filled(TITLES[TELL], {"who": party_called(process, recorded(), id)})
    if kind in TITLES:
        return filled(TITLES[kind], {})
    if kind == "sign" and id in SIGNED:
        return filled(SIGNED[id], {})
    if kind == "sign":
        named = process.title("steps" if id in process.steps else "consents", id)
        return filled("Sign: {what}", {"what": named}) if id else filled("Sign: an entry was made in error", {})
    if item.round == WAITS:
        titles = {"step": process.title("steps", item.step), "other": process.title("steps", item.anchor)}
        return filled("{step}: it waits for '{other}'", titles)
    return process.title(KINDS_DUE[kind], id) if id else process.title("steps", item.step)
