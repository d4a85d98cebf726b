"""Reads of concerns: those of a year, what an earlier review asks for, and whether a fail was foreseen."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Value

from accounts import roles
from accounts.models import Employer, User
from accounts.queries import coordinated, holding
from accounts.waiting import Kind, lines, name_of
from assessments.models import BlindReader, Concern, Record, SupportPlan, made_with
from assessments.queries.records import last_review, schema_of, title_of
from assessments.rules.concerns import FORESEEN_MONTHS, unforeseen
from assessments.schema import REVIEW
from assessments.states import RecordState
from asye.clock import london_date
from registrations.models import Registration
from registrations.queries import assessing, coordinators_of, pauses_of, placement_of, review_dates
from registrations.rules.dates import add_months, shifted
from registrations.rules.lasting import in_order

Rows = QuerySet[Any, Any]


def concerns_of(registration: Registration, user: User, on: date) -> list[Concern]:
    """The concerns of a year that this person may read, oldest first, with their plans: three queries."""
    found = Concern.objects.visible_to(user, on).filter(registration=registration)
    return list(found.select_related("registration__nqsw").prefetch_related("plans__reviewer"))


def how_many_concerns(registration: Registration, on: date) -> int:
    """How many concerns were raised where the year is carried on a day: what the form to raise one was opened with.

    What was raised with another employer is not counted: the form must not tell that there was any.
    """
    return _raised_with(placement_of(registration, on).employer, registration).count()


def _raised_with(employer: Employer, registration: Registration) -> QuerySet[Concern]:
    return Concern.objects.filter(made_with([employer]), registration=registration)


def next_review(registration: Registration, today: date) -> tuple[str, date] | None:
    """The name and day of the next review there has to be, due after today and not agreed yet; None after the last."""
    held = set(
        Record.objects.done().filter(registration=registration, kind=REVIEW).values_list("review_point", flat=True)
    )
    return next(
        ((label, due) for key, label, due in review_dates(registration) if due > today and key not in held), None
    )


def reviewers_of(concern: Concern, on: date) -> QuerySet[User]:
    """Who works on a concern and can look at support with the NQSW: those who assess now, and the co-ordinators of the
    employer; nobody who is to judge the year blind."""
    here = coordinators_of(concern.placement.kept_by, on) | assessing(concern.registration, on)
    judges = BlindReader.objects.filter(revision__record__registration=concern.registration, lifted_at__isnull=True)
    return here.exclude(human__in=judges.values("reader__human")).distinct().order_by("last_name", "first_name", "id")


def without_support(record: Record) -> list[str]:
    """The names of the reviews before this one whose answer asks for a concern, and for which no support reaches past
    the day they were first finished; nothing for what is not a review. Two queries, none where the form asks for none.

    What counts is what a review says now, agreed or not: refusing to sign it does not make it go away. Support under a
    placement with an earlier employer counts too.
    """
    months = record.registration.programme_year.review_months
    if record.kind != REVIEW or record.review_point not in months:
        return []
    earlier = [point for point, month in months.items() if month < months[record.review_point]]
    written = (
        Record.objects.filter(registration=record.registration, kind=REVIEW, review_point__in=earlier)
        .exclude(state=RecordState.DRAFT)
        .select_related("current_revision")
        .annotate(finished_at=Min("transitions__at", filter=Q(transitions__to_state=RecordState.SUBMITTED)))
    )
    worried = [one for one in written if asks_for_concern(one)]
    if not worried:
        return []
    last = _support_until(record.registration)
    missing = [one for one in worried if last < london_date(one.finished_at)]
    return [title_of(one) for one in sorted(missing, key=lambda one: months[one.review_point])]


def asks_for_support(record: Record) -> bool:
    """Whether an agreed review of a running year, before its last, asks for a concern and no support reaches past the
    day it was first finished: what will hold up the next one. No query where its answers ask for none."""
    if record.kind != REVIEW or not record.is_done or not asks_for_concern(record):
        return False
    registration = record.registration
    if registration.ended_on is not None or record.review_point == last_review(registration):
        return False
    finished = record.transitions.filter(to_state=RecordState.SUBMITTED).aggregate(at=Min("at"))
    return _support_until(registration) < london_date(finished["at"])


def _support_until(registration: Registration) -> date:
    plans = SupportPlan.objects.filter(concern__registration=registration)
    return max((_reaches_to(plan) for plan in plans), default=date.min)


def _reaches_to(plan: SupportPlan) -> date:
    return london_date(plan.reviewed_at) if plan.reviewed_at else plan.review_by


def asks_for_concern(record: Record) -> bool:
    """Whether a record's current words hold an answer that its form marks as a ground for a concern."""
    return record.current_revision is not None and schema_of(record).asks_for_concern(record.current_revision.content)


@dataclass(frozen=True)
class Foresight:
    """Whether a fail could be foreseen: `flag` says why not, "" where it could. `first_raised` is the day of the first
    concern that was raised where the year is carried now, without a word of it; None where there is none."""

    flag: str
    first_raised: date | None


def foresight(registration: Registration, on: date, *, recommended_on: date | None = None) -> Foresight:
    """What the concerns raised where the year is carried on a day say about a recommendation to fail, made on a day or
    still to be made. What was raised with another employer stays there: neither a flag nor its absence tells of it."""
    every = in_order(registration.placements.select_related("employer", "handed_to"), on)
    employer = every[-1].employer
    found = list(_raised_with(employer, registration).prefetch_related("plans").order_by("raised_at"))
    whole = add_months(registration.first_day, FORESEEN_MONTHS)
    raised = [one.raised_on for one in found]
    flag = unforeseen(
        deadline=shifted(whole, pauses_of(registration)),
        raised=raised,
        planned=[london_date(plan.planned_at) for one in found for plan in one.plans.all()],
        recommended_on=recommended_on,
        where=f" at {employer.name}" if any(one.kept_by != employer for one in every) else "",
    )
    return Foresight(flag, min(raised, default=None))


# What waits for whom, for the home pages.

WORKERS: Final = frozenset({roles.ASSESSOR, roles.COORDINATOR})
ABOUT: Final = name_of("concern__registration__nqsw")


def _running_plans(on: date) -> QuerySet[SupportPlan]:
    running = Concern.objects.running(on).filter(pk=OuterRef("concern"))
    return SupportPlan.objects.filter(Exists(running), reviewed_at__isnull=True)


def _to_review(user: User, on: date) -> Rows:
    """Support this person is to look at; once it is late, also what others were to look at with their employer."""
    theirs = Concern.objects.worked_on_by(user, on).filter(pk=OuterRef("concern"))
    of_mine = Concern.objects.filter(made_with(coordinated(user, on)), pk=OuterRef("concern"))
    found = _running_plans(on).filter(Q(reviewer=user) | Q(Exists(of_mine), review_by__lt=on), Exists(theirs))
    return lines(found, at="concern_id", about=ABOUT, due=F("review_by"))


def _to_plan(user: User, on: date) -> Rows:
    """Concerns for which no support has been agreed, to those who act in them."""
    unplanned = ~Exists(SupportPlan.objects.filter(concern=OuterRef("pk")))
    found = Concern.objects.worked_on_by(user, on).running(on).filter(unplanned)
    return lines(found, about=name_of("registration__nqsw"))


def _own_support(user: User, on: date) -> Rows:
    found = _running_plans(on).filter(Exists(holding(user, on, roles.NQSW)), concern__registration__nqsw__user=user)
    return lines(found, at="concern_id", about=Value("Support for you"), due=F("review_by"), who=name_of("reviewer"))


FOR_PERSON: Final = (
    Kind("Review a support plan", "concern_review", WORKERS, _to_review),
    Kind("Agree support after a concern", "concern_plan", WORKERS, _to_plan),
)
ON_OTHERS: Final = (
    Kind("Look with you at how the support is working", "concern", frozenset({roles.NQSW}), _own_support),
)
