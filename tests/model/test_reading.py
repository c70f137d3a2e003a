"""What is typed, and is no word that there is."""

from __future__ import annotations

import pytest
from wayhome import BadInput
from wayhome.model.reading import one_of


def test_of_few_words_all_are_named_and_not_only_the_one_that_is_spelled_alike() -> None:
    """Whoever types 'flown' is not led to say that the person went alone."""
    with pytest.raises(BadInput, match="alone, removed, unknown"):
        one_of("how", "flown", ("alone", "removed", "unknown"))
