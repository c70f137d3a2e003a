"""What a paper waits for before it is asked for: what is known, done, booked and agreed, and its day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wayhome.calendar.spans import clock_text
from wayhome.model.case import DocumentRecord, FactRecord
from wayhome.model.moves import PHASE_NUMBER
from wayhome.packs.kinds.needs import DocumentNeed, FactNeed, StepNeed
from wayhome.packs.kinds.spans import Span, Timing
from wayhome.testing.builders import Ready

from tests.rules.cases import DAY, SECOND, asked, proposed, told, unmet, with_kind

ETC = "Emergency Travel Certificate (ETC)"
FINE = "how the paper stands can be recorded"


@pytest.fixture
def without_passport(ready: Ready) -> Ready:
    """The same for whoever has no passport, and asks for an emergency certificate, for which all is there."""
    return ready.with_fact("has_passport", False).with_fact("ng_document_route", "etc")


def with_etc(ready: Ready, status: str) -> Ready:
    return ready.but(documents={"ng_etc": DocumentRecord("ng_etc", status, ready.at, ready.case.version)})


@pytest.mark.parametrize("status", ["requested", "held", "lost", "withheld", "refused", "surrendered"])
def test_how_a_paper_stands_can_be_recorded(without_passport: Ready, status: str) -> None:
    (fine,) = asked(without_passport, "document", kind="ng_etc", status=status)

    assert (fine.rule, fine.met, fine.subject, fine.fact) == ("DOCUMENT", True, "ng_etc", FINE)


def test_a_word_that_is_no_paper_is_told_by_who_reads_it(ready: Ready) -> None:
    assert asked(ready, "document", kind="invented_paper", status="held") == []


# --- what it needs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "stands", "waits"),
    [
        ("requested", None, True),
        ("held", None, True),
        ("held", "requested", True),
        ("held", "lost", True),
        ("held", "held", False),  # it is there already
        ("requested", "held", False),
        ("lost", None, False),  # what happened can be recorded
        ("refused", "requested", False),
    ],
)
def test_a_paper_that_is_to_be_had_waits_for_what_it_needs(
    without_passport: Ready, status: str, stands: str | None, waits: bool
) -> None:
    case = without_passport.without_step("ng_origin_address")
    if stands:
        case = with_etc(case, stands)

    found = unmet(case, "document", kind="ng_etc", status=status)

    fact = f"'{ETC}' needs this first: 'Write down the address in Nigeria' is done"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("DOCUMENT", "ng_etc", fact, "get that first")
    ] * waits
    assert [one.phase for one in found] == [PHASE_NUMBER["pre_departure"]] * waits
    assert [proposed(one)["step"] for one in found] == ["ng_origin_address"] * waits


def test_the_paper_of_a_companion_stands_for_itself(without_passport: Ready) -> None:
    case = with_etc(without_passport.without_step("ng_origin_address"), "held").with_person("child-1", "child")
    of_the_child = case.case.documents["ng_etc"]._replace(of="child-1")
    both = case.but(documents={**case.case.documents, "ng_etc@child-1": of_the_child})

    assert told(case, "document", kind="ng_etc", status="held") == []
    assert len(told(case, "document", kind="ng_etc", status="held", of="child-1")) == 1
    assert told(both, "document", kind="ng_etc", status="held", of="child-1") == []


def test_a_paper_waits_for_the_booking(without_passport: Ready) -> None:
    case = with_kind(without_passport, "ng_etc", needs=(FactNeed("travel_booked"),), request_from=None)

    (found,) = unmet(case.but(travel=None), "document", kind="ng_etc", status="held")

    assert (found.rule, found.subject) == ("DOCUMENT", "ng_etc")
    assert (found.fact, found.todo) == (f"'{ETC}' needs this first: 'The journey is booked' is yes", "get that first")
    assert proposed(found) == {}  # what comes before a booking is told where it is booked


def test_a_paper_waits_for_another_paper(without_passport: Ready) -> None:
    case = with_kind(without_passport, "ng_etc", needs=(DocumentNeed("ng_nin"),))

    (found,) = unmet(case, "document", kind="ng_etc", status="held")

    assert (found.rule, found.subject, found.todo) == ("DOCUMENT", "ng_etc", "get that first")
    assert found.fact == f"'{ETC}' needs this first: 'National Identification Number (NIN)' is held"
    assert proposed(found) == {}


def test_a_paper_that_needs_two_tells_both(without_passport: Ready) -> None:
    case = with_kind(without_passport, "ng_etc", needs=(StepNeed("safety_plan"), StepNeed("risk_recheck")))

    neither = case.without_step("safety_plan").without_step("risk_recheck")
    found = unmet(neither, "document", kind="ng_etc", status="held")

    assert [proposed(one)["step"] for one in found] == ["safety_plan", "risk_recheck"]


def test_a_paper_waits_for_what_must_be_known(ready: Ready) -> None:
    nobody_knows = ready.without_documents().without_fact("has_passport")

    (found,) = unmet(nobody_knows, "document", kind="ng_passport", status="held")

    assert (found.rule, found.subject) == ("FACT", "has_passport")
    assert found.todo.endswith("Does the person hold a passport that is still valid?")
    assert found.fact == "it is not recorded: The person holds a passport that is still valid"
    assert proposed(found)["facts"] == ("has_passport",)


@pytest.mark.parametrize("has_passport", [None, True])
def test_a_paper_of_who_travels_along_waits_for_what_must_be_known_of_them(
    ready: Ready, has_passport: bool | None
) -> None:
    along = ready.with_person("child-1", "child", travels=True)
    if has_passport is not None:
        along = along.but(facts_of={"has_passport@child-1": FactRecord(has_passport, ready.at, 70)})

    found = unmet(along, "document", kind="ng_child_passport", status="held", of="child-1")

    assert [(one.rule, one.subject, one.fact) for one in found] == [
        (
            "FACT",
            "has_passport",
            "it is not recorded of child-1: The person holds a passport that is still valid",
        )
    ] * (has_passport is None)


@pytest.mark.parametrize("state", ["missing", "refused", "given"])
def test_a_paper_waits_for_the_consent_to_ask_for_it(without_passport: Ready, state: str) -> None:
    case = without_passport.without_consent("contact_embassy")
    if state != "missing":
        case = case.with_consent("contact_embassy", "embassy", state=state)

    found = unmet(case, "document", kind="ng_etc", status="requested")

    fact = {
        "missing": f"'{ETC}' needs the person's consent: Contact the embassy",
        "refused": "the person has said no: Contact the embassy",
    }
    todo = {"missing": "ask the person", "refused": "do not ask again"}
    assert [(one.rule, one.subject, one.fact, one.todo.partition(";")[0]) for one in found] == [
        ("CONSENT", "contact_embassy", fact[state], todo[state]) for _ in range(state != "given")
    ]
    assert all(proposed(one).get("recipient") == ("embassy" if state == "missing" else None) for one in found)


def test_the_consent_names_whom_the_paper_names(ready: Ready) -> None:
    case = ready.with_fact("carrier_asks_medical_form", True)

    (found,) = unmet(case, "document", kind="medif", status="requested")

    assert (found.subject, proposed(found)["purpose"], proposed(found)["recipient"]) == (
        "health_share",
        "health_share",
        "carrier",
    )


# --- its day -----------------------------------------------------------------------------------------------------------------------


def from_a_week_before(ready: Ready, anchor: str = "planned_departure") -> Ready:
    return with_kind(ready, "ng_etc", request_from=Timing(Span(7, "days"), anchor, backwards=True))


@pytest.mark.parametrize(
    ("early", "status", "stands", "waits"),
    [
        (timedelta(0), "requested", "none", False),
        (SECOND, "requested", "none", True),
        (SECOND, "held", "none", True),
        (SECOND, "held", "requested", False),  # it was asked for, and has come
        (SECOND, "requested", "requested", True),  # to ask once more is to ask
    ],
)
def test_a_paper_is_not_asked_for_before_its_day(
    without_passport: Ready, early: timedelta, status: str, stands: str, waits: bool
) -> None:
    case, opens = from_a_week_before(without_passport), without_passport.at - 7 * DAY
    if stands != "none":
        case = with_etc(case, stands)

    found = unmet(case, "document", kind="ng_etc", status=status, at=opens - early)

    fact = f"'{ETC}' may not be asked for before {clock_text(opens, 'Europe/Brussels')}"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("DOCUMENT", "ng_etc", fact, "wait until then")
    ] * waits
    assert not any(map(proposed, found))


@pytest.mark.parametrize(
    ("anchor", "known"),
    [
        ("planned_departure", "the planned departure is set"),
        ("planned_arrival", "planned arrival is known"),
    ],
)
def test_a_paper_waits_until_a_day_is_set_from_which_it_counts(
    without_passport: Ready, anchor: str, known: str
) -> None:
    nothing_planned = from_a_week_before(without_passport, anchor).but(travel=None)

    facts = [fact for _, _, fact, _ in told(nothing_planned, "document", kind="ng_etc", status="requested")]

    assert f"'{ETC}' may not be asked for before {known}" in facts


def test_a_paper_that_has_come_still_waits_for_the_rest_of_what_it_needs(without_passport: Ready) -> None:
    case = with_etc(from_a_week_before(without_passport), "requested")
    case = with_kind(case, "ng_etc", needs=(StepNeed("safety_plan"),)).without_step("safety_plan")
    early = without_passport.at - 8 * DAY

    without = case.without_consent("contact_embassy")

    found = unmet(without, "document", kind="ng_etc", status="held", at=early)

    assert [(one.rule, one.subject) for one in found] == [("DOCUMENT", "ng_etc"), ("CONSENT", "contact_embassy")]
