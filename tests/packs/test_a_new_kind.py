"""A kind of pack entry is one class in packs/kinds: its file, its checks and its place in a process follow from it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, field, replace
from pathlib import Path
from typing import Any

import pytest
from wayhome.packs.compiled import CORE, compiled, sealed
from wayhome.packs.kinds.kind import Part, a_part

from tests.packs.planting import written

KIND = """
from __future__ import annotations

from typing import Annotated, ClassVar
from wayhome.packs.kinds.kind import SHOWN, Entry, Ids, Text, a_part
from wayhome.packs.mentions import names

@a_part
class Ledger(Entry):
    file: ClassVar[str] = "ledgers"
    title: Annotated[Text, SHOWN]
    kept_by: Annotated[Ids, names("roles")]
"""
USE = """
import sys
from pathlib import Path
import orjson
from wayhome.packs import kinds
kinds.__path__.append(sys.argv[1])  # as if the class lay there
from wayhome.errors import PackBroken
from wayhome.packs.kinds.ledgers import Ledger
from wayhome.packs.plugins import check_folder
from wayhome.packs.process import Process
try:
    _, process = check_folder(Path(sys.argv[2]))
except PackBroken as error:
    print(error)
else:
    stored = Process.of(orjson.loads(process.canonical), process.labels)
    print(stored.every(Ledger)["tg_referrals"].kept_by, stored.title("ledgers", "tg_referrals"))
"""


def used(folder: Path, register: str) -> str:
    """Add a kind of entry, and a pack that has one; say what comes of it."""
    (kinds := folder / "kinds").mkdir(parents=True)
    (kinds / "ledgers.py").write_text(KIND)
    pack = written(folder / "togo", {"ledgers.yaml": register})
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-c", USE, str(kinds), str(pack)], capture_output=True, text=True, check=True, env=environment
    ).stdout


def test_a_new_kind_is_read_checked_composed_and_stored_by_its_class_alone(tmp_path: Path) -> None:
    entry = "- {id: tg_referrals, title: Referrals, kept_by: [case_manager_sending], source: S1}\n"

    assert used(tmp_path / "good", entry) == "('case_manager_sending',) Referrals\n"
    assert "'kept_by' is missing" in used(tmp_path / "no_keeper", "- {id: tg_referrals, title: R, source: S1}\n")
    assert "'tittle' is no key here" in used(tmp_path / "misspelt", entry.replace("title", "tittle"))
    assert "there is no role 'case_manger_sending'" in used(tmp_path / "nobody", entry.replace("manager", "manger"))


def test_what_was_kept_by_a_program_that_knows_one_kind_more_does_not_count_for_one_that_does_not(
    tmp_path: Path,
) -> None:
    used(tmp_path, "- {id: tg_referrals, title: Referrals, kept_by: [case_manager_sending], source: S1}\n")

    core = compiled(CORE, sealed(CORE))

    assert core is None or "ledgers" not in core.entries


# --- what a dataclass has, and all parts have from one base -------------------------------------------------------------


@a_part
class _Told(Part):
    name: str
    more: tuple[str, ...] = ()
    seen: dict[str, int] = field(default_factory=dict, compare=False, repr=False)


def test_a_part_is_equal_to_its_like_and_can_be_copied_and_kept_but_not_changed() -> None:
    one = _Told(name="invented", more=("a",))

    for other in (
        _Told(name="invented", more=("a",), seen={"x": 1}),
        replace(one),
        copy(one),
        deepcopy(one),
        pickle.loads(pickle.dumps(one)),
    ):
        assert other == one
        assert hash(other) == hash(one)
    assert one != replace(one, more=())
    assert one != "invented"
    assert repr(one) == "_Told(name='invented', more=('a',))"
    assert one.seen is not _Told(name="another").seen
    for change in (lambda: setattr(one, "name", "x"), lambda: delattr(one, "name"), lambda: setattr(one, "new", 1)):
        with pytest.raises(FrozenInstanceError):
            change()
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize("given", [{}, {"nam": "invented"}, {"name": "invented", "other": 1}])
def test_a_part_is_made_of_its_own_fields(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        _Told(**given)
