"""Outcomes and appeals put straight into the tables, for reads that do not ask how they came about."""

from datetime import datetime, timedelta

from accounts.models import User
from assessments.models import Appeal, Outcome, Record, Revision
from asye.clock import london_date
from registrations.models import Registration


def outcome(
    registration: Registration, result: str, *, by: User, now: datetime, supersedes: Outcome | None = None
) -> Outcome:
    """A confirmed outcome on a recommendation that says the same."""
    revision = supersedes.final_revision if supersedes else _recommendation(registration, result, by=by, now=now)
    failed = result == "fail"
    notice_on = london_date(now) if failed else None
    return Outcome.objects.create(
        registration=registration,
        final_revision=revision,
        moderation_basis="appeal" if supersedes else "not_sampled",
        result=result,
        decided_by=by,
        decided_at=now,
        notice_on=notice_on,
        appeal_by=notice_on + timedelta(days=28) if notice_on else None,
        supersedes=supersedes,
        because="Upheld on appeal." if supersedes else "",
    )


def appeal(found: Outcome, *, by: User, now: datetime) -> Appeal:
    """An open appeal against an outcome."""
    return Appeal.objects.create(
        outcome=found, opened_on=london_date(now), opened_by=by, opened_at=now, grounds="Evidence was not read."
    )


def _recommendation(registration: Registration, result: str, *, by: User, now: datetime) -> Revision:
    record = Record.objects.create(
        registration=registration,
        placement=registration.placements.get(),
        kind="recommendation",
        schema_version=1,
        signers=["assessor"],
        blind=True,
        opened_by=by,
        opened_at=now,
    )
    return Revision.objects.create(
        record=record, number=1, content={"recommendation": result}, sha256="0" * 64, author=by, created_at=now
    )
