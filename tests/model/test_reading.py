"""What is typed, and is no word that there is."""

from __future__ import annotations

import pytest
from wayhome import BadInput, read_command
from wayhome.model.reading import one_of

NUMBER = "WH-00000-00000-0"


def test_of_few_words_all_are_named_and_not_only_the_one_that_is_spelled_alike() -> None:
    """Whoever types 'flown' is not led to say that the person went alone."""
    with pytest.raises(BadInput, match="alone, removed, unknown"):
        one_of("how", "flown", ("alone", "removed", "unknown"))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"do": "record", "case": NUMBER, "facts": '{"age_status": "adult", "age_status": "child"}'}, "facts"),
        ({"do": "travel", "case": NUMBER, "status": "booked", "legs": '[{"from": "BRU", "to": "LOS", "from": "AMS"}]'}, "legs"),
        ({"do": "complete", "case": NUMBER, "step": "safety_plan", "fields": '{"kept_by": "person", "kept_by": "x"}'}, "fields"),
    ],
)  # fmt: skip
def test_what_a_text_of_json_says_twice_is_told_and_neither_counts(said: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as told:
        read_command(said)

    assert [(fault.field, fault.code) for fault in told.value.faults][:1] == [(field, "contradiction")]
    assert "says the same name twice" in told.value.faults[0].what


def test_the_same_name_in_two_rows_is_said_once_in_each() -> None:
    legs = '[{"from": "BRU", "to": "AMS", "departs_at": "2026-03-02T08:00Z", "arrives_at": "2026-03-02T09:00Z"},'
    legs += ' {"from": "AMS", "to": "LOS", "departs_at": "2026-03-02T12:00Z", "arrives_at": "2026-03-02T19:00Z"}]'

    assert len(read_command({"do": "travel", "case": NUMBER, "status": "booked", "legs": legs}).legs) == 2
