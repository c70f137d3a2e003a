"""Who waits for the person: INV-07 and INV-08, each on both sides of its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from wayhome import remedies
from wayhome.case_now import CaseNow
from wayhome.case_now.outside import Outside
from wayhome.commands import Assign, Complete, Move, Skip
from wayhome.forms import open_slots
from wayhome.model.case import Alone, Assignment, FactRecord, IncidentRecord, OrganisationRecord, Was
from wayhome.model.partner_note import PartnerNote
from wayhome.packs.conditions import parse
from wayhome.rules.safeguard import SAFEGUARDS

from tests.rules.cases import DAY, HOUR, SECOND, moving, on_both_sides, vetted, with_legs, with_process, with_values

# --- INV-07: who meets the person, where and when ----------------------------------------------------------------


@on_both_sides
def test_a_partner_has_confirmed_at_most_fourteen_days_before(ready, too_much, met):
    assert ready.with_step("partner_confirmation", at=ready.at - 14 * DAY - too_much).ask("INV-07").met is met


@pytest.mark.parametrize(
    ("opens", "closes", "met"),
    [
        ("2026-05-14T16:00:00Z", "2026-05-14T16:00:00Z", True),  # a window of one moment: the landing
        ("2026-05-14T16:00:01Z", "2026-05-17T08:00:00Z", False),  # the person lands a second before it opens
        ("2026-05-14T08:00:00Z", "2026-05-14T15:59:59Z", False),  # the person lands a second after it closes
        ("", "", False),  # no window was named
    ],
)
def test_the_person_lands_while_the_partner_is_waiting(ready, opens, closes, met):
    agreed = with_values(ready, "partner_confirmation", reception_from=opens, reception_until=closes)

    assert agreed.ask("INV-07").met is met


def test_a_confirmation_names_who_meets_the_person(ready):
    assert not with_values(ready, "partner_confirmation", received_by=None).ask("INV-07").met


def test_a_partner_who_refuses_or_is_silent_does_not_count(ready):
    assert not ready.with_step("partner_confirmation", result="refused").ask("INV-07").met
    assert not ready.without_step("partner_confirmation").ask("INV-07").met


def test_no_reception_can_be_agreed_before_the_journey_is_booked(ready):
    reason = with_legs(ready, status="target").ask("INV-07")

    assert (reason.met, reason.subject) == (False, "travel_plan")


@pytest.mark.parametrize(
    ("in_writing", "met"),
    [
        (True, True),
        (False, False),  # said, and not written
        (None, False),
    ],
)
def test_who_wants_no_partner_declines_reception_in_writing(ready, in_writing, met):
    alone = ready.without_step("partner_confirmation").with_step("partner_selection", result="none_wanted")

    assert alone.with_fact("reception_declined_in_writing", in_writing).ask("INV-07").met is met


def test_a_person_may_decline_being_met_at_the_airport(ready):
    alone = ready.without_step("partner_confirmation")
    declined = alone.with_step("arrival_reception", state="skipped")

    assert declined.with_fact("reception_declined_in_writing", True).ask("INV-07").met
    assert declined.ask("INV-07").remedy.do["facts"] == ("reception_declined_in_writing",)
    assert not alone.with_step("arrival_reception", state="open").ask("INV-07").met


# --- INV-08: contacts in the country of origin -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "met"),
    [
        ({}, True),
        ({"assisting_organisation": "nobody_knows_it"}, False),  # neither a partner nor a person of the case
        ({"assisting_organisation": None}, False),
        ({"emergency_contact": None}, False),
    ],
)
def test_the_person_carries_a_helper_and_an_emergency_contact(ready, values, met):
    assert with_values(ready, "safety_plan", **values).ask("INV-08").met is met


def test_a_safety_plan_that_is_missing_or_reset_holds_no_contacts(ready):
    assert not ready.without_step("safety_plan").ask("INV-08").met
    assert ready.without_step("safety_plan").ask("INV-08").subject == "safety_plan"
    assert not ready.with_step("safety_plan", state="open").ask("INV-08").met


@pytest.mark.parametrize(
    ("partner", "met"),
    [
        ({"contacts": []}, True),
        ({"contacts": [{"status": "unchecked"}]}, True),
        ({"contacts": [{"status": "reported_down"}, {"status": "working"}]}, True),  # one way is left
        ({"contacts": [{"status": "reported_down"}]}, False),  # the last way is gone
        ({"contacts": [{"status": "working"}], "superseded_by": "ng_other"}, False),
    ],
)
def test_a_contact_that_is_reported_down_does_not_count(ready, partner, met):
    works = {"does": ("receive", "card"), "pack": "nigeria"}
    labels = {**ready.process.labels, "partners": {**ready.process.partners, "ng_bakhita": works | partner}}

    assert replace(ready, process=replace(ready.process, labels=labels)).ask("INV-08").met is met


@pytest.mark.parametrize(
    ("needed", "met"),
    [
        (2, True),  # the plan has two places: who helps, and for an emergency
        (3, False),
    ],
)
def test_a_country_may_ask_for_more_contacts_on_the_card(ready, needed, met):
    asked = with_process(ready, limits={**ready.process.limits, "emergency_contacts": needed})

    assert asked.ask("INV-08").met is met


def test_the_form_asks_who_meets_the_person_and_lists_all_that_there_are(ready):
    partners = ready.process.partners
    stays = {**partners, "ng_bakhita": {**partners["ng_bakhita"], "does": ("receive", "house", "card")}}
    process = replace(ready.process, labels={**ready.process.labels, "partners": stays})
    case = replace(ready, process=process).without_step("partner_confirmation")

    remedy = case.ask("INV-07").remedy
    who = next(slot for slot in open_slots(moving(case), remedy.do) if slot.name == "received_by")

    assert remedy.do == {"do": "complete", "step": "partner_confirmation"}
    assert (who.required, who.trust) == (True, "meet")
    assert {"ng_bakhita", "ng_iom"} <= who.values.keys()


def test_a_relative_who_is_to_receive_the_person_is_vetted_for_it(ready):
    holder = Assignment("receiving_organisation", ready.case.opened_at, 1, ref="relative-1")
    known = ready.with_person("relative-1", "relative")
    known = known.but(roles={**known.case.roles, "receiving_organisation": holder})
    for purpose in ("contact_partner", "share_partner"):
        known = known.with_consent(purpose, "relative-1")

    reason = known.ask("INV-07")

    assert reason.fact == "the receiving organisation cannot receive the person: nobody has vetted them"
    asked = {"do": "complete", "step": "party_vetting", "of": "relative-1"}
    assert {**reason.remedy.do} == {**asked, "for": ("receive",)}
    assert vetted(known, "relative-1", "receive").ask("INV-07").met


# --- INV-07: what the confirmation said is still so ----------------------------------------------------------------


@pytest.mark.parametrize("found", ["unsafe", "refuses"])
@pytest.mark.parametrize(("with_family", "met"), [(True, False), (False, True), (None, True)])
def test_nobody_is_brought_home_to_a_family_that_was_found_unsafe(ready, found, with_family, met):
    known = ready.with_step("family_contact_and_assessment", result=found, at=ready.case.opened_at)
    at_first = FactRecord(with_family, ready.case.opened_at, 1)
    lives = known.but(facts={**known.case.facts, "will_live_with_family": at_first})

    reason = lives.ask("INV-07")

    assert reason.met is met
    assert met or (reason.subject, reason.remedy.do["do"]) == ("family_contact_and_assessment", "record")
    assert met or set(reason.remedy.do["facts"]) == {"will_live_with_family"}
    assert lives.with_step("family_contact_and_assessment", result="safe").ask("INV-07").met
    assert lives.with_step("family_contact_and_assessment", state="open").ask("INV-07").met


@pytest.mark.parametrize(("outcome", "met"), [(None, False), ("another_place", False), ("family_safe", True)])
def test_a_family_that_had_a_part_is_unsafe_until_it_is_found_safe(ready, outcome, met):
    alarm = IncidentRecord(1, "family_refuses", "blocked", "pre_departure", ready.case.opened_at, outcome=outcome)
    lives = FactRecord(True, ready.case.opened_at, 1)
    alarmed = ready.but(incidents=(alarm,), facts={**ready.case.facts, "will_live_with_family": lives})

    reason = alarmed.ask("INV-07")

    assert reason.met is met
    assert met or reason.fact == "the person would live with a family that was found unsafe"


@pytest.mark.parametrize(
    ("outcome", "found", "days_later", "met"),
    [
        (None, "safe", 1, False),  # the alarm is not over
        ("another_place", "safe", 1, True),  # they were looked at since, and a home says nothing of them
        ("another_place", "safe_with_conditions", 1, True),
        ("another_place", "not_found", 1, False),
        ("another_place", "unsafe", 1, False),
        ("another_place", "refuses", 1, False),
        ("another_place", "safe", -1, False),  # that was before they had a part
        ("another_place", None, 0, False),  # nobody has looked at them
        ("family_safe", None, 0, True),
        ("family_safe", "unsafe", 1, False),
    ],
)
def test_after_an_alarm_a_family_is_a_home_when_it_was_found_safe_since(ready, outcome, found, days_later, met):
    happened = ready.at - 9 * DAY
    ended = {"resolved_at": happened + 2 * DAY, "outcome": outcome} if outcome else {}
    alarm = IncidentRecord(5, "family_refuses", "blocked", "pre_departure", happened, **ended)
    lives = FactRecord(True, ready.case.opened_at, 1)
    alarmed = ready.but(incidents=(alarm,), facts={**ready.case.facts, "will_live_with_family": lives})
    if found:
        seen = {"at": happened + days_later * DAY, "seq": 5 + days_later}
        alarmed = alarmed.with_step("family_contact_and_assessment", result=found, **seen)

    reason = alarmed.ask("INV-07")

    assert reason.met is met
    assert met or reason.fact == "the person would live with a family that was found unsafe"


@pytest.mark.parametrize(
    ("alone", "subject"),
    [
        (("partner_selection", {"result": "none_wanted"}), "partner_selection"),
        (("arrival_reception", {"state": "skipped"}), "arrival_reception"),
    ],
)
def test_a_child_declines_no_reception(child, alone, subject):
    step, changes = alone

    reason = child.with_step(step, **changes).with_fact("reception_declined_in_writing", True).ask("INV-07")

    assert (reason.met, reason.subject) == (False, subject)
    assert reason.fact == "a child declines no reception"


def test_whoever_declines_reception_hears_about_which_step(ready):
    alone = ready.with_step("partner_selection", result="none_wanted")
    declined = ready.with_step("arrival_reception", state="skipped")

    assert (alone.ask("INV-07").met, alone.ask("INV-07").subject) == (False, "partner_selection")
    assert (declined.ask("INV-07").met, declined.ask("INV-07").subject) == (False, "arrival_reception")


@pytest.mark.parametrize("purpose", ["contact_partner", "share_partner"])
@pytest.mark.parametrize("state", ["refused", "withdrawn", "void"])
def test_a_confirmation_ends_when_the_person_no_longer_agrees_to_it(ready, purpose, state):
    reason = ready.with_consent(purpose, "ng_bakhita", state=state).ask("INV-07")

    assert (reason.met, reason.subject) == (False, "partner_confirmation")
    if state == "void":
        assert reason.remedy.do == {"do": "consent", "purpose": purpose, "recipient": reason.remedy.do.get("recipient")}
    else:  # nobody asks again who has said no
        assert reason.todo == "choose another partner with them"
        assert reason.remedy.do == {"do": "assign", "role": "receiving_organisation"}


@pytest.mark.parametrize(("asked_of", "met"), [("child", True), ("adult", False)])
def test_a_consent_that_is_not_asked_of_this_person_is_not_missed(ready, asked_of, met):
    step = ready.process.steps["partner_confirmation"]
    asked = replace(step, consents=tuple((need, parse({"age_status": asked_of})) for need, _ in step.consents))
    changed = with_process(ready, steps={**ready.process.steps, step.id: asked})

    assert changed.with_consent("share_partner", "ng_bakhita", state="withdrawn").ask("INV-07").met is met


def test_a_partner_that_is_assigned_later_makes_the_confirmation_void(ready):
    held = ready.case.roles["receiving_organisation"]
    later = held._replace(at=ready.at, seq=ready.case.version + 1)

    reason = ready.but(roles={**ready.case.roles, "receiving_organisation": later}).ask("INV-07")

    assert (reason.met, reason.subject) == (False, "partner_confirmation")
    assert "before this changed" in reason.fact


def test_without_a_receiving_organisation_nobody_receives(ready):
    roles = {id: one for id, one in ready.case.roles.items() if id != "receiving_organisation"}

    reason = ready.but(roles=roles).ask("INV-07")

    assert (reason.met, reason.subject) == (False, "receiving_organisation")
    assert reason.fact.startswith("the receiving organisation cannot receive the person: ")


def test_who_meets_the_person_is_trusted_or_the_partner_names_somebody_else(ready):
    reason = with_values(ready, "partner_confirmation", received_by="an_unlisted_house").ask("INV-07")

    assert reason.fact == "who is to meet the person cannot be trusted: nobody here knows this party"
    assert (reason.todo, reason.remedy.from_) == ("have the partner name somebody else", ready.at)
    assert (reason.remedy.do["do"], reason.remedy.do["step"]) == ("redo", "partner_confirmation")


def test_who_meets_the_person_and_was_vetted_by_nobody_is_to_be_vetted_for_it(ready):
    met_by = with_values(ready.with_person("somebody-1", "friend"), "partner_confirmation", received_by="somebody-1")

    reason = met_by.ask("INV-07")

    assert (reason.met, reason.subject) == (False, "partner_confirmation")
    assert reason.fact == "who is to meet the person cannot be trusted: nobody has vetted them"
    assert reason.todo == "let somebody vet them for this, who did not bring them into the case"
    assert {**reason.remedy.do} == {"do": "complete", "step": "party_vetting", "of": "somebody-1", "for": ("meet",)}
    assert not vetted(met_by, "somebody-1", "card").ask("INV-07").met
    assert vetted(met_by, "somebody-1", "meet").ask("INV-07").met


@pytest.mark.parametrize(
    ("does", "to_do"),
    [
        ("meet", {"do": "complete", "step": "party_vetting", "of": "a_house", "for": ("meet",)}),
        ("receive", {"do": "redo", "step": "partner_confirmation"}),  # no vetting makes it meet people
    ],
)
def test_an_organisation_that_meets_people_is_vetted_for_it_or_somebody_else_is_named(ready, does, to_do):
    house = OrganisationRecord("a_house", "NG", (does,), ready.at, 1)
    met_by = with_values(ready.but(organisations={"a_house": house}), "partner_confirmation", received_by="a_house")

    reason = met_by.ask("INV-07")

    assert (reason.met, reason.subject) == (False, "partner_confirmation")
    assert {**reason.remedy.do} == to_do


@pytest.mark.parametrize("why", ["suspected", "not_trusted"])
def test_where_no_vetting_helps_the_partner_names_somebody_else(ready, why):
    met_by = with_values(ready.with_person("somebody-1", "friend"), "partner_confirmation", received_by="somebody-1")
    met_by = vetted(met_by, "somebody-1", "meet")
    unfit = {
        "suspected": met_by.with_person("somebody-1", "friend", suspected=True),
        "not_trusted": vetted(met_by, "somebody-1", "meet", result="not_trusted"),
    }[why]

    reason = unfit.ask("INV-07")

    assert (reason.met, reason.todo) == (False, "have the partner name somebody else")
    assert {**reason.remedy.do} == {"do": "redo", "step": "partner_confirmation"}


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),
        ({"housing_named": False}, False),
        ({"housing_named": None}, False),
        ({"reception_from": None}, False),
        ({"reception_until": None}, False),
    ],
)
def test_a_confirmation_names_a_home_and_a_time(ready, changes, met):
    values = {
        name: value
        for name, value in {**ready.case.steps["partner_confirmation"].values, **changes}.items()
        if value is not None
    }

    reason = ready.with_step("partner_confirmation", values=values).ask("INV-07")

    assert reason.met is met
    assert met or reason.todo == "agree it anew with the partner"
    assert met or reason.fact.startswith("it is not clear where the person will live, or the landing ")


@pytest.mark.parametrize(
    ("late", "met"),
    [
        (HOUR, True),  # who boards an hour late lands an hour late: the last moment
        (HOUR + SECOND, False),
        (-HOUR, True),  # who boards early lands as booked
    ],
)
def test_a_late_flight_still_lands_while_the_partner_waits(ready, late, met):
    confirmed = ready.with_step("partner_confirmation", at=ready.at - DAY)
    waits = with_values(
        confirmed, "partner_confirmation", reception_from="2026-05-14T16:00:00Z", reception_until="2026-05-14T17:00:00Z"
    )

    assert waits.ask("INV-07", at=ready.at + late).met is met


def test_an_emergency_contact_that_is_no_partner_is_reached_as_it_is(ready):
    known = vetted(ready.with_person("relative-1", "relative"), "relative-1", "card")

    assert with_values(known, "safety_plan", emergency_contact="relative-1").ask("INV-08").met


@pytest.mark.parametrize("place", ["assisting_organisation", "emergency_contact"])
def test_who_is_on_the_card_and_was_vetted_by_nobody_is_to_be_vetted_for_it(ready, place):
    named = with_values(ready.with_person("somebody-1", "friend"), "safety_plan", **{place: "somebody-1"})

    reason = named.ask("INV-08")

    assert (reason.met, reason.subject) == (False, "safety_plan")
    assert {**reason.remedy.do} == {"do": "complete", "step": "party_vetting", "of": "somebody-1", "for": ("card",)}
    assert not vetted(named, "somebody-1", "meet").ask("INV-08").met
    assert vetted(named, "somebody-1", "card").ask("INV-08").met


def test_of_two_on_the_card_the_one_is_vetted_whom_nobody_has_vetted_yet(ready):
    both = ready.with_person("somebody-1", "friend").with_person("relative-1", "relative")
    both = with_values(both, "safety_plan", assisting_organisation="somebody-1", emergency_contact="relative-1")

    assert both.ask("INV-08").remedy.do["of"] == "somebody-1"
    assert vetted(both, "somebody-1", "card").ask("INV-08").remedy.do["of"] == "relative-1"
    assert vetted(both, "relative-1", "card").ask("INV-08").remedy.do["of"] == "somebody-1"


@pytest.mark.parametrize("why", ["suspected", "not_trusted", "nobody is named"])
def test_where_no_vetting_helps_the_plan_names_somebody_else(ready, why):
    named = with_values(ready.with_person("somebody-1", "friend"), "safety_plan", emergency_contact="somebody-1")
    unfit = {
        "suspected": named.with_person("somebody-1", "friend", suspected=True),
        "not_trusted": vetted(named, "somebody-1", "card", result="not_trusted"),
        "nobody is named": with_values(named, "safety_plan", emergency_contact=None),
    }[why]

    reason = unfit.ask("INV-08")

    said = {
        "suspected": "somebody on the person's card cannot be trusted: they are under suspicion",
        "not_trusted": "somebody on the person's card cannot be trusted: they were vetted, and not found to be trusted",
        "nobody is named": "the person holds no working contacts in the country of origin",
    }
    assert (reason.met, reason.subject, reason.fact) == (False, "safety_plan", said[why])
    assert {**reason.remedy.do} == {"do": "redo", "step": "safety_plan"}


@pytest.mark.parametrize(
    ("country", "does", "why"),
    [
        ("NG", "card", None),  # somebody vets it for the card
        ("NG", "house", "this organisation does not do that"),
        ("BE", "card", "this organisation works in another country"),
    ],
)
def test_an_organisation_on_the_card_is_vetted_for_it_or_somebody_else_stands_there(ready, country, does, why):
    house = OrganisationRecord("a_house", country, (does,), ready.at, 1)
    named = with_values(ready.but(organisations={"a_house": house}), "safety_plan", emergency_contact="a_house")

    reason = named.ask("INV-08")

    if why is None:
        assert {**reason.remedy.do} == {"do": "complete", "step": "party_vetting", "of": "a_house", "for": ("card",)}
    else:
        assert reason.fact == f"somebody on the person's card cannot be trusted: {why}"
        assert reason.todo == "put somebody else into the safety plan, and on the person's card"


# --- INV-07: not at the gate ---------------------------------------------------------------------------------------


DECLINES = {
    "being met": ("arrival_reception", lambda n: Skip(n, step="arrival_reception")),
    "any partner": ("partner_selection", lambda n: Complete(n, step="partner_selection", result="none_wanted")),
}


@pytest.mark.parametrize("what", DECLINES)
def test_a_child_declines_no_reception_and_an_adult_may(ready, child, what):
    subject, declines = DECLINES[what]

    refused = child.ask("INV-07", declines(child.case.number))

    assert (refused.met, refused.subject, refused.fact) == (False, subject, "a child declines no reception")
    assert ready.ask("INV-07", declines(ready.case.number)).met


def test_a_child_that_wants_no_partner_is_given_one_and_does_not_settle_without(child):
    alone = child.with_step("partner_selection", result="none_wanted")
    number = child.case.number

    assert not alone.ask("INV-07", Move(number, to="settle")).met
    assert alone.ask("INV-07", Assign(number, role="receiving_organisation", partner="ng_iom")).met


TAKES_OVER = {
    "handed over": lambda n: Complete(
        n, step="handover_confirmation", result="confirmed", fields={"case_worker": "invented_worker_there"}
    ),
    "settled": lambda n: Move(n, to="settle"),
}


@pytest.mark.parametrize("how", TAKES_OVER)
@pytest.mark.parametrize(
    ("party", "wanted", "met"),
    [
        ({"partner": "ng_bakhita"}, "chosen", True),
        ({"organisation": "an_unlisted_house"}, "chosen", False),
        ({"organisation": "an_unlisted_house"}, "none_wanted", True),  # it was to receive them once
        (None, "chosen", True),  # that nobody was chosen is said by the step
    ],
)
def test_nobody_takes_the_person_over_who_is_not_trusted_to_receive_them(ready, how, party, wanted, met):
    held = {"receiving_organisation": Assignment("receiving_organisation", ready.at, 1, **party)} if party else {}
    case = ready.but(phase="arrival", roles=held).with_step("partner_selection", result=wanted)

    reason = case.ask("INV-07", TAKES_OVER[how](ready.case.number))

    assert reason.met is met
    assert met or reason.subject == "receiving_organisation"


@pytest.mark.parametrize("how", TAKES_OVER)
@pytest.mark.parametrize(
    ("does", "to_do"),
    [
        ("receive", {"do": "complete", "step": "party_vetting", "of": "a_house", "for": ("receive",)}),
        ("meet", {"do": "assign", "role": "receiving_organisation"}),  # another is chosen
    ],
)
def test_an_organisation_that_takes_the_person_over_is_vetted_for_it_or_another_is_chosen(ready, how, does, to_do):
    house = OrganisationRecord("a_house", "NG", (does,), ready.at, 1)
    held = {"receiving_organisation": Assignment("receiving_organisation", ready.at, 1, organisation="a_house")}
    case = ready.but(phase="arrival", roles=held, organisations={"a_house": house})

    reason = case.ask("INV-07", TAKES_OVER[how](ready.case.number))

    assert (reason.met, reason.subject) == (False, "receiving_organisation")
    assert {**reason.remedy.do} == to_do


@pytest.mark.parametrize(
    ("who", "party", "met"),
    [
        ("failed", {"partner": "ng_bakhita"}, False),
        ("failed", {"partner": "ng_iom"}, True),
        ("failed", {"organisation": "a_house"}, True),
        ("suspected", {"ref": "somebody-1"}, False),
        ("cleared by one", {"ref": "somebody-1"}, False),
        ("not found to be trusted", {"ref": "somebody-1"}, False),
        ("not found to be trusted", {"organisation": "a_house"}, False),
        ("not found to be trusted", {"partner": "ng_bakhita"}, True),
        ("nobody has doubted them", {"ref": "somebody-1"}, True),  # a case is owned by who works there, and not vetted
        ("nobody has doubted them", {"organisation": "a_house"}, True),
    ],
)
def test_who_has_failed_or_was_not_found_to_be_trusted_owns_no_case(ready, who, party, met):
    house = OrganisationRecord("a_house", "NG", ("receive",), ready.at, 1)
    known = ready.but(organisations={"a_house": house}).with_person(
        "somebody-1", "friend", suspected=who == "suspected"
    )
    if who == "failed":
        failed = IncidentRecord(ready.case.version + 1, "partner_failure", "blocked", "pre_departure", ready.at)
        known = known.but(incidents=(failed,))
    elif who == "cleared by one":
        known = known.but(earlier={"suspicions": {"somebody-1": (Was(True, ready.at - DAY, 1),)}})
    elif who == "not found to be trusted":
        for one in ("somebody-1", "a_house"):
            known = vetted(known, one, "receive", result="not_trusted")

    reason = known.ask("INV-07", Assign(ready.case.number, role="case_owner", **party))

    assert reason.met is met
    assert met or (reason.subject, reason.remedy) == ("case_owner", None)
    refused = ("who has failed, or was not found to be trusted, owns no case", "name somebody else")
    assert met or (reason.fact, reason.todo) == refused
    other = known.ask("INV-07", Assign(ready.case.number, role="family", **party))
    assert other.met  # another role is asked about by other rules


@on_both_sides
def test_who_meets_the_person_is_trusted_on_the_day_of_the_landing(ready, too_much, met):
    lands = ready.case.travel.legs[-1].arrives_at
    year_before = lands.replace(year=lands.year - 1) - too_much  # and less than a year before the departure
    known = vetted(ready.with_person("relative-1", "relative"), "relative-1", "meet", at=year_before)

    reason = with_values(known, "partner_confirmation", received_by="relative-1").ask("INV-07")

    assert reason.met is met
    assert met or reason.fact == "who is to meet the person cannot be trusted: they were vetted more than 12 months ago"


@pytest.mark.parametrize(("role", "met"), [("caregiver", False), ("escort", False), ("interpreter", True)])
def test_who_is_there_at_the_landing_is_trusted_until_then(ready, role, met):
    lands = ready.case.travel.legs[-1].arrives_at
    year_before = lands.replace(year=lands.year - 1) - SECOND  # and less than a year before the departure
    friend = ready.with_person("somebody-1", "friend", travels=True)
    known = vetted(friend, "somebody-1", "care", "escort", "interpret", at=year_before)
    held = known.but(roles={**known.case.roles, role: Assignment(role, ready.at, 1, ref="somebody-1")})
    named = Assign(ready.case.number, role=role, ref="somebody-1")

    assert held.ask("INV-19").met is met
    assert known.ask("INV-19", named).met  # the landing is asked about at the gate


@on_both_sides
def test_who_boards_late_is_met_late(ready, too_much, met):
    lands, late = ready.case.travel.legs[-1].arrives_at, HOUR
    year_before = lands.replace(year=lands.year - 1) + late - too_much
    known = vetted(ready.with_person("relative-1", "relative"), "relative-1", "meet", at=year_before)
    known = with_values(known, "partner_confirmation", received_by="relative-1")
    leaves = ready.case.travel.legs[0].departs_at

    assert replace(known, at=leaves + late).ask("INV-07").met is met


# --- INV-07: who can never receive anybody, and every reason at once ---------------------------------------------


@pytest.mark.parametrize(
    ("partner", "met"),
    [
        ("ng_bakhita", True),
        ("ng_naptip", True),  # an authority there, of which its pack says that it receives people
        ("ng_idia", True),  # a partner there that has no bed: it is taken, and the gates say so
        ("be_pag_asa", False),  # a partner, where the person leaves
        ("be_emergency_numbers", False),
        ("ng_emergency", False),  # there, and no partner
        ("ng_embassy_brussels", False),
    ],
)
def test_who_can_never_receive_the_person_is_not_chosen(ready, partner, met):
    chosen = Assign(ready.case.number, role="receiving_organisation", partner=partner)

    reason = ready.ask("INV-07", chosen)

    assert reason.met is met
    assert met or (reason.subject, reason.todo) == ("receiving_organisation", "choose, with the person, one that can")
    assert met or reason.fact == "the receiving organisation cannot receive the person: this partner does not do that"
    assert ready.ask("INV-07", replace(chosen, role="family")).met  # nobody receives them there


def said_of(ready, rule):
    """Say all that a rule says against the departure, in the order in which it says it."""
    case = moving(ready)
    return [one.fact for one in remedies.reasons(case, SAFEGUARDS[rule].ask_each(case)) if not one.met]


def test_that_the_partner_cannot_receive_is_not_told_behind_that_it_has_not_confirmed(ready):
    held = Assignment("receiving_organisation", ready.case.opened_at, 1, partner="ng_idia")
    chosen = ready.without_step("partner_confirmation").but(roles={**ready.case.roles, "receiving_organisation": held})

    cannot, unconfirmed = said_of(chosen, "INV-07")

    assert cannot == "the receiving organisation cannot receive the person: this partner does not do that"
    assert unconfirmed.startswith("no receiving partner has confirmed in the")
    assert said_of(ready.without_step("partner_confirmation"), "INV-07") == [unconfirmed]  # of one that can
    unchosen = ready.without_step("partner_confirmation").but(roles={})
    assert said_of(unchosen, "INV-07") == [unconfirmed]  # that nobody is chosen is said by the step


def test_that_nobody_can_meet_the_person_is_not_told_behind_that_it_is_too_long_ago(ready):
    old = ready.with_step("partner_confirmation", at=ready.at - 15 * DAY)
    met_by = with_values(old, "partner_confirmation", received_by="ng_idia")

    unconfirmed, not_met = said_of(met_by, "INV-07")

    assert unconfirmed.startswith("no receiving partner has confirmed in the")
    assert not_met == "who is to meet the person cannot be trusted: this partner does not do that"
    assert said_of(old, "INV-07") == [unconfirmed]
    assert said_of(with_values(ready, "partner_confirmation", received_by="ng_idia"), "INV-07") == [not_met]
    refused = met_by.with_step("partner_confirmation", result="refused")
    assert said_of(refused, "INV-07") == [unconfirmed]  # then nobody meets them


def test_who_has_no_place_but_an_unsafe_family_is_told_that_nobody_can_receive_them_too(ready):
    lives = FactRecord(True, ready.case.opened_at, 1)
    held = Assignment("receiving_organisation", ready.case.opened_at, 1, partner="ng_idia")
    known = ready.with_step("family_contact_and_assessment", result="unsafe", at=ready.case.opened_at)
    known = known.but(facts={**known.case.facts, "will_live_with_family": lives})
    chosen = known.but(roles={**known.case.roles, "receiving_organisation": held})

    family = "the person would live with a family that was found unsafe"
    cannot = "the receiving organisation cannot receive the person: this partner does not do that"
    assert said_of(known, "INV-07") == [family]
    assert said_of(chosen, "INV-07") == [family, cannot]
    assert said_of(chosen.without_step("partner_confirmation"), "INV-07") == [family, cannot]


def test_of_all_who_are_near_the_person_it_is_told_at_once_who_must_not_be(ready):
    known = ready.with_person("escort-1", "escort", travels=True).with_person("friend-1", "friend", travels=True)
    known = known.with_person("friend-1", "friend", travels=True, suspected=True)
    held = Assignment("escort", ready.at, 1, ref="escort-1")
    interprets = Assignment("interpreter", ready.at, 1, partner="be_pag_asa")
    known = known.but(roles={**known.case.roles, "escort": held, "interpreter": interprets})

    assert said_of(known, "INV-19") == [
        "the escort cannot be trusted: nobody has vetted them",
        "somebody under suspicion would be somebody who travels along",
        "the interpreter cannot be trusted: this partner does not do that",
    ]
    assert said_of(ready, "INV-19") == []


# --- what the partner says and what the journey says is one -----------------------------------------------------------


@pytest.mark.parametrize(("too_long", "met"), [(0 * SECOND, True), (SECOND, False)])
def test_nobody_waits_for_longer_than_the_window_of_the_process(ready, too_long, met):
    opens = datetime(2026, 5, 10, tzinfo=UTC)
    waits = {"reception_from": opens.isoformat(), "reception_until": (opens + 8 * DAY + too_long).isoformat()}
    reason = with_values(ready, "partner_confirmation", **waits).ask("INV-07")

    assert reason.met is met
    assert met or (reason.fact, reason.todo) == (
        "the partner would wait for more than 8 days: nobody knows when somebody is there",
        "ask the partner who is there on the day of the landing, and confirm that",
    )


@pytest.mark.parametrize(
    ("confirmed", "booked", "met"),
    [
        ("ng_bakhita", "ng_bakhita", True),
        ("receiving_organisation", "ng_bakhita", True),  # the role, and who holds it
        ("ng_bakhita", None, True),  # the booking names nobody
        ("ng_bakhita", "ng_iom", False),
    ],
)
def test_who_confirms_to_meet_and_who_is_booked_to_meet_are_one(ready, confirmed, booked, met):
    agreed = with_values(ready, "partner_confirmation", received_by=confirmed)
    told = [
        finding
        for finding in SAFEGUARDS["INV-07"].each(moving(_met_by(agreed, booked)))
        if "journey says" in finding.fact
    ]

    assert (told == []) is met
    assert met or told[0].values["booked"] != told[0].values["confirmed"]


def _met_by(ready, party):
    return ready.but(travel=ready.case.travel._replace(meeting_person=party))


def found_of(ready, rule, **moment):
    """What a rule finds against the departure, one by one."""
    return [one.finding for one in SAFEGUARDS[rule].ask_each(moving(ready, **moment)) if not one.finding.met]


@pytest.mark.parametrize(
    ("confirmed", "booked", "who"),
    [
        ("ng_bakhita", "relative-1", ("Bakhita Villa", "relative-1")),
        ("relative-1", "ng_bakhita", ("relative-1", "Bakhita Villa")),
    ],
)
def test_that_two_are_said_to_meet_the_person_is_asked_of_the_partner(ready, confirmed, booked, who):
    known = vetted(ready.with_person("relative-1", "relative"), "relative-1", "meet")
    agreed = with_values(known, "partner_confirmation", received_by=confirmed)

    reason = _met_by(agreed, booked).ask("INV-07")

    fact = f"the partner says that {who[0]} meets the person, and the journey says {who[1]}"
    assert (reason.met, reason.subject, reason.fact) == (False, "partner_confirmation", fact)
    assert reason.todo == "ask the partner; then book it so, or have it confirmed so"
    assert (reason.remedy.do, reason.remedy.from_) == ({"do": "redo", "step": "partner_confirmation"}, ready.at)


def test_where_no_journey_is_booked_nobody_is_booked_to_meet_the_person(ready):
    (missing,) = found_of(ready.but(travel=None), "INV-07")

    assert (missing.subject, missing.fact) == ("travel_plan", "it is not known when the person lands")


@pytest.mark.parametrize("purpose", ["contact_partner", "share_partner"])
def test_who_said_no_to_a_partner_chooses_another_now_and_who_did_not_say_is_asked(ready, purpose):
    title = {"contact_partner": "Contact a partner", "share_partner": "Share data with a partner"}[purpose]

    (refused,) = found_of(ready.with_consent(purpose, "ng_bakhita", state="refused"), "INV-07")
    (void,) = found_of(ready.with_consent(purpose, "ng_bakhita", state="void"), "INV-07")

    assert (refused.subject, refused.from_) == ("partner_confirmation", ready.at)
    assert refused.do == {"do": "assign", "role": "receiving_organisation"}
    told = ready.with_consent(purpose, "ng_bakhita", state="refused").ask("INV-07")
    assert told.fact == f"the person has said no to this partner: {title}"
    assert void.do == {"do": "consent", "purpose": purpose, "recipient": "receiving_organisation"}
    assert void.todo == "ask the person, or choose another partner"
    gone = ready.with_consent(purpose, "ng_bakhita", state="void").ask("INV-07").fact
    assert gone == f"the person's agreement that this partner is contacted or told is not there any more: {title}"


@pytest.mark.parametrize(("in_writing", "unsaid"), [(True, []), (None, ["partner_selection"])])
def test_an_unsafe_family_and_a_reception_declined_only_in_words_are_told_at_once(ready, in_writing, unsaid):
    at_first = FactRecord(True, ready.case.opened_at, 1)
    lives = ready.but(facts={**ready.case.facts, "will_live_with_family": at_first})
    lives = lives.with_step("family_contact_and_assessment", result="unsafe", at=ready.case.opened_at)
    alone = lives.with_step("partner_selection", result="none_wanted")
    alone = alone.with_fact("reception_declined_in_writing", in_writing)

    assert [one.subject for one in found_of(alone, "INV-07")] == ["family_contact_and_assessment", *unsaid]


def test_what_is_confirmed_anew_is_asked_of_the_partner_now(ready):
    (homeless,) = found_of(with_values(ready, "partner_confirmation", housing_named=False), "INV-07")

    assert (homeless.subject, homeless.from_) == ("partner_confirmation", ready.at)
    assert homeless.do == {"do": "redo", "step": "partner_confirmation"}


def test_nobody_is_proposed_in_the_place_of_an_owner_who_has_failed(ready):
    failed = IncidentRecord(ready.case.version + 1, "partner_failure", "blocked", "pre_departure", ready.at)
    takes = Assign(ready.case.number, role="case_owner", partner="ng_bakhita")
    known = ready.but(incidents=(failed,))

    finding = SAFEGUARDS["INV-07"].ask(CaseNow(known.process, known.case, known.at, command=takes)).finding

    assert (finding.met, finding.subject, finding.do) == (False, "case_owner", {})


@pytest.mark.parametrize(
    ("later", "changes", "is_told"),
    [
        (SECOND, {}, True),
        (0 * SECOND, {}, False),  # it was read when the partner was chosen
        (SECOND, {"party": "ng_iom"}, False),
        (SECOND, {"kind": "careful"}, False),
        (SECOND, {"dropped_by": "somebody"}, False),
        (SECOND, {"dropped_by": "lena"}, True),  # who chose the partner does not take the harm out of the book alone
    ],
)
def test_after_harm_was_noted_of_a_partner_it_is_chosen_anew(ready, later, changes, is_told):
    held = ready.case.roles["receiving_organisation"]._replace(made_by="lena")
    chosen = ready.but(roles={**ready.case.roles, "receiving_organisation": held})
    note = {"party": "ng_bakhita", "kind": "harm", "text": "invented words", "on": ready.at.date(), "by": "ola"}
    noted = PartnerNote(**{**note, "at": held.at + later, **changes})

    found = found_of(chosen, "INV-07", outside=Outside(book=lambda *_: (noted,)))

    assert [(one.subject, one.fact, one.todo, one.do, one.from_) for one in found] == [
        (
            "receiving_organisation",
            "harm was noted of the receiving organisation after it was chosen",
            "read what is noted; choose it again, and a second signs; or choose another",
            {"do": "assign", "role": "receiving_organisation"},
            ready.at,
        )
    ] * is_told


def test_a_partner_of_whom_harm_is_noted_waits_for_a_second(ready):
    held = ready.case.roles["receiving_organisation"]
    alone = held._replace(alone=Alone(ready.at, ready.at, "anna"))
    told = ready.but(roles={**ready.case.roles, "receiving_organisation": alone}).ask("INV-07")

    assert (told.met, told.subject) == (False, "receiving_organisation")
    assert told.fact == "harm is noted of the receiving organisation, and one alone has chosen it"
    assert told.todo == "let somebody else read what is noted, and sign; or choose another"
    (found,) = found_of(ready.but(roles={**ready.case.roles, "receiving_organisation": alone}), "INV-07")
    assert (found.do, found.from_) == ({"do": "sign", "seq": held.seq}, ready.at)
    assert ready.ask("INV-07").met
