"""What is said already of a case that is to be opened: first between which countries, since their packs say what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wayhome.commands import Open
from wayhome.errors import Template
from wayhome.forms.form import must_be_words
from wayhome.model.reading import Faults, as_country, bad

NO_CASE: Template = "'{word}' is about a case, and none is named."


def said_to_open(do: Mapping[str, Any], countries: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Read what is said already of a case that is to be opened; its facts come to stand beside the rest.

    Args:
        countries: by the field that names one, those for which there are packs.

    Raises:
        BadInput: it is no command, or one on a case; or with each country that is missing or cannot be read.
    """
    must_be_words(do)
    if do["do"] != Open.word:
        raise bad("case", "missing", NO_CASE, "Give its number.", word=do["do"])
    faults, read = Faults(), dict[str, Any]()
    for name, known in countries.items():
        with faults.gathered():
            if not do.get(name):
                raise _missing(name, [*known])
            read[name] = as_country(name, do[name])
    faults.raise_any()
    facts = do.get("facts")
    said = {**do, "facts": None, **facts} if isinstance(facts, Mapping) else do
    return {name: value for name, value in {**said, **read}.items() if value is not None}


def _missing(name: str, known: list[str]) -> Exception:
    why: Template = "The packs of both countries say what is asked."
    todo: Template = "Say '{name}', one of: {known}." if known else "Install the plugin of a country."
    return bad(name, "missing", "'{name}' is missing.", todo, why=why, known=known)
