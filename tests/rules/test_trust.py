"""Whom a case can trust, and for what: eight purposes, and each kind of party. (design 4.2)"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.errors import filled
from wayhome.model.case import Case, FactRecord, IncidentRecord
from wayhome.model.closed_sets import TRUST, Trust
from wayhome.packs.plugins import Packs
from wayhome.testing import Ready

NOT_THAT = "this partner does not do that"
ELSEWHERE = "this partner works in another country"
GONE = "this partner no longer works under this name"
FAILED = "they have failed, and that is not over"
SUSPECTED = "they are under suspicion"
UNVETTED = "nobody has vetted them"
LONG_AGO = "they were vetted more than 12 months ago"
TAKES = "this partner takes people of another sex or age"
UNKNOWN = "nobody here knows this party"

# By party: why it is not trusted to receive, meet, house, care, stand on the card, escort, interpret, speak; None: it is.
TABLE: dict[str, list[str | None]] = {
    "ng_bakhita": [
        None,
        None,
        None,
        NOT_THAT,
        None,
        NOT_THAT,
        NOT_THAT,
        NOT_THAT,
    ],  # a shelter that comes to the airport
    "ng_cosudow": [
        None,
        NOT_THAT,
        None,
        NOT_THAT,
        None,
        NOT_THAT,
        NOT_THAT,
        NOT_THAT,
    ],  # a shelter; nobody says it comes
    "ng_idia": [*[NOT_THAT] * 4, None, NOT_THAT, NOT_THAT, NOT_THAT],  # training and care, and no bed
    "ng_nactal": [NOT_THAT] * 8,  # it works there, and does nothing of this
    "be_pag_asa": [NOT_THAT, NOT_THAT, None, *[NOT_THAT] * 5],  # a shelter of the host country
    "be_guardianship_service": [*[NOT_THAT] * 7, TAKES],  # it speaks for children, and this is no child
    "be_iom": [NOT_THAT] * 8,  # it buys tickets, and escorts nobody
    "ng_etaht": [GONE] * 8,
    "ng_wacol": [FAILED] * 8,  # it holds the role of the receiving organisation, and has failed
    "vetted-1": [None] * 8,
    "unvetted-1": [UNVETTED] * 8,
    "suspected-1": [SUSPECTED] * 8,
    "long-ago-1": [LONG_AGO] * 8,
    "madam_x": [UNKNOWN] * 8,
    "": [UNKNOWN] * 8,
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
@pytest.mark.parametrize("number", range(8), ids=TRUST)
def test_each_party_is_trusted_with_what_it_does_and_with_nothing_else(known: Ready, party: str, number: int) -> None:
    if party == "ng_wacol":
        receives = known.case.roles["receiving_organisation"]._replace(partner=party)
        failed = IncidentRecord(99, "partner_failure", "blocked", "pre_departure", known.at)
        known = known.but(roles={**known.case.roles, "receiving_organisation": receives}, incidents=(failed,))
    case = CaseNow(known.process, known.case, known.at)

    why = case.distrust(party, TRUST[number])

    assert (why and filled(**why)) == TABLE[party][number]


@pytest.mark.parametrize("purpose", ["receive", "meet", "care", "card"])
def test_what_happens_there_is_trusted_to_nobody_who_works_here(known: Ready, purpose: Trust) -> None:
    partners = known.process.partners
    does = {**partners, "be_iom": {**partners["be_iom"], "does": TRUST}}
    process = replace(known.process, labels={**known.process.labels, "partners": does})
    case = CaseNow(process, known.case, known.at)

    why = case.distrust("be_iom", purpose)
    assert why is not None
    assert filled(**why) == ELSEWHERE
    assert case.distrust("be_iom", "escort") is None  # who travels along may be of either


@pytest.mark.parametrize(
    ("party", "trusted"),
    [
        ("sl_dbf", {"receive", "house", "care", "card"}),  # a house for children
        ("sl_iom", {"receive", "meet", "card"}),
        ("sl_rainbo", {"card"}),
        ("sl_mbt_partner", set()),  # nobody knows its name
        ("nl_iom", {"escort"}),
        ("nl_nidos", {"speak"}),
        ("nl_jade", set()),  # a house for adults
    ],
)
def test_a_child_on_the_way_to_sierra_leone(packs: Packs, party: str, trusted: set[str]) -> None:
    process, day = packs.process("NL", "SL"), datetime(2026, 3, 2, tzinfo=UTC)
    child = {"age_status": FactRecord("child", day, 1)}
    case = CaseNow(process, Case("WH-7K3M9-Q2F4A-Z", "NL", "SL", "house", day, process.digest, facts=child), day)

    assert {purpose for purpose in TRUST if case.distrust(party, purpose) is None} == trusted


def test_a_partner_takes_in_only_whom_it_takes(known: Ready) -> None:
    man = known.with_fact("sex", "male")
    case = CaseNow(man.process, man.case, man.at)
    found = {purpose: case.distrust("ng_cosudow", purpose) for purpose in TRUST}

    assert [why and filled(**why) for why in found.values()] == [
        TAKES,
        NOT_THAT,
        TAKES,
        NOT_THAT,
        None,
        *[NOT_THAT] * 3,
    ]


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
