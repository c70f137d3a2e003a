"""Everything that goes in and out is data: pickled, copied, hashed and read back from JSON it is the same as before."""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints

import orjson
import pytest
import wayhome as wh
import yaml
from fastapi import FastAPI
from pydantic import TypeAdapter, ValidationError
from starlette.testclient import TestClient
from wayhome.commands import BY_WORD
from wayhome.errors import PLACES
from wayhome.frozen import Frozen, frozen
from wayhome.model.data import one_kind
from wayhome.model.reading import _told_to_pydantic
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, walk_to_departure

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NUMBER = "WH-7K3M9-Q2F4A-Z"
ANNA = an_actor_for("case_manager_sending")
PLAIN: dict[Any, Any] = {
    str: "a_word",
    bool: True,
    int: 3,
    date: date(2026, 3, 31),
    datetime: NOON,
    datetime | date: NOON,
}


def sample(hint: Any) -> Any:
    """Make a value of a type."""
    hint = one_kind(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) is Literal:
        return get_args(hint)[-1]
    if get_origin(hint) is Mapping:
        return {"languages": ["en", "pcm"], "rows": [{"likelihood": 2}], "sure": True}
    if get_origin(hint) is tuple:
        return [sample(get_args(hint)[0])]
    hints = get_type_hints(hint)
    return hint(**{name: sample(hints[name]) for name in hint._fields})


def with_all_fields(kind: Any) -> Any:
    """Make a command of one kind that says everything it can say."""
    hints = get_type_hints(kind)
    return kind(**{spec.name: sample(hints[spec.name]) for spec in fields(kind)})


def copies_of(one: Any) -> tuple[Any, ...]:
    return pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)


COMMANDS = [with_all_fields(kind) for kind in BY_WORD.values()]


@pytest.fixture(scope="module")
def given(packs: Packs) -> dict[str, Any]:
    """What a real engine gives: every sort of thing, from a case on its way."""
    with wh.Engine.open("sqlite://", packs=packs) as engine:
        done = engine.do(wh.Open(host_country="BE", origin_country="NG", facts={"languages": ["en"]}), as_=ANNA)
        case = done.case
        engine.do(wh.Complete(case, step="register_referral"), as_=ANNA)
        found: dict[str, Any] = {
            "Done": done,
            "Decision": engine.why(case, "depart", as_=ANNA),
            "CaseView": engine.case(case, as_=ANNA),
            "NextRow": engine.next(case, as_=ANNA)[0],
            "DueRow": engine.due(as_=ANNA)[0],
            "HistoryRow": engine.history(case, as_=ANNA)[0],
            "CaseRowView": engine.cases(as_=ANNA)[0],
            "Verification": engine.verify(),
            "Actor": ANNA,
            "Rung": engine.ring(),
            "Checkup": engine.doctor(),
        }
        for name, command in (
            ("Refused", wh.Move(case, to="depart")),
            ("BadInput", wh.Complete(case, step="safe_frist_contact")),
            ("Conflict", wh.Note(case, text="an invented note", if_version=1)),
            ("NotFound", wh.Open(host_country="BE", origin_country="XX")),
        ):
            try:
                engine.do(command, as_=ANNA)
            except wh.WayhomeError as error:
                found[name] = error
        with engine._store.database.reading() as connection:
            found["Event"] = next(iter(engine._store.events(connection, case)))
        found["Form"] = _to_be_signed(engine, case)
    found["Reason"] = next(r for r in found["Decision"].unmet if r.remedy and r.values)
    found["Remedy"] = found["Reason"].remedy
    found["StepRow"] = found["CaseView"].steps[0]
    found["Fault"] = found["BadInput"].faults[0]
    found["Check"] = found["Checkup"].checks[0]
    found["Slot"], found["Written"] = found["Form"].slots[0], found["Form"].signs
    return found


def _to_be_signed(engine: wh.Engine, case: str) -> wh.Form:
    engine.do(wh.Contact(case, with_="person", channel="phone", reached=True), as_=ANNA)
    seq = engine.history(case, as_=ANNA)[-1].seq
    engine.do(wh.Correct(case, seq=seq, why="an invented slip"), as_=ANNA)
    return engine.form(case, {"do": "sign", "seq": seq}, as_=ANNA)


DATA = ["Done", "Decision", "Reason", "Remedy", "CaseView", "StepRow", "NextRow", "DueRow", "HistoryRow", "CaseRowView",
        "Verification", "Actor", "Event", "Fault", "Rung", "Form", "Slot", "Written", "Checkup", "Check"]  # fmt: skip
ERRORS = ["Refused", "BadInput", "Conflict", "NotFound"]


# --- commands ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.word)
def test_a_command_with_all_its_fields_is_the_same_after_pickling_copying_and_json(command: Any) -> None:
    for again in (
        *copies_of(command),
        wh.read_command(json.loads(json.dumps(wh.to_json(command)))),
        wh.from_json(type(command), orjson.loads(orjson.dumps(wh.to_json(command)))),
    ):
        assert again == command
        assert hash(again) == hash(command)
    assert asdict(command)
    assert wh.to_json(command)["do"] == command.word


def test_what_is_required_has_no_default_and_everything_but_the_case_is_named() -> None:
    with pytest.raises(TypeError, match="step"):
        wh.Complete(NUMBER)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        wh.Complete(NUMBER, "register_referral")  # type: ignore[call-arg, misc]
    with pytest.raises(TypeError):
        wh.Open("BE", "NG")  # type: ignore[call-arg, misc]


def test_nothing_inside_a_command_can_be_changed() -> None:
    listed = ["en"]
    command = wh.Record(NUMBER, facts={"languages": listed})
    listed.append("fr")

    assert command.facts == {"languages": ("en",)}
    for change in (
        lambda: command.facts.update(a=1),  # type: ignore[attr-defined]
        lambda: command.facts.__setitem__("a", 1),  # type: ignore[attr-defined]
        lambda: command.facts.__ior__({"a": 1}),  # type: ignore[attr-defined]
        lambda: command.facts.pop("languages"),  # type: ignore[attr-defined]
        lambda: command.facts.clear(),  # type: ignore[attr-defined]
    ):
        with pytest.raises(TypeError, match="read only"):
            change()
    assert frozen({"a": [{"b": {"c"}}]}) == {"a": ({"b": frozenset({"c"})},)}
    assert type(copy.deepcopy(command).facts) is Frozen


def _as_members(value: Any, enum: Any) -> Any:
    """Give the same with a member of an enum for every text in it."""
    if type(value) is str:
        return enum("Words", {"WORD": value}).WORD
    if isinstance(value, Mapping):
        return {_as_members(name, enum): _as_members(one, enum) for name, one in value.items()}
    if isinstance(value, list | tuple | frozenset):
        items = [_as_members(one, enum) for one in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return value


def _said_in(command: Any, enum: Any) -> Any:
    given = {spec.name: _as_members(getattr(command, spec.name), enum) for spec in fields(command)}
    return type(command)(**given)


class TextEnum(str, Enum):  # noqa: UP042 - what it is here to be
    """An enum as programs wrote it before there was StrEnum: its members are texts, and call themselves something else."""


@pytest.mark.parametrize("enum", [StrEnum, TextEnum])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.word)
def test_a_command_keeps_of_a_member_of_an_enum_the_plain_text(command: Any, enum: Any) -> None:
    told = _said_in(command, enum)

    assert told == command
    assert repr(told) == repr(command)
    assert b"Words" not in pickle.dumps(told)
    assert yaml.safe_dump(wh.to_json(told)) == yaml.safe_dump(wh.to_json(command))


@pytest.mark.parametrize("enum", [StrEnum, TextEnum])
def test_a_whole_return_told_in_members_of_enums_makes_the_same_ledger(enum: Any, packs: Packs) -> None:
    class TellingInMembers(wh.Engine):
        def do(self, command: wh.AnyCommand, *, as_: wh.Actor) -> wh.Done:
            roles = _as_members(as_.roles, enum)
            return super().do(_said_in(command, enum), as_=wh.Actor(as_.id, as_.organisation, roles))

    def ledger(kind: type[wh.Engine]) -> list[str]:
        clock, count = StoryClock(NOON), itertools.count()
        random = lambda size: hashlib.shake_128(str(next(count)).encode()).digest(size)  # noqa: E731
        with kind.open("sqlite://", packs=packs, clock=clock, random=random) as engine:
            facts = {"age_status": "adult", "languages": ["en"]}
            case = engine.do(wh.Open(host_country="BE", origin_country="NG", facts=facts), as_=ANNA).case
            assert walk_to_departure(engine, clock, case).arrived
            return [row.hash for row in engine.history(case, as_=ANNA)]

    assert ledger(TellingInMembers) == ledger(wh.Engine)


def test_a_word_where_a_list_belongs_is_refused_and_not_taken_apart() -> None:
    for make in (
        lambda: wh.Consent(NUMBER, purpose="assistance", groups="case", answer="given"),  # type: ignore[arg-type]
        lambda: wh.Actor(id="anna", organisation="invented_house", roles="case_manager_sending"),  # type: ignore[arg-type]
    ):
        with pytest.raises(wh.BadInput, match="not one word"):
            make()


def test_a_field_that_somebody_adds_to_a_command_is_one_line() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Refer(wh.Note):
        on_day: date | None = None
        urgent: bool | None = None
        amount: int | None = None
        places: tuple[str, ...] = ()

    from wayhome.model.reading import _read_fields, checked

    refer = Refer(NUMBER, text="x", on_day=date(2026, 1, 1), urgent=True, amount=3, places=("here",))

    assert checked(refer) is refer
    typed = {"case": NUMBER, "text": "x", "on_day": "2026-01-01", "urgent": "yes", "amount": "3", "places": "here"}
    assert _read_fields(Refer, typed, "field") == refer
    assert wh.to_json(refer)["on_day"] == "2026-01-01"


def test_nobody_else_adds_a_command_or_takes_the_word_of_one() -> None:
    for taken in ("note", "teleport"):
        with pytest.raises(TypeError, match="closed"):
            type("Teleport", (wh.Command,), {"word": taken})
    assert wh.commands.BY_WORD["note"] is wh.Note


# --- reading: typed, told, or JSON ----------------------------------------------------------------------------


def test_what_is_typed_becomes_what_its_type_says() -> None:
    typed = {
        "do": "consent", "case": NUMBER, "purpose": "return", "answer": "given", "groups": "case, family", "assent": "yes",
        "expires_on": "2026-12-31", "at": "2026-03-02T13:00+01:00", "if_version": "7",
    }  # fmt: skip

    assert wh.read_command(typed) == wh.Consent(
        NUMBER, purpose="return", groups=("case", "family"), assent=True, expires_on=date(2026, 12, 31), at=NOON, if_version=7
    , answer="given")  # fmt: skip


def test_a_remedy_is_a_command_and_fields_of_the_step_stand_beside_its_own() -> None:
    do = {"do": "complete", "step": "safety_plan", "contact_person": "relative-1", "fields": {"kept_by": "person"}}

    command = wh.read_command(do, case=NUMBER)

    assert command == wh.Complete(
        NUMBER, step="safety_plan", fields={"contact_person": "relative-1", "kept_by": "person"}
    )


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"do": "fly"}, [("do", "unknown")]),
        ({"do": "move"}, [("case", "missing"), ("to", "missing")]),
        ({"do": "move", "case": NUMBER, "to": "fly", "colour": "red"}, [("to", "unknown"), ("…[2]", "unknown")]),
        ({"do": "contact", "case": NUMBER, "channel": "phone", "informed_at": "noon"},
         [("informed_at", "unreadable"), ("with", "missing"), ("reached", "missing")]),
        ({"do": "travel", "case": NUMBER, "status": "booked", "legs": [{"from": "BRU", "to": "LOS", "departs_at": "soon"}]},
         [("legs[0].departs_at", "unreadable"), ("legs[0].arrives_at", "missing")]),
    ],
)  # fmt: skip
def test_all_faults_of_an_input_are_told_at_once_each_with_its_field_and_code(
    said: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    with pytest.raises(wh.BadInput) as told:
        wh.read_command(said)

    assert [(fault.field, fault.code) for fault in told.value.faults] == faults
    assert all(fault.what in told.value.what and fault.todo in told.value.todo for fault in told.value.faults)


def test_a_command_that_opens_a_case_is_about_no_case_that_there_is() -> None:
    with pytest.raises(wh.BadInput, match="'open' opens another case") as told:
        wh.read_command({"do": "open", "host_country": "BE", "origin_country": "NG"}, case=NUMBER)

    assert [(fault.field, fault.code) for fault in told.value.faults] == [("do", "contradiction")]


def test_a_program_that_gave_values_of_other_types_is_told_all_of_them(given: dict[str, Any], packs: Packs) -> None:
    with wh.Engine.open("sqlite://", packs=packs) as engine:
        case = engine.do(wh.Open(host_country="BE", origin_country="NG"), as_=ANNA).case
        wrong: Any = {"with_": "person", "channel": b"phone", "reached": "perhaps", "informed_at": 7, "by": "nobody"}
        with pytest.raises(wh.BadInput) as told:
            engine.do(wh.Contact(case, groups=1.5, **wrong), as_=ANNA)

    assert {fault.field for fault in told.value.faults} == {"channel", "reached", "informed_at", "by", "groups"}


# --- what the engine gives --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_what_the_engine_gives_is_the_same_after_pickling_copying_and_json(given: dict[str, Any], name: str) -> None:
    one = given[name]
    kind = type(one)
    plain = json.loads(json.dumps(wh.to_json(one)))

    for again in (*copies_of(one), wh.from_json(kind, plain)):
        assert again == one
        assert hash(again) == hash(one)
    assert wh.to_json(wh.from_json(kind, plain)) == plain


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_the_same_after_pickling_and_copying(given: dict[str, Any], name: str) -> None:
    error = given[name]

    for again in copies_of(error):
        assert type(again) is type(error)
        assert (str(again), vars(again)) == (str(error), vars(error))
        assert wh.to_json(again) == wh.to_json(error)
    json.dumps(wh.to_json(error))


def test_an_error_says_to_programs_what_it_says_to_people(given: dict[str, Any]) -> None:
    assert (given["Conflict"].seen, given["Conflict"].current) == (1, 2)
    assert given["BadInput"].faults[0].code == "unknown"
    refused = wh.to_json(given["Refused"])
    assert refused["move"] == "depart"
    assert wh.from_json(wh.Decision, refused["decision"]) == given["Refused"].decision


def test_what_is_refused_is_small_and_names_what_each_remedy_needs(given: dict[str, Any]) -> None:
    unmet = given["Refused"].decision.unmet

    assert len(unmet) > 50
    assert len(orjson.dumps(wh.to_json(unmet))) < 50_000
    assert len(orjson.dumps(wh.to_json(given["Refused"]))) < 60_000
    risk = next(r.remedy for r in unmet if r.remedy and r.remedy.do.get("step") == "initial_risk_assessment")
    assert wh.to_json(risk)["slots"] == {"result": "code"}
    for reason in unmet:
        assert {*reason.values} <= {*PLACES.findall(reason.fact_template + reason.todo_template)}


def test_a_reason_in_json_tells_its_sentences_and_a_decision_whether_it_allows(given: dict[str, Any]) -> None:
    plain = wh.to_json(given["Decision"])
    reason = given["Decision"].unmet[0]

    assert plain["allowed"] is False
    told = next(r for r in plain["reasons"] if (r["rule"], r["subject"]) == (reason.rule, reason.subject))
    assert (told["fact"], told["todo"]) == (reason.fact, reason.todo)


def test_a_page_says_its_items_where_it_goes_on_and_what_is_damaged(given: dict[str, Any]) -> None:
    kind = wh.Page[wh.HistoryRow]
    page = wh.Page([given["HistoryRow"]], after=1, damaged=(2, 3))
    plain = json.loads(json.dumps(wh.to_json(page)))

    assert plain == {"items": [wh.to_json(given["HistoryRow"])], "after": 1, "damaged": [2, 3]}
    form: TypeAdapter[Any] = TypeAdapter(kind)
    pages = (*copies_of(page), wh.from_json(kind, plain), form.validate_json(form.dump_json(page)))
    for again in pages:
        assert (again, again.after, again.damaged, type(again)) == (page, 1, (2, 3), wh.Page)
    assert orjson.loads(form.dump_json(page)) == plain
    assert wh.to_json(wh.Page()) == {"items": [], "after": None, "damaged": []}
    assert form.json_schema() == wh.json_schema(kind)


def test_what_is_wrong_with_a_page_is_told_where_it_lies() -> None:
    for kind, given, faults in (
        (wh.Page[wh.Fault], {"items": [{"field": "step"}], "rows": 3},
         [("…[1]", "unknown"), ("items[0].code", "missing"), ("items[0].what_template", "missing")]),
        (wh.Page, {"after": "x", "rows": []}, [("…[1]", "unknown"), ("items", "missing")]),
        (wh.Page, [], [("", "unreadable")]),
    ):  # fmt: skip
        with pytest.raises(wh.BadInput) as told:
            wh.from_json(kind, given)
        assert [(fault.field, fault.code) for fault in told.value.faults] == faults


# --- pydantic, and so FastAPI -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in DATA if n not in ("Verification", "Fault")])
def test_pydantic_reads_and_writes_the_same_json_form(given: dict[str, Any], name: str) -> None:
    form: TypeAdapter[Any] = TypeAdapter(type(given[name]))

    assert orjson.loads(form.dump_json(given[name])) == json.loads(json.dumps(wh.to_json(given[name])))
    assert form.validate_json(form.dump_json(given[name])) == given[name]
    assert form.json_schema()["properties"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.word)
def test_pydantic_knows_every_command_by_its_word(command: Any) -> None:
    form: TypeAdapter[Any] = TypeAdapter(wh.AnyCommand)

    assert form.validate_json(form.dump_json(command)) == command
    with pytest.raises(ValueError, match=r"'case'|'host_country'"):
        form.validate_python({"do": command.word})


SEVERAL_FAULTS: list[tuple[Any, list[tuple[str, tuple[str | int, ...]]]]] = [
    ({"do": "contact", "case": NUMBER, "channel": "phone", "informed_at": "noon"},
     [("unreadable", ("informed_at",)), ("missing", ("with",)), ("missing", ("reached",))]),
    ({"do": "travel", "case": NUMBER, "status": "booked", "legs": [{"from": "BRU", "to": "LOS", "departs_at": "soon"}]},
     [("unreadable", ("legs", 0, "departs_at")), ("missing", ("legs", 0, "arrives_at"))]),
    ({"do": "open", "origin_country": "NG"}, [("missing", ("host_country",))]),
    ({"do": "fly"}, [("unknown", ("do",))]),
    ([1, 2], [("unreadable", ())]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "faults"), SEVERAL_FAULTS)
@pytest.mark.parametrize("kind", [wh.AnyCommand, wh.Command])
def test_pydantic_tells_every_fault_of_a_command_at_its_place_and_repeats_nothing_of_it(
    kind: Any, said: Any, faults: list[tuple[str, tuple[str | int, ...]]]
) -> None:
    with pytest.raises(ValidationError) as told:
        TypeAdapter(kind).validate_python(said)

    found = told.value.errors()
    assert [(one["type"], one["loc"]) for one in found] == faults
    assert {one["input"] for one in found} == {None}
    with pytest.raises(wh.BadInput) as error:
        wh.from_json(kind, said)
    assert [one["ctx"] for one in found] == [wh.to_json(fault) for fault in error.value.faults]


@pytest.mark.parametrize("name", ["Anna de Vries", "Blessing_Osaro", "\ud800", "x\n", "é", "x" * 500])
def test_a_field_that_is_not_declared_is_not_repeated_since_it_may_be_a_name(name: str) -> None:
    said = {"do": "note", "case": NUMBER, "text": "an invented note", name: 1}
    with pytest.raises(wh.BadInput) as told:
        wh.read_command(said)
    assert [(fault.field, fault.code) for fault in told.value.faults] == [("…[2]", "unknown")]
    with pytest.raises(ValidationError) as also:
        TypeAdapter(wh.AnyCommand).validate_python(said)
    assert [one["loc"] for one in also.value.errors()] == [("…", 2)]


def test_a_place_that_is_no_place_is_told_all_the_same() -> None:
    fault = wh.Fault(f"x[{'9' * 30}]", "unknown", "There is no such row.")

    with pytest.raises(ValidationError) as told:
        raise _told_to_pydantic("Note", [fault])

    assert [one["loc"] for one in told.value.errors()] == [("x", "9" * 30)]


def test_pydantic_tells_a_fault_inside_of_other_data_where_it_lies() -> None:
    with pytest.raises(ValidationError) as told:
        TypeAdapter(list[wh.Reason]).validate_python([{"rule": "INV-01", "met": "perhaps", "fact_template": "so"}])

    assert [(one["type"], one["loc"]) for one in told.value.errors()] == [("unreadable", (0, "met"))]


def test_a_route_of_fastapi_that_takes_a_command_tells_every_fault_of_it() -> None:
    app = FastAPI()

    @app.post("/commands")
    def do(command: wh.AnyCommand) -> str:
        return command.word

    with TestClient(app) as http:
        answer = http.post(
            "/commands", json={"do": "contact", "case": NUMBER, "channel": "phone", "informed_at": "noon"}
        )
        done = http.post("/commands", json={"do": "note", "case": NUMBER, "text": "an invented note"})
        described = http.get("/openapi.json").json()

    faults = answer.json()["detail"]
    assert answer.status_code == 422
    assert [(one["type"], one["loc"]) for one in faults] == [
        ("unreadable", ["body", "informed_at"]),
        ("missing", ["body", "with"]),
        ("missing", ["body", "reached"]),
    ]
    assert all(one["msg"] == f"{one['ctx']['what']} {one['ctx']['todo']}" for one in faults)
    assert "noon" not in answer.text
    assert done.json() == "note"
    body = described["paths"]["/commands"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert len(body["oneOf"]) == len(BY_WORD)


def test_the_schema_names_what_is_required_and_the_words_of_closed_sets() -> None:
    by_word = {one["properties"]["do"]["const"]: one for one in wh.json_schema()["oneOf"]}

    assert list(by_word) == list(BY_WORD)
    assert by_word["move"]["required"] == ["do", "case", "to"]
    assert "turn_back" in by_word["move"]["properties"]["to"]["enum"]
    assert by_word["travel"]["properties"]["legs"]["items"]["properties"]["departs_at"]["format"] == "date-time"


# --- who acts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["", "Anna de Vries", "+32 470 00 00 00", "clock", 7])
def test_an_actor_has_an_opaque_id_that_is_not_the_clocks(id: Any) -> None:
    with pytest.raises(wh.BadInput) as told:
        wh.Actor(id=id, organisation="invented_house", roles={"case_manager_sending"})

    assert [fault.field for fault in told.value.faults] == ["id"]
    assert "Vries" not in str(told.value)


def test_only_the_engine_has_the_clock() -> None:
    assert wh.Actor.clock.is_clock
    assert pickle.loads(pickle.dumps(wh.Actor.clock)) == wh.Actor.clock
    with pytest.raises(wh.BadInput, match="the engine's own clock"):
        replace(ANNA, id="clock")
