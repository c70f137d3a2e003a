"""The moments at which a rule can be asked: a closed vocabulary, made from the commands and the ids of a process.

A moment is a command's word, a move's name, `clearance`, `entrust` (a step names who is to be near the person), or a word with its subject: `complete:STEP`, `consent:PURPOSE`,
`document:KIND`, `incident:TYPE`, `assign:ROLE`, `involve:RELATION`, `contact:CLASS`, `record:FACT`, `enter:REGISTER`; or an entry that comes
to a state, however it does: `REGISTER:STATE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from wayhome.model.closed_sets import RELATIONS, WORDS
from wayhome.model.moves import MOVES
from wayhome.packs.kinds.roles import BUILT_IN_ROLES

if TYPE_CHECKING:
    from wayhome.packs.process import Process

CLEARANCE, ENTRUST = "clearance", "entrust"
# What each of these words can be about: one of these ids of a process.
SUBJECTS: Mapping[str, Callable[[Process], Iterable[str]]] = {
    **dict.fromkeys(("start", "complete", "fail", "skip", "redo", "sign"), lambda process: process.steps),
    "record": lambda process: (
        id for id, fact in process.facts.items() if fact.derived is None and not fact.only_by_steps
    ),
    "consent": lambda process: (*process.consents, *process.recipients),
    "withdraw": lambda process: process.consents,
    "document": lambda process: (*process.documents, *process.recipients),
    "involve": lambda _: RELATIONS,
    "assign": lambda process: (*process.roles, *BUILT_IN_ROLES),
    "contact": lambda process: process.recipients,
    "incident": lambda process: process.incidents,
    "resolve": lambda process: process.incidents,
    **dict.fromkeys(("enter", "update"), lambda process: process.registers),
}


def vocabulary(process: Process) -> frozenset[str]:
    """Give every moment that can come about in a case of this process."""
    with_subject = (f"{word}:{subject}" for word, subjects in SUBJECTS.items() for subject in subjects(process))
    of_their_own = {CLEARANCE, ENTRUST} if process.entrusting else {CLEARANCE}
    to_states = (f"{one.id}:{state}" for one in process.registers.values() for state in one.states)
    return frozenset({*WORDS, *MOVES, *of_their_own, *with_subject, *to_states})


def is_word(moment: str) -> bool:
    """Say whether this has the shape of a moment: a word, a move, one of the two of their own, or a word with its subject."""
    word, _, subject = moment.partition(":")
    return word in SUBJECTS if subject else word in WORDS or word in MOVES or word in (CLEARANCE, ENTRUST)
