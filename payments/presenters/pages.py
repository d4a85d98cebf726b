"""Rows of the pages of payments."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from asye.dates import long_date, long_datetime
from asye.money import pounds
from asye.ui.links import link
from payments.models import Batch, GrantYear, Line, Payee
from payments.presenters.words import batch_tag, line_tag
from payments.queries.ledger import Balance
from payments.queries.owed import Owed, OwedTotal
from payments.queries.statements import Statement
from payments.rules.response import Problem
from payments.states import WHAT_TO_DO, Blocked
from registrations.states import Milestone

AMOUNT = {"text": "Amount", "numeric": True}
LINES = {"text": "Lines", "numeric": True}
BATCHES = ["Batch", "Prepared", LINES, {"text": "Total", "numeric": True}, "Status"]
BLOCKED = ["Registration", "Employer", "Payment", "Due since", AMOUNT, "Why, and what to do"]
BATCH_LINES = ["Line", "Registration", "Employer", "Payment", AMOUNT, "Status"]
STATEMENT_LINES = ["Registration", "NQSW", "Payment", "Due", AMOUNT, "Status", "Why"]
STATEMENT_OWED = ["Registration", "Payment", "Due since", AMOUNT, "What happens next"]
STATEMENT_TOTALS = ["Payment", "Status", {"text": "Payments", "numeric": True}, AMOUNT]
PROBLEMS = [{"text": "Row", "numeric": True}, "Field", "What is wrong"]
PAYEES = ["Employer", "Vendor number", "Status", "Action"]
RECOVERIES = ["Registration", "Employer", "Left on", "Why", AMOUNT, "Line"]
BALANCES = [
    "Account",
    {"text": "Debit", "numeric": True},
    {"text": "Credit", "numeric": True},
    {"text": "Balance", "numeric": True},
]
BUDGETS = [
    "Financial year",
    {"text": "Budget", "numeric": True},
    {"text": "Committed", "numeric": True},
    {"text": "Left", "numeric": True},
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


def owed_sentence(totals: list[OwedTotal]) -> str:
    """What can go into a batch now."""
    free = [total for total in totals if not total.blocked]
    if not free:
        return "Nothing is owed that can be paid now."
    count = free[0].count
    are = "1 payment is" if count == 1 else f"{count:,} payments are"
    return f"{are} owed and can go into a batch: {pounds(free[0].sum_pence)}."


def blocked_rows(blocked: Iterable[Owed]) -> list[list[Any]]:
    """One row for each payment that cannot go into a batch today."""
    return [
        [
            one.reference,
            link(reverse("statement_of", args=[one.employer_id]), one.employer_name),
            one.milestone.label,
            long_date(one.due_on),
            pounds(one.amount_pence),
            f"{why_blocked(one)} {WHAT_TO_DO[Blocked(one.blocked)]}",
        ]
        for one in blocked
    ]


def why_blocked(one: Owed) -> str:
    """The reason in a sentence, with the day a hold ends."""
    if one.blocked == Blocked.HELD and one.held_until:
        return f"Held until {long_date(one.held_until)}: {one.held_because.rstrip('.')}."
    return f"{one.blocked_label}."


def budget_rows(years: Iterable[tuple[GrantYear, int]]) -> list[list[Any]]:
    """Budget, what live lines commit, and what is left."""
    return [
        [year.code, pounds(year.budget_pence), pounds(spent), pounds(year.budget_pence - spent)]
        for year, spent in years
    ]


def batch_facts(batch: Batch, count: int, sum_pence: int, sha256: str) -> list[tuple[str, Any]]:
    """What a batch is: the frozen count, sum and hash once it was submitted, else those of now."""
    facts: list[tuple[str, Any]] = [
        ("Status", batch_tag(batch)),
        ("Lines", f"{count:,}"),
        ("Total", pounds(sum_pence)),
        ("Fingerprint of the file (SHA-256)", sha256),
        ("Prepared", _who(batch.prepared_by, batch.prepared_at, "the monthly run")),
    ]
    if batch.submitted_at:
        facts.append(("Submitted", _who(batch.submitted_by, batch.submitted_at)))
    if batch.approved_at:
        facts.append(("Approved", _who(batch.approved_by, batch.approved_at)))
    if batch.handed_over_at:
        facts.append(("Handed over", _who(batch.handed_over_by, batch.handed_over_at)))
    if batch.cancelled_at:
        facts.append(("Cancelled", _who(batch.cancelled_by, batch.cancelled_at)))
        facts.append(("Reason", batch.cancelled_because))
    return facts


def _who(user: Any, at: Any, nobody: str = "the service") -> str:
    return f"{long_datetime(at)} by {user.full_name if user else nobody}"


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
            pounds(line.amount_pence),
            line_tag(line.stage),  # type: ignore[attr-defined]
        ]
        if may_hold:
            row.append(link(reverse("line_hold", args=[line.pk]), "Hold", f"line {line.reference}"))
        rows.append(row)
    return rows


def line_facts(line: Line, sees_all: bool) -> list[tuple[str, Any]]:
    """Why this pound: everything a line stands on. Vendor number and batch only for those who look after the money."""
    year = link(reverse("statement", args=[line.employer_id, line.grant_year.code]), str(line.grant_year))
    facts: list[tuple[str, Any]] = [
        ("Status", line_tag(line.stage)),  # type: ignore[attr-defined]
        ("Why", line.sentence),
        ("Amount", pounds(line.amount_pence)),
        ("Payment", Milestone(line.milestone).label),
        ("Registration", str(line.registration)),
        ("NQSW", line.registration.nqsw.full_name),
        ("Employer", line.employer_name),
        ("Due", long_date(line.due_on)),
        ("Financial year", year),
        ("Rate set by", str(line.programme_year)),
        ("Line", line.reference),
    ]
    if sees_all:
        facts.append(("Vendor number", line.payee.vendor_number))
        facts.append(("Batch", link(reverse("batch", args=[line.batch_id]), line.batch.reference)))
    if line.follows_id:
        facts.append(("Follows", link(reverse("line", args=[line.follows_id]), "An earlier attempt")))
    if line.closed_because:
        facts.append(("Reason given", line.closed_because))
    return facts


def statement_facts(shown: Statement) -> list[tuple[str, str]]:
    """The four sums of a statement."""
    return [
        ("Paid", pounds(shown.paid_pence)),
        ("On its way", pounds(shown.on_its_way_pence)),
        ("Owed, in the next batch", pounds(shown.owed_pence)),
        ("Blocked", pounds(shown.blocked_pence)),
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
            pounds(line.amount_pence),
            line_tag(line.stage),  # type: ignore[attr-defined]
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
    return why_blocked(one) if one.blocked else "It goes into the next batch."


def recovery_rows(lines: Iterable[Line]) -> list[list[Any]]:
    """One row for each payment that is to be recovered, read by `queries.effects.to_recover`."""
    return [
        [
            str(line.registration),
            link(reverse("statement_of", args=[line.employer_id]), line.employer_name),
            long_date(line.registration.ended_on) if line.registration.ended_on else "",
            _why_recovered(line),
            pounds(line.amount_pence),
            link(reverse("line", args=[line.pk]), line.reference),
        ]
        for line in lines
    ]


def _why_recovered(line: Line) -> str:
    if line.paid_twice:  # type: ignore[attr-defined]
        return "Paid under two records of one person"
    if line.now_a_fail:  # type: ignore[attr-defined]
        return "The pass it was paid for became a fail"
    return str(line.registration.get_end_reason_display())


def payee_rows(payees: Iterable[Payee]) -> list[list[Any]]:
    """Vendor details that are in use or wait."""
    return [
        [
            payee.employer.name,
            payee.vendor_number,
            f"In use since {long_date(payee.verified_at)}" if payee.verified_at else "Waits to be verified",
            link(reverse("payee", args=[payee.pk]), "View", f"the details of {payee.employer.name}"),
        ]
        for payee in payees
    ]


def payee_facts(payee: Payee) -> list[tuple[str, Any]]:
    """Who proposed and who verified."""
    facts: list[tuple[str, Any]] = [
        ("Employer", payee.employer.name),
        ("Vendor number", payee.vendor_number),
        ("Proposed", _who(payee.proposed_by, payee.proposed_at)),
    ]
    if payee.verified_at and payee.called_back_on:
        facts.append(("Verified", _who(payee.verified_by, payee.verified_at)))
        facts.append(("Called back", f"{long_date(payee.called_back_on)}. {payee.called_back_note}"))
    if payee.refused_at:
        facts.append(("Refused", f"{_who(payee.refused_by, payee.refused_at)}. {payee.refused_because}"))
    if payee.ended_at:
        facts.append(("Replaced", long_datetime(payee.ended_at)))
    return facts


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
    return "Paid"
