"""What the payer's response says of recoveries: lines that take off what an employer is paid."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from django.db.models import F, Q

from accounts.models import Membership, User
from accounts.services import audit
from asye.money import pounds
from payments.models import Batch, Line, Recovery, ResponseRow
from payments.queries.lines import who_took_the_file
from payments.queries.parts import made_again_of
from payments.rules import can_cancel, can_change_lines
from payments.rules.recoveries import remaining
from payments.rules.response import Problem, Row
from payments.services import recoveries, reversing
from payments.services.batches import AT_THIS_MOMENT
from payments.services.recovering import close_recovered
from payments.states import ClosedAs, LineKind, Result
from registrations.services.locking import waiting_told

MOST_NAMED: Final = 20  # lines that a sentence names
MADE_AGAIN: Final = "What had come back is being put into a batch again at this moment. Import the file once more."


def problems(news: Iterable[Row], lines: Mapping[str, Line], batch: Batch) -> list[Problem]:
    """Rows, new to us, that do not fit what is being recovered.

    A payment that is being recovered is not returned as well. No more is taken off an employer's payments than those of
    them that stand after this file. The bank returns what was sent as one sum, so what was taken off is returned with
    all that it was taken off, unless what it brought back has been paid once more.
    """
    rows = list(news)
    _lock_what_is_brought_back(rows, lines)
    return [*_returned(rows, lines), *_made_again(rows, lines), *_too_much_off(rows, lines, batch)]


def _lock_what_is_brought_back(rows: list[Row], lines: Mapping[str, Line]) -> None:
    """Closing a payment as recovered looks at its batch, and every other act takes a batch before its lines."""
    paid = Line.objects.filter(pk__in=_brought_back(rows, lines))
    with waiting_told(AT_THIS_MOMENT):
        list(Batch.objects.filter(pk__in=paid.values("batch")).select_for_update(of=("self",)).order_by("pk"))


def _returned(rows: list[Row], lines: Mapping[str, Line]) -> Iterator[Problem]:
    back = [row for row in rows if row.result == Result.RETURNED]
    pks = [lines[row.line].pk for row in back]
    held = {*pks, *_brought_back(back, lines)}
    _held(held)  # nobody decides meanwhile
    given_up = Q(written_off_pence=F("amount_pence"))
    standing = Recovery.objects.standing().with_stage().filter(~given_up, line__in=pks).order_by("received_pence")  # type: ignore[misc]
    asked = {one.line_id: one for one in standing}  # of several the one of which most has come back
    for row in back:
        if one := asked.get(lines[row.line].pk):
            yield Problem(row.number, "outcome", _not_both(row.line, one))


def _held(pks: Iterable[int]) -> list[Line]:
    """These payments, locked. Raises Stale for whoever has waited as long as the database lets anybody wait."""
    with waiting_told(recoveries.AT_THIS_MOMENT):
        return list(Line.objects.filter(pk__in=pks).select_for_update(of=("self",)).order_by("pk"))


def _brought_back(rows: Iterable[Row], lines: Mapping[str, Line]) -> set[int]:
    """The payments that the rows' lines took money back of."""
    return {pk for row in rows if (pk := lines[row.line].recovers_id)}


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


def _made_again(rows: list[Row], lines: Mapping[str, Line]) -> Iterator[Problem]:
    """What was taken off is not returned while the payment that it brought back is being made once more, or is made."""
    back = [row for row in rows if row.result == Result.RETURNED]
    paid = Line.objects.in_bulk(_brought_back(back, lines))
    made = made_again_of(paid.values())
    for row in back:
        was = lines[row.line].recovers_id
        if was not in made:
            continue
        again = made[was]
        begins = f"Line {row.line} brought back what line {paid[was].reference} paid, which has been made again since"
        where = f"line {again.reference} in batch {again.batch.reference}"
        yield Problem(row.number, "outcome", f"{begins} ({where}). {_way_out(again.batch)}")


def _way_out(batch: Batch) -> str:
    """What to do about a line of this batch, which pays once more what is to stand again."""
    if can_change_lines(batch):
        return "Hold that line first, and import the file again."
    if can_cancel(batch, who_took_the_file(batch)):
        return "Cancel that batch first, and import the file again."
    return "Ask the payer to send the payment once more, and import the file without the rows of this employer."


def _too_much_off(rows: list[Row], lines: Mapping[str, Line], batch: Batch) -> Iterator[Problem]:
    """By employer: payments that were neither rejected nor returned, less what was taken off, is nothing or more, and
    what was taken off is returned only when none of them stands."""
    off = list(batch.lines.filter(kind=LineKind.RECOVERY).values_list("pk", "employer_id", "amount_pence", "reference"))
    employers = {employer for _, employer, _, _ in off}
    if not employers:
        return
    of_these = ResponseRow.objects.filter(batch=batch, line__employer__in=employers)
    known = set(of_these.values_list("line_id", "result"))
    known |= {(lines[row.line].pk, row.result) for row in rows}
    nets: dict[int, int] = defaultdict(int)
    stand: dict[int, list[str]] = defaultdict(list)  # payments
    taken: dict[int, list[str]] = defaultdict(list)  # off them
    payments = batch.lines.filter(kind=LineKind.PAYMENT, employer__in=employers).order_by("pk")
    for pk, employer, pence, reference in payments.values_list("pk", "employer_id", "amount_pence", "reference"):
        if (pk, Result.REJECTED) not in known and (pk, Result.RETURNED) not in known:
            nets[employer] += pence
            stand[employer].append(reference)
    for pk, employer, pence, reference in off:
        if (pk, Result.PAID) in known and (pk, Result.RETURNED) not in known:
            nets[employer] -= pence
            taken[employer].append(reference)
    for row in rows:
        line = lines[row.line]
        if row.result == Result.RETURNED and line.kind == LineKind.RECOVERY and stand[line.employer_id]:
            yield Problem(row.number, "outcome", _only_with_all(line, stand[line.employer_id]))
        elif nets.get(line.employer_id, 0) < 0:
            over = pounds(-nets[line.employer_id])
            returned = row.result == Result.RETURNED
            yield Problem(row.number, "outcome", _over(over, line, taken[line.employer_id] if returned else []))
            nets[line.employer_id] = 0  # said once


def _only_with_all(line: Line, stand: list[str]) -> str:
    """Why what was taken off is not returned, and what to do."""
    return (
        f"Line {line.reference} took money off what is paid to {line.employer_name}, so it is returned only with all "
        f"of that. In the same file, report {_named(stand)} too, or import the file without this row."
    )


def _over(over: str, line: Line, taken: list[str]) -> str:
    """Why less cannot be paid than is taken off, and what to do: `taken` are the lines that came back with it, if the
    bank has returned the payment."""
    begins = f"With this file {over} more would be taken off {line.employer_name} than it is paid in this batch."
    if not taken:
        return f"{begins} Check which lines were paid and which were rejected."
    return (
        f"{begins} If the bank returned all that was sent, report all of its lines as returned in the same file: the "
        f"payments, and {_named(taken)} with the amount below nothing."
    )


def _named(references: list[str]) -> str:
    """Lines in a sentence, no more than MOST_NAMED of them."""
    shown = ", ".join(references[:MOST_NAMED])
    more = len(references) - MOST_NAMED
    return f"line{'s' if len(references) > 1 else ''} {shown}{f' and {more} more' if more > 0 else ''}"


def stand_again(returned: Iterable[Line]) -> None:
    """Of these lines, which the payer has returned, those that took money off: the payment that counted as recovered by
    them stands again. Before they are closed, for the database keeps a line that closed another."""
    recovered = {line.recovers_id for line in returned if line.recovers_id}
    for line in Line.objects.filter(pk__in=recovered, closed_as=ClosedAs.RECOVERED).order_by("pk"):
        reversing.stand_again(line, MADE_AGAIN)


def note(
    news: Iterable[Row], lines: Mapping[str, Line], batch: Batch, *, by: User, now: datetime, under: Membership
) -> None:
    """Keeps with each recovery what the payer has said of it: an event of one act for each result."""
    said: dict[Result, list[Recovery]] = defaultdict(list)
    for row in news:
        if recovery := lines[row.line].recovery_id:
            said[row.result].append(Recovery(pk=recovery))
    for result, found in said.items():
        act, codes = f"payments.offset_{result}", [f"batch:{batch.reference}"]
        audit.record_many(act, found, by=by, now=now, under=under, codes=codes)


def close(paid: Iterable[Line], *, now: datetime) -> None:
    """Closes as recovered what these lines, which the payer has taken off, have brought back in full."""
    for line in _held({line.recovers_id for line in paid if line.recovers_id}):
        close_recovered(line, now=now)
