"""Conditions are data, judged with three answers: true, false, unknown."""

from __future__ import annotations

import pytest
from wayhome.errors import filled
from wayhome.packs.conditions import UNKNOWN, All, AnyOf, Is, Not, condition_of, judge, parse, unknowns

YES, NO, OPEN = Is("yes", (True,)), Is("no", (True,)), Is("open", (True,))
BY_NAME = {"T": YES, "F": NO, "U": OPEN}


def look_up(name: str) -> object:
    return {"yes": True, "no": False}.get(name, UNKNOWN)


def given(**values: object):
    return lambda name: values.get(name, UNKNOWN)


# --- three-valued logic ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "all_of", "any_of"),
    [
        ("TT", True, True),
        ("TF", False, True),
        ("TU", None, True),
        ("FT", False, True),
        ("FF", False, False),
        ("FU", False, None),
        ("UT", None, True),
        ("UF", False, None),
        ("UU", None, None),
        ("TTU", None, True),
        ("UFT", False, True),  # one clear part settles it, wherever it stands
    ],
)
def test_all_and_any_follow_the_tables_of_three_values(parts, all_of, any_of):
    conditions = tuple(BY_NAME[part] for part in parts)

    assert judge(All(conditions), look_up) is all_of
    assert judge(AnyOf(conditions), look_up) is any_of


@pytest.mark.parametrize(("part", "answer"), [("T", False), ("F", True), ("U", None)])
def test_not_turns_the_answer_and_leaves_unknown_unknown(part, answer):
    assert judge(Not(BY_NAME[part]), look_up) is answer
    assert judge(Not(Not(BY_NAME[part])), look_up) is judge(BY_NAME[part], look_up)


@pytest.mark.parametrize("left", "TFU")
@pytest.mark.parametrize("right", "TFU")
def test_not_all_is_any_not_with_three_values_too(left, right):
    a, b = BY_NAME[left], BY_NAME[right]

    assert judge(Not(All((a, b))), look_up) is judge(AnyOf((Not(a), Not(b))), look_up)


def test_a_missing_condition_always_holds():
    assert judge(None, look_up) is True
    assert unknowns(None, look_up) == []


# --- facts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "value", "answer"),
    [
        ("pregnant", True, True),
        ("pregnant", False, False),
        ("pregnant", UNKNOWN, None),
        ("pregnant", None, False),  # not applicable is no yes
        ({"state": ["Edo", "Delta"]}, "Edo", True),
        ({"state": ["Edo", "Delta"]}, "Lagos", False),
        ({"state": "Edo"}, "Edo", True),
        ({"languages": ["en", "fr"]}, ["bin", "en"], True),  # a fact with several values: one is enough
        ({"languages": ["en", "fr"]}, ["bin"], False),
        ({"languages": "en"}, [], False),
        ({"weeks": {"at_least": 32}}, 32, True),
        ({"weeks": {"at_least": 32}}, 31, False),
        ({"weeks": {"at_most": 32}}, 32, True),
        ({"weeks": {"at_most": 32}}, 33, False),
        ({"weeks": {"at_least": 32}}, "32.5", True),
        ({"weeks": {"at_least": 32}}, "many", False),  # no number is never enough
        ({"weeks": {"at_least": 32}}, None, False),
        ({"weeks": {"at_least": 32}}, UNKNOWN, None),
        ({"weeks": {"at_least": 28, "at_most": 36}}, 36, True),
        ({"weeks": {"at_least": 28, "at_most": 36}}, 37, False),
        ({"born_on": {"before": "2008-05-14"}}, "2008-05-13", True),
        ({"born_on": {"before": "2008-05-14"}}, "2008-05-14", False),
        ({"born_on": {"after": "2008-05-14"}}, "2008-05-15", True),
        ({"born_on": {"after": "2008-05-14"}}, "2008-05-14", False),
    ],
)
def test_a_fact_is_compared_as_its_condition_says(condition, value, answer):
    parsed = parse(condition)
    (name, *_rest) = (mention.name for mention in parsed.mentions())

    assert judge(parsed, given(**{name: value})) is answer


@pytest.mark.parametrize(
    ("open_ones", "answer"),
    [
        ({"risk_high"}, True),
        ({"witness"}, True),
        ({"death"}, False),
        (set(), False),  # whether an incident is open is never unknown
    ],
)
def test_an_open_incident_is_a_condition(open_ones, answer):
    condition = parse({"incident": ["witness", "risk_high"]})

    assert judge(condition, lambda name: name.removeprefix("incident:") in open_ones) is answer


# --- what stands between a condition and its answer --------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "missing"),
    [
        ({"all": ["yes", "open"]}, ["open"]),
        ({"all": ["no", "open"]}, []),  # clear already: nobody need ask
        ({"any": ["yes", "open"]}, []),
        ({"any": ["no", "open", "more"]}, ["open", "more"]),
        ({"not": "open"}, ["open"]),
        ({"all": ["open", {"any": ["open", "more"]}]}, ["open", "more"]),  # each is named once
    ],
)
def test_only_the_facts_that_would_change_the_answer_are_asked(condition, missing):
    assert unknowns(parse(condition), look_up) == missing


# --- reading and saying ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("is_child", ["is", "is_child", [True]]),
        ({"state": "Edo"}, ["is", "state", ["Edo"]]),
        ({"state": ["Edo", "Delta"]}, ["is", "state", ["Delta", "Edo"]]),  # sorted: the order says nothing
        ({"pregnant": False}, ["is", "pregnant", [False]]),
        ({"weeks": {"at_least": 32}}, ["at_least", "weeks", 32]),
        ({"incident": "witness"}, ["incident", ["witness"]]),
        ({"not": "is_child"}, ["not", ["is", "is_child", [True]]]),
        (["a", "b"], ["all", ["is", "a", [True]], ["is", "b", [True]]]),
        ({"a": 1, "b": 2}, ["all", ["is", "a", [1]], ["is", "b", [2]]]),
        (
            {"weeks": {"at_least": 28, "at_most": 36}},
            ["all", ["at_least", "weeks", 28], ["at_most", "weeks", 36]],
        ),
    ],
)
def test_a_condition_is_stored_in_one_way(written, stored):
    assert parse(written).plain() == stored
    assert condition_of(stored) == parse(written)


@pytest.mark.parametrize(
    "written",
    [
        7,
        None,
        {},
        {"all": []},  # nothing to hold
        {"any": "is_child"},
        {"weeks": {"more_than": 32}},
        {"weeks": {}},
    ],
)
def test_what_is_no_condition_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match=r"\w+ .*\w+"):
        parse(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("is_child", "is_child is yes"),
        ({"not": "is_child"}, "is_child is no"),
        ({"pregnant": False}, "pregnant is no"),
        ({"state": ["Edo", "Delta"]}, "state is Delta or Edo"),
        ({"not": {"state": ["Edo", "Delta"]}}, "state is neither Delta nor Edo"),
        ({"result": "not_now"}, "result is not now"),
        ({"weeks": {"at_least": 32}}, "weeks is at least 32"),
        ({"born_on": {"before": "2008-05-14"}}, "born_on is before 2008-05-14"),
        ({"incident": ["witness"]}, "witness is open"),
        ({"not": {"incident": ["witness"]}}, "witness is not open"),
        ({"all": ["a", {"any": ["b", "c"]}]}, "a is yes and (b is yes or c is yes)"),
        ({"not": {"any": ["a", "b"]}}, "not (a is yes or b is yes)"),
    ],
)
def test_a_condition_can_be_said_as_a_sentence(written, said):
    assert filled(**parse(written).as_phrase(lambda kind, id: "" if kind == "results" else id)) == said


def test_every_fact_of_a_condition_is_named_with_its_values():
    written = {"all": ["a", {"b": ["x", "y"]}, {"not": {"c": {"at_least": 3}}}, {"incident": "witness"}]}

    assert [(one.name, one.word, one.values) for one in parse(written).mentions()] == [
        ("a", "is", (True,)), ("b", "is", ("x", "y")), ("c", "at_least", (3,)), ("witness", "", ())]  # fmt: skip


def test_unknown_is_no_yes_even_by_accident():
    assert not UNKNOWN
    assert repr(UNKNOWN) == "UNKNOWN"
