"""What a session opens: the engine on a database that exists, and the installed packs. From then on things are logged."""

from __future__ import annotations

from wayhome.engine import Engine
from wayhome.packs.plugins import Packs
from wayhome.shell import logs


def engine(url: str) -> Engine:
    """Open the engine on a database, which must exist."""
    logs.configure()
    return Engine.open(url, create=False)


def packs() -> Packs:
    """Load the installed packs; needs no database."""
    logs.configure()
    return Packs.installed()
