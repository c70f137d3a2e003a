"""What became of money: five sums of each whole into which entries count. Nothing is converted, and nothing is guessed.

Used by:  wayhome.results, wayhome.rules
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from wayhome.model.case import Case, EntryRecord
from wayhome.packs.kinds.registers import Counts, Register
from wayhome.packs.process import Process

NOTHING = Decimal(0)


class Sums(NamedTuple):
    """The five sums of a budget, in its currency.

    `left` is what was granted, less what was paid, and what was given back; None before anything was granted. Each entry in another
    currency of which nobody wrote down what it took is in no sum, and is counted in `not_settled`: then `left` is at most so much.
    """

    entry: str
    currency: str
    granted: Decimal | None
    promised: Decimal = NOTHING
    paid: Decimal = NOTHING
    proved: Decimal = NOTHING
    given_back: Decimal = NOTHING
    not_settled: int = 0

    @property
    def left(self) -> Decimal | None:
        return None if self.granted is None else self.granted - self.paid + self.given_back


def sums_of(process: Process, recorded: Case) -> Iterator[Sums]:
    """Give the sums of each entry into which others count, in the order in which they were entered."""
    for register in process.registers.values():
        if register.counts is None:
            continue
        counts, into = register.counts, str(register.fields[register.counts.into].register)
        there = _in_which_it_is_there(process.registers[into], counts.whole) if into in process.registers else ()
        paid = [one for one in recorded.entries.values() if one.register == register.id]
        for whole in recorded.entries.values():
            if whole.register == into:
                payments = [one for one in paid if one.values.get(counts.into) == whole.ref]
                yield _sums(counts, whole, payments, is_there=not there or whole.state in there)


def _in_which_it_is_there(register: Register, name: str) -> frozenset[str]:
    """Name the states in which what a field says is there: those that need it, and those that come after. A sum that is only asked for is
    no money yet, and one that was refused is none.
    """
    found = {code for code, state in register.states.items() if name in state.needs}
    while more := {code for code, state in register.states.items() if found.intersection(state.from_)} - found:
        found |= more
    return frozenset(found)


def _sums(counts: Counts, whole: EntryRecord, payments: list[EntryRecord], *, is_there: bool) -> Sums:
    said = whole.values.get(counts.whole)
    granted = Decimal(str(said["amount"])) if said is not None and is_there else None
    found = Sums(whole.ref, _currency(said, counts, payments), granted)
    for one in payments:
        values, state = one.values, one.state
        amount = _in(found.currency, values, counts)
        if state not in (*counts.promised, *counts.paid):
            continue
        if amount is None:
            found = found._replace(not_settled=found.not_settled + 1)
        elif all(values.get(name) == answer for name, answer in counts.back.items()):
            if state in counts.paid:
                found = found._replace(given_back=found.given_back + amount)
        elif state in counts.promised:
            found = found._replace(promised=found.promised + amount)
        else:
            proved = amount if state in counts.proved else NOTHING
            found = found._replace(paid=found.paid + amount, proved=found.proved + proved)
    return found


def _currency(said: Mapping[str, Any] | None, counts: Counts, payments: list[EntryRecord]) -> str:
    """Name the currency of a whole; before anything was granted, that of the first who counts into it."""
    first = next((one.values[counts.amount] for one in payments if counts.amount in one.values), None)
    known = said if said is not None else first
    return str(known["currency"]) if known is not None else ""


def _in(currency: str, values: Mapping[str, Any], counts: Counts) -> Decimal | None:
    """Give how much of a whole an entry took: in its own currency the amount, and of another what was taken for it; None where nobody wrote
    that down.
    """
    for name in (counts.amount, counts.took):
        one = values.get(name)
        if one is not None and one["currency"] == currency:
            return Decimal(str(one["amount"]))
    return None
