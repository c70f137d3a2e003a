"""What authorities and the law ask before a person may leave: INV-09, INV-10, INV-17, INV-18, INV-32, INV-37."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from wayhome import Actor
from wayhome.commands import Complete, Consent, Contact, Document, Redo, Travel, read_command
from wayhome.model.case import Assignment, IncidentRecord, MoveRecord
from wayhome.rules.safeguard import SAFEGUARDS
from wayhome.testing.builders import Ready

from tests.rules.cases import moving, with_process

SECOND = timedelta(seconds=1)


def with_incident(ready: Ready, type: str, **changes: object) -> Ready:
    opened = IncidentRecord(1, type, "blocked", "pre_departure", ready.at)._replace(**changes)
    return ready.but(incidents=(opened,))


def test_a_case_that_is_ready_passes_every_safeguard_of_this_file(ready):
    assert [rule for rule in ("INV-09", "INV-10", "INV-17", "INV-18", "INV-32") if not ready.ask(rule).met] == []


# --- INV-09: protection ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "met"),
    [
        ("none", True),
        ("not_claimed_after_advice", True),
        ("withdrawn_after_advice", True),
        ("refused_final", True),
        ("claim_possible", False),
        ("claim_pending", False),
    ],
)
def test_nobody_departs_while_protection_is_claimed_or_claimable(ready, result, met):
    assert ready.with_step("protection_needs_check", result=result).ask("INV-09").met is met


def test_a_protection_check_that_is_missing_or_reset_stops_departure(ready):
    assert not ready.without_step("protection_needs_check").ask("INV-09").met
    assert not ready.with_step("protection_needs_check", state="open").ask("INV-09").met


def test_an_open_claim_counts_more_than_an_older_check(ready):
    assert with_incident(ready, "asylum_claim").ask("INV-09").subject == "asylum_claim"
    assert not with_incident(ready, "asylum_claim").ask("INV-09").met
    assert with_incident(ready, "asylum_claim", resolved_at=ready.at).ask("INV-09").met


def test_while_a_claim_is_pending_it_is_asked_how_protection_stands(ready):
    found = SAFEGUARDS["INV-09"].ask(moving(with_incident(ready, "asylum_claim"))).finding

    assert (found.subject, found.fact) == ("asylum_claim", "the person asks for international protection")
    assert found.todo == "wait for the final answer, or a free withdrawal after advice"
    assert found.do == {"do": "complete", "step": "protection_needs_check"}


def test_the_embassy_is_not_contacted_while_a_claim_is_pending(ready):
    call = Contact(ready.case.number, with_="embassy", channel="phone", reached=True, basis="consent")

    assert ready.ask("INV-09", call).met
    assert not with_incident(ready, "asylum_claim").ask("INV-09", call).met


# --- INV-10: the reflection period -------------------------------------------------------------------------------

STARTED = datetime(2026, 3, 2, 8, tzinfo=UTC)
ENDS = datetime(2026, 4, 16, 7, tzinfo=UTC)  # 45 days in Belgium: 9:00 in winter time, 9:00 in summer time


def test_nobody_departs_before_the_last_second_of_reflection_is_over(ready):
    assert ready.case.steps["reflection_period"].at == STARTED
    assert ready.ask("INV-10", at=ENDS).met
    assert not ready.ask("INV-10", at=ENDS - SECOND).met


@pytest.mark.parametrize(
    ("asks", "counselled", "met"),
    [
        (True, True, True),
        (True, False, False),  # nobody independent has told the person what leaving would mean
        (False, True, False),
        (None, True, False),  # not recorded is no wish
    ],
)
def test_only_the_persons_own_wish_after_counselling_ends_reflection(ready, asks, counselled, met):
    asked = ready if asks is None else ready.with_fact("asks_during_reflection", asks)
    asked = asked if counselled else asked.without_step("legal_counselling")

    assert asked.ask("INV-10", at=ENDS - SECOND).met is met


def test_without_a_granted_period_no_reflection_holds_anybody(ready):
    assert ready.with_step("reflection_period", result="not_granted").ask("INV-10", at=ENDS - SECOND).met


def test_a_waived_period_needs_the_persons_own_recorded_wish_and_counselling(ready):
    waived = ready.with_step("reflection_period", result="waived_by_person")

    assert not waived.ask("INV-10").met
    assert waived.with_fact("asks_during_reflection", True).ask("INV-10").met
    assert not waived.with_fact("asks_during_reflection", True).without_step("legal_counselling").ask("INV-10").met


@pytest.mark.parametrize("state", ["open", "failed"])
def test_a_period_that_is_to_be_asked_for_again_holds_nobody_here(ready, state):
    assert ready.with_step("reflection_period", state=state).ask("INV-10", at=ENDS - SECOND).met


def test_a_period_that_never_began_holds_nobody(ready):
    assert ready.without_step("reflection_period").ask("INV-10", at=ENDS - SECOND).met


def test_the_longer_period_of_a_child_counts_in_belgium(child):
    three_months = datetime(2026, 6, 2, 7, tzinfo=UTC)

    assert child.ask("INV-10", at=three_months).met
    assert not child.ask("INV-10", at=three_months - SECOND).met


def test_a_journey_inside_the_reflection_period_cannot_be_booked(ready):
    travel = ready.case.travel
    booking = Travel(ready.case.number, status="booked")
    leg = travel.legs[0]

    inside = ready.but(travel=travel._replace(legs=(leg._replace(departs_at=ENDS - SECOND),)))
    after = ready.but(travel=travel._replace(legs=(leg._replace(departs_at=ENDS),)))

    assert not inside.ask("INV-10", booking, at=STARTED).met
    assert after.ask("INV-10", booking, at=STARTED).met


# --- INV-17, INV-18: courts and counsel --------------------------------------------------------------------------


LAWYER, MANAGER = (
    Actor("lou", "a_law_firm", {"legal_counsellor"}),
    Actor("mia", "invented_house", {"case_manager_sending"}),
)


@pytest.mark.parametrize(
    ("counselled", "cleared", "asks", "met"),
    [
        ({"asked_by": "lou"}, {"asked_by": "mia"}, MANAGER, True),
        ({"asked_by": "mia"}, {"asked_by": "mia"}, LAWYER, False),
        ({"asked_by": "lou"}, {"signed": (("case_manager_sending", "mia", ""), ("travel_officer", "lou", ""))}, MANAGER, False),
        ({"signed": (("legal_counsellor", "mia", ""),)}, {"asked_by": "mia"}, LAWYER, False),
        ({"asked_by": "mia"}, {"asked_by": "ola"}, MANAGER, True),  # who only asks clears nothing
        ({"asked_by": None}, {"asked_by": None}, MANAGER, True),  # a lawyer without an account
    ],
)  # fmt: skip
def test_who_counsels_the_person_does_not_clear_the_departure(ready, counselled, cleared, asks, met):
    case = ready.with_step("legal_counselling", **counselled).with_step("departure_clearance", **cleared)

    found = case.ask("INV-18", actor=asks)
    assert (found.met, found.subject) == (met, "legal_counselling")
    if not met:
        assert found.fact == "whoever counselled the person clears the departure, too, and so is not independent"
        assert found.todo == "let another lawyer counsel the person, or another clear the departure"


@pytest.mark.parametrize("do", ["complete", "sign"])
def test_nor_do_they_clear_it_who_have_counselled(ready, do):
    case = ready.with_step("legal_counselling", asked_by="mia").without_step("departure_clearance")
    answer = {"answer": "agree"} if do == "sign" else {}
    clears = read_command({"do": do, "step": "departure_clearance", **answer}, case=case.case.number)

    assert not case.ask("INV-18", clears, actor=MANAGER).met
    assert case.ask("INV-18", clears, actor=LAWYER).met


def test_what_others_did_before_this_return_was_taken_over_is_only_typed_here(ready):
    case = ready.with_step("legal_counselling", asked_by="mia").with_step("departure_clearance", asked_by="mia")
    counselled = case.case.steps["legal_counselling"]

    assert not case.but(adopted_at=counselled.at).ask("INV-18", actor=LAWYER).met
    assert case.but(adopted_at=counselled.at + SECOND).ask("INV-18", actor=LAWYER).met


def test_before_anybody_has_cleared_it_the_lawyer_is_asked_for(ready):
    case = ready.without_step("departure_clearance").without_step("legal_counselling")

    found = case.ask("INV-18", actor=MANAGER)
    assert (found.met, found.fact) == (False, "the person was not counselled by an independent lawyer")


@pytest.mark.parametrize(
    ("result", "met"),
    [
        ("none", True),
        ("open_no_presence", True),
        ("testimony_secured", True),
        ("arranged", True),
        ("presence_needed", False),
    ],
)
def test_nobody_departs_who_is_needed_in_court_without_arrangement(ready, result, met):
    reason = ready.with_step("proceedings_clearance", result=result).ask("INV-17")

    assert reason.met is met
    assert met or reason.fact == "the person is needed in legal proceedings"


def test_proceedings_that_nobody_has_recorded_stop_departure(ready):
    unrecorded = "it is not recorded how legal proceedings stand"

    assert ready.without_step("proceedings_clearance").ask("INV-17").fact == unrecorded
    assert ready.with_step("proceedings_clearance", state="open").ask("INV-17").fact == unrecorded


@pytest.mark.parametrize(
    ("state", "met"),
    [
        ("done", True),
        ("in_progress", False),
        ("open", False),
        ("failed", False),
        ("skipped", False),  # it is not something to decline
    ],
)
def test_nobody_departs_without_independent_legal_counselling(ready, state, met):
    assert ready.with_step("legal_counselling", state=state).ask("INV-18").met is met


def test_counselling_that_was_never_recorded_stops_departure(ready):
    reason = ready.without_step("legal_counselling").ask("INV-18")

    assert (reason.met, reason.subject) == (False, "legal_counselling")


# --- INV-32: removal ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "resolved", "met"),
    [
        ("expulsion_risk", False, False),
        ("expulsion_risk", True, True),  # the order was lifted
        ("decision_postponed", False, True),  # something else is open
    ],
)
def test_no_return_is_voluntary_while_a_removal_is_enforced(ready, type, resolved, met):
    assert with_incident(ready, type, resolved_at=ready.at if resolved else None).ask("INV-32").met is met


# --- INV-09: what is asked of an authority -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "of", "met"),
    [
        ("requested", None, False),  # the embassy would hear of the person
        ("lost", None, True),  # nothing is asked there
        ("refused", None, True),
        ("held", "child-1", False),  # a child's paper came from there
    ],
)
def test_no_paper_is_asked_of_the_origin_while_a_claim_is_pending(ready, status, of, met):
    claims = with_incident(ready.without_documents(), "asylum_claim")

    assert claims.ask("INV-09", Document(ready.case.number, kind="ng_passport", status=status, of=of)).met is met


@pytest.mark.parametrize(
    ("before", "met"),
    [
        ("held", True),  # it is in hand already: its data are written down
        ("lost", False),
        ("requested", False),
    ],
)
def test_a_paper_that_is_held_already_asks_nothing_of_the_origin(ready, before, met):
    claims = with_incident(ready, "asylum_claim").with_document("ng_passport", status=before)

    assert claims.ask("INV-09", Document(ready.case.number, kind="ng_passport", status="held")).met is met
    assert not claims.ask("INV-09", Document(ready.case.number, kind="ng_passport", status="held", of="child-1")).met


def test_what_ends_a_claim_is_proposed_and_what_checks_protection(ready):
    assert with_incident(ready, "asylum_claim").ask("INV-09").remedy.do["step"] == "protection_needs_check"
    assert ready.without_step("protection_needs_check").ask("INV-09").subject == "protection_needs_check"


# --- INV-10: a running period ------------------------------------------------------------------------------------


def test_a_wish_counts_from_the_moment_of_the_first_counselling(ready):
    advised = ready.case.steps["legal_counselling"].at
    asked = ready.with_fact("asks_during_reflection", True)

    def wish(at: datetime) -> Ready:
        return asked.but(
            facts={
                **asked.case.facts,
                "asks_during_reflection": asked.case.facts["asks_during_reflection"]._replace(at=at),
            }
        )

    assert wish(advised).ask("INV-10", at=ENDS - SECOND).met
    assert not wish(advised - SECOND).ask("INV-10", at=ENDS - SECOND).met


@pytest.mark.parametrize(
    ("by", "suspected", "in_error", "met"),
    [
        (None, False, False, True),
        ("lawyer-1", False, False, True),
        ("lawyer-1", True, False, False),  # a word of who is suspected advises nobody
        (None, False, True, False),  # it was written down in error
    ],
)
def test_a_wish_counts_after_advice_that_was_given_and_can_be_trusted(ready, by, suspected, in_error, met):
    asked = ready.with_person("lawyer-1", "lawyer", suspected=suspected).with_step("legal_counselling", by=by)
    asked = asked.with_fact("asks_during_reflection", True)
    if in_error:
        asked = asked.but(taken_back=frozenset({ready.case.steps["legal_counselling"].seq}))

    reason = asked.ask("INV-10", at=ENDS - SECOND)

    assert (reason.met, reason.subject) == (met, "reflection_period")
    assert met or reason.todo == "wait until it ends; nobody may hurry the person"


def test_who_waits_for_the_end_of_reflection_hears_what_may_be_recorded_and_when_it_ends(ready):
    reason = ready.ask("INV-10", at=ENDS - SECOND)

    assert (reason.subject, reason.remedy.from_) == ("reflection_period", ENDS)
    assert reason.remedy.do == {"do": "record", "facts": ("asks_during_reflection",)}


def test_inside_reflection_a_journey_may_be_cancelled_and_one_that_was_made_be_written_down(ready):
    leg = ready.case.travel.legs[0]
    inside = Travel(ready.case.number, status="booked", legs=(leg._replace(departs_at=ENDS - SECOND),))
    after = Travel(ready.case.number, status="booked", legs=(leg._replace(departs_at=ENDS),))

    assert not ready.ask("INV-10", inside, at=STARTED).met
    assert ready.ask("INV-10", after, at=STARTED).met
    held = ready.but(travel=ready.case.travel._replace(legs=inside.legs))
    assert held.ask("INV-10", Travel(ready.case.number, status="cancelled"), at=STARTED).met
    assert (
        ready.but(moves={**ready.case.moves, "departed": MoveRecord(STARTED, 1)}).ask("INV-10", inside, at=STARTED).met
    )


@pytest.mark.parametrize(
    ("step", "left", "met"),
    [
        ("reflection_period", SECOND, False),
        ("reflection_period", timedelta(0), True),  # it is over
        ("legal_counselling", SECOND, True),  # no period
        ("no_such_step", SECOND, True),  # the command itself will say so
    ],
)
def test_a_period_that_protects_is_not_begun_anew_while_it_runs(ready, step, left, met):
    reason = ready.ask("INV-10", Redo(ready.case.number, step=step), at=ENDS - left)

    assert (reason.met, reason.subject) == (met, step)
    assert met or reason.fact == "this protected period is running until 2026-04-16"
    assert reason.remedy is None  # there is nothing to do but to wait


def test_a_period_that_never_began_may_be_begun(ready):
    assert (
        ready.without_step("reflection_period")
        .ask("INV-10", Redo(ready.case.number, step="reflection_period"), at=STARTED)
        .met
    )


@pytest.mark.parametrize(("day", "met"), [(29, False), (31, True)])
def test_a_period_of_one_length_is_left_alone_while_it_runs(ready, day, met):
    period = ready.process.steps["reflection_period"]
    one_length = replace(period, lengths=period.lengths[:1])  # thirty days
    asked = with_process(ready, steps={**ready.process.steps, "reflection_period": one_length})

    again = Redo(ready.case.number, step="reflection_period")
    assert asked.ask("INV-10", again, at=STARTED + timedelta(days=day)).met is met


def test_a_stay_that_only_lasts_at_most_so_long_protects_nobody_and_may_be_done_anew(ready):
    period = ready.process.steps["reflection_period"]
    short = replace(period, lengths=tuple(length._replace(at_least=False) for length in period.lengths))
    asked = with_process(ready, steps={**ready.process.steps, "reflection_period": short})

    assert asked.ask("INV-10", Redo(ready.case.number, step="reflection_period"), at=ENDS - SECOND).met


# --- INV-32: a no always counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "met"), [("given", False), ("refused", True)])
def test_while_a_removal_is_enforced_only_a_no_to_return_counts(ready, answer, met):
    removed = with_incident(ready, "expulsion_risk")
    reason = removed.ask("INV-32", Consent(ready.case.number, purpose="return", answer=answer))

    assert (reason.met, reason.subject) == (met, "expulsion_risk")
    assert ready.ask("INV-32", Consent(ready.case.number, purpose="return", answer=answer)).met


def test_what_a_removal_order_needs_is_proposed_as_a_whole_command(ready):
    remedy = with_incident(ready, "expulsion_risk").ask("INV-32").remedy

    assert remedy is not None
    assert read_command(remedy.do, case=ready.case.number).case == ready.case.number


# --- INV-37: whom an earlier flight is asked before ----------------------------------------------------------------


def asks(ready, **said):
    heard = {"heard": ["visit"], "own_words": "(invented) I want that one", "flight": "(invented) on Thursday"}
    return Complete(ready.case.number, step="own_early_flight", result="asks", fields=heard, **said)


@pytest.mark.parametrize(
    ("actor", "met"),
    [
        (Actor("lena", "an_invented_law_firm", {"legal_counsellor"}), True),
        (Actor("lena", "invented_organisation", {"legal_counsellor"}), False),  # works for us
        (Actor("omar", "be_immigration_office", {"legal_counsellor"}), False),  # belongs to an authority
        (Actor("anna", "an_invented_law_firm", {"case_manager_sending"}), False),  # is no lawyer
    ],
)
def test_inv_37_a_lawyer_who_is_free_hears_that_somebody_asks_for_an_earlier_flight(ready, actor, met):
    reason = ready.ask("INV-37", asks(ready), actor=actor)

    assert (reason.met, reason.subject) == (met, "own_early_flight")
    assert met or reason.fact == (
        "no lawyer who belongs to no authority, and does not work for us, has heard this from the person"
    )


def test_inv_37_that_somebody_does_not_ask_is_said_before_anybody(ready):
    said = Complete(ready.case.number, step="own_early_flight", result="does_not")

    assert ready.ask("INV-37", said, actor=Actor("anna", "invented_organisation", {"case_manager_sending"})).met


@pytest.mark.parametrize(
    ("said", "changes", "met"),
    [
        ({"by": "lawyer-1"}, {}, True),
        ({"by": "lawyer-1"}, {"suspected": True}, False),
        ({"by": "lawyer-1", "heard_by": "through_somebody"}, {}, False),
        ({"by": "friend-1"}, {}, False),
        ({"by": "somebody whom nobody knows"}, {}, False),
        ({"by": "person"}, {}, False),
        ({"by": "lawyer-1", "heard_by": "phone"}, {}, True),
    ],
)
def test_inv_37_their_own_lawyer_has_heard_that_they_ask_for_an_earlier_flight(ready, said, changes, met):
    known = ready.with_person("lawyer-1", "lawyer", **changes).with_person("friend-1", "friend")
    here = Actor("anna", "invented_organisation", {"case_manager_sending"})
    reason = known.ask("INV-37", asks(ready, **said), actor=here)

    assert (reason.met, reason.subject, reason.remedy) == (met, "own_early_flight", None)


def test_inv_37_the_word_of_a_friend_is_no_lawyers_whoever_types_it_and_who_counsels_works_for_the_person(ready):
    lena = Actor("lena", "an_invented_law_firm", {"legal_counsellor"})
    known = ready.with_person("friend-1", "friend")
    assert not known.ask("INV-37", asks(ready, by="friend-1"), actor=lena).met
    assert not known.ask("INV-37", asks(ready, heard_by="through_somebody"), actor=lena).met

    def holds(role: str) -> Ready:
        held = Assignment(role, ready.at, 40, organisation=lena.organisation)
        return ready.but(roles={**ready.case.roles, role: held})

    assert holds("legal_counsellor").ask("INV-37", asks(ready), actor=lena).met
    assert not holds("case_manager_receiving").ask("INV-37", asks(ready), actor=lena).met
