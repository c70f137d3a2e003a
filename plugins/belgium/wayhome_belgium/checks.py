"""The judgement of the Belgian pack: one function per rule of rules.yaml.

Decides:  from the command and the pack in memory. Never saves, sends, logs, or asks the clock.
Rules:    BE-01 only a recognised centre asks for residence documents
Sources:  rules.yaml. The recognised centres: partners.yaml, those that offer `residence_documents`
"""

from __future__ import annotations

from collections.abc import Callable

from wayhome.country import AnyCommand, Case, Finding, PackView, commands, no, yes

# The field in which each of these steps says which centre it was.
CENTRE_FIELD = {"be_residence_document": "asked_by_centre", "be_guidance_attestation": "issued_by_centre"}


def a_recognised_centre_asks(case: Case, command: AnyCommand, pack: PackView) -> Finding:
    """Say whether one of the three recognised centres does what only they may do.

    Judged on the command, since what it says is not in the case yet. Another command is not its concern.
    """
    if not isinstance(command, commands.StepCommand) or command.step not in CENTRE_FIELD:
        return yes("this asks for no paper of the victim procedure")
    if command.fields.get(CENTRE_FIELD[command.step]) in _centres(pack):
        return yes("a recognised centre asks", command.step)
    return no(
        "no recognised centre asks for this paper",
        command.step,
        todo="let PAG-ASA, Payoke or Sürya ask for it, and record which of them did",
    )


def _centres(pack: PackView) -> list[str]:
    """The authority that decides on these papers is no centre."""
    return [
        id
        for id, partner in pack.partners.items()
        if partner["recipient"] == "partner" and "residence_documents" in partner["services"]
    ]


BY_RULE: dict[str, Callable[[Case, AnyCommand, PackView], Finding]] = {"BE-01": a_recognised_centre_asks}
