"""Who may do what, where: the one place that turns memberships into yes or no."""

from datetime import date

from accounts.models import Employer, Membership, User
from accounts.roles import Role
from asye.refusals import NotAllowed


def membership_in(user: User, *roles: Role, on: date, employer: Employer | int | None = None) -> Membership | None:
    """The person's live membership in one of `roles` on a day, or None. For an employer's role name the employer."""
    if not user.is_active:
        return None
    found = user.memberships.live(on).filter(role__in=[role.key for role in roles])
    if employer is not None:
        found = found.filter(employer=employer)
    return found.order_by("id").first()


def check_has_role(user: User, *roles: Role, on: date, employer: Employer | int | None = None) -> Membership:
    """The membership that allows the act; raises NotAllowed where there is none."""
    membership = membership_in(user, *roles, on=on, employer=employer)
    if membership is None:
        names = " or ".join(role.name.lower() for role in roles)
        raise NotAllowed(f"Only a {names} with access to this may do it.")
    return membership
