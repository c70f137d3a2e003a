"""What an entry of a register waits for: the consent on which it rests, and that somebody else saw what one alone wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.commands import Enter
from wayhome.model.case import EntryPart, EntryRecord
from wayhome.rules.registers import of_entry
from wayhome.testing import Ready

from tests.rules.cases import ANNA, DAY, asked, proposed, told, unmet


def entered(ready: Ready, register: str, *states: str | None, by: str = "anna", **values: Any) -> Ready:
    """The same with an entry that went through these states, each written down by the same account."""
    parts = tuple(
        EntryPart(ready.at - (9 - n) * DAY, 9_000 + n, state, values if n == 0 else {}, by)
        for n, state in enumerate(states)
    )
    return ready.but(entries={f"{register}-1": EntryRecord(f"{register}-1", register, "", parts)})


def alone(register: str, was: str, now: str) -> tuple[str, str, str, str]:
    fact = f"whoever entered '{was}' does not say that it is '{now}'"
    return ("ROLE", register, fact, "let somebody else see it, and write it down")


@pytest.mark.parametrize(
    ("status", "by", "found"),
    [
        ("proved", "anna", [alone("payment", "paid", "proved")]),
        ("proved", "somebody", []),
        ("unproved", "anna", []),  # that it is not is said by anybody
        (None, "anna", []),  # what is known of it now: no new state
    ],
)
def test_whoever_paid_does_not_say_that_it_is_proved(ready, status, by, found):
    paid = entered(ready, "payment", "promised", "paid", by=by)

    assert told(paid, "update", ref="payment-1", status=status) == found
    assert told(paid, "update", ref="payment-1", status=status, actor=None) == []
    assert told(entered(ready, "payment", "promised", by="anna"), "update", ref="payment-1", status="proved") == []


@pytest.mark.parametrize(
    ("against", "status", "found"),
    [
        ("condition", "done", [alone("measure", "planned", "done")]),
        ("condition", "not_needed", [alone("measure", "planned", "not needed any more")]),
        ("danger", "done", []),
    ],
)
def test_only_a_measure_of_a_condition_is_seen_by_another(ready, against, status, found):
    planned = entered(ready, "measure", "planned", against=against)

    assert told(planned, "update", ref="measure-1", status=status) == found


@pytest.mark.parametrize(
    ("titles", "was", "now"),
    [
        ({"paid": "handed over", "proved": "seen on paper"}, "handed over", "seen on paper"),
        ({}, "paid", "proved"),  # a pack that calls them nothing
    ],
)
def test_whoever_paid_reads_what_the_states_are_called(ready, titles, was, now):
    registers = ready.process.labels["registers"]
    called = {**registers, "payment": {**registers["payment"], "states": titles}}
    process = replace(ready.process, labels={**ready.process.labels, "registers": called})
    paid = entered(replace(ready, process=process), "payment", "promised", "paid")

    assert told(paid, "update", ref="payment-1", status="proved") == [alone("payment", was, now)]


def test_what_is_entered_in_a_state_that_does_not_exist_is_told_by_who_reads_it(ready):
    (fine,) = asked(ready.without_consent("assistance"), "enter", register="budget", status="invented_state")

    assert (fine.rule, fine.subject, fine.met) == ("STEP", "budget", True)


def test_what_happened_may_always_be_written_down(ready):
    found = asked(entered(ready, "payment", "promised"), "update", ref="payment-1", status="paid")

    assert [(one.rule, one.subject, one.met) for one in found] == [("STEP", "payment", True)]
    assert asked(ready, "update", ref="payment-1", status="paid") == [], "nobody has entered it"
    assert asked(ready, "enter", register="an_invented_register") == []


# --- the consent on which it rests --------------------------------------------------------------------------------------


def test_what_rests_on_a_consent_is_entered_under_it_and_ends_without_it(ready):
    gone = ready.without_consent("assistance")
    found = unmet(gone, "enter", register="budget")

    assert [(one.rule, one.subject, one.todo) for one in found] == [("CONSENT", "assistance", "ask the person first")]
    assert [proposed(one)["do"] for one in found] == ["consent"]
    assert told(ready, "enter", register="budget") == []
    ends = next(id for id, state in ready.process.registers["budget"].states.items() if state.ends)
    asked_for = entered(gone, "budget", "asked")
    assert told(asked_for, "update", ref="budget-1", status=ends) == []
    assert [one.rule for one in unmet(asked_for, "update", ref="budget-1")] == ["CONSENT"]


def test_for_an_entry_without_its_consent_the_person_is_asked_for_that_one(ready):
    gone, entry = ready.without_consent("assistance"), Enter(ready.case.number, register="budget")
    now = CaseNow(gone.process, gone.case, gone.at, actor=ANNA, command=entry)

    (found,) = [one.finding for one in of_entry(now, entry) if not one.finding.met]

    assert (found.subject, found.do) == ("assistance", {"do": "consent", "purpose": "assistance"})


def test_what_rests_on_a_consent_to_which_they_said_no_says_so(ready):
    (found,) = unmet(ready.with_consent("assistance", state="refused"), "enter", register="budget")

    assert (found.rule, found.subject) == ("CONSENT", "assistance")
    assert "rests on a consent to which the person has said no" in found.fact


def test_of_a_return_that_is_taken_over_it_is_told_as_it_was(ready):
    gone = ready.without_consent("assistance").but(adopted_at=ready.at)

    assert told(gone, "enter", register="budget", at=ready.at - DAY) == []


@pytest.mark.parametrize(
    ("state", "status", "fields", "is_asked"),
    [
        ("sent", None, {"provider": "ng_cosudow"}, True),  # another is named: they are told now
        ("sent", None, {"what": "invented words"}, False),
        ("sent", "accepted", {}, True),  # of whom it was sent to
        ("sent", "accepted", {"provider": "ng_bakhita"}, True),
    ],
)
def test_who_is_told_of_the_person_by_an_entry_is_told_under_a_consent(ready, state, status, fields, is_asked):
    sent = entered(ready.without_consent("share_partner"), "service", state, provider="ng_bakhita")
    found = unmet(sent, "update", ref="service-1", status=status, fields=fields)

    about = [one for one in found if one.subject == "share_partner"]
    assert [(one.rule, one.todo) for one in about] == [("CONSENT", "ask the person first")] * is_asked
    party = fields.get("provider", "ng_bakhita")
    assert [proposed(one)["recipient"] for one in about] == [party] * is_asked
