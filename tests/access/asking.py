"""What each role is asked on each ground: every way of asking about a case, and every command. Each gives what the text says (`rights.py`),
and what the engine answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from wayhome import Actor, NotFound, WayhomeError

from tests.access import rights as may
from tests.access.houses import (
    CLINIC,
    FACT_OF,
    FIRM,
    HELPER,
    INCIDENTS,
    ISSUER,
    LEADER,
    MANAGER,
    OPENED,
    PAPER,
    RECEIVER,
    RELATIVE,
    VALUES,
    World,
    word,
)
from tests.access.rights import READ, SUM, Ask, Standing
from tests.access.test_on_which_ground import NOBODYS
from tests.access.test_what_each_house_is_told import GROUPS, RECEIVES, STEPS

PAPER_DONE_BY = {
    "icvp_yellow_fever": {"medical_officer"},
    "ng_nin": {RECEIVER, "service_provider"},
    "ng_passport": {RECEIVER},
}  # 12.9: `who` of the step that it satisfies
# Of who is no party, less is asked: each way of asking, and each word of a command once.
OF_WHO_IS_NO_PARTY = {
    ("note", "case"), ("record", "languages"), ("start", "legal_counselling"), ("consent", "return"), ("withdraw", "assistance"), ("incident", "lost_contact"),
    ("contact", "person"), ("document", "ng_passport"), ("resolve", "lost_contact"), ("travel", "target"), ("involve", "helper"),
    ("assign", "travel_officer"), ("move", "close"), ("rebase", ""), ("keep_to", ""), ("open_up", "let_in"),
    ("close_up", "right"), ("correct", "languages"), ("clock", ""),
}  # fmt: skip
FOUND_BY = {"chosen_name": "first_name", "name_on_ticket": "ticket_name", "other_names": "identity"}
# Of a step, by whom it is done: one of each kind of doer, all with an account, none with a word that another could type.
DONE_BY = {
    "legal_counselling": {"legal_counsellor"}, "medical_assessment": {"medical_officer"}, "initial_risk_assessment": {"risk_assessor"},
    "assign_case_manager": {LEADER}, "safe_accommodation": {MANAGER}, "partner_confirmation": {RECEIVER}, "arrival_reception": {"reception_officer"},
    "departure_notice": {"travel_officer"}, "data_disposal": {"data_protection_officer"}, "ng_training": {RECEIVER, "service_provider"},
}  # fmt: skip
EARLY_STEPS = {"initial_risk_assessment": "risk", "protection_needs_check": "legal"}
PAPERS = {"ng_passport": "papers", "icvp_yellow_fever": "health", "ng_nin": "identity", "ng_minor_consent": "family"}
CONSENT_ASKED_BY = {  # beside who writes in the group (6): `asked_by` of the purpose
    "legal": {"legal_counsellor"}, "health_processing": {"medical_officer"}, "travel_data_share": {"travel_officer"},
    "health_processing_local": {"medical_officer", "counsellor"}, "contact_authorities": {"legal_counsellor"}, "return": set(), "assistance": set(),
}  # fmt: skip
MOVED_BY = {
    "prepare": {MANAGER, RECEIVER, LEADER}, "close": {MANAGER, RECEIVER, LEADER}, "reopen": {MANAGER, RECEIVER, LEADER},
    "settle": {MANAGER, RECEIVER}, "depart": {MANAGER, RECEIVER, "travel_officer", "escort"},
    **{one: {MANAGER, RECEIVER, "travel_officer", "escort", "reception_officer"} for one in ("left", "arrive", "turn_back")},
}  # fmt: skip


class Question(NamedTuple):
    """What is asked of a command: what it is about, and who may give it by the text."""

    what: str
    of: str
    command: Any
    may: Callable[[Standing, str], bool]


def _questions(world: World) -> Iterator[Question]:
    play = world.play

    def ask(what: str, of: str, act: Mapping[str, Any], allowed: Callable[[Standing, str], bool]) -> Question:
        return Question(what, of, play._read(act), allowed)

    for group in GROUPS:
        note = {"do": "note", "group": group, "text": "invented"}
        yield ask(
            "note",
            group,
            note,
            lambda one, role, g=group: (
                may.writes(one, role, g) or (g == "case" and one.is_let_in(role) and one.ground == "break_glass")
            ),
        )
        yield ask(
            "note by the person",
            group,
            {**note, "by": "person"},
            lambda one, role, g=group: (
                may.writes(one, role, g)
                or may.types_the_word_of(one, role, "person", g)
                or (g == "case" and one.is_let_in(role) and one.ground == "break_glass")
            ),
        )
    for id, group in FACT_OF.items():
        fact, asked_by = {"do": "record", "facts": {id: VALUES[id]}}, set(world.process.facts[id].asked_by)
        yield ask(
            "record",
            id,
            fact,
            lambda one, role, g=group, a=asked_by: may.writes(one, role, g) or (may.does(one, role) and role in a),
        )
        yield ask(
            "record by the person",
            id,
            {**fact, "by": "person"},
            lambda one, role, g=group, a=asked_by: (
                may.writes(one, role, g)
                or (may.does(one, role) and role in a)
                or may.types_the_word_of(one, role, "person", g)
            ),
        )
    for id, who in DONE_BY.items():
        for word_ in ("start", "redo"):
            yield ask(
                word_,
                id,
                {
                    "do": word_,
                    "step": id,
                    **({"reason": "invented"} if word_ == "redo" else {}),
                    **({"round": "asked"} if id == "data_disposal" else {}),
                },
                lambda one, role, w=who: may.does(one, role) and role in w,
            )
    for purpose, recipient in (
        *(
            (one, None)
            for one in ("assistance", "legal", "health_processing", "health_processing_local", "return", "monitoring")
        ),
        ("travel_data_share", RECEIVES),
        ("share_partner", RECEIVES),
        ("contact_authorities", "be_myria"),
    ):
        group = "consent_return" if purpose == "return" else "consent"
        act = {
            "do": "consent",
            "purpose": purpose,
            "answer": "refused",
            **({"recipient": recipient} if recipient else {}),
        }
        yield ask(
            "consent",
            purpose,
            act,
            lambda one, role, g=group, p=purpose: (
                may.writes(one, role, g) or (may.does(one, role) and role in CONSENT_ASKED_BY.get(p, set()))
            ),
        )
    yield ask("withdraw", "assistance", {"do": "withdraw", "purpose": "assistance", "channel": "phone"}, may.hears_a_no)
    yield ask("incident", "lost_contact", {"do": "incident", "type": "lost_contact"}, may.raises_an_alarm)
    yield ask("incident", "complaint", {"do": "incident", "type": "complaint"}, may.hears_a_no)
    yield ask(
        "contact",
        "person",
        {"do": "contact", "with": "person", "channel": "phone", "reached": False},
        may.raises_an_alarm,
    )
    for kind, group in PAPERS.items():
        yield ask(
            "document",
            kind,
            {"do": "document", "kind": kind, "status": "lost"},
            lambda one, role, k=kind, g=group: (
                may.writes(one, role, "papers")
                or may.writes(one, role, g)
                or (may.does(one, role) and role in PAPER_DONE_BY.get(k, set()))
            ),
        )
    for type, group in INCIDENTS.items():
        if type in world.seqs:
            end = {"do": "resolve", "incident": type, "reason": "invented"}
            yield ask(
                "resolve",
                type,
                end,
                lambda one, role, t=type, g=group: (
                    may.writes(one, role, "complaint" if t == "complaint" else "case")
                    and (g is None or may.level(one, role, g, own=world.is_own(one, world.seqs[t])) >= SUM)
                ),
            )
    yield ask(
        "travel",
        "target",
        {"do": "travel", "status": "target", "departs_on": "2027-01-05"},
        lambda one, role: may.writes(one, role, "travel"),
    )
    yield ask(
        "travel by the person",
        "target",
        {"do": "travel", "status": "target", "departs_on": "2027-01-05", "by": "person"},
        lambda one, role: may.writes(one, role, "travel") or may.types_the_word_of(one, role, "person", "travel"),
    )
    yield ask(
        "involve",
        "relative",
        {"do": "involve", "relation": "relative"},
        lambda one, role: may.writes(one, role, "family"),
    )
    yield ask(
        "involve by the person",
        "relative",
        {"do": "involve", "relation": "relative", "by": "person"},
        lambda one, role: may.writes(one, role, "family") or may.types_the_word_of(one, role, "person", "family"),
    )
    yield ask(
        "involve",
        "helper",
        {"do": "involve", "relation": "interpreter"},
        lambda one, role: may.writes(one, role, "parties"),
    )
    yield ask(
        "involve",
        "suspicion",
        {"do": "involve", "ref": "relative-1", "suspected": True},
        lambda one, role: may.writes(one, role, "risk"),
    )
    yield ask(
        "assign",
        "interpreter",
        {"do": "assign", "role": "interpreter", "ref": "escort-1"},
        lambda one, role: one.leads and may.writes(one, role, "parties"),
    )
    yield ask(
        "assign",
        "travel_officer",
        {"do": "assign", "role": "travel_officer", "partner": "ng_iom"},
        lambda one, role: one.leads and may.writes(one, role, "parties"),
    )
    for move, roles in MOVED_BY.items():
        more = (
            {"reason": "transferred"}
            if move == "close"
            else {"reason": "invented"}
            if move in ("turn_back", "reopen")
            else {"how": "unknown"}
            if move == "left"
            else {}
        )
        yield ask(
            "move",
            move,
            {"do": "move", "to": move, **more},
            lambda one, role, m=move, r=roles: may.moves(one, role, m, r),
        )
    yield ask(
        "rebase",
        "",
        {"do": "rebase", "digest": world.process.digest},
        lambda one, role: one.leads and may.does(one, role) and role in {*may.MANAGERS, LEADER},
    )
    yield ask(
        "keep_to",
        "",
        {"do": "keep_to", "workers": ["els", "invented_reader", *world.answering]},
        lambda one, role: one.leads and may.does(one, role) and role in {*may.MANAGERS, *may.STAYING},
    )
    for ground, groups in OPENED.items():
        said = {"article": "an invented article"} if ground == "legal_duty" else {}
        act = {
            "do": "open_up",
            "ground": ground,
            "organisation": "ng_naptip",
            "groups": groups,
            "why": "invented",
            "until": (play.now + timedelta(days=1)).isoformat(),
            **said,
        }
        yield ask("open_up", ground, act, lambda one, role, g=ground: may.lets_in(one, role, g))
    if "break_glass" in world.seqs:
        act = {"do": "close_up", "seq": world.seqs["break_glass"], "right": True}
        yield ask(
            "close_up",
            "right",
            act,
            lambda one, role: (
                ((one.leads and role in may.MANAGERS) or role == "data_protection_officer") and may.does(one, role)
            ),
        )
    for id, group in FACT_OF.items():
        if id in world.seqs:
            asked_by = set(world.process.facts[id].asked_by)
            yield ask(
                "correct",
                id,
                {"do": "correct", "seq": world.seqs[id], "why": "invented"},
                lambda one, role, g=group, a=asked_by: may.writes(one, role, g) or (may.does(one, role) and role in a),
            )
    yield ask("clock", "", {"do": "clock"}, lambda one, role: role == "system_admin")


def allowed(world: World, command: Any, actor: Actor) -> bool:
    """Whether somebody may give a command at all; what else stands against it is not asked here."""
    try:
        world.play.engine.why(world.case, command, as_=actor)
    except WayhomeError:
        return False
    return True


def shown(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except WayhomeError:
        return None


def every_answer_in(world: World, *, words: Collection[str] = ()) -> list[Ask]:
    """Ask all of each role on each ground; of commands those with these words alone, where some are named."""
    questions = [one for one in _questions(world) if not words or one.what in words]
    return [ask for ground in world.standings for role in may.ROLES for ask in answers(world, ground, role, questions)]


def answers(world: World, ground: str, role: str, questions: Collection[Question]) -> Iterator[Ask]:
    """Ask all of one role on one ground."""
    one, actor = world.standings[ground], world.reader(ground, role)
    engine, case = world.play.engine, world.case
    view = shown(lambda: engine.case(case, as_=actor))
    rows = {row.seq: row for row in shown(lambda: engine.history(case, as_=actor, limit=1_000)) or ()}

    def say(what: str, of: str, want: bool, got: bool) -> Ask:
        return Ask(ground, role, what, of, want, got)

    yield from _existence(world, one, actor, role, say)
    for question in questions:
        if one.counts(role) or (question.what, question.of) in OF_WHO_IS_NO_PARTY:
            yield say(question.what, question.of, question.may(one, role), allowed(world, question.command, actor))

    def told(group: str, seq: int) -> int:
        return may.level(one, role, group, own=world.is_own(one, seq))

    def in_history(seq: int, word: str) -> bool:
        return seq in rows and word in str((rows[seq].texts, rows[seq].data))

    for (house, group), seq in world.notes.items():
        yield say("reads a note", group, told(group, seq) >= READ, in_history(seq, word(house, group)))
        yield say("knows of a note", group, told(group, seq) >= SUM, seq in rows)
    for id, group in FACT_OF.items():
        if id in world.seqs:
            seq = world.seqs[id]
            yield say("reads a fact", id, told(group, seq) >= READ, view is not None and id in view.facts)
            yield say(
                "reads it in the history",
                id,
                told(group, seq) >= READ,
                seq in rows and (id in (rows[seq].data.get("facts") or {})),
            )
            yield say("knows of a fact", id, told(group, seq) >= SUM, seq in rows)
    for type, group in INCIDENTS.items():
        if type in world.seqs:
            seq = world.seqs[type]
            least = told("case", seq) >= READ if group is None else told(group, seq) >= SUM
            yield say(
                "knows of an incident", type, least, view is not None and any(x["type"] == type for x in view.incidents)
            )
            yield say("knows of it in the history", type, least, seq in rows and rows[seq].data.get("type") == type)
            yield say(
                "reads its note", type, told(group or "case", seq) >= READ, in_history(seq, f"invented-note-of-{type}")
            )
    if "paper" in world.seqs:
        seq = world.seqs["paper"]
        paper = next((x for x in view.documents if x["kind"] == PAPER[0]), None) if view else None
        yield say("knows of a paper", PAPER[0], told(PAPER[1], seq) >= SUM, paper is not None)
        yield say(
            "reads a paper", PAPER[0], told(PAPER[1], seq) >= READ, paper is not None and paper["issued_on"] is not None
        )
        yield say("reads it in the history", PAPER[0], told(PAPER[1], seq) >= READ, in_history(seq, ISSUER))
        yield say("knows of it in the history", PAPER[0], told(PAPER[1], seq) >= SUM, seq in rows)
    for who, group, name in (("relative", "family", RELATIVE), ("helper", "parties", HELPER)):
        if who in world.seqs:
            seq, ref = world.seqs[who], {"relative": "relative-1", "helper": "escort-1"}[who]
            yield say(
                "knows of somebody",
                who,
                told(group, seq) >= SUM,
                view is not None and any(x["ref"] == ref for x in view.people),
            )
            yield say("knows of them in the history", who, told(group, seq) >= SUM, seq in rows)
            yield say("reads their name", who, told(group, seq) >= READ, in_history(seq, name))
    for step, group in {**STEPS, **EARLY_STEPS}.items():
        if group and (seq := world.done.get(step)):
            listed = {x.id: x for x in view.steps} if view else {}
            yield say("knows of a step", step, told(group, seq) >= SUM, step in listed)
            if step in world.results:
                yield say(
                    "knows its result", step, told(group, seq) >= SUM, bool(step in listed and listed[step].result)
                )
            yield say("knows of it in the history", step, told(group, seq) >= SUM, seq in rows)
    for key, seq in world.seqs.items():
        if key.startswith("consent "):
            purpose, recipient = (*key.split()[1:], "")[:2]
            level = may.told_of_consent(one, role, purpose, recipient, own=world.is_own(one, seq))
            found = [x for x in view.consents if x["seq"] == seq] if view else []
            yield say(
                "knows of a consent",
                purpose + (" of theirs" if recipient == one.house else " of another" if recipient else ""),
                level >= SUM,
                bool(found),
            )
            yield say(
                "reads a consent",
                purpose + (" of theirs" if recipient == one.house else " of another" if recipient else ""),
                level >= READ,
                bool(found and found[0]["groups"]),
            )
            yield say("knows of it in the history", purpose, level >= SUM, seq in rows)
            yield say(
                "reads it in the history", purpose, level >= READ, seq in rows and bool(rows[seq].data.get("groups"))
            )
    for house in (CLINIC, FIRM):
        if f"role {house}" in world.seqs:
            knows = (house == one.house and one.counts(role)) or told("parties", world.seqs[f"role {house}"]) >= READ
            yield say("knows who is in the case", house, knows, view is not None and house in view.roles.values())
    for ground_ in ("let_in", "legal_duty", "danger_to_life", "break_glass"):
        if ground_ in world.seqs:
            seq = world.seqs[ground_]
            yield say("knows of an opening", ground_, told("read_log", seq) >= SUM, seq in rows)
            yield say(
                "reads why",
                ground_,
                told("read_log", seq) >= READ,
                in_history(seq, f"why-of-{ground_.removeprefix('break_')}"),
            )
    log = shown(lambda: engine.read_log(case, as_=actor))
    yield say("reads who has read it", "", may.level(one, role, "read_log", own=True) >= SUM, log is not None)


def _existence(world: World, one: Standing, actor: Actor, role: str, say: Callable[..., Ask]) -> Iterator[Ask]:
    """Ask by each way whether there is such a case."""
    engine, case, counts = world.play.engine, world.case, one.counts(role)
    listed = counts and not one.is_by_glass_alone(role)
    asked: dict[str, Callable[[], Any]] = {
        "case": lambda: engine.case(case, as_=actor), "history": lambda: engine.history(case, as_=actor, limit=1),
        "next": lambda: engine.next(case, as_=actor), "blockers": lambda: engine.blockers(case, "depart", as_=actor),
        "process": lambda: engine.process_of(case, as_=actor), "number": lambda: engine.number_of(world.label, as_=actor), "due of it": lambda: engine.due(as_=actor, case=case),
    }  # fmt: skip
    for what, ask in asked.items():
        yield say("asks", what, listed if what == "number" else counts, shown(ask) is not None)
    for what, ask in {
        "cases": lambda: any(x.number == case for x in engine.cases(as_=actor)),
        "changes": lambda: any(x.case == case for x in engine.changes(as_=actor, limit=1_000)),
        "count": lambda: sum(x.cases for x in engine.count(as_=actor)) > 0,
    }.items():
        yield say("is listed", what, listed, bool(shown(ask)))
    if not counts:
        yield say("is due", "", False, any(x.case == case for x in shown(lambda: engine.due(as_=actor)) or ()))
    for id, group in FOUND_BY.items():
        if id in world.seqs and isinstance(VALUES[id], str):
            reads = listed and may.level(one, role, group, own=world.is_own(one, world.seqs[id])) >= READ
            yield say(
                "finds by",
                id,
                reads,
                any(x.number == case for x in shown(lambda v=VALUES[id]: engine.cases(as_=actor, called=v)) or ()),
            )
    if not counts:
        told = _refusal(lambda: engine.case(case, as_=actor))
        line = isinstance(told, NotFound) and told.code == "closed_for_you"
        yield say("keeps one line", "", role in one.was, line)
        if not line:
            nobodys = _refusal(lambda: engine.case(NOBODYS, as_=actor))
            apart = (type(told), str(told).replace(case, "N")) != (type(nobodys), str(nobodys).replace(NOBODYS, "N"))
            yield say("tells it apart", "", False, apart)


def _refusal(ask: Callable[[], Any]) -> WayhomeError | None:
    try:
        ask()
    except WayhomeError as error:
        return error
    return None
