"""Today's list answers what somebody asks in the morning, from its text alone, on one screen.

desk.md F2: "Half a minute: does she see what she must do today, for whom, by when? No." The reader here knows only the patterns that
docs/shell.md tells; the right answers are made of the cases, apart from the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from wayhome.packs.plugins import Packs
from wayhome.shell.main import run
from wayhome.shell.session import Session

from tests.today.office import HOUSE, MANAGER, MORNING, Office, office_of

LINE = re.compile(
    r"^ +(?:\d+ +)?(?P<label>[a-z]+-[a-z]+) · (?P<what>.+?) · (?P<day>\w{3} \d+ \w{3}[^·]*) · (?P<whose>.+)$"
)
JOURNEY = re.compile(
    r"^ +(?:\d+ +)?(?P<word>LEAVES|LANDS|LEFT\?|LANDED\?) (?P<when>\w{3} \d+ \w{3} \d\d:\d\d)(?P<place>.*?) · (?P<label>[a-z]+-[a-z]+)(?P<more>.*)$"
)
SECTION = re.compile(r"^(?P<name>[A-Z][\w ]+): (?P<count>\d+)( · \d+ more lines: today --all)?$")


class Screen(NamedTuple):
    """What somebody reads on a screen: by section how much it holds, and its lines."""

    lines: list[str]
    counts: dict[str, int]
    shown: dict[str, list[dict[str, str]]]


def read(text: str) -> Screen:
    lines, counts = text.splitlines(), dict[str, int]()
    shown: dict[str, list[dict[str, str]]] = {}
    section = ""
    for line in lines:
        if head := SECTION.match(line):
            section = head["name"]
            counts[section], shown[section] = int(head["count"]), []
        else:
            found = JOURNEY.match(line) or LINE.match(line)
            assert found, line
            shown[section].append(found.groupdict())
    return Screen(lines, counts, shown)


@pytest.fixture(scope="module", params=[14, pytest.param(60, marks=pytest.mark.soak)])
def office(request: pytest.FixtureRequest, packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = office_of(request.param, packs, tmp_path_factory.mktemp("office"))
    with made.engine:
        yield made


@pytest.fixture
def shows(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give what somebody reads, on a screen of 80 columns and 24 lines where nothing else is said."""

    def show(who: str, *words: str, columns: int = 80, lines: int = 24) -> Screen:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("LINES", str(lines))
        session = Session(actor_id=who, opened={Session().db: office.engine})
        assert run(["today", *words], session) == 0
        return read(capsys.readouterr().out)

    return show


def worker_of(office: Office, case: str) -> str | None:
    worker = office.engine._recorded(case)[1].case_workers.get(HOUSE)
    return None if worker is None else worker.id


def journeys_of(office: Office, who: str) -> set[tuple[str, str, str]]:
    """Give whose journey is not over, by what the cases say: the label, when it leaves or lands, and which of both."""
    found = set()
    for case in office.cases:
        view = office.seen(case)
        if worker_of(office, case) != who or view.travel is None or view.travel["status"] != "booked" or view.closed_as:
            continue
        leg, edge = {"pre_departure": (0, "departs_at"), "travel": (-1, "arrives_at")}.get(view.phase, (0, ""))
        if edge:
            at = datetime.fromisoformat(view.travel["legs"][leg][edge])
            if at <= MORNING + timedelta(days=7):
                past = {"departs_at": ("LEAVES", "LEFT?"), "arrives_at": ("LANDS", "LANDED?")}[edge][at < MORNING]
                found.add((view.label, past, at.isoformat()))
    return found


def labels_of(office: Office, who: str) -> set[str]:
    return {office.seen(case).label for case in office.cases if worker_of(office, case) == who}


WHO = ("katrien", "sara", "wim")


@pytest.mark.parametrize("who", WHO)
def test_who_flies_and_of_whom_nothing_is_written(office: Office, shows: Any, who: str) -> None:
    read_there = {(one["label"], one["word"]) for one in shows(who, "--all").shown.get("Journeys", [])}

    assert read_there == {(label, word) for label, word, _ in journeys_of(office, who)}


def test_somebody_flies_in_this_office(office: Office) -> None:
    assert any(journeys_of(office, who) for who in WHO)


@pytest.mark.parametrize("who", WHO)
def test_each_open_alarm_of_their_cases_stands_there(office: Office, shows: Any, who: str) -> None:
    alarms = sum(
        one["resolved_at"] is None
        for case in office.cases
        if worker_of(office, case) == who and not office.seen(case).closed_as
        for one in office.seen(case).incidents
    )

    assert shows(who, "--all").counts.get("Open alarms", 0) == alarms


@pytest.mark.parametrize("who", WHO)
def test_nothing_of_a_colleagues_case_stands_there(office: Office, shows: Any, who: str) -> None:
    seen = {one["label"] for rows in shows(who, "--all").shown.values() for one in rows}

    assert seen <= labels_of(office, who)


# What keeps the person safe after the landing, by the issue: met, the first night, the first call, wellbeing.
SAFE = {
    "arrival_reception": None,
    "arrival_wellbeing_check": None,
    "temporary_accommodation": None,
    "monitoring_visit": "d2",
}


def _bare(what: str) -> str:
    """Give what is to be done without its round, or of whom."""
    return re.sub(r"( \(.*\)|, [a-z]+-\d+)$", "", what)


def _after_the_landing(office: Office) -> set[str]:
    """Name the steps of the arrival and the follow-up."""
    rows = [row for case in office.cases for row in office.seen(case).steps]
    return {row.id for row in rows if row.phase in ("arrival", "follow_up")}


@pytest.mark.parametrize("who", WHO)
def test_what_keeps_her_safe_after_the_landing_is_late_on_this_sides_list_too(
    office: Office, shows: Any, who: str
) -> None:
    late = sorted(
        (row.label, row.title)
        for case in office.cases
        if worker_of(office, case) == who
        for row in office.engine.due(as_=office.actor(who), case=case)
        if row.overdue and row.step in SAFE and row.round == SAFE[row.step]
    )
    titles = {row.title for case in office.cases for row in office.seen(case).steps if row.id in SAFE}

    overdue = shows(who, "--all", columns=200).shown.get("Overdue", [])
    said = ((one["label"], _bare(one["what"])) for one in overdue)
    assert sorted((label, title) for label, title in said if title in titles) == late


@pytest.mark.parametrize("who", WHO)
def test_what_is_late_before_the_landing_is_what_each_case_says_is_overdue(
    office: Office, shows: Any, who: str
) -> None:
    """`due`, asked of one case after the other, and the list agree; what the other side owes afterwards stands elsewhere. Of a register
    there is one line a case. (issue 37, 9)
    """
    after = _after_the_landing(office)
    late = [
        row
        for case in office.cases
        if worker_of(office, case) == who
        for row in office.engine.due(as_=office.actor(who), case=case)
        if row.overdue
        and MANAGER in row.who
        and row.step not in (*after, "expects:departure", "expects:landing")
        and not row.step.startswith("sign:")
    ]
    titled = [(row.label, _bare(row.title), row.step.startswith("entry:")) for row in late]
    of_entries = {(label, title) for label, title, is_of_entry in titled if is_of_entry}
    of_steps = [(label, title) for label, title, is_of_entry in titled if not is_of_entry]

    overdue = shows(who, "--all", columns=200).shown.get("Overdue", [])
    titles = {row.title for case in office.cases for row in office.seen(case).steps if row.id in after}
    said = ((one["label"], _bare(one["what"])) for one in overdue)
    read_there = sorted((label, title) for label, title in said if title not in titles)

    assert read_there == sorted([*of_steps, *of_entries])


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (100, 40)])
@pytest.mark.parametrize("who", WHO)
def test_one_screen_shows_each_section_its_true_count_and_its_first_line(
    office: Office, shows: Any, who: str, columns: int, lines: int
) -> None:
    whole, screen = shows(who, "--all", columns=columns), shows(who, columns=columns, lines=lines)

    assert screen.counts == whole.counts
    assert all(screen.shown[name][:1] == whole.shown[name][:1] for name in screen.counts)
    assert len(screen.lines) <= lines - 2
    assert max(map(len, screen.lines)) <= columns


@pytest.mark.parametrize("who", WHO)
def test_journeys_alarms_and_what_is_late_keep_twelve_lines(office: Office, shows: Any, who: str) -> None:
    screen = shows(who)
    urgent = [name for name in ("Journeys", "Open alarms", "Overdue") if name in screen.counts]
    shown = sum(1 + len(screen.shown[name]) for name in urgent)
    there = sum(1 + screen.counts[name] for name in urgent)

    assert shown >= min(12, there)


@pytest.mark.parametrize("columns", range(50, 81))
def test_a_journey_leaves_out_its_place_before_it_is_wider_than_the_screen(
    office: Office, shows: Any, columns: int
) -> None:
    journeys = [line for line in shows("katrien", "--all", columns=columns).lines if JOURNEY.match(line)]

    assert journeys
    assert not [line for line in journeys if len(line) > columns and "…" in line]


def test_a_narrow_screen_cuts_titles_and_nothing_else(office: Office, shows: Any) -> None:
    wide, narrow = shows("katrien", "--all", columns=100), shows("katrien", "--all", columns=80)

    for name, rows in wide.shown.items():
        for one, other in zip(rows, narrow.shown[name], strict=True):
            for field in ("label", "day", "whose", "when", "word", "more"):
                assert one.get(field) == other.get(field)
