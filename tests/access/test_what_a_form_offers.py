"""What a form offers, and what an error lists, names nobody and no purpose of whom or which who asks is told nothing (access.md, section 7: forms
and errors tell what a screen tells).
"""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import Actor, BadInput, WayhomeError

from tests.attacks.acts import happens, in_follow_up
from tests.attacks.play import MANAGER, RECEIVER, Play, begun

ROLES = [
    "reception_officer",
    "medical_officer",
    "counsellor",
    "legal_counsellor",
    "service_provider",
    "programme_manager",
    RECEIVER,
]


def with_a_relative(play: Play) -> None:
    play.involved("relative", name="(invented) an aunt")
    in_follow_up(play)


def of_the_house(play: Play, role: str) -> Actor:
    return Actor("x", play._recorded.leads, {role})


def offered(play: Play, who: Actor, do: dict[str, Any]) -> set[str]:
    try:
        form = play.engine.form(play.case, do, as_=who)
    except WayhomeError:  # their role may not do this at all
        return set()
    return {str(value) for slot in form.slots for value in slot.values}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "do",
    [
        {"do": "contact"},
        {"do": "incident", "type": "violence"},
        {"do": "incident", "type": "death_of_another"},
        {"do": "record"},
    ],
)
def test_whom_a_form_offers_stands_on_the_screen(role: str, do: dict[str, Any]) -> None:
    with begun(with_a_relative) as play:
        who = of_the_house(play, role)
        known = {one["ref"] for one in play.engine.case(play.case, as_=who).people}
        assert {one for one in offered(play, who, do) if one.startswith("relative-")} <= known


@pytest.mark.parametrize("role", ROLES)
def test_what_can_be_taken_back_by_a_form_stands_on_the_screen(role: str) -> None:
    with begun(with_a_relative) as play:
        who = of_the_house(play, role)
        known = {one["purpose"] for one in play.engine.case(play.case, as_=who).consents}
        assert (
            offered(play, who, {"do": "withdraw"}) - {"yes", "no"} & {*play.engine._recorded(play.case)[0].consents}
            <= known
        )


def test_an_error_names_nobody_of_whom_they_are_told_nothing() -> None:
    with begun(with_a_relative) as play:
        who = of_the_house(play, "medical_officer")
        with pytest.raises(BadInput) as found:
            play.engine.do(play._read({"do": "record", "facts": {"pregnant": False}, "of": "nobody-1"}), as_=who)
        assert "relative-1" not in str(found.value)


@pytest.mark.parametrize("role", ROLES)
def test_of_whom_they_are_told_nothing_they_learn_from_no_answer_that_they_are_there(role: str) -> None:
    """That somebody has died is written of each who has a part in the case: one ref after another says nothing of who has one."""
    with begun(with_a_relative) as play:
        who = of_the_house(play, role)
        known = {one["ref"] for one in play.engine.case(play.case, as_=who).people}
        nobody, hidden = (
            play.tried(who, happens("death_of_another", of=ref), may_be_bad_input=True)
            for ref in ("relative-9", "relative-1")
        )

        assert "relative-1" in known or hidden.text.replace("relative-1", "relative-9") == nobody.text


def test_who_reads_of_the_family_is_offered_them() -> None:
    with begun(with_a_relative) as play:
        assert "relative-1" in offered(play, play.actor(MANAGER), {"do": "contact"})
