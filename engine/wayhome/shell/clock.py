"""What is said of a clock that stands back, or far ahead of the newest entry; and what is asked before a case is opened by it."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from wayhome.errors import BadInput, Template
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase, say


def tell_of_clock(now: datetime, stands_back_at: datetime | None, ahead_of: datetime | None) -> bool:
    """Say first that the clock of this computer stands back, and from when all is reckoned, or far ahead; gives whether it stands back."""
    if stands_back_at is not None:
        say(
            "The clock of this computer says {clock}, and something was written here at {newest}. All is reckoned from then. "
            "Set the clock; if it is right, an administrator says so: wayhome clock --right",
            err=True,
            clock=f"{stands_back_at:%Y-%m-%d %H:%M} UTC",
            newest=f"{now:%Y-%m-%d %H:%M} UTC",
        )
    if ahead_of is not None:
        say(
            "The clock of this computer says {clock}, and nothing was written here since {newest}. "
            "Set the clock; if it is right, an administrator says so: wayhome clock --right",
            err=True,
            **_days(now, ahead_of),
        )
    return stands_back_at is not None


def _days(now: datetime, ahead_of: datetime) -> dict[str, str]:
    return {"clock": f"{now:%Y-%m-%d}", "newest": f"{ahead_of:%Y-%m-%d}"}


def must_be_sure_of_clock(session: Session) -> None:
    """Ask whether a clock that stands far ahead is right, before a case is opened: once, since then the newest entry is of now.

    Raises:
        BadInput: it is not, or nobody can be asked.
    """
    now, _, ahead_of = session.engine.clock()
    if ahead_of is None:
        return
    today: Template = "Nothing was written here since {newest}. Is it {clock} today?"
    told = _days(now, ahead_of)
    if session.json or not sys.stdin.isatty() or not click.confirm(phrase(today, **told), err=True):
        raise BadInput(
            "It is not sure what day it is: the clock of this computer says {clock}, and nothing was written here since {newest}.",
            why="A case is dated by it, and what is due is reckoned from that.",
            todo="Set the clock. If it is right, an administrator says so: wayhome clock --right",
            field="clock",
            clock=told["clock"],
            newest=told["newest"],
        )
