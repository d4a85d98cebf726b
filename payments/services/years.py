"""Grant years: the financial years of the money."""

from datetime import date, datetime

from django.db import transaction

from accounts import notices as outbox
from accounts.models import Membership, User
from accounts.roles import PAYMENTS_APPROVER, PAYMENTS_OFFICER
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from payments.models import GrantYear, Line
from payments.notices import GrantYearChanged
from payments.permissions import check_may_set_years
from payments.rules import years as rules
from payments.states import ClosedAs, LineReason


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


@transaction.atomic
def change_settings(
    year: GrantYear,
    *,
    cool_off_days: int,
    contact_settled_days: int,
    final_year_advance_on: date | None,
    seen: str,
    by: User,
    now: datetime,
) -> GrantYear:
    """An administrator, who neither proposes nor verifies vendor details nor pays, sets what a grant year says.

    What was verified already keeps the day from which it is used. `seen` is `rules.years.seen_of` of what the page
    showed. Payments officers and approvers are told. Raises NotAllowed; Stale where it has changed since; Refused where
    the year is over, the advance has become due, a value is impossible, or nothing would change.
    """
    today = london_date(now)
    under = check_may_set_years(by, on=today)
    locked = GrantYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
    rules.check_seen(locked, seen)
    rules.check_not_over(locked, today)
    rules.check_days(cool_off_days, contact_settled_days)
    rules.check_advance(locked, final_year_advance_on, today, used=_advance_is_used(locked))
    wanted = {
        "cool_off_days": cool_off_days,
        "contact_settled_days": contact_settled_days,
        "final_year_advance_on": final_year_advance_on,
    }
    changed = {name: value for name, value in wanted.items() if value != getattr(locked, name)}
    if not changed:
        raise Refused("These are the settings that the year has already. Change one of them, or leave the page.")
    codes = [f"{name}:{getattr(locked, name) or 'none'}>{value or 'none'}" for name, value in changed.items()]
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changed))
    audit.record("payments.change_year", locked, by=by, now=now, under=under, codes=codes)
    message = GrantYearChanged(
        code=locked.code,
        cool_off_days=cool_off_days,
        contact_settled_days=contact_settled_days,
        final_year_advance_on=final_year_advance_on,
    )
    outbox.queue_many(((message, person) for person in _who_pays(today) if person != by), now=now)
    return locked


def _advance_is_used(year: GrantYear) -> bool:
    made = Line.objects.filter(grant_year=year, reason=LineReason.FINAL_YEAR_ADVANCE)
    return made.exclude(closed_as=ClosedAs.CANCELLED).exists()


def _who_pays(on: date) -> list[User]:
    live = Membership.objects.live(on).filter(role__in=[PAYMENTS_OFFICER.key, PAYMENTS_APPROVER.key])
    return list(User.objects.filter(pk__in=live.values("user")).order_by("pk"))
