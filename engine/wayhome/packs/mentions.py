"""What an entry of a pack mentions: names of other things, each with what it may be the name of, and what it is compared with.

Each key of a kind declares it in its type (`Names`), each small class in its method `mentions`; `names.py` looks them all up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from wayhome.errors import part

Path = tuple[str | int, ...]
Name = Callable[[str, str], Any]  # of what kind, and which: how it is called in a sentence


class Mention(NamedTuple):
    """A name, and where in its entry it stands."""

    at: Path
    name: str
    kinds: tuple[str, ...]  # it is one of these (names.KINDS)
    word: str = ""  # is, at_least, at_most, before, after: how its value is compared
    values: tuple[Any, ...] = ()  # with what
    code: str = ""  # of the fault, when it is not that of the kind

    def under(self, *at: str | int) -> Mention:
        return Mention((*at, *self.at), self.name, self.kinds, self.word, self.values, self.code)


class Mark(NamedTuple):
    """A word about a field, in its `Annotated`."""

    name: str


OWN_VALUE = Mark("own value")  # of the fact in which it stands


@dataclass(frozen=True)
class Names:
    """In the type of a key: its value is a name of one of these kinds; `valued`: the value beside it is one of its values."""

    kinds: tuple[str, ...]
    code: str = ""
    valued: bool = False


def names(*kinds: str, code: str = "", valued: bool = False) -> Names:
    """Say what a value is the name of."""
    return Names(kinds, code, valued)


# --- what is said of them: parts of sentences (`errors.part`) -----------------------------------------------------------

Phrase = Mapping[str, Any]


def in_words(value: Any) -> Phrase:
    """Say a value that a pack declares as a person reads it."""
    if isinstance(value, bool):
        return part("yes") if value else part("no")
    return part("{value}", value=str(value).replace("_", " "))


def either(parts: Iterable[Phrase]) -> Phrase:
    """Say that one of these is so."""
    return reduce(lambda left, right: part("{left} or {right}", left=left, right=right), parts)


def both(parts: Iterable[Phrase]) -> Phrase:
    """Say that all of these are so."""
    return reduce(lambda left, right: part("{left} and {right}", left=left, right=right), parts)
