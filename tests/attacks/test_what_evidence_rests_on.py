"""Evidence knows what it rests on: what has changed since asks for it again, and nothing else does. (findings/safety.md K3, cause 2)"""

from __future__ import annotations

from datetime import timedelta

import pytest
from wayhome import Actor

from tests.attacks import play as plays
from tests.attacks.acts import YES, confirmed, records
from tests.attacks.conftest import Begin
from tests.attacks.play import ASSESSOR, DOCTOR, LAWYER, MANAGER, RECEIVER, TRAVEL, Play, another, assessed, signed

AGAIN = "look again: confirm it if it still holds, else do it anew"
ANEW = "do it anew: what was said, sent or asked then is not confirmed"
ASSESSMENT = "'Assess the risks of return together'"
LIVES = "'State where the person will live'"
BAKHITA, COSUDOW = "Bakhita Villa", "COSUDOW (Conference of Women Religious)"
PARTNER = f"'Receiving organisation': {BAKHITA} → {COSUDOW}"


def since(step: str, *what: str) -> list[tuple[str, str]]:
    return [(f"{step} was done before this changed: {'; '.join(what)}", AGAIN)]


CHANGES = [
    (MANAGER, {"ng_residence_state": "other"}, "INV-04", since(ASSESSMENT, "the place of return")),
    (MANAGER, {"safe_home_at_arrival": False}, "INV-04", since(ASSESSMENT, "'The person has a safe home at arrival'")),
    (MANAGER, {"ng_debt_claimed": True}, "INV-04", since(ASSESSMENT, "'Somebody claims a debt from the person or the family'")),
    (MANAGER, {"ng_oath_sworn": True}, "INV-04", since(ASSESSMENT, "'The person was made to swear an oath'")),
    (MANAGER, {"will_live_with_family": True}, "INV-04", since(ASSESSMENT, "'The person means to live with family'")),
    (DOCTOR, {"pregnant": True, "weeks_pregnant": 37}, "INV-15", since(
        "'Check fitness to travel'", "'The person is pregnant'", "'Weeks of pregnancy'")),
    (DOCTOR, {"psychiatric_condition": True}, "INV-15", since(
        "'Check fitness to travel'", "'There is a psychiatric condition that matters for travel'")),
    (DOCTOR, {"continuing_medication": True}, "INV-15", since(
        "'Check fitness to travel'", "'The person takes medicine that must not run out'")),
]  # fmt: skip


@pytest.mark.parametrize(("who", "facts", "rule", "told"), CHANGES, ids=[next(iter(f)) for _, f, _, _ in CHANGES])
def test_evidence_does_not_outlive_the_facts_that_it_rests_on(
    fresh: Play, who: str, facts: dict[str, object], rule: str, told: list[tuple[str, str]]
) -> None:
    fresh.given(DOCTOR, {"do": "record", "facts": {"carrier_asks_medical_form": False}})
    assert fresh.why().done

    fresh.given(who, {"do": "record", "facts": facts})

    assert fresh.told(rule) == told
    assert told[0] in fresh.told("STEP")


def test_where_proceedings_stand_does_not_outlive_a_new_legal_matter(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "consent", "purpose": "legal", "language": "en"})
    assert fresh.why().done

    fresh.given("legal_counsellor", {"do": "enter", "register": "legal_matter", "matter": "criminal", "country": "BE"})

    assert fresh.told("INV-17") == since("'Record where legal proceedings stand'", "'Legal matters'")


def test_that_there_is_no_legal_matter_leaves_it_as_it_is(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "enter", "register": "legal_matter", "status": "there_is_none"})

    assert fresh.why().done


def test_evidence_does_not_outlive_the_companions_that_it_is_about(fresh: Play) -> None:
    fresh.involved("child", travels=True)

    assert fresh.told("INV-04") == since(ASSESSMENT, "who travels along")


def test_evidence_does_not_outlive_the_partner_whom_it_is_about(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})

    assert fresh.told("INV-04") == since(ASSESSMENT, PARTNER)
    assert fresh.told("INV-07") == [(since("'Get the partner's confirmation'", PARTNER)[0][0], ANEW)]
    assert fresh.told("INV-08") == since("'Make a safety plan'", PARTNER)
    assert (since("'Send the minimal dossier'", PARTNER)[0][0], ANEW) in fresh.told("STEP")


def test_who_was_asked_about_another_flight_is_asked_again(fresh: Play) -> None:
    legs = fresh.legs
    for key, moment in (("departs_at", fresh.takes_off), ("arrives_at", fresh.lands)):
        legs[0][key] = (moment + timedelta(hours=16)).isoformat()

    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})

    moved = "the times of the journey: 2026-05-14 08:00 → 2026-05-15 00:00 UTC"
    asked = f"'Ask once more before boarding' was done before this changed: {moved}"
    assert fresh.told("INV-02") == [(asked, ANEW)]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"arrives_at": "2026-05-14T17:30:00Z"}, "the times of the journey: 2026-05-14 16:00 → 2026-05-14 17:30 UTC"),
        ({"departs_at": "2026-05-14T06:15:00Z"}, "the times of the journey: 2026-05-14 08:00 → 2026-05-14 06:15 UTC"),
    ],
)
def test_of_the_journey_it_is_told_from_what_to_what(fresh: Play, changed: dict[str, str], told: str) -> None:
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": [{**fresh.legs[0], **changed}]})

    assert any(told in fact for fact, _ in fresh.told("INV-02"))


def test_a_route_is_told_by_its_places(fresh: Play) -> None:
    (leg,) = fresh.legs
    stop = {"to": "ACC", "arrives_at": "2026-05-14T13:00:00Z"}
    onward = {"from": "ACC", "departs_at": "2026-05-14T14:00:00Z"}
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": [{**leg, **stop}, {**leg, **onward}]})

    assert any("the route: BRU–LOS → BRU–ACC–LOS" in fact for fact, _ in fresh.told("STEP"))


def test_to_whom_the_journey_is_not_told_it_is_only_said_that_it_changed(fresh: Play) -> None:
    later = {"departs_at": "2026-05-14T09:00:00Z"}
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": [{**fresh.legs[0], **later}]})

    asked = "'Ask once more before boarding' was done before this changed: the times of the journey"
    assert plays.finds(fresh, "INV-02", who=LAWYER) == asked
    assert plays.finds(fresh, "INV-02", who=TRAVEL) == f"{asked}: 2026-05-14 08:00 → 2026-05-14 09:00 UTC"


def test_of_a_consent_it_is_only_said_that_it_changed(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "share_partner"})

    told = [fact for rule in ("STEP", "CONSENT", "INV-07") for fact, _ in fresh.told(rule)]
    assert any("'Send the minimal dossier' was done before this changed" in fact for fact in told)
    assert not any("→" in fact for fact in told)


def test_of_what_is_sensitive_it_is_only_said_that_it_changed(fresh: Play) -> None:
    fresh.given(DOCTOR, {"do": "record", "facts": {"pregnant": True, "weeks_pregnant": 37}})

    assert not any("→" in fact for rule in ("INV-15", "STEP") for fact, _ in fresh.told(rule))


# --- what asks for nothing --------------------------------------------------------------------------------------------


def test_the_same_value_again_changes_nothing(fresh: Play) -> None:
    state = fresh.seen().facts["ng_residence_state"]

    fresh.given(MANAGER, records(ng_residence_state=state, ng_oath_sworn=False))
    fresh.given(
        MANAGER,
        {
            "do": "assign",
            "role": "receiving_organisation",
            "partner": fresh.seen().roles["receiving_organisation"],
        },
    )

    assert fresh.why().done


def test_what_changes_and_changes_back_asks_for_nothing(fresh: Play) -> None:
    state = fresh.seen().facts["ng_residence_state"]
    fresh.given(MANAGER, records(ng_residence_state="other"))
    fresh.must_stand("INV-04")

    fresh.given(MANAGER, records(ng_residence_state=state))

    assert fresh.why().done


# --- looked at again ----------------------------------------------------------------------------------------------------


def test_what_two_have_signed_both_confirm_and_it_stands(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_oath_sworn=True))
    fresh.wait(minutes=1)

    fresh.given(MANAGER, confirmed("pre_return_risk_assessment"))
    assert fresh.told("INV-04") == since(ASSESSMENT, "'The person was made to swear an oath'")
    fresh.given(another(ASSESSOR), confirmed("pre_return_risk_assessment"))

    assert fresh.why().done


def test_one_who_has_both_roles_does_not_confirm_for_two(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_oath_sworn=True))
    both = Actor("both", "invented_organisation", {MANAGER, ASSESSOR})
    fresh.given(both, confirmed("pre_return_risk_assessment"))

    twice = fresh.tried(both, confirmed("pre_return_risk_assessment"))

    assert twice.reasons == {("ROLE", "pre_return_risk_assessment")}


def test_what_changes_between_two_who_confirm_is_looked_at_by_both(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_oath_sworn=True))
    fresh.given(MANAGER, confirmed("pre_return_risk_assessment"))
    fresh.wait(minutes=1)
    fresh.given(MANAGER, records(ng_debt_claimed=True))
    fresh.wait(minutes=1)

    fresh.given(another(ASSESSOR), confirmed("pre_return_risk_assessment"))
    assert "INV-04" in fresh.why().rules

    fresh.given(MANAGER, confirmed("pre_return_risk_assessment"))
    assert fresh.why().done


def test_what_is_confirmed_becomes_no_younger(begin: Begin) -> None:
    case = begin(plays.ready_to_depart)
    made = case.step("pre_return_risk_assessment").done_at
    case.given(MANAGER, records(ng_oath_sworn=True))
    case.given(MANAGER, confirmed("pre_return_risk_assessment"))
    case.given(another(ASSESSOR), confirmed("pre_return_risk_assessment"))

    assert case.step("pre_return_risk_assessment").done_at == made
    case.until(made + timedelta(days=15))
    assert "INV-04" in case.why().rules
    late = case.tried(MANAGER, confirmed("pre_return_risk_assessment"))
    assert late.reasons == {("STEP", "pre_return_risk_assessment")}


def test_nothing_is_confirmed_that_has_not_changed(fresh: Play) -> None:
    needless = fresh.tried(MANAGER, confirmed("pre_return_risk_assessment"))

    assert needless.reasons == {("STEP", "pre_return_risk_assessment")}
    assert fresh.told("STEP", confirmed("pre_return_risk_assessment")) == [
        (f"nothing has changed on which {ASSESSMENT} rests", "nothing needs to be confirmed")
    ]


@pytest.mark.parametrize(
    ("who", "step"), [(MANAGER, "return_consent"), (MANAGER, "departure_clearance"), (TRAVEL, "departure_assistance")]
)
def test_what_asks_the_person_or_opens_the_gate_is_never_confirmed(fresh: Play, who: str, step: str) -> None:
    fresh.given(MANAGER, records(ng_residence_state="other"))

    said = [fact for fact, _ in fresh.told("STEP", confirmed(step), who) if fact.endswith("is never confirmed")]

    assert len(said) == 1
    assert ("STEP", step) in fresh.tried(who, confirmed(step)).reasons


def test_no_clock_confirms_what_people_have_looked_at(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_residence_state="other"))

    silent = fresh.tried(Actor.clock, confirmed("safety_plan"))

    assert silent.rules == {"INV-22"}
    fresh.given(MANAGER, confirmed("safety_plan"))


def test_who_confirms_changes_no_result(fresh: Play) -> None:
    fresh.given(RECEIVER, records(safe_home_at_arrival=False))

    faults = fresh.faults(MANAGER, {**confirmed("pre_return_risk_assessment"), "result": "low"})

    assert {field for field, _ in faults} == {"result"}


# --- in which order, by happening and by recording -------------------------------------------------------------------------


def test_what_happened_before_and_came_to_light_after_asks_again(fresh: Play) -> None:
    """A paper that comes late: the debt was claimed before the risk was assessed, and nobody who signed knew of it."""
    early = fresh.step("pre_return_risk_assessment").done_at - timedelta(hours=1)
    fresh.given(MANAGER, {**records(ng_residence_state="other"), "at": early.isoformat()})

    assert fresh.told("INV-04") == since(ASSESSMENT, "the place of return")


def test_an_assessment_of_an_earlier_day_that_is_typed_late_freshens_nothing(fresh: Play) -> None:
    fresh.wait(minutes=10)
    fresh.given(MANAGER, records(ng_residence_state="other"))
    fresh.wait(minutes=10)
    early = (fresh.now - timedelta(minutes=15)).isoformat()
    for who in (MANAGER, another(ASSESSOR)):
        fresh.given(who, {**confirmed("pre_return_risk_assessment"), "at": early})

    assert fresh.told("INV-04") == since(ASSESSMENT, "the place of return")


def test_a_clearance_is_of_the_return_that_was_cleared(fresh: Play) -> None:
    """All is made good again before boarding; what was cleared was another return."""
    fresh.involved("relative", travels=True)

    title = fresh.step("departure_clearance").title
    assert (f"'{title}' was done before this changed: who travels along", ANEW) in fresh.told("STEP")


def test_another_receiver_is_cleared_anew(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})

    assert ("STEP", "departure_clearance") in fresh.why().reasons


# --- a value of an earlier day is history, unless it protects (design 4.3) ------------------------------------------------


def _assesses(case: Play, **said: object) -> None:
    """Assess the risk anew, by both who sign it."""
    case.given(ASSESSOR, {"do": "redo", "step": "pre_return_risk_assessment", **said})
    case.given(ASSESSOR, {**plays.assessed("low"), **said})
    case.given(MANAGER, {**plays.signed(), **said})


def _of(case: Play, **ago: float) -> dict[str, str]:
    return {"at": (case.now - timedelta(**ago)).isoformat()}


def _is_outdated(case: Play) -> bool:
    return case.step("pre_return_risk_assessment").state == "outdated"


def test_what_was_so_before_goes_into_the_history_and_stands_no_more(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_residence_state="Lagos"))
    fresh.wait(minutes=10)
    _assesses(fresh)

    fresh.given(MANAGER, {**records(ng_residence_state="Delta"), **_of(fresh, minutes=20)})

    last = fresh.history()[-1]
    assert (last.type, last.data["facts"], last.data["earlier"]) == (
        "facts_recorded", {"ng_residence_state": "Delta"}, ("ng_residence_state",),
    )  # fmt: skip
    assert fresh.seen().facts["ng_residence_state"] == "Lagos"
    assert not _is_outdated(fresh)  # it was assessed when Lagos stood already
    fresh.wait(minutes=10)
    fresh.given(MANAGER, records(ng_residence_state="Lagos"))  # the same again is still no change
    assert not _is_outdated(fresh)


def test_what_was_otherwise_when_it_was_looked_at_asks_again(fresh: Play) -> None:
    lives = fresh.seen().facts["ng_residence_state"]
    fresh.given(MANAGER, records(ng_residence_state=lives))
    assert not _is_outdated(fresh)

    early = fresh.step("pre_return_risk_assessment").done_at - timedelta(minutes=5)
    fresh.given(MANAGER, {**records(ng_residence_state="other"), "at": early.isoformat()})

    assert fresh.seen().facts["ng_residence_state"] == lives
    assert fresh.told("INV-04") == since(ASSESSMENT, "the place of return")


def test_a_day_that_is_typed_for_it_later_makes_nothing_fresh(fresh: Play) -> None:
    fresh.wait(minutes=30)
    fresh.given(MANAGER, records(ng_residence_state="Lagos"))
    _assesses(fresh, **_of(fresh, minutes=10))  # of before, typed after
    assert _is_outdated(fresh)

    fresh.given(MANAGER, {**records(ng_residence_state="Lagos"), **_of(fresh, minutes=20)})

    assert _is_outdated(fresh)
    _assesses(fresh)
    assert not _is_outdated(fresh)


def test_what_protects_counts_whenever_it_happened_and_what_is_looked_at_then_holds(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_debt_claimed=False))
    fresh.wait(minutes=10)
    fresh.given(MANAGER, {**records(ng_debt_claimed=True), **_of(fresh, days=20)})
    assert fresh.seen().facts["ng_debt_claimed"] is True
    assert _is_outdated(fresh)

    fresh.wait(minutes=10)
    _assesses(fresh)

    assert not _is_outdated(fresh)


def test_a_history_loosens_nothing_so_anybody_may_tell_it(fresh: Play) -> None:
    fresh.given(DOCTOR, records(continuing_medication=True))
    fresh.wait(minutes=10)
    says = {**records(continuing_medication=False), "by": "person"}
    refused = fresh.tried(MANAGER, says)
    assert refused.reasons == {("ROLE", "continuing_medication")}

    fresh.given(MANAGER, {**says, **_of(fresh, days=60)})

    assert fresh.seen(DOCTOR).facts["continuing_medication"] is True


def test_a_talk_that_is_entered_late_talks_no_danger_away_that_came_after(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "redo", "step": "ng_oath_debt_screening"})
    fresh.wait(minutes=30)
    fresh.given(MANAGER, records(ng_debt_claimed=True))

    fresh.given(MANAGER, plays.complete("ng_oath_debt_screening", result="nothing_found", **_of(fresh, minutes=20)))

    assert fresh.seen(ASSESSOR).facts["ng_debt_claimed"] is True


# --- the risk is to be assessed again, and a stronger alarm ---------------------------------------


def test_no_yes_is_taken_while_the_risk_is_to_be_assessed_again(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "data_breach"})

    assert (
        "'Assess the risks of return together' is to be done again before the person decides",
        "do it first",
    ) in fresh.told("STEP", YES)


def test_a_second_alarm_that_is_stronger_holds_the_case(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "witness", "effect": "none"})
    assert fresh.seen().status == "open"

    fresh.given(MANAGER, {"do": "incident", "type": "witness", "effect": "on_hold"})

    assert fresh.seen().status == "on_hold"


def test_a_high_risk_is_no_part_of_this(fresh: Play) -> None:
    """The honest way: another partner is assessed anew by both, and all of it is done again."""
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})
    fresh.anew("pre_return_risk_assessment")
    fresh.given(
        MANAGER,
        {
            "do": "consent",
            "purpose": "share_partner",
            "recipient": "ng_cosudow",
            "groups": ["identity"],
            "language": "en",
        },
    )
    fresh.given(ASSESSOR, assessed("low"))
    fresh.given(another(MANAGER), signed())

    assert "INV-04" not in fresh.why().rules
