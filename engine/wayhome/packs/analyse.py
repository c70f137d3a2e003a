"""What is wrong with a whole: found when it is composed, before any case runs under it.

Every check gives faults with a stable code; they are all told in one run. A001 … A019.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wayhome.model.moves import MOVE_OF_EVENT
from wayhome.packs import conditions
from wayhome.packs.compose import BUILT_IN_FACTS
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.needs import MoveNeed, StepNeed, steps_in
from wayhome.packs.kinds.spans import Timing
from wayhome.packs.kinds.steps import Step
from wayhome.packs.moments import vocabulary
from wayhome.packs.order import cycle
from wayhome.packs.pack import Fault, Located, Pack
from wayhome.packs.process import Process

# Facts on which the core may not tell people apart (INV-31), and steps that ask for cooperation (INV-11).
UNEQUAL_FACTS = frozenset({"sex", "gender", "nationality", "citizenship", "form_of_exploitation", "residence_status"})
COOPERATION = ("cooperat", "testif", "statement_to_police", "complaint")
ANCHOR_WORDS = frozenset({"planned_departure", "planned_arrival"})


def analyse(process: Process, packs: Sequence[Pack]) -> Iterator[Fault]:
    """Give every fault of a composed process."""
    where = {
        (stem, one.entry.id): one
        for pack in packs
        for stem, located in pack.entries.items()
        for one in located
        if getattr(one.entry, "id", None)
    }
    core = next(pack for pack in packs if pack.about.role == "core")
    yield from _conditions_speak_of_what_exists(process, packs)
    yield from _roles_exist(process, where)
    yield from _no_cycle(process, where)
    yield from _steps_can_be_reached(process, where)
    yield from _anchors_exist(process, where)
    yield from _results_lead_somewhere(process, where)
    yield from _groups_exist(process, where, packs)
    yield from _documents_can_be_had(process, where, core)
    yield from _equal_and_free(process, where)
    yield from _sources_exist(packs)
    yield from _partners_exist(packs, where)
    yield from _rules_are_asked_at_some_moment(process, packs)


Where = dict[tuple[str, str], Located]


def _is_known_fact(process: Process, name: str) -> bool:
    return name in process.facts or name in process.steps or name in process.documents or name in BUILT_IN_FACTS


def _conditions_speak_of_what_exists(process: Process, packs: Sequence[Pack]) -> Iterator[Fault]:
    for pack in packs:
        for located in pack.entries.values():
            for one in located:
                for path, condition in _conditions_of(one):
                    for name, values in conditions.names_in(condition):
                        if name == "incident":
                            for type_ in values:
                                if type_ not in process.incidents:
                                    yield one.fault(
                                        "A001", f"there is no incident '{type_}'", "Look in incidents.yaml.", *path
                                    )
                        elif not _is_known_fact(process, name):
                            yield one.fault(
                                "A001",
                                f"there is no fact, step or document '{name}'",
                                "Declare it in facts.yaml.",
                                *path,
                            )
                        else:
                            yield from _values_are_declared(process, one, path, name, values)


def _values_are_declared(
    process: Process, one: Located, path: tuple[str, ...], name: str, values: list[object] | None
) -> Iterator[Fault]:
    if values is None:
        return
    if name in process.facts:
        fact = process.facts[name]
        known: Sequence[object] = [True, False] if fact.type == "bool" else fact.values
    elif name in process.steps:
        known = list(process.steps[name].results) or ["done"]
    elif name in process.documents:
        known = ["requested", "held", "lost", "withheld", "refused", "surrendered"]
    else:
        return
    for value in values:
        if known and value not in known:
            yield one.fault(
                "A002", f"'{name}' is never '{value}'", f"It is one of {', '.join(map(str, known))}.", *path
            )


def _conditions_of(one: Located) -> Iterator[tuple[tuple[str, ...], conditions.Condition]]:
    entry = one.entry
    for key in ("when", "derived"):
        if getattr(entry, key, None) is not None:
            yield (key,), getattr(entry, key)
    for timing in getattr(entry, "not_before", ()):
        if timing.unless is not None:
            yield ("not_before", "unless"), timing.unless
    for one_round in getattr(entry, "rounds", ()):
        if one_round.when is not None:
            yield ("rounds", one_round.id, "when"), one_round.when


def _roles_exist(process: Process, where: Where) -> Iterator[Fault]:
    for step in process.steps.values():
        one = where["steps", step.id]
        for key, roles in (("who", step.who), ("sign", step.sign)):
            for role in roles:
                if role not in process.roles:
                    yield one.fault("A003", f"there is no role '{role}'", "Look in the core's roles.yaml.", key)
        if step.sign and len(set(step.sign)) < 2:
            yield one.fault("A004", "two signatures need two different roles", "Name two roles.", "sign")
        able = [r for r in step.who if r in process.roles and process.roles[r].login]
        if not able and not any(role.manager for role in process.roles.values()):
            yield one.fault("A005", f"nobody can do '{step.id}'", "Name a role that types for itself.", "who")
    for fact in process.facts.values():
        for role in fact.asked_by:
            if role not in process.roles:
                yield where["facts", fact.id].fault(
                    "A003", f"there is no role '{role}'", "Look in roles.yaml.", "asked_by"
                )


def _no_cycle(process: Process, where: Where) -> Iterator[Fault]:
    ring = cycle(process)
    if ring:
        yield where["steps", ring[0]].fault(
            "A006", f"these wait for each other: {' -> '.join([*ring, ring[0]])}", "Let one of them not wait.", "after"
        )


def _steps_can_be_reached(process: Process, where: Where) -> Iterator[Fault]:
    """A gate that cannot open, a phase that nobody can leave: a gating step must not wait for what comes after its gate."""
    for step in process.steps.values():
        if not step.gates:
            continue
        for need, _ in step.after:
            if isinstance(need, MoveNeed):
                own, other = step.gate, MOVE_OF_EVENT[need.event]
                order = ["prepare", "depart", "arrive", "settle", "close"]
                if other in order and own in order and order.index(other) >= order.index(own):
                    yield where["steps", step.id].fault(
                        "A007",
                        f"the gate '{own}' can never open: '{step.id}' waits for '{need.event}'",
                        "Give it a later gate, or another prerequisite.",
                        "after",
                    )
            for id in steps_in(need):
                other_step = process.steps.get(id)
                if other_step and isinstance(need, StepNeed) and _comes_after_gate(step, other_step):
                    yield where["steps", step.id].fault(
                        "A007",
                        f"the gate '{step.gate}' can never open: '{step.id}' waits for '{id}' of a later phase",
                        "Give it a later gate, or another prerequisite.",
                        "after",
                    )


def _comes_after_gate(step: Step, other: Step) -> bool:
    """Whether `other` cannot be done before `step`'s gate, since it waits for that move itself."""
    return any(isinstance(need, MoveNeed) and MOVE_OF_EVENT[need.event] == step.gate for need, _ in other.after)


def _anchors_exist(process: Process, where: Where) -> Iterator[Fault]:
    for step in process.steps.values():
        one = where["steps", step.id]
        timings: list[tuple[str, Timing | None]] = [("window", step.window_from), ("window", step.window_to)]
        timings += [("due", t) for t in step.dues] + [("not_before", t) for t in step.not_before]
        timings += [("rounds", r.due) for r in step.rounds]
        for key, timing in timings:
            if timing and not _is_anchor(process, timing.anchor):
                yield one.fault(
                    "A008",
                    f"nothing ever sets '{timing.anchor}', so this deadline can never start",
                    "Count from a step, a move's event, an incident, a date fact, or planned_departure.",
                    key,
                )
        for age in step.max_ages:
            if age.at and not _is_anchor(process, age.at):
                yield one.fault(
                    "A008", f"nothing ever sets '{age.at}'", "Judge it at a step or planned_departure.", "max_age"
                )


def _is_anchor(process: Process, name: str) -> bool:
    base, _, tail = name.partition(".")
    if base in process.steps:
        return tail in ("", "started") or (tail == "ended" and bool(process.steps[base].lengths))
    if base in process.facts:
        return process.facts[base].type in ("date", "instant")
    return name in ANCHOR_WORDS or name in MOVE_OF_EVENT or name in process.incidents or base in process.documents


def _results_lead_somewhere(process: Process, where: Where) -> Iterator[Fault]:
    for step in process.steps.values():
        one = where["steps", step.id]
        for code, result in step.results.items():
            if result.opens and result.opens not in process.incidents:
                yield one.fault(
                    "A009", f"there is no incident '{result.opens}'", "Look in incidents.yaml.", "results", code
                )
            for fact, value in result.sets.items():
                if fact not in process.facts:
                    yield one.fault("A001", f"there is no fact '{fact}'", "Declare it in facts.yaml.", "results", code)
                elif process.facts[fact].values and value not in process.facts[fact].values:
                    yield one.fault("A002", f"'{fact}' is never '{value}'", "Look in facts.yaml.", "results", code)
            for role, other in result.assigns.items():
                if (role != "case_owner" and role not in process.roles) or other not in process.roles:
                    yield one.fault(
                        "A003", f"there is no role '{role}' or '{other}'", "Look in roles.yaml.", "results", code
                    )
        if step.results and step.favourable is None:
            yield one.fault(
                "A010", f"no result of '{step.id}' passes, so its gate can never open", "Let one pass.", "results"
            )


def _groups_exist(process: Process, where: Where, packs: Sequence[Pack]) -> Iterator[Fault]:
    for fact in process.facts.values():
        if fact.group not in process.groups:
            yield where["facts", fact.id].fault(
                "A011", f"there is no data group '{fact.group}'", "Look in groups.yaml.", "group"
            )
        if fact.type == "code" and not fact.values:
            yield where["facts", fact.id].fault("A012", f"'{fact.id}' has no values", "List them.", "type")
    for step in process.steps.values():
        for name, spec in step.fields.items():
            if spec.group not in process.groups:
                found = where["steps", step.id]
                yield found.fault(
                    "A011", f"there is no data group '{spec.group}'", "Look in groups.yaml.", "fields", name, "group"
                )
    for pack in packs:
        for one in pack.of("recipients"):
            for group in one.entry.never:
                if group not in process.groups:
                    yield one.fault("A011", f"there is no data group '{group}'", "Look in groups.yaml.", "never")
            for purpose in (*one.entry.contact, *one.entry.share):
                if purpose not in process.consents:
                    yield one.fault(
                        "C008", f"there is no purpose of consent '{purpose}'", "Look in consents.yaml.", "contact"
                    )


def _documents_can_be_had(process: Process, where: Where, core: Pack) -> Iterator[Fault]:
    for step in process.steps.values():
        if not step.done_by or step.done_by.command != "document" or not step.gates:
            continue
        for subject in step.done_by.subjects:
            held = any(subject == d.id or subject in d.satisfies for d in process.documents.values())
            if not held and not _is_alone(process):
                yield where["steps", step.id].fault(
                    "A013",
                    f"no document satisfies '{subject}', so the gate can never open",
                    "Declare one in documents.yaml.",
                    "done_by",
                )


def _is_alone(process: Process) -> bool:
    return any(pack.startswith("nowhere_origin") for pack in process.packs)


def tells_people_apart(step: Step) -> bool:
    """Whether a core step depends on sex, nationality and the like (INV-31)."""
    return step.is_core and any(name in UNEQUAL_FACTS for name, _ in conditions.names_in(step.when))


def waits_for_cooperation(step: Step) -> bool:
    """Whether a step of help waits for, or depends on, cooperation with police or prosecution (INV-11)."""
    waited = [id for need, _ in step.after for id in steps_in(need)]
    asked = [name for name, _ in conditions.names_in(step.when)] if step.kind == "mandatory" else []
    return any(word in id for word in COOPERATION for id in (*waited, *asked))


def charges_the_person(document: DocumentKind) -> bool:
    """Whether the person, or who stands in for them, would pay for a paper (INV-27)."""
    return document.payer in ("person", "guardian", "family")


def _equal_and_free(process: Process, where: Where) -> Iterator[Fault]:
    for step in process.steps.values():
        one = where["steps", step.id]
        if tells_people_apart(step):
            yield one.fault(
                "A014", f"the core step '{step.id}' tells people apart (INV-31)", "All get the same safeguards.", "when"
            )
        if waits_for_cooperation(step):
            yield one.fault(
                "A015",
                f"'{step.id}' would ask for cooperation with police first (INV-11)",
                "Help never depends on cooperation.",
                "after",
            )
    for document in process.documents.values():
        if charges_the_person(document):
            yield where["documents", document.id].fault(
                "A016", f"the person would pay for '{document.id}' (INV-27)", "Name who pays instead.", "fee", "payer"
            )


def _sources_exist(packs: Sequence[Pack]) -> Iterator[Fault]:
    for pack in packs:
        known = {one.entry.id for one in pack.of("sources")}
        for stem, located in pack.entries.items():
            if stem == "sources":
                continue
            for one in located:
                for i, source in enumerate(getattr(one.entry, "source", ())):
                    if source not in known:
                        yield one.fault(
                            "A017", f"there is no source '{source}'", "Add it to sources.yaml.", "source", i
                        )


def _partners_exist(packs: Sequence[Pack], where: Where) -> Iterator[Fault]:
    known = {id for stem, id in where if stem == "partners"}
    for pack in packs:
        for one in pack.of("places"):
            for i, partner in enumerate(one.entry.partners):
                if partner not in known:
                    yield one.fault("A018", f"there is no partner '{partner}'", "Look in partners.yaml.", "partners", i)
        for one in pack.of("partners"):
            newer = one.entry.superseded_by
            if newer and newer not in known:
                yield one.fault("A018", f"there is no partner '{newer}'", "Look in partners.yaml.", "superseded_by")
            recipients = {r.entry.id: r.entry.partners for p in packs for r in p.of("recipients")}
            if one.entry.recipient not in recipients:
                yield one.fault(
                    "A018",
                    f"there is no class of recipients '{one.entry.recipient}'",
                    "Look in recipients.yaml.",
                    "recipient",
                )
            elif not recipients[one.entry.recipient]:
                yield one.fault(
                    "A020",
                    f"a partner is no '{one.entry.recipient}'",
                    f"It is one of {', '.join(sorted(id for id, may in recipients.items() if may))}.",
                    "recipient",
                )


def _rules_are_asked_at_some_moment(process: Process, packs: Sequence[Pack]) -> Iterator[Fault]:
    known = vocabulary(process)
    for pack in packs:
        for one in pack.of("rules"):
            for i, moment in enumerate(one.entry.on):
                if moment not in known:
                    yield one.fault(
                        "A019",
                        f"no such moment ever comes: '{moment}'",
                        "Write a command, a move, or a command with what it is about, e.g. complete:STEP.",
                        "on",
                        i,
                    )
