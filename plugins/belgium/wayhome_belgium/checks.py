"""The judgement of the Belgian pack: one function per rule of rules.yaml.

Decides:  from the case and the command in memory. Never saves, sends, logs, or asks the clock.
Rules:    BE-01 only a recognised centre asks for residence documents
Sources:  sources.yaml, S67
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wayhome.country import AnyCommand, Case, Reason, Remedy, commands, met, unmet

CENTRES = ("be_pag_asa", "be_payoke", "be_surya")

# The field in which each of these steps says which centre it was.
CENTRE_FIELD = {"be_residence_document": "asked_by_centre", "be_guidance_attestation": "issued_by_centre"}

WHO = ("case_manager_sending",)


def a_recognised_centre_asks(case: Case, command: AnyCommand, at: datetime) -> Reason:
    """Say whether one of the three recognised centres does what only they may do.

    Judged on the command, since what it says is not in the case yet. Another command is not its concern.
    """
    if not isinstance(command, commands.StepCommand) or command.step not in CENTRE_FIELD:
        return met("BE-01", "this asks for no paper of the victim procedure", source=["S67"])
    field = CENTRE_FIELD[command.step]
    if command.fields.get(field) in CENTRES:
        return met("BE-01", "a recognised centre asks", subject=command.step, source=["S67"])
    return unmet(
        "BE-01",
        "no recognised centre asks for this paper",
        "let PAG-ASA, Payoke or Sürya ask for it, and record which of them did",
        subject=command.step,
        remedy=Remedy(do=_asked_by_a_centre(case, command, field), who=WHO),
        source=["S67"],
    )


def _asked_by_a_centre(case: Case, command: commands.StepCommand, field: str) -> dict[str, object]:
    """Write the same command once more, for the centre that guides the person where one is recorded."""
    guidance = case.step("be_centre_guidance")
    guide = guidance.values.get("guided_by") if guidance else None
    do: dict[str, object] = {"do": command.word, "step": command.step}
    if command.result is not None:
        do["result"] = command.result
    return do | {"fields": {field: guide if guide in CENTRES else CENTRES[0]}}


BY_RULE: dict[str, Callable[[Case, AnyCommand, datetime], Reason]] = {"BE-01": a_recognised_centre_asks}
