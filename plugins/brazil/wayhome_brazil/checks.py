"""What takes judgement in a return to Brazil: the route of an ARB, and the check digits of a CPF.

Decides:  from the case in memory. Never saves, sends, logs, or asks the clock.
Used by:  the hooks in __init__.py
Rules:    BR-01 on an ARB every connection stays airside
Sources:  sources.yaml: S18, S20 (ARB), S140, S141 (CPF)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from stdnum.br import cpf
from wayhome.country import Case, Leg, Reason, Remedy, met, unmet

# Papers that, once held, make the ARB unnecessary; the last one is the core's.
OTHER_PAPERS = ("br_passport", "br_new_passport", "eu_return_document")

# The airports of places.yaml; a test keeps the two alike. Whoever lands there has come home: no transit.
AIRPORTS_IN_BRAZIL = frozenset({"BSB", "GIG", "GRU", "MAO"})

_ROUTE = ["S18", "S20"]


def every_connection_stays_airside(case: Case, at: datetime) -> Reason:
    """BR-01: an ARB is for one direct trip; at a connection abroad the person may not leave the airside area.

    A leg says with `airside` whether the change at its end stays airside. Not said counts as not so.
    """
    if not _somebody_travels_on_arb(case):
        return met("BR-01", "nobody travels on an ARB", source=_ROUTE)
    travel = case.travel
    if travel is None or travel.status != "booked" or not travel.legs:
        return unmet(
            "BR-01",
            "somebody travels on an ARB, and the route is not booked yet",
            "book it in the person's own name: direct, or with connections that stay airside",
            subject="travel",
            source=_ROUTE,
        )
    changes = _changes_abroad(travel.legs)
    if any(leg.airside is False for leg in changes):
        return unmet(
            "BR-01",
            "at a connection the person would leave the airside area, which an ARB does not allow",
            "cancel this route and book another: direct, or with connections that stay airside",
            subject="travel",
            remedy=Remedy(do={"do": "travel", "status": "cancelled"}, who=("travel_officer",)),
            source=_ROUTE,
        )
    if any(leg.airside is None for leg in changes):
        return unmet(
            "BR-01",
            "it is not said whether every connection stays airside, which an ARB asks for",
            "ask the carrier, and book the route again with what it says",
            subject="travel",
            remedy=Remedy(do=_booked_as_airside(travel.legs, changes), who=("travel_officer",)),
            source=_ROUTE,
        )
    return met("BR-01", "every connection of the route stays airside, as an ARB asks for", source=_ROUTE)


def is_cpf(value: str) -> bool:
    """Say whether this is a CPF number: eleven digits, dots and dash optional, with right check digits.

    Eleven equal digits satisfy the arithmetic, and the library takes them; nobody has such a number.

    >>> is_cpf("390.533.447-05"), is_cpf("231.002.999-00"), is_cpf("111.111.111-11")
    (True, False, False)
    """
    return cpf.is_valid(value) and len(set(cpf.compact(value))) > 1


def _somebody_travels_on_arb(case: Case) -> bool:
    return _travels_on_arb(case) or any(_travels_on_arb(case, of=one.ref) for one in case.companions)


def _travels_on_arb(case: Case, of: str = "") -> bool:
    if any(_status(case, kind, of) == "held" for kind in OTHER_PAPERS):
        return False
    if _status(case, "br_arb", of) in ("requested", "held"):
        return True
    is_meant = case.fact("has_passport") is False and case.fact("br_passport_obtainable") is False
    return is_meant and not of


def _status(case: Case, kind: str, of: str = "") -> str | None:
    record = case.document(kind, of)
    return record.status if record else None


def _changes_abroad(legs: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """Give the flights after which the person changes, before landing in Brazil.

    The way to the first airport is no transit, so a leg by land before it does not count.
    """
    found: list[Leg] = []
    for leg in legs[:-1]:
        if leg.to in AIRPORTS_IN_BRAZIL:
            break
        if leg.mode == "air" or found:
            found.append(leg)
    return tuple(found)


def _booked_as_airside(legs: tuple[Leg, ...], changes: tuple[Leg, ...]) -> dict[str, Any]:
    return {
        "do": "travel",
        "status": "booked",
        "legs": [_as_written(leg, airside=True if leg in changes else leg.airside) for leg in legs],
    }


def _as_written(leg: Leg, *, airside: bool | None) -> dict[str, Any]:
    """Write a leg as a story does."""
    written = {
        "from": leg.from_,
        "to": leg.to,
        "mode": leg.mode,
        "carrier": leg.carrier,
        "departs_at": leg.departs_at.isoformat(),
        "arrives_at": leg.arrives_at.isoformat(),
        "airside": airside,
    }
    return {key: value for key, value in written.items() if value is not None}


BY_RULE: dict[str, Callable[[Case, datetime], Reason]] = {"BR-01": every_connection_stays_airside}
BY_IDENTIFIER: dict[str, Callable[[str], bool]] = {"br_cpf": is_cpf}
