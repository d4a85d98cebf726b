"""Who may read which registrations, with whom each is, where it stands, and what was asked about it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts import roles
from accounts.models import Employer, Membership, User
from accounts.queries import roles_of
from registrations import person_queries
from registrations.models import (
    NQSW,
    AssessorAssignment,
    BulkFinding,
    BulkUpload,
    Deferral,
    Placement,
    RegisterCheck,
    Registration,
    RegistrationQuery,
)
from registrations.models.register import TROUBLE
from registrations.models.uploads import ALIKE
from registrations.rules.lasting import in_order
from registrations.states import EndReason, RegisterStatus, Stage, State

SEES_ALL = frozenset({roles.CASEWORKER.key, roles.AUDITOR.key, roles.ADMINISTRATOR.key})
SEES_EMPLOYERS = frozenset({roles.COORDINATOR.key, roles.SENIOR_LEAD.key})
# an assignment that ended only because the placement did, and goes on in no other
TO_THE_END = Q(ends_on=F("placement__ends_on"), placement__handed_to__isnull=True)
LIVE = Q(ended_on__isnull=True) & ~Q(state=State.REFUSED)


def registrations_visible_to(user: User, on: date) -> QuerySet[Registration]:
    """The registrations a person may read on a day, in constant queries.

    Co-ordinators and senior leads: those placed with their employer, now or once. Assessors: those they assess, or
    assessed to the end. NQSWs: their own. Caseworkers, auditors and administrators: all. Everybody else: none.
    """
    if not user.is_active:
        return Registration.objects.none()
    held = [(each.role, each.employer_id) for each in roles_of(user, on)]
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
    held = [(each.role, each.employer_id) for each in roles_of(user, on)]
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


def alike_in(upload: BulkUpload) -> QuerySet[BulkFinding]:
    """The notes of a file that a row may be about the person of another row, or of a registration of the employer."""
    return upload.findings.filter(ALIKE).select_related("registration__nqsw")


def nqsw_of(user: User) -> NQSW | None:
    """The record of the NQSW this account belongs to."""
    return NQSW.objects.filter(user=user).first()
