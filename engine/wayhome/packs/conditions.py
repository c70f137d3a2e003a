"""Conditions: data that can be said as a sentence, judged with three answers (true, false, unknown).

    is_child                                a yes/no fact, or a derived one
    {residence_state: [Edo, Delta]}         a fact is one of these; a step's result, a document's status likewise
    {weeks_pregnant: {at_least: 32}}        also at_most, before, after
    {incident: risk_high}                   such an incident is open
    {all: […]}  {any: […]}  {not: …}

Stored form: nested lists, e.g. ["any", ["is", "oath_reported", [true]], ["is", "residence_state", ["Delta", "Edo"]]].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Condition = list[Any]  # the stored form
Lookup = Callable[[str], Any]

COMPARISONS = ("at_least", "at_most", "before", "after")


class Unknown:
    """The value of a fact that nobody has recorded."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown()


def parse(raw: Any) -> Condition:
    """Read a condition as a country author writes it; give the stored form.

    Raises:
        ValueError: with one sentence on what cannot be read.
    """
    if isinstance(raw, str):
        return ["is", raw, [True]]
    if isinstance(raw, list):
        return ["all", *(parse(part) for part in raw)]
    if not isinstance(raw, dict) or not raw:
        raise ValueError("a condition is the name of a fact, or {fact: value}, {all: […]}, {any: […]}, {not: …}")
    if len(raw) > 1:
        return ["all", *(parse({key: value}) for key, value in raw.items())]
    ((key, value),) = raw.items()
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise ValueError(f"'{key}' takes a list of conditions")
        return [key, *(parse(part) for part in value)]
    if key == "not":
        return ["not", parse(value)]
    if isinstance(value, dict):
        return _comparison(key, value)
    values = value if isinstance(value, list) else [value]
    if key == "incident":
        return ["incident", sorted(str(v) for v in values)]
    return ["is", key, sorted(values, key=str)]


def _comparison(fact: str, value: dict[str, Any]) -> Condition:
    parts: list[Any] = []
    for word, bound in value.items():
        if word not in COMPARISONS:
            raise ValueError(f"'{word}' is no comparison; there are {', '.join(COMPARISONS)}")
        parts.append([word, fact, bound if isinstance(bound, int) else str(bound)])
    return parts[0] if len(parts) == 1 else ["all", *parts]


def judge(condition: Condition | None, lookup: Lookup) -> bool | None:
    """Say whether a condition holds: True, False, or None when it rests on unknown facts."""
    if condition is None:
        return True
    word = condition[0]
    if word == "is":
        value = lookup(condition[1])
        if value is UNKNOWN:
            return None
        if type(value) is list or type(value) is tuple:
            return any(one in condition[2] for one in value)
        return value in condition[2]
    if word == "all":
        answer: bool | None = True
        for part in condition[1:]:
            one = judge(part, lookup)
            if one is False:
                return False
            if one is None:
                answer = None
        return answer
    if word == "any":
        answer = False
        for part in condition[1:]:
            one = judge(part, lookup)
            if one is True:
                return True
            if one is None:
                answer = None
        return answer
    if word == "not":
        one = judge(condition[1], lookup)
        return None if one is None else not one
    if word == "incident":
        return any(lookup(f"incident:{type_}") for type_ in condition[1])
    value = lookup(condition[1])
    return None if value is UNKNOWN else _compares(word, value, condition[2])


def _compares(word: str, value: Any, bound: Any) -> bool:
    if value is None:
        return False
    if word in ("before", "after"):
        day, limit = date.fromisoformat(str(value)[:10]), date.fromisoformat(str(bound)[:10])
        return day < limit if word == "before" else day > limit
    try:
        number, limit_number = Decimal(str(value)), Decimal(str(bound))
    except InvalidOperation:
        return False
    return number >= limit_number if word == "at_least" else number <= limit_number


def unknowns(condition: Condition | None, lookup: Lookup) -> list[str]:
    """Name the facts that stand between this condition and a clear answer, in the order of the text."""
    if condition is None or judge(condition, lookup) is not None:
        return []
    if condition[0] in ("all", "any", "not"):
        found: list[str] = []
        for part in condition[1:]:
            found += [name for name in unknowns(part, lookup) if name not in found]
        return found
    return [condition[1]]


def names_in(condition: Condition | None) -> Iterator[tuple[str, Any]]:
    """Give every (fact, compared values) of a condition; incidents come as ("incident", types)."""
    if condition is None:
        return
    if condition[0] in ("all", "any", "not"):
        for part in condition[1:]:
            yield from names_in(part)
    elif condition[0] == "incident":
        yield "incident", condition[1]
    else:
        yield condition[1], condition[2] if condition[0] == "is" else None


def sentence(condition: Condition | None) -> str:
    """Say a condition in English."""
    if condition is None:
        return "always"
    word, rest = condition[0], condition[1:]
    if word in ("all", "any"):
        joint = " and " if word == "all" else " or "
        return joint.join(f"({sentence(p)})" if p[0] in ("all", "any") else sentence(p) for p in rest)
    if word == "not":
        return f"not {sentence(rest[0])}" if rest[0][0] == "is" else f"not ({sentence(rest[0])})"
    if word == "incident":
        return "open incident " + " or ".join(rest[0])
    if word == "is":
        if rest[1] == [True]:
            return str(rest[0])
        return f"{rest[0]} is {' or '.join('no' if v is False else str(v) for v in rest[1])}"
    return f"{rest[0]} {word.replace('_', ' ')} {rest[1]}"
