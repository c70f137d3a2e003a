"""Lists come a page at a time and are filtered where they lie; each case has a label that people can say; damage is marked, not hidden."""

from __future__ import annotations

import copy
import pickle
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
import wayhome as wh
from structlog.testing import capture_logs
from wayhome import Actor, BadInput, CaseCount, Engine, LedgerBroken, NotFound, NotPermitted, commands
from wayhome.model.label import FIRST, SECOND, label_from, read_label
from wayhome.stories.playing import StoryClock

from tests.conftest import ANNA, START, a_case, engine_at
from tests.places import Place


@pytest.fixture
def engine(tmp_path: Path, packs: Any) -> Iterator[Engine]:
    with engine_at(f"sqlite:///{tmp_path / 'case.db'}", packs=packs, clock=StoryClock(START)) as engine:
        yield engine


def pages(ask: Any, limit: int, **more: Any) -> list[Any]:
    """Go through a list; gives its pages."""
    found = [ask(as_=ANNA, limit=limit, **more)]
    while found[-1].after is not None:
        found.append(ask(as_=ANNA, limit=limit, after=found[-1].after, **more))
    return found


def led(engine: Engine, by: str = "invented_house") -> str:
    """A case that an organisation leads: something is due in it."""
    case = a_case(engine, age_status="adult")
    engine.do(commands.Complete(case, step="register_referral"), as_=ANNA)
    engine.do(commands.Assign(case, role="case_owner", organisation=by, case_worker="anna"), as_=ANNA)
    return case


# --- pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_page_by_page_every_case_is_shown_once_and_in_order(engine: Engine, limit: int) -> None:
    cases = {a_case(engine, age_status="adult") for _ in range(7)}

    found = pages(engine.cases, limit)

    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert len(found[-1]) >= 1
    numbers = [row.number for page in found for row in page]
    assert numbers == sorted(cases)  # of one day
    assert len(numbers) == 7


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("damaged", [{0}, {2}, {1, 2}, {4}, {0, 1, 2, 3, 4}], ids=str)
def test_page_by_page_every_case_is_shown_or_named(
    engine: Engine, tmp_path: Path, limit: int, damaged: set[int]
) -> None:
    cases = sorted(a_case(engine, age_status="adult") for _ in range(5))
    named = [cases[n] for n in sorted(damaged)]
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.executemany("UPDATE wh_cases SET state = x'00' WHERE number = ?", [(one,) for one in named])

    found = pages(engine.cases, limit)

    assert [row.number for page in found for row in page] == [one for one in cases if one not in named]
    assert [one for page in found for one in page.damaged] == named
    assert all(len(page) + len(page.damaged) == limit for page in found[:-1])


@pytest.mark.parametrize("limit", [2, 3, 100])
@pytest.mark.parametrize("nonsense", [0, 1, 2, 3, 4])
def test_a_row_whose_number_was_made_nonsense_cuts_no_list_off(
    engine: Engine, tmp_path: Path, limit: int, nonsense: int
) -> None:
    cases = sorted(a_case(engine, age_status="adult") for _ in range(5))
    with sqlite3.connect(tmp_path / "case.db") as connection:
        made = f"{cases[nonsense]}x"
        connection.execute("UPDATE wh_cases SET number = ? WHERE number = ?", (made, cases[nonsense]))

    found = pages(engine.cases, limit)

    assert [row.number for page in found for row in page] == [one for one in cases if one != cases[nonsense]]
    assert {one for page in found for one in page.damaged} == {
        made,
        cases[nonsense],
    }  # the row, and the history without one


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_page_by_page_all_that_is_due_is_shown_once_and_earliest_first(engine: Engine, limit: int) -> None:
    for _ in range(6):
        led(engine)
    whole = engine.due(as_=ANNA)
    assert len(whole) > 5

    assert [row for page in pages(engine.due, limit) for row in page] == [*whole]
    assert [row.due_at for row in whole] == sorted(row.due_at for row in whole)


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 100])
def test_page_by_page_a_history_is_whole_with_its_texts(engine: Engine, limit: int) -> None:
    case = a_case(engine, age_status="adult")
    for n in range(4):
        engine.do(commands.Note(case, text=f"note {n}"), as_=ANNA)

    found = [row for page in pages(lambda **more: engine.history(case, **more), limit) for row in page]

    assert [row.seq for row in found] == [1, 2, 3, 4, 5]
    assert [row.texts["case"]["text"] for row in found[1:]] == [f"note {n}" for n in range(4)]


@pytest.mark.parametrize("limit", [0, -1, 1_001, True, "7", None])
def test_no_list_goes_without_a_limit(engine: Engine, limit: Any) -> None:
    case = a_case(engine)
    for ask in (engine.cases, engine.due, lambda **more: engine.history(case, **more)):
        with pytest.raises(BadInput, match="That is no limit") as told:
            ask(as_=ANNA, limit=limit)
        assert told.value.faults[0].field == "limit"


def test_nobody_goes_on_after_what_is_not_there(engine: Engine) -> None:
    case = a_case(engine)
    with pytest.raises(NotFound, match="There is no case"):
        engine.cases(as_=ANNA, after="WH-7K3M9-Q2F4A-Z")
    with pytest.raises(BadInput, match="That is no number of an event"):
        engine.history(case, as_=ANNA, after=-1)


def test_a_page_can_be_copied_and_sent(engine: Engine) -> None:
    a_case(engine)
    a_case(engine)
    page = engine.cases(as_=ANNA, limit=1)

    for other in (copy.copy(page), copy.deepcopy(page), pickle.loads(pickle.dumps(page))):
        assert (other, other.after, other.damaged) == (page, page.after, ())
    assert page.after == page[0].number


# --- filters ---------------------------------------------------------------------------------------


def test_cases_are_found_by_who_leads_them_and_by_how_a_host_calls_them(engine: Engine) -> None:
    opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}, reference="12/26")
    one = engine.do(opened, as_=ANNA).case
    two = led(engine)

    def found(**more: Any) -> list[str]:
        return [row.number for row in engine.cases(as_=ANNA, **more)]

    assert found(reference="12/26") == [one]
    assert found(reference="12") == []
    assert found(owner="invented_house") == [two]
    assert found(owner="another_house") == []
    assert found(owner="invented_house", reference="12/26") == []
    assert found(phase="identification", status="open") == sorted([one, two])
    assert found(phase="travel") == []
    assert engine.case(one, as_=ANNA).reference == "12/26"
    assert [row.owner for row in engine.cases(as_=ANNA, owner="invented_house")] == ["invented_house"]


def test_a_case_is_found_by_its_reference_and_by_how_its_number_or_its_label_begins(engine: Engine) -> None:
    opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}, reference="12/26")
    one, two = engine.do(opened, as_=ANNA).case, led(engine)
    label = engine.case(one, as_=ANNA).label

    def found(called: str) -> list[str]:
        return [row.number for row in engine.cases(as_=ANNA, called=called)]

    ways = (
        one,
        one.lower(),
        one[:9],
        one.removeprefix("WH-")[:7],
        one.replace("-", ""),
        f"wh{one[3:8]}".lower(),
        f" {one} ",
    )
    for called in (*ways, label, label.upper(), label.replace("-", " "), label[:-1], "12/26"):
        assert found(called) == [one], called
    assert found("WH") == sorted([one, two])
    for called in ("12", "2/26", label[1:], "%", "_", "WH-UUUUU", "an invented name", f"{one}0"):
        assert found(called) == [], called
    assert [row.number for row in engine.cases(as_=ANNA, called=label, phase="travel")] == []


@pytest.fixture
def office(engine: Engine) -> dict[str, str]:
    """Four cases of one house, each opened an hour after the one before: nothing of it is named; led by anna; of another way; closed."""
    clock: Any = engine._clock
    found = dict[str, str]()

    def made(name: str, number: str) -> None:
        found[name] = number
        clock.moment += timedelta(hours=1)

    made("new", a_case(engine, age_status="adult"))
    made("led", led(engine))
    opened = commands.Open(host_country="NL", origin_country="SL", facts={"age_status": "adult"})
    made("other way", engine.do(opened, as_=ANNA).case)
    number = a_case(engine, age_status="adult")
    engine.do(commands.Consent(number, purpose="assistance", answer="refused", by="person", language="en"), as_=ANNA)
    engine.do(commands.Move(number, to="close", reason="assistance_declined"), as_=ANNA)
    made("closed", number)
    return found


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"host_country": "NL"}, ["other way"]),
        ({"host_country": "BE", "origin_country": "NG", "status": "open"}, ["new", "led"]),
        ({"origin_country": "BR"}, []),
        ({"closed_as": "assistance_declined"}, ["closed"]),
        ({"worker": "anna"}, ["led"]),
        ({"worker": "nobody_here"}, []),
        ({"overdue": True}, []),
        ({"overdue": False}, ["new", "led", "other way", "closed"]),
        ({"changed_since": START + timedelta(hours=2)}, ["other way", "closed"]),
        ({"order": "changed"}, ["closed", "other way", "led", "new"]),
        ({"order": "changed", "host_country": "BE"}, ["closed", "led", "new"]),
    ],
    ids=str,
)
def test_a_host_narrows_the_list_and_orders_it(
    engine: Engine, office: dict[str, str], asked: dict[str, Any], names: list[str]
) -> None:
    found = [row.number for page in pages(engine.cases, 2, **asked) for row in page]

    called = {number: name for name, number in office.items()}
    told = [called[number] for number in found]
    assert (
        told == names if "order" in asked else sorted(told) == sorted(names)
    )  # of one day, they stand by their numbers


def test_what_is_overdue_and_what_is_due_first_go_by_the_clock(engine: Engine, office: dict[str, str]) -> None:
    clock: Any = engine._clock
    clock.moment += timedelta(days=2)
    assert (
        {row.number for row in engine.cases(as_=ANNA, overdue=True)}
        == {row.case for row in engine.due(as_=ANNA) if row.overdue}
        != set()
    )
    rows = [row for page in pages(engine.cases, 2, order="due") for row in page]
    due = [row.next_due_at for row in rows if row.next_due_at is not None]
    assert due == sorted(due)
    assert rows[-1].number == office["closed"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"host_country": "belgium"}, "host_country"), ({"overdue": "yes"}, "overdue"), ({"order": "newest"}, "order"),
        ({"changed_since": "yesterday"}, "changed_since"), ({"worker": 7}, "worker"), ({"closed_as": 7}, "closed_as"),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_by_nothing_else(engine: Engine, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        engine.cases(as_=ANNA, **wrong)
    assert refused.value.faults[0].field == field


def test_who_looks_for_nothing_is_told(engine: Engine) -> None:
    for nothing in ("", "  ", "-"):
        with pytest.raises(BadInput) as told:
            engine.cases(as_=ANNA, called=nothing)
        assert [fault.field for fault in told.value.faults] == ["called"]


def test_what_was_looked_for_is_logged_nowhere(engine: Engine) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    with capture_logs() as lines:
        engine.cases(as_=ANNA, called="an invented name")

    assert [line["event"] for line in lines] == ["cases_listed"]
    assert "invented name" not in repr(lines)


def test_neither_a_reference_nor_who_leads_a_case_lies_in_clear(engine: Engine, tmp_path: Path) -> None:
    opened = commands.Open(host_country="BE", origin_country="NG", reference="an invented reference")
    engine.do(opened, as_=ANNA)
    engine.register_organisation("a_hidden_house", title="A hidden house", country="BE")
    led(engine, "a_hidden_house")

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"an invented reference" not in kept
    assert b"a_hidden_house" not in kept


@pytest.mark.parametrize("reference", ["", "x" * 101, "a\x00b"])
def test_a_reference_is_a_short_text(engine: Engine, reference: str) -> None:
    with pytest.raises(BadInput) as told:
        engine.do(commands.Open(host_country="BE", origin_country="NG", reference=reference), as_=ANNA)
    assert [fault.field for fault in told.value.faults] == ["reference"]


# --- labels -----------------------------------------------------------------------------------------


def test_a_label_works_wherever_a_number_does(engine: Engine) -> None:
    case = a_case(engine, age_status="adult")
    label = engine.case(case, as_=ANNA).label
    said = label.replace("-", " ").upper()

    for called in (label, said, f"  {said} "):
        assert engine.case(called, as_=ANNA).number == case
        assert engine.number_of(called, as_=ANNA) == case
        assert engine.why(called, "depart", as_=ANNA) == engine.why(case, "depart", as_=ANNA)
        assert engine.next(called, as_=ANNA) == engine.next(case, as_=ANNA)
        assert engine.due(as_=ANNA, case=called) == engine.due(as_=ANNA, case=case)
        assert engine.history(called, as_=ANNA) == engine.history(case, as_=ANNA)
        assert engine.do(commands.Note(called, text="an invented note"), as_=ANNA).case == case
    linked = commands.Open(host_country="BE", origin_country="NG", linked_to=label, relation="family")
    assert engine.case(engine.do(linked, as_=ANNA).case, as_=ANNA).linked_to == case


def test_a_label_is_no_other_cases_while_both_run(tmp_path: Path, packs: Any) -> None:
    """Drawn from one word each: whoever comes later gets another label."""
    with engine_at(
        "sqlite://", packs=packs, random=lambda n: (7).to_bytes(n, "big") if n == 4 else __import__("os").urandom(n)
    ) as engine:
        labels = {engine.case(a_case(engine), as_=ANNA).label for _ in range(5)}
    assert len(labels) == 5
    assert all(read_label(label) == label for label in labels)


def test_a_label_that_two_cases_have_names_neither(engine: Engine, tmp_path: Path, packs: Any) -> None:
    """It can come to that when a closed case is opened again."""
    one, two = a_case(engine), a_case(engine)
    label = engine.case(one, as_=ANNA).label
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute("UPDATE wh_cases SET label = ? WHERE number = ?", (label, two))

    with pytest.raises(BadInput, match="Several cases have that label") as told:
        engine.case(label, as_=ANNA)
    assert one not in str(told.value)  # it is not asked yet who may read them
    with engine_at(f"sqlite:///{tmp_path / 'case.db'}", packs=packs) as other, pytest.raises(LedgerBroken):
        other.case(two, as_=ANNA)  # whoever writes it into the file changes the row


def test_a_command_under_its_key_is_the_same_by_number_and_by_label(engine: Engine) -> None:
    case = a_case(engine, age_status="adult")
    label = engine.case(case, as_=ANNA).label

    first = engine.do(commands.Note(case, text="an invented note", key="once"), as_=ANNA)

    assert engine.do(commands.Note(label, text="an invented note", key="once"), as_=ANNA) == first
    assert engine.case(case, as_=ANNA).version == 2


@pytest.mark.parametrize("said", ["quiet-", "-bridge", "quiet", "quiet_bridge", "quiet  bridge x", "Ünquiet bridge"])
def test_what_is_neither_a_number_nor_a_label_is_said_so(engine: Engine, said: str) -> None:
    with pytest.raises(BadInput, match="That is not a case number"):
        engine.case(said, as_=ANNA)


def test_a_label_that_no_case_has_is_not_found_and_not_repeated(engine: Engine) -> None:
    with pytest.raises(NotFound, match="No case of yours has that label") as told:
        engine.case("anna-smith", as_=ANNA)
    assert "smith" not in str(told.value)


def test_labels_are_of_two_lists_of_plain_words() -> None:
    assert len({*FIRST}) == len(FIRST) > 150
    assert len({*SECOND}) == len(SECOND) > 300
    assert not {*FIRST} & {*SECOND}
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 12 for word in (*FIRST, *SECOND))
    drawn = {label_from(bits) for bits in range(0, 2**32, 999_983)}
    assert {label.split("-")[0] for label in drawn} == {*FIRST}
    assert {label.split("-")[1] for label in drawn} == {*SECOND}


# --- damage -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "left", "damaged"),
    [
        ("UPDATE wh_ledger SET body = x'00' WHERE seq = 3", [1, 2, 4, 5], (3,)),
        ("DELETE FROM wh_ledger WHERE seq = 3", [1, 2, 4, 5], (3, 4)),
        ("UPDATE wh_ledger SET hash = x'00' WHERE seq = 3", [1, 2, 3, 5], (4,)),
        ("UPDATE wh_blobs SET sealed = x'00' WHERE seq = 3", [1, 2, 3, 4, 5], (3,)),
        ("UPDATE wh_blobs SET sealed = NULL WHERE seq = 3", [1, 2, 3, 4, 5], (3,)),
        ("DELETE FROM wh_blobs WHERE seq = 3", [1, 2, 3, 4, 5], (3,)),
    ],
)
def test_a_history_shows_what_can_be_read_and_names_the_rest(
    engine: Engine, tmp_path: Path, sql: str, left: list[int], damaged: tuple[int, ...]
) -> None:
    case = a_case(engine, age_status="adult")
    for n in range(4):
        engine.do(commands.Note(case, text=f"note {n}"), as_=ANNA)
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute(sql)

    page = engine.history(case, as_=ANNA)

    assert page.damaged == damaged
    assert [row.seq for row in page] == [seq for seq in left if seq not in damaged or "blobs" in sql]
    assert [row.texts for row in page if row.seq == 2] == [{"case": {"text": "note 0"}}]
    assert not engine.verify().ok


def test_a_page_type_is_public() -> None:
    assert isinstance(wh.Page([1]), tuple)


def test_cases_are_counted_by_what_stands_in_clear(place: Place) -> None:
    place.make()
    with place.open(clock=StoryClock(START)) as engine:
        for origin in ("NG", "NG", "BR"):
            a_case(engine, origin)

        assert engine.count(as_=ANNA) == (CaseCount({"phase": "identification", "status": "open"}, 3),)
        by_country = engine.acting(ANNA).count(by=["origin_country"])
        assert [(one.of, one.cases) for one in by_country] == [
            ({"origin_country": "BR"}, 1),
            ({"origin_country": "NG"}, 2),
        ]
        assert engine.count(by=(), as_=ANNA) == (CaseCount({}, 3),)
        with pytest.raises(BadInput) as told:
            engine.count(by=["name"], as_=ANNA)
        assert [(fault.field, fault.code) for fault in told.value.faults] == [("by", "unknown")]
        with pytest.raises(NotPermitted):
            engine.count(as_=Actor("sys", "invented_house", {"system_admin"}))
