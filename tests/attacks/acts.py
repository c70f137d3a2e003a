"""Commands as the attacks write them, and what they ask of a case: what more than one file needs.

First words of a case and acts as they are typed; then functions that give such an act, ask what stands, or bring a case further.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Enough,
    Play,
    PreparationRefused,
    another,
    assessed,
    complete,
    evidence_is_fresh,
    settled,
)
from tests.whole_answers import SIGNED

HERE, THERE = ZoneInfo("Europe/Brussels"), ZoneInfo("Africa/Lagos")
HOUSE = "mercy_house"  # invented
CHILD = {"age_status": "child", "family_contact_in_best_interests": True}
RECEIVES = "receiving_organisation"
ON_THE_SPOT = "post_arrival_risk_assessment"
ENDS = ("departs_at", "arrives_at")
WHY = "(invented) it was another person's file"
IN_ENGLISH: Command = {"language": "en", "version": "v1", "given_by": "person", "form": "written"}
HOME: Command = {
    "do": "enter", "register": "home", "home": "with_family", "where": "(invented) an address", "safe": "yes", "status": "lived_in",
    "by": "person",
}  # fmt: skip
ECONOMIC, SOCIAL, PSYCHOSOCIAL = (
    ("e_lasts", "e_meals", "e_earns", "e_aside", "e_lend"),
    ("c_home", "c_ill", "c_papers", "c_learn", "c_right"),
    ("p_belong", "p_people", "p_peace", "p_decide", "p_ahead"),
)
POOR = {**dict.fromkeys((*ECONOMIC, *SOCIAL, *PSYCHOSOCIAL), "no"), "e_meals": "yes"}
YES: Command = {"do": "consent", "purpose": "return", "form": "written", "language": "en"}
NO_TO_THE_JOURNEY: Command = {"do": "consent", "purpose": "return", "answer": "refused"}
REACHED: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": True}
REACHED_AT_HOME: Command = {"do": "contact", "with": "person", "channel": "visit", "reached": True}
LEFT: Command = {"do": "move", "to": "left", "how": "unknown"}
MET: Command = {"do": "complete", "step": "arrival_reception"}
PARTNER_FAILS: Command = {"do": "incident", "type": "partner_failure"}
REPLACED: Command = {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"}
TOLD: Command = {"do": "contact", "with": "ng_cosudow", "channel": "phone", "reached": True, "basis": "vital_interest",
                 "groups": ["identity", "travel"], "why": "nobody else can meet the person"}  # fmt: skip


BEST_FOR_THE_CHILD: Command = {
    "do": "complete",
    "step": "best_interests_determination",
    "by": "panel",
    "result": "positive",
    "decided_by": "panel",
    "childs_view": "(invented) I want to sleep where my sister sleeps",
}  # a second signs
LOOKED_AGAIN: Command = {"do": "complete", "step": "pre_return_risk_assessment", "confirms": True}  # by each of the two


# --- what is typed --------------------------------------------------------------------------------


def closes(reason: str) -> Command:
    """Write that the case is closed for this reason."""
    return {"do": "move", "to": "close", "reason": reason}


NO_MORE_CONTACT = closes("consent_withdrawn_after_return")


def corrected(seq: int) -> Command:
    """Write that an entry was an error."""
    return {"do": "correct", "seq": seq, "why": WHY}


def ends(type: str, outcome: str, **said: object) -> Command:
    """Write how an incident ended."""
    return {"do": "resolve", "incident": type, "outcome": outcome, "reason": "invented words", **said}


def happens(type: str, **said: Any) -> Command:
    """Write that something happened."""
    return {"do": "incident", "type": type, **said}


def records(**facts: Any) -> Command:
    """Write down what is known of the person."""
    return {"do": "record", "facts": facts}


def suspected(ref: str, is_so: bool) -> Command:
    """Write that somebody is under suspicion, or is not any more."""
    return {"do": "involve", "ref": ref, "suspected": is_so}


def receives(partner: str) -> Command:
    """Write who receives the person."""
    return {"do": "assign", "role": "receiving_organisation", "partner": partner}


def redo(step: str) -> Command:
    """Write that a step is to be done once more."""
    return {"do": "redo", "step": step}


def redone(step: str, **said: Any) -> tuple[Command, Command]:
    """Write that a step is to be done once more, and is."""
    return {"do": "redo", "step": step}, complete(step, **said)


def confirmed(step: str) -> Command:
    """Write that a step was looked at again, and stands as it was."""
    return {"do": "complete", "step": step, "confirms": True}


def waits(play: Play) -> Command:
    """Write when somebody waits there: from three days before the booked landing to three days after it."""
    hours = {"reception_from": play.lands - timedelta(days=3), "reception_until": play.lands + timedelta(days=3)}
    return {name: moment.isoformat() for name, moment in hours.items()}


def confirmed_by(play: Play, party: str) -> tuple[Command, Command]:
    """Write that the partner confirms anew, and who meets the person there."""
    return redone(
        "partner_confirmation",
        result="accepted",
        received_by=party,
        housing_named=True,
        meeting_place="(invented) by the exit",
        **waits(play),
    )


def booked_to_meet(play: Play) -> str:
    """Have somebody without an account vetted, booked and confirmed as who meets the person there."""
    meets = play.vetted(play.involved("reception_person"), "meet")
    play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": play.legs, "meeting_person": meets})
    play.given(RECEIVER, *confirmed_by(play, meets))
    return meets


def works_in_it(play: Play, house: str, role: str) -> None:
    """Give a role of the case to a house, a partner of a pack or not; its people who have that role are in the case from then on."""
    is_known = house in play.engine._recorded(play.case)[0].partners
    if not is_known:
        play.engine.register_organisation(house, title="An invented house", country="BE")
    play.given(MANAGER, {"do": "assign", "role": role, "partner" if is_known else "organisation": house})


def with_an_escort(play: Play) -> None:
    """Have an organisation that no pack knows, and somebody has vetted, go along: an escort is in a case only where it names them."""
    play.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["escort"])
    play.vetted(HOUSE, "escort")
    play.given(MANAGER, {"do": "assign", "role": "escort", "organisation": HOUSE})


def an_escort_goes_along(play: Play) -> None:
    """Bring a case two hours before take-off, with all evidence renewed, and somebody who goes along."""
    evidence_is_fresh(play)
    with_an_escort(play)


def goes(play: Play) -> None:
    """Bring a case that is nearly ready on the booked journey, and to its end."""
    play.ready()
    play.until(play.takes_off - timedelta(hours=2))
    play.ready()
    play.until(play.takes_off)
    play.goes_home()


def found_there(level: str) -> Command:
    """Write the risk assessment that is made after the landing, with this level."""
    said = {name: what for name, what in assessed(level).items() if name != "origin_input"}
    return {**said, "step": "post_arrival_risk_assessment"}


# --- when it was ----------------------------------------------------------------------------------


def on(case: Play, *, days_ago: int = 0) -> dict[str, str]:
    """Say the day alone."""
    return {"at": (case.now.astimezone(HERE).date() - timedelta(days=days_ago)).isoformat()}


def ago(play: Play, **span: float) -> dict[str, str]:
    """Say that something happened so long ago."""
    return {"at": (play.now - timedelta(**span)).isoformat()}


# --- what stands in a case ------------------------------------------------------------------------


def seq_of(play: Play, type: str, **data: object) -> int:
    """Give the number of the newest entry of this type that says this."""
    rows = [row for row in play.history() if row.type == type]
    return [row.seq for row in rows if all(row.data.get(name) == said for name, said in data.items())][-1]


def last_row(play: Play, type: str) -> Any:
    """Give the newest entry of this type."""
    return next(row for row in reversed(play.history()) if row.type == type)


def unmet(play: Play, act: Command | str = "depart") -> list[Any]:
    """Give each reason that stands against an act."""
    return [*play.engine.why(play.case, act, as_=play.actor(MANAGER)).unmet]


def is_open(case: Play, type: str) -> bool:
    """Return whether an incident of this type is open."""
    return any(one["type"] == type and one["resolved_at"] is None for one in case.seen().incidents)


def open_alarms(play: Play) -> set[str]:
    """Give the types of the incidents that are open."""
    return {one["type"] for one in play.seen().incidents if one["resolved_at"] is None}


def fact(play: Play, id: str) -> Any:
    """Give what is recorded of a fact."""
    return play.engine._recorded(play.case)[1].fact(id)


# --- the journey ----------------------------------------------------------------------------------


def _with_a_number(case: Play, act: Command) -> bool:
    """Book with the carrier and the number of each flight, as they stand on the ticket."""
    if act["do"] != "travel" or act["status"] != "booked":
        return False
    legs = [{**leg, "carrier": "SN", "number": f"SN{number}"} for number, leg in enumerate(act["legs"], 1)]
    case.given(TRAVEL, {**act, "legs": legs})
    return True


def a_numbered_flight(play: Play) -> None:
    """Bring a case two hours before take-off, with all evidence renewed, and the number of the flight known."""
    play.ready(instead=_with_a_number)
    evidence_is_fresh(play)


def later_by(case: Play, **span: float) -> list[dict[str, Any]]:
    """Give the booked legs, each so much later."""
    return [
        {**leg, **{end: (datetime.fromisoformat(leg[end]) + timedelta(**span)).isoformat() for end in ENDS}}
        for leg in case.legs
    ]


def delayed(play: Play, hours: int) -> Play:
    """Say that the flight is late; it is still the same."""
    play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later_by(play, hours=hours)})
    return play


def departs_late(play: Play, boarded: str) -> Any:
    """Try to tell of a departure with the hour at which the person boarded."""
    return play.tried(another(MANAGER), {**DEPART, "at": boarded})


def lands_though(fresh: Play, *meanwhile: Command) -> Play:
    """Let the partner fail in the air, and the person land."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=2)
    fresh.given(MANAGER, PARTNER_FAILS, *meanwhile)
    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})
    return fresh


# --- how far a case is brought --------------------------------------------------------------------


def before(play: Play, **asked: Any) -> None:
    """Do what is asked before a departure, up to where this is asked."""

    def instead(_: Play, act: Command) -> bool:
        if asked.items() <= act.items():
            raise Enough
        return False

    play.prepare(instead=instead)
    if not asked.items() <= play.proposals[0].items() | play.proposals[-1].items() and play.why().done:
        raise RuntimeError(f"{asked} was never asked")


def before_the_doctor(play: Play) -> None:
    """Bring a case up to where a doctor is asked."""
    before(play, do="complete", step="medical_assessment")


def until_a_doctor_is_asked(_: Play, do: Command) -> bool:
    """Prepare a case up to where a doctor is asked (an `instead`)."""
    if do.get("step") in ("fit_to_travel_check", "medical_assessment"):
        raise Enough
    return False


def two_look_again(case: Play) -> None:
    """Have the two who assessed the risk look at what is newer, and confirm it."""
    case.given(ASSESSOR, LOOKED_AGAIN)
    case.given(MANAGER, LOOKED_AGAIN)


def goes_on(case: Play, move: str = "depart") -> Play:
    """Follow what is asked, without letting time pass, as far as it leads."""
    case.prepare(move, waiting=False)
    return case


def goes_in_circles(play: Play, move: str = "depart", *, acts: int = 80) -> list[Command]:
    """Follow the remedies; give those that were told again after nothing but themselves, or that were refused."""
    done: list[Command] = []

    def note(_: Play, do: Command) -> bool:
        done.append(do)
        return False

    try:
        if play.prepare(move, instead=note, at_most=acts):
            return []
    except PreparationRefused:
        return done[-1:]
    return [do for do in done[-3:] if done.count(do) > 2]


def in_follow_up(play: Play) -> None:
    """Bring a case into the follow-up, with visits agreed to and the plan reviewed."""
    settled(play)
    for purpose in ("monitoring", "assistance_local"):
        play.given(MANAGER, {"do": "consent", "purpose": purpose, "language": "en"})
    play.given(RECEIVER, {"do": "complete", "step": "reintegration_plan_review", **SIGNED})
    play.given(RECEIVER, {"do": "complete", "step": "baseline_survey", **POOR}, HOME)


def asked_anew(play: Play, **dated: str) -> None:
    """Ask the person once more for their yes, as it was asked before."""
    said = next(
        row.data for row in reversed(play.history()) if row.type == "consent_given" and row.data["purpose"] == "return"
    )
    yes = {"do": "consent", "purpose": "return", "answer": "given", "language": said["language"], "form": said["form"]}
    play.given(MANAGER, {**yes, **dated})


def ended_by_the_wrong_file(case: Play) -> int:
    """End an alarm by the examination of somebody else; give the number of that entry."""
    case.given(MANAGER, happens("self_harm"))
    case.wait(minutes=5)
    case.given(DOCTOR, *redone("medical_assessment", result="fit"))
    case.given(MANAGER, ends("self_harm", "seen_by_a_doctor"))
    return seq_of(case, "step_completed", step="medical_assessment")


TRANSFER_AGREED: Command = {
    "do": "complete",
    "step": "transfer_agreed",
    "result": "agreed",
    "heard": "person",
    "her_words": "(invented) I want to live with my sister",
    "taken_over_by": "(invented) a house in Lisbon",
}  # a second signs
REVIEW: Command = {"do": "complete", "step": "closure_review", "result": "close", "manages": "yes", "agrees": "yes"}


def agreed_after_a_year(play: Play) -> None:
    """A year at home, reviewed and agreed; only the last survey is open."""
    in_follow_up(play)
    play.wait(days=366)
    play.given(RECEIVER, {"do": "record", "facts": {"person_asks_to_close": True}})
    play.given(RECEIVER, REVIEW)


# --- entries of a life --------------------------------------------------------------------------------------------------

WORK = {
    "do": "enter",
    "register": "work",
    "work": "own_business",
    "what": "(invented) sewing",
    "status": "running",
    "by": "person",
}
GRANTED = {
    "do": "enter",
    "register": "budget",
    "funder": "be_fedasil",
    "for": ["business"],
    "status": "granted",
    "granted": "900 EUR",
    "form": "in_kind",
}
