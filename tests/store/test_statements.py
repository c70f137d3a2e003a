"""The statements that run are those that the tables make."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from wayhome.store import declared, statements


def test_the_statements_are_what_the_tables_make_of_them_now() -> None:
    """Written again by `python -m wayhome.store.declared`, and laid out by ruff, they are the same to the byte."""
    file = Path(statements.__file__)
    laid_out = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(file)],
        input=declared.written(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert laid_out.stdout == file.read_text()
