"""How much somebody is told of each data group in a case: of what their own house wrote, and of what another did (decision 0042).

Of another house's entries a house reads the groups that a consent in force names for it, and without one no more than a group says
itself (`without_consent`): whoever holds a role in a case, leads it, or did, is still somebody to whom the person tells what they choose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from wayhome.case_now.access import GLASS, IN_A_PLACE, grounds_of, openings_for
from wayhome.model.case import consent_key

if TYPE_CHECKING:
    from wayhome.case_now.consents import Consents
    from wayhome.model.actor import Actor
    from wayhome.model.case import Case, ConsentRecord, IncidentRecord, Opening
    from wayhome.model.event import Event
    from wayhome.packs.process import Process

NONE, SUMMARY, READ, WRITE = range(4)
ANSWERS = ("given", "refused")  # in which something is said; taken back, or void, is what was said before
COURSE = "case"  # the group of how a case goes
# What a letter gives without a consent, and with one.
GIVES: Mapping[str, tuple[int, int]] = {
    "S": (SUMMARY, SUMMARY),
    "C": (NONE, READ),
    "CS": (NONE, SUMMARY),
    "SC": (SUMMARY, READ),
    "R": (READ, READ),
    "W": (WRITE, WRITE),
}


class Told(NamedTuple):
    """The data groups that somebody reads, and those of which they are told at least a summary: a result, a kind, that there is one."""

    reads: frozenset[str] = frozenset()
    sums: frozenset[str] = frozenset()


class Letters(NamedTuple):
    """What somebody is told in a case, by who wrote it."""

    house: str
    everything: Told
    own: Told
    others: Told
    recorded: Case
    leads: bool
    wholly: frozenset[int] = frozenset()  # the entries that they have typed within a day, or are asked to look at
    shut: frozenset[int] = frozenset()  # the entries of which they are told nothing, whatever their letters
    recused_from: frozenset[str] = (
        frozenset()
    )  # the steps that are asked because of what they did, and nothing tells them of
    manages: bool = False  # whether they manage the case: of some entries a summary tells them a day, too

    def of(self, seq: int | None) -> Told:
        """Give what they are told of an entry; of what nobody has written yet (None), as of one of the house that leads."""
        if seq is None:
            return self.own if self.leads else self.others
        if seq in self.shut:
            return Told()
        if seq in self.wholly:
            return self.everything
        return self.own if _is_own(self.recorded, self.house, seq) else self.others

    def wrote(self, seq: int) -> bool:
        """Return whether an entry is one of their own house."""
        return _is_own(self.recorded, self.house, seq)

    def knows_case(self, *seqs: int) -> bool:
        """Return whether they are told the number of another case that one of these entries says: the person is, and whose house wrote it, or
        led the case then. Another house may have no part there.
        """
        return not self.house or self.others is self.everything or any(map(self.wrote, seqs))

    def knows_own_case(self, ref: str) -> bool:
        """Return whether they are told the number of the own case of somebody."""
        return self.knows_case(*(was.seq for was in self.recorded.all_of("people", ref)))

    def of_person(self, ref: str) -> Told:
        """Give what they are told of somebody of the case: of all that was said of them, whoever said more of them last."""
        told = [self.of(was.seq) for was in self.recorded.all_of("people", ref)] or [self.of(None)]
        return Told(
            frozenset[str].intersection(*(one.reads for one in told)),
            frozenset[str].intersection(*(one.sums for one in told)),
        )

    def of_entry(self, event: Event) -> Told:
        """Give what they are told of an entry, by what stands in it. Who is named by an answer is told of it by their own letter."""
        if event.type == "person_involved":
            return self.of_person(event.data["ref"])
        told = self.of(event.seq)
        return self.own if told is self.others and event.data.get("recipient") == self.house else told

    def is_summed_up(self, record: ConsentRecord) -> bool:
        """Return whether a summary tells them of an answer: of another house only of those that name nobody, or them."""
        return record.recipient in ("", self.house) or self.of(record.seq) is not self.others

    def of_consent(self, record: ConsentRecord) -> Told:
        """Give what they are told of an answer: who is named by it is told of it by their own letter. Of one that was taken back they read
        what was said in it as in the entry where it was said, whoever took it back.
        """
        if record.recipient == self.house and record.seq not in self.shut:
            return self.own
        told = self.of(record.seq)
        ever = self.recorded.all_of("consents", consent_key(record.purpose, record.recipient, record.of))
        said = next((was.seq for was in reversed(ever) if was.value[0] in ANSWERS), record.seq)
        return told._replace(reads=told.reads & self.of(said).reads)

    def is_told_answer(self, process: Process, record: ConsentRecord) -> bool:
        """Return whether they are told that there is an answer to a question of consent."""
        told, group = self.of_consent(record), process.group_of_consent(record.purpose)
        return group in told.reads or (group in told.sums and self.is_summed_up(record))

    def reads_answer(self, process: Process, key: str) -> bool:
        """Return whether they read an answer to a question of consent, which says for whom it is."""
        record = self.recorded.consents.get(key)
        return record is not None and process.group_of_consent(record.purpose) in self.of_consent(record).reads

    def knows_party(self, party: str) -> bool:
        """Return whether they are told that a party is in the case: who leads it, who opened it, and the own house are known to each; and
        who holds a role, where they read the entry that gave it.
        """
        recorded = self.recorded
        if party in (self.house, recorded.leads, recorded.organisation) or "parties" in self.of(None).reads:
            return True
        return any("parties" in self.of(held.seq).reads for held in recorded.roles.values() if held.party == party)

    def knows_accounts_of(self, party: str) -> bool:
        """Return whether they are told whose account works on the case for a party: that is said to its own house alone."""
        return party == self.house or self.others is self.everything

    @property
    def to_sign(self) -> Letters:
        """Give what they are told of what they are asked to sign, whoever wrote it: who signs reads what they sign."""
        return self._replace(others=self.own)

    def of_alarm(self, seq: int) -> frozenset[str]:
        """Give the groups of which they are told that something has happened: who leads the case is told of all that stands in it."""
        return self.of(seq).sums | (frozenset() if seq in self.shut else self.of(None).sums)

    def of_open_alarm(self, number: str) -> frozenset[str]:
        """Give the groups of which they are told, of an open incident that is called by its number."""
        found = next((one for one in self.recorded.open_incidents if str(one.number) == number), None)
        return self.of_alarm(found.seq) if found is not None else self.of(None).sums

    def reads_suspicions_of(self, party: str) -> bool:
        """Return whether they read each suspicion that was ever written down against a party: a summary says of nobody that it is against them."""
        return all("risk" in self.of(was.seq).reads for was in self.recorded.all_of("suspicions", party))

    def about(self, subject: str) -> frozenset[str]:
        """Give the groups of which they are told, of what a reason or something that is due is about: as of an alarm."""
        recorded = self.recorded
        records = (recorded.facts.get(subject), recorded.steps.get(subject), recorded.documents.get(subject))
        alarms = (one for one in reversed(recorded.incidents) if one.type == subject)
        written = next((one for one in (*records, *alarms) if one is not None), None)
        return self.of_alarm(written.seq) if written is not None else self.of(None).sums


def letters_for(case: Consents) -> Letters:
    """Say what who asks about a case is told in it."""
    return case.once("letters", lambda: letters_of(case, case.actor))


def is_read(case: Consents, group: str, seq: int | None) -> bool:
    """Return whether who asks about a case reads what an entry says of a group; where no actor asks, all is read."""
    return case.actor is None or group in letters_for(case).of(seq).reads


def knows_party(case: Consents, party: str) -> bool:
    """Return whether who asks about a case is told that a party is in it; where no actor asks, all is told."""
    return case.actor is None or letters_for(case).knows_party(party)


def letters_of(case: Consents, actor: Actor | None, *, in_lists: bool = False) -> Letters:
    """Say what an actor is told in a case at its moment; who is in none, and nobody (None), is told nothing.

    Args:
        in_lists: by what stands in their lists and is found: what they have broken the glass to is read in the case alone.
    """
    process, recorded = case.process, case.recorded
    every = process.memoised(
        "every group", lambda: Told(frozenset(process.data_groups), frozenset(process.data_groups))
    )
    if actor is None:
        return Letters("", every, Told(), Told(), recorded, leads=False)
    house = actor.organisation
    if actor.is_clock:
        return Letters(house, every, every, every, recorded, leads=True)
    grounds = grounds_of(case, actor)
    found = {} if grounds is None else grounds.of
    placed = frozenset[str]().union(*(roles for ground, roles in found.items() if ground in IN_A_PLACE))
    by_consent = found.get("consent", frozenset[str]())
    standing = [one for one in recorded.consents.values() if not one.of and case.in_force(one)]
    naming = [] if recorded.is_closed or case.suspending(house) else [one for one in standing if one.recipient == house]
    inside = [one for one in standing if not one.recipient and _is_own(recorded, house, one.seq)]
    own, others = dict[str, int](), dict[str, int]()
    for role in placed:
        _add(own, _own(process, role, _named_for(process, role, inside)))
        _add(others, _others(process, role, process.covered(_groups(naming))))
    for role in by_consent - placed:
        for_them = _named_for(process, role, naming)
        _add(own, ((group, min(level, READ)) for group, level in _own(process, role, ())))
        _add(others, _others(process, role, for_them))
    shared = process.covered(_groups(naming))
    for opening in () if grounds is None else openings_for(case, actor):
        if opening.ground not in found or (in_lists and opening.ground == GLASS):
            continue  # none of their roles counts there: who only runs the system of that house
        _add_opened(process, opening, found[opening.ground], shared, own, others)
    wholly = recorded.typed_by(actor.id, house, case.now) if found else frozenset[int]()
    if recorded.leads == house and not placed.isdisjoint(process.managers):  # they say whether it was right
        wholly |= {one.seq for one in recorded.openings if one.ground == GLASS and one.was_right is None}
    theirs = [one for one in recorded.incidents if _is_about(process, one, actor)]
    shut = frozenset[int]().union(*(one.seqs for one in theirs)) - wholly
    recused = frozenset(_recused_from(process, recorded, theirs)) if theirs else frozenset[str]()
    leads = recorded.leads == house
    manages = not (placed | by_consent).isdisjoint(process.managers)
    return Letters(house, every, _told(own), _told(others), recorded, leads, wholly, shut, recused, manages)


def _recused_from(process: Process, recorded: Case, theirs: Collection[IncidentRecord]) -> Iterator[str]:
    """Name the steps that are asked because of what somebody did; once that is over, unless because of what another did."""
    about_them, numbers = {one.type for one in theirs}, {one.number for one in theirs}
    named_now = {one.type for one in theirs if one.resolved_at is None}
    of_others = {one.type for one in recorded.open_incidents if one.number not in numbers} - named_now
    return (id for id, types in process.steps_about_conduct.items() if types & about_them and not types & of_others)


def _is_about(process: Process, incident: IncidentRecord, actor: Actor) -> bool:
    """Say whether it is about what an actor did, or their house; who oversees a house is not it."""
    if actor.id in incident.about:
        return True
    return actor.organisation in incident.about and actor.roles.isdisjoint(process.overseeing)


def letters_of_role(process: Process, role: str) -> Mapping[str, tuple[int, int]]:
    """Give what a role is told of each group, without a consent and with one: the stricter, half by half, of what the process of a case says
    and what the newest core that this database knows says. What that does not know is closed.
    """

    def find() -> dict[str, tuple[int, int]]:
        pinned, newest = process.roles[role].reads, process.label("roles", role).get("reads")
        if newest is None:
            return {group: GIVES[letter] for group, letter in pinned.items()}
        both = (
            (group, GIVES[letter], GIVES.get(newest.get(group, ""), (NONE, NONE))) for group, letter in pinned.items()
        )
        return {group: (min(one[0], other[0]), min(one[1], other[1])) for group, one, other in both}

    return process.memoised(("letters", role), find)


def follows(process: Process, actor: Actor) -> bool:
    """Say whether an actor reads how a case goes that their house leads."""
    return any(letters_of_role(process, role).get(COURSE, (NONE, NONE))[False] >= READ for role in actor.roles)


def _groups(consents: Iterable[ConsentRecord]) -> Iterator[str]:
    return (group for one in consents for group in one.groups)


def _named_for(process: Process, role: str, consents: Collection[ConsentRecord]) -> frozenset[str]:
    """Give the groups that consents name whose purpose opens them to a role."""
    known = [(one, process.consents[one.purpose]) for one in consents if one.purpose in process.consents]
    parts = (
        process.covered(one.groups) & {part for part, roles in purpose.opens_part_to.items() if role in roles}
        for one, purpose in known
    )
    return process.covered(_groups(one for one, purpose in known if role in purpose.opens_to)).union(*parts)


def _is_own(recorded: Case, house: str, seq: int) -> bool:
    hand = recorded.hand(seq)
    return house in (hand.house, hand.leads)


def _own(process: Process, role: str, named: Collection[str]) -> Iterator[tuple[str, int]]:
    """Give how much a role is told of each group of what its house wrote."""
    hears = process.roles[role].told_directly
    for group, gives in letters_of_role(process, role).items():
        yield group, gives[group in named or (hears and not process.groups[group].never_by_hearing)]


def _others(process: Process, role: str, named: Collection[str]) -> Iterator[tuple[str, int]]:
    """Give how much a role is told of each group of what another house wrote: at most to read."""
    for group, gives in letters_of_role(process, role).items():
        if group in named:
            yield group, min(gives[True], READ)
        elif most := process.groups[group].without_consent:
            yield group, min(gives[False], GIVES[most][False])


def _add(found: dict[str, int], more: Iterable[tuple[str, int]]) -> None:
    for group, level in more:
        found[group] = max(level, found.get(group, NONE))


def _add_opened(
    process: Process,
    opening: Opening,
    roles: Iterable[str],
    shared: frozenset[str],
    own: dict[str, int],
    others: dict[str, int],
) -> None:
    """Add what is open for a while: by letter to who was let in, of another house what a consent names besides; by law, and where somebody
    is in danger, whatever the letter.
    """
    for levels in (own, others):
        _add(levels, ((COURSE, SUMMARY),))
    if opening.ground == "let_in":
        for role in roles:
            letters = letters_of_role(process, role)
            _add(own, ((one, min(letters.get(one, (NONE, NONE))[False], READ)) for one in opening.groups))
            named = shared.intersection(opening.groups)
            _add(others, ((one, min(letters.get(one, (NONE, NONE))[True], READ)) for one in named))
        return
    groups = opening.groups or opened_by_glass(process, roles)
    for levels in (own, others):
        _add(levels, ((group, READ) for group in groups))


def opened_by_glass(process: Process, roles: Iterable[str]) -> list[str]:
    """Name the data groups that a broken glass opens to these roles."""
    theirs = {*roles}
    known = process.groups.items()
    return [id for id, one in known if GLASS in one.opened_by and (not one.glass_for or one.glass_for & theirs)]


def _told(levels: Mapping[str, int]) -> Told:
    return Told(
        frozenset(group for group, level in levels.items() if level >= READ),
        frozenset(group for group, level in levels.items() if level >= SUMMARY),
    )
