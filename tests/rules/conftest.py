"""A case that is ready to depart, for all tests of the rules."""

from __future__ import annotations

import pytest
from wayhome.testing.builders import Ready, ready_to_depart


@pytest.fixture
def ready(packs) -> Ready:
    return ready_to_depart("BE", "NG", packs=packs)
