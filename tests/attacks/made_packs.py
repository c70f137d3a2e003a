"""How the attacks make a plugin: the one file of tests/attacks that knows hooks, shelves and the checker of packs."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import wayhome_belgium
import wayhome_nigeria
from wayhome import PackBroken, country
from wayhome.country import hookimpl
from wayhome.packs.plugins import Packs, check_folder

Check = Callable[[str, Any, Any, datetime], Any]
NIGERIA = Path(wayhome_nigeria.__file__).parent
STEP = "title: An invented step, phase: pre_departure, who: case_manager_sending, source: S1"


def yes() -> Any:
    """What a check answers when all is well."""
    return country.yes("nothing is wrong")


def no() -> Any:
    """What a check answers when something is wrong."""
    return country.no("an invented objection", todo="nothing helps")


def like_nigeria(
    folder: Path,
    *,
    more: Mapping[str, str] | None = None,
    changed: Mapping[str, tuple[str, str]] | None = None,
    check: Check | None = None,
    name: str = "changed",
) -> Any:
    """Make a plugin of a copy of the Nigerian pack: `more` is added to its files; `check` judges the rules beside its own."""
    shutil.copytree(NIGERIA, folder)
    for file, (old, new) in (changed or {}).items():
        text = (folder / file).read_text()
        if old not in text:
            raise RuntimeError(f"{file} does not hold {old}")
        (folder / file).write_text(text.replace(old, new))
    for file, lines in (more or {}).items():
        with (folder / file).open("a") as open_file:
            open_file.write(lines)

    def judged(rule: str, case: Any, command: Any, at: datetime, pack: Any) -> Any:
        if check is not None and not rule.startswith("NG-0"):
            return check(rule, case, command, at)
        return wayhome_nigeria.wayhome_check(rule=rule, case=case, command=command, at=at, pack=pack)

    return plugin(folder, judged, name=name)


def plugin(folder: Path, check: Callable[..., Any] | None = None, *, name: str = "changed") -> Any:
    """Make a plugin of a folder and a check, which gets all that the hook gives."""

    @hookimpl
    def wayhome_pack() -> Path:
        return folder

    @hookimpl
    def wayhome_check(rule: str, case: Any, command: Any, at: datetime, pack: Any) -> Any:
        return check(rule, case, command, at, pack) if check else yes()

    return SimpleNamespace(__name__=name, wayhome_pack=wayhome_pack, wayhome_check=wayhome_check)


def packs_of(*plugins: Any) -> Packs:
    """Install plugins beside Belgium; each must be usable."""
    packs = Packs.of(wayhome_belgium, *plugins)
    for one in packs.plugins:
        if one.problem is not None:
            raise RuntimeError(str(one.problem))
    return packs


def packs_despite(*plugins: Any) -> Packs:
    """Install plugins beside Belgium, of which none must be able to prevent that."""
    return with_nothing_raised(lambda: Packs.of(wayhome_belgium, *plugins))


def refused(packs: Packs) -> set[str]:
    """Name the packs that are refused."""
    return {one.pack.id if one.pack else one.name for one in packs.plugins if one.problem is not None}


def faults_of(folder: Path) -> str:
    """Say what is wrong with a pack; nothing when it can be used. A traceback is no answer."""
    try:
        with_nothing_raised(lambda: check_folder(folder))
    except PackBroken as broken:
        return str(broken)
    return ""


def with_nothing_raised(act: Callable[[], Any]) -> Any:
    """Do something that must not end in an error that is not ours; such an error is a finding, not a broken test."""
    try:
        return act()
    except (PackBroken, AssertionError):
        raise
    except (Exception, SystemExit, GeneratorExit, KeyboardInterrupt) as error:
        raise AssertionError(f"it ended in {type(error).__name__}") from error


def nigeria() -> Any:
    """Give the real Nigerian plugin."""
    return wayhome_nigeria


def whose_pack_raises(ends: type[BaseException], *, name: str) -> Any:
    """Make a plugin that ends the program when it is asked where its pack lies."""

    @hookimpl
    def wayhome_pack() -> Path:
        raise ends

    return SimpleNamespace(__name__=name, wayhome_pack=wayhome_pack)


def raises(ends: type[BaseException]) -> Check:
    """Make a check that ends the program."""

    def check(*_: Any) -> Any:
        raise ends

    return check


def waits(*_: Any) -> Any:
    """A check that answers after an hour, without keeping the machine busy."""
    for _second in range(3600):
        time.sleep(1)


def within(seconds: int, act: Callable[[], Any]) -> Any:
    """Do something that must come back in time; it is interrupted when it does not."""
    late = threading.Event()

    def interrupt(*_: object) -> None:
        late.set()
        raise TimeoutError

    before = signal.signal(signal.SIGUSR1, interrupt)
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        answer = act()
    finally:
        timer.cancel()
        signal.signal(signal.SIGUSR1, before)
    assert not late.is_set(), f"there is no answer after {seconds} seconds"
    return answer
