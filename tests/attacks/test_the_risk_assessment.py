"""Each factor once, a row for what is there, and a level that nobody types. (domain 7.4, resolutions 32; issue 7)

The table is written from the domain text: likelihood 1-3, severity 1-3; what remains is lower than what they give only with a measure,
an owner and a date, which is an entry; overall = the maximum that remains, never the mean.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from wayhome.shell.views.questions import what_is_signed

from tests.attacks.acts import HERE
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    MANAGER,
    TRAVEL,
    Command,
    Enough,
    Play,
    actor,
    assessed,
    complete,
    evidence_is_fresh,
    far_ahead,
    measure,
    ready_to_depart,
    signed,
)
from tests.whole_answers import FACTORS, risks

LEVELS = ("low", "medium", "high")
BY_ITSELF = {1: "low", 2: "low", 3: "medium", 4: "medium", 6: "high", 9: "high"}
STEP = "pre_return_risk_assessment"
NONE_STANDS = (
    "what is said of 'Assess the risks of return together' needs an entry of 'Measures against a danger' that still stands: housing",
    "enter it first: what is done, who sees to it, and by when",
)


def row(factor: str = "housing", likelihood: int = 1, severity: int = 1, **more: Any) -> dict[str, Any]:
    return {"about": "person", "factor": factor, "likelihood": str(likelihood), "severity": str(severity), **more}


def assess(*rows: dict[str, Any], **answers: str) -> Command:
    return complete(STEP, **risks(*rows, **answers), origin_input="receiving_partner")


@pytest.fixture
def anew(begin: Begin) -> Play:
    case = begin(ready_to_depart)
    case.anew(STEP)
    return case


def level_of(play: Play, do: Command) -> str | None:
    """Give the level that comes out, once two have signed it."""
    play.given(ASSESSOR, do)
    play.given(MANAGER, signed(STEP))
    return play.step(STEP).result


# --- what remains ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("likelihood", "severity", "remains"), [*product((1, 2, 3), (1, 2, 3), LEVELS)])
def test_what_remains_is_lower_than_likelihood_and_severity_give_only_with_a_measure(
    anew: Play, likelihood: int, severity: int, remains: str
) -> None:
    is_lower = LEVELS.index(remains) < LEVELS.index(BY_ITSELF[likelihood * severity])
    do = assess(row(likelihood=likelihood, severity=severity, residual=remains))

    assert anew.told("STEP", do, ASSESSOR) == ([NONE_STANDS] if is_lower else [])
    anew.given(ASSESSOR, measure("income"))
    assert bool(anew.told("STEP", do, ASSESSOR)) is is_lower, "it is against another danger"
    anew.given(ASSESSOR, measure("housing"))
    assert anew.told("STEP", do, ASSESSOR) == []


@pytest.mark.parametrize("lacks", ["what", "owner", "done_by"])
def test_a_measure_has_somebody_who_sees_to_it_and_a_day(anew: Play, lacks: str) -> None:
    bare = {name: value for name, value in measure().items() if name != lacks}

    assert anew.faults(ASSESSOR, bare) == {(lacks, "missing")}


def lowered(case: Play) -> None:
    """The measure is written down, and two have signed that the danger is smaller by it."""
    case.given(ASSESSOR, measure())
    case.given(ASSESSOR, assess(row(likelihood=3, severity=3, residual="medium")))
    case.given(MANAGER, signed(STEP))


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True)])
def test_a_measure_counts_until_the_day_by_which_it_was_to_be_done(anew: Play, days: int, counts: bool) -> None:
    """Then somebody has said how it went: "planned" makes no danger smaller for ever (process 2.2: measures have their day)."""
    day = (anew.takes_off.astimezone(HERE) + timedelta(days=days)).date().isoformat()
    anew.given(ASSESSOR, measure(done_by=day))
    anew.given(ASSESSOR, assess(row(likelihood=3, severity=3, residual="medium")))
    anew.given(MANAGER, signed(STEP))
    late = "of which the day is over, and nobody has said how it went"
    rests = f"'Assess the risks of return together' rests on measure-1 of 'Measures against a danger', {late}"

    assert anew.told("INV-05") == ([] if counts else [(rests, "say how it went; or until when it is to be done")])
    anew.given(ASSESSOR, {"do": "update", "ref": "measure-1", "status": "done", "how_seen": "(invented) seen"})
    assert anew.told("INV-05") == []


def test_honest_a_danger_that_is_smaller_by_a_measure_holds_nobody(anew: Play) -> None:
    lowered(anew)
    anew.ready()
    anew.given(ASSESSOR, {"do": "update", "ref": "measure-1", "status": "done", "how_seen": "(invented) seen"})

    assert anew.why().done


@pytest.mark.parametrize(
    "gone",
    [
        {"do": "update", "ref": "measure-1", "status": "not_needed"},
        {"do": "update", "ref": "measure-1", "against": "income"},
    ],
    ids=["not needed", "against another danger"],
)
def test_a_danger_is_smaller_only_while_the_measure_against_it_stands(anew: Play, gone: Command) -> None:
    lowered(anew)
    anew.ready()
    anew.given(ASSESSOR, gone)

    assert anew.told("INV-05") == [NONE_STANDS]


def test_a_measure_that_was_entered_in_error_makes_nothing_smaller(anew: Play) -> None:
    lowered(anew)
    anew.ready()
    entered = [one.seq for one in anew.history(ASSESSOR) if one.data.get("ref") == "measure-1"]
    anew.given(ASSESSOR, {"do": "correct", "seq": entered[0], "why": "(invented) another house"})

    assert anew.told("INV-05") == [NONE_STANDS]


def test_a_measure_that_is_not_possible_asks_for_the_risk_anew(anew: Play) -> None:
    lowered(anew)
    anew.ready()
    anew.given(ASSESSOR, {"do": "update", "ref": "measure-1", "status": "not_possible"})

    assert anew.step(STEP).state == "outdated"
    assert anew.step("return_review").state == "outdated"


@pytest.mark.parametrize(("likelihood", "severity"), [*product((1, 2, 3), (1, 2, 3))])
def test_a_level_that_nobody_gives_is_the_one_that_follows(anew: Play, likelihood: int, severity: int) -> None:
    assert level_of(anew, assess(row(likelihood=likelihood, severity=severity))) == BY_ITSELF[likelihood * severity]


# --- the whole --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [*product((1, 2, 3), (1, 2, 3))])
def test_the_level_is_the_highest_that_remains_and_never_the_mean(anew: Play, one: int, other: int) -> None:
    rows = [row("housing", one, one), row("income", other, other)]
    assert level_of(anew, assess(*rows)) == BY_ITSELF[max(one, other) ** 2]


def test_where_nothing_is_there_the_level_is_low(anew: Play) -> None:
    assert level_of(anew, assess()) == "low"


@pytest.mark.parametrize(("worst", "level"), [(1, "unknown"), (2, "unknown"), (3, "high")])
def test_while_a_factor_is_not_known_neither_is_the_level_unless_it_is_high_already(
    anew: Play, worst: int, level: str
) -> None:
    assert level_of(anew, assess(row("income", worst, worst), housing="unknown")) == level


def test_what_is_not_known_opens_no_gate_and_is_told_to_nobody_else(anew: Play) -> None:
    anew.given(ASSESSOR, assess(row("income"), housing="unknown", local_conflict="unknown"))
    anew.given(MANAGER, signed(STEP))

    assert anew.told("INV-05") == [
        (
            "the risk of return is not known: not every factor could be answered",
            "find out, there and here; then assess it anew",
        )
    ]


def test_honest_what_was_found_out_since_opens_it_again(anew: Play) -> None:
    anew.given(ASSESSOR, assess(row("income"), housing="unknown"))
    anew.given(MANAGER, signed(STEP))
    anew.anew(STEP)
    anew.given(ASSESSOR, assess(row("income")))
    anew.given(MANAGER, signed(STEP))

    anew.ready()


@pytest.mark.parametrize("typed", ["low", "high"])
def test_nobody_types_the_level(anew: Play, typed: str) -> None:
    assert anew.faults(ASSESSOR, {**assess(row()), "result": typed}) == {("result", "contradiction")}


# --- each factor once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", FACTORS)
def test_each_factor_is_answered(anew: Play, factor: str) -> None:
    whole = assess()
    without = {**whole, "factors": {one: said for one, said in whole["factors"].items() if one != factor}}

    assert anew.faults(ASSESSOR, without) == {("factors", "missing")}
    said = anew.tried(ASSESSOR, without, may_be_bad_input=True).text
    assert (
        said == f"'factors' has no answer to these: {factor}. Answer each with one of these: absent, present, unknown."
    )


def test_no_factor_is_answered_twice_and_none_is_made_up(anew: Play) -> None:
    typed = ",".join(f"{factor}:absent" for factor in FACTORS)

    assert anew.faults(ASSESSOR, {**assess(), "factors": typed}) == set()
    assert anew.faults(ASSESSOR, {**assess(), "factors": f"{typed},housing:present"}) == {("factors", "contradiction")}
    assert [field for field, _ in anew.faults(ASSESSOR, {**assess(), "factors": f"{typed},weather:absent"})] == [
        "factors"
    ]
    assert [field for field, _ in anew.faults(ASSESSOR, {**assess(), "factors": "all absent"})] != []


def test_what_is_there_has_a_row_and_what_is_not_has_none(anew: Play) -> None:
    assert anew.faults(ASSESSOR, assess(housing="present")) == {("matrix", "missing")}
    assert anew.faults(ASSESSOR, assess(row("housing"), housing="absent")) == {("matrix", "contradiction")}
    assert anew.faults(ASSESSOR, assess(row("housing"), housing="unknown")) == {("matrix", "contradiction")}
    assert anew.faults(ASSESSOR, assess(row("housing"), row("housing", about="family_in_origin"))) == set()


@pytest.mark.parametrize("lacks", ["own_view", "sources", "next_review", "triggers"])
def test_an_assessment_says_what_it_rests_on_and_when_it_is_looked_at_again(anew: Play, lacks: str) -> None:
    assert anew.faults(ASSESSOR, {**assessed("low"), lacks: None}) == {(lacks, "missing")}


# --- the day on which it is over ------------------------------------------------------------------


def assess_until(case: Play, next_review: str) -> None:
    case.anew("pre_return_risk_assessment")
    case.tried(ASSESSOR, {**assessed("medium"), "next_review": next_review}, may_be_bad_input=True)
    case.tried(MANAGER, signed(), may_be_bad_input=True)


def _stop_at_the_assessment(do: Command) -> bool:
    if do.get("step") == "pre_return_risk_assessment":
        raise Enough
    return False


@pytest.mark.parametrize("days_before", [1, 2000])
def test_a_risk_whose_next_review_is_due_opens_no_gate(begin: Begin, days_before: int) -> None:
    """The risk is to be looked at again "at the latest" on the day before the journey (or years ago): nobody does, and it boards.

    Against domain 7.4 and issue 7, "sources, next review, triggers", and the field's own title, "When to look again at the
    latest": it is asked for, and nothing reads it (no `max_age` or rule names `next_review`; a day in the past is taken).
    """
    case = begin(far_ahead)
    assess_until(case, (case.takes_off - timedelta(days=days_before)).date().isoformat())
    case.prepare(waiting=False, instead=lambda _, do: _stop_at_the_assessment(do))
    case.until(case.takes_off - timedelta(hours=1))

    assert case.why().says("pre_return_risk_assessment")


def test_honest_a_risk_that_is_looked_at_again_after_the_journey_holds_nobody(begin: Begin) -> None:
    case = begin(far_ahead)
    assess_until(case, (case.takes_off + timedelta(days=7)).date().isoformat())
    case.ready(waiting=False)
    case.until(case.takes_off - timedelta(hours=1))
    assert case.why().done


def test_the_day_to_look_again_does_not_vanish_because_a_child_comes_along(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    step = "pre_return_risk_assessment"
    case.given(MANAGER, {"do": "redo", "step": step})
    day = (case.now + timedelta(days=3)).date().isoformat()
    case.given(ASSESSOR, {**assessed("low"), "next_review": day})
    case.given(MANAGER, signed())

    def due() -> bool:
        return step in {row.step for row in case.engine.due(as_=actor(MANAGER))}

    assert due()
    case.involved("child", travels=True)
    assert case.step(step).state == "outdated"

    assert due(), "more is at stake, and the day is on no list"


# --- conditions that came after the check ---------------------------------------------------------


KEPT: Command = {"status": "done", "how_seen": "(invented) the partner has said so"}


def decided(case: Play, *conditions: str) -> None:
    """Two decide that the person goes under these conditions; who leads the case wrote them down."""
    case.anew("return_review")
    for what in conditions:
        case.given(MANAGER, measure("condition", what=f"(invented) {what}"))
    case.given(MANAGER, complete("return_review", result="go_with_conditions"))
    case.given(ASSESSOR, signed("return_review"))


def kept(ref: str) -> Command:
    return {"do": "update", "ref": ref, **KEPT}


def not_seen(*refs: str) -> tuple[str, str]:
    return (
        f"nobody has seen that these conditions of the return are kept: {', '.join(refs)}",
        "let another than who set them see it, and say how; or say that it is not possible",
    )


def test_who_decides_with_conditions_has_written_down_which(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.anew("return_review")
    go = complete("return_review", result="go_with_conditions")
    case.given(MANAGER, measure("housing"))

    (told,) = case.told("STEP", go, MANAGER)
    assert told[0].endswith(
        "needs an entry of 'Measures against a danger' that still stands: a condition of the return"
    )
    case.given(MANAGER, measure("condition"))
    assert case.told("STEP", go, MANAGER) == []


def test_each_condition_of_a_return_is_seen_to_be_kept_before_it(begin: Begin) -> None:
    """One is seen to be kept; then the review is made anew with two more, and those are looked at, too. (issue 7)"""
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid")
    assert case.told("INV-04") == [not_seen("measure-1")]
    case.given(ASSESSOR, kept("measure-1"))
    assert case.why().done

    decided(case, "the trafficker is in prison", "a doctor goes along")
    assert case.told("INV-04") == [not_seen("measure-2", "measure-3")]


def test_who_set_a_condition_does_not_say_that_it_is_kept(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid")

    assert case.told("ROLE", kept("measure-1"), MANAGER) == [
        ("whoever entered 'planned' does not say that it is 'done'", "let somebody else see it, and write it down")
    ]


ALONE = (
    "whoever entered 'planned' does not say that it is 'not needed any more'",
    "let somebody else see it, and write it down",
)


def test_who_set_a_condition_does_not_drop_it_either(begin: Begin) -> None:
    """Two decided under two conditions; one is kept, and the one who set the other says that it is not needed any more."""
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid", "the trafficker is in prison")
    case.given(ASSESSOR, kept("measure-1"))

    assert case.told("ROLE", {"do": "update", "ref": "measure-2", "status": "not_needed"}, MANAGER) == [ALONE]
    assert case.told("INV-04") == [not_seen("measure-2")]


def test_a_condition_stays_one_when_it_is_called_a_measure_against_something_else(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid", "the trafficker is in prison")
    case.given(ASSESSOR, kept("measure-1"))
    case.given(MANAGER, {"do": "update", "ref": "measure-2", "against": "housing"})

    assert case.told("INV-04") == [not_seen("measure-2")]
    assert case.told("ROLE", kept("measure-2"), MANAGER), "it is seen by another than who set it"


def test_a_condition_is_not_corrected_away_by_one_alone(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid", "the trafficker is in prison")
    case.given(ASSESSOR, kept("measure-1"))
    entered = [one.seq for one in case.history(ASSESSOR) if one.data.get("ref") == "measure-2"]

    case.given(MANAGER, {"do": "correct", "seq": entered[0], "why": "(invented) it was never a condition"})
    assert case.told("INV-04") == [not_seen("measure-2")]
    case.given(ASSESSOR, {"do": "sign", "seq": entered[0]})
    assert case.why().done, "a second has seen that it was an error"


@pytest.mark.parametrize("state", ["done", "not_needed"])
def test_a_condition_that_one_alone_enters_as_though_it_had_ended_holds_the_departure(begin: Begin, state: str) -> None:
    """It may be written down as it stands: it counts once another has seen it."""
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid")
    case.given(ASSESSOR, kept("measure-1"))
    case.given(MANAGER, measure("condition", status=state, how_seen="(invented) it is so"))

    assert case.told("INV-04") == [not_seen("measure-2")]
    assert case.told("ROLE", {"do": "update", "ref": "measure-2", "status": state}, MANAGER)
    case.given(ASSESSOR, {"do": "update", "ref": "measure-2", "status": state, "how_seen": "(invented) seen"})
    assert case.why().done


def test_a_word_of_another_on_the_way_does_not_let_who_set_it_say_that_it_is_kept(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid")
    case.given(ASSESSOR, {"do": "update", "ref": "measure-1", "status": "planned", "done_by": "2026-05-12"})

    assert case.told("ROLE", kept("measure-1"), MANAGER) == [
        ("whoever entered 'planned' does not say that it is 'done'", "let somebody else see it, and write it down")
    ]
    case.given(ASSESSOR, kept("measure-1"))
    assert case.why().done, "who moved its day is not who set it"


def test_who_makes_a_condition_of_a_measure_of_another_has_set_it(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.given(MANAGER, measure("income"))
    case.given(ASSESSOR, {"do": "update", "ref": "measure-1", "against": "condition"})

    assert case.told("ROLE", kept("measure-1"), ASSESSOR)
    assert case.told("ROLE", kept("measure-1"), MANAGER) == []
    assert case.step(STEP).state == "outdated", "two had signed a measure"


@pytest.mark.parametrize("against", ["housing", "condition"])
def test_what_two_signed_under_is_not_written_otherwise_by_one(anew: Play, against: str) -> None:
    """Two signed under a lock on the door; then one alone writes that it is a flower on the table."""
    lowered(anew)
    anew.given(MANAGER, measure("condition"))
    anew.given(ASSESSOR, kept("measure-2"))
    anew.ready()
    ref = "measure-1" if against == "housing" else "measure-2"
    anew.given(MANAGER, {"do": "update", "ref": ref, "what": "(invented) a flower on the table"})

    assert {anew.step(one).state for one in (STEP, "return_review")} == {"outdated"}


def test_honest_a_measure_that_comes_or_is_seen_to_is_no_news_to_what_was_signed(anew: Play) -> None:
    lowered(anew)
    anew.ready()
    anew.given(ASSESSOR, measure("stigma"), {"do": "update", "ref": "measure-1", "done_by": "2026-07-15"})
    anew.given(ASSESSOR, kept("measure-1"))

    assert anew.why().done


def test_honest_conditions_that_are_seen_by_another_hold_nobody(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid", "a doctor goes along")
    case.given(ASSESSOR, kept("measure-1"), kept("measure-2"))

    assert case.why().done


def test_a_condition_that_cannot_be_kept_is_decided_anew(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    decided(case, "a room is paid")
    case.given(ASSESSOR, {"do": "update", "ref": "measure-1", "status": "not_possible"})

    assert case.step("return_review").state == "outdated"
    assert ("INV-04", "measure") in case.why().reasons


def test_a_condition_that_was_written_down_holds_the_departure_whatever_was_decided_after_it(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.given(MANAGER, measure("condition"))

    assert case.told("INV-04") == [not_seen("measure-1")]
    case.given(ASSESSOR, {"do": "update", "ref": "measure-1", "status": "not_needed"})
    assert case.why().done


# --- to whom its factors are told -----------------------------------------------------------------


def with_factors_not_known(case: Play, *factors: str) -> None:
    case.anew("pre_return_risk_assessment")
    unknown = dict.fromkeys(factors, "unknown")
    case.given(ASSESSOR, complete("pre_return_risk_assessment", **risks(**unknown), origin_input="receiving_partner"))
    case.given(MANAGER, signed())


@pytest.mark.parametrize("factor", ["health_or_suicide_risk", "testimony_given", "debt_or_oath_pressure"])
def test_no_refusal_tells_a_factor_to_whom_the_risk_is_not_told(begin: Begin, factor: str) -> None:
    """A travel officer asks whether the person may board, and reads "not known: health_or_suicide_risk, testimony_given".

    The factors are of the group `risk`, of which a travel officer and an escort are told "S (instructions)" (domain 6.2), and of
    testimony and debts nothing: history, case and next keep them from them; the finding of INV-05 names them to all who may
    ask. Against design 4.1, "one that rests on a sensitive fact says met or unmet, never the value".
    """
    case = begin(evidence_is_fresh)
    with_factors_not_known(case, factor)

    told = case.told("ROLE", who=TRAVEL)

    assert told == [("something stands in the way that your roles are not told", "ask who leads this case")]
    assert factor not in case.tried(TRAVEL, DEPART).text


def test_honest_who_assesses_the_risk_is_told_what_is_not_known(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    with_factors_not_known(case, "testimony_given")
    assert "'testimony_given': 'unknown'" in repr([row.data for row in case.history(ASSESSOR)])
    assert "testimony_given" not in repr(case.history(TRAVEL))


# --- measures, on their day -------------------------------------------------------------------------


def test_a_measure_is_due_on_its_day_until_it_is_said_how_it_went(begin: Begin) -> None:
    """desk.md F8: "Who sees to it: receiving side; By when: 2026-06-20", and it was due nowhere."""
    case = begin(evidence_is_fresh)
    day = (case.now + timedelta(days=2)).date()

    def measures() -> list[Any]:
        rows = case.engine.due(as_=actor(MANAGER), case=case.case)
        return [(row.due_at.date(), row.overdue) for row in rows if row.title == "Was it done against the danger?"]

    case.given(ASSESSOR, measure(done_by=day.isoformat()))
    assert measures() == [(day, False)]
    case.wait(days=3)
    assert measures() == [(day, True)]
    case.given(ASSESSOR, {"do": "update", "ref": "measure-1", "status": "done", "how_seen": "(invented) seen"})
    assert measures() == []


# --- what the second signs ----------------------------------------------------------------------------


def test_who_signs_that_a_danger_is_smaller_is_shown_by_what(anew: Play) -> None:
    anew.given(ASSESSOR, measure(), measure("income", what="(invented) a shop"))
    anew.given(ASSESSOR, assess(row(likelihood=3, severity=3, residual="medium")))

    form = anew.engine.form(anew.case, {"do": "sign", "step": STEP}, as_=anew.actor(MANAGER))
    assert form.signs is not None
    assert form.signs.entries == (
        ("Measures against a danger", "housing; person; (invented) a lock; receiving side; 2026-06-30; planned"),
    )
    assert what_is_signed(form.signs)[-1] == form.signs.entries[0]


def test_who_reads_no_risk_is_shown_no_measure(anew: Play) -> None:
    anew.given(ASSESSOR, measure())
    anew.given(ASSESSOR, assess(row(likelihood=3, severity=3, residual="medium")))

    form = anew.engine.form(anew.case, {"do": "sign", "step": STEP}, as_=anew.actor(TRAVEL))
    assert form.signs is None or form.signs.entries == ()
