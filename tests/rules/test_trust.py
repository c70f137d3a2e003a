"""Whom a case can trust, and for what: seven purposes, and nine kinds of party. (design 4.2)"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest
from wayhome.case_now import CaseNow
from wayhome.case_now.parties import Trust
from wayhome.errors import filled
from wayhome.model.case import IncidentRecord
from wayhome.testing import Ready

PURPOSES = get_args(Trust)
NOT_THAT = "this partner does not do that"
ELSEWHERE = "this partner works in another country"
GONE = "this partner no longer works under this name"
FAILED = "they have failed, and that is not over"
SUSPECTED = "they are under suspicion"
UNVETTED = "nobody has vetted them"
LONG_AGO = "they were vetted more than 12 months ago"
UNKNOWN = "nobody here knows this party"

# By party: why it is not trusted to receive, meet, care, stand on the card, escort, interpret, speak; None: it is.
TABLE: dict[str, list[str | None]] = {
    "ng_bakhita": [None, None, None, None, NOT_THAT, NOT_THAT, None],  # a shelter there, with arrival and follow-up
    "be_pag_asa": [ELSEWHERE, ELSEWHERE, ELSEWHERE, ELSEWHERE, NOT_THAT, NOT_THAT, None],
    "be_iom": [ELSEWHERE, ELSEWHERE, ELSEWHERE, ELSEWHERE, None, NOT_THAT, None],  # it travels along
    "ng_idia": [NOT_THAT, NOT_THAT, None, None, NOT_THAT, NOT_THAT, None],  # before the journey, and in the follow-up
    "ng_etaht": [GONE] * 7,
    "ng_cosudow": [FAILED] * 7,  # it holds the role of the receiving organisation, and has failed
    "vetted-1": [None] * 7,
    "unvetted-1": [UNVETTED] * 7,
    "suspected-1": [SUSPECTED] * 7,
    "long-ago-1": [LONG_AGO] * 7,
    "madam_x": [UNKNOWN] * 7,
    "": [UNKNOWN] * 7,
}


@pytest.fixture
def known(ready: Ready) -> Ready:
    day = ready.at.date()
    people: dict[str, dict[str, Any]] = {
        "vetted-1": {"vetted_on": day},
        "unvetted-1": {},
        "suspected-1": {"vetted_on": day, "suspected": True},
        "long-ago-1": {"vetted_on": day - timedelta(days=396)},
    }
    for ref, about in people.items():
        ready = ready.with_person(ref, "relative", **about)
    return ready


@pytest.mark.parametrize("party", TABLE)
@pytest.mark.parametrize("number", range(7), ids=PURPOSES)
def test_each_party_is_trusted_with_what_it_does_and_with_nothing_else(known: Ready, party: str, number: int) -> None:
    if party == "ng_cosudow":
        receives = known.case.roles["receiving_organisation"]._replace(partner=party)
        failed = IncidentRecord(99, "partner_failure", "blocked", "pre_departure", known.at)
        known = known.but(roles={**known.case.roles, "receiving_organisation": receives}, incidents=(failed,))
    case = CaseNow(known.process, known.case, known.at)

    why = case.distrust(party, PURPOSES[number])

    assert (why and filled(**why)) == TABLE[party][number]


def test_a_partner_takes_in_only_whom_it_takes(known: Ready) -> None:
    man = known.with_fact("sex", "male")
    case = CaseNow(man.process, man.case, man.at)
    found = {purpose: case.distrust("ng_cosudow", purpose) for purpose in PURPOSES[:4]}

    takes = "this partner takes people of another sex or age"
    assert [why and filled(**why) for why in found.values()] == [takes, None, takes, None]


def test_a_role_stands_for_whoever_holds_it(known: Ready) -> None:
    case = CaseNow(known.process, known.case, known.at)

    assert case.distrust("receiving_organisation", "receive") is None
    why = case.distrust("case_manager_receiving", "receive")
    assert why is not None
    assert filled(**why) == UNKNOWN


@pytest.mark.parametrize(("days", "trusted"), [(365, True), (366, False)])
def test_a_vetting_counts_for_twelve_months(known: Ready, days: int, trusted: bool) -> None:
    day = known.at.date() - timedelta(days=days)
    case = known.with_person("vetted-1", "relative", vetted_on=day).case

    start = known.at.replace(hour=0, minute=0)  # the boundary lies at the hour of the start of that day
    assert (CaseNow(known.process, case, start - timedelta(hours=3)).distrust("vetted-1", "care") is None) is trusted
