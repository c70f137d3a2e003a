"""Protection, reflection, courts, removal: what authorities and the law ask before a person may leave.

Rules:    INV-09, INV-10, INV-17, INV-18, INV-32
"""

from __future__ import annotations

from wayhome.case_now import CaseNow
from wayhome.model.command import Consent, Document, Redo, Travel
from wayhome.model.reason import Reason, Remedy, met, unmet
from wayhome.rules.before_departure import GATE, record_of, remedy_for
from wayhome.rules.registry import safeguard

# A contact with an authority of the origin country, or a paper that is asked of one.
ORIGIN_AUTHORITY = (
    "contact:authority_origin",
    "contact:embassy",
    "document:authority_origin",
    "document:embassy",
)


@safeguard("INV-09", on=(*GATE, *ORIGIN_AUTHORITY), source=("P9", "OC"))
def inv_09(case: CaseNow) -> Reason:
    """No departure and no contact with authorities of the origin country while protection is claimed or unchecked."""
    id = "protection_needs_check"
    step, record = record_of(case, id)
    if isinstance(case.command, Document) and not _asks_for_a_paper(case, case.command):
        return met("INV-09", "nothing is asked of an authority here", subject=id, source=("P9", "OC"))
    if case.recorded.has_open("asylum_claim"):
        return unmet(
            "INV-09",
            "the person asks for international protection",
            "wait for the final answer, or a free withdrawal after advice",
            subject="asylum_claim",
            remedy=remedy_for(case, id),
            source=("P9", "OC"),
        )
    if not case.passes(step, record):
        return unmet(
            "INV-09",
            "nobody has checked whether the person needs international protection",
            "have a legal counsellor check it",
            subject=id,
            remedy=remedy_for(case, id),
            source=("P9", "OC"),
        )
    return met("INV-09", "protection was checked, and no claim is pending", subject=id, source=("P9", "OC"))


def _asks_for_a_paper(case: CaseNow, command: Document) -> bool:
    """Whether this says that a paper was asked for or came, and not only that one is lost."""
    held = case.recorded.document(command.kind, command.of or "")
    return command.status in ("requested", "held") and (held is None or held.status != "held")


@safeguard("INV-10", on=(*GATE, "travel", "redo"), source=("P2", "P7", "P8"))
def inv_10(case: CaseNow) -> Reason:
    """No departure inside a running reflection period, unless the person asks for it after legal counselling."""
    command = case.command
    if isinstance(command, Redo):
        return _a_running_period_is_left_alone(case, command)
    ends = case.reflection_ends
    leaves = case.at
    if isinstance(command, Travel):
        if command.status == "cancelled":
            return met("INV-10", "no day of leaving is set", subject="reflection_period", source=("P2", "P7", "P8"))
        leaves = case.asked_departure or case.planned_departure or case.at
    record = case.recorded.steps.get("reflection_period")
    waived = record is not None and record.state == "done" and record.result == "waived_by_person"
    if not waived and (ends is None or leaves >= ends):
        return met(
            "INV-10",
            "no reflection period is running on that day",
            subject="reflection_period",
            source=("P2", "P7", "P8"),
        )
    asked = case.value("asks_during_reflection") is True
    counselled = case.is_done("legal_counselling")
    if asked and counselled:
        return met(
            "INV-10",
            "the person asks to leave earlier, after legal counselling",
            subject="reflection_period",
            source=("P2", "P7", "P8"),
        )
    return unmet(
        "INV-10",
        "the reflection period is still running, or was waived without the person's own recorded wish and legal counselling",
        "wait until it ends; nobody may hurry the person",
        subject="reflection_period",
        remedy=Remedy(
            {"do": "record", "facts": {"asks_during_reflection": True}},
            ("case_manager_sending",),
            ends or case.now,
        ),
        source=("P2", "P7", "P8"),
    )


def _a_running_period_is_left_alone(case: CaseNow, command: Redo) -> Reason:
    """A period that protects for at least so long cannot be begun anew, or ended, while it runs."""
    source = ("P2", "P7", "P8")
    step = case.process.steps.get(command.step)
    record = case.recorded.steps.get(command.step)
    protects = step is not None and bool(step.lengths) and step.lengths[0].at_least
    ends = case.ended(step, record) if step is not None and protects and record is not None else None
    if ends is None or ends <= case.at:
        return met("INV-10", "no protected period is running here", subject=command.step, source=source)
    return unmet(
        "INV-10",
        "this protected period is running until {until}",
        "let it run",
        subject=command.step,
        source=source,
        until=ends.date().isoformat(),
    )


@safeguard("INV-17", on=GATE, source=("P2", "P3"))
def inv_17(case: CaseNow) -> Reason:
    """No departure before the legal proceedings are recorded, and arranged for where the person is needed."""
    id = "proceedings_clearance"
    step, record = record_of(case, id)
    if case.passes(step, record):
        return met("INV-17", "the legal proceedings are recorded, and arranged for", subject=id, source=("P2", "P3"))
    needed = record is not None and record.state == "done"
    return unmet(
        "INV-17",
        "the person is needed in legal proceedings" if needed else "it is not recorded how legal proceedings stand",
        "agree with the prosecutor how to testify" if needed else "ask the legal counsellor",
        subject=id,
        remedy=remedy_for(case, id),
        source=("P2", "P3"),
    )


@safeguard("INV-18", on=GATE, source=("P2", "OC"))
def inv_18(case: CaseNow) -> Reason:
    """No departure before independent legal counselling is recorded."""
    step, record = record_of(case, "legal_counselling")
    if case.passes(step, record):
        return met("INV-18", "the person was counselled by an independent lawyer", subject=step.id, source=("P2", "OC"))
    return unmet(
        "INV-18",
        "the person was not counselled by an independent lawyer",
        "arrange the counselling",
        subject=step.id,
        remedy=remedy_for(case, step.id),
        source=("P2", "OC"),
    )


@safeguard("INV-32", on=(*GATE, "prepare", "consent:return"), source=("OC",))
def inv_32(case: CaseNow) -> Reason:
    """While a removal order is being enforced, no return counts as voluntary and none departs."""
    if isinstance(case.command, Consent) and case.command.answer == "refused":
        return met("INV-32", "a no always counts", subject="expulsion_risk", source=("OC",))
    if case.recorded.has_open("expulsion_risk"):
        return unmet(
            "INV-32",
            "a removal order is being enforced, so this return is not voluntary",
            "call the legal counsellor",
            subject="expulsion_risk",
            source=("OC",),
            remedy=Remedy({"do": "resolve", "incident": "expulsion_risk"}, ("case_manager_sending",)),
        )
    return met("INV-32", "no removal order is being enforced", subject="expulsion_risk", source=("OC",))
