"""Reads with two callers or more: what is agreed, what was decided, what waits for whom."""

from assessments.queries.evidence import Count, counted, due_dates, evidence_counts
from assessments.queries.outcomes import (
    certificate_by_code,
    confirmed_outcomes,
    live_outcome,
    open_appeal,
    pending_certificates,
    valid_certificate,
)
from assessments.queries.records import (
    assessors_of,
    evidence_for_reading,
    has_agreed,
    hidden_from,
    last_placement,
    last_review,
    people_in,
    people_of,
    ready_for_moderation,
    recommendation_of,
    recommended_result,
    schema_of,
    signer_of,
    title_of,
    visible_records,
)
from assessments.queries.waiting import waiting_for, waits_on

__all__ = [
    "Count",
    "assessors_of",
    "certificate_by_code",
    "confirmed_outcomes",
    "counted",
    "due_dates",
    "evidence_counts",
    "evidence_for_reading",
    "has_agreed",
    "hidden_from",
    "last_placement",
    "last_review",
    "live_outcome",
    "open_appeal",
    "pending_certificates",
    "people_in",
    "people_of",
    "ready_for_moderation",
    "recommendation_of",
    "recommended_result",
    "schema_of",
    "signer_of",
    "title_of",
    "valid_certificate",
    "visible_records",
    "waiting_for",
    "waits_on",
]
