"""Each role, on each ground on which a house can be in a case, asks for all that can be asked and done there; each answer is held against the
domain text (`rights.py`, typed from access). Nothing is left unscored: where engine and text differ it is known why, and said here.

In identification by `make test`; each later phase, and a closed case, by `make soak`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from wayhome import Actor, commands
from wayhome.packs.plugins import Packs

from tests.access import rights as may
from tests.access.asking import every_answer_in, shown
from tests.access.houses import (
    CLINIC,
    FIRM,
    HELPS,
    LEADER,
    MANAGER,
    STRANGER,
    TRAVELS,
    World,
    before_the_journey,
    furnished,
    identified,
    on_the_way,
)
from tests.access.rights import Ask, Known, Standing
from tests.access.test_what_each_house_is_told import LEADS
from tests.attacks.play import Play, at_home, begun, settled

# --- where the engine answers something else, and why ---------------------------------------------------------------------

FOR_A_WHILE = ("let_in", "legal_duty", "danger_to_life")
DECIDED = [
    Known(
        "0043: anybody in the case writes down a no to the journey, also to one that was never agreed to",
        lambda ask: (ask.what, ask.of) == ("consent", "return") and ask.got,
    ),
    Known(
        "0043: who carries the case writes a suspicion that they have themselves",
        lambda ask: (ask.what, ask.of) == ("involve", "suspicion") and ask.role in may.MANAGERS and ask.got,
    ),
    Known(
        "0042: each house keeps its own people out, also where it does not lead",
        lambda ask: ask.what == "keep_to" and ask.role in {*may.MANAGERS, *may.STAYING} and ask.got,
    ),
    Known(
        "0042, not done (12.1): what has no group of its own is told with `case` S",
        lambda ask: ask.what in ("knows of an incident", "knows of it in the history") and ask.of == "lost_contact" and ask.got,
    ),
    Known(
        "0044, not done: who is let in is told how the case goes, like everybody with S",
        lambda ask: ask.ground in FOR_A_WHILE and ask.what.startswith("knows of a") and ask.of in ("case", "wants_data_erased") and ask.got,
    ),
    Known(
        "0044: who leads the programme has a due about a broken glass, which their answer ends",
        lambda ask: ask.what == "close_up" and ask.role == LEADER and ask.ground.startswith("leads") and ask.got,
    ),
    Known(
        "0044: until somebody has said whether it was right, the managers who lead are shown that entry with its reason",
        lambda ask: ask.what in ("knows of an opening", "reads why") and ask.of == "break_glass" and ask.role in may.MANAGERS and ask.ground.startswith("leads") and ask.got,
    ),
]  # fmt: skip
# Where access says nothing of it. What stands here is not scored.
SILENT = [
    Known(
        "whether the label, which they read in the case, leads who has broken the glass to its number",
        lambda ask: (ask.ground, ask.what, ask.of) == ("break_glass", "asks", "number") and ask.role in may.BREAKS,
    ),
    Known(
        "whether an alarm in danger, or by a broken glass, may be a complaint: the text names it beside, the engine has one command",
        lambda ask: ask.ground in ("danger_to_life", "break_glass") and (ask.what, ask.of) == ("incident", "complaint"),
    ),
]
REMAIN = ("note", "incident", "withdraw", "correct")  # what is done in a closed case, of what is asked here
GROUNDS = [
    "leads", "opened", "consent: to receive", f"role: {HELPS}", f"role: {TRAVELS}", f"role: {CLINIC}", f"role: {FIRM}", "kept from",
    *(f"consent: {one}" for one in ("share_partner", "travel_data_share", "health_share", "legal_share", "contact_partner")),
    "former", *FOR_A_WHILE, "break_glass", "stranger",
]  # fmt: skip
LATER: dict[str, Callable[[Play], None]] = {
    "pre_departure": before_the_journey, "travel": on_the_way, "arrival": at_home, "follow_up": settled,
}  # fmt: skip


def unexplained(asked: Iterable[Ask], rows: Iterable[Known] = (*DECIDED, *SILENT)) -> list[Ask]:
    return [ask for ask in asked if ask.unexpected and may.known_as(ask, rows) is None]


def handed_over(world: World) -> None:
    """Let another house lead from now on; of who has opened the case it is asked what is left to them."""
    leads = {"do": "assign", "role": "case_owner", "partner": HELPS, "case_worker": "els"}
    world.play.given(Actor("lea", LEADS, {LEADER}), leads)
    one = Standing(LEADS, frozenset({MANAGER, *may.STAYING}), opened_it=True, inside=world.standings["leads"].inside)
    world.standings = {"opened": one}
    world.__dict__.pop("_events", None), world.__dict__.pop("_hands", None)


def closed(world: World) -> None:
    """Close the case; of what is done in a closed one it is asked what the text names: a note, an alarm, a no, what was an error."""
    world.play.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    world.play.given(MANAGER, {"do": "resolve", "incident": "lost_contact", "outcome": "reached", "reason": "invented"})
    world.play.given(MANAGER, {"do": "move", "to": "close", "reason": "return_not_safe"})

    def after(name: str, one: Standing) -> Standing:
        if name == "leads":
            return replace(one, placed=frozenset({MANAGER, *may.STAYING}), closed=True)
        counted = frozenset(role for role in may.ROLES if one.counts(role) and name != "break_glass") | one.was
        return Standing(one.house, was=counted, account=one.account)

    kept_from = {"kept from", "break_glass"}  # what is left of these, the text does not say
    world.standings = {name: after(name, one) for name, one in world.standings.items() if name not in kept_from}


@pytest.fixture(scope="module")
def asked(packs: Packs) -> list[Ask]:
    """All that is asked in identification, of each role on each ground."""
    with begun(identified, packs) as play:
        world = furnished(play)
        found = every_answer_in(world)
        handed_over(world)
        return found + every_answer_in(world)


@pytest.mark.parametrize("ground", GROUNDS)
def test_each_role_is_told_and_does_what_the_text_says_and_nothing_else(asked: list[Ask], ground: str) -> None:
    theirs = [ask for ask in asked if ask.ground == ground]

    assert {ask.role for ask in theirs} == {*may.ROLES}
    assert unexplained(theirs) == []


def test_each_question_is_asked_where_the_text_says_yes_and_where_it_says_no(asked: list[Ask]) -> None:
    """Else it would prove nothing."""
    never_so = {("is due", False), ("tells it apart", False)}  # asked of who is no party alone
    assert {ask.ground for ask in asked} == {*GROUNDS}
    assert len(asked) > 130_000, "something could not be written, and is asked of nobody"
    both = {(ask.what, ask.want) for ask in asked}
    assert {(what, not want) for what, want in both if (what, not want) not in both} == {
        (what, not want) for what, want in never_so
    }


@pytest.mark.parametrize("row", [*DECIDED, *SILENT], ids=lambda row: row.why.partition(":")[0])
def test_where_it_is_known_to_differ_it_still_does(asked: list[Ask], row: Known) -> None:
    assert any(ask.unexpected and row.are(ask) for ask in asked)


@pytest.mark.soak
@pytest.mark.parametrize("phase", LATER)
def test_so_it_is_in_each_later_phase(packs: Packs, phase: str) -> None:
    with begun(LATER[phase], packs) as play:
        world = furnished(play)
        assert play.seen().phase == phase
        assert unexplained(every_answer_in(world)) == []


@pytest.mark.soak
def test_so_it_is_in_a_closed_case(packs: Packs) -> None:
    with begun(identified, packs) as play:
        world = furnished(play)
        closed(world)
        assert unexplained(every_answer_in(world, words=REMAIN)) == []


# --- the commands that stand beside a case ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", may.ROLES)
def test_a_case_is_opened_by_who_opens_cases(packs: Packs, role: str) -> None:
    with begun(packs=packs) as play:
        opens = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
        done = shown(lambda: play.engine.do(opens, as_=Actor("invented", LEADS, {role})))
        assert (done is not None) is (role in (MANAGER, LEADER))


def test_the_glass_is_broken_on_each_ground_by_the_roles_that_may_and_by_no_others(packs: Packs) -> None:
    with begun(identified, packs) as play:
        world = furnished(play)
        glass = play._read({"do": "open_up", "ground": "break_glass", "why": "invented"})

        def breaks(ground: str, one: Standing, role: str) -> bool:
            account = f"{role}_{[*world.standings].index(ground)}"
            return shown(lambda: play.engine.do(glass, as_=Actor(account, one.house, {role}))) is not None

        wrong = [
            (ground, role)
            for ground, one in world.standings.items()
            for role in may.ROLES
            if breaks(ground, one, role) is not (role in may.BREAKS and one.house != STRANGER)
        ]
        assert wrong == []
