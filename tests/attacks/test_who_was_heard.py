"""Heard: herself or another, live or in writing. Others' words reach nobody and end nothing; an alarm of danger ends as she is heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.acts import MET, REACHED, YES, closes, ends, happens, records, redo
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    MANAGER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    at_home,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    stops_at,
)
from tests.deviations import near_the_end
from tests.whole_answers import SAFE

OTHERS: Command = {**REACHED, "channel": "through_somebody"}
WROTE: Command = {**REACHED, "channel": "social_media"}
SAFE_WAY = "(invented) he hears each call, and reads no letters"


def on_the_way(play: Play) -> None:
    ready_to_depart(play)
    play.until(play.takes_off)
    play.given(TRAVEL, {"do": "move", "to": "depart"})
    play.wait(hours=1)


def has_open(case: Play, type: str) -> bool:
    return any(one["type"] == type and not one["resolved_at"] for one in case.seen().incidents)


@pytest.mark.parametrize("said", [OTHERS, WROTE, {**REACHED, "channel": "letter"}], ids=lambda said: said["channel"])
@pytest.mark.parametrize("type", ["lost_contact", "violence", "re_trafficking", "self_harm", "risk_high"])
def test_no_alarm_of_danger_ends_by_what_others_bring_or_somebody_writes(
    begin: Begin, type: str, said: Command
) -> None:
    """F2, n08, n19: 'reached', through somebody, ended violence on the way."""
    case = begin(on_the_way)
    case.given(TRAVEL, happens(type))
    case.wait(minutes=30)
    case.given(TRAVEL, said)

    outcome = "reached_on_the_way" if type in ("re_trafficking", "risk_high") else "reached"
    told = case.told("INPUT", ends(type, outcome))
    assert told == [("the person has not been reached since", "go on trying, in the agreed order")]
    case.given(TRAVEL, REACHED)
    assert case.tried(MANAGER, ends(type, outcome)).done


def test_what_others_bring_is_heard_of_and_is_no_attempt(begin: Begin) -> None:
    """It opens no lost contact, and is none of the tries after which nobody looks any more."""
    case = begin(ready_to_depart)
    case.given(MANAGER, OTHERS)

    assert not has_open(case, "lost_contact")
    assert case.seen().version == case.history()[-1].seq
    assert case.history()[-1].data["brought"] is True
    case.given(MANAGER, {**REACHED, "reached": False})
    assert has_open(case, "lost_contact")
    case.given(MANAGER, OTHERS)
    assert not case.tried(MANAGER, ends("lost_contact", "reached")).done


def test_what_a_trusted_partners_worker_saw_is_that_workers_visit(begin: Begin) -> None:
    """The honest story: Bakhita's worker was with her, and told us by telephone."""
    case = begin(on_the_way)
    case.given(TRAVEL, happens("lost_contact"))
    case.wait(minutes=30)
    partner = case.seen().roles["receiving_organisation"]
    case.given(MANAGER, {**REACHED, "channel": "visit", "by": partner, "heard_by": "phone"})

    assert case.tried(MANAGER, ends("lost_contact", "reached")).done


def test_what_an_aunt_whom_nobody_vetted_says_of_a_visit_is_heard_of(begin: Begin) -> None:
    case = begin(on_the_way)
    aunt = case.involved("relative")
    case.given(TRAVEL, happens("lost_contact"))
    case.wait(minutes=30)
    case.given(MANAGER, {**REACHED, "channel": "visit", "by": aunt, "heard_by": "phone"})

    assert not case.tried(MANAGER, ends("lost_contact", "reached")).done


def test_a_meeting_ends_the_alarm_also_told_late(begin: Begin) -> None:
    case = begin(on_the_way)
    case.given(TRAVEL, happens("lost_contact"))
    case.until(case.lands)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})
    case.wait(hours=5)
    case.given(RECEPTION, {**MET, "at": (case.now - timedelta(hours=4)).isoformat()})

    assert case.tried(MANAGER, ends("lost_contact", "reached")).done


# --- writing as the safe way -----------------------------------------------------------------------------------------


def lost_and_wrote(play: Play) -> int:
    play.given(TRAVEL, happens("lost_contact"))
    play.wait(minutes=30)
    play.given(MANAGER, {**WROTE, "safe_way": SAFE_WAY})
    return int(play.history()[-1].seq)


def test_where_a_call_would_endanger_her_two_sign_why_writing_was_the_safe_way(begin: Begin) -> None:
    case = begin(on_the_way)
    entry = lost_and_wrote(case)

    assert not case.tried(MANAGER, ends("lost_contact", "reached")).done
    assert case.tried(MANAGER, {"do": "sign", "seq": entry}).reasons == {("ROLE", "")}  # the same hand
    case.given(RECEIVER, {"do": "sign", "seq": entry})
    assert case.tried(MANAGER, ends("lost_contact", "reached")).done


def test_the_signature_stands_on_the_list_and_says_what_it_is_about(begin: Begin) -> None:
    case = begin(on_the_way)
    lost_and_wrote(case)

    rows = case.engine.today(as_=case.actor(RECEIVER)).to_sign
    assert "Sign: writing was the safe way to reach the person" in [row.title for row in rows]


def test_she_is_looked_for_again_within_seven_days(begin: Begin) -> None:
    case = begin(on_the_way)
    entry = lost_and_wrote(case)
    case.given(RECEIVER, {"do": "sign", "seq": entry})
    case.given(MANAGER, ends("lost_contact", "reached"))

    def due() -> list[Any]:
        rows = case.engine.due(case=case.case, as_=case.actor(MANAGER))
        return [row.due_at for row in rows if row.step == "hear"]

    assert [at.date() for at in due()] == [(case.now + timedelta(days=7)).date()]
    case.given(MANAGER, REACHED)
    assert due() == []


def test_who_disagrees_takes_it_away(begin: Begin) -> None:
    case = begin(on_the_way)
    entry = lost_and_wrote(case)
    case.given(RECEIVER, {"do": "sign", "seq": entry, "answer": "disagree", "reason": "(invented) I know her hand"})

    assert not case.tried(MANAGER, ends("lost_contact", "reached")).done
    assert has_open(case, "lost_contact")


# --- nobody is let go on a message -----------------------------------------------------------------------------------


def test_a_message_on_the_second_day_is_no_visit_before_which_a_case_may_close(begin: Begin) -> None:
    """INV-35: a year of 'how: message' was a year in which nobody knew who wrote."""
    case = begin(on_the_way)
    case.until(case.lands)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})
    case.given(MANAGER, {"do": "skip", "step": "arrival_reception", "reason": "(invented) she takes a taxi"})
    case.given(MANAGER, {"do": "consent", "purpose": "monitoring", "language": "en"})
    case.wait(days=2)
    visit = complete("monitoring_visit", round="d2", result="reached", how="message", **SAFE)
    case.given(RECEIVER, visit)
    case.given(MANAGER, {"do": "consent", "purpose": "monitoring", "answer": "refused"})

    told = case.told("INV-35", closes("consent_withdrawn_after_return"))
    assert told == [
        (
            "nobody has met or reached the person since they landed",
            "meet them, or go on trying to reach them",
        )
    ]


# --- a wish is said by whoever has it ----------------------------------------------------------------------------------

WISHES: list[Command] = [
    complete("return_intention", result="wants"),
    records(says_so_unasked=True),
    records(asks_during_reflection=True),
]


@pytest.mark.parametrize("said", WISHES, ids=lambda said: str(said.get("step") or next(iter(said["facts"]))))
def test_nobody_says_for_her_that_she_wants_to_go(begin: Begin, said: Command) -> None:
    case = begin()
    case.prepare("prepare")
    told = case.told("INV-34", {**said, "heard_by": "through_somebody"})

    assert [todo for _, todo in told] == [
        "ask the person themselves; write down what others say as a note. A no counts, whoever brings it"
    ]
    assert case.told("INV-34", said) == []


@pytest.mark.parametrize("said", [complete("return_intention", result="no"), records(says_so_unasked=False)])
def test_a_no_counts_from_whoever_brings_it(begin: Begin, said: Command) -> None:
    case = begin()
    case.prepare("prepare")

    assert case.tried(MANAGER, {**said, "heard_by": "through_somebody"}).done


def test_nobody_says_for_her_that_she_wants_to_close(begin: Begin) -> None:
    case = begin(at_home)
    said = records(person_asks_to_close=True)
    assert case.told("INV-34", {**said, "heard_by": "through_somebody"})
    assert case.tried(MANAGER, {**said, "heard_by": "phone"}).done


def test_nobody_says_for_her_that_she_agrees(begin: Begin) -> None:
    case = begin(near_the_end)
    case.given(RECEIVER, redo("closure_review"))
    asked = complete("closure_review", result="close", manages="no", agrees="yes")

    assert case.told("INV-34", {**asked, "heard_by": "through_somebody"}, RECEIVER)
    assert case.why({**asked, "heard_by": "phone"}, RECEIVER).done
    assert case.why({**asked, "agrees": "no", "heard_by": "through_somebody"}, RECEIVER).done


@pytest.mark.parametrize("word", ["yes", "mostly"])
def test_nobody_says_for_her_that_she_can_manage(begin: Begin, word: str) -> None:
    """registers, "Closing as sustained": *her* `manage`. What others say of it is what was seen, and is said so; a no counts from whoever brings it."""
    case = begin(near_the_end)
    case.given(RECEIVER, redo("closure_review"))
    asked = complete("closure_review", result="close", manages=word, agrees="no")

    assert case.told("INV-34", {**asked, "heard_by": "through_somebody"}, RECEIVER) == [
        (
            "this was heard through somebody else, not from the person",
            "ask the person themselves; write down what others say as a note. A no counts, whoever brings it",
        )
    ]
    assert case.why({**asked, "heard_by": "phone"}, RECEIVER).done
    assert case.why({**asked, "manages": "no", "heard_by": "through_somebody"}, RECEIVER).done
    seen = {"manages": "not_asked", "seen_instead": "(invented) her sister says that the shop is open"}
    assert case.why({**asked, **seen, "heard_by": "through_somebody"}, RECEIVER).done


# --- the last question, anew -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type", ["lost_contact", "detention_or_arrest", "violence"])
def test_after_loss_arrest_or_violence_the_last_question_is_asked_anew(begin: Begin, type: str) -> None:
    """What she answered before it was answered to something else."""
    case = begin(evidence_is_fresh)
    case.ready()
    assert case.step("departure_assistance").state == "done"

    case.given(MANAGER, happens(type))

    assert case.step("departure_assistance").state != "done"


# --- the last question, in words that she understands -----------------------------------------------------------------

ASKED: Command = {"do": "complete", "step": "departure_assistance", "result": "reconfirmed", "heard_by": "visit"}
NOT_SAID = "an interpreter was needed for the consent, and nobody says how the last question was understood"
FOREIGN = "the last question was asked in a language that the person does not understand"
ASK_SO = "ask once more in a language of theirs, or with an interpreter, and say so"


def asked_again(begin: Begin, *, interpreted: bool) -> tuple[Play, str]:
    """At the gate, cleared: the person understands Edo, and was asked for the consent through an interpreter, or not."""
    case = begin(evidence_is_fresh)
    ref = case.vetted(case.involved("interpreter"), "interpret")
    if interpreted:
        case.given(MANAGER, {"do": "record", "facts": {"languages": ["bin"]}})
        case.given(MANAGER, {**YES, "purpose": "return", "language": "fr", "interpreter": ref, "form": "written"})
    case.anew("departure_clearance", "departure_assistance")
    case.prepare(waiting=False, instead=stops_at("departure_assistance"))
    return case, ref


@pytest.mark.parametrize(("said", "found"), [({}, NOT_SAID), ({"asked_in": "fr"}, FOREIGN)], ids=["unsaid", "foreign"])
def test_who_needed_an_interpreter_is_not_asked_the_last_question_without_one(
    begin: Begin, said: Command, found: str
) -> None:
    case, _ = asked_again(begin, interpreted=True)
    case.given(TRAVEL, {**ASKED, **said})

    assert case.told("INV-02") == [(found, ASK_SO)]
    assert not case.boards().done


@pytest.mark.parametrize("first", ["asked", "written down"])
def test_nobody_alone_says_that_a_language_is_understood_and_asks_the_last_question_in_it(
    begin: Begin, first: str
) -> None:
    case, _ = asked_again(begin, interpreted=True)
    both = Actor("invented_both", case.actor(MANAGER).organisation, {MANAGER, TRAVEL})
    acts = [{**ASKED, "asked_in": "fr"}, {"do": "record", "facts": {"languages": ["bin", "fr"]}}]
    case.given(both, *(acts if first == "asked" else reversed(acts)))

    assert case.told("INV-02") == [
        (
            "whoever wrote down since that the person understands fr has asked them in it",
            "let somebody else ask once more, or ask with an interpreter",
        )
    ]
    (helps,) = [remedy for subject, remedy in case.remedies() if subject == "departure_assistance"]
    assert dict(helps.do) == {"do": "redo", "step": "departure_assistance"}
    case.given(TRAVEL, helps.do, {**ASKED, "asked_in": "fr"})  # honest: another asks her in it
    assert case.boards().done


def test_the_last_question_counts_no_more_once_who_interpreted_it_is_under_suspicion(begin: Begin) -> None:
    case, ref = asked_again(begin, interpreted=False)
    case.given(TRAVEL, {**ASKED, "interpreter": ref})
    assert case.told("INV-02") == []
    case.given("risk_assessor", {"do": "involve", "ref": ref, "suspected": True})

    found = "who interpreted the last question is not trusted with it: they are under suspicion"
    assert (found, "ask once more, through somebody who is vetted for it") in case.told("INV-02")


@pytest.mark.parametrize("how", ["interpreter", "asked_in"])
def test_honest_who_is_asked_through_an_interpreter_or_in_their_language_departs(begin: Begin, how: str) -> None:
    case, ref = asked_again(begin, interpreted=True)
    case.given(TRAVEL, {**ASKED, how: ref if how == "interpreter" else "bin"})

    assert case.boards().done


def test_honest_who_needed_none_is_asked_as_before(begin: Begin) -> None:
    case, _ = asked_again(begin, interpreted=False)
    case.given(TRAVEL, ASKED)

    assert case.told("INV-02") == []
