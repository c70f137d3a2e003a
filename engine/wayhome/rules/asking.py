"""Ask everything that is declared for a command, before anything is done: the packs' answers, and the engine's rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wayhome.case_now import CaseNow
from wayhome.commands import Move, Travel
from wayhome.model.moves import MOVES, PHASE_NUMBER
from wayhome.model.reason import Judgement, no, yes
from wayhome.packs.moments import CLEARANCE
from wayhome.packs.process import Process
from wayhome.rules import (
    children,
    closing,
    consent_to_return,
    contacts,
    gates,
    health,
    proceedings,
    process_and_actors,
    readiness,
    reception,
    risk,
    travel_documents,
)
from wayhome.rules.safeguard import UNRULED, asked_at, freeze, moments, on_its_day

# Importing the themes enters their rules; then these are frozen, before any plugin is imported.
THEMES = (
    consent_to_return, risk, reception, health, travel_documents, children, proceedings, contacts, closing, process_and_actors,
)  # fmt: skip
freeze()


def asked(
    case: CaseNow, judged: Callable[[CaseNow], Sequence[Judgement]], newer: Process | None = None
) -> list[Judgement]:
    """Ask everything that is declared for a command: the packs' own answers, the rules of its moments, what it waits for.

    Args:
        newer: the process that a rebase names: its own rules are asked, of the case under it.
    """
    case = gates.as_booked(case) if isinstance(case.command, Move) and case.command.to == "depart" else case
    words = moments(case)
    phase = _phase_of(case, words)
    # Whether a process may be adopted is asked of that.
    judging = looked_at(case if newer is None else case.under(newer))

    def ask(one: CaseNow) -> list[Judgement]:
        of_packs = [answer._replace(phase=phase) for answer in judged(one)]
        return [*of_packs, *(told for rule in asked_at(words) for told in rule.ask_each(one, phase))]

    answers = on_its_day(judging, ask) or [_unruled(case)]
    return [*answers, *readiness.of_the_clock(case), *readiness.of_command(case, newer)]


def looked_at(case: CaseNow) -> CaseNow:
    """Look at the moment that the rules of a command judge, those of packs too: for a clearance, that of the departure."""
    return gates.at_departure(case) if CLEARANCE in moments(case) else case


def _unruled(case: CaseNow) -> Judgement:
    """No rule is asked here: right where that is listed with its reason, and forbidden everywhere else."""
    assert case.command is not None
    why = UNRULED.get(case.command.word)
    forbidden = no("nobody judges this", todo="tell those who maintain this program")
    return Judgement("INPUT", yes(why) if why else forbidden)


def _phase_of(case: CaseNow, words: frozenset[str]) -> int:
    """The place of a rule's answer in the order of reasons: that of the phase which the command would leave."""
    if "clearance" in words or isinstance(case.command, Travel):
        return PHASE_NUMBER["pre_departure"]
    move = MOVES.get(case.command.to) if isinstance(case.command, Move) else None
    return PHASE_NUMBER[move.sources[0]] if move else 0
