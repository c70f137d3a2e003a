"""What tests of the store share: a place for a database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import Place, a_place


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place where nothing is yet: in a file, and in a schema of PostgreSQL."""
    one = a_place(request.param, tmp_path)
    yield one
    one.gone()
