"""A case at a moment: what is known, applicable, done, fresh and in force then.

Everything that rules, gates, views and dues ask about a case goes through `CaseNow`, so that they cannot disagree. It reads
only its arguments, and keeps what it has found for the time of one question. Its parts, each resting on the one before:

    moment      the case, its process, when, who asks
    facts       what is known, and conditions
    timing      zones, anchors, ages
    parties     who is known, and trusted for what
    consents    what the person has agreed to
    entries     on what the entries of registers rest
    steps       how steps stand
    changes     what evidence rests on, and what has changed
    waits       what steps and papers wait for
    silence     what it means when nobody says anything
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from wayhome.case_now.facts import as_date
from wayhome.case_now.steps import ASSISTANCE, is_newer
from wayhome.case_now.timing import as_moment
from wayhome.case_now.waits import Wait, Waits
from wayhome.model.case import Case
from wayhome.packs.order import CLEARANCE

__all__ = ["ASSISTANCE", "CLEARANCE", "CaseNow", "Wait", "as_date", "as_moment", "is_newer", "known_by"]


class CaseNow(Waits):
    """A case at a moment, under its process; the whole of it."""

    __slots__ = ()


def known_by(case: Case, then: Case, at: datetime) -> Case:
    """Give a case as it was then, and with all that stands against it now; for moves of the file that are entered late."""
    held = (
        one._replace(resolved_at=None) if one.resolved_at and one.resolved_at > at else one for one in case.incidents
    )
    return replace(
        case,
        incidents=tuple(held),
        facts=then.facts,
        steps=then.steps,
        consents={**then.consents, **{k: c for k, c in case.consents.items() if c.state != "given"}},
        documents=then.documents,
        roles=then.roles,
    )
