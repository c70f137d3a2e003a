"""`?` at a question, and `help WORD` at the prompt: what is meant, why it is asked, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from click.exceptions import Exit

from wayhome.cards import KINDS
from wayhome.commands import BY_WORD
from wayhome.errors import Template
from wayhome.forms.slots import facts_of, fields_of, questions
from wayhome.model.command import COMMON_FIELDS
from wayhome.model.form import Column
from wayhome.model.moves import MOVES
from wayhome.packs.process import Process
from wayhome.shell import views
from wayhome.shell.dialogue.typed_answers import WRONG, fitting
from wayhome.shell.dialogue.vocabulary import NO, OF_A_CASE, ON_A_CASE, unknown_here
from wayhome.shell.main import MODULES, run
from wayhome.shell.session import Session
from wayhome.shell.terminal import phrase, phrase_if

# Why a field of a command is asked, and what its answer does.
WHY: Mapping[str, Template] = {
    "at": "When it really was, if that was before. The day alone is enough where nobody knows the hour.",
    "on_paper": "A letter or a form that says it too: what it is, its day, and where it lies.",
    "by": "Who has seen or heard it, where that is not you who type.",
    "heard_by": "How their word has reached you. What you have not heard yourself, a second looks at.",
    "answer": "A no is an answer, and costs nothing. It is written down as it was said.",
    "groups": "These kinds of data may be told, and nothing else is.",
    "language": "An answer counts where it was asked in a language that the person understands well.",
    "version": "A short name for the text that you explained, as v2, so that it can be found again.",
    "explained": "What you have explained to the person. What is needed and is not there is explained first.",
    "given_by": "The person, or who may answer for them.",
    "interpreter": "Who did must be somebody whom the case trusts with that.",
    "case_worker": "The account of the colleague who answers for the person; what is due stands in their list.",
    "ref": "The short name under which this case knows them, as child-1.",
    "recipient": "Who would be told. A yes for one is no yes for another.",
    "group": "It decides who may read this.",
    "reference": "A number or a word of your own files. All who read the case read it: no name.",
}
FROM_THE_LIST: Template = "Answer with a number of the list, with a name in it, or with how that begins."
NEEDED: Template = "It is needed. Where it is not known yet, Enter keeps it open, and the draft is kept."
LEFT_OUT: Template = "It is not needed: Enter leaves it out."
SAYS_NO: Template = (
    "The person says no: it is written down, and all that follows is done. Nothing more is asked of them."
)
A_MOVE: Template = "{title}. `why {move}` says what it waits for; `{move}` writes it down, question by question."


def of_question(slot: Column, waits: Sequence[str] = ()) -> list[str]:
    """Explain one question, a line each. `waits`: the titles of what waits for its answer."""
    why: Template = WHY.get(slot.name, "")
    waiting = ", ".join(f"'{one}'" for one in waits)
    how: Template = FROM_THE_LIST if slot.values else WRONG.get(slot.type, "")
    return [
        phrase(why) if why else "",
        phrase_if("These wait for the answer: {value}.", waiting),
        phrase_if("An example: {value}", slot.example),
        phrase(how) if how else "",
        phrase(NEEDED if slot.required else LEFT_OUT),
    ]


def explain(words: Sequence[str], session: Session) -> None:
    """Explain a command, a move, a kind of entry or one of them, or what is asked under a name."""
    typed, first = " ".join(words), words[0]
    if first in MODULES or first in OF_A_CASE or (typed in KINDS and typed not in BY_WORD):
        of = ["case"] if first in OF_A_CASE else ["process"] if first in KINDS else []
        return _types([*of, *words, "--help"], session)
    if typed in ON_A_CASE:
        asked = [(name, one.ask) for name, one in questions(typed).items() if name not in COMMON_FIELDS]
        return views.console.draw(views.lists.typeable(asked, str(BY_WORD[typed].__doc__).partition("\n")[0]))
    if typed == NO or typed in MOVES:
        move = MOVES.get(typed)
        return tell(phrase(A_MOVE, title=phrase(move.title), move=typed) if move else phrase(SAYS_NO))
    case = session.desk.case
    process = session.engine.process_of(case, as_=session.actor) if case else next(session.packs.processes())
    if told := _asked_as(typed, process):
        return tell(*told)
    kinds = {kind: {id: process.title(of, id) for id in getattr(process, of)} for kind, of in KINDS.items()}
    kind = next((kind for kind, titles in kinds.items() if fitting(titles, typed)), "")
    return _types(["process", kind, typed], session) if kind else unknown_here(words, session)


def _asked_as(name: str, process: Process) -> list[str]:
    """Say what is asked under a name: by commands, of the person, and in steps; and why."""
    asked = [phrase(questions(word)[name].ask) for word in ON_A_CASE if name in questions(word)]
    slots = [*facts_of(process), *(slot for step in process.ordered_steps for slot in fields_of(process, step))]
    asked += [slot.ask or slot.label for slot in slots if slot.name == name]
    why: Template = WHY.get(name, "")
    return [*dict.fromkeys(asked), *([phrase(why)] if why and asked else [])]


def tell(*lines: str) -> None:
    """Draw what is told, a paragraph each."""
    for line in filter(None, lines):
        views.console.draw(views.questions.to_do(line))


def _types(words: Sequence[str], session: Session) -> None:
    if status := run(words, replace(session)):
        raise Exit(status)
