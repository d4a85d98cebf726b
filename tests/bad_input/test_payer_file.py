"""The payer's response with one cell wrong, in every way: the row and the field are named, and nothing is stored."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from asye import clock
from payments.models import Batch, LedgerEntry, PayerResponse, ResponseRow
from payments.rules.response import COLUMNS, BadFile
from payments.services import responses
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
TODAY = "2026-09-14"
UNSEEN = ["paid\x07", "\x1b", "a\u202eb", "a\x85b", "a\x0bb"]
LONG = "x" * 100_000
WRONG: dict[str, list[str]] = {
    "line": ["", "  ", "L0000000000000000009", "0", "-1", "=1+1", "L１", "{other}", "{first}", "{first} {first}", LONG],
    "outcome": ["", " ", "payed", "paid?", "paid,rejected", "1", "yes", "ｐａｉｄ", LONG],
    "reason": ["Thanks", LONG],
    "amount": [
        "", " ", "free", "-1000.00", "+1000", "1e3", "1000.5", "1000.000", "10,00", "0", "0.00", "1000.01", "999.99",
        "2000.00", "１０００", "1000.00 GBP", "$1000", "1000,00", "9" * 9, "9" * 30, "٣", "½", "NaN", LONG,
    ],
    "date": [
        "", " ", "31/02/2026", "2026-02-31", "2026-13-01", "2026-00-01", "0000-01-01", "99999-01-01", "1/1/26", "14/9",
        "2026-9-14", "09/14/2026", "14-09-2026", "2026-09-14T00:00", "14 May 2026", "2O26-09-14", "２０２６-09-14",
        "2026-09-15", "2126-09-14", "2026-09-13", "1926-09-14", "today", "46279", LONG,
    ],
}  # fmt: skip


@built_once
def sent(cast: Cast) -> Batch:
    """Two lines that were handed over, and a third in a batch of its own."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1, at="southmouth")
    batch = make.released(cast, now=NOW)
    make.registered(cast, now=NOW, number=2)
    make.released(cast, now=NOW)
    return batch


def stored() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (PayerResponse, ResponseRow, LedgerEntry))


def file_of(*rows: dict[str, str]) -> bytes:
    quoted = [",".join('"' + row[name].replace('"', '""') + '"' for name in COLUMNS) for row in rows]
    return "\r\n".join([",".join(COLUMNS), *quoted, ""]).encode()


def faults(content: bytes, batch: Batch, cast: Cast) -> list[tuple[int, str, str]]:
    before = stored()
    with pytest.raises(BadFile) as caught:
        responses.import_file(content, batch=batch, by=cast.omar, now=NOW)
    assert stored() == before
    return [(one.row, one.field, one.sentence) for one in caught.value.problems]


def test_every_cell_wrong_in_every_way(cast: Cast, sent: Batch) -> None:
    first, second = sent.lines.order_by("id")
    other = Batch.objects.exclude(pk=sent.pk).get().lines.get()
    good = {"line": first.reference, "outcome": "paid", "reason": "", "amount": "1000.00", "date": TODAY}
    found = []
    for column, values in WRONG.items():
        for value in [*values, *UNSEEN]:
            cell = value.format(first=first.reference, other=other.reference)
            said = faults(file_of(good, {**good, "line": second.reference, column: cell}), sent, cast)
            if [(row, field) for row, field, _ in said] != [(3, column)]:
                found.append(f"{column} {cell[:20]!r}: {[(row, field) for row, field, _ in said]}")
            found += [f"{column} {cell[:20]!r}: {words[:80]}" for *_, words in said if len(words) > 250]
            found += [f"{column} {cell[:20]!r}: {words}" for *_, words in said if not words.endswith(".")]
    assert found == []


def test_a_rejected_line_needs_a_short_reason(cast: Cast, sent: Batch) -> None:
    first, _ = sent.lines.order_by("id")
    good = {"line": first.reference, "outcome": "rejected", "reason": "", "amount": "1000.00", "date": TODAY}
    for reason in ("", "   ", "x" * 201, "a\x00b".replace("\x00", "\x01"), "a\u202eb"):
        assert [one[:2] for one in faults(file_of({**good, "reason": reason}), sent, cast)] == [(2, "reason")]
    responses.import_file(file_of({**good, "reason": "  No such\r\n account "}), batch=sent, by=cast.omar, now=NOW)
    assert ResponseRow.objects.get().because == "No such account"


def test_rows_unknown_repeated_and_altered_are_all_named(cast: Cast, sent: Batch) -> None:
    first, second = sent.lines.order_by("id")
    good = {"line": first.reference, "outcome": "paid", "reason": "", "amount": "1000.00", "date": TODAY}
    rows = [
        good,
        {**good, "line": "L0000000000000000009"},
        good,
        {**good, "line": second.reference, "amount": "1000.01"},
        {**good, "outcome": "rejected", "reason": "No such account"},
    ]
    assert faults(file_of(*rows), sent, cast) == [
        (3, "line", "There is no line L0000000000000000009. Check the reference against the payment file."),
        (4, "line", f"Line {first.reference} is also in row 2. Give each line once."),
        (5, "amount", f"Line {second.reference} was sent with £1,000, not £1,000.01."),
        (6, "line", f"Line {first.reference} is also in row 2. Give each line once."),
    ]


ROW = b"L1,paid,,1000.00,2026-09-14"
HEAD = ",".join(COLUMNS).encode()


@pytest.mark.parametrize(
    ("content", "row", "field"),
    [
        (b"", 0, "file"),
        (b"\r\n\r\n", 1, "line"),
        (ROW, 1, "line"),
        (HEAD.replace(b",", b";") + b"\n" + ROW.replace(b",", b";"), 1, "line"),
        (HEAD.replace(b",", b"\t") + b"\n" + ROW.replace(b",", b"\t"), 1, "line"),
        ((HEAD + b"\n" + ROW).decode().encode("utf-16"), 0, "file"),
        ((HEAD + b"\n" + ROW + b"\n\xe9").decode("latin-1").encode("latin-1"), 0, "file"),
        (HEAD + b"\n" + ROW + b"\x00", 0, "file"),
        (HEAD, 0, "file"),
        (HEAD + b"\n,,,,\n", 0, "file"),
        (HEAD + b"," + b"x" * 100_000 + b"\n" + ROW, 1, "x" * 40 + "…"),
        (HEAD + b",line\n" + ROW, 1, "line"),
        (HEAD.replace(b"date", b"day") + b"\n" + ROW, 1, "date"),
        (HEAD + b"\n" + ROW + b",more", 2, "file"),
        (HEAD + b'\nL1,"pa"id",,1000.00,2026-09-14', 2, "file"),
        (HEAD + b'\nL1,"paid,,1000.00,2026-09-14', 2, "file"),
        (HEAD + b"\n" + b"x" * 200_000, 2, "file"),
        (b"<html>404</html>", 1, "line"),
    ],
)
def test_a_file_that_is_something_else(cast: Cast, sent: Batch, content: bytes, row: int, field: str) -> None:
    assert (row, field) in [one[:2] for one in faults(content, sent, cast)]
    assert all(len(sentence) < 250 for *_, sentence in faults(content, sent, cast))


def test_the_page_names_the_row_and_stores_nothing(client, cast: Cast, sent: Batch) -> None:
    first, second = sent.lines.order_by("id")
    good = {"line": first.reference, "outcome": "paid", "reason": "", "amount": "1000.00", "date": TODAY}
    content = file_of(good, {**good, "line": second.reference, "amount": "2000.00", "date": "31/02/2026"})
    before = stored()
    with clock.moved_to(NOW):
        client.force_login(cast.omar)
        answer = client.post(
            reverse("batch_response", args=[sent.pk]), {"file": SimpleUploadedFile("paid.csv", content)}
        )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error: " in text
    assert "Nothing was imported: the file has 1 problem. Correct it and import the whole file again." in text
    assert "The date must be real and like 2026-09-30 or 30/09/2026, not “31/02/2026”." in text
    assert stored() == before
