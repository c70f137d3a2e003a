"""Which safeguard is asked when. `@safeguard` enters a function under its number; the number never changes meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wayhome.model.reason import Reason
from wayhome.rules.situation import Situation

Rule = Callable[[Situation], Reason]


@dataclass(frozen=True, slots=True)
class Safeguard:
    """One numbered rule: its function, when it is asked, and what a single process cannot check of it."""

    id: str
    judge: Rule
    on: tuple[str, ...]
    source: tuple[str, ...]
    missing: str

    @property
    def sentence(self) -> str:
        return (self.judge.__doc__ or "").strip().splitlines()[0]


SAFEGUARDS: dict[str, Safeguard] = {}


def safeguard(id: str, *, on: tuple[str, ...], source: tuple[str, ...], missing: str = "") -> Callable[[Rule], Rule]:
    """Enter a rule. `on` names moves, commands, or `complete:STEP`; "clearance" = when departure is cleared."""

    def enter(judge: Rule) -> Rule:
        assert id not in SAFEGUARDS, id
        SAFEGUARDS[id] = Safeguard(id, judge, on, source, missing)
        return judge

    return enter


def asked_on(moment: str) -> list[Safeguard]:
    """Give the safeguards that are asked at one moment, in the order of their numbers."""
    return [SAFEGUARDS[id] for id in sorted(SAFEGUARDS) if moment in SAFEGUARDS[id].on]
