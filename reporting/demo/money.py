"""The money of the demo: payees, a batch every month, and what the payer answered."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from asye.clock import london_date
from payments.models import Batch, Line
from payments.queries.contacts import contacts_for
from payments.services import batches, files, payees, preparing, responses
from payments.services.years import open_year
from payments.states import BatchState
from reporting.demo.cast import EMPLOYERS
from reporting.demo.timeline import Timeline
from reporting.demo.world import World

BUDGET_PENCE = 650_000_000
REJECTED = "Vendor record is closed until its details have been confirmed"


def plan(world: World, timeline: Timeline, opened: date) -> None:
    """Payees in the first week, then one batch a month, and one that waits for its approver now."""
    for year in range(opened.year - 1, timeline.today.year + 1):
        timeline.plan(opened, partial(_grant_year, year))
    timeline.plan(opened + timedelta(days=2), partial(_propose, world))
    timeline.plan(opened + timedelta(days=6), partial(_verify, world))
    firsts = list(_firsts(opened, timeline.today))
    for first in firsts:
        timeline.plan(first, partial(_month, world, timeline, first == firsts[-1]))
    timeline.plan(timeline.today - timedelta(days=5), partial(_waiting_now, world))


def _firsts(opened: date, today: date) -> Iterator[date]:
    """The first day of each month in which a batch has been through: up to twelve days ago."""
    day = (opened + timedelta(days=32)).replace(day=1)
    while day <= today - timedelta(days=12):
        yield day
        day = (day + timedelta(days=32)).replace(day=1)


def _grant_year(start: int, now: datetime) -> None:
    open_year(start, BUDGET_PENCE, now=now)


def _propose(world: World, now: datetime) -> None:
    for each in EMPLOYERS:
        if each.vendor:
            payees.propose(world.employers[each.key], each.vendor, by=world.people["Omar Haddad"], now=now)


def _verify(world: World, now: datetime) -> None:
    for employer in world.employers.values():
        for payee in employer.payees.all():
            by = world.people["Priya Nair"]
            payees.verify(
                payee,
                contact=contacts_for(payee, by, london_date(now))[0].key,
                spoke_to="Head of finance",
                called_back_on=london_date(now),
                note="Called on a contact we already held; finance read the vendor number back.",
                by=by,
                now=now,
            )


def _month(world: World, timeline: Timeline, is_last: bool, now: datetime) -> None:
    """Prepared (by the monthly run), submitted, approved, written, handed over, answered by the payer."""
    this_month = (now.year, now.month) == (timeline.today.year, timeline.today.month)
    if this_month:  # the monthly run of the month we are in belongs to the scheduler
        batch: Batch | None = preparing.prepare_batch(by=world.people["Omar Haddad"], now=now)
    else:
        batch = preparing.prepare_month(now)
    if batch is None or not batch.lines.exists():
        return
    day = london_date(now)
    timeline.plan(day + timedelta(days=1), partial(_submit, world, batch))
    timeline.plan(day + timedelta(days=4), partial(_approve, world, batch))
    timeline.plan(day + timedelta(days=7), partial(_hand_over, world, batch))
    timeline.plan(day + timedelta(days=10), partial(_answered, world, batch, is_last))


def _submit(world: World, batch: Batch, now: datetime) -> None:
    batch.refresh_from_db()
    batches.submit(batch, by=world.people["Omar Haddad"], now=now, seen_version=batch.version)


def _approve(world: World, batch: Batch, now: datetime) -> None:
    batch.refresh_from_db()
    batches.approve(
        batch,
        by=world.people["Priya Nair"],
        now=now,
        seen_count=batch.line_count or 0,
        seen_sum_pence=batch.sum_pence or 0,
        seen_sha256=batch.content_sha256,
    )
    files.write_pending(now)


def _hand_over(world: World, batch: Batch, now: datetime) -> None:
    batch.refresh_from_db()
    batches.mark_handed_over(batch, by=world.people["Omar Haddad"], now=now, seen_sha256=batch.file.sha256)


def _answered(world: World, batch: Batch, rejecting: bool, now: datetime) -> None:
    """The payer's response: everything paid, but for one line of the newest batch that it rejects."""
    rows = ["line,outcome,reason,amount,date"]
    for number, line in enumerate(Line.objects.filter(batch=batch).order_by("id")):
        pounds = f"{line.amount_pence // 100}.{line.amount_pence % 100:02}"
        bad = rejecting and number == 0
        rows.append(
            ",".join(
                (line.reference, "rejected" if bad else "paid", REJECTED if bad else "", pounds, f"{now:%Y-%m-%d}")
            )
        )
    responses.import_file("\r\n".join(rows).encode(), by=world.people["Omar Haddad"], now=now)


def _waiting_now(world: World, now: datetime) -> None:
    """A batch that waits for its approver, if anything is owed that no other batch holds."""
    if Batch.objects.filter(state__in=[BatchState.DRAFT, BatchState.SUBMITTED]).exists():
        return
    batch = preparing.prepare_batch(by=world.people["Omar Haddad"], now=now)
    if batch.lines.exists():
        _submit(world, batch, now)
