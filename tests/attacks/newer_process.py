"""A running case and a newer process: one database, opened with the pack as it was, and then with a newer one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wayhome.stories.playing import StoryClock

from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import MANAGER, Command, Play, opened
from tests.conftest import engine_at

NEWER = (
    "\n- {id: ng_threat_check, title: Ask about threats, phase: pre_departure, who: case_manager_sending, source: OC}\n"
)
REGION = "\n- {{id: ng_region, title: Region, type: code, values: [north, south], group: {group}, source: OC}}\n"


class Upgrade:
    """One database, opened with the pack as it was, and then with a newer one."""

    def __init__(
        self,
        folder: Path,
        *,
        more: Mapping[str, str] | None = None,
        before: Mapping[str, str] | None = None,
        version: str = "0.2.0",
        **changed: tuple[str, str],
    ) -> None:
        self.url = f"sqlite:///{folder}/case.db"
        self.older = packs_of(like_nigeria(folder / "older", more=before))
        edits = {"pack.yaml": ("version: 0.1.0", f"version: {version}"), **{f"{k}.yaml": v for k, v in changed.items()}}
        self.newer = packs_of(
            like_nigeria(folder / "newer", more={"steps.yaml": NEWER} if more is None else more, changed=edits)
        )

    def opened(self, packs: Any) -> Play:
        return opened(packs, url=self.url)

    @contextmanager
    def begun(self, act: Command) -> Iterator[tuple[Play, Command]]:
        """Do something in a case of the older pack; give that case beside the newer one, and what would adopt it."""
        with (old := self.opened(self.older)).engine:
            old.given(MANAGER, act)
        with (new := self.opened(self.newer)).engine:
            yield Play(new.engine, new.clock, old.case), {"do": "rebase", "digest": new.seen().process["digest"]}


@contextmanager
def under(upgrade: Upgrade, packs: Any, old: Play) -> Iterator[Play]:
    """Open the database of a case again, with other packs."""
    clock = StoryClock(old.now)
    with engine_at(upgrade.url, clock=clock, packs=packs) as engine:
        yield Play(engine, clock, old.case)


def newest(play: Play) -> str:
    """The digest that `process show` prints."""
    return str(play.engine.packs.process("BE", "NG").digest)


def adopting(play: Play) -> Command:
    return {"do": "rebase", "digest": newest(play)}
