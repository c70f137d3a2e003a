"""What is known to be open, and what will close it. Whoever closes it takes the mark away."""

from __future__ import annotations

import pytest


def not_yet_planned(what: str) -> pytest.MarkDecorator:
    """Mark an attack that no issue so far closes, with the design's word for what will.

    Only its assertion may fail: a preparation that is refused is an error.
    """
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=f"a later issue: {what}")
