"""What a host meets: commands and answers as data, types that say something, one mistake told as one. (findings/embedding.md)"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import wayhome
from hypothesis import given, settings
from hypothesis import strategies as st
from wayhome import Actor, BadInput, NotPermitted, WayhomeError, commands
from wayhome.commands import BY_WORD
from wayhome.model.command import COMMON_FIELDS, own_fields
from wayhome.model.reading import specs_of
from wayhome.packs.plugins import Packs

from tests.attacks import play as plays
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, Play, actor, evidence_is_fresh, opened
from tests.whole_answers import PLAN


def a_bad_input(case: Play) -> WayhomeError:
    return _refusal_of(
        lambda: case.engine.do(plays.read({"do": "complete", "step": "no_such_step"}, case.case), as_=actor(MANAGER))
    )


# --- S2: the types say something (issue 5) ----------------------------------------------------


REQUIRED: dict[str, Callable[[], Any]] = {
    "no step": lambda: commands.Complete("WH-7K3M9-Q2F4A-Z"),
    "nowhere to go": lambda: commands.Move("WH-7K3M9-Q2F4A-Z"),
    "no purpose": lambda: commands.Consent("WH-7K3M9-Q2F4A-Z"),
    "no country": lambda: commands.Open(),
    "no case": lambda: commands.Note(),
}


@pytest.mark.parametrize("mistake", REQUIRED)
def test_what_is_required_is_required(mistake: str) -> None:
    try:
        REQUIRED[mistake]()
    except (TypeError, BadInput):
        return
    raise AssertionError("it was taken")


def test_all_faults_of_an_input_are_told_at_once(begin: Begin) -> None:
    case = begin()

    with pytest.raises(BadInput) as said:
        case.engine.do(
            plays.read({"do": "complete", "step": "safety_plan", "unknown_one": 1, "unknown_two": 2}, case.case),
            as_=actor(MANAGER),
        )

    # Nothing repeats a word that is like nothing known: it may be a name that was typed into the wrong place.
    assert {(fault.field, fault.code) for fault in said.value.faults} == {
        ("…[0]", "unknown"),
        ("…[1]", "unknown"),
        ("emergency_contact", "missing"),
        ("assisting_organisation", "missing"),
        *((name, "missing") for name in PLAN),
    }


def test_a_fault_names_its_field_and_its_code(begin: Begin) -> None:
    bad = a_bad_input(begin())

    faults = getattr(bad, "faults", ())

    assert [(fault.field, bool(fault.code)) for fault in faults] == [("step", True)]


MISTAKES = """
from wayhome import Actor, Engine, commands
e = Engine.open("sqlite://")
a = Actor(id="a", organisation="o", roles="case_manager_sending")
commands.Complete("WH-1")
commands.Move()
commands.Consent("WH-1")
e.cases(as_=a, phase="identifcation")
e.why("WH-1", "dpart", as_=a)
commands.Consent("WH-1", purpose="assistance", groups="case", answer="given")
commands.BY_WORD["open"]("WH-1")
commands.Consent("WH-1", purpose="assistance", answer="gven")
commands.Document("WH-1", kind="ng_passport", status="hold")
"""


@pytest.mark.soak
def test_a_type_checker_finds_the_ten_mistakes(tmp_path: Path) -> None:
    (tmp_path / "mistakes.py").write_text(MISTAKES)
    line = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-incremental",
        "--no-error-summary",
        str(tmp_path / "mistakes.py"),
    ]

    said = subprocess.run(line, capture_output=True, text=True, check=False, cwd=tmp_path).stdout

    wrong = {int(part.split(":")[1]) for part in said.splitlines() if ": error:" in part}
    assert wrong >= set(range(4, 14))


# --- S5, S6, S9, S10: forms, errors, lists (issue 11) -----------------------------------------


@pytest.mark.parametrize(
    "until",
    [
        pytest.param("2026-01-01", id="text"),
        pytest.param(date(2026, 1, 1), id="day"),
        pytest.param(datetime(2026, 1, 1), id="naive"),  # noqa: DTZ001
    ],
)
def test_a_question_with_a_wrong_moment_is_bad_input(begin: Begin, until: Any) -> None:
    case = begin()

    assert _is_refused(lambda: case.engine.due(as_=actor(MANAGER), until=until))


@pytest.mark.parametrize("nobody", [None, "anna"])
def test_a_question_of_nobody_is_an_error_of_ours(begin: Begin, nobody: Any) -> None:
    case = begin()

    assert _is_refused(lambda: case.engine.case(case.case, as_=nobody))


def test_a_row_of_a_list_says_its_version_and_its_owner(begin: Begin) -> None:
    row = begin().engine.cases(as_=actor(MANAGER))[0]

    assert hasattr(row, "version")
    assert hasattr(row, "owner")


def test_what_stands_in_the_way_can_be_asked_by_those_who_help(begin: Begin) -> None:
    """Who counsels the person may not make the move; what is missing, they may help with."""
    case = begin(evidence_is_fresh)
    case.anew("departure_assistance", "handover_dossier")
    assert case.why(who="counsellor").kind == "not_permitted"

    asked = {(one.rule, one.subject) for one in case.engine.blockers(case.case, "depart", as_=case.actor("counsellor"))}

    assert asked == case.why().reasons
    assert ("STEP", "handover_dossier") in asked


def test_what_stands_in_the_way_tells_nobody_what_their_roles_are_not_told(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.given(MANAGER, {"do": "incident", "type": "medical_unfit"})
    told, untold = (
        {one.fact for one in case.engine.blockers(case.case, "depart", as_=case.actor(who))}
        for who in ("medical_officer", "legal_counsellor")
    )

    assert "something stands in the way that your roles are not told" in untold - told
    assert not [one for one in untold if "fit" in one or "health" in one]


def test_who_reads_no_cases_is_not_told_what_stands_in_the_way(begin: Begin) -> None:
    case = begin()

    with pytest.raises(NotPermitted):
        case.engine.blockers(case.case, "depart", as_=Actor("sys", "invented_house", {"system_admin"}))
    with pytest.raises(BadInput):
        case.engine.blockers(case.case, "fly", as_=case.actor(MANAGER))  # type: ignore[arg-type]


def test_no_error_of_the_library_speaks_of_the_shell(begin: Begin) -> None:
    case = begin()
    said = [a_bad_input(case), _refusal_of(lambda: case.engine.case("WH-7K3M9-Q2F4A-Z", as_=actor(MANAGER)))]
    engine = Path(wayhome.__file__).parent
    texts = [path.read_text() for part in ("engine.py", "flow", "store", "stories") for path in _sources(engine / part)]

    assert [error for error in said if "`" in str(error)] == []
    assert sum("`wayhome " in text or "`case show`" in text for text in texts) == 0


def _sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def _refusal_of(act: Callable[[], Any]) -> WayhomeError:
    try:
        act()
    except WayhomeError as error:
        return error
    raise RuntimeError("nothing was refused")


def _is_refused(ask: Callable[[], Any]) -> bool:
    """Say whether a question ends in an error of ours; any other is the finding."""
    try:
        ask()
    except Exception as error:
        return isinstance(error, WayhomeError)
    return False


# --- junk in any field ----------------------------------------------------------------------------


JUNK: list[Callable[[], Any]] = [
    lambda: 7, lambda: -(2**70), lambda: 1.5, lambda: b"bytes", list, lambda: ["x", 3], dict, lambda: {"a": {"b": []}},
    lambda: {1, 2}, lambda: "", lambda: "\ud800", lambda: "x" * 1_000_000, lambda: "😀", lambda: "1e999999999", lambda: "NaN",
    lambda: datetime(2026, 1, 1),  # noqa: DTZ001 - a naive moment is junk
    lambda: date(9999, 12, 31), lambda: True, lambda: object(), lambda: "0001-01-01T00:00+14:00",
]  # fmt: skip


@pytest.fixture(scope="module")
def an_open_case(packs: Packs) -> Play:
    return opened(packs)


@settings(max_examples=400)
@given(data=st.data())
def test_junk_in_any_field_of_any_command_is_an_error_of_ours(an_open_case: Play, data: st.DataObject) -> None:
    engine, case, anna = an_open_case.engine, an_open_case.case, actor(MANAGER)
    word = data.draw(st.sampled_from(sorted(BY_WORD)))
    names = [*own_fields(BY_WORD[word]), *(n for n in COMMON_FIELDS if n not in ("case", "key"))]
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    fields = {("with_" if n == "with" else n): data.draw(st.sampled_from(JUNK))() for n in chosen}
    before = engine.case(case, as_=anna).version
    kind: Any = BY_WORD[word]
    for name, spec in specs_of(kind).items():
        if spec.required and name != "case":
            fields.setdefault(spec.attribute, "x")

    try:
        engine.do(kind(**fields) if word == "open" else kind(case, **fields), as_=anna)
    except WayhomeError as error:
        assert str(error).encode("utf-8", "strict")
        assert engine.case(case, as_=anna).version == before
