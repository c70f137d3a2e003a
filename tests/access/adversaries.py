"""Three who would know more than they may: a former partner, the least role, and a clerk entered under a great role of a small house.
What each may know and do at a moment is typed from the domain text (access): by `rights.py`, and here where it changes on a walk.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.access import rights
from tests.access.asking import MOVED_BY, PAPER_DONE_BY, PAPERS
from tests.access.canaries import CALLED, CLINIC, FIRM, FLIES, NAMED, OVER, REPLACED, SERVES, WITHDREW
from tests.access.houses import INCIDENTS
from tests.access.rights import NOTHING, SUM, Standing
from tests.access.test_on_which_ground import EVERY, HOST, SHARED
from tests.access.test_what_each_house_is_told import LEADS
from tests.access.test_who_is_let_in_for_a_while import BREAKS
from tests.attacks.play import LEADER, MANAGER, RECEIVER, Play

Act = Mapping[str, Any]
GUARD = "data_protection_officer"
GLASS_LASTS, GLASS_AGAIN, TYPED = timedelta(hours=72), timedelta(days=30), timedelta(hours=24)


# --- who they are ---------------------------------------------------------------------------------------------------------


class Adversary(NamedTuple):
    """An account of a house: its roles, and how the house is in the case by the domain text (section 5)."""

    kind: str
    standing: Standing
    roles: frozenset[str]

    @property
    def is_own(self) -> bool:
        """Whether all that was written is an own entry of their house, which leads (access, the head)."""
        return self.standing.leads


def _placed(house: str, *roles: str) -> Standing:
    return Standing(house, frozenset({*roles, GUARD}), holds_a_role=True)


PARTNER, LEAST, CLERK = "a former partner", "the least role", "a clerk under a great role"
_BY_CONSENT = Standing(WITHDREW, was=frozenset(SHARED))
_BY_ROLE = Standing(REPLACED, was=frozenset({"travel_officer", GUARD}))
_FOR_A_WHILE = Standing(OVER, was=frozenset(EVERY - {"auditor_or_donor", "system_admin"}))
_CLINIC, _FIRM, _SERVES = (
    _placed(CLINIC, "medical_officer", "counsellor", "service_provider"), _placed(FIRM, "legal_counsellor"), _placed(SERVES, "service_provider"),
)  # fmt: skip
_NAMED = Standing(NAMED, named=(rights.Named("share_partner", ("identity",)),))
_ESCORTS = _placed(FLIES, "escort")
_LEADS = Standing(LEADS, frozenset(HOST), leads=True, opened_it=True, inside=(rights.Named("legal", ("narrative",)),))
GREAT = {MANAGER, RECEIVER, "risk_assessor", LEADER}
ADVERSARIES: Mapping[str, tuple[tuple[Standing, set[str]], ...]] = {
    PARTNER: (
        (_BY_CONSENT, {RECEIVER}), (_BY_CONSENT, {"reception_officer"}), (_BY_CONSENT, {MANAGER, "risk_assessor"}),
        (_BY_CONSENT, {"service_provider"}), (_BY_CONSENT, {"medical_officer"}), (_BY_CONSENT, {*GREAT, GUARD}),
        (_BY_ROLE, {"travel_officer"}), (_BY_ROLE, {"travel_officer", MANAGER}), (_BY_ROLE, {GUARD}), (_FOR_A_WHILE, {"medical_officer"}),
        (_FOR_A_WHILE, {"legal_counsellor"}),
    ),
    LEAST: (
        (_SERVES, {"service_provider"}), (_NAMED, {"service_provider"}), (_ESCORTS, {"escort"}), (_CLINIC, {"service_provider"}),
        (_LEADS, {"auditor_or_donor"}), (_LEADS, {"system_admin"}), (_LEADS, {"service_provider", "escort"}), (_LEADS, {"travel_officer"}),
        (_LEADS, {"counsellor"}), (_LEADS, {"legal_counsellor"}),
    ),
    CLERK: (
        (_CLINIC, {MANAGER}), (_CLINIC, {"service_provider", *GREAT}), (_FIRM, {MANAGER, LEADER}), (_FIRM, {"legal_counsellor", *GREAT}),
        (_SERVES, {"service_provider", *GREAT, "medical_officer"}), (_ESCORTS, {"escort", MANAGER, "travel_officer"}),
        (_NAMED, {"service_provider", "medical_officer", LEADER, "travel_officer"}),
    ),
}  # fmt: skip


def who_walks(play: Play, kind: str, start: str, dice: random.Random) -> Adversary:
    """Choose one of a kind; of a closed case whoever was in it is in it no more, and before there is a journey nobody flies along."""
    standing, roles = dice.choice(ADVERSARIES[kind])
    if standing is _ESCORTS and "escort" not in play._recorded.roles:
        standing = Standing(FLIES)
    if standing is _LEADS and start in (
        "closed",
        "led from there",
    ):  # of who led it, or does yet, three roles remain, and none is theirs
        standing = Standing(LEADS)
    if start == "closed" and not standing.was:
        standing = _ended(standing)
    return Adversary(kind, standing, frozenset(roles))


def _ended(one: Standing) -> Standing:
    counted = (one.placed | one.was).union(*(rights.PURPOSES[yes.purpose] for yes in one.named))
    return Standing(one.house, was=frozenset(counted), account=one.account)


# --- what the text gives them ---------------------------------------------------------------------------------------------


@dataclass
class Known:
    """What an adversary may know and do at a moment, by the domain text alone."""

    adversary: Adversary
    is_closed: bool
    groups_of: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # of an entry
    acts: dict[int, Act] = field(default_factory=dict)  # of their house, by what they wrote
    standing: Standing = field(init=False)
    broken_at: datetime | None = None  # the glass, by this account
    glass_until: datetime | None = None
    typed: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.standing = self.adversary.standing

    @property
    def roles(self) -> frozenset[str]:
        return self.adversary.roles

    def at(self, now: datetime) -> Standing:
        """How they are in it, the broken glass included."""
        is_open = self.glass_until is not None and now < self.glass_until
        return replace(self.standing, ground="break_glass") if is_open else self.standing

    def counts(self, now: datetime) -> bool:
        return any(self.at(now).counts(role) for role in self.roles)

    @property
    def has_counted(self) -> bool:
        """Whether one of their roles has counted on a ground of their house."""
        return not self.roles.isdisjoint(_ended(self.standing).was)

    @property
    def is_listed(self) -> bool:
        return any(self.standing.counts(role) for role in self.roles)

    def level(self, groups: Iterable[str], now: datetime, *, in_lists: bool = False) -> int:
        one = self.standing if in_lists else self.at(now)
        own = self.adversary.is_own
        return max(
            (rights.level(one, role, group, own=own) for role in self.roles for group in groups), default=NOTHING
        )

    # --- what they do ----------------------------------------------------------------------------------------

    def writes(self, *groups: str) -> bool:
        return any(rights.writes(self.standing, role, *groups) for role in self.roles)

    def does(self, *roles: str) -> bool:
        return any(rights.does(self.standing, role) for role in self.roles.intersection(roles))

    def hears(self) -> bool:
        return any(rights.hears_a_no(self.standing, role) for role in self.roles)

    def alarms(self, now: datetime) -> bool:
        return any(rights.raises_an_alarm(self.at(now), role) for role in self.roles)

    def by_glass(self, now: datetime) -> bool:
        one = self.at(now)
        return one.ground == "break_glass" and any(one.is_let_in(role) for role in self.roles)

    def may(self, act: Act, process: Any, now: datetime) -> bool:
        """Whether the text lets them give a command (sections 4, 6 and 8); none of them types the word of another (section 4)."""
        gives = getattr(self, f"_may_{act['do']}", None)
        try:
            return bool(gives and gives(act, process, now))
        except KeyError:  # there is no such step, purpose or paper
            return False

    def _may_note(self, act: Act, _: Any, now: datetime) -> bool:
        group = act.get("group", "case")
        return self.writes(group) or (group == "case" and self.by_glass(now))

    def _may_record(self, act: Act, process: Any, _: datetime) -> bool:
        facts = [process.facts[id] for id in act["facts"]]
        return all(self.writes(one.group) or self.does(*one.asked_by) for one in facts)

    def _may_complete(self, act: Act, process: Any, _: datetime) -> bool:
        return self.does(*process.steps[act["step"]].who)

    _may_start = _may_fail = _may_skip = _may_redo = _may_complete

    def _may_sign(self, act: Act, process: Any, _: datetime) -> bool:
        steps = [process.steps[act["step"]]] if act.get("step") else [*process.steps.values()]
        return any(self.does(*one.who, *one.sign) for one in steps)

    def _may_consent(self, act: Act, process: Any, _: datetime) -> bool:
        group = "consent_return" if act["purpose"] == "return" else "consent"
        is_a_no = act["purpose"] == "return" and act.get("answer") == "refused"  # 0043: anybody in the case hears it
        return self.writes(group) or self.does(*process.consents[act["purpose"]].asked_by) or (is_a_no and self.hears())

    def _may_withdraw(self, _: Act, __: Any, ___: datetime) -> bool:
        return self.hears()

    def _may_incident(self, _: Act, __: Any, now: datetime) -> bool:
        return self.alarms(now)

    _may_contact = _may_incident

    def _may_document(self, act: Act, _: Any, __: datetime) -> bool:
        kind = act["kind"]
        return self.writes("papers") or self.writes(PAPERS[kind]) or self.does(*PAPER_DONE_BY.get(kind, ()))

    def _may_resolve(self, act: Act, _: Any, now: datetime) -> bool:
        type = act["incident"]
        told = INCIDENTS.get(type)
        return self.writes("complaint" if type == "complaint" else "case") and (
            not told or self.level([told], now) >= SUM
        )

    def _may_travel(self, _: Act, __: Any, ___: datetime) -> bool:
        return self.writes("travel")

    def _may_involve(self, act: Act, _: Any, __: datetime) -> bool:
        if act.get("suspected"):
            return self.writes("risk")
        return self.writes("family" if act.get("relation") in ("relative", "child", "caregiver") else "parties")

    def _may_move(self, act: Act, _: Any, __: datetime) -> bool:
        return any(rights.moves(self.standing, role, act["to"], MOVED_BY.get(act["to"], ())) for role in self.roles)

    def _may_assign(self, act: Act, process: Any, _: datetime) -> bool:
        """Who leads, by letter; and who flies along, who is asked for that step (section 4)."""
        by_step = act["role"] == "escort" and self.does(*process.steps["escort_assignment"].who)
        return self.standing.leads and (self.writes("parties") or by_step)

    def _may_keep_to(self, _: Act, __: Any, ___: datetime) -> bool:
        return self.does(*rights.MANAGERS, *rights.STAYING)  # 0042: each house keeps its own people out

    def _may_open_up(self, act: Act, _: Any, now: datetime) -> bool:
        """Break the glass, by a name that it opens; who leads lets others in, and nobody themselves."""
        if act["ground"] != "break_glass":
            lets = any(rights.lets_in(self.standing, role, act["ground"]) for role in self.roles)
            return lets and act.get("organisation") != self.standing.house
        rested = self.broken_at is None or now >= self.broken_at + GLASS_AGAIN
        is_by_name = act.get("called") in (None, CALLED["first_name"], CALLED["ticket_name"])
        return bool(BREAKS & self.roles) and rested and is_by_name and not self.is_closed

    def _may_close_up(self, act: Act, _: Any, __: datetime) -> bool:
        return (self.broken_at is not None and act.get("right") is None) or self.does(GUARD)

    def _may_enter(self, act: Act, process: Any, _: datetime) -> bool:
        register = process.registers[act["register"]]
        return self.writes(register.group) or self.does(*register.who)

    def _may_update(self, act: Act, process: Any, _: datetime) -> bool:
        register = process.registers[act["ref"].rpartition("-")[0]]
        is_theirs = act["ref"] == "service-1" and self.standing.house == SERVES and self.writes("own_items")
        return self.writes(register.group) or self.does(*register.who) or is_theirs

    def _may_correct(self, act: Act, process: Any, now: datetime) -> bool:
        """Who typed it within a day; who has the letter, or could say it anew (section 4)."""
        seq, typed, said = act["seq"], self.typed.get(act["seq"]), self.acts.get(act["seq"])
        if typed is not None and now < typed + TYPED:
            return True
        if said is not None and said["do"] != "correct" and self.may(said, process, now):
            return True
        return self.writes(*self.groups_of.get(seq, ("none",)))

    def _may_clock(self, _: Act, __: Any, ___: datetime) -> bool:
        return "system_admin" in self.roles

    def _may_open(self, act: Act, _: Any, __: datetime) -> bool:
        return bool(self.roles & {MANAGER, LEADER}) and (not act.get("linked_to") or self.is_listed)

    # --- what comes of it ------------------------------------------------------------------------------------

    def has_done(self, act: Act, seqs: Collection[int], now: datetime) -> None:
        """Note what the text gives them by what they have done: the glass that they broke, a consent that they heard, what they typed."""
        self.typed.update(dict.fromkeys(seqs, now))
        if act["do"] == "open_up" and act["ground"] == "break_glass":
            self.broken_at, self.glass_until = now, now + GLASS_LASTS
        elif act["do"] == "close_up":
            self.glass_until = None
        elif act["do"] == "consent" and act.get("recipient") == self.standing.house:
            self._is_answered(act["purpose"], tuple(act.get("groups") or ()) if act["answer"] == "given" else None)
        elif act["do"] == "withdraw" and act.get("recipient") == self.standing.house:
            self._is_answered(act["purpose"], None)

    def _is_answered(self, purpose: str, groups: tuple[str, ...] | None) -> None:
        named = [one for one in self.standing.named if one.purpose != purpose]
        if groups is not None and purpose in rights.PURPOSES:
            named.append(rights.Named(purpose, groups))
        was = self.standing.was | rights.PURPOSES.get(purpose, set())
        self.standing = replace(self.standing, named=tuple(named), was=frozenset(was))

    def is_remembered(self, roles: Collection[str]) -> None:
        """On a ground that will end these roles count."""
        self.standing = replace(self.standing, was=self.standing.was | roles)

    def is_out(self) -> None:
        """Their last ground ends."""
        self.standing = _ended(self.standing)
