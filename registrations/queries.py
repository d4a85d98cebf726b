"""Reads of registrations with more than one caller. Every list starts from the person who asks."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Case, CharField, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from accounts import roles
from accounts.models import Employer, Membership, User
from asye.clock import london_date
from registrations import person_queries
from registrations.models import (
    NQSW,
    AllowedAgain,
    AllowedLate,
    AssessorAssignment,
    Deferral,
    MilestoneAmount,
    Placement,
    ProgrammeYear,
    RegisterCheck,
    Registration,
    RegistrationQuery,
)
from registrations.models.register import TROUBLE
from registrations.models.years import IN_FORCE
from registrations.rules import dates, years
from registrations.rules.lasting import in_order
from registrations.states import EndReason, Programme, RegisterStatus, Stage, State

SEES_ALL = frozenset({roles.CASEWORKER.key, roles.AUDITOR.key, roles.ADMINISTRATOR.key})
SEES_EMPLOYERS = frozenset({roles.COORDINATOR.key, roles.SENIOR_LEAD.key})
TO_THE_END = Q(ends_on=F("placement__ends_on"))  # an assignment that ended only because the placement did
LIVE = Q(ended_on__isnull=True) & ~Q(state=State.REFUSED)


class DueDate(Func):
    """The day on which a review so many months in falls due, in SQL: the twin of rules.dates.shifted."""

    function = "registration_due"
    output_field = DateField()

    def __init__(self, registration_id: object, months: object) -> None:
        super().__init__(registration_id, months)


def registrations_visible_to(user: User, on: date) -> QuerySet[Registration]:
    """The registrations a person may read on a day, in constant queries.

    Co-ordinators and senior leads: those placed with their employer, now or once. Assessors: those they assess, or
    assessed to the end. NQSWs: their own. Caseworkers, auditors and administrators: all. Everybody else: none.
    """
    if not user.is_active:
        return Registration.objects.none()
    held = list(Membership.objects.live(on).filter(user=user).values_list("role", "employer_id"))
    if any(role in SEES_ALL for role, _ in held):
        return Registration.objects.all()
    allowed = Q(nqsw__user=user)
    leads = [employer for role, employer in held if role in SEES_EMPLOYERS]
    if leads:
        allowed |= Q(Exists(Placement.objects.filter(registration=OuterRef("pk"), employer__in=leads)))
    assesses = [employer for role, employer in held if role == roles.ASSESSOR.key]
    if assesses:
        mine = AssessorAssignment.objects.filter(
            placement__registration=OuterRef("pk"), assessor=user, placement__employer__in=assesses
        )
        allowed |= Q(Exists(mine.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on) | TO_THE_END)))
    return Registration.objects.filter(allowed)


def placement_of(registration: Registration, on: date) -> Placement:
    """The placement that counts on a day: the one that holds, else the last begun, else the first to come.

    One that never was (it lasts no day) counts only where there is no other.
    """
    return in_order(registration.placements.select_related("employer"), on)[-1]


def placement_shown(registration: Registration, user: User, on: date) -> tuple[Placement, bool] | None:
    """The placement of which a person who sees the registration reads on a day, and whether it has been left since.

    That is the one that counts; to an employer's people the last of their own, and None where they had none. Two
    queries.
    """
    every = in_order(registration.placements.select_related("employer"), on)
    held = list(Membership.objects.live(on).filter(user=user).values_list("role", "employer_id"))
    if registration.nqsw.user_id == user.pk or any(role in SEES_ALL for role, _ in held):
        return every[-1], False
    employers = {employer for _, employer in held}
    own = [each for each in every if each.employer_id in employers]
    return (own[-1], own[-1].pk != every[-1].pk) if own else None


def assignment_of(registration: Registration, on: date) -> AssessorAssignment | None:
    """Who assesses on a day: the assignment that holds, else (year ended or not begun) the last or first one.

    Cover does not count: who is covered for stays the assessor.
    """
    return assignment_in(placement_of(registration, on), on)


def assignment_in(placement: Placement, on: date) -> AssessorAssignment | None:
    """The same under a placement."""
    found = in_order(placement.assignments.filter(cover=False).select_related("assessor"), on)
    return found[-1] if found else None


def assessor_of(registration: Registration, on: date) -> User | None:
    """The assessor on a day (see assignment_of)."""
    assignment = assignment_of(registration, on)
    return assignment.assessor if assignment else None


def covers_of(registration: Registration) -> QuerySet[AssessorAssignment]:
    """Who stands or stood in for the assessor, and when; not what was undone."""
    found = AssessorAssignment.objects.filter(placement__registration=registration, cover=True)
    return found.exclude(ends_on=F("starts_on")).select_related("assessor", "placement")


def assessing(registration: Registration, on: date) -> QuerySet[User]:
    """Everybody who may act as assessor on a day: the assessor, and whoever covers for them."""
    holding = AssessorAssignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)
    return User.objects.filter(pk__in=holding.filter(placement__registration=registration).values("assessor"))


def registered_since(registration: Registration) -> bool:
    """Whether the person has another registration that is live, or that ran after the end of this one."""
    others = person_queries.of_person(registration.nqsw).exclude(pk=registration.pk)
    ran = Placement.objects.filter(registration__in=others, starts_on__gte=registration.ended_on or date.max)
    return others.filter(LIVE).exists() or ran.exclude(ends_on=F("starts_on")).exists()


def ever_assessed(user: User, registration: Registration) -> bool:
    """Whether the human behind this account is or was an assessor of the registration, under any account."""
    return AssessorAssignment.objects.filter(
        placement__registration=registration, assessor__human=user.human_id
    ).exists()


def coordinators_of(employer: Employer | int, on: date) -> QuerySet[User]:
    """The co-ordinators of an employer on a day."""
    live = Membership.objects.live(on).filter(role=roles.COORDINATOR.key, employer=employer)
    return User.objects.filter(pk__in=live.values("user"))


def assessors_at(employer: Employer | int, on: date) -> QuerySet[User]:
    """The people who may be named as assessor by an employer on a day."""
    live = Membership.objects.live(on).filter(role=roles.ASSESSOR.key, employer=employer)
    return User.objects.filter(pk__in=live.values("user"))


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


def open_deferral(registration: Registration) -> Deferral | None:
    """The deferral that has no return yet."""
    return registration.deferrals.filter(ends_on__isnull=True).first()


def open_query(registration: Registration) -> RegistrationQuery | None:
    """The question that has no answer yet."""
    return registration.queries.filter(answered_at__isnull=True).first()


def with_stage(queryset: QuerySet[Registration], on: date) -> QuerySet[Registration]:
    """Annotates `stage` (a states.Stage value) as of a day."""
    deferred = Deferral.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on), registration=OuterRef("pk"), starts_on__lte=on
    )
    stage = Case(
        When(state=State.REFUSED, then=Value(Stage.REFUSED.value)),
        When(end_reason=EndReason.WITHDRAWN, then=Value(Stage.WITHDRAWN.value)),
        When(end_reason=EndReason.NEVER_STARTED, then=Value(Stage.NEVER_STARTED.value)),
        When(end_reason=EndReason.OUTCOME_CONFIRMED, then=Value(Stage.FINISHED.value)),
        When(state=State.SUBMITTED, then=Value(Stage.BEING_CHECKED.value)),
        When(state=State.QUERIED, then=Value(Stage.QUESTION_ASKED.value)),
        When(asye_start__gt=on, then=Value(Stage.NOT_STARTED.value)),
        When(Exists(deferred), then=Value(Stage.DEFERRED.value)),
        default=Value(Stage.ON_PROGRAMME.value),
        output_field=CharField(),
    )
    return queryset.annotate(stage=stage)


def with_end(queryset: QuerySet[Registration]) -> QuerySet[Registration]:
    """Annotates `planned_end_on`, the day planned_end() answers."""
    return queryset.annotate(planned_end_on=DueDate(F("pk"), F("programme_year__months")))


def to_check() -> QuerySet[Registration]:
    """What caseworkers have to look at, oldest first."""
    return (
        Registration.objects.filter(state=State.SUBMITTED, ended_on__isnull=True)
        .select_related("nqsw", "programme_year")
        .order_by("submitted_at", "id")
    )


def last_employers(registrations: Iterable[Registration], on: date) -> dict[int, Employer]:
    """The employer that each registration is with on a day, or was with last (see placement_of), in one query."""
    found = Placement.objects.filter(registration__in=list(registrations)).select_related("employer")
    return {placement.registration_id: placement.employer for placement in in_order(found, on)}


def latest_answer(registration: Registration) -> RegisterCheck | None:
    """What the register said last about a registration; looks that got no answer do not count."""
    return registration.register_checks.exclude(status=RegisterStatus.UNAVAILABLE).select_related("settled").first()


def troubles() -> QuerySet[RegisterCheck]:
    """The newest answers that say something is wrong with a live registration's person: not or no longer registered,
    or under a name that nobody has settled. Newest first, with registration and person."""
    later = RegisterCheck.objects.filter(registration=OuterRef("registration"), pk__gt=OuterRef("pk"), no_answer="")
    return (
        RegisterCheck.objects.filter(TROUBLE, ~Exists(later), settled__isnull=True)
        .filter(registration__ended_on__isnull=True)
        .exclude(registration__state=State.REFUSED)
        .select_related("registration__nqsw")
    )


def nqsw_of(user: User) -> NQSW | None:
    """The record of the NQSW this account belongs to."""
    return NQSW.objects.filter(user=user).first()
