"""The ring: one line for each account that is called, to standard output or to a command. Nothing of a person stands in it."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence

from wayhome.errors import BadInput
from wayhome.results import Call
from wayhome.shell.terminal import phrase, say

SECONDS = 60  # that a command may take


def line(call: Call) -> str:
    """Say who is called, and two counts: whatever the reason is, it reads the same."""
    return phrase(
        "{account}: Wayhome has work for you. Look now: {look_now}. Today: {today}.",
        account=call.account,
        look_now=call.look_now,
        today=call.today,
    )


def words_of(command: str) -> list[str]:
    """Read the command that gets each line; no shell reads it.

    Raises:
        BadInput: a quote is open, or nothing is said.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise BadInput("That is no command.", todo="Write it as in a shell: a program, and its words.", field="to")
    return words


def tell(call: Call, command: Sequence[str]) -> bool:
    """Give a line to a command, on its standard input; say whether that went well, and tell where it did not."""
    try:
        done = subprocess.run(  # noqa: S603 - the command of whoever runs the ring, read by no shell
            [*command], input=line(call) + "\n", text=True, stdout=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
        if done.returncode == 0:
            return True
        say(
            "The command failed for {account}, with status {status}.",
            err=True,
            account=call.account,
            status=done.returncode,
        )
    except (OSError, subprocess.TimeoutExpired):
        say("The command did not run, or did not end, for {account}.", err=True, account=call.account)
    return False
