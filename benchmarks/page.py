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
lies between the quarters. A goal is missed when the median lies beyond it by more than the spread; then `make bench` ends with status 1.

| figure | value | spread | goal | met | measured | beside |
| --- | --- | --- | --- | --- | --- | --- |
"""
TAIL = """
## What the goals that are not met would need

- **A command**: of 380 µs (hot, NORMAL, when the machine was quiet) about 90 judge it, 45 say what is due, 35 write the row, 60 begin, wait for the turn and commit; the rest is spread over the events, their sealing and chain, and
  what is told of them. Nothing of it stands out any more: a half less needs fewer layers, or another language.
  Tried last: data without the `object.__setattr__` of frozen dataclasses (8 % of deciding; a metaclass that makes them costs as much again), and sending rows to a server later.
- **Eight processes on PostgreSQL**: since one alone waits for the server three times and not ten (docs/decisions/0029), it has less to gain from others: on two cores all wait for the
  processor. Together they do some 1.4 times as many commands as before. With more cores than processes this goal is another matter; there was no such machine.
- **Deciding**: 93 steps are looked at for one departure, in about 10 µs each, and of each reason that is not met the command is found that would help. Both would have to be kept from one question to the
  next, as what is due is.
- **Verify with key**: 40 µs an event: a third folds it, a fifth opens it. The floor reads and hashes an event in 4.
- **A list**: it saves the flush, and little else, since single commands have become cheap: where a flush takes 0.2 ms, as here, twice as fast; where one takes 3 ms, eight times or more.

Beside the goals: the *first* time that a program asks what is due it opens every case, some 30 µs each, so that whoever writes the file makes nobody forget anything (docs/decisions/0019,
0028). So does each call at the shell. A program that goes on keeps some 300 bytes of each case for it.
"""
KNOWN = ("figure", "value", "spread", "goal", "at", "met", "measured")


def main() -> None:
    rows, left_out = [], []
    for line in sys.stdin:
        said = json.loads(line) if line.startswith("{") else {}
        if "figure" in said:
            rows.append(as_row(said))
        if "left_out" in said:
            left_out.append(f"\nLeft out was {said['left_out']}: {said['why']}")
    measured = "\n## What is measured\n\n" + "\n".join(what_is_measured())
    PAGE.write_text("\n".join([HEAD + "\n".join(rows), *left_out, measured, TAIL]), encoding="utf-8")


def as_row(said: dict[str, Any]) -> str:
    beside = ", ".join(f"{name} {value}" for name, value in said.items() if name not in KNOWN)
    sign = "≥" if said["at"] == "least" else "≤"
    met = "yes" if said["met"] else "**no**"
    return f"| {said['figure']} | {said['value']} | {said['spread']} | {sign} {said['goal']} | {met} | {said['measured']} | {beside} |"


def what_is_measured() -> Iterator[str]:
    """Give what each benchmark says of itself, without how it is called."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(one, ast.ImportFrom) and one.module == "figures" for one in tree.body):
            said = (ast.get_docstring(tree) or "").split("\n\n")
            told = " ".join(one.replace("\n", " ") for one in said if not one.startswith(" "))
            yield f"- `{path.name}`: {told}"


if __name__ == "__main__":
    main()
