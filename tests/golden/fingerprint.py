"""The fingerprint of the ledger: what is written for one and the same word must stay byte for byte what it was.

    python -m tests.golden.fingerprint     writes fingerprint.json anew, and says what differs

In told.jsonl stand stories: lines as in the golden file, each a moment, an actor and a command in plain JSON, after a line that names
the story. It may begin where another one is after some lines: `{"story": "…", "goes_on_from": "…", "after": 40}`. Together they write each type of event, with and without each
thing that it may say (test_the_fingerprint.py says what is left out, and why).

They are played with one key, the clock of their lines, and a `random` that counts where the number of a case is drawn and gives
nothing but zeros elsewhere. So the heads of the cases depend on nothing but what the engine writes: a head that differs means that
an event is written otherwise than before. The process is in its first event, so new content of the packs makes all heads new: the
digests of the processes stand beside them, to tell the one from the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wayhome import Actor, AnyCommand, Engine
from wayhome.commands import read_command
from wayhome.model.number import number_from
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock

HERE = Path(__file__).parent
FILE = HERE / "fingerprint.json"
TOLD = HERE / "told.jsonl"
KEY = bytes(32)
START = datetime(2026, 1, 1, tzinfo=UTC)
OF_A_NUMBER = 8  # bytes that are drawn for the number of a case, and for nothing else
Line = Mapping[str, Any]


@dataclass
class Counting:
    """Gives a count where the number of a case is drawn, and zeros for all else."""

    drawn: int = 0

    def __call__(self, count: int) -> bytes:
        if count != OF_A_NUMBER:
            return bytes(count)
        self.drawn += 1
        return self.drawn.to_bytes(count, "big")


@dataclass
class Scene:
    """An engine in memory that writes the same for the same lines. Cases are called by their place: the first is "c1"."""

    packs: Packs
    clock: StoryClock = field(default_factory=lambda: StoryClock(START))
    random: Counting = field(default_factory=Counting)

    def __post_init__(self) -> None:
        self.engine = Engine.open(
            "sqlite://", clock=self.clock, packs=self.packs, keys=lambda _: KEY, random=self.random
        )

    def another(self, packs: Packs | None = None) -> Scene:
        """Give the same in an engine of its own, to go on from here; beside other packs, where they are given."""
        scene = Scene(packs or self.packs, StoryClock(self.clock.moment), Counting(self.random.drawn))
        scene._connection.deserialize(self._connection.serialize())
        return scene

    @property
    def _connection(self) -> Any:
        return self.engine._store.database.connection

    def play(self, line: Line) -> None:
        """Do one line."""
        self.clock.moment = datetime.fromisoformat(line["at"])
        if "register" in line:
            self.engine.register_organisation(**line["register"])
            return
        actor, command = self.said(line)
        self.engine.do(command, as_=actor)

    def said(self, line: Line) -> tuple[Actor, AnyCommand]:
        """Give who says what in a line; cases are called by the numbers that were drawn."""
        do = _renamed(line["do"], {f"c{n}": number_from(n) for n in range(1, self.random.drawn + 1)})
        command = read_command({k: v for k, v in do.items() if k != "case"}, case=do.get("case", ""))
        return Actor(line["as"], line["organisation"], line["roles"]), command


def _renamed(said: Any, names: Mapping[str, str]) -> Any:
    if isinstance(said, Mapping):
        return {key: _renamed(value, names) for key, value in said.items()}
    if isinstance(said, list):
        return [_renamed(one, names) for one in said]
    return names.get(said, said) if isinstance(said, str) else said


@dataclass
class Story:
    """Lines that are played one after the other, from the beginning or from where another story is after so many of its own."""

    name: str
    goes_on_from: tuple[str, int] | None
    lines: list[Line] = field(default_factory=list)


def stories() -> Iterator[Story]:
    """Read the stories; one that goes on from another stands after it."""
    story: Story | None = None
    for text in TOLD.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        if "story" not in line:
            assert story is not None
            story.lines.append(line)
            continue
        if story is not None:
            yield story
        story = Story(line["story"], (line["goes_on_from"], line["after"]) if "goes_on_from" in line else None)
    assert story is not None
    yield story


def played(packs: Packs) -> Iterator[tuple[str, Scene]]:
    """Play each story once; give it by its name."""
    told = [*stories()]
    left = {story.goes_on_from for story in told}
    at: dict[tuple[str, int], Scene] = {}
    for story in told:
        before = story.goes_on_from
        scene = Scene(packs) if before is None else at[before].another()
        for number, line in enumerate(story.lines, 1):
            scene.play(line)
            if (story.name, number) in left:
                at[story.name, number] = scene.another()
        yield story.name, scene


REGION = "\n- {{id: ng_region, title: Region, type: code, values: [{north}, south], group: plan, source: OC}}\n"
RULE = "\n- {id: NG-90, title: An invented rule, on: depart, check: always, revision: 1, source: OC}\n"
NEWER: Mapping[str, str] = {"pack.yaml": "\nrenamed: {facts: {ng_region: {northern: north}}}\n"}
# What a newer pack of Nigeria changes: what the older one has, and the newer.
CHANGES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "asks for less": ({"rules.yaml": RULE}, {}),
    "asks in other words": (
        {"facts.yaml": REGION.format(north="northern")},
        {"facts.yaml": REGION.format(north="north"), **NEWER},
    ),
}
SAID_BESIDE: tuple[Line, ...] = (
    {},
    {"by": "be_pag_asa", "heard_by": "letter"},
    {"on_paper": "an invented sheet"},
)


def adopted(folder: Path) -> Iterator[tuple[str, Scene]]:
    """Let a case adopt the process of newer packs; give it by what they change and what is said beside."""
    from tests.attacks.made_packs import like_nigeria, packs_of

    for change, (was, is_) in CHANGES.items():
        into = folder / change.replace(" ", "_")
        older = packs_of(like_nigeria(into / "older", more=was))
        version = {"pack.yaml": ("version: 0.1.0", "version: 0.2.0")}
        newer = packs_of(like_nigeria(into / "newer", more=is_, changed=version))
        about = {"at": "2026-03-02T08:00+00:00", "as": "alex", "organisation": "invented_house"}
        about["roles"] = ["case_manager_sending", "programme_manager"]
        facts = {"ng_region": "northern"} if "facts.yaml" in was else {}
        first = Scene(older)
        first.play({**about, "do": {"do": "open", "host_country": "BE", "origin_country": "NG", "facts": facts}})
        digest = newer.process("BE", "NG").digest
        for beside in SAID_BESIDE:
            scene = first.another(newer)
            do = {"do": "rebase", "case": "c1", "digest": digest, **beside}
            scene.play({**about, "at": "2026-03-04T08:00+00:00", "do": do})
            yield f"rebase: {change}, {', '.join(beside) or 'nothing more'}", scene


def fingerprint(packs: Packs, folder: Path) -> dict[str, Any]:
    """Give the heads of each story's cases, and the processes that they run under; `folder` is for packs that are made."""
    heads, processes = {}, set()
    for name, scene in chain(played(packs), adopted(folder)):
        with scene.engine:
            heads[name] = dict(sorted(scene.engine.heads().items()))
            processes |= {row[0] for row in scene._connection.execute("SELECT digest FROM wh_processes")}
    return {"processes": sorted(processes), "heads": dict(sorted(heads.items()))}


def main() -> None:
    from tests.conftest import all_packs

    was = json.loads(FILE.read_text()) if FILE.exists() else {"processes": [], "heads": {}}
    with TemporaryDirectory() as folder:
        now = fingerprint(all_packs(), Path(folder))
    FILE.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    differ = [name for name, heads in now["heads"].items() if heads != was["heads"].get(name)]
    print(f"{len(differ)} of {len(now['heads'])} stories are written otherwise than before: {', '.join(differ)}")  # noqa: T201
    print("The processes are", "the same." if now["processes"] == was["processes"] else "others.")  # noqa: T201


if __name__ == "__main__":
    main()
