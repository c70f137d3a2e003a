"""What a case holds many of: aims, who helps with what, money, home, work; each entry with how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wayhome.errors import Template
from wayhome.frozen import EMPTY
from wayhome.packs.kinds.instruments import HOW_ASKED, VERSION
from wayhome.results import CaseView
from wayhome.shell.terminal import many_or_one, phrase
from wayhome.shell.views.console import beside, dim, heading, shown, when, whose_times, words

WELLBEING = "wellbeing"
MOST_TIMES = 4  # side by side, the newest: a screen has 80 columns
FULL = 3  # of what is drawn of a mean: the number and the word for it stand beside that, four times in 80 columns
OTHERWISE: Mapping[str, Template] = {
    "asked_version": "asked in other words",
    "asked_in": "asked in another language",
    "asked_as": "asked in another way: aloud, on paper",
    "asked_with": "somebody else was there",
    "told_by": "told by somebody else",
    "asked_by": "asked by another organisation",
    "asked_by_account": "asked by another colleague",
}
SUMS: Mapping[str, Template] = {
    "granted": "granted {amount}",
    "promised": "promised {amount}",
    "paid": "paid {amount}",
    "proved": "proved {amount}",
    "given_back": "given back {amount}",
}


def life(view: CaseView, screens: Sequence[str] = (), *, of: Sequence[str] = ()) -> RenderableType:
    """Show the entries of these screens, or of all: first what goes on, then what has ended.

    Args:
        of: the registers that stand there; where nothing is entered, they are named.
    """
    parts: list[RenderableType] = []
    registers = view.labels["registers"]
    for register in sorted({one["register"] for one in view.entries}, key=lambda id: int(registers[id]["order"])):
        about = registers[register]
        if screens and about["screen"] not in screens:
            continue
        entries = [one for one in view.entries if one["register"] == register]
        parts.append(heading(str(about["title"])))
        for one in sorted(entries, key=lambda one: bool(one["ended"])):
            parts += _entry(one, about, view)
    asked = (one for one in view.wellbeing if not screens or one["screen"] in screens)
    parts += [part for one in asked for part in _trend(one, view, whole=bool(screens))]
    if not parts:
        nothing = phrase("Nothing is written down here that you may read.")
        to_enter = phrase("To write it down: enter one of {registers}.", registers=", ".join(of)) if of else ""
        return Text(beside(nothing, to_enter, by=" "))
    return Group(*parts, *whose_times(parts))


def _trend(one: Mapping[str, Any], view: CaseView, *, whole: bool) -> Iterator[RenderableType]:
    """Draw how the answers went on: a column a time, a line a question or what some are about; and all that was answered, or only that."""
    times, days = (
        one["times"],
        [_day(time["at"], view.zone_at(time["at"])) if time["at"] else "" for time in one["times"]],
    )
    if whole or one["lines"]:
        yield heading(str(one["title"]))
    if one["lines"]:
        yield from _side_by_side(one, days)
    for time, day in zip(reversed(times), reversed(days), strict=True) if whole else ():
        said = [
            answer(view.labels["answers"][f"{time['step']}.{name}"], name, value, view)
            for name, value in time["answers"].items()
            if name not in HOW_ASKED and name != VERSION
        ]
        if said:
            yield Text(f"  {beside(day, words(time['round'] or ''))}", style="dim")
            yield Padding(Text("; ".join(said)), (0, 0, 0, 4), expand=False)


def _side_by_side(one: Mapping[str, Any], days: Sequence[str]) -> Iterator[RenderableType]:
    times = one["times"]
    told = Table(box=None, padding=(0, 2, 0, 0), show_header=True, pad_edge=False, header_style="dim")
    told.add_column("")
    for time, day in zip(times[-MOST_TIMES:], days[-MOST_TIMES:], strict=True):
        told.add_column(f"{'¦ ' if time['breaks'] else ''}{day or words(time['round'] or '')}")
    first = next(iter(one["bands"]), None)
    for line in one["lines"]:
        points = zip(line["points"][-MOST_TIMES:], line["bands"][-MOST_TIMES:], strict=True)
        told.add_row(line["title"], *(_drawn(point, band, first) for point, band in points))
    yield told
    for time, day in zip(times[-MOST_TIMES:], days[-MOST_TIMES:], strict=True):
        if time["breaks"]:
            why = ", ".join(phrase(OTHERWISE[name]) for name in time["otherwise"])
            yield _under(phrase("¦ {day}: not to be compared with the time before: {why}", day=day, why=why))


def _drawn(point: str | None, band: str | None, first: str | None) -> Text:
    """Draw a mean as a bar, with the word for it, that to be looked at first in a colour; an answer as it is."""
    if point is None or not point[:1].isdigit():
        return Text(words(point) if point else "–")
    full = int(float(point) * FULL + 0.5)
    drawn = beside("█" * full + "·" * (FULL - full), point, band or "", by=" ")
    return Text(drawn, style="yellow" if band is not None and band == first else "")


def counted(view: CaseView) -> list[str]:
    """Say in a few words how many entries go on, by register."""
    going = [one["register"] for one in view.entries if not one["ended"]]
    return [f"{view.labels['registers'][id]['title']}: {going.count(id)}" for id in dict.fromkeys(going)]


def _entry(one: Mapping[str, Any], about: Mapping[str, Any], view: CaseView) -> Iterator[RenderableType]:
    values, asked, zone = one["values"], about["asked"], view.zone_at(one["at"])
    names = [name for name in about["called_by"] if values.get(name) is not None]
    called = ", ".join(_said(values[name], asked.get(name) or EMPTY, view) for name in names)
    whose = f" ({one['of']})" if one["of"] else ""
    line = Text("  – " if one["ended"] else "  ● ", style="cyan")
    yield line.append(f"{called or about['one']}{whose}", style="" if one["ended"] else "bold")
    states = [(about["states"].get(state, words(state)), _day(at, zone)) for state, at in one["states"]]
    course = [
        phrase("{state} since {at}", state=states[-1][0], at=states[-1][1]),
        *(f"{state} {at}" for state, at in states[-2::-1]),
    ]
    if _day(one["told_on"], zone) > states[-1][1]:
        course.append(phrase("last told of {day}", day=_day(one["told_on"], zone)))
    yield _under(beside(*course, one["ref"]))
    rest = [name for name in asked if name not in names and values.get(name) is not None]
    told = [answer(asked[name], name, values[name], view) for name in rest]
    if told:
        yield _under("; ".join(told))
    if one["consents_gone"]:
        lost = ", ".join(str(view.labels["consents"][purpose]["title"]) for purpose in one["consents_gone"])
        yield Padding(
            Text(phrase("The consent is gone: {lost}. Ask how it goes on, or end it.", lost=lost), style="bold red"),
            (0, 0, 0, 6),
            expand=False,
        )
    if one["passed_over"]:
        skipped = [about["states"].get(state, state) for state in one["passed_over"]]
        yield _under(phrase("Nobody wrote down when it was: {states}", states=", ".join(skipped)))
    yield from (_under(line) for line in _sums(one["ref"], view))


def _under(text: str) -> RenderableType:
    return Padding(dim(text), (0, 0, 0, 6), expand=False)


def answer(asked: Mapping[str, Any], name: str, value: Any, view: CaseView) -> str:
    """Say what was answered to a question: by what it is called, and how the answer is."""
    title = str(asked.get("title") or words(name))
    return f"{title} {_said(value, asked, view)}" if title.endswith("?") else f"{title}: {_said(value, asked, view)}"


def _said(value: Any, asked: Mapping[str, Any], view: CaseView) -> str:
    """Say a value: by what it is called, a party by its title."""
    if isinstance(value, list | tuple):
        return ", ".join(_said(one, asked, view) for one in value)
    if isinstance(value, Mapping) and "currency" not in value:
        columns = asked.get("columns") or EMPTY
        return ", ".join(
            f"{columns[name].get('title') or words(name)} {shown(value[name])}" for name in columns if name in value
        )
    called = (asked.get("called") or EMPTY).get(str(value)) or (view.labels["parties"].get(str(value)) or EMPTY).get(
        "title"
    )
    return str(called or (when(value, view.zone_at(value)) if _is_moment(value) else shown(value)))


def _day(at: str, zone: str) -> str:
    return when(at, zone)[:10]


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 16 and value[4:5] == "-" and value[10:11] == "T"


def _sums(ref: str, view: CaseView) -> Iterable[str]:
    """Say the five sums of a budget, and what is left; at most so much, where a payment is not settled."""
    for one in view.sums:
        if one["entry"] != ref:
            continue
        sums: Mapping[str, Any] = {**one}
        said = [phrase(SUMS[name], amount=sums[name]) for name in SUMS if sums[name] is not None]
        yield beside(*said, by=", ") + f" ({one['currency']})"
        if one["left"] is not None and one["not_settled"]:
            yield many_or_one(
                one["not_settled"],
                "left at most {left}: {count} payment is not settled",
                "left at most {left}: {count} payments are not settled",
                left=f"{one['left']} {one['currency']}",
            )
        elif one["left"] is not None:
            yield phrase("left {left}", left=f"{one['left']} {one['currency']}")
