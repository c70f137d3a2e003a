"""What the shell logs, and where: to stderr; as JSON when that is no terminal; from WARNING on, or as WAYHOME_LOG says."""

from __future__ import annotations

import logging
import os
import sys
import traceback

from wayhome.logs import configure_later, forget_what_was_to_come

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def configure() -> None:
    """Say how structlog is set up when something is logged; what is logged holds ids and codes, never names or texts."""
    if "structlog" in sys.modules:
        _configure()
    else:
        configure_later(_level(), _configure)


def _level() -> int:
    wanted = os.environ.get("WAYHOME_LOG", "").upper()
    level: int = getattr(logging, wanted if wanted in LEVELS else "WARNING")
    return level


def _configure() -> None:
    import structlog

    level = _level()
    last = structlog.dev.ConsoleRenderer(colors=True) if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_stderr_now,
        cache_logger_on_first_use=False,
    )


def _stderr_now(*_: object) -> object:
    import structlog

    return structlog.PrintLogger(sys.stderr)


def unexpected(error: BaseException) -> tuple[str, int]:
    """Log an error that nobody foresaw, by its type and place alone; gives file and line."""
    import structlog

    forget_what_was_to_come()
    _configure()
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "wayhome" in f.filename] or list(frames)
    file, line = (ours[-1].filename, ours[-1].lineno or 0) if ours else ("?", 0)
    structlog.get_logger("wayhome.shell").error("unexpected_error", error=type(error).__name__, file=file, line=line)
    return file, line
