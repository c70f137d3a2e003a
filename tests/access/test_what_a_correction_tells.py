"""Whoever corrects an entry is told of what it said no more than they are told of the entry (access.md, section 1: a consent, in sum, names nobody)."""

from __future__ import annotations

from wayhome.commands import Correct

from tests.attacks.acts import WHY, in_follow_up
from tests.attacks.play import MANAGER, RECEIVER, Play, begun

YES = {
    "do": "consent",
    "purpose": "share_partner",
    "recipient": "ng_pci",
    "language": "en",
    "form": "written",
    "groups": ["identity"],
}


def the_other_house_asked(play: Play) -> int:
    play.given(RECEIVER, YES)
    return int(play._recorded.consents["share_partner>ng_pci@"].seq)


def told(play: Play, who: str, seq: int) -> str:
    done = play.engine.do(Correct(play.case, seq=seq, why=WHY), as_=play.actor(who))
    return str([event.data for event in done.events])


def test_of_another_houses_consent_it_names_nobody() -> None:
    with begun(in_follow_up) as play:
        assert "ng_pci" not in told(play, MANAGER, the_other_house_asked(play))


def test_of_what_their_own_house_wrote_it_says_what_it_was() -> None:
    with begun(in_follow_up) as play:
        assert "ng_pci" in told(play, RECEIVER, the_other_house_asked(play))
