"""How long one durable command takes beside one durable transition of other engines: in turn, in one program, in an order that is drawn anew each time.

    make bench                        a JSON line for each figure; none has a goal
    ROUNDS=600 make bench

The jobs are alike, not equal: each loads a case of its own from its own SQLite file (WAL, and the same `synchronous`), makes one transition that is
guarded, and writes the new state with a line of history before it goes on. FULL is timed by the wall, NORMAL by the processor. A case of the others lives for twelve transitions, as it would in their own
examples. None of them judges anything else, says what is due, seals a text or chains its history, but where it says so. A ratio is ours to theirs: below 1 we are faster.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from figures import ended, show, worst_of
from floors import clock_for
from invented_cases import START, as_people_do, ready_to_depart, wait_for_the_disk
from wayhome import Engine, create
from wayhome.stories.playing import StoryClock

ROUNDS = int(os.environ.get("ROUNDS", "240"))
MODES = ("FULL", "NORMAL")
STATES = [f"state_{number}" for number in range(13)]
NOTE = "An invented note of usual length, as stands beside each transition."
Step = Callable[[], None]


class Peer(NamedTuple):
    """One that is measured: what makes its next step ready, and the step, which alone takes time."""

    ready: Step
    step: Step


def main() -> None:
    if len(sys.argv) == 1:  # Django can be set up once in a program
        sys.exit(worst_of([subprocess.run([sys.executable, __file__, mode], check=False).returncode for mode in MODES]))
    mode = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_ones:
        measure(mode, {name: peer(Path(folder), mode, open_ones) for name, peer in PEERS.items()})
    ended()


def measure(mode: str, peers: dict[str, Peer]) -> None:
    """Let each do one step in each round, in an order of its own."""
    found: dict[str, list[float]] = {name: [] for name in peers}
    order, timer = [*peers], clock_for(mode)
    for _ in range(ROUNDS + ROUNDS // 10):
        random.shuffle(order)
        for name in order:
            peers[name].ready()
            began = timer()
            peers[name].step()
            found[name].append(timer() - began)
    found = {name: times[ROUNDS // 10 :] for name, times in found.items()}  # the first fill what is kept
    middle = {name: round(statistics.median(times) * 1e6) for name, times in found.items()}
    for state in OURS:
        for name in [*peers]:
            if name not in OURS:
                ratios = [a / b for a, b in zip(found[state], found[name], strict=True)]
                show(f"{state}, {mode} / {name}", ratios, ours_us=middle[state], other_us=middle[name])


# --- ours -----------------------------------------------------------------------------------------------------------


def ours(folder: Path, mode: str, open_ones: ExitStack, *, is_hot: bool) -> Peer:
    clock, url = StoryClock(START), f"sqlite:///{folder}/{'hot' if is_hot else 'cold'}.db"
    create(url, key_file=f"{url.removeprefix('sqlite:///')}.key")
    engine = open_ones.enter_context(Engine.open(url, clock=clock))
    todo = cycle(as_people_do(ready_to_depart(engine, clock)))
    wait_for_the_disk(engine, mode)

    def ready() -> None:
        clock.moment += timedelta(seconds=1)
        if not is_hot:
            engine._store._known.clear()

    def step() -> None:
        command, actor = next(todo)
        engine.do(command, as_=actor)

    return Peer(ready, step)


# --- what those do that bring no store of their own -----------------------------------------------------------------


def database(folder: Path, name: str, mode: str, open_ones: ExitStack) -> sqlite3.Connection:
    found = sqlite3.connect(folder / f"{name}.db", isolation_level=None)
    open_ones.callback(found.close)
    for text in (
        "PRAGMA journal_mode = WAL", f"PRAGMA synchronous = {mode}",
        "CREATE TABLE cases (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL)",
        "CREATE TABLE events (id INTEGER, version INTEGER, said TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (id, version))",
    ):  # fmt: skip
        found.execute(text)
    return found


def turn(at: sqlite3.Connection, case: int, change: Callable[[str], tuple[str, str]]) -> None:
    """Load a case, change it, and write it with a line of history that is chained to the last, in one transaction."""
    at.execute("BEGIN IMMEDIATE")
    version, document = at.execute("SELECT version, document FROM cases WHERE id = ?", (case,)).fetchone()
    [before] = at.execute("SELECT hash FROM events WHERE id = ? AND version = ?", (case, version)).fetchone() or (b"",)
    document, said = change(document)
    hashed = hashlib.sha256(before + said.encode()).digest()
    at.execute("INSERT INTO events VALUES (?, ?, ?, ?)", (case, version + 1, said, hashed))
    written = at.execute(
        "UPDATE cases SET version = ?, document = ? WHERE id = ? AND version = ?",
        (version + 1, document, case, version),
    )
    assert written.rowcount == 1
    at.execute("COMMIT")


def lives(begin: Callable[[int], None], step: Callable[[int], None]) -> Peer:
    """Make a peer of what begins a case, by its number, and of what takes it one step further: a new one after each twelve."""
    number = steps = 0

    def ready() -> None:
        nonlocal number, steps
        if steps % (len(STATES) - 1) == 0:
            number += 1
            begin(number)
        steps += 1

    return Peer(ready, lambda: step(number))


# --- the least: sqlite3 and json --------------------------------------------------------------------------------------


def floor(folder: Path, mode: str, open_ones: ExitStack) -> Peer:
    at = database(folder, "floor", mode, open_ones)
    new = json.dumps({"state": STATES[0], "facts": {f"fact_{number}": number for number in range(20)}})

    def begin(number: int) -> None:
        at.execute("INSERT INTO cases VALUES (?, 0, ?)", (number, new))

    def change(document: str) -> tuple[str, str]:
        case = json.loads(document)
        place = STATES.index(case["state"])
        assert place < len(STATES) - 1
        case["state"] = STATES[place + 1]
        return json.dumps(case), json.dumps({"moved": case["state"], "note": NOTE})

    return lives(begin, lambda case: turn(at, case, change))


# --- SpiffWorkflow ----------------------------------------------------------------------------------------------------


def spiff(folder: Path, mode: str, open_ones: ExitStack, *, is_shared: bool) -> Peer:
    """Its document holds the specification, as it comes; or all cases share that of the program, as large hosts do it."""
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
    from SpiffWorkflow.bpmn.serializer.default import BpmnWorkflowConverter
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_str(as_bpmn().encode())
    spec = parser.get_spec("a_return")

    class Shared(BpmnWorkflowConverter):
        def to_dict(self, workflow: Any) -> Any:
            workflow.spec, kept = None, workflow.spec
            try:
                return super().to_dict(workflow)
            finally:
                workflow.spec = kept

        def from_dict(self, dct: Any) -> Any:
            return super().from_dict({**dct, "spec": spec})

    registry = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, **({BpmnWorkflow: Shared} if is_shared else {})})
    kept = BpmnWorkflowSerializer(registry)
    at = database(folder, f"spiff-{is_shared}", mode, open_ones)

    def begin(number: int) -> None:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        at.execute("INSERT INTO cases VALUES (?, 0, ?)", (number, kept.serialize_json(workflow)))

    def change(document: str) -> tuple[str, str]:
        workflow = kept.deserialize_json(document)
        [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
        task.data["note"] = NOTE
        task.run()
        workflow.do_engine_steps()
        return kept.serialize_json(workflow), json.dumps({"done": task.task_spec.name, "note": NOTE})

    return lives(begin, lambda case: turn(at, case, change))


def as_bpmn() -> str:
    """Write a process of twelve tasks that people do, one after the other."""
    nodes = ["start", *STATES[1:], "end"]
    tasks = "".join(
        f'<bpmn:manualTask id="{name}"><bpmn:incoming>to_{name}</bpmn:incoming><bpmn:outgoing>to_{after}</bpmn:outgoing></bpmn:manualTask>'
        for name, after in pairwise(nodes[1:])
    )
    flows = "".join(
        f'<bpmn:sequenceFlow id="to_{after}" sourceRef="{name}" targetRef="{after}" />'
        for name, after in pairwise(nodes)
    )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="invented" targetNamespace="http://example.org/bpmn">'
        '<bpmn:process id="a_return" isExecutable="true">'
        f'<bpmn:startEvent id="start"><bpmn:outgoing>to_{nodes[1]}</bpmn:outgoing></bpmn:startEvent>{tasks}'
        f'<bpmn:endEvent id="end"><bpmn:incoming>to_end</bpmn:incoming></bpmn:endEvent>{flows}</bpmn:process></bpmn:definitions>'
    )


# --- django-fsm-2, with its log ---------------------------------------------------------------------------------------


def django_fsm(folder: Path, mode: str, open_ones: ExitStack) -> Peer:
    import django
    from django.conf import settings

    options = {
        "init_command": f"PRAGMA journal_mode = WAL; PRAGMA synchronous = {mode};",
        "transaction_mode": "IMMEDIATE",
    }
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_fsm_log"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "django.db", "OPTIONS": options}
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command
    from django.db import connection, models, transaction
    from django_fsm import RETURN_VALUE, FSMField, transition
    from django_fsm_log.decorators import fsm_log_description

    class Case(models.Model):
        state = FSMField(default=STATES[0])

        class Meta:
            app_label = "auth"  # an application that is there

        def may_go_on(self) -> bool:
            return self.state != STATES[-1]

        @fsm_log_description
        @transition(field=state, source="*", target=RETURN_VALUE(*STATES), conditions=[may_go_on])
        def go_on(self, description: str | None = None) -> str:
            return STATES[STATES.index(self.state) + 1]

    open_ones.callback(connection.close)
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Case)

    def begin(number: int) -> None:
        Case.objects.create(id=number)

    def step(number: int) -> None:
        with transaction.atomic():
            case = Case.objects.get(pk=number)
            case.go_on(description=NOTE)
            case.save()

    return lives(begin, step)


# --- eventsourcing ----------------------------------------------------------------------------------------------------


def eventsourced(folder: Path, mode: str, open_ones: ExitStack) -> Peer:
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event

    class Case(Aggregate):
        @event("Opened")
        def __init__(self) -> None:
            self.state = STATES[0]

        @event("Moved")
        def go_on(self, state: str, note: str) -> None:
            assert STATES.index(state) == STATES.index(self.state) + 1
            self.state = state

    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "eventsourced.db")}
    cases: Any = Application(env=env)
    open_ones.callback(cases.close)
    with cases.factory.datastore.get_connection(commit=True) as connection:  # it keeps one that writes
        connection.cursor().execute(f"PRAGMA synchronous = {mode}")
    ids: dict[int, Any] = {}

    def begin(number: int) -> None:
        case = Case()
        cases.save(case)
        ids[number] = case.id

    def step(number: int) -> None:
        case = cases.repository.get(ids[number])
        case.go_on(STATES[STATES.index(case.state) + 1], NOTE)
        cases.save(case)

    return lives(begin, step)


OURS = ("durable command, hot", "durable command, cold")
PEERS: dict[str, Callable[[Path, str, ExitStack], Peer]] = {
    OURS[0]: lambda *at: ours(*at, is_hot=True),
    OURS[1]: lambda *at: ours(*at, is_hot=False),
    "raw sqlite3, a chained line": floor,
    "eventsourcing": eventsourced,
    "SpiffWorkflow, shared specification": lambda *at: spiff(*at, is_shared=True),
    "SpiffWorkflow, whole document": lambda *at: spiff(*at, is_shared=False),
    "django-fsm-2 with its log": django_fsm,
}

if __name__ == "__main__":
    main()
