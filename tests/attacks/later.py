"""What is known to be open, and what will close it. Whoever closes it takes the mark away."""

from __future__ import annotations

import pytest


def closed_by(issue: int, what: str) -> pytest.MarkDecorator:
    """Mark an attack that is open, with the issue that will close it and the design's word for what does.

    Only its assertion may fail: a preparation that is refused is an error.
    """
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=f"issue {issue}: {what}")
