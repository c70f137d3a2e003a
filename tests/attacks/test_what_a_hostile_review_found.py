"""Ways around the safeguards that somebody found by trying. Each stays shut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wayhome import Actor, BadInput, NotPermitted, WayhomeError, commands
from wayhome.commands import BY_WORD
from wayhome.model.command import COMMON_FIELDS, own_fields
from wayhome.model.reading import specs_of
from wayhome.packs.plugins import Packs
from wayhome.testing import Ready

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    GUARD,
    LEADER,
    MANAGER,
    Command,
    Play,
    actor,
    complete,
    opened,
    ready_to_depart,
)


@pytest.fixture
def leaving(begin: Begin) -> Play:
    """A case that may depart now."""
    return begin(ready_to_depart)


def redo(step: str) -> Command:
    return {"do": "redo", "step": step}


def test_evidence_from_after_boarding_does_not_count(leaving: Play) -> None:
    boarded = leaving.now + timedelta(hours=1)
    leaving.given(ASSESSOR, redo("risk_recheck"))
    leaving.wait(hours=10)
    leaving.given(ASSESSOR, complete("risk_recheck", result="unchanged", will_confirmed=True))

    assert leaving.boards(at=boarded.isoformat()).says("INV-04")


def test_an_older_yes_does_not_override_a_later_withdrawal(leaving: Play) -> None:
    before = leaving.now - timedelta(hours=48)
    leaving.wait(hours=2)
    leaving.given(MANAGER, {"do": "withdraw", "purpose": "return"})

    older = {"do": "consent", "purpose": "return", "form": "written", "language": "en", "at": before.isoformat()}
    leaving.given(MANAGER, older)  # kept, as what was before

    assert leaving.why().says("INV-01")


def test_a_swapped_partner_must_confirm(leaving: Play) -> None:
    leaving.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})

    assert leaving.why().says("INV-07")


def test_a_no_at_the_last_check_counts(leaving: Play) -> None:
    leaving.given(ASSESSOR, redo("risk_recheck"))
    leaving.given(ASSESSOR, complete("risk_recheck", result="unchanged", will_confirmed=False))

    assert leaving.why().says("INV-04")


def test_nobody_under_suspicion_travels_along(leaving: Play) -> None:
    leaving.involved("escort", travels=True, suspected=True)

    assert leaving.why().says("INV-19")


def test_a_case_manager_does_not_overrule_a_doctor(leaving: Play) -> None:
    leaving.given(DOCTOR, redo("fit_to_travel_check"), complete("fit_to_travel_check", result="unfit"))
    leaving.given(MANAGER, redo("fit_to_travel_check"))

    assert leaving.tried(MANAGER, complete("fit_to_travel_check", result="fit")).kind == "refused"
    leaving.given(MANAGER, complete("fit_to_travel_check", result="self_declared"))
    assert leaving.why().says("INV-15")


def test_taking_back_any_consent_voids_the_clearance(leaving: Play) -> None:
    leaving.given(MANAGER, {"do": "withdraw", "purpose": "share_partner"})

    assert {"INV-03", "INV-07"} <= leaving.why().rules


def test_the_guardian_who_signed_must_still_be_the_guardian(child: Ready) -> None:
    other = child.case.roles["guardian"]._replace(ref="guardian-2")

    assert not child.but(roles={**child.case.roles, "guardian": other}).ask("INV-01").met


def test_a_child_recorded_as_an_adult_before_the_birthday_stays_a_child(ready: Ready) -> None:
    assert not ready.with_fact("turns_18_on", "2031-01-01").ask("INV-12").met


@pytest.mark.parametrize(
    "act",
    [DEPART, {"do": "record", "facts": {"age_status": "adult"}}, {"do": "consent", "purpose": "return"}],
    ids=["depart", "record", "consent"],
)
def test_the_clock_decides_nothing(leaving: Play, act: Command) -> None:
    assert leaving.tried(Actor.clock, act).kind == "not_permitted"


@pytest.mark.parametrize("field", ["by", "of"])
def test_a_name_in_by_or_of_is_refused_and_not_echoed(leaving: Play, field: str) -> None:
    with pytest.raises(BadInput) as error:
        leaving.engine.do(
            commands.Note(leaving.case, text="an invented note", **{field: "Invented Name"}),  # type: ignore[arg-type]
            as_=actor(MANAGER),
        )

    assert "Invented" not in str(error.value)


@pytest.mark.parametrize(("role", "may_know"), [(LEADER, False), (GUARD, False), (MANAGER, True)])
def test_health_is_not_told_to_those_who_need_not_know(leaving: Play, role: str, may_know: bool) -> None:
    leaving.given(DOCTOR, redo("fit_to_travel_check"), complete("fit_to_travel_check", result="unfit"))

    try:
        seen = repr(leaving.history(role)) + repr(leaving.seen(role).incidents)
    except NotPermitted:
        seen = ""

    assert ("'unfit'" in seen) is may_know
    assert ("medical_unfit" in seen) is may_know


def test_texts_stand_in_no_repr() -> None:
    note = commands.Note("WH-7K3M9-Q2F4A-Z", text="an invented secret")
    who = commands.Involve("WH-7K3M9-Q2F4A-Z", ref="relative-1", name="Invented Name", contact="invented contact")

    assert "secret" not in repr(note)
    assert "Invented" not in repr(who)
    assert "contact" not in repr(who).replace("contact_", "")


JUNK: list[Callable[[], Any]] = [
    lambda: 7, lambda: -(2**70), lambda: 1.5, lambda: b"bytes", list, lambda: ["x", 3], dict, lambda: {"a": {"b": []}},
    lambda: {1, 2}, lambda: "", lambda: "\ud800", lambda: "x" * 1_000_000, lambda: "😀", lambda: "1e999999999", lambda: "NaN",
    lambda: datetime(2026, 1, 1),  # noqa: DTZ001 - a naive moment is junk
    lambda: date(9999, 12, 31), lambda: True, lambda: object(), lambda: "0001-01-01T00:00+14:00",
]  # fmt: skip


@pytest.fixture(scope="module")
def an_open_case(packs: Packs) -> Play:
    return opened(packs)


@settings(max_examples=400)
@given(data=st.data())
def test_junk_in_any_field_of_any_command_is_an_error_of_ours(an_open_case: Play, data: st.DataObject) -> None:
    engine, case, anna = an_open_case.engine, an_open_case.case, actor(MANAGER)
    word = data.draw(st.sampled_from(sorted(BY_WORD)))
    names = [*own_fields(BY_WORD[word]), *(n for n in COMMON_FIELDS if n not in ("case", "key"))]
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    fields = {("with_" if n == "with" else n): data.draw(st.sampled_from(JUNK))() for n in chosen}
    before = engine.case(case, as_=anna).version
    kind: Any = BY_WORD[word]
    for name, spec in specs_of(kind).items():
        if spec.required and name != "case":
            fields.setdefault(spec.attribute, "x")

    try:
        engine.do(kind(**fields) if word == "open" else kind(case, **fields), as_=anna)
    except WayhomeError as error:
        assert str(error).encode("utf-8", "strict")
        assert engine.case(case, as_=anna).version == before
