"""Makes the lines of the golden file: `python -m tests.golden.record`. Only when behaviour is meant to change.

    stories      every command of every pack's stories
    walks        some thousand random steps, beside the way to departure and after it
    by_hand      what neither of the two meets

`--answers` writes only the answers anew that differ: that is how an intended difference is recorded.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from wayhome import Actor, WayhomeError, commands
from wayhome.commands import read_command
from wayhome.commands.life_cycles import DOCUMENT
from wayhome.model.moves import MOVES
from wayhome.stories.playing import play
from wayhome.stories.telling import read_story

from tests.conftest import EVERYBODY, all_packs
from tests.golden.by_hand import STORIES_BY_HAND
from tests.golden.playing import FOLDER, NEW_MET_REASONS, Recorder, Scene, line_of, met_anew, read, without_met, written

PLUGINS = Path(__file__).parents[2] / "plugins"
WALKS = (
    ("BE", "NG", "adult"), ("NL", "BR", "adult"), ("BE", "SL", "adult"), ("NL", "NG", "child"), ("BE", "BR", "disputed"),
    ("NL", "SL", "child"), ("NL", "NG", "adult"),
)  # fmt: skip
STEPS_OF_A_WALK = 330
ROLES = (*EVERYBODY, "escort", "service_provider")
ANNA, BEN = Actor("anna", "invented_house", ROLES), Actor("ben", "invented_partner", ROLES)


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
        line_of(scene.engine.now(), ANNA, {"do": "why", "case": scene.names[case], "to": move})
    )


def one_step(scene: Scene, case: str, dice: random.Random) -> None:
    engine = scene.engine
    if dice.random() < 0.6:
        onwards(scene, case, dice)
        return
    word = dice.choice(TRICKS)
    process = engine.process_of(case, as_=ANNA)
    do = word(process, scene, dice)
    who = dice.choice((ANNA, BEN, Actor("kim", "invented_house", {dice.choice(ROLES)})))
    engine.do(read_command({k: v for k, v in do.items() if v is not None}, case=case), as_=who)


def onwards(scene: Scene, case: str, dice: random.Random) -> None:
    """Do what a refusal proposes, or what is next, or let time pass."""
    engine = scene.engine
    phase = engine.case(case, as_=ANNA).phase
    rows = [r.remedy for r in engine.why(case, "depart", as_=ANNA).unmet if r.remedy]
    if phase not in ("identification", "pre_departure") or not rows:
        rows = [*engine.next(case, as_=ANNA)]  # type: ignore[assignment]
    ready = [r for r in rows if r.from_ and r.from_ <= engine.now() and r.who]
    if not ready:
        later = [r.from_ for r in rows if r.from_]
        scene.clock.moment = min(later) if later else engine.now() + timedelta(days=dice.choice((1, 7, 40)))
        return
    row = ready[0] if dice.random() < 0.8 else dice.choice(ready)
    do = {k: v for k, v in row.do.items() if k != "do"}
    role = dice.choice(row.who)
    engine.do(
        read_command({**do, "do": row.do["do"]}, case=case), as_=Actor(f"invented_{role}", "invented_house", {role})
    )


# --- anything at all -----------------------------------------------------------------------------------


def _step(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    kind = dice.choice(("start", "complete", "complete", "fail", "skip", "redo"))
    step = process.steps[dice.choice(sorted(process.steps))]
    fields: dict[str, Any] = {}
    if kind == "complete":
        fields = {
            n: f.example for n, f in step.fields.items() if f.required and isinstance(f.example, str | bool | int)
        }
        if any(f.gives_result for f in step.fields.values()):
            level = dice.choice(("low", "medium", "high"))
            fields["matrix"] = [
                {"about": "person", "factor": "housing", "likelihood": "2", "severity": "2", "residual": level}
            ]
    return {
        "do": kind,
        "step": step.id,
        "result": dice.choice(sorted(step.results)) if step.results and kind == "complete" else None,
        "reason": "an invented reason" if kind in ("skip", "fail") else None,
        "round": dice.choice([r.id for r in step.rounds]) if step.rounds else None,
        "fields": fields,
    }


def _move(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    to = dice.choice(sorted(MOVES))
    return {"do": "move", "to": to, "reason": dice.choice(sorted(process.outcomes)) if to == "close" else None}


def _consent(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    purpose = process.consents[dice.choice(sorted(process.consents))]
    named = dice.choice([*purpose.recipients, *sorted(process.partners)]) if purpose.recipients else None
    return {
        "do": "consent",
        "purpose": purpose.id,
        "answer": dice.choice(("given", "given", "refused")),
        "recipient": named,
        "form": "written",
        "language": dice.choice(("en", "pt")),
        "groups": list(purpose.groups[:2]),
    }


def _withdraw(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    return {"do": "withdraw", "purpose": dice.choice(sorted(process.consents))}


def _document(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    today = scene.clock.moment.date()
    return {
        "do": "document",
        "kind": dice.choice(sorted(process.documents)),
        "status": dice.choice(DOCUMENT.states[1:]),
        "issued_on": today.isoformat(),
        "expires_on": (today + timedelta(days=dice.choice((5, 40, 400)))).isoformat(),
    }


def _travel(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    leaves = scene.clock.moment + timedelta(days=dice.choice((1, 5, 30)))
    legs = [
        {
            "from": "BRU",
            "to": dice.choice(("LOS", "GRU", "FNA", "TIP")),
            "departs_at": leaves.isoformat(),
            "arrives_at": (leaves + timedelta(hours=9)).isoformat(),
        }
    ]
    status = dice.choice(("target", "booked", "cancelled"))
    return {
        "do": "travel",
        "status": status,
        "departs_on": leaves.date().isoformat(),
        "legs": legs if status == "booked" else None,
    }


def _involve(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    relation = dice.choice(("child", "escort", "guardian", "caregiver", "relative", "interpreter"))
    return {
        "do": "involve",
        "ref": f"{relation}-1",
        "relation": relation,
        "vetted_on": scene.clock.moment.date().isoformat() if dice.random() < 0.7 else None,
        "suspected": dice.random() < 0.2,
        "travels": relation == "child",
    }


def _assign(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    role = dice.choice(("escort", "guardian", "caregiver", "receiving_organisation", "case_owner", "interpreter"))
    which: tuple[str, str] = dice.choice(
        (("ref", f"{role}-1"), ("partner", dice.choice(sorted(process.partners))), ("organisation", "invented_house"))
    )
    return {"do": "assign", "role": role, which[0]: which[1]}


def _contact(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    basis = dice.choice((None, None, "legal_duty", "vital_interest"))
    return {
        "do": "contact",
        "with": dice.choice(("person", *sorted(process.recipients), *sorted(process.partners), "relative-1")),
        "channel": dice.choice(("phone", "sms", "visit", "mail")),
        "reached": dice.random() < 0.5,
        "groups": dice.choice((["identity"], ["health"], None)),
        "basis": basis,
        "why": "an invented reason" if basis and dice.random() < 0.7 else None,
    }


def _incident(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    return {"do": "incident", "type": dice.choice(sorted(process.incidents))}


def _resolve(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    return {"do": "resolve", "incident": dice.choice(sorted(process.incidents)), "outcome": "over"}


def _resolve_open(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    number = next(iter(scene.names))
    open_ = [i["type"] for i in scene.engine.case(number, as_=ANNA).incidents if i["resolved_at"] is None]
    return {"do": "resolve", "incident": dice.choice(open_)} if open_ else _incident(process, scene, dice)


def _record(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    facts = [f for f in process.facts.values() if f.derived is None and f.type in ("bool", "code", "date", "codes")]
    fact = dice.choice(sorted(facts, key=lambda f: str(f.id)))
    value: Any = dice.choice((True, False))
    if fact.type == "code":
        value = dice.choice(fact.values)
    elif fact.type == "codes":
        value = ["en"]
    elif fact.type == "date":
        value = "2008-01-01"
    return {"do": "record", "facts": {fact.id: value}}


def _note(process: Any, scene: Scene, dice: random.Random) -> dict[str, Any]:
    return {"do": "note", "group": dice.choice(sorted(process.groups)), "text": "an invented note"}


TRICKS = (
    _step, _step, _step, _step, _move, _move, _consent, _consent, _withdraw, _document, _document, _travel, _involve, _assign,
    _contact, _contact, _incident, _resolve, _resolve_open, _resolve_open, _resolve_open, _record, _record, _note,
)  # fmt: skip


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


def main() -> None:
    if "--answers" in sys.argv:
        for file in sorted(FOLDER.glob("*.jsonl")):
            scene = Scene(all_packs())
            lines = [(line, scene.play(line)) for line in read(file)]
            kept = (old if is_as_it_was(old, new) else new for old, new in lines)
            file.write_text("".join(written(line) + "\n" for line in kept), encoding="utf-8")
        return
    for path in sorted(PLUGINS.glob("*/stories/*.yaml")):
        write(f"story-{path.parts[-3]}-{path.stem}", recorded(a_story(path)))
    for which, (host, origin, age) in enumerate(WALKS):
        write(f"walk-{which + 1}-{host}-{origin}-{age}", recorded(a_walk(which)))
    for name, lines in STORIES_BY_HAND.items():
        write(f"hand-{name}", lines())


if __name__ == "__main__":
    main()
