"""What a value in the data of an event can be: as the page calls it, and how it is known.

Used by:  wayhome.commands.events, which says what each type of event holds
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from wayhome.frozen import EMPTY
from wayhome.model.closed_sets import OWNER, SlotType
from wayhome.model.number import read_number
from wayhome.model.reading import CODE
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.languages import is_language
from wayhome.packs.process import Process

STRING: Mapping[str, Any] = {"type": "string"}
LEFT_OUT, IN_PART, WITHHELD = "left out", "what they may not read is left out", "`withheld`"


class ReadingContext(NamedTuple):
    """What a value is read with: the process of its case, and the data in which it stands."""

    process: Process
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """What a value of an event's data is.

    Attributes:
        said: what it is, in the words of the page.
        fits: says whether something is one.
        words: all that it can be, where that is a fixed set.
        parts: of a record, what it consists of.
        how: how it is written, where that does not go without saying.
        when: in which case it is there; always, where this is empty.
        kept_from: what is done with it for an actor who may not read it; empty, where all may who may read the case.
        schema: its shape in JSON, as JSON Schema; what only a process knows, like its steps, is not in it.
    """

    said: str
    fits: Callable[[Any, ReadingContext], bool]
    words: tuple[str, ...] = ()
    parts: Mapping[str, Value] = EMPTY
    how: str = ""
    when: str = ""
    kept_from: str = ""
    schema: Mapping[str, Any] = EMPTY

    @property
    def described(self) -> dict[str, Any]:
        """Give its schema with what it is; also as it stands for who may not read it."""
        written = f"({self.how})" if self.how else ""
        words = ", ".join(self.words) if self.words else ""
        said = f"{self.said}: {words}" if words else self.said
        about = " ".join(filter(None, (said, written, self.when and f"– {self.when}")))
        shape = {"anyOf": [self.schema, {"const": "withheld"}]} if self.kept_from == WITHHELD else self.schema
        return {"description": about, **shape}

    def only(self, when: str) -> Value:
        """Give the same value, which is not always there."""
        return replace(self, when=when)

    def kept(self, from_: str) -> Value:
        """Give the same value, which not all may read who may read the case."""
        return replace(self, kept_from=from_)


def _is_made(make: Callable[[str], object], value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(make(value))
    except Exception:
        return False


def _is_day(value: Any) -> bool:
    return _is_made(date.fromisoformat, value) and len(value) == len("2026-03-31")


def _is_instant(value: Any) -> bool:
    return _is_made(datetime.fromisoformat, value) and str(value).endswith("Z") and "T" in value


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def _is_number(value: Any) -> bool:
    return type(value) is int or (
        isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?(E[+-]?\d+)?", value) is not None
    )


def _named(process: Process, kind: str) -> Collection[str]:
    found: Collection[str] = getattr(process, kind)
    return {*found, OWNER} if kind == "roles" else found


def fields_of(values: Mapping[str, Value]) -> dict[str, Any]:
    """Describe the fields of some data as JSON Schema; what is not always there, or not for all, is not required."""
    must = [name for name, value in values.items() if not value.when and not value.kept_from]
    return {
        "type": "object",
        "properties": {name.rstrip("_"): value.described for name, value in values.items()},
        **({"required": must} if must else {}),
    }


def ids(kind: str, said: str) -> Value:
    """What is named by its id, of one kind of a process."""
    return Value(said, lambda value, at: value in _named(at.process, kind), schema=STRING)


def one_of(*words: str, said: str = "one of") -> Value:
    """A word of a fixed set."""
    return Value(said, lambda value, at: value in words, words, schema={"enum": [*words]})


def either(one: Value, other: Value, said: str) -> Value:
    """One of two kinds."""
    schema = {"anyOf": [one.schema, other.schema]}
    return Value(said, lambda value, at: one.fits(value, at) or other.fits(value, at), schema=schema)


def several(of: Value, said: str) -> Value:
    """A list."""
    return Value(
        said,
        lambda value, at: isinstance(value, list | tuple) and all(of.fits(one, at) for one in value),
        of.words,
        schema={"type": "array", "items": of.schema},
    )


def each(key: Value, of: Value, said: str) -> Value:
    """A mapping."""

    def fits(value: Any, at: ReadingContext) -> bool:
        return isinstance(value, Mapping) and all(key.fits(k, at) and of.fits(v, at) for k, v in value.items())

    schema = {"type": "object", "additionalProperties": of.schema}
    return Value(said, fits, of.words or key.words, schema=schema)


def row(*of: Value) -> Value:
    """A list whose places mean something."""

    def fits(value: Any, at: ReadingContext) -> bool:
        is_row = isinstance(value, list | tuple) and len(value) == len(of)
        return is_row and all(one.fits(part, at) for one, part in zip(of, value, strict=True))

    places = [one.schema for one in of]
    schema = {"type": "array", "prefixItems": places, "minItems": len(of), "maxItems": len(of)}
    return Value("", fits, schema=schema)


def record(said: str, **parts: Value) -> Value:
    """What has parts of its own; `from_` is written `from`."""
    own = {name.rstrip("_"): part for name, part in parts.items()}

    def fits(value: Any, at: ReadingContext) -> bool:
        return isinstance(value, Mapping) and not [*wrong_in(own, value, at.process)]

    return Value(said, fits, parts=own, schema=fields_of(own))


def wrong_in(fields: Mapping[str, Value], data: Mapping[str, Any], process: Process) -> Iterator[str]:
    """Name the fields of some data that nobody declared, that are missing, or that are something else."""
    at = ReadingContext(process, data)
    yield from (name for name in data if name not in fields)
    for name, value in fields.items():
        if name in data and not value.fits(data[name], at):
            yield name
        if name not in data and not value.when:
            yield name


def _matches(pattern: str) -> Callable[[Any, ReadingContext], bool]:
    return lambda value, at: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _begins_with(kind: str, sign: str) -> Callable[[Any, ReadingContext], bool]:
    """A key whose first part is an id of this kind."""
    return lambda value, at: isinstance(value, str) and re.split(sign, value)[0] in _named(at.process, kind)


SHORT_CODE = Value(
    "short code", lambda value, at: _is_code(value), how="letters, digits and a few signs, at most 80", schema=STRING
)
DAY = Value("day", lambda value, at: _is_day(value), how="`2026-03-31`", schema={**STRING, "format": "date"})
INSTANT = Value(
    "instant",
    lambda value, at: _is_instant(value),
    how="`2026-03-31T08:00:00Z`, always UTC",
    schema={**STRING, "format": "date-time"},
)
MOMENT = either(DAY, INSTANT, "day or instant")
NUMBER = Value(
    "number",
    lambda value, at: _is_number(value),
    how='a whole number, or a decimal as text: `12`, `"0.5"`',
    schema={"type": ["integer", "string"]},
)
YES_NO = Value(
    "yes or no", lambda value, at: isinstance(value, bool), how="`true` or `false`", schema={"type": "boolean"}
)
YES = Value("yes", lambda value, at: value is True, how="`true`", schema={"const": True})
TEXT = Value(
    "text",
    lambda value, at: isinstance(value, str),
    how="words of a pack or of the office, about no person",
    schema=STRING,
)
LANGUAGE = Value("language", lambda value, at: _is_made(is_language, value), how="`en`, `pcm`, `pt-BR`", schema=STRING)
COUNTRY = Value("country", _matches("[A-Z]{2}"), how="`BE`, as in ISO 3166", schema={**STRING, "pattern": "^[A-Z]{2}$"})
ZONE = Value("time zone", _matches(r"[A-Za-z0-9_+/-]+"), how="`Africa/Lagos`", schema=STRING)
PARTY = Value(
    "party",
    lambda value, at: _is_code(value),
    how="`person` (who returns), a ref, a partner, an organisation, a role, or a class of recipients",
    schema=STRING,
)
REF = Value("ref", _matches(r"[a-z_]+-\d+"), how="somebody else of the case, and no name: `child-1`", schema=STRING)
ACCOUNT = Value("id of an account", lambda value, at: _is_code(value), schema=STRING)
ENTRY = Value(
    "number of an entry",
    lambda value, at: type(value) is int and value > 0,
    how="`seq` of an event of the case",
    schema={"type": "integer", "minimum": 1},
)
DIGEST = Value(
    "digest of a process",
    _matches("[0-9a-f]{64}"),
    how="64 hexadecimal digits",
    schema={**STRING, "pattern": "^[0-9a-f]{64}$"},
)
CASE_NUMBER = Value(
    "number of a case", lambda value, at: _is_made(read_number, value), how="`WH-7K3M9-Q2F4A-Z`", schema=STRING
)
LABEL = Value("label of a case", _matches("[a-z]+-[a-z]+(-[0-9]+)?"), how="`quiet-bridge`", schema=STRING)
STEP_KEY = Value(
    "key of a step",
    _begins_with("steps", "[/@]"),
    how="`STEP`, `STEP/ROUND`, `STEP@REF` or `STEP/ROUND@REF`",
    schema=STRING,
)
CONSENT_KEY = Value(
    "key of a consent",
    _begins_with("consents", ">"),
    how="`PURPOSE>RECIPIENT@REF`; nobody is empty: `return>@`",
    schema=STRING,
)
PAPER_KEY = Value("key of a paper", _begins_with("documents", "@"), how="`KIND`, or `KIND@REF`", schema=STRING)
HOW_THEY_ARE_WRITTEN = (
    SHORT_CODE, DAY, INSTANT, NUMBER, YES_NO, YES, TEXT, LANGUAGE, COUNTRY, ZONE, PARTY, REF, ENTRY, CASE_NUMBER, LABEL, DIGEST, STEP_KEY,
    CONSENT_KEY, PAPER_KEY,
)  # fmt: skip
ANYTHING = Value("as JSON", lambda value, at: True)

FACT = ids("facts", "code of a fact")
STEP_ID = ids("steps", "code of a step")
PURPOSE = ids("consents", "code of a purpose of consent")
PAPER = ids("documents", "code of a kind of paper")
GROUP = ids("groups", "code of a data group")
GROUPS = several(GROUP, "list of codes of data groups")
ROLE = ids("roles", "code of a role")
OUTCOME = ids("outcomes", "code of an outcome")


# --- values that a pack declares ----------------------------------------------------------------------------------------

MONEY = record("an amount of money", amount=NUMBER, currency=SHORT_CODE)
# How a value stands in an event, by the type that a pack gives it.
BY_TYPE: Mapping[SlotType, Value] = {
    "text": YES,
    "bool": YES_NO,
    "code": SHORT_CODE,
    "codes": several(SHORT_CODE, "list of short codes"),
    "date": DAY,
    "instant": INSTANT,
    "moment": MOMENT,
    "number": NUMBER,
    "money": MONEY,
    "place": SHORT_CODE,
    "party": PARTY,
    "case_worker": ACCOUNT,
    "language": LANGUAGE,
    "languages": several(LANGUAGE, "list of languages"),
    "rows": Value(
        "list of records, with the columns of the field",
        lambda value, at: isinstance(value, list | tuple),
        schema={"type": "array", "items": {"type": "object"}},
    ),
    "answers": each(SHORT_CODE, SHORT_CODE, "by what is asked about: a short code"),
}


def _are_facts(value: Any, at: ReadingContext) -> bool:
    facts = at.process.facts
    return isinstance(value, Mapping) and all(
        id in facts and (said is None or BY_TYPE[facts[id].type].fits(said, at)) for id, said in value.items()
    )


def _are_fields(value: Any, at: ReadingContext) -> bool:
    step = at.process.steps.get(str(at.data.get("step")))
    return isinstance(value, Mapping) and step is not None and _are_of(step.fields, value, at)


def _are_of(specs: Mapping[str, FieldSpec], said: Mapping[str, Any], at: ReadingContext) -> bool:
    return all(
        name in specs
        and BY_TYPE[specs[name].type].fits(one, at)
        and (specs[name].type != "rows" or all(_are_of(specs[name].columns, part, at) for part in one))
        for name, one in said.items()
    )


def _is_result(value: Any, at: ReadingContext) -> bool:
    step = at.process.steps.get(str(at.data.get("step")))
    return step is not None and value in step.results


FACTS = Value(
    "by code of a fact: its value, or `null` when it is not known", _are_facts, schema={"type": "object"}
).kept(IN_PART)
FIELDS = Value("by field of the step: its value", _are_fields, schema={"type": "object"}).kept(IN_PART)
INCIDENT = ids("incidents", "code of an incident").kept(WITHHELD)
RESULT = Value("a result of the step", _is_result, schema=STRING).kept(LEFT_OUT)


def because(*words: str) -> Value:
    """Why something ended or began: an incident, or one of these words."""
    return replace(either(INCIDENT, one_of(*words), "code of an incident, or one of"), words=words).kept(WITHHELD)
