"""When something falls due: the days of a year with its pauses counted, in Python and in SQL."""

from datetime import date, timedelta

from django.db.models import DateField, F, Func, QuerySet

from asye.clock import london_date
from registrations.models import Registration
from registrations.rules import dates, years


class DueDate(Func):
    """The day on which a review so many months in falls due, in SQL: the twin of rules.dates.shifted."""

    function = "registration_due"
    output_field = DateField()

    def __init__(self, registration_id: object, months: object) -> None:
        super().__init__(registration_id, months)


def pauses_of(registration: Registration) -> list[dates.Pause]:
    """The deferrals that are over and the extensions, as the rule of due dates counts them."""
    over = [
        dates.Pause(each.starts_on, (each.ends_on - each.starts_on).days)
        for each in registration.deferrals.all()
        if each.ends_on is not None
    ]
    return over + [
        dates.Pause(london_date(each.recorded_at), each.days)
        for each in registration.extensions.all()
        if each.undone_at is None
    ]


def review_dates(registration: Registration) -> list[tuple[str, str, date]]:
    """(key, label, due day) of each review there has to be, earliest first, with deferrals that are over and
    extensions counted. Reviews that an employer may leave out are in all_review_dates()."""
    left_out = set(registration.programme_year.optional_reviews)
    return [review for review in all_review_dates(registration) if review[0] not in left_out]


def all_review_dates(registration: Registration) -> list[tuple[str, str, date]]:
    """As review_dates(), with the reviews that an employer may leave out."""
    months = registration.programme_year.review_months
    return dates.review_dates(registration.first_day, months, pauses_of(registration))


def agreement_due(registration: Registration) -> date:
    """The day by which the agreement of the year is to be signed, deferrals and extensions counted."""
    due = registration.asye_start + timedelta(days=registration.programme_year.agreement_days)
    return dates.shifted(due, pauses_of(registration))


def planned_dates(registration: Registration, *supposed: dates.Pause) -> list[tuple[str, str, date]]:
    """(key, label, planned day) of the agreement, every review, moderation and the outcome (U8, U9).

    `supposed` are pauses that are counted as well, such as a deferral whose end is only expected.
    """
    year, found = registration.programme_year, [*pauses_of(registration), *supposed]
    agreed = dates.shifted(registration.asye_start + timedelta(days=year.agreement_days), found)
    reviews = dates.review_dates(registration.first_day, year.review_months, found)
    moderated = reviews[-1][2] + timedelta(days=year.panel_days)
    return [
        ("agreement", "Agreement signed", agreed),
        *(
            (key, f"{label} (may be left out)" if key in year.optional_reviews else label, due)
            for key, label, due in reviews
        ),
        ("moderation", "Moderation", moderated),
        ("outcome", "Outcome confirmed", moderated + timedelta(days=year.report_days)),
    ]


def part_time_days(registration: Registration) -> int:
    """By how many days the year has still to be extended to last as long as the share of full time asks for (U6)."""
    year, start = registration.programme_year, registration.first_day
    wanted = dates.add_months(start, years.part_time_months(year, registration.fte_percent))
    given = sum(each.days for each in registration.extensions.all() if each.undone_at is None)
    return max((wanted - dates.add_months(start, year.months)).days - given, 0)


def planned_end(registration: Registration, *supposed: dates.Pause) -> date:
    """The day on which the year is planned to be complete, with deferrals that are over, extensions and what is
    supposed counted."""
    whole = dates.add_months(registration.first_day, registration.programme_year.months)
    return dates.shifted(whole, [*pauses_of(registration), *supposed])


def with_end(queryset: QuerySet[Registration]) -> QuerySet[Registration]:
    """Annotates `planned_end_on`, the day planned_end() answers."""
    return queryset.annotate(planned_end_on=DueDate(F("pk"), F("programme_year__months")))
