"""The tables of registrations. Written by registrations.services only."""

from registrations.models.people import NQSW, EqualityAnswers
from registrations.models.placements import AssessorAssignment, Deferral, Extension, Placement
from registrations.models.registration import (
    ReferenceCounter,
    RegisterCheck,
    Registration,
    RegistrationDraft,
    RegistrationQuery,
)
from registrations.models.years import MilestoneAmount, ProgrammeYear

__all__ = [
    "NQSW",
    "AssessorAssignment",
    "Deferral",
    "EqualityAnswers",
    "Extension",
    "MilestoneAmount",
    "Placement",
    "ProgrammeYear",
    "ReferenceCounter",
    "RegisterCheck",
    "Registration",
    "RegistrationDraft",
    "RegistrationQuery",
]
