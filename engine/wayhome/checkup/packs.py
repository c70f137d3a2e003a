"""How the packs stand: which can be used, how sure they are, how long ago their sources were read; and what newer ones would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

from wayhome.errors import LedgerBroken, NotFound, PackBroken, StoreUnavailable, Template, part, spoken
from wayhome.model.check import Check, CheckState, make_check, met
from wayhome.packs.difference import differences
from wayhome.packs.kinds.kind import Confidence
from wayhome.packs.pack import Pack, PackFault
from wayhome.packs.pinned import all_unlike
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.store.lists import Store

OLD_SOURCE = timedelta(days=365)  # since somebody read it; our own choice
SHOWN = 12  # of a digest


def of_packs(packs: Packs, today: date) -> Iterator[Check]:
    """Can each pack be used, and how sure is what it says?"""
    if not packs.plugins:
        yield make_check(
            "pack", "look", "No country pack is installed.", todo="Install one for each country that you work with."
        )
    hanging = packs.hanging()
    for plugin in packs.plugins:
        if plugin.problem is not None:
            yield _refused(plugin.name, plugin.problem)
        if plugin.name in hanging:
            yield make_check(
                "pack",
                "bad",
                "Its code hangs in this program: {found}.",
                why="It is asked nothing more, and whatever waits for its answer is refused.",
                todo="Leave the shell, or have the server started again. Tell the plugin's maintainers.",
                found=hanging[plugin.name].phrase,
                about=plugin.name,
            )
    usable = [packs.core, *(plugin.pack for plugin in packs.ready if plugin.pack)]
    yield from map(_levels, usable)
    for pack in usable:
        yield _sources(pack, today)


def _refused(name: str, problem: PackBroken) -> Check:
    """Say that a pack cannot be used, and the first of its faults."""
    one, fault = met("pack", problem, about=name), next(iter(problem.faults), None)
    if not isinstance(fault, PackFault):
        return one
    first: Template = "{file}, line {line}: {code} {fault}."
    said = {"file": fault.file, "line": fault.line, "code": fault.code}
    what = part(fault.what_template, **fault.values)
    return replace(one, why_template=first, values=spoken({**one.values, **said, "fault": what}))


def _levels(pack: Pack) -> Check:
    entries = [one.entry for located in pack.entries.values() for one in located]
    levels = Counter(level for entry in entries if (level := getattr(entry, "confidence", None)) is not None)
    counted: dict[str, Any] = {str(level): levels[level] for level in get_args(Confidence)}
    return make_check(
        "pack",
        "ok",
        "Its entries: documented {documented}, practice {practice}, reported {reported}, our own choice {own_choice}, "
        "not verified {unverified}; version {version}.",
        version=pack.about.version,
        about=pack.id,
        figures=counted,
        **counted,
    )


def _sources(pack: Pack, today: date) -> Check:
    sources = pack.of("sources")
    days = sorted(one.entry.read_on for one in sources if one.entry.read_on is not None)
    old = [day for day in days if today - day > OLD_SOURCE]
    figures = {"sources": len(sources), "dated": len(days), "old": len(old)}
    if not days:
        return make_check(
            "sources",
            "look" if sources else "ok",
            "None of {count} says when it was read.",
            why="Nobody knows how old is what they say.",
            todo="Ask its maintainers to say it (`read_on`).",
            count=len(sources),
            about=pack.id,
            figures=figures,
        )
    if not old:
        return make_check(
            "sources",
            "ok",
            "{dated} of {count} say when they were read, the first {first}.",
            dated=len(days),
            count=len(sources),
            first=days[0],
            about=pack.id,
            figures=figures,
        )
    return make_check(
        "sources",
        "look",
        "{old} of its {count} sources were read more than a year ago, the first on {first}.",
        why="What they say may have changed.",
        todo="Ask its maintainers to read them again.",
        old=len(old),
        count=len(sources),
        first=days[0],
        about=pack.id,
        figures=figures,
    )


def of_cases(store: Store, packs: Packs) -> Iterator[Check]:
    """Does the row of each case open; and of those that are not closed, would the packs make another process than theirs?"""
    broken: list[str] = []
    open_under: Counter[str] = Counter()
    count = 0
    try:
        with store.database.reading() as connection:
            for one in store.listed(connection, broken):
                count += 1
                if one.status != "closed":
                    open_under[one.digest] += 1
            yield _rows(count, open_under.total(), len(broken))
            found: list[Check] = []
            for digest, cases in sorted(open_under.items()):
                try:
                    found += _upgrade(store.process(connection, digest), cases, packs)
                except (LedgerBroken, NotFound, PackBroken) as error:
                    found.append(met("upgrade", error, about=digest[:SHOWN]))
    except (StoreUnavailable, LedgerBroken) as error:
        yield met("cases", error)
        return
    yield from found or [
        make_check(
            "upgrade", "ok", "For each open case that can be read the packs make the process under which it runs."
        )
    ]


def of_checks(store: Store, packs: Packs) -> Iterator[Check]:
    """Do the plugins judge each open case by the revision and the code of their checks that it is pinned to?"""
    other_code: Counter[str] = Counter()
    other_rules: Counter[str] = Counter()
    own = {plugin.pack.id: plugin.pack for plugin in packs.ready if plugin.pack is not None}
    try:
        with store.database.reading() as connection:
            for digest, cases in store.open_under(connection).items():
                with suppress(LedgerBroken, NotFound):  # `upgrade` says so
                    pinned = store.process(connection, digest)
                    for pack in (own[id] for id in pinned.packs if id in own):
                        unlike = all_unlike(pinned, pack)
                        (other_code if "code" in unlike else other_rules)[pack.id] += cases if unlike else 0
    except (StoreUnavailable, LedgerBroken) as error:
        yield met("checks", error)
        return
    found = [
        *_not_as_pinned(
            other_code,
            "bad",
            "Open cases that are pinned to other code of its checks, under the same revision: {cases}. Its rules forbid there.",
            "The plugin was changed, and its pack does not say so by a new revision.",
            "Put the plugin back that was there; or ask for a new version of it, look at what is different, and let each case adopt it (`rebase`).",
        ),
        *_not_as_pinned(
            other_rules,
            "look",
            "Open cases that are pinned to another revision of its rules: {cases}. These rules forbid there.",
            "A newer plugin judges otherwise, or leaves a rule out.",
            "Look at what is different, and let each case adopt it (`rebase`); or put the plugin back that was there.",
        ),
    ]
    yield from found or [
        make_check("checks", "ok", "Each open case is judged by the code of checks that it is pinned to.")
    ]


def _not_as_pinned(
    counted: Counter[str], state: CheckState, what: Template, why: Template, todo: Template
) -> Iterator[Check]:
    for pack, cases in (+counted).items():
        yield make_check("checks", state, what, why=why, todo=todo, cases=cases, about=pack, figures={"cases": cases})


def _rows(count: int, opened: int, broken: int) -> Check:
    figures = {"cases": count + broken, "open": opened, "damaged": broken}
    if broken:
        return make_check(
            "cases",
            "bad",
            "Of {count} cases the row does not open, or is missing.",
            why="It was changed, or lies where nobody put it.",
            todo="Have the ledger verified, and keep a copy of this database.",
            count=broken,
            figures=figures,
        )
    return make_check(
        "cases",
        "ok",
        "{count} in all, {open} of them not closed; the row of each opens.",
        count=count,
        open=opened,
        figures=figures,
    )


def _upgrade(pinned: Process, cases: int, packs: Packs) -> Iterator[Check]:
    newest = packs.process(pinned.host_country, pinned.origin_country)
    if newest.digest == pinned.digest:
        return
    found = differences(pinned, newest)
    weaker = sum(one.weaker for one in found)
    yield make_check(
        "upgrade",
        "look",
        "{cases} open cases from {host} to {origin} run under an older process; {newest} differs in {changes} things, of "
        "which {weaker} may ask for less.",
        todo="Look at what is different, and let each case adopt it, or stay as it is.",
        cases=cases,
        host=pinned.host_country,
        origin=pinned.origin_country,
        newest=newest.digest[:SHOWN],
        changes=len(found),
        weaker=weaker,
        about=pinned.digest[:SHOWN],
        figures={"cases": cases, "changes": len(found), "weaker": weaker},
    )
