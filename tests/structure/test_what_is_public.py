"""What is offered is what is promised, and nothing beside it. (issue 11; types of signatures: test_typing.py)"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import wayhome as wh

PAGE = (Path(__file__).parents[2] / "docs" / "stability.md").read_text(encoding="utf-8")
# Of what is given and handed on, only this is promised.
PROMISED = {
    type: set(re.findall(r"`(\w+)`", names)) for type, names in re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.M)
}


def test_what_the_page_promises_is_there() -> None:
    assert PROMISED
    for name, promised in PROMISED.items():
        one = getattr(wh, name)
        fields = {field.name for field in dataclasses.fields(one)} if dataclasses.is_dataclass(one) else set()
        assert promised <= {*dir(one), *fields}


def test_nothing_else_is_offered() -> None:
    assert {name for name in dir(wh) if not name.startswith("_")} == {*wh.__all__}
