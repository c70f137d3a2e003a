"""People who travel along and who stay, children with a case of their own, and what happens to each: what more than one file needs."""

from __future__ import annotations

from wayhome.commands import Open

from tests.attacks.play import MANAGER, TRAVEL, Command, Play, actor, complete, evidence_is_fresh, settled, stops_at

MOTHER = {"age_status": "adult", "has_passport": True, "sex": "female"}
EDO = {"age_status": "adult", "languages": ["bin"]}
KEEPS: Command = {"do": "consent", "purpose": "data_processing", "form": "written"}
CHILD_ALONE = {"age_status": "child", "has_responsible_adult": False, "languages": ["en"]}
OWN, STAYS, INTERESTS = "child_with_own_case", "child_who_stays", "child_best_interests"


def with_two_children(play: Play) -> None:
    for _ in range(2):
        play.involved("child", travels=True)
    play.ready()


def along(play: Play) -> None:
    """A mother and two children, the evening before the flight."""
    for _ in range(2):
        play.involved("child", travels=True)
    evidence_is_fresh(play)


def along_and_settled(play: Play) -> None:
    play.involved("child", travels=True)
    settled(play)


def open_incidents(case: Play) -> set[tuple[str, str]]:
    return {(one["type"], one.get("of") or "") for one in case.seen().incidents if not one["resolved_at"]}


def done(case: Play) -> set[tuple[str, str]]:
    return {(row.id, row.of or "") for row in case.seen().steps if row.state == "done"}


def with_a_daughter(play: Play) -> None:
    play.involved("child", travels=True)


def its_own_case(case: Play) -> str:
    """The daughter was trafficked too: open a case of her own, linked to this one."""
    opened = Open(host_country="BE", origin_country="NG", linked_to=case.case, relation="companion")
    return str(case.engine.do(opened, as_=actor(MANAGER)).case)


def has_own(number: str) -> Command:
    return {"do": "involve", "by": "person", "ref": "child-1", "own_case": number}


def cleared_there(case: Play, *, up_to: str = "pre_departure_briefing") -> str:
    """Prepare mother and daughter, who has a case of her own, for the same flight: the daughter up to her clearance there."""
    number = its_own_case(case)
    there = Play(case.engine, case.clock, number)
    there.given(MANAGER, {"do": "record", "facts": CHILD_ALONE})
    there.ready(at_most=300)
    case.given(MANAGER, has_own(number))
    case.prepare(instead=stops_at(up_to), at_most=300)
    there.given(TRAVEL, {"do": "travel", "status": "booked", "legs": case.legs})
    there.ready(at_most=300)
    return number


def asked_of_the_child(case: Play) -> set[str]:
    return {row.id for row in case.seen().steps if row.of == "child-1" and row.state != "not_applicable"}


def fresh_with_own_case(play: Play) -> None:
    """A mother and a daughter who has a case of her own, two hours before take-off."""
    with_a_daughter(play)
    cleared_there(play)
    play.ready()


def fresh_and_one_stays(play: Play) -> None:
    play.involved("child", travels=False)
    evidence_is_fresh(play)


def there(case: Play, number: str) -> Play:
    return Play(case.engine, case.clock, number)


def own(case: Play) -> Play:
    return there(case, str(case.seen().people[0]["own_case"]))


def talked_again(case: Play) -> None:
    case.wait(minutes=1)
    case.given(MANAGER, complete("options_counselling"))
