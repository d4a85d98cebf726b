"""Registrations found by what somebody typed and chose. Every list starts from registrations_visible_to()."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from accounts.models import Employer, Membership, User
from accounts.queries import roles_of
from accounts.states import Region
from asye.dates import long_date
from asye.keyset import Order
from registrations.models import Deferral, Placement, ProgrammeYear, Registration
from registrations.models.finding import PlainName
from registrations.queries import SEES_ALL
from registrations.rules import searching
from registrations.rules.lasting import in_order
from registrations.states import EndReason, Programme, Stage, State

NEWEST_FIRST: Final = Order("submitted_at", "id")
OLDEST_FIRST: Final = Order("submitted_at", "id", newest_first=False)
MOST_COUNTED: Final = 1000  # beyond it a list says "more than": counting further costs more than it tells


@dataclass(frozen=True)
class Criteria:
    """What a list is narrowed by; empty means by nothing. `year` is "programme:code", `employer` and `region` are where
    the year is carried now or was carried last. `overdue` is for the app that knows which reviews were held."""

    text: str = ""
    employer: int | None = None
    year: str = ""
    stage: str = ""
    region: str = ""
    overdue: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Criteria":
        """From the criteria of an address; whatever is not on the lists any more is left out."""
        employer, stage, region = str(asked.get("employer", "")), asked.get("stage", ""), asked.get("region", "")
        return cls(
            text=str(asked.get("name", "")),
            employer=int(employer) if employer.isascii() and employer.isdigit() else None,
            year=str(asked.get("year", "")),
            stage=stage if stage in Stage.values else "",
            region=region if region in Region.values else "",
            overdue=asked.get("overdue") in (["overdue"], "overdue"),
        )

    @property
    def codes(self) -> list[str]:
        """For the audit trail: what it was narrowed by, without the words that were typed."""
        found = {"employer": self.employer, "year": self.year, "stage": self.stage, "region": self.region}
        return (
            (["text"] if self.text else [])
            + [f"{name}={value}" for name, value in found.items() if value]
            + (["overdue"] if self.overdue else [])
        )

    @property
    def asks_how_it_goes(self) -> bool:
        """Whether it asks what only those are told with whom the registration is now."""
        return bool(self.stage) or self.overdue


@dataclass(frozen=True)
class Shown:
    """The employer that somebody reads of at a registration. `left`: it is with another one now, and whoever reads is
    not told how the year goes on there."""

    employer: Employer
    left: bool


def sees_all(user: User, on: date) -> bool:
    """Whether the person sees the registrations of every employer, and may narrow by employer."""
    return any(held.role in SEES_ALL for held in roles_of(user, on))


def narrowed(queryset: QuerySet[Registration], criteria: Criteria, on: date) -> QuerySet[Registration]:
    """The registrations that fit all criteria but `overdue`."""
    queryset = _by_text(queryset, searching.understood(criteria.text))
    if criteria.employer is not None:
        queryset = queryset.filter(last_placed(Q(employer=criteria.employer), on))
    if criteria.region:
        queryset = queryset.filter(last_placed(Q(employer__region=criteria.region), on))
    if criteria.year:
        programme, _, code = criteria.year.partition(":")
        versions = ProgrammeYear.objects.filter(programme=programme, code=code)
        queryset = queryset.filter(programme_year__in=list(versions.values_list("pk", flat=True)))
    return queryset.filter(in_stage(Stage(criteria.stage), on)) if criteria.stage else queryset


def _by_text(queryset: QuerySet[Registration], asked: searching.Asked) -> QuerySet[Registration]:
    if asked.doubt:
        return queryset.none()
    for word in asked.words:
        begins = Concat(Value(" "), PlainName(Value(word)))
        queryset = queryset.filter(nqsw__names__words__contains=begins)
    if asked.number:
        queryset = queryset.filter(nqsw__swe_number=asked.number)
    return queryset.filter(reference__startswith=asked.reference) if asked.reference else queryset


class _Days(Func):
    """A date as the number of its day."""

    template = "(%(expressions)s - DATE '1900-01-01')"
    output_field = IntegerField()


NEVER: Final = -1_000_000  # before every day, however far it lies ahead


def still_held(user: User, on: date) -> Q:
    """Their own registration, or one that is with an employer of theirs now or was last: the twin of employers_shown,
    for people who do not see all."""
    own = Membership.objects.live(on).filter(user=user, employer__isnull=False).values("employer")
    return Q(nqsw__user=user) | Q(last_placed(Q(employer__in=own), on))


def last_placed(where: Q, on: date) -> Exists:
    """That the placement which counts on a day is such a one: the twin of rules.lasting.in_order."""
    begun, to_come = _Days("starts_on"), _Days("starts_on") * Value(-1)
    place = Case(When(ends_on=F("starts_on"), then=Value(NEVER)), When(starts_on__lte=on, then=begun), default=to_come)
    placed = Placement.objects.annotate(place=place)
    later = placed.filter(registration=OuterRef("registration"), place__gt=OuterRef("place"))
    return Exists(placed.filter(where, ~Exists(later), registration=OuterRef("pk")))


def in_stage(stage: Stage, on: date) -> Q:
    """The registrations in a stage on a day: the twin of queries.with_stage, in words an index can answer."""
    ends = {
        Stage.WITHDRAWN: EndReason.WITHDRAWN,
        Stage.NEVER_STARTED: EndReason.NEVER_STARTED,
        Stage.FINISHED: EndReason.OUTCOME_CONFIRMED,
    }
    if stage == Stage.REFUSED:
        return Q(state=State.REFUSED)
    if stage in ends:
        return Q(state__in=[State.SUBMITTED, State.QUERIED, State.REGISTERED], end_reason=ends[stage])
    if stage == Stage.BEING_CHECKED:
        return Q(state=State.SUBMITTED, end_reason="")
    if stage == Stage.QUESTION_ASKED:
        return Q(state=State.QUERIED, end_reason="")
    running = Q(state=State.REGISTERED, end_reason="")
    if stage == Stage.NOT_STARTED:
        return running & Q(asye_start__gt=on)
    deferred = Deferral.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on), registration=OuterRef("pk"), starts_on__lte=on
    )
    paused = Exists(deferred) if stage == Stage.DEFERRED else ~Exists(deferred)
    return running & Q(asye_start__lte=on) & Q(paused)


def counted(queryset: QuerySet[Registration]) -> int:
    """How many there are, up to one more than MOST_COUNTED."""
    return queryset.order_by()[: MOST_COUNTED + 1].count()


def employers_shown(registrations: Iterable[Registration], user: User, on: date) -> dict[int, Shown]:
    """By registration the employer it is with now or was with last; to an employer's people the last of their own, as
    queries.placement_shown() does for one. Two queries, where the registrations come with their person."""
    by_pk = {each.pk: each for each in registrations}
    placed = in_order(Placement.objects.filter(registration__in=by_pk).select_related("employer"), on)
    last = {each.registration_id: each for each in placed}
    held = [(each.role, each.employer_id) for each in roles_of(user, on)]
    if any(role in SEES_ALL for role, _ in held):
        read = last
    else:
        employers = {employer for _, employer in held}
        own = {pk for pk, each in by_pk.items() if each.nqsw.user_id == user.pk}
        read = {
            each.registration_id: each
            for each in placed
            if each.employer_id in employers or each.registration_id in own
        }
    return {pk: Shown(each.employer, each.pk != last[pk].pk) for pk, each in read.items()}


def employer_choices(on: date) -> list[tuple[str, str]]:
    """Every employer, by name, to narrow by; with its day where it has closed or is to close."""
    found = Employer.objects.order_by("name", "pk").values_list("pk", "name", "closed_on")
    return [(str(pk), f"{name}{_closing(day, on)}") for pk, name, day in found]


def _closing(day: date | None, on: date) -> str:
    return f" ({'closed' if day <= on else 'closes'} on {long_date(day)})" if day else ""


def year_choices() -> list[tuple[str, str]]:
    """Each published programme year once, whatever its versions, newest first, to narrow by."""
    published = ProgrammeYear.objects.filter(published_at__isnull=False).order_by("-code", "programme")
    found: dict[str, str] = {}
    for programme, code, cohort in published.values_list("programme", "code", "cohort"):
        words = f"{code} {Programme(programme).label}" + (f", cohort {cohort}" if cohort else "")
        found.setdefault(f"{programme}:{code}", words)
    return list(found.items())


def without(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The criteria of an address less one."""
    return {key: value for key, value in asked.items() if key != name}
