"""The service of examples/fastapi_service, over HTTP, on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
import schemathesis
import wayhome as wh
from fastapi import FastAPI
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from examples.fastapi_service.problems import MEDIA_TYPE, STATUS, TYPE
from examples.fastapi_service.service import service
from tests.places import Place

ASSISTANCE = {
    "answer": "given",
    "groups": ["case"],
    "language": "en",
    "form": "written",
    "given_by": "person",
    "explained": ["purpose", "withdrawal"],
    "version": "leaflet-2",
}
AN_OPENING = {"host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult"}}
NOTE = {"do": "note", "text": "an invented note"}


@pytest.fixture
def app(place: Place) -> FastAPI:
    place.make()
    return service(place.open())


@pytest.fixture
def http(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"X-Account": "anna"}) as client:
        yield client


@pytest.fixture
def case(http: TestClient) -> str:
    """The path of a case that was opened."""
    opened = http.post("/cases", json=AN_OPENING)
    assert opened.status_code == 201
    return opened.headers["Location"]


def problem(answer: Any, status: int, kind: str) -> Any:
    """See that an answer is a problem of this kind; gives it."""
    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"], body["type"]) == (status, MEDIA_TYPE, TYPE + kind), body
    assert (body["status"], bool(body["title"]), bool(body["detail"])) == (status, True, True)
    return body


# --- the story ------------------------------------------------------------------------------------------------------


def test_a_case_is_opened_asked_refused_answered_and_a_withdrawal_is_listened_to(http: TestClient, case: str) -> None:
    heard = http.get("/changes").json()
    assert [change["event"]["type"] for change in heard["items"]] == ["opened"]

    why = http.get(f"{case}/why/depart").json()
    assert why["allowed"] is False

    refused = problem(http.post(f"{case}/commands", json={"do": "move", "to": "depart"}), 409, "refused")
    unmet = [(reason["rule"], reason["subject"]) for reason in why["reasons"] if not reason["met"]]
    assert [(reason["rule"], reason["subject"]) for reason in refused["reasons"]] == unmet
    assert http.get(case).json()["version"] == 1

    remedy = next(r["remedy"] for r in refused["reasons"] if r["subject"] == "safe_accommodation")
    form = http.post(f"{case}/form", json=remedy["do"]).json()
    (slot,) = (slot for slot in form["slots"] if slot["required"])
    assert remedy["slots"] == {slot["name"]: slot["type"]}
    assert (slot["name"], slot["type"], bool(slot["ask"])) == ("safe_place_tonight", "bool", True)
    done = http.post(f"{case}/form/answers", json={"do": form["do"], "answers": {slot["name"]: True}})
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')
    assert http.get(case).json()["facts"]["safe_place_tonight"] is True

    for said in (
        {"do": "complete", "step": "register_referral"},
        {"do": "assign", "role": "case_owner", "organisation": "invented_house", "case_worker": "anna"},
        {"do": "record", "languages": ["en"]},
        {"do": "complete", "step": "safe_first_contact"},
        {"do": "consent", "purpose": "assistance", **ASSISTANCE},
        {"do": "withdraw", "purpose": "assistance"},
    ):
        assert http.post(f"{case}/commands", json=said).status_code == 200
    since = http.get("/changes", params={"after": heard["after"]}).json()["items"]
    assert "consent_withdrawn" in [change["event"]["type"] for change in since]
    assert {change["case"] for change in since} == {case.removeprefix("/cases/")}


def test_a_refused_departure_of_a_new_case_is_small(http: TestClient, case: str) -> None:
    refused = http.post(f"{case}/commands", json={"do": "move", "to": "depart"})

    assert len(refused.json()["reasons"]) > 50
    assert len(refused.content) < 25 * 1024
    assert all(reason["fact"] and reason["todo"] for reason in refused.json()["reasons"])


def test_who_listens_hears_what_is_written_while_they_wait_and_holds_up_nobody(http: TestClient, case: str) -> None:
    after = http.get("/changes").json()["after"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(http.get, "/changes", params={"after": after, "wait_seconds": 30})
        written = http.post(f"{case}/commands", json=NOTE).json()
        heard = waiting.result(timeout=10).json()
    assert [change["seq"] for change in heard["items"]] == [written["version"]]

    nothing = http.get("/changes", params={"after": heard["after"], "wait_seconds": 0.1}).json()
    assert nothing == {"items": [], "after": heard["after"], "damaged": []}


def test_many_at_once_write_each_their_own(http: TestClient, case: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = [*pool.map(lambda _: http.post(f"{case}/commands", json=NOTE), range(8))]
    assert sorted(answer.headers["ETag"] for answer in answers) == sorted(f'"{version}"' for version in range(2, 10))


# --- once, and only on what was seen --------------------------------------------------------------------------------


def test_two_requests_with_one_key_do_once(http: TestClient, case: str) -> None:
    key = {"Idempotency-Key": "an-invented-key"}
    both = threading.Barrier(2)

    def sent(_: int) -> Any:
        both.wait(timeout=10)
        return http.post(f"{case}/commands", json=NOTE, headers=key)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(sent, range(2))
    assert (first.status_code, first.json(), first.headers["ETag"]) == (200, second.json(), second.headers["ETag"])
    assert http.get(case).json()["version"] == 2

    other = http.post(f"{case}/commands", json=NOTE | {"text": "another invented note"}, headers=key)
    problem(other, 422, "bad_input")


def test_the_form_of_opening_is_given_before_there_is_a_case(http: TestClient) -> None:
    asked = {"host_country": "BE", "origin_country": "NG"}
    form = http.get("/opening", params=asked).json()
    assert {"age_status", "reference"} <= {slot["name"] for slot in form["slots"]}

    opened = http.post("/cases", json=form["do"] | {"age_status": "adult", "reference": "12/26"})
    assert http.get(opened.headers["Location"]).json()["facts"] == {"age_status": "adult"}
    wrong = problem(http.get("/opening", params={**asked, "host_country": ""}), 422, "bad_input")
    assert [(fault["field"], fault["code"]) for fault in wrong["faults"]] == [("host_country", "missing")]


def test_a_form_that_is_sent_twice_is_answered_once_and_only_on_what_was_seen(http: TestClient, case: str) -> None:
    said = {"do": {"do": "record", "facts": ["has_passport"]}, "answers": {"has_passport": False}}
    once = {"Idempotency-Key": "an-invented-key", "If-Match": '"1"'}
    first, second = (http.post(f"{case}/form/answers", json=said, headers=once) for _ in range(2))
    assert first.json() == second.json()
    problem(http.post(f"{case}/form/answers", json=said, headers={"If-Match": '"1"'}), 412, "conflict")

    unanswered = problem(http.post(f"{case}/form/answers", json=said | {"answers": {}}), 422, "bad_input")
    assert [(fault["field"], fault["code"]) for fault in unanswered["faults"]] == [("has_passport", "missing")]


def test_one_key_opens_one_case(http: TestClient) -> None:
    key = {"Idempotency-Key": "an-invented-key"}
    first, second = (http.post("/cases", json=AN_OPENING, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert len(http.get("/cases").json()["items"]) == 1


def test_what_was_decided_on_an_older_version_is_a_problem(http: TestClient, case: str) -> None:
    seen = {"If-Match": http.get(case).headers["ETag"]}
    assert http.post(f"{case}/commands", json=NOTE, headers=seen).status_code == 200

    late = problem(http.post(f"{case}/commands", json=NOTE, headers=seen), 412, "conflict")
    assert (late["current"], late["seen"]) == (2, 1)
    for header in ('W/"2"', "2", '"two"'):
        unread = problem(http.post(f"{case}/commands", json=NOTE, headers={"If-Match": header}), 422, "bad_input")
        assert [fault["field"] for fault in unread["faults"]] == ["If-Match"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"key": "k"}, "key"),
        ({"if_version": 1}, "if_version"),
        ({"case": "WH-7K3M9-Q2F4A-Z"}, "case"),
        ({"case": "WH-7K3M9-Q2F4A-Z", "if_version": 1}, "if_version"),
    ],
)
def test_what_a_header_or_the_path_says_is_not_passed_over_in_a_body(
    http: TestClient, case: str, more: dict[str, object], field: str
) -> None:
    """Passed over, a client lost what it relied on; and a note about somebody else was written here."""
    refused = problem(http.post(f"{case}/commands", json=NOTE | more), 422, "bad_input")
    assert [fault["field"] for fault in refused["faults"]] == [field]
    assert http.get(case).json()["version"] == 1


def test_only_open_opens_a_case(http: TestClient) -> None:
    refused = problem(http.post("/cases", json={**AN_OPENING, "do": "note"}), 422, "bad_input")
    assert [fault["field"] for fault in refused["faults"]] == ["do"]
    assert http.get("/cases").json()["items"] == []


def test_the_documented_body_of_a_command_has_nothing_that_is_said_elsewhere(app: FastAPI) -> None:
    for path in ("/cases", "/cases/{case}/commands"):
        body = app.openapi()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        for one in body.get("oneOf", [body]):
            assert not {"key", "if_version", "case"} & {*one["properties"], *one["required"]}


def test_who_goes_away_while_they_wait_is_not_waited_for(app: FastAPI) -> None:
    """Who stops the server would wait for them, too."""
    said, sent = iter([{"type": "http.request", "body": b"", "more_body": False}]), list[Any]()

    async def receive() -> Any:
        return next(said, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/changes", "raw_path": b"/changes", "root_path": "", "scheme": "http",
        "query_string": b"wait_seconds=30", "headers": [(b"x-account", b"anna")], "http_version": "1.1",
    }  # fmt: skip

    async def ask() -> None:
        with anyio.fail_after(10):
            await app(scope, receive, send)

    anyio.run(ask)
    assert sent[0]["status"] == 200


# --- problems -------------------------------------------------------------------------------------------------------


def test_each_class_of_errors_has_its_status() -> None:
    named = {getattr(wh, name) for name in wh.__all__}
    public = {one for one in named if isinstance(one, type) and issubclass(one, wh.WayhomeError)}
    assert set(STATUS) == public - {wh.WayhomeError}


def test_errors_are_problems(http: TestClient, case: str) -> None:
    for path, account, status, kind in (
        ("/cases/WH-00000-00000-0", "anna", 422, "bad_input"),
        ("/cases/dapper-raisin", "anna", 404, "not_found"),
        ("/cases", "sysop", 403, "not_permitted"),
        ("/cases", "nobody", 401, "http"),
        ("/elsewhere", "anna", 404, "http"),
        ("/cases?limit=0", "anna", 422, "bad_input"),
        ("/changes?after=yesterday", "anna", 422, "bad_input"),
    ):
        problem(http.get(path, headers={"X-Account": account}), status, kind)


def test_what_nobody_foresaw_is_a_problem_that_says_no_more(place: Place) -> None:
    class Fails:
        @wh.hookimpl
        def wayhome_recorded(self, events: object, connection: object) -> None:
            raise ArithmeticError("a secret of the host")

    place.make()
    app = service(place.open(hooks=[Fails()]))
    with TestClient(app, headers={"X-Account": "anna"}, raise_server_exceptions=False) as http:
        answer = http.post("/cases", json=AN_OPENING)
    assert "secret" not in answer.text
    problem(answer, 500, "error")


def test_a_key_that_is_gone_asks_to_be_tried_again(place: Place) -> None:
    place.make()
    place.key.unlink()
    with TestClient(service(place.open()), headers={"X-Account": "anna"}) as http:
        answer = http.post("/cases", json=AN_OPENING)
    problem(answer, 503, "store_unavailable")
    assert answer.headers["Retry-After"] == "30"


JUNK = [  # and the fields that are told
    (b"\xff", ["body"]),
    (b"[" * 100_000, ["body"]),
    (b'{"do": "note", "text": NaN}', ["text"]),
    (b'{"do": "travel", "status": "target", "departs_on": Infinity}', ["departs_on"]),
    (b"{", ["body"]),
    (b"[1, 2]", ["body"]),
    (b"null", ["body"]),
    (b"{}", ["do"]),
    (b'{"do": "fly"}', ["do"]),
    (b'{"do": "contact", "with": [3]}', ["with", "channel", "reached"]),
    (b'{"do": "complete", "step": "an invented person"}', ["step"]),
    (b'{"do": "note", "text": "\\ud800"}', ["text"]),
    (b'{"do": "note", "text": "an invented note", "\\ud800": 1}', ["…[1]"]),
    (b'{"do": "note", "text": "an invented note", "an invented person": 1}', ["…[1]"]),
    (b'{"do": "note", "text": "an invented note", "An_invented_person": 1}', ["…[1]"]),
    (b'{"do": "record", "age_status": "adult", "An_invented_person": true}', ["…[1]"]),
    (b'{"do": "record", "\\ud800": 1}', ["…[0]"]),
    (b'{"do": "open", "host_country": "BE", "origin_country": "NG"}', ["do"]),
    (b'{"do": ' + b"[" * 100 + b"]" * 100 + b"}", ["do"]),
]


def test_junk_is_a_problem_with_a_field(http: TestClient, case: str) -> None:
    for body, fields in JUNK:
        answer = http.post(f"{case}/commands", content=body, headers={"Content-Type": "application/json"})
        found = problem(answer, 400 if answer.status_code == 400 else 422, "bad_input")
        assert [fault["field"] for fault in found["faults"]] == fields, body
        assert all(fault["code"] and fault["what"] for fault in found["faults"])
        assert "invented person" not in answer.text.lower().replace("_", " ")


# --- no server error ------------------------------------------------------------------------------------------------

KNOWN = {  # words that mean something, where those that are made up are read by nobody
    "host_country": ["BE"],
    "origin_country": ["NG"],
    "step": ["register_referral", "safe_first_contact", "urgent_needs_assessment", "departure_clearance"],
    "purpose": ["assistance", "return"],
    "role": ["case_owner", "receiving_organisation"],
    "organisation": ["invented_house", "be_pag_asa"],
    "type": ["lost_contact"],
    "with": ["person"],
    "to": ["prepare", "depart", "close"],
    "departs_on": ["2027-03-02"],
    "facts": [{"languages": ["en"]}, {"has_passport": True}],
    "text": ["an invented note"],
}
TOLD = {"do", "answer", "status", "channel", "reached", "answers"}  # beside these, all may be left out


def with_known_words(said: Any, data: st.DataObject) -> Any:
    """Put known words in the place of some that were made up, and leave out most of the rest."""
    if not isinstance(said, dict):
        return said
    return {
        name: data.draw(st.sampled_from([*KNOWN[name]] * 3 + [one])) if name in KNOWN else with_known_words(one, data)
        for name, one in said.items()
        if name in KNOWN or name in TOLD or data.draw(st.integers(0, 4)) == 0
    }


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_whatever_its_document_allows_or_not_no_answer_is_a_server_error(
    app: FastAPI, http: TestClient, case: str, mode: GenerationMode
) -> None:
    number = case.removeprefix("/cases/")
    statuses = set[int]()

    def send(requests: st.SearchStrategy[Case], path: dict[str, str], data: st.DataObject) -> None:
        made = data.draw(requests)
        made.path_parameters = (made.path_parameters or {}) | path
        made.query.pop("wait_seconds", None)
        made.headers.pop("If-Match", None)
        if mode is GenerationMode.POSITIVE:
            made.body = with_known_words(made.body, data)
        answer = made.call(headers={"X-Account": "anna"})
        statuses.add(answer.status_code)
        assert answer.status_code < 500, (made.as_curl_command(), answer.text)
        made.validate_response(
            answer, checks=[response_schema_conformance, content_type_conformance, status_code_conformance]
        )

    routes = [one.ok() for one in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations()]
    assert len(routes) == 9
    for route in routes:
        for path in ({}, {"case": number}) if "{case}" in route.path else ({},):
            most = 40 if path and route.path.endswith("/commands") else 6
            few = settings(max_examples=most, database=None, phases=[Phase.generate])
            few(given(data=st.data())(send))(route.as_strategy(mode), path)
    if mode is GenerationMode.POSITIVE:  # it comes through to where something is written
        assert statuses >= {200, 201, 404, 422}
