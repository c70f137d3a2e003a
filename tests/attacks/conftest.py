"""Cases that are prepared once in a run, and copied for each attack."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.play import Play, Shell, Way, begun, evidence_is_fresh, ready_to_depart

Begin = Callable[..., Play]


@pytest.fixture
def begin(packs: Packs) -> Iterator[Begin]:
    """Open a case, and prepare it: `begin(boarding_tomorrow, origin="BR")`; or only open it: `begin()`."""
    with ExitStack() as open_ones:

        def one(prepare: Way | None = None, **how: Any) -> Play:
            return open_ones.enter_context(begun(prepare, packs, **how))

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


@pytest.fixture
def leaving(begin: Begin) -> Play:
    """An adult a day or so before take-off: the departure is permitted."""
    return begin(ready_to_depart)
