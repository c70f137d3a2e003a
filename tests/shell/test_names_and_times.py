"""Roles, organisations, places and answers are called by their titles, and a time says whose it is, where that is not this computer's."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from rich.console import Group
from rich.padding import Padding
from rich.text import Text
from wayhome.results import CaseView
from wayhome.shell.views.console import any_of, by_when, in_running_text, when, whose_times

EMPTY_VIEW = CaseView(
    label="invented-label",
    number="", phase="arrival", status="open", host_country="BE", origin_country="NG", opened_at=datetime(2026, 1, 1, tzinfo=UTC),
    version=1, process={}, facts={}, steps=(), consents=(), documents=(), incidents=(), people=(), travel=None, owner=None,
)  # fmt: skip
MOMENT = datetime(2026, 3, 2, 22, 59, tzinfo=UTC)


@pytest.fixture
def computer_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def put(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


def test_a_time_is_told_in_the_zone_of_who_has_the_duty_with_its_place(computer_in: Any) -> None:
    computer_in("UTC")
    assert when(MOMENT, "Africa/Lagos") == "2026-03-02 23:59 Lagos"
    assert when(MOMENT, "Europe/Brussels") == "2026-03-02 23:59 Brussels"
    assert when(MOMENT, "America/Sao_Paulo") == "2026-03-02 19:59 Sao Paulo"


def test_where_the_clocks_agree_no_place_is_named(computer_in: Any) -> None:
    computer_in("Europe/Brussels")
    assert when(MOMENT, "Europe/Brussels") == "2026-03-02 23:59"
    assert when(MOMENT, "Africa/Lagos") == "2026-03-02 23:59"  # in winter Lagos and Brussels agree
    assert when(datetime(2026, 7, 2, 21, 59, tzinfo=UTC), "Africa/Lagos") == "2026-07-02 22:59 Lagos"
    assert when(MOMENT) == "2026-03-02 23:59"


def test_a_day_is_a_day_everywhere(computer_in: Any) -> None:
    computer_in("Asia/Tokyo")
    assert when(date(2026, 3, 2), "Africa/Lagos") == when("2026-03-02", "Africa/Lagos") == "2026-03-02"


def test_a_title_within_a_sentence_begins_small_unless_it_is_a_name() -> None:
    assert (
        any_of({"a": "Travel officer", "b": "Case manager (sending side)"})
        == "travel officer or case manager (sending side)"
    )
    assert in_running_text("NAPTIP") == "NAPTIP"
    assert any_of({}) == ""


def test_whose_the_times_are_is_said_only_where_a_time_does_not_say_it(computer_in: Any) -> None:
    computer_in("UTC")
    with_place, bare = Text(when(MOMENT, "Africa/Lagos")), Text(when(MOMENT))
    assert whose_times([Group(with_place), Text("2026-03-02")]) == []
    (said,) = whose_times([Group(with_place, Padding(bare))])
    assert str(said) == "Times that name no place are those of this computer."


@pytest.fixture
def known(wayhome: Any, number: str) -> str:
    """A case that an organisation of the register leads, and in which something was done."""
    wayhome(
        "organisation", "add", "mercy_house", "--title", "An invented house", "--country", "NG", "--does", "receive"
    )
    wayhome("actor", "add", "griet", "--organisation", "be_pag_asa", "--role", "case_manager_sending", "--as", "sysop")
    wayhome("do", number, "complete", "step=register_referral")
    wayhome("do", number, "assign", "role=case_owner", "partner=be_pag_asa", "case_worker=griet")
    wayhome("do", number, "record", "languages=en", "ng_document_route=etc")
    wayhome("do", number, "assign", "role=receiving_organisation", "organisation=mercy_house")
    return number


@pytest.mark.parametrize(
    "words",
    [
        ["case", "show"],
        ["case", "show", "--all"],
        ["case", "history", "--all"],
        ["case", "next", "--all"],
        ["case", "why", "depart", "--all", "--as", "griet"],
    ],
)
def test_no_screen_of_a_case_names_a_role_by_its_id(wayhome: Any, known: str, words: list[str]) -> None:
    answer = wayhome(*words[:2], known, *words[2:])
    assert answer.status in (0, 1)
    plain = re.sub(r"\bdo WH-\S+ .*", "", answer.out)  # a line that is typed holds codes
    roles = r"case[ _]manager[ _](sending|receiving)(?! side)|case_owner|programme_manager|risk_assessor|receiving_organisation"
    assert re.findall(roles, plain) == []


def test_a_case_is_from_a_country_to_a_country_and_led_by_an_organisation_by_their_names(
    wayhome: Any, known: str
) -> None:
    shown = wayhome("case", "show", known).out
    assert "Belgium to Nigeria · opened" in shown
    whole = wayhome("case", "show", known, "--all").out
    assert "Who leads the case: PAG-ASA" in whole or "led by PAG-ASA" in whole


def test_what_happened_is_told_by_titles(wayhome: Any, known: str) -> None:
    told = " ".join(wayhome("case", "history", known, "--all").out.split())
    assert "Which travel document is asked for, when there is no valid passport: Emergency Travel Certificate" in told
    assert "Who leads the case" in told
    assert "Languages the person understands well: en" in told


def test_who_may_do_it_is_given_by_id_and_by_title(wayhome: Any, number: str) -> None:
    first = wayhome.json("case", "next", number)[0]
    assert first["who"] == {"case_manager_sending": "Case manager (sending side)"}


def test_what_happened_before_the_landing_is_told_by_the_clocks_of_the_host_country_for_ever() -> None:
    landed = datetime(2026, 5, 14, 16, tzinfo=UTC)
    view = replace(EMPTY_VIEW, zones={"host": "Europe/Brussels", "origin": "Africa/Lagos"}, landed_at=landed)
    assert view.zone_at(landed - timedelta(seconds=1)) == "Europe/Brussels"
    assert view.zone_at("2026-05-14T15:59:59Z") == "Europe/Brussels"
    assert view.zone_at(landed) == view.zone_at("2026-05-14T16:00:00Z") == "Africa/Lagos"
    assert view.zone_at(date(2026, 6, 1)) == "Europe/Brussels"  # a day has no clock
    assert replace(view, landed_at=None).zone_at(landed) == "Europe/Brussels"


def test_what_was_due_before_it_can_be_done_anew_is_not_said_to_end_before_it_begins() -> None:
    earlier, later = MOMENT, MOMENT + timedelta(days=90)
    assert by_when(later, earlier) == "was due {value}"
    assert by_when(earlier, later) == by_when(None, earlier) == by_when(earlier, None) == "until {value}"


def test_a_list_names_what_is_done_and_for_what(wayhome: Any, number: str) -> None:
    wayhome("do", number, "record", "languages=en")
    listed = wayhome("case", "why", number, "complete", "step=screening_interview")
    assert listed.status in (0, 1)
    asked = wayhome("case", "next", number).out
    assert "○ Register the referral  by case manager (sending side)" in asked


def test_the_day_in_the_list_of_cases_is_the_day_of_what_is_due(wayhome: Any, number: str) -> None:
    wayhome("do", number, "complete", "step=register_referral")
    due = wayhome("due", "--case", number).out
    (first,) = re.findall(r"^(\d{4}-\d\d-\d\d) 23:59 Brussels", due, re.MULTILINE)[:1]
    assert re.findall(rf"{number}\s.*\s(\d{{4}}-\d\d-\d\d)\s*$", wayhome("case", "list").out, re.MULTILINE) == [first]


def test_a_round_of_a_contact_is_no_code_in_the_list_of_what_is_due(wayhome: Any, number: str) -> None:
    wayhome("do", number, "incident", "type=self_harm")
    due = wayhome("due", "--case", number).out
    assert "The person has harmed themselves, or thinks of it (contact 1)\n" in due
