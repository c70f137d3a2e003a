"""Of which data groups an answer gives more than a summary: so much of it is accounted for (access, sections 6 and 9).

Used by:  wayhome.looking, wayhome.engine, wayhome.everything
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from wayhome.case_now.letters import COURSE, Letters
from wayhome.case_views import NO_MORE_OF_A_PAPER, NO_MORE_OF_AN_ANSWER
from wayhome.commands.belonging import BIRTH, RISK, belongings

if TYPE_CHECKING:
    from wayhome.model.event import HistoryRow
    from wayhome.packs.process import Process
    from wayhome.results import CaseView

OF_AN_ANSWER = tuple(NO_MORE_OF_AN_ANSWER)
OF_A_PAPER = tuple(NO_MORE_OF_A_PAPER)
NOTHING: tuple[Any, ...] = (None, [], ())  # legs that are left out are none


def of_case(view: CaseView, process: Process, letters: Letters) -> frozenset[str]:
    """Name the groups of which a case, as it is shown, gives more than a summary."""
    return frozenset(_of_case(view, process, letters))


def _of_case(view: CaseView, process: Process, letters: Letters) -> Iterator[str]:
    reads = letters.of(None).reads
    yield from {COURSE} & reads
    if "parties" in reads and (view.roles or view.case_workers):
        yield "parties"
    people = [one["facts"] for one in view.people]
    yield from (process.facts[id].group for said in (view.facts, *people) for id in said)
    yield from (BIRTH for one in view.people if one.get("born_on") or one["age_band"])
    yield from (RISK for one in view.people if one["suspected"])
    for answer in view.consents:
        if any(answer.get(name) for name in OF_AN_ANSWER):
            yield process.group_of_consent(answer["purpose"])
    for paper in view.documents:
        if any(paper.get(name) for name in OF_A_PAPER):
            yield process.group_of_paper(paper["kind"])
    answered = (
        (row.id, said) for row in view.steps for said in (row.answers, *(one["answers"] for one in row.earlier))
    )
    yield from (process.steps[id].fields[name].group for id, said in answered for name in said)
    for entry in view.entries:
        register = process.registers[entry["register"]]
        yield from (register.group_of(name, entry["of"]) for name, said in entry["values"].items() if said is not None)
    asked = [time for one in view.wellbeing for time in one["times"]]
    yield from (process.steps[time["step"]].fields[name].group for time in asked for name in time["answers"])
    if view.travel is not None:
        yield "travel"
    if view.arrival is not None:
        yield "arrival"


def of_rows(rows: Iterable[HistoryRow], process: Process, letters: Letters) -> frozenset[str]:
    """Name the groups of which rows of a history give more than a summary."""
    return frozenset(group for row in rows for group in _of_row(row, process, letters))


def _of_row(row: HistoryRow, process: Process, letters: Letters) -> Iterator[str]:
    data = row.data
    yield from {COURSE} & letters.of(row.seq).reads
    yield from (group for group, texts in row.texts.items() if texts)
    for (field, *name), group in belongings(process, data):
        if group and (data[field][name[0]] if name else data[field]) not in NOTHING:
            yield group
    if row.type.startswith("consent_") and any(data.get(name) for name in OF_AN_ANSWER):
        yield process.group_of_consent(str(data["purpose"]))
    if row.type == "document_recorded" and any(data.get(name) for name in OF_A_PAPER):
        yield process.group_of_paper(str(data["kind"]))
    if row.type.startswith("contact_") and data.get("channel"):
        yield "phone"
    if row.type == "opened_up" and data.get("until"):
        yield "read_log"
    if row.type == "role_assigned" or data.get("with"):
        yield from {"parties"} & letters.of(row.seq).reads
