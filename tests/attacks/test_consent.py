"""A yes: in whose language, by whom it was carried and explained, for what, and what taking it back undoes."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.testing import Ready

from tests.attacks.acts import CHILD, IN_ENGLISH, NO_TO_THE_JOURNEY, open_alarms
from tests.attacks.companions import EDO, KEEPS
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, Command, Instead, Play, evidence_is_fresh, ready_to_depart

# --- in which language ----------------------------------------------------------------------------


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


def test_who_asks_is_told_first_to_ask_for_the_languages(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult"})
    consents = [remedy.do for _, remedy in case.remedies() if remedy.do["do"] == "consent"]
    asked = [remedy.do for _, remedy in case.remedies() if "languages" in remedy.do.get("facts", {})]

    assert not consents
    assert asked


CHILD_WHO_SPEAKS_EDO = {"age_status": "child", "languages": ["bin"], "has_responsible_adult": False}


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
    case = begin(facts=CHILD_WHO_SPEAKS_EDO)
    case.prepare(instead=signed_in("nl"), at_most=150)
    assert case.step("return_consent").state == "done"
    assert not case.told("INV-01")


def test_honest_a_guardian_who_speaks_the_childs_language_signs_in_it(begin: Begin) -> None:
    case = begin(facts=CHILD_WHO_SPEAKS_EDO)
    case.prepare(instead=signed_in("bin"), at_most=150)
    assert case.step("return_consent").state == "done"
    assert not case.told("INV-01")


# --- what was explained, and from which version ---------------------------------------------------


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


ALL: Command = {"explained": ["purpose", "use", "research", "access", "storage", "withdrawal"]}


@pytest.mark.parametrize("version", ["", None])
def test_a_yes_names_the_version_from_which_it_was_explained(begin: Begin, version: str | None) -> None:
    yes: Command = {"do": "consent", "purpose": "data_processing", "language": "en", "version": version}

    assert begin().faults(MANAGER, {**ALL, **yes}) == {("version", "missing")}


# --- through an interpreter -----------------------------------------------------------------------


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


@pytest.mark.parametrize("suspected", [True, False])
def test_a_no_is_taken_whoever_has_interpreted_it(begin: Begin, suspected: bool) -> None:
    """resolutions 20: "a refusal is recorded and counts"; with whom she spoke must not keep her no out of the file (INV-19)."""
    case = begin(ready_to_depart)
    ref = case.involved("interpreter")
    if suspected:
        case.given(MANAGER, {"do": "involve", "ref": ref, "suspected": True})

    answer = case.tried(MANAGER, {**NO_TO_THE_JOURNEY, "interpreter": ref})
    assert answer.done, answer
    assert "consent_withdrawn_before" in open_alarms(case)


def test_honest_no_yes_is_taken_through_an_interpreter_under_suspicion(begin: Begin) -> None:
    case = begin(ready_to_depart)
    ref = case.involved("interpreter")
    case.given(MANAGER, {"do": "involve", "ref": ref, "suspected": True})
    yes = {"do": "consent", "purpose": "return", "answer": "given", "language": "en", "form": "written"}

    assert "INV-19" in case.tried(MANAGER, {**yes, "interpreter": ref}).rules


@pytest.mark.parametrize("country", ["BE", "NG", "NL"])
def test_a_service_that_interprets_by_telephone_may_sit_anywhere(fresh: Play, country: str) -> None:
    """Vetted, and refused with 'name … somebody whom you have vetted': the office registers it in the wrong country."""
    fresh.engine.register_organisation("a_telephone_service", title="invented", country=country, does=["interpret"])
    fresh.vetted("a_telephone_service", "interpret")
    yes: Command = {"do": "consent", "purpose": "legal", "language": "en", "interpreter": "a_telephone_service"}

    assert fresh.told("INV-19", yes) == []


# --- through a guardian ---------------------------------------------------------------------------


def test_the_guardian_who_signed_must_still_be_the_guardian(child: Ready) -> None:
    other = child.case.roles["guardian"]._replace(ref="guardian-2")

    assert not child.but(roles={**child.case.roles, "guardian": other}).ask("INV-01").met


def test_the_yes_that_is_asked_of_a_guardian_that_is_an_organisation_can_be_given(begin: Begin) -> None:
    """given_by=be_guardianship_service "is no person of this case": the form cannot be read (design 4.1: each line is accepted)."""
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "assign", "role": "guardian", "partner": "be_guardianship_service"})
    asked = [remedy for _, remedy in case.remedies() if remedy.do["do"] == "consent"]
    assert asked
    answer = case.tried(MANAGER, case.answered(asked[0]), may_be_bad_input=True)
    assert answer.done, answer.text


def test_honest_a_guardian_that_is_an_organisation_says_yes_by_its_role(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "assign", "role": "guardian", "partner": "be_guardianship_service"})
    asked = [remedy for _, remedy in case.remedies() if remedy.do["do"] == "consent"]
    case.given(MANAGER, case.answered(asked[0], given_by="guardian"))


# --- taken back -----------------------------------------------------------------------------------


def test_taking_back_any_consent_voids_the_clearance(leaving: Play) -> None:
    leaving.given(MANAGER, {"do": "withdraw", "purpose": "share_partner"})

    assert {"INV-03", "INV-07"} <= leaving.why().rules


def test_a_clearance_is_void_at_once_on_any_withdrawal_also_of_one_whom_a_yes_to_all_covered(fresh: Play):
    yes = {"do": "consent", "purpose": "share_partner", "recipient": "partner", "groups": ["identity"], **IN_ENGLISH}
    fresh.given(MANAGER, yes, {"do": "withdraw", "purpose": "share_partner", "recipient": "ng_iom"})
    assert [todo for _, todo in fresh.told("INV-03")] == ["clear the departure when everything else is met"]


def test_a_consent_that_is_taken_back_from_one_partner_and_then_from_another_is(fresh: Play):
    yes = {"do": "consent", "purpose": "share_partner", "recipient": "partner", "groups": ["identity"], **IN_ENGLISH}
    fresh.given(MANAGER, yes)
    for partner in ("ng_iom", "ng_idia", "ng_bakhita"):
        assert fresh.tried(MANAGER, {"do": "withdraw", "purpose": "share_partner", "recipient": partner}).done
    [(fact, todo)] = fresh.told("INV-07")
    assert "has said no to this partner" in fact
    assert "choose another partner" in todo
