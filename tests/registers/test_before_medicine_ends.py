"""Before medicine ends somebody is to see the person: an entry of one register that is asked for because of a day in another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor, to_json
from wayhome.packs.plugins import Packs

from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import RECEIVER, Command, Play, begun, settled

DOCTOR, CLINIC = "medical_officer", "ng_fnph_uselu"
TWO_WEEKS = "Medicine ends in two weeks, and no appointment is before that"
ONE_WEEK = "Medicine ends in a week, and no appointment is before that"
LAST_DAY = 40  # days after the follow-up began


def consent(purpose: str, *groups: str, **more: str) -> Command:
    said = {"groups": groups, "language": "en", "version": "1", "form": "written"}
    return {"do": "consent", "purpose": purpose, **said, **more}


AGREED = (
    consent("health_processing_local", "health"),
    consent("health_share", "identity", "health", recipient=CLINIC),
)


@pytest.fixture
def home(packs: Packs) -> Iterator[Play]:
    """A case in the follow-up, with medicine that lasts for a while."""
    with begun(settled, packs) as play:
        play.given(RECEIVER, *AGREED)
        play.given(DOCTOR, medicine(play))
        yield play


def day(play: Play, days: int) -> str:
    """Give the day that lies so many days from now."""
    return str(play.now.date() + timedelta(days=days))


def medicine(play: Play, days: int = LAST_DAY) -> Command:
    return {"do": "enter", "register": "medicine", "called": "(invented) the white ones", "last_day": day(play, days)}


def appointment(play: Play, days: int | None, status: str, **more: str) -> Command:
    set_for = {} if days is None else {"set_for": f"{day(play, days)}T10:00+01:00"}
    return {
        "do": "enter",
        "register": "appointment",
        "care": "check",
        "where": CLINIC,
        "status": status,
        **set_for,
        **more,
    }


def asked(play: Play, who: str | Actor = DOCTOR) -> list[tuple[str, bool]]:
    """Give what is asked of appointments, each with whether somebody is late."""
    rows = play.engine.due(as_=play.actor(who), case=play.case)
    return [(row.title, row.overdue) for row in rows if row.step == "entry:appointment" and row.of == "medicine-1"]


def is_asked(play: Play) -> bool:
    """Wait until the last days of the medicine, and say whether it is asked who sees the person."""
    play.wait(days=LAST_DAY - 6)
    return (TWO_WEEKS, True) in asked(play)


def test_no_day_before_medicine_ends_is_a_must_two_weeks_and_a_week_before(home: Play) -> None:
    home.wait(days=LAST_DAY - 13)
    assert asked(home) == [(TWO_WEEKS, True), (ONE_WEEK, False)]

    home.wait(days=7)
    assert asked(home) == [(TWO_WEEKS, True), (ONE_WEEK, True)]
    late = home.engine.today(as_=home.actor(DOCTOR)).overdue
    assert [row.title for row in late if row.step == "entry:appointment"] == [TWO_WEEKS]


@pytest.mark.parametrize("status", ["asked", "agreed"])
def test_honest_with_a_day_before_that_nobody_is_late(home: Play, status: str) -> None:
    home.given(DOCTOR, appointment(home, LAST_DAY - 1, status))

    assert not is_asked(home)


def test_honest_who_was_seen_since_is_not_to_be_seen_again(home: Play) -> None:
    home.wait(days=1)
    home.given(DOCTOR, appointment(home, None, "kept"))

    home.wait(days=LAST_DAY - 7)
    assert asked(home) == []


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (None, "asked"),  # asked for, and no day was named
        (LAST_DAY, "agreed"),  # on the last day is not before it
        (LAST_DAY + 3, "agreed"),
        (5, "missed"),
        (5, "called_off"),
        (5, "refused"),
    ],
)
def test_what_is_no_day_before_it_leaves_somebody_late(home: Play, days: int | None, status: str) -> None:
    home.given(DOCTOR, appointment(home, days, status))

    assert is_asked(home)


def test_who_gives_the_next_is_no_day(home: Play) -> None:
    home.given(DOCTOR, {"do": "update", "ref": "medicine-1", "next_by": CLINIC})

    assert is_asked(home)


def test_a_day_that_brought_this_medicine_does_not_bring_the_next(home: Play) -> None:
    home.given(DOCTOR, appointment(home, 30, "agreed"))
    home.wait(days=30)
    renewed = {"do": "update", "ref": "medicine-1", "last_day": day(home, LAST_DAY)}
    home.given(DOCTOR, {"do": "update", "ref": "appointment-1", "status": "kept"}, renewed)

    assert asked(home) == [(TWO_WEEKS, False), (ONE_WEEK, False)]
    assert is_asked(home)


def test_honest_medicine_that_has_ended_waits_for_nobody(home: Play) -> None:
    home.given(DOCTOR, {"do": "update", "ref": "medicine-1", "status": "ended", "how": "doctor"})

    assert not is_asked(home)


def test_honest_after_a_no_nobody_is_to_see_her_about_it(home: Play) -> None:
    home.given(RECEIVER, {"do": "withdraw", "purpose": "health_processing_local", "channel": "visit", "by": "person"})

    assert not is_asked(home)


def test_who_does_not_read_of_her_health_is_told_of_an_appointment_with_its_day(home: Play) -> None:
    house = home.actor(RECEIVER).organisation
    home.wait(days=LAST_DAY - 6)

    assert asked(home, RECEIVER) == [("An appointment", True)] * 2
    rows = home.engine.due(as_=home.actor(RECEIVER), case=home.case)
    assert "white" not in str(to_json([*rows]))
    assert "ends in" not in str(to_json([row for row in rows if row.of == "medicine-1"]))
    assert asked(home, Actor("invented_officer", house, {"reception_officer"})) == []


# --- it is data: another pack says it of its own registers, and of what nobody may read of one of them -----------------------

REGISTERS = """
- id: ng_visa
  title: Visas (invented)
  one: A visa
  screen: plan
  group: %s
  who: [case_manager_receiving, medical_officer]
  fields: {stays_until: {title: Until when (invented), type: date}}
  states: {valid: {title: valid}, used: {title: used, ends: true}}
  source: S1
- id: ng_queue
  title: Days at the office (invented)
  one: A day at the office
  screen: plan
  group: plan
  who: [case_manager_receiving]
  fields:
    on: {title: On which day, type: date, due: {days: 20, before: ng_visa.stays_until, unless: [booked], must: true, ask: "It ends, and no day is booked (invented)"}}
  states: {booked: {title: booked}, gone: {title: called off, ends: true}}
  source: S1
"""


def visas(play: Play, who: Actor) -> set[str]:
    rows = play.engine.due(as_=who, case=play.case)
    return {row.title for row in rows if row.step == "entry:ng_queue"}


@pytest.mark.parametrize(
    ("group", "writes", "asks", "told"),
    [
        ("plan", RECEIVER, "counsellor", {"A day at the office"}),  # of which they are told a summary
        ("money", RECEIVER, "counsellor", set()),  # of which a counsellor is told nothing
        ("health", DOCTOR, RECEIVER, {"A day at the office"}),  # of which a manager is told a summary
    ],
)
def test_a_pack_says_the_same_of_its_own_and_tells_it_by_both_groups(
    tmp_path: Path, group: str, writes: str, asks: str, told: set[str]
) -> None:
    packs = packs_of(like_nigeria(tmp_path / "pack", more={"registers.yaml": REGISTERS % group}))
    with begun(settled, packs) as play:
        visa: dict[str, Any] = {"do": "enter", "register": "ng_visa", "stays_until": day(play, 30)}
        play.given(writes, visa)
        who = Actor(f"invented_{asks}", play.actor(RECEIVER).organisation, {asks})
        assert visas(play, who) == told
        play.given(RECEIVER, {"do": "enter", "register": "ng_queue", "on": day(play, 29)})
        assert visas(play, who) == set()
