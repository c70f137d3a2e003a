"""An office's own book of its partners: numbers that were tried, beds, whom to ask for, where to be careful. It is shown, and decides nothing.

desk.md F4 and 5: of 31 partners the packs have 7 numbers, the office had tried many more, and kept them in a file of its own. All numbers
and people are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from wayhome import Actor, BadInput, NotPermitted, PartnerNote, from_json, to_json
from wayhome.cards import card
from wayhome.forms.reach import noted as shown
from wayhome.packs.plugins import Packs

from tests.attacks.play import LEADER, MANAGER, TRAVEL, Play, begun, complete, evidence_is_fresh

HOUSE, NUMBER = "invented_organisation", "+32 000 00 00 01"
WORKER = Actor("invented_worker", HOUSE, {MANAGER, LEADER})
COLLEAGUE = Actor("invented_colleague", HOUSE, {TRAVEL})
ELSEWHERE = Actor("stranger", "invented_elsewhere", {MANAGER, LEADER})  # an office that helps in the case
CENTRE, IDIA = "be_pag_asa", "ng_idia"  # a partner whose number the pack has, and one without
CHOSEN = {"do": "assign", "role": "receiving_organisation"}
ONE_OF_EACH = [
    ("number", NUMBER, {"works": True}),
    ("ask_for", "An Invented Sister", {}),
    ("room", "2 beds", {}),
    ("note", "closed on an invented feast", {}),
    ("careful", "an invented reason", {}),
]


@pytest.fixture
def play(packs: Packs) -> Iterator[Play]:
    with begun(packs=packs) as play:
        play.engine.register_organisation("invented_elsewhere", title="Invented", country="BE", does=["speak"])
        play.given(WORKER, {"do": "assign", "role": MANAGER, "organisation": "invented_elsewhere"})
        yield play


def noted(play: Play, party: str, kind: Any, text: str, who: Actor = WORKER, **said: Any) -> PartnerNote:
    return play.engine.note_partner(party, kind, text, as_=who, **said)


def book(play: Play, party: str | None = None, who: Actor = WORKER) -> list[tuple[str, str, str, date, bool | None]]:
    found = play.engine.partner_notes(party=party, as_=who)
    return [(one.party, one.kind, one.text, one.on, one.works) for one in found]


def reached(play: Play, do: dict[str, Any], who: Actor = WORKER) -> list[tuple[str, str, str]]:
    return [(way.kind, way.value, way.about) for way in play.engine.form(play.case, do, as_=who).reach]


def slot_of(play: Play, do: dict[str, Any], name: str, who: Actor = WORKER) -> Any:
    return next(slot for slot in play.engine.form(play.case, do, as_=who).slots if slot.name == name)


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_each_sort_of_note_is_kept_with_its_day_and_who_wrote_it_for_the_whole_office(play: Play) -> None:
    made = [noted(play, IDIA, kind, text, **said) for kind, text, said in ONE_OF_EACH]

    assert play.engine.partner_notes(party=IDIA, as_=COLLEAGUE) == tuple(made)
    for one in made:
        assert (one.on, one.by, one.at) == (play.now.date(), WORKER.id, play.now)
        assert from_json(PartnerNote, to_json(one)) == one


def test_a_number_that_is_tried_again_is_dated_anew_however_it_is_written(play: Play) -> None:
    noted(play, IDIA, "number", NUMBER, on=date(2026, 2, 1), works=True)
    noted(play, IDIA, "number", "+320000000-02")
    noted(play, IDIA, "number", "+32 000/00 00 01", on=date(2026, 2, 20), works=False)

    assert [(text, on, works) for _, _, text, on, works in book(play)] == [
        ("+320000000-02", play.now.date(), None),
        ("+32 000/00 00 01", date(2026, 2, 20), False),
    ]


def test_of_whom_to_ask_for_and_of_why_to_be_careful_there_is_one_each_and_of_the_others_many(play: Play) -> None:
    for kind, text, _ in ONE_OF_EACH:
        for number in (1, 2):
            noted(play, IDIA, kind, f"{text}{number}")

    assert [(kind, text) for _, kind, text, _, _ in book(play) if kind in ("ask_for", "careful")] == [
        ("ask_for", "An Invented Sister2"),
        ("careful", "an invented reason2"),
    ]
    assert len(book(play)) == 8


def test_a_note_is_taken_out_again_and_only_one_that_is_there(play: Play) -> None:
    noted(play, IDIA, "room", "2 beds")
    noted(play, IDIA, "careful", "an invented reason")

    assert noted(play, IDIA, "careful", "it is over", COLLEAGUE, drop=True).text == "an invented reason"
    assert [kind for _, kind, *_ in book(play)] == ["room"]
    with pytest.raises(BadInput, match="There is no such note"):
        noted(play, IDIA, "room", "3 beds", drop=True)
    assert len(book(play)) == 1


@pytest.mark.parametrize("party", [CENTRE, IDIA, HOUSE, "mercy_house", "SN", "9X"])
def test_a_partner_the_own_office_a_registered_organisation_and_a_carrier_have_their_notes(
    play: Play, party: str
) -> None:
    play.engine.register_organisation("mercy_house", title="An invented house", country="NG")
    noted(play, party, "number", NUMBER)

    assert [one for one, *_ in book(play, party)] == [party]


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"party": "ng_idai"}, "party", "unknown"),
        ({"party": "interpreter-1"}, "party", "unknown"),  # of a case, not of the office
        ({"party": "sn"}, "party", "unknown"),  # a carrier is written in capitals, as on the ticket
        ({"party": 7}, "party", "unknown"),
        ({"kind": "rumour"}, "kind", "unknown"),
        ({"text": " "}, "text", "empty"),
        ({"text": "x" * 301}, "text", "too_long"),
        ({"kind": "number", "text": "0" * 41}, "text", "too_long"),
        ({"kind": "number", "text": "ask Invented"}, "text", "unreadable"),
        ({"kind": "number", "text": "+ -"}, "text", "placeholder"),
        ({"works": True}, "works", "contradiction"),  # a bed is not tried
        ({"kind": "number", "text": "112", "works": "yes"}, "works", "unreadable"),
        ({"kind": "number", "text": "112", "on": date(2026, 3, 1)}, "works", "missing"),  # tried, and then?
        ({"on": date(2026, 3, 3)}, "on", "contradiction"),  # tomorrow
        ({"on": "soon"}, "on", "unreadable"),
    ],
)
def test_nothing_else_is_noted(play: Play, said: dict[str, Any], field: str, code: str) -> None:
    given = {"party": IDIA, "kind": "room", "text": "2 beds", **said}

    with pytest.raises(BadInput) as wrong:
        play.engine.note_partner(**given, as_=WORKER)

    assert [(fault.field, fault.code) for fault in wrong.value.faults] == [(field, code)]
    assert book(play) == []


def test_what_is_wrong_is_told_at_once(play: Play) -> None:
    with pytest.raises(BadInput) as wrong:
        noted(play, IDIA, "room", "", on=play.now.date() + timedelta(days=1), works=False)

    assert [fault.field for fault in wrong.value.faults] == ["text", "works", "on"]


def test_what_is_noted_stands_in_no_repr(play: Play) -> None:
    noted(play, IDIA, "ask_for", "An Invented Sister")
    note = noted(play, IDIA, "careful", "an invented reason")
    form = play.engine.form(play.case, {"do": "contact", "with": IDIA}, as_=WORKER)
    choosing = play.engine.form(play.case, CHOSEN, as_=WORKER)

    assert form.reach
    assert not any("nvented" in repr(one).replace(WORKER.id, "") for one in (note, form.reach))
    assert "an invented reason" not in repr(choosing)


# --- whose it is ----------------------------------------------------------------------------------------------------


def test_another_office_reads_and_writes_only_its_own(play: Play) -> None:
    for kind, text, said in ONE_OF_EACH:
        noted(play, CENTRE, kind, text, **said)

    theirs = {"do": "contact", "with": CENTRE}
    assert book(play, who=ELSEWHERE) == book(play, CENTRE, ELSEWHERE) == []
    assert [value for _, value, _ in reached(play, theirs, ELSEWHERE)] == ["+3225116464"]
    assert "careful" not in str(to_json(play.engine.form(play.case, {"do": "contact"}, as_=ELSEWHERE)))
    with pytest.raises(BadInput, match="There is no such note"):
        noted(play, CENTRE, "careful", "an invented reason", ELSEWHERE, drop=True)
    noted(play, CENTRE, "careful", "their own reason", ELSEWHERE)
    assert [text for _, kind, text, *_ in book(play) if kind == "careful"] == ["an invented reason"]


def test_who_may_read_no_case_reads_and_writes_no_book(play: Play) -> None:
    sysop = Actor("sysop", HOUSE, {"system_admin"})

    for ask in (lambda: noted(play, IDIA, "room", "2 beds", sysop), lambda: book(play, who=sysop)):
        with pytest.raises(NotPermitted):
            ask()


def test_an_actor_in_whose_hands_the_engine_is_has_the_same_book(play: Play) -> None:
    mine = play.engine.acting(WORKER)
    note = mine.note_partner(IDIA, "number", NUMBER, works=True, on=date(2026, 3, 1))

    assert mine.partner_notes(party=IDIA) == mine.partner_notes() == (note,)


# --- where it is seen: how to reach them ------------------------------------------------------------------------------


def test_the_numbers_of_the_office_stand_before_that_of_the_pack_with_what_became_of_them(play: Play) -> None:
    noted(play, CENTRE, "number", "+32 000 00 00 02", on=date(2026, 3, 1), works=False)
    noted(play, CENTRE, "number", "+32 000 00 00 03")
    for kind, text, said in ONE_OF_EACH:
        noted(play, CENTRE, kind, text, **said)

    found = reached(play, {"do": "contact", "with": CENTRE})

    assert found[:-1] == [
        ("Telephone", NUMBER, "it works, tried on 2026-03-02"),
        ("Telephone", "+32 000 00 00 03", "we have not tried it yet"),
        ("Telephone", "+32 000 00 00 02", "it did not work, tried on 2026-03-01"),
        ("Ask for", "An Invented Sister", "on 2026-03-02"),
        ("Beds and places", "2 beds", "on 2026-03-02"),
        ("Note", "closed on an invented feast", "on 2026-03-02"),
    ]
    assert found[-1][1] == "+3225116464"


@pytest.mark.parametrize(
    ("party", "title"), [(HOUSE, HOUSE), ("mercy_house", "An invented house"), ("SN", "SN"), (IDIA, "Idia Renaissance")]
)
def test_whom_no_pack_has_a_number_of_is_reached_by_that_of_the_office(play: Play, party: str, title: str) -> None:
    play.engine.register_organisation("mercy_house", title="An invented house", country="NG")
    there = {"organisation": "mercy_house", "case_worker": "invented_other"}
    play.given(WORKER, complete("register_referral"), {"do": "assign", "role": "case_owner", **there})
    noted(play, party, "number", NUMBER)

    (way,) = play.engine.form(play.case, {"do": "contact", "with": party}, as_=WORKER).reach

    assert (way.party, way.title, way.value) == (party, title, NUMBER)


def test_a_card_shows_only_what_a_pack_vouches_for(play: Play) -> None:
    process = play.engine.process_of(play.case, as_=WORKER)
    before = to_json(card(process, "partner", CENTRE))
    noted(play, CENTRE, "number", NUMBER)

    assert to_json(card(play.engine.process_of(play.case, as_=WORKER), "partner", CENTRE)) == before


# --- where it is seen: careful ----------------------------------------------------------------------------------------


def test_who_chooses_reads_where_to_be_careful_behind_all_who_may_do_it_as_well(play: Play) -> None:
    before = slot_of(play, CHOSEN, "partner")
    able = [id for id in before.values if id not in before.lacks]
    noted(play, able[0], "careful", "an invented reason")

    after = slot_of(play, CHOSEN, "partner")

    assert [*after.values] == [*able[1:], able[0], *before.lacks]
    assert after.lacks == {**before.lacks, able[0]: "careful: an invented reason"}
    assert slot_of(play, CHOSEN, "partner", ELSEWHERE) == before


def test_what_somebody_lacks_is_still_said(play: Play) -> None:
    before = slot_of(play, CHOSEN, "partner")
    lacks = before.lacks[IDIA]
    noted(play, IDIA, "careful", "an invented reason")

    after = slot_of(play, CHOSEN, "partner")

    assert after.lacks[IDIA] == f"{lacks}; careful: an invented reason"
    assert [*after.values][-1] == IDIA


def test_it_is_said_as_well_where_nothing_is_asked_of_whoever_is_named(play: Play) -> None:
    before = slot_of(play, {"do": "contact"}, "with")
    noted(play, IDIA, "careful", "an invented reason")

    after = slot_of(play, {"do": "contact"}, "with")

    assert [*after.values] == [*(id for id in before.values if id != IDIA), IDIA]
    assert after.lacks == {IDIA: "careful: an invented reason"}


def test_careful_refuses_nothing_changes_no_verdict_and_is_written_into_no_event(packs: Packs) -> None:
    chosen = {**CHOSEN, "partner": "ng_bakhita"}
    with begun(evidence_is_fresh, packs) as play, begun(evidence_is_fresh, packs) as other:
        before = [ask(play) for ask in VERDICTS]
        for kind, text, said in ONE_OF_EACH:
            noted(play, "ng_bakhita", kind, text, **said)

        assert [ask(play) for ask in VERDICTS] == before
        for one in (play, other):
            one.given(WORKER, chosen)
        (here, *_), (there, *_) = ([row.data for row in reversed([*one.history()])] for one in (play, other))
        assert here == there
        assert not any("invented reason" in repr((row.data, row.texts)) for row in play.history())
        assert play.engine.verify().problems == ()


VERDICTS: list[Callable[[Play], Any]] = [
    lambda play: play.engine.why(play.case, "depart", as_=WORKER),
    lambda play: play.engine.blockers(play.case, "depart", as_=WORKER),
    lambda play: play.engine.next(play.case, as_=WORKER),
    lambda play: play.engine.today(as_=WORKER),
]


# --- harm -----------------------------------------------------------------------------------------------------------


def test_harm_that_another_noted_is_out_for_all_but_who_takes_it_out(play: Play) -> None:
    """So who takes it out does not choose that partner alone."""
    noted(play, CENTRE, "harm", "an invented harm")
    taken = noted(play, CENTRE, "harm", "it is over", COLLEAGUE, drop=True)

    assert (taken.text, taken.by, taken.dropped_by) == ("an invented harm", WORKER.id, COLLEAGUE.id)
    assert book(play) == []
    assert [text for _, _, text, *_ in book(play, who=COLLEAGUE)] == ["an invented harm"]
    assert shown(taken, "").about == f"on {play.now.date()}, taken out by {COLLEAGUE.id}"
    with pytest.raises(BadInput, match="There is no such note"):
        noted(play, CENTRE, "harm", "it is over", COLLEAGUE, drop=True)


def test_who_noted_harm_takes_it_out_for_all(play: Play) -> None:
    noted(play, CENTRE, "harm", "an invented harm")
    noted(play, CENTRE, "harm", "it is over", COLLEAGUE, drop=True)
    noted(play, CENTRE, "harm", "it was another partner", drop=True)

    assert book(play) == book(play, who=COLLEAGUE) == []


def test_each_notes_harm_of_their_own(play: Play) -> None:
    for who, text in ((WORKER, "an invented harm"), (COLLEAGUE, "another"), (COLLEAGUE, "another, more exactly")):
        noted(play, CENTRE, "harm", text, who)

    assert {text for _, _, text, *_ in book(play)} == {"an invented harm", "another, more exactly"}
