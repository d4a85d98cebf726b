"""What waits for a person about registrations, and what they wait for: a constant number of queries each."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts import roles
from accounts.models import Membership, User
from accounts.waiting import Task
from asye.clock import london_date
from registrations import queries
from registrations.models import NQSW, Deferral, EqualityAnswers, Placement, Registration, RegistrationDraft
from registrations.states import State

CHECKED_WITHIN = timedelta(days=7)  # what the page promises: five working days
MOST = 50  # lines of one kind on a home page; the lists show all


def waiting_for(user: User, on: date) -> list[Task]:
    """What this person can do now: questions to answer, registrations to check, drafts to finish, answers to give."""
    if not user.is_active:
        return []
    held = list(Membership.objects.live(on).filter(user=user).values_list("role", "employer_id"))
    found = []
    if any(role == roles.CASEWORKER.key for role, _ in held):
        found += [_to_check(each) for each in queries.to_check()[:MOST]]
    coordinated = [employer for role, employer in held if role == roles.COORDINATOR.key]
    if coordinated:
        found += [_to_answer(each) for each in _of(coordinated, State.QUERIED)]
        drafts = RegistrationDraft.objects.filter(
            owner=user, employer__in=coordinated, registration__isnull=True, corrects__isnull=True
        )
        found += [_to_finish(draft) for draft in drafts[:MOST]]
        found += _returns(coordinated, on)
    if any(role == roles.NQSW.key for role, _ in held):
        found += _own(user)
    return found


def waits_on(user: User, on: date) -> list[Task]:
    """What this person waits for: registrations they sent that are being checked, questions that are not answered."""
    if not user.is_active:
        return []
    held = list(Membership.objects.live(on).filter(user=user).values_list("role", "employer_id"))
    found = []
    coordinated = [employer for role, employer in held if role == roles.COORDINATOR.key]
    if coordinated:
        found += [
            _task("A registration is being checked", each, who="A caseworker")
            for each in _of(coordinated, State.SUBMITTED)
        ]
        found += [_task("The NQSW has not joined yet", each, who="The NQSW") for each in _not_joined(coordinated)]
    if any(role == roles.CASEWORKER.key for role, _ in held):
        asked = Registration.objects.filter(state=State.QUERIED, ended_on__isnull=True).select_related("nqsw")
        found += [_task("Your question is not answered yet", each, who="The employer") for each in asked[:MOST]]
    if any(role == roles.NQSW.key for role, _ in held):
        own = Registration.objects.filter(
            nqsw__user=user, state__in=[State.SUBMITTED, State.QUERIED], ended_on__isnull=True
        ).select_related("nqsw")
        found += [_task("Your registration is being checked", each, who="A caseworker") for each in own]
    return found


def _task(what: str, each: Registration, *, due: date | None = None, who: str = "") -> Task:
    return Task(what, each.nqsw.full_name, reverse("registration", args=[each.pk]), due, who)


def _of(employers: list[int], state: State) -> list[Registration]:
    here = Placement.objects.filter(registration=OuterRef("pk"), employer__in=employers, ends_on__isnull=True)
    found = Registration.objects.filter(Exists(here), state=state, ended_on__isnull=True)
    return list(found.select_related("nqsw").order_by("submitted_at", "id")[:MOST])


def _not_joined(employers: list[int]) -> list[Registration]:
    here = Placement.objects.filter(registration=OuterRef("pk"), employer__in=employers, ends_on__isnull=True)
    found = Registration.objects.filter(Exists(here), queries.LIVE, nqsw__user__isnull=True)
    return list(found.select_related("nqsw").order_by("submitted_at", "id")[:MOST])


def _to_check(each: Registration) -> Task:
    return _task("Check a registration", each, due=london_date(each.submitted_at) + CHECKED_WITHIN)


def _to_answer(each: Registration) -> Task:
    return _task("Answer a question about a registration", each)


def _to_finish(draft: RegistrationDraft) -> Task:
    name = draft.data.get("name", {})
    about = f"{name.get('first_name', '')} {name.get('last_name', '')}".strip() or "No name yet"
    return Task("Finish a registration you have started", about, reverse("registration_draft", args=[draft.pk]))


def _returns(employers: list[int], on: date) -> list[Task]:
    """Deferrals that began and have no return yet: the co-ordinator records it when the person is back."""
    here = Placement.objects.filter(
        registration=OuterRef("registration_id"), employer__in=employers, ends_on__isnull=True
    )
    paused = Deferral.objects.filter(
        Exists(here), ends_on__isnull=True, starts_on__lte=on, registration__ended_on__isnull=True
    ).select_related("registration__nqsw")
    return [_task("Record the return from a deferral", each.registration) for each in paused[:MOST]]


def _own(user: User) -> list[Task]:
    nqsw = NQSW.objects.filter(user=user).first()
    if nqsw is None or EqualityAnswers.objects.filter(nqsw=nqsw).exists():
        return []
    return [Task("Give your equality answers (optional)", nqsw.full_name, reverse("my_equality"))]
