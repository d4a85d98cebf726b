"""Grant years: the financial years the money is paid from."""

from datetime import date, datetime

from django.db import transaction

from accounts import roles
from accounts.models import User
from accounts.permissions import check_has_role
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from payments.models import GrantYear


@transaction.atomic
def open_year(starts_in: int, budget_pence: int, *, by: User, now: datetime) -> GrantYear:
    """Opens the financial year from 1 April of `starts_in` with its budget in pence. Administrators only.

    Raises NotAllowed, or Refused where the year is open already or the budget is negative.
    """
    under = check_has_role(by, roles.ADMINISTRATOR, on=london_date(now))
    code = f"{starts_in}-{(starts_in + 1) % 100:02}"
    if budget_pence < 0:
        raise Refused("The budget must be £0 or more", "budget")
    if GrantYear.objects.filter(code=code).exists():
        raise Refused(f"The grant year {code} is open already.")
    year = GrantYear.objects.create(
        code=code,
        starts_on=date(starts_in, 4, 1),
        ends_on=date(starts_in + 1, 4, 1),
        budget_pence=budget_pence,
    )
    audit.record("payments.open_year", year, by=by, now=now, under=under, codes=[code])
    return year
