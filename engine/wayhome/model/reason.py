"""Why something may or may not happen: a `Reason` for each rule, and the `Decision` they add up to.

A reason holds an English template (the message id of a later translation) and values that identify nobody;
it becomes a sentence only where it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from wayhome.errors import Template, WayhomeError, filled, part, spoken
from wayhome.frozen import EMPTY, Frozen, frozen, words
from wayhome.model.closed_sets import SlotType
from wayhome.model.data import Data, data


@data
class Remedy(Data):
    """A question that would help: which command, what it leaves open, by whom, from when, until when.

    Attributes:
        do: what identifies the command, as a story writes it, e.g. {"do": "complete", "step": "safety_plan"}; of `record`, the
            names of the facts that are asked. It holds no answer.
        slots: what it needs an answer to, some of it after another answer: by its name, of which type it is. What is asked, and what
            can be answered, is in the form (`Engine.form`), with what may be left open.
        who: roles of which one may give the command, by the id of each its title.
        from_: from when it can be done (UTC); None when that waits for something else.
        until: until when it should be done (UTC); None when nothing ends it.
        zone: in which these times are told: that of who has the duty, else that of where the person is.
    """

    do: Mapping[str, Any]
    slots: Mapping[str, SlotType] = EMPTY
    who: Mapping[str, str] = EMPTY
    from_: datetime | None = None
    until: datetime | None = None
    zone: str = "UTC"


class Because:
    """Of a row that says why it is listed: one template of its `values`."""

    __slots__ = ()

    json_properties: ClassVar[tuple[str, ...]] = ("because",)

    because_template: Template
    values: Mapping[str, Any]

    @property
    def because(self) -> str:
        """Why it is listed, as an English sentence."""
        return filled(self.because_template, self.values)


@data
class Reason(Data):
    """One rule's answer.

    Attributes:
        rule: `INV-nn`, a pack's rule id, or STEP, FACT, CONSENT, DOCUMENT, PHASE, ROLE, INPUT.
        met: whether the rule is satisfied.
        fact_template, todo_template: what was found, and what to do, with {names} of `values`.
        subject: the step, fact, consent, document … that the reason is about.
        remedy: the command that would help, where one is known.
        source: where the rule comes from, as ids of sources.
    """

    json_properties: ClassVar[tuple[str, ...]] = ("fact", "todo")

    rule: str
    met: bool
    fact_template: Template
    todo_template: Template = ""
    subject: str = ""
    values: Mapping[str, Any] = EMPTY
    remedy: Remedy | None = None
    source: tuple[str, ...] = ()
    phase: int = 0

    def __post_init__(self) -> None:  # as all data, written out: a decision makes a hundred of these
        if type(self.values) is not Frozen:
            object.__setattr__(self, "values", spoken(self.values))
        if type(self.source) is not tuple:
            object.__setattr__(self, "source", words(self.source))

    @property
    def fact(self) -> str:
        """What was found, as an English sentence."""
        return filled(self.fact_template, self.values)

    @property
    def todo(self) -> str:
        """What to do, as an English sentence; empty when the rule is met."""
        return filled(self.todo_template, self.values)


@data
class Finding(Data):
    """What a rule found: yes or no, what it is about, and what to do. The engine makes a `Reason` of it.

    Attributes:
        met: whether what the rule claims is so.
        fact, todo: what was found, and what to do: English templates with {names} of `values`.
        subject: the id of the step, fact, consent, document, role, incident or move that it is about.
        of: the ref of the person that it is about, when that is not the returned person.
        do: the command that would help, as far as it identifies something, where the subject does not say it.
        from_: from when that command can be given; None when something else comes first.
    """

    met: bool
    fact: Template
    subject: str = ""
    todo: Template = ""
    values: Mapping[str, Any] = EMPTY
    of: str = ""
    do: Mapping[str, Any] | None = None
    from_: datetime | None = None

    def __post_init__(self) -> None:
        if type(self.values) is not Frozen:
            object.__setattr__(self, "values", spoken(self.values))
        if self.do is not None and type(self.do) is not Frozen:
            object.__setattr__(self, "do", frozen(self.do))

    def beside(self, figures: Mapping[str, Any]) -> Finding:
        """Give the same finding, with figures beside its own values."""
        values = Frozen({**figures, **self.values})
        return Finding(self.met, self.fact, self.subject, self.todo, values, self.of, self.do, self.from_)


def yes(fact: Template, subject: str = "", /, **values: Any) -> Finding:
    """Answer that it is so: what was found, and what that is about."""
    return Finding(True, fact, subject, "", spoken(values))


def no(
    fact: Template,
    subject: str = "",
    /,
    *,
    todo: Template,
    of: str = "",
    do: Mapping[str, Any] | None = None,
    from_: datetime | None = None,
    **values: Any,
) -> Finding:
    """Answer that it is not so: what was found, what that is about, and what to do."""
    return Finding(False, fact, subject, todo, spoken(values), of, do, from_)


class Judgement(NamedTuple):
    """What was asked and what was found: a rule (or STEP, FACT, …), its finding, its sources, its place in the order of reasons."""

    rule: str
    finding: Finding
    source: tuple[str, ...] = ()
    phase: int = 0


def never(rule: str, fact: Template, subject: str, todo: Template, **values: Any) -> Judgement:
    """Answer that it is not so, and that no other command would help."""
    return Judgement(rule, Finding(False, fact, subject, todo, spoken(values), do={}))


@data
class Decision(Data):
    """Every reason for and against. A decision without reasons forbids.

    Attributes:
        from_: of a departure that was judged at its planned hour: from when it can be done, where that lies ahead.
        zone: the time zone in which that is told.
    """

    json_properties: ClassVar[tuple[str, ...]] = ("allowed",)

    reasons: tuple[Reason, ...] = ()
    from_: datetime | None = None
    zone: str = "UTC"

    @property
    def allowed(self) -> bool:
        return bool(self.reasons) and all(reason.met for reason in self.reasons)

    @property
    def unmet(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if not reason.met)

    @property
    def met(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.met)


class Refused(WayhomeError):
    """The rules forbid this now. Nothing was saved; `decision` lists every reason.

    The templates of `why` and `todo` stand in its reasons; its sentences are theirs, one after the other.
    """

    kind = "refused"
    json_properties = ("case", "command", "move", "decision")

    def __init__(self, case: str, command: str, decision: Decision, *, move: str | None = None) -> None:
        self.case, self.command, self.move, self.decision = case, command, move, decision
        super().__init__(
            "Case {number} was not changed: '{command}' is not allowed yet.", number=case, command=move or command
        )

    @property
    def why(self) -> str:
        said = [_said_by(r.rule, r.fact_template, r.values) for r in self.decision.unmet]
        return filled("Unmet: {unmet}.", {"unmet": tuple(said)})

    @property
    def todo(self) -> str:
        said = [_said_by(r.rule, r.todo_template, r.values) for r in self.decision.unmet if r.todo_template]
        return filled("To do: {to_do}.", {"to_do": tuple(said)})


def _said_by(rule: str, template: Template, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return part("{rule} {said}", rule=rule, said=part(template, **values))
