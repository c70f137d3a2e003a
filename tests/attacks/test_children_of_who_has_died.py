"""Where a mother dies, her children are met, and no case closes before it is known who cares for each of them (process 3: "support children")."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.acts import closes, happens, open_alarms
from tests.attacks.play import DEPART, MANAGER, RECEIVER, TRAVEL, Play, begun, complete, evidence_is_fresh, settled

CARE = "child_after_death"
OF = "'See who cares for the child, now that the person has died' for {}"
KNOWN = complete(
    "death_confirmation", result="by_paper", paper="(invented) a paper of the hospital", paper_dated="2026-05-15"
)
CARED = {"result": "cared_for", "cared_for_by": "(invented) her aunt", "agreed_with": "(invented) the court"}


def dies_in_the_air(play: Play) -> None:
    play.involved("child", travels=True)
    play.involved("child", travels=False)
    evidence_is_fresh(play)
    play.prepare(waiting=False)
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.wait(hours=1)
    play.given(MANAGER, happens("death"))


def dies_without_children(play: Play) -> None:
    settled(play)
    play.given(MANAGER, happens("death"))


def with_a_child_at_home(play: Play) -> None:
    play.involved("child", travels=False)
    settled(play)


def waits_for(play: Play, end: str = "deceased", who: str = MANAGER) -> list[str]:
    return sorted(fact for fact, _ in play.told("STEP", closes(end), who))


def test_that_nobody_has_met_her_child_is_an_alarm() -> None:
    with begun(dies_in_the_air) as play:
        play.until(play.lands + timedelta(hours=6))
        play.engine.ring()

        assert "no_show_arrival" in open_alarms(play)


def test_who_meets_them_is_asked_to() -> None:
    with begun(dies_in_the_air) as play:
        play.until(play.lands + timedelta(minutes=30))
        play.given(TRAVEL, {"do": "move", "to": "arrive"})

        due = {row.step for row in play.engine.due(case=play.case, as_=play.actor("reception_officer"))}
        assert "arrival_reception" in due


def test_it_is_not_closed_before_somebody_cares_for_each_of_them() -> None:
    with begun(dies_in_the_air) as play:
        play.given(MANAGER, KNOWN)

        assert waits_for(play) == [f"{OF.format(one)} is not done" for one in ("child-1", "child-2")]
        play.given(RECEIVER, {**complete(CARE, of="child-1"), **CARED})
        play.given(MANAGER, {**complete(CARE, of="child-2"), "result": "not_clear"})
        assert waits_for(play) == [f"{OF.format('child-2')} is done, but its result does not pass"]
        play.given(MANAGER, {"do": "redo", "step": CARE, "of": "child-2"}, {**complete(CARE, of="child-2"), **CARED})
        assert play.why(closes("deceased"), MANAGER).done


@pytest.mark.parametrize("end", ["lost_contact", "re_trafficked_referred"])
def test_nor_is_it_closed_by_another_name_over_a_death(end: str) -> None:
    """These two close over every alarm: a death that nobody could confirm, too, and so left the children to nobody."""
    with begun(dies_in_the_air) as play:
        play.given(MANAGER, happens("lost_contact"))

        assert waits_for(play, end) == [f"{OF.format(one)} is not done" for one in ("child-1", "child-2")]


@pytest.mark.parametrize("end", ["lost_contact", "re_trafficked_referred"])
def test_where_nobody_has_died_they_wait_for_no_such_care(end: str) -> None:
    with begun(with_a_child_at_home) as play:
        play.given(RECEIVER, happens("lost_contact"))

        assert waits_for(play, end, RECEIVER) == []


def test_who_had_no_child_is_closed_once_the_death_is_known() -> None:
    with begun(dies_without_children) as play:
        play.given(MANAGER, KNOWN)

        assert play.why(closes("deceased"), RECEIVER).done
