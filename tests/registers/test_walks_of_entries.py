"""Random walks of entries and withdrawals, judged apart from the code: by what the page of registers says of consents, states and sums.

Oracle: "Refused is what rests on a consent that is not in force"; "that has ended" waits for none, nor does a measure, nor money that has moved;
"What happened stands, sums too"; a correction takes an entry and its updates out of counts and sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.play import Command, Play, begun, settled

RECEIVER, ASSESSOR, SENDER = "case_manager_receiving", "risk_assessor", "case_manager_sending"
LOCAL = "assistance_local"
# By register, from the page: the consent after the landing, and which states end.
RESTS_ON: Mapping[str, str | None] = {
    "plan_item": LOCAL,
    "service": LOCAL,
    "budget": LOCAL,
    "payment": LOCAL,
    "work": LOCAL,
    "measure": None,
}
ENDS = {"dropped", "not_possible", "ended", "called_off", "used_up", "lapsed", "stopped", "not_needed"}
MOVED = {("payment", "paid")}
WHO = {"measure": ASSESSOR}
ENTERS: Mapping[str, Command] = {
    "plan_item": {"area": "training", "aim": "(invented) to sew"},
    "service": {"service": "goods", "what": "(invented) a machine"},
    "budget": {"funder": "be_fedasil", "for": ["business"], "granted": "900.00 EUR", "form": "in_kind"},
    "work": {"work": "farm", "what": "(invented) cassava"},
    "measure": {"against": "housing", "about": "person", "what": "(invented) a lock", "owner": "receiving_side", "done_by": "2027-06-01"},
}  # fmt: skip
STATES: Mapping[str, tuple[str, ...]] = {
    "plan_item": ("open", "under_way", "not_possible"), "service": ("thought_of", "running", "ended"), "budget": ("asked", "granted", "lapsed"),
    "payment": ("promised", "paid"), "work": ("planned", "running", "stopped"), "measure": ("planned", "not_possible", "not_needed"),
}  # fmt: skip
SAYS: Mapping[tuple[str, str], Command] = {
    ("plan_item", "not_possible"): {"why": "(invented) a reason"},
    ("service", "ended"): {"ended_how": "finished"},
}


@dataclass
class Oracle:
    """What the page says stands: the consent, the entries with their states, and what was paid of each budget."""

    agreed: bool = True  # as the case begins
    states: dict[str, str] = field(default_factory=dict)
    paid: dict[str, tuple[str, Decimal]] = field(default_factory=dict)  # by payment, of which budget and how much

    def may(self, register: str, state: str, *, is_new: bool) -> bool:
        free = RESTS_ON[register] is None or (register, state) in MOVED or (state in ENDS and not is_new)
        return free or self.agreed

    def is_gone(self, ref: str) -> bool:
        register, state = ref.rpartition("-")[0], self.states[ref]
        goes_on = state not in ENDS and (register, state) not in MOVED  # money that has moved is what happened
        return RESTS_ON[register] is not None and not self.agreed and goes_on


class Walk:
    """One case in which entries, updates, corrections, a no and a yes come in any order."""

    def __init__(self, play: Play, seed: int) -> None:
        self.play, self.dice, self.oracle, self.seqs = play, Random(seed), Oracle(), dict[str, int]()

    def tries(self, act: Command, register: str, *, allowed: bool) -> bool:
        answer = self.play._do(WHO.get(register, RECEIVER), act)
        assert answer.done is allowed, (act, self.oracle, answer.text)
        if not allowed:
            assert ("CONSENT", LOCAL) in answer.reasons, answer.reasons
        return answer.done

    def step(self) -> None:
        self.play.wait(hours=self.dice.choice((1, 5, 30)))
        self.dice.choice((self.enters, self.enters, self.goes_on, self.goes_on, self.is_an_error, self.answers))()

    def answers(self) -> None:
        if self.oracle.agreed:
            self.play.given(RECEIVER, {"do": "withdraw", "purpose": LOCAL, "channel": "visit", "by": "person"})
        else:
            self.play.given(RECEIVER, {"do": "consent", "purpose": LOCAL, "language": "en"})
        self.oracle.agreed = not self.oracle.agreed

    def enters(self) -> None:
        budgets = [ref for ref in self.oracle.states if ref.startswith("budget")]
        register = self.dice.choice([*ENTERS, *(["payment"] * 3 if budgets else [])])
        state, said = self.dice.choice(STATES[register]), dict(ENTERS.get(register, {}))
        amount = Decimal(self.dice.randrange(1, 9000)) / 100
        if register == "payment":
            said = {
                "budget": self.dice.choice(budgets),
                "direction": "out",
                "amount": f"{amount} EUR",
                "payee": "(invented) a shop",
            }
        act = {"do": "enter", "register": register, "status": state, **said, **SAYS.get((register, state), {})}
        if self.tries(act, register, allowed=self.oracle.may(register, state, is_new=True)):
            ref = [*self.play._recorded.entries][-1]
            self.oracle.states[ref], self.seqs[ref] = state, self.play._recorded.version
            if register == "payment":
                self.oracle.paid[ref] = said["budget"], amount

    def goes_on(self) -> None:
        if not self.oracle.states:
            return
        ref = self.dice.choice([*self.oracle.states])
        register = ref.rpartition("-")[0]
        state = self.dice.choice(STATES[register])
        act = {"do": "update", "ref": ref, "status": state, **SAYS.get((register, state), {})}
        if self.tries(act, register, allowed=self.oracle.may(register, state, is_new=False)):
            self.oracle.states[ref] = state

    def is_an_error(self) -> None:
        free = [ref for ref in self.oracle.states if ref not in {budget for budget, _ in self.oracle.paid.values()}]
        if not free or self.dice.random() < 0.6:
            return
        ref = self.dice.choice(free)
        who = WHO.get(ref.rpartition("-")[0], RECEIVER)
        if self.play._do(who, {"do": "correct", "seq": self.seqs[ref], "why": "(invented) of another case"}).done:
            assert ref not in self.play._recorded.entries
            del self.oracle.states[ref]
            self.oracle.paid.pop(ref, None)

    def holds(self) -> None:
        """Compare what is shown with what the page says stands."""
        for who, theirs in (
            (RECEIVER, lambda register: register != "measure"),
            (ASSESSOR, lambda register: register == "measure"),
        ):
            view = self.play.engine.case(self.play.case, as_=self.play.actor(who))
            shown = {one["ref"]: one for one in view.entries if theirs(one["register"])}
            assert {ref: one["status"] for ref, one in shown.items()} == {
                ref: state for ref, state in self.oracle.states.items() if theirs(ref.rpartition("-")[0])
            }
            ended = {ref for ref, one in shown.items() if one["ended"]}
            assert ended == {ref for ref in shown if self.oracle.states[ref] in ENDS}
            if who == RECEIVER:
                gone = {ref for ref, one in shown.items() if LOCAL in one["consents_gone"] and ref not in ended}
                assert gone == {ref for ref in shown if self.oracle.is_gone(ref)}
                for one in view.sums:
                    of = [(ref, amount) for ref, (budget, amount) in self.oracle.paid.items() if budget == one["entry"]]
                    paid = sum((amount for ref, amount in of if self.oracle.states[ref] == "paid"), Decimal())
                    assert Decimal(one["paid"]) == paid


@pytest.mark.parametrize("seed", range(6))
def test_entries_and_withdrawals_in_any_order_stand_as_the_page_says(packs: Packs, seed: int) -> None:
    with begun(settled, packs) as play:
        walk = Walk(play, seed)
        for number in range(60):
            walk.step()
            if number % 6 == 0:
                walk.holds()
        walk.holds()
        assert play.engine.verify().problems == ()
