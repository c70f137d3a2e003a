"""registers.yaml: what a case holds many of, each with a life of its own: plan items, services, budgets, payments."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Annotated, Any, ClassVar

from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.consents import OneConsent
from wayhome.packs.kinds.fields import FieldSpec, titles_of
from wayhome.packs.kinds.kind import (
    APART,
    AT_MOST,
    LESS,
    MORE,
    OPTIONAL,
    SHOWN,
    Bounds,
    Entry,
    Given,
    Id,
    Ids,
    Part,
    Read,
    Sourced,
    Stored,
    Text,
    Values,
    a_part,
    as_list,
    canonical,
    load,
)
from wayhome.packs.kinds.spans import Span
from wayhome.packs.mentions import names

Consents = Annotated[tuple[OneConsent, ...], Read(as_list), OPTIONAL, MORE]


ANY_REGISTER = "any"
FIRST = "first"  # the round of what is asked where there is no entry


# By a field of the register, some of its answers.
OwnAnswers = Mapping[Annotated[Id, names("own_values", valued=True)], Values]


@a_part
class FieldDue(Part):
    """What is asked on the day that a field says."""

    ask: Annotated[Text, SHOWN]
    days: Annotated[int, Bounds(ge=0, le=365), OPTIONAL] = 0  # so many before
    # The states in which it is awaited; in all that do not end, where none is said.
    while_: Annotated[Ids, names("own_states"), OPTIONAL] = ()
    # Days after the state began, where no day is said.
    otherwise: Annotated[int | None, Bounds(ge=1, le=365), OPTIONAL] = None
    # Only where the field says one of these; and then counted from when it was said.
    answers: Annotated[Ids, OPTIONAL] = ()
    ends_with: Annotated[Id | None, names("own_fields"), OPTIONAL] = None  # it is answered when this is said once more
    but: Annotated[OwnAnswers, OPTIONAL, LESS] = field(default_factory=dict)  # unless the entry says one of these
    must: Annotated[bool, OPTIONAL, MORE] = False  # somebody is late with it; all else ends in a week as not known
    # REGISTER.FIELD: so many days before that day of each entry there that goes on, unless one here, in one of these states, has a day
    # before it that is newer than what is said there.
    before: Annotated[str | None, names("days_of_entries"), OPTIONAL] = None
    unless: Annotated[Ids, names("own_states"), OPTIONAL] = ()

    def __post_init__(self) -> None:
        other_ways = self.while_ or self.otherwise or self.answers or self.ends_with
        if (self.before is None) != (not self.unless) or (self.before and other_ways):
            raise InvalidValue(
                "it is asked before a day of another register: say 'before' and 'unless', and no other way"
            )


@a_part
class Counts(Part):
    """How entries that are money count into another entry."""

    into: Annotated[Id, names("own_fields")]  # the field that names it
    whole: Id  # the field of that one which says how much there is
    amount: Annotated[Id, names("own_fields")]
    took: Annotated[Id, names("own_fields")]  # what was taken for it, where it is in another currency
    back: Mapping[Annotated[Id, names("own_values", valued=True)], Id]  # the answer with which it gives back
    promised: Annotated[Ids, names("own_states")]
    paid: Annotated[Ids, names("own_states")]
    proved: Annotated[Ids, names("own_states")]


@a_part
class Standing(Part):
    """How one entry at least stands when the return is closed as one that holds."""

    states: Annotated[Ids, names("own_states")]
    answers: Annotated[OwnAnswers, OPTIONAL] = field(default_factory=dict)  # what its fields say
    # The field of a step, STEP.FIELD, that says what was seen, where nobody said it.
    instead: Annotated[str | None, names("step_fields"), OPTIONAL] = None

    def judge(self, state: str, values: Mapping[str, Any]) -> bool | None:
        """Say whether an entry stands so, or says that it does not; None where it says nothing of it."""
        if state not in self.states:
            return None
        said = [values[name] in right for name, right in self.answers.items() if values.get(name) is not None]
        return False if not all(said) else True if len(said) == len(self.answers) else None


@a_part
class AskedFirst(Part):
    """What the person is asked once: whether there is any. It is awaited until there is an entry, also one that says that there is none."""

    ask: Annotated[Text, SHOWN]
    within: Annotated[Span, AT_MOST]
    after: Annotated[Id, names("anchors")]
    none: Annotated[Id, names("own_states")]  # the state of an entry that says so: nothing else is said in it


@a_part
class RegisterField(FieldSpec):
    """A value of an entry. It belongs to the data group of its register, unless it says another."""

    group: Annotated[Id | None, names("groups")] = None  # type: ignore[assignment]
    columns: Annotated[Mapping[Id, "RegisterField"], OPTIONAL, MORE] = field(default_factory=dict)
    # Of entries, or codes that are some: of which register, or of any.
    register: Annotated[Id | None, names("registers", "any_register"), OPTIONAL, MORE] = None
    dues: Annotated[tuple[FieldDue, ...], Read(as_list), OPTIONAL, MORE] = ()
    of_person: Annotated[Ids, OPTIONAL, MORE] = ()  # answers that are the person's own word
    in_sum: Annotated[bool, OPTIONAL, LESS] = (
        False  # whether who manages the case is told it, where they do not read it
    )
    news: Annotated[Ids, OPTIONAL, MORE] = ()  # answers that are news to whoever assesses the risk

    def __post_init__(self) -> None:
        FieldSpec.__post_init__(self)
        if (self.type == "entry") > (self.register is not None) or (
            self.register and self.type not in ("entry", "codes")
        ):
            raise InvalidValue("it is an entry of a register, or names none")
        if self.always or self.rows_for or self.gives or self.gives_result or self.needed_after or self.opens:
            raise InvalidValue("it says what only a field of a step says")
        if {*self.of_person, *self.news, *(one for due in self.dues for one in due.answers)} - {*self.values}:
            raise InvalidValue("it is asked by an answer that it does not have")
        if any(due.otherwise is None for due in self.dues) and self.type not in ("date", "instant"):
            raise InvalidValue("it is no day: say after how many days it is asked, in 'otherwise'")


@a_part
class EntryState(Part):
    """How an entry can stand."""

    title: Annotated[Text, SHOWN]
    # The states after which it usually comes; none: it may be the first.
    from_: Annotated[Ids, names("own_states"), OPTIONAL] = ()
    needs: Annotated[Ids, names("own_fields"), OPTIONAL, MORE] = ()  # fields that are said by then
    asks: Annotated[Ids, names("own_fields"), SHOWN] = ()  # a form asks them only then; they can be said whenever
    # Who says it; whoever is named by the register, where nobody is.
    who: Annotated[Ids, names("roles"), OPTIONAL, LESS] = ()
    of_person: Annotated[bool, OPTIONAL, MORE] = False  # it is the person's own word
    # The day until which it counts for what rests on it, by a field: then somebody has said how it went on.
    counts_until: Annotated[Id | None, names("own_fields"), OPTIONAL, MORE] = None
    # A state that somebody else has entered; only where fields say so.
    after_another: Annotated[Id | None, names("own_states"), OPTIONAL, MORE] = None
    by_another_role: Annotated[bool, OPTIONAL, MORE] = False  # and not by a colleague of theirs
    another_where: Annotated[OwnAnswers, OPTIONAL, LESS] = field(default_factory=dict)
    opens: Annotated[Id | None, names("incidents"), OPTIONAL, MORE] = None  # an incident, whatever else is said
    tells: Annotated[
        Ids, names("own_fields"), OPTIONAL, MORE
    ] = ()  # parties, by their fields, who learn of the person by it
    ends: Annotated[bool, OPTIONAL, LESS] = False  # nothing more is awaited; it needs no consent
    # It is told as it was, whatever the person agreed to: money that has moved stands in the accounts.
    without_consent: Annotated[bool, OPTIONAL, LESS] = False


States = Annotated[
    Mapping[Id, EntryState],
    Stored(
        lambda states: [[code, canonical(one)] for code, one in states.items()],  # their order counts
        lambda raw: {code: load(EntryState, one) for code, one in raw},
    ),
    MORE,
]


def of_group(fields: Mapping[str, RegisterField], group: str) -> dict[str, RegisterField]:
    """Give fields with their data groups: that of the register, where they say none; a column has that of its table."""
    found = {}
    for name, spec in fields.items():
        own = spec.group or group
        columns = {id: replace(one, group=own) for id, one in spec.columns.items()}
        found[name] = spec if spec.group and not columns else replace(spec, group=own, columns=columns)
    return found


@a_part
class RegisterAddition(Sourced):
    """What a pack asks besides of the entries of a register that exists."""

    file: ClassVar[str] = "registers"

    tighten: Annotated[Id, names("registers"), APART]
    fields: Annotated[Mapping[Id, RegisterField], MORE]

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give what is shown of its parts: what its fields are called."""
        return {"asked": titles_of(self.fields)}


@a_part
class Register(Entry):
    """What a case holds many of. An entry may begin in any of its states, and goes on in any order: what happened is told."""

    file: ClassVar[str] = "registers"
    in_order: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    one: Annotated[Text, SHOWN]  # what a single entry is called
    due_called: Annotated[Text | None, SHOWN] = (
        None  # what is due of one is called, to who does not read it; not said: as one is
    )
    help: Annotated[Text | None, SHOWN] = None
    screen: Annotated[Id, SHOWN]  # with which others it is shown
    called_by: Annotated[Ids, names("own_fields"), SHOWN] = ()  # the fields by which people know an entry again
    group: Annotated[Id, names("groups")]
    # To which group words belong in an entry that is of somebody else; of health and law it stays the register's own.
    of_others: Annotated[Id | None, names("groups"), OPTIONAL] = None
    who: Annotated[Ids, names("roles"), LESS]
    who_after: Annotated[
        Ids, names("roles"), OPTIONAL, LESS
    ] = ()  # once another house leads than opened; else as before
    # The field that names who sees their own entries, with the data group under which they do.
    own: Annotated[Id | None, names("own_fields"), OPTIONAL] = None
    own_group: Annotated[Id | None, names("groups"), OPTIONAL] = None
    fields: Annotated[Mapping[Id, RegisterField], MORE] = field(default_factory=dict)
    states: States
    # The states in which no entry stands when the return is closed as one that holds: each has come to some end by then.
    not_at_closing: Annotated[Ids, names("own_states"), OPTIONAL, MORE] = ()
    closing_unless: Annotated[
        Ids, names("own_fields"), OPTIONAL, LESS
    ] = ()  # save where one of these is said; a day, where it lies ahead
    at_closing: Annotated[Standing | None, OPTIONAL, MORE] = None
    # What evidence judges that rests on the register: these fields, and that an entry came to one of these states.
    judged_by: Annotated[Ids, names("own_fields"), OPTIONAL, MORE] = ()
    judged_in: Annotated[Ids, names("own_states"), OPTIONAL, MORE] = ()
    judged_when_changed: Annotated[
        Ids, names("own_fields"), OPTIONAL, MORE
    ] = ()  # said otherwise than when it was entered
    counts: Annotated[Counts | None, OPTIONAL] = None
    asked_first: Annotated[AskedFirst | None, OPTIONAL, MORE] = None
    # Whether nothing more is written after a no, but what waits for no consent: else how it ended may be said all the same.
    silent_after_no: Annotated[bool, OPTIONAL, MORE] = False
    consents: Consents = ()
    consent_there: Consents = ()  # once the person has landed
    pack: Annotated[str, Given, OPTIONAL] = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", of_group(self.fields, self.group))
        if not self.states:
            raise InvalidValue("an entry stands in some state", "Name at least one.")
        told = (self.fields[name] for state in self.states.values() for name in state.tells if name in self.fields)
        if any(spec.under is None for spec in told):
            raise InvalidValue("who is told of the person is told under a consent: say 'under' of the field")
        if (self.own is None) != (self.own_group is None):
            raise InvalidValue("who sees their own entries does so under a data group: say own and own_group")
        if self.asked_first is not None and self.asked_first.none in self.states:
            none = self.states[self.asked_first.none]
            if not none.ends or none.needs or none.asks:
                raise InvalidValue("where there is none, nothing else is said, and nothing is awaited")

    @property
    def called_by_clear(self) -> Ids:
        """The fields by which people know an entry again that are no words: these lie in clear."""
        return tuple(
            name for name, spec in self.fields.items() if spec.type in ("code", "party", "entry") and spec.required
        )

    def says_there_is_none(self, state: str) -> bool:
        """Say whether an entry stands so that it says that there is none."""
        return self.asked_first is not None and self.asked_first.none == state

    @property
    def first(self) -> str:
        """The state in which an entry begins, where nobody says another."""
        return next(iter(self.states))

    def group_of(self, name: str, of: str | None) -> str:
        """Name the data group of a field; words that are of somebody else belong where the register says."""
        spec = self.fields[name]
        group = spec.group or self.group
        return self.of_others or group if of and spec.type == "text" and group == self.group else group

    def passed_over(self, before: str | None, now: str) -> tuple[str, ...]:
        """Name the states that usually lie between two; none where one leads to the other, or nothing does. An entry may begin in any that
        is the first of some way.
        """
        if before == now:
            return ()
        ways: list[tuple[str, ...]] = [(now,)]
        seen = {now}
        while ways:
            way = ways.pop(0)
            earlier = self.states[way[0]].from_
            if before in earlier:
                return way[:-1]
            if before is None and not earlier:
                return way[1:-1]
            for one in (one for one in earlier if one not in seen):
                seen.add(one)
                ways.append((one, *way))
        return ()

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give what is shown of its parts: what it asks, and how its states are called."""
        return {
            "asked": titles_of(self.fields),
            "states": {code: one.title for code, one in self.states.items()},
            "dues": {
                f"{name}-{number}": one.ask
                for name, spec in self.fields.items()
                for number, one in enumerate(spec.dues)
            }
            | ({FIRST: self.asked_first.ask} if self.asked_first is not None else {}),
            "asked_then": {code: [*one.asks] for code, one in self.states.items() if one.asks},
        }
