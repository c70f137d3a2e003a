"""The promises of asking (design 4.1): questions, answered honestly, lead to a departure; answered badly, they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from wayhome import Actor, BadInput, Engine, Refused, read_command
from wayhome.model.form import Slot
from wayhome.model.moves import MOVES, OF_THE_PERSON
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.stories.playing import StoryClock
from wayhome.testing import Replies, Walk, an_actor_for, walk_to_departure, who_does
from wayhome.testing.scripted_answers import OpenSlot

from tests.answers import BAD, EVERY
from tests.attacks import play as plays
from tests.attacks.play import MANAGER, TRAVEL, Play

WAYS = [(host, origin, age) for host in ("BE", "NL") for origin in ("NG", "BR", "SL") for age in ("adult", "child")]
ENOUGH, OFTEN = 130, 5  # acts in all, and of one and the same
SAID = ("do", "seq", "step", "round", "of", "purpose", "recipient", "kind", "role", "relation", "facts", "status")


def opened(host: str, origin: str, age: str) -> Play:
    facts = {"age_status": age} | ({"has_responsible_adult": False} if age == "child" else {})
    return plays.opened(host=host, origin=origin, facts=facts)


def walked(play: Play, replies: Replies) -> Walk:
    return walk_to_departure(play.engine, play.clock, play.case, answers=replies, stop=turns_in_circles)


def turns_in_circles(walk: Walk) -> bool:
    """Say whether a bad answer has had its time: the last act was done so often already, or there were too many."""
    said = [tuple(sorted((name, str(value) * (name in SAID)) for name, value in do.items())) for _, _, do in walk.done]
    return len(said) > ENOUGH or (bool(said) and said.count(said[-1]) > OFTEN)


@pytest.mark.parametrize(("host", "origin", "age"), WAYS)
def test_the_questions_answered_from_a_table_lead_to_a_permitted_departure(host: str, origin: str, age: str) -> None:
    play = opened(host, origin, age)
    with play.engine:
        walk = walked(play, Replies(*EVERY, strict=True))

        assert walk.arrived, [(r.rule, r.subject, r.fact) for r in walk.stuck]
        process = play.engine.process_of(play.case, as_=plays.actor(MANAGER))
        assert len(walk.done) <= 2 * len(process.steps)
        assert asked_in_vain(walk) == []


def test_a_house_that_a_pack_knows_leads_a_return_to_a_permitted_departure_too() -> None:
    anna, clock = Actor("anna", "be_pag_asa", {MANAGER}), StoryClock(plays.START)
    with Engine.open("sqlite://", clock=clock) as engine:
        about = {"host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult"}}
        case = engine.do(read_command({"do": "open", **about}), as_=anna).case
        walk = walk_to_departure(engine, clock, case)
        assert walk.arrived, [(r.rule, r.subject, r.fact) for r in walk.stuck]
        assert engine.case(case, as_=anna).owner == "be_pag_asa"


def asked_in_vain(walk: Walk) -> list[str]:
    """Name what was asked again although it was answered, and nobody had said that it is to be done anew."""
    count: Counter[str] = Counter()
    for _, _, do in walk.done:
        key = " ".join(
            f"{name}={do[name]}"
            for name in ("step", "round", "of", "purpose", "recipient", "kind", "role")
            if name in do
        )
        if do["do"] == "redo":
            count[key] -= 1
        elif do["do"] == "record":
            count.update(f"{fact} of={do.get('of')}" for fact in do.keys() - {"do", "of", "facts"})
        elif do["do"] in ("complete", "consent", "document", "assign"):
            count[f"{key}"] += 1
    return [key for key, times in count.items() if times > 1]


def test_a_question_that_no_table_knows_fails() -> None:
    play = opened("BE", "NG", "adult")
    with play.engine, pytest.raises(LookupError, match="nobody answers"):
        walked(play, Replies(*EVERY[1:], strict=True))


BAD_ANSWERS = [
    pytest.param(way, slot, answer, id=f"{way[1]}-{way[2]}-{slot}")
    for way, table in BAD.items()
    for slot, answer in table.items()
]


@cache
def good_walk(way: tuple[str, str, str]) -> list[tuple[datetime, str, Mapping[str, Any]]]:
    """What is done on a way on which each question is answered well; it is walked once."""
    play = opened(*way)
    with play.engine:
        return walked(play, Replies(*EVERY, strict=True)).done


def goes_well_until(play: Play, way: tuple[str, str, str], slot: str) -> None:
    """Do what is done on that way before this is asked for the first time."""
    subject = slot.partition(".")[0]
    for moment, role, do in good_walk(way):
        if subject in (do["do"], *(do.get(name) for name in ("step", "purpose", "kind", "role"))):
            break
        play.clock.moment = moment
        play.engine.do(read_command(do, case=play.case), as_=_who(role, do, play))


def _who(role: str, do: Mapping[str, Any], play: Play) -> Actor:
    actor = an_actor_for(role, play.brief)
    return Actor(f"{actor.id}_too", actor.organisation, actor.roles) if do["do"] == "sign" else actor


@pytest.mark.parametrize(("way", "slot", "answer"), BAD_ANSWERS)
def test_after_a_bad_answer_nobody_departs(way: tuple[str, str, str], slot: str, answer: Any) -> None:
    given: list[OpenSlot] = []

    def bad(asked: OpenSlot) -> Any:
        given.append(asked)
        return answer(asked) if callable(answer) else answer

    play = opened(*way)
    with play.engine:
        goes_well_until(play, way, slot)
        try:
            arrived = walked(play, Replies({slot: bad}, *EVERY, strict=True)).arrived
        except (Refused, BadInput):
            arrived = False

        assert given, "nobody was asked"
        assert not arrived
        assert not play.why().done


# --- what a pack gives as an example is no answer ---------------------------------------------------------


def examples() -> Iterator[tuple[str, str, FieldSpec]]:
    for host, origin in (("BE", "NG"), ("NL", "BR"), ("BE", "SL")):
        process = plays.usual_packs().process(host, origin)
        for step in process.steps.values():
            yield from ((step.id, name, spec) for name, spec in step.fields.items() if spec.example is not None)


def test_every_example_of_every_pack_given_as_an_answer_is_refused() -> None:
    found = {(step, name): spec for step, name, spec in examples()}
    who = {"monitoring_visit": plays.RECEIVER}
    assert found, "no pack gives an example"
    play = opened("BE", "NG", "adult")
    with play.engine:
        for (step, name), spec in found.items():
            for said in (spec.example, f"{spec.example}!", str(spec.example).upper()):
                do = {
                    "do": "complete",
                    "step": step,
                    name: said,
                    **({"round": "d2"} if step == "monitoring_visit" else {}),
                }
                assert (name, "placeholder") in play.faults(who.get(step, MANAGER), do), (step, name, said)


@pytest.mark.parametrize("said", ["<text>", "(in her own words)", "[…]", "...", "…", "?", "--", "<yes|no>"])
def test_what_stands_for_an_answer_is_none(said: str) -> None:
    play = opened("BE", "NG", "adult")
    with play.engine:
        assert play.faults(MANAGER, {"do": "note", "group": "case", "text": said}) == {("text", "placeholder")}
        assert play.faults(MANAGER, {"do": "record", "facts": {"safe_place_tonight": said}})


@pytest.mark.parametrize(
    "said", ["She said (and wept) that she is afraid.", "- no -", "(a) she fears him; (b) the debt"]
)
def test_honest_words_with_such_signs_in_them_are_taken(said: str) -> None:
    play = opened("BE", "NG", "adult")
    with play.engine:
        play.given(MANAGER, {"do": "note", "group": "case", "text": said})


# --- each line of what is next is accepted, whatever is answered, from each whom it names ---------------------


def closed_answers(slot: Slot) -> list[Any]:
    if slot.type == "bool":
        return [True, False]
    return [*slot.values] if slot.type == "code" else []


@pytest.mark.parametrize("place", ["opened", "half way", "ready"])
def test_each_line_of_what_is_next_takes_each_answer_from_each_whom_it_names(place: str) -> None:
    play = opened("BE", "NG", "adult")
    with play.engine:
        if place != "opened":
            walk_to_departure(
                play.engine, play.clock, play.case, stop=lambda walk: place == "half way" and len(walk.done) >= 30
            )
        engine = play.engine
        rows = [
            row for row in engine.next(play.case, as_=plays.actor(MANAGER)) if row.from_ and row.from_ <= engine.now()
        ]
        assert rows
        for row in rows:
            usual = Replies(*EVERY)(engine, play.case, row)
            for slot in row.slots:
                for answer in closed_answers(slot):
                    said = {**usual, slot.name: answer}
                    for role in row.who:
                        assert only_about_what_was_answered(play, role, said, row.slots), (said, role)


def tells(play: Play, who: str, act: Mapping[str, Any]) -> None:
    """Say what has changed, where there is anything of it to change."""
    play.tried(who, act, may_be_bad_input=True)


CHANGES: Mapping[str, Callable[[Play], object]] = {
    "nothing": lambda play: None,
    "three weeks": lambda play: play.wait(days=21),
    "a quarter": lambda play: play.wait(days=90),
    "a no": lambda play: tells(play, MANAGER, {"do": "consent", "purpose": "return", "answer": "refused"}),
    "an alarm": lambda play: tells(play, MANAGER, {"do": "incident", "type": "risk_high"}),
    "a partner fails": lambda play: tells(play, MANAGER, {"do": "incident", "type": "partner_failure"}),
    "a no to sharing": lambda play: tells(play, MANAGER, {"do": "withdraw", "purpose": "share_partner"}),
    "no data": lambda play: tells(play, MANAGER, {"do": "withdraw", "purpose": "data_processing"}),
    "no journey": lambda play: tells(play, "travel_officer", {"do": "travel", "status": "cancelled"}),
    "another day": lambda play: tells(play, "travel_officer", {"do": "travel", "status": "target", "departs_on": (play.now + timedelta(days=60)).date().isoformat()}
    ),
    "somebody goes along": lambda play: tells(play, MANAGER, {"do": "involve", "by": "person", "relation": "child", "travels": True}),
}  # fmt: skip
AFTER = (0, 25, 45, 60, ENOUGH)


@pytest.mark.parametrize(("host", "origin", "age"), [("BE", "NG", "adult"), ("NL", "SL", "child")])
def test_on_a_whole_way_and_after_what_changes_each_line_of_what_is_next_can_be_done(
    host: str, origin: str, age: str
) -> None:
    """But for an open alarm, which is listed as that: it ends when what it needs has happened. What a reason asks now is not left out."""
    play, cannot = opened(host, origin, age), list[Any]()
    with play.engine:
        for acts in AFTER:
            walk_to_departure(
                play.engine,
                play.clock,
                play.case,
                answers=Replies(*EVERY),
                stop=lambda _, acts=acts: done_by(play) >= acts,  # type: ignore[misc]
            )
            kept = play.engine._store.database.connection.serialize()  # type: ignore[union-attr]
            moment = play.clock.moment
            for name, change in CHANGES.items():
                play.engine._store.database.connection.deserialize(kept)  # type: ignore[union-attr]
                play.clock.moment = moment
                change(play)
                cannot += [(acts, name, *one) for one in refused_of_what_is_next(play)]
                if name != "a no":  # nothing is asked for a departure then
                    cannot += [(acts, name, *one) for one in asked_and_not_next(play)]
            play.engine._store.database.connection.deserialize(kept)  # type: ignore[union-attr]
            play.clock.moment = moment
    assert cannot == []


def done_by(play: Play) -> int:
    return play.seen().version


def refused_of_what_is_next(play: Play) -> Iterator[tuple[Any, ...]]:
    engine = play.engine
    for row in engine.next(play.case, as_=plays.actor(MANAGER)):
        if row.do["do"] == "resolve" or row.from_ is None or row.from_ > engine.now():
            continue
        if row.expects:  # a question: `do` was to happen, and of what may have happened instead something can be told
            told = [
                one.name for one in MOVES.values() if one.name in OF_THE_PERSON and play.seen().phase in one.sources
            ]
            how = {"left": {"how": "unknown"}}
            if not any(play.why({"do": "move", "to": one, **how.get(one, {})}, TRAVEL).done for one in told):
                yield dict(row.do), "nothing of what may have happened can be told"
            continue
        do = Replies(*EVERY)(engine, play.case, row)
        decision = engine.why(play.case, read_command(do, case=play.case), as_=who_does(row, play.brief))
        yield from ((dict(row.do), one.rule, one.fact) for one in decision.unmet)


EXITS = {"identification": "prepare", "pre_departure": "depart"}


def asked_and_not_next(play: Play) -> Iterator[tuple[Any, ...]]:
    """Tell what can be done now, as a reason against the next move says, and is not in the list."""
    engine = play.engine
    listed = [dict(row.do) for row in engine.next(play.case, as_=plays.actor(MANAGER))]
    for one in engine.why(play.case, EXITS[play.seen().phase], as_=plays.actor(MANAGER)).unmet:
        remedy = one.remedy
        if remedy is None or remedy.from_ is None or remedy.from_ > engine.now() or dict(remedy.do) in listed:
            continue
        yield "not in the list", one.rule, one.subject, dict(remedy.do)


def only_about_what_was_answered(play: Play, role: str, said: Mapping[str, Any], slots: tuple[Slot, ...]) -> bool:
    """Whether it would be done; or what stands against it, or is missing then, is about what was answered."""
    engine: Engine = play.engine
    form = engine.form(
        play.case, {k: v for k, v in said.items() if k not in {s.name for s in slots}}, as_=plays.actor(MANAGER)
    )
    asked = {slot.name: slot for slot in form.slots}
    try:
        decision = engine.why(play.case, read_command(said, case=play.case), as_=an_actor_for(role, play.brief))
    except BadInput as error:
        return all(fault.field in asked for fault in error.faults)
    answered = {str(value) for name, value in said.items() if name in asked} | asked.keys()
    return all(
        one.subject in {*answered, said.get("step"), said.get("purpose"), said.get("kind")} for one in decision.unmet
    )
