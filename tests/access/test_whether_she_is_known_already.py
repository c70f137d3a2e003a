"""Whether the person of a case is known already: asked of the house that had the name first, and of nobody else (issue 36.7; access, section 6:
"never that a case exists which the asker may not list; the leading house is asked instead, as a due, *is it she?*").

All people are invented. Anna leads the older case. Bob, of another house, types the same name later: in good faith, or because he looks for her.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import wayhome.duplicates
from wayhome import Actor, BadInput, Engine, NotFound, WayhomeError, commands, create, to_json
from wayhome.find import KnownNames, in_common
from wayhome.packs.plugins import Packs
from wayhome.shell.main import run
from wayhome.shell.session import Session
from wayhome.stories.playing import StoryClock
from wayhome.today import SECTIONS

from tests.prepared import KEY

HERS, THEIRS = "invented_organisation", "an_organisation_of_others"
ANNA = Actor("anna", HERS, {"case_manager_sending"})
BOB = Actor("bob", THEIRS, {"case_manager_sending"})
CLERK = Actor(
    "clerk", THEIRS, {"case_manager_sending", "programme_manager", "data_protection_officer", "travel_officer"}
)
SYSOP = Actor("sysop", "invented_it", {"system_admin"})
ADULT = {"age_status": "adult"}
OSAS = {"name_on_ticket": "INVENTED OSAS", "born_on": "1999-04-02"}
AGAIN = {
    "chosen_name": "Osas Invénted",
    "born_on": "1999-12-30",
}  # in another order and spelling, on another day of that year
SOMEBODY = {"name_on_ticket": "INVENTED JOY", "born_on": "1999-04-02"}
CANARIES = ("osas", "inv\u00e9nted", "1999-")
A_DAY = timedelta(days=1)
HASH = re.compile("[0-9a-f]{64}")  # it is taken over what is sealed, which is other bytes in each world


class Office:
    """A database in which several houses work, and its nights."""

    def __init__(self, engine: Engine, clock: StoryClock) -> None:
        self.engine, self.clock = engine, clock

    def opens(self, who: Actor, facts: dict[str, Any], **how: Any) -> str:
        self.clock.moment += timedelta(hours=1)
        opened = commands.Open(host_country="BE", origin_country="NG", facts={**ADULT, **facts}, **how)
        return self.engine.do(opened, as_=who).case

    def writes(self, who: Actor, case: str, **facts: Any) -> None:
        self.clock.moment += timedelta(hours=1)
        self.engine.do(commands.Record(case, facts=facts), as_=who)

    def closes(self, who: Actor, case: str) -> None:
        self.writes(who, case, existed_already=True)
        self.engine.do(commands.Move(case, to="close", reason="duplicate"), as_=who)

    def night(self) -> None:
        """Go on to eight o'clock of the next morning; at three, all is looked at."""
        self.clock.moment = (self.clock.moment + A_DAY).replace(hour=3, minute=0)
        assert self.engine.verify(rolling=True).ok
        self.clock.moment = self.clock.moment.replace(hour=8)

    def asked(self, who: Actor = ANNA) -> list[str]:
        """Name the cases in which somebody is asked whether it is the same person, by what is due and by today's list alike."""
        due = [row.case for row in self.engine.due(as_=who) if row.step == "same_person"]
        today = self.engine.today(as_=who)
        assert due == [row.case for name in SECTIONS for row in getattr(today, name) if row.step == "same_person"]
        return due

    def line(self, who: Actor = ANNA) -> Any:
        return next(row for row in self.engine.due(as_=who) if row.step == "same_person")

    def says(self, same: bool, who: Actor = ANNA) -> Any:
        return self.engine.same_person(self.line(who).key, same, as_=who)


@contextmanager
def an_office(packs: Packs, url: str = "sqlite://") -> Iterator[Office]:
    """Make a database whose numbers are the same each time."""
    drawn, clock = count(), StoryClock(datetime(2026, 3, 2, 8, tzinfo=UTC))

    def random(size: int) -> bytes:
        return hashlib.shake_256(str(next(drawn)).encode()).digest(size)

    with Engine.open(url, keys=lambda _: KEY, clock=clock, packs=packs, random=random) as engine:
        yield Office(engine, clock)


@pytest.fixture
def office(packs: Packs) -> Iterator[Office]:
    with an_office(packs) as office:
        yield office


@pytest.fixture
def both(office: Office) -> tuple[str, str]:
    """Give the older and the newer case of one person."""
    return office.opens(ANNA, OSAS), office.opens(BOB, AGAIN)


# --- two houses, in good faith ----------------------------------------------------------------------------------------


def test_who_leads_the_older_case_is_asked_the_next_morning(office: Office, both: tuple[str, str]) -> None:
    assert office.asked() == [], "it is compared within no command"

    office.night()

    row = next(
        row for row in office.engine.today(as_=ANNA).today if row.case == both[0] and row.step != "register_referral"
    )
    assert (row.case, row.step, row.title) == (
        both[0],
        "same_person",
        "Is this the same person? A newer case has the same name",
    )
    assert (row.overdue, row.due_at.date()) == (False, office.clock.moment.date())
    assert office.asked(BOB) == []


def test_in_a_small_office_the_ring_asks_at_once_and_counts_it_for_who_is_asked(
    office: Office, both: tuple[str, str]
) -> None:
    office.engine.put_actor(SYSOP)
    for one in (ANNA, BOB):
        office.engine.put_actor(one, as_=SYSOP)

    rung = {one.account: one.today for one in office.engine.ring().calls}

    assert office.asked() == [both[0]]
    assert rung == {"anna": 1}


def test_a_no_ends_it_until_a_name_is_written_anew(office: Office, both: tuple[str, str]) -> None:
    office.night()

    said = office.says(False)

    assert (said.same, said.by, said.organisation, said.talk_to) == (False, "anna", HERS, None)
    for _ in range(2):
        assert office.asked() == []
        office.night()
    office.writes(BOB, both[1], other_names="Osas Invented, Joy")
    office.night()
    assert office.asked() == [both[0]]


def test_a_yes_tells_whom_to_talk_to_and_joins_nothing(office: Office, both: tuple[str, str]) -> None:
    office.night()
    before = [office.engine.history(number, as_=who) for number, who in zip(both, (ANNA, BOB), strict=True)]

    said = office.says(True)

    assert (said.same, said.talk_to, said.at) == (True, THEIRS, office.clock.moment)
    assert both[1] not in str(to_json(said))
    assert [office.engine.history(number, as_=who) for number, who in zip(both, (ANNA, BOB), strict=True)] == before
    office.writes(BOB, both[1], other_names="Osas Invented")
    office.night()
    assert office.asked() == []
    with pytest.raises(NotFound):
        office.engine.case(both[1], as_=ANNA)


def test_an_answer_is_kept_with_who_gave_it_and_when(office: Office, both: tuple[str, str]) -> None:
    office.night()
    office.says(False)

    with office.engine._store.database.reading() as connection:
        (event,) = wayhome.duplicates.answers(office.engine._store, connection).values()
    assert (event.actor, event.organisation, event.recorded_at) == ("anna", HERS, office.clock.moment)
    assert (event.data["older"], event.data["newer"], event.data["same"]) == (*both, False)


def test_the_line_may_wait_as_any_other(office: Office, both: tuple[str, str]) -> None:
    office.night()
    key = office.line().key
    office.engine.seen(key, until=office.clock.moment + timedelta(hours=2), because="she comes at ten", as_=ANNA)

    (row,) = office.engine.today(as_=ANNA).put_off
    assert (row.step, row.seen.by) == ("same_person", "anna")


def test_a_closed_older_case_is_asked_about_and_a_closed_newer_one_is_not(
    office: Office, both: tuple[str, str]
) -> None:
    office.closes(ANNA, both[0])
    office.night()
    assert office.asked() == [both[0]]

    office.closes(BOB, both[1])
    office.night()
    assert office.asked() == []


def test_a_house_that_leads_both_is_asked_as_well(office: Office) -> None:
    older = office.opens(ANNA, OSAS)
    office.opens(Actor("ada", HERS, {"case_manager_sending"}), AGAIN)
    office.night()

    assert office.asked() == [older]
    assert office.says(True).talk_to == HERS


def test_of_cases_that_were_linked_nobody_is_asked(office: Office) -> None:
    older = office.opens(ANNA, OSAS)
    office.opens(ANNA, AGAIN, linked_to=older, relation="re_trafficked")
    office.night()

    assert office.asked() == []


# --- who may be the same ----------------------------------------------------------------------------------------------

WHEN = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("INVENTED OSAS", "osas invented", True),
        ("Invénted, Philomène", "Filomene INVENTED", False),  # the comma parts two names of one word each
        ("Invénted Philomène", "Filomene INVENTED", True),
        ("Invented Osas", "Invented Osas Joy", False),  # one word more
        ("Osas", "Osas", False),  # of one word alone there are many
        ("Joy Smith-Invented, Invented Osas", "Osas Invented", True),  # one of several
    ],
)
def test_a_whole_name_in_any_order_and_spelling_is_the_same(
    office: Office, one: str, other: str, expected: bool
) -> None:
    older = office.opens(ANNA, {"other_names": one})
    office.opens(BOB, {"name_on_ticket": other})
    office.night()

    assert office.asked() == ([older] if expected else [])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("1999", "1999", True), ("1999", "", True), ("", "1999", True), ("", "", True), ("1999", "1998", False)],
)
def test_the_year_of_birth_must_be_the_same_unless_one_is_not_known(one: str, other: str, expected: bool) -> None:
    known = {("invented", "osas"): WHEN}

    assert bool(in_common(KnownNames(known, one, 1), KnownNames(known, other, 1))) is expected


def test_a_name_that_was_written_in_another_case_no_longer_asks(office: Office, both: tuple[str, str]) -> None:
    office.writes(BOB, both[1], chosen_name="Invented Joy")
    office.night()

    assert office.asked() == []


def test_nobody_who_goes_along_is_looked_for(office: Office, both: tuple[str, str]) -> None:
    office.writes(BOB, both[1], chosen_name="Invented Joy")
    involve = commands.Involve(both[1], relation="child", travels=True, by="person")
    office.engine.do(involve, as_=BOB)
    office.engine.do(commands.Record(both[1], of="child-1", facts={"name_on_ticket": "INVENTED OSAS"}), as_=BOB)
    office.night()

    assert office.asked() == []


# --- who looks for her ------------------------------------------------------------------------------------------------


def asks_everything(office: Office, who: Actor, own: str, other: str) -> list[str]:
    """Ask in every way in which somebody could hear of a case of another house; gives each answer, and each error, as text."""
    engine = office.engine
    ways = [
        lambda: engine.today(as_=who), lambda: [*engine.due(as_=who)], lambda: [*engine.due(as_=who, organisation=THEIRS)],
        lambda: [*engine.due(as_=who, case=own)], lambda: [*engine.due(as_=who, case=other)], lambda: engine.due(as_=who, limit=1).after,
        lambda: [*engine.cases(as_=who)], lambda: [*engine.cases(as_=who, overdue=True)], lambda: [*engine.cases(as_=who, order="changed")],
        lambda: [*engine.cases(as_=who, called="Osas Invented 1999")], lambda: engine.count(as_=who), lambda: engine.case(own, as_=who),
        lambda: engine.case(other, as_=who), lambda: [*engine.history(own, as_=who)], lambda: engine.next(own, as_=who),
        lambda: engine.blockers(own, "depart", as_=who), lambda: engine.why(own, "close", as_=who), lambda: [*engine.read_log(own, as_=who)],
        lambda: engine.form(own, {"do": "record", "facts": ["chosen_name"]}, as_=who), lambda: engine.everything(own, as_=who),
        lambda: [*engine.changes(as_=who)], lambda: engine.take(as_=who), lambda: engine.clock(), lambda: engine.number_of(other, as_=who),
        lambda: engine.seen(f"2026-03-03T22:59:59Z {other} same_person  ", as_=who),
        lambda: engine.same_person(f"2026-03-03T22:59:59Z {other} same_person  ", True, as_=who),
        lambda: engine.same_person(f"2026-03-03T22:59:59Z {own} same_person  ", True, as_=who),
        lambda: engine.do(commands.Open(host_country="BE", origin_country="NG", linked_to=other, relation="duplicate"), as_=who),
        lambda: engine.do(commands.OpenUp("by_name", ground="break_glass", called="Osas Invented", born=1999, why="invented"), as_=who),
        lambda: engine.ring(), lambda: [*engine.verify(rolling=True)],
    ]  # fmt: skip
    found = list[str]()
    for way in ways:
        try:
            found.append(HASH.sub("HASH", str(to_json(way()))))
        except WayhomeError as error:
            found.append(f"{type(error).__name__}: {error}")
    return found


def test_a_clerk_who_types_the_names_of_whom_he_looks_for_learns_nothing(packs: Packs) -> None:
    """Two worlds: in one she is known in another house, in the other that case is of somebody else. All that he is answered is the same."""
    told = []
    for hers in (OSAS, SOMEBODY):
        with an_office(packs) as office:
            other = office.opens(ANNA, hers)
            own = office.opens(CLERK, AGAIN)
            answers = asks_everything(office, CLERK, own, other)
            office.writes(CLERK, own, other_names="Osas Invented, Invented Osas")
            office.engine.ring()
            answers += asks_everything(office, CLERK, own, other)
            office.night()
            assert office.asked() == ([other] if hers is OSAS else [])
            told.append(answers + asks_everything(office, CLERK, own, other))

    for one, another in zip(*told, strict=True):
        assert one == another


@pytest.mark.parametrize("same", [True, False])
def test_nor_does_he_learn_what_was_answered(packs: Packs, same: bool) -> None:
    told = []
    for is_answered in (True, False):
        with an_office(packs) as office:
            other, own = office.opens(ANNA, OSAS), office.opens(CLERK, AGAIN)
            office.night()
            _ = office.says(same) if is_answered else office.line()  # she looks at her list in both
            told.append(asks_everything(office, CLERK, own, other))

    assert told[0] == told[1]


def test_the_line_says_nothing_of_the_newer_case_and_the_house_only_after_a_yes(
    office: Office, both: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.night()

    text = str(to_json([office.line(), office.engine.today(as_=ANNA)])).casefold()

    for word in (both[1], office.engine.case(both[1], as_=BOB).label, THEIRS, "bob", *CANARIES):
        assert word.casefold() not in text
    office.says(True)
    assert not [word for word in CANARIES if word in caplog.text.casefold()]


def test_names_and_numbers_of_a_match_lie_in_no_file_and_the_note_tells_not_how_many(
    packs: Packs, tmp_path: Path
) -> None:
    sizes = []
    for hers in (OSAS, SOMEBODY):
        file = tmp_path / f"{len(sizes)}.db"
        create(f"sqlite:///{file}", keys=lambda _: KEY)
        with an_office(packs, f"sqlite:///{file}") as office:
            office.opens(ANNA, hers), office.opens(BOB, AGAIN)
            office.night()
        with sqlite3.connect(file) as rows:
            sizes.append(
                sorted(size for (size,) in rows.execute("SELECT length(sealed) FROM wh_entries WHERE kind = 'note'"))
            )
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert sizes[0] == sizes[1]
    assert not [
        word for word in (b"INVENTED OSAS", "Osas Inv\u00e9nted".encode(), b"osas", b"invented osas") if word in kept
    ]


@pytest.mark.parametrize("role", ["travel_officer", "medical_officer", "counsellor", "programme_manager", "data_protection_officer", "system_admin"])  # fmt: skip
def test_nor_is_it_told_in_the_house_that_is_asked_to_who_does_not_manage_the_case(
    office: Office, both: tuple[str, str], role: str
) -> None:
    office.night()
    office.clock.moment += timedelta(days=4)  # by now it stands on the lists of colleagues, too
    colleague = Actor("tom", HERS, {role})
    key = office.line().key

    try:
        assert [row for row in office.engine.due(as_=colleague) if row.step == "same_person"] == []
    except WayhomeError as error:
        assert error.kind == "not_permitted"
    with pytest.raises(WayhomeError):
        office.engine.same_person(key, True, as_=colleague)


def test_whoever_judges_danger_there_reads_the_line_and_does_not_answer_it(
    office: Office, both: tuple[str, str]
) -> None:
    office.night()
    assessor = Actor("ben", HERS, {"risk_assessor"})

    assert [row.case for row in office.engine.due(as_=assessor) if row.step == "same_person"] == [both[0]]
    with pytest.raises(BadInput):
        office.engine.same_person(office.line().key, True, as_=assessor)


def test_a_house_that_holds_a_place_in_the_older_case_is_not_told(office: Office, both: tuple[str, str]) -> None:
    office.engine.do(commands.Assign(both[0], role="travel_officer", partner="be_iom"), as_=ANNA)
    office.night()

    assert office.asked(Actor("tom", "be_iom", {"travel_officer", "case_manager_sending"})) == []


def test_nobody_from_whom_the_case_is_kept_is_told(office: Office, both: tuple[str, str]) -> None:
    office.engine.do(commands.KeepTo(both[0], workers=["anna", "ada"]), as_=ANNA)
    office.night()

    assert office.asked() == [both[0]]
    assert office.asked(Actor("eve", HERS, {"case_manager_sending"})) == []


def test_nobody_makes_their_case_the_older_one_by_a_day_that_they_say(office: Office) -> None:
    """Who plants a case would be asked, and told on a yes where she is. Only a name that was written first is asked about."""
    hers = office.opens(ANNA, OSAS)
    office.opens(CLERK, AGAIN, at=datetime(2020, 1, 1, tzinfo=UTC), adopted_on=date(2026, 3, 2))
    office.night()

    assert (office.asked(CLERK), office.asked()) == ([], [hers])


def test_nobody_makes_their_case_the_older_one_by_typing_the_name_into_an_old_case(office: Office) -> None:
    old = office.opens(CLERK, SOMEBODY)
    hers = office.opens(ANNA, OSAS)
    office.writes(CLERK, old, other_names="Osas Invented")
    office.night()

    assert (office.asked(CLERK), office.asked()) == ([], [hers])


def test_who_writes_a_name_once_more_stays_the_one_who_had_it_first(office: Office, both: tuple[str, str]) -> None:
    office.writes(ANNA, both[0], name_on_ticket="OSAS INVENTED", chosen_name="Invented Osas")
    office.night()

    assert (office.asked(BOB), office.asked()) == ([], [both[0]])


def test_nobody_fills_the_list_of_another_house(office: Office) -> None:
    older = office.opens(ANNA, OSAS)
    for _ in range(wayhome.duplicates.MOST_ASKED + 2):
        office.opens(CLERK, AGAIN)
    office.night()

    assert office.asked() == [older] * wayhome.duplicates.MOST_ASKED


# --- how much there is, and what is damaged ---------------------------------------------------------------------------


@pytest.mark.parametrize(("below", "asks"), [(3, True), (2, False)])  # there are two cases
def test_from_a_thousand_cases_on_only_the_night_compares(
    office: Office, both: tuple[str, str], monkeypatch: pytest.MonkeyPatch, below: int, asks: bool
) -> None:
    assert wayhome.duplicates.AT_ONCE_BELOW == 1_000  # the figure
    monkeypatch.setattr(wayhome.duplicates, "AT_ONCE_BELOW", below)

    office.engine.ring()
    assert office.asked() == ([both[0]] if asks else [])
    office.night()
    assert office.asked() == [both[0]]


def test_where_nothing_was_written_since_the_ring_compares_nothing(
    office: Office, both: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office.engine.ring()
    compared = list[str]()
    monkeypatch.setattr(wayhome.duplicates, "_person_in", lambda _, number: compared.append(number))

    office.engine.ring()
    assert compared == []
    office.writes(BOB, both[1], languages=["en"])
    office.engine.ring()
    assert compared == [both[1]], "what was not written since is not opened again"


def test_a_damaged_note_stops_nobody_and_the_next_look_writes_it_anew(packs: Packs, tmp_path: Path) -> None:
    file = tmp_path / "office.db"
    create(f"sqlite:///{file}", keys=lambda _: KEY)
    with an_office(packs, f"sqlite:///{file}") as office:
        older, newer = office.opens(ANNA, OSAS), office.opens(BOB, AGAIN)
        office.night()
        with office.engine._store.database.reading() as connection:
            name = office.engine._store.entries.tag(connection, "note", "same_person")
        with sqlite3.connect(file) as rows:
            assert rows.execute("UPDATE wh_entries SET sealed = x'00' WHERE tag = ?", [name]).rowcount == 1

        assert office.asked() == []
        office.writes(BOB, newer, languages=["en"])
        assert not office.engine.verify().ok, "it is said"
        office.engine.ring()
        assert office.asked() == [older]
        office.night()


def test_a_case_that_cannot_be_read_keeps_no_other_from_being_compared(
    office: Office, both: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = office.opens(BOB, AGAIN)
    pinned = office.engine._store.pinned

    def read(connection: Any, number: str) -> Any:
        if number == broken:
            raise wayhome.LedgerBroken("That case does not open.")
        return pinned(connection, number)

    monkeypatch.setattr(office.engine._store, "pinned", read)
    wayhome.duplicates.look(office.engine._store, office.clock.moment)
    monkeypatch.undo()

    assert office.asked() == [both[0]]


# --- as people type it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("yes", f"{THEIRS} leads the newer case. Ask the person first"), ("no", "It is asked again only when")],
)
def test_the_answer_is_typed_with_the_case(
    office: Office, both: tuple[str, str], capsys: pytest.CaptureFixture[str], answer: str, expected: str
) -> None:
    office.night()
    office.engine.put_actor(SYSOP)
    office.engine.put_actor(ANNA, as_=SYSOP)
    session = Session(actor_id=ANNA.id, opened={Session().db: office.engine})

    assert run(["same", both[0], answer], session) == 0
    assert expected in " ".join(capsys.readouterr().out.split())
    assert office.asked() == []
