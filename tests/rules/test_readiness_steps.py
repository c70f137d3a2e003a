"""What a step waits for: that this case asks for it, and each thing that comes before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from wayhome.calendar.spans import clock_text
from wayhome.model.moves import PHASE_NUMBER
from wayhome.packs.conditions import Is
from wayhome.packs.kinds.needs import DocumentNeed
from wayhome.packs.kinds.spans import MaxAge, Span, Timing
from wayhome.testing.builders import Ready

from tests.rules.cases import DAY, HOUR, SECOND, asked, declared, made, proposed, told, unmet

NOT_ASKED = "is not asked for in this case"
ASK = "ask the person"
A_NO = "do not ask again; if they wish it themselves, write it down."
REACH = (
    "ask the person; while they cannot be reached, you may tell a trusted party what averts danger: "
    "a contact with them, whose 'basis' is vital_interest"
)


@pytest.fixture
def there(ready: Ready) -> Ready:
    """The same a day after landing, met and asked for the first time."""
    moves = made(ready, departed=ready.at - 2 * DAY, arrived=ready.at - DAY)
    landed = ready.but(phase="arrival", moves=moves).with_consent("monitoring")
    return landed.with_step("arrival_reception").with_step("baseline_survey")


# --- whether it is asked for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["start", "complete"])
def test_a_step_that_waits_for_nothing_may_be_done_now(ready: Ready, word: str) -> None:
    (fine,) = asked(ready, word, step="safety_plan")

    assert (fine.rule, fine.met, fine.subject, fine.fact) == (
        "STEP",
        True,
        "safety_plan",
        "'Make a safety plan' may be done now",
    )


@pytest.mark.parametrize("word", ["fail", "redo"])
def test_what_was_tried_or_is_to_be_done_again_waits_for_nothing(ready: Ready, word: str) -> None:
    assert asked(ready.without_step("risk_recheck"), word, step="risk_recheck") == []


@pytest.mark.parametrize("word", ["start", "complete"])
def test_a_step_that_this_case_does_not_ask_for_is_not_done(ready: Ready, word: str) -> None:
    (found,) = unmet(ready.with_fact("safe_place_tonight", True), word, step="safe_accommodation")

    assert (found.rule, found.subject) == ("STEP", "safe_accommodation")
    assert (found.fact, found.todo) == (f"'Find a safe place to stay' {NOT_ASKED}", "look at how the case stands")
    assert proposed(found) == {}


@pytest.mark.parametrize(
    ("record", "is_told"),
    [
        ({"state": "skipped"}, False),  # what was left out may be done after all
        ({"state": "failed"}, True),
        (None, True),
    ],
)
def test_a_step_that_was_left_out_may_be_done_after_all(
    ready: Ready, record: dict[str, Any] | None, is_told: bool
) -> None:
    case = ready.with_fact("safe_place_tonight", True)
    if record:
        case = case.with_step("safe_accommodation", **record)

    assert any(NOT_ASKED in fact for _, _, fact, _ in told(case, "complete", step="safe_accommodation")) is is_told


@pytest.mark.parametrize(
    ("round_", "extended", "asked_for"),
    [
        ("m12", False, True),
        ("m18", False, False),
        ("m18", True, True),
        ("extra", False, True),  # at any other time
    ],
)
def test_a_round_that_this_case_does_not_ask_for_is_not_made(
    there: Ready, round_: str, extended: bool, asked_for: bool
) -> None:
    case = there.with_fact("extended_followup", extended)

    facts = [fact for _, _, fact, _ in told(case, "start", step="monitoring_visit", round=round_)]
    assert (f"'Visit or call the person' {NOT_ASKED}" in facts) is not asked_for


@pytest.mark.parametrize(
    "fields",
    [
        {"step": "invented_step"},
        {"step": "monitoring_visit", "round": "m99"},
        {"step": "safety_plan", "of": "child-9"},
    ],
)
def test_what_cannot_be_read_waits_for_nothing(ready: Ready, fields: dict[str, str]) -> None:
    for word in ("start", "complete", "skip"):
        assert asked(ready, word, **fields) == []


# --- what it waits for ---------------------------------------------------------------------------------------------------


def test_a_step_waits_for_what_must_be_known(ready: Ready) -> None:
    (found,) = unmet(ready.without_fact("has_claims_or_belongings"), "start", step="claims_and_belongings")

    assert (found.rule, found.subject) == ("FACT", "has_claims_or_belongings")
    assert found.todo.endswith("Is there anything to get back?")  # in the words of the pack
    assert found.fact == ("it is not recorded: There are claims, unpaid wages, belongings or papers to get back")
    assert found.phase == PHASE_NUMBER["pre_departure"]
    assert proposed(found)["facts"] == ("has_claims_or_belongings",)


@pytest.mark.parametrize(
    ("is_asked", "todo"),
    [
        (True, "Does the person hold an invented paper?"),
        (False, "record it"),  # the pack has no question of it
    ],
)
@pytest.mark.parametrize(
    ("of", "fact"),
    [
        ("", "it is not recorded: An invented title"),
        ("child-2", "it is not recorded of child-2: An invented title"),
    ],
)
def test_what_must_be_known_of_somebody_is_asked_of_them_in_the_words_of_the_pack(
    ready: Ready, is_asked: bool, todo: str, of: str, fact: str
) -> None:
    said = {"title": "An invented title", **({"ask": todo} if is_asked else {})}
    labels = {**ready.process.labels, "facts": {**ready.process.labels["facts"], "has_passport": said}}
    case = replace(ready, process=replace(ready.process, labels=labels)).without_fact("has_passport")
    for child in ("child-1", "child-2"):
        case = case.with_person(child, "child", travels=True)
    step = "child_fit_check" if of else "claims_and_belongings"
    case = declared(case, step, when=Is("has_passport", (True,)))

    found = unmet(case, "start", step=step, of=of or None)

    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [("FACT", "has_passport", fact, todo)]
    asks = {"do": "record", "facts": ("has_passport",)}
    assert [proposed(one) for one in found] == [asks | ({"of": of} if of else {})]


@pytest.mark.parametrize("state", ["missing", "refused"])
@pytest.mark.parametrize(
    ("step", "purpose", "title", "recipient"),
    [
        ("legal_counselling", "legal", "Legal counselling", None),
        ("travel_plan", "travel_data_share", "Share travel data", "carrier"),
        ("handover_dossier", "travel_data_share", "Share travel data", "ng_bakhita"),
    ],
)
def test_a_step_waits_for_a_consent(
    ready: Ready, state: str, step: str, purpose: str, title: str, recipient: str | None
) -> None:
    case = ready.without_consent(purpose)
    if state == "refused":
        case = case.with_consent(purpose, recipient or "", state="refused")

    # Where no actor asks, all is told: also which house is in the case.
    (found,) = (one for one in unmet(case, "start", step=step, actor=None) if one.rule == "CONSENT")

    assert (found.subject, found.fact, found.todo) == (
        purpose,
        f"the person's consent is not there: {title}" if state == "missing" else f"the person has said no: {title}",
        found.todo if state == "refused" else ASK,
    )
    assert found.phase == PHASE_NUMBER["pre_departure"]
    if state == "refused":
        assert found.todo.startswith(A_NO)
        assert proposed(found) == {}
    else:
        assert (proposed(found)["purpose"], proposed(found).get("recipient")) == (purpose, recipient)


@pytest.mark.parametrize(
    ("purpose", "gone", "state", "todo"),
    [
        ("travel_data_share", True, "missing", REACH),
        ("travel_data_share", False, "missing", ASK),  # the person is here, and can be asked
        ("travel_data_share", True, "refused", A_NO),  # a no is a no
        ("share_partner", True, "missing", ASK),  # that is not what whoever waits at the gate must know
    ],
)
def test_on_the_way_danger_can_stand_for_a_consent_that_nobody_can_ask(
    ready: Ready, purpose: str, gone: bool, state: str, todo: str
) -> None:
    case = ready.without_consent(purpose)
    if state == "refused":
        case = case.with_consent(purpose, "ng_bakhita", state="refused")
    if gone:
        case = case.but(phase="travel", moves=made(case, departed=case.at - HOUR))

    todos = [words for rule, _, _, words in told(case, "start", step="handover_dossier") if rule == "CONSENT"]
    assert [words for words in todos if words.startswith(todo)]


def test_a_step_waits_for_another_step(ready: Ready) -> None:
    (found,) = unmet(ready.without_step("travel_plan"), "start", step="pre_departure_briefing")

    assert (found.rule, found.subject) == ("STEP", "travel_plan")
    assert (found.fact, found.todo) == ("needed first: 'Plan and book the journey' is done", "do it")
    assert proposed(found)["do"] == "travel"


def test_a_step_waits_for_a_move(ready: Ready) -> None:
    (found,) = (one for one in unmet(ready, "start", step="arrival_wellbeing_check") if one.rule == "PHASE")

    assert (found.subject, found.fact, found.todo) == (
        "arrived",
        "needed first: the person has arrived",
        "make that move first",
    )
    assert found.phase == PHASE_NUMBER["arrival"]
    assert proposed(found) == {}


def test_a_step_waits_for_a_paper(ready: Ready) -> None:
    case = declared(ready, "safety_plan", after=((DocumentNeed("ng_etc"), None),)).with_fact("has_passport", False)
    case = case.with_fact("ng_document_route", "etc")

    (found,) = unmet(case, "start", step="safety_plan")

    assert (found.rule, found.subject, found.todo) == ("DOCUMENT", "ng_etc", "get it first")
    assert found.fact == "needed first: 'Emergency Travel Certificate (ETC)' is held"
    assert proposed(found)["kind"] == "ng_etc"


@pytest.mark.parametrize(
    ("early", "waits"),
    [
        (timedelta(0), False),  # the window opens
        (SECOND, True),
    ],
)
def test_a_step_waits_until_its_window_opens(ready: Ready, early: timedelta, waits: bool) -> None:
    opens = ready.at - 7 * DAY
    before = f"'Explain the journey' may not be done before {clock_text(opens, 'Europe/Brussels')}"

    def found(now: datetime) -> list[tuple[str, str, str, str]]:
        case = ready.but(written_at=None)
        return told(case, "start", step="pre_departure_briefing", at=opens - early, now=now)

    assert found(opens - SECOND) == [("STEP", "pre_departure_briefing", before, "wait until then")] * waits
    late = "if it was later, say when, in 'at' with the hour; else do it again"
    for now in (opens, ready.at):  # it is told late
        assert found(now) == [("STEP", "pre_departure_briefing", before, late)] * waits


@pytest.mark.parametrize(
    ("anchor", "known"),
    [
        ("planned_departure", "the planned departure is set"),
        ("planned_arrival", "planned arrival is known"),
    ],
)
def test_a_step_waits_until_a_day_is_set_from_which_it_counts(ready: Ready, anchor: str, known: str) -> None:
    case = declared(ready, "safety_plan", not_before=(Timing(Span(2, "days"), anchor, backwards=True),))

    (found,) = told(case.but(travel=None), "start", step="safety_plan")

    assert found[2:] == (f"'Make a safety plan' may not be done before {known}", "wait until then")


def test_everything_that_a_step_waits_for_is_told(ready: Ready) -> None:
    found = told(
        ready.without_step("return_consent").without_consent("share_partner"), "start", step="handover_dossier"
    )

    assert [(rule, subject) for rule, subject, _, _ in found] == [
        ("STEP", "return_consent"),
        ("CONSENT", "share_partner"),
    ]


# --- rounds open at their day ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "round_", "opens", "day", "todo"),
    [
        (
            "monitoring_visit",
            "d7",
            datetime(2026, 5, 16, 23, tzinfo=UTC),  # midnight in Nigeria: four days after the landing
            "2026-05-17",
            "wait until then; at any other time it is an extra contact: its 'round' is extra",
        ),
        (
            "sustainability_survey",
            "m6",
            datetime(2026, 10, 22, 23, tzinfo=UTC),
            "2026-10-23",
            "wait until then",  # of a survey there are no extra rounds
        ),
    ],
)
def test_a_round_opens_at_its_day(there: Ready, step: str, round_: str, opens: datetime, day: str, todo: str) -> None:
    def found(at: datetime) -> list[Any]:
        return [one for one in unmet(there, "start", step=step, round=round_, at=at) if one.subject == step]

    (early,) = found(opens - SECOND)
    title = there.process.title("steps", step)
    assert (early.rule, early.fact, early.todo) == ("STEP", f"round {round_} of '{title}' opens on {day}", todo)
    assert proposed(early)["round"] == round_
    assert found(opens) == []


def test_a_round_waits_for_its_own_day_only(there: Ready) -> None:
    first = [fact for _, _, fact, _ in told(there, "start", step="monitoring_visit", round="d2")]

    assert first == []


def test_a_round_of_one_of_several_is_proposed_as_theirs(there: Ready) -> None:
    case = declared(there.with_person("child-1", "child", travels=True), "monitoring_visit", each="companion")

    found = unmet(case, "start", step="monitoring_visit", round="m3", of="child-1")

    assert [(proposed(one)["round"], proposed(one)["of"]) for one in found] == [("m3", "child-1")]


def test_a_round_that_was_begun_is_asked_for_though_the_person_wants_no_more_of_them(there: Ready) -> None:
    case = declared(there, "monitoring_visit", kind="offered").with_consent("monitoring", state="refused")
    begun = case.with_step("monitoring_visit/d2", state="in_progress")

    ((rule, subject, _, _),) = told(begun, "complete", step="monitoring_visit", round="d2", result="reached")
    assert (rule, subject) == ("CONSENT", "monitoring")
    ((_, _, fact, _),) = told(case, "complete", step="monitoring_visit", round="d2", result="reached")
    assert fact == f"'Visit or call the person' {NOT_ASKED}"


# --- what is left out ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "refused"),
    [
        ("safety_plan", True),
        ("be_unaccompanied_minor_signal", True),  # the law asks for it
        ("ng_yellow_card", False),  # it is offered
        ("medical_assessment", False),  # the person may decline it
    ],
)
def test_only_what_is_offered_or_may_be_declined_is_left_out(ready: Ready, step: str, refused: bool) -> None:
    title = ready.process.title("steps", step)

    found = told(ready, "skip", step=step, reason="invented words")

    assert found == [("STEP", step, f"'{title}' cannot be left out", "do it, or say what failed")] * refused


def test_what_cannot_be_left_out_is_proposed_to_be_done(ready: Ready) -> None:
    (found,) = unmet(ready.without_step("risk_recheck"), "skip", step="risk_recheck", reason="invented words")

    assert (proposed(found)["do"], proposed(found)["step"]) == ("complete", "risk_recheck")


# --- evidence that a step looks at --------------------------------------------------------------------------------------------


def looking_at(ready: Ready, step: str, *evidence: str) -> Ready:
    """The same, in which a step looks at evidence that may be ten days old then."""
    for id in evidence:
        ready = declared(ready, id, max_ages=(MaxAge(Span(10, "days"), step),))
    return ready


def too_old(ready: Ready, step: str) -> tuple[str, str, str, str]:
    return "STEP", step, f"'{ready.process.title('steps', step)}' is older than 10 days", "do it again first"


@pytest.mark.parametrize(
    ("late", "is_old"),
    [
        (timedelta(0), False),  # ten days old
        (SECOND, True),
    ],
)
def test_evidence_that_a_step_looks_at_is_not_too_old_then(ready: Ready, late: timedelta, is_old: bool) -> None:
    case = looking_at(ready, "safety_plan", "legal_counselling", "return_intention")
    case = case.with_step("legal_counselling", at=ready.at - 10 * DAY - late)
    case = case.with_step("return_intention", at=ready.at - 10 * DAY)

    assert told(case, "complete", step="safety_plan") == [too_old(ready, "legal_counselling")] * is_old
    assert told(case, "start", step="safety_plan") == []  # it may be begun
    if is_old:
        (found,) = unmet(case, "complete", step="safety_plan")
        assert proposed(found) == {"do": "redo", "step": "legal_counselling"}


def test_evidence_is_renewed_by_doing_it_once_more_where_that_is_possible(ready: Ready) -> None:
    case = looking_at(ready, "safety_plan", "options_counselling")

    (found,) = unmet(case, "complete", step="safety_plan")

    assert proposed(found) == {"do": "complete", "step": "options_counselling", "round": "4"}


def test_evidence_is_done_again_at_once_whatever_its_step_waits_for(ready: Ready) -> None:
    case = looking_at(ready, "safety_plan", "legal_counselling").without_consent("legal")

    (found,) = unmet(case, "complete", step="safety_plan")

    assert found.remedy is not None
    assert (proposed(found), found.remedy.from_) == ({"do": "redo", "step": "legal_counselling"}, ready.at)


@pytest.mark.parametrize(("since", "is_told"), [(SECOND, True), (timedelta(0), False)])
def test_evidence_of_others_is_done_anew_however_young_it_is(ready: Ready, since: timedelta, is_told: bool) -> None:
    case = looking_at(ready, "safety_plan", "legal_counselling").without_consent("legal")
    adopted = case.with_step("legal_counselling", at=ready.at - DAY).but(adopted_at=ready.at - DAY + since)

    found = unmet(adopted, "complete", step="safety_plan")

    title = ready.process.title("steps", "legal_counselling")
    fact = f"'{title}' was done before this return was taken over"
    todo = "do it anew: what a departure rests on by its age is our own"
    others = [one for one in found if "taken over" in one.fact]
    assert [(one.rule, one.subject, one.fact, one.todo) for one in others] == [
        ("STEP", "legal_counselling", fact, todo)
    ] * is_told
    assert [proposed(one) for one in others] == [{"do": "redo", "step": "legal_counselling"}] * is_told
