"""Which of two figures is stricter: what INV-24 means when a pack touches something that exists, or a newer one replaces it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from wayhome.errors import Template, part
from wayhome.packs.kinds.limits import Figure, Limit
from wayhome.packs.kinds.spans import Round, is_further, may_be_longer, may_be_shorter
from wayhome.packs.kinds.steps import Step, Tightening
from wayhome.packs.mentions import Phrase


def looser(old: Step | Limit, new: Tightening | Figure) -> Iterator[tuple[str, Phrase]]:
    """Give every part of a tightening that would relax what exists: (key, why)."""
    if isinstance(old, Step) and isinstance(new, Tightening):
        yield from _longer_ages_and_dues(old, new)
        yield from _looser_length(old, new)
        yield from _later_rounds(old, new)
    if isinstance(old, Limit) and isinstance(new, Figure):
        yield from _looser_limit(old, new)


def replaced(old: Step | Limit, name: str, was: Any, now: Any) -> Phrase | None:
    """Say why a figure of a step or a limit is looser than the one whose place it takes; None when it is not.

    Args:
        name: the field in which both stand; of a step, each is one of its timings, ages, lengths or rounds.
        was: what stood there; None when nothing did.
    """
    if isinstance(old, Limit):
        figure: dict[str, Any] = {name: now}
        return next((why for _, why in looser(old, Figure(source=(), **figure))), None)
    if name == "not_before":  # a pack adds another wait; here one takes the place of the other
        earlier = may_be_longer if now.backwards else may_be_shorter
        return part(EARLIER) if was is not None and earlier(now.span, was.span) else None
    held: dict[str, Any] = {name: () if was is None else (was,), "extra_rounds": False, "extra_due": ()}
    instead: dict[str, Any] = {name: (now._replace(when=None),)}  # the condition is the same, and adds nothing here
    new = Tightening(tighten=old.id, source=(), **instead)
    return next((why for _, why in looser(replace(old, **held), new)), None)


EARLIER: Template = "it can be done earlier"
LONGER: Template = "it is longer than the one that holds already"
SHORTER: Template = "it is shorter than the one that holds already"


def _longer_ages_and_dues(step: Step, tightening: Tightening) -> Iterator[tuple[str, Phrase]]:
    for old, new in zip(step.dues, tightening.dues, strict=False):
        if (old.anchor, old.backwards) != (new.anchor, new.backwards):
            continue  # another anchor: both hold, the earlier one counts
        if may_be_shorter(new.span, old.span) if old.backwards else may_be_longer(new.span, old.span):
            yield "due", part(SHORTER if old.backwards else LONGER)
    for age, new_age in zip(step.max_ages, tightening.max_ages, strict=False):
        if may_be_longer(new_age.span, age.span):
            yield "max_age", part(LONGER)


def _looser_length(step: Step, tightening: Tightening) -> Iterator[tuple[str, Phrase]]:
    for old, new in zip(step.lengths, tightening.lengths, strict=False):
        if old.at_least and may_be_shorter(new.span, old.span):
            yield "length", part("the period may not become shorter")
        if not old.at_least and may_be_longer(new.span, old.span):
            yield "length", part("the stay may not become longer")


def _later_rounds(step: Step, tightening: Tightening) -> Iterator[tuple[str, Phrase]]:
    rounds = {one.id: one for one in step.rounds}
    if tightening.rounds and not rounds:
        yield "rounds", part("it is asked for at once, and would wait for its rounds")
    for new in tightening.rounds:
        old = rounds.get(new.id)
        if old is None:
            continue
        if old.due.anchor != new.due.anchor or may_be_longer(new.due.span, old.due.span):
            yield "rounds", part("the round '{round}' would come later", round=new.id)
        elif new.when is not None or _opens_earlier(old, new):
            yield "rounds", part("the round '{round}' would be asked less strictly", round=new.id)


def _opens_earlier(old: Round, new: Round) -> bool:
    """Whether a round could be made before the one that holds opens: its tolerance is wider, or its day lies before that."""
    if new.tolerance is not None and (old.tolerance is None or may_be_longer(new.tolerance, old.tolerance)):
        return True
    return is_further(old.due.span, new.due.span, old.tolerance)


def _looser_limit(old: Limit, new: Figure) -> Iterator[tuple[str, Phrase]]:
    if old.span is not None:
        if new.span is None:
            yield "count", part("this limit is a length of time")
        elif old.side == "at_most" and may_be_longer(new.span, old.span):
            yield "span", part(LONGER)
        elif old.side == "at_least" and may_be_shorter(new.span, old.span):
            yield "span", part(SHORTER)
    if old.count is not None:
        if new.count is None:
            yield "span", part("this limit is a number")
        elif (new.count > old.count) if old.side == "at_most" else (new.count < old.count):
            yield "count", part("{new} is weaker than {old}", new=new.count, old=old.count)
