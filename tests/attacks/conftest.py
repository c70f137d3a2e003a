"""Cases that are prepared once for a whole session, and copied for each attack."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.play import Kept, Play, Shell, evidence_is_fresh, keep, opened

Begin = Callable[..., Play]


@pytest.fixture(scope="session")
def prepared(packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Kept]:
    """Prepare a case once for each way of preparing it."""
    folder = tmp_path_factory.mktemp("prepared")

    @cache
    def once(prepare: Callable[[Play], None], **how: Any) -> Kept:
        facts = dict(how.pop("facts", ()))
        return keep(folder / str(len(list(folder.iterdir()))), prepare, packs, facts=facts or None, **how)

    return once


@pytest.fixture
def begin(prepared: Callable[..., Kept], packs: Packs, tmp_path: Path) -> Iterator[Begin]:
    """Give a copy of a prepared case: `begin(boarding_tomorrow, origin="BR")`; or a fresh one: `begin()`."""
    with ExitStack() as open_ones:

        def one(
            prepare: Callable[[Play], None] | None = None, *, facts: dict[str, Any] | None = None, **how: Any
        ) -> Play:
            if prepare is None:
                play = opened(packs, facts=facts, **how)
                open_ones.callback(play.engine.close)
                return play
            kept = prepared(prepare, facts=tuple((facts or {}).items()), **how)
            return open_ones.enter_context(kept.again(tmp_path / str(len(list(tmp_path.iterdir()))), packs))

        yield one


@pytest.fixture
def fresh(begin: Begin) -> Play:
    """An adult two hours before take-off, all evidence renewed: boarding is permitted."""
    return begin(evidence_is_fresh)


@pytest.fixture(scope="session")
def folder_of_the_shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shell") / "kept"
    Shell.prepare(folder)
    return folder


@pytest.fixture
def shell(folder_of_the_shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A database of its own, and command lines."""
    copy = Shell(Path(shutil.copytree(folder_of_the_shell, tmp_path / "shell")))
    monkeypatch.setenv("WAYHOME_DB", copy.url)
    return copy
