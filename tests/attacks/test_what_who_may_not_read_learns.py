"""Who may read no case learns nothing of one from how they are answered: not even whether a number is one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import wayhome as wh
from wayhome import Actor, BadInput, NotPermitted, commands
from wayhome.stories.playing import StoryClock

from tests.attacks.play import MANAGER, Play
from tests.conftest import ANNA, START, all_packs, engine_at

NO_CASE = "WH-7K3M9-Q2F4A-Z"
NO_LABEL = "dapper-raisin"
SYSOP = wh.Actor("sysop", "invented_house", {"system_admin"})
AUDITOR = wh.Actor("otto", "invented_house", {"auditor_or_donor"})
# Whose role reads cases, and counts in none of a house that only opens them.
PROVIDER = wh.Actor("pia", "invented_house", {"service_provider"})
NOBODY = wh.Actor("nemo", "invented_house", ())
UNKNOWN = wh.Actor("uma", "invented_house", {"an_invented_role"})

Ask = Callable[[wh.Engine, str, wh.Actor], Any]
READING: dict[str, Ask] = {
    "case": lambda e, c, a: e.case(c, as_=a),
    "case at": lambda e, c, a: e.case(c, as_=a, at=START.replace(year=2020)),
    "case at no moment": lambda e, c, a: e.case(c, as_=a, at="soon"),  # type: ignore[arg-type]
    "history": lambda e, c, a: e.history(c, as_=a),
    "next": lambda e, c, a: e.next(c, as_=a),
    "form": lambda e, c, a: e.form(c, {"do": "note"}, as_=a),
    "no form": lambda e, c, a: e.form(c, {"do": "fly"}, as_=a),
    "blockers": lambda e, c, a: e.blockers(c, "depart", as_=a),
    "number_of": lambda e, c, a: e.number_of(c, as_=a),
    "process_of": lambda e, c, a: e.process_of(c, as_=a),
    "cases after": lambda e, c, a: e.cases(as_=a, after=c),
    "due of": lambda e, c, a: e.due(as_=a, case=c),
    "open linked": lambda e, c, a: e.do(
        wh.Open(host_country="BE", origin_country="NG", linked_to=c, relation="companion"), as_=a
    ),
}
DOING: dict[str, Ask] = {
    "why": lambda e, c, a: e.why(c, "depart", as_=a),
    "why no move": lambda e, c, a: e.why(c, "fly", as_=a),  # type: ignore[arg-type]
    "why rebase": lambda e, c, a: e.why(c, wh.Rebase(c, digest="abc"), as_=a),
    "note": lambda e, c, a: e.do(wh.Note(c, text="an invented note"), as_=a),
    "complete": lambda e, c, a: e.do(wh.Complete(c, step="register_referral"), as_=a),
    "no step": lambda e, c, a: e.do(wh.Complete(c, step="no_step_at_all"), as_=a),
    "of a type that it cannot be": lambda e, c, a: e.do(wh.Note(c, text=5), as_=a),  # type: ignore[arg-type]
    "another version": lambda e, c, a: e.do(wh.Note(c, text="an invented note", if_version=77), as_=a),
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[wh.Engine]:
    with engine_at(f"sqlite:///{tmp_path / 'case.db'}", packs=all_packs(), clock=StoryClock(START)) as one:
        yield one


@pytest.fixture
def case(engine: wh.Engine) -> str:
    opened = wh.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"}, reference="12/26")
    return engine.do(opened, as_=ANNA).case


def told(ask: Callable[[], Any]) -> Any:
    """What somebody is told: an answer, or an error with all that it says."""
    try:
        return ask()
    except wh.WayhomeError as error:
        return wh.to_json(error)


def without(said: Any, *names: str) -> str:
    text = str(said)
    for name in names:
        text = text.replace(name, "…")
    return text


@pytest.mark.parametrize("actor", [SYSOP, AUDITOR, NOBODY, UNKNOWN], ids=lambda actor: actor.id)
@pytest.mark.parametrize("ask", [*READING, *DOING])
def test_who_reads_no_case_and_does_nothing_in_one_is_told_the_same_of_every_number(
    engine: wh.Engine, case: str, ask: str, actor: wh.Actor
) -> None:
    label = engine.case(case, as_=ANNA).label
    asked = {**READING, **DOING}[ask]

    answers = [told(lambda said=said: asked(engine, said, actor)) for said in (case, NO_CASE, label, NO_LABEL)]  # type: ignore[misc]

    assert answers[0]["kind"] == "not_permitted"
    assert answers[1:] == answers[:1] * 3


@pytest.mark.parametrize("ask", [*READING, *DOING])
def test_whose_role_counts_in_no_case_is_told_the_same_of_every_number(engine: wh.Engine, case: str, ask: str) -> None:
    asked = {**READING, **DOING}[ask]
    one, other = (told(lambda said=said: asked(engine, said, PROVIDER)) for said in (case, NO_CASE))  # type: ignore[misc]

    assert without(one, case) == without(other, NO_CASE)
    assert one["kind"] in ("not_found", "bad_input", "not_permitted")


@pytest.mark.parametrize("ask", [*READING, *DOING])
def test_whose_role_counts_in_no_case_is_told_the_same_of_every_label(engine: wh.Engine, case: str, ask: str) -> None:
    label, asked = str(engine.case(case, as_=ANNA).label), {**READING, **DOING}[ask]
    one, other = (told(lambda said=said: asked(engine, said, PROVIDER)) for said in (label, NO_LABEL))  # type: ignore[misc]

    assert without(one, label) == without(other, NO_LABEL)
    assert one["kind"] in ("not_found", "bad_input", "not_permitted")


def test_who_does_something_in_a_case_is_told_that_a_number_is_none(engine: wh.Engine, case: str) -> None:
    engine.do(wh.Assign(case, role="service_provider", partner="ng_bakhita"), as_=ANNA)
    theirs = wh.Actor("pia", "ng_bakhita", PROVIDER.roles)
    assert engine.do(wh.Incident(case, type="lost_contact"), as_=theirs).version == 3
    with pytest.raises(wh.NotFound):
        engine.do(wh.Incident(NO_CASE, type="lost_contact"), as_=theirs)


def test_who_confirms_the_clock_of_a_case_does_only_that(engine: wh.Engine, case: str) -> None:
    assert told(lambda: engine.do(wh.Clock(case), as_=SYSOP))["kind"] == "refused"  # it goes right
    with pytest.raises(wh.NotFound):
        engine.do(wh.Clock(NO_CASE), as_=SYSOP)
    assert told(lambda: engine.do(wh.Clock(NO_CASE), as_=AUDITOR))["kind"] == "not_permitted"


def test_who_reads_cases_is_told_that_a_number_is_none(engine: wh.Engine, case: str) -> None:
    for ask in READING.values():
        assert told(lambda ask=ask: ask(engine, NO_CASE, ANNA))["kind"] in ("not_found", "bad_input")  # type: ignore[misc]


@pytest.mark.parametrize("actor", [SYSOP, AUDITOR, PROVIDER], ids=lambda actor: actor.id)
@pytest.mark.parametrize(
    "named", [{"reference": "12/26"}, {"owner": "invented_house"}, {"phase": "identification"}, {}]
)
def test_who_reads_no_case_is_told_the_same_of_every_list(
    engine: wh.Engine, case: str, actor: wh.Actor, named: dict[str, Any]
) -> None:
    other = {name: "travel" if name == "phase" else "no_such_one" for name in named}

    lists = [told(lambda asked=asked: engine.cases(as_=actor, **asked)) for asked in (named, other)]  # type: ignore[misc]

    if actor is PROVIDER:
        assert lists == [(), ()]
    else:
        assert lists[0]["kind"] == "not_permitted"
        assert lists[0] == lists[1]


def test_who_reads_no_case_is_not_told_that_one_is_damaged(engine: wh.Engine, case: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute("UPDATE wh_cases SET version = 9")
    assert told(lambda: engine.case(case, as_=ANNA))["kind"] == "ledger_broken"

    for ask in (READING["case"], DOING["note"], DOING["why"]):
        one, other = (told(lambda said=said, ask=ask: ask(engine, said, SYSOP)) for said in (case, NO_CASE))  # type: ignore[misc]
        assert one == other
        assert one["kind"] == "not_permitted"


# --- whom the office knows ------------------------------------------------------------------------


def test_who_may_open_no_case_is_not_told_which_organisations_the_office_knows(fresh: Play) -> None:
    asked = {"host_country": "BE", "origin_country": "NG", "organisation": "invented_nowhere"}

    with pytest.raises(NotPermitted):
        fresh.engine.do(commands.Open(**asked), as_=Actor("ina", "invented_house", {"auditor_or_donor"}))
    with pytest.raises(BadInput, match="There is no organisation like that"):
        fresh.engine.do(commands.Open(**asked), as_=fresh.actor(MANAGER))
