"""What each type of event says: the contract with whoever listens.

`docs/events.md` is made from it, and the tests hold every event that they write against it (tests/events.py): whoever adds a
field is reminded there. No case waits for it: the engine does not read it.

Used by:  wayhome.json_document, docs/generate.py, tests
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from wayhome.commands.event_values import (
    ACCOUNT,
    ANYTHING,
    CASE_NUMBER,
    CONSENT_KEY,
    COUNTRY,
    DAY,
    DIGEST,
    ENTRY,
    ENTRY_REF,
    FACT,
    FACTS,
    FIELDS,
    GROUP,
    GROUPS,
    IN_PART,
    INCIDENT,
    INSTANT,
    LABEL,
    LANGUAGE,
    LEFT_OUT,
    OUTCOME,
    PAPER,
    PAPER_KEY,
    PARTY,
    PURPOSE,
    REF,
    RESULT,
    ROLE,
    SHORT_CODE,
    STEP_ID,
    STEP_KEY,
    TEXT,
    YES,
    YES_NO,
    ZONE,
    Value,
    because,
    each,
    either,
    ids,
    one_of,
    record,
    row,
    several,
)
from wayhome.commands.life_cycles import DOCUMENT, STATUS, STEP
from wayhome.frozen import EMPTY
from wayhome.model.closed_sets import (
    EFFECTS,
    EXPLAINED,
    OPENED_ON,
    PHASES,
    RELATIONS,
    TRUST,
    AgeBand,
    Basis,
    Channel,
    ConsentForm,
    HowLeft,
    Postponed,
    RelationOfCases,
)
from wayhome.model.moves import MOVES, phase_left

Asked = Literal["", "step", "group", "facts", "paper", "person", "register", "incident"]


@dataclass(frozen=True, slots=True)
class EventSchema:
    """What the events of one type say.

    Attributes:
        means: what has happened.
        data: its fields, by name.
        texts: what can be sealed beside it: by data group, the fields.
        asked: which texts a pack or a command names: those that the step asks for, one of the group that `group` names,
            the facts that are words, what stands on a paper, how somebody is called and reached, or what is written of something
            that has happened, in its own group.
    """

    means: str
    data: Mapping[str, Value] = EMPTY
    texts: Mapping[str, tuple[str, ...]] = EMPTY
    asked: Asked = ""


BY = PARTY.only("when it is the word or the deed of somebody else than who typed it")
BROUGHT = {
    "brought": YES.only("when others say it, who neither work on the case nor are trusted to be with the person")
}
OF = REF.only("when it is about somebody else of the case than the person")
OF_A_STEP = PARTY.only("when it is about somebody else of the case than the person, or an organisation that is vetted")
WHY: Mapping[str, tuple[str, ...]] = {"case": ("reason",)}


def _earlier(of: Value, said: str) -> Value:
    return several(of, said).only("when something later stands already: that stays, and this is kept beside it")


ONE_DAY = record("a day of which nobody said the hour", is_=DAY, begins=INSTANT, ends=INSTANT)
LEG = record(
    "a leg",
    from_=SHORT_CODE,
    to=SHORT_CODE,
    departs_at=INSTANT,
    arrives_at=INSTANT,
    mode=SHORT_CODE,
    carrier=SHORT_CODE.only("when it was said"),
    number=SHORT_CODE.only("when it was said"),
    airside=YES_NO.only("when it was said"),
    from_country=COUNTRY,
    from_zone=ZONE,
    to_country=COUNTRY,
    to_zone=ZONE,
)
DIFFERENCE = record("a difference", kind=SHORT_CODE, id=TEXT, template=TEXT, values=ANYTHING)
DIFFERENCES = several(DIFFERENCE, "list of differences")
SIGNATURES = several(
    row(ROLE, ACCOUNT, TEXT), "list of `[role, id of an account, result]`; the result may be empty"
).kept(LEFT_OUT)
CONFIRMATIONS = several(row(ROLE, ACCOUNT), "list of `[role, id of an account]`")
RULES = each(TEXT, several(TEXT, ""), "by number of a rule: what it was asked about")
STEPS_OR_PURPOSES = several(either(STEP_ID, PURPOSE, ""), "list of codes of steps, and of purposes of consent")

# What any event can say.
ANY = EventSchema(
    "",
    {
        "day": ONE_DAY.only("when nobody said the hour; then `occurred_at` is only its place in the order"),
        "reported": YES.only("when it was before the return was taken over, and stands as others reported it"),
        "heard_by": one_of(*get_args(Channel)).only(
            "in the first event of a command, when it was said how the word of somebody else was heard"
        ),
    },
    {"case": ("on_paper",)},
)

WHICH_STEP = {"step": STEP_ID, "round": SHORT_CODE.only("when the step has rounds"), "of": OF_A_STEP}
LOOKED_INTO = {"looks_into": YES.only("when it is part of looking into what somebody did: no work on the case")}
BEFORE = {"earlier": _earlier(STEP_KEY, "the key of the step, in a list")}


def _stands(trigger: str) -> Value:
    """How a step stands after something, as its life cycle says."""
    return one_of(*sorted({to for name, _, to in STEP.rows if name == trigger}), said="how the step stands now")


def _step(trigger: str) -> Mapping[str, Value]:
    return {**WHICH_STEP, "state": _stands(trigger), **LOOKED_INTO}


WHAT_CAME_OUT = {
    "result": RESULT.only("when the step has results"),
    "values": FIELDS.only("when a field was answered"),
    "by": BY,
}
STEPS_UNDONE = {"steps": several(STEP_KEY, "list of keys of steps"), "state": _stands("reset")}
AN_ANSWER = {
    "purpose": PURPOSE,
    "recipient": PARTY.only("when the purpose names somebody"),
    "groups": GROUPS.only("when it was said what may be told"),
    "language": LANGUAGE.only("when it was said"),
    "explained": several(one_of(*EXPLAINED), "list of").only("when it was said what was explained"),
    "version": SHORT_CODE.only("when it was said from which text it was explained"),
    "form": one_of(*get_args(ConsentForm)).only("when it was said"),
    "given_by": PARTY.only("unless a no came as a yes that is taken back"),
    "assent": YES_NO.only("when it was said whether the child agrees, too"),
    "interpreter": PARTY.only("when somebody interpreted"),
    "witness": PARTY.only("when there was a witness"),
    "expires_on": DAY.only("when the person set a day"),
    "of": OF,
    "by": BY,
}
# A summary of a consent says the purpose, that it was given, refused or taken back, and the day.
AN_ANSWER = {
    name: value if name in ("purpose", "of", "by") else value.kept(LEFT_OUT) for name, value in AN_ANSWER.items()
}
SINCE = INSTANT.only("when what ended it had happened before it was told")
A_JOURNEY = {
    "departs_on": DAY.only("when it was said"),
    "legs": several(LEG, "list of legs").kept("an empty list"),
    "meeting_person": PARTY.only("when it was said who meets the person"),
    "by": BY,
    "earlier": _earlier(one_of("travel"), "list of"),
}
REACHED = {
    "in_writing": YES.only("when it was said why writing was the safe way to reach the person").kept(LEFT_OUT),
}
A_CONTACT = {
    "with": PARTY.kept(LEFT_OUT),
    "channel": one_of(*get_args(Channel)).kept(LEFT_OUT),
    "reached": YES_NO,
    "postponed": one_of(*get_args(Postponed))
    .only("when they were to be told that the journey is postponed, and no more")
    .kept(LEFT_OUT),
    "groups": GROUPS.only("when they were told something").kept(LEFT_OUT),
    "basis": one_of(*get_args(Basis)).only("when they were told something, or it was said").kept(LEFT_OUT),
    "informed_at": INSTANT.only("when it was said when the person was told so").kept(LEFT_OUT),
    "by": BY,
}
AN_INCIDENT = {
    "type": INCIDENT,
    "effect": one_of(*EFFECTS),
    "effects": each(one_of(*PHASES), one_of(*EFFECTS), "by phase, one of").only(
        "when its effect is another in other phases"
    ),
    "review_on": DAY.only("when it is looked at again on a day"),
    "of": REF.only("when it happened to somebody else than the person"),
    "about": several(either(ACCOUNT, PARTY, "id of an account, or party"), "list of ids of accounts, or parties")
    .only("when it is about what somebody did")
    .kept(LEFT_OUT),
    "by": BY,
    **BROUGHT,
}
WHICH_INCIDENT = {
    "incident": ENTRY,
    "type": INCIDENT,
    "of": REF.only("when it happened to somebody else than the person"),
}


def _moved(move: str, *, when: str = "") -> Mapping[str, Value]:
    """What a move says that leads to another phase."""
    back = (phase_left({}), phase_left({"prepared": None}))
    words = back if move == "turn_back" else (str(MOVES[move].to),)
    return {"phase": one_of(*words, said="the phase in which the case is now").only(when), "by": BY}


AN_ENTRY = {
    "register": ids("registers", "code of a register"),
    "ref": ENTRY_REF,
    "status": SHORT_CODE,
    "values": FIELDS.only("when a field was answered"),
    "passed_over": several(SHORT_CODE, "list of states").only("when states that usually come between were not told"),
    "of": OF,
    "by": BY,
}
HOW_LEFT = one_of(*get_args(HowLeft))
A_STATUS = one_of(*sorted({to for _, _, to in STATUS.rows}), said="the status of the case now")
A_CORRECTION = {"entry": ENTRY, "by": BY}

EVENTS: Mapping[str, EventSchema] = {
    "opened": EventSchema(
        "A case was opened: the way back begins.",
        {
            "number": CASE_NUMBER,
            "label": LABEL,
            "host_country": COUNTRY,
            "origin_country": COUNTRY,
            "organisation": SHORT_CODE,
            "facts": FACTS.only("when some were given"),
            "reference": TEXT.only("when it was said how the files of who opened it call it"),
            "linked_to": CASE_NUMBER.only("when it is linked to another case"),
            "relation": one_of(*get_args(RelationOfCases)).only("when it is linked to another case"),
            "adopted_on": DAY.only("when a running return was taken over"),
            "adopted_at": INSTANT.only("when a running return was taken over: the beginning of that day"),
        },
        asked="facts",
    ),
    "clock_confirmed": EventSchema(
        "Somebody said that the clock is right, although the case holds what was written down later.", {"before": INSTANT}
    ),
    "rebased": EventSchema(
        "The case adopted a newer process.",
        {
            "digest": DIGEST,
            "before": DIGEST,
            "weaker": DIFFERENCES.only("when something asks for less than before"),
            "other": DIFFERENCES.only("when something else is different"),
            "renamed": each(
                one_of("facts", "results", "fields"),
                each(TEXT, each(TEXT, TEXT, ""), ""),
                "by kind and code, from the old name to the new; the kinds are",
            ).only("when something is called otherwise now"),
        },
    ),
    "facts_recorded": EventSchema(
        "Something is known now, or known no more.",
        {
            "facts": FACTS,
            "of": OF,
            "by": BY,
            "because": INCIDENT.only("when an incident brought it about"),
            "earlier": _earlier(FACT, "list of codes of facts").kept(IN_PART),
        },
        asked="facts",
    ),
    "note_added": EventSchema("Somebody wrote a note. Its text is sealed.", {"group": GROUP, "of": PARTY.only("when it is about somebody else than the person"), "by": BY}, asked="group"),
    "step_started": EventSchema("A step was begun.", {**_step("start"), **BEFORE, "by": BY}),
    "step_signed": EventSchema(
        "A step was signed, and waits for another signature. It is not done yet.",
        {**_step("sign"), **BEFORE, **WHAT_CAME_OUT, **BROUGHT, "signed": SIGNATURES},
        WHY,
        "step",
    ),
    "step_completed": EventSchema(
        "A step is done.",
        {
            **_step("complete"),
            **BEFORE,
            **WHAT_CAME_OUT,
            **BROUGHT,
            "signed": SIGNATURES.only("when two signed it, or when somebody was vetted"),
            "gate": RULES.only("of the departure clearance: what its rules found to be met"),
            "same_organisation": STEPS_OR_PURPOSES.only("of the departure clearance: what two of one organisation signed"),
            "same_minute": STEPS_OR_PURPOSES.only("of the departure clearance: what was written within one minute"),
            "as_reported": STEPS_OR_PURPOSES.only("of the departure clearance: what others did before it was taken over"),
        },
        WHY,
        "step",
    ),
    "step_failed": EventSchema("No result came about.", {**_step("fail"), **BEFORE, "by": BY}, WHY),
    "step_skipped": EventSchema("A step was left out, or the person declined it.", {**_step("skip"), **BEFORE, "by": BY}, WHY),
    "step_redone": EventSchema("A step is to be done again, because somebody asked for it.", {**_step("redo"), "by": BY}, WHY),
    "step_disagreed": EventSchema(
        "A second did not agree with what was written of a step. It is to be done again.",
        {**_step("disagree"), **BEFORE, "by": BY},
        WHY,
    ),
    "step_confirmed": EventSchema(
        "What a step rests on was looked at again, and its result stands.",
        {**_step("confirm"), "confirmed": CONFIRMATIONS, "whole": YES_NO, "by": BY},
    ),
    "steps_reset": EventSchema(
        "Steps are to be done again, because something else happened.",
        {**STEPS_UNDONE, "because": because("consent_withdrawn", "turned_back"), "since": SINCE},
    ),
    "clearance_voided": EventSchema(
        "The departure clearance holds no more. Nobody departs on it.",
        {
            **STEPS_UNDONE,
            "because": because(
                "closed",
                "consent_refused",
                "consent_withdrawn",
                "entry_corrected",
                "rebased",
                "travel_cancelled",
                "travel_changed",
            ),
        },
    ),
    "entry_seconded": EventSchema(
        "A second saw what one alone had written down late, and agreed.",
        {
            "kind": one_of("steps", "drafts", "consents", "contacts", "roles"),
            "key": either(STEP_KEY, either(CONSENT_KEY, SHORT_CODE, ""), "key of a step, or of a consent; of a contact, its entry; a role"),
            "by": BY,
        },
        WHY,
    ),
    "consent_given": EventSchema(
        "The person, or who speaks for them, said yes.",
        {
            **AN_ANSWER,
            "language": LANGUAGE.kept(LEFT_OUT),
            "version": SHORT_CODE.kept(LEFT_OUT),
            "given_by": PARTY.kept(LEFT_OUT),
            "earlier": _earlier(CONSENT_KEY, "the key of the consent, in a list").kept(LEFT_OUT),
        },
    ),
    "consent_refused": EventSchema("The person, or who speaks for them, said no.", {**AN_ANSWER, **BROUGHT}),
    "consent_withdrawn": EventSchema(
        "The person, or who speaks for them, took a yes back.",
        {
            "purpose": PURPOSE,
            "consents": several(CONSENT_KEY, "list of keys of consents").kept(LEFT_OUT),
            "channel": one_of(*get_args(Channel)).only("when it was said how they told it"),
            "by": BY,
            **BROUGHT,
        },
    ),
    "consent_voided": EventSchema(
        "A yes counts no more, because something else happened. It may be asked for again.",
        {"consents": several(CONSENT_KEY, "list of keys of consents").kept(LEFT_OUT), "because": because("turned_back"), "since": SINCE},
    ),
    "document_recorded": EventSchema(
        "It is known how a paper stands.",
        {
            "kind": PAPER,
            "status": one_of(*DOCUMENT.states[1:]),
            "issued_on": DAY.only("when it was said").kept(LEFT_OUT),
            "expires_on": DAY.only("when it was said").kept(LEFT_OUT),
            "checked": one_of("stored", "fits", "unusual").only("when a number was given that a pack knows").kept(LEFT_OUT),
            "of": OF,
            "by": BY,
            "earlier": _earlier(PAPER_KEY, "the key of the paper, in a list"),
        },
        asked="paper",
    ),
    "travel_targeted": EventSchema(
        "A day was set on which the journey shall begin.",
        {name: value for name, value in A_JOURNEY.items() if name != "legs"} | {"departs_on": DAY},
        {"arrival": ("meeting_place",)},
    ),
    "travel_booked": EventSchema("A journey is booked, or another one in its place.", A_JOURNEY, {"arrival": ("meeting_place",)}),
    "travel_delayed": EventSchema("The same journey is booked later.", A_JOURNEY),
    "travel_cancelled": EventSchema(
        "No journey is planned any more.",
        {
            "because": INCIDENT.only("when an incident brought it about"),
            "by": BY,
            "earlier": _earlier(one_of("travel"), "list of"),
        },
    ),
    "person_involved": EventSchema(
        "Somebody else is known in the case, or something more is known of them.",
        {
            "ref": REF,
            "relation": one_of(*RELATIONS),
            "travels": YES_NO,
            "born_on": DAY.only("when it is known").kept(LEFT_OUT),
            "age_band": one_of(*get_args(AgeBand)).only("when no birthday is known, and it was said").kept(LEFT_OUT),
            "own_case": CASE_NUMBER.only("when they have a case of their own"),
            "gone": YES.only("when they have died"),
            "works_for": PARTY.only("when they work for a partner or an organisation, and it was said"),
            "by": BY,
            "earlier": _earlier(REF, "the ref, in a list"),
        },
        asked="person",
    ),
    "suspicion_recorded": EventSchema(
        "Somebody of the case is under suspicion, or is so no longer.",
        {"ref": REF.kept(LEFT_OUT), "suspected": YES_NO.kept(LEFT_OUT), "by": BY, "earlier": _earlier(REF, "the ref, in a list")},
    ),
    "entry_made": EventSchema("Something was entered of which a case holds many.", AN_ENTRY, asked="register"),
    "entry_updated": EventSchema(
        "An entry went on, or more of it is known.",
        {**AN_ENTRY, "status": SHORT_CODE.only("when it was said how it stands")},
        asked="register",
    ),
    "kept_to": EventSchema(
        "A case is kept to named workers of a house, or opened to it again.",
        {
            "organisation": SHORT_CODE,
            "workers": several(ACCOUNT, "list of accounts").only("when it is kept to some"),
        },
    ),
    "opened_up": EventSchema(
        "Somebody is let in for a while, or has broken the glass.",
        {
            "ground": one_of(*OPENED_ON),
            "organisation": SHORT_CODE,
            "worker": ACCOUNT.only("when it is one account there alone").kept(LEFT_OUT),
            "groups": GROUPS.only("when it is not what a broken glass opens").kept(LEFT_OUT),
            "until": INSTANT.kept(LEFT_OUT),
        },
        {"read_log": ("why", "article")},
    ),
    "closed_up": EventSchema(
        "What was opened has ended, or somebody has looked at it, or the person was told.",
        {
            "entry": ENTRY,
            "ends": YES.only("when it ended with it"),
            "right": YES_NO.only("when somebody said whether it was right to break the glass: yes or no"),
            "told": YES.only("when the person was told"),
        },
    ),
    "organisation_known": EventSchema(
        "The case knows an organisation that the office registered, as it stands there now.",
        {
            "organisation": SHORT_CODE,
            "title": TEXT,
            "country": COUNTRY,
            "does": several(one_of(*TRUST), "list, perhaps empty, of"),
            "made_by": ACCOUNT.only("when somebody brought it near the person"),
        },
    ),
    "role_assigned": EventSchema(
        "A role in the case was given to one party.",
        {
            "role": ROLE,
            "partner": ids("partners", "code of a partner").only("when it is a partner of a pack"),
            "organisation": SHORT_CODE.only("when it is another organisation"),
            "ref": REF.only("when it is somebody of the case"),
            "case_worker": ACCOUNT.only("when it was said who there answers for the person"),
            "by_two": YES.only("when harm is noted of them: it counts once a second has agreed"),
            "by": BY,
            "earlier": _earlier(ROLE, "the code of the role, in a list"),
        },
    ),
    "contact_made": EventSchema(
        "Somebody was reached.",
        {**A_CONTACT, **REACHED, **BROUGHT},
        {"case": ("identified_as", "why", "restrictions", "safe_way")},
    ),
    "contact_attempted": EventSchema("Somebody was not reached.", A_CONTACT, {"case": ("identified_as", "why", "restrictions")}),
    "incident_opened": EventSchema("Something happened that the plan did not foresee.", AN_INCIDENT, asked="incident"),
    "incident_repeated": EventSchema(
        "It happened again, while it was open.", {"incident": ENTRY, **AN_INCIDENT}, asked="incident"
    ),
    "incident_resolved": EventSchema(
        "An incident is over.",
        {
            **WHICH_INCIDENT,
            "outcome": SHORT_CODE.only("when somebody said how it ended"),
            "resume_step": STEP_ID.only("when it was said where the course goes on"),
            "because": because("departed").only("when something else ended it"),
            "by": BY,
            **LOOKED_INTO,
        },
        asked="incident",
    ),
    "incident_reopened": EventSchema(
        "An incident is open again: what it ended with was an error.",
        {**WHICH_INCIDENT, "because": one_of("entry_corrected", "person_involved")},
    ),
    "prepared": EventSchema("The return is being prepared.", _moved("prepare"), WHY),
    "departed": EventSchema(
        "The person has departed, as it was cleared.",
        _moved("depart", when="unless it takes the place of an entry that the person had left"),
        WHY,
    ),
    "left": EventSchema(
        "The person has left without clearance, or it became known how.",
        {**_moved("left", when="unless it only became known how they left"), "how": HOW_LEFT},
        WHY,
    ),
    "arrived": EventSchema("The person has arrived.", _moved("arrive"), WHY),
    "settled": EventSchema("The arrival is over, and the follow-up begins.", _moved("settle"), WHY),
    "turned_back": EventSchema("The person is back in the host country.", _moved("turn_back"), WHY),
    "closed": EventSchema("The case was closed.", {"reason": OUTCOME, "status": A_STATUS, "by": BY}),
    "reopened": EventSchema("The case is open again.", {"status": A_STATUS, "by": BY}, WHY),
    "correction_asked": EventSchema(
        "Somebody said that an entry is an error. It stands until a second agrees.", A_CORRECTION, {"case": ("why",)}
    ),
    "correction_dropped": EventSchema("A second did not agree: the entry stands.", A_CORRECTION, WHY),
    "entry_corrected": EventSchema(
        "An entry was an error. It stays in the history, and counts no more.",
        {
            **A_CORRECTION,
            "said": each(
                one_of(
                    "facts", "facts_of", "steps", "consents", "documents", "roles", "people", "suspicions",
                    "told", "travel", "moves", "contacts", "incidents", "entries",
                ),
                several(TEXT, ""),
                "by kind, a list of codes, keys or numbers; the kinds are",
            ).only("when something of it still stood"),
        },
        {"case": ("why", "reason")},
    ),
}  # fmt: skip
