"""What one batch pays to one employer, found by what somebody knows of it, and everything it stands on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, FilteredRelation, Max, Q, QuerySet, Sum, When

from accounts.employer_queries import employers
from payments.models import Batch, Line, PayerResponse
from payments.rules.finding import Asked
from payments.states import LineKind, Result

SIGNED = Case(
    When(kind=LineKind.RECOVERY, then=-F("amount_pence")), default=F("amount_pence"), output_field=BigIntegerField()
)


@dataclass(frozen=True)
class Remittance:
    """What a batch pays to an employer: the lines, each `with_stage`, and what the payer has answered of them. The
    batch has its file and its people, and is not for an employer's eyes."""

    batch: Batch
    lines: list[Line]
    responses: list[PayerResponse]

    @property
    def employer_name(self) -> str:
        """As it stood when the lines were made."""
        return self.lines[0].employer_name

    def received(self) -> list[tuple[date, int]]:
        """What the payer paid out on each day, in pence, the first day first; what was taken back is taken off."""
        days: dict[date, int] = {}
        for line in self.lines:
            if day := line.paid_on:  # type: ignore[attr-defined]
                days[day] = days.get(day, 0) + line.signed_pence
        return sorted(days.items())


def found(lines: QuerySet[Line], asked: Asked, on: date) -> QuerySet[Line, Any]:
    """Of these lines what fits, as one row for each batch, employer and day of payment (None: not paid), the latest
    paid first: batch_id, employer_id, name, paid_on, count and pence."""
    said = FilteredRelation("responses", condition=Q(responses__result=Result.PAID))  # the payer says so once of a line
    return (
        _fitting(lines, asked, on)
        .order_by()
        .annotate(said=said)
        .values("batch_id", "employer_id", paid_on=F("said__happened_on"))
        .annotate(name=Max("employer_name"), count=Count("pk"), pence=Sum(SIGNED))
        .order_by(F("paid_on").desc(nulls_last=True), "-batch_id", "name", "employer_id")
    )


def _fitting(lines: QuerySet[Line], asked: Asked, on: date) -> QuerySet[Line]:
    if asked.doubt:
        return lines.none()
    if asked.batch is not None:
        return lines.filter(batch=asked.batch)
    if asked.line:
        return lines.filter(reference=asked.line)
    if asked.registration:
        return lines.filter(registration__reference__startswith=asked.registration)
    return lines.filter(employer__in=employers(text=asked.employer, on=on).order_by().values("pk"))


def remittance(lines: QuerySet[Line], batch_id: int, employer_id: int) -> Remittance | None:
    """Of these lines what one batch pays to one employer, in three queries; None where that is nothing."""
    its = lines.filter(batch=batch_id, employer=employer_id).with_stage()  # type: ignore[attr-defined]
    shown = list(its.select_related("registration", "payee", "grant_year").order_by("due_on", "id"))
    if not shown:
        return None
    people = ("prepared_by", "submitted_by", "approved_by", "handed_over_by", "file")
    batch = Batch.objects.select_related(*people).defer("file__content").get(pk=batch_id)
    answers = PayerResponse.objects.filter(rows__line__in=[line.pk for line in shown]).distinct()
    return Remittance(batch, shown, list(answers.select_related("imported_by").defer("content").order_by("id")))
