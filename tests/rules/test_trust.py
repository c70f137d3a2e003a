"""Whom a case can trust, and for what: eight purposes, and each kind of party. (design 4.2)"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from wayhome.case_now import CaseNow
from wayhome.errors import filled
from wayhome.model.case import Case, FactRecord, IncidentRecord, OrganisationRecord, Was
from wayhome.model.closed_sets import TRUST, Trust
from wayhome.packs.plugins import Packs
from wayhome.testing import Ready

from tests.rules.cases import DAY, SECOND, vetted

NOT_THAT = "this partner does not do that"
ELSEWHERE = "this partner works in another country"
GONE = "this partner no longer works under this name"
FAILED = "they have failed, and that is not over"
SUSPECTED = "they are under suspicion"
UNVETTED = "nobody has vetted them"
LONG_AGO = "they were vetted more than 12 months ago"
TAKES = "this partner takes people of another sex or age"
UNKNOWN = "nobody here knows this party"
SOMETHING_ELSE = "they were vetted for something else"
ENDED = "their vetting ended on 2026-04-05"
NOT_FOUND = "they were vetted, and not found to be trusted"
HALF = "their vetting still needs another signature"
SINCE = "nobody has vetted them since they were under suspicion"

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
    "helper-1": [SOMETHING_ELSE, None, *[SOMETHING_ELSE] * 4, None, SOMETHING_ELSE],
    "ended-1": [ENDED] * 8,
    "refused-1": [NOT_FOUND] * 8,
    "half-1": [HALF] * 8,
    "to-be-done-again-1": [UNVETTED] * 8,
    "tomorrow-1": [UNVETTED] * 8,  # what is judged lies before it
    "suspected-before-1": [SINCE] * 8,
    "madam_x": [UNKNOWN] * 8,
    "": [UNKNOWN] * 8,
}


@pytest.fixture
def known(ready: Ready) -> Ready:
    vettings: dict[str, dict[str, Any]] = {
        "vetted-1": {},
        "suspected-1": {},
        "long-ago-1": {"days_ago": 396},
        "ended-1": {"values": {"for": TRUST, "valid_until": "2026-04-05"}},
        "refused-1": {"result": "not_trusted"},
        "half-1": {"state": "in_progress", "signed": (("risk_assessor", "eva", "trusted"),)},
        "to-be-done-again-1": {"state": "open"},
        "tomorrow-1": {"days_ago": -1},
        "suspected-before-1": {},
    }
    for ref in ("unvetted-1", "helper-1", *vettings):
        ready = ready.with_person(ref, "relative", suspected=ref == "suspected-1")
    for ref, said in vettings.items():
        ready = vetted(ready, ref, *TRUST, **said)
    ever = {"suspected-before-1": (Was(True, ready.at - DAY, ready.case.version + 1),)}  # entered after the vetting
    return vetted(ready, "helper-1", "meet", "interpret").but(earlier={**ready.case.earlier, "suspicions": ever})


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


def test_a_vetting_says_what_somebody_may_be_trusted_with_in_the_words_of_the_rules(known: Ready) -> None:
    vetting = known.process.vetting
    assert vetting is not None

    assert set(vetting.fields["for"].values) == {*TRUST}


@pytest.mark.parametrize(
    ("later", "trusted"),
    [
        (timedelta(0), True),  # to the second, twelve months later
        (SECOND, False),
    ],
)
def test_a_vetting_counts_for_twelve_months(known: Ready, later: timedelta, trusted: bool) -> None:
    a_year_ago = known.at.replace(year=known.at.year - 1)
    case = vetted(known, "vetted-1", "care", at=a_year_ago).case

    assert (CaseNow(known.process, case, known.at + later).distrust("vetted-1", "care") is None) is trusted


@pytest.mark.parametrize(
    ("moment", "trusted"),
    [
        (-SECOND, True),  # the last second of the last day, where those work who look: in Nigeria
        (timedelta(0), False),
    ],
)
def test_the_last_day_of_a_vetting_counts(known: Ready, moment: timedelta, trusted: bool) -> None:
    last_day = known.at.date()
    ends = datetime.combine(last_day + DAY, time(), ZoneInfo("Africa/Lagos"))
    case = vetted(known, "vetted-1", values={"for": ("care",), "valid_until": last_day.isoformat()}).case

    assert (CaseNow(known.process, case, ends + moment).distrust("vetted-1", "care") is None) is trusted


def test_no_vetting_is_proposed_of_who_has_failed(known: Ready) -> None:
    receives = known.case.roles["receiving_organisation"]._replace(partner=None, ref="vetted-1")
    failed = IncidentRecord(99, "partner_failure", "blocked", "pre_departure", known.at)
    known = known.but(roles={**known.case.roles, "receiving_organisation": receives}, incidents=(failed,))
    case = CaseNow(known.process, known.case, known.at)

    why = case.distrust("vetted-1", "receive")
    assert why is not None
    assert filled(**why) == FAILED
    assert case.to_be_vetted("vetted-1", "meet") is None


@pytest.mark.parametrize(
    ("at", "seq", "looked_seq", "trusted"),
    [
        (timedelta(0), 2, None, True),  # at that moment, and written down after it
        (-SECOND, 2, None, False),  # it happened before the suspicion
        (timedelta(0), 0, None, False),  # it was written down before it
        (timedelta(0), 2, 0, False),  # the first of two signed before it
        (timedelta(0), 2, 2, True),
    ],
)
def test_after_a_suspicion_only_a_newer_vetting_counts(
    known: Ready, at: timedelta, seq: int, looked_seq: int | None, trusted: bool
) -> None:
    suspected = Was(True, known.at - DAY, known.case.version + 1)
    known = known.but(earlier={**known.case.earlier, "suspicions": {"vetted-1": (suspected,)}})
    first = None if looked_seq is None else known.case.version + looked_seq
    said = {"at": suspected.at + at, "seq": known.case.version + seq, "looked_seq": first}
    case = vetted(known, "vetted-1", "care", **said).case

    assert (CaseNow(known.process, case, known.at).distrust("vetted-1", "care") is None) is trusted


@pytest.mark.parametrize(
    ("party", "may_be"),
    [
        ("unvetted-1", True),
        ("long-ago-1", True),
        ("helper-1", True),
        ("suspected-1", False),
        ("refused-1", False),
        ("ng_bakhita", False),  # a pack says what it does
        ("madam_x", False),
    ],
)
def test_a_vetting_is_proposed_where_it_can_help(known: Ready, party: str, may_be: bool) -> None:
    assert (CaseNow(known.process, known.case, known.at).to_be_vetted(party, "meet") == party) is may_be


@pytest.mark.parametrize(
    ("country", "does", "may_be"),
    [
        ("NG", ("meet",), True),
        ("NG", ("house",), False),
        ("BE", ("meet",), False),  # nobody there meets the person at home
    ],
)
def test_no_vetting_is_proposed_of_an_organisation_that_does_something_else(
    known: Ready, country: str, does: tuple[str, ...], may_be: bool
) -> None:
    house = OrganisationRecord("a_house", country, does, known.at, 1)
    known = known.but(organisations={"a_house": house})

    assert (CaseNow(known.process, known.case, known.at).to_be_vetted("a_house", "meet") == "a_house") is may_be
