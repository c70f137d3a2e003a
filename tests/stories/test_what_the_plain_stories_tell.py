"""What the plain stories tell of the two years after a return: found in what the engine holds, and on the screens of who works there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console, RenderableType
from wayhome import Actor, Engine, NotFound
from wayhome.case_now.access import holders_of
from wayhome.model.case import Case, EntryRecord
from wayhome.model.event import HistoryRow
from wayhome.packs.plugins import Packs
from wayhome.shell import views
from wayhome.stories.playing import play, throw_away_engine
from wayhome.stories.telling import Line

from tests.stories.retold import Told, retold, told_in_time
from tests.stories.test_stories import PLUGINS

PLAIN = [
    PLUGINS / "nigeria/wayhome_nigeria/stories/1-brussels-to-benin-city.yaml",
    PLUGINS / "brazil/wayhome_brazil/stories/1-amsterdam-to-sao-paulo.yaml",
    PLUGINS / "sierra_leone/wayhome_sierra_leone/stories/1-antwerp-to-makeni.yaml",
]
EACH = pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
TRAINED_BY = ("training", "school")


class Life(NamedTuple):
    """What the engine holds of a case at the end of its story."""

    case: Case
    history: tuple[HistoryRow, ...]

    def entries(self, register: str, state: str | None = None) -> list[EntryRecord]:
        return [one for one in self.case.entries_of(register) if state in (None, one.state)]

    def done(self, step: str) -> list[HistoryRow]:
        return [one for one in self.history if one.type == "step_completed" and one.data["step"] == step]


def _a_plan_changes(life: Life) -> bool:
    """An aim was entered after a version was signed, and the next version holds it."""
    signed = [one.seq for one in life.done("reintegration_plan_review")]
    return any(signed[0] < aim.first_seq < signed[-1] for aim in life.entries("plan_item"))


def _a_course_is_left_and_another_begun(life: Life) -> bool:
    courses = [one for one in life.entries("service", "ended") if one.values["service"] in TRAINED_BY]
    left = [one for one in courses if one.values["ended_how"] == "left_by_her"]
    return any(other.states[0].seq > one.seq for one in left for other in courses)


def _a_payment_is_not_proved(life: Life) -> bool:
    return bool(life.entries("payment", "unproved"))


def _a_relapse_is_lived_through(life: Life) -> bool:
    """Counselling was missed, and afterwards the person went."""
    talks = [one for one in life.entries("appointment") if one.values["care"] == "counselling"]
    missed = [one.at for one in talks if one.state == "missed"]
    return any(one.at > at for one in talks if one.state == "kept" for at in missed)


def _a_visit_did_not_reach_her(life: Life) -> bool:
    """Contact was lost by it, and is lost no more since somebody has spoken with the person."""
    missed = [one.occurred_at for one in life.done("monitoring_visit") if one.data["result"] == "not_reached"]
    lost = [one for one in life.case.incidents if one.type == "lost_contact" and one.at in missed]
    reached = [one.at for one in life.case.contacts if one.reached and one.with_ == "person"]
    return bool(lost) and all(
        one.resolved_at is not None and any(one.at < at <= one.resolved_at for at in reached) for one in lost
    )


def _a_baby_is_born(life: Life) -> bool:
    landed = life.case.moves["arrived"].at.date()
    born = [one.born_on for one in life.case.people.values() if one.relation == "child"]
    return any(day is not None and day > landed for day in born)


def _rent_is_argued_about(life: Life) -> bool:
    """With the landlord at the table, or with a lawyer; and it has ended."""
    talks = [one.values for one in life.entries("conference", "held")]
    at_a_table = any("housing" in one["about"] and "landlord" in one["who"] for one in talks)
    return at_a_table or any(one.values["matter"] == "housing" for one in life.entries("legal_matter", "ended"))


SEVEN: Mapping[str, Callable[[Life], bool]] = {
    "a plan that changes": _a_plan_changes,
    "a course left and another begun": _a_course_is_left_and_another_begun,
    "a payment that is not proved": _a_payment_is_not_proved,
    "a relapse": _a_relapse_is_lived_through,
    "a visit that did not reach her": _a_visit_did_not_reach_her,
    "a baby": _a_baby_is_born,
    "a dispute about rent": _rent_is_argued_about,
}


@contextmanager
def _played(path: Path, lines: list[Told], packs: Packs) -> Iterator[tuple[Engine, str]]:
    """Play these lines of a story of one case; gives the engine as it is then, and the number of the case."""
    story, _ = told_in_time(path)
    engine, clock = throw_away_engine(story, packs)
    with engine:
        (number,) = play(engine, retold(story, lines), clock=clock).cases.values()
        yield engine, number


@EACH
def test_the_plain_story_of_each_pack_follows_two_years(path: Path, packs: Packs) -> None:
    _, lines = told_in_time(path)

    with _played(path, lines, packs) as (engine, number):
        case = engine._recorded(number)[1]
        reader = Actor("story", holders_of(case).leads, engine.packs.managers)
        life = Life(case, (*engine.history(number, as_=reader, limit=1000),))

    assert [what for what, is_told in SEVEN.items() if not is_told(life)] == []
    assert case.closed_as == "reintegration_sustained"
    assert not any(case.open_incidents)
    assert (lines[-1].happened - lines[0].happened).days >= 2 * 365


@EACH
def test_each_word_of_an_entry_is_found_on_the_last_screens_before_closing(path: Path, packs: Packs) -> None:
    """What was said last stands on `case life`; what was said before it, in `case history --all`."""
    story, lines = told_in_time(path)
    closes = next(i for i, one in enumerate(lines) if one.is_done and one.line.fields.get("to") == "close")
    written = [one.line for one in lines[:closes] if one.is_done and one.line.do in ("enter", "update")]
    assert not [one for one in lines[closes:] if one.line.do in ("enter", "update")]

    with _played(path, lines[:closes], packs) as (engine, number):
        process = engine._recorded(number)[0]
        drawn = "\n".join(_screens(engine, number, actor) for actor in story.actors.values())
        texts = {
            (line.number, name): str(value)
            for line in written
            for name, value in line.fields.items()
            if (field := process.registers[_register(line)].fields.get(name)) is not None and field.type == "text"
        }

    assert texts
    assert {where: text for where, text in texts.items() if text not in drawn} == {}


def _register(line: Line) -> str:
    return str(line.fields.get("register") or line.fields["ref"].rsplit("-", 1)[0])


def _screens(engine: Engine, number: str, actor: Actor) -> str:
    """Draw what somebody sees of the life after the return, and of what happened; nothing where they have no part in it."""
    try:
        view = engine.case(number, as_=actor)
        rows = (*engine.history(number, as_=actor, limit=1000),)
    except NotFound:
        return ""
    return _drawn(views.life.life(view)) + _drawn(views.history.timeline(rows))


def _drawn(thing: RenderableType) -> str:
    console = Console(width=1000, no_color=True)  # wide, so that no text is broken between two lines
    with console.capture() as captured:
        console.print(thing)
    return captured.get()
