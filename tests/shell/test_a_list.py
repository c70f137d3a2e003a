"""A list of commands (`run FILE.jsonl`): many at once, each line once, and a line that cannot be done takes no other back."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from wayhome import Actor
from wayhome.model.case import ConsentRecord, FactRecord, IncidentRecord
from wayhome.packs.plugins import Packs
from wayhome.stories.lists import _overtaking, do_list
from wayhome.stories.telling import Line, read_story

from tests.conftest import ANNA, a_case
from tests.places import a_place
from tests.shell.at_a_terminal import CODES, COLUMNS, LINES
from tests.shell.conftest import ACTORS, CommandLine

TOO_EARLY = "safe_first_contact"  # refused while the referral is not registered


def a_list(folder: Path, lines: Iterable[dict[str, Any]], name: str = "list.jsonl") -> str:
    path = folder / name
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return str(path)


def opens(name: str, **more: Any) -> dict[str, Any]:
    return {"as": "anna", "do": "open", "case": name, "host_country": "BE", "origin_country": "NG", **more}


def note(case: str, text: str = "an invented note", **more: Any) -> dict[str, Any]:
    return {"as": "anna", "do": "note", "case": case, "text": text, **more}


def complete(case: str, step: str = "register_referral") -> dict[str, Any]:
    return {"as": "anna", "do": "complete", "case": case, "step": step}


def returns(count: int) -> Iterator[dict[str, Any]]:
    """Open cases, and do something in each."""
    for number in range(count):
        yield opens(f"return {number}", facts={"age_status": "adult"})
        yield complete(f"return {number}")
        yield note(f"return {number}", f"an invented note on {number}")


def versions(wayhome: CommandLine) -> list[int]:
    numbers = [row["number"] for row in wayhome.json("case", "list")["items"]]
    return sorted(wayhome.json("case", "show", number)["version"] for number in numbers)


# --- what is no line ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        '{"as": "anna", "do": "note", "case": "one", "text": "an invented note", "text": "another"}',
        '{"as": "anna", "do": "note", "do": "open", "case": "one", "text": "an invented note"}',
        '{"as": "anna", "do": "record", "case": "one", "facts": {"age_status": "adult", "age_status": "child"}}',
        '{"as": "anna", "do": "travel", "case": "one", "legs": [{"from": "BRU", "to": "LOS", "from": "AMS"}]}',
        '{"as": "anna", "do": "note", "case": "one", "text": "an invented note", "te\\u0078t": "another"}',
    ],
)
@pytest.mark.parametrize("more", [(), ("--check",)], ids=["done", "checked"])
def test_what_a_line_says_twice_is_told_with_its_line_and_nothing_is_done(
    wayhome: CommandLine, line: str, more: tuple[str, ...]
) -> None:
    """Whoever reads a list before it is done sees the first; and the last was done."""
    first = json.dumps(opens("one", facts={"age_status": "adult"}))
    (wayhome.folder / "list.jsonl").write_text(f"{first}\n\n{line}\n")
    before = wayhome.ledger()

    told = wayhome("run", "list.jsonl", *more)

    assert told.status == 2
    assert "list.jsonl, line 3, column 1: the same name stands here twice" in told.err
    assert wayhome.ledger() == before


# --- once, however often it is run --------------------------------------------------------------------------


def test_a_list_that_is_run_again_does_nothing_twice(wayhome: CommandLine, tmp_path: Path) -> None:
    path = a_list(tmp_path, returns(5))

    first = wayhome.json("run", path, as_=None)
    before = wayhome.ledger()
    again = wayhome("run", path, as_=None)

    assert (first["done"], first["before"], len(first["cases"])) == (15, [], 5)
    assert (again.status, again.out.splitlines()[:2]) == (
        0, ["'list': 0 commands done.", "  15 lines were done before."],
    )  # fmt: skip
    assert wayhome.ledger() == before
    assert wayhome.json("run", path, as_=None)["cases"] == first["cases"]
    assert wayhome("verify").status == 0


def test_it_is_the_same_list_under_another_name_and_with_other_ends_of_lines(
    wayhome: CommandLine, tmp_path: Path
) -> None:
    path = a_list(tmp_path, returns(2))
    wayhome("run", path)
    (tmp_path / "copy.jsonl").write_bytes(b"\n" + Path(path).read_bytes().replace(b"\n", b"\r\n"))

    assert wayhome.json("run", str(tmp_path / "copy.jsonl"))["before"] == [2, 3, 4, 5, 6, 7]


def test_of_two_lines_that_say_the_same_each_is_done_once(wayhome: CommandLine, number: str, tmp_path: Path) -> None:
    path = a_list(tmp_path, [note(number), note(number), note(number, "another invented note")])

    assert [wayhome.json("run", path)["done"] for _ in range(2)] == [3, 0]
    assert wayhome.json("case", "show", number)["version"] == 4


def test_a_line_with_a_key_of_its_own_keeps_it(wayhome: CommandLine, number: str, tmp_path: Path) -> None:
    wayhome("do", number, "note", "text=an invented note", "group=case", "key=mine")
    line = note(number, group="case", key="mine")

    assert wayhome.json("run", a_list(tmp_path, [line]))["before"] == [1]
    other = wayhome("run", a_list(tmp_path, [line | {"text": "other invented words"}]))
    assert (other.status, other.err.splitlines()[0]) == (2, "Another command was given under this key.")


KILLED = """
import sys
from wayhome import Engine, batches
from wayhome.shell.main import main
batches.MOST_AT_ONCE = 10
real, seen = Engine._write, []
def write(self, connection, found):
    seen.append(1)
    if len(seen) == 47:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, connection, found)
Engine._write = write
main(["run", sys.argv[1]])
"""


def test_a_run_that_is_killed_in_the_middle_of_a_batch_goes_on_where_it_stopped(
    wayhome: CommandLine, tmp_path: Path
) -> None:
    path = a_list(tmp_path, returns(25))

    died = subprocess.run([sys.executable, "-c", KILLED, path], cwd=tmp_path, capture_output=True)

    assert died.returncode == -signal.SIGKILL
    assert wayhome("verify").status == 0
    again = wayhome.json("run", path)
    assert 40 >= len(again["before"]) >= 30  # a whole number of batches, and the one that was being written is lost
    assert again["done"] == 75 - len(again["before"])
    assert versions(wayhome) == [3] * 25
    assert wayhome("verify").status == 0


def test_two_programs_that_run_the_same_list_do_it_once(wayhome: CommandLine, tmp_path: Path) -> None:
    path = a_list(tmp_path, returns(40))
    code = "import sys; from wayhome.shell.main import main; sys.exit(main(['run', sys.argv[1], '--json']))"
    both = [
        subprocess.Popen([sys.executable, "-c", code, path], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    told = [json.loads(one.communicate()[0]) for one in both]

    assert [one.returncode for one in both] == [0, 0]
    assert sum(one["done"] for one in told) == 120
    assert told[0]["cases"] == told[1]["cases"]
    assert versions(wayhome) == [3] * 40
    assert wayhome("verify").status == 0


# --- a line that cannot be done --------------------------------------------------------------------------------


def test_a_line_that_is_refused_is_told_with_its_number_and_takes_no_other_back(
    wayhome: CommandLine, number: str, tmp_path: Path
) -> None:
    path = a_list(tmp_path, [*returns(1), complete(number, TOO_EARLY), note("return 0")])

    told = wayhome("run", path)

    assert told.status == 1
    assert "It was at line 4 of the list, and nothing of it is kept." in told.err
    assert "Needed first: 'Name one accountable case manager' is done." in told.err
    assert told.err.splitlines()[-2:] == [
        "Not done: line 4.", "What was done stays, and is not done twice. These lines alone: add --rest FILE, mend that file, and run it.",
    ]  # fmt: skip
    assert versions(wayhome) == [1, 4]
    assert wayhome("verify").status == 0


def test_lines_that_cannot_be_read_are_told_each_and_the_others_are_done(
    wayhome: CommandLine, number: str, tmp_path: Path
) -> None:
    other = wayhome.json("case", "open", "--host", "BE", "--origin", "NG", "age_status=adult")["case"]
    lines = [complete(number, "no_step"), {"as": "anna", "do": "dance", "case": other}, note("nonsense"), *returns(1)]

    told = wayhome.json("run", a_list(tmp_path, lines))

    assert told["done"] == 3
    assert [(one["line"], one["error"]["kind"]) for one in told["failed"]] == [(n, "bad_input") for n in (1, 2, 3)]
    assert "There is no step like that." in told["failed"][0]["error"]["what"]


def test_the_lines_after_it_in_the_same_case_wait_and_are_done_when_it_is_mended(
    wayhome: CommandLine, number: str, tmp_path: Path
) -> None:
    lines = [note(number), complete(number, "register_referal"), note(number, "the next"), note(number, "the last")]

    first = wayhome.json("run", a_list(tmp_path, lines))
    mended = wayhome.json("run", a_list(tmp_path, [lines[0], complete(number), *lines[2:]]))

    assert (first["done"], [one["line"] for one in first["failed"]], first["waiting"]) == (1, [2], [3, 4])
    assert (mended["done"], mended["before"], mended["failed"]) == (3, [1], [])
    assert [row["type"] for row in wayhome.json("case", "history", number)["items"]] == [
        "opened", "note_added", "step_completed", "note_added", "note_added",
    ]  # fmt: skip


UNREADABLE: list[dict[str, Any]] = [
    {"do": "withdraw", "purpose": "return", "at": "yesterday"},
    {"do": "withdraw", "purpose": "return", "purpos": "return"},
    {"do": "withdrw", "purpose": "return"},
    {"do": "withdraw"},
    {"do": "withdraw", "purpose": "retrun"},
    {"do": "withdraw", "purpose": "return", "by": 5},
    {"do": "withdraw", "purpose": "return", "key": "with a space"},
    {"do": "withdraw", "purpose": "return", "if_version": "two"},
    {"do": "consent", "purpose": "return", "answer": "refused", "at": "2026-02-30"},
    {"do": "consent", "purpose": "return", "answer": "no"},
    {"do": "record", "facts": []},
]  # fmt: skip


@pytest.mark.parametrize("said", UNREADABLE, ids=lambda one: json.dumps(one)[1:-1])
@pytest.mark.parametrize("called", ["number", "label", "case of the list"])
def test_whatever_is_wrong_with_a_line_those_after_it_in_its_case_wait(
    wayhome: CommandLine, number: str, tmp_path: Path, said: dict[str, Any], called: str
) -> None:
    """A no that could not be read was told, and the line after it done as if nobody had said it."""
    case = {"number": number, "label": wayhome.json("case", "show", number)["label"]}.get(called, "hers")
    before = [opens("hers")] if called == "case of the list" else []

    path = a_list(
        tmp_path, [*before, {"as": "anna", "case": case, **said}, note(case), note(number, "of another line")]
    )
    told = wayhome.json("run", path, as_=None)

    assert [one["line"] for one in told["failed"]] == [len(before) + 1]
    assert told["waiting"][0] == len(before) + 2
    assert len(told["waiting"]) == (1 if before else 2)


def test_who_is_ended_in_the_middle_of_a_list_does_no_more_of_it(tmp_path: Path, packs: Packs) -> None:
    """And what was to come after it in its case waits, whoever would do it."""
    place, office = a_place("sqlite", tmp_path), Actor("sysop", "invented_house", {"system_admin"})
    place.make()
    with place.open(packs=packs) as engine, place.open(packs=packs) as another:
        engine.put_actor(office)
        for one in (ANNA, replace(ANNA, id="ben")):
            engine.put_actor(one, as_=office)
        case, last = a_case(engine), a_case(engine)
        by_ben = {"as": "ben"}
        lines = [*(note(case, str(n)) for n in range(1_200)), note(case, **by_ben), note(last, **by_ben)]
        story = read_story(Path(a_list(tmp_path, lines)))

        def ends(line: Line, _: object) -> None:
            if line.number == 1:
                another.end_actor(ANNA.id, as_=office)

        told = do_list(engine, story, ends)

        assert 1 <= told.done - 1 <= 500  # the last line is in another case
        assert (told.failed[0][0], str(told.failed[0][1])) == (
            told.done,
            "'anna' has ended while this list was done. Have the rest of it done by one who may act.",
        )
        assert told.waiting == [1_201]
        assert (engine.case(case, as_=ANNA).version, engine.case(last, as_=ANNA).version) == (told.done, 2)


def test_a_case_is_the_same_however_it_is_called(wayhome: CommandLine, number: str, tmp_path: Path) -> None:
    """Two calls that reached nobody, one written under its label and one under its number, are two."""
    label = wayhome.json("case", "show", number)["label"]
    path = a_list(tmp_path, [note(label), note(number), note(number.lower()), note(label.replace("-", " ").upper())])

    first, again = (wayhome.json("run", path, as_=None) for _ in range(2))

    assert (first["done"], first["before"]) == (4, [])
    assert (again["done"], again["before"]) == (0, [1, 2, 3, 4])


@pytest.mark.parametrize("key", [None, "left out"])
def test_no_key_is_no_key_however_it_is_written(wayhome: CommandLine, tmp_path: Path, key: str | None) -> None:
    """As a program writes it that has a column for keys: the person was opened a second time."""
    said = {} if key else {"key": None}
    path = a_list(tmp_path, [opens("hers", reference="12/26", **said), note("hers", **said)])

    first, again = (wayhome.json("run", path, as_=None) for _ in range(2))

    assert (first["done"], again["done"], again["before"]) == (2, 0, [1, 2])
    assert versions(wayhome) == [2]


# --- what is true a second time ----------------------------------------------------------------------------------------


YES = {
    "do": "consent", "purpose": "assistance", "answer": "given", "given_by": "person", "form": "written", "language": "en",
    "explained": ["purpose", "use", "research", "access", "storage", "withdrawal"], "version": "v1", "groups": ["case"],
}  # fmt: skip
NO = {"do": "withdraw", "purpose": "assistance"}
OVERTAKEN: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[dict[str, Any]]]] = {
    "a consent taken back": ([YES], NO, [YES]),
    "a consent refused": ([], {"do": "consent", "purpose": "assistance", "answer": "refused"}, [YES]),
    "a fact": ([], {"do": "record", "facts": {"has_passport": True}}, [{"do": "record", "facts": {"has_passport": False}}]),
    "an attempt to reach her": ([], {"do": "contact", "with": "person", "channel": "phone", "reached": False},
                                [{"do": "contact", "with": "person", "channel": "phone", "reached": True}]),
}  # fmt: skip


def of_anna(case: str, *said: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"as": "anna", "case": case, **one} for one in said]


@pytest.mark.parametrize("what", OVERTAKEN)
def test_what_was_overtaken_and_is_told_again_in_another_list_is_neither_lost_nor_guessed(
    wayhome: CommandLine, number: str, tmp_path: Path, what: str
) -> None:
    """She took her yes back, gave it again, and took it back once more: the second no was "done before", with status 0."""
    before, said, overtakes = OVERTAKEN[what]
    for name, lines in (
        ("sunday", before),
        ("monday", [said]),
        ("wednesday", [{**one, "key": f"w-{n}"} for n, one in enumerate(overtakes)]),
    ):
        told = (
            wayhome.json("run", a_list(tmp_path, of_anna(number, *lines), f"{name}.jsonl"), as_=None)
            if lines
            else {"failed": []}
        )
        assert told["failed"] == [], name

    again = [*of_anna(number, said), note(number)]
    friday = wayhome.json("run", a_list(tmp_path, again, "friday.jsonl"), as_=None)
    dated = [{**again[0], "at": datetime.now(UTC).isoformat()}, again[1]]

    assert friday["failed"][0]["error"]["what"].startswith("A line that says the same was done before"), friday
    assert (friday["done"], friday["before"], friday["waiting"]) == (0, [], [2])
    assert wayhome.json("run", a_list(tmp_path, dated, "mended.jsonl"), as_=None)["done"] == 2


@pytest.mark.parametrize("more", [{"at": None}, {"after": "0 days"}], ids=["at is null", "after nothing"])
def test_what_does_not_say_its_day_is_not_dated(
    wayhome: CommandLine, number: str, tmp_path: Path, more: dict[str, Any]
) -> None:
    for name, lines in (("sunday", [YES]), ("monday", [{**NO, **more}]), ("wednesday", [{**YES, "key": "w"}])):
        assert wayhome.json("run", a_list(tmp_path, of_anna(number, *lines), f"{name}.jsonl"), as_=None)["done"] == 1

    friday = wayhome.json("run", a_list(tmp_path, of_anna(number, {**NO, **more}), "friday.jsonl"), as_=None)

    assert [one["line"] for one in friday["failed"]] == [1], friday


def test_a_list_that_expects_something_is_not_done_twice_as_a_story_would_be(
    wayhome: CommandLine, number: str, tmp_path: Path
) -> None:
    """Each run of it opened everybody once more, and said nothing of that."""
    lines = of_anna(number, {"do": "note", "text": "invented", "expect": {"phase": "identification"}})
    path = a_list(tmp_path, lines, "expects.jsonl")

    refused = wayhome("run", path, as_=None)

    assert refused.status == 2
    assert "A list that is done expects nothing: line 1 does." in refused.err
    assert wayhome.json("case", "show", number)["version"] == 1


@pytest.mark.parametrize("told", [{"clock": "2199-10-20T09:00Z"}, {"after": "1 days"}], ids=["clock", "after"])
def test_what_a_list_tells_of_the_future_is_not_written_as_of_now(
    wayhome: CommandLine, number: str, tmp_path: Path, told: dict[str, Any]
) -> None:
    """A mistyped year was a false date in the ledger."""
    lines = of_anna(number, {"do": "note", "text": "invented", **told})
    before = wayhome.json("case", "show", number)["version"]

    done = wayhome.json("run", a_list(tmp_path, lines, "late.jsonl"), as_=None)

    (failed,) = done["failed"]
    assert (failed["line"], failed["error"]["what"]) == (1, "That lies in the future.")
    assert wayhome.json("case", "show", number)["version"] == before


def test_what_was_said_of_somebody_else_overtakes_nothing() -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    consents = {
        of: ConsentRecord("given", "assistance", "", start, seq, of=of) for seq, of in ((5, ""), (7, "child-1"))
    }
    facts, of_a_child = {"pregnant": FactRecord(False, start, 5)}, {"pregnant@child-1": FactRecord(False, start, 7)}
    case: Any = SimpleNamespace(consents=consents, facts=facts, facts_of=of_a_child)
    record = {"facts": {"pregnant": True}}

    for do, fields in (("withdraw", {"purpose": "assistance"}), ("record", record)):
        assert [*_overtaking(Line(1, None, do, fields), case)] == [5]
        assert [*_overtaking(Line(1, None, do, {**fields, "of": "child-1"}), case)] == [7]


@pytest.mark.parametrize(("resolved", "by"), [((5,), [5]), ((5, 7), [7]), ((None,), []), ((5, None), []), ((), [])])
def test_an_incident_is_overtaken_when_all_of_its_kind_are_over(
    resolved: tuple[int | None, ...], by: list[int]
) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    alike = [IncidentRecord(3, "complaint", "none", "identification", start, resolved_seq=one) for one in resolved]
    other = IncidentRecord(4, "data_breach", "none", "identification", start, resolved_seq=9)
    of_a_child = IncidentRecord(4, "complaint", "none", "identification", start, resolved_seq=9, of="child-1")
    line = Line(1, None, "incident", {"type": "complaint"})

    assert [*_overtaking(line, SimpleNamespace(incidents=[*alike, other, of_a_child]))] == by  # type: ignore[arg-type]


@pytest.mark.parametrize("what", OVERTAKEN)
def test_what_the_same_list_overtakes_is_known_again_when_it_is_run_again_and_mended(
    wayhome: CommandLine, number: str, tmp_path: Path, what: str
) -> None:
    before, said, overtakes = OVERTAKEN[what]
    lines = of_anna(
        number, *before, said, *({**one, "key": f"k-{n}"} if one in before else one for n, one in enumerate(overtakes))
    )

    first = wayhome.json("run", a_list(tmp_path, [*lines, complete(number, "register_referal")]), as_=None)
    mended = wayhome.json("run", a_list(tmp_path, [*lines, complete(number)]), as_=None)

    assert (first["done"], len(first["failed"])) == (len(lines), 1), first
    assert (mended["done"], mended["failed"], len(mended["before"])) == (1, [], len(lines))


def test_no_line_of_a_case_that_was_not_opened_goes_into_another(wayhome: CommandLine, tmp_path: Path) -> None:
    nobody = {"as": "anna", "do": "note", "text": "an invented note"}
    lines = [
        opens("a"),
        nobody,
        opens("b", host_country="XX"),
        nobody,
        complete("b"),
        note("a"),
        opens("a", host_country="XX"),
        note("a"),
    ]

    told = wayhome.json("run", a_list(tmp_path, lines))

    assert ([one["line"] for one in told["failed"]], told["waiting"], told["done"]) == ([3, 7], [4, 5, 8], 3)
    assert versions(wayhome) == [3]


def test_a_case_may_be_linked_to_one_that_is_opened_before_it(wayhome: CommandLine, tmp_path: Path) -> None:
    child = opens("child", linked_to="mother", relation="family")
    told = wayhome.json(
        "run",
        a_list(
            tmp_path, [opens("mother"), child, opens("x", host_country="XX"), child | {"linked_to": "x", "case": "y"}]
        ),
    )

    assert (told["done"], [one["line"] for one in told["failed"]], told["waiting"]) == (2, [3], [4])


def test_of_very_many_the_first_are_told_and_all_are_counted(wayhome: CommandLine, number: str, tmp_path: Path) -> None:
    path = a_list(tmp_path, [note("nonsense", f"{n}") for n in range(60)])

    told = wayhome("run", path)

    assert told.status == 2
    assert told.err.count("It was at line") == 20
    assert "Not done: 60 lines, first 1, 2, 3," in told.err
    assert len(wayhome.json("run", path)["failed"]) == 60


def test_a_list_may_begin_with_a_mark_of_its_encoding(wayhome: CommandLine, number: str, tmp_path: Path) -> None:
    """As office programs write one, before their first line."""
    path = Path(a_list(tmp_path, [note(number)]))
    plain = wayhome.json("run", str(path), as_=None)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert (plain["done"], wayhome.json("run", str(path), as_=None)["before"]) == (1, [1])


@pytest.mark.parametrize("said", [{"clock": "yesterday"}, {"after": "soon"}])
def test_a_moment_that_cannot_be_read_is_told_with_its_line(
    wayhome: CommandLine, number: str, tmp_path: Path, said: dict[str, Any]
) -> None:
    told = wayhome("run", a_list(tmp_path, [note(number), note(number, **said)]))

    assert told.status == 2
    assert "list.jsonl, line 2" in told.err
    assert wayhome.json("case", "show", number)["version"] == 1


def test_nothing_of_a_list_is_done_when_it_is_not_said_who_does_it(
    wayhome: CommandLine, number: str, tmp_path: Path
) -> None:
    line = note(number)
    del line["as"]

    told = wayhome("run", a_list(tmp_path, [line, note(number)]))

    assert (told.status, told.err.splitlines()[:2]) == (
        2, ["Line 1 does not say who does this.", "Nothing of the file was done."],
    )  # fmt: skip


# --- what is left ----------------------------------------------------------------------------------------------


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_what_is_left_is_written_to_a_file_of_its_own_and_mended_there(wayhome: CommandLine, tmp_path: Path) -> None:
    path = a_list(
        tmp_path, [opens("a"), complete("a", "no_step"), note("a"), opens("b"), note("b"), note("b", group="no")]
    )
    rest = tmp_path / "rest.jsonl"

    wayhome("run", path)
    told = wayhome("run", path, "--rest", str(rest))  # what was done is not done twice

    cases = wayhome.json("run", path)["cases"]
    assert told.err.splitlines()[-1] == "These lines stand in rest.jsonl: mend them there, and run it."
    assert oct(rest.stat().st_mode)[-3:] == "600"
    left = lines_of(rest)
    assert [(one["do"], one["case"]) for one in left] == [
        ("complete", cases["a"]), ("note", cases["a"]), ("note", cases["b"]),
    ]  # fmt: skip
    left[0]["step"], left[2]["group"] = "register_referral", "case"
    mended = wayhome.json("run", a_list(tmp_path, left, "rest.jsonl"))
    assert (mended["done"], mended["failed"]) == (3, [])
    assert versions(wayhome) == [3, 3]
    before = wayhome.ledger()
    assert wayhome.json("run", a_list(tmp_path, left, "rest.jsonl"))["before"] == [1, 2, 3]
    assert wayhome("run", path).status == 2  # its lines are not done once more, as they were or as they are now
    assert wayhome.ledger() == before


def test_a_case_that_was_not_opened_is_opened_out_of_what_is_left(wayhome: CommandLine, tmp_path: Path) -> None:
    path = a_list(
        tmp_path, [opens("a", host_country="XX"), note("a"), opens("b", linked_to="a", relation="family"), note("b")]
    )
    rest = tmp_path / "rest.jsonl"

    wayhome("run", path, "--rest", str(rest))
    left = lines_of(rest)
    left[0]["host_country"] = "BE"
    told = wayhome.json("run", a_list(tmp_path, left, "rest.jsonl"))

    assert (told["done"], told["failed"], told["waiting"]) == (4, [], [])
    assert versions(wayhome) == [2, 2]
    before = wayhome.ledger()
    wayhome("run", path)
    assert wayhome.ledger() == before


def test_nothing_is_left_of_a_story(wayhome: CommandLine, story: Path) -> None:
    told = wayhome("run", str(story), "--rest", "rest.jsonl")

    assert (told.status, told.err.splitlines()[0]) == (2, "Only of a list that is done is anything left.")


def test_no_file_is_written_over_and_none_is_made_of_nothing(wayhome: CommandLine, number: str, tmp_path: Path) -> None:
    path, rest = a_list(tmp_path, [note(number)]), tmp_path / "rest.jsonl"
    rest.write_text("there")

    told = wayhome("run", path, "--rest", str(rest))

    assert (told.status, told.err.splitlines()[0]) == (2, "There is a file of that name already; nothing was done.")
    assert rest.read_text() == "there"
    nowhere = wayhome("run", path, "--rest", str(tmp_path / "no folder" / "rest.jsonl"))
    assert (nowhere.status, nowhere.err.splitlines()[1]) == (2, "There is no such folder.")
    assert wayhome.json("case", "show", number)["version"] == 1
    rest.unlink()
    assert wayhome("run", path, "--rest", str(rest)).status == 0
    assert not rest.exists()


# --- a list that was changed, and another one -----------------------------------------------------------------------


def test_in_a_changed_list_what_stands_there_as_before_is_not_done_twice(
    wayhome: CommandLine, number: str, tmp_path: Path
) -> None:
    wayhome("run", a_list(tmp_path, [complete(number), note(number)]))

    told = wayhome.json("run", a_list(tmp_path, [note(number, "new"), note(number), complete(number), note(number)]))

    assert (told["before"], told["done"]) == ([2, 3], 2)


def test_a_case_that_was_opened_by_a_key_or_a_reference_is_known_again_in_a_changed_list(
    wayhome: CommandLine, tmp_path: Path
) -> None:
    lines = [opens("a", key="12/26"), complete("a", "no_step"), opens("b", reference="13/26"), complete("b", "no_step")]
    first = wayhome.json("run", a_list(tmp_path, lines))
    mended = [lines[0], complete("a"), lines[2], complete("b")]

    told = wayhome.json("run", a_list(tmp_path, mended))

    assert (first["done"], told["before"], told["done"]) == (2, [1, 3], 2)
    assert told["cases"] == first["cases"]
    assert versions(wayhome) == [2, 2]


def test_a_case_that_says_too_little_to_be_known_again_is_neither_opened_twice_nor_taken_for_another(
    wayhome: CommandLine, tmp_path: Path
) -> None:
    first = [opens("a"), note("a", "of a person")]
    wayhome("run", a_list(tmp_path, first))
    before = wayhome.ledger()

    other = wayhome("run", a_list(tmp_path, [opens("a"), note("a", "of another person")], "other.jsonl"))
    told = wayhome.json("run", a_list(tmp_path, [opens("a"), note("a", "of another person")], "other.jsonl"))

    assert other.status == 2
    assert other.err.splitlines()[0] == "A case was opened before by a line that says the same."
    assert ([one["line"] for one in told["failed"]], told["waiting"]) == ([1], [2])
    assert wayhome.ledger() == before


def test_a_name_of_one_list_means_nothing_in_another(wayhome: CommandLine, tmp_path: Path) -> None:
    for key in ("first", "second"):
        assert wayhome.json("run", a_list(tmp_path, [opens("a", key=key), complete("a"), note("a")]))["done"] == 3

    assert versions(wayhome) == [3, 3]


# --- on a server ---------------------------------------------------------------------------------------------------


def test_a_list_is_done_on_a_server_too(tmp_path: Path) -> None:
    place = a_place("postgresql", tmp_path)
    place.make()
    with place.open() as engine:
        for actor in ACTORS:
            engine.put_actor(actor, as_=next(iter(engine.administrators()), None))
        story = read_story(Path(a_list(tmp_path, [*returns(30), note("nonsense")])))

        told = [do_list(engine, story) for _ in range(2)]

        assert [(one.done, len(one.before), len(one.failed)) for one in told] == [(90, 0, 1), (0, 90, 1)]
        assert engine.verify().ok
    place.gone()


# --- what is seen of it -----------------------------------------------------------------------------------------


def seen_at_a_terminal(folder: Path, *words: str) -> str:
    """Run a command line whose stderr is a terminal of 80 by 24; gives what was drawn there."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    code = "import sys; from wayhome.shell.main import main; sys.exit(main(sys.argv[1:]))"
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=slave, stdin=slave, env={**environment, "TERM": "xterm"},
    )  # fmt: skip
    os.close(slave)
    drawn, until = "", time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([master], [], [], 0.1)[0]:
            try:
                more = os.read(master, 65536)
            except OSError:
                break
            drawn += more.decode()
            if not more:
                break
    process.wait()
    os.close(master)
    return drawn


@pytest.mark.usefixtures("wayhome")
def test_a_bar_is_drawn_at_a_terminal_and_fits_there(tmp_path: Path) -> None:
    drawn = CODES.sub("\n", seen_at_a_terminal(tmp_path, "run", a_list(tmp_path, returns(60))))

    assert "Playing" in drawn
    assert "180/180" in drawn
    assert max(map(len, drawn.splitlines())) <= COLUMNS


@pytest.mark.usefixtures("wayhome")
def test_no_bar_is_drawn_with_json(tmp_path: Path) -> None:
    assert seen_at_a_terminal(tmp_path, "run", a_list(tmp_path, returns(5)), "--json") == ""


def test_no_bar_is_drawn_where_nobody_looks_at_a_terminal(wayhome: CommandLine, tmp_path: Path) -> None:
    told = wayhome("run", a_list(tmp_path, returns(5)))

    assert told.err == ""
    assert told.out.splitlines()[0] == "'list': 15 commands done."
    assert len(told.out.splitlines()) == 6


def test_of_very_many_cases_the_first_are_named(wayhome: CommandLine, tmp_path: Path) -> None:
    told = wayhome("run", a_list(tmp_path, [opens(f"{n}") for n in range(30)]))

    assert told.out.splitlines()[-1] == "  … and 10 more cases: --json names all."
    assert len(told.out.splitlines()) == 22
