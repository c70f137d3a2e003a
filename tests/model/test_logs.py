"""What is logged goes where the host's own log goes, as the host writes it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs
from wayhome.logs import Log

log = Log("wayhome.invented")


@pytest.fixture
def plain() -> None:
    """As in a program that knows nothing of structlog; the fixture of all tests sets it back."""
    structlog.reset_defaults()


@pytest.mark.usefixtures("plain")
def test_a_host_that_uses_logging_gets_records_with_attributes_from_where_they_were_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "wayhome"):
        log.info("case_read", case="WH-invented", actor="anna")
        log.error("check_failed", rule="INV-01")

    read, failed = caplog.records
    assert (read.getMessage(), read.levelname, read.name) == (
        "case_read case=WH-invented actor=anna",
        "INFO",
        "wayhome.invented",
    )
    assert (read.event, read.case, read.actor) == ("case_read", "WH-invented", "anna")  # type: ignore[attr-defined]
    assert (failed.event, failed.rule, failed.levelno) == ("check_failed", "INV-01", logging.ERROR)  # type: ignore[attr-defined]
    assert {Path(one.pathname).name for one in (read, failed)} == {Path(__file__).name}


@pytest.mark.usefixtures("plain")
def test_what_a_host_does_not_want_to_hear_is_not_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "wayhome"):
        log.info("case_read", case="WH-invented")
        log.error("check_failed")
    assert [one.event for one in caplog.records] == ["check_failed"]  # type: ignore[attr-defined]


def test_a_host_that_has_configured_structlog_gets_events_and_no_records(caplog: pytest.LogCaptureFixture) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as lines, caplog.at_level(logging.INFO, "wayhome"):
        log.info("case_read", case="WH-invented")
    assert lines == [{"event": "case_read", "case": "WH-invented", "log_level": "info"}]
    assert caplog.records == []


def test_a_file_of_a_host_gets_plain_lines_also_when_it_sits_at_a_terminal(tmp_path: Path) -> None:
    """No colours, no JSON in a line, no second level and time; and structlog is not loaded for it."""
    code = f"""
import logging, sys, json
sys.stderr.isatty = lambda: True
logging.basicConfig(filename={str(tmp_path / "app.log")!r}, level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
import wayhome as wh
anna = wh.Actor("anna", "invented_house", {{"case_manager_sending"}})
with wh.Engine.open("sqlite://") as engine:
    case = engine.do(wh.Open(host_country="BE", origin_country="NG"), as_=anna).case
print(json.dumps([case, "structlog" in sys.modules]))
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    case, loads_structlog = json.loads(said.stdout)

    lines = (tmp_path / "app.log").read_text().splitlines()
    assert f"INFO wayhome case_opened case={case}" in [" ".join(one.split()[:4]) for one in lines]
    assert not any("\x1b" in one or "{" in one for one in lines)
    assert loads_structlog is False
