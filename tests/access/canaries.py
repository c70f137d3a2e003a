"""A case in which each data group holds words, numbers and days that stand nowhere else, and of which houses are, or were, on small grounds.

Each canary names its group in itself (`qzrisk3`), or stands in `BESIDE`. All people are invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from wayhome import Actor, WayhomeError

from tests.access.rights import READ, SUM
from tests.access.test_what_each_house_is_told import GROUPS, HOST, LEADS, ORIGIN, RECEIVES, matrix
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    LAWYER,
    LEADER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Play,
    at_home,
    prepared,
    ready_to_depart,
    settled,
    vetting,
)
from tests.deviations import on_the_way

WITHDREW, REPLACED, OVER = "ng_cosudow", "be_iom", "be_surya"  # who was in it, on three grounds
CLINIC, FIRM, SERVES, NAMED, FLIES = "invented_clinic", "invented_law_firm", "ng_pci", "ng_idia", "be_caritas"
THIRD, INSTEAD = "ng_wacol", "ng_iom"
YES = {
    "do": "consent", "answer": "given", "language": "en", "version": "1", "form": "written", "purpose": "share_partner",
}  # fmt: skip
OLD_KEY, KEY_OF_WHO_LEADS = "an-old-key", "a-key-of-who-leads"
CALLED = {
    "first_name": "Invented Qzfirstname2",
    "ticket_name": "INVENTED QZTICKETNAME2",
    "identity": "Invented Qzidentity2",
}
BORN = "1987"
# Numbers and days, which cannot name their group: in which groups each is read.
BESIDE: Mapping[str, tuple[str, ...]] = {
    BORN: ("ticket_name",), "2024-11-19": ("papers",), "1961-05-23": ("family",), "2029-08-21": ("consent",),
    "7319.42": ("money",), "6841.37": ("money",), "QZ4821": ("travel", "arrival"),
}  # fmt: skip
_GROUP_OF = {group.replace("_", ""): group for group in [*GROUPS, "read_log"]}
_CANARY = re.compile(rf"qz[a-z]+\d|(?<![0-9a-z])(?:{'|'.join(map(re.escape, BESIDE))})(?![0-9a-z])", re.IGNORECASE)


def canaries_in(text: str) -> dict[str, tuple[str, ...]]:
    """Give the canaries that stand in a text, each with the groups in which it is read."""
    found = (one.group() for one in _CANARY.finditer(text))
    return {word: BESIDE.get(word) or (_GROUP_OF[word.lower().strip("qz0123456789")],) for word in found}


def word(group: str, number: int) -> str:
    return f"qz{group.replace('_', '')}{number}"


class Entry(NamedTuple):
    """An entry that holds canaries: the groups of which one must be told, and how much, for that it stands there."""

    groups: tuple[str, ...]
    least: int = SUM


# --- who is in the case, and who was -----------------------------------------------------------------------------------


def houses_come_and_go(play: Play) -> None:
    """Let three houses be in the case no more, and some stay in it with little."""
    leads = play._recorded.leads
    lea, manager = Actor("lea", leads, {LEADER}), play.asking()
    play.engine.register_organisation(CLINIC, title="An invented clinic", country="BE", does=["care"])
    play.engine.register_organisation(FIRM, title="Invented lawyers", country="BE")
    for house, groups in ((WITHDREW, ["identity", "contact", "risk", "travel"]), (NAMED, ["identity"])):
        play.given(manager, {**YES, "recipient": house, "groups": groups})
    heard = {"do": "incident", "type": "told_somebody_unknown", "note": f"(invented) {word('case', 7)}", "key": OLD_KEY}
    play.given(Actor("amara", WITHDREW, {RECEIVER}), heard)
    play.given(lea, {"do": "assign", "role": "travel_officer", "partner": REPLACED})
    wrote = {"do": "note", "group": "travel", "text": f"(invented) {word('travel', 7)}", "key": OLD_KEY}
    play.given(Actor("tom", REPLACED, {TRAVEL}), wrote)
    play.given(lea, {"do": "assign", "role": "health_service", "organisation": CLINIC})
    play.given(lea, {"do": "assign", "role": "legal_counsellor", "organisation": FIRM})
    play.given(lea, {"do": "assign", "role": "service_provider", "partner": SERVES})
    escort = {"do": "involve", "relation": "escort", "works_for": FLIES, "name": f"Invented {word('parties', 2)}"}
    done = play.engine.do(play._read(escort), as_=manager)
    ref = next(row.data["ref"] for row in done.events if row.type == "person_involved")
    _written(play, Actor("rita", leads, {ASSESSOR}), vetting(ref, "escort"))
    _written(play, lea, {"do": "assign", "role": "escort", "ref": ref})  # before there is a journey nobody goes along
    opens = {"do": "open_up", "ground": "danger_to_life", "organisation": OVER, "groups": ["address", "health", "risk"]}
    until = (play.now + timedelta(hours=70)).isoformat()
    play.given(manager, {**opens, "why": f"(invented) {word('read_log', 2)}", "until": until})
    play.wait(hours=1)
    no = {"do": "withdraw", "purpose": "share_partner", "recipient": WITHDREW, "channel": "phone"}
    play.given(manager, no)
    play.given(lea, {"do": "assign", "role": "travel_officer", "partner": INSTEAD})


# --- what is written ----------------------------------------------------------------------------------------------------


def canaries(play: Play) -> None:
    """Write something of each group; what is not written in this phase is left out."""
    for who, act in _acts(play):
        _written(play, who, act)
    for group in GROUPS:
        note = {"do": "note", "group": group, "text": f"(invented) {word(group, 1)}", "key": KEY_OF_WHO_LEADS + group}
        any(_written(play, who, act) for who, act in _writers(play, note))


def _writers(play: Play, note: Mapping[str, Any]) -> Iterator[tuple[Actor, Mapping[str, Any]]]:
    """Name who could write a note: of who opened the case, or leads it, by letter; else a manager, as the person said it."""
    for house, roles in ((LEADS, HOST), (RECEIVES, ORIGIN)):
        for role in sorted(one for one in roles if matrix()[one].get(note["group"]) == "W"):
            yield Actor(f"invented_{role}", house, {role}), note
    for house, role in ((LEADS, MANAGER), (RECEIVES, RECEIVER)):
        yield Actor(f"invented_{role}", house, {role}), {**note, "by": "person"}


def _written(play: Play, who: str | Actor, act: Mapping[str, Any]) -> bool:
    try:
        play.engine.do(play._read(act), as_=play.actor(who))
    except WayhomeError:
        return False
    return True


def _acts(play: Play) -> Iterator[tuple[str | Actor, Mapping[str, Any]]]:
    leads = play._recorded.leads
    manager, lea = play.asking(), Actor("lea", leads, {LEADER})
    facts = {
        "chosen_name": CALLED["first_name"], "name_on_ticket": CALLED["ticket_name"], "born_on": f"{BORN}-07-13", "other_names": CALLED["identity"],
        "reached_by": f"(invented) {word('phone', 2)}", "code_word": f"invented {word('code_word', 2)}", "family_may_know": f"(invented) {word('family', 2)}",
    }  # fmt: skip
    for id, value in facts.items():
        yield manager, {"do": "record", "by": "person", "facts": {id: value}}
    relative = {
        "name": f"Invented {word('family', 3)}",
        "contact": f"(invented) {word('family', 4)}",
        "born_on": "1961-05-23",
    }
    yield manager, {"do": "involve", "relation": "relative", "by": "person", **relative}
    yield manager, {"do": "involve", "relation": "interpreter", "name": f"Invented {word('parties', 3)}"}
    for who, kind, group in (
        (manager, "ng_passport", "papers"),
        (DOCTOR, "icvp_yellow_fever", "health"),
        (manager, "ng_nin", "identity"),
    ):
        said = {"number": word(group, 3), "issuer": f"(invented) {word(group, 4)}"}
        days = {"issued_on": "2024-11-19"} if group == "papers" else {}
        yield who, {"do": "document", "kind": kind, "status": "held", **said, **days}
    yield (
        manager,
        {**YES, "recipient": THIRD, "groups": ["survey"], "version": word("consent", 3), "expires_on": "2029-08-21"},
    )
    yield (
        manager,
        {
            "do": "contact",
            "with": "person",
            "channel": "letter",
            "reached": True,
            "safe_way": f"(invented) {word('phone', 3)}",
        },
    )
    duty = {"do": "open_up", "ground": "legal_duty", "organisation": "ng_esma", "groups": ["papers"]}
    why = {"why": f"(invented) {word('read_log', 3)}", "article": f"(invented) {word('read_log', 4)}"}
    yield manager, {**duty, **why, "until": (play.now + timedelta(days=20)).isoformat()}
    yield from _journey(play)
    yield from _entries(manager)
    for type, group in (
        ("risk_high", "risk"),
        ("medical_unfit", "health"),
        ("witness", "legal"),
        ("complaint", "complaint"),
        ("lost_contact", "case"),
    ):
        yield lea, {"do": "incident", "type": type, "note": f"(invented) {word(group, 5)}"}


def _entries(manager: Actor) -> Iterator[tuple[str | Actor, Mapping[str, Any]]]:
    """Something in each register that is begun before the departure; one of them names who gives a service."""
    spent = {"register": "payment", "budget": "budget-1", "direction": "out", "status": "paid"}
    for who, act in (
        (manager, {"register": "plan_item", "area": "housing", "aim": f"(invented) {word('plan', 3)}", "status": "open"}),
        (manager, {"register": "service", "service": "training", "what": f"(invented) {word('plan', 4)}", "provider": SERVES, "status": "running"}),
        (manager, {"register": "budget", "funder": "be_fedasil", "for": ["housing"], "status": "granted", "granted": "7319.42 EUR",
                   "form": "in_kind", "programme": f"(invented) {word('money', 3)}"}),
        (manager, {**spent, "amount": "6841.37 EUR", "payee": f"(invented) {word('money', 4)}"}),
        (ASSESSOR, {"register": "measure", "against": "housing", "about": "person", "what": f"(invented) {word('risk', 4)}",
                    "owner": "sending_side", "done_by": "2026-06-20"}),
        (DOCTOR, {"register": "medicine", "called": f"(invented) {word('health', 6)}", "last_day": "2026-06-20"}),
        (LAWYER, {"register": "legal_matter", "matter": "wages", "country": "BE", "her_wish": f"(invented) {word('legal', 4)}"}),
    ):  # fmt: skip
        yield who, {"do": "enter", **act}


def _journey(play: Play) -> Iterator[tuple[str | Actor, Mapping[str, Any]]]:
    """The booked flight by another number; and where they are met."""
    if play._recorded.phase != "pre_departure":
        return
    yield TRAVEL, {"do": "travel", "status": "booked", "legs": [{**one, "number": "QZ4821"} for one in play.legs]}
    confirmed = {
        "result": "accepted", "received_by": RECEIVES, "housing_named": True, "meeting_place": f"(invented) {word('arrival', 3)}",
        "reception_from": "2026-05-14T08:00:00Z", "reception_until": "2026-05-17T08:00:00Z",
    }  # fmt: skip
    there = Actor("invented_receiver", RECEIVES, {RECEIVER})
    yield there, {"do": "redo", "step": "partner_confirmation"}
    yield there, {"do": "complete", "step": "partner_confirmation", **confirmed}


# --- where a walk begins ------------------------------------------------------------------------------------------------


def furnished(play: Play) -> None:
    houses_come_and_go(play)
    canaries(play)
    play.wait(hours=74)  # what was opened for a while is over, and nobody reads it since they have typed it


@prepared
def identified(play: Play) -> None:
    play.ready("prepare")
    furnished(play)


@prepared
def ready(play: Play) -> None:
    ready_to_depart(play)
    furnished(play)


@prepared
def flying(play: Play) -> None:
    on_the_way(play)
    furnished(play)


@prepared
def landed(play: Play) -> None:
    at_home(play)
    furnished(play)


@prepared
def led_from_there(play: Play) -> None:
    settled(play)
    furnished(play)


@prepared
def closed(play: Play) -> None:
    identified(play)
    manager = play.asking()
    play.given(manager, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    play.given(
        manager, {"do": "resolve", "incident": "lost_contact", "outcome": "reached", "reason": "(invented) reached"}
    )
    play.given(manager, {"do": "move", "to": "close", "reason": "return_not_safe"})


STARTS = {
    "identified": identified, "ready": ready, "closed": closed, "landed": landed, "on the way": flying, "led from there": led_from_there,
}  # fmt: skip


def written_in(play: Play) -> str:
    """Give all that is written in a case."""
    return " ".join(f"{row.texts} {row.data}" for row in play.engine.history(play.case, as_=Actor.clock, limit=1_000))


def entries_of(play: Play) -> dict[int, Entry]:
    """Look up which entries hold canaries."""
    found = dict[int, Entry]()
    for row in play.engine.history(play.case, as_=Actor.clock, limit=1_000):
        told = canaries_in(f"{row.texts} {row.data}")
        if told and not _is_told_by_more(row):
            # Of an answer that names a third a summary tells another house nothing (12.3).
            least = READ if row.type.startswith("consent") and row.data.get("recipient") else SUM
            found[row.seq] = Entry(tuple({one for groups in told.values() for one in groups}), least)
    return found


def _is_told_by_more(row: Any) -> bool:
    """Return whether more than the groups of its words tells that an entry stands there: the course of the case, or that it names its reader."""
    return (
        row.type in ("step_completed", "incident_resolved")
        or row.data.get("type") in ("lost_contact", "told_somebody_unknown")
        or row.data.get("register") == "service"
    )
