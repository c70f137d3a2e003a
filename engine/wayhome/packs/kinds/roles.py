"""roles.yaml, recipients.yaml and groups.yaml: who someone is in a case, whom it may reach, and the groups of data."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar, Literal

from wayhome.errors import Template
from wayhome.model.closed_sets import Able, KeptBackOn, OpenedOn, Relation
from wayhome.packs.kinds.kind import (
    LESS,
    MORE,
    OPTIONAL,
    SHOWN,
    Asks,
    Entry,
    Given,
    Id,
    Ids,
    Read,
    Text,
    a_part,
    as_list,
)
from wayhome.packs.mentions import names

# What the engine itself gives to a party, and no pack declares.
BUILT_IN_ROLES: Mapping[str, Template] = {"case_owner": "Who leads the case"}
Letter = Literal["S", "C", "CS", "SC", "R", "W"]
Words = Annotated[frozenset[str], Read(as_list)]


@a_part
class Role(Entry):
    """Who someone is in a case, what they may do, and what they may read."""

    file: ClassVar[str] = "roles"
    is_a_way: ClassVar[bool] = True
    in_order: ClassVar[bool] = True
    core_only: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    login: bool = True  # whether they type for themselves; the case managers record for those who do not
    side: Literal["host", "origin", "either"] = "either"
    manager: Annotated[bool, LESS] = False
    relation: Annotated[Relation | None, OPTIONAL] = None  # held by a vetted person of the case in this relation
    # Held by a pack's partner of this class.
    partner_class: Annotated[Id | None, names("recipients"), OPTIONAL] = None
    # People of this class who have no account speak for it, where a second hears or sees their word, too.
    spoken_by: Annotated[Id | None, names("recipients"), OPTIONAL, LESS] = None
    may: Annotated[Words, names("commands"), LESS] = frozenset()  # commands that no letter gives
    moves: Annotated[Words, names("move_names"), LESS] = frozenset()
    # Of each data group, without a consent and with one: read, write, a summary only, nothing without.
    reads: Annotated[Mapping[Annotated[Id, names("groups")], Letter], LESS] = field(default_factory=dict)
    # Of which groups its word counts, where a case manager writes it down: as though it had written it.
    says: Annotated[Ids, names("groups"), OPTIONAL, LESS] = ()
    # On which grounds it lets somebody in for a while; itself, where it breaks the glass.
    opens_up: Annotated[tuple[OpenedOn, ...], Read(as_list), OPTIONAL, LESS] = ()
    # Whether it reads what needs a consent also without one, where the own house wrote it: the person told them.
    told_directly: Annotated[bool, OPTIONAL, LESS] = False
    # Whether it counts for a house that leads on its side, only where a case names it, in no case, or in each (to run the system).
    counts: Annotated[Literal["side", "named", "never", "always"], OPTIONAL] = "side"
    # Those that count for the house that holds this one in a case; without any, this one alone.
    brings: Annotated[Ids, names("roles"), OPTIONAL, LESS] = ()
    # Whether it still counts for who has handed a case over, and for who leads a closed one.
    stays: Annotated[bool, OPTIONAL, LESS] = False
    # Whether it counts for each house that holds a role in a case.
    oversees: Annotated[bool, OPTIONAL, LESS] = False
    asks: Asks = ()
    # Whether it may have a running case adopt a process that asks for less than its own.
    adopts_less: Annotated[bool, OPTIONAL, LESS] = False
    # Whether it is called about what cannot wait, where those whom it is for have not taken it.
    called_last: Annotated[bool, OPTIONAL] = False
    # Whether it says who may act at the shell. Nothing in a case rests on that, so the newest core says it.
    enters_actors: Annotated[bool | None, SHOWN] = None
    pack: Annotated[str, Given, OPTIONAL] = ""

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give its letters as the newest core has them: they hold at once where they are stricter than those of a process."""
        return {"reads": dict(self.reads)}


@a_part
class Recipient(Entry):
    """A class of those who may be contacted or told something."""

    file: ClassVar[str] = "recipients"
    is_a_way: ClassVar[bool] = True
    core_only: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    # Purposes of consent of which one allows contact; empty = contact needs none.
    contact: Annotated[Ids, names("consents")] = ()
    # People, no organisations: no partner is one, and none ever pays a fee.
    private: Annotated[bool, OPTIONAL, MORE] = False
    share: Annotated[Ids, names("consents"), LESS] = ()  # purposes under which data may be told, each for its groups
    # As which roles one of this class speaks, who has no account: its word counts for what they say.
    speaks_as: Annotated[Ids, names("roles"), OPTIONAL, LESS] = ()
    # People of the case who belong to it.
    relations: Annotated[tuple[Relation, ...], Read(as_list), OPTIONAL, LESS] = ()
    organisations: Annotated[bool, OPTIONAL, LESS] = False  # those that no pack knows belong to it
    # Those of the legs that are booked belong to it, each by its code.
    carriers: Annotated[bool, OPTIONAL, LESS] = False
    # What one of this class may be able to do, though its pack does not say so yet; of any other only what its pack says is true.
    can: Annotated[tuple[Able, ...], Read(as_list), OPTIONAL, LESS] = ()
    # What they see of everybody who passes them: that they were told so by law is no news of danger.
    sees_anyway: Annotated[frozenset[Id], names("groups"), Read(as_list), OPTIONAL, LESS] = frozenset()
    # Groups that this class is never told.
    never: Annotated[frozenset[Id], names("groups"), Read(as_list), MORE] = frozenset()
    pack: Annotated[str, Given, OPTIONAL] = ""


@a_part
class Group(Entry):
    """A data group, and the retention class whose key seals it; or a word of consents, which only stands for groups (core only)."""

    file: ClassVar[str] = "groups"
    is_a_way: ClassVar[bool] = True
    core_only: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    retention: Annotated[Literal["identity", "health", "accounts", "case"] | None, OPTIONAL] = None
    # What a consent that names it opens besides.
    covers: Annotated[frozenset[Id], names("groups"), Read(as_list), OPTIONAL, LESS] = frozenset()
    # Whether only a consent that names it opens it, also to who heard it from the person.
    never_by_hearing: Annotated[bool, OPTIONAL, MORE] = False
    # On which grounds it is read by who is let in to avert danger, or has broken the glass; and then by these roles alone.
    opened_by: Annotated[tuple[OpenedOn, ...], Read(as_list), OPTIONAL, LESS] = ()
    glass_for: Annotated[frozenset[Id], names("roles"), Read(as_list), OPTIONAL, LESS] = frozenset()
    # Whether no law opens it.
    never_by_duty: Annotated[bool, OPTIONAL, MORE] = False
    # On which ground what stands in it may be kept back from a copy for the person (`Engine.may_be_kept_back`).
    kept_back_on: Annotated[KeptBackOn | None, SHOWN] = None
    # The most that a house in the case is told, without a consent, of what another house wrote.
    without_consent: Annotated[Literal["S", "R"] | None, OPTIONAL, LESS] = None
    pack: Annotated[str, Given, OPTIONAL] = ""
