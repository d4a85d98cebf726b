"""Records of the year, what was written and signed in them, the outcome and the certificate."""

from assessments.models.outcomes import Appeal, Certificate, Outcome
from assessments.models.records import (
    BlindReader,
    Draft,
    Record,
    RecordLetter,
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
    "Draft",
    "Outcome",
    "Record",
    "RecordLetter",
    "Revision",
    "Signature",
    "StandardJudgement",
    "StandardLink",
    "Transition",
]
