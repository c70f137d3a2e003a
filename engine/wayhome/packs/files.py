"""The files of a pack. Each kind of entry says in which it stands, so a new kind is one class in a module of kinds/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from wayhome.packs import kinds
from wayhome.packs.kinds.kind import Part, decides, keys


def _kinds() -> Iterator[type[Part]]:
    for module in iter_modules(kinds.__path__):
        for one in vars(import_module(f"{kinds.__name__}.{module.name}")).values():
            if isinstance(one, type) and issubclass(one, Part) and one.file:
                yield one


def _by_file() -> Mapping[str, tuple[type[Part], ...]]:
    found: dict[str, list[type[Part]]] = {}
    for kind in sorted(set(_kinds()), key=lambda kind: (kind.file, "tighten" in keys(kind))):
        found.setdefault(kind.file, []).append(kind)
    return {file: tuple(those) for file, those in found.items()}


FILES = _by_file()  # file -> what an entry in it is, and what tightens one
# The kinds that decide: they stand in the canonical form of a process, which gives them (`Process.every`).
DECIDING = {file: kind for file, (kind, *_) in FILES.items() if decides(kind)}
