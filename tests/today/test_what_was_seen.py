"""What somebody has seen of their list, and said until when it waits: what may leave the list, and what never does.

A line leaves it for the whole organisation, until then or until it is late; what cannot wait is marked as seen, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, BadInput, NotFound, NotPermitted
from wayhome.packs.plugins import Packs
from wayhome.shell.main import run
from wayhome.shell.session import Session

from tests.attacks.acts import happens, redo
from tests.attacks.play import LEADER, MANAGER, RECEIVER, Play, at_home, begun, evidence_is_fresh

HOUSE = "invented_organisation"
WORKER = Actor("invented_worker", HOUSE, {MANAGER})
CHIEF = Actor("invented_chief", HOUSE, {LEADER, MANAGER})
ADMIN = Actor("invented_admin", HOUSE, {"system_admin"})
THERE = Actor("ngozi", "ng_bakhita", {RECEIVER})
SECTIONS = ("journeys", "alarms", "overdue", "today", "to_sign", "waiting", "soon", "offers", "put_off")


def lines(play: Play, who: Actor = WORKER) -> dict[str, list[Any]]:
    """Give by section what stands in somebody's list of the case."""
    found = play.engine.today(as_=who)
    return {name: [row for row in getattr(found, name) if row.case == play.case] for name in SECTIONS}


def a_line(play: Play, section: str, step: str = "") -> Any:
    return next(row for row in lines(play)[section] if not step or row.step == step)


def waits(play: Play, row: Any, who: Actor = WORKER, **days: float) -> Any:
    return play.engine.seen(row.key, until=play.now + timedelta(**days), because="the embassy is closed", as_=who)


@pytest.fixture
def first_day(packs: Packs) -> Iterator[Play]:
    """A case that was opened a minute ago: its referral is to be registered until tomorrow evening."""
    with begun(packs=packs) as play:
        yield play


@pytest.fixture
def ready(packs: Packs) -> Iterator[Play]:
    with begun(evidence_is_fresh, packs) as play:
        yield play


# --- what leaves the list -------------------------------------------------------------------------------------------


def test_what_was_seen_and_waits_is_on_nobodys_list_of_that_house_until_then(first_day: Play) -> None:
    row = a_line(first_day, "soon")

    mark = waits(first_day, row, hours=20)

    for who in (WORKER, CHIEF):
        assert lines(first_day, who)["soon"] == []
        (put_off,) = lines(first_day, who)["put_off"]
        assert put_off.seen == mark
    assert (mark.by, mark.because, mark.until) == (
        "invented_worker",
        "the embassy is closed",
        first_day.now + timedelta(hours=20),
    )

    first_day.wait(hours=20)
    (back,) = lines(first_day)["today"]
    assert back.seen.by == "invented_worker", "it is back, and says who has seen it"


def test_nothing_waits_beyond_the_day_on_which_it_is_due(first_day: Play) -> None:
    waits(first_day, a_line(first_day, "soon"), days=9)
    first_day.wait(days=2)

    (late,) = lines(first_day)["overdue"]
    assert late.step == "register_referral"


def test_what_one_house_has_seen_the_other_still_reads(packs: Packs) -> None:
    with begun(at_home, packs) as play:
        row = next(row for row in lines(play, THERE)["soon"] if row.step == "ng_immigration_port_health")
        waits(play, row, THERE, hours=2)

        assert row.step not in [one.step for one in lines(play, THERE)["soon"]]
        assert all(one.seen is None for rows in lines(play).values() for one in rows)


# --- what is only marked --------------------------------------------------------------------------------------------


def _alarm(play: Play) -> Any:
    play.given(MANAGER, happens("risk_high"))
    return a_line(play, "alarms")


def _late(play: Play) -> Any:
    play.given(MANAGER, happens("complaint"))
    play.wait(days=40)
    return a_line(play, "overdue")


def _not_cleared(play: Play) -> Any:
    play.given(MANAGER, redo("departure_clearance"))
    play.until(play.takes_off + timedelta(minutes=1))
    return next(row for rows in lines(play).values() for row in rows if row.key and "expects:cleared" in row.key)


@pytest.mark.parametrize(
    ("section", "of"),
    [
        ("journeys", lambda play: a_line(play, "journeys")),
        ("alarms", _alarm),
        ("overdue", _late),
        ("overdue", _not_cleared),
    ],
    ids=["a journey", "an open alarm", "what is late", "the last question, or the clearance"],
)
def test_what_cannot_wait_is_marked_as_seen_and_stays(ready: Play, section: str, of: Any) -> None:
    row = of(ready)

    waits(ready, row, days=30)

    (marked,) = [one for one in lines(ready)[section] if one.key == row.key]
    assert (marked.seen.by, marked.seen.at) == ("invented_worker", ready.now)
    assert row.key not in [one.key for one in lines(ready)["put_off"]]


def test_being_met_is_never_put_off(packs: Packs) -> None:
    with begun(at_home, packs) as play:
        row = a_line(play, "today", "arrival_reception")
        waits(play, row, hours=1)

        assert row.key in [one.key for one in lines(play)["today"]]


def test_that_an_alarm_was_seen_does_not_silence_its_ring(ready: Play) -> None:
    ready.engine.put_actor(ADMIN)
    ready.engine.put_actor(WORKER, as_=ADMIN)
    row = _alarm(ready)
    ready.engine.seen(row.key, as_=WORKER)

    assert [(one.account, one.look_now) for one in ready.engine.ring().calls] == [("invented_worker", 1)]


def test_what_waits_is_not_counted_for_the_day(first_day: Play) -> None:
    first_day.engine.put_actor(ADMIN)
    first_day.engine.put_actor(WORKER, as_=ADMIN)
    row = a_line(first_day, "soon")
    first_day.wait(hours=20)
    waits(first_day, row, hours=6)

    assert first_day.engine.ring().calls == ()


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "field", "what"),
    [
        ({"until": timedelta(0)}, "until", "That time is past."),
        ({"because": None}, "because", "It is not said why that may wait."),
        ({"because": " "}, "because", "'because' is a text, and is empty."),
        ({"because": "x" * 201}, "because", "'because' is too long: 201 characters."),
        ({"key": "yesterday"}, "key", "That is no place in the list of what is due."),
        ({"another": "safety_plan"}, "key", "Nothing such is due for you."),
    ],
)
def test_nothing_else_is_noted(first_day: Play, said: dict[str, Any], field: str, what: str) -> None:
    row = a_line(first_day, "soon")
    key = said.get("key") or row.key.replace("register_referral", said.get("another", "register_referral"))
    until = first_day.now + said.get("until", timedelta(days=1))

    with pytest.raises(BadInput) as wrong:
        first_day.engine.seen(key, until=until, because=said.get("because", "it may"), as_=WORKER)

    (fault,) = wrong.value.faults
    assert (fault.field, fault.what) == (field, what)


def test_a_stranger_marks_nothing(first_day: Play) -> None:
    row = a_line(first_day, "soon")

    with pytest.raises(NotFound):  # of a house that has no part in the case
        first_day.engine.seen(row.key, as_=Actor("stranger", "invented_elsewhere", {MANAGER}))
    with pytest.raises(NotPermitted):
        first_day.engine.seen(row.key, as_=Actor("sysop", HOUSE, {"system_admin"}))


# --- at the shell ---------------------------------------------------------------------------------------------------


def test_a_line_is_put_off_by_its_number_and_todays_whole_list_says_why(
    first_day: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    first_day.engine.put_actor(ADMIN)
    first_day.engine.put_actor(WORKER, as_=ADMIN)
    session = Session(actor_id=WORKER.id, opened={Session().db: first_day.engine}, interactive=True)

    def types(*words: str) -> str:
        capsys.readouterr()
        assert run(words, session) == 0
        return capsys.readouterr().out

    assert "Register the referral" in types("today")
    assert types("seen", "1", "--until", "20h", "--because", "they call back") == (
        "Noted. `today --all` shows what waits, and until when.\n"
    )
    assert types("today") == "Nothing else is due for you in the next seven days. `today --all` shows what waits.\n"
    whole = types("today", "--all")
    assert "Seen, and waiting: 1" in whole
    assert "invented_worker: waits until Tue 3 Mar" in whole
    assert "they call back" in whole


def test_at_a_prompt_that_talks_to_nobody_a_line_is_its_case_and_step(
    first_day: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    first_day.engine.put_actor(ADMIN)
    first_day.engine.put_actor(WORKER, as_=ADMIN)
    session = Session(actor_id=WORKER.id, opened={Session().db: first_day.engine})

    assert run(("seen", first_day.case, "register_referral"), session) == 0
    assert run(("seen", first_day.case, "safety_plan"), session) == 2
    assert "There is no such line in today's list." in capsys.readouterr().err
    assert lines(first_day)["soon"][0].seen.by == "invented_worker"
