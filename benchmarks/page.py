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

- **A command**: 40 % of its time says anew what is due in the whole case, 18 % writes the whole case. Both are done for every command, whatever it changed. Dues of the
  steps alone whose inputs changed, and a snapshot in a form that is quicker to write, come next.
- **A list**: how many times as fast it is depends on the disk. Where a flush takes 0.2 ms, as on the machine of this table at its quietest, 3 to 4; where one takes 3 ms, 8 or more. What is
  left per line is 0.1 ms to judge it, 0.06 ms to write it, and once for each case 0.5 ms to say what is due; and the collector of Python, which looks through the packs again and again.
- **The start of a program**: of 0.45 s for `case show`, 0.34 s is the import of our own modules. SQLAlchemy, pydantic, YAML and structlog are no longer among them. `case why`
  reads the pack whose rule is asked, and two short files of each other; a compiled form of packs would spare that.

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
