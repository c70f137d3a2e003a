"""Many commands, many of them in one transaction: each is as it would be alone, and what is kept is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from wayhome import Actor, Again, BadInput, Engine, LedgerBroken, commands, hookimpl
from wayhome import batches as module
from wayhome.batches import MOST_AT_ONCE
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import walk_to_departure

from tests.conftest import ANNA, START, a_case, all_packs
from tests.places import Place
from tests.waiting import sampled

AMINA = Actor("amina", "invented_house", {"case_manager_sending", "programme_manager"})


def opening(**more: Any) -> commands.Open:
    return commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}, **more)


def note(case: str, text: str = "an invented note", **more: Any) -> commands.Note:
    return commands.Note(case, text=text, **more)


def referral(case: str, **more: Any) -> commands.Complete:
    return commands.Complete(case, step="register_referral", **more)


LABEL_BYTES = 4  # that are drawn for a label
TOO_EARLY = "safe_first_contact"  # refused while the referral is not registered


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    place.make()
    with place.open() as engine:
        yield engine


def all_of(engine: Engine, asked: Iterable[Any], as_: Actor = ANNA) -> list[Any]:
    return [*engine.do_all(asked, as_=as_)]


def kinds(answers: Iterable[object]) -> list[str]:
    return [type(one).__name__ for one in answers]


# --- each is as it would be alone ------------------------------------------------------------------------------


def a_way(case: str) -> list[Any]:
    """What is done in a case, of which two commands cannot be done."""
    return [
        referral(case),
        commands.Assign(case, role="case_owner", organisation="invented_house", case_worker="amina"),
        commands.Record(case, facts={"languages": ["en"], "safe_place_tonight": True}),
        commands.Complete(case, step="safe_first_contact"),
        commands.Complete(case, step="give_rights_information"),
        commands.Involve(case, by="person", relation="relative", name="Invented Name"),
        note(case),
    ]


@pytest.mark.usefixtures("said_rightly")
def test_a_list_of_commands_leaves_what_its_commands_leave_one_by_one(place: Place, packs: Packs) -> None:
    place.make()
    clock = StoryClock(START)
    with place.open(clock=clock) as engine:
        one_by_one, at_once = (engine.do(opening(), as_=AMINA).case for _ in range(2))
        singly = [engine.do(command, as_=AMINA) for command in a_way(one_by_one)]
        together = all_of(engine, a_way(at_once), AMINA)

        assert [one.version for one in together] == [one.version for one in singly]
        assert [[(e.type, e.seq, e.data) for e in one.events] for one in together[:5]] == [
            [(e.type, e.seq, e.data) for e in one.events] for one in singly[:5]
        ]
        views = [wh.to_json(engine.case(case, as_=AMINA)) for case in (one_by_one, at_once)]
        assert views[0]["steps"] == views[1]["steps"]
        due = [[(one.step, one.due_at) for one in engine.due(as_=AMINA, case=case)] for case in (one_by_one, at_once)]
        assert due[0] == due[1]
        before = place.everything()["wh_ledger"]
        assert engine.verify().ok
        assert engine.rebuild() == (2, sum(len(engine.history(c, as_=AMINA)) for c in (one_by_one, at_once)))
        assert place.everything()["wh_ledger"] == before


def test_cases_that_are_opened_in_one_list_are_there_with_labels_of_their_own(engine: Engine) -> None:
    opened = all_of(engine, [opening() for _ in range(30)])

    rows = engine.cases(as_=ANNA)
    assert {one.case for one in opened} == {row.number for row in rows}
    assert len({row.label for row in rows}) == 30
    assert engine.verify().ok


def test_no_two_cases_of_a_list_have_one_label_when_chance_gives_it_twice(place: Place) -> None:
    def random(size: int) -> bytes:
        return bytes(size) if size == LABEL_BYTES else os.urandom(size)

    place.make()
    with place.open(random=random) as engine:
        all_of(engine, [opening() for _ in range(3)])

        assert len({row.label for row in engine.cases(as_=ANNA)}) == 3


def test_a_command_may_rest_on_one_before_it_in_the_list_and_name_its_case_by_its_label(engine: Engine) -> None:
    case = a_case(engine, age_status="adult")
    label = engine.case(case, as_=ANNA).label

    answers = all_of(engine, [referral(case), note(label), commands.Redo(case, step="register_referral"), note(case)])

    assert kinds(answers) == ["Done"] * 4
    assert engine.case(case, as_=ANNA).version == 5


def test_the_moment_of_each_command_is_taken_when_its_turn_has_come(place: Place) -> None:
    place.make()
    clock = StoryClock(START)

    def later() -> Any:
        clock.moment += timedelta(seconds=1)
        return clock.moment

    with place.open(clock=later) as engine:
        case = a_case(engine)
        all_of(engine, [note(case) for _ in range(5)])

        moments = [row.recorded_at for row in engine.history(case, as_=ANNA)]
        assert moments == sorted(set(moments))


# --- one that is not done takes no other back ----------------------------------------------------------------------


def test_one_that_is_refused_takes_no_other_back_and_leaves_nothing(engine: Engine) -> None:
    first, second, third = (a_case(engine) for _ in range(3))

    answers = all_of(engine, [note(first), commands.Complete(second, step=TOO_EARLY, key="k"), note(third)])

    assert kinds(answers) == ["Done", "Refused", "Done"]
    assert [engine.case(one, as_=ANNA).version for one in (first, second, third)] == [2, 1, 2]
    assert engine.verify().ok
    assert kinds(all_of(engine, [referral(second, key="k")])) == ["Done"]  # its key was not used


def test_one_that_cannot_be_read_is_told_as_by_itself(engine: Engine) -> None:
    case = a_case(engine)
    wrong = [note("nonsense"), note(case, ""), commands.Move(case, to="depart"), "no command", opening(linked_to=case)]

    told = [all_of(engine, [one])[0] for one in wrong]

    for one, error in zip(wrong, told, strict=True):
        with pytest.raises(type(error)) as alone:
            engine.do(one, as_=ANNA)
        assert str(alone.value) == str(error)
    assert engine.case(case, as_=ANNA).version == 1


@pytest.mark.parametrize("case", ["", None, 5, "nonsense"])
def test_a_command_of_no_case_is_told_so_and_not_left_out(engine: Engine, case: Any) -> None:
    (answer,) = all_of(engine, [note(case)])

    assert str(answer).startswith("That is not a case number.")


def test_of_a_case_in_which_one_was_not_done_those_after_it_wait(engine: Engine) -> None:
    first, second = a_case(engine), a_case(engine)
    listed = [note(first), commands.Complete(first, step=TOO_EARLY), note(second), note(first), note(second)]

    answers = all_of(engine, listed)

    assert kinds(answers) == ["Done", "Refused", "Done", "NoneType", "Done"]
    assert engine.case(first, as_=ANNA).version == 2


def test_whoever_may_not_do_it_is_told_so_and_others_of_the_list_are_done(engine: Engine) -> None:
    case, other = a_case(engine), a_case(engine)
    answers = all_of(engine, [commands.Complete(case, step="initial_risk_assessment", result="low"), note(other)])

    assert kinds(answers) == ["NotPermitted", "Done"]


def test_an_error_of_who_gives_the_commands_passes_and_what_was_told_is_kept(engine: Engine) -> None:
    case = a_case(engine)

    def given() -> Iterator[Any]:
        for number in range(MOST_AT_ONCE + 5):
            yield note(case, f"invented note {number}")
        raise ZeroDivisionError

    told = []
    with pytest.raises(ZeroDivisionError):
        told.extend(engine.do_all(given(), as_=ANNA))

    assert engine.case(case, as_=ANNA).version - 1 == len(told) > 0
    assert engine.verify().ok


def test_who_stops_listening_in_the_middle_leaves_whole_batches(engine: Engine) -> None:
    case = a_case(engine)
    answers = engine.do_all([note(case) for _ in range(MOST_AT_ONCE + 50)], as_=ANNA)

    next(answers)
    version = engine.case(case, as_=ANNA).version  # nothing is open while it is told

    assert 1 < version <= MOST_AT_ONCE + 1
    engine.do(note(case), as_=ANNA)
    assert kinds(answers) == ["Done"] * (MOST_AT_ONCE + 49)


# --- keys ---------------------------------------------------------------------------------------------------


def test_a_list_with_keys_that_is_given_again_does_nothing_twice_and_goes_on_where_it_stopped(engine: Engine) -> None:
    case = a_case(engine)
    listed = [opening(key="open"), *(note(case, f"invented note {n}", key=f"key-{n}") for n in range(20))]

    first = all_of(engine, listed[:12])
    again = all_of(engine, listed)

    assert again[:12] == first
    assert engine.case(case, as_=ANNA).version == 21
    assert len(engine.cases(as_=ANNA)) == 2


def test_one_key_twice_in_a_list_is_one_command(engine: Engine) -> None:
    first, again, another = all_of(engine, [opening(key="a"), opening(key="a"), opening(key="a", reference="12/26")])

    assert first == again
    assert isinstance(another, BadInput)
    assert another.faults[0].field == "key"


def test_two_programs_that_do_the_same_list_do_it_once(place: Place) -> None:
    place.make()
    with place.open() as engine:
        case = a_case(engine)
    listed = [
        one for n in range(150) for one in (opening(key=f"open-{n}"), note(case, f"invented note {n}", key=f"note-{n}"))
    ]
    answers: list[list[Any]] = []
    barrier = threading.Barrier(2)

    def act() -> None:
        with place.open() as engine:
            barrier.wait()
            answers.append(all_of(engine, listed))

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    one, other = answers
    assert [done.case for done in one] == [done.case for done in other]
    assert [done.version for done in one] == [done.version for done in other]
    with place.open() as engine:
        assert engine.count(by=["phase"], as_=ANNA)[0].cases == 151
        assert engine.case(case, as_=ANNA).version == 151
        assert engine.verify().ok


def test_two_lists_on_the_same_cases_in_opposite_order_are_both_done(place: Place) -> None:
    place.make()
    with place.open() as engine:
        cases = [a_case(engine) for _ in range(40)]
    barrier = threading.Barrier(2)
    answers: list[Any] = []

    def act(order: list[str]) -> None:
        with place.open() as engine:
            barrier.wait()
            answers.extend(all_of(engine, [note(case) for case in order]))

    threads = [threading.Thread(target=act, args=(order,)) for order in (cases, cases[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert kinds(answers) == ["Done"] * 80
    with place.open() as engine:
        assert {engine.case(case, as_=ANNA).version for case in cases} == {3}
        assert engine.verify().ok


# --- a power cut --------------------------------------------------------------------------------------------

WRITER = """
    import sys
    from wayhome import Actor, Engine, commands
    engine = Engine.open(sys.argv[1], schema=sys.argv[3] or None, key_file=sys.argv[4])
    anna = Actor("anna", "invented_house", {"case_manager_sending"})
    listed = [commands.Note(sys.argv[2], text=f"invented note {n}", key=f"key-{n}") for n in range(5_000)]
    print("ready", flush=True)
    for done in engine.do_all(listed, as_=anna):
        print(done.version, flush=True)
"""


@pytest.mark.parametrize("seen", sampled([230], [1, 900]))
def test_after_kill_9_what_was_told_is_there_and_the_list_goes_on_where_it_stopped(place: Place, seen: int) -> None:
    place.make()
    with place.open() as engine:
        case = a_case(engine)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), place.address, case, place.schema or "", str(place.key)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    for _ in range(seen):
        told = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    told = max([told, *map(int, process.stdout.read().split()[:-1])])
    process.wait()

    with place.open() as engine:
        found = engine.verify()
        assert found.ok, found.problems
        assert told <= engine.case(case, as_=ANNA).version <= told + 2 * MOST_AT_ONCE
        listed = [note(case, f"invented note {n}", key=f"key-{n}") for n in range(1_200)]
        assert kinds(all_of(engine, listed)) == ["Done"] * 1_200
        said = [row.texts["case"]["text"] for row in engine.history(case, as_=ANNA)[1:]]
        assert said[:999] == [f"invented note {n}" for n in range(999)]
        assert engine.verify().ok


# --- when the database fails, and others wait -------------------------------------------------------------------


def test_where_a_case_is_damaged_all_before_it_is_kept_and_the_list_stops_there(engine: Engine, place: Place) -> None:
    whole, damaged, after = (a_case(engine) for _ in range(3))
    place.write("UPDATE wh_cases SET phase = 'travel' WHERE number = ?", damaged)
    engine._store._known.clear()
    told = []

    with pytest.raises(LedgerBroken):
        for one in engine.do_all([note(whole), note(whole), note(damaged), note(after)], as_=ANNA):
            told.append(one)

    assert kinds(told) == ["Done", "Done"]
    assert [engine.case(one, as_=ANNA).version for one in (whole, after)] == [3, 1]


def test_others_have_their_turn_between_two_batches(
    engine: Engine, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_SECONDS", 0.0)
    case, other = a_case(engine), a_case(engine)

    with place.open() as another:
        for _ in engine.do_all([note(case) for _ in range(5)], as_=ANNA):
            another.do(note(other), as_=ANNA)

    assert engine.case(other, as_=ANNA).version == 6


# --- plugins, and who listens -----------------------------------------------------------------------------------


def test_a_plugin_is_asked_while_nothing_is_open(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.make()
    clock = StoryClock(START)
    with place.open(clock=clock) as engine:
        facts = {"age_status": "adult", "has_passport": True}
        case, other = (
            engine.do(commands.Open(host_country="BE", origin_country="NG", facts=facts), as_=ANNA).case
            for _ in range(2)
        )
        walk_to_departure(engine, clock, case)
        asked: list[bool] = []
        real = Packs.check

        def check(self: Packs, *given: Any, **more: Any) -> Any:
            asked.append(engine._store.database.is_writing)
            return real(self, *given, **more)

        monkeypatch.setattr(Packs, "check", check)
        departs = commands.Move(case, to="depart")

        answers = all_of(engine, [note(other), departs, note(other)])

        assert (bool(asked), any(asked)) == (True, False)
        assert kinds(answers)[::2] == ["Done", "Done"]
        assert engine.verify().ok


class Heard:
    """Listens, and looks at the case while it does."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.recorded: list[tuple[str, int]] = []
        self.committed: list[tuple[str, int]] = []
        self.open_while_committed: list[bool] = []
        self.versions: list[int] = []
        self.fails_at = ""

    @hookimpl
    def wayhome_recorded(self, events: Any, connection: Any) -> None:
        assert self.engine is not None
        for event in events:
            self.recorded.append((event.case, event.seq))
            self.versions.append(self.engine.case(event.case, as_=ANNA).version)
            if event.case == self.fails_at:
                raise ZeroDivisionError

    @hookimpl
    def wayhome_committed(self, events: Any) -> None:
        assert self.engine is not None
        self.open_while_committed.append(self.engine._store.database.is_writing)
        self.committed += [(event.case, event.seq) for event in events]


def test_who_listens_hears_each_event_in_order_and_when_it_is_kept(place: Place) -> None:
    place.make()
    heard = Heard()
    with place.open(hooks=[heard]) as engine:
        heard.engine = engine
        cases = [one.case for one in all_of(engine, [opening() for _ in range(3)])]
        all_of(engine, [note(case) for _ in range(2) for case in cases])
        told = [(change.case, change.seq) for change in engine.changes()]

    assert heard.recorded == heard.committed == told
    assert len(told) == 9
    assert heard.versions == [1] * 3 + [2] * 3 + [3] * 3
    assert not any(heard.open_while_committed)


def test_an_error_of_who_listens_passes_as_it_is_and_all_before_it_is_kept(place: Place) -> None:
    place.make()
    heard = Heard()
    with place.open(hooks=[heard]) as engine:
        heard.engine = engine
        first, second, third = (a_case(engine) for _ in range(3))
        heard.fails_at = second
        told = []
        with pytest.raises(ZeroDivisionError):
            for one in engine.do_all([note(first), note(second), note(third)], as_=ANNA):
                told.append(one)

        assert kinds(told) == ["Done"]
        assert [engine.case(one, as_=ANNA).version for one in (first, second, third)] == [2, 1, 1]
        assert engine.verify().ok


def test_who_listens_gives_no_list_of_commands_either(place: Place) -> None:
    place.make()

    class Gives:
        engine: Engine

        @hookimpl
        def wayhome_recorded(self, events: Any) -> None:
            self.engine.do_all([], as_=ANNA)

    gives = Gives()
    with place.open(hooks=[gives]) as engine:
        gives.engine = engine
        with pytest.raises(BadInput, match="A listener gives no commands"):
            a_case(engine)


def test_where_a_host_must_do_its_transaction_again_nothing_is_tried_in_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.make()
    database, how = place.how()
    host = database if isinstance(database, sa.Engine) else sa.create_engine(database)
    tried: list[int] = []

    def write(*_: object) -> Any:
        tried.append(1)
        raise Again("Somebody else was writing.")

    with Engine.open(host, packs=all_packs(), **how) as engine:
        case = a_case(engine)
        monkeypatch.setattr(Engine, "_write", write)
        with host.connect() as connection, pytest.raises(Again):
            [*engine.acting(ANNA, within=connection).do_all([note(case)])]
    if host is not database:
        host.dispose()

    assert tried == [1]


def test_what_cannot_be_brought_into_an_order_is_tried_again_in_smaller_batches(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine._store.database.tries == 1:
        pytest.skip("in a file of ours there is always an order")
    cases = [a_case(engine) for _ in range(10)]
    real, failing = Engine._write, iter([False] * 5 + [True] + [False] * 7 + [True])

    def write(*given: Any) -> Any:
        if next(failing, False):
            raise Again("Somebody else was writing.")
        return real(*given)

    monkeypatch.setattr(Engine, "_write", write)

    assert kinds(all_of(engine, [note(case) for case in cases])) == ["Done"] * 10
    assert {engine.case(case, as_=ANNA).version for case in cases} == {2}
    assert engine.verify().ok


def test_in_the_transaction_of_a_host_a_list_is_kept_or_taken_back_with_it(place: Place) -> None:
    place.make()
    database, how = place.how()
    host = database if isinstance(database, sa.Engine) else sa.create_engine(database)
    with Engine.open(host, packs=all_packs(), **how) as engine:
        case = a_case(engine)
        for ends, version in ((sa.Connection.rollback, 1), (sa.Connection.commit, 3)):
            with host.connect() as connection:
                answers = [*engine.acting(ANNA, within=connection).do_all([note(case), note("nonsense"), note(case)])]
                getattr(connection, ends.__name__)()
            assert kinds(answers) == ["Done", "BadInput", "Done"]
            assert engine.case(case, as_=ANNA).version == version
        assert engine.verify().ok
    if host is not database:
        host.dispose()
