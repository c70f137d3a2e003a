"""Returns behind HTTP: commands come in as JSON by `wh.read_command`, answers go out by `wh.to_json`.

Routes are plain `def`: FastAPI runs each in a thread, and one engine serves many threads. The one that waits for what
others write is `async`, so that those who wait hold no thread.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal

import anyio
import wayhome as wh
from anyio import to_thread
from fastapi import Body, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import WithJsonSchema

from .problems import MEDIA_TYPE, answer_with_problems

# --- who asks: a stand-in. Put your own login here; Wayhome checks no password, and believes the actor that you give. ---

ACCOUNTS = {
    "anna": wh.Actor("anna", "invented_house", {"case_manager_sending"}),
    "sysop": wh.Actor("sysop", "invented_house", {"system_admin"}),  # runs it, and reads no cases
}


def who_asks(x_account: Annotated[str, Header()]) -> wh.Actor:
    """Believe whoever says who they are, which no true service does."""
    if x_account not in ACCOUNTS:
        raise HTTPException(401, "Nobody here has that account.", {"WWW-Authenticate": "Account"})
    return ACCOUNTS[x_account]


# --- what comes in --------------------------------------------------------------------------------------------------

IN_HEADERS = {"key": "Idempotency-Key", "if_version": "If-Match"}
OPENS, OF_A_CASE = wh.json_schema(wh.Open), wh.json_schema(wh.Command)["oneOf"]
for one in (OPENS, *OF_A_CASE):
    for name in (*IN_HEADERS, "case"):  # the path says which
        one["properties"].pop(name, None)
    one["required"] = [name for name in one["required"] if name != "case"]
WORDS = [one["properties"]["do"]["const"] for one in OF_A_CASE]
Said = dict[str, Any]  # read by Wayhome: it finds all faults at once, each with its field
User = Annotated[wh.Actor, Depends(who_asks)]
Opening = Annotated[Said, Body(), WithJsonSchema(OPENS)]
Command = Annotated[Said, Body(), WithJsonSchema({"oneOf": OF_A_CASE})]
Begun = Annotated[
    Said, Body(), WithJsonSchema({"type": "object", "properties": {"do": {"enum": WORDS}}, "required": ["do"]})
]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]
Seen = Annotated[str | None, Header(alias="If-Match", pattern='^"[0-9]{1,9}"$')]  # the ETag of the case that was shown
Move = Literal["prepare", "depart", "left", "arrive", "settle", "turn_back", "close", "reopen"]

POLL_SECONDS = 0.2
PROBLEM: Mapping[str, Any] = {"description": "a problem (RFC 9457)", "content": {MEDIA_TYPE: {}}}


def command_of(said: Said, case: str = "") -> wh.AnyCommand:
    """Read a command of a case, or the one that opens it. What a header or the path says is not said again: nothing is passed over."""
    for name, header in IN_HEADERS.items():
        if said.get(name) is not None:
            raise wh.BadInput(
                "'{name}' is said in a header here.", todo="Send {header}.", field=name, header=header, name=name
            )
    if not case and said.get("do", "open") != "open":
        raise wh.BadInput("Only 'open' opens a case.", todo="Send other commands to the case.", field="do")
    return wh.read_command(said if case else {**said, "do": "open"}, case=case)


def service(engine: wh.Engine) -> FastAPI:
    """Give the app that serves an engine, and closes it when it ends."""

    @asynccontextmanager
    async def until_it_ends(_: FastAPI) -> AsyncIterator[None]:
        with engine:
            yield

    app = FastAPI(title="Returns", lifespan=until_it_ends, responses={"4XX": {**PROBLEM}, "5XX": {**PROBLEM}})
    answer_with_problems(app)

    @app.post("/cases", status_code=201, responses={201: {"model": wh.Done}})
    def open_case(user: User, said: Opening, key: Key = None) -> JSONResponse:
        done = engine.do(replace(command_of(said), key=key), as_=user)
        return answer(done, 201, done.version, Location=f"/cases/{done.case}")

    @app.get("/opening", responses={200: {"model": wh.Form}})
    def form_to_open(user: User, host_country: str, origin_country: str) -> JSONResponse:
        """Give the form of a case that is to be opened; what is answered goes to `POST /cases`."""
        said = {"do": "open", "host_country": host_country, "origin_country": origin_country}
        return answer(engine.form(None, said, as_=user))

    @app.get("/cases", responses={200: {"model": wh.Page[wh.CaseRowView]}})
    def list_cases(
        user: User, after: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 50
    ) -> JSONResponse:
        return answer(engine.cases(as_=user, after=after, limit=limit))

    @app.get("/cases/{case}", responses={200: {"model": wh.CaseView}})
    def show_case(user: User, case: str) -> JSONResponse:
        view = engine.case(case, as_=user)
        return answer(view, version=view.version)

    @app.get("/cases/{case}/why/{move}", responses={200: {"model": wh.Decision}})
    def why(user: User, case: str, move: Move) -> JSONResponse:
        return answer(engine.why(case, move, as_=user))

    @app.post("/cases/{case}/commands", responses={200: {"model": wh.Done}})
    def do(user: User, case: str, said: Command, key: Key = None, seen: Seen = None) -> JSONResponse:
        done = engine.do(replace(command_of(said, case), key=key, if_version=version_in(seen)), as_=user)
        return answer(done, version=done.version)

    @app.post("/cases/{case}/form", responses={200: {"model": wh.Form}})
    def form(user: User, case: str, do: Begun) -> JSONResponse:
        """Give the form of a remedy's `do`, or of any command of which something is said already."""
        return answer(engine.form(case, do, as_=user))

    @app.post("/cases/{case}/form/answers", responses={200: {"model": wh.Done}})
    def answer_form(
        user: User, case: str, do: Begun, answers: Annotated[Said, Body()], key: Key = None, seen: Seen = None
    ) -> JSONResponse:
        """Do what a form asks: what is missing or cannot be read is told by its slot."""
        command = engine.form(case, do, as_=user).command(answers)
        done = engine.do(replace(command, key=key, if_version=version_in(seen)), as_=user)
        return answer(done, version=done.version)

    @app.get("/changes", responses={200: {"model": wh.Page[wh.Change]}})
    async def changes(
        request: Request, user: User, after: str | None = None, wait_seconds: Annotated[float, Query(ge=0, le=30)] = 0
    ) -> JSONResponse:
        """Tell what was written since: at once, or as soon as something is. Go on from the `after` of the answer."""
        until = anyio.current_time() + wait_seconds
        while True:
            page = await to_thread.run_sync(partial(engine.changes, after=after, limit=100, as_=user))
            if page or anyio.current_time() >= until or await request.is_disconnected():
                return answer(page)
            after = page.after  # it moves on over cases that this user may not read
            await anyio.sleep(POLL_SECONDS)

    return app


def version_in(seen: str | None) -> int | None:
    """Read the version out of an If-Match."""
    return int(seen.strip('"')) if seen else None


def answer(value: object, status: int = 200, version: int | None = None, **headers: str) -> JSONResponse:
    """Answer in the JSON form of Wayhome; with the version of the case as its ETag."""
    return JSONResponse(wh.to_json(value), status, headers | ({"ETag": f'"{version}"'} if version else {}))


def from_environment() -> FastAPI:
    """Serve the database that WAYHOME_DATABASE names, for `uvicorn --factory`."""
    return service(wh.Engine.open(os.environ["WAYHOME_DATABASE"]))
