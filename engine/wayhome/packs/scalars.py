"""Plain scalars of YAML 1.2, as they were written.

Where a text is asked for, `019`, `+234…` and `NO` stay text; where a value of any type is allowed, `resolve` reads it.
"""

from __future__ import annotations

import re
from typing import Any

_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]{1,18}")  # what a file of JSON can hold


class UnquotedScalar(str):
    """A scalar without quotes, as it was written."""

    __slots__ = ()


def resolve(value: Any) -> Any:
    """Read plain scalars by YAML 1.2's core schema: true, false, null and whole numbers; the rest is text."""
    if isinstance(value, UnquotedScalar):
        if value in _TRUE:
            return True
        if value in _FALSE:
            return False
        if _INT.fullmatch(value) and (value.lstrip("+-") == "0" or not value.lstrip("+-").startswith("0")):
            return int(value)
        return str(value)
    if isinstance(value, dict):
        return {str(key): resolve(part) for key, part in value.items()}
    if isinstance(value, list):
        return [resolve(part) for part in value]
    return value
