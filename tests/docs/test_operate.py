"""The page for who runs Wayhome is typed, and its sheets say what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import messages
from tests.docs.typed_pages import ROOT, type_all

DOCS = ROOT / "docs"


@pytest.mark.usefixtures("quick_passphrases")
def test_every_line_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    type_all((DOCS / "operate.md").read_text(encoding="utf-8"), tmp_path, monkeypatch, capfd)


def test_the_sheets_quote_sentences_that_the_program_says() -> None:
    sheets = (DOCS / "checklist-backup.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z][^|]+) \| [a-z]", sheets, re.M)
    said = [one.text for one in messages.of_engine().messages]

    assert len(rows) == 7
    for quoted in (*rows, *re.findall(r"\*([A-Z][a-zA-Z ]+)\*", sheets)):
        assert any(text.startswith(quoted) for text in said), quoted
