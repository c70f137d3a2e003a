"""What a fourth hostile look found: in corrections with a day, in two at once, in a newer process, in moves of the wrong file."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from wayhome import BadInput, Engine
from wayhome.stories.playing import StoryClock

from tests.attacks.made_packs import faults_of, like_nigeria, packs_of
from tests.attacks.play import (
    DEPART,
    MANAGER,
    START,
    TRAVEL,
    Command,
    Enough,
    Play,
    actor,
    another,
    another_case,
    evidence_is_fresh,
    opened,
    read,
    usual_packs,
)
from tests.attacks.test_entered_in_error import corrected, seq_of
from tests.attacks.test_families_risk_and_versions import Upgrade
from tests.conftest import engine_at
from tests.packs.planting import written


def _open(play: Play) -> set[str]:
    return {one["type"] for one in play.seen().incidents if one["resolved_at"] is None}


# --- 1. a correction that says when it was found out ------------------------------------------------------------------


@pytest.mark.parametrize(
    "found_out",
    [None, timedelta(minutes=-10), timedelta(days=-900)],
)
@pytest.mark.parametrize(
    ("type", "data"),
    [("consent_given", {"purpose": "return"}), ("step_completed", {"step": "departure_clearance"})],
)
def test_what_a_departure_rested_on_alarms_whenever_it_was_found_to_be_an_error(
    fresh: Play, type: str, data: dict[str, str], found_out: timedelta | None
) -> None:
    """Typed after boarding with an hour before it, the correction passes, and nobody hears that the person flies without a yes."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    boarded = fresh.now
    fresh.wait(hours=1)
    dated = {} if found_out is None else {"at": (boarded + found_out).isoformat()}

    fresh.given(TRAVEL, {**corrected(seq_of(fresh, type, **data)), **dated})

    assert "left_without_clearance" in _open(fresh)


# --- 2. two at once in one engine -------------------------------------------------------------------------------------


def test_what_one_mistypes_does_not_lose_the_alarm_that_another_writes() -> None:
    """A refusal drops the open keys of all cases, also of the one that is being sealed: KeyError, and nothing is kept."""
    meanwhile = []

    def random(length: int) -> bytes:
        while meanwhile:
            thread = threading.Thread(target=meanwhile.pop())
            thread.start()
            thread.join()
        return os.urandom(length)

    clock = StoryClock(START)
    with Engine.open("sqlite://", clock=clock, packs=usual_packs(), random=random) as engine:
        case = another_case(engine, clock)
        alarm: Command = {"do": "incident", "type": "re_trafficking", "note": "invented words"}

        def mistypes() -> None:
            with pytest.raises(BadInput):
                engine.do(read(alarm, "no number"), as_=actor(TRAVEL))

        lost = ""
        case.given(MANAGER, alarm)
        meanwhile.append(mistypes)  # while the next is being sealed
        try:
            case.given(MANAGER, {**alarm, "note": "more of them"})
        except KeyError as error:
            lost = type(error).__name__
        assert lost == ""
        assert sum(row.type in ("incident_opened", "incident_repeated") for row in case.history()) == 2


# --- 3. a departure of yesterday under the process of today -----------------------------------------------------------


NEW_STEP = """
- id: ng_new_check
  title: An invented step
  phase: pre_departure
  gate: depart
  who: case_manager_sending
  source: S1
"""


@pytest.mark.parametrize("adopted", [False, True])
def test_who_boarded_as_all_rules_said_then_departed_whatever_was_adopted_since(tmp_path: Path, adopted: bool) -> None:
    """A step that is asked since, nobody can have done then: all that is left is to type that they left without clearance."""
    upgrade = Upgrade(tmp_path, more={"steps.yaml": NEW_STEP})
    with (old := upgrade.opened(upgrade.older)).engine:
        evidence_is_fresh(old)
        boards = old.takes_off
        late: Command = {**DEPART, "at": boards.isoformat()}
    clock = StoryClock(boards + timedelta(hours=1))
    with engine_at(upgrade.url, clock=clock, packs=upgrade.newer) as engine:
        case = Play(engine, clock, old.case)
        if adopted:
            digest = engine.keep_newest_process("BE", "NG").digest
            case.given(MANAGER, {"do": "rebase", "digest": digest})
            case.wait(minutes=10)

        assert case.told("STEP", late, TRAVEL) == []
        case.given(TRAVEL, late)
        assert case.seen().phase == "travel"


# --- 4. a move that was typed in the wrong file ------------------------------------------------------------------------


def test_who_never_left_is_not_said_to_have_come_back(fresh: Play) -> None:
    """'left' in the wrong case: `correct` points at the history, in circles; the one way out is a journey back that never was."""
    fresh.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown"})
    entry = seq_of(fresh, "left")

    told = fresh.told("INPUT", corrected(entry))

    assert told != [
        (
            f"entry {entry} says nothing any more that can be taken back",
            "look at the history; what has happened since is corrected there",
        )
    ]
    # Whatever the way is: two say it, and the case stands where it stood.
    fresh.given(MANAGER, corrected(entry))
    if fresh.seen().phase == "travel":
        fresh.given(TRAVEL, {"do": "sign", "seq": entry})
    assert fresh.seen().phase == "pre_departure"


# --- 5. a doctor who has no account -------------------------------------------------------------------------------------


def test_the_certificate_of_a_doctor_without_an_account_is_typed_and_seen_by_a_second(fresh: Play) -> None:
    """'Your roles may not do this': a clerk gets an account as doctor, or the person declares what she cannot know."""
    fresh.given(MANAGER, {"do": "redo", "step": "fit_to_travel_check"})
    paper: Command = {"do": "complete", "step": "fit_to_travel_check", "result": "fit", "by": "medical_officer"}

    assert fresh.tried(MANAGER, {**paper, "heard_by": "letter", "on_paper": "(invented) certificate"}).done

    assert fresh.why().says("fit_to_travel_check")  # it counts once another has seen the paper
    second: Command = {"do": "sign", "step": "fit_to_travel_check", "by": "medical_officer"}
    assert not fresh.tried(MANAGER, second).done
    fresh.given(another(MANAGER), second)
    assert fresh.step("fit_to_travel_check").state == "done"
    assert "INV-15" not in fresh.why().rules


# --- 6. an interpreter by telephone, from a third country ---------------------------------------------------------------


@pytest.mark.parametrize("country", ["BE", "NG", "NL"])
def test_a_service_that_interprets_by_telephone_may_sit_anywhere(fresh: Play, country: str) -> None:
    """Vetted, and refused with 'name … somebody whom you have vetted': the office registers it in the wrong country."""
    fresh.engine.register_organisation("a_telephone_service", title="invented", country=country, does=["interpret"])
    fresh.vetted("a_telephone_service", "interpret")
    yes: Command = {"do": "consent", "purpose": "legal", "language": "en", "interpreter": "a_telephone_service"}

    assert fresh.told("INV-19", yes) == []


# --- 7. a suspicion that was told before the last move, and typed after it ----------------------------------------------


def test_a_suspicion_keeps_the_day_on_which_it_was_told(fresh: Play) -> None:
    """'Correct at=…': whoever heard it at the gate types that it was heard an hour later. Towards safety anybody, late too."""
    ref = fresh.involved("relative")
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    heard = fresh.now - timedelta(minutes=10)
    fresh.wait(hours=1)

    said: Command = {"do": "involve", "ref": ref, "suspected": True, "at": heard.isoformat()}
    assert fresh.tried(MANAGER, said, may_be_bad_input=True).done


# --- 8. a partner that its pack no longer names -------------------------------------------------------------------------


FRONT = "\n- {id: ng_front, name: An invented house, recipient: partner, does: [receive, meet, house], %ssource: S1}\n"
NAMES_THEM: Command = {"do": "assign", "role": "receiving_organisation", "partner": "ng_front"}


def _until_somebody_receives(_: Play, act: Command) -> bool:
    if act.get("do") == "assign" and act.get("role") == "receiving_organisation":
        raise Enough
    return False


@pytest.mark.parametrize("newest", [FRONT % "historical: true, ", ""])
def test_nobody_departs_to_a_partner_whom_the_newest_pack_has_let_go(tmp_path: Path, newest: str) -> None:
    """Taken out of the pack, since it was a front: a new case does not know it, and a running one sends the person there."""
    url = f"sqlite:///{tmp_path}/case.db"
    older = packs_of(like_nigeria(tmp_path / "older", more={"partners.yaml": FRONT % ""}))
    newer = packs_of(
        like_nigeria(
            tmp_path / "newer",
            more={"partners.yaml": newest},
            changed={"pack.yaml": ("version: 0.1.0", "version: 0.2.0")},
        )
    )
    with (old := opened(older, url=url)).engine:
        old.prepare(instead=_until_somebody_receives)
        old.given(MANAGER, NAMES_THEM)
        old.ready()
    with engine_at(url, clock=old.clock, packs=newer) as engine:
        case = Play(engine, old.clock, old.case)

        assert case.told("INV-07") == [
            (
                "the receiving organisation cannot receive the person: this partner no longer works under this name",
                "choose, with the person, one that can",
            )
        ]
        assert not case.tried(MANAGER, NAMES_THEM).done


# --- 9. an organisation that the office strikes off -----------------------------------------------------------------------


@pytest.mark.parametrize("named_again", [True, False])
def test_nobody_departs_to_an_organisation_that_the_office_has_struck_off(fresh: Play, named_again: bool) -> None:
    """The office writes that it does nothing any more; the case that sends somebody there hears of it when it names it again."""
    house = "mercy_house"
    fresh.engine.register_organisation(house, title="invented", country="NG", does=["meet"])
    fresh.vetted(house, "meet")
    meets: Command = {"do": "assign", "role": "reception_officer", "organisation": house}
    fresh.given(MANAGER, meets)
    fresh.ready(waiting=False)

    fresh.engine.register_organisation(house, title="invented", country="NG", does=[])
    if named_again:
        fresh.given(MANAGER, {"do": "redo", "step": "party_vetting", "of": house})
    else:
        assert not fresh.tried(MANAGER, meets).done  # it is refused, and what is refused tells the case nothing

    assert "this organisation does not do that" in " ".join(fact for fact, _ in fresh.told("INV-19"))


# --- 10. a pack that touches what two sign --------------------------------------------------------------------------------


def test_a_pack_that_gives_another_meaning_to_what_two_sign_is_told_where(tmp_path: Path) -> None:
    """It is refused, with 'tell the engine's maintainers', at line 1 of pack.yaml: nobody finds that."""
    same = "- {tighten: party_vetting, source: S1, fields: {for: {type: codes, group: case, values: [x]}}}\n"

    said = faults_of(written(tmp_path / "togo", {"steps.yaml": same}))

    assert "steps.yaml:1:" in said
    assert "C018 the field 'for' could change what the step asks" in said
    assert "P029" not in said
