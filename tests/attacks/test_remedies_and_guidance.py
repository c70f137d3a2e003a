"""A refusal asks, and never answers; the guidance of packs is seen. (findings/domain.md K1, K2, S4, S6; safety.md)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.attacks import play as plays
from tests.attacks.acts import CHILD, records
from tests.attacks.conftest import Begin
from tests.attacks.made_packs import NIGERIA
from tests.attacks.play import MANAGER, Command, Play, assessed, complete, evidence_is_fresh

ROOT = Path(__file__).parent.parent.parent
CORE = ROOT / "engine" / "wayhome" / "core"


@pytest.fixture(scope="module", params=["adult", "child"])
def proposals(request: pytest.FixtureRequest, packs: Any) -> list[Command]:
    """All that refusals propose on a whole way to a permitted departure."""
    play = plays.opened(packs, facts={"age_status": request.param})
    with play.engine:
        play.ready()
    return play.proposals


JUDGED: Mapping[str, Callable[[Command], bool]] = {
    "what the person said of a consent": lambda do: do["do"] == "consent" and bool(do.get("answer")),
    "the result of a judgement": lambda do: do["do"] == "complete" and bool(do.get("result")),
    "the value of a fact": lambda do: do["do"] == "record" and isinstance(do.get("facts"), Mapping),
    "the person's own words": lambda do: "own_view" in do and bool(do["own_view"]),
    "who vetted somebody": lambda do: do.get("step") == "party_vetting" and bool({"result", "how", "seen_where"} & {*do}),
    "that nobody is suspected": lambda do: do["do"] == "involve" and do.get("suspected") is False,
    "the rows of an assessment": lambda do: bool(do.get("factors") or do.get("matrix")),
    "the days on a paper": lambda do: do["do"] == "document" and bool(do.get("expires_on")),
    "who receives the person": lambda do: do["do"] == "assign" and do.get("role") == "receiving_organisation" and bool(do.get("partner")),
    "the booked flight": lambda do: do["do"] == "travel" and bool(do.get("legs")),
}  # fmt: skip
OF_CHILDREN_ONLY = {"who vetted somebody", "that nobody is suspected"}


@pytest.mark.parametrize("what", [one for one in JUDGED if one not in OF_CHILDREN_ONLY])
def test_no_remedy_carries(proposals: list[Command], what: str) -> None:
    assert [dict(do) for do in proposals if JUDGED[what](do)] == []


@pytest.mark.parametrize("what", sorted(OF_CHILDREN_ONLY))
def test_no_remedy_carries_for_a_child(begin: Begin, what: str) -> None:
    child = begin(facts={"age_status": "child"}).ready()

    assert [do for do in child.proposals if do.get("step") == "party_vetting"]
    assert [dict(do) for do in child.proposals if JUDGED[what](do)] == []


def test_no_remedy_is_an_attempt_that_failed(begin: Begin) -> None:
    case = begin()
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": False})

    proposed = case.remedies({"do": "move", "to": "close", "reason": "lost_contact"})

    assert [remedy.do for _, remedy in proposed if "reached" in remedy.do] == []


def test_who_is_named_may_do_what_is_proposed(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})

    proposed = [remedy for subject, remedy in fresh.remedies() if subject == "partner_confirmation"]

    assert proposed
    assert all(fresh.why(fresh.answered(remedy), who).done for remedy in proposed for who in remedy.who)


def test_a_landing_by_night_says_from_when_it_is_mended(begin: Begin) -> None:
    case = begin(plays.evidence_is_fresh, origin="SL")
    legs = case.legs
    legs[-1]["arrives_at"] = (case.lands + timedelta(hours=10)).isoformat()
    legs[0]["departs_at"] = (case.takes_off + timedelta(hours=10)).isoformat()
    case.given(plays.TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    case.must_stand("SL-02")

    assert [
        subject for subject, remedy in case.remedies() if subject == "sl_night_at_lungi" and remedy.from_ is None
    ] == []


def test_who_wants_no_partner_is_led_home_by_the_remedies_too(begin: Begin) -> None:
    case = begin()

    def wants_none(play: Play, asked: Command) -> bool:
        if asked.get("role") != "receiving_organisation":
            return False
        play.given(MANAGER, {"do": "complete", "step": "partner_selection", "result": "none_wanted"})
        play.given(MANAGER, {"do": "record", "facts": {"reception_declined_in_writing": True}})
        return True

    assert case.prepare(instead=wants_none, at_most=150)


def test_the_words_of_the_form_are_not_the_words_of_the_person(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")

    copied = {**assessed("low"), "own_view": "(in the person's own words)"}

    assert fresh.tried(plays.ASSESSOR, copied, may_be_bad_input=True).says("INPUT", "own_view", "INV-06")


def test_the_first_day_asks_what_the_first_day_needs(begin: Begin) -> None:
    case = begin()

    asked = [row for row in case.engine.next(case.case, as_=plays.actor(MANAGER)) if "record" in repr(row)]

    assert len(asked) <= 3


# --- guidance -------------------------------------------------------------------------------


def texts(folder: Path, file: str, key: str) -> dict[str, str]:
    entries = yaml.safe_load((folder / file).read_text())
    return {entry["id"]: " ".join(entry[key].split()) for entry in entries if "id" in entry and entry.get(key)}


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("steps.yaml", "help"),
        ("steps.yaml", "evidence"),
        ("steps.yaml", "otherwise"),
        ("facts.yaml", "ask"),
    ],
)
def test_the_guidance_stands_where_the_work_is_done(
    shell: plays.Shell, capsys: pytest.CaptureFixture[str], file: str, key: str
) -> None:
    guidance = {**texts(CORE, file, key), **texts(NIGERIA, file, key)}

    for line in (("case", "next", "N", "--all"), ("case", "why", "N", "depart", "--all")):
        shell(*line)
    words = " ".join(capsys.readouterr().out.split())

    assert [id for id, text in guidance.items() if text[:30] in words] != []


def test_an_incident_answers_with_what_to_do(shell: plays.Shell, capsys: pytest.CaptureFixture[str]) -> None:
    actions = texts(CORE, "incidents.yaml", "actions")["lost_contact"]

    shell("do", "N", "incident", "type=lost_contact")

    assert actions[:30] in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("origin", ["nigeria", "brazil", "sierra_leone"])
@pytest.mark.parametrize("host", ["belgium", "netherlands"])
def test_there_is_a_page_of_guidelines(host: str, origin: str) -> None:
    pages = sorted((ROOT / "docs" / "guidelines").glob("*.md"))

    assert any(host in page.name and origin in page.name for page in pages)


def test_a_belgian_budget_is_no_dutch_budget() -> None:
    entries = yaml.safe_load((NIGERIA / "steps.yaml").read_text())
    dated = [
        entry for entry in entries if "ng_business_setup" in (entry.get("id"), entry.get("tighten")) and "due" in entry
    ]

    assert [entry["when"] for entry in dated] == [{"host_country": ["BE"]}]
    assert "Due:** 12 months after" in (ROOT / "docs" / "guidelines" / "belgium-nigeria.md").read_text()
    business = (ROOT / "docs" / "guidelines" / "netherlands-nigeria.md").read_text().split("### Set up a business")[1]
    assert "12 months" not in business.split("### ")[0]


def test_the_guidelines_that_the_project_made_can_be_reached() -> None:
    said = [page.read_text() for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]]

    assert any("mensenhandelweb" in text for text in said)


def test_no_day_is_invented_for_the_reception_post_at_the_airport() -> None:
    assert "since 2011" not in (ROOT / "plugins" / "brazil" / "wayhome_brazil" / "places.yaml").read_text()


def test_a_limit_that_is_our_own_choice_says_so() -> None:
    limits = yaml.safe_load((CORE / "limits.yaml").read_text())

    assert next(one for one in limits if one["id"] == "risk_signatures").get("confidence") == "own_choice"


def test_the_demo_tells_what_was_recorded_and_not_its_opposite(begin: Begin) -> None:
    recorded: Command = {"do": "record", "facts": {"pregnant": False}}

    assert plays.told_in_the_demo(recorded, begin()) != plays.told_in_the_demo(
        {**recorded, "facts": {"pregnant": True}}, begin()
    )


# --- the person, and what a case holds many of --------------------------------------------------


def test_the_person_has_a_name_a_birthday_and_a_safe_way_to_be_reached(begin: Begin) -> None:
    says = {"name_on_ticket": "An Invented Name", "born_on": "2001-01-01", "reached_by": "by an invented aunt"}
    case = begin()
    case.given(MANAGER, {"do": "record", "facts": says})

    facts = case.engine.case(case.case, as_=plays.actor(MANAGER)).facts
    assert {id: facts.get(id) for id in says} == says


def test_a_second_training_does_not_undo_the_first(begin: Begin) -> None:
    case = begin(plays.settled)
    training = {"do": "enter", "register": "service", "service": "training", "provider": "ng_idia", "status": "running"}
    case.given(case.asking(), *({**training, "what": what} for what in ("invented sewing", "invented hairdressing")))

    entries = case.engine.case(case.case, as_=case.asking()).entries
    held = [one for one in entries if one["register"] == "service"]
    assert [(one["status"], one["values"]["what"]) for one in held] == [
        ("running", "invented sewing"),
        ("running", "invented hairdressing"),
    ]


# --- an escort who is changed on the last day -----------------------------------------------------
# Design 4.1: what judges is "an open slot", and the forms lead to a permitted departure and are never given twice "without a
# change between". {do: involve, ref: escort-2} is accepted, changes nothing, and is told again; it does not ask for travels=….


def test_the_remedy_for_an_escort_of_whom_nobody_said_that_they_travel_leads_on(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    other = case.vetted(case.involved("escort"), "escort")
    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": other})
    forms = [remedy for subject, remedy in case.remedies() if subject == other]
    assert forms
    for form in forms:
        case.given(MANAGER, case.answered(form))

    assert case.told("INV-19") == []


def test_honest_another_escort_who_travels_is_taken_and_the_first_stays(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    first, other = case.seen().roles["escort"], case.vetted(case.involved("escort"), "escort")
    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": other})
    case.given(
        MANAGER, *({"do": "involve", "by": "person", "ref": ref, "travels": ref == other} for ref in (first, other))
    )
    case.ready()


# --- whoever is asked to screen for an oath -------------------------------------------------------
# Design 4.1: each line, "for each of `who` and each value of each closed slot, is accepted". Since results that set a protecting
# fact ask `loosen`, the case manager, who stands in `who`, is refused; and also when they find a debt, which protects:
# 4.3, "Towards safety anyone".


SCREENING = "ng_oath_debt_screening"


def sworn(play: Play) -> Play:
    play.given(MANAGER, records(ng_oath_sworn=True), {"do": "redo", "step": SCREENING})
    return play


def test_each_of_who_is_asked_to_screen_may_say_what_the_remedy_says(fresh: Play) -> None:
    case = sworn(fresh)
    asked = [remedy for subject, remedy in case.remedies() if subject == SCREENING]
    assert asked
    for remedy in asked:
        for who in remedy.who:
            slots = fresh.engine.form(case.case, remedy.do, as_=case.actor(who)).slots
            values = [one for slot in slots if slot.name == "result" for one in slot.values] or [None]
            for value in values:
                said = case.why({**case.answered(remedy), **({"result": value} if value else {})}, who)
                assert said.done, (who, value, remedy.do)


def test_a_debt_that_a_case_manager_hears_of_is_taken_though_an_oath_was_recorded(fresh: Play) -> None:
    """To write the debt down at all, they would have to type 'an oath and a debt'."""
    case = sworn(fresh)
    answer = case.tried(MANAGER, complete(SCREENING, result="debt"))

    assert answer.done, answer.text
    assert [case.seen().facts[fact] for fact in ("ng_debt_claimed", "ng_oath_sworn")] == [True, True]


@pytest.mark.parametrize("result", ["nothing_found", "debt"])
def test_honest_a_counsellor_says_what_they_found(fresh: Play, result: str) -> None:
    case = sworn(fresh)
    assert case.tried("counsellor", complete(SCREENING, result=result)).done
    assert case.seen().facts["ng_oath_sworn"] is False
