"""The tables of registrations. Written by registrations.services only."""

from registrations.models.changes import Change, Move
from registrations.models.earlier import EarlierFile, EarlierFinding, EarlierRow
from registrations.models.evaluations import ChangedVerdict, Evaluation
from registrations.models.finding import Export, Note, PersonNames
from registrations.models.lateness import AllowedLate
from registrations.models.mergers import Merger
from registrations.models.own import AddressProof, AdjustmentReader, Adjustments, FactRequest
from registrations.models.people import NQSW, EqualityAnswers
from registrations.models.placements import AssessorAssignment, Deferral, Extension, Placement
from registrations.models.register import NameSettled, RegisterCheck, RegisterRequest
from registrations.models.registration import (
    ReferenceCounter,
    Registration,
    RegistrationDraft,
    RegistrationQuery,
)
from registrations.models.same import Likeness
from registrations.models.second_attempts import AllowedAgain
from registrations.models.uploads import BulkFinding, BulkUpload
from registrations.models.years import MilestoneAmount, ProgrammeYear, YearHand

__all__ = [
    "NQSW",
    "AddressProof",
    "AdjustmentReader",
    "Adjustments",
    "AllowedAgain",
    "AllowedLate",
    "AssessorAssignment",
    "BulkFinding",
    "BulkUpload",
    "Change",
    "ChangedVerdict",
    "Deferral",
    "EarlierFile",
    "EarlierFinding",
    "EarlierRow",
    "EqualityAnswers",
    "Evaluation",
    "Export",
    "Extension",
    "FactRequest",
    "Likeness",
    "Merger",
    "MilestoneAmount",
    "Move",
    "NameSettled",
    "Note",
    "PersonNames",
    "Placement",
    "ProgrammeYear",
    "ReferenceCounter",
    "RegisterCheck",
    "RegisterRequest",
    "Registration",
    "RegistrationDraft",
    "RegistrationQuery",
    "YearHand",
]
