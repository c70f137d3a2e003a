"""Who is chosen to receive the person and cannot: `why` says it from that minute, and who never can is not taken.

The first story of Nigeria, told with others in the place of the house that waits there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import play, throw_away_engine
from wayhome.stories.telling import Line, read_story

from tests.stories.test_stories import STORIES

PATH = next(path for path in STORIES if path.stem == "1-brussels-to-benin-city")
HOUSE = "ng_bakhita"
CHOSEN = {"do": "assign", "role": "receiving_organisation"}
CONFIRMED = {"do": "complete", "step": "partner_confirmation"}
CANNOT = "the receiving organisation cannot receive the person: this partner does not do that"
NOT_MET = "who is to meet the person cannot be trusted: this partner does not do that"
READER = Actor("invented_reader", "be_pag_asa", {"case_manager_sending"})


class Retold(NamedTuple):
    """What was told.

    Attributes:
        after: each line that was tried, and what stood against the departure then, until the person leaves.
        failed: by the number of its line, how what was told otherwise than the story expects was answered.
    """

    after: list[tuple[Line, list[str]]]
    failed: dict[int, str]

    def line(self, does: Mapping[str, str]) -> Line:
        return next(line for line, _ in self.after if does.items() <= {"do": line.do, **line.fields}.items())

    def since(self, does: Mapping[str, str]) -> list[list[str]]:
        """Give what stood against the departure after the first line that does this, and after each that follows."""
        return [unmet for line, unmet in self.after if line.number >= self.line(does).number]


def retold(party: str, packs: Packs, tmp_path: Path) -> Retold:
    """Tell the story with another party wherever the house stands. What is refused is left out, and it goes on."""
    other = tmp_path / PATH.name
    other.write_text(PATH.read_text(encoding="utf-8").replace(HOUSE, party), encoding="utf-8")
    story, after = read_story(other), list[tuple[Line, list[str]]]()
    engine, clock = throw_away_engine(story, packs)

    def look(line: Line, case: str | None, at: datetime) -> None:
        if case is not None and engine._recorded(case)[1].phase in ("identification", "pre_departure"):
            after.append((line, [str(one.fact) for one in engine.why(case, "depart", as_=READER).unmet]))

    with engine:
        failures = play(engine, story, clock=clock, strict=False, on_line=look).failures
    return Retold(after, {one.line: one.actual_text for one in failures})


def test_of_the_house_that_can_receive_nothing_is_said(packs: Packs, tmp_path: Path) -> None:
    told = retold(HOUSE, packs, tmp_path)

    assert told.failed == {}
    assert not any({CANNOT, NOT_MET} & {*unmet} for _, unmet in told.after)


def test_an_organisation_that_has_no_bed_is_taken_and_why_says_so_from_that_minute(
    packs: Packs, tmp_path: Path
) -> None:
    """It trains, and treats. `why` was silent for thirty days, and said it twelve days before the flight."""
    told = retold("ng_idia", packs, tmp_path)

    assert told.line(CHOSEN).number not in told.failed
    assert all(CANNOT in unmet for unmet in told.since(CHOSEN))
    assert NOT_MET in told.since(CONFIRMED)[0]


def test_who_does_not_come_to_the_airport_is_told_when_they_confirm(packs: Packs, tmp_path: Path) -> None:
    told = retold("ng_cosudow", packs, tmp_path)

    assert not any(CANNOT in unmet for _, unmet in told.after)  # it has beds
    assert NOT_MET in told.since(CONFIRMED)[0]


@pytest.mark.parametrize(
    "party",
    [
        "be_emergency_numbers",
        "be_fedasil",
        "be_pag_asa",  # a shelter, where the person leaves
        "ng_emergency",
        "ng_embassy_brussels",
    ],
)
def test_who_can_never_receive_anybody_is_refused_when_chosen(packs: Packs, tmp_path: Path, party: str) -> None:
    told = retold(party, packs, tmp_path)

    refusal = told.failed[told.line(CHOSEN).number]
    assert f"INV-07 {CANNOT}" in refusal
    assert "INV-07 choose, with the person, one that can" in refusal
