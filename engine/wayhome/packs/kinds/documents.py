"""documents.yaml and identifiers.yaml: one paper, what it costs, and what its number looks like."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from wayhome.packs.kinds.consents import OneConsent
from wayhome.packs.kinds.kind import (
    AT_LEAST,
    AT_MOST,
    EVEN,
    LESS,
    MORE,
    OPTIONAL,
    SHOWN,
    Asks,
    Bounds,
    Condition,
    Confidence,
    Currency,
    EachCompanion,
    Entry,
    Given,
    Id,
    Ids,
    Part,
    Pattern,
    Read,
    Rising,
    Text,
    UnorderedIds,
    a_part,
    as_list,
)
from wayhome.packs.kinds.needs import Needs
from wayhome.packs.kinds.spans import Span, Timing
from wayhome.packs.mentions import names

Issuers = Annotated[Mapping[str, Text], Read(lambda raw: raw if isinstance(raw, dict) else {"any": raw})]
Consents = Annotated[tuple[OneConsent, ...], Read(as_list)]


@a_part
class Fee(Part):
    """What a paper costs, and who pays: never the person (INV-27)."""

    amount: Annotated[int, Bounds(ge=0, le=1_000_000_000)]
    currency: Currency
    payer: Annotated[Id, names("payers")]
    confidence: Confidence | None = None


@a_part
class DocumentKind(Entry):
    """One paper."""

    file: ClassVar[str] = "documents"
    in_order: ClassVar[bool] = True

    title: Annotated[Text, SHOWN]
    group: Annotated[Id, names("groups"), SHOWN] = "papers"  # to which its number and dates belong
    issuer: Annotated[Issuers, SHOWN]
    help: Annotated[Text | None, SHOWN] = None
    fee: Annotated[Fee | None, SHOWN] = None
    payer: Annotated[str | None, Given, OPTIONAL] = None  # of its fee
    satisfies: Annotated[UnorderedIds, names("asked_papers"), LESS] = ()
    when: Annotated[Condition | None, OPTIONAL, LESS] = None
    validity: Literal["on_paper", "trip", "issue", "life"]
    max_days: Annotated[int | None, Bounds(ge=1, le=36_500), OPTIONAL, AT_MOST] = None
    needs: Annotated[Needs, MORE] = ()
    consents: Annotated[Consents, MORE] = ()
    request_from: Annotated[Timing | None, OPTIONAL, MORE] = None
    request_by: Annotated[Timing | None, OPTIONAL, MORE] = None
    each: Annotated[EachCompanion, OPTIONAL, MORE] = False
    asks: Asks = ()
    last_resort: Annotated[bool, OPTIONAL, EVEN] = False  # proposed where nothing else would do
    transit: Annotated[Literal["airside_only"] | None, OPTIONAL, MORE] = None
    margin: Annotated[Span | None, OPTIONAL, AT_LEAST] = None
    pack: Annotated[str, Given, OPTIONAL] = ""

    def __post_init__(self) -> None:
        if self.fee is not None:
            object.__setattr__(self, "payer", self.fee.payer)

    @property
    def is_a_way(self) -> bool:
        return bool(self.satisfies)

    @property
    def airside_only(self) -> bool:
        return self.transit == "airside_only"

    def shown_beside(self, sure: Mapping[str, str]) -> dict[str, Any]:
        """Give what is shown of its parts: how sure its times are."""
        timings = {"request_from": self.request_from, "request_by": self.request_by}
        return {"marks": {key: one.span.confidence for key, one in timings.items() if one and one.span.confidence}}


@a_part
class Identifier(Entry):
    """What the number of a paper looks like, and how seriously that is taken."""

    file: ClassVar[str] = "identifiers"

    title: Annotated[Text, SHOWN]
    of: Annotated[Ids, names("documents"), MORE]
    pattern: Annotated[Pattern | None, OPTIONAL, MORE] = None
    checksum: Annotated[bool, MORE] = False  # whether the pack's hook wayhome_check_identifier also judges it
    severity: Annotated[Literal["block", "warn", "store_only"], Rising(("store_only", "warn", "block"))]
    normalise: Literal["none", "upper", "digits"] = "none"
    pack: Annotated[str, Given, OPTIONAL] = ""
