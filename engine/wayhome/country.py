"""Everything a country plugin needs; it imports this module and nothing deeper.

A plugin is a folder of facts (YAML files, see docs/write-a-country.md), two or three hooks, and a few
checks for what takes judgement.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wayhome import commands
from wayhome.commands import AnyCommand, Command
from wayhome.errors import Template
from wayhome.model import reason
from wayhome.model.case import (
    Assignment,
    Case,
    ConsentRecord,
    DocumentRecord,
    IncidentRecord,
    Leg,
    PersonRecord,
    StepKey,
    StepRecord,
    TravelRecord,
)
from wayhome.model.reason import Finding, yes
from wayhome.packs.hookspecs import hookimpl
from wayhome.packs.read_only import PackView

__all__ = [
    "AnyCommand",
    "Assignment",
    "Case",
    "Command",
    "ConsentRecord",
    "DocumentRecord",
    "Finding",
    "IncidentRecord",
    "Leg",
    "PackView",
    "PersonRecord",
    "StepKey",
    "StepRecord",
    "TravelRecord",
    "commands",
    "hookimpl",
    "no",
    "yes",
]


def no(
    fact: Template, subject: str = "", /, *, todo: Template, of: str = "", from_: datetime | None = None, **values: Any
) -> Finding:
    """Answer that it is not so: what was found, what that is about, and what to do. The command that would help is the engine's.

    Args:
        fact, todo: what was found, and what to do: English templates with {names} of `values`.
        subject: the step, fact, consent, document, role or incident that it is about, or `travel`. Where only waiting helps, leave it out.
        of: of whom, where that is somebody else than the returned person: the ref of somebody of the case, of what is asked of each.
        from_: from when it can be done, an aware moment, not before the one that is judged. It can only delay.
        values: plain values of the sentences, which identify nobody.

    Raises:
        TypeError: a command is given (`do`).
    """
    if "do" in values:
        raise TypeError("no() takes no 'do': what would help follows from what it is about")
    return reason.no(fact, subject, todo=todo, of=of, from_=from_, **values)
