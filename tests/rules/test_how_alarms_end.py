"""How an open incident can end: what must have been done after its last alarm, and which way out is proposed."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.model.case import ContactRecord, IncidentRecord
from wayhome.packs.conditions import Is
from wayhome.packs.kinds.incidents import Ending, IncidentKind
from wayhome.packs.kinds.needs import AnyNeed, DocumentNeed, FactNeed, MoveNeed, Need, StepNeed
from wayhome.packs.kinds.spans import Round, Span, Timing
from wayhome.packs.kinds.steps import Result, Step
from wayhome.rules import gates
from wayhome.testing.builders import Ready

from tests.rules.cases import DAY, HOUR, SECOND, a_step, moving, with_process, with_steps

ALARM_SEQ = 50
REACHED = FactNeed("person_reached")
UNWANTED = Is("wants_family_contact", (False,))


def ending(*needs: Need | str, **says: Any) -> Ending:
    return Ending(
        title="It is over", needs=tuple(StepNeed(one) if isinstance(one, str) else one for one in needs), **says
    )


def with_alarm(ready: Ready, alarm: IncidentRecord | None = None, **ways: Ending) -> Ready:
    """The same with an open incident of an invented kind, which can end in these ways."""
    kind = IncidentKind(id="alarm", title="An alarm", actions="Look.", effect={}, outcomes=ways, source=("OC",))
    opened = alarm or IncidentRecord(ALARM_SEQ, "alarm", "blocked", "pre_departure", ready.at - 2 * DAY)
    return with_process(ready, incidents={"alarm": kind}).but(incidents=(opened,))


def waits(ready: Ready, way: str = "over", **moment: Any) -> list[tuple[str, str]]:
    """What must still be done before the incident can end in a way."""
    case = moving(ready, **moment)
    (incident,) = case.recorded.open_incidents
    return [(wait.kind, wait.subject) for wait in gates.resolve_waits(case, incident, way)]


def usual(ready: Ready) -> str | None:
    case = moving(ready)
    (incident,) = case.recorded.open_incidents
    return gates.usual_ending(case, incident)


def done(ready: Ready, step: str, **record: Any) -> Ready:
    """The same with a step done after the alarm, and written down after it."""
    return ready.with_step(step, **{"state": "done", "at": ready.at - DAY, "seq": ALARM_SEQ + 1, **record})


# --- what counts as newer than the alarm -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after_alarm", "seqs_later", "is_over"),
    [
        (0 * SECOND, 1, True),  # at that very moment, and written down after it
        (-SECOND, 1, False),  # a second before it, though written down later
        (DAY, 0, False),  # what raised the alarm does not end it
        (DAY, -1, False),  # written down before it
    ],
)
@pytest.mark.parametrize("again", [False, True])
def test_an_alarm_ends_by_what_happened_and_was_written_down_after_the_last_time(
    ready, after_alarm, seqs_later, is_over, again
):
    at = ready.at - 3 * DAY
    opened = IncidentRecord(ALARM_SEQ, "alarm", "blocked", "pre_departure", at)
    if again:
        opened = opened._replace(number=10, at=at - 3 * DAY, again_at=at, again_seq=ALARM_SEQ)
    looked_at = with_alarm(with_steps(ready, a_step("look")), opened, over=ending("look"), found=ending(REACHED))
    when, seq = at + after_alarm, ALARM_SEQ + seqs_later
    called = looked_at.but(contacts=(ContactRecord("person", "phone", True, when, seq),))

    assert waits(done(looked_at, "look", at=when, seq=seq)) == ([] if is_over else [("step", "look")])
    assert waits(called, "found") == ([] if is_over else [("fact", "person_reached")])


def test_a_call_in_vain_reaches_nobody(ready):
    alarmed = with_alarm(ready, over=ending(REACHED)).but(steps={})  # nor was anybody with them since
    called = alarmed.but(contacts=(ContactRecord("person", "phone", False, ready.at - DAY, ALARM_SEQ + 1),))

    assert waits(called) == [("fact", "person_reached")]


@pytest.mark.parametrize(
    ("results", "record", "is_over"),
    [
        (None, {"result": "low"}, True),
        (None, {"result": "medium"}, True),
        (None, {"result": "high"}, False),  # it does not pass
        (None, {"state": "failed"}, False),
        (("low",), {"result": "low"}, True),
        (("low",), {"result": "medium"}, False),  # it passes, and is not what is asked for
        (("high",), {"result": "high"}, False),
    ],
)
def test_what_was_done_since_must_pass_with_a_result_that_the_end_asks_for(ready, results, record, is_over):
    assess = a_step("assess", results={"low": Result(), "medium": Result(), "high": Result(passes=False)})
    alarmed = with_alarm(with_steps(ready, assess), over=ending(StepNeed("assess", results)))

    assert waits(done(alarmed, "assess", **record)) == ([] if is_over else [("step", "assess")])


def test_of_a_step_that_is_done_again_and_again_any_time_since_counts(ready):
    alarmed = with_alarm(with_steps(ready, a_step("talk", any_rounds=2)), over=ending("talk"))
    before = done(alarmed, "talk/1", at=ready.at - 9 * DAY, seq=3)

    assert waits(before) == [("step", "talk")]
    assert waits(done(before, "talk/2")) == []


def test_each_thing_that_an_end_needs_is_told_and_says_what_it_needs(ready):
    low = StepNeed("look", ("low",))
    looked_at = with_steps(ready, a_step("look", results={"low": Result()}), a_step("talk"), a_step("write"))
    alarmed = done(with_alarm(looked_at, over=ending(low, "talk", "write", REACHED)), "talk")
    case = moving(alarmed)

    found = gates.resolve_waits(case, case.recorded.open_incidents[0], "over")

    assert [wait.text() for wait in found] == ["step:look", "step:write", "fact:person_reached"]
    assert [wait.need for wait in found] == [low, StepNeed("write"), None]


def test_nothing_is_known_to_be_needed_for_an_end_or_an_incident_that_the_process_does_not_know(ready):
    alarmed = with_alarm(ready, over=ending(REACHED))
    stranger = IncidentRecord(ALARM_SEQ, "no_such_incident", "blocked", "pre_departure", ready.at)

    assert waits(alarmed, "no_such_end") == []
    assert waits(alarmed.but(incidents=(stranger,))) == []
    assert usual(alarmed.but(incidents=(stranger,))) is None


# --- one of several things ---------------------------------------------------------------------------------------


def test_one_of_several_things_is_enough_and_else_the_first_is_asked_for(ready):
    looked_at = with_steps(ready, a_step("doctor"), a_step("nurse"))
    either = with_alarm(looked_at, over=ending(AnyNeed((StepNeed("doctor"), StepNeed("nurse")))))

    assert waits(either) == [("step", "doctor")]
    assert waits(done(either, "doctor")) == waits(done(either, "nurse")) == []


def test_of_several_things_one_that_is_not_asked_for_in_this_case_counts_only_where_none_is(ready):
    looked_at = with_steps(ready, a_step("doctor", when=UNWANTED), a_step("nurse"), a_step("healer", when=UNWANTED))
    asked = looked_at.with_fact("wants_family_contact", True)
    one_is = with_alarm(asked, over=ending(AnyNeed((StepNeed("doctor"), StepNeed("nurse")))))
    none_is = with_alarm(asked, over=ending(AnyNeed((StepNeed("doctor"), StepNeed("healer")))))

    assert waits(one_is) == waits(done(one_is, "doctor")) == [("step", "nurse")]
    assert waits(none_is) == [("step", "doctor")]
    assert waits(done(none_is, "doctor")) == []


def test_reaching_the_person_can_be_one_of_several_things(ready):
    alarmed = with_alarm(with_steps(ready, a_step("look")), over=ending(AnyNeed((REACHED, StepNeed("look")))))

    assert waits(alarmed) == [("fact", "person_reached")]
    assert waits(done(alarmed, "look")) == []


# --- what has happened to somebody else --------------------------------------------------------------------------


def of_child(ready: Ready, *steps: Step, **ways: Ending) -> Ready:
    """Something has happened to child-1; child-2 travels along, too, and child-3 stays."""
    people = with_steps(ready, *steps).with_person("child-2", "child", travels=True).with_person("child-3", "child")
    alarm = IncidentRecord(ALARM_SEQ, "alarm", "blocked", "pre_departure", ready.at - 2 * DAY, of="child-1")
    return with_alarm(people, alarm, **ways)


ALONG, STAYS = {"travels": True}, {"travels": False}


@pytest.mark.parametrize(
    ("child", "of", "is_over"),
    [
        (ALONG, "child-1", True),
        (ALONG, "child-2", False),  # another child
        (STAYS, None, True),  # of whom it is not asked, it is waited for by nobody
    ],
)
def test_what_has_happened_to_a_child_is_over_by_what_was_done_of_that_child(ready, child, of, is_over):
    alarmed = of_child(ready, a_step("look", each="child"), over=ending("look")).with_person(
        "child-1", "child", **child
    )

    assert waits(alarmed) == ([("step", "look")] if child == ALONG else [])
    if of is not None:
        assert waits(done(alarmed, f"look@{of}")) == ([] if is_over else [("step", "look")])


def test_what_has_happened_to_the_person_is_not_over_because_nobody_travels_along(ready):
    alarmed = with_alarm(with_steps(ready, a_step("look", each="child")), over=ending("look"))

    assert waits(alarmed) == [("step", "look")]


def test_what_is_asked_once_is_waited_for_though_it_happened_to_somebody_of_whom_nothing_is_asked(ready):
    steps = (a_step("look", each="child"), a_step("talk"))
    alarmed = of_child(ready, *steps, over=ending("look", "talk")).with_person("child-1", "child", **STAYS)

    assert waits(alarmed) == [("step", "talk")]
    assert waits(done(alarmed, "talk")) == []


@pytest.mark.parametrize(
    ("phases", "case_phase", "waited"),
    [
        ((), "pre_departure", True),
        (("pre_departure",), "pre_departure", True),
        (("arrival",), "pre_departure", False),  # in another phase it could end so, not in this one
        (("arrival",), "arrival", True),
    ],
)
def test_who_stays_does_not_get_well_by_what_is_asked_of_who_travels_while_something_is_asked_of_them(
    ready, phases, case_phase, waited
):
    here = (case_phase,) if phases else ()
    steps = (a_step("look", each="child"), a_step("care", each="child_staying"))
    alarmed = of_child(
        ready, *steps, over=ending("look", phases=here), cared=ending("care", phases=phases)
    ).with_person("child-1", "child", **STAYS)

    assert waits(alarmed.but(phase=case_phase)) == ([("step", "look")] if waited else [])


@pytest.mark.parametrize(("child", "asked"), [(ALONG, "look"), (STAYS, "care")])
def test_of_several_things_that_is_asked_for_which_is_done_of_this_child(ready, child, asked):
    either = AnyNeed((StepNeed("look"), StepNeed("care")))
    steps = (a_step("look", each="child"), a_step("care", each="child_staying"))
    alarmed = of_child(ready, *steps, over=ending(either)).with_person("child-1", "child", **child)

    assert waits(alarmed) == [("step", asked)]
    assert waits(done(alarmed, f"{asked}@child-1")) == []
    assert waits(done(alarmed, f"{asked}@child-2")) == [("step", asked)]


def test_of_several_things_one_that_is_done_of_nobody_in_particular_is_asked_for_too(ready):
    either = AnyNeed((StepNeed("care"), StepNeed("talk")))
    steps = (a_step("look", each="child"), a_step("care", each="child_staying"), a_step("talk"))
    alarmed = of_child(ready, *steps, over=ending(either), looked=ending("look"))

    assert waits(alarmed.with_person("child-1", "child", **ALONG)) == [("step", "talk")]
    assert waits(alarmed.with_person("child-1", "child", **STAYS)) == [("step", "care")]


def test_what_is_done_of_each_who_travels_along_is_as_near_a_way_out_as_any(ready):
    steps = with_steps(ready, a_step("look", each="child"), a_step("talk")).with_person(
        "child-1", "child", travels=True
    )

    assert usual(with_alarm(steps, looked=ending("look"), talked=ending("talk"))) == "looked"
    assert usual(with_alarm(steps.but(people={}), looked=ending("look"), talked=ending("talk"))) == "talked"


# --- what others found, before this return was taken over --------------------------------------------------------


@pytest.mark.parametrize(("hours_before", "is_over"), [(0, True), (1, False)])
def test_what_others_found_before_the_return_was_taken_over_ends_no_alarm_now(ready, hours_before, is_over):
    looked_at = with_alarm(with_steps(ready, a_step("look")), over=ending("look"), found=ending(REACHED))
    at = ready.at - DAY
    adopted = looked_at.but(
        adopted_at=at + hours_before * HOUR, contacts=(ContactRecord("person", "phone", True, at, ALARM_SEQ + 1),)
    )

    assert waits(done(adopted, "look", at=at)) == ([] if is_over else [("step", "look")])
    assert waits(adopted, "found") == ([] if is_over else [("fact", "person_reached")])


# --- which way is the nearest ------------------------------------------------------------------------------------

FAR: list[tuple[dict[str, Any], str]] = [
    ({"when": UNWANTED}, "pre_departure"),  # not asked for in this case
    ({"after": ((MoveNeed("settled"), None),)}, "pre_departure"),  # waits for a move
    ({"after": ((StepNeed("other"), None),)}, "pre_departure"),  # waits for a step
    ({"after": ((DocumentNeed("ng_passport"), None),)}, "pre_departure"),  # waits for a paper
    ({"gate": "depart"}, "arrival"),  # a departure waited for it, which is over
    ({"gate": "prepare"}, "travel"),
]


@pytest.mark.parametrize(("says", "phase"), FAR)
def test_what_can_be_had_soonest_is_proposed(ready, says, phase):
    steps = with_steps(ready, a_step("far", **says), a_step("near", "arrival"), a_step("other", "arrival"))
    there = steps.but(phase=phase).with_fact("wants_family_contact", True).without_documents()

    either = with_alarm(there, over=ending(AnyNeed((StepNeed("far"), StepNeed("near")))))
    ways = with_alarm(there, far=ending("far"), near=ending("near"))

    assert waits(either) == [("step", "near")]
    assert usual(ways) == "near"


@pytest.mark.parametrize(
    ("far", "near"),
    [
        # Few steps do not make up for a move that must come first, nor for what lies behind, or is not asked for.
        ({"after": ((MoveNeed("settled"), None),)}, {"after": ((StepNeed("other"), None),)}),
        ({"gate": "depart"}, {"after": ((MoveNeed("settled"), None),)}),
        ({"when": UNWANTED}, {"gate": "depart"}),
        ({"after": ((StepNeed("other"), None), (StepNeed("another"), None))}, {"after": ((StepNeed("other"), None),)}),
    ],
)
def test_of_two_things_that_are_both_far_the_one_that_is_less_so_is_proposed(ready, far, near):
    others = (a_step("other", "arrival"), a_step("another", "arrival"))
    steps = with_steps(ready, a_step("far", "arrival", **far), a_step("near", "arrival", **near), *others)
    there = with_alarm(
        steps.but(phase="arrival").with_fact("wants_family_contact", True), far=ending("far"), near=ending("near")
    )

    assert usual(there) == "near"


def test_waiting_for_an_hour_or_a_consent_makes_nothing_far(ready):
    later = Timing(Span(30, "days"), "planned_departure")
    steps = with_steps(ready, a_step("first", not_before=(later,)), a_step("second"))

    assert usual(with_alarm(steps, first=ending("first"), second=ending("second"))) == "first"


def test_a_step_with_rounds_can_be_a_way_out(ready):
    visit = a_step("visit", "arrival", rounds=(Round("d7", Timing(Span(7, "days"), "departed")),))
    steps = with_steps(ready, visit, a_step("other", "arrival"))

    assert usual(with_alarm(steps, visited=ending("visit"), other=ending("other"))) == "visited"


# --- the usual way -----------------------------------------------------------------------------------------------


def test_the_usual_way_out_is_one_that_is_open_and_of_this_phase(ready):
    steps = with_steps(ready, a_step("look"), a_step("talk"))
    alarmed = with_alarm(
        steps, there=ending(REACHED, phases=("arrival",)), looked=ending("look"), talked=ending("talk", "look")
    )

    assert usual(alarmed) == "looked"  # of two that are as near, the first that this phase has
    assert usual(alarmed.but(phase="arrival")) == "there"
    assert usual(done(with_alarm(steps, looked=ending("look"), talked=ending("talk")), "talk")) == "talked"


def test_what_never_ends_has_no_usual_way_out(ready):
    death = IncidentRecord(ALARM_SEQ, "death", "blocked", "pre_departure", ready.at)

    assert usual(ready.but(incidents=(death,))) is None
