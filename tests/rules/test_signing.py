"""What a second signs: not before it was written, not by the word of others, and no taking on by whom harm is noted of."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.case_now.outside import Outside
from wayhome.commands import Sign
from wayhome.model.actor import Actor
from wayhome.model.case import Alone
from wayhome.model.partner_note import PartnerNote
from wayhome.rules.steps import of_signing
from wayhome.testing import Ready

from tests.rules.cases import ANNA, HOUR, SECOND, told

OTHERS = "this would be signed by the word of others, or of whom the first has heard"
EARLY = "and nobody signs it before that"


def drafted(ready: Ready, step: str = "return_review", **changes: Any) -> Ready:
    """A step that one has written, and that waits for a second signature."""
    wrote = ("case_manager_sending", "somebody", ready.at - HOUR)
    draft = {"state": "in_progress", "at": ready.at - HOUR, "seq": 9_000, "signed": (wrote,), **changes}
    return ready.with_step(step, **draft)


@pytest.mark.parametrize(("at", "is_early"), [(-HOUR, False), (-HOUR - SECOND, True)])
def test_nothing_is_signed_before_it_was_written(ready, at, is_early):
    found = told(drafted(ready), "sign", step="return_review", at=ready.at + at, now=ready.at)
    early = [one for one in found if EARLY in one[2]]

    assert [(rule, subject, todo) for rule, subject, _, todo in early] == [
        ("STEP", "return_review", "leave out 'at'; or say when they signed")
    ] * is_early
    assert not is_early or early[0][2].startswith("this was written on 2026-05-14 09:00")


@pytest.mark.parametrize(
    ("heard", "said", "is_signed"),
    [
        (None, {}, True),
        ("friend-1", {}, True),
        ("friend-1", {"by": "friend-1"}, False),  # whom the first has heard
        ("friend-1", {"by": "person"}, True),
        ("person", {"by": "person"}, True),
        (None, {"by": "friend-1"}, False),  # what others say
        (None, {"by": "person", "heard_by": "through_somebody"}, False),
        ("nobody_here_knows_them", {"by": "nobody_here_knows_them"}, False),
        ("invented_organisation", {"by": "invented_organisation"}, False),
        (None, {"by": "invented_organisation"}, True),
        (None, {"by": "case_manager_sending"}, True),
    ],
)
def test_a_second_signs_what_they_have_seen_or_heard_themselves(ready, heard, said, is_signed):
    case = drafted(ready.with_person("friend-1", "friend"), by=heard)
    found = [one for one in told(case, "sign", step="return_review", **said) if one[2] == OTHERS]

    todo = "let somebody sign who has seen or heard it themselves"
    assert found == [("STEP", "return_review", OTHERS, todo)] * (not is_signed)


@pytest.mark.parametrize(
    ("heard", "by"), [("guardian", "guardian-1"), ("guardian-1", "guardian"), ("guardian-1", "guardian-1")]
)
def test_one_and_the_same_is_heard_by_whichever_name(child, heard, by):
    found = told(drafted(child, by=heard), "sign", step="return_review", by=by)

    assert ("STEP", "return_review", OTHERS) in [one[:3] for one in found]


def test_no_draft_is_signed_that_rests_on_the_word_of_somebody_under_suspicion(ready):
    case = ready.with_person("friend-1", "friend", suspected=True)

    def doubts(**changes: Any) -> list[str]:
        found = told(drafted(case, **changes), "sign", step="return_review")
        return [subject for _, subject, fact, _ in found if "who is under suspicion" in fact]

    assert doubts(by="friend-1", result="go") == ["return_review"]
    assert doubts(by="friend-1", result="not_now") == [], "a no of theirs is written down"
    assert doubts(by="person", result="go") == []


# --- who takes on the person, of whom harm is noted ----------------------------------------------------------------------


def of_harm(ready: Ready, actor: Actor | None, *notes: PartnerNote) -> list[tuple[str, str]]:
    """What stands against signing that a partner was chosen, in an office whose book says so."""
    chosen = ready.case.roles["receiving_organisation"]
    chosen = chosen._replace(seq=9_000, alone=Alone(chosen.at, chosen.at, "somebody", heard=False))
    case = ready.but(roles={**ready.case.roles, "receiving_organisation": chosen})
    sign = Sign(ready.case.number, seq=9_000, answer="agree")
    outside = Outside(book=lambda *_: notes)
    now = CaseNow(case.process, case.case, case.at, actor=actor, command=sign, outside=outside)
    found = [one for one in of_signing(now, sign) if one.finding.fact.startswith("harm is noted")]
    assert all(not one.finding.met and one.finding.todo.startswith("let somebody else read") for one in found)
    return [(one.rule, one.finding.subject) for one in found]


@pytest.mark.parametrize(
    ("actor", "changes", "is_refused"),
    [
        (Actor("wale", "ng_bakhita", {"case_manager_receiving"}), {}, True),  # works there
        (ANNA, {}, False),
        (ANNA, {"dropped_by": "anna"}, True),  # has taken the note out
        (ANNA, {"dropped_by": "somebody"}, False),
        (ANNA, {"dropped_by": "anna", "party": "ng_cosudow"}, False),
        (None, {}, False),
    ],
)
def test_of_whom_harm_is_noted_does_not_take_themselves(ready, actor, changes, is_refused):
    note = {"party": "ng_bakhita", "kind": "harm", "text": "invented words", "on": ready.at.date(), "by": "lena"}
    found = of_harm(ready, actor, PartnerNote(**{**note, "at": ready.at, **changes}))

    assert found == [("ROLE", "receiving_organisation")] * is_refused
