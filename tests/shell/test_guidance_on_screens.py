"""What the packs say of a thing is on a screen where it is needed: on its card, beside the todo, and in the conversation."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from rich.console import Console, RenderableType
from wayhome import Engine
from wayhome.cards import KINDS, card
from wayhome.forms import Form, contacts_of
from wayhome.forms.slots import facts_of
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.shell import views
from wayhome.shell.dialogue.conversation import Conversation

from tests.cards.test_cards import GUIDANCE, texts
from tests.conftest import ANNA, a_case

PAIRS = [(host, origin) for host in ("BE", "NL") for origin in ("NG", "BR", "SL")]


def on_a_screen(drawn: RenderableType) -> str:
    """Draw something 80 columns wide, and set its lines after each other."""
    console = Console(file=(file := io.StringIO()), width=80, markup=False, emoji=False, highlight=False, no_color=True)
    console.print(drawn)
    return " ".join(file.getvalue().split())


@cache
def screens(packs: Packs, host: str, origin: str) -> str:
    """Everything that the cards of a process show, and each question as it is asked."""
    process = packs.process(host, origin)
    cards = (card(process, kind, id) for kind, file in KINDS.items() for id in getattr(process, file))
    shown = [on_a_screen(views.cards.card(one, "")) for one in cards]
    for slot in facts_of(process):
        asked = views.questions.question(slot, slot.label, "", "UTC", (), 0, numbered=False)
        shown.append(on_a_screen(asked))
    return "\n".join(shown)


def said(process: Process) -> Iterator[str]:
    """Every sentence of guidance that the packs of a process hold, and every way to reach somebody."""
    for kind in GUIDANCE:
        for id in getattr(process, KINDS[kind]):
            yield from texts(kind, process.label(KINDS[kind], id))
    for partner in process.partners:
        yield from (way.value for way in contacts_of(process, partner))


@pytest.mark.parametrize(("host", "origin"), PAIRS)
def test_every_sentence_of_guidance_of_every_pack_stands_on_a_screen(packs: Packs, host: str, origin: str) -> None:
    process, shown = packs.process(host, origin), screens(packs, host, origin)
    without_spaces = "".join(shown.split())
    wanted = {" ".join(text.split()) for text in said(process)}
    assert len(wanted) > 300
    # A long address is broken where the screen ends, and never elsewhere.
    assert {one for one in wanted if one not in shown and not (" " not in one and one in without_spaces)} == set()


@pytest.mark.parametrize(("host", "origin"), PAIRS)
def test_every_question_of_every_pack_is_asked_on_a_screen(packs: Packs, host: str, origin: str) -> None:
    process, wanted = packs.process(host, origin), 0
    shown = screens(packs, host, origin)
    for id in process.facts:
        ask = " ".join(str(process.label("facts", id).get("ask") or "").split())
        question, in_mind = views.questions.question_of(ask)
        assert question in shown, id
        assert in_mind in shown, id
        wanted += bool(ask)
    assert wanted > 40


# --- beside the todo ------------------------------------------------------------------------------------------


def test_next_and_why_tell_with_all_what_the_packs_say_of_each_thing(wayhome: Any, number: str) -> None:
    for words in (("next", number), ("why", number, "prepare")):
        short, whole = wayhome("case", *words).out, wayhome("case", *words, "--all").out
        for text in (
            "Keep as proof: Referral form, the organisation that referred, the reason.",
            "If it fails: Already known? Close as a duplicate. Outside our mandate? Refer on.",
        ):
            assert text in whole, words
            assert text not in short, words
    whole = wayhome("case", "why", number, "prepare", "--all").out
    assert "Ask which language feels easiest, and whether anything is urgent." in whole  # help of what comes later
    assert (
        "Does the person have a safe place to stay tonight?" in wayhome("case", "next", number).out
    )  # a question at once


def test_what_to_say_for_a_consent_and_what_follows_a_no_stand_beside_the_todo(wayhome: Any, number: str) -> None:
    wayhome("do", number, "record", "languages=en")
    whole = wayhome("case", "why", number, "complete", "step=screening_interview", "--all").out
    assert "May we help you? You choose which help you want, and you can stop at any time." in whole
    assert "If they say no: Emergency help only, and no file beyond the minimum." in whole


def test_an_incident_answers_with_what_to_do_now(wayhome: Any, number: str) -> None:
    answer = wayhome("do", number, "incident", "type=self_harm")
    assert "Do not leave the person alone." in answer.out


# --- how to reach whom -----------------------------------------------------------------------------------------

NAPTIP = {"do": "consent", "purpose": "contact_authorities_origin", "recipient": "ng_naptip"}


@pytest.fixture
def case(engine: Engine) -> tuple[Engine, str]:
    return engine, a_case(engine, age_status="adult")


def test_a_form_says_how_to_reach_the_partner_whom_it_names_and_what_is_not_sure(case: tuple[Engine, str]) -> None:
    engine, number = case
    form = engine.form(number, NAPTIP, as_=ANNA)
    assert [way.value for way in form.reach] == ["627", "+2347030000203"]
    shown = on_a_screen(views.questions.head("", form, is_draft=False))
    assert "National Agency for the Prohibition of Trafficking in Persons (NAPTIP): 627 ·" in shown
    assert "we have not tried it yet" in shown


def test_a_form_says_how_to_reach_those_to_whom_its_step_sends_something(case: tuple[Engine, str]) -> None:
    engine, number = case
    form = engine.form(number, {"do": "complete", "step": "ng_naptip_notice"}, as_=ANNA)
    assert {way.party for way in form.reach} == {"ng_naptip"}


def test_when_a_number_was_tried_last_and_whether_it_works_is_said_beside_it(packs: Packs) -> None:
    process = packs.process("BE", "SL")
    told = {way.value: way.about for one in process.partners for way in contacts_of(process, one)}
    assert "others report that it does not work" in told["134"]
    assert "called inoperable in a report of 2024. Does it work again?" in told["134"]
    tried = {"kind": "short_code", "value": "999", "status": "working", "checked_on": date(2026, 3, 1)}
    labels = {**process.labels, "partners": {"xx": {"name": "An invented line", "contacts": [tried]}}}
    assert [way.about for way in contacts_of(replace(process, labels=labels), "xx")] == ["it works, on 2026-03-01"]


# --- in the conversation ------------------------------------------------------------------------------------------


def before_saving(form: Form, **answers: Any) -> str:
    talk = Conversation(form, entered={(name,): answer for name, answer in answers.items()})
    return on_a_screen(views.questions.before_it_is_saved(form, stops=talk.stops))


def test_before_it_is_saved_it_says_what_to_keep_and_only_after_what_stops_what_to_do_then(
    case: tuple[Engine, str],
) -> None:
    engine, number = case
    form = engine.form(number, {"do": "complete", "step": "party_vetting"}, as_=ANNA)
    keep = "Keep as proof: How it was looked at, by whom, and where that can be seen."
    then = "If it fails: Doubts? Record what was found, name somebody else, and tell who assesses the risk."
    assert before_saving(form, result="trusted") == keep
    assert before_saving(form, result="not_trusted") == f"{keep} {then}"


def test_after_a_no_to_a_consent_it_says_what_follows(case: tuple[Engine, str]) -> None:
    engine, number = case
    form = engine.form(number, {"do": "consent", "purpose": "legal"}, as_=ANNA)
    follows = "If they say no: No return can be prepared without independent legal counselling; other help goes on."
    assert follows not in before_saving(form, answer="given")
    assert follows in before_saving(form, answer="refused")


def test_a_command_that_completes_a_step_is_guided_by_what_the_packs_say_of_the_step(case: tuple[Engine, str]) -> None:
    engine, number = case
    form = engine.form(number, {"do": "assign", "role": "case_owner"}, as_=ANNA)
    assert form.evidence == "Record of it, with a check for conflicts."
    assert form.otherwise == "No capacity? Refer on, with consent."
    consent = engine.form(number, {"do": "consent", "purpose": "assistance"}, as_=ANNA)
    assert consent.help.startswith("May we help you?")  # its own words go before those of the step
    assert consent.evidence == "The two consents, with what was explained."


# --- the card of a case ----------------------------------------------------------------------------------------------


def test_the_card_of_a_case_says_how_the_thing_stands_there(wayhome: Any, number: str) -> None:
    def card_of(*words: str) -> list[str]:
        return [line.strip() for line in wayhome("process", *words, "--case", number).out.splitlines()]

    assert card_of("step", "register_referral")[1].startswith("In this case        available · due ")
    waits = card_of("step", "assign_case_manager")[1]
    assert waits == "In this case        waiting · waits until 'Register the referral' is done"
    assert "In this case" not in "".join(card_of("consent", "return"))  # nobody has asked yet
    wayhome("do", number, "incident", "type=self_harm")
    assert card_of("incident", "self_harm")[1].startswith("In this case        ✗ The person has harmed themselves")
    assert "In this case" not in wayhome("process", "step", "register_referral", "--country", "NG", "--host", "BE").out


# --- what a first day at the shell found ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("host", "origin"), PAIRS)
def test_no_card_shows_data_where_a_sentence_should_be(packs: Packs, host: str, origin: str) -> None:
    shown = screens(packs, host, origin)
    assert "template" not in shown
    assert "{'" not in shown


def test_what_has_just_happened_is_answered_also_where_graver_things_are_open(wayhome: Any, number: str) -> None:
    for grave in ("self_harm", "violence", "risk_high", "medical_emergency"):
        assert wayhome("do", number, "incident", f"type={grave}").status == 0
    answer = wayhome("do", number, "incident", "type=complaint").out
    assert "Hand the complaint to somebody who has nothing to do with this case." in answer


def test_a_no_is_answered_with_what_follows_it(wayhome: Any, number: str) -> None:
    wayhome("do", number, "record", "languages=en")
    no = ("purpose=monitoring", "answer=refused", "given_by=person")
    answer = wayhome("do", number, "consent", *no).out
    assert "No visits and no surveys; one safe way to reach us stays open." in answer
    assert "No visits" not in wayhome("do", number, "record", "wants_family_contact=no").out


def test_who_is_to_be_spoken_with_because_of_an_incident_stands_in_next_by_when(wayhome: Any, number: str) -> None:
    asked = "Speak with the person: 'The person has harmed themselves, or thinks of it'"
    assert asked not in wayhome("case", "next", number).out
    wayhome("do", number, "incident", "type=self_harm")
    listed = wayhome("case", "next", number).out
    assert asked in listed
    line = next(line for line in listed.splitlines() if asked in line)
    assert " · until " in line
    wayhome("do", number, "contact", "with=person", "channel=phone", "reached=true")
    assert asked not in wayhome("case", "next", number).out


def test_a_partner_whom_the_person_has_said_no_to_is_not_asked_for_again(wayhome: Any, number: str) -> None:
    contact = ("contact", "with=ng_bakhita", "channel=phone", "reached=true")
    assert "The person has not agreed to this contact." in wayhome("do", number, *contact).err
    wayhome("do", number, "record", "languages=en")
    wayhome(
        "do", number, "consent", "purpose=contact_partner", "recipient=ng_bakhita", "answer=refused", "given_by=person"
    )
    refused = wayhome("do", number, *contact).err
    assert "INV-14   The person has said no: Contact a partner." in refused
    assert "Do not ask again" in refused
    assert "Ask the person first" not in refused


def test_with_all_why_asks_each_question_in_the_words_of_the_packs(wayhome: Any, number: str) -> None:
    whole = wayhome("case", "why", number, "depart", "--all").out
    assert "Ask where the passport is. If somebody else keeps it, record no." in " ".join(whole.split())


def test_of_what_has_happened_next_says_what_to_do_once(wayhome: Any, number: str) -> None:
    wayhome("do", number, "incident", "type=self_harm")
    whole = " ".join(wayhome("case", "next", number, "--all").out.split())
    assert whole.count("Do not leave the person alone.") == 1
