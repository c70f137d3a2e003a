"""Finding a case by who the person is: names in any order, as somebody heard or typed them, and the year of birth.

Names stand in no index. What whoever asks may read of each case is opened, and compared.

Used by:  wayhome.looking, wayhome.execution, wayhome.duplicates
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from wayhome.case_now.letters import Letters
from wayhome.case_views import said_in
from wayhome.entries import Words
from wayhome.errors import Template
from wayhome.frozen import EMPTY
from wayhome.model.case import Case
from wayhome.model.number import number_begins
from wayhome.model.reading import Faults, bad
from wayhome.packs.process import Process

Told = Mapping[int, frozenset[str]]  # entries, by their seq, and which data groups of each
FEWEST_WORDS = 2  # of a whole name (our own choice): of one word alone there are many in a year
A_YEAR = re.compile(r"(?:19|20)\d\d")
WORDS = re.compile(r"[^\W\d_]+")
OTHER_NAMES = re.compile(r"[,;\n]")  # between which several names stand
# Letters that no accent explains, and spellings of one sound.
OTHER_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
SAME_SOUND = (("ph", "f"), ("ou", "u"), ("ck", "k"), ("y", "i"), ("j", "i"))


def folded(text: str) -> str:
    """Write words as they sound alike: without accents, capitals and doubled letters, and one spelling for each sound."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(OTHER_LETTERS))
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    for spelling, sound in SAME_SOUND:
        plain = plain.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", plain)


def asks_for_somebody(called: str) -> bool:
    """Say whether there is a name, or a year of birth, in what is looked for."""
    rest = A_YEAR.sub("", called)
    is_a_number = number_begins(called) and any(one.isdigit() for one in rest)
    return not is_a_number and (rest != called or any(len(one) > 1 for one in WORDS.findall(called)))


class Sought(NamedTuple):
    """For whom somebody breaks the glass who has no number: each word of the name, as it sounds, and the year of birth."""

    name: tuple[str, ...]
    year: int

    def __repr__(self) -> str:
        return "<Sought>"


def read_sought(called: str | None, born: int | None) -> Sought:
    """Read a whole name, and a year of birth. Raises BadInput: one is missing, or none."""
    faults, words = Faults(), tuple[str, ...]()
    with faults.gathered():
        words = _words_of(called) if isinstance(called, str) else ()
        if len(words) < FEWEST_WORDS:
            whole: Template = "That is no whole name."
            raise bad("called", "missing", whole, "Say each name that stands on the travel document, in any order.")
    with faults.gathered():
        if type(born) is not int or not A_YEAR.fullmatch(str(born)):
            raise bad("born", "missing", "That is no year of birth.", "Say its four digits.")
    faults.raise_any()
    return Sought(words, born or 0)


def is_sought(
    process: Process, case: Case, sought: Sought, groups: Container[str], words: Callable[[Told], Words]
) -> frozenset[str] | None:
    """Say whether the person of a case has exactly this name, of those in these data groups, and was born in this year. Nobody who goes along is looked at.

    Args:
        words: opens the texts of entries; only where the year fits.

    Returns:
        The data groups in which that stands; None where it is another.
    """
    known = [(id, fact, case.facts.get(id)) for id, fact in process.of_person if fact.group in groups]
    born = {
        fact.group
        for _, fact, one in known
        if fact.of_person == "birth" and one is not None and str(one.value)[:4] == str(sought.year)
    }
    if not born:
        return None
    names = [(id, fact, one) for id, fact, one in known if fact.of_person == "name" and one is not None and one.value]
    opened = words(
        {one.seq: frozenset({fact.group for _, fact, other in names if other.seq == one.seq}) for _, _, one in names}
    )
    found = {
        fact.group for id, fact, one in names if _words_of(str(said_in(process, id, one, opened) or "")) == sought.name
    }
    return frozenset(born | found) if found else None


class KnownNames(NamedTuple):
    """By what it is seen whether somebody is known already: each whole name that stands, since when, and the year of birth."""

    since: Mapping[tuple[str, ...], datetime]
    born: str  # "" where it is not known
    seq: int  # of the newest of these entries

    def __repr__(self) -> str:
        return "<KnownNames>"


def name_entries(process: Process, case: Case) -> dict[int, frozenset[str]]:
    """Name the entries in which a name of the person stands, or has stood, each with the data groups. Of who goes along none is."""
    found = dict[int, frozenset[str]]()
    for id, fact in process.of_person:
        if fact.of_person == "name":
            for was in case.all_of("facts", id):
                found[was.seq] = found.get(was.seq, frozenset()) | {fact.group}
    return found


def names_in(process: Process, case: Case, written: Mapping[int, tuple[datetime, Mapping[str, Any]]]) -> KnownNames:
    """Give the whole names of the person of a case. A name that stands is as old as the first entry that had it.

    Args:
        written: of each of these entries, when it was written down, and its texts: the day that somebody says of it decides nothing.
    """
    names = [id for id, fact in process.of_person if fact.of_person == "name"]
    first, stands = dict[tuple[str, ...], datetime](), set[tuple[str, ...]]()
    for seq, (at, texts) in written.items():
        for id in names:
            said = str(texts.get(process.facts[id].group, EMPTY).get(id) or "")
            for name in map(_words_of, OTHER_NAMES.split(said)):
                if len(name) >= FEWEST_WORDS:
                    first[name] = min(at, first.get(name, at))
                    if id in case.facts and case.facts[id].seq == seq:
                        stands.add(name)
    known = [
        case.facts[id] for id, fact in process.of_person if fact.of_person in ("name", "birth") if id in case.facts
    ]
    born = next(
        (str(case.fact(id))[:4] for id, fact in process.of_person if fact.of_person == "birth" and case.fact(id)), ""
    )
    return KnownNames({name: first[name] for name in stands}, born, max((one.seq for one in known), default=0))


def in_common(one: KnownNames, other: KnownNames) -> frozenset[tuple[str, ...]]:
    """Give the names by which two may be the same person; none where they may not. The whole rule (our own choice; access is silent):

    - a whole name of one is a whole name of the other: the same words in any order, as `folded` writes them, at least two;
    - and both were born in the same year, or of one it is not known.
    """
    if one.born and other.born and one.born != other.born:
        return frozenset()
    return frozenset(one.since.keys() & other.since.keys())


def _words_of(name: str) -> tuple[str, ...]:
    return tuple(sorted(folded(word) for word in WORDS.findall(name)))


def is_about(process: Process, case: Case, letters: Letters, called: str, words: Words) -> frozenset[str] | None:
    """Say whether a case is of somebody of this name, or born in this year, as far as whoever asks may read it: all that is said must fit.

    Returns:
        The data groups in which that stands; None where it is not.
    """
    years, asked = A_YEAR.findall(called), [folded(word) for word in WORDS.findall(called)]
    known = [*_said(process, case, letters, words, "name")] if asked else []
    names = [(folded(word), group) for name, group in known for word in WORDS.findall(name)]
    born = [(day[:4], group) for day, group in _said(process, case, letters, words, "birth")] if years else []
    fitting = [{group for name, group in names if name.startswith(word)} for word in asked]
    fitting += [{group for day, group in born if day == year} for year in years]
    return frozenset[str]().union(*fitting) if all(fitting) else None


def _said(process: Process, case: Case, letters: Letters, words: Words, what: str) -> Iterator[tuple[str, str]]:
    """Give what is written of the person, and of each who goes along, and may be read, each with its data group."""
    for id, fact in process.of_person:
        if fact.of_person != what:
            continue
        along = (one for key, one in case.facts_of.items() if key.partition("@")[0] == id)
        records = (case.facts.get(id), *along)
        for one in records:
            if one is not None and one.value and fact.group in letters.of(one.seq).reads:
                yield str(said_in(process, id, one, words) or ""), fact.group
