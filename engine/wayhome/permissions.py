"""Who may read what: by role and data group, for every view and the history; and who may enter accounts.

Decided here, once, for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.access import LET_IN, Grounds
from wayhome.case_now.entries import groups_told, is_known, known_of
from wayhome.case_now.letters import SUMMARY, Letters, Told, letters_of_role
from wayhome.case_now.roles import may_see_which, roles_giving, summary_groups
from wayhome.commands import AnyCommand, Incident, Move, Rebase
from wayhome.commands.belonging import BIRTH, RISK, belongings, group_of_relation, is_told_whom
from wayhome.errors import BadInput, NotPermitted, Template, part
from wayhome.flow.due_item import DueItem
from wayhome.flow.entries import GONE, UNTOLD, due_of
from wayhome.flow.expected import GLASS_NEXT_DAY, JUDGE_GLASS, SAME_PERSON, TELL_OPENED
from wayhome.frozen import EMPTY
from wayhome.model.actor import Account, Actor
from wayhome.model.case import Case, EntryRecord, StepKey
from wayhome.model.closed_sets import PERSON
from wayhome.model.event import Event
from wayhome.model.reason import Decision, Reason
from wayhome.packs.kinds.registers import FIRST, Register
from wayhome.packs.process import Process
from wayhome.rules.safeguard import asked_at

WITHHELD = "withheld"
PHONE = "phone"  # of which a contact is an entry
HEALTH = "health"  # the retention class of what is about health


def must_be_somebody(actor: Actor) -> None:
    """See that it is said who acts.

    Raises:
        NotPermitted: it is not.
    """
    if not isinstance(actor, Actor):
        raise NotPermitted("It is not said who acts.", todo="Give the actor: the id, the organisation and the roles.")


def must_be_named(actor: Actor) -> None:
    """See that a reader is named and has a role (INV-23).

    Raises:
        NotPermitted: it is not said who reads.
    """
    if not isinstance(actor, Actor) or not (actor.roles or actor.is_clock):
        raise NotPermitted(
            "It is not said who reads.",
            why="INV-23: every read has a named reader with a role.",
            todo="Give the actor's id and roles.",
        )


def may_read(process: Process, actor: Actor, at: datetime) -> None:
    """Ask the rules of reading, and see that a reader's roles read cases at all.

    Raises:
        NotPermitted: a rule says no, or these roles run the system, or check it.
    """
    blank = CaseNow(
        process, Case("", process.host_country, process.origin_country, "", at, process.digest), at, actor=actor
    )
    for rule in asked_at({"read"}):
        finding = rule.judge(blank)
        if not finding.met:
            raise NotPermitted(
                "It is not said who reads.",
                why="{rule}: {fact}.",
                todo="Give the actor's id and roles.",
                rule=rule.id,
                fact=part(finding.fact, **finding.values),
            )
    if not actor.is_clock and not summary_groups(process, actor):
        raise NotPermitted(
            "Your roles read no cases.", why="They run the system, or check it.", todo="Ask a case manager."
        )


def may_ask(word: str, process: Process, actor: Actor, at: datetime) -> None:
    """See that an actor's roles give such a command, or do something else in cases, or read them.

    Raises:
        NotPermitted: they do neither.
    """
    doing = process.memoised(("doing", word), lambda: frozenset(_doing(process, word)))
    if not isinstance(actor, Actor) or actor.is_clock or not doing.isdisjoint(actor.roles):
        return  # what they may do is said of each command
    may_read(process, actor, at)


def acting_in(grounds: Grounds, word: str) -> Actor:
    """Give an actor with the roles that count for a command of this word in a case.

    Raises:
        NotPermitted: none does. Only who leads the case does this; or their organisation is there by a consent alone, hears a no, raises
            an alarm, and writes nothing else.
    """
    actor = grounds.gives(word)
    if actor.roles or actor.is_clock:
        return actor
    if {*grounds.of} <= {*LET_IN, "system"}:
        raise NotPermitted(
            "You are let in here for a while, and write nothing of this.",
            why="You read what was opened to you. Who helps in danger also says whom they spoke, and raises an alarm.",
            todo="Ask who leads the case.",
            code="let_in",
        )
    if {*grounds.of} != {"consent"}:
        raise NotPermitted(
            "Only who leads the case may do this.",
            why="Your organisation has a part in it, and does not lead it.",
            todo="Ask who leads the case.",
            code="not_leading",
        )
    raise NotPermitted(
        "Your organisation is in this case by a consent alone.",
        why="That lets it read what the person has agreed to, hear a no, and raise an alarm.",
        todo="Ask who leads the case to give your organisation a role in it.",
        code="by_consent",
    )


def _doing(process: Process, word: str) -> Iterator[str]:
    """Name the roles that type something in a case: a step, a signature, a fact; or this command. Who confirms a clock does nothing else."""
    named = {role for step in process.steps.values() for role in (*step.who, *step.sign)}
    giving = roles_giving(process, word)
    named |= {role for fact in process.facts.values() for role in fact.asked_by}
    for role in process.roles.values():
        if role.login and (role.id in {*named, *giving} or (word == Move.word and role.moves)):
            yield role.id


# Where in the data of an event accounts stand: as themselves, or second in each of a list.
ACCOUNTS, SIGNATURES = ("case_worker", "made_by", "workers", "worker"), ("signed", "confirmed")


OF_A_CONSENT = (
    "recipient", "groups", "language", "version", "form", "explained", "given_by", "assent", "interpreter", "witness", "expires_on",
    "consents", "earlier",
)  # fmt: skip


OF_A_PAPER = ("issued_on", "expires_on", "checked")
OF_A_CONTACT = ("channel", "groups", "basis", "postponed", "in_writing", "informed_at")
OF_A_BIRTH = ("born_on", "age_band")  # of who goes along as on the ticket: `belongings`
OTHER_CASES = ("own_case", "linked_to")  # their numbers
OF_AN_OPENING = ("worker", "groups", "until")


def without_accounts(event: Event) -> Event:
    """Take from an event who it was by their account: another house is told the role, the house and the day."""
    data = {name: value for name, value in event.data.items() if name not in ACCOUNTS}
    for name in SIGNATURES:
        if name in data:
            data[name] = tuple((role, "", *rest) for role, _, *rest in data[name])
    return replace(event, actor="", data=data)


def may_see_entry(event: Event, process: Process, letters: Letters) -> bool:
    """Say whether somebody is told that an entry stands there: who is told at least in sum of one of the groups of what it says. What has
    none is of the course of the case; of an alarm they are told as of what may be due.
    """
    keys = event.data.get("steps") or (event.data.get("step", ""),)
    said_of = {StepKey.read(str(key)).step for key in keys}
    if said_of <= letters.recused_from:
        return False
    groups = _groups_of_entry(event, process, letters)
    is_alarm = event.type.startswith("incident")
    told = letters.of_alarm(event.seq) if is_alarm else _told_of_entry(event, letters)
    return not groups or not groups.isdisjoint(told)


def reads_texts(event: Event, letters: Letters) -> bool:
    """Say whether somebody may read the words of an entry whose group they read: what was said of a contact lies with the course of the
    case, and is read with the ways to reach the person.
    """
    return not event.type.startswith("contact_") or PHONE in letters.of(event.seq).reads


def _told_of_entry(event: Event, letters: Letters) -> frozenset[str]:
    """Give the groups of which somebody is told that an entry stands there: of another house's answer that names a third, who reads it."""
    told = letters.of_entry(event)
    return told.reads if told is letters.others and event.data.get("recipient") else told.sums


def _groups_of_entry(event: Event, process: Process, letters: Letters) -> frozenset[str]:
    data = event.data
    if (kind := "steps" if "step" in data else "incidents" if event.type.startswith("incident") else "") != "":
        group = process.label(kind, str(data.get("step" if kind == "steps" else "type"))).get("group")
        return frozenset({group} if group else ())
    match event.type:
        case "entry_made" | "entry_updated":
            register = process.registers.get(str(data.get("register")))
            return frozenset({register.group} if register is not None else ())
        case "note_added":
            return frozenset({str(data.get("group"))})
        case "facts_recorded":
            return frozenset(process.facts[id].group for id in data.get("facts") or () if id in process.facts)
        case "person_involved":
            along = (BIRTH, "travel") if data.get("travels") else ()
            return frozenset({group_of_relation(str(data.get("relation"))), *along})
        case "suspicion_recorded":
            return frozenset({RISK})
        case "consent_given" | "consent_refused" | "consent_withdrawn":
            return frozenset({process.group_of_consent(str(data.get("purpose")))})
        case "document_recorded":
            return frozenset({process.group_of_paper(str(data.get("kind")))})
        case "contact_made" | "contact_attempted":
            return frozenset({PHONE})
        case "travel_targeted" | "travel_booked" | "travel_delayed" | "travel_cancelled":
            return frozenset({"travel"})
        case "opened_up" | "closed_up":
            return frozenset({"read_log"})
        case "organisation_known":
            return frozenset({"parties"})
        case "role_assigned":
            party = data.get("partner") or data.get("organisation") or data.get("ref")
            return frozenset(() if letters.knows_party(str(party)) else {"parties"})
    return frozenset()


def event_for(event: Event, process: Process, letters: Letters, *, is_own: bool) -> Event:
    """Give an event as a reader is told it. Which answers were taken back says for whom they were: also to who took them back. A ref
    says of what kind an entry is: of one that is named they are told as of that one.
    """
    event = _without_refs(redacted(event, process, letters.of_entry(event), is_own=is_own), process, letters)
    if not letters.knows_case(event.seq):
        event = replace(event, data={name: said for name, said in event.data.items() if name not in OTHER_CASES})
    if event.type.startswith("incident") and event.data.get("of") and not is_told_whom(letters, event.data["of"]):
        event = replace(event, data={name: said for name, said in event.data.items() if name != "of"})
    if letters.recused_from:
        event = _without_recused(event, process, letters)
    if not event.data.get("consents"):
        return event
    read = tuple(key for key in event.data["consents"] if letters.reads_answer(process, key))
    return replace(event, data={**event.data, "consents": read})


def _without_recused(event: Event, process: Process, letters: Letters) -> Event:
    """Take from an event the steps that are asked because of what its reader did, and that this was why."""
    data = dict(event.data)
    if data.get("steps"):
        data["steps"] = tuple(key for key in data["steps"] if StepKey.read(key).step not in letters.recused_from)
    why = {type for id in letters.recused_from for type in process.steps_about_conduct[id]}
    if data.get("because") in why:
        data["because"] = WITHHELD
    return replace(event, data=data)


def _without_refs(event: Event, process: Process, letters: Letters) -> Event:
    """Take from an event the refs of entries of which a reader is told nothing."""
    data, fields = dict(event.data), EMPTY
    if (register := process.registers.get(str(data.get("register")))) is not None:
        fields = register.fields
    if named := [name for name in data.get("values") or () if name in fields and fields[name].register is not None]:
        known = {name: known_of(process, letters, data["values"][name]) for name in named}
        data["values"] = {name: known.get(name, said) for name, said in data["values"].items()}
        data["values"] = {name: said for name, said in data["values"].items() if said is not None}
    if data.get("said"):
        kinds = {
            kind: [*_said_to(kind, keys, process, letters, data.get("entry"))] for kind, keys in data["said"].items()
        }
        data["said"] = {kind: keys for kind, keys in kinds.items() if keys}
    return replace(event, data=data) if named or data.get("said") != event.data.get("said") else event


def _said_to(kind: str, keys: Iterable[str], process: Process, letters: Letters, entry: int | None) -> Iterator[str]:
    """Give what an entry that was corrected said, as far as a reader is told of it."""
    told = letters.of(entry)
    for key in keys:
        id = StepKey.read(key).step
        is_told = (
            is_known(process, letters, key, entry)
            if kind == "entries"
            else may_see_which(process, "steps", id, told.sums)
            if kind == "steps"
            else letters.reads_answer(process, key)
            if kind == "consents"
            else process.group_of_paper(id) in told.sums
            if kind == "documents"
            else True
        )
        if is_told:
            yield key


def redacted(event: Event, process: Process, told: Told, *, is_own: bool = False) -> Event:
    """Take from an event what lies in clear and belongs to a group that the reader may not see; and how the files of who opened the
    case call it, unless they are its own.
    """
    groups, summaries = told.reads, told.sums
    group, beyond = _beyond_a_summary(event, process)
    if beyond and group not in groups:
        event = replace(event, data={name: value for name, value in event.data.items() if name not in beyond})
    data = {name: value for name, value in event.data.items() if is_own or name != "reference"}
    for (field, *name), group in belongings(process, event.data):
        if group in groups:
            continue
        if name:
            data[field] = {key: value for key, value in data[field].items() if key != name[0]}
        elif field == "legs":
            data[field] = []
        else:
            del data[field]
    if data.get("with") not in (None, PERSON) and "parties" not in groups:
        del data["with"]  # who else is in the case
    if "facts" in data and "earlier" in data:
        data["earlier"] = [name for name in data["earlier"] if name in data["facts"]]
    if "facts" in (data.get("said") or ()):  # of an entry that was corrected: which facts it held
        shown = tuple(id for id in data["said"]["facts"] if id in process.facts and process.facts[id].group in groups)
        data["said"] = {**data["said"], "facts": shown}
    step = process.steps.get(str(data.get("step")))
    if step is not None and not may_see_which(process, "steps", step.id, summaries):
        data = {k: v for k, v in data.items() if k not in ("result", "signed")}
    if event.type.startswith("incident") and not may_see_which(process, "incidents", str(data.get("type")), summaries):
        data["type"] = WITHHELD
    if data.get("because") in process.incidents and not may_see_which(process, "incidents", data["because"], summaries):
        data["because"] = WITHHELD
    return event if data == event.data else replace(event, data=data)


def _beyond_a_summary(event: Event, process: Process) -> tuple[str, tuple[str, ...]]:
    """Give the group of an entry, and what stands in it that a summary does not say: it says what was asked, held, spoken or opened, and the day."""
    match event.type.partition("_")[0]:
        case "consent":
            return process.group_of_consent(str(event.data.get("purpose"))), OF_A_CONSENT
        case "document":
            return process.group_of_paper(str(event.data.get("kind"))), OF_A_PAPER
        case "contact":
            return PHONE, OF_A_CONTACT
        case "opened" if event.type == "opened_up":
            return "read_log", OF_AN_OPENING
        case "person" if not event.data.get("travels"):
            return group_of_relation(str(event.data.get("relation"))), OF_A_BIRTH
    return "", ()


def decision_for(decision: Decision, process: Process, letters: Letters, actor: Actor, command: AnyCommand) -> Decision:
    """Give a decision about a command as an actor may be told it: the answer to `why`, and that in a refusal.

    What two processes say differently is of no person; and what has happened they tell themselves.
    """

    def is_known(one: Reason) -> bool:
        if isinstance(command, Rebase):
            return one.met
        return isinstance(command, Incident) and one.subject == command.type

    return replace(decision, reasons=reasons_for(decision.reasons, process, letters, actor, is_known))


def reasons_for(
    reasons: Iterable[Reason],
    process: Process,
    letters: Letters,
    actor: Actor,
    is_known: Callable[[Reason], bool] = lambda one: False,
) -> tuple[Reason, ...]:
    """Tell reasons to who is told at least a summary of what each is about, and to who does that step.

    Of all others one line says that something stands in the way, the same for one and for ten, and whom to ask; what is met is left out.
    """
    about = groups_of_subjects(process)

    def is_told(one: Reason) -> bool:
        if one.subject in letters.recused_from or not letters.reads_suspicions_of(one.subject):
            return False
        groups = about.get(one.subject)
        if groups is None or is_known(one) or does_step(process, one.subject, actor):
            return True
        return groups <= letters.about(one.subject)

    found = [(one, is_told(one)) for one in reasons]
    told = tuple(one for one, is_told_ in found if is_told_)
    if all(one.met or is_told_ for one, is_told_ in found):
        fine: Template = "what your roles are not told is as it must be"
        return told if told or not found else (Reason("ROLE", True, fine, "", WITHHELD),)
    what: Template = "something stands in the way that your roles are not told"
    leads = letters.recorded.leads
    if leads == actor.organisation:
        return (*told, Reason("ROLE", False, what, "ask who leads this case", WITHHELD))
    asks: Template = "ask who leads this case: {leads}"
    return (*told, Reason("ROLE", False, what, asks, WITHHELD, {"leads": process.title("partners", leads)}))


def does_step(process: Process, id: str, actor: Actor) -> bool:
    """Say whether a step is done or signed by a role of this actor."""
    step = process.steps.get(id)
    return step is not None and not actor.roles.isdisjoint((*step.who, *step.sign))


def groups_of_subjects(process: Process) -> Mapping[str, frozenset[str]]:
    """Give the data groups of what a reason can be about, where it belongs to one: of facts, registers, steps and incidents, by their ids."""
    return process.memoised("groups of subjects", lambda: _groups_of_subjects(process))


def _groups_of_subjects(process: Process) -> dict[str, frozenset[str]]:
    found = {id: {fact.group} for id, fact in process.facts.items()}
    for id, register in process.registers.items():
        found.setdefault(id, set()).add(register.group)
    for kind, known in (("steps", process.steps), ("incidents", process.incidents)):
        for id in known:
            if group := process.label(kind, id).get("group"):
                found.setdefault(id, set()).add(group)
    return {id: frozenset(groups) for id, groups in found.items()}


def may_see_due(
    item: DueItem,
    process: Process,
    letters: Callable[[], Letters],
    roles: AbstractSet[str] = frozenset(),
    *,
    leads: bool = False,
) -> bool:
    """Return whether somebody may see what is due: of an incident, who is told its kind; they are asked for where that is to be known.
    Of a step of a group, who is told of the group, and who is to do it.

    Args:
        roles: those of theirs that count here.
        leads: whether it is known already that their house leads the case.
    """
    kind, _, id = item.step.partition(":")
    if kind in (JUDGE_GLASS, TELL_OPENED):
        return sees_openings(letters(), item.who, roles)
    if kind == GLASS_NEXT_DAY:  # who leads the programme in another house answers nothing there
        return letters().leads and sees_openings(letters(), item.who, roles)
    if kind == SAME_PERSON:  # who reads the names, and is told who else is in a case, in the house that leads it
        by_name = {fact.group for _, fact in process.of_person if fact.of_person in ("name", "birth")}
        return letters().leads and by_name | {"parties"} <= letters().of(None).reads
    if kind == "tell" and id and not letters().knows_party(id):
        return False  # who is in the case is itself a secret
    if kind == "entry" and item.round != FIRST:
        return _may_see_due_of_entry(item, id, process, letters())
    if item.step in process.steps_about_conduct and item.step in letters().recused_from:
        return False
    if kind == "incident":
        return may_see_which(process, "incidents", id, letters().of_open_alarm(item.of))
    step = id if kind in ("sign", "entry") else item.step
    return may_be_told_of({step}, item.who, process, letters, roles, leads=leads)


def may_be_told_of(
    subjects: Iterable[str],
    who: Iterable[str],
    process: Process,
    letters: Callable[[], Letters],
    roles: AbstractSet[str],
    *,
    leads: bool = False,
) -> bool:
    """Return whether somebody may be told that something is to be done about these steps, facts, registers, papers and incidents: who is to
    do it, and else who is told of each of their groups.
    """
    groups = groups_of_subjects(process)
    kept = frozenset[str]().union(
        *(groups[one] for one in subjects if one in groups),
        (process.group_of_paper(one) for one in subjects if one in process.documents),
    )
    if not kept or not roles.isdisjoint(who) or (leads and kept <= _told_of(process, roles, with_consent=False)):
        return True  # whatever stands in the case: a list opens none for it
    return kept <= _told_of(process, roles, with_consent=True) and kept <= letters().of(None).sums


def _told_of(process: Process, roles: AbstractSet[str], *, with_consent: bool) -> frozenset[str]:
    """Name the groups of which roles are told at least a summary: without any consent, or at most."""
    return frozenset(
        group
        for role in roles
        if role in process.roles
        for group, gives in letters_of_role(process, role).items()
        if gives[with_consent] >= SUMMARY
    )


def subjects_of(do: Mapping[str, Any]) -> list[str]:
    """Name what a command is about, as it is proposed: a step, facts, a kind of incident, a register, a paper."""
    named = ("step", "incident", "type", "register", "kind")
    return [*do.get("facts", ()), *(str(do[name]) for name in named if name in do)]


def sees_openings(letters: Letters, who: Iterable[str], roles: AbstractSet[str]) -> bool:
    """Return whether somebody is told that it is to be seen to who was let in: who sees who knew what, and where the case is led who is to do it."""
    return "read_log" in letters.own.sums or (letters.leads and not roles.isdisjoint(who))


def _may_see_due_of_entry(item: DueItem, id: str, process: Process, letters: Letters) -> bool:
    """Return whether somebody may see what is due of an entry; who is to be told of a consent that is gone, where they read whom it names."""
    entry, register = letters.recorded.entries.get(item.of), process.registers.get(id)
    if entry is None or register is None:
        return False
    if not item.round.startswith(UNTOLD):
        groups = _groups_of_due(process, register, entry)
        return all(groups <= letters.of(seq).sums for seq in _why_due(process, item, entry))
    party = item.round.removeprefix(UNTOLD)
    return any(
        register.group_of(name, entry.of) in groups_told(register, entry, letters, part.seq)
        for part in entry.parts
        for name, said in part.values.items()
        if said == party and name in register.fields
    )


def _why_due(process: Process, item: DueItem, entry: EntryRecord) -> Iterator[int]:
    """Name the events because of which something is due of an entry: what says how it stands, and what answered last what asks it."""
    yield entry.seq
    if (found := due_of(process, item)) is not None:
        _, due = found
        name = item.round.rpartition("-")[0] if due.before is None else due.before.partition(".")[2]
        yield from [part.seq for part in entry.parts if name in part.values][-1:]


def _groups_of_due(process: Process, register: Register, entry: EntryRecord | None) -> frozenset[str]:
    """Name the data groups of what is due: of its register, and of the entry that it is about, which another register may hold."""
    about = process.registers.get(entry.register) if entry is not None else None
    return frozenset({register.group, about.group if about is not None else register.group})


def reads_what_is_due(item: DueItem, process: Process, letters: Callable[[], Letters]) -> bool:
    """Return whether somebody is told what is asked. Who does not read an entry is told that there is one, with its day: what is asked of it
    says what was answered.
    """
    kind, _, id = item.step.partition(":")
    register = process.registers.get(id) if kind == "entry" else None
    if register is None or item.round in (GONE, FIRST):
        return True
    entry = letters().recorded.entries.get(item.of)
    groups = _groups_of_due(process, register, entry)
    about = process.registers.get(entry.register) if entry is not None else None
    return (
        entry is not None
        and about is not None
        and all(groups <= groups_told(about, entry, letters(), seq) for seq in _why_due(process, item, entry))
    )


# What of an incident is told to nobody who is not told its kind: an outcome has a name, too.


# --- who may enter accounts -----------------------------------------------------------------------------------------


def administrators(accounts: Iterable[Account], roles: AbstractSet[str]) -> tuple[Actor, ...]:
    """Give those who may act, and have one of these roles."""
    return tuple(one.actor for one in accounts if one.ended_at is None and one.actor.roles & roles)


def may_enter_actors(administrators: tuple[Actor, ...], by: Actor | None) -> None:
    """See that one who changes who may act is an administrator, just as the database knows them; the first is entered by anybody.

    Raises:
        NotPermitted: there are administrators, and this is none of them.
    """
    if administrators and by not in administrators:
        raise NotPermitted(
            "Only an administrator may say who acts here: {administrators}.",
            todo="Ask one of them.",
            code="administrator",
            administrators=[one.id for one in administrators],
        )


def must_leave_an_administrator(accounts: Mapping[str, Account], changed: Account, roles: AbstractSet[str]) -> None:
    """See that a change does not take the last administrator: then anybody could make themselves one.

    Raises:
        BadInput: it does.
    """
    after = {**accounts, changed.actor.id: changed}
    if administrators(accounts.values(), roles) and not administrators(after.values(), roles):
        raise BadInput(
            "'{id}' is the last administrator.",
            why="Without one, anybody may say who acts here.",
            todo="Enter another administrator first.",
            field="id",
            id=changed.actor.id,
        )
