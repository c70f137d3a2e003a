"""What can be typed next: one set of functions for bash, zsh, fish and the interactive shell.

Each takes click's context and what is typed so far. A completion never fails aloud: where nothing can be read, nothing is offered.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from wayhome.errors import WayhomeError
from wayhome.model.moves import MOVES
from wayhome.model.reading import unknown
from wayhome.shell.session import Session
from wayhome.shell.terminal import in_line, phrase

if TYPE_CHECKING:
    from wayhome.packs.plugins import Packs

Item = CompletionItem[str]
Offer = Callable[[click.Context, click.Parameter, str], list[Any]]


def quietly(offer: Offer) -> Offer:
    """Make a completion that offers nothing where nothing can be read."""

    @functools.wraps(offer)
    def offered(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        try:
            return offer(ctx, param, incomplete)
        except (WayhomeError, OSError):
            return []

    return offered


def session_of(ctx: click.Context) -> Session:
    """Give the session of a command line that is still being typed."""
    session = ctx.find_object(Session)
    return session if session is not None else Session()


def starting(with_: str, offers: Iterable[tuple[str, str]]) -> list[Item]:
    """Keep the offers that begin with what is typed, whatever its case."""
    return [
        CompletionItem(word, help=in_line(about) or None)
        for word, about in offers
        if word.lower().startswith(with_.lower())
    ]


@quietly
def numbers(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Case numbers and labels, with phase and status beside them; of very many, the oldest."""
    session = session_of(ctx)
    rows = session.engine.cases(as_=session.actor)
    return starting(
        incomplete,
        [
            (called, f"{row.phase}, {row.status}, {row.host_country} → {row.origin_country}")
            for row in rows
            for called in (row.number, row.label)
        ],
    )


@quietly
def commands(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Command words: first those that this case waits for."""
    return starting(incomplete, _commands(ctx))


def _commands(ctx: click.Context) -> list[tuple[str, str]]:
    from wayhome.commands import BY_WORD  # noqa: PLC0415 - only completing needs it, and `--help` is quick

    session, number = session_of(ctx), ctx.params.get("number")
    counted: dict[str, int] = {}
    if number:
        for row in session.engine.next(number, as_=session.actor):
            word = str(row.do.get("do"))
            counted[word] = counted.get(word, 0) + 1
    ordered = [*counted, *(word for word in BY_WORD if word not in counted)]

    def about(word: str) -> str:
        command = (BY_WORD[word].__doc__ or "").splitlines()[0]
        return (
            phrase("{count} waiting. {command}", count=counted[word], command=command) if word in counted else command
        )

    return [(word, about(word)) for word in ordered if word != "open"]


@quietly
def moves_and_commands(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """What `case why` can be asked about: the moves, those from this phase first, then the commands."""
    session, number = session_of(ctx), ctx.params.get("number")
    phase = session.engine.case(number, as_=session.actor, parts=()).phase if number else None
    moves = sorted(MOVES.values(), key=lambda m: phase is not None and phase not in m.sources)
    offers = [
        (m.name, phrase("move to {phase}", phase=m.to.replace("_", " ")) if m.to else phrase("move")) for m in moves
    ]
    return starting(incomplete, [*offers, *(pair for pair in _commands(ctx) if pair[0] != "move")])


@quietly
def actors(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """The actors of this database."""
    return starting(
        incomplete, [(a.id, f"{a.organisation}: {', '.join(sorted(a.roles))}") for a in session_of(ctx).engine.actors()]
    )


@quietly
def countries(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Countries with a pack that can be used."""
    return starting(incomplete, countries_as(param.name, session_of(ctx).packs).items())


def countries_as(role: str | None, packs: Packs) -> dict[str, str]:
    """Name the countries with a pack that can be used, with their titles; as host or as origin, only those."""
    abouts = [plugin.pack.about for plugin in packs.ready if plugin.pack]
    return {a.country or "": a.title for a in abouts if role not in ("host", "origin") or a.role == role}


def country_called(packs: Packs, text: str) -> str:
    """Give the two letters of a country: as they were said, or of the pack that is called so.

    Raises:
        BadInput: it is neither.
    """
    abouts = [plugin.pack.about for plugin in packs.ready if plugin.pack]
    named = {name.casefold(): about.country for about in abouts for name in (about.title, about.id.replace("_", " "))}
    found = named.get(text.strip().casefold()) or text
    if len(found) != len("XX"):
        raise unknown(
            "country with a pack", text, [f"{about.title} ({about.country})" for about in abouts if about.country]
        )
    return found


@quietly
def roles(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Roles that a person with a login can have."""
    return starting(incomplete, known_roles(session_of(ctx).packs).items())


def known_roles(packs: Packs) -> dict[str, str]:
    """Name the roles of the core and of every usable pack, with their titles."""
    usable = [packs.core, *(plugin.pack for plugin in packs.ready if plugin.pack)]
    return {
        located.entry.id: located.entry.title
        for pack in usable
        for located in pack.of("roles")
        if hasattr(located.entry, "title")
    }


def words_of(known: Iterable[str]) -> Offer:
    """Offer the words of a fixed set."""
    return lambda _ctx, _param, incomplete: starting(incomplete, [(word, "") for word in known])


def entries_of(kind: str) -> Offer:
    """Offer the ids of one kind of card, with their titles."""

    @quietly
    def offer(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
        from wayhome.cards import KINDS  # noqa: PLC0415 - only completing needs them

        titles: dict[str, str] = {}
        for process in session_of(ctx).packs.processes():
            titles |= {id: process.title(KINDS[kind], id) for id in getattr(process, KINDS[kind])}
        return starting(incomplete, titles.items())

    return offer
