"""steps.yaml: one step, and how a pack tightens one that exists."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, get_args

from wayhome.model.moves import EXIT_OF_PHASE
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.consents import ConsentNeed, OneConsent
from wayhome.packs.kinds.fields import BY, FieldSpec, titles_of
from wayhome.packs.kinds.kind import (
    APART,
    AT_LEAST,
    AT_MOST,
    LESS,
    MORE,
    OPTIONAL,
    SHOWN,
    TIMED,
    WITHIN,
    Asks,
    Bounds,
    Condition,
    Confidence,
    Entries,
    Given,
    Id,
    Ids,
    Part,
    Phase,
    Read,
    Rising,
    Sets,
    Sourced,
    Stored,
    Text,
    a_part,
    as_list,
    canonical,
    load,
    plain,
)
from wayhome.packs.kinds.needs import OneNeed, need_of
from wayhome.packs.kinds.spans import ExtraDue, Length, MaxAge, Round, Span, Timing, Window, may_be_longer
from wayhome.packs.mentions import Mention, names
from wayhome.packs.scalars import resolve

Gate = Annotated[str, Bounds(pattern="^(prepare|depart|settle|close|none)$")]


@a_part
class Result(Part):
    """One result that a step can have. The first that passes is the favourable one."""

    title: Annotated[Text | None, SHOWN] = None
    passes: Annotated[bool, LESS] = True
    needs_fields: Annotated[Ids, OPTIONAL, MORE] = ()  # fields of the step without which this result says too little
    needs_entries: Annotated[Entries | None, OPTIONAL, MORE] = None  # what is said by this, and is written down before
    by: Annotated[Id | None, names("roles"), OPTIONAL, MORE] = None  # the role whose word this is
    opens: Annotated[Id | None, names("incidents"), OPTIONAL, MORE] = None
    # Results of this step, each less safe: where one of them was ever said, two of `who` sign this one, in two roles.
    two_sign_after: Annotated[Ids, OPTIONAL, MORE] = ()
    sets: Annotated[Sets, OPTIONAL] = field(default_factory=dict)
    assigns: Annotated[Mapping[Annotated[Id, names("owner", "roles")], Annotated[Id, names("roles")]], OPTIONAL] = (
        field(default_factory=dict)
    )

    @property
    def is_a_way(self) -> bool:
        return self.passes


Results = Annotated[
    Mapping[Id, Annotated[Result, Read(lambda raw: {} if raw is None else raw)]],
    Stored(
        lambda results: [[code, canonical(one)] for code, one in results.items()],  # their order counts
        lambda raw: {code: load(Result, one) for code, one in raw},
    ),
    OPTIONAL,
]


# The commands that can complete a step, and what each is about.
ENTER, UPDATE = "enter", "update"
DONE_BY: Mapping[str, tuple[str, ...]] = {
    "consent": ("consents",),
    "document": ("papers",),
    "travel": ("travels",),
    "assign": ("owner", "roles"),
    "move": ("move_names",),
    ENTER: ("registers",),
    UPDATE: ("registers",),
}
HAS_A_STATUS = ("document", ENTER, UPDATE)


class DoneBy(NamedTuple):
    """The one command that completes a step: its word, what it is about, and the status it must bring."""

    command: str
    subjects: tuple[str, ...]
    status: str | None = None

    @classmethod
    def as_written(cls, raw: Any) -> Self:
        """Read `{COMMAND: SUBJECT}`, where a status may stand beside the command."""
        raw = resolve(raw)
        said = dict(raw) if isinstance(raw, dict) else {}
        status = said.pop("status", None)
        if len(said) == 1:
            ((command, subject),) = said.items()
            subjects = tuple(as_list(subject))
            texts = all(isinstance(one, str) for one in (*subjects, status or ""))
            fits = command in HAS_A_STATUS if status is not None else command != UPDATE
            if command in DONE_BY and subjects and texts and fits:
                return cls(command, subjects, status)
        raise InvalidValue(
            "this is no way to be done",
            "Say one of {commands} with what it is about.",
            code="C010",
            commands=list(DONE_BY),
        )

    def is_brought_by(self, status: str) -> bool:
        """Say whether a paper that comes to this status is what is asked for; one that is held was asked for before."""
        wanted = self.status or "held"
        return status == wanted or (wanted, status) == ("requested", "held")

    def mentions(self) -> Iterator[Mention]:
        for i, subject in enumerate(self.subjects):
            code = "" if self.command == "document" else "C010"
            yield Mention((self.command, i), subject, DONE_BY[self.command], code=code)
        if self.status is not None:
            if self.command == "document":
                yield Mention(("status",), self.status, ("statuses",))
            else:
                yield from (Mention(("status",), f"{id}/{self.status}", ("entry_states",)) for id in self.subjects)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Make it from its canonical form."""
        return cls(raw["command"], tuple(raw["subjects"]), raw.get("status"))

    def plain(self) -> dict[str, Any]:
        status = {} if self.status is None else {"status": self.status}
        return {"command": self.command, "subjects": list(self.subjects)} | status


# --- what a step and its tightenings say alike: held as tuples, each part with the condition under which it is asked ---


def _pairs(raw: Any) -> Any:
    return [(one, None) for one in as_list(raw)]


def _one(raw: Any) -> Any:
    return [] if raw is None else [raw]


def _stored_pairs(back: Any) -> Stored:
    return Stored(lambda value: [plain(one) for one, _ in value], lambda raw: tuple((back(one), None) for one in raw))


def _stored_one(back: Any) -> Stored:
    return Stored(lambda value: value[0].plain() if value else None, lambda raw: (back(raw),))


@a_part
class AsOften(Part):
    """As often as needed, and at least so often. Written `any`, or {at_least: 2}."""

    at_least: Annotated[int, Bounds(ge=0, le=12)] = 1
    confidence: Confidence | None = None


RoundId = Annotated[str, Bounds(pattern=r"^[a-z0-9_]+$")]
EXTRA = "extra"  # a round beside those that are asked for; the engine numbers them
PARTY = "party"


def _named(rounds: Mapping[str, Round]) -> tuple[Round, ...]:
    if any(id.startswith(EXTRA) for id in rounds):
        raise InvalidValue("'{extra}' is the name of the rounds that nobody asks for", extra=EXTRA)
    return tuple(one._replace(id=id) for id, one in rounds.items())


class _RoundsAsWritten:
    """Reads rounds from YAML: by their ids, or `any`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        named = {"type": "no-info", "function": _named}
        choices = {
            "named": {"type": "function-after", "function": named, "schema": handler.generate_schema(dict[RoundId, Round])},
            "as_often": handler.generate_schema(Annotated[AsOften, Read(lambda raw: {} if raw == "any" else raw)]),
        }  # fmt: skip
        return {"type": "tagged-union", "discriminator": self._which, "choices": choices}

    @staticmethod
    def _which(raw: Any) -> str:
        return "as_often" if raw == "any" or (isinstance(raw, dict) and "at_least" in raw) else "named"


Conditional = Condition | None
Rounds = Annotated[
    tuple[Round, ...],
    _RoundsAsWritten(),
    Stored(
        lambda rounds: [[one.id, one.plain()] for one in rounds],
        lambda raw: tuple(Round.of(one, id) for id, one in raw),
    ),
    OPTIONAL,
]
ExtraDues = Annotated[
    tuple[ExtraDue, ...],
    Read(as_list),
    Stored(lambda value: [one.plain() for one in value], lambda raw: tuple(map(ExtraDue.of, raw))),
    OPTIONAL,
]
Subject = Annotated[
    str,
    Bounds(pattern=r"^[a-z][a-z0-9_]*(\.[a-z]+)?$"),
    names("recorded", "steps", "consents", "roles", "registers", "rested_on"),
]
RestsOn = Annotated[tuple[tuple[Subject, Conditional], ...], Read(_pairs), _stored_pairs(str), OPTIONAL]
Afters = Annotated[tuple[tuple[OneNeed, Conditional], ...], Read(_pairs), _stored_pairs(need_of), OPTIONAL]
Consents = Annotated[tuple[tuple[OneConsent, Conditional], ...], Read(_pairs), _stored_pairs(ConsentNeed.of), OPTIONAL]
Timings = Annotated[tuple[Timing, ...], Read(_one), _stored_one(Timing.of), OPTIONAL]
Earliest = Annotated[
    tuple[Timing, ...],
    Read(as_list),
    Stored(
        lambda value: value[0].plain() if len(value) == 1 else [one.plain() for one in value],
        lambda raw: tuple(map(Timing.of, as_list(raw))),
    ),
    OPTIONAL,
]
MaxAges = Annotated[tuple[MaxAge, ...], Read(_one), _stored_one(MaxAge.of), OPTIONAL]
Lengths = Annotated[tuple[Length, ...], Read(_one), _stored_one(Length.of), OPTIONAL]


@a_part
class _Tightenable(Sourced):
    """What a step says, and a pack may add to a step that exists."""

    help: Annotated[Text | None, SHOWN] = None
    when: Annotated[Condition | None, OPTIONAL, LESS] = None
    after: Annotated[Afters, MORE] = ()  # what must be so first, each with the condition under which it is asked
    consents: Annotated[Consents, MORE] = ()
    rests_on: Annotated[RestsOn, MORE] = ()  # what it judged: another value of it since, and the step is outdated
    not_before: Annotated[Earliest, TIMED] = ()
    dues: Annotated[Timings, TIMED] = ()
    max_ages: Annotated[MaxAges, TIMED] = ()
    lengths: Annotated[Lengths, TIMED] = ()
    rounds: Annotated[Rounds, TIMED] = ()
    fields: Annotated[Mapping[Id, FieldSpec], OPTIONAL, MORE] = field(default_factory=dict)

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give what is shown of its parts; `sure` says it of limits."""
        return {"asked": titles} if (titles := titles_of(self.fields)) else {}


@a_part
class Tightening(_Tightenable):
    """How a pack touches a step that exists. It can add and shorten, never remove or relax."""

    file: ClassVar[str] = "steps"

    tighten: Annotated[Id, names("steps", code="C012"), APART]

    def __post_init__(self) -> None:
        if not isinstance(self.rounds, tuple):
            raise InvalidValue("a pack adds rounds by their ids")


@a_part
class Step(_Tightenable):
    """One step."""

    file: ClassVar[str] = "steps"
    in_order: ClassVar[bool] = True

    id: Annotated[Id, APART]
    title: Annotated[Text, SHOWN]
    # The data group of its result: told only to roles that read it, or a summary of it.
    group: Annotated[Id | None, names("groups"), SHOWN] = None
    evidence: Annotated[Text | None, SHOWN] = None  # what is kept as proof
    otherwise: Annotated[Text | None, SHOWN] = None  # what to do when it fails
    phase: Phase
    gate: Annotated[Gate, OPTIONAL, Rising(("none",))] = ""  # which move waits for it; not said: the exit of its phase
    # In these phases it is asked for, too, where the person has gone without it: the move out of them waits for it.
    asked_again: Annotated[tuple[Phase, ...], Read(as_list), OPTIONAL, MORE] = ()
    # After one of these it is to be done again, in whatever phase: of an incident of the pack itself, its `resets` say it.
    asked_anew_after: Annotated[Ids, names("incidents"), OPTIONAL, MORE] = ()
    kind: Annotated[Literal["mandatory", "offered", "statutory"], Rising(("offered", "statutory", "mandatory"))] = (
        "mandatory"
    )
    # Whether it makes the person safe today: it is offered before all else.
    makes_safe: Annotated[bool, OPTIONAL] = False
    # Whether it helps the person whatever they decide: it is asked also while their no to the journey is open.
    also_after_a_no: Annotated[bool, OPTIONAL] = False
    # Of what belongs to the arrival or later: whether it can be begun and done before the departure, too. What ends a case, or
    # follows its end, says so; else the phase holds it, whatever it waits for.
    also_before_departure: Annotated[bool, OPTIONAL, LESS] = False
    # Whether it is asked for after the landing also where the person wants nobody to meet, call or visit them.
    also_when_left_alone: Annotated[bool, OPTIONAL] = False
    before: Annotated[Ids, names("steps"), APART] = ()  # steps that now wait for this one
    # Of the core alone: whether a pack may ask something of its own instead. No step that protects says so.
    replaceable: Annotated[bool, APART] = False
    # Steps of the core that are not asked where this one is (of what is only offered: where it was begun): it asks as much.
    instead_of: Annotated[Ids, names("steps"), OPTIONAL, LESS] = ()
    who: Annotated[Ids, names("roles"), LESS]
    sign: Annotated[Ids, names("roles"), OPTIONAL, MORE] = ()
    # By field: where one of these codes stands in a result that passes, two of `who` sign, in two roles.
    two_sign: Annotated[Mapping[Id, tuple[str, ...]], OPTIONAL, MORE] = field(default_factory=dict)
    done_by: Annotated[Annotated[DoneBy, Read(DoneBy.as_written, instead=True)] | None, OPTIONAL, MORE] = None
    window: Annotated[Window | None, OPTIONAL, MORE] = None
    extra_rounds: Annotated[bool, OPTIONAL] = False  # whether it may be done at any other time too, beside its rounds
    extra_due: Annotated[ExtraDues, MORE] = ()  # when one of these is asked for; it holds up nothing
    # 0 = not as often as needed; else the least number of times
    any_rounds: Annotated[int, Given, OPTIONAL, AT_LEAST] = 0
    any_rounds_sure: Annotated[Confidence | None, Given, APART] = None  # how sure that number is
    results: Annotated[Results, MORE] = field(default_factory=dict)
    # Of whom it is done: each who travels along; each child of them, or each child who stays, or both; each who has a case of their own, and
    # is asked the rest there; or any party of the case, and then it is asked of nobody by itself.
    each: Annotated[
        Literal["companion", "child", "child_staying", "child_of_family", "own_case", "party"] | None, OPTIONAL, MORE
    ] = None
    # Of each: also of who has a case of their own, where it is asked of nobody.
    asked_here: Annotated[bool, OPTIONAL, MORE] = False
    instrument: Annotated[Id | None, names("instruments"), OPTIONAL, MORE] = None  # it asks its questions, too
    fields_like: Annotated[Id | None, names("steps"), APART] = None  # it asks all that this step of its pack asks, too
    asks: Asks = ()
    may_decline: Annotated[bool, OPTIONAL, LESS] = False
    # A judgement: who made it may confirm it when what it rests on has changed. What was said, sent or asked is done anew.
    may_confirm: Annotated[bool, OPTIONAL, LESS] = False
    # A day that it is given: from it its age counts, and not from when it was written down.
    aged_from: Annotated[Id | None, OPTIONAL, MORE] = None
    # A date that it asks for: on that day it is due once more.
    look_again: Annotated[Id | None, OPTIONAL, MORE] = None
    # Where it is written down later than this by one alone, it counts once another has seen it.
    alone_within: Annotated[Span | None, OPTIONAL, AT_MOST] = None
    # What is so written down ends its own due date at once, and is looked at by a second before the return is called sustained.
    late_counts_at_once: Annotated[bool, OPTIONAL, LESS] = False
    # Where another's word is typed for them, it says how it was heard, and counts once another has heard or seen it, too.
    heard_by_two: Annotated[bool, OPTIONAL, MORE] = False
    # A role: with this step the person comes into their hands. While they are suspended, that alarms.
    entrusts_to: Annotated[Id | None, names("roles"), OPTIONAL, MORE] = None
    inform_first: Annotated[bool, OPTIONAL, MORE] = False
    tightened: Annotated[tuple[Tightening, ...], Given, OPTIONAL, WITHIN] = ()  # in a process: put into its own fields
    pack: Annotated[str, Given, OPTIONAL] = ""

    def __post_init__(self) -> None:
        if isinstance(self.rounds, AsOften):
            object.__setattr__(self, "any_rounds", self.rounds.at_least)
            object.__setattr__(self, "any_rounds_sure", self.rounds.confidence)
            object.__setattr__(self, "rounds", ())
        for code, result in self.results.items() if self.instrument is None else ():
            for name in result.needs_fields:  # what an instrument asks is looked at once it has it
                if name not in self.fields:
                    raise InvalidValue(
                        "the result '{result}' needs the field '{name}', which the step does not have",
                        result=code,
                        name=name,
                    )
        if self.extra_rounds and not self.rounds:
            raise InvalidValue("there are extra rounds only beside rounds")
        if self.extra_due and not self.extra_rounds:
            raise InvalidValue("only a step with extra rounds asks for them")
        if self.each == PARTY and (self.gate != "none" or self.rounds or self.any_rounds):
            raise InvalidValue("what is done of any party is asked of nobody: it has no rounds, and the gate none")
        for day in (self.aged_from, self.look_again):
            if day is None or (day not in self.fields and self.fields_like is not None):
                continue  # what it asks as another does is looked at once it has it
            if day not in self.fields or self.fields[day].type != "date":
                raise InvalidValue("its age counts from a date that the step is given, and so does when to look again")
        if self.look_again is not None and not self.is_done_once:
            raise InvalidValue("what is looked at again is done once")
        for code, result in self.results.items():
            if unknown := set(result.two_sign_after) - set(self.results):
                raise InvalidValue(
                    "'{result}' follows results that the step does not have: {unknown}",
                    result=code,
                    unknown=sorted(unknown),
                )
        for name, spec in self.fields.items():
            for other, codes in spec.needed_with.items():
                if not set(codes) <= set(self.fields[other].values if other in self.fields else ()):
                    raise InvalidValue("'{name}' is needed with codes that no field of the step has", name=name)
            named = {*spec.needed_after, *(one for before in spec.needed_after.values() for one in before)}
            if not named <= set(self.results) or spec.unlike not in (None, BY, *self.fields):
                raise InvalidValue(
                    "'{name}' follows a result, or differs from a field, that the step does not have", name=name
                )
        for name, codes in self.two_sign.items():
            if self.sign or not set(codes) <= set(self.fields[name].values if name in self.fields else ()):
                raise InvalidValue("two sign where a field of the step holds one of its codes, or always")

        for name, spec in self.fields.items():
            if spec.rows_for is not None:
                answered = self.fields.get(spec.rows_for.field, spec)
                if answered.type != "answers":
                    raise InvalidValue("'{name}' has rows for what another field of the step answers", name=name)
                object.__setattr__(self, "fields", {**self.fields, name: spec.with_rows_for(answered.about)})
            if not set(spec.gives.values()) <= set(self.results):
                raise InvalidValue("'{name}' gives a result that the step does not have", name=name)

    @property
    def is_core(self) -> bool:
        return self.pack == "core"

    @property
    def of_packs(self) -> frozenset[str]:
        """Which of its fields packs have declared: of a step of the core, those that they added."""
        added = (name for part in self.tightened for name in part.fields)
        return frozenset(added if self.is_core else self.fields)

    @property
    def is_computed(self) -> bool:
        """Whether its result follows from its fields, so that nobody types it."""
        return any(spec.gives_result or spec.gives for spec in self.fields.values())

    @property
    def is_done_once(self) -> bool:
        """Whether it is asked for once, for the person: nearly every step."""
        return not (self.rounds or self.any_rounds or self.each)

    @property
    def signers(self) -> Ids:
        """The roles of which some sign, where more than one must."""
        return self.sign or self.who

    def signatures(self, result: str | None, values: Mapping[str, Any]) -> int:
        """Say how many sign what holds these values; 0 where one alone does it."""
        declared = self.results.get(result or "")
        passes = declared is None or declared.passes
        held = (not set(codes).isdisjoint(as_list(values.get(name))) for name, codes in self.two_sign.items())
        return 2 if passes and any(held) else len(self.sign)

    @property
    def window_from(self) -> Timing | None:
        return self.window.from_ if self.window else None

    @property
    def window_to(self) -> Timing | None:
        return self.window.to if self.window else None

    @property
    def gates(self) -> bool:
        """Whether a move waits for this step."""
        return self.gate != "none" and self.kind == "mandatory"

    @property
    def is_of_the_departure(self) -> bool:
        """Whether it is judged before the departure."""
        return self.gate in ("prepare", "depart")

    @property
    def is_meeting(self) -> bool:
        """Whether the person comes into somebody's hands with it: a paper that two houses sign meets nobody."""
        return self.entrusts_to is not None and not self.sign

    @property
    def favourable(self) -> str | None:
        """The first declared result that passes."""
        return next((code for code, result in self.results.items() if result.passes), None)

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give what is shown of its parts: titles of results, and how sure its times are; `sure` says it of limits."""
        timed: dict[str, tuple[Any, ...]] = {
            "not_before": self.not_before,
            "due": self.dues,
            "max_age": self.max_ages,
            "length": self.lengths,
        }
        spans = {key: said[0].span for key, said in timed.items() if said}
        marks = {key: mark for key, one in spans.items() if (mark := one.confidence or sure.get(one.limit or ""))}
        if self.window and self.window.confidence:
            marks["window"] = marks["window_to"] = self.window.confidence
        if self.window and self.window.to and self.window.to.span.confidence:
            marks["window_to"] = self.window.to.span.confidence
        if rounds := {self.any_rounds_sure, *(one.due.span.confidence for one in self.rounds if one.due)} - {None}:
            marks["rounds"] = max(rounds, key=get_args(Confidence).index)
        return {
            "results": {code: one.title for code, one in self.results.items()},
            **({"marks": marks} if marks else {}),
            **_Tightenable.shown_beside(self, sure),
        }


_PAIRS, _TIMES = ("after", "consents", "rests_on"), ("not_before", "dues", "max_ages", "lengths")


def in_process(id: str, raw: Mapping[str, Any]) -> Step:
    """Make a step of a process from its canonical form: with all that tightens it, each part under its condition."""
    step = load(Step, raw, id=id, gate=EXIT_OF_PHASE[raw["phase"]])
    if not step.tightened:
        return step
    parts = step.tightened
    added: dict[str, Any] = {name: list(getattr(step, name)) for name in (*_PAIRS, *_TIMES)}
    for part in parts:
        for name in _PAIRS:
            added[name] += [(one, part.when) for one, _ in getattr(part, name)]
        for name in _TIMES:
            added[name] += [one._replace(when=part.when) for one in getattr(part, name)]
    rounds: dict[str, Round] = {}
    for one in (one for part in (step, *parts) for one in part.rounds):
        held = rounds.get(one.id)  # another country may have made it earlier already
        if held is None or not may_be_longer(one.due.span, held.due.span):
            said = held is None or one.tolerance is not None
            rounds[one.id] = one if held is None or said else one._replace(tolerance=held.tolerance)
    fields = {name: spec for part in (step, *parts) for name, spec in part.fields.items()}
    gathered: dict[str, Any] = {name: tuple(values) for name, values in added.items()}
    return replace(step, rounds=tuple(rounds.values()), fields=fields, **gathered)
