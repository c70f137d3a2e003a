"""The ring: one line for each role, without names, to standard output or to a command."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from wayhome.errors import BadInput
from wayhome.results import DueRow, Rung
from wayhome.shell.terminal import many_or_one, phrase, say

MOST_NUMBERS = 20  # of cases in one line
SECONDS = 60  # that a command may take


class Call(NamedTuple):
    """What one role is told: how many alarms were raised now, how many things are overdue, and due within 24 hours, in which cases."""

    role: str
    raised: int
    overdue: int
    due: int
    cases: tuple[str, ...]

    def line(self) -> str:
        """Say it: roles, figures and case numbers, and nothing else."""
        shown, more = self.cases[:MOST_NUMBERS], len(self.cases) - MOST_NUMBERS
        numbers = [*shown, phrase("{count} more", count=more)] if more > 0 else shown
        said = [
            many_or_one(self.raised, "{count} alarm raised now", "{count} alarms raised now") if self.raised else "",
            phrase("{count} overdue", count=self.overdue),
            phrase("{count} due within 24 hours", count=self.due),
            many_or_one(
                len(self.cases), "in {count} case ({cases})", "in {count} cases ({cases})", cases=", ".join(numbers)
            ),
        ]
        return f"{self.role}: {', '.join(filter(None, said))}"


def calls(rung: Rung, rows: Sequence[DueRow], role: str | None = None) -> list[Call]:
    """Give what each role is told, or only one."""
    roles = sorted({*(id for row in rows for id in row.who), *(id for one in rung.raised for id in one.who)})
    return [_call(id, rung, rows) for id in roles if role in (None, id)]


def _call(role: str, rung: Rung, rows: Iterable[DueRow]) -> Call:
    alarms = [one for one in rung.raised if role in one.who]
    theirs = [row for row in rows if role in row.who]
    overdue = sum(row.overdue for row in theirs)
    cases = dict.fromkeys([*(one.case for one in alarms), *(row.case for row in theirs)])
    return Call(role, sum(len(one.incidents) for one in alarms), overdue, len(theirs) - overdue, tuple(cases))


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
            [*command], input=call.line() + "\n", text=True, stdout=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
        if done.returncode == 0:
            return True
        say("The command failed for {role}, with status {status}.", err=True, role=call.role, status=done.returncode)
    except (OSError, subprocess.TimeoutExpired):
        say("The command did not run, or did not end, for {role}.", err=True, role=call.role)
    return False


def document(rung: Rung, told: Iterable[Call]) -> dict[str, Any]:
    """Give the ring as JSON."""
    raised = [{"case": one.case, "incidents": [*one.incidents], "who": [*one.who]} for one in rung.raised]
    roles = [{**one._asdict(), "cases": [*one.cases]} for one in told]
    return {"raised": raised, "not_raised": [*rung.not_raised], "roles": roles}
