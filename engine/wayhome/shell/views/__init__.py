"""What is drawn: pure functions from what the engine gives to what rich or orjson prints. A view is loaded when it is first asked."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wayhome.shell.views import (
        cards,
        case,
        checkup,
        console,
        decision,
        history,
        json_output,
        lists,
        process,
        questions,
        today,
    )

__all__ = [
    "cards",
    "case",
    "checkup",
    "console",
    "decision",
    "history",
    "json_output",
    "lists",
    "process",
    "questions",
    "today",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
