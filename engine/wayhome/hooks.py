"""What a host may listen to, and what it may keep for us: hooks, each with its manual. Give what implements them to `Engine.open(hooks=…)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pluggy

from wayhome.errors import StoreUnavailable
from wayhome.logs import Log
from wayhome.model.actor import Actor
from wayhome.model.event import Event
from wayhome.packs.hookspecs import PROJECT
from wayhome.store.sql import Connection
from wayhome.store.witness import Witness

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
log = Log("wayhome")


@hookspec
def wayhome_recorded(events: Sequence[Event], connection: Any) -> None:
    """Hear what a command has just written, in its transaction.

    Called:    once for each command that wrote something, before it is kept, also in a host's own transaction.
    Given:     the events in their order; and the connection: SQLAlchemy's, or that of `sqlite3` for a file under an address. What is written on it is kept with the command, or not at all. It must be neither committed nor rolled
               back nor closed, no error of it may be swallowed, and the engine takes no command meanwhile.
    On error:  whatever it is, nothing of the command is kept, and the caller gets the error as it is.
    """


@hookspec
def wayhome_committed(events: Sequence[Event]) -> None:
    """Hear what a command has written, when it is kept.

    Called:    once for each command that wrote something, after its transaction; not for those in a host's own transaction, whose
               end only the host knows (`changes` tells those).
    On error:  it is logged, and the command stays done. Whoever is killed in between hears nothing: `changes` tells all.
    """


@hookspec
def wayhome_witness(line: str) -> None:
    """Keep a line of a witness, where nobody can write who writes the database. Its twin `wayhome_witnessed` gives it back.

    Called:    when more is settled than this program has told, after a command is kept, and by `verify`: in the thread of who gave the
               command, so be quick.
    Given:     one line of JSON, some 120 characters: when, of which database, how much there was, and a sum of it that only who has the key can
               make. No number of a case stands in it, and nothing of a person.
    On error:  whatever it is, nobody waits: the command stays done, and it is said since when the witness is away.
    """


@hookspec(firstresult=True)
def wayhome_witnessed() -> Iterable[str]:  # type: ignore[empty-body]
    """Give the lines that `wayhome_witness` has kept, the oldest first; the last hundred are enough.

    Called:    before clearance and departure, by `verify`, by `doctor`, by an administrator's `today`, and by `restore`.
    On error:  as above.
    """


@hookspec
def wayhome_may_know(actor: Actor, case: str) -> bool | None:
    """Say whether somebody may know that a case exists, beside what the engine says: a host with rules of its own may hide one.

    Called:    wherever a case is found or stands in a list, for whoever the engine lets know of it; for each case and question anew, so be quick.
               Not for the engine's own clock.
    Given:     who asks, and the number of the case.
    Return:    False: they are told what is told of a number that nobody has. Anything else changes nothing: nobody is let in by it.
    On error:  whatever it is, nothing is told, and who asked gets the error as it is.
    """


class HostFailed(Exception):
    """Something of a host's has failed; `error` is what."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Listeners:
    """Those who listen to one engine."""

    def __init__(self, listeners: Iterable[object]) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(_Specs)
        for one in listeners:
            self._manager.register(one)
        self._manager.check_pending()

    @property
    def narrows(self) -> bool:
        """Whether a host says who may know of a case."""
        return bool(self._manager.hook.wayhome_may_know.get_hookimpls())

    def hides(self, actor: Actor, case: str) -> bool:
        """Say whether a host hides a case from somebody."""
        return any(told is False for told in self._manager.hook.wayhome_may_know(actor=actor, case=case))

    def witness(self) -> Witness | None:
        """Give the witness that a host keeps; None where it keeps none."""
        hook = self._manager.hook
        return Witness(_OfHost(hook)) if hook.wayhome_witness.get_hookimpls() else None

    def recorded(self, events: Sequence[Event], connection: Connection) -> None:
        """Tell what was written.

        Raises:
            HostFailed: one of them has failed. StoreUnavailable: one has ended the transaction, or left it broken.
        """
        connection.execute("SAVEPOINT wayhome_listeners")
        try:
            self._manager.hook.wayhome_recorded(events=events, connection=connection.for_listeners())
        except Exception as error:
            raise HostFailed(error) from error
        _must_stand(connection)

    def committed(self, events: Sequence[Event]) -> None:
        """Tell what is kept."""
        for one in self._manager.hook.wayhome_committed.get_hookimpls():
            try:
                one.function(*([events] if "events" in one.argnames else []))
            except Exception as error:  # nobody else is kept from hearing it
                log.error("listener_failed", case=events[0].case, error=type(error).__name__)


class _OfHost:
    name = "hook"

    def __init__(self, hook: Any) -> None:
        self._hook = hook

    def keep(self, line: str) -> None:
        self._hook.wayhome_witness(line=line)

    def lines(self) -> Iterable[str]:
        return self._hook.wayhome_witnessed() or ()


class _Specs:
    wayhome_recorded = staticmethod(wayhome_recorded)
    wayhome_committed = staticmethod(wayhome_committed)
    wayhome_may_know = staticmethod(wayhome_may_know)
    wayhome_witness = staticmethod(wayhome_witness)
    wayhome_witnessed = staticmethod(wayhome_witnessed)


def _must_stand(connection: Connection) -> None:
    """See that the transaction is as the listeners found it."""
    try:
        connection.execute("RELEASE SAVEPOINT wayhome_listeners")
    except Exception as error:  # it is gone, or nothing more is taken: what was written is not kept by a commit of ours
        raise StoreUnavailable(
            "Something that listens has ended the transaction, or has swallowed an error in it.",
            why="So this command is not kept, unless the listener itself has kept it.",
            todo="A listener lets its errors pass, and neither commits nor rolls back. Then look at the case.",
            code="listener",
        ) from error
