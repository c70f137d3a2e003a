"""How the person fares: what was answered from one time to the next, as somebody may see it.

Used by:  wayhome.results
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple, TypedDict

from wayhome.answers import answers_of
from wayhome.case_now.letters import Letters
from wayhome.entries import Words
from wayhome.errors import Template, filled
from wayhome.frozen import EMPTY
from wayhome.model.case import Case, MoveRecord, StepKey, StepRecord
from wayhome.model.data import to_json
from wayhome.packs.kinds.instruments import COMPOSITE, HOW_ASKED, VERSION, Instrument
from wayhome.packs.process import Process

ALL_TOGETHER: Template = "All together"
BY_ACCOUNT = "asked_by_account"
SAYS_MORE = {"told_by", "asked_by"}  # than that another account wrote it


class TrendTimeShown(TypedDict):
    """One time at which it was asked, or was to be asked: then `at` is None. `answers` are those that may be read, the words among them.

    `breaks` says that it cannot be compared with the time before, and `otherwise` why: the words were another version (`asked_version`), it
    was asked in another language (`asked_in`), in another way (`asked_as`), with somebody else there (`asked_with`), told by somebody else
    (`told_by`), or asked by another organisation (`asked_by`) or by another of the same one (`asked_by_account`).
    """

    step: str
    round: str
    at: str | None
    breaks: bool
    otherwise: Sequence[str]
    answers: Mapping[str, Any]


class TrendLineShown(TypedDict):
    """What goes on from one time to the next: a question, with the answers; or what some questions are about, and all of them together
    (`composite`), with means from 0 to 1 of two decimals. None where it was not asked or not answered, or too little was. `bands` has the word for each mean: whom to look at first.
    """

    id: str
    title: str
    points: Sequence[str | None]
    bands: Sequence[str | None]


class TrendShown(TypedDict):
    """How the answers to one instrument went on; each line has one point a time. `bands` are the words for means, first what is looked at
    first.
    """

    instrument: str
    bands: Sequence[str]
    title: str
    screen: str
    times: Sequence[TrendTimeShown]
    lines: Sequence[TrendLineShown]


class _Time(NamedTuple):
    key: StepKey
    record: StepRecord | None


def trends_for(process: Process, recorded: Case, letters: Letters, words: Words) -> Iterator[TrendShown]:
    """Give how the person fares by each instrument of which somebody reads answers, where it was ever asked."""
    for id, one in process.instruments.items():
        titles = [
            (name, str(about["title"])) for name, about in process.called_in("instruments", id, "dimensions").items()
        ]
        if len(titles) > 1:
            titles.append((COMPOSITE, filled(ALL_TOGETHER, {})))
        asked = process.called_in("instruments", id, "asked")
        titles += [(name, str(asked[name]["title"])) for name, question in one.questions.items() if question.trend]
        times = _times(process, recorded, id)
        label = process.label("instruments", id)
        bands = label.get("bands") or ()
        lines = [_line(one, line, title, times, letters, bands) for line, title in titles]
        shown = [*_shown(process, recorded, times, letters, words)]
        if any(time["answers"] for time in shown):
            yield TrendShown(
                instrument=id,
                title=str(label["title"]),
                screen=str(label["screen"]),
                times=shown,
                lines=lines,
                bands=[str(band["title"]) for band in bands],
            )


def _times(process: Process, recorded: Case, instrument: str) -> list[_Time]:
    """Give when it was asked, in the order of time, and each round before that nobody asked."""
    found: list[tuple[datetime, _Time]] = []
    for step in process.memoised(
        ("asks", instrument), lambda: [one for one in process.steps.values() if one.instrument == instrument]
    ):
        rounds = [StepKey(step.id, one.id) for one in step.rounds] or [StepKey(step.id)]
        others = [key for one, _ in recorded.records_of(step.id) if (key := StepKey.read(one)) not in rounds]
        missed: list[_Time] = []
        for key in (*rounds, *others):
            record = recorded.steps.get(key.text())
            if record is not None and record.state == "done":
                found += [(record.at, time) for time in (*(missed if key in rounds else ()), _Time(key, record))]
                missed = []
            else:
                missed.append(_Time(key, None))
    return [time for _, time in sorted(found, key=lambda one: one[0])]


def _line(
    one: Instrument, line: str, title: str, times: Sequence[_Time], letters: Letters, bands: Sequence[Mapping[str, Any]]
) -> TrendLineShown:
    """Give what stands on a line at each time."""
    points, words = list[str | None](), list[str | None]()
    for _, record in times:
        reads = letters.of(record.seq).reads if record is not None else ()
        values = record.values if record is not None and one.group in reads else EMPTY
        said = (
            mean(one, line, values) if line in one.dimensions else composite(one, values) if line == COMPOSITE else None
        )
        answer = values.get(line)
        points.append(f"{float(said):.2f}" if said is not None else None if answer is None else str(answer))
        words.append(band_of(said, bands) if said is not None else None)
    return TrendLineShown(id=line, title=title, points=points, bands=words)


def band_of(mean: Fraction, bands: Sequence[Mapping[str, Any]]) -> str | None:
    """Give the word for a mean: of the first band that it is below or above the bound of, or that has none."""
    for one in bands:
        below, above = one.get("below"), one.get("above")
        if (below is None or mean < Fraction(below)) and (above is None or mean > Fraction(above)):
            return str(one["title"])
    return None


def mean(one: Instrument, dimension: str, values: Mapping[str, Any]) -> Fraction | None:
    """Give the mean of the answers that count in a dimension, from 0 to 1; None where too few were given."""
    most, counted = len(one.scale) - 1, list[Fraction]()
    for name, question in one.questions.items():
        if question.dimension == dimension and values.get(name) in one.scale:
            level = one.scale.index(values[name])
            counted.append(Fraction(most - level if question.reversed else level, most))
    return sum(counted, Fraction()) / len(counted) if len(counted) >= one.dimensions[dimension].at_least else None


def composite(one: Instrument, values: Mapping[str, Any]) -> Fraction | None:
    """Give the mean of the means of all dimensions, from 0 to 1; None where one of them has none."""
    means = [mean(one, dimension, values) for dimension in one.dimensions]
    counted = [found for found in means if found is not None]
    return sum(counted, Fraction()) / len(counted) if counted and len(counted) == len(means) else None


def _shown(
    process: Process, recorded: Case, times: Sequence[_Time], letters: Letters, words: Words
) -> Iterator[TrendTimeShown]:
    before: Mapping[str, Any] = EMPTY
    for key, record in times:
        how: Mapping[str, Any] = EMPTY
        reads = letters.of(record.seq).reads if record is not None else ()
        if record is not None and process.instruments[str(process.steps[key.step].instrument)].group in reads:
            asked = {name: record.values.get(name) for name in (VERSION, *HOW_ASKED)}
            by = {"asked_by": recorded.hand(record.seq).house, BY_ACCOUNT: record.asked_by}
            how = {**asked, "told_by": record.by, **by}
        at = to_json(recorded.said_at(MoveRecord(record.at, record.seq))) if record is not None else None
        answers = answers_of(process, recorded, key.text(), letters, words) if record is not None else EMPTY
        otherwise = [name for name in how if before and before[name] != how[name]]
        if not SAYS_MORE.isdisjoint(otherwise):
            otherwise = [name for name in otherwise if name != BY_ACCOUNT]
        yield TrendTimeShown(
            step=key.step,
            round=key.round,
            at=at,
            breaks=bool(otherwise),
            otherwise=otherwise,
            answers=to_json(answers),
        )
        before = how or before
