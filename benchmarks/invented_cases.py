"""The cases and the people of the benchmarks, all invented; and their engine, which logs nothing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import structlog
from wayhome import Actor, Engine, commands
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, walk_to_departure

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANNA, ROSA = Actor("anna", "invented_house", {"case_manager_sending"}), an_actor_for("risk_assessor")
OPENING = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult", "has_passport": True})

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def wait_for_the_disk(engine: Engine, how: str) -> None:
    """Say how what is written waits for the disk: `PRAGMA synchronous` of SQLite."""
    database: Any = engine._store.database
    database.connection.execute(f"PRAGMA synchronous = {how}")


def ready_to_depart(engine: Engine, clock: StoryClock) -> str:
    """Open a case and bring it to where it may depart; gives its number."""
    case = engine.do(OPENING, as_=ANNA).case
    walk_to_departure(engine, clock, case)
    return case


def as_people_do(case: str) -> list[tuple[Any, Actor]]:
    again = commands.Redo(case, step="risk_recheck")
    done = commands.Complete(case, step="risk_recheck", result="unchanged", fields={"will_confirmed": True})
    return [(again, ROSA), (done, ROSA), (a_note(case), ANNA)]


def a_note(case: str) -> commands.Note:
    return commands.Note(case, group="case", text="An invented note of usual length, sealed under the key of its case.")
