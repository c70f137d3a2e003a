"""A case from its snapshot is the case from its ledger."""

from __future__ import annotations

import pytest
from wayhome.flow.apply import apply
from wayhome.store import snapshot

from tests.attacks.acts import HOUSE, LEFT, ago, corrected, ended_by_the_wrong_file, happens, seq_of
from tests.attacks.conftest import Begin
from tests.attacks.play import DEPART, DOCTOR, MANAGER, RECEIVER, TRAVEL, Play, ready_to_depart, vetting


def is_the_same_from_its_snapshot(case: Play) -> set[str]:
    """Compare after each event, and with what is stored. Gives the types of the events."""
    with case.engine._store.database.reading() as connection:
        events = list(case.engine._store.events(connection, case.case))
        stored = case.engine._store.load(connection, case.case).case
    replayed = kept = None
    for event in events:
        replayed = apply(replayed, event)
        kept = snapshot.read(snapshot.write(apply(kept, event)))
        assert kept == replayed, event.type
    assert stored == replayed
    return {event.type for event in events}


def test_an_alarm_that_is_open_again_is_so_from_a_snapshot(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("violence", at=case.now.date().isoformat()))
    case.wait(days=1)
    case.given(MANAGER, happens("violence", at=case.now.date().isoformat()))
    case.given(DOCTOR, corrected(ended_by_the_wrong_file(case)))
    assert "incident_reopened" in is_the_same_from_its_snapshot(case)


@pytest.mark.parametrize("by_day", [False, True])
def test_what_is_known_later_of_how_she_left_is_so_from_a_snapshot(fresh: Play, by_day: bool) -> None:
    fresh.until(fresh.takes_off)
    day = {"at": fresh.now.date().isoformat()} if by_day else {}
    fresh.given(TRAVEL, {**LEFT, **day})
    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})
    fresh.given(MANAGER, {**LEFT, "how": "removed", **day})
    said = seq_of(fresh, "left")
    is_the_same_from_its_snapshot(fresh)
    fresh.given(MANAGER, corrected(said))
    fresh.given(TRAVEL, {"do": "sign", "seq": said})
    is_the_same_from_its_snapshot(fresh)


def test_who_brought_an_organisation_and_what_is_told_by_its_day_is_so_from_a_snapshot(fresh: Play) -> None:
    today = {"at": fresh.now.date().isoformat()}
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet"])
    fresh.given(MANAGER, {"do": "assign", "role": "family", "organisation": HOUSE})
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet", "escort"])
    fresh.given(RECEIVER, vetting(HOUSE, "meet", **today))
    uncle = fresh.involved("relative")
    fresh.wait(hours=1)
    fresh.given(MANAGER, {"do": "involve", "by": "person", "ref": uncle, "travels": False})
    fresh.given(MANAGER, {"do": "involve", "ref": uncle, "suspected": True, **ago(fresh, minutes=30)})
    fresh.given(MANAGER, {"do": "document", "kind": "ng_passport", "status": "lost", **today})
    assert "organisation_known" in is_the_same_from_its_snapshot(fresh)


def test_who_was_turned_back_is_so_from_a_snapshot(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=3)
    fresh.given(TRAVEL, {"do": "move", "to": "turn_back", "at": fresh.now.date().isoformat()})
    back = seq_of(fresh, "turned_back")
    is_the_same_from_its_snapshot(fresh)
    fresh.given(TRAVEL, corrected(back))
    fresh.given(MANAGER, {"do": "sign", "seq": back})
    is_the_same_from_its_snapshot(fresh)
