"""Doing things: one command on a case."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

import click

from wayhome.commands import BY_WORD
from wayhome.commands.letting_in import NO_NUMBER
from wayhome.errors import BadInput, Template, WayhomeError
from wayhome.model.command import own_fields
from wayhome.shell import field_suggestions, suggestions, typed_fields, views
from wayhome.shell.options import NUMBER, shared
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wayhome.results import Done


class DoCommand(click.Command):
    """`do`, whose help lists every command and its fields."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(phrase("Commands")):
            formatter.write_dl(
                [
                    (word, f"{(kind.__doc__ or '').splitlines()[0]}  [{' '.join(own_fields(kind))}]")
                    for word, kind in BY_WORD.items()
                    if word != "open"
                ]
            )
        with formatter.section(phrase("Fields of every command")):
            formatter.write_dl(
                [
                    ("by", phrase("Who did it, when that is not who types.")),
                    ("heard_by", phrase("How we know it then: letter, email, phone, visit …")),
                    ("on_paper", phrase("The paper that says it: its kind, its date, where it lies.")),
                    ("of", phrase("Whom it is about, when not the person (a ref).")),
                ]
            )


@click.command(cls=DoCommand)
@NUMBER
@click.argument("word", metavar="COMMAND", shell_complete=suggestions.commands)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=field_suggestions.fields)
@click.option("--if-version", type=click.IntRange(min=0), help="Only if the case is still at this version.")
@click.option("--key", help="Do this once only, however often it is sent.")
@click.option("--at", metavar="MOMENT", help="When it happened, if not now, e.g. 2026-03-31T14:30+02:00.")
@shared()
@click.pass_obj
def do(
    session: Session,
    number: str,
    word: str,
    fields: tuple[str, ...],
    if_version: int | None,
    key: str | None,
    at: str | None,
) -> None:
    """Do one command on a case. All of it is kept, or nothing.

    CASE is by_name where somebody breaks the glass by the whole name and the year of birth.
    """
    if number in BY_WORD:
        what: Template = "The number of the case comes first."
        raise BadInput(what, todo="Write for example: do WH-… {word} ….", field="number", word=number)
    if word == "no":  # whoever types it has heard one, and must not be sent on to another word
        what = "A no is written down as the answer to what was asked."
        raise BadInput(
            what,
            todo="To the return: do {number} consent purpose=return answer=refused. In `wayhome shell`, `no` asks you the rest.",
            field="word",
            number=number,
        )
    seen = if_version if if_version is not None or number == NO_NUMBER else session.version_seen(number)
    command = typed_fields.command(word, fields, number, if_version=seen, key=key, at=at)
    done = session.engine.do(command, as_=session.actor)

    session.has_shown(done.case, done.version)
    session.show(
        lambda: views.json_output.done(done),
        lambda: views.history.done(
            done,
            _following(session, done.case),
            now=_now(session, done),
            named=getattr(command, "ref", None),
        ),
    )


def _following(session: Session, case: str) -> RenderableType | None:
    """Give what comes next; None where that cannot be read, or by them: what was asked for is done, and is told."""
    try:
        following: RenderableType = resolve_name("wayhome.shell.listing:following")(session, case)
    except WayhomeError:
        return None
    return following


def _now(session: Session, done: Done) -> list[str]:
    try:
        now: list[str] = resolve_name("wayhome.shell.listing:to_do_now")(session, done)
    except WayhomeError:
        return []
    return now
