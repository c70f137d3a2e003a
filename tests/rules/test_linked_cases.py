"""Who travels along and has a case of their own is cleared there, for the same journey, after all that happened to them here."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.case_now.outside import OtherCase, Outside
from wayhome.model.case import IncidentRecord, LeftRecord, MoveRecord, StepKey, Was
from wayhome.model.reason import Finding
from wayhome.rules.linked_cases import not_cleared_there
from wayhome.testing import Ready

from tests.rules.cases import DAY, HOUR, SECOND

OWN, NUMBER = "child_with_own_case", "WH-INVENTED-C"


def lacks(ready: Ready, there: Ready | None, step: str = OWN, **changes: Any) -> Finding | None:
    """What is said here of a child whose own case stands so."""
    case = ready.with_person("child-1", "child", travels=True, own_case=NUMBER).but(**changes)
    known = {} if there is None else {NUMBER: OtherCase(there.process, there.case, there.case.version)}
    now = CaseNow(case.process, case.case, case.at, outside=Outside(lambda number, _: known.get(number)))
    return not_cleared_there(now, case.process.steps[step], StepKey(step, of="child-1"))


def cleared(ready: Ready, **changes: Any) -> Ready:
    return ready.with_step("departure_clearance", **changes)


@pytest.mark.parametrize(
    ("there", "is_cleared"),
    [
        (lambda own: own, True),
        (lambda own: None, False),
        (lambda own: own.but(closed_as="withdrew_return"), False),
        (lambda own: own.but(left=LeftRecord("alone", own.at, 9_000, "somebody")), False),
        (lambda own: own.without_step("departure_clearance"), False),
        (lambda own: cleared(own, state="open"), False),
        (lambda own: cleared(own, at=own.at - 24 * HOUR), True),
        (lambda own: cleared(own, at=own.at - 24 * HOUR - SECOND), False),  # it has run out
        (lambda own: own.but(travel=None), False),
    ],
)
def test_somebody_with_a_case_of_their_own_is_cleared_there(ready, there, is_cleared):
    found = lacks(ready, there(ready))

    assert (found is None) is is_cleared
    if found is not None:
        assert (found.subject, found.of, found.do) == (OWN, "child-1", {})
        assert found.todo == "clear it there first; what is so now can be written down here"
        assert found.values["number"] == NUMBER


def test_of_somebody_without_a_number_of_their_own_case_none_is_looked_for(ready):
    case = ready.with_person("child-1", "child", travels=True)
    looked_for: list[str] = []
    now = CaseNow(case.process, case.case, case.at, outside=Outside(lambda number, _: looked_for.append(number)))

    found = not_cleared_there(now, case.process.steps[OWN], StepKey(OWN, of="child-1"))

    assert found is not None
    assert (found.subject, found.of, looked_for) == (OWN, "child-1", [])


def test_who_has_departed_there_was_cleared_however_old_that_is(ready):
    old = cleared(ready, at=ready.at - 9 * DAY)
    gone = old.but(moves={**ready.case.moves, "departed": MoveRecord(ready.at, 9_000)})

    assert lacks(ready, old) is not None
    assert lacks(ready, gone) is None
    other = gone.case.travel._replace(legs=(gone.case.travel.legs[0]._replace(to="ABV"),))
    assert lacks(ready, gone.but(travel=other)) is not None, "on another journey"


def test_a_clearance_there_that_rests_on_what_has_changed_is_none(ready):
    before = ready.case.roles["receiving_organisation"]
    other = before._replace(partner="ng_cosudow", at=ready.at, seq=9_000)
    was = Was(before.party, before.at, before.seq)
    roles = {**ready.case.roles, "receiving_organisation": other}
    changed = ready.but(roles=roles, earlier={"roles": {"receiving_organisation": (was,)}})

    assert lacks(ready, changed) is not None, "somebody else receives them there"
    assert lacks(ready, cleared(changed, at=ready.at, seq=9_001)) is not None, (
        "no consent there names who receives them"
    )


@pytest.mark.parametrize("field", ["from_", "to", "departs_at"])
def test_both_are_cleared_for_the_same_flights(ready, field):
    leg = ready.case.travel.legs[0]
    other = {"from_": "CRL", "to": "ABV", "departs_at": leg.departs_at + HOUR}[field]

    assert lacks(ready, ready, travel=ready.case.travel._replace(legs=(leg._replace(**{field: other}),))) is not None


def test_where_no_journey_is_booked_nobody_is_cleared_for_the_same(ready):
    assert lacks(ready, ready.but(travel=None), travel=None) is not None


@pytest.mark.parametrize(
    ("of", "after", "changes", "is_cleared"),
    [
        ("child-1", -SECOND, {}, True),
        ("child-1", 0 * HOUR, {}, False),
        ("child-1", HOUR, {}, False),
        ("child-2", HOUR, {}, True),  # it happened to somebody else
        ("child-1", -9 * DAY, {"told_at": HOUR}, False),  # nobody there has looked at it
        ("child-1", -9 * DAY, {"ends_at": HOUR}, False),  # of that day nobody knows the hour
        ("child-1", -9 * DAY, {"told_at": -HOUR}, True),
    ],
)
def test_what_happened_to_them_here_was_looked_at_in_the_clearance_there(ready, of, after, changes, is_cleared):
    at = ready.case.steps["departure_clearance"].at
    told = {name: at + span for name, span in changes.items()}
    ill = IncidentRecord(9_000, "illness", "on_hold", "pre_departure", at + after, of=of)._replace(**told)

    assert (lacks(ready, ready, incidents=(ill,)) is None) is is_cleared


def test_another_step_asks_nothing_of_a_case_of_their_own(ready):
    assert lacks(ready, None, "safety_plan") is None
    assert lacks(ready, None) is not None
