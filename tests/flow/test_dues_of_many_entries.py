"""Of many entries only those that have changed are asked anew what is due of them, and what comes out is what all of them would say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from wayhome.flow import entries
from wayhome.flow.dependencies import EntriesMemo
from wayhome.flow.due import rederive_dues
from wayhome.model.case import EntryRecord
from wayhome.packs.plugins import Packs

from tests.attacks.play import RECEIVER, Command, Play, begun, settled

BUDGET: Command = {
    "do": "enter", "register": "budget", "funder": "be_fedasil", "for": ["housing"], "status": "granted", "granted": "900 EUR", "form": "cash",
}  # fmt: skip
SPENT = {"budget": "budget-1", "direction": "out", "amount": "5 EUR", "payee": "(invented) a shop", "status": "paid"}
PAYMENT: Command = {"do": "enter", "register": "payment", **SPENT}
NO_HELP: Command = {"do": "withdraw", "purpose": "assistance_local"}


@pytest.fixture
def case(packs: Packs) -> Iterator[Play]:
    with begun(settled, packs) as play:
        play.given(RECEIVER, BUDGET, PAYMENT, PAYMENT)
        yield play


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The entries of which it is asked when something is due of them."""
    found: list[str] = []
    when = entries._when

    def heard(case: Any, entry: EntryRecord, *said: Any) -> datetime | None:
        found.append(entry.ref)
        return when(case, entry, *said)

    monkeypatch.setattr(entries, "_when", heard)
    return found


def test_what_is_written_of_one_asks_nothing_of_the_others(case: Play, asked: list[str]) -> None:
    for act, those in (
        (PAYMENT, {"payment-3"}),
        ({"do": "update", "ref": "payment-1", "took": "5 EUR", "took_by": "office_record"}, {"payment-1"}),
        ({"do": "note", "text": "(invented) seen"}, set[str]()),
    ):
        asked.clear()
        case.given(RECEIVER, act)
        assert {*asked} == those, act
    assert case.engine.verify().ok


def test_what_all_rest_on_asks_all_anew(case: Play, asked: list[str]) -> None:
    case.given(RECEIVER, PAYMENT)
    asked.clear()
    case.given(RECEIVER, NO_HELP)

    assert {"payment-1", "payment-2", "payment-3"} <= {*asked}
    assert case.engine.verify().ok


def test_what_a_command_derived_that_was_rolled_back_is_used_by_no_other(case: Play) -> None:
    """After the no, what is due of a payment is another thing; it was not kept, and then something else is written."""
    process, before = case.engine._recorded(case.case)
    memo = EntriesMemo()
    first = rederive_dues(process, before, entries=memo)
    case.given(RECEIVER, NO_HELP)
    not_kept = case.engine._recorded(case.case)[1]
    assert rederive_dues(process, not_kept, before, first[1], first[0], memo) != first

    later = before.but({"entries": {**before.entries, "payment-2": before.entries["payment-1"]}})
    assert rederive_dues(process, later, before, first[1], first[0], memo) == rederive_dues(process, later)
