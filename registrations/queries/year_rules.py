"""Which programme year is open, what it pays, and which of its rules are lifted for whom."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import Employer
from registrations.models import NQSW, AllowedAgain, AllowedLate, MilestoneAmount, ProgrammeYear, Registration
from registrations.models.years import IN_FORCE
from registrations.states import EndReason, Programme


def year_open(on: date, programme: Programme = Programme.ASYE_CHILD_AND_FAMILY) -> ProgrammeYear | None:
    """The programme year whose window holds a day, in the version in force (design: the year of submission)."""
    return (
        ProgrammeYear.objects.filter(IN_FORCE, programme=programme, window_from__lte=on, window_to__gte=on)
        .order_by("-code")
        .first()
    )


def lifted_for(swe_number: str, employer: Employer | int, on: date) -> frozenset[str]:
    """The numbers of the rules that are lifted for the person of a number at an employer, to be sent in on a day."""
    return lifted_among([swe_number], employer, on).get(swe_number, frozenset())


def lifted_among(numbers: Iterable[str], employer: Employer | int, on: date) -> dict[str, frozenset[str]]:
    """The same for many people: by number, those for whom any rule is lifted."""
    given = Q(swe_number__in=list(numbers), employer=employer, until__gte=on)
    late = AllowedLate.objects.filter(given).values_list("swe_number", Value("U3"))
    again = AllowedAgain.objects.filter(given).exclude(Exists(_outcomes_after_leave()))
    found: dict[str, frozenset[str]] = {}
    for number, rule in late.order_by().union(again.order_by().values_list("swe_number", Value("E10"))):
        found[number] = found.get(number, frozenset()) | {rule}
    return found


def _outcomes_after_leave() -> QuerySet[Registration]:
    """Years that ended with an outcome after the one that a second attempt was allowed for: a leave is for one fail."""
    known = NQSW.objects.filter(swe_number=OuterRef(OuterRef("swe_number")))
    own = known.annotate(person=Coalesce("merged_into", "pk")).values("person")
    return Registration.objects.annotate(person=Coalesce("nqsw__merged_into", "nqsw")).filter(
        ~Q(pk=Coalesce(OuterRef("failed"), 0)),
        end_reason=EndReason.OUTCOME_CONFIRMED,
        person__in=own,
        ended_on__gte=Coalesce(OuterRef("failed__ended_on"), Value(date.min)),
    )


def amounts_of(year: ProgrammeYear) -> dict[str, int]:
    """Pence by milestone."""
    return dict(MilestoneAmount.objects.filter(programme_year=year).values_list("milestone", "amount_pence"))
