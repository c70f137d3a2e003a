"""How much faster a list of commands is done than each by itself: our own file, each transaction flushed to the disk (FULL). Paired, in one run.

    make bench                        a JSON line for each figure; see figures.py for the status
    ROUNDS=30 make bench

In each round the same is done twice, in one database: command by command (`do`), and as `run FILE.jsonl` does it, with the reading of the file and a
key for each line; or by `do_all`, without keys, which gives whole answers. Who begins changes from round to round. It opens 100 cases, and does eight
commands in each, case by case, as a list of returns that are taken over.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from figures import ended, tell
from wayhome import Actor, Done, Engine, create, read_command
from wayhome.stories.lists import do_list
from wayhome.stories.telling import read_story

ROUNDS = int(os.environ.get("ROUNDS", "12"))
CASES = 100
ANNA = Actor("anna", "invented_house", {"case_manager_sending", "programme_manager"})
OPENS = {"do": "open", "host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult"}}
IN_EACH: tuple[dict[str, Any], ...] = (
    {"do": "complete", "step": "register_referral"},
    {"do": "assign", "role": "case_owner", "organisation": "invented_house", "case_worker": "anna"},
    {"do": "record", "facts": {"languages": ["en"], "safe_place_tonight": True}},
    {"do": "complete", "step": "safe_first_contact"},
    {"do": "complete", "step": "give_rights_information"},
    *(
        {"do": "note", "text": f"An invented note of usual length, of the {one}."}
        for one in ("referral", "talk", "call")
    ),
)

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def main() -> None:
    for name, way in (
        ("bulk: run FILE.jsonl / single commands, FULL", as_a_list),
        ("bulk: do_all / single commands, FULL", at_once),
    ):
        with tempfile.TemporaryDirectory() as folder:
            pairs = measured(Path(folder), way)
        single, bulk = (
            statistics.median(times) / CASES / (1 + len(IN_EACH)) * 1e6 for times in zip(*pairs, strict=True)
        )
        ratios = [one / many for one, many in pairs]
        tell(name, ratios, 4.0, least=True, single_us=round(single), bulk_us=round(bulk))
    ended()


Way = Callable[[Engine, Path], None]


def measured(folder: Path, bulk: Way) -> list[tuple[float, float]]:
    """Do lists; give for each round how long it took command by command, and at once."""
    url, pairs = f"sqlite:///{folder}/bench.db", []
    create(url, key_file=f"{url.removeprefix('sqlite:///')}.key")
    with Engine.open(url) as engine:
        engine.put_actor(ANNA)
        ways: tuple[Way, ...] = (one_by_one, bulk)
        for turn in range(-1, ROUNDS):  # the first fills what is kept
            times: dict[Way, float] = {}
            file = a_list(folder, turn)
            for way in ways if turn % 2 else ways[::-1]:
                began = time.perf_counter()
                way(engine, file)
                times[way] = time.perf_counter() - began
            pairs.append((times[one_by_one], times[bulk]))
        assert engine.count(as_=ANNA)[0].cases == 2 * CASES * (ROUNDS + 1)
        assert engine.verify().ok
    return pairs[1:]


def one_by_one(engine: Engine, _: Path) -> None:
    for _case in range(CASES):
        number = engine.do(read_command(OPENS), as_=ANNA).case
        for command in IN_EACH:
            engine.do(read_command(command, case=number), as_=ANNA)


def at_once(engine: Engine, _: Path) -> None:
    opened = [one.case for one in engine.do_all([read_command(OPENS)] * CASES, as_=ANNA) if isinstance(one, Done)]
    answers = engine.do_all((read_command(one, case=case) for case in opened for one in IN_EACH), as_=ANNA)
    assert all(isinstance(one, Done) for one in answers)


def as_a_list(engine: Engine, file: Path) -> None:
    told = do_list(engine, read_story(file))
    assert (told.done, told.before, told.failed) == (CASES * (1 + len(IN_EACH)), [], [])


def a_list(folder: Path, turn: int) -> Path:
    """Write a list, as an office has it already."""
    file = folder / "list.jsonl"
    names = [f"return {turn}, {number}" for number in range(CASES)]
    lines = ({"as": "anna", "case": name, **one} for name in names for one in (OPENS, *IN_EACH))
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return file


if __name__ == "__main__":
    main()
