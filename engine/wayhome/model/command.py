"""What all commands have in common. Each is one small frozen class, in a module of `wayhome.commands`, with what is done with it.

What is required has no default; all is given by keyword, but for `case`, which comes first (`Open` has none). As JSON, a
command carries its word as `do`. `wayhome.model.reading` reads the fields by their types: a new field is one line.
Every command can say
    at          when it happened: an aware datetime, or the day alone where nobody knows the hour; None = now
    key         a text of the caller's choice: the same command under the same key happens once
    if_version  the version of the case that the caller has seen
    by          who did it, when that is not who types (a role, a partner id or a ref)
    heard_by    how we know it then: a letter, a call, a visit …
    on_paper    the paper that says it: its kind, its date, and where it lies (sealed)
    of          the ref of a person of this case, when it is about someone other than the returned person
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Protocol

from wayhome.errors import Template
from wayhome.frozen import EMPTY
from wayhome.model.closed_sets import WORDS, Channel
from wayhome.model.data import Data, data

Words = tuple[str, ...] | list[str]  # a list of ids; one word alone is a mistake
Party = Annotated[str, "a party"]  # a partner, a registered organisation, a ref, a role, or a class of recipients


class Question(NamedTuple):
    """How a form asks for a field of a command, beside its type; what has none is not asked.

    Attributes:
        ask: the question.
        of: what its answers are, by a word of `wayhome.forms.values.SORTS`; without one, what its type says.
        when: by field, the answers after which it is asked; of none, any answer.
        unless: the fields of which an answer makes this one needless.
        needed: whether a form needs it, although the command can be read without it.
        recurs: whether what was answered once in a talk may be offered when the same is asked again in it.
    """

    ask: Template
    of: str = ""
    when: Mapping[str, tuple[str, ...]] = EMPTY
    unless: tuple[str, ...] = ()
    needed: bool = False
    recurs: bool = False


_kinds: dict[str, type[BaseCommand]] = {}
_BY: Mapping[str, tuple[str, ...]] = {"by": ()}


@data(kw_only=True)
class BaseCommand(Data):
    """What every command can say beside its own fields, and what holds for all commands of its kind."""

    is_command: ClassVar = True
    word: ClassVar[str] = ""
    # Why no rule need be asked of it; without one, it is forbidden where none is asked.
    unruled: ClassVar[Template] = ""
    takes_more: ClassVar[str] = ""  # the field that takes what is none of its own: a step's fields, or facts
    clock_may: ClassVar[bool] = False  # whether it may be given when a time has come, and nobody decides
    # Whether what stood against it on its own day, too, is all that stands against it, where it is told late.
    judged_then: ClassVar[bool] = False
    # Whether it deals with somebody outside: then what stood against it in the same moment stands against it.
    reaches_out: ClassVar[bool] = False
    # Whether it can be about somebody else of the case, by `of`.
    of_others: ClassVar[bool] = False
    # How early it may have happened. What undoes no move may be dated before the last one.
    earliest: ClassVar[Literal["last move", "opening", "ever"]] = "last move"

    at: Annotated[datetime | date | None, Question("When was it, if not just now?")] = None
    key: str | None = None
    if_version: int | None = None
    by: Annotated[Party | None, Question("Whose word is it?", of="who_said_it", needed=True)] = None
    heard_by: Annotated[Channel | None, Question("How was it heard?", of="heard", when=_BY)] = None
    on_paper: Annotated[str | None, Question("Which paper says so: of which day, and where does it lie?")] = field(
        default=None, repr=False
    )
    of: Annotated[Party | None, Question("Whom is it about?", of="whom", needed=True)] = None

    @property
    def given_as(self) -> str:
        """As what it is given, where that is to be known on which ground somebody may."""
        return self.word

    def __init_subclass__(cls) -> None:
        if "word" in vars(cls):
            before = _kinds.get(cls.word, cls)  # a slotted class is made twice, under one name
            if cls.word not in WORDS or (before.__module__, before.__name__) != (cls.__module__, cls.__name__):
                raise TypeError("the vocabulary of commands is closed")
            _kinds[cls.word] = cls


@data(kw_only=True)
class Command(BaseCommand):
    """Base of all commands on a case."""

    case: str = field(kw_only=False)


@data(kw_only=True)
class StepCommand(Command):
    """Base of the five commands on a step; `fields` are the ones that the step declares."""

    takes_more: ClassVar[str] = "fields"
    of_others: ClassVar = True
    # What was done before a move, and is typed after it, is kept; the move was judged without it.
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True

    step: Annotated[str, Question("Which step?", of="steps")]
    round: Annotated[str | None, Question("Which round?", of="rounds", needed=True)] = None
    result: str | None = None
    reason: str | None = field(default=None, repr=False)
    fields: Mapping[str, Any] = field(default=EMPTY, repr=False)


class OnAStep(Protocol):
    """A command that names a step, and perhaps a round of it, and of whom."""

    @property
    def step(self) -> str | None: ...
    @property
    def round(self) -> str | None: ...
    @property
    def of(self) -> Party | None: ...


def kinds(base: type[BaseCommand] = BaseCommand) -> dict[str, type[BaseCommand]]:
    """Give the commands that `wayhome.commands` has, by their words, in the order of these; or those of one base."""
    return {word: _kinds[word] for word in WORDS if word in _kinds and issubclass(_kinds[word], base)}


COMMON_FIELDS = ("case", "at", "key", "if_version", "by", "heard_by", "on_paper", "of")


def own_fields(kind: type[BaseCommand]) -> tuple[str, ...]:
    """Name the fields that one kind of command has beside the common ones, as people write them."""
    return tuple(f.name.rstrip("_") for f in fields(kind) if f.name not in COMMON_FIELDS)
