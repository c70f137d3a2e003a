"""What a plugin's check answers becomes a finding of ours, with nothing of the plugin's making left in it; or a no.

Used by:  packs.plugins
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any

from wayhome.errors import LENGTHS, Template, filled, part, spoken
from wayhome.frozen import Frozen
from wayhome.model.reason import Finding, Judgement
from wayhome.packs.kinds.rules import PackRule

AMOUNTS = frozenset(template for both in LENGTHS.values() for template in both)
LONGEST_TEXT = 1000  # characters of what a check says


class WrongAnswer(Exception):
    """A check answered with something that is no Finding, or not as one is written."""


def as_a_finding(answers: Any) -> Finding:
    """Take a check's answer apart, behind the barrier, so that nothing of the plugin's making is left in it.

    Raises:
        WrongAnswer: it is not one Finding of plain, short texts.
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
    if values:
        _fill(answer.fact, values)
        _fill(answer.todo, values)
    return Finding(answer.met, answer.fact, answer.subject, answer.todo, values)  # what to do about it is the engine's


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


def no_answer(rule: PackRule, fact: Template, todo: Template, source: tuple[str, ...], **values: Any) -> Judgement:
    return Judgement(rule.id, Finding(False, fact, rule.check, todo, spoken(values)), source)
