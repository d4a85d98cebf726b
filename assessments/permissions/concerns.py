"""Who may do what about a concern, and the load-or-refuse helpers that views use."""

from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import roles
from accounts.models import Membership, User
from accounts.permissions import check_has_role, membership_in
from accounts.queries import holding
from assessments.models import Concern, Record, made_with
from assessments.permissions import membership_for, part_of
from assessments.queries import hidden_from, last_placement, live_outcome
from assessments.schema import RECOMMENDATION
from assessments.states import Part
from asye.refusals import NotAllowed
from registrations.models import Registration
from registrations.permissions import get_registration_for, may_follow_year


def get_year_of_concerns_for(user: User, pk: int, *, on: date) -> Registration:
    """A registration whose list of concerns this person may open; Http404 otherwise.

    Those who follow the year, and a senior lead while its recommendation waits to be confirmed; nobody who is still to
    judge it blind.
    """
    registration = get_registration_for(user, pk, on=on)
    if not may_open_concerns(user, registration, on=on):
        raise Http404
    return registration


def may_open_concerns(user: User, registration: Registration, *, on: date) -> bool:
    """Whether the list of the year's concerns is open to this person; what stands in it, visible_to says."""
    if hidden_from(user, [registration.pk]):
        return False
    return may_follow_year(user, registration, on) or _is_to_confirm(user, registration, on)


def _is_to_confirm(user: User, registration: Registration, on: date) -> bool:
    leads = holding(user, on, roles.SENIOR_LEAD).values("employer")
    waiting = Record.objects.done().filter(made_with(leads), registration=registration, kind=RECOMMENDATION)
    return waiting.exists() and live_outcome(registration) is None


def get_concern_for(user: User, pk: int, *, on: date) -> Concern:
    """The concern if this person may read it; Http404 where it is not theirs to know."""
    found = (
        Concern.objects.visible_to(user, on)
        .select_related(
            *("registration__nqsw__user", "registration__programme_year", "placement__employer"),
            *("raised_by", "closed_by"),
        )
        .prefetch_related("plans__reviewer", "plans__planned_by", "plans__reviewed_by", "notes__by")
    )
    return get_object_or_404(found, pk=pk)


def check_may_raise(user: User, registration: Registration, *, on: date) -> Membership | None:
    """The assessor of now, or a co-ordinator of the employer that has the year; raises NotAllowed for others.

    Nobody raises a concern about themselves here, nor about a year they are still to judge blind.
    """
    part = part_of(user, registration, on=on)
    if part == Part.NQSW:
        raise NotAllowed("A concern is raised by your assessor or co-ordinator. You can add your own words to it.")
    if hidden_from(user, [registration.pk]):
        raise NotAllowed("You are to read this year in moderation, so somebody else must do this.")
    if part == Part.ASSESSOR:
        return membership_for(user, part, registration, on=on)
    return check_has_role(user, roles.COORDINATOR, on=on, employer=last_placement(registration, on).employer_id)


def may_raise(user: User, registration: Registration, *, on: date) -> bool:
    """Whether check_may_raise lets the person pass."""
    try:
        check_may_raise(user, registration, on=on)
    except NotAllowed:
        return False
    return True


def check_may_act(user: User, concern: Concern, *, on: date) -> Membership | None:
    """Who may agree support, review it and close the concern: as check_may_raise, while the year is with the employer
    that keeps it; raises NotAllowed."""
    under = check_may_raise(user, concern.registration, on=on)
    if last_placement(concern.registration, on).employer_id != concern.placement.kept_by.pk:
        raise NotAllowed("The year goes on with another employer, so this concern stays as it is.")
    return under


def may_act(user: User, concern: Concern, *, on: date) -> bool:
    """Whether check_may_act lets the person pass."""
    try:
        check_may_act(user, concern, on=on)
    except NotAllowed:
        return False
    return True


def check_may_add(user: User, concern: Concern, *, on: date) -> Membership | None:
    """Who may add words: the NQSW, and those who act in it; raises NotAllowed. None for an NQSW without the role."""
    if user.is_active and concern.registration.nqsw.user_id == user.pk:
        return membership_in(user, roles.NQSW, on=on)
    return check_may_act(user, concern, on=on)
