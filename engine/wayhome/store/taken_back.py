"""What of a database is gone: as far as this program has seen it, and as far as its witness says. The checks of `doctor`, and of a list of today."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from wayhome.errors import Template, WayhomeError, part
from wayhome.model.check import Check, make_check
from wayhome.model.data import to_json
from wayhome.store import office, snapshot
from wayhome.store.lists import Store
from wayhome.store.sealed_entries import NOTE
from wayhome.store.witness import AWAY_SINCE, ENVIRONMENT, Sighting

LATE_WITNESS = timedelta(days=1)  # a night's verify tells it, too; our own choice


def taken_back(store: Store, now: datetime) -> list[Check]:
    """Look whether something of the database is gone: what this program has seen, and what the witness says."""
    return [*filter(None, (of_heads(store), of_witness(store, now)))]


def of_heads(store: Store) -> Check | None:
    """Name the cases of which this program has seen what is gone; None where there are none."""
    with suppress(WayhomeError), store.database.reading() as connection:
        is_told = office.is_told_after(store, connection, store.heads.office_seq)
        if lost := store.heads.lost(connection, is_told=is_told):
            return make_check(
                "heads",
                "bad",
                "Entries that were here are gone, in {cases}.",
                why="They were taken back, maybe a no with them: nobody is cleared there, and nobody departs.",
                todo="Have the database verified; ask each person again; then an administrator says what is gone.",
                cases=lost,
                figures={"cases": len(lost)},
            )
    return None  # what cannot be read is told of the database


def of_witness(store: Store, now: datetime) -> Check | None:
    """Can the witness be read, and does it confirm what there is, and since when not? None where there is and was none."""
    witness = store.witness
    with suppress(WayhomeError), store.database.reading() as connection:
        begun = office.last(store, connection, office.WITNESS)
        if witness is None:
            return None if begun is None else _no_witness(begun.recorded_at)
        known = office.witnessed(store, connection, store.upon(connection))
        seen = witness.newest(known, now)
        if witness.away_since is not None:
            noted = store.entries.entry(connection, NOTE, AWAY_SINCE)  # by an earlier program
            since = witness.away_since if noted is None else min(witness.away_since, snapshot.moment(noted))
            return make_check(
                "witness",
                "bad",
                "The witness cannot be reached since {since}.",
                why="What is taken back of the newest entries would be seen by nobody.",
                todo="Look after the disk of {variable}, or the hook of your host; nobody's work waits for it.",
                since=to_json(since),
                variable=ENVIRONMENT,
            )
        if seen is not None and not store.claims.fits(connection, seen.claim):
            return make_check(
                "witness",
                "bad",
                "The witness saw at {since} what is not there: more than there is, or something else.",
                why="Something of this database was taken back. Nobody is cleared, and nobody departs.",
                todo="Have the database verified; ask each person again; then an administrator says what is gone.",
                since=to_json(seen.at),
            )
        return _behind(known.claim.covers, seen, now)
    return None  # what cannot be read is told of the database


def _behind(covers: int, seen: Sighting | None, now: datetime) -> Check:
    behind = covers - (seen.claim.covers if seen is not None else 0)
    figures = {"behind_events": behind}
    if behind and (seen is None or now - seen.at > LATE_WITNESS):
        return make_check(
            "witness",
            "look",
            "The witness has seen nothing since {since}; {behind} newer entries are there.",
            why="Some program here does not know it, or it takes nothing.",
            todo="Set {variable} for every program, or look after the hook of your host.",
            since=part("ever") if seen is None else to_json(seen.at),
            behind=behind,
            variable=ENVIRONMENT,
            figures=figures,
        )
    what: Template = "It confirms what there is; {behind} newer entries it has not seen yet."
    return make_check("witness", "ok", what, behind=behind, figures=figures)


def _no_witness(since: datetime) -> Check:
    return make_check(
        "witness",
        "look",
        "There is a witness since {since}, and this program knows of none.",
        why="What is taken back of the newest entries would be seen by nobody.",
        todo="Set {variable}, or give the hook of your host.",
        since=to_json(since),
        variable=ENVIRONMENT,
    )
