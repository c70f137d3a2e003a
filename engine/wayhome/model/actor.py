"""Who acts: a case worker (or the clock), for an organisation, in one or more roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CLOCK = "clock"


@dataclass(frozen=True, slots=True, init=False)
class Actor:
    """One who gives commands. The engine trusts it: whoever embeds the engine has checked who this is.

    Args:
        id: an opaque name of the account, e.g. "anna"; it is written into the ledger.
        organisation: the organisation that the actor works for.
        roles: ids of roles; at least one, except for the clock.
    """

    id: str
    organisation: str
    roles: frozenset[str]

    def __init__(self, id: str, organisation: str, roles: Iterable[str] = ()) -> None:
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "organisation", organisation)
        object.__setattr__(self, "roles", frozenset(roles or ()))

    @property
    def is_clock(self) -> bool:
        """Whether this is the engine's own clock, which never decides anything (INV-22)."""
        return self.id == CLOCK
