"""She goes to the hospital by herself: a house without a doctor writes down what the hospital says, and two have heard it."""

from __future__ import annotations

from wayhome import Actor

from tests.attacks.acts import in_follow_up, records
from tests.attacks.play import RECEIVER, Command, Play, begun, complete
from tests.honest.walks import says

STEP = "health_psychosocial_followup"
KEPT: Command = {
    "do": "enter",
    "register": "appointment",
    "care": "treatment",
    "where": "ng_fnph_uselu",
    "status": "kept",
}


def treated(play: Play) -> None:
    in_follow_up(play)
    play.given(RECEIVER, says("health_processing_local"), records(needs_health_followup=True))
    play.given(RECEIVER, says("health_share", recipient="ng_fnph_uselu"))
    for _ in range(3):
        play.wait(days=10)
        play.given(RECEIVER, KEPT)


def due(play: Play) -> set[str]:
    return {row.step for row in play.engine.due(case=play.case, as_=play.actor(RECEIVER))}


def test_the_hospital_says_that_treatment_goes_on() -> None:
    with begun(treated) as play:
        said = complete(STEP, by="medical_officer", heard_by="letter", on_paper="(invented) a slip")
        assert STEP in due(play)
        play.given(RECEIVER, said)
        assert STEP not in due(play)
        assert f"sign:{STEP}" in due(play)  # one alone has heard it
        colleague = Actor("an_invented_colleague", play.actor(RECEIVER).organisation, {RECEIVER})
        play.given(colleague, {"do": "sign", "step": STEP})
        assert f"sign:{STEP}" not in due(play)


def test_it_is_nobodys_own_word_who_is_no_doctor() -> None:
    with begun(treated) as play:
        assert not play.tried(RECEIVER, complete(STEP)).done
