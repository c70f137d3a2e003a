"""Nobody who is complained about reads the complaint, answers it, or learns that there is one (access, section 7; incidents.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from wayhome import Actor, BadInput, commands
from wayhome.model.data import to_json
from wayhome.packs.plugins import Packs
from wayhome.shell.views.history import event_line

from tests.attacks.play import Command, Play, begun, complete, read, ready_to_depart

LEADS, RECEIVES = "invented_organisation", "ng_bakhita"


def of_house(id: str, role: str, house: str = LEADS) -> Actor:
    return Actor(id, house, {role})


ANNA, BEN = of_house("anna", "case_manager_sending"), of_house("ben", "programme_manager")
PETRA, DANA = of_house("petra", "programme_manager"), of_house("dana", "data_protection_officer")
THERE = of_house("ngozi", "case_manager_receiving", RECEIVES)
WORDS = "(invented) they read my letter before I did"
COMPLAINT: Command = {"do": "incident", "type": "complaint", "by": "person", "note": WORDS}
ANSWERED: Command = {
    "do": "resolve",
    "incident": "complaint",
    "outcome": "answered",
    "reason": "(invented) looked into",
}


@pytest.fixture
def case(packs: Packs) -> Iterator[Play]:
    with begun(ready_to_depart, packs) as play:
        for one in (ANNA, BEN, PETRA, DANA):
            play.engine.put_actor(one)
        yield play


def all_that_is_told(play: Play, actor: Actor) -> str:
    """Give what somebody is shown of a case, in all places where it could stand."""
    engine, number = play.engine, play.case
    asked: list[Any] = [
        engine.case(number, as_=actor),
        [*engine.history(number, as_=actor)],
        [*engine.changes(as_=actor)],
        engine.next(number, as_=actor),
        engine.due(as_=actor),
        engine.today(as_=actor),
        engine.cases(as_=actor),
        engine.form(number, {"do": "resolve"}, as_=actor),
    ]
    return orjson.dumps(to_json(asked)).decode()


def asked_to_end(play: Play, actor: Actor, incident: str) -> bool:
    rows = [row.do for row in play.engine.next(play.case, as_=actor)]
    return {"do": "resolve", "incident": incident} in rows


def knows_of_it(play: Play, actor: Actor) -> bool:
    told = all_that_is_told(play, actor)
    return any(
        word in told
        for word in ('"type":"complaint"', '"because":"complaint"', '"complaint_check"', "The person complains", WORDS)
    )


def test_who_is_named_learns_of_it_from_nothing_and_another_who_hears_complaints_reads_of_whom_it_is(
    case: Play,
) -> None:
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})

    assert [one.id for one in (BEN, PETRA, DANA) if knows_of_it(case, one)] == ["petra", "dana"]
    (told,) = [one for one in case.engine.case(case.case, as_=PETRA).incidents if one["type"] == "complaint"]
    assert told["about"] == ("ben",)


def test_what_it_sets_back_is_told_to_nobody_whom_it_is_about(case: Play) -> None:
    """Said again after somebody has looked, it is looked at anew: an entry says so, and why."""
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})
    case.given(PETRA, complete("complaint_check", result="nothing"))
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})

    assert "steps_reset" in [row.type for row in case.history()][-3:]
    assert [one.id for one in (BEN, PETRA) if knows_of_it(case, one)] == ["petra"]


def test_who_is_named_neither_ends_it_nor_takes_it_back(case: Play) -> None:
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})
    seq = case.seen().version

    with pytest.raises(BadInput, match="There is no open incident like that"):
        case.engine.do(read(ANSWERED, case.case), as_=BEN)
    answer = case.tried(BEN, {"do": "correct", "seq": seq, "why": "(invented) words"})
    assert answer.text.startswith(f"Your roles may not correct entry {seq}.")
    case.given(PETRA, ANSWERED)
    assert not knows_of_it(case, BEN)


def test_of_a_house_nobody_there_but_who_oversees_it_is_told(case: Play) -> None:
    case.given(ANNA, {**COMPLAINT, "about": [LEADS]})

    assert [one.id for one in (BEN, PETRA, DANA) if knows_of_it(case, one)] == ["dana"]
    case.given(DANA, ANSWERED)


def test_whether_it_stands_in_the_way_is_said_by_nobody_whom_it_is_about(case: Play) -> None:
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})
    answer = case.tried(BEN, complete("complaint_check", result="nothing"))

    assert answer.reasons == {("ROLE", "withheld")}
    assert "something stands in the way that your roles are not told" in answer.text
    case.given(PETRA, complete("complaint_check", result="nothing"))


def test_away_from_in_the_way_no_second_signs_who_is_named(case: Play) -> None:
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})
    case.given(PETRA, complete("complaint_check", result="in_the_way"), {"do": "redo", "step": "complaint_check"})
    case.given(PETRA, complete("complaint_check", result="nothing"))

    assert not case.tried(BEN, {"do": "sign", "step": "complaint_check"}).done
    case.given(DANA, {"do": "sign", "step": "complaint_check"})


def test_who_is_named_when_it_is_said_again_is_named_from_then_on(case: Play) -> None:
    case.given(ANNA, COMPLAINT)
    assert knows_of_it(case, BEN)
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})

    assert [one.id for one in (BEN, PETRA) if knows_of_it(case, one)] == ["petra"]


def test_a_new_one_about_somebody_else_is_told_to_who_was_named_in_one_that_is_over(case: Play) -> None:
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})
    case.given(PETRA, ANSWERED)
    case.given(ANNA, {**COMPLAINT, "about": ["petra"]})

    told = {
        one.id: [row["about"] for row in case.engine.case(case.case, as_=one).incidents if row["type"] == "complaint"]
        for one in (BEN, PETRA, DANA)
    }
    assert told == {"ben": [("petra",)], "petra": [("ben",)], "dana": [("ben",), ("petra",)]}


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_it_stands_on_the_list_of_who_hears_complaints_and_of_nobody_else(case: Play, closed: bool) -> None:
    """Also in a closed case: until now nothing was due of what is said there, and of an open one only managers were asked, who are told of none."""
    if closed:
        case.given(ANNA, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
        case.given(ANNA, {"do": "consent", "purpose": "return", "answer": "refused", "language": "en"})
        case.given(ANNA, {"do": "move", "to": "close", "reason": "withdrew_return"})
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})
    case.wait(days=6)

    def listed(actor: Actor) -> bool:
        today = case.engine.today(as_=actor)
        return any(
            one.step == "incident:complaint" for one in (*today.alarms, *today.overdue, *today.today, *today.soon)
        )

    assert [one.id for one in (ANNA, BEN, PETRA, DANA) if listed(one)] == ["petra", "dana"]


def test_who_types_it_reads_what_they_have_typed(case: Play) -> None:
    """They were told it: also where it is about their own house."""
    case.given(ANNA, {**COMPLAINT, "about": [LEADS]})
    told = [row.texts for row in case.engine.history(case.case, as_=ANNA) if row.seq == case.seen().version]

    assert told == [{"complaint": {"note": WORDS}}]


@pytest.mark.parametrize(
    ("said", "code", "named"),
    [
        ({"type": "complaint", "about": ["bne"]}, "unknown", "bne"),
        ({"type": "data_breach", "about": ["ben"]}, "contradiction", "belongs in the note"),
    ],
)
def test_nobody_is_named_who_is_not_known_and_nobody_where_it_is_about_no_conduct(
    case: Play, said: dict[str, Any], code: str, named: str
) -> None:
    with pytest.raises(BadInput, match=named) as told:
        case.engine.do(read({"do": "incident", **said}, case.case), as_=ANNA)

    assert [(one.field, one.code) for one in told.value.faults] == [("about", code)]


def test_the_form_asks_of_whom_where_it_is_a_complaint_and_offers_who_is_in_the_case(case: Play) -> None:
    form = case.engine.form(case.case, {"do": "incident", "type": "complaint"}, as_=ANNA)
    (about,) = [slot for slot in form.slots if slot.name == "about"]

    assert {"anna", "ben", "petra", "dana", LEADS} <= {*about.values}
    other = case.engine.form(case.case, {"do": "incident", "type": "data_breach"}, as_=ANNA)
    assert "about" not in {slot.name for slot in other.slots}


def test_honest_of_whom_nobody_says_anything_all_who_hear_complaints_are_told(case: Play) -> None:
    case.given(ANNA, COMPLAINT)

    assert [one.id for one in (BEN, PETRA, DANA) if knows_of_it(case, one)] == ["ben", "petra", "dana"]
    assert commands.Incident(case.case, type="complaint").about == ()


# --- several of them ----------------------------------------------------------------------------------

OSCAR = of_house("oscar", "travel_officer")  # is told of no complaint but what they type
OTHER_WORDS = "(invented) nobody called back"


def what_who_typed_it_is_told(play: Play, done: Any) -> str:
    """Give all that Oscar is told of what he typed: what was written, what is due of it, how it stands, what ends it."""
    engine, number = play.engine, play.case
    shown = [
        [(row.type, dict(row.data)) for row in done.events],
        [one for one in engine.case(number, as_=OSCAR).incidents if one["type"] == "complaint"],
        [row for row in engine.due(as_=OSCAR) if "complaint" in row.step],
        [row for row in engine.next(number, as_=OSCAR) if "complaint" in str(row.do)],
        engine.form(number, {"do": "resolve"}, as_=OSCAR),
    ]
    return orjson.dumps(to_json(shown)).decode()


@pytest.mark.parametrize("looked", [False, True], ids=["not looked at yet", "looked at"])
def test_who_types_a_complaint_is_not_told_that_another_stands(case: Play, packs: Packs, looked: bool) -> None:
    """Whom it is about, and who works beside them, could type one to see whether she has complained already."""
    for _ in range(1 + looked):
        case.given(ANNA, {"do": "note", "group": "case", "text": "(invented) a note instead"})
    with begun(ready_to_depart, packs) as other:
        other.engine.put_actor(OSCAR)
        other.given(ANNA, {**COMPLAINT, "about": ["oscar"]})
        if looked:
            other.given(PETRA, complete("complaint_check", result="nothing"))
        case.engine.put_actor(OSCAR)
        told = set[str]()
        for play in (case, other):
            play.wait(days=2)
            done = play.engine.do(read({**COMPLAINT, "note": OTHER_WORDS}, play.case), as_=OSCAR)
            assert [row.type for row in done.events] == ["incident_opened"]
            told.add(
                what_who_typed_it_is_told(play, done).replace(play.case, "CASE").replace(play.seen().label, "LABEL")
            )
        assert len(told) == 1


def test_each_of_two_is_looked_into_and_ends_by_itself(case: Play) -> None:
    case.engine.put_actor(OSCAR)
    case.given(ANNA, {**COMPLAINT, "about": ["ben"]})
    case.wait(days=2)
    case.given(OSCAR, {**COMPLAINT, "note": OTHER_WORDS})
    first, second = case.seen().incidents

    assert {row.of for row in case.engine.due(as_=PETRA) if row.step == "incident:complaint"} == {
        str(first["number"]),
        str(second["number"]),
    }
    rows = [row.do["incident"] for row in case.engine.next(case.case, as_=PETRA) if row.do["do"] == "resolve"]
    assert {*rows} == {str(first["number"]), str(second["number"])}
    said = [row.because for row in case.engine.next(case.case, as_=PETRA) if row.do["do"] == "resolve"]
    assert len({text.partition(", is open.")[0] for text in said}) == 2, "each says since when it is open"
    form = case.engine.form(case.case, {"do": "resolve"}, as_=PETRA)
    assert next(one.values for one in form.slots if one.name == "incident") == {
        str(one["number"]): f"The person complains about us or a partner, {one['at'][:10]}" for one in (first, second)
    }
    form = case.engine.form(case.case, {"do": "resolve", "incident": str(second["number"])}, as_=PETRA)
    assert (form.title, {*next(one.values for one in form.slots if one.name == "outcome")}) == (
        "The person complains about us or a partner",
        {"answered"},
    )
    case.given(PETRA, {**ANSWERED, "incident": str(second["number"])})
    assert [one["resolved_at"] is None for one in case.seen().incidents] == [True, False]
    assert [row.do["incident"] for row in case.engine.next(case.case, as_=PETRA) if row.do["do"] == "resolve"] == [
        "complaint"
    ]
    case.given(PETRA, ANSWERED)  # to have ended one is no work on the case
    assert [one["resolved_at"] is None for one in case.seen().incidents] == [False, False]


def test_who_has_looked_whether_it_stands_in_the_way_ends_it(case: Play) -> None:
    """An office of which one alone oversees the work is asked for both, and may do both."""
    case.given(ANNA, COMPLAINT)
    case.given(PETRA, complete("complaint_check", result="in_the_way"))
    case.given(PETRA, ANSWERED)

    assert [one["outcome"] for one in case.seen().incidents if one["type"] == "complaint"] == ["answered"]
    told = [event_line(row) for row in case.engine.history(case.case, as_=PETRA)]
    assert not [line for line in told if "looks into" in line]  # how an entry is counted is for programs


@pytest.mark.parametrize("wrote", [{"do": "note", "text": "(invented) seen"}, COMPLAINT], ids=["a note", "another one"])
def test_who_has_written_anything_else_here_ends_none(case: Play, wrote: Command) -> None:
    case.given(ANNA, COMPLAINT)
    case.given(PETRA, wrote)
    ended_by = [one.id for one in (PETRA, DANA) if asked_to_end(case, one, "complaint")]
    answer = case.tried(PETRA, ANSWERED)

    assert ended_by == ["dana"], "nobody is asked for what they are refused"
    assert answer.rules == {"ROLE"}
    assert answer.text.endswith("ROLE let somebody who oversees the work, and has not worked on this case, look at it.")


def test_nobody_silences_a_complaint_by_naming_those_who_hear_it_in_another(case: Play) -> None:
    """Of whom she complains types a second one, about both who could look into the first."""
    case.engine.put_actor(OSCAR)
    case.given(ANNA, {**COMPLAINT, "about": ["oscar"]})
    case.wait(days=2)
    case.given(OSCAR, {**COMPLAINT, "note": OTHER_WORDS, "about": ["petra", "dana"]})
    hers, his = (str(one["number"]) for one in case.seen().incidents)

    for hears in (PETRA, DANA):
        assert WORDS in all_that_is_told(case, hears)
        assert OTHER_WORDS not in all_that_is_told(case, hears)
        assert {row.of for row in case.engine.due(as_=hears) if row.step == "incident:complaint"} == {hers}
    case.given(PETRA, {**ANSWERED, "incident": hers})
    assert [str(one["number"]) for one in case.seen().incidents if one["resolved_at"] is None] == [his]


def test_who_is_named_in_one_ends_another_and_learns_of_none_beside_it(case: Play) -> None:
    case.engine.put_actor(OSCAR)
    case.given(ANNA, {**COMPLAINT, "about": ["petra"]})
    case.wait(days=2)
    case.given(OSCAR, {**COMPLAINT, "note": OTHER_WORDS})

    (shown,) = [one for one in case.engine.case(case.case, as_=PETRA).incidents if one["type"] == "complaint"]
    (row,) = [row for row in case.engine.next(case.case, as_=PETRA) if row.do["do"] == "resolve"]
    assert (row.do["incident"], WORDS in all_that_is_told(case, PETRA)) == ("complaint", False)
    assert {row.of for row in case.engine.due(as_=PETRA) if row.step == "incident:complaint"} == {str(shown["number"])}
    case.given(PETRA, ANSWERED)
    assert [one["about"] for one in case.seen().incidents if one["resolved_at"] is None] == [("petra",)]


def test_honest_who_has_typed_it_says_it_again_and_it_is_the_same(case: Play) -> None:
    case.given(ANNA, COMPLAINT)
    done = case.engine.do(read({**COMPLAINT, "note": OTHER_WORDS}, case.case), as_=ANNA)

    assert [row.type for row in done.events] == ["incident_repeated"]
    assert len(case.seen().incidents) == 1
