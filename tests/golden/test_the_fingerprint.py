"""What is written for one and the same word is byte for byte what it was, whatever happens to the code. (tests/golden/fingerprint.py)"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import wayhome.execution
from wayhome.commands.events import ANY, EVENTS
from wayhome.flow.decide import Decided
from wayhome.model.event import Draft
from wayhome.packs.plugins import Packs

from tests.golden.fingerprint import FILE, Scene, fingerprint, stories

Said = tuple[str, str, bool]  # type of event, what it may say, whether it says it
KEPT = json.loads(FILE.read_text(encoding="utf-8"))


def may_say(type: str) -> Iterator[str]:
    """Name what events of a type say only sometimes."""
    says = EVENTS[type]
    yield from (name.rstrip("_") for name, value in {**says.data, **ANY.data}.items() if value.when)
    for group, names in (*says.texts.items(), *ANY.texts.items()):
        yield from (f"{group}.{name}" for name in names)


def said_in(draft: Draft) -> set[str]:
    return {name.rstrip("_") for name in draft.data} | {
        f"{group}.{name}" for group, texts in draft.sealed.items() for name in texts
    }


@pytest.fixture(scope="module")
def written(packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], set[Said]]]:
    """The fingerprint of this code, and what the events said and did not say."""
    said: set[Said] = set()
    decide = wayhome.execution.decide  # type: ignore[attr-defined]

    def noted(judged: Any) -> Decided:
        decided: Decided = decide(judged)
        # What is written "because" of another entry is nobody's work on a case: so it never is all that a command writes.
        assert not decided.events or any("because" not in draft.data for draft in decided.events)
        for draft in decided.events:
            said.update((draft.type, name, name in said_in(draft)) for name in may_say(draft.type))
        return decided

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wayhome.execution, "decide", noted)
        yield fingerprint(packs, tmp_path_factory.mktemp("adopted")), said


def test_each_case_ends_in_the_same_hash_as_before(written: tuple[dict[str, Any], set[Said]]) -> None:
    made, _ = written
    if made["processes"] != KEPT["processes"]:
        pytest.fail("The packs say something else than before: run python -m tests.golden.fingerprint, and commit it.")
    differ = [name for name, heads in made["heads"].items() if heads != KEPT["heads"].get(name)]
    assert differ == [], "events are written otherwise than before"
    assert made == KEPT


# What no story leaves out, since the command asks for it, or (of a rebase) since the packs have another version.
ALWAYS_SAID = {
    "consent_given explained", "correction_asked case.why", "correction_dropped case.reason", "rebased other",
    "opened_up read_log.why", "step_disagreed case.reason", "step_skipped case.reason",
}  # fmt: skip
# What no story says. How something was heard stands in the first event of a command, and these only follow.
NEVER_SAID = {
    f"{type} {name}"
    for type in ("clearance_voided", "consent_voided", "incident_reopened", "organisation_known", "steps_reset")
    for name in ("heard_by", "case.on_paper")
} | {  # What an office has noted of a partner is no command. (tests/attacks/test_two_entries_that_must_agree.py)
    "role_assigned by_two",
} | {  # Others reported it before a return was taken over: of what is done to what we wrote ourselves, this cannot be.
    f"{type} reported"
    for type in (
        "clearance_voided", "clock_confirmed", "closed_up", "consent_voided", "correction_asked", "correction_dropped", "entry_corrected",
        "entry_seconded", "incident_reopened", "opened", "opened_up", "organisation_known", "rebased", "step_confirmed", "step_disagreed",
        "step_signed", "steps_reset",
    )
} | {  # A delay is of a journey that is cleared, and nothing is cleared by others; nor is one told behind a later booking.
    "travel_delayed earlier", "travel_delayed reported",
    "rebased day",  # a process is adopted when that is written down
} | {  # No step of these packs that is signed or confirmed has rounds, or is of somebody; none of somebody can be left out.
    "step_confirmed of", "step_confirmed round", "step_disagreed round", "step_signed round", "step_skipped of",
} | {  # A look at what somebody did is not left out, and is confirmed by nobody in a role of their own.
    "step_confirmed looks_into", "step_skipped looks_into",
} | {  # Declared, and no command was found that writes it. Whoever finds one adds a story.
    "incident_resolved reported", "step_signed case.reason",
}  # fmt: skip


def test_the_stories_write_each_type_of_event_with_and_without_each_thing_that_it_may_say(
    written: tuple[dict[str, Any], set[Said]],
) -> None:
    _, said = written
    wanted = {(type, name, is_said) for type in EVENTS for name in may_say(type) for is_said in (True, False)}

    never = {f"{type} {name}" for type, name, is_said in wanted - said if is_said}
    always = {f"{type} {name}" for type, name, is_said in wanted - said if not is_said}

    assert {type for type, *_ in said} == EVENTS.keys()
    assert always == ALWAYS_SAID
    assert never == NEVER_SAID


def a_short_story(packs: Packs) -> dict[str, str]:
    scene = Scene(packs)
    with scene.engine:
        for line in next(stories()).lines[:20]:
            scene.play(line)
        return dict(scene.engine.heads())


OTHERWISE: Mapping[str, Callable[[Draft], Draft]] = {
    "a field more": lambda draft: replace(draft, data={**draft.data, "planted": False}),
    "a field less": lambda draft: replace(draft, data={k: v for k, v in draft.data.items() if k != "version"}),
    "another value": lambda draft: replace(
        draft, data={k: "y" if k == "language" else v for k, v in draft.data.items()}
    ),
    "a text beside": lambda draft: replace(draft, sealed={"case": {"note": "planted"}, **draft.sealed}),
}


@pytest.mark.parametrize("planted", OTHERWISE)
def test_whatever_is_written_otherwise_makes_another_hash(
    packs: Packs, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    before = a_short_story(packs)
    decide = wayhome.execution.decide  # type: ignore[attr-defined]

    def otherwise(judged: Any) -> Decided:
        decided: Decided = decide(judged)
        return replace(decided, events=tuple(OTHERWISE[planted](draft) for draft in decided.events))

    monkeypatch.setattr(wayhome.execution, "decide", otherwise)

    assert a_short_story(packs) != before
