"""Records of the year, what was written and signed in them, concerns, the outcome and the certificate."""

from assessments.models.concerns import Concern, ConcernNote, SupportPlan
from assessments.models.coverage import Sufficiency
from assessments.models.outcomes import Appeal, Certificate, Outcome
from assessments.models.records import (
    BlindReader,
    Draft,
    Record,
    RecordLetter,
    Revision,
    SetAside,
    Signature,
    StandardJudgement,
    StandardLink,
    Transition,
    made_with,
)
from assessments.models.reminders import Reminder, ReminderChoice, ReminderLetter

__all__ = [
    "Appeal",
    "BlindReader",
    "Certificate",
    "Concern",
    "ConcernNote",
    "Draft",
    "Outcome",
    "Record",
    "RecordLetter",
    "Reminder",
    "ReminderChoice",
    "ReminderLetter",
    "Revision",
    "SetAside",
    "Signature",
    "StandardJudgement",
    "StandardLink",
    "Sufficiency",
    "SupportPlan",
    "Transition",
    "made_with",
]
