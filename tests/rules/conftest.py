"""Whatever the tests of the rules ask: a no says in sentences what was found and what to do, and proposes a real command."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.commands import read_command
from wayhome.model.reason import Reason
from wayhome.testing.builders import Ready


@pytest.fixture(autouse=True)
def _every_no_can_be_read_and_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Ready.ask

    def asked(ready: Ready, *args: Any, **kwargs: Any) -> Reason:
        reason = ask(ready, *args, **kwargs)
        assert reason.fact
        if not reason.met:
            assert reason.todo
            assert isinstance(reason.subject, str)
            if reason.remedy is not None:
                read_command(reason.remedy.do, case=ready.case.number)
        return reason

    monkeypatch.setattr(Ready, "ask", asked)
