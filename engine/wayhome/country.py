"""Everything a country plugin needs; it imports this module and nothing deeper.

A plugin is a folder of facts (YAML files, see docs/write-a-country.md), two or three hooks, and a few
checks for what takes judgement.
"""

from __future__ import annotations

from wayhome import commands
from wayhome.commands import AnyCommand, Command
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
from wayhome.model.reason import Finding, no, yes
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
