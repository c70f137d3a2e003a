"""What docs/events.md says of who writes what is read from the source; here it is held against what was really written."""

from __future__ import annotations

from wayhome.commands import ACTS
from wayhome.flow.apply import EVENT_TYPES

from docs import writers
from tests.golden.playing import FOLDER, read


def test_what_a_command_wrote_in_the_golden_file_is_said_of_it() -> None:
    by = writers.written_by()
    wrote: set[tuple[str, str]] = set()
    for file in FOLDER.glob("*.jsonl"):
        for line in read(file):
            word, to = line["do"]["do"], line["do"].get("to")
            for type, _ in line.get("events", ()):
                one = by[type]
                by_any = not (one.commands or one.moves or one.with_incidents)  # before the rest of whatever names it
                is_said = (
                    by_any
                    or word in one.commands
                    or to in one.moves
                    or (one.with_incidents and word in writers.open_incidents())
                )
                assert is_said, (file.name, word, to, type)
                wrote.add((word, type))

    assert len(wrote) > 50


def test_every_command_writes_something_and_every_type_is_written_by_something() -> None:
    by = writers.written_by()

    assert [*by] == [*EVENT_TYPES]
    by_nobody = [type for type, one in by.items() if not (one.commands or one.moves or one.with_incidents)]
    assert by_nobody == ["organisation_known"]  # with whatever names one
    said = {word for one in by.values() for word in one.commands} | {*writers.open_incidents()}
    assert {*ACTS} - said == set()


def test_who_writes_is_not_read_from_what_is_only_asked_about() -> None:
    by = writers.written_by()

    assert by["consent_withdrawn"].commands == ("withdraw",)  # incidents only look whether there was one
    assert by["step_signed"].commands == ("complete", "sign")  # its type stands in a variable
    assert by["left"].moves == ("left", "arrive")
    assert by["incident_opened"].with_incidents
    assert "note" not in writers.open_incidents()
