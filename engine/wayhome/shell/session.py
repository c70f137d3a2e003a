"""What every command shares: which database, who acts, how to answer. The engine is opened when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from wayhome.errors import BadInput, NotPermitted, Template
from wayhome.frozen import EMPTY
from wayhome.model.label import read_label
from wayhome.model.number import read_number
from wayhome.shell import views
from wayhome.shell.terminal import print_json, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wayhome.engine import Engine
    from wayhome.flow.rows import NextRow
    from wayhome.model.actor import Actor
    from wayhome.packs.plugins import Packs

DEFAULT_DB = "sqlite:///wayhome.db"


@dataclass
class Desk:
    """What lies before who works in the interactive shell.

    Attributes:
        case: the number of the case that is being worked on; empty while there is none.
        listed: what can be done next in it, as it was last listed: the first is number 1.
        cases: the cases that were listed since, each with a step that is due there and the key of that, or empty texts, which a number
            takes up; empty where it opens what is `listed`.
        drafts: what is answered of a form, by the case and what the form is about. It goes when the shell ends.
        talks: whether somebody sits at it, who can be asked.
        recurring: what was answered in this talk, and may be offered again: by slot, with the case and the day. It is no draft.
    """

    case: str = ""
    listed: tuple[NextRow, ...] = ()
    cases: tuple[tuple[str, str, str], ...] = ()
    drafts: dict[tuple[str, str], Mapping[Any, Any]] = field(default_factory=dict)
    talks: bool = False
    recurring: tuple[str, date | None, Mapping[str, Any]] = ("", None, EMPTY)

    def takes_up(self, case: str, listed: Iterable[NextRow]) -> None:
        """Work on a case from now on, of which this is listed."""
        self.case, self.listed, self.cases = case, tuple(listed), ()


@dataclass
class Session:
    """The way from a command to the engine. Copies (one per line of the interactive shell) share all but options."""

    db: str = DEFAULT_DB
    actor_id: str | None = None
    json: bool = False
    interactive: bool = False
    seen: dict[str, int] = field(default_factory=dict)  # case number -> the version that was last shown
    opened: dict[str, Engine] = field(default_factory=dict)
    desk: Desk = field(default_factory=Desk, repr=False)

    @property
    def engine(self) -> Engine:
        """The engine on this database, which must exist."""
        if self.db not in self.opened:
            resolve_name("wayhome.shell.logs:configure")()
            self.opened[self.db] = resolve_name("wayhome.engine:Engine").open(self.db)
        return self.opened[self.db]

    @property
    def packs(self) -> Packs:
        """The installed packs; needs no database."""
        resolve_name("wayhome.shell.logs:configure")()
        packs: Packs = resolve_name("wayhome.packs.plugins:Packs").installed()
        return packs

    @property
    def actor(self) -> Actor:
        """Who acts, as the database knows them.

        Raises:
            BadInput: it was not said. NotPermitted: the database does not know them, or they have ended.
        """
        if not self.actor_id:
            raise BadInput(
                "It is not said who you are.",
                why="Every look and every act has a name in the record.",
                todo="Add --as ACTOR, or set WAYHOME_ACTOR.",
            )
        account = next((one for one in self.engine.accounts() if one.actor.id == self.actor_id), None)
        if account is None:
            raise NotPermitted(
                "This database does not know that actor.",
                why="Only those who are entered may look or act.",
                todo="Look at `wayhome actor list`. Who is missing is entered with `wayhome actor add`.",
            )
        if account.ended_at is not None:
            raise NotPermitted(
                "That actor has ended.",
                why="Who has ended may look and act no more. What they did stays theirs.",
                todo="Ask an administrator.",
            )
        return account.actor

    @property
    def actor_if_known(self) -> Actor | None:
        """Who acts; None where it is not said, or the database does not know them as one who may act."""
        return next((one for one in self.engine.actors() if one.id == self.actor_id), None)

    @property
    def prefix(self) -> str:
        """What stands before a command that the reader may type."""
        return "" if self.interactive else "wayhome "

    def show(self, document: Callable[[], Any], view: Callable[[], RenderableType]) -> None:
        """Print the JSON document that `document` gives, or what `view` draws."""
        if self.json:
            print_json(document())
        else:
            views.console.draw(view())

    def report_done(self, document: Any, what: Template, /, **values: Any) -> None:
        """Print a JSON document, or say in a sentence with values what was done."""
        if self.json:
            print_json(document)
        else:
            say(what, **values)

    def has_shown(self, number: str, version: int) -> None:
        """Remember which version of a case the reader has seen."""
        self.seen[number] = version

    def look(self, number: str) -> None:
        """In the interactive shell, remember the version of a case that is about to be shown."""
        if self.interactive:
            view = self.engine.case(number, as_=self.actor, parts=())
            self.has_shown(view.number, view.version)

    def version_seen(self, number: str) -> int | None:
        """Give the version of a case that the interactive shell last showed."""
        if not self.interactive:
            return None
        return self.seen.get(self.number_of(number))

    def number_of(self, text: str) -> str:
        """Give the number of a case that is called by its number or its label."""
        return read_number(text) if read_label(text) is None else self.engine.number_of(text, as_=self.actor)

    def close(self) -> None:
        while self.opened:
            self.opened.popitem()[1].close()
