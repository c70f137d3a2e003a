"""A case whole: where it stands, what is known, its steps, consents, papers, incidents, people, journey and risks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from wayhome.errors import Template
from wayhome.flow.rows import StepRow
from wayhome.frozen import EMPTY
from wayhome.model.moves import PHASES
from wayhome.results import CaseView
from wayhome.shell.terminal import many_or_one, phrase, phrase_if
from wayhome.shell.views.console import (
    SIGNS,
    STATUS_STYLE,
    as_typed,
    beside,
    dim,
    heading,
    in_running_text,
    legend,
    mark,
    open_question,
    shown,
    when,
    whose_times,
    words,
)
from wayhome.shell.views.life import answer, counted, life

BEFORE: Template = "before: {said}"
ENDED = frozenset({"done", "failed", "passed_over"})
WAITS: tuple[Template, ...] = (
    "waits until {first}",
    "waits until {first} and {second}",
    "waits until {first} and {second}, and {more} more",
)


HOW_LEFT: Mapping[str, Template] = {
    "alone": "Left alone on {at}, without clearance",
    "removed": "Was removed on {at}, without clearance",
    "unknown": "Left on {at}, without clearance; it is not known how",
}


def first_screen(view: CaseView, following: RenderableType, now: datetime, *, prefix: str) -> Group:
    """What is to be done first: alarms that are open, the next things, and where the case stands; the rest when asked."""
    alarms = [Text(_incident(one, view), style="bold red") for one in view.incidents if not one.get("resolved_at")]
    known = [row for row in view.steps if row.state != "not_applicable"]
    here = [row for row in known if row.phase == view.phase]
    overdue = [
        row
        for row in known
        if row.state not in ENDED and row.due_at is not None and row.due_at < now and row.kind != "offered"
    ]
    stands = (
        phrase(
            "{done} of {asked} steps of this phase are done",
            done=sum(row.state == "done" for row in here),
            asked=len(here),
        ),
        many_or_one(len(overdue), "{count} is overdue", "{count} are overdue") if overdue else "",
        many_or_one(len(view.risks), "{count} risk to keep in mind", "{count} risks to keep in mind")
        if view.risks
        else "",
    )
    entries = counted(view)
    plan: Template = "{entries} · {life}"
    more: Template = "The whole case: {show} --all · what happened: {history}"
    head = [*_head(view), *_who(view), *alarms, *(Text(line) for line in _travel(view)), Text(f"{beside(*stands)}.")]
    return Group(
        *head,
        *(
            [dim(phrase(plan, entries="; ".join(entries), life=as_typed("life", view.number, prefix)))]
            if entries
            else []
        ),
        following,
        *(whose_times(head) if not whose_times([following]) else ()),
        dim(phrase(more, **{word: as_typed(word, view.number, prefix) for word in ("show", "history")})),
    )


def held(view: CaseView) -> Group:
    """What is written down of the person, and what they have said yes and no to; nothing of what is still to be done."""
    return Group(*_head(view), *_who(view), *_written(view))


def _written(view: CaseView) -> Iterator[RenderableType]:
    sections = (
        (phrase("Facts"), _facts(view)),
        (
            phrase("Roles"),
            [f"{_title(view, 'roles', role)}: {_title(view, 'parties', party)}" for role, party in view.roles.items()],
        ),
        (
            phrase("Case workers"),
            [_worker(view, party, worker) for party, worker in view.case_workers.items()],
        ),
        (phrase("Consents"), [_consent(one, view) for one in view.consents]),
        (phrase("Papers"), [_document(one, view) for one in view.documents]),
        (phrase("Incidents"), [_incident(one, view) for one in view.incidents]),
        (phrase("People"), [_person(view, one) for one in view.people]),
        (phrase("Journey"), _travel(view)),
    )
    for title, lines in sections:
        if lines:
            yield heading(title)
            yield from (Text("  " + line) for line in lines)
    if view.entries:
        yield life(view)


def whole(view: CaseView) -> Group:
    """All that is known of a case."""
    packs = [f"{p['id']} {p['version'] or ''}".strip() for p in view.process["packs"]]
    process = phrase("Process {digest}: {packs}", digest=view.process["digest"][:12], packs=packs)
    parts: list[RenderableType] = [*_head(view), *_who(view), dim(process), *_written(view)]
    signs = "  ".join(f"{sign} {words(state)}" for state, (sign, _) in SIGNS.items() if state != "not_applicable")
    parts += [_steps(view), dim(signs)]
    marks = [mark(row.confidence) for row in view.steps] + [mark(r.get("confidence")) for r in view.risks]
    marks += [mark(view.labels["documents"][one["kind"]].get("confidence")) for one in view.documents]
    if view.risks:
        parts += [heading(phrase("Keep in mind")), *(_risk(one) for one in view.risks)]
    explained = legend(marks)
    return Group(*parts, *([explained] if explained.plain else []), *whose_times(parts))


def _worker(view: CaseView, party: str, worker: str) -> str:
    here = beside(worker, phrase("no account here") if party in view.no_account else "")
    return f"{_title(view, 'parties', party)}: {here}"


def _when(view: CaseView, moment: datetime | date | str | None) -> str:
    """Write a moment by the clocks of where the person was then."""
    return when(moment, view.zone_at(moment))


def _title(view: CaseView, kind: str, id: str) -> str:
    return str(view.labels[kind][id]["title"])


def stands(view: CaseView, kind: str, id: str) -> list[str]:
    """Say how what a card is of stands in a case: a step, consent, document, incident or partner; a line each."""
    if kind == "step":
        rows = [row for row in view.steps if row.id == id]
        return [
            line
            for row in rows
            for line in (
                beside(_which(row), words(row.state), *_about(row, view)),
                *answered(row, view),
                *(phrase(BEFORE, said="; ".join(said)) for said in answered_before(row, view)),
            )
        ]
    if kind == "partner":
        return [_title(view, "roles", role) for role, party in view.roles.items() if party == id]
    told: Mapping[str, list[str]] = {
        "consent": [_consent(one, view) for one in view.consents if one["purpose"] == id],
        "document": [_document(one, view) for one in view.documents if one["kind"] == id],
        "incident": [_incident(one, view) for one in view.incidents if one["type"] == id],
    }
    return told[kind]


def answered(row: StepRow, view: CaseView) -> list[str]:
    """Say what was answered in a step, as far as it may be read: each question with its answer; at last by whom it was told, and when."""
    told = _answers(row, row.answers, view)
    return [*told, _as_told(row.told_by, row.written_by, row.done_at, row, view)] if told and row.done_at else told


def answered_before(row: StepRow, view: CaseView) -> Iterator[list[str]]:
    """Say what was answered in a step each time before it was done again, the newest first."""
    for one in row.earlier:
        result = _title(view, "results", f"{row.id}.{one['result']}") if one["result"] else ""
        told = _as_told(one["told_by"], one["written_by"], one["at"], row, view)
        yield [*filter(None, [result]), *_answers(row, one["answers"], view), told]


def _answers(row: StepRow, answers: Mapping[str, Any], view: CaseView) -> list[str]:
    return [answer(view.labels["answers"][f"{row.id}.{name}"], name, said, view) for name, said in answers.items()]


def _as_told(told_by: str, written_by: str, at: datetime | date | str, row: StepRow, view: CaseView) -> str:
    """Say whose word it was, or which house wrote it down, and when."""
    moment = when(at, row.zone)
    if told_by:
        return phrase("told by {who}, {at}", who=in_running_text(_title(view, "parties", told_by)), at=moment)
    if written_by:
        return phrase("written down by {who}, {at}", who=_title(view, "parties", written_by), at=moment)
    return moment


def _head(view: CaseView) -> Iterator[Text]:
    yield Text.assemble(
        (phrase("Case {number}", number=view.number), "bold"),
        f"  {view.label}  ",
        (words(view.phase), "bold"),
        "  ",
        (words(view.status), STATUS_STYLE.get(view.status, "")),
        f"  ({_title(view, 'outcomes', view.closed_as)})" if view.closed_as else "",
    )
    way = phrase(
        "{host} to {origin}",
        host=_title(view, "countries", view.host_country),
        origin=_title(view, "countries", view.origin_country),
    )
    opened, version = (
        phrase_if("opened {value}", _when(view, view.opened_at)),
        phrase_if("version {value}", view.version),
    )
    leads = _title(view, "parties", view.owner) if view.owner else None
    owner, linked = phrase_if("led by {value}", leads), phrase_if("linked to {value}", view.linked_to)
    adopted = phrase_if("taken over {value}", view.adopted_on)
    yield Text(beside(way, opened, adopted, version, owner, linked))
    for one in view.corrections:
        told = "Somebody says that entry {entry} was made in error. A second signs it: sign seq={entry}, or disagrees."
        yield Text(phrase(told, entry=one["entry"]), style="bold yellow")
    if view.left:
        yield Text(phrase(HOW_LEFT[view.left["how"]], at=_when(view, view.left["at"])), style="bold red")


MOST_MISSING = 3


def _who(view: CaseView) -> Iterator[Text]:
    """Who the person is, as far as the reader may know: what is told in a line each; and of an open case what they do not know yet."""
    for id in view.person:
        if id in view.facts:
            yield Text.assemble((f"{_title(view, 'facts', id)}: ", "dim"), (shown(view.facts[id]), "bold"))
    missing = [id for id in view.person if id in view.person_asked and id not in view.facts]
    if missing and view.status != "closed":
        titles = ", ".join(_title(view, "facts", id) for id in missing[:MOST_MISSING])
        more: Template = "Not known to you yet: {titles}, and {more} more. To write it down: record {first}=…"
        few: Template = "Not known to you yet: {titles}. To write it down: record {first}=…"
        rest = len(missing) - MOST_MISSING
        yield dim(phrase(more if rest > 0 else few, titles=titles, more=rest, first=missing[0]))


def _facts(view: CaseView) -> list[str]:
    values = view.labels["values"]
    return [
        f"{_title(view, 'facts', id)}: {values.get(f'{id}.{value}', EMPTY).get('title') or shown(value)}"
        for id, value in view.facts.items()
        if id not in view.person
    ]


def _consent(one: Mapping[str, Any], view: CaseView) -> str:
    to = f" → {_title(view, 'parties', one['recipient'])}" if one.get("recipient") else ""
    what = f"{_title(view, 'consents', one['purpose'])}{to}{_whose(one)}"
    until = phrase_if("until {value}", one.get("expires_on"))
    return beside(f"{what}: {words(one['state'])} {_when(view, one['at'])}", until, _reported(one), by=", ")


def _reported(one: Mapping[str, Any]) -> str:
    return phrase("as reported") if one.get("reported") else ""


def _document(one: Mapping[str, Any], view: CaseView) -> str:
    about = view.labels["documents"][one["kind"]]
    what = f"{about['title']}{mark(about.get('confidence'))}{_whose(one)}"
    until = phrase_if("valid until {value}", one.get("expires_on"))
    checked = phrase_if("number: {value}", words(one.get("checked") or ""))
    return beside(
        f"{what}: {words(one['status'])} {_when(view, one['at'])}",
        until,
        checked,
        _reported(one),
        open_question(about),
        by=", ",
    )


def _whose(one: Mapping[str, Any]) -> str:
    return f" ({one['of']})" if one.get("of") else ""


def _whose_conduct(view: CaseView, one: Mapping[str, Any]) -> str:
    named = ", ".join(_title(view, "parties", id) for id in one.get("about") or ())
    return phrase_if("about {value}", named)


def _incident(one: Mapping[str, Any], view: CaseView) -> str:
    title = beside(f"{one['title']}{_whose(one)}", _whose_conduct(view, one), by=", ")
    incident, since, end = title, _when(view, one["at"]), _when(view, one.get("resolved_at"))
    if end:
        return phrase("✓ {incident}: since {since}, over since {end}", incident=incident, since=since, end=end)
    is_open = phrase("✗ {incident} ({type}): open since {since}", incident=incident, type=one["type"], since=since)
    effect = phrase_if("the case is {value}", words(one["effect"]) if one["effect"] != "none" else "")
    return beside(is_open, effect, phrase_if("look again on {value}", one.get("review_on")), by=", ")


def _person(view: CaseView, one: Mapping[str, Any]) -> str:
    travels, suspected = phrase_if("travels too", one.get("travels")), phrase_if("suspected", one.get("suspected"))
    office = one.get("works_for")
    works = phrase("works for {office}", office=_title(view, "parties", office)) if office else ""
    return f"{one['ref']}: {beside(words(one['relation']), works, travels, suspected, by=', ')}"


def _travel(view: CaseView) -> list[str]:
    travel = view.travel
    if travel is None:
        return _arrival(view)
    met = _title(view, "parties", travel["meeting_person"]) if travel["meeting_person"] else None
    about = phrase_if("leaves {value}", travel.get("departs_on")), phrase_if("met by {value}", met)
    if view.landed_at is not None:
        return []  # it is over
    journey = phrase("Journey: {status}", status=words(travel["status"]))
    return [beside(journey, *about, by=", "), *(_leg(leg, view) for leg in travel["legs"])]


def _arrival(view: CaseView) -> list[str]:
    """Tell who is told of the landing alone: when and where it is, with which flight, and who meets the person."""
    lands = view.arrival
    if lands is None or view.landed_at is not None:
        return []
    met = _title(view, "parties", lands["meeting_person"]) if lands["meeting_person"] else None
    flight = "".join((lands["carrier"] or "", lands["number"] or "")) or None
    said = phrase(
        "Lands: {moment}, {place}",
        moment=when(lands["at"], lands["zone"] or view.zones["origin"]),
        place=_title(view, "places", lands["place"]),
    )
    return [beside(said, phrase_if("flight {value}", flight), phrase_if("met by {value}", met), by=", ")]


def _leg(leg: Mapping[str, Any], view: CaseView) -> str:
    departs, arrives = when(leg["departs_at"], leg["from_zone"]), when(leg["arrives_at"], leg["to_zone"])
    times = phrase("{departs} to {arrives}, by {mode}", departs=departs, arrives=arrives, mode=leg["mode"])
    return f"{_title(view, 'places', leg['from'])} → {_title(view, 'places', leg['to'])}: {times}"


def _risk(one: Mapping[str, Any]) -> Padding:
    text = Text.assemble(f"{one['title']}{mark(one.get('confidence'))}. ", (str(one.get("text") or ""), "dim"))
    return Padding(text, (0, 0, 0, 2), expand=False)


# --- its steps -------------------------------------------------------------------------------------


def _steps(view: CaseView) -> Tree:
    """Draw the steps; those that do not apply are only counted. The case's phase is marked."""
    made = Tree(Text(phrase("Steps"), style="bold"))
    for name in PHASES:
        some = [row for row in view.steps if row.phase == name]
        if not some:
            continue
        done = sum(row.state == "done" for row in some)
        asked = [row for row in some if row.state != "not_applicable"]
        count = phrase("{done} of {asked} done", done=done, asked=len(asked))
        head = Text(f"{words(name)}  {count}", style="bold" if name == view.phase else "")
        if len(some) > len(asked):
            head.append(", " + phrase("{count} not applicable", count=len(some) - len(asked)), style="dim")
        branch = made.add(head)
        for row in asked:
            there = branch.add(_step(row, view))
            if said := answered(row, view):
                there.add(dim("; ".join(said)))
            for said in answered_before(row, view):
                there.add(dim(phrase(BEFORE, said="; ".join(said))))
    return made


def _step(row: StepRow, view: CaseView) -> Text:
    sign, style = SIGNS.get(row.state, ("·", ""))
    line = Text.assemble(
        (f"{sign} ", style),
        (row.title, style if row.state in ("failed", "expired", "outdated") else ""),
        mark(row.confidence),
    )
    if which := _which(row):
        line.append(f" ({which})")
    line.append(f"  {row.id}", style="dim")
    about = beside(*_about(row, view))
    return line.append(f" · {about}", style="dim") if about else line


def _which(row: StepRow) -> str:
    return beside(row.round or "", row.of or "", by=", ")


def _about(row: StepRow, view: CaseView) -> Iterator[str]:
    if row.kind != "mandatory":
        yield row.kind
    if row.result:
        yield _title(view, "results", f"{row.id}.{row.result}")
    if row.reported:
        yield phrase("as reported")
    if row.started_at:
        began = when(row.started_at, row.zone)[:10]
        until = when(row.done_at, row.zone)[:10] if row.done_at else ""
        yield phrase("from {began} to {until}", began=began, until=until) if until else phrase("since {at}", at=began)
    if row.state != "done":
        yield phrase_if("signed by {value}", [_title(view, "roles", role) for role in row.signed])
        yield phrase_if("due {value}", when(row.due_at, row.zone))
    if row.expires_at:
        good = "was good until {at}" if row.state == "expired" else "is good until {at}"
        yield phrase(good, at=when(row.expires_at, row.zone))
    if row.waits_until:
        first, *others = row.waits_until
        waits = WAITS[min(len(others), 2)]
        yield phrase(waits, first=first, second=others[0] if others else "", more=len(others) - 1)
    if row.state != "done":
        yield phrase_if("open question: {value}", row.unsure)
