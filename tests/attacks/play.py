"""How the attacks reach Wayhome: the one file of tests/attacks that knows how an engine is opened, told and asked.

An attack is written as people write a story: commands as dicts, roles as words. So the attacks outlive every change
of the library's doors; when a door changes, this file changes and no attack does.

A preparation that is refused is no finding, it is a broken test: `given` raises `PreparationRefused`, which no expected
failure swallows. Only an assertion may fail under `later`.
"""

from __future__ import annotations

import io
import logging
import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import structlog
from wayhome import Actor, BadInput, Engine, NotPermitted, Refused, WayhomeError, read_command, to_json
from wayhome.case_now import CaseNow
from wayhome.case_now.letters import letters_of
from wayhome.case_views import case_view
from wayhome.model.closed_sets import HELPERS
from wayhome.model.reason import Remedy
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, answered, who_does
from wayhome.testing.copies import Memory
from wayhome.testing.walking import SENDS

from tests.conftest import EVERYBODY, all_packs, engine_at, usual_end
from tests.prepared import KEY, SHELF
from tests.whole_answers import EXPLAINED_ALL, risks

Command = Mapping[str, Any]
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MANAGER, RECEIVER, ASSESSOR = "case_manager_sending", "case_manager_receiving", "risk_assessor"
TRAVEL, DOCTOR, LAWYER, LEADER = "travel_officer", "medical_officer", "legal_counsellor", "programme_manager"
RECEPTION, GUARD = "reception_officer", "data_protection_officer"
# Who has all roles of the house that opens the cases.
READER = Actor("invented_reader", "invented_organisation", EVERYBODY)
DEPART: Command = {"do": "move", "to": "depart"}
MOST_ACTS = 400
MOST_AT_ONCE = 8  # times that one act is done at one moment before a walk gives up: it goes in a circle


class PreparationRefused(RuntimeError):
    """What comes before the attack was refused, or cannot be read: the test is broken, and proves nothing."""


class Enough(Exception):
    """What the test came for has happened; the case is prepared no further."""


@dataclass(frozen=True)
class Answer:
    """What the engine said to one act: done when no rule stands against it."""

    kind: str
    reasons: frozenset[tuple[str, str]] = frozenset()
    text: str = ""

    @property
    def done(self) -> bool:
        return self.kind == "done"

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(rule for rule, _ in self.reasons)

    def says(self, *words: str) -> bool:
        """Say whether one of the reasons is of such a rule, or about such a subject."""
        return any(rule in words or subject in words for rule, subject in self.reasons)


class Step(NamedTuple):
    """One turn of a walk: what was proposed since the last, what is asked, and the acts that answered it."""

    moment: datetime
    proposals: list[Command]
    do: Command
    acts: list[tuple[str | Actor, Command]]


@dataclass(frozen=True)
class Opening:
    """How a case is opened in memory: whoever opens one in the same way may begin with a copy of what was prepared."""

    memory: Memory
    name: tuple[Hashable, ...]
    is_usual: bool  # with the packs of this repository: it means the same in all workers
    again: Callable[[], Play]


class Prepared(NamedTuple):
    """A return that was prepared once, and the walk that led there."""

    database: bytes
    case: str
    moment: datetime
    said: list[tuple[datetime, Actor, Command]]
    proposals: list[Command]
    walk: Sequence[Step]
    is_permitted: bool  # the move to which it was walked


@dataclass
class Play:
    """One case, in an engine of its own whose clock the test moves."""

    engine: Engine
    clock: StoryClock
    case: str
    said: list[tuple[datetime, Actor, Command]] = field(default_factory=list)
    proposals: list[Command] = field(default_factory=list)
    opening: Opening | None = None  # how it was opened, in memory

    # --- what was prepared once -----------------------------------------------------------------

    @property
    def is_only_opened(self) -> bool:
        """Whether nothing has been done since, so that a copy may take its place."""
        opening = self.opening
        return opening is not None and opening.memory.is_as_marked

    def take(self, prepared: Prepared) -> bool:
        """Go on from a copy of what was prepared; say whether it may do what it was prepared for."""
        assert self.opening is not None
        self.opening.memory.put(prepared.database, prepared.moment)
        self.case = prepared.case
        self.said += prepared.said
        self.proposals += prepared.proposals
        self.opening = None
        return prepared.is_permitted

    def kept(self, way: str | Way, prepare: Callable[[Play], Any]) -> Prepared:
        """Give what a way leads to from here: prepared once, in a case of its own."""
        opening = self.opening
        assert opening is not None

        def make() -> Prepared:
            play = opening.again()
            memory = play.opening.memory  # type: ignore[union-attr]
            with play.engine:
                walk, is_permitted = prepare(play) or ((), True)
                return Prepared(memory.taken(), play.case, play.now, play.said, play.proposals, walk, is_permitted)

        kept: Prepared = SHELF.taken((way, opening.name), make, shared=isinstance(way, str) and opening.is_usual)
        return kept

    # --- acting -----------------------------------------------------------------------------

    def given(self, who: str | Actor, *acts: Command) -> None:
        """Play what comes before the attack. Each act must be allowed."""
        for act in acts:
            actor = self._who(who, act)
            answer = self._do(actor, act)
            if not answer.done:
                raise PreparationRefused(f"{act} by {who}: {answer.kind}: {answer.text}")
            self.said.append((self.now, actor, act))

    def tried(self, who: str | Actor, act: Command, *, may_be_bad_input: bool = False) -> Answer:
        """Try an act of the attack, and say which rules stood against it.

        An act that the engine cannot read is no attack, unless the design says that this is how it is refused; nor is one of a house
        that is not in the case: no rule was asked. That it is refused is held in tests/access.
        """
        answer = self._do(who, act)
        _must_be_in_the_case(answer, who, act)
        if answer.kind == "bad_input" and not may_be_bad_input:
            raise PreparationRefused(f"{act} by {who} is no attack: {answer.text}")
        return answer

    def boards(self, **fields: Any) -> Answer:
        """Try to board now, as who is told of whatever stands against it."""
        return self.tried(MANAGER, {**DEPART, **fields})

    def _do(self, who: str | Actor, act: Command) -> Answer:
        try:
            self.engine.do(self._read(act), as_=self._who(who, act))
        except WayhomeError as error:
            return _answer(error)
        except AssertionError as error:  # only a test's own assertion may be what is expected to fail
            raise PreparationRefused(f"{act} by {who}: the engine contradicts itself") from error
        return Answer("done")

    def _who(self, who: str | Actor, act: Command) -> Actor:
        """Give who does something: a move is made by a case manager of the house that leads."""
        return self.asking() if (act.get("do"), who) == ("move", MANAGER) else self.actor(who)

    def actor(self, who: str | Actor) -> Actor:
        """Give an invented person who holds a role; on the receiving side, one of whom receives, or who stands for them; an
        escort is of the house that the case names.
        """
        if not isinstance(who, str):
            return who
        named = self._recorded.roles.get(who) if who == "escort" else None
        return Actor(f"invented_{who}", named.party, {who}) if named else an_actor_for(who, self._shown)

    def asking(self, who: str | Actor | None = None) -> Actor:
        """Give who asks: where nobody is named, a case manager of who leads the case now."""
        if who is not None:
            return self.actor(who)
        leads = self._recorded.leads
        return self.actor(MANAGER) if leads == SENDS else Actor(f"invented_{RECEIVER}", leads, {RECEIVER})

    def another(self, role: str) -> Actor:
        """Give a second invented person who holds a role, of the same house."""
        return Actor(f"another_{role}", self.actor(role).organisation, {role})

    def _who_does(self, remedy: Remedy) -> str | Actor:
        role = _one_who_may(remedy.who)
        return who_does(remedy, self._shown) if remedy.do["do"] == "sign" and role == MANAGER else role

    def _shown(self) -> Any:
        held = self._recorded.roles
        return SimpleNamespace(
            roles={role: one.party for role, one in held.items()},
            owner=self._recorded.owner,
            phase=self._recorded.phase,
        )

    @property
    def _recorded(self) -> Any:
        """The case as it is recorded: what a test looks up for itself costs no screen."""
        return self.engine._recorded(self.case)[1]

    def _read(self, act: Command) -> Any:
        """Read an act; of an incident that ends, the usual outcome and a reason are said beside; of a yes, that all was explained; who signs, agrees."""
        if act["do"] == "resolve":
            act = {**usual_end(self.engine, self.case, act["incident"], act.get("of")), **act}
        if act["do"] == "consent" and act.get("answer", "given") == "given":
            act = {"answer": "given", **EXPLAINED_ALL, **act}
        if act["do"] == "sign":
            act = {"answer": "agree", **act}
        return read(act, self.case)

    # --- asking -----------------------------------------------------------------------------

    def why(self, act: Command | str = "depart", who: str | Actor | None = None) -> Answer:
        """Say which rules stand against an act, or a move by its name. Nothing is saved."""
        what = act if isinstance(act, str) else self._read(act)
        try:
            unmet = self.engine.why(self.case, what, as_=self.asking(who)).unmet
        except WayhomeError as error:
            _must_be_in_the_case(_answer(error), who or MANAGER, act)
            return _answer(error)
        return Answer("refused" if unmet else "done", frozenset((r.rule, r.subject) for r in unmet))

    def told(self, rule: str, act: Command | str = "depart", who: str | Actor | None = None) -> list[tuple[str, str]]:
        """Give what a rule finds against an act, and what it says to do."""
        what = act if isinstance(act, str) else self._read(act)
        return [
            (r.fact, r.todo) for r in self.engine.why(self.case, what, as_=self.asking(who)).unmet if r.rule == rule
        ]

    def preview(self, act: Command, who: str | Actor | None = None) -> list[str]:
        """Give what is in order with an act, or is told of it, in sentences."""
        return [r.fact for r in self.engine.why(self.case, self._read(act), as_=self.asking(who)).met]

    def faults(self, who: str | Actor, act: Command) -> set[tuple[str, str]]:
        """Try what cannot be read; give the field and the code of each fault."""
        try:
            self.engine.do(self._read(act), as_=self._who(who, act))
        except BadInput as error:
            return {(fault.field, fault.code) for fault in error.faults}
        return set()

    def seen(self, who: str | Actor | None = None) -> Any:
        """Show the case: the whole of it, whoever wrote it; or as somebody may see it."""
        if who is not None:
            return self.engine.case(self.case, as_=actor(who))
        process, recorded = self.engine._recorded(self.case)
        whole = letters_of(CaseNow(process, recorded, self.now), Actor.clock)
        return case_view(process, recorded, self.actor(MANAGER), whole, self.now)

    def brief(self) -> Any:
        """Show who holds what in the case, and where it stands, without what takes long to show."""
        process, recorded = self.engine._recorded(self.case)
        whole = letters_of(CaseNow(process, recorded, self.now), Actor.clock)
        return case_view(process, recorded, self.actor(MANAGER), whole, self.now, parts=())

    def remedies(self, act: Command | str = "depart", who: str | Actor | None = None) -> list[tuple[str, Any]]:
        """Give the remedies of a refusal, each beside what it is about."""
        what = act if isinstance(act, str) else self._read(act)
        unmet = self.engine.why(self.case, what, as_=self.asking(who)).unmet
        return [(reason.subject, reason.remedy) for reason in unmet if reason.remedy is not None]

    def answered(self, asked: Any, **otherwise: Any) -> Command:
        """Answer a remedy, or a row of what is next, as an invented case worker does; `otherwise` is what they say instead."""
        return {**answered(self.engine, self.case, asked), **otherwise}

    def must_stand(self, *rules: str) -> None:
        """Make sure that the rules stand against the departure before the attack that is to get around them."""
        if missing := set(rules) - self.why().rules:
            raise PreparationRefused(f"{sorted(missing)} do not stand against the departure: {self.why()}")

    def step(self, id: str, round: str | None = None) -> Any:
        return next(s for s in self.seen().steps if s.id == id and (round is None or s.round == round))

    def history(self, who: str | Actor = MANAGER) -> Any:
        return self.engine.history(self.case, as_=self.actor(who))

    def involved(self, relation: str, **fields: Any) -> str:
        """Involve somebody, and give the ref by which they are known."""
        said = {} if relation in HELPERS else {"by": "person"}  # who carries the case names who works in it themselves
        self.given(MANAGER, {"do": "involve", "relation": relation, **said, **fields})
        return str(self.history()[-1].data["ref"])

    def vetted(self, ref: str, *to: str, by: tuple[str | Actor, ...] | None = None, **said: Any) -> str:
        """Have somebody vetted by people who did not involve them: for what two must look at, by two."""
        two = bool({"receive", "house", "care", "speak"}.intersection(to))
        first, *others = by or (ASSESSOR, RECEIVER)[: 1 + two]
        self.given(first, vetting(ref, *to, **said))
        for who in others:
            self.given(who, signed("party_vetting", of=ref, **({"at": said["at"]} if "at" in said else {})))
        return ref

    # --- time -------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def wait(self, **span: float) -> None:
        self.clock.moment += timedelta(**span)

    def until(self, moment: datetime) -> None:
        self.clock.moment = max(self.clock.moment, moment)

    @property
    def legs(self) -> list[dict[str, Any]]:
        """The booked legs, as a story writes them."""
        looked_up = ("from_country", "from_zone", "to_country", "to_zone")
        return [
            {k: v for k, v in leg.items() if v is not None and k not in looked_up}
            for leg in to_json(self._recorded.travel)["legs"]
        ]

    @property
    def takes_off(self) -> datetime:
        return _moment(self.legs[0]["departs_at"])

    @property
    def lands(self) -> datetime:
        return _moment(self.legs[-1]["arrives_at"])

    # --- what honest people do besides ------------------------------------------------------------

    def prepare(
        self,
        move: str = "depart",
        *,
        waiting: bool = True,
        instead: Instead | None = None,
        at_most: int = MOST_ACTS,
        asked_by: str | None = None,
    ) -> bool:
        """Do what is still asked before a move, each by whom it is asked of; `instead` may do something else for what would be done.

        Returns:
            Whether the move is permitted then; not where the same is asked for ever. Without `waiting` no time passes.
        """
        if self.is_only_opened and waiting and at_most == MOST_ACTS and asked_by is None:
            walked = self.kept(f"walk to {move}", lambda play: play._walk(move, True, None, at_most, asked_by))
            if instead is None:
                return self.take(walked)
            for step in walked.walk:  # up to where it does something else, nothing is asked anew
                if self.now > step.moment:
                    break
                self.clock.moment = step.moment
                self.proposals += step.proposals
                try:
                    if instead(self, step.do):
                        break
                except Enough:
                    return False
                for who, act in step.acts:
                    self.given(who, act)
        return self._walk(move, waiting, instead, at_most, asked_by)[1]

    def _walk(
        self, move: str, waiting: bool, instead: Instead | None, at_most: int, asked_by: str | None
    ) -> tuple[list[Step], bool]:
        walk: list[Step] = []
        told = len(self.proposals)
        times: Counter[tuple[datetime, str]] = Counter()
        for _ in range(at_most):
            unmet = self.engine.why(self.case, move, as_=self.asking(asked_by)).unmet
            if not unmet:
                return walk, True
            self.proposals += [dict(r.remedy.do) for r in unmet if r.remedy is not None]
            asked = [r.remedy for r in unmet if r.remedy is not None and r.remedy.from_ is not None]
            now = [remedy for remedy in asked if remedy.from_ is not None and remedy.from_ <= self.now]
            if now:
                do = self.answered(now[0])
                times[self.now, str(do)] += 1
                if times[self.now, str(do)] > MOST_AT_ONCE:
                    return walk, False
                try:
                    done = instead is not None and instead(self, do)
                except Enough:
                    return walk, False
                if not done:
                    acts = [*self.asked_first(now[0].who, do), (self._who_does(now[0]), do)]
                    walk.append(Step(self.now, self.proposals[told:], do, acts))
                    told = len(self.proposals)
                    self.given(*acts[-1])
            elif asked and waiting:
                self.clock.moment = min(r.from_ for r in asked if r.from_ is not None)
            else:
                return walk, False
        return walk, False

    def what_to_do(self, incident: str) -> str:
        """Give what the packs say is done when this happens."""
        process = self.engine.process_of(self.case, as_=actor(MANAGER))
        return str(process.label("incidents", incident)["actions"])

    def asked_first(self, who: Sequence[str], do: Command) -> list[tuple[str | Actor, Command]]:
        """Ask the person for the consents that only these answers need; give who asked, and what."""
        if do["do"] != "complete":
            return []
        asked: list[tuple[str | Actor, Command]] = []
        for reason in self.engine.why(self.case, self._read(do), as_=self.actor(_one_who_may(who))).unmet:
            if reason.rule == "CONSENT" and reason.remedy is not None:
                asked.append((_one_who_may(reason.remedy.who), self.answered(reason.remedy)))
                self.given(*asked[-1])
        return asked

    def ready(self, move: str = "depart", **how: Any) -> Play:
        """Do what is asked until the move is permitted."""
        if not self.prepare(move, **how):
            raise PreparationRefused(f"{move} is never permitted: {sorted(self.why(move).reasons)}")
        return self

    def anew(self, *steps: str) -> None:
        """Have steps done again, by whom they are asked of."""
        for id in steps:
            self.given(_one_who_may(self.step(id).who), {"do": "redo", "step": id})

    def goes_home(self) -> None:
        """Board now, and land when it is booked."""
        self.given(TRAVEL, DEPART)
        self.until(self.lands)
        self.given(TRAVEL, {"do": "move", "to": "arrive"})


Instead = Callable[[Play, Command], bool]
Way = Callable[[Play], None]


def prepared(way: Way) -> Way:
    """Mark a way of preparing: it is gone once in a run, and whoever begins with it has a copy of where it leads to.

    Where something has been done already, it goes on from there, as any function would. So a way may go on from another one: that
    one is copied, and only the rest is done.
    """
    if hasattr(way, "is_prepared"):
        return way
    local = "<" in way.__qualname__  # made in a function: another one in each worker
    name = way if local else f"{way.__module__}.{way.__qualname__}"

    @wraps(way)
    def begin(play: Play) -> None:
        if play.is_only_opened:
            play.take(play.kept(name, way))
        else:
            way(play)

    begin.is_prepared = True  # type: ignore[attr-defined]
    return begin


def read(act: Command, case: str) -> Any:
    """Read a command from its dict, as a story does."""
    return read_command(act, case="" if act.get("do") == "open" else case)


def actor(who: str | Actor) -> Actor:
    """Give an invented person who holds a role."""
    return an_actor_for(who) if isinstance(who, str) else who


def _one_who_may(roles: Iterable[str]) -> str:
    without_account = {"person", "guardian", "panel", "consulate", "competent_authority", "police_liaison"}
    return next((role for role in roles if role not in without_account), MANAGER)


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))


def _must_be_in_the_case(answer: Answer, who: str | Actor, act: Command | str) -> None:
    """See that a rule was asked: who knows of no such case, or is there by a consent alone, has attacked nothing."""
    if answer.kind in ("NotFound", "by_consent"):
        raise PreparationRefused(f"{act} by {who} is no attack: {answer.text}")


def _answer(error: WayhomeError) -> Answer:
    if isinstance(error, Refused):
        return Answer("refused", frozenset((r.rule, r.subject) for r in error.decision.unmet), str(error))
    if isinstance(error, NotPermitted) and error.code == "by_consent":
        return Answer("by_consent", text=str(error))
    if isinstance(error, NotPermitted):
        return Answer("not_permitted", frozenset({("ROLE", "")}), str(error))
    if isinstance(error, BadInput):
        return Answer("bad_input", frozenset({("INPUT", "")}), str(error))
    return Answer(type(error).__name__, text=str(error))


# --- opening -------------------------------------------------------------------------------


@cache
def usual_packs() -> Packs:
    """Give the installed packs, loaded once."""
    return Packs.installed()


def opened(
    packs: Packs | None = None,
    *,
    host: str = "BE",
    origin: str = "NG",
    facts: Mapping[str, Any] | None = None,
    start: datetime = START,
    url: str = "sqlite://",
    at: datetime | None = None,
) -> Play:
    """Open a case in an engine of its own; `at` says that it was opened before the clock's time."""
    clock, facts = StoryClock(start), dict(facts or {"age_status": "adult"})
    about = {"host_country": host, "origin_country": origin, "facts": facts}
    dated = {"at": at.isoformat()} if at else {}
    packs = packs or usual_packs()
    if url != "sqlite://":
        return another_case(engine_at(url, clock=clock, packs=packs), clock, **about, **dated)
    play = unopened(packs, host=host, origin=origin, facts=facts, start=start, at=at)
    assert play.opening is not None
    play.case = another_case(play.engine, play.clock, **about, **dated).case
    play.opening.memory.mark()
    return play


def unopened(
    packs: Packs | None = None,
    *,
    host: str = "BE",
    origin: str = "NG",
    facts: Mapping[str, Any] | None = None,
    start: datetime = START,
    at: datetime | None = None,
) -> Play:
    """Give an engine of its own in which there is no case yet: only a copy of one that was opened so may be put there."""
    packs, facts = packs or usual_packs(), dict(facts or {"age_status": "adult"})
    memory = Memory(StoryClock(start), packs, KEY)
    is_usual = packs is usual_packs() or packs is all_packs()
    name = ("usual" if is_usual else packs, host, origin, str(sorted(facts.items())), str(start), str(at))

    def again() -> Play:
        return opened(packs, host=host, origin=origin, facts=facts, start=start, at=at)

    return Play(memory.engine, memory.clock, "", opening=Opening(memory, name, is_usual, again))


def another_case(engine: Engine, clock: StoryClock, **said: Any) -> Play:
    """Open a case in an engine that there is already."""
    about = {"do": "open", "host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult"}}
    return Play(engine, clock, engine.do(read({**about, **said}, ""), as_=actor(MANAGER)).case)


@contextmanager
def begun(way: Way | None = None, packs: Packs | None = None, **how: Any) -> Iterator[Play]:
    """Open a case in memory and bring it as far as a way leads; see `opened`. Where a copy takes its place, none is opened here."""
    play = unopened(packs, **how) if way is not None else opened(packs, **how)
    with play.engine:
        if way is not None:
            prepared(way)(play)
            play.said.clear()
        yield play


@prepared
def ready_to_depart(play: Play) -> None:
    """Bring a case to a permitted departure, a day or so ahead."""
    play.ready()


@prepared
def evidence_is_fresh(play: Play) -> None:
    """Bring a case two hours before take-off with all evidence renewed: boarding is permitted."""
    ready_to_depart(play)
    play.until(play.takes_off - timedelta(hours=26))
    play.anew("partner_confirmation", "fit_to_travel_check", "pre_return_risk_assessment")
    play.ready(waiting=False)
    play.until(play.takes_off - timedelta(hours=2))
    play.anew("risk_recheck", "departure_clearance", "departure_assistance")
    play.ready(waiting=False)


@prepared
def far_ahead(play: Play) -> None:
    """Bring a case to a permitted departure with all evidence renewed the day before: nothing is at the edge of its age."""
    ready_to_depart(play)
    play.until(play.takes_off - timedelta(hours=20))
    play.anew("partner_confirmation", "fit_to_travel_check", "pre_return_risk_assessment", "risk_recheck")
    play.ready(waiting=False)
    play.anew("departure_clearance", "departure_assistance")
    play.ready(waiting=False)


def stops_at(step: str) -> Any:
    """Prepare a case up to a step, and leave that to the test."""

    def stop(_: Play, do: Command) -> bool:
        if do.get("step") == step:
            raise Enough
        return False

    return stop


@prepared
def at_home(play: Play) -> None:
    """Bring the person home as booked."""
    evidence_is_fresh(play)
    play.until(play.takes_off)
    play.goes_home()


@prepared
def settled(play: Play) -> None:
    """Bring a case into the follow-up, on the day of landing."""
    at_home(play)
    play.ready("settle")
    play.given(MANAGER, {"do": "move", "to": "settle"})


# --- commands as they are written today --------------------------------------------------------


def complete(step: str, **said: Any) -> Command:
    """Write that a step is done, with what was said there."""
    return {"do": "complete", "step": step, **said}


def vetting(ref: str, *to: str, result: str = "trusted", **said: Any) -> Command:
    """Write that somebody was vetted for something."""
    found = {"how": ["papers_seen"], "seen_where": "invented words"}
    return complete("party_vetting", of=ref, result=result, **{"for": [*to]}, **{**found, **said})


def assessed(level: str, *, factor: str = "housing", **changed: Any) -> Command:
    """Write a whole risk assessment whose one row has this level."""
    number = {"low": "1", "medium": "2", "high": "3"}[level]
    row = {"about": "person", "factor": factor, "likelihood": number, "severity": number, "residual": level}
    return complete("pre_return_risk_assessment", **risks({**row, **changed}), origin_input="receiving_partner")


def measure(against: str = "housing", **said: Any) -> Command:
    """Write down what is done against a danger, or a condition of the return."""
    what = {"what": "(invented) a lock", "owner": "receiving_side", "done_by": "2026-06-30"}
    return {"do": "enter", "register": "measure", "against": against, "about": "person", **what, **said}


def signed(step: str = "pre_return_risk_assessment", **said: Any) -> Command:
    """Write that what another has written of a step is signed."""
    return {"do": "sign", "step": step, **said}


def signed_as_it_stands(play: Play, step: str = "pre_return_risk_assessment") -> Command:
    """Write that the newest draft of a step is signed, where another was written before it."""
    drafts = [row.seq for row in play.history() if row.type == "step_signed" and row.data["step"] == step]
    return {"do": "sign", "seq": drafts[-1]}


def another(role: str) -> Actor:
    """Give a second invented person who holds a role."""
    return Actor(f"another_{role}", "invented_organisation", {role})


# --- doors that only one attack needs ------------------------------------------------------------


def allowed_when_nobody_was_asked() -> bool:
    """Say whether the engine allows an act for which no rule was asked."""
    from wayhome import Decision

    return Decision().allowed


def sentences_of_safeguards() -> list[str]:
    """Give the sentence of each safeguard, as it is written."""
    from wayhome.rules.safeguard import SAFEGUARDS

    return [(rule.judge.__doc__ or "").strip().splitlines()[0] for rule in SAFEGUARDS.values()]


def finds(play: Play, rule: str, who: str) -> str:
    """Say what a rule would tell somebody of a departure now."""
    from wayhome.case_now import CaseNow
    from wayhome.commands import Move
    from wayhome.errors import filled
    from wayhome.rules.safeguard import SAFEGUARDS

    process, case = play.engine._recorded(play.case)
    asked = CaseNow(process, case, play.now, actor=actor(who), command=Move(play.case, to="depart"))
    finding = SAFEGUARDS[rule].ask(asked).finding
    return filled(finding.fact, finding.values)


def reads(play: Play, question: str) -> None:
    """Ask the engine for something about the case."""
    getattr(play.engine, question)(play.case, as_=actor(MANAGER))


def logged(act: Callable[[], Any]) -> list[Any]:
    """Give the lines that an act leaves in the log."""
    from structlog.testing import capture_logs

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as lines:
        act()
    return list(lines)


class Shell:
    """A folder with a database and a case, and command lines as people type them."""

    ROLES = (MANAGER, "auditor_or_donor", "data_protection_officer", "system_admin")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder}/case.db"
        with engine_at(self.url, packs=usual_packs()) as engine:
            self.case = engine.cases(as_=actor(MANAGER))[0].number

    @classmethod
    def prepare(cls, folder: Path) -> None:
        """Make the folder that is copied for each test."""
        folder.mkdir()
        with engine_at(f"sqlite:///{folder}/case.db", packs=usual_packs()) as engine:
            for role in cls.ROLES:
                engine.put_actor(actor(role))
            another_case(engine, StoryClock(START))

    def __call__(self, *words: str, who: str = MANAGER) -> int:
        """Run a command line; `N` stands for the number of the case. Gives its exit status."""
        from wayhome.shell.main import run
        from wayhome.shell.session import Session

        before = structlog.get_config()
        session = Session(actor_id=actor(who).id)
        try:
            return run(tuple(self.case if word == "N" else word for word in words), session)
        finally:
            session.close()
            structlog.configure(**before)

    def shows(self, *words: str, who: str = MANAGER) -> str:
        """Run a command line, and give all that it shows."""
        shown = io.StringIO()
        before = os.environ.get("WAYHOME_DB")
        os.environ["WAYHOME_DB"] = self.url
        try:
            with redirect_stdout(shown), redirect_stderr(shown):
                self(*words, who=who)
        finally:
            os.environ.pop("WAYHOME_DB") if before is None else os.environ.update(WAYHOME_DB=before)
        return shown.getvalue()


def kept_in_the_history(line: str) -> str:
    """Give what the interactive shell keeps of a line on the disk."""
    from wayhome.shell.prompting import fit_to_keep

    return fit_to_keep(line) or ""


def told_in_the_demo(act: Command, play: Play) -> str:
    """Give the words in which the demo tells an act."""
    from wayhome.shell.commands.demo import _act

    process, _ = play.engine._recorded(play.case)
    return _act(str(act["do"]), act, process)
