"""Find the process that `process show` is about: two countries, or one country's pack alone on the core."""

from __future__ import annotations

from wayhome.errors import NotFound
from wayhome.packs.loader import Plugin, Shelf, check_folder
from wayhome.packs.process import Process


def find(shelf: Shelf, country: str, host: str | None) -> Process:
    """Compose the process of a return to a country, from a host country or from nowhere in particular.

    Raises:
        NotFound: no pack for a country is installed. PackBroken: it is, and cannot be used.
    """
    country = country.strip().upper()
    if host is not None:
        return shelf.process(host.strip().upper(), country)
    plugin = _of(shelf, country)
    assert plugin.pack is not None
    return check_folder(plugin.pack.folder)[1]


def _of(shelf: Shelf, country: str) -> Plugin:
    try:
        return shelf.for_country("origin", country)
    except NotFound as missing:
        try:
            return shelf.for_country("host", country)
        except NotFound:
            raise missing from None
