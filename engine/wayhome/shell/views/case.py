"""A case whole: where it stands, what is known, its steps, consents, papers, incidents, people, journey and risks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from wayhome.errors import Template
from wayhome.results import CaseView
from wayhome.shell.terminal import phrase
from wayhome.shell.views import steps
from wayhome.shell.views.console import (
    STATUS_STYLE,
    beside,
    dim,
    heading,
    legend,
    mark,
    open_question,
    shown,
    when,
    words,
    zone,
)


def whole(view: CaseView) -> Group:
    """Draw a case."""
    parts: list[RenderableType] = [*_head(view)]
    sections = (
        (phrase("Facts"), _facts(view)),
        (phrase("Roles"), _roles(view)),
        (phrase("Consents"), [_consent(one, view) for one in view.consents]),
        (phrase("Papers"), [_document(one, view) for one in view.documents]),
        (phrase("Incidents"), [_incident(one) for one in view.incidents]),
        (phrase("People"), [_person(one) for one in view.people]),
        (phrase("Journey"), _travel(view.travel)),
    )
    for title, lines in sections:
        if lines:
            parts += [heading(title), *(Text("  " + line) for line in lines)]
    parts += [steps.tree(view.steps, view.phase), steps.states()]
    marks = [mark(row.confidence) for row in view.steps] + [mark(r.get("confidence")) for r in view.risks]
    marks += [mark(view.labels["documents"][one["kind"]].get("confidence")) for one in view.documents]
    if view.risks:
        parts += [heading(phrase("Keep in mind")), *(_risk(one) for one in view.risks)]
    explained = legend(marks)
    return Group(*parts, *([explained] if explained.plain else []), dim(zone()))


def _title(view: CaseView, kind: str, id: str) -> str:
    return str(view.labels[kind][id]["title"])


def _head(view: CaseView) -> Iterator[Text]:
    yield Text.assemble(
        (phrase("Case {number}", number=view.number), "bold"),
        "  ",
        (words(view.phase), "bold"),
        "  ",
        (words(view.status), STATUS_STYLE.get(view.status, "")),
        f"  ({_title(view, 'outcomes', view.closed_as)})" if view.closed_as else "",
    )
    yield Text(
        beside(
            phrase("From {host} to {origin}", host=view.host_country, origin=view.origin_country),
            phrase("opened {at}", at=when(view.opened_at)),
            phrase("version {version}", version=view.version),
            phrase("owner {owner}", owner=view.owner) if view.owner else "",
            phrase("linked to {case}", case=view.linked_to) if view.linked_to else "",
        )
    )
    packs = [f"{p['id']} {p['version'] or ''}".strip() for p in view.process["packs"]]
    yield dim(phrase("Process {digest}: {packs}", digest=view.process["digest"][:12], packs=packs))


def _facts(view: CaseView) -> list[str]:
    return [f"{_title(view, 'facts', id)}: {shown(value)}" for id, value in view.facts.items()]


def _roles(view: CaseView) -> list[str]:
    return [f"{_title(view, 'roles', role)}: {_title(view, 'partners', party)}" for role, party in view.roles.items()]


def _consent(one: Mapping[str, Any], view: CaseView) -> str:
    to = f" → {_title(view, 'partners', one['recipient'])}" if one.get("recipient") else ""
    return _state(f"{_title(view, 'consents', one['purpose'])}{to}", one, "state", _until(one, "until {day}"))


def _document(one: Mapping[str, Any], view: CaseView) -> str:
    about = view.labels["documents"][one["kind"]]
    return _state(
        f"{about['title']}{mark(about.get('confidence'))}",
        one,
        "status",
        _until(one, "valid until {day}"),
        phrase("number: {checked}", checked=words(one["checked"])) if one.get("checked") else "",
        open_question(about.get("unsure")),
    )


def _state(what: str, one: Mapping[str, Any], key: str, *more: str) -> str:
    """Say whose a consent or a paper is, and in which state since when."""
    whose = f" ({one['of']})" if one.get("of") else ""
    return beside(f"{what}{whose}: {words(one[key])} {when(one['at'])}", *more, by=", ")


def _until(one: Mapping[str, Any], template: Template) -> str:
    return phrase(template, day=one["expires_on"]) if one.get("expires_on") else ""


def _incident(one: Mapping[str, Any]) -> str:
    incident, since = one["title"], when(one["at"])
    if one.get("resolved_at"):
        end = when(one["resolved_at"])
        return phrase("✓ {incident}: since {since}, over since {end}", incident=incident, since=since, end=end)
    return beside(
        phrase("✗ {incident} ({type}): open since {since}", incident=incident, type=one["type"], since=since),
        phrase("the case is {effect}", effect=words(one["effect"])) if one["effect"] != "none" else "",
        phrase("look again on {day}", day=one["review_on"]) if one.get("review_on") else "",
        by=", ",
    )


def _person(one: Mapping[str, Any]) -> str:
    return f"{one['ref']}: " + beside(
        words(one["relation"]),
        phrase("travels too") if one.get("travels") else "",
        phrase("vetted {day}", day=one["vetted_on"]) if one.get("vetted_on") else "",
        phrase("suspected") if one.get("suspected") else "",
        by=", ",
    )


def _travel(travel: Mapping[str, Any] | None) -> list[str]:
    if travel is None:
        return []
    leaves = phrase("leaves {day}", day=travel["departs_on"]) if travel.get("departs_on") else ""
    met = phrase("met by {person}", person=travel["meeting_person"]) if travel.get("meeting_person") else ""
    return [beside(words(travel["status"]), leaves, met, by=", "), *map(_leg, travel["legs"])]


def _leg(leg: Mapping[str, Any]) -> str:
    departs, arrives = when(leg["departs_at"]), when(leg["arrives_at"])
    times = phrase("{departs} to {arrives}, by {mode}", departs=departs, arrives=arrives, mode=leg["mode"])
    return f"{leg['from']} → {leg['to']}: {times}"


def _risk(one: Mapping[str, Any]) -> Padding:
    text = Text.assemble(f"{one['title']}{mark(one.get('confidence'))}. ", (str(one.get("text") or ""), "dim"))
    return Padding(text, (0, 0, 0, 2), expand=False)
