"""Reading JSON that somebody wrote: a name that stands twice in one object is not read as if the last were all that was said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson


class DuplicateKey(ValueError):
    """A name stands twice in one object. It is not repeated: it may be a person's."""


def read_json(text: str | bytes) -> Any:
    """Read JSON.

    Raises:
        DuplicateKey: a name stands twice in one object. ValueError: it is no JSON, or is nested too deeply.
    """
    value = orjson.loads(text)
    try:
        json.loads(text, object_pairs_hook=_once)  # orjson keeps the last of two, and says nothing
    except RecursionError as error:
        raise ValueError from error
    return value


def _once(pairs: Sequence[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise DuplicateKey
