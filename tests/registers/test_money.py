"""Money: five sums of each budget that add up, in amounts that can be paid. Nothing is converted, and what nobody wrote down is in no sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

import pytest
from wayhome import Actor
from wayhome.case_now.money import sums_of
from wayhome.flow.apply import apply
from wayhome.model.case import Case
from wayhome.model.event import Event
from wayhome.packs.plugins import Packs

from tests.attacks.play import Command, Play, begun, settled

RECEIVER, SENDER, LEADER = "case_manager_receiving", "case_manager_sending", "programme_manager"
BUDGET = {
    "do": "enter", "register": "budget", "funder": "be_fedasil", "for": ["business", "housing"], "status": "granted", "granted": "900.00 EUR",
    "form": "in_kind", "use_until": "2027-06-09",
}  # fmt: skip


def paid(amount: str, **more: Any) -> Command:
    said = {
        "budget": "budget-1",
        "direction": "out",
        "amount": amount,
        "payee": "(invented) a landlord",
        "status": "paid",
    }
    return {"do": "enter", "register": "payment", **said, **more}


@pytest.fixture
def funded(packs: Packs) -> Iterator[Play]:
    """A case in the follow-up with a budget of 900 euros."""
    with begun(settled, packs) as play:
        play.given(RECEIVER, BUDGET)
        yield play


def sums(play: Play, who: str | Actor = RECEIVER) -> dict[str, Any]:
    (found,) = play.engine.case(play.case, as_=play.actor(who)).sums
    return {name: value for name, value in found.items() if name not in ("entry", "currency")}


def test_five_sums_say_what_became_of_a_budget(funded: Play) -> None:
    funded.given(
        RECEIVER,
        paid("150 EUR"),
        paid("400 EUR"),
        paid("30 EUR", direction="back"),
        paid("70.50 EUR", status="promised"),
        paid("12 EUR", status="called_off"),
    )
    funded.given(
        funded.another(RECEIVER),
        {
            "do": "update",
            "ref": "payment-2",
            "status": "proved",
            "proof": "receipt",
            "proof_where": "(invented) folder 9",
            "seen_by": LEADER,
        },
    )

    assert sums(funded) == {
        "granted": "900.00", "promised": "70.50", "paid": "550.00", "proved": "400.00", "given_back": "30.00", "left": "380.00", "not_settled": 0,
    }  # fmt: skip


def test_a_payment_in_another_currency_counts_what_was_taken_for_it_and_until_then_is_not_settled(funded: Play) -> None:
    funded.given(RECEIVER, paid("185000 NGN"), paid("100 EUR"))
    assert (sums(funded)["left"], sums(funded)["not_settled"]) == ("800.00", 1)

    funded.given(RECEIVER, {"do": "update", "ref": "payment-1", "took": "104.52 EUR", "took_by": "bank_statement"})
    assert (sums(funded)["left"], sums(funded)["not_settled"]) == ("695.48", 0)


def test_of_a_payment_in_the_currency_of_its_budget_the_amount_counts(funded: Play) -> None:
    funded.given(RECEIVER, paid("100 EUR", took="1 EUR"))

    assert sums(funded)["paid"] == "100.00"


@pytest.mark.parametrize(
    ("status", "left"),
    [("asked", None), ("refused", None), ("granted", "900.00"), ("used_up", "900.00"), ("lapsed", "900.00")],
)
def test_a_sum_that_is_asked_for_or_was_refused_is_no_money(packs: Packs, status: str, left: str | None) -> None:
    with begun(settled, packs) as play:
        play.given(RECEIVER, {**BUDGET, "status": status})

        assert (sums(play)["granted"], sums(play)["left"]) == (left, left)


def test_more_than_was_granted_is_written_down_and_shown(funded: Play) -> None:
    """What happened is never refused because it is sad."""
    funded.given(RECEIVER, paid("1000 EUR"))

    assert sums(funded)["left"] == "-100.00"


def test_after_a_no_money_that_moved_is_written_down_and_nothing_new_is_promised(funded: Play) -> None:
    """registers: "What happened stands, sums too." A transfer that was on its way arrives; the landlord gives back what was too much."""
    funded.given(RECEIVER, paid("150 EUR", status="promised"))
    funded.wait(days=1)
    funded.given(RECEIVER, {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"})
    assert funded.tried(RECEIVER, paid("10 EUR", status="promised")).reasons == {("CONSENT", "assistance_local")}

    funded.given(RECEIVER, {"do": "update", "ref": "payment-1", "status": "paid"}, paid("30 EUR", direction="back"))

    assert sums(funded)["left"] == "780.00"
    shown = funded.engine.case(funded.case, as_=funded.actor(RECEIVER)).entries
    assert [one["consents_gone"] for one in shown if one["register"] == "payment"] == [(), ()]


def test_who_has_paid_does_not_say_that_it_is_proved(funded: Play) -> None:
    funded.given(RECEIVER, paid("150 EUR"))
    proved = {
        "do": "update",
        "ref": "payment-1",
        "status": "proved",
        "proof": "her_signature",
        "proof_where": "(invented) folder 9",
        "seen_by": LEADER,
    }

    assert funded.told("ROLE", proved, RECEIVER) == [
        ("whoever entered 'paid' does not say that it is 'proved'", "let somebody else see it, and write it down")
    ]
    funded.given(funded.another(RECEIVER), proved)


@pytest.mark.parametrize(
    ("amount", "what"),
    [
        ("0 EUR", "'amount' is more than nothing."),
        ("-5 EUR", "'amount' is more than nothing."),
        ("1.505 EUR", "'amount' is written finer than EUR is paid."),
        ("1.500 EUR", "'amount' is written finer than EUR is paid."),  # fifteen hundred, as many write it
        ("5.000 XOF", "'amount' is written finer than XOF is paid."),
        ("1e3 EUR", "'amount' is a number."),
        ("1_000 EUR", "'amount' is a number."),
        ("\uff15 EUR", "'amount' is a number."),
        ("150 EUR per month", "'amount' is an amount with its currency."),
        ("150", "'amount' is an amount with its currency."),
        ("5000.5 XOF", "'amount' is written finer than XOF is paid."),
        ("5 EUX", "'amount' is in a currency that there is not: EUX."),
        ("5 SLL", "Nobody paid in SLL on that day."),
        ("5 euros", "'amount' is an amount with its currency."),
    ],
)
def test_an_amount_is_one_that_can_be_paid(funded: Play, amount: str, what: str) -> None:
    assert what in funded.tried(RECEIVER, paid(amount), may_be_bad_input=True).text


@pytest.mark.parametrize("amount", ["5 SLE", "5000 XOF", "0.01 EUR", "1.505 TND"])
def test_such_amounts_can_be_paid(funded: Play, amount: str) -> None:
    funded.given(RECEIVER, paid(amount))


def test_who_leads_the_programme_reads_the_sums_and_what_was_paid(funded: Play) -> None:
    funded.given(RECEIVER, paid("150 EUR"))
    leader = Actor("invented_leader", funded.actor(RECEIVER).organisation, {LEADER})

    assert sums(funded, leader)["paid"] == "150.00"
    doctor = funded.engine.case(funded.case, as_=funded.actor("medical_officer"))
    assert (doctor.sums, [one["ref"] for one in doctor.entries]) == ((), [])


# --- against an independent count -----------------------------------------------------------------------------------------


class Payment(NamedTuple):
    """A payment as the walk below has made it: amounts in hundredths, or in whole francs."""

    amount: int
    currency: str
    back: bool
    took: int | None
    states: tuple[str, ...]
    is_error: bool


HUNDREDTHS = {"EUR": 100, "NGN": 100, "SLE": 100, "XOF": 1}


def counted(granted: int, payments: list[Payment]) -> dict[str, int]:
    """Count in euro cents, as the domain page says it: left = granted − paid + given back; nothing is converted."""
    found = dict.fromkeys(("promised", "paid", "proved", "given_back", "not_settled"), 0)
    for one in payments:
        state = one.states[-1]
        if one.is_error or state == "called_off":
            continue
        cents = one.amount if one.currency == "EUR" else one.took
        if cents is None:
            found["not_settled"] += 1
        elif one.back:
            found["given_back"] += cents if state != "promised" else 0
        elif state == "promised":
            found["promised"] += cents
        else:
            found["paid"] += cents
            found["proved"] += cents if state == "proved" else 0
    return {**found, "left": granted - found["paid"] + found["given_back"]}


def money(amount: int, currency: str) -> dict[str, str]:
    whole, rest = divmod(amount, HUNDREDTHS[currency])
    return {"amount": f"{whole}.{rest:02}" if HUNDREDTHS[currency] > 1 else str(whole), "currency": currency}


OPENED = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Book:
    """Writes events of payments into a case, some of them late and some in error."""

    def __init__(self, random: Random) -> None:
        self.random, self.seq, self.case = random, 0, None
        self.write(
            "opened",
            number="WH-00000-00000-0",
            host_country="BE",
            origin_country="NG",
            organisation="invented_house",
            facts={},
        )

    def write(self, type: str, late: int = 0, **data: Any) -> int:
        self.seq += 1
        at = OPENED + timedelta(hours=self.seq)
        event = Event(
            "WH-00000-00000-0",
            self.seq,
            type,
            1,
            at - timedelta(hours=late),
            at,
            "anna",
            "r",
            "invented_house",
            data,
            digest=f"d{self.seq}",
        )
        self.case: Case | None = apply(self.case, event)
        return self.seq

    def pays(self, number: int) -> Payment:
        random, ref = self.random, f"payment-{number}"
        currency = random.choice([*HUNDREDTHS])
        amount, back = random.randint(1, 99_999_999), random.random() < 0.2
        took = random.randint(1, 9_999_999) if currency != "EUR" and random.random() < 0.6 else None
        values = {
            "budget": "budget-1",
            "direction": "back" if back else "out",
            "amount": money(amount, currency),
            "payee": True,
        }
        states = ["promised", "paid", random.choice(["proved", "unproved"])][: random.randint(1, 3)]
        if states == ["promised"] and random.random() < 0.3:
            states.append("called_off")
        entered = self.write("entry_made", register="payment", ref=ref, status=states[0], values=values)
        if took is not None:
            self.write("entry_updated", register="payment", ref=ref, values={"took": money(took, "EUR")})
        for state in states[1:]:
            self.write("entry_updated", register="payment", ref=ref, status=state)
        if len(states) > 1 and random.random() < 0.2:  # what was so before is told late
            self.write("entry_updated", late=1, register="payment", ref=ref, status=states[-1], values={"for": True})
        if random.random() < 0.1:  # a newer amount that was typed into the wrong payment, and is taken back
            wrong = self.write("entry_updated", register="payment", ref=ref, values={"amount": money(7, "EUR")})
            self.write("entry_corrected", entry=wrong, said={"entries": [ref]})
        is_error = random.random() < 0.1
        if is_error:
            self.write("entry_corrected", entry=entered, said={"entries": [ref]})
        return Payment(amount, currency, back, took, tuple(states), is_error)


@pytest.mark.parametrize("seed", range(20))
def test_the_sums_of_random_payments_are_those_of_an_independent_count(packs: Packs, seed: int) -> None:
    """2,000 payments in all, in four currencies, with what was given back, told late, and taken back."""
    book = Book(random := Random(seed))
    granted = random.randint(1, 99_999_999)
    book.write(
        "entry_made", register="budget", ref="budget-1", status="granted", values={"granted": money(granted, "EUR")}
    )
    payments = [book.pays(number) for number in range(1, 101)]
    assert book.case is not None

    (found,) = sums_of(packs.process("BE", "NG"), book.case)

    expected = counted(granted, payments)
    assert {name: getattr(found, name) for name in expected} == {
        name: one if name == "not_settled" else Decimal(one) / 100 for name, one in expected.items()
    }
