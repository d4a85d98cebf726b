"""Accounts and the roles they hold."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts import notices, roles, rules
from accounts.models import Employer, Invitation, Membership, User
from accounts.permissions import check_may_administer, check_may_bring_in, check_may_hand_out
from accounts.roles import Role
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused

NOT_ONESELF = "You cannot give yourself a role or put off its end. Ask another administrator or co-ordinator"
KEEP_SOMEBODY = (roles.ADMINISTRATOR.key, roles.COORDINATOR.key)  # those who let others in


@transaction.atomic
def create_user(email: str, first_name: str, last_name: str, *, by: User, now: datetime) -> User:
    """Makes an account that cannot be signed in to until an invitation is accepted.

    Raises NotAllowed, or Refused where the address already has one.
    """
    under = check_may_bring_in(by, on=london_date(now))
    if User.objects.filter(email=rules.canonical_email(email)).exists():
        raise Refused("There is already an account with this email address", "email")
    user = User.objects.make(email, first_name, last_name, now=now)
    audit.record("accounts.create_user", user, by=by, now=now, under=under)
    return user


@transaction.atomic
def find_or_create_user(email: str, first_name: str, last_name: str, *, by: User, now: datetime) -> User:
    """The account of an address, made if there is none. An existing one keeps the names it has.

    Raises NotAllowed, or Refused where that account has been deactivated.
    """
    check_may_bring_in(by, on=london_date(now))
    found = User.objects.select_for_update(of=("self",)).filter(email=rules.canonical_email(email)).first()
    if found is None:
        return create_user(email, first_name, last_name, by=by, now=now)
    rules.check_active(found)
    return found


@transaction.atomic
def give_role(
    user: User, role: Role, *, employer: Employer | None = None, starts_on: date, by: User, now: datetime
) -> Membership:
    """Gives a role from a day on (inclusive) without an end. Administrators only, and never to themselves.

    Raises NotAllowed, or Refused where the role does not fit the employer or is already held.
    """
    under = check_may_administer(by, on=london_date(now))
    if user.human_id == by.human_id:
        raise Refused(NOT_ONESELF)
    membership = Membership.objects.open(user, role, employer, starts_on=starts_on)
    audit.record("accounts.give_role", membership, by=by, now=now, under=under, codes=[role.key])
    message = notices.RoleGiven(role=role, where=rules.place(role, employer), starts_on=starts_on)
    notices.queue(message, to=user, now=now)
    return membership


@transaction.atomic
def end_role(membership: Membership, *, on: date, by: User, now: datetime) -> Membership:
    """Ends a role: `on` is the first day it no longer holds, today or later. Nobody puts the end of their own off.

    Raises NotAllowed or Refused.
    """
    today = london_date(now)
    role = roles.ALL[membership.role]
    under = check_may_hand_out(by, role, membership.employer, on=today)
    _lock_all_in_the_role_of([membership])
    membership = Membership.objects.select_related("user").get(pk=membership.pk)
    rules.check_can_end(membership, on, today)
    if membership.ends_on is not None and on > membership.ends_on:
        _check_not_own(membership, by)
    _check_somebody_is_left(membership, under, on=on, without=Q(pk=membership.pk))
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    audit.record("accounts.end_role", membership, by=by, now=now, under=under, codes=[role.key])
    message = notices.RoleEnded(role=role, where=rules.place(role, membership.employer), ends_on=on)
    notices.queue(message, to=membership.user, now=now)
    return membership


@transaction.atomic
def keep_role(membership: Membership, *, by: User, now: datetime) -> Membership:
    """Takes back the end of a role that has not come yet, but not of one's own. Raises NotAllowed or Refused."""
    today = london_date(now)
    role = roles.ALL[membership.role]
    under = check_may_hand_out(by, role, membership.employer, on=today)
    user = User.objects.select_for_update(of=("self",)).get(pk=membership.user_id)
    membership = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    _check_not_own(membership, by)
    rules.check_active(user)
    rules.check_employer_open(membership.employer, today)
    if membership.ends_on is None:
        raise Refused("This role has no end")
    if membership.ends_on <= today:
        raise Refused("This role has already ended. Give it again instead")
    others = Membership.objects.filter(user=user, role=membership.role, employer=membership.employer_id)
    rules.check_no_overlap(others.filter(starts_on__gte=membership.ends_on).exclude(pk=membership.pk), today)
    membership.ends_on = None
    membership.save(update_fields=["ends_on"])
    audit.record("accounts.keep_role", membership, by=by, now=now, under=under, codes=[role.key])
    message = notices.RoleGiven(role=role, where=rules.place(role, membership.employer), starts_on=membership.starts_on)
    notices.queue(message, to=user, now=now)
    return membership


@transaction.atomic
def reinstate(membership: Membership, *, by: User, now: datetime) -> Membership:
    """Gives a role that has ended to the same person again, from today; what was before stays as it was.

    Raises NotAllowed or Refused.
    """
    today = london_date(now)
    role = roles.ALL[membership.role]
    under = check_may_hand_out(by, role, membership.employer, on=today)
    _check_not_own(membership, by)
    if membership.ends_on is None or membership.ends_on > today:
        raise Refused("This role has not ended")
    again = Membership.objects.open(membership.user, role, membership.employer, starts_on=today)
    audit.record("accounts.reinstate", again, by=by, now=now, under=under, codes=[role.key])
    message = notices.RoleGiven(role=role, where=rules.place(role, membership.employer), starts_on=today)
    notices.queue(message, to=membership.user, now=now)
    return again


@transaction.atomic
def deactivate(user: User, *, because: str, by: User, now: datetime) -> User:
    """Shuts an account: it can do nothing from the next request on, and its open invitations are taken back.

    Its password is removed, which ends every session it has. Raises NotAllowed, or Refused, also where nobody would be
    left in a role of the person's that must not stand empty.
    """
    today = london_date(now)
    under = check_may_administer(by, on=today)
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if user.human_id == by.human_id:
        raise Refused("You cannot deactivate yourself. Ask another administrator")
    if not user.is_active:
        raise Refused("This account has already been deactivated")
    held = list(user.memberships.live(today))
    _lock_all_in_the_role_of(held)
    for membership in held:
        _check_somebody_is_left(membership, under, on=today, without=Q(user=user))
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Invitation.objects.filter(user=user, accepted_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    audit.record("accounts.deactivate", user, by=by, now=now, under=under, words={"because": because})
    return user


@transaction.atomic
def reactivate(user: User, *, because: str, by: User, now: datetime) -> User:
    """Opens a deactivated account again; the person sets a new password from the sign-in page. Roles that have not
    ended hold again. Raises NotAllowed or Refused."""
    under = check_may_administer(by, on=london_date(now))
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.is_active:
        raise Refused("This account is active")
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("accounts.reactivate", user, by=by, now=now, under=under, words={"because": because})
    return user


@transaction.atomic
def change_password(user: User, password: str, *, by: User, now: datetime) -> User:
    """Gives an account the password its person chose; the form has checked it. Ends the account's other sessions.

    Raises NotAllowed where somebody else asks, Refused for a deactivated account.
    """
    if by.pk != user.pk:
        raise NotAllowed("Only the person may choose their password.")
    rules.check_active(User.objects.select_for_update(of=("self",)).get(pk=user.pk))
    user.set_password(password)  # on the instance of the caller, whose session goes on
    user.save(update_fields=["password"])
    audit.record("accounts.change_password", user, by=by, now=now)
    notices.queue(notices.PasswordChanged(), to=user, now=now)
    return user


def _check_not_own(membership: Membership, by: User) -> None:
    """Nobody prolongs what they may do themselves, under whichever account; who ended it had a reason."""
    if membership.user.human_id == by.human_id:
        raise Refused(NOT_ONESELF)


def _lock_all_in_the_role_of(memberships: Sequence[Membership]) -> None:
    """Holds every membership that has not ended in these roles at these places until the act is done.

    Two people who end or shut each other out at once would otherwise each count the other as the one who is left. The
    count must be a query of its own, after this one: deactivating changes the account, not the rows that are locked.
    `no_key` leaves the rows free to be named by others' audit events meanwhile.
    """
    wanted = Q(pk__in=[membership.pk for membership in memberships])
    for membership in memberships:
        if membership.role in KEEP_SOMEBODY:
            wanted |= Q(role=membership.role, employer=membership.employer_id, ends_on__isnull=True)
    locked = Membership.objects.select_for_update(of=("self",), no_key=True).filter(wanted).order_by("id")
    list(locked.values_list("pk", flat=True))


def _check_somebody_is_left(membership: Membership, under: Membership, *, on: date, without: Q) -> None:
    """The service keeps an administrator, and an employer that ends a co-ordinator by itself keeps one: somebody who
    holds the role on the day `on` without an end, `without` those who go. The caller has locked all in the role."""
    others = Membership.objects.live(on).filter(
        role=membership.role, employer=membership.employer_id, ends_on__isnull=True
    )
    if others.exclude(without).exists():
        return
    if membership.role == roles.ADMINISTRATOR.key:
        raise Refused("This is the only administrator. Add another first")
    if membership.role == roles.COORDINATOR.key and under.role == roles.COORDINATOR.key:
        raise Refused("This is the only co-ordinator. Invite another first")
