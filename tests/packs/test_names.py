"""Each key that holds a name says in its type what it names, and one table knows all that there is to name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from wayhome.model.closed_sets import RELATIONS
from wayhome.packs.kinds import kind
from wayhome.packs.mentions import Names
from wayhome.packs.names import KINDS, OF_ITSELF

from tests.packs.test_every_key_has_a_reader import kinds
from tests.packs.test_faults import STEP, a_pack, faults_of

ID = get_args(kind.Id)[1].bounds["pattern"]
# What gives a name to something of the entry itself, or names what lies outside all packs.
GIVES_A_NAME = {
    ("IncidentKind", "aliases"),
    ("PackRule", "check"),  # a function of the pack's own code
    ("Step", "results"), ("Step", "fields"), ("Tightening", "fields"), ("FieldSpec", "columns"), ("IncidentKind", "outcomes"),
    ("FieldSpec", "gives_result"), ("FieldSpec", "opens"), ("FieldSpec", "needed_with"), ("FieldSpec", "needed_after"), ("FieldSpec", "unlike"), ("Result", "needs_fields"), ("Result", "two_sign_after"), ("Step", "two_sign"),  # a column, fields of its own
    ("Step", "aged_from"), ("Step", "look_again"), ("FieldSpec", "about"), ("FieldSpec", "gives"),
    ("RegisterField", "columns"), ("RegisterField", "of_person"), ("RegisterField", "news"), *(("RegisterField", name) for name in ("gives_result", "opens", "needed_with", "needed_after", "unlike", "about", "gives")),
    ("Instrument", "questions"), ("Instrument", "dimensions"), ("Instrument", "scale"), ("Instrument", "screen"),
    *(("AskedAloud", name) for name in ("opens", "offers", "news", "asked_with", "dimension")),
    ("RegisterAddition", "fields"), ("Register", "fields"), ("Register", "states"), ("Register", "screen"),
    ("FieldDue", "answers"), ("Counts", "whole"), ("Counts", "back"),  # of the field itself; of the register that is counted into
    ("RowsFor", "field"), ("RowsFor", "answer"), ("RowsFor", "column"),
    ("Weighs", "of"), ("Weighs", "from_"),
}  # fmt: skip


def _unnamed(hint: Any, *, named: bool = False) -> Iterator[Any]:
    """Give every id inside a type of which nobody says what it names."""
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        named = named or any(isinstance(mark, Names) for mark in marks)
        if not named and any(isinstance(mark, kind.Bounds) and mark.bounds.get("pattern") == ID for mark in marks):
            yield hint
        yield from _unnamed(inner, named=named)
    else:
        for arg in get_args(hint):
            yield from _unnamed(arg, named=named)


def test_every_key_that_holds_a_name_says_what_it_names() -> None:
    unnamed = {
        (one.__name__, name)
        for one, _ in kinds()
        for name, hint in get_type_hints(one, include_extras=True).items()
        if name != "id" and any(_unnamed(hint))
    }

    assert unnamed == GIVES_A_NAME


def test_what_a_key_may_name_stands_in_the_table() -> None:
    for one, _ in kinds():
        for hint in get_type_hints(one, include_extras=True).values():
            for mark in getattr(hint, "__metadata__", ()):
                assert not isinstance(mark, Names) or {OF_ITSELF.get(kind, kind) for kind in mark.kinds} <= set(KINDS)


@pytest.mark.parametrize(
    ("more", "near"),
    [
        ("after: [return_intentoin]", "return_intention"),
        ("when: {is_chlid: true}", "is_child"),
        ("consent: [contact_embasy]", "contact_embassy"),
        ("due: {days: 1, after: planed_departure}", "planned_departure"),
        ("done_by: {document: travel_documents}", "travel_document"),
        ("results: {bad: {passes: true, opens: risk_hihg}}", "risk_high"),
    ],
)
def test_a_misspelt_name_is_told_with_what_is_near(tmp_path: Path, more: str, near: str) -> None:
    a_pack(tmp_path, {"steps.yaml": f"- {{id: xx_step, {STEP}, {more}}}\n"})

    (fault,) = faults_of(tmp_path)

    assert fault.fix.startswith(f"Did you mean '{near}'? ")


def test_everybody_near_the_person_belongs_to_one_class_of_recipients(packs):
    recipients = packs.process("BE", "NG").recipients.values()

    assert sorted(relation for one in recipients for relation in one.relations) == sorted(RELATIONS)
