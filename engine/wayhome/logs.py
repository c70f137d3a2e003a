"""Where the engine's log goes: to the host's structlog when that is configured, else to `logging`, quietly.

Events are past-tense names with opaque ids. No name, contact, place of stay or free text is ever logged.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any


class Log:
    """Writes events. A library says nothing on its host's terminal unless the host has asked for it."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def info(self, event: str, **values: Any) -> None:
        """Log something that happened as it should."""
        self._say(logging.INFO, event, values)

    def error(self, event: str, **values: Any) -> None:
        """Log something that somebody must mend."""
        self._say(logging.ERROR, event, values)

    def _say(self, level: int, event: str, values: dict[str, Any]) -> None:
        if _is_below(level):
            return
        structlog = sys.modules.get("structlog")  # nobody else than who wants it loads it
        if structlog is not None and structlog.is_configured():
            structlog.get_logger(self._name).log(level, event, **values)
            return
        logger = logging.getLogger(self._name)
        if logger.isEnabledFor(level):
            said = " ".join(f"{name}={value}" for name, value in values.items())
            logger.log(level, "%s %s", event, said, extra={"event": event, **values}, stacklevel=FROM_THE_CALLER)


FROM_THE_CALLER = 3  # of `_say`, of `info`, and of who called that


def _is_below(level: int) -> bool:
    """Say whether nobody hears a level; set up what was to be set up when the first one is heard."""
    global _later
    if _later is not None:
        if level < _later[0]:
            return True
        _, configure = _later
        _later = None
        configure()
    return False


_later: tuple[int, Callable[[], None]] | None = None


def configure_later(level: int, configure: Callable[[], None]) -> None:
    """Say how the log is set up, when the first event of this level or above is logged; what lies below is heard by nobody."""
    global _later
    _later = level, configure


def forget_what_was_to_come() -> None:
    """Leave the log as it is: it was set up by somebody else."""
    global _later
    _later = None
