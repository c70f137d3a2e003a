"""The PostgreSQL server of the benchmarks: that which WAYHOME_TEST_PG_URL names, or one of its own, as for the tests."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from sqlalchemy.engine import make_url

from tests import postgres


def server_for(figures: str) -> str | None:
    """Give the address of a server, as psycopg reads it; None where none can be started, and then a line says what is left out, and why."""
    with warnings.catch_warnings(record=True) as why:
        warnings.simplefilter("always")
        address = postgres.url()
    if address is None:
        print(json.dumps({"left_out": figures, "why": str(why[-1].message)}), flush=True)
        return None
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
