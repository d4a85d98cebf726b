"""The payer's response: the whole file is checked, then all of it is applied or none."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts import notices as outbox
from accounts.models import Employer, Membership, User
from accounts.roles import COORDINATOR
from accounts.services import audit
from asye.clock import london_date
from asye.dates import long_date
from asye.money import pounds
from payments.models import Batch, Line, PayerResponse, ResponseRow
from payments.notices import PaidLine, PaymentRejected, Remittance
from payments.permissions import check_may_prepare
from payments.queries.recoveries import heir_of
from payments.rules.response import BadFile, Problem, Row, quoted, read
from payments.services import batches, ledger, offsets
from payments.states import ClosedAs, LineKind, Result

CLOSED = {Result.REJECTED: ClosedAs.FAILED, Result.RETURNED: ClosedAs.RETURNED}
Told = dict[str, dict[str, ResponseRow]]  # what is known of a line, by reference and result


@dataclass(frozen=True)
class Imported:
    """What an import did. `already` is true where these very bytes had been imported before: nothing was done."""

    response: PayerResponse
    already: bool
    paid: int = 0
    rejected: int = 0
    returned: int = 0
    unchanged: int = 0  # rows that said again what was known


@transaction.atomic
def import_file(content: bytes, *, by: User, now: datetime, batch: Batch | None = None) -> Imported:
    """A payments officer imports the payer's CSV (line, outcome, reason, amount, date) about one batch.

    Without `batch` it is the batch of the first line that is known. Paid lines are entered in the ledger and their
    employers told (of one that has closed who took over from it); a rejected or returned line is closed and its slot is
    owed again. Raises NotAllowed; BadFile with every problem by row and field where anything at all is wrong.
    """
    under = check_may_prepare(by, on=london_date(now))
    sha256 = hashlib.sha256(content).hexdigest()
    if before := _imported_before(sha256):
        return Imported(before, already=True)
    rows, problems = read(content, london_date(now))
    lines = _lines(row.line for row in rows)
    about = _batch_of(rows, lines, batch)
    if about is None:
        raise BadFile(_sorted([*problems, *(_unknown(row) for row in rows)]))
    if before := _imported_before(sha256):  # somebody else's, while this one waited for the batch
        return Imported(before, already=True)
    told = _told(lines)
    problems += [problem for row in rows for problem in _problems(row, lines, about, told)]
    news = [row for row in rows if row.result not in told[row.line]]
    if not problems:
        problems += offsets.problems(news, lines, about)
    if problems:
        raise BadFile(_sorted(problems))
    response = PayerResponse.objects.create(
        batch=about, content=content, sha256=sha256, imported_by=by, imported_at=now
    )
    _apply(response, news, lines, now)
    done = Imported(
        response,
        already=False,
        paid=sum(row.result == Result.PAID for row in news),
        rejected=sum(row.result == Result.REJECTED for row in news),
        returned=sum(row.result == Result.RETURNED for row in news),
        unchanged=len(rows) - len(news),
    )
    codes = [f"paid:{done.paid}", f"rejected:{done.rejected}", f"returned:{done.returned}"]
    audit.record("payments.import_response", about, by=by, now=now, under=under, codes=codes)
    offsets.note(news, lines, about, by=by, now=now, under=under)
    return done


def _imported_before(sha256: str) -> PayerResponse | None:
    return PayerResponse.objects.select_related("imported_by", "batch").filter(sha256=sha256).first()


def _lines(references: Iterable[str]) -> dict[str, Line]:
    found = (
        Line.objects.filter(reference__in=set(references))
        .select_related("registration")
        .prefetch_related("batch", "grant_year", "employer")  # few, which ten thousand lines can share
        .only(*ledger.NEEDED, "milestone", "recovers", "recovery", "registration__reference")
    )
    return {line.reference: line for line in found}


def _batch_of(rows: list[Row], lines: dict[str, Line], named: Batch | None) -> Batch | None:
    known = (lines[row.line].batch for row in rows if row.line in lines)
    about = named or next(known, None)
    return batches.locked(about) if about else None


def _told(lines: dict[str, Line]) -> Told:
    told: Told = defaultdict(dict)
    rows = ResponseRow.objects.filter(line__in=[line.pk for line in lines.values()]).select_related("line")
    for row in rows:
        told[row.line.reference][row.result] = row
    return told


def _unknown(row: Row) -> Problem:
    sentence = f"There is no line {quoted(row.line)}. Check the reference against the payment file."
    return Problem(row.number, "line", sentence)


def _problems(row: Row, lines: dict[str, Line], batch: Batch, told: Told) -> Iterator[Problem]:
    line = lines.get(row.line)
    if line is None:
        yield _unknown(row)
        return
    if line.batch_id != batch.pk:
        yield Problem(
            row.number, "line", f"Line {row.line} belongs to batch {line.batch.reference}, not to {batch.reference}."
        )
        return
    if batch.handed_over_at is None:
        yield Problem(
            row.number, "line", f"Batch {batch.reference} has not been handed over, so it cannot be answered."
        )
        return
    if row.amount_pence != line.signed_pence:
        yield Problem(
            row.number,
            "amount",
            f"Line {row.line} was sent with {pounds(line.signed_pence)}, not {pounds(row.amount_pence)}.",
        )
    handed = london_date(batch.handed_over_at)
    if row.happened_on < handed:
        yield Problem(
            row.number, "date", f"The date must be on or after {long_date(handed)}, when the file was handed over."
        )
    yield from _contradictions(row, told[row.line])


def _contradictions(row: Row, told: dict[str, ResponseRow]) -> Iterator[Problem]:
    if known := told.get(row.result):
        if (known.happened_on, known.because) != (row.happened_on, row.because):
            yield Problem(
                row.number,
                "date" if known.happened_on != row.happened_on else "reason",
                f"Line {row.line} was already reported as {row.result} on {long_date(known.happened_on)}"
                f"{' for another reason' if known.happened_on == row.happened_on else ''}.",
            )
    elif row.result == Result.RETURNED:
        paid = told.get(Result.PAID)
        if paid is None:
            yield Problem(row.number, "outcome", f"Line {row.line} has not been paid, so it cannot have been returned.")
        elif row.happened_on < paid.happened_on:
            sentence = f"The date must be on or after {long_date(paid.happened_on)}, when line {row.line} was paid."
            yield Problem(row.number, "date", sentence)
    elif told:
        was = next(iter(told))
        after = " Use “returned” for money that came back." if was == Result.PAID else ""
        yield Problem(row.number, "outcome", f"Line {row.line} was already reported as {was}.{after}")


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.row)


def _apply(response: PayerResponse, rows: list[Row], lines: dict[str, Line], now: datetime) -> None:
    payments_first = sorted(rows, key=lambda row: lines[row.line].kind)  # what was taken off is returned after them
    ResponseRow.objects.bulk_create(
        [
            ResponseRow(
                response=response,
                batch_id=response.batch_id,
                line=lines[row.line],
                result=row.result,
                because=row.because,
                amount_pence=abs(row.amount_pence),
                happened_on=row.happened_on,
            )
            for row in payments_first
        ],
        batch_size=1000,
    )
    by_result = {result: [(lines[r.line], r.happened_on) for r in rows if r.result == result] for result in Result}
    entries = [
        *ledger.paid(by_result[Result.PAID], now=now),
        *ledger.rejected(by_result[Result.REJECTED], now=now),
        *ledger.returned(by_result[Result.RETURNED], now=now),
    ]
    if entries:
        ledger.write(response.batch, entries, now=now)
    offsets.stand_again(line for line, _ in by_result[Result.RETURNED])
    for result, closed in CLOSED.items():
        said = ResponseRow.objects.filter(line=OuterRef("pk"), result=result).values("because")  # once of each line
        Line.objects.filter(pk__in=[line.pk for line, _ in by_result[result]]).update(
            closed_as=closed, closed_because=Subquery(said), closed_at=now
        )
    offsets.close([line for line, _ in by_result[Result.PAID]], now=now)
    _tell(rows, lines, response.batch_id, now)


def _tell(rows: list[Row], lines: dict[str, Line], batch_id: int, now: datetime) -> None:
    paid: dict[int, list[PaidLine]] = defaultdict(list)
    not_paid: dict[int, list[PaidLine]] = defaultdict(list)
    employers = {}
    for row in rows:
        line = lines[row.line]
        if line.kind == LineKind.RECOVERY and row.result == Result.REJECTED:
            continue  # it is asked for again, or not: the officers decide, and tell them
        employers[line.employer_id] = line.employer
        (paid if row.result == Result.PAID else not_paid)[line.employer_id].append(
            PaidLine(
                reference=str(line.registration),
                milestone=_for(line),
                amount_pence=line.signed_pence,
                because=row.because,
            )
        )
    today = london_date(now)
    told_at: dict[int, list[Employer]] = defaultdict(list)  # the employers themselves, or who took over from them
    for employer in employers.values():
        told_at[heir_of(employer, today).pk].append(employer)
    live = Membership.objects.live(today).filter(role=COORDINATOR.key, employer__in=told_at)
    messages = [
        (
            kind(employer=of.name, employer_id=of.pk, has_statement=of.pk == where, lines=tuple(told[of.pk])),
            membership.user,
        )
        for membership in live.select_related("user")
        if (where := membership.employer_id)
        for of in told_at[where]
        for kind, told in ((partial(Remittance, batch_id=batch_id), paid), (PaymentRejected, not_paid))
        if of.pk in told
    ]
    outbox.queue_many(messages, now=now)


def _for(line: Line) -> str:
    milestone = line.get_milestone_display().lower()
    return milestone if line.kind == LineKind.PAYMENT else f"{milestone}, taken back from this payment"
