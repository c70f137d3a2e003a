"""What a program gives of another type than belongs there is told by its name (`BadInput`), and is no error of Python."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import wayhome as wh
from pyrage.x25519 import Identity
from wayhome import Actor, BadInput, Engine, WayhomeError
from wayhome.model.command import kinds
from wayhome.model.depth import MOST_OF_OURS, is_nested_deeply
from wayhome.model.reading import specs_of

from tests.conftest import ANNA, a_case, all_packs

LOCK = Identity.generate()  # a passphrase takes its time by intent
Door = Callable[..., Any]


def nested(levels: int, around: Callable[[Any], Any] = lambda one: [one]) -> Any:
    found: Any = "x"
    for _ in range(levels):
        found = around(found)
    return found


# Lists that hold each other 900 deep are read to their end by no program, and written by none either.
WRONG: dict[str, Any] = {
    "none": None, "number": 5, "text": "…", "mapping": {}, "list": [], "object": object(), "bytes": b"x",
    "deep list": nested(900), "deep mapping": nested(900, lambda one: {"a": one}), "half as deep": nested(400, lambda one: {"a": [one]}),
}  # fmt: skip
wrong = pytest.mark.parametrize("given", WRONG.values(), ids=WRONG)


def answers(act: Door, *given: Any, **named: Any) -> None:
    """See that a door answers or says what is wrong: any other error fails the test."""
    try:
        found = act(*given, **named)
        if isinstance(found, Iterator):
            list(found)
    except WayhomeError as error:
        assert str(error)


def doors(kind: Any) -> list[tuple[str, list[str]]]:
    """Give the public methods of a class, each with the names of its parameters; `close` has none."""
    found = inspect.getmembers(kind, inspect.isfunction)
    return [(name, [*inspect.signature(one).parameters][1:]) for name, one in found if not name.startswith("_")]


@pytest.fixture
def case(engine: Engine) -> str:
    return a_case(engine, age_status="adult")


@wrong
@pytest.mark.parametrize("kind", [Engine, wh.Acting])
def test_each_method_of_the_engine(
    engine: Engine, case: str, tmp_path: Path, kind: Any, given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a text is a path, too: a backup is written there
    right = {
        "command": wh.Note(case, text="invented words"), "commands": [wh.Note(case, text="invented words")], "case": case,
        "what": "depart", "move": "depart", "actor": ANNA, "id": "invented", "title": "Invented", "country": "NG",
        "host": "BE", "origin": "NG", "path": tmp_path / "new.age",
        "until": None, "key": "invented", "party": "SN", "kind": "note", "text": "invented words", "keys": lambda _: bytes(32),
        "same": False,
    }  # fmt: skip
    asked_by = {"as_": ANNA} if kind is Engine else {}
    tried = 0
    for name, parameters in doors(kind):
        for wrong_one in parameters:
            said = {one: right[one] for one in parameters if one in right and (one, name) != ("case", "due")}
            if "as_" in parameters and name not in ("put_actor", "end_actor", "changes"):
                said |= asked_by
            if name == "form":
                said["command"] = {"do": "note"}
            if name == "backup" and wrong_one not in ("passphrase", "recipients"):
                said["recipients"] = [str(LOCK.to_public())]
            answers(getattr(engine if kind is Engine else engine.acting(ANNA), name), **{**said, wrong_one: given})
            (tmp_path / "new.age").unlink(missing_ok=True)
            tried += 1
    assert tried > 20
    assert engine.verify().ok


@wrong
@pytest.mark.parametrize("word", kinds())
def test_each_field_of_each_command(engine: Engine, case: str, word: str, given: Any) -> None:
    kind = kinds()[word]
    right = {"case": case, "step": "safety_plan", "to": "prepare", "host_country": "BE", "origin_country": "NG"}
    needed = {name: right.get(name, "x") for name, spec in specs_of(kind).items() if spec.required}
    for name, spec in specs_of(kind).items():
        said = {specs_of(kind)[one].attribute: value for one, value in needed.items()} | {spec.attribute: given}
        answers(lambda said=said: engine.do(kind(**said), as_=ANNA))
        answers(lambda said=said: engine.why(case, kind(**said), as_=ANNA))
        answers(lambda name=name: engine.do(wh.read_command({"do": word, **needed, name: given}), as_=ANNA))
        answers(lambda name=name: engine.form(None if word == "open" else case, {"do": word, name: given}, as_=ANNA))


@wrong
def test_each_answer_to_a_form(engine: Engine, case: str, given: Any) -> None:
    opening = {"do": "open", "host_country": "BE", "origin_country": "NG"}
    for of, do in (
        (None, opening),
        (case, {"do": "travel"}),
        (case, {"do": "complete", "step": "pre_return_risk_assessment"}),
    ):
        form = engine.form(of, do, as_=ANNA)
        answers(form.command, given)
        for slot in form.slots:
            answers(form.command, {slot.name: given})


@wrong
def test_what_databases_are_made_and_opened_with(tmp_path: Path, given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/whole.db"
    wh.create(url, key_file=tmp_path / "whole.db.key")
    with Engine.open(url, packs=all_packs()) as engine:
        engine.backup(tmp_path / "whole.age", recipients=[str(LOCK.to_public())])
    right = {"database": url, "path": tmp_path / "whole.age", "identity": str(LOCK), "packs": all_packs()}
    for door in (Engine.open, wh.create, wh.restore, wh.migrate, wh.doctor):
        parameters = [one for one in inspect.signature(door).parameters if one not in ("cls", "wal")]
        for number, name in enumerate(parameters):
            said = {one: right[one] for one in parameters if one in right}
            if door in (wh.create, wh.restore):
                said["database"] = f"sqlite:///{tmp_path}/{door.__name__}-{number}.db"
            answers(door, **{**said, name: given})


@wrong
def test_who_acts(given: Any) -> None:
    for name in ("id", "organisation", "roles"):
        answers(
            Actor, **{"id": "anna", "organisation": "invented_house", "roles": ["case_manager_sending"], name: given}
        )
    assert Actor("anna", "invented_house", (one for one in ["case_manager_sending"])).roles == {"case_manager_sending"}


@wrong
def test_what_is_read_and_described(engine: Engine, case: str, given: Any) -> None:
    for name in wh.__all__:
        answers(wh.from_json, getattr(wh, name), given)
    process = engine.process_of(case, as_=ANNA)
    for door, right in (
        (wh.from_json, (wh.Note, {})),
        (wh.json_schema, (wh.Note,)),
        (wh.read_command, ({"do": "note", "case": case, "text": "invented words"},)),
        (wh.python_types, (process,)),
        (wh.filled, ("{a}", {"a": 1})),
    ):
        for place in range(len(right)):
            answers(door, *right[:place], given, *right[place + 1 :])
    answers(wh.read_command, {"do": "note", "text": "invented words"}, case=given)
    for door, names in ((all_packs().countries, ("role",)), (all_packs().for_country, ("role", "country")), (all_packs().process, ("host", "origin"))):  # fmt: skip
        for name in names:
            answers(door, **{**dict.fromkeys(names, "NG"), name: given})


# --- which fault it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "field", "what"),
    [
        (lambda engine, case: engine.do(wh.Record(case, facts=None), as_=ANNA), "facts", "'facts' is missing."),  # type: ignore[arg-type]
        (lambda engine, case: Actor("anna", "invented_house", 5), "roles", "'roles' is a list, not one word."),  # type: ignore[arg-type]
        (lambda engine, case: engine.count(by=None, as_=ANNA), "by", "'by' is of another type: a list belongs there."),
        (lambda engine, case: engine.verify(against="…"), "against", "'against' is of another type: a mapping of names belongs there."),
        (lambda engine, case: engine.due(role={}, as_=ANNA), "role", "'role' is a text."),
        (lambda engine, case: engine.verify(5), "progress", "'progress' is of another type: a function belongs there."),
        (lambda engine, case: engine.backup(5, passphrase="x"), "path", "'path' is of another type: a path of a file belongs there."),
        (lambda engine, case: Engine.open("sqlite://", packs={}), "packs", "'packs' is of another type: Packs belongs there."),
        (lambda engine, case: wh.from_json(Engine, {}), "kind", "That is no class of data."),
        (lambda engine, case: wh.from_json(wh.Note, nested(900)), "", "That is nested too deeply."),
        (lambda engine, case: wh.Record(case, facts={"languages": nested(900)}), "facts", "That is nested too deeply."),
        (lambda engine, case: engine.case(nested(900), as_=ANNA), "case", "That is not a case number."),
    ],
)  # fmt: skip
def test_it_is_told_by_its_name(engine: Engine, case: str, act: Door, field: str, what: str) -> None:
    with pytest.raises(BadInput) as told:
        act(engine, case)

    assert [(fault.field, fault.what) for fault in told.value.faults] == [(field, what)]


def test_what_is_right_is_taken_in_each_of_its_forms(engine: Engine, case: str, tmp_path: Path) -> None:
    assert engine.count(by=(one for one in ("phase",)), as_=ANNA) == engine.count(by={"phase": 1}, as_=ANNA)  # type: ignore[arg-type]
    made = engine.backup(str(tmp_path / "new.age"), recipients=[str(LOCK.to_public())])
    assert engine.verify(against=made.heads, most=1).ok
    assert len(list(engine.do_all(iter([wh.Note(case, text="invented words")]), as_=ANNA))) == 1


@pytest.mark.parametrize(("levels", "is_deep"), [(MOST_OF_OURS - 1, False), (MOST_OF_OURS, True), (100_000, True)])
def test_how_deep_is_too_deep(levels: int, is_deep: bool) -> None:
    assert is_nested_deeply(nested(levels)) is is_deep
    assert is_nested_deeply(nested(levels, lambda one: {"a": one})) is is_deep


def test_what_holds_itself_is_too_deep_and_what_stands_there_often_is_not() -> None:
    itself: list[Any] = []
    itself.append(itself)
    twice: Any = "x"
    for _ in range(MOST_OF_OURS - 1):
        twice = [twice, twice]

    assert is_nested_deeply(itself)
    assert not is_nested_deeply(twice)
