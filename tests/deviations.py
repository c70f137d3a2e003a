"""A walk that starts where an honest return has come to, and does what is likely to be wrong: other channels, who travels along, ends of a
case at odd times, visits told late, news that comes late. Plain dice; who runs it looks at what was accepted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from wayhome import Actor, BadInput, Engine, NotFound, NotPermitted, Refused, WayhomeError
from wayhome.model.closed_sets import PHASES
from wayhome.testing import an_actor_for, answered, who_does

from tests.anything import ANNA, BEN, ROLES, at_work, whole_history
from tests.attacks.acts import (
    CHILD,
    ON_THE_SPOT,
    TRANSFER_AGREED,
    closes,
    confirmed,
    found_there,
    happens,
    in_follow_up,
    records,
)
from tests.attacks.companions import along, along_and_settled
from tests.attacks.play import (
    DEPART,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    PreparationRefused,
    assessed,
    at_home,
    begun,
    complete,
    evidence_is_fresh,
    prepared,
    settled,
    signed,
)
from tests.conftest import all_packs
from tests.oracle import Row, faults_of_departure
from tests.oracle_of_closings import OVER, ROUNDS, faults_of_closing, faults_of_ended_alarms
from tests.oracle_of_closings import PHASES as PHASES_OF
from tests.whole_answers import EXPLAINED_ALL, VISIT

CLEO = Actor("cleo", "invented_house", ROLES)  # who oversees the work, and has written nothing in the case
CHANNELS = ("phone", "visit", "video", "message", "email", "letter", "social_media", "through_somebody")
DANGERS = (
    "violence", "risk_high", "re_trafficking", "self_harm", "medical_emergency", "no_show_arrival", "lost_contact", "detention_or_arrest",
    "refused_entry", "no_show_departure", "left_without_clearance", "child_in_danger", "partner_failure", "data_breach", "age_dispute",
)  # fmt: skip
NEWS = ("expulsion_risk", "complaint", "asylum_claim", "witness", "family_refuses", "transfer_third_country", "remigration", "turned_18",
        "missing_document", "medical_unfit", "pregnancy_or_birth", "child_unwell", "decision_postponed", "missed_flight", *DANGERS)  # fmt: skip
NO_MORE_VISITS: Command = {"do": "consent", "purpose": "monitoring", "answer": "refused"}
DECLINED = complete(
    "contact_declined", result="declined", heard=["visit"], way_back="(invented) the number on the card"
)
GOOD = {"manage": "mostly", "c_home": "yes", "c_papers": "partly"}
MOST = 14  # remedies that are followed towards one end


# --- where a walk begins ------------------------------------------------------------------------------------------------


@prepared
def on_the_way(play: Play) -> None:
    evidence_is_fresh(play)
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.wait(hours=1)


@prepared
def wants_no_contact(play: Play) -> None:
    """She said to two of us that she wants nobody there; now she has landed."""
    evidence_is_fresh(play)
    play.given(MANAGER, NO_MORE_VISITS, DECLINED)
    play.given(TRAVEL, signed("contact_declined"))
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.until(play.lands)
    play.given(TRAVEL, {"do": "move", "to": "arrive"})


@prepared
def near_the_end(play: Play) -> None:
    """A year of honest visits: all that closing waits for is done."""
    in_follow_up(play)
    goes_towards(play, closes("support_period_completed"))
    play.given(RECEIVER, confirmed(ON_THE_SPOT))
    if not play.why(closes("reintegration_sustained")).done:
        raise PreparationRefused(f"{play.why(closes('reintegration_sustained'))}")


@prepared
def nothing_told_for_a_year(play: Play) -> None:
    in_follow_up(play)
    play.wait(days=367)


@prepared
def with_a_sister(play: Play) -> None:
    """An adult of the family goes along."""
    play.involved("sibling", travels=True, born_on="1999-01-01")
    evidence_is_fresh(play)


class Start(NamedTuple):
    way: Callable[[Play], None]
    how: Mapping[str, Any] = {}
    likely: str = ""  # the end that is tried first, now and then


STARTS: Mapping[str, Start] = {
    "ready": Start(evidence_is_fresh),
    "on the way": Start(on_the_way),
    "just landed": Start(at_home),
    "wants no contact": Start(wants_no_contact, likely="needs_nothing"),
    "at home": Start(in_follow_up, likely="lost_contact"),
    "near the end": Start(near_the_end, likely="reintegration_sustained"),
    "nothing told for a year": Start(nothing_told_for_a_year, likely="reintegration_sustained"),
    "a child, ready": Start(evidence_is_fresh, {"facts": CHILD}),
    "a child, landed": Start(at_home, {"facts": CHILD}),
    "a child, at home": Start(settled, {"facts": CHILD}),
    "with children, ready": Start(along),
    "with a sister, ready": Start(with_a_sister),
    "with a child, at home": Start(along_and_settled),
}


def goes_towards(play: Play, act: Command, *, most: int = 120) -> bool:
    """Do what is asked for an act, and let time pass, until it is allowed; the act itself is not done."""
    for _ in range(most):
        unmet = play.engine.why(play.case, play._read(act), as_=at_work(play.engine, play.case)).unmet
        if not unmet:
            return True
        asked = [one.remedy for one in unmet if one.remedy is not None and one.remedy.from_ is not None]
        if not asked:
            return False
        remedy = min(asked, key=lambda one: one.from_ or play.now)
        play.until(remedy.from_ or play.now)
        play.given(who_does(remedy, lambda: play.seen()), well(play.answered(remedy)))
    return False


def well(act: Command) -> Command:
    """Where a survey is asked, say that it goes well."""
    return {**act, **GOOD} if act.get("step") == "sustainability_survey" and act["do"] == "complete" else act


# --- the walk ------------------------------------------------------------------------------------------------------------


# What the oracle finds and the engine is not yet built for: each with the reason, and gone when it is.
AWAITED: tuple[str, ...] = ()  # faults of the engine that an open issue names


def is_awaited(fault: str) -> bool:
    return fault in AWAITED


class Finding(NamedTuple):
    """What the oracle has found, and how it came to it."""

    start: str
    fault: str
    said: tuple[str, ...]


class Deviation:
    """One case, and people who do what is likely to be wrong; each end, each ended alarm and each departure is asked of the oracle."""

    def __init__(self, play: Play, start: str, dice: random.Random) -> None:
        self.play, self.start, self.dice = play, start, dice
        self.said: list[str] = []
        self.findings: list[Finding] = []
        self.ends: set[str] = set()  # what was accepted of that which the oracle is asked about

    @property
    def engine(self) -> Engine:
        return self.play.engine

    def walk(self, turns: int) -> list[Finding]:
        for turn in range(turns):
            is_near = turn == 0 and self.dice.random() < 0.6  # to what the walk begins before
            if is_near and self.family and self.phase == "pre_departure" and self.dice.random() < 0.6:
                self.a_companion_speaks()
            elif is_near and self.phase == "pre_departure":
                self.dice.choice(BEFORE_BOARDING)(self)
            elif is_near:
                self.a_case_is_closed(STARTS[self.start].likely)
            else:
                self.dice.choice(TURNS)(self)
            if self.findings:
                break
        return self.findings

    @property
    def family(self) -> list[str]:
        return [ref for ref in self.play._recorded.people if ref.split("-")[0] in ("child", "sibling")]

    # --- trying --------------------------------------------------------------------------------------------

    def attempt(self, act: Command, actor: Actor | None = None) -> bool:
        """Try an act; ask the oracle of what it has brought about."""
        actor = actor or self.dice.choice((ANNA, ANNA, BEN))
        if actor in (ANNA, BEN):
            actor = at_work(self.engine, self.play.case, actor)
        try:
            done = self.engine.do(self.play._read(act), as_=actor)
        except (Refused, BadInput, NotFound, NotPermitted):
            return False
        self.said.append(f"{self.play.now:%Y-%m-%d %H:%M} {actor.id}: {dict(act)}")
        types = {event.type for event in done.events}
        ended = any(event.type == "incident_resolved" and not event.data.get("because") for event in done.events)
        self.ends |= {str(event.data["reason"]) for event in done.events if event.type == "closed"}
        self.ends |= {"an alarm ended"} if ended else set()
        self.ends |= types & {"departed"}
        if ended or types & {"closed", "departed"}:
            history = whole_history(self.engine, self.play.case)
            self.judge(history, types)
        return True

    def judge(self, history: Sequence[Row], types: set[str]) -> None:
        found = faults_of_ended_alarms(history)
        if "closed" in types:
            found += faults_of_closing(history)
        if "departed" in types:
            found += faults_of_departure(history)
        told = {one.fault for one in self.findings}
        new = [one for one in dict.fromkeys(found) if one not in told and not is_awaited(one)]
        self.findings += [Finding(self.start, one, tuple(self.said)) for one in new]

    def towards(self, act: Command, actor: Actor | None = None, *, most: int = MOST) -> bool:
        """Do what is asked for an act, now and then otherwise than it is asked, then the act."""
        for _ in range(most):
            try:
                unmet = self.engine.why(
                    self.play.case, self.play._read(act), as_=actor or at_work(self.engine, self.play.case)
                ).unmet
            except WayhomeError:
                return False
            if not unmet:
                return self.attempt(act, actor)
            asked = [one.remedy for one in unmet if one.remedy is not None and one.remedy.from_ is not None]
            ready = [one for one in asked if one.from_ is not None and one.from_ <= self.play.now]
            if ready:
                remedy = self.dice.choice(ready)
                with suppress(WayhomeError, KeyError, StopIteration):
                    do = self.otherwise(answered(self.engine, self.play.case, remedy))
                    self.attempt(do, who_does(remedy, lambda: self.play.seen()))
            elif asked and self.dice.random() < 0.7:
                self.play.until(min(one.from_ for one in asked if one.from_ is not None))
            else:
                return self.attempt(act, actor)
        return self.attempt(act, actor)

    def otherwise(self, act: Command) -> Command:
        """Do an act by another channel, on another day, or through somebody else."""
        said = dict(well(act) if self.dice.random() < 0.8 else act)
        if said["do"] == "contact" and said.get("with") == "person":
            said["channel"] = self.dice.choice(CHANNELS)
        if self.dice.random() < 0.2:
            said |= self.dated()
        if self.dice.random() < 0.1:
            said |= {"by": self.dice.choice(("person", "ng_bakhita")), "heard_by": self.dice.choice(CHANNELS)}
        return said

    def dated(self, most: int = 12) -> dict[str, Any]:
        then = self.play.now - timedelta(days=self.dice.randint(0, most), hours=self.dice.randint(0, 9))
        return {"at": self.dice.choice((then, then.date())).isoformat()}

    def perhaps(self, *acts: Command, chance: float = 0.85) -> None:
        """Do these, each or not, now and then dated back, with some time between."""
        for act in acts:
            if self.dice.random() < chance:
                self.attempt({**act, **(self.dated() if self.dice.random() < 0.15 else {})})
            self.wait(0, 0, 0, 1, 30)

    def wait(self, *hours: float) -> None:
        self.play.wait(hours=self.dice.choice(hours))

    @property
    def phase(self) -> str:
        return str(self.play._recorded.phase)

    # --- what may happen --------------------------------------------------------------------------------------

    def time_passes(self) -> None:
        self.wait(1, 3, 12, 30, 80, 24 * 8, 24 * 16, 24 * 35, 24 * 100, 24 * 200)

    def somebody_hears_from_her(self) -> None:
        act = {
            "do": "contact",
            "with": "person",
            "channel": self.dice.choice(CHANNELS),
            "reached": self.dice.random() < 0.6,
        }
        self.attempt({**act, **(self.dated() if self.dice.random() < 0.3 else {})})

    def the_last_question_is_asked(self) -> None:
        """Once more, by whatever channel; then they board."""
        asked = self.dice.choice(("departure_assistance", "departure_assistance", "risk_recheck", "return"))
        heard = {
            "by": self.dice.choice(("person", "person", "travel_officer", "ng_bakhita")),
            "heard_by": self.dice.choice(CHANNELS),
        }
        if asked == "return":
            yes = {
                "do": "consent",
                "purpose": "return",
                "form": "written",
                "language": "en",
                "answer": "given",
                **heard,
            }
            self.attempt(yes)
        else:
            result, more = (
                ("reconfirmed", {}) if asked == "departure_assistance" else ("unchanged", {"will_confirmed": True})
            )
            self.attempt({"do": "redo", "step": asked})
            self.attempt(complete(asked, result=result, **more, **heard))
        self.boards()

    def boards(self) -> None:
        """They board now, or at the hour of the flight; or that they did is told some hours later."""
        travel = self.play._recorded.travel
        if self.phase != "pre_departure" or travel is None or not travel.legs:
            return
        takes_off, act = self.play.takes_off, dict(DEPART)
        if self.dice.random() < 0.8:
            self.play.until(takes_off)
        if self.dice.random() < 0.25:
            self.wait(1, 5, 20, 30)
            self.late_evidence(takes_off)
            act["at"] = takes_off.isoformat()
        self.towards(act, self.dice.choice((BEN, an_actor_for("travel_officer"))), most=30)

    def late_evidence(self, takes_off: datetime) -> None:
        """After the flight has gone, something is written down or signed as if it had been before."""
        before = {"at": (takes_off - timedelta(hours=self.dice.randint(-1, 20))).isoformat()}
        dated = self.dice.choice(({}, before))
        self.perhaps(
            {"do": "redo", "step": "pre_return_risk_assessment"},
            {**assessed("low"), **dated},
            {**signed(), **before},
            chance=0.4,
        )

    def goes_on(self) -> None:
        move = self.dice.choice(("arrive", "arrive", "settle", "settle", "turn_back", "left", "reopen"))
        act = {"do": "move", "to": move}
        act |= {"how": self.dice.choice(("alone", "removed", "unknown"))} if move == "left" else {}
        act |= {"reason": "(invented) words"} if move == "turn_back" else {}
        if move == "settle" and self.phase == "arrival" and self.dice.random() < 0.6:
            self.towards(act)
        else:
            self.attempt(act)

    def a_companion_speaks(self) -> None:
        """Somebody of the family is added, says no or yes, is looked at, or stays behind; then perhaps they board."""
        for _ in range(self.dice.randint(1, 3)):
            ref = self.dice.choice(self.family or ["sibling-1"])
            giver = self.dice.choice((ref, ref, "person", "guardian"))
            yes = {
                "do": "consent",
                "purpose": "return",
                "of": ref,
                "form": "written",
                "language": "en",
                "given_by": giver,
            }
            adult, child = {"born_on": "1999-01-01"}, {"born_on": "2012-01-05"}
            self.attempt(self.dice.choice((
                {"do": "involve", "by": "person", "relation": "sibling", "travels": True, **self.dice.choice((adult, child))},
                {"do": "involve", "by": "person", "ref": ref, "travels": self.dice.random() < 0.5},
                {"do": "consent", "purpose": "return", "of": ref, "answer": "refused"},
                {"do": "consent", "purpose": "return", "of": ref, "answer": "refused", **self.dated(3)},
                {**yes, "answer": "given", **EXPLAINED_ALL},
                {**yes, "answer": "given", **EXPLAINED_ALL, **self.dated(3)},
                {"do": "withdraw", "purpose": "return", "of": ref},
                complete("child_best_interests", of=ref, result="positive", childs_view="(invented) I do not want to go"),
                {"do": "redo", "step": "child_best_interests", "of": ref},
            )))  # fmt: skip
        if self.dice.random() < 0.7:
            self.boards()

    def late_news(self) -> None:
        """Something comes to light late, and perhaps they board, or it is over at once."""
        type_ = self.dice.choice(NEWS)
        self.attempt(self.dice.choice((
            {**happens(type_), **self.of(type_)},
            {**happens(type_), **self.of(type_), **self.dated(3)},
            {"do": "note", "group": "risk", "text": "(invented) she was threatened", **self.dated(3)},
            {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow", **self.dated(3)},
            records(safe_home_at_arrival=False),
            records(ng_debt_claimed=True),
            {**records(ng_oath_sworn=True), **self.dated(5)},
            {**records(age_status=self.dice.choice(("adult", "child", "disputed"))), **self.dated(3)},
        )))  # fmt: skip
        self.dice.choice((self.boards, self.an_alarm_ends, self.a_case_is_closed, self.time_passes))()

    def of(self, type_: str) -> dict[str, str]:
        each = (
            self.play.engine.process_of(self.play.case, as_=at_work(self.engine, self.play.case)).incidents[type_].each
        )
        refs = sorted(self.play._recorded.people) or ["child-1"]
        return {"of": self.dice.choice(refs)} if each else {}

    def an_alarm_ends(self) -> None:
        """An open alarm, or one that opens now, ends in one of its ways, or in what is none."""
        open_ = [one for one in self.play._recorded.incidents if one.resolved_at is None]
        if not open_ or self.dice.random() < 0.3:
            type_ = self.dice.choice(DANGERS)
            self.attempt({**happens(type_), **self.of(type_)})
            open_ = [one for one in self.play._recorded.incidents if one.resolved_at is None]
        if not open_:
            return
        one = self.dice.choice(open_)
        self.wait(0, 1, 30)
        if self.dice.random() < 0.3:
            self.somebody_hears_from_her()
        kinds = self.engine.process_of(self.play.case, as_=at_work(self.engine, self.play.case)).incidents
        ways = sorted(
            {way for phase in (self.phase, self.dice.choice(PHASES)) for way in kinds[one.type].endings(phase)}
        ) or ["over"]
        ends = {"do": "resolve", "incident": one.type, "outcome": self.dice.choice(ways), "reason": "invented words"}
        ends |= {"of": one.of} if one.of else {}
        if self.dice.random() < 0.3:
            self.attempt(found_there(self.dice.choice(("low", "medium", "high"))))
            self.attempt(signed("post_arrival_risk_assessment"), self.dice.choice((ANNA, BEN)))
        if self.dice.random() < 0.15:
            ends |= self.dated(3)
        self.towards(ends, at_work(self.engine, self.play.case, CLEO) if one.type == "complaint" else None)

    def visits_are_told(self) -> None:
        """One visit or many, of other days or all of today, perhaps seen by a second."""
        rounds = self.dice.sample([*ROUNDS, "extra", "extra"], self.dice.randint(1, 7))
        self.attempt({"do": "consent", "purpose": "monitoring", "language": "en", "answer": "given", **EXPLAINED_ALL})
        for round_ in rounds:
            said = self.dice.choice(({}, self.dated(9), self.dated(300)))
            result = self.dice.choice(({}, {}, {"s_hurt": "yes"}, {"result": "not_reached"}))
            self.attempt({"do": "complete", "step": "monitoring_visit", "round": round_, **VISIT, **result, **said})
            if self.dice.random() < 0.5:
                self.attempt({"do": "sign", "step": "monitoring_visit", "round": round_})

    def an_entry_is_an_error(self) -> None:
        rows = whole_history(self.engine, self.play.case)
        seq = self.dice.choice(rows[-min(len(rows) - 1, 12) :]).seq
        if self.attempt({"do": "correct", "seq": seq, "why": "(invented) the wrong file"}, ANNA):
            self.attempt({"do": "sign", "seq": seq}, BEN)

    # --- ends of a case ------------------------------------------------------------------------------------------

    def a_case_is_closed(self, likely: str = "") -> None:
        """What an end of this name needs is done, now and then not or otherwise, perhaps beside an alarm; then it is tried."""
        fits = [one for one in sorted(ENDS) if self.phase in PHASES_OF.get(one, PHASES)]
        reason = likely or self.dice.choice(fits if self.dice.random() < 0.85 else sorted(ENDS))
        if self.dice.random() < 0.25:
            type_ = self.dice.choice(sorted(OVER))
            self.attempt({**happens(type_), **self.of(type_)})
        ENDS[reason](self)
        if self.dice.random() < 0.2:
            self.somebody_hears_from_her()
        act = {**closes(reason), **(self.dated(3) if self.dice.random() < 0.1 else {})}
        if self.dice.random() < 0.5:
            self.attempt(act)
        else:
            self.towards(act, most=40 if "follow_up" in PHASES_OF.get(reason, ()) else MOST)

    def tries_in_vain(self) -> None:
        self.attempt({"do": "contact", "with": "person", "channel": "phone", "reached": False})
        ways = self.dice.sample(CHANNELS, self.dice.randint(1, 4))
        for number in range(self.dice.randint(3, 7)):
            self.wait(1, 30, 24 * 7, 24 * 13, 24 * 20)
            tried = {
                "do": "contact",
                "with": "person",
                "channel": ways[number % len(ways)],
                "reached": self.dice.random() < 0.05,
            }
            self.attempt({**tried, **(self.dated(5) if self.dice.random() < 0.2 else {})})
        if self.dice.random() < 0.4:
            known = self.dice.sample(CHANNELS, self.dice.randint(1, 2))
            self.perhaps(
                complete("no_other_way", ways=known, looked_where="(invented) the file"), signed("no_other_way")
            )
        self.wait(1, 24 * 40, 24 * 90)

    def wants_no_more(self) -> None:
        no = ({"do": "withdraw", "purpose": "monitoring", "channel": self.dice.choice(CHANNELS)}, NO_MORE_VISITS,
              {**NO_MORE_VISITS, "by": "person", "heard_by": self.dice.choice(CHANNELS)})  # fmt: skip
        self.perhaps(self.dice.choice(no))
        if self.dice.random() < 0.5:
            type_ = self.dice.choice(("violence", "risk_high", "child_in_danger"))
            self.perhaps({**happens(type_), **self.of(type_)}, chance=0.5)
            self.asks_to_close()
            self.perhaps({**happens(type_), **self.of(type_)}, chance=0.3)

    def asks_to_close(self) -> None:
        self.perhaps(records(person_asks_to_close=self.dice.random() < 0.7), found_there("low"))
        self.perhaps(
            complete(
                "closure_review",
                result=self.dice.choice(("on_persons_request", "close", "refer_on")),
                **self.says_how_it_goes(),
            )
        )

    def says_how_it_goes(self) -> Command:
        word = self.dice.choice(("yes", "mostly", "no", "not_asked", "does_not_want_to_say"))
        agrees = self.dice.choice(("yes", "yes", "yes", "no", "not_asked"))
        said = {"manages": word, "agrees": agrees}
        said |= {"seen_instead": "(invented)"} if word.startswith(("not_", "does_")) else {}
        return said | ({"agreement_seen": "(invented)"} if agrees == "not_asked" else {})

    def something_is_begun(self) -> None:
        """An aim and a sum of money, each with its end or without."""
        aim = {"do": "enter", "register": "plan_item", "area": "training", "aim": "(invented) to sew"}
        if self.attempt(aim) and self.dice.random() < 0.7:
            self.attempt({"do": "update", "ref": "plan_item-1", "status": self.dice.choice(("dropped", "under_way"))})
        if self.dice.random() < 0.3 and self.attempt(
            {"do": "enter", "register": "budget", "funder": "be_fedasil", "for": ["training"]}
        ):
            self.attempt({"do": "update", "ref": "budget-1", "status": self.dice.choice(("refused", "asked"))})

    def somewhere_is_lived(self) -> None:
        """Where they live is left, or not safe any more, or safe again."""
        said = self.dice.choice(({"status": "left"}, {"safe": "no"}, {"safe": "mostly"}, {"status": "lived_in"}))
        self.attempt({"do": "update", "ref": "home-1", "by": "person", **said})

    def a_year_is_told(self) -> None:
        """A year, or less of it, of which the visits are told at the end: as of today, or late by their own days, by one or by two."""
        if self.dice.random() < 0.3:
            self.asks_to_close()
        if self.dice.random() < 0.6:
            self.wait(24 * 10, 24 * 200, 24 * 300, 24 * 370)
        self.attempt({"do": "consent", "purpose": "monitoring", "language": "en", "answer": "given", **EXPLAINED_ALL})
        spread, seen = self.dice.choice((0, 5, 360, 360)), self.dice.choice((0.0, 0.7, 1.0))
        if self.dice.random() < 0.4:
            self.something_is_begun()
        if self.dice.random() < 0.4:
            self.somewhere_is_lived()
        for number, round_ in enumerate(ROUNDS):
            visit = {"do": "complete", "step": "monitoring_visit", "round": round_, **VISIT}
            then = self.play.now - timedelta(days=spread * (len(ROUNDS) - number) / len(ROUNDS))
            if self.attempt({**visit, "at": then.isoformat()} if spread else visit, ANNA) and self.dice.random() < seen:
                self.attempt(
                    {"do": "sign", "step": "monitoring_visit", "round": round_}, self.dice.choice((ANNA, BEN, BEN))
                )

    def dies(self) -> None:
        two = {
            "no_family": self.dice.choice(("hospital", "neighbour")),
            "other_source": self.dice.choice(("family", "hospital")),
        }
        known = self.dice.choice((
            {"result": "by_paper", "paper": "(invented) a certificate", "paper_dated": "2026-05-14"}, {"result": "by_two_sources", **two},
            {"result": "not_known"},
        ))  # fmt: skip
        self.perhaps(happens("death"), complete("death_confirmation", **known))

    def is_left_alone(self) -> None:
        self.perhaps(NO_MORE_VISITS, DECLINED, signed("contact_declined"), chance=0.4)
        self.wait(1, 24 * 10, 24 * 15, 24 * 20)
        self.attempt(complete("leaving_alone", result="agreed", looked_at="(invented) nothing was heard"), ANNA)
        self.attempt(signed("leaving_alone"), self.dice.choice((ANNA, BEN, BEN)))

    def finds_another_home(self) -> None:
        self.perhaps(records(lasting_solution="residence"))
        self.asks_to_close()

    def happens_so(self, *types: str) -> None:
        self.perhaps(happens(self.dice.choice(types)))

    def says_no(self) -> None:
        self.perhaps(self.dice.choice((
            {"do": "consent", "purpose": "return", "answer": "refused"}, {"do": "withdraw", "purpose": "return", "channel": "through_somebody"},
            {"do": "consent", "purpose": "return", "answer": "refused", "of": "child-1"}, happens("consent_withdrawn_before"),
        )))  # fmt: skip


ENDS: Mapping[str, Callable[[Deviation], None]] = {
    "lost_contact": Deviation.tries_in_vain,
    "consent_withdrawn_after_return": Deviation.wants_no_more,
    "deceased": Deviation.dies,
    "needs_nothing": Deviation.is_left_alone,
    "withdrew_return": Deviation.says_no,
    "reintegration_sustained": Deviation.a_year_is_told,
    "support_period_completed": Deviation.a_year_is_told,
    "re_trafficked_referred": lambda it: it.perhaps(happens("re_trafficking"), records(opened_anew=True)),
    "remigrated": lambda it: it.happens_so("remigration"),
    "transferred": lambda it: it.perhaps(happens("transfer_third_country"), TRANSFER_AGREED),
    "left_outside_process": lambda it: (
        it.happens_so("expulsion_risk", "detention_or_arrest")
        if it.dice.random() < 0.5
        else it.perhaps({"do": "move", "to": "left", "how": "alone"})
    ),
    "assistance_declined": lambda it: it.perhaps(
        {
            "do": "consent",
            "purpose": "assistance",
            "answer": "refused",
            **it.dice.choice(({}, {"by": "person", "heard_by": "through_somebody"})),
        }
    ),
    "not_a_victim": lambda it: it.perhaps(
        {"do": "redo", "step": "identification_decision"},
        complete("identification_decision", result="not_victim", decided_by="police"),
    ),
    "return_not_safe": lambda it: it.happens_so("risk_high", "family_refuses", "violence"),
    "return_not_possible": lambda it: it.happens_so(
        "missing_document", "medical_unfit", "refused_entry", "medical_emergency"
    ),
    "other_durable_solution": Deviation.finds_another_home,
    "duplicate": lambda it: it.perhaps(records(existed_already=True)),
}
BEFORE_BOARDING: Sequence[Callable[[Deviation], None]] = (
    Deviation.the_last_question_is_asked,
    Deviation.a_companion_speaks,
    Deviation.late_news,
    Deviation.boards,
)
TURNS: Sequence[Callable[[Deviation], None]] = (
    Deviation.time_passes, Deviation.somebody_hears_from_her, Deviation.the_last_question_is_asked, Deviation.boards, Deviation.goes_on,
    Deviation.goes_on, Deviation.a_companion_speaks, Deviation.late_news, Deviation.an_alarm_ends, Deviation.an_alarm_ends,
    Deviation.visits_are_told, Deviation.an_entry_is_an_error, Deviation.a_case_is_closed, Deviation.a_case_is_closed,
    Deviation.a_case_is_closed,
)  # fmt: skip


def one_walk(number: int, turns: int = 14) -> Deviation:
    """Walk once, from one of the starts in turn; the same number is always the same walk."""
    dice = random.Random(number)
    start = [*STARTS][number % len(STARTS)]
    with begun(STARTS[start].way, all_packs(), **STARTS[start].how) as play:
        walk = Deviation(play, start, dice)
        walk.walk(turns)
    return walk
