"""How a concern stands, and how support and concerns end: data only. Where it stands is derived, never stored."""

from typing import Final

from django.db.models import TextChoices


class ConcernState(TextChoices):
    """Where a concern stands. It follows from its support plans and from whether it was closed."""

    OPEN = "open", "Support to be agreed"
    PLANNED = "planned", "Support under way"
    REVIEWED = "reviewed", "Support reviewed"
    CLOSED = "closed", "Closed"


class SupportOutcome(TextChoices):
    """What the review of a support plan found."""

    HELPED = "helped", "It helped: the concern is settled"
    PARTLY = "partly", "It helped in part: more is needed"
    NOT_YET = "not_yet", "It has not helped yet"
    NOT_GIVEN = "not_given", "The support was not given as promised"


class ConcernResult(TextChoices):
    """How a concern ended."""

    SETTLED = "settled", "Settled: the support helped"
    REMAINS = "remains", "Not settled: it is taken up in the next review"
    UNFOUNDED = "unfounded", "Looked into: there was no ground for it"
    ELSEWHERE = "elsewhere", "Now dealt with under another procedure of the employer"


AFTER_SUPPORT: Final = frozenset({ConcernResult.SETTLED, ConcernResult.REMAINS})  # said only once support was reviewed
TAG_COLOURS: Final = {
    ConcernState.OPEN: "orange",
    ConcernState.PLANNED: "blue",
    ConcernState.REVIEWED: "yellow",
    ConcernState.CLOSED: "grey",
}
