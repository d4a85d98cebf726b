"""Who may read the pages that span the whole service."""

from datetime import date

from accounts import roles
from accounts.models import Membership, User
from accounts.permissions import check_has_role, membership_in


def check_may_see_statistics(user: User, *, on: date) -> Membership:
    """The membership that opens the statistics: an analyst's or an auditor's. Raises NotAllowed otherwise."""
    return check_has_role(user, roles.ANALYST, roles.AUDITOR, on=on)


def may_see_equality_tables(user: User, *, on: date) -> bool:
    """Whether tables by protected characteristics are shown: to an analyst. An auditor reads no equality answers."""
    return membership_in(user, roles.ANALYST, on=on) is not None


def check_may_read_log(user: User, *, on: date) -> Membership:
    """Administrators and auditors read who opened which record; raises NotAllowed."""
    return check_has_role(user, roles.ADMINISTRATOR, roles.AUDITOR, on=on)


def check_may_see_retention(user: User, *, on: date) -> Membership:
    """Administrators and auditors see what would be forgotten; raises NotAllowed."""
    return check_has_role(user, roles.ADMINISTRATOR, roles.AUDITOR, on=on)
