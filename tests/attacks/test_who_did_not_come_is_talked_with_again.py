"""She did not come to the airport. Reached by telephone, she is asked for a new yes at once and sent, with no talk about all options.

Domain: return-process.md section 3, `no_show_departure`: "Safety check first (could be recaptured) ... Back to normal? Yes at `options_counselling`, new consent".
"""

from __future__ import annotations

from tests.attacks.acts import REACHED, ends, happens
from tests.attacks.play import MANAGER, Play, begun, complete, evidence_is_fresh

TALK = "options_counselling"


def did_not_come(p: Play) -> int:
    p.until(p.takes_off)
    p.given(MANAGER, happens("no_show_departure"))
    since = int(p.history()[-1].seq)
    p.wait(minutes=30)
    p.given(MANAGER, REACHED, ends("no_show_departure", "reached"))
    p.wait(minutes=5)
    return since


def test_who_did_not_come_is_talked_with_before_a_new_yes_is_asked() -> None:
    with begun(evidence_is_fresh) as p:
        since = did_not_come(p)
        p.prepare(waiting=False)
        talked = any(row.seq > since and row.data.get("step") == TALK for row in p.history())
        assert talked or not p.boards().done, "35 minutes after she did not come she has signed anew and boarded"


def test_honest_with_a_talk_and_a_new_yes_she_may_go() -> None:
    with begun(evidence_is_fresh) as p:
        did_not_come(p)
        p.given(MANAGER, complete(TALK))
        p.prepare(at_most=60)
        assert "INV-01" not in p.why().rules
