"""Adopting a newer process: what is different is kept with it, and what is called otherwise now is taken along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import command_roles, may_adopt_less
from wayhome.commands.answer import Act, Answer, role_for, void_clearance
from wayhome.commands.changes import Change
from wayhome.errors import BadInput
from wayhome.model.case import Case, FactRecord, StepKey, StepRecord, Was
from wayhome.model.command import Command
from wayhome.model.data import data, to_json
from wayhome.model.event import Event
from wayhome.packs.difference import Difference, differences
from wayhome.packs.kinds.about import NewNames
from wayhome.packs.kinds.kind import canonical
from wayhome.packs.renaming import new_value

__all__ = ["Rebase"]


@data(kw_only=True)
class Rebase(Command):
    """Adopt a newer process. Look at it first: `Engine.why` with this command shows what would change."""

    word: ClassVar[str] = "rebase"

    digest: str


def on_rebase(case: CaseNow, command: Rebase, answer: Answer) -> None:
    """Adopt a newer process."""
    newer = answer.newer
    if newer is None:
        raise BadInput(
            "There is no process with this digest here.",
            todo="Look at the process, and copy its digest.",
            field="digest",
            code="unknown",
        )
    found = differences(case.process, newer)
    less = [one for one in found if one.weaker]
    chosen = may_adopt_less(case, newer) if less else ()
    held = case.actor.roles if case.actor else ()
    # Who may not is refused by a reason.
    roles = chosen if not {*chosen}.isdisjoint(held) else command_roles(case, "rebase")
    answer.role = role_for(case, roles, "rebase")
    answer.emit(
        "rebased",
        digest=newer.digest,
        before=case.recorded.digest,
        weaker=_told(less),
        other=_told(one for one in found if not one.weaker),
        renamed=canonical(newer.renamed),
    )
    void_clearance(case, answer, "rebased")


def _told(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Say differences as an event keeps them: nothing of the case is in them."""
    return [{"kind": d.kind, "id": d.id, "template": d.template, "values": to_json(d.values)} for d in found]


# --- what is called otherwise now -------------------------------------------------------------------------------------


class _Names(NamedTuple):
    """The new names that an event brings, by what they are of."""

    facts: Mapping[str, NewNames]
    results: Mapping[str, NewNames]
    fields: Mapping[str, NewNames]  # STEP.FIELD

    def fact(self, id: str, value: Any) -> Any:
        return new_value(value, self.facts.get(id, {}))

    def result(self, key: str, value: Any) -> Any:
        return new_value(value, self.results.get(StepKey.read(key).step, {}))

    def of_fact(self, id: str, record: FactRecord) -> FactRecord:
        value = self.fact(id, record.value)
        return record if value is record.value else record._replace(value=value)

    def of_step(self, key: str, record: StepRecord) -> StepRecord:
        step = StepKey.read(key).step
        signed = tuple((role, actor, self.result(key, result)) for role, actor, result in record.signed)
        values = {name: new_value(one, self.fields.get(f"{step}.{name}", {})) for name, one in record.values.items()}
        result = self.result(key, record.result)
        if (result, signed, values) == (record.result, record.signed, dict(record.values)):
            return record
        return record._replace(result=result, signed=signed, values=values)


def rebased(case: Case, event: Event) -> Change:
    """The case is pinned to another process, and says what it said in the names of that, also what it said once."""
    said = event.data.get("renamed")
    if not said:
        return {"digest": event.digest}
    names = _Names(*(said.get(kind, {}) for kind in _Names._fields))
    new = {"facts": names.fact, "steps": names.result}

    def once(kind: str, key: str, ever: tuple[Was, ...]) -> tuple[Was, ...]:
        return tuple(one._replace(value=new[kind](key, one.value)) for one in ever) if kind in new else ever

    return {
        "digest": event.digest,
        "facts": {id: names.of_fact(id, one) for id, one in case.facts.items()},
        "facts_of": {key: names.of_fact(key.partition("@")[0], one) for key, one in case.facts_of.items()},
        "steps": {key: names.of_step(key, one) for key, one in case.steps.items()},
        "drafts": {key: names.of_step(key, one) for key, one in case.drafts.items()},
        "earlier": {
            kind: {key: once(kind, key, ever) for key, ever in kept.items()} for kind, kept in case.earlier.items()
        },
    }


ACTS = (Act(Rebase, on_rebase),)
CHANGES = {"rebased": rebased}
