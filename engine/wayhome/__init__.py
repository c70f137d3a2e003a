"""Wayhome: a workflow engine for the dignified, safe and voluntary return of victims of human trafficking.

    import wayhome as wh
    wh.create("sqlite:///wayhome.db")

Start with docs/embed.md. Nothing outside this module is promised to embedders; country authors have `wayhome.country`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `as` says to type checkers that it is public
    from wayhome import commands as commands
    from wayhome.checkup import Check as Check
    from wayhome.checkup import Checkup as Checkup
    from wayhome.checkup import doctor as doctor
    from wayhome.commands import AnyCommand as AnyCommand
    from wayhome.commands import Assign as Assign
    from wayhome.commands import Clock as Clock
    from wayhome.commands import CloseUp as CloseUp
    from wayhome.commands import Command as Command
    from wayhome.commands import Complete as Complete
    from wayhome.commands import Consent as Consent
    from wayhome.commands import Contact as Contact
    from wayhome.commands import Correct as Correct
    from wayhome.commands import Document as Document
    from wayhome.commands import Enter as Enter
    from wayhome.commands import Fail as Fail
    from wayhome.commands import Incident as Incident
    from wayhome.commands import Involve as Involve
    from wayhome.commands import KeepTo as KeepTo
    from wayhome.commands import Move as Move
    from wayhome.commands import Note as Note
    from wayhome.commands import Open as Open
    from wayhome.commands import OpenUp as OpenUp
    from wayhome.commands import Rebase as Rebase
    from wayhome.commands import Record as Record
    from wayhome.commands import Redo as Redo
    from wayhome.commands import Resolve as Resolve
    from wayhome.commands import Sign as Sign
    from wayhome.commands import Skip as Skip
    from wayhome.commands import Start as Start
    from wayhome.commands import StepCommand as StepCommand
    from wayhome.commands import Travel as Travel
    from wayhome.commands import Update as Update
    from wayhome.commands import Withdraw as Withdraw
    from wayhome.commands import read_command as read_command
    from wayhome.databases import alembic_include_name as alembic_include_name
    from wayhome.databases import create as create
    from wayhome.databases import migrate as migrate
    from wayhome.databases import restore as restore
    from wayhome.engine import Acting as Acting
    from wayhome.engine import Engine as Engine
    from wayhome.entries import EntryShown as EntryShown
    from wayhome.entries import SumsShown as SumsShown
    from wayhome.errors import Again as Again
    from wayhome.errors import BadInput as BadInput
    from wayhome.errors import Conflict as Conflict
    from wayhome.errors import Fault as Fault
    from wayhome.errors import FaultCode as FaultCode
    from wayhome.errors import LedgerBroken as LedgerBroken
    from wayhome.errors import NotFound as NotFound
    from wayhome.errors import NotPermitted as NotPermitted
    from wayhome.errors import PackBroken as PackBroken
    from wayhome.errors import StoreUnavailable as StoreUnavailable
    from wayhome.errors import WayhomeError as WayhomeError
    from wayhome.errors import filled as filled
    from wayhome.everything import Everything as Everything
    from wayhome.everything import KeptBack as KeptBack
    from wayhome.flow.rows import AnswersShown as AnswersShown
    from wayhome.flow.rows import NextRow as NextRow
    from wayhome.flow.rows import StepRow as StepRow
    from wayhome.forms import Form as Form
    from wayhome.forms import Reach as Reach
    from wayhome.hooks import hookimpl as hookimpl
    from wayhome.json_document import openapi as openapi
    from wayhome.model.actor import Account as Account
    from wayhome.model.actor import AccountChange as AccountChange
    from wayhome.model.actor import Actor as Actor
    from wayhome.model.actor import Away as Away
    from wayhome.model.case import Leg as Leg
    from wayhome.model.check import CheckState as CheckState
    from wayhome.model.closed_sets import AgeBand as AgeBand
    from wayhome.model.closed_sets import Basis as Basis
    from wayhome.model.closed_sets import CaseOrder as CaseOrder
    from wayhome.model.closed_sets import CasePart as CasePart
    from wayhome.model.closed_sets import Channel as Channel
    from wayhome.model.closed_sets import ConsentAnswer as ConsentAnswer
    from wayhome.model.closed_sets import ConsentForm as ConsentForm
    from wayhome.model.closed_sets import CopyFor as CopyFor
    from wayhome.model.closed_sets import DocumentStatus as DocumentStatus
    from wayhome.model.closed_sets import Effect as Effect
    from wayhome.model.closed_sets import Explained as Explained
    from wayhome.model.closed_sets import HowLeft as HowLeft
    from wayhome.model.closed_sets import KeptBackOn as KeptBackOn
    from wayhome.model.closed_sets import MoveName as MoveName
    from wayhome.model.closed_sets import OpenedOn as OpenedOn
    from wayhome.model.closed_sets import Phase as Phase
    from wayhome.model.closed_sets import Postponed as Postponed
    from wayhome.model.closed_sets import Relation as Relation
    from wayhome.model.closed_sets import RelationOfCases as RelationOfCases
    from wayhome.model.closed_sets import SignAnswer as SignAnswer
    from wayhome.model.closed_sets import SlotType as SlotType
    from wayhome.model.closed_sets import Status as Status
    from wayhome.model.closed_sets import TravelMode as TravelMode
    from wayhome.model.closed_sets import TravelStatus as TravelStatus
    from wayhome.model.closed_sets import Trust as Trust
    from wayhome.model.data import to_json as to_json
    from wayhome.model.event import Event as Event
    from wayhome.model.event import HistoryRow as HistoryRow
    from wayhome.model.form import Answered as Answered
    from wayhome.model.form import Column as Column
    from wayhome.model.form import RowsOf as RowsOf
    from wayhome.model.form import Slot as Slot
    from wayhome.model.form import Written as Written
    from wayhome.model.organisation import Organisation as Organisation
    from wayhome.model.page import Page as Page
    from wayhome.model.partner_note import NoteKind as NoteKind
    from wayhome.model.partner_note import PartnerNote as PartnerNote
    from wayhome.model.reading import from_json as from_json
    from wayhome.model.reading import json_schema as json_schema
    from wayhome.model.reason import Decision as Decision
    from wayhome.model.reason import Reason as Reason
    from wayhome.model.reason import Refused as Refused
    from wayhome.model.reason import Remedy as Remedy
    from wayhome.model.same_person import SamePerson as SamePerson
    from wayhome.model.seen import Seen as Seen
    from wayhome.packs.plugins import Packs as Packs
    from wayhome.packs.process import Process as Process
    from wayhome.packs.python_types import python_types as python_types
    from wayhome.reads import ReadRow as ReadRow
    from wayhome.results import ArrivalShown as ArrivalShown
    from wayhome.results import Call as Call
    from wayhome.results import CaseCount as CaseCount
    from wayhome.results import CaseRowView as CaseRowView
    from wayhome.results import CaseView as CaseView
    from wayhome.results import Change as Change
    from wayhome.results import ConsentShown as ConsentShown
    from wayhome.results import CorrectionShown as CorrectionShown
    from wayhome.results import DocumentShown as DocumentShown
    from wayhome.results import Done as Done
    from wayhome.results import DueRow as DueRow
    from wayhome.results import IncidentShown as IncidentShown
    from wayhome.results import JourneyShown as JourneyShown
    from wayhome.results import LeftShown as LeftShown
    from wayhome.results import LegShown as LegShown
    from wayhome.results import Offered as Offered
    from wayhome.results import PersonShown as PersonShown
    from wayhome.results import Raised as Raised
    from wayhome.results import RiskShown as RiskShown
    from wayhome.results import Rung as Rung
    from wayhome.store.backup import Backup as Backup
    from wayhome.store.checking import Problem as Problem
    from wayhome.store.checking import Verification as Verification
    from wayhome.store.key_renewal import KnownBackup as KnownBackup
    from wayhome.store.key_renewal import Renewal as Renewal
    from wayhome.store.read_log import ReadsFound as ReadsFound
    from wayhome.store.recovery_sheet import RecoverySheet as RecoverySheet
    from wayhome.today import Journey as Journey
    from wayhome.today import Today as Today
    from wayhome.upkeep import ClockReading as ClockReading
    from wayhome.wellbeing import TrendLineShown as TrendLineShown
    from wayhome.wellbeing import TrendShown as TrendShown
    from wayhome.wellbeing import TrendTimeShown as TrendTimeShown

__version__ = "0.1.0"

# Where each public name lies. It is imported when it is first asked for: `import wayhome` loads neither the database nor pydantic.
_NAMES = {
    "commands": (
        "AnyCommand Command StepCommand read_command from_json json_schema"
        " Assign Clock CloseUp Complete Consent Contact Correct Document Enter Fail Incident Involve KeepTo Move Note OpenUp"
        " Open Rebase Record Redo Resolve Sign Skip Start Travel Update Withdraw"
    ),
    "checkup": "Check Checkup doctor",
    "databases": "alembic_include_name create migrate restore",
    "engine": "Acting Engine",
    "entries": "EntryShown SumsShown",
    "wellbeing": "TrendShown TrendLineShown TrendTimeShown",
    "hooks": "hookimpl",
    "errors": "Again BadInput Conflict Fault FaultCode LedgerBroken NotFound NotPermitted PackBroken StoreUnavailable WayhomeError filled",
    "flow.rows": "AnswersShown NextRow StepRow",
    "model.actor": "Account AccountChange Actor Away",
    "model.case": "Leg",
    "model.check": "CheckState",
    "model.closed_sets": (
        "AgeBand Basis Channel ConsentAnswer ConsentForm DocumentStatus Effect Explained HowLeft"
        " CaseOrder CasePart CopyFor KeptBackOn MoveName OpenedOn Phase Postponed Relation RelationOfCases SignAnswer SlotType Status TravelMode TravelStatus Trust"
    ),
    "model.data": "to_json",
    "forms": "Form Reach",
    "model.event": "Event HistoryRow",
    "model.form": "Answered Column RowsOf Slot Written",
    "model.organisation": "Organisation",
    "model.page": "Page",
    "model.partner_note": "NoteKind PartnerNote",
    "model.reason": "Decision Reason Refused Remedy",
    "model.same_person": "SamePerson",
    "model.seen": "Seen",
    "json_document": "openapi",
    "packs.plugins": "Packs",
    "packs.process": "Process",
    "packs.python_types": "python_types",
    "everything": "Everything KeptBack",
    "reads": "ReadRow",
    "results": (
        "ArrivalShown Call CaseCount CaseRowView CaseView Change ConsentShown CorrectionShown DocumentShown Done DueRow IncidentShown JourneyShown LeftShown"
        " LegShown Offered PersonShown Raised RiskShown Rung"
    ),
    "store.backup": "Backup",
    "store.checking": "Problem Verification",
    "store.key_renewal": "KnownBackup Renewal",
    "store.read_log": "ReadsFound",
    "store.recovery_sheet": "RecoverySheet",
    "today": "Journey Today",
    "upkeep": "ClockReading",
}
_WHERE = {name: f"wayhome.{module}" for module, names in _NAMES.items() for name in names.split()}

__all__ = sorted({"commands", *_WHERE})


def __getattr__(name: str) -> Any:
    if name == "commands":
        return import_module("wayhome.commands")
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'wayhome' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
