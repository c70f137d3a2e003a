"""An alarm that ended by what never was is open again; a death that was an error is taken back by two."""

from __future__ import annotations

from datetime import timedelta

from tests.attacks.acts import (
    MET,
    REACHED,
    REPLACED,
    TOLD,
    corrected,
    ended_by_the_wrong_file,
    ends,
    happens,
    is_open,
    lands_though,
    open_alarms,
    seq_of,
    until_a_doctor_is_asked,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    DEPART,
    DOCTOR,
    MANAGER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    another,
    at_home,
    complete,
    evidence_is_fresh,
    ready_to_depart,
)
from tests.whole_answers import RECEIPT

# --- an examination of somebody else --------------------------------------------------------------


def test_an_emergency_that_ended_by_the_examination_of_another_is_not_over(fresh: Play) -> None:
    """The paper was another patient's, and one alone takes it back: the alarm stays ended, the step is declined, and she flies.
    Design 3, correct: 'what hung on it is open again'.
    """
    fresh.given(MANAGER, happens("medical_emergency"))
    fresh.wait(minutes=5)
    fresh.given(DOCTOR, complete("medical_assessment", result="fit"))
    entry = seq_of(fresh, "step_completed")
    fresh.given(MANAGER, ends("medical_emergency", "seen_by_a_doctor"))
    fresh.wait(minutes=5)
    fresh.given(DOCTOR, {"do": "correct", "seq": entry, "why": "(invented) another patient's"})
    fresh.tried(MANAGER, {"do": "skip", "step": "medical_assessment", "reason": "invented words"})
    fresh.tried(MANAGER, complete("fit_to_travel_check", result="self_declared"))

    assert is_open(fresh, "medical_emergency")
    fresh.prepare(waiting=False, instead=until_a_doctor_is_asked)
    assert not fresh.boards().done


def test_an_alarm_that_a_doctor_ended_in_the_wrong_file_is_open_again(begin: Begin) -> None:
    """The assessment was of somebody else. Nobody has looked at her since she harmed herself, and nothing holds the case."""
    case = begin(ready_to_depart)
    case.given(MANAGER, {"do": "incident", "type": "self_harm"})
    case.wait(minutes=5)
    fit = complete("medical_assessment", result="fit")
    case.given(DOCTOR, {"do": "redo", "step": "medical_assessment"}, fit)
    case.given(MANAGER, ends("self_harm", "seen_by_a_doctor"))
    case.given(DOCTOR, corrected(seq_of(case, "step_completed", step="medical_assessment")))

    assert "self_harm" in open_alarms(case)


def test_an_alarm_that_ended_by_the_examination_of_another_is_open_again_though_the_step_is_being_redone(
    begin: Begin,
) -> None:
    """The doctor notices the wrong file and begins the examination anew, as one does. From then on the entry "says nothing any more
    that can be taken back"; the alarm stays ended, she declines the new one, declares herself fit, and flies.

    Design 3, `correct`: "what hung on it is open again"; issue 6: "What happened can always be recorded truthfully."
    """
    case = begin(ready_to_depart)
    entry = ended_by_the_wrong_file(case)
    case.given(DOCTOR, {"do": "redo", "step": "medical_assessment"})
    case.tried(DOCTOR, corrected(entry))
    case.tried(MANAGER, {"do": "skip", "step": "medical_assessment", "reason": "(invented) she wants none"})

    def herself(play: Play, do: Command) -> bool:
        if do.get("step") != "fit_to_travel_check" or do["do"] != "complete":
            return False
        play.given(DOCTOR, complete("fit_to_travel_check", result="self_declared"))
        return True

    assert not case.prepare(instead=herself) or "self_harm" in open_alarms(case)


def test_honest_an_alarm_that_ended_by_the_examination_of_another_is_open_again(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(DOCTOR, corrected(ended_by_the_wrong_file(case)))
    assert "self_harm" in open_alarms(case)


# --- a call that reached somebody else, and who was met -------------------------------------------


def test_who_was_found_by_a_call_that_reached_somebody_else_is_not_found(begin: Begin) -> None:
    """Two say that it was not her voice: nobody has seen her since she landed, and nobody looks for her any more."""
    case = begin(at_home)
    case.given(MANAGER, happens("no_show_arrival"))
    case.wait(minutes=5)
    case.given(MANAGER, REACHED)
    entry = seq_of(case, "contact_made")
    case.given(MANAGER, ends("no_show_arrival", "found"))
    case.wait(minutes=5)
    case.given(MANAGER, {"do": "correct", "seq": entry, "why": "(invented) another voice"})
    case.given(another(MANAGER), {"do": "sign", "seq": entry})

    assert is_open(case, "no_show_arrival")


def test_who_was_found_is_found(begin: Begin) -> None:
    case = begin(at_home)
    case.given(MANAGER, happens("no_show_arrival"))
    case.wait(minutes=5)
    case.given(MANAGER, REACHED, ends("no_show_arrival", "found"))
    assert not is_open(case, "no_show_arrival")


def test_an_alarm_that_ended_because_somebody_else_was_reached_is_open_again(begin: Begin) -> None:
    """She was not met, and the call that ended the search was of another file; two say so, and nobody looks for her.

    design 3, `correct`: "what hung on it is open again"; 4.3: an alarm "ends only … with evidence".
    """
    case = begin(at_home)
    case.given(MANAGER, {"do": "incident", "type": "no_show_arrival"})
    case.wait(minutes=5)
    case.given(MANAGER, REACHED, ends("no_show_arrival", "found"))
    seq = seq_of(case, "contact_made")
    case.given(MANAGER, corrected(seq))
    case.given(RECEIVER, {"do": "sign", "seq": seq})

    assert "no_show_arrival" in open_alarms(case)


WELL = "arrival_wellbeing_check"
DOSSIER = complete("handover_dossier", groups_sent=["identity", "travel"], **RECEIPT)


def test_danger_stands_for_no_consent_once_the_person_was_met(fresh: Play) -> None:
    """design 4.4: telling a trusted party "stands for the consents that nobody can ask … until the person can be asked".

    She was met, and asked how she is; two days later her journey may still be told on without her yes.
    """
    case = lands_though(fresh, REPLACED)
    case.given(MANAGER, TOLD)
    case.wait(minutes=5)
    case.given(RECEPTION, MET)
    case.wait(hours=1)
    case.given(
        RECEPTION, case.answered(next(form for _, form in case.remedies("settle") if form.do.get("step") == WELL))
    )
    case.wait(days=2)
    case.given(MANAGER, {"do": "redo", "step": "handover_dossier"})

    assert case.why(DOSSIER).says("travel_data_share")


def test_honest_who_was_reached_is_looked_for_no_more(begin: Begin) -> None:
    case = begin(at_home)
    case.given(MANAGER, {"do": "incident", "type": "no_show_arrival"})
    case.wait(minutes=5)
    case.given(MANAGER, REACHED, ends("no_show_arrival", "found"))

    assert "no_show_arrival" not in open_alarms(case)


# --- who boarded while it had ended ---------------------------------------------------------------


def test_who_boarded_while_an_alarm_had_ended_on_a_wrong_voice_has_left(begin: Begin) -> None:
    """Contact was lost; the call that ended that was of another file; she boarded. Nothing had ended the alarm, so the gate was shut.

    Design 4.3: "If a departure rested on it, the move stands and `left_without_clearance` opens"; 4.4: "every rule holds".
    """
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("lost_contact"))
    case.wait(minutes=1)
    case.given(MANAGER, REACHED, ends("lost_contact", "reached"))
    call = seq_of(case, "contact_made")
    case.ready()
    case.until(case.takes_off - timedelta(hours=2))
    case.ready(waiting=False)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    case.given(MANAGER, corrected(call))
    case.given(RECEIVER, {"do": "sign", "seq": call})

    assert "lost_contact" in open_alarms(case)  # this holds
    assert "left_without_clearance" in open_alarms(case)


def test_honest_who_boarded_on_evidence_of_another_has_left(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    case.given(MANAGER, corrected(seq_of(case, "step_completed", step="safety_plan")))
    assert "left_without_clearance" in open_alarms(case)


# --- a death in the wrong file --------------------------------------------------------------------


def test_a_death_in_the_wrong_file_does_not_hold_the_case_for_ever(fresh: Play) -> None:
    """It ends by no word, is never corrected, and closes only as 'deceased', which needs a paper that nobody has.

    The todo ("close the case; if this was recorded wrongly, open a new one") leads nowhere: checker's own promise in design 4.4,
    "refuses an alarm … that can neither end nor close".
    """
    fresh.given(MANAGER, {"do": "incident", "type": "death"})
    fresh.wait(hours=1)
    fresh.given(MANAGER, REACHED, {"do": "record", "facts": {"existed_already": True}})

    death = next(row.seq for row in fresh.history() if row.type == "incident_opened" and row.data["type"] == "death")
    ways: list[tuple[str, Command]] = [
        (MANAGER, corrected(death)),
        (MANAGER, {"do": "resolve", "incident": "death", "outcome": "found", "reason": "invented words"}),
        (MANAGER, {"do": "move", "to": "close", "reason": "duplicate"}),
        (MANAGER, {"do": "move", "to": "close", "reason": "deceased"}),
    ]
    assert any(fresh.tried(who, act, may_be_bad_input=True).done for who, act in ways)


def test_honest_a_death_in_the_wrong_file_is_taken_back_by_two_and_no_other_alarm_is(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "death"}, {"do": "incident", "type": "violence"})
    death, violence = (
        next(row.seq for row in fresh.history() if row.type == "incident_opened" and row.data["type"] == type)
        for type in ("death", "violence")
    )
    assert not fresh.tried(MANAGER, corrected(violence)).done
    fresh.given(MANAGER, corrected(death))
    assert open_alarms(fresh) == {"death", "violence"}
    assert not fresh.tried(MANAGER, {"do": "sign", "seq": death}).done
    fresh.given(another(MANAGER), {"do": "sign", "seq": death})

    assert open_alarms(fresh) == {"violence"}


def test_honest_a_death_that_is_told_again_is_not_taken_back_by_who_signs_for_the_time_before(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "death"})
    death = next(row.seq for row in fresh.history() if row.type == "incident_opened")
    fresh.given(MANAGER, corrected(death), {"do": "incident", "type": "death"})

    assert not fresh.tried(another(MANAGER), {"do": "sign", "seq": death}).done
    assert open_alarms(fresh) == {"death"}


def test_a_death_that_the_hospital_told_stands_though_a_second_report_was_of_another_file(fresh: Play) -> None:
    """Told by one, and an hour later by another. Two take back the *second* report, which was of another file; the first goes with it,
    nobody has taken it back, and it cannot be corrected itself. Design 4.3: an alarm "is a fact, not a switch"; an entry is
    taken back, not what another has told.
    """
    fresh.given(MANAGER, happens("death"))
    fresh.wait(hours=1)
    fresh.given(RECEIVER, happens("death"))
    again = seq_of(fresh, "incident_repeated")
    fresh.given(MANAGER, corrected(again))
    fresh.given(another(MANAGER), {"do": "sign", "seq": again})

    assert "death" in open_alarms(fresh)


def test_honest_a_death_that_was_told_once_is_taken_back_by_two(fresh: Play) -> None:
    fresh.given(MANAGER, happens("death"))
    told = seq_of(fresh, "incident_opened")
    fresh.given(MANAGER, corrected(told))
    fresh.given(another(MANAGER), {"do": "sign", "seq": told})
    assert "death" not in open_alarms(fresh)
