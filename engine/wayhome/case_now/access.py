"""On which ground somebody is in a case, and which of their roles count there (decision 0041).

An organisation is in a case because it leads it or has opened it, holds a role of it, or is named by a consent in force. Under each of these
grounds some roles count; any other that its people have is as if it were not there. Whoever has no ground does not know that there is a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from wayhome.calendar.spans import end_of_day
from wayhome.model.actor import NOBODY, Accounts, Actor
from wayhome.model.closed_sets import OPENED_ON, OWNER
from wayhome.model.moves import MOVES, PHASE_NUMBER

if TYPE_CHECKING:
    from wayhome.case_now.consents import Consents
    from wayhome.model.case import Case, ConsentRecord, Opening
    from wayhome.packs.process import Process


class Holders(NamedTuple):
    """Who holds what in a case: all that is looked at to know whose it is what is due there."""

    organisation: str  # that opened it
    roles: tuple[tuple[str, str], ...]  # and to which party each is given
    case_workers: tuple[tuple[str, str], ...]  # by the organisation where they work, the id of their account
    helpers: tuple[tuple[str, str], ...]  # roles that people of the case hold, and for whom these work
    named: frozenset[str]  # the organisations that a given consent names
    let_in: frozenset[
        str
    ]  # the organisations and accounts that somebody has let in for a while, but for who broke the glass
    kept_to: tuple[tuple[str, tuple[str, ...]], ...]  # by house, the accounts there that alone may know of it
    is_closed: bool
    has_landed: bool

    @property
    def owner(self) -> str | None:
        """The organisation that leads it; None before one was named."""
        return dict(self.roles).get(OWNER)

    @property
    def leads(self) -> str:
        """The organisation that leads it; before one was named, the one that opened it."""
        return self.owner or self.organisation


Ground = Literal[
    "leads", "opened", "role", "consent", "system", "let_in", "legal_duty", "danger_to_life", "break_glass"
]
ANYWHERE: frozenset[Ground] = frozenset(get_args(Ground))
LET_IN: frozenset[Ground] = frozenset(OPENED_ON)
REMEMBERED = timedelta(
    days=730
)  # for how long who was in a case is told that it is closed for them (access, section 5)
GLASS: Ground = "break_glass"
LEADING: frozenset[Ground] = frozenset(("leads",))
IN_A_PLACE = ANYWHERE - LET_IN - {"consent"}
WHO_HELPS: frozenset[Ground] = frozenset(("danger_to_life", GLASS))
WHO_IS_IN: frozenset[Ground] = IN_A_PLACE | {"consent"}
# On which grounds a command is given; whatever is not named, in a place.
GIVEN_ON: Mapping[str, frozenset[Ground]] = {
    # Anybody in the case may hear a no, and raise an alarm.
    "withdraw": WHO_IS_IN,
    **dict.fromkeys(("incident", "contact"), WHO_IS_IN | WHO_HELPS),
    "note": IN_A_PLACE | {GLASS},
    **dict.fromkeys((GLASS, "close_up"), ANYWHERE),
    **dict.fromkeys(("assign", "rebase", "open_up"), LEADING),  # nobody lets in themselves
    # Who is with the person says that they are on the way; all else of the course says who leads.
    **dict.fromkeys(MOVES, LEADING),
    **dict.fromkeys(("depart", "left", "arrive"), LEADING | {"role"}),
    "turn_back": LEADING | {"role", "opened"},
}


class Grounds(NamedTuple):
    """On which grounds somebody is in a case, each with those of their roles that count there."""

    actor: Actor
    of: Mapping[Ground, frozenset[str]]

    @property
    def is_listed(self) -> bool:
        """Whether the case stands in their lists: not for who has broken the glass alone."""
        return {*self.of} != {GLASS}

    @property
    def whole(self) -> Actor:
        """Who they are with each of their roles that counts for anything here."""
        return self._on(ANYWHERE)

    @property
    def typing_for_who_leads(self) -> Grounds:
        """Their grounds where who leads has no account here: who opened the case writes down what they do, else nobody could."""
        return self._replace(of={**self.of, "leads": self.of["opened"]})

    def gives(self, word: str) -> Actor:
        """Give who they are for a command of this word, or a move of this name."""
        return self._on(GIVEN_ON.get(word, IN_A_PLACE))

    def _on(self, grounds: frozenset[Ground]) -> Actor:
        return _with(
            self.actor, frozenset[str]().union(*(roles for ground, roles in self.of.items() if ground in grounds))
        )


def grounds_of(case: Consents, actor: Actor) -> Grounds | None:
    """Say on which grounds an actor is in a case at its moment; None: on none, and they do not know of it."""
    if actor.is_clock:
        return Grounds(actor, {"leads": actor.roles})
    holders = holders_of(case.recorded)
    found = dict(place_grounds(case.process, holders, actor))
    found |= {
        "system": _always(case.process) & actor.roles,
        "consent": roles_named(case, actor.organisation) & _known_to(case.process, holders, actor),
    }
    if "opened" in found and case.suspending(case.recorded.owner or ""):
        found["leads"] = found["opened"]  # who leads has failed: the person is not left with them
    working = frozenset(case.process.working)
    for one in openings_for(case, actor):
        counting = _breaking(case.process) if one.ground == GLASS else working
        found |= {one.ground: counting & actor.roles}
    found = {ground: roles for ground, roles in found.items() if roles}
    return Grounds(actor, found) if found else None


def closed_since(case: Consents, actor: Actor) -> datetime | None:
    """Say since when a case is closed for an actor who was in it: when the last ground ended on which one of their roles counted. None:
    none ever did, it ended too long ago, or it is open to their house, and only not to them.
    """
    recorded, house = case.recorded, actor.organisation
    holders = holders_of(recorded)
    if roles_of(case.process, holders, house) or roles_named(case, house) or _is_kept_from(holders, actor):
        return None
    ended = [at for at, roles in _ended(case, house) if not roles.isdisjoint(actor.roles)]
    since = max(ended, default=None)
    return since if since is not None and case.now < since + REMEMBERED else None


def _ended(case: Consents, house: str) -> Iterator[tuple[datetime, frozenset[str]]]:
    """Give when each ground of a house has ended, and the roles that counted on it."""
    process, recorded = case.process, case.recorded
    for one in recorded.openings:
        if one.house == house and (recorded.is_closed or not one.is_open(case.now)):
            ends = one.closed_at or one.until
            yield min(ends, recorded.closed_at or ends), frozenset(process.working)
    yield from _ended_places(case, house)


def has_been_in(case: Consents, house: str) -> bool:
    """Say whether a house is or was in a case, by more than that somebody was let in there for a while."""
    is_in = roles_of(case.process, holders_of(case.recorded), house) or roles_named(case, house)
    return bool(is_in) or any(_ended_places(case, house))


def _ended_places(case: Consents, house: str) -> Iterator[tuple[datetime, frozenset[str]]]:
    process, recorded = case.process, case.recorded
    of_leading = _of_sides(process, "host", "origin")
    if recorded.closed_at is not None and house == recorded.organisation:
        yield recorded.closed_at, of_leading & _staying(process)
    for role in {*recorded.roles, *recorded.earlier.get("roles", ())}:
        ever = recorded.all_of("roles", role)
        for was, after in zip_longest(ever, ever[1:]):
            ends = recorded.closed_at if after is None else after.at
            if was.value == house and ends is not None:
                yield ends, of_leading if role == OWNER else _brought_by(process, role)
    for key, record in recorded.consents.items():
        was_given = any(was.value[0] == "given" for was in recorded.all_of("consents", key))
        purpose = process.consents.get(record.purpose)
        if record.recipient == house and was_given and purpose is not None and not record.of:
            expires = end_of_day(record.expires_on, process.zones["host"]) if record.expires_on else None
            ends = record.at if record.state != "given" else expires or recorded.closed_at
            if ends is not None and ends <= case.now:
                yield ends, roles_let_in(process, record)


def openings_for(case: Consents, actor: Actor) -> Iterator[Opening]:
    """Give what is open to an actor for a while: to them alone, or to their house. None once the case is closed."""
    if not case.recorded.is_closed:
        for one in case.recorded.openings:
            whose = one.worker or ("" if _is_kept_from(holders_of(case.recorded), actor) else actor.id)
            if one.is_open(case.now) and (actor.organisation, actor.id) == (one.house, whose):
                yield one


def _is_kept_from(holders: Holders, actor: Actor) -> bool:
    """Say whether a case is kept to others of the house of an actor."""
    kept = dict(holders.kept_to).get(actor.organisation)
    return kept is not None and actor.id not in kept


def who_could_break_in(process: Process, actor: Actor) -> Grounds | None:
    """Give on which ground somebody could open a case to themselves who has no other part in it; None: they could not."""
    roles = _breaking(process) & actor.roles
    return Grounds(actor, {GLASS: roles}) if roles else None


def _breaking(process: Process) -> frozenset[str]:
    """Name the roles that break the glass, and count where it is broken."""
    return process.memoised(
        "breaking", lambda: frozenset(id for id, one in process.roles.items() if GLASS in one.opens_up)
    )


def _with(actor: Actor, roles: frozenset[str]) -> Actor:
    return actor if roles == actor.roles else Actor(actor.id, actor.organisation, roles)


def place_grounds(
    process: Process, holders: Holders, actor: Actor, *, whoever: bool = False
) -> Iterator[tuple[Ground, frozenset[str]]]:
    """Give the grounds on which an actor is in a case, but for the consents that name their house, each with their roles that count."""
    house, found = actor.organisation, list[tuple[Ground, frozenset[str]]]()
    has_opened, leads = holders.organisation == house, holders.leads == house
    if leads:
        receives = {
            party for role, party in holders.roles if role in process.roles and process.roles[role].partner_class
        }
        does_both = (holders.has_landed and not receives) or not (has_opened or house in receives)
        sides = ("host", "origin") if does_both else ("host",) if has_opened else ("origin",)
        found.append(("leads", _of_sides(process, *sides)))
    elif has_opened:
        found.append(("opened", _of_sides(process, "host") & _staying(process)))
    if holders.is_closed:
        found = [(ground, roles & _staying(process)) for ground, roles in found if leads]
    else:
        held = {role for role, party in (*holders.roles, *holders.helpers) if party == house and role != OWNER}
        found.append(("role", frozenset[str]().union(*(_brought_by(process, role) for role in held))))
    known_to = actor.roles if whoever else _known_to(process, holders, actor)
    for ground, roles in found:
        if counting := roles & known_to:
            yield ground, counting


def _known_to(process: Process, holders: Holders, actor: Actor) -> frozenset[str]:
    """Name the roles of an actor that may count: where a case is kept to others of their house, those that oversee it alone."""
    kept = dict(holders.kept_to).get(actor.organisation)
    if kept is None or actor.id in kept:
        return actor.roles
    return actor.roles & process.overseeing


def _of_sides(process: Process, *sides: str) -> frozenset[str]:
    """Name the roles that count for a house that leads on these sides."""
    return process.memoised(
        ("of sides", sides),
        lambda: frozenset(
            id
            for id, one in process.roles.items()
            if one.login and one.counts == "side" and one.side in (*sides, "either")
        ),
    )


def _always(process: Process) -> frozenset[str]:
    return process.memoised(
        "always", lambda: frozenset(id for id, one in process.roles.items() if one.counts == "always")
    )


def _staying(process: Process) -> frozenset[str]:
    return process.memoised("staying", lambda: frozenset(id for id, one in process.roles.items() if one.stays))


def _brought_by(process: Process, role: str) -> frozenset[str]:
    """Name the roles that count for a house that holds one in a case: those that it brings, or itself; and who oversees each house."""

    def find() -> frozenset[str]:
        known = process.roles.get(role)
        return frozenset({*((known.brings if known else ()) or (role,)), *process.overseeing})

    return process.memoised(("brought by", role), find)


def roles_named(case: Consents, house: str) -> frozenset[str]:
    """Give the roles of a house that count because a consent in force names it; none once the case is closed."""
    if case.recorded.is_closed:
        return frozenset()
    named = [one for one in case.recorded.consents.values() if one.recipient == house and not one.of]
    if not named or case.suspending(house):
        return frozenset()
    return frozenset[str]().union(*(roles_let_in(case.process, one) for one in named if case.in_force(one)))


def roles_let_in(process: Process, record: ConsentRecord) -> frozenset[str]:
    """Give the roles that an answer lets in at the house that it names: those of its purpose, and those of the parts that it covers."""
    purpose = process.consents.get(record.purpose)
    if purpose is None:
        return frozenset()
    covered = process.covered(record.groups)
    parts = (roles for part, roles in purpose.opens_part_to.items() if part in covered)
    return frozenset(purpose.opens_to).union(*parts)


def in_place(process: Process, holders: Holders, actor: Actor) -> Actor | None:
    """Give an actor with the roles that count for what they do in a case; None where none does."""
    roles = frozenset[str]().union(*(roles for _, roles in place_grounds(process, holders, actor)))
    return _with(actor, roles) if roles else None


def roles_of(process: Process, holders: Holders, house: str) -> frozenset[str]:
    """Name the roles that count for a house in a case, whoever there has them."""
    everybody = Actor(id="everybody", organisation=house, roles=process.roles.keys())
    return frozenset[str]().union(*(roles for _, roles in place_grounds(process, holders, everybody, whoever=True)))


def roles_on(process: Process, holders: Holders, grounds: frozenset[Ground]) -> frozenset[str]:
    """Name the roles that count on some of these grounds, at whatever house has a part in the case."""
    houses = {holders.leads, holders.organisation, *(party for _, party in (*holders.roles, *holders.helpers))}
    everybody = (Actor(id="everybody", organisation=house, roles=process.roles.keys()) for house in houses if house)
    found = (one for who in everybody for one in place_grounds(process, holders, who, whoever=True))
    return frozenset[str]().union(*(roles for ground, roles in found if ground in grounds))


def is_of(holders: Holders, actor: Actor) -> bool:
    """Say whether the house of an actor leads a case, or has opened it."""
    return actor.organisation in (holders.leads, holders.organisation)


def roles_in(process: Process, holders: Holders) -> frozenset[str]:
    """Name the roles that count for some house in a case, and those of people who have no account."""
    houses = {holders.organisation, holders.leads, *(party for _, party in (*holders.roles, *holders.helpers))}
    typing = (roles_of(process, holders, house) for house in houses)
    return frozenset(id for id, one in process.roles.items() if not one.login).union(*typing)


def may_be_in(process: Process, holders: Holders, actor: Actor) -> bool | None:
    """Say whether an actor is in a case, by what a list knows of it; None: only a consent can tell, and the case must be opened."""
    if actor.is_clock or any(place_grounds(process, holders, actor)):
        return True
    return None if {actor.organisation, actor.id} & (holders.named | holders.let_in) else False


def is_for(
    process: Process,
    holders: Holders,
    who: Sequence[str],
    actor: Actor,
    accounts: Accounts = NOBODY,
) -> bool:
    """Say whether what these roles do in a case is for this actor, as far as the case knows.

    Args:
        accounts: who has an account here. A case worker who has none any more answers for nobody: what was theirs is for everybody of
            that organisation. Of an organisation that never had one, the name is taken as it was given.
    """
    return answers_for(process, holders, who, actor, in_place(process, holders, actor), accounts)


def answers_for(
    process: Process,
    holders: Holders,
    who: Sequence[str],
    actor: Actor,
    counting: Actor | None,
    accounts: Accounts,
) -> bool:
    """Say what `is_for` does of an actor of whom it is known which of their roles count in the case (`in_place`)."""
    return counting is not None and any(
        _is_theirs(process, holders, role, actor, accounts) for role in who if role in counting.roles
    )


def _is_theirs(process: Process, holders: Holders, role: str, actor: Actor, accounts: Accounts) -> bool:
    """Say whether an actor holds a role in a case: nobody else's organisation does, nor is another the case worker who leads."""
    if dict(holders.roles).get(role, actor.organisation) != actor.organisation:
        return False
    leads = role in process.roles and process.roles[role].manager
    named = dict(holders.case_workers).get(actor.organisation)  # also while they are away
    return (
        not leads or actor.id == named or worker_of(process, holders, actor.organisation, accounts) in (None, actor.id)
    )


def holders_of(recorded: Case) -> Holders:
    """Give who holds what in a case."""
    roles = sorted((role, held.party) for role, held in recorded.roles.items())
    people = ((role, recorded.people.get(held.ref or "")) for role, held in sorted(recorded.roles.items()))
    return Holders(
        recorded.organisation,
        tuple(roles),
        tuple(sorted((at, one.id) for at, one in recorded.case_workers.items())),
        tuple((role, one.works_for) for role, one in people if one is not None and one.works_for),
        frozenset(one.recipient for one in recorded.consents.values() if one.state == "given" and one.recipient),
        frozenset(one.worker or one.house for one in recorded.openings if one.ground != GLASS),
        tuple(sorted(recorded.kept_to.items())),
        recorded.is_closed,
        PHASE_NUMBER[recorded.phase] >= PHASE_NUMBER["arrival"],
    )


def working_on(holders: Holders) -> frozenset[str]:
    """Name who works on a case: who opened it, and whoever holds a role in it; who owns and who receives are among them."""
    return frozenset({holders.organisation, *(party for _, party in holders.roles)})


def worker_of(process: Process, holders: Holders, organisation: str, accounts: Accounts) -> str | None:
    """Give who answers for the person at an organisation now: while the case worker is away, who stands in. None where that is everybody:
    nobody is named, or who was named has no account here any more, or none that leads cases; or who stands in may not know of it.
    """
    found = accounts.answering(organisation, dict(holders.case_workers).get(organisation), process.managers)
    kept = dict(holders.kept_to).get(organisation)
    return found if kept is None or found in kept else None
