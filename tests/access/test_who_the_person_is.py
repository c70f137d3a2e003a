"""Who the person is: what is written of them is told by its own group, stands first, and finds their case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from wayhome import Actor, Engine, commands, create, to_json
from wayhome.find import folded
from wayhome.hooks import hookimpl
from wayhome.packs.plugins import Packs

from tests.attacks.acts import corrected
from tests.attacks.play import Play, begun, ready_to_depart, settled
from tests.prepared import KEY

LEADS, RECEIVES, STRANGER = "invented_organisation", "ng_bakhita", "an_organisation_of_nobody"
# Invented. Each in the group in which the domain text (access, section 2) has it.
SAID = {
    "chosen_name": "Invented Blessing", "name_on_ticket": "INVENTED OSAS", "born_on": "1999-04-02", "nationalities": ["NG"],
    "other_names": "Précieuse Inventée", "reached_by": "by an invented number, evenings; no message", "code_word": "invented stone",
    "family_may_know": "an invented aunt, that she comes",
}  # fmt: skip
# Typed from section 4, for the house that leads: who reads which.
READS = {
    "case_manager_sending": {*SAID},
    "risk_assessor": {*SAID} - {"code_word"},
    "legal_counsellor": {"chosen_name", "name_on_ticket", "born_on", "nationalities", "other_names"},
    "medical_officer": {"chosen_name", "name_on_ticket", "born_on", "nationalities", "other_names"},
    "travel_officer": {"chosen_name", "name_on_ticket", "born_on", "nationalities", "reached_by"},
    "programme_manager": set[str](),
    "data_protection_officer": set[str](),
}
WORDS = {id: value for id, value in SAID.items() if isinstance(value, str) and id != "born_on"}
YES = {
    "do": "consent", "purpose": "share_partner", "answer": "given", "language": "en", "version": "1", "form": "written",
    "recipient": RECEIVES,
}  # fmt: skip


@pytest.fixture(scope="module")
def told(packs: Packs) -> Iterator[Play]:
    with begun(ready_to_depart, packs) as play:
        play.given("case_manager_sending", {"do": "record", "facts": SAID})
        yield play


def reader(role: str, house: str = LEADS) -> Actor:
    return Actor("invented_reader", house, {role})


def found(engine: Engine, actor: Actor, called: str) -> list[str]:
    return [one.number for one in engine.cases(as_=actor, called=called)]


@pytest.mark.parametrize("role", READS)
def test_each_reads_of_the_person_what_their_role_may(told: Play, role: str) -> None:
    view = told.engine.case(told.case, as_=reader(role))

    assert {*view.person} == READS[role]
    assert {id: view.facts[id] for id in view.person} == {
        id: tuple(value) if isinstance(value, list) else value for id, value in SAID.items() if id in READS[role]
    }


@pytest.mark.parametrize("role", READS)
def test_no_answer_has_a_word_of_what_a_role_may_not_read(told: Play, role: str) -> None:
    actor = reader(role)
    answers = [
        told.engine.case(told.case, as_=actor),
        told.engine.history(told.case, as_=actor),
        told.engine.next(told.case, as_=actor),
        told.engine.blockers(told.case, "depart", as_=actor),
        told.engine.due(as_=actor),
        told.engine.cases(as_=actor),
        told.engine.today(as_=actor),
        [change.event for change in told.engine.changes(as_=actor)],
    ]
    text = " ".join(str(to_json(one)) for one in answers)

    assert {id for id, word in WORDS.items() if word in text} == READS[role] & WORDS.keys()


def test_the_words_lie_in_no_file_and_no_listener_hears_them(packs: Packs, tmp_path: Path) -> None:
    heard = []

    class Listener:
        @hookimpl
        def wayhome_committed(self, events: object) -> None:
            heard.append(str(to_json(events)))

    url = f"sqlite:///{tmp_path / 'case.db'}"
    create(url, keys=lambda _: KEY)
    with Engine.open(url, keys=lambda _: KEY, packs=packs, hooks=[Listener()]) as engine:
        opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult", **SAID})
        case = engine.do(opened, as_=reader("case_manager_sending")).case
        engine.do(commands.Record(case, facts=SAID), as_=reader("case_manager_sending"))
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".key")

    assert not [word for word in WORDS.values() if word.encode() in kept]
    assert heard
    assert not [word for word in WORDS.values() if word in " ".join(heard)]


def test_of_who_goes_along_the_same_is_kept_and_told(packs: Packs) -> None:
    with begun(packs=packs) as play:
        child = play.involved("child", travels=True)
        play.given("case_manager_sending", {"do": "record", "of": child, "facts": {"name_on_ticket": "INVENTED JOY"}})

        (shown,) = play.engine.case(play.case, as_=reader("travel_officer")).people
        assert shown["facts"]["name_on_ticket"] == "INVENTED JOY"
        assert found(play.engine, reader("travel_officer"), "joy") == [play.case]


@pytest.mark.parametrize(
    "called", ["blessing", "Blesing invent", "OSAS Blessing", "precieuse", "Inventée 1999", "1999", "bléss"]
)
def test_a_case_is_found_by_a_name_in_any_order_and_spelling_and_by_the_year_of_birth(told: Play, called: str) -> None:
    assert found(told.engine, reader("case_manager_sending"), called) == [told.case]


@pytest.mark.parametrize(
    "called", ["blessing joy", "1998", "blessing 1998", "osa5", "u0"]
)  # no case number has a U, no label a digit
def test_all_that_is_said_must_fit(told: Play, called: str) -> None:
    assert found(told.engine, reader("case_manager_sending"), called) == []


def test_nobody_finds_by_what_they_may_not_read(told: Play) -> None:
    assert found(told.engine, reader("travel_officer"), "osas") == [told.case]
    assert found(told.engine, reader("travel_officer"), "precieuse") == []  # other names are no business of theirs
    assert found(told.engine, reader("programme_manager"), "osas") == []
    assert found(told.engine, reader("case_manager_sending", STRANGER), "osas") == []


def test_who_receives_reads_the_name_under_a_consent_and_no_longer_once_it_is_taken_back(packs: Packs) -> None:
    """findings/security.md S3: the partner to whom she consented cannot read her name at the airport."""
    with begun(ready_to_depart, packs) as play:
        play.given("case_manager_sending", {"do": "record", "facts": SAID})
        officer = reader("reception_officer", RECEIVES)
        play.given("case_manager_sending", {**YES, "groups": ["identity", "contact", "travel"]})

        facts = play.engine.case(play.case, as_=officer).facts
        assert {id: facts[id] for id in ("name_on_ticket", "reached_by", "code_word")} == {
            id: SAID[id] for id in ("name_on_ticket", "reached_by", "code_word")
        }
        assert "other_names" not in facts
        assert found(play.engine, officer, "osas") == [play.case]

        for one in play.seen().consents:
            if one["recipient"] == RECEIVES and one["state"] == "given":
                no = {"do": "withdraw", "purpose": one["purpose"], "recipient": RECEIVES, "channel": "phone"}
                play.given("case_manager_sending", no)
        assert not play.engine.case(play.case, as_=officer).facts.keys() & SAID.keys()
        assert found(play.engine, officer, "osas") == []


def test_what_was_written_in_error_is_not_known_and_finds_nobody(packs: Packs) -> None:
    with begun(packs=packs) as play:
        for name in ("Invented Right", "Invented Wrong"):
            play.wait(minutes=1)
            play.given("case_manager_sending", {"do": "record", "facts": {"chosen_name": name}})
        wrong = play.seen().version
        play.given("case_manager_sending", corrected(wrong))

        view = play.engine.case(play.case, as_=reader("case_manager_sending"))
        assert "chosen_name" in view.person
        assert "chosen_name" not in view.facts
        assert found(play.engine, reader("case_manager_sending"), "wrong") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("Çelik", "celik"), ("Søren", "soren"), ("Philomène", "filomene"), ("Yusuf", "iusuf"), ("Anna", "ana")],
)
def test_usual_spellings_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_whether_a_name_is_written_is_not_told_to_who_may_not_read_it(packs: Packs) -> None:
    """Two cases that differ in it alone give the house that leads since, and is named by no consent, the same answer."""
    told = []
    for says in ({"chosen_name": "Invented", "code_word": "invented"}, {"wants_data_erased": False}):
        with begun(packs=packs) as play:
            play.given("case_manager_sending", {"do": "record", "facts": says})  # long before the hand-over
            settled(play)
            leads = play.seen().roles["case_owner"]
            for one in play.seen().consents:
                if one["recipient"] == leads and one["state"] == "given":
                    no = {"do": "withdraw", "purpose": one["purpose"], "recipient": leads, "channel": "phone"}
                    play.given("case_manager_sending", no)
            view = play.engine.case(play.case, as_=reader("case_manager_receiving", leads))
            told.append((view.person, {id: view.facts.get(id) for id in SAID}))

    assert told[0] == told[1]
    assert "chosen_name" in told[0][0]


@pytest.mark.parametrize(
    ("actor", "asked"),
    [
        (Actor("anna", LEADS, {"case_manager_sending"}), True),
        (Actor("tom", LEADS, {"travel_officer"}), False),
        (Actor("joy", RECEIVES, {"reception_officer"}), False),
        (Actor("ngozi", RECEIVES, {"case_manager_receiving"}), True),
    ],
    ids=lambda one: one.id if isinstance(one, Actor) else str(one),
)
def test_who_the_person_is_is_asked_of_who_can_write_it_down(packs: Packs, actor: Actor, asked: bool) -> None:
    with begun(ready_to_depart, packs) as play:
        assert ("chosen_name" in play.engine.case(play.case, as_=actor).person_asked) is asked
