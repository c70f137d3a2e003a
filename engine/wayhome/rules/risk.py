"""How dangerous the return is: the assessment, the last check, the level, and who was heard.

Rules:    INV-04 … INV-06
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from wayhome.case_now import CaseNow
from wayhome.case_now.entries import is_open_condition, lacking_entries
from wayhome.errors import Template
from wayhome.frozen import EMPTY
from wayhome.model.case import StepRecord
from wayhome.model.reason import Finding, no, yes
from wayhome.rules.consent_to_return import is_after_the_consent
from wayhome.rules.entries import not_entered
from wayhome.rules.safeguard import GATE, NONE_WANTED, anew, awaiting_second, safeguard

ASSESSMENT, RECHECK, DECISION = "pre_return_risk_assessment", "risk_recheck", "return_review"


@safeguard(
    "INV-04",
    on=GATE,
    source=("P12", "OC"),
    limits=("risk_assessment_max_age", "risk_recheck_max_age"),
    evidence=(ASSESSMENT, RECHECK),
)
def the_risk_was_assessed_and_checked_again(case: CaseNow) -> Finding:
    """No departure without a risk assessment at most {risk_assessment_max_age} old and a re-check at most {risk_recheck_max_age} old; after its day to look again it is done anew, and each condition of the return was seen to be kept."""
    if _wish_at_the_last_check(case) is False:
        fact: Template = "at the last check the person did not want to go"
        todo: Template = "believe the person; only after a new yes, check again"
        return anew(case, RECHECK, fact, todo)
    for id, limit in ((ASSESSMENT, "risk_assessment_max_age"), (RECHECK, "risk_recheck_max_age")):
        if alone := awaiting_second(case, id):
            return alone
        if not case.passed_within(id, limit):
            fact = "the step '{step}' is missing, or older than {limit} on that day"
            title, figure = case.process.named("steps", id), case.process.span(limit)
            return no(fact, id, todo="do it, late enough before the journey", step=title, limit=figure)
    if (by := _to_be_looked_at_by(case)) is not None:
        fact = "the risk was to be looked at again by {day}"
        return anew(case, ASSESSMENT, fact, "assess it anew", day=by)
    if (waits := _of_conditions(case)) is not None:
        return waits
    if _wish_at_the_last_check(case) is None:
        fact = "at the last check nobody asked whether the person still wants to go"
        return anew(case, RECHECK, fact, "check them again")
    if not is_after_the_consent(case, RECHECK):
        fact = "risk and wish were checked for the last time before the consent that counts now"
        return anew(case, RECHECK, fact, "check them again")
    return yes("the risk was assessed and checked again in time", RECHECK)


def _to_be_looked_at_by(case: CaseNow) -> str | None:
    """Give the day by which the assessment that stands was to be looked at again, where that is over."""
    record = case.record(ASSESSMENT)
    day = record.values.get("next_review") if record and record.state == "done" else None
    return str(day) if day and date.fromisoformat(str(day)) < case.day_of(case.ages_at) else None


def _of_conditions(case: CaseNow) -> Finding | None:
    """Say that a condition of the return is not written down, or that nobody has seen it kept; whichever review set it."""
    step, record = case.process.steps[DECISION], case.record(DECISION)
    if record is not None and record.state == "done":
        for lacking in lacking_entries(case, step, record.result, EMPTY):
            return not_entered(case, step, lacking)
    asked = [one.needs_entries for one in step.results.values() if one.needs_entries is not None]
    for one in asked:
        open_ = [entry.ref for entry in case.recorded.entries_of(one.register) if is_open_condition(case, one, entry)]
        if open_:
            fact: Template = "nobody has seen that these conditions of the return are kept: {refs}"
            todo: Template = "let another than who set them see it, and say how; or say that it is not possible"
            return no(fact, one.register, todo=todo, do={"do": "update", "ref": open_[0]}, refs=open_)
    return None


def _wish_at_the_last_check(case: CaseNow) -> bool | None:
    record = case.record(RECHECK)
    wants: bool | None = record.values.get("will_confirmed") if record and record.state == "done" else None
    return wants


@safeguard("INV-05", on=GATE, source=("P2", "P12"), limits=("risk_signatures",))
def the_risk_is_below_high_and_signed(case: CaseNow) -> Finding:
    """No departure while the risk of return is high or unknown; only a new assessment changes that, signed by {risk_signatures} roles; what remains of a danger is lower only while a measure against it stands."""
    record = case.record(ASSESSMENT)
    done = record is not None and record.state == "done"
    if record is not None and done and not _is_answered(case, record):
        fact: Template = "the risk of return is not known: not every factor could be answered"
        return no(fact, ASSESSMENT, todo="find out, there and here; then assess it anew")
    if case.recorded.has_open("risk_high") or (done and not case.passed(ASSESSMENT)):
        todo = "protect the person first; then assess anew, signed by {risk_signatures} roles"
        return no("the risk of return is high", ASSESSMENT, todo=todo)
    if record is None or not done:
        return no("the risk of return is not known", ASSESSMENT, todo="assess it, together with the origin side")
    if len({role for role, _, _ in record.signed}) < case.process.count("risk_signatures"):
        return no(
            "the risk assessment is not signed by {risk_signatures} different roles", ASSESSMENT, todo="have it signed"
        )
    for lacking in lacking_entries(case, case.process.steps[ASSESSMENT], None, record.values):
        return not_entered(case, case.process.steps[ASSESSMENT], lacking)
    return yes("the risk of return is below high, signed by {risk_signatures} roles", ASSESSMENT)


def _is_answered(case: CaseNow, record: StepRecord) -> bool:
    """Say whether each factor that is asked for now is known; one that nobody was asked of is not."""
    answers: Mapping[str, str] = record.values.get("factors") or EMPTY
    return all(
        answers.get(one) in ("absent", "present") for one in case.process.steps[ASSESSMENT].fields["factors"].about
    )


@safeguard("INV-06", on=GATE, source=("P12", "P28", "P19"))
def the_person_and_the_origin_side_were_heard(case: CaseNow) -> Finding:
    """A risk assessment is complete only with the person's own view, input from the origin side, and the children who travel along."""
    record = case.record(ASSESSMENT)
    values = record.values if record and record.state == "done" else {}
    vetted_only = case.value("partner_selection") == NONE_WANTED
    own, origin = bool(values.get("own_view")), bool(values.get("origin_input"))
    if origin and vetted_only:
        origin = values["origin_input"] == "other_vetted_source"
    if own and origin and _leaves_out_the_children(case):
        fact: Template = "no row of the risk assessment is about the children who travel along"
        return no(fact, ASSESSMENT, todo="assess it anew, with a row for what concerns them")
    if own and origin:
        return yes("the risk assessment holds the person's own view and input from the origin side", ASSESSMENT)
    if own:
        fact = "the risk assessment lacks input from the origin side"
    elif origin:
        fact = "the risk assessment lacks the person's own view"
    else:
        fact = "the risk assessment lacks the person's own view and input from the origin side"
    return no(fact, ASSESSMENT, todo="add it to a new assessment")


def _leaves_out_the_children(case: CaseNow) -> bool:
    """Say whether something is there that is dangerous, children travel along, and nobody has said what it is for them."""
    children = any(map(case.may_be_child, case.recorded.companions))
    record = case.record(ASSESSMENT)
    rows = record.values.get("matrix") or () if record else ()
    return children and bool(rows) and all(row["about"] != "accompanying_children" for row in rows)
