"""What a first hostile look at children who travel along and at the risk found, each beside an honest story. (issue 7)"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Enough,
    Instead,
    Play,
    assessed,
    complete,
    evidence_is_fresh,
    far_ahead,
    ready_to_depart,
    signed,
)
from tests.attacks.test_families_risk_and_versions import EDO, KEEPS, MOTHER, with_two_children
from tests.whole_answers import risks

# --- 1. a child that becomes an adult by a word ---------------------------------------------------------------------------


@pytest.mark.parametrize("known", [{}, {"born_on": "2019-03-02"}, {"age_band": "child"}])
@pytest.mark.parametrize("word", [{"age_band": "adult"}, {"born_on": "1999-03-02"}])
def test_no_child_that_may_not_go_is_made_an_adult_by_a_word(
    begin: Begin, known: dict[str, Any], word: dict[str, Any]
) -> None:
    """The best interests of a child say no; a case manager says that it is an adult, and it boards the next moment.

    Against the step's own "Negative or unclear? The child does not go.", and design 4.3: "Facts and marks that protect
    (age, suspicion, …) say what loosens them … A typed birthday loosens nothing while an age is disputed … a child's age
    [is] never corrected away". A known birthday even vanishes when an age band is said beside it.
    """
    case = begin(with_two_children, facts=MOTHER)
    no = complete("child_best_interests", of="child-2", result="negative")
    case.given("counsellor", {"do": "redo", "step": "child_best_interests", "of": "child-2"}, no)
    case.given(MANAGER, *([{"do": "involve", "ref": "child-2", **known}] if known else []))
    case.must_stand("STEP")

    case.tried(MANAGER, {"do": "involve", "ref": "child-2", **word}, may_be_bad_input=True)

    assert not case.why().done


@pytest.mark.parametrize("word", [{"age_band": "adult"}, {"born_on": "1999-03-02"}])
def test_honest_of_somebody_whose_age_nobody_had_said_it_is_said_later(begin: Begin, word: dict[str, Any]) -> None:
    case = begin(ready_to_depart, facts=MOTHER)
    sister = case.involved("sibling", travels=True)
    assert case.why().says("child_best_interests")

    case.given(MANAGER, {"do": "involve", "ref": sister, **word})

    assert not case.why().says("child_best_interests", "other_parent_agreement", "child_fit_check")
    case.ready()


# --- 2. a young relative with the role of the escort ------------------------------------------------------------------------


def test_a_girl_who_is_called_the_escort_is_still_a_child_who_travels_along(begin: Begin) -> None:
    """A relative of 12 to 17 is vetted to accompany and is given the role `escort`: all that is asked of her is gone.

    No best interests, no parent, no doctor, no row of the risk, no passport; only the clearance is given anew, and she boards.
    Against issue 7, "For every child that travels along: best interests …, the other parent's agreement …; fitness, …"
    (`Case.companions` leaves out whoever holds the role, and nobody asks how old an escort is).
    """
    case = begin(ready_to_depart, facts=MOTHER)
    girl = case.involved("relative", travels=True, age_band="teenager")
    if not case.why().says("child_best_interests"):
        raise RuntimeError("she is not asked about as a child")
    case.vetted(girl, "escort")

    case.tried(MANAGER, {"do": "assign", "role": "escort", "ref": girl}, may_be_bad_input=True)

    assert case.why().says("child_best_interests")


def test_honest_a_grown_up_relative_may_be_the_escort(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=MOTHER)
    aunt = case.vetted(case.involved("relative", travels=True, age_band="adult"), "escort")

    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": aunt})

    case.ready()


# --- 3. a child by its age, and none by its relation ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["child", "teenager"])
@pytest.mark.parametrize("relation", ["partner", "parent", "contact_person"])
def test_who_is_said_to_be_under_eighteen_is_a_child_whatever_else_they_are(
    begin: Begin, relation: str, said: str
) -> None:
    """A husband's or wife's age is said to be 12 to 17, and nobody asks a thing about it: a child bride boards.

    The same age as a birthday is asked about; an age band is believed only of `MAY_BE_CHILDREN`. Against issue 7, "Ages
    (`born_on` or an age band, unknown = child)"; her best interests, parents, doctor and row of the risk are never asked.
    """
    case = begin(facts=MOTHER)
    ref = case.involved(relation, travels=True, age_band=said)

    assert ref in [row.of for row in case.seen().steps if row.id == "child_best_interests"]


@pytest.mark.parametrize(("born_on", "is_asked"), [("2011-05-01", True), ("1990-05-01", False)])
def test_honest_of_a_partner_the_birthday_counts(begin: Begin, born_on: str, is_asked: bool) -> None:
    case = begin(facts=MOTHER)
    ref = case.involved("partner", travels=True, born_on=born_on)
    assert (ref in [row.of for row in case.seen().steps if row.id == "child_best_interests"]) is is_asked


# --- 4. other conditions than those that were looked at --------------------------------------------------------------------------


def decided(case: Play, *conditions: Command) -> None:
    case.anew("return_review")
    case.given(MANAGER, complete("return_review", result="go_with_conditions", conditions=[*conditions]))
    case.given(ASSESSOR, signed("return_review"))


def condition(what: str, done_by: str = "2026-05-01") -> Command:
    return {"what": what, "owner": "receiving_side", "done_by": done_by}


KEPT = complete("conditions_check", result="kept", how_seen="invented words")


def test_conditions_that_came_after_the_check_are_looked_at_too(begin: Begin) -> None:
    """One condition is seen to be kept; then the review is made anew with two more, and nobody looks: boarding is permitted.

    Against issue 7, "Conditions of `go_with_conditions` are entries with owner and date, checked at departure", and the core's
    own "what the review asked for is looked at before the departure, one by one" (`conditions_check` rests on nothing; had it
    rested on the review's result, that is `go_with_conditions` both times).
    """
    case = begin(evidence_is_fresh)
    decided(case, condition("a room is paid"))
    case.given(MANAGER, KEPT)
    case.wait(minutes=10)

    decided(
        case, condition("a room is paid"), condition("the trafficker is in prison"), condition("a doctor goes along")
    )

    assert case.why().says("conditions_check")


def test_honest_conditions_that_are_looked_at_after_the_last_review_hold_nobody(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    decided(case, condition("a room is paid"))
    case.wait(minutes=10)
    decided(case, condition("a room is paid"), condition("a doctor goes along"))

    case.given(MANAGER, KEPT)

    assert case.why().done


# --- 5. a refusal tells what is feared --------------------------------------------------------------------------------------------


def with_factors_not_known(case: Play, *factors: str) -> None:
    case.anew("pre_return_risk_assessment")
    unknown = dict.fromkeys(factors, "unknown")
    case.given(ASSESSOR, complete("pre_return_risk_assessment", **risks(**unknown), origin_input="receiving_partner"))
    case.given(MANAGER, signed())


@pytest.mark.parametrize("factor", ["health_or_suicide_risk", "testimony_given", "debt_or_oath_pressure"])
def test_no_refusal_tells_a_factor_to_whom_the_risk_is_not_told(begin: Begin, factor: str) -> None:
    """A travel officer asks whether the person may board, and reads "not known: health_or_suicide_risk, testimony_given".

    The factors are of the group `risk`, of which a travel officer and an escort are told "S (instructions)" (domain 6.2), and of
    testimony and debts nothing: history, case and next keep them from them; the finding of INV-05 names them to all who may
    ask. Against design 4.1, "one that rests on a sensitive fact says met or unmet, never the value".
    """
    case = begin(evidence_is_fresh)
    with_factors_not_known(case, factor)

    told = case.told("INV-05", who=TRAVEL)

    assert told
    assert factor not in repr(told)
    assert factor not in case.boards().text


def test_honest_who_assesses_the_risk_is_told_what_is_not_known(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    with_factors_not_known(case, "testimony_given")
    assert "'testimony_given': 'unknown'" in repr([row.data for row in case.history(ASSESSOR)])
    assert "testimony_given" not in repr(case.history(TRAVEL))


# --- 6. days that are still to come ---------------------------------------------------------------------------------------------------


def dossier(receipt_at: str) -> Command:
    return complete("handover_dossier", groups_sent=["identity", "plan"], receipt_at=receipt_at)


@pytest.mark.parametrize("moment", ["2031-01-01T00:00:00Z", "2019-01-01T00:00:00Z"])
def test_a_receipt_that_is_still_to_come_or_was_before_the_case_is_none(begin: Begin, moment: str) -> None:
    """The partner has confirmed, in 2031, that the dossier came (or did so years before there was a case): boarding is permitted.

    Against issue 7, "the dossier's receipt", and the step's own "No receipt? Ask again; until then it was not handed over."
    (a field of the type `instant` has no bound).
    """
    case = begin(evidence_is_fresh)
    case.anew("handover_dossier")

    case.tried(MANAGER, dossier(moment), may_be_bad_input=True)

    assert case.why().says("handover_dossier")


def test_honest_a_receipt_of_this_morning_is_one(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.anew("handover_dossier")
    case.given(MANAGER, dossier((case.now - timedelta(hours=1)).isoformat()))
    assert case.why().done


def test_information_of_a_day_that_is_still_to_come_informs_nobody(begin: Begin) -> None:
    """A fact sheet dated 2031 (a slip for 2021, say) is taken, and counts as of today: ninety days long nobody looks.

    Against issue 7, "origin information by its own date", and the step's evidence, "Fact sheet with date and source"
    (`aged_from` takes the earlier of that day and the act; a day to come is silently read as today).
    """
    case = begin(evidence_is_fresh)
    case.anew("origin_information")

    sheet = complete("origin_information", dated_on="2031-03-01", origin_source="other_dated_source")
    case.tried(RECEIVER, sheet, may_be_bad_input=True)

    assert case.step("origin_information").state != "done"


def test_honest_information_of_today_is_taken(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.anew("origin_information")
    today = case.now.date().isoformat()
    case.given(RECEIVER, complete("origin_information", dated_on=today, origin_source="other_dated_source"))
    assert case.step("origin_information").state == "done"


# --- 7. an assessment that says of itself that it is over ------------------------------------------------------------------------------


def assess_until(case: Play, next_review: str) -> None:
    case.anew("pre_return_risk_assessment")
    case.tried(ASSESSOR, {**assessed("medium"), "next_review": next_review}, may_be_bad_input=True)
    case.tried(MANAGER, signed(), may_be_bad_input=True)


@pytest.mark.parametrize("days_before", [1, 2000])
def test_a_risk_whose_next_review_is_due_opens_no_gate(begin: Begin, days_before: int) -> None:
    """The risk is to be looked at again "at the latest" on the day before the journey (or years ago): nobody does, and it boards.

    Against domain 7.4 and issue 7, "sources, next review, triggers", and the field's own title, "When to look again at the
    latest": it is asked for, and nothing reads it (no `max_age` or rule names `next_review`; a day in the past is taken).
    """
    case = begin(far_ahead)
    assess_until(case, (case.takes_off - timedelta(days=days_before)).date().isoformat())
    case.prepare(waiting=False, instead=lambda _, do: _stop_at_the_assessment(do))
    case.until(case.takes_off - timedelta(hours=1))

    assert case.why().says("pre_return_risk_assessment")


def _stop_at_the_assessment(do: Command) -> bool:
    if do.get("step") == "pre_return_risk_assessment":
        raise Enough
    return False


def test_honest_a_risk_that_is_looked_at_again_after_the_journey_holds_nobody(begin: Begin) -> None:
    case = begin(far_ahead)
    assess_until(case, (case.takes_off + timedelta(days=7)).date().isoformat())
    case.ready(waiting=False)
    case.until(case.takes_off - timedelta(hours=1))
    assert case.why().done


# --- 8. whose language ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["data_processing", "assistance"])
def test_a_consent_says_in_which_language_it_was_asked(begin: Begin, purpose: str) -> None:
    """Somebody speaks Edo only; a consent without any language is taken, where one in Dutch is refused.

    Against issue 7, "consent for every purpose in a language that is understood, with the interpreter", and domain 7.2
    (`language` stands in the record): a yes without one is no answer to it.
    """
    case = begin(facts=EDO)
    assert case.faults(MANAGER, {**KEEPS, "purpose": purpose}) == {("language", "missing")}


@pytest.mark.parametrize("purpose", ["data_processing", "assistance"])
def test_honest_a_consent_in_a_language_of_theirs_is_taken(begin: Begin, purpose: str) -> None:
    assert begin(facts=EDO).tried(MANAGER, {**KEEPS, "purpose": purpose, "language": "bin"}).done


SIX = ["purpose", "use", "research", "access", "storage", "withdrawal"]  # domain 7.2, of a consent to keep data


@pytest.mark.parametrize("left_out", SIX)
def test_nobody_agrees_to_what_was_not_explained(begin: Begin, left_out: str) -> None:
    case = begin(facts=EDO)
    explained = [point for point in SIX if point != left_out]
    yes: Command = {**KEEPS, "purpose": "data_processing", "language": "bin", "explained": explained}

    assert case.faults(MANAGER, yes) == {("explained", "missing")}
    assert f"was not explained: {left_out}." in case.tried(MANAGER, yes, may_be_bad_input=True).text
    assert case.tried(MANAGER, {**yes, "explained": SIX}).done
    (kept,) = case.seen().consents
    assert [*kept["explained"]] == SIX


def test_a_consent_says_from_which_version_it_was_explained(begin: Begin) -> None:
    case = begin(facts=EDO)
    yes: Command = {**KEEPS, "language": "bin"}

    assert case.faults(MANAGER, {**yes, "version": None}) == {("version", "missing")}
    assert case.tried(MANAGER, {**yes, "version": "invented_2"}).done
    assert case.seen().consents[0]["version"] == "invented_2"


def test_a_no_needs_no_explaining(begin: Begin) -> None:
    assert begin(facts=EDO).tried(MANAGER, {**KEEPS, "answer": "refused"}).done


def test_who_asks_is_told_first_to_ask_for_the_languages(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult"})
    consents = [remedy.do for _, remedy in case.remedies() if remedy.do["do"] == "consent"]
    asked = [remedy.do for _, remedy in case.remedies() if "languages" in remedy.do.get("facts", {})]

    assert not consents
    assert asked


def test_a_consent_that_an_interpreter_carried_counts_at_the_gate_too(begin: Begin) -> None:
    """The form is Dutch, a vetted interpreter puts it into Edo: the consent to return is taken so, and then never counts.

    The rule of the word (`CONSENT`) lets an interpreter stand for the language; INV-01 does not look at who interpreted. Against
    issue 7, "in a language that is understood, with the interpreter".
    """
    case = begin(facts=EDO)
    interpreter = case.vetted(case.involved("interpreter"), "interpret")
    case.prepare(instead=signed_in("nl", interpreter=interpreter), at_most=150)
    assert case.step("return_consent").state == "done"
    assert not case.told("INV-01")


def test_honest_a_consent_to_return_in_edo_with_an_interpreter_counts(begin: Begin) -> None:
    case = begin(facts=EDO)
    interpreter = case.vetted(case.involved("interpreter"), "interpret")
    case.prepare(instead=signed_in("bin", interpreter=interpreter), at_most=150)
    assert case.step("return_consent").state == "done"
    assert not case.told("INV-01")


CHILD = {"age_status": "child", "languages": ["bin"], "has_responsible_adult": False}


def signed_in(language: str, **more: Any) -> Instead:
    """Have the consent to return given in this language."""

    def instead(play: Play, do: Command) -> bool:
        if do["do"] != "consent" or do["purpose"] != "return":
            return False
        play.given(MANAGER, {**do, "language": language, **more})
        return True

    return instead


def test_a_guardian_signs_in_their_own_language(begin: Begin) -> None:
    """A guardian in Belgium signs in Dutch, a child that speaks Edo assents: it is taken, and then never counts.

    INV-01 compares the guardian's words with the languages of the child. Nowhere can be said what the guardian understands, so
    the honest story ends only by writing that a Belgian guardian signed in Edo. Against issue 7, "consent for every purpose in
    a language that is understood", and "A child alone: guardian, …": no story of it can be told truly.
    """
    case = begin(facts=CHILD)
    case.prepare(instead=signed_in("nl"), at_most=150)
    assert case.step("return_consent").state == "done"
    assert not case.told("INV-01")


def test_honest_a_guardian_who_speaks_the_childs_language_signs_in_it(begin: Begin) -> None:
    case = begin(facts=CHILD)
    case.prepare(instead=signed_in("bin"), at_most=150)
    assert case.step("return_consent").state == "done"
    assert not case.told("INV-01")
