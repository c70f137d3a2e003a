"""What was answered in the steps of a case, as somebody may see it.

Used by:  wayhome.results, wayhome.wellbeing
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wayhome.case_now.letters import Letters, Told
from wayhome.entries import Words, with_words
from wayhome.frozen import EMPTY
from wayhome.model.case import Case, StepKey, StepRecord, Was
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process

STANDING = ("done", "in_progress", "failed")  # states in which what was answered stands
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
    if record is None or step is None or record.state not in STANDING:
        return EMPTY
    return _answers(process, step, record.values, letters.of(record.seq), words, _written_at(recorded, key, record))


def _answers(
    process: Process, step: Step, values: Mapping[str, Any], told: Told, words: Words, written_at: Sequence[int]
) -> dict[str, Any]:
    """Give of these values what somebody reads, in the order in which it is asked; `written_at` are the events in which its words can stand."""
    found: dict[str, Any] = {}
    order = process.memoised(("order", step.id), lambda: {name: n for n, name in enumerate(process.asked_of(step.id))})
    for name, value in sorted(values.items(), key=lambda one: order.get(one[0], len(order))):
        spec = step.fields.get(name)
        if spec is None or spec.group not in told.reads:
            continue
        places = (words.get(seq, EMPTY).get(spec.group, EMPTY).get(name) for seq in written_at)
        text = next((one for one in places if one is not None), None)
        if (said := with_words(spec, value, text)) is not None:
            found[name] = said
    return found


# --- what was answered before: a step that is done again shows what was said each time --------------------------------


def earlier_answers_at(process: Process, recorded: Case, letters: Letters) -> Iterator[tuple[int, frozenset[str]]]:
    """Name the events that say what was answered in steps before they were done again, each with the data groups that somebody reads of it."""
    for key in recorded.earlier.get("steps", EMPTY):
        step = process.steps.get(StepKey.read(key).step)
        groups = frozenset(spec.group for spec in step.fields.values()) if step is not None else frozenset()
        for once in earlier_times(recorded, key) if groups else ():
            yield from ((seq, groups & letters.of(seq).reads) for seq in _words_at(once))


def earlier_times(recorded: Case, key: str) -> list[Was]:
    """Give the times at which a step was done before it was done again, or opened again, the newest first; none that was an error."""
    record = recorded.steps.get(key)
    now = record.seq if record is not None and record.state in STANDING else None
    before = {one.seq: one for one in recorded.earlier.get("steps", EMPTY).get(key, ())}
    found = (one for one in before.values() if one.seq != now and one.seq not in recorded.taken_back)
    return sorted(found, key=lambda one: (one.at, one.seq), reverse=True)


def earlier_answers(
    process: Process, key: str, once: Was, letters: Letters, words: Words, said: Mapping[int, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Give what was answered in a step at such a time; `said` are the values of these events."""
    step = process.steps[StepKey.read(key).step]
    return _answers(process, step, said.get(once.seq, EMPTY), letters.of(once.seq), words, _words_at(once))


def _words_at(once: Was) -> tuple[int, ...]:
    return (once.seq, *([once.first_seq] if once.first_seq is not None else ()))


def _written_at(recorded: Case, key: str, record: StepRecord) -> tuple[int, ...]:
    """Give the events in which the words of a step can stand, the newest first: of two signatures the first has them."""
    before = [seq for was in recorded.earlier.get("steps", EMPTY).get(key, ())[-1:] for seq in _words_at(was)]
    seqs = {record.seq, *((record.looked_seq,) if record.looked_seq else ()), *before}
    return tuple(sorted((seq for seq in seqs if seq <= record.seq), reverse=True))
