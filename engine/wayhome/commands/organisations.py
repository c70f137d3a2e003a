"""Organisations that no pack knows: the office registered them, and a case keeps what is known of those that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from wayhome.commands.answer import Act
from wayhome.commands.changes import Change
from wayhome.model.case import Case, OrganisationRecord
from wayhome.model.command import BaseCommand, Command, Party, kinds
from wayhome.model.event import Draft, Event
from wayhome.model.organisation import Organisation
from wayhome.model.reading import CODE
from wayhome.packs.process import Process

__all__ = ()  # a case comes to know them with whatever command names them


def introduced(
    process: Process,
    case: Case,
    command: BaseCommand,
    registered: Callable[[str], Organisation | None],
    now: datetime,
    actor: str,
) -> Case:
    """Give a case that knows, as they stand in the register now, the registered organisations that it or a command names.

    What is new of them is written down with the command (`made_known`): no rule looks outside.
    """
    if not isinstance(command, Command):  # whoever opens a case names their own
        return case
    said = {field: getattr(command, field) for field in _naming(command.word)}
    name = getattr(command, "step", None)
    step = process.steps.get(name) if isinstance(name, str) else None
    entry = case.entries.get(str(getattr(command, "ref", "")))
    register = process.registers.get(entry.register if entry is not None else str(getattr(command, "register", "")))
    asking, given = step or register, getattr(command, "fields", None)
    if asking is not None and isinstance(given, Mapping):
        said |= {f"fields.{name}": given.get(name) for name, spec in asking.fields.items() if spec.type == "party"}
    named = {name: field for field, name in said.items() if isinstance(name, str) and CODE.fullmatch(name)}
    brings = command.word != "contact" and not (step is not None and step == process.vetting)
    found = dict(case.organisations)
    asked = (id for id in {*named, *case.organisations} if id not in case.people and id not in process.partners)
    for one in filter(None, map(registered, sorted(asked))):
        known, made_by = found.get(one.id), ""
        if known is not None and known.made_by:
            made_by = known.made_by
        elif brings and one.id in named and (known is None or named[one.id] not in SPEAKS_OF):
            made_by = actor
        made = OrganisationRecord(one.id, one.country, one.does, now, case.version + 1, made_by, one.title)
        if known is None or known._replace(at=made.at, seq=made.seq) != made:
            found[one.id] = made
    return replace(case, organisations=found) if found != case.organisations else case


def made_known(case: Case) -> list[Draft]:
    """Give the events of the organisations that a case is being introduced to."""
    news = (one for one in case.organisations.values() if one.seq > case.version)
    return [
        Draft(
            "organisation_known",
            {"organisation": one.id, "title": one.title, "country": one.country, "does": list(one.does)}
            | ({"made_by": one.made_by} if one.made_by else {}),
            {},
        )
        for one in news
    ]


# Who says it, of whom, and who is told: of somebody whom the case has vetted already, this brings nobody near the person.
SPEAKS_OF = ("by", "of", "recipient")


@cache
def _naming(word: str) -> tuple[str, ...]:
    """Name the fields by which a kind of command names a party."""
    kind = kinds()[word]
    hints = get_type_hints(kind, include_extras=True)
    return tuple(one.name for one in fields(kind) if _is_party(hints[one.name]))


def _is_party(hint: Any) -> bool:
    """Say whether a field names a party, beside what else is said of it."""
    (mark,) = Party.__metadata__  # type: ignore[attr-defined]
    bare = hint.__origin__ if get_origin(hint) is Annotated else hint
    return mark in getattr(hint, "__metadata__", ()) or Party in get_args(bare)


# --- what the events change -----------------------------------------------------------------------------


def knows(case: Case, event: Event) -> Change:
    data = event.data
    record = OrganisationRecord(
        data["organisation"],
        data["country"],
        tuple(data["does"]),
        event.occurred_at,
        event.seq,
        data.get("made_by") or "",
        data["title"],
    )
    return {"organisations": {**case.organisations, record.id: record}}


ACTS: tuple[Act, ...] = ()
CHANGES = {"organisation_known": knows}
