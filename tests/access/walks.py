"""Walks by those who would know more than they may (`adversaries.py`) in a case that is full of canaries: random commands, random questions.

After each answer: no canary stood in it of a group that they do not read at that moment, no entry of which they are not told that it is there,
and the case itself not where they do not know of it; and no command was done for which the domain text gives nothing. The number of a walk is
all that is needed to play it again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import orjson
from wayhome import Actor, WayhomeError, to_json
from wayhome.model.moves import MOVES

from tests.access.adversaries import ADVERSARIES, GUARD, Act, Known, who_walks
from tests.access.asking import PAPERS
from tests.access.canaries import (
    BORN,
    CALLED,
    KEY_OF_WHO_LEADS,
    NAMED,
    OLD_KEY,
    SERVES,
    STARTS,
    Entry,
    canaries_in,
    entries_of,
    word,
)
from tests.access.houses import FACT_OF, INCIDENTS, VALUES
from tests.access.rights import READ, SUM
from tests.access.test_on_which_ground import NOBODYS
from tests.access.test_on_which_ground import questions as by_number
from tests.access.test_two_worlds import ASKED, FORMS, TRIED
from tests.access.test_two_worlds import questions as of_two_worlds
from tests.access.test_what_each_house_is_told import GROUPS, LEADS, RECEIVES, YES
from tests.access.test_who_is_let_in_for_a_while import BREAKS
from tests.anything import TRICKS, Place
from tests.attacks.play import LEADER, Play, begun, read
from tests.conftest import all_packs

TURNS, THIS = 40, "this case"
ALL_WORDS = sorted(
    {"identity", "contact", "risk", "health", "travel", "plan", "narrative", "family", "legal", "photo", "consent"}
)
WHOSE = ("person", "guardian", "medical_officer", "competent_authority", "ng_naptip", LEADS, RECEIVES)
HOUSES = (SERVES, NAMED, "ng_cosudow", "be_iom", "invented_clinic")
# What is looked for, and the groups in which it stands; of a number and a label, that they know of the case.
SOUGHT = (
    ("Qzfirstname2", "first_name"), ("qzfirst", "first_name"), ("INVENTED QZTICKETNAME2", "ticket_name"), ("qzticket 1987", "ticket_name"),
    (BORN, "ticket_name"), ("qzidentity2 invented", "identity"), ("Qzfamily3", "family"), ("1961", "family"), ("Qzparties", "parties"),
)  # fmt: skip


class Walk:
    """One case, and an account and a colleague of a house that is in it with little, or was."""

    def __init__(self, play: Play, start: str, kind: str, dice: random.Random) -> None:
        self.play, self.start, self.dice = play, start, dice
        self.adversary = who_walks(play, kind, start, dice)
        self.entries: dict[int, Entry] = entries_of(play)
        written = {seq: entry.groups for seq, entry in self.entries.items()}
        acts = dict[int, Act]()
        self.accounts = {
            id: Known(self.adversary, start == "closed", written, acts)
            for id in ("invented_reader", "invented_colleague")
        }
        self.label = play._recorded.label
        self.process = play.engine._recorded(play.case)[0]
        self.keys: dict[str, Act] = {}
        self.said: list[str] = []
        self.leaks: list[str] = []
        self.times: Counter[str] = Counter()

    def walk(self, turns: int = TURNS) -> Walk:
        for _ in range(turns):
            self.dice.choices((self.asks, self.does, self.time_passes, self.others_go_on), (9, 9, 1, 1))[0]()
            if self.leaks:
                break
        return self

    # --- turns -----------------------------------------------------------------------------------------------------

    def asks(self) -> None:
        _, known, actor = self._somebody()
        act = self._an_act()
        what, ask = self.dice.choice(self._questions(actor, act))
        self._judged(f"asks {what}", known, ask, act if "an act" in what else {})

    def does(self) -> None:
        id, known, actor = self._somebody()
        act = self._an_act()
        counted, now = known.counts(self.play.now), self.play.now
        is_again = act.get("key") in self.keys and self.keys[act["key"]] == act
        may = is_again or known.may(act, self.process, now)
        done = self._judged(f"does {dict(act)}", known, lambda: self._do(act, actor, self.play.case), act)
        if done is None:
            if not counted and not known.standing.was and not may:
                self._tells_nothing_apart(act, actor)
            return
        if not may:
            self._leaks(f"{id} {sorted(actor.roles)} did {dict(act)}, which the text gives to none of these roles")
        if done.case == self.play.case and not is_again:
            self.keys |= {act["key"]: act} if "key" in act else {}
            known.acts.update(dict.fromkeys((row.seq for row in done.events), act))
            for one in self.accounts.values() if act["do"] in ("consent", "withdraw") else (known,):
                one.has_done(act, [row.seq for row in done.events if one is known], now)
            for one in self.accounts.values() if act["do"] == "open_up" else ():
                one.is_remembered(BREAKS)

    def time_passes(self) -> None:
        self.play.wait(hours=self.dice.choice((1, 5, 30, 73, 24 * 8, 24 * 31)))

    def others_go_on(self) -> None:
        """Who leads writes something new, or takes from a house what it was in the case by."""
        self.dice.choice((self._a_note_is_written, self._a_note_is_written, self._a_house_is_out))()

    def _a_note_is_written(self) -> None:
        group, manager = self.dice.choice(("narrative", "risk", "family", "health")), self.play.asking()
        note = {"do": "note", "group": group, "by": "person", "text": f"(invented) {word(group, 9)}"}
        try:
            done = self.play.engine.do(self.play._read(note), as_=manager)
        except WayhomeError:  # it is closed
            return
        self.entries |= {row.seq: Entry((group,)) for row in done.events if row.type == "note_added"}

    def _a_house_is_out(self) -> None:
        house = self.adversary.standing.house
        if house == NAMED:
            no = {"do": "withdraw", "purpose": "share_partner", "recipient": NAMED, "channel": "phone"}
            who = self.play.asking()
        elif house == SERVES:
            no = {"do": "assign", "role": "service_provider", "partner": "ng_wacol"}
            who = Actor("lea", self.play._recorded.leads, {LEADER})
        else:
            return
        try:
            self.play.engine.do(self.play._read(no), as_=who)
        except WayhomeError:
            return
        self.said.append(f"{self.play.now:%Y-%m-%d %H:%M} {who.id}: {no}")
        for one in self.accounts.values():
            one.is_out()

    def _somebody(self) -> tuple[str, Known, Actor]:
        id = self.dice.choices((*self.accounts,), (4, 1))[0]
        return id, self.accounts[id], Actor(id, self.adversary.standing.house, self.adversary.roles)

    # --- what is asked -----------------------------------------------------------------------------------------

    def _questions(self, actor: Actor, act: Act) -> list[tuple[str, Callable[[], Any]]]:
        engine, case, dice = self.play.engine, self.play.case, self.dice
        now = engine.now()
        return [
            *of_two_worlds(self.play, actor),
            *((name, ask) for name, ask in by_number(engine, case, actor).items() if name not in ("do", "withdraw", "open beside it", "many at once")),
            *self._lists(actor),
            *((f"finds {text}", lambda text=text, group=group: self._found(text, group, actor)) for text, group in SOUGHT),
            ("the label", lambda: engine.number_of(self.label, as_=actor)),
            ("of before", lambda: engine.case(case, as_=actor, at=now - timedelta(hours=dice.choice((70, 80, 100, 2_000))))),
            ("a page", lambda: engine.history(case, as_=actor, after=dice.choice([*self.entries]) - 1, limit=1)),
            ("changes from", lambda: engine.changes(as_=actor, after=dice.choice([one.position for one in engine.changes()]), limit=9)),
            ("a form", lambda: engine.form(case, dice.choice(FORMS), as_=actor)),
            ("a form of an act", lambda: engine.form(case, act, as_=actor)),
            ("why an act", lambda: engine.why(case, read(act, case), as_=actor)),
            ("why", lambda: engine.why(case, read(dice.choice(ASKED), case), as_=actor)),
            ("everything for a guardian", lambda: engine.everything(case, made_for="guardian", as_=actor)),
            ("what cannot wait", lambda: engine.take(as_=actor)),
        ]  # fmt: skip

    def _lists(self, actor: Actor) -> Iterator[tuple[str, Callable[[], Any]]]:
        engine, case = self.play.engine, self.play.case
        for how in (
            {"phase": self.play._recorded.phase}, {"status": "open"}, {"status": "closed"}, {"owner": LEADS}, {"owner": RECEIVES}, {"reference": "x"},
            {"host_country": "BE"}, {"overdue": False}, {"overdue": True}, {"closed_as": "return_not_safe"}, {"changed_since": engine.now() - timedelta(days=1)},
            {"worker": "anna"}, {"order": "due"}, {"order": "changed"}, {"after": case}, {"limit": 1}, {"called": self.label}, {"called": case[:9]},
        ):  # fmt: skip
            yield f"cases {how}", lambda how=how: engine.cases(as_=actor, **how)  # type: ignore[misc]
        for by in ("organisation", "host_country"):
            yield f"count by {by}", lambda by=by: engine.count(as_=actor, by=[by])  # type: ignore[misc]

    def _found(self, text: str, group: str, actor: Actor) -> Any:
        found, known = self.play.engine.cases(as_=actor, called=text), self.accounts[actor.id]
        if any(one.number == self.play.case for one in found):
            reads = known.level([group], self.play.now, in_lists=True) >= READ
            if not (known.is_listed and reads and group not in ("family", "parties")):
                self._leaks(f"it is found by '{text}', which stands in {group}")
        return found

    # --- what is tried -----------------------------------------------------------------------------------------

    def _an_act(self) -> Act:
        """Make a command: one that has a point for who would know more, one that two worlds are asked, or any that dice would have."""
        dice = self.dice
        kind = dice.random()
        if kind < 0.25:
            act = dict(dice.choice(self._likely()))
        elif kind < 0.65:
            act = dict(dice.choice(self._pointed()))
        elif kind < 0.75:
            act = dict(dice.choice((*TRIED, *ASKED)))
        else:
            here = Place(self.process, self.play.now, lambda: [*INCIDENTS])
            act = {name: value for name, value in dice.choice(TRICKS)(here, dice).items() if value is not None}
            act |= act.pop("fields", {})
            act |= {"kind": dice.choice([*PAPERS])} if act["do"] == "document" else {}
        if dice.random() < 0.2 and act["do"] != "open_up":
            act |= {"by": dice.choice(WHOSE), "heard_by": "phone"}
        if dice.random() < 0.15:
            act["key"] = dice.choice((OLD_KEY, "a-key", "another-key", f"{KEY_OF_WHO_LEADS}risk"))
        if self.keys and dice.random() < 0.05:
            act = dict(self.keys[dice.choice([*self.keys])])
        return act

    def _likely(self) -> Sequence[Act]:
        """What some of them may do: so that they come to know what it opens, and are answered."""
        dice, house = self.dice, self.adversary.standing.house
        return [
            {"do": "incident", "type": dice.choice(("lost_contact", "risk_high", "threat_at_home")), "note": "(invented) words"},
            {"do": "contact", "with": "person", "channel": "phone", "reached": dice.random() < 0.5},
            {"do": "open_up", "ground": "break_glass", "why": "(invented) she called"},
            {"do": "note", "text": "(invented) words"}, {"do": "close_up", "seq": self.play._recorded.version},
            {"do": "withdraw", "purpose": dice.choice(("share_partner", "monitoring", "return")), "channel": "phone"},
            {"do": "update", "ref": "service-1", "content": "good"}, {"do": "correct", "seq": self.play._recorded.version, "why": "(invented) words"},
            {**YES, "purpose": dice.choice(("travel_data_share", "legal", "health_processing")), "recipient": house, "groups": dice.sample(ALL_WORDS, 1)},
        ]  # fmt: skip

    def _pointed(self) -> Sequence[Act]:
        dice, house, now = self.dice, self.adversary.standing.house, self.play.now
        seq, fact = dice.choice([*self.entries]), dice.choice([*FACT_OF])
        other = dice.choice(HOUSES)
        opens = {
            "do": "open_up",
            "groups": dice.sample(ALL_WORDS, 2),
            "why": "(invented) words",
            "until": (now + timedelta(days=1)).isoformat(),
        }
        glass = {"do": "open_up", "ground": "break_glass", "why": "(invented) she called"}
        consent = {
            "do": "consent",
            "purpose": dice.choice(
                ("share_partner", "travel_data_share", "health_share", "legal_share", "contact_partner")
            ),
        }
        return [
            {"do": "note", "group": dice.choice(GROUPS), "text": "(invented) words"}, {"do": "note", "text": "(invented) words"},
            {"do": "note", "text": "(invented) words", "if_version": dice.choice((3, seq))},
            {"do": "record", "facts": {fact: VALUES[fact]}}, {"do": "record", "facts": {fact: VALUES[fact]}, "by": "person"},
            {**YES, **consent, "recipient": dice.choice((house, other)), "groups": dice.sample(ALL_WORDS, 2)},
            {**YES, "purpose": dice.choice(("legal", "health_processing")), "groups": ["narrative"]},
            {"do": "withdraw", "purpose": consent["purpose"], "recipient": dice.choice((house, other)), "channel": "phone"},
            {"do": "incident", "type": dice.choice([*INCIDENTS]), "note": "(invented) words"}, {"do": "incident", "type": "complaint", "about": ["anna", house]},
            {"do": "contact", "with": dice.choice(("person", "relative-1", LEADS, other)), "channel": "phone", "reached": dice.random() < 0.5},
            {"do": "contact", "with": other, "channel": "phone", "reached": True, "groups": dice.sample(ALL_WORDS, 1)},
            {"do": "document", "kind": dice.choice([*PAPERS]), "status": dice.choice(("held", "lost"))},
            {"do": "resolve", "incident": dice.choice([*INCIDENTS]), "outcome": "over", "reason": "(invented) words"},
            {"do": "travel", "status": "target", "departs_on": f"{now + timedelta(days=20):%Y-%m-%d}"},
            {"do": "involve", "relation": dice.choice(("relative", "escort", "interpreter")), "works_for": house, "name": "Invented Odd"},
            {"do": "involve", "ref": "relative-1", "suspected": True}, {"do": "involve", "ref": "escort-1", "name": "Invented Odd"},
            {"do": "assign", "role": dice.choice(("case_owner", "receiving_organisation", "travel_officer", "service_provider")), "partner": house, "case_worker": "invented_reader"},
            {"do": "assign", "role": dice.choice(("health_service", "legal_counsellor", "case_owner")), "organisation": house, "case_worker": "invented_reader"},
            {"do": "assign", "role": "escort", "ref": "escort-1"}, {"do": "move", "to": dice.choice([*MOVES]), "reason": "transferred"},
            {"do": "keep_to", "workers": ["invented_reader", "invented_colleague"]}, {"do": "rebase", "digest": self.process.digest},
            glass, glass, *({**glass, "called": called, "born": int(BORN)} for called in CALLED.values()), {**glass, "called": "Invented Nobody", "born": int(BORN)},
            *({**opens, "ground": ground, "organisation": house} for ground in ("let_in", "legal_duty", "danger_to_life")),
            {"do": "close_up", "seq": seq}, {"do": "close_up", "seq": dice.choice([1, seq, self.play._recorded.version]), "right": True},
            {"do": "correct", "seq": seq, "why": "(invented) words"}, {"do": "correct", "seq": self.play._recorded.version, "why": "(invented) words"},
            {"do": "sign", "seq": seq}, {"do": "sign", "step": dice.choice(sorted(self.process.steps))},
            {"do": "complete", "step": dice.choice(sorted(self.process.steps))}, {"do": "redo", "step": dice.choice(sorted(self.process.steps)), "reason": "(invented) words"},
            {"do": "enter", "register": "service", "service": "training", "provider": house, "what": "(invented) words", "status": "running"},
            *({"do": "update", "ref": ref, "status": "ended"} for ref in ("service-1", "plan_item-1", "payment-1", "measure-1", "medicine-1")),
            {"do": "update", "ref": "service-1", "attended": "all"}, {"do": "clock"},
            {"do": "open", "host_country": "BE", "origin_country": "NG"}, {"do": "open", "host_country": "BE", "origin_country": "NG", "linked_to": THIS, "relation": "companion"},
        ]  # fmt: skip

    def _do(self, act: Act, actor: Actor, case: str) -> Any:
        said = {"answer": "agree", **act} if act["do"] == "sign" else act
        said = {**said, "linked_to": case} if said.get("linked_to") == THIS else said
        return self.play.engine.do(
            read(said, "by_name" if "called" in act and act["do"] == "open_up" else case), as_=actor
        )

    # --- what was told -----------------------------------------------------------------------------------------

    def _leaks(self, what: str) -> None:
        self.leaks.append(f"{self.start}, {self.adversary.kind} ({self.adversary.standing.house}): {what}")

    def _judged(self, what: str, known: Known, ask: Callable[[], Any], typed: Act) -> Any:
        """Do or ask something, and see what was told. Gives the answer; None where there is none but an error."""
        counted, listed = known.counts(self.play.now), known.is_listed
        word_ = what.partition(" ")[0]
        self.times[word_] += 1
        try:
            answer = ask()
        except WayhomeError as error:
            told, answer, is_line = (
                [type(error).__name__, str(error), to_json(error)],
                None,
                error.code == "closed_for_you",
            )
        else:
            told, is_line = to_json(answer) if not what.endswith("process") else [], False
            self.times[f"{word_}, and is answered"] += 1
            if word_ == "does":
                self.said.append(f"{self.play.now:%Y-%m-%d %H:%M} {what}")
        if word_ == "does" and answer is not None:  # by then they may have a ground that they had not
            act = typed
            if act["do"] == "open_up" or (act["do"] == "consent" and known.may(act, self.process, self.play.now)):
                known = self._after(known, act)
        text = orjson.dumps(told).decode()
        self._holds_against_the_text(what, known, told, text, typed)
        if is_line and not known.has_counted:
            self._leaks(f"{what}: told that it is closed for them, and none of their roles ever counted")
        names_it = answer is not None and not isinstance(answer, int | str) and self.play.case in text
        if names_it and not self._may_name(what, counted, listed):
            self._leaks(f"{what}: there is such a case")
        return answer

    def _after(self, known: Known, act: Act) -> Known:
        after = Known(self.adversary, known.is_closed, known.groups_of, known.acts)
        after.standing, after.typed = known.standing, dict(known.typed)
        after.has_done(act, (), self.play.now)
        return after

    def _may_name(self, what: str, counted: bool, listed: bool) -> bool:
        if (
            what == "asks today"
            and GUARD in self.adversary.roles
            and any(one.broken_at for one in self.accounts.values())
        ):
            return True  # data protection of a house that broke the glass is told of which case (section 8)
        return listed or what.startswith("does") or (counted and not what.startswith(IN_LISTS))

    def _holds_against_the_text(self, what: str, known: Known, told: Any, text: str, typed: Act) -> None:
        now, in_lists, echoed = self.play.now, what.startswith(IN_LISTS), canaries_in(str(typed))
        for one, groups in canaries_in(text).items():
            if one not in echoed and known.level(groups, now, in_lists=in_lists) < READ:
                self._leaks(f"{what}: '{one}' of {groups}")
        if self.label in text and self.label not in what and known.level(["case"], now, in_lists=in_lists) < SUM:
            self._leaks(f"{what}: its label")
        if (
            known.level(["case"], now, in_lists=in_lists) < READ
        ):  # of what is to be done, lines for the own role (section 6)
            for line in _lines_in(told):
                if line.get("case", self.play.case) == self.play.case and known.roles.isdisjoint(line["who"]):
                    self._leaks(f"{what}: a line for {[*line['who']]}: {line.get('title', line.get('do'))}")
        for seq in _entries_in(told):
            entry = self.entries.get(seq)
            if (
                entry is not None
                and seq != typed.get("seq")
                and known.level(entry.groups, now, in_lists=in_lists) < entry.least
            ):
                self._leaks(f"{what}: that entry {seq} of {entry.groups} stands there")

    def _tells_nothing_apart(self, act: Act, actor: Actor) -> None:
        """A stranger is told of it what is told of a number that nobody has."""
        of_it, of_nobody = (
            _refusal(lambda case=case: self._do(act, actor, case)) for case in (self.play.case, NOBODYS)
        )  # type: ignore[misc]
        if (of_it[0], of_it[1].replace(self.play.case, "N")) != (of_nobody[0], of_nobody[1].replace(NOBODYS, "N")):
            self._leaks(f"does {dict(act)}: {of_it} is not {of_nobody}")


IN_LISTS = tuple(
    f"asks {one}" for one in ("cases", "count", "finds", "due of a", "today", "changes", "called", "number", "the label", "partner notes", "what cannot wait")
)  # fmt: skip


def _lines_in(told: Any) -> Iterator[Mapping[str, Any]]:
    """Give the lines of what can be done, or is due."""
    if isinstance(told, Mapping):
        if {"who", "do", "because"} <= {*told} or {"who", "case", "due_at"} <= {*told}:
            yield told
        for one in told.values():
            yield from _lines_in(one)
    elif isinstance(told, list | tuple):
        for one in told:
            yield from _lines_in(one)


def _refusal(do: Callable[[], Any]) -> tuple[str, str]:
    try:
        do()
    except WayhomeError as error:
        return type(error).__name__, str(error)
    return "", ""


def _entries_in(told: Any) -> Iterator[int]:
    """Give the numbers of the entries that an answer tells of; not those of changes of which it is told that there is one."""
    if isinstance(told, Mapping):
        if "seq" in told and "position" not in told:
            yield told["seq"]
        for one in told.values():
            yield from _entries_in(one)
    elif isinstance(told, list | tuple):
        for one in told:
            yield from _entries_in(one)


class Walked(NamedTuple):
    number: int
    kind: str
    start: str
    leaks: Sequence[str]
    said: Sequence[str]
    times: Counter[str]


def one_walk(number: int, turns: int = TURNS) -> Walked:
    """Play a walk by its number: all three kinds in turn, each of each start."""
    dice = random.Random(f"a walk of who would know more {number}")
    kinds, starts = [*ADVERSARIES], [*STARTS]
    kind, start = kinds[number % len(kinds)], starts[(number // len(kinds)) % len(starts)]
    with begun(STARTS[start], all_packs()) as play:
        walk = Walk(play, start, kind, dice).walk(turns)
    return Walked(number, kind, start, walk.leaks, walk.said, walk.times)
