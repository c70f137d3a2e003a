"""Wayhome: a workflow engine for the dignified, safe and voluntary return of victims of human trafficking.

    from wayhome import Engine, Actor, Refused, commands
    engine = Engine.open("sqlite:///wayhome.db")

Start with docs/embed.md. Nothing outside this module is promised to embedders; country authors have `wayhome.country`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wayhome.engine import Engine
    from wayhome.errors import (
        BadInput,
        Conflict,
        LedgerBroken,
        NotFound,
        NotPermitted,
        PackBroken,
        Refused,
        StoreUnavailable,
        WayhomeError,
    )
    from wayhome.model import command as commands
    from wayhome.model.actor import Actor
    from wayhome.model.reason import Decision, Reason, Remedy
    from wayhome.shown import CaseView, Done, DueRow, HistoryRow

__version__ = "0.1.0"

__all__ = [
    "Actor",
    "BadInput",
    "CaseView",
    "Conflict",
    "Decision",
    "Done",
    "DueRow",
    "Engine",
    "HistoryRow",
    "LedgerBroken",
    "NotFound",
    "NotPermitted",
    "PackBroken",
    "Reason",
    "Refused",
    "Remedy",
    "StoreUnavailable",
    "WayhomeError",
    "commands",
]

_ERRORS = (
    "BadInput",
    "Conflict",
    "LedgerBroken",
    "NotFound",
    "NotPermitted",
    "PackBroken",
    "Refused",
    "StoreUnavailable",
    "WayhomeError",
)
_WHERE = {
    **dict.fromkeys(("CaseView", "Done", "DueRow", "Engine", "HistoryRow"), "wayhome.engine"),
    **dict.fromkeys(_ERRORS, "wayhome.errors"),
    **dict.fromkeys(("Decision", "Reason", "Remedy"), "wayhome.model.reason"),
    "Actor": "wayhome.model.actor",
}


def __getattr__(name: str) -> Any:
    if name == "commands":
        return import_module("wayhome.model.command")
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'wayhome' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
