"""Words for payments that were found, and for the page that says why an employer received what it did."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from asye.dates import long_date
from asye.money import pounds
from asye.ui.links import link
from payments.models import Line
from payments.presenters.words import line_tag, who
from payments.queries.remittances import Remittance
from payments.states import ClosedAs
from registrations.states import Milestone

AMOUNT = {"text": "Amount", "numeric": True}
LINES = {"text": "Lines", "numeric": True}
OF_LINES = ["Registration", "Payment", "Why", AMOUNT, "Status"]


def header(staff: bool) -> list[Any]:
    """The columns of `rows`."""
    return ["Employer", "Paid on", *(["Batch"] if staff else []), LINES, AMOUNT]


def rows(found: Iterable[Mapping[str, Any]], staff: bool) -> list[list[Any]]:
    """One row for each batch, employer and day, as `queries.remittances.found` reads them; batches only for those who
    look after the money."""
    return [
        [
            link(address(one["batch_id"], one["employer_id"]), one["name"], _about(one["pence"], one["paid_on"])),
            long_date(one["paid_on"]) if one["paid_on"] else "Not paid",
            *([f"B{one['batch_id']:05d}"] if staff else []),
            f"{one['count']:,}",
            pounds(one["pence"]),
        ]
        for one in found
    ]


def address(batch_id: int, employer_id: int) -> str:
    """The page of what a batch pays to an employer."""
    return reverse("remittance", args=[batch_id, employer_id])


def _about(pence: int, paid_on: date | None) -> str:
    return f"{pounds(pence)}, {f'paid on {long_date(paid_on)}' if paid_on else 'not paid'}"


def paid_link(line: Line) -> Any:
    """The day on which a line read `with_stage` was paid, leading to all that was paid with it; else nothing."""
    day = line.paid_on  # type: ignore[attr-defined]
    return link(address(line.batch_id, line.employer_id), long_date(day), "and what was paid with it") if day else ""


def heading(shown: Remittance) -> str:
    """Of one day the question that the page answers."""
    received = shown.received()
    if len(received) == 1:
        day, pence = received[0]
        return f"Why {shown.employer_name} received {pounds(pence)} on {long_date(day)}"
    return f"What {shown.employer_name} {'received' if received else 'is to receive'}"


def facts(shown: Remittance) -> list[tuple[str, Any]]:
    """What came on which day, what of it the bank has returned since, and what is not paid."""
    days = [f"{pounds(pence)} on {long_date(day)}" for day, pence in shown.received()]
    unpaid = [line for line in shown.lines if not line.paid_on]  # type: ignore[attr-defined]
    found: list[tuple[str, Any]] = [("Paid", "\n".join(days) or "Nothing yet")]
    returned = [line for line in shown.lines if line.closed_as == ClosedAs.RETURNED]
    if returned:
        found.append(("Returned after it was paid", _of_the_lines(returned)))
    if unpaid and days:
        found.append(("Not paid", _of_the_lines(unpaid)))
    return found


def _of_the_lines(lines: list[Line]) -> str:
    return f"{pounds(sum(line.signed_pence for line in lines))}, {len(lines):,} of the lines"


def line_rows(lines: Iterable[Line]) -> list[list[Any]]:
    """One row for each line, read `with_stage`: for whom, what for, why and how much, and what became of it."""
    return [
        [
            link(reverse("line", args=[line.pk]), line.registration, f"line {line.reference}"),
            Milestone(line.milestone).label,
            _why(line),
            pounds(line.signed_pence),
            line_tag(line),
        ]
        for line in lines
    ]


def _why(line: Line) -> str:
    if line.closed_as is None:
        return line.sentence
    return f"{line.sentence}\n{ClosedAs(line.closed_as).label}: {line.closed_because}"


def how_paid(shown: Remittance) -> list[tuple[str, Any]]:
    """For those who look after the money: who prepared, submitted and approved, which file, when it was handed over,
    and what the payer answered."""
    batch = shown.batch
    numbers = dict.fromkeys(line.payee.vendor_number for line in shown.lines)
    found: list[tuple[str, Any]] = [
        ("Batch", link(reverse("batch", args=[batch.pk]), batch.reference)),
        ("Vendor number", ", ".join(numbers)),
        ("Prepared", who(batch.prepared_by, batch.prepared_at, "the monthly run")),
    ]
    for key, user, at in (
        ("Submitted", batch.submitted_by, batch.submitted_at),
        ("Approved", batch.approved_by, batch.approved_at),
    ):
        if at:
            found.append((key, who(user, at)))
    if file := getattr(batch, "file", None):
        found.append(("Payment file", f"{file.name}, written on {who(None, file.written_at)}"))
        found.append(("Fingerprint of the file (SHA-256)", file.sha256))
    if batch.handed_over_at:
        found.append(("Handed over", who(batch.handed_over_by, batch.handed_over_at)))
    for answer in shown.responses:
        found.append(("Payer’s response imported", who(answer.imported_by, answer.imported_at)))
        found.append(("Fingerprint of the response (SHA-256)", answer.sha256))
    return found
