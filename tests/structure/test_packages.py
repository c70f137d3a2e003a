"""What is packed is what belongs in, however much else lies in the folder; and each package says under which licence it is given."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
PACKAGES = {".": "engine/wayhome"} | {
    f"plugins/{folder.name}": f"wayhome_{folder.name}" for folder in sorted((ROOT / "plugins").iterdir())
}
STRAY = (
    "passphrase",
    "returns.jsonl",
    "scratch.py",
    "wayhome.db",
    "office.txt",
    "notes/anna.yaml",
    "tests/returns.jsonl",
)
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "dist", "tests")


@pytest.fixture(params=PACKAGES)
def laid_out(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """The folder of a package as somebody has worked in it, and where its code lies there. No `.gitignore` hides anything."""
    folder, code = tmp_path / "folder", Path(PACKAGES[request.param])
    source = ROOT / request.param
    folder.mkdir()
    for name in source.iterdir():
        if name.is_file() and not name.name.startswith("."):
            shutil.copy(name, folder)
    shutil.copytree(source / code, folder / code, ignore=NOT_COPIED)
    for name in (*STRAY, code / "passphrase", code / "returns.jsonl"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("six invented words that nobody said")
    return folder, code


def of_source(folder: Path, into: Path) -> set[str]:
    (packed,) = SdistBuilder(str(folder)).build(directory=str(into), versions=["standard"])
    with tarfile.open(packed) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def of_wheel(folder: Path, into: Path) -> set[str]:
    (packed,) = WheelBuilder(str(folder)).build(directory=str(into), versions=["standard"])
    with zipfile.ZipFile(packed) as archive:
        return {*archive.namelist()}


def code_of(folder: Path, code: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in (folder / code).rglob("*")
        if path.is_file() and path.name not in STRAY
    }


def test_a_source_package_holds_its_code_and_what_is_said_of_it_and_nothing_else(
    laid_out: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, code = laid_out

    packed = of_source(folder, tmp_path / "packed")

    beside = {"pyproject.toml", "README.md", "LICENSE", "PKG-INFO"} | (
        {"CHANGELOG.md"} if code.parts[0] == "engine" else set()
    )
    assert packed == code_of(folder, code) | beside


def test_a_wheel_holds_its_code_and_its_licence_and_nothing_else(laid_out: tuple[Path, Path], tmp_path: Path) -> None:
    folder, code = laid_out

    packed = of_wheel(folder, tmp_path / "packed")

    assert {name for name in packed if ".dist-info/" not in name} == {
        name.removeprefix("engine/") for name in code_of(folder, code)
    }
    assert [name for name in packed if name.endswith(".dist-info/licenses/LICENSE")]


@pytest.mark.parametrize("folder", PACKAGES)
def test_the_licence_is_the_same_everywhere(folder: str) -> None:
    assert (ROOT / folder / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
