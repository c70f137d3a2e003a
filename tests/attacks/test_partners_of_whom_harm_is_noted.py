"""A partner of whom the office has noted harm: who is a second, and what is noted after it was chosen."""

from __future__ import annotations

import pytest
from wayhome import Actor

from tests.attacks.acts import RECEIVES, receives, seq_of
from tests.attacks.conftest import Begin
from tests.attacks.play import ASSESSOR, LEADER, MANAGER, RECEIVER, Command, Play, far_ahead
from tests.attacks.test_two_entries_that_must_agree import COSUDOW, HARM, OFFICER, is_taken_by_one_alone, notes_harm

OF_OURS = Actor("invented_colleague", "invented_organisation", {MANAGER})
SINCE = (
    "harm was noted of the receiving organisation after it was chosen",
    "read what is noted; choose it again, and a second signs; or choose another",
)


def signs_the_choice(case: Play) -> Command:
    return {"do": "sign", "seq": seq_of(case, "role_assigned", partner=COSUDOW)}


def test_the_partner_of_whom_harm_is_noted_does_not_sign_for_itself(begin: Begin) -> None:
    """Who works there cannot even read the book."""
    case = begin(far_ahead)
    notes_harm(case)
    case.given(MANAGER, receives(COSUDOW))
    assert case.actor(RECEIVER).organisation == COSUDOW

    assert case.tried(RECEIVER, signs_the_choice(case)).reasons == {("ROLE", RECEIVES)}
    assert [todo for _, todo in case.told("ROLE", signs_the_choice(case), who=RECEIVER)] == [
        "let somebody else read what is noted, and sign; or choose another"
    ]
    assert is_taken_by_one_alone(case)


def test_who_took_the_note_out_is_no_second_who_has_read_it(begin: Begin) -> None:
    """An officer takes a colleague's note out after the choice, and signs it."""
    case = begin(far_ahead)
    notes_harm(case)
    case.given(MANAGER, receives(COSUDOW))
    notes_harm(case, OFFICER, drop=True)

    assert case.tried(OFFICER, signs_the_choice(case)).reasons == {("ROLE", RECEIVES)}
    assert case.tried(OF_OURS, signs_the_choice(case)).done


def test_harm_that_is_noted_after_the_choice_is_looked_at_by_two(begin: Begin) -> None:
    case = begin(far_ahead)
    case.given(MANAGER, receives(COSUDOW))
    case.wait(minutes=1)
    notes_harm(case)

    assert SINCE in case.told("INV-07")
    case.given(MANAGER, receives(COSUDOW))
    assert SINCE not in case.told("INV-07")
    assert is_taken_by_one_alone(case)
    case.given(LEADER, signs_the_choice(case))
    assert not is_taken_by_one_alone(case)
    assert SINCE not in case.told("INV-07")


def test_more_harm_that_is_noted_after_two_have_chosen_is_looked_at_again(begin: Begin) -> None:
    case = begin(far_ahead)
    notes_harm(case)
    case.given(MANAGER, receives(COSUDOW))
    case.given(LEADER, signs_the_choice(case))
    case.wait(minutes=1)
    notes_harm(case, OFFICER, "(invented) and another's")

    assert SINCE in case.told("INV-07")


def test_who_chose_does_not_take_the_note_of_a_colleague_out(begin: Begin) -> None:
    case = begin(far_ahead)
    case.given(OFFICER, receives(COSUDOW))
    case.wait(minutes=1)
    notes_harm(case)
    notes_harm(case, OFFICER, drop=True)

    assert SINCE in case.told("INV-07")


def test_nobody_boards_to_a_partner_of_whom_harm_was_noted_since(fresh: Play) -> None:
    """Not only why says so: who is cleared does not board either, until two have looked."""
    partner = fresh.seen().roles[RECEIVES]
    fresh.engine.note_partner(partner, "harm", HARM, as_=fresh.actor(ASSESSOR))

    assert fresh.boards().reasons == {("INV-07", RECEIVES)}


@pytest.mark.parametrize("how", ["dropped by another", "replaced"])
def test_honest_a_note_that_another_took_out_and_a_partner_that_was_replaced_ask_nothing(
    begin: Begin, how: str
) -> None:
    case = begin(far_ahead)
    case.given(MANAGER, receives(COSUDOW))
    case.wait(minutes=1)
    notes_harm(case)
    if how == "replaced":
        case.given(MANAGER, receives("ng_bakhita"))
    else:
        notes_harm(case, OFFICER, drop=True)

    assert SINCE not in case.told("INV-07")


@pytest.mark.parametrize("damage", ["SET sealed = x'00'", None], ids=str)
def test_a_book_that_was_damaged_stands_as_it_was_written_and_keeps_no_case_waiting(
    begin: Begin, damage: str | None
) -> None:
    case = begin(far_ahead)
    case.given(MANAGER, receives(COSUDOW))
    case.wait(minutes=1)
    notes_harm(case)
    before = case.told("INV-07")
    assert SINCE in before

    changed = f"UPDATE wh_entries {damage}" if damage else "DELETE FROM wh_entries"
    with case.engine._store.database.writing() as connection:
        connection.execute(f"{changed} WHERE kind = 'partner_book'")

    assert case.told("INV-07") == before
    assert case.engine.partner_notes(as_=case.actor(MANAGER)) != ()
    assert "What an office noted of its partners was changed." in [one.what for one in case.engine.verify().problems]
