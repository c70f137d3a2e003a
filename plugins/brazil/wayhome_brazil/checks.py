"""What takes judgement in a return to Brazil: the route of an ARB, and the check digits of a CPF.

Decides:  from the case in memory. Never saves, sends, logs, or asks the clock.
Used by:  the hooks in __init__.py
Rules:    BR-01 on an ARB every connection stays airside
Sources:  rules.yaml (ARB), identifiers.yaml (CPF). The airports of Brazil: places.yaml
"""

from __future__ import annotations

from collections.abc import Callable

from stdnum.br import cpf
from wayhome.country import Case, Finding, Leg, PackView, no, yes

# Papers that, once held, make the ARB unnecessary; the last one is the core's.
OTHER_PAPERS = ("br_passport", "br_new_passport", "eu_return_document")


def every_connection_stays_airside(case: Case, pack: PackView) -> Finding:
    """BR-01: an ARB is for one direct trip; at a connection abroad the person may not leave the airside area.

    A leg says with `airside` whether the change at its end stays airside. Not said counts as not so.
    """
    if not _somebody_travels_on_arb(case):
        return yes("nobody travels on an ARB")
    travel = case.travel
    if travel is None or travel.status != "booked" or not travel.legs:
        return no(
            "somebody travels on an ARB, and the route is not booked yet",
            "travel",
            todo="book it in the person's own name: direct, or with connections that stay airside",
        )
    changes = _changes_abroad(travel.legs, pack)
    if any(leg.airside is False for leg in changes):
        return no(
            "at a connection the person would leave the airside area, which an ARB does not allow",
            "travel",
            todo="cancel this route and book another: direct, or with connections that stay airside",
        )
    if any(leg.airside is None for leg in changes):
        return no(
            "it is not said whether every connection stays airside, which an ARB asks for",
            "travel",
            todo="ask the carrier, and book the route again with what it says",
        )
    return yes("every connection of the route stays airside, as an ARB asks for")


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
    if any(_counts_to_the_end(case, kind, of) for kind in OTHER_PAPERS):
        return False
    if _status(case, "br_arb", of) in ("requested", "held"):
        return True
    is_meant = case.fact("has_passport") is False and case.fact("br_passport_obtainable") is False
    return is_meant and not of


def _counts_to_the_end(case: Case, kind: str, of: str) -> bool:
    """Say whether another paper is held, and its last day is not over before the journey is."""
    paper, travel = case.document(kind, of), case.travel
    if paper is None or paper.status != "held":
        return False
    if paper.expires_on is None or travel is None or not travel.legs:
        return True
    return paper.expires_on >= travel.legs[-1].arrives_at.date()


def _status(case: Case, kind: str, of: str = "") -> str | None:
    record = case.document(kind, of)
    return record.status if record else None


def _changes_abroad(legs: tuple[Leg, ...], pack: PackView) -> tuple[Leg, ...]:
    """Give the flights after which the person changes, before landing at an airport of this pack.

    The way to the first airport is no transit, so a leg by land before it does not count.
    """
    at_home = [id for id, place in pack.places.items() if place["kind"] == "airport"]
    found: list[Leg] = []
    for leg in legs[:-1]:
        if leg.to in at_home:
            break
        if leg.mode == "air" or found:
            found.append(leg)
    return tuple(found)


BY_RULE: dict[str, Callable[[Case, PackView], Finding]] = {"BR-01": every_connection_stays_airside}
BY_IDENTIFIER: dict[str, Callable[[str], bool]] = {"br_cpf": is_cpf}
