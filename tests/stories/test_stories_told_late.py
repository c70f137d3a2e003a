"""Every story, typed from paper two days late: what happened is the same, and so is what follows from it.

In the small offices that these stories are about, days are lived first and typed later. Until the clearance each act is typed two
days after it happened, with its true moment. The clearance itself is no paper: it counts only when it is written before the
person boards, by somebody who has the whole file before them. So when it comes, what lies on the desk still is typed first, all
in that minute; from then on the case is typed as it happens, for at the gate nobody works from paper. A story in which nobody is
cleared is typed two days late to its end.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from wayhome.packs.plugins import Packs

from tests.stories.retold import Told, played, retold, told_in_time
from tests.stories.test_stories import STORIES

LATE = timedelta(days=2)
EACH = pytest.mark.parametrize("path", STORIES, ids=lambda p: f"{p.parts[-4]}/{p.stem}")


def two_days_late(lines: list[Told]) -> list[Told]:
    """Type each line two days after it happened, and at the latest when the departure is cleared."""
    cleared = next((i for i, one in enumerate(lines) if one.clears), None)
    if cleared is None:
        return [one._replace(typed=one.happened + LATE) for one in lines]
    desk = lines[cleared].happened
    return [one._replace(typed=min(one.happened + LATE, desk)) for one in lines[:cleared]] + lines[cleared:]


@EACH
def test_a_story_typed_two_days_late_is_the_same_story(path: Path, packs: Packs) -> None:
    story, lines = told_in_time(path)
    late = two_days_late(lines)
    end = late[-1].typed
    assert any(one.typed - one.happened == LATE for one in late)

    _, in_time = played(story, packs, at=end)
    failures, typed_late = played(retold(story, late), packs, at=end)

    assert failures == []  # every refusal too: of each act it is asked how things were when it was done
    for name, case in typed_late.items():
        assert case["events"] == in_time[name]["events"]
        assert case["view"] == in_time[name]["view"]
        assert case["due"] == in_time[name]["due"]


def test_without_its_true_moments_it_is_another_story(packs: Packs) -> None:
    """What is typed as if it happened now is held against it, so nothing above passes by itself: no time passed between."""
    story, lines = told_in_time(next(path for path in STORIES if path.stem == "1-brussels-to-benin-city"))
    desk = next(one.happened for one in lines if one.clears)
    in_one_sitting = [one._replace(happened=desk, typed=desk) for one in lines if one.happened <= desk]

    failures, _ = played(retold(story, in_one_sitting), packs, at=desk)

    assert any("INV-10" in failure.actual_text for failure in failures)
