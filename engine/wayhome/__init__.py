"""Wayhome: a workflow engine for the dignified, safe and voluntary return of victims of human trafficking.

    import wayhome as wh
    wh.create("sqlite:///wayhome.db")

Start with docs/embed.md. Nothing outside this module is promised to embedders; country authors have `wayhome.country`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wayhome import commands as commands
    from wayhome.checkup import Check, Checkup, doctor
    from wayhome.checkup.check import CheckState
    from wayhome.commands import (
        AnyCommand,
        Assign,
        Clock,
        Command,
        Complete,
        Consent,
        Contact,
        Correct,
        Document,
        Fail,
        Incident,
        Involve,
        Move,
        Note,
        Open,
        Rebase,
        Record,
        Redo,
        Resolve,
        Sign,
        Skip,
        Start,
        StepCommand,
        Travel,
        Withdraw,
        read_command,
    )
    from wayhome.databases import alembic_include_name, create, migrate, restore
    from wayhome.engine import Acting, Engine
    from wayhome.errors import (
        Again,
        BadInput,
        Conflict,
        Fault,
        FaultCode,
        LedgerBroken,
        NotFound,
        NotPermitted,
        PackBroken,
        StoreUnavailable,
        WayhomeError,
        filled,
    )
    from wayhome.flow.rows import NextRow, StepRow
    from wayhome.forms import Form, Reach
    from wayhome.hooks import hookimpl
    from wayhome.json_document import openapi
    from wayhome.model.actor import Account, AccountChange, Actor, Away
    from wayhome.model.case import Leg
    from wayhome.model.closed_sets import (
        AgeBand,
        Basis,
        Channel,
        ConsentAnswer,
        ConsentForm,
        DocumentStatus,
        Effect,
        Explained,
        HowLeft,
        MoveName,
        Phase,
        Postponed,
        Relation,
        RelationOfCases,
        SignAnswer,
        SlotType,
        Status,
        TravelMode,
        TravelStatus,
        Trust,
    )
    from wayhome.model.data import to_json
    from wayhome.model.event import Event, HistoryRow
    from wayhome.model.form import Answered, Column, RowsOf, Slot, Written
    from wayhome.model.organisation import Organisation
    from wayhome.model.page import Page
    from wayhome.model.reading import from_json, json_schema
    from wayhome.model.reason import Decision, Reason, Refused, Remedy
    from wayhome.model.seen import Seen
    from wayhome.packs.plugins import Packs
    from wayhome.packs.process import Process
    from wayhome.packs.python_types import python_types
    from wayhome.results import (
        Call,
        CaseCount,
        CaseRowView,
        CaseView,
        Change,
        ConsentShown,
        CorrectionShown,
        DocumentShown,
        Done,
        DueRow,
        IncidentShown,
        JourneyShown,
        LeftShown,
        LegShown,
        PersonShown,
        Raised,
        RiskShown,
        Rung,
    )
    from wayhome.store.backup import Backup
    from wayhome.store.checking import Problem, Verification
    from wayhome.today import Journey, Today

__version__ = "0.1.0"

# Where each public name lies. It is imported when it is first asked for: `import wayhome` loads neither the database nor pydantic.
_NAMES = {
    "commands": (
        "AnyCommand Command StepCommand read_command from_json json_schema"
        " Assign Clock Complete Consent Contact Correct Document Fail Incident Involve Move Note"
        " Open Rebase Record Redo Resolve Sign Skip Start Travel Withdraw"
    ),
    "checkup": "Check Checkup doctor",
    "checkup.check": "CheckState",
    "databases": "alembic_include_name create migrate restore",
    "engine": "Acting Engine",
    "hooks": "hookimpl",
    "errors": "Again BadInput Conflict Fault FaultCode LedgerBroken NotFound NotPermitted PackBroken StoreUnavailable WayhomeError filled",
    "flow.rows": "NextRow StepRow",
    "model.actor": "Account AccountChange Actor Away",
    "model.case": "Leg",
    "model.closed_sets": (
        "AgeBand Basis Channel ConsentAnswer ConsentForm DocumentStatus Effect Explained HowLeft"
        " MoveName Phase Postponed Relation RelationOfCases SignAnswer SlotType Status TravelMode TravelStatus Trust"
    ),
    "model.data": "to_json",
    "forms": "Form Reach",
    "model.event": "Event HistoryRow",
    "model.form": "Answered Column RowsOf Slot Written",
    "model.organisation": "Organisation",
    "model.page": "Page",
    "model.reason": "Decision Reason Refused Remedy",
    "model.seen": "Seen",
    "json_document": "openapi",
    "packs.plugins": "Packs",
    "packs.process": "Process",
    "packs.python_types": "python_types",
    "results": (
        "Call CaseCount CaseRowView CaseView Change ConsentShown CorrectionShown DocumentShown Done DueRow IncidentShown JourneyShown LeftShown"
        " LegShown PersonShown Raised RiskShown Rung"
    ),
    "store.backup": "Backup",
    "store.checking": "Problem Verification",
    "today": "Journey Today",
}
_WHERE = {name: f"wayhome.{module}" for module, names in _NAMES.items() for name in names.split()}

__all__ = [
    "Account",
    "AccountChange",
    "Acting",
    "Actor",
    "Again",
    "AgeBand",
    "Answered",
    "AnyCommand",
    "Assign",
    "Away",
    "Backup",
    "BadInput",
    "Basis",
    "Call",
    "CaseCount",
    "CaseRowView",
    "CaseView",
    "Change",
    "Channel",
    "Check",
    "CheckState",
    "Checkup",
    "Clock",
    "Column",
    "Command",
    "Complete",
    "Conflict",
    "Consent",
    "ConsentAnswer",
    "ConsentForm",
    "ConsentShown",
    "Contact",
    "Correct",
    "CorrectionShown",
    "Decision",
    "Document",
    "DocumentShown",
    "DocumentStatus",
    "Done",
    "DueRow",
    "Effect",
    "Engine",
    "Event",
    "Explained",
    "Fail",
    "Fault",
    "FaultCode",
    "Form",
    "HistoryRow",
    "HowLeft",
    "Incident",
    "IncidentShown",
    "Involve",
    "Journey",
    "JourneyShown",
    "LedgerBroken",
    "LeftShown",
    "Leg",
    "LegShown",
    "Move",
    "MoveName",
    "NextRow",
    "NotFound",
    "NotPermitted",
    "Note",
    "Open",
    "Organisation",
    "PackBroken",
    "Packs",
    "Page",
    "PersonShown",
    "Phase",
    "Postponed",
    "Problem",
    "Process",
    "Raised",
    "Reach",
    "Reason",
    "Rebase",
    "Record",
    "Redo",
    "Refused",
    "Relation",
    "RelationOfCases",
    "Remedy",
    "Resolve",
    "RiskShown",
    "RowsOf",
    "Rung",
    "Seen",
    "Sign",
    "SignAnswer",
    "Skip",
    "Slot",
    "SlotType",
    "Start",
    "Status",
    "StepCommand",
    "StepRow",
    "StoreUnavailable",
    "Today",
    "Travel",
    "TravelMode",
    "TravelStatus",
    "Trust",
    "Verification",
    "WayhomeError",
    "Withdraw",
    "Written",
    "alembic_include_name",
    "commands",
    "create",
    "doctor",
    "filled",
    "from_json",
    "hookimpl",
    "json_schema",
    "migrate",
    "openapi",
    "python_types",
    "read_command",
    "restore",
    "to_json",
]


def __getattr__(name: str) -> Any:
    if name == "commands":
        return import_module("wayhome.commands")
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'wayhome' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
