"""A conversation at a terminal: asks question by question, keeps a draft, saves after a yes, and says what comes next.

What is typed here reaches no history. Nothing is written into a line before somebody types it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import DummyHistory

from wayhome.errors import BadInput, Template, WayhomeError
from wayhome.forms import Form, Reach, contacts_of
from wayhome.frozen import EMPTY
from wayhome.model.closed_sets import RELATIONS
from wayhome.model.form import Slot, Written
from wayhome.model.reason import Refused
from wayhome.results import Done
from wayhome.shell import failures, listing, views
from wayhome.shell.dialogue import explaining
from wayhome.shell.dialogue.conversation import Conversation, Turn
from wayhome.shell.dialogue.typed_answers import are_numbered
from wayhome.shell.session import Session
from wayhome.shell.telling import called, written
from wayhome.shell.terminal import in_line, phrase, say, write

HELP, BACK, MORE, REST = "?", "<", "+", ">"
YES, NO = ("yes", "y"), ("no", "n")
SAVE: Template = "Save? yes · no: throw it away · Enter: keep the draft · +: when, and which paper"
DO_IT: Template = "Write down '{title}'? yes · no · +: when, and which paper"
NOTHING_SAVED: Template = "Nothing is saved."
DRAFT_KEPT: Template = "The draft is kept while the shell runs, and nothing is saved."


class Choices(Completer):
    """Completes the answer to one question by its choices, with Tab."""

    def __init__(self, asked: Turn) -> None:
        slot = asked.slot
        self.choices = {"yes": "", "no": ""} if slot.type == "bool" else dict(slot.values)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        typed = document.text_before_cursor.rpartition(",")[2].lstrip()
        for id, title in self.choices.items():
            if any(one.casefold().startswith(typed.casefold()) for one in (id, title)):
                yield Completion(id, start_position=-len(typed), display_meta=in_line(title))


def asked_line(completer: Completer | None = None) -> str:
    """Let somebody type one line, which no history keeps."""
    prompt: PromptSession[str] = PromptSession(
        history=DummyHistory(), completer=completer, complete_while_typing=False, reserve_space_for_menu=4
    )
    return prompt.prompt("> ")


class Talk:
    """One conversation: a form of a case, at this terminal; with `case=""`, of one that it opens, which asks `only` these."""

    def __init__(
        self,
        session: Session,
        do: Mapping[str, Any],
        title: str = "",
        *,
        named: str = "",
        case: str | None = None,
        only: Sequence[str] = (),
    ) -> None:
        self.session, self.case, self.do = session, session.desk.case if case is None else case, do
        if self.case:
            # Before anything of it is shown: what somebody else saves from now on is a conflict.
            session.look(self.case)
        self.key = (self.case, orjson.dumps(self.do, option=orjson.OPT_SORT_KEYS).decode())
        form = session.engine.form(self.case or None, self.do, as_=session.actor)
        form = replace(
            form, slots=tuple(slot for name in only for slot in form.slots if slot.name == name) or form.slots
        )
        facts = ", ".join(called(slot) for slot in form.slots if slot.name in do.get("facts", ()))
        of_pack = form.title if form.title not in do.values() else ""  # without a title, it is called by its id
        self.named = bool(named)
        self.heading = named or facts or title or of_pack or views.questions.in_words_of(do)
        self.title = self.heading.partition(listing.FOR)[0]  # what it is for is said once
        form = replace(form, help="") if named else form  # it would explain something else
        draft = session.desk.drafts.get(self.key)
        *talk, offers = session.desk.recurring
        is_same = talk == [self.case, session.engine.now().date()]
        self.talk = Conversation(form, entered=draft, offers=offers if is_same else EMPTY)
        self.talk.asks_last = bool(only)
        self.is_draft = bool(draft)

    def hold(self) -> Done | None:
        """Hold it; gives what was saved, if it was."""
        views.console.draw(views.questions.head(self.heading, self.talk.form, is_draft=self.is_draft))
        try:
            if self.do["do"] == "sign" and not self._shows_what_is_signed():
                return None
            return self._until_saved()
        except (KeyboardInterrupt, EOFError):
            self._keep()
        except WayhomeError as error:
            failures.tell(error, self.session)
            self._keep()
        return None

    def _keep(self) -> None:
        """Keep what is answered; of a signature nothing, for what it is for may be another when it is opened again."""
        is_kept = bool(self.talk.entered) and self.do["do"] != "sign"
        if is_kept:
            self.session.desk.drafts[self.key] = self.talk.entered
        say(DRAFT_KEPT if is_kept else NOTHING_SAVED)

    def _drop(self) -> None:
        self.session.desk.drafts.pop(self.key, None)

    # --- asking ----------------------------------------------------------------------------------

    def _until_saved(self) -> Done | None:
        while True:
            ask_through(self.talk, self._reach, self._explains, None if self.do["do"] == "assign" else self._enters)
            if opened := self.talk.open_still():
                views.console.draw(views.questions.still_open(opened))
                self._keep()
                return None
            answer = self._asks_to_save()
            if answer in NO:
                self._drop()
                say("It was thrown away, and nothing is saved." if self.talk.entered else NOTHING_SAVED)
                return None
            if answer in YES:
                if (done := self._saves()) is not None:
                    return done
            elif not answer:
                self._keep()
                return None

    def _asks_to_save(self) -> str:
        """Show what would be saved, and ask; gives what was typed, when it was a yes, a no, or nothing."""
        told = self.talk.summary()
        if told:
            say("{title}: this would be saved.", title=self.title)
            shown_by_pages(told)
        views.console.draw(views.questions.before_it_is_saved(self.talk.form, stops=self.talk.stops))
        while True:
            say(SAVE if told else DO_IT, title=self.title)
            answer = asked_line().strip().casefold()
            if answer == MORE:
                self.talk.asks_last = True
                return MORE
            if answer == BACK and self.talk.back():
                return BACK
            if answer == HELP:
                views.console.draw(views.questions.guidance_panel(self.talk.form))
                continue
            if answer in (*YES, *NO, ""):
                return answer
            say("Type yes or no.")

    # --- saving ------------------------------------------------------------------------------------

    def _saves(self) -> Done | None:
        """Give the command; None when something was wrong with an answer, which is asked again."""
        session = self.session
        try:
            command = self.talk.command(if_version=session.version_seen(self.case) if self.case else None)
            done = session.engine.do(command, as_=session.actor)
        except BadInput as error:
            for wrong in self.talk.ask_again(error.faults):
                write(in_line(wrong))
            if self.talk.next is None:  # nothing that is asked here would mend it
                raise
            return None
        except Refused as refused:
            if not self.talk.ask_again_whom({one.subject for one in refused.decision.unmet}):
                raise
            failures.tell(refused, session)
            return None
        self._drop()
        if again := self.talk.recurring():
            session.desk.recurring = (self.case, session.engine.now().date(), again)
        session.has_shown(done.case, done.version)
        views.console.draw(views.questions.saved(self.title, done))
        # What is named is followed up by whoever names it.
        for one in () if self.named else listing.to_do_now(session, done):
            if one not in self.talk.form.help:
                views.console.draw(views.questions.to_do(one))
        return done

    def _explains(self, asked: Turn) -> None:
        case, actor = self.session.engine.case, self.session.actor
        rows = case(self.case, as_=actor, parts=("steps",)).steps if self.case else ()
        waits = [row.title for row in rows if f"fact:{asked.slot.name}" in row.waits_for]
        explaining.tell(*explaining.of_question(asked.slot, waits))

    def _reach(self, party: str, title: str) -> Iterable[Reach]:
        """Give how a partner can be reached who was just named."""
        engine, actor = self.session.engine, self.session.actor
        return contacts_of(engine.process_of(self.case, as_=actor), party, engine.partner_notes(as_=actor), title)

    def _enters(self, asked: Turn) -> str:
        """Make somebody known who is asked for here, and whom nobody knows yet; gives their ref, or nothing."""
        session, name = self.session, str(asked.path[0])
        do = {"do": "involve", **({"relation": name} if name in RELATIONS else {})}
        try:
            theirs = Conversation(session.engine.form(self.case, do, as_=session.actor))
            ask_through(theirs)
            if says_yes("Write down who this is? yes · no") is not True:
                return ""
            command = theirs.command(if_version=session.version_seen(self.case))
            done = session.engine.do(command, as_=session.actor)
        except WayhomeError as error:
            failures.tell(error, session)
            return ""
        session.has_shown(done.case, done.version)
        form = session.engine.form(self.case, self.do, as_=session.actor)  # which lists them now
        self.talk.form = replace(form, help=self.talk.form.help)
        return str(done.events[0].data["ref"])

    def _shows_what_is_signed(self) -> bool:
        signs = self.talk.form.signs
        if signs is None:
            say("Nothing of this waits for a signature.")
        else:
            shows(signs)
        return signs is not None


def ask_through(
    talk: Conversation,
    reach: Callable[[str, str], Iterable[Reach]] = lambda party, title: (),
    explains: Callable[[Turn], None] = lambda asked: explaining.tell(*explaining.of_question(asked.slot)),
    enters: Callable[[Turn], str] | None = None,
) -> None:
    """Ask one question after the other, until all are answered, or not known.

    Args:
        reach: gives how a party can be reached, by id and title.
        explains: tells of a question what it is for.
        enters: makes somebody known who is asked for, and gives their ref.
    """
    while (asked := talk.next) is not None:
        _draw(talk, asked)
        can_enter = enters is not None and bool(asked.slot.lacks)
        if can_enter:
            say("+: somebody who is not in the list")
        line = asked_line(Choices(asked)).strip()
        if line == HELP:
            explains(asked)
        elif line == BACK:
            if not talk.back():
                say("This is the first question.")
        elif line == REST:
            talk.leave_the_rest()
        elif line == MORE and enters is not None and can_enter:
            if ref := enters(asked):
                talk.entered[asked.path] = ref
        elif wrong := talk.take(line):
            write(in_line(wrong))
        elif (answer := talk.entered[asked.path]) is not None and asked.slot.type != "text":
            lacks = asked.slot.lacks.get(str(answer), "")
            views.console.draw(views.questions.taken(written(asked.slot, answer), lacks))
            if asked.slot.type == "party":
                title = asked.slot.values.get(str(answer), "")
                views.console.draw(views.questions.reached(reach(str(answer), title)))


def _draw(talk: Conversation, asked: Turn) -> None:
    numbered, zone = are_numbered(asked.slot.values), talk.zone_of(asked)
    shown, hidden, same = talk.shown(asked), talk.hidden(asked), talk.offered(asked)
    views.console.draw(
        views.questions.question(asked.slot, asked.label, asked.of, zone, shown, hidden, numbered=numbered)
    )
    if same is not None:
        views.console.draw(views.questions.offered(written(asked.slot, same)))


def asked_choice(question: str, titles: Mapping[str, str]) -> str:
    """Let somebody choose one; gives its id, or nothing."""
    one = Conversation(Form("", EMPTY, (Slot("choice", "code", ask=question, values=titles),)))
    ask_through(one)
    return str(one.answers().get("choice", ""))


def shown_by_pages(told: views.questions.Told) -> None:
    """Show what was answered, a screen at a time."""
    for count, page in enumerate(views.questions.pages(told)):
        if count:
            say("Enter shows what follows.")
            asked_line()
        views.console.draw(page)


def shows(signs: Written) -> None:
    """Show what somebody wrote, to who signs it or confirms it."""
    views.console.draw(views.questions.wrote(signs.entry))
    shown_by_pages(views.questions.what_is_signed(signs))
    if signs.unread:
        say("{count} of these are not yours to read: who agrees signs them unseen.", count=signs.unread)


def says_yes(question: Template, /, **values: Any) -> bool | None:
    """Ask a yes or no; None when neither was typed."""
    say(question, **values)
    answer = asked_line().strip().casefold()
    return True if answer in YES else False if answer in NO else None


def comes_next(session: Session, done: Done | None = None) -> None:
    """Say who is to sign what was written, and the next things of the case under their numbers."""
    number = session.desk.case
    session.look(number)
    rows = session.engine.next(number, as_=session.actor)
    ordered = listing.taken_up(session, number, rows)
    for row in rows:
        if done is not None and _signs(row.do, done):
            who = views.console.any_of(row.who)
            waits = phrase("'{title}' counts when a second has signed it: {who}.", title=row.because, who=who)
            views.console.draw(views.questions.to_do(waits))
    views.console.draw(listing.drawn(session, number, ordered, most=listing.MOST_NEXT))


def _signs(do: Mapping[str, Any], done: Done) -> bool:
    """Say whether a command signs what was just written."""
    entries = [(event.data.get("step"), event.seq) for event in done.events]
    return do.get("do") == "sign" and any(
        (step is not None and do.get("step") == step) or do.get("seq") == seq for step, seq in entries
    )


def talk(session: Session, do: Mapping[str, Any], title: str = "", *, asks_when: bool = False) -> Done | None:
    """Hold a conversation about a command; gives what was saved, if it was. `title`: what it is called, where the packs do not say it."""
    one = Talk(session, dict(do), title)
    one.talk.asks_last = asks_when
    done = one.hold()
    if done is not None:
        comes_next(session, done)
    return done
