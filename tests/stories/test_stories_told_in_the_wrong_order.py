"""Every story, with what it does more than once typed the last first: it is the same story, or a plain refusal says why.

Somebody has the notes of a week before them, and takes up the newer sheet first. In the sitting in which the later of two is typed,
the earlier comes after it, and then all that happened between, each with its true moment; what is refused is tried again, as
people do. Before and after that sitting the case is typed as it happens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from wayhome import BadInput, Refused

from tests.conftest import all_packs
from tests.stories.retold import Refusal, told_in_time, typed, whatever_was_typed_first
from tests.stories.test_stories import STORIES


class Twice(NamedTuple):
    """What a story does, and does again: which lines (two where two sign), and those that undo it between."""

    path: Path
    kind: str  # round, redo, contact or record
    what: str
    first: tuple[int, ...]
    second: tuple[int, ...]
    undone: tuple[int, ...] = ()

    @property
    def story(self) -> str:
        return f"{self.path.parts[-4]}/{self.path.stem}"


def what_is_done_twice(path: Path) -> Iterator[Twice]:
    """Find each pair of doings of the same, one later than the other: rounds, steps done anew, contacts, values of a fact."""
    _, lines = told_in_time(path)
    doings: dict[tuple[str, ...], list[list[int]]] = defaultdict(list)
    undone: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, one in enumerate(lines):
        fields, case = one.line.fields, one.line.case or ""
        if not one.is_done or fields.get("confirms"):
            continue
        if one.line.do == "redo":
            undone[case, "redo", fields["step"]].append(number)
            doings[case, "redo", fields["step"]].append([])
        elif one.line.do == "complete" and "round" in fields:
            doings[case, "round", fields["step"]].append([number])
        elif one.line.do == "complete":
            known = doings[case, "redo", fields["step"]]
            known[-1:] = [[*known[-1], number]] if known else [[number]]
        elif one.line.do == "contact":
            doings[case, "contact", fields["with"]].append([number])
        elif one.line.do == "record":
            for fact in fields["facts"]:
                doings[case, "record", fact].append([number])
    for (case, kind, what), found in doings.items():
        for first, second in pairwise(found):
            if lines[first[-1]].happened < lines[second[0]].happened:
                between = [one for one in undone[case, kind, what] if first[-1] < one < second[0]]
                yield Twice(path, kind, what, tuple(first), tuple(second), tuple(between))


TWICE = [one for path in STORIES for one in what_is_done_twice(path)]


@cache
def in_order(path: Path) -> Any:
    """Type a story as it happens."""
    story, lines = told_in_time(path)
    refused, cases = typed(story, ([one] for one in lines), all_packs(), at=lines[-1].happened)
    assert refused == []
    return whatever_was_typed_first({name: [case["view"], case["due"]] for name, case in cases.items()})


def the_last_first(
    twice: Twice, *, and_no_further: bool = False, waiting: timedelta = timedelta(0)
) -> tuple[list[Refusal], Any]:
    """Type a story with the second of two doings before the first; `waiting` is how long after the second they sit down."""
    story, lines = told_in_time(twice.path)
    begin, end = twice.first[0], twice.second[-1]
    desk = lines[end].happened + waiting
    between = [i for i in range(begin, end) if i not in (*twice.first, *twice.second, *twice.undone)]
    sitting = [lines[i]._replace(typed=desk) for i in (*twice.second, *twice.first, *between)]
    after = [] if and_no_further else [[one._replace(typed=max(one.typed, desk))] for one in lines[end + 1 :]]
    sittings = [*([one] for one in lines[:begin]), sitting, *after]
    refused, cases = typed(story, sittings, all_packs(), at=lines[-1].happened)
    return refused, whatever_was_typed_first({name: [case["view"], case["due"]] for name, case in cases.items()})


# Where it is not the same story: by what was typed too late, what was refused for it, and why that is right.
FAR_TOO_LATE = "an attempt counts when it is entered within three days: nobody is given up by what is written down afterwards (INV-25)"
WAS_REACHED = (
    "when the attempt is typed, she has been reached since: contact was not lost, so no alarm opens, or is renewed"
)
NO_ROUND_TO_MAKE_AGAIN = "a round in which nobody was reached is typed after one in which she was: it is no round to be made again, and contact was not lost"
OTHERWISE = {
    ("sierra_leone/3-silence-and-a-red-umbrella", "monitoring_visit", "2025-10-09"): (
        {"FACT", "INV-25", "incident"},
        "a visit of later is known as the calls in vain are typed: no contact is lost, and nothing ends or closes as that",
    ),
    ("sierra_leone/3-silence-and-a-red-umbrella", "person", "2025-11-07"): ({"INV-25", "PHASE"}, FAR_TOO_LATE),
    ("sierra_leone/3-silence-and-a-red-umbrella", "person", "2025-11-21"): ({"INV-25", "PHASE"}, FAR_TOO_LATE),
    ("sierra_leone/3-silence-and-a-red-umbrella", "person", "2025-12-21"): ({"INV-25", "PHASE"}, FAR_TOO_LATE),
    ("sierra_leone/3-silence-and-a-red-umbrella", "person", "2026-01-12"): ({"INV-25", "PHASE"}, FAR_TOO_LATE),
    ("sierra_leone/1-antwerp-to-makeni", "monitoring_visit", "2026-08-28"): (
        {"PHASE", "STEP", "incident"},
        NO_ROUND_TO_MAKE_AGAIN,
    ),
    ("nigeria/1-brussels-to-benin-city", "monitoring_visit", "2027-03-09"): (
        {"PHASE", "STEP", "incident"},
        NO_ROUND_TO_MAKE_AGAIN,
    ),
    ("brazil/1-amsterdam-to-sao-paulo", "monitoring_visit", "2027-02-03"): ({"incident"}, WAS_REACHED),
    ("brazil/1-amsterdam-to-sao-paulo", "sustainability_survey", "2026-11-20"): ({"incident"}, WAS_REACHED),
    ("nigeria/1-brussels-to-benin-city", "sustainability_survey", "2026-12-09"): ({"incident"}, WAS_REACHED),
    ("nigeria/1-brussels-to-benin-city", "wellbeing_check", "2027-03-10"): (
        set(),
        "times beside the rounds are numbered as they are typed: which of the two is called the first is another",
    ),
    ("nigeria/3-trafficked-again", "person", "2026-05-11"): (set(), WAS_REACHED),
    ("nigeria/3-trafficked-again", "monitoring_visit", "2026-03-26"): (
        set(),
        "a visit that is typed before the hand-over was written by another house: who leads since reads its answers by a consent alone",
    ),
    ("nigeria/4-gone-without-a-word", "person", "2026-02-09"): ({"incident"}, WAS_REACHED),
    ("sierra_leone/3-silence-and-a-red-umbrella", "sl_place_of_return", "2025-07-28"): (
        {"CONSENT", "INV-01", "INV-02", "INV-03", "INV-04", "INV-25", "INV-26", "PHASE", "ROLE", "STEP"},
        "a clearance is of the evening before and not of a year later: who is typed home after the fact has left",
    ),
    ("nigeria/5-one-goes-and-one-stays", "options_counselling", "2026-05-23"): (
        {"CONSENT", "INV-01", "INV-02", "INV-03", "PHASE", "ROLE", "STEP"},
        "a yes that one alone types more than 72 hours late counts once another has seen it",
    ),
    ("brazil/3-no-at-the-gate", "options_counselling", "2026-05-11"): (
        {"CONSENT", "FACT", "INV-01", "INV-04", "PHASE", "STEP"},
        "a yes and a last check that one alone types more than 72 hours late count once another has seen them",
    ),
}
FORCED = {
    ("netherlands/2-a-girl-in-a-place-for-adults", "legal_counselling", "2026-03-09"): {"CONSENT"}
}  # of age since, she has to be asked herself first


def _key(twice: Twice) -> tuple[str, str, str]:
    """Name a pair: the story, what is done twice, and the day of the first."""
    day = told_in_time(twice.path)[1][twice.first[0]].happened.date()
    return twice.story, twice.what, day.isoformat()


def _lines(twice: Twice, *which: int) -> set[int]:
    _, lines = told_in_time(twice.path)
    return {lines[i].line.number for i in which}


def _is_long(twice: Twice) -> bool:
    """Whether the pair is played by `make soak` only: `make test` plays the last pair of each, and those that are told otherwise."""
    same = [one for one in TWICE if (one.path, one.what) == (twice.path, twice.what)]
    return twice is not same[-1] and _key(twice) not in OTHERWISE


def _against(refused: list[Refusal]) -> set[str]:
    found: set[str] = set()
    for one in refused:
        if isinstance(one.error, Refused):
            found |= {reason.rule for reason in one.error.decision.unmet}
        elif isinstance(one.error, BadInput):
            found |= {fault.field for fault in one.error.faults}
    return found


def _marks(twice: Twice) -> list[pytest.MarkDecorator]:
    return [pytest.mark.soak] if _is_long(twice) else []


def each(*kinds: str) -> pytest.MarkDecorator:
    wanted = (one for one in TWICE if one.kind in kinds)
    params = [pytest.param(one, id=" ".join(_key(one)), marks=_marks(one)) for one in wanted]
    return pytest.mark.parametrize("twice", params)


@each("round", "contact")
def test_rounds_and_contacts_may_be_typed_in_any_order(twice: Twice) -> None:
    refused, cases = the_last_first(twice)

    assert not _lines(twice, *twice.first, *twice.second) & {
        one.number for one in refused
    }  # that itself is always taken
    rules, _ = OTHERWISE.get(_key(twice), (set(), ""))
    found = _against(refused)
    if (
        "INV-26" in found
    ):  # what one alone told late of a visit or a survey counts for this end once another has seen it
        assert twice.what in SEEN_BY_TWO
        assert found - {"INV-26", "PHASE"} == rules - {"PHASE"}
        return
    assert found == rules
    is_the_same = not refused and _unsigned(cases) == _unsigned(in_order(twice.path))
    assert is_the_same is (_key(twice) not in OTHERWISE)


SEEN_BY_TWO = ("monitoring_visit", "baseline_survey", "sustainability_survey")


def _unsigned(cases: Any) -> Any:
    """Leave out that what was told late of a visit waits for a second signature."""
    if isinstance(cases, dict):
        return {key: _unsigned(one) for key, one in cases.items()}
    if not isinstance(cases, list):
        return cases
    waits = {f"sign:{step}" for step in SEEN_BY_TWO}
    return [_unsigned(one) for one in cases if not (isinstance(one, dict) and one.get("step") in waits)]


@each("redo")
def test_what_was_done_before_it_was_done_anew_may_be_typed_after_it(twice: Twice) -> None:
    """It is kept as what was before: the newer stands, and no older doing ever takes its place."""
    refused, cases = the_last_first(twice, and_no_further=True)

    second = [one for one in refused if one.number in _lines(twice, *twice.second)]
    assert not _lines(twice, *twice.first) & {one.number for one in refused}
    assert _against(second) == FORCED.get(_key(twice), set())
    _, lines = told_in_time(twice.path)
    stands = lines[twice.first[0] if second else twice.second[0]]
    (rows,) = (one["steps"] for one in cases[stands.line.case or ""] if isinstance(one, dict))
    found = {row["done_at"] or row["state"] for row in rows if row["id"] == twice.what}
    # The second signature of the newer is given after the end of the sitting.
    assert found in ({stands.happened.isoformat().replace("+00:00", "Z")}, {"in_progress"})
    assert found != {"in_progress"} or twice.what == "pre_return_risk_assessment"


@each("record")
def test_an_older_value_of_a_fact_may_be_typed_after_a_newer(twice: Twice) -> None:
    # A minute after it: what was done just before a fact was another is not typed in the same moment.
    refused, cases = the_last_first(twice, waiting=timedelta(minutes=1))

    rules, _ = OTHERWISE.get(_key(twice), (set(), ""))
    assert _against(refused) == rules
    is_the_same = not refused and cases == in_order(twice.path)
    assert is_the_same is (_key(twice) not in OTHERWISE)
