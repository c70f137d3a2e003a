"""Who enters what, says how it went on, and takes it back: a provider what is their own, and nobody what another is to say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs

from tests.attacks.play import LEADER, RECEIVER, Command, Play, begun, settled

PROVIDER = Actor("invented_trainer", "ng_idia", {"service_provider"})
SHARED: Command = {
    "do": "consent",
    "purpose": "share_partner",
    "recipient": "ng_idia",
    "groups": ["identity", "plan"],
    "language": "en",
    "version": "1",
    "form": "written",
}


def service(**said: str) -> Command:
    return {"do": "enter", "register": "service", "service": "training", "what": "(invented) sewing", **said}


SENDER, ASSESSOR = "case_manager_sending", "risk_assessor"
ENTERED: dict[str, Command] = {
    "plan_item": {"do": "enter", "register": "plan_item", "area": "training", "aim": "(invented) to sew"},
    "service": service(),
    "conference": {"do": "enter", "register": "conference", "who": ["her"], "about": ["housing"]},
}


def update(ref: str, **said: str) -> Command:
    return {"do": "update", "ref": ref, **said}


@pytest.fixture
def home(packs: Packs) -> Iterator[Play]:
    """A case in the follow-up, in which Idia gives a service."""
    with begun(settled, packs) as play:
        play.given(RECEIVER, SHARED, {"do": "assign", "role": "service_provider", "partner": "ng_idia"})
        yield play


def entered(play: Play, who: str | Actor, act: Command) -> int:
    play.given(who, act)
    return int(play.engine.history(play.case, as_=play.actor(RECEIVER))[-1].seq)


def test_a_provider_takes_back_what_is_their_own_and_nothing_of_another(home: Play) -> None:
    own = entered(home, RECEIVER, service(provider="ng_idia", status="running"))
    others = entered(home, RECEIVER, service(provider="ng_cosudow", status="running"))
    nobodys = entered(home, RECEIVER, service(status="thought_of"))

    for seq, done in ((others, False), (nobodys, False), (own, True)):
        assert home.tried(PROVIDER, {"do": "correct", "seq": seq, "why": "(invented) an error"}).done == done


def test_a_provider_neither_takes_a_service_nor_gives_their_own_to_another(home: Play) -> None:
    home.given(
        RECEIVER, service(provider="ng_idia", status="running"), service(provider="ng_cosudow", status="running")
    )

    assert home.faults(PROVIDER, update("service-2", provider="ng_idia")) == {("ref", "unknown")}
    assert home.tried(PROVIDER, update("service-1", provider="ng_cosudow")).kind == "not_permitted"
    home.given(PROVIDER, update("service-1", content="good"))


@pytest.mark.parametrize("status", ["sent", "accepted"])
def test_who_is_named_instead_of_another_is_told_of_her_as_the_first_was(home: Play, status: str) -> None:
    home.given(RECEIVER, service(provider="ng_idia", status=status))
    another = update("service-1", provider="ng_cosudow")

    assert home.tried(RECEIVER, another).reasons == {("CONSENT", "share_partner")}
    home.given(RECEIVER, {**SHARED, "recipient": "ng_cosudow"}, another, update("service-1", content="good"))


def test_what_a_state_leaves_to_somebody_is_no_word_of_hers(home: Play) -> None:
    """That a payment cannot be proved is for whoever leads the programme to say."""
    home.given(
        RECEIVER,
        {
            "do": "enter",
            "register": "budget",
            "funder": "ng_idia",
            "for": ["business"],
            "status": "granted",
            "granted": "100 EUR",
            "form": "cash",
        },
        {
            "do": "enter",
            "register": "payment",
            "budget": "budget-1",
            "direction": "out",
            "amount": "5 EUR",
            "payee": "(invented) a shop",
            "status": "paid",
        },
    )
    unproved = update("payment-1", status="unproved", why="(invented) the paper got wet")

    assert home.tried(RECEIVER, {**unproved, "by": "person", "heard_by": "visit"}).kind == "not_permitted"
    home.given(Actor("invented_leader", home.actor(RECEIVER).organisation, {LEADER}), unproved)


def test_after_a_no_nothing_is_entered_as_if_it_had_ended_and_what_was_so_before_is(home: Play) -> None:
    home.wait(days=5)
    home.given(RECEIVER, {"do": "withdraw", "purpose": "assistance_local", "channel": "visit", "by": "person"})
    ended = {**service(status="ended"), "ended_how": "finished"}

    assert home.tried(RECEIVER, ended).reasons == {("CONSENT", "assistance_local")}
    home.given(RECEIVER, {**ended, "at": "2026-05-16"})


@pytest.mark.parametrize("register", ["plan_item", "service", "conference"])
def test_after_the_hand_over_who_receives_writes_and_who_sent_reads(packs: Packs, register: str) -> None:
    """registers, "Who": after hand-over CR writes and CS reads, save what lives in the host country."""
    act = ENTERED[register]
    with begun(settled, packs) as play:
        assert play._recorded.leads != play._recorded.organisation
        assert not play.tried(SENDER, act).done
        play.given(RECEIVER, act)
        of_the_host = {"do": "enter", "register": "budget", "funder": "be_fedasil", "for": ["housing"]}
        play.given(SENDER, of_the_host)


def test_that_she_left_is_hers_to_say(packs: Packs) -> None:
    with begun(settled, packs) as play:
        play.given(RECEIVER, {**ENTERED["service"], "status": "running"})
        left = {"do": "update", "ref": "service-1", "status": "ended", "ended_how": "left_by_her"}

        assert play.faults(RECEIVER, left) == {("by", "missing")}
        play.given(RECEIVER, {**left, "by": "person"})  # and no reason is asked for


@pytest.mark.parametrize(("against", "alone"), [("condition", False), ("housing", True)])
def test_a_condition_of_the_return_is_seen_by_another_than_who_set_it(packs: Packs, against: str, alone: bool) -> None:
    planned = {"do": "enter", "register": "measure", "against": against, "about": "person", "what": "(invented) a lock",
               "owner": "receiving_side", "done_by": "2027-01-01"}  # fmt: skip
    done = {"do": "update", "ref": "measure-1", "status": "done", "how_seen": "(invented) I turned it"}
    with begun(settled, packs) as play:
        play.given(ASSESSOR, planned)
        assert play.tried(ASSESSOR, done).done is alone
        if not alone:
            assert ("ROLE", "measure") in play.tried(ASSESSOR, done).reasons
            play.given(RECEIVER, done)
