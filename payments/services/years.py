"""Grant years: the financial years of the money."""

from datetime import date, datetime

from django.db import transaction

from accounts.services import audit
from payments.models import GrantYear


@transaction.atomic
def open_year(start: int, budget_pence: int, *, now: datetime) -> tuple[GrantYear, bool]:
    """The grant year that begins on 1 April of `start`, made with this budget if there is none; and whether it was.

    Run by a command on the server: no person's page opens a year.
    """
    year, made = GrantYear.objects.get_or_create(
        code=f"{start}-{(start + 1) % 100:02}",
        defaults={"starts_on": date(start, 4, 1), "ends_on": date(start + 1, 4, 1), "budget_pence": budget_pence},
    )
    if made:
        audit.record("payments.open_year", year, by=None, now=now, codes=[year.code])
    return year, made
