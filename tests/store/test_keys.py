"""The master key: from a file, the environment, or a function of the host; one that is another's opens nothing and writes nothing."""

from __future__ import annotations

import pytest
from wayhome import Engine, StoreUnavailable, commands
from wayhome.packs.plugins import Packs

from tests.conftest import ANNA, a_case
from tests.places import Place


def test_a_host_gives_the_key_by_its_id_and_no_key_file_is_made(place: Place) -> None:
    asked = []

    def keys(id: str) -> bytes:
        asked.append(id)
        return b"k" * 32

    place.make(keys=keys, key_file=None)
    with place.open(keys=keys, key_file=None) as engine:
        case = a_case(engine)
        engine.do(commands.Involve(case, by="person", relation="relative", name="Invented Name"), as_=ANNA)
    with place.open(keys=keys, key_file=None) as engine:
        told = [row.texts for row in engine.history(case, as_=ANNA)]

    assert "Invented Name" in repr(told)
    assert {path.name for path in place.folder.iterdir()} <= {place.file.name, f"{place.file.name}.reads"}
    assert [len(id) for id in {*asked}] == [8]


def test_a_key_that_is_another_one_reads_nothing_and_writes_nothing(place: Place) -> None:
    place.make(keys=lambda _: b"k" * 32, key_file=None)
    with place.open(keys=lambda _: b"k" * 32) as engine:
        case = a_case(engine)
    before = place.everything()

    with place.open(keys=lambda _: b"x" * 32) as engine:
        for ask in (
            lambda: a_case(engine),
            lambda: engine.case(case, as_=ANNA),
            lambda: engine.cases(as_=ANNA),
            lambda: engine.due(as_=ANNA),
            lambda: engine.put_actor(ANNA),
            engine.actors,
            engine.rebuild,
            engine.verify,
        ):
            with pytest.raises(StoreUnavailable, match="This key does not open this database") as told:
                ask()
            assert told.value.code == "wrong_key"
        assert engine.verify(chain_only=True).ok

    assert place.everything() == before


def test_a_key_stands_in_no_repr(packs: Packs) -> None:
    with Engine.open("sqlite://", packs=packs) as engine:
        a_case(engine)
        key = engine._store.keys.find(None, ("", "database"))  # type: ignore[arg-type]

    assert key is not None
    assert repr(key) == "<Key>"
    assert repr(engine._store.vault) == "<Vault>"
