"""Finding a case by who the person is: names in any order, as somebody heard or typed them, and the year of birth.

Names stand in no index. What whoever asks may read of each case is opened, and compared.

Used by:  wayhome.looking
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from wayhome.case_now.letters import Letters
from wayhome.model.case import Case
from wayhome.model.number import number_begins
from wayhome.packs.process import Process
from wayhome.results import Words, said_in

A_YEAR = re.compile(r"(?:19|20)\d\d")
WORDS = re.compile(r"[^\W\d_]+")
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
