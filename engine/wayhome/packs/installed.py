"""Which plugins are installed: found by their entry points, and nothing of them is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

GROUP = "wayhome"
ENDINGS = (".dist-info", ".egg-info")


def installed_fingerprint() -> str:
    """Give a text that changes when other plugins, or other versions of them, are installed.

    Each start of a program asks it. It reads what lies in the folders where Python looks for modules; whatever is installed in another way
    (in an archive, by a finder of its own) is asked of `importlib.metadata`, which takes its time to load.
    """
    points = _in_folders() if _are_folders() else _in_the_long_way()
    return "installed " + ", ".join(sorted(points))


def _are_folders() -> bool:
    finders = [one for one in sys.meta_path if hasattr(one, "find_distributions")]
    return len(finders) == 1 and not any(os.path.isfile(one) for one in sys.path)


def _in_folders() -> Iterator[str]:
    seen: set[str] = set()
    for folder in dict.fromkeys(sys.path):
        try:
            names = sorted(one for one in os.listdir(folder or ".") if one.endswith(ENDINGS))
        except OSError:
            continue
        for name in names:
            about = Path(folder, name)
            points = [*_points(about / "entry_points.txt")]
            version = name.rpartition(".")[0].partition("-")[2].partition("-")[0]
            for point in points:
                if point not in seen:
                    seen.add(point)
                    yield f"{point.partition('=')[0].strip()} {version}"


def _points(file: Path) -> Iterator[str]:
    """Give the lines of an entry point file that stand under our group."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    if f"[{GROUP}]" not in text:
        return
    is_ours = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            is_ours = line == f"[{GROUP}]"
        elif is_ours and "=" in line and not line.startswith("#"):
            yield line


def _in_the_long_way() -> Iterator[str]:
    from importlib.metadata import distributions

    seen: set[tuple[str, str]] = set()
    for one in distributions():
        try:
            points = [(point.name, point.value) for point in one.entry_points if point.group == GROUP]
            version = str(one.version)
        except Exception:  # what cannot be read is refused where plugins are loaded
            points, version = [], ""
        for point in points:
            if point not in seen:
                seen.add(point)
                yield f"{point[0]} {version}"
