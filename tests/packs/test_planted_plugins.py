"""A broken plugin stops nobody else: planted beside Brazil, every command of Brazil's case still says what it must."""

from __future__ import annotations

import _thread
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from decimal import Decimal, getcontext
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from wayhome import Actor, Engine, Reason, Refused, commands
from wayhome.packs import plugins
from wayhome.packs.barrier import PluginFailed, each_guarded, guarded
from wayhome.packs.plugins import Packs

from tests.attacks import made_packs
from tests.conftest import a_case, engine_at
from tests.packs.planting import HEAD, HOOKS, RULE, a_check, beside_brazil, good, plant, short_times
from tests.shell.conftest import ACTORS, CommandLine, line_in

# It hangs for longer than anybody waits for it, and not for the rest of the tests.
HANGS = "import time\nend = time.monotonic() + 1.5\nwhile time.monotonic() < end: pass"


def at_import(lines: str) -> str:
    return lines + "\n" + HOOKS


# (name, its module, its files, its fault: the code, and the file and line where these say something)
REFUSED: list[tuple[str, str, dict[str, str], str]] = [
    ("raises_at_import", at_import("raise RuntimeError('an invented secret')"), {}, "P020 __init__.py:1"),
    ("exits_at_import", at_import("import sys\nsys.exit(3)"), {}, "P020 __init__.py:2"),
    ("interrupts_at_import", at_import("raise KeyboardInterrupt"), {}, "P020 __init__.py:1"),
    ("hangs_importing", at_import(HANGS), {}, "P020 __init__.py:3"),
    ("recurses_at_import", at_import("def again(): return again()\nagain()"), {}, "P020 __init__.py:1"),
    ("cannot_be_parsed", "def wayhome_pack(:\n", {}, "P020 __init__.py:1"),
    ("reaches_deeper", at_import("from wayhome.engine import Engine"), {}, "P028 __init__.py:1"),
    ("reaches_deeper_later", HOOKS + "def check():\n    import wayhome.rules.safeguard\n", {}, "P028 __init__.py:12"),
    ("declares_nothing", at_import("import yaml"), {}, "P028 __init__.py:1"),
    ("changes_what_everybody_uses", HOOKS.replace("no, yes", "Finding") + "Finding.met = True\n", {}, "P031 __init__.py:11"),
    ("starts_threads", at_import("import threading"), {}, "P028 __init__.py:1"),
    ("is_of_tomorrow", at_import("open('IMPORTED', 'w')"), {"pack.yaml": HEAD.replace("zone", 'engine: ">=9", zone')}, "P026 pack.yaml:1"),
    ("has_a_foreign_shape", HOOKS, {"steps.yaml": "- {id: tg_a, title: A, phase: pre_departure, who: case_manager_sending,"
                                    " source: S1, after: [{tg_b: [{c: d}]}]}\n"}, "C006 steps.yaml:1"),
    ("has_no_pack", "import sys\n", {}, "P022 __init__.py:1"),
    ("gives_no_folder", HOOKS.replace("return Path(__file__).parent", "return None"), {}, "P023"),
    ("exits_in_its_hook", HOOKS.replace("return Path(__file__).parent", "raise SystemExit(0)"), {}, "P023 __init__.py:8"),
    ("hangs_in_its_hook", HOOKS.replace("return Path(__file__).parent", HANGS.replace("\n", "\n    ")), {}, "P023 __init__.py:10"),
    ("misspells_a_hook", HOOKS + "@hookimpl\ndef wayhome_chek():\n    return None\n", {}, "P021 __init__.py:11"),
    ("says_no_country", HOOKS, {"pack.yaml": "{id: togo}\n"}, "P005 pack.yaml:1"),
    ("weakens_the_core", HOOKS, {"limits.yaml": "- {tighten: risk_signatures, count: 1, source: S1}\n"}, "C011 limits.yaml:1"),
    ("has_an_id_of_brazil", HOOKS, {"facts.yaml": "- {id: br_a, title: A, type: bool, source: S1}\n"}, "P009 facts.yaml:1"),
    ("changes_the_engine", "from wayhome.country import commands\n" + HOOKS + "setattr(commands.Move, 'to', 1)\n", {}, "P031 __init__.py:12"),
    ("asks_too_much", HOOKS + "@hookimpl\ndef wayhome_check(rule, mood):\n    return None\n", {}, "P021 __init__.py:11"),
    ("checks_nothing", HOOKS, {"rules.yaml": RULE}, "P024 __init__.py:1"),
    ("has_no_version", HOOKS, {"pack.yaml": HEAD.replace("zone", "engine: new, zone")}, "P025 pack.yaml:1"),
    ("has_a_rule_of_another", HOOKS, {"rules.yaml": "\n" + RULE.replace("TG", "YY")}, "P030 rules.yaml:2"),
    ("hides_another_pack", HOOKS.replace("__file__).parent", "__file__).parent / 'another'"), {}, "P033 pack.yaml:1"),
    ("is_a_core", HOOKS, {"pack.yaml": HEAD.replace("role: origin, country: TG", "role: core")}, "P032 pack.yaml:1"),
    ("reuses_an_id", HOOKS, {"facts.yaml": "- {id: tg_a, title: A, type: bool, source: S1}\n" * 2}, "P008 facts.yaml:2"),
    ("removes_a_prerequisite", HOOKS, {"steps.yaml": "- {id: return_consent, title: A, phase: pre_departure, who: case_manager_sending,"
                                       " source: S1, after: []}\n"}, "P009 steps.yaml:1"),
]  # fmt: skip

# (name, what its check does); each forbids the departure of Togo's case, and nothing else.
SILENT = [
    ("raises", "raise RuntimeError(case.number)"),
    ("exits", "raise SystemExit(0)"),
    ("interrupts", "raise KeyboardInterrupt"),
    ("hangs", HANGS),
    ("recurses", "return wayhome_check(rule, case, command, at, pack)"),
    ("says_nothing", "return None"),
    ("says_true", "return True"),
    ("says_more_than_can_be_read", "return yes('x' * 100_000)"),
    ("says_what_is_not_there", "return no('it is {nowhere}', todo='look', here=1)"),
    ("says_it_wide", "return yes('{here:>1000000}', here=1)"),
    ("speaks_to_the_terminal", "return yes('\\x1b[2J')"),
    (
        "changes_the_case",
        "case.facts['age_status'] = case.facts['age_status']._replace(value='child')\nreturn yes('fine')",
    ),
    ("starts_a_process", "import os\nos.system('echo HEARD')\nreturn yes('fine')"),
]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a database in which there is one case of Brazil, and its number."""
    folder = tmp_path_factory.mktemp("planted")
    with engine_at(f"sqlite:///{folder / 'wayhome.db'}", packs=Packs(good())) as engine:
        for actor in ACTORS:
            engine.put_actor(actor)
        return folder, a_case(engine, "BR", age_status="adult")


def commands_of(number: str) -> list[tuple[tuple[str, ...], int]]:
    """Every command on a case of Brazil, with the exit status that it must have."""
    return [
        (("case", "list"), 0),
        (("case", "show", number), 0),
        (("case", "history", number), 0),
        (("case", "next", number), 0),
        (("case", "why", number, "depart"), 0),
        (("case", "why", number, "prepare"), 0),
        (("do", number, "move", "to=depart"), 1),
        (("do", number, "complete", "step=register_referral"), 0),
        (("do", number, "record", "has_passport=yes"), 0),
        (("do", number, "withdraw", "purpose=contact_partner"), 2),
        (("due",), 0),
        (("case", "open", "--host", "BE", "--origin", "BR", "age_status=adult"), 0),
        (("process", "show", "BR", "--host", "BE"), 0),
        (("plugins", "list"), 0),
        (("verify",), 0),
    ]


@pytest.fixture
def line(prepared, tmp_path, monkeypatch, capsys):
    """Command lines beside these packs, in a folder with the prepared database."""
    for file in prepared[0].iterdir():
        shutil.copy(file, tmp_path / file.name)
    return lambda packs: line_in(tmp_path, packs, monkeypatch, capsys)


def says_what_it_must(line: CommandLine, number: str) -> None:
    for words, status in commands_of(number):
        answer = line(*words, "--json")
        assert (words, answer.status) == (words, status), answer.err
        assert isinstance(answer.json, dict | list)  # one document, and nothing else on stdout
    reasons = line.json("case", "why", number, "depart")["reasons"]
    assert {"INV-01", "INV-16", "BR-01"} <= {reason["rule"] for reason in reasons}


def test_brazil_s_commands_say_what_they_must_when_nothing_is_planted(line, prepared):
    says_what_it_must(line(Packs(good())), prepared[1])


@pytest.mark.parametrize(("name", "module", "files", "fault"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_a_plugin_that_cannot_be_used_is_refused_and_stops_nobody(line, prepared, tmp_path, name, module, files, fault):
    package = plant(tmp_path / "site", f"planted_{name}", module, files)
    with short_times(answer=1, load=0.5 if name.endswith("importing") else 10):
        packs = beside_brazil(tmp_path / "site")

    (planted,) = [plugin for plugin in packs.plugins if plugin.name.startswith("planted_")]
    assert planted.state == "refused"
    (told,) = {f"{one.code} {one.file}:{one.line}".replace(f"{package}/", "") for one in planted.problem.faults}
    assert fault in (told, told.partition(":")[0], told.partition(" ")[0])
    assert "an invented secret" not in str(planted.problem)
    assert not (tmp_path / "IMPORTED").exists()  # the range was read before the code ran
    says_what_it_must(line(packs), prepared[1])
    opened = line(packs)("case", "open", "--host", "BE", "--origin", "TG", "--json")
    assert opened.status == (2 if name in ("says_no_country", "is_a_core") else 5)


@pytest.mark.parametrize(("name", "body"), SILENT, ids=[name for name, _ in SILENT])
def test_a_check_that_gives_no_answer_forbids_what_its_rule_names_and_nothing_else(
    line, prepared, tmp_path, name, body
):
    plant(tmp_path / "site", f"planted_check_that_{name}", a_check(body), {"rules.yaml": RULE})
    packs = beside_brazil(tmp_path / "site")
    wayhome = line(packs)
    number = wayhome.json("case", "open", "--host", "BE", "--origin", "TG", "age_status=adult")["case"]

    with short_times():
        reasons = {reason["rule"]: reason for reason in wayhome.json("case", "why", number, "depart")["reasons"]}
        assert not reasons["TG-01"]["met"]
        assert reasons["TG-01"]["source"] == ["S1"]
        assert number not in reasons["TG-01"]["fact"]
        refused = wayhome("do", number, "move", "to=depart", "--json")
        assert (refused.status, refused.json["refused"]["case"]) == (1, number)
        for words in (("complete", "step=register_referral"), ("record", "sex=female"), ("note", "text=hello")):
            assert wayhome("do", number, *words).status == 0
        assert wayhome("case", "next", number).status == 0
    if name == "raises":  # once is enough: this is the same for all of them
        says_what_it_must(wayhome, prepared[1])
    assert wayhome("verify").status == 0


def test_the_log_names_the_plugin_s_file_and_line_and_nothing_of_the_case(line, tmp_path, monkeypatch):
    package = plant(tmp_path / "site", "planted_logged", a_check("raise ValueError(case.number)"), {"rules.yaml": RULE})
    logged: list[dict[str, Any]] = []
    log = SimpleNamespace(error=lambda event, **values: logged.append(values))
    monkeypatch.setattr("wayhome.packs.plugins.log", log)
    wayhome = line(beside_brazil(tmp_path / "site"))
    number = wayhome.json("case", "open", "--host", "BE", "--origin", "TG", "age_status=adult")["case"]

    answer = wayhome("case", "why", number, "depart", "--all")

    assert "check of the plugin 'togo' failed" in answer.out
    assert logged == [
        {
            "plugin": "planted_logged",
            "file": str(package / "__init__.py"),
            "line": (package / "__init__.py").read_text().splitlines().index("    raise ValueError(case.number)") + 1,
            "error": "ValueError",
            "rule": "TG-01",
        }
    ]


def test_what_a_plugin_prints_is_heard_by_nobody(line, prepared, tmp_path):
    loud = "import sys\nprint('HEARD')\nprint('HEARD', file=sys.stderr)\nsys.stdout.buffer.write(b'HEARD')"
    module = at_import(loud) + a_check(f"{loud}\nreturn yes('it is so')").removeprefix(HOOKS)
    plant(tmp_path / "site", "planted_loud", module, {"rules.yaml": RULE})
    wayhome = line(beside_brazil(tmp_path / "site"))
    number = wayhome.json("case", "open", "--host", "BE", "--origin", "TG", "age_status=adult")["case"]

    answer = wayhome("case", "why", number, "depart", "--json")

    assert "HEARD" not in answer.out + answer.err
    assert {reason["rule"]: reason["met"] for reason in answer.json["reasons"]}["TG-01"]


def test_a_plugin_is_unheard_though_another_never_ended_and_the_streams_were_changed_since():
    may_end = threading.Event()
    with suppress(PluginFailed):
        guarded(may_end.wait, 0.01)

    with redirect_stdout(StringIO()) as heard:
        guarded(lambda: sys.stdout.write("HEARD"), 5.0)
    may_end.set()

    assert heard.getvalue() == ""


def test_a_list_of_entry_points_that_cannot_be_read_hides_no_other_plugin(tmp_path):
    plant(tmp_path / "site", "planted_well")
    broken = tmp_path / "site" / "unreadable-0.1.dist-info"
    broken.mkdir()
    (broken / "entry_points.txt").write_bytes(b"[wayhome]\n\xff\xfe\n")

    states = {plugin.name: plugin.state for plugin in beside_brazil(tmp_path / "site").plugins}

    assert states["planted_well"] == "ready"
    assert [name for name, state in states.items() if state == "refused"] == ["unreadable-0.1"]


def test_a_plugin_whose_code_nobody_can_pin_is_refused(tmp_path):
    """Its rules are judged by a module beside the folder of the pack, which could change under every running case."""
    package = plant(tmp_path / "site", "planted_apart", "", {"rules.yaml": RULE})
    (package / "__init__.py").unlink()
    code = a_check("return yes('fine')").replace("__file__).parent", "__file__).parent / 'planted_apart'")
    (tmp_path / "site" / "planted_beside.py").write_text(code)
    points = next((tmp_path / "site").glob("planted_apart-*")) / "entry_points.txt"

    points.write_text("[wayhome]\nplanted_apart = planted_beside\n")
    (planted,) = [one for one in beside_brazil(tmp_path / "site").plugins if one.name == "planted_apart"]
    assert {fault.code for fault in planted.problem.faults} == {"P034"}

    (package / "rules.yaml").write_text("[]\n")  # without rules there is nothing to pin
    (planted,) = [one for one in beside_brazil(tmp_path / "site").plugins if one.name == "planted_apart"]
    assert planted.state == "ready"


def test_of_a_plugin_that_calls_itself_brazil_both_are_refused_and_no_case_is_judged_by_either(
    line, prepared, tmp_path
):
    plant(tmp_path / "site", "planted_brazil", a_check("return yes('fine')"), {
        "pack.yaml": HEAD.replace("id: togo", "id: brazil"), "rules.yaml": RULE
    })  # fmt: skip
    wayhome, number = line(beside_brazil(tmp_path / "site")), prepared[1]

    reasons = {reason["rule"]: reason for reason in wayhome.json("case", "why", number, "depart")["reasons"]}

    assert "refused" in reasons["BR-01"]["fact"]
    assert not reasons["BR-01"]["met"]
    assert wayhome("case", "show", number).status == 0
    assert wayhome("do", number, "complete", "step=register_referral").status == 0
    assert wayhome("verify").status == 0
    refused = wayhome("case", "open", "--host", "BE", "--origin", "BR")
    assert refused.status == 5
    assert "planted_brazil" in refused.err


def test_all_of_it_holds_for_the_program_that_is_really_started(prepared, tmp_path):
    for name, module, files, _ in REFUSED:
        if "hangs" not in name:
            plant(tmp_path / "site", f"started_{name}", module, files)
    for file in prepared[0].iterdir():
        shutil.copy(file, tmp_path / file.name)
    path = os.pathsep.join(filter(None, (str(tmp_path / "site"), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path, "WAYHOME_ACTOR": "anna"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "wayhome.shell.main", *words, "--json"]
        return subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    listed, why, verified = run("plugins", "list"), run("case", "why", prepared[1], "depart"), run("verify")

    assert (listed.returncode, why.returncode, verified.returncode) == (0, 0, 0)
    ready = {one["id"] for one in json.loads(listed.stdout) if one["state"] == "ready"}
    assert {"belgium", "brazil"} <= ready
    assert "togo" not in ready
    assert "BR-01" in why.stdout
    json.loads(verified.stdout)


def test_a_slow_check_holds_up_nobody_who_writes_in_the_meantime(tmp_path):
    plant(
        tmp_path / "site",
        "planted_slow",
        a_check("import time\ntime.sleep(1.5)\nreturn yes('late')"),
        {"rules.yaml": RULE},
    )
    with engine_at(f"sqlite:///{tmp_path / 'wayhome.db'}", packs=beside_brazil(tmp_path / "site")) as engine:
        togo, brazil = a_case(engine, "TG"), a_case(engine, "BR")
        refused: list[Refused] = []

        def depart() -> None:
            try:
                engine.do(commands.Move(togo, to="depart"), as_=Actor("tom", "invented_house", {"travel_officer"}))
            except Refused as error:
                refused.append(error)

        with short_times(answer=20):
            slow = threading.Thread(target=depart)
            slow.start()
            time.sleep(0.2)
            engine.do(commands.Record(brazil, facts={"sex": "female"}), as_=ACTORS[0])
            still_asking = slow.is_alive()
            slow.join()

    assert still_asking
    assert "TG-01" not in {reason.rule for reason in refused[0].decision.unmet}


STUCK = "import time\ntime.sleep(1.5)\nreturn yes('late')"


def test_a_plugin_that_hangs_is_asked_nothing_until_it_has_come_to_an_end(tmp_path, monkeypatch):
    """Each refusal, the log, and `doctor` in the same program name the plugin and the process that is to be started again."""
    logged: list[dict[str, Any]] = []
    monkeypatch.setattr("wayhome.packs.plugins.log", SimpleNamespace(error=lambda _, **values: logged.append(values)))
    package = plant(tmp_path / "site", "planted_stuck", a_check(STUCK), {"rules.yaml": RULE})
    line = (package / "__init__.py").read_text().splitlines().index("    time.sleep(1.5)") + 1
    with Engine.open("sqlite://", packs=beside_brazil(tmp_path / "site")) as engine, short_times():
        case = a_case(engine, "TG")

        def asked() -> Reason:
            return next(one for one in engine.why(case, "depart", as_=ACTORS[0]).reasons if one.rule == "TG-01")

        hangs = f"no answer in 0.2 seconds; it still ran then, in the process {os.getpid()}"
        first = asked()
        asking = [thread for thread in threading.enumerate() if thread.name == "wayhome-plugin"]
        again = asked()

        assert (first.met, first.fact) == (False, f"the check of the plugin 'togo' failed ({hangs})")
        assert (again.met, again.fact, again.todo) == (False, first.fact, first.todo)
        assert first.todo == (
            "try once more; if it stays so, leave the shell, or have the server started again, and tell the plugin's maintainers"
        )
        assert {thread for thread in threading.enumerate() if thread.name == "wayhome-plugin"} <= set(asking)
        told = {"plugin": "planted_stuck", "file": str(package / "__init__.py"), "line": line, "error": hangs}
        assert logged == [{**told, "rule": "TG-01"}] * 2
        (found,) = [one for one in engine.doctor().checks if (one.about, one.state) == ("planted_stuck", "bad")]
        assert found.what == f"Its code hangs in this program: {hangs}."
        assert found.todo == "Leave the shell, or have the server started again. Tell the plugin's maintainers."

        time.sleep(1.6)
        with patch.object(plugins, "FOR_AN_ANSWER", 5):
            assert asked().met
        assert [one for one in engine.doctor().checks if (one.about, one.state) == ("planted_stuck", "bad")] == []


ONCE = "import time\nif hang:\n    time.sleep(hang.pop())\nreturn yes('fine')"


def hanging_for(*seconds: float) -> str:
    """A check that hangs the first times that it is asked."""
    return a_check(ONCE, f"hang = {[*reversed(seconds)]}\n")


def of_togo(engine: Engine, case: str) -> Reason:
    return next(one for one in engine.why(case, "depart", as_=ACTORS[0]).reasons if one.rule == "TG-01")


def test_of_two_questions_that_hang_the_end_of_one_is_not_the_end_of_the_other(tmp_path):
    plant(tmp_path / "site", "planted_twice", hanging_for(1.6, 0.6), {"rules.yaml": RULE})
    packs = beside_brazil(tmp_path / "site")
    with Engine.open("sqlite://", packs=packs) as engine, short_times(answer=0.4):
        case = a_case(engine, "TG")
        first = threading.Thread(target=of_togo, args=(engine, case))
        first.start()
        time.sleep(0.15)
        of_togo(engine, case)
        first.join()
        time.sleep(0.5)  # the second has come to an end, the first has not

        assert "planted_twice" in packs.hanging()
        assert not of_togo(engine, case).met
        time.sleep(1)
        assert packs.hanging() == {}
        assert of_togo(engine, case).met


def test_a_plugin_that_hangs_is_asked_nothing_by_another_engine_of_the_program_either(tmp_path):
    plant(tmp_path / "site", "planted_anew", hanging_for(1.5), {"rules.yaml": RULE})
    packs = beside_brazil(tmp_path / "site")
    with short_times():
        for again in (packs, Packs(packs.plugins), Packs(packs.plugins)):
            with Engine.open("sqlite://", packs=again) as engine:
                found = of_togo(engine, a_case(engine, "TG"))
                assert (found.met, "it still ran then" in found.fact) == (False, True)


def test_of_two_plugins_that_lie_in_no_file_the_one_that_hangs_silences_no_other(tmp_path):
    def made(name: str, check: Any) -> Packs:
        return made_packs.packs_of(made_packs.plugin(plant(tmp_path, name, "", {"rules.yaml": RULE}), check, name=name))

    stuck = made("planted_stuck", lambda *_: time.sleep(1.5))
    free = made("planted_free", None)

    with short_times(), Engine.open("sqlite://", packs=stuck) as held, Engine.open("sqlite://", packs=free) as other:
        assert not of_togo(held, a_case(held, "TG")).met

        assert of_togo(other, a_case(other, "TG")).met
        assert (list(stuck.hanging()), list(free.hanging())) == (["planted_stuck"], [])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where a process can fork")
def test_a_child_of_a_fork_is_not_held_by_what_hangs_in_its_parent(tmp_path):
    plant(tmp_path / "site", "planted_forked", hanging_for(1.5), {"rules.yaml": RULE})
    url, packs = f"sqlite:///{tmp_path / 'wayhome.db'}", beside_brazil(tmp_path / "site")
    with engine_at(url, packs=packs) as engine, short_times():
        case = a_case(engine, "TG")
        assert not of_togo(engine, case).met
    child = os.fork()
    if child == 0:
        status = 9
        with suppress(BaseException), Engine.open(url, packs=packs) as engine:
            status = 0 if of_togo(engine, case).met else 1
        os._exit(status)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_error_that_does_not_let_itself_be_looked_at_is_a_no(tmp_path):
    """Its class is the plugin's own: whatever it does when somebody looks, it is an error, and no end of the barrier."""
    hides = "class Hides(SyntaxError):\n    @property\n    def filename(self):\n        raise ValueError\n"
    plant(tmp_path / "site", "planted_hides", a_check("raise Hides", hides), {"rules.yaml": RULE})
    plant(tmp_path / "other", "planted_hides_at_import", at_import(f"{hides}\nraise Hides"))
    with Engine.open("sqlite://", packs=beside_brazil(tmp_path / "site")) as engine:
        assert of_togo(engine, a_case(engine, "TG")).fact == "the check of the plugin 'togo' failed (Hides)"
    states = {plugin.name: plugin.state for plugin in beside_brazil(tmp_path / "other").plugins}
    assert states["planted_hides_at_import"] == "refused"


def test_who_breaks_off_while_a_plugin_hangs_leaves_one_thread_behind(tmp_path):
    plant(tmp_path / "site", "planted_broken_off", hanging_for(2), {"rules.yaml": RULE})
    with Engine.open("sqlite://", packs=beside_brazil(tmp_path / "site")) as engine:
        case = a_case(engine, "TG")
        before = threading.active_count()
        for _ in range(3):
            threading.Timer(0.2, _thread.interrupt_main).start()
            with suppress(KeyboardInterrupt):
                of_togo(engine, case)
                time.sleep(1)

        assert threading.active_count() <= before + 1


# --- the barrier by itself ------------------------------------------------------------------------------------------


def test_the_user_s_own_ctrl_c_is_not_taken_for_the_plugin_s(tmp_path):
    program = (
        "import os, signal, threading\n"
        "from wayhome.packs.barrier import guarded, PluginFailed\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # also where whoever started the tests ignores it
        "threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "def call():\n"
        "    while True: pass\n"
        "try:\n"
        "    guarded(call, 20)\n"
        "except KeyboardInterrupt:\n"
        "    print('stopped by the user')\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=10, check=False)

    assert done.stdout == "stopped by the user\n"


@pytest.fixture
def may_end() -> Iterator[threading.Event]:
    """Lets what hangs come to its end after the test."""
    event = threading.Event()
    yield event
    event.set()


def test_nobody_waits_for_a_call_that_gives_python_back_and_never_returns(may_end):
    began = time.monotonic()

    with pytest.raises(PluginFailed, match="it still ran then, in the process"):
        guarded(lambda: [*iter(may_end.is_set, True)], 0.1)

    assert time.monotonic() - began < 2


def test_an_answer_that_came_too_late_is_none_though_nobody_could_stop_waiting(tmp_path):
    (late,) = each_guarded(
        [lambda: sum(range(30_000_000)) >= 0], 0.05, tmp_path
    )  # one call in C: nobody else runs meanwhile

    assert isinstance(late, PluginFailed)


def test_the_streams_are_what_they_were_once_what_hung_has_ended(may_end, monkeypatch):
    monkeypatch.setattr("wayhome.packs.barrier._running", [])  # whatever other tests have left hanging
    monkeypatch.setattr(sys, "stdout", StringIO())
    before = sys.stdout
    with suppress(PluginFailed):
        guarded(may_end.wait, 0.05)
    may_end.set()
    time.sleep(0.1)
    guarded(lambda: 1, 5.0)

    assert sys.stdout is before


def test_a_program_without_a_terminal_prints_nowhere_as_before(may_end, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with suppress(PluginFailed):
        guarded(may_end.wait, 0.05)

    print("into nothing")  # noqa: T201 - this is what must not fail
    assert sys.stdout is None


def test_each_of_several_calls_has_its_own_time(tmp_path):
    def takes_most_of_its_time() -> int:
        time.sleep(0.3)
        return 2

    assert each_guarded([takes_most_of_its_time] * 3, 0.4, tmp_path) == [2, 2, 2]


def test_after_a_call_that_hangs_the_plugin_is_asked_no_more(tmp_path, may_end):
    asked: list[int] = []

    first, failed, last = each_guarded([lambda: 1, lambda: may_end.wait(9), lambda: asked.append(3)], 0.1, tmp_path)

    assert first == 1
    assert isinstance(failed, PluginFailed)
    assert failed.still_runs
    assert last is failed
    may_end.set()
    while failed.still_runs:
        time.sleep(0.01)
    assert asked == []


def test_a_plugin_is_asked_again_in_the_same_thread_and_no_other_plugin_ever_is(tmp_path):
    def thread_of(folder: str) -> object:
        return each_guarded([threading.get_ident], 5.0, tmp_path / folder)[0]

    assert thread_of("one") == thread_of("one") != thread_of("another")


def test_what_a_plugin_sets_for_its_own_thread_is_gone_at_its_next_answer(tmp_path):
    def rounds_roughly() -> Decimal:
        getcontext().prec = 1
        return Decimal(1) / 3

    rough, fine = each_guarded([rounds_roughly, lambda: Decimal(1) / 3], 5.0, tmp_path)

    assert str(rough) == "0.3"
    assert len(str(fine)) > 10


def test_two_who_ask_one_plugin_at_once_do_not_wait_for_each_other(tmp_path):
    both = threading.Barrier(2)
    answers: list[object] = []

    def asks() -> None:
        answers.extend(each_guarded([lambda: both.wait(5) >= 0], 10.0, tmp_path))

    asking = [threading.Thread(target=asks) for _ in range(2)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()

    assert answers == [True, True]


def test_a_worker_that_hung_answers_nobody_after_it(tmp_path, may_end):
    (before,) = each_guarded([threading.current_thread], 5.0, tmp_path)
    (failed,) = each_guarded([may_end.wait], 0.1, tmp_path)
    may_end.set()
    while failed.still_runs:
        time.sleep(0.01)
    answers = [each_guarded([threading.current_thread], 5.0, tmp_path)[0] for _ in range(20)]

    assert isinstance(before, threading.Thread)
    assert before not in answers
    assert len({*answers}) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where a process can fork")
def test_a_child_of_a_fork_asks_anew(tmp_path):
    program = (
        "import os, pathlib\n"
        "from wayhome.packs.barrier import each_guarded\n"
        "ask = lambda: each_guarded([lambda: 'answered'], 5.0, pathlib.Path('.'))[0]\n"
        "ask()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    print(ask(), flush=True)\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(ask())\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=False)

    assert done.stdout == "answered\nanswered\n"
