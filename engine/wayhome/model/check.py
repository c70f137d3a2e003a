"""What a checkup gives: one check for each thing that the work rests on, with its state, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal

from wayhome.errors import Explanation, Template, WayhomeError, part, spoken
from wayhome.frozen import EMPTY
from wayhome.model.data import Data, data

CheckState = Literal["ok", "look", "bad"]
WORST_FIRST: tuple[CheckState, ...] = ("bad", "look", "ok")
KILOBYTE = 1024
MEGABYTE = 1024**2
GIGABYTE = 1024**3


@data
class Check(Explanation, Data):
    """How one thing stands.

    Attributes:
        id: what was looked at: a word that stays, for programs.
        about: which of several: a pack, or the beginning of a process's digest; else empty.
        state: `ok`; `look`: somebody should look at it; `bad`: the work is in danger, or stands still.
        code: of the error that was met, or of what else was found, for programs; may be empty.
        figures: what was counted or measured, for programs; each name says its unit.
        what_template, why_template, todo_template: English, with {names} of `values`.
    """

    json_properties: ClassVar[tuple[str, ...]] = ("what", "why", "todo")

    id: str
    about: str
    state: CheckState
    code: str
    what_template: Template
    why_template: Template = ""
    todo_template: Template = ""
    values: Mapping[str, Any] = EMPTY
    figures: Mapping[str, Any] = EMPTY


@data
class Checkup(Data):
    """All that was looked at, at one moment, in the order in which it was looked at. `version`: of this program."""

    json_properties: ClassVar[tuple[str, ...]] = ("state",)

    at: datetime
    version: str
    checks: tuple[Check, ...]

    @property
    def state(self) -> CheckState:
        """The worst state of all checks."""
        return min((one.state for one in self.checks), key=WORST_FIRST.index, default="ok")


def make_check(
    id: str,
    state: CheckState,
    what: Template,
    *,
    why: Template = "",
    todo: Template = "",
    about: str = "",
    code: str = "",
    figures: Mapping[str, Any] = EMPTY,
    **values: Any,
) -> Check:
    """Make the check of one thing."""
    return Check(id, about, state, code, what, why, todo, spoken(values), figures)


def met(id: str, error: WayhomeError, state: CheckState = "bad", *, about: str = "") -> Check:
    """Make the check of a thing that raised an error, in the sentences of that error."""
    return Check(
        id, about, state, error.code, error.what_template, error.why_template, error.todo_template, error.values
    )


def unknown(ids: Iterable[str], rests_on: str) -> Iterable[Check]:
    """Say of things that nothing can be known of them, since another one is bad."""
    what: Template = "Not looked at, since it needs what is told under '{check}'."
    return [Check(id, "", "look", "not_looked_at", what, values=spoken({"check": rests_on})) for id in ids]


def size(amount_bytes: int) -> Mapping[str, Any]:
    """Say a size, as a part of a sentence."""
    if amount_bytes >= 10 * GIGABYTE:
        return part("{amount} GB", amount=amount_bytes // GIGABYTE)
    if amount_bytes >= 10 * MEGABYTE:
        return part("{amount} MB", amount=amount_bytes // MEGABYTE)
    return part("{amount} KB", amount=-(-amount_bytes // KILOBYTE))
