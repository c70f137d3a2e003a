"""Whole answers to what some steps ask, with invented words: a risk assessment, a safety plan, a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wayhome.model.closed_sets import EXPLAINED

# What a safety plan says beside whom to call; and when the partner has confirmed that the dossier came.
PLAN = dict.fromkeys(("numbers", "where_to_go", "what_to_take", "who_must_not_know"), "invented words")
RECEIPT = {"receipt_at": "2026-03-02T08:00:00Z"}
FACTORS = (
    "traffickers_know_home_or_family",
    "debt_or_oath_pressure",
    "testimony_given",
    "trafficker_free_or_at_home",
    "family_involvement",
    "threats_received",
    "police_trust_or_corruption",
    "stigma",
    "housing",
    "income",
    "health_or_suicide_risk",
    "legal_status_and_documents",
    "local_conflict",
)

# What was explained before a yes, and from which text.
EXPLAINED_ALL: Mapping[str, Any] = {"explained": list(EXPLAINED), "version": "invented_1"}
# What is asked of her safety at each visit.
SAFE = {"s_home": "yes"} | dict.fromkeys(("s_past", "s_money", "s_hurt", "s_offer", "s_shame"), "no")
# A visit in which somebody was reached.
VISIT: dict[str, Any] = {
    "result": "reached",
    "how": "visit",
    "v_since": "invented words",
    **SAFE,
}


def risks(*rows: Mapping[str, Any], **answers: str) -> dict[str, Any]:
    """Write a whole risk assessment with these rows: each factor that has one is there, each other is not, save as `answers` says."""
    factors = {factor: "present" if any(row["factor"] == factor for row in rows) else "absent" for factor in FACTORS}
    said = {"own_view": "invented words", "sources": "invented words", "triggers": "invented words"}
    return {"factors": {**factors, **answers}, "matrix": [*rows] or None, "next_review": "2026-09-01", **said}


# How a version of the plan is signed: on a paper that somebody has seen.
SIGNED: Mapping[str, Any] = {
    "result": "signed",
    "paper_where": "(invented) in folder 9",
    "paper_seen_by": "invented_organisation",
}
