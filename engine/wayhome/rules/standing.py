"""What always holds: of a process, of a number, of whoever acts.

Rules:    INV-11, INV-21 … INV-24, INV-27, INV-28, INV-31
These are asked when a pack is loaded, a case opened, a step completed or a case read.
"""

from __future__ import annotations

import re

from wayhome.case_now import CaseNow
from wayhome.model.command import Open, StepCommand
from wayhome.model.number import read_number
from wayhome.model.reason import Reason, met, unmet
from wayhome.packs import analyse
from wayhome.packs.process import Process, Span
from wayhome.packs.strictness import looser
from wayhome.rules.registry import safeguard

_NUMBER = re.compile(r"WH-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")


@safeguard("INV-11", on=("open",), source=("P2", "P6"))
def inv_11(case: CaseNow) -> Reason:
    """No step of help waits for cooperation with police or prosecution."""
    waiting = [step.id for step in case.process.steps.values() if analyse.waits_for_cooperation(step)]
    if waiting:
        return unmet(
            "INV-11",
            "these steps wait for cooperation with police: {steps}",
            "change the pack",
            source=("P2", "P6"),
            steps=", ".join(waiting),
        )
    return met("INV-11", "no help depends on cooperation with police", source=("P2", "P6"))


@safeguard(
    "INV-21", on=("open",), source=("P20", "P31"),
    missing="Keys of the identity map lie beside the database so far; handing them to a separate keeper comes later.",
)  # fmt: skip
def inv_21(case: CaseNow) -> Reason:
    """A case number is random: nothing in it comes from the person."""
    number = case.recorded.number
    if not _NUMBER.fullmatch(number) or read_number(number) != number:
        return unmet(
            "INV-21", "the case number was not made by this program", "let the program make it", source=("P20", "P31")
        )
    command = case.command
    told = (
        [str(v) for v in command.facts.values() if isinstance(v, str | int) and len(str(v)) > 3]
        if isinstance(command, Open)
        else []
    )
    if any(value.upper() in number.replace("-", "") for value in told):
        return unmet(
            "INV-21", "the case number holds something of the person", "open the case again", source=("P20", "P31")
        )
    return met("INV-21", "the case number is random", source=("P20", "P31"))


@safeguard("INV-22", on=("complete", "move"), source=("P31",))
def inv_22(case: CaseNow) -> Reason:
    """Status, risk, go or no-go and closing are decided by named people; the clock only opens and closes gates."""
    actor, command = case.actor, case.command
    if actor is not None and not actor.is_clock:
        return met("INV-22", "a named person decides", source=("P31",))
    step = case.process.steps.get(command.step) if isinstance(command, StepCommand) else None
    if actor is not None and step is not None and not step.results:
        return met("INV-22", "nothing is decided here", source=("P31",))
    return unmet("INV-22", "only a named person may decide this", "let a case worker do it", source=("P31",))


@safeguard(
    "INV-23", on=("read",), source=("OC",),
    missing="Reads are written to the log; a chained log of reads in the database comes later.",
)  # fmt: skip
def inv_23(case: CaseNow) -> Reason:
    """Every read of a case is made by a named actor and leaves a line in the log."""
    actor = case.actor
    if actor is None or not actor.id or not (actor.roles or actor.is_clock):
        return unmet("INV-23", "it is not said who reads", "give the actor", source=("OC",))
    return met("INV-23", "the reader is named", source=("OC",))


@safeguard("INV-24", on=("open",), source=("OC",))
def inv_24(case: CaseNow) -> Reason:
    """A pack can add and tighten, never remove a core step, prerequisite or safeguard, nor relax a limit."""
    core = [step for step in case.process.steps.values() if step.is_core]
    if len(core) < CORE_STEPS or not set(case.process.limits) >= REQUIRED_LIMITS:
        return unmet(
            "INV-24", "this process lacks steps or limits of the core", "install the packs again", source=("OC",)
        )
    return met("INV-24", "all steps and limits of the core are there", source=("OC",))


CORE_STEPS = 60
REQUIRED_LIMITS = frozenset(
    {
        "return_consent_max_age", "reconfirmation_max_age", "risk_assessment_max_age", "risk_recheck_max_age",
        "clearance_max_age", "partner_confirmation_max_age", "emergency_contacts", "fit_check_max_age",
        "lost_contact_attempts", "lost_contact_channels", "lost_contact_span", "lost_contact_span_follow_up",
        "lost_contact_close_after", "sustained_after", "smallest_group", "late_entry_of_departure", "risk_signatures",
        "document_margin",
    }
)  # fmt: skip


def relaxes(core: object, pack: object) -> Reason:
    """Say, as INV-24, whether a pack's figure would relax the core's."""
    found = list(looser(core, pack))
    if found:
        return unmet(
            "INV-24",
            "{what}: {why}",
            "make it stricter, or leave it out",
            source=("OC",),
            what=found[0][0],
            why=found[0][1],
        )
    return met("INV-24", "nothing is relaxed", source=("OC",))


@safeguard("INV-27", on=("open",), source=("OC",))
def inv_27(case: CaseNow) -> Reason:
    """The person never becomes debtor of the programme: no repayment, no deposit, no penalty."""
    charged = [d.id for d in case.process.documents.values() if analyse.charges_the_person(d)]
    if charged:
        return unmet(
            "INV-27",
            "the person would pay for {papers}",
            "let the programme pay",
            source=("OC",),
            papers=", ".join(charged),
        )
    return met("INV-27", "the person pays for nothing", source=("OC",))


@safeguard(
    "INV-28", on=("statistic",), source=("P32", "P2"),
    missing="There are no statistics yet; whoever writes one asks `may_show_group` first.",
)  # fmt: skip
def inv_28(case: CaseNow) -> Reason:
    """No statistic shows a group smaller than eleven people."""
    return may_show_group(case.process, getattr(case.command, "size", 0))


def may_show_group(process: Process, size: int) -> Reason:
    """Say, as INV-28, whether a statistic may show a group of this size."""
    smallest = process.count("smallest_group")
    if size >= smallest:
        return met("INV-28", "the group is large enough to be shown", source=("P32", "P2"))
    return unmet(
        "INV-28",
        "a group of fewer than {smallest} people is not shown",
        "join it with others",
        source=("P32", "P2"),
        smallest=smallest,
    )


@safeguard("INV-31", on=("open",), source=("P2",))
def inv_31(case: CaseNow) -> Reason:
    """All persons get the same safeguards, whatever their sex, nationality, legal status or form of exploitation."""
    apart = [step.id for step in case.process.steps.values() if analyse.tells_people_apart(step)]
    if apart:
        return unmet(
            "INV-31",
            "these core steps tell people apart: {steps}",
            "change the core",
            source=("P2",),
            steps=", ".join(apart),
        )
    return met("INV-31", "all persons get the same safeguards", source=("P2",))


def figure(process: Process, limit: str) -> str:
    """Write a limit for people: "30 days", "5"."""
    value = process.limits[limit]
    return str(value) if isinstance(value, Span) else f"{value}"
