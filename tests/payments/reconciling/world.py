"""Batches at every stage, brought there by the services that people use, over two months."""

from datetime import datetime, timedelta

from asye.clock import london_date
from payments.models import Batch
from payments.services import batches, responses
from tests.cast import NOW, Cast
from tests.factories import payments as make

LATER = NOW + timedelta(days=30)


def answer(batch: Batch, cast: Cast, how: dict[str, tuple[str, str]], *, now: datetime) -> None:
    """The payer answers lines of a batch, by the reference of their registration."""
    lines = {line.registration.reference: line for line in batch.lines.select_related("registration")}
    rows = [(lines[reference], *said) for reference, said in how.items()]
    responses.import_file(make.response(*rows, on=london_date(now)), batch=batch, by=cast.omar, now=now)


def build(cast: Cast) -> dict[str, Batch]:
    """`answered` (paid, paid and returned, rejected, unanswered), `cancelled` after its file had been written, `again`
    (which pays once more what came back, and was confirmed), `submitted` and `draft`."""
    make.setting(cast, now=NOW)
    one, two, three, _ = (make.registered(cast, now=NOW, number=n, at=AT[n % 2]) for n in range(4))
    answered = make.released(cast, now=NOW)
    said = {one.reference: ("paid", ""), two.reference: ("paid", ""), three.reference: ("rejected", "No such account")}
    answer(answered, cast, said, now=NOW + timedelta(days=1))
    answer(answered, cast, {two.reference: ("returned", "Account closed")}, now=NOW + timedelta(days=9))
    cancelled = batches.cancel(make.ready(cast, now=LATER), "Made too early.", by=cast.omar, now=LATER)
    again = make.confirmed(cast, now=LATER)
    make.registered(cast, now=LATER, number=4)
    submitted = make.submitted(cast, now=LATER)
    make.registered(cast, now=LATER, number=5)
    draft = make.draft(cast, now=LATER)
    return {"answered": answered, "cancelled": cancelled, "again": again, "submitted": submitted, "draft": draft}


AT = ("northshire", "southmouth")
