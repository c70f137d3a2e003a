"""Who may know that a case exists, and which of their roles count there. Typed from the domain text (access, sections 5, 6 and 12): the
table below is the oracle, and reads nothing that the engine reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, Engine, NotFound, NotPermitted, WayhomeError, commands
from wayhome.case_now import CaseNow
from wayhome.case_now.access import grounds_of
from wayhome.model.case import Assignment, Case, PersonRecord
from wayhome.packs.plugins import Packs
from wayhome.today import SECTIONS

from tests.attacks.acts import PARTNER_FAILS, REPLACED, ends, in_follow_up
from tests.attacks.play import Play, at_home, begun, ready_to_depart, settled

LEADS, RECEIVES, NAMED, FORMER, STRANGER = (
    "invented_organisation", "ng_bakhita", "ng_idia", "ng_cosudow", "an_organisation_of_nobody",
)  # fmt: skip
HOST = {
    "case_manager_sending", "risk_assessor", "legal_counsellor", "medical_officer", "counsellor", "travel_officer",
    "programme_manager", "data_protection_officer",
}  # fmt: skip
ORIGIN = {
    "case_manager_receiving", "risk_assessor", "legal_counsellor", "medical_officer", "counsellor", "reception_officer",
    "service_provider", "programme_manager", "data_protection_officer",
}  # fmt: skip
SHARED = {
    "case_manager_sending", "case_manager_receiving", "risk_assessor", "reception_officer", "service_provider",
    "data_protection_officer",
}  # fmt: skip
EVERY = HOST | ORIGIN | {"escort", "auditor_or_donor", "system_admin"}
BY_TRAVEL_DATA = {"case_manager_receiving", "travel_officer", "escort", "reception_officer"}
# Who receives is named by two consents as well.
COUNTING: dict[str, set[str]] = {
    LEADS: HOST,
    RECEIVES: ORIGIN | SHARED | BY_TRAVEL_DATA,
    NAMED: SHARED,
    FORMER: set(),
    STRANGER: set(),
}
ALL_SECTIONS = ("journeys", *SECTIONS)
NOBODYS = "WH-7K3M9-Q2F4A-Z"
YES = {
    "do": "consent", "purpose": "share_partner", "answer": "given", "language": "en", "version": "1", "form": "written",
}  # fmt: skip


@pytest.fixture(scope="module")
def shared(packs: Packs) -> Iterator[Play]:
    """A return that is ready, with houses on each ground: it leads, receives, is named by a consent, was named, and none."""
    with begun(ready_to_depart, packs) as play:
        for house in (NAMED, FORMER):
            play.given("case_manager_sending", {**YES, "recipient": house, "groups": ["identity", "contact"]})
        withdrawn = {"do": "withdraw", "purpose": "share_partner", "recipient": FORMER, "channel": "phone"}
        play.given("case_manager_sending", withdrawn)
        yield play


def raised(outcome: Any) -> None:
    if isinstance(outcome, WayhomeError):
        raise outcome


def questions(engine: Engine, case: str, actor: Actor) -> dict[str, Callable[[], Any]]:
    """Every way of asking about one case, by its number."""
    note = commands.Note(case, text="invented words")
    return {
        "case": lambda: engine.case(case, as_=actor),
        "history": lambda: engine.history(case, as_=actor),
        "next": lambda: engine.next(case, as_=actor),
        "blockers": lambda: engine.blockers(case, "depart", as_=actor),
        "why": lambda: engine.why(case, "depart", as_=actor),
        "why a command": lambda: engine.why(case, note, as_=actor),
        "form": lambda: engine.form(case, {"do": "note"}, as_=actor),
        "process": lambda: engine.process_of(case, as_=actor),
        "number": lambda: engine.number_of(case, as_=actor),
        "due of it": lambda: engine.due(as_=actor, case=case),
        "do": lambda: engine.do(note, as_=actor),
        "withdraw": lambda: engine.do(commands.Withdraw(case, purpose="return", channel="phone"), as_=actor),
        "open beside it": lambda: engine.do(
            commands.Open(host_country="BE", origin_country="NG", linked_to=case, relation="companion"), as_=actor
        ),
        "at": lambda: engine.case(case, as_=actor, at=engine.now()),
        "read log": lambda: engine.read_log(case, as_=actor),
        "everything": lambda: engine.everything(case, as_=actor),
        "may be kept back": lambda: engine.may_be_kept_back(case, as_=actor),
        "seen": lambda: engine.seen(f"2026-05-01T00:00:00Z {case} safety_plan  ", as_=actor),
        "many at once": lambda: raised(next(engine.do_all([note], as_=actor))),
    }


def lists(engine: Engine, actor: Actor) -> dict[str, Any]:
    """Every list in which a case could stand, as whoever asks is told."""
    today = engine.today(as_=actor)
    return {
        "cases": [one.number for one in engine.cases(as_=actor)],
        "called so": [one.number for one in engine.cases(as_=actor, called="WH")],
        "due": [one.case for one in engine.due(as_=actor)],
        "today": [row for name in ALL_SECTIONS for row in getattr(today, name)],
        "changes": [one.case for one in engine.changes(as_=actor)],
        "count": engine.count(as_=actor),
    }


@pytest.mark.parametrize("role", sorted(EVERY))
@pytest.mark.parametrize("house", COUNTING)
def test_a_case_exists_for_whose_role_counts_there_and_for_nobody_else(shared: Play, house: str, role: str) -> None:
    actor, counts = Actor("invented_reader", house, {role}), role in COUNTING[house]

    try:
        shared.engine.case(shared.case, as_=actor)
    except NotPermitted:  # who runs the system, or checks it, reads no case at all
        assert role in ("system_admin", "auditor_or_donor")
    except NotFound:
        assert not counts
    else:
        assert counts


# Of a house whose consent was withdrawn, roles that never counted there; of another, any.
NO_PARTY = [(FORMER, {"medical_officer", "travel_officer", "programme_manager"}), (STRANGER, HOST | ORIGIN)]


@pytest.mark.parametrize(("house", "roles"), NO_PARTY)
def test_who_is_no_party_is_told_what_is_told_of_a_number_that_nobody_has(
    shared: Play, house: str, roles: set[str]
) -> None:
    actor = Actor("invented_reader", house, roles)
    nothing = questions(shared.engine, NOBODYS, actor)
    for name, ask in questions(shared.engine, shared.case, actor).items():
        with pytest.raises(WayhomeError) as told:
            ask()
        with pytest.raises(WayhomeError) as of_nobody:
            nothing[name]()
        one, other = told.value, of_nobody.value
        assert (type(one), str(one).replace(shared.case, "N")) == (type(other), str(other).replace(NOBODYS, "N")), name


@pytest.mark.parametrize("house", [FORMER, STRANGER])
def test_it_stands_on_no_list_of_who_is_no_party(shared: Play, house: str) -> None:
    actor = Actor("invented_reader", house, HOST | ORIGIN)

    assert {name for name, found in lists(shared.engine, actor).items() if found} == set()


def test_it_stands_on_the_lists_of_whoever_leads(shared: Play) -> None:
    worker = shared.seen().case_workers[LEADS]
    found = lists(shared.engine, Actor(worker, LEADS, {"case_manager_sending"}))

    assert {name for name, one in found.items() if not one} == set()
    assert {*found["cases"]} == {*found["due"]} == {*found["changes"]} == {shared.case}


def test_another_role_of_theirs_is_as_if_it_were_not_there(packs: Packs) -> None:
    """A clerk who is a case manager somewhere reads here what the role reads that counts here, and writes nothing more."""
    with begun(packs=packs) as play:
        play.given("case_manager_sending", {"do": "assign", "role": "travel_officer", "partner": "be_iom"})
        clerk = Actor("invented_clerk", "be_iom", {"travel_officer", "case_manager_sending", "medical_officer"})
        alone = Actor("invented_clerk", "be_iom", {"travel_officer"})

        for ask in ("case", "next", "history"):
            assert getattr(play.engine, ask)(play.case, as_=clerk) == getattr(play.engine, ask)(play.case, as_=alone)
        assert play.engine.due(as_=clerk) == play.engine.due(as_=alone)
        with pytest.raises(NotPermitted):
            play.engine.do(commands.Record(play.case, facts={"pregnant": True}), as_=clerk)


def test_who_is_named_by_a_consent_hears_a_no_raises_an_alarm_and_writes_nothing_else(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        play.given("case_manager_sending", {**YES, "recipient": NAMED, "groups": ["identity", "contact"]})
        named = Actor("amara", NAMED, {"case_manager_receiving"})

        for act in (
            {"do": "note", "text": "invented words"},
            {"do": "record", "facts": {"has_passport": False}},
            {"do": "move", "to": "close", "reason": "transferred"},
        ):
            with pytest.raises(NotPermitted) as refused:
                play.engine.do(play._read(act), as_=named)
            assert refused.value.code == "by_consent", act
        play.given(named, {"do": "incident", "type": "risk_high"})
        play.given(named, {"do": "withdraw", "purpose": "return", "channel": "phone"})
        assert play.engine.due(as_=named) == ()


def test_a_withdrawal_closes_at_once_and_a_new_yes_opens_again(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        named, yes = (
            Actor("amara", NAMED, {"case_manager_receiving"}),
            {**YES, "recipient": NAMED, "groups": ["identity"]},
        )
        no = {"do": "withdraw", "purpose": "share_partner", "recipient": NAMED, "channel": "phone"}
        for act, listed in ((yes, [play.case]), (no, []), (yes, [play.case])):
            play.given("case_manager_sending", act)
            assert [one.number for one in play.engine.cases(as_=named)] == listed


def test_an_escort_counts_only_where_the_case_names_them(shared: Play) -> None:
    process, recorded = shared.engine._recorded(shared.case)
    escort = PersonRecord("escort-9", "escort", shared.now, 1, works_for="be_iom")
    held = Assignment("escort", shared.now, 1, ref="escort-9")
    with_them = recorded.but(
        {"people": {**recorded.people, "escort-9": escort}, "roles": {**recorded.roles, "escort": held}}
    )

    def counts(house: str, case: Case) -> bool:
        return grounds_of(CaseNow(process, case, shared.now), Actor("tom", house, {"escort"})) is not None

    assert [counts(house, with_them) for house in ("be_iom", LEADS, STRANGER)] == [True, False, False]
    assert not counts("be_iom", recorded)


def test_an_end_that_the_person_set_closes_on_its_day(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        named, ends = Actor("amara", NAMED, {"case_manager_receiving"}), (play.now + timedelta(days=1)).date()
        play.given("case_manager_sending", {**YES, "recipient": NAMED, "groups": ["identity"], "expires_on": ends})
        assert [one.number for one in play.engine.cases(as_=named)] == [play.case]

        play.clock.moment += timedelta(days=2)

        assert play.engine.cases(as_=named) == ()
        with pytest.raises(NotFound):
            play.engine.case(play.case, as_=named)


def test_a_house_that_is_suspended_reads_by_no_consent(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        was = Actor("ngozi", RECEIVES, {"case_manager_receiving"})
        play.given("case_manager_sending", {"do": "incident", "type": "partner_failure"})
        play.given("case_manager_sending", {"do": "assign", "role": "receiving_organisation", "partner": "ng_iom"})
        consents = {one["recipient"] for one in play.seen().consents if one["state"] == "given"}
        assert RECEIVES in consents

        with pytest.raises(NotFound):
            play.engine.case(play.case, as_=was)


def test_who_has_handed_it_over_reads_it_until_it_is_closed(shared: Play) -> None:
    process, recorded = shared.engine._recorded(shared.case)
    led = Assignment("case_owner", shared.now, 1, partner=RECEIVES)
    handed_over = recorded.but({"roles": {**recorded.roles, "case_owner": led}, "phase": "follow_up"})
    closed = handed_over.but({"closed_as": "support_period_completed", "closed_at": shared.now})

    def counting(case: Case, house: str) -> frozenset[str]:
        grounds = grounds_of(CaseNow(process, case, shared.now), Actor("invented_reader", house, EVERY))
        return grounds.whole.roles - {"system_admin"} if grounds else frozenset()

    staying = {"programme_manager", "data_protection_officer"}
    assert counting(handed_over, LEADS) == {"case_manager_sending", *staying}
    assert counting(closed, LEADS) == frozenset()
    assert counting(closed, RECEIVES) == {"case_manager_receiving", *staying}


def test_closing_ends_all_grounds_but_leading_and_of_that_house_three_roles_remain(packs: Packs) -> None:
    with begun(packs=packs) as play:
        play.given("case_manager_sending", {"do": "assign", "role": "travel_officer", "partner": "be_iom"})
        play.given("case_manager_sending", {"do": "consent", "purpose": "assistance", "answer": "refused"})
        play.given("case_manager_sending", {"do": "move", "to": "close", "reason": "assistance_declined"})

        def sees(house: str) -> set[str]:
            def may(role: str) -> bool:
                try:
                    return bool(play.engine.case(play.case, as_=Actor("invented_reader", house, {role})))
                except (NotFound, NotPermitted):
                    return False

            return {role for role in EVERY if may(role)}

        assert sees(LEADS) == {"case_manager_sending", "programme_manager", "data_protection_officer"}
        assert sees("be_iom") == set()
        play.given("case_manager_sending", {"do": "move", "to": "reopen"})
        assert sees("be_iom") == {"travel_officer", "data_protection_officer"}


def test_pages_and_counts_run_over_what_may_be_known(packs: Packs) -> None:
    ours, theirs = (Actor(f"of_{house}", house, {"case_manager_sending"}) for house in (LEADS, "another_house"))
    with Engine.open("sqlite://", packs=packs) as engine:
        opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
        mine = [engine.do(opened, as_=who).case for who in (ours, theirs) * 6][::2]

        first = engine.cases(as_=ours, limit=4)
        rest = engine.cases(as_=ours, limit=4, after=first.after)

        assert (len(first), {one.number for one in (*first, *rest)}, rest.after) == (4, {*mine}, None)
        assert sum(one.cases for one in engine.count(as_=ours)) == 6


@pytest.mark.parametrize(("cases", "told"), [(10, 0), (11, 11)])
def test_who_checks_is_told_of_the_own_house_and_of_no_small_group(packs: Packs, cases: int, told: int) -> None:
    with Engine.open("sqlite://", packs=packs) as engine:
        opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
        for house in (LEADS, "another_house"):
            for _ in range(cases):
                engine.do(opened, as_=Actor("anna", house, {"case_manager_sending"}))
        auditor = Actor("arne", LEADS, {"auditor_or_donor"})

        assert sum(one.cases for one in engine.count(as_=auditor)) == told
        with pytest.raises(NotPermitted):
            engine.cases(as_=auditor)


def test_no_key_tells_who_has_left_what_they_did(packs: Packs) -> None:
    with begun(packs=packs) as play:
        officer = Actor("tom", "be_iom", {"travel_officer"})
        play.given("case_manager_sending", {"do": "assign", "role": "travel_officer", "partner": "be_iom"})
        said = {"do": "note", "group": "travel", "text": "invented words", "key": "tom-1"}
        done = play.engine.do(play._read(said), as_=officer)
        assert play.engine.do(play._read(said), as_=officer) == done  # sent again, it is answered as before

        play.given("case_manager_sending", {"do": "assign", "role": "travel_officer", "partner": "be_caritas"})

        with pytest.raises(NotFound):
            play.engine.do(play._read(said), as_=officer)


# --- what is done on which ground -----------------------------------------------------------------------------------


def test_only_who_leads_lets_others_in(packs: Packs) -> None:
    """Else whoever receives makes themselves who leads, and reads and does all."""
    with begun(ready_to_depart, packs) as play:
        receives = Actor("ngozi", RECEIVES, {"case_manager_receiving", "programme_manager"})
        for act in (
            {"do": "assign", "role": "case_owner", "partner": RECEIVES, "case_worker": "ngozi"},
            {"do": "assign", "role": "travel_officer", "partner": "be_iom"},
            {"do": "rebase", "digest": "0123456789ab"},
        ):
            with pytest.raises(NotPermitted) as refused:
                play.engine.do(play._read(act), as_=receives)
            assert refused.value.code == "not_leading", act
        for act in ({"do": "incident", "type": "risk_high"}, {"do": "note", "group": "plan", "text": "invented words"}):
            play.given(receives, act)


def test_who_opened_the_case_takes_it_from_who_leads_and_has_failed(packs: Packs) -> None:
    """Domain 3, partner_failure: "Suspend partner, new partner": else only the one that harms her could let another in."""
    with begun(settled, packs) as play:
        new = {"do": "assign", "role": "receiving_organisation", "partner": "ng_iom"}
        assert not play.tried("case_manager_sending", new).done
        play.given("case_manager_sending", {"do": "incident", "type": "partner_failure", "note": "invented"})
        play.wait(minutes=1)

        play.given("case_manager_sending", new)


@pytest.mark.parametrize("account", [None, "an account"], ids=["no account there", "an account there"])
def test_where_who_leads_has_no_account_here_who_opened_the_case_writes_down_how_it_goes_on(
    packs: Packs, account: str | None
) -> None:
    """A return is handed over to a house that telephones: else the case could neither settle nor close, and nobody could lead it anew."""
    with begun(at_home, packs) as play:
        play.ready("settle")
        anna, there = (
            Actor("anna", LEADS, {"case_manager_sending"}),
            Actor("ngozi", RECEIVES, {"case_manager_receiving"}),
        )
        for one in (anna, there) if account else (anna,):
            play.engine.put_actor(one)
        settles = {"do": "move", "to": "settle"}

        answer = play.tried(anna, settles)
        assert answer.done is (account is None)
        if account is not None:
            assert answer.text.startswith("Only who leads the case may do this.")
            play.given(there, settles)
        else:
            assert play.seen().phase == "follow_up"
            play.given(anna, {"do": "assign", "role": "case_owner", "organisation": LEADS, "case_worker": "anna"})


def test_who_was_called_and_has_no_part_any_more_sees_and_silences_nothing(packs: Packs) -> None:
    with begun(packs=packs) as play:
        els = Actor("els", "be_payoke", {"case_manager_sending"})
        play.given("case_manager_sending", {"do": "assign", "role": "case_manager_sending", "partner": "be_payoke"})
        play.engine.put_actor(els)
        play.given("case_manager_sending", {"do": "incident", "type": "lost_contact"})
        assert "els" in [one.account for one in play.engine.ring().calls]
        assert play.engine.today(as_=els).alarms

        play.given("case_manager_sending", {"do": "assign", "role": "case_manager_sending", "partner": "be_pag_asa"})

        assert not any(getattr(play.engine.today(as_=els), name) for name in ALL_SECTIONS)
        assert play.engine.take(as_=els) == 0


def test_nor_the_journey_for_which_they_were_called(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        els = Actor("els", "be_payoke", {"case_manager_sending"})
        play.given("case_manager_sending", {"do": "assign", "role": "case_manager_sending", "partner": "be_payoke"})
        play.engine.put_actor(els)
        play.until(play.takes_off + timedelta(hours=7))
        play.engine.ring()
        assert play.engine.today(as_=els).journeys

        play.given("programme_manager", {"do": "assign", "role": "case_manager_sending", "partner": "be_pag_asa"})

        assert not any(getattr(play.engine.today(as_=els), name) for name in ALL_SECTIONS)


# --- what else could tell of a case ---------------------------------------------------------------------------------


def test_whose_own_case_it_is_said_to_be_tells_nobody_which_numbers_there_are(packs: Packs) -> None:
    with begun(packs=packs) as play:
        opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "child"})
        elsewhere = play.engine.do(opened, as_=Actor("zoe", "another_house", {"case_manager_sending"})).case
        play.given("case_manager_sending", {"do": "involve", "by": "person", "relation": "child", "travels": True})
        told = set()
        for number in (elsewhere, NOBODYS):
            act = {"do": "involve", "by": "person", "ref": "child-1", "own_case": number}
            with pytest.raises(WayhomeError) as wrong:
                play.engine.do(play._read(act), as_=play.actor("case_manager_sending"))
            told.add((type(wrong.value), str(wrong.value).replace(number, "N")))

        assert len(told) == 1


def test_how_the_files_of_who_opened_it_call_it_is_told_to_these_alone(packs: Packs) -> None:
    with Engine.open("sqlite://", packs=packs) as engine:
        opens, helps = (Actor("anna", house, {"case_manager_sending"}) for house in (LEADS, "be_payoke"))
        opened = commands.Open(
            host_country="BE", origin_country="NG", facts={"age_status": "adult"}, reference="canary/26"
        )
        case = engine.do(opened, as_=opens).case
        engine.do(commands.Assign(case, role="case_manager_sending", partner="be_payoke"), as_=opens)

        for who, is_told in ((opens, True), (helps, False)):
            shown = repr((engine.case(case, as_=who), [*engine.history(case, as_=who)], [*engine.changes(as_=who)]))
            assert ("canary" in shown) is is_told
            assert bool(engine.cases(as_=who, reference="canary/26")) is is_told
            assert bool(engine.cases(as_=who, called="canary/26")) is is_told
            assert [one.number for one in engine.cases(as_=who, called=case[:6])] == [case]


# --- complaints -----------------------------------------------------------------------------------------------------


def test_where_who_leads_the_programme_has_written_the_data_protection_officer_ends_a_complaint_and_nothing_else(
    packs: Packs,
) -> None:
    with begun(packs=packs) as play:
        leader, guard = (
            Actor(id, LEADS, {role}) for id, role in (("lea", "programme_manager"), ("dana", "data_protection_officer"))
        )
        play.given(leader, {"do": "incident", "type": "complaint"}, {"do": "incident", "type": "data_breach"})
        ends = {"do": "resolve", "incident": "complaint"}

        assert play.tried(leader, ends).reasons == {("ROLE", "complaint")}
        with pytest.raises(NotPermitted, match="Your roles may not do this: resolve"):
            play.engine.do(play._read({"do": "resolve", "incident": "data_breach"}), as_=guard)
        play.given(guard, ends)


def test_a_key_of_another_house_says_nothing_of_what_was_done_under_it(shared: Play) -> None:
    """Keys are of a house: whoever guesses one of another is not told that it was used, and what they do is done."""
    theirs = commands.Note(shared.case, text="invented words", key="a-key-of-both")
    guess = commands.Note(shared.case, text="other invented words", key="a-key-of-both")
    shared.engine.do(theirs, as_=Actor("anna", LEADS, {"case_manager_sending"}))

    done = shared.engine.do(guess, as_=Actor("ngozi", RECEIVES, {"case_manager_receiving"}))
    again = shared.engine.do(guess, as_=Actor("ngozi", RECEIVES, {"case_manager_receiving"}))
    assert [row.seq for row in done.events] == [row.seq for row in again.events]


# --- who was in it -----------------------------------------------------------------------------------------------------


def line_of(play: Play, actor: Actor) -> str:
    """What is said to somebody of a case that they may not see, by each way of asking; it is one line."""
    told = set()
    for ask in questions(play.engine, play.case, actor).values():
        with pytest.raises(WayhomeError) as refused:
            ask()
        told.add((refused.value.code, str(refused.value)) if isinstance(refused.value, NotFound) else ("", ""))
    (line,) = {text for code, text in told if code == "closed_for_you"} or {""}
    return line


def test_who_was_named_by_a_consent_keeps_one_line_for_two_years(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        play.given("case_manager_sending", {**YES, "recipient": FORMER, "groups": ["identity"]})
        play.wait(hours=1)
        no = {"do": "withdraw", "purpose": "share_partner", "recipient": FORMER, "channel": "phone"}
        play.given("case_manager_sending", no)
        ended = play.now
        reader, nurse = (Actor("invented_reader", FORMER, {role}) for role in ("reception_officer", "medical_officer"))

        assert line_of(play, nurse) == "", "the role never counted there"
        line = line_of(play, reader)
        assert line.startswith(f"Case {play.case} is closed for your house since {ended:%Y-%m-%d}")
        assert "Your house wrote nothing in it." in line
        assert "delete what you still have of it, and tell invented_organisation that you did" in line
        for word in ("pre_departure", "consent", "withdrawn", RECEIVES, str(play.seen().label)):
            assert word not in line
        assert not any(lists(play.engine, reader).values())
        play.clock.moment = ended + timedelta(days=730) - timedelta(seconds=1)
        assert line_of(play, reader) == line
        play.clock.moment += timedelta(seconds=1)
        assert line_of(play, reader) == ""


def test_a_house_that_failed_is_not_told_where_the_person_is_now(packs: Packs) -> None:
    """It may be who harmed them: the line names who opened the case, and never who leads it now."""
    with begun(in_follow_up, packs) as play:
        play.wait(days=30)
        failed, new = (
            Actor(id, house, {"case_manager_receiving"}) for id, house in (("old", RECEIVES), ("new", "ng_cosudow"))
        )
        play.given("case_manager_sending", PARTNER_FAILS, REPLACED, ends("partner_failure", "replaced"))
        play.given("case_manager_sending", {**YES, "recipient": "ng_cosudow", "groups": ["identity"]})
        play.given(new, {"do": "redo", "step": "handover_confirmation"})
        play.given(
            new, {"do": "complete", "step": "handover_confirmation", "result": "confirmed", "case_worker": "new"}
        )
        play.given("case_manager_sending", {"do": "sign", "step": "handover_confirmation"})
        assert play.brief().roles["case_owner"] == "ng_cosudow"

        line = line_of(play, failed)
        assert "delete what you still have of it, and tell invented_organisation that you did" in line
        for name in ("ng_cosudow", "COSUDOW"):
            assert name not in line


def test_who_held_a_role_and_wrote_keeps_the_days_and_an_old_key_gives_the_line(packs: Packs) -> None:
    with begun(packs=packs) as play:
        play.given("case_manager_sending", {"do": "assign", "role": "travel_officer", "partner": "be_iom"})
        officer = Actor("invented_officer", "be_iom", {"travel_officer"})
        wrote = commands.Note(play.case, group="travel", text="invented words", key="an-old-key")
        play.engine.do(wrote, as_=officer)
        day = play.now
        play.wait(days=3)
        play.given("case_manager_sending", {"do": "assign", "role": "travel_officer", "organisation": LEADS})

        line = line_of(play, officer)
        assert f"Your house wrote in it on: {day:%Y-%m-%d}." in line
        with pytest.raises(NotFound) as again:
            play.engine.do(wrote, as_=officer)
        assert str(again.value) == line
        assert line_of(play, Actor("invented_lawyer", "be_iom", {"legal_counsellor"})) == ""


def test_who_is_kept_out_of_a_case_of_their_own_house_is_told_of_none(packs: Packs) -> None:
    with begun(packs=packs) as play:
        play.given(Actor("anna", LEADS, {"case_manager_sending"}), {"do": "keep_to", "workers": ["anna", "bert"]})

        assert line_of(play, Actor("cousin", LEADS, {"case_manager_sending"})) == ""
