"""Everything that can happen to a case: one small frozen command each.

The library, the shell, a story, an import, a deadline that fires: all of them only make commands. A module holds a family
of them: each command, what is done with it (`ACTS`), and what its events change in a case (`CHANGES`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wayhome.commands import (
    consents,
    contacts,
    correcting,
    documents,
    facts,
    incidents,
    journey,
    keeping,
    letting_in,
    moves,
    opening,
    organisations,
    people,
    rebasing,
    registers,
    signing,
    steps,
)
from wayhome.commands.answer import Act
from wayhome.commands.changes import Apply
from wayhome.commands.consents import *  # noqa: F403
from wayhome.commands.contacts import *  # noqa: F403
from wayhome.commands.correcting import *  # noqa: F403
from wayhome.commands.documents import *  # noqa: F403
from wayhome.commands.facts import *  # noqa: F403
from wayhome.commands.incidents import *  # noqa: F403
from wayhome.commands.journey import *  # noqa: F403
from wayhome.commands.keeping import *  # noqa: F403
from wayhome.commands.letting_in import *  # noqa: F403
from wayhome.commands.moves import *  # noqa: F403
from wayhome.commands.opening import *  # noqa: F403
from wayhome.commands.people import *  # noqa: F403
from wayhome.commands.rebasing import *  # noqa: F403
from wayhome.commands.registers import *  # noqa: F403
from wayhome.commands.signing import *  # noqa: F403
from wayhome.commands.steps import *  # noqa: F403
from wayhome.frozen import Frozen
from wayhome.model.command import Command, StepCommand, kinds
from wayhome.model.reading import command_from
from wayhome.model.reading import from_json as from_json
from wayhome.model.reading import json_schema as json_schema

FAMILIES = (
    opening, rebasing, facts, steps, signing, consents, documents, journey, people, keeping, letting_in, organisations, contacts, incidents, moves,
    registers, correcting,
)  # fmt: skip
__all__ = ["Command", "StepCommand", "read_command", *(name for family in FAMILIES for name in family.__all__)]
ACTS: Mapping[str, Act] = Frozen({act.command.word: act for family in FAMILIES for act in family.ACTS})
CHANGES: Mapping[str, Apply] = Frozen(
    {event: change for family in FAMILIES for event, change in family.CHANGES.items()}
)
BY_WORD: Mapping[str, type[opening.Open] | type[Command]] = Frozen(kinds())


def read_command(given: Mapping[str, Any], *, case: str = "") -> opening.AnyCommand:
    """Read a command from its word (`do`) and fields: from JSON, a story, a remedy, or what was typed.

    For the five commands on a step, and for `record` and `open`, fields that the command does not know are taken as
    the step's own fields, or as facts.

    Args:
        given: the command; `{"do": "note", "text": "…"}`.
        case: the number of its case, where something else says it than the command. Of `open` there is none.

    Raises:
        BadInput: there is no such command, or it opens another case; or with every field that is missing, unknown, or cannot be read.
    """
    command: opening.AnyCommand = command_from(given, case=case)
    return command
