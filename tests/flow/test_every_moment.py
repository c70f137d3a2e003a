"""Declared is asked: a rule at any moment of the vocabulary is asked of every command that has this moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any, get_args

import pytest
from wayhome import Actor, NotPermitted, Refused
from wayhome.commands import BY_WORD, Open, read_command
from wayhome.model.case import RELATIONS
from wayhome.model.moves import MOVES
from wayhome.model.reading import specs_of
from wayhome.model.reason import no
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.registers import Register
from wayhome.packs.moments import ENTRUST, vocabulary
from wayhome.packs.process import Process
from wayhome.rules import asking
from wayhome.rules.safeguard import NOT_OF_A_COMMAND, SAFEGUARDS, UNRULED, Safeguard, safeguard
from wayhome.testing.walking import OF_WHO_RECEIVES

from tests.conftest import all_packs, usual_end
from tests.flow.conftest import Desk
from tests.whole_answers import EXPLAINED_ALL

BY_THEMSELVES = {"withdraw", "resolve", "open"}  # each has a test below
# A colleague; `close_up` closes what is opened before.
LET_IN = {
    "ground": "let_in", "organisation": "invented_organisation", "worker": "invented_colleague", "groups": ["risk"], "until": "2026-03-20",
    "why": "invented",
}  # fmt: skip
RETURNS = [("BE", "NG"), ("NL", "BR"), ("BE", "SL")]


REFS = {
    "companion": "child-1",
    "child": "child-1",
    "party": "child-1",
    "child_staying": "child-2",
    "child_of_family": "child-1",
    "own_case": "child-3",
}


def _a_value(spec: FieldSpec) -> Any:
    """A value that a field can have."""
    if spec.type == "answers":
        return dict.fromkeys(spec.about, spec.values[0])
    if spec.values:
        return [spec.values[0]] if spec.type == "codes" else spec.values[0]
    known = {"bool": True, "date": "2026-03-01", "instant": "2026-03-02T08:00:00Z", "number": 0, "party": "be_pag_asa"}
    known |= {"money": "1 EUR", "entry": "budget-1"}
    return known.get(spec.type, "x")


def _of_an_entry(process: Process, register: Register, *more: str, status: str = "") -> dict[str, Any]:
    if register.says_there_is_none(status):
        return {}
    asked = {name: spec for name, spec in register.fields.items() if spec.required or name in more}
    somebody = next(iter(process.partners))
    return {name: somebody if spec.type == "party" else _a_value(spec) for name, spec in asked.items()}


def commands_of(process: Process) -> Iterator[tuple[str, dict[str, Any]]]:
    """One readable command for every moment: (moment, command)."""
    for step in process.steps.values():
        fields = {n: _a_value(f) for n, f in step.fields.items() if f.required and f.type != "rows"}
        for name in step.results[step.favourable].needs_fields if step.favourable else ():
            fields[name] = _a_value(step.fields[name])
        round_ = step.rounds[0].id if step.rounds else None
        common = {"step": step.id, "round": round_, "of": REFS.get(step.each or "")}
        told = {"informed_at": "2026-03-01T10:00:00Z"} if step.inform_first else {}
        result = None if step.is_computed else next(iter(step.results), None)
        yield f"start:{step.id}", {"do": "start"} | common
        done = {"do": "complete", "result": result, "fields": fields | told} | common
        yield f"complete:{step.id}", done
        if step.id in {entrusting.id for entrusting, *_ in process.entrusting}:
            yield "entrust", done
        yield f"fail:{step.id}", {"do": "fail"} | common
        yield f"skip:{step.id}", {"do": "skip", "reason": "an invented reason"} | common
        yield f"sign:{step.id}", {"do": "sign", "answer": "agree"} | common
        yield f"redo:{step.id}", {"do": "redo"} | common
    for purpose in process.consents.values():
        given = {"do": "consent", "purpose": purpose.id, "answer": "refused"}
        yield f"consent:{purpose.id}", given | {"recipient": next(iter(purpose.recipients), None)}
        for class_ in purpose.recipients:
            yield f"consent:{class_}", given | {"recipient": class_}
    for paper in process.documents.values():
        requested = {"do": "document", "kind": paper.id, "status": "requested"}
        yield f"document:{paper.id}", requested
        for need in paper.consents:
            class_ = str((process.partners.get(need.recipient or "") or {}).get("recipient", need.recipient))
            yield f"document:{class_}", requested
    for type_, kind in process.incidents.items():
        yield f"incident:{type_}", {"do": "incident", "type": type_, "of": REFS.get(kind.each or "")}
    for role in (*process.roles, "case_owner"):
        named = {"case_worker": "invented_worker"} if role == "case_owner" else {}
        yield f"assign:{role}", {"do": "assign", "role": role, "organisation": "invented_organisation", **named}
    for relation in RELATIONS:
        yield f"involve:{relation}", {"do": "involve", "by": "person", "relation": relation}
    for class_ in process.recipients:
        who = {"identified_as": "(invented) a crew"} if class_ == "unknown_party" else {}
        yield f"contact:{class_}", {"do": "contact", "with": class_, "channel": "phone", "reached": False, **who}
    for fact in process.facts.values():
        if fact.derived is None and not fact.only_by_steps:
            values = {"bool": True, "date": "2026-03-01", "instant": "2026-03-01T10:00:00Z", "number": 3}
            value = fact.values[0] if fact.values else values.get(fact.type, "en")
            yield f"record:{fact.id}", {"do": "record", "facts": {fact.id: value}}
    for register in process.registers.values():
        values = _of_an_entry(process, register)
        yield f"enter:{register.id}", {"do": "enter", "register": register.id, "fields": values}
        yield f"update:{register.id}", {"do": "update", "ref": f"{register.id}-1", "fields": values}
    for move in MOVES:
        reason = next(iter(process.outcomes)) if move == "close" else None
        yield move, {"do": "move", "to": move, "reason": reason} | ({"how": "alone"} if move == "left" else {})
    yield "clearance", {"do": "complete", "step": "departure_clearance"}
    yield "travel", {"do": "travel", "status": "target", "departs_on": "2027-01-05"}
    yield "open_up", {"do": "open_up", **LET_IN}
    yield "rebase", {"do": "rebase", "digest": process.digest}


def with_those_about_nothing(known: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Add a command for every word that is not there yet: with what it must be given, by its types."""
    values = {str: "invented", bool: True, int: 1, date: "2026-03-01", datetime: "2026-03-01T10:00:00Z"}
    more = {}
    for word, kind in BY_WORD.items():
        if word not in {do["do"] for do in known.values()} | BY_THEMSELVES:
            needed = {n: spec.kind for n, spec in specs_of(kind).items() if spec.required and n != "case"}
            more[word] = {"do": word} | {n: values.get(hint) or get_args(hint)[0] for n, hint in needed.items()}
    return known | more


@pytest.fixture
def refuse_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Enter a rule that is never met, at one moment and no other."""
    real = asking.asked_at  # the registry itself is frozen

    def enter(moment: str) -> None:
        rule = Safeguard("INV-99", lambda _: no("it is never so", todo="nothing helps"), (moment,), ("OC",))
        monkeypatch.setattr(asking, "asked_at", lambda words: [*real(words), *([rule] if moment in words else [])])

    return enter


THERE = {"NG": "ng_bakhita", "BR": "br_asbrad", "SL": "sl_iom"}  # whose people do what comes after the landing


def is_refused_by_it(desk: Desk, do: dict[str, Any]) -> bool:
    fields = {k: v for k, v in do.items() if v is not None}
    try:
        command = read_command(fields, case="" if do["do"] == "open" else desk.case)
        with suppress(NotPermitted):
            desk.engine.do(command, as_=desk.everybody)
            return False
        desk.engine.do(
            command, as_=Actor("olu", desk.brief.roles["reception_officer"], OF_WHO_RECEIVES)
        )  # what comes after the landing
    except Refused as refused:
        return "INV-99" in {reason.rule for reason in refused.decision.unmet}
    return False


@pytest.mark.parametrize(("host", "origin"), RETURNS)
def test_a_rule_is_asked_at_every_moment_of_the_vocabulary(
    host: str, origin: str, refuse_at: Callable[[str], None]
) -> None:
    desk = Desk(all_packs(), {"age_status": "adult"}, host, origin)
    desk.do("case_manager_sending", "involve", by="person", relation="child", travels=True)
    desk.do("case_manager_sending", "involve", by="person", relation="child", travels=False)
    desk.do("case_manager_sending", "involve", by="person", relation="child", travels=True)
    linked = Open(host_country=host, origin_country=origin, linked_to=desk.case, relation="companion")
    own = desk.engine.do(linked, as_=desk.everybody).case
    desk.do("case_manager_sending", "involve", by="person", ref="child-3", own_case=own)
    for role in OF_WHO_RECEIVES:
        desk.do("case_manager_sending", "assign", role=role, partner=THERE[origin])
    desk.do(
        "case_manager_sending", "consent", purpose="data_processing", answer="given", language="en", **EXPLAINED_ALL
    )
    opened = desk.do("case_manager_sending", "open_up", **LET_IN).version
    process = desk.engine.process_of(desk.case, as_=desk.everybody)
    rests_on = {need.purpose for register in process.registers.values() for need in register.consents}
    for purpose in sorted(rests_on - {"data_processing"}):  # whatever is entered anew is entered under them
        given = {"do": "consent", "purpose": purpose, "answer": "given", "language": "en", **EXPLAINED_ALL}
        desk.engine.do(read_command(given, case=desk.case), as_=desk.everybody)
    for register in process.registers.values():
        status, state = next((code, one) for code, one in register.states.items() if one.ends and not one.of_person)
        values = _of_an_entry(process, register, *state.needs, status=status)
        ended = {"do": "enter", "register": register.id, "status": status, "fields": values}
        command = read_command(ended, case=desk.case)
        try:
            desk.engine.do(command, as_=desk.everybody)
        except NotPermitted:
            desk.engine.do(command, as_=Actor("olu", THERE[origin], OF_WHO_RECEIVES))
    known = with_those_about_nothing(dict(commands_of(process)))
    known.pop("contact:guardian")  # of a child only
    known["close_up"] = {"do": "close_up", "seq": opened}
    for register in process.registers.values():
        for code, state in register.states.items():
            values = _of_an_entry(process, register, *state.needs, status=code)
            enters = {"do": "enter", "register": register.id, "status": code, "fields": values}
            known[f"{register.id}:{code}"] = enters | ({"by": "person"} if state.of_person else {})

    for moment, do in known.items():
        refuse_at(moment)
        assert is_refused_by_it(desk, do), (moment, do)
    for word, do in {do["do"]: do for do in known.values()}.items():
        refuse_at(word)
        assert is_refused_by_it(desk, do), word
    reached = {*known, *(do["do"] for do in known.values()), *BY_THEMSELVES, "contact:guardian"}
    left = {m for m in vocabulary(process) - reached if m.partition(":")[0] not in ("withdraw", "resolve")}
    # A derived fact is not recorded; a consent and a paper name some classes of recipients, and not others.
    derived = {f"record:{fact.id}" for fact in process.facts.values() if fact.derived is not None}
    classes = {f"{word}:{class_}" for word in ("consent", "document") for class_ in process.recipients}
    assert left <= derived | classes


def test_contact_with_the_guardian_of_a_child_is_judged_as_such(refuse_at: Callable[[str], None]) -> None:
    desk = Desk(all_packs(), {"age_status": "child"})
    desk.do("case_manager_sending", "involve", relation="guardian")
    desk.vets("guardian-1", "speak")
    desk.do("case_manager_sending", "record", facts={"has_responsible_adult": False})
    desk.do("case_manager_sending", "assign", role="guardian", ref="guardian-1", by="competent_authority")
    refuse_at("contact:guardian")

    assert is_refused_by_it(desk, {"do": "contact", "with": "guardian-1", "channel": "phone", "reached": False})


def test_taking_back_is_judged_by_the_purpose(desk_in: Callable[..., Desk], refuse_at: Callable[[str], None]) -> None:
    desk = desk_in("pre_departure")
    given = sorted({c["purpose"] for c in desk.view.consents if c["state"] == "given"})

    assert len(given) > 5
    for purpose in given:
        for moment in ("withdraw", f"withdraw:{purpose}"):
            refuse_at(moment)
            assert is_refused_by_it(desk, {"do": "withdraw", "purpose": purpose}), moment


def test_ending_is_judged_by_the_type_of_the_incident(
    desk_in: Callable[..., Desk], refuse_at: Callable[[str], None]
) -> None:
    ended = set()
    for place in ("opened", "pre_departure", "travel", "arrival", "follow_up"):
        desk = desk_in(place)
        process = desk.engine.process_of(desk.case, as_=desk.everybody)
        for type_ in sorted(set(process.incidents) - ended):
            refuse_at("nothing")
            of = {"of": desk.somebody_who_goes_along()} if process.incidents[type_].each else {}
            try:
                desk.engine.do(
                    read_command({"do": "incident", "type": type_, **of}, case=desk.case), as_=desk.everybody
                )
            except Refused:
                continue
            ended.add(type_)
            for moment in ("resolve", f"resolve:{type_}"):
                refuse_at(moment)
                ends = {
                    "do": "resolve",
                    "incident": type_,
                    **of,
                    **usual_end(desk.engine, desk.case, type_, of.get("of")),
                }
                assert is_refused_by_it(desk, ends), moment

    assert set(process.incidents) - ended <= {"turned_18"}  # nobody there is a child


def test_opening_is_judged(refuse_at: Callable[[str], None]) -> None:
    desk = Desk(all_packs())
    refuse_at("open")

    assert is_refused_by_it(desk, {"do": "open", "host_country": "BE", "origin_country": "NG"})


def test_every_word_is_asked_or_stands_in_the_list_with_its_reason() -> None:
    asked = {moment for rule in SAFEGUARDS.values() for moment in rule.on}

    assert set(BY_WORD) - asked <= set(UNRULED)
    assert all(len(reason.split()) > 3 for reason in UNRULED.values())


def test_what_is_neither_asked_nor_listed_is_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(all_packs())
    monkeypatch.delitem(UNRULED, "note")

    with pytest.raises(Refused):
        desk.do("case_manager_sending", "note", group="case", text="an invented note")


def test_every_moment_of_a_rule_exists_in_every_process() -> None:
    for host, origin in RETURNS:
        known = vocabulary(all_packs().process(host, origin)) | NOT_OF_A_COMMAND | {ENTRUST}
        for rule in SAFEGUARDS.values():
            assert set(rule.on) <= known, rule.id


def test_a_rule_at_an_unknown_moment_is_an_error_when_it_is_entered() -> None:
    with pytest.raises(AssertionError, match="leave"):
        safeguard("INV-99", on=("leave",), source=("OC",))(SAFEGUARDS["INV-01"].judge)
    assert "INV-99" not in SAFEGUARDS
