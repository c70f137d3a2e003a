"""A mark holds along the whole chain, and nothing is judged by how it is called. (INV-11, INV-27, INV-31)

In the packs of this file `@@` marks the place of each fault that is expected.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from wayhome.packs.plugins import CORE, check_folder, stranger

from tests.packs.test_faults import STEP, a_pack, all_faults_of, fault_at_the_mark, faults_of, read_pack

TALK = f"- {{id: xx_talk, {STEP}, kind: offered, asks: MARK}}\n"
PAPER = "title: A paper, issuer: A town, validity: trip, source: S1"
FACT = "title: A fact, type: bool, source: S1"


def a_step(id: str, more: str) -> str:
    return f"- {{id: {id}, {STEP}, {more}}}\n"


# What stands in the files, beside the step `xx_talk`, which asks for it; and whom the fault names.
CHAINS: dict[str, tuple[dict[str, str], str]] = {
    "a step": ({"steps.yaml": TALK + a_step("xx_a", "after: [@@xx_talk]")}, "xx_a -> xx_talk"),
    "a step that is only offered": (
        {"steps.yaml": TALK + a_step("xx_a", "kind: offered, after: [@@xx_talk]")}, "xx_a -> xx_talk"),
    "what waits for a condition of what is offered": (
        {"steps.yaml": TALK + a_step("xx_a", "kind: offered, when: {xx_talk: done}") + a_step("xx_b", "kind: offered, after: [@@xx_a]")},
        "xx_b -> xx_a -> xx_talk"),
    "one of several": (
        {"steps.yaml": TALK + a_step("xx_a", "after: [{any: [return_intention, @@xx_talk]}]")}, "xx_a -> xx_talk"),
    "a result": ({"steps.yaml": a_step("xx_talk", "kind: offered, asks: MARK, results: {told: {}}")
                  + a_step("xx_a", "after: [{xx_talk: @@[told]}]")}, "xx_a -> xx_talk"),
    "a condition that is denied": ({"steps.yaml": TALK + a_step("xx_a", "when: @@{not: {xx_talk: done}}")}, "xx_a -> xx_talk"),
    "a fact": ({"facts.yaml": f"- {{id: xx_told, {FACT}, asks: MARK}}\n", "steps.yaml": a_step("xx_a", "when: @@xx_told")},
               "xx_a -> xx_told"),
    "a fact of a fact of a fact": (
        {"facts.yaml": f"- {{id: xx_told, {FACT}, asks: MARK}}\n- {{id: xx_b, {FACT}, derived: {{not: xx_told}}}}\n"
                       f"- {{id: xx_c, {FACT}, derived: {{any: [is_child, xx_b]}}}}\n",
         "steps.yaml": a_step("xx_a", "when: @@{all: [is_child, xx_c]}")}, "xx_a -> xx_c -> xx_b -> xx_told"),
    "a paper": ({"documents.yaml": f"- {{id: xx_paper, {PAPER}, asks: MARK}}\n", "steps.yaml": a_step("xx_a", "after: [@@xx_paper]")},
                "xx_a -> xx_paper"),
    "what a paper needs": (
        {"documents.yaml": f"- {{id: xx_paper, {PAPER}, needs: [{{any: [travel_booked, xx_talk]}}]}}\n",
         "steps.yaml": TALK + a_step("xx_a", "done_by: {document: @@xx_paper}")}, "xx_a -> xx_paper -> xx_talk"),
    "what one of the papers needs that satisfy": (
        {"documents.yaml": f"- {{id: xx_paper, {PAPER}, satisfies: [xx_proof], needs: [xx_talk]}}\n",
         "steps.yaml": TALK + a_step("xx_a", "done_by: {document: @@xx_proof}")}, "xx_a -> xx_paper -> xx_talk"),
    "a consent": ({"consents.yaml": "- {id: xx_consent, title: C, asks: MARK, source: S1}\n",
                   "steps.yaml": a_step("xx_a", "consent: [@@xx_consent]")}, "xx_a -> xx_consent"),
    "a consent of a paper": (
        {"consents.yaml": "- {id: xx_consent, title: C, asks: MARK, source: S1}\n",
         "documents.yaml": f"- {{id: xx_paper, {PAPER}, consent: [xx_consent]}}\n",
         "steps.yaml": a_step("xx_a", "after: [@@xx_paper]")}, "xx_a -> xx_paper -> xx_consent"),
    "a time after it": ({"steps.yaml": TALK + a_step("xx_a", "not_before: {days: 1, after: @@xx_talk.started}")}, "xx_a -> xx_talk"),
    "a window after it": ({"steps.yaml": TALK + a_step("xx_a", "window: {from: {days: 1}, after: @@xx_talk}")}, "xx_a -> xx_talk"),
    "a round": ({"steps.yaml": TALK + a_step("xx_a", "rounds: {m1: {days: 3, after: arrived, when: @@{xx_talk: done}}}")},
                "xx_a -> xx_talk"),
    "a step of the core": ({"steps.yaml": TALK + "- {tighten: risk_recheck, after: [@@xx_talk], source: S1}\n"},
                           "risk_recheck -> xx_talk"),
    "a step of the core, the other way round": (
        {"steps.yaml": a_step("xx_talk", "kind: offered, asks: MARK, before: @@[return_review]")}, "return_review -> xx_talk"),
    "the end of an incident": (
        {"steps.yaml": TALK, "incidents.yaml": "- {id: xx_flood, title: F, effect: none, actions: A, source: S1,\n"
                                               "   outcomes: {over: {title: O, needs: [@@xx_talk]}}}\n"}, "xx_flood -> xx_talk"),
    "a ring of conditions": (
        {"steps.yaml": TALK + a_step("xx_b", "kind: offered, when: {any: [{xx_c: done}, {xx_talk: done}]}")
                       + a_step("xx_c", "kind: offered, when: {xx_b: done}") + a_step("xx_a", "after: [@@xx_c]")},
        "xx_a -> xx_c -> xx_b -> xx_talk"),
    "a move": ({"steps.yaml": a_step("xx_talk", "asks: @@MARK")}, "xx_talk"),
}  # fmt: skip


@pytest.mark.parametrize("mark", ["cooperation", "payment"])
@pytest.mark.parametrize("chain", CHAINS)
def test_no_help_and_no_move_waits_for_what_is_marked(tmp_path: Path, chain: str, mark: str) -> None:
    files, way = CHAINS[chain]
    place = a_pack(tmp_path, {name: text.replace("MARK", mark) for name, text in files.items()})

    faults = [one for one in faults_of(tmp_path) if one.what.endswith(f": {way}")]

    assert [(one.code, (one.file, one.line)) for one in faults] == [
        ("A015" if mark == "cooperation" else "A016", place[:2] if place else None)
    ]
    assert chain == "the end of an incident" or faults[0].column == (place or ("", 0, 0))[2]


def test_three_hops_away_every_step_of_the_way_is_told(tmp_path: Path) -> None:
    ring = (
        a_step("xx_a", "after: [xx_talk]") + a_step("xx_b", "after: [xx_a]") + a_step("xx_c", "after: [{any: [xx_b]}]")
    )
    a_pack(tmp_path, {"steps.yaml": TALK.replace("MARK", "cooperation") + ring})

    assert [fault.what.partition(": ")[2] for fault in faults_of(tmp_path)] == [
        "xx_a -> xx_talk",
        "xx_b -> xx_a -> xx_talk",
        "xx_c -> xx_b -> xx_a -> xx_talk",
    ]


@pytest.mark.parametrize(
    "steps",
    [
        a_step("xx_a", "sign: [case_manager_sending, police_liaison]"),  # nobody else can sign
        a_step("xx_a", "").replace("who: case_manager_sending", "who: police_liaison"),  # nobody else can do it
    ],
)
def test_what_only_the_police_can_do_is_cooperation(tmp_path: Path, steps: str) -> None:
    a_pack(tmp_path, {"steps.yaml": steps.replace(", }", "}")})

    assert {fault.code for fault in faults_of(tmp_path)} == {"A015"}


UNMARKED = {
    "a word says nothing": a_step("xx_police_complaint", "") + a_step("xx_testify", "after: [xx_police_complaint]"),
    "it is offered": TALK,
    "what it opens is marked too": TALK + a_step("xx_a", "kind: offered, asks: cooperation, after: [xx_talk]"),
    "what is offered may speak of it": TALK + a_step("xx_a", "kind: offered, when: {xx_talk: done}"),
    "somebody else can do it": a_step("xx_a", "").replace("who: case_manager_sending", "who: [police_liaison, legal_counsellor]"),
    "no move waits for it": a_step("xx_talk", "gate: none, asks: cooperation"),
    "it comes later": a_step("xx_a", "") + a_step("xx_talk", "kind: offered, asks: cooperation, after: [xx_a]"),
}  # fmt: skip


@pytest.mark.parametrize("why", UNMARKED)
def test_what_waits_for_nothing_that_is_marked_is_taken(tmp_path: Path, why: str) -> None:
    a_pack(tmp_path, {"steps.yaml": UNMARKED[why].replace(", }", "}").replace("MARK", "cooperation")})

    check_folder(tmp_path)


# --- INV-31 -----------------------------------------------------------------------------------------------------


def told_apart(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Add to the files of a copy of the core, and say which of its entries tell people apart."""
    core = shutil.copytree(CORE, folder / "core")
    for name, text in files.items():
        with (core / name).open("a") as file:
            file.write("\n" + text.replace("S1", "OC"))
    faults = all_faults_of([read_pack(core), stranger("host"), stranger("origin")])
    assert {fault.code for fault in faults} <= {"A014"}
    return [fault.what.partition(": ")[2] for fault in faults]


@pytest.mark.parametrize(
    ("files", "way"),
    [
        ({"steps.yaml": a_step("a_step", "when: {not: {sex: male}}")}, "a_step -> sex"),
        ({"steps.yaml": a_step("a_step", "when: b"), "facts.yaml": f"- {{id: b, {FACT}, derived: c}}\n- {{id: c, {FACT}, derived: {{sex: other}}}}\n"},
         "a_step -> b -> c -> sex"),
        ({"steps.yaml": a_step("a_step", "when: {b: done}") + a_step("b", "kind: offered, when: {c: done}")
                        + a_step("c", "kind: offered, when: d"), "facts.yaml": f"- {{id: d, {FACT}, asks: what_tells_apart}}\n"},
         "a_step -> b -> c -> d"),
        ({"documents.yaml": f"- {{id: a_paper, {PAPER}, when: {{sex: female}}}}\n"}, "a_paper -> sex"),
        ({"outcomes.yaml": "- {id: an_end, title: E, when: {any: [is_child, {sex: female}]}, source: S1}\n"}, "an_end -> sex"),
        ({"steps.yaml": a_step("a_step", "rounds: {m1: {days: 3, after: arrived, when: {sex: female}}}")}, "a_step -> sex"),
        ({"steps.yaml": a_step("a_step", "not_before: {days: 3, after: return_intention, unless: {sex: female}}")}, "a_step -> sex"),
    ],
)  # fmt: skip
def test_nothing_of_the_core_makes_a_difference_between_people(
    tmp_path: Path, files: Mapping[str, str], way: str
) -> None:
    assert way in told_apart(tmp_path, files)


@pytest.mark.parametrize(
    "more",
    ["length: {months: 3}", "after: [return_intention]", "max_age: {days: 3, at: planned_departure}", "consent: legal"],
)
def test_no_pack_tightens_the_core_for_some_only(tmp_path: Path, more: str) -> None:
    of = "reflection_period" if "length" in more else "risk_recheck"
    step = f"- {{tighten: {of}, when: @@{{all: [{{not: is_child}}, {{sex: female}}]}}, {more}, source: S1}}\n"

    assert fault_at_the_mark(tmp_path, {"steps.yaml": step}).code == "A014"


def test_where_somebody_comes_from_makes_no_difference(tmp_path: Path) -> None:
    step = "- {tighten: risk_recheck, when: @@{origin_country: [NG]}, after: [return_intention], source: S1}\n"

    assert fault_at_the_mark(tmp_path, {"steps.yaml": step}).code == "A014"


def test_a_step_of_a_pack_may_speak_of_whom_a_house_takes(tmp_path: Path) -> None:
    a_pack(tmp_path, {"steps.yaml": a_step("xx_house", "when: {sex: female}")})

    check_folder(tmp_path)


# --- INV-27 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payer", ["person", "guardian", "family", "beneficiary", "programm", "caregiver"])
def test_no_fee_is_paid_by_somebody_who_is_no_organisation(tmp_path: Path, payer: str) -> None:
    fee = f"fee: {{amount: 9, currency: EUR, payer: @@{payer}}}"
    papers = f"- {{id: xx_paper, {PAPER}, {fee}}}\n"

    assert fault_at_the_mark(tmp_path, {"documents.yaml": papers}).code == "A016"


@pytest.mark.parametrize("payer", ["programme", "partner", "authority_host", "embassy"])
def test_an_organisation_may_pay(tmp_path: Path, payer: str) -> None:
    a_pack(
        tmp_path,
        {"documents.yaml": f"- {{id: xx_paper, {PAPER}, fee: {{amount: 9, currency: EUR, payer: {payer}}}}}\n"},
    )

    check_folder(tmp_path)
