"""Countries and languages, by their codes. Everyday commands read them too: nothing heavy is imported here."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache
from importlib.resources import files


@cache
def countries() -> Set[str]:
    """The codes of ISO 3166, as the time zone database lists them."""
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8").splitlines()
    return {line.partition("\t")[0] for line in lines if not line.startswith("#")}


@cache
def languages() -> Set[str]:
    lines = (files("wayhome.packs") / "iso_639_1.txt").read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def is_language(name: str) -> bool:
    """Whether this is a tag of BCP 47: two letters of ISO 639-1, or any three of ISO 639-3; then perhaps a country."""
    language, _, country = name.partition("-")
    known = language in languages() or re.fullmatch("[a-z]{3}", language) is not None
    return known and (not country or country in countries())
