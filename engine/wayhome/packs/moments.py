"""The moments at which a rule can be asked: a closed vocabulary, made from the commands and the ids of a process.

A moment is a command's word, a move's name, `clearance`, or a word with its subject: `complete:STEP`, `consent:PURPOSE`,
`document:KIND`, `incident:TYPE`, `assign:ROLE`, `involve:RELATION`, `contact:CLASS`, `record:FACT`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wayhome.model.case import RELATIONS
from wayhome.model.command import BY_WORD
from wayhome.model.moves import MOVES

if TYPE_CHECKING:
    from wayhome.packs.process import Process

CLEARANCE = "clearance"
WITH_SUBJECT = frozenset(
    {"start", "complete", "fail", "skip", "redo", "record", "consent", "withdraw", "document", "involve", "assign",
     "contact", "incident", "resolve"}
)  # fmt: skip


def vocabulary(process: Process) -> frozenset[str]:
    """Give every moment that can come about in a case of this process."""
    return frozenset({*BY_WORD, *MOVES, CLEARANCE, *_with_subjects(process)})


def is_word(moment: str) -> bool:
    """Say whether this has the shape of a moment: a word, a move, `clearance`, or a word that takes a subject with one."""
    word, _, subject = moment.partition(":")
    return word in WITH_SUBJECT if subject else word in BY_WORD or word in MOVES or word == CLEARANCE


def _with_subjects(process: Process) -> Iterator[str]:
    yield from _each(("start", "complete", "fail", "skip", "redo"), process.steps)
    yield from _each(("consent", "withdraw"), process.consents)
    yield from _each(("document",), process.documents)
    yield from _each(("incident", "resolve"), process.incidents)
    yield from _each(("assign",), (*process.roles, "case_owner"))
    yield from _each(("involve",), RELATIONS)
    yield from _each(("contact", "document", "consent"), process.recipients)
    yield from _each(("record",), process.facts)


def _each(words: Iterable[str], subjects: Iterable[str]) -> Iterator[str]:
    subjects = tuple(subjects)
    return (f"{word}:{subject}" for word in words for subject in subjects)
