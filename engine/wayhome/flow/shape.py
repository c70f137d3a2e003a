"""The shape of a command: every field of a type that it can be, before anything is decided.

A name typed into a field that is kept in clear is refused here: `by` and `of` must be known in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from wayhome.errors import BadInput, NotPermitted
from wayhome.flow.values import as_code, unknown
from wayhome.model import command as c
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.packs.process import Process

MAPPINGS = frozenset({"facts", "fields"})
LISTS = frozenset({"groups", "legs"})
DAYS_AND_MOMENTS = frozenset({"at", "expires_on", "issued_on", "departs_on", "vetted_on", "review_on", "informed_at"})
YES_OR_NO = frozenset({"assent", "travels", "suspected", "reached"})
CLOCK_MAY = (c.Incident, c.Complete, c.Fail, c.Note)


def in_shape(command: c.AnyCommand, process: Process, case: Case, actor: Actor) -> c.AnyCommand:
    """Check the types of all fields, and who is named in `by` and `of`.

    Raises:
        BadInput: a field is of a type that it cannot be, or names nobody of this case.
        NotPermitted: the clock would decide something.
    """
    if not isinstance(command, c.Open | c.Command):
        raise BadInput("That is no command.", todo="Look at `wayhome do --help`.")
    if not isinstance(actor, Actor):
        raise BadInput("It is not said who does this.", todo="Give an Actor.")
    as_code("actor", actor.id)
    as_code("organisation", actor.organisation)
    if actor.is_clock and not isinstance(command, CLOCK_MAY):
        raise NotPermitted("The clock may not do this.", why="People decide (INV-22).", todo="Let a case worker do it.")
    changes: dict[str, Any] = {}
    for spec in fields(command):
        value = getattr(command, spec.name)
        if value is None or spec.name in ("case", "if_version"):
            continue
        read = _read(spec.name, value)
        if read is not value:
            changes[spec.name] = read
    if command.by is not None and command.by not in (doers := _known_doers(process, case)):
        raise unknown("party for 'by'", command.by, doers)
    if command.of is not None and command.of not in case.people:
        raise unknown("party for 'of'", command.of, case.people)
    return replace(command, **changes) if changes else command


def _read(name: str, value: Any) -> Any:
    if name in MAPPINGS:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise BadInput(f"'{name}' is a set of name=value.", todo="Write each as name=value.")
    elif name in LISTS:
        if not isinstance(value, str | list | tuple | set | frozenset):
            raise BadInput(f"'{name}' is a list.", todo="Write it with commas.")
        if isinstance(value, set | frozenset):
            return sorted(value, key=str)
    elif name in DAYS_AND_MOMENTS:
        if not isinstance(value, str | date | datetime):
            raise BadInput(f"'{name}' is a day or a moment.", todo="Write it as 2026-03-31, or 2026-03-31T14:30+02:00.")
    elif name in YES_OR_NO:
        if not isinstance(value, str | bool):
            raise BadInput(f"'{name}' is a yes or a no.", todo=f"Write {name}=true or {name}=false.")
    elif not isinstance(value, str):
        raise BadInput(f"'{name.rstrip('_')}' is a text.", todo="Write letters and digits.")
    elif any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise BadInput(f"'{name.rstrip('_')}' holds characters that cannot be kept.", todo="Type it again.")
    return value


def _known_doers(process: Process, case: Case) -> frozenset[str]:
    return frozenset({*process.roles, *process.partners, *case.people, *(held.party for held in case.roles.values())})
