"""Rows of the pages of payments."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from asye.dates import long_date
from asye.money import pounds
from asye.ui.links import link
from payments.models import Batch, Line
from payments.presenters.remittances import paid_link
from payments.presenters.words import batch_tag, line_tag, who
from payments.queries.flags import Flagged
from payments.queries.ledger import Balance
from payments.queries.owed import Owed
from payments.queries.statements import Statement
from payments.rules.response import Problem
from payments.states import Blocked, Flag, LineKind
from registrations.states import Milestone

AMOUNT = {"text": "Amount", "numeric": True}
LINES = {"text": "Lines", "numeric": True}
BATCHES = ["Batch", "Prepared", LINES, {"text": "Total", "numeric": True}, "Status"]
FLAGGED = ["Line", "Registration", "What has happened"]
BATCH_LINES = ["Line", "Registration", "Employer", "Payment", AMOUNT, "Status"]
STATEMENT_LINES = ["Registration", "NQSW", "Payment", "Due", AMOUNT, "Status", "Paid on", "Why"]
STATEMENT_OWED = ["Registration", "Payment", "Due since", AMOUNT, "What happens next"]
STATEMENT_TOTALS = ["Payment", "Status", {"text": "Payments", "numeric": True}, AMOUNT]
PROBLEMS = [{"text": "Row", "numeric": True}, "Field", "What is wrong"]
BALANCES = [
    "Account",
    {"text": "Debit", "numeric": True},
    {"text": "Credit", "numeric": True},
    {"text": "Balance", "numeric": True},
]


def batch_rows(batches: Iterable[Batch]) -> list[list[Any]]:
    """One row a batch, read by `queries.lines.batches_in_progress`."""
    return [
        [
            link(reverse("batch", args=[batch.pk]), batch.reference),
            long_date(batch.prepared_at),
            batch.lines_now,  # type: ignore[attr-defined]
            pounds(batch.pence_now),  # type: ignore[attr-defined]
            batch_tag(batch),
        ]
        for batch in batches
    ]


def why_blocked(one: Owed) -> str:
    """The reason in a sentence, with the day a hold ends: for those who look after the money, and for an employer
    where it is not about another one."""
    if one.blocked == Blocked.SHARED_NUMBER:
        return "Another employer has the same vendor number."
    if one.blocked == Blocked.HELD and one.held_until:
        return f"Held until {long_date(one.held_until)}: {one.held_because.rstrip('.')}."
    if one.blocked == Blocked.COOL_OFF and one.used_from:
        return f"New vendor details are used from {long_date(one.used_from)}."
    return f"{one.blocked_label}."


def batch_facts(batch: Batch, count: int, sum_pence: int, sha256: str) -> list[tuple[str, Any]]:
    """What a batch is: the frozen count, sum and hash once it was submitted, else those of now."""
    facts: list[tuple[str, Any]] = [
        ("Status", batch_tag(batch)),
        ("Lines", f"{count:,}"),
        ("Total", pounds(sum_pence)),
        ("Fingerprint of the file (SHA-256)", sha256),
        ("Prepared", who(batch.prepared_by, batch.prepared_at, "the monthly run")),
    ]
    if batch.submitted_at:
        facts.append(("Submitted", who(batch.submitted_by, batch.submitted_at)))
    if batch.approved_at:
        facts.append(("Approved", who(batch.approved_by, batch.approved_at)))
    if batch.handed_over_at:
        facts.append(("Handed over", who(batch.handed_over_by, batch.handed_over_at)))
        answered = batch.answered  # type: ignore[attr-defined]
        facts.append(("Answered by the payer", f"{answered:,} of {count:,}, {count - answered:,} outstanding"))
    if batch.cancelled_at:
        facts.append(("Cancelled", who(batch.cancelled_by, batch.cancelled_at)))
        facts.append(("Reason", batch.cancelled_because))
    return facts


def batch_line_header(may_hold: bool) -> list[Any]:
    """The columns of `batch_line_rows`."""
    return [*BATCH_LINES, "Action"] if may_hold else BATCH_LINES


def batch_line_rows(lines: Iterable[Line], may_hold: bool) -> list[list[Any]]:
    """One row a line of a batch, each read `with_stage`; with a link to hold it where that can be done."""
    rows: list[list[Any]] = []
    for line in lines:
        row: list[Any] = [
            link(reverse("line", args=[line.pk]), line.reference),
            str(line.registration),
            line.employer_name,
            Milestone(line.milestone).label,
            pounds(line.signed_pence),
            line_tag(line),
        ]
        if may_hold:
            row.append(_out_of_batch(line))
        rows.append(row)
    return rows


def flagged_rows(found: Iterable[Flagged]) -> list[list[str]]:
    """Lines that something has happened to, read by `queries.flags.flagged`."""
    return [[one.line, one.registration, _flag(one)] for one in found]


def _flag(one: Flagged) -> str:
    more = f": {one.now}" if one.flag in (Flag.BLOCKED, Flag.RENAMED) else ""
    return f"{one.flag.label}{more}."


def _out_of_batch(line: Line) -> Any:
    if line.kind == LineKind.RECOVERY:
        return link(reverse("recovery", args=[line.recovery_id]), "Take off", f"the recovery of line {line.reference}")
    return link(reverse("line_hold", args=[line.pk]), "Hold", f"line {line.reference}")


def line_facts(line: Line, sees_all: bool) -> list[tuple[str, Any]]:
    """Why this pound: everything a line stands on. Vendor number and batch only for those who look after the money."""
    year = link(reverse("statement", args=[line.employer_id, line.grant_year.code]), str(line.grant_year))
    facts: list[tuple[str, Any]] = [
        ("Status", line_tag(line)),
        ("Why", line.sentence),
        ("Amount", pounds(line.signed_pence)),
        ("Payment", Milestone(line.milestone).label),
        ("Registration", str(line.registration)),
        ("NQSW", line.registration.nqsw.full_name),
        ("Employer", line.employer_name),
        ("Due", long_date(line.due_on)),
        ("Financial year", year),
        ("Rate set by", str(line.programme_year)),
        ("Line", line.reference),
    ]
    if paid_on := paid_link(line):
        facts.append(("Paid on", paid_on))
    if sees_all:
        facts.append(("Vendor number", line.payee.vendor_number))
        facts.append(("Batch", link(reverse("batch", args=[line.batch_id]), line.batch.reference)))
    if line.recovers_id:
        facts.append(("Takes back", link(reverse("line", args=[line.recovers_id]), "What was paid")))
    if line.recovery_id and sees_all:
        facts.append(("Recovery", link(reverse("recovery", args=[line.recovery_id]), f"R{line.recovery_id:05d}")))
    if line.follows and (sees_all or line.follows.employer_id == line.employer_id):  # nothing of another employer
        facts.append(("Follows", link(reverse("line", args=[line.follows_id]), "An earlier attempt")))
    if line.closed_because:
        facts.append(("Reason given", line.closed_because))
    return facts


def statement_facts(shown: Statement) -> list[tuple[str, str]]:
    """The four sums of a statement, and what is to be paid back where that is something."""
    owes = [("To be paid back", pounds(shown.to_pay_back_pence))] if shown.to_pay_back_pence else []
    return [
        ("Paid", pounds(shown.paid_pence)),
        ("On its way", pounds(shown.on_its_way_pence)),
        ("Owed, in the next batch", pounds(shown.owed_pence)),
        ("Blocked", pounds(shown.blocked_pence)),
        *owes,
    ]


def statement_total_rows(shown: Statement) -> list[list[Any]]:
    """One row for each milestone and status, without names."""
    return [[one.milestone.label, one.state, f"{one.count:,}", pounds(one.sum_pence)] for one in shown.totals()]


def statement_rows(lines: Iterable[Line]) -> list[list[Any]]:
    """One row for each line of a page of the year's."""
    return [
        [
            str(line.registration),
            line.registration.nqsw.full_name,
            Milestone(line.milestone).label,
            long_date(line.due_on),
            pounds(line.signed_pence),
            line_tag(line),
            paid_link(line),
            link(reverse("line", args=[line.pk]), "Why this amount", f"for {line.registration}"),
        ]
        for line in lines
    ]


def statement_owed_rows(owed: Iterable[Owed]) -> list[list[Any]]:
    """One row for what is owed and in no batch yet."""
    return [
        [one.reference, one.milestone.label, long_date(one.due_on), pounds(one.amount_pence), _what_next(one)]
        for one in owed
    ]


def _what_next(one: Owed) -> str:
    if one.blocked == Blocked.NO_PAYEE:
        return "We do not hold verified payment details of your organisation. We will contact you; you can also ask us."
    if one.blocked == Blocked.SHARED_NUMBER:
        return "We are checking the payment details of your organisation. You do not need to do anything."
    return why_blocked(one) if one.blocked else "It goes into the next batch."


def problem_rows(problems: Iterable[Problem]) -> list[list[Any]]:
    """What is wrong with a response file, row by row."""
    return [[problem.row or "", problem.field, problem.sentence] for problem in problems]


def balance_rows(balances: Iterable[Balance], names: dict[int, str]) -> list[list[Any]]:
    """Both sides of each account, employers by name."""
    return [
        [_account(one.account, names), pounds(one.debit), pounds(one.credit), pounds(one.balance)] for one in balances
    ]


def _account(code: str, names: dict[int, str]) -> str:
    kind, _, rest = code.partition(":")
    if kind == "grant_budget":
        return f"Grant of {rest}"
    if kind == "owed_to_employer":
        return f"Owed to {names.get(int(rest), rest)}"
    if kind == "owed_by_employer":
        return f"Owed by {names.get(int(rest), rest)}"
    return "Paid"
