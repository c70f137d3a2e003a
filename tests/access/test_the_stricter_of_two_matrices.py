"""Who may know what is the stricter of two, cell by cell: what the process of a case says, and the newest that this database knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

from tests.attacks.play import Play, begun, ready_to_depart

OFFICER = Actor("tom", "invented_organisation", {"travel_officer"})
Letters = Mapping[str, str | None]


@pytest.fixture
def case(packs: Packs) -> Iterator[Play]:
    with begun(ready_to_depart, packs) as play:
        play.given(
            "case_manager_sending", {"do": "record", "facts": {"chosen_name": "Invented", "wants_data_erased": False}}
        )
        yield play


def known(play: Play, version: str, letters: Letters) -> None:
    """Let this database know a core of another version, in which a travel officer has these letters (None: the group is unknown)."""
    core = play.engine.packs

    def newest(process: Process) -> Mapping[str, Any]:
        labels = {kind: dict(of) for kind, of in core.labels_for(process).items()}
        labels["packs"]["core"] = {**labels["packs"]["core"], "version": version}
        role = labels["roles"]["travel_officer"]
        reads = {group: letter for group, letter in {**role["reads"], **letters}.items() if letter is not None}
        labels["roles"]["travel_officer"] = {**role, "reads": reads}
        return labels

    play.engine._store.renew_labels(f"{version} {letters}", newest)


def facts(play: Play) -> set[str]:
    return {*play.engine.case(play.case, as_=OFFICER).facts}


@pytest.mark.parametrize("letter", ["S", "C", None])
def test_a_stricter_letter_holds_at_once_in_a_case_that_is_pinned_to_an_older_one(
    case: Play, letter: str | None
) -> None:
    assert "chosen_name" in facts(case)
    known(case, "99.0", {"first_name": letter})

    assert "chosen_name" not in facts(case)
    assert "has_passport" in facts(case), "no other group is touched"


def test_a_looser_letter_opens_nothing_in_a_running_case(case: Play) -> None:
    before = facts(case)
    known(case, "99.0", {"health": "R", "risk": "W", "case": "R"})

    assert facts(case) == before
    assert "wants_data_erased" not in before


def test_an_older_program_never_takes_the_place_of_a_newer_one(case: Play) -> None:
    known(case, "99.0", {"first_name": None})
    known(case, "98.0", {})

    assert "chosen_name" not in facts(case)


def test_the_next_one_does(case: Play) -> None:
    known(case, "99.0", {"first_name": None})
    known(case, "99.1", {})

    assert "chosen_name" in facts(case)


def test_what_another_house_reads_under_a_consent_is_the_stricter_half_too(case: Play) -> None:
    yes = {
        "do": "consent",
        "purpose": "share_partner",
        "recipient": "ng_idia",
        "answer": "given",
        "groups": ["identity"],
        "language": "en",
    }
    case.given("case_manager_sending", {**yes, "version": "1", "form": "written"})
    named = Actor("amara", "ng_idia", {"case_manager_receiving"})
    assert "chosen_name" in case.engine.case(case.case, as_=named).facts
    core: Callable[[Process], Mapping[str, Any]] = case.engine.packs.labels_for

    def newest(process: Process) -> Mapping[str, Any]:
        labels = {kind: dict(of) for kind, of in core(process).items()}
        role = labels["roles"]["case_manager_receiving"]
        labels["roles"]["case_manager_receiving"] = {**role, "reads": {**role["reads"], "first_name": "CS"}}
        return labels

    case.engine._store.renew_labels("stricter", newest)
    assert "chosen_name" not in case.engine.case(case.case, as_=named).facts
