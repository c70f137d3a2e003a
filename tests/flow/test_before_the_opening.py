"""What is dated before a case was opened is judged as anything else: by what was known of the person when it was opened. (a hostile look)"""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from wayhome import Engine, LedgerBroken, Refused, WayhomeError, commands
from wayhome.commands import read_command
from wayhome.stories.playing import StoryClock

from tests.anything import ANNA, anything
from tests.conftest import a_case


@pytest.mark.parametrize("has_spoken", [False, True], ids=["nothing else", "beside what lies earlier still"])
@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_whatever_is_dated_before_the_opening_is_done_or_told(
    engine: Engine, clock: StoryClock, origin: str, has_spoken: bool
) -> None:
    case, dice = a_case(engine, origin, age_status="adult"), random.Random(5)
    if has_spoken:
        engine.do(commands.Note(case, text="an invented note", at=clock() - timedelta(days=9)), as_=ANNA)
    process = engine.process_of(case, as_=ANNA)
    papers = [{"do": "document", "kind": kind, "status": "held"} for kind in process.documents]
    incidents = [{"do": "incident", "type": kind} for kind in process.incidents]

    for said in [*papers, *incidents, *(anything(engine, case, dice) for _ in range(150))]:
        at = clock() - timedelta(days=dice.choice([0, 1, 5]), hours=7)
        try:
            engine.why(case, read_command({**said, "at": at.isoformat()}, case=case), as_=ANNA)
        except WayhomeError as error:
            assert not isinstance(error, LedgerBroken), error


def test_a_passport_that_was_found_before_the_opening_says_what_is_missing(engine: Engine, clock: StoryClock) -> None:
    case = a_case(engine, age_status="adult")
    found = commands.Document(
        case,
        kind="ng_passport",
        status="held",
        issued_on=date(2024, 1, 10),
        expires_on=date(2029, 1, 9),
        at=date(2026, 2, 20),
    )

    with pytest.raises(Refused) as told:
        engine.do(found, as_=ANNA)
    assert "it is not recorded: The person holds a passport that is still valid" in str(told.value)

    engine.do(commands.Record(case, facts={"has_passport": True}), as_=ANNA)
    engine.do(found, as_=ANNA)
    assert engine.case(case, as_=ANNA).documents
    assert engine.verify().ok


def test_violence_of_before_the_referral_is_an_incident_with_its_own_day(engine: Engine, clock: StoryClock) -> None:
    """It was refused, and whoever wrote it down had to say that it was today."""
    case = a_case(engine, age_status="adult")
    happened = clock() - timedelta(days=2)

    engine.do(commands.Incident(case, type="violence", at=happened), as_=ANNA)

    (incident,) = engine.case(case, as_=ANNA).incidents
    assert (incident["type"], incident["resolved_at"]) == ("violence", None)
    assert engine.history(case, as_=ANNA)[-1].occurred_at == happened
    assert engine.verify().ok
