"""What is read of a plugin before any of its code runs: what it imports, and its pack with the engine it is made for.

Used by:  packs.plugins
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from wayhome.packs.pack import Fault, Pack, broken

ENGINE = "wayhome"
ENGINE_VERSION = "0.1.0"
FOR_PLUGINS, FOR_THEIR_TESTS = "wayhome.country", "wayhome.testing"
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


def imports_of(module: str, folder: Path, declared_by: Distribution | None) -> list[Fault]:
    """Find what a plugin may not import.

    Raises:
        SyntaxError: one of its files is no Python.
    """
    top, *below = module.split(".")
    package = folder.parents[len(below) - 1] if below else folder
    files = sorted(package.rglob("*.py")) if package.name == top else [package / f"{top}.py"]
    declared: set[str] | None = None
    faults = []
    for file in files:
        for name, line, column in _imported(ast.parse(file.read_bytes(), str(file))):
            first = name.partition(".")[0]
            if first == top or (first in sys.stdlib_module_names and first not in BARRED):
                continue
            if first == ENGINE and _is_for_plugins(name, file.relative_to(package)):
                continue
            if declared is None and first != ENGINE and first not in BARRED:
                declared = set(_names_of_dependencies(declared_by))
            if first == ENGINE or first in BARRED or first not in (declared or ()):
                faults.append(_fault(file, name, line, column))
    return faults


def _imported(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, node.col_offset + 1
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            deeper = node.module == ENGINE  # from wayhome import country
            for alias in node.names:
                yield f"{node.module}.{alias.name}" if deeper else str(node.module), node.lineno, node.col_offset + 1


def _is_for_plugins(name: str, file: Path) -> bool:
    is_a_test = "tests" in file.parts or file.name.startswith(("test_", "conftest"))
    return name == FOR_PLUGINS or (is_a_test and name == FOR_THEIR_TESTS)


def _fault(file: Path, name: str, line: int, column: int) -> Fault:
    return Fault(
        str(file),
        line,
        column,
        "P028",
        f"a plugin may not import '{name}'",
        "Take what you need from wayhome.country, the standard library, or a dependency that your pyproject.toml names.",
    )


def _names_of_dependencies(declared_by: Distribution | None) -> Iterator[str]:
    """Name what the declared dependencies can be imported as."""
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
    asked = pack.about.engine
    try:
        fits = ENGINE_VERSION in SpecifierSet(asked)
    except InvalidSpecifier:
        fault = pack.fault("P025", f"'{asked}' is no range of versions", 'Write engine: ">=0.1,<0.2".', "engine")
        raise broken(pack.id, [fault]) from None
    if not fits:
        what = f"it is made for engine {asked}, and this is {ENGINE_VERSION}"
        raise broken(pack.id, [pack.fault("P026", what, "Install a fitting one.", "engine")])
