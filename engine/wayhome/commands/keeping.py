"""To whom of a house a case is kept: when a colleague knows the person, is suspected, or when they ask for it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import accounts_at
from wayhome.commands.answer import Act, Answer, role_for_command
from wayhome.commands.changes import Change
from wayhome.errors import Template
from wayhome.model.case import Case
from wayhome.model.command import Command, Question
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.reading import as_code, bad, one_of

__all__ = ["KeepTo"]

FEWEST = 2  # one can be ill, or asleep


@data(kw_only=True)
class KeepTo(Command):
    """Keep a case to named workers of the own house, at once and without a reason; nobody named opens it to the house again.

    Everybody else there knows of it no more, but for who oversees data protection.
    """

    word: ClassVar[str] = "keep_to"
    earliest: ClassVar = "ever"
    unruled: ClassVar[Template] = "a case may always be kept to those whom somebody names"

    workers: Annotated[
        tuple[str, ...], Question("Who of your house may know of this case? Two at least, one of whom is reached at night.", of="colleagues")
    ] = ()  # fmt: skip


def on_keep_to(case: CaseNow, command: KeepTo, answer: Answer) -> None:
    """Say who of the house of whoever types may know of the case."""
    answer.role = role_for_command(case, "keep_to")
    assert case.actor is not None
    house, known = case.actor.organisation, accounts_at(case, case.actor.organisation)
    workers = []
    for one in dict.fromkeys(command.workers):
        with answer.faults.gathered():
            workers.append(one_of("workers", one, known) if known else as_code("workers", one))
    if 0 < len({*command.workers}) < FEWEST:
        alone: Template = "One alone is not always there."
        answer.wrong(bad("workers", "contradiction", alone, "Name two at least, one of whom is reached at night."))
    leads = case.recorded.case_workers.get(house)
    if workers and leads is not None and leads.id not in workers:
        left: Template = "'{worker}' answers for the person at your house, and would know of the case no more."
        answer.wrong(
            bad("workers", "contradiction", left, "Name them too, or name another case worker first.", worker=leads.id)
        )
    answer.emit("kept_to", organisation=house, workers=workers)


def kept(case: Case, event: Event) -> Change:
    house, workers = event.data["organisation"], tuple(event.data.get("workers") or ())
    others: dict[str, Any] = {one: named for one, named in case.kept_to.items() if one != house}
    return {"kept_to": others | ({house: workers} if workers else {})}


ACTS = (Act(KeepTo, on_keep_to),)
CHANGES = {"kept_to": kept}
