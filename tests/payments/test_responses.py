"""The payer's response file: whole or not at all, every fault by row and field."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Employer, Notice
from payments.models import Batch, LedgerEntry, Line, PayerResponse, ResponseRow
from payments.queries import owed, statement
from payments.queries.ledger import verify
from payments.queries.lines import batches_in_progress
from payments.rules.response import BadFile
from payments.services import responses
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
HEAD = "line,outcome,reason,amount,date"
TODAY = "2026-09-14"


@built_once
def sent(cast: Cast) -> Batch:
    """Two lines that were handed over."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1, at="southmouth")
    return make.released(cast, now=NOW)


def _lines(batch: Batch) -> tuple[Line, Line]:
    return batch.lines.get(employer__name="Northshire"), batch.lines.get(employer__name="Southmouth")


def _faults(cast: Cast, content: str | bytes, batch: Batch | None = None) -> list[tuple[int, str, str]]:
    data = content if isinstance(content, bytes) else content.encode()
    before = (PayerResponse.objects.count(), ResponseRow.objects.count(), LedgerEntry.objects.count())
    with pytest.raises(BadFile) as caught:
        responses.import_file(data, batch=batch, by=cast.omar, now=NOW)
    assert (PayerResponse.objects.count(), ResponseRow.objects.count(), LedgerEntry.objects.count()) == before
    return [(one.row, one.field, one.sentence) for one in caught.value.problems]


def test_every_fault_is_named_by_row_and_field(cast: Cast, sent: Batch) -> None:
    first, second = _lines(sent)
    content = f"""{HEAD}
{first.reference},paid,,1000.00,{TODAY}
L0000000000000000009,paid,,1000.00,{TODAY}
{second.reference},paid,,10000.00,{TODAY}
{first.reference},rejected,No such account,1000.00,{TODAY}
{second.reference},payed,,1000.00,31/02/2026
,rejected,,,2026-09-15
{second.reference},paid,Thanks,1000.5,2026-09-13
{second.reference},returned,Account closed,1000.00,{TODAY}
{second.reference},paid,,1000.00,{TODAY},surplus
"""
    assert _faults(cast, content) == [
        (3, "line", "There is no line L0000000000000000009. Check the reference against the payment file."),
        (4, "amount", f"Line {second.reference} was sent with £1,000, not £10,000."),
        (5, "line", f"Line {first.reference} is also in row 2. Give each line once."),
        (6, "outcome", "The outcome must be paid, rejected or returned, not “payed”."),
        (6, "date", "The date must be real and like 2026-09-30 or 30/09/2026, not “31/02/2026”."),
        (7, "line", "Enter the line’s reference from the payment file."),
        (7, "reason", "Enter why the payment was rejected."),
        (7, "amount", "The amount must be in pounds, like 1000.00, not “”."),
        (7, "date", "The date must be today or in the past."),
        (8, "reason", "A line that was paid has no reason. Empty this cell, or correct the outcome."),
        (8, "amount", "The amount must be in pounds, like 1000.00, not “1000.5”."),
        (9, "line", f"Line {second.reference} is also in row 4. Give each line once."),
        (9, "outcome", f"Line {second.reference} has not been paid, so it cannot have been returned."),
        (10, "file", "This row has more than 5 cells."),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", (0, "file", "The file is empty.")),
        (b"\xff\xfe\x00", (0, "file", "The file must be a CSV file saved as UTF-8.")),
        (b"PK\x03\x04\x00\x00", (0, "file", "The file must be a CSV file. This one holds something else.")),
        (HEAD.encode(), (0, "file", "The file has column names but no rows.")),
        (b"line,outcome,reason,amount\nx", (1, "date", None)),
        (b"line,outcome,reason,amount,date,colour\nx", (1, "colour", None)),
        (b"line,line,outcome,reason,amount,date\nx", (1, "line", "The column “line” is there twice.")),
        (HEAD.encode() + b'\nL1,"paid', (2, "file", "This row cannot be read. Check its quotation marks.")),
        (b"x" * 5_000_001, (0, "file", "The file must be 5MB or smaller.")),
        (HEAD.encode() + b"\n1,,,," * 50_001, (0, "file", "The file must have 50,000 rows or fewer.")),
    ],
)
def test_a_file_that_cannot_be_read(cast: Cast, content: bytes, fault: tuple[int, str, str | None]) -> None:
    make.setting(cast, now=NOW)
    ((row, field, sentence),) = _faults(cast, content)
    assert (row, field) == fault[:2]
    assert fault[2] in (None, sentence)


def test_form_without_meaning_is_let_pass(cast: Cast, sent: Batch) -> None:
    """A byte-order mark, CRLF, capitals, spaces, blank rows, empty cells at the end and British dates."""
    first, second = _lines(sent)
    content = (
        f"\ufeffDate, Line ,OUTCOME,Amount,Reason,,\r\n\r\n"
        f'14/09/2026, {first.reference.lower()} ,PAID ,"£1,000.00",,,\r\n'
        f",,,,,,\r\n"
        f"14/9/2026,{second.reference},Rejected,1000,No such account,,\r\n"
    )
    done = responses.import_file(content.encode(), by=cast.omar, now=NOW)
    assert (done.paid, done.rejected, done.unchanged) == (1, 1, 0)
    assert verify() == []


def test_the_same_file_again_changes_nothing_and_says_by_whom(cast: Cast, sent: Batch) -> None:
    content = make.response(*[(line, "paid", "") for line in sent.lines.all()], on=NOW.date())
    first = responses.import_file(content, batch=sent, by=cast.omar, now=NOW)
    notices = Notice.objects.count()
    again = responses.import_file(content, batch=sent, by=cast.omar, now=NOW + timedelta(days=3))
    assert again.already
    assert (again.response, again.response.imported_by, again.response.imported_at) == (first.response, cast.omar, NOW)
    assert Notice.objects.count() == notices
    assert LedgerEntry.objects.count() == 4


def test_a_part_is_confirmed_and_the_rest_later(cast: Cast, sent: Batch) -> None:
    first, second = _lines(sent)
    responses.import_file(make.response((first, "paid", ""), on=NOW.date()), by=cast.omar, now=NOW)
    assert Batch.objects.with_progress().get().stage == "part_confirmed"
    both = make.response((first, "paid", ""), (second, "paid", ""), on=NOW.date())
    done = responses.import_file(both, by=cast.omar, now=NOW)
    assert (done.paid, done.unchanged) == (1, 1)
    assert Batch.objects.with_progress().get().stage == "closed"
    assert verify() == []


def test_another_batch_and_one_that_was_not_handed_over(cast: Cast, sent: Batch) -> None:
    first, _ = _lines(sent)
    make.registered(cast, now=NOW, number=2)
    other = make.ready(cast, now=NOW)
    theirs = other.lines.get()
    both = make.response((first, "paid", ""), (theirs, "paid", ""), on=NOW.date())
    assert _faults(cast, both) == [
        (3, "line", f"Line {theirs.reference} belongs to batch {other.reference}, not to {sent.reference}.")
    ]
    assert _faults(cast, make.response((first, "paid", ""), on=NOW.date()), other)[0][2].startswith("Line ")
    assert _faults(cast, make.response((theirs, "paid", ""), on=NOW.date())) == [
        (2, "line", f"Batch {other.reference} has not been handed over, so it cannot be answered.")
    ]


def test_a_paid_line_is_not_rejected_later_but_returned(cast: Cast, sent: Batch) -> None:
    first, _ = _lines(sent)
    responses.import_file(make.response((first, "paid", ""), on=NOW.date()), by=cast.omar, now=NOW)
    rejected = make.response((first, "rejected", "Account closed"), on=NOW.date())
    assert _faults(cast, rejected) == [
        (
            2,
            "outcome",
            f"Line {first.reference} was already reported as paid. Use “returned” for money that came back.",
        )
    ]
    later = NOW + timedelta(days=10)
    content = make.response((first, "returned", "Account closed"), on=later.date())
    assert responses.import_file(content, by=cast.omar, now=later).returned == 1
    first.refresh_from_db()
    assert (first.closed_as, first.closed_because) == ("returned", "Account closed")
    assert [one.reference for one in owed(later)] == [first.registration.reference]
    assert statement(cast.northshire, first.grant_year, now=later).paid_pence == 0
    assert verify() == []
    assert Notice.objects.filter(user=cast.amira, kind="payments.rejected").count() == 1
    assert not Notice.objects.filter(user=cast.cora, kind="payments.rejected").exists()


def test_nothing_is_returned_before_it_was_paid(cast: Cast, sent: Batch) -> None:
    line = sent.lines.earliest("id")
    paid, later = NOW + timedelta(days=5), NOW + timedelta(days=9)
    responses.import_file(make.response((line, "paid", ""), on=paid.date()), by=cast.omar, now=paid)
    before = make.response((line, "returned", "Account closed"), on=(paid - timedelta(days=1)).date())
    with pytest.raises(BadFile) as caught:
        responses.import_file(before, by=cast.omar, now=later)
    (problem,) = caught.value.problems
    assert (problem.row, problem.field, problem.sentence) == (
        2,
        "date",
        f"The date must be on or after 19 September 2026, when line {line.reference} was paid.",
    )
    same_day = make.response((line, "returned", "Account closed"), on=paid.date())
    assert responses.import_file(same_day, by=cast.omar, now=later).returned == 1


def test_who_took_over_from_an_employer_is_told_what_became_of_its_payments(cast: Cast) -> None:
    """Of each once, and without the statement that it does not read."""
    make.setting(cast, now=NOW)
    for number in range(3):
        make.registered(cast, now=NOW, number=number, at="southmouth" if number == 2 else "northshire")
    batch = make.released(cast, now=NOW)
    Employer.objects.filter(pk=cast.northshire.pk).update(closed_on=NOW.date(), successor=cast.southmouth)
    one, other = batch.lines.filter(employer=cast.northshire)
    own = batch.lines.get(employer=cast.southmouth)
    rows = (one, "paid", ""), (other, "rejected", "No such account"), (own, "paid", "")
    responses.import_file(make.response(*rows, on=NOW.date()), by=cast.omar, now=NOW)
    told = Notice.objects.filter(kind__in=("payments.remittance", "payments.rejected")).order_by("body")
    assert set(told.values_list("user", flat=True)) == {cast.cora.pk}
    theirs, rejected, paid = sorted(
        told, key=lambda notice: ("took over" in notice.body, notice.kind == "payments.remittance")
    )
    assert f"/payments/batches/{batch.pk}/to/{cast.southmouth.pk}" in theirs.body
    for notice, sentence in ((rejected, "did not go through"), (paid, "£1,000 has been paid to Northshire")):
        assert sentence in notice.body
        assert "You are told because your organisation took over from Northshire." in notice.body
        assert "/payments/" not in notice.body


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_stays(cast: Cast, count: int) -> None:
    make.setting(cast, now=NOW)
    for number in range(2 * count):
        make.registered(cast, now=NOW, number=number)
    lines = list(make.released(cast, now=NOW).lines.all())
    paid = [(line, "paid", "") for line in lines[:count]]
    rejected = [(line, "rejected", f"Reason {line.pk}") for line in lines[count:]]
    with CaptureQueriesContext(connection) as queries:
        responses.import_file(make.response(*paid, *rejected, on=NOW.date()), by=cast.omar, now=NOW)
    assert len(queries) == 21
    closed = Line.objects.filter(closed_as="failed").order_by("pk")
    assert [(one, one.closed_because, one.closed_at) for one in closed] == [(one, why, NOW) for one, _, why in rejected]
    assert Line.objects.live().count() == count


def test_a_date_that_changed_is_a_fault(cast: Cast, sent: Batch) -> None:
    first, _ = _lines(sent)
    responses.import_file(make.response((first, "paid", ""), on=NOW.date()), by=cast.omar, now=NOW)
    later = NOW + timedelta(days=1)
    with pytest.raises(BadFile) as caught:
        responses.import_file(make.response((first, "paid", ""), on=later.date()), by=cast.omar, now=later)
    assert [one.field for one in caught.value.problems] == ["date"]


def test_a_line_that_was_paid_and_returned_counts_once_in_its_batch(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1)
    batch = make.confirmed(cast, now=NOW)
    content = make.response((batch.lines.first(), "returned", "Account closed"), on=NOW.date())
    responses.import_file(content, by=cast.omar, now=NOW + timedelta(hours=2))
    make.draft(cast, now=NOW + timedelta(hours=2))
    Batch.objects.create(period="2026-09", file_version=1, prepared_at=NOW)
    listed = batches_in_progress(cast.omar, NOW.date())
    assert [one.pence_now for one in listed] == [0, 100_000, 200_000]  # type: ignore[attr-defined]
    assert listed.get(pk=batch.pk).answered == 2  # type: ignore[attr-defined]
