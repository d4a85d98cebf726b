"""The forms of the year as data."""

from assessments.schema.fields import (
    AGREEMENT,
    EITHER,
    FINAL_REVIEW,
    RECOMMENDATION,
    REVIEW,
    START,
    Field,
    Schema,
    Source,
)
from assessments.schema.files import all_versions, forget, kinds, newest, of, parse

__all__ = [
    "AGREEMENT",
    "EITHER",
    "FINAL_REVIEW",
    "RECOMMENDATION",
    "REVIEW",
    "START",
    "Field",
    "Schema",
    "Source",
    "all_versions",
    "forget",
    "kinds",
    "newest",
    "of",
    "parse",
]
