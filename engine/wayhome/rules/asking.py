"""Ask everything that is declared for a command, before anything is done: the packs' answers, and the engine's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wayhome.model.command import Move, Travel
from wayhome.model.moves import MOVES, PHASE_NUMBER
from wayhome.model.reason import Reason, met, unmet
from wayhome.rules import before_departure, children, closing, contacts_and_people, gates, proceedings, standing
from wayhome.rules.registry import UNRULED, asked_at, moments
from wayhome.rules.situation import Situation

# Importing the rule modules enters their safeguards in the registry.
RULE_MODULES = (before_departure, proceedings, children, contacts_and_people, closing, standing)


def asked(situation: Situation, judged: Sequence[Reason]) -> list[Reason]:
    """Ask everything that is declared for the moments of a command: the packs' own answers, and the engine's rules.

    What clears a departure is judged at the moment at which the person is to leave.
    """
    words = moments(situation)
    phase = _phase_of(situation, words)
    looked_at = gates.at_departure(situation) if "clearance" in words else situation
    reasons = [_done_now(situation, reason) for reason in judged]
    reasons += [rule.judge(looked_at) for rule in asked_at(words)]
    if not reasons:
        reasons = [_unruled(situation)]
    return [_placed(reason, phase) for reason in reasons]


def _unruled(situation: Situation) -> Reason:
    """No rule is asked here: right where that is listed with its reason, and forbidden everywhere else."""
    assert situation.command is not None
    why = UNRULED.get(situation.command.word)
    return met("INPUT", why) if why else unmet("INPUT", "nobody judges this", "tell those who maintain this program")


def _phase_of(situation: Situation, words: frozenset[str]) -> int:
    """The place of a rule's answer in the order of reasons: that of the phase which the command would leave."""
    if "clearance" in words or isinstance(situation.command, Travel):
        return PHASE_NUMBER["pre_departure"]
    move = MOVES.get(situation.command.to) if isinstance(situation.command, Move) else None
    return PHASE_NUMBER[move.sources[0]] if move and move.name != "close" else 0


def _done_now(situation: Situation, reason: Reason) -> Reason:
    """A pack's check knows only the judged moment; what it proposes from then on can be done now, also when "why" looks ahead."""
    remedy = reason.remedy
    return (
        replace(reason, remedy=replace(remedy, from_=situation.now))
        if remedy and remedy.from_ == situation.at
        else reason
    )


def _placed(reason: Reason, phase: int) -> Reason:
    return reason if reason.phase else replace(reason, phase=phase)
