"""An office of one house, made of the packs' own stories: each return is somewhere on its way on one morning in June.

After scripts/desk/sixty.py of the findings: of sixty cases "two women fly tomorrow, and no list shows it". All people are invented.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from wayhome import Actor, Engine
from wayhome.packs.plugins import Packs
from wayhome.store.vault import key_beside, make_key_file
from wayhome.stories.playing import StoryClock, play, shift
from wayhome.stories.telling import Line, Story, read_story
from wayhome.testing.copies import Memory

from tests.conftest import who_leads
from tests.prepared import KEY

PLUGINS = Path(__file__).parents[2] / "plugins"
MORNING = datetime.fromisoformat("2026-06-08T09:05+02:00")
HOUSE, MANAGER = "be_pag_asa", "case_manager_sending"
WORKERS = ("katrien", "sara", "wim")
SYSOP = Actor("sysop", HOUSE, {"system_admin"})
OTHER_HOUSES = re.compile(r"\bbe_(surya|payoke|esperanto)\b")
HELPERS = ("legal_counsellor", "travel_officer", "medical_officer", "counsellor")  # who is let in before they act
LETTERS = "abdefgklmnoprstv"  # of names, none of which sounds like another
DAY = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)")
# How many of each there are among sixty: the story, by the beginning of its file.
STORIES: Mapping[str, int] = {
    "1-brussels": 16, "2-a-paper-for": 7, "3-no-at": 6, "1-antwerp": 7, "3-silence": 5, "be-1": 3, "be-2": 4, "2-land": 6, "4-gone": 3,
    "1-forty": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Office:
    memory: Memory
    clock: StoryClock
    cases: tuple[str, ...]

    @property
    def engine(self) -> Engine:
        return self.memory.engine

    def actor(self, id: str) -> Actor:
        return next(one for one in self.engine.actors() if one.id == id)

    def seen(self, case: str) -> Any:
        """Show a case to somebody who may read it all: what the answers to the questions are made of."""
        return self.engine.case(case, as_=who_leads(self.engine, case))

    def save(self, file: Path) -> None:
        """Write the office into a database of its own, with its key beside it: a shell in another process opens it."""
        file.write_bytes(self.memory.taken())
        make_key_file(key_beside(file), lambda _: KEY)


@cache
def written(begins: str) -> str:
    (file,) = PLUGINS.glob(f"*/wayhome_*/stories/{begins}*.yaml")
    return OTHER_HOUSES.sub(HOUSE, file.read_text(encoding="utf-8"))


def of_another(told: str, number: int) -> str:
    """Give a story with a name of its own: it is told of many, and nobody is to be asked whether they are one."""
    called = "x".join(["Efe", *(LETTERS[int(digit, 16)] for digit in f"{number:03x}")])
    return told.replace("Efe", called).replace("EFE", called.upper())


def moments(story: Story) -> list[datetime]:
    """Give when each line of a story happens."""
    at, found = story.clock or MORNING, list[datetime]()
    for line in story.lines:
        at = line.clock or at
        at = shift(at, line.after, "UTC") if line.after else at
        found.append(at)
    return found


def shifted(text: str, days: int, folder: Path, name: str) -> Story:
    def later(found: re.Match[str]) -> str:
        return (date(int(found[1]), int(found[2]), int(found[3])) + timedelta(days)).isoformat()

    file = folder / f"{name}.yaml"
    file.write_text(DAY.sub(later, text), encoding="utf-8")
    return read_story(file)


def _renamed(line: Line, names: Mapping[str, str]) -> Line:
    fields = {
        name: names.get(str(value), value) if name == "case_worker" else value for name, value in line.fields.items()
    }
    return replace(line, expect=None, fields=fields)


def _comes_on(line: Line) -> bool:
    """Say whether a return comes on by an act: not by who else is in it, nor by a measure that is only written down."""
    return line.fields.get("role") not in HELPERS and line.fields.get("register") != "measure"


def office_of(cases: int, packs: Packs, folder: Path) -> Office:
    """Make an office, the same each time: each return is played as far as it has come by this morning; whatever its story has refused
    stays refused.
    """
    drawn = random.Random(7)
    names = [begins for begins, count in STORIES.items() for _ in range(count)]
    drawn.shuffle(names)
    clock = StoryClock(datetime(2024, 1, 2, tzinfo=UTC))
    memory = Memory(clock, packs, KEY)
    engine = memory.engine
    engine._random = random.Random(7).randbytes  # numbers and labels: a recorded screen has the same ones again
    people: dict[str, Actor] = {}
    opened: list[str] = []
    for number, begins in enumerate(names[:cases]):
        told, worker = of_another(written(begins), number), drawn.choice(WORKERS)
        story = shifted(told, 0, folder, f"{number}-as-written")
        at = moments(story)
        acts = [index for index, line in enumerate(story.lines) if _comes_on(line)]
        last = acts[min(max(2, int(drawn.betavariate(1.4, 1.3) * len(acts))), len(acts) - 1)]
        days = (MORNING - at[last - 1]).days
        story = shifted(told, days - (days % 7), folder, str(number))
        actors = {id: of_this_office(one, worker) for id, one in story.actors.items()}
        by_name = {id: one.id for id, one in actors.items()}
        lines = [
            _renamed(line, by_name) for line, then in zip(story.lines, moments(story), strict=True) if then <= MORNING
        ]
        clock.moment = story.clock or MORNING
        if engine.clock().stands_back_at is not None:  # one return is played after the other
            engine.confirm_clock(as_=SYSOP)
        played = play(engine, replace(story, actors=actors, lines=tuple(lines[: last + 1])), clock=clock, strict=False)
        people |= {one.id: one for one in actors.values()}
        opened += played.cases.values()
    clock.moment = MORNING
    engine.put_actor(SYSOP)
    for one in people.values():
        engine.put_actor(one, as_=SYSOP)
    return Office(memory, clock, tuple(opened))


def of_this_office(actor: Actor, worker: str) -> Actor:
    if actor.organisation == HOUSE and MANAGER in actor.roles:
        return Actor(worker, HOUSE, {MANAGER})
    roles = "_".join("".join(part[0] for part in role.split("_")) for role in sorted(actor.roles))
    return Actor(f"{actor.organisation}_{roles}", actor.organisation, actor.roles)
