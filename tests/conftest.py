"""What all tests share: the packs of this repository, an engine in memory with a clock of its own, invented people."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
import structlog
import wayhome_belgium
import wayhome_brazil
import wayhome_netherlands
import wayhome_nigeria
import wayhome_sierra_leone
from hypothesis import HealthCheck, settings
from wayhome import Actor, Engine, commands, create
from wayhome.case_now import CaseNow
from wayhome.case_now.access import holders_of
from wayhome.flow.dependencies import DerivedDues
from wayhome.flow.due import dues, rederive_dues
from wayhome.flow.due_item import DueItem
from wayhome.logs import forget_what_was_to_come
from wayhome.model.case import Case
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.rules.gates import usual_ending
from wayhome.store import cases
from wayhome.store.addresses import path_of
from wayhome.store.vault import key_beside
from wayhome.stories.playing import StoryClock
from wayhome.testing import Ready, ready_to_depart

from tests.codes import hold_codes_against_what_is_declared
from tests.events import hold_events_against_what_is_declared
from tests.fast import is_fast, sample
from tests.passphrases import passphrases_tried_once, quick_passphrases
from tests.prepared import SHELF
from tests.programs import later_program

__all__ = ["later_program", "passphrases_tried_once", "quick_passphrases"]  # fixtures for all

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
os.environ.pop("WAYHOME_KEY", None)
# Nobody's own keys are read, or written beside them.
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="wayhome-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_CONFIG_HOME"], ignore_errors=True)
os.environ["TZ"] = "UTC"  # of this computer: times of others are told with their place
time.tzset()

settings.register_profile("wayhome", deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
settings.load_profile("wayhome")

hold_events_against_what_is_declared()
hold_codes_against_what_is_declared()

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANNA = Actor("anna", "invented_house", {"case_manager_sending"})
EVERYBODY = (
    "case_manager_sending", "case_manager_receiving", "risk_assessor", "legal_counsellor", "medical_officer", "counsellor",
    "travel_officer", "reception_officer", "programme_manager", "data_protection_officer",
)  # fmt: skip


def pytest_collection_finish() -> None:
    """Look through what all tests share no more: without this a sixth of the processor's time goes into looking for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(trylast=True)  # what is not asked for is gone by then
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that it is not waited for alone at the end; a quick run leaves out what tests/fast.py says."""
    if is_fast():
        items[:], left_out = sample(items)
        config.hook.pytest_deselected(items=left_out)
    items.sort(key=lambda item: item.path.name != "test_random_walks.py")


@cache
def all_packs() -> Packs:
    """The packs of this repository, loaded once."""
    return Packs.of(wayhome_belgium, wayhome_netherlands, wayhome_nigeria, wayhome_brazil, wayhome_sierra_leone)


def engine_at(url: str, **more: Any) -> Engine:
    """Open a database; where there is none, make it first."""
    path = path_of(url)
    if path is not None and not path.exists():
        given = {name: more[name] for name in ("key_file", "keys", "random") if name in more}
        create(url, **({} if "keys" in given else {"key_file": key_beside(path)}) | given)
    return Engine.open(url, **more)


def who_leads(engine: Engine, case: str) -> Actor:
    """Give an invented manager of the house that leads a case, who may look at it also when it is closed."""
    house = holders_of(engine._recorded(case)[1]).leads
    return Actor("reader", house, {"case_manager_sending", "case_manager_receiving"})


def usual_end(engine: Engine, case: str, incident: str, of: str | None = None) -> dict[str, str]:
    """Say what belongs to the end of an incident, where a test does not care which end it is."""
    process, recorded = engine._recorded(case)
    now = CaseNow(process, recorded, engine.now())
    open_ = now.open_incident(incident, of)
    return {"outcome": (open_ and usual_ending(now, open_)) or "over", "reason": "invented words"}


@pytest.fixture(scope="session", autouse=True)
def _shelf_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The workers of a run share what they prepare; a run without workers shares it with nobody."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        SHELF.folder = tmp_path_factory.getbasetemp().parent / "prepared"
        SHELF.folder.mkdir(exist_ok=True)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Whoever opens an engine or a shell may say how it logs; the next test is not to hear of it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
    forget_what_was_to_come()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which tests were left out, and why: what was not tested must not look as if it was."""
    why = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", ())
    )
    for reason, times in sorted(why.items()):
        terminalreporter.write_line(f"left out: {times} tests, since {reason}")
    if is_fast():
        terminalreporter.write_line("left out: most rows of a test that has many, and what takes long (tests/fast.py)")


@pytest.fixture
def said_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    """See at each command that what is due, said anew only where something has changed, is what would be said of the whole case."""

    def again(process: Process, case: Case, *before: Any) -> tuple[list[DueItem], tuple[DerivedDues, ...]]:
        items, said = rederive_dues(process, case, *before)
        assert [*items] == dues(process, case)
        assert (items, said) == rederive_dues(process, case)
        return items, said

    monkeypatch.setattr(cases, "rederive_dues", again)


@pytest.fixture(scope="session")
def packs() -> Packs:
    return all_packs()


@pytest.fixture(scope="session")
def ready(packs: Packs) -> Ready:
    """An adult's case that may depart, and the moment at which it may."""
    return ready_to_depart("BE", "NG", packs=packs)


@pytest.fixture(scope="session")
def child(packs: Packs) -> Ready:
    """A child's case that may depart."""
    return ready_to_depart("BE", "NG", (("age_status", "child"),), packs=packs)


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock(START)


@pytest.fixture
def engine(packs: Packs, clock: StoryClock) -> Iterator[Engine]:
    with Engine.open("sqlite://", clock=clock, packs=packs) as opened:
        yield opened


def a_case(engine: Engine, origin: str = "NG", /, *, host: str = "BE", as_: Actor = ANNA, **facts: Any) -> str:
    """Open a case of an invented person, and give its number."""
    return engine.do(commands.Open(host_country=host, origin_country=origin, facts=facts), as_=as_).case
