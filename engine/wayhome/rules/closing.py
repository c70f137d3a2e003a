"""When a case may be closed, and what becomes of its data.

Rules:    INV-25, INV-26, INV-29
"""

from __future__ import annotations

from wayhome.case_now import CaseNow
from wayhome.model.command import Complete, Move
from wayhome.model.reason import Reason, Remedy, met, unmet
from wayhome.rules.registry import safeguard


@safeguard("INV-25", on=("close",), source=("OC",))
def inv_25(case: CaseNow) -> Reason:
    """No case closes as lost contact before five attempts, on three channels, spread over 30 days (60 in follow-up), and 90 days."""
    command = case.command
    if not isinstance(command, Move) or command.reason != "lost_contact":
        return met("INV-25", "the case is not closed for lost contact", source=("OC",))
    process, recorded = case.process, case.recorded
    incident = next((i for i in recorded.open_incidents if i.type == "lost_contact"), None)
    since = incident.at if incident else case.at
    attempts = sorted(
        (c for c in recorded.contacts if not c.reached and c.with_ == "person" and c.at >= since), key=lambda c: c.at
    )
    span = process.span("lost_contact_span_follow_up" if recorded.phase == "follow_up" else "lost_contact_span")
    attempt = Remedy(
        {"do": "contact", "with": "person", "channel": "phone", "reached": False},
        ("case_manager_sending", "case_manager_receiving"),
        case.at,
    )
    if incident is None or len(attempts) < process.count("lost_contact_attempts"):
        return unmet(
            "INV-25",
            "there were {count} of {needed} attempts to reach the person",
            "keep trying, in the order of the safety plan",
            subject="lost_contact",
            remedy=attempt,
            source=("OC",),
            count=len(attempts),
            needed=process.count("lost_contact_attempts"),
        )
    if len({c.channel for c in attempts}) < process.count("lost_contact_channels"):
        return unmet(
            "INV-25",
            "fewer than {needed} different channels were tried",
            "try another way",
            subject="lost_contact",
            remedy=attempt,
            source=("OC",),
            needed=process.count("lost_contact_channels"),
        )
    if attempts[-1].at < case.shifted(attempts[0].at, span):
        return unmet(
            "INV-25",
            "the attempts are not spread over {span}",
            "try again later",
            subject="lost_contact",
            remedy=attempt,
            source=("OC",),
            span=span,
        )
    if case.at < case.shifted(incident.at, process.span("lost_contact_close_after")):
        return unmet(
            "INV-25",
            "contact has been lost for less than {span}",
            "leave the case open until then",
            subject="lost_contact",
            source=("OC",),
            span=process.span("lost_contact_close_after"),
        )
    return met(
        "INV-25", "the person could not be reached, after enough attempts", subject="lost_contact", source=("OC",)
    )


@safeguard("INV-26", on=("close",), source=("P29", "OC"))
def inv_26(case: CaseNow) -> Reason:
    """No case closes as sustained reintegration earlier than 12 months after arrival, unless the person asks for it."""
    command = case.command
    if not isinstance(command, Move) or command.reason != "reintegration_sustained":
        return met("INV-26", "the case is not closed as sustained", source=("P29", "OC"))
    arrived = case.recorded.moves.get("arrived")
    limit = case.process.span("sustained_after")
    if case.value("closure_review") == "on_persons_request":
        return met("INV-26", "the person asks to close", subject="closure_review", source=("P29", "OC"))
    if arrived is not None and case.at >= case.shifted(arrived, limit, case.process.steps["closure_review"]):
        return met(
            "INV-26", "the person came home {limit} ago or longer", subject="arrived", source=("P29", "OC"), limit=limit
        )
    return unmet(
        "INV-26",
        "the person came home less than {limit} ago",
        "go on with the follow-up, or ask the person",
        subject="arrived",
        source=("P29", "OC"),
        limit=limit,
    )


@safeguard(
    "INV-29",
    on=("complete:data_disposal",),
    source=("P27", "P31"),
    missing="Access, correction and objection are asked for outside this program so far; only a legal hold is checked.",
)
def inv_29(case: CaseNow) -> Reason:
    """A person's data are kept against their wish only on a recorded legal ground, and until a day that is named."""
    command = case.command
    assert isinstance(command, Complete)
    if command.result != "restricted_legal_hold":
        return met("INV-29", "no data are held back", subject="data_disposal", source=("P27", "P31"))
    if command.fields.get("ground") and command.fields.get("ends_on"):
        return met(
            "INV-29",
            "the legal ground and the end of the hold are recorded",
            subject="data_disposal",
            source=("P27", "P31"),
        )
    return unmet(
        "INV-29",
        "a legal hold needs its ground and the day it ends",
        "add ground=… and ends_on=…",
        subject="data_disposal",
        source=("P27", "P31"),
    )
