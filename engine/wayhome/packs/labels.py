"""What is shown about the entries of packs, and never decides: titles, sources, partners, places, risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wayhome.packs.files import FILES
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.instruments import Instrument
from wayhome.packs.kinds.kind import shown
from wayhome.packs.kinds.registers import Register, RegisterAddition
from wayhome.packs.kinds.roles import Role
from wayhome.packs.kinds.steps import Step, Tightening
from wayhome.packs.pack import Located, Pack


def labels_of(packs: Sequence[Pack]) -> Mapping[str, Any]:
    """Gather what is shown about the entries of packs: titles, sources, partners, places, risks."""
    about = {pack.id: shown(pack.about) for pack in packs}
    countries = {one["country"]: {"title": one["title"]} for one in about.values() if one.get("country")}
    return {"packs": about, "countries": countries} | {stem: _of_file(packs, stem) for stem in FILES}


def _of_file(packs: Sequence[Pack], stem: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    sure = {
        one.entry.id: one.entry.confidence for pack in packs for one in pack.of("limits") if hasattr(one.entry, "id")
    }
    for one in (one for pack in packs for one in pack.of(stem)):
        if hasattr(one.entry, "tighten"):
            found.setdefault(one.entry.tighten, {}).setdefault("added", []).append(_label(one, sure))
        elif stem == "sources":  # every pack lists its own
            found[f"{one.pack}/{one.entry.id}"] = one.shown
        else:
            found[one.entry.id] = _label(one, sure)
    return found


def _label(one: Located, sure: Mapping[str, str]) -> dict[str, Any]:
    beside = (
        one.entry.shown_beside(sure)
        if isinstance(
            one.entry, Step | Tightening | IncidentKind | DocumentKind | Instrument | Register | RegisterAddition | Role
        )
        else {}
    )
    return {**one.shown, "pack": one.pack, **beside}
