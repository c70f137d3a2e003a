"""Read what a pack declares: facts and the fields of a step, by their declared types."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple, NoReturn

from wayhome.case_now import CaseNow
from wayhome.case_now.parties import party_called
from wayhome.case_now.roles import workers_at
from wayhome.commands.belonging import parties_told
from wayhome.errors import BadInput, Template
from wayhome.model.case import Dated
from wayhome.model.money import DECIMALS, written
from wayhome.model.reading import (
    Faults,
    as_bool,
    as_code,
    as_day,
    as_instant,
    as_list,
    as_moment,
    as_number,
    as_text,
    bad,
    from_json_text,
    one_of,
    undeclared_field,
    unknown,
)
from wayhome.packs.kinds.fields import FieldSpec, bare
from wayhome.packs.languages import is_language


def party_from(case: CaseNow, field: str, value: str) -> str:
    """Read whom a consent or a contact names: somebody whom this case knows.

    Raises:
        BadInput: no pack, no ref and no register knows them; or it cannot be read.
    """
    party = as_code(field, value)
    return party if case.class_of(party) else _nobody(case, field, party)


def somebody_from(case: CaseNow, field: str, value: str) -> str:
    """Read who in particular it was: a person, a partner or an organisation; a class of these saw nothing.

    Raises:
        BadInput: no pack, no ref and no register knows them; or it cannot be read.
    """
    said = as_code(field, value)
    return case.party(said) or _nobody(case, field, said)


def organisation_from(case: CaseNow, field: str, value: str) -> str:
    """Read an organisation that no pack knows: the office registered it, or it works on the case.

    Raises:
        BadInput: it is a pack's partner, or nobody knows it; or it cannot be read.
    """
    id = as_code(field, value)
    if id in case.process.partners:
        raise BadInput("'{id}' is a partner of a pack.", todo="Say 'partner': {id}.", field=field, id=id)
    return id if case.is_organisation(id) else _nobody(case, field, id)


def _nobody(case: CaseNow, field: str, given: str) -> NoReturn:
    known = {*case.process.partners, *case.process.recipients, *parties_told(case), case.recorded.organisation}
    near = get_close_matches(given, sorted(known - {given}), n=3, cutoff=0.6)
    raise BadInput(  # what is like nothing that is known may be a name typed into the wrong place: it is not echoed
        "Nobody here knows '{given}'." if near else "Nobody here knows this party.",
        why=("Did you mean {near}?" if len(near) == 1 else "Did you mean one of these: {near}?") if near else "",
        todo="Involve a person; register an organisation first, with its country and what it does.",
        field=field,
        code="unregistered",
        **({"given": given, "near": near} if near else {}),
    )


def must_work_there(case: CaseNow, organisation: str, field: str, worker: str) -> None:
    """See that somebody can answer for the person: where an organisation has such accounts here, one of them.

    Raises:
        BadInput: there is no such account.
    """
    known = workers_at(case, organisation)
    if known and worker not in known:
        there = party_called(case.process, case.recorded, organisation)
        raise unknown("account of who can answer for the person at {there}", worker, known, field=field, there=there)
    if worker not in case.recorded.kept_to.get(organisation, (worker,)):
        out: Template = "'{worker}' may not know of this case at their organisation."
        raise bad(field, "contradiction", out, "Name somebody else; or ask there who may (keep_to).", worker=worker)


def not_older_than(what: Template, case: CaseNow, record: Dated | None, **values: Any) -> None:
    """See that an entry does not override something that happened later; `what` says that there is something later.

    Raises:
        BadInput: something later is recorded already.
    """
    if record is not None and case.recorded.begins(record) > case.at:
        raise BadInput(
            what,
            why="An older entry does not override it.",
            todo="Correct 'at', or record how it stands now.",
            field="at",
            **values,
        )


def nobody_is_known() -> BadInput:
    """Say that a case knows nobody beside the person yet."""
    todo: Template = "Make somebody known first: involve them, or have the organisation registered."
    return BadInput("Nobody is known in this case yet.", todo=todo, field="of", code="unknown")


def not_in_the_case(case: CaseNow, ref: str) -> BadInput:
    """Say that nobody of the case is known by a ref, and who is, of whom who asks is told."""
    told = {*parties_told(case)}
    return unknown("party for 'of'", ref, told, field="of") if told else nobody_is_known()


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
        return tuple(one_of(name, part, values) if values else as_code(name, part) for part in _several(name, value))
    if type == "language":
        return language_from(name, value)
    if type == "languages":
        return tuple(language_from(name, part) for part in _several(name, value))
    if type == "money":
        return _money(name, value)
    if type == "moment":
        said = as_moment(name, value)
        return said.isoformat().replace("+00:00", "Z")
    if type in ("party", "case_worker", "place", "entry"):
        return as_code(name, value)
    return as_text(name, value)


def _several(name: str, value: Any) -> list[Any]:
    if not (parts := as_list(value)):
        raise bad(name, "empty", "'{name}' is empty.", "Name at least one.")
    return parts


def language_from(name: str, value: Any) -> str:
    """Read a language by its code.

    Raises:
        BadInput: there is no such code.
    """
    code = as_code(name, value)
    if not is_language(code):
        what: Template = "'{name}' is a language by its code."
        raise bad(
            name,
            "unknown",
            what,
            "Write for example en, pcm or pt-BR (ISO 639, and the country where that matters); of one that has no code x- and its name.",
        )
    return code


AMOUNT = re.compile(r"-?[0-9]+(?:[.]([0-9]+))?")


def _money(name: str, value: Any) -> dict[str, Any]:
    """Read an amount with its currency: as it is written on paper. More decimals than there are may be thousands, as in 1.500 EUR."""
    parts = [value.get("amount"), value.get("currency")] if isinstance(value, Mapping) else str(value).split()
    given, currency = parts if len(parts) == len(("amount", "currency")) else ("", "")
    currency = str(currency or "")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise bad(name, "unreadable", "'{name}' is an amount with its currency.", "Write it as '150 EUR'.")
    if currency not in DECIMALS:
        what: Template = "'{name}' is in a currency that there is not: {currency}."
        raise bad(name, "unknown", what, "Write its three letters, as EUR, NGN or SLE.", currency=currency)
    amount = Decimal(str(as_number(name, given)))
    as_written = AMOUNT.fullmatch(given.strip()) if isinstance(given, str) else None
    if isinstance(given, str) and as_written is None:
        raise bad(name, "unreadable", "'{name}' is a number.", "Write digits, with a point for decimals.")
    if amount <= 0:
        raise bad(
            name, "unreadable", "'{name}' is more than nothing.", "Write how much it was; money back is its own entry."
        )
    decimals = len((as_written and as_written[1]) or "")
    if decimals > DECIMALS[currency] or amount != round(amount, DECIMALS[currency]):
        fine: Template = "'{name}' is written finer than {currency} is paid."
        raise bad(name, "unreadable", fine, "Correct the amount.", currency=currency)
    return {"amount": written(amount, currency), "currency": currency}


class StepValues(NamedTuple):
    """The fields of a step, read: clear values, sealed texts by group, and the results that they give: the worst counts."""

    clear: dict[str, Any]
    sealed: dict[str, dict[str, Any]]
    results: tuple[str, ...] = ()


NEEDS_IT: Template = "This step needs it."


def missing(name: str, why: Template = NEEDS_IT, **values: Any) -> BadInput:
    """Say that a field must be given; `why` is a template with these values."""
    return bad(name, "missing", "'{name}' is missing.", "Say '{name}'.", why=why, **values)


def read_fields(
    specs: Mapping[str, FieldSpec],
    values: Mapping[str, Any],
    *,
    required: bool = True,
    examples: Collection[str] = (),
    why: Template = NEEDS_IT,
) -> StepValues:
    """Read what a step asks for, or an entry of a register; `examples` are words that nobody said, `why` says of what is missing what needs it.

    Raises:
        BadInput: with every field that is not declared, is required and missing, or cannot be read.
    """
    fields, faults = StepValues({}, {}), Faults()
    for number, name in enumerate(values):
        if name not in specs:
            faults += unknown("field", str(name), specs, field=undeclared_field(number)).faults
    for name, spec in specs.items():
        value = values.get(name)
        if value is None and spec.required and required and spec.type == "answers":
            value = {}  # its answers are missing: it is said which
        if value is None:
            if spec.required and required:
                faults += missing(name, why).faults
            continue
        if spec.always:
            faults += bad(name, "unreadable", "'{name}' is kept by itself.", "Leave it out.").faults
            continue
        with faults.gathered():
            fields = _with_field(fields, name, spec, value, examples)
    if not faults:
        for name, spec in specs.items():
            with faults.gathered():
                _has_its_rows(name, spec, fields.clear)
    faults.raise_any()
    fields.clear.update((name, spec.always) for name, spec in specs.items() if spec.always and fields.clear)
    return fields


def _with_field(fields: StepValues, name: str, spec: FieldSpec, value: Any, examples: Collection[str]) -> StepValues:
    if spec.type == "text":
        fields.sealed.setdefault(spec.group, {})[name] = _no_example(name, as_text(name, value), examples)
        fields.clear[name] = True  # that it was said lies in clear; what was said does not
    elif spec.type == "rows":
        rows, texts = _rows(name, spec, value, examples)
        fields.clear[name] = rows
        if texts:
            fields.sealed.setdefault(spec.group, {})[name] = texts
        if spec.gives_result:
            return fields._replace(results=(*fields.results, *(row[spec.gives_result] for row in rows)))
    elif spec.type == "answers":
        fields.clear[name] = answers = one_to_each(name, value, spec.about, spec.values)
        given = (spec.gives[one] for one in answers.values() if one in spec.gives)
        return fields._replace(results=(*fields.results, *given))
    else:
        fields.clear[name] = by_type(name, spec.type, value, spec.values)
        within(name, spec.between, fields.clear[name])
    return fields


def _no_example(name: str, text: str, examples: Collection[str]) -> str:
    """See that the words are not those which a pack gives as an example."""
    if examples and bare(text) in examples:
        what: Template = "'{name}' is an example, and nobody said it here."
        raise bad(name, "placeholder", what, "Write what was said, seen or decided.")
    return text


def within(name: str, between: Sequence[int], value: Any) -> None:
    """See that a number lies between the least and the most. Raises BadInput."""
    if between and not between[0] <= Decimal(str(value)) <= between[1]:
        what: Template = "'{name}' lies between {least} and {most}."
        raise bad(name, "unreadable", what, "Correct it.", least=between[0], most=between[1])


def one_to_each(name: str, value: Any, about: Collection[str], values: Collection[str]) -> dict[str, str]:
    """Read one answer to each of what is asked about: a mapping, or `this:no,that:yes`.

    Raises:
        BadInput: with everything that is asked about and not answered, answered and not asked about, or no answer.
    """
    if isinstance(value, str):
        parts = [one.partition(":") for one in as_list(value)]
        value = {of.strip(): answer.strip() for of, _, answer in parts}
        if len(value) < len(parts):
            raise bad(name, "contradiction", "'{name}' answers something twice.", "Answer each once.")
    if not isinstance(value, Mapping):
        raise bad(
            name, "unreadable", "'{name}' has one answer to each.", "Give an answer to each, by what it is about."
        )
    faults = Faults()
    for of in value:
        with faults.gathered():
            one_of(name, of, about)
    if left := [of for of in about if of not in value]:
        what: Template = "'{name}' has no answer to these: {left}."
        todo: Template = "Answer each with one of these: {values}."
        faults += bad(name, "missing", what, todo, left=left, values=[*values]).faults
    for of in about:
        with faults.gathered():
            _ = one_of(f"{name}.{of}", value[of], values) if of in value else None
    faults.raise_any()
    return {of: str(value[of]) for of in about}


def _has_its_rows(name: str, spec: FieldSpec, read: Mapping[str, Any]) -> None:
    """See that each that is answered so has a row, and nothing else has."""
    if spec.rows_for is None:
        return
    field, answer, column = spec.rows_for.field, spec.rows_for.answer, spec.rows_for.column
    wanted = {of for of, said in (read.get(field) or {}).items() if said == answer}
    found = {row[column] for row in read.get(name, ())}
    if without := sorted(wanted - found):
        what: Template = "'{name}' has no row for what is '{answer}': {without}."
        raise bad(name, "missing", what, "Add a row for each whom it concerns.", without=without, answer=answer)
    if beyond := sorted(found - wanted):
        what = "'{name}' has a row for what is not '{answer}': {beyond}."
        raise bad(
            name,
            "contradiction",
            what,
            "Leave the row out, or correct {other}.",
            beyond=beyond,
            answer=answer,
            other=field,
        )


def _rows(
    name: str, spec: FieldSpec, value: Any, examples: Collection[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if isinstance(value, str):
        value = from_json_text(name, value)
        if value is None:
            raise bad(name, "unreadable", "'{name}' is a table.", "Give a list of rows, as JSON.")
    if (
        not isinstance(value, Sequence)
        or not value
        or not all(isinstance(row, Mapping) for row in value)
        or len(value) > 100
    ):
        raise bad(name, "unreadable", "'{name}' is a table of 1 to 100 rows.", "Give a list of rows.")
    rows, texts, faults = [], [], Faults()
    for number, row in enumerate(value):
        with faults.gathered(f"{name}[{number}]"):
            read = read_fields(spec.columns, row, examples=examples)
            for column, one in spec.columns.items():
                if one.weighs and (level := one.weighs.level(one.values, read.clear)) is not None:
                    read.clear.setdefault(column, level)
            rows.append(read.clear)
            texts.append({k: v for part in read.sealed.values() for k, v in part.items()})
    faults.raise_any()
    return rows, texts if any(texts) else []
