"""What another wrote, as a second is to sign it: each answer beside its question, and what is not theirs to read as that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.entries import needed_entries
from wayhome.case_now.letters import letters_for
from wayhome.errors import Template, filled
from wayhome.forms.slots import slots
from wayhome.frozen import EMPTY
from wayhome.model.case import StepKey
from wayhome.model.event import HistoryRow
from wayhome.model.form import Answered, Slot, Written

RESULT: Template = "What came out"
HOW: Mapping[str, Template] = {
    "by": "Whose word it is",
    "heard_by": "How it was heard",
    "on_paper": "Which paper says so",
    "informed_at": "When the person was told of it",
}
SAY_A_STEP = ("step_signed", "step_completed")
ANSWERED: Mapping[str, str] = {"consent_given": "given", "consent_refused": "refused"}


def written(case: CaseNow, entry: HistoryRow, asked: HistoryRow | None = None) -> Written:
    """Tell an entry to who is to sign it, the actor of the case.

    Args:
        entry: what was written, as this actor may read it.
        asked: of what is said to be made in error: who says so, and why.
    """
    if entry.data.get("step") in case.process.steps:
        return Written(entry, tuple(_of_step(case, entry)), asked)
    return Written(entry, tuple(_of_consent(case, entry)) if entry.type in ANSWERED else (), asked)


def confirmed(case: CaseNow, do: Mapping[str, Any], rows: Sequence[HistoryRow]) -> Written | None:
    """Tell an outdated step to who is to say that it still holds, and what has changed since; None when nobody can say that of it.

    Args:
        rows: the history of the case, as this actor may read it.
    """
    step = case.process.steps.get(str(do.get("step")))
    key = StepKey(step.id, do.get("round") or "", do.get("of") or "") if step is not None else None
    record = case.recorded.steps.get(key.text()) if key is not None else None
    if not do.get("confirms") or step is None or record is None or not step.may_confirm:
        return None
    changed, day = case.changed(step, record), case.looks_again_on(step, record)
    if not (changed or (day is not None and day <= case.day_of(case.at))) or not (
        case.passes(step, record) and case.is_fresh(step, record)
    ):
        return None
    # Who signed it since said nothing more.
    same = [
        row for row in rows if row.type in SAY_A_STEP and key == key_of(row) and len(row.data.get("signed") or ()) < 2
    ]
    entry = next((row for row in reversed(same) if row.seq <= record.seq), None)
    if entry is None:
        return None
    told = tuple(filled(**case.called(subject, step, record)) for subject in changed)
    return replace(written(case, entry), changed=told)


def entries_behind(case: CaseNow, signs: Written) -> set[str]:
    """Name the entries of registers, by their refs, that stand behind what somebody wrote of a step."""
    data = signs.entry.data
    step = case.process.steps.get(str(data.get("step")))
    if step is None:
        return set()
    found = needed_entries(case, step, data.get("result"), data.get("values") or EMPTY)
    return {one.ref for entries in found.values() for one in entries}


def key_of(row: HistoryRow) -> StepKey:
    """Give the step that an event is about."""
    return StepKey(row.data.get("step") or "", row.data.get("round") or "", row.data.get("of") or "")


def _of_step(case: CaseNow, entry: HistoryRow) -> Iterator[Answered]:
    data, step = entry.data, case.process.steps[entry.data["step"]]
    do = {"do": "complete", **{name: data[name] for name in ("step", "round", "of") if data.get(name)}}
    asked = {slot.name: slot for slot in slots(case, do)}
    if step.results:
        yield Answered(
            Slot("result", "code", label=RESULT, values=case.process.results_of(step.id)), data.get("result")
        )
    texts = {name: text for group in entry.texts.values() for name, text in group.items()}
    groups, values = letters_for(case).to_sign.of(entry.seq).reads, data.get("values") or EMPTY
    for name in dict.fromkeys((*(name for name in asked if name in step.fields), *step.fields)):
        spec = step.fields[name]
        slot = asked.get(name) or Slot(name, spec.type)
        if spec.group not in groups:
            yield Answered(slot)
        elif values.get(name) is not None:
            yield Answered(slot, _in_words(slot, values[name], texts.get(name)))
    yield from _how_it_is_known(case, do, {**data, **texts})


def _how_it_is_known(case: CaseNow, do: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Answered]:
    """Tell whose word it is, how it was heard, which paper says so, and when the person was told: that is signed, too."""
    asked = {slot.name: slot for slot in slots(case, do, whole=True)}
    for name, label in HOW.items():
        if said.get(name):
            yield Answered(replace(asked.get(name, Slot(name, "text")), label=label), said[name])


def _in_words(slot: Slot, value: Any, texts: Any) -> Any:
    """Give an answer with its texts, of which lies in clear only that they are there."""
    if slot.type == "rows":
        said = texts if isinstance(texts, list | tuple) else ()
        return [{**row, **(said[number] if number < len(said) else EMPTY)} for number, row in enumerate(value)]
    return texts if slot.type == "text" and value is True else value


def _of_consent(case: CaseNow, entry: HistoryRow) -> Iterator[Answered]:
    """Tell a consent: what its command asks."""
    data = {**entry.data, "answer": ANSWERED[entry.type]}
    purpose = str(data["purpose"])
    titles = {purpose: case.process.title("consents", purpose)}
    yield Answered(Slot("purpose", "code", label="What it is", values=titles), purpose)
    for slot in slots(case, {"do": "consent", "purpose": purpose}):
        if data.get(slot.name):
            yield Answered(slot, data[slot.name])
    texts = {name: text for group in entry.texts.values() for name, text in group.items()}
    yield from _how_it_is_known(case, {"do": "consent", "purpose": purpose}, {**entry.data, **texts})
