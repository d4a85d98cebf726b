"""Judges what the payer was given, from the bytes of its files: every slot once and right, the ledger twice."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection

from payments.models import Batch, PayerFile
from payments.queries.ledger import verify
from payments.queries.lines import decimal
from tests.proofs.kills.acts import answer, rows_of

WHOSE = """
    SELECT l.reference, n.swe_number, l.milestone FROM payments_line l
    JOIN registrations_registration r ON r.id = l.registration_id JOIN registrations_nqsw n ON n.id = r.nqsw_id
"""
RATE = 100_000  # pence
ENTRIES = "SELECT event, count(*), sum(pence)::bigint FROM payments_ledgerentry GROUP BY 1"
STATE = """
    SELECT (SELECT count(*) FROM payments_line), (SELECT count(*) FROM payments_responserow),
           (SELECT array_agg(state || COALESCE(handed_over_at::text, '') ORDER BY id) FROM payments_batch)
"""


@dataclass(frozen=True)
class Slot:
    """What somebody is owed once: known to the proof before anything runs, and not read from the service."""

    number: str
    milestone: str
    vendor: str
    employer: str
    year: str
    pence: int


def state() -> list[Any]:
    return _rows(STATE)


def judge(payer: Path, slots: list[Slot], *, rough: bool) -> dict[str, Any]:
    """Everything that is wrong, in words, with what there is."""
    given = {path.name.split(".")[0]: path.read_bytes() for path in payer.glob("*.csv")}
    wrong = [*verify(), *_copies(payer, given), *_files(given)]
    rows = [row for content in given.values() for row in rows_of(content)]
    wrong += [f"line {one} was given {n} times" for one, n in Counter(row[2] for row in rows).items() if n > 1]
    whose = {reference: (number, milestone) for reference, number, milestone in _rows(WHOSE)}
    by_slot: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    for row in rows:
        by_slot[whose[row[2]]].append(row)
    for slot in slots:
        wrong += _slot(slot, by_slot.pop((slot.number, slot.milestone), []), rough=rough)
    wrong += [f"{slot} was paid and not owed" for slot in by_slot]
    wrong += _ledger(rows, given, rough=rough)
    entries = sum(count for _, count, _ in _rows(ENTRIES))
    return {"wrong": wrong, "files": len(given), "lines": len(rows), "entries": entries}


def _copies(payer: Path, given: dict[str, bytes]) -> list[str]:
    """A batch was given in one form only, which is the service's own file of it, and nothing else was handed over."""
    wrong = []
    if len(given) != len(list(payer.glob("*.csv"))):
        wrong.append("a batch was given to the payer in two forms")
    handed = {batch.reference: batch for batch in Batch.objects.filter(handed_over_at__isnull=False)}
    if handed.keys() != given.keys():
        wrong.append(f"given and not handed over, or the other way: {sorted(handed.keys() ^ given.keys())}")
    for file in PayerFile.objects.select_related("batch"):
        content = bytes(file.content)
        if file.batch.handed_over_at and given.get(file.batch.reference) != content:
            wrong.append(f"the payer has another file of {file.batch.reference}")
        if sha256(content).hexdigest() != file.batch.content_sha256:
            wrong.append(f"the file of {file.batch.reference} is not what was approved")
    return wrong


def _files(given: dict[str, bytes]) -> list[str]:
    """The control row of each file counts and sums its own rows."""
    wrong = []
    for reference, content in given.items():
        rows = list(rows_of(content))
        total = sum(round(float(row[7]) * 100) for row in rows)
        if content.decode().split("\r\n")[-2] != f"control,{reference},{len(rows)},,,,,{decimal(total)}":
            wrong.append(f"the control row of {reference} is wrong")
        if {row[1] for row in rows} != {reference}:
            wrong.append(f"the file of {reference} holds rows of another batch")
    return wrong


def _slot(slot: Slot, rows: list[list[str]], *, rough: bool) -> list[str]:
    facts = [slot.vendor, slot.employer, slot.milestone, slot.year, decimal(slot.pence)]
    wrong = [f"{slot} was sent as {row}" for row in rows if row[3:] != facts]
    stands = [row for row in rows if answer(row[2], rough) == ("paid",)]
    if len(stands) != 1 or (not rough and len(rows) != 1):
        wrong.append(f"{slot} stands on {len(stands)} lines of {len(rows)}")
    return wrong


def _ledger(rows: list[list[str]], given: dict[str, bytes], *, rough: bool) -> list[str]:
    """An entry for each line sent and for each answer; nothing for lines that never left but those of a cancelled file.

    Without rejections that is two for each line, and the sum of what was paid is the sum of the files.
    """
    answers = [answer(row[2], rough) for row in rows]
    called_off = sum(
        file.line_count for file in PayerFile.objects.select_related("batch") if file.batch.reference not in given
    )
    back = sum(told[-1] == "returned" for told in answers)
    expected = {
        "sent": len(rows) + called_off,
        "paid": sum("paid" in told for told in answers),
        "paid_reversed": back,
        "sent_reversed": sum("rejected" in told for told in answers) + back + called_off,
    }
    found = {event: count for event, count, _ in _rows(ENTRIES)}
    wrong = [] if found == {k: n for k, n in expected.items() if n} else [f"ledger {found}, expected {expected}"]
    sums = {event: pence for event, _, pence in _rows(ENTRIES)}
    paid = sum(round(float(row[7]) * 100) for row, told in zip(rows, answers, strict=True) if "paid" in told)
    if sums.get("paid", 0) != paid:
        wrong.append(f"the ledger paid {sums.get('paid')}, the files {paid}")
    return wrong


def slots_of(
    numbers: list[str], employers: list[tuple[str, str]], decided: list[date], advances: list[date]
) -> list[Slot]:
    """What people are owed who are with the employers in turn: on the day of approval, and on the first advance after.

    `employers` are names and vendor numbers.
    """
    found = []
    for n, (number, on) in enumerate(zip(numbers, decided, strict=True)):
        employer, vendor = employers[n % len(employers)]
        first = next(day for day in advances if day >= on)
        found.append(Slot(number, "registration", vendor, employer, financial_year(on), RATE))
        found.append(Slot(number, "completion", vendor, employer, financial_year(first), RATE))
    return found


def financial_year(on: date) -> str:
    start = on.year if (on.month, on.day) >= (4, 1) else on.year - 1
    return f"{start}-{(start + 1) % 100:02}"


def _rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
