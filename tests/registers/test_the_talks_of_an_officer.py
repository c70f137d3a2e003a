"""What a reintegration officer hears and writes down beside the entries of registers: talks, the signed plan, the end. Each is read by value.

The things are sentences of the domain page, each with its example; people and words are invented.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from rich.console import Console
from wayhome import Actor, CaseView, to_json
from wayhome.packs.plugins import Packs
from wayhome.shell.views.case import whole
from wayhome.shell.views.life import life

from tests.attacks.acts import happens, in_follow_up
from tests.attacks.play import MANAGER, Command, Play, begun, complete, settled, stops_at
from tests.whole_answers import SAFE, SIGNED

RECEIVER, COUNSELLOR, DOCTOR, LAWYER, LEADER = (
    "case_manager_receiving", "counsellor", "medical_officer", "legal_counsellor", "programme_manager",
)  # fmt: skip
NEEDS: Command = {
    "school": "lower_secondary", "reads": "well", "work_before": "Braided hair at a stall for four years",
    "can_do": "Keeps accounts in her head, never a naira off", "wish": "To sew what brides dance in", "begin_with": ["housing", "training"],
}  # fmt: skip
# By thing: who asks, what is answered, on which screen it stands, and what must be read there.
TALKS: Mapping[str, tuple[str, Command, str, tuple[str, ...]]] = {
    "visit": (RECEIVER, complete("monitoring_visit", round="extra", result="reached", how="visit", **SAFE,
        v_since="I sleep with the window open now.", v_proud="I sewed a zip in one go."), "wellbeing",
        ("I sleep with the window open now.", "I sewed a zip in one go.")),
    "safety_signs": (RECEIVER, complete("monitoring_visit", round="extra", result="reached", how="visit", **{**SAFE, "s_past": "yes",
        "s_money": "yes", "s_money_now": "no", "s_shame": "not_asked"}), "wellbeing", ("not_asked",)),
    "survey_item": (RECEIVER, complete("sustainability_survey", round="m6", e_lasts="no", e_meals="partly", e_earns="no", e_aside="no",
        e_lend="does_not_want_to_say", p_belong="partly", manage="mostly"), "wellbeing", ("does_not_want_to_say", "mostly")),
    "savings": (RECEIVER, complete("sustainability_survey", round="m6", e_aside="partly"), "wellbeing", ("partly",)),
    "wellbeing": (COUNSELLOR, complete("wellbeing_check", round="extra", w_sleep="some_days", w_eat="most_days", w_smile="few_days",
        w_someone="most_days", w_live="no"), "wellbeing", ("some_days", "few_days")),
}  # fmt: skip


def drawn(shown: Any, width: int = 80) -> str:
    """Give what stands on a screen, without the line ends."""
    screen = io.StringIO()
    Console(file=screen, width=width).print(shown)
    return " ".join(screen.getvalue().split())


def is_read(view: CaseView, screen: str, values: tuple[str, ...]) -> None:
    on_screen, in_json = drawn(life(view, (screen,))), str(to_json(view.wellbeing))
    for value in values:
        assert value in in_json, value
        assert value in on_screen or value.replace("_", " ") in on_screen, (value, on_screen)


@pytest.fixture
def there(packs: Packs) -> Iterator[Play]:
    with begun(in_follow_up, packs) as play:
        play.given(DOCTOR, {"do": "record", "facts": {"needs_health_followup": True}})
        play.given(DOCTOR, {"do": "consent", "purpose": "health_processing_local", "language": "en"})
        yield play


@pytest.mark.parametrize("thing", TALKS)
def test_what_was_heard_in_a_talk_is_read_by_value_and_by_nobody_who_may_not(there: Play, thing: str) -> None:
    who, act, screen, values = TALKS[thing]
    if act.get("round") == "m6":
        there.wait(days=184)
    there.given(who, act)

    is_read(there.engine.case(there.case, as_=there.actor(who)), screen, values)
    others = there.engine.case(there.case, as_=there.actor(LAWYER))
    assert not any(value in str(to_json(others.wellbeing)) for value in values)


def test_what_she_can_and_wishes_stands_with_her_plan(packs: Packs) -> None:
    step = "vulnerability_and_skills_assessment"
    with begun(packs=packs) as play:
        play.prepare("depart", instead=stops_at(step))
        play.given(RECEIVER, complete(step, **NEEDS))
        view = play.engine.case(play.case, as_=play.actor(RECEIVER))

    values = (*(str(one) for one in NEEDS.values() if isinstance(one, str)), "housing", "training")
    is_read(view, "plan", values)


SHOWN: Mapping[str, tuple[Command, tuple[str, ...]]] = {
    "plan_version": (complete("reintegration_plan_review", by="person", heard_by="visit", **{**SIGNED, "paper_where": "Signed sheet, folder 9 in Benin City"}),
        ("Signed sheet, folder 9 in Benin City", "the person")),
    "closing_view": (complete("closure_review", result="on_persons_request", manages="yes", by="person", heard_by="visit",
        her_words="I will ring you for the wedding. Not before."), ("I will ring you for the wedding. Not before.",)),
    "provider_consent": ({"do": "consent", "purpose": "share_partner", "recipient": "ng_idia", "groups": ["identity", "plan"], "language": "en"},
        ("Idia Renaissance",)),
    "name_and_birth": ({"do": "record", "facts": {"chosen_name": "Tulip", "name_on_ticket": "ISOKEN INVENTEDNAME", "born_on": "2000-01-01"}},
        ("Tulip", "ISOKEN INVENTEDNAME", "2000-01-01")),
    "safe_phone": ({"do": "record", "facts": {"reached_by": "+234 000 000 0144, Mon-Thu 10:00-12:00; no message", "code_word": "plantain"}},
        ("+234 000 000 0144, Mon-Thu 10:00-12:00; no message", "plantain")),
    "household": ({"do": "record", "facts": {"family_may_know": "Aunt Inventedname: that she lived in Belgium. Nothing more."}},
        ("Aunt Inventedname: that she lived in Belgium. Nothing more.",)),
    "local_papers": ({"do": "document", "kind": "ng_nin", "status": "held"}, ("held",)),
    "re_trafficking": (happens("re_trafficking", note="A job in a bar two borders away, passport with the driver"), ("trafficked again",)),
}  # fmt: skip


TYPED = ("name_and_birth", "safe_phone", "household", "local_papers")  # and not said otherwise on the screen


@pytest.mark.parametrize("thing", SHOWN)
def test_what_was_signed_said_or_happened_is_read_in_the_case(there: Play, thing: str) -> None:
    act, values = SHOWN[thing]
    if thing == "closing_view":
        there.given(RECEIVER, {"do": "record", "facts": {"person_asks_to_close": True}, "by": "person"})
    if thing == "plan_version":
        there.given(
            RECEIVER, {"do": "redo", "step": "reintegration_plan_review", "reason": "(invented) another version"}
        )
    there.given(RECEIVER, act)

    view = there.engine.case(there.case, as_=there.actor(RECEIVER))
    on_screen, in_json = drawn(whole(view), 300), str(to_json(view))
    for value in values:
        assert value.lower() in on_screen.lower(), (value, on_screen[-3000:])
        assert value in in_json or thing not in TYPED, value


def test_whom_she_no_longer_wants_to_hear_of_her_is_read_with_its_day(there: Play) -> None:
    agreed, _ = SHOWN["provider_consent"]
    there.given(RECEIVER, agreed)
    there.wait(days=2)
    there.given(RECEIVER, {"do": "withdraw", "purpose": "share_partner", "recipient": "ng_idia", "by": "person"})

    view = there.engine.case(there.case, as_=there.actor(RECEIVER))
    (consent,) = (one for one in to_json(view.consents) if one["recipient"] == "ng_idia")
    assert (consent["state"], consent["at"][:10]) == ("withdrawn", there.now.date().isoformat())
    on_screen = drawn(whole(view), 300)
    assert "Idia Renaissance" in on_screen
    assert "withdrawn" in on_screen


def test_a_stay_in_a_shelter_is_read_with_the_days_of_moving_in_and_out_and_where_to(packs: Packs) -> None:
    step = "sl_shelter_women_girls"
    with begun(settled, packs, origin="SL") as play:
        play.given(MANAGER, {"do": "record", "facts": {"sex": "female"}})
        play.given(RECEIVER, {"do": "record", "facts": {"safe_home_at_arrival": False}})
        for agreed in ({"purpose": "assistance_local"}, {"purpose": "sl_accompanied_leave", "recipient": "sl_whi"}):
            play.given(RECEIVER, {"do": "consent", "language": "en", **agreed})
        began = play.now.date().isoformat()
        play.given(RECEIVER, {"do": "start", "step": step})
        inside = drawn(whole(play.engine.case(play.case, as_=play.actor(RECEIVER))), 300)
        play.wait(days=200)
        play.given(RECEIVER, complete(step, result="own_place"))
        view = play.engine.case(play.case, as_=play.actor(RECEIVER))

        (row,) = (to_json(one) for one in view.steps if one.id == step)
        days = (began, play.now.date().isoformat())
        assert (row["started_at"][:10], row["done_at"][:10], row["result"]) == (*days, "own_place")
        assert f"since {began}" in inside
        assert "She moved to a place of her own · from {} to {}".format(*days) in drawn(whole(view), 300)


def test_whom_a_complaint_is_about_is_read_by_who_looks_into_it_and_by_nobody_of_that_house(there: Play) -> None:
    house = there.actor(MANAGER).organisation
    about = {"about": [house], "by": "person", "note": "They read my letter before I did."}
    there.given(RECEIVER, happens("complaint", **about))
    leads, complained_of = (Actor("invented_head", one, {LEADER}) for one in (there.seen().owner, house))

    view = there.engine.case(there.case, as_=leads)
    assert f"about {house}" in drawn(whole(view))
    assert [one["about"] for one in view.incidents if one["type"] == "complaint"] == [(house,)]
    of_them = there.engine.case(there.case, as_=complained_of)
    assert house not in str(to_json(of_them.incidents))
    assert "The person complains" not in drawn(whole(of_them))
