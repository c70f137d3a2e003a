"""Makes the lines of the golden file: `python -m tests.golden.record`. Only when behaviour is meant to change.

    stories      every command of every pack's stories
    walks        some thousand random steps, beside the way to departure and after it
    by_hand      what neither of the two meets

`--answers` writes only the answers anew that differ: that is how an intended difference is recorded. Where a move is answered
otherwise, `wayhome.rules.REVISION` is raised first.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from wayhome import Actor, WayhomeError, commands
from wayhome.commands import read_command
from wayhome.rules import REVISION
from wayhome.stories.playing import play
from wayhome.stories.telling import read_story
from wayhome.testing import answered, who_does

from tests.anything import ANNA, BEN, ROLES, anything, at_work
from tests.conftest import all_packs
from tests.golden.by_hand import STORIES_BY_HAND
from tests.golden.playing import FOLDER, NEW_MET_REASONS, Recorder, Scene, line_of, met_anew, read, without_met, written

REVISIONS = Path(__file__).parent / "revisions.json"
PLUGINS = Path(__file__).parents[2] / "plugins"
WALKS = (
    ("BE", "NG", "adult"), ("NL", "BR", "adult"), ("BE", "SL", "adult"), ("NL", "NG", "child"), ("BE", "BR", "disputed"),
    ("NL", "SL", "child"), ("NL", "NG", "adult"),
)  # fmt: skip
STEPS_OF_A_WALK = 330


def recorded(tell: Callable[[Scene], None]) -> list[dict[str, Any]]:
    """Let something happen in a throw-away database, and give the commands as lines without answers."""
    scene = Scene(all_packs())
    scene.engine.__class__ = Recorder
    scene.engine.lines, scene.engine.scene = [], scene  # type: ignore[attr-defined]
    tell(scene)
    return scene.engine.lines  # type: ignore[attr-defined,no-any-return]


def a_story(path: Path) -> Callable[[Scene], None]:
    def tell(scene: Scene) -> None:
        play(scene.engine, read_story(path), clock=scene.clock, strict=False)

    return tell


def a_walk(which: int) -> Callable[[Scene], None]:
    def tell(scene: Scene) -> None:
        host, origin, age = WALKS[which]
        dice = random.Random(1000 + which)
        opened = commands.Open(host_country=host, origin_country=origin, facts={"age_status": age})
        case = scene.engine.do(opened, as_=ANNA).case
        for number in range(STEPS_OF_A_WALK):
            if number % 15 == 0:
                ask(scene, case, dice.choice(("depart", "prepare", "settle", "depart", "close")))
            with suppress(WayhomeError):
                one_step(scene, case, dice)

    return tell


def ask(scene: Scene, case: str, move: str) -> None:
    scene.engine.lines.append(  # type: ignore[attr-defined]
        line_of(scene.engine.now(), at_work(scene.engine, case), {"do": "why", "case": scene.names[case], "to": move})
    )


def one_step(scene: Scene, case: str, dice: random.Random) -> None:
    engine = scene.engine
    if dice.random() < 0.6:
        onwards(scene, case, dice)
        return
    do = anything(engine, case, dice)
    if do.get("to") in ("arrive", "left") and engine.case(case, as_=at_work(engine, case), parts=()).phase in (
        "identification",
        "pre_departure",
    ):
        return  # what is gone cannot be walked to; tests/golden/by_hand has it
    who = dice.choice((ANNA, BEN, Actor("kim", "invented_house", {dice.choice(ROLES)})))
    engine.do(read_command(do, case=case), as_=at_work(engine, case, who))


def onwards(scene: Scene, case: str, dice: random.Random) -> None:
    """Do what a refusal proposes, or what is next, or let time pass."""
    engine = scene.engine
    phase = engine.case(case, as_=at_work(engine, case), parts=()).phase
    rows = [r.remedy for r in engine.why(case, "depart", as_=at_work(engine, case)).unmet if r.remedy]
    if phase not in ("identification", "pre_departure") or not rows:
        rows = [*engine.next(case, as_=at_work(engine, case))]  # type: ignore[assignment]
    ready = [r for r in rows if r.from_ and r.from_ <= engine.now() and r.who]
    if not ready:
        later = [r.from_ for r in rows if r.from_]
        scene.clock.moment = min(later) if later else engine.now() + timedelta(days=dice.choice((1, 7, 40)))
        return
    row = ready[0] if dice.random() < 0.8 else dice.choice(ready)
    reader = at_work(engine, case)
    asked = (
        row
        if dice.random() < 0.8
        else replace(row, who=dict.fromkeys(sorted(row.who, key=lambda _: dice.random()), ""))
    )
    who = who_does(asked, partial(engine.case, case, as_=reader, parts=()), house="invented_house")
    engine.do(read_command(answered(engine, case, row), case=case), as_=who)


# --- writing ---------------------------------------------------------------------------------------------


def write(name: str, lines: list[dict[str, Any]]) -> None:
    """Play lines in a fresh database, and write them with their answers."""
    scene = Scene(all_packs())
    FOLDER.mkdir(exist_ok=True)
    text = "".join(written(scene.play(line)) + "\n" for line in lines)
    (FOLDER / f"{name}.jsonl").write_text(text, encoding="utf-8")


def is_as_it_was(old: dict[str, Any], new: dict[str, Any]) -> bool:
    lost = [pair for pair in old.get("met", ()) if pair not in new.get("met", ())]
    return without_met(old) == without_met(new) and not lost and met_anew(old, new) <= NEW_MET_REASONS


def revisions() -> dict[str, str]:
    """Give what was answered about moves under each revision of the rules."""
    found: dict[str, str] = json.loads(REVISIONS.read_text(encoding="utf-8"))
    return found


def of_moves() -> str:
    """Give the digest of what stands in the file about moves: which are allowed, and which rules refuse the others."""
    lines = [line for file in sorted(FOLDER.glob("*.jsonl")) for line in read(file)]
    about = [[line["do"], line["answer"], line.get("unmet")] for line in lines if line["do"]["do"] == "move"]
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def main() -> None:
    if "--answers" in sys.argv:
        for file in sorted(FOLDER.glob("*.jsonl")):
            scene = Scene(all_packs())
            lines = [(line, scene.play(line)) for line in read(file)]
            kept = (old if is_as_it_was(old, new) else new for old, new in lines)
            file.write_text("".join(written(line) + "\n" for line in kept), encoding="utf-8")
        REVISIONS.write_text(json.dumps({str(REVISION): of_moves(), **revisions()}, indent=1) + "\n", encoding="utf-8")
        return
    for path in sorted(PLUGINS.glob("*/wayhome_*/stories/*.yaml")):
        write(f"story-{path.parts[-4]}-{path.stem}", recorded(a_story(path)))
    for which, (host, origin, age) in enumerate(WALKS):
        write(f"walk-{which + 1}-{host}-{origin}-{age}", recorded(a_walk(which)))
    for name, lines in STORIES_BY_HAND.items():
        write(f"hand-{name}", lines())


if __name__ == "__main__":
    main()
