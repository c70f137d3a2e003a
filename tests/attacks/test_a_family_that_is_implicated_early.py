"""The family is found to have sold the child, while the case is still in 'identification': the determination of best interests of before stands, and the child goes.

Domain: return-process.md section 3, `family_refuses` ("Family rejects, shames, demands money, or is implicated ... child: new BID"); 2.2 `best_interests_determination`
("max_age(P6M), redo on new facts").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.attacks.acts import CHILD, happens
from tests.attacks.play import MANAGER, Command, Play, begun

BID = "best_interests_determination"
IMPLICATED = happens("family_refuses", effect="none", note="(invented) the uncle sold her")


def walks(play: Play, leaves_out: Callable[[Command], bool], *, waiting: bool = True) -> None:
    for _ in range(400):
        unmet = play.engine.why(play.case, "depart", as_=play.asking()).unmet
        asked: list[Any] = [r.remedy for r in unmet if r.remedy is not None and r.remedy.from_ is not None]
        asked = [one for one in asked if not leaves_out(one.do)]
        now = [one for one in asked if one.from_ <= play.now]
        if now:
            do = play.answered(now[0])
            play.asked_first(now[0].who, do)
            play.given(play._who_does(now[0]), do)
        elif asked and waiting:
            play.clock.moment = min(one.from_ for one in asked)
        else:
            return


def is_move(do: Command) -> bool:
    return do.get("do") == "move"


def to_a_foster_carer(play: Play, leaves_out: Callable[[Command], bool]) -> None:
    """All is prepared for a child that goes to a foster carer, who is none of the family."""
    first = lambda do: leaves_out(do) or do.get("step") == BID or do.get("role") == "caregiver"  # noqa: E731
    walks(play, first, waiting=False)
    carer = play.vetted(play.involved("foster_carer"), "care", "meet")
    play.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": carer})
    walks(play, leaves_out)


def test_a_child_whose_family_is_implicated_goes_on_no_determination_of_before() -> None:
    with begun(facts=CHILD) as p:
        to_a_foster_carer(p, is_move)
        assert p.brief().phase == "identification"
        assert not p.why().says(BID)
        p.given(MANAGER, IMPLICATED)
        since = p.history()[-1].seq
        p.wait(minutes=5)

        p.prepare()  # no new determination is asked for
        anew = any(row.seq > since and row.data.get("step") == BID for row in p.history())
        assert anew or not p.why().done, "the child may board on the determination of before"


def test_honest_after_the_move_the_determination_is_asked_for_anew() -> None:
    with begun(facts=CHILD) as p:
        to_a_foster_carer(p, lambda do: False)
        p.given(MANAGER, IMPLICATED)
        assert ("STEP", BID) in p.why().reasons
