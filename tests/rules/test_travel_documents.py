"""The papers of each who travels: INV-16, each on both sides of its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from wayhome.case_now import CaseNow
from wayhome.model.case import Assignment, DocumentRecord, FactRecord
from wayhome.packs.kinds.spans import Span
from wayhome.rules.safeguard import SAFEGUARDS
from wayhome.rules.travel_documents import travel_documents

from tests.rules.cases import DAY, SECOND, moving, with_kind, with_legs, with_process

# --- INV-16: a travel document -----------------------------------------------------------------------------------


LANDING = date(2026, 5, 14)


@pytest.mark.parametrize(
    ("expires_on", "met"),
    [
        (LANDING, True),  # its last day is the day of landing
        (LANDING - DAY, False),  # one day short
        (None, False),  # nobody has read it from the paper
    ],
)
def test_a_printed_paper_is_valid_until_the_landing(ready, expires_on, met):
    assert ready.with_document("ng_passport", expires_on=expires_on).ask("INV-16").met is met


def test_a_landing_after_midnight_in_the_country_of_origin_is_the_next_day(ready):
    late = with_legs(ready, ready.case.travel.legs[0]._replace(arrives_at=ready.at.replace(hour=23)))  # 00:00 in Lagos

    assert late.with_document("ng_passport", expires_on=LANDING + DAY).ask("INV-16").met
    assert not late.with_document("ng_passport", expires_on=LANDING).ask("INV-16").met


@pytest.mark.parametrize(
    ("margin", "days"),
    [
        (Span(3, "days"), 3),
        (Span(2, "weeks"), 14),
        (Span(6, "months"), 6 * 31),  # the longest that six months can come to
        (Span(5, "working_days"), 10),
        (Span(12, "hours"), 1),  # a paper knows only whole days
        (Span(24, "hours"), 1),
        (Span(25, "hours"), 2),
    ],
)
def test_a_margin_of_the_pack_is_added_to_the_journey(ready, margin, days):
    strict = with_kind(ready, "ng_passport", margin=margin)

    assert strict.with_document("ng_passport", expires_on=LANDING + days * DAY).ask("INV-16").met
    assert not strict.with_document("ng_passport", expires_on=LANDING + (days - 1) * DAY).ask("INV-16").met


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "met"),
    [
        (LANDING - 30 * DAY, None, True),  # its thirtieth day is the landing
        (LANDING - 31 * DAY, None, False),  # one day short
        (LANDING - 31 * DAY, LANDING + 90 * DAY, False),  # print cannot make it longer
        (LANDING, LANDING - DAY, False),  # nor can its issue
        (None, None, False),  # nobody knows when it was issued
    ],
)
def test_a_paper_that_runs_from_its_issue_ends_by_itself(ready, issued_on, expires_on, met):
    thirty = with_kind(ready, "ng_passport", validity="issue", max_days=30)

    assert thirty.with_document("ng_passport", issued_on=issued_on, expires_on=expires_on).ask("INV-16").met is met


@pytest.mark.parametrize(
    ("validity", "expires_on", "met"),
    [
        ("trip", None, True),
        ("trip", LANDING - DAY, False),  # what is printed counts all the same
        ("life", None, True),
        ("life", LANDING - DAY, False),
    ],
)
def test_a_paper_for_the_trip_or_for_life_needs_no_end(ready, validity, expires_on, met):
    lasting = with_kind(ready, "ng_passport", validity=validity)

    assert lasting.with_document("ng_passport", issued_on=None, expires_on=expires_on).ask("INV-16").met is met


@pytest.mark.parametrize("status", ["requested", "lost", "withheld", "refused", "surrendered"])
def test_only_a_paper_in_hand_opens_the_border(ready, status):
    assert not ready.with_document("ng_passport", status=status).ask("INV-16").met


def test_no_paper_or_no_booked_journey_leaves_the_document_unmet(ready):
    assert ready.without_documents().ask("INV-16").fact == "no valid travel document is held"
    assert with_legs(ready, status="target").ask("INV-16").subject == "travel_plan"
    assert ready.but(travel=None).ask("INV-16").subject == "travel_plan"


def test_a_paper_of_another_route_does_not_count(ready):
    reason = ready.with_fact("has_passport", False).ask("INV-16")

    assert (reason.met, reason.fact) == (False, "the travel document is not one for this journey")


def test_one_valid_paper_is_enough_beside_an_expired_one(ready):
    both = ready.with_document("ng_passport", expires_on=LANDING - DAY)
    both = with_kind(both, "ng_etc", when=None).with_document("ng_etc", expires_on=LANDING)

    assert both.ask("INV-16").met


@pytest.mark.parametrize(
    ("airside", "met"),
    [
        ([], True),  # a direct flight has no transit
        ([True], True),
        ([True, True], True),
        ([True, False], False),  # the second connection leaves the airside
        ([None], False),  # nobody has asked
    ],
)
def test_an_airside_paper_needs_every_connection_to_stay_airside(ready, airside, met):
    direct = ready.case.travel.legs[0]
    legs = [*(direct._replace(to="AMS", airside=stays) for stays in airside), direct]

    assert with_legs(with_kind(ready, "ng_passport", transit="airside_only"), *legs).ask("INV-16").met is met


def test_a_train_between_two_flights_leaves_the_airside_too(ready):
    direct = ready.case.travel.legs[0]
    legs = [direct._replace(to="AMS", airside=True), direct._replace(from_="AMS", to="BRU", mode="rail"), direct]

    assert not with_legs(with_kind(ready, "ng_passport", transit="airside_only"), *legs).ask("INV-16").met


def test_a_flight_on_inside_the_country_of_origin_and_a_train_to_the_airport_are_no_transit(ready):
    direct = ready.case.travel.legs[0]
    legs = [direct._replace(to="AMS", mode="rail"), direct, direct._replace(from_="LOS", to="BNI")]

    assert with_legs(with_kind(ready, "ng_passport", transit="airside_only"), *legs).ask("INV-16").met


@pytest.mark.parametrize(
    ("expires_on", "met"),
    [
        (LANDING, True),
        (LANDING - DAY, False),
    ],
)
def test_each_child_who_travels_along_has_a_paper_of_its_own(ready, expires_on, met):
    together = ready.with_person("child-1", "child", travels=True)
    held = ready.case.documents["ng_passport"]._replace(kind="ng_child_passport", of="child-1", expires_on=expires_on)

    assert not together.ask("INV-16").met
    papers = {**ready.case.documents, "ng_child_passport@child-1": held}
    assert together.but(documents=papers).ask("INV-16").met is met


def test_an_escort_and_a_child_who_stays_need_no_paper_here(ready):
    along = ready.with_person("escort-1", "escort", travels=True)
    given = Assignment("escort", ready.at, ready.case.version, ref="escort-1")
    assert along.but(roles={**ready.case.roles, "escort": given}).ask("INV-16").met
    assert not along.ask("INV-16").met  # who travels and is not the escort
    assert ready.with_person("child-1", "child", travels=False).ask("INV-16").met


# --- what the paper is judged against, and what is said ------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "met"),
    [
        (0 * SECOND, True),  # the very moment of landing
        (SECOND, False),
    ],
)
def test_a_journey_that_is_over_opens_no_border(ready, later, met):
    lands = ready.case.travel.legs[-1].arrives_at

    reason = ready.ask("INV-16", at=lands + later)

    assert (reason.met, reason.subject) == (met, "travel_document" if met else "travel_plan")
    assert met or (reason.fact, reason.remedy.do["do"]) == ("the booked journey is over", "travel")


def test_a_journey_that_ends_elsewhere_opens_no_border(ready):
    elsewhere = with_legs(ready, ready.case.travel.legs[0]._replace(to="TIP"))

    reason = elsewhere.ask("INV-16")

    assert (reason.met, reason.subject) == (False, "travel_plan")
    assert reason.fact == "the booked journey does not end in the country of origin"
    assert elsewhere.ask("INV-16", at=ready.at - DAY).remedy.from_ == ready.at - DAY
    found = SAFEGUARDS["INV-16"].ask(moving(elsewhere)).finding
    assert (found.do, found.from_) == ({"do": "travel"}, ready.at)
    assert elsewhere.ask("INV-16", at=ready.case.travel.legs[-1].arrives_at).fact == reason.fact


def test_whose_paper_is_missing_is_said_and_a_paper_for_them_proposed(ready):
    alone = ready.without_documents().ask("INV-16")
    together = ready.with_person("child-1", "child", travels=True).ask("INV-16")

    assert (alone.fact, alone.subject) == ("no valid travel document is held", "ng_passport")
    assert together.fact == "no valid travel document is held for a person who travels along"
    assert (together.subject, together.remedy.do["of"]) == ("ng_child_passport", "child-1")


def test_where_no_pack_has_a_paper_for_the_journey_any_is_asked_for(ready):
    none = with_process(
        ready, documents={id: replace(kind, satisfies=()) for id, kind in ready.process.documents.items()}
    )

    assert (none.ask("INV-16").met, none.ask("INV-16").subject) == (False, "travel_document")


def test_the_papers_that_would_do_are_those_of_the_journey_and_the_certain_ones_come_first(ready):
    def listed(ready, **whose):
        return [kind.id for kind in travel_documents(CaseNow(ready.process, ready.case, ready.at), **whose)]

    ready = ready.with_fact("eu_return_document_agreed", False)
    assert listed(ready) == ["ng_passport"]
    assert listed(ready.with_fact("has_passport", False).with_fact("ng_document_route", "etc")) == ["ng_etc"]
    unknown = with_kind(ready.without_fact("has_passport"), "ng_etc", when=None)
    assert listed(unknown)[0] == "ng_etc"  # it does without a question
    assert "ng_passport" in listed(unknown)[1:]
    assert listed(ready, of="child-1")[0] == "ng_child_passport"  # of their own before any other
    assert "eu_return_document" not in listed(ready, of="child-1")  # to which nobody has agreed
    agreed = ready.with_fact("eu_return_document_agreed", True)
    assert listed(agreed, of="child-1")[-1] == "eu_return_document"  # and the last resort last
    assert {
        kind for kind in listed(ready, of="child-1") if "travel_document" not in ready.process.documents[kind].satisfies
    } == set()


def test_of_the_papers_of_a_child_along_those_come_first_that_certainly_do_for_it(ready):
    along = ready.with_person("child-1", "child", travels=True)  # nobody knows whether it has a passport; she has one
    sure = with_kind(along, "ng_child_etc", when=None)

    listed = [kind.id for kind in travel_documents(CaseNow(sure.process, sure.case, sure.at), of="child-1")]

    assert listed[:2] == ["ng_child_etc", "ng_child_passport"]


def test_a_paper_for_life_does_not_end_so_long_after_its_issue(ready):
    for_life = with_kind(ready, "ng_passport", validity="life", max_days=30)

    assert for_life.with_document("ng_passport", issued_on=LANDING - 90 * DAY, expires_on=None).ask("INV-16").met


@pytest.mark.parametrize(("child_has", "held", "met"), [
    (True, "ng_child_passport", True), (True, "ng_child_etc", False), (False, "ng_child_etc", True), (False, "ng_child_passport", False),
])  # fmt: skip
def test_a_paper_of_who_travels_along_is_judged_by_what_is_known_of_them(ready, child_has, held, met):
    along = ready.with_person("child-1", "child", travels=True).with_fact("ng_document_route", "etc")
    known = along.but(facts_of={"has_passport@child-1": FactRecord(child_has, ready.at, along.case.version)})
    paper = DocumentRecord(held, "held", ready.at, 900, expires_on=LANDING + 300 * DAY, of="child-1")
    case = known.but(documents={**known.case.documents, f"{held}@child-1": paper})

    assert case.ask("INV-16").met is met
    listed = [kind.id for kind in travel_documents(CaseNow(ready.process, known.case, ready.at), of="child-1")]
    assert listed[0] == ("ng_child_passport" if child_has else "ng_child_etc")
    assert ("ng_child_etc" if child_has else "ng_child_passport") not in listed
    unknown = [kind.id for kind in travel_documents(CaseNow(ready.process, along.case, ready.at), of="child-1")]
    assert {"ng_child_passport", "ng_child_etc"} <= set(unknown)
