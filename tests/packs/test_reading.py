"""YAML is read so that every value keeps its place, and nothing is taken for what it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from wayhome.errors import PackBroken
from wayhome.packs.pack import read_pack
from wayhome.packs.reading import MAX_BYTES, Unreadable, read
from wayhome.packs.scalars import UnquotedScalar, resolve

from tests.attacks.made_packs import STEP, like_nigeria, packs_of

HEAD = "{id: invented, title: Invented, version: 0.1.0, role: origin, country: XX, prefix: xx_, zone: UTC}\n"


def read_text(text: str) -> object:
    return read(Path("facts.yaml"), text).value


# --- what cannot be read: one fault, at its place ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "line", "column", "says"),
    [
        (b"- id: a\n\ttitle: A\n", 2, 1, "tab"),
        (b"- {id: a, title: A}\n- id: b\n  id: c\n", 3, 3, "'id' stands here twice"),
        (b"- {id: a, id: b}\n", 1, 11, "'id' stands here twice"),
        (b"- &a [*a]\n", 1, 3, "an alias"),
        (b"- &a {part: {deeper: *a}}\n", 1, 3, "an alias"),
        (b"- &a [x]\n- [*a, *a]\n", 1, 3, "an alias"),
        (b"- [1, 2]: a list as key\n", 1, 3, "a key is a plain word"),
        (b"- id: a\n- 'no end\n", 3, 1, ""),
        (b"- {id: a\n- id: b\n", 2, 5, ""),
        (b"- id: *nobody\n", 1, 7, "undefined alias"),
        (b"- id: a\n- title: \xff\n", 2, 1, "not UTF-8"),
        (b"[" * 60 + b"]" * 60, 1, 42, "nested too deeply"),
        (b"#" * (MAX_BYTES + 1), 1, 1, "larger than 2 MB"),
    ],
)
def test_an_unreadable_file_gives_one_fault_with_line_and_column(tmp_path, raw, line, column, says):
    (tmp_path / "pack.yaml").write_text(HEAD)
    (tmp_path / "facts.yaml").write_bytes(raw)

    with pytest.raises(PackBroken) as refused:
        read_pack(tmp_path)

    (fault,) = refused.value.faults
    assert (fault.code, fault.line, fault.column) == ("P003", line, column)
    assert says in fault.what
    assert fault.file == str(tmp_path / "facts.yaml")


def test_a_file_of_exactly_two_megabytes_is_read(tmp_path):
    file = tmp_path / "facts.yaml"
    file.write_bytes(b"- a\n" + b"#" * (MAX_BYTES - 4))

    assert read(file).value == ["a"]


def test_an_empty_file_is_nothing_and_no_fault():
    assert read_text("") is None
    assert read_text("# only a remark\n") is None


# --- scalars by YAML 1.2 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["019", "+234", "+2348012345678", "NO", "yes", "on", "1.5", "0x1F", "12:30", "1_000"]
)
def test_a_plain_scalar_stays_as_it_was_written(written):
    value = read_text(f"a: {written}\n")["a"]

    assert value == written
    assert isinstance(value, UnquotedScalar)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("019", "019"),  # no octal, no decimal: a code
        ("NO", "NO"),  # Norway
        ("yes", "yes"),
        ("off", "off"),
        ("1.5", "1.5"),  # there are no floats
        ("2026-05-14", "2026-05-14"),
        ("1_000", "1_000"),
        ("'7'", "7"),  # who writes quotes wants text
        ('"true"', "true"),
    ],
)
def test_where_any_value_may_stand_only_plain_words_are_read(written, value):
    found = resolve(read_text(f"a: {written}\n")["a"])

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("written", ["", "~", "null", "NULL"])
def test_nothing_can_be_written_in_four_ways(written):
    assert read_text(f"a: {written}\n") == {"a": None}


def test_the_word_null_in_quotes_is_a_word():
    assert read_text("a: 'null'\n") == {"a": "null"}


def test_a_number_with_its_plus_sign_is_a_text_in_a_contact(tmp_path):
    (tmp_path / "pack.yaml").write_text(HEAD)
    (tmp_path / "partners.yaml").write_text(
        "- id: xx_house\n  name: NO\n  source: S1\n  contacts:\n    - {kind: e164, value: +2340123456789}\n"
        "    - {kind: short_code, value: 019, country: NO}\n"
    )

    (house,) = read_pack(tmp_path).of("partners")

    assert house.entry.name == "NO"
    assert [(contact.value, contact.country) for contact in house.entry.contacts] == [
        ("+2340123456789", None),
        ("019", "NO"),
    ]


# --- places ------------------------------------------------------------------------------------------------------


def test_every_part_of_a_file_keeps_its_place():
    sheet = read(Path("facts.yaml"), "# first\n- id: a\n  values:\n    - x\n    - {y: z}\n")

    assert sheet.place((0,)) == (2, 3)
    assert sheet.place((0, "id")) == (2, 7)
    assert sheet.place((0, "values", 1, "y")) == (5, 11)


def test_a_part_that_is_missing_has_the_place_of_what_holds_it():
    sheet = read(Path("facts.yaml"), "- id: a\n- id: b\n")

    assert sheet.place((1, "title")) == (2, 3)
    assert sheet.place((7, "title")) == (1, 1)


def test_an_unreadable_text_carries_its_place():
    with pytest.raises(Unreadable) as refused:
        read_text("a: 1\na: 2\n")

    assert (refused.value.line, refused.value.column) == (2, 1)


def test_a_pack_that_was_changed_is_read_anew_and_one_that_was_not_is_not(tmp_path: Path) -> None:
    """A program that opens many engines reads each pack once; what somebody mends is seen at once."""
    plugin = like_nigeria(tmp_path / "pack")
    first, again = (packs_of(plugin).for_country("origin", "NG") for _ in range(2))
    assert first.pack is again.pack

    steps = tmp_path / "pack" / "steps.yaml"
    steps.write_text(steps.read_text() + "\n- {id: ng_more, " + STEP + "}\n")
    changed = packs_of(plugin).for_country("origin", "NG")

    assert "ng_more" in {getattr(one.entry, "id", "") for one in changed.pack.of("steps")}

    (tmp_path / "pack" / "checks.py").write_text("# other code\nOTHER = 1\n")
    judged_otherwise = packs_of(plugin).for_country("origin", "NG")
    assert judged_otherwise.pack.of("rules")[0].entry.code != changed.pack.of("rules")[0].entry.code
