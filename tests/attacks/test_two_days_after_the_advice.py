"""The lawyer tells her what leaving would mean, the conditions are decided, and in the same minute she signs: the two days to think ran before she knew the half of it.

Domain: return-process.md 2.2 `return_consent`: needs first options_counselling, legal_counselling, origin_information; "cooling-off >= PT48H between full information and signature". The step's own help: "Inform
fully, then two days to think".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.attacks.acts import IN_ENGLISH, YES, redone
from tests.attacks.play import LAWYER, MANAGER, Enough, Play, begun

SIGNS = {**YES, **IN_ENGLISH}


def _stops_at_the_yes(_: Play, act: Any) -> bool:
    if act["do"] == "consent" and act["purpose"] == "return":
        raise Enough
    return False


def informed_of_the_place_two_days_ago(p: Play) -> None:
    p.prepare(instead=_stops_at_the_yes)
    assert p.why(SIGNS).done


def test_two_days_lie_between_the_lawyers_advice_and_the_signature() -> None:
    with begun() as p:
        informed_of_the_place_two_days_ago(p)
        p.given(LAWYER, *redone("legal_counselling"))  # what leaving does to her permit has changed
        p.wait(minutes=1)
        assert not p.tried(MANAGER, SIGNS).done, "she was told a minute ago, and has signed"


def test_nor_is_the_first_advice_ever_followed_by_a_signature_the_same_minute() -> None:
    """All that needs no lawyer is done first; then lawyer, review and signature within a minute."""
    with begun() as p:
        for _ in range(200):
            unmet = p.engine.why(p.case, "depart", as_=p.asking()).unmet
            asked: list[Any] = [r.remedy for r in unmet if r.remedy is not None and r.remedy.from_ is not None]
            asked = [one for one in asked if one.do.get("step") != "legal_counselling"]
            now = [one for one in asked if one.from_ <= p.now]
            if not now and not asked:
                break
            if not now:
                p.clock.moment = min(one.from_ for one in asked)
                continue
            do = p.answered(now[0])
            p.asked_first(now[0].who, do)
            p.given(p._who_does(now[0]), do)
        if p.step("origin_information").state != "done":
            raise AssertionError("broken: the place was never talked about before the lawyer")
        p.wait(hours=49)
        told = p.now
        p.prepare(waiting=False, instead=_stops_at_the_yes)
        assert p.step("legal_counselling").state == "done"
        assert p.now - told < timedelta(hours=1)
        assert not p.tried(MANAGER, SIGNS).done, "the first legal advice of her life was a minute ago"


def test_honest_two_days_after_the_advice_she_signs() -> None:
    with begun() as p:
        informed_of_the_place_two_days_ago(p)
        p.given(LAWYER, *redone("legal_counselling"))
        p.wait(hours=48, minutes=1)
        assert p.tried(MANAGER, SIGNS).done
