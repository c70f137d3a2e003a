"""What a value in the data of an event can be: as the page calls it, and its shape.

Used by:  wayhome.commands.events, which says what each type of event holds
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wayhome.frozen import EMPTY
from wayhome.model.closed_sets import SlotType

STRING: Mapping[str, Any] = {"type": "string"}
LEFT_OUT, IN_PART, WITHHELD = "left out", "what they may not read is left out", "`withheld`"


@dataclass(frozen=True, slots=True)
class Value:
    """What a value of an event's data is.

    Attributes:
        said: what it is, in the words of the page.
        words: all that it can be, where that is a fixed set.
        kind: of which kind of entry of a process it is the id; empty, where it is none.
        of: of which values it is made: those of a list, key and value of a mapping, the places of a row, or one of these.
        parts: of a record, what it consists of.
        how: how it is written, where that does not go without saying.
        when: in which case it is there; always, where this is empty.
        kept_from: what is done with it for an actor who may not read it; empty, where all may who may read the case.
        schema: its shape in JSON, as JSON Schema; what only a process knows, like its steps, is not in it.
    """

    said: str
    words: tuple[str, ...] = ()
    kind: str = ""
    of: tuple[Value, ...] = ()
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
    return Value(said, kind=kind, schema=STRING)


def one_of(*words: str, said: str = "one of") -> Value:
    """A word of a fixed set."""
    return Value(said, words, schema={"enum": [*words]})


def either(one: Value, other: Value, said: str) -> Value:
    """One of two kinds."""
    return Value(said, of=(one, other), schema={"anyOf": [one.schema, other.schema]})


def several(of: Value, said: str) -> Value:
    """A list."""
    return Value(said, of.words, of=(of,), schema={"type": "array", "items": of.schema})


def each(key: Value, of: Value, said: str) -> Value:
    """A mapping."""
    schema = {"type": "object", "additionalProperties": of.schema}
    return Value(said, of.words or key.words, of=(key, of), schema=schema)


def row(*of: Value) -> Value:
    """A list whose places mean something."""
    places = [one.schema for one in of]
    schema = {"type": "array", "prefixItems": places, "minItems": len(of), "maxItems": len(of)}
    return Value("", of=of, schema=schema)


def record(said: str, **parts: Value) -> Value:
    """What has parts of its own; `from_` is written `from`."""
    own = {name.rstrip("_"): part for name, part in parts.items()}
    return Value(said, parts=own, schema=fields_of(own))


SHORT_CODE = Value("short code", how="letters, digits and a few signs, at most 80", schema=STRING)
DAY = Value("day", how="`2026-03-31`", schema={**STRING, "format": "date"})
INSTANT = Value("instant", how="`2026-03-31T08:00:00Z`, always UTC", schema={**STRING, "format": "date-time"})
MOMENT = either(DAY, INSTANT, "day or instant")
NUMBER = Value(
    "number", how='a whole number, or a decimal as text: `12`, `"0.5"`', schema={"type": ["integer", "string"]}
)
YES_NO = Value("yes or no", how="`true` or `false`", schema={"type": "boolean"})
YES = Value("yes", how="`true`", schema={"const": True})
TEXT = Value("text", how="words of a pack or of the office, about no person", schema=STRING)
LANGUAGE = Value("language", how="`en`, `pcm`, `pt-BR`", schema=STRING)
COUNTRY = Value("country", how="`BE`, as in ISO 3166", schema={**STRING, "pattern": "^[A-Z]{2}$"})
ZONE = Value("time zone", how="`Africa/Lagos`", schema=STRING)
PARTY = Value(
    "party",
    how="`person` (who returns), a ref, a partner, an organisation, a role, or a class of recipients",
    schema=STRING,
)
REF = Value("ref", how="somebody else of the case, and no name: `child-1`", schema=STRING)
ENTRY_REF = Value("ref of an entry", how="an entry of a register: `service-2`", schema=STRING)
ACCOUNT = Value("id of an account", schema=STRING)
ENTRY = Value("number of an entry", how="`seq` of an event of the case", schema={"type": "integer", "minimum": 1})
CASE_NUMBER = Value("number of a case", how="`WH-7K3M9-Q2F4A-Z`", schema=STRING)
LABEL = Value("label of a case", how="`quiet-bridge`", schema=STRING)
DIGEST = Value("digest of a process", how="64 hexadecimal digits", schema={**STRING, "pattern": "^[0-9a-f]{64}$"})
STEP_KEY = Value("key of a step", how="`STEP`, `STEP/ROUND`, `STEP@REF` or `STEP/ROUND@REF`", schema=STRING)
CONSENT_KEY = Value("key of a consent", how="`PURPOSE>RECIPIENT@REF`; nobody is empty: `return>@`", schema=STRING)
PAPER_KEY = Value("key of a paper", how="`KIND`, or `KIND@REF`", schema=STRING)
ANYTHING = Value("as JSON")

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
        "list of records, with the columns of the field", schema={"type": "array", "items": {"type": "object"}}
    ),
    "entry": ENTRY_REF,
    "answers": each(SHORT_CODE, SHORT_CODE, "by what is asked about: a short code"),
}


FACTS = Value("by code of a fact: its value, or `null` when it is not known", schema={"type": "object"}).kept(IN_PART)
FIELDS = Value("by field of the step or the register: its value", schema={"type": "object"}).kept(IN_PART)
INCIDENT = ids("incidents", "code of an incident").kept(WITHHELD)
RESULT = Value("a result of the step", schema=STRING).kept(LEFT_OUT)


def because(*words: str) -> Value:
    """Why something ended or began: an incident, or one of these words."""
    return replace(either(INCIDENT, one_of(*words), "code of an incident, or one of"), words=words).kept(WITHHELD)
