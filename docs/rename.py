"""Renames modules, and classes, as docs/decisions/0032-words-of-the-trade.md says: `python docs/rename.py store`, `python docs/rename.py classes`.

Moves the files, and changes who imports them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "decisions" / "0032-words-of-the-trade.md"
ROW = re.compile(r"^\| (\w+) \| ([\w.]+) \| ([\w.]+) \|", re.M)


def renamed(area: str) -> Iterator[tuple[str, str]]:
    """Give the modules of an area: as they were called, and as they are."""
    for named, was, now in ROW.findall(TABLE.read_text(encoding="utf-8")):
        if named == area:
            yield was, now


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


def main(area: str) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    files = [ROOT / name for name in tracked.splitlines() if name.endswith((".py", ".md", ".toml", ".yaml"))]
    for was, now in renamed(area):
        if area == "classes":
            for file in files:
                if (
                    file.suffix == ".py"
                    and (changed := of_classes(text := file.read_text(encoding="utf-8"), was, now)) != text
                ):
                    file.write_text(changed, encoding="utf-8")
            continue
        if not list((ROOT / "engine" / "wayhome").glob(f"{was.replace('.', '/')}*")):
            continue  # renamed already
        for file in files:
            if file.exists() and file != TABLE and "CHANGELOG" not in file.name:
                text = file.read_text(encoding="utf-8")
                if (changed := in_words(text, was, now)) != text:
                    file.write_text(changed, encoding="utf-8")
        source, target = (ROOT / "engine" / "wayhome" / Path(*name.split(".")) for name in (was, now))
        end = "" if source.is_dir() else ".py"
        subprocess.run(["git", "mv", f"{source}{end}", f"{target}{end}"], cwd=ROOT, check=True)  # noqa: S603, S607


if __name__ == "__main__":
    main(*sys.argv[1:])
