"""BE-01: only the three recognised centres ask for residence documents, and attest guidance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import wayhome_belgium
import yaml
from wayhome.country import AnyCommand, Case, Finding, commands
from wayhome.testing import view_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


VIEW = view_of(Path(wayhome_belgium.__file__).parent)


def judged(command: AnyCommand) -> Finding:
    case = Case("WH-TEST", "BE", "NG", "an_organisation", opened_at=NOW, digest="")
    return wayhome_belgium.wayhome_check("BE-01", case, command, NOW, VIEW)


def entries(file: str) -> list[dict[str, Any]]:
    path = wayhome_belgium.wayhome_pack() / f"{file}.yaml"
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return found


def asking(step: str, **fields: Any) -> Finding:
    return judged(commands.Complete("WH-TEST", step=step, fields=fields))


@pytest.mark.parametrize("centre", ["be_pag_asa", "be_payoke", "be_surya"])
def test_each_recognised_centre_may_ask_for_a_residence_document(centre: str) -> None:
    assert asking("be_residence_document", asked_by_centre=centre).met


@pytest.mark.parametrize("centre", ["be_pag_asa", "be_payoke", "be_surya"])
def test_each_recognised_centre_may_attest_guidance(centre: str) -> None:
    assert asking("be_guidance_attestation", issued_by_centre=centre).met


@pytest.mark.parametrize(
    "other",
    [
        "be_caritas",  # helps with the return, and is no centre
        "be_esperanto",  # shelters children, and is no centre
        "be_myria",  # coordinates the centres
        "pag_asa",  # the organisation of an actor is not a partner of the pack
        "BE_PAG_ASA",
        "",
        None,
        ["be_pag_asa"],
    ],
)
def test_nobody_else_may_ask_for_a_residence_document(other: Any) -> None:
    reason = asking("be_residence_document", asked_by_centre=other)

    assert not reason.met
    assert reason.subject == "be_residence_document"


def test_it_is_not_enough_to_leave_open_who_asked() -> None:
    assert not asking("be_residence_document").met
    assert not asking("be_guidance_attestation").met


def test_the_field_of_one_step_does_not_answer_for_the_other() -> None:
    assert not asking("be_guidance_attestation", asked_by_centre="be_pag_asa").met


def test_the_rule_stays_out_of_everything_else() -> None:
    assert asking("be_caritas_counselling").met
    assert judged(commands.Move("WH-TEST", to="depart")).met
    assert judged(commands.Record("WH-TEST", facts={"age_status": "adult"})).met


def test_the_pack_lies_beside_its_hooks() -> None:
    folder = wayhome_belgium.wayhome_pack()

    assert isinstance(folder, Path)
    assert (folder / "pack.yaml").is_file()


def test_only_papers_that_are_held_can_hold_up_a_departure() -> None:
    own = [entry for entry in entries("steps") if "id" in entry]
    gating = [entry["id"] for entry in own if entry.get("kind", "mandatory") == "mandatory"]

    assert gating == ["be_return_of_seized_documents"]


def test_the_journey_goes_on_whatever_becomes_of_the_papers() -> None:
    papers = next(e for e in entries("steps") if e.get("id") == "be_return_of_seized_documents")

    assert all(result.get("passes", True) for result in papers["results"].values())


def test_no_number_carries_the_stray_digit_of_the_misprinted_list() -> None:
    contacts = [contact for partner in entries("partners") for contact in partner.get("contacts", ())]
    numbers = [contact["value"] for contact in contacts if contact["kind"] == "e164"]

    assert sorted(numbers) == [
        "+3225035629",
        "+3225116464",
        "+3232011690",
        "+3242324030",
        "+32473400066",
        "+3278055800",  # printed 078 055 800, and by one page 078 05 58 00
        "+3280032745",  # Fedasil's free number, which pages print as 0800 327 45 and as 0800 32 745
    ]  # "02 511 64 642" has one digit too many
