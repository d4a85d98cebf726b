"""Rows of what is owed, by what blocks it and for how long, and of where everything else stands."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from asye.dates import long_date
from asye.money import pounds
from asye.ui.links import link
from payments.presenters.pages import AMOUNT, why_blocked
from payments.queries.ageing import IN_BATCH, Aged
from payments.queries.owed import Owed
from payments.states import WHAT_TO_DO, Age, Blocked

PAYMENTS = {"text": "Payments", "numeric": True}
PIPELINE = ["Where they stand", PAYMENTS, AMOUNT]
AGEING = ["Why", *({"text": age.label, "numeric": True} for age in Age), {"text": "Together", "numeric": True}]
BLOCKED = ["Registration", "Employer", "Payment", "Due since", AMOUNT, "Why, and what to do"]
READY = "Nothing stands in the way: they go into the next batch"


def owed_sentence(aged: list[Aged]) -> str:
    """What can go into a batch now."""
    free = [one for one in aged if not one.blocked]
    if not free:
        return "Nothing is owed that can be paid now."
    count = sum(one.count for one in free)
    are = "1 payment is" if count == 1 else f"{count:,} payments are"
    return f"{are} owed and can go into a batch: {pounds(sum(one.sum_pence for one in free))}."


def pipeline_rows(aged: list[Aged], in_batches: Mapping[str, tuple[int, int]]) -> list[list[Any]]:
    """From owed to paid: how many payments stand where, and what they come to."""
    free, stuck = [one for one in aged if not one.blocked], [one for one in aged if one.blocked]
    steps = [
        (label, sum(one.count for one in group), sum(one.sum_pence for one in group))
        for label, group in (("Owed, can go into a batch", free), ("Owed, blocked", stuck))
    ]
    steps += [(label, *in_batches[key]) for key, label in IN_BATCH.items()]
    return [[label, f"{count:,}", pounds(pence)] for label, count, pence in steps]


def ageing_rows(aged: list[Aged]) -> list[list[Any]]:
    """One row a reason, what can be paid first: each age with its number and sum, leading to its payments."""
    found = {(one.blocked, one.age): (one.count, one.sum_pence) for one in aged}
    reasons = [reason for reason in ("", *Blocked.values) if any(key[0] == reason for key in found)]
    return [
        [
            Blocked(reason).label if reason else READY,
            *(_cell(reason, [age], found) for age in Age),
            _cell(reason, list(Age), found),
        ]
        for reason in reasons
    ]


def _cell(reason: str, ages: list[Age], found: Mapping[tuple[str, Age], tuple[int, int]]) -> Any:
    sums = [found[reason, age] for age in ages if (reason, age) in found]
    if not sums:
        return "None"
    asked = {"why": reason or "ready"} | ({"age": ages[0].value} if len(ages) == 1 else {})
    text = f"{sum(count for count, _ in sums):,}: {pounds(sum(pence for _, pence in sums))}"
    about = f"for “{Blocked(reason).label if reason else READY}”" + (f", {ages[0].label}" if len(ages) == 1 else "")
    return link(f"{reverse('owed_payments')}?{urlencode(asked)}", text, about)


def blocked_rows(blocked: Iterable[Owed]) -> list[list[Any]]:
    """One row for each payment that is owed, with what is in its way."""
    return [
        [
            one.reference,
            link(reverse("statement_of", args=[one.employer_id]), one.employer_name),
            one.milestone.label,
            long_date(one.due_on),
            pounds(one.amount_pence),
            _why(one),
        ]
        for one in blocked
    ]


def _why(one: Owed) -> str:
    if not one.blocked:
        return "It goes into the next batch."
    why = f"{why_blocked(one)} {WHAT_TO_DO[Blocked(one.blocked)]}"
    if one.blocked == Blocked.HELD and one.held_at and one.held_by:
        why += f" Held on {long_date(one.held_at)} by {one.held_by}."
    return why
