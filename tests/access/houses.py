"""A case in which houses stand on each ground, and in which something of each data group was written: what `test_rights.py` asks about.

How each house is in it is said by a `Standing`, in the words of the domain text (access, section 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from wayhome import Actor, WayhomeError

from tests.access import rights as may
from tests.access.rights import Named, Standing
from tests.access.test_on_which_ground import HOST, ORIGIN, SHARED
from tests.access.test_what_each_house_is_told import FACTS, GROUPS, LEADS, OF_GROUP, RECEIVES, YES, matrix, opened_by
from tests.access.test_who_the_person_is import SAID
from tests.attacks.play import Play, evidence_is_fresh, ready_to_depart, vetting

MANAGER, RECEIVER, LEADER = "case_manager_sending", "case_manager_receiving", "programme_manager"
TRAVELS, HELPS, CLINIC, FIRM = "be_iom", "be_payoke", "invented_clinic", "invented_law_firm"
SHARES, WITHDREW, TICKETS, TREATS, PLEADS, ASKED = (
    "ng_idia",
    "ng_cosudow",
    "ng_iom",
    "ng_fnph_uselu",
    "ng_wacol",
    "ng_pci",
)
LET_IN, BY_LAW, IN_DANGER, AT_NIGHT, STRANGER = (
    "ng_nactal",
    "be_caritas",
    "be_surya",
    "be_pag_asa",
    "an_organisation_of_nobody",
)
# The consents in force that name a house, and the words of each.
NAMED: dict[str, tuple[str, list[str]]] = {
    RECEIVES: ("share_partner", ["identity", "contact", "travel", "consent", "plan"]),
    SHARES: ("share_partner", ["identity", "contact", "risk", "family"]),
    TICKETS: ("travel_data_share", ["identity", "travel"]),
    TREATS: ("health_share", ["identity", "health"]),
    PLEADS: ("legal_share", ["identity", "legal"]),
    ASKED: ("contact_partner", ["identity"]),
    LET_IN: ("contact_partner", ["identity"]),
}
INSIDE: dict[str, tuple[str, list[str]]] = {
    "legal": (MANAGER, ["narrative"]),
    "health_processing": ("medical_officer", ["health"]),
}
OPENED = {"let_in": ["identity", "risk"], "legal_duty": ["papers", "legal"], "danger_to_life": ["address", "health"]}
# Typed from access, section 2; what is not said of a fact there stands in a table of another test.
FACT_OF: dict[str, str] = {
    **OF_GROUP, "chosen_name": "first_name", "name_on_ticket": "ticket_name", "other_names": "identity", "reached_by": "phone",
    "code_word": "code_word", "family_may_know": "family",
}  # fmt: skip
VALUES: dict[str, Any] = {**FACTS, **{id: SAID[id] for id in FACT_OF if id in SAID}}
# What has happened, and its group; None: the text names none (12.1: that needs `case` R).
INCIDENTS = {
    "risk_high": "risk",
    "medical_unfit": "health",
    "witness": "legal",
    "complaint": "complaint",
    "lost_contact": None,
}
PAPER, RELATIVE, HELPER, ISSUER = (
    ("ng_passport", "papers"),
    "an-invented-aunt",
    "an-invented-escort",
    "an-invented-office",
)
ENTRY_OF = {
    "document": "document_recorded",
    "incident": "incident_opened",
    "consent": "consent_given",
    "involve": "person_involved",
    "record": "facts_recorded",
}


def word(house: str, group: str) -> str:
    return f"invented-{group}-of-{house}.".replace("_", "-")


@dataclass
class World:
    """A case in which houses stand on each ground, and in which something of each group was written."""

    play: Play
    notes: dict[tuple[str, str], int] = field(default_factory=dict)  # by house and group
    seqs: dict[str, int] = field(default_factory=dict)  # of everything else, by what it is
    standings: dict[str, Standing] = field(default_factory=dict)

    @property
    def case(self) -> str:
        return self.play.case

    @cached_property
    def process(self) -> Any:
        return self.play.engine._recorded(self.case)[0]

    @cached_property
    def label(self) -> str:
        return self.play.seen().label

    @cached_property
    def answering(self) -> list[str]:
        return [one.id for one in self.play._recorded.case_workers.values()]

    @cached_property
    def results(self) -> set[str]:
        return {row.id for row in self.play.seen().steps if row.result}

    @cached_property
    def done(self) -> dict[str, int]:
        """By step, the entry that says that it is done."""
        return {
            row.data["step"]: row.seq
            for row in self.play.engine.history(self.case, as_=Actor("all", LEADS, HOST), limit=1_000)
            if row.type == "step_completed"
        }

    def is_own(self, one: Standing, seq: int) -> bool:
        """Whether an entry was typed by a house, or while it led (access, the head)."""
        return one.house in self._hands[seq]

    @cached_property
    def _hands(self) -> dict[int, tuple[str, str]]:
        """By entry, the house that typed it, and the one that led then."""
        leads, found = "", dict[int, tuple[str, str]]()
        for row in self._events:
            leads = leads or row.organisation
            found[row.seq] = (row.organisation, leads)
            if row.type == "role_assigned" and row.data["role"] == "case_owner":
                leads = row.data.get("partner") or row.data["organisation"]
        return found

    @cached_property
    def _events(self) -> Any:
        with self.play.engine._store.database.reading() as connection:
            return self.play.engine._store.events(connection, self.case)

    def write(self, who: str | Actor, act: Mapping[str, Any], called: str = "") -> bool:
        try:
            done = self.play.engine.do(self.play._read(act), as_=self.play.actor(who))
        except WayhomeError:
            return False
        if called:
            self.seqs[called] = next(
                row.seq for row in self._events_since(done) if row.type.startswith(ENTRY_OF.get(act["do"], ""))
            )
        return True

    def _events_since(self, done: Any) -> list[Any]:
        first = min((row.seq for row in done.events), default=0)
        self.__dict__.pop("_events", None)
        return [row for row in self._events if row.seq >= first] if first else []

    def note_in_each_group(self, house: str, roles: set[str]) -> None:
        for group in GROUPS:
            note = {"do": "note", "group": group, "text": word(house, group)}
            role = next((one for one in sorted(roles) if matrix()[one].get(group) == "W"), None)
            typing = next((one for one in sorted(roles & may.MANAGERS)), None)
            who = role or typing
            if who and self.write(
                Actor(f"writes_{who}", house, {who}), note if role else {**note, "by": "person"}, "note"
            ):
                self.notes[house, group] = self.seqs.pop("note")

    def reader(self, ground: str, role: str) -> Actor:
        one = self.standings[ground]
        return Actor(one.account, one.house, {role})


def identified(play: Play) -> None:
    """Bring a case to the end of its first phase, and leave it there."""
    play.ready("prepare")


def before_the_journey(play: Play) -> None:
    ready_to_depart(play)


def on_the_way(play: Play) -> None:
    evidence_is_fresh(play)
    play.until(play.takes_off)
    play.given("travel_officer", {"do": "move", "to": "depart"})


def furnished(play: Play) -> World:
    """Write something of each group, by each house that may, and let houses stand on each ground."""
    world = World(play)
    leads = play._recorded.leads
    lead = Actor("lea", leads, {LEADER})
    play.engine.register_organisation(CLINIC, title="An invented clinic", country="BE", does=["care"])
    play.engine.register_organisation(FIRM, title="Invented lawyers", country="BE")
    for one in play.seen().consents:
        if one["recipient"] and one["state"] == "given":
            play.given(
                MANAGER,
                {"do": "withdraw", "purpose": one["purpose"], "recipient": one["recipient"], "channel": "phone"},
            )
    for purpose, (who, words) in INSIDE.items():
        world.write(who, {**YES, "purpose": purpose, "groups": words}, f"consent {purpose}")
    for house, (purpose, words) in NAMED.items():
        world.write(
            MANAGER, {**YES, "purpose": purpose, "recipient": house, "groups": words}, f"consent {purpose} {house}"
        )
    play.given(MANAGER, {**YES, "recipient": WITHDREW, "groups": ["identity"]})
    for role, house in ((MANAGER, HELPS), ("travel_officer", TRAVELS), ("receiving_organisation", RECEIVES)):
        world.write(lead, {"do": "assign", "role": role, "partner": house}, f"role {house}")
    for role, house in (("health_service", CLINIC), ("legal_counsellor", FIRM)):
        world.write(lead, {"do": "assign", "role": role, "organisation": house}, f"role {house}")
    world.write(MANAGER, {"do": "involve", "relation": "escort", "works_for": TRAVELS, "name": HELPER}, "helper")
    world.write("risk_assessor", vetting("escort-1", "escort"))
    world.write(lead, {"do": "assign", "role": "escort", "ref": "escort-1"}, "named escort")
    world.write(MANAGER, {"do": "involve", "relation": "relative", "by": "person", "name": RELATIVE}, "relative")
    for id, value in VALUES.items():
        said = {"by": "person"} if id in ("has_local_documents", "yellow_fever_certificate_asked") else {}
        world.write(MANAGER, {"do": "record", "facts": {id: value}, **said}, id)
    world.write(
        MANAGER,
        {"do": "document", "kind": PAPER[0], "status": "held", "issuer": ISSUER, "issued_on": "2026-01-15"},
        "paper",
    )
    for type in INCIDENTS:
        world.write(LEADER, {"do": "incident", "type": type, "note": f"invented-note-of-{type}"}, type)
    for house, roles in ((LEADS, HOST), (RECEIVES, ORIGIN), (TRAVELS, {"travel_officer"}), (HELPS, {MANAGER})):
        world.note_in_each_group(house, roles)
    play.wait(hours=25)  # nobody reads it since they have typed it
    for ground, house in (("let_in", LET_IN), ("legal_duty", BY_LAW), ("danger_to_life", IN_DANGER)):
        said = {"article": "an invented article"} if ground == "legal_duty" else {}
        until = (play.now + timedelta(hours=70)).isoformat()
        opens = {
            "do": "open_up",
            "ground": ground,
            "organisation": house,
            "groups": OPENED[ground],
            "why": f"why-of-{ground}",
        }
        world.write(
            lead if ground != "danger_to_life" else Actor("max", leads, {*may.MANAGERS}),
            {**opens, **said, "until": until},
            ground,
        )
    night = Actor("invented_reader", AT_NIGHT, {"reception_officer"})
    world.write(night, {"do": "open_up", "ground": "break_glass", "why": "why-of-glass"}, "break_glass")
    play.wait(hours=25)
    world.write(Actor("els", HELPS, {MANAGER}), {"do": "keep_to", "workers": ["els", "bram"]}, "kept")
    play.given(MANAGER, {"do": "withdraw", "purpose": "share_partner", "recipient": WITHDREW, "channel": "phone"})
    world.standings = dict(_standings(world))
    return world


def _standings(world: World) -> Iterator[tuple[str, Standing]]:
    """Say how each house is in the case, in the words of access, section 5."""
    leads, guard = world.play._recorded.leads, {"data_protection_officer"}
    inside = tuple(Named(purpose, tuple(words)) for purpose, (_, words) in INSIDE.items())

    def placed(*roles: str) -> frozenset[str]:
        return frozenset({*roles, *guard})

    def named(house: str) -> tuple[Named, ...]:
        return tuple(Named(NAMED[one][0], tuple(NAMED[one][1])) for one in (house,) if one in NAMED)

    if leads == LEADS:
        yield "leads", Standing(LEADS, placed(*HOST), leads=True, opened_it=True, inside=inside)
    else:
        yield (
            "leads since",
            Standing(leads, placed(*ORIGIN), leads=True, holds_a_role=True, named=named(leads), inside=inside),
        )
        yield "opened", Standing(LEADS, placed(MANAGER, LEADER), opened_it=True, inside=inside)
    if f"role {RECEIVES}" in world.seqs and leads == LEADS:
        yield "role: receives", Standing(RECEIVES, placed(*ORIGIN), holds_a_role=True, named=named(RECEIVES))
    elif leads == LEADS:
        yield "consent: to receive", Standing(RECEIVES, named=named(RECEIVES))
    for house, roles in (
        (HELPS, {MANAGER}),
        (TRAVELS, {"travel_officer"}),
        (CLINIC, {"medical_officer", "counsellor", "service_provider"}),
        (FIRM, {"legal_counsellor"}),
    ):
        if f"role {house}" in world.seqs:
            escorts = {"escort"} if house == TRAVELS and "named escort" in world.seqs else set()
            yield (
                f"role: {house}",
                Standing(
                    house,
                    placed(*roles, *escorts),
                    holds_a_role=True,
                    account="els" if house == HELPS else "invented_reader",
                ),
            )
    if "kept" in world.seqs:
        yield "kept from", Standing(HELPS, frozenset(guard), holds_a_role=True)
    for house in (SHARES, TICKETS, TREATS, PLEADS, ASKED):
        yield f"consent: {NAMED[house][0]}", Standing(house, named=named(house))
    yield "former", Standing(WITHDREW, was=frozenset(SHARED))
    for ground, house in (
        ("let_in", LET_IN),
        ("legal_duty", BY_LAW),
        ("danger_to_life", IN_DANGER),
        ("break_glass", AT_NIGHT),
    ):
        if ground in world.seqs:
            yield (
                ground,
                Standing(
                    house,
                    ground=ground,
                    opened=frozenset(opened_by(OPENED[ground])) if ground in OPENED else frozenset(),
                    named=named(house),
                ),
            )
    yield "stranger", Standing(STRANGER)
