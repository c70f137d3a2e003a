"""The statements that a file runs are those that the tables make."""

from __future__ import annotations

from pathlib import Path

from wayhome.store import declared, statements


def test_the_texts_for_a_file_are_what_the_declared_statements_make_of_them_now() -> None:
    """Written again by `python -m wayhome.store.declared`, they are the same to the byte."""
    assert declared.written() == Path(statements.__file__).read_text()
