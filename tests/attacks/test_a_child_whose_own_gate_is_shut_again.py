"""A child with a case of its own boards with its mother, though its own gate refuses: only the old clearance there is looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.acts import suspected
from tests.attacks.companions import MOTHER, fresh_with_own_case, own
from tests.attacks.play import MANAGER, Play, begun


def who_waits_is_a_suspect(child: Play) -> Any:
    child.given(MANAGER, suspected(child._recorded.roles["caregiver"].party, True))


def who_agreed_is_a_suspect(child: Play) -> Any:
    child.given(MANAGER, suspected(child._recorded.roles["guardian"].party, True))


def the_passport_is_lost(child: Play) -> Any:
    child.given(MANAGER, {"do": "document", "kind": "ng_passport", "status": "lost"})


@pytest.mark.parametrize("change", [who_waits_is_a_suspect, who_agreed_is_a_suspect, the_passport_is_lost])
def test_no_child_is_taken_along_whose_own_gate_is_shut_again(change: Any) -> None:
    with begun(fresh_with_own_case, facts=MOTHER) as mother:
        child = own(mother)
        mother.until(mother.takes_off - timedelta(minutes=30))
        assert mother.why().done
        child.wait(minutes=1)
        before = child.why().reasons
        change(child)
        assert child.why().reasons > before, "in its own case the child does not go"

        assert not mother.boards().done, f"the mother boards with it; there: {sorted(child.why().reasons)}"


def test_honest_mother_and_daughter_go_when_both_gates_are_open() -> None:
    with begun(fresh_with_own_case, facts=MOTHER) as mother:
        assert own(mother).why().done
        mother.until(mother.takes_off - timedelta(minutes=30))
        assert mother.boards().done


def test_honest_a_suspicion_of_somebody_who_has_no_part_in_it_holds_nobody() -> None:
    with begun(fresh_with_own_case, facts=MOTHER) as mother:
        child = own(mother)
        witness = child.involved("witness")
        child.given(MANAGER, suspected(witness, True))
        mother.until(mother.takes_off - timedelta(minutes=30))
        assert mother.boards().done
