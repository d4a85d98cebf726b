"""Recoveries, brought to each state by the services that people use. Amounts are pence."""

from datetime import datetime, timedelta

from asye.clock import london_date
from payments.models import Batch, Line, Recovery, RecoveryPart
from payments.services import recoveries, recovering, responses, reversing
from tests.cast import Cast
from tests.factories import payments as make

INVOICE = "INV-2026-0042"


def proposed(line: Line, cast: Cast, *, now: datetime, pence: int | None = None) -> Recovery:
    """Omar proposes to ask back what a line paid, all of it where no amount is given."""
    return recoveries.propose(line, pence or line.amount_pence, "They never came.", by=cast.omar, now=now)


def approved(line: Line, cast: Cast, *, now: datetime, pence: int | None = None) -> Recovery:
    """Priya has approved it."""
    return recoveries.approve(proposed(line, cast, now=now, pence=pence), by=cast.priya, now=now)


def invoiced(line: Line, cast: Cast, *, now: datetime, pence: int | None = None) -> Recovery:
    """Omar has sent an invoice."""
    found = approved(line, cast, now=now, pence=pence)
    return recovering.invoice(found, INVOICE, london_date(now), by=cast.omar, now=now)


def received(recovery: Recovery, cast: Cast, pence: int, *, now: datetime) -> Recovery:
    """The employer has paid so much of it."""
    left = recovery_now(recovery)
    seen = left.amount_pence - left.received_pence  # type: ignore[attr-defined]
    recovering.receive(recovery, pence, london_date(now), seen_remaining_pence=seen, by=cast.omar, now=now)
    return recovery_now(recovery)


def taken_back(part: RecoveryPart, cast: Cast, *, now: datetime) -> RecoveryPart:
    """Omar asks to take back what he recorded by mistake, and Priya approves it."""
    asked = reversing.ask(part, "It was another employer’s.", by=cast.omar, now=now)
    return reversing.approve(asked, by=cast.priya, now=now)


def offset(line: Line, cast: Cast, *, now: datetime, pence: int | None = None) -> tuple[Recovery, Batch]:
    """On a draft of everything owed, which has to pay its employer enough."""
    found = approved(line, cast, now=now, pence=pence)
    batch = make.draft(cast, now=now)
    recovering.offset(found, batch, by=cast.omar, now=now)
    return recovery_now(found), Batch.objects.get(pk=batch.pk)


def released(batch: Batch, cast: Cast, *, now: datetime) -> Batch:
    """A draft brought to the payer by Omar and Priya."""
    draft = Batch.objects.get(pk=batch.pk)
    sent = make.batches.submit(draft, by=cast.omar, now=now, seen_version=draft.version)
    make.approve(sent, cast, now=now)
    make.files.write_pending(now)
    ready = Batch.objects.get(pk=batch.pk)
    return make.batches.mark_handed_over(ready, by=cast.omar, now=now, seen_sha256=ready.content_sha256)


def answered(batch: Batch, cast: Cast, *rows: tuple[Line, str, str], now: datetime) -> responses.Imported:
    """The payer's answer about some lines, taken off with less than nothing."""
    content = make.response(*rows, on=london_date(now))
    return responses.import_file(content, batch=batch, by=cast.omar, now=now + timedelta(hours=1))


def recovery_now(recovery: Recovery) -> Recovery:
    """As it stands, `with_stage`."""
    return Recovery.objects.with_stage().get(pk=recovery.pk)


def stage(recovery: Recovery) -> str:
    """Where it stands."""
    return str(recovery_now(recovery).stage)  # type: ignore[attr-defined]
