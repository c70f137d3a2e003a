"""What stands against adopting a newer process, and what is different in it: of `rebase`.

Decides:  from facts in memory. Forward only; nothing that the case holds is lost; what asks for less needs who may adopt that.
Used by:  wayhome.rules.readiness. The numbered rules of a process are asked of the newer one (rules.asking).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import may_adopt_less
from wayhome.commands.values import by_type
from wayhome.errors import BadInput, Template, part
from wayhome.model.case import FactRecord, StepKey, StepRecord
from wayhome.model.reason import Judgement, never, no, yes
from wayhome.packs.difference import Difference, differences
from wayhome.packs.forward import versions
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.mentions import Phrase, either
from wayhome.packs.process import Process
from wayhome.packs.renaming import new_value

LESS: Template = "it asks for less: {difference}"
STAY: Template = "stay with the process of this case"


def of_rebase(case: CaseNow, newer: Process) -> Iterator[Judgement]:
    """A newer process is adopted when it is newer, and nothing that the case holds would be lost."""
    recorded = case.recorded
    if newer.digest == recorded.digest:
        yield never("INPUT", "the case runs under this process already", "digest", "nothing is to be done")
    elif (newer.host_country, newer.origin_country) != (recorded.host_country, recorded.origin_country):
        yield never("INPUT", "that process is for other countries", "digest", "take the one for this case")
    else:
        if case.at < case.now:  # what happened then was judged by the process of then
            yield never("INPUT", "a process is adopted when that is written down", "at", "leave the time out")
        yield from _goes_forward(case, newer)
        yield from _nothing_is_lost(case, newer)
        yield from _is_told(case, newer, differences(case.process, newer))


def _goes_forward(case: CaseNow, newer: Process) -> Iterator[Judgement]:
    found = versions(case.process, newer)
    if found.older:
        fact: Template = "in that process these packs are older than in that of the case: {packs}"
        yield never("INPUT", fact, "digest", STAY, packs=list(found.older))
    if found.changed:
        fact = "these packs were changed without a new version: {packs}"
        todo: Template = "have their authors give them a new version"
        yield never("INPUT", fact, "digest", todo, packs=list(found.changed))
    if not (found.newer or found.older or found.changed):
        yield never("INPUT", "no pack of that process is newer than that of the case", "digest", STAY)


def _is_told(case: CaseNow, newer: Process, found: tuple[Difference, ...]) -> Iterator[Judgement]:
    """Tell every difference, what asks for less first; that, only some may adopt."""
    less = [part(one.template, **one.values) for one in found if one.weaker]
    roles = may_adopt_less(case, newer)
    held = case.actor.roles if case.actor else ()
    if less and {*roles}.isdisjoint(held):
        who = either(part("'{role}'", role=newer.named("roles", role)) for role in roles) if roles else part("nobody")
        fact: Template = "it asks for less than the process of the case, which only {who} may adopt: {less}"
        todo: Template = "let {who} look at it, and adopt it"
        do = {"do": "rebase", "digest": newer.digest}
        yield Judgement("ROLE", no(fact, "rebase", todo=todo, do=do, from_=case.now, who=who, less=less))
    for one in found:
        said = part(one.template, **one.values)
        met = yes(LESS, one.id, difference=said) if one.weaker else yes("{difference}", one.id, difference=said)
        yield Judgement("INPUT", met)
    if not found:
        yield Judgement("INPUT", yes("nothing that decides is different", "digest"))


# --- nothing that the case holds is lost ------------------------------------------------------------------------------


def _nothing_is_lost(case: CaseNow, newer: Process) -> Iterator[Judgement]:
    if gone := list(_unknown_ids(case, newer)):
        fact: Template = "these were begun, and the newer process does not know them: {gone}"
        yield never("INPUT", fact, "digest", STAY, gone=gone)
    for id, what in _unknown_values(case, newer):
        fact = "the newer process does not know what this case says of {what}"
        todo: Template = (
            "stay with the process of this case; the authors of its packs can say in 'renamed' what it is called now"
        )
        yield never("INPUT", fact, id, todo, what=what)


def _unknown_ids(case: CaseNow, newer: Process) -> Iterator[str]:
    recorded = case.recorded
    consents = recorded.consents.values()
    begun: tuple[tuple[set[str], Any], ...] = (
        ({StepKey.read(key).step for key in recorded.steps}, newer.steps),
        ({document.kind for document in recorded.documents.values()}, newer.documents),
        ({incident.type for incident in recorded.open_incidents}, newer.incidents),
        ({id for id, _ in _facts_of_all(case)}, newer.facts),
        ({consent.purpose for consent in consents}, newer.consents),
        ({group for consent in consents for group in consent.groups}, newer.groups),
        ({consent.recipient for consent in consents if consent.recipient in case.process.recipients}, newer.recipients),
        ({role for role in recorded.roles if role in case.process.roles}, newer.roles),
        ({recorded.closed_as} if recorded.closed_as else set(), newer.outcomes),
    )
    for ids, known in begun:
        yield from sorted(ids - set(known))


def _facts_of_all(case: CaseNow) -> Iterator[tuple[str, FactRecord]]:
    """Give what is recorded of the person, and of who travels along."""
    yield from case.recorded.facts.items()
    yield from ((key.partition("@")[0], one) for key, one in case.recorded.facts_of.items())


def _unknown_values(case: CaseNow, newer: Process) -> Iterator[tuple[str, Phrase]]:
    """Give what the case says in words that the newer process does not have, also under new names: its id, and how it is called."""
    recorded, names = case.recorded, newer.renamed
    for id, held in _facts_of_all(case):
        known = newer.facts.get(id)
        value = new_value(held.value, names.facts.get(id, {}))
        if known is not None and value is not None and not _can_be(known.type, value, known.values):
            yield id, part("'{title}'", title=newer.named("facts", id))
    for key, record in (*recorded.steps.items(), *recorded.drafts.items()):
        step = newer.steps.get(StepKey.read(key).step)
        if step is None:
            continue
        title, renamed = newer.named("steps", step.id), names.results.get(step.id, {})
        said = {new_value(result, renamed) for result in _results_of(record)}
        if not said <= set(step.results):
            yield step.id, part("the result of '{step}'", step=title)
        for name, held in record.values.items():
            spec = step.fields.get(name)
            value = new_value(held, names.fields.get(f"{step.id}.{name}", {}))
            if value is not None and (spec is None or not _can_be_read(spec, value)):
                yield step.id, part("'{field}' of '{step}'", field=name.replace("_", " "), step=title)


def _results_of(record: StepRecord) -> set[str]:
    return {result for result in (record.result, *(one for *_, one in record.signed)) if result}


def _can_be_read(spec: FieldSpec, value: Any) -> bool:
    """Say whether a field can hold what is said there: also each answer, and each code of a table."""
    if spec.type == "answers":
        return set(value) <= set(spec.about) and set(value.values()) <= set(spec.values)
    if spec.type == "rows":
        columns = spec.columns
        return all(name in columns and _can_be_read(columns[name], one) for row in value for name, one in row.items())
    coded = spec.type in ("code", "codes", "bool", "number", "date", "instant")
    return not coded or _can_be(spec.type, value, spec.values)


def _can_be(type: str, value: Any, values: Any) -> bool:
    try:
        by_type("value", type, value, values)
    except BadInput:
        return False
    return True
