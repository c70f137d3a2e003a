"""What one alone wrote down late, or heard for somebody else: INV-01, INV-04 and INV-07 wait until a second has seen it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from wayhome.model.case import Alone
from wayhome.testing import Ready

from tests.rules.cases import HOUR, SECOND, on_both_sides

RETURN, RECHECK, CONFIRMATION = "return>@", "risk_recheck", "partner_confirmation"
READ, ASK = "let somebody else read it, and sign it", "let somebody else read it, or ask there, and sign it"


def written(happened_at: datetime, *, late: timedelta = timedelta(0), heard: bool = False) -> Alone:
    return Alone(happened_at, happened_at + late, "anna", heard)


def confirmed_by_phone(ready: Ready) -> Ready:
    """A partner's word, typed at once by who took the call."""
    return ready.with_step(CONFIRMATION, alone=written(ready.case.steps[CONFIRMATION].at, heard=True))


# --- the yes -----------------------------------------------------------------------------------------------------


@on_both_sides
def test_a_yes_that_one_alone_writes_down_counts_for_72_hours_under_INV_01(ready, too_much, met):
    late = written(ready.case.consents[RETURN].at, late=72 * HOUR + too_much)
    reason = ready.with_consent("return", alone=late).ask("INV-01")

    assert (reason.rule, reason.met, reason.subject) == ("INV-01", met, "return")
    assert met or (reason.fact, reason.todo) == (
        "the yes was written down more than 72 hours late, and nobody else has seen it",
        READ,
    )


def test_a_yes_that_was_written_down_late_is_to_be_signed_now_by_its_number(ready):
    given = ready.case.consents[RETURN]
    remedy = ready.with_consent("return", alone=written(given.at, late=73 * HOUR)).ask("INV-01").remedy

    assert (dict(remedy.do), remedy.from_) == ({"do": "sign", "seq": given.seq}, ready.at)


@on_both_sides
def test_a_yes_under_another_date_is_as_late_as_what_the_same_hand_wrote_before_it(ready, too_much, met):
    before = written(ready.case.consents[RETURN].at - HOUR, late=72 * HOUR + too_much)
    reason = ready.with_consent("return", alone=before).ask("INV-01")

    assert (reason.met, reason.subject) == (met, "return")
    assert met or (reason.fact, reason.todo) == (
        "the same person wrote a yes down before, more than 72 hours late, and nobody else has seen it",
        READ,
    )


@pytest.mark.parametrize(
    ("state", "fact"),
    [
        ("refused", "the person does not want to return"),
        ("withdrawn", "the consent to return was taken back"),
    ],
)
def test_a_no_that_one_alone_writes_down_late_counts_and_waits_for_nobody(ready, state, fact):
    late = written(ready.case.consents[RETURN].at, late=73 * HOUR)
    reason = ready.with_consent("return", state=state, alone=late).ask("INV-01")

    assert (reason.met, reason.fact) == (False, fact)
    assert reason.remedy is None or reason.remedy.do["do"] != "sign"


# --- the last check ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heard", [False, True])  # of the last check only how late it was typed is asked
@on_both_sides
def test_a_last_check_that_one_alone_writes_down_counts_for_72_hours_under_INV_04(ready, too_much, met, heard):
    late = written(ready.case.steps[RECHECK].at, late=72 * HOUR + too_much, heard=heard)
    reason = ready.with_step(RECHECK, alone=late).ask("INV-04")

    assert (reason.rule, reason.met, reason.subject) == ("INV-04", met, RECHECK)
    assert met or (reason.fact, reason.todo) == (
        "'Check risk and wish again' was written down more than 72 hours late, and nobody else has seen it",
        ASK,
    )
    assert met or dict(reason.remedy.do) == {"do": "sign", "seq": ready.case.steps[RECHECK].seq}


@on_both_sides
def test_a_last_check_under_another_date_is_as_late_as_what_the_same_hand_wrote_before_it(ready, too_much, met):
    before = written(ready.case.steps[RECHECK].at - HOUR, late=72 * HOUR + too_much)
    reason = ready.with_step(RECHECK, alone=before).ask("INV-04")

    assert (reason.met, reason.subject) == (met, RECHECK)
    assert met or (reason.fact, reason.todo) == (
        "the same person wrote 'Check risk and wish again' down before, more than 72 hours late,"
        " and nobody else has seen it",
        ASK,
    )


def test_an_assessment_that_two_sign_anyway_is_never_late(ready):
    made = ready.case.steps["pre_return_risk_assessment"].at
    late = written(made, late=300 * HOUR)

    assert ready.with_step("pre_return_risk_assessment", alone=late).ask("INV-04").met


def test_a_last_check_that_is_to_be_done_again_waits_for_no_signature(ready):
    late = written(ready.case.steps[RECHECK].at, late=73 * HOUR)
    reason = ready.with_step(RECHECK, state="open", alone=late).ask("INV-04")

    assert reason.fact == "the step 'Check risk and wish again' is missing, or older than 72 hours on that day"


# --- a partner's word --------------------------------------------------------------------------------------------


def test_a_partners_word_that_one_alone_has_heard_waits_for_a_second_under_INV_07(ready):
    reason = confirmed_by_phone(ready).ask("INV-07")

    assert (reason.rule, reason.met, reason.subject) == ("INV-07", False, CONFIRMATION)
    assert (reason.fact, reason.todo) == (
        "'Get the partner's confirmation' was typed for somebody else, and nobody but who typed it has heard it",
        ASK,
    )
    assert "limit" not in reason.values  # it is not about how late


def test_a_partners_own_word_counts_however_late_it_is_typed(ready):
    late = written(ready.case.steps[CONFIRMATION].at, late=73 * HOUR + SECOND)

    assert ready.with_step(CONFIRMATION, alone=late).ask("INV-07").met
    assert ready.with_step(CONFIRMATION, alone=None).ask("INV-07").met  # or a second has signed


@pytest.mark.parametrize("missing", [None, "contact_partner"])
def test_a_word_that_one_alone_has_heard_is_to_be_signed_whatever_else_its_step_asks(ready, missing):
    heard = confirmed_by_phone(ready.without_consent(missing) if missing else ready)
    remedy = heard.ask("INV-07").remedy

    entry = ready.case.steps[CONFIRMATION].seq
    assert (dict(remedy.do), remedy.from_) == ({"do": "sign", "seq": entry}, ready.at)


def test_a_no_that_one_alone_wrote_late_counts_at_once(ready):
    record = ready.case.steps["risk_recheck"]
    alone = written(record.at, late=timedelta(days=30))

    assert ready.with_step("risk_recheck", alone=alone).ask("INV-04").remedy.do["do"] == "sign"
    changed = ready.with_step("risk_recheck", alone=alone, result="worse").ask("INV-04")
    assert "missing, or older" in changed.fact
    unwilling = ready.with_step("risk_recheck", alone=alone, values={"will_confirmed": False}).ask("INV-04")
    assert unwilling.remedy.do == {"do": "redo", "step": "risk_recheck"}
