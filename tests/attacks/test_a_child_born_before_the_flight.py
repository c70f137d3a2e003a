"""A child is born between the preparation and the flight: its mother does not leave as if there were none (process 3, `pregnancy_or_birth`:
"child documents, nationality, BID for child … blocked until docs/fit").
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.acts import ends, happens
from tests.attacks.play import DOCTOR, MANAGER, Play, begun, complete, evidence_is_fresh

BORN = ends("pregnancy_or_birth", "child_born")


@pytest.fixture
def mother() -> Iterator[Play]:
    with begun(evidence_is_fresh) as play:
        play.given(MANAGER, happens("pregnancy_or_birth", note="(invented) a girl, born this morning, both are well"))
        play.wait(minutes=5)
        play.given(DOCTOR, complete("medical_assessment", result="fit"))
        yield play


def test_that_a_child_is_born_is_no_end_of_it_before_the_child_is_known(mother: Play) -> None:
    told = mother.tried(MANAGER, BORN)

    assert told.reasons == {("INPUT", "child_made_known")}
    assert "no child who was born is made known here" in told.text
    assert "say who it is, and whether it travels along" in told.text


def test_a_child_who_was_known_before_is_not_the_one_who_was_born() -> None:
    with begun(evidence_is_fresh) as play:
        play.involved("child", travels=False)
        play.given(MANAGER, happens("pregnancy_or_birth"))
        play.wait(minutes=5)
        play.given(DOCTOR, complete("medical_assessment", result="fit"))

        assert not play.tried(MANAGER, BORN).done


def test_once_the_child_is_known_all_that_a_child_needs_is_asked_for_it(mother: Play) -> None:
    mother.involved("child", travels=True)
    mother.given(MANAGER, BORN)

    assert {"child_best_interests", "child_fit_check", "other_parent_agreement"} <= {
        subject for _, subject in mother.why().reasons
    }


def test_a_child_who_stays_is_asked_about_too(mother: Play) -> None:
    mother.involved("child", travels=False)
    mother.given(MANAGER, BORN)

    assert "child_who_stays" in {subject for _, subject in mother.why().reasons}


def test_where_no_child_is_to_be_cared_for_a_doctor_who_has_looked_is_enough(mother: Play) -> None:
    mother.given(MANAGER, ends("pregnancy_or_birth", "assessed"))

    assert not {"child_best_interests", "child_who_stays"} & {subject for _, subject in mother.why().reasons}
