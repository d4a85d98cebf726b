"""The tables of registrations. Written by registrations.services only."""

from registrations.models.people import NQSW, EqualityAnswers
from registrations.models.placements import AssessorAssignment, Deferral, Extension, Placement
from registrations.models.register import NameSettled, RegisterCheck, RegisterRequest
from registrations.models.registration import (
    ReferenceCounter,
    Registration,
    RegistrationDraft,
    RegistrationQuery,
)
from registrations.models.uploads import BulkFinding, BulkUpload
from registrations.models.years import MilestoneAmount, ProgrammeYear, YearHand

__all__ = [
    "NQSW",
    "AssessorAssignment",
    "BulkFinding",
    "BulkUpload",
    "Deferral",
    "EqualityAnswers",
    "Extension",
    "MilestoneAmount",
    "NameSettled",
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
