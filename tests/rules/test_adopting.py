"""What stands against adopting a newer process: it goes forward, nothing that the case holds is lost, and what asks for less is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from wayhome.model.actor import Actor
from wayhome.model.case import Assignment, ConsentRecord, DocumentRecord, FactRecord, IncidentRecord
from wayhome.packs.kinds.about import Renamed
from wayhome.packs.kinds.facts import Fact
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.roles import Role
from wayhome.packs.kinds.steps import Result, Step
from wayhome.packs.process import Process
from wayhome.testing.builders import Ready

from tests.rules.cases import ANNA, asked, proposed, told, unmet

LEADER = Actor("lea", "invented_house", {"programme_manager"})
STAY = "stay with the process of this case"


def later(process: Process, **versions: str) -> dict[str, Any]:
    """The packs of a process, each in a newer version, or in the one that is named."""
    return {pack: {**made, "version": versions.get(pack, "9.9.9")} for pack, made in process.made_of.items()}


def newer_than(ready: Ready, **changes: Any) -> Process:
    """A newer process that differs so from the one of the case."""
    return replace(ready.process, **{"digest": "f" * 64, "made_of": later(ready.process), **changes})


def rebased(ready: Ready, *, actor: Actor = LEADER, **newer: Any) -> list[tuple[str, str, str, str]]:
    """What stands in the way of it."""
    process = newer_than(ready, **newer)
    return told(ready, "rebase", digest=process.digest, newer=process, actor=actor)


def without(ready: Ready, kind: str, *ids: str) -> dict[str, Any]:
    """The entries of a newer process that knows these no more."""
    entries = dict(getattr(ready.process, kind))
    gone = type(entries[ids[0]])
    return {"kinds": {**ready.process.kinds, gone: {id: one for id, one in entries.items() if id not in ids}}}


def changed(ready: Ready, entry: Any, **says: Any) -> dict[str, Any]:
    """The entries of a newer process in which one says something else."""
    kind = type(entry)
    entries = {**ready.process.kinds[kind], entry.id: replace(entry, **says)}
    return {"kinds": {**ready.process.kinds, kind: entries}}


def test_a_newer_process_for_the_same_return_is_taken(ready: Ready) -> None:
    assert rebased(ready) == []


def test_the_same_process_is_not_taken_again(ready: Ready) -> None:
    same = ("INPUT", "digest", "the case runs under this process already", "nothing is to be done")

    assert rebased(ready, digest=ready.case.digest) == [same]


@pytest.mark.parametrize("other", [{"host_country": "NL"}, {"origin_country": "BR"}])
def test_a_process_for_other_countries_is_not_taken(ready: Ready, other: dict[str, str]) -> None:
    assert rebased(ready, **other) == [
        ("INPUT", "digest", "that process is for other countries", "take the one for this case")
    ]


@pytest.mark.parametrize(
    ("kind", "ids", "begun"),
    [
        ("steps", ["safety_plan", "options_counselling"], ["options_counselling", "safety_plan"]),
        ("steps", ["monitoring_visit"], []),  # it was not begun
        ("documents", ["ng_passport"], ["ng_passport"]),
        ("documents", ["ng_etc"], []),
        ("incidents", ["complaint"], ["complaint"]),
        ("incidents", ["risk_high", "hospital"], []),  # that is over
        ("facts", ["sex", "has_passport"], ["has_passport"]),
    ],
)
def test_nothing_that_was_begun_is_lost_with_a_newer_process(
    ready: Ready, kind: str, ids: list[str], begun: list[str]
) -> None:
    over = IncidentRecord(70, "risk_high", "blocked", "pre_departure", ready.at, resolved_at=ready.at)
    case = ready.but(incidents=(over, IncidentRecord(71, "complaint", "none", "pre_departure", ready.at)))
    case = case.but(
        documents={"ng_passport@child-1": DocumentRecord("ng_passport", "held", ready.at, 72, of="child-1")}
    )

    found = rebased(case, **without(ready, kind, *(id for id in ids if id in getattr(ready.process, kind))))

    fact = f"these were begun, and the newer process does not know them: {', '.join(begun)}"
    assert found == [("INPUT", "digest", fact, "stay with the process of this case")] * bool(begun)


def test_a_process_is_adopted_when_it_is_written_down(ready: Ready) -> None:
    """Else what happened before would be judged by what nobody knew then: a departure, by one that asks for less."""
    newer = newer_than(ready)
    earlier = ready.at - timedelta(hours=1)

    found = told(ready, "rebase", digest=newer.digest, newer=newer, actor=LEADER, at=earlier, now=ready.at)

    assert found == [("INPUT", "at", "a process is adopted when that is written down", "leave the time out")]


# --- forward ----------------------------------------------------------------------------------------------------------


def test_no_case_goes_back_to_an_older_process(ready: Ready) -> None:
    older = later(ready.process, nigeria="0.0.9")

    fact = "in that process these packs are older than in that of the case: nigeria"
    assert rebased(ready, made_of=older) == [("INPUT", "digest", fact, STAY)]


def test_a_pack_that_changed_has_a_new_version(ready: Ready) -> None:
    made = ready.process.made_of
    other = {**later(ready.process), "nigeria": {**made["nigeria"], "digest": "0" * 64}}

    fact = "these packs were changed without a new version: nigeria"
    todo = "have their authors give them a new version"
    assert rebased(ready, made_of=other) == [("INPUT", "digest", fact, todo)]


def test_one_pack_at_least_is_newer(ready: Ready) -> None:
    fact = "no pack of that process is newer than that of the case"

    assert rebased(ready, made_of=ready.process.made_of) == [("INPUT", "digest", fact, STAY)]
    assert rebased(ready, made_of={**ready.process.made_of, "nigeria": later(ready.process)["nigeria"]}) == []


def test_a_process_that_was_stored_before_versions_were_is_older_than_any(ready: Ready) -> None:
    unknown = replace(ready, process=replace(ready.process, made_of={}))

    assert rebased(unknown, made_of=ready.process.made_of) == []
    assert [fact for _, _, fact, _ in rebased(ready, made_of={})] == [
        "in that process these packs are older than in that of the case: belgium, core, nigeria"
    ]


# --- what the case holds -------------------------------------------------------------------------------------------------

DONE_BEFORE = "stay with the process of this case; the authors of its packs can say in 'renamed' what it is called now"


def lost(ready: Ready, **newer: Any) -> list[tuple[str, str]]:
    found = [(rule, (subject, fact)) for rule, subject, fact, todo in rebased(ready, **newer) if todo == DONE_BEFORE]
    assert {rule for rule, _ in found} <= {"INPUT"}
    return [one for _, one in found]


def of_region(ready: Ready, *values: str, type: str = "code", held: Any = "northern") -> tuple[Ready, dict[str, Any]]:
    """A case that holds a value of a fact, and a newer process in which this has other values."""
    fact = Fact(id="ng_region", title="Region", type="code", values=("northern", "south"), source=("OC",))
    facts = {**ready.process.facts, fact.id: fact}
    labels = {**ready.process.labels, "facts": {**ready.process.labels["facts"], "ng_region": {"title": "Region"}}}
    case = replace(ready, process=replace(ready.process, kinds={**ready.process.kinds, Fact: facts}, labels=labels))
    return case.with_fact("ng_region", held), changed(case, fact, values=values, type=type)


@pytest.mark.parametrize(
    ("values", "type", "held", "is_lost"),
    [
        (("northern", "south", "east"), "code", "northern", False),
        (("north", "south"), "code", "northern", True),
        (("north", "south"), "code", "south", False),  # this case does not hold what is gone
        (("north", "south"), "code", None, False),  # it was asked, and nobody knew
        (("north", "south"), "codes", ("south", "northern"), True),
        ((), "bool", "northern", True),
        ((), "date", "northern", True),
    ],
)
def test_a_value_that_the_case_holds_is_not_lost(
    ready: Ready, values: tuple[str, ...], type: str, held: Any, is_lost: bool
) -> None:
    case, newer = of_region(ready, *values, type=type, held=held)

    said = ("ng_region", "the newer process does not know what this case says of 'Region'")
    assert lost(case, **newer) == [said] * is_lost


def test_what_is_known_of_who_travels_along_is_not_lost_either(ready: Ready) -> None:
    case, newer = of_region(ready, "north", "south", held="south")
    along = case.but(facts_of={"ng_region@child-1": FactRecord("northern", ready.at, 70)})
    facts = {id: one for id, one in ready.process.facts.items() if id != "ng_region"}
    gone = {"kinds": {**ready.process.kinds, Fact: facts}}

    said = ("ng_region", "the newer process does not know what this case says of 'Region'")
    assert lost(case, **newer) == []
    assert lost(along, **newer) == [said]
    only = along.without_fact("ng_region")
    fact = "these were begun, and the newer process does not know them: ng_region"
    assert ("INPUT", "digest", fact, STAY) in rebased(only, **gone)


def test_a_value_with_a_new_name_is_not_lost(ready: Ready) -> None:
    case, newer = of_region(ready, "north", "south")

    assert lost(case, **newer, renamed=Renamed(facts={"ng_region": {"northern": "north"}})) == []
    assert lost(case, **newer, renamed=Renamed(facts={"ng_region": {"south": "north"}})) != []
    assert lost(case, **newer, renamed=Renamed(facts={"ng_region": {"northern": "elsewhere"}})) != []


@pytest.mark.parametrize(
    ("results", "names", "is_lost"),
    [
        (("go", "go_with_conditions", "no_go"), {}, False),
        (("yes", "no_go"), {}, True),
        (("yes", "no_go"), {"go": "yes"}, False),
        ((), {}, True),
    ],
)
def test_a_result_that_the_case_holds_is_not_lost(
    ready: Ready, results: tuple[str, ...], names: dict[str, str], is_lost: bool
) -> None:
    step = ready.process.steps["return_review"]
    newer = changed(ready, step, results={code: Result() for code in results})

    found = lost(ready, **newer, renamed=Renamed(results={"return_review": names} if names else {}))

    title = ready.process.title("steps", "return_review")
    said = ("return_review", f"the newer process does not know what this case says of the result of '{title}'")
    assert found == [said] * is_lost


def test_behind_a_step_that_is_gone_the_results_of_the_others_are_looked_at(ready: Ready) -> None:
    steps = {id: one for id, one in ready.process.steps.items() if id != "safety_plan"}
    steps["return_review"] = replace(steps["return_review"], results={"yes": Result()})
    held = {id: ready.case.steps[id] for id in ("safety_plan", "return_review")}

    found = lost(ready.but(steps=held), kinds={**ready.process.kinds, Step: steps})

    assert [id for id, _ in found] == ["return_review"]


def test_what_one_of_two_has_signed_is_not_lost(ready: Ready) -> None:
    draft = ready.with_step("return_review", state="in_progress", result=None, signed=(("panel", "eva", "go"),))
    newer = changed(ready, ready.process.steps["return_review"], results={"yes": Result()})

    assert [id for id, _ in lost(draft, **newer)] == ["return_review"]


def test_a_code_that_a_step_holds_is_not_lost(ready: Ready) -> None:
    steps = ready.process.steps
    id, name = next(
        (key, name)
        for key, record in ready.case.steps.items()
        for name in record.values
        if key in steps and name in steps[key].fields and steps[key].fields[name].type in ("code", "codes")
    )
    spec = steps[id].fields[name]
    newer = changed(ready, steps[id], fields={**steps[id].fields, name: replace(spec, values=("other",))})
    gone = changed(ready, steps[id], fields={n: s for n, s in steps[id].fields.items() if n != name})
    held = ready.case.steps[id].values[name]
    names = dict.fromkeys(held if isinstance(held, tuple | list) else [held], "other")

    assert [one for one, _ in lost(ready, **newer)] == [id]
    assert lost(ready, **newer, renamed=Renamed(fields={f"{id}.{name}": names})) == []
    assert [one for one, _ in lost(ready, **gone)] == [id]  # else nobody could say any more whose value that was


def test_a_purpose_a_role_and_an_end_that_the_case_holds_are_not_lost(ready: Ready) -> None:
    consent = ConsentRecord("given", "asked_for", "embassy", ready.at, 70, groups=("moon",))
    case = ready.but(
        consents={**ready.case.consents, "asked_for>@": consent},
        roles={**ready.case.roles, "escort": Assignment("escort", ready.at, 71, ref="relative-1")},
        closed_as="vanished_long_ago",
    )

    fewer = {**without(ready, "roles", "escort")["kinds"], **without(ready, "recipients", "embassy")["kinds"]}
    fewer[Role] = {id: one for id, one in ready.process.roles.items() if id != "escort"}

    found = rebased(case, kinds=fewer)

    gone = "these were begun, and the newer process does not know them: asked_for, moon, embassy, escort, vanished_long_ago"
    assert ("INPUT", "digest", gone, STAY) in found


# --- what asks for less ---------------------------------------------------------------------------------------------------


def test_what_asks_for_less_is_adopted_by_the_programme_manager(ready: Ready) -> None:
    newer = newer_than(ready, **without(ready, "steps", "monitoring_visit"))
    title = ready.process.title("steps", "monitoring_visit")

    (refused,) = unmet(ready, "rebase", digest=newer.digest, newer=newer, actor=ANNA)

    assert (refused.rule, refused.subject) == ("ROLE", "rebase")
    assert refused.fact == (
        "it asks for less than the process of the case, which only 'Programme manager' may adopt: "
        f"the step '{title}' is gone"
    )
    assert refused.todo == "let 'Programme manager' look at it, and adopt it"
    assert proposed(refused) == {"do": "rebase", "digest": newer.digest}
    assert refused.remedy is not None
    assert tuple(refused.remedy.who) == ("programme_manager",)
    assert refused.remedy.from_ == ready.at
    assert unmet(ready, "rebase", digest=newer.digest, newer=newer, actor=LEADER) == []
    assert unmet(ready, "rebase", digest=newer.digest, newer=newer, actor=None) == [refused]  # who only looks


@pytest.mark.parametrize(
    ("own", "newer_names", "who"),
    [
        (False, True, None),  # where the process of the case names nobody, the newer one does
        (True, False, None),  # a newer one takes that from nobody
        (False, False, "nobody"),
    ],
)
def test_who_may_adopt_what_asks_for_less_is_named_by_either_process(
    ready: Ready, own: bool, newer_names: bool, who: str | None
) -> None:
    leads = ready.process.roles["programme_manager"]

    def roles(names: bool) -> dict[str, Role]:
        return {**ready.process.roles, leads.id: replace(leads, adopts_less=names)}

    kinds = {**ready.process.kinds, **without(ready, "steps", "monitoring_visit")["kinds"], Role: roles(newer_names)}
    case = replace(ready, process=replace(ready.process, kinds={**ready.process.kinds, Role: roles(own)}))
    newer = newer_than(case, kinds=kinds)

    found = unmet(case, "rebase", digest=newer.digest, newer=newer, actor=LEADER)

    assert [one.rule for one in found] == ["ROLE"] * (who is not None)
    says = f"it asks for less than the process of the case, which only {who} may adopt: "
    assert all(one.fact.startswith(says) for one in found)


def test_what_asks_for_no_less_is_adopted_by_whoever_works_on_the_case(ready: Ready) -> None:
    more = Step(id="ng_more", title="More", phase="pre_departure", who=("counsellor",), source=("OC",))
    newer = {"kinds": {**ready.process.kinds, Step: {**ready.process.steps, "ng_more": more}}}

    assert rebased(ready, actor=ANNA, **newer) == []


def test_every_difference_is_told_and_what_asks_for_less_comes_first(ready: Ready) -> None:
    newer = newer_than(ready, **without(ready, "steps", "monitoring_visit"))
    title = ready.process.title("steps", "monitoring_visit")

    found = asked(ready, "rebase", digest=newer.digest, newer=newer, actor=LEADER)

    assert {(one.rule, one.met) for one in found} == {("INPUT", True)}
    assert [one.fact for one in found] == [
        f"it asks for less: the step '{title}' is gone",
        *(
            f"the pack '{pack}' is of version {made['version']}, and now of 9.9.9"
            for pack, made in sorted(ready.process.made_of.items())
        ),
    ]


def test_that_nothing_is_different_is_told(ready: Ready) -> None:
    newer = newer_than(ready, made_of=ready.process.made_of)

    found = asked(ready, "rebase", digest=newer.digest, newer=newer, actor=LEADER)

    same = ("INPUT", "digest", "nothing that decides is different")
    assert same in [(one.rule, one.subject, one.fact) for one in found if one.met]


TABLE = FieldSpec(
    type="rows", group="case", columns={"which": FieldSpec(type="code", group="case", values=("here", "there"))}
)


@pytest.mark.parametrize(
    ("spec", "held", "is_lost"),
    [
        (FieldSpec(type="code", group="case", values=("one", "other")), "other", False),
        (FieldSpec(type="code", group="case", values=("one", "other")), "third", True),
        (FieldSpec(type="codes", group="case", values=("one", "other")), ("one",), False),
        (FieldSpec(type="codes", group="case", values=("one", "other")), ("one", "third"), True),
        (FieldSpec(type="bool", group="case"), True, False),
        (FieldSpec(type="bool", group="case"), "perhaps", True),
        (FieldSpec(type="number", group="case"), 7, False),
        (FieldSpec(type="number", group="case"), "seven", True),
        (FieldSpec(type="date", group="case"), "2026-03-02", False),
        (FieldSpec(type="date", group="case"), "in spring", True),
        (FieldSpec(type="instant", group="case"), "2026-03-02T08:00:00Z", False),
        (FieldSpec(type="instant", group="case"), "at noon", True),
        (FieldSpec(type="text", group="case"), True, False),  # that something was said; what, lies sealed
        (
            FieldSpec(type="answers", group="case", about=("a", "b"), values=("yes", "no")),
            {"a": "yes", "b": "no"},
            False,
        ),
        (FieldSpec(type="answers", group="case", about=("a",), values=("yes", "no")), {"a": "yes", "b": "no"}, True),
        (FieldSpec(type="answers", group="case", about=("a", "b"), values=("yes",)), {"a": "yes", "b": "no"}, True),
        (TABLE, ({"which": "here"}, {"which": "there"}), False),
        (TABLE, ({"which": "here"}, {"which": "elsewhere"}), True),
        (TABLE, ({"which": "here", "why": True},), True),  # a column that is there no more
    ],
)
def test_what_a_field_holds_is_not_lost_either(ready: Ready, spec: FieldSpec, held: Any, is_lost: bool) -> None:
    values = {**ready.case.steps["return_review"].values, "what_it_was": held}
    case = ready.with_step("return_review", values=values)
    step = ready.process.steps["return_review"]
    after = {name: FieldSpec(type="text", group="case") for name in ("and_another",)}

    found = lost(case, **changed(ready, step, fields={**after, "what_it_was": spec, **step.fields}))

    assert (
        found
        == [
            (
                "return_review",
                "the newer process does not know what this case says of 'what it was' of 'Decide together whether to go'",
            )
        ]
        * is_lost
    )
