"""What is known to be open, and by which issue it is to be closed. Whoever closes it takes the mark away."""

from __future__ import annotations

import pytest

ISSUES = {
    5: "The inside of the house: declared is asked, and a pack can only forbid",
    6: "Safe in what is meant, not only in what is written",
    7: "Companions are people, risk is worth its name, and a process goes forward",
    8: "A refusal asks, and never answers; somebody is called",
    9: "The guidance is seen: cards, and the handbook that the HOME project meant",
    10: "A store that is believable, and at home in its host's database",
    11: "A library that hosts love, and fast",
}


def later(issue: int) -> pytest.MarkDecorator:
    """Mark an attack that still succeeds. Only its assertion may fail: a preparation that is refused is an error."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=f"issue {issue}: {ISSUES[issue]}")


def not_yet_planned(what: str) -> pytest.MarkDecorator:
    """Mark an attack that no issue so far closes, with the design's word for what will."""
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=f"a later issue: {what}")
