"""What in the Dutch pack would hurt if somebody changed it without a thought."""

from __future__ import annotations

from typing import Any

import wayhome_netherlands
import yaml


def entries(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(
        (wayhome_netherlands.wayhome_pack() / f"{file}.yaml").read_text("utf-8")
    )
    return found


def step(id: str) -> dict[str, Any]:
    return next(entry for entry in entries("steps") if id in (entry.get("id"), entry.get("tighten")))


def test_the_whole_three_months_of_reflection_are_protected() -> None:
    assert step("reflection_period")["length"] == {"months": 3}


def test_no_step_of_the_pack_holds_up_the_return() -> None:
    own = [entry for entry in entries("steps") if "id" in entry]

    assert own
    assert {entry["kind"] for entry in own} == {"offered"}


def test_the_shelter_in_which_a_person_stays_is_never_written_down() -> None:
    assert "fields" not in step("nl_cosm_placement")


def test_nobody_is_registered_or_placed_without_having_consented() -> None:
    for id in ("nl_comensha_registration", "nl_cosm_placement"):
        assert step(id)["consent"] == [{"share_partner": "nl_comensha"}]


def test_iom_is_told_which_services_the_person_expressly_asked_for() -> None:
    asked_for = step("nl_iom_package")["fields"]["asked_for"]

    assert asked_for["required"]
    assert {"documents", "ticket"} <= set(asked_for["values"])


def test_dtv_is_asked_only_when_both_it_and_the_embassy_may_be_contacted() -> None:
    assert step("nl_dtv_mediation")["consent"] == [
        {"contact_authorities": "nl_dtv"},
        {"contact_embassy": "embassy"},
    ]


def test_every_phone_number_is_written_so_that_it_works_from_abroad() -> None:
    contacts = [contact for partner in entries("partners") for contact in partner.get("contacts", ())]
    numbers = [contact["value"] for contact in contacts if contact["kind"] == "e164"]

    assert numbers == ["+31334481186", "+31887464466"]
    assert [one["value"] for one in contacts if one["kind"] != "e164"] == ["112"]  # of no use from abroad
