"""The host of examples/sqlalchemy_host: its tables and Wayhome's in one database, on SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from sqlalchemy.orm import Session
from wayhome.stories.playing import StoryClock

from examples.sqlalchemy_host import host
from examples.sqlalchemy_host.__main__ import main
from examples.sqlalchemy_host.tables import Base, Client, Mail, Night
from tests import postgres
from tests.conftest import ANNA, START, all_packs

ASSISTANCE: dict[str, Any] = {
    "purpose": "assistance",
    "answer": "given",
    "groups": ["case"],
    "language": "en",
    "form": "written",
    "given_by": "person",
    "explained": ["purpose", "withdrawal"],
    "version": "leaflet-2",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database in which the host's tables lie, and Wayhome's."""
    schema = postgres.a_schema()
    if request.param == "sqlite":
        one = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    else:
        one = postgres.an_engine(poolclass=sa.pool.QueuePool, connect_args={"options": f"-c search_path={schema}"})
        with one.begin() as connection:
            connection.execute(sa.schema.CreateSchema(schema))
    Base.metadata.create_all(one)
    wh.create(one, keys=lambda _: b"k" * 32)
    yield one
    if request.param == "postgresql":
        with one.begin() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True))
    one.dispose()


@pytest.fixture
def wayhome(database: sa.Engine, clock: StoryClock) -> Iterator[wh.Engine]:
    with wh.Engine.open(
        database, keys=lambda _: b"k" * 32, packs=all_packs(), clock=clock, hooks=[host.Mails()]
    ) as engine:
        yield engine


def taken_in(database: sa.Engine, wayhome: wh.Engine, file: str = "12/26") -> str:
    return host.in_one_transaction(
        database, lambda session: host.take_in(session, wayhome, ANNA, file=file, origin_country="NG")
    )


def consents(wayhome: wh.Engine, case: str) -> None:
    """Do what comes before the person says yes to being assisted, and record that they do."""
    for command in (
        wh.Complete(case, step="register_referral"),
        wh.Assign(case, role="case_owner", organisation="invented_house", case_worker="anna"),
        wh.Record(case, facts={"age_status": "adult", "languages": ["en"], "safe_place_tonight": True}),
        wh.Complete(case, step="safe_first_contact"),
        wh.Consent(case, **ASSISTANCE),
    ):
        wayhome.do(command, as_=ANNA)


def rows(database: sa.Engine, kind: type[Base]) -> list[Any]:
    with Session(database) as session:
        return [*session.scalars(sa.select(kind))]


# --- one transaction ------------------------------------------------------------------------------------------------


def test_a_file_and_its_case_are_kept_together(database: sa.Engine, wayhome: wh.Engine) -> None:
    case = taken_in(database, wayhome)

    assert [(row.file, row.case) for row in rows(database, Client)] == [("12/26", case)]
    assert [row.number for row in wayhome.cases(as_=ANNA, reference="12/26")] == [case]


def test_of_a_file_that_is_there_already_no_second_case_is_kept(database: sa.Engine, wayhome: wh.Engine) -> None:
    case = taken_in(database, wayhome)
    with pytest.raises(sa.exc.IntegrityError):
        taken_in(database, wayhome)

    assert [row.number for row in wayhome.cases(as_=ANNA)] == [case]
    assert wayhome.verify().ok


def test_a_case_that_somebody_may_not_open_leaves_no_file(database: sa.Engine, wayhome: wh.Engine) -> None:
    nobody = wh.Actor("nobody", "invented_house", {"counsellor"})
    with pytest.raises(wh.NotPermitted):
        host.in_one_transaction(
            database, lambda session: host.take_in(session, wayhome, nobody, file="12/26", origin_country="NG")
        )
    assert rows(database, Client) == []


def test_what_cannot_be_brought_into_an_order_is_done_again_as_a_whole(database: sa.Engine, wayhome: wh.Engine) -> None:
    tries = []

    def work(session: Session) -> str:
        tries.append(host.take_in(session, wayhome, ANNA, file="12/26", origin_country="NG"))
        if len(tries) < host.TRIES:
            raise wh.Again("An invented contradiction.")
        return tries[-1]

    assert host.in_one_transaction(database, work) == tries[-1]
    assert [row.case for row in rows(database, Client)] == [tries[-1]]
    assert [row.number for row in wayhome.cases(as_=ANNA)] == [tries[-1]]


def test_what_the_database_asks_for_at_the_commit_is_done_again_too(database: sa.Engine) -> None:
    class Asked(Exception):
        sqlstate = "40001"

    tries = []

    def work(session: Session) -> int:
        tries.append(1)
        if len(tries) < host.TRIES:
            raise sa.exc.OperationalError("an invented commit", {}, Asked())
        return len(tries)

    assert host.in_one_transaction(database, work) == host.TRIES
    with pytest.raises(sa.exc.DBAPIError):  # anything else is not
        host.in_one_transaction(database, lambda session: session.execute(sa.text("SELECT no_such_column")))


# --- a mail when consent is withdrawn -------------------------------------------------------------------------------


def test_a_withdrawal_queues_one_mail_that_names_nobody(database: sa.Engine, wayhome: wh.Engine) -> None:
    case = taken_in(database, wayhome)
    consents(wayhome, case)
    assert rows(database, Mail) == []

    wayhome.do(wh.Withdraw(case, purpose="assistance"), as_=ANNA)

    (mail,) = rows(database, Mail)
    assert (mail.to, mail.subject) == (host.TEAM, f"{case}: the person says no to 'assistance'")


def test_each_way_to_say_no_queues_a_mail(database: sa.Engine, wayhome: wh.Engine) -> None:
    """Taken back for one of many to whom it was given, it is a refusal; so is a new answer."""
    case = taken_in(database, wayhome)
    consents(wayhome, case)
    for given in (
        wh.Consent(
            case,
            **{
                **ASSISTANCE,
                "purpose": "share_partner",
                "recipient": "partner",
                "explained": ["purpose", "use", "withdrawal"],
            },
        ),
        wh.Withdraw(case, purpose="share_partner", recipient="ng_idia"),
        wh.Consent(case, purpose="assistance", answer="refused"),
    ):
        wayhome.do(given, as_=ANNA)

    said = [mail.subject.partition(": ")[2] for mail in rows(database, Mail)]
    assert said == ["the person says no to 'share_partner'", "the person says no to 'assistance'"]


def test_of_a_withdrawal_that_is_taken_back_no_mail_is_sent(database: sa.Engine, wayhome: wh.Engine) -> None:
    case = taken_in(database, wayhome)
    consents(wayhome, case)
    with Session(database) as session:
        wayhome.acting(ANNA, within=session).do(wh.Withdraw(case, purpose="assistance"))
        assert len([*session.scalars(sa.select(Mail))]) == 1
        session.rollback()

    assert rows(database, Mail) == []
    assert [event.type for event in wayhome.history(case, as_=ANNA)][-1] != "consent_withdrawn"


# --- a batch by night -----------------------------------------------------------------------------------------------


def test_each_night_counts_what_there_is_and_what_is_new(
    database: sa.Engine, wayhome: wh.Engine, clock: StoryClock
) -> None:
    first, second = taken_in(database, wayhome), taken_in(database, wayhome, "13/26")
    for case in (first, second):
        wayhome.do(wh.Complete(case, step="register_referral"), as_=ANNA)

    night = host.nightly(database, wayhome, wayhome.now())
    assert (night.cases, night.events) == ({"identification": 2}, {"opened": 2, "step_completed": 2})
    assert (night.due, night.overdue) == (2, 0)  # in each case somebody is to be named who answers for it

    wayhome.do(wh.Assign(first, role="case_owner", organisation="invented_house", case_worker="anna"), as_=ANNA)
    assert host.nightly(database, wayhome, wayhome.now()).heard == night.heard  # the same night

    clock.moment += timedelta(days=7)
    night = host.nightly(database, wayhome, wayhome.now())
    assert night.overdue >= 1
    assert "opened" not in night.events
    assert night.events["role_assigned"] == 1
    assert [row.day.day for row in rows(database, Night)] == [START.day, START.day + 7]


def test_a_case_that_nobody_can_read_is_mailed_and_all_others_are_counted(
    database: sa.Engine, wayhome: wh.Engine
) -> None:
    first, second = taken_in(database, wayhome), taken_in(database, wayhome, "13/26")
    for case in (first, second):
        wayhome.do(wh.Complete(case, step="register_referral"), as_=ANNA)
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE wh_cases SET state = head WHERE number = :case"), {"case": second})

    night = host.nightly(database, wayhome, wayhome.now())

    assert (night.cases, night.due) == ({"identification": 1}, 1)
    assert [mail.subject for mail in rows(database, host.Mail)] == [f"{second}: it cannot be read, nor what is due"]


def test_a_batch_goes_through_all_pages(
    database: sa.Engine, wayhome: wh.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting = wayhome.acting(ANNA)
    cases = [taken_in(database, wayhome, f"{number}/26") for number in range(5)]

    assert sorted(row.number for row in host._all(partial(acting.cases, limit=2), set())) == sorted(cases)


def test_it_is_made_once_and_counted_each_night_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOST_DATABASE", f"sqlite:///{tmp_path / 'host.db'}")
    monkeypatch.setenv("WAYHOME_KEY", base64.b64encode(b"k" * 32).decode())
    main("make")
    main("nightly")

    assert json.loads(capsys.readouterr().out) == {"cases": {}, "due": 0, "overdue": 0, "events": {}}
