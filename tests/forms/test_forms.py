"""A form asks, and carries no answer: what it asks follows from the command, the pack, and the case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from wayhome import BadInput, Engine, Form, commands, from_json, to_json
from wayhome.case_now import CaseNow
from wayhome.commands import BY_WORD
from wayhome.forms import form_of
from wayhome.forms.form import fits
from wayhome.forms.slots import questions
from wayhome.forms.values import SORTS
from wayhome.model.case import Case
from wayhome.model.closed_sets import SlotType
from wayhome.model.command import COMMON_FIELDS, own_fields
from wayhome.model.form import Slot
from wayhome.packs.kinds.steps import Step
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process

from tests.attacks import play as plays
from tests.attacks.play import MANAGER, Play

# What is asked otherwise, or of nobody: what a program says, and what must be said before there is a form.
NOT_ASKED = {
    "complete": {"confirms", "reason", "fields"},
    "start": {"result", "reason", "fields"},
    "fail": {"result", "fields"},
    "skip": {"result", "fields"},
    "redo": {"result", "fields"},
    "record": {"facts"},
    **{key: {"fields"} for key in ("enter", "update")},
    "resolve": {"resume_step"},
    "rebase": {"digest"},
    "open_up": {"called", "born"},
    "open": {"host_country", "origin_country", "facts"},
}


@pytest.mark.parametrize("word", BY_WORD)
def test_each_field_of_a_command_is_asked_or_it_is_known_why_not(word: str) -> None:
    assert {*own_fields(BY_WORD[word])} - questions(word).keys() == NOT_ASKED.get(word, set())


def test_each_field_of_all_commands_is_asked_or_for_programs() -> None:
    assert {*COMMON_FIELDS} - questions("note").keys() == {"case", "key", "if_version"}


def test_each_sort_of_answers_is_asked_somewhere() -> None:
    assert {question.of for word in BY_WORD for question in questions(word).values()} == SORTS.keys()


def test_what_a_question_waits_for_is_asked_before_it() -> None:
    for word in BY_WORD:
        asked = [*questions(word)]
        for name, question in questions(word).items():
            if name not in COMMON_FIELDS:
                assert all(asked.index(before) < asked.index(name) for before in question.when), (word, name)


@pytest.fixture(scope="module")
def fresh_case() -> Iterator[Play]:
    play = plays.opened()
    with play.engine:
        yield play


def asked(play: Play, do: dict[str, Any]) -> Form:
    return play.engine.form(play.case, do, as_=plays.actor(MANAGER))


def names(form: Form) -> list[str]:
    return [slot.name for slot in form.slots]


PROCESSES = [(host, origin) for host in ("BE", "NL") for origin in ("NG", "BR", "SL")]


def steps_of_all(packs: Packs) -> Iterator[tuple[Process, Step]]:
    for host, origin in PROCESSES:
        process = packs.process(host, origin)
        yield from ((process, step) for step in process.steps.values())


def empty_case(process: Process) -> CaseNow:
    case = Case(
        "WH-00000-00000-0", process.host_country, process.origin_country, "a_house", plays.START, process.digest
    )
    return CaseNow(process, case, plays.START)


def test_each_field_of_each_step_is_asked_under_its_title_save_what_is_computed() -> None:
    for process, step in steps_of_all(plays.usual_packs()):
        slots = {slot.name: slot for slot in form_of(empty_case(process), {"do": "complete", "step": step.id}).slots}
        later = {
            name for name, spec in step.fields.items() if spec.needed_after
        }  # once another result was found before
        assert {name for name, spec in step.fields.items() if not spec.always} - later <= slots.keys()
        assert not {name for name, spec in step.fields.items() if spec.always} & slots.keys()
        assert ("result" in slots) == (bool(step.results) and not step.is_computed)
        titles = {
            name: one["title"]
            for name, one in (process.label("steps", step.id).get("asked") or {}).items()
            if one["title"]
        }
        assert {name: slots[name].label for name in titles if name in slots} == {
            n: t for n, t in titles.items() if n in slots
        }


def test_what_a_step_asks_comes_in_the_order_in_which_it_is_declared_also_when_the_database_is_opened_again(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'case.db'}"
    play = plays.opened(url=url)
    manager = play.actor(MANAGER)
    play.engine.close()

    with Engine.open(url, clock=play.clock) as again:
        form = again.form(play.case, {"do": "complete", "step": "pre_return_risk_assessment"}, as_=manager)

    assert names(form)[:4] == ["factors", "matrix", "own_view", "sources"]
    assert [column.name for column in form.slots[1].columns][:4] == ["about", "factor", "likelihood", "severity"]


def every_form(packs: Packs) -> Iterator[Form]:
    """Give the form of each command, and of each step, consent, paper, incident and role of all packs."""
    opens: dict[str, tuple[str, str]] = {
        "consent": ("purpose", "consents"), "document": ("kind", "documents"), "incident": ("type", "incidents"), "assign": ("role", "roles"),
    }  # fmt: skip
    for host, origin in PROCESSES:
        process = packs.process(host, origin)
        case = empty_case(process)
        about = {"host_country": host, "origin_country": origin}
        blank = CaseNow(process, replace(case.recorded, number=""), plays.START)
        yield form_of(blank, {"do": "open", **about})
        for word in BY_WORD.keys() - {"open"}:
            yield form_of(case, {"do": word})
            field, kind = opens.get(word, ("step", "steps"))
            if word in opens or issubclass(BY_WORD[word], commands.StepCommand):
                yield from (form_of(case, {"do": word, field: id}) for id in getattr(process, kind))


def test_each_slot_and_column_of_every_form_says_what_it_is_called_and_goes_out_as_json() -> None:
    forms, seen = [*every_form(plays.usual_packs())], 0
    for form in forms:
        again = from_json(Form, json.loads(json.dumps(to_json(form))))
        assert again.slots == form.slots
        for one in (*form.slots, *(column for slot in form.slots for column in slot.columns)):
            assert one.label, (dict(form.do), one.name)
            assert one.label != one.ask, (dict(form.do), one.name)
            assert one.type in get_args(SlotType), (dict(form.do), one.name)
            seen += 1
    assert len(forms) > 1_000
    assert seen > 10_000


def test_what_is_only_asked_is_called_by_its_name() -> None:
    assert Slot("given_by", "party", ask="Who answered?").label == "given by"
    assert Slot("by", "party", ask="Whose word is it?").label == "whose word"
    assert Slot("by", "party", "Whose word it is").label == "Whose word it is"


def test_what_is_confirmed_stays_as_it_is_and_is_not_asked(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "complete", "step": "pre_return_risk_assessment", "confirms": True})

    assert names(form) == ["on_paper", "at"]


def test_a_form_is_what_was_said_and_nothing_more(fresh_case: Play) -> None:
    said = {"do": "consent", "purpose": "return"}

    assert dict(asked(fresh_case, said).do) == said


def test_what_the_command_says_already_is_not_asked(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "consent", "purpose": "return", "answer": "refused"})

    assert "answer" not in names(form)
    assert "language" not in names(form)  # it is asked after a yes


def test_nobody_is_asked_whom_a_consent_names_that_names_nobody(fresh_case: Play) -> None:
    assert "recipient" not in names(asked(fresh_case, {"do": "consent", "purpose": "return"}))
    assert "recipient" in names(asked(fresh_case, {"do": "consent", "purpose": "contact_partner"}))


def test_who_can_be_named_is_all_that_there_are_trusted_or_not(fresh_case: Play) -> None:
    partner = next(slot for slot in asked(fresh_case, {"do": "assign", "role": "receiving_organisation"}).slots)

    assert partner.name == "partner"
    assert {"ng_idia", "ng_naptip", "be_pag_asa"} <= partner.values.keys()


def test_a_role_of_a_person_is_given_to_a_person_or_a_partner(fresh_case: Play) -> None:
    fresh_case.involved("guardian")

    assert names(asked(fresh_case, {"do": "assign", "role": "guardian"}))[:2] == ["partner", "ref"]


def test_who_answers_at_an_organisation_is_asked_of_who_leads_alone(fresh_case: Play) -> None:
    assert "case_worker" in names(asked(fresh_case, {"do": "assign", "role": "case_owner"}))
    assert "case_worker" not in names(asked(fresh_case, {"do": "assign", "role": "receiving_organisation"}))


@pytest.mark.parametrize(("age", "is_asked"), [("child", True), ("disputed", True), ("adult", False)])
def test_the_child_itself_is_asked_beside_its_guardian(age: str, is_asked: bool) -> None:
    play = plays.opened(facts={"age_status": age})
    with play.engine:
        assert ("assent" in names(asked(play, {"do": "consent", "purpose": "return"}))) is is_asked


def test_whose_word_it_is_is_asked_where_nobody_who_does_it_has_an_account(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "complete", "step": "age_clarification"})

    said = next(slot for slot in form.slots if slot.name == "by")
    assert said.required
    assert [*said.values] == ["competent_authority", "guardian"]


def test_the_facts_that_are_asked_are_those_that_were_named(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "record", "facts": ["languages"]})

    assert names(form)[0] == "languages"
    assert form.slots[0].type == "languages"
    assert "pregnant" not in names(form)


def test_all_that_is_wrong_is_told_at_once(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "consent", "purpose": "return"})

    with pytest.raises(BadInput) as wrong:
        form.command({"answer": "given", "form": "sung", "colour": "red", "expires_on": "soon"})

    assert {(fault.field, fault.code) for fault in wrong.value.faults} == {
        ("form", "unknown"),
        ("…[2]", "unknown"),
        ("expires_on", "unreadable"),
        ("language", "missing"),
        ("version", "missing"),
        ("explained", "missing"),
        ("given_by", "missing"),
    }


def test_all_that_is_wrong_in_a_table_is_told_by_row_and_column(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "travel"})

    with pytest.raises(BadInput) as wrong:
        form.command({"status": "booked", "legs": [{"from": "BRU", "arrives_at": "late"}]})

    assert {(fault.field, fault.code) for fault in wrong.value.faults} == {
        ("by", "missing"),  # whoever manages the case says whose word it is
        ("legs[0].to", "missing"),
        ("legs[0].departs_at", "missing"),
        ("legs[0].arrives_at", "unreadable"),
    }


def test_answers_make_the_command(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "record", "facts": ["languages", "pregnant"]})

    made = form.command({"languages": "bin,en", "pregnant": "no"})

    assert made == commands.Record(fresh_case.case, facts={"languages": "bin,en", "pregnant": "no"})


def test_no_answer_of_what_is_optional_is_left_out(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "note", "group": "case"})

    assert form.command({"text": "invented words", "at": None, "on_paper": ""}) == commands.Note(
        fresh_case.case, group="case", text="invented words"
    )


@pytest.mark.parametrize(
    ("answers", "is_asked"),
    [({}, False), ({"reached": True}, True), ({"reached": "yes"}, True), ({"reached": "false"}, False)],
)
def test_a_question_is_asked_after_the_answers_that_it_names(answers: dict[str, Any], is_asked: bool) -> None:
    assert Slot("groups", "codes", when={"reached": ("yes",)}).is_asked(answers) is is_asked


def test_a_question_is_needless_after_another_is_answered() -> None:
    slot = Slot("partner", "party", unless=("organisation",))

    assert slot.is_asked({})
    assert not slot.is_asked({"organisation": "a_house"})


def test_there_is_no_form_of_what_is_no_command(fresh_case: Play) -> None:
    with pytest.raises(BadInput, match="There is no command"):
        asked(fresh_case, {"do": "dance"})


@pytest.mark.parametrize(
    ("said", "is_taken"), [("bin", True), ("pt-BR", True), ("Dutch", False), ("edo language", False), ("xx", False)]
)
def test_a_language_is_said_by_its_code(fresh_case: Play, said: str, is_taken: bool) -> None:
    recorded = {"do": "record", "facts": {"languages": [said]}}

    assert bool(fresh_case.faults(MANAGER, recorded)) is not is_taken


def test_who_may_do_it_stands_first_then_the_others_with_what_they_lack_and_nobody_is_left_out(
    fresh_case: Play,
) -> None:
    form = asked(fresh_case, {"do": "complete", "step": "partner_confirmation"})
    [slot] = [one for one in form.slots if one.name == "received_by"]
    before, everybody = [*slot.values], set(slot.values)

    assert {"person", "ng_naptip", "be_immigration_office"} <= everybody
    assert before[-1] == "person"
    assert before[: len(everybody) - len(slot.lacks)] == [
        "ng_bakhita",
        "ng_iom",
    ]  # that meet people, as their pack says
    assert slot.lacks["ng_idia"] == "this partner does not do that"
    assert slot.lacks["be_emergency_numbers"] == "this partner does not do that"

    uncle = fresh_case.involved(
        "relative"
    )  # nobody has vetted him: he stands before the partners that do not do that either
    form = asked(fresh_case, {"do": "complete", "step": "partner_confirmation"})
    [slot] = [one for one in form.slots if one.name == "received_by"]
    assert slot.lacks[uncle] == "nobody has vetted them"
    assert [*slot.values].index("ng_bakhita") < [*slot.values].index(uncle) < [*slot.values].index("ng_idia")
    assert set(slot.values) == everybody | {uncle}


@pytest.mark.parametrize(
    ("do", "name", "may", "lacks"),
    [
        ({"do": "assign", "role": "receiving_organisation"}, "partner", "ng_cosudow", "be_fedasil"),
        ({"do": "assign", "role": "escort"}, "partner", None, "be_pag_asa"),
        ({"do": "consent", "purpose": "return"}, "interpreter", None, "be_pag_asa"),  # no pack says that it interprets
        ({"do": "consent", "purpose": "return"}, "witness", "invented_organisation", "be_emergency_numbers"),
        ({"do": "travel", "status": "booked"}, "meeting_person", "ng_bakhita", "be_iom"),
    ],
)
def test_of_whom_it_is_asked_who_may_stands_first(
    fresh_case: Play, do: dict[str, Any], name: str, may: str | None, lacks: str
) -> None:
    [slot] = [one for one in asked(fresh_case, do).slots if one.name == name]
    able = [id for id in slot.values if id not in slot.lacks]

    assert may is None or may in able
    assert [*slot.values][: len(able)] == able
    assert slot.lacks[lacks]
    assert to_json(slot)["lacks"] == dict(slot.lacks)


def test_who_is_only_contacted_lacks_nothing(fresh_case: Play) -> None:
    [slot] = [one for one in asked(fresh_case, {"do": "contact"}).slots if one.name == "with"]

    assert not slot.lacks


def test_an_alarm_that_is_entered_says_what_to_do_in_the_next_hours(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "incident", "type": "lost_contact"})
    assert form.help.startswith("Try the contacts of the safety plan in the agreed order, at least 5 times")


def test_other_languages_than_those_that_are_listed_can_be_said(fresh_case: Play) -> None:
    form = asked(fresh_case, {"do": "record", "facts": ["languages"]})

    assert form.slots[0].values["pcm"] == "Nigerian Pidgin"
    assert form.command({"languages": "uk"})
    with pytest.raises(BadInput, match="a language by its code"):
        form.command({"languages": "ukrainian"})


@pytest.mark.parametrize(
    ("do", "field"),
    [
        ({}, "do"),
        ({"do": {}}, "do"),
        ({"do": ["complete"]}, "do"),
        ({"do": "complete", "step": ["safety_plan"]}, "step"),
        ({"do": "consent", "purpose": {"return": True}}, "purpose"),
        ({"do": "record", "facts": [{}]}, "facts"),
        ({"do": "record", "facts": 2.5}, "facts"),
        ({"do": "complete", "fields": json.loads("[" * 500 + "]" * 500)}, "do"),
    ],
)
def test_a_form_of_what_is_not_said_in_words_is_told_its_field(
    fresh_case: Play, do: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as told:
        asked(fresh_case, do)
    assert [fault.field for fault in told.value.faults] == [field]


def test_a_number_lies_between_its_bounds() -> None:
    slot = Slot("score", "number", between=(0, 1))

    fits(slot, "0.5")
    with pytest.raises(BadInput, match="between 0 and 1"):
        fits(slot, 7)


# --- what is said already is not asked again ----------------------------------------------------------------


def test_who_meets_the_person_is_asked_at_the_booking_while_nobody_has_said_it(fresh_case: Play) -> None:
    booking = {"do": "travel", "status": "booked"}
    assert {"meeting_person", "meeting_place"} <= {*names(asked(fresh_case, booking))}

    ready = plays.opened()
    with ready.engine:
        ready.ready()
        assert {"meeting_person", "meeting_place"}.isdisjoint(names(asked(ready, booking)))
        # Still, it can be said: another hall, or a friend where no partner is wanted; INV-19 judges it.
        said = {**booking, "legs": ready.legs, "meeting_person": "be_immigration_office"}
        assert "INV-19" in ready.why(said, plays.TRAVEL).rules

        ready.given(plays.RECEIVER, {"do": "redo", "step": "partner_confirmation"})
        assert {"meeting_person", "meeting_place"} <= {*names(asked(ready, booking))}


def test_a_time_of_a_journey_and_what_is_looked_up_say_of_which_place_they_are(fresh_case: Play) -> None:
    (legs,) = [slot for slot in asked(fresh_case, {"do": "travel", "status": "booked"}).slots if slot.name == "legs"]

    assert {column.name: column.place for column in legs.columns if column.place} == {
        "departs_at": "from",
        "from_country": "from",
        "from_zone": "from",
        "arrives_at": "to",
        "to_country": "to",
        "to_zone": "to",
    }
    assert {column.name for column in legs.columns if column.looked_up} == {
        "from_country",
        "from_zone",
        "to_country",
        "to_zone",
    }
