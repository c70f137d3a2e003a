"""What each role is told of each data group: of what the own house wrote, and of what another did. Typed from the domain text (access,
sections 1 to 5, 10 and 12): the tables below are its own, and read nothing that the engine reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from wayhome import Actor, WayhomeError, to_json
from wayhome.packs.plugins import Packs

from tests.attacks.play import Play, another, assessed, begun, ready_to_depart, signed

LEADS, RECEIVES, NAMED = "invented_organisation", "ng_bakhita", "ng_idia"
MATRIX = """
| group | person | guardian | CM sending | CM receiving | risk assessor | programme manager | DPO | auditor, donor |
|---|---|---|---|---|---|---|---|---|
| first_name | R | R | W | C | R | - | - | - |
| ticket_name | R | R | W | C | R | - | - | - |
| identity | R | R | W | C | R | - | - | - |
| photo | R | R | W | C | - | - | - | - |
| papers | R | R | W | C | S | - | - | - |
| phone | R | R | W | W | R | - | - | - |
| address | R | R | W | W | R | - | - | - |
| narrative | R | S | W | SC | R | - | - | - |
| risk | R | R | R | R | W | S | - | - |
| instructions | R | R | W | W | W | - | - | - |
| health | R | R | S | S | S | - | - | - |
| onboard_needs | R | R | R | R | S | - | - | - |
| psychosocial | R | S | S | S | S | - | - | - |
| legal | R | R | S | S | S | - | - | - |
| family | R | R | R | W | R | - | - | - |
| travel | R | R | R | R | S | - | - | - |
| arrival | R | R | R | W | S | - | - | - |
| code_word | R | R | W | R | - | - | - | - |
| plan | R | R | R | W | - | S | - | - |
| money | R | R | W | W | - | W | - | - |
| own_items | R | R | R | W | - | S | - | - |
| survey | R | R | S | W | S | - | - | - |
| consent_return | R | R | W | W | R | S | R | - |
| consent | R | R | W | W | R | S | R | - |
| complaint | R | - | - | - | - | W | W | - |
| files | R | R | W | W | W | - | - | - |
| case | R | R | W | W | R | W | R | - |
| parties | R | R | W | W | R | W | R | - |
| read_log | R | - | - | - | - | S | R | - |
| totals | - | - | - | - | - | R | R | R |

| group | legal | medical | counsellor | travel officer | escort | reception | service provider |
|---|---|---|---|---|---|---|---|
| first_name | R | R | R | R | R | R | R |
| ticket_name | R | R | R | R | R | R | - |
| identity | R | R | R | - | - | - | - |
| photo | - | - | - | - | - | C | - |
| papers | R | - | - | W | S | - | - |
| phone | S | S | S | R | R | R | C |
| address | S | S | S | - | - | - | C |
| narrative | C | S | C | - | - | - | - |
| risk | S | S | S | - | - | - | S |
| instructions | S | S | S | R | R | R | C |
| health | - | W | S | - | - | S | C |
| onboard_needs | - | W | S | R | R | R | C |
| psychosocial | - | S | W | - | - | - | - |
| legal | W | - | - | - | - | - | - |
| family | S | - | S | - | - | - | - |
| travel | - | S | - | W | W | - | - |
| arrival | - | S | - | W | W | R | - |
| code_word | - | - | - | - | - | R | - |
| plan | - | S | S | - | - | S | - |
| money | - | - | - | - | - | - | - |
| own_items | - | S | S | - | - | S | W |
| survey | - | - | S | - | - | - | - |
| consent_return | R | R | R | R | R | S | S |
| consent | R | R | R | - | - | S | S |
| complaint | - | - | - | - | - | - | - |
| files | W | W | W | W | - | - | - |
| case | R | R | R | S | S | S | S |
| parties | - | - | - | - | - | - | - |
| read_log | - | - | - | - | - | - | - |
| totals | - | - | - | - | - | - | - |

| group | police | authority | consulate | interpreter | panel | caregiver |
|---|---|---|---|---|---|---|
| first_name | C | C | C | R | R | R |
| ticket_name | C | C | C | - | - | - |
| identity | C | C | C | - | - | - |
| photo | - | - | C | - | - | - |
| papers | C | C | C | - | - | - |
| phone | C | C | C | - | - | C |
| address | C | C | - | - | - | C |
| narrative | C | C | - | - | S | - |
| risk | C | C | - | - | R | - |
| instructions | C | C | - | R | R | R |
| health | - | - | - | - | S | C |
| onboard_needs | - | - | - | - | S | R |
| psychosocial | - | - | - | - | S | - |
| legal | C | C | - | - | S | - |
| family | - | - | - | - | R | - |
| travel | - | - | C | - | - | - |
| arrival | C | C | C | - | - | R |
| code_word | - | - | - | - | - | R |
| plan | - | - | - | - | R | - |
| money | - | - | - | - | - | - |
| own_items | - | - | - | - | - | - |
| survey | - | - | - | - | - | - |
| consent_return | - | - | - | - | S | - |
| consent | - | - | - | - | S | - |
| complaint | - | - | - | - | - | - |
| files | C | C | C | - | - | - |
| case | CS | CS | - | - | S | - |
| parties | - | - | - | - | - | - |
| read_log | - | - | - | - | - | - |
| totals | - | - | - | - | - | - |
"""
CALLED = {
    "CM sending": "case_manager_sending", "CM receiving": "case_manager_receiving", "DPO": "data_protection_officer",
    "auditor, donor": "auditor_or_donor", "legal": "legal_counsellor", "medical": "medical_officer", "reception": "reception_officer",
    "police": "police_liaison", "authority": "competent_authority",
}  # fmt: skip


@cache
def matrix() -> dict[str, dict[str, str]]:
    """Read the tables: the letter of each role in each group that is not closed to it."""
    found: dict[str, dict[str, str]] = {}
    roles: list[str] = []
    for line in MATRIX.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if cells[0] == "group":
            roles = [CALLED.get(cell, cell.replace(" ", "_")) for cell in cells[1:]]
        elif len(cells) > 1 and not cells[0].startswith("-"):
            for role, letter in zip(roles, cells[1:], strict=True):
                found.setdefault(role, {}).update({cells[0]: letter} if letter != "-" else {})
    return found


# What a word of a consent opens (section 2), and whether a letter lets read with a consent (section 1).
WORDS = {
    "identity": {"identity", "first_name", "ticket_name", "papers"},
    "contact": {"phone", "address"},
    "risk": {"risk", "instructions"},
    "health": {"health", "onboard_needs"},
    "travel": {"travel", "arrival", "code_word"},
    "plan": {"plan", "own_items", "money"},
    "consent": {"consent", "consent_return"},
}
READS_ALONE, READS_WITH = {"R", "W"}, {"R", "W", "C", "SC"}
HEARS_THEM = {
    "case_manager_receiving",
    "reception_officer",
    "service_provider",
}  # a `C` on an own entry is open to them
ORIGIN = {
    "case_manager_receiving", "risk_assessor", "legal_counsellor", "medical_officer", "counsellor", "reception_officer",
    "service_provider", "programme_manager", "data_protection_officer",
}  # fmt: skip
HOST = {
    "case_manager_sending", "risk_assessor", "legal_counsellor", "medical_officer", "counsellor", "travel_officer",
    "programme_manager", "data_protection_officer",
}  # fmt: skip
# One fact of each group of which facts are kept.
FACTS: dict[str, Any] = {
    "languages": ["en"], "has_passport": True, "ng_residence_state": "Edo", "safe_place_tonight": True, "pregnant": False,
    "wishes_escort": False, "has_claims_or_belongings": False, "wants_family_contact": False, "yellow_fever_certificate_asked": False,
    "has_local_documents": True, "wants_data_erased": False,
}  # fmt: skip
OF_GROUP = {
    "languages": "first_name", "has_passport": "papers", "ng_residence_state": "address", "safe_place_tonight": "risk",
    "pregnant": "health", "wishes_escort": "onboard_needs", "has_claims_or_belongings": "legal", "wants_family_contact": "family",
    "yellow_fever_certificate_asked": "travel", "has_local_documents": "plan", "wants_data_erased": "case",
}  # fmt: skip
BY_SHARING = {
    "case_manager_sending", "case_manager_receiving", "risk_assessor", "reception_officer", "service_provider",
    "data_protection_officer",
}  # fmt: skip
YES = {
    "do": "consent", "purpose": "share_partner", "answer": "given", "language": "en", "version": "1", "form": "written",
}  # fmt: skip
NO = {"do": "withdraw", "purpose": "share_partner", "channel": "phone"}
ALL_WORDS = ["identity", "contact", "narrative", "risk", "family", "travel", "plan", "survey", "consent", "case"]


def opened_by(named: list[str]) -> set[str]:
    return set().union(*(WORDS.get(word, {word}) for word in named))


def test_the_matrix_is_that_of_the_domain_text_in_every_cell(packs: Packs) -> None:
    expected = matrix()
    for process in packs.processes():
        kept = {id: dict(role.reads) for id, role in process.roles.items() if role.reads}
        assert kept == expected, process.origin_country


def test_a_word_of_a_consent_opens_what_the_domain_text_says(packs: Packs) -> None:
    process = packs.process("BE", "NG")
    covers = {id: {id, *one.covers} for id, one in process.groups.items() if one.covers}

    assert covers == {word: {word, *groups} for word, groups in WORDS.items()}


@pytest.fixture(scope="module")
def told(packs: Packs) -> Iterator[Play]:
    """A case that one house leads, which has written a fact of each group; another is to receive, and is named by no consent any more."""
    with begun(ready_to_depart, packs) as play:
        by = {
            "pregnant": "medical_officer", "has_claims_or_belongings": "legal_counsellor",
            "yellow_fever_certificate_asked": "travel_officer",
        }  # fmt: skip
        for fact, value in FACTS.items():
            who = Actor(f"invented_{fact}", LEADS, {by.get(fact, "case_manager_sending")})
            play.given(
                who,
                {"do": "record", "facts": {fact: value}, **({"by": "person"} if fact == "has_local_documents" else {})},
            )
        for one in play.seen().consents:
            if one["recipient"] == RECEIVES and one["state"] == "given":
                play.given("case_manager_sending", {**NO, "purpose": one["purpose"], "recipient": RECEIVES})
        yield play


@pytest.mark.parametrize("role", sorted(HOST))
def test_the_house_that_wrote_reads_by_its_letters(told: Play, role: str) -> None:
    view = told.engine.case(told.case, as_=Actor("invented_reader", LEADS, {role}))

    reads = {fact for fact, group in OF_GROUP.items() if matrix()[role].get(group) in READS_ALONE}
    assert {*view.facts} & {*FACTS} == reads


@pytest.mark.parametrize(
    "named",
    [[], ["identity"], ["identity", "contact", "risk"], ["phone"], ALL_WORDS],
    ids=lambda one: "+".join(one) or "nothing",
)
@pytest.mark.parametrize("role", sorted(ORIGIN))
def test_another_house_reads_what_a_consent_names_for_it_and_nothing_else(
    told: Play, role: str, named: list[str]
) -> None:
    if named:
        told.given("case_manager_sending", {**YES, "recipient": RECEIVES, "groups": named})
    view = told.engine.case(told.case, as_=Actor("invented_reader", RECEIVES, {role}))
    reads = {
        fact
        for fact, group in OF_GROUP.items()
        if group in opened_by(named) and matrix()[role].get(group) in READS_WITH
    }
    assert {*view.facts} & {*FACTS} == reads
    if named:
        told.given("case_manager_sending", {**NO, "recipient": RECEIVES})
        shut = told.engine.case(told.case, as_=Actor("invented_reader", RECEIVES, {role}))
        assert not {*shut.facts} & {*FACTS}, "a withdrawal closes at once"
        before = told.engine.case(told.case, as_=Actor("invented_reader", RECEIVES, {role}), at=told.now)
        assert not {*before.facts} & {*FACTS}, "and what was seen before is not shown again"


def test_what_the_own_house_wrote_stays_its_own_and_what_needs_a_consent_is_read_by_who_heard_it(packs: Packs) -> None:
    with begun(ready_to_depart, packs) as play:
        manager, lawyer = (Actor("ngozi", RECEIVES, {role}) for role in ("case_manager_receiving", "legal_counsellor"))
        said = {"do": "record", "facts": {"languages": ["en"], "wants_family_contact": True}, "by": "person"}
        play.given(Actor("bola", RECEIVES, {"case_manager_receiving"}), said)

        assert play.engine.case(play.case, as_=manager).facts["languages"] == (
            "en",
        )  # identity is C for them: she told them
        assert play.engine.case(play.case, as_=lawyer).facts.keys() & {"languages", "wants_family_contact"} == {
            "languages"
        }
        assert (
            "wants_family_contact"
            not in play.engine.case(play.case, as_=Actor("anna", LEADS, {"travel_officer"})).facts
        )


@pytest.mark.parametrize("named", [[], ["travel"], ["arrival"]], ids=lambda one: "+".join(one) or "nothing")
@pytest.mark.parametrize("role", sorted(ORIGIN))
def test_who_meets_the_person_is_told_of_the_landing_and_not_of_the_route(
    told: Play, role: str, named: list[str]
) -> None:
    if named:
        told.given("case_manager_sending", {**YES, "recipient": RECEIVES, "groups": named})
    view = told.engine.case(told.case, as_=Actor("invented_reader", RECEIVES, {role}))
    if named:
        told.given("case_manager_sending", {**NO, "recipient": RECEIVES})

    def reads(group: str) -> bool:
        return group in opened_by(named) and matrix()[role].get(group) in READS_WITH

    assert (view.arrival is not None) is reads("arrival")
    assert (view.travel is not None) is reads("travel")
    if view.arrival:
        assert set(view.arrival) == {"at", "place", "zone", "carrier", "number", "meeting_person"}


# --- every answer -----------------------------------------------------------------------------------------------------

GROUPS = sorted(
    {group for letters in matrix().values() for group in letters} - {"totals", "read_log"}
)  # of which somebody writes
SHARED = ["identity", "contact", "travel"]


def a_word_of(group: str) -> str:
    return f"invented-word-of-{group}.".replace("_", "-")


def noted(group: str, text: str) -> tuple[str, dict[str, Any]]:
    """Give who of the house that leads writes such a note: one who writes in the group, or who carries the case, as the person said it."""
    who = next((role for role in sorted(HOST) if matrix()[role].get(group) == "W"), None)
    note = {"do": "note", "group": group, "text": text}
    return (who, note) if who else ("case_manager_sending", {**note, "by": "person"})


@pytest.fixture(scope="module")
def worded(packs: Packs) -> Iterator[Play]:
    """A case in which a word of each group was written, by the house that leads; it is named in consents that share some of them."""
    with begun(ready_to_depart, packs) as play:
        for group in GROUPS:
            play.given(*noted(group, a_word_of(group)))
        play.given("case_manager_sending", {"do": "involve", "by": "person", "relation": "relative", "suspected": True})
        play.given("case_manager_sending", {"do": "contact", "with": "person", "channel": "phone", "reached": True})
        play.given("case_manager_sending", {"do": "contact", "with": "person", "channel": "phone", "reached": False})
        play.given("case_manager_sending", {"do": "contact", "with": RECEIVES, "channel": "phone", "reached": True})
        for one in play.seen().consents:
            if one["recipient"] == RECEIVES and one["state"] == "given":
                play.given("case_manager_sending", {**NO, "purpose": one["purpose"], "recipient": RECEIVES})
        play.given("case_manager_sending", {**YES, "recipient": RECEIVES, "groups": SHARED})
        play.given("case_manager_sending", {**YES, "recipient": NAMED, "groups": SHARED})
        yield play


def every_answer(play: Play, actor: Actor) -> str:
    """Ask all that can be asked of a case, and be refused what can be refused."""
    engine, case = play.engine, play.case
    asked: list[Any] = [
        engine.case(case, as_=actor), engine.history(case, as_=actor), engine.next(case, as_=actor), engine.due(as_=actor),
        engine.cases(as_=actor), engine.today(as_=actor), engine.blockers(case, "depart", as_=actor),
        [change.event for change in engine.changes(as_=actor)], engine.case(case, as_=actor, at=engine.now()),
    ]  # fmt: skip
    for act in (
        {"do": "move", "to": "depart"}, {"do": "move", "to": "close", "reason": "transferred"}, {"do": "complete", "step": "safety_plan"},
        {"do": "resolve", "incident": "risk_high", "outcome": "x", "reason": "invented"}, {"do": "incident", "type": "violence"},
        {"do": "consent", "purpose": "return", "answer": "refused"}, {"do": "record", "facts": {"languages": ["en"]}},
    ):  # fmt: skip
        try:
            asked += [engine.form(case, act, as_=actor), engine.why(case, play._read(act), as_=actor)]
        except WayhomeError as error:
            asked.append(str(error))
    return " ".join(one if isinstance(one, str) else str(to_json(one)) for one in asked)


@pytest.mark.parametrize("role", sorted(HOST))
def test_no_answer_has_a_word_of_what_a_role_of_the_own_house_may_not_read(worded: Play, role: str) -> None:
    said = every_answer(worded, Actor("invented_reader", LEADS, {role}))

    # What she told the lawyer is opened to them by her yes to legal counselling, which their house wrote down (section 5).
    inside = {"narrative"} if role == "legal_counsellor" else set()
    assert {one for one in GROUPS if a_word_of(one) in said} == inside | {
        one for one in GROUPS if matrix()[role].get(one) in READS_ALONE
    }


@pytest.mark.parametrize(("house", "roles"), [(RECEIVES, ORIGIN), (NAMED, BY_SHARING)], ids=["receives", "named"])
def test_no_answer_has_a_word_of_what_no_consent_opens_to_a_role_of_another_house(
    worded: Play, house: str, roles: set[str]
) -> None:
    for role in roles:
        said = every_answer(worded, Actor("invented_reader", house, {role}))
        opened = {one for one in opened_by(SHARED) if matrix()[role].get(one) in READS_WITH}
        alone = {one for one in ("instructions",) if matrix()[role].get(one) in READS_ALONE}
        assert {one for one in GROUPS if a_word_of(one) in said} == opened | alone, role


def test_another_house_is_told_the_house_and_the_day_and_never_the_account(worded: Play) -> None:
    """Access 12.13."""
    own = Actor("invented_reader", LEADS, {"case_manager_sending"})
    theirs = Actor("ngozi", RECEIVES, {"case_manager_receiving"})
    accounts = {row.actor for row in worded.engine.history(worded.case, as_=own) if row.organisation == LEADS}
    told = worded.engine.history(worded.case, as_=theirs)

    assert len(accounts) > 3
    assert {row.actor for row in told if row.organisation == LEADS} == {""}
    assert not {one for one in accounts if one in str(to_json(told))}
    assert {row.actor for row in told if row.organisation == RECEIVES} != {""}, "the own house reads its own"


ENTRIES = {  # by the type of an entry, the group that says whether it is told that it stands there
    "person_involved": "family", "document_recorded": "papers", "contact_made": "phone", "contact_attempted": "phone",
    "travel_targeted": "travel", "travel_booked": "travel", "suspicion_recorded": "risk",
}  # fmt: skip
# The group of a step (return-process 5) tells something by its title: that there is a doctor, a court case, a danger.
STEPS = {
    "legal_counselling": "legal", "medical_assessment": "health", "pre_return_risk_assessment": "risk", "fit_to_travel_check": "onboard_needs",
    "safe_first_contact": None, "safety_plan": None, "options_counselling": None,
}  # fmt: skip


@pytest.mark.parametrize("role", sorted(HOST))
def test_an_entry_stands_in_the_history_of_who_is_told_of_one_of_its_groups(worded: Play, role: str) -> None:
    """Access 6: entries with `S` in one of their groups. Numbers may have gaps."""
    sums = {group for group, letter in matrix()[role].items() if letter in {"S", "SC", "R", "W"}}
    sums |= {"narrative"} if role == "legal_counsellor" else set()
    rows = worded.engine.history(worded.case, as_=Actor("invented_reader", LEADS, {role}))
    notes = {row.data["group"] for row in rows if row.type == "note_added" and row.data["group"] in GROUPS}

    assert notes == {one for one in GROUPS if one in sums}
    for type, group in ENTRIES.items():
        assert (type in {row.type for row in rows}) is (group in sums), type
    spoken_with = {row.data.get("with") for row in rows if row.type.startswith("contact")}
    assert (RECEIVES in spoken_with) is ("phone" in sums and "parties" in sums)
    told = {row.data["step"] for row in rows if "step" in row.data}
    assert told & {*STEPS} == {step for step, group in STEPS.items() if group is None or group in sums}
    given = {row.data["role"] for row in rows if row.type == "role_assigned"}
    assert ("receiving_organisation" in given) is ("parties" in sums), "that a house is in it is itself a secret"
    assert "case_owner" in given, "who leads the case is known to each"


MATTER = {"do": "enter", "register": "legal_matter", "matter": "wages", "country": "BE"}
NO_MATTER = {"do": "enter", "register": "legal_matter", "status": "there_is_none"}
PASSPORT, NO_PASSPORT = ({"do": "record", "facts": {"has_passport": held}} for held in (True, False))


@pytest.mark.parametrize(
    ("said", "group", "who", "origin"),
    [
        ((MATTER, NO_MATTER), "legal", "legal_counsellor", "SL"),
        ((PASSPORT, NO_PASSPORT), "papers", "case_manager_sending", "NG"),
    ],
)
def test_a_danger_to_keep_in_mind_tells_no_fact_by_being_left_out(
    packs: Packs, said: tuple[dict[str, object], ...], group: str, who: str, origin: str
) -> None:
    """It is shown where a fact is so, or is not known: to who is not told that fact it is shown in either case."""
    told: dict[str, list[object]] = {role: [] for role in HOST}
    for act in said:
        with begun(packs=packs, origin=origin) as play:
            play.given("case_manager_sending", {"do": "consent", "purpose": "legal", "language": "en"})
            play.given(who, act)
            for role, shown in told.items():
                view = play.engine.case(play.case, as_=Actor("invented_reader", LEADS, {role}))
                shown.append([one.id if hasattr(one, "id") else one["id"] for one in view.risks])

    for role, (yes, no) in told.items():
        assert (yes != no) is (matrix()[role].get(group) in READS_ALONE), role


@pytest.mark.parametrize("role", sorted(HOST))
def test_of_a_paper_a_summary_in_the_history_has_neither_days_nor_what_was_checked(packs: Packs, role: str) -> None:
    """Access, section 1: of a paper `S` shows its kind and whether it is held; the number, who issued it and the days belong to `R`."""
    with begun(ready_to_depart, packs) as play:
        rows = play.engine.history(play.case, as_=Actor("invented_reader", LEADS, {role}), limit=1_000)

        papers = [row.data for row in rows if row.type == "document_recorded"]
        letter = matrix()[role].get("papers")
        assert bool(papers) is (letter is not None)
        told = {name for data in papers for name, value in data.items() if value is not None}
        assert bool(told & {"issued_on", "expires_on", "checked"}) is (letter in READS_ALONE)
        assert not papers or {"kind", "status"} <= told


@pytest.mark.parametrize("role", sorted(HOST))
def test_of_an_alarm_whose_kind_is_not_told_it_is_not_told_that_there_was_one(packs: Packs, role: str) -> None:
    """An outcome has a name, too: *assessed anew below high* is said of a danger."""
    assessor, manager, other = "risk_assessor", "case_manager_sending", another("case_manager_sending")
    ends = {"do": "resolve", "incident": "threat_at_home", "outcome": "below_high_and_reviewed"}
    with begun(ready_to_depart, packs) as play:
        play.given(assessor, {"do": "incident", "type": "threat_at_home", "note": "(invented) words"}, assessed("low"))
        play.given(other, signed())
        play.given(manager, {"do": "complete", "step": "return_review", "result": "go"})
        play.given(assessor, signed("return_review"))
        play.given(manager, {**ends, "reason": "(invented) words"})
        rows = play.engine.case(play.case, as_=Actor("invented_reader", LEADS, {role})).incidents

    told = [("threat_at_home", "below_high_and_reviewed")] if matrix()[role].get("risk") is not None else []
    assert [(row["type"], row["outcome"]) for row in rows] == told


# --- answers that name a house ----------------------------------------------------------------------------------------


def told_of_answers(play: Play, house: str, role: str) -> tuple[set[str], set[str]]:
    """Give whom the answers name of which somebody is told in the history, and in the case, of sharing with a partner, and how much."""
    actor = Actor("invented_reader", house, {role})
    seen = {row["seq"]: row for row in play.seen().consents if row["purpose"] == "share_partner"}
    rows = {row.seq for row in play.engine.history(play.case, as_=actor, limit=1_000)}
    shown = {row["seq"] for row in play.engine.case(play.case, as_=actor).consents}
    return {one["recipient"] for seq, one in seen.items() if seq in rows}, {
        one["recipient"] for seq, one in seen.items() if seq in shown
    }


@pytest.mark.parametrize("role", sorted(ORIGIN))
def test_of_the_answer_that_names_a_house_each_role_there_is_told_by_its_own_letter(worded: Play, role: str) -> None:
    """Access 12.2; of others that name a third a summary tells another house nothing (section 5, 12.3)."""
    letter = matrix()[role].get("consent")

    assert told_of_answers(worded, RECEIVES, role) == (({RECEIVES},) * 2 if letter else (set(),) * 2)
    rows = worded.engine.history(worded.case, as_=Actor("invented_reader", RECEIVES, {role}), limit=1_000)
    groups = [row.data.get("groups") for row in rows if row.data.get("recipient") == RECEIVES]
    assert any(groups) is (letter in READS_ALONE)


@pytest.mark.parametrize("role", ["service_provider", "case_manager_receiving"])
def test_of_answers_that_name_a_third_a_summary_tells_another_house_nothing(packs: Packs, role: str) -> None:
    with begun(ready_to_depart, packs) as play:
        for house, words in ((RECEIVES, ["identity", "consent"]), (NAMED, ["identity"])):
            play.given("case_manager_sending", {**YES, "recipient": house, "groups": words})

        reads = {RECEIVES, NAMED} if matrix()[role]["consent"] in READS_WITH else {RECEIVES}
        assert told_of_answers(play, RECEIVES, role) == (reads, reads)


def test_who_is_told_in_sum_is_told_of_each_answer_that_the_own_house_wrote_down(worded: Play) -> None:
    """Access 1: of a consent `S` shows the purpose, that it was given, and the day: also where it names somebody, and not whom."""
    assert told_of_answers(worded, LEADS, "programme_manager") == ({RECEIVES, NAMED},) * 2
    shown = worded.engine.case(worded.case, as_=Actor("lea", LEADS, {"programme_manager"})).consents
    assert {row["recipient"] for row in shown} == {""}


# --- what the two hundred walks have found ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(HOST))
@pytest.mark.parametrize("travels", [True, False])
def test_when_a_relative_was_born_is_read_with_the_family_and_on_a_ticket_by_who_books_it(
    packs: Packs, role: str, travels: bool
) -> None:
    """Access 1: of a person of the case `S` shows the relation and whether they travel; `R` adds when they were born. Who goes along has a ticket (2)."""
    with begun(packs=packs) as play:
        play.involved("sibling", travels=travels, born_on="1961-05-23")
        actor = Actor("invented_reader", LEADS, {role})
        told = str(
            to_json([play.engine.case(play.case, as_=actor).people, [*play.engine.history(play.case, as_=actor)]])
        )

    letters = matrix()[role]
    reads = letters.get("ticket_name") in READS_ALONE and (travels or letters.get("family") in READS_ALONE)
    assert ("1961-05-23" in told) is reads


@pytest.mark.parametrize("role", sorted(HOST))
def test_what_was_said_of_a_contact_is_read_with_the_ways_to_reach_the_person(packs: Packs, role: str) -> None:
    """Access 12.7: a contact is an entry of `phone`; a summary never shows a text (1)."""
    written = {
        "do": "contact",
        "with": "person",
        "channel": "letter",
        "reached": True,
        "safe_way": "(invented) he listens",
    }
    with begun(packs=packs) as play:
        play.given("case_manager_sending", written)
        play.wait(hours=25)  # nobody reads it since they have typed it
        told = str(to_json([*play.engine.history(play.case, as_=Actor("invented_reader", LEADS, {role}))]))

    # What was said lies with the course of the case: who does not read that is not told it either.
    reads = all(matrix()[role].get(group) in READS_ALONE for group in ("phone", "case"))
    assert ("(invented) he listens" in told) is reads


@pytest.mark.parametrize("role", sorted(HOST))
def test_who_is_told_of_the_course_in_sum_is_told_what_they_can_do_themselves(packs: Packs, role: str) -> None:
    """Access 6, next: with `S` lines for the own role, with `R` those of the own house; also where that house leads (12.5)."""
    with begun(ready_to_depart, packs) as play:
        rows, all_rows = (
            play.engine.next(play.case, as_=Actor("invented_reader", LEADS, {one}))
            for one in (role, "case_manager_sending")
        )

    is_sum, letters = matrix()[role]["case"] == "S", matrix()[role]
    assert rows
    assert [row.do for row in rows] == [
        row.do
        for row in all_rows
        if not is_sum or role in row.who
        # Access 1: a name tells, too. The yellow fever certificate is a paper of health.
        if row.do.get("kind") != "ng_icvp" or role in row.who or letters.get("health", "-") in ("S", "SC", "R", "W")
    ]


@pytest.mark.parametrize("asked", ["next_due_at", "overdue"])
def test_what_is_due_for_others_alone_changes_no_list_of_who_is_told_of_their_own_lines(
    packs: Packs, asked: str
) -> None:
    """Access 6: of a list more columns by letter; pages, orders and totals run over what the asker may see. Next, due: with `S` lines for the own role."""
    named = Actor("invented_reader", NAMED, {"service_provider"})
    with begun(packs=packs) as play:
        play.given("case_manager_sending", {**YES, "recipient": NAMED, "groups": ["identity"]})
        play.given(Actor("lea", LEADS, {"programme_manager"}), {"do": "incident", "type": "complaint", "by": "person"})
        play.wait(days=60)
        assert play.engine.due(as_=named) == ()
        if asked == "overdue":
            assert play.engine.cases(as_=named, overdue=True) == ()
        else:
            assert [row.next_due_at for row in play.engine.cases(as_=named)] == [None]


READERS = {role: Actor("invented_reader", LEADS, {role}) for role in sorted(HOST)} | {
    f"{role} of {house}": Actor("invented_reader", house, {role})
    for house in (RECEIVES, NAMED)
    for role in sorted(ORIGIN)
}


@pytest.fixture(scope="module")
def late(packs: Packs) -> Iterator[Play]:
    """A case that another house reads of under a consent, with a complaint, in which all is late."""
    with begun(ready_to_depart, packs) as play:
        for house in (RECEIVES, NAMED):
            play.given("case_manager_sending", {**YES, "recipient": house, "groups": SHARED})
        play.given(Actor("lea", LEADS, {"programme_manager"}), {"do": "incident", "type": "complaint", "by": "person"})
        play.wait(days=60)
        yield play


@pytest.mark.parametrize("actor", READERS.values(), ids=READERS)
def test_a_list_of_cases_and_the_list_of_what_is_due_agree(late: Play, actor: Actor) -> None:
    """Access 6: pages, orders and totals run over what the asker may see."""
    due, listed = late.engine.due(as_=actor), late.engine.cases(as_=actor)
    overdue = [row.due_at for row in due if row.overdue]  # nobody is late with an offer

    assert [row.next_due_at for row in listed if overdue] == sorted(overdue)[:1]
    assert {row.next_due_at for row in listed} <= {None, *(row.due_at for row in due)}
    assert len(late.engine.cases(as_=actor, overdue=True)) == bool(overdue)
    assert late.engine.cases(as_=actor, overdue=False) == (() if overdue else listed)
