"""Reads of programme years, for their pages and for publishing them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When

from accounts import roles
from accounts.models import AuditEvent, Membership, User
from registrations.models import MilestoneAmount, ProgrammeYear, Registration
from registrations.models.years import IN_FORCE
from registrations.queries import LIVE


def year_in_force(year: ProgrammeYear) -> ProgrammeYear | None:
    """The published version of the same year that new registrations take."""
    return ProgrammeYear.objects.filter(IN_FORCE, programme=year.programme, code=year.code).first()


def overlapping(year: ProgrammeYear) -> list[ProgrammeYear]:
    """Other years of the programme that are in force and open on some of the same days."""
    same = ProgrammeYear.objects.filter(IN_FORCE, programme=year.programme).exclude(code=year.code)
    return list(same.filter(window_from__lte=year.window_to, window_to__gte=year.window_from))


def running_in(year: ProgrammeYear) -> int:
    """How many registrations under any version of the year have not ended."""
    return Registration.objects.filter(
        LIVE, programme_year__programme=year.programme, programme_year__code=year.code
    ).count()


def all_years() -> QuerySet[ProgrammeYear]:
    """Every version with `registered`, how many registrations were made under it; the newest year first."""
    return ProgrammeYear.objects.annotate(registered=Count("registrations")).order_by("-code", "-version")


def registered_under(year: ProgrammeYear) -> int:
    """How many registrations were made under this very version."""
    return year.registrations.count()


def other_versions(year: ProgrammeYear) -> QuerySet[ProgrammeYear]:
    """What a version can be compared with: its own programme first, the newest first, nothing discarded."""
    own = Case(When(programme=year.programme, then=0), default=1)
    others = ProgrammeYear.objects.filter(discarded_at__isnull=True).exclude(pk=year.pk)
    return others.order_by(own, "programme", "-code", "-version")


def year_before(year: ProgrammeYear) -> ProgrammeYear | None:
    """The version before this one, of the same year or else of the last one before it; nothing discarded."""
    same = ProgrammeYear.objects.filter(programme=year.programme, discarded_at__isnull=True)
    earlier = same.filter(Q(code=year.code, version__lt=year.version) | Q(code__lt=year.code))
    return earlier.order_by("-code", "-version").first()


def amounts_of_several(years: Iterable[ProgrammeYear]) -> dict[int, dict[str, int]]:
    """Pence by milestone, for each year by its key."""
    found: dict[int, dict[str, int]] = {year.pk: {} for year in years}
    for each in MilestoneAmount.objects.filter(programme_year__in=found):
        found[each.programme_year_id][each.milestone] = each.amount_pence
    return found


def history_of_year(year: ProgrammeYear) -> QuerySet[AuditEvent]:
    """What was done to a version of a programme year, oldest first, with who and what was said."""
    return (
        AuditEvent.objects.filter(object_type=ProgrammeYear._meta.label_lower, object_id=year.pk)
        .select_related("actor", "detail")
        .order_by("id")
    )


def administrators(on: date) -> QuerySet[User]:
    """The administrators of a day."""
    live = Membership.objects.live(on).filter(role=roles.ADMINISTRATOR.key)
    return User.objects.filter(pk__in=live.values("user"), is_active=True)
