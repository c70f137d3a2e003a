"""Sierra Leone: what this country adds to a return. Start reading here.

Facts live in the YAML files beside this one, each with its source. Judgement lives in checks.py.
Not settled yet: README.md, "Open questions".
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from wayhome.country import AnyCommand, Case, Finding, PackView, hookimpl

from wayhome_sierra_leone import checks


@hookimpl
def wayhome_pack() -> Path:
    return Path(__file__).parent


@hookimpl
def wayhome_check(rule: str, case: Case, command: AnyCommand, at: datetime, pack: PackView) -> Finding:
    return checks.BY_RULE[rule](case, command, at, pack)
