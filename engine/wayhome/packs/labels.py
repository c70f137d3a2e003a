"""What is shown about the entries of packs, and never decides: titles, sources, partners, places, risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wayhome.packs.pack import Pack

_SHOWN = {
    "facts": ("title", "ask"),
    "steps": ("title", "evidence", "otherwise", "help", "group"),
    "consents": ("title", "explains", "ends_on_refusal"),
    "recipients": ("title",),
    "documents": ("title", "issuer", "help", "fee"),
    "incidents": ("title", "actions", "group"),
    "outcomes": ("title", "htcds", "todo"),
    "limits": (),
    "roles": ("title",),
    "rules": ("title",),
    "groups": ("title",),
    "identifiers": ("title",),
    "risks": ("title", "text", "when"),
    "partners": (
        "name",
        "place",
        "recipient",
        "services",
        "phases",
        "accepts",
        "regime",
        "max_stay",
        "capacity",
        "verified_on",
        "superseded_by",
        "historical",
        "contacts",
        "about",
    ),
    "places": ("name", "kind", "zone", "partners", "arrive", "international", "about"),
    "sources": ("title", "publisher", "year", "url", "read_on", "seen"),
}


def labels_of(packs: Sequence[Pack]) -> Mapping[str, Any]:
    """Gather what is shown about the entries of packs: titles, sources, partners, places, risks."""
    labels: dict[str, Any] = {
        "packs": {
            p.id: p.about.model_dump(
                mode="json",
                exclude_none=True,
                include={
                    "id",
                    "version",
                    "title",
                    "role",
                    "country",
                    "languages",
                    "currency",
                    "maintainers",
                    "open_questions",
                    "data_transfer_basis",
                    "about",
                    "zone",
                },
            )
            for p in packs
        }
    }
    for stem, keys in _SHOWN.items():
        shown: dict[str, Any] = {}
        for pack in packs:
            for one in pack.of(stem):
                dumped = one.entry.model_dump(mode="json", exclude_none=True, by_alias=True)
                id = dumped.get("id")
                if id is None:
                    added = {k: dumped[k] for k in ("help", "source", "confidence", "unsure") if k in dumped}
                    shown.setdefault(dumped["tighten"], {}).setdefault("added", []).append(added | {"pack": pack.id})
                elif stem == "sources":
                    shown[f"{pack.id}/{id}"] = {k: dumped[k] for k in keys if k in dumped}
                else:
                    kept = (*keys, "source", "confidence", "unsure")
                    shown[id] = {k: dumped[k] for k in kept if k in dumped} | {"pack": pack.id}
                    marks = {
                        k: c
                        for k in ("due", "max_age", "window", "length")
                        if (c := (dumped.get(k) or {}).get("confidence"))
                    }
                    if stem == "steps":
                        shown[id]["results"] = {k: r.get("title") for k, r in (dumped.get("results") or {}).items()}
                    if marks:
                        shown[id]["marks"] = marks
        labels[stem] = shown
    return labels
