"""What a child needs before leaving, and who counts as a child.

Rules:    INV-12, INV-13
"""

from __future__ import annotations

from collections.abc import Iterator

from wayhome.case_now import CaseNow, as_moment
from wayhome.commands import Correct, Incident, Open, Record
from wayhome.commands.correcting import full_content
from wayhome.errors import Template
from wayhome.model.case import StepKey
from wayhome.model.reason import Finding, no, yes
from wayhome.rules.contacts import IN_THEIR_HANDS, near_the_person, trust_in
from wayhome.rules.reception import family_is_unsafe
from wayhome.rules.safeguard import GATE, distrust_of, moments, safeguard, vet

OF_AGE = ("age_status", "turns_18_on")
SAME: Template = "nobody who counts as a child becomes an adult by this"


BY_PAPER, PAPERS = ("parent", "guardian"), "papers_seen"
OF_A_FAMILY = ("partner", "relative", "parent", "sibling")


def _what_a_child_lacks(case: CaseNow) -> Iterator[Finding]:
    """Say each thing that a child still lacks before it may go, from the first day on."""
    if not case.is_child or moments(case).isdisjoint(GATE):
        return
    guardian, caregiver = case.recorded.roles.get("guardian"), case.recorded.roles.get("caregiver")
    if guardian is None or case.distrust(guardian.party, "speak") is not None:
        fact: Template = "the child has no guardian, or one who is not vetted"
        do = vet(case, guardian.party, "speak") if guardian else None
        yield no(fact, "guardian", todo="have a guardian appointed, and vetted", do=do)
    for id, what in (
        ("best_interests_determination", "no determination says that returning is in the child's best interests"),
        ("pre_return_risk_assessment", "no risk assessment says that the child can return safely"),
    ):
        record = case.record(id)
        if record is None or not case.passed(id) or not case.is_fresh(case.process.steps[id], record):
            yield no(what, id, todo="do it, with the guardian and the child")
    if caregiver is None or distrust_of(case, caregiver.party, "care") is not None:
        fact = "no vetted caregiver is named who waits for the child"
        do = vet(case, caregiver.party, "care") if caregiver else None
        yield no(fact, "caregiver", todo="name a family member, a guardian or a facility, and let two vet them", do=do)
    if both := _decides_and_receives(case):
        yield both
    if unsafe := _of_an_unsafe_family(case):
        yield unsafe


def _decides_and_receives(case: CaseNow) -> Finding | None:
    """Say that the same person decides for the child and receives it, though no paper says that they may; None when not."""
    held = {role: case.recorded.roles[role].party for role in ("guardian", "caregiver") if role in case.recorded.roles}
    if len(held) < len(("guardian", "caregiver")) or held["guardian"] != held["caregiver"]:
        return None
    party, vetting = held["guardian"], case.process.vetting
    person = case.recorded.people.get(party)
    has_seen = False
    if vetting is not None and (looked := case.recorded.steps.get(StepKey(vetting.id, of=party).text())) is not None:
        has_seen = case.passes(vetting, looked) and PAPERS in (looked.values.get("how") or ())
    if has_seen and person is not None and person.relation in BY_PAPER:
        return None
    fact: Template = "the same person decides for the child and receives it"
    todo: Template = "name another caregiver or guardian; a parent, or a guardian, may be both once the paper or decision was seen that says so"
    return no(fact, party, todo=todo, do={})


@safeguard(
    "INV-12",
    on=(*GATE, "assign", "settle"),
    source=("P2", "P5"),
    evidence=("best_interests_determination",),
    each=_what_a_child_lacks,
)
def a_child_has_guardian_best_interests_and_caregiver(case: CaseNow) -> Finding:
    """No child departs without guardian, a positive best interests determination, a clear risk, and a named caregiver; who decides for it and who receives it are two, unless a paper says that a parent or guardian is both; and none is in the hands of a family that was found unsafe."""
    if not case.is_child:
        return yes("the person is an adult", "age_status")
    if moments(case).isdisjoint(GATE):
        return _of_an_unsafe_family(case) or yes("the child is given to nobody of an unsafe family", "caregiver")
    missing = next(_what_a_child_lacks(case), None)
    return missing or yes("guardian, best interests, risk and caregiver are clear", "age_status")


def _of_an_unsafe_family(case: CaseNow) -> Finding | None:
    """Say that the child is, or may be, in the hands of one of a family that was found unsafe; None when not."""
    if not family_is_unsafe(case):
        return None
    for role, ref in near_the_person(case):
        person = case.recorded.people.get(ref)
        if person is None or trust_in(role) not in IN_THEIR_HANDS:
            continue
        if person.relation in OF_A_FAMILY:
            fact: Template = "the child would be given to a family that was found unsafe"
            return no(fact, ref, todo="name somebody else", do={})
        if person.relation == "caregiver":  # that says what they do, and not whose aunt they are
            fact = "the family was found unsafe, and it is not said whether the caregiver is one of them"
            todo: Template = "name somebody else, or involve them as what they are: a foster carer, for example"
            return no(fact, ref, todo=todo, do={})
    return None


@safeguard(
    "INV-13",
    on=(*GATE, "record:age_status", "record:turns_18_on", "incident:turned_18", "correct"),
    source=("P2",),
)
def who_may_be_a_child_counts_as_one(case: CaseNow) -> Finding:
    """A disputed or unrecorded age is read by every rule as that of a child."""
    recorded = case.recorded.fact("age_status")
    if isinstance(case.command, Incident):
        return _may_become_adult(case)
    if isinstance(case.command, Correct):
        return _stays_a_child(case, case.command.seq)
    if isinstance(case.command, Record | Open):
        becomes_adult = case.command.facts.get("age_status") == "adult" and _known_last(case) in ("child", "disputed")
        if "turns_18_on" in case.command.facts and _moves_the_birthday(case, case.command.facts["turns_18_on"]):
            fact = "the person counts as a child until that birthday"
            return no(
                fact,
                "turns_18_on",
                todo="clarify the age, with a guardian",
                do={"do": "complete", "step": "age_clarification"},
            )
        return _may_become_adult(case) if becomes_adult else yes(SAME, "age_status")
    if recorded is None:
        fact = "the age is not recorded, so the person counts as a child"
        return no(fact, "age_status", todo="record it: adult, child or disputed")
    counts = "the person counts as a child" if case.is_child else "the person counts as an adult"
    return yes(counts, "age_status")


def _stays_a_child(case: CaseNow, entry: int) -> Finding:
    """What an entry says of a child's age is settled by the clarification, and by no word that it was an error."""
    said = next((id for id in full_content(case, entry).get("facts", ()) if id in OF_AGE), None)
    if said is None or not case.is_child:
        return yes(SAME, "age_status")
    fact = "that somebody is a child is never corrected away"
    return no(fact, said, todo="clarify the age, with a guardian", do={})


def _known_last(case: CaseNow) -> object:
    """Give what was known last of the age: that nobody knows it any more, or that it was an error, changes nothing."""
    ever = case.recorded.all_of("facts", "age_status")
    known = [was.value for was in ever if was.value is not None and was.seq not in case.recorded.taken_back]
    return known[-1] if known else None


def _moves_the_birthday(case: CaseNow, said: object) -> bool:
    """Say whether somebody who is a child until a birthday to come would be none by another word for it."""
    stands = case.recorded.fact("turns_18_on")
    day = as_moment(stands, case.process.zones["host"]) if stands is not None else None
    if day is None or case.at >= day or said == stands:
        return False
    try:
        return said in (None, "", "unknown") or as_moment(said, case.process.zones["host"]) <= case.at
    except ValueError:
        return False  # what cannot be read is told by who reads it


def _may_become_adult(case: CaseNow) -> Finding:
    """From the eighteenth birthday on; of an age in doubt the clarification alone decides, never a word in a form."""
    clarify = {"do": "complete", "step": "age_clarification"}
    doubt, clarified = case.last_time("age_dispute"), case.record("age_clarification")
    is_clear = clarified is not None and case.passed("age_clarification") and clarified.result in ("adult", "child")
    if _known_last(case) == "disputed" or (doubt is not None and not is_clear):
        fact = "the age is in doubt, and a day that somebody typed does not settle it"
        return no(fact, "age_status", todo="clarify the age, with a guardian", do=clarify)
    turns_18 = case.recorded.fact("turns_18_on")
    day = as_moment(turns_18, case.process.zones["host"]) if turns_18 is not None else None
    ever = (was for was in case.recorded.all_of("steps", "age_clarification") if was.value in ("adult", "child"))
    found = [was for was in ever if was.seq not in case.recorded.taken_back]  # it stands while it is being done anew
    if day is not None and found and found[-1].value == "child" and day <= found[-1].at:
        fact = "the clarification found a child, and this birthday would have made an adult before it"
        return no(fact, "turns_18_on", todo="correct the day, or clarify the age again", do=clarify)
    if day is not None and case.at >= day:
        return yes("the person has turned eighteen", "turns_18_on")
    return no(
        "the person counts as a child, and no birthday or clarification says otherwise",
        "age_status",
        todo="record the day of the eighteenth birthday from a paper, or clarify the age",
        do=clarify,
    )
