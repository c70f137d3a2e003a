"""Renames as docs/decisions/0032-words-of-the-trade.md says: `python docs/rename.py AREA`.

Modules and classes are renamed by their text: they move, and whoever imports them is changed. What is named within a module (areas `types`,
`functions`, `fields`, `parameters`) is renamed where it is declared; then mypy names each place that no longer fits, and that place is
changed, until it names none. It sees no string, no comment and nothing of type `Any`: the strings are printed at the end, for a person.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine" / "wayhome"
TABLE = ROOT / "docs" / "decisions" / "0032-words-of-the-trade.md"
ROW = re.compile(r"^\| (\w+) \| ([\w.*]+) \| ([\w.]+) \|", re.M)
TYPED = ("types", "functions", "fields", "parameters")
OF_MODULES = ("types", "functions")  # of a function of a module, mypy does not say whose it is
CHECKED = ("engine/wayhome", "tests", "docs", "benchmarks", "plugins")
MYPY = (
    "--show-error-end --no-error-summary --check-untyped-defs --ignore-missing-imports --explicit-package-bases"
    " --namespace-packages --cache-dir=.mypy_cache/rename"
)
FAULT = re.compile(r"^([^:\n]+\.py):(\d+):(\d+):(\d+):(\d+): error: (.*)$", re.M)
GONE = re.compile(
    r'(?:has no attribute|does not explicitly export attribute|^Name|Unexpected keyword argument|class has no field named) "(?:\w+\.)*(\w+)"'
)

OWNER = re.compile(
    r'^(?:Item )?"(?:type\[)?(\w+)[^"]*" (?:of .* )?has no attribute|^Unexpected keyword argument "\w+" for "(?:_?replace" of ")?(\w+)"'
)


def renamed(area: str) -> Iterator[tuple[str, str]]:
    """Give the rows of an area: what was called so, and what it is called now."""
    for named, was, now in ROW.findall(TABLE.read_text(encoding="utf-8")):
        if named == area:
            yield was, now


# --- modules and classes: by their text --------------------------------------------------------------------------------


def in_words(text: str, was: str, now: str) -> str:
    """Change who imports a module, and who names its path."""
    room, old, new = was.partition(".")[0], was.rpartition(".")[2], now.rpartition(".")[2]
    text = re.sub(rf"\b(wayhome\.)?{room}\.{old}\b(?=[\s.,:;)\"'`]|$)", lambda found: f"{found[1] or ''}{now}", text)
    text = re.sub(rf"\b{room}/{old}\b", now.replace(".", "/"), text)

    def imported(found: re.Match[str]) -> str:
        names = [name.strip() for name in found[2].split(",")]
        return found[1] + ", ".join(new if name == old else name for name in names)

    line = re.compile(rf"^(\s*from wayhome\.{room} import )([^(\n]+)$", re.M)
    if not any(old in map(str.strip, names.split(",")) for _, names in line.findall(text)):
        return text
    return re.sub(rf"(?<![\w.\"']){old}\.(?=\w)", f"{new}.", line.sub(imported, text))


def of_classes(text: str, was: str, now: str) -> str:
    """Change the name of a class where it stands or is imported; elsewhere the same word is only a word."""
    if not re.search(rf"^\s*(class {was}\b|(from [\w.]+ )?import .*\b{was}\b|{was},$)", text, re.M):
        return text
    return re.sub(rf"\b{was}\b(?! [a-z])", now, text)  # not a sentence that begins with the word


def by_text(area: str, files: Iterable[Path]) -> None:
    """Rename the modules, or the classes, of an area."""
    for was, now in renamed(area):
        if area == "classes":
            for file in files:
                if (
                    file.suffix == ".py"
                    and (changed := of_classes(text := file.read_text(encoding="utf-8"), was, now)) != text
                ):
                    file.write_text(changed, encoding="utf-8")
            continue
        if not list(ENGINE.glob(f"{was.replace('.', '/')}*")):
            continue  # renamed already
        for file in files:
            if file.exists() and file != TABLE and "CHANGELOG" not in file.name:
                text = file.read_text(encoding="utf-8")
                if (changed := in_words(text, was, now)) != text:
                    file.write_text(changed, encoding="utf-8")
        source, target = (ENGINE / Path(*name.split(".")) for name in (was, now))
        end = "" if source.is_dir() else ".py"
        subprocess.run(["git", "mv", f"{source}{end}", f"{target}{end}"], cwd=ROOT, check=True)  # noqa: S603, S607


# --- what is named within a module: by mypy ----------------------------------------------------------------------------


class Place(NamedTuple):
    """Where a name stands: the line from 1, the column in bytes from 0, as `ast` counts."""

    line: int
    column: int


def change(file: Path, places: Iterable[tuple[Place, str, str]]) -> int:
    """Write other names at these places; gives how many. A place where the old name does not stand is left alone."""
    lines = file.read_bytes().splitlines(keepends=True)
    changed = 0
    for (number, column), old, new in sorted(
        set(places), reverse=True
    ):  # from the end: what stands before does not move
        line = lines[number - 1]
        if re.match(rb"%s\b" % old.encode(), line[column:]):
            lines[number - 1] = line[:column] + new.encode() + line[column + len(old) :]
            changed += 1
    file.write_bytes(b"".join(lines))
    return changed


def place_of(node: ast.AST) -> Place:
    """Give where the name of a node stands."""
    if isinstance(node, ast.Attribute):
        return Place(node.end_lineno or 0, (node.end_col_offset or 0) - len(node.attr))
    skipped = {ast.FunctionDef: "def ", ast.AsyncFunctionDef: "async def ", ast.ClassDef: "class "}.get(type(node), "")
    return Place(node.lineno, node.col_offset + len(skipped))  # type: ignore[attr-defined]


def declared(file: Path, within: list[str], old: str, new: str, area: str) -> Iterator[Place]:
    """Find where a name is declared, and in what it is declared in where mypy would not name it.

    Args:
        within: the class of a field or a method (`*`: each of the module); the function of a parameter, after its class.
    """
    body: list[ast.stmt] = ast.parse(file.read_bytes()).body
    *classes, function = within if area == "parameters" else [*within, ""]
    for name in classes:
        found = [one for one in body if isinstance(one, ast.ClassDef) and name in ("*", one.name)]
        body = [statement for one in found for statement in one.body]
    if area == "parameters":
        yield from (place for one in _functions(body, function) for place in _of_parameter(one, old, new))
        return
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and one.name == old:
            yield place_of(one)
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        yield from (place_of(target) for target in targets if isinstance(target, ast.Name) and target.id == old)
        if classes:
            if any(isinstance(target, ast.Name) and target.id == "__slots__" for target in targets):
                strings = (part for part in ast.walk(one) if isinstance(part, ast.Constant) and part.value == old)
                yield from (Place(part.lineno, part.col_offset + 1) for part in strings)
            yield from (place_of(part) for part in ast.walk(one) if _is_of_self(part, old))


def _is_of_self(node: ast.AST, old: str) -> bool:
    owner = node.value if isinstance(node, ast.Attribute) and node.attr == old else None
    return isinstance(owner, ast.Name) and owner.id == "self"


def _functions(body: Iterable[ast.stmt], name: str) -> Iterator[ast.FunctionDef]:
    yield from (one for one in body if isinstance(one, ast.FunctionDef) and one.name == name)


def _of_parameter(function: ast.FunctionDef, old: str, new: str) -> Iterator[Place]:
    """Find a parameter and its uses; a function within that has one of the same name has another."""
    names = {
        one.arg if isinstance(one, ast.arg) else one.id
        for one in ast.walk(function)
        if isinstance(one, ast.arg | ast.Name)
    }
    if {old, new} <= names:
        raise SystemExit(f"{function.name} has a '{new}' already")
    for node in (function.args, *function.body):
        todo: list[ast.AST] = [node]
        while todo:
            one = todo.pop()
            if (isinstance(one, ast.arg) and one.arg == old) or (isinstance(one, ast.Name) and one.id == old):
                yield Place(one.lineno, one.col_offset)
            own = one.args if isinstance(one, ast.FunctionDef | ast.Lambda) else None
            if own is None or all(arg.arg != old for arg in (*own.posonlyargs, *own.args, *own.kwonlyargs)):
                todo += ast.iter_child_nodes(one)


@cache
def _bases(files: tuple[Path, ...]) -> Mapping[tuple[Path, str], set[str]]:
    return {
        (file, one.name): {ast.unparse(base).rpartition(".")[2] for base in one.bases}
        for file in files
        for one in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(one, ast.ClassDef)
    }


def with_those_below(name: str, files: Iterable[Path]) -> list[tuple[Path, str]]:
    """Give the classes that are made of one, each with its file: what they override is renamed with it."""
    bases = _bases(tuple(files))
    found, names = list[tuple[Path, str]](), {name}
    while new := [key for key, of in bases.items() if key not in found and of & names]:
        found += new
        names |= {name for _, name in new}
    return found


def declare(was: str, now: str, area: str, files: Iterable[Path]) -> tuple[bool, set[str]]:
    """Rename something where it is declared: says whether it stood there, and by what owners mypy will name it."""
    parts = was.split(".")
    cut = next(n for n in range(1, len(parts)) if not (ENGINE / Path(*parts[: n + 1])).is_dir())
    cut += (ENGINE / Path(*parts[: cut + 1])).with_suffix(".py").is_file()
    file = (ENGINE / Path(*parts[:cut])).with_suffix(".py")
    *within, old = parts[cut:]
    owners = {within[-2] if within[-1:] == ["__init__"] else within[-1]} if within else set[str]()
    changed = change(file, ((place, old, now) for place in declared(file, within, old, now, area)))
    if within and within[0].lstrip("_")[0].isupper():
        for other, name in with_those_below(within[0], files):
            owners |= {name} if area != "parameters" or within[-1] == "__init__" else set()
            changed += change(other, ((p, old, now) for p in declared(other, [name, *within[1:]], old, now, area)))
    return changed > 0, owners


Fault = tuple[str, int, int, int, int, str]  # file, line, column, end line, end column, what is wrong


def faults(folders: Sequence[str]) -> set[Fault]:
    """Ask mypy what does not fit."""
    command = [str(ROOT / ".venv" / "bin" / "mypy"), *MYPY.split(), *folders]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if told.returncode not in (0, 1):
        raise SystemExit(told.stdout + told.stderr)
    return {(a, int(b), int(c), int(d), int(e), message) for a, b, c, d, e, message in FAULT.findall(told.stdout)}


def chase(names: Mapping[tuple[str, str], str], folders: Sequence[str]) -> bool:
    """Rename at each place that mypy names; says whether it has changed any.

    Args:
        names: by owner and old name ("" for an owner: whoever it is) the new one.
    """
    places: dict[Path, list[tuple[Place, str, str]]] = {}
    for fault in faults(folders):
        found, owner = GONE.search(fault[5]), OWNER.search(fault[5])
        if found is None:
            continue
        new = names.get(((owner[1] or owner[2]) if owner else "", found[1])) or names.get(("", found[1]))
        if new is not None:
            file = ROOT / fault[0]
            places.setdefault(file, []).extend(
                (place, found[1], new) for place in _named_in(file, found[1], *fault[1:5])
            )
    return sum(change(file, found) for file, found in places.items()) > 0


def _named_in(file: Path, old: str, line: int, column: int, end: int, end_column: int) -> Iterator[Place]:
    """Find the name within the expression, or the import, that mypy has named."""
    tree = ast.parse(file.read_bytes())
    calls = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == old:
            ends = (node.end_lineno, node.end_col_offset) == (end, end_column)
            if ends or (node.lineno, node.col_offset + 1) == (line, column):  # of a type, mypy names where it begins
                yield place_of(node)
        elif isinstance(node, ast.Name) and node.id == old and (node.lineno, node.col_offset + 1) == (line, column):
            yield place_of(node)
        elif isinstance(node, ast.ImportFrom) and node.lineno <= line <= (node.end_lineno or 0):
            for alias in node.names:
                if alias.name == old:
                    yield Place(alias.lineno, alias.col_offset)
                    if alias.asname == old:
                        yield Place(alias.lineno, alias.col_offset + len(f"{old} as "))
        elif isinstance(node, ast.Call) and any(one.arg == old for one in node.keywords):
            ends = node.end_lineno or 0, node.end_col_offset or 0
            calls += [node] if (node.lineno, node.col_offset) <= (line, column - 1) <= ends else []
    for call in calls[-1:]:  # the innermost
        yield from (Place(one.lineno, one.col_offset) for one in call.keywords if one.arg == old)


def by_mypy(area: str, files: list[Path]) -> None:
    """Rename what an area names within modules: at once what mypy tells apart, by its owner or since it is called so once."""
    rows, before = [*renamed(area)], faults(CHECKED)
    several = Counter(old for old, _ in {(was.rpartition(".")[2], now) for was, now in rows})
    while rows:
        names: dict[tuple[str, str], str] = {}
        later = list[tuple[str, str]]()
        for was, now in rows:
            old = was.rpartition(".")[2]
            if area in OF_MODULES and names.get(("", old), now) != now:
                later.append((was, now))
                continue
            is_new, owners = declare(was, now, area, files)
            names |= {(owner, old): now for owner in owners}
            if several[old] == 1 or (is_new and area in OF_MODULES):  # who was merged since may still use the old name
                names["", old] = now
        for folders in (CHECKED[:1], CHECKED):  # the engine first: that is the faster half
            while chase(names, folders):
                pass
        rows, olds = later, {old for _, old in names}
        for file in files:
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.Constant) and node.value in olds:
                    print(f"{file.relative_to(ROOT)}:{node.lineno}: the string '{node.value}'")  # noqa: T201
    for fault in sorted(faults(CHECKED) - before):
        print("{}:{}:{}: {}".format(*fault[:3], fault[5]))  # noqa: T201
    for check in ("check --quiet --fix --select I", "format --quiet"):
        subprocess.run([str(ROOT / ".venv" / "bin" / "ruff"), *check.split(), "."], cwd=ROOT, check=True)  # noqa: S603


def main(area: str) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    files = [ROOT / name for name in tracked.splitlines() if name.endswith((".py", ".md", ".toml", ".yaml"))]
    if area in TYPED:
        by_mypy(area, [file for file in files if file.suffix == ".py"])
    else:
        by_text(area, files)


if __name__ == "__main__":
    main(*sys.argv[1:])
