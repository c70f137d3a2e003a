"""A checkup in a program, on SQLite and PostgreSQL; and the note of the last backup."""

from __future__ import annotations

import base64
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from pyrage import x25519

from tests.conftest import a_case, all_packs
from tests.places import Place, a_place

RECIPIENT = str(x25519.Identity.generate().to_public())
OF_A_FILE = {"size", "wal", "rights", "disk"}


def of(found: wh.Checkup, id: str) -> wh.Check:
    (one,) = (one for one in found.checks if one.id == id)
    return one


def examined(place: Place, **more: Any) -> wh.Checkup:
    database, how = place.how()
    return wh.doctor(database, packs=all_packs(), **how, **more)


def test_of_a_healthy_database_all_is_well_and_only_what_can_be_known_is_told(place: Place, tmp_path: Path) -> None:
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
        engine.backup(tmp_path / "b.age", recipients=[RECIPIENT])
        inside = engine.doctor()

    outside = examined(place)

    assert (inside.state, outside.state) == ("ok", "ok")
    ids = {one.id for one in outside.checks}
    assert ids == {one.id for one in inside.checks}
    assert ids & OF_A_FILE == (set() if place.schema else OF_A_FILE)  # the disk of a server is not ours to see


def test_where_there_is_nothing_that_is_told_and_nothing_is_made(place: Place) -> None:
    found = examined(place)

    assert found.state == "bad"
    assert (of(found, "database").code, of(found, "database").why) == (
        "no_database",
        "It has no tables." if place.schema else "The file does not exist.",
    )
    assert not place.file.exists()


def test_a_host_s_engine_makes_no_file_where_it_is_only_opened(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)
    for open in (wh.Engine.open, wh.doctor):
        engine = sa.create_engine(place.address)
        try:
            told = str(wh.to_json(of(open(engine, packs=all_packs(), keys=lambda _: b"k" * 32), "database")))
        except wh.StoreUnavailable as error:
            told = str(error)
        assert "The file does not exist." in told
        assert not place.file.exists()


@pytest.mark.parametrize("is_hosts", [False, True])
def test_of_a_file_without_tables_it_is_not_said_that_it_has_others(tmp_path: Path, is_hosts: bool) -> None:
    place = a_place("sqlite", tmp_path)
    place.write("CREATE TABLE invented (a)")
    place.write("DROP TABLE invented")
    database = sa.create_engine(place.address) if is_hosts else place.address

    def seen() -> tuple[str, str, str]:
        one = of(wh.doctor(database, packs=all_packs(), keys=lambda _: b"k" * 32), "database")
        return one.what, one.why, one.code

    assert seen() == ("This file holds no Wayhome database.", "It has no tables.", "no_database")
    place.write("CREATE TABLE invented (a)")
    assert seen() == ("This file holds no Wayhome database.", "It has other tables.", "other_tables")


@pytest.mark.parametrize("gone", ["wh_entries", "wh_version"])
def test_of_a_database_that_lost_a_table_it_is_not_said_that_it_is_none(place: Place, gone: str) -> None:
    with_a_case(place)
    place.write(f"DROP TABLE {gone}")

    one = of(examined(place), "database")
    assert (one.what, one.code) == (f"Tables of this database are missing: {gone}.", "tables_changed")


def test_of_a_database_whose_version_was_taken_out_that_is_said(place: Place) -> None:
    with_a_case(place)
    place.write("DELETE FROM wh_version")

    one = of(examined(place), "database")
    assert (one.what, one.code) == ("The table wh_version lacks its row.", "tables_changed")


@pytest.mark.parametrize("names_schema", [True, False])
def test_a_role_that_may_use_no_schema_is_told_so(server: Place, names_schema: bool) -> None:
    with_a_case(server)
    with as_a_role(server) as looked:
        server.write(f"REVOKE USAGE ON SCHEMA {server.schema} FROM {server.schema}_role")
        server.write(f"ALTER ROLE {server.schema}_role SET search_path = {server.schema}")
        one = of(looked(schema=server.schema if names_schema else None), "database")

    assert (one.state, one.code) == ("bad", "no_rights")
    assert one.what == "The database may not be used by who opens it."


def test_a_role_that_may_not_read_is_told_so(server: Place) -> None:
    with_a_case(server)
    with as_a_role(server) as looked:
        server.write(f"REVOKE SELECT ON {server.schema}.wh_ledger FROM {server.schema}_role")
        one = of(looked(), "database")

    assert (one.state, one.code) == ("bad", "no_rights")
    assert one.what == "The database may not be used by who opens it."


def test_a_wrong_key_is_looked_for_where_it_came_from(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_case(place)
    monkeypatch.setenv("WAYHOME_KEY", base64.b64encode(b"invented words that are no key!!").decode())

    one = of(examined(place), "key")
    assert one.code == "wrong_key"
    assert (
        one.todo
        == "Put the right one where it came from: WAYHOME_KEY, if that is set, else its file, or whatever gives it."
    )


def test_of_a_server_a_missing_key_is_not_put_beside_it(server: Place) -> None:
    with_a_case(server)

    one = of(wh.doctor(server.address, schema=server.schema, packs=all_packs()), "key")
    assert (one.code, one.todo) == ("no_key", "Set WAYHOME_KEY, or say where the key file lies.")


def with_a_case(place: Place) -> None:
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")


def test_a_column_that_is_gone_is_bad_and_named_with_its_table(place: Place) -> None:
    with_a_case(place)
    place.write("ALTER TABLE wh_command_keys DROP COLUMN sealed")

    one = of(examined(place), "database")
    assert (one.state, one.code) == ("bad", "tables_changed")
    assert "wh_command_keys lacks sealed" in one.what


def test_without_the_row_by_which_the_order_begins_it_is_bad(place: Place) -> None:
    with_a_case(place)
    place.write("DELETE FROM wh_generations")

    one = of(examined(place), "database")
    assert (one.state, one.code) == ("bad", "tables_changed")
    assert "wh_generations lacks its row" in one.what


def test_a_column_that_nobody_fills_is_bad_when_it_is_tried_to_write(place: Place) -> None:
    with_a_case(place)
    place.write("ALTER TABLE wh_command_keys ADD COLUMN invented INTEGER CHECK (invented IS NOT NULL)")

    found = examined(place)
    assert (of(found, "database").state, of(found, "database").code) == ("bad", "unusable")
    assert of(found, "key").state == "ok"  # it can be read all the same


def test_of_what_is_tried_nothing_stays(place: Place) -> None:
    with_a_case(place)
    before = place.everything()

    assert of(examined(place), "database").state == "ok"
    assert place.everything() == before
    with place.open() as engine:
        a_case(engine, age_status="adult")
        assert engine.verify().ok


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Place]:
    one = a_place("postgresql", tmp_path)
    yield one
    one.gone()


@contextmanager
def as_a_role(place: Place, *rights: str) -> Iterator[Callable[..., wh.Checkup]]:
    """Give a way to look as somebody whom the server lets read, and beside that do this."""
    role = f"{place.schema}_role"
    everything = f"ALL TABLES IN SCHEMA {place.schema}"
    place.write(f"CREATE ROLE {role} LOGIN")
    for right in (f"USAGE ON SCHEMA {place.schema}", f"SELECT ON {everything}", *rights):
        place.write(f"GRANT {right.format(all=everything, schema=place.schema)} TO {role}")
    address = sa.make_url(place.address).set(username=role).render_as_string(hide_password=False)
    try:
        yield lambda schema=place.schema: wh.doctor(address, schema=schema, key_file=place.key, packs=all_packs())
    finally:
        place.write(f"DROP OWNED BY {role}")
        place.write(f"DROP ROLE {role}")


ALL = ("INSERT, UPDATE ON {all}", "USAGE ON ALL SEQUENCES IN SCHEMA {schema}")


@pytest.mark.parametrize(
    ("rights", "state", "code"),
    [
        (ALL, "ok", ""),
        ((), "look", "read_only"),
        (("UPDATE ON {schema}.wh_entries",), "look", "read_only"),  # no row can be added anywhere
        (ALL[:1], "bad", "read_only_in_part"),  # no position in the order can be drawn
        ((*ALL[1:], "INSERT ON {all}"), "bad", "read_only_in_part"),  # no row can be changed
    ],
)
def test_what_a_role_of_a_server_may_do_is_tried(server: Place, rights: tuple[str, ...], state: str, code: str) -> None:
    with_a_case(server)
    with as_a_role(server, *rights) as looked:
        one = of(looked(), "database")

    assert (one.state, one.code) == (state, code)
    assert code != "read_only_in_part" or re.search("may not write .*wh_(ledger|cases)", one.why)


def test_a_damaged_page_of_an_index_is_bad(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)
    with_a_case(place)
    ((page,),) = place.rows("SELECT rootpage FROM sqlite_master WHERE name = 'ix_wh_ledger_position'")
    ((size,),) = place.rows("PRAGMA page_size")
    with place.file.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))

    assert (of(examined(place), "database").state, of(examined(place), "database").code) == ("bad", "damaged")


def test_an_index_that_does_not_fit_its_table_is_bad(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)
    with_a_case(place)
    with closing(sqlite3.connect(place.file, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'phase', 'status') WHERE name = 'ix_wh_cases_phase'"
        )

    assert (of(examined(place), "database").state, of(examined(place), "database").code) == ("bad", "damaged")


def seen_where_files_may_not_grow(database: str, limit_bytes: int) -> dict[str, str]:
    """Look in a program of its own, and give the state of each thing."""
    text = (
        "import json, resource, sys, wayhome as wh; from wayhome.packs.plugins import Packs;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, 2 * (int(sys.argv[2]),));"
        "print(json.dumps({one.id: one.state for one in wh.doctor(sys.argv[1], packs=Packs.of()).checks}))"
    )
    words = [sys.executable, "-c", text, database, str(limit_bytes)]
    found: dict[str, str] = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    return found


@pytest.mark.skipif(os.name != "posix", reason="no such limits here")
def test_files_that_may_not_grow_are_bad(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)
    with_a_case(place)

    assert seen_where_files_may_not_grow(place.address, 64 * 2**20)["database"] == "ok"
    assert seen_where_files_may_not_grow(place.address, 64 * 2**10)["database"] == "bad"


@pytest.mark.skipif(os.name != "posix", reason="no such limits here")
def test_where_it_cannot_even_be_opened_its_files_and_its_disk_are_looked_at(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)
    with_a_case(place)
    place.file.chmod(0o640)

    found = seen_where_files_may_not_grow(place.address, 0)  # SQLite makes no file beside it, as on a full disk

    assert (found["database"], found["rights"], found["size"]) == ("bad", "look", "ok")
    assert "disk" in found


def test_of_a_file_that_is_damaged_files_and_disk_are_looked_at(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)
    with_a_case(place)
    place.write("DELETE FROM wh_generations")

    assert {one.id for one in examined(place).checks} >= OF_A_FILE - {"wal"}


def test_of_a_file_that_is_not_there_only_the_disk_is_looked_at(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)

    assert {one.id for one in examined(place).checks} & OF_A_FILE == {"disk"}
    gone = Place(tmp_path / "nowhere")
    assert {one.id for one in examined(gone).checks} & OF_A_FILE == set()


def test_what_is_told_of_a_backup_is_sealed_and_where_it_was_changed_that_is_bad(place: Place, tmp_path: Path) -> None:
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
        engine.backup(tmp_path / "b.age", recipients=[RECIPIENT])
    assert of(examined(place), "backup").state == "ok"
    assert place.write("UPDATE wh_ledger SET body = ? WHERE number = 'office'", b"an invented body") == 2

    assert of(examined(place), "backup").state == "bad"


def test_of_a_database_that_does_not_hold_together_a_backup_is_made_and_nothing_is_noted(
    place: Place, tmp_path: Path
) -> None:
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
    place.write("UPDATE wh_ledger SET body = ?", b"an invented body")
    before = place.rows("SELECT * FROM wh_entries ORDER BY 1, 2")

    with place.open() as engine:
        made = engine.backup(tmp_path / "b.age", recipients=[RECIPIENT])

        assert not made.ok
        assert (tmp_path / "b.age").exists()
    assert [row[1] for row in place.rows("SELECT * FROM wh_entries ORDER BY 1, 2")] == [row[1] for row in before]


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("UPDATE wh_ledger SET body = hash", "database"),
        ("DELETE FROM wh_blobs", "database"),
        ("DELETE FROM wh_keys WHERE number <> ''", "database"),
        ("UPDATE wh_cases SET state = head", "cases"),
        ("DELETE FROM wh_cases", "cases"),
        ("UPDATE wh_processes SET labels = canonical", "cases"),
    ],
)
def test_what_does_not_open_is_told_where_it_belongs_and_names_no_case(place: Place, text: str, bad: str) -> None:
    place.make()
    with place.open() as engine:
        case = a_case(engine, age_status="adult", continuing_medication=True)  # which is sealed apart
    place.write(text)

    found = examined(place)

    assert of_all(found, bad) == {"bad"}
    assert case not in str(wh.to_json(found))
    one = of(found, "clock")
    if bad == "database":
        assert "Have the ledger verified" in of(found, bad).todo
        assert one.what == "Not looked at, since it needs what is told under 'database'."
    else:
        assert (of(found, "database").state, one.state) == ("ok", "ok")


def of_all(found: wh.Checkup, id: str) -> set[str]:
    return {one.state for one in found.checks if one.id == id}


def test_a_checkup_is_data(place: Place) -> None:
    place.make()
    found = examined(place)

    plain = wh.to_json(found)

    assert plain["state"] == found.state
    assert wh.from_json(wh.Checkup, plain) == found


def test_a_server_that_does_not_answer_is_bad() -> None:
    found = wh.doctor("postgresql://nobody@127.0.0.1:1/nothing", packs=all_packs(), keys=lambda _: b"k" * 32)

    assert (of(found, "database").state, of(found, "database").code) == ("bad", "no_answer")
    assert "127.0.0.1" not in str(wh.to_json(found))


def test_a_database_that_was_put_back_knows_of_no_newer_backup_than_it_holds(place: Place, tmp_path: Path) -> None:
    identity = x25519.Identity.generate()
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
        for name in ("first.age", "second.age"):
            engine.backup(tmp_path / name, recipients=[str(identity.to_public())])

    seen = []
    for name in ("first", "second"):
        new = f"sqlite:///{tmp_path / name}.db"
        wh.restore(tmp_path / f"{name}.age", new, identity=str(identity), key_file=place.key)
        seen.append(of(wh.doctor(new, packs=all_packs(), key_file=place.key), "backup").state)
    assert seen == ["bad", "ok"]
