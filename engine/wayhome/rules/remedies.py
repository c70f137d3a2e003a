"""The command that would help: for a step, a fact, a consent, a paper, the journey.

A remedy names one command with the favourable declared result and the examples that the pack declares. It
is what a case worker would type next, not what must be true: they put in what really happened.
Its `from_` is None while something else must come first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from wayhome.calendar.spans import at_time, due, instant_text, zone_of
from wayhome.case_now import CLEARANCE, CaseNow, Wait
from wayhome.case_now.roles import able, command_roles, managers
from wayhome.model.case import StepKey
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Finding, Reason, Remedy
from wayhome.packs.process import ConsentNeed, ConsentPurpose, DocumentKind, FieldSpec, Span, Step, Timing

SHORTEST_LEAD = timedelta(days=21)
LEAD_SLACK = timedelta(days=7)
JOURNEY_HOURS = 8  # of the proposed journey; the case worker books the real one


def _do(word: str, **fields: Any) -> dict[str, Any]:
    return {"do": word} | {k: v for k, v in fields.items() if v not in (None, "", [], {}, ())}


# --- what a finding is about ---------------------------------------------------------


def attached(case: CaseNow, reason: Reason, finding: Finding | None = None) -> Reason:
    """Give a reason with the command that would help, made from what it is about."""
    if reason.met or not reason.subject:
        return reason
    if finding is not None and finding.do is not None:
        remedy = for_command(case, finding.do, finding.from_)
    else:
        remedy = for_subject(case, reason.subject, reason.values, of=finding.of if finding else "")
    return reason if remedy is None else replace(reason, remedy=remedy)


def for_command(case: CaseNow, do: Mapping[str, Any], from_: datetime | None) -> Remedy | None:
    """Propose a command of which the rule says what identifies it; an empty one proposes nothing."""
    word = do.get("do")
    if word == "consent":
        return for_consent(case, ConsentNeed(do["purpose"], do.get("recipient")))
    if word == "record" and "fact" in do:
        return for_fact(case, do["fact"])
    if word == "complete":
        return for_step(case, case.process.steps[do["step"]], StepKey(do["step"]))
    if word == "travel":
        return for_journey(case, from_)
    if word == "redo":
        who, by = able(case, case.process.steps[do["step"]].who)
        return Remedy(_do("redo", step=do["step"], by=by), who, from_)
    return Remedy(do, command_roles(case, word), from_) if word else None


def for_subject(case: CaseNow, subject: str, said: Mapping[str, Any], *, of: str = "") -> Remedy | None:
    """Propose what brings on the step, fact, consent, paper, role or journey that a reason is about."""
    process = case.process
    if subject == "travel":  # the step that is done by booking knows what must come before
        subject = next((step.id for step in process.done_by_command.get("travel", ())), subject)
    if subject in process.steps:
        step = process.steps[subject]
        key = StepKey(subject, said["round"], of) if "round" in said else next(iter(case.keys(step)), StepKey(subject))
        return for_step(case, step, key)
    if subject in process.facts:
        return for_fact(case, subject)
    if subject in process.consents:
        own = _own_step(case, subject)
        return (
            for_step(case, own, StepKey(own.id))
            if own
            else for_consent(case, ConsentNeed(subject, said.get("recipient")))
        )
    if subject in process.documents:
        paper = process.documents[subject]
        return for_document(case, paper, "held", of, case.now, _step_of_paper(case, paper))
    return for_role(case, subject) if subject in process.roles else None


def for_role(case: CaseNow, role: str) -> Remedy:
    """Propose who could hold a role, and whoever holds it now will not do."""
    held = case.recorded.roles.get(role)
    if role == "receiving_organisation":
        partner = a_receiving_partner(case, but=held.party if held else None)
        return Remedy(_do("assign", role=role, partner=partner), command_roles(case, "assign"), case.now)
    return for_person_in_role(case, role, role)


def _own_step(case: CaseNow, purpose: str) -> Step | None:
    """The step in which a consent is asked, where it has one of its own."""
    steps = case.process.done_by_command.get("consent", ())
    return next((s for s in steps if s.done_by and s.done_by.subjects == (purpose,)), None)


def _step_of_paper(case: CaseNow, paper: DocumentKind) -> Step | None:
    steps = case.process.done_by_command.get("document", ())
    wanted = {paper.id, *paper.satisfies}
    return next((s for s in steps if s.is_core and s.done_by and wanted & set(s.done_by.subjects)), None)


# --- facts and consents --------------------------------------------------------------


def for_fact(case: CaseNow, name: str) -> Remedy:
    """Propose to record a fact."""
    fact = case.process.facts.get(name)
    if fact is None:
        return Remedy(_do("record", facts={name: True}), managers(case), case.now)
    if fact.derived is not None:
        missing = [wait.subject for wait in case.unknown_waits(fact.derived) if wait.kind == "fact"]
        if missing:
            return for_fact(case, missing[0])
    value = fact.example
    if value is None:
        value = False if fact.type == "bool" else (fact.values[0] if fact.values else None)
    if fact.type == "codes" and not isinstance(value, list):
        value = [value] if value is not None else ["en"]
    if fact.type in ("date", "instant"):
        value = _moment_example(case, value, fact.type) or case.now.date().isoformat()
    who, by = able(case, fact.asked_by)
    return Remedy(_do("record", facts={name: value}, by=by), who, case.now)


def for_consent(case: CaseNow, need: ConsentNeed) -> Remedy | None:
    """Propose to ask for a consent; None while there is nobody whom it could name, or a child has no guardian."""
    purpose = case.process.consents[need.purpose]
    recipient = _recipient(case, need)
    child = case.is_child
    guardian = case.recorded.roles.get("guardian")
    if child and guardian is None:
        return for_guardian(case)
    who = tuple(r for r in purpose.asked_by if case.process.roles[r].login) or managers(case)
    texts = purpose.texts
    version = max(texts) if texts else None
    languages = case.value("languages")
    language = languages[0] if isinstance(languages, list | tuple) and languages else "en"
    return Remedy(
        _do(
            "consent",
            purpose=need.purpose,
            recipient=recipient,
            answer="given",
            groups=_groups(case, purpose, recipient),
            language=language,
            version=version,
            form=purpose.forms[0] if purpose.forms else "written",
            given_by=guardian.party if child and guardian else "person",
            assent=True if child and purpose.assent else None,
        ),
        who,
        case.now,
    )


def _groups(case: CaseNow, purpose: ConsentPurpose, recipient: str | None) -> list[str]:
    """The groups to ask for: never the narrative, and none that this recipient is never told."""
    class_ = case.process.recipients.get(case.class_of(recipient)) if recipient else None
    never = class_.never if class_ else frozenset()
    return [
        group for group in purpose.groups if group not in never and (group != "narrative" or not purpose.recipients)
    ]


def _recipient(case: CaseNow, need: ConsentNeed) -> str | None:
    purpose = case.process.consents[need.purpose]
    wanted = need.recipient or purpose.default_recipient
    if wanted in case.process.roles:
        held = case.recorded.roles.get(wanted or "")
        return held.party if held else (purpose.recipients[0] if purpose.recipients else None)
    if wanted is not None:
        return wanted
    return purpose.recipients[0] if purpose.recipients else None


def for_guardian(case: CaseNow) -> Remedy:
    """Propose to name the guardian: first make a ref for them, then give them the role."""
    return for_person_in_role(case, "guardian", "guardian")


def for_person_in_role(case: CaseNow, role: str, relation: str) -> Remedy:
    """Propose to bring a vetted person into the case, and then to give them a role."""
    ref = next(
        (p.ref for p in case.recorded.people.values() if p.relation == relation and case.is_trusted(p.ref)), None
    )
    if ref is None:
        number = 1 + sum(1 for p in case.recorded.people.values() if p.relation == relation)
        today = case.now.astimezone(zone_of(case.process.zones["host"])).date()
        involve = _do(
            "involve", ref=f"{relation}-{number}", relation=relation, vetted_on=today.isoformat(), suspected=False
        )
        if relation == "escort":
            involve["travels"] = True
        return Remedy(involve, command_roles(case, "involve"), case.now)
    step = next(
        (s for s in case.process.done_by_command.get("assign", ()) if s.done_by and role in s.done_by.subjects),
        None,
    )
    if step is not None and case.applies(step) is not False:
        waits = [w for w in case.present.waits(step, StepKey(step.id)) if w.kind != "time"]
        asked = next((w.subject for w in waits if w.kind == "fact" and w.subject in case.process.facts), None)
        if asked is not None:
            return for_fact(case, asked)
        who, by = able(case, step.who)
        return Remedy(_do("assign", role=role, ref=ref, by=by), who, None if waits else case.now)
    return Remedy(_do("assign", role=role, ref=ref), command_roles(case, "assign"), case.now)


# --- steps -----------------------------------------------------------------------------


def for_step(case: CaseNow, step: Step, key: StepKey) -> Remedy:
    """Propose what brings a step on: a missing fact or consent first, then the step itself."""
    waits = case.present.waits(step, key)
    for wait in waits:
        if wait.kind == "fact" and wait.subject in case.process.facts:
            return for_fact(case, wait.subject)
    waiting = [wait for wait in waits if wait.kind not in ("consent", "time")]
    if waiting:
        return _command(case, step, key, None)
    for wait in waits:
        if wait.kind == "consent":
            remedy = for_consent(case, wait.need)
            if remedy is not None and _has_its_own_time(case, wait.need.purpose):
                remedy = Remedy(remedy.do, remedy.who, None)
            return remedy or _command(case, step, key, None)
    if any(wait.kind == "time" and wait.until is None for wait in waits):
        return _command(case, step, key, None)
    for _, again in stale_for(case.present, step):
        return again
    from_ = max([case.now, *(wait.until for wait in waits if wait.until)])
    record = case.recorded.steps.get(key.text())
    if record is not None and record.state in ("done", "failed"):
        return _again(case, step, key, from_)
    return _command(case, step, key, from_)


def _has_its_own_time(case: CaseNow, purpose: str) -> bool:
    """Say whether a consent is asked in a step of its own, which cannot be done yet."""
    own = _own_step(case, purpose)
    return own is not None and bool(case.present.waits(own, StepKey(own.id)))


def stale_for(case: CaseNow, step: Step) -> list[tuple[tuple[Step, Span], Remedy]]:
    """Name the evidence that is too old for this step, where its age is judged at it; each with how to renew it."""
    found = []
    for other in case.process.judged_at.get(step.id, ()):
        for age in other.max_ages:
            if age.at != step.id or not case.may_hold(age.when) or case.applies(other) is False:
                continue
            done = [r for _, r in case.records(other) if r.state == "done"]
            if done and case.at > case.shifted(done[-1].at, age.span, other):
                found.append(((other, age.span), _renewal(case, other)))
    return found


def _renewal(case: CaseNow, step: Step) -> Remedy:
    if step.any_rounds:
        return _command(case, step, StepKey(step.id, str(len(case.records(step)) + 1)), case.now)
    who, by = able(case, step.who)
    key = case.keys(step)[0]
    return Remedy(_do("redo", step=step.id, round=key.round, by=by), who, case.now)


def _again(case: CaseNow, step: Step, key: StepKey, from_: datetime) -> Remedy:
    """A step whose evidence is too old (by the planned departure), failed, or did not pass: do it again, late enough."""
    from_ = max(from_, _late_enough(case, step) or from_)
    if step.done_by is not None:
        return _command(case, step, key, from_)
    who, by = able(case, step.who)
    return Remedy(_do("redo", step=step.id, round=key.round, of=key.of, by=by), who, from_)


def _late_enough(case: CaseNow, step: Step) -> datetime | None:
    departure = case.planned_departure
    if departure is None or departure <= case.now:
        return None
    starts = [
        case.shifted(departure, age.span, step, back=True)
        for age in step.max_ages
        if age.at in (None, "planned_departure") and case.may_hold(age.when)
    ]
    return max(starts) if starts else None


def _command(case: CaseNow, step: Step, key: StepKey, from_: datetime | None) -> Remedy:
    """The command that completes a step, with the favourable result and the declared examples."""
    if step.done_by is not None:
        return _done_by(case, step, key, from_)
    signed = case.recorded.steps.get(key.text())
    roles = (
        [r for r in step.sign if not signed or r not in {role for role, _, _ in signed.signed}]
        if step.sign
        else list(step.who)
    )
    who, by = able(case, roles or list(step.who))
    fields, complete = _examples(case, step)
    if step.id == CLEARANCE:
        from_ = from_ and max(from_, _late_enough(case, step) or from_)
    result = None if any(f.gives_result for f in step.fields.values()) else step.favourable
    informed = {"informed_at": instant_text(case.now)} if step.inform_first else {}
    do = _do("complete", step=step.id, round=key.round, of=key.of, result=result, by=by) | fields | informed
    return Remedy(do, who, from_ if complete else None, _until(case, step))


def _until(case: CaseNow, step: Step) -> datetime | None:
    ends = [
        due(
            anchor,
            t.span,
            case.zone(step),
            back=t.backwards,
            country=case.process.calendars[case.side(step)],
        )
        for t in (*step.dues, step.window_to)
        if t is not None and case.may_hold(t.when) and (anchor := case.anchor(t.anchor))
    ]
    return min(ends) if ends else None


def _examples(case: CaseNow, step: Step) -> tuple[dict[str, Any], bool]:
    """Fill in the required fields from their declared examples; False when one waits for the planned departure."""
    filled: dict[str, Any] = {}
    complete = True
    for name, spec in step.fields.items():
        if not spec.required and (spec.example is None or isinstance(spec.example, Mapping)):
            continue
        value = _example(case, spec)
        if value is None:
            complete = complete and not spec.required
        else:
            filled[name] = value
    return filled, complete


def _example(case: CaseNow, spec: FieldSpec) -> Any:
    example = spec.example
    if spec.type in ("date", "instant"):
        return _moment_example(case, example, spec.type)
    if spec.type == "party":
        held = case.recorded.roles.get(str(example))
        if held is not None:
            return held.party
        return None if example in case.process.roles else example
    if example is not None:
        return example
    if spec.type == "bool":
        return True
    if spec.values:
        return [spec.values[0]] if spec.type == "codes" else spec.values[0]
    if spec.type == "number":
        return 0
    return "(in a few words)" if spec.type == "text" else None


def _moment_example(case: CaseNow, example: Any, type: str) -> str | None:
    moment: datetime | None = case.now
    if isinstance(example, Mapping):
        span = Span.of(example)
        anchor = example.get("after") or example.get("before")
        assert span is not None
        assert isinstance(anchor, str)
        moment = case.moment_of(Timing(span, anchor, example.get("before") is not None))
    elif isinstance(example, str):
        return example
    if moment is None:
        return None
    return moment.date().isoformat() if type == "date" else instant_text(moment)


def _done_by(case: CaseNow, step: Step, key: StepKey, from_: datetime | None) -> Remedy:
    done_by = step.done_by
    assert done_by is not None
    subject = done_by.subjects[0]
    if done_by.command == "consent":
        for purpose in done_by.subjects:
            if not case.has_consent(purpose) or len(done_by.subjects) == 1:
                remedy = for_consent(case, ConsentNeed(purpose, None))
                if remedy is not None:
                    return Remedy(remedy.do, remedy.who, _later(from_, remedy.from_), _until(case, step))
        remedy = for_consent(case, ConsentNeed(subject, None))
        assert remedy is not None
        return Remedy(remedy.do, remedy.who, from_ and remedy.from_)
    if done_by.command == "document":
        return for_document_step(case, step, key, from_)
    if done_by.command == "travel":
        return for_journey(case, from_)
    if done_by.command == "assign":
        return _assign(case, step, subject, from_)
    who = command_roles(case, "move", subject)
    return Remedy(_do("move", to=subject), who, from_)


def _later(from_: datetime | None, other: datetime | None) -> datetime | None:
    return None if from_ is None or other is None else max(from_, other)


def _assign(case: CaseNow, step: Step, role: str, from_: datetime | None) -> Remedy:
    who, by = able(case, step.who)
    if role in ("guardian", "escort", "caregiver"):
        remedy = for_person_in_role(case, role, role)
        return Remedy(remedy.do, remedy.who, from_ and remedy.from_)
    if role == "receiving_organisation":
        return Remedy(_do("assign", role=role, partner=a_receiving_partner(case), by=by), who, from_)
    if role == "case_owner":
        return Remedy(_do("assign", role=role, organisation=case.recorded.organisation, by=by), who, from_)
    return Remedy(_do("assign", role=role, organisation=case.recorded.organisation, by=by), who, from_)


def a_receiving_partner(case: CaseNow, *, but: str | None = None) -> str:
    """Name a partner that could receive the person: of the country of origin, current, open, and for pre-departure contact."""
    held = case.recorded.roles.get("receiving_organisation")
    failed = held.party if held and case.recorded.has_open("partner_failure") else but  # another is chosen then
    named = sorted(
        {r.recipient for r in case.recorded.consents.values() if r.purpose == "contact_partner" and case.in_force(r)}
    )
    for recipient in named:
        if recipient in case.process.partners and recipient != failed:
            return recipient
    able_to = [id for id, about in case.process.partners.items() if id != failed and _could_receive(case, id, about)]
    meeting = [id for id in able_to if "arrival" in case.process.partners[id]["phases"]]
    return next(iter([*meeting, *able_to]), failed or "partner")


def _could_receive(case: CaseNow, id: str, partner: Mapping[str, Any]) -> bool:
    pack = (case.process.labels.get("packs") or {}).get(str(partner.get("pack"))) or {}
    return (
        pack.get("role") == "origin"
        and partner.get("recipient") == "partner"
        and not partner.get("historical")
        and not partner.get("superseded_by")
        and partner.get("regime") != "closed"
        and case.takes(id)
        and bool({"arrival", "follow_up"} & set(partner.get("phases") or ()))
    )


# --- papers and the journey -----------------------------------------------------------------


def for_document_step(case: CaseNow, step: Step, key: StepKey, from_: datetime | None) -> Remedy:
    """Propose the paper that completes a step."""
    assert step.done_by is not None
    subject = step.done_by.subjects[0]
    known = case.process.documents
    kinds = (
        [known[subject]]
        if subject in known
        else [
            d
            for d in known.values()
            if subject in d.satisfies and case.may_hold(d.when) and (bool(key.of) or not d.each)
        ]
    )
    kinds.sort(key=lambda d: case.holds(d.when) is not True)
    if not kinds:
        who, by = able(case, step.who)
        return Remedy(_do("document", kind=subject, status="held", by=by), who, None)
    return for_document(case, kinds[0], step.done_by.status or "held", key.of, from_, step)


def for_document(
    case: CaseNow, kind: DocumentKind, status: str, of: str, from_: datetime | None, step: Step | None = None
) -> Remedy:
    """Propose to get a paper: first what it needs, then that it is asked for or held."""
    waits = case.present.document_waits(kind)
    for wait in waits:
        if wait.kind == "fact" and wait.subject in case.process.facts:
            return for_fact(case, wait.subject)
    for wait in waits:
        if wait.kind == "consent" and not any(w.kind not in ("consent", "time") for w in waits):
            remedy = for_consent(case, wait.need)
            if remedy is not None:
                return remedy
    if any(w.kind not in ("consent", "time") or (w.kind == "time" and w.until is None) for w in waits):
        from_ = None
    elif from_ is not None:
        from_ = max([from_, *(w.until for w in waits if w.until)])
    roles = step.who if step else command_roles(case, "document")
    who, by = able(case, roles)
    today = case.now.astimezone(zone_of(case.process.zones["host"])).date()
    do = _do("document", kind=kind.id, status=status, of=of, by=by)
    if status == "held":
        do["issued_on"] = today.isoformat()
        if kind.validity != "life":
            do["expires_on"] = _long_enough(case, kind, today).isoformat()
    return Remedy(do, who, from_)


def _long_enough(case: CaseNow, kind: DocumentKind, today: date) -> date:
    last = case.planned_arrival or case.planned_departure or case.now
    end = max(today, last.date()) + timedelta(days=30)
    if kind.max_days is not None:
        end = min(end, max(today + timedelta(days=kind.max_days), today))
    return end


def a_departure_day(case: CaseNow) -> date:
    """Propose a day to leave: after every lead time that is known, after reflection, from Tuesday to Thursday."""
    start = max(filter(None, (case.now, case.reflection_ends)))
    leads = [SHORTEST_LEAD]
    for step in case.process.steps.values():
        if PHASE_NUMBER[step.phase] <= PHASE_NUMBER["pre_departure"] and case.applies(step) is not False:
            leads += [_length(t.span) for t in step.dues if t.backwards and t.anchor == "planned_departure"]
    for kind in case.travel_documents():
        if kind.request_by and kind.request_by.backwards:
            leads.append(_length(kind.request_by.span))
    day = (start + max(leads) + LEAD_SLACK).astimezone(zone_of(case.process.zones["host"])).date()
    while day.weekday() not in (1, 2, 3):
        day += timedelta(days=1)
    return day


def _length(span: Span) -> timedelta:
    days = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 31, "working_days": 7 / 5}[span.unit] * span.amount
    return timedelta(days=days)


def for_journey(case: CaseNow, from_: datetime | None) -> Remedy:
    """Propose a target day first, and a journey when the receiving side has confirmed."""
    who = command_roles(case, "travel")
    departure = case.planned_departure
    if departure is None or departure <= case.now:
        return Remedy(
            _do("travel", status="target", departs_on=a_departure_day(case).isoformat()),
            who,
            _target_from(case),
        )
    host = case.process.zones["host"]
    day = departure.astimezone(zone_of(host)).date()
    leaves = at_time(day, 10, host)
    lands = leaves + timedelta(hours=JOURNEY_HOURS)
    places = case.process.labels.get("places") or {}
    leg = {
        "from": _airport(case, places, "host") or case.recorded.host_country,
        "to": _airport(case, places, "origin") or case.recorded.origin_country,
        "departs_at": instant_text(leaves),
        "arrives_at": instant_text(lands),
        "mode": "air",
    }
    return Remedy(_do("travel", status="booked", legs=[leg]), who, from_)


def _target_from(case: CaseNow) -> datetime | None:
    intention = case.process.steps.get("return_intention")
    if intention is None or case.is_done(intention.id):
        return case.now
    return None


def _airport(case: CaseNow, places: Mapping[str, Mapping[str, Any]], role: str) -> str | None:
    packs = case.process.labels.get("packs") or {}
    for id, place in places.items():
        pack = packs.get(str(place.get("pack"))) or {}
        if pack.get("role") == role and place.get("kind") == "airport" and place.get("international", True):
            return id
    return None


def waits_text(waits: Sequence[Wait]) -> list[str]:
    """Write what a step waits for as rows carry it."""
    return [wait.text() for wait in waits]
