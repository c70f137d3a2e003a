"""Records scripts and screens anew: `python -m tests.shell.recorded.record [NAME …]`; with `--accept`, the screens alone.

The screens that docs/shell.md shows are put there, too. The morning at the office is a script that was written by hand, and is only played.
A return is walked at the shell itself. What is done next is asked of `why` and `next`; what is answered stands in `people.py` and in
tests/answers.py; what is typed is what a person would type: the number under which something is shown, `y`, the first words of a name.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from wayhome import Actor, NotFound, WayhomeError, read_command
from wayhome.engine import Decision
from wayhome.forms import Form
from wayhome.model.reason import Remedy
from wayhome.packs.plugins import Packs
from wayhome.shell import listing
from wayhome.shell.dialogue import talking
from wayhome.shell.dialogue.conversation import Conversation, Turn
from wayhome.shell.dialogue.typed_answers import AmbiguousInput, are_numbered, fitting
from wayhome.shell.dialogue.typed_answers import read as read_answer
from wayhome.shell.dialogue.vocabulary import ON_A_CASE
from wayhome.shell.telling import question_of
from wayhome.shell.views.lists import MOST_LISTED
from wayhome.shell.wording import as_words
from wayhome.stories.playing import StoryClock
from wayhome.testing import Replies

from tests.conftest import engine_at
from tests.shell.recorded.desk import Desk
from tests.shell.recorded.morning import MORNING, office_in_the_morning, screens_of
from tests.shell.recorded.people import RETURNS, Return
from tests.shell.recorded.playing import Playing, Screens
from tests.shell.recorded.script import CASE, FOLDER, Script, Sitting, Typed, read, write

MOST_ACTS = 300
ACCEPT, SCREENS = "--accept", FOLDER / "screens"
PAGE = Path(__file__).parents[3] / "docs" / "shell.md"
SHOWN = re.compile(r"^```screen ([\w.-]+)\n.*?^```$", re.M | re.S)
ENTER, YES, FIRST = "", "y", "1"
OPENS, AN_HOUR = 8, timedelta(hours=1)
NEVER = datetime.max.replace(tzinfo=UTC)


class Recorder:
    """Works through a return at the shell, and keeps what is typed."""

    def __init__(self, told: Return, folder: Path) -> None:
        self.told, self.clock = told, StoryClock(told.start)
        self.db = f"sqlite:///{folder / 'case.db'}"
        self.engine = engine_at(self.db, clock=self.clock)
        self.people, self.opens_it = {one.id: one for one in told.people}, told.people[0].id
        for one in told.people:
            self.engine.put_actor(one)
        self.meant: Mapping[str, Any] = {}  # what a remedy says of its command already, which the conversation asks
        self.script, self.case = Script(told.title, told.people), ""
        self.desk: Desk | None = None
        self.shown, self.drawn, self.act, self.screen, self.began = 0, "", "", "", 0
        self.answering: tuple[Conversation, Turn] | None = None
        self.form: Form | None = None
        self.said: Mapping[str, Any] = {}

    @property
    def leader(self) -> Actor:
        return self.told.people[0]

    # --- the walk ----------------------------------------------------------------------------

    def walk(self) -> Script:
        """From the first call to the departure, or to the no."""
        self.sits(self.opens_it)
        self.types(self.told.opening)
        self.case = self.engine.cases(as_=self.leader)[0].number
        self.takes_up()
        self.keeps("first-screen")
        for one in self.told.people:
            if "travel_officer" in one.roles:  # of another house: it is let in before anybody there can do anything
                self.types(f"do {CASE} assign role=travel_officer partner={one.organisation}")
        for _ in range(MOST_ACTS):
            if self.told.says_no and self.clock.moment >= self.boards_at():
                self.hears_a_no()
                return self.script
            decision = self.engine.why(self.case, "depart", as_=self.leader)
            if not decision.allowed:
                self.does_what_helps(decision)
            elif self.clock.moment < self.boards_at():
                self.clock.moment = self.boards_at()
            else:
                self.departs()
                return self.script
        raise RuntimeError(f"it never ends: {[(r.rule, r.fact) for r in decision.unmet]}")

    def boards_at(self) -> datetime:
        """Say when who goes along asks for the last time, and boards: an hour before the plane leaves."""
        travel = self.engine.case(self.case, as_=self.leader).travel or {}
        legs = travel.get("legs") or ()
        return datetime.fromisoformat(legs[0]["departs_at"].replace("Z", "+00:00")) - AN_HOUR if legs else NEVER

    def does_what_helps(self, decision: Decision) -> None:
        """Do the first thing that is listed for who sits there; else for another; else what is not listed yet; else let time pass."""
        remedies = [reason.remedy for reason in decision.unmet if reason.remedy is not None and reason.remedy.from_]
        listed = [dict(row.do) for row in self.engine.next(self.case, as_=self.leader)]
        ready = [(one, who) for one in remedies if one.from_ <= self.clock.moment and (who := self.who_does(one))]
        ready.sort(
            key=lambda one: one[0].do["do"] not in ("assign", "involve")
        )  # who it is comes before what is asked of them
        known = [one for one in ready if dict(one[0].do) in listed] or ready
        if known:
            own = next((one for one in known if self.sitting and one[1] == self.sitting.who), known[0])
            self.does(*own)
            return
        later = [one.from_ for one in remedies if one.from_ > self.clock.moment]
        if not later:
            raise RuntimeError(f"nobody can do anything: {[(r.rule, r.fact) for r in decision.unmet]}\n{self.drawn}")
        self.clock.moment = by_day(min(later))

    def who_does(self, remedy: Remedy) -> str:
        """Name somebody who may do it now: who sits there already, where they may."""
        sitting = self.sitting.who if self.sitting else ""
        for one in sorted(self.people.values(), key=lambda one: one.id != sitting):
            if one.roles.intersection(remedy.who) and self.is_there(one):
                form = self.engine.form(self.case, dict(remedy.do), as_=one)
                said = self.replies(form, remedy.do)
                try:
                    if self.engine.why(self.case, read_command(said, case=self.case), as_=one).allowed:
                        return one.id
                except WayhomeError as error:
                    self.drawn = f"{said}: {error}"
        return ""

    def is_there(self, one: Actor) -> bool:
        """Say whether somebody works in this return by now."""
        with suppress(NotFound):
            return bool(self.engine.case(self.case, as_=one))
        return False

    def does(self, remedy: Remedy, who: str) -> None:
        """Do one thing, at the shell, as the one who sits there."""
        self.sits(who)
        if remedy.do.get("step") == self.told.looks_before:
            self.types("why depart")
            self.keeps("why-before-the-departure")
        before = self.engine.case(self.case, as_=self.people[who]).version
        self.act, self.meant = self.called(remedy), remedy.do
        self.screen = self.told.screens.get(self.act, "")
        self.types(self.opens(remedy))
        if self.engine.case(self.case, as_=self.people[who]).version == before:
            raise RuntimeError(f"{remedy.do} was not saved by {self.sitting.lines[-1].line!r}:\n{self.drawn}")
        self.act, self.meant, self.screen = "", {}, ""

    def replies(self, asking: Form | Remedy, meant: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a form as those do who work in this return."""
        own = {f"{subject}.{name}": value for subject in map(str, asking.do.values()) for name, value in meant.items()}
        return Replies(own, *self.told.answers, strict=True)(self.engine, self.case, asking)

    def called(self, remedy: Remedy) -> str:
        listed = self.desk.session.desk.listed
        row = next((row for row in listed if dict(row.do) == dict(remedy.do)), None)
        return row.because if row else " ".join(map(str, remedy.do.values()))

    def opens(self, remedy: Remedy) -> str:
        """Say how it is opened: by the number under which it is shown, else by its name, else as a command."""
        listed = self.desk.session.desk.listed
        for number, row in enumerate(listed, start=1):
            if dict(row.do) == dict(remedy.do):
                return str(number) if number <= self.shown else self.beginning_of(row.because) or str(number)
        step = remedy.do.get("step")
        if step:
            process = self.engine.process_of(self.case, as_=self.leader)
            return self.beginning_of(process.title("steps", step)) or step
        return f"do {CASE} {as_words(self.replies(remedy, remedy.do))}"

    def beginning_of(self, title: str) -> str:
        """Give as many of the first words as name it alone."""
        process = self.engine.process_of(self.case, as_=self.leader)
        titles = {step.id: process.title("steps", step.id) for step in process.ordered_steps}
        listed = {str(count): row.because for count, row in enumerate(self.desk.session.desk.listed, start=1)}
        all_of_them = {**titles, **{n: t for n, t in listed.items() if t not in titles.values()}}
        words = title.split()
        for count in range(1, len(words) + 1):
            found = fitting(all_of_them, " ".join(words[:count]))
            is_a_word = count == 1 and words[0].lower() in ON_A_CASE  # of a command: it would be held about anything
            if len(found) == 1 and all_of_them[found[0]] == title and not is_a_word:
                return " ".join(words[:count]).lower()
        return ""

    # --- how it ends ---------------------------------------------------------------------------

    def departs(self) -> None:
        """Board, as who goes along."""
        who = next(one for one in self.people.values() if "travel_officer" in one.roles)
        self.sits(who.id)
        self.act = "Board"
        number = next(n for n, row in enumerate(self.desk.session.desk.listed, 1) if row.do.get("to") == "depart")
        self.types(str(number))
        self.keeps("departed")

    def hears_a_no(self) -> None:
        """Write down the no, where the person sleeps tonight, and look at what comes."""
        self.sits(self.opens_it)
        self.act = "The person says no"
        self.types("no")
        self.sitting.lines[self.began + 1].screen = "the-no"  # when it is written down, before anything is asked
        self.keeps("after-the-no")
        self.act = ""
        self.types("next")
        self.keeps("next-after-the-no")
        self.types("why depart")
        self.keeps("why-after-the-no")

    # --- at the shell --------------------------------------------------------------------------

    @property
    def sitting(self) -> Sitting | None:
        return self.script.sittings[-1] if self.script.sittings else None

    def sits(self, who: str) -> None:
        """Sit down, where another sat or the clock has moved."""
        sitting = self.sitting
        if sitting is not None and (sitting.who, sitting.at) == (who, self.clock.moment):
            return
        self.script.sittings.append(Sitting(self.clock.moment, who))
        self.desk = Desk(self.engine, self.db, who)
        if self.case:
            self.takes_up()

    def takes_up(self) -> None:
        self.act, act = "", self.act
        self.types(CASE)
        self.act = act

    def types(self, line: str) -> None:
        """Type a line, and whatever it asks then."""
        first, self.began = [line], len(self.sitting.lines)

        def pull(drawn: str) -> str | None:
            self.drawn = drawn or self.drawn
            if first:
                return self.typed(first.pop())
            if self.drawn is drawn and self.is_asked(drawn):
                return self.typed(*self.answered(drawn))
            return None

        with patch.object(talking, "_draw", self.draws):
            self.desk.sits(pull)
        self.shown = MOST_LISTED if line in (CASE, "next") else listing.MOST_NEXT

    def is_asked(self, drawn: str) -> bool:
        return self.answering is not None or last_line(drawn).startswith(
            ("Save?", "Nothing is asked", "Enter shows", "Write down")
        )

    def draws(self, talk: Conversation, asked: Turn) -> None:
        self.answering = (talk, asked)
        DRAWS(talk, asked)

    def answered(self, drawn: str) -> tuple[str, str]:
        """Say what is typed now, and what was asked."""
        if self.screen and self.answering is None and last_line(drawn).startswith("Save?"):
            self.keeps(f"{self.screen}-before-it-is-saved")
        elif self.screen and len(self.sitting.lines) == self.began + 1:
            self.keeps(self.screen)
        if self.answering is None:
            asked = last_line(drawn)
            if asked.startswith("Enter"):
                return ENTER, asked
            return YES, asked.partition("?")[0] + "?"
        (talk, asked), self.answering = self.answering, None
        if talk.form.do and talk.form is not self.form:
            self.form, self.said = talk.form, self.replies(talk.form, self.meant)
        if not talk.form.do:  # a choice of the shell's own
            return FIRST, asked.label
        text = ": ".join(filter(None, (asked.of, question_of(asked.slot.ask or asked.label)[0])))
        return typed_for(talk, asked, answer_of(self.said, asked)), text

    def typed(self, line: str, asked: str = "") -> str:
        self.sitting.lines.append(Typed(line, asked, self.act))
        return line.replace(CASE, self.case)

    def keeps(self, screen: str) -> None:
        self.sitting.lines[-1].screen = screen


DRAWS = talking._draw


def by_day(moment: datetime) -> datetime:
    """Give a moment of that day at which people are at work."""
    opens = moment.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return max(moment, opens)


def last_line(drawn: str) -> str:
    return next((line for line in reversed(drawn.splitlines()) if line.strip()), "").strip()


def answer_of(said: Mapping[str, Any], asked: Turn) -> Any:
    """Find the answer to one question among those of its form."""
    slot, *within = asked.path
    value = said.get(str(slot), said.get("facts", {}).get(slot) if isinstance(said.get("facts"), Mapping) else None)
    if value is None or not within:
        return value
    if len(within) == 1:
        return value.get(within[0])
    row, column = within
    if isinstance(row, int):
        return value[row].get(column) if row < len(value) else None
    return next((one.get(column) for one in value if row in one.values()), None)


def typed_for(talk: Conversation, asked: Turn, value: Any) -> str:
    """Say how an answer is typed, and see that it is read as meant."""
    if value is None:
        return ENTER
    shown, slot, zone = talk.shown(asked), asked.slot, talk.zone_of(asked)
    if isinstance(value, bool):
        return "y" if value else "n"
    if isinstance(value, list | tuple):
        return ",".join(chosen(slot, shown, one) for one in value)
    if slot.type in ("instant", "moment"):
        return in_the_zone(str(value), zone)
    return chosen(slot, shown, str(value))


def chosen(slot: Any, shown: tuple[str, ...], value: str) -> str:
    """Type the number under which it is shown, or as much of its name as fits it alone."""
    if not slot.values:
        return value
    if value in shown and are_numbered(slot.values):
        return str(shown.index(value) + 1)
    for text in (value, str(slot.values.get(value, value))):
        for end in range(1, len(text) + 1):
            try:
                if read_answer(slot, text[:end].lower(), shown) in (value, [value]):
                    return text[:end].lower()
            except (AmbiguousInput, WayhomeError):
                continue
    raise RuntimeError(f"{value} cannot be typed at {slot.name}")


def in_the_zone(value: str, zone: str) -> str:
    from wayhome.calendar.spans import zone_of

    if ":" not in value:
        return value
    moment = datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(zone_of(zone))
    return f"{moment:%Y-%m-%d %H:%M}"


def main(*words: str) -> None:
    """Record the scripts of these names, or all; with `--accept` their screens alone, from the scripts as they stand."""
    names = [word for word in words if word != ACCEPT] or [MORNING, *RETURNS]
    for name in names:
        if ACCEPT not in words and name in RETURNS:
            with tempfile.TemporaryDirectory() as folder:
                write(name, Recorder(RETURNS[name], Path(folder)).walk())
        accept(name)
        script = read(name)
        sys.stdout.write(f"{name}: {len(script.sittings)} sittings, {sum(script.keys().values())} keystrokes\n")
    show_on_the_page()


def accept(name: str) -> None:
    """Write the screens of a script anew, as they are drawn at a terminal."""
    for old in SCREENS.glob(f"{name}.*.txt"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        screens = played(name, Path(folder))
    for screen, text in screens.items():
        (SCREENS / f"{name}.{screen}.txt").write_text(text)


def played(name: str, folder: Path) -> Screens:
    if name == MORNING:
        return screens_of(office_in_the_morning(Packs.installed(), folder), folder)
    return Playing(read(name), name, folder).play(at_a_terminal=lambda sitting: bool(sitting.screens))


def show_on_the_page() -> None:
    """Put the screens as they are now where the page shows them."""
    page = PAGE.read_text(encoding="utf-8")
    shown = SHOWN.sub(lambda one: f"```screen {one[1]}\n{(SCREENS / f'{one[1]}.txt').read_text()}```", page)
    PAGE.write_text(shown, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
