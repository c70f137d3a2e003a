"""Whole programs that find kept what the first of them compiled and read, where no other test keeps anything."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[..., tuple[str, str]]
READS_THE_PACKS = "from wayhome.packs.plugins import Packs; print({one.state for one in Packs.installed().plugins})"


@pytest.fixture(scope="session")
def later_program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Run a program after another has read the packs; give what it said, and of what it complained."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path_factory.mktemp("kept"))

    def run(code: str, *words: str | Path) -> tuple[str, str]:
        said = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=120, env=environment
        )
        return said.stdout, said.stderr

    assert run(READS_THE_PACKS) == ("{'ready'}\n", "")
    return run
