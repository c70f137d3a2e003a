"""Countries and languages, by their codes. Everyday commands read them too: nothing heavy is imported here."""

from __future__ import annotations

import re
from collections.abc import Collection, Set
from functools import cache
from pathlib import Path

# Not known, no words, several, without a code, and what everybody may use as they like. (ISO 639-2, special situations)
NO_LANGUAGE = re.compile("und|zxx|mul|mis|q[a-t][a-z]|xxx")
PRIVATE = re.compile("x(-[a-z0-9]{1,8})+")


@cache
def countries() -> Set[str]:
    """The codes of ISO 3166, as the time zone database lists them."""
    from importlib.resources import files

    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8").splitlines()
    return {line.partition("\t")[0] for line in lines if not line.startswith("#")}


@cache
def languages() -> Set[str]:
    lines = Path(__file__).with_name("iso_639_1.txt").read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def is_language(name: str) -> bool:
    """Whether this is a tag of BCP 47: two letters of ISO 639-1, or any three of ISO 639-3; then perhaps a country. Of a language that
    has no code, its name after `x-` (RFC 5646, 2.2.7).
    """
    if PRIVATE.fullmatch(name):
        return True
    language, _, country = name.partition("-")
    known = language in languages() or (
        re.fullmatch("[a-z]{3}", language) is not None and not NO_LANGUAGE.fullmatch(language)
    )
    return known and (not country or country in countries())


def is_spoken_by(language: str | None, understood: Collection[str]) -> bool:
    """Whether who understands these understands this one: as it is spoken in another country, it is the same language."""
    return language is not None and _base(language) in {_base(one) for one in understood}


def _base(language: str) -> str:
    return language if PRIVATE.fullmatch(language) else language.partition("-")[0]
