"""A colleague wrote that the family had a part in it; a minute later one alone writes the opposite, ends the alarm, and she flies to them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import ends, goes_on, happens, open_alarms, redo, redone
from tests.attacks.companions import MOTHER
from tests.attacks.play import (
    MANAGER,
    RECEIVER,
    Enough,
    Play,
    begun,
    complete,
    evidence_is_fresh,
    signed_as_it_stands,
)

LIVES_WITH_THEM = {"age_status": "adult", "will_live_with_family": True, "wants_family_contact": True}
FAMILY, PART, PARENT = "family_contact_and_assessment", "ng_family_role_check", "other_parent_agreement"
SAFE = ends("family_refuses", "family_safe")


def had_a_part(p: Play) -> Any:
    p.given(RECEIVER, *redone(PART, result="had_a_part"))


def has_refused(p: Play) -> Any:
    p.given(RECEIVER, happens("family_refuses"))


@pytest.mark.parametrize(("alarm", "origin"), [(had_a_part, "NG"), (has_refused, "NG"), (has_refused, "BR")])
def test_one_alone_does_not_end_the_alarm_about_a_family(alarm: Any, origin: Any) -> None:
    with begun(origin=origin, facts=LIVES_WITH_THEM) as p:
        p.ready()
        alarm(p)
        assert open_alarms(p) == {"family_refuses"}
        assert p.told("INV-07")
        p.wait(minutes=1)
        if alarm is had_a_part:
            for act in redone(PART, result="no_part_known"):
                p.tried(MANAGER, act)
        for act in (*redone(FAMILY, result="safe"), SAFE):
            p.tried(MANAGER, act)
        p.prepare(waiting=False, at_most=40, instead=lambda play, do: _is_a_signature(do))
        assert not p.why().done, "she flies to live with them, by the word of one"


def _is_a_signature(do: Any) -> Any:
    if do["do"] == "sign":  # it waits for a second: that is what is asked for
        raise Enough
    return False


def test_no_child_is_taken_abroad_because_one_alone_writes_that_there_is_no_other_parent() -> None:
    with begun(evidence_is_fresh, facts=MOTHER) as p:
        child = p.involved("child", travels=True, born_on="2019-01-01")
        goes_on(p)
        p.given(MANAGER, {**redo(PARENT), "of": child}, complete(PARENT, of=child, result="refused"))
        assert ("STEP", PARENT) in p.why().reasons
        p.wait(minutes=1)
        for act in (
            {**redo(PARENT), "of": child},
            complete(PARENT, of=child, result="no_other_parent", why="(invented) he left before the birth"),
        ):
            p.tried(MANAGER, act)
        assert not p.boards().done


def test_honest_a_family_that_two_have_found_safe_is_a_home() -> None:
    with begun(origin="BR", facts=LIVES_WITH_THEM) as p:
        p.ready()
        has_refused(p)
        p.wait(minutes=1)
        p.given(RECEIVER, *redone(FAMILY, result="safe"))
        if p.step(FAMILY).state != "done":  # as it is after 'unsafe' already
            p.given(MANAGER, signed_as_it_stands(p, FAMILY))
        p.given(MANAGER, SAFE)
        p.ready(waiting=False)


def test_honest_a_father_who_agrees_from_the_first_day_is_written_by_one() -> None:
    with begun(evidence_is_fresh, facts=MOTHER) as p:
        p.involved("child", travels=True, born_on="2019-01-01")
        assert goes_on(p).boards().done
