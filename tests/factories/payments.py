"""Money, brought to each state by the services that people use. Amounts are pence."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Employer, User
from assessments.models import Outcome
from asye.clock import london_date
from payments.models import Batch, GrantYear, Line, Payee
from payments.queries.contacts import contacts_for
from payments.queries.lines import decimal
from payments.services import batches, files, payees, preparing, responses
from registrations.models import Registration
from registrations.queries import coordinators_of, placement_of
from registrations.services import transfers
from tests.cast import Cast
from tests.factories import assessments as make_assessments
from tests.factories import registrations as make


def grant_year(start: int = 2026, **changed: object) -> GrantYear:
    """The grant year that begins on 1 April of `start`; the one there is, if there is one."""
    code = f"{start}-{(start + 1) % 100:02}"
    given = {
        "starts_on": date(start, 4, 1),
        "ends_on": date(start + 1, 4, 1),
        "budget_pence": 640_000_000,
        **changed,
    }
    return GrantYear.objects.get_or_create(code=code, defaults=given)[0]


def payee(employer: Employer, cast: Cast, *, now: datetime, number: str | None = None) -> Payee:
    """Vendor details proposed by Omar and verified by Priya."""
    proposed = payees.propose(employer, number or f"VN{employer.pk:05}", by=cast.omar, now=now)
    return verified(proposed, cast, now=now)


def verified(proposed: Payee, cast: Cast, *, now: datetime, **changed: Any) -> Payee:
    """Verified by Priya, who called the first contact that was held before the proposal."""
    on = london_date(now)
    held = contacts_for(proposed, cast.priya, on)
    given = {"contact": held[0].key if held else "", "spoke_to": "Finance manager", "note": "Finance desk.", **changed}
    return payees.verify(proposed, **{"called_back_on": on, "by": cast.priya, "now": now, **given})


def setting(cast: Cast, *, now: datetime, **year: object) -> None:
    """A published programme year, a grant year and vendor details of both employers."""
    make.published_year(2026, by=cast.adele, second=cast.zora, now=now, **year)
    grant_year(2026)
    for employer in (cast.northshire, cast.southmouth):
        payee(employer, cast, now=now)


def registered(cast: Cast, *, now: datetime, number: int = 0, at: str = "northshire") -> Registration:
    """Person `number` registered at one of the two employers: their first payment is owed."""
    employer, by, assessor = {
        "northshire": (cast.northshire, cast.amira, cast.ben),
        "southmouth": (cast.southmouth, cast.cora, cast.cal),
    }[at]
    return make.registered(employer, by=by, caseworker=cast.erin, assessor=assessor, now=now, number=number)


def draft(cast: Cast, *, now: datetime) -> Batch:
    """A draft that Omar prepared of everything owed."""
    return preparing.prepare_batch(by=cast.omar, now=now)


def submitted(cast: Cast, *, now: datetime) -> Batch:
    """Prepared and submitted by Omar."""
    batch = draft(cast, now=now)
    return batches.submit(batch, by=cast.omar, now=now, seen_version=batch.version)


def approved(cast: Cast, *, now: datetime) -> Batch:
    """Submitted by Omar and approved by Priya; its file is not written yet."""
    return approve(submitted(cast, now=now), cast, now=now)


def approve(batch: Batch, cast: Cast, *, now: datetime) -> Batch:
    """Priya approves what she sees."""
    return batches.approve(
        batch,
        by=cast.priya,
        now=now,
        seen_count=batch.line_count or 0,
        seen_sum_pence=batch.sum_pence or 0,
        seen_sha256=batch.content_sha256,
    )


def ready(cast: Cast, *, now: datetime) -> Batch:
    """Approved, and its file written by the sweeper."""
    batch = approved(cast, now=now)
    files.write_pending(now)
    return Batch.objects.get(pk=batch.pk)


def released(cast: Cast, *, now: datetime) -> Batch:
    """Handed over to the payer by Omar."""
    batch = ready(cast, now=now)
    return batches.mark_handed_over(batch, by=cast.omar, now=now, seen_sha256=batch.content_sha256)


def response(*rows: tuple[Line, str, str], on: date) -> bytes:
    """The payer's file: for each line its outcome and reason."""
    table = ["line,outcome,reason,amount,date"]
    table += [f"{line.reference},{how},{why},{decimal(line.signed_pence)},{on.isoformat()}" for line, how, why in rows]
    return "\r\n".join([*table, ""]).encode()


def confirmed(cast: Cast, *, now: datetime) -> Batch:
    """Every line reported as paid on the day after."""
    batch = released(cast, now=now)
    content = response(*[(line, "paid", "") for line in batch.lines.all()], on=london_date(now))
    responses.import_file(content, batch=batch, by=cast.omar, now=now + timedelta(hours=1))
    return Batch.objects.get(pk=batch.pk)


def completed(registration: Registration, result: str, cast: Cast, *, now: datetime, by: User | None = None) -> Outcome:
    """Noor's year, recommended by its assessor and confirmed by Lena (or `by`): the second payment may be owed."""
    if registration.nqsw.user is None:
        make.joined(registration.nqsw, cast.noor)
    return make_assessments.confirmed(registration, result, by=by or cast.lena, now=now)


def moved(registration: Registration, to: Employer, assessor: User, *, on: date, by: User, now: datetime) -> None:
    """The registration carried on by another employer from a day on: both have agreed."""
    leaves = placement_of(registration, london_date(now)).employer
    transfers.take_over(registration.nqsw.swe_number or "", to, on, assessor, by=by, now=now)
    leaver = coordinators_of(leaves, london_date(now)).first()
    assert leaver is not None
    transfers.let_go(registration, on, None, by=leaver, now=now)
