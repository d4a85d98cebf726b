"""What moderation wants of a person, and what they wait for: for the home pages."""

from datetime import date
from typing import Any, Final

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.db.models.lookups import LessThan

from accounts import roles
from accounts.models import User
from accounts.queries import coordinated
from accounts.waiting import Kind, lines, name_of
from moderation.conflicts import Conflicted
from moderation.models import Allocation, Feedback, PopulationItem, SampleItem, is_run_by
from moderation.queries.reads import ready_for_round

Rows = QuerySet[Any, Any]
COORDINATORS: Final = frozenset({roles.COORDINATOR})
# What was recommended and said stays somebody's own whichever role at an employer they now hold.
ONCE_ASSESSORS: Final = frozenset({roles.COORDINATOR, roles.SENIOR_LEAD, roles.ASSESSOR, roles.MODERATOR})
OF_ITEM = F("item__population__registration__reference")


def _to_open(user: User, on: date) -> Rows:
    """One line for each employer with agreed recommendations that are in no round."""
    keeper = Coalesce("placement__handed_to", "placement__employer")
    ready = ready_for_round(coordinated(user, on)).order_by().values(keeper=keeper).annotate(count=Count("pk"))
    said = Case(
        When(count=1, then=Value("1 agreed recommendation")),
        default=Concat("count", Value(" agreed recommendations"), output_field=CharField()),
    )
    return lines(ready, at="keeper", about=said)


def _to_resolve(user: User, on: date) -> QuerySet[SampleItem]:
    return SampleItem.objects.to_resolve().filter(is_run_by(coordinated(user, on), "population__"))


def _readings() -> QuerySet[Allocation]:
    return Allocation.objects.live().filter(item=OuterRef("pk")).order_by()


def _unfinished() -> QuerySet[Allocation]:
    return _readings().filter(reading__completed_at__isnull=True)


def _wants_reader() -> Q:
    """Fewer readings than the round asks for, or one that cannot go on: no reader counts who has a conflict by now."""
    barred = Q(Conflicted(F("moderator__human_id"), F("item__population__registration_id")))
    held = _readings().exclude(barred).values("item").annotate(count=Count("pk")).values("count")
    too_few = LessThan(Coalesce(Subquery(held), 0), F("population__round__readers"))
    return Q(too_few) | Q(Exists(_unfinished().filter(barred)))


def _to_find_reader(user: User, on: date) -> Rows:
    return lines(_to_resolve(user, on).filter(_wants_reader()), about="population__registration__reference")


def _to_conclude(user: User, on: date) -> Rows:
    found = _to_resolve(user, on).exclude(_wants_reader()).exclude(Exists(_unfinished()))
    return lines(found, about="population__registration__reference")


def _to_read(user: User, on: date) -> Rows:
    return lines(Allocation.objects.visible_to(user, on).open(), about=OF_ITEM)


def _to_confirm(user: User, on: date) -> Rows:
    return lines(
        PopulationItem.objects.led_by(user, on).ready(),
        at="registration_id",
        about=Concat(name_of("registration__nqsw"), Value(", "), "registration__reference"),
    )


def _to_acknowledge(user: User, on: date) -> Rows:
    return lines(Feedback.objects.filter(to=user, acknowledged_at__isnull=True), about=OF_ITEM)


def _readers_of_mine(user: User, on: date) -> Rows:
    return lines(
        Allocation.objects.open().filter(is_run_by(coordinated(user, on), "item__population__")),
        at="item_id",
        about=OF_ITEM,
        who=name_of("moderator"),
    )


def _leads_of_mine(user: User, on: date) -> Rows:
    return lines(
        PopulationItem.objects.ready().filter(is_run_by(coordinated(user, on))),
        at="registration_id",
        about="registration__reference",
        who=Value("the senior lead"),
    )


def _own_recommendations(user: User, on: date) -> Rows:
    return lines(
        PopulationItem.objects.awaiting().filter(assessor=user),
        at="registration_id",
        about="registration__reference",
        who=Value("your employer’s co-ordinator and senior lead"),
    )


FOR_PERSON: Final = (
    Kind("Open a moderation round", "moderation", COORDINATORS, _to_open, of_row=False),
    Kind("Find a reader for a sampled record", "moderation_item", COORDINATORS, _to_find_reader),
    Kind("Resolve a sampled record", "moderation_item", COORDINATORS, _to_conclude),
    Kind("Read a sampled record", "reading", frozenset({roles.MODERATOR}), _to_read),
    Kind("Confirm an outcome", "outcome_confirm", frozenset({roles.SENIOR_LEAD}), _to_confirm),
    Kind("Read feedback from moderation", "feedback", ONCE_ASSESSORS, _to_acknowledge),
)
ON_OTHERS: Final = (
    Kind("Read a sampled record", "moderation_item", COORDINATORS, _readers_of_mine),
    Kind("Confirm an outcome", "registration", COORDINATORS, _leads_of_mine),
    Kind(
        "Moderate and confirm the outcome",
        "registration",
        frozenset({roles.COORDINATOR, roles.ASSESSOR}),
        _own_recommendations,
    ),
)
