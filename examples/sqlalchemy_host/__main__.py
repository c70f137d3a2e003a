"""`make` makes the tables of both, once; `nightly` is for cron. HOST_DATABASE says where, WAYHOME_KEY with which key."""

from __future__ import annotations

import json
import os
import sys

import sqlalchemy as sa
import wayhome as wh

from .host import Mails, nightly
from .tables import Base


def main(what: str) -> None:
    """Do one of the two."""
    database = sa.create_engine(os.environ["HOST_DATABASE"])
    if what == "make":
        Base.metadata.create_all(database)
        wh.create(database)
        return
    with wh.Engine.open(database, hooks=[Mails()]) as wayhome:
        night = nightly(database, wayhome, wayhome.now())
    counts = {"cases": night.cases, "due": night.due, "overdue": night.overdue, "events": night.events}
    sys.stdout.write(json.dumps(counts) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
