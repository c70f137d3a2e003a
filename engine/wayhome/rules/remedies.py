"""The command that would help: for a step, a fact, a consent, a paper, the journey.

A remedy names one command with the favourable declared result and the examples that the pack declares. It
is what a case worker would type next, not what must be true: they put in what really happened.
Its `from_` is None while something else must come first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from wayhome.calendar.spans import at_time, due, zone_of
from wayhome.model.case import StepKey
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Remedy
from wayhome.packs.process import ConsentNeed, ConsentPurpose, DocumentKind, FieldSpec, Span, Step, Timing
from wayhome.rules.situation import CLEARANCE, Situation, Wait, timing_moment

SHORTEST_LEAD = timedelta(days=21)
LEAD_SLACK = timedelta(days=7)
JOURNEY_HOURS = 8  # of the proposed journey; the case worker books the real one


def managers(situation: Situation) -> tuple[str, ...]:
    """Name the roles that may record for those who do not type for themselves."""
    return tuple(role.id for role in situation.process.roles.values() if role.manager)


def able(situation: Situation, roles: Sequence[str]) -> tuple[tuple[str, ...], str | None]:
    """Say which roles may give a command that these are responsible for, and for whom they would record it."""
    known = situation.process.roles
    typing = tuple(role for role in roles if role in known and known[role].login)
    if typing:
        return typing, None
    return managers(situation), (roles[0] if roles else None)


def command_roles(situation: Situation, word: str, move: str | None = None) -> tuple[str, ...]:
    """Name the roles that may give a command, or make a move."""
    roles = situation.process.roles.values()
    if move is not None:
        return tuple(role.id for role in roles if move in role.moves)
    return tuple(role.id for role in roles if word in role.may)


def _do(word: str, **fields: Any) -> dict[str, Any]:
    return {"do": word} | {k: v for k, v in fields.items() if v not in (None, "", [], {}, ())}


# --- facts and consents --------------------------------------------------------------


def for_fact(situation: Situation, name: str) -> Remedy:
    """Propose to record a fact."""
    fact = situation.process.facts.get(name)
    if fact is None:
        return Remedy(_do("record", facts={name: True}), managers(situation), situation.now)
    if fact.derived is not None:
        missing = [wait.subject for wait in situation.unknown_waits(fact.derived) if wait.kind == "fact"]
        if missing:
            return for_fact(situation, missing[0])
    value = fact.example
    if value is None:
        value = False if fact.type == "bool" else (fact.values[0] if fact.values else None)
    if fact.type == "codes" and not isinstance(value, list):
        value = [value] if value is not None else ["en"]
    if fact.type in ("date", "instant"):
        value = _moment_example(situation, value, fact.type) or situation.now.date().isoformat()
    who, by = able(situation, fact.asked_by)
    return Remedy(_do("record", facts={name: value}, by=by), who, situation.now)


def for_consent(situation: Situation, need: ConsentNeed) -> Remedy | None:
    """Propose to ask for a consent; None while there is nobody whom it could name, or a child has no guardian."""
    purpose = situation.process.consents[need.purpose]
    recipient = _recipient(situation, need)
    child = situation.is_child
    guardian = situation.case.roles.get("guardian")
    if child and guardian is None:
        return for_guardian(situation)
    who = tuple(r for r in purpose.asked_by if situation.process.roles[r].login) or managers(situation)
    texts = purpose.texts
    version = max(texts) if texts else None
    languages = situation.value("languages")
    language = languages[0] if isinstance(languages, list | tuple) and languages else "en"
    return Remedy(
        _do(
            "consent",
            purpose=need.purpose,
            recipient=recipient,
            answer="given",
            groups=_groups(situation, purpose, recipient),
            language=language,
            version=version,
            form=purpose.forms[0] if purpose.forms else "written",
            given_by=guardian.party if child and guardian else "person",
            assent=True if child and purpose.assent else None,
        ),
        who,
        situation.now,
    )


def _groups(situation: Situation, purpose: ConsentPurpose, recipient: str | None) -> list[str]:
    """The groups to ask for: never the narrative, and none that this recipient is never told."""
    class_ = situation.process.recipients.get(situation.class_of(recipient)) if recipient else None
    never = class_.never if class_ else frozenset()
    return [
        group for group in purpose.groups if group not in never and (group != "narrative" or not purpose.recipients)
    ]


def _recipient(situation: Situation, need: ConsentNeed) -> str | None:
    purpose = situation.process.consents[need.purpose]
    wanted = need.recipient or purpose.default_recipient
    if wanted in situation.process.roles:
        held = situation.case.roles.get(wanted or "")
        return held.party if held else (purpose.recipients[0] if purpose.recipients else None)
    if wanted is not None:
        return wanted
    return purpose.recipients[0] if purpose.recipients else None


def for_guardian(situation: Situation) -> Remedy:
    """Propose to name the guardian: first make a ref for them, then give them the role."""
    return for_person_in_role(situation, "guardian", "guardian")


def for_person_in_role(situation: Situation, role: str, relation: str) -> Remedy:
    """Propose to bring a vetted person into the case, and then to give them a role."""
    ref = next(
        (p.ref for p in situation.case.people.values() if p.relation == relation and is_trusted(situation, p.ref)), None
    )
    if ref is None:
        number = 1 + sum(1 for p in situation.case.people.values() if p.relation == relation)
        today = situation.now.astimezone(zone_of(situation.process.zones["host"])).date()
        involve = _do(
            "involve", ref=f"{relation}-{number}", relation=relation, vetted_on=today.isoformat(), suspected=False
        )
        if relation == "escort":
            involve["travels"] = True
        return Remedy(involve, command_roles(situation, "involve"), situation.now)
    step = next(
        (s for s in situation.process.done_by_command.get("assign", ()) if s.done_by and role in s.done_by.subjects),
        None,
    )
    if step is not None and situation.applies(step) is not False:
        waits = [w for w in situation.present.waits(step, StepKey(step.id)) if w.kind != "time"]
        asked = next((w.subject for w in waits if w.kind == "fact" and w.subject in situation.process.facts), None)
        if asked is not None:
            return for_fact(situation, asked)
        who, by = able(situation, step.who)
        return Remedy(_do("assign", role=role, ref=ref, by=by), who, None if waits else situation.now)
    return Remedy(_do("assign", role=role, ref=ref), command_roles(situation, "assign"), situation.now)


def is_trusted(situation: Situation, ref: str) -> bool:
    """Say whether a person of the case is vetted and not suspected (INV-19)."""
    person = situation.case.people.get(ref)
    return person is not None and person.vetted_on is not None and person.suspected is not True


# --- steps -----------------------------------------------------------------------------


def for_step(situation: Situation, step: Step, key: StepKey) -> Remedy:
    """Propose what brings a step on: a missing fact or consent first, then the step itself."""
    waits = situation.present.waits(step, key)
    for wait in waits:
        if wait.kind == "fact" and wait.subject in situation.process.facts:
            return for_fact(situation, wait.subject)
    waiting = [wait for wait in waits if wait.kind not in ("consent", "time")]
    if waiting:
        return _command(situation, step, key, None)
    for wait in waits:
        if wait.kind == "consent":
            remedy = for_consent(situation, wait.need)
            if remedy is not None and _has_its_own_time(situation, wait.need.purpose):
                remedy = Remedy(remedy.do, remedy.who, None)
            return remedy or _command(situation, step, key, None)
    if any(wait.kind == "time" and wait.until is None for wait in waits):
        return _command(situation, step, key, None)
    for _, again in stale_for(situation.present, step):
        return again
    from_ = max([situation.now, *(wait.until for wait in waits if wait.until)])
    record = situation.case.steps.get(key.text())
    if record is not None and record.state in ("done", "failed"):
        return _again(situation, step, key, from_)
    return _command(situation, step, key, from_)


def _has_its_own_time(situation: Situation, purpose: str) -> bool:
    """Say whether a consent is asked in a step of its own, which cannot be done yet."""
    own = [
        s
        for s in situation.process.done_by_command.get("consent", ())
        if s.done_by and s.done_by.subjects == (purpose,)
    ]
    return any(situation.present.waits(s, StepKey(s.id)) for s in own)


def stale_for(situation: Situation, step: Step) -> list[tuple[tuple[Step, Span], Remedy]]:
    """Name the evidence that is too old for this step, where its age is judged at it; each with how to renew it."""
    found = []
    for other in situation.process.judged_at.get(step.id, ()):
        for age in other.max_ages:
            if age.at != step.id or not situation.may_hold(age.when) or situation.applies(other) is False:
                continue
            done = [r for _, r in situation.records(other) if r.state == "done"]
            if done and situation.at > situation.shifted(done[-1].at, age.span, other):
                found.append(((other, age.span), _renewal(situation, other)))
    return found


def _renewal(situation: Situation, step: Step) -> Remedy:
    if step.any_rounds:
        return _command(situation, step, StepKey(step.id, str(len(situation.records(step)) + 1)), situation.now)
    who, by = able(situation, step.who)
    key = situation.keys(step)[0]
    return Remedy(_do("redo", step=step.id, round=key.round, by=by), who, situation.now)


def _again(situation: Situation, step: Step, key: StepKey, from_: datetime) -> Remedy:
    """A step whose evidence is too old (by the planned departure), failed, or did not pass: do it again, late enough."""
    from_ = max(from_, _late_enough(situation, step) or from_)
    if step.done_by is not None:
        return _command(situation, step, key, from_)
    who, by = able(situation, step.who)
    return Remedy(_do("redo", step=step.id, round=key.round, of=key.of, by=by), who, from_)


def _late_enough(situation: Situation, step: Step) -> datetime | None:
    departure = situation.planned_departure
    if departure is None or departure <= situation.now:
        return None
    starts = [
        situation.shifted(departure, age.span, step, back=True)
        for age in step.max_ages
        if age.at in (None, "planned_departure") and situation.may_hold(age.when)
    ]
    return max(starts) if starts else None


def _command(situation: Situation, step: Step, key: StepKey, from_: datetime | None) -> Remedy:
    """The command that completes a step, with the favourable result and the declared examples."""
    if step.done_by is not None:
        return _done_by(situation, step, key, from_)
    signed = situation.case.steps.get(key.text())
    roles = (
        [r for r in step.sign if not signed or r not in {role for role, _, _ in signed.signed}]
        if step.sign
        else list(step.who)
    )
    who, by = able(situation, roles or list(step.who))
    fields, complete = _examples(situation, step)
    if step.id == CLEARANCE:
        from_ = from_ and max(from_, _late_enough(situation, step) or from_)
    result = None if any(f.gives_result for f in step.fields.values()) else step.favourable
    informed = {"informed_at": instant_text(situation.now)} if step.inform_first else {}
    do = _do("complete", step=step.id, round=key.round, of=key.of, result=result, by=by) | fields | informed
    return Remedy(do, who, from_ if complete else None, _until(situation, step))


def _until(situation: Situation, step: Step) -> datetime | None:
    ends = [
        due(
            anchor,
            t.span,
            situation.zone(step),
            back=t.backwards,
            country=situation.process.calendars[situation.side(step)],
        )
        for t in (*step.dues, step.window_to)
        if t is not None and situation.may_hold(t.when) and (anchor := situation.anchor(t.anchor))
    ]
    return min(ends) if ends else None


def _examples(situation: Situation, step: Step) -> tuple[dict[str, Any], bool]:
    """Fill in the required fields from their declared examples; False when one waits for the planned departure."""
    filled: dict[str, Any] = {}
    complete = True
    for name, spec in step.fields.items():
        if not spec.required and (spec.example is None or isinstance(spec.example, Mapping)):
            continue
        value = _example(situation, spec)
        if value is None:
            complete = complete and not spec.required
        else:
            filled[name] = value
    return filled, complete


def _example(situation: Situation, spec: FieldSpec) -> Any:
    example = spec.example
    if spec.type in ("date", "instant"):
        return _moment_example(situation, example, spec.type)
    if spec.type == "party":
        held = situation.case.roles.get(str(example))
        if held is not None:
            return held.party
        return None if example in situation.process.roles else example
    if example is not None:
        return example
    if spec.type == "bool":
        return True
    if spec.values:
        return [spec.values[0]] if spec.type == "codes" else spec.values[0]
    if spec.type == "number":
        return 0
    return "(in a few words)" if spec.type == "text" else None


def _moment_example(situation: Situation, example: Any, type: str) -> str | None:
    moment: datetime | None = situation.now
    if isinstance(example, Mapping):
        span = Span.of(example)
        anchor = example.get("after") or example.get("before")
        assert span is not None
        assert isinstance(anchor, str)
        moment = timing_moment(situation, Timing(span, anchor, example.get("before") is not None), None)
    elif isinstance(example, str):
        return example
    if moment is None:
        return None
    return moment.date().isoformat() if type == "date" else instant_text(moment)


def instant_text(moment: datetime) -> str:
    """Write a moment as commands and rows carry it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _done_by(situation: Situation, step: Step, key: StepKey, from_: datetime | None) -> Remedy:
    done_by = step.done_by
    assert done_by is not None
    subject = done_by.subjects[0]
    if done_by.command == "consent":
        for purpose in done_by.subjects:
            if not situation.has_consent(purpose) or len(done_by.subjects) == 1:
                remedy = for_consent(situation, ConsentNeed(purpose, None))
                if remedy is not None:
                    return Remedy(remedy.do, remedy.who, _later(from_, remedy.from_), _until(situation, step))
        remedy = for_consent(situation, ConsentNeed(subject, None))
        assert remedy is not None
        return Remedy(remedy.do, remedy.who, from_ and remedy.from_)
    if done_by.command == "document":
        return for_document_step(situation, step, key, from_)
    if done_by.command == "travel":
        return for_journey(situation, from_)
    if done_by.command == "assign":
        return _assign(situation, step, subject, from_)
    who = command_roles(situation, "move", subject)
    return Remedy(_do("move", to=subject), who, from_)


def _later(from_: datetime | None, other: datetime | None) -> datetime | None:
    return None if from_ is None or other is None else max(from_, other)


def _assign(situation: Situation, step: Step, role: str, from_: datetime | None) -> Remedy:
    who, by = able(situation, step.who)
    if role in ("guardian", "escort", "caregiver"):
        remedy = for_person_in_role(situation, role, role)
        return Remedy(remedy.do, remedy.who, from_ and remedy.from_)
    if role == "receiving_organisation":
        return Remedy(_do("assign", role=role, partner=a_receiving_partner(situation), by=by), who, from_)
    if role == "case_owner":
        return Remedy(_do("assign", role=role, organisation=situation.case.organisation, by=by), who, from_)
    return Remedy(_do("assign", role=role, organisation=situation.case.organisation, by=by), who, from_)


def a_receiving_partner(situation: Situation) -> str:
    """Name a partner that could receive the person: of the country of origin, current, open, and for pre-departure contact."""
    held = situation.case.roles.get("receiving_organisation")
    failed = held.party if held and situation.case.has_open("partner_failure") else None  # another is chosen then
    named = sorted(
        {
            r.recipient
            for r in situation.case.consents.values()
            if r.purpose == "contact_partner" and situation.in_force(r)
        }
    )
    for recipient in named:
        if recipient in situation.process.partners and recipient != failed:
            return recipient
    able_to = [
        id for id, about in situation.process.partners.items() if id != failed and _could_receive(situation, id, about)
    ]
    meeting = [id for id in able_to if "arrival" in situation.process.partners[id]["phases"]]
    return next(iter([*meeting, *able_to]), failed or "partner")


def _could_receive(situation: Situation, id: str, partner: Mapping[str, Any]) -> bool:
    pack = (situation.process.labels.get("packs") or {}).get(str(partner.get("pack"))) or {}
    return (
        pack.get("role") == "origin"
        and partner.get("recipient") == "partner"
        and not partner.get("historical")
        and not partner.get("superseded_by")
        and partner.get("regime") != "closed"
        and takes(situation, id)
        and bool({"arrival", "follow_up"} & set(partner.get("phases") or ()))
    )


def takes(situation: Situation, partner: str) -> bool:
    """Say whether a partner takes people of this person's sex and age, as far as both are known."""
    accepts = (situation.process.partners.get(partner) or {}).get("accepts") or {}
    sexes, ages = accepts.get("sex") or ["any"], accepts.get("age") or ["any"]
    sex = situation.value("sex")
    right_sex = "any" in sexes or not isinstance(sex, str) or sex in sexes
    return right_sex and ("any" in ages or ("child" if situation.is_child else "adult") in ages)


# --- papers and the journey -----------------------------------------------------------------


def travel_documents(situation: Situation, *, for_companion: bool = False) -> list[DocumentKind]:
    """List the papers that would do for this journey, those that certainly apply first."""
    fitting = [
        d
        for d in situation.process.documents.values()
        if "travel_document" in d.satisfies and (for_companion or not d.each)
    ]
    if for_companion:
        return sorted(fitting, key=lambda d: not d.each)
    certain = [d for d in fitting if situation.holds(d.when) is True]
    return certain + [d for d in fitting if situation.holds(d.when) is None]


def for_document_step(situation: Situation, step: Step, key: StepKey, from_: datetime | None) -> Remedy:
    """Propose the paper that completes a step."""
    assert step.done_by is not None
    subject = step.done_by.subjects[0]
    known = situation.process.documents
    kinds = (
        [known[subject]]
        if subject in known
        else [
            d
            for d in known.values()
            if subject in d.satisfies and situation.may_hold(d.when) and (bool(key.of) or not d.each)
        ]
    )
    kinds.sort(key=lambda d: situation.holds(d.when) is not True)
    if not kinds:
        who, by = able(situation, step.who)
        return Remedy(_do("document", kind=subject, status="held", by=by), who, None)
    return for_document(situation, kinds[0], step.done_by.status or "held", key.of, from_, step)


def for_document(
    situation: Situation, kind: DocumentKind, status: str, of: str, from_: datetime | None, step: Step | None = None
) -> Remedy:
    """Propose to get a paper: first what it needs, then that it is asked for or held."""
    waits = situation.present.document_waits(kind)
    for wait in waits:
        if wait.kind == "fact" and wait.subject in situation.process.facts:
            return for_fact(situation, wait.subject)
    for wait in waits:
        if wait.kind == "consent" and not any(w.kind not in ("consent", "time") for w in waits):
            remedy = for_consent(situation, wait.need)
            if remedy is not None:
                return remedy
    if any(w.kind not in ("consent", "time") or (w.kind == "time" and w.until is None) for w in waits):
        from_ = None
    elif from_ is not None:
        from_ = max([from_, *(w.until for w in waits if w.until)])
    roles = step.who if step else command_roles(situation, "document")
    who, by = able(situation, roles)
    today = situation.now.astimezone(zone_of(situation.process.zones["host"])).date()
    do = _do("document", kind=kind.id, status=status, of=of, by=by)
    if status == "held":
        do["issued_on"] = today.isoformat()
        if kind.validity != "life":
            do["expires_on"] = _long_enough(situation, kind, today).isoformat()
    return Remedy(do, who, from_)


def _long_enough(situation: Situation, kind: DocumentKind, today: date) -> date:
    last = situation.planned_arrival or situation.planned_departure or situation.now
    end = max(today, last.date()) + timedelta(days=30)
    if kind.max_days is not None:
        end = min(end, max(today + timedelta(days=kind.max_days), today))
    return end


def a_departure_day(situation: Situation) -> date:
    """Propose a day to leave: after every lead time that is known, after reflection, from Tuesday to Thursday."""
    start = max(filter(None, (situation.now, situation.reflection_ends)))
    leads = [SHORTEST_LEAD]
    for step in situation.process.steps.values():
        if PHASE_NUMBER[step.phase] <= PHASE_NUMBER["pre_departure"] and situation.applies(step) is not False:
            leads += [_length(t.span) for t in step.dues if t.backwards and t.anchor == "planned_departure"]
    for kind in travel_documents(situation):
        if kind.request_by and kind.request_by.backwards:
            leads.append(_length(kind.request_by.span))
    day = (start + max(leads) + LEAD_SLACK).astimezone(zone_of(situation.process.zones["host"])).date()
    while day.weekday() not in (1, 2, 3):
        day += timedelta(days=1)
    return day


def _length(span: Span) -> timedelta:
    days = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 31, "working_days": 7 / 5}[span.unit] * span.amount
    return timedelta(days=days)


def for_journey(situation: Situation, from_: datetime | None) -> Remedy:
    """Propose a target day first, and a journey when the receiving side has confirmed."""
    who = command_roles(situation, "travel")
    departure = situation.planned_departure
    if departure is None or departure <= situation.now:
        return Remedy(
            _do("travel", status="target", departs_on=a_departure_day(situation).isoformat()),
            who,
            _target_from(situation),
        )
    host = situation.process.zones["host"]
    day = departure.astimezone(zone_of(host)).date()
    leaves = at_time(day, 10, host)
    lands = leaves + timedelta(hours=JOURNEY_HOURS)
    places = situation.process.labels.get("places") or {}
    leg = {
        "from": _airport(situation, places, "host") or situation.case.host_country,
        "to": _airport(situation, places, "origin") or situation.case.origin_country,
        "departs_at": instant_text(leaves),
        "arrives_at": instant_text(lands),
        "mode": "air",
    }
    return Remedy(_do("travel", status="booked", legs=[leg]), who, from_)


def _target_from(situation: Situation) -> datetime | None:
    intention = situation.process.steps.get("return_intention")
    if intention is None or situation.is_done(intention.id):
        return situation.now
    return None


def _airport(situation: Situation, places: Mapping[str, Mapping[str, Any]], role: str) -> str | None:
    packs = situation.process.labels.get("packs") or {}
    for id, place in places.items():
        pack = packs.get(str(place.get("pack"))) or {}
        if pack.get("role") == role and place.get("kind") == "airport" and place.get("international", True):
            return id
    return None


def waits_text(waits: Sequence[Wait]) -> list[str]:
    """Write what a step waits for as rows carry it."""
    return [wait.text() for wait in waits]
