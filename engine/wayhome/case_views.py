"""How a case and its history are shown: views of plain values, each part as far as whoever asks is told."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from wayhome.answers import answers_of, earlier_answers, earlier_answers_at, earlier_times, words_of_steps
from wayhome.calendar.spans import zone_of
from wayhome.case_now import CaseNow
from wayhome.case_now.access import holders_of, in_place
from wayhome.case_now.entries import reads_whole
from wayhome.case_now.letters import Letters, Told
from wayhome.case_now.parties import party_called
from wayhome.case_now.roles import may_see_which, writers
from wayhome.commands.belonging import BIRTH, group_of_relation, is_told_whom, may_see_person
from wayhome.commands.correcting import standing_content
from wayhome.entries import Words, entries_for, sums_for, words_of_entries
from wayhome.errors import Template
from wayhome.flow.four_eyes import TOLD
from wayhome.flow.rows import AnswersShown, StepRow, step_rows
from wayhome.forms.form import NAMED_BY as NAMED_IN_A_FORM
from wayhome.frozen import EMPTY
from wayhome.model.actor import NOBODY, Accounts, Actor
from wayhome.model.case import Case, FactRecord, MoveRecord, PersonRecord, StepKey, TravelRecord
from wayhome.model.closed_sets import CASE_PARTS, PERSON, CasePart
from wayhome.model.data import to_json as to_json
from wayhome.model.event import BY, Event, HistoryRow
from wayhome.model.page import Page as Page
from wayhome.packs.conditions import ENTRIES, UNKNOWN, Condition, condition_of
from wayhome.packs.process import Process
from wayhome.permissions import WITHHELD, does_step
from wayhome.results import (
    ArrivalShown,
    CaseView,
    ConsentShown,
    JourneyShown,
    RiskShown,
    landed_at,
)
from wayhome.wellbeing import trends_for


def words_at(process: Process, recorded: Case, letters: Letters) -> dict[int, frozenset[str]]:
    """Name the entries in which words stand that somebody may read of who the person is, and who goes along; and of which groups."""
    found: dict[int, frozenset[str]] = {}
    of_each = ((key.partition("@")[0], one) for key, one in recorded.facts_of.items())
    for id, one in (*recorded.facts.items(), *of_each):
        fact = process.facts.get(id)
        if fact is not None and fact.type == "text" and one.value and fact.group in letters.of(one.seq).reads:
            found[one.seq] = found.get(one.seq, frozenset()) | {fact.group}
    return found


def words_shown(
    process: Process, recorded: Case, letters: Letters, parts: Collection[CasePart] = CASE_PARTS
) -> dict[int, frozenset[str]]:
    """Name the entries in which words stand that these parts of a case show; and of which groups."""
    found = words_at(process, recorded, letters)
    of_entries = words_of_entries(process, recorded, letters) if "entries" in parts else ()
    asked = {"steps", "wellbeing"} & {*parts}
    of_steps = words_of_steps(process, recorded, letters, of_instruments="steps" not in parts) if asked else ()
    for seq, group in (*of_entries, *of_steps):
        found[seq] = found.get(seq, frozenset()) | {group}
    for seq, groups in earlier_answers_at(process, recorded, letters) if "steps" in parts else ():
        found[seq] = found.get(seq, frozenset()) | groups
    return found


def said_in(process: Process, id: str, one: FactRecord, words: Words) -> Any:
    """Give the value of a fact: of what is words, these, where they could be read."""
    fact = process.facts[id]
    return one.value if fact.type != "text" else (words.get(one.seq) or EMPTY).get(fact.group, EMPTY).get(id)


def case_view(
    process: Process,
    recorded: Case,
    actor: Actor,
    letters: Letters,
    now: datetime,
    accounts: Accounts = NOBODY,
    words: Words | None = None,
    parts: Collection[CasePart] = CASE_PARTS,
    said: Mapping[int, Mapping[str, Any]] | None = None,
) -> CaseView:
    """Show a case as somebody may see it.

    Args:
        words: of entries of the history, by their seq, what is words in them.
        said: of the same, which values they say of a step: what was answered before it was done again.
    """
    words, said = words or {}, said or {}
    facts = {
        id: said_in(process, id, r, words)
        for id, r in recorded.facts.items()
        if r.value is not None and id in process.facts and process.facts[id].group in letters.of(r.seq).reads
    }
    case = CaseNow(process, recorded, now)
    view = CaseView(
        number=recorded.number,
        label=recorded.label,
        reference=recorded.reference if actor.organisation == recorded.organisation else None,
        phase=recorded.phase,
        status=recorded.status,
        host_country=recorded.host_country,
        origin_country=recorded.origin_country,
        opened_at=recorded.said_at(MoveRecord(recorded.opened_at, 1)),
        version=recorded.version,
        process={"digest": recorded.digest, "packs": packs_of(process)},
        facts=facts,
        person_asked=_person_asked(process, recorded, actor),
        person=tuple(id for id, fact in process.of_person if id in facts or fact.group in letters.of(None).reads),
        steps=tuple(
            _with_answers(row, process, recorded, letters, words, said)
            for row in (step_rows(process, recorded, now) if "steps" in parts else ())
            if _is_listed(row, process, letters, actor)
        ),
        consents=tuple(_consents_for(process, recorded, letters)) if "consents" in parts else (),
        documents=tuple(
            to_json(_as_said(recorded, d if group in told.reads else d._replace(**NO_MORE_OF_A_PAPER)))
            for d in (recorded.documents.values() if "documents" in parts else ())
            if (group := process.group_of_paper(d.kind)) in (told := letters.of(d.seq)).sums
        ),
        incidents=tuple(
            to_json(
                _as_said(
                    recorded,
                    i,
                    leave_out=("entered_at", "resolved_seq", "before", "told_at", "written_by", "by_others"),
                )
                | {"resolved_at": i.resolved_at and recorded.said_at(MoveRecord(i.resolved_at, i.resolved_seq or 0))}
                | {"effect": i.effect_in(recorded.phase), "of": i.of if is_told_whom(letters, i.of) else ""}
                | {"title": process.title("incidents", i.type)}
            )
            for i in (recorded.incidents if "incidents" in parts else ())
            if letters.shut.isdisjoint((i.seq, i.again_seq))
            and may_see_which(process, "incidents", i.type, letters.of_alarm(i.seq))
        ),
        people=tuple(
            to_json(
                _as_said(
                    recorded,
                    p if _reads_birth(p, told) else p._replace(age_band=None),
                    leave_out=() if _reads_birth(p, told) else ("born_on",),
                )
                | ({} if recorded.hand(p.seq).house == letters.house else {"made_by": ""})
                | ({"own_case": WITHHELD} if p.own_case and not letters.knows_own_case(p.ref) else {})
                | {
                    "suspected": _suspected(recorded, p.ref, letters),
                    "facts": _facts_of(recorded, process, p.ref, letters, words),
                }
            )
            for p in (recorded.people.values() if "people" in parts else ())
            if may_see_person(p, told := letters.of_person(p.ref))
        ),
        entries=tuple(entries_for(case, letters, words)) if "entries" in parts else (),
        sums=tuple(sums_for(process, recorded, letters)) if "entries" in parts else (),
        wellbeing=tuple(trends_for(process, recorded, letters, words)) if "wellbeing" in parts else (),
        arrival=_arrival(recorded.travel)
        if recorded.travel and recorded.travel.legs and "arrival" in letters.of(recorded.travel.seq).reads
        else None,
        travel=_travel(recorded.travel)
        if recorded.travel and "travel" in letters.of(recorded.travel.seq).reads
        else None,
        owner=recorded.owner,
        zones=process.zones,
        landed_at=landed_at(recorded),
        roles={
            role: held.party
            for role, held in recorded.roles.items()
            if held.seq not in letters.shut and letters.knows_party(held.party)
        },
        case_workers={
            party: worker.id for party, worker in recorded.case_workers.items() if letters.knows_accounts_of(party)
        },
        no_account=tuple(
            party
            for party, worker in recorded.case_workers.items()
            if letters.knows_accounts_of(party)
            if all(one.id != worker.id for one in accounts.of(party) or ())
        ),
        closed_as=recorded.closed_as,
        corrections=tuple(
            {"entry": entry, "at": to_json(recorded.said_at(one))}
            for entry, one in recorded.corrections.items()
            if standing_content(recorded, entry)
        ),
        left={"how": recorded.left.how, "at": to_json(recorded.said_at(recorded.left))} if recorded.left else None,
        linked_to=recorded.linked_to if letters.knows_case(1) else None,
        adopted_on=recorded.adopted_at and recorded.adopted_at.astimezone(zone_of(process.zones["host"])).date(),
        risks=tuple(
            RiskShown(
                id=id, title=r["title"], text=r.get("text"), confidence=r.get("confidence"), source=r.get("source")
            )
            for id, r in ((process.labels.get("risks") or {}).items() if "risks" in parts else ())
            if r.get("title") and _may_hold_for(case, letters, condition_of(r.get("when")))
        ),
    )
    return replace(view, labels=_labels_of(view, process, recorded))


# What of a paper, and of an answer, is told to who is told only that there is one, and of which day.
NO_MORE_OF_A_PAPER: Mapping[str, Any] = {"issuer": None, "issued_on": None, "expires_on": None, "checked": None}
NO_MORE_OF_AN_ANSWER: Mapping[str, Any] = {
    "recipient": "",
    "groups": (),
    "language": None,
    "version": None,
    "form": None,
    "given_by": "",
    "assent": None,
    "expires_on": None,
    "interpreter": None,
    "witness": None,
    "explained": (),
}


def _may_hold_for(case: CaseNow, letters: Letters, condition: Condition | None) -> bool:
    """Say whether a condition holds, or cannot be excluded, by what somebody is told: else what is left out would tell them a fact."""
    process, recorded = case.process, case.recorded

    def value(name: str) -> Any:
        base = name.partition(".")[0]
        if base in process.facts:
            said = recorded.facts.get(base)
            if process.facts[base].group not in letters.of(said and said.seq).reads:
                return UNKNOWN
        elif base in process.steps and not may_see_which(process, "steps", base, letters.about(base)):
            return UNKNOWN
        elif (kind := name.partition(":"))[1] and not _reads_all_of(process, letters, kind[0], kind[2]):
            return True
        return case.value(name)

    return condition is None or condition.judge(value) is not False


def _reads_all_of(process: Process, letters: Letters, kind: str, id: str) -> bool:
    """Say whether somebody reads all entries of a register; of an alarm, and of a no, whether they are told that there is one."""
    if kind == ENTRIES:
        register, entries = process.registers[id], letters.recorded.entries_of(id)
        return register.group in letters.of(None).reads and all(reads_whole(register, one, letters) for one in entries)
    if kind == "incident":
        return may_see_which(process, "incidents", id, letters.of(None).sums)
    return process.group_of_consent(id) in letters.of(None).sums


def _consents_for(process: Process, recorded: Case, letters: Letters) -> Iterator[ConsentShown]:
    """Give the answers that somebody is told of: all of them, or of each that there is one; of another house only those that name nobody."""
    for one in recorded.consents.values():
        told, group = letters.of_consent(one), process.group_of_consent(one.purpose)
        if letters.is_told_answer(process, one):
            shown = one if group in told.reads else one._replace(**NO_MORE_OF_AN_ANSWER)
            yield cast("ConsentShown", to_json(_as_said(recorded, shown, leave_out=("alone",))))


def _person_asked(process: Process, recorded: Case, actor: Actor) -> tuple[str, ...]:
    """Name the facts of who the person is that an actor can write down here: who writes of them, or is asked for them."""
    placed = in_place(process, holders_of(recorded), actor)
    roles = placed.roles if placed is not None else frozenset[str]()
    known = process.of_person
    return tuple(id for id, fact in known if not roles.isdisjoint((*fact.asked_by, *writers(process, fact.group))))


def _reads_birth(person: PersonRecord, told: Told) -> bool:
    """Say whether somebody reads when a person of the case was born, as on a ticket; of who does not travel, who reads who they are, too."""
    return BIRTH in told.reads and (person.travels or group_of_relation(person.relation) in told.reads)


def _suspected(recorded: Case, ref: str, letters: Letters) -> bool | None:
    """Say whether somebody is under suspicion, where it was said, to who reads of dangers."""
    said = recorded.suspicions.get(ref)
    return said.suspected if said is not None and letters.reads_suspicions_of(ref) else None


NAMED_BY = {**NAMED_IN_A_FORM, "reason": "outcomes", "host_country": "countries", "origin_country": "countries"}
WRITTEN: Template = "written down"
NAMES_A_PARTY = ("partner", "organisation", "recipient", "with", "by", "given_by", "meeting_person")


def _titles_of(
    data: Mapping[str, Any], process: Process, recorded: Case, texts: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Give, by field, the titles of what an event's data names; of each fact, `facts.ID`, of each answer,
    `values.NAME`, and of what they are, after one more dot; and of each text that is shown, `texts.NAME`.
    """
    named = ((name, kind, data[name]) for name, kind in NAMED_BY.items() if isinstance(data.get(name), str))
    titles = {name: title for name, kind, id in named if (title := process.title(kind, id)) != id}
    for name in NAMES_A_PARTY:
        if isinstance(data.get(name), str):
            titles[name] = party_called(process, recorded, data[name])
    for id, value in (data.get("facts") or EMPTY).items():
        titles |= {
            f"facts.{id}": process.title("facts", id),
            f"facts.{id}.{value}": WRITTEN
            if id in process.facts and process.facts[id].type == "text" and value
            else process.value_called(id, str(value)),
        }
    step, register = str(data.get("step")), str(data.get("register"))
    titles["result"] = process.value_called(step, str(data.get("result")))
    kind, of = ("registers", register) if "register" in data else ("steps", step)
    asked, fields = process.called_in(kind, of, "asked"), getattr(getattr(process, kind).get(of), "fields", EMPTY)
    if "register" in data:
        titles["status"] = str(process.called_in("registers", register, "states").get(str(data.get("status"))) or "")
    given = (name for one in texts.values() for name in one if name in asked)
    titles |= {f"texts.{name}": str(asked[name].get("title") or "") for name in given}
    for name, value in (data.get("values") or EMPTY).items():
        titles[f"values.{name}"] = str(asked.get(name, EMPTY).get("title") or "")
        spec = fields.get(name)
        is_text = spec is not None and spec.type == "text"  # it is sealed: in clear stands only that there is one
        is_party = spec is not None and spec.type == "party"
        called = (
            party_called(process, recorded, str(value))
            if is_party
            else str((asked.get(name, EMPTY).get("called") or EMPTY).get(str(value)) or "")
        )
        titles[f"values.{name}.{value}"] = WRITTEN if is_text else called
    ends = process.label("incidents", str(data.get("incident"))).get("outcomes") or {}
    if data.get("outcome") in ends:
        titles["outcome"] = str(ends[data["outcome"]])
    if data.get("because") in process.incidents:
        titles["because"] = process.title("incidents", data["because"])
    for name in TOLD:
        if data.get(name):
            ids = map(str, data[name])
            titles[name] = ", ".join(process.title("steps" if id in process.steps else "consents", id) for id in ids)
    if data.get("said"):
        said = (title for kind, keys in data["said"].items() for title in _titles_of_kind(process, kind, keys))
        titles["said"] = ", ".join(dict.fromkeys(said))
    if data.get("consents") and "purpose" not in data:
        titles["consents"] = ", ".join(dict.fromkeys(_titles_of_kind(process, "consents", data["consents"])))
    if data.get("steps"):
        titles["steps"] = ", ".join(process.title("steps", str(key).partition("/")[0]) for key in data["steps"])
    return {name: title for name, title in titles.items() if title}


def _titles_of_kind(process: Process, kind: str, keys: Iterable[str]) -> Iterator[str]:
    """Give the titles of what an entry said, by the keys that a case has for it; of what has none, the word for its kind."""
    for key in keys:
        id = re.split("[/@>]", key)[0]
        yield process.title(kind, id) if id in getattr(process, kind, ()) else kind


def _labels_of(view: CaseView, process: Process, recorded: Case) -> dict[str, dict[str, dict[str, Any]]]:
    """Give title, confidence and open question of what a view names; of nothing that its reader may not see."""
    signed = (role for row in view.steps for role in row.signed)
    legs = view.travel["legs"] if view.travel else ()
    named: dict[str, Iterable[str]] = {
        "countries": [view.host_country, view.origin_country],
        "facts": dict.fromkeys((*view.person, *view.facts)),
        "roles": [*view.roles, *signed],
        "consents": [
            *(one["purpose"] for one in view.consents),
            *(purpose for one in view.entries for purpose in one["consents_gone"]),
        ],
        "documents": [one["kind"] for one in view.documents],
        "outcomes": [view.closed_as] if view.closed_as else [],
        "places": [
            *(leg[end] for leg in legs for end in ("from", "to")),
            *([view.arrival["place"]] if view.arrival else ()),
        ],
    }
    met = [one["meeting_person"] for one in (view.travel, view.arrival) if one and one["meeting_person"]]
    parties = [*view.roles.values(), *view.case_workers, *met]
    parties += [one["recipient"] for one in view.consents if one.get("recipient")]
    parties += [
        value
        for one in view.entries
        for name, value in one["values"].items()
        if process.registers[one["register"]].fields[name].type == "party"
    ]
    parties += [one["works_for"] for one in view.people if one["works_for"]]
    parties += [named for one in view.incidents for named in one["about"]]
    before = [(row.id, one) for row in view.steps for one in row.earlier]
    whose = ((row.told_by, row.written_by) for row in view.steps)
    parties += [id for two in (*whose, *((one["told_by"], one["written_by"]) for _, one in before)) for id in two if id]
    times = [(time["step"], time["answers"]) for one in view.wellbeing for time in one["times"]]
    times += [*((row.id, row.answers) for row in view.steps), *((id, one["answers"]) for id, one in before)]
    parties += [
        value
        for step, answers in times
        for name, value in answers.items()
        if process.steps[step].fields[name].type == "party"
    ]
    results = {
        f"{id}.{result}": {"title": process.results_of(id).get(result, result)}
        for id, result in (*((row.id, row.result) for row in view.steps), *((id, one["result"]) for id, one in before))
        if result
    }
    return {kind: {id: _label_of(process, kind, id) for id in ids} for kind, ids in named.items()} | {
        "parties": {id: {"title": party_called(process, recorded, id)} for id in parties},
        "results": results,
        "values": {
            f"{id}.{value}": {"title": title}
            for id, value in view.facts.items()
            if (title := process.value_called(id, str(value)))
        },
        "answers": {
            f"{step}.{name}": {**process.asked_of(step).get(name, EMPTY)} for step, answers in times for name in answers
        },
        "registers": {one["register"]: _label_of_register(process, one["register"]) for one in view.entries},
    }


def _label_of_register(process: Process, id: str) -> dict[str, Any]:
    label = process.label("registers", id)
    asked = process.called_in("registers", id, "asked")
    shown = {name: label.get(name) for name in ("one", "screen", "called_by")}
    return {
        **_label_of(process, "registers", id),
        **shown,
        "order": [*process.registers].index(id),
        "states": {**process.called_in("registers", id, "states")},
        "asked": {**asked},
    }


def _label_of(process: Process, kind: str, id: str) -> dict[str, Any]:
    label = process.label(kind, id)
    return {"title": process.title(kind, id), "confidence": label.get("confidence"), "unsure": label.get("unsure")}


def history_row(event: Event, process: Process, recorded: Case, texts: Mapping[str, Any] = EMPTY) -> HistoryRow:
    return HistoryRow(
        event.seq,
        event.type,
        event.v,
        event.occurred_at,
        event.recorded_at,
        event.actor,
        event.organisation,
        event.data,
        event.hash,
        texts,
        _titles_of(event.data, process, recorded, texts) | {BY: party_called(process, recorded, event.organisation)},
        process.zones["origin" if (landed := landed_at(recorded)) and event.occurred_at >= landed else "host"],
    )


def packs_of(process: Process) -> list[dict[str, Any]]:
    """Name the packs of a process, each in its newest version."""
    packs = process.labels.get("packs") or {}
    return [{"id": id, "version": (packs.get(id) or {}).get("version")} for id in process.packs]


def _facts_of(recorded: Case, process: Process, ref: str, letters: Letters, words: Words) -> dict[str, Any]:
    """Give what is recorded of somebody who travels along, and may be read."""
    keys = ((key.partition("@"), one) for key, one in recorded.facts_of.items() if one.value is not None)
    said = {id: one for (id, _, of), one in keys if of == ref and id in process.facts}
    return {
        id: said_in(process, id, one, words)
        for id, one in said.items()
        if process.facts[id].group in letters.of(one.seq).reads
    }


def _with_answers(
    row: StepRow,
    process: Process,
    recorded: Case,
    letters: Letters,
    words: Words,
    said: Mapping[int, Mapping[str, Any]],
) -> StepRow:
    """Give a step with what was answered in it, as it stands and each time before, as told by whom."""
    key = _key_of(row)
    if answers := answers_of(process, recorded, key, letters, words):
        record = recorded.steps[key]
        by, house = _told_by(record.by, letters), _written_by(recorded, record.seq, letters)
        row = replace(row, answers=answers, told_by=by, written_by=house)
    earlier = tuple(
        AnswersShown(
            result=one.value,
            answers=to_json(answers),
            told_by=_told_by(one.by, letters),
            written_by=_written_by(recorded, one.seq, letters),
            at=to_json(recorded.said_at(MoveRecord(one.at, one.seq))),
        )
        for one in earlier_times(recorded, key)
        if (answers := earlier_answers(process, key, one, letters, words, said))
    )
    return replace(row, earlier=earlier) if earlier else row


def _written_by(recorded: Case, seq: int, letters: Letters) -> str:
    """Name the house that wrote something down, to whom may know who else is in the case."""
    house = recorded.hand(seq).house
    return house if letters.knows_party(house) else ""


def _told_by(by: str | None, letters: Letters) -> str:
    """Name whose word an answer is, to whom may know who else is in the case."""
    return by if by is not None and (by == PERSON or letters.knows_party(by)) else ""


def _key_of(row: StepRow) -> str:
    return StepKey(row.id, row.round or "", row.of or "").text()


def _is_listed(row: StepRow, process: Process, letters: Letters, actor: Actor) -> bool:
    """Say whether somebody is told of a step: who is told of its group; and until it is begun, who is to do it."""
    seq = written_at(letters.recorded, row)
    if seq in letters.shut or row.id in letters.recused_from:
        return False
    if seq is None and does_step(process, row.id, actor):
        return True
    return may_see_which(process, "steps", row.id, letters.of(seq).sums)


def written_at(recorded: Case, row: StepRow) -> int | None:
    """Say which entry a row tells of; None where nobody has written anything."""
    record = recorded.steps.get(_key_of(row))
    return record and record.seq


def _as_said(recorded: Case, record: Any, *, leave_out: Collection[str] = ()) -> dict[str, Any]:
    """Give a record with when it happened as it was said; how something was typed is left out."""
    said = record._asdict() | {"at": recorded.said_at(record)}
    if recorded.is_reported(record):
        said |= {"reported": True}  # it was so before this return was taken over, as others say
    return {key: value for key, value in said.items() if key not in leave_out}


def _travel(travel: TravelRecord) -> JourneyShown:
    plain = to_json(travel)
    return JourneyShown(
        status=plain["status"],
        departs_on=plain["departs_on"],
        meeting_person=plain["meeting_person"],
        legs=plain["legs"],
    )


def _arrival(travel: TravelRecord) -> ArrivalShown:
    last = to_json(travel)["legs"][-1]
    return ArrivalShown(
        at=last["arrives_at"],
        place=last["to"],
        zone=last["to_zone"],
        carrier=last["carrier"],
        number=last["number"],
        meeting_person=travel.meeting_person,
    )
