"""A pack that was found good is kept as it was read, and counts only as long as nothing has changed of what it was read of. (issue 11)"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from json import JSONDecoder
from pathlib import Path
from zipfile import ZipFile

import pytest
from wayhome.packs import compiled as kept_packs
from wayhome.packs.compiled import cache_pack, claims_of, compiled, sealed
from wayhome.packs.installed import Point, _in_other_ways, _points, installed, installed_fingerprint
from wayhome.packs.pack import Pack, read_pack
from wayhome.packs.plugins import Plugin

from tests.packs.planting import HEAD, HOOKS, RULE, a_check, beside_brazil, plant, written

CLAIMS = (("id", "togo"), ("rule", "TG-01"))


@pytest.fixture(autouse=True)
def _kept_where_python_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)


@pytest.fixture
def togo(tmp_path: Path) -> Pack:
    folder = written(tmp_path / "togo", {"rules.yaml": RULE, "code.py": "ANSWER = 1\n"})
    seal = sealed(folder)
    pack = read_pack(folder)
    cache_pack(pack, CLAIMS, seal)
    return pack


def as_kept(folder: Path) -> Pack | None:
    """Give the pack of a folder as it was kept, when it counts as the folder stands now."""
    return compiled(folder, sealed(folder))


def rewritten(file: Path, text: str) -> None:
    """Write a file so that neither its size nor its time tells that it was."""
    before = file.stat()
    assert len(text.encode()) == before.st_size
    file.write_text(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_what_was_kept_is_the_pack_that_was_read_with_the_place_of_every_entry(togo: Pack) -> None:
    again = as_kept(togo.folder)

    assert again == togo
    assert again is not togo
    assert again.of("rules")[0].fault("P000", "x", "y", "id").line == 1
    assert claims_of(togo.folder) == {*CLAIMS}


def of_the_pack(folder: Path) -> None:
    rewritten(folder / "pack.yaml", HEAD.replace("title: Togo", "title: Toga"))


def of_a_rule(folder: Path) -> None:
    rewritten(folder / "rules.yaml", RULE.replace("revision: 1", "revision: 2"))


def of_the_code(folder: Path) -> None:
    rewritten(folder / "code.py", "ANSWER = 2\n")


def one_more_file(folder: Path) -> None:
    (folder / "facts.yaml").write_text("[]\n")


def one_file_less(folder: Path) -> None:
    (folder / "rules.yaml").unlink()


def another_name(folder: Path) -> None:
    (folder / "code.py").rename(folder / "mode.py")


def damage(folder: Path) -> None:
    file = kept_packs._file(folder)
    file.write_bytes(file.read_bytes()[:-20])


def nonsense(folder: Path) -> None:
    kept_packs._file(folder).write_bytes(b"\x80\x05.")


CHANGES = (of_the_pack, of_a_rule, of_the_code, one_more_file, one_file_less, another_name, damage, nonsense)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_the_pack_is_read_again(togo: Pack, change: Callable[[Path], None]) -> None:
    change(togo.folder)

    assert as_kept(togo.folder) is None


@pytest.mark.parametrize("change", [of_the_pack, of_a_rule, one_file_less, damage, nonsense])
def test_what_a_plugin_is_called_by_is_read_again_when_that_may_have_changed(
    togo: Pack, change: Callable[[Path], None]
) -> None:
    change(togo.folder)

    assert claims_of(togo.folder) is None


def test_another_engine_or_another_core_reads_it_again(togo: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_packs, "_engine", lambda: b"another")

    assert as_kept(togo.folder) is None


def test_what_was_moved_is_read_again_since_faults_name_its_files(togo: Pack, tmp_path: Path) -> None:
    shutil.copytree(togo.folder, tmp_path / "moved")

    assert as_kept(tmp_path / "moved") is None
    assert as_kept(togo.folder) == togo


def test_where_python_keeps_nothing_no_pack_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "togo")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    cache_pack(read_pack(folder), CLAIMS, sealed(folder))

    assert not (folder / "__pycache__").exists()


def test_where_nothing_can_be_written_the_pack_is_read_each_time(tmp_path: Path) -> None:
    folder = written(tmp_path / "togo")
    (folder / "__pycache__").write_text("a file where a folder should be")

    cache_pack(read_pack(folder), CLAIMS, sealed(folder))

    assert as_kept(folder) is None


def test_a_plugin_that_is_refused_is_never_kept(tmp_path: Path) -> None:
    """Neither one whose pack has a fault, nor one whose code may not be imported, nor one that answers nothing."""
    bad_pack = plant(tmp_path, "bad_pack", files={"pack.yaml": HEAD.replace("prefix: tg_", "prefix: [")})
    bad_code = plant(tmp_path, "bad_code", f"import subprocess\n{HOOKS}")
    no_check = plant(tmp_path, "no_check", files={"rules.yaml": RULE, "pack.yaml": HEAD.replace("id: togo", "id: tog")})

    beside_brazil(tmp_path)

    assert [as_kept(one) for one in (bad_pack, bad_code, no_check)] == [None, None, None]


def test_a_plugin_that_was_kept_is_refused_as_soon_as_its_code_may_not_be_imported(tmp_path: Path) -> None:
    package = plant(tmp_path, "togo", a_check("return yes('it is so')"), {"rules.yaml": RULE})
    for _ in range(2):
        assert beside_brazil(tmp_path).for_country("origin", "TG").state == "ready"
        sys.modules.pop("togo", None)
    assert kept_packs._file(package).is_file()

    (package / "more.py").write_text("import subprocess\n")

    packs = beside_brazil(tmp_path)
    (refused,) = (one for one in packs.plugins if one.name == "togo")
    assert refused.problem is not None
    assert "P028" in {fault.code for fault in refused.problem.faults}


def in_a_package(folder: Path, files: dict[str, str] | None = None) -> Path:
    """Plant a plugin whose pack and hooks lie in a package of a package: its entry point names `togo.plugin`."""
    package = plant(folder, "togo", a_check("return yes('fine')"), files)
    (package / "plugin").mkdir()
    for one in [*package.glob("*.py"), *package.glob("*.yaml")]:
        one.rename(package / "plugin" / one.name)
    (package / "__init__.py").write_text("")
    (next(folder.glob("togo-*.dist-info")) / "entry_points.txt").write_text("[wayhome]\ntogo = togo.plugin\n")
    return package


def loaded_again(folder: Path) -> Plugin:
    """Ask for the planted plugin as another program would."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "togo"]:
        del sys.modules[name]
    (plugin,) = (one for one in beside_brazil(folder).plugins if one.name == "togo")
    return plugin


def test_code_outside_of_the_packs_folder_is_looked_at_when_it_has_changed(tmp_path: Path) -> None:
    """It is imported first of all: what it may not import was looked for only as long as nothing was kept."""
    package = in_a_package(tmp_path)
    assert [loaded_again(tmp_path).state for _ in range(2)] == ["ready", "ready"]
    assert kept_packs._file(package / "plugin").is_file()

    (package / "__init__.py").write_text("import subprocess\n")

    refused = loaded_again(tmp_path)
    assert refused.problem is not None
    assert {fault.code for fault in refused.problem.faults} == {"P028"}


def test_code_outside_of_the_packs_folder_is_code_of_its_checks(tmp_path: Path) -> None:
    """A check can be judged by what lies in the package around its pack: other code there is other code of each rule."""
    package = in_a_package(tmp_path, {"rules.yaml": RULE})

    def code() -> str:
        (rule,) = loaded_again(tmp_path).pack.of("rules")  # type: ignore[union-attr]
        return str(rule.entry.code)

    before = code()
    assert code() == before
    (package / "judging.py").write_text("ANSWER = 'yes'\n")

    assert code() != before


def test_a_plugin_that_no_longer_declares_what_it_imports_is_refused(tmp_path: Path) -> None:
    plant(tmp_path, "togo", f"import orjson\n{HOOKS}")
    declared = next(tmp_path.glob("togo-*.dist-info")) / "METADATA"
    before = declared.read_text()
    declared.write_text(f"{before}Requires-Dist: orjson\n")
    assert [loaded_again(tmp_path).state for _ in range(2)] == ["ready", "ready"]

    declared.write_text(before)

    refused = loaded_again(tmp_path)
    assert refused.problem is not None
    assert {fault.code for fault in refused.problem.faults} == {"P028"}


def test_what_changes_while_a_pack_is_read_is_not_taken_for_what_was_read(tmp_path: Path) -> None:
    folder = written(tmp_path / "togo", {"rules.yaml": RULE})
    seal = sealed(folder)
    pack = read_pack(folder)

    of_a_rule(folder)
    cache_pack(pack, CLAIMS, seal)

    assert as_kept(folder) is None
    assert claims_of(folder) is None


def test_who_asks_about_a_case_a_second_time_reads_no_yaml(tmp_path: Path) -> None:
    """As whole programs: the first keeps what it read, the second has it."""
    code = """
import sys
from wayhome.packs.plugins import Packs
packs = Packs.installed()
print({one.state for one in packs.plugins}, [m for m in ("yaml", "pydantic") if m in sys.modules])
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path)

    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment) for _ in range(2)
    ]

    assert [one.stdout for one in said] == ["{'ready'} ['yaml', 'pydantic']\n", "{'ready'} []\n"]


# --- where plugins are found -------------------------------------------------------------------------------------------


def test_what_lies_in_folders_is_what_importlib_finds() -> None:
    points = {(one.name, one.value) for one in entry_points(group="wayhome")}

    assert {(one.name, one.value) for one in installed() if isinstance(one, Point)} == points
    assert sorted(installed()) == sorted(_in_other_ways())


def test_what_is_installed_in_another_way_than_a_folder_is_asked_of_importlib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an archive: Python imports from it, and so its plugins are found in it."""
    archive = tmp_path / "plugins.zip"
    with ZipFile(archive, "w") as made:
        made.writestr("togo-0.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: togo\nVersion: 0.1\n")
        made.writestr("togo-0.1.dist-info/entry_points.txt", "[wayhome]\ntogo = togo\n")
    before = installed_fingerprint()
    monkeypatch.setattr(sys, "path", [*sys.path, str(archive)])

    assert "togo 0.1" in installed_fingerprint()
    assert "togo 0.1" not in before


def test_the_version_of_what_is_installed_for_those_who_work_on_it_is_known(tmp_path: Path) -> None:
    """A folder that is installed as it stands is called `togo.egg-info`, and says its version inside."""
    place = tmp_path / "togo.egg-info"
    place.mkdir()
    (place / "entry_points.txt").write_text("[wayhome]\ntogo = togo\n")
    (place / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: togo\nVersion: 0.7\n")

    assert installed([str(tmp_path)]) == [Point("togo", "togo", "0.7", place)]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("[wayhome]\ntogo = togo\n", [("togo", "togo")]),
        (
            "[other]\na = b\n[wayhome]\n# no\n togo = togo.there:plugin [extra] \n[more]\nc = d\n",
            [("togo", "togo.there:plugin [extra]")],
        ),
        ("[wayhomes]\ntogo = togo\n", []),
        ("", []),
    ],
)
def test_a_list_of_entry_points_is_read_as_installers_write_it(text: str, points: list[tuple[str, str]]) -> None:
    assert [*_points(text)] == points


def test_what_an_entry_point_names_is_imported() -> None:
    point = Point("invented", "json.decoder:JSONDecoder.decode [extra]", "0.1", None)

    assert (point.module, point.load()) == ("json.decoder", JSONDecoder.decode)
    assert point.declared_by is None
