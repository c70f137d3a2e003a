"""What was answered in the steps of a case, as somebody may see it.

Used by:  wayhome.results, wayhome.wellbeing
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wayhome.case_now.letters import Letters
from wayhome.entries import Words, with_words
from wayhome.frozen import EMPTY
from wayhome.model.case import Case, StepKey, StepRecord
from wayhome.packs.process import Process

OF_WORDS = ("text", "rows")  # types of which something lies sealed in the event


def words_of_steps(
    process: Process, recorded: Case, letters: Letters, *, of_instruments: bool = False
) -> Iterator[tuple[int, str]]:
    """Name the events in which words stand that somebody may read of the steps as they stand, each with the data group; of all steps, or of
    those that ask the questions of an instrument.
    """
    for key, record in recorded.steps.items():
        step = process.steps.get(StepKey.read(key).step)
        for name in record.values if step is not None and (step.instrument or not of_instruments) else ():
            spec = step.fields.get(name) if step is not None else None
            if spec is not None and spec.type in OF_WORDS:
                for seq in _written_at(recorded, key, record):
                    if spec.group in letters.of(seq).reads:
                        yield seq, spec.group


def answers_of(process: Process, recorded: Case, key: str, letters: Letters, words: Words) -> Mapping[str, Any]:
    """Give what was answered in a step as it stands, by field: what somebody may read of it, the words among it."""
    record, step = recorded.steps.get(key), process.steps.get(StepKey.read(key).step)
    if record is None or step is None or record.state not in ("done", "in_progress", "failed"):
        return EMPTY
    found: dict[str, Any] = {}
    order = process.memoised(("order", step.id), lambda: {name: n for n, name in enumerate(process.asked_of(step.id))})
    for name, value in sorted(record.values.items(), key=lambda one: order.get(one[0], len(order))):
        spec = step.fields.get(name)
        if spec is None or spec.group not in letters.of(record.seq).reads:
            continue
        places = (words.get(seq, EMPTY).get(spec.group, EMPTY).get(name) for seq in _written_at(recorded, key, record))
        text = next((one for one in places if one is not None), None)
        if (said := with_words(spec, value, text)) is not None:
            found[name] = said
    return found


def _written_at(recorded: Case, key: str, record: StepRecord) -> tuple[int, ...]:
    """Give the events in which the words of a step can stand, the newest first: of two signatures the first has them."""
    before = [was.seq for was in recorded.earlier.get("steps", EMPTY).get(key, ())[-1:]]
    seqs = {record.seq, *((record.looked_seq,) if record.looked_seq else ()), *before}
    return tuple(sorted((seq for seq in seqs if seq <= record.seq), reverse=True))
