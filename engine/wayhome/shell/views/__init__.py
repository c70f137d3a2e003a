"""What is drawn: pure functions from what the engine gives to what rich or orjson prints. A view is loaded when it is first asked."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `as` says to type checkers that it is given on
    from wayhome.shell.views import cards as cards
    from wayhome.shell.views import case as case
    from wayhome.shell.views import checkup as checkup
    from wayhome.shell.views import console as console
    from wayhome.shell.views import decision as decision
    from wayhome.shell.views import everything as everything
    from wayhome.shell.views import history as history
    from wayhome.shell.views import json_output as json_output
    from wayhome.shell.views import lists as lists
    from wayhome.shell.views import process as process
    from wayhome.shell.views import questions as questions
    from wayhome.shell.views import read_log as read_log
    from wayhome.shell.views import today as today


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):  # what Python itself looks for
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return import_module(f"{__name__}.{name}")
