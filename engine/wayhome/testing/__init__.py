"""For the tests of country authors and embedders: cases that pass every rule, a walk by the remedies alone, the contract of a country."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `as` says to type checkers that it is public
    from wayhome.stories.playing import StoryClock as StoryClock
    from wayhome.testing.builders import Ready as Ready
    from wayhome.testing.builders import ready_to_depart as ready_to_depart
    from wayhome.testing.contract import CountryContract as CountryContract
    from wayhome.testing.contract import view_of as view_of
    from wayhome.testing.fixtures import MakesCases as MakesCases
    from wayhome.testing.scripted_answers import AN_ANSWER as AN_ANSWER
    from wayhome.testing.scripted_answers import WHOLE as WHOLE
    from wayhome.testing.scripted_answers import OpenSlot as OpenSlot
    from wayhome.testing.scripted_answers import Replies as Replies
    from wayhome.testing.scripted_answers import answered as answered
    from wayhome.testing.walking import Walk as Walk
    from wayhome.testing.walking import an_actor_for as an_actor_for
    from wayhome.testing.walking import walk_to_departure as walk_to_departure
    from wayhome.testing.walking import who_does as who_does

# Where each name lies. It is imported when it is first asked for: pytest finds the fixtures here in every project.
_NAMES = {
    "stories.playing": "StoryClock",
    "testing.scripted_answers": "AN_ANSWER WHOLE OpenSlot Replies answered",
    "testing.builders": "Ready ready_to_depart",
    "testing.contract": "CountryContract view_of",
    "testing.fixtures": "MakesCases",
    "testing.walking": "Walk an_actor_for walk_to_departure who_does",
}
_WHERE = {name: f"wayhome.{module}" for module, names in _NAMES.items() for name in names.split()}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'wayhome.testing' has no attribute '{name}'")
