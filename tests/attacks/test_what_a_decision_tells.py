"""`why`, a refusal, forms, errors and `next` tell nobody what `blockers` does not tell them. (security.md S2)

An escort who learns by a refusal that the person testifies against the network is a danger to her.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import BadInput, Decision, NotPermitted, Refused, WayhomeError, commands, to_json
from wayhome.case_now.roles import summary_groups
from wayhome.model.moves import MOVES

from tests.attacks.acts import an_escort_goes_along, redo
from tests.attacks.conftest import Begin
from tests.attacks.play import DOCTOR, GUARD, LEADER, MANAGER, Play, actor, complete, evidence_is_fresh, measure, signed

ROLES = (
    "case_manager_sending", "case_manager_receiving", "programme_manager", "risk_assessor", "legal_counsellor", "medical_officer",
    "counsellor", "travel_officer", "reception_officer", "escort", "service_provider", "data_protection_officer", "auditor_or_donor",
)  # fmt: skip
# What happened to her, by the data group to which it belongs.
HAPPENED = {"witness": "legal", "medical_unfit": "health", "family_refuses": "family", "violence": "risk"}


@pytest.fixture
def case(begin: Begin) -> Play:
    """A case in which something of each kind has happened, and much is to be done again."""
    play = begin(an_escort_goes_along)
    play.given(MANAGER, *({"do": "incident", "type": type} for type in HAPPENED))
    return play


def answers(play: Play, role: str, move: str) -> Iterator[Decision]:
    """Give the decisions that one role can get about a move: by asking, and by trying."""
    act = {"do": "move", "to": move, "reason": "invented words"}
    if move == "close":
        act["reason"] = "other_durable_solution"
    if move == "left":
        act["how"] = "alone"
    command, actor = play._read(act), play.actor(role)
    try:
        yield play.engine.why(play.case, command, as_=actor)
        yield play.engine.why(play.case, move, as_=actor)
        play.engine.do(command, as_=actor)
    except Refused as refused:
        yield refused.decision
    except (BadInput, NotPermitted):
        return


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_told_by_why_or_by_a_refusal_what_blockers_withholds(case: Play, role: str, move: str) -> None:
    process = case.engine.process_of(case.case, as_=case.actor(MANAGER))
    told = summary_groups(process, case.actor(role))
    withheld = {type for type, group in HAPPENED.items() if group not in told}
    try:
        blocked = {(one.rule, one.subject) for one in case.engine.blockers(case.case, move, as_=case.actor(role))}
    except NotPermitted:
        blocked = None

    for decision in answers(case, role, move):
        text = str(to_json(decision))
        for type in withheld:
            assert type not in text
            assert str(process.label("incidents", type)["title"]) not in text
        if blocked is not None and move != "close":  # whose reason `blockers` does not know
            said = {
                (one.rule, one.subject) for one in decision.unmet if one.rule != "ROLE" or one.subject == "withheld"
            }
            assert said == blocked


@pytest.mark.parametrize(
    ("role", "kept_from_them"),
    [
        ("travel_officer", {"witness", "family_refuses"}),
        ("programme_manager", {"witness", "medical_unfit", "family_refuses"}),
    ],
)
def test_who_may_make_a_move_learns_that_something_stands_in_the_way_and_whom_to_ask(
    case: Play, role: str, kept_from_them: set[str]
) -> None:
    move = "depart" if role == "travel_officer" else "prepare"
    decision = case.engine.why(case.case, move, as_=case.actor(role))
    hidden = [one for one in decision.unmet if one.subject == "withheld"]

    # One line, by no rule: neither which it is, nor how many there are.
    assert [(one.rule, one.fact, one.todo) for one in hidden] == [
        ("ROLE", "something stands in the way that your roles are not told", "ask who leads this case")
    ]
    assert not kept_from_them & {one.subject for one in decision.reasons}
    assert not decision.allowed


def test_what_is_as_it_must_be_is_withheld_as_well(begin: Begin) -> None:
    """That she was advised, and on what, is nobody's who is not told of legal matters."""
    play = begin(evidence_is_fresh)
    decision = play.engine.why(play.case, "depart", as_=play.actor("travel_officer"))

    assert decision.allowed
    assert "withheld" not in {one.subject for one in decision.reasons}
    assert not {"legal_counselling", "proceedings_clearance", "protection_needs_check"} & {
        one.subject for one in decision.reasons
    }


def test_who_leads_the_case_is_told_all_of_it(case: Play) -> None:
    """The honest story: nothing is taken from who has to mend it."""
    decision = case.engine.why(case.case, "depart", as_=case.actor(MANAGER))

    assert set(HAPPENED) <= {one.subject for one in decision.unmet}
    assert "withheld" not in {one.subject for one in decision.reasons}


@pytest.mark.parametrize(
    "role", ["programme_manager", "travel_officer", "reception_officer", "legal_counsellor", "medical_officer"]
)
def test_neither_a_form_nor_an_error_nor_what_is_next_names_what_they_are_not_told(case: Play, role: str) -> None:
    process = case.engine.process_of(case.case, as_=case.actor(MANAGER))
    actor = case.actor(role)
    told = summary_groups(process, actor)
    withheld = {type for type, group in HAPPENED.items() if group not in told}
    assert withheld

    rows = case.engine.next(case.case, as_=actor)
    assert not withheld & {str(row.do.get("incident")) for row in rows}
    titles = {str(process.label("incidents", type)["title"]) for type in withheld}
    assert not [row for row in rows if any(f"'{title}' is open" in str(to_json(row)) for title in titles)]

    form = case.engine.form(case.case, {"do": "resolve"}, as_=actor)
    assert not withheld & set(next(slot for slot in form.slots if slot.name == "incident").values)

    no_such = case._read({"do": "resolve", "incident": "death", "outcome": "x", "reason": "y"})
    try:
        case.engine.why(case.case, no_such, as_=actor)
    except WayhomeError as error:
        assert not [type for type in withheld if type in str(error)]


@pytest.mark.parametrize("type", ["witness", "medical_unfit", "family_refuses"])
def test_whether_it_is_open_is_not_told_by_how_its_end_is_refused(begin: Begin, type: str) -> None:
    """A programme manager ends incidents; of one that they are not told they learn the same whether it is open or not."""
    play = begin(evidence_is_fresh)
    ends = play._read({"do": "resolve", "incident": type, "outcome": "reached", "reason": "invented words"})
    answers = []
    for _ in range(2):
        with pytest.raises(BadInput) as found:
            play.engine.why(play.case, ends, as_=play.actor("programme_manager"))
        answers.append(str(found.value))
        play.given(MANAGER, {"do": "incident", "type": type})

    assert answers[0] == answers[1]


def test_whoever_does_a_step_is_told_of_it(begin: Begin) -> None:
    """The honest story: the conditions of the return are looked at by who assesses risks, though plans are not theirs to read."""
    play = begin(evidence_is_fresh)
    play.given("risk_assessor", {"do": "redo", "step": "return_review"})
    play.given(MANAGER, measure("condition"))
    play.given(MANAGER, complete("return_review", result="go_with_conditions"))
    play.given("risk_assessor", signed("return_review"))

    blocked = {one.subject for one in play.engine.blockers(play.case, "depart", as_=play.actor("risk_assessor"))}
    assert "measure" in blocked


@pytest.mark.parametrize("role", ["programme_manager", "travel_officer", "escort"])
def test_nor_does_a_list_of_what_is_due(case: Play, role: str) -> None:
    """Of violence somebody looks within a day: who is told of no danger is not told by the list either."""
    process = case.engine.process_of(case.case, as_=case.actor(MANAGER))
    told = summary_groups(process, case.actor(role))
    withheld = {f"incident:{type}" for type, group in HAPPENED.items() if group not in told}
    case.given(MANAGER, {"do": "incident", "type": "medical_emergency"})
    withheld |= set() if "health" in told else {"incident:medical_emergency"}

    asked = [case.engine.due(as_=case.actor(role)), case.engine.due(as_=case.actor(role), role=MANAGER)]
    assert not withheld & {row.step for page in asked for row in page}
    assert {"incident:violence", "incident:medical_emergency"} <= {
        row.step for row in case.engine.due(as_=case.actor(MANAGER))
    }


# --- what `why withdraw` lets on ----------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["monitoring", "health_processing", "legal", "return", "research_anonymous"])
@pytest.mark.parametrize("role", ["service_provider", "data_protection_officer", "reception_officer"])
def test_who_reads_no_consents_learns_of_none_by_taking_it_back(fresh: Play, role: str, purpose: str) -> None:
    """Whoever hears a no brings it; whether there was a yes is not told to who may not read it."""
    if role == "data_protection_officer":  # reads consents
        return
    given = fresh.engine.why(fresh.case, fresh._read({"do": "withdraw", "purpose": "return"}), as_=fresh.actor(role))
    asked = fresh.engine.why(fresh.case, fresh._read({"do": "withdraw", "purpose": purpose}), as_=fresh.actor(role))

    assert asked.allowed
    assert {(one.rule, one.met) for one in asked.reasons} == {(one.rule, one.met) for one in given.reasons}


def test_a_no_that_nobody_had_asked_for_counts_from_them_too(fresh: Play) -> None:
    fresh.given("reception_officer", {"do": "withdraw", "purpose": "research_anonymous"})

    assert [row.type for row in fresh.history()][-1] == "consent_refused"


def test_who_reads_consents_is_still_told_that_there_is_none(fresh: Play) -> None:
    """The honest story: a mistyped purpose is found by who can see it."""
    assert fresh.faults(MANAGER, {"do": "withdraw", "purpose": "research_anonymous"}) == {("purpose", "unknown")}


# --- names and texts, and health ------------------------------------------------------------------


@pytest.mark.parametrize("field", ["by", "of"])
def test_a_name_in_by_or_of_is_refused_and_not_echoed(leaving: Play, field: str) -> None:
    with pytest.raises(BadInput) as error:
        leaving.engine.do(
            commands.Note(leaving.case, text="an invented note", **{field: "Invented Name"}),  # type: ignore[arg-type]
            as_=actor(MANAGER),
        )

    assert "Invented" not in str(error.value)


@pytest.mark.parametrize(("role", "may_know"), [(LEADER, False), (GUARD, False), (MANAGER, True)])
def test_health_is_not_told_to_those_who_need_not_know(leaving: Play, role: str, may_know: bool) -> None:
    leaving.given(DOCTOR, redo("fit_to_travel_check"), complete("fit_to_travel_check", result="unfit"))

    try:
        seen = repr(leaving.history(role)) + repr(leaving.seen(role).incidents)
    except NotPermitted:
        seen = ""

    assert ("'unfit'" in seen) is may_know
    assert ("medical_unfit" in seen) is may_know


def test_texts_stand_in_no_repr() -> None:
    note = commands.Note("WH-7K3M9-Q2F4A-Z", text="an invented secret")
    who = commands.Involve("WH-7K3M9-Q2F4A-Z", ref="relative-1", name="Invented Name", contact="invented contact")

    assert "secret" not in repr(note)
    assert "Invented" not in repr(who)
    assert "contact" not in repr(who).replace("contact_", "")
