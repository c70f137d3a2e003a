"""What is listed as next: one's own first, each called by what is done. Without a terminal; the people are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from wayhome import Actor
from wayhome.flow.rows import NextRow
from wayhome.shell.commands.shell import run_line
from wayhome.shell.listing import called as called_so
from wayhome.shell.listing import in_order, is_for, taken_up
from wayhome.shell.session import Session
from wayhome.shell.telling import question_of

from tests.attacks import play as plays
from tests.attacks.play import MANAGER, Play

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 8, tzinfo=UTC)
ANNA = Actor("anna", "be_pag_asa", {MANAGER})


@pytest.fixture
def desk() -> tuple[Play, Session]:
    """Somebody at the shell, with a case of a house that the pack knows."""
    play = plays.opened()
    return play, at_the_shell(play, plays.actor(MANAGER))


def at_the_shell(play: Play, actor: Actor) -> Session:
    play.engine.put_actor(actor)
    session = Session(db="sqlite://", actor_id=actor.id, interactive=True)
    session.opened["sqlite://"] = play.engine
    session.desk.talks = True
    return session


def row(what: str, *who: str, from_: datetime = NOW, **do: Any) -> NextRow:
    return NextRow(do, (), who, from_, None, "{what}", {"what": what})


def called(play: Play, session: Session, of: NextRow) -> str:
    return taken_up(session, play.case, [of])[0].because


def test_what_ones_own_roles_do_stands_first_then_others_then_later() -> None:
    rows = [row("later", MANAGER, from_=LATER), row("other", "travel_officer"), row("own", MANAGER)]

    assert [one.because for one in in_order(rows, NOW, ANNA)] == ["own", "other", "later"]


def test_an_open_move_stands_first_and_what_is_offered_last() -> None:
    """Before the hour of boarding it is listed as what comes later: whoever looks sees what happens next."""
    play = plays.opened()
    with play.engine:
        play.ready()
        leaves, before = play.takes_off, play.engine.next(play.case, as_=plays.actor(MANAGER))[0]
        play.until(leaves - timedelta(minutes=1))  # from the hour on it is asked whether they left
        first, *others = play.engine.next(play.case, as_=plays.actor(MANAGER))

    assert (before.because, before.from_) == ("The person departs", leaves - timedelta(hours=6))
    assert (first.because, first.from_) == ("The person departs", leaves - timedelta(minutes=1))
    assert {"Offer guidance by a recognised centre", "Offer the yellow fever vaccination"} <= {
        one.because for one in others
    }


FLY = "Explain the journey"


@pytest.mark.parametrize(
    ("do", "because", "expected"),
    [
        ({"do": "consent", "purpose": "return"}, FLY, "Consent: Return · for 'Explain the journey'"),
        ({"do": "consent", "purpose": "share_partner", "recipient": "ng_bakhita"}, FLY,
         "Consent: Share data with a partner, Bakhita Villa · for 'Explain the journey'"),
        ({"do": "sign", "seq": 4}, FLY, "Sign: Explain the journey"),
        ({"do": "redo", "step": "return_review"}, "Decide together whether to go", "Again: Decide together whether to go"),
        ({"do": "complete", "step": "options_counselling", "round": "3"}, FLY, "Talk about all options (3) · for 'Explain the journey'"),
        ({"do": "complete", "step": "return_review"}, "Decide together whether to go", "Decide together whether to go"),
        ({"do": "record", "facts": ["sex"]}, "Ask in private. Is it so?", "Is it so?"),
        ({"do": "involve", "relation": "guardian"}, FLY, "Enter a person: guardian · for 'Explain the journey'"),
        ({"do": "move", "to": "depart"}, FLY, "The person departs"),
        ({"do": "assign", "role": "case_owner"}, FLY, "Name one accountable case manager · for 'Explain the journey'"),
        ({"do": "assign", "role": "case_owner"}, "Name one accountable case manager", "Name one accountable case manager"),
        ({"do": "travel"}, FLY, "Plan and book the journey · for 'Explain the journey'"),
        ({"do": "skip", "step": "return_review"}, FLY, "Leave out: Decide together whether to go · for 'Explain the journey'"),
        ({"do": "involve", "relation": "caregiver"}, "no caregiver is named", "Enter a person: caregiver of a child"),
        ({"do": "document", "kind": "ng_passport", "of": "escort-1"}, FLY, "Nigerian passport (escort-1) · for 'Explain the journey'"),
        ({"do": "resolve", "incident": "consent_withdrawn_before"}, "Long words.", "'The person says no to the return' is open."),
    ],
)  # fmt: skip
def test_each_line_says_what_is_done_and_what_it_is_for(
    desk: tuple[Play, Session], do: dict[str, Any], because: str, expected: str
) -> None:
    assert called(*desk, row(because, MANAGER, **do)) == expected


def test_what_why_lists_is_opened_under_what_is_done_and_not_under_what_is_missing(desk: tuple[Play, Session]) -> None:
    play, session = desk
    process = session.engine.process_of(play.case, as_=session.actor)
    rows = [
        row("the person has not said yes again", MANAGER, do="complete", step="departure_assistance"),
        row("nobody knows this", MANAGER, do="withdraw", purpose="return"),
    ]
    assert [one.because for one in called_so(process, rows)] == [
        "Ask once more before boarding",
        "nobody knows this",
    ]


def test_a_line_is_found_by_the_step_that_it_is_for(desk: tuple[Play, Session]) -> None:
    play, session = desk
    found = taken_up(session, play.case, [row(FLY, MANAGER, do="consent", purpose="return")])[0]

    assert is_for(found, FLY)
    assert not is_for(found, "Consent: Return")


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("Ask in private. Does she want it?", ("Does she want it?", "Ask in private.")),
        ("Where they meet", ("Where they meet", "")),
        ("Only then; is it so?", ("is it so?", "Only then;")),
        ("Read a.b and say: which?", ("Read a.b and say: which?", "")),  # a full stop within a word ends nothing
    ],
)
def test_a_question_is_parted_from_what_to_keep_in_mind(text: str, parted: tuple[str, str]) -> None:
    assert question_of(text) == parted


def test_a_step_is_found_by_a_name_with_an_apostrophe(
    desk: tuple[Play, Session], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    play, session = desk
    opened: list[str] = []
    monkeypatch.setattr("wayhome.shell.dialogue.desk.talk", lambda _, do, title: opened.append(title))

    assert run_line(play.case, session) == 0
    assert run_line("get the partner's", session) == 0
    assert opened == ["Get the partner's confirmation"]
    assert run_line("note 'she", session) == 2
    assert "A quote is not closed." in capsys.readouterr().err


def test_a_house_that_a_pack_knows_can_be_named_as_who_leads_the_case() -> None:
    play = plays.opened()
    about = {"do": "open", "host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult"}}
    case = play.engine.do(plays.read(about, ""), as_=ANNA).case
    slots = {slot.name: slot for slot in play.engine.form(case, {"do": "assign", "role": "case_owner"}, as_=ANNA).slots}
    manager = play.actor(plays.MANAGER)
    invented = play.engine.form(play.case, {"do": "assign", "role": "case_owner"}, as_=manager).slots

    assert [*slots["partner"].values] == ["be_pag_asa"]
    assert "partner" not in {slot.name for slot in invented}
