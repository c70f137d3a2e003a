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
from wayhome.shell.door import Door

if TYPE_CHECKING:
    from wayhome.packs.loader import Shelf

Item = CompletionItem[str]
Offer = Callable[[click.Context, click.Parameter, str], list[Any]]
STATUSES = ("open", "on_hold", "blocked", "closed")


def _quietly(offer: Offer) -> Offer:
    @functools.wraps(offer)
    def offered(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        try:
            return offer(ctx, param, incomplete)
        except (WayhomeError, OSError):
            return []

    return offered


def door_of(ctx: click.Context) -> Door:
    """Give the door of a command line that is still being typed."""
    door = ctx.find_object(Door)
    return door if door is not None else Door()


def starting(with_: str, offers: Iterable[tuple[str, str]]) -> list[Item]:
    """Keep the offers that begin with what is typed, whatever its case."""
    return [
        CompletionItem(word, help=about or None) for word, about in offers if word.lower().startswith(with_.lower())
    ]


@_quietly
def numbers(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Case numbers, with phase and status beside them."""
    door = door_of(ctx)
    rows = door.engine.cases(as_=door.actor)
    return starting(
        incomplete,
        [(row.number, f"{row.phase}, {row.status}, {row.host_country} → {row.origin_country}") for row in rows],
    )


@_quietly
def commands(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Command words: first those that this case waits for."""
    return starting(incomplete, _commands(ctx))


def _commands(ctx: click.Context) -> list[tuple[str, str]]:
    from wayhome.model.command import BY_WORD

    door, number = door_of(ctx), ctx.params.get("number")
    counted: dict[str, int] = {}
    if number:
        for row in door.engine.next(number, as_=door.actor):
            word = str(row.do.get("do"))
            counted[word] = counted.get(word, 0) + 1
    ordered = [*counted, *(word for word in BY_WORD if word not in counted)]

    def about(word: str) -> str:
        waiting = f"{counted[word]} waiting. " if word in counted else ""
        return waiting + (BY_WORD[word].__doc__ or "").splitlines()[0]

    return [(word, about(word)) for word in ordered if word != "open"]


@_quietly
def moves_and_commands(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """What `case why` can be asked about: the moves, those from this phase first, then the commands."""
    from wayhome.model.moves import MOVES

    door, number = door_of(ctx), ctx.params.get("number")
    phase = door.engine.case(number, as_=door.actor).phase if number else None
    moves = sorted(MOVES.values(), key=lambda m: phase is not None and phase not in m.sources)
    offers = [(m.name, f"move to {m.to.replace('_', ' ')}" if m.to else "move") for m in moves]
    return starting(incomplete, [*offers, *(pair for pair in _commands(ctx) if pair[0] != "move")])


@_quietly
def fields(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Fields of a command, and the values that this case allows now."""
    from wayhome.model.moves import MOVES
    from wayhome.shell.field_suggestions import Fields, rejoined

    door, number = door_of(ctx), ctx.params.get("number")
    word = ctx.params.get("word") or ctx.params.get("what")
    if not number or not word:
        return []
    given, open_name = rejoined(ctx.params.get("fields") or ())
    if word in MOVES:
        word, given = "move", {"to": str(word), **given}
    offers = Fields(
        door.engine.case(number, as_=door.actor), door.engine.process_of(number, as_=door.actor), str(word), given
    )
    return [CompletionItem(value, help=about or None) for value, about in offers.matching(incomplete, open_name)]


@_quietly
def facts_to_open(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Facts with their values, as the process of the two countries declares them."""
    from wayhome.shell.field_suggestions import fact_offers, rejoined

    host, origin = ctx.params.get("host"), ctx.params.get("origin")
    if not host or not origin:
        return []
    given, _name = rejoined(ctx.params.get("facts") or ())
    return starting(
        incomplete, fact_offers(door_of(ctx).shelf.process(host.upper(), origin.upper()), incomplete, given)
    )


@_quietly
def actors(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """The actors of this database."""
    return starting(
        incomplete, [(a.id, f"{a.organisation}: {', '.join(sorted(a.roles))}") for a in door_of(ctx).engine.actors()]
    )


@_quietly
def countries(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Countries with a pack that can be used."""
    role = param.name if param.name in ("host", "origin") else None
    abouts = [plugin.pack.about for plugin in door_of(ctx).shelf.ready if plugin.pack]
    return starting(incomplete, [(a.country or "", a.title) for a in abouts if role is None or a.role == role])


@_quietly
def roles(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Roles that a person with a login can have."""
    return starting(incomplete, known_roles(door_of(ctx).shelf).items())


def known_roles(shelf: Shelf) -> dict[str, str]:
    """Name the roles of the core and of every usable pack, with their titles."""
    packs = [shelf.core, *(plugin.pack for plugin in shelf.ready if plugin.pack)]
    return {
        located.entry.id: located.entry.title
        for pack in packs
        for located in pack.of("roles")
        if hasattr(located.entry, "title")
    }


@_quietly
def phases(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """The phases."""
    return starting(incomplete, [(phase, "") for phase in phase_words()])


@_quietly
def statuses(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """What a case's status can be."""
    return starting(incomplete, [(status, "") for status in STATUSES])


def phase_words() -> tuple[str, ...]:
    """Name the phases in their order."""
    from wayhome.model.moves import PHASES

    return PHASES
