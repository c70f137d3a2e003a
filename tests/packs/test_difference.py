"""What is different between two processes is told, each thing in a sentence, and what asks for less is told apart.

A small pack of an invented Togo, and a newer one that says one thing otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Annotated

import pytest
from wayhome.packs.difference import Difference, _Walk, differences
from wayhome.packs.files import DECIDING
from wayhome.packs.forward import versions
from wayhome.packs.kinds.kind import MORE, Part, a_part, compared
from wayhome.packs.plugins import Packs, check_folder
from wayhome.packs.process import Process

from tests.packs.planting import written

HEAD = "{id: togo, title: Togo, version: %s, role: origin, country: TG, prefix: tg_, zone: UTC%s}\n"
FILES = {
    "sources.yaml": "- {id: S1, title: An invented source}\n",
    "rules.yaml": "- {id: TG-01, title: A rule of Togo, on: [depart, rebase], check: always, revision: 1, source: S1}\n",
    "facts.yaml": """\
- {id: tg_region, title: Region, type: code, values: [northern, southern], group: plan, source: S1}
- {id: tg_oath, title: An oath was sworn, type: bool, cautious: true, loosen: [risk_assessor], source: S1}
""",
    "documents.yaml": """\
- id: tg_paper
  title: A paper
  issuer: somebody
  validity: on_paper
  margin: {days: 3}
  needs: [tg_talk]
  source: S1
- {id: tg_other, title: Another paper, issuer: somebody, validity: on_paper, source: S1}
""",
    "identifiers.yaml": "- {id: tg_number, title: Its number, of: [tg_paper], pattern: '[0-9]{8}', severity: block, source: S1}\n",
    "incidents.yaml": """\
- id: tg_threat
  title: A threat
  actions: Call for help.
  effect: blocked
  resets: [tg_talk]
  outcomes: {over: {title: It is over, needs: [tg_talk]}}
  source: S1
""",
    "limits.yaml": "- {tighten: fit_check_max_age, span: {hours: 48}, source: S1}\n",
    "steps.yaml": """\
- id: tg_talk
  title: Talk about it
  phase: pre_departure
  gate: depart
  who: [case_manager_sending, counsellor]
  sign: [case_manager_sending, counsellor]
  after: [return_intention]
  consent: [legal]
  rests_on: [tg_region]
  not_before: {hours: 48, after: return_intention}
  max_age: {days: 90, at: planned_departure}
  due: {days: 21, before: planned_departure}
  results: {good: {}, bad: {passes: false}}
  fields: {own_view: {type: text, group: case, required: true}, how: {type: code, values: [seen, heard], group: case}}
  asks: what_tells_apart
  source: S1
- id: tg_north
  title: Go to the north
  phase: pre_departure
  when: {tg_region: [northern]}
  who: case_manager_sending
  source: S1
- id: tg_visit
  title: Visit
  phase: follow_up
  who: case_manager_receiving
  rounds: {m3: {months: 3, after: arrived}, m6: {months: 6, after: arrived}}
  source: S1
- {tighten: safety_plan, after: [tg_talk], fields: {tg_more: {type: text, group: risk, required: true}}, source: S1}
""",
}

_NUMBER = count()


def made(folder: Path, version: str = "0.1.0", head: str = "", **changed: tuple[str, str] | str) -> Process:
    """Make the process of Togo's pack, with one text in each named file replaced, or more of it."""
    files = {**FILES, "pack.yaml": HEAD % (version, head)}
    for stem, change in changed.items():
        text = files[f"{stem}.yaml"]
        if isinstance(change, tuple):
            assert change[0] in text, f"{stem}.yaml does not hold {change[0]}"
            text = text.replace(*change)
        else:
            text += change
        files[f"{stem}.yaml"] = text
    return check_folder(written(folder / str(next(_NUMBER)), files))[1]


def told(folder: Path, head: str = "", /, **changed: tuple[str, str] | str) -> list[Difference]:
    """Give what is told of a newer pack that says something otherwise; the new version itself is left out."""
    found = differences(made(folder), made(folder, "0.2.0", head, **changed))
    for one in found:
        assert not re.search("{[a-z_]+}", one.text)
    return [one for one in found if one.kind != "packs"]


# Each row: a file, what stood there, what stands there now, whether it asks for less, and what is told.
TIGHTEN = "\n- {tighten: pre_departure_briefing, %s, source: S1}\n"
NEW_STEP = "\n- {id: tg_new, title: Ask about threats, phase: pre_departure, who: case_manager_sending, source: S1}\n"
CHANGES = [
    # --- the fifteen kinds of change that the findings of country authors speak of (A6) ---
    ("steps", "", NEW_STEP, False, "the step 'Ask about threats' is new"),
    ("steps", "max_age: {days: 90", "max_age: {days: 5", False, "max age: it was 90 days at planned departure, and is 5 days"),
    ("steps", "max_age: {days: 90", "max_age: {days: 100", True, "it is longer than the one that holds already"),
    ("rules", FILES["rules.yaml"], "", True, "the rule TG-01 ('A rule of Togo') is gone"),
    ("rules", "revision: 1", "revision: 2", True, "revision: it was 1, and is 2"),
    ("rules", "[depart, rebase]", "[depart]", True, "on: rebase is gone"),
    ("facts", "[northern, southern]", "[northern, southern, eastern]", True, "values: it was northern; southern, and is northern; southern; eastern"),
    ("facts", "cautious: true, ", "", True, "cautious: yes is gone"),
    ("facts", "[risk_assessor]", "[risk_assessor, counsellor]", True, "loosen: it was 'Risk assessor'"),
    ("steps", "  after: [return_intention]\n", "", True, "the step 'Talk about it' waits no more until 'Hear whether the person wants to explore return' is done"),
    ("steps", "after: [return_intention]", "after: [return_intention, options_counselling]", False, "the step 'Talk about it' waits from now on until "),
    ("steps", "  consent: [legal]\n", "", True, "consent: the person consents to"),
    ("steps", "  sign: [case_manager_sending, counsellor]\n", "", True, "sign: 'Counsellor' is gone"),
    ("steps", "who: [case_manager_sending, counsellor]", "who: [case_manager_sending, counsellor, lawyer]".replace("lawyer", "legal_counsellor"), True, "who: 'Legal counsellor' is new"),
    ("steps", "  max_age: {days: 90, at: planned_departure}\n", "", True, "max age: 90 days at planned departure is gone"),
    ("documents", "  needs: [tg_talk]\n", "", True, "needs: 'Talk about it' is done is gone"),
    ("steps", ", required: true}, how:", "}, how:", True, "fields, own view, required: it was yes, and is no"),
    ("limits", FILES["limits.yaml"], "", True, "it is longer than the one that holds already"),
    # --- a step is compared as it is asked, whichever entry makes it so ---
    ("steps", "", NEW_STEP.replace("source", "before: [pre_departure_briefing], source"), False, "the step 'Explain the journey' waits from now on until 'Ask about threats' is done"),
    ("steps", "", TIGHTEN % "after: [tg_talk]", False, "the step 'Explain the journey' waits from now on until 'Talk about it' is done"),
    ("steps", "", TIGHTEN % "after: [tg_talk], when: tg_oath", False, "waits from now on until 'Talk about it' is done, where 'An oath was sworn' is yes"),
    ("steps", "", TIGHTEN % "rests_on: [tg_region]", False, "the step 'Explain the journey', rests on: 'Region' is new"),
    ("steps", "", TIGHTEN % "consent: [legal]", False, "the step 'Explain the journey', consent: "),
    ("steps", "", TIGHTEN % "fields: {tg_told: {type: bool, group: case}}", False, "the step 'Explain the journey', fields: tg told is new"),
    ("steps", "", TIGHTEN % "max_age: {days: 9, at: planned_departure}", False, "the step 'Explain the journey', max age: 9 days at planned departure is new"),
    ("steps", "title: Visit\n", "title: Visit\n  before: [case_closure]\n", False, "waits from now on until 'Visit' is done"),
    ("steps", "after: [tg_talk], fields", "after: [tg_talk, tg_north], fields", False, "waits from now on until 'Go to the north' is done"),
    # --- more of what asks for less ---
    ("steps", "bad: {passes: false}", "bad: {}", True, "results, bad, passes: it was no, and is yes"),
    ("steps", "good: {}", "good: {}, well: {}", True, "results: well is new"),
    ("steps", "bad: {passes: false}", "bad: {passes: false}, unsure: {passes: false}", False, "results: unsure is new"),
    ("steps", "good: {}, bad: {passes: false}", "good: {}", True, "results: bad is gone"),
    ("steps", "{hours: 48, after", "{hours: 72, after", False, "not before: it was 48 hours after 'Hear whether"),
    ("steps", "{hours: 48, after", "{hours: 24, after", True, "it can be done earlier"),
    ("steps", "{days: 21, before", "{days: 28, before", False, "due: it was 21 days before planned departure"),
    ("steps", "{days: 21, before", "{days: 7, before", True, "due: it was 21 days before planned departure"),
    ("steps", "{days: 21, before: planned_departure", "{days: 21, after: return_intention", True, "due: 21 days before planned departure is gone"),
    ("steps", "m3: {months: 3, after: arrived}, ", "", True, "rounds: "),
    ("steps", "{months: 6, after: arrived}", "{months: 5, after: arrived}", True, "would be asked less strictly"),
    ("steps", "{months: 6, after: arrived}", "{months: 9, after: arrived}", True, "the round 'm6' would come later"),
    ("steps", "  when: {tg_region: [northern]}\n", "", False, "when: it was 'Region' is northern, and is nothing"),
    ("steps", "when: {tg_region: [northern]}", "when: {tg_region: [southern]}", True, "when: it was 'Region' is northern"),
    ("steps", "title: Visit\n", "title: Visit\n  when: tg_oath\n", True, "when: it was nothing, and is 'An oath was sworn' is yes"),
    ("steps", "title: Visit\n", "title: Visit\n  kind: offered\n", True, "kind: it was mandatory, and is offered"),
    ("steps", "  rests_on: [tg_region]\n", "", True, "rests on: 'Region' is gone"),
    ("steps", "gate: depart", "gate: none", True, "gate: it was depart, and is none"),
    ("steps", "  asks: what_tells_apart\n", "", True, "asks: what tells apart is gone"),
    ("steps", "tighten: safety_plan, after: [tg_talk], ", "tighten: safety_plan, ", True, "waits no more until 'Talk about it' is done"),
    ("steps", "tighten: safety_plan, after", "tighten: safety_plan, when: tg_oath, after", True, "waits no more until 'Talk about it' is done"),
    ("steps", "after: [tg_talk], fields: {tg_more: {type: text, group: risk, required: true}}", "after: [tg_talk]", True, "fields: tg more is gone"),
    ("steps", "tg_more: {type: text, group: risk, required: true}", "tg_more: {type: text, group: case, required: true}", True, "group: it was risk"),
    ("steps", "title: Go to the north\n", "title: Go to the north\n  rounds: {m3: {months: 3, after: arrived}}\n", True, "it is asked for at once, and would wait for its rounds"),
    ("steps", "title: Go to the north\n", "title: Go to the north\n  due: {days: 7, before: planned_departure}\n", False, "due: 7 days before planned departure is new"),
    ("documents", "margin: {days: 3}", "margin: {days: 1}", True, "margin: it was 3 days, and is 1 day"),
    ("documents", "margin: {days: 3}", "margin: {days: 5}", False, "margin: it was 3 days, and is 5 days"),
    ("documents", "validity: on_paper, source", "validity: life, source", True, "validity: it was on paper, and is life"),
    ("documents", "issuer: somebody, validity", "issuer: somebody, satisfies: [travel_document], validity", True, "satisfies: "),
    ("identifiers", "severity: block", "severity: warn", True, "severity: it was block, and is warn"),
    ("identifiers", "{8}", "{7}", True, "pattern: "),
    ("incidents", "effect: blocked", "effect: on_hold", True, "effect: it was blocked, and is on hold"),
    ("incidents", "  resets: [tg_talk]\n", "", True, "resets"),
    ("incidents", ", needs: [tg_talk]}}", ", by_word: nobody asks}}", True, "outcomes, over, needs: 'Talk about it' is done is gone"),
    ("incidents", "outcomes: {over", "outcomes: {gone: {title: Gone, by_word: so}, over", True, "outcomes: gone is new"),
    ("rules", "", "\n- {id: TG-02, title: Another, on: depart, check: always, revision: 1, source: S1}\n", False, "the rule TG-02 ('Another') is new"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "before", "now", "weaker", "said"), CHANGES)
def test_every_change_is_told_and_whether_it_asks_for_less(
    tmp_path: Path, file: str, before: str, now: str, weaker: bool, said: str
) -> None:
    found = told(tmp_path, **{file: (before, now) if before else now})

    assert found, "it is adopted in silence"
    assert any(said in one.text for one in found), [one.text for one in found]
    assert any(one.weaker for one in found) is weaker
    assert [one.weaker for one in found] == sorted((one.weaker for one in found), reverse=True)  # that comes first


@pytest.mark.parametrize(
    "changed",
    [
        {"steps": ("title: Visit", "title: Call")},
        {"steps": ("title: Talk about it\n", "title: Talk about it\n  help: Take your time.\n")},
        {"sources": "- {id: S2, title: Another invented source}\n"},
        {"steps": "\n- {tighten: options_counselling, when: is_child, help: Take your time., source: S1}\n"},
        {"documents": ("- {id: tg_other", "# a word\n- {id: tg_other")},
    ],
)
def test_what_is_only_shown_makes_no_difference(tmp_path: Path, changed: Mapping[str, tuple[str, str] | str]) -> None:
    assert told(tmp_path, **changed) == []


def test_nothing_is_different_in_the_same_process(packs: Packs) -> None:
    process = packs.process("BE", "NG")

    assert differences(process, process) == ()


def test_where_a_step_stands_in_its_file_makes_no_difference(tmp_path: Path) -> None:
    step = "- {id: tg_other, title: Another paper, issuer: somebody, validity: on_paper, source: S1}\n"

    moved = {**FILES, "documents.yaml": step + FILES["documents.yaml"].replace(step, "")}
    newer = check_folder(written(tmp_path / "moved", {**moved, "pack.yaml": HEAD % ("0.2.0", "")}))[1]

    assert [one.kind for one in differences(made(tmp_path), newer)] == ["packs"]


def test_a_new_version_is_told(tmp_path: Path) -> None:
    (one,) = differences(made(tmp_path), made(tmp_path, "0.2.0"))

    assert one.text == "the pack 'togo' is of version 0.1.0, and now of 0.2.0"
    assert not one.weaker


@pytest.mark.parametrize(
    ("before", "now", "weaker"),
    [
        ("who: [case_manager_sending, counsellor]", "who: [counsellor, case_manager_sending]", False),
        ("after: [return_intention]", "after: [return_intention, return_intention]", False),
        (
            "{good: {}, bad: {passes: false}}",
            "{bad: {passes: false}, good: {}}",
            True,
        ),  # the first that passes is proposed
    ],
)
def test_another_order_is_told(tmp_path: Path, before: str, now: str, weaker: bool) -> None:
    (one,) = told(tmp_path, steps=(before, now))

    assert (one.text, one.weaker) == ("the step 'Talk about it' is written otherwise", weaker)


def test_the_same_step_put_together_of_other_entries_asks_for_no_less(tmp_path: Path) -> None:
    by_another = made(tmp_path, steps="\n- {tighten: tg_talk, after: [options_counselling], source: S1}\n")
    by_itself = made(
        tmp_path, "0.2.0", steps=("after: [return_intention]", "after: [return_intention, options_counselling]")
    )

    for older, newer in ((by_another, by_itself), (by_itself, by_another)):
        found = [one for one in differences(older, newer) if one.kind == "steps"]
        assert [(one.text, one.weaker) for one in found] == [("the step 'Talk about it' is written otherwise", False)]


def test_what_asks_for_less_is_found_also_where_a_step_is_put_together_otherwise(tmp_path: Path) -> None:
    good, bad = "{good: {}, bad: {passes: false}}", "{bad: {passes: false}, good: {}}"
    older = made(tmp_path, steps="\n- {tighten: tg_talk, rests_on: [tg_oath], source: S1}\n")
    newer = {**FILES, "pack.yaml": HEAD % ("0.2.0", "")}
    newer["steps.yaml"] = newer["steps.yaml"].replace(good, bad).replace("[tg_region]", "[tg_region, tg_oath]")

    found = differences(older, check_folder(written(tmp_path / "newer", newer))[1])

    assert [(one.text, one.weaker) for one in found if one.kind == "steps"] == [
        ("the step 'Talk about it' is written otherwise", True)
    ]


def test_another_order_of_results_is_told_also_beside_what_is_stricter(tmp_path: Path) -> None:
    good, bad = "{good: {}, bad: {passes: false}}", "{bad: {passes: false}, good: {}}"
    newer = {**FILES, "pack.yaml": HEAD % ("0.2.0", "")}
    newer["steps.yaml"] = newer["steps.yaml"].replace(good, bad).replace("max_age: {days: 90", "max_age: {days: 5")

    found = differences(made(tmp_path), check_folder(written(tmp_path / "newer", newer))[1])

    assert [one.text for one in found if one.weaker] == ["the step 'Talk about it' is written otherwise"]


def test_what_is_said_that_holds_unsaid_asks_for_no_less(tmp_path: Path) -> None:
    (one,) = told(tmp_path, steps=("title: Go to the north\n", "title: Go to the north\n  gate: depart\n"))

    assert (one.text, one.weaker) == ("the step 'Go to the north' is written otherwise", False)


# --- a key of which nobody said how it compares ------------------------------------------------------------------------


def decided() -> Iterator[tuple[str, str]]:
    for kind in DECIDING.values():
        yield from ((kind.__name__, name) for name, _, compares in compared(kind) if compares is None)


def test_what_says_nothing_of_how_it_compares_shows_as_weaker(tmp_path: Path) -> None:
    """The type of a fact, the phase of a step, and every key that is new: nobody knows."""
    assert ("Fact", "type") in set(decided())

    (one,) = told(tmp_path, facts=("type: bool, cautious: true, ", "type: bool, unrecorded: true, cautious: true, "))

    assert one.weaker
    assert one.text == "the fact 'An oath was sworn', unrecorded: it was nothing, and is yes"


@a_part
class Invented(Part):
    """A kind with a key of which nobody said how it compares."""

    moon: int = 0
    more: Annotated[int, MORE] = 0


def test_a_key_that_is_new_shows_by_itself(packs: Packs) -> None:
    process = packs.process("BE", "NG")
    walk = _Walk(process, process, {}, {})

    (one,) = walk.of_parts(Invented(), Invented(moon=1))
    (other,) = walk.of_parts(Invented(), Invented(more=1))

    assert (one.path, one.weaker) == (("moon",), True)
    assert (other.path, other.weaker) == (("more",), False)


# --- renamed ------------------------------------------------------------------------------------------------------------


def test_what_has_a_new_name_is_told_as_that(tmp_path: Path) -> None:
    renamed = ", renamed: {facts: {tg_region: {northern: north}}, results: {tg_talk: {bad: poor}}, fields: {tg_talk.how: {seen: met}}}"

    files = {
        **FILES,
        "pack.yaml": HEAD % ("0.2.0", renamed),
        "facts.yaml": FILES["facts.yaml"].replace("northern", "north"),
        "steps.yaml": FILES["steps.yaml"]
        .replace("northern", "north")
        .replace("bad:", "poor:")
        .replace("[seen", "[met"),
    }

    found = differences(made(tmp_path), check_folder(written(tmp_path / "newer", files))[1])

    assert [one.text for one in found if one.kind != "packs"] == [
        "the fact 'Region': 'northern' is called 'north' from now on",
        "the step 'Talk about it': 'bad' is called 'poor' from now on",
        "tg talk.how: 'seen' is called 'met' from now on",
    ]
    assert not any(one.weaker for one in found)


def test_a_name_that_meant_something_else_before_asks_for_less(tmp_path: Path) -> None:
    """Whoever lived in the north counts as living in the south: the step of the north never applies to them any more."""
    found = told(
        tmp_path, ", renamed: {facts: {tg_region: {northern: southern}}}",
        facts=("[northern, southern]", "[southern]"), steps=("[northern]", "[southern]"),
    )  # fmt: skip

    assert [one.text for one in found if one.weaker] == [
        "the fact 'Region': 'northern' is called 'southern' from now on"
    ]


# --- forward -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "changed", "older", "newer", "same"),
    [
        ("0.1.0", "0.2.0", True, (), ("togo",), ()),
        ("0.9.0", "0.10.0", True, (), ("togo",), ()),  # numbers, not letters
        ("0.1.0", "0.2.0", False, (), ("togo",), ()),
        ("0.2.0", "0.1.0", True, ("togo",), (), ()),
        ("0.1.0", "0.1.0", True, (), (), ("togo",)),
        ("0.1.0", "0.1.0", False, (), (), ()),
    ],
)
def test_versions_say_which_of_two_is_newer(
    tmp_path: Path, before: str, now: str, changed: bool,
    older: tuple[str, ...], newer: tuple[str, ...], same: tuple[str, ...],
) -> None:  # fmt: skip
    change = {"steps": NEW_STEP} if changed else {}

    assert versions(made(tmp_path, before), made(tmp_path, now, **change)) == (older, newer, same)


def test_a_pack_is_not_changed_by_what_others_say(tmp_path: Path) -> None:
    """A limit of the core that a pack names is the core's; a tightening is of whoever tightens."""
    one = made(tmp_path).made_of
    other = made(tmp_path, limits=("hours: 48", "hours: 24")).made_of

    assert one["core"] == other["core"]
    assert one["togo"] != other["togo"]
