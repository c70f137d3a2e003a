"""The shape of a command: every field of a type that it can be, before anything is decided.

A name typed into a field that is kept in clear is refused here: `by` and `of` must be known in the case.
"""

from __future__ import annotations

from datetime import datetime

from wayhome import commands as c
from wayhome.case_now import CaseNow
from wayhome.case_now.roles import doers
from wayhome.commands.belonging import parties_told
from wayhome.commands.values import not_in_the_case
from wayhome.errors import BadInput, NotPermitted, Template
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.reading import Faults, bad, checked, unknown
from wayhome.packs.process import Process


def in_shape(command: c.AnyCommand, process: Process, case: Case, actor: Actor, now: datetime) -> c.AnyCommand:
    """Check the types of all fields, and who is named in `by` and `of`. Nobody is named of whom the actor is told nothing.

    Raises:
        BadInput: with every field that is of a type that it cannot be, or names nobody of this case.
        NotPermitted: the clock would decide something.
    """
    if not isinstance(command, c.Open | c.Command):
        raise BadInput("That is no command.", todo="Make one from wayhome.commands.", code="unreadable")
    if not isinstance(actor, Actor):
        raise BadInput("It is not said who does this.", todo="Give an Actor.", code="missing")
    if actor.is_clock and not command.clock_may:
        raise NotPermitted("The clock may not do this.", why="People decide (INV-22).", todo="Let a case worker do it.")
    faults = Faults()
    try:
        command = checked(command)
    except BadInput as error:
        faults += error.faults
    here = (*case.people, *case.organisations)
    if isinstance(command.by, str) and command.by not in (known := doers(process, case)):
        told = (known - {*here}) | {*parties_told(CaseNow(process, case, now, actor=actor))}
        faults += unknown("party for 'by'", command.by, told, field="by").faults
    if isinstance(command.of, str) and command.of not in here:
        faults += not_in_the_case(CaseNow(process, case, now, actor=actor), command.of).faults
    elif command.of is not None and not command.of_others:
        todo: Template = "Leave out 'of'. What happened to somebody else: write a note, with 'of'; what holds a child back stands in its own checks."
        faults += bad(
            "of", "contradiction", "'{word}' is about the person of the case.", todo, word=command.word
        ).faults
    faults.raise_any()
    return command
