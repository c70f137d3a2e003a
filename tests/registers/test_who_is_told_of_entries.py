"""Who is told that an entry is there: a ref says of what kind it is, and a name of a clinic is a diagnosis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wayhome import Actor, BadInput, to_json
from wayhome.packs.plugins import Packs

from tests.attacks.play import LEADER, RECEIVER, Command, Play, begun, settled

CLINIC = "ng_fnph_uselu"


def consent(purpose: str, *groups: str, **more: str) -> Command:
    said = {"groups": groups, "language": "en", "version": "1", "form": "written"}
    return {"do": "consent", "purpose": purpose, **said, **more}


def service(**said: str) -> Command:
    return {"do": "enter", "register": "service", "service": "training", "what": "(invented) sewing", **said}


def at_the_house(play: Play, role: str) -> Actor:
    """Give somebody of the house that leads."""
    return Actor(f"invented_{role}", play.actor(RECEIVER).organisation, {role})


@pytest.fixture
def home(packs: Packs) -> Iterator[Play]:
    """A case in the follow-up, with an appointment, a matter of law, and two courses."""
    with begun(settled, packs) as play:
        play.given(
            RECEIVER,
            consent("health_processing_local", "health"),
            consent("health_share", "identity", "health", recipient=CLINIC),
            consent("legal", "legal"),
            consent("share_partner", "identity", "plan", recipient="ng_idia"),
            {"do": "assign", "role": "service_provider", "partner": "ng_idia"},
        )
        play.given("medical_officer", {"do": "enter", "register": "appointment", "care": "treatment", "where": CLINIC})
        play.given(
            at_the_house(play, "legal_counsellor"),
            {"do": "enter", "register": "legal_matter", "matter": "criminal", "country": "BE"},
        )
        play.given(
            RECEIVER,
            service(provider="ng_idia", status="running"),
            service(provider="ng_cosudow", status="running", what="(invented) another"),
        )
        yield play


PROVIDER = Actor("invented_trainer", "ng_idia", {"service_provider"})


def says(play: Play, who: Actor, act: Command) -> dict[str, Any]:
    with pytest.raises(BadInput) as wrong:
        play.engine.do(play._read(act), as_=who)
    return dict(to_json(wrong.value))


@pytest.mark.parametrize("ref", ["legal_matter-1", "appointment-1", "service-2"])
def test_an_entry_of_which_somebody_is_told_nothing_is_to_them_as_one_that_there_is_not(home: Play, ref: str) -> None:
    none = f"{ref.partition('-')[0]}-7"
    about = {"do": "update", "status": "ended"}

    told = str(says(home, PROVIDER, {**about, "ref": ref}))
    assert told.replace(ref, none) == str(says(home, PROVIDER, {**about, "ref": none}))
    form, other = (home.engine.form(home.case, {"do": "update", "ref": one}, as_=PROVIDER) for one in (ref, none))
    assert form.slots == other.slots


def test_the_refs_that_are_listed_are_those_of_which_somebody_is_told(home: Play) -> None:
    told = str(says(home, PROVIDER, {"do": "update", "ref": "xx", "status": "ended"}))

    assert "service-1" in told
    assert "legal_matter" not in told
    assert "appointment" not in told
    assert "service-2" not in told


def test_a_payment_tells_of_no_appointment_to_who_is_told_nothing_of_health(home: Play) -> None:
    home.given(
        RECEIVER,
        {
            "do": "enter",
            "register": "budget",
            "funder": "ng_idia",
            "for": ["medical"],
            "status": "granted",
            "granted": "100 EUR",
            "form": "cash",
        },
        {
            "do": "enter",
            "register": "payment",
            "budget": "budget-1",
            "direction": "out",
            "amount": "5 EUR",
            "payee": "(invented) a driver",
            "for": "appointment-1",
            "status": "paid",
        },
    )

    for who, sees in ((at_the_house(home, LEADER), False), (home.actor(RECEIVER), True)):
        case = home.engine.case(home.case, as_=who)
        paid = next(one for one in case.entries if one["ref"] == "payment-1")
        assert paid["values"]["budget"] == "budget-1"
        assert (paid["values"].get("for") == "appointment-1") == sees
        rows = [to_json(row) for row in home.engine.history(home.case, as_=who) if row.type == "entry_made"]
        assert ("appointment-1" in str(rows)) == sees


def test_that_an_entry_was_taken_back_is_told_without_its_ref(home: Play) -> None:
    made = [row.seq for row in home.engine.history(home.case, as_=home.actor(RECEIVER)) if row.type == "entry_made"]
    home.given(
        at_the_house(home, "legal_counsellor"), {"do": "correct", "seq": made[1], "why": "(invented) of another woman"}
    )

    for who, sees in ((PROVIDER, False), (at_the_house(home, LEADER), False), (home.actor(RECEIVER), True)):
        rows = [row for row in home.engine.history(home.case, as_=who) if row.type == "entry_corrected"]
        assert ("legal_matter" in str(to_json(rows))) == sees


def test_which_clinic_is_to_be_told_of_a_consent_that_is_gone_is_told_to_who_reads_of_her_health(home: Play) -> None:
    home.given(
        RECEIVER,
        {"do": "withdraw", "purpose": "health_share", "recipient": CLINIC, "channel": "visit", "by": "person"},
    )
    home.wait(days=3)

    for role, sees in ((RECEIVER, False), ("counsellor", False), ("risk_assessor", False), ("medical_officer", True)):
        due = home.engine.due(as_=at_the_house(home, role), case=home.case)
        assert [row for row in due if row.step == "entry:appointment"], role
        told = str(to_json([*due]))
        assert (CLINIC in told, "Uselu" in told) == (sees, sees), role


def test_what_is_due_of_her_health_is_an_appointment_with_its_day_to_who_does_not_read_it(home: Play) -> None:
    home.given(
        "medical_officer",
        {"do": "update", "ref": "appointment-1", "status": "agreed", "set_for": "2026-05-16T10:00+01:00"},
        {
            "do": "enter",
            "register": "medicine",
            "called": "(invented) the white ones",
            "last_day": "2026-05-30",
        },
    )
    home.wait(days=2)

    def titles(role: str) -> set[str]:
        due = home.engine.due(as_=at_the_house(home, role), case=home.case)
        return {row.title for row in due if row.step in ("entry:appointment", "entry:medicine")}

    assert titles(RECEIVER) == {"An appointment"}  # registers.md, "Dues": whatever of her health it is
    assert "Medicine ends in two weeks: where does the next come from?" in titles("medical_officer")


def test_of_what_is_theirs_a_provider_reads_what_their_own_house_wrote(home: Play) -> None:
    """Access 2: the entries that name the reader's own house as who does it, with those fields of them that this house wrote."""
    home.given(PROVIDER, {"do": "update", "ref": "service-1", "content": "good"})
    home.wait(hours=25)  # nobody reads it since they have typed it

    (told,) = home.engine.case(home.case, as_=PROVIDER).entries
    assert (told["ref"], told["status"]) == ("service-1", "running")
    assert {*told["values"]} == {"content"}


# --- what a summary tells who manages the case (access, 1) -------------------------------------------------------------


@pytest.fixture
def with_days(home: Play) -> Play:
    day = "2026-07-16T10:00+01:00"
    home.given(
        "medical_officer",
        {"do": "update", "ref": "appointment-1", "status": "agreed", "set_for": day},
        {"do": "enter", "register": "medicine", "called": "(invented) the white ones", "last_day": "2026-05-30"},
    )
    home.given(
        at_the_house(home, "legal_counsellor"),
        {
            "do": "update",
            "ref": "legal_matter-1",
            "next_on": day,
            "presence": "by_video",
            "her_wish": "(invented) rest",
        },
    )
    return home


def values(play: Play, who: Actor) -> dict[str, set[str]]:
    refs = ("appointment-1", "medicine-1", "legal_matter-1")
    shown = play.engine.case(play.case, as_=who).entries
    return {one["ref"]: {*one["values"]} for one in shown if one["ref"] in refs}


def test_who_manages_the_case_is_told_the_days_and_whether_she_must_be_there_and_no_more(with_days: Play) -> None:
    assert values(with_days, at_the_house(with_days, RECEIVER)) == {
        "appointment-1": {"set_for"},
        "medicine-1": {"last_day"},
        "legal_matter-1": {"next_on", "presence"},
    }


def test_who_is_told_a_summary_and_does_not_manage_it_is_told_no_day(with_days: Play) -> None:
    assert values(with_days, at_the_house(with_days, "risk_assessor")) == {
        "appointment-1": set(),
        "medicine-1": set(),
        "legal_matter-1": set(),
    }
    assert values(with_days, at_the_house(with_days, "medical_officer"))["appointment-1"] >= {"care", "set_for"}
