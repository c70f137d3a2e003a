"""The house stands as its plan says: what is public, what is lazy, what names nobody."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import wayhome
import wayhome.country
import yaml
from wayhome import commands
from wayhome.model.actor import Actor
from wayhome.model.closed_sets import WORDS
from wayhome.packs.plugins import Packs
from wayhome.testing import Ready

from tests.conftest import a_case, engine_at
from tests.programs import Program

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine" / "wayhome"


@pytest.mark.parametrize("module", [wayhome, wayhome.country], ids=["wayhome", "wayhome.country"])
def test_every_public_name_exists_and_is_listed_in_order(module: object) -> None:
    names = module.__all__  # type: ignore[attr-defined]

    written = names if module is wayhome.country else names[: -len(WORDS)]  # the commands stand in their own order
    assert list(written) == sorted(written)
    assert len(set(names)) == len(names)
    assert all(getattr(module, name) is not None for name in names)


def test_the_package_is_typed() -> None:
    assert (ENGINE / "py.typed").exists()


def test_importing_wayhome_loads_neither_database_nor_pydantic() -> None:
    code = "import wayhome, wayhome.errors, sys; print([m for m in ('sqlalchemy', 'pydantic', 'structlog') if m in sys.modules])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_an_everyday_command_loads_neither_pydantic_nor_the_database() -> None:
    code = (
        "import wayhome as wh, sys; c = wh.read_command({'do': 'move', 'case': 'WH-7K3M9-Q2F4A-Z', 'to': 'depart'}); "
        "wh.to_json(c); print([m for m in ('sqlalchemy', 'pydantic', 'structlog', 'yaml') if m in sys.modules])"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_the_engine_names_no_country() -> None:
    named = re.compile(r"\b(nigeria|brazil|brasil|sierra[ _]leone|naptip|belgium|netherlands)\b", re.I)
    found = [
        (path.relative_to(ROOT), number)
        for path in [*ENGINE.rglob("*.py"), *ENGINE.rglob("*.yaml")]
        if path.name != "sources.yaml"  # titles of books stay as they are
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if named.search(line) and "example" not in line  # a hook's manual names the plugin that uses it
    ]
    assert found == []


@pytest.mark.parametrize("plugin", sorted(p.name for p in (ROOT / "plugins").iterdir() if p.is_dir()))
def test_a_plugin_imports_wayhome_country_and_nothing_deeper(plugin: str) -> None:
    for path in (ROOT / "plugins" / plugin).rglob("*.py"):
        allowed = {"wayhome.country", "wayhome.testing"} if "tests" in path.parts else {"wayhome.country"}
        imported = set(re.findall(r"^\s*(?:from|import) (wayhome(?:\.\w+)*)\b", path.read_text(), re.M))
        assert imported <= allowed, path


@pytest.mark.parametrize("plugin", sorted(p.name for p in (ROOT / "plugins").iterdir() if p.is_dir()))
def test_all_plugins_have_one_shape(plugin: str) -> None:
    folder = ROOT / "plugins" / plugin
    module = folder / f"wayhome_{plugin}"

    assert {"README.md", "pyproject.toml", "tests"} <= {p.name for p in folder.iterdir()}
    assert {"stories", "__init__.py", "pack.yaml", "steps.yaml", "partners.yaml", "sources.yaml", "places.yaml"} <= {
        p.name for p in module.iterdir()
    }


def test_nothing_that_identifies_stands_in_a_repr(ready: Ready) -> None:
    assert re.fullmatch(r"<Case WH-\w{5}-\w{5}-\w v\d+ \w+ \w+>", repr(ready.case))


def test_no_address_of_a_machine_or_registry_stands_in_the_project() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    bad = re.compile(r"index-url|find-links|https?://[^ ]*/simple/?|/root/|/home/\w+/")
    found = [
        f
        for f in files
        if Path(f).suffix in (".toml", ".lock", ".txt", ".in", "")
        and (ROOT / f).is_file()
        and bad.search((ROOT / f).read_text())
    ]
    assert [f for f in found if f != "Makefile"] == []  # the Makefile names the options that keep addresses out


def test_the_core_has_sixty_steps_and_the_twenty_five_incidents(packs: Packs) -> None:
    steps = [e for e in yaml.safe_load((ENGINE / "core" / "steps.yaml").read_text()) if "id" in e]
    incidents = yaml.safe_load((ENGINE / "core" / "incidents.yaml").read_text())

    designed = {"identification": 14, "pre_departure": 25, "travel": 3, "arrival": 9, "follow_up": 9}
    by_phase = Counter(step["phase"] for step in steps)
    assert {phase: min(count, by_phase[phase]) for phase, count in designed.items()} == designed  # none is gone
    assert len(incidents) >= 25


def test_every_command_of_the_design_exists() -> None:
    words = "open record start complete fail skip redo sign consent withdraw document travel involve assign contact incident resolve move note correct rebase"
    assert set(words.split()) <= set(commands.BY_WORD)


def test_an_actor_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Actor("anna", "invented_house", {"x"}).id = "ben"  # type: ignore[misc]


def test_all_that_the_shell_prints_passes_the_one_function_that_makes_it_safe() -> None:
    printing = re.compile(r"\bclick\.(echo|secho)\b|(?<!console\.)\bprint\(|\bsys\.std(out|err)\.write|\bConsole\(")
    shell = ENGINE / "shell"
    found = {
        str(path.relative_to(shell)): printing.findall(path.read_text())
        for path in shell.rglob("*.py")
        if printing.search(path.read_text())
    }

    assert sorted(found) == ["terminal.py"]


def test_no_two_classes_have_one_name() -> None:
    names = [
        node.name
        for path in ENGINE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]

    assert sorted(name for name, times in Counter(names).items() if times > 1) == []


def test_what_runs_is_pinned_apart_from_what_only_tests_need() -> None:
    only_tests = set(re.findall(r"^(\w[\w.-]*)$", (ROOT / "requirements-tests.in").read_text(), re.M))
    runs = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.M))

    assert {"pytest", "mypy", "basedpyright"} <= only_tests
    assert {name.lower() for name in only_tests} & {name.lower() for name in runs} == set()


WITHOUT_A_SHELL = """
import sys
sys.modules.update(dict.fromkeys(("click", "rich", "prompt_toolkit", "pyrage"), None))
import wayhome as wh
anna = wh.Actor("anna", "invented_house", {"case_manager_sending"})
with wh.Engine.open("sqlite://") as engine:
    case = engine.do(wh.Open(host_country="BE", origin_country="NG"), as_=anna).case
    assert engine.why(case, "depart", as_=anna).unmet and engine.next(case, as_=anna)
    assert engine.form(case, {"do": "note"}, as_=anna).slots and engine.verify().ok
from wayhome.shell import start
start()
"""


def test_an_embedder_needs_nothing_of_the_shell_and_the_shell_says_what_it_needs() -> None:
    said = subprocess.run([sys.executable, "-c", WITHOUT_A_SHELL], capture_output=True, text=True)

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "The shell is not installed here. Install it: pip install 'wayhome[shell]'\n"


def test_who_looks_at_a_case_in_a_file_of_ours_loads_nothing_heavy(tmp_path: Path, later_program: Program) -> None:
    code = f"""
import sys, wayhome as wh
anna = wh.Actor("anna", "invented_house", {{"case_manager_sending"}})
url = "sqlite:///{tmp_path / "case.db"}"
with wh.Engine.open(url) as engine:
    (row,) = engine.cases(as_=anna)
    engine.do(wh.Note(row.number, text="invented words"), as_=anna)
    engine.case(row.number, as_=anna), engine.history(row.number, as_=anna), engine.due(as_=anna)
print([m for m in ("sqlalchemy", "sqlmodel", "alembic", "pydantic", "structlog", "yaml") if m in sys.modules])
"""
    with engine_at(f"sqlite:///{tmp_path / 'case.db'}") as engine:
        a_case(engine, age_status="adult")

    assert later_program(code) == ("[]\n", "")


def test_pytest_finds_the_fixtures_in_any_project_and_loads_no_engine_for_them() -> None:
    code = "import wayhome.testing.fixtures, sys; print([m for m in ('wayhome.engine', 'wayhome.packs', 'pydantic', 'msgspec') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("[]\n", "")


def test_who_asks_about_a_case_has_no_other_plugin_imported_than_the_one_that_judges_it(
    tmp_path: Path, later_program: Program
) -> None:
    """Two plugins that call something the same are still found: then all are loaded, and both are refused."""
    with engine_at(f"sqlite:///{tmp_path / 'case.db'}") as engine:
        case = a_case(engine, age_status="adult")
    code = f"""
import sys, wayhome as wh
from wayhome.packs import plugins
anna = wh.Actor("anna", "invented_house", {{"case_manager_sending"}})
with wh.Engine.open("sqlite:///{tmp_path / "case.db"}") as engine:
    asked = [one.rule for one in engine.why("{case}", "depart", as_=anna).reasons if one.rule.startswith("NG-")]
print(sorted({{*asked}}), sorted(m for m in sys.modules if m.startswith("wayhome_") and "." not in m))
found = plugins._installed()
packs = plugins.Packs(found=[*found, next(one for one in found if one.name == "nigeria")])
print(packs._that_judges(plugins.Packs.installed().process("BE", "NG"), "nigeria"))
"""
    assert later_program(code) == ("['NG-01', 'NG-02', 'NG-03'] ['wayhome_nigeria']\nNone\n", "")
