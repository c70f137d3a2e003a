"""Ask for a day to leave, and for a journey."""

from __future__ import annotations

from datetime import datetime

from wayhome.case_now import CaseNow
from wayhome.case_now.roles import command_roles
from wayhome.model.reason import Remedy
from wayhome.remedies.asking import asking, do_of
from wayhome.rules.consent_to_return import the_person_thinks_of_returning
from wayhome.rules.saying_no import has_said_no


def for_journey(case: CaseNow, from_: datetime | None) -> Remedy:
    """Ask for a target day first, and for the journey when the receiving side has confirmed.

    Of a journey that is over, or late, it is asked how it went, and when: nobody has said it yet.
    """
    who = command_roles(case, "travel")
    departure = case.planned_departure
    if case.recorded.happened("departed") is not None or _is_late(case):
        return asking(case, do_of("travel", status="booked"), who, case.now)
    if departure is None or departure <= case.now:
        begins = case.now if the_person_thinks_of_returning(case) and not has_said_no(case) else None
        return asking(case, do_of("travel", status="target"), who, begins)
    return asking(case, do_of("travel", status="booked"), who, from_)


def _is_late(case: CaseNow) -> bool:
    """Say whether the booked journey should have begun, and so little later could still be the same flight."""
    travel, leaves = case.recorded.travel, case.planned_departure
    if travel is None or travel.status != "booked" or leaves is None or leaves > case.now:
        return False
    first = travel.on_time[0].departs_at if travel.on_time else leaves
    return case.now < case.shifted(first, case.process.longest_delay)
