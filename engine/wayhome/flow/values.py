"""Read values as people type them, by the declared type. Every fault is one sentence with what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple

from wayhome.errors import BadInput
from wayhome.packs.process import FieldSpec

LONGEST_TEXT = 10_000
LONGEST_ID = 80
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,79}")
_YES, _NO = frozenset({"true", "yes", "y"}), frozenset({"false", "no", "n"})


def unknown(what: str, given: str, known: Iterable[str]) -> BadInput:
    """Make the error for a word that does not exist, with the nearest that do."""
    names = sorted(known)
    near = get_close_matches(str(given)[:LONGEST_ID], names, n=3, cutoff=0.6)
    listed = ", ".join(near) if near else ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    # What is like nothing that is known may be a name typed into the wrong place: it is not echoed.
    like = bool(near) and _CODE.fullmatch(str(given)) is not None
    said = f"There is no {what} '{given}'." if like else f"There is no {what} like that."
    return BadInput(
        said,
        why="Did you mean one of these?" if near else "There are:",
        todo=f"{listed or 'none'}.",
    )


def not_older_than(what: str, recorded_at: datetime | None, at: datetime) -> None:
    """See that an entry does not override something that happened later.

    Raises:
        BadInput: something later is recorded already.
    """
    if recorded_at is not None and recorded_at > at:
        raise BadInput(
            f"Something later is recorded already of {what}.",
            why="An older entry does not override it.",
            todo="Correct at=…, or record how it stands now.",
        )


def as_text(name: str, value: Any, longest: int = LONGEST_TEXT) -> str:
    """Read a text."""
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"'{name}' is a text, and is empty.", todo="Write a few words.")
    if len(value) > longest:
        raise BadInput(
            f"'{name}' is too long: {len(value)} characters.", why=f"At most {longest} are kept.", todo="Shorten it."
        )
    if any(ord(c) < 32 and c not in "\n\t\r" for c in value) or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise BadInput(
            f"'{name}' holds characters that cannot be kept.", todo="Type it again without control characters."
        )
    return value


def as_code(name: str, value: Any) -> str:
    """Read a short code: letters, digits, and a few signs."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise BadInput(
            f"'{name}' is a short code of letters and digits.",
            why="It is kept in clear, so it may name nobody.",
            todo=f"Write for example {name}=phone.",
        )
    return value


def as_bool(name: str, value: Any) -> bool:
    """Read a yes or no."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadInput(f"'{name}' is a yes or a no.", todo=f"Write {name}=true or {name}=false.")


def as_day(name: str, value: Any) -> date:
    """Read a civil day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadInput(f"'{name}' is a day.", todo="Write it as 2026-03-31.") from None


def as_instant(name: str, value: Any) -> datetime:
    """Read a moment with its zone; gives UTC, whole seconds."""
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise BadInput(f"'{name}' is a moment.", todo="Write it as 2026-03-31T14:30+02:00.") from None
    if value.tzinfo is None or value.utcoffset() is None:
        raise BadInput(
            f"'{name}' does not say its time zone.",
            why="Half past two is another moment in another country.",
            todo="Add it: 2026-03-31T14:30+02:00, or Z for UTC.",
        )
    try:
        moment: datetime = value.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        raise BadInput(f"'{name}' lies outside all calendars.", todo="Correct the year.") from None
    return moment


def as_number(name: str, value: Any) -> int | str:
    """Read a number: whole ones as int, others as their decimal text (no floats are kept)."""
    if isinstance(value, bool):
        raise BadInput(f"'{name}' is a number.", todo="Write digits.")
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    try:
        number = Decimal(str(value))
        number = +number
    except ArithmeticError:
        raise BadInput(f"'{name}' is a number.", todo="Write digits, with a point for decimals.") from None
    if not number.is_finite() or abs(number) >= 2**53 or len(str(number)) > 20:
        raise BadInput(f"'{name}' is no number that can be kept.", todo="Write a usual number.")
    return int(number) if number == number.to_integral_value() else str(number.normalize())


def as_list(value: Any) -> list[Any]:
    """Read a list; a text is split at its commas."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, Sequence | set | frozenset):
        return list(value)
    return [value]


def one_of(name: str, value: Any, known: Iterable[str]) -> str:
    """Read one of the declared codes."""
    text = str(value)
    if text not in set(known):
        raise unknown(f"value of '{name}'", text, known)
    return text


def by_type(name: str, type: str, value: Any, values: Sequence[str] = ()) -> Any:
    """Read a value by its declared type; give it as events carry it (JSON, no floats).

    Raises:
        BadInput: it cannot be read, or is not declared.
    """
    if type == "bool":
        return as_bool(name, value)
    if type == "date":
        return as_day(name, value).isoformat()
    if type == "instant":
        return as_instant(name, value).isoformat().replace("+00:00", "Z")
    if type == "number":
        return as_number(name, value)
    if type == "code":
        return one_of(name, value, values) if values else as_code(name, value)
    if type == "codes":
        parts = as_list(value)
        if not parts:
            raise BadInput(f"'{name}' is empty.", todo="Name at least one.")
        return [one_of(name, part, values) if values else as_code(name, part) for part in parts]
    if type == "money":
        return _money(name, value)
    if type == "party":
        return as_code(name, value)
    return as_text(name, value)


def _money(name: str, value: Any) -> dict[str, Any]:
    parts = value if isinstance(value, Mapping) else dict(zip(("amount", "currency"), str(value).split(), strict=False))
    currency = str(parts.get("currency", ""))
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise BadInput(f"'{name}' is an amount with its currency.", todo="Write it as '150 EUR'.")
    return {"amount": as_number(name, parts.get("amount")), "currency": currency}


class Fields(NamedTuple):
    """The fields of a step, read: clear values, sealed texts by group, and the result that they give."""

    clear: dict[str, Any]
    sealed: dict[str, dict[str, Any]]
    result: str | None


def read_fields(specs: Mapping[str, FieldSpec], given: Mapping[str, Any], *, required: bool = True) -> Fields:
    """Read what a step asks for.

    Raises:
        BadInput: a field is not declared, required and missing, or cannot be read.
    """
    clear: dict[str, Any] = {}
    sealed: dict[str, dict[str, Any]] = {}
    result = None
    for name in given:
        if name not in specs:
            raise unknown("field", str(name), specs)
    for name, spec in specs.items():
        value = given.get(name)
        if value is None:
            if spec.required and required:
                raise BadInput(f"'{name}' is missing.", why="This step needs it.", todo=f"Add {name}=…")
            continue
        if spec.type == "text":
            sealed.setdefault(spec.group, {})[name] = as_text(name, value)
            clear[name] = True  # that it was said lies in clear; what was said does not
        elif spec.type == "rows":
            rows, texts, highest = _rows(name, spec, value)
            clear[name] = rows
            if texts:
                sealed.setdefault(spec.group, {})[name] = texts
            result = highest if spec.gives_result else result
        else:
            clear[name] = by_type(name, spec.type, value, spec.values)
    return Fields(clear, sealed, result)


def _rows(name: str, spec: FieldSpec, value: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str | None]:
    if isinstance(value, str):
        import orjson

        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise BadInput(f"'{name}' is a table.", todo="Give a list of rows, in a story or with --json.") from None
    if (
        not isinstance(value, Sequence)
        or not value
        or not all(isinstance(row, Mapping) for row in value)
        or len(value) > 100
    ):
        raise BadInput(f"'{name}' is a table of 1 to 100 rows.", todo="Give a list of rows.")
    rows, texts, highest = [], [], -1
    for row in value:
        read = read_fields(spec.columns, row)
        rows.append(read.clear)
        texts.append({k: v for part in read.sealed.values() for k, v in part.items()})
        if spec.gives_result:
            order = spec.columns[spec.gives_result].values
            highest = max(highest, order.index(str(read.clear.get(spec.gives_result, order[-1]))))
    result = spec.columns[spec.gives_result].values[highest] if spec.gives_result else None
    return rows, texts if any(texts) else [], result
