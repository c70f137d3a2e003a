"""For the tests of country authors: cases that pass every rule, a walk by the remedies alone, the contract of a country."""

from wayhome.testing.answering import AN_ANSWER, WHOLE, OpenSlot, Replies, answered
from wayhome.testing.builders import Ready, ready_to_depart
from wayhome.testing.contract import CountryContract, view_of
from wayhome.testing.walking import Walk, an_actor_for, walk_to_departure

__all__ = [
    "AN_ANSWER",
    "WHOLE",
    "CountryContract",
    "OpenSlot",
    "Ready",
    "Replies",
    "Walk",
    "an_actor_for",
    "answered",
    "ready_to_depart",
    "view_of",
    "walk_to_departure",
]
