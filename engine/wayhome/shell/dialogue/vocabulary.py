"""The words that can be typed at the prompt: written out where they leave out the number of the case, listed, and explained."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

from wayhome.commands import BY_WORD, Open
from wayhome.errors import BadInput, Template
from wayhome.model.label import is_drawn, read_label
from wayhome.shell import views
from wayhome.shell.main import MODULES
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase

NO, DO, DUE = "no", "do", "due"
OF_A_CASE = ("show", "history", "next", "why", "life")  # the commands of `case` that are about one
ON_A_CASE = tuple(word for word in BY_WORD if word != Open.word)
NUMBERS = "WH-"
INSIDE: tuple[tuple[Template, Template], ...] = (
    ("1, 2, 3 …", "what was listed under that number"),
    ("the name of a step", "that step; how it begins is enough"),
    ("next", "what can be done now"),
    ("why depart", "what the departure still waits for; so of any move"),
    ("show, history, due", "how the case stands, what happened, what is due"),
    ("life, enter home", "the life after the return; one more entry of it"),
    ("no", "the person says no: all that follows from it"),
    ("note, contact …", "any command, asked question by question"),
)
ANYWHERE: tuple[tuple[Template, Template], ...] = (
    ("a number, a label", "another case: WH-7K3M9-Q2F4A-Z, or quiet-bridge"),
    ("find quiet", "by how its label or number begins, or by your reference"),
    ("case list", "all cases; a number of the list takes one up"),
    ("case open", "a new case, also one that began before today"),
    ("help", "explains a word: help consent, help depart, help case list"),
    ("exit", "leaves"),
)


def in_the_case(words: Sequence[str], session: Session) -> list[str]:
    """Write a line out as the command for which it stands: with the number of the case that is taken up, where it names none.

    Raises:
        BadInput: it is about a case, and none is taken up.
    """
    first, rest, case = words[0], [*words[1:]], session.desk.case
    if first == DUE and not rest and case:
        return [DUE, "--case", case]
    if first in ON_A_CASE and rest and ("=" in rest[0] or rest[0].startswith("-")):
        whole, rest = [DO], [*words]
    elif first == "case" and rest and rest[0] in OF_A_CASE:
        whole, rest = ["case", rest[0]], rest[1:]
    elif first in (DO, *OF_A_CASE):
        whole = [DO] if first == DO else ["case", first]
    else:
        return [*words]
    if "--help" in rest or any(map(is_called, rest)) or (not case and [*whole, *rest] == [*words]):
        return [*whole, *rest]
    if case:
        return [*whole, case, *rest]
    raise BadInput("No case is taken up.", todo="Type its number or its label first, or find it.")


def is_called(typed: str) -> bool:
    """Say whether it is the number of a case, perhaps a mistyped one, or has the shape of a label."""
    return typed.upper().startswith(NUMBERS) or ("-" in typed and read_label(typed) is not None)


def is_a_case(typed: str) -> bool:
    """Say whether a whole line calls a case: by its number or its label, this also with a blank."""
    return is_drawn(typed) or (" " not in typed and is_called(typed))


def said_of(word: str) -> str:
    """Say what a command on a case does: the first sentence that its class says."""
    return str(BY_WORD[word].__doc__).partition("\n")[0].partition(". ")[0].removesuffix(".")


def unknown_here(words: Sequence[str], session: Session) -> NoReturn:
    """Say what can be typed here of a line that means nothing. It is not echoed: it may be an answer, at the wrong prompt."""
    known = {*MODULES, NO, *((*ON_A_CASE, *OF_A_CASE) if session.desk.case else ())}
    near = get_close_matches(words[0], sorted(known), n=1)
    what: Template = "Nothing here is called so. Did you mean {near}?" if near else "Nothing here is called so."
    why: Template = "Type the number or the label of a case, find, case list, or case open."
    if session.desk.case:
        why = "Type a number of the list, the name of a step, next, show, history, why depart."
    raise BadInput(what, why=why, todo="? lists what can be typed here.", code="unknown", near=" ".join(near))


def list_words(session: Session) -> None:
    """List what can be typed here: in the case that is taken up, and anywhere."""
    words = [*(INSIDE if session.desk.case else ()), *ANYWHERE]
    views.console.draw(views.lists.typeable(words, phrase("Here you can type")))
