"""Which plugins are installed: found by their entry points, and nothing of them is loaded.

They are looked for where Python looks for modules. `importlib.metadata` finds the same, and takes a tenth of the start of a program to load: it is
asked only where something is installed in another way than in a folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import Distribution

GROUP = "wayhome"
ENDINGS = (".dist-info", ".egg-info")
DECLARED = ("METADATA", "PKG-INFO", "requires.txt")  # what an installer wrote down of it, as any of them does


class Point(NamedTuple):
    """An entry point of a plugin: its name, what it names (`module` or `module:attribute`), and the version and place of what declares it."""

    name: str
    value: str
    version: str
    declared_in: Path | None

    @property
    def module(self) -> str:
        return self.value.partition("[")[0].partition(":")[0].strip()

    @property
    def declared_by(self) -> Distribution | None:
        """What an installer wrote down of the plugin; None where that is not in a folder."""
        from importlib.metadata import Distribution

        return None if self.declared_in is None else Distribution.at(self.declared_in)

    @property
    def declares(self) -> bytes:
        """What an installer wrote down of it, as it stands there; empty where that is not in a folder."""
        return b"" if self.declared_in is None else _declared(self.declared_in)

    def load(self) -> Any:
        """Import what it names. Raises whatever that raises."""
        found: Any = import_module(self.module)
        for name in filter(None, self.value.partition("[")[0].partition(":")[2].strip().split(".")):
            found = getattr(found, name)
        return found


class Unlisted(NamedTuple):
    """What is installed, and whose list of entry points cannot be read."""

    place: str
    reason: str


def installed(folders: Sequence[str] | None = None) -> list[Point | Unlisted]:
    """List the entry points of all plugins, by their names."""
    found: dict[tuple[str, str], Point | Unlisted] = {}
    for one in _in_folders(sys.path if folders is None else folders) if _are_folders() else _in_other_ways():
        found.setdefault(one[:2], one)
    return sorted(found.values(), key=lambda one: one[0])


def installed_fingerprint() -> str:
    """Give a text that changes when other plugins, or other versions of them, are installed. Each start of a program asks it."""
    return "installed " + ", ".join(f"{one.name} {one.version}" for one in installed() if isinstance(one, Point))


def _are_folders() -> bool:
    finders = [one for one in sys.meta_path if hasattr(one, "find_distributions")]
    return len(finders) == 1 and not any(os.path.isfile(one) for one in sys.path)


def _in_folders(folders: Sequence[str]) -> Iterator[Point | Unlisted]:
    for folder in dict.fromkeys(folders):
        try:
            names = sorted(one for one in os.listdir(folder or ".") if one.endswith(ENDINGS))
        except OSError:
            continue
        for name in names:
            place, bare = Path(folder, name), name.rpartition(".")[0]
            try:
                text = (place / "entry_points.txt").read_text(encoding="utf-8")
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, UnicodeDecodeError) as error:
                yield Unlisted(str(place), type(error).__name__)
                continue
            for point, value in _points(text):
                yield Point(point, value, bare.partition("-")[2].partition("-")[0] or _version(place), place)


def _declared(place: Path) -> bytes:
    return b"".join(file.read_bytes() for name in DECLARED if (file := place / name).is_file())


def _version(place: Path) -> str:
    """Read the version of what is installed for those who work on it, whose name does not say it."""
    with suppress(OSError):
        lines = _declared(place).decode(errors="replace").splitlines()
        return next((line.partition(":")[2].strip() for line in lines if line.lower().startswith("version:")), "")
    return ""


def _points(text: str) -> Iterator[tuple[str, str]]:
    """Give what stands under our group in a list of entry points."""
    is_ours = False
    for line in map(str.strip, text.splitlines() if f"[{GROUP}]" in text else ()):
        if line.startswith("["):
            is_ours = line == f"[{GROUP}]"
        elif is_ours and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _in_other_ways() -> Iterator[Point | Unlisted]:
    from importlib.metadata import distributions

    for one in distributions():
        try:
            points = [(point.name, point.value) for point in one.entry_points if point.group == GROUP]
            version = str(one.version) if points else ""
        except Exception as error:
            yield Unlisted(str(getattr(one, "_path", one)), type(error).__name__)
            continue
        for point, value in points:
            place = getattr(one, "_path", None)
            yield Point(point, value, version, place if isinstance(place, Path) else None)
