"""What the payer's response says of recoveries: lines that take off what an employer is paid."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import F, Q

from asye.money import pounds
from payments.models import Batch, Line, Recovery, ResponseRow
from payments.rules.recoveries import remaining
from payments.rules.response import Problem, Row
from payments.services.batches import AT_THIS_MOMENT
from payments.services.recovering import close_recovered
from payments.states import LineKind, Result
from registrations.services.locking import waiting_told


def problems(news: Iterable[Row], lines: Mapping[str, Line], batch: Batch) -> list[Problem]:
    """Rows, new to us, that do not fit what is being recovered.

    A recovery is taken off or rejected, never returned. A payment that is being recovered is not returned as well. And
    no more is taken off an employer's payments than those of them that stand after this file.
    """
    rows = list(news)
    _lock_what_is_brought_back(rows, lines)
    return [*_returned(rows, lines), *_too_much_off(rows, lines, batch)]


def _lock_what_is_brought_back(rows: list[Row], lines: Mapping[str, Line]) -> None:
    """Closing a payment as recovered looks at its batch, and every other act takes a batch before its lines."""
    paid = Line.objects.filter(pk__in={pk for row in rows if (pk := lines[row.line].recovers_id)})
    with waiting_told(AT_THIS_MOMENT):
        list(Batch.objects.filter(pk__in=paid.values("batch")).select_for_update(of=("self",)).order_by("pk"))


def _returned(rows: list[Row], lines: Mapping[str, Line]) -> Iterator[Problem]:
    back = [row for row in rows if row.result == Result.RETURNED]
    pks = [lines[row.line].pk for row in back]
    list(Line.objects.filter(pk__in=pks).select_for_update(of=("self",)).order_by("pk"))  # nobody proposes meanwhile
    given_up = Q(written_off_pence=F("amount_pence"))
    standing = Recovery.objects.standing().with_stage().filter(~given_up, line__in=pks).order_by("received_pence")  # type: ignore[misc]
    asked = {one.line_id: one for one in standing}  # of several the one of which most has come back
    for row in back:
        line = lines[row.line]
        if line.kind == LineKind.RECOVERY:
            yield Problem(
                row.number,
                "outcome",
                f"Line {row.line} took money off a payment, so it cannot be returned. Report the payments that were.",
            )
        elif one := asked.get(line.pk):
            yield Problem(row.number, "outcome", _not_both(row.line, one))


def _not_both(reference: str, recovery: Recovery) -> str:
    """Why a payment that is or was asked back is not returned as well, and what to do."""
    back = recovery.amount_pence - remaining(recovery)
    if back:
        return (
            f"{pounds(back)} of line {reference} was recovered already ({recovery.reference}), so it cannot have been "
            "returned as well. Ask the payer about this row, and import the file without it."
        )
    return (
        f"Line {reference} is being recovered ({recovery.reference}). Withdraw, call off or write off the recovery "
        "first."
    )


def _too_much_off(rows: list[Row], lines: Mapping[str, Line], batch: Batch) -> Iterator[Problem]:
    """By employer: payments that were neither rejected nor returned, less what was taken off, is nothing or more."""
    off = list(batch.lines.filter(kind=LineKind.RECOVERY).values_list("pk", "employer_id", "amount_pence"))
    employers = {employer for _, employer, _ in off}
    if not employers:
        return
    of_these = ResponseRow.objects.filter(batch=batch, line__employer__in=employers)
    known = set(of_these.values_list("line_id", "result"))
    known |= {(lines[row.line].pk, row.result) for row in rows}
    nets: dict[int, int] = defaultdict(int)
    payments = batch.lines.filter(kind=LineKind.PAYMENT, employer__in=employers)
    for pk, employer, pence in payments.values_list("pk", "employer_id", "amount_pence"):
        if (pk, Result.REJECTED) not in known and (pk, Result.RETURNED) not in known:
            nets[employer] += pence
    for pk, employer, pence in off:
        if (pk, Result.PAID) in known:
            nets[employer] -= pence
    for row in rows:
        line = lines[row.line]
        if nets.get(line.employer_id, 0) < 0:
            yield Problem(
                row.number,
                "outcome",
                f"With this file {pounds(-nets[line.employer_id])} more would be taken off {line.employer_name} than "
                "it is paid in this batch. Check which lines were paid and which were rejected.",
            )
            nets[line.employer_id] = 0  # said once


def close(paid: Iterable[Line], *, now: datetime) -> None:
    """Closes as recovered what these lines, which the payer has taken off, have brought back in full."""
    recovered = sorted({line.recovers_id for line in paid if line.recovers_id})
    for line in Line.objects.filter(pk__in=recovered).select_for_update(of=("self",)).order_by("pk"):
        close_recovered(line, now=now)
