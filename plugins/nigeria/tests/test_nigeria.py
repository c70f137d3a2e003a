"""Nigeria's three rules, and the facts of this pack that could hurt. People in here are invented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import wayhome_nigeria
from wayhome.country import (
    Assignment,
    Case,
    ConsentRecord,
    Finding,
    StepKey,
    StepRecord,
    TravelRecord,
    commands,
)
from wayhome.testing import view_of
from wayhome_nigeria import checks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Recorded(NamedTuple):
    """A recorded fact, as far as a check can see it."""

    value: Any
    at: datetime = NOW
    seq: int = 1


PACK = Path(wayhome_nigeria.__file__).parent
VIEW = view_of(PACK)
CLOSED_PARTNERS = ["ng_naptip", "ng_naptip_benin", "ng_naptip_shelters"]
ALL_EXPLAINED = ["open_shelter", "family", "closed_shelter"]


def a_case(
    *,
    choice: str | None = "open_shelter",
    explained: list[str] | None = None,
    chosen_by: str = "person",
    partner: str = "ng_bakhita",
    role: str = "receiving_organisation",
    naptip_consent: str | None = None,
    consent_for: str = "ng_naptip",
    family_role: str | None = None,
    lives_with_family: bool | None = False,
    pickup: str | None = "done",
    pickup_values: Mapping[str, Any] | None = None,
    pickup_seq: int = 20,
    booked_seq: int | None = 10,
    meets: str = "ng_bakhita",
    naptip_until: date | None = None,
    guardian: str | None = None,
) -> Case:
    """A return to an open shelter that passes every rule; a test changes one fact."""
    steps: dict[str, StepRecord] = {}
    if choice:
        values = {"explained": ALL_EXPLAINED if explained is None else explained, "chosen_by": chosen_by}
        steps[StepKey("ng_receiver_choice").text()] = StepRecord("done", NOW, 2, choice, values=values)
    if family_role:
        steps[StepKey("ng_family_role_check").text()] = StepRecord("done", NOW, 3, family_role)
    if pickup:
        told = {"flight_told": True, "told": "ng_bakhita"} if pickup_values is None else pickup_values
        steps[StepKey("ng_airport_pickup").text()] = StepRecord(pickup, NOW, pickup_seq, values=told)
    confirmed = {"received_by": meets}
    steps[StepKey("partner_confirmation").text()] = StepRecord("done", NOW, 6, "accepted", values=confirmed)
    facts: dict[str, Any] = {}
    if lives_with_family is not None:
        facts["will_live_with_family"] = Recorded(lives_with_family)
    consents = {}
    if naptip_consent:
        record = ConsentRecord(
            naptip_consent, "contact_authorities_origin", consent_for, NOW, 4, expires_on=naptip_until
        )
        consents[f"contact_authorities_origin>{consent_for}@"] = record
    return Case(
        number="WH-00000-00000-0",
        host_country="BE",
        origin_country="NG",
        organisation="a_shelter",
        opened_at=NOW - timedelta(days=60),
        digest="",
        steps=steps,
        facts=facts,
        consents=consents,
        roles={role: Assignment(role, NOW, 5, partner=partner)}
        | ({"guardian": Assignment("guardian", NOW, 5, ref=guardian)} if guardian else {}),
        travel=TravelRecord("booked", NOW, booked_seq) if booked_seq else None,
    )


def judged(rule: str, case: Case, command: commands.AnyCommand | None = None) -> Finding:
    return checks.BY_RULE[rule](case, command or commands.Move(case.number, to="depart"), NOW, VIEW)


def test_a_return_to_an_open_shelter_passes_every_rule() -> None:
    case = a_case()

    assert [rule for rule in checks.BY_RULE if not judged(rule, case).met] == []


@pytest.mark.parametrize("rule", sorted(checks.BY_RULE))
def test_every_rule_judges_a_case_in_which_nothing_is_recorded_yet(rule: str) -> None:
    case = Case("WH-00000-00000-0", "BE", "NG", "a_shelter", NOW, "")

    assert judged(rule, case).fact


# --- NG-01 ------------------------------------------------------------------------------------------------


def test_a_closed_shelter_is_possible_when_the_person_chose_it_knowing_the_others() -> None:
    case = a_case(choice="closed_shelter", partner="ng_naptip_benin", naptip_consent="given")

    assert judged("NG-01", case).met


@pytest.mark.parametrize("partner", CLOSED_PARTNERS)
@pytest.mark.parametrize("choice", ["open_shelter", "no_shelter", None])
def test_nobody_is_sent_to_a_closed_shelter_who_chose_something_else(choice: str | None, partner: str) -> None:
    reason = judged("NG-01", a_case(choice=choice, partner=partner, naptip_consent="given"))

    assert not reason.met
    assert reason.subject == "receiving_organisation"


def test_a_closed_shelter_as_caregiver_of_a_child_is_a_closed_shelter_too() -> None:
    reason = judged("NG-01", a_case(partner="ng_naptip_shelters", role="caregiver"))

    assert not reason.met
    assert reason.subject == "caregiver"


@pytest.mark.parametrize(
    "change",
    [
        {"explained": ["closed_shelter"]},  # only the closed one was explained
        {"explained": ["open_shelter", "closed_shelter"]},  # one of three is missing
        {"explained": []},
        {"chosen_by": "somebody_else"},  # an officer's choice
    ],
)
def test_a_closed_shelter_that_was_not_chosen_freely_is_refused(change: dict[str, Any]) -> None:
    reason = judged("NG-01", a_case(choice="closed_shelter", naptip_consent="given", **change))

    assert not reason.met
    assert reason.subject == "ng_receiver_choice"


def test_a_guardian_may_choose_a_closed_shelter_only_with_the_child_s_assent() -> None:
    with_assent = a_case(
        choice="closed_shelter", naptip_consent="given", chosen_by="guardian_with_assent", guardian="guardian-1"
    )

    assert judged("NG-01", with_assent).met


@pytest.mark.parametrize("answer", [None, "refused", "withdrawn", "void"])
def test_a_closed_shelter_needs_consent_to_contact_with_naptip(answer: str | None) -> None:
    reason = judged("NG-01", a_case(choice="closed_shelter", naptip_consent=answer))

    assert not reason.met
    assert reason.subject == "contact_authorities_origin"


def test_consent_to_another_authority_is_no_consent_to_naptip() -> None:
    case = a_case(choice="closed_shelter", naptip_consent="given", consent_for="ng_esma")

    assert not judged("NG-01", case).met


def moves_in(shelter: str, regime: str, step: str = "ng_transit_shelter") -> commands.Complete:
    return commands.Complete("WH-00000-00000-0", step=step, fields={"shelter": shelter, "regime": regime})


@pytest.mark.parametrize("choice", ["open_shelter", "no_shelter", None])
@pytest.mark.parametrize(
    ("shelter", "regime", "allowed"),
    [
        ("ng_bakhita", "open", True),
        ("ng_bakhita", "closed", False),  # nobody can leave it, whatever the directory says
        ("ng_naptip_benin", "open", False),  # the directory knows better
        ("ng_naptip_benin", "closed", False),
    ],
)
def test_nobody_moves_into_a_closed_shelter_who_chose_something_else(
    choice: str | None, shelter: str, regime: str, allowed: bool
) -> None:
    reason = judged("NG-01", a_case(choice=choice, naptip_consent="given"), moves_in(shelter, regime))

    assert reason.met is allowed
    assert allowed or reason.subject == "ng_receiver_choice"


def test_who_chose_the_closed_shelter_freely_moves_in_and_no_other_step_is_asked() -> None:
    chosen = a_case(choice="closed_shelter", naptip_consent="given")

    assert judged("NG-01", chosen, moves_in("ng_naptip_benin", "closed")).met
    assert judged("NG-01", a_case(), moves_in("ng_naptip_benin", "closed", step="ng_medical_screening")).met


# --- NG-02 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "booked", "allowed"),
    [
        (20, 10, True),  # booked, then told
        (20, 21, False),  # booked again after the pick-up was told
        (20, None, True),  # no booking at all: the engine asks for it, not this rule
    ],
)
def test_the_pick_up_must_know_the_flight_that_is_booked_now(told: int, booked: int | None, allowed: bool) -> None:
    assert judged("NG-02", a_case(pickup_seq=told, booked_seq=booked)).met is allowed


def test_a_pick_up_that_was_not_told_the_flight_does_not_count() -> None:
    assert not judged("NG-02", a_case(pickup_values={"flight_told": False})).met


def test_who_meets_the_person_is_who_was_told_the_flight() -> None:
    found = judged("NG-02", a_case(meets="ng_iom"))

    assert (found.met, found.subject) == (False, "ng_airport_pickup")
    assert found.fact == "who meets the person is not who was told the flight"


def test_nobody_chooses_a_closed_shelter_for_who_has_no_guardian() -> None:
    assert not judged(
        "NG-01", a_case(choice="closed_shelter", naptip_consent="given", chosen_by="guardian_with_assent")
    ).met


@pytest.mark.parametrize(("until", "allowed"), [(NOW.date(), True), (NOW.date() - timedelta(days=1), False)])
def test_a_consent_to_naptip_that_has_ended_carries_no_closed_shelter(until: date, allowed: bool) -> None:
    assert judged("NG-01", a_case(choice="closed_shelter", naptip_consent="given", naptip_until=until)).met is allowed


@pytest.mark.parametrize("state", [None, "skipped", "in_progress", "failed", "open"])
def test_whether_anybody_was_told_is_left_to_the_step_itself(state: str | None) -> None:
    assert judged("NG-02", a_case(pickup=state, booked_seq=30)).met


# --- NG-03 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lives_with_family", "found", "allowed"),
    [
        (True, "had_a_part", False),
        (None, "had_a_part", False),  # nobody has asked where the person will live
        (True, "no_part_known", True),
        (True, "owes_money", True),  # a debt alone is for the risk assessment
        (True, None, True),  # that it is looked at is asked by the step itself
        (False, "had_a_part", True),  # the shelter receives, not the family
    ],
)
@pytest.mark.parametrize("choice", ["open_shelter", "no_shelter", None])
def test_nobody_is_handed_to_a_family_that_had_a_part(
    choice: str | None, lives_with_family: bool | None, found: str | None, allowed: bool
) -> None:
    case = a_case(choice=choice, family_role=found, lives_with_family=lives_with_family)

    reason = judged("NG-03", case)

    assert reason.met is allowed
    assert allowed or reason.subject == "will_live_with_family"


def test_where_the_person_will_live_is_asked_once() -> None:
    results = next(entry for entry in _entries("steps") if _id(entry) == "ng_receiver_choice")

    assert re.findall(r"^    (\w+): \{title", results, re.M) == ["open_shelter", "closed_shelter", "no_shelter"]


# --- the pack ----------------------------------------------------------------------------------------------


def test_the_hooks_lead_to_the_pack_and_to_the_checks() -> None:
    assert (wayhome_nigeria.wayhome_pack() / "pack.yaml").is_file()

    depart = commands.Move("WH-00000-00000-0", to="depart")

    assert wayhome_nigeria.wayhome_check("NG-01", a_case(), depart, NOW, VIEW) == judged("NG-01", a_case())


def test_every_declared_rule_has_its_check() -> None:
    declared = dict(re.findall(r"^- id: (NG-\d\d)$.*?^  check: (\w+)$", _text("rules"), re.M | re.S))

    assert declared == {rule: check.__name__ for rule, check in checks.BY_RULE.items()}


def test_the_directory_says_who_is_closed() -> None:
    assert sorted(id for id, partner in VIEW.partners.items() if partner["regime"] == "closed") == CLOSED_PARTNERS


def test_nothing_that_holds_up_a_return_asks_for_consent_to_contact_an_authority_in_nigeria() -> None:
    asking = [entry for entry in _entries("steps") if "contact_authorities_origin" in entry]

    assert {_id(entry) for entry in asking} == {"ng_naptip_notice", "ng_esma_desk"}
    assert all("\n  kind: offered" in entry for entry in asking)


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("12345678901", True),
        ("1234567890", False),  # one digit short
        ("123456789012", False),  # one digit long
        ("1234567890A", False),
    ],
)
def test_a_nin_has_eleven_digits_and_a_wrong_one_only_warns(number: str, fits: bool) -> None:
    entry = next(entry for entry in _entries("identifiers") if _id(entry) == "ng_nin_number")
    pattern = re.search(r"pattern: '(.*)'", entry)

    assert pattern is not None
    assert bool(re.match(pattern[1], number)) is fits
    assert "severity: warn" in entry


def test_no_number_of_a_person_s_paper_blocks_a_return() -> None:
    assert "severity: block" not in _text("identifiers")


def _text(stem: str) -> str:
    return (PACK / f"{stem}.yaml").read_text("utf-8")


def _entries(stem: str) -> list[str]:
    return re.split(r"^- ", _text(stem), flags=re.M)[1:]


def _id(entry: str) -> str:
    return entry.partition("\n")[0].removeprefix("id: ").strip()
