"""The figures of the safeguards: as the process document has them, and as far as a pack may change them (INV-24)."""

from __future__ import annotations

from pathlib import Path

import pytest
from wayhome.errors import PackBroken
from wayhome.packs.kinds.spans import Span
from wayhome.packs.plugins import CORE, check_folder
from wayhome.rules.safeguard import SAFEGUARDS, required_limits

from tests.packs.planting import written

# The process document, section 4, unless another place is named. A figure may change only together with its sentence.
DOCUMENTED = {
    # "a return consent in force: explicit, written …, not withdrawn and at most 30 days old"
    "return_consent_max_age": ("INV-01", "at_most", Span(30, "days")),
    # "an oral reconfirmation recorded at most 24 hours before boarding"
    "reconfirmation_max_age": ("INV-02", "at_most", Span(24, "hours")),
    # design, the gate of departure: the clearance "is void after 24 hours, at once on withdraw of return"
    "clearance_max_age": ("INV-03", "at_most", Span(24, "hours")),
    # "a complete pre-return risk assessment at most 14 days old …"
    "risk_assessment_max_age": ("INV-04", "at_most", Span(14, "days")),
    # "… and a risk re-check at most 72 hours old"
    "risk_recheck_max_age": ("INV-04", "at_most", Span(72, "hours")),
    # "only a new assessment signed by two different roles can"
    "risk_signatures": ("INV-05", "at_least", 2),
    # "a receiving organisation that has confirmed in the last 14 days who meets the person, where and when"
    "partner_confirmation_max_age": ("INV-07", "at_most", Span(14, "days")),
    # "contact details of at least one assisting organisation and emergency contacts in the origin country"
    "emergency_contacts": ("INV-08", "at_least", 1),
    # "one performed at most 72 hours before departure (…; only the upper age is a gate)"
    "fit_check_max_age": ("INV-15", "at_most", Span(72, "hours")),
    # "valid for the whole itinerary including transit, plus any validity margin a plugin demands": none of its own
    "document_margin": ("INV-16", "at_least", Span(0, "days")),
    # section 3, data_breach: "supervisory authority within 72 h"
    # "before 5 attempts …"
    "lost_contact_attempts": ("INV-25", "at_least", 5),
    # "… using at least 3 channels"
    "lost_contact_channels": ("INV-25", "at_least", 3),
    # "… over at least 30 days …"
    "lost_contact_span": ("INV-25", "at_least", Span(30, "days")),
    # "… (60 in follow-up)"
    "lost_contact_span_follow_up": ("INV-25", "at_least", Span(60, "days")),
    # section 3, lost_contact: "closed: lost_contact after P90D"; resolutions 17: "and not before 90 days"
    "lost_contact_close_after": ("INV-25", "at_least", Span(90, "days")),
    # "No case closes as reintegration_sustained earlier than 12 months after arrival"
    "sustained_after": ("INV-26", "at_least", Span(12, "months")),
    # "No export or statistic shows a group smaller than k = 11 persons"
    "smallest_group": ("INV-28", "at_least", 11),
    # design, permitted and happened: "the same carrier, number and places up to 12 hours later is a delay"
    "delay_at_most": ("PHASE", "at_most", Span(12, "hours")),
    # design, permitted and happened: "entered more than 24 hours late with a second signature"
    "late_entry_of_departure": ("ROLE", "at_most", Span(24, "hours")),
}

CORE_PROCESS = check_folder(CORE)[1]
# Every figure of the core: the rule that it belongs to, its side, and how much it is.
FIGURES = {id: (*CORE_PROCESS.limit_sources[id], figure) for id, figure in CORE_PROCESS.limits.items()}


def as_written(figure: Span | int, change: int) -> str:
    """Write a figure, made longer or shorter by one, as limits.yaml has it."""
    if isinstance(figure, int):
        return f"count: {figure + change}"
    return f"span: {{{figure.unit}: {figure.amount + change}}}"


def a_pack_that_tightens(folder: Path, limit: str, figure: str) -> Path:
    """Write a small pack of an invented country; its figure stands in line 4, column 9 or 10."""
    return written(folder, {"limits.yaml": f"# limits.yaml\n- tighten: {limit}\n  source: S1\n  {figure}\n"})


STRICTER = {"at_most": -1, "at_least": +1}


def stricter(limit: str) -> int:
    """Give by how much a figure is tightened: even the shortest fourteen months are longer than the longest twelve."""
    _, side, figure = FIGURES[limit]
    return STRICTER[side] * (2 if isinstance(figure, Span) and figure.unit == "months" else 1)


def test_every_figure_stands_as_the_process_document_says(ready):
    process = ready.process

    assert {id: (*process.limit_sources[id], process.limits[id]) for id in DOCUMENTED} == DOCUMENTED


def test_no_country_of_this_repository_changes_a_figure_unnoticed(packs, ready):
    limits = [dict(packs.process(host, origin).limits) for host in ("BE", "NL") for origin in ("NG", "BR", "SL")]

    assert limits == [dict(ready.process.limits)] * 6


def test_every_figure_belongs_to_the_rule_that_declares_it():
    declared = {limit: rule.id for rule in SAFEGUARDS.values() for limit in rule.limits}

    assert declared == {id: rule for id, (rule, _, _) in FIGURES.items() if rule.startswith("INV-")}
    assert required_limits() == set(FIGURES)


@pytest.mark.parametrize("limit", [id for id in FIGURES if id != "document_margin"])
def test_a_pack_that_relaxes_a_figure_is_refused_at_its_place(tmp_path, limit):
    _, side, figure = FIGURES[limit]
    folder = a_pack_that_tightens(tmp_path, limit, as_written(figure, -STRICTER[side]))

    with pytest.raises(PackBroken) as refused:
        check_folder(folder)

    (fault,) = refused.value.faults
    column = 10 if isinstance(figure, int) else 9
    assert (fault.code, fault.line, fault.column) == ("C011", 4, column)
    assert str(fault).startswith(f"{folder / 'limits.yaml'}:4:{column}: C011 ")
    assert limit in fault.what


def test_a_margin_below_nothing_cannot_even_be_written(tmp_path):
    folder = a_pack_that_tightens(tmp_path, "document_margin", "span: {days: -1}")

    with pytest.raises(PackBroken) as refused:
        check_folder(folder)

    (fault,) = refused.value.faults
    assert (fault.code, fault.line, fault.column) == ("P005", 4, 16)


@pytest.mark.parametrize("limit", FIGURES)
def test_a_pack_may_leave_a_figure_or_make_it_stricter(tmp_path, limit):
    change, figure = stricter(limit), FIGURES[limit][2]

    _, process = check_folder(a_pack_that_tightens(tmp_path, limit, as_written(figure, change)))

    tighter = figure + change if isinstance(figure, int) else Span(figure.amount + change, figure.unit)
    assert process.limits[limit] == tighter
    assert {id: one for id, one in process.limits.items() if id != limit} == {
        id: one for id, (_, _, one) in FIGURES.items() if id != limit
    }


@pytest.mark.parametrize("limit", FIGURES)
def test_a_pack_may_repeat_a_figure_as_it_is(tmp_path, limit):
    figure = FIGURES[limit][2]

    _, process = check_folder(a_pack_that_tightens(tmp_path, limit, as_written(figure, 0)))

    assert process.limits[limit] == figure


@pytest.mark.parametrize(
    ("limit", "figure", "fits"),
    [
        ("return_consent_max_age", "span: {weeks: 4}", True),
        ("return_consent_max_age", "span: {hours: 720}", True),  # thirty days, in hours
        ("return_consent_max_age", "span: {hours: 721}", False),
        ("return_consent_max_age", "span: {months: 1}", False),  # a month may have 31 days
        ("lost_contact_span", "span: {months: 1}", False),  # a month may have 28 days
        ("lost_contact_span", "span: {months: 2}", True),
        ("sustained_after", "span: {days: 371}", False),  # twelve months are counted as 31 days each
        ("sustained_after", "span: {days: 372}", True),
        ("risk_recheck_max_age", "span: {working_days: 1}", False),  # over a weekend and feasts it is longer
    ],
)
def test_figures_of_different_units_are_compared_at_their_worst(tmp_path, limit, figure, fits):
    folder = a_pack_that_tightens(tmp_path, limit, figure)

    if fits:
        check_folder(folder)
        return
    with pytest.raises(PackBroken, match="C011"):
        check_folder(folder)


@pytest.mark.parametrize(
    ("limit", "figure"),
    [
        ("return_consent_max_age", "count: 3"),  # a length of time
        ("lost_contact_attempts", "span: {days: 9}"),  # a number
    ],
)
def test_a_figure_keeps_its_kind(tmp_path, limit, figure):
    with pytest.raises(PackBroken, match="C011"):
        check_folder(a_pack_that_tightens(tmp_path, limit, figure))
