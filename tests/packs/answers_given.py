"""Where each closed answer is given: whole returns, of which each act is changed, and single acts in a case that was prepared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

from wayhome import Actor
from wayhome.commands import Open
from wayhome.model.closed_sets import RelationOfCases
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

from tests.attacks import play as plays
from tests.attacks.acts import (
    BEST_FOR_THE_CHILD,
    CHILD,
    LEFT,
    LOOKED_AGAIN,
    NO_TO_THE_JOURNEY,
    REACHED,
    REPLACED,
    TRANSFER_AGREED,
    YES,
    closes,
    ends,
    found_there,
    happens,
    in_follow_up,
    records,
    redo,
    waits,
)
from tests.attacks.companions import (
    CHILD_ALONE,
    MOTHER,
    along,
    along_and_settled,
    cleared_there,
    has_own,
    with_a_daughter,
)
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    GUARD,
    LAWYER,
    LEADER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    Way,
    actor,
    another,
    assessed,
    at_home,
    begun,
    complete,
    evidence_is_fresh,
    measure,
    opened,
    ready_to_depart,
    settled,
    signed,
    stops_at,
    vetting,
)
from tests.deviations import near_the_end
from tests.packs.changed_answers import Judge, Moment, database_of
from tests.whole_answers import EXPLAINED_ALL, FACTORS, VISIT

Acts = Sequence[tuple[str | Actor, Command]]
ADULT = {"age_status": "adult"}


# --- whole returns --------------------------------------------------------------------------------------


def a_return_and_a_year(play: Play) -> None:
    """A woman goes home, and her case goes on to its end."""
    settled(play)
    for purpose in ("monitoring", "assistance_local"):
        play.given(MANAGER, _yes(purpose))
    for _ in range(90):
        if not _does_what_is_next(play):
            break


def a_mother_and_two_children(play: Play) -> None:
    """One child goes with her, one stays; she will live with her family, and goes under a condition."""
    play.involved("child", travels=True)
    play.involved("child", travels=False)
    play.ready(instead=_under_a_condition)
    evidence_is_fresh(play)
    play.until(play.takes_off)
    play.goes_home()
    for _ in range(25):
        if not _does_what_is_next(play):
            break


def a_child_alone(play: Play) -> None:
    """A child without a responsible adult gets a guardian, an escort and a caregiver."""
    play.ready(at_most=600)


def _signs(step: str, **more: Any) -> Command:
    return {**signed(step, **more), "answer": "agree"}


def _yes(purpose: str, recipient: str | None = None, **more: Any) -> Command:
    named = {"recipient": recipient} if recipient else {}
    asked = {"do": "consent", "purpose": purpose, **named, "answer": "given", "language": "en", "form": "written"}
    return {**asked, **EXPLAINED_ALL, **more}


def _under_a_condition(play: Play, do: Command) -> bool:
    if do.get("step") == "return_review" and do["do"] == "complete":
        play.given(MANAGER, measure("condition", done_by="2026-05-01"))
        ref = f"measure-{sum(act.get('register') == 'measure' for _, _, act in play.said)}"
        play.given(ASSESSOR, {"do": "update", "ref": ref, "status": "done", "how_seen": "invented words"})
        play.given(MANAGER, {**do, "result": "go_with_conditions"})
        return True
    return False


def _does_what_is_next(play: Play) -> bool:
    rows = [
        row
        for row in play.engine.next(play.case, as_=Actor("invented_asker", play._recorded.leads, {MANAGER, RECEIVER}))
        if row.from_ and row.who
    ]
    for row in sorted(rows, key=lambda one: max(one.from_ or play.now, play.now)):
        play.until(row.from_ or play.now)
        do = play.answered(row)
        if do.get("step") == "monitoring_visit":
            do = {**do, **VISIT}
        who = next((role for role in row.who if role not in ("person", "guardian", "panel")), MANAGER)
        if (do["do"], do.get("to")) != ("move", "close") and play._do(who, do).done:
            play.said.append((play.now, play.actor(who), do))
            return True
    return False


RETURNS: Mapping[str, tuple[Way, Mapping[str, Any]]] = {
    "a woman": (a_return_and_a_year, ADULT),
    "a mother": (a_mother_and_two_children, {**MOTHER, "will_live_with_family": True, "wants_family_contact": True}),
    "a child": (a_child_alone, CHILD_ALONE),
}


# --- single acts ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """An act that answers something, in a case that was brought there; `probes` are tried afterwards, `after` is done."""

    about: str
    way: Way | None
    who: str | Actor
    act: Command | Callable[[Play], Command]
    before: Acts = ()
    after: Acts = ()
    probes: Acts = ()
    facts: Mapping[str, Any] = field(default_factory=lambda: ADULT)


@cache  # one way is gone once
def _up_to(step: str) -> Way:
    def way(play: Play) -> None:
        play.prepare(instead=stops_at(step))

    return way


def _risk(*, there: bool = False, residual: str | None = None) -> Command:
    """Write an assessment of which one factor is there."""
    row = assessed("medium")["matrix"][0]
    said = {**(found_there("medium") if there else assessed("medium")), "do": "complete"}
    return {
        **said,
        "matrix": [{**row, "residual": residual}] if residual else [{k: v for k, v in row.items() if k != "residual"}],
    }


def _before_the_look_there(play: Play) -> None:
    at_home(play)
    play.prepare("settle", instead=stops_at("post_arrival_risk_assessment"))


def _a_daughter_is_asked_about(play: Play) -> None:
    with_a_daughter(play)
    play.prepare(instead=stops_at(BEFORE))


def _before_a_partner(play: Play) -> None:
    def instead(_: Play, do: Command) -> bool:
        if do.get("role") == "receiving_organisation":
            raise plays.Enough
        return False

    play.prepare(instead=instead)


def _own_case_is_asked(play: Play) -> None:
    with_a_daughter(play)
    cleared_there(play, up_to="child_with_own_case")


def _on_the_way(play: Play) -> None:
    evidence_is_fresh(play)
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)


def _journey_called_off(play: Play) -> None:
    evidence_is_fresh(play)
    play.given(MANAGER, NO_TO_THE_JOURNEY)


def _a_no_to_visits(play: Play) -> None:
    settled(play)
    play.given(MANAGER, _yes("monitoring"))
    play.wait(minutes=1)
    play.given(MANAGER, REFUSES_VISITS)
    play.wait(days=1)
    play.given(MANAGER, REACHED)


def _refuses_contact(play: Play) -> None:
    evidence_is_fresh(play)
    play.given(MANAGER, REFUSES_VISITS)


def _left_alone(play: Play) -> None:
    _refuses_contact(play)
    play.given(MANAGER, DECLINED)
    play.given(TRAVEL, signed("contact_declined"))
    play.until(play.takes_off)
    play.goes_home()
    play.wait(days=20)


def _not_met(play: Play) -> None:
    """Two days at home, and nobody met her: she wanted no reception."""
    at_home(play)
    play.given(MANAGER, _yes("monitoring"))
    play.given("reception_officer", {"do": "skip", "step": "arrival_reception", "reason": "invented words"})
    play.wait(days=2)


def _not_reached(play: Play, one: str = "phone", other: str = "letter") -> None:
    """Five attempts in two ways, over ninety days."""
    settled(play)
    for channel in (one, one, one, one, other):
        play.given(MANAGER, {**IN_VAIN, "channel": channel})
        play.wait(days=20)


def _not_reached_in_writing(play: Play) -> None:
    _not_reached(play, "message", "email")


def _turns_18(play: Play) -> None:
    play.wait(days=10)
    play.given(MANAGER, happens("turned_18"))


def _another_partner(play: Play) -> None:
    evidence_is_fresh(play)
    play.given(MANAGER, happens("partner_failure"))
    play.wait(minutes=1)
    play.given(MANAGER, REPLACED)


def _confirmed(play: Play) -> Command:
    known = play.seen().roles["receiving_organisation"]
    between = {"meeting_place": "invented words", **waits(play)}
    return complete("partner_confirmation", result="accepted", received_by=known, housing_named=True, **between)


def _border(play: Play) -> Command:
    first = {**play.legs[0], "to": "Seme_border", "to_country": "NG", "to_zone": "Africa/Lagos", "mode": "land"}
    return {"do": "travel", "status": "booked", "legs": [first]}


def _visited(play: Play) -> None:
    in_follow_up(play)
    for round, days in (("d2", 2), ("d7", 5), ("m1", 24)):
        play.wait(days=days)
        play.given(RECEIVER, complete("monitoring_visit", round=round, **VISIT))


def _lost(play: Play) -> None:
    settled(play)
    play.given(MANAGER, IN_VAIN)
    play.wait(hours=1)


def _closed(play: Play) -> None:
    play.prepare(instead=stops_at("reflection_period"))
    play.given(MANAGER, redo("identification_decision"))
    play.given(MANAGER, complete("identification_decision", result="not_victim", decided_by="police"))
    play.given(MANAGER, closes("not_a_victim"))
    play.wait(days=400)


def _a_child_is_ready(play: Play) -> None:
    evidence_is_fresh(play)
    play.involved("guardian")


def _a_child_died(play: Play) -> None:
    along(play)
    play.given(MANAGER, happens("death_of_another", of="child-1"))


def _a_closed_shelter(play: Play) -> None:
    play.prepare(instead=stops_at("ng_receiver_choice"))
    play.given(MANAGER, _yes("contact_authorities_origin", "ng_naptip", groups=["identity"]))


def _with_her_husband(play: Play) -> None:
    ready_to_depart(play)
    play.involved("partner", travels=True, age_band="adult")


def _arrested_and_advised(play: Play) -> None:
    ready_to_depart(play)
    play.involved("lawyer")
    play.given(MANAGER, happens("detention_or_arrest"))
    play.wait(hours=5)
    play.given(LAWYER, {**REACHED, "channel": "visit"}, complete("legal_counselling"))


BEFORE = "pre_return_risk_assessment"
DECLINED = complete("contact_declined", result="declined", heard=["visit"], way_back="invented words")
REFUSES_VISITS: Command = {"do": "consent", "purpose": "monitoring", "answer": "refused"}
IN_VAIN: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": False}
DEAD: Acts = ((MANAGER, happens("death")),)
KNOWN_DEAD = complete("death_confirmation", result="by_paper", paper="invented words", paper_dated="2026-03-02")
EARLIER = complete(
    "own_early_flight",
    result="asks",
    heard=["visit"],
    own_words="invented words",
    flight="invented words",
    by="lawyer-1",
    heard_by="phone",
)
LOOKED: Acts = ((ASSESSOR, LOOKED_AGAIN), (MANAGER, LOOKED_AGAIN))
OTHER = "ng_cosudow"
TELLS: Command = {"do": "contact", "with": OTHER, "channel": "phone", "reached": True, "groups": ["identity"]}


GIVEN: tuple[Given, ...] = (
    # --- people
    Given("a relative is vetted", ready_to_depart, ASSESSOR, vetting("relative-1", "card"), ((MANAGER, {"do": "involve", "by": "person", "relation": "relative"}),)),
    Given("somebody is involved", ready_to_depart, MANAGER, {"do": "involve", "by": "person", "relation": "friend", "suspected": False, "travels": False, "age_band": "adult"}),
    Given("more is said of the dead", _a_child_died, MANAGER, {"do": "involve", "by": "person", "ref": "child-1", "lives": True}),
    # --- steps
    Given("the age is clarified", _up_to("age_clarification"), MANAGER, complete("age_clarification", result="adult", by="competent_authority", heard_by="letter"), facts={"age_status": "disputed"}),
    Given("the partner names a house", ready_to_depart, RECEIVER, _confirmed, ((RECEIVER, redo("partner_confirmation")),)),
    Given("a partner is chosen", _before_a_partner, MANAGER, complete("partner_selection", result="none_wanted")),
    Given("nobody receives her", _up_to(BEFORE), ASSESSOR, _risk(), ((MANAGER, redo("partner_selection")), (MANAGER, complete("partner_selection", result="none_wanted"))), after=((MANAGER, _signs(BEFORE)),)),
    Given("risks of a return", _up_to(BEFORE), ASSESSOR, _risk(), after=((MANAGER, _signs(BEFORE)),)),
    Given("risks of a return", _up_to(BEFORE), ASSESSOR, _risk(residual="medium"), after=((MANAGER, _signs(BEFORE)),)),
    Given("risks there", _before_the_look_there, RECEIVER, _risk(there=True)),
    Given("risks there", _before_the_look_there, RECEIVER, _risk(there=True, residual="medium")),
    Given("risks there, anew", _visited, RECEIVER, {**_risk(there=True), "matrix": None, "factors": dict.fromkeys(FACTORS, "absent")}, ((RECEIVER, redo("post_arrival_risk_assessment")),)),
    Given("her own case", _own_case_is_asked, MANAGER, complete("child_with_own_case", of="child-1", result="cleared"), facts=MOTHER),
    Given("she wants no contact there", _refuses_contact, MANAGER, DECLINED, after=((TRAVEL, _signs("contact_declined")),)),
    Given("she is left alone", _left_alone, MANAGER, complete("leaving_alone", result="agreed", looked_at="invented words"), after=((LEADER, _signs("leaving_alone")),)),
    Given("no other way", _not_reached, MANAGER, complete("no_other_way", ways=["phone"], looked_where="invented words"), after=((LEADER, _signs("no_other_way")),)),
    Given("no other way", _not_reached_in_writing, MANAGER, complete("no_other_way", ways=["message"], looked_where="invented words"), after=((LEADER, _signs("no_other_way")),)),
    Given("whom she wants along", _with_her_husband, MANAGER, complete("company_wanted", result="wanted", heard=["visit"], own_words="invented words"), after=((ASSESSOR, _signs("company_wanted")),)),
    Given("an earlier flight", _arrested_and_advised, MANAGER, EARLIER, after=((LEADER, _signs("own_early_flight")), (MANAGER, ends("detention_or_arrest", "released")), *LOOKED), probes=((MANAGER, YES),)),
    Given("best interests", _up_to("best_interests_determination"), ASSESSOR, BEST_FOR_THE_CHILD, facts=CHILD),
    Given("a complaint is looked at", ready_to_depart, LEADER, complete("complaint_check", result="nothing"), ((MANAGER, happens("complaint")),)),
    Given("a death by two", settled, MANAGER, complete("death_confirmation", result="by_two_sources", no_family="authority", other_source="hospital"), DEAD),
    Given("her child is cared for after her death", along_and_settled, RECEIVER, complete("child_after_death", of="child-1", result="cared_for", cared_for_by="invented words", agreed_with="invented words"), (*DEAD, (RECEIVER, KNOWN_DEAD)), probes=((RECEIVER, closes("deceased")),)),
    Given("a child is let go", settled, RECEIVER, complete("child_agrees_to_end", result="agreed", heard="child", childs_view="invented words", looks_after="invented words"), ((RECEIVER, happens("remigration")),), facts=CHILD, after=((MANAGER, _signs("child_agrees_to_end")),), probes=((RECEIVER, closes("remigrated")),)),
    Given("a transfer that she wants", settled, RECEIVER, TRANSFER_AGREED, ((RECEIVER, happens("transfer_third_country")),), after=((MANAGER, _signs("transfer_agreed")),), probes=((RECEIVER, closes("transferred")),)),
    Given("a transfer that was carried out", settled, RECEIVER, complete("transfer_agreed", result="carried_out", paper="seen", taken_over_by="invented words"), ((RECEIVER, happens("transfer_third_country")),), after=((MANAGER, _signs("transfer_agreed")),), probes=((RECEIVER, closes("transferred")),)),
    Given("she is asked whether she manages", near_the_end, RECEIVER, complete("closure_review", result="close", manages="yes", agrees="yes"), ((RECEIVER, redo("closure_review")),)),
    Given("data are disposed of", _closed, GUARD, complete("data_disposal", round="all", result="by_hand")),
    Given("a dossier", _up_to("handover_dossier"), MANAGER, complete("handover_dossier", groups_sent=["case"], receipt_at="2026-03-02T08:00:00Z"), ((MANAGER, _yes("share_partner", "ng_bakhita", groups=["case"])),)),
    *(Given("a dossier", _up_to("handover_dossier"), MANAGER, complete("handover_dossier", groups_sent=["case"], receipt_at="2026-03-02T08:00:00Z"), tuple((MANAGER, _yes(purpose, "ng_bakhita", groups=some)) for purpose, some in (("share_partner", ["case"]), ("travel_data_share", ["ticket_name", "arrival", covered]), ("contact_partner", [covered])))) for covered in ("contact", "identity")),
    Given("a dossier", _up_to("handover_dossier"), MANAGER, complete("handover_dossier", groups_sent=["plan"], receipt_at="2026-03-02T08:00:00Z"), ((MANAGER, _yes("share_partner", "ng_bakhita", groups=["plan"])),)),
    Given("a visit to whom nobody met", _not_met, RECEIVER, complete("monitoring_visit", round="d2", **VISIT), after=((MANAGER, REFUSES_VISITS),)),
    Given("a step is confirmed", evidence_is_fresh, DOCTOR, complete("fit_to_travel_check", confirms=True), ((DOCTOR, records(recent_injury_or_illness=True)),)),
    Given("one guardian cares, too", _a_child_is_ready, ASSESSOR, vetting("guardian-2", "speak", "care"), after=((RECEIVER, _signs("party_vetting", of="guardian-2")), *((MANAGER, {"do": "assign", "role": role, "ref": "guardian-2"}) for role in ("guardian", "caregiver"))), facts=CHILD),
    Given("a child travels along", _a_daughter_is_asked_about, ASSESSOR, _risk(), after=((MANAGER, _signs(BEFORE)),), facts=MOTHER),
    *(Given("a closed shelter", _a_closed_shelter, MANAGER, complete("ng_receiver_choice", result="closed_shelter", explained=["open_shelter", "family", "closed_shelter"], chosen_by=by)) for by in ("person",)),
    # --- Belgium
    Given("a centre guides", _up_to("screening_interview"), MANAGER, complete("be_centre_guidance", result="accepted")),
    Given("a residence document", _up_to("reflection_period"), MANAGER, complete("be_residence_document", result="issued", asked_by_centre="be_pagasa"), ((MANAGER, _yes("contact_authorities", "be_minteh", groups=["identity"])),)),
    Given("papers that are held", _up_to("pre_departure_briefing"), MANAGER, complete("be_return_of_seized_documents", result="returned"), ((MANAGER, records(be_papers_held_by_immigration_office=True)), (MANAGER, _yes("contact_authorities", "be_immigration_office", groups=["identity"])))),
    # --- consents
    Given("what may be told", ready_to_depart, MANAGER, _yes("share_partner", OTHER, groups=["identity", "risk", "travel"]), probes=tuple((MANAGER, {**TELLS, "groups": [one]}) for one in ("identity", "risk", "travel"))),
    Given("how it was heard", evidence_is_fresh, MANAGER, {**YES, **EXPLAINED_ALL, "answer": "given", "by": "person", "heard_by": "visit"}),
    Given("it is witnessed", ready_to_depart, MANAGER, _yes("monitoring", form="witnessed", witness="relative-1"), ((MANAGER, {"do": "involve", "by": "person", "relation": "relative", "suspected": True}),)),
    Given("a child says no", evidence_is_fresh, MANAGER, {**YES, **EXPLAINED_ALL, "answer": "given", "given_by": "guardian", "assent": True}, facts=CHILD),
    Given("all is explained", None, MANAGER, _yes("data_processing"), ((MANAGER, records(languages=["en"])),)),
    Given("it is taken back", ready_to_depart, MANAGER, {"do": "withdraw", "purpose": "share_partner", "channel": "phone"}),
    # --- contacts
    Given("she is not reached", _not_reached, MANAGER, {**IN_VAIN, "channel": "message"}),
    Given("she is reached", _lost, MANAGER, REACHED, probes=((MANAGER, ends("lost_contact", "reached")),)),
    Given("somebody is told", evidence_is_fresh, MANAGER, {**TELLS, "basis": "vital_interest", "why": "invented words"}),
    Given("a partner is told of her", evidence_is_fresh, MANAGER, {**TELLS, "groups": ["identity", "risk"]}, ((MANAGER, _yes("contact_partner", OTHER, groups=["identity"])),)),
    Given("it is postponed", _journey_called_off, MANAGER, {"do": "contact", "with": "ng_bakhita", "channel": "phone", "reached": False, "postponed": "only_that"}),
    # --- alarms
    *(Given("an alarm", way, MANAGER, happens(type, effect="none")) for way, type in ((ready_to_depart, "family_refuses"), (settled, "consent_withdrawn_after"), (ready_to_depart, "witness"), (settled, "remigration"))),
    Given("after a no to visits", _a_no_to_visits, MANAGER, ends("consent_withdrawn_after", "wants_contact_again")),
    Given("she turned 18", _turns_18, MANAGER, ends("turned_18", "asked_anew"), facts={**CHILD, "turns_18_on": "2026-03-10"}),
    Given("another partner", _another_partner, MANAGER, ends("partner_failure", "replaced")),
    # --- the journey, papers
    Given("gone without clearance", evidence_is_fresh, MANAGER, LEFT, probes=((another(TRAVEL), DEPART),)),
    Given("the journey goes over land", ready_to_depart, TRAVEL, _border),
    Given("a case is closed", settled, MANAGER, closes("lost_contact")),
    Given("a case is closed", ready_to_depart, MANAGER, closes("withdrew_return")),
    Given("a paper", ready_to_depart, TRAVEL, {"do": "document", "kind": "ng_passport", "status": "lost"}),
)  # fmt: skip

# Where alarms open, and how each ends: in each phase, whatever is needed still lacks.
PHASES: Mapping[str, Way | None] = {
    "identification": None, "pre_departure": ready_to_depart, "travel": _on_the_way, "arrival": at_home, "follow_up": settled,
}  # fmt: skip


@cache
def _with_a_child(way: Way | None) -> Way:
    def with_one(play: Play) -> None:
        play.involved("child", travels=True)
        if way is not None:
            way(play)

    return with_one


def alarms(process: Process) -> Iterator[Given]:
    """Give the ends of each alarm in each phase in which it can be open."""
    for id, kind in process.incidents.items():
        of = {"of": "child-1"} if kind.each else {}
        for phase, way in PHASES.items():
            found = [one for one, end in kind.outcomes.items() if not end.phases or phase in end.phases]
            if id != "turned_18" and found and phase in kind.phases:  # that waits for a birthday
                there = _with_a_child(way) if of else way
                hears = LEADER if kind.by_outsider else MANAGER  # who works on the case is told of no complaint
                yield Given(f"{id} in {phase}", there, hears, ends(id, found[0], **of), ((MANAGER, happens(id, **of)),))


# --- all of them ----------------------------------------------------------------------------------------


def show_all(judge: Judge) -> None:
    """Show all of them to who judges."""
    for where, (way, facts) in RETURNS.items():
        _show_a_return(judge, where, way, facts)
    for given in (*GIVEN, *alarms(judge.process)):
        show(judge, given)
    _show_links(judge)


def _show_a_return(judge: Judge, where: str, way: Way, facts: Mapping[str, Any]) -> None:
    play = opened(facts=facts)
    with play.engine:
        way(play)
        said = [*play.said]
    play = opened(facts=facts)
    assert play.opening is not None
    with play.engine:
        for number, (moment, who, act) in enumerate(said):
            play.until(moment)
            signature = [(by, one) for _, by, one in said[number + 1 : number + 2] if one["do"] == "sign"]
            start = Moment(play.opening.memory.taken(), play.now)
            judge.judge(where, start, play.case, who, act, after=signature)
            play.given(who, act)


def show(judge: Judge, given: Given, packs: Packs | None = None) -> None:
    """Show an act to who judges, in a case that is brought there."""
    with begun(given.way, packs, facts=given.facts) as play:
        for who, act in given.before:
            play.given(who, act)
        judge.judge(
            given.about,
            Moment(database_of(play), play.now),
            play.case,
            play.actor(given.who),
            given.act(play) if callable(given.act) else given.act,
            after=[(play.actor(who), one) for who, one in given.after],
            probes=[(play.actor(who), one) for who, one in given.probes],
            is_chosen=True,
        )


def _show_links(judge: Judge) -> None:
    """A daughter has a case of her own, linked to her mother's: as what it is linked is said where it is opened."""
    answers = {}
    for relation in get_args(RelationOfCases):
        with begun(with_a_daughter, facts=MOTHER) as play:
            linked = Open(host_country="BE", origin_country="NG", linked_to=play.case, relation=relation)
            number = play.engine.do(linked, as_=actor(MANAGER)).case
            answers[relation] = play.tried(MANAGER, has_own(number), may_be_bad_input=True).kind
    if len(set(answers.values())) > 1:
        judge.decides["open.relation"] = f"{answers}"
