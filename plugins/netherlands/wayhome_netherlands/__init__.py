"""The Netherlands: what this country adds to a return that starts there. Start reading here.

Facts live in the YAML files beside this one, each with its source. Nothing here takes
judgement, so there is no checks.py.
Not settled yet: README.md, "Open questions".
"""

from __future__ import annotations

from pathlib import Path

from wayhome.country import hookimpl


@hookimpl
def wayhome_pack() -> Path:
    return Path(__file__).parent
