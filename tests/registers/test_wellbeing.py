"""How the person fares, from one time to the next: means that decide nothing, gaps that stay gaps, and no line where the words were others."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from rich.console import Console
from wayhome import Actor
from wayhome.packs.plugins import Packs
from wayhome.shell.views.life import life

from tests.attacks.acts import ECONOMIC, PSYCHOSOCIAL, SOCIAL, in_follow_up
from tests.attacks.play import Play, begun, complete
from tests.whole_answers import SAFE

RECEIVER, COUNSELLOR, LAWYER = "case_manager_receiving", "counsellor", "legal_counsellor"
COUNTS = {"no": 0, "partly": Fraction(1, 2), "yes": 1}
DAY_OF_M6 = 184


def by_hand(answers: dict[str, str], of: tuple[str, ...]) -> str | None:
    """registers, `reintegration`: yes 1, partly a half, no 0, `e_meals` the other way round; the mean of its answers, from four of five on."""
    said = [
        COUNTS[answers[one]] if one != "e_meals" else 1 - COUNTS[answers[one]]
        for one in of
        if answers.get(one) in COUNTS
    ]
    return f"{float(Fraction(sum(said)) / len(said)):.2f}" if len(said) >= 4 else None


def course(play: Play, who: str | Actor, instrument: str) -> dict[str, Any] | None:
    shown = play.engine.case(play.case, as_=play.actor(who), parts=("wellbeing",)).wellbeing
    return next((dict(one) for one in shown if one["instrument"] == instrument), None)


def points(play: Play, line: str, instrument: str = "reintegration", who: str = RECEIVER) -> list[str | None]:
    found = course(play, who, instrument)
    assert found is not None
    return [*next(one["points"] for one in found["lines"] if one["id"] == line)]


@pytest.fixture
def there(packs: Packs) -> Iterator[Play]:
    with begun(in_follow_up, packs) as play:
        yield play


def asked_at_six_months(play: Play, **answers: Any) -> None:
    play.wait(days=DAY_OF_M6)
    play.given(RECEIVER, complete("sustainability_survey", round="m6", **answers))


@pytest.mark.parametrize(
    "answers",
    [
        dict.fromkeys(ECONOMIC, "yes"),
        dict.fromkeys(ECONOMIC, "partly"),
        {**dict.fromkeys(ECONOMIC, "no"), "e_meals": "yes"},
        {"e_lasts": "yes", "e_meals": "no", "e_earns": "partly", "e_aside": "no"},
        {"e_lasts": "yes", "e_meals": "no", "e_earns": "partly", "e_aside": "not_asked", "e_lend": "yes"},
        {"e_lasts": "yes", "e_meals": "no", "e_earns": "partly", "e_aside": "not_asked", "e_lend": "does_not_know"},
    ],
)
def test_a_mean_is_of_what_was_answered_from_four_of_five_on(there: Play, answers: dict[str, str]) -> None:
    asked_at_six_months(there, **answers)

    assert points(there, "economic")[-1] == by_hand(answers, ECONOMIC)
    assert points(there, "social")[-1] is None


def test_all_three_together_are_the_mean_of_the_three(there: Play) -> None:
    """registers, `reintegration`: "the composite is the mean of all three, or none"."""
    said = {ECONOMIC: "partly", SOCIAL: "yes", PSYCHOSOCIAL: "yes"}
    asked_at_six_months(there, **{one: how for of, how in said.items() for one in of})

    means = [float(str(points(there, line)[-1])) for line in ("economic", "social", "psychosocial")]
    assert points(there, "composite")[-1] == f"{sum(means) / 3:.2f}"
    assert any("All together" in line for line in lines_of(there, ("wellbeing",)))


def test_where_of_one_too_little_was_said_there_is_no_mean_of_all(there: Play) -> None:
    asked_at_six_months(there, **dict.fromkeys((*ECONOMIC, *SOCIAL), "yes"))

    assert points(there, "composite")[-1] is None


def test_the_first_survey_and_those_after_stand_side_by_side(there: Play) -> None:
    asked_at_six_months(there, **dict.fromkeys((*SOCIAL, *PSYCHOSOCIAL), "yes"), manage="mostly", stay="yes")

    assert points(there, "social") == ["0.00", "1.00"]
    assert points(there, "psychosocial") == ["0.00", "1.00"]
    assert points(there, "manage") == [None, "mostly"]


def test_a_round_that_nobody_asked_is_a_gap(there: Play) -> None:
    there.wait(days=367)
    there.given(RECEIVER, complete("sustainability_survey", round="m12", **dict.fromkeys(SOCIAL, "partly")))

    assert points(there, "social") == ["0.00", None, "0.50"]
    found = course(there, RECEIVER, "reintegration")
    assert found is not None
    assert [(time["round"], time["at"] is None) for time in found["times"]] == [
        ("", False),
        ("m6", True),
        ("m12", False),
    ]


@pytest.mark.parametrize("how", [{"asked_in": "pcm"}, {"asked_as": "paper"}, {"asked_with": "interpreter"}])
def test_a_line_breaks_where_it_was_asked_otherwise(there: Play, how: dict[str, str]) -> None:
    asked_at_six_months(there, **dict.fromkeys(SOCIAL, "yes"), **how)

    found = course(there, RECEIVER, "reintegration")
    assert found is not None
    assert [time["breaks"] for time in found["times"]] == [False, True]


def test_honest_a_line_goes_on_where_it_was_asked_in_the_same_way(there: Play) -> None:
    asked_at_six_months(there, **dict.fromkeys(SOCIAL, "yes"))

    found = course(there, RECEIVER, "reintegration")
    assert found is not None
    assert [time["breaks"] for time in found["times"]] == [False, False]


def test_the_version_of_the_words_is_kept_beside_the_answers(there: Play) -> None:
    rows = there.engine.case(there.case, as_=there.actor(RECEIVER)).steps

    assert next(row.answers for row in rows if row.id == "baseline_survey")["asked_version"] == "1"


# --- on the screen: in words, for who sees no colour --------------------------------------------------------------------


def lines_of(play: Play, screen: tuple[str, ...]) -> list[str]:
    """Give what stands on a screen of 80 columns that knows no colour."""
    view = play.engine.case(play.case, as_=play.actor(RECEIVER), parts=("entries", "wellbeing"))
    written = io.StringIO()
    Console(file=written, width=80, no_color=True).print(life(view, screen))
    return written.getvalue().splitlines()


@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ({"c_home": "yes", "c_ill": "no", "c_papers": "no", "c_learn": "no", "c_right": "no"}, "hard"),  # 0.20
        ({"c_home": "yes", "c_ill": "partly", "c_papers": "no", "c_learn": "no", "c_right": "no"}, "hard"),  # 0.30
        ({"c_home": "yes", "c_ill": "yes", "c_papers": "no", "c_learn": "no", "c_right": "no"}, "fair"),  # 0.40
        ({"c_home": "yes", "c_ill": "yes", "c_papers": "yes", "c_learn": "no", "c_right": "no"}, "fair"),  # 0.60
        ({"c_home": "yes", "c_ill": "yes", "c_papers": "yes", "c_learn": "partly", "c_right": "no"}, "good"),  # 0.70
        ({"c_home": "yes", "c_ill": "yes"}, None),  # not enough was said
    ],
)
def test_a_band_is_a_word_of_the_instrument(there: Play, answers: dict[str, str], band: str | None) -> None:
    """registers, `reintegration`: below a third, between, above two thirds."""
    asked_at_six_months(there, **answers)

    found = course(there, RECEIVER, "reintegration")
    assert found is not None
    bands = {one["id"]: one["bands"] for one in found["lines"]}
    assert bands["social"] == ("hard", band)
    assert bands["manage"] == (None, None)  # an answer is a word already
    for screen in ((), ("wellbeing",)):
        line = next(one for one in lines_of(there, screen) if "Home and rights" in one)
        assert [one for one in line.split() if one in ("hard", "fair", "good")] == ["hard", *([band] if band else [])]


def test_four_times_and_their_bands_fit_side_by_side(there: Play) -> None:
    for round, days in (("m6", DAY_OF_M6), ("m12", 183), ("extra", 30)):
        there.wait(days=days)
        said = dict.fromkeys((*SOCIAL, *ECONOMIC, *PSYCHOSOCIAL), "yes")
        there.given(RECEIVER, complete("sustainability_survey", round=round, **said, manage="mostly", asked_in="pcm"))

    shown = lines_of(there, ("wellbeing",))
    assert max(map(len, shown)) <= 80
    line = next(one for one in shown if "Home and rights" in one)
    assert line.split()[-12:] == ["···", "0.00", "hard", *["███", "1.00", "good"] * 3]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"asked_in": "pcm"}, "asked in another language"),
        ({"asked_as": "paper"}, "asked in another way: aloud, on paper"),
        ({"asked_with": "interpreter"}, "somebody else was there"),
        ({"by": "ng_naptip", "heard_by": "phone"}, "told by somebody else"),
    ],
)
def test_where_a_line_breaks_is_said_with_why(there: Play, how: dict[str, str], why: str) -> None:
    asked_at_six_months(there, **dict.fromkeys(SOCIAL, "yes"), **how)

    whole = " ".join(" ".join(lines_of(there, ())).split())
    assert f"{there.now.date()}: not to be compared with the time before: {why}" in whole


def asked_by(play: Play, who: str | Actor, round: str, **said: Any) -> None:
    play.wait(days=DAY_OF_M6)
    play.given(who, complete("sustainability_survey", round=round, **dict.fromkeys(SOCIAL, "yes"), **said))


def test_a_line_breaks_where_another_colleague_asked_and_it_is_not_said_who(there: Play) -> None:
    colleague = there.another(RECEIVER)
    asked_by(there, RECEIVER, "m6")
    asked_by(there, colleague, "m12")

    found = course(there, RECEIVER, "reintegration")
    assert found is not None
    assert [(one["breaks"], one["otherwise"]) for one in found["times"]] == [
        (False, ()),
        (False, ()),
        (True, ("asked_by_account",)),
    ]
    whole = " ".join(" ".join(lines_of(there, ())).split())
    assert "not to be compared with the time before: asked by another colleague" in whole
    assert colleague.id not in whole


def test_honest_whoever_types_what_one_partner_tells_breaks_no_line(there: Play) -> None:
    """It was asked by the partner each time: who wrote it down is another matter."""
    told = {"by": "ng_naptip", "heard_by": "phone"}
    asked_by(there, RECEIVER, "m6", **told)
    asked_by(there, there.another(RECEIVER), "m12", **told)

    found = course(there, RECEIVER, "reintegration")
    assert found is not None
    assert [one["otherwise"] for one in found["times"]] == [(), ("told_by",), ()]


def test_where_two_things_were_otherwise_both_are_said(there: Play) -> None:
    asked_at_six_months(there, **dict.fromkeys(SOCIAL, "yes"), asked_in="pcm", asked_with="interpreter")

    whole = " ".join(" ".join(lines_of(there, ())).split())
    assert "before: asked in another language, somebody else was there" in whole


def test_honest_where_nothing_was_otherwise_nothing_is_said(there: Play) -> None:
    asked_at_six_months(there, **dict.fromkeys(SOCIAL, "yes"))

    assert not any("compared" in one for one in lines_of(there, ()))


def test_who_reads_no_answers_is_told_nothing_of_how_she_fares(there: Play) -> None:
    assert course(there, RECEIVER, "reintegration") is not None
    assert course(there, LAWYER, "reintegration") is None


# --- wellbeing: six answers and their course; a danger to herself is one at once --------------------------------------


@pytest.fixture
def cared_for(there: Play) -> Play:
    there.given("medical_officer", {"do": "record", "facts": {"needs_health_followup": True}})
    there.given("medical_officer", {"do": "consent", "purpose": "health_processing_local", "language": "en"})
    return there


def test_the_counsellor_reads_six_lines_and_nobody_else_what_was_said(cared_for: Play) -> None:
    cared_for.wait(days=25)
    cared_for.given(
        COUNSELLOR, complete("wellbeing_check", round="m1", w_sleep="few_days", w_smile="some_days", w_live="no")
    )

    assert points(cared_for, "w_sleep", "wellbeing", COUNSELLOR) == ["few_days"]
    assert course(cared_for, RECEIVER, "wellbeing") is None
    assert cared_for.step("wellbeing_check", "m1").state == "done"  # others see that it was asked


def test_who_did_not_want_to_live_is_not_alone(cared_for: Play) -> None:
    cared_for.wait(days=25)
    cared_for.given(COUNSELLOR, complete("wellbeing_check", round="m1", w_sleep="most_days", w_live="yes"))

    assert {one.type for one in cared_for._recorded.open_incidents} == {"self_harm"}


def test_a_visit_that_worries_is_followed_by_a_talk_at_any_time(cared_for: Play) -> None:
    cared_for.given(RECEIVER, complete("monitoring_visit", round="extra", result="reached", how="phone", **SAFE))
    cared_for.given(COUNSELLOR, complete("wellbeing_check", round="extra", w_quiet="few_days"))

    assert points(cared_for, "w_quiet", "wellbeing", COUNSELLOR) == ["few_days"]


def test_a_danger_to_herself_can_be_told_whatever_is_said_of_her_health(there: Play) -> None:
    there.given("medical_officer", {"do": "record", "facts": {"needs_health_followup": False}})
    there.given("medical_officer", {"do": "consent", "purpose": "health_processing_local", "language": "en"})
    there.given(COUNSELLOR, complete("wellbeing_check", round="extra", w_live="yes"))

    assert {one.type for one in there._recorded.open_incidents} == {"self_harm"}


def test_whose_word_it_was_and_what_breaks_is_told_to_who_may_know(there: Play) -> None:
    visit = {"round": "extra", "result": "reached", "how": "phone", **SAFE}
    there.given(RECEIVER, complete("monitoring_visit", **visit, by="ng_naptip", heard_by="phone"))
    there.given(RECEIVER, complete("monitoring_visit", **visit, asked_with="interpreter"))

    found = {}
    for who in (RECEIVER, "medical_officer"):
        view = there.engine.case(there.case, as_=there.actor(who))
        said_by = {row.told_by for row in view.steps if row.id == "monitoring_visit"}
        breaks = [time["breaks"] for one in view.wellbeing if one["instrument"] == "visit" for time in one["times"]]
        found[who] = said_by - {""}, any(breaks)
    assert found == {RECEIVER: ({"ng_naptip"}, True), "medical_officer": (set(), False)}
