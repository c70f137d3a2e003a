"""Of two signatures the second is on exactly what the first has signed; and a late paper counts once a second has seen it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from wayhome import Actor, BadInput, read_command

from tests.attacks.acts import BEST_FOR_THE_CHILD, CHILD, redo, works_in_it
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    MANAGER,
    RECEIVER,
    Command,
    Enough,
    Play,
    actor,
    another,
    assessed,
    complete,
    evidence_is_fresh,
    signed,
)

ASSESSMENT, RECHECK = "pre_return_risk_assessment", "risk_recheck"


def seq_of(play: Play, type: str) -> int:
    return [row.seq for row in play.history() if row.type == type][-1]


# --- a draft -----------------------------------------------------------------------------------------------------------


def test_the_second_signs_what_the_first_has_written(fresh: Play) -> None:
    fresh.anew(ASSESSMENT)
    fresh.given(ASSESSOR, assessed("medium"))
    fresh.given(MANAGER, signed())

    record = fresh.seen(Actor("anna", "invented_organisation", {MANAGER})).steps
    assert {(one.state, one.result) for one in record if one.id == ASSESSMENT} == {("done", "medium")}
    assert "INV-05" not in fresh.why().rules


def test_nobody_writes_over_a_draft_that_another_has_signed(fresh: Play) -> None:
    fresh.anew(ASSESSMENT)
    fresh.given(ASSESSOR, assessed("high"))

    over: Command = assessed("low")
    assert fresh.tried(MANAGER, over).reasons == {("STEP", ASSESSMENT)}
    title = fresh.step(ASSESSMENT).title
    assert fresh.told("STEP", over) == [
        (
            f"somebody has written '{title}', and waits for a second signature",
            "read it, and sign it; or disagree, and say why",
        )
    ]


def test_who_wrote_it_changes_their_own_draft(fresh: Play) -> None:
    fresh.anew(ASSESSMENT)
    fresh.given(ASSESSOR, assessed("low"), assessed("medium"))
    fresh.given(MANAGER, {"do": "sign", "seq": seq_of(fresh, "step_signed")})

    assert fresh.step(ASSESSMENT).result == "medium"


def writes_anew(play: Play) -> None:
    """The writer does, over their own draft."""
    play.given(ASSESSOR, assessed("medium"))


def after_a_disagreement(play: Play) -> None:
    play.given(MANAGER, signed(answer="disagree", reason="(invented) nobody has asked the aunt"))
    play.given(ASSESSOR, assessed("medium"))


def after_a_correction(play: Play) -> None:
    play.given(ASSESSOR, {"do": "correct", "seq": seq_of(play, "step_signed"), "why": "(invented) the wrong case"})
    play.given(ASSESSOR, assessed("medium"))


def after_a_second_look(play: Play) -> None:
    play.given(ASSESSOR, {"do": "redo", "step": ASSESSMENT}, assessed("medium"))


@pytest.mark.parametrize("rewritten", [writes_anew, after_a_disagreement, after_a_correction, after_a_second_look])
def test_what_is_signed_is_what_was_read(fresh: Play, rewritten: Callable[[Play], None]) -> None:
    fresh.anew(ASSESSMENT)
    fresh.given(ASSESSOR, assessed("low"))
    read = seq_of(fresh, "step_signed")
    rewritten(fresh)
    now, title = seq_of(fresh, "step_signed"), fresh.step(ASSESSMENT).title
    other = another(MANAGER)

    more_than_one = f"'{title}' was written more than once, and it is not said which is signed"
    assert fresh.told("STEP", signed(), other) == [(more_than_one, "read what stands now, and sign that entry")]
    assert fresh.remedies(signed(), other)[0][1].do == {"do": "sign", "seq": now}
    assert fresh.told("STEP", {"do": "sign", "seq": read}, other) == [
        (f"entry {read} waits for no signature", "look at how the case stands")
    ]
    assert fresh.why(signed(if_version=fresh.seen().version), other).done  # this has seen what stands now
    fresh.given(other, {"do": "sign", "seq": now})
    assert fresh.step(ASSESSMENT).result == "medium"


def test_what_was_signed_by_all_asks_nobody_which_when_it_is_done_anew(fresh: Play) -> None:
    for level in ("low", "medium"):
        fresh.anew(ASSESSMENT)
        fresh.given(ASSESSOR, assessed(level))
        fresh.given(MANAGER, signed())

    assert fresh.step(ASSESSMENT).result == "medium"


def test_who_disagrees_need_not_say_with_which(fresh: Play) -> None:
    fresh.anew(ASSESSMENT)
    fresh.given(ASSESSOR, assessed("low"), assessed("medium"))

    assert fresh.tried(MANAGER, signed(answer="disagree", reason="(invented) nobody has asked the aunt")).done


def test_what_is_proposed_is_to_sign_the_entry_that_stands(fresh: Play) -> None:
    fresh.anew(ASSESSMENT)
    fresh.given(ASSESSOR, assessed("medium"))
    entry = {"do": "sign", "seq": seq_of(fresh, "step_signed")}

    assert entry in [remedy.do for _, remedy in fresh.remedies()]
    assert entry in [row.do for row in fresh.engine.next(fresh.case, as_=actor(MANAGER)) if row.do]


def test_nobody_signs_twice(fresh: Play) -> None:
    fresh.anew(ASSESSMENT)
    both = Actor("invented_both", "invented_organisation", {ASSESSOR, MANAGER})
    fresh.given(both, assessed("low"))

    title = fresh.step(ASSESSMENT).title
    same = (f"the same person signed '{title}' already", "let somebody else sign")
    assert fresh.told("ROLE", signed(), both) == [same]
    role = (f"'{title}' is signed in this role already", "let the other role sign")
    used = sorted(fresh.step(ASSESSMENT).signed)[0]
    assert fresh.told("ROLE", signed(), another(used)) == [role]


def test_there_is_nothing_to_sign_where_nobody_has_written(fresh: Play) -> None:
    title = fresh.step(ASSESSMENT).title
    assert fresh.told("STEP", signed()) == [
        (f"nothing of '{title}' waits for a signature", "look at how the case stands")
    ]


def test_who_disagrees_says_why_and_the_step_is_open_again(fresh: Play) -> None:
    fresh.anew(ASSESSMENT)
    fresh.given(ASSESSOR, assessed("low"))

    assert fresh.faults(MANAGER, signed(answer="disagree")) == {("reason", "missing")}
    fresh.given(MANAGER, signed(answer="disagree", reason="(invented) nobody has asked the aunt"))

    assert fresh.step(ASSESSMENT).state == "available"
    fresh.given(MANAGER, assessed("medium"))
    fresh.given(ASSESSOR, {"do": "sign", "seq": seq_of(fresh, "step_signed")})


def test_an_alarm_of_a_draft_stays_when_the_other_disagrees(fresh: Play) -> None:
    fresh.anew(ASSESSMENT)
    fresh.given(ASSESSOR, assessed("high"))
    fresh.given(MANAGER, signed(answer="disagree", reason="(invented) not so bad"))

    assert fresh.seen().status == "blocked"
    assert "INV-05" in fresh.why().rules


# --- a late paper ----------------------------------------------------------------------------------------------------------


def typed_late(begin: Begin, act: str, subject: str, who: str = MANAGER, **span: float) -> Play:
    """Bring a case to where something is asked, and have it typed so late as if it had been on paper."""
    case = begin()

    def late(play: Play, asked: Command) -> bool:
        if asked["do"] != act or asked.get("step", asked.get("purpose")) != subject:
            return False
        happened = play.now
        play.wait(**span)
        play.given(who, {**asked, "at": happened.isoformat()})
        raise Enough

    case.prepare(instead=late)
    assert case.said[-1][2]["do"] == act
    return case


def test_a_yes_that_is_typed_three_days_late_counts_alone(begin: Begin) -> None:
    case = typed_late(begin, "consent", "return", hours=72)

    assert [one for one in case.told("INV-01") if "late" in one[0]] == []


def test_a_yes_that_is_typed_later_counts_when_another_has_seen_it(begin: Begin) -> None:
    case = typed_late(begin, "consent", "return", hours=72, seconds=1)
    seq = seq_of(case, "consent_given")

    assert case.told("INV-01") == [
        (
            "the yes was written down more than 72 hours late, and nobody else has seen it",
            "let somebody else read it, and sign it",
        )
    ]
    itself: Command = {"do": "sign", "seq": seq}
    assert case.told("ROLE", itself, MANAGER) == [("the same person wrote it down", "let somebody else sign")]
    assert ("sign", seq) in {(r.do.get("do"), r.do.get("seq")) for _, r in case.remedies()}
    case.given(another(MANAGER), itself)

    assert ("INV-01", "return") not in case.why().reasons


def test_a_no_that_is_typed_late_counts_at_once(fresh: Play) -> None:
    early = fresh.now
    fresh.wait(days=4)
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return", "at": (early + timedelta(hours=1)).isoformat()})

    assert "INV-01" in fresh.why().rules


def test_a_last_check_that_is_typed_late_counts_when_another_has_seen_it(begin: Begin) -> None:
    case = typed_late(begin, "complete", RECHECK, ASSESSOR, hours=72, seconds=1)
    title = case.step(RECHECK).title

    words = (
        f"'{title}' was written down more than 72 hours late, and nobody else has seen it",
        "let somebody else read it, or ask there, and sign it",
    )
    assert words in case.told("INV-04")
    case.given(another(ASSESSOR), {"do": "sign", "seq": seq_of(case, "step_completed")})
    assert words not in case.told("INV-04")


def test_which_of_two_late_checks_was_read_is_said(begin: Begin) -> None:
    case = typed_late(begin, "complete", RECHECK, ASSESSOR, hours=73)
    check, other = case.said[-1][2], another(ASSESSOR)
    case.given(ASSESSOR, dated(case, {"do": "redo", "step": RECHECK}, hours=72))
    case.given(ASSESSOR, dated(case, check, hours=71))

    assert case.tried(other, signed(RECHECK)).reasons == {("STEP", RECHECK)}
    case.given(other, {"do": "sign", "seq": seq_of(case, "step_completed")})
    assert ("INV-04", RECHECK) not in case.why().reasons


def test_nobody_signs_what_needs_no_second(fresh: Play) -> None:
    fresh.given(DOCTOR, {"do": "record", "facts": {"pregnant": False}})
    seq = seq_of(fresh, "facts_recorded")

    assert fresh.told("STEP", {"do": "sign", "seq": seq}, another(MANAGER)) == [
        (f"entry {seq} waits for no signature", "look at how the case stands")
    ]


# --- another date ------------------------------------------------------------------------------------------------------------

AGAIN = (
    "the same person wrote a yes down before, more than 72 hours late, and nobody else has seen it",
    "let somebody else read it, and sign it",
)


def dated(case: Play, act: Command, **ago: float) -> Command:
    return {**act, "at": (case.now - timedelta(**ago)).isoformat()}


def test_a_yes_that_waits_is_not_made_believable_by_another_date(begin: Begin) -> None:
    case = typed_late(begin, "consent", "return", hours=73)
    yes = case.said[-1][2]
    case.wait(minutes=5)

    for ago in (71, 1):
        case.given(MANAGER, dated(case, yes, hours=ago))
        assert case.told("INV-01") == [AGAIN]
    case.given(another(MANAGER), {"do": "sign", "seq": seq_of(case, "consent_given")})
    assert ("INV-01", "return") not in case.why().reasons


def test_a_yes_that_waits_is_not_made_believable_by_taking_it_back(begin: Begin) -> None:
    case = typed_late(begin, "consent", "return", hours=73)
    yes = case.said[-1][2]
    case.given(MANAGER, {"do": "correct", "seq": seq_of(case, "consent_given"), "why": "(invented) the wrong day"})
    case.given(MANAGER, dated(case, yes, hours=71))

    assert case.told("INV-01") == [AGAIN]


def test_a_yes_that_another_did_not_find_so_is_not_made_believable_by_another_date(begin: Begin) -> None:
    case = typed_late(begin, "consent", "return", hours=73)
    yes = case.said[-1][2]
    disagrees = {"answer": "disagree", "reason": "(invented) there is no such paper"}
    case.given(another(MANAGER), {"do": "sign", "seq": seq_of(case, "consent_given"), **disagrees})
    case.given(MANAGER, dated(case, yes, hours=71))

    assert case.told("INV-01") == [AGAIN]


def test_a_yes_that_was_given_after_the_late_one_was_typed_counts(begin: Begin) -> None:
    case = typed_late(begin, "consent", "return", hours=73)
    yes = case.said[-1][2]
    case.wait(hours=3)
    case.given(MANAGER, dated(case, yes, hours=3))

    assert ("INV-01", "return") not in case.why().reasons


def test_a_yes_that_another_has_written_down_counts(begin: Begin) -> None:
    case = typed_late(begin, "consent", "return", hours=73)
    yes = case.said[-1][2]
    case.given(another(MANAGER), dated(case, yes, hours=71))

    assert ("INV-01", "return") not in case.why().reasons


def test_a_yes_that_follows_one_which_needed_nobody_counts(begin: Begin) -> None:
    case = typed_late(begin, "consent", "return", hours=71)
    yes = case.said[-1][2]
    case.wait(minutes=5)
    case.given(MANAGER, dated(case, yes, hours=70))

    assert ("INV-01", "return") not in case.why().reasons


@pytest.mark.parametrize("between", ["redo", "disagree", "correct", "an alarm"])
def test_a_last_check_that_waits_is_not_made_believable_by_another_date(begin: Begin, between: str) -> None:
    case = typed_late(begin, "complete", RECHECK, ASSESSOR, hours=73)
    check = case.said[-1][2]
    seq, title = seq_of(case, "step_completed"), case.step(RECHECK).title
    if between == "redo":
        case.given(ASSESSOR, dated(case, {"do": "redo", "step": RECHECK}, hours=72))
    elif between == "disagree":
        why = "(invented) nobody was there"
        by = another(ASSESSOR)
        case.given(by, dated(case, {"do": "sign", "seq": seq, "answer": "disagree", "reason": why}, hours=72))
    elif between == "correct":
        case.given(ASSESSOR, {"do": "correct", "seq": seq, "why": "(invented) the wrong day"})
    else:
        case.given(ASSESSOR, dated(case, {"do": "incident", "type": "no_show_departure"}, hours=72))
    case.given(ASSESSOR, dated(case, check, hours=71))

    before = f"the same person wrote '{title}' down before, more than 72 hours late, and nobody else has seen it"
    assert (before, "let somebody else read it, or ask there, and sign it") in case.told("INV-04")


# --- somebody else's word -------------------------------------------------------------------------------------------------


def confirmed_by_phone(play: Play, **said: object) -> Command:
    rows = [
        row for row in play.history() if row.type == "step_completed" and row.data["step"] == "partner_confirmation"
    ]
    values = {**rows[-1].data["values"], "meeting_place": "(invented) gate 2"}
    return complete("partner_confirmation", result="accepted", **values, by="ng_bakhita", **said)


TYPIST = Actor("invented_typist", "invented_organisation", {RECEIVER})  # of the house that opened the case


def test_a_partners_word_that_is_typed_for_them_says_how_it_was_heard(fresh: Play) -> None:
    works_in_it(fresh, TYPIST.organisation, RECEIVER)
    fresh.anew("partner_confirmation")

    assert fresh.faults(TYPIST, confirmed_by_phone(fresh)) == {("heard_by", "missing")}
    assert fresh.faults(MANAGER, confirmed_by_phone(fresh)) == {("heard_by", "missing")}


def test_a_partners_word_that_one_alone_has_heard_counts_when_another_has(fresh: Play) -> None:
    works_in_it(fresh, TYPIST.organisation, RECEIVER)
    fresh.anew("partner_confirmation")
    fresh.given(TYPIST, confirmed_by_phone(fresh, heard_by="phone", on_paper="(invented) note of 2 March, in the file"))

    title = fresh.step("partner_confirmation").title
    assert fresh.told("INV-07") == [
        (
            f"'{title}' was typed for somebody else, and nobody but who typed it has heard it",
            "let somebody else read it, or ask there, and sign it",
        )
    ]
    assert fresh.told("ROLE", signed("partner_confirmation"), TYPIST) == [
        ("the same person wrote it down", "let somebody else sign")
    ]
    fresh.given(another(RECEIVER), signed("partner_confirmation"))
    assert "INV-07" not in fresh.why().rules


def test_what_one_alone_has_heard_does_not_become_their_own_word(fresh: Play) -> None:
    fresh.anew("partner_confirmation")
    heard = confirmed_by_phone(fresh, heard_by="phone")
    fresh.given(RECEIVER, heard, {"do": "redo", "step": "partner_confirmation"})
    own = {name: value for name, value in heard.items() if name not in ("by", "heard_by")}
    fresh.given(RECEIVER, own)

    assert [fact.split("'")[-1] for fact, _ in fresh.told("INV-07")] == [
        " was typed for somebody else, and nobody but who typed it has heard it"
    ]
    fresh.given(fresh.another(RECEIVER), {"do": "sign", "seq": seq_of(fresh, "step_completed")})
    assert "INV-07" not in fresh.why().rules


@pytest.mark.parametrize("says", [False, True])
@pytest.mark.parametrize("roles", [(RECEIVER,), (RECEIVER, MANAGER)])
@pytest.mark.parametrize("house", ["be_pag_asa", "invented_organisation", "an_invented_office"])
def test_who_works_for_another_organisation_says_whose_word_it_is(
    fresh: Play, says: bool, roles: tuple[str, ...], house: str
) -> None:
    """Of a partner of the sending side, of the house that opened the case, or of one of which nobody knows anything."""
    works_in_it(fresh, house, RECEIVER)
    fresh.anew("partner_confirmation")
    of_another_house = Actor("invented_worker", house, roles)
    word = {**confirmed_by_phone(fresh), "by": house if says else None}

    assert fresh.faults(of_another_house, word) in ({("by", "missing")}, {("by", "unknown")})
    fresh.given(of_another_house, confirmed_by_phone(fresh, heard_by="phone"))
    assert fresh.tried(of_another_house, signed("partner_confirmation")).rules == {"ROLE"}
    fresh.given(fresh.another(RECEIVER), signed("partner_confirmation"))
    assert "INV-07" not in fresh.why().rules


def test_the_word_of_a_partner_without_an_account_is_typed_by_who_sends_the_person(fresh: Play) -> None:
    fresh.anew("partner_confirmation")
    fresh.given(MANAGER, confirmed_by_phone(fresh, heard_by="email"))
    fresh.given(another(MANAGER), signed("partner_confirmation"))

    assert "INV-07" not in fresh.why().rules


@pytest.mark.parametrize("by", ["person", "be_pag_asa", "case_manager_sending"])
def test_nobody_else_says_that_the_partner_is_there(fresh: Play, by: str) -> None:
    works_in_it(fresh, TYPIST.organisation, RECEIVER)
    fresh.anew("partner_confirmation")

    assert fresh.faults(TYPIST, {**confirmed_by_phone(fresh, heard_by="phone"), "by": by}) == {("by", "contradiction")}


@pytest.mark.parametrize("own", [None, "ng_bakhita"])
def test_who_works_for_the_partner_gives_its_word(fresh: Play, own: str | None) -> None:
    fresh.anew("partner_confirmation")
    fresh.given(Actor("invented_sister", "ng_bakhita", {RECEIVER}), {**confirmed_by_phone(fresh), "by": own})

    assert "INV-07" not in fresh.why().rules


def test_a_doctor_gives_their_own_word_whoever_they_work_for(fresh: Play) -> None:
    works_in_it(fresh, "be_payoke", DOCTOR)
    fresh.anew("fit_to_travel_check")
    doctor = Actor("invented_doctor", "be_payoke", {DOCTOR})

    assert fresh.tried(doctor, complete("fit_to_travel_check", result="fit")).done


def test_the_paper_that_says_it_is_kept_under_seal(fresh: Play) -> None:
    paper = "(invented) letter of 2 March, second drawer"
    fresh.given(MANAGER, {"do": "record", "facts": {"ng_debt_claimed": False}, "by": "person", "on_paper": paper})

    row = list(fresh.history())[-1]
    assert paper not in repr(row.data)
    assert row.texts["case"]["on_paper"] == paper


# --- two who sign in another order than they type -------------------------------------------------


def test_nobody_signs_before_it_was_written(fresh: Play) -> None:
    """Written now, four hours after take-off, and signed 'an hour before boarding': so it counted at boarding."""
    fresh.given(ASSESSOR, {"do": "redo", "step": "pre_return_risk_assessment"}, assessed("low"))
    early = signed(at=(fresh.takes_off - timedelta(days=2)).isoformat())

    told = fresh.told("STEP", early)
    assert [(fact.endswith("and nobody signs it before that"), todo) for fact, todo in told] == [
        (True, "leave out 'at'; or say when they signed")
    ]
    fresh.given(MANAGER, signed())


def test_what_two_sign_is_as_old_as_the_first_of_them(fresh: Play) -> None:
    """The honest story: the assessor signed fifteen days before, and wrote it down so; the manager signs this morning."""
    then = {"at": (fresh.takes_off - timedelta(days=15)).isoformat()}
    fresh.given(ASSESSOR, {"do": "redo", "step": "pre_return_risk_assessment"}, {**assessed("low"), **then})
    fresh.given(MANAGER, signed())

    assert ("INV-04", "pre_return_risk_assessment") in fresh.why().reasons, fresh.why().text


def test_what_two_confirm_was_looked_at_when_the_first_of_them_did_whoever_types_first(fresh: Play) -> None:
    """The manager confirmed it yesterday; a debt became known this morning, and then the assessor confirmed, and typed."""
    at_first = fresh.now
    fresh.wait(minutes=30)
    fresh.given(MANAGER, {"do": "record", "facts": {"ng_debt_claimed": True}})
    fresh.wait(minutes=20)
    fresh.given(ASSESSOR, complete("pre_return_risk_assessment", confirms=True))
    fresh.given(MANAGER, complete("pre_return_risk_assessment", confirms=True, at=at_first.isoformat()))

    assert ("INV-04", "pre_return_risk_assessment") in fresh.why().reasons, fresh.why().text


# --- agrees or not --------------------------------------------------------------------------------


def test_a_signature_that_does_not_say_whether_they_agree_is_none():
    """Whoever signs says that they agree with what is written, or why not; nobody has said yes by saying nothing."""
    with pytest.raises(BadInput) as refused:
        read_command({"do": "sign", "case": "WH-00000-00000-0", "step": "return_review"})
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("answer", "missing")]


# --- somebody with several roles ------------------------------------------------------------------------------------


@pytest.mark.parametrize("roles", [{DOCTOR, MANAGER}, {DOCTOR}])
def test_a_nurse_who_also_manages_cases_says_as_a_nurse_who_is_fit(fresh: Play, roles: set[str]) -> None:
    """safety.md F10 (a31): 'only Doctor or nurse says fit', to a nurse: the small office typed it under another account."""
    nurse = Actor("invented_nurse", "invented_organisation", roles)
    fresh.given(DOCTOR, {"do": "redo", "step": "fit_to_travel_check"})

    fresh.given(nurse, complete("fit_to_travel_check", result="fit"))

    assert fresh.step("fit_to_travel_check").result == "fit"
    assert fresh.history()[-1].data.get("result") == "fit"


def test_honest_who_only_manages_the_case_says_it_of_nobody(fresh: Play) -> None:
    fresh.given(DOCTOR, {"do": "redo", "step": "fit_to_travel_check"})

    said = fresh.tried(MANAGER, complete("fit_to_travel_check", result="fit"))
    assert ("ROLE", "fit_to_travel_check") in said.reasons


# --- of two who sign, each signs in a role of their own -----------------------------------------------------------------------

BEST = "best_interests_determination"
BEST_AS_THE_PANEL_SAYS: Command = {**BEST_FOR_THE_CHILD, "by": "panel"}


def test_two_who_only_manage_cases_are_no_panel(begin: Begin) -> None:
    """Who has another role signs in that; whoever has none signs nothing that the same role has signed."""
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {**redo(BEST), "by": "panel"}, BEST_AS_THE_PANEL_SAYS)

    title = case.step(BEST).title
    assert case.told("ROLE", signed(BEST), another(MANAGER)) == [
        (f"'{title}' is signed in this role already", "let the other role sign")
    ]


def test_one_with_two_roles_is_no_panel(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    both = Actor("ben", "invented_organisation", {MANAGER, ASSESSOR})
    case.given(both, {**redo(BEST), "by": "panel"}, BEST_AS_THE_PANEL_SAYS)

    title = case.step(BEST).title
    assert case.told("ROLE", signed(BEST), both) == [
        (f"the same person signed '{title}' already", "let somebody else sign")
    ]
