"""What the year asks for and does not have yet."""

from assessments.evidence_marks import ASSESSOR_OBSERVATIONS, Shortfall, is_stated
from assessments.queries.evidence import Count, evidence_counts
from registrations.models import Registration
from registrations.states import EarlierKind


def shortfalls(registration: Registration) -> list[Shortfall]:
    """Each requirement of the programme year that is not met.

    Of a year that began before this service, part of the evidence is kept elsewhere: there nothing counts as stated.
    """
    programme = registration.programme_year.programme
    short = [one for one in evidence_counts(registration) if not one.is_met]
    elsewhere = bool(short) and began_elsewhere(registration)
    return [
        Shortfall(one.title, one.needed, one.agreed, not elsewhere and is_stated(_requirement(one), programme))
        for one in short
    ]


def began_elsewhere(registration: Registration) -> bool:
    """Whether the registration was taken over from before this service."""
    return registration.earlier_rows.filter(kind=EarlierKind.PEOPLE).exists()


def _requirement(count: Count) -> str:
    return ASSESSOR_OBSERVATIONS if count.within else count.kind
