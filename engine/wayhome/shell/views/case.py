"""A case whole: where it stands, what is known, its steps, consents, papers, incidents, people, journey and risks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from wayhome.results import CaseView
from wayhome.shell.views import steps
from wayhome.shell.views.console import STATUS_STYLE, dim, heading, legend, mark, shown, when, words, zone


def whole(view: CaseView) -> Group:
    """Draw a case."""
    parts: list[RenderableType] = [*_head(view)]
    sections = (
        ("Facts", _facts(view)),
        ("Roles", _roles(view)),
        ("Consents", [_consent(one, view) for one in view.consents]),
        ("Papers", [_document(one, view) for one in view.documents]),
        ("Incidents", [_incident(one) for one in view.incidents]),
        ("People", [_person(one) for one in view.people]),
        ("Journey", _travel(view.travel)),
    )
    for title, lines in sections:
        if lines:
            parts += [heading(title), *(Text("  " + line) for line in lines)]
    parts += [steps.tree(view.steps, view.phase), steps.states()]
    marks = [mark(row.confidence) for row in view.steps] + [mark(r.get("confidence")) for r in view.risks]
    marks += [mark(view.labels["documents"][one["kind"]].get("confidence")) for one in view.documents]
    if view.risks:
        parts += [heading("Keep in mind"), *(_risk(one) for one in view.risks)]
    explained = legend(marks)
    return Group(*parts, *([explained] if explained.plain else []), dim(zone()))


def _title(view: CaseView, kind: str, id: str) -> str:
    return str(view.labels[kind][id]["title"])


def _head(view: CaseView) -> Iterator[Text]:
    yield Text.assemble(
        (f"Case {view.number}", "bold"),
        "  ",
        (words(view.phase), "bold"),
        "  ",
        (words(view.status), STATUS_STYLE.get(view.status, "")),
        f"  ({_title(view, 'outcomes', view.closed_as)})" if view.closed_as else "",
    )
    yield Text(
        f"From {view.host_country} to {view.origin_country} · opened {when(view.opened_at)} · version {view.version}"
        + (f" · owner {view.owner}" if view.owner else "")
        + (f" · linked to {view.linked_to}" if view.linked_to else "")
    )
    packs = ", ".join(f"{p['id']} {p['version'] or ''}".strip() for p in view.process["packs"])
    yield dim(f"Process {view.process['digest'][:12]}: {packs}")


def _facts(view: CaseView) -> list[str]:
    return [f"{_title(view, 'facts', id)}: {shown(value)}" for id, value in view.facts.items()]


def _roles(view: CaseView) -> list[str]:
    return [f"{_title(view, 'roles', role)}: {_title(view, 'partners', party)}" for role, party in view.roles.items()]


def _consent(one: Mapping[str, Any], view: CaseView) -> str:
    to = f" → {_title(view, 'partners', one['recipient'])}" if one.get("recipient") else ""
    until = f", until {one['expires_on']}" if one.get("expires_on") else ""
    whose = f" ({one['of']})" if one.get("of") else ""
    return f"{_title(view, 'consents', one['purpose'])}{to}{whose}: {words(one['state'])} {when(one['at'])}{until}"


def _document(one: Mapping[str, Any], view: CaseView) -> str:
    about = view.labels["documents"][one["kind"]]
    until = f", valid until {one['expires_on']}" if one.get("expires_on") else ""
    whose = f" ({one['of']})" if one.get("of") else ""
    checked = f", number: {words(one['checked'])}" if one.get("checked") else ""
    unsure = f", open question: {about['unsure']}" if about.get("unsure") else ""
    return f"{about['title']}{mark(about.get('confidence'))}{whose}: {words(one['status'])} {when(one['at'])}{until}{checked}{unsure}"


def _incident(one: Mapping[str, Any]) -> str:
    if one.get("resolved_at"):
        return f"✓ {one['title']}: since {when(one['at'])}, over since {when(one['resolved_at'])}"
    review = f", look again on {one['review_on']}" if one.get("review_on") else ""
    effect = f", the case is {words(one['effect'])}" if one["effect"] != "none" else ""
    return f"✗ {one['title']} ({one['type']}): open since {when(one['at'])}{effect}{review}"


def _person(one: Mapping[str, Any]) -> str:
    signs = [
        "travels too" if one.get("travels") else "",
        f"vetted {one['vetted_on']}" if one.get("vetted_on") else "",
        "suspected" if one.get("suspected") else "",
    ]
    return f"{one['ref']}: " + ", ".join(part for part in (words(one["relation"]), *signs) if part)


def _travel(travel: Mapping[str, Any] | None) -> list[str]:
    if travel is None:
        return []
    met = f", met by {travel['meeting_person']}" if travel.get("meeting_person") else ""
    lines = [words(travel["status"]) + (f", leaves {travel['departs_on']}" if travel.get("departs_on") else "") + met]
    for leg in travel["legs"]:
        lines.append(
            f"{leg['from']} → {leg['to']}: {when(leg['departs_at'])} to {when(leg['arrives_at'])}, by {leg['mode']}"
        )
    return lines


def _risk(one: Mapping[str, Any]) -> Padding:
    text = Text.assemble(f"{one['title']}{mark(one.get('confidence'))}. ", (str(one.get("text") or ""), "dim"))
    return Padding(text, (0, 0, 0, 2), expand=False)
