"""Records of the year, what was written and signed in them, concerns, the outcome and the certificate."""

from assessments.models.concerns import Concern, ConcernNote, SupportPlan
from assessments.models.outcomes import Appeal, Certificate, Outcome
from assessments.models.records import (
    BlindReader,
    Draft,
    Record,
    Revision,
    Signature,
    StandardJudgement,
    StandardLink,
    Transition,
)

__all__ = [
    "Appeal",
    "BlindReader",
    "Certificate",
    "Concern",
    "ConcernNote",
    "Draft",
    "Outcome",
    "Record",
    "Revision",
    "Signature",
    "StandardJudgement",
    "StandardLink",
    "SupportPlan",
    "Transition",
]
