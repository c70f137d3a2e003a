"""A newer process at the shell: looked at, and adopted with the digest that `process show` prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs

from tests.attacks.newer_process import Upgrade
from tests.attacks.play import MANAGER
from tests.conftest import engine_at
from tests.shell.conftest import CommandLine

ACTORS = (
    Actor("anna", "invented_organisation", {MANAGER}),
    Actor("lea", "invented_organisation", {"programme_manager"}),
)


@pytest.fixture
def upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[CommandLine, str]:
    """A folder with a case of the older pack, where the newer one is installed: it asks for a step more, and drops a rule."""
    rules = (Path(__file__).parents[2] / "plugins/nigeria/wayhome_nigeria/rules.yaml").read_text()
    dropped = next(f"\n- {one}" for one in rules.split("\n- ") if one.startswith("id: NG-03"))
    upgrade = Upgrade(tmp_path, rules=(dropped, ""))
    case = upgrade.opened(upgrade.older)
    case.engine.close()
    with engine_at(upgrade.url, packs=upgrade.older) as engine:
        for actor in ACTORS:
            engine.put_actor(actor)
    monkeypatch.setattr(Packs, "installed", classmethod(lambda _: upgrade.newer))
    monkeypatch.setenv("WAYHOME_DB", upgrade.url)
    return CommandLine(capsys, tmp_path), case.case


def test_a_process_is_adopted_with_the_digest_that_is_shown(upgraded: tuple[CommandLine, str]) -> None:
    run, case = upgraded
    first = run("process", "show", "NG", "--host", "BE").out.splitlines()[0]
    digest = first.split()[3]

    looked = run("case", "why", case, "rebase", f"digest={digest}", as_="lea")
    assert looked.status == 0
    assert "It asks for less: the rule NG-03" in looked.out
    assert "The step 'Ask about threats' is new." in looked.out
    assert looked.out.index("NG-03") < looked.out.index("Ask about threats")

    refused = run("do", case, "rebase", f"digest={digest}", as_="anna")
    assert refused.status == 1
    assert "which only 'Programme manager' may adopt: the rule NG-03" in refused.err + refused.out

    done = run("do", case, "rebase", f"digest={digest}", as_="lea")
    assert done.status == 0
    assert "rebased: it asks for less: the rule NG-03" in done.out

    told = run("case", "history", case, as_="anna")
    assert "it asks for less: the rule NG-03" in " ".join(told.out.split())
    assert digest not in told.out  # nobody reads a digest in a history
    assert run("verify").status == 0


def test_the_whole_digest_of_the_json_does_as_well(upgraded: tuple[CommandLine, str]) -> None:
    run, case = upgraded
    digest = run.json("process", "show", "NG", "--host", "BE")["digest"]

    done = run.json("do", case, "rebase", f"digest={digest}", as_="lea")

    (event,) = (one for one in done["events"] if one["type"] == "rebased")
    assert event["data"]["digest"] == digest
    assert [one["id"] for one in event["data"]["weaker"]] == ["NG-03"]
    assert {"kind", "id", "template", "values"} == set(event["data"]["weaker"][0])
