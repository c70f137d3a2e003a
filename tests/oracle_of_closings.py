"""What must be so when a case closes, and when an alarm ends, computed again from the bare history, without the engine's rules.

Written from sections 2.4, 2.5, 3, 4 (INV-25, 26, 32) and 5 of the process document, and from how its resolutions read them. Plain, as
tests/oracle.py is: one list of events in, a list of faults out. Where the text leaves it open the oracle says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from tests.oracle import LIVE, OF_A_CHILD, Past, Row, _began, _ended, _is_after, _taken_back

BEFORE, THERE = ("identification", "pre_departure"), ("arrival", "follow_up")
ANYWAY = ("lost_contact", "deceased", "re_trafficked_referred")  # how it can end though nobody has met them
# In which phases a case ends so (2.1, 2.5, and the closing codes of section 3).
PHASES: Mapping[str, tuple[str, ...]] = {
    "reintegration_sustained": ("follow_up",), "support_period_completed": ("follow_up",), "remigrated": THERE,
    "consent_withdrawn_after_return": THERE, "needs_nothing": THERE, "withdrew_return": BEFORE, "assistance_declined": BEFORE,
    "not_a_victim": BEFORE, "return_not_safe": BEFORE, "return_not_possible": (*BEFORE, "travel"), "duplicate": BEFORE,
    "other_durable_solution": (*BEFORE, "follow_up"), "left_outside_process": (*BEFORE, "travel"),
}  # fmt: skip
# In which states something that was begun has no end (registers, the column "closing asks").
NO_END: Mapping[str, tuple[str, ...]] = {
    "plan_item": ("open", "under_way"), "service": ("sent", "running"), "budget": ("asked", "granted"), "payment": ("promised", "paid"),
    "measure": ("planned",), "legal_matter": ("open", "with_lawyer"), "conference": ("planned",), "appointment": ("asked",),
}  # fmt: skip
# What is never hidden by an end of the case, but by those that name it: by where the person is (section 3; resolutions 29 to 31).
NOT_SAFE: Mapping[str, tuple[str, ...]] = {
    "here": ("return_not_safe", "other_durable_solution"),
    "there": ("consent_withdrawn_after_return",),
}
ENDED_THERE = ("reintegration_sustained", "support_period_completed", "other_durable_solution", "remigrated")
OVER: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "no_show_arrival": {},
    "lost_contact": {},
    "re_trafficking": {},
    "death": {},
    "data_breach": {},
    "risk_high": NOT_SAFE,
    "violence": NOT_SAFE,
    "child_in_danger": NOT_SAFE,
    "self_harm": {"here": ("other_durable_solution",)},
    "medical_emergency": {"here": ("return_not_possible", "other_durable_solution")},
    "no_show_departure": {"here": ("withdrew_return",)},
    "left_without_clearance": dict.fromkeys(("here", "on the way", "there"), ("left_outside_process",)),
    "detention_or_arrest": dict.fromkeys(("here", "on the way"), ("left_outside_process",)),
    "refused_entry": {
        "here": (
            "return_not_possible",
            "withdrew_return",
            "assistance_declined",
            "other_durable_solution",
            "return_not_safe",
        )
    },
    # INV-32: what is enforced is not called the person's choice. After the landing it has been done, and help goes on.
    "expulsion_risk": {
        "here": ("left_outside_process", "other_durable_solution"),
        "on the way": ("left_outside_process",),
        "there": ("consent_withdrawn_after_return", *ENDED_THERE),
    },
    "partner_failure": {
        "here": ("return_not_possible", "other_durable_solution", "withdrew_return", "return_not_safe"),
        "there": ("support_period_completed",),
    },
    "age_dispute": {"here": ("other_durable_solution", "return_not_safe")},
}
# registers, `visit`: what is asked each time, of whoever was reached.
SAFETY = ("s_home", "s_past", "s_money", "s_hurt", "s_offer", "s_shame")
TALKED_ABOUT = ("risk_high", "violence", "child_in_danger")  # what a no to visits may end, once that was talked about
# After these, and where its case was closed already, what a child said of being let go was said of another life.
ASKS_THE_CHILD_AGAIN = (
    "re_trafficking", "violence", "risk_high", "threat_at_home", "child_in_danger", "detention_or_arrest", "child_unwell",
    "death_of_another",
)  # fmt: skip
# Where somebody of us is with the person, or speaks with them (2.4, 2.5).
WITH_THEM = (
    "arrival_reception", "arrival_wellbeing_check", "onward_transport", "family_reunification", "baseline_survey", "monitoring_visit",
    "sustainability_survey", "health_psychosocial_followup",
)  # fmt: skip
SURVEYS = ("baseline_survey", "sustainability_survey")
VISITS = ("monitoring_visit", *SURVEYS)
ROUNDS = ("d2", "d7", "m1", "m3", "m6", "m9", "m12")  # 5.1
LOW = ("low", "medium")
REVIEWED = ("close", "refer_on", "on_persons_request")
LATE = timedelta(hours=72)  # what one alone writes down later than this is seen by a second
ZONES = ("Europe/Brussels", "Africa/Lagos", "Africa/Freetown", "America/Sao_Paulo")  # of the host countries and of home
WRITING = ("message", "email", "letter", "social_media")
# Alarms about safety: that they are over is heard from the person themselves, and live (issue 34.2).
ABOUT_SAFETY = (
    "no_show_arrival", "lost_contact", "violence", "risk_high", "re_trafficking", "child_in_danger", "self_harm", "medical_emergency",
    "no_show_departure", "detention_or_arrest", "left_without_clearance",
)  # fmt: skip


# --- closing ----------------------------------------------------------------------------------------------------------


def faults_of_closing(history: Sequence[Row]) -> list[str]:
    """Say what was missing when the last `closed` of this history happened."""
    at = max(i for i, row in enumerate(history) if row.type == "closed")
    closing = Closing(history, at)
    own: Mapping[str, Callable[[Closing], Iterable[str]]] = {
        "reintegration_sustained": Closing.sustained, "support_period_completed": Closing.reviewed, "withdrew_return": Closing.withdrew,
        "assistance_declined": Closing.declined_assistance, "consent_withdrawn_after_return": Closing.wants_no_more,
        "needs_nothing": Closing.needs_nothing, "not_a_victim": Closing.not_a_victim, "return_not_safe": Closing.not_safe,
        "return_not_possible": Closing.not_possible, "other_durable_solution": Closing.other_solution, "transferred": Closing.transferred,
        "re_trafficked_referred": Closing.trafficked_again, "lost_contact": Closing.lost, "remigrated": Closing.remigrated,
        "left_outside_process": Closing.left_outside, "deceased": Closing.died, "duplicate": Closing.duplicate,
    }  # fmt: skip
    return [*closing.in_its_phase(), *closing.met(), *closing.hidden(), *own[closing.reason](closing)]


class Known(Past):
    """What was known when an entry was written, in the order in which it was written, without what has been taken back."""

    def __init__(self, history: Sequence[Row], index: int) -> None:
        entry, before = history[index], history[:index]
        errors = {row.data["entry"] for row in before if row.type == "entry_corrected"}
        landed = {(row.actor, row.recorded_at) for row in before if row.type == "arrived" and row.seq in errors}
        # Who landed without a departure has left by that same word: whoever takes it back says that they are still here.
        errors |= {row.seq for row in before if row.type == "left" and (row.actor, row.recorded_at) in landed}
        stands = [row for row in before if row.seq not in errors]
        self.entry = entry
        self.known = [said for row in stands for said in _taken_back(row)]  # of whatever time: an alarm is an alarm
        happened = [row for row in self.known if _began(row) <= entry.occurred_at]
        self.happened = happened
        # Of what stands already, what is told of before is no newer word; of facts each says so itself.
        super().__init__(
            [row for row in happened if "facts" in row.data or not row.data.get("earlier")], entry.occurred_at
        )

    # --- where the person is ------------------------------------------------------------------------------

    @property
    def phases(self) -> tuple[str, ...]:
        """The phase of the case as it was known, and as it was by that hour: an entry that is told late may mean either."""
        of = [[row.data["phase"] for row in rows if row.data.get("phase")] for rows in (self.known, self.happened)]
        return tuple((one or ["identification"])[-1] for one in of)

    @property
    def places(self) -> set[str]:
        return {"here" if phase in BEFORE else "there" if phase in THERE else "on the way" for phase in self.phases}

    def landed(self) -> datetime | None:
        """When the person landed after a departure that was cleared, or was to: a landing that nobody writes down is one."""
        out = [i for i, row in enumerate(self.known) if row.type in ("departed", "left")]
        if not out or self.known[out[-1]].type == "left":
            return None
        landing, departed = self._booked_landing(self.known[: out[-1] + 1]), self.known[out[-1]]
        back: Row | None = None
        for row in self.known:
            if row.type in ("travel_booked", "travel_delayed") and row.seq > departed.seq:
                in_time = landing is None or row.occurred_at < landing
                landing = datetime.fromisoformat(row.data["legs"][-1]["arrives_at"]) if in_time else landing
            if row.type == "arrived" and row.seq > departed.seq:
                booked = landing is not None and "day" in row.data and _began(row) <= landing <= _ended(row)
                return landing if booked else _began(row)
            if row.type == "turned_back" and row.seq > departed.seq:
                back = row
        return landing if back is None and landing is not None and landing <= self.at else None

    def _booked_landing(self, rows: Sequence[Row]) -> datetime | None:
        legs = Past(rows, self.at)._legs()
        return datetime.fromisoformat(legs[-1]["arrives_at"]) if legs else None

    # --- what was said ------------------------------------------------------------------------------------

    def word(self, *purposes: str) -> Row | None:
        """The person's newest answer to one of these consents, where it is a no."""
        newest: dict[str, Row] = {}
        for row in self.rows:
            data = row.data
            for purpose in purposes:
                own = data.get("purpose") == purpose and not data.get("of")
                ended = any(key.split(">")[0] == purpose and key.endswith("@") for key in data.get("consents", ()))
                if own or ended:
                    newest[purpose] = row
        return next((row for row in newest.values() if row.type in ("consent_refused", "consent_withdrawn")), None)

    def made(self, step: str) -> dict[tuple[str, str], Row]:
        """Each round of a step, of each, as it stands: done, or left out."""
        found: dict[tuple[str, str], Row] = {}
        for row in self.rows:
            data = row.data
            if row.type in ("steps_reset", "clearance_voided"):
                for key in data["steps"]:
                    name, _, of = key.partition("@")
                    id, _, round_ = name.partition("/")
                    if id == step:
                        found.pop((round_, of), None)
            if data.get("step") == step and row.type.startswith("step_"):
                key = (data.get("round") or "", data.get("of") or "")
                if row.type in ("step_completed", "step_skipped"):
                    found[key] = row
                elif row.type in ("step_redone", "step_failed", "step_started", "step_disagreed"):
                    found.pop(key, None)
        return found

    def is_by_two(self, row: Row) -> bool:
        return len({one[1] for one in row.data.get("signed") or ()}) > 1

    def is_seconded(self, row: Row, kind: str, key: str) -> bool:
        """Whether another than who wrote an entry has seen it, and agreed."""
        return any(
            one.type == "entry_seconded"
            and one.seq > row.seq
            and one.actor != row.actor
            and (one.data["kind"], one.data["key"]) == (kind, key)
            for one in self.rows
        )

    # --- alarms ---------------------------------------------------------------------------------------------

    def open_alarms(self) -> dict[int, list[Row]]:
        """The incidents that are open: by number, each with every time that it was said to have happened."""
        open_, ever = dict[int, list[Row]](), dict[int, list[Row]]()
        for row in self.known:
            if row.type == "incident_opened":
                open_[row.seq] = ever[row.seq] = [row]
            elif row.type == "incident_repeated":
                ever.setdefault(row.data["incident"], []).append(row)
            elif row.type == "incident_reopened" and row.data["incident"] in ever:
                open_[row.data["incident"]] = ever[row.data["incident"]]
            elif row.type == "incident_resolved":
                open_.pop(row.data["incident"], None)
        return open_

    def is_open(self, *types: str) -> bool:
        return any(times[0].data["type"] in types for times in self.open_alarms().values())

    def since(self, alarms: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
        """What happened, and was written down, after all of these."""
        return [row for row in rows if all(row.seq > alarm.seq and _is_after(row, alarm) for alarm in alarms)]

    def talks(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The times when the person was reached."""
        yield from (row for row in rows if row.type == "contact_made" and row.data["with"] == "person")

    def with_them(self) -> list[Row]:
        """When somebody was with them, or spoke with them, by a step of that kind."""
        done = (row for row in self.happened if row.type == "step_completed" and row.data["step"] in WITH_THEM)
        return [row for row in done if row.data.get("result") != "not_reached"]

    def heard_themselves(self, row: Row) -> bool:
        return "through_somebody" not in (row.data["channel"], row.data.get("heard_by"))

    def heard_live(self, row: Row) -> bool:
        """Whether one knows that it was them: face to face, by voice or by video; or in writing, where a second signed that this is
        the safe way to them.
        """
        told_how = (
            row.data.get("heard_by") if row.data.get("by") == "person" else None
        )  # by a letter they tell that they telephoned
        in_writing = row.data["channel"] in WRITING and self.is_seconded(row, "contacts", str(row.seq))
        live = row.data["channel"] in LIVE and told_how not in WRITING
        return self.heard_themselves(row) and (live or in_writing)


class Closing(Known):
    """What was known when a case closed."""

    @property
    def reason(self) -> str:
        return str(self.entry.data["reason"])

    # --- whatever the reason ----------------------------------------------------------------------------------

    def in_its_phase(self) -> Iterator[str]:
        if self.phases[0] not in PHASES.get(self.reason, self.phases):
            yield f"{self.reason} in the phase {self.phases[0]}"

    def met(self) -> Iterator[str]:
        """Nobody is let go before they were met or reached there (2.4), save as lost, dead or trafficked again, or as they had wished."""
        landed = self.landed()
        if landed is None or self.reason in (*ANYWAY, "needs_nothing"):
            return
        talks = [row for row in self.talks(self.happened) if self.heard_themselves(row) and _began(row) >= landed]
        met = [row for row in self.with_them() if _ended(row) >= landed]
        if not talks and not met:
            yield "nobody has met or reached the person since they landed"

    def hidden(self) -> Iterator[str]:
        """No end of a case hides an alarm, but the ends that the text names for it."""
        for times in self.open_alarms().values():
            type_ = times[0].data["type"]
            if self.reason == "deceased" and type_ == "complaint":
                yield "complaint is open"
            if type_ not in OVER or self.reason in ANYWAY:
                continue
            if not any(self.reason in OVER[type_].get(place, ()) for place in self.places):
                yield f"{type_} is open"
            if (
                type_ in TALKED_ABOUT
                and self.reason == "consent_withdrawn_after_return"
                and not self._talked_since(times)
            ):
                yield f"{type_} was not talked about since"
            if type_ == "no_show_departure" and not self._said_no_since(times):
                yield "the no is older than that the person did not come"

    def _talked_since(self, times: Sequence[Row]) -> bool:
        """A danger at home was talked about once more, and they ask to close; a child is not left in one because somebody wishes it."""
        review = self.last("closure_review")
        talked = (
            review is not None
            and review.data.get("result") == "on_persons_request"
            and review in self.since(times, self.rows)
        )
        return talked and not self.is_child

    def _said_no_since(self, times: Sequence[Row]) -> bool:
        no = self.word("return")
        return no is not None and no in self.since(times, self.rows)

    # --- after the return -------------------------------------------------------------------------------------

    def reviewed(self) -> Iterator[str]:
        """It was decided together, not before a year unless they ask (2.5)."""
        review = self.last("closure_review")
        if review is None or review.data.get("result") not in REVIEWED:
            yield "closing was not decided together"
        elif review.data["result"] != "on_persons_request" and not self._asks_to_close(review):
            yield from self._after_a_year(_ended(review))
        elif review.data["result"] == "on_persons_request":
            yield from self.child_heard()

    def _asks_to_close(self, review: Row) -> bool:
        asked = [
            row for row in self.rows if "person_asks_to_close" in (row.data.get("facts") or {}) and row.seq < review.seq
        ]
        return bool(asked) and asked[-1].data["facts"]["person_asks_to_close"] is True

    def _after_a_year(self, then: datetime) -> Iterator[str]:
        arrived = [row for row in self.rows if row.type == "arrived"]
        if not arrived or then < _began(arrived[-1]) + relativedelta(months=12) - timedelta(
            days=1
        ):  # in whichever zone
            yield "that is less than a year after the arrival"

    def sustained(self) -> Iterator[str]:
        """A year or their wish, the risk not high, an end of what was begun, their "I can manage" and their yes (registers, "Closing as
        sustained"); and visits that somebody made (INV-26). No score decides.
        """
        yield from self.reviewed()
        risk = self.last("post_arrival_risk_assessment")
        if risk is None or risk.data.get("result") not in LOW:
            yield "the risk was not found below high"
        yield from self._visits_are_real()
        yield from self._without_an_end()
        yield from self._where_they_live()
        review = self.last("closure_review")
        if review is not None and review.data.get("values", {}).get("manages") in (None, "no"):
            yield "they did not say that they manage, and nobody says what was seen"
        if self.result("closure_review") == "on_persons_request":
            return
        yield from self._after_a_year(self.at)
        yield from self._rounds()
        if review is not None and review.data.get("values", {}).get("agrees") in (None, "no"):
            yield "they did not agree, and nobody says what was seen"

    def _without_an_end(self) -> Iterator[str]:
        """What was begun and came to no end (the column "closing asks" of the registers)."""
        stands: dict[str, str] = {}
        for row in self.rows:
            if row.type in ("entry_made", "entry_updated") and row.data.get("status"):
                stands[row.data["ref"]] = row.data["status"]
        for ref, state in stands.items():
            if state in NO_END.get(ref.rpartition("-")[0], ()):
                yield f"{ref} has no end"

    def _where_they_live(self) -> Iterator[str]:
        """The column "closing asks" of `home`: one that is lived in, safe by their word; not said, who closes says what was seen."""
        homes: dict[str, dict[str, str]] = {}
        for row in self.rows:
            if row.type in ("entry_made", "entry_updated") and row.data["ref"].startswith("home-"):
                said = {"status": row.data.get("status"), "safe": (row.data.get("values") or {}).get("safe")}
                homes.setdefault(row.data["ref"], {}).update({name: word for name, word in said.items() if word})
        review = self.last("closure_review")
        was_seen = review is not None and "home_seen" in (review.data.get("values") or {})
        if not was_seen and {"lived_in"} != {
            one["status"] for one in homes.values() if one.get("safe") in ("yes", "mostly")
        } & {"lived_in"}:
            yield "nobody says that they are safe where they live"

    def _visits(self, step: str) -> dict[tuple[str, str], Row]:
        done = {key: row for key, row in self.made(step).items() if row.type == "step_completed"}
        return {key: row for key, row in done.items() if row.data.get("result") in (None, "reached")}

    def _rounds(self) -> Iterator[str]:
        """Each visit of the year was made, or left out because they wished it."""
        made = {round_ for round_, _ in self.made("monitoring_visit")}
        if self.word("monitoring") is None and (missing := sorted(set(ROUNDS) - made)):
            yield f"nobody visited: {missing}"

    def _visits_are_real(self) -> Iterator[str]:
        """On days of their own, but for one that made up for another; late ones seen by a second; and in their words."""
        for step in VISITS:
            for (round_, _), row in self._visits(step).items():
                key = f"{step}/{round_}" if round_ else step
                if row.recorded_at - _began(row) > LATE and not self.is_seconded(row, "steps", key):
                    yield f"{key} was told late by one alone"
                if row.data.get("result") == "reached" and not {*SAFETY} <= {*(row.data.get("values") or {})}:
                    yield f"{key} does not say whether they are safe"
        visits = self._visits("monitoring_visit")
        rounds = [round_ for round_, _ in visits if not round_.startswith("extra")]
        if _days(visits.values()) < len(rounds) - 1:
            yield "visits were not made on days of their own"

    def other_solution(self) -> Iterator[str]:
        if self.fact("lasting_solution") not in ("protection", "residence", "third_country"):
            yield "nobody says which solution was found"
        if "there" in self.places:
            yield from self.reviewed()

    def wants_no_more(self) -> Iterator[str]:
        yield from self._their_own_no("the person said no to no visit", "monitoring")
        yield from self.child_heard()

    def child_heard(self) -> Iterator[str]:
        """Who speaks for a child does not end alone that anybody looks after it."""
        heard = self.last("child_agrees_to_end")
        itself = heard is not None and (heard.data.get("values") or {}).get("heard") == "child"
        if self.is_child and (
            heard is None or not itself or heard.data.get("result") != "agreed" or not self.is_by_two(heard)
        ):
            yield "two have not heard the child"
        elif self.is_child and heard is not None and any(self._is_another_life(row, heard) for row in self.known):
            yield "the child was heard before what has happened since"

    def _is_another_life(self, row: Row, heard: Row) -> bool:
        happened = row.type == "reopened" or (
            row.type in ("incident_opened", "incident_repeated") and row.data.get("type") in ASKS_THE_CHILD_AGAIN
        )
        return happened and row.seq > heard.seq and _is_after(row, heard)

    def _their_own_no(self, none: str, *purposes: str) -> Iterator[str]:
        """A no stops what it is about, whoever brings it; that a case ends by it is known from the person themselves."""
        no = self.word(*purposes)
        if no is None:
            yield none
        elif "through_somebody" in (no.data.get("channel"), no.data.get("heard_by")):
            yield f"the no to {no.data['purpose']} was heard through somebody else"

    def needs_nothing(self) -> Iterator[str]:
        """They said to two of us, before this journey, that they want nobody there; and a fortnight after the landing two agreed."""
        departed = max((row for row in self.known if row.type == "departed"), key=lambda row: row.seq, default=None)
        said, left = self.last("contact_declined"), self.last("leaving_alone")
        heard = said is not None and said.data.get("result") == "declined" and self.is_by_two(said)
        live = said is not None and {*(said.data.get("values") or {}).get("heard", ())} <= {*LIVE}
        if (
            departed is None
            or said is None
            or not heard
            or not live
            or said.seq > departed.seq
            or _began(said) > departed.occurred_at
        ):
            yield "two have not heard from the person, before they left, that they want no contact"
        back = [row.seq for row in self.known if row.type == "turned_back"]
        if said is not None and back and said.seq < back[-1]:
            yield "what was refused was another journey"
        if self.word("monitoring") is None:
            yield "the person said no to no visit"
        if left is None or left.data.get("result") != "agreed" or not self.is_by_two(left):
            yield "two have not agreed to leave them alone"
        landed = self.landed()
        if (
            landed is None
            or self.at < landed + timedelta(days=13)
            or (left is not None and _ended(left) < landed + timedelta(days=13))
        ):
            yield "that is less than a fortnight after the landing"
        if self.is_child:
            yield "a child is not left alone"

    def remigrated(self) -> Iterator[str]:
        if not self.is_open("remigration"):
            yield "nobody says that the person has moved on"
        yield from self.child_heard()

    # --- before the return ------------------------------------------------------------------------------------

    def withdrew(self) -> Iterator[str]:
        if self.word("return") is not None or not self.is_open("consent_withdrawn_before"):
            yield from self._their_own_no("the person said no to no return", "return")

    def declined_assistance(self) -> Iterator[str]:
        yield from self._their_own_no("the person said no to no help", "assistance", "data_processing")

    def not_a_victim(self) -> Iterator[str]:
        if self.result("identification_decision") != "not_victim":
            yield "nobody has decided that the person is no victim"

    def not_safe(self) -> Iterator[str]:
        found = self.result("return_review") == "no" or self.result("best_interests_determination") == "negative"
        if not found and not self.is_open("risk_high", "family_refuses", "violence"):
            yield "nothing says that the return is not safe"

    def not_possible(self) -> Iterator[str]:
        types = (
            "missing_document",
            "medical_unfit",
            "refused_entry",
            "partner_failure",
            "pregnancy_or_birth",
            "medical_emergency",
        )
        if self.result("return_review") not in ("not_now", "no") and not self.is_open(*types):
            yield "nothing says that the return is not possible"

    def transferred(self) -> Iterator[str]:
        if not self.is_open("transfer_third_country"):
            yield "no other country is competent or wanted"
        agreed = self.last("transfer_agreed")
        if agreed is None or agreed.data.get("result") == "not_agreed" or not self.is_by_two(agreed):
            yield "two do not know that the person wants it, or that it was carried out, and who takes over"

    def left_outside(self) -> Iterator[str]:
        """They boarded, or were removed, without clearance (resolution 16)."""
        out = [row.type for row in self.known if row.type in ("departed", "left", "turned_back")]
        if (out or [""])[-1] != "left":
            yield "nobody says that the person has left"

    def duplicate(self) -> Iterator[str]:
        if self.fact("existed_already") is not True:
            yield "nobody says that the person has an older case"

    # --- wherever they are ------------------------------------------------------------------------------------

    def trafficked_again(self) -> Iterator[str]:
        alarms = [times[0] for times in self.open_alarms().values() if times[0].data["type"] == "re_trafficking"]
        if not alarms:
            yield "nobody says that the person was trafficked again"
        if self.fact("opened_anew") is not True:
            yield "no new case is linked"

    def died(self) -> Iterator[str]:
        """A paper, or two sources of which one is no family (resolution 31)."""
        if not self.is_open("death"):
            yield "nobody says that the person has died"
        known = self.last("death_confirmation")
        values = (known.data.get("values") or {}) if known else {}
        by_paper = (
            known is not None and known.data.get("result") == "by_paper" and {"paper", "paper_dated"} <= {*values}
        )
        by_two = (
            known is not None
            and known.data.get("result") == "by_two_sources"
            and {"no_family", "other_source"} <= {*values}
        )
        if not by_paper and not (by_two and values["no_family"] not in ("family", "friend")):
            yield "the death is not known by a paper or two sources"
        for ref in self._children_of_the_family():
            made = [
                row for row in self.rows if row.data.get("step") == "child_after_death" and row.data.get("of") == ref
            ]
            if not made or made[-1].type != "step_completed" or made[-1].data.get("result") != "cared_for":
                yield f"nobody says who cares for {ref}"

    def _children_of_the_family(self) -> list[str]:
        said = {row.data["ref"]: row.data for row in self.rows if row.type == "person_involved"}
        young = self._children()
        return [
            ref
            for ref, one in said.items()
            if ref in young
            and (one["relation"] == "child" or one.get("travels"))
            and not one.get("gone")
            and not one.get("own_case")
        ]

    def lost(self) -> Iterator[str]:
        """INV-25 and resolution 17: five days, three channels or all that two know of, spread over a month (two, in the follow-up), and
        ninety days after the first attempt.
        """
        alarms = [times for times in self.open_alarms().values() if times[0].data["type"] == "lost_contact"]
        if not alarms:
            yield "contact is not lost"
            return
        tries = self._tries()
        if _days(tries) < 5:
            yield f"there were attempts on {_days(tries)} days"
        if not tries:
            return
        if len({row.data["channel"] for row in tries}) < 3 and not self._no_other_way(
            alarms[0], {row.data["channel"] for row in tries}
        ):
            yield "fewer than three ways were tried"
        first, last = min(tries, key=_began), max(tries, key=_began)
        span = timedelta(days=60 if self.phases[0] == "follow_up" else 30)
        if _ended(last) - _began(first) < span:
            yield "the attempts are not spread"
        if self.at - _began(first) < timedelta(days=90):
            yield "contact is lost for less than ninety days"
        if any(_began(row) > _ended(first) for row in self.with_them() if row.data["step"] in SURVEYS):
            yield "the person answered a survey meanwhile"

    def _tries(self) -> list[Row]:
        """The attempts that were written down near their time, since the person was reached last."""
        talks = [row for row in self.talks(self.happened) if self.heard_themselves(row)]
        met = [row for row in self.with_them() if row.data["step"] not in SURVEYS]
        reached = [_began(row) for row in (*talks, *met)]
        since = max(reached, default=datetime.min.replace(tzinfo=UTC))
        return [
            row for row in self.happened
            if row.type == "contact_attempted" and row.data["with"] == "person" and _ended(row) >= since
            and row.recorded_at - _ended(row) <= LATE
        ]  # fmt: skip

    def _no_other_way(self, alarm: Sequence[Row], tried: set[str]) -> bool:
        said = self.last("no_other_way")
        return (
            said is not None and self.is_by_two(said) and said.seq > alarm[0].seq and {*said.data["values"]["ways"]} <= tried
        )  # fmt: skip


def _days(rows: Iterable[Row]) -> int:
    """On how many days these were: in the zone in which they are most."""
    moments = [_began(row) for row in rows]
    return max(len({moment.astimezone(ZoneInfo(zone)).date() for moment in moments}) for zone in ZONES)


# --- the end of an alarm --------------------------------------------------------------------------------------------------


class Did(NamedTuple):
    """A step that was done since, with one of these results; by two, where one alone does not say that it is safe."""

    step: str
    results: tuple[str, ...] = ()
    by_two: bool = False
    of_whom: bool = False


REACHED = "the person was reached"
Way = tuple[Did | str, ...]  # all of these
FIT = ("fit", "fit_with_escort")
ANEW: Way = (Did("pre_return_risk_assessment", LOW, by_two=True), Did("return_review"))
ON_THE_SPOT: tuple[Way, ...] = ((Did("post_arrival_risk_assessment", LOW, by_two=True),),)
SEEN_BY_A_DOCTOR: tuple[Way, ...] = ((Did("medical_assessment", FIT),), (Did("fit_to_travel_check", FIT),))
IN_DANGER: Mapping[str, tuple[Way, ...]] = {
    "identification": ((Did("pre_return_risk_assessment", LOW),), (Did("initial_risk_assessment", LOW),)),
    "pre_departure": (ANEW,),
    "travel": ((REACHED,),),
    "there": ON_THE_SPOT,
}
# Of a child it was looked at anew, too: of that child.
CHILD_IN_DANGER: Mapping[str, tuple[Way, ...]] = {
    **IN_DANGER,
    "pre_departure": tuple(
        (*ANEW, Did(step, of_whom=True)) for step in ("child_best_interests", "child_who_stays", "child_with_own_case")
    ),
}
UNWELL: Mapping[str, tuple[Way, ...]] = {
    "here": SEEN_BY_A_DOCTOR,
    "travel": ((REACHED,),),
    "there": ((REACHED,),),
}
# Who only writes, and says no: two know that the writing is theirs, and nobody waits for a call that they do not want.
WRITTEN_NO: tuple[Way, ...] = ((REACHED,), (Did("written_no", by_two=True),))
TALKED: tuple[Way, ...] = ((Did("options_counselling"),),)
# How each alarm ends (section 3, "Back to normal?"; resolutions 29 and 30), by where the person is; "" is anywhere.
ENDS: Mapping[str, Mapping[str, tuple[Way, ...]]] = {
    "consent_withdrawn_before": {"": (*TALKED, (REACHED,), (Did("no_other_way", by_two=True),))},
    "consent_withdrawn_after": {"": ((REACHED,),)},
    "decision_postponed": {"": TALKED},
    "wish_changed_after_return": {"": TALKED},
    "risk_high": {**IN_DANGER, "identification": ((Did("pre_return_risk_assessment", LOW),),)},
    "re_trafficking": {**IN_DANGER, "identification": ((Did("pre_return_risk_assessment", LOW),),)},
    "violence": IN_DANGER,
    "child_in_danger": CHILD_IN_DANGER,
    "self_harm": UNWELL,
    "medical_emergency": UNWELL,
    "missing_document": {"": ((Did("travel_document"),),)},
    "medical_unfit": {"": SEEN_BY_A_DOCTOR},
    "no_show_departure": {"here": WRITTEN_NO, "": ((REACHED,),)},
    "no_show_arrival": {"": ((REACHED,),)},
    "lost_contact": {"here": WRITTEN_NO, "": ((REACHED,),)},
    "detention_or_arrest": {"here": WRITTEN_NO, "": ((REACHED,),)},
    "left_without_clearance": {
        "identification": ((Did("initial_risk_assessment"),),),
        "pre_departure": ((Did("options_counselling"), Did("pre_return_risk_assessment", LOW)),),
        "travel": ((REACHED,),),
        "there": ((Did("post_arrival_risk_assessment", LOW),),),
    },
    "missed_flight": {"": ((Did("travel_plan"),),)},
    "refused_entry": {"here": TALKED, "": ((REACHED,),)},
    "age_dispute": {"": ((Did("age_clarification", ("adult", "child")),), (Did("guardian_appointment"),))},
    "turned_18": {"": ((Did("obtain_assistance_consent"),),)},
    "family_refuses": {
        "": (
            (Did("family_contact_and_assessment", ("safe", "safe_with_conditions")),),
            (Did("reintegration_plan"),),
            (Did("reintegration_plan_review"),),
        )
    },
    "witness": {"": ((Did("proceedings_clearance", ("none", "open_no_presence", "testimony_secured", "arranged")),),)},
    "asylum_claim": {
        "": (
            (
                Did(
                    "protection_needs_check",
                    ("none", "not_claimed_after_advice", "withdrawn_after_advice", "refused_final"),
                ),
            ),
        )
    },
    "transfer_third_country": {"here": (*TALKED, (Did("legal_counselling"),)), "": ((REACHED,),)},
    "expulsion_risk": {"": ((Did("legal_counselling"), Did("return_intention", ("wants",))),)},
    "partner_failure": {"follow_up": ((Did("partner_selection"),), (REACHED,)), "": ((Did("partner_selection"),),)},
    "data_breach": {
        "identification": ((Did("initial_risk_assessment"),),),
        "pre_departure": ((Did("pre_return_risk_assessment"),),),
        "travel": ((REACHED,),),
        "there": ((Did("post_arrival_risk_assessment"),),),
    },
    "pregnancy_or_birth": {"here": SEEN_BY_A_DOCTOR, "": ((REACHED,),)},
    "remigration": {"": ((REACHED,),)},
    "child_unwell": {
        "here": tuple(
            (Did(step, results, of_whom=True), Did("options_counselling"))
            for step, results in (
                ("child_fit_check", OF_A_CHILD["child_fit_check"]),
                ("child_with_own_case", ("cleared",)),
                ("child_who_stays", ()),
            )
        ),
        "": ((REACHED,),),
    },
    "death_of_another": {"here": TALKED, "": ((REACHED,),)},
    "companion_held": {"here": TALKED, "": ((REACHED,),)},
}


def faults_of_ended_alarms(history: Sequence[Row]) -> list[str]:
    """Say of each alarm that somebody ended what was missing for that, then; what ends by something else is no word of anybody."""
    ended = [i for i, row in enumerate(history) if row.type == "incident_resolved" and not row.data.get("because")]
    return [fault for i in ended for fault in Ending(history, i).faults()]


class Ending(Known):
    """What was known when an alarm ended: what two have signed by now, of that hour too."""

    def __init__(self, history: Sequence[Row], index: int) -> None:
        super().__init__(history, index)
        self.rows = [row for row in self.known if "facts" in row.data or not row.data.get("earlier")]

    def faults(self) -> list[str]:
        data = self.entry.data
        times = self.open_alarms().get(data["incident"], [])
        if not times:
            return [f"{data['type']} was not open"]
        if data["type"] == "death":
            return ["a death is over"]
        if data["type"] == "complaint":
            return self._looked_into_by_who_oversees()
        if data["type"] == "told_somebody_unknown":
            return ["who told them looked at it"] if self.entry.actor in {row.actor for row in times} else []
        of_each = (way for phase in self.phases for way in self._ways(data["type"], phase))
        ways = [self._as_asked(way) for way in dict.fromkeys(of_each)]
        since = self.since(times, self.happened)
        if not ways or any(all(self._is_met(one, since) for one in way) for way in ways):
            return self._signed_before_it_was_written(ways)
        return [f"{data['type']} ended without: {' or '.join(' and '.join(_said(one) for one in way) for way in ways)}"]

    @staticmethod
    def _ways(type_: str, phase: str) -> tuple[Way, ...]:
        ends, side = ENDS.get(type_, {}), "here" if phase in BEFORE else "there" if phase in THERE else ""
        return next((ends[one] for one in (phase, side, "") if one in ends), ())

    def _as_asked(self, way: Way) -> Way:
        """Nothing is asked of who is grown up, or neither goes along nor is a child of the person who stays."""
        of = self.entry.data.get("of") or ""
        travels = self._children().get(of)
        is_asked = travels or (travels is not None and of.startswith("child-"))
        return tuple(one for one in way if is_asked or isinstance(one, str) or not one.of_whom)

    def _is_met(self, need: Did | str, since: Sequence[Row]) -> bool:
        if isinstance(need, str):
            return self._was_reached(since)
        of = self.entry.data.get("of") if need.of_whom else None
        done = [
            row
            for (_, whom), row in self.made(need.step).items()
            if row.type == "step_completed" and (of or "") == whom
        ]
        return any(
            self._looked_at_in(row) in since
            and (not need.results or row.data.get("result") in need.results)
            and (not need.by_two or self.is_by_two(row))
            for row in done
        )

    def _looked_at_in(self, row: Row) -> Row:
        """What two have signed was looked at when the first of them wrote it: after the alarm, and before this is said to be over."""
        of_it = [one for one in self.rows if one.data.get("step") == row.data["step"] and one.seq < row.seq]
        drafts = [one for one in of_it if one.type == "step_signed"]
        was_written = bool(drafts) and _began(drafts[-1]) <= row.occurred_at
        return drafts[-1] if self.is_by_two(row) and was_written else row

    def _signed_before_it_was_written(self, ways: Sequence[Way]) -> list[str]:
        """A second signs what is written: no signature is of an hour at which there was nothing yet."""
        steps = {one.step for way in ways for one in way if isinstance(one, Did) and one.by_two}
        return [
            f"{step} was signed before it was written"
            for step in sorted(steps)
            if (row := self.last(step)) is not None
            and self.is_by_two(row)
            and any(
                one.type == "step_signed" and one.data["step"] == step and _began(one) > row.occurred_at
                for one in self.rows
            )
        ]

    def _was_reached(self, since: Sequence[Row]) -> bool:
        """That the person was reached, as far as it ends this alarm: themselves; of an alarm about safety, live (issue 34.2), or as
        they were fetched. Of another it also does that they were visited or surveyed: whoever was with them has reached them.
        """
        is_about_safety = self.entry.data["type"] in ABOUT_SAFETY
        is_heard = self.heard_live if is_about_safety else self.heard_themselves
        steps = ("arrival_reception",) if is_about_safety else WITH_THEM
        met = (row for row in self.with_them() if row.data["step"] in steps and row in since)
        # What one alone was told of a meeting counts once a second has seen it.
        seen = ("heard_by" not in row.data or self.is_seconded(row, "steps", row.data["step"]) for row in met)
        return any(is_heard(row) for row in self.talks(since)) or any(seen)

    def _looked_into_by_who_oversees(self) -> list[str]:
        roles: dict[str, str | None] = {}
        for row in self.known:
            if row.type == "role_assigned":
                roles[row.data["role"]] = row.data.get("organisation") or row.data.get("partner")
        houses = {self.known[0].organisation, roles.get("case_owner")}  # whose file it is: it never travels by consent
        if self.entry.actor in {row.actor for row in self.known}:
            return ["the complaint was answered by one who has written in the case"]
        return [] if self.entry.organisation in houses else ["the complaint was answered by another house"]


def _said(need: Did | str) -> str:
    if isinstance(need, str):
        return need
    return f"{need.step}{f' {list(need.results)}' if need.results else ''}{' by two' if need.by_two else ''}"
