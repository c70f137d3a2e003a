"""How deeply something is nested, found without going into all of it: reading it to its end could need more levels than Python has."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from wayhome.errors import Template

TOO_DEEP: Template = "That is nested too deeply."
MOST_OF_OURS = 60  # levels of mappings and lists; a refusal with its reasons, values and parts has some fifteen


def is_nested_deeply(value: Any, most: int = MOST_OF_OURS) -> bool:
    """Return whether something has more levels of mappings and lists than `most`, also where it holds itself."""
    level = [value]
    for _ in range(most):
        holders = (some for some in level if isinstance(some, Mapping | list | tuple | AbstractSet))
        inside = (one for some in holders for one in (some.values() if isinstance(some, Mapping) else some))
        level = [*{id(one): one for one in inside}.values()]  # what stands there twice is looked at once
        if not level:
            return False
    return True
