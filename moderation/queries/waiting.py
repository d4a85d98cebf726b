"""What moderation wants of a person, and what they wait for: for the home pages."""

from datetime import date

from django.urls import reverse

from accounts import roles
from accounts.models import Employer, User
from accounts.queries import employers_of
from accounts.waiting import Task
from moderation.models import Allocation, Feedback, PopulationItem, SampleItem
from moderation.queries.reads import conflicts_now, for_rows, ready_for_round


def waiting_for(user: User, on: date) -> list[Task]:
    """What moderation wants of the person, in a constant number of queries."""
    return [*_runs(user, on), *_reads(user, on), *_confirms(user, on), *_acknowledges(user)]


def _runs(user: User, on: date) -> list[Task]:
    mine = list(employers_of(user, on, roles.COORDINATOR))
    if not mine:
        return []
    tasks = []
    ready = ready_for_round(mine).count()
    if ready:
        about = f"{ready} agreed recommendation{'' if ready == 1 else 's'}"
        tasks.append(Task("Open a moderation round", about, reverse("moderation")))
    items = list(for_rows(SampleItem.objects.to_resolve().filter(population__round__employer__in=mine)).order_by("pk"))
    conflicts = conflicts_now(items)
    for item in items:
        live = [one for one in item.allocations.all() if one.withdrawn_at is None]
        held = [one.reading for one in live if (item.pk, one.moderator_id) not in conflicts]
        stuck = any(one.reading.completed_at is None and (item.pk, one.moderator_id) in conflicts for one in live)
        about, url = str(item.population.registration), reverse("moderation_item", args=[item.pk])
        if len(held) < item.population.round.readers or stuck:
            tasks.append(Task("Find a reader for a sampled record", about, url))
        elif all(reading.completed_at is not None for reading in held):
            tasks.append(Task("Resolve a sampled record", about, url))
    return tasks


def _reads(user: User, on: date) -> list[Task]:
    mine = Allocation.objects.visible_to(user, on).open().select_related("item__population__registration")
    return [
        Task(
            "Read a sampled record",
            str(one.item.population.registration),
            reverse("reading", args=[one.pk]),
        )
        for one in mine.order_by("pk")
    ]


def _confirms(user: User, on: date) -> list[Task]:
    ready = PopulationItem.objects.led_by(user, on).ready().select_related("registration__nqsw")
    return [
        Task(
            "Confirm an outcome",
            f"{item.registration.nqsw.full_name}, {item.registration}",
            reverse("outcome_confirm", args=[item.registration_id]),
        )
        for item in ready.order_by("pk")
    ]


def _acknowledges(user: User) -> list[Task]:
    sent = Feedback.objects.filter(to=user, acknowledged_at__isnull=True).select_related(
        "item__population__registration"
    )
    return [
        Task(
            "Read feedback from moderation",
            str(one.item.population.registration),
            reverse("feedback", args=[one.pk]),
        )
        for one in sent.order_by("pk")
    ]


def waits_on(user: User, on: date) -> list[Task]:
    """What the person waits for in moderation, in a constant number of queries.

    A co-ordinator for readers and senior leads; an assessor for the outcome of what they recommended.
    """
    mine = list(employers_of(user, on, roles.COORDINATOR))
    return [*_readers_of_mine(mine), *_leads_of_mine(mine), *_own_recommendations(user)]


def _readers_of_mine(mine: list[Employer]) -> list[Task]:
    if not mine:
        return []
    open_ = Allocation.objects.open().filter(item__population__round__employer__in=mine)
    return [
        Task(
            "Read a sampled record",
            str(one.item.population.registration),
            reverse("moderation_item", args=[one.item_id]),
            who=one.moderator.full_name,
        )
        for one in open_.select_related("item__population__registration", "moderator").order_by("pk")
    ]


def _leads_of_mine(mine: list[Employer]) -> list[Task]:
    if not mine:
        return []
    ready = PopulationItem.objects.ready().filter(round__employer__in=mine).select_related("registration")
    return [
        Task(
            "Confirm an outcome",
            str(item.registration),
            reverse("registration", args=[item.registration_id]),
            who="the senior lead",
        )
        for item in ready.order_by("pk")
    ]


def _own_recommendations(user: User) -> list[Task]:
    sent = PopulationItem.objects.awaiting().filter(assessor=user).select_related("registration")
    return [
        Task(
            "Moderate and confirm the outcome",
            str(item.registration),
            reverse("registration", args=[item.registration_id]),
            who="your employer’s co-ordinator and senior lead",
        )
        for item in sent.order_by("pk")
    ]
