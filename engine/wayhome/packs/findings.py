"""What a plugin's check answers becomes a finding of ours, with nothing of the plugin's making left in it; or a no.

Used by:  packs.plugins
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import UTC, date, datetime
from string import Formatter
from typing import Any, NamedTuple

from wayhome.errors import LENGTHS, Template, filled, part, spoken
from wayhome.frozen import Frozen
from wayhome.model.reading import YEARS
from wayhome.model.reason import Finding, Judgement
from wayhome.packs.kinds.rules import PackRule
from wayhome.packs.process import Process

AMOUNTS = frozenset(template for both in LENGTHS.values() for template in both)
LONGEST_TEXT = 1000  # characters of what a check says


class WrongAnswer(Exception):
    """A check answered with something that is no Finding, or not as one is written."""


def as_a_finding(answers: Any, at: datetime, is_of: Callable[[str, str], bool]) -> Finding:
    """Take a check's answer apart, behind the barrier, so that nothing of the plugin's making is left in it.

    Args:
        at: the moment that is judged: before it nothing can be waited for.
        is_of: says whether something can be asked of somebody: its id, the ref.

    Raises:
        WrongAnswer: it is not one Finding of plain, short texts, or it says what cannot be meant: a moment that is over, somebody who is
            not of the case, a command (what to do about it is the engine's).
    """
    if len(answers) != 1 or type(answers[0]) is not Finding:
        raise WrongAnswer
    answer = answers[0]
    values = {name: _plain(value) for name, value in dict(answer.values).items()}
    if type(answer.met) is not bool:
        raise WrongAnswer
    for text in (answer.fact, answer.todo, answer.subject, *values, *(v for v in values.values() if type(v) is str)):
        if type(text) is not str or len(text) > LONGEST_TEXT or not text.isprintable():
            raise WrongAnswer
    if not answer.fact or not (answer.met or answer.todo):
        raise WrongAnswer
    if answer.do is not None or (answer.met and (answer.of or answer.from_ is not None)):
        raise WrongAnswer
    if type(answer.of) is not str or (answer.of and not is_of(answer.subject, answer.of)):
        raise WrongAnswer
    if values:
        _fill(answer.fact, values)
        _fill(answer.todo, values)
    from_ = None if answer.from_ is None else _a_moment_to_wait_for(answer.from_, at)
    return Finding(answer.met, answer.fact, answer.subject, answer.todo, values, answer.of, from_=from_)


def _a_moment_to_wait_for(from_: Any, at: datetime) -> datetime:
    if type(from_) is not datetime or from_.utcoffset() is None or from_ < at or from_.year not in YEARS:
        raise WrongAnswer
    return from_.astimezone(UTC)


def can_be_of(process: Process, refs: Container[str]) -> Callable[[str, str], bool]:
    """Give what says whether something of a process is asked of each by themselves, and somebody is of the case."""
    asked = (process.steps, process.documents, process.facts, process.incidents)

    def is_of(subject: str, ref: str) -> bool:
        return ref in refs and any(subject in entries and bool(entries[subject].each) for entries in asked)

    return is_of


def _plain(value: Any) -> Any:
    """Take a value of a sentence: plain, or a list of plain ones, or a length of time that the engine made of one."""
    if type(value) in (str, int, bool, float, date, datetime):
        return value
    if type(value) is tuple and all(type(one) in (str, int, bool) and str(one).isprintable() for one in value):
        return value
    if type(value) is Frozen and value.get("template") in AMOUNTS:
        amount = dict(value.get("values") or {}).get("amount")
        if type(value["template"]) is str and type(amount) is int:
            return part(value["template"], amount=amount)
    raise WrongAnswer


def _fill(template: Template, values: Mapping[str, Any]) -> None:
    for _, name, form, conversion in Formatter().parse(template):
        if name is not None and (name not in values or form or conversion):
            raise WrongAnswer
    if len(filled(template, values)) > LONGEST_TEXT:
        raise WrongAnswer


class Unanswered(NamedTuple):
    """A plugin has not answered: why, and what helps."""

    fact: Template
    todo: Template
    values: Mapping[str, Any]


def no_answer(rule: PackRule, fact: Template, todo: Template, source: tuple[str, ...], **values: Any) -> Judgement:
    return Judgement(rule.id, Finding(False, fact, rule.check, todo, spoken(values)), source)
