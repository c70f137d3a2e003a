"""What happens to somebody who travels along, and is no child, has a word: held at the border, missing, too ill to go on."""

from __future__ import annotations

from datetime import timedelta

from tests.attacks.acts import REACHED, ends, happens, open_alarms
from tests.attacks.play import DEPART, MANAGER, RECEIVER, TRAVEL, Play, begun
from tests.deviations import with_a_sister

HELD = happens("companion_held", of="sibling-1")


def landed(play: Play) -> None:
    with_a_sister(play)
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.until(play.lands + timedelta(minutes=30))
    play.given(TRAVEL, {"do": "move", "to": "arrive"})


def test_nobody_boards_while_a_sister_is_held() -> None:
    with begun(with_a_sister) as play:
        assert play.why().done
        play.given(MANAGER, HELD)

        assert ("PHASE", "companion_held") in play.why().reasons
        assert play.what_to_do("companion_held").startswith("Where are they, and who is with them?")


def test_at_home_nothing_settles_until_the_person_knows_where_she_is() -> None:
    with begun(landed) as play:
        play.given(RECEIVER, HELD)
        assert ("PHASE", "companion_held") in play.why("settle").reasons

        play.wait(hours=2)
        play.given(RECEIVER, REACHED, ends("companion_held", "reached", of="sibling-1"))
        assert "companion_held" not in open_alarms(play)
