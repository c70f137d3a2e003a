"""Who wants no more visits is asked for none: the lists stop, what is offered can be done, and their own word begins it again. (process, 5.1)"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import IN_ENGLISH, REACHED, ends, in_follow_up
from tests.attacks.play import MANAGER, RECEIVER, Play, begun, complete
from tests.whole_answers import VISIT

NO_LONGER = "incident:consent_withdrawn_after"
NO = {"do": "withdraw", "purpose": "monitoring", "channel": "phone"}


def wants_no_visits(case: Play) -> None:
    in_follow_up(case)
    case.wait(days=2)
    case.given(RECEIVER, complete("monitoring_visit", round="d2", **VISIT))
    case.wait(days=5)
    case.given(RECEIVER, complete("monitoring_visit", round="d7", **VISIT))
    case.wait(days=5)
    case.given(RECEIVER, NO)


@pytest.fixture
def case() -> Iterator[Play]:
    with begun(wants_no_visits) as play:
        yield play


def test_nobody_is_told_to_visit_who_wants_no_visits(case: Play) -> None:
    case.engine.put_actor(case.actor(RECEIVER))
    case.wait(days=60)
    visit = complete("monitoring_visit", round="m1", **VISIT)
    assert case.told("CONSENT", visit, RECEIVER)[0][1].startswith(
        "do not ask again"
    )  # what the list asks for is refused

    overdue = case.engine.today(as_=case.actor(RECEIVER)).overdue

    assert [(row.step, row.round) for row in overdue if row.step == "monitoring_visit"] == []
    rounds = [
        row.round
        for row in case.engine.due(as_=case.actor(RECEIVER))
        if row.step in ("monitoring_visit", "sustainability_survey")
    ]
    assert (
        rounds == []
    )  # as the extra contacts already do: test_extra_contacts, 'nobody is visited who wants no more contact'


def test_what_is_offered_after_her_no_can_be_done(case: Play) -> None:
    rows = [dict(row.do) for row in case.engine.next(case.case, as_=case.actor(MANAGER))]
    offered = [row for row in rows if row.get("step") == "contact_declined"]
    said = {"result": "declined", "heard": ["phone"], "way_back": "(invented) the card"}
    answers = [case.tried(MANAGER, {**row, **said}) for row in offered]
    assert [
        answer.text for answer in answers if not answer.done
    ] == []  # INV-35, 'meet them, or go on trying to reach them'


def test_who_wants_contact_again_is_asked_for_a_new_yes(case: Play) -> None:
    case.wait(days=10)
    case.given(RECEIVER, REACHED, ends("consent_withdrawn_after", "wants_contact_again"))

    rows = [dict(row.do) for row in case.engine.next(case.case, as_=case.actor(RECEIVER))]

    assert {"do": "consent", "purpose": "monitoring"} in rows  # 3: 'Yes on request, with new consent'
    assert "contact_declined" not in {row.get("step") for row in rows}  # 'Record that the person wants no contact'


def test_a_no_to_one_school_ends_no_contact_and_is_not_asked_again() -> None:
    """It stood for two years as "wants no more contact", and ended only by "wants contact again", which she had never said no to."""
    school = {"purpose": "share_partner", "recipient": "ng_idia"}
    with begun(in_follow_up) as p:
        p.given(MANAGER, {"do": "consent", **school, "groups": ["identity", "plan"], **IN_ENGLISH})
        p.given(RECEIVER, {"do": "withdraw", **school})
        titles = [row.title for row in p.engine.due(as_=p.asking(RECEIVER), case=p.case) if row.step == NO_LONGER]
        assert titles[0].startswith("The person says no to contact, help or sharing after the return")

        p.wait(days=3)
        p.given(RECEIVER, REACHED, ends("consent_withdrawn_after", "goes_on_with_less"))

        rows = p.engine.due(as_=p.asking(RECEIVER), case=p.case)
        assert NO_LONGER not in {row.step for row in rows}
        assert "monitoring_visit" in {row.step for row in rows}, "visits go on"
        offered = [dict(row.do) for row in p.engine.next(p.case, as_=p.asking(RECEIVER))]
        assert {"do": "consent", **school} not in offered
        assert p._recorded.consent("share_partner", "ng_idia").state == "withdrawn"
