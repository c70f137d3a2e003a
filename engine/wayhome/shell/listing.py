"""What can be done next, as it is listed for who sits there: their own first, and each called by what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wayhome.errors import NotFound, NotPermitted, Template
from wayhome.flow.rows import NextRow
from wayhome.forms import completes
from wayhome.model.actor import Actor
from wayhome.model.form import Slot
from wayhome.model.moves import MOVES
from wayhome.model.reason import Remedy
from wayhome.packs.process import CAN_BE, Process
from wayhome.results import Done
from wayhome.shell import views
from wayhome.shell.session import Session
from wayhome.shell.telling import question_of
from wayhome.shell.terminal import phrase

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wayhome.engine import Engine

MOST_NEXT = 3  # below something else
SAY_ALL = ("record", "resolve", "move")  # commands that are for nothing else
# By event, what it is about: what the packs say of that is to be done at once.
TELLS_WHAT_TO_DO: Mapping[str, tuple[str, str]] = {
    "incident_opened": ("incidents", "type"),
    "incident_repeated": ("incidents", "type"),
    "consent_refused": ("consents", "purpose"),
    "consent_withdrawn": ("consents", "purpose"),
}
SAID_WHOLE = ("record", "resolve", "contact")
FOR = " · "  # between what is done and what it is for


def called(process: Process, rows: Iterable[NextRow]) -> list[NextRow]:
    """Call each row by what is to be done, where that is known, and no longer by why."""
    return [replace(row, values={"what": what_is_done(row, process) or row.because}) for row in rows]


def show(session: Session, case: str, *, whole: bool = False) -> None:
    """Show what can be done next in a case: a screen of it, or the whole."""
    rows = session.engine.next(case, as_=session.actor)
    most = views.lists.MOST_LISTED if session.desk.talks else views.lists.FIRST_SCREEN
    ordered = taken_up(session, case, rows)
    session.show(lambda: views.json_output.next_(rows), lambda: drawn(session, case, ordered, most=most, whole=whole))


def following(session: Session, case: str) -> RenderableType:
    """Give the next things of a case, as they are shown below something else."""
    rows = session.engine.next(case, as_=session.actor)
    return drawn(session, case, taken_up(session, case, rows), most=MOST_NEXT)


def taken_up(session: Session, case: str, rows: Iterable[NextRow]) -> list[NextRow]:
    """Set rows in their order, each called by what is to be done; in the interactive shell the case is taken up, and its numbers open
    what they stand for. Outside of it each question, and what to do about what has happened, stands there whole.
    """
    process = session.engine.process_of(case, as_=session.actor)
    titles = {process.title("steps", id) for id in process.steps}
    whole = () if session.interactive else SAID_WHOLE
    said = [row if row.do["do"] in whole else _called(row, process, titles) for row in rows]
    ordered = in_order(said, session.engine.now(), session.actor)
    if session.interactive:
        session.desk.takes_up(case, ordered)
    return ordered


def drawn(session: Session, case: str, rows: Sequence[NextRow], *, most: int, whole: bool = False) -> RenderableType:
    """Draw rows as they were listed: so many; or all of them, each with what the packs say of it."""
    actor = session.actor
    guidance = guides(session, case) if whole else lambda *_: ()
    return views.lists.next_(
        rows,
        case,
        session.engine.now(),
        prefix=session.prefix,
        own=lambda row: is_own(row, actor),
        guidance=lambda row: guidance(row.do, row.because),
        numbered=session.desk.talks,
        most=len(rows) if whole else most,
    )


def guides(session: Session, case: str) -> Callable[..., Iterable[RenderableType]]:
    """Give what tells of a command what the packs say of it: what it is, what to keep, what if not, and how to reach whom; but not
    what is told of it already.
    """
    return lambda do, told="": views.questions.guidance(session.engine.form(case, do, as_=session.actor), told)


def slots_of(engine: Engine, case: str, actor: Actor | None) -> Callable[[Remedy], Iterable[Slot]]:
    """Give what tells of a remedy what it leaves open, by its form; to who may not read the case, as far as it names it."""

    def slots(remedy: Remedy) -> Iterable[Slot]:
        if actor is not None and remedy.slots:
            with suppress(NotFound, NotPermitted):
                return engine.form(case, remedy.do, as_=actor).slots
        return views.decision.as_named(remedy)

    return slots


def in_order(rows: Iterable[NextRow], now: datetime, actor: Actor) -> list[NextRow]:
    """Set what this actor can do now before what others can, and then what can be done later, in the order of its time."""
    rows = list(rows)
    later = [row for row in rows if is_later(row, now)]
    now_ = [row for row in rows if row not in later]
    return sorted(now_, key=lambda row: not is_own(row, actor)) + sorted(later, key=lambda row: str(row.from_))


def is_later(row: NextRow, now: datetime) -> bool:
    return row.from_ is not None and row.from_ > now


def is_own(row: NextRow, actor: Actor) -> bool:
    """Say whether one of their roles does it."""
    return not actor.roles.isdisjoint(row.who)


def _called(row: NextRow, process: Process, steps: Collection[str]) -> NextRow:
    """Call a row by what is to be done, and say what it is for where that is something else."""
    done = what_is_done(row, process)
    if not done:
        return row
    says_all = row.because in done or row.do["do"] in SAY_ALL or row.because not in steps
    for_ = "" if says_all else phrase("for '{step}'", step=row.because)
    template: Template = "{what}"
    return replace(
        row, because_template=template, values={"what": FOR.join(filter(None, (done, for_))), FOR: row.because}
    )


def is_for(row: NextRow, step: str) -> bool:
    """Say whether a row stands in the list because of this step, by its title."""
    return str(row.values.get(FOR, row.because)) == step


def what_is_done(row: NextRow, process: Process) -> str:
    """Say what a command does, by the titles of the packs; empty where the row says it already."""
    do = row.do
    match do["do"]:
        case "consent" if "purpose" in do:
            named = str(do.get("recipient", ""))
            kind = next((kind for kind in CAN_BE["parties"] if process.label(kind, named)), "partners")
            to = process.title(kind, named)
            title = process.title("consents", do["purpose"])
            return (
                phrase("Consent: {title}, {to}", title=title, to=to) if to else phrase("Consent: {title}", title=title)
            )
        case "sign":
            return phrase("Sign: {title}", title=_step(do, process) if "step" in do else row.because)
        case "involve" if "relation" in do:
            return phrase(
                "Enter a person: {who}", who=views.console.in_running_text(process.title("roles", do["relation"]))
            )
        case "redo":
            return phrase("Again: {title}", title=_step(do, process))
        case "resolve" if do["incident"] in process.incidents:
            return phrase("'{incident}' is open.", incident=process.title("incidents", do["incident"]))
        case "move":
            return phrase(MOVES[do["to"]].title)
        case "complete":
            return _step(do, process)
        case "skip":
            return phrase("Leave out: {title}", title=_step(do, process))
        case "document" | "assign" | "travel":
            step = next((process.title("steps", step.id) for step in process.ordered_steps if completes(do, step)), "")
            step = step or (process.title("documents", do["kind"]) if "kind" in do else "")
            of = f" ({do['of']})" if do.get("of") else ""
            return f"{step}{of}" if step else _role(do, process) if "role" in do else ""
        case "record":
            asked = question_of(row.because)[0]
            return f"{asked} ({do['of']})" if do.get("of") else asked
    return ""


def _role(do: Mapping[str, Any], process: Process) -> str:
    who = f" ({do['ref']})" if do.get("ref") else ""
    return phrase("Name the {role}", role=views.console.in_running_text(process.title("roles", do["role"]))) + who


def _step(do: Any, process: Process) -> str:
    title = process.title("steps", do["step"])
    about = ", ".join(str(do[name]) for name in ("round", "of") if do.get(name))
    return f"{title} ({about})" if about else title


def to_do_now(session: Session, done: Done) -> list[str]:
    """Give what the packs say is to be done now that something has happened, or that the person has said no."""
    process = session.engine.process_of(done.case, as_=session.actor)
    said = []
    for event in done.events:
        kind, named = TELLS_WHAT_TO_DO.get(event.type, ("", ""))
        texts = process.label(kind, str(event.data.get(named))) if kind else {}
        said.append(str(texts.get("actions") or texts.get("ends_on_refusal") or ""))
    for one in done.offers:
        command = " ".join([one.do["do"], *(f"{name}={value}" for name, value in one.do.items() if name != "do")])
        offer: Template = "{asked} {answer}. It may be written down as '{title}': {command}"
        if one.who:
            offer = "{asked} {answer}. It may be written down as '{title}' by: {who}"
        who = ", ".join(views.console.in_running_text(process.title("roles", role)) for role in one.who)
        said.append(phrase(offer, asked=one.asked, answer=one.answer, title=one.title, command=command, who=who))
    return [*dict.fromkeys(filter(None, said))]
