"""Who may be contacted, what they may be told, and who comes near the person: INV-14, INV-19, INV-20."""

from __future__ import annotations

from dataclasses import replace

import pytest
from wayhome.case_now import CaseNow
from wayhome.commands import AnyCommand, Assign, Complete, Consent, Contact, Move, Travel
from wayhome.errors import filled
from wayhome.model.case import Assignment, ContactRecord, EntryPart, EntryRecord, IncidentRecord, MoveRecord, Was
from wayhome.model.reason import Finding
from wayhome.rules.contacts import all_near_the_person, has_them_in_hand, to_be_heard_by
from wayhome.rules.safeguard import SAFEGUARDS
from wayhome.testing import Ready

from tests.rules.cases import ANNA, DAY, HOUR, proposed, vetted, with_process


def contact(with_: str, *groups: str, basis: str | None = "consent", why: str | None = None) -> Contact:
    return Contact("", with_=with_, channel="phone", reached=True, groups=groups, basis=basis, why=why)


# --- INV-14: a consent that names this contact -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "met"),
    [
        ("ng_bakhita", True),  # named by the consent contact_partner
        ("ng_cosudow", False),  # another partner
        ("an_unlisted_house", False),  # nobody knows it
        ("invented_organisation", False),  # it works on the case, and nobody has named it
        ("embassy", True),
        ("authority_origin", False),
        ("authority_host", False),
        ("carrier", True),
        ("lawyer", True),
        ("person", True),
        ("guardian", False),  # an adult has none
    ],
)
def test_nobody_is_contacted_whom_no_consent_names(ready, party, met):
    reason = ready.ask("INV-14", contact(party))

    assert (reason.met, reason.subject) == (met, party)


def test_a_consent_for_the_whole_class_covers_who_is_known_and_of_it_and_nobody_else(ready):
    agreed = ready.with_consent("contact_partner", "partner")

    assert agreed.ask("INV-14", contact("invented_organisation")).met
    assert agreed.ask("INV-14", contact("ng_cosudow")).met
    unlisted = agreed.ask("INV-14", contact("an_unlisted_house"))
    assert (unlisted.met, unlisted.fact) == (False, "nobody here knows this party")


@pytest.mark.parametrize("state", ["refused", "withdrawn", "void"])
def test_a_consent_to_contact_that_was_taken_back_ends_it(ready, state):
    assert not ready.with_consent("contact_embassy", "embassy", state=state).ask("INV-14", contact("embassy")).met


def test_the_remedy_asks_for_consent_to_this_very_contact(ready):
    remedy = ready.ask("INV-14", contact("ng_cosudow")).remedy

    assert remedy.do["do"] == "consent"
    assert (remedy.do["purpose"], remedy.do["recipient"]) == ("contact_partner", "ng_cosudow")


@pytest.mark.parametrize(
    ("named", "met"),
    [
        ("relative-1", True),
        ("family", True),  # the person has agreed to the family as a whole
        ("relative-2", False),
    ],
)
def test_a_consent_to_one_relative_does_not_open_the_family(ready, named, met):
    mother = ready.with_person("relative-1", "relative").with_person("relative-2", "relative")

    assert mother.with_consent("contact_family", named).ask("INV-14", contact("relative-1")).met is met


@pytest.mark.parametrize(("named", "met"), [("relative-1", False), ("family", True)])
@pytest.mark.parametrize("rule", ["INV-14", "INV-20"])
def test_who_tells_a_whole_class_needs_a_consent_that_names_the_class(ready, rule, named, met):
    """Each of it is told: what one aunt may know is not for all of the family."""
    two = ready.with_person("relative-1", "relative").with_person("relative-2", "relative")

    found = two.with_consent("contact_family", named, groups=("identity",)).ask(rule, contact("family", "identity"))
    assert found.met is met
    assert met or (found.subject, proposed(found)) == ("family", {"do": "consent", "purpose": "contact_family"})


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
@pytest.mark.parametrize("rule", ["INV-14", "INV-20"])
def test_a_no_to_one_of_a_class_stands_against_telling_the_whole_class(ready, rule, state):
    """To tell the class is to tell each of it: those to whom the person has not said no are named one by one."""
    two = ready.with_person("relative-1", "relative").with_person("relative-2", "relative")
    all_told = two.with_consent("contact_family", "family", groups=("identity",))
    but_one = all_told.with_consent("contact_family", "relative-1", groups=("identity",)).with_consent(
        "contact_family", "relative-2", groups=("identity",), state=state
    )

    refused = but_one.ask(rule, contact("family", "identity"))
    assert (refused.met, refused.subject, proposed(refused)) == (False, "family", {})
    assert refused.fact == "the person has said no to relative-2, who would be told, too"
    assert refused.todo == "name each who may be told"
    assert not but_one.ask(rule, contact("relative-2", "identity")).met
    assert but_one.ask(rule, contact("relative-1", "identity")).met
    asked_of_none = two.with_consent("contact_family", "relative-2", groups=("identity",), state=state)
    assert asked_of_none.ask(rule, contact("family", "identity")).fact == refused.fact
    to_all = but_one.with_consent("contact_family", "family", groups=("identity",), state=state)
    assert to_all.ask(rule, contact("family", "identity")).fact != refused.fact
    assert all_told.ask(rule, contact("family", "identity")).met


def test_a_no_to_another_class_stands_not_against_telling_this_one(ready):
    """A consent may be asked of several classes: what the carrier may not know is for a partner, where the person says so."""
    carrier_not = ready.with_consent("health_share", "carrier", state="refused")
    told = carrier_not.with_consent("health_share", "partner", groups=("health",))

    assert told.ask("INV-20", contact("partner", "health")).met
    uncovered = told.ask("INV-20", contact("partner", "psychosocial"))
    assert (uncovered.met, uncovered.fact) == (
        False,
        "the person has not agreed that psychosocial data are told there",
    )


@pytest.mark.parametrize("rule", ["INV-14", "INV-20"])
def test_a_guardian_whom_nobody_holds_is_one_of_the_family(ready, rule):
    """What one names is of a class, and no class: a consent for the family opens it, and so does its own."""
    assert (
        ready.with_consent("contact_family", "family", groups=("identity",))
        .ask(rule, contact("guardian", "identity"))
        .met
    )


def test_a_consent_for_one_relative_opens_no_guardian_whom_nobody_holds(ready):
    one = ready.with_person("relative-1", "relative").with_consent("contact_family", "relative-1")
    refused = one.ask("INV-14", contact("guardian"))

    assert (refused.met, refused.fact) == (False, "the person has not agreed to this contact")
    said_no = one.with_consent("contact_family", "relative-1", state="refused")
    assert not said_no.ask("INV-14", contact("guardian")).fact.endswith("who would be told, too"), "they are no class"


@pytest.mark.parametrize("basis", ["legal_duty", "vital_interest"])
@pytest.mark.parametrize(
    ("why", "met"),
    [
        ("a threat to life", True),
        (None, False),
        ("", False),
    ],
)
def test_a_contact_without_consent_must_say_why(ready, basis, why, met):
    assert ready.ask("INV-14", contact("authority_origin", basis=basis, why=why)).met is met


# --- INV-20: what is told, to whom, under which consent ----------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "groups", "met"),
    [
        ("ng_bakhita", ["identity", "plan"], True),
        ("ng_bakhita", ["identity", "health"], False),  # no consent to share health data
        ("ng_bakhita", [], True),  # nothing was told
        ("ng_cosudow", ["identity"], False),  # the consent names another partner
        ("embassy", ["identity", "travel"], True),
        ("embassy", ["identity", "case"], False),  # one group more than the consent covers
        ("person", ["narrative", "health", "legal"], True),  # their own data
        ("guardian", ["narrative", "health", "legal"], False),  # an adult has no guardian
    ],
)
def test_data_leave_only_under_a_consent_that_covers_them(ready, party, groups, met):
    assert ready.ask("INV-20", contact(party, *groups)).met is met


def test_the_refusal_names_the_groups_that_no_consent_covers(ready):
    reason = ready.ask("INV-20", contact("ng_bakhita", "identity", "health", "legal"))

    assert reason.fact == "the person has not agreed that health, legal data are told there"
    assert (reason.remedy.do["purpose"], reason.remedy.do["recipient"]) == ("health_share", "ng_bakhita")


def test_a_group_that_no_purpose_covers_leaves_no_remedy(ready):
    assert ready.ask("INV-20", contact("embassy", "survey")).remedy is None


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),
        ({"groups": ("identity",)}, False),  # the person has struck out the plan
        ({"state": "withdrawn"}, False),
    ],
)
def test_only_the_groups_to_which_the_person_said_yes_count(ready, changes, met):
    asked = ready.with_consent("share_partner", "ng_bakhita", **changes)

    assert asked.ask("INV-20", contact("ng_bakhita", "identity", "plan")).met is met


@pytest.mark.parametrize("group", ["narrative", "risk", "health", "psychosocial", "legal"])
def test_an_embassy_is_never_told_what_happened_whatever_is_consented(ready, group):
    agreed = ready.with_consent("contact_embassy", "embassy", groups=("identity", group))

    reason = agreed.ask("INV-20", contact("embassy", "identity", group))

    assert (reason.met, reason.fact) == (False, f"{group} data are never told there")


@pytest.mark.parametrize(
    ("basis", "why", "group", "met"),
    [
        ("legal_duty", "the law", "health", True),
        ("legal_duty", None, "health", False),  # without its reason it is no duty
        ("legal_duty", "the law", "psychosocial", False),  # never told to an authority
        ("vital_interest", "danger to life", "psychosocial", True),  # life comes first
        ("vital_interest", None, "health", False),
        ("consent", "a reason is no consent", "health", False),
        (None, "a reason is no consent", "health", False),
    ],
)
def test_a_duty_or_danger_lets_data_leave_only_with_its_reason(ready, basis, why, group, met):
    assert ready.ask("INV-20", contact("authority_origin", group, basis=basis, why=why)).met is met


@pytest.mark.parametrize(
    ("groups", "met"),
    [
        (["identity", "plan"], True),
        (["identity", "health"], False),
        ([], True),
    ],
)
def test_the_dossier_holds_only_what_the_person_agreed_to_send(ready, groups, met):
    sent = Complete(ready.case.number, step="handover_dossier", fields={"groups_sent": groups})

    assert ready.ask("INV-20", sent).met is met


def test_a_dossier_goes_to_the_holder_of_the_role_alone(ready):
    sent = Complete(ready.case.number, step="handover_dossier", fields={"groups_sent": ["identity"]})
    other = Assignment("receiving_organisation", ready.at, 1, partner="ng_cosudow")

    assert not ready.but(roles={"receiving_organisation": other}).ask("INV-20", sent).met
    assert ready.but(roles={}).ask("INV-20", Complete(ready.case.number, step="handover_dossier")).met  # nothing sent


# --- INV-19: who comes near the person ---------------------------------------------------------------------------


NEAR = {
    "caregiver": "care",
    "escort": "escort",
    "interpreter": "interpret",
    "guardian": "speak",
    "receiving_organisation": "receive",
    "reception_officer": "meet",
    "reception_person": "meet",
    "contact_person": "card",
}


def test_a_case_with_nobody_near_the_person_is_clear(ready):
    assert ready.ask("INV-19").met


@pytest.mark.parametrize("role", NEAR)
@pytest.mark.parametrize(
    ("suspected", "by_whom", "met"),
    [
        (False, "for this", True),
        (None, "for this", True),
        (True, "for this", False),  # vetted, and suspected since
        (False, "for all else", False),
        (False, "nobody", False),
    ],
)
def test_whoever_is_suspected_or_not_vetted_for_it_gets_no_trusted_role(ready, role, suspected, by_whom, met):
    to = {"for this": {NEAR[role]}, "for all else": {*NEAR.values()} - {NEAR[role]}, "nobody": ()}[by_whom]
    known = ready.with_person("somebody-1", "friend", suspected=suspected)
    known = vetted(known, "somebody-1", *to) if to else known
    held = known.but(roles={**known.case.roles, role: Assignment(role, ready.at, 1, ref="somebody-1")})

    assert known.ask("INV-19", Assign(ready.case.number, role=role, ref="somebody-1")).met is met
    assert held.ask("INV-19").met is met


def test_a_stranger_to_the_case_gets_no_trusted_role(ready):
    reason = ready.ask("INV-19", Assign(ready.case.number, role="escort", ref="nobody-1"))

    assert (reason.met, reason.subject) == (False, "nobody-1")


def test_other_roles_and_partners_are_not_asked_for_vetting(ready):
    suspect = ready.with_person("somebody-1", "friend", suspected=True)

    assert suspect.ask("INV-19", Assign(ready.case.number, role="case_owner", ref="somebody-1")).met
    assert suspect.ask("INV-19", Assign(ready.case.number, role="receiving_organisation", partner="ng_bakhita")).met


@pytest.mark.parametrize("suspected", [False, True])
def test_nobody_suspected_waits_at_the_airport_or_on_the_card(ready, suspected):
    known = vetted(ready.with_person("relative-1", "relative", suspected=suspected), "relative-1", "meet", "card")
    travel = known.case.travel._replace(meeting_person="relative-1")
    confirmed = {**known.case.steps["partner_confirmation"].values, "received_by": "relative-1"}
    planned = {**known.case.steps["safety_plan"].values, "emergency_contact": "relative-1"}
    helped = {**known.case.steps["safety_plan"].values, "assisting_organisation": "relative-1"}

    assert known.but(travel=travel).ask("INV-19").met is not suspected
    assert known.with_step("partner_confirmation", values=confirmed).ask("INV-19").met is not suspected
    assert known.with_step("safety_plan", values=planned).ask("INV-19").met is not suspected
    assert known.with_step("safety_plan", values=helped).ask("INV-19").met is not suspected


def test_a_suspect_who_has_no_part_in_the_return_stops_nothing(ready):
    assert ready.with_person("somebody-1", "friend", suspected=True).ask("INV-19").met


# --- INV-14: a party's own no, and whom nobody calls --------------------------------------------------------------


@pytest.mark.parametrize("own", ["refused", "withdrawn"])
def test_a_partys_own_no_beats_the_consent_of_its_class(ready, own):
    known = ready.with_person("relative-1", "relative").with_person("relative-2", "relative")
    family = known.with_consent("contact_family", "family")

    but_not_her = family.with_consent("contact_family", "relative-1", state=own)

    assert family.ask("INV-14", contact("relative-1")).met
    assert not but_not_her.ask("INV-14", contact("relative-1")).met
    assert but_not_her.ask("INV-14", contact("relative-2")).met


def test_an_own_answer_that_is_no_longer_true_leaves_the_consent_of_the_class(ready):
    known = ready.with_person("relative-1", "relative").with_consent("contact_family", "family")

    assert known.with_consent("contact_family", "relative-1", state="void").ask("INV-14", contact("relative-1")).met


def test_a_consent_for_another_purpose_or_of_another_class_opens_no_contact(ready):
    known = ready.with_person("relative-1", "relative")

    assert not known.with_consent("contact_partner", "relative-1").ask("INV-14", contact("relative-1")).met
    assert not known.with_consent("contact_family", "authority_origin").ask("INV-14", contact("relative-1")).met


@pytest.mark.parametrize(("suspected", "met"), [(True, False), (False, True), (None, True)])
def test_nobody_under_suspicion_is_contacted_whatever_was_agreed(ready, suspected, met):
    known = ready.with_person("relative-1", "relative", suspected=suspected)

    assert known.with_consent("contact_family", "relative-1").ask("INV-14", contact("relative-1")).met is met


def test_whom_one_alone_has_cleared_of_a_suspicion_is_called_once_they_are_vetted(ready):
    suspected = {"suspicions": {"relative-1": (Was(True, ready.at - DAY, 1),)}}
    known = ready.with_person("relative-1", "relative", suspected=False).but(earlier=suspected)
    agreed = known.with_consent("contact_family", "relative-1")

    cleared = agreed.ask("INV-14", contact("relative-1"))
    still = agreed.with_person("relative-1", "relative", suspected=True).ask("INV-14", contact("relative-1"))

    for reason in (cleared, still):
        assert (reason.met, reason.subject) == (False, "relative-1")
        assert reason.fact == "somebody under suspicion is not contacted"
    assert cleared.todo == "contact nobody through them; where it was a mistake, let two vet them"
    assert {**cleared.remedy.do} == {"do": "complete", "step": "party_vetting", "of": "relative-1", "for": ()}
    assert (still.todo, still.remedy) == ("contact nobody through them", None)
    assert vetted(agreed, "relative-1", "card").ask("INV-14", contact("relative-1")).met


@pytest.mark.parametrize("party", ["an_unlisted_house", "escort"])
def test_whom_nobody_knows_is_not_contacted_and_gets_no_role_by_it(ready, party):
    reason = ready.ask("INV-14", contact(party))

    assert (reason.met, reason.fact, reason.subject) == (False, "nobody here knows this party", party)
    assert (reason.todo, reason.remedy) == ("say whom you contact", None)


def test_a_call_to_the_guardian_whom_an_adult_does_not_have_proposes_no_guardian(ready):
    unsaid = ready.ask("INV-14", contact("guardian", basis="legal_duty"))
    told = ready.ask("INV-20", contact("guardian", "health"))

    assert (unsaid.met, unsaid.fact) == (False, "a contact without consent must say why")
    assert (unsaid.todo, unsaid.remedy) == ("say 'why'", None)
    assert (told.met, told.fact) == (False, "health data are never told there")
    assert (told.todo, told.remedy) == ("leave it out", None)


def test_where_a_purpose_names_nobody_the_remedy_names_nobody(ready):
    nobody = replace(ready.process.consents["contact_partner"], recipients=(), default_recipient=None)
    asked = with_process(ready, consents={**ready.process.consents, "contact_partner": nobody})

    proposed = asked.without_consent("contact_partner").ask("INV-14", contact("ng_cosudow")).remedy

    assert (proposed.do["do"], proposed.do.get("recipient")) == ("consent", None)


def found(ready: Ready, rule: str, command: AnyCommand) -> Finding:
    """What a rule finds of a command, before anything is made of it."""
    case = CaseNow(ready.process, ready.case, ready.at, actor=ANNA, command=command)
    return SAFEGUARDS[rule].ask(case).finding


@pytest.mark.parametrize(
    ("state", "groups", "met"),
    [
        ("sent", (), True),  # they have learnt of the person
        ("sent", ("identity",), False),  # and are told no more
        ("thought_of", (), False),  # they know of nobody
        (None, (), False),
    ],
)
def test_who_learnt_of_the_person_under_a_consent_that_is_gone_is_told_that_alone(ready, state, groups, met):
    part = EntryPart(ready.at - 2 * DAY, 2, state, {"provider": "ng_cosudow"})
    entries = {"service-1": EntryRecord("service-1", "service", "", (part,))} if state else {}
    gone = ready.but(entries=entries).with_consent("share_partner", "ng_cosudow", state="withdrawn", at=ready.at - DAY)

    reason = gone.ask("INV-14", contact("ng_cosudow", *groups))

    assert (reason.met, reason.subject) == (met, "ng_cosudow")
    assert not met or reason.fact.startswith("nothing is told but that the consent is gone")
    assert met or dict(reason.remedy.do) == {"do": "consent", "purpose": "contact_partner", "recipient": "ng_cosudow"}


def test_a_no_to_one_partner_is_none_to_another(ready):
    refused = ready.with_consent("contact_partner", "ng_bakhita", state="refused")

    other = refused.ask("INV-14", contact("ng_cosudow"))

    assert (other.met, other.fact) == (False, "the person has not agreed to this contact")
    assert (other.todo, other.remedy.do["recipient"]) == ("ask the person first", "ng_cosudow")


@pytest.mark.parametrize("basis", ["vital_interest", "consent"])
def test_of_who_was_told_and_is_unknown_nothing_is_proposed_and_all_is_said(ready, basis):
    """What is to be done is in the words: no one command stands for all that it may have been."""
    asked = contact("unknown_party", "health", basis=basis)

    met, told = found(ready, "INV-14", asked), found(ready, "INV-20", asked)

    assert (met.met, met.subject, met.do) == (told.met, told.subject, told.do) == (False, "unknown_party", {})
    assert told.fact == "nobody can have agreed that somebody unknown is told {groups} data"
    assert told.todo == "say 'basis': {danger}, and 'why'; or leave 'groups' out"
    assert {name: told.values[name] for name in ("groups", "danger")} == {
        "groups": ("health",),
        "danger": "vital_interest",
    }


def test_for_a_partner_that_has_failed_nothing_is_proposed_to_send_them_more(ready):
    failed = IncidentRecord(ready.case.version + 1, "partner_failure", "blocked", "pre_departure", ready.at)
    sent = Complete(ready.case.number, step="handover_dossier", fields={"groups_sent": ["identity"]})

    refused = found(ready.but(incidents=(failed,)), "INV-20", sent)

    assert (refused.met, refused.fact, refused.do) == (False, "who has failed is told nothing more", {})
    assert refused.todo.startswith("tell nobody there; choose another.")


# --- INV-20: whose own data they are ------------------------------------------------------------------------------


def test_a_childs_guardian_is_told_what_the_child_may_know(child):
    guardian = child.case.roles["guardian"].party

    assert child.ask("INV-20", contact(guardian, "narrative", "health", "legal")).met


def test_what_is_never_told_there_says_so_also_under_a_legal_duty(ready):
    reason = ready.ask("INV-20", contact("authority_origin", "psychosocial", basis="legal_duty", why="the law"))

    assert (reason.subject, reason.fact) == ("authority_origin", "psychosocial data are never told there")


def test_an_unknown_party_is_told_nothing_and_a_dossier_for_nobody_goes_nowhere(ready):
    sent = Complete(ready.case.number, step="handover_dossier", fields={"groups_sent": ["identity"]})

    assert not ready.ask("INV-20", contact("an_unlisted_house", "identity")).met
    assert ready.but(roles={}).ask("INV-20", sent).fact == "it is not said who would be told"
    assert ready.but(roles={}).ask("INV-20", sent).subject == "receiving_organisation"
    assert ready.but(roles={}).ask("INV-20", sent).remedy is None


def test_a_partner_that_has_failed_is_sent_nothing_more(ready):
    failed = IncidentRecord(ready.case.version + 1, "partner_failure", "blocked", "pre_departure", ready.at)
    sent = Complete(ready.case.number, step="handover_dossier", fields={"groups_sent": ["identity"]})
    reason = ready.but(incidents=(failed,)).ask("INV-20", sent)

    assert (reason.met, reason.fact) == (False, "who has failed is told nothing more")
    assert (reason.subject, reason.remedy) == ("ng_bakhita", None)
    assert ready.but(incidents=(failed,)).ask("INV-20", contact("embassy", "identity")).met


@pytest.mark.parametrize("rule", ["INV-14", "INV-20"])
@pytest.mark.parametrize("ground", [{}, {"basis": "consent"}, {"basis": "legal_duty", "why": "the law"}])
def test_what_who_has_failed_or_is_suspected_was_told_is_written_down_as_a_breach(ready, rule, ground):
    failed = IncidentRecord(ready.case.version + 1, "partner_failure", "blocked", "pre_departure", ready.at)
    told = "tell them nothing: they are under suspicion, or have failed. What they were told already is written down as a breach"
    suspect = ready.with_person("relative-1", "relative", suspected=True)

    for case, party in ((ready.but(incidents=(failed,)), "ng_bakhita"), (suspect, "relative-1")):
        reason = case.ask(rule, contact(party, "identity", **ground))
        assert (reason.met, reason.fact, reason.subject) == (True, told, party)


# --- INV-19: whom a command brings near ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),
        ({"suspected": True}, False),
        (None, False),  # nobody has vetted them
    ],
)
def test_who_meets_the_person_or_interprets_is_vetted_and_not_suspected(ready, changes, met):
    known = ready.with_person("somebody-1", "friend", **(changes or {}))
    known = known if changes is None else vetted(known, "somebody-1", "meet", "interpret")
    booked = Travel(ready.case.number, status="booked", meeting_person="somebody-1")
    cancelled = Travel(ready.case.number, status="cancelled", meeting_person="somebody-1")
    interpreted = Consent(ready.case.number, purpose="return", interpreter="somebody-1", answer="given")

    for command in (booked, interpreted):
        reason = known.ask("INV-19", command)
        assert reason.met is met
        assert met or reason.subject == "somebody-1"
    assert known.ask("INV-19", cancelled).met


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, True),  # who saw it signed need not be vetted
        ({"suspected": True}, False),
    ],
)
def test_a_witness_is_not_suspected(ready, changes, met):
    known = ready.with_person("somebody-1", "friend", **changes)

    reason = known.ask("INV-19", Consent(ready.case.number, purpose="return", witness="somebody-1", answer="given"))

    assert reason.met is met
    assert met or (reason.subject, reason.fact) == ("somebody-1", "somebody under suspicion would be witness")


@pytest.mark.parametrize("was", ["witness", "interpreter"])
def test_a_no_is_taken_though_somebody_under_suspicion_was_there(ready, was):
    known = ready.with_person("somebody-1", "friend", suspected=True)
    answered = {
        answer: Consent("", purpose="return", answer=answer, **{was: "somebody-1"}) for answer in ("given", "refused")
    }

    assert {answer: known.ask("INV-19", said).met for answer, said in answered.items()} == {
        "given": False,
        "refused": True,
    }


def test_a_partner_meets_the_person_where_it_does_that_and_interprets_nowhere(ready):
    booked = Travel(ready.case.number, status="booked", meeting_person="ng_bakhita")
    elsewhere = Travel(ready.case.number, status="booked", meeting_person="ng_cosudow")
    seen = Consent(ready.case.number, purpose="return", witness="be_pag_asa", answer="given")
    asked = Consent(ready.case.number, purpose="return", interpreter="be_pag_asa", answer="given")
    said_no = replace(asked, answer="refused")

    assert ready.ask("INV-19", booked).met
    assert not ready.ask("INV-19", elsewhere).met
    assert ready.ask("INV-19", seen).met
    assert not ready.ask("INV-19", asked).met
    assert ready.ask("INV-19", said_no).met  # a no is taken, whoever has heard it


@pytest.mark.parametrize(
    ("suspected", "days_ago", "said"),
    [
        (True, 0, "somebody under suspicion would be escort"),
        (None, None, "the escort cannot be trusted: nobody has vetted them"),
        (None, 400, "the escort cannot be trusted: they were vetted more than 12 months ago"),
    ],
)
def test_the_refusal_says_what_is_wrong_with_whom(ready, suspected, days_ago, said):
    known = ready.with_person("somebody-1", "friend", suspected=suspected)
    known = known if days_ago is None else vetted(known, "somebody-1", "escort", days_ago=days_ago)

    reason = known.ask("INV-19", Assign(ready.case.number, role="escort", ref="somebody-1"))

    assert (reason.fact, reason.subject) == (said, "somebody-1")


def test_whom_one_alone_has_cleared_of_a_suspicion_is_to_be_vetted_before_they_come_near(ready):
    suspected = {"suspicions": {"somebody-1": (Was(True, ready.at - DAY, 1),)}}
    cleared = ready.with_person("somebody-1", "friend", suspected=False, travels=True).but(earlier=suspected)

    along = cleared.ask("INV-19")
    led = cleared.ask("INV-19", Assign(ready.case.number, role="escort", ref="somebody-1"))

    assert along.fact == "somebody under suspicion would be somebody who travels along"
    assert led.fact == "the escort cannot be trusted: nobody has vetted them"
    for reason, to in ((along, ()), (led, ("escort",))):
        assert (reason.met, reason.subject) == (False, "somebody-1")
        assert reason.todo == "let somebody vet them for this, who did not bring them into the case"
        to_do = {"do": "complete", "step": "party_vetting", "of": "somebody-1", "for": to}
        assert {**reason.remedy.do} == to_do


@pytest.mark.parametrize("role", NEAR)
def test_whom_nobody_has_vetted_is_to_be_vetted_for_just_this_role(ready, role):
    known = ready.with_person("somebody-1", "friend")
    asked = Assign(ready.case.number, role=role, ref="somebody-1")

    reason = known.ask("INV-19", asked)

    assert (reason.met, reason.subject) == (False, "somebody-1")
    assert reason.todo == "let somebody vet them for this, who did not bring them into the case"
    to_do = {"do": "complete", "step": "party_vetting", "of": "somebody-1", "for": (NEAR[role],)}
    assert {**reason.remedy.do} == to_do
    assert vetted(known, "somebody-1", NEAR[role]).ask("INV-19", asked).met


@pytest.mark.parametrize("why", ["suspected", "not_trusted"])
def test_where_no_vetting_helps_somebody_else_is_named(ready, why):
    known = vetted(ready.with_person("somebody-1", "friend"), "somebody-1", "escort")
    unfit = {
        "suspected": known.with_person("somebody-1", "friend", suspected=True),
        "not_trusted": vetted(known, "somebody-1", "escort", result="not_trusted"),
    }[why]

    reason = unfit.ask("INV-19", Assign(ready.case.number, role="escort", ref="somebody-1"))

    assert (reason.met, reason.subject, reason.todo) == (False, "somebody-1", "name somebody else")
    assert reason.remedy is None


@pytest.mark.parametrize(
    ("party", "why"),
    [
        ("ng_bakhita", None),
        ("ng_cosudow", "this partner does not do that"),
        ("an_unlisted_house", "nobody here knows this party"),
    ],
)
def test_a_house_that_meets_nobody_is_neither_booked_nor_boarded_for_and_may_be_cancelled(ready, party, why):
    booked = Travel(ready.case.number, status="booked", meeting_person=party)
    cancelled = Travel(ready.case.number, status="cancelled", meeting_person=party)
    travel = ready.case.travel._replace(meeting_person=party)

    for reason in (ready.ask("INV-19", booked), ready.but(travel=travel).ask("INV-19")):
        assert reason.met is (why is None)
        assert reason.met or (reason.subject, reason.remedy) == ("meeting_person", None)
        assert reason.met or reason.fact == f"the meeting person cannot be trusted: {why}"
        assert reason.met or reason.todo == "name a partner that can, or somebody whom you have vetted"
    assert ready.ask("INV-19", cancelled).met


def test_without_a_journey_nobody_meets_the_person_yet(ready):
    assert ready.but(travel=None).ask("INV-19").met


@pytest.mark.parametrize(
    ("role", "party", "met"),
    [
        ("escort", {"partner": "be_iom"}, True),  # it travels along, where a pack says so
        ("escort", {"partner": "ng_bakhita"}, False),
        ("escort", {"organisation": "an_unlisted_house"}, False),
        ("caregiver", {"partner": "be_iom"}, False),  # in another country
        ("caregiver", {"partner": "ng_bakhita"}, False),  # a shelter for women
        ("case_owner", {"organisation": "an_unlisted_house"}, True),  # not near the person
        ("guardian", {"organisation": "an_unlisted_house"}, False),
        ("receiving_organisation", {"partner": "br_asbrad"}, True),  # asked by INV-07
    ],
)
def test_an_organisation_near_the_person_does_what_the_role_asks(ready, role, party, met):
    partners = ready.process.partners
    does = {**partners, "be_iom": {**partners["be_iom"], "does": ("escort", "care")}}
    ready = replace(ready, process=replace(ready.process, labels={**ready.process.labels, "partners": does}))
    held = ready.but(roles={**ready.case.roles, role: Assignment(role, ready.at, 1, **party)})

    for reason in (ready.ask("INV-19", Assign(ready.case.number, role=role, **party)), held.ask("INV-19")):
        assert reason.met is met
        assert met or reason.subject == role
        assert met or reason.fact.startswith(f"the {role} cannot be trusted: ")
        assert reason.remedy is None  # whom they find is theirs to say
    assert held.ask("INV-19", Travel(ready.case.number, status="booked")).met  # it changes no role


@pytest.mark.parametrize(
    ("travels", "suspected", "met"), [(True, True, False), (True, None, True), (False, True, True)]
)
def test_nobody_suspected_travels_along(ready, travels, suspected, met):
    reason = ready.with_person("somebody-1", "friend", travels=travels, suspected=suspected).ask("INV-19")

    assert reason.met is met
    assert met or reason.fact == "somebody under suspicion would be somebody who travels along"


@pytest.mark.parametrize(
    ("relation", "changes", "is_near"),
    [
        ("friend", {"age_band": "adult", "travels": True}, True),
        ("relative", {"age_band": "adult", "travels": True}, False),  # of the family
        ("partner", {"age_band": "adult", "travels": True}, False),
        ("friend", {"age_band": "teenager", "travels": True}, False),  # a child is brought, and brings nobody
        ("friend", {"age_band": "adult", "travels": True, "gone": True}, False),
        ("friend", {"age_band": "adult"}, False),  # stays
    ],
)
def test_a_grown_up_stranger_who_travels_along_is_vetted_like_an_escort(ready, relation, changes, is_near):
    along = ready.with_person("somebody-1", relation, **changes)
    case = CaseNow(along.process, along.case, along.at)

    assert ("stranger_along" in dict(all_near_the_person(case))) is is_near
    assert along.ask("INV-19").met is not is_near
    assert vetted(along, "somebody-1", "escort").ask("INV-19").met


# --- INV-19: whom a step names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "result", "fields", "met"),
    [
        ("safety_plan", None, {"emergency_contact": "ng_bakhita"}, True),
        ("safety_plan", None, {"emergency_contact": "be_iom"}, False),  # works where the person does not live then
        ("safety_plan", None, {"emergency_contact": "somebody-1"}, True),  # who lacks something is told of at the gate
        ("safety_plan", None, {"emergency_contact": "partner"}, False),  # that is nobody
        ("safety_plan", None, {"assisting_organisation": "be_iom"}, False),
        ("safety_plan", None, {"emergency_contact": "ng_bakhita", "assisting_organisation": "be_iom"}, False),
        ("safety_plan", None, {}, True),
        ("partner_confirmation", "accepted", {"received_by": "ng_bakhita"}, True),
        ("partner_confirmation", "accepted", {"received_by": "be_iom"}, False),
        ("partner_confirmation", None, {"received_by": "be_iom"}, False),  # said without a word of how: a yes
        ("partner_confirmation", "refused", {"received_by": "be_iom"}, True),  # a no is taken, whomever it names
        ("partner_confirmation", "accepted", {"emergency_contact": "be_iom"}, True),  # it asks nothing of that
        ("departure_assistance", "reconfirmed", {"interpreter": "partner"}, False),
        ("departure_assistance", "declined", {"interpreter": "partner"}, True),
    ],
)
def test_a_step_names_nobody_near_the_person_who_can_never_be(ready, step, result, fields, met):
    known = ready.with_person("somebody-1", "friend")
    said = Complete(ready.case.number, step=step, result=result, fields=fields)

    reason = found(known, "INV-19", said)

    assert reason.met is met
    if not met:
        why = "that is no organisation" if "partner" in fields.values() else "this partner"
        title = ready.process.title("steps", step)
        assert (reason.subject, reason.do, reason.todo) == (
            step,
            {},
            "name a partner that can, or a person of the case",
        )
        assert filled(reason.fact, reason.values).startswith(f"'{title}' names somebody who cannot be trusted: {why}")


@pytest.mark.parametrize(("answer", "met"), [("given", False), ("refused", True)])
def test_a_whole_class_is_no_witness(ready, answer, met):
    seen = Consent(ready.case.number, purpose="return", witness="partner", answer=answer)

    reason = ready.ask("INV-19", seen)

    assert reason.met is met
    assert met or (reason.subject, reason.todo, reason.remedy) == (
        "witness",
        "name a partner that can, or somebody whom you have vetted",
        None,
    )
    assert met or reason.fact == "the witness cannot be trusted: that is no organisation, and no person"


def test_a_child_is_named_escort_by_nobody_and_somebody_grown_up_is_chosen_by_people(ready):
    known = ready.with_person("somebody-1", "relative", age_band="teenager")

    refused = found(known, "INV-19", Assign(ready.case.number, role="escort", ref="somebody-1"))

    assert (refused.subject, refused.fact, refused.do) == ("somebody-1", "the escort is a child", {})


def test_without_a_confirmation_or_a_plan_nobody_waits_yet(ready):
    assert ready.without_step("partner_confirmation").without_step("safety_plan").ask("INV-19").met


def test_nobody_is_contacted_through_a_guardian_under_suspicion(child):
    for suspected, met in ((True, False), (None, True)):
        known = child.with_person("guardian-1", "guardian", suspected=suspected)
        reason = known.ask("INV-14", contact("guardian-1"))
        assert reason.met is met
        assert met or (reason.subject, reason.remedy) == ("guardian-1", None)


# --- INV-19: who stays with the person, and who comes along -------------------------------------------------------


@pytest.mark.parametrize("role", NEAR)
def test_once_they_have_landed_it_counts_who_stays_with_the_person(ready, role):
    known = ready.with_person("somebody-1", "friend")
    held = known.but(phase="arrival", roles={**known.case.roles, role: Assignment(role, ready.at, 1, ref="somebody-1")})
    stays = role in ("caregiver", "guardian", "receiving_organisation", "contact_person")

    assert held.ask("INV-19", Move(ready.case.number, to="settle")).met is not stays
    assert held.ask("INV-19", Move(ready.case.number, to="prepare")).met


@pytest.mark.parametrize(("role", "met"), [("caregiver", False), ("guardian", False), ("escort", True)])
def test_of_an_organisation_that_stays_it_is_asked_too(ready, role, met):
    unlisted = Assignment(role, ready.at, 1, organisation="an_unlisted_house")
    held = ready.but(phase="arrival", roles={**ready.case.roles, role: unlisted})

    assert held.ask("INV-19", Move(ready.case.number, to="settle")).met is met


@pytest.mark.parametrize(("wished", "travels", "met"), [(True, True, True), (True, False, False), (False, False, True)])
def test_an_escort_who_is_needed_travels_along(ready, wished, travels, met):
    known = ready.with_fact("wishes_escort", wished).with_person("escort-1", "escort", travels=travels)
    known = vetted(known, "escort-1", "escort")
    held = known.but(roles={**known.case.roles, "escort": Assignment("escort", ready.at, 1, ref="escort-1")})

    reason = held.ask("INV-19")

    assert reason.met is met
    assert met or (reason.subject, reason.fact) == ("escort-1", "the escort does not travel along")
    assert met or dict(reason.remedy.do) == {"do": "involve", "ref": "escort-1"}
    assert held.ask(
        "INV-19", Assign(ready.case.number, role="escort", ref="escort-1")
    ).met  # it is said before the gate


@pytest.mark.parametrize(
    ("role", "has"),
    [("caregiver", True), ("escort", True), ("reception_officer", True), ("interpreter", False), ("guardian", False)],
)
def test_who_brings_meets_or_cares_for_the_person_has_them_in_hand(ready, role, has):
    here = ready.with_person("somebody-1", "friend").with_person("somebody-2", "friend")
    held = here.but(roles={role: Assignment(role, ready.at, 1, ref="somebody-1")}, travel=None, steps={})
    case = CaseNow(held.process, held.case, held.at)

    assert has_them_in_hand(case, "somebody-1") is has
    assert not has_them_in_hand(case, "somebody-2")


@pytest.mark.parametrize(
    ("said", "role", "met"),
    [
        ({"age_band": "teenager"}, "escort", False),
        ({"age_band": "adult"}, "escort", True),
        ({}, "escort", True),
        ({"age_band": "child"}, "interpreter", True),
    ],
)
def test_a_child_escorts_nobody(ready, said, role, met):
    known = vetted(ready.with_person("somebody-1", "relative", **said), "somebody-1", "escort", "interpret")

    reason = known.ask("INV-19", Assign(ready.case.number, role=role, ref="somebody-1"))

    assert reason.met is met
    assert met or (reason.fact, reason.subject, reason.todo, reason.remedy) == (
        "the escort is a child",
        "somebody-1",
        "name somebody who is grown up",
        None,
    )


# --- by when somebody who only wrote is heard --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contacts", "is_due"),
    [
        ((), False),
        ((("phone", False, 0),), False),
        ((("message", True, 0),), True),
        ((("message", True, 0), ("phone", False, 1)), False),  # heard since
        ((("phone", False, 0), ("message", True, 1)), True),
        ((("phone", False, 1), ("message", True, 1)), False),  # heard in the very hour in which they wrote
    ],
)
def test_whoever_only_wrote_is_to_be_heard_within_a_week(ready, contacts, is_due):
    made = tuple(
        ContactRecord("person", channel, True, ready.at + hour * HOUR, 9_000 + hour, in_writing=in_writing)
        for channel, in_writing, hour in contacts
    )
    case = ready.but(contacts=made)

    due = to_be_heard_by(CaseNow(case.process, case.case, ready.at + DAY))
    assert due == (made[-1].at + 7 * DAY if is_due else None)


# --- INV-14: only 'postponed', and whom nobody knows --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "changes", "met"),
    [
        ("ng_bakhita", {"postponed": "only_that"}, True),  # waits for the person
        ("ng_bakhita", {"postponed": "only_that", "groups": ("travel",)}, False),
        ("ng_bakhita", {}, False),
        ("ng_cosudow", {"postponed": "only_that"}, False),  # counts on nothing
    ],
)
def test_who_counts_on_the_journey_is_told_only_that_it_is_postponed(ready, party, changes, met):
    case = ready.without_consent("contact_partner").without_consent("share_partner")
    reason = case.ask("INV-14", replace(contact(party), **changes))

    assert (reason.met, reason.subject) == (met, party)


@pytest.mark.parametrize(
    ("groups", "basis", "why", "found"),
    [
        ((), "consent", None, None),
        (("health",), "vital_interest", "invented words", None),
        (("health",), "vital_interest", None, "it is not said what the danger was"),
        (("health",), "consent", None, "nobody here knows this party, and danger to life is not given as the ground"),
        (
            ("health",),
            "legal_duty",
            "invented words",
            "nobody here knows this party, and danger to life is not given as",
        ),
    ],
)
def test_somebody_unknown_is_told_only_what_averts_danger(ready, groups, basis, why, found):
    reason = ready.ask("INV-14", contact("unknown_party", *groups, basis=basis, why=why))

    assert (reason.met, reason.subject, reason.remedy) == (found is None, "unknown_party", None)
    assert found is None or reason.fact.startswith(found)


def test_after_a_no_to_a_contact_nobody_asks_again(ready):
    reason = (
        ready.without_consent("contact_partner")
        .with_consent("contact_partner", "ng_bakhita", state="refused")
        .ask("INV-14", contact("ng_bakhita"))
    )

    assert (reason.met, reason.subject, reason.remedy) == (False, "ng_bakhita", None)
    assert reason.fact.startswith("the person has said no: ")


# --- INV-20: who carries the person is told who they are -----------------------------------------------------------

AIR, OTHER_AIR = "invented-air", "other-air"
SAID_NO = "the person has said no to {carrier}, who would carry them and is told who they are"
NAMED_OTHERS = "the person has agreed to others, and not to {carrier}, who would carry them and is told who they are"
BOOK_ANOTHER = "book with another; if they wish it themselves after all, write down their yes"
ASK_OR_BOOK = "ask whether this one may be told, too; or book with whom they have named"
ASKS = {"do": "consent", "purpose": "travel_data_share", "recipient": AIR}


def carried(ready: Ready, by: str = AIR, **answers: str) -> Ready:
    """A booked journey with one who carries them; and what was said of telling each, or all (`carrier`)."""
    booked = ready.case.travel
    legs = tuple(leg._replace(carrier=by) for leg in booked.legs)
    case = ready.without_consent("travel_data_share").but(travel=booked._replace(legs=legs))
    case = case.with_consent("travel_data_share", "ng_bakhita")
    for recipient, state in answers.items():
        told = ready.process.consents["travel_data_share"].must_cover
        case = case.with_consent("travel_data_share", recipient.replace("_", "-"), state=state, groups=told)
    return case


@pytest.mark.parametrize(
    ("answers", "fact", "todo", "do"),
    [
        ({}, None, None, None),  # that nobody is agreed to is asked where the journey is planned
        ({"invented_air": "given"}, None, None, None),
        ({"carrier": "given"}, None, None, None),  # all of them
        ({"invented_air": "refused"}, SAID_NO, BOOK_ANOTHER, {}),
        ({"invented_air": "withdrawn"}, SAID_NO, BOOK_ANOTHER, {}),
        ({"carrier": "given", "invented_air": "refused"}, SAID_NO, BOOK_ANOTHER, {}),
    ],
)
def test_nobody_carries_them_to_whom_they_have_said_no(ready, answers, fact, todo, do):
    found = carried(ready, **answers).ask("INV-20")

    assert found.met is (fact is None)
    if fact is not None:
        assert (found.subject, found.fact) == (AIR, fact.format(carrier=AIR))
        assert (found.todo, proposed(found)) == (todo, do)


def test_each_who_carries_them_is_looked_at(ready):
    """Also the second, where nothing stands against the first."""
    refused = carried(ready, invented_air="given", other_air="refused")
    first = refused.case.travel.legs[0]
    two = refused.but(travel=refused.case.travel._replace(legs=(first, first._replace(carrier=OTHER_AIR))))

    assert two.ask("INV-20").subject == OTHER_AIR


@pytest.mark.parametrize("also", [{}, {"carrier": "withdrawn"}])
def test_whom_they_have_not_named_where_they_named_others_does_not_carry_them(ready, also):
    named = carried(ready, invented_air="given", **also)
    first = named.case.travel.legs[0]
    two = named.but(travel=named.case.travel._replace(legs=(first, first._replace(carrier=OTHER_AIR))))

    found = two.ask("INV-20")
    assert (found.met, found.subject, found.fact) == (False, OTHER_AIR, NAMED_OTHERS.format(carrier=OTHER_AIR))
    assert (found.todo, proposed(found)) == (ASK_OR_BOOK, {**ASKS, "recipient": OTHER_AIR})


def test_once_they_have_left_nobody_is_asked_who_carries_them(ready):
    refused = carried(ready, invented_air="refused")
    gone = refused.but(moves={**refused.case.moves, "departed": MoveRecord(ready.at, 9_000)})

    assert not refused.ask("INV-20").met
    assert gone.ask("INV-20").met


@pytest.mark.parametrize(("status", "met"), [("booked", False), ("cancelled", True)])
def test_it_is_the_journey_that_is_booked_now_which_is_looked_at(ready, status, met):
    refused = carried(ready, OTHER_AIR, invented_air="refused")
    legs = tuple(leg._replace(carrier=AIR) for leg in refused.case.travel.legs)

    found = refused.ask("INV-20", Travel("", status=status, legs=legs))
    assert (found.met, found.subject) == ((True, "travel_data_share") if met else (False, AIR))
