"""In its own case the child says no, or is not to go (no positive determination, a guardian under suspicion). Its mother's case takes the number of that case back with one empty word, and takes the child along as a companion.

Domain: return-process.md INV-12 ("For a child ... no departure without guardian, positive BID, a risk and security assessment without contrary indication"); access.md section 2 ("A child who is a victim has an own case");
INV-01 and section 3, `consent_withdrawn_before`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.acts import redo, suspected
from tests.attacks.companions import MOTHER, fresh_with_own_case, own
from tests.attacks.play import ASSESSOR, MANAGER, Play, begun, complete

TAKEN_BACK = {"do": "involve", "by": "person", "ref": "child-1", "own_case": ""}
BID = "best_interests_determination"


def is_not_to_go(child: Play) -> None:
    child.given(ASSESSOR, redo(BID), complete(BID, result="negative"))


def says_no(child: Play) -> None:
    child.given(MANAGER, {"do": "withdraw", "purpose": "return"})


def its_guardian_is_a_suspect(child: Play) -> None:
    child.given(MANAGER, suspected(child._recorded.roles["guardian"].party, True))


@pytest.mark.parametrize("change", [is_not_to_go, says_no, its_guardian_is_a_suspect])
def test_no_child_is_taken_along_because_its_own_case_is_forgotten(change: object) -> None:
    with begun(fresh_with_own_case, facts=MOTHER) as mother:
        child = own(mother)
        child.wait(minutes=1)
        change(child)  # type: ignore[operator]
        assert not child.why().done
        assert ("STEP", "child_with_own_case") in mother.why().reasons, "and so it does not go"

        mother.tried(MANAGER, TAKEN_BACK)
        mother.prepare(waiting=False)
        mother.until(mother.takes_off - timedelta(minutes=30))
        mother.prepare(waiting=False)
        assert mother._recorded.people["child-1"].travels
        assert not mother.boards().done, f"the child was taken along; in its own case: {sorted(child.why().rules)}"


def test_honest_mother_and_daughter_go_when_both_gates_are_open() -> None:
    with begun(fresh_with_own_case, facts=MOTHER) as mother:
        assert own(mother).why().done
        mother.until(mother.takes_off - timedelta(minutes=30))
        assert mother.boards().done


def test_honest_a_number_typed_in_error_is_taken_back_while_nothing_is_refused_there() -> None:
    with begun(fresh_with_own_case, facts=MOTHER) as mother:
        assert mother.tried(MANAGER, TAKEN_BACK).done
