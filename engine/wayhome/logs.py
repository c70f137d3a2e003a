"""Where the engine's log goes: to the host's structlog when that is configured, else to `logging`, quietly.

Events are past-tense names with opaque ids. No name, contact, place of stay or free text is ever logged.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


class Log:
    """Writes events. A library says nothing on its host's terminal unless the host has asked for it."""

    __slots__ = ("_name", "_quiet")

    def __init__(self, name: str) -> None:
        self._name = name
        self._quiet: Any = None

    def info(self, event: str, **values: Any) -> None:
        """Log something that happened as it should."""
        self._bound().info(event, **values)

    def error(self, event: str, **values: Any) -> None:
        """Log something that somebody must mend."""
        self._bound().error(event, **values)

    def _bound(self) -> Any:
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
