"""Case numbers: WH-XXXXX-XXXXX-C, random, with a check character; nothing in them comes from the person.

Crockford's base 32 (no I, L, O, U); the check character is ISO 7064, hybrid recursion with M = 32.
Every single mistyped character is recognised, and nearly every pair of neighbours exchanged.
"""

from __future__ import annotations

import re

from wayhome.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SHAPE = re.compile(r"WH-?([0-9A-Z]{5})-?([0-9A-Z]{5})-?([0-9A-Z])", re.ASCII)
_M = 32


def check_character(ten: str) -> str:
    """Give the check character of ten characters.

    >>> check_character("7K3M9Q2F4A")
    'Z'
    """
    product = _M
    for letter in ten:
        total = (product + _VALUE[letter]) % _M or _M
        product = total * 2 % (_M + 1)
    return ALPHABET[(_M + 1 - product) % _M]


def number_from(random_bits: int) -> str:
    """Make a case number of fifty random bits."""
    ten = "".join(ALPHABET[random_bits >> shift & 31] for shift in range(45, -5, -5))
    return f"WH-{ten[:5]}-{ten[5:]}-{check_character(ten)}"


def is_number(text: str) -> bool:
    """Say whether it is a case number, as it is stored."""
    try:
        return read_number(text) == text
    except BadInput:
        return False


def number_begins(text: str) -> str | None:
    """Give how a case number begins of which this is typed, with or without `WH`; None where none begins so.

    >>> number_begins("7k3m9q2")
    'WH-7K3M9-Q2'
    >>> number_begins("whwk3-q2")  # five before the first dash: this one begins so itself
    'WH-WHWK3-Q2'
    """
    begins_so = re.match(r"\s*WH\w{3}-", text, re.IGNORECASE) is not None
    typed = re.sub(r"[\s-]", "", text.upper()).removeprefix("" if begins_so else "WH").translate(_READ_AS)
    if len(typed) > len("7K3M9Q2F4AZ") or not set(typed) <= set(ALPHABET):
        return None
    return "-".join(("WH", *filter(None, (typed[:5], typed[5:10], typed[10:]))))


def read_number(text: object, field: str = "case") -> str:
    """Read a case number as people type it: any case, with or without dashes, O for 0, I or L for 1.

    Args:
        field: where it was typed.

    Raises:
        BadInput: it has not the shape of a case number, or the check character says that it is mistyped.
    """
    shape = _SHAPE.fullmatch(text.strip().upper()) if isinstance(text, str) else None
    if not shape:
        raise BadInput(
            "That is not a case number.",
            why="A number looks like WH-7K3M9-Q2F4A-Z, a label like quiet-bridge.",
            todo="Copy it from the list of cases.",
            field=field,
            code="unreadable",
        )
    ten, check = (shape[1] + shape[2]).translate(_READ_AS), shape[3].translate(_READ_AS)
    if any(letter not in _VALUE for letter in ten + check) or check_character(ten) != check:
        raise BadInput(
            "That case number is mistyped.",
            why="Its last character does not fit the others.",
            todo="Compare it with the paper, or copy it from the list of cases.",
            field=field,
            code="unreadable",
        )
    return f"WH-{ten[:5]}-{ten[5:]}-{check}"
