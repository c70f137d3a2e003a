"""Errors as problem details (RFC 9457): each class of Wayhome's errors gets its status here, once.

No answer repeats what was sent. A body may hold what people told in confidence, and answers end in logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import wayhome as wh
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
TYPE = "https://service.example/problems/"
STATUS: Mapping[type[wh.WayhomeError], int] = {
    wh.Refused: 409,
    wh.Conflict: 412,  # this service takes a version from If-Match alone
    wh.BadInput: 422,
    wh.NotFound: 404,
    wh.NotPermitted: 403,
    wh.PackBroken: 503,  # one country cannot be used; the others go on
    wh.LedgerBroken: 500,
    wh.Again: 503,
    wh.StoreUnavailable: 503,
}
OF_A_REASON = ("rule", "subject", "fact", "todo", "remedy")  # what else it is, `why` tells: sources, templates
RETRY_AFTER_SECONDS: Mapping[type[wh.WayhomeError], int] = {wh.Again: 1, wh.StoreUnavailable: 30}


def answer_with_problems(app: FastAPI) -> None:
    """Let an app answer every error with a problem, those of its framework too."""
    for kind in STATUS:
        app.add_exception_handler(kind, _of_wayhome)
    app.add_exception_handler(RequestValidationError, _of_a_request)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_nobody)  # what nobody foresaw: it is logged by the server


def _of_wayhome(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, wh.WayhomeError)
    kind = type(error)
    more: dict[str, Any] = {"code": error.code, "why": error.why, "todo": error.todo}
    if isinstance(error, wh.Refused):  # what its sentences say, each of its reasons says with its remedy
        more = {"reasons": [{name: one[name] for name in OF_A_REASON} for one in wh.to_json(error.decision.unmet)]}
    elif isinstance(error, wh.BadInput):
        more["faults"] = wh.to_json(error.faults)  # each with its field and code
    elif isinstance(error, wh.Conflict):
        more |= {"current": error.current, "seen": error.seen}
    elif isinstance(error, wh.PackBroken):
        del more["why"]  # it names files of this server
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS[kind])} if kind in RETRY_AFTER_SECONDS else {}
    return _problem(error.kind, STATUS[kind], error.what, more, headers)


def _of_a_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [
        {
            "field": ".".join(name for name in one["loc"][1:] if isinstance(name, str)) or one["loc"][0],
            "code": one["type"],
            "what": one["msg"],
        }
        for one in error.errors()  # FastAPI's own answer would hold `input`, too
    ]
    return _problem("bad_input", 422, "This request cannot be read.", {"faults": faults})


def _of_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # FastAPI's word for bytes that are no text, or nested without end
        fault = {"field": "body", "code": "unreadable", "what": error.detail}
        return _problem("bad_input", 400, "This request cannot be read.", {"faults": [fault]})
    return _problem("http", error.status_code, error.detail, {}, error.headers)


def _of_nobody(_: Request, error: Exception) -> JSONResponse:
    return _problem("error", 500, "Something went wrong that nobody foresaw.", {"code": type(error).__name__})


def _problem(
    kind: str, status: int, detail: str, more: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    title = kind.replace("_", " ").capitalize()
    body = {"type": TYPE + kind, "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers, MEDIA_TYPE)
