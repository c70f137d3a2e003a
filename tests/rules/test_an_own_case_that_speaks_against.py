"""An own case in which something stands against going is not forgotten by an empty word; one that is over, or says nothing, is."""

from __future__ import annotations

import pytest
from wayhome.case_now import CaseNow
from wayhome.case_now.outside import OtherCase, Outside
from wayhome.commands import read_command
from wayhome.model.case import Assignment
from wayhome.model.reason import Judgement
from wayhome.rules import readiness
from wayhome.testing import Ready

NUMBER = "WH-INVENTED-C"
BEST = "best_interests_determination"


def said(
    ready: Ready, there: Ready | None, *, own_case: str | None = "", number: str | None = NUMBER, ref: str = "child-1"
) -> list[Judgement]:
    """What stands against saying this of a child whose own case stands so."""
    case = ready.with_person("child-1", "child", travels=True, own_case=number)
    known = {} if there is None else {NUMBER: OtherCase(there.process, there.case, there.case.version)}
    fields = {} if own_case is None else {"own_case": own_case}
    command = read_command({"do": "involve", "relation": "child", "ref": ref, **fields}, case=case.case.number)
    now = CaseNow(
        case.process, case.case, case.at, command=command, outside=Outside(lambda number, _: known.get(number))
    )
    return [one for one in readiness.of_command(now) if not one.finding.met]


def suspected_guardian(own: Ready) -> Ready:
    held = {**own.case.roles, "guardian": Assignment("guardian", own.at, own.case.version, ref="guardian-1")}
    return own.with_person("guardian-1", "guardian", suspected=True).but(roles=held)


AGAINST = {
    "a no to return": lambda own: own.with_consent("return", state="refused"),
    "a yes that was taken back": lambda own: own.with_consent("return", state="withdrawn"),
    "not the best for the child": lambda own: own.with_step(BEST, state="done", result="negative"),
    "not clear whether it is": lambda own: own.with_step(BEST, state="done", result="unclear"),
    "a suspicion": suspected_guardian,
}
FOR = {
    "nothing": lambda own: own,
    "the best for the child": lambda own: own.with_step(BEST, state="done", result="positive"),
    "a look that is not done": lambda own: own.with_step(BEST, state="open", result="negative"),
    "somebody who is no suspect": lambda own: own.with_person("guardian-1", "guardian"),
    "a case that is closed": lambda own: own.with_consent("return", state="refused").but(closed_as="withdrew_return"),
    "a case of which nobody knows": lambda own: None,
}


@pytest.mark.parametrize("what", [*AGAINST])
def test_it_is_not_forgotten_here(ready: Ready, what: str) -> None:
    (found,) = said(ready, AGAINST[what](ready))

    assert found.rule == "INPUT"
    assert found.finding.subject == "child-1"
    assert found.finding.fact == "in their own case something stands against going, and it is not forgotten here"
    assert NUMBER not in str(found.finding.values)  # who has no part there is not told which it is
    assert found.finding.todo == "look at it there; or write down that they do not travel along"
    assert found.finding.do == {}


@pytest.mark.parametrize("what", [*FOR])
def test_where_nothing_stands_against_it_a_number_that_was_wrong_is_taken_back(ready: Ready, what: str) -> None:
    assert said(ready, FOR[what](ready)) == []


def test_only_the_empty_word_forgets_it(ready: Ready) -> None:
    refused = AGAINST["a no to return"](ready)

    assert said(ready, refused, own_case=None) == []
    assert said(ready, refused, own_case="WH-INVENTED-D") == []


def test_of_whom_nobody_knows_an_own_case_nothing_is_forgotten(ready: Ready) -> None:
    refused = AGAINST["a no to return"](ready)

    assert said(ready, refused, number=None) == []
    assert said(ready, refused, ref="child-2") == []
