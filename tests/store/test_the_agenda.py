"""Whoever asks again what is due opens only what is shown, and is told what everybody would be told who opens every case. (issue 11)"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from wayhome import Actor, BadInput, Engine, NotFound, NotPermitted, Refused, StoreUnavailable, commands
from wayhome.hooks import hookimpl
from wayhome.packs.plugins import Packs
from wayhome.store import agenda, lists
from wayhome.store.lists import Store
from wayhome.stories.playing import StoryClock
from wayhome.today import SECTIONS, Today
from wayhome.worklist import key_of

from tests import postgres
from tests.conftest import ANNA, START, a_case
from tests.places import Place

LEADS = {"case_manager_sending", "programme_manager"}
BERT = Actor("bert", "another_house", LEADS | {"medical_officer"})
CORA = Actor("cora", "a_house_without_cases", LEADS)
PRIA = Actor("pria", "invented_house", {"programme_manager"})


def _asked_called(asked: Any) -> str:
    """Call what was asked the same in each worker: the roles of an actor come in no order."""
    return " ".join(f"{name}={getattr(value, 'id', value)}" for name, value in asked.items())


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    place.make()
    with place.open(clock=StoryClock(START)) as opened:
        yield opened


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cases that were opened for a list, as far as a list needs, or whole."""
    found: list[str] = []

    def hear(name: str, number_in: Callable[[Any], str]) -> None:
        real = getattr(Store, name)

        def heard(self: Store, connection: Any, what: Any, *more: Any, **how: Any) -> Any:
            found.append(number_in(what))
            return real(self, connection, what, *more, **how)

        monkeypatch.setattr(Store, name, heard)

    hear("_listed", lambda values: values[0])
    hear("_loaded", str)
    return found


def referred(engine: Engine, *, as_: Actor = ANNA) -> str:
    """A case in which something is due: its referral was registered."""
    case = a_case(engine, as_=as_, age_status="adult")
    engine.do(commands.Complete(case, step="register_referral"), as_=as_)
    return case


def registered(rows: Iterable[Any]) -> set[str]:
    """Give the cases whose referral is registered, by what is due then; of one that was only opened it is due to be registered."""
    assert {row.step for row in rows} <= {"register_referral", "assign_case_manager"}
    return {row.case for row in rows if row.step == "assign_case_manager"}


def all_due(engine: Engine, limit: int = 1_000, *, as_: Actor = ANNA, **more: Any) -> list[Any]:
    """Go through the list page by page."""
    found, after = [], None
    while True:
        page = engine.due(as_=as_, limit=limit, after=after, **more)
        found += page
        after = page.after
        if after is None:
            return found


def said_anew(place: Place, engine: Engine, **more: Any) -> list[Any]:
    """What a program says that opens every case."""
    with place.open(clock=engine._clock) as another:
        return all_due(another, **more)


@pytest.fixture
def judge(place: Place, engine: Engine) -> Iterator[Engine]:
    """A program that keeps nothing in mind."""
    with place.open(clock=engine._clock) as another:
        another._store._agenda = None
        yield another


def judged_one_by_one(
    judge: Engine,
    *,
    as_: Actor = ANNA,
    role: str | None = None,
    organisation: str | None = None,
    until: datetime | None = None,
) -> list[str]:
    """The keys of what is due in all cases, of which each is opened whole and judged as `Engine.due` promises it."""
    with judge._store.database.reading() as connection:

        def is_asked_for(number: str, who: Iterable[str]) -> bool:
            _, loaded = judge._store.pinned(connection, number)
            case = loaded.case
            held = {role: one.party for role, one in case.roles.items()}
            theirs = {role for role, party in held.items() if party == as_.organisation}  # counts by itself
            if as_.organisation not in (case.organisation, case.owner) and theirs.isdisjoint(as_.roles):
                return False
            if as_.organisation != (case.owner or case.organisation) and as_.roles.isdisjoint(who):
                return False  # where others lead, they are told of what their own roles do (access, section 6)
            parties = {case.organisation, *held.values()}
            return (role is None or role in who) and (organisation is None or organisation in parties)

        rows = judge._store.due(connection).rows

        def is_told_of(number: str) -> bool:
            """A complaint is told of to no role that works on a case; who typed it reads it for a day (access, section 4)."""
            case = judge._store.pinned(connection, number)[1].case
            typed = case.typed_by(as_.id, as_.organisation, judge._reckoned(connection).now)
            newest = next(one for one in reversed(case.incidents) if one.type == "complaint")
            return "programme_manager" in as_.roles or newest.seq in typed

        told = (row for row in rows if row[1].step != "incident:complaint" or is_told_of(row[0].number))
        found = [(one, item) for one, item in told if is_asked_for(one.number, item.who)]
        return [key_of(one.number, item) for one, item in found if until is None or item.due_at <= until]


def test_who_asks_again_opens_only_what_is_shown(engine: Engine, opened: list[str]) -> None:
    cases = [referred(engine) for _ in range(6)]
    whole = engine.due(as_=ANNA)
    assert {*opened} == {*cases}
    opened.clear()

    assert [*engine.due(as_=ANNA, limit=2)] == [*whole[:2]]

    assert len({*opened}) <= 3


THEIRS: list[dict[str, Any]] = [
    {"organisation": "another_house"},
    {"role": "medical_officer"},
    {"role": "medical_officer", "organisation": "another_house"},
]


def four_of_which_one_is_theirs(engine: Engine) -> str:
    """Cases of one house, and one of another, in which alone something is due for a physician too."""
    for _ in range(3):
        referred(engine)
    case = referred(engine, as_=BERT)
    engine.register_organisation("another_house", title="Another invented house", country="BE")
    led = commands.Assign(case, role="case_owner", organisation="another_house", case_worker="bert")
    for command in (led, commands.Complete(case, step="safe_first_contact")):
        engine.do(command, as_=BERT)
    return case


@pytest.mark.parametrize("asked", THEIRS, ids=_asked_called)
def test_who_asks_for_what_is_theirs_opens_only_that(
    engine: Engine, judge: Engine, opened: list[str], asked: dict[str, Any]
) -> None:
    theirs = four_of_which_one_is_theirs(engine)
    first = engine.due(**{"as_": BERT, **asked})
    opened.clear()

    again = engine.due(**{"as_": BERT, **asked})

    assert {*opened} == {theirs} == {row.case for row in again}
    assert [*again] == [*first]
    assert [row.key for row in again] == judged_one_by_one(judge, as_=BERT, **asked)


def test_todays_list_opens_only_what_stands_on_it(engine: Engine, judge: Engine, opened: list[str]) -> None:
    theirs = four_of_which_one_is_theirs(engine)
    first = engine.today(as_=BERT)
    opened.clear()

    again = engine.today(as_=BERT)

    assert {*opened} == {theirs}
    assert again == first == judge.today(as_=BERT)


def test_who_lists_or_counts_their_cases_again_opens_no_other(
    engine: Engine, judge: Engine, of_few_cases: None, opened: list[str]
) -> None:
    theirs = four_of_which_one_is_theirs(engine)
    lists: list[Callable[[Engine], Any]] = [
        lambda engine: engine.cases(as_=BERT), lambda engine: engine.cases(as_=BERT, order="due"), lambda engine: engine.count(as_=BERT),
        lambda engine: engine.cases(as_=BERT, called="Invented Name"),
    ]  # fmt: skip
    first = [one(engine) for one in lists]
    opened.clear()

    again = [one(engine) for one in lists]

    assert {*opened} == {theirs}
    assert again == first == [one(judge) for one in lists]
    assert [row.number for row in again[0]] == [theirs]


def test_a_program_that_asks_once_opens_no_case_twice(engine: Engine, of_few_cases: None, opened: list[str]) -> None:
    """As each call at a command line."""
    four_of_which_one_is_theirs(engine)
    opened.clear()

    engine.cases(as_=BERT)

    assert len(opened) == len({*opened})


@pytest.mark.parametrize("deed", ["UPDATE wh_cases SET status = 'closed'", "DELETE FROM wh_cases"])
def test_a_case_of_theirs_that_was_damaged_is_named_in_each_list(
    place: Place, engine: Engine, of_few_cases: None, deed: str
) -> None:
    theirs = four_of_which_one_is_theirs(engine)
    assert [row.number for row in (engine.cases(as_=BERT), engine.cases(as_=BERT))[1]] == [theirs]

    place.write(f"{deed} WHERE number = ?", theirs)

    for _ in range(2):
        page = engine.cases(as_=BERT, limit=1)
        assert ([*page], page.damaged, page.after) == ([], (theirs,), None)
    assert engine.count(as_=BERT) == ()


def test_whose_a_case_is_its_row_says_in_a_list_of_cases_too(engine: Engine, judge: Engine, of_few_cases: None) -> None:
    theirs, other = four_of_which_one_is_theirs(engine), referred(engine)
    known = engine._store._agenda
    assert known is not None
    engine.due(as_=BERT)
    (taken,) = (group for whose, group in known._groups.items() if whose.holders.owner is None)
    (given,) = (group for whose, group in known._groups.items() if whose.holders.owner == "another_house")
    taken.cases, given.cases = given.cases, taken.cases  # as if each had been in the other's hands when it was seen
    known._of_case[theirs], known._of_case[other] = known._of_case[other], known._of_case[theirs]

    for _ in range(2):
        assert engine.cases(as_=BERT) == judge.cases(as_=BERT)


def test_who_has_nothing_opens_nothing(engine: Engine, opened: list[str]) -> None:
    four_of_which_one_is_theirs(engine)
    engine.due(as_=ANNA)
    opened.clear()

    assert [*engine.due(as_=ANNA, role="travel_officer")] == []
    assert engine.today(as_=CORA) == Today(engine.now(), *[()] * len(SECTIONS))
    assert opened == []


def test_who_has_many_opens_no_more_than_a_page(engine: Engine, opened: list[str]) -> None:
    """All of them fall due in one second, at the end of the day."""
    cases = sorted(referred(engine) for _ in range(9))
    assert [row.case for row in engine.due(as_=ANNA, role="programme_manager")] == cases
    found, after = [], None
    for _ in range(3):
        opened.clear()
        page = engine.due(as_=ANNA, role="programme_manager", limit=3, after=after)
        assert len({*opened}) <= 5  # those that it shows, one before them, and one after
        found += [row.case for row in page]
        after = page.after

    assert (found, after) == (cases, None)


def test_what_is_due_first_stands_first_though_its_case_was_opened_later(place: Place, engine: Engine) -> None:
    earlier = a_case(engine, age_status="adult")
    engine._clock.moment += timedelta(days=1)
    later = referred(engine)
    engine._clock.moment += timedelta(days=1)
    engine.do(commands.Complete(earlier, step="register_referral"), as_=ANNA)

    with place.open(clock=engine._clock) as another:
        assert [row.case for row in another.due(as_=ANNA, role="programme_manager")] == [later, earlier]


def test_who_mistypes_an_organisation_opens_no_case(engine: Engine, opened: list[str]) -> None:
    referred(engine)
    referred(engine, as_=BERT)
    engine.due(as_=ANNA)
    opened.clear()

    with pytest.raises(BadInput) as refused:
        engine.due(as_=ANNA, organisation="invented_hose")

    assert [(one.field, one.code) for one in refused.value.faults] == [("organisation", "unknown")]
    assert "invented_house" in str(refused.value)
    assert "another_house" not in str(refused.value)  # which works on a case of which she does not know
    assert opened == []


def test_an_organisation_that_works_on_no_case_any_more_is_not_known(engine: Engine) -> None:
    engine.register_organisation("invented_shelter", title="An invented shelter", country="BE")
    case = referred(engine)
    engine.do(commands.Assign(case, role="medical_officer", ref=involved(engine, case)), as_=ANNA)
    assert {row.case for row in engine.due(as_=ANNA, organisation="relative-1")} == {case}

    engine.do(commands.Assign(case, role="medical_officer", organisation="invented_shelter"), as_=ANNA)

    with pytest.raises(BadInput, match="There is no organisation"):
        engine.due(as_=ANNA, organisation="relative-1")
    assert {row.case for row in engine.due(as_=ANNA, organisation="invented_shelter")} == {case}


def test_who_reads_no_case_of_a_process_is_refused_only_while_something_is_due_there(engine: Engine) -> None:
    """Which processes these are, is looked at once for everybody."""
    case = referred(engine)

    def looked_at() -> frozenset[str]:
        with engine._store.database.reading() as connection:
            return engine._store.due(connection).digests

    assert len(looked_at()) == 1
    chief = Actor("chief", "invented_house", {"programme_manager", "case_manager_sending", "data_protection_officer"})
    engine.do(commands.Consent(case, purpose="assistance", answer="refused"), as_=chief)
    engine.do(commands.Move(case, to="close", reason="assistance_declined"), as_=chief)
    while rows := engine.due(as_=chief, case=case):  # what is still due of a closed case
        assert len(looked_at()) == 1
        engine._clock.moment = rows[0].due_at
        engine.do(commands.Complete(case, step=rows[0].step, round=rows[0].round, result="by_hand"), as_=chief)
    assert looked_at() == frozenset()


def involved(engine: Engine, case: str) -> str:
    """Somebody who is known in a case."""
    engine.do(commands.Involve(case, by="person", relation="relative"), as_=ANNA)
    return "relative-1"


def test_what_anybody_writes_is_seen_by_everybody_who_asks_again(place: Place, engine: Engine) -> None:
    with place.open(clock=engine._clock) as another:
        for one in (engine, another):
            assert all_due(one) == []
        for writes, reads in [(engine, another), (another, engine)]:
            case = referred(writes)
            assert case in {row.case for row in all_due(reads)}
            assert all_due(reads) == all_due(writes) == said_anew(place, engine)


ASKED: list[dict[str, Any]] = [
    {},
    *({"role": role} for role in ("case_manager_sending", "programme_manager", "medical_officer")),
    *({"organisation": house} for house in ("invented_house", "another_house")),
    {"role": "programme_manager", "organisation": "invented_house"},
    {"role": "medical_officer", "organisation": "another_house"},
    {"role": "programme_manager", "until": timedelta(days=2)},
    {"until": timedelta(days=1)},
]


class Late:
    """A host that writes in a case, and keeps it or takes it back only when others have written too: only a server lets them."""

    def __init__(self, place: Place, stack: ExitStack) -> None:
        self._stack = stack
        self._host = postgres.an_engine() if place.schema else None
        self._open: tuple[sa.Connection, str] | None = None

    def write_in(self, engine: Engine, cases: list[str]) -> None:
        if self._host is not None and self._open is None:
            connection = self._stack.enter_context(self._host.connect())
            case = cases.pop()  # whoever else writes in it would wait
            engine.acting(BERT, within=connection).do(commands.Complete(case, step="register_referral"))
            self._open = connection, case

    def end(self, chance: random.Random, cases: list[str]) -> None:
        if self._open is not None:
            connection, case = self._open
            chance.choice([connection.commit, connection.rollback])()
            self._open = None
            cases.append(case)


NARROWED: list[dict[str, Any]] = [
    {}, {}, {"phase": "identification"}, {"status": "on_hold"}, {"owner": "another_house"}, {"order": "changed"}, {"order": "due"},
    {"overdue": True}, {"called": "wh"}, {"called": "Invented Name"},
]  # fmt: skip


@pytest.fixture
def of_few_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that not all are opened where a quarter is theirs."""
    monkeypatch.setattr(lists, "MANY_OF_ALL", 1)


def listed_in_pages(engine: Engine, limit: int, **asked: Any) -> list[Any]:
    """Go through the list of cases page by page."""
    page = engine.cases(limit=limit, **asked)
    found = [*page]
    while page.after is not None:
        page = engine.cases(limit=limit, after=page.after, **asked)
        found += page
    return found


def act_by_chance(chance: random.Random, engine: Engine, cases: list[str]) -> None:
    """Do something in one of the cases, or not, where that is refused: a step, a note, an incident; or give it into other hands."""
    case, actor = chance.choice(cases), chance.choice([ANNA, BERT, PRIA])
    step = chance.choice(["register_referral", "safe_first_contact", "urgent_needs_assessment"])
    house, worker = chance.choice(["invented_house", "another_house"]), chance.choice(["anna", "bert", "somebody"])
    command: Any = chance.choice(
        [
            commands.Note(case, text="an invented note"),
            commands.Complete(case, step=step),
            commands.Incident(case, type="complaint"),
            commands.Assign(case, role="case_owner", organisation=house, case_worker=worker),
            commands.Assign(case, role=chance.choice(["medical_officer", "programme_manager"]), organisation=house),
            commands.Correct(case, seq=chance.randrange(2, 9), why="an invented mistake"),
        ]
    )
    if chance.random() < 0.3:
        assert [*engine.do_all([command, commands.Note(case, text="an invented note")], as_=actor)]
    else:
        with suppress(BadInput, NotFound, NotPermitted, Refused):
            engine.do(command, as_=actor)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_programs_do_each_says_what_is_found_where_every_case_is_opened(
    place: Place, engine: Engine, judge: Engine, of_few_cases: None, seed: int
) -> None:
    chance = random.Random(seed)
    for house in ("invented_house", "another_house"):
        engine.register_organisation(house, title="An invented house", country="BE")
    found = 0
    with ExitStack() as stack:
        late = Late(place, stack)
        programs = [engine, *(stack.enter_context(place.open(clock=engine._clock)) for _ in range(2))]
        cases = [referred(engine, as_=one) for one in (ANNA, BERT, BERT, ANNA)]
        for _ in range(60):
            match chance.randrange(11):
                case 0:
                    cases.append(referred(chance.choice(programs), as_=chance.choice([ANNA, BERT])))
                case 1:
                    cases.append(a_case(engine, as_=BERT, age_status="adult"))
                    late.write_in(chance.choice(programs), cases)
                case 2:
                    late.end(chance, cases)
                case 3:
                    engine._clock.moment += timedelta(hours=9)
                case 4:
                    programs[chance.randrange(1, 3)] = stack.enter_context(place.open(clock=engine._clock))
                case _:
                    act_by_chance(chance, chance.choice(programs), cases)
            asked = {**chance.choice(ASKED)}
            if "until" in asked:
                asked["until"] += engine.now()
            rows = all_due(chance.choice(programs), chance.choice([1, 3, 100]), **asked)
            assert [row.key for row in rows] == judged_one_by_one(judge, **asked)
            if not asked:
                assert rows == all_due(judge)
            who = chance.choice([ANNA, BERT, CORA, PRIA])
            assert chance.choice(programs).today(as_=who) == judge.today(as_=who)
            one, how = chance.choice(programs), chance.choice(NARROWED)
            assert listed_in_pages(one, chance.choice([1, 2, 100]), as_=who, **how) == [*judge.cases(as_=who, **how)]
            assert one.count(as_=who) == judge.count(as_=who)
            found += len(rows)
    assert found > 50  # of what ANNA may know


def test_after_very_much_was_written_every_case_is_opened_again(
    place: Place, engine: Engine, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "MOST_NEW", 3)
    cases = [referred(engine) for _ in range(3)]
    all_due(engine)
    engine.do(commands.Note(cases[0], text="an invented note"), as_=ANNA)
    opened.clear()
    engine.due(as_=ANNA, limit=1)
    assert cases[1] not in opened[:1]

    for _ in range(4):
        engine.do(commands.Note(cases[0], text="an invented note"), as_=ANNA)
    opened.clear()

    assert all_due(engine) == said_anew(place, engine)
    assert opened[:3] == sorted(cases)


# --- whoever can write the file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed", ["UPDATE wh_cases SET status = 'closed'", "DELETE FROM wh_cases", "UPDATE wh_cases SET state = head"]
)
def test_whoever_takes_a_row_away_makes_no_program_forget_what_is_due_in_it(
    place: Place, engine: Engine, deed: str
) -> None:
    cases = [referred(engine) for _ in range(3)]  # of one day: what is due stands in the order of their numbers
    before = all_due(engine)

    place.write(f"{deed} WHERE number = ?", max(cases))

    page = engine.due(as_=ANNA)

    assert [*page] == [row for row in before if row.case != max(cases)]
    assert page.damaged == (max(cases),)
    with place.open(clock=engine._clock) as another:
        assert another.due(as_=ANNA).damaged == (max(cases),)


@pytest.mark.parametrize(
    "asked", [{"role": "programme_manager"}, {"organisation": "invented_house"}], ids=_asked_called
)
def test_a_row_that_was_damaged_is_named_to_whoever_it_would_be_shown(
    place: Place, engine: Engine, asked: dict[str, Any]
) -> None:
    cases = [referred(engine) for _ in range(3)]
    asked = {"as_": ANNA, **asked}
    before = engine.due(**asked)

    place.write("UPDATE wh_cases SET state = head WHERE number = ?", cases[1])

    for _ in range(2):
        page = engine.due(**asked)
        assert [*page] == [row for row in before if row.case != cases[1]]
        assert page.damaged == engine.today(as_=PRIA).damaged == (cases[1],)


def test_a_row_that_nobody_could_read_yet_is_named_to_everybody(place: Place, engine: Engine) -> None:
    """Nobody knows whose it is."""
    case = referred(engine)
    place.write("UPDATE wh_cases SET state = head WHERE number = ?", case)

    page = engine.due(as_=ANNA, role="travel_officer")
    assert ([*page], page.damaged) == ([], (case,))
    assert engine.today(as_=CORA).damaged == (case,)


def test_a_case_that_was_mended_is_listed_again_though_nothing_was_written_in_it(place: Place, engine: Engine) -> None:
    case, other = referred(engine), referred(engine)
    before = all_due(engine)
    state = place.rows("SELECT state FROM wh_cases WHERE number = ?", case)[0][0]
    place.write("UPDATE wh_cases SET state = ? WHERE number = ?", b"x", case)
    with place.open(clock=engine._clock) as another:
        for one in (engine, another):
            assert ({row.case for row in one.due(as_=ANNA)}, one.due(as_=ANNA).damaged) == ({other}, (case,))

        place.write("UPDATE wh_cases SET state = ? WHERE number = ?", bytes(state), case)

        for one in (engine, another):
            assert (all_due(one), one.due(as_=ANNA).damaged) == (before, ())


def test_whoever_opens_a_case_whose_row_is_gone_is_told_so_by_the_next_list(place: Place, engine: Engine) -> None:
    referred(engine)
    all_due(engine)
    with place.open(clock=engine._clock) as another:
        new = referred(another)

    place.write("DELETE FROM wh_cases WHERE number = ?", new)

    for _ in range(2):
        assert engine.due(as_=ANNA).damaged == (new,)


@pytest.mark.parametrize(
    "end", ["generation = 99", "generation = 99, n = 0", "generation = 99, n = 400", "epoch = 5, n = 0", "epoch = 5, n = 400", "n = 400",
            "generation = 'no number'", "epoch = 'no number'", "n = 'no number'", "generation = 1.5", "n = x'00'"]
)  # fmt: skip
def test_whoever_puts_an_event_at_the_end_of_the_order_hides_nothing_that_is_kept_after_it(
    place: Place, engine: Engine, end: str
) -> None:
    """What comes after it would stand before it, and a program that follows would never be told. What has its place is refused.

    A file takes what is no number, and sets it after all numbers; a server does not take it.
    """
    first, *others = cases = [a_case(engine, age_status="adult") for _ in range(4)]
    assert {row.case for row in all_due(engine)} == {*cases}
    with suppress(TypeError):
        place.write(f"UPDATE wh_ledger SET {end} WHERE number = ? AND seq = 1", first)
    assert registered(all_due(engine)) == set()

    kept = set()
    with place.open(clock=engine._clock) as another:
        for case in others:
            with suppress(StoreUnavailable):
                another.do(commands.Complete(case, step="register_referral"), as_=ANNA)
                kept.add(case)
            assert registered(all_due(engine)) == kept


def test_where_an_older_copy_is_put_back_under_a_program_what_was_due_in_it_is_due(
    place: Place, engine: Engine
) -> None:
    """Nothing was due any more in what the program saw last."""
    case = referred(engine)
    before = said_anew(place, engine)
    tables = ("wh_ledger", "wh_cases")
    kept = {name: place.rows(f"SELECT * FROM {name} WHERE number = ?", case) for name in tables}
    engine.do(commands.Correct(case, seq=2, why="an invented mistake"), as_=ANNA)
    assert registered(before) == {case}
    assert registered(all_due(engine)) == set()

    for name, rows in kept.items():
        place.write(f"DELETE FROM {name} WHERE number = ?", case)
        for row in rows:
            place.write(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", *row)

    assert all_due(engine) == before


# --- what is taken back, and what comes late -----------------------------------------------------------------------------


def test_a_row_that_was_made_again_is_believed_and_not_what_was_known_of_it(place: Place, engine: Engine) -> None:
    """As a newer program makes it, of which what is due is another."""
    case = referred(engine)
    before = all_due(engine)
    known = engine._store._agenda
    assert known is not None
    known._all = [(second + 86_400, number) for second, number in known._all]  # as if it had been due a day later
    dates = known._of_case[case]
    known._of_case[case] = dates._replace(dues=tuple((second + 86_400, who) for second, who in dates.dues))

    assert all_due(engine) == before
    assert all_due(engine, 1) == before


def test_whose_a_case_is_its_row_says_and_not_what_was_known_of_it(engine: Engine) -> None:
    """As a newer program makes it, that counts somebody among those who work on it."""
    theirs, other = referred(engine, as_=BERT), referred(engine)
    known = engine._store._agenda
    assert known is not None
    assert {row.case for row in engine.due(as_=BERT, organisation="another_house")} == {theirs}
    (taken,) = (group for whose, group in known._groups.items() if whose.holders.organisation == "invented_house")
    (given,) = (group for whose, group in known._groups.items() if whose.holders.organisation == "another_house")
    taken.by_who, given.by_who = given.by_who, taken.by_who  # as if each had been in the other's hands when it was seen
    known._of_case[theirs], known._of_case[other] = known._of_case[other], known._of_case[theirs]

    assert {row.case for row in engine.due(as_=BERT, organisation="another_house")} == {theirs}
    assert {row.case for row in engine.due(as_=PRIA, organisation="invented_house")} == {other}


@pytest.mark.parametrize("asked", [None, lambda whose, who: True], ids=["all", "by whose it is"])
def test_who_reads_a_list_while_another_asks_again_reads_it_as_it_was(engine: Engine, asked: Any) -> None:
    cases = sorted(referred(engine) for _ in range(3))

    with engine._store.database.reading() as connection:
        rows = engine._store.due(connection, asked=asked).rows
        assert next(rows)[0].number == cases[0]
        known = engine._store._agenda
        assert known is not None
        known._take_again([(cases[0], known._of_case[cases[0]]._replace(dues=()))])  # as another thread does

        assert [one.number for one, _ in rows] == cases[1:]


def test_what_a_host_takes_back_was_seen_by_nobody(tmp_path: Path, packs: Packs) -> None:
    """What comes in its place has the same position in the order of all events."""
    host = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    wh.create(f"sqlite:///{tmp_path / 'host.db'}", key_file=tmp_path / "host.db.key")
    with Engine.open(f"sqlite:///{tmp_path / 'host.db'}", packs=packs, clock=StoryClock(START)) as engine:
        one, two = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
        assert registered(all_due(engine)) == set()
        with host.connect() as connection, connection.begin():
            acting = engine.acting(ANNA, within=connection)
            with connection.begin_nested() as taken_back:
                acting.do(commands.Note(one, text="an invented note"))
                assert registered(acting.due()) == set()
                taken_back.rollback()
            acting.do(commands.Complete(two, step="register_referral"))
            assert registered(acting.due()) == {two}

        assert registered(all_due(engine)) == {two}


class Doubts:
    """Asks what is due while a command is being written, and then will not have it."""

    def __init__(self) -> None:
        self.engine: Engine | None = None

    @hookimpl
    def wayhome_recorded(self, events: Any) -> None:
        if self.engine is not None:
            assert registered(all_due(self.engine)) == set()
            raise ZeroDivisionError


def test_what_a_listener_does_not_let_be_kept_was_seen_by_nobody(place: Place) -> None:
    place.make()
    doubts = Doubts()
    with place.open(clock=StoryClock(START), hooks=[doubts]) as engine:
        one, two = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
        doubts.engine = engine
        with pytest.raises(ZeroDivisionError):
            engine.do(commands.Note(one, text="an invented note"), as_=ANNA)
        doubts.engine = None
        with place.open(clock=engine._clock) as another:
            another.do(commands.Complete(two, step="register_referral"), as_=ANNA)

        assert registered(all_due(engine)) == {two}


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_who_writes_late_is_seen_though_others_were_seen_before(place: Place, engine: Engine) -> None:
    """A transaction that began first, and ends last, comes in the order of all events before what was seen already."""
    early, late = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
    host = postgres.an_engine()
    assert registered(all_due(engine)) == set()
    with host.connect() as slow:
        engine.acting(ANNA, within=slow).do(commands.Complete(early, step="register_referral"))
        engine.do(commands.Complete(late, step="register_referral"), as_=ANNA)
        assert registered(all_due(engine)) == {late}
        slow.commit()

    assert registered(all_due(engine)) == {early, late}
    assert all_due(engine) == said_anew(place, engine)


def test_many_threads_ask_and_write_and_nobody_misses_anything(place: Place, engine: Engine) -> None:
    cases = [referred(engine) for _ in range(4)]
    failed: list[BaseException] = []

    def write(case: str) -> None:
        try:
            for n in range(5):
                engine.do(commands.Note(case, text=str(n)), as_=ANNA)
                new = referred(engine)
                assert new in {row.case for row in all_due(engine)}
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(case,)) for case in cases]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert failed == []
    assert all_due(engine) == said_anew(place, engine)
