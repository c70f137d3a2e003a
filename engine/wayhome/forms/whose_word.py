"""Whose word it is: asked of who manages a case, of what they may write down and not say themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import who_says, writers
from wayhome.commands import Involve
from wayhome.commands.documents import who_records
from wayhome.commands.journey import TRAVEL
from wayhome.forms.values import titled
from wayhome.frozen import EMPTY
from wayhome.model.case import RELATIONS
from wayhome.model.closed_sets import HELPERS
from wayhome.model.form import Slot

NotTheirs = Callable[[CaseNow, AbstractSet[str], Iterable[str]], tuple[str, Mapping[str, str]]]


def whose_word(case: CaseNow, do: Mapping[str, Any], facts: Iterable[str]) -> Iterator[Slot]:
    """Ask whose word it is, where whoever manages the case gives a command of which they may not say all themselves."""
    own = case.actor.roles if case.actor is not None else frozenset[str]()
    is_asked = do["do"] == Involve.word or not own.isdisjoint(case.process.managers)
    if "by" in do or do["do"] not in NOT_THEIRS or not is_asked:
        return
    name, groups = NOT_THEIRS[do["do"]](case, own, facts)
    known = case.recorded.people.get(str(do.get("ref") or ""))
    if known is not None:  # who is known already has said in their relation what they are
        name, groups = "ref", {known.ref: groups[known.relation]} if known.relation in groups else {}
    if do.get(name) in groups:
        groups = {do[name]: groups[do[name]]}
    if groups and (name not in do or do[name] in groups):
        says = {role for group in groups.values() for role in who_says(case, group)}
        values = titled(case, "roles", (id for id in case.process.roles if id in says))
        those = {name: tuple(groups)} if name and name not in do else EMPTY
        slot = Slot("by", "party", ask="Whose word is it?", values=values, required=True)
        if do["do"] == Involve.word and those:  # of who is known already it is asked as well
            slot = replace(slot, required=False, required_after=those)
        yield replace(slot, when=those) if slot.required else slot


def _writes(case: CaseNow, own: AbstractSet[str], group: str, *others: str) -> bool:
    return not own.isdisjoint((*writers(case.process, group), *others))


def _notes(case: CaseNow, own: AbstractSet[str], _: Iterable[str]) -> tuple[str, Mapping[str, str]]:
    groups = (one for one in case.process.data_groups if who_says(case, one))
    return "group", {one: one for one in groups if not _writes(case, own, one)}


def _relations(case: CaseNow, own: AbstractSet[str], _: Iterable[str]) -> tuple[str, Mapping[str, str]]:
    of: dict[str, str] = {one: "family" for one in RELATIONS if one not in (*HELPERS, "suspected_perpetrator")}
    return "relation", {} if _writes(case, own, "family") else of


def _papers(case: CaseNow, own: AbstractSet[str], _: Iterable[str]) -> tuple[str, Mapping[str, str]]:
    kinds = (one for one in case.process.documents if own.isdisjoint(who_records(case, one)))
    return "kind", {one: case.process.group_of_paper(one) for one in kinds}


def _journey(case: CaseNow, own: AbstractSet[str], _: Iterable[str]) -> tuple[str, Mapping[str, str]]:
    return "", {} if _writes(case, own, TRAVEL) else {"": TRAVEL}


def _facts(case: CaseNow, own: AbstractSet[str], ids: Iterable[str]) -> tuple[str, Mapping[str, str]]:
    facts = [fact for id in ids if (fact := case.process.facts.get(id)) is not None]
    return "", {one.id: one.group for one in facts if not _writes(case, own, one.group, *one.asked_by)}


# By the word of a command, what it says that is not theirs to say: the slot that tells which, and of each answer the data group.
NOT_THEIRS: Mapping[str, NotTheirs] = {
    "note": _notes,
    "involve": _relations,
    "document": _papers,
    "travel": _journey,
    "record": _facts,
}
