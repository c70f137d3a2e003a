"""What is different between two processes, in sentences, and whether it asks for less: what a rebase would adopt.

Compares:  what decides, each kind of entry by its fields. How two values of a field compare stands in its type (kinds/kind.py);
           where nobody said it, and wherever it is in doubt, the newer one counts as weaker.
Used by:   wayhome.rules.readiness, when a case is to adopt a newer process
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import orjson

from wayhome.errors import Template, filled, part, spoken
from wayhome.frozen import EMPTY
from wayhome.model.moves import PHASES
from wayhome.packs.files import DECIDING
from wayhome.packs.kinds.kind import (
    AT_LEAST,
    AT_MOST,
    EVEN,
    LESS,
    MORE,
    TIMED,
    WITHIN,
    Compares,
    Part,
    Rising,
    compared,
    name_of,
    plain,
)
from wayhome.packs.kinds.spans import UNITS, Span, may_be_longer
from wayhome.packs.kinds.steps import Tightening
from wayhome.packs.mentions import Phrase, in_words
from wayhome.packs.process import Process
from wayhome.packs.renaming import under_new_names, values_of
from wayhome.packs.strictness import replaced


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different in the newer of two processes: what it is about, and whether that asks for less."""

    kind: str
    id: str
    template: Template
    values: Mapping[str, Any] = EMPTY
    weaker: bool = True

    @property
    def text(self) -> str:
        """What is different, as an English sentence."""
        return filled(self.template, self.values)


def differences(older: Process, newer: Process) -> tuple[Difference, ...]:
    """Say everything that decides and is different, what asks for less first; empty where nothing is.

    Args:
        older: the process that a case runs under.
        newer: the one that it would adopt. What this one calls otherwise now is the same under another name.
    """
    found = [*_renamed(older, newer)]
    older = under_new_names(older, newer.renamed)
    before, now = orjson.loads(older.canonical), orjson.loads(newer.canonical)
    for file, kind in DECIDING.items():
        walk = _Walk(older, newer, before.get(file, {}), now.get(file, {}))
        found += walk.of_kind(file, older.every(kind), newer.every(kind))
    found += _beside_the_entries(_Walk(older, newer, before, now))
    return tuple(sorted(found, key=lambda one: not one.weaker))


# --- what is told -----------------------------------------------------------------------------------------------------

CALLED: Mapping[str, Template] = {
    "consents": "the consent '{title}'",
    "documents": "the paper '{title}'",
    "facts": "the fact '{title}'",
    "identifiers": "the number '{title}'",
    "incidents": "the incident '{title}'",
    "limits": "the limit '{title}'",
    "outcomes": "the reason to close '{title}'",
    "recipients": "the class of recipients '{title}'",
    "roles": "the role '{title}'",
    "rules": "the rule {id} ('{title}')",
    "steps": "the step '{title}'",
}
OTHER: Template = "{kind} '{title}'"
NEW: Template = "{what} is new"
GONE: Template = "{what} is gone"
ONE_NEW: Template = "{what}, {key}: {one} is new"
ONE_GONE: Template = "{what}, {key}: {one} is gone"
WAITS: Template = "{what} waits from now on until {one}"
WAITS_NO_MORE: Template = "{what} waits no more until {one}"
CHANGED: Template = "{what}, {key}: it was {before}, and is {now}"
LOOSER: Template = "{what}, {key}: it was {before}, and is {now}: {why}"
OTHERWISE: Template = "{what} is written otherwise"
VERSION: Template = "the pack '{pack}' is of version {before}, and now of {now}"
RENAMED: Template = "{what}: '{before}' is called '{now}' from now on"
OTHER_CODE: Template = "{what} is judged by other code"
OF_KEY: Mapping[tuple[str, Template], Template] = {
    ("after", ONE_NEW): WAITS,
    ("after", ONE_GONE): WAITS_NO_MORE,
    ("code", CHANGED): OTHER_CODE,
}
NOTHING: Template = "nothing"
# What a step asks for can be written with it or by what tightens it: it is compared as it was put together.
PUT_TOGETHER = frozenset(name for name, *_ in compared(Tightening)) | {"tightened"}


class _EntryDifference(NamedTuple):
    """One difference within an entry: in which of its parts, in which sentence, and whether it asks for less."""

    path: tuple[str, ...]
    template: Template
    values: Mapping[str, Any]
    weaker: bool

    def under(self, key: str) -> _EntryDifference:
        return self._replace(path=(key, *self.path), template=OF_KEY.get((key, self.template), self.template))

    @property
    def key(self) -> list[str]:
        return [name.replace("_", " ") for name in self.path]


def _what(kind: str, id: str, process: Process) -> Phrase:
    template = CALLED.get(kind, OTHER)
    return part(template, kind=kind, id=id, title=process.named(kind, id))


# --- an entry, part by part -------------------------------------------------------------------------------------------


class _Walk:
    """Compares the entries of two processes, field by field; `before` and `now` are these in their canonical form."""

    def __init__(self, older: Process, newer: Process, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        self.older, self.newer, self.before, self.now = older, newer, before, now

    def of_kind(self, kind: str, before: Mapping[str, Part], now: Mapping[str, Part]) -> Iterator[Difference]:
        for id in sorted({*before, *now}):
            what = {"what": _what(kind, id, self.newer if id in now else self.older)}
            if id not in now:
                yield Difference(kind, id, GONE, spoken(what))
            elif id not in before:
                yield Difference(kind, id, NEW, spoken(what), weaker=now[id].is_a_way)
            else:
                found = [*self.of_parts(before[id], now[id])]
                for one in found:
                    yield Difference(kind, id, one.template, spoken({**what, "key": one.key, **one.values}), one.weaker)
                otherwise = self._written_otherwise(id)
                in_another_order = any(_differ_in_order(before[id], now[id], name) for name in otherwise)
                if in_another_order or (otherwise and not found):  # an order, a thing said twice
                    yield Difference(kind, id, OTHERWISE, spoken(what), weaker=in_another_order)

    def _written_otherwise(self, id: str) -> frozenset[str]:
        """Name the fields that are written otherwise; at which place of its file an entry stands decides nothing."""
        was, is_ = ({**raw.get(id, {}), "n": None} for raw in (self.before, self.now))
        return frozenset(name_of(key) for key in {*was, *is_} if was.get(key) != is_.get(key))

    def of_parts(self, before: Part, now: Part) -> Iterator[_EntryDifference]:
        for name, key, compares in compared(type(now)):
            was, is_ = getattr(before, name), getattr(now, name)
            if was == is_ or compares is WITHIN:
                continue
            if compares is TIMED:
                found = self._figures(before, name, was, is_)
            else:
                found = self.values(compares, was, is_)
            yield from (one.under(key) for one in found)

    def values(self, compares: Compares, was: Any, is_: Any) -> Iterator[_EntryDifference]:
        """Compare two values of a field that are not the same."""
        if isinstance(was, Mapping) and isinstance(is_, Mapping):
            yield from self._by_key(compares, was, is_)
        elif isinstance(was, Part) and isinstance(is_, Part):
            yield from self.of_parts(was, is_)
        elif compares in (MORE, LESS) and isinstance(is_, tuple | frozenset) and not hasattr(is_, "_fields"):
            yield from self._one_by_one(compares, was, is_)
        else:
            yield self._changed(was, is_, weaker=_is_weaker(compares, was, is_))

    def _by_key(self, compares: Compares, was: Mapping[str, Any], is_: Mapping[str, Any]) -> Iterator[_EntryDifference]:
        once = [_said_once(one) for one in (was, is_)]
        if type(once[0]) is type(once[1]) and None not in once:
            yield from self.values(compares, *once)
            return
        for key in sorted({*was, *is_}):
            if key not in is_:
                is_a_way = isinstance(was[key], Part) and was[key].is_a_way
                yield self._gone(key, weaker=compares not in (LESS, EVEN) and not is_a_way)
            elif key not in was:
                is_a_way = isinstance(is_[key], Part) and is_[key].is_a_way
                yield self._new(key, weaker=compares in (LESS, None) or is_a_way)
            elif was[key] != is_[key]:
                yield from (one.under(key) for one in self.values(compares, was[key], is_[key]))

    def _one_by_one(self, compares: Compares, was: Iterable[Any], is_: Iterable[Any]) -> Iterator[_EntryDifference]:
        gone = [one for one in was if not _is_asked_still(one, is_)]
        yield from (self._gone(one, weaker=compares is MORE) for one in gone)
        yield from (self._new(one, weaker=compares is LESS) for one in is_ if one not in was)

    def _figures(self, entry: Any, name: str, was: Any, is_: Any) -> Iterator[_EntryDifference]:
        if not isinstance(is_, tuple) or isinstance(is_, Span):  # of a limit
            alike = was is not None and is_ is not None
            why = replaced(entry, name, was, is_) if alike else part(OTHER_SORT)
            yield self._changed(was, is_, weaker=why is not None, why=why)
            return
        new = [one for one in is_ if one not in was]
        for one in (one for one in was if one not in is_):
            instead = next((other for other in new if _without_figures(other) == _without_figures(one)), None)
            if instead is None:
                yield self._gone(one)
                continue
            new.remove(instead)
            why = replaced(entry, name, one, instead)
            yield self._changed(one, instead, weaker=why is not None, why=why)
        for one in new:
            why = None if was else replaced(entry, name, None, one)
            yield self._changed(None, one, weaker=True, why=why) if why else self._new(one, weaker=False)

    # --- in words ---

    def _new(self, one: Any, *, weaker: bool) -> _EntryDifference:
        return _EntryDifference((), ONE_NEW, {"one": _in_words(one, self.newer)}, weaker)

    def _gone(self, one: Any, *, weaker: bool = True) -> _EntryDifference:
        return _EntryDifference((), ONE_GONE, {"one": _in_words(one, self.older)}, weaker)

    def _changed(self, was: Any, is_: Any, *, weaker: bool, why: Phrase | None = None) -> _EntryDifference:
        said: dict[str, Any] = {"before": _in_words(was, self.older), "now": _in_words(is_, self.newer)}
        return (
            _EntryDifference((), LOOSER, said | {"why": why}, weaker)
            if why
            else _EntryDifference((), CHANGED, said, weaker)
        )


TITLED = (
    "registers",
    "instruments",
    "steps",
    "facts",
    "documents",
    "roles",
    "incidents",
    "consents",
    "recipients",
    "outcomes",
    "partners",
)
OTHER_SORT: Template = "it is a figure of another sort"


def _is_weaker(compares: Compares, was: Any, is_: Any) -> bool:
    """Say whether a single value asks for less than the one before, as its field says; in doubt it does."""
    if compares is None or compares is EVEN:
        return compares is None
    if isinstance(compares, Rising):
        before, now = compares.rank(was), compares.rank(is_)
        return now < before or (now == before and was != is_)
    if not was or not is_:
        return bool(is_ if compares is LESS else was)
    if compares in (AT_MOST, AT_LEAST):
        small, large = (was, is_) if compares is AT_MOST else (is_, was)
        return may_be_longer(large, small) if isinstance(is_, Span) else large > small
    return True


def _differ_in_order(before: Part, now: Part, name: str) -> bool:
    """Say whether a field that is written otherwise holds the same by the same keys: then their order decides, as that of results."""
    was = getattr(before, name, None)
    return name not in PUT_TOGETHER and isinstance(was, Mapping) and was == getattr(now, name)


def _said_once(by_key: Mapping[str, Any]) -> Any:
    """Give what holds in every phase alike: it was said once. Nothing where nothing was said; None where it differs."""
    values = {one if type(one) in (tuple, str) else None for one in by_key.values()}
    return () if not by_key else values.pop() if len(values) == 1 and by_key.keys() == {*PHASES} else None


def _is_asked_still(one: Any, now: Iterable[Any]) -> bool:
    """Say whether something is still listed; what was asked under a condition is, too, where it is always asked now."""
    is_a_pair = type(one) is tuple and len(one) == 2
    return one in now or (is_a_pair and (one[0], None) in now)


def _without_figures(value: Any) -> Any:
    """Give a timing without its lengths of time: what is counted from what, and when."""
    if isinstance(value, Span):
        return None
    if isinstance(value, tuple):
        return type(value), tuple(map(_without_figures, value))
    return value


def _in_words(value: Any, process: Process) -> Any:
    """Say a value of an entry: a condition or a need as a sentence, a figure with its unit, anything else as it is written."""
    if value is None or value == ():
        return part(NOTHING)
    if hasattr(value, "as_phrase"):
        return process.phrase_of(value)
    if isinstance(value, Span):
        return value
    if type(value) is tuple and len(value) == 2 and (value[1] is None or hasattr(value[1], "as_phrase")):
        one, when = value
        said = _in_words(one, process)
        return said if when is None else part("{one}, where {when}", one=said, when=process.phrase_of(when))
    if isinstance(value, str):
        known = next((file for file in TITLED if value in (process.labels.get(file) or {})), "")
        return part("'{title}'", title=process.named(known, value)) if known else in_words(value)
    if isinstance(value, bool | int):
        return in_words(value)
    if isinstance(value, frozenset | set):
        value = sorted(value)
    if type(value) in (tuple, list):
        return [_in_words(one, process) for one in value]
    return _as_written(plain(value), process)


def _as_written(value: Any, process: Process) -> Any:
    """Say plain data: a timing as "48 hours after 'Talk about it'", anything else key by key."""
    if not isinstance(value, Mapping):
        return _in_words(value, process)
    said = [(key, _said(key, one, process)) for key, one in value.items()]
    return reduce(_beside, said)[1] if said else part(NOTHING)


def _said(key: str, value: Any, process: Process) -> Phrase:
    if key in UNITS:
        return part("{span}", span=Span(value, key))
    return part("{key} {value}", key=in_words(key), value=_as_written(value, process))


def _beside(left: tuple[str, Phrase], right: tuple[str, Phrase]) -> tuple[str, Phrase]:
    counts = left[0] in UNITS and right[0] in ("after", "before", "at")
    return right[0], part("{left} {right}" if counts else "{left}, {right}", left=left[1], right=right[1])


# --- what stands beside the entries -----------------------------------------------------------------------------------

APART = {*DECIDING, "renamed", "made_of"}  # told in their own way


def _beside_the_entries(walk: _Walk) -> Iterator[Difference]:
    for id in sorted({*walk.older.made_of} & {*walk.newer.made_of}):
        before, now = (process.made_of[id]["version"] for process in (walk.older, walk.newer))
        if before != now:
            yield Difference("packs", id, VERSION, spoken({"pack": id, "before": before, "now": now}), weaker=False)
    for key in sorted({*walk.before, *walk.now} - APART):
        was, is_ = walk.before.get(key), walk.now.get(key)
        for one in walk.values(None, was, is_) if was != is_ else ():
            values = spoken({"what": in_words("process"), "key": one.under(key).key, **one.values})
            yield Difference(key, ".".join(one.path), one.template, values, one.weaker)


def _renamed(older: Process, newer: Process) -> Iterator[Difference]:
    """Tell what is called otherwise from now on; a name that meant something else before asks for less, in doubt."""
    for kind, file in (("facts", "facts"), ("results", "steps"), ("fields", "fields")):
        for id, names in sorted(getattr(newer.renamed, kind).items()):
            known = values_of(older, kind, id)
            for before, now in sorted(names.items()):
                if before in known:
                    what = _what(file, id, newer) if file != "fields" else part("{field}", field=in_words(id))
                    values = spoken({"what": what, "before": before, "now": now})
                    yield Difference(file, id, RENAMED, values, now in known)
