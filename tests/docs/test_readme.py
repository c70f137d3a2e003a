"""The README is followed literally."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SCRIPTS = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    """Give the fenced blocks of one language."""
    parts = re.split(r"^```(.*)$", README, flags=re.M)  # text, fence, block, fence, text, …
    return [parts[i + 1].strip("\n") + "\n" for i in range(1, len(parts) - 1, 4) if parts[i] == language]


def test_the_twenty_lines_work_as_printed(tmp_path: Path) -> None:
    (lines,) = blocks("python")

    done = subprocess.run([sys.executable, "-c", lines], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "INV-01 there is no consent to return" in done.stdout
    assert "2 days after 'Register the referral', Brussels time" in done.stdout
    assert (tmp_path / "wayhome.db").exists()


def test_the_shell_lines_work_as_printed(tmp_path: Path) -> None:
    (commands,) = [block for block in blocks("") if "wayhome init" in block]
    number = ""
    for line in commands.splitlines():
        words = shlex.split(line, comments=True)
        if words[:2] == ["wayhome", "shell"]:
            continue  # the interactive shell has tests of its own
        words = [number if word == "WH-…" else word for word in words]
        done = subprocess.run([SCRIPTS / words[0], *words[1:]], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stderr)
        found = re.search(r"WH-\w{5}-\w{5}-\w", done.stdout)
        number = found[0] if found else number
        if words[1:3] == ["case", "why"]:
            (shown,) = blocks("text")
            told = [stable(line) for line in done.stdout.splitlines()]
            assert [line for line in map(stable, shown.splitlines()) if line != "…" and line not in told] == []
    assert number


def test_why_stands_before_any_code() -> None:
    (shown,) = blocks("text")

    assert len(shown.splitlines()) >= 10
    assert README.index("```text") < min(README.index("```python"), README.index("make demo"))


def stable(line: str) -> str:
    """Take the number of a case and the time out of a line."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d( Brussels)?", "TIME", re.sub(r"WH-[\w-]+|WH-…", "CASE", line)).rstrip()


@pytest.mark.parametrize("target", re.findall(r"make (\w+)", " ".join(blocks(""))))
def test_every_make_target_that_the_readme_names_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)
