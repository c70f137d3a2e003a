"""What a reintegration officer writes down in two years has one place each, and is read there by value: on its screen, and in the case as JSON.

The things are the sentences of the domain page (officer.yaml): entered by their own register, in the order of their days.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console
from wayhome import Actor, to_json
from wayhome.packs.plugins import Packs
from wayhome.results import CaseView
from wayhome.shell.views.life import life

from tests.attacks.play import Play, begun, settled

THINGS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "officer.yaml").read_text("utf-8"))
RECEIVER, ASSESSOR, DOCTOR, LAWYER, LEADER = (
    "case_manager_receiving", "risk_assessor", "medical_officer", "legal_counsellor", "programme_manager",
)  # fmt: skip
WRITES = {"risk": ASSESSOR, "health": DOCTOR, "legal": LAWYER}  # all else the case manager there
# Of each group one role that reads nothing of it, by access.md.
READS_NOTHING = {
    "plan": LAWYER,
    "family": DOCTOR,
    "money": ASSESSOR,
    "risk": LEADER,
    "health": LEADER,
    "legal": LEADER,
    "address": LAWYER,
}
YES = {"do": "consent", "language": "en", "version": "1", "form": "written"}
OF_HER = {"by": "person", "heard_by": "visit"}


def _acts(thing: Mapping[str, Any]) -> Iterator[tuple[date, Mapping[str, Any], dict[str, Any]]]:
    """Give the acts that enter a thing, each with its day: how it was entered first, and what was said of it later."""
    before = dict(thing.get("before") or {})
    if before:
        yield before.pop("at"), thing, before
    yield thing["day"], thing, dict(thing["example"])


@dataclass
class Officer:
    """Enters things one after the other, and remembers the refs of those that are named again."""

    play: Play
    refs: dict[str, str] = field(default_factory=dict)

    def agrees(self, purpose: str, recipient: str | None = None, *groups: str) -> None:
        asked = {**YES, "purpose": purpose, "groups": [*groups], **({"recipient": recipient} if recipient else {})}
        who = {"health_share": DOCTOR, "health_processing_local": DOCTOR, "legal": LAWYER, "legal_share": LAWYER}.get(
            purpose, RECEIVER
        )
        self.play.given(who, asked)

    def enter_all(self, things: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Enter things in the order of their days, those that went on later in two acts; gives the ref of each thing."""
        acts = [act for thing in things for act in _acts(thing)]
        for day, thing, said in sorted(acts, key=lambda act: act[0]):
            name = thing.get("entry", thing["id"])
            self._until(day)
            if name in self.refs:
                self._gives(thing, {"do": "update", "ref": self.refs[name], **said})
                continue
            of = {"of": self.play.involved("child", travels=False)} if thing.get("of") else {}
            self._gives(thing, {"do": "enter", "register": thing["into"], **of, **said})
            self.refs[name] = [*self.play._recorded.entries][-1]
        return {thing["id"]: self.refs[thing.get("entry", thing["id"])] for thing in things}

    def _until(self, day: date) -> None:
        at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
        if at > self.play.now:
            self.play.until(at)

    def _gives(self, thing: Mapping[str, Any], said: Mapping[str, Any]) -> None:
        typed = {name: self._as_typed(value) for name, value in said.items()}
        hers = OF_HER if thing["said_by"] == "person" else {}
        who: str | Actor = WRITES.get(thing["group"], RECEIVER)
        if said.get("status") == "proved":  # another than who has paid
            who = self.play.another(RECEIVER)
        act = {**typed, **hers}
        for _, remedy in self.play.remedies(act, who):
            if remedy.do["do"] == "consent":  # what it rests on is asked first
                self.agrees(remedy.do["purpose"], remedy.do.get("recipient"), "identity", "plan")
        self.play.given(who, act)

    def _as_typed(self, value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, list):
            return [self._as_typed(one) for one in value]
        return self.refs.get(value, value) if isinstance(value, str) else value


def seen(view: CaseView, screen: str) -> str:
    """Give what stands on a screen of 80 columns, without the line ends."""
    shown = io.StringIO()
    Console(file=shown, width=80).print(life(view, (screen,)))
    return " ".join(shown.getvalue().split())


@contextmanager
def an_officer(packs: Packs, origin: str) -> Iterator[Officer]:
    with begun(settled, packs, origin=origin) as play:
        for house in ("example_house", "example_store", "example_school"):
            play.engine.register_organisation(house, title=f"An invented {house}", country=origin)
        yield Officer(play)


@pytest.fixture(scope="module")
def main(packs: Packs) -> Iterator[Officer]:
    with an_officer(packs, "NG") as officer:
        play = officer.play
        officer.agrees("legal", None, "legal")
        officer.agrees("legal_share", "be_payoke", "legal")
        officer.agrees("health_processing_local", None, "health")
        officer.agrees("health_share", "ng_fnph_uselu", "health")
        play.given(ASSESSOR, {"do": "involve", "relation": "suspected_perpetrator"})
        yield officer


def roles_of(play: Play, role: str) -> Actor:
    return Actor(f"invented_{role}", play.actor(RECEIVER).organisation, {role})


@pytest.fixture(scope="module")
def written(main: Officer) -> Mapping[str, str]:
    """Enter all things of the main case, in the order of their days."""
    return main.enter_all([one for one in THINGS if one.get("case") != "sl"])


@pytest.mark.parametrize("thing", [one for one in THINGS if one.get("case") != "sl"], ids=lambda one: one["id"])
def test_each_thing_is_read_by_value_where_it_belongs(
    main: Officer, written: Mapping[str, str], thing: Mapping[str, Any]
) -> None:
    play, ref = main.play, written[thing["id"]]
    reader = roles_of(play, WRITES.get(thing["group"], RECEIVER))
    view = play.engine.case(play.case, as_=reader)
    (entry,) = (to_json(one) for one in view.entries if one["ref"] == ref)
    history = [to_json(row.data) for row in play.engine.history(play.case, as_=reader) if row.data.get("ref") == ref]

    on_screen = seen(view, thing["seen_on"])
    words = {
        value: called
        for one in view.labels["registers"][entry["register"]]["asked"].values()
        for value, called in one.get("called", {}).items()
    }
    words |= {
        id: one["title"] for id, one in view.labels["parties"].items()
    }  # a party by its title, an answer in words
    for value in map(str, thing["look_for"]):
        assert value in str(entry) or value in str(history[-1]), value
        called = words.get(value, value)
        assert any(one in on_screen for one in (value, called, value.replace("_", " "))), (value, on_screen)


@pytest.mark.parametrize("thing", [one for one in THINGS if one.get("case") != "sl"], ids=lambda one: one["id"])
def test_no_role_that_may_not_know_of_a_group_reads_anything_of_it(
    main: Officer, written: Mapping[str, str], thing: Mapping[str, Any]
) -> None:
    play, ref = main.play, written[thing["id"]]
    view = play.engine.case(play.case, as_=roles_of(play, READS_NOTHING[thing["group"]]))

    assert [one["values"] for one in view.entries if one["ref"] == ref] in ([], [{}])
