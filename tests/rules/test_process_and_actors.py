"""What always holds, of a process, a number, evidence and whoever acts: INV-11, INV-21 … INV-24, INV-27, INV-28, INV-30, INV-31, INV-33, INV-38."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.case_now.outside import Loss, Outside
from wayhome.commands import Complete, Move, Open
from wayhome.model.actor import Actor
from wayhome.model.case import FactRecord, StepKey, StepRecord
from wayhome.packs.conditions import Is, parse
from wayhome.packs.kinds.limits import Limit, LimitTightening
from wayhome.packs.kinds.needs import AnyNeed, StepNeed
from wayhome.packs.kinds.spans import Round, Span, Timing
from wayhome.packs.strictness import looser
from wayhome.rules.process_and_actors import may_show_group
from wayhome.rules.safeguard import SAFEGUARDS, required_limits
from wayhome.testing.builders import Ready

from tests.conftest import ANNA
from tests.rules.cases import DAY, HOUR, SECOND, on_both_sides, with_process

CLOCK = Actor.clock
ASKED = datetime(2026, 6, 1, 8, tzinfo=UTC)


def with_process_step(ready: Ready, id: str, **changes: object) -> Ready:
    """The same with one step changed in the process itself."""
    return with_process(ready, steps={**ready.process.steps, id: replace(ready.process.steps[id], **changes)})


# --- INV-11: help does not depend on the police ------------------------------------------------------------------


def test_no_step_of_the_real_packs_waits_for_the_police(ready):
    assert ready.ask("INV-11").met


def with_a_mark(ready: Ready, kind: str, id: str, mark: str) -> Ready:
    """The same with one entry of the process marked."""
    entries = getattr(ready.process, kind)
    return with_process(ready, **{kind: {**entries, id: replace(entries[id], asks=(mark,))}})


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({"after": ((StepNeed("screening_interview"), None),)}, True),
        ({"after": ((StepNeed("be_residence_document"), None),)}, False),
        ({"after": ((AnyNeed((StepNeed("screening_interview"), StepNeed("be_residence_document"))), None),)}, False),
        ({"when": parse({"be_residence_document": "issued"})}, False),
        ({"when": parse({"not": {"be_residence_document": "refused"}})}, False),
        # what is only offered may speak of it: it holds up nothing
        ({"when": parse({"be_residence_document": "issued"}), "kind": "offered"}, True),
    ],
)
def test_help_that_waits_for_cooperation_is_no_process(ready, changes, met):
    reason = with_process_step(ready, "safe_accommodation", **changes).ask("INV-11")

    assert reason.met is met
    assert met or "safe_accommodation" in reason.fact


@pytest.mark.parametrize(
    ("kind", "id"),
    [("facts", "has_passport"), ("consents", "legal"), ("documents", "ng_etc"), ("steps", "screening_interview")],
)
def test_a_mark_anywhere_on_the_way_to_help_is_found(ready, kind, id):
    assert not with_a_mark(ready, kind, id, "cooperation").ask("INV-11").met
    assert not with_a_mark(ready, kind, id, "payment").ask("INV-27").met


# --- INV-21: the case number -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "met"),
    [
        ("WH-7K3M9-Q2F4A-Z", True),
        ("WH-7K3M9Q2F4AZ", False),  # readable, and not as this program writes it
        ("VR-7K3M9-Q2F4A-Z", False),
        ("WH-ANNA1-19990-1", False),
        ("", False),
    ],
)
def test_a_case_number_is_one_that_this_program_made(ready, number, met):
    case = ready.but(number=number)
    if number == "WH-ANNA1-19990-1":  # a wrong check character is told by the reader of numbers
        with pytest.raises(Exception, match="mistyped"):
            case.ask("INV-21", Open(host_country="BE", origin_country="NG"))
        return

    assert case.ask("INV-21", Open(host_country="BE", origin_country="NG")).met is met


@pytest.mark.parametrize(
    ("told", "met"),
    [
        ("9Q2F5", True),  # one character off
        ("9Q2F4", False),  # stands in the number
        ("9q2f4", False),
        ("9Q2", True),  # three characters meet by chance
        ("9Q2F", False),  # four do not
        (92, True),
    ],
)
def test_nothing_that_was_told_stands_in_the_number(ready, told, met):
    opened = Open(host_country="BE", origin_country="NG", facts={"something_told": told})

    assert ready.but(number="WH-7K3M9-Q2F4A-Z").ask("INV-21", opened).met is met


def test_a_number_is_looked_at_also_where_nothing_is_told_of_the_person(ready):
    unsaid = ready.but(number="WH-7K3M9-Q2F4A-Z").ask("INV-21")

    assert (unsaid.met, unsaid.fact) == (True, "the case number is random")


# --- INV-22: people decide ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "met"),
    [
        (Complete("", step="register_referral"), True),  # nothing is decided there
        (Complete("", step="identification_decision", result="actual"), False),
        (Complete("", step="return_review", result="go"), False),
        (Move("", to="close", reason="lost_contact"), False),
        (Move("", to="depart"), False),
        (Complete("", step="register_referral", confirms=True), False),  # that it still holds is a judgement
        (Complete("", step="no_such_step"), False),
    ],
)
def test_the_clock_never_decides_anything_about_a_person(ready, command, met):
    assert ready.ask("INV-22", command, actor=CLOCK).met is met
    assert ready.ask("INV-22", command, actor=ANNA).met


# --- INV-23: who reads -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "met"),
    [
        (ANNA, True),
        (CLOCK, True),
        (Actor("anna", "invented_house", ()), False),  # in no role
    ],
)
def test_nobody_reads_a_case_without_name_and_role(ready, actor, met):
    assert ready.ask("INV-23", actor=actor).met is met


@pytest.mark.parametrize("rule", ["INV-22", "INV-23"])
def test_where_it_is_not_said_who_acts_nobody_reads_or_decides(ready, rule):
    unsaid = CaseNow(ready.process, ready.case, ready.at, command=Complete("", step="register_referral"))

    assert not SAFEGUARDS[rule].ask(unsaid).finding.met


# --- INV-24: nothing of the core is missing ----------------------------------------------------------------------


def test_the_real_process_holds_every_step_and_limit_of_the_core(ready):
    assert ready.ask("INV-24").met


@pytest.mark.parametrize("step", ["return_consent", "legal_counselling", "departure_assistance"])
def test_a_process_without_one_core_step_is_refused(ready, step):
    steps = {id: one for id, one in ready.process.steps.items() if id != step}

    assert not with_process(ready, steps=steps).ask("INV-24").met


@pytest.mark.parametrize("limit", ["return_consent_max_age", "risk_signatures", "smallest_group"])
def test_a_process_without_one_limit_is_refused(ready, limit):
    limits = {id: one for id, one in ready.process.limits.items() if id != limit}

    assert not with_process(ready, limits=limits).ask("INV-24").met


def test_exactly_the_limits_that_rules_ask_for_are_enough(ready):
    limits = {id: one for id, one in ready.process.limits.items() if id in required_limits()}

    assert with_process(ready, limits=limits).ask("INV-24").met


@pytest.mark.parametrize(
    ("side", "core", "tightened", "met"),
    [
        ("at_most", {"span": Span(30, "days")}, {"span": Span(30, "days")}, True),  # the same
        ("at_most", {"span": Span(30, "days")}, {"span": Span(29, "days")}, True),
        ("at_most", {"span": Span(30, "days")}, {"span": Span(31, "days")}, False),
        ("at_least", {"span": Span(30, "days")}, {"span": Span(30, "days")}, True),
        ("at_least", {"span": Span(30, "days")}, {"span": Span(31, "days")}, True),
        ("at_least", {"span": Span(30, "days")}, {"span": Span(29, "days")}, False),
        ("at_least", {"count": 5}, {"count": 5}, True),
        ("at_least", {"count": 5}, {"count": 6}, True),
        ("at_least", {"count": 5}, {"count": 4}, False),
        ("at_most", {"count": 5}, {"count": 5}, True),
        ("at_most", {"count": 5}, {"count": 4}, True),
        ("at_most", {"count": 5}, {"count": 6}, False),
    ],
)
def test_a_figure_may_become_stricter_and_never_weaker(side, core, tightened, met):
    limit = Limit(id="x", rule="INV-01", side=side, source=("OC",), **core)

    assert (list(looser(limit, LimitTightening(tighten="x", source=("OC",), **tightened))) == []) is met


# --- INV-27: the person pays nothing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payer", "met"),
    [
        (None, True),  # it costs nothing
        ("programme", True),
        ("person", False),
        ("guardian", False),
        ("family", False),
    ],
)
def test_the_person_never_pays_for_a_paper(ready, payer, met):
    documents = {**ready.process.documents, "ng_etc": replace(ready.process.documents["ng_etc"], payer=payer)}

    reason = with_process(ready, documents=documents).ask("INV-27")

    assert reason.met is met
    assert met or "ng_etc" in reason.fact


# --- INV-28: small groups ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "met"),
    [
        (11, True),
        (10, False),  # one person short
        (0, False),
    ],
)
def test_no_group_of_fewer_than_eleven_people_is_shown(ready, size, met):
    assert may_show_group(ready.process, size).met is met
    assert ready.ask("INV-28", SimpleNamespace(size=size)).met is met


def test_a_statistic_that_gives_no_size_is_not_shown(ready):
    assert not ready.ask("INV-28").met
    of_one = {**ready.process.limits, "smallest_group": 1}
    assert not with_process(ready, limits=of_one).ask("INV-28").met, "nobody is no group"


# --- INV-30: nothing that has expired counts ---------------------------------------------------------------------


@on_both_sides
@pytest.mark.parametrize(
    ("step", "age"),
    [
        ("pre_return_risk_assessment", 14 * DAY),
        ("partner_confirmation", 14 * DAY),
        ("return_review", 30 * DAY),
        ("return_consent", 30 * DAY),
        ("risk_recheck", 72 * HOUR),
        ("fit_to_travel_check", 72 * HOUR),
    ],
)
def test_evidence_is_judged_by_its_age_at_the_departure(ready, step, age, too_much, met):
    reason = ready.with_step(step, at=ready.at - age - too_much).ask("INV-30")

    assert reason.met is met
    assert met or reason.subject == step


@on_both_sides
def test_a_medical_assessment_counts_for_three_calendar_months(ready, too_much, met):
    three_months_before = ready.at.replace(month=2) + HOUR  # February has winter time: the same clock time in Brussels

    assert ready.with_step("medical_assessment", at=three_months_before - too_much).ask("INV-30").met is met


def test_the_same_evidence_is_fresh_earlier_and_too_old_later(ready):
    checked = ready.with_step("risk_recheck", at=ready.at - 72 * HOUR)

    assert checked.ask("INV-30", at=ready.at).met
    assert not checked.ask("INV-30", at=ready.at + SECOND).met


def test_old_evidence_of_a_step_that_is_not_asked_for_is_no_matter(ready):
    old = ready.with_step("partner_confirmation", at=ready.at - 15 * DAY)

    assert not old.ask("INV-30").met
    assert old.with_step("partner_selection", result="none_wanted").ask("INV-30").met


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, False),
        ({"gate": "settle"}, True),  # another move waits for it
        ({"gate": "none"}, True),
        ({"kind": "offered"}, True),
    ],
)
def test_only_the_age_of_what_departure_waits_for_counts(ready, changes, met):
    old = ready.with_step("return_review", at=ready.at - 90 * DAY)

    assert with_process_step(old, "return_review", **changes).ask("INV-30").met is met


@pytest.mark.parametrize("step", ["departure_clearance", "departure_assistance"])
def test_clearance_and_spoken_yes_have_rules_of_their_own(ready, step):
    assert ready.with_step(step, at=ready.at - 90 * DAY).ask("INV-30").met


def test_what_was_reset_is_not_called_too_old(ready):
    reset = ready.with_step("return_review", state="open", at=ready.at - 90 * DAY)

    assert reset.ask("INV-30").met


ROUNDS = (
    Round("d7", Timing(Span(7, "days"), "opened")),
    Round("d14", Timing(Span(14, "days"), "opened")),
)


def checked_twice(ready: Ready, old: str) -> Ready:
    """The same with two children who travel along, each checked in two rounds the day before, and one of these twenty days ago."""
    case = with_process_step(ready, "child_fit_check", rounds=ROUNDS, when=Is("has_passport", (True,)))
    for child in ("child-1", "child-2"):
        case = case.with_person(child, "child", travels=True)
        for one in ("d7", "d14"):
            key, made = (
                StepKey("child_fit_check", one, child).text(),
                {"result": "fit", "values": {"vaccinations": "complete"}},
            )
            case = case.with_step(key, **made, at=ready.at - (20 if key == old else 1) * DAY)
    return case.but(
        facts_of=dict.fromkeys(("has_passport@child-1", "has_passport@child-2"), FactRecord(True, ready.at, 1))
    )


CHECK = "'Check that a child who travels along is fit, and vaccinated'"


@pytest.mark.parametrize(
    ("adopted", "fact", "todo"),
    [
        (None, f"{CHECK} will be too old on that day", "do it again, late enough"),
        (
            19,
            f"{CHECK} was done before this return was taken over",
            "do it anew: what a departure rests on by its age is our own",
        ),
    ],
)
@pytest.mark.parametrize(("round_", "of"), [("d7", "child-1"), ("d14", "child-2")])
def test_what_is_too_old_of_one_of_several_is_done_again_of_them_in_that_round(ready, adopted, fact, todo, round_, of):
    """INV-30, also of what others did."""
    case = checked_twice(ready, StepKey("child_fit_check", round_, of).text())
    if adopted is not None:
        case = case.but(adopted_at=ready.at - adopted * DAY)

    reason = case.ask("INV-30")

    assert (reason.met, reason.subject, reason.fact, reason.todo) == (False, "child_fit_check", fact, todo)
    again = {"do": "redo", "step": "child_fit_check", "round": round_, "of": of}
    assert dict(reason.remedy.do) == again
    without = case.but(facts_of={**case.case.facts_of, f"has_passport@{of}": FactRecord(False, ready.at, 1)})
    assert without.ask("INV-30").subject != "child_fit_check", "of them it is not asked"


# --- INV-31: the same for all ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", ["sex", "medical_flag", "has_claims_or_belongings", "ng_residence_state"])
def test_no_core_step_depends_on_who_the_person_is(ready, fact):
    condition = parse({"any": ["is_child", {"not": {fact: "any_value"}}]})
    marked = with_a_mark(ready, "facts", fact, "what_tells_apart")

    reason = with_process_step(marked, "medical_assessment", when=condition).ask("INV-31")

    assert (reason.met, "medical_assessment" in reason.fact) == (False, True)


def test_a_step_of_a_country_may_speak_of_what_a_partner_takes(ready):
    condition = parse({"sex": "female"})

    assert ready.ask("INV-31").met
    assert with_process_step(ready, "ng_receiver_choice", when=condition).ask("INV-31").met


def test_a_sentence_of_a_rule_holds_the_figures_of_the_process(ready):
    limits = {**ready.process.limits, "risk_recheck_max_age": Span(1, "hours"), "lost_contact_attempts": 9}
    changed = with_process(ready, limits=limits).process

    assert "at most 14 days old and a re-check at most 1 hour old" in SAFEGUARDS["INV-04"].sentence(changed)
    assert "before 9 attempts, on 3 channels" in SAFEGUARDS["INV-25"].sentence(changed)


@pytest.mark.parametrize("number", sorted(SAFEGUARDS))
def test_a_rule_writes_no_figure_itself(number):
    assert not re.search(r"\d", SAFEGUARDS[number].judge.__doc__ or "")


# --- INV-33: what others did before a return was taken over ---------------------------------------------------------------


def taken_over(ready: Ready, *, reported_seq: int, **signed: Any) -> Ready:
    """The same return, taken over a year after all that is recorded; `signed` says how its list stands."""
    steps = {**ready.case.steps, "taken_over": StepRecord(at=ready.at, **signed)} if signed else ready.case.steps
    return ready.but(adopted_at=ready.at, reported_seq=reported_seq, steps=steps)


def test_a_return_that_was_always_ours_signs_no_list(ready):
    assert ready.ask("INV-33").met


@pytest.mark.parametrize(
    ("last", "signed", "is_met"),
    [
        (5, {}, False),
        (5, {"state": "in_progress", "seq": 6}, False),
        (5, {"state": "open", "seq": 8}, False),
        (5, {"state": "done", "seq": 7, "looked_seq": 6}, True),
        (6, {"state": "done", "seq": 7, "looked_seq": 6}, True),
        (7, {"state": "done", "seq": 8, "looked_seq": 6}, False),
        (5, {"state": "done", "seq": 6}, True),
        (7, {"state": "done", "seq": 6}, False),
    ],
)
def test_a_list_counts_from_what_its_first_signature_had_before_it(ready, last, signed, is_met):
    assert taken_over(ready, reported_seq=last, **signed).ask("INV-33").met is is_met


@pytest.mark.parametrize(
    ("command", "is_met"),
    [
        (Move("", to="close", reason="withdrew_return"), True),  # a case can always end so
        (Move("", to="close", reason="lost_contact"), True),
        (Move("", to="close", reason="reintegration_sustained"), False),  # what others did counts for it
        (Move("", to="close"), False),
        (Move("", to="settle", reason="withdrew_return"), False),  # that ends nothing
        (Move("", to="depart"), False),
        (Complete("", step="departure_clearance", result="cleared"), False),
    ],
)
def test_a_case_ends_without_the_list_only_where_it_can_end_whatever_was_done(ready, command, is_met):
    reason = taken_over(ready, reported_seq=5).ask("INV-33", command)

    unsigned = "two have not yet signed what was taken over with this return"
    ends = "a case can always end so, whatever others have done"
    assert (reason.met, reason.subject, reason.fact) == (is_met, "taken_over", ends if is_met else unsigned)
    always_ours = ready.ask("INV-33", command)
    assert (always_ours.met, always_ours.fact) == (True, "this return has always been ours")


def test_a_list_is_signed_anew_for_the_entry_that_was_added(ready):
    reason = taken_over(ready, reported_seq=7, state="done", seq=8, looked_seq=6).ask("INV-33")

    added = "entry 7 was added to what was taken over, after two had signed it"
    assert (reason.subject, reason.fact, reason.todo) == ("taken_over", added, "sign it anew")
    assert (dict(reason.remedy.do), reason.remedy.from_) == ({"do": "redo", "step": "taken_over"}, ready.at)


@pytest.mark.parametrize(("seconds", "state"), [(-1, "reported"), (0, "ours")])
def test_what_happened_before_the_day_of_taking_over_is_reported(ready, seconds, state):
    """On both sides of that midnight."""
    day = ready.at - DAY
    checked = ready.but(adopted_at=day).with_step("risk_recheck", at=ready.at)
    risk = checked.with_step("pre_return_risk_assessment", at=day + seconds * SECOND)
    unmet = risk.ask("INV-04")

    assert unmet.met is (state == "ours")
    assert ("before this return was taken over" in unmet.fact) is (state == "reported")


# --- INV-38: what was written is still there ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "todo"),
    [
        (Loss(), ""),
        (Loss(is_untold=True), "call whoever manages the database; ask the person again, and write down what they say"),
        (Loss(told_at=ASKED - SECOND), ""),
        (Loss(told_at=ASKED), "ask the person once more whether they want to go"),
        (Loss(told_at=ASKED + SECOND), "ask the person once more whether they want to go"),
    ],
)
def test_nobody_boards_while_something_that_was_written_is_gone_nor_unasked_since(ready, loss, todo):
    """INV-38. tests/attacks/test_a_case_taken_back_alone.py says how it is found."""
    asked = ready.with_step("departure_assistance", at=ASKED)
    move = Move(ready.case.number, to="depart")
    case = CaseNow(ready.process, asked.case, ready.at, command=move, outside=Outside(loss=lambda: loss))

    finding = SAFEGUARDS["INV-38"].ask(case).finding

    assert (finding.met, finding.todo) == (not todo, todo)
    assert finding.subject == ("departure_assistance" if todo.startswith("ask the person") else "")
    assert (finding.do == {}) is loss.is_untold, "what is gone no command brings back"
