"""She was asked alone, and does not want her husband along. He is given the role of the escort: the question vanishes, he travels along, and she is sent with him.

Domain: return-process.md 1.2, "Voluntariness: derived from consent + absence of pressure flags ... free choice (no physical or psychological pressure)"; 2.2
`escort_assignment`: "C: child; medical need; risk condition; person's wish". The engine's own sentence (core/steps.yaml:520 ff., company_wanted): "Not wanted? They do not come along".
"""

from __future__ import annotations

from typing import Any

from tests.attacks.acts import records
from tests.attacks.play import ASSESSOR, MANAGER, Enough, Play, begun, complete, ready_to_depart


def _is_never_asked_again(_: Play, act: Any) -> bool:
    if act.get("step") == "company_wanted":
        raise Enough
    return False


def test_whom_she_does_not_want_does_not_come_along_as_her_escort() -> None:
    with begun(ready_to_depart) as p:
        him = p.involved("partner", travels=True, age_band="adult")
        p.given(MANAGER, records(wishes_escort=True), complete("company_wanted", result="not_wanted"))
        assert ("STEP", "company_wanted") in p.why().reasons
        p.vetted(him, "escort")
        p.given(MANAGER, {"do": "assign", "role": "escort", "ref": him})

        p.prepare(instead=_is_never_asked_again)
        p.until(p.takes_off)
        p.prepare(instead=_is_never_asked_again, waiting=False)
        assert p._recorded.people[him].travels
        assert not p.boards().done, "she said that she does not want him, and has boarded with him"


def test_honest_whom_two_heard_her_want_comes_along() -> None:
    with begun(ready_to_depart) as p:
        p.involved("partner", travels=True, age_band="adult")
        said = {"heard": ["visit"], "own_words": "(invented) I asked him to come"}
        p.given(MANAGER, complete("company_wanted", result="wanted", **said))
        p.given(ASSESSOR, {"do": "sign", "step": "company_wanted"})
        p.ready()
        assert p.why().done
