"""What can be answered: by the word that a command's question names (`Question.of`), all that there is in a case.

Each sort gives ids with their titles, trusted or not; None where the question does not arise in this case; nothing where the
answer is open. It says its type, and whether there is more than it lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from wayhome.case_now import CaseNow
from wayhome.case_now.entries import told_in
from wayhome.case_now.letters import is_read, knows_party, letters_for
from wayhome.case_now.parties import party_called
from wayhome.case_now.roles import accounts_at, doers, told_incident, visible_incidents, workers_at
from wayhome.commands import Enter
from wayhome.commands.belonging import affected_that_may_be_named, people_told
from wayhome.commands.incidents import nameable
from wayhome.commands.journey import TRAVEL
from wayhome.commands.life_cycles import life_of
from wayhome.commands.steps import named_to_meet, speak_at
from wayhome.errors import Template
from wayhome.frozen import EMPTY
from wayhome.model.case import EntryRecord, StepKey
from wayhome.model.closed_sets import EXPLAINED, GUARDIAN, OWNER, PERSON, SlotType
from wayhome.model.moves import MOVES
from wayhome.packs.kinds.consents import ConsentPurpose
from wayhome.packs.kinds.registers import Register
from wayhome.packs.kinds.steps import EXTRA, Step
from wayhome.packs.process import Process
from wayhome.rules.saying_no import who_counts_on_the_journey

Values = Mapping[str, str]
Do = Mapping[str, Any]
THE_PERSON: Template = "the person"
POINTS: Mapping[str, Template] = {
    "purpose": "what it is for",
    "use": "how the data may be used",
    "research": "that they may be used without names for research",
    "access": "that they can ask for their data at any time",
    "storage": "how long the data are kept",
    "withdrawal": "how to take it back",
}
POSTPONED: Mapping[str, Template] = {
    "only_that": "yes, only that, and no reason",
    "given_up": "nobody tries to tell them any more",
    "not_wanted": "the person does not want them told",
}


def titled(case: CaseNow, kind: str, ids: Iterable[str]) -> Values:
    """Give ids of one kind with their titles."""
    return {id: case.process.title(kind, id) for id in ids}


def every_title(case: CaseNow, kind: str) -> Values:
    """Give all of one kind with their titles, made once in the life of a process."""
    process = case.process
    made: Values = process.memoised(("titles", kind), lambda: titled(case, kind, getattr(process, kind)))
    return made


def people(case: CaseNow) -> Values:
    """Give those who were involved in the case, by their refs, of whom who asks is told."""
    return {ref: one.relation.replace("_", " ") for ref, one in people_told(case).items()}


def organisations(case: CaseNow) -> Values:
    """Give the organisations that work on the case, of which who asks is told."""
    working = (one for one in case.recorded.organisations if knows_party(case, one))
    ids = dict.fromkeys((case.recorded.organisation, *working))
    return {id: party_called(case.process, case.recorded, id) for id in ids if id not in case.process.partners}


def parties(case: CaseNow) -> Values:
    """Give everybody whom a case can name: who is of the case, organisations, partners, who holds no account, and the person.

    Those who work on the case stand first, trusted or not: a list that begins with who would pass is an answer, too.
    """
    everybody = {
        **people(case),
        **organisations(case),
        **every_title(case, "partners"),
        **every_title(case, "recipients"),
    }
    everybody.pop(PERSON, None)
    here = {one.party for one in case.recorded.roles.values() if knows_party(case, one.party)}
    return {**{id: title for id, title in everybody.items() if id in here}, **everybody, PERSON: THE_PERSON}


def step_of(case: CaseNow, do: Do) -> Step | None:
    return case.process.steps.get(str(do.get("step", "")))


def zone_for(case: CaseNow, do: Do) -> str:
    """Say in which zone the times of a command are meant: that of who has the duty, else that of where the person is."""
    step = step_of(case, do)
    return case.zone(step) if step else case.zone_of_person


def _purpose(case: CaseNow, do: Do) -> ConsentPurpose | None:
    return case.process.consents.get(str(do.get("purpose", "")))


def who_said_it(case: CaseNow, do: Do) -> Values | None:
    """Give who may have said it, where those who do a step hold no account."""
    step, roles = step_of(case, do), case.process.roles
    if step is None or do["do"] != "complete":
        return None
    silent = [role for role in step.who if role in roles and not roles[role].login]
    if step.heard_by_two:
        theirs, known = theirs_alone(case, step), doers(case.process, case.recorded)
        if theirs and not _may_stop(step, do):
            return {**titled(case, "roles", step.who), **{id: parties(case).get(id, id) for id in theirs}}
        return {id: title for id, title in {**titled(case, "roles", silent), **parties(case)}.items() if id in known}
    return titled(case, "roles", silent) if len(silent) == len(step.who) else None


def theirs_alone(case: CaseNow, step: Step) -> list[str]:
    """Name whose word alone a step is when it passes; nobody, where others may have reported it before this return was taken over."""
    return speak_at(case, step) if step.heard_by_two and case.recorded.adopted_at is None else []


def _may_stop(step: Step, do: Do) -> bool:
    """Say whether it may still come out so that the step does not pass."""
    return any(not one.passes for code, one in step.results.items() if do.get("result") in (None, code))


def _rounds(case: CaseNow, do: Do) -> Values | None:
    step = step_of(case, do)
    if step is None or not step.rounds:
        return {} if step is not None and step.any_rounds else None
    return {key.round: key.round for key in case.keys(step)} | ({EXTRA: EXTRA} if step.extra_rounds else {})


def _whom(case: CaseNow, do: Do) -> Values | None:
    """Give whom a step or an incident that is of each can be about."""
    step, kind = step_of(case, do), case.process.incidents.get(str(do.get("type", "")))
    if step is not None and step.each:
        return {ref: people(case).get(ref, ref) for ref in case.may_be_of(step)}
    if do["do"] == Enter.word:
        return people(case) or None
    told = people(case)
    return (
        {ref: told.get(ref, ref) for ref in affected_that_may_be_named(case, kind)}
        if kind is not None and kind.each
        else None
    )


def _to_sign(case: CaseNow, do: Do) -> Values:
    """Give the steps of which something waits for a second."""
    steps, recorded = case.process.steps, case.recorded
    written = [(StepKey.read(key).step, one) for ones in (recorded.steps, recorded.drafts) for key, one in ones.items()]
    waiting = (id for id, one in written if id in steps and (one.is_draft or case.awaits_second(one, steps[id])))
    return titled(case, "steps", dict.fromkeys(waiting))


def _results(case: CaseNow, do: Do) -> Values | None:
    step = step_of(case, do)
    if step is None or not step.results or step.is_computed:
        return None
    return case.process.results_of(step.id)


def _recipients(case: CaseNow, do: Do) -> Values | None:
    """Give whom a consent can name: the classes that its purpose lists, and all who are of these."""
    purpose = _purpose(case, do)
    if purpose is None:
        return parties(case)
    if not purpose.recipients:
        return None
    named = {id: title for id, title in parties(case).items() if case.class_of(id) in purpose.recipients}
    return {**titled(case, "recipients", purpose.recipients), **named}


def _groups_of_consent(case: CaseNow, do: Do) -> Values:
    purpose = _purpose(case, do)
    words = purpose.groups if purpose and purpose.groups else case.process.groups
    parts = case.process.covered(words)
    return titled(case, "groups", [*words, *(one for one in case.process.groups if one in parts and one not in words)])


def _languages(case: CaseNow, do: Do) -> Values:
    """Give the languages that the person understands first, to who may read them, and then those of both countries; others can be said."""
    fact = case.process.facts[case.process.fact_that_tells["languages"]]
    record = case.recorded.facts.get(fact.id)
    said = case.value(fact.id) if is_read(case, fact.group, record and record.seq) else None
    named, understood = spoken_there(case.process), said if isinstance(said, list | tuple) else ()
    theirs = {one: named.get(one, one) for one in understood}
    return theirs | {one: title for one, title in named.items() if one not in theirs}


def spoken_there(process: Process) -> Values:
    """Give the languages that the packs of a process name."""
    packs = process.labels.get("packs") or {}
    return {one: title for about in packs.values() for one, title in (about.get("languages") or EMPTY).items()}


def _versions(case: CaseNow, do: Do) -> Values:
    purpose = _purpose(case, do)
    return {version: version for version in sorted(purpose.texts)} if purpose else {}


def _forms(case: CaseNow, do: Do) -> Values:
    purpose = _purpose(case, do)
    return {form: form for form in (purpose.forms if purpose else ("written", "witnessed"))}


def _givers(case: CaseNow, do: Do) -> Values:
    guardian: dict[str, str] = (
        {GUARDIAN: case.process.title("roles", GUARDIAN)} if GUARDIAN in case.recorded.roles else {}
    )
    return {PERSON: THE_PERSON, **guardian, **people(case)}


def _assent(case: CaseNow, do: Do) -> Values | None:
    purpose = _purpose(case, do)
    return {} if case.is_child and (purpose is None or purpose.assent) else None


def _of_role(case: CaseNow, do: Do, kind: str) -> bool:
    """Say whether a role of this case is held by a person of it, by a partner, or leads it."""
    if "role" not in do:
        return True
    role = case.process.roles.get(do["role"])
    if role is None or not (role.relation or role.partner_class):
        return kind != "partner"
    return kind != ("organisation" if role.relation else "ref")


def _in_force(case: CaseNow, do: Do) -> Values:
    letters, process = letters_for(case), case.process
    told = (
        one for one in case.recorded.consents.values() if case.actor is None or letters.is_told_answer(process, one)
    )
    given = (one.purpose for one in told if one.state == "given")
    return titled(case, "consents", dict.fromkeys(given))


def _partners_for_role(case: CaseNow, do: Do) -> Values | None:
    """Give the partners that a role can have; of whoever leads the case, those that work on it: a house of a pack can lead."""
    if _of_role(case, do, "partner"):
        return every_title(case, "partners")
    if not _of_role(case, do, "organisation"):
        return None
    own = dict.fromkeys((case.recorded.organisation, *case.recorded.organisations))
    return titled(case, "partners", (id for id in own if id in case.process.partners)) or None


def _who_answers(case: CaseNow, do: Do) -> Values | None:
    if do.get("role") not in (None, OWNER):
        return None
    said = [str(do[name]) for name in ("organisation", "partner") if do.get(name)]
    return workers(case, said or [case.recorded.organisation, *case.recorded.organisations])


def _colleagues(case: CaseNow) -> Values | None:
    there = accounts_at(case, case.actor.organisation) if case.actor is not None else []
    return {id: id for id in there} or None


def workers(case: CaseNow, organisations: Iterable[str]) -> Values:
    """Give the accounts that can answer for the person at these organisations; nothing where none has such an account: the name is open."""
    there = {one: party_called(case.process, case.recorded, one) for one in organisations}
    return {id: f"{id} · {title}" for one, title in there.items() for id in workers_at(case, one)}


def _whose_conduct(case: CaseNow, do: Do) -> Values | None:
    kind = case.process.incidents.get(str(do.get("type", "")))
    if kind is None or not kind.by_outsider:
        return None
    return {id: party_called(case.process, case.recorded, id) for id in nameable(case)}


def _effects(case: CaseNow, do: Do) -> Values | None:
    kind = case.process.incidents.get(str(do.get("type", "")))
    return {one: one.replace("_", " ") for one in kind.may_choose} if kind and kind.may_choose else None


def type_of_incident(case: CaseNow, said: Any) -> str:
    """Give the kind of an open incident that is called by its kind or its number."""
    incident = told_incident(case, str(said))
    return incident.type if incident is not None else str(said)


def _open_incidents(case: CaseNow, do: Do) -> Values:
    """Give what is open, as far as who asks is told: by its number, with its day, where several of a kind have happened to one person."""
    told = visible_incidents(case)
    kinds = Counter((one.type, one.of) for one in told)
    alone = [one.type for one in told if kinds[one.type, one.of] == 1]
    beside = {
        str(one.number): f"{case.process.title('incidents', one.type)}, {case.day_of(one.at).isoformat()}"
        for one in told
        if one.type not in alone
    }
    return {**titled(case, "incidents", alone), **beside}


def _outcomes(case: CaseNow, do: Do) -> Values:
    kind = case.process.incidents.get(type_of_incident(case, do.get("incident")))
    titles = case.process.label("incidents", kind.id).get("outcomes") or {} if kind else {}
    return (
        {code: titles.get(code) or code.replace("_", " ") for code in kind.endings(case.recorded.phase)} if kind else {}
    )


def _moves(case: CaseNow, do: Do) -> Values:
    return {
        row.name: row.title
        for row in MOVES.values()
        if case.recorded.phase in row.sources and case.recorded.is_closed == (row.name == "reopen")
    }


def _ends_of_paper(case: CaseNow, do: Do) -> Values | None:
    kind = case.process.documents.get(str(do.get("kind", "")))
    return None if kind is not None and kind.validity == "life" else {}


def _who_meets(case: CaseNow, do: Do) -> Values | None:
    """Give who may meet the person, where no step that was done says who does: that is asked once."""
    return None if any(named_to_meet(case)) else parties(case)


def _contacts(case: CaseNow, do: Do) -> Values:
    """Give everybody whom a case can name, and who carries the person by the booked legs, to who may read these."""
    travel = case.recorded.travel
    carriers = case.carriers if travel and is_read(case, TRAVEL, travel.seq) else ()
    return {**parties(case), **{code: code for code in carriers}}


def _postponed(case: CaseNow, do: Do) -> Values | None:
    """Give how somebody who counts on the journey can be told that it is postponed; of others it is not asked."""
    return POSTPONED if str(do.get("with", "")) in who_counts_on_the_journey(case) else None


def register_of(case: CaseNow, do: Do) -> Register | None:
    """Give the register that a command is about: the one that is named, or that of the entry."""
    entry = entry_of(case, do)
    return case.process.registers.get(entry.register if entry is not None else str(do.get("register") or ""))


def entry_of(case: CaseNow, do: Do) -> EntryRecord | None:
    """Give the entry that a command is about, to who is told of it."""
    entry = case.recorded.entries.get(str(do.get("ref") or ""))
    return told_in(case, entry) if entry is not None else None


def states_of(case: CaseNow, do: Do) -> Values | None:
    """Give how an entry can stand: first what usually comes next."""
    register = register_of(case, do)
    if register is None:
        return None if "register" in do or "ref" in do else EMPTY
    titles = case.process.called_in("registers", register.id, "states")
    entry = entry_of(case, do)
    following = life_of(register).following(entry.state) if entry is not None else ()
    order = dict.fromkeys((*following, *register.states))
    return {code: titles.get(code, code) for code in order}


def entries(case: CaseNow, register: str | None = None) -> Values:
    """Give the entries of a register, or of all, that who asks is told of: what each is, and how it stands."""
    found = {}
    for ref, entry in case.recorded.entries.items():
        kind, one = case.process.registers.get(entry.register), told_in(case, entry)
        if kind is None or register not in (None, kind.id) or one is None:
            continue
        said_in = {name: part.seq for part in one.parts for name in part.values}
        label, called = case.process.label("registers", kind.id), case.process.called_in("registers", kind.id, "asked")
        said = (
            (called.get(name, EMPTY).get("called") or EMPTY).get(str(one.values[name])) or str(one.values[name])
            for name in kind.called_by_clear
            if name in one.values and is_read(case, kind.group_of(name, one.of), said_in[name])
        )
        stands = case.process.called_in("registers", kind.id, "states").get(one.state, one.state)
        found[ref] = ", ".join(
            [str(label.get("one") or ref), *(party_called(case.process, case.recorded, s) for s in said), stands]
        )
    return found


class AnswerType(NamedTuple):
    """A sort of answers: what gives them in a case, and their type where the Python type of the field does not say it.

    `closed`: there is nothing else, also where that is nothing at all.
    """

    values: Callable[[CaseNow, Do], Values | None]
    type: SlotType | None = None
    closed: bool = False


def _every(kind: str) -> AnswerType:
    return AnswerType(lambda case, _: every_title(case, kind), "code")


SORTS: Mapping[str, AnswerType] = {
    "": AnswerType(lambda case, do: EMPTY),
    **{kind: _every(kind) for kind in ("steps", "consents", "documents", "incidents")},
    "roles": AnswerType(lambda case, do: {**titled(case, "roles", [OWNER]), **every_title(case, "roles")}, "code"),
    "group": AnswerType(lambda case, do: titled(case, "groups", case.process.data_groups), "code"),
    "groups": AnswerType(lambda case, do: titled(case, "groups", case.process.groups)),
    "consents_in_force": AnswerType(_in_force, "code", closed=True),
    "parties": AnswerType(lambda case, do: parties(case), "party"),
    "contacts": AnswerType(_contacts, "party"),
    "postponed": AnswerType(_postponed),
    "who_meets": AnswerType(_who_meets, "party"),
    "where_they_meet": AnswerType(lambda case, do: None if any(named_to_meet(case)) else EMPTY),
    "registers": _every("registers"),
    "states": AnswerType(states_of, "code"),
    "entries": AnswerType(lambda case, do: entries(case), "entry", closed=True),
    "people": AnswerType(lambda case, do: people(case) or None, "party", closed=True),
    "people_for_role": AnswerType(
        lambda case, do: people(case) if _of_role(case, do, "ref") else None, "party", closed=True
    ),
    "partners_for_role": AnswerType(_partners_for_role, "party"),
    "organisations_for_role": AnswerType(
        lambda case, do: organisations(case) if _of_role(case, do, "organisation") else None, "party"
    ),
    "who_answers": AnswerType(_who_answers, "case_worker"),
    "colleagues": AnswerType(lambda case, do: _colleagues(case), "codes"),
    "who_said_it": AnswerType(who_said_it, "party"),
    "heard": AnswerType(
        lambda case, do: EMPTY if (step := step_of(case, do)) is not None and step.heard_by_two else None
    ),
    "whom": AnswerType(_whom, "party", closed=True),
    "the_dead": AnswerType(lambda case, do: EMPTY if any(one.gone for one in case.recorded.people.values()) else None),
    "openers": AnswerType(lambda case, do: {**organisations(case), **every_title(case, "partners")}, "party"),
    "rounds": AnswerType(_rounds, "code"),
    "to_sign": AnswerType(_to_sign, "code", closed=True),
    "results": AnswerType(_results, "code"),
    "recipients": AnswerType(_recipients, "party"),
    "groups_of_consent": AnswerType(_groups_of_consent),
    "languages": AnswerType(_languages, "language"),
    "versions": AnswerType(_versions, "code"),
    "explained": AnswerType(lambda case, do: {point: POINTS[point] for point in EXPLAINED}),
    "forms": AnswerType(_forms),
    "givers": AnswerType(_givers, "party"),
    "assent": AnswerType(_assent),
    "effects": AnswerType(_effects),
    "whose_conduct": AnswerType(_whose_conduct, "codes"),
    "open_incidents": AnswerType(_open_incidents, "code", closed=True),
    "outcomes": AnswerType(_outcomes, "code"),
    "moves": AnswerType(_moves),
    "reasons_to_move": AnswerType(
        lambda case, do: every_title(case, "outcomes") if do.get("to") == "close" else {}, "code"
    ),
    "ends_of_paper": AnswerType(_ends_of_paper),
}
