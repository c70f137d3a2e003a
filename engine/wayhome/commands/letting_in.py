"""Who is let into a case for a while, beside those who are in it: by who leads it, by law, to avert danger, or by themselves at night.

An opening outdates nothing, and counts for no `if_version`: nobody's work is undone because somebody had to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar

from wayhome.calendar.spans import clock_text, end_of_day
from wayhome.case_now import CaseNow
from wayhome.case_now.access import holders_of, in_place
from wayhome.case_now.roles import accounts_at
from wayhome.commands.answer import Act, Answer, role_for
from wayhome.commands.changes import Change
from wayhome.commands.values import organisation_from
from wayhome.errors import BadInput, Template
from wayhome.model.actor import Actor
from wayhome.model.case import Case, Opening
from wayhome.model.closed_sets import OPENED_ON, OpenedOn
from wayhome.model.command import Command, Party, Question, Words
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.reading import Faults, as_code, as_moment, as_text, bad, one_of, unknown
from wayhome.model.reason import no

__all__ = ["CloseUp", "OpenUp"]

GLASS = "break_glass"
NO_NUMBER = "by_name"  # in the place of the number of a case, where the glass is broken by who the person is
DANGER = "danger_to_life"
DUTY = "legal_duty"
LOG = "read_log"  # the data group of who was let in, and why
# The longest that somebody is let in. (access, section 5; our own choice)
LONGEST: dict[str, timedelta] = {
    "let_in": timedelta(days=30), DUTY: timedelta(days=30), DANGER: timedelta(hours=72), GLASS: timedelta(hours=72),
}  # fmt: skip
NOT_AGAIN = timedelta(days=30)  # the glass of one case by one account
NOT_BY_THEMSELVES = ("organisation", "worker", "groups", "until", "article")  # what nobody says who breaks the glass
BY_NAME = ("called", "born")
_OF_OTHERS = {"ground": ("let_in", DUTY, DANGER)}


@data(kw_only=True)
class OpenUp(Command):
    """Open a case for a while: to a house, or one account there; or to oneself, where somebody must know now to protect the person.

    `break_glass` is for whoever is signed in and may not see the case: by its number, for 72 hours, to read what protects, and to write
    an alarm, a contact and a note. Who leads the case, and data protection, are told at once. Who has no number says `by_name` for it, and
    the whole name and the year of birth, of a person in a case that their house is or was in.
    """

    word: ClassVar[str] = "open_up"
    unruled: ClassVar[Template] = (
        "who leads a case may let somebody in; and to avert danger anybody of those who may break the glass"
    )

    ground: Annotated[OpenedOn, Question("On which ground?")]
    organisation: Annotated[Party | None, Question("To which house?", of="openers", when=_OF_OTHERS, needed=True)] = (
        None
    )
    worker: Annotated[str | None, Question("To one account there alone? Which?", when=_OF_OTHERS)] = None
    groups: Annotated[Words, Question("What may be read?", of="groups", when=_OF_OTHERS, needed=True)] = ()
    until: Annotated[datetime | date | None, Question("Until when?", when=_OF_OTHERS, needed=True)] = None
    article: Annotated[str | None, Question("Which article of which law asks for it?", when={"ground": (DUTY,)}, needed=True)] = field(
        default=None, repr=False
    )  # fmt: skip
    why: Annotated[str, Question("Why must they know?")] = field(repr=False)
    called: str | None = field(default=None, repr=False)
    born: int | None = field(default=None, repr=False)

    @property
    def seeks(self) -> bool:
        """Whether the case is to be found by who the person is."""
        return self.ground == GLASS and self.case == NO_NUMBER

    @property
    def given_as(self) -> str:
        """As what it is given: who breaks the glass may have no other part in the case."""
        return GLASS if self.ground == GLASS else self.word


@data(kw_only=True)
class CloseUp(Command):
    """Close what was opened (the seq of that entry); or say of it whether it was right, or that the person was told. It ends then, unless
    it was right or only told.
    """

    word: ClassVar[str] = "close_up"
    unruled: ClassVar[Template] = "what was opened may always be closed"

    seq: Annotated[int, Question("Which entry of the history?")]
    right: Annotated[bool | None, Question("Somebody broke the glass: was it right?")] = None
    told: Annotated[bool | None, Question("Was the person told?")] = None


def on_open_up(case: CaseNow, command: OpenUp, answer: Answer) -> None:
    """Let a house or an account in, or oneself."""
    ground, actor = one_of("ground", command.ground, OPENED_ON), case.actor
    assert actor is not None
    may = [id for id, role in case.process.roles.items() if ground in role.opens_up]
    answer.role = role_for(case, may, "{command}", command=ground)
    sealed = {LOG: {"why": as_text("why", command.why)}}
    if command.article:
        sealed[LOG]["article"] = as_text("article", command.article)
    if case.recorded.is_closed:
        closed: Template = "the case is closed, and open to nobody who is let in"
        answer.refuse("PHASE", no(closed, todo="reopen it first, or ask who leads it", do={}))
    if ground == DUTY and not command.article:
        law: Template = "It is not said which law asks for it."
        answer.wrong(bad("article", "missing", law, "Name the law, and the article."))
    if ground == GLASS:
        _breaks_the_glass(case, command, actor, answer)
        house, worker = actor.organisation, actor.id
        groups, until = list[str](), case.now + LONGEST[GLASS]
    else:
        for name in BY_NAME:
            if getattr(command, name) is not None:
                answer.wrong(_no_name(name))
        house, worker = _whom(case, command, actor, answer)
        groups, until = _which(case, command, answer), _until(case, command, answer)
    answer.emit(
        "opened_up", sealed, ground=ground, organisation=house, worker=worker, groups=groups,
        until=until.isoformat().replace("+00:00", "Z"),
    )  # fmt: skip


def _breaks_the_glass(case: CaseNow, command: OpenUp, actor: Actor, answer: Answer) -> None:
    for fault in _too_much(command):
        answer.wrong(fault)
    for name in BY_NAME:
        if getattr(command, name) is not None:
            answer.wrong(_no_name(name))
    before = (one for one in case.recorded.openings if one.ground == GLASS and one.worker == actor.id)
    last = max(before, key=lambda one: one.at, default=None)
    if last is not None and last.is_open(case.now):
        still: Template = "the glass is broken for you until {until}"
        answer.refuse(
            "ROLE",
            no(
                still,
                str(last.seq),
                todo="look at the case",
                do={},
                until=clock_text(last.until, case.process.zones["host"]),
            ),
        )
    elif last is not None and case.now < last.at + NOT_AGAIN and last.was_right is not True:
        again: Template = (
            "you have broken the glass of this case less than {span} ago, and nobody has said that it was right"
        )
        todo: Template = "call who leads the case, or their data protection officer"
        answer.refuse("ROLE", no(again, str(last.seq), todo=todo, do={}, span="30 days"))


def _too_much(command: OpenUp) -> Iterator[BadInput]:
    own: Template = "Who breaks the glass opens it for themselves, for 72 hours, to what protects."
    return (bad(name, "contradiction", own, "Leave it out.") for name in NOT_BY_THEMSELVES if getattr(command, name))


def _no_name(name: str) -> BadInput:
    by_name: Template = "By a name and a year of birth somebody is looked for who breaks the glass and has no number."
    return bad(name, "contradiction", by_name, "Leave it out.")


def must_be_whole(command: OpenUp) -> None:
    """See that nothing is wrong with a broken glass by what is said alone, before it is known whether there is such a case.

    Raises:
        BadInput: with everything that is.
    """
    faults = Faults()
    with faults.gathered():
        as_text("why", command.why)
    for fault in _too_much(command):
        with faults.gathered():
            raise fault
    if command.if_version is not None:
        with faults.gathered():
            unseen: Template = "Who has no number of a case has seen no version of it."
            raise bad("if_version", "contradiction", unseen, "Leave it out.")
    faults.raise_any()


def _whom(case: CaseNow, command: OpenUp, actor: Actor, answer: Answer) -> tuple[str, str]:
    """Read who is let in: a house, or one account there; nobody lets in themselves."""
    if not command.organisation:
        answer.wrong(bad("organisation", "missing", "It is not said who is let in.", "Say to which house."))
        return "", ""
    house = as_code("organisation", command.organisation)
    if house not in case.process.partners and house != actor.organisation:
        organisation_from(case, "organisation", house)
    known, worker = accounts_at(case, house), command.worker
    if worker:
        worker = one_of("worker", worker, known) if known and house == actor.organisation else as_code("worker", worker)
    if (worker or house) in (actor.id, actor.organisation):
        own: Template = "Nobody lets in themselves, nor their whole house."
        answer.wrong(bad("worker", "contradiction", own, "Name one colleague; or break the glass."))
    same = [one for one in case.recorded.openings if (one.ground, one.house) == (DANGER, house)]
    if command.ground == DANGER and same and same[-1].by == actor.id:
        again: Template = "you have opened it to them for this before"
        answer.refuse("ROLE", no(again, str(same[-1].seq), todo="let another person look, and say it", do={}))
    return house, worker or ""


def _which(case: CaseNow, command: OpenUp, answer: Answer) -> list[str]:
    """Read what may be read: of what is opened on this ground at all."""
    known = case.process.groups
    can = {
        DANGER: [id for id, one in known.items() if DANGER in one.opened_by],
        DUTY: [id for id in case.process.data_groups if not known[id].never_by_duty],
    }.get(command.ground, case.process.data_groups)
    said = list[str]()
    for group in dict.fromkeys(command.groups):
        with answer.faults.gathered():
            said += case.process.covered([one_of("groups", group, known)])
            if group in case.process.data_groups and group not in can:
                raise unknown("group that is opened so", group, can, field="groups")
    if not command.groups:
        answer.wrong(bad("groups", "missing", "It is not said what may be read.", "Name what is needed, and no more."))
    return [one for one in can if one in said]


def _until(case: CaseNow, command: OpenUp, answer: Answer) -> datetime:
    """Read until when: at most as long as this ground lasts."""
    longest = LONGEST[command.ground]
    if command.until is None:
        answer.wrong(bad("until", "missing", "It is not said until when.", "Say a day, or an hour."))
        return case.now
    said = as_moment("until", command.until)
    until = said if isinstance(said, datetime) else end_of_day(said, case.process.zones["host"])
    if not case.now < until <= case.now + longest:
        hours = int(longest.total_seconds() // 3600)
        most: Template = "Nobody is let in so for longer than {hours} hours, nor in the past."
        answer.wrong(bad("until", "contradiction", most, "Say it anew when it is over.", hours=hours))
    return until


def on_close_up(case: CaseNow, command: CloseUp, answer: Answer) -> None:
    """Close what was opened, or say what somebody found who looked at it."""
    actor = case.actor
    assert actor is not None
    one = next((one for one in case.recorded.openings if one.seq == command.seq), None)
    process = case.process
    own = one is not None and actor.id in (one.worker, one.by) and command.right is None and command.told is None
    answer.role = role_for(case, process.working if own else _who_looks(case, actor), "{command}", command=CloseUp.word)
    if command.told is False:
        not_yet: Template = "That the person was not told yet is not written down."
        answer.wrong(bad("told", "contradiction", not_yet, "Leave it out."))
    if one is None:
        raise bad("seq", "unknown", "Nothing was opened with that entry.", "Look at the history.")
    if command.right is not None and one.ground != GLASS:
        asked: Template = "Only of a broken glass somebody says whether it was right."
        answer.wrong(bad("right", "contradiction", asked, "Leave it out."))
    if command.right is not None and one.worker == actor.id:
        same: Template = "who broke the glass does not say whether it was right"
        answer.refuse("ROLE", no(same, str(one.seq), todo="let who leads the case look, or data protection", do={}))
    is_over = not one.is_open(case.now)
    ends = command.right is False or (command.right is None and command.told is None)
    if ends and is_over and command.right is None:
        over: Template = "That is over already."
        answer.wrong(bad("seq", "contradiction", over, "Nothing need be done."))
    answer.emit(
        "closed_up", entry=one.seq, ends=(ends and not is_over) or None,
        right=command.right, told=command.told or None,
    )  # fmt: skip


def _who_looks(case: CaseNow, actor: Actor) -> list[str]:
    """Name the roles that say what was found: who leads, and data protection; of those that count for what the actor does here, and by no opening."""
    roles, leads = case.process.roles, actor.organisation == case.recorded.leads
    placed = in_place(case.process, holders_of(case.recorded), actor)
    counting = placed.roles if placed is not None else frozenset[str]()
    looks = (id for id, one in roles.items() if one.oversees or (leads and (one.manager or one.called_last)))
    return [id for id in looks if id in counting or not actor.roles & {id}]


def opened_up(case: Case, event: Event) -> Change:
    said = event.data
    until = datetime.fromisoformat(said["until"])
    one = Opening(
        event.seq, said["ground"], said["organisation"], said.get("worker") or "", tuple(said.get("groups") or ()),
        event.recorded_at, until, event.actor,
    )  # fmt: skip
    return {"openings": (*case.openings, one)}


def closed_up(case: Case, event: Event) -> Change:
    said = event.data

    def after(one: Opening) -> Opening:
        if one.seq != said["entry"]:
            return one
        return one._replace(
            closed_at=event.recorded_at if said.get("ends") else one.closed_at,
            was_right=said.get("right", one.was_right),
            was_told=one.was_told or bool(said.get("told")),
        )

    return {"openings": tuple(map(after, case.openings))}


def _about(_: CaseNow, command: OpenUp) -> Iterable[str]:
    return (str(command.ground),)


ACTS = (Act(OpenUp, on_open_up), Act(CloseUp, on_close_up))
CHANGES: dict[str, Any] = {"opened_up": opened_up, "closed_up": closed_up}
