"""consents.yaml: one purpose of consent, whom it may name; and what a step or a paper asks of it."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from wayhome.errors import part
from wayhome.model.closed_sets import Explained
from wayhome.packs.faults import InvalidValue
from wayhome.packs.kinds.kind import (
    AT_MOST,
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
    Stored,
    Text,
    UnorderedIds,
    Values,
    a_part,
)
from wayhome.packs.kinds.spans import Span
from wayhome.packs.mentions import Mention, Name, Phrase, names
from wayhome.packs.scalars import resolve

Texts = Annotated[  # version of the text: languages in which it exists
    Mapping[str, Annotated[Values, names("languages")]],
    Stored(
        lambda texts: {version: sorted(languages) for version, languages in texts.items()},
        lambda raw: {version: tuple(languages) for version, languages in raw.items()},
    ),
]


@a_part
class ConsentPurpose(Entry):
    """One purpose of consent. `recipients` are classes (recipients.yaml); empty = it names nobody."""

    file: ClassVar[str] = "consents"

    title: Annotated[Text, SHOWN]
    explains: Annotated[Text | None, SHOWN] = None
    # What must have been explained before a yes; each point by itself.
    must_explain: Annotated[tuple[Explained, ...], MORE] = ("purpose", "withdrawal")
    ends_on_refusal: Annotated[Text | None, SHOWN] = None  # what follows when the person refuses
    recipients: Annotated[Ids, names("recipients"), LESS] = ()
    default_recipient: Annotated[Id | None, names("roles")] = None  # a role: consent counts for whoever holds it
    groups: Annotated[UnorderedIds, names("groups"), LESS] = ()  # the data groups that it may cover
    # Data groups that are told wherever this consent is needed: a yes that leaves one out opens nothing of that.
    must_cover: Annotated[UnorderedIds, names("groups"), OPTIONAL, MORE] = ()
    # The roles that count, while it is in force, for the organisation that it names.
    opens_to: Annotated[UnorderedIds, names("roles"), OPTIONAL, LESS] = ()
    # The roles to which it opens no more than this part of what it covers.
    opens_part_to: Annotated[Mapping[Annotated[Id, names("groups")], UnorderedIds], names("roles"), OPTIONAL, LESS] = (
        field(default_factory=dict)
    )
    assent: Annotated[bool, MORE] = True  # whether a child's own assent is asked beside the guardian's consent
    forms: Annotated[Values, names("forms"), LESS] = ("written", "witnessed")
    asked_by: Annotated[Ids, names("roles"), LESS] = ()
    texts: Annotated[Texts, MORE] = field(default_factory=dict)
    # The yes to the journey itself: it says its form and language, a no ends the clearance, and turning back uses it up.
    journey: Annotated[bool, OPTIONAL, MORE] = False
    # A yes that one alone writes down later than this counts once another has seen it.
    alone_within: Annotated[Span | None, OPTIONAL, AT_MOST] = None
    # On the way nobody can be asked: who is trusted, and was told to avert danger, may meet the person without it.
    vital: Annotated[bool, OPTIONAL, LESS] = False
    asks: Asks = ()
    pack: Annotated[str, Given, OPTIONAL] = ""


class ConsentNeed(NamedTuple):
    """A consent that is needed: for a purpose, and where it names somebody, for this recipient."""

    purpose: str
    recipient: str | None = None

    @classmethod
    def as_written(cls, raw: Any) -> Self:
        """Read `PURPOSE` or `{PURPOSE: RECIPIENT}`."""
        raw = resolve(raw)
        if isinstance(raw, str):
            return cls(raw)
        if isinstance(raw, dict) and len(raw) == 1:
            ((purpose, recipient),) = raw.items()
            if isinstance(recipient, str):
                return cls(purpose, recipient)
        raise InvalidValue(
            "this names no consent", "Write a purpose, or {purpose: recipient}, one for each recipient.", code="C008"
        )

    @property
    def do(self) -> dict[str, str | None]:
        """The command that asks for it, as far as it is known."""
        return {"do": "consent", "purpose": self.purpose, "recipient": self.recipient}

    def as_phrase(self, name: Name) -> Phrase:
        purpose = name("consents", self.purpose)
        if not self.recipient:
            return part("the person consents to {purpose}", purpose=purpose)
        whom = name("parties", self.recipient)
        return part("the person consents to {purpose} for {whom}", purpose=purpose, whom=whom)

    def mentions(self) -> Iterator[Mention]:
        yield Mention((), self.purpose, ("consents",))
        if self.recipient is not None:
            yield Mention((self.purpose,), self.recipient, ("partners", "recipients", "roles"), code="C009")

    @classmethod
    def of(cls, raw: Any) -> Self:
        """Make it from its canonical form."""
        return cls(raw[0], raw[1])


OneConsent = Annotated[ConsentNeed, Read(ConsentNeed.as_written, instead=True)]
