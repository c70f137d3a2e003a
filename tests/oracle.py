"""What must be so before a person leaves, computed again from the bare history, without the engine's rules.

Written from section 4 of the process document. Deliberately plain: one list of events in, a list of faults out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from wayhome.model.event import HistoryRow

Row = HistoryRow
AIRPORTS_AT_HOME = {"NG": {"LOS", "ABV"}, "BR": {"GRU", "GIG", "BSB", "MAO", "FOR", "BEL", "CNF"}, "SL": {"FNA"}}
PLACES = ("ng_residence_state", "br_residence_state", "sl_place_of_return")
DANGERS = (
    "safe_home_at_arrival", "ng_oath_reported", "ng_oath_sworn", "ng_debt_claimed", "br_serious_threat", "pregnant",
    "psychiatric_condition", "recent_injury_or_illness", "continuing_medication",
)  # fmt: skip
SAFE = ("safe_home_at_arrival",)  # of these, the danger is a no
# What evidence is about (design, section 4.3).
ABOUT = {
    "pre_return_risk_assessment": (
        "receiving_organisation",
        "companions",
        "will_live_with_family",
        *PLACES,
        *DANGERS[:5],
    ),
    "safety_plan": ("receiving_organisation", *PLACES),
    "partner_confirmation": ("receiving_organisation",),
    "handover_dossier": ("receiving_organisation",),
    "fit_to_travel_check": ("weeks_pregnant", *DANGERS[5:]),
    "pre_departure_briefing": ("route",),
    "departure_assistance": ("route", "times"),
}
# What ends an alarm before the journey (process document, section 6): one of these steps, or that the person was reached.
# What a departure needs by its age (process document, section 2.2).
AGED = (
    "pre_return_risk_assessment", "return_review", "partner_confirmation", "risk_recheck", "fit_to_travel_check", "departure_clearance",
    "departure_assistance", "medical_assessment", "pre_departure_briefing", "options_counselling", "origin_information",
)  # fmt: skip
REACHED = "the person was reached"
ENDED_BY = {
    "consent_withdrawn_before": ("options_counselling",),
    "wish_changed_after_return": ("options_counselling",),
    "decision_postponed": ("options_counselling",),
    "risk_high": ("pre_return_risk_assessment", "post_arrival_risk_assessment", REACHED),
    "re_trafficking": ("pre_return_risk_assessment", "post_arrival_risk_assessment", REACHED),
    "violence": ("pre_return_risk_assessment", "post_arrival_risk_assessment", "initial_risk_assessment", REACHED),
    "data_breach": ("pre_return_risk_assessment", "post_arrival_risk_assessment", "initial_risk_assessment", REACHED),
    "medical_unfit": ("medical_assessment", "fit_to_travel_check"),
    "self_harm": ("medical_assessment", "fit_to_travel_check", REACHED),
    "medical_emergency": ("medical_assessment", "fit_to_travel_check", REACHED),
    "partner_failure": ("partner_selection",),
    # Of a child, or of who travels along: what is done of each is done of that one (design, section 3, People).
    "child_unwell": ("child_fit_check", REACHED),
    "child_in_danger": (
        "pre_return_risk_assessment",
        "post_arrival_risk_assessment",
        "initial_risk_assessment",
        REACHED,
    ),
    "death_of_another": ("options_counselling", REACHED),
    "witness": ("proceedings_clearance",),
    "asylum_claim": ("protection_needs_check",),
    "expulsion_risk": ("legal_counselling",),
    "lost_contact": (REACHED,),
    "no_show_departure": (REACHED,),
}
# With what whoever holds a role near the person is to be trusted (design, section 4.2).
NEAR = {
    "caregiver": "care",
    "escort": "escort",
    "interpreter": "interpret",
    "guardian": "speak",
    "receiving_organisation": "receive",
}
# What stands in the risk assessment (process document, 7.4): each factor, how likely and how bad, and what remains.
FACTORS = (
    "traffickers_know_home_or_family", "debt_or_oath_pressure", "testimony_given", "trafficker_free_or_at_home", "family_involvement",
    "threats_received", "police_trust_or_corruption", "stigma", "housing", "income", "health_or_suicide_risk",
    "legal_status_and_documents", "local_conflict",
)  # fmt: skip
BY_ITSELF = {1: "low", 2: "low", 3: "medium", 4: "medium", 6: "high", 9: "high"}
LEVELS = ("low", "medium", "high")
# What each child needs who travels along, and each who stays: with one of these results.
OF_A_CHILD = {
    "child_best_interests": ("positive",),
    "other_parent_agreement": ("agreed", "court_decided", "not_safe_to_ask", "no_other_parent"),
    "child_fit_check": ("fit",),
}
OF_WHO_STAYS = {"child_who_stays": ("cared_for",)}
OF_ITS_OWN_CASE = {"child_with_own_case": ("cleared",)}  # a child who is a victim too is asked the rest there
SIX = {"purpose", "use", "research", "access", "storage", "withdrawal"}
COULD_BE_CHILDREN = ("child", "sibling", "relative", "friend", "witness")
STILL_BAD = ("high", "unfit", "unfit_temporary", "presence_needed", "claim_possible", "claim_pending")
HERS = "return>@"  # the key of her own consent to the return
SIGNED_BY_TWO = ("pre_return_risk_assessment", "return_review")
LIVE = ("visit", "phone", "video")  # how somebody is heard of whom one knows that it is them
OF_A_PARTNER = ("partner_confirmation", "handover_dossier")
HERE = ZoneInfo("Europe/Brussels")  # the time of both host countries


def faults_of_departure(history: Sequence[Row]) -> list[str]:
    """Say what was missing when the last `departed` of this history happened."""
    never = {row.data["entry"] for row in history if "moves" in (row.data.get("said") or {})}
    history = [row for row in history if row.seq not in never]
    at_departure = max(i for i, row in enumerate(history) if row.type == "departed")
    departed = history[at_departure]
    if departed.data.get("reported"):  # others cleared it, before the return was taken over
        return [] if departed.occurred_at < _adopted_at(history) else ["a departure of our own is not reported"]
    before = [row for row in history[:at_departure] if _had_happened(row, departed)]
    # What is told of before what stands already is none of what stands; of facts each says so itself.
    before = [row for row in before if "facts" in row.data or not row.data.get("earlier")]
    left = max(
        (row for row in history[:at_departure] if row.type in ("left", "turned_back")),
        key=lambda r: r.seq,
        default=None,
    )
    if left is not None and left.type == "left":  # a departure takes its place
        before = [row for row in before if row.seq < left.seq or row.occurred_at < left.occurred_at]
    past = Past([said for row in before for said in _taken_back(row)], departed.occurred_at)
    return [
        *_told_by_two(departed, left), *past.late_paper(),
        *past.taken_over(), *past.consent(), *past.signatures(), *past.hearing(), *past.companions(), *past.explaining(), *past.answering(), *past.reconfirmation(), *past.clearance(), *past.risk(), *past.reception(), *past.protection(), *past.health(),
        *past.home(), *past.boarding(), *past.after_a_no(), *past.order(), *past.evidence(), *past.parties(), *past.papers(), *past.law(), *past.incidents(), *past.alarms(), *past.child(), *past.children(), *past.conditions(),
    ]  # fmt: skip


def _adopted_at(rows: Sequence[Row]) -> datetime:
    """From when on a return is ours; every other always was."""
    said = next((row.data.get("adopted_at") for row in rows if row.type == "opened"), None)
    return datetime.fromisoformat(said) if said else datetime.min.replace(tzinfo=UTC)


def _had_happened(row: Row, departed: Row) -> bool:
    """Whether something had happened by the boarding; a clearance must have been written by then, too."""
    written = row.recorded_at if row.data.get("step") == "departure_clearance" else _began(row)
    return max(_began(row), written) <= departed.occurred_at


def _began(row: Row) -> datetime:
    """The first moment at which it can have happened: an age counts from the start of a day alone, a wait from its end."""
    return datetime.fromisoformat(row.data["day"]["begins"]) if "day" in row.data else row.occurred_at


def _ended(row: Row) -> datetime:
    return datetime.fromisoformat(row.data["day"]["ends"]) if "day" in row.data else row.occurred_at


def _when(row: Row, *, seen_from: Row) -> datetime:
    """When something was, as another sees it: what has its hour is sure to be after a day alone only when that was over."""
    return row.occurred_at if "day" in seen_from.data else _ended(row)


def _is_after(one: Row, other: Row) -> bool:
    then = _when(other, seen_from=one)
    return bool(
        one.occurred_at > then or (one.occurred_at == then and ("day" not in other.data or one.seq > other.seq))
    )


def _taken_back(row: Row) -> list[Row]:
    """What an entry says; of one that takes another back, that what the other said is unknown, or undone."""
    if row.type != "entry_corrected":
        return [row]
    said = row.data.get("said") or {}
    unknown: list[tuple[str, dict[str, Any]]] = [
        ("facts_recorded", {"facts": dict.fromkeys(said.get("facts", ()))}),
        ("steps_reset", {"steps": said.get("steps", ())}),
        ("consent_voided", {"consents": said.get("consents", ())}),
        *[("role_assigned", {"role": role}) for role in said.get("roles", ())],
        *[("document_recorded", {"kind": kind, "status": "lost"}) for kind in said.get("documents", ())],
        *[("travel_cancelled", {}) for _ in said.get("travel", ())],
    ]
    return [row, *(replace(row, type=type_, data=data) for type_, data in unknown)]


def _told_by_two(departed: Row, left: Row | None) -> list[str]:
    if departed.recorded_at - departed.occurred_at <= timedelta(hours=24):
        return []
    two = left is not None and left.type == "left" and left.actor != departed.actor
    return [] if two else ["a late departure is told by one alone"]


def _ends_hers(row: Row) -> bool:
    return row.type in ("consent_withdrawn", "consent_voided") and HERS in row.data["consents"]


def _is_her_answer(row: Row, type_: str) -> bool:
    """Whether it is the person's own answer about the return; who travels along has one of their own (INV-36)."""
    return bool(row.type == type_ and row.data["purpose"] == "return" and not row.data.get("of"))


def _is_a_no(row: Row) -> bool:
    return (
        (row.type == "consent_withdrawn" and HERS in row.data["consents"])
        or _is_her_answer(row, "consent_refused")
        or (
            row.type == "step_completed"
            and row.data.get("result") == "declined"
            and row.data["step"] == "departure_assistance"
        )
    )


class Past:
    """A history, read backwards from the moment of departure."""

    def __init__(self, rows: Sequence[Row], at: datetime) -> None:
        self.rows, self.at = rows, at

    def last(self, step: str) -> Row | None:
        """The last completion of a step that was not undone since."""
        for row in reversed(self.rows):
            data = row.data
            if row.type in ("steps_reset", "clearance_voided") and any(
                k.split("/")[0].split("@")[0] == step for k in data["steps"]
            ):
                return None
            if data.get("step") == step:
                if row.type == "step_completed":
                    return row
                if row.type in ("step_redone", "step_skipped", "step_failed", "step_started", "step_disagreed"):
                    return None
        return None

    def result(self, step: str) -> str | None:
        row = self.last(step)
        return row.data.get("result") if row else None

    def fact(self, name: str) -> Any:
        for row in reversed(self.rows):
            of_the_person = (row.data.get("facts") or {}) if not row.data.get("of") else {}
            if name in of_the_person and name not in (row.data.get("earlier") or ()):
                return row.data["facts"][name]
        return None

    def skipped(self, step: str) -> bool:
        kinds = [row.type for row in self.rows if row.data.get("step") == step]
        return bool(kinds) and kinds[-1] == "step_skipped"

    def _fresh(self, step: str, *, at: datetime | None = None, **span: int) -> list[str]:
        row = self.last(step)
        if row is None:
            return [f"{step} is missing"]
        return [f"{step} is too old"] if self._is_older(_began(row), at=at, **span) else []

    def _is_older(self, then: datetime, *, at: datetime | None = None, days: int = 0, hours: int = 0) -> bool:
        """Hours are exact; days end at the same time of day, though the clocks have changed in between.

        A flight that is up to twelve hours late makes nothing older; what counts to boarding itself says so (`at`).
        """
        booked = self._legs(on_time=True)
        leaves = datetime.fromisoformat(booked[0]["departs_at"]) if booked else self.at
        is_late = leaves < self.at <= leaves + timedelta(hours=12)
        at = at or (leaves if is_late else self.at)
        return at > then.astimezone(HERE) + timedelta(days=days) if days else at - then > timedelta(hours=hours)

    # --- one safeguard after the other ---------------------------------------------------------------

    def consent(self) -> list[str]:
        for row in reversed(self.rows):
            data = row.data
            if _ends_hers(row) or _is_her_answer(row, "consent_refused"):
                return [f"return consent: {row.type}"]
            if _is_her_answer(row, "consent_given"):
                found = [] if data.get("form") in ("written", "witnessed") else ["return consent is not written"]
                if data.get("language") not in (self.fact("languages") or []):
                    found.append("return consent in a language that is not understood")
                if self._is_older(_began(row), days=30):
                    found.append("return consent is too old")
                if self.is_child and (
                    data.get("given_by") != self._holds("guardian") or data.get("assent") is not True
                ):
                    found.append("return consent is not the guardian's, or without the child's assent")
                return found
        return ["no return consent"]

    def signatures(self) -> list[str]:
        """What two have signed was written by then: a second signs what is there."""
        return [f"{step} was signed before it was written" for step in SIGNED_BY_TWO if not self._was_written(step)]

    def _was_written(self, step: str) -> bool:
        made, wrote = self.last(step), set[str]()
        for row in self.rows if made is not None else ():
            if row is made:
                return {who for _, who, _ in made.data.get("signed") or ()} <= {made.actor, *wrote}
            undone = row.type in ("steps_reset", "clearance_voided") and step in row.data["steps"]
            if undone or (
                row.data.get("step") == step and row.type in ("step_completed", "step_redone", "step_disagreed")
            ):
                wrote = set()
            if row.type == "step_signed" and row.data["step"] == step:
                wrote.add(row.actor)
        return True

    def hearing(self) -> list[str]:
        """A yes to the return and its confirmation come from herself, never through somebody else; the last question is asked live."""
        yes = [row for row in self.rows if _is_her_answer(row, "consent_given")]
        made = [*yes[-1:], self.last("risk_recheck"), self.last("departure_assistance")]
        found = [
            f"{row.data.get('step', 'the consent to return')} was heard through somebody else"
            for row in made
            if row is not None and row.data.get("heard_by") == "through_somebody"
        ]
        asked = self.last("departure_assistance")
        in_writing = asked is not None and asked.data.get("heard_by", LIVE[0]) not in (*LIVE, "through_somebody")
        return [*found, *(["the last question was answered in writing"] if in_writing else [])]

    def companions(self) -> list[str]:
        """Nobody travels along who has said no: an adult until they say otherwise themselves, a child until it was looked at anew."""
        along: dict[str, bool] = {}
        for row in self.rows:
            if row.type == "person_involved":
                along[row.data["ref"]] = bool(row.data.get("travels")) and not row.data.get("gone")
        return [
            f"{ref} travels along over their no" for ref, travels in along.items() if travels and self._said_no(ref)
        ]

    def _said_no(self, ref: str) -> bool:
        no: Row | None = None
        for row in self.rows:
            data = row.data
            of_it = data.get("of") == ref and data.get("purpose") == "return"
            if (row.type == "consent_refused" and of_it) or (
                row.type == "consent_withdrawn" and f"{HERS}{ref}" in data["consents"]
            ):
                no = row
            elif no is not None and _is_after(row, no):
                is_child = ref in self._children()
                says_yes = row.type == "consent_given" and of_it and data.get("given_by") == ref and not is_child
                looked_at = data.get("step") == "child_best_interests" and data.get("of") == ref
                if says_yes or (row.type == "step_completed" and looked_at and data.get("result") == "positive"):
                    no = None
        return no is not None

    def _holds(self, role: str) -> str | None:
        """Whoever holds a role now."""
        given = [row.data for row in self.rows if row.type == "role_assigned" and row.data["role"] == role]
        return given[-1].get("partner") or given[-1].get("ref") or given[-1].get("organisation") if given else None

    def explaining(self) -> list[str]:
        """What was explained before each yes, and from which version (process document, 7.2); of keeping data all six points."""
        found = []
        for row in self.rows:
            if row.type == "consent_given":
                wanted = SIX if row.data["purpose"] == "data_processing" else {"purpose", "withdrawal"}
                if not wanted <= set(row.data.get("explained") or ()) or not row.data.get("version"):
                    found.append(f"{row.data['purpose']} was agreed to without being explained")
        return found

    def answering(self) -> list[str]:
        """One person answers for the return on the side that leads (process document, 2.1: one accountable case manager)."""
        led = [row.data for row in self.rows if row.type == "role_assigned" and row.data["role"] == "case_owner"]
        return [] if led and (led[-1].get("case_worker") or led[-1].get("ref")) else ["nobody answers for the return"]

    def taken_over(self) -> list[str]:
        """What others did counts once two have signed the list of it; what has an age, and the yes to return, is our own."""
        ours = _adopted_at(self.rows)
        if ours.year == 1:
            return []
        said_yes = [row for row in self.rows if _is_her_answer(row, "consent_given")]
        aged = [*said_yes[-1:], *(row for step in AGED if (row := self.last(step)) is not None)]
        found = [f"{row.data.get('step', 'the consent to return')} is of others" for row in aged if _began(row) < ours]
        found += [
            f"{row.data['step']} is left out by a report"
            for row in self.rows
            if row.type == "step_skipped" and _began(row) < ours
        ]
        signed = self.last("taken_over")
        by_two = signed is not None and len({one[1] for one in signed.data.get("signed") or ()}) > 1
        if signed is None or not by_two:
            return [*found, "two have not signed what was taken over"]
        drafts = [row for row in self.rows if row.type == "step_signed" and row.data["step"] == "taken_over"]
        added = [row for row in self.rows if _began(row) < ours and row.seq > drafts[-1].seq]
        return [*found, *(f"entry {row.seq} was added after the list was signed" for row in added)]

    def late_paper(self) -> list[str]:
        """What one alone wrote down more than 72 hours late, or heard for a partner, another has seen, too."""
        yes = [row for row in self.rows if _is_her_answer(row, "consent_given")]
        checked, confirmed = self.last("risk_recheck"), self.last("partner_confirmation")
        late = [row for row in (*yes[-1:], checked) if row and row.recorded_at - _began(row) > timedelta(hours=72)]
        heard = [confirmed] if confirmed is not None and "heard_by" in confirmed.data else []
        if self.result("partner_selection") == "none_wanted":
            heard = []
        found = []
        for row in (*late, *heard):
            keys = ("return>@",) if row.type == "consent_given" else (row.data.get("step"),)
            seconds = {
                r.actor for r in self.rows if r.type == "entry_seconded" and r.seq > row.seq and r.data["key"] in keys
            }
            if not seconds - {row.actor}:
                found.append(f"{row.type} was seen by one alone")
        return found

    def reconfirmation(self) -> list[str]:
        found = self._fresh("departure_assistance", at=self.at, hours=24)
        return found + (["no reconfirmation"] if self.result("departure_assistance") != "reconfirmed" else [])

    def clearance(self) -> list[str]:
        return self._fresh("departure_clearance", at=self.at, hours=24)

    def risk(self) -> list[str]:
        found = self._fresh("pre_return_risk_assessment", days=14) + self._fresh("risk_recheck", hours=72)
        row = self.last("pre_return_risk_assessment")
        if row is not None:
            if row.data["result"] not in ("low", "medium"):
                found.append("risk is high")
            signed = row.data.get("signed") or []
            if len({s[0] for s in signed}) < 2 or len({s[1] for s in signed}) < 2:
                found.append("risk is not signed by two")
            if not row.data["values"].get("own_view") or not row.data["values"].get("origin_input"):
                found.append("risk lacks the own view or the origin side")
            found += self._factors(row.data["values"])
        return found + (["risk is worse"] if self.result("risk_recheck") not in (None, "unchanged", "better") else [])

    def _factors(self, values: Mapping[str, Any]) -> list[str]:
        """Each factor is known; what is there is weighed, and what remains is lower only with a measure."""
        answers, rows = dict(values.get("factors") or {}), list(values.get("matrix") or ())
        found = [f"{one} is not known" for one in FACTORS if answers.get(one) not in ("present", "absent")]
        there = {one for one, answer in answers.items() if answer == "present"}
        found += ["what is there and what is weighed differ"] if there != {row["factor"] for row in rows} else []
        for row in rows:
            alone = BY_ITSELF[int(row["likelihood"]) * int(row["severity"])]
            stands = any(
                one["against"] == row["factor"] and one["status"] in ("planned", "done") for one in self._measures()
            )
            if LEVELS.index(row["residual"]) < LEVELS.index(alone) and not stands:
                found.append(f"{row['factor']} remains lower for no reason")
        if rows and self._along() and all(row["about"] != "accompanying_children" for row in rows):
            found.append("nobody has weighed what it is for the children")
        return found

    def conditions(self) -> list[str]:
        """Conditions of the return are written down, and seen to be kept before it."""
        conditions = [one for one in self._measures() if one["against"] == "condition"]
        found = ["a condition is not kept"] if any(one["status"] == "planned" for one in conditions) else []
        asked = self.result("return_review") == "go_with_conditions"
        if asked and all(one["status"] not in ("planned", "done") for one in conditions):
            found.append("nobody wrote down under which conditions")
        return found

    def _measures(self) -> list[dict[str, Any]]:
        """What is done against a danger, and the conditions of the return, each as it was said last."""
        made: dict[str, dict[str, Any]] = {}
        for row in self.rows:
            if row.type == "entry_made" and row.data["register"] == "measure":
                made[row.data["ref"]] = {**row.data["values"], "status": row.data["status"], "seq": row.seq}
            elif row.type == "entry_updated" and row.data["register"] == "measure":
                made[row.data["ref"]] |= row.data["values"] | (
                    {"status": row.data["status"]} if row.data.get("status") else {}
                )
        wrong = {row.data["entry"] for row in self.rows if row.type == "entry_corrected"}
        return [one for one in made.values() if one["seq"] not in wrong]

    def _children(self) -> dict[str, bool]:
        """Those of the case who are, or may be, children; and whether they travel."""
        said: dict[str, Mapping[str, Any]] = {}
        for row in self.rows:
            if row.type == "person_involved" and not row.data.get("earlier"):
                said[row.data["ref"]] = row.data
        escorts = {
            row.data.get("ref") for row in self.rows if row.type == "role_assigned" and row.data["role"] == "escort"
        }
        young = (one for one in said.values() if one["relation"] in COULD_BE_CHILDREN and not self._is_of_age(one))
        return {one["ref"]: bool(one.get("travels")) for one in young if one["ref"] not in escorts}

    def _is_of_age(self, one: Mapping[str, Any]) -> bool:
        if one.get("born_on"):
            return date.fromisoformat(one["born_on"]) + relativedelta(years=18) <= self.at.date()
        return bool(one.get("age_band") == "adult")

    def _along(self) -> list[str]:
        return [ref for ref, travels in self._children().items() if travels]

    def children(self) -> list[str]:
        """Each child who travels along was looked at, and somebody cares for each who stays."""
        found = []
        for ref, travels in self._children().items():
            if not travels and not ref.startswith("child-"):
                continue
            own = travels and any(
                row.type == "person_involved" and row.data["ref"] == ref and row.data.get("own_case")
                for row in self.rows
            )
            asked = OF_ITS_OWN_CASE if own else OF_A_CHILD if travels else OF_WHO_STAYS
            for step, good in asked.items():
                made = [row for row in self.rows if row.data.get("step") == step and row.data.get("of") == ref]
                if not made or made[-1].type != "step_completed" or made[-1].data.get("result") not in good:
                    found.append(f"{step} of {ref}")
        return found

    def reception(self) -> list[str]:
        selection = self.last("partner_selection")
        if selection is not None and selection.data.get("result") == "none_wanted":
            return (
                [] if selection.data["values"].get("declined_in_writing") else ["reception is not declined in writing"]
            )
        if self.skipped("arrival_reception"):
            return []
        found = self._fresh("partner_confirmation", days=14)
        row = self.last("partner_confirmation")
        arrival = self._legs()[-1]["arrives_at"] if self._legs() else ""
        if row is not None and not (
            row.data["values"]["reception_from"] <= arrival <= row.data["values"]["reception_until"]
        ):
            found.append("nobody waits at that time")
        return found

    def protection(self) -> list[str]:
        passing = ("none", "not_claimed_after_advice", "withdrawn_after_advice", "refused_final")
        return [] if self.result("protection_needs_check") in passing else ["protection is unchecked"]

    def health(self) -> list[str]:
        found = self._fresh("fit_to_travel_check", hours=72)
        if self.result("fit_to_travel_check") in ("unfit", "unfit_temporary") or self.result("medical_assessment") in (
            "unfit",
            "unfit_temporary",
        ):
            found.append("unfit")
        asked = (
            any(self.fact(f) is not False for f in ("pregnant", "psychiatric_condition", "recent_injury_or_illness"))
            or self.is_child
        )
        if asked and self.result("fit_to_travel_check") not in ("fit", "fit_with_escort"):
            found.append("a medical check is required")
        return found

    def _legs(self, *, on_time: bool = False) -> list[dict[str, Any]]:
        """The legs as they are booked; or, of a journey that is late, as they were."""
        for row in reversed(self.rows):
            if row.type == "travel_booked" or (row.type == "travel_delayed" and not on_time):
                return list(row.data["legs"])
            if row.type in ("travel_cancelled", "travel_targeted"):
                return []
        return []

    def home(self) -> list[str]:
        """A return ends in the country of origin."""
        legs = self._legs()
        home = AIRPORTS_AT_HOME[self.rows[0].data["origin_country"]]
        return [f"the journey ends at {legs[-1]['to']}"] if legs and legs[-1]["to"] not in home else []

    def boarding(self) -> list[str]:
        """The person boards the journey that was booked, at about its time."""
        legs = self._legs()
        leaves = datetime.fromisoformat(legs[0]["departs_at"]) if legs else self.at
        on_time = leaves - timedelta(hours=6) <= self.at <= leaves + timedelta(hours=6)
        return [*([] if on_time else ["boarded at another time than booked, without a word"]), *self._delays()]

    def _delays(self) -> list[str]:
        """A delay is the same flight, up to twelve hours later than it was booked."""
        first, found = list[dict[str, Any]](), []
        for row in self.rows:
            if row.type == "travel_booked":
                first = list(row.data["legs"])
            if row.type == "travel_delayed":
                pairs = list(zip(first, row.data["legs"], strict=True))
                names = ("from", "to", "mode", "carrier", "number")
                same = all(was.get(name) == now.get(name) for was, now in pairs for name in names)
                late = (
                    datetime.fromisoformat(now[end]) - datetime.fromisoformat(was[end])
                    for was, now in pairs
                    for end in ("departs_at", "arrives_at")
                )
                if not same or not all(timedelta(0) <= one <= timedelta(hours=12) for one in late):
                    found.append("a delay that is another journey")
        return found

    def after_a_no(self) -> list[str]:
        """After any no there is a new talk about all options, two days, and then the yes that counts."""
        no = max((i for i, row in enumerate(self.rows) if _is_a_no(row)), default=None)
        if no is None:
            return []
        since = self.rows[no + 1 :]
        talks = [
            _ended(row) for row in since
            if row.type == "step_completed" and row.data["step"] == "options_counselling"
            and _is_after(row, self.rows[no])
        ]  # fmt: skip
        yes = [row.occurred_at for row in since if _is_her_answer(row, "consent_given")]
        if not talks or not yes or yes[-1] < min(talks) + timedelta(hours=48):
            return ["a no was not followed by a talk, two days, and a yes"]
        return []

    def order(self) -> list[str]:
        """Last check, clearance and last question come after the yes that counts; the question after the clearance."""
        yes = [row for row in self.rows if _is_her_answer(row, "consent_given")]
        done = {
            id: row for id in ("risk_recheck", "departure_clearance", "departure_assistance") if (row := self.last(id))
        }
        found = [f"{id} is from before the consent" for id, row in done.items() if yes and not _is_after(row, yes[-1])]
        if len(done) == 3 and not _is_after(done["departure_assistance"], done["departure_clearance"]):
            found.append("the last question is from before the clearance")
        return found

    def parties(self) -> list[str]:
        """Who receives, meets and stands on the card is known there: a partner of that country, or somebody who was vetted."""
        named = []
        for step, field, to in (
            ("partner_confirmation", "received_by", "meet"),
            ("safety_plan", "emergency_contact", "card"),
            ("safety_plan", "assisting_organisation", "card"),
        ):
            row = self.last(step)
            if row is not None and not (step in OF_A_PARTNER and self.result("partner_selection") == "none_wanted"):
                named.append((str(row.data["values"].get(field)), to))
        found = [f"nobody there knows {party}" for party, to in named if not self._is_known_there(party, to)]
        held = {row.data["role"]: row.data.get("ref") for row in self.rows if row.type == "role_assigned"}
        return found + [
            f"{ref} is not vetted to be {role}"
            for role, ref in held.items()
            if ref and role in NEAR and not self._is_vetted(ref, NEAR[role])
        ]

    def _is_known_there(self, party: str, to: str) -> bool:
        for row in self.rows:  # a role stands for whoever holds it
            if row.type == "role_assigned" and row.data["role"] == party:
                party = str(row.data.get("partner") or row.data.get("ref") or row.data.get("organisation"))
        if any(row.type == "person_involved" and row.data["ref"] == party for row in self.rows):
            return self._is_vetted(party, to)
        return party.startswith({"NG": "ng_", "BR": "br_", "SL": "sl_"}[self.rows[0].data["origin_country"]])

    def _is_vetted(self, ref: str, to: str) -> bool:
        """Whether somebody of the case was vetted for this: by others than who brought them, at most a year ago, after any
        suspicion; for what two look at, by two.
        """
        told = [row for row in self.rows if row.type == "person_involved" and row.data["ref"] == ref]
        rows = [row for row in self.rows if row.data.get("step") == "party_vetting" and row.data.get("of") == ref]
        doubts = [row for row in self.rows if row.type == "suspicion_recorded" and row.data["ref"] == ref]
        suspicions = [row for row in doubts if row.data["suspected"]]
        is_suspected = any(row.data["suspected"] for row in doubts[-1:])
        if not told or not rows or rows[-1].type != "step_completed" or is_suspected:
            return False
        found = rows[-1].data
        signed = found.get("signed") or [("", rows[-1].actor, "")]
        by, first = {who for _, who, _ in signed}, rows[-len(signed)]
        return (
            found["result"] == "trusted"
            and to in found["values"]["for"]
            and told[0].actor not in by
            and (len(by) == 2 or not {"receive", "house", "care"} & set(found["values"]["for"]))
            and self.at <= _began(first) + timedelta(days=366, hours=2)
            and self.at.date()
            <= date.fromisoformat(found["values"].get("valid_until", "2999-12-31")) + timedelta(days=1)
            and all(row.seq < first.seq and _is_after(first, row) for row in suspicions)
        )

    def evidence(self) -> list[str]:
        """What each piece of evidence was about is still so: in what happened, and in what was known when it was made."""
        found = []
        for step, about in ABOUT.items():
            made = self.last(step)
            if made is None or (step in OF_A_PARTNER and self.result("partner_selection") == "none_wanted"):
                continue
            at, seq, by_day = self._looked_at(made)
            for what in about:
                ever = [(value, row.occurred_at if by_day else _ended(row), row.seq) for value, row in self._ever(what)]
                then = [[v for v, when, _ in ever if when <= at], [v for v, _, number in ever if number <= seq]]
                is_another = any(values[-1] != ever[-1][0] for values in then if values)
                was_not_asked = ever and not all(then) and what in DANGERS and ever[-1][0] is (what not in SAFE)
                if is_another or was_not_asked or (what == "companions" and ever and not all(then) and ever[-1][0]):
                    found.append(f"{what} has changed since {step}")
        return found

    def _looked_at(self, made: Row) -> tuple[datetime, int, bool]:
        """When evidence was looked at: at the first of two signatures, or when all who made it began to confirm it."""
        first = made
        of_it = [row for row in self.rows if row.data.get("step") == made.data["step"]]
        for row in reversed(of_it):
            if row.seq < made.seq:
                if row.type != "step_signed":
                    break
                first = row
        begun: Row | None = None
        for row in of_it:
            if row.type == "step_confirmed" and row.seq > made.seq:
                begun = row if len(row.data["confirmed"]) == 1 or begun is None else begun
                if row.data["whole"]:
                    first = begun
        return first.occurred_at, first.seq, "day" in first.data

    def _ever(self, what: str) -> list[tuple[Any, Row]]:
        """All that something ever was, and the event that says so."""
        found: list[tuple[Any, Row]] = []
        travelling: set[str] = set()
        for row in self.rows:
            data, value = row.data, None
            if what in (data.get("facts") or {}) and not data.get("of"):
                value = data["facts"][what]
            elif row.type == "role_assigned" and data["role"] == what:
                value = data.get("partner") or data.get("ref") or data.get("organisation")
            elif row.type in ("travel_booked", "travel_delayed") and what in ("route", "times"):
                keys = ("from", "to", "mode") if what == "route" else ("departs_at", "arrives_at")
                value = [[leg.get(key) for key in keys] for leg in data["legs"]]
            elif row.type == "person_involved" and what == "companions" and data["relation"] != "escort":
                travelling = (travelling | {data["ref"]}) if data.get("travels") else travelling - {data["ref"]}
                value = sorted(travelling)
            if value is not None and what in (data.get("earlier") or ()):
                found.insert(-1, (value, row))  # it was so, and what stands already stands
            elif value is not None:
                found.append((value, row))
        return found

    def papers(self) -> list[str]:
        legs = self._legs()
        if not legs:
            return ["no journey is booked"]
        last_day = datetime.fromisoformat(legs[-1]["arrives_at"]).astimezone(UTC).date() - timedelta(days=1)  # any zone
        held: dict[str, Row] = {}
        for row in self.rows:
            if row.type == "document_recorded" and not row.data.get("of"):
                held[row.data["kind"]] = row
        travel = ("passport", "etc", "_lp", "arb", "return_document", "expired_document_agreement")
        good = [
            k for k, row in held.items()
            if row.data["status"] == "held" and any(k.endswith(t) for t in travel)
            and (not row.data.get("expires_on") or date.fromisoformat(row.data["expires_on"]) >= last_day)
        ]  # fmt: skip
        return [] if good else ["no valid travel document"]

    def law(self) -> list[str]:
        found = [] if self.last("legal_counselling") else ["no legal counselling"]
        if self.result("proceedings_clearance") not in ("none", "open_no_presence", "testimony_secured", "arranged"):
            found.append("proceedings are open")
        reflection = self.last("reflection_period")
        if (
            reflection is not None
            and reflection.data["result"] == "granted"
            and self.fact("asks_during_reflection") is not True
        ):
            begun = [_ended(r) for r in self.rows if r.type == "step_started" and r.data["step"] == "reflection_period"]
            if self.at < min([reflection.occurred_at, *begun]) + timedelta(days=30) - timedelta(hours=2):
                found.append("reflection is running")
        return found

    def incidents(self) -> list[str]:
        open_: dict[int, Row] = {}
        ever = {row.seq: row for row in self.rows if row.type == "incident_opened"}
        for row in self.rows:
            if row.type == "incident_opened":
                open_[row.seq] = row
            if row.type == "incident_reopened":  # what it ended with was an error
                open_[row.data["incident"]] = ever[row.data["incident"]]
            if row.type == "incident_resolved":
                open_.pop(row.data["incident"], None)
        effects = [
            (r.data["type"], (r.data.get("effects") or {}).get("pre_departure", r.data["effect"]))
            for r in open_.values()
        ]
        return [
            f"{type_} is open"
            for type_, effect in effects
            if effect != "none" or type_ in ("risk_high", "asylum_claim", "expulsion_risk")
        ]

    def alarms(self) -> list[str]:
        """Each alarm that ended was followed by what the process document asks for: happened, and written down, after it."""
        found, times = list[str](), dict[tuple[str, str | None], list[Row]]()
        for row in self.rows:
            whom = (str(row.data.get("type")), row.data.get("of"))
            if row.type == "incident_opened":
                times[whom] = [row]
            if row.type == "incident_repeated":
                times[whom].append(row)
            if row.type == "incident_resolved" and row.data["type"] in ENDED_BY:
                alarms = times[whom]
                since = [
                    r for r in self.rows
                    if r.seq < row.seq and all(r.seq > alarm.seq and _is_after(r, alarm) for alarm in alarms)
                ]  # fmt: skip
                own = (
                    r for r in since if r.type == "step_completed" and r.data.get("of") in (None, row.data.get("of"))
                )
                done = {r.data["step"]: r.data.get("result") for r in own}
                reached = any(r.type == "contact_made" and r.data["with"] == "person" for r in since)
                wanted = ENDED_BY[row.data["type"]]
                answered = [id for id in wanted if id in done and done[id] not in STILL_BAD]
                if not answered and not (REACHED in wanted and reached):
                    found.append(f"{row.data['type']} ended by a word")
        return found

    @property
    def is_child(self) -> bool:
        return self.fact("age_status") != "adult"

    def child(self) -> list[str]:
        if not self.is_child:
            return []
        held = {row.data["role"]: row.data for row in self.rows if row.type == "role_assigned"}
        roles = {role for role, data in held.items() if {"partner", "ref", "organisation"} & set(data)}
        found = [f"no {role}" for role in ("guardian", "caregiver") if role not in roles]
        return found + (
            [] if self.result("best_interests_determination") == "positive" else ["no best interests determination"]
        )
