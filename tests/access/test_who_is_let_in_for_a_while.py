"""Who is let into a case for a while: by who leads it, by law, to avert danger, or by themselves at night. Typed from the domain text
(access, sections 5, 6 and 8); what each ground opens stands here, and is read from nothing that the engine reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, BadInput, NotFound, NotPermitted, Refused, commands
from wayhome.packs.plugins import Packs

from tests.access.test_what_each_house_is_told import GROUPS, HOST, LEADS, RECEIVES, YES, a_word_of, noted
from tests.attacks.play import Play, begun, ready_to_depart

MANAGER, OTHER, UNKNOWN = "case_manager_sending", "ng_cosudow", "a_house_that_nobody_knows"
NIGHT = Actor("night", OTHER, {"reception_officer"})
THEIR_GUARD = Actor("dora", OTHER, {"data_protection_officer"})
ANNA, DANA = Actor("anna", LEADS, {MANAGER}), Actor("dana", LEADS, {"data_protection_officer"})
BREAKS = {
    "case_manager_sending", "case_manager_receiving", "risk_assessor", "medical_officer", "counsellor", "reception_officer",
}  # fmt: skip
PROTECTS = {"first_name", "ticket_name", "phone", "address", "risk", "instructions", "onboard_needs", "arrival"}
IN_DANGER = PROTECTS | {"identity", "photo", "health", "travel"}
GLASS = {"do": "open_up", "ground": "break_glass", "why": "(invented) she called the night line"}
SAYS = {
    "let_in": {"case_manager_sending", "programme_manager", "data_protection_officer"},
    "legal_duty": {"case_manager_sending", "programme_manager", "data_protection_officer"},
    "danger_to_life": {"case_manager_sending", "programme_manager", "risk_assessor", "medical_officer"},
}
NOBODYS = "WH-7K3M9-Q2F4A-Z"


@pytest.fixture
def case(packs: Packs) -> Iterator[Play]:
    """A return that is ready, with a word in each group; of one house nothing connects it with this case."""
    with begun(ready_to_depart, packs) as play:
        for group in GROUPS:
            play.given(*noted(group, a_word_of(group)))
        play.wait(hours=25)  # so that nobody reads a word because they have typed it
        yield play


def opens(ground: str, **more: Any) -> dict[str, Any]:
    said = {
        "do": "open_up",
        "ground": ground,
        "organisation": OTHER,
        "groups": ["risk"],
        "why": "(invented) it must be",
    }
    duty = {"article": "an invented article"} if ground == "legal_duty" else {}
    return {**said, **duty, "until": "2030-01-01", **more}


def soon(play: Play, **span: float) -> str:
    return (play.now + timedelta(**span)).isoformat()


def reads(play: Play, who: Actor) -> set[str]:
    """Of which groups somebody reads the word."""
    texts = str([row.texts for row in play.engine.history(play.case, as_=who)])
    return {group for group in GROUPS if a_word_of(group) in texts}


def seen_by(play: Play, who: Actor) -> bool:
    try:
        play.engine.case(play.case, as_=who)
    except NotFound:
        return False
    return True


def gives(play: Play, who: Actor, act: dict[str, Any]) -> bool:
    try:
        play.engine.why(play.case, play._read(act), as_=who)
    except (NotPermitted, NotFound):
        return False
    except BadInput:
        return True
    return True


# --- who breaks the glass ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(HOST | BREAKS | {"travel_officer", "service_provider", "system_admin"}))
def test_the_glass_is_broken_by_these_roles_and_for_others_there_is_no_such_case(case: Play, role: str) -> None:
    who = Actor("somebody", OTHER, {role})
    if role in BREAKS:
        case.given(who, GLASS)
        assert seen_by(case, who)
        return
    told = []
    for number in (case.case, NOBODYS):
        with pytest.raises((NotFound, NotPermitted)) as refused:
            case.engine.do(commands.OpenUp(number, ground="break_glass", why="invented"), as_=who)
        told.append((type(refused.value), str(refused.value).replace(number, "")))
    assert told[0] == told[1]


def test_a_house_that_nobody_here_knows_breaks_no_glass(case: Play) -> None:
    who = Actor("somebody", UNKNOWN, {"case_manager_sending"})
    with pytest.raises(NotFound):
        case.engine.do(commands.OpenUp(case.case, ground="break_glass", why="invented"), as_=who)


@pytest.mark.parametrize(("role", "more"), [("reception_officer", set()), ("medical_officer", {"health"})])
def test_a_broken_glass_opens_what_protects_and_nothing_else(case: Play, role: str, more: set[str]) -> None:
    who = Actor("somebody", OTHER, {role})
    case.given(who, GLASS)

    assert reads(case, who) == PROTECTS | more
    view = case.engine.case(case.case, as_=who)
    assert view.phase == "pre_departure"
    assert not view.consents
    assert "receiving_organisation" not in view.roles


def test_who_broke_it_notes_speaks_and_alarms_and_does_nothing_else(case: Play) -> None:
    case.given(NIGHT, GLASS)

    allowed = [
        {"do": "note", "text": "(invented) she is in the house"},
        {"do": "contact", "with": "person", "channel": "phone", "reached": True},
        {"do": "incident", "type": "lost_contact"},
    ]
    refused = [
        {"do": "note", "group": "risk", "text": "invented"}, {"do": "record", "facts": {"safe_place_tonight": True}},
        {"do": "withdraw", "purpose": "return", "channel": "phone"}, {**YES, "recipient": OTHER, "groups": ["risk"]},
        {"do": "assign", "role": "case_owner", "organisation": OTHER}, {"do": "involve", "relation": "relative"},
        {"do": "resolve", "incident": "lost_contact"}, {"do": "move", "to": "depart"}, {"do": "move", "to": "arrive"}, opens("let_in"),
        {"do": "travel", "status": "cancelled"}, {"do": "correct", "seq": 2, "why": "invented"}, {"do": "complete", "step": "safety_plan"},
    ]  # fmt: skip
    assert [act for act in allowed if not gives(case, NIGHT, act)] == []
    assert [act for act in refused if gives(case, NIGHT, act)] == []


def test_who_only_runs_the_system_of_a_house_that_was_let_in_reads_nothing_and_confirms_the_clock(case: Play) -> None:
    case.given(ANNA, opens("let_in", until=soon(case, hours=5)))
    admin = Actor("sam", OTHER, {"system_admin"})

    assert gives(case, admin, {"do": "clock"})
    with pytest.raises(NotPermitted):
        case.engine.case(case.case, as_=admin)


def test_a_broken_glass_counts_with_the_roles_that_break_it_alone(case: Play) -> None:
    """Access 5: only with the roles that count under that ground; whoever is a travel officer since reads nothing by it."""
    case.given(NIGHT, GLASS)

    assert not seen_by(case, Actor(NIGHT.id, OTHER, {"travel_officer", "legal_counsellor"}))
    both = Actor(NIGHT.id, OTHER, {"travel_officer", "reception_officer"})
    assert case.engine.case(case.case, as_=both) == case.engine.case(case.case, as_=NIGHT)


@pytest.mark.parametrize("group", GROUPS)
def test_a_manager_who_broke_it_writes_down_nobodys_word(case: Play, group: str) -> None:
    """They note what they saw; what she says of herself is written by who works on the case."""
    night = Actor("somebody", OTHER, {MANAGER})
    case.given(night, GLASS)

    assert gives(case, night, {"do": "note", "group": group, "text": "invented", "by": "person"}) is (group == "case")


def test_who_was_let_in_keeps_one_line_from_the_day_on_which_the_case_is_closed(case: Play) -> None:
    case.given(ANNA, opens("let_in", until=soon(case, hours=50)))
    case.wait(hours=1)
    case.given(ANNA, {"do": "incident", "type": "risk_high"})
    case.given(ANNA, {"do": "move", "to": "close", "reason": "return_not_safe"})
    day = case.now

    for later in (timedelta(hours=1), timedelta(days=9)):  # before it would have ended, and after
        case.clock.moment = day + later
        with pytest.raises(NotFound) as told:
            case.engine.case(case.case, as_=Actor("somebody", OTHER, {"reception_officer"}))
        assert told.value.code == "closed_for_you"
        assert f"since {day:%Y-%m-%d}" in str(told.value)


def test_a_broken_glass_stands_in_no_list(case: Play) -> None:
    case.given(NIGHT, GLASS)
    engine = case.engine

    assert not [*engine.cases(as_=NIGHT)]
    assert not [*engine.cases(as_=NIGHT, called="Invented")]
    assert not [*engine.due(as_=NIGHT)]
    assert not [one for one in engine.changes(as_=NIGHT) if one.case == case.case]
    assert sum(one.cases for one in engine.count(as_=NIGHT)) == 0
    assert not engine.today(as_=NIGHT).journeys


def test_it_ends_after_seventy_two_hours_and_when_it_is_closed(case: Play) -> None:
    case.given(NIGHT, GLASS)
    case.clock.moment += timedelta(hours=72) - timedelta(seconds=1)
    assert seen_by(case, NIGHT)
    case.clock.moment += timedelta(seconds=1)
    assert not seen_by(case, NIGHT)

    other = Actor("another_night", OTHER, {"counsellor"})
    case.given(other, GLASS)
    case.given(other, closes(case))
    assert not seen_by(case, other)


def closes(case: Play, **more: Any) -> dict[str, Any]:
    return {"do": "close_up", "seq": case._recorded.openings[-1].seq, **more}


def test_the_same_account_breaks_it_once_in_thirty_days_unless_somebody_says_that_it_was_right(case: Play) -> None:
    case.given(NIGHT, GLASS)
    for span in (timedelta(0), timedelta(hours=73), timedelta(days=20)):
        case.clock.moment += span
        with pytest.raises(Refused) as refused:
            case.engine.do(commands.OpenUp(case.case, ground="break_glass", why="invented"), as_=NIGHT)
        assert [one.rule for one in refused.value.decision.unmet] == ["ROLE"]
    case.given(DANA, closes(case, right=True))
    case.given(NIGHT, GLASS)


def test_who_leads_and_data_protection_are_told_at_once_and_end_it_with_right_or_not_right(case: Play) -> None:
    case.given(NIGHT, GLASS)

    def due(who: Actor) -> list[str]:
        return [row.step for row in case.engine.due(as_=who, case=case.case) if row.step in ("glass", "say_opened")]

    assert due(ANNA) == ["glass", "say_opened"]
    assert "glass" in due(DANA)
    assert not gives(case, Actor("lawyer", LEADS, {"legal_counsellor"}), closes(case, right=True))
    assert not gives(case, NIGHT, closes(case, right=True))
    case.given(DANA, closes(case, right=False))
    assert "glass" not in due(ANNA)
    assert not seen_by(case, NIGHT), "what was not right ends at once"
    case.given(ANNA, closes(case, told=True))
    assert due(ANNA) == []


def test_the_other_house_looks_at_it_by_data_protection_and_by_nobody_else(case: Play) -> None:
    case.given(NIGHT, GLASS)
    manager, guard = (
        Actor("ngozi", RECEIVES, {role}) for role in ("case_manager_receiving", "data_protection_officer")
    )

    assert "glass" not in [row.step for row in case.engine.due(as_=manager, case=case.case)]
    assert not gives(case, manager, closes(case, right=True))
    assert "glass" in [row.step for row in case.engine.due(as_=guard, case=case.case)]
    case.given(guard, closes(case, right=True))


def broken_by_theirs(play: Play, guard: Actor) -> list[str]:
    return [one.about for one in play.engine.today(as_=guard).checks if one.id == "glass_broken"]


def test_data_protection_of_the_house_that_broke_it_is_told_too_until_somebody_has_said_whether_it_was_right(
    case: Play,
) -> None:
    assert broken_by_theirs(case, THEIR_GUARD) == []
    case.given(NIGHT, GLASS)

    (told,) = [one for one in case.engine.today(as_=THEIR_GUARD).checks if one.id == "glass_broken"]
    assert (told.about, case.case in told.what, "she called" in str(told)) == ("night", True, False)
    assert broken_by_theirs(case, DANA) == [], "who is in the case has it as a due"
    assert broken_by_theirs(case, Actor("pia", OTHER, {"programme_manager"})) == []
    assert not seen_by(case, THEIR_GUARD)
    case.wait(hours=73)
    assert broken_by_theirs(case, THEIR_GUARD) == ["night"]
    case.given(DANA, closes(case, right=True))
    assert broken_by_theirs(case, THEIR_GUARD) == []


def test_the_programme_manager_of_who_leads_is_told_the_next_day(case: Play) -> None:
    leader, theirs = (Actor("pia", house, {"programme_manager"}) for house in (LEADS, RECEIVES))
    case.given(NIGHT, GLASS)
    broken_at = case.now

    def due(who: Actor) -> list[Any]:
        today = case.engine.today(as_=who)
        rows = (*today.alarms, *today.overdue, *today.today, *today.soon)
        return [row for row in rows if row.step.startswith("glass")]

    (row,) = due(leader)
    assert (row.step, row.due_at) == ("glass_next_day", broken_at + timedelta(days=1))
    assert row.title == "Glass broken: was it right?"
    assert [one.step for one in due(DANA)] == ["glass"]
    assert due(theirs) == []
    case.wait(hours=25)
    assert row.step in [one.step for one in case.engine.today(as_=leader).overdue]
    case.given(leader, closes(case, right=True))
    assert due(leader) == due(DANA) == []


def test_somebody_is_rung_for_a_broken_glass(case: Play) -> None:
    for one in (ANNA, DANA, NIGHT, THEIR_GUARD, Actor("pia", LEADS, {"programme_manager"})):
        case.engine.put_actor(one)
    before = {one.account: one.look_now for one in case.engine.ring().calls}
    case.given(NIGHT, GLASS)

    after = {one.account: one.look_now for one in case.engine.ring().calls}
    assert {one for one, calls in after.items() if calls > before.get(one, 0)} == {"anna", "dana", "dora"}
    assert case.engine.ring().calls == (), "each is called for it once"


def test_nobody_says_of_their_own_glass_that_it_was_right(case: Play) -> None:
    own = Actor("cousin", LEADS, {"counsellor", MANAGER})
    case.given(ANNA, {"do": "keep_to", "workers": ["anna", "invented_worker"]})
    assert not seen_by(case, own), "the case is kept to others"
    case.given(own, GLASS)
    assert case.tried(ANNA, closes(case, right=True)).done
    case.clock.moment += timedelta(hours=73)
    case.given(ANNA, {"do": "keep_to"})
    assert case.tried(own, closes(case, right=True)).rules == {"ROLE"}


def test_it_outdates_nothing_and_counts_for_no_version(case: Play) -> None:
    before, version = case.why(), case.seen().version
    case.given(NIGHT, GLASS)

    assert case.why().reasons == before.reasons
    case.given(ANNA, {"do": "note", "text": "invented", "if_version": version})
    assert case.tried(ANNA, {"do": "note", "text": "invented", "if_version": version}).kind == "Conflict"


# --- who is let in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", sorted(SAYS))
@pytest.mark.parametrize("role", sorted(HOST))
def test_somebody_is_let_in_by_these_roles_of_who_leads(case: Play, ground: str, role: str) -> None:
    act = opens(ground, until=soon(case, hours=48))

    assert gives(case, Actor("somebody", LEADS, {role}), act) is (role in SAYS[ground])
    assert not gives(case, Actor("somebody", RECEIVES, {"case_manager_receiving"}), act), (
        "of a house that does not lead it"
    )


def test_another_house_that_is_let_in_reads_by_its_letters_what_a_consent_names_besides(case: Play) -> None:
    assessor = Actor("somebody", OTHER, {"risk_assessor"})
    case.given(ANNA, opens("let_in", groups=["risk", "phone", "case"], until=soon(case, days=30)))
    assert reads(case, assessor) == set()
    case.given(ANNA, {**YES, "recipient": OTHER, "groups": ["risk"]})

    assert reads(case, assessor) == {"risk", "instructions"}
    assert not gives(case, Actor("nurse", OTHER, {"medical_officer"}), {"do": "incident", "type": "lost_contact"}), (
        "they read, and write nothing"
    )
    case.clock.moment += timedelta(days=30)
    assert not seen_by(case, Actor("nurse", OTHER, {"medical_officer"}))


def test_a_colleague_who_is_let_in_reads_what_is_said_and_no_more(case: Play) -> None:
    escort = Actor("eve", LEADS, {"escort"})
    assert not seen_by(case, escort), "an escort counts only where they are named"
    case.given(
        ANNA,
        opens(
            "let_in",
            organisation=LEADS,
            worker="eve",
            groups=["phone", "travel", "risk", "case"],
            until=soon(case, days=3),
        ),
    )

    assert reads(case, escort) == {"phone", "travel", "arrival", "instructions"}, (
        "of the risk an escort is told what to do alone"
    )
    assert not seen_by(case, Actor("adam", LEADS, {"escort"}))


@pytest.mark.parametrize("ground", sorted(SAYS))
def test_nobody_lets_in_themselves_nor_for_longer_than_that_lasts(case: Play, ground: str) -> None:
    longest = timedelta(hours=72) if ground == "danger_to_life" else timedelta(days=30)
    at_most, later = (case.now + longest).isoformat(), (case.now + longest + timedelta(seconds=1)).isoformat()

    assert case.faults(ANNA, opens(ground, organisation=LEADS, until=at_most)) == {("worker", "contradiction")}
    assert case.faults(ANNA, opens(ground, organisation=LEADS, worker="anna", until=at_most)) == {
        ("worker", "contradiction")
    }
    assert case.faults(ANNA, opens(ground, until=later)) == {("until", "contradiction")}
    assert case.faults(ANNA, opens(ground, until=case.now.isoformat())) == {("until", "contradiction")}
    assert ("why", "empty") in case.faults(ANNA, opens(ground, until=at_most, why="  "))
    case.given(ANNA, opens(ground, until=at_most))


def test_a_law_opens_what_it_names_whatever_the_letter_but_never_these(case: Play) -> None:
    officer = Actor("somebody", OTHER, {"service_provider"})
    until = soon(case, days=30)
    for never in ("psychosocial", "complaint", "read_log"):
        assert case.faults(ANNA, opens("legal_duty", groups=[never], until=until)) == {("groups", "unknown")}
    assert case.faults(ANNA, opens("legal_duty", article=None, until=until)) == {("article", "missing")}
    case.given(ANNA, opens("legal_duty", groups=["identity", "narrative"], until=until))

    assert reads(case, officer) == {"identity", "first_name", "ticket_name", "papers", "narrative"}


def test_danger_opens_what_is_needed_whatever_the_letter_and_again_by_another(case: Play) -> None:
    officer, until = Actor("somebody", OTHER, {"service_provider"}), soon(case, hours=72)
    for never in sorted({*GROUPS} - IN_DANGER - {"case"}):
        assert case.faults(ANNA, opens("danger_to_life", groups=[never], until=until)) == {("groups", "unknown")}, never
    case.given(ANNA, opens("danger_to_life", groups=sorted(IN_DANGER), until=until))

    assert reads(case, officer) == IN_DANGER
    assert gives(case, officer, {"do": "incident", "type": "lost_contact"})
    assert not gives(case, officer, {"do": "note", "text": "invented"})
    case.clock.moment += timedelta(hours=72)
    assert not seen_by(case, officer)
    again = opens("danger_to_life", groups=["phone"], until=soon(case, hours=1))
    assert case.tried(ANNA, again).rules == {"ROLE"}
    case.given(Actor("bert", LEADS, {MANAGER}), again)


def test_why_somebody_was_let_in_is_read_by_data_protection_and_by_who_wrote_it_for_a_day(case: Play) -> None:
    case.given(ANNA, opens("let_in", until=soon(case, days=3)))

    def told(who: Actor) -> bool:
        return "it must be" in str([row.texts for row in case.engine.history(case.case, as_=who)])

    assert [told(who) for who in (ANNA, Actor("bert", LEADS, {MANAGER}), DANA)] == [True, False, True]
    rows = [row.type for row in case.engine.history(case.case, as_=Actor("bert", LEADS, {MANAGER}))]
    assert "opened_up" not in rows


def test_a_closed_case_is_open_to_nobody_who_was_let_in(packs: Packs) -> None:
    with begun(packs=packs) as play:
        play.given(MANAGER, opens("danger_to_life", groups=["phone"], until=soon(play, hours=72)))
        officer = Actor("somebody", OTHER, {"service_provider"})
        assert seen_by(play, officer)
        play.given(
            MANAGER,
            {"do": "record", "facts": {"existed_already": True}},
            {"do": "move", "to": "close", "reason": "duplicate"},
        )

        assert not seen_by(play, officer)
        with pytest.raises(NotFound):
            play.engine.do(commands.OpenUp(play.case, ground="break_glass", why="invented"), as_=NIGHT)


# --- found by a hostile look ------------------------------------------------------------------------------------------


def test_a_house_that_is_let_in_keeps_its_own_people_out_as_before(case: Play) -> None:
    ngozi, cousin = (Actor(id, RECEIVES, {"case_manager_receiving"}) for id in ("ngozi", "cousin"))
    case.given(ngozi, {"do": "keep_to", "workers": ["ngozi", "ada"]})
    assert not seen_by(case, cousin)
    case.given(ANNA, opens("danger_to_life", organisation=RECEIVES, groups=["phone"], until=soon(case, hours=5)))

    assert not seen_by(case, cousin)
    case.given(
        ANNA, opens("let_in", organisation=RECEIVES, worker="cousin", groups=["phone"], until=soon(case, hours=5))
    )
    assert seen_by(case, cousin), "who is named is named"


def test_only_who_is_in_the_case_beside_any_opening_says_whether_it_was_right(case: Play) -> None:
    case.given(NIGHT, GLASS)
    seq = case._recorded.openings[-1].seq
    two = Actor("two", OTHER, {"counsellor", "data_protection_officer"})
    case.given(two, GLASS)

    for more in ({"right": True}, {"told": True}, {}):
        assert not gives(case, two, {"do": "close_up", "seq": seq, **more}), more
    assert not gives(case, NIGHT, {"do": "close_up", "seq": seq, "told": True}), "nor that she was told"


def test_who_was_let_in_stands_in_no_list_of_who_does_not_lead(case: Play) -> None:
    case.given(NIGHT, GLASS)
    case.given(ANNA, opens("legal_duty", until=soon(case, days=3)))

    for who in (Actor("ngozi", RECEIVES, {"case_manager_receiving"}), NIGHT, Actor("tom", LEADS, {"travel_officer"})):
        assert (
            not [row for row in case.engine.next(case.case, as_=who) if row.do["do"] == "close_up"] or who.id == "tom"
        )
    guard = case.engine.history(case.case, as_=DANA)
    assert "night" not in str([row.data for row in guard if row.type == "opened_up"]), "of another house no account"


@pytest.mark.parametrize(("role", "group"), [("case_manager_sending", "narrative"), ("counsellor", "psychosocial")])
def test_who_broke_the_glass_notes_in_no_file_whatever_their_letter(case: Play, role: str, group: str) -> None:
    who = Actor("somebody", OTHER, {role})
    case.given(who, GLASS)

    assert not gives(case, who, {"do": "note", "group": group, "text": "invented"})
    assert gives(case, who, {"do": "note", "text": "invented"})


def test_the_glass_breaks_for_who_also_runs_the_system_or_is_named_for_something_else(case: Play) -> None:
    both = Actor("somebody", OTHER, {"reception_officer", "system_admin"})
    case.given(both, GLASS)
    assert reads(case, both) == PROTECTS


def test_before_it_is_broken_a_number_is_a_number(case: Play) -> None:
    """Whatever is wrong with a try, it says what is said of a number that nobody has."""
    for more in (
        {"why": ""},
        {"why": "  "},
        {"why": "x", "if_version": 3},
        {"why": "x", "groups": ["risk"]},
        {"why": "x", "until": "2030-01-01"},
    ):
        told = []
        for number in (case.case, NOBODYS):
            with pytest.raises(NotFound) as refused:
                case.engine.do(commands.OpenUp(number, ground="break_glass", **more), as_=NIGHT)
            told.append(str(refused.value).replace(number, ""))
        assert told[0] == told[1], more
    with pytest.raises(NotFound):
        case.engine.why(case.case, commands.OpenUp(case.case, ground="break_glass", why="x"), as_=NIGHT)
    assert not case._recorded.openings


def test_a_clock_that_stands_back_opens_nothing(case: Play) -> None:
    case.given(NIGHT, GLASS)
    case.clock.moment -= timedelta(days=1)
    assert not seen_by(case, NIGHT)


def test_danger_is_said_again_by_another_also_of_one_account_there(case: Play) -> None:
    case.given(ANNA, opens("danger_to_life", groups=["phone"], until=soon(case, hours=5)))
    again = opens("danger_to_life", groups=["phone"], worker="somebody", until=soon(case, hours=5))

    assert case.tried(ANNA, again).rules == {"ROLE"}


def test_a_house_that_is_said_to_have_failed_breaks_no_glass(case: Play) -> None:
    failed = Actor("somebody", RECEIVES, {"counsellor"})
    case.given(Actor("ngozi", RECEIVES, {"case_manager_receiving"}), {"do": "keep_to", "workers": ["ngozi", "ada"]})
    case.given(MANAGER, {"do": "incident", "type": "partner_failure"})
    assert case._recorded.open_incidents

    with pytest.raises(NotFound):
        case.engine.do(commands.OpenUp(case.case, ground="break_glass", why="invented"), as_=failed)


def test_who_must_say_whether_it_was_right_is_told_who_it_was_and_why(case: Play) -> None:
    """Who only confirms is shown that entry for it: the manager of the house that leads, until somebody has said it."""
    case.given(NIGHT, GLASS)
    bert = Actor("bert", LEADS, {MANAGER})

    def told(who: Actor) -> list[str]:
        return [
            f"{row.organisation} {row.texts}"
            for row in case.engine.history(case.case, as_=who)
            if row.type == "opened_up"
        ]

    assert [OTHER in one and "she called the night line" in one for one in told(bert)] == [True]
    assert (
        told(Actor("ngozi", RECEIVES, {"case_manager_receiving"}))
        == told(Actor("tom", LEADS, {"travel_officer"}))
        == []
    )
    case.given(DANA, closes(case, right=True))
    assert told(bert) == []


def test_what_who_is_let_in_may_not_do_is_said_in_words_that_are_true(case: Play) -> None:
    case.given(NIGHT, GLASS)
    with pytest.raises(NotPermitted) as refused:
        case.engine.do(commands.Record(case.case, facts={"safe_place_tonight": False}), as_=NIGHT)

    assert refused.value.code == "let_in"
    assert "let in here for a while" in str(refused.value)


def test_what_a_broken_glass_opens_is_found_by_nobody_who_is_in_the_case_for_something_else(case: Play) -> None:
    """They are named for the plan; through the glass they read her name, and still do not find her by it, nor in what has changed."""
    named = Actor("somebody", OTHER, {"case_manager_receiving"})
    case.given(
        ANNA,
        {**YES, "recipient": OTHER, "groups": ["plan"]},
        {"do": "record", "facts": {"chosen_name": "Efe Invented"}},
    )
    case.given(named, GLASS)
    assert case.engine.case(case.case, as_=named).facts["chosen_name"] == "Efe Invented"

    assert not [*case.engine.cases(as_=named, called="Efe Invented")]
    assert a_word_of("phone") not in str([one.event for one in case.engine.changes(as_=named)])


# --- who breaks it often, or looks for numbers with it ---------------------------------------------------------------


def named_to(play: Play, guard: Actor) -> list[tuple[str, int]]:
    return [(one.about, one.figures["times"]) for one in play.engine.today(as_=guard).checks if one.id == "glass"]


def tried(play: Play) -> None:
    with pytest.raises(NotFound):
        play.engine.do(commands.OpenUp(NOBODYS, ground="break_glass", why="she called the night line"), as_=NIGHT)


def test_three_tries_within_an_hour_are_named_to_data_protection_of_that_house(case: Play) -> None:
    tried(case)
    case.wait(minutes=40)
    tried(case)
    case.wait(minutes=30)
    tried(case)
    assert named_to(case, THEIR_GUARD) == []  # seventy minutes
    case.wait(minutes=10)
    tried(case)

    assert named_to(case, THEIR_GUARD) == [("night", 4)]
    assert named_to(case, DANA) == []  # of another house
    assert [one for one in case.engine.today(as_=ANNA).checks if one.id == "glass"] == []
    case.wait(days=31)
    assert named_to(case, THEIR_GUARD) == []


def test_who_breaks_ten_within_thirty_days_is_named_to_data_protection_of_that_house(case: Play) -> None:
    for number in range(10):
        assert named_to(case, THEIR_GUARD) == []
        opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
        other = case.engine.do(opened, as_=ANNA).case
        glass = commands.OpenUp(other, ground="break_glass", why=f"she called the night line, call {number}")
        case.engine.do(glass, as_=NIGHT)
        case.wait(days=2)

    assert named_to(case, THEIR_GUARD) == [("night", 10)]
    case.wait(days=20)
    assert named_to(case, THEIR_GUARD) == []


def test_a_try_is_written_down_also_among_many_commands(case: Play) -> None:
    glass = commands.OpenUp(NOBODYS, ground="break_glass", why="she called the night line")
    for _ in range(3):
        assert isinstance(next(case.engine.do_all([glass], as_=NIGHT)), NotFound)
        case.wait(minutes=1)
    assert named_to(case, THEIR_GUARD) == [("night", 3)]


# --- by name, where nobody has the number --------------------------------------------------------------------------------

COUSIN = Actor("cousin", LEADS, {"reception_officer"})  # of the house that leads, and with no part in the case
NAMED_SO, BORN = "Efe Chidinma Invented", 1999


@pytest.fixture
def called(case: Play) -> Play:
    """The same return, of which it is written what stands on the travel document."""
    case.given(
        ANNA,
        {"do": "record", "facts": {"chosen_name": "Efe", "name_on_ticket": NAMED_SO, "born_on": f"{BORN}-05-17"}},
    )
    case.wait(hours=25)
    return case


def by_name(called: str | None = NAMED_SO, born: int | None = BORN, **more: Any) -> commands.OpenUp:
    return commands.OpenUp(
        "by_name", **{"ground": "break_glass", "called": called, "born": born, "why": "she called", **more}
    )


def told_of(play: Play, who: Actor, command: commands.OpenUp) -> str:
    with pytest.raises(NotFound) as refused:
        play.engine.do(command, as_=who)
    return str(refused.value)


@pytest.mark.parametrize("name", [NAMED_SO, "Invented, Efe Chidinma", "EFÉ chidinma  invented"])
def test_the_glass_is_broken_by_the_whole_name_and_the_year_of_birth(called: Play, name: str) -> None:
    assert not seen_by(called, COUSIN)
    done = called.engine.do(by_name(name), as_=COUSIN)

    assert done.case == called.case
    assert reads(called, COUSIN) == PROTECTS
    assert [row.step for row in called.engine.due(as_=DANA, case=called.case) if row.step == "glass"] == ["glass"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"called": "Efe Invented"},  # a part of it
        {"called": "Efe Chidinma Invented Somebody"},
        {"called": "Efe Chidi Invented"},  # how one begins
        {"born": BORN - 1},
        {"born": BORN + 1},
    ],
)
def test_whatever_of_it_is_another_there_is_no_such_case(called: Play, wrong: dict[str, Any]) -> None:
    told = told_of(called, COUSIN, by_name(**wrong))

    assert told == told_of(called, COUSIN, by_name("Somebody Else", 1950))
    assert called.case not in told
    assert not seen_by(called, COUSIN)
    assert not called._recorded.openings


def test_by_name_it_is_broken_by_a_house_that_is_or_was_in_the_case_and_by_the_number_alone_by_another(
    called: Play,
) -> None:
    nobody = told_of(called, COUSIN, by_name("Somebody Else", 1950))
    assert told_of(called, NIGHT, by_name()) == nobody
    called.given(ANNA, {**YES, "recipient": OTHER, "groups": ["plan"]})
    called.given(ANNA, {"do": "withdraw", "purpose": YES["purpose"], "recipient": OTHER, "channel": "phone"})
    assert not seen_by(called, NIGHT)

    assert called.engine.do(by_name(), as_=NIGHT).case == called.case


def test_who_broke_it_by_the_number_is_no_house_that_was_in_the_case(called: Play) -> None:
    called.given(NIGHT, GLASS)
    told_of(called, Actor("another_night", OTHER, {"counsellor"}), by_name())


@pytest.mark.parametrize("role", ["travel_officer", "service_provider", "programme_manager"])
def test_who_breaks_no_glass_finds_nobody_by_name(called: Play, role: str) -> None:
    who = Actor("somebody", OTHER, {role})
    told = []
    for command in (by_name(), by_name("Somebody Else", 1950)):
        with pytest.raises((NotFound, NotPermitted)) as refused:
            called.engine.do(command, as_=who)
        told.append((type(refused.value), str(refused.value)))
    assert told[0] == told[1]


def test_of_two_of_this_name_and_year_neither_is_opened(called: Play) -> None:
    opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
    other = called.engine.do(opened, as_=ANNA).case
    facts = {"name_on_ticket": NAMED_SO, "born_on": f"{BORN}-11-02"}
    called.engine.do(commands.Record(other, facts=facts), as_=ANNA)

    assert told_of(called, COUSIN, by_name()) == told_of(called, COUSIN, by_name("Somebody Else", 1950))
    assert not called._recorded.openings


def test_a_closed_case_is_found_by_no_name(packs: Packs) -> None:
    with begun(packs=packs) as play:
        facts = {"existed_already": True, "name_on_ticket": NAMED_SO, "born_on": f"{BORN}-05-17"}
        play.given(MANAGER, {"do": "record", "facts": facts}, {"do": "move", "to": "close", "reason": "duplicate"})
        told_of(play, COUSIN, by_name())


def test_what_is_missing_or_too_much_is_told_before_anybody_is_looked_for(called: Play) -> None:
    for command, field in (
        (by_name("Efe"), "called"),  # no whole name
        (by_name("  "), "called"),
        (by_name(None), "called"),
        (by_name(born=None), "born"),
        (by_name(born=99), "born"),
        (by_name(why=" "), "why"),
        (by_name(organisation=OTHER), "organisation"),
        (by_name(groups=["risk"]), "groups"),
        (by_name(if_version=3), "if_version"),
    ):
        with pytest.raises(BadInput) as refused:
            called.engine.do(command, as_=COUSIN)
        assert [one.field for one in refused.value.faults] == [field]
    assert named_to(called, DANA) == []


def test_with_a_number_nobody_says_a_name(called: Play) -> None:
    with pytest.raises(NotFound):
        called.engine.do(by_name().__class__(called.case, ground="break_glass", called=NAMED_SO, why="x"), as_=NIGHT)
    assert ("called", "contradiction") in called.faults(ANNA, opens("let_in", until=soon(called, days=1), called="Efe"))


def test_tries_by_name_count_among_those_that_are_named_to_data_protection(called: Play) -> None:
    told_of(called, COUSIN, by_name("Somebody Else", 1950))
    called.wait(minutes=1)
    assert isinstance(next(called.engine.do_all([by_name(born=1950)], as_=COUSIN)), NotFound)
    assert named_to(called, DANA) == []
    called.wait(minutes=1)
    told_of(called, COUSIN, by_name("Efe Invented"))

    assert named_to(called, DANA) == [("cousin", 3)]


def test_that_somebody_was_found_so_is_written_down_and_the_name_nowhere(called: Play) -> None:
    (done,) = called.engine.do_all([by_name()], as_=COUSIN)

    (row,) = [one for one in called.engine.read_log(called.case, as_=DANA) if one.account == "cousin"]
    assert (row.grounds, row.how, row.groups) == (("break_glass",), ("found",), ("ticket_name",))
    assert done.case == called.case
    assert "Chidinma" not in repr(by_name())
    assert "Chidinma" not in str([*called.engine.history(called.case, as_=DANA)][-1])


def test_under_one_key_it_is_broken_once(called: Play) -> None:
    first = called.engine.do(by_name(key="invented-key"), as_=COUSIN)
    assert called.engine.do(by_name(key="invented-key"), as_=COUSIN).version == first.version
    assert len(called._recorded.openings) == 1


# --- what the two hundred walks have found ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(HOST))
def test_that_somebody_was_let_in_is_due_for_who_sees_to_it_and_for_who_sees_who_knew_what(
    case: Play, role: str
) -> None:
    """Access 2 and 4: an opening is of `read_log`, which the managers who lead have not; to them it is told, since they answer it (5, 8)."""
    case.given(ANNA, opens("let_in", until=soon(case, days=2)))
    case.given(NIGHT, GLASS)
    reader = Actor("invented_reader", LEADS, {role})
    due = {row.step for row in case.engine.due(as_=reader, case=case.case)} & {"glass", "glass_next_day", "say_opened"}
    can_do = {row.do["do"] for row in case.engine.next(case.case, as_=reader)} & {"close_up"}

    tells = role in {MANAGER, "programme_manager", "data_protection_officer"}
    assert (bool(due), bool(can_do)) == (tells, tells)


def test_nothing_is_opened_beside_a_case_that_is_read_by_a_broken_glass(case: Play) -> None:
    """Access 8: who broke it reads, notes, says whom they spoke, raises an alarm, and does nothing else."""
    who = Actor("night", OTHER, {MANAGER})
    beside = commands.Open(host_country="BE", origin_country="NG", linked_to=case.case, relation="companion")
    told = []
    for _ in range(2):
        with pytest.raises(NotFound) as refused:
            case.engine.do(beside, as_=who)
        told.append(str(refused.value))
        if len(told) == 1:
            case.given(who, GLASS)
    assert told[0] == told[1]


def test_who_is_in_the_case_with_little_notes_no_more_by_a_broken_glass(case: Play) -> None:
    """Access 8: by the glass a note of `case`; the roles that count beside it write by their letters (4)."""
    case.given(ANNA, {"do": "assign", "role": "service_provider", "partner": "ng_pci"})
    clerk = Actor("clerk", "ng_pci", {"service_provider", MANAGER, "case_manager_receiving", "medical_officer"})
    before = {
        group for group in GROUPS if gives(case, clerk, {"do": "note", "group": group, "text": "(invented) words"})
    }
    case.given(clerk, GLASS)

    for by in ({}, {"by": "person"}):
        note = {"do": "note", "text": "(invented) words", **by}
        assert {group for group in GROUPS if gives(case, clerk, {**note, "group": group})} == before | {"case"}
