"""The words of which the engine has a fixed set: nobody's pack adds one. A type checker knows them all.

The moves and phases stand in `wayhome.model.moves`; what a pack declares (steps, facts, purposes, roles …) is text here.
"""

from __future__ import annotations

from typing import Literal, get_args

# Of the commands, in the order in which people read about them. A module of `wayhome.commands` says what each is.
Word = Literal[
    "open",
    "record",
    "start",
    "complete",
    "fail",
    "skip",
    "redo",
    "sign",
    "consent",
    "withdraw",
    "document",
    "travel",
    "involve",
    "assign",
    "contact",
    "incident",
    "resolve",
    "move",
    "note",
    "enter",
    "update",
    "correct",
    "rebase",
    "keep_to",
    "open_up",
    "close_up",
    "clock",
]
CaseOrder = Literal[
    "opened", "due", "changed"
]  # of a list of cases: the oldest, what is due, or what was changed last, first
# Of a case as it is shown, what can be left out.
CasePart = Literal["steps", "consents", "documents", "incidents", "people", "entries", "wellbeing", "risks"]
CopyFor = Literal["person", "guardian"]
KeptBackOn = Literal["others", "danger", "law", "child", "open_complaint"]  # from a copy of everything
OpenedOn = Literal[
    "let_in", "legal_duty", "danger_to_life", "break_glass"
]  # the grounds on which somebody is let in for a while
Phase = Literal["identification", "pre_departure", "travel", "arrival", "follow_up"]
Status = Literal["open", "on_hold", "blocked", "closed"]
Effect = Literal["none", "on_hold", "blocked"]  # of an incident, mildest first
MoveName = Literal["prepare", "depart", "left", "arrive", "settle", "turn_back", "close", "reopen"]
HowLeft = Literal["alone", "removed", "unknown"]  # of a journey that nobody cleared

ConsentAnswer = Literal["given", "refused"]
SignAnswer = Literal["agree", "disagree"]
ConsentForm = Literal["written", "witnessed"]
# What is explained to whoever is asked for a consent: what it is for, how data may be used, and used without names for research,
# that they can ask for their data at any time, how long these are kept, and how to take it back. (HTCDS 2.0, consent guidance)
Explained = Literal["purpose", "use", "research", "access", "storage", "withdrawal"]
DocumentStatus = Literal["requested", "held", "lost", "withheld", "refused", "surrendered"]
TravelStatus = Literal["target", "booked", "cancelled"]
TravelMode = Literal["air", "land", "sea"]  # of a leg: a flight; by road or rail; a ship
# The ways to reach somebody. Two telephones are one way (INV-25).
Channel = Literal["phone", "message", "email", "letter", "visit", "video", "social_media", "through_somebody"]
Basis = Literal["consent", "legal_duty", "vital_interest"]  # on which somebody is told something
# What was to be told of the journey, without a reason: only that it is postponed; or why nobody tells it there (any more).
Postponed = Literal["only_that", "given_up", "not_wanted"]
# What an answer can be: of a field of a step, a fact, a field of a command. There is one list, for forms and for packs alike.
# A moment is an instant, or a day where nobody knows the hour; rows are tables, answers one to each of several questions; an entry is one of a register.
SlotType = Literal[
    "text", "bool", "code", "codes", "date", "instant", "moment", "number", "money", "place", "party", "case_worker", "language", "languages",
    "rows", "answers", "entry"
]  # fmt: skip
Relation = Literal[
    "child",
    "partner",
    "relative",
    "parent",
    "sibling",
    "friend",
    "guardian",
    "escort",
    "interpreter",
    "caregiver",
    "foster_carer",
    "reception_person",
    "contact_person",
    "lawyer",
    "witness",
    "suspected_perpetrator",
]
# What a party can be trusted to do: take in somebody who comes back and answer for what was agreed; meet them where they land;
# give a place to stay; care for a child there; stand on the person's card, to be called for help; travel along; interpret;
# and speak for a child, as guardian.
Trust = Literal["receive", "meet", "house", "care", "card", "escort", "interpret", "speak"]
Able = Literal[Trust, "witness"]  # nobody is vetted to be a witness
RelationOfCases = Literal["re_trafficked", "companion", "family", "earlier_return", "duplicate"]

# How old somebody is, where no birthday is known: under 2, 2 to 11, 12 to 17, or 18 and older.
AgeBand = Literal["infant", "child", "teenager", "adult"]
# Who of these may be a child: of them, an age that nobody has said is that of a child.
MAY_BE_CHILDREN: tuple[Relation, ...] = ("child", "sibling", "relative", "friend", "witness")

LEGAL_DUTY: Basis = "legal_duty"
AVERTING_DANGER: Basis = "vital_interest"  # the basis that may stand for a consent, while the person cannot be asked
WITHOUT_CONSENT: tuple[Basis, ...] = (LEGAL_DUTY, AVERTING_DANGER)
OWNER = "case_owner"  # the role of the side that leads; exactly one does
PERSON = "person"  # the party that the case is about
UNKNOWN_PARTY = "unknown_party"  # somebody whom nobody here knows: an ambulance, a border officer
THROUGH_SOMEBODY: Channel = "through_somebody"  # what was heard so is what somebody else says
LIVE: tuple[Channel, ...] = ("visit", "phone", "video")  # whoever answers so is there, in words or in signs
WRITTEN: tuple[Channel, ...] = ("message", "email", "letter", "social_media")  # nobody knows who wrote
GUARDIAN: Relation = "guardian"  # the relation, and the role, of who speaks for a child

WORDS: tuple[Word, ...] = get_args(Word)
EXPLAINED: tuple[Explained, ...] = get_args(Explained)
CASE_PARTS: tuple[CasePart, ...] = get_args(CasePart)
CASE_ORDERS: tuple[CaseOrder, ...] = get_args(CaseOrder)
KEPT_BACK_ON: tuple[KeptBackOn, ...] = get_args(KeptBackOn)
OPENED_ON: tuple[OpenedOn, ...] = get_args(OpenedOn)
PHASES: tuple[Phase, ...] = get_args(Phase)
STATUSES: tuple[Status, ...] = get_args(Status)
RELATIONS: tuple[Relation, ...] = get_args(Relation)
HELPERS: tuple[Relation, ...] = (
    "guardian",
    "escort",
    "interpreter",
    "reception_person",
    "contact_person",
    "lawyer",
    "witness",
)
EFFECTS: tuple[Effect, ...] = get_args(Effect)
TRUST: tuple[Trust, ...] = get_args(Trust)
