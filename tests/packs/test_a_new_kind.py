"""A kind of pack entry is one class in packs/kinds: its file, its checks and its place in a process follow from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.packs.planting import written

KIND = """
from __future__ import annotations
from dataclasses import dataclass
from typing import Annotated, ClassVar
from wayhome.packs.kinds.kind import SHOWN, Entry, Ids, Text
from wayhome.packs.mentions import names

@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Entry):
    file: ClassVar[str] = "registers"
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
from wayhome.packs.kinds.registers import Register
from wayhome.packs.plugins import check_folder
from wayhome.packs.process import Process
try:
    _, process = check_folder(Path(sys.argv[2]))
except PackBroken as error:
    print(error)
else:
    stored = Process.of(orjson.loads(process.canonical), process.labels)
    print(stored.every(Register)["tg_referrals"].kept_by, stored.title("registers", "tg_referrals"))
"""


def used(folder: Path, register: str) -> str:
    """Add a kind of entry, and a pack that has one; say what comes of it."""
    (kinds := folder / "kinds").mkdir(parents=True)
    (kinds / "registers.py").write_text(KIND)
    pack = written(folder / "togo", {"registers.yaml": register})
    return subprocess.run(
        [sys.executable, "-c", USE, str(kinds), str(pack)], capture_output=True, text=True, check=True
    ).stdout


def test_a_new_kind_is_read_checked_composed_and_stored_by_its_class_alone(tmp_path: Path) -> None:
    entry = "- {id: tg_referrals, title: Referrals, kept_by: [case_manager_sending], source: S1}\n"

    assert used(tmp_path / "good", entry) == "('case_manager_sending',) Referrals\n"
    assert "'kept_by' is missing" in used(tmp_path / "no_keeper", "- {id: tg_referrals, title: R, source: S1}\n")
    assert "'tittle' is no key here" in used(tmp_path / "misspelt", entry.replace("title", "tittle"))
    assert "there is no role 'case_manger_sending'" in used(tmp_path / "nobody", entry.replace("manager", "manger"))
