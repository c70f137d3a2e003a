"""Whether the person is fit to travel.

Rules:    INV-15
"""

from __future__ import annotations

from itertools import pairwise

from wayhome.case_now import CaseNow
from wayhome.errors import Template
from wayhome.model.case import Was
from wayhome.model.reason import Finding, no, yes
from wayhome.packs.conditions import UNKNOWN
from wayhome.rules.safeguard import GATE, anew, safeguard

CHECK = "fit_to_travel_check"
OWN_WORDS = ("self_declared", "declined")
ASKS_FOR_ITS_FORM, FORM = "carrier_asks_medical_form", "medif"
CARRIERS_ASK_ABOUT = ("pregnant", "psychiatric_condition", "recent_injury_or_illness")


@safeguard("INV-15", on=GATE, source=("P17", "P18"), limits=("fit_check_max_age",), evidence=(CHECK,))
def the_person_is_fit_to_travel(case: CaseNow) -> Finding:
    """No departure of an unfit person, or, where a check is required, without one at most {fit_check_max_age} old; nor without the medical form, where the carrier asks for it."""
    for id in ("medical_assessment", CHECK):
        record = case.record(id)
        if record and record.state == "done" and not case.passed(id):
            return no("the person is not fit to travel", id, todo="treat and stabilise first; then check again")
    record = case.record(CHECK)
    if record is None or not case.passed(CHECK):
        fact = "there is no fit-to-travel check"
        return no(fact, CHECK, todo="check in the last {fit_check_max_age} before the journey")
    if case.is_older(record, "fit_check_max_age"):
        fact = "the fit-to-travel check is older than {fit_check_max_age} on that day"
        return no(fact, CHECK, todo="check again")
    was_unfit = any(incident.type == "medical_unfit" for incident in case.recorded.incidents)
    if record.result not in OWN_WORDS or (not was_unfit and case.value("medical_flag") is False):
        return _what_the_carrier_asks_for(case) or yes("the person is fit to travel", CHECK)
    if case.value("medical_flag") is UNKNOWN and not was_unfit:
        fact = "it is not known whether a medical check is required"
        return no(fact, "medical_flag", todo="record the questions about health")
    fact = "this person needs a medical check; their own declaration is not enough"
    return anew(case, CHECK, fact, "have a doctor or nurse check")


def _what_the_carrier_asks_for(case: CaseNow) -> Finding | None:
    """Say that the carrier's form is asked for and not held; or that nobody has asked the carrier, where carriers have rules about it."""
    asked, paper, since = case.value(ASKS_FOR_ITS_FORM), case.recorded.document(FORM), _other_carriers_since(case)
    said = case.recorded.facts.get(ASKS_FOR_ITS_FORM)
    is_old = said is not None and since is not None and (said.seq < since.seq or said.at < since.at)
    if (asked is UNKNOWN or is_old) and (asked is True or any(case.value(one) is True for one in CARRIERS_ASK_ABOUT)):
        fact: Template = "nobody has asked whether the carrier wants its medical form"
        if is_old:
            fact = "another carrier is booked since it was asked whether the carrier wants its medical form"
        return no(fact, ASKS_FOR_ITS_FORM, todo="look at the carrier's rules, and write it down")
    if asked is not True or (paper is not None and paper.status == "held" and (since is None or paper.seq > since.seq)):
        return None
    fact = "the carrier asks for its medical form, and its answer is not here"
    return no(
        fact, FORM, todo="have the doctor fill it in and send it, with the person's consent; or book another carrier"
    )


def _other_carriers_since(case: CaseNow) -> Was | None:
    """Give the booking since which other carriers are booked than before; None where there never were others."""
    booked = pairwise(case.recorded.all_of("travel"))
    return next((now for before, now in reversed([*booked]) if before.value[-1] != now.value[-1]), None)
