"""The page of the shell is typed: every line after `$`, in order, in an empty folder, exits and answers as the page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from wayhome.shell.main import cli

from tests.docs.typed_pages import ROOT, type_all

PAGE = (ROOT / "docs" / "shell.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("quick_passphrases")
def test_every_line_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    type_all(PAGE, tmp_path, monkeypatch, capfd)


def test_the_page_shows_every_command() -> None:
    leaves = {
        f"{name} {sub}" if sub else name
        for name, command in cli.commands.items()
        for sub in (getattr(cli.load(command), "commands", None) or {None: None})
    }

    assert leaves
    assert not {words for words in leaves if f"wayhome {words}" not in PAGE}
