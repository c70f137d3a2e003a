"""Whatever the tests of the rules ask: a no says in sentences what was found and what to do, and proposes a real command."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.model.reason import Reason
from wayhome.testing.builders import Ready

from tests.rules.cases import followed, moving


@pytest.fixture(autouse=True)
def _every_no_can_be_read_and_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Ready.ask

    def asked(ready: Ready, *args: Any, **kwargs: Any) -> Reason:
        return followed(ask(ready, *args, **kwargs), moving(ready))

    monkeypatch.setattr(Ready, "ask", asked)
