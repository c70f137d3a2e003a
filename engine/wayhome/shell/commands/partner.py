"""What the own office knows of its partners: numbers that were tried, beds, whom to ask for, and where to be careful."""

from __future__ import annotations

import click

from wayhome.errors import BadInput
from wayhome.model.data import to_json
from wayhome.model.reading import as_day
from wayhome.shell import suggestions, views
from wayhome.shell.options import shared
from wayhome.shell.session import Session

PARTY = click.argument("party", shell_complete=suggestions.entries_of("partner"))


@click.group()
def partner() -> None:
    """What your own office knows of its partners."""


@partner.command("note")
@PARTY
@click.option("--number", metavar="NUMBER", help="A telephone number.")
@click.option("--ask-for", metavar="WHO", help="Whom to ask for there.")
@click.option("--room", metavar="WHAT", help="Beds and places, for example '2 beds'.")
@click.option("--note", metavar="TEXT", help="Anything else that is good to know.")
@click.option(
    "--careful", metavar="WHY", help="Be careful with them, and why. They are listed last; nothing is refused."
)
@click.option("--harm", metavar="WHAT", help="What harm they did. A second signs where they are to receive somebody.")
@click.option(
    "--tried", "--on", "on", metavar="DAY", help="When it was tried, or was so: 2026-11-28.  [default: today]"
)
@click.option("--works/--does-not", default=None, help="Whether the number worked when it was tried.")
@click.option("--drop", is_flag=True, help="Take this note out.")
@shared()
@click.pass_obj
def partner_note(
    session: Session, /, party: str, on: str | None, works: bool | None, drop: bool, **typed: str | None
) -> None:
    """Note something of a partner, for your own office: no other reads it, and only harm decides anything.

    PARTY is a partner of the packs, an organisation that was registered, your own, or a carrier by its code, such as SN. The same number or
    words again take the place of the note before.
    """
    given = [(kind, text) for kind, text in typed.items() if text is not None]
    if len(given) != 1:
        raise BadInput(
            "One thing is noted at a time.", todo="Say --number, --ask-for, --room, --note, --careful or --harm."
        )
    kind, text = given[0]
    day = None if on is None else as_day("on", on)
    note = session.engine.note_partner(party, kind, text, on=day, works=works, drop=drop, as_=session.actor)  # type: ignore[arg-type]
    session.report_done(to_json(note), "Taken out." if drop else "Noted, for your own office.")


@partner.command("show")
@PARTY
@shared()
@click.pass_obj
def partner_show(session: Session, party: str) -> None:
    """Show what your office has noted of a partner. What the packs say of it: `wayhome process partner`."""
    found = session.engine.partner_notes(party=party, as_=session.actor)
    session.show(lambda: [to_json(one) for one in found], lambda: views.lists.partner_notes(found))


@partner.command("list")
@shared()
@click.pass_obj
def partner_list(session: Session) -> None:
    """List the partners of which your office has noted something, a line each."""
    found = session.engine.partner_notes(as_=session.actor)
    session.show(lambda: [to_json(one) for one in found], lambda: views.lists.partners_noted(found))
