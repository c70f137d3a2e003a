"""Who writes of which data group, and whose word a case manager writes down. Typed from the domain text (access, sections 4, 6 and 12): the
tables below are its own, and read nothing that the engine reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, BadInput, NotPermitted
from wayhome.packs.plugins import Packs

from tests.access.test_what_each_house_is_told import HOST, LEADS, RECEIVES, matrix
from tests.attacks.play import (
    Play,
    another_case,
    assessed,
    begun,
    evidence_is_fresh,
    ready_to_depart,
    signed_as_it_stands,
)

MANAGER, SERVICE = "case_manager_sending", "be_guardianship_service"
GROUPS = sorted({group for letters in matrix().values() for group in letters} - {"totals"})
# Whose word counts for what (section 4, who records for whom). Nobody types a counsellor's notes, and who is not named here has no word.
WORD: dict[str, set[str]] = {
    "person": {*GROUPS} - {"psychosocial", "parties", "read_log"},
    "medical_officer": {"health"},
    "legal_counsellor": {"legal"},
    "consulate": {"papers", "travel"},
    "competent_authority": {"case", "legal", "papers"},
    "panel": {"case", "family"},
    "caregiver": {"family", "plan"},
    "counsellor": set(), "travel_officer": set(), "escort": set(), "reception_officer": set(), "interpreter": set(),
    "police_liaison": set(), "family": set(), "risk_assessor": set(), "case_manager_receiving": set(),
}  # fmt: skip
GUARDIANS = WORD["person"] - {"photo", "narrative", "instructions", "code_word"}


def writes(role: str) -> set[str]:
    return {group for group, letter in matrix()[role].items() if letter == "W"}


@pytest.fixture(scope="module")
def ready(packs: Packs) -> Iterator[Play]:
    with begun(ready_to_depart, packs) as play:
        yield play


@pytest.fixture
def opened(packs: Packs) -> Iterator[Play]:
    with begun(packs=packs) as play:
        yield play


def may(play: Play, role: str, act: dict[str, Any], house: str = LEADS, who: Actor | None = None) -> bool:
    """Whether a role may give a command at all; what else stands against it is not asked here."""
    try:
        play.engine.why(play.case, play._read(act), as_=who or Actor(f"invented_{role}", house, {role}))
    except NotPermitted:
        return False
    return True


def note(group: str, **more: Any) -> dict[str, Any]:
    return {"do": "note", "group": group, "text": "invented words", **more}


@pytest.mark.parametrize("role", sorted(HOST))
def test_a_note_is_written_by_whoever_writes_in_its_group(ready: Play, role: str) -> None:
    assert {group for group in GROUPS if may(ready, role, note(group))} == writes(role)


@pytest.mark.parametrize("whose", sorted(WORD))
def test_a_case_manager_writes_down_the_word_of_whom_it_is_theirs(ready: Play, whose: str) -> None:
    noted = {group for group in GROUPS if may(ready, MANAGER, note(group, by=whose))}

    assert noted == writes(MANAGER) | WORD[whose]


@pytest.mark.parametrize("role", sorted(HOST - {MANAGER}))
def test_nobody_else_writes_down_the_word_of_the_person(ready: Play, role: str) -> None:
    assert {group for group in GROUPS if may(ready, role, note(group, by="person"))} == writes(role)


def test_a_guardian_has_a_word_for_a_child_and_for_nobody_else(packs: Packs) -> None:
    def noted(play: Play, by: str) -> set[str]:
        return {group for group in GROUPS if may(play, MANAGER, note(group, by=by))} - writes(MANAGER)

    with begun(packs=packs) as play:
        assert noted(play, "guardian") == set(), "of an adult there is none"
    with begun(packs=packs, facts={"age_status": "child"}) as play:
        assert noted(play, "guardian") == set(), "nobody is appointed"
        assert noted(play, SERVICE) == WORD["competent_authority"] - writes(MANAGER), "an authority like others"
        play.given(MANAGER, {"do": "record", "facts": {"has_responsible_adult": True}})
        play.given(MANAGER, {"do": "assign", "role": "guardian", "partner": SERVICE})
        assert noted(play, "guardian") == noted(play, SERVICE) == GUARDIANS - writes(MANAGER)


def test_a_partner_speaks_as_what_it_is(ready: Play) -> None:
    partners = ready.engine.process_of(ready.case, as_=ready.actor(MANAGER)).partners
    embassy = next(id for id, one in partners.items() if one["recipient"] == "embassy")
    shelter = next(id for id, one in partners.items() if one["recipient"] == "partner" and id not in (RECEIVES,))

    said = {
        by: {g for g in GROUPS if may(ready, MANAGER, note(g, by=by))} - writes(MANAGER) for by in (embassy, shelter)
    }
    assert said == {embassy: {"travel"}, shelter: set()}


@pytest.mark.parametrize("role", sorted(HOST))
def test_a_fact_is_recorded_by_whoever_writes_in_its_group_or_is_asked_for_it(ready: Play, role: str) -> None:
    process = ready.engine.process_of(ready.case, as_=ready.actor(MANAGER))
    values = {"bool": True, "date": "2026-01-01", "number": 3, "text": "Invented", "languages": ["en"]}
    for id, fact in process.facts.items():
        if fact.derived is not None or fact.only_by_steps:
            continue
        value = next(iter(fact.values), values.get(fact.type, ["en"]))
        told = may(ready, role, {"do": "record", "facts": {id: value}})
        speaks = role == MANAGER and not any(process.roles[one].login for one in fact.asked_by) and bool(fact.asked_by)
        assert told is (fact.group in writes(role) or role in fact.asked_by or speaks), id


def test_two_facts_of_two_groups_ask_for_both(ready: Play) -> None:
    both = {"do": "record", "facts": {"pregnant": False, "has_passport": True}}

    assert may(ready, MANAGER, both), "who is asked for both"
    assert not may(ready, "medical_officer", both), "of papers a doctor writes nothing"
    assert not may(ready, "travel_officer", both)


# A command, and the group in which who gives it must write.
COMMANDS: list[tuple[dict[str, Any], set[str]]] = [
    ({"do": "travel", "status": "target", "departs_on": "2027-01-05"}, {"travel"}),
    ({"do": "involve", "relation": "relative"}, {"family"}),
    ({"do": "involve", "relation": "escort"}, {"parties"}),
    ({"do": "document", "kind": "ng_passport", "status": "lost"}, {"papers"}),
    ({"do": "resolve", "incident": "lost_contact", "outcome": "reached", "reason": "invented"}, {"case"}),
    ({"do": "resolve", "incident": "complaint", "outcome": "answered", "reason": "invented"}, {"complaint"}),
    ({"do": "assign", "role": "interpreter", "ref": "interpreter-1"}, {"parties"}),
]


@pytest.fixture(scope="module")
def alarmed(packs: Packs) -> Iterator[Play]:
    with begun(packs=packs) as play:
        play.given(MANAGER, {"do": "incident", "type": "lost_contact"})
        play.given(Actor("invented_colleague", LEADS, {"programme_manager"}), {"do": "incident", "type": "complaint"})
        play.given(MANAGER, {"do": "involve", "relation": "interpreter"})
        yield play


@pytest.mark.parametrize(
    ("act", "groups"), COMMANDS, ids=lambda one: "-".join(map(str, one.values())) if isinstance(one, dict) else ""
)
@pytest.mark.parametrize("role", sorted(HOST))
def test_a_command_is_given_by_who_writes_in_its_group(
    alarmed: Play, role: str, act: dict[str, Any], groups: set[str]
) -> None:
    try:
        allowed = may(alarmed, role, act)
    except BadInput as error:  # of a complaint others do not learn that there is one
        assert "open incident" in str(error)
        allowed = False
    assert allowed is bool(groups & writes(role))


@pytest.mark.parametrize("word", ["incident", "withdraw", "contact"])
@pytest.mark.parametrize("role", sorted(HOST))
def test_whoever_is_in_a_case_hears_a_no_raises_an_alarm_and_says_whom_they_spoke(
    ready: Play, role: str, word: str
) -> None:
    said = {
        "incident": {"do": "incident", "type": "lost_contact"},
        "withdraw": {"do": "withdraw", "purpose": "return", "channel": "phone"},
        "contact": {"do": "contact", "with": "person", "channel": "phone", "reached": False},
    }
    assert may(ready, role, said[word])


def test_a_case_manager_says_whose_word_of_the_family_it_is(opened: Play) -> None:
    sister = {"do": "involve", "relation": "sibling"}
    with pytest.raises(NotPermitted) as refused:
        opened.engine.do(opened._read(sister), as_=opened.actor(MANAGER))

    assert refused.value.why == "It is done by: Case manager (receiving side)."
    assert refused.value.todo.startswith("Say in 'by' whose word it is: The person, Guardian")
    opened.given(MANAGER, {**sister, "by": "person"})


def test_who_carries_the_case_writes_a_suspicion_that_they_have_themselves(opened: Play) -> None:
    """What protects is never refused to who has seen it; that somebody is no longer suspected, who assesses risks says alone."""
    opened.given(MANAGER, {"do": "involve", "relation": "sibling", "by": "person"})
    known = {"do": "involve", "ref": "sibling-1"}

    assert may(opened, MANAGER, {**known, "suspected": True})
    assert may(opened, "risk_assessor", {**known, "suspected": True}), "a suspicion is an entry of its own"
    assert not may(opened, "risk_assessor", {**known, "travels": True})
    assert not may(opened, "travel_officer", {**known, "suspected": True})
    named = {"do": "involve", "relation": "interpreter", "suspected": False}
    assert may(opened, "programme_manager", named), (
        "who names a helper, and says that there is no suspicion, clears nobody"
    )


# --- who typed it ------------------------------------------------------------------------------------------------------

ANNA, BERT = Actor("anna", LEADS, {MANAGER}), Actor("bert", LEADS, {MANAGER})
DAY = timedelta(hours=24)


def told_of_pregnancy(play: Play, who: Actor) -> bool:
    shown = "pregnant" in play.engine.case(play.case, as_=who).facts
    in_history = any("pregnant" in (row.data.get("facts") or {}) for row in play.engine.history(play.case, as_=who))
    assert shown is in_history
    return shown


def test_who_typed_it_reads_it_for_a_day_and_then_their_letter_counts(opened: Play) -> None:
    opened.given(ANNA, {"do": "record", "facts": {"pregnant": True}, "by": "person"})

    assert told_of_pregnancy(opened, ANNA)
    assert not told_of_pregnancy(opened, BERT), "a colleague in the same role is told that it was answered"
    opened.clock.moment += DAY - timedelta(seconds=1)
    assert told_of_pregnancy(opened, ANNA)
    opened.clock.moment += timedelta(seconds=1)
    assert not told_of_pregnancy(opened, ANNA)


def test_who_typed_it_corrects_it_for_a_day_and_then_who_could_say_it_anew(opened: Play) -> None:
    """Of the journey a manager writes nothing of their own: the person told them."""
    opened.given(ANNA, {"do": "record", "facts": {"yellow_fever_certificate_asked": True}, "by": "person"})
    seq = opened.engine.history(opened.case, as_=ANNA)[-1].seq
    officer, lawyer = (Actor("invented_colleague", LEADS, {role}) for role in ("travel_officer", "legal_counsellor"))

    def corrects(*who: Actor, **more: Any) -> list[bool]:
        return [may(opened, "", {"do": "correct", "seq": seq, "why": "invented", **more}, who=one) for one in who]

    assert corrects(ANNA, BERT, officer, lawyer) == [True, False, True, False]
    opened.clock.moment += DAY
    assert corrects(ANNA, BERT, officer, lawyer) == [False, False, True, False]
    assert corrects(ANNA, BERT, lawyer, by="person") == [True, True, False], "or the same word again"


def test_what_another_has_signed_is_no_longer_of_who_typed_it(packs: Packs) -> None:
    with begun(evidence_is_fresh, packs) as play:
        typing = Actor("invented_author", LEADS, {"risk_assessor"})
        play.given(typing, {"do": "redo", "step": "pre_return_risk_assessment", "reason": "invented"}, assessed("low"))
        first = max(play._recorded.typed_by("invented_author", LEADS, play.now))
        play.given(MANAGER, signed_as_it_stands(play))

        assert first not in play._recorded.typed_by("invented_author", LEADS, play.now)


def test_the_house_that_receives_takes_back_no_role_that_who_leads_has_given(ready: Play) -> None:
    rows = ready.engine.history(ready.case, as_=ready.actor(MANAGER))
    seq = next(row.seq for row in rows if row.type == "role_assigned" and row.data["role"] != "case_owner")

    wrong = {"do": "correct", "seq": seq, "why": "invented"}
    assert may(ready, MANAGER, wrong)
    assert not may(ready, "case_manager_receiving", wrong, RECEIVES)


# --- found by a hostile look ------------------------------------------------------------------------------------------

PROVIDER = Actor("pia", RECEIVES, {"service_provider"})


def last(play: Play, type: str, **said: Any) -> int:
    rows = play.engine.history(play.case, as_=Actor("all", LEADS, {*HOST}))
    return max(row.seq for row in rows if row.type == type and said.items() <= row.data.items())


def test_nobody_signs_that_something_was_an_error_of_which_they_are_told_nothing(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        play.given("medical_officer", {"do": "record", "facts": {"pregnant": True}})
        seq = play._recorded.version
        play.given("medical_officer", {"do": "correct", "seq": seq, "why": "invented"})

        assert not may(play, "", {"do": "sign", "seq": seq, "answer": "agree"}, who=PROVIDER)
        play.given(Actor("second", LEADS, {"medical_officer"}), {"do": "sign", "seq": seq, "answer": "agree"})


def test_nobody_of_another_house_takes_a_contact_back_that_they_did_not_write(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        play.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": False})
        wrong = {"do": "correct", "seq": play._recorded.version, "why": "invented"}

        assert not may(play, "", wrong, who=PROVIDER)
        assert may(play, "", wrong, who=BERT)


def test_who_hears_a_no_learns_no_recipient_from_it(packs: Packs) -> None:
    """A travel officer is told of no consent but that to the journey; nor by the answer to their own command."""
    officer = Actor("olga", LEADS, {"travel_officer"})
    with begun(ready_to_depart, packs) as play:
        done = play.engine.do(
            play._read({"do": "withdraw", "purpose": "share_partner", "channel": "phone", "key": "a-no"}), as_=officer
        )
        again = play.engine.do(
            play._read({"do": "withdraw", "purpose": "share_partner", "channel": "phone", "key": "a-no"}), as_=officer
        )

        assert done.events
        assert RECEIVES not in str(done.events) + str(again.events)
        assert RECEIVES not in str(play.engine.case(play.case, as_=officer).consents)


def test_a_suspected_perpetrator_is_named_by_who_judges_dangers_and_by_who_carries_the_case(opened: Play) -> None:
    named = {"do": "involve", "relation": "suspected_perpetrator"}

    assert may(opened, "risk_assessor", named)
    assert may(opened, MANAGER, named)
    assert not may(opened, "travel_officer", named)


def test_the_word_of_a_guardian_ends_with_a_suspicion(packs: Packs) -> None:
    with begun(packs=packs, facts={"age_status": "child"}) as play:
        play.given(MANAGER, {"do": "record", "facts": {"has_responsible_adult": True}})
        play.given(MANAGER, {"do": "assign", "role": "guardian", "partner": SERVICE})
        assert may(play, MANAGER, note("family", by="guardian"))
    with begun(packs=packs) as play:
        play.given(MANAGER, {"do": "involve", "relation": "caregiver", "by": "person"})
        caregiver = note("family", by="caregiver-1")
        assert not may(play, MANAGER, caregiver), "who only goes along speaks for nothing"
        play.given(MANAGER, {"do": "involve", "ref": "caregiver-1", "suspected": True})
        assert not may(play, MANAGER, caregiver)


def test_a_correction_tells_nothing_of_an_entry_that_is_not_told(opened: Play) -> None:
    opened.given("legal_counsellor", {"do": "note", "group": "legal", "text": "invented"})
    noted = opened._recorded.version
    opened.given("legal_counsellor", {"do": "record", "facts": {"has_claims_or_belongings": True}})
    said = set()
    for seq in (noted, noted + 1):
        with pytest.raises(NotPermitted) as refused:
            opened.engine.do(
                opened._read({"do": "correct", "seq": seq, "why": "invented"}),
                as_=Actor("olga", LEADS, {"travel_officer"}),
            )
        said.add(str(refused.value).replace(str(seq), "N"))
    assert len(said) == 1


def test_the_day_of_an_author_is_that_of_an_account_of_one_house(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        play.given(
            Actor("anna", LEADS, {"medical_officer"}), {"do": "note", "group": "health", "text": "a word of a doctor"}
        )
        other = Actor("anna", RECEIVES, {"reception_officer"})

        assert "a word of a doctor" not in str([row.texts for row in play.engine.history(play.case, as_=other)])


def test_a_no_to_a_consent_that_nobody_gave_is_written_by_whoever_hears_it(ready: Play) -> None:
    for role in sorted(HOST - {"programme_manager"}):
        hears = Actor(f"hears_{role}", LEADS, {role})
        no = {"do": "withdraw", "purpose": "contact_family", "channel": "phone"}
        if role != MANAGER:
            ready.given(hears, no)


def test_who_takes_a_return_over_writes_down_what_the_old_file_says(packs: Packs) -> None:
    with begun(packs=packs) as play:
        taken = another_case(
            play.engine, play.clock, at="2025-09-01", adopted_on="2026-03-02", facts={"age_status": "adult"}
        )
        before = {"at": "2025-10-01"}
        taken.given(MANAGER, {"do": "involve", "relation": "sibling", **before}, {**note("health"), **before})


def test_who_says_more_of_somebody_does_not_read_what_another_house_said_of_them(packs: Packs) -> None:
    """An entry of somebody who is known holds what stood before: it is read by who reads all of it, and not by who wrote it last."""
    ngozi = Actor("ngozi", RECEIVES, {"case_manager_receiving"})
    with begun(ready_to_depart, packs) as play:
        for one in play.seen().consents:
            if one["recipient"] == RECEIVES and one["state"] == "given":
                no = {"do": "withdraw", "purpose": one["purpose"], "recipient": RECEIVES, "channel": "phone"}
                play.given(MANAGER, no)
        play.given(MANAGER, {"do": "involve", "relation": "child", "born_on": "2018-05-04", "by": "person"})
        done = play.engine.do(play._read({"do": "involve", "ref": "child-1", "travels": False}), as_=ngozi)

        told = (done.events, play.engine.case(play.case, as_=ngozi).people, play.engine.history(play.case, as_=ngozi))
        assert "2018-05-04" not in str(told)
        manager = play.engine.case(play.case, as_=Actor("bert", LEADS, {MANAGER})).people
        assert [one["born_on"] for one in manager] == ["2018-05-04"]
        play.engine.do(
            play._read({"do": "involve", "ref": "child-1", "travels": False, "born_on": "2018-05-05"}), as_=ngozi
        )
        assert "2018-05-04" not in str(play.engine.history(play.case, as_=ngozi))
