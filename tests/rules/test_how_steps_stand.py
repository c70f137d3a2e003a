"""How each step stands that a move waits for: of whom, which time, and in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from wayhome.case_now.outside import OtherCase, Outside
from wayhome.errors import filled
from wayhome.model.case import Alone, FactRecord, IncidentRecord, Was
from wayhome.model.moves import PHASE_NUMBER
from wayhome.packs.conditions import Is
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.needs import DocumentNeed, FactNeed, MoveNeed, StepNeed
from wayhome.packs.kinds.spans import MaxAge, Round, Span, Timing
from wayhome.packs.kinds.steps import DoneBy, Result
from wayhome.rules import gates
from wayhome.testing.builders import Ready

from tests.rules.cases import (
    DAY,
    HOUR,
    SECOND,
    a_paper,
    a_step,
    after,
    done,
    listed,
    moving,
    of_steps,
    papers,
    said,
    undone,
    with_steps,
)

WANTED, UNWANTED = Is("wants_family_contact", (True,)), Is("wants_family_contact", (False,))


# --- how a step stands -------------------------------------------------------------------------------------------


def test_a_step_that_is_not_asked_for_is_not_told_and_one_that_may_be_is(ready):
    asked = with_steps(ready, a_step("shelter", when=UNWANTED))

    assert listed(of_steps(asked.with_fact("wants_family_contact", True))) == []
    assert undone(of_steps(asked.with_fact("wants_family_contact", False))) == ["shelter"]
    assert undone(of_steps(asked.without_fact("wants_family_contact"))) == ["shelter"]  # nobody has asked
    assert listed(of_steps(asked.without_fact("wants_family_contact").with_step("shelter", state="skipped"))) == []


@pytest.mark.parametrize(
    ("record", "age", "alone", "met"),
    [
        ({"result": "yes"}, DAY, False, True),
        ({"result": "no"}, DAY, False, False),
        ({"state": "failed"}, DAY, False, False),
        ({"result": "yes"}, 3 * DAY, False, True),  # as old as it may be
        ({"result": "yes"}, 3 * DAY + SECOND, False, False),
        ({"result": "yes"}, DAY, True, False),
    ],
)
def test_a_step_is_met_while_its_result_passes_is_young_enough_and_was_seen_by_enough(ready, record, age, alone, met):
    check = a_step(
        "check",
        results={"yes": Result(), "no": Result(passes=False)},
        max_ages=(MaxAge(Span(3, "days"), None),),
        alone_within=Span(72, "hours"),
    )
    at = ready.at - age
    by = Alone(at, at + 4 * DAY, "bela") if alone else None

    (found,) = of_steps(with_steps(ready, check).with_step("check", at=at, alone=by, **record))

    assert (found.rule, found.finding.met, found.finding.subject) == ("STEP", met, "check")
    assert found.finding.fact == "'{step}' is done" or not met


def test_a_step_is_outdated_when_what_it_rests_on_has_changed_since(ready):
    asked = with_steps(ready, a_step("judgement", rests_on=(("wants_family_contact", None),)), a_step("advice"))
    judged = done(asked, "judgement", "advice").with_fact("wants_family_contact", True)
    changed = judged.but(earlier={"facts": {"wants_family_contact": (Was(False, ready.at - 2 * DAY, 1),)}})

    assert undone(of_steps(judged)) == []
    (found,) = (one for one in of_steps(changed) if not one.finding.met)

    assert (found.rule, found.source, found.phase) == ("STEP", ("OC",), PHASE_NUMBER["pre_departure"])
    assert (found.finding.subject, found.finding.fact) == ("judgement", "'{step}' was done before this changed: {what}")
    assert undone(of_steps(changed.without_step("judgement"))) == ["judgement"]  # undone is undone, not outdated


# --- of several people, and as often as needed -------------------------------------------------------------------


def with_children(ready: Ready) -> Ready:
    return ready.with_person("child-1", "child", travels=True).with_person("child-2", "child", travels=True)


def test_a_step_for_each_who_travels_along_is_told_of_each(ready):
    asked = with_children(with_steps(ready, a_step("paper", each="companion")))
    half = asked.with_step("paper@child-1", state="done", at=ready.at - DAY)

    assert [said(one) for one in of_steps(half)] == [
        ("", "'paper' is done"),
        ("child-2", "'paper' for child-2 is not done"),
    ]
    assert undone(of_steps(half.with_step("paper@child-2", state="skipped"))) == []  # it is not asked of this one
    assert listed(of_steps(half.but(people={}))) == []


def test_what_has_changed_since_is_told_of_the_one_whom_it_is_about(ready):
    asked = with_children(
        with_steps(ready, a_step("paper", each="companion", rests_on=(("wants_family_contact", None),)))
    )
    early, late = ready.at - 3 * DAY, ready.at - DAY
    both = asked.with_step("paper@child-1", state="done", at=late, seq=3).with_step(
        "paper@child-2", state="done", at=early, seq=1
    )
    changed = both.but(
        earlier={"facts": {"wants_family_contact": (Was(False, early, 1),)}},
        facts={"wants_family_contact": FactRecord(True, late, 2)},
    )

    assert [(one.finding.met, one.finding.of) for one in of_steps(changed)] == [(True, ""), (False, "child-2")]


def test_each_round_is_told_and_one_that_is_not_asked_for_is_not(ready):
    visits = tuple(
        Round(id, Timing(Span(days, "days"), "departed")) for id, days in (("d7", 7), ("d30", 30), ("d90", 90))
    )
    asked = with_steps(ready, a_step("visit", rounds=visits))
    one_made = asked.with_step("visit/d7", state="done", at=ready.at - DAY).with_step("visit/d90", state="skipped")

    assert [said(one) for one in of_steps(one_made)] == [
        ("", "'visit' is done"),
        ("", "'visit' (round d30) is not done"),
    ]
    assert [one.finding.values.get("round") for one in of_steps(one_made)] == [None, "d30"]  # which one is proposed


def test_a_round_of_one_of_several_people_is_called_by_both(ready):
    visits = (Round("d7", Timing(Span(7, "days"), "departed")),)
    asked = with_children(with_steps(ready, a_step("visit", each="companion", rounds=visits)))

    assert [said(one) for one in of_steps(asked)] == [
        ("child-1", "'visit' (round d7) for child-1 is not done"),
        ("child-2", "'visit' (round d7) for child-2 is not done"),
    ]


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ({}, "'talk' (round 1) is not done"),
        ({"1": "done"}, "'talk' (round 2) is not done"),
        ({"1": "failed", "2": "done"}, "'talk' (round 1) was tried without a result"),
        ({"1": "done", "2": "done"}, "'talk' is done"),
        ({"1": "done", "2": "done", "3": "failed"}, "'talk' is done"),
    ],
)
def test_what_is_done_as_often_as_needed_is_told_once_with_the_next_time(ready, made, found):
    asked = with_steps(ready, a_step("talk", any_rounds=2))
    for round_, state in made.items():
        asked = asked.with_step(f"talk/{round_}", state=state, at=ready.at - DAY)

    (one,) = of_steps(asked)

    assert said(one) == ("", found)
    assert one.finding.subject == "talk"


# --- in which words ----------------------------------------------------------------------------------------------

UNKNOWN_YET = ("it is not known yet whether {step} is needed, or may begin", "{ask}")  # in the words of the pack
COME_FIRST = ("{step} is not done; other steps come first", "do those first")
CONSENT = ("{step} waits for the person's consent", "ask the person")
TO_DO = ("{step} is not done", "do it")
A_STEP, A_MOVE, A_PAPER, A_TICKET = (
    StepNeed("other"),
    MoveNeed("arrived"),
    DocumentNeed("form"),
    FactNeed("travel_booked"),
)
NEEDS_CONSENT = {"consents": ((ConsentNeed("legal"), None),)}
LATER = {"not_before": (Timing(Span(30, "days"), "planned_departure"),)}


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({}, TO_DO),
        (LATER, TO_DO),
        ({"when": WANTED}, UNKNOWN_YET),
        ({"when": WANTED, **NEEDS_CONSENT, **after(A_STEP)}, UNKNOWN_YET),  # what is asked comes before all else
        (NEEDS_CONSENT, CONSENT),
        ({**NEEDS_CONSENT, **LATER}, CONSENT),
        ({**NEEDS_CONSENT, **after(A_STEP)}, COME_FIRST),
        ({**NEEDS_CONSENT, **after(A_MOVE)}, COME_FIRST),
        ({**NEEDS_CONSENT, **after(A_PAPER)}, COME_FIRST),
        (after(A_STEP), COME_FIRST),
        (after(A_MOVE), COME_FIRST),
        (after(A_PAPER), COME_FIRST),
        (after(A_TICKET), COME_FIRST),  # nobody records it: it follows from the booking
        ({**after(A_STEP), **LATER}, COME_FIRST),
    ],
)
def test_a_step_that_is_not_done_says_what_it_waits_for(ready, says, words):
    asked = with_steps(
        ready, a_step("other", gate="none"), a_step("step", pack="core", **says), documents=papers(a_paper("form"))
    )
    blank = asked.without_fact("wants_family_contact").without_consent("legal").without_documents().but(travel=None)

    case = moving(blank.but(travel=ready.case.travel) if says.get("not_before") else blank)
    (found,) = (one.finding for one in gates.of_steps(case, "depart") if one.finding.subject == "step")

    assert (found.met, found.fact, found.todo, found.do) == (False, *words, None)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"state": "open"}, COME_FIRST),
        ({"state": "in_progress"}, COME_FIRST),
        (
            {"state": "in_progress", "signed": (("risk_assessor", "bela", ""),)},
            ("{step} still needs another signature", "have it signed by the other role"),
        ),
        ({"state": "open", "signed": (("risk_assessor", "bela", ""),)}, COME_FIRST),  # its signatures are gone with it
        ({"state": "failed"}, ("{step} was tried without a result", "try again")),
        (
            {"state": "done", "result": "no"},
            ("{step} is done, but its result does not pass", "do it again when things have changed"),
        ),
        ({"state": "done", "result": "yes"}, ("{step} will be too old on that day", "do it again, late enough")),
        (
            {"state": "done", "result": "yes", "alone": True},
            ("{step} was written down by one alone", "let somebody else read it, and sign it"),
        ),
        (
            {"state": "done", "result": "no", "alone": True},
            ("{step} was written down by one alone", "let somebody else read it, and sign it"),
        ),
    ],
)
def test_a_step_that_was_begun_or_does_not_count_says_why(ready, record, words):
    asked = with_steps(
        ready,
        a_step("other", gate="none"),
        a_step(
            "step",
            results={"yes": Result(), "no": Result(passes=False)},
            max_ages=(MaxAge(Span(3, "days"), None),),
            alone_within=Span(72, "hours"),
            **after("other"),
        ),
    )
    at = ready.at - 4 * DAY
    alone = Alone(ready.at - 4 * DAY, ready.at, "bela") if record.get("alone") else None

    (found,) = (
        one.finding
        for one in of_steps(asked.with_step("step", at=at, **{**record, "alone": alone}))
        if one.finding.subject == "step"
    )

    assert (found.met, found.fact, found.todo) == (False, *words)


# --- in the words of the pack ------------------------------------------------------------------------------------


def in_words(ready: Ready, kind: str, **texts: str) -> Ready:
    """The same under a process that says this of each entry of a kind."""
    process = ready.process
    shown = {id: {**label, **texts} for id, label in process.labels[kind].items()}
    return replace(ready, process=replace(process, labels={**process.labels, kind: shown}))


@pytest.mark.parametrize(
    ("says", "todo"),
    [
        ({}, "Sit down with them."),
        (after("other"), "do those first"),  # how it is done helps once it can be
    ],
)
def test_how_a_step_is_done_is_said_in_the_words_of_its_pack_where_nothing_comes_first(ready, says, todo):
    asked = with_steps(ready, a_step("other", gate="none"), a_step("step", **says))
    helped = in_words(asked, "steps", help="Sit down with them.")

    (found,) = (one.finding for one in of_steps(helped) if one.finding.subject == "step")
    assert filled(found.todo, found.values) == todo
    assert str(filled("{help}", found.values)) == "Sit down with them."
    (silent,) = (one.finding for one in of_steps(asked) if one.finding.subject == "step")
    assert filled(silent.todo, silent.values) == ("do it" if not says else todo)


def test_what_is_to_be_recorded_is_asked_in_the_words_of_its_pack_unless_something_else_is_to_be_done(ready):
    asked = with_steps(ready, a_step("step", when=WANTED)).without_fact("wants_family_contact")
    failed = asked.with_step("step", state="failed")

    (found,) = (one.finding for one in of_steps(in_words(asked, "facts", ask="Does she want to call home?")))
    assert filled(found.todo, found.values) == "Does she want to call home?"
    (found,) = (one.finding for one in of_steps(in_words(asked, "facts", ask="")))
    assert filled(found.todo, found.values) == "record what is asked"
    (found,) = (one.finding for one in of_steps(in_words(failed, "facts", ask="Does she want to call home?")))
    assert filled(found.todo, found.values) == "try again"


# --- after a no of the person ------------------------------------------------------------------------------------

BY_CONSENT = {"done_by": DoneBy("consent", ("legal",))}
DO_NOT_ASK = (
    "do not ask again; if they wish it themselves, write it down. "
    "No return can be prepared without independent legal counselling; other help goes on."
)


@pytest.mark.parametrize(
    ("says", "do"),
    [
        (NEEDS_CONSENT, {}),
        ({**NEEDS_CONSENT, "may_decline": True}, {"do": "skip", "step": "step"}),
        (BY_CONSENT, {}),
        ({**BY_CONSENT, "may_decline": True}, {}),  # the no has answered it
        ({"done_by": DoneBy("consent", ("assistance", "legal"))}, {}),
        ({**NEEDS_CONSENT, "done_by": DoneBy("consent", ("assistance",))}, {}),
        ({**NEEDS_CONSENT, "done_by": DoneBy("document", ("permit",)), "may_decline": True}, {}),
        ({**NEEDS_CONSENT, **after("other")}, {}),
    ],
)
def test_a_step_that_needs_what_the_person_refused_is_asked_of_nobody_and_may_be_left_out_where_they_may_decline(
    ready, says, do
):
    steps = with_steps(ready, a_step("other", gate="none"), a_step("step", pack="core", **says))
    today = ready.at - DAY

    (found,) = (
        one.finding
        for one in of_steps(steps.with_consent("legal", state="refused"), now=today)
        if one.finding.subject == "step"
    )

    title = ready.process.title("consents", "legal")
    assert (found.met, found.of, found.do, found.from_) == (False, "", do, today)
    assert filled(found.fact, found.values) == f"'step' waits for what the person has said no to: {title}"
    assert filled(found.todo, found.values) == DO_NOT_ASK


def test_whether_a_step_is_needed_of_a_child_at_all_is_asked_before_a_no_stops_it(ready):
    steps = with_steps(
        ready,
        a_step("examine", each="child", gate="none", results={"ill": Result(), "well": Result()}),
        a_step("treat", each="child", when=Is("examine", ("ill",)), pack="core", **NEEDS_CONSENT),
    )
    asked = with_children(steps).with_consent("legal", state="refused")
    ill = asked.with_step("examine@child-1", result="ill", at=ready.at - DAY)

    found = {one.finding.of: one.finding for one in of_steps(ill) if one.finding.subject == "treat"}

    assert [(of, one.fact, one.do) for of, one in found.items()] == [
        ("child-1", "'{step}' waits for what the person has said no to: {purpose}", {}),
        ("child-2", COME_FIRST[0], None),
    ]
    well = ill.with_step("examine@child-2", result="well", at=ready.at - DAY)
    assert [one.finding.of for one in of_steps(well) if one.finding.subject == "treat"] == ["child-1"]


@pytest.mark.parametrize(
    ("says", "goes_on"),
    [
        ({}, False),
        ({"also_after_a_no": True}, True),  # it helps them whatever they decide
        ({"phase": "identification"}, True),  # it moves towards no departure
    ],
)
@pytest.mark.parametrize(
    ("record", "words"),
    [
        (None, TO_DO),
        (
            {"state": "done", "result": "no"},
            ("{step} is done, but its result does not pass", "do it again when things have changed"),
        ),
    ],
)
def test_after_a_no_to_the_journey_nobody_is_told_to_do_what_moves_towards_it(ready, says, goes_on, record, words):
    step = a_step("step", results={"yes": Result(), "no": Result(passes=False)}, **says)
    said_no = IncidentRecord(9_000, "consent_withdrawn_before", "on_hold", "pre_departure", ready.at - DAY)
    asked = with_steps(ready, step) if record is None else with_steps(ready, step).with_step("step", **record)

    (before,) = of_steps(asked)
    (found,) = of_steps(asked.but(incidents=(said_no,)))

    assert (before.finding.fact, before.finding.todo) == words
    not_now = "nobody asks now: the person has said no, and that is not over"
    assert (found.finding.met, found.finding.fact, found.finding.todo) == (
        False,
        words[0],
        words[1] if goes_on else not_now,
    )


# --- what others did, before this return was taken over ----------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "adopted", "words"),
    [
        (
            {"state": "done"},
            HOUR,
            (
                "{step} was done before this return was taken over",
                "do it anew: what a departure rests on by its age is our own",
            ),
        ),
        ({"state": "done"}, 0 * HOUR, None),  # that is our own
        ({"state": "failed"}, HOUR, ("{step} was tried without a result", "try again")),
        ({"state": "open"}, HOUR, TO_DO),
        (None, HOUR, TO_DO),
    ],
)
def test_what_others_did_counts_by_its_age_for_no_departure_of_ours(ready, record, adopted, words):
    check = a_step("check", max_ages=(MaxAge(Span(3, "days"), None),))
    at = ready.at - DAY
    taken_over = with_steps(ready, check).but(adopted_at=at + adopted)
    told = taken_over if record is None else taken_over.with_step("check", at=at, **record)

    (found,) = (one.finding for one in of_steps(told))

    assert (found.met, found.subject) == (words is None, "check")
    assert words is None or (found.fact, found.todo) == words


# --- what is cleared in a case of their own ----------------------------------------------------------------------


def test_a_child_who_was_cleared_elsewhere_is_cleared_while_their_own_case_says_so(ready):
    steps = with_steps(ready, a_step("own", each="own_case"), a_step("paper", each="child"))
    along = with_children(steps).with_person("child-1", "child", own_case="WH-INVENTED-C")
    written = along.with_step("own@child-1", at=ready.at - DAY).with_step("paper@child-2", at=ready.at - DAY)
    cleared = OtherCase(ready.process, ready.case, ready.case.version)

    def found(own: OtherCase | None) -> list[tuple[str, bool, str]]:
        told = of_steps(written, outside=Outside(lambda number, _: own if number == "WH-INVENTED-C" else None))
        return [(one.finding.subject, one.finding.met, one.finding.of) for one in told]

    assert found(cleared) == [("own", True, ""), ("paper", True, "")]
    assert found(None) == [("own", False, "child-1"), ("paper", True, "")]
