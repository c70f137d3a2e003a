"""What is public is typed: a checker sees every name, every type of a signature, and the mistakes that people make."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import wayhome as wh
from mypy import api
from sqlalchemy.orm import Session
from wayhome.commands import BY_WORD
from wayhome.packs.plugins import Packs
from wayhome.testing import an_actor_for

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
MISTAKES, HONEST = "ten_mistakes.py", "ten_honest_lines.py"
ANNA = an_actor_for("case_manager_sending")


@pytest.fixture(scope="module")
def program(packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a host has it: its own files, and beside them the words of the returns that it arranges."""
    folder = tmp_path_factory.mktemp("program")
    for name in (MISTAKES, HONEST):
        shutil.copy(HERE / name, folder)
    (folder / "be_ng.py").write_text(wh.python_types(packs.process("BE", "NG")), encoding="utf-8")
    return folder


def _ten_lines_of(name: str) -> set[tuple[str, int]]:
    numbered = enumerate((HERE / name).read_text(encoding="utf-8").splitlines(), 1)
    lines = {(name, number) for number, line in numbered if re.search(r"  # \d+\b", line)}
    assert len(lines) == 10
    return lines


def test_mypy_finds_the_ten_mistakes_and_nothing_in_ten_honest_lines(program: Path) -> None:
    told, problems, _ = api.run(
        ["--strict", f"--config-file={ROOT / 'pyproject.toml'}", f"--cache-dir={ROOT / '.mypy_cache'}"]
        + [str(program / name) for name in (MISTAKES, HONEST)]
    )

    found = {(name, int(line)) for name, line in re.findall(r"(\w+\.py):(\d+): error", told)}
    assert problems == ""
    assert found == _ten_lines_of(MISTAKES), told
    assert not found & _ten_lines_of(HONEST)


def test_pyright_finds_the_ten_mistakes_and_nothing_in_ten_honest_lines(program: Path) -> None:
    project = program / "pyrightconfig.json"
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11"}  # as it is installed
    project.write_text(json.dumps({"include": [MISTAKES, HONEST, "be_ng.py"], **settings}), encoding="utf-8")
    checking = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable]

    done = subprocess.run([*checking, "--project", project], capture_output=True, text=True)

    told = json.loads(done.stdout)
    assert told["summary"]["filesAnalyzed"] == 3
    found = {(Path(one["file"]).name, one["range"]["start"]["line"] + 1) for one in told["generalDiagnostics"]}
    assert found == _ten_lines_of(MISTAKES), told
    assert not found & _ten_lines_of(HONEST)


def test_a_step_or_fact_that_no_pack_knows_is_told_with_the_nearest_when_it_is_done(packs: Packs) -> None:
    with wh.Engine.open("sqlite://", packs=packs) as engine:
        case = engine.do(wh.Open(host_country="BE", origin_country="NG"), as_=ANNA).case
        for wrong, meant in (
            (wh.Complete(case, step="safe_frist_contact"), "safe_first_contact"),
            (wh.Record(case, facts={"age_statsu": 3}), "age_status"),
        ):
            with pytest.raises(wh.BadInput, match=meant) as told:
                engine.do(wrong, as_=ANNA)
            assert told.value.faults[0].code == "unknown"


def test_a_word_that_is_no_phase_status_or_move_is_told(packs: Packs) -> None:
    with wh.Engine.open("sqlite://", packs=packs) as engine:
        case = engine.do(wh.Open(host_country="BE", origin_country="NG"), as_=ANNA).case
        for ask in (
            lambda: engine.cases(as_=ANNA, phase="identifcation"),  # type: ignore[arg-type]
            lambda: engine.cases(as_=ANNA, status="opne"),  # type: ignore[arg-type]
            lambda: engine.why(case, "dpart", as_=ANNA),  # type: ignore[arg-type]
        ):
            with pytest.raises(wh.BadInput) as told:
                ask()
            assert told.value.faults[0].code == "unknown"


# --- every type of a public signature is public ----------------------------------------------------------------

# A host that uses SQLAlchemy has it; nobody else loads it. What is seldom asked for is loaded when it is.
LOADED_LATER = {"Connection": sqlalchemy.Connection, "HostEngine": sqlalchemy.Engine, "Session": Session} | {
    one.__name__: one for one in (wh.Backup, wh.Checkup, wh.Packs, wh.RecoverySheet, wh.Renewal, wh.Verification)
}
INNER = {"Process", "Packs"}  # what they hold is for country authors; embedders get them and hand them on


def _classes(hint: Any) -> Iterator[type]:
    for one in typing.get_args(hint):
        yield from _classes(one)
    if isinstance(hint, type) and hint.__module__.startswith("wayhome"):
        yield hint


def _hints(of: Any) -> dict[str, Any]:
    return typing.get_type_hints(of, localns=LOADED_LATER)


def _signatures() -> Iterator[tuple[str, Any]]:
    for name in wh.__all__:
        thing = getattr(wh, name)
        if name in INNER:
            continue
        if inspect.isfunction(thing):
            yield from ((f"{name}: {n}", hint) for n, hint in _hints(thing).items())
        elif isinstance(thing, type):
            yield from ((f"{name}.{n}", hint) for n, hint in _hints(thing).items())
            for member, what in inspect.getmembers(thing):
                got = getattr(what, "fget", what)
                if not member.startswith("_") and (inspect.isfunction(got) or inspect.ismethod(got)):
                    yield from ((f"{name}.{member}: {n}", hint) for n, hint in _hints(got).items())


def test_every_type_in_a_public_signature_is_public() -> None:
    public = {getattr(wh, name) for name in wh.__all__ if isinstance(getattr(wh, name), type)}

    assert {
        (where, kind.__name__)
        for where, hint in _signatures()
        for kind in _classes(hint)
        if kind not in public and not kind.__module__.startswith("sqlalchemy")
    } == set()


def test_every_fixed_set_of_words_in_a_public_signature_has_a_public_name() -> None:
    public = [getattr(wh, name) for name in wh.__all__ if typing.get_origin(getattr(wh, name)) is typing.Literal]

    assert {(where, str(one)) for where, hint in _signatures() for one in _literals(hint) if one not in public} == set()


def _literals(hint: Any) -> Iterator[Any]:
    if typing.get_origin(hint) is typing.Literal:
        yield hint
    if typing.get_origin(hint) is typing.ClassVar:
        return
    for one in typing.get_args(hint):
        yield from _literals(one)


def test_all_that_is_imported_for_checkers_can_be_imported_and_is_listed() -> None:
    source = Path(wh.__file__).read_text()
    seen = source[source.index("if TYPE_CHECKING:") : source.index("__version__")]
    imported = set(
        re.findall(
            r"\b(?!import\b|from\b|as\b|if\b)(\w+)(?=,|\n|\)| *$)", re.sub(r"from \S+ import|\w+ as|#.*", "", seen)
        )
    )

    assert (imported - {"TYPE_CHECKING"}) | {"commands"} == set(wh.__all__)
    assert {kind.__name__ for kind in BY_WORD.values()} <= set(wh.commands.__all__) <= set(wh.__all__)
