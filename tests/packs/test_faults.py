"""What is wrong with a pack is said at file:line:column, with a stable code and a fix; all of it in one run.

In the packs of this file `@@` marks the place of the fault; it is taken out before the file is written.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from wayhome.errors import NotFound, PackBroken
from wayhome.packs.analyse import analyse
from wayhome.packs.compose import composed
from wayhome.packs.pack import Pack, PackFault, broken, read_pack
from wayhome.packs.plugins import CORE, Packs, check_folder, stranger

from tests.packs import test_planted_plugins
from tests.packs.planting import HOOKS, plant, written

HEAD = "{id: invented, title: Invented, version: 0.1.0, role: origin, country: XX, prefix: xx_, zone: UTC}\n"
HOST = "{id: invented_host, title: Invented, version: 0.1.0, role: host, country: XH, prefix: xh_, zone: UTC}\n"
STEP = "title: A step, phase: pre_departure, who: case_manager_sending, source: S1"

Place = tuple[str, int, int]


def a_pack(folder: Path, files: Mapping[str, str]) -> Place | None:
    """Write a pack into a folder, with the files that are given instead of the usual ones; give the marked place."""
    written(folder, {name: text.replace("@@", "") for name, text in {"pack.yaml": HEAD, **files}.items()})
    for name, text in files.items():
        before, mark, _ = text.partition("@@")
        if mark:
            return str(folder / name), before.count("\n") + 1, len(before) - before.rfind("\n")
    return None


def faults_of(folder: Path) -> tuple[PackFault, ...]:
    with pytest.raises(PackBroken) as refused:
        check_folder(folder)
    return refused.value.faults


def fault_at_the_mark(folder: Path, files: Mapping[str, str]) -> PackFault:
    """Give the only fault of a pack, which stands at the marked place."""
    place = a_pack(folder, files)
    (fault,) = faults_of(folder)
    assert (fault.file, fault.line, fault.column) == place
    return fault


def all_faults_of(packs: list[Pack]) -> list[PackFault]:
    """Give all that composing and analysing find."""
    process, faults = composed(packs)
    assert process is not None
    return [*faults, *analyse(process, packs)]


def renamed(said: str) -> dict[str, str]:
    """Write a pack that gives new names to what it holds."""
    return {
        "pack.yaml": HEAD.replace("zone: UTC", f"zone: UTC, renamed: {{{said}}}"),
        "facts.yaml": "- {id: xx_a, title: A, type: code, values: [b, c], source: S1}\n",
        "steps.yaml": f"- {{id: xx_step, {STEP}, results: {{good: {{}}}},"
        " fields: {how: {type: code, values: [seen], group: case}}}\n",
    }


def step(more: str, *, id: str = "xx_step") -> dict[str, str]:
    return {"steps.yaml": f"# steps.yaml\n- {{id: {id}, {STEP}, {more}}}\n"}


def register(more: str, *, states: str = "{open: {title: Open}}", at: str = "") -> dict[str, str]:
    about = "title: Many, one: One, screen: plan, group: plan, who: case_manager_sending, source: S1"
    return {"registers.yaml": f"- {at}{{id: xx_many, {about}, states: {states}, {more}}}\n"}


def silent_about(said: str) -> dict[str, str]:
    """An incident that opens on silence."""
    rest = "title: A, actions: Call, effect: none, phases: [arrival], closes_as: [lost_contact], source: S1"
    outcomes = "outcomes: {called: {title: Called, needs: [person_reached]}}"
    return {"incidents.yaml": f"- {{id: xx_a, {rest}, {outcomes}, opens_on: {{silence: {{{said}}}}}}}\n"}


def a_rule_on(*moments: str) -> dict[str, str]:
    return {
        "rules.yaml": f"- {{id: XX-01, title: A rule, on: [depart, {', '.join(moments)}], check: wings, revision: 1, source: S1}}\n"
    }


def test_an_invented_pack_without_fault_is_taken(tmp_path):
    a_pack(tmp_path, step("after: [return_intention]"))

    pack, process = check_folder(tmp_path)

    assert pack.id == "invented"
    assert "xx_step" in process.steps


@pytest.mark.parametrize(
    "moment",
    ["open", "clearance", "settle", "skip:arrival_reception", "start:xx_step", "withdraw:return", "document:medif",
     "resolve:risk_high", "assign:case_owner", "assign:receiving_organisation", "involve:escort", "contact:embassy",
     "document:authority_origin", "consent:partner", "record:age_status"],
)  # fmt: skip
def test_a_rule_may_be_asked_at_every_moment_that_can_come(tmp_path, moment):
    a_pack(tmp_path, {**step("after: []"), **a_rule_on(f'"{moment}"')})

    _, process = check_folder(tmp_path)

    assert moment in process.rules["XX-01"].on


BESIDE = "rounds: {m1: {days: 3, after: prepared}}, extra_rounds: true, "
ONE_PACK = [
    # --- P: the form of a file
    ("P002", {"step.yaml": "@@[]\n"}),
    ("P002", {"steps.yml": "@@[]\n"}),
    ("P003", {"facts.yaml": "- id: xx_a\n@@\ttitle: A\n"}),
    ("P004", {"facts.yaml": "@@xx_a: {title: A}\n"}),
    ("P005", {"facts.yaml": "- {id: xx_a, title: A, type: @@boolean, source: S1}\n"}),
    ("P005", {"facts.yaml": "# a title is missing\n- @@{id: xx_a, type: bool, source: S1}\n"}),
    ("P005", step("due: @@{days: 1, hours: 1, after: return_intention}")),
    ("P005", step("due: @@{days: 1}")),
    ("P006", {"facts.yaml": "- {id: xx_a, title: A, type: bool, source: S1}\n- @@{id: xx_b, title: B, type: bool}\n"}),
    ("P007", step("afterwards: @@[return_intention]")),
    ("P007", step("results: {good: {passed: @@true}}")),
    ("P008", {"facts.yaml": "- {id: xx_a, title: A, type: bool, source: S1}\n- {id: @@xx_a, title: A, type: bool, source: S1}\n"}),
    ("P009", {"facts.yaml": "- {id: @@a, title: A, type: bool, source: S1}\n"}),
    ("P009", step("after: []", id="@@return_consent")),  # a step of the core cannot be redefined
    # --- C: what a pack says of others
    ("C002", {"pack.yaml": "@@" + HEAD.replace(", zone: UTC", "")}),
    ("C006", step("after: [@@return_intentoin]")),
    ("C006", step("after: [@@{return_intention: done, travel_plan: done}]")),
    ("C006", step("after: [[@@return_intention]]")),
    ("C006", step("after: [@@{return_review: {go: true}}]")),
    ("C006", step("after: [@@{any: [[return_intention]]}]")),
    ("C006", step("before: [@@nothing]")),
    ("C007", step("after: [{return_review: @@maybe}]")),
    ("C008", step("consent: [@@everything]")),
    ("C008", step("consent: [@@{contact_embassy: [embassy, partner]}]")),
    ("C008", step("consent: [@@{contact_embassy: embassy, contact_partner: partner}]")),
    ("C009", step("consent: [{contact_partner: @@nobody}]")),
    ("C010", step("done_by: {consent: @@everything}")),
    ("C010", step("done_by: @@{telephone: embassy}")),
    ("C010", step("done_by: @@{document: {kind: medif}}")),
    ("C010", step("done_by: @@{document: medif, status: [held, lost]}")),
    ("C010", step("done_by: @@document")),
    ("P005", step("window: @@{from: {hours: 72}}")),
    ("P005", step("rounds: {m1: @@{days: 30}}")),
    ("P007", step("pack: @@core")),
    ("P007", step("any_rounds: @@2")),
    ("C011", {"steps.yaml": "- {tighten: risk_recheck, max_age: @@{hours: 73, at: planned_departure}, source: S1}\n"}),
    ("C011", {"steps.yaml": "- {tighten: reflection_period, length: @@{days: 29}, source: S1}\n"}),
    ("C011", {"limits.yaml": "- tighten: smallest_group\n  source: S1\n  count: @@10\n"}),
    ("C012", {"steps.yaml": "- {tighten: @@risk_rechek, source: S1}\n"}),
    ("C012", {"limits.yaml": "- {tighten: @@nothing, count: 1, source: S1}\n"}),
    ("C013", {"documents.yaml": "- {id: xx_paper, title: A paper, issuer: A town, validity: @@issue, source: S1}\n"}),
    ("C014", {"incidents.yaml": "- {id: xx_flood, title: F, effect: none, outcomes: {over: {title: O, needs: [options_counselling]}}, closes_as: [@@nothing], actions: A, source: S1}\n"}),
    ("A027", {"incidents.yaml": "- {id: xx_flood, title: F, effect: none, never_ends: true, closes_as: @@[withdrew_return], actions: A, source: S1}\n"}),
    # --- A: the whole
    ("C007", step("after: [{any: [{return_review: @@[go, maybe]}, arrived]}]")),
    ("C021", {"documents.yaml": "- {id: xx_paper, title: P, issuer: A town, validity: trip, satisfies: [@@travel_documents], source: S1}\n"}),
    ("C006", {"identifiers.yaml": "- {id: xx_number, title: N, of: [@@xx_pasport], severity: warn, source: S1}\n"}),
    ("A013", step("done_by: {document: @@xx_paper}")),
    ("C010", step("done_by: {document: medif, status: @@obtained}")),
    ("C012", {"steps.yaml": "- {tighten: @@return_consnet, source: S1}\n"}),
    ("A003", {"consents.yaml": "- {id: xx_visit, title: V, asked_by: [@@anybody], source: S1}\n"}),
    ("A011", {"consents.yaml": "- {id: xx_visit, title: V, groups: [@@secrets], source: S1}\n"}),
    ("A018", {"consents.yaml": "- {id: xx_visit, title: V, recipients: [@@neighbours], source: S1}\n"}),
    ("A025", {"consents.yaml": "- {id: xx_visit, title: V, forms: [@@shouted], source: S1}\n"}),
    ("A022", {"consents.yaml": "- {id: xx_visit, title: V, texts: {v1: [en, @@french]}, source: S1}\n"}),
    ("A008", {"documents.yaml": "- {id: xx_paper, title: P, issuer: A town, validity: trip, request_by: {days: 1, before: @@1e999}, source: S1}\n"}),
    ("A001", {"risks.yaml": "- {id: xx_risk, title: R, text: T, when: @@nothing, source: S1}\n"}),
    ("A001", step("not_before: {days: 1, after: return_intention, unless: @@nothing}")),
    ("A002", step("when: @@{turns_18_on: {before: planned_departure}}")),
    ("A002", step("after: [return_intention], when: @@{chosen_name: Efe}")),
    ("A002", step("when: @@{is_child: {before: 2026-03-01}}")),
    ("A002", step("when: @@{weeks_pregnant: {at_least: many}}")),
    ("A002", step("when: @@{turns_18_on: {at_least: 3}}")),
    ("A002", step("when: @@{is_child: 'yes'}")),
    ("A002", step("when: @@{host_country: [BE, XQ]}")),
    ("A002", step("when: @@{arrival_place: [ACCC]}")),
    ("A002", step("when: @@{phase: departure}")),
    ("A002", step("after: [@@age_status]")),  # no yes/no fact, so it is never true
    ("A002", {"steps.yaml": f"- {{id: xx_a, {STEP}, results: {{ok: {{sets: {{xx_b: @@maybe}}}}}}}}\n",
              "facts.yaml": "- {id: xx_b, title: B, type: bool, source: S1}\n"}),
    ("A007", {"steps.yaml": "- {tighten: return_consent, not_before: {days: 0, after: @@arrived}, source: S1}\n"}),
    ("A007", step("window: {from: {days: 1}, after: @@arrival_reception}")),
    ("A007", {"steps.yaml": f"- {{id: xx_a, {STEP}, gate: none, after: [arrived]}}\n- {{id: xx_b, {STEP}, gate: none, after: [xx_a]}}\n"
                            f"- {{id: xx_c, {STEP}, after: [@@xx_b]}}\n"}),
    ("A001", step("rests_on: @@travel.colour")),
    ("A001", step("rests_on: @@is_child")),  # it follows from another
    ("A026", step("rests_on: @@xx_step")),
    ("A028", {"steps.yaml": "- {tighten: options_counselling, rests_on: @@[pregnant], source: S1}\n"}),
    ("A029", {"facts.yaml": "- {id: xx_a, title: A, type: code, values: [b, c], tells: place_of_return, source: S1}\n"
                            "- {id: xx_b, title: A, type: code, values: [b, c], tells: @@place_of_return, source: S1}\n"}),
    ("A030", renamed("facts: {xx_a: {b: @@c}}")),
    ("A035", register("fields: {of: {type: entry, register: @@plan_itm}}")),
    ("A036", step("instrument: @@nees")),
    ("A038", register("fields: {of: {type: text}}", states="{open: {title: Open, needs: [@@so]}}")),
    ("A038", register("called_by: [@@so]")),
    ("A037", register("not_at_closing: [@@opn]")),
    ("A037", register("fields: {on: {type: date, due: {while: [@@runs], ask: A}}}")),  # it would never be asked
    ("A037", {"registers.yaml": "- {tighten: service, source: S1, fields: {xx_on: {title: On, type: date, due: {while: [@@runs], ask: A}}}}\n"}),
    ("A038", register("fields: {on: {type: date, due: {ends_with: @@so, ask: A}}}")),
    ("A038", register("fields: {on: {type: date, due: {before: @@medicine.called, unless: [open], ask: A}}}")),  # no day
    ("A037", register("fields: {on: {type: date, due: {before: medicine.last_day, unless: [@@so], ask: A}}}")),
    ("P005", register("fields: {on: {type: date, due: @@{before: medicine.last_day, ask: A}}}")),
    ("P005", register("fields: {on: {type: date, due: @@{unless: [open], ask: A}}}")),
    ("P005", register("fields: {on: {type: date, due: @@{before: medicine.last_day, unless: [open], while: [open], ask: A}}}")),
    ("P005", register("fields: {how: @@{type: code, values: [a], due: {answers: [b], otherwise: 7, ask: A}}}")),
    ("P005", register("fields: {how: @@{type: code, values: [a], due: {ask: A}}}")),  # on no day
    ("P005", register("fields: {how: @@{type: code, values: [a], of_person: [b]}}")),
    ("A037", register("", states="{open: {title: Open}, over: {title: Over, from: @@opn}}")),
    ("A037", register("", states="{open: {title: Open}, over: {title: Over, after_another: @@opn}}")),
    # Another would have seen it only where something is so that never is.
    ("A038", register("", states="{open: {title: Open}, over: {title: Over, after_another: open, another_where: {so: @@[a]}}}")),
    ("A002", register("fields: {how: {type: code, values: [a]}}",
                      states="{open: {title: Open}, over: {title: Over, after_another: open, another_where: {how: @@[b]}}}")),
    ("A038", register("fields: {how: {type: text}}",
                      states="{open: {title: Open}, over: {title: Over, after_another: open, another_where: {how: @@[b]}}}")),
    ("A002", register("fields: {how: {type: code, values: [a]}}, at_closing: {states: [open], answers: {how: @@[b]}}")),
    ("C006", register("at_closing: {states: [open], instead: @@closure_review.nothing_seen}")),
    ("A038", register("fields: {sum: {type: money}, back: {type: code, values: [a]}}, counts: {into: @@of, whole: granted, amount: sum, took: sum,\n"
                      "   back: {back: a}, promised: open, paid: open, proved: open}")),
    ("P005", register("fields: {of: @@{type: entry}}")),
    ("P005", {"registers.yaml": "- {tighten: service, source: S1, fields: {xx_of: @@{title: Of, type: entry}}}\n"}),
    ("P005", register("own: of, fields: {of: {type: party}}", at="@@")),
    ("A033", step("results: {bad: {opens: @@child_unwell}}")),
    ("A034", silent_about("step: @@monitoring_visit, after: planned_arrival")),  # each round has its own day
    ("A034", silent_about("step: @@partner_selection, after: planned_arrival")),  # it has no limit
    ("A034", silent_about("step: @@handover_dossier, after: planned_arrival")),  # it is due before something
    ("C006", silent_about("step: @@arrival_recepton, after: planned_arrival")),
    ("A008", silent_about("step: arrival_reception, after: @@planed_arrival")),
    ("A032", step("when: @@{child_best_interests: positive}")),
    ("A031", renamed("facts: {age_status: @@{old: adult}}")),
    ("A001", renamed("facts: {xx_other: @@{old: new}}")),
    ("A002", renamed("facts: {xx_a: @@{old: new}}")),
    ("C006", renamed("results: {xx_other: @@{old: new}}")),
    ("C007", renamed("results: {xx_step: @@{old: new}}")),
    ("C006", renamed("fields: {xx_step.other: @@{old: new}}")),
    ("A002", renamed("fields: {xx_step.how: @@{old: new}}")),
    ("P007", renamed("steps: @@{xx_old: xx_step}")),
    ("A026", {"steps.yaml": f"- {{id: xx_a, {STEP}, rests_on: @@xx_b}}\n- {{id: xx_b, {STEP}, after: xx_a}}\n"}),
    ("A026", {"steps.yaml": "- {tighten: partner_selection, rests_on: @@travel_plan, source: S1}\n"}),
    ("A026", {"steps.yaml": "- {tighten: return_intention, rests_on: @@receiving_organisation, source: S1}\n"}),
    ("A002", {"facts.yaml": "- {id: xx_a, title: A, type: bool, cautious: @@maybe, source: S1}\n"}),
    ("P005", {"steps.yaml": f"- @@{{id: xx_a, {STEP}, each: party}}\n"}),  # a move would wait for it
    ("P005", {"steps.yaml": f"- @@{{id: xx_a, {STEP}, two_sign: {{for: [care]}}}}\n"}),  # it has no such field
    ("P005", {"steps.yaml": f"- @@{{id: xx_a, {STEP}, sign: [counsellor, risk_assessor], two_sign: {{for: [a]}}, "
                            "fields: {for: {type: codes, group: case, values: [a, b]}}}\n"}),
    ("A004", {"steps.yaml": "- {id: xx_a, title: A, phase: pre_departure, who: @@counsellor, source: S1}\n",
              "incidents.yaml": "- {id: xx_flood, title: F, effect: none, actions: A, source: S1,\n"
                                "   outcomes: {over: {title: O, needs: [xx_a], two_sign: true}}}\n"}),
    ("P005", step("fields: {what: @@{type: rows, group: case, gives_result: wich, columns: {which: {type: bool, group: case}}}}")),
    ("P005", step("fields: {what: @@{type: text, group: case, trust: meet}}")),
    ("P005", step("fields: {what: @@{type: text, group: case, opens: {no: risk_high}}}")),
    ("P005", step("fields: {what: @@{type: rows, group: case, columns: {which: {type: bool, group: case, opens: {no: risk_high}}}}}")),
    ("A002", {"facts.yaml": "- {id: xx_a, title: A, type: code, values: [b, c], unrecorded: @@d, source: S1}\n"}),
    ("A002", {"facts.yaml": "- {id: xx_a, title: A, type: bool, unrecorded: @@maybe, source: S1}\n"}),
    ("A012", step("fields: {what: {type: @@code, group: case, required: true}}")),
    ("A012", step("fields: {what: {type: rows, group: case, columns: {which: {type: @@code, group: case}}}}")),
    ("A021", {"facts.yaml": "- {id: xx_a, title: A, type: bool, derived: @@{any: [is_child, xx_a]}, source: S1}\n"}),
    ("A021", {"facts.yaml": "- {id: xx_a, title: A, type: bool, derived: @@xx_b, source: S1}\n"
                            "- {id: xx_b, title: B, type: bool, derived: {not: xx_a}, source: S1}\n"}),
    ("A022", {"pack.yaml": HEAD.replace("zone", "languages: {pt-BR: P, kri: K, english: @@E}, zone")}),
    ("A022", {"pack.yaml": HEAD.replace("zone", "languages: {xx: @@X}, zone")}),
    ("A023", {"pack.yaml": HEAD.replace("zone", "calendar: @@QQ, zone")}),
    ("A024", {"pack.yaml": HEAD.replace("country: XX", "country: @@EN")}),
    ("P005", {"partners.yaml": "- {id: xx_house, name: A house, does: [house, @@sleep], source: S1}\n"}),
    ("A024", {"partners.yaml": "- {id: xx_house, name: A house, source: S1,\n"
                               "   contacts: [{kind: short_code, value: '116', country: @@UK}]}\n"}),
    ("A017", {"partners.yaml": "- {id: xx_house, name: A house, source: S1,\n"
                               "   contacts: [{kind: short_code, value: '116', country: GB, source: @@S9}]}\n"}),
    ("A001", step("when: @@nobody_has_declared_this")),
    ("A001", step("when: @@{incident: nothing}")),
    ("A002", step("when: @@{age_status: old}")),
    ("A002", step("when: @@{any: [{not: is_child}, {return_review: perhaps}]}")),
    ("A003", {"steps.yaml": f"- {{id: xx_step, {STEP.replace('case_manager_sending', '@@nobody')}}}\n"}),
    ("A004", step("sign: @@[risk_assessor, risk_assessor]")),
    ("A004", {"steps.yaml": "- {id: xx_a, title: A, phase: pre_departure, who: @@counsellor, two_sign: {for: [a]}, source: S1, "
                            "fields: {for: {type: codes, group: case, values: [a, b]}}}\n"}),
    ("A004", {"steps.yaml": "- {id: xx_a, title: A, phase: pre_departure, who: @@counsellor, source: S1}\n",
              "incidents.yaml": "- {id: xx_flood, title: F, effect: none, actions: A, source: S1,\n"
                                "   outcomes: {over: {title: O, needs: [xx_a], two_sign: true}}}\n"}),
    ("A006", {"steps.yaml": f"- {{id: xx_a, {STEP}, after: @@[xx_b]}}\n- {{id: xx_b, {STEP}, after: [xx_a]}}\n"}),
    ("A007", step("after: [@@arrived]")),
    ("A008", step("due: {days: 1, after: @@nothing}")),
    ("A008", step("max_age: {days: 1, at: @@nothing}")),
    ("A009", step("results: {good: {}, bad: {opens: @@nothing}}")),
    ("A009", step("fields: {sure: {type: bool, group: case, opens: {no: @@nothing}}}")),
    ("A010", step("results: @@{bad: {passes: false}}")),
    ("A011", {"facts.yaml": "- {id: xx_a, title: A, type: bool, group: @@secrets, source: S1}\n"}),
    ("A011", step("fields: {seen: {type: bool, group: @@secrets}}")),
    ("A012", {"facts.yaml": "- {id: xx_a, title: A, type: @@code, source: S1}\n"}),
    ("A015", {"steps.yaml": f"- {{id: xx_talk, {STEP}, kind: offered, asks: cooperation}}\n- {{id: xx_help, {STEP}, after: [@@xx_talk]}}\n"}),
    ("A016", {"documents.yaml": "- {id: xx_paper, title: P, issuer: A town, validity: trip, source: S1,\n"
                                "   fee: {amount: 9, currency: EUR, payer: @@programm}}\n"}),
    ("P005", step("asks: @@police")),
    ("A016", {"documents.yaml": "- {id: xx_paper, title: P, issuer: A town, validity: trip, source: S1,\n"
                                "   fee: {amount: 9, currency: EUR, payer: @@person}}\n"}),
    ("A017", {"facts.yaml": "- {id: xx_a, title: A, type: bool, source: [S1, @@S2]}\n"}),
    ("A018", {"places.yaml": "- {id: XXA, name: A town, partners: [@@xx_nobody], source: S1}\n"}),
    ("A020", {"partners.yaml": "- {id: xx_house, name: A house, recipient: @@neighbours, source: S1}\n"}),
    ("A020", {"partners.yaml": "- {id: xx_house, name: A house, recipient: @@person, source: S1}\n"}),
    ("A005", {"steps.yaml": f"- {{id: xx_a, {STEP}, results: {{fit: {{by: @@medical_officer}}}}}}\n"}),  # not among who
    ("A005", {"steps.yaml": "- {id: xx_a, title: A, phase: pre_departure, who: [case_manager_sending, guardian], source: S1,\n"
                            "   results: {yes_: {by: @@guardian}}}\n"}),  # who has no login
    ("A005", {"steps.yaml": f"- {{id: xx_a, {STEP}, sign: [case_manager_sending, risk_assessor],\n"
                            "   results: {yes_: {by: @@case_manager_sending}}}\n"}),  # the other could never sign
    ("C015", {"facts.yaml": "- {id: xx_grown, title: Grown up, type: bool, tells: @@child, unrecorded: false, source: S1}\n"}),
    ("C015", {"consents.yaml": "- {id: xx_share, title: Share, recipients: [partner], asked_by: [case_manager_sending], opens_to: @@[case_manager_sending], source: S1}\n"}),
    ("C015", {"consents.yaml": "- {id: xx_share, title: Share, recipients: [partner], asked_by: [case_manager_sending], opens_part_to: @@{risk: [escort]}, source: S1}\n"}),
    ("C015", {"facts.yaml": "- {id: xx_called, title: Called, type: text, of_person: @@name, group: case, asked_by: [case_manager_sending], source: S1}\n"}),
    ("C015", {"recipients.yaml": "- @@{id: xx_anybody, title: Anybody, source: S1}\n"}),
    ("C016", {"incidents.yaml": "- {id: xx_small, title: Small, aliases: @@[risk_high], effect: none, outcomes: {over: {title: O, needs: [options_counselling]}}, actions: Nothing., source: S1}\n"}),
    ("C023", {"steps.yaml": "- {id: xx_bed, title: B, phase: arrival, instead_of: @@[temporary_accommodation],\n"
              "   after: [arrived, arrival_reception], who: [case_manager_receiving], consent: [assistance_local],\n"
              "   due: {days: 0, after: arrived}, source: S1}\n"}),
    ("C023", {"steps.yaml": "- {id: xx_bed, title: B, phase: follow_up, kind: offered, instead_of: @@[temporary_accommodation], after: [arrived],\n"
              "   who: [case_manager_receiving], consent: [assistance_local], due: {days: 0, after: arrived}, source: S1}\n"}),
    ("C023", {"steps.yaml": "- {id: xx_bed, title: B, phase: arrival, instead_of: @@[temporary_accommodation], after: [arrived],\n"
              "   who: [case_manager_receiving], due: {days: 0, after: arrived}, source: S1}\n"}),
    ("C023", {"steps.yaml": "- {id: xx_bed, title: B, phase: arrival, instead_of: @@[temporary_accommodation], after: [arrived],\n"
              "   who: [case_manager_receiving], consent: [assistance_local], due: {days: 3, after: arrived}, source: S1}\n"}),
    ("C022", {"incidents.yaml": "- {id: xx_flood, title: F, effect: none, actions: A, source: S1,\n"
                                "   outcomes: {over: {title: O, needs: [options_counselling, @@medif]}}}\n"}),  # a paper that was held before
    ("C022", {"incidents.yaml": "- {id: xx_flood, title: F, effect: none, actions: A, source: S1,\n"
                                "   outcomes: {over: {title: O, needs: [{any: [person_reached, @@has_passport]}]}}}\n"}),
    ("C022", {"incidents.yaml": "- {id: xx_flood, title: F, effect: none, actions: A, source: S1,\n"
                                "   outcomes: {over: {title: O, needs: [@@departed]}}}\n"}),
    ("C017", {"steps.yaml": f"- {{id: xx_a, {STEP}, results: {{yes_: {{sets: {{age_status: @@adult}}}}}}}}\n"}),
    ("P005", {"incidents.yaml": "- @@{id: xx_end, title: E, effect: none, actions: A, source: S1}\n"}),
    ("P005", {"incidents.yaml": "- {id: xx_end, title: E, effect: none, actions: A, source: S1,\n"
                                "   outcomes: {over: @@{title: O}}}\n"}),
    ("P005", {"incidents.yaml": "- @@{id: xx_end, title: E, effect: none, actions: A, source: S1,\n"
                                "   outcomes: {over: {title: O, phases: [travel], needs: [travel_plan]}}}\n"}),
    ("P005", {"incidents.yaml": "- @@{id: xx_end, title: E, never_ends: true, effect: none, actions: A, source: S1}\n"}),
    ("C017", {"incidents.yaml": "- {id: xx_small, title: Small, effect: none, outcomes: {over: {title: O, needs: [options_counselling]}}, actions: Nothing., source: S1,\n"
                                "   sets: {safe_place_tonight: @@true}}\n"}),
    ("C017", {"steps.yaml": f"- {{id: xx_a, {STEP}, results: {{yes_: {{sets: {{extended_followup: @@false}}}}}}}}\n"}),  # only true
    ("C017", step("fields: {sure: {type: bool, group: case, opens: {no: @@age_dispute}}}")),
    ("C017", {"steps.yaml": f"- {{id: xx_a, {STEP}, results: {{yes_: {{sets: {{extended_followup: @@1}}}}}}}}\n"}),
    ("C019", {"steps.yaml": f"- {{id: xx_a, {STEP}, results: {{yes_: {{sets: {{is_child: @@false}}}}}}}}\n"}),
    ("C012", {"steps.yaml": f"- {{id: xx_a, {STEP}, help: @@'It ends after {{clearance_max_aeg}}.'}}\n"}),
    ("C012", {"steps.yaml": f"- {{id: xx_a, {STEP}, max_age: {{limit: @@fit_chek_max_age}}}}\n"}),
    ("C012", {"steps.yaml": "- {tighten: risk_recheck, max_age: {limit: @@risk_signatures}, source: S1}\n"}),
    ("C019", {"steps.yaml": f"- {{id: xx_a, {STEP}, results: {{yes_: {{sets: {{xx_b: @@true}}}}}}}}\n",
              "facts.yaml": "- {id: xx_b, title: B, type: bool, derived: is_child, source: S1}\n"}),
    ("C018", {"steps.yaml": "- {tighten: pre_return_risk_assessment, source: S1,\n"
                            "   fields: {own_view: @@{type: bool, group: risk}}}\n"}),
    ("A039", {"steps.yaml": f"- {{id: xx_a, {STEP}, fields: {{xx_b: @@{{type: party, group: plan, under: share_partner}}}}}}\n"}),
    ("A039", {"steps.yaml": f"- {{id: xx_a, {STEP}, fields: {{xx_b: @@{{type: money, group: money}}}}}}\n"}),
    ("A040", {"instruments.yaml": "- {id: xx_i, title: I, version: '1', owner: O, opening: O, screen: plan, group: plan, source: S1,\n"
                                  "   questions: {a: {ask: A}}, licence: @@{name: Theirs, may: [translate]}}\n"}),
    ("P005", {"instruments.yaml": "- {id: xx_i, title: I, version: '1', owner: O, opening: O, screen: plan, group: plan, source: S1,\n"
                                  "   questions: {a: {ask: A}}, licence: {name: MIT, may: ship}, bands: [{title: low, below: @@0.3}]}\n"}),
    ("A037", {"steps.yaml": f"- {{id: xx_a, {STEP}, when: @@{{entries: {{service: [nosuch]}}}}}}\n"}),
    ("A038", {"steps.yaml": f"- {{id: xx_a, {STEP}, when: @@{{entries: {{service: {{in: [running], nosuch: [x]}}}}}}}}\n"}),
    ("A037", {"steps.yaml": f"- {{id: xx_a, {STEP}, when: @@{{entries: {{service: [reached]}}}}}}\n"}),  # an aim is reached
    ("A038", {"steps.yaml": f"- {{id: xx_a, {STEP}, when: @@{{entries: {{service: {{in: [running], covers: [all]}}}}}}}}\n"}),  # work covers
    ("A002", {"steps.yaml": f"- {{id: xx_a, {STEP}, when: @@{{entries: {{service: {{in: [ended], ended_how: [lost]}}}}}}}}\n"}),
    ("A038", {"steps.yaml": f"- {{id: xx_a, {STEP}, when: @@{{entries: {{plan_item: {{in: [open], aim: [a room]}}}}}}}}\n"}),  # words
    ("A035", {"steps.yaml": f"- {{id: xx_a, {STEP}, when: @@{{entries: {{any: [running]}}}}}}\n"}),
    ("C010", step("done_by: {enter: @@any}")),
    ("A037", step("done_by: {update: service, status: @@reached}")),
    ("C010", step("done_by: @@{update: service}")),  # of no state: it would never be done
    ("C010", step("done_by: @@{assign: guardian, status: done}")),
    ("A041", step("done_by: {enter: service}, sign: @@[case_manager_sending, risk_assessor]")),
    ("A041", {"steps.yaml": "- {id: xx_a, title: A, phase: pre_departure, who: [case_manager_sending, risk_assessor], source: S1,\n"
                            "   done_by: {enter: service}, fields: {xx_b: {type: codes, values: [a], group: case}}, two_sign: @@{xx_b: [a]}}\n"}),
    ("A041", step("done_by: {enter: service}, instrument: @@needs")),
    ("A041", step("done_by: {enter: service}, inform_first: @@true")),
    ("A041", step("done_by: {enter: service}, each: @@child")),
    ("A041", step("done_by: {enter: service}, rounds: @@{at_least: 2, confidence: own_choice}")),
    ("A041", step("done_by: {enter: service}, rounds: @@{xx_first: {days: 3, after: arrived}}")),
    ("A041", step("done_by: {enter: service}, fields: {xx_b: @@{type: bool, group: case, required: true}}")),
    ("A041", step("done_by: {enter: service}, results: {xx_b: @@{title: B, by: case_manager_sending}}")),
    ("A041", {"steps.yaml": "- {tighten: travel_plan, source: S1,\n"
                            "   fields: {xx_b: @@{title: B, type: bool, group: travel, required: true}}}\n"}),
    ("C024", {"steps.yaml": f"- {{id: xx_a, {STEP}, instrument: needs, results: @@{{xx_b: {{title: B, needs_fields: [xx_c]}}}}}}\n"}),
    ("A019", {"rules.yaml": "- {id: XX-01, title: A rule, on: [depart, @@fly], check: wings, revision: 1, source: S1}\n"}),
    ("A019", a_rule_on("@@complete:no_such_step")),
    ("A019", a_rule_on("@@resume:return_consent")),
    ("A019", a_rule_on("@@consent:everything")),
    ("A019", a_rule_on("@@record:nothing")),
    ("A019", a_rule_on("@@record:is_child")),  # it follows from others: nobody records it
    ("A019", a_rule_on("@@contact:anybody")),
    ("A019", a_rule_on("@@involve:neighbour")),
    ("A019", a_rule_on("@@move:depart")),
    # --- what is asked for beside the rounds
    ("P005", {"steps.yaml": f"- @@{{id: xx_a, {STEP}, rounds: {{m1: {{days: 3, after: prepared}}}}, extra_due: {{weeks: 1, after: incident}}}}\n"}),
    ("P005", step(BESIDE + "extra_due: [@@{weeks: 1}]")),
    ("P005", step(BESIDE + "extra_due: [@@{weeks: 1, after: incident, when: is_child}]")),
    ("P005", step(BESIDE + "extra_due: [{weeks: 1, after: @@accident}]")),
    ("A001", step(BESIDE + "extra_due: {weeks: 1, when: @@{incident: risk_hihg}}")),
    ("A001", step(BESIDE + "extra_due: [{weeks: 1, when: @@{post_arrival_risk_assesment: low}}]")),
    ("C012", step(BESIDE + "extra_due: {limit: @@fit_chek_max_age, after: incident}")),
    # --- figures and words that no calendar and no file can hold
    ("P005", step("due: {days: @@10001, after: prepared}")),
    ("P005", step(f"due: {{months: @@{10**40}, after: prepared}}")),
    ("P005", {"incidents.yaml": "- {id: xx_small, title: Small, effect: none, outcomes: {over: {title: O, needs: [options_counselling]}}, actions: Nothing., source: S1,\n"
                                "   contacts_due: [{days: @@999999999}]}\n"}),
    ("P005", {"documents.yaml": "- {id: xx_paper, title: P, issuer: A town, validity: issue, max_days: @@99999999, source: S1}\n"}),
    ("P005", {"documents.yaml": "- {id: xx_paper, title: P, issuer: A town, validity: issue, max_days: @@0, source: S1}\n"}),
    ("P005", {"limits.yaml": f"- {{tighten: lost_contact_attempts, count: @@{10**20}, source: S1}}\n"}),
    ("P005", {"limits.yaml": "- @@{tighten: clearance_max_age, span: {limit: fit_check_max_age}, source: S1}\n"}),
    ("P005", {"rules.yaml": f"- {{id: XX-01, title: A rule, on: depart, check: wings, revision: @@{10**20}, source: S1}}\n"}),
    ("P005", {"pack.yaml": HEAD.replace("UTC", "@@Europe")}),  # a folder of zones
    ("P005", {"pack.yaml": HEAD.replace("UTC", "@@" + "a" * 3000)}),
    ("P005", {"identifiers.yaml": "- {id: xx_number, title: N, of: [], pattern: @@'a{99999999999}', severity: warn, source: S1}\n"}),
    ("A001", {"facts.yaml": "- {id: xx_a, title: A, type: bool, until: {has_passport: @@true}, source: S1}\n"}),
    ("A002", {"facts.yaml": "- {id: xx_a, title: A, type: bool, until: @@{turns_18_on: [a, b]}, source: S1}\n"}),
    ("A002", {"facts.yaml": "- {id: xx_a, title: A, type: date, unrecorded: @@2026-02-01Tsoon, source: S1}\n"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files"), ONE_PACK, ids=[f"{code}-{n}" for n, (code, _) in enumerate(ONE_PACK)])
def test_one_mistake_gives_exactly_one_fault_at_its_place(tmp_path, code, files):
    fault = fault_at_the_mark(tmp_path / "invented", files)

    assert fault.code == code
    assert fault.what
    assert fault.fix
    assert str(fault).startswith(f"{fault.file}:{fault.line}:{fault.column}: {code} ")


def test_a_number_that_is_too_long_for_a_file_is_kept_as_it_is_written(tmp_path):
    a_pack(tmp_path, {"facts.yaml": f"- {{id: xx_a, title: A, type: number, unrecorded: {10**30}, source: S1}}\n"})

    _, process = check_folder(tmp_path)

    assert process.facts["xx_a"].unrecorded == str(10**30)


def test_a_limit_can_be_named_wherever_a_time_is_written(tmp_path):
    named = "- {id: xx_small, title: Small, effect: none, outcomes: {over: {title: O, needs: [options_counselling]}}, actions: Nothing., source: S1, review: {limit: fit_check_max_age}}\n"
    a_pack(tmp_path, {"incidents.yaml": named})

    _, process = check_folder(tmp_path)

    assert process.incidents["xx_small"].review == process.span("fit_check_max_age")


def test_a_limit_can_be_named_for_what_is_asked_beside_the_rounds(tmp_path):
    a_pack(tmp_path, step(BESIDE + "extra_due: [{limit: fit_check_max_age, after: incident}]"))

    _, process = check_folder(tmp_path)

    assert [one.span for one in process.steps["xx_step"].extra_due] == [process.span("fit_check_max_age")]


def test_a_folder_without_a_head_is_no_pack(tmp_path):
    (fault,) = faults_of(tmp_path)

    assert (fault.code, fault.file, fault.line) == ("P001", str(tmp_path / "pack.yaml"), 1)


def test_a_gate_that_waits_for_what_comes_after_it_is_found(tmp_path):
    place = a_pack(tmp_path, step("after: [@@departed]"))

    faults = faults_of(tmp_path)

    assert "A007" in {fault.code for fault in faults}
    assert {(fault.file, fault.line, fault.column) for fault in faults if fault.code == "A007"} == {place}


# --- faults of several packs together ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "host"),
    [
        ("C001", {"pack.yaml": HOST.replace("role: host", "role: @@origin")}),
        ("C003", {"pack.yaml": HOST.replace("country: XH", "country: XX")}),
        ("C004", {"pack.yaml": HOST.replace("id: invented_host", "id: invented")}),
    ],
)
def test_packs_that_cannot_go_together_are_told(tmp_path, code, host):
    a_pack(tmp_path / "origin", {})
    a_pack(tmp_path / "host", host)

    process, faults = composed([read_pack(CORE), read_pack(tmp_path / "host"), read_pack(tmp_path / "origin")])

    assert process is None
    assert code in {fault.code for fault in faults}
    assert all(Path(fault.file).name == "pack.yaml" for fault in faults)


def test_an_id_that_another_pack_has_is_not_taken_again(tmp_path):
    rule = "- {id: @@XX-01, title: A rule, on: depart, check: wings, revision: 1, source: S1}\n"
    a_pack(tmp_path / "host", {"pack.yaml": HOST, "rules.yaml": rule})
    place = a_pack(tmp_path / "origin", {"rules.yaml": rule})

    _, (fault,) = composed([read_pack(CORE), read_pack(tmp_path / "host"), read_pack(tmp_path / "origin")])

    assert (fault.code, (fault.file, fault.line, fault.column)) == ("C005", place)


def test_two_countries_without_any_travel_document_cannot_start(tmp_path):
    a_pack(tmp_path / "host", {"pack.yaml": HOST})
    a_pack(tmp_path / "origin", {})
    core = shutil.copytree(CORE, tmp_path / "core")
    documents = (core / "documents.yaml").read_text()
    (core / "documents.yaml").write_text(documents.replace("satisfies: [travel_document]", "satisfies: []"))
    packs = [read_pack(core), read_pack(tmp_path / "host"), read_pack(tmp_path / "origin")]

    faults = all_faults_of(packs)

    assert {fault.code for fault in faults} == {"A013"}
    assert {Path(fault.file).name for fault in faults} == {"steps.yaml"}


# --- faults of the core itself -----------------------------------------------------------------------------------


def faults_of_core(folder: Path, file: str, old: str, new: str) -> list[PackFault]:
    """Change one thing in a copy of the core, and give what the analysis finds."""
    core = shutil.copytree(CORE, folder / "core")
    text = (core / file).read_text()
    assert old in text
    (core / file).write_text(text.replace(old, new))
    packs = [read_pack(core), stranger("host"), stranger("origin")]
    return all_faults_of(packs)


def test_the_core_as_it_is_has_no_fault(tmp_path):
    assert faults_of_core(tmp_path, "pack.yaml", "version: 0.1.0", "version: 0.1.0") == []


def test_a_core_that_tells_people_apart_is_refused(tmp_path):
    line = "- id: legal_counselling\n"
    faults = faults_of_core(tmp_path, "steps.yaml", line, line + "  when: {sex: female}\n")

    apart = [fault for fault in faults if fault.code == "A014"]
    assert {fault.code for fault in faults} <= {"A001", "A014"}  # the core has no such fact either
    assert len(apart) == 1
    text = (tmp_path / "core" / "steps.yaml").read_text().splitlines()
    assert text[apart[0].line - 1][apart[0].column - 1 :] == "{sex: female}"


def test_a_step_that_nobody_can_do_is_refused(tmp_path):
    faults = faults_of_core(tmp_path, "roles.yaml", "manager: true", "manager: false")

    assert {fault.code for fault in faults} == {"A005"}
    assert all(fault.what.startswith("nobody can do") for fault in faults)


# --- several at once ---------------------------------------------------------------------------------------------


def test_all_faults_of_form_come_in_one_run(tmp_path):
    a_pack(
        tmp_path,
        {
            "facts.yaml": "- {id: a, title: A, type: bool, source: S1}\n- {id: xx_b, title: B, type: boolean}\n",
            "steps.yaml": "- id: xx_a\n\ttitle: A\n",
            "steps.yml": "[]\n",
        },
    )

    faults = faults_of(tmp_path)

    assert sorted(fault.code for fault in faults) == ["P002", "P003", "P005", "P006", "P009"]
    assert list(faults) == sorted(faults)  # in the order of files and lines


def test_all_faults_of_meaning_come_in_one_run(tmp_path):
    a_pack(
        tmp_path,
        {
            "steps.yaml": f"- {{id: xx_a, {STEP}, after: [nothing], consent: [everything]}}\n"
            "- {tighten: risk_recheck, max_age: {days: 4, at: planned_departure}, source: S1}\n",
            "limits.yaml": "- {tighten: nothing, count: 1, source: S1}\n",
        },
    )

    assert sorted(fault.code for fault in faults_of(tmp_path)) == ["C006", "C008", "C011", "C012"]


def test_all_faults_of_the_whole_come_in_one_run(tmp_path):
    a_pack(
        tmp_path,
        {
            "steps.yaml": f"- {{id: xx_a, {STEP}, when: nothing}}\n- {{id: xx_b, {STEP}, results: {{bad: {{passes: false}}}}}}\n",
            "facts.yaml": "- {id: xx_fact, title: F, type: code, group: secrets, source: S9}\n",
        },
    )

    assert sorted(fault.code for fault in faults_of(tmp_path)) == ["A001", "A010", "A011", "A012", "A017"]


def test_a_fault_that_is_found_twice_is_told_once():
    fault = PackFault("facts.yaml", 1, 1, "P005", "something", "Mend it.")

    error = broken("invented", [fault, fault])

    assert error.faults == (fault,)
    assert "1 fault." in error.what


# --- plugins -----------------------------------------------------------------------------------------------------

OTHER_HEAD = "{id: invented_2, title: Invented, version: 0.1.0, role: origin, country: XY, prefix: xy_, zone: UTC}\n"
RULE = "- {id: XX-01, title: R, on: depart, check: a, revision: 1, source: S1}\n"
CHECKS = HOOKS + "@hookimpl\ndef wayhome_check(rule):\n    return None\n"


@pytest.mark.parametrize(
    ("word", "head", "what"),
    [
        ("country", OTHER_HEAD.replace("XY", "XX"), "country and role, origin XX"),
        ("id", OTHER_HEAD.replace("invented_2", "invented"), "id, invented"),
        ("prefix", OTHER_HEAD.replace("xy_", "xx_"), "prefix, xx_"),
        ("rule", OTHER_HEAD.replace("origin", "host").replace("XY", "XX"), "rule id, XX-01"),
    ],
)
def test_of_two_plugins_that_call_something_the_same_both_are_refused(tmp_path, monkeypatch, word, head, what):
    names = f"wayhome_first_{word}_of_xx", f"wayhome_second_{word}_of_xx"
    first = plant(tmp_path, names[0], CHECKS, {"pack.yaml": HEAD, "rules.yaml": RULE})
    rules = {"rules.yaml": RULE} if word == "rule" else {}
    second = plant(tmp_path, names[1], CHECKS, {"pack.yaml": head, **rules})
    monkeypatch.syspath_prepend(tmp_path)

    plugins = {plugin.name: plugin for plugin in Packs.installed().plugins}

    for package, other in ((first, second), (second, first)):
        (fault,) = plugins[package.name].problem.faults
        assert (fault.code, fault.file) == ("P027", str(package / ("rules.yaml" if word == "rule" else "pack.yaml")))
        assert fault.what == f"the plugin '{other.name}' has the same {what}"


def test_a_shape_that_composing_does_not_know_is_a_fault_of_the_pack(tmp_path, monkeypatch):
    def fails(packs):
        raise TypeError

    a_pack(tmp_path, {})
    monkeypatch.setattr("wayhome.packs.plugins.composed", fails)

    (fault,) = faults_of(tmp_path)

    assert (fault.code, fault.file) == ("P029", str(tmp_path / "pack.yaml"))
    assert "TypeError" in fault.what


def test_who_asks_for_a_refused_country_is_told_its_faults(tmp_path, monkeypatch):
    facts = "- {id: a, title: A, type: bool, source: S1}\n"
    plant(tmp_path, "wayhome_refused_xx", HOOKS, {"pack.yaml": HEAD, "facts.yaml": facts})
    monkeypatch.syspath_prepend(tmp_path)
    packs = Packs.installed()

    with pytest.raises(PackBroken, match="P009"):
        packs.for_country("origin", "XX")
    with pytest.raises(NotFound, match="wayhome_refused_xx"):
        packs.for_country("origin", "XZ")


# --- the codes ---------------------------------------------------------------------------------------------------


def test_every_code_of_the_packs_has_a_test():
    source = "".join(file.read_text() for file in Path(CORE.parent / "packs").rglob("*.py"))
    codes = {f"{letter}{n:03}" for letter in "PCA" for n in range(100) if f'"{letter}{n:03}"' in source}
    tests = "".join(file.read_text() for file in (Path(__file__), Path(test_planted_plugins.__file__)))

    assert len(codes) > 40
    assert {code for code in codes if not re.search(f'"{code}[" ]', tests)} == set()
