"""With which paper somebody goes home to Nigeria: what was asked for stays good, thirty days are thirty days, and no ticket is bought first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from wayhome import Engine, commands
from wayhome.packs.kinds.needs import FactNeed
from wayhome.testing import Ready, StoryClock, Walk, answered, ready_to_depart, walk_to_departure

from tests.conftest import ANNA, a_case

DAY = timedelta(days=1)
ONE_WAY = {"temporary_passport": "ng_temporary_passport", "etc": "ng_etc"}
GOOD = "a travel document is valid for the whole journey"
LATER = date(2030, 1, 1)


def ready_with(route: str, host: str = "BE") -> Ready:
    """A case that may depart on the paper of this route."""
    facts = (("age_status", "adult"), ("has_passport", False), ("ng_document_route", route))
    return ready_to_depart(host, "NG", facts)


def landing(ready: Ready) -> date:
    assert ready.case.travel is not None
    return ready.case.travel.legs[-1].arrives_at.date()


# --- the one-way papers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["BE", "NL"])
@pytest.mark.parametrize(("route", "paper"), ONE_WAY.items())
def test_a_one_way_paper_that_is_held_flies(host: str, route: str, paper: str) -> None:
    ready = ready_with(route, host)

    assert ready.case.documents[paper].status == "held"
    assert ready.ask("INV-16").fact == GOOD
    assert ready.case.steps[f"{paper}_request"].state == "done"  # nobody is asked for it again on the way


@pytest.mark.parametrize(
    ("issued_before", "met"),
    [
        (30, True),  # the thirtieth day is the day of the landing
        (31, False),  # a day more
    ],
)
def test_a_temporary_passport_is_good_for_thirty_days_whatever_is_typed_as_its_end(
    issued_before: int, met: bool
) -> None:
    ready = ready_with("temporary_passport")
    issued = landing(ready) - issued_before * DAY

    reason = ready.with_document("ng_temporary_passport", issued_on=issued, expires_on=LATER).ask("INV-16")

    assert reason.met is met
    if not met:
        assert reason.fact == "the travel document runs out before the journey ends, or inside its margin"
        assert reason.todo == "get a paper that is valid for the whole journey"
        assert reason.subject == "ng_temporary_passport"


# --- what was asked for stays good ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["temporary_passport", "laissez_passer", "passport"])
def test_a_certificate_that_is_held_flies_also_when_another_paper_was_decided_on_since(route: str) -> None:
    ready = ready_with("etc").with_fact("ng_document_route", route)

    assert ready.ask("INV-16").fact == GOOD


@pytest.mark.parametrize("route", ["etc", "laissez_passer", "passport"])
def test_a_temporary_passport_that_is_held_flies_also_when_another_paper_was_decided_on_since(route: str) -> None:
    assert ready_with("temporary_passport").with_fact("ng_document_route", route).ask("INV-16").fact == GOOD


@pytest.mark.parametrize("route", ONE_WAY)
def test_a_one_way_paper_flies_also_where_somebody_recorded_it_as_a_passport(route: str) -> None:
    """It is called a passport; that the person holds one is asked of the ordinary one."""
    assert ready_with(route).with_fact("has_passport", True).ask("INV-16").fact == GOOD


@pytest.mark.parametrize(("route", "paper"), ONE_WAY.items())
def test_a_paper_that_was_refused_or_lost_is_none(route: str, paper: str) -> None:
    other = next(one for one in ONE_WAY if one != route)
    ready = ready_with(route).with_fact("ng_document_route", other)

    for status in ("refused", "lost", "withheld"):
        reason = ready.with_document(paper, status=status).ask("INV-16")
        assert (reason.met, reason.subject) == (False, ONE_WAY[other])


def test_a_certificate_that_was_asked_for_stays_good_when_the_route_is_decided_otherwise(
    engine: Engine, clock: StoryClock
) -> None:
    case = without_passport(engine, "etc")
    walk_to_departure(engine, clock, case, answers=_asks_for_the_paper, stop=lambda walk: "kind" in _last(walk))
    assert _papers(engine, case) == {"ng_etc": "requested"}
    engine.do(commands.Record(case, facts={"ng_document_route": "temporary_passport"}), as_=ANNA)

    walk = walk_to_departure(engine, clock, case)

    assert walk.arrived, [(r.rule, r.subject, r.fact) for r in walk.stuck]
    assert _papers(engine, case) == {"ng_etc": "held"}


# --- who travels along ------------------------------------------------------------------------------------------------------------


def with_a_child(ready: Ready, has_passport: bool = False) -> Ready:
    along = ready.with_person("child-1", "child", travels=True)
    held = along.case.facts["has_passport"]._replace(value=has_passport)
    return along.but(facts_of={**along.case.facts_of, "has_passport@child-1": held})


@pytest.mark.parametrize("route", [*ONE_WAY, "laissez_passer", "passport"])
@pytest.mark.parametrize("host", ["BE", "NL"])
def test_a_child_that_travels_along_has_a_paper_of_its_own(host: str, route: str) -> None:
    ready = with_a_child(ready_with(route, host))

    without = ready.ask("INV-16")

    assert without.met is False
    assert without.fact == "no valid travel document is held for a person who travels along"
    own = ready.process.documents[without.subject]
    assert own.each
    assert own.id == {
        "etc": "ng_child_etc",
        "laissez_passer": "ng_child_lp" if host == "NL" else "ng_child_temporary_passport",
    }.get(route, "ng_child_temporary_passport")
    assert of_the_child(ready, own.id).ask("INV-16").fact == GOOD


@pytest.mark.parametrize("paper", ["ng_child_etc", "ng_child_temporary_passport"])
@pytest.mark.parametrize("route", [*ONE_WAY, "laissez_passer", "passport"])
def test_the_paper_that_a_child_holds_flies_whatever_was_decided_since(route: str, paper: str) -> None:
    assert of_the_child(with_a_child(ready_with(route)), paper).ask("INV-16").fact == GOOD


@pytest.mark.parametrize("route", ["temporary_passport", "passport"])
def test_a_certificate_that_was_asked_for_for_a_child_is_proposed_before_anything_new(route: str) -> None:
    ready = with_a_child(ready_with(route))
    assert ready.ask("INV-16").subject == "ng_child_temporary_passport"

    assert of_the_child(ready, "ng_child_etc", status="requested").ask("INV-16").subject == "ng_child_etc"


def test_the_temporary_passport_of_a_child_is_good_for_thirty_days() -> None:
    ready = with_a_child(ready_with("temporary_passport"))
    issued = landing(ready) - 31 * DAY

    reason = of_the_child(ready, "ng_child_temporary_passport", issued_on=issued, expires_on=LATER).ask("INV-16")

    assert reason.met is False
    assert reason.fact == "the travel document runs out before the journey ends, or inside its margin"


def test_the_temporary_passport_of_a_child_flies_also_where_somebody_recorded_it_as_a_passport() -> None:
    ready = with_a_child(ready_with("temporary_passport"), has_passport=True)

    assert of_the_child(ready, "ng_child_temporary_passport").ask("INV-16").fact == GOOD


def test_a_child_with_a_passport_of_its_own_is_asked_for_no_other() -> None:
    ready = with_a_child(ready_with("temporary_passport"), has_passport=True)

    assert ready.ask("INV-16").subject == "ng_child_passport"
    assert of_the_child(ready, "ng_child_passport").ask("INV-16").fact == GOOD


def of_the_child(ready: Ready, paper: str, **said: Any) -> Ready:
    held = next(one for one in ready.case.documents.values() if one.status == "held")
    own = held._replace(kind=paper, of="child-1", **{"issued_on": None, "expires_on": landing(ready), **said})
    return ready.but(documents={**ready.case.documents, f"{paper}@child-1": own})


# --- the ticket ---------------------------------------------------------------------------------------------------------------------


def without_passport(engine: Engine, route: str) -> str:
    return a_case(engine, age_status="adult", has_passport=False, ng_document_route=route)


@pytest.mark.parametrize(("route", "paper"), ONE_WAY.items())
def test_no_paper_asks_for_a_booking_before_it_is_asked_for(engine: Engine, route: str, paper: str) -> None:
    """Whoever had to book before they may ask would buy a ticket for a paper that may never come."""
    case = without_passport(engine, route)
    ask = commands.Document(case, kind=paper, status="requested")

    unmet = engine.why(case, ask, as_=ANNA).unmet

    todo = [(reason.rule, reason.subject, reason.fact, reason.todo) for reason in unmet]
    assert ("CONSENT", "contact_embassy") in {(rule, subject) for rule, subject, _, _ in todo}  # what it does wait for
    assert not [one for one in todo if "book" in " ".join(map(str, one)) or "ticket" in " ".join(map(str, one))]


@pytest.mark.parametrize("route", ONE_WAY)
def test_where_the_journey_is_booked_it_says_to_book_and_not_to_buy(engine: Engine, route: str) -> None:
    case = without_passport(engine, route)

    form = engine.form(case, {"do": "travel", "status": "booked"}, as_=ANNA)

    assert form.help is not None
    assert "book and do not buy" in form.help
    assert "ticket" not in " ".join(slot.ask or slot.label for slot in form.slots)


@pytest.mark.parametrize("paper", [*ONE_WAY.values(), "ng_child_temporary_passport", "ng_child_etc"])
def test_each_one_way_paper_says_when_the_ticket_is_bought(paper: str) -> None:
    label = ready_with("etc").process.labels["documents"][paper]

    assert "buy" in label["help"].lower()
    assert "undated" in label["help"]  # what a page says that shows no day


def test_no_paper_of_this_country_needs_the_booking() -> None:
    kinds = ready_with("etc").process.documents.values()

    needing = [kind.id for kind in kinds if kind.pack == "nigeria" and FactNeed("travel_booked") in kind.needs]

    assert needing == []


# --- who is no Nigerian ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (None, "record"),  # nobody has asked yet
        (True, "document"),
        (False, None),  # a child with a Nigerian paper
    ],
)
def test_who_travels_along_on_a_paper_of_another_country_needs_an_e_visa_and_a_landing_card(
    engine: Engine, answer: bool | None, asked: str | None
) -> None:
    case = with_a_companion(engine, answer)

    assert _about_entry(engine, case) == ({asked} if asked else set())


def test_with_the_e_visa_in_hand_nothing_more_is_asked(engine: Engine) -> None:
    case = with_a_companion(engine, True)
    held = commands.Document(case, kind="ng_entry_papers", of="partner-1", status="held", expires_on=LATER)

    engine.do(held, as_=ANNA)

    assert _about_entry(engine, case) == set()


def with_a_companion(engine: Engine, needs_entry_papers: bool | None) -> str:
    case = without_passport(engine, "temporary_passport")
    along = commands.Involve(case, by="person", relation="partner", travels=True, age_band="adult")
    ref = next(iter(engine.do(along, as_=ANNA).events)).data["ref"]
    assert ref == "partner-1"
    if needs_entry_papers is not None:
        engine.do(commands.Record(case, of=ref, facts={"ng_needs_entry_papers": needs_entry_papers}), as_=ANNA)
    return case


def _about_entry(engine: Engine, case: str) -> set[str]:
    """Say what would help against what a departure still waits for on account of who is no Nigerian."""
    about = [reason for reason in engine.why(case, "depart", as_=ANNA).unmet if reason.subject == "ng_companion_entry"]
    return {reason.remedy.do["do"] for reason in about if reason.remedy is not None}


def _papers(engine: Engine, case: str) -> dict[str, str]:
    return {one["kind"]: one["status"] for one in engine.case(case, as_=ANNA).documents}


def _asks_for_the_paper(engine: Engine, case: str, remedy: Any) -> dict[str, Any]:
    """Answer as usual, save that a paper that is to be had is only asked for."""
    do = answered(engine, case, remedy)
    return {"do": "document", "kind": do["kind"], "status": "requested"} if do["do"] == "document" else do


def _last(walk: Walk) -> Any:
    return walk.done[-1][2] if walk.done else {}
