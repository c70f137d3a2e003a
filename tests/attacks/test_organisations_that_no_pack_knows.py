"""Organisations that no pack knows: the office registers them, a case names them, and trusts none by that. (design 4.2)"""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import Actor, BadInput, Engine, NotFound
from wayhome.packs.plugins import Packs
from wayhome.testing import an_actor_for

from tests.attacks.acts import HOUSE
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    another,
    at_home,
    read,
    signed,
    vetting,
)
from tests.whole_answers import PLAN


def registered(case: Play, *does: str, country: str = "NG") -> None:
    case.engine.register_organisation(HOUSE, title="An invented house", country=country, does=does)


def _receives(party: str = HOUSE) -> dict[str, Any]:
    return {"do": "assign", "role": "receiving_organisation", "organisation": party}


def _agreed(purpose: str, party: str = HOUSE) -> dict[str, Any]:
    return {"do": "consent", "purpose": purpose, "recipient": party, "groups": ["identity", "contact"], "language": "en",
            "form": "written"}  # fmt: skip


def _confirmed(by: str) -> dict[str, Any]:
    return {"do": "complete", "step": "partner_confirmation", "result": "accepted", "received_by": by, "housing_named": True, "meeting_place": "(invented) by the exit",
            "reception_from": "2026-05-10T00:00:00Z", "reception_until": "2026-05-17T20:00:00Z"}  # fmt: skip


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (_receives(), "organisation"),
        (_agreed("contact_partner"), "recipient"),
        ({"do": "contact", "with": HOUSE, "channel": "phone", "reached": True}, "with"),
    ],
    ids=["given a role", "named in a consent", "called"],
)
def test_nobody_names_an_organisation_before_the_office_registers_it(
    begin: Begin, act: dict[str, Any], field: str
) -> None:
    case = begin()

    assert case.faults(MANAGER, act) == {(field, "unregistered")}
    registered(case)
    assert case.tried(MANAGER, act).kind != "bad_input"  # now the rules are asked


def test_the_class_of_all_partners_says_nothing_about_somebody_unknown(fresh: Play) -> None:
    """A consent for all partner organisations is none for whoever calls itself one."""
    call = {"do": "contact", "with": HOUSE, "channel": "phone", "reached": True}
    fresh.given(MANAGER, _agreed("contact_partner", "partner"))

    assert fresh.faults(MANAGER, call) == {("with", "unregistered")}
    registered(fresh)
    assert fresh.tried(MANAGER, call).done  # known now, and of that class


def test_an_organisation_that_nobody_agreed_to_is_not_called(begin: Begin) -> None:
    case = begin()
    registered(case, "receive")
    call = {"do": "contact", "with": HOUSE, "channel": "phone", "reached": True}

    assert case.told("INV-14", call) == [("the person has not agreed to this contact", "ask the person first")]
    case.given(MANAGER, _agreed("contact_partner"))
    assert case.told("INV-14", call) == []


@pytest.mark.parametrize(
    ("does", "country", "why"),
    [
        (["receive", "meet", "house"], "NG", "nobody has vetted them"),
        (["meet", "house"], "NG", "this organisation does not do that"),
        (["receive", "meet", "house"], "BE", "this organisation works in another country"),
        ([], "NG", "this organisation does not do that"),
    ],
    ids=["right", "without the service", "of the host country", "of which nobody said what it does"],
)
def test_who_is_registered_is_known_and_not_trusted_yet(fresh: Play, does: list[str], country: str, why: str) -> None:
    registered(fresh, *does, country=country)
    fresh.given(MANAGER, _receives(), _agreed("contact_partner"), _agreed("share_partner"))
    fresh.anew("partner_confirmation")
    fresh.given(RECEIVER, _confirmed("ng_bakhita"))

    receives = f"the receiving organisation cannot receive the person: {why}"
    assert fresh.told("INV-07") == [(receives, "choose, with the person, one that can")]


def test_an_organisation_that_nobody_vetted_does_not_meet_the_person(fresh: Play) -> None:
    registered(fresh, "receive", "meet")
    fresh.anew("partner_confirmation")
    fresh.given(MANAGER, {"do": "assign", "role": "family", "organisation": HOUSE})
    fresh.given(RECEIVER, _confirmed(HOUSE))

    unvetted = "who is to meet the person cannot be trusted: nobody has vetted them"
    anew = "let somebody vet them for this, who did not bring them into the case"
    assert fresh.told("INV-07") == [(unvetted, anew)]


def test_an_organisation_that_two_have_looked_at_receives_the_person(fresh: Play) -> None:
    registered(fresh, "receive", "meet")
    fresh.given(MANAGER, _receives(), _agreed("contact_partner"), _agreed("share_partner"))

    fresh.vetted(HOUSE, "receive", "meet", by=(ASSESSOR, another(MANAGER)))
    fresh.anew("partner_confirmation")
    fresh.given(RECEIVER, _confirmed(HOUSE))

    assert "INV-07" not in fresh.why().rules


# --- what no vetting mends ---------------------------------------------------------------------------------------------

WITHOUT: dict[str, tuple[str, str]] = {
    "does not do that": ("house", "NG"),
    "works in another country": ("receive meet card care", "BE"),
}


@pytest.mark.parametrize("vetted", [False, True], ids=["never vetted", "vetted"])
@pytest.mark.parametrize("why", WITHOUT)
@pytest.mark.parametrize("to", ["receive", "meet", "card"])
def test_who_cannot_do_it_is_not_proposed_for_a_vetting(fresh: Play, to: str, why: str, vetted: bool) -> None:
    does, country = WITHOUT[why]
    registered(fresh, *does.split(), country=country)
    rule, fact, todo = {
        "receive": ("INV-07", "the receiving organisation cannot receive the person", "choose, with the person, one that can"),
        "meet": ("INV-07", "who is to meet the person cannot be trusted", "have the partner name somebody else"),
        "card": ("INV-08", "somebody on the person's card cannot be trusted",
                 "put somebody else into the safety plan, and on the person's card"),
    }[to]  # fmt: skip
    if to == "receive":
        fresh.given(MANAGER, _receives(), _agreed("contact_partner"), _agreed("share_partner"))
    if to == "card":
        fresh.anew("safety_plan")
        card = {"emergency_contact": HOUSE, "assisting_organisation": "ng_bakhita"}
        fresh.given(MANAGER, {"do": "complete", "step": "safety_plan", **card, **PLAN})
    else:
        fresh.anew("partner_confirmation")
        fresh.given(MANAGER, {"do": "assign", "role": "family", "organisation": HOUSE})
        fresh.given(RECEIVER, _confirmed(HOUSE if to == "meet" else "ng_bakhita"))
    if vetted:
        fresh.vetted(HOUSE, to, by=(ASSESSOR, another(MANAGER)) if to == "receive" else None)

    assert fresh.told(rule) == [(f"{fact}: this organisation {why}", todo)]
    assert [do for _, one in fresh.remedies() if (do := one.do).get("step") == "party_vetting"] == []


def test_an_escort_service_that_nobody_vetted_does_not_travel_along(fresh: Play) -> None:
    registered(fresh, "escort", country="BE")
    act = {"do": "assign", "role": "escort", "organisation": HOUSE}

    todo = "name a partner that can, or somebody whom you have vetted"
    assert fresh.told("INV-19", act, TRAVEL) == [("the escort cannot be trusted: nobody has vetted them", todo)]
    assert not fresh.tried(TRAVEL, act).done


def test_who_works_on_the_case_is_known_and_trusted_with_nothing(fresh: Play) -> None:
    fresh.given(MANAGER, _receives("invented_organisation"))
    fresh.given(
        MANAGER, *(_agreed(purpose, "invented_organisation") for purpose in ("contact_partner", "share_partner"))
    )
    fresh.anew("partner_confirmation")
    fresh.given(RECEIVER, _confirmed("ng_bakhita"))

    why = "nobody has registered what this organisation does"
    assert fresh.told("INV-07") == [
        (f"the receiving organisation cannot receive the person: {why}", "choose, with the person, one that can")
    ]


def test_whose_organisation_holds_a_role_works_on_the_case_for_everybody(begin: Begin) -> None:
    case = begin()
    house = case.actor(MANAGER).organisation
    act = {"do": "assign", "role": "family", "organisation": "another_house"}
    call = {"do": "contact", "with": house, "channel": "phone", "reached": True}

    assert case.faults(MANAGER, act) == {("organisation", "unregistered")}
    with pytest.raises(NotFound):  # nor does it name itself: it knows of no such case
        case.engine.do(read(act, case.case), as_=Actor("eva", "another_house", {MANAGER}))
    case.given(MANAGER, {**act, "organisation": house})  # it is theirs, and they sign in for it
    assert case.told("INV-14", call) == [("the person has not agreed to this contact", "ask the person first")]


def test_a_partner_of_a_pack_is_named_as_what_it_is(begin: Begin) -> None:
    case = begin()
    act = {"do": "assign", "role": "family", "organisation": "ng_bakhita"}

    with pytest.raises(BadInput) as told:
        case.engine.do(read(act, case.case), as_=an_actor_for("case_manager_sending"))

    assert (told.value.what, told.value.todo) == ("'ng_bakhita' is a partner of a pack.", "Say 'partner': ng_bakhita.")
    case.given(MANAGER, {"do": "assign", "role": "family", "partner": "ng_bakhita"})


def test_a_near_word_is_asked_about_and_a_far_one_is_not_echoed(begin: Begin) -> None:
    case = begin()
    registered(case)
    case.given(MANAGER, {"do": "assign", "role": "family", "organisation": HOUSE})

    near = case.tried(MANAGER, _receives("mercy_hous"), may_be_bad_input=True)
    far = case.tried(MANAGER, _receives("Abebi.Okafor"), may_be_bad_input=True)

    assert "Did you mean mercy_house?" in near.text
    assert "Abebi" not in far.text
    assert "register an organisation first" in far.text


def test_a_case_hears_what_the_register_says_now_and_keeps_it_with_its_next_act(fresh: Play) -> None:
    """What the office writes later counts at once, struck off or not; the ledger says since when the case knew it."""
    registered(fresh, "meet")
    fresh.given(MANAGER, _receives(), _agreed("contact_partner"), _agreed("share_partner"))
    fresh.anew("partner_confirmation")
    fresh.given(RECEIVER, _confirmed("ng_bakhita"))
    assert "this organisation does not do that" in fresh.told("INV-07")[0][0]
    registered(fresh, "receive")

    assert "nobody has vetted them" in fresh.told("INV-07")[0][0]
    fresh.given(MANAGER, {"do": "note", "text": "an invented note"})
    assert "nobody has vetted them" in fresh.told("INV-07")[0][0]

    events = [row.data for row in fresh.engine.history(fresh.case, as_=an_actor_for("case_manager_sending"))
              if row.type == "organisation_known"]  # fmt: skip
    assert [(one["organisation"], one["country"], list(one["does"])) for one in events] == [
        (HOUSE, "NG", ["meet"]),
        (HOUSE, "NG", ["receive"]),
    ]
    before = fresh.told("INV-07")
    fresh.engine.rebuild()
    assert fresh.engine.verify().ok
    assert fresh.told("INV-07") == before


def test_nothing_of_it_is_written_when_the_command_is_refused(begin: Begin) -> None:
    case = begin()
    registered(case, "escort", country="BE")
    version = case.seen().version

    assert not case.tried(TRAVEL, {"do": "assign", "role": "escort", "organisation": HOUSE}).done
    assert case.seen().version == version


def test_nobody_is_involved_under_the_name_of_an_organisation(begin: Begin) -> None:
    case = begin()
    registered(case)

    assert case.faults(MANAGER, {"do": "involve", "ref": HOUSE, "relation": "relative"}) == {("ref", "unknown")}
    case.given(MANAGER, {"do": "involve", "by": "person", "relation": "relative"})


@pytest.mark.parametrize(
    "id",
    ["ng_bakhita", "be_iom", "person", "guardian", "family", "partner", "receiving_organisation", "clock", "child",
     "relative-1", "escort-12"],
)  # fmt: skip
def test_no_organisation_takes_a_name_that_means_something_else(packs: Packs, id: str) -> None:
    with Engine.open("sqlite://", packs=packs) as engine:
        with pytest.raises(BadInput) as told:
            engine.register_organisation(id, title="An invented house", country="NG")

        assert told.value.what == f"'{id}' means something else already."
        assert engine.organisations() == ()


def test_all_that_is_wrong_with_an_organisation_is_told_at_once(packs: Packs) -> None:
    with Engine.open("sqlite://", packs=packs) as engine, pytest.raises(BadInput) as told:
        engine.register_organisation("a house", title=" ", country="Nigeria", does=["shelter"])

    assert {(fault.field, fault.code) for fault in told.value.faults} == {
        ("id", "unreadable"), ("title", "empty"), ("country", "unreadable"), ("does", "unknown"),
    }  # fmt: skip


def test_an_organisation_is_registered_once_and_mended_later(packs: Packs) -> None:
    with Engine.open("sqlite://", packs=packs) as engine:
        first = engine.register_organisation("b_house", title="An invented house", country="ng", does=["house"])
        engine.register_organisation("a_house", title="Another", country="BR")
        again = engine.register_organisation("b_house", title="Its new name", country="NG", does=["meet", "house"])

        assert first.country == "NG"
        assert (again.title, again.does, again.added_at) == ("Its new name", ("meet", "house"), first.added_at)
        assert [one.id for one in engine.organisations()] == ["a_house", "b_house"]


def test_who_is_registered_is_known_where_a_step_names_them(fresh: Play) -> None:
    registered(fresh, "meet")
    fresh.anew("partner_confirmation")

    fresh.given(RECEIVER, _confirmed(HOUSE))

    assert fresh.told("INV-07")[0][0] == "who is to meet the person cannot be trusted: nobody has vetted them"


# --- the role that it holds -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("does", "country", "why"),
    [
        ([], "GH", "this organisation does not do that"),
        (["meet"], "GH", "this organisation works in another country"),
        (["meet"], "NG", "nobody has vetted them"),
    ],
)
def test_no_organisation_is_reception_officer_that_nobody_vetted(
    fresh: Play, does: list[str], country: str, why: str
) -> None:
    registered(fresh, *does, country=country)
    act = {"do": "assign", "role": "reception_officer", "organisation": HOUSE}

    # As of a ref, who is asked already; a todo as for the other roles near the person.
    assert fresh.told("INV-19", act) == [
        (
            f"the reception officer cannot be trusted: {why}",
            "name a partner that can, or somebody whom you have vetted",
        )
    ]
    assert not fresh.tried(MANAGER, act).done
    assert fresh.boards().done  # the honest story: nobody new was named


def _meets(case: Play) -> dict[str, Any]:
    return {"do": "travel", "by": "person", "status": "booked", "legs": case.legs, "meeting_person": HOUSE}


def _interprets(case: Play) -> dict[str, Any]:
    return {"do": "consent", "purpose": "legal", "language": "en", "interpreter": HOUSE}


@pytest.mark.parametrize(("act", "near"), [(_meets, "meeting person"), (_interprets, "interpreter")])
def test_who_is_registered_is_known_wherever_somebody_names_them(fresh: Play, act: Any, near: str) -> None:
    """'Nobody here knows this party … register an organisation first', on and on; that they are to be vetted is not said."""
    registered(fresh, "meet", "interpret")

    assert fresh.told("INV-19", act(fresh)) == [
        (
            f"the {near} cannot be trusted: nobody has vetted them",
            "name a partner that can, or somebody whom you have vetted",
        )
    ]


# --- who vets it, and who brought it --------------------------------------------------------------


def test_no_organisation_is_vetted_by_its_own_people(fresh: Play) -> None:
    registered(fresh, "receive", "meet")
    one, two = Actor("one_of_theirs", HOUSE, {RECEIVER}), Actor("two_of_theirs", HOUSE, {ASSESSOR})
    fresh.given(
        MANAGER,
        *({"do": "assign", "role": role, "organisation": HOUSE} for role in (RECEIVER, ASSESSOR)),
    )
    own = [("who works for mercy_house does not vet it", "let somebody else vet them, and sign in for it")]

    assert fresh.told("ROLE", vetting(HOUSE, "receive", "meet"), one) == own
    fresh.tried(one, vetting(HOUSE, "receive", "meet"))
    assert not fresh.tried(two, signed("party_vetting", of=HOUSE)).done


def test_two_others_vet_an_organisation(fresh: Play) -> None:
    registered(fresh, "receive", "meet")

    fresh.vetted(HOUSE, "receive", "meet")

    assert fresh.tried(MANAGER, {"do": "assign", "role": "receiving_organisation", "organisation": HOUSE}).done


def _brought_in(case: Play) -> None:
    case.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet", "escort"])
    case.given(MANAGER, {"do": "assign", "role": "family", "organisation": HOUSE})


def test_who_brought_an_organisation_into_the_case_does_not_vet_it(fresh: Play) -> None:
    """Issue 6, 1: a vetting 'done of a ref or registered organisation (… never by who involved it)'. Asked only of refs."""
    _brought_in(fresh)
    fresh.tried(MANAGER, vetting(HOUSE, "meet", "escort"))

    assert not fresh.tried(MANAGER, {"do": "assign", "role": "escort", "organisation": HOUSE}).done


def test_another_vets_an_organisation_that_somebody_brought(fresh: Play) -> None:
    _brought_in(fresh)
    fresh.given(RECEIVER, vetting(HOUSE, "meet", "escort"))
    fresh.given(MANAGER, {"do": "assign", "role": "escort", "organisation": HOUSE})


def vetted_and_then_brought(fresh: Play, brings: Any) -> Any:
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet", "escort"])
    fresh.given(MANAGER, vetting(HOUSE, "meet", "escort"))
    return fresh.tried(brings, {"do": "assign", "role": "escort", "organisation": HOUSE})


def test_who_vets_an_organisation_first_does_not_bring_it_into_the_case_then(fresh: Play) -> None:
    """The other order: one alone vets a house that nobody knows, and then gives it the person. Issue 6, 1: vetting is done 'never by
    who involved it'. (commands/organisations.py leaves `made_by` empty for who was vetted first, for ever.)
    """
    assert not vetted_and_then_brought(fresh, MANAGER).done


def test_honest_another_brings_an_organisation_that_was_vetted(fresh: Play) -> None:
    assert vetted_and_then_brought(fresh, another(MANAGER)).done


def test_honest_who_vetted_an_organisation_writes_down_what_she_agreed_to(fresh: Play) -> None:
    """To write down that she agrees that the house is told of her brings nobody near her: the vetting counts, and another names it."""
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet", "escort"])
    fresh.given(MANAGER, vetting(HOUSE, "meet", "escort"))
    fresh.given(MANAGER, {"do": "note", "text": "invented words", "of": HOUSE})
    fresh.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True, "by": HOUSE})

    assert fresh.tried(another(MANAGER), {"do": "assign", "role": "escort", "organisation": HOUSE}).done


# --- that the office strikes off ------------------------------------------------------------------


@pytest.mark.parametrize("named_again", [True, False])
def test_nobody_departs_to_an_organisation_that_the_office_has_struck_off(fresh: Play, named_again: bool) -> None:
    """The office writes that it does nothing any more; the case that sends somebody there hears of it when it names it again."""
    house = "mercy_house"
    fresh.engine.register_organisation(house, title="invented", country="NG", does=["meet"])
    fresh.vetted(house, "meet")
    meets: Command = {"do": "assign", "role": "reception_officer", "organisation": house}
    fresh.given(MANAGER, meets)
    fresh.ready(waiting=False)

    fresh.engine.register_organisation(house, title="invented", country="NG", does=[])
    if named_again:
        fresh.given(MANAGER, {"do": "redo", "step": "party_vetting", "of": house})
    else:
        assert not fresh.tried(MANAGER, meets).done  # it is refused, and what is refused tells the case nothing

    assert "this organisation does not do that" in " ".join(fact for fact, _ in fresh.told("INV-19"))


# --- after the landing ----------------------------------------------------------------------------


def test_no_organisation_that_was_found_not_to_be_trusted_takes_the_person_over_after_the_landing(begin: Begin) -> None:
    """Vetted, found not to be trusted, given the role, confirmed, handed the case. INV-07 is asked at the departure alone.
    Design 4.2: trusted(receive); 4.4: 'the arrival side asks anew for what is missing (partner …)'.
    """
    case = begin(at_home)
    case.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["receive", "meet", "house"])
    case.given(RECEIVER, vetting(HOUSE, "receive", result="not_trusted"))
    case.tried(MANAGER, {"do": "assign", "role": "receiving_organisation", "organisation": HOUSE})
    case.prepare("settle")
    case.tried(MANAGER, {"do": "move", "to": "settle"})

    assert case.seen().roles["case_owner"] != HOUSE


def test_an_organisation_that_two_have_vetted_takes_the_person_over_after_the_landing(begin: Begin) -> None:
    case = begin(at_home)
    case.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["receive", "meet", "house"])
    case.vetted(HOUSE, "receive", "meet", "house")
    case.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "organisation": HOUSE})
    case.ready("settle")
    assert case.seen().roles["case_owner"] == HOUSE
