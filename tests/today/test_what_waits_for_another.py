"""What the departure needs and is outdated, and cannot be looked at again before somebody else has done another step.

"She will live with her family" is a new answer: the assessment rests on it, and comes after the family was looked at. It had vanished from
every list until somebody else had done that, and whose it is heard nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs
from wayhome.results import DueRow

from tests.attacks.acts import ago, in_follow_up, records
from tests.attacks.play import ASSESSOR, MANAGER, RECEIVER, Play, begun, complete, evidence_is_fresh
from tests.attacks.test_what_visits_tell import visit
from tests.today.test_the_ring import ADMIN, HOUSE, THERE, WORKER, called

ROSA = Actor("rosa", HOUSE, {ASSESSOR})
ASSESSMENT = "pre_return_risk_assessment"


@pytest.fixture
def play(packs: Packs) -> Iterator[Play]:
    with begun(evidence_is_fresh, packs) as one:
        one.engine.put_actor(ADMIN)
        for who in (WORKER, ROSA, THERE):
            one.engine.put_actor(who, as_=ADMIN)
        one.engine.ring()
        yield one


def waiting(play: Play, who: Actor = ROSA) -> list[DueRow]:
    return [row for row in play.engine.today(as_=who).waiting if row.step == ASSESSMENT]


def test_it_stands_under_what_waits_for_others_with_since_when_and_for_whom(play: Play) -> None:
    assert waiting(play) == []
    changed = play.now
    play.given(MANAGER, records(will_live_with_family=True))

    (row,) = waiting(play)
    assert row.title == "Assess the risks of return together: it waits for 'Contact and assess the family'"
    assert (row.due_at, row.overdue) == (changed, False)
    assert row.because == "something that it rests on has changed then"
    assert {*row.who} == {RECEIVER, MANAGER}, "whose the other is"
    play.wait(days=1)
    assert waiting(play)[0].due_at == changed


def test_nobody_is_called_for_it_and_whose_it_is_not_does_not_see_it(play: Play) -> None:
    play.given(MANAGER, records(will_live_with_family=True))

    assert called(play.engine) == {}
    doctor = Actor("invented_doctor", HOUSE, {"medical_officer"})
    play.engine.put_actor(doctor, as_=ADMIN)
    assert waiting(play, doctor) == []


def test_once_the_other_is_done_it_is_to_be_looked_at_again_and_waits_for_nobody(play: Play) -> None:
    play.given(MANAGER, records(will_live_with_family=True))
    play.given(RECEIVER, complete("ng_family_role_check", result="no_part_known"))
    assert waiting(play), "the family is not looked at yet"
    play.given(MANAGER, {"do": "consent", "purpose": "contact_family", "recipient": "family", "language": "en"})
    play.given(RECEIVER, complete("family_contact_and_assessment", result="safe"))

    assert waiting(play) == []
    assert {"do": "redo", "step": ASSESSMENT} in [dict(row.do) for row in play.engine.next(play.case, as_=ROSA)]


def test_who_takes_the_answer_back_has_nothing_that_waits(play: Play) -> None:
    play.given(MANAGER, records(will_live_with_family=True))
    play.given(MANAGER, records(will_live_with_family=False))

    assert waiting(play) == []


# --- a second signature ------------------------------------------------------------------------------------------------


def test_what_a_worker_has_written_late_waits_for_another_and_is_not_theirs_to_sign(packs: Packs) -> None:
    """It stood under "To be signed by you" for who wrote it, and to sign it was refused."""
    colleague = Actor("amaka", THERE.organisation, THERE.roles)
    with begun(in_follow_up, packs) as late:
        late.wait(days=16)
        for one in (ADMIN, THERE, colleague):
            late.engine.put_actor(one, as_=None if one is ADMIN else ADMIN)
        late.given(THERE, visit("d7", **ago(late, days=9)))
        signs = {"do": "sign", "step": "monitoring_visit", "round": "d7"}
        assert not late.tried(THERE, signs).done

        def found(who: Actor, section: str) -> bool:
            rows: tuple[DueRow, ...] = getattr(late.engine.today(as_=who), section)
            return "sign:monitoring_visit" in [row.step for row in rows]

        assert found(THERE, "waiting")
        assert not found(THERE, "to_sign")
        assert found(colleague, "to_sign")
        late.given(colleague, signs)
        assert not found(THERE, "waiting")
