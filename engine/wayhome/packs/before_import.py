"""What is read of a plugin before any of its code runs: what it imports, and its pack with the engine it is made for.

Used by:  packs.plugins
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from wayhome.errors import Template
from wayhome.packs.pack import Pack, PackFault, broken, fault_at
from wayhome.packs.reading import Place

if TYPE_CHECKING:
    from importlib.metadata import Distribution

ENGINE = "wayhome"
ENGINE_VERSION = "0.1.0"
FOR_PLUGINS, FOR_THEIR_TESTS = "wayhome.country", "wayhome.testing"
ONLY: Template = (
    "Take what you need from wayhome.country, the standard library, or a dependency that your pyproject.toml names."
)
OWN: Template = "What comes from wayhome is everybody's: keep what you need under names of your own."
CHANGING = ("setattr", "delattr")
# With these a plugin could start what outlives its answer, or reach past what it is given.
BARRED = frozenset(
    {"_thread", "asyncio", "concurrent", "ctypes", "gc", "multiprocessing", "signal", "subprocess", "threading"}
)


def folder_of(module: str) -> Path | None:
    """Give the folder of an installed module, or of the package that holds it; None when nothing of that name is there."""
    top, *below = module.split(".")
    spec = find_spec(top)
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)), *below)
    return Path(spec.origin).parent if spec.origin else None


def code_of(module: str, folder: Path) -> list[Path]:
    """List all files of a plugin's code: of the whole package that is installed, which can reach further than the folder of its pack."""
    package, top = _package_of(module, folder), module.partition(".")[0]
    return sorted(package.rglob("*.py")) if package.name == top else [package / f"{top}.py"]


def _package_of(module: str, folder: Path) -> Path:
    below = module.count(".")
    return folder.parents[below - 1] if below else folder


def faults_of_code(module: str, folder: Path, declared_by: Distribution | None) -> list[PackFault]:
    """Find what a plugin may not import, and where it would change what everybody uses.

    Raises:
        SyntaxError: one of its files is no Python.
    """
    package, files = _package_of(module, folder), code_of(module, folder)
    known = _Known(module.partition(".")[0], declared_by)
    faults = []
    for file in files:
        nodes = list(ast.walk(ast.parse(file.read_bytes(), str(file))))
        is_a_test = "tests" in file.relative_to(package).parts or file.name.startswith(("test_", "conftest"))
        faults += [
            fault_at(file, place, "P028", "a plugin may not import '{name}'", ONLY, name=name)
            for name, place in _imported(nodes)
            if not known.may_import(name, is_a_test)
        ]
        faults += [
            fault_at(file, _place(node), "P031", "a plugin may not change '{name}'", OWN, name=ast.unparse(node))
            for node in _changed(nodes)
        ]
    return faults


class _Known:
    """What a plugin may import: itself, the standard library, wayhome.country, and what it declares."""

    def __init__(self, top: str, declared_by: Distribution | None) -> None:
        self._top, self._dist = top, declared_by

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(_names_of_dependencies(self._dist))

    def may_import(self, name: str, is_a_test: bool) -> bool:
        first = name.partition(".")[0]
        if first == ENGINE:
            return name == FOR_PLUGINS or (is_a_test and name == FOR_THEIR_TESTS)
        if is_a_test or first == self._top:
            return True
        return first not in BARRED and (first in sys.stdlib_module_names or first in self._declared)


def _place(node: ast.stmt | ast.expr) -> Place:
    return node.lineno, node.col_offset + 1


def _imported(nodes: list[ast.AST]) -> Iterator[tuple[str, Place]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, _place(node)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            deeper = node.module == ENGINE  # from wayhome import country
            for alias in node.names:
                yield f"{node.module}.{alias.name}" if deeper else str(node.module), _place(node)


def _changed(nodes: list[ast.AST]) -> Iterator[ast.expr]:
    """Give each part of what comes from the engine that the code assigns to or deletes."""
    given = {
        (alias.asname or alias.name).partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (node.module or "" if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0] == ENGINE
    }
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            changed: ast.expr = node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CHANGING and node.args:
            changed = node.args[0]
        else:
            continue
        root = changed
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name) and root.id in given:
            yield changed


def _names_of_dependencies(declared_by: Distribution | None) -> Iterator[str]:
    """Name what the declared dependencies can be imported as."""
    from importlib.metadata import PackageNotFoundError, distribution

    from packaging.requirements import Requirement

    for text in (declared_by.requires if declared_by else None) or ():
        name = Requirement(text).name
        if name == ENGINE:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield from (found.read_text("top_level.txt") or "").split()
        yield from _top_names(str(file) for file in found.files or ())


def _top_names(files: Iterable[str]) -> Iterator[str]:
    for file in files:
        first = file.partition("/")[0]
        if not first.endswith((".dist-info", ".data")):
            yield first.removesuffix(".py")


def fits_this_engine(pack: Pack) -> None:
    """Refuse a pack that is made for another engine.

    Raises:
        PackBroken: with the fault in pack.yaml.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    asked = pack.about.engine
    try:
        if ENGINE_VERSION in SpecifierSet(asked):
            return
        fault = pack.fault(
            "P026",
            "it is made for engine {asked}, and this is {ours}",
            "Install a fitting one.",
            "engine",
            asked=asked,
            ours=ENGINE_VERSION,
        )
    except InvalidSpecifier:
        fault = pack.fault(
            "P025", "'{asked}' is no range of versions", 'Write engine: ">=0.1,<0.2".', "engine", asked=asked
        )
    raise broken(pack.id, [fault])
