"""Whom a pack's step names with `trust`: INV-19 where it is named, at the gate, and before the arrival is over."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.commands import Complete, Move
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.rules.contacts import trust_in
from wayhome.rules.safeguard import moments
from wayhome.testing.builders import Ready

from tests.rules.cases import declared, vetted

VET = "let somebody vet them for this, who did not bring them into the case"
PICK_UP, SHELTER = "'Tell who meets the person the flight'", "'Move into the first shelter'"


@pytest.fixture
def ready(ready: Ready) -> Ready:
    """A case of a country whose step names, beside what it asks, somebody whom the person is entrusted to."""
    step = ready.process.steps["ng_airport_pickup"]
    picked_up_by = FieldSpec(type="party", group="travel", trust="meet")
    return declared(ready, step.id, fields={**step.fields, "picked_up_by": picked_up_by})


def names(ready: Ready, step: str, **values: Any) -> Complete:
    return Complete(ready.case.number, step=step, fields=values)


def settle(ready: Ready) -> Move:
    return Move(ready.case.number, to="settle")


@pytest.mark.parametrize(
    ("party", "why"),
    [
        ("ng_bakhita", None),
        ("ng_naptip", "this partner does not do that"),
        ("relative-1", "nobody has vetted them"),
        (None, None),  # that it is missing is said elsewhere
    ],
)
def test_who_picks_up_is_trusted_with_it_when_they_are_named_and_at_the_gate(ready, party, why):
    ready = ready.with_person("relative-1", "relative")
    done = ready.with_step("ng_airport_pickup", values={"picked_up_by": party})
    vet = {"do": "complete", "step": "party_vetting", "of": "relative-1", "for": ("meet",)}
    helps = vet if party == "relative-1" else None

    found = ready.ask("INV-19", names(ready, "ng_airport_pickup", picked_up_by=party))
    at_the_gate = done.ask("INV-19")

    for one in (found, at_the_gate):
        assert one.met == (why is None)
        if why:
            fact = f"{PICK_UP} names somebody who cannot be trusted: {why}"
            todo = VET if helps else "name somebody else"
            assert (one.subject, one.fact, one.todo) == ("ng_airport_pickup", fact, todo)
    if why:
        assert (dict(found.remedy.do) if found.remedy else None) == helps
        again = {"do": "redo", "step": "ng_airport_pickup"}
        assert dict(at_the_gate.remedy.do) == (helps or again)
        assert helps or at_the_gate.remedy.from_ == ready.at


def test_what_is_not_done_names_nobody(ready):
    begun = ready.with_step("ng_airport_pickup", state="in_progress", values={"picked_up_by": "ng_naptip"})

    assert begun.ask("INV-19").met
    assert ready.without_step("ng_airport_pickup").ask("INV-19").met
    assert ready.ask("INV-19", names(ready, "ng_transit_shelter", shelter="ng_naptip")).met  # where they are, they are


def test_who_takes_them_on_the_way_is_asked_as_before_the_journey(ready):
    ready = declared(ready, "ng_airport_pickup", phase="travel")

    assert not ready.ask("INV-19", names(ready, "ng_airport_pickup", picked_up_by="ng_naptip")).met
    named = ready.with_step("ng_airport_pickup", values={"picked_up_by": "ng_naptip"})
    assert not named.ask("INV-19").met
    assert named.ask("INV-19", settle(named)).met


def test_a_suspected_uncle_picks_up_nobody_though_he_was_vetted(ready):
    uncle = vetted(ready.with_person("relative-1", "relative"), "relative-1", "meet")
    assert uncle.ask("INV-19", names(uncle, "ng_airport_pickup", picked_up_by="relative-1")).met

    suspect = uncle.with_person("relative-1", "relative", suspected=True)
    found = suspect.ask("INV-19", names(suspect, "ng_airport_pickup", picked_up_by="relative-1"))
    assert found.fact == f"{PICK_UP} names somebody who cannot be trusted: they are under suspicion"


@pytest.mark.parametrize(("shelter", "met"), [("ng_bakhita", True), ("ng_fnph_uselu", False)])
def test_where_they_live_is_trusted_before_the_arrival_is_over(ready, shelter, met):
    there = ready.but(phase="arrival").with_step("ng_transit_shelter", values={"shelter": shelter})

    found = there.ask("INV-19", settle(there))

    assert found.met is met
    if not met:
        fact = f"{SHELTER} names somebody who cannot be trusted: this partner does not do that"
        assert (found.subject, found.fact) == ("ng_transit_shelter", fact)
        assert dict(found.remedy.do) == {"do": "redo", "step": "ng_transit_shelter"}


def test_who_picked_up_is_not_asked_once_they_are_there(ready):
    picked = ready.but(phase="arrival").with_step("ng_airport_pickup", values={"picked_up_by": "ng_naptip"})

    assert picked.ask("INV-19", settle(picked)).met
    assert ready.with_step("ng_transit_shelter", values={"shelter": "ng_fnph_uselu"}).ask("INV-19").met


def test_the_rule_is_asked_where_a_step_names_somebody_and_nowhere_else(ready):
    def asked_at(step: str) -> frozenset[str]:
        return moments(CaseNow(ready.process, ready.case, ready.at, command=names(ready, step)))

    assert "entrust" in asked_at("ng_airport_pickup")
    assert "entrust" in asked_at("safety_plan")
    assert "entrust" not in asked_at("rights_information")
    assert ready.ask("INV-19", names(ready, "safety_plan", picked_up_by="ng_naptip")).met  # no field of that step


def test_a_role_that_is_not_near_the_person_asks_for_no_trust():
    assert (trust_in("case_owner"), trust_in("witness"), trust_in("escort")) == (None, None, "escort")
