"""What a second signs: not before it was written, not by the word of others, and no taking on by whom harm is noted of."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import remedies
from wayhome.case_now import CaseNow
from wayhome.case_now.outside import Outside
from wayhome.commands import Sign
from wayhome.model.actor import Actor
from wayhome.model.case import Alone
from wayhome.model.partner_note import PartnerNote
from wayhome.rules.steps import of_signing
from wayhome.testing import Ready

from tests.rules.cases import ANNA, HOUR, SECOND, declared, proposed, told, unmet

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


def test_who_takes_on_the_person_is_named_where_harm_is_noted_of_them(ready):
    chosen = ready.case.roles["receiving_organisation"]
    chosen = chosen._replace(seq=9_000, alone=Alone(chosen.at, chosen.at, "somebody", heard=False))
    case = ready.but(roles={**ready.case.roles, "receiving_organisation": chosen})
    note = PartnerNote(
        party="ng_bakhita", kind="harm", text="invented words", on=ready.at.date(), by="lena", at=ready.at
    )
    sign = Sign(ready.case.number, seq=9_000, answer="agree")
    wale = Actor("wale", "ng_bakhita", {"case_manager_receiving"})
    outside = Outside(book=lambda *_: (note,))
    now = CaseNow(case.process, case.case, case.at, actor=wale, command=sign, outside=outside)

    (said,) = (remedies.reason(now, one) for one in of_signing(now, sign) if one.rule == "ROLE")

    named = ready.process.title("partners", "ng_bakhita")
    assert said.fact == f"harm is noted of {named}: who works there, or took the note out, does not sign"
    assert said.todo == "let somebody else read what is noted, and sign; or choose another"
    assert said.remedy is None


# --- by whose clock, and whose word --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "moment"),
    [
        ("case_manager_sending", "2026-05-14 09:00 Brussels"),
        ("case_manager_receiving", "2026-05-14 08:00 Lagos"),  # it is their duty
    ],
)
def test_when_a_step_was_written_is_told_by_the_clock_of_whose_duty_it_is(ready, who, moment):
    case = declared(drafted(ready), "return_review", who=(who,))

    found = told(case, "sign", step="return_review", at=ready.at - 2 * HOUR, now=ready.at)

    assert [fact for _, _, fact, _ in found if EARLY in fact] == [f"this was written on {moment}, {EARLY}"]


@pytest.mark.parametrize(
    ("phase", "moment"),
    [
        ("pre_departure", "2026-05-14 09:00 Brussels"),
        ("follow_up", "2026-05-14 08:00 Lagos"),
    ],
)
def test_when_an_answer_was_written_is_told_by_the_clock_of_where_the_person_is(ready, phase, moment):
    wrote = ready.at - HOUR
    late = {"at": wrote, "seq": 9_000, "alone": Alone(wrote, wrote + 99 * HOUR, "somebody")}
    case = ready.but(phase=phase).with_consent("return", **late)

    (found,) = told(case, "sign", seq=9_000, at=wrote - SECOND, now=ready.at)

    early = f"this was written on {moment}, {EARLY}"
    assert found == ("STEP", "consents", early, "leave out 'at'; or say when they signed")


def test_whose_word_an_answer_of_the_person_is_another_rule_asks(ready):
    wrote = ready.at - HOUR
    late = {"at": wrote, "seq": 9_000, "alone": Alone(wrote, wrote + 99 * HOUR, "somebody")}
    case = ready.with_person("friend-1", "friend").with_consent("return", **late)

    assert told(case, "sign", seq=9_000, by="friend-1") == []


@pytest.mark.parametrize(
    ("step", "is_signed"),
    [
        ("proceedings_clearance", True),  # their own word, who clear it
        ("return_review", False),
    ],
)
def test_who_does_a_step_signs_it_also_without_working_on_the_case(ready, step, is_signed):
    found = told(drafted(ready, step), "sign", step=step, by="police_liaison")

    todo = "let somebody sign who has seen or heard it themselves"
    assert [one for one in found if one[2] == OTHERS] == [("STEP", step, OTHERS, todo)] * (not is_signed)


def test_of_several_that_were_rewritten_each_is_signed_as_what_it_is(ready):
    case = ready.with_person("relative-1", "relative").with_person("relative-2", "relative")
    for number in (1, 2):
        case = drafted(case, f"party_vetting@relative-{number}", seq=9_000 + number, rewritten=True)

    found = unmet(case, "sign", step="party_vetting", of="relative-2")

    which = "was written more than once, and it is not said which is signed"
    assert [proposed(one) for one in found if which in one.fact] == [{"do": "sign", "seq": 9_002}]
