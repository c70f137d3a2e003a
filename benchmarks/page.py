"""Writes docs/performance.md from the JSON lines of `make bench`: `make bench | tee bench.jsonl; python benchmarks/page.py < bench.jsonl`."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
HEAD = """# How fast it is

For whoever must know whether it is fast enough. Made from the lines of `make bench` by `python benchmarks/page.py`. Each figure is a ratio inside one run,
measured in pairs, unless it names a unit: machines are shared and noisy, and a number of microseconds says little of yours. The spread is half of what
lies between the quarters. What spreads over a quarter of its value is *not measured*: neither met nor missed, on a busy machine nearly everything. Of what
is measured, a goal is met or missed by the median. `make bench` ends with "Error 1" where a goal is missed, else with "Error 2" where something was not measured.

| figure | value | spread | goal | met | measured | beside |
| --- | --- | --- | --- | --- | --- | --- |
"""
BESIDE_OTHERS = """
## Beside other engines

One durable command beside one durable transition of theirs: what each does, and does not do, stands below under `peers.py`. A ratio is ours to theirs; there are no goals.

| figure | value | spread | measured | beside |
| --- | --- | --- | --- | --- |
"""
BEFORE = """
## Whether it became slower

`make bench BEFORE=<commit>` does the same commands in the code of that commit and in the code that lies here, in turn, in two programs: a durable note, a record, a completed step, `why depart`,
the case, what is next, what is due, a form. It counts the time of the processor, at least fifteen pairs of each, and misses its goal where the median is over 1.05. It ends as `make bench` does.
"""
TAIL = """
## What the goals that are not met would need

- **A command**: of 380 µs (hot, NORMAL, when the machine was quiet) about 90 judge it, 45 say what is due, 35 write the row, 60 begin, wait for the turn and commit; the rest is spread over the events, their sealing and chain, and
  what is told of them. Nothing of it stands out any more: a half less needs fewer layers, or another language.
  Tried last: data without the `object.__setattr__` of frozen dataclasses (8 % of deciding; a metaclass that makes them costs as much again), and sending rows to a server later.
- **Eight processes on PostgreSQL**: on two cores all wait for the processor. With more cores than processes this goal is another matter; there was no such machine.
- **Starting on a server**: SQLAlchemy and the tables are loaded there, as for every driver (docs/decisions/0033); a file is looked at without them.
- **Deciding**: 93 steps are looked at for one departure, in about 10 µs each, and of each reason that is not met the command is found that would help. Both would have to be kept from one question to the
  next, as what is due is.
- **Verify with key**: 40 µs an event: a third folds it, a fifth opens it. The floor reads and hashes an event in 4.
- **A list**: it saves the flush, and little else, since single commands have become cheap: where a flush takes 0.2 ms, as here, twice as fast; where one takes 3 ms, eight times or more.

Beside the goals: the *first* time that a program asks what is due it opens every case, some 30 µs each, so that whoever writes the file makes nobody forget anything (docs/decisions/0019,
0028). So does each call at the shell. A program that goes on keeps some 300 bytes of each case for it.
"""
KNOWN = ("figure", "value", "spread", "goal", "at", "met", "measured", "well_measured")


def main() -> None:
    rows, beside_others, left_out = list[str](), list[str](), list[str]()
    for line in sys.stdin:
        said = json.loads(line) if line.startswith("{") else {}
        if "figure" in said:
            (rows if "goal" in said else beside_others).append(as_row(said))
        if "left_out" in said:
            left_out.append(f"\nLeft out was {said['left_out']}: {said['why']}")
    measured = "\n## What is measured\n\n" + "\n".join(what_is_measured())
    others = BESIDE_OTHERS + "\n".join(beside_others)
    PAGE.write_text(
        "\n".join([HEAD + "\n".join(rows), *left_out, others, BEFORE, measured.lstrip(), TAIL]), encoding="utf-8"
    )


def as_row(said: dict[str, Any]) -> str:
    beside = ", ".join(f"{name} {value}" for name, value in said.items() if name not in KNOWN)
    if "goal" not in said:
        value = said["value"] if said["well_measured"] else f"{said['value']} (not measured)"
        return f"| {said['figure']} | {value} | {said['spread']} | {said['measured']} | {beside} |"
    sign = "≥" if said["at"] == "least" else "≤"
    met = {True: "yes", False: "**no**", None: "not measured"}[said["met"]]
    return f"| {said['figure']} | {said['value']} | {said['spread']} | {sign} {said['goal']} | {met} | {said['measured']} | {beside} |"


def what_is_measured() -> Iterator[str]:
    """Give what each benchmark says of itself, without how it is called."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(one, ast.ImportFrom) and "ended" in {name.name for name in one.names} for one in tree.body):
            said = (ast.get_docstring(tree) or "").split("\n\n")
            told = " ".join(one.replace("\n", " ") for one in said if not one.startswith(" "))
            yield f"- `{path.name}`: {told}"


if __name__ == "__main__":
    main()
