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

    __slots__ = ("_name", "_quiet")

    def __init__(self, name: str) -> None:
        self._name = name
        self._quiet: Any = None

    def info(self, event: str, **values: Any) -> None:
        """Log something that happened as it should."""
        if self._is_heard(logging.INFO):
            self._bound().info(event, **values)

    def error(self, event: str, **values: Any) -> None:
        """Log something that somebody must mend."""
        if self._is_heard(logging.ERROR):
            self._bound().error(event, **values)

    def _is_heard(self, level: int) -> bool:
        """Say whether anybody may hear it; structlog takes its time to load, and is loaded by nobody else than who wants it."""
        global _later
        if _later is not None:
            if level < _later[0]:
                return False
            _, configure = _later
            _later = None
            configure()
        return "structlog" in sys.modules or logging.getLogger(self._name).isEnabledFor(level)

    def _bound(self) -> Any:
        import structlog  # noqa: PLC0415

        if structlog.is_configured():
            return structlog.get_logger(self._name)
        if self._quiet is None:
            renderer: Any = (
                structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
            )
            self._quiet = structlog.wrap_logger(
                logging.getLogger(self._name),
                processors=[
                    structlog.stdlib.filter_by_level,
                    structlog.stdlib.add_log_level,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    renderer,
                ],
                wrapper_class=structlog.stdlib.BoundLogger,
            )
        return self._quiet


_later: tuple[int, Callable[[], None]] | None = None


def configure_later(level: int, configure: Callable[[], None]) -> None:
    """Say how the log is set up, when the first event of this level or above is logged; what lies below is heard by nobody."""
    global _later
    _later = level, configure


def forget_what_was_to_come() -> None:
    """Leave the log as it is: it was set up by somebody else."""
    global _later
    _later = None
