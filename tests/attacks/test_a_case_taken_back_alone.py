"""Whoever can write the tables, without a key, puts back older rows of one case: a consent that was withdrawn stands again.

(findings/security.md S1, scripts/security/rollback_one_case.py) Each entry says upon what it was written, so what came later shows it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import wayhome as wh
from pyrage import x25519
from wayhome import Actor, Engine, LedgerBroken, NotPermitted, Refused, commands
from wayhome.store import office as written_by_the_office
from wayhome.stories.playing import StoryClock

from tests.attacks.play import (
    DEPART,
    KEY,
    MANAGER,
    TRAVEL,
    Play,
    actor,
    another_case,
    begun,
    evidence_is_fresh,
    read,
    usual_packs,
)
from tests.places import Place, a_place

CASES = 60
ADA = Actor("ada", "invented_house", {"system_admin"})
LEAD = Actor("lead", "invented_house", {"system_admin", "case_manager_sending"})  # of a small office
MALLORY = Actor("mallory", "invented_house", {"case_manager_sending"})
TABLES = ("wh_cases", "wh_ledger", "wh_blobs", "wh_keys")
NOT_THERE = "what this was written upon is not there any more: something was taken back"
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Office:
    """An office of sixty cases. In one of them everything is ready, and an hour before boarding the person takes their consent back."""

    place: Place
    ready: str
    others: list[str]
    moment: datetime
    before: dict[str, Rows]  # the rows of each case, as a thief has copied them before

    def open(self, **more: Any) -> Engine:
        clock = StoryClock(self.moment)
        how: dict[str, Any] = {"key_file": None, "keys": lambda _: KEY, "clock": clock, "packs": usual_packs()}
        return self.place.open(**(how | more))

    def copied(self, name: str) -> Office:
        return replace(self, place=self.place.copied(name))

    def rows_of(self, case: str) -> Rows:
        return {table: self.place.rows(f"SELECT * FROM {table} WHERE number = ?", case) for table in TABLES}

    def takes_out(self, case: str, *tables: str) -> None:
        for table in tables or TABLES:
            self.place.write(f"DELETE FROM {table} WHERE number = ?", case)

    def puts_back(self, case: str, *tables: str) -> None:
        self.takes_out(case, *tables)
        for table in tables or TABLES:
            if rows := self.before[case][table]:
                self.place.write_each(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

    def closes_up(self) -> None:
        """Number all events of a file again without a gap."""
        if not self.place.counts_without_gaps:
            return
        order = self.place.rows("SELECT number, seq FROM wh_ledger ORDER BY generation, n")
        self.place.write_each(
            "UPDATE wh_ledger SET n = ? WHERE number = ? AND seq = ?",
            ((n, case, seq) for n, (case, seq) in enumerate(order, 1)),
        )


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str, datetime]:
    """Give a backup with one case that is about to depart, what opens it, the case, and the hour."""
    identity = x25519.Identity.generate()
    path = tmp_path_factory.mktemp("backup") / "ready.age"
    with begun(evidence_is_fresh) as play:
        play.ready()
        play.engine.backup(path, recipients=[str(identity.to_public())])
        return path, str(identity), play.case, play.now


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def untouched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, backup: tuple[Path, str, str, datetime]
) -> Iterator[Office]:
    path, identity, ready, moment = backup
    place = a_place(request.param, tmp_path_factory.mktemp("office"))
    database, how = place.how()
    wh.restore(path, database, identity=identity, schema=how.get("schema"), keys=lambda _: KEY)
    office = Office(place, ready, [], moment, {})
    with office.open() as engine:
        clock = StoryClock(moment)
        office.others += [another_case(engine, clock).case for _ in range(CASES - 1)]
    office.before = {case: office.rows_of(case) for case in (ready, office.others[0], office.others[1])}
    yield office
    place.gone()


@pytest.fixture(scope="module")
def withdrawn(untouched: Office) -> Office:
    """The same office, where the person has said no since, and somebody has worked on in other cases."""
    office = untouched.copied("withdrawn")
    with office.open() as engine:
        assert engine.why(office.ready, "depart", as_=actor(TRAVEL)).allowed
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
        engine.do(commands.Note(office.others[2], text="invented words"), as_=actor(MANAGER))
        assert "INV-01" in rules_against(engine, office.ready)
    return office


@pytest.fixture
def office(withdrawn: Office, request: pytest.FixtureRequest) -> Office:
    return withdrawn.copied("t" + str(abs(hash(request.node.name)) % 10**9))


def withdrawal(case: str) -> Any:
    return read({"do": "withdraw", "purpose": "return", "channel": "phone"}, case)


def rules_against(engine: Engine, case: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        engine.do(read(DEPART, case), as_=actor(TRAVEL))
    return [one.rule for one in refused.value.decision.unmet]


def its_rows(office: Office) -> None:
    office.puts_back(office.ready)


def its_rows_and_the_order_is_closed_up(office: Office) -> None:
    office.puts_back(office.ready)
    office.closes_up()


def its_events_and_its_row_alone(office: Office) -> None:
    office.puts_back(office.ready, "wh_ledger", "wh_cases")
    office.closes_up()


def its_rows_and_what_was_kept_of_commands(office: Office) -> None:
    office.puts_back(office.ready)
    office.place.write("DELETE FROM wh_command_keys")
    office.closes_up()


def its_rows_and_those_of_another_case(office: Office) -> None:
    office.puts_back(office.ready)
    office.puts_back(office.others[0])
    office.closes_up()


def its_rows_and_a_later_event_takes_the_empty_place(office: Office) -> None:
    office.puts_back(office.ready)
    ((n,),) = office.place.rows("SELECT max(n) + 1 FROM wh_ledger")
    office.place.write("UPDATE wh_ledger SET n = ? WHERE number = ? AND seq = 1", n, office.others[1])
    office.closes_up()


def its_rows_and_another_case_is_taken_out(office: Office) -> None:
    office.puts_back(office.ready)
    office.takes_out(office.others[1])
    office.closes_up()


def its_rows_and_the_newest_entry_of_all_is_spoilt(office: Office) -> None:
    office.puts_back(office.ready)
    office.closes_up()
    case = office.others[2]
    office.place.write("UPDATE wh_ledger SET body = ? WHERE number = ? AND seq = 2", b"spoilt", case)


KINDS: tuple[Callable[[Office], None], ...] = (
    its_rows,
    its_rows_and_the_order_is_closed_up,
    its_events_and_its_row_alone,
    its_rows_and_what_was_kept_of_commands,
    its_rows_and_those_of_another_case,
    its_rows_and_a_later_event_takes_the_empty_place,
    its_rows_and_another_case_is_taken_out,
    its_rows_and_the_newest_entry_of_all_is_spoilt,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_no_that_was_taken_back_is_found_and_nobody_departs(office: Office, kind: Callable[[Office], None]) -> None:
    kind(office)

    with office.open() as engine:
        found = engine.verify()
        assert not found.ok
        assert any(one.what.startswith(NOT_THERE) for one in found.problems), found.problems
        assert rules_against(engine, office.ready) == ["INV-38"]
        (reason,) = engine.why(office.ready, "depart", as_=actor(TRAVEL)).unmet
        assert reason.fact == "something that was written in this database is gone, and it may be the person's no"
        assert reason.todo == "call whoever manages the database; ask the person again, and write down what they say"


@pytest.mark.parametrize("kind", KINDS[:2], ids=lambda kind: kind.__name__)
def test_what_they_say_is_still_written_down_and_it_is_not_forgotten_by_that(
    office: Office, kind: Callable[[Office], None]
) -> None:
    kind(office)

    for text in ("invented words", "other invented words"):
        with office.open() as engine:
            engine.do(commands.Note(office.others[5], text=text), as_=actor(MANAGER))
            engine.do(commands.Note(office.ready, text=text), as_=actor(MANAGER))
    with office.open() as engine:
        assert rules_against(engine, office.ready) == ["INV-38"]
        assert not engine.verify().ok
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        assert "INV-01" in rules_against(engine, office.ready)


def test_clearance_is_refused_by_the_same_rule(office: Office) -> None:
    its_rows(office)

    with office.open() as engine:
        engine.do(read({"do": "redo", "step": "departure_clearance"}, office.ready), as_=actor(MANAGER))
        act = read({"do": "complete", "step": "departure_clearance"}, office.ready)
        assert "INV-38" in [one.rule for one in engine.why(office.ready, act, as_=actor(MANAGER)).unmet]


def test_where_nothing_was_taken_back_they_depart_as_before(untouched: Office) -> None:
    office = untouched.copied("honest")
    office.puts_back(office.ready)  # as they were

    with office.open() as engine:
        assert engine.verify().ok
        engine.do(read(DEPART, office.ready), as_=actor(TRAVEL))
        assert engine.case(office.ready, as_=actor(TRAVEL)).phase == "travel"
        assert engine.verify().ok


def test_nobody_has_written_since_so_no_entry_can_tell(untouched: Office) -> None:
    """What is not promised: only a witness, or a program that has seen it, knows of the newest entry of all."""
    office = untouched.copied("newest")
    with office.open() as engine:
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
    its_rows_and_the_order_is_closed_up(office)

    with office.open() as engine:
        assert engine.why(office.ready, "depart", as_=actor(TRAVEL)).allowed


# --- a program that runs, and has seen it ------------------------------------------------------------------------


@pytest.mark.parametrize("is_said_to_be_put_back", [False, True])
def test_a_program_that_has_seen_the_no_is_not_deceived_though_nobody_has_written_since(
    untouched: Office, is_said_to_be_put_back: bool
) -> None:
    """Nor by a row that says that the database was put back from a backup: anybody can write it."""
    office = untouched.copied(f"seen_{int(is_said_to_be_put_back)}")
    with office.open() as engine:
        engine.case(office.ready, as_=actor(MANAGER))
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        its_rows_and_the_order_is_closed_up(office)
        if is_said_to_be_put_back:
            office.place.write("INSERT INTO wh_generations VALUES (700000000)")

        for _ in range(2):  # looking at what is there now does not make it forget
            assert rules_against(engine, office.ready) == ["INV-38"]
            assert not engine.why(office.ready, "depart", as_=actor(TRAVEL)).allowed
        assert engine.case(office.ready, as_=actor(MANAGER)).number == office.ready
        assert named_as_gone(engine) == [[office.ready]] * 3
        assert engine.today(as_=actor(MANAGER)).checks == ()
        for act in (
            {"do": "note", "group": "case", "text": "invented words"},
            {"do": "incident", "type": "lost_contact"},
        ):
            engine.do(read(act, office.ready), as_=actor(MANAGER))
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        assert "INV-38" in rules_against(engine, office.ready)


def named_as_gone(engine: Engine) -> list[Any]:
    """The cases that are named by `doctor`, by a host's question whether all is ready, and to the administrator who looks at today."""
    lists = (engine.doctor().checks, engine.doctor(packs_alone=True).checks, engine.today(as_=LEAD).checks)
    return [[*one.values["cases"]] for checks in lists for one in checks if one.id == "heads"]


def test_once_the_loss_is_told_no_case_is_named_as_gone(untouched: Office) -> None:
    office = untouched.copied("named")
    with office.open() as engine:
        engine.case(office.ready, as_=actor(MANAGER))
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        assert named_as_gone(engine) == []
        its_rows_and_the_order_is_closed_up(office)
        assert named_as_gone(engine) == [[office.ready]] * 3

        engine.tell_loss("invented words", as_=ADA)

        assert named_as_gone(engine) == []


def test_what_a_transaction_has_taken_back_was_never_seen(untouched: Office) -> None:
    """The honest story: a command is refused, one is taken back, and another program writes; nothing of it is a loss."""
    office = untouched.copied("taken_back")
    with office.open() as engine, office.open() as another:
        engine.case(office.ready, as_=actor(MANAGER))
        with pytest.raises(ZeroDivisionError), engine._store.writing() as connection:
            office_event(engine, connection)
            raise ZeroDivisionError
        another.do(commands.Note(office.ready, text="invented words"), as_=actor(MANAGER))
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
        engine.do(read(DEPART, office.ready), as_=actor(TRAVEL))
        assert engine.verify().ok


def office_event(engine: Engine, connection: Any) -> None:
    written_by_the_office.write(engine._store, connection, "invented", {}, by=ADA, at=engine.now())


# --- what an administrator says of it --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS[:2], ids=lambda kind: kind.__name__)
def test_once_an_administrator_has_said_what_is_gone_the_person_is_asked_and_departs(
    office: Office, kind: Callable[[Office], None]
) -> None:
    kind(office)
    with office.open() as engine:
        engine.tell_loss("since last night, as verify says; (invented)", as_=ADA)
        assert engine.verify().ok

        assert rules_against(engine, office.ready) == ["INV-38"]
        (reason,) = engine.why(office.ready, "depart", as_=actor(TRAVEL)).unmet
        assert reason.todo == "ask the person once more whether they want to go"

        engine._clock.moment += timedelta(minutes=1)
        play = Play(engine, engine._clock, office.ready)
        play.anew("departure_assistance")
        play.ready(waiting=False)
        play.given(TRAVEL, DEPART)
        assert engine.verify().ok
    with office.open() as engine:
        assert engine.verify().ok
        assert [*engine.heads()].count("office") == 1
        assert "office" not in {row.number for row in engine.cases(as_=actor(MANAGER))}
        assert "office" not in {one.case for one in engine.changes()}


def test_the_administrator_can_say_so_though_the_newest_entry_is_spoilt(office: Office) -> None:
    its_rows_and_the_newest_entry_of_all_is_spoilt(office)

    with office.open() as engine:
        engine.tell_loss("invented words", as_=ADA)
        assert {one.case for one in engine.verify().problems if one.case} == {office.others[2]}


def test_what_is_taken_back_after_that_is_found_again(office: Office) -> None:
    its_rows(office)
    with office.open() as engine:
        engine.tell_loss("invented words", as_=ADA)
        engine.do(commands.Note(office.others[7], text="invented words"), as_=actor(MANAGER))
        engine.do(commands.Note(office.others[8], text="invented words"), as_=actor(MANAGER))
    office.place.write("DELETE FROM wh_ledger WHERE number = ? AND seq = 2", office.others[7])
    office.closes_up()

    with office.open() as engine:
        assert any(one.what.startswith(NOT_THERE) for one in engine.verify().problems)
        assert "INV-38" in rules_against(engine, office.ready)


def test_what_the_administrator_said_cannot_be_taken_back_either(office: Office) -> None:
    its_rows(office)
    with office.open() as engine:
        engine.tell_loss("invented words", as_=ADA)
        engine.do(commands.Note(office.others[7], text="invented words"), as_=actor(MANAGER))
    office.takes_out("office", "wh_ledger")
    office.closes_up()

    with office.open() as engine:
        assert not engine.verify().ok
        assert rules_against(engine, office.ready) == ["INV-38"]
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))


@pytest.mark.parametrize("who", [MANAGER, TRAVEL])
def test_nobody_else_says_that_it_is_gone(office: Office, who: str) -> None:
    its_rows(office)

    with office.open() as engine:
        with pytest.raises(NotPermitted):
            engine.tell_loss("invented words", as_=actor(who))
        assert rules_against(engine, office.ready) == ["INV-38"]


# --- the office's own entries ------------------------------------------------------------------------------------


@pytest.fixture
def with_mallory(untouched: Office) -> tuple[Office, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """An office in which Mallory had an account until yesterday; what a thief has copied of it before: its entries, and its ledger."""
    office = untouched.copied("mallory")
    with office.open() as engine:
        engine.put_actor(ADA)
        engine.put_actor(MALLORY, as_=ADA)
    entries = office.place.rows("SELECT * FROM wh_entries")
    ledger = office.place.rows("SELECT * FROM wh_ledger WHERE number = ?", "office")
    with office.open() as engine:
        engine.end_actor("mallory", as_=ADA)
        engine.do(commands.Note(office.others[4], text="invented words"), as_=actor(MANAGER))
    return office, entries, ledger


def put_in_their_place(office: Office, table: str, rows: list[tuple[Any, ...]], where: str = "1 = 1") -> None:
    office.place.write(f"DELETE FROM {table} WHERE {where}")
    for row in rows:
        office.place.write(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)


def test_an_account_that_ended_does_not_come_back_with_its_old_row(with_mallory: Any) -> None:
    office, entries, _ = with_mallory
    put_in_their_place(office, "wh_entries", entries)

    with office.open() as engine:
        assert not engine.verify().ok
        with pytest.raises(LedgerBroken, match="Who may use the shell was changed"):
            engine.accounts()
        engine.rebuild()
        assert [one.actor.id for one in engine.accounts() if one.ended_at is not None] == ["mallory"]
        assert engine.verify().ok


def test_a_row_that_makes_a_case_of_the_office_is_named(with_mallory: Any) -> None:
    office = with_mallory[0]
    ((head,),) = office.place.rows("SELECT hash FROM wh_ledger WHERE number = 'office' ORDER BY seq DESC LIMIT 1")
    office.place.write(
        "INSERT INTO wh_cases SELECT 'office', 'an invented uuid', label, 3, host_country, origin_country, organisation, phase, status,"
        " opened_on, digest, owner_tag, reference_tag, ?, state, identity, health, accounts FROM wh_cases WHERE number = ?",
        *(head, office.others[0]),
    )

    with office.open() as engine:
        assert ("office", "there is a row of it, as of a case") in [
            (one.case, one.what) for one in engine.verify().problems
        ]
        assert [str(one) for one in engine.cases(as_=actor(MANAGER)).damaged] == ["office"]


def test_nor_with_the_ledger_of_the_office(with_mallory: Any) -> None:
    office, entries, ledger = with_mallory
    put_in_their_place(office, "wh_entries", entries)
    put_in_their_place(office, "wh_ledger", ledger, "number = 'office'")
    office.closes_up()

    with office.open() as engine:
        assert any(one.what.startswith(NOT_THERE) for one in engine.verify().problems)
        assert rules_against(engine, office.ready) == ["INV-38"]


# --- a witness ---------------------------------------------------------------------------------------------------


@pytest.fixture
def witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYHOME_WITNESS", str(tmp_path / "witness"))
    return tmp_path / "witness"


def is_said_of(engine: Engine) -> list[tuple[str, str]]:
    return [(one.state, one.what) for one in engine.doctor().checks if one.id == "witness"]


def test_with_a_witness_not_even_the_newest_entry_is_taken_back(untouched: Office, witness: Path) -> None:
    office = untouched.copied("witnessed")
    with office.open() as engine:
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        engine.verify()
    its_rows_and_the_order_is_closed_up(office)
    office.place.write("INSERT INTO wh_generations VALUES (700000000)")

    with office.open() as engine:
        assert rules_against(engine, office.ready) == ["INV-38"]
        found = engine.verify().problems
        assert [one.what for one in found] == [
            "the witness has seen more than there is, or something else: something was taken back"
        ]
        said = f"The witness saw at {office.moment:%Y-%m-%dT%H:%M:%SZ} what is not there: more than there is, or something else."
        assert is_said_of(engine) == [("bad", said)]
        for checks in (engine.today(as_=ADA).checks, engine.doctor(packs_alone=True).checks):
            assert [one.what for one in checks if one.id == "witness"] == [said]
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        engine.tell_loss("invented words", as_=ADA)
        assert engine.verify().ok


def test_nor_an_older_copy_of_all_put_in_its_place(untouched: Office, witness: Path) -> None:
    older = untouched.copied("older")
    office = untouched.copied("all")
    with office.open() as engine:
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        engine.verify()

    with older.open() as engine:
        assert rules_against(engine, office.ready) == ["INV-38"]


def test_of_a_witness_nothing_is_learned_and_it_is_its_owners_alone(untouched: Office, witness: Path) -> None:
    office = untouched.copied("secret")
    with office.open() as engine:
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))

    told = witness.read_text()
    assert witness.stat().st_mode & 0o077 == 0
    assert len(told.splitlines()) == 2
    assert "WH-" not in told
    assert all(head not in told for head in (office.ready, "withdraw", MANAGER))


def away(file: Path) -> None:
    file.mkdir()


def full(file: Path) -> None:
    file.symlink_to("/dev/full")


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def of_another(file: Path) -> None:
    file.write_text('["2026-05-01T08:00:00Z", "another", 1, 0, 99999, "00"]\n')


def behind(file: Path) -> None:
    file.write_text("")


def cut_off(file: Path) -> None:
    file.write_bytes(b'["2026-05-01T08:00:00Z", "\xff')


@pytest.mark.parametrize("how", [away, full, a_pipe, of_another, behind, cut_off], ids=lambda how: how.__name__)
def test_a_witness_that_cannot_say_stops_nobody(untouched: Office, witness: Path, how: Callable[[Path], None]) -> None:
    how(witness)
    office = untouched.copied(f"stops_{how.__name__}")

    with office.open() as engine:
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
        assert engine.why(office.ready, "depart", as_=actor(TRAVEL)).allowed
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        assert engine.verify().ok
        ((state, what),) = is_said_of(engine)
        assert (state, what[:34]) == (
            ("bad", "The witness cannot be reached sinc")
            if how in (away, full, a_pipe)
            else ("ok", "It confirms what there is; 0 newer")
        )


class Host:
    """A host that keeps the lines of a witness in a list; or fails, or was told of another database."""

    def __init__(self, *lines: str, fails: bool = False) -> None:
        self.told, self.fails = [*lines], fails

    @wh.hookimpl
    def wayhome_witness(self, line: str) -> None:
        assert not self.fails
        self.told.append(line)

    @wh.hookimpl
    def wayhome_witnessed(self) -> list[str]:
        assert not self.fails
        return self.told


OF_ANOTHER = '["2026-05-01T08:00:00Z", "another", 1, 0, 99999, "00"]'


@pytest.mark.parametrize("host", [Host(), Host(fails=True), Host(OF_ANOTHER), Host("no line of ours")], ids=range(4))
def test_nor_does_one_that_the_host_keeps(untouched: Office, host: Host) -> None:
    office = untouched.copied(f"host_{id(host) % 10**6}")

    with office.open(hooks=[host]) as engine:
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
        assert engine.why(office.ready, "depart", as_=actor(TRAVEL)).allowed
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
        assert engine.verify().ok
        ((state, _),) = is_said_of(engine)
        assert state == ("bad" if host.fails else "ok")


def test_one_that_the_host_keeps_contradicts_as_a_file_does(untouched: Office) -> None:
    office, host = untouched.copied("with_a_host"), Host()
    with office.open(hooks=[host]) as engine:
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))
    assert host.told
    assert "WH-" not in "".join(host.told)
    its_rows_and_the_order_is_closed_up(office)

    with office.open(hooks=[host]) as engine:
        assert rules_against(engine, office.ready) == ["INV-38"]
        engine.do(commands.Note(office.ready, text="invented words"), as_=actor(MANAGER))
        engine.do(withdrawal(office.ready), as_=actor(MANAGER))


def test_since_when_it_is_away_is_known_to_programs_that_begin_later(untouched: Office, witness: Path) -> None:
    office, note = untouched.copied("away_since"), commands.Note(untouched.others[0], text="invented words")
    away(witness)
    since = f"The witness cannot be reached since {office.moment:%Y-%m-%dT%H:%M:%SZ}."
    for hours in (0, 5):
        office.moment += timedelta(hours=hours)
        with office.open() as engine:
            engine.do(note, as_=actor(MANAGER))
            assert is_said_of(engine) == [("bad", since)]
    witness.rmdir()
    with office.open() as engine:
        engine.do(note, as_=actor(MANAGER))
        assert is_said_of(engine)[0][0] == "ok"
    witness.unlink()
    away(witness)
    with office.open() as engine:
        assert is_said_of(engine)[0][1] != since


def test_that_there_is_a_witness_is_told_once_and_who_knows_of_none_is_told(
    untouched: Office, witness: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = untouched.copied("begun")
    for _ in range(2):
        with office.open() as engine:
            engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
    with office.open(hooks=[Host()]) as engine:
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
        with engine._store.database.reading() as connection:
            begun = written_by_the_office.of_type(engine._store, connection, written_by_the_office.WITNESS)
        assert [event.data["witness"] for event in begun] == [str(witness), "hook"]
        assert engine.verify().ok

    monkeypatch.delenv("WAYHOME_WITNESS")
    with office.open() as engine:
        ((state, what),) = is_said_of(engine)
        assert (state, what[:25]) == ("look", "There is a witness since ")


def test_a_witness_that_is_behind_for_a_day_is_said_with_since_when(untouched: Office, witness: Path) -> None:
    office = untouched.copied("behind_for_long")
    with office.open() as engine:
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
    kept = witness.read_bytes()
    office.moment += timedelta(days=1, minutes=1)
    with office.open() as engine:
        engine.do(commands.Note(office.others[0], text="invented words"), as_=actor(MANAGER))
        assert is_said_of(engine)[0][0] == "ok"
        witness.write_bytes(kept)

        (said,) = [one for one in engine.today(as_=ADA).checks if one.id == "witness"]

    assert (said.state, said.figures["behind_events"]) == ("look", 1)
    assert said.values["since"] == f"{office.moment - timedelta(days=1, minutes=1):%Y-%m-%dT%H:%M:%SZ}"


def test_what_is_put_back_is_told_how_much_more_was_known_and_begins_anew(
    backup: tuple[Path, str, str, datetime], tmp_path: Path, witness: Path
) -> None:
    """A note and a withdrawal are done after it, and the same backup may be put back once more."""
    path, identity, case, moment = backup

    def put_back(name: str) -> tuple[Any, Engine]:
        found = wh.restore(path, f"sqlite:///{tmp_path}/{name}.db", identity=identity, keys=lambda _: KEY)
        database, clock = f"sqlite:///{tmp_path}/{name}.db", StoryClock(moment)
        return found, Engine.open(database, keys=lambda _: KEY, clock=clock, packs=usual_packs())

    first, engine = put_back("first")
    with engine:
        assert (first.known_beyond, first.known_until) == (0, None)
        for _ in range(3):
            engine.do(commands.Note(case, text="invented words"), as_=actor(MANAGER))
        engine.verify()
    for name in ("second", "third"):
        again, engine = put_back(name)
        with engine:
            assert (again.known_beyond >= 2, again.known_until) == (True, moment)
            engine.do(commands.Note(case, text="invented words"), as_=actor(MANAGER))
            assert engine.why(case, "depart", as_=actor(TRAVEL)).allowed
            assert is_said_of(engine)[0][0] == "ok"
            engine.do(withdrawal(case), as_=actor(MANAGER))
            assert engine.verify().ok
