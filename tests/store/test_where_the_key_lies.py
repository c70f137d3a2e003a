"""Where the master key of a database lies: where it was said, in the configuration folder of who works, or beside the file."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import pytest
import wayhome as wh
from wayhome import BadInput, Engine, StoreUnavailable
from wayhome.store.vault import keep_in_configuration, key_in_configuration

from tests.conftest import a_case, all_packs
from tests.places import Place

KEY = b"k" * 32


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration folder of somebody who has none yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "wayhome"


def id_in(place: Place) -> str:
    return str(place.rows("SELECT id FROM wh_master_keys")[0][0])


def test_a_file_is_not_made_before_it_is_said_where_its_key_lies(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as told:
        wh.create(f"sqlite:///{tmp_path / 'new.db'}")

    assert str(told.value) == (
        "It is not said where the key of this database lies. All that is told of a person is sealed with it. "
        "Say 'key_file' or 'keys', or set WAYHOME_KEY."
    )
    assert [*tmp_path.iterdir()] == []


def test_the_environment_is_enough_and_no_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYHOME_KEY", base64.b64encode(KEY).decode())

    wh.create(f"sqlite:///{tmp_path / 'new.db'}")

    assert [path.name for path in tmp_path.iterdir()] == ["new.db"]


def test_a_key_in_the_configuration_folder_is_found_by_its_id_and_is_its_owners_alone(
    place: Place, folder: Path
) -> None:
    place.make(keys=lambda _: KEY, key_file=None)
    with (
        place.open(key_file=None) as engine,
        pytest.raises(StoreUnavailable, match="The key of this database is missing"),
    ):
        a_case(engine)

    path = keep_in_configuration(id_in(place), KEY)

    with place.open(key_file=None) as engine:
        assert a_case(engine)
    assert path == folder / f"{id_in(place)}.key"
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_one_that_lies_beside_the_file_is_found_and_the_one_of_its_id_goes_before_it(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.make()
    with place.open(key_file=None) as engine:
        a_case(engine)
    right = base64.b64decode(place.key.read_bytes())
    place.key.write_bytes(base64.b64encode(KEY))

    keep_in_configuration(id_in(place), right)

    with place.open(key_file=None) as engine:
        assert a_case(engine)


def test_a_key_that_is_kept_there_is_never_written_over(folder: Path) -> None:
    keep_in_configuration("0a1b2c3d", KEY)
    keep_in_configuration("0a1b2c3d", b"x" * 32)

    assert base64.b64decode(key_in_configuration("0a1b2c3d").read_bytes()) == KEY


@pytest.mark.parametrize("id", ["../../stolen", "/etc/passwd", "0A1B2C3D", "x" * 8])
def test_whoever_writes_another_id_into_the_tables_leads_to_no_other_file(
    tmp_path: Path, folder: Path, id: str
) -> None:
    place = Place(tmp_path)
    place.make(keys=lambda _: KEY, key_file=None)
    keep_in_configuration(id_in(place), KEY)
    place.write("UPDATE wh_master_keys SET id = ?", id)

    with Engine.open(place.address, packs=all_packs()) as engine, pytest.raises(wh.LedgerBroken):
        a_case(engine)


def test_a_backup_is_put_back_with_the_key_of_its_id(tmp_path: Path, folder: Path) -> None:
    from pyrage import x25519

    identity = x25519.Identity.generate()
    place = Place(tmp_path)
    place.make(keys=lambda _: KEY, key_file=None)
    path = keep_in_configuration(id_in(place), KEY)
    with place.open(key_file=None) as engine:
        a_case(engine)
        engine.backup(tmp_path / "a.age", recipients=[str(identity.to_public())])

    assert wh.restore(tmp_path / "a.age", f"sqlite:///{tmp_path / 'new.db'}", identity=str(identity)).ok
    shutil.move(path, tmp_path / "away.key")
    with pytest.raises(StoreUnavailable, match="The key of this database is missing"):
        wh.restore(tmp_path / "a.age", f"sqlite:///{tmp_path / 'other.db'}", identity=str(identity))


def test_without_the_library_of_backups_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyrage", None)
    with Engine.open("sqlite://", packs=all_packs()) as engine:
        with pytest.raises(StoreUnavailable) as told:
            engine.backup(tmp_path / "a.age", passphrase="six invented words")
        assert a_case(engine)

    assert str(told.value) == (
        "Backups can be neither made nor put back by this installation. The library that seals them (pyrage) is missing. "
        "Install it: pip install 'wayhome[backup]'."
    )
