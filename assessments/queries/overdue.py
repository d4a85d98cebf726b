"""Years whose review should have been held by now."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When

from assessments.models import Record
from assessments.schema import REVIEW
from registrations.finding import in_stage
from registrations.models import ProgrammeYear, Registration
from registrations.queries import LIVE, DueDate
from registrations.rules.dates import add_months
from registrations.states import Stage

LONGEST_SHORTENED = timedelta(days=3)  # 31 May less three months is 28 February: never earlier than by so much


def with_overdue_review(queryset: QuerySet[Registration], on: date) -> QuerySet[Registration]:
    """Those on the programme with a review that has to be held, was due before a day, and is not agreed."""
    late = Q(pk__in=[])
    for number, ((first_day, key, months), years) in enumerate(sorted(_points().items())):
        held = Record.objects.done().filter(registration=OuterRef("pk"), kind=REVIEW, review_point=key)
        due = Case(  # asked in this order: the day with its pauses costs more than to see that a review was held
            When(~Exists(held), then=DueDate(F("pk"), Value(months))), default=None, output_field=DateField()
        )
        queryset = queryset.alias(**{f"due_{number}": due})
        earliest = add_months(on, -months) + LONGEST_SHORTENED  # pauses only make it later
        late |= Q(**{"programme_year__in": years, f"{first_day}__lt": earliest, f"due_{number}__lt": on})
    return queryset.filter(in_stage(Stage.ON_PROGRAMME, on)).filter(late)


def _points() -> dict[tuple[str, str, int], list[int]]:
    """The years that are being lived, by the day they count from and each review there has to be."""
    found: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    live: Any = Registration.objects.filter(LIVE, programme_year=OuterRef("pk"))
    for year in ProgrammeYear.objects.filter(Exists(live)):
        for key, months in year.review_months.items():
            if key not in year.optional_reviews:
                found[year.counts_from, key, months].append(year.pk)
    return found
