"""Giving sampled records to readers and taking them back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.models import User
from accounts.services import audit
from assessments.services import blindness
from asye.clock import london_date
from asye.refusals import Refused
from moderation import queries, rules, sharing
from moderation.models import Allocation, PopulationItem, Reading, Round, SampleItem
from moderation.notices import ReadingsWaiting, ReadingWithdrawn
from moderation.permissions import check_may_run, has_conflict
from moderation.states import Stage


@dataclass(frozen=True)
class Shared:
    """What a share-out came to: the allocations made, and the items that found no reader without a conflict."""

    made: list[Allocation]
    left: list[SampleItem]


def lock_item(pk: int) -> SampleItem:
    """The item, held until the transaction ends: whatever changes its readings or resolution begins with this."""
    SampleItem.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    return SampleItem.objects.select_related(
        "population__round__employer", "population__registration", "population__final_revision__record__placement"
    ).get(pk=pk)


def check_wanted(item: SampleItem) -> None:
    """Raises Refused where the record is resolved, or its outcome no longer hangs on what was frozen."""
    awaiting = PopulationItem.objects.awaiting().filter(pk=item.population_id).exists()
    rules.check_still_wanted(SampleItem.objects.filter(pk=item.pk, resolution__isnull=False).exists(), awaiting)


@transaction.atomic
def share_out(round_: Round, *, by: User, now: datetime) -> Shared:
    """Gives every sampled record that lacks readers to the least loaded moderators without a conflict.

    Raises NotAllowed; Refused where there is no moderator, nothing to give out, or nobody is free for any of it.
    """
    on = london_date(now)
    under = check_may_run(by, round_.run_by, on=on)
    Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    items = _lacking(round_)
    people = {person.human_id: person for person in queries.readers_of(round_.run_by, on)}
    load = queries.loads([person.pk for person in people.values()])
    shares = sharing.share_out(
        _wanted(list(items.values()), round_, people), {human: load[person.pk] for human, person in people.items()}
    )
    left = [items[pk] for pk in shares.left]
    if not shares.given:
        raise Refused(_nothing_given(round_, left))
    made = [_give(items[item], people[reader], by=by, now=now) for item, reader in shares.given]
    audit.record("moderation.share_out", round_, by=by, now=now, under=under, codes=[str(one.pk) for one in made])
    _tell(made, now=now)
    return Shared(made, left)


def _lacking(round_: Round) -> dict[int, SampleItem]:
    found = (
        SampleItem.objects.to_resolve()
        .filter(population__round=round_)
        .select_for_update(of=("self",), no_key=True)
        .select_related("population__registration", "population__final_revision")
        .prefetch_related("allocations__moderator")
        .order_by("pk")
    )
    return {item.pk: item for item in found if len(_held(item)) < round_.readers}


def _held(item: SampleItem) -> list[Allocation]:
    return [one for one in item.allocations.all() if one.withdrawn_at is None]


def _wanted(items: list[SampleItem], round_: Round, people: Mapping[int, User]) -> list[sharing.Wanted]:
    """What each item lacks; readers are humans here, so that two accounts of one person are one reader."""
    registrations = [item.population.registration_id for item in items]
    conflicts = queries.barred(registrations, [person.pk for person in people.values()])
    wanted = []
    for item in items:
        held = {human for one in _held(item) for human in one.humans}
        about = item.population.registration_id
        barred = held | {human for human, person in people.items() if (about, person.pk) in conflicts}
        wanted.append(sharing.Wanted(item.pk, round_.readers - len(_held(item)), frozenset(barred)))
    return wanted


def _nothing_given(round_: Round, left: list[SampleItem]) -> str:
    if not left:
        return "Every sampled record has its readers already."
    about = ", ".join(str(item.population.registration) for item in left)
    return rules.NOBODY_FREE.format(employer=round_.run_by, about=about)


@transaction.atomic
def allocate(item: SampleItem, moderator: User, *, by: User, now: datetime) -> Allocation:
    """Gives one sampled record to one moderator of the employer that runs it: a first reader, or a further one.

    Raises NotAllowed, Refused (a conflict, their reading already, enough readers, no moderator here).
    """
    on = london_date(now)
    under = check_may_run(by, item.population.run_by, on=on)
    item = lock_item(item.pk)
    check_wanted(item)
    readings = queries.live_readings(item)
    rules.check_can_allocate([reading.stage for reading in readings], item.population.round.readers)
    _check_reader(item, moderator, on)
    made = _give(item, moderator, by=by, now=now)
    audit.record("moderation.allocate", made, by=by, now=now, under=under)
    _tell([made], now=now)
    return made


def _check_reader(item: SampleItem, moderator: User, on: date) -> None:
    if not queries.readers_of(item.population.run_by, on).filter(pk=moderator.pk).exists():
        raise Refused("Choose a moderator of this employer", "moderator")
    if has_conflict(moderator, item.population.registration_id):
        raise Refused(rules.CONFLICT.format(who=moderator.full_name), "moderator")
    if Allocation.objects.live().of_human(moderator.human_id).filter(item=item).exists():
        raise Refused(f"{moderator.full_name} reads this record already. Choose another moderator", "moderator")


def _give(item: SampleItem, moderator: User, *, by: User, now: datetime) -> Allocation:
    blindness.hide(item.population.final_revision, moderator, now=now)
    made = Allocation.objects.create(
        item=item, moderator=moderator, moderator_human_id=moderator.human_id, allocated_by=by, allocated_at=now
    )
    Reading.objects.create(allocation=made)
    return made


def _tell(made: list[Allocation], *, now: datetime) -> None:
    counts: dict[User, int] = {}
    for one in made:
        counts[one.moderator] = counts.get(one.moderator, 0) + 1
    for person, count in counts.items():
        notices.queue(ReadingsWaiting(count=count, path=reverse("readings")), to=person, now=now)


@transaction.atomic
def withdraw(allocation: Allocation, because: str, *, by: User, now: datetime) -> Allocation:
    """Takes a reading back before it is completed; the reader is told. Raises NotAllowed, Refused."""
    under = check_may_run(by, allocation.item.population.run_by, on=london_date(now))
    lock_item(allocation.item_id)
    allocation = take_back(allocation.pk, because, by=by, now=now)
    audit.record("moderation.withdraw", allocation, by=by, now=now, under=under, words={"because": because})
    return allocation


def take_back(pk: int, because: str, *, by: User, now: datetime) -> Allocation:
    """The withdrawal itself, for callers that hold the item and write the audit event."""
    allocation = (
        Allocation.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "reading",
            "moderator",
            "item__population__registration",
            "item__population__final_revision__record__placement",
        )
        .get(pk=pk)
    )
    allocation.reading.allocation = allocation
    rules.check_can_move(allocation.reading.stage, Stage.WITHDRAWN)
    rules.check_because(because)
    allocation.withdrawn_at, allocation.withdrawn_by, allocation.withdrawn_because = now, by, because.strip()
    allocation.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    population = allocation.item.population
    blindness.reveal(population.final_revision, allocation.moderator, now=now)
    reference = str(population.registration)
    notices.queue(ReadingWithdrawn(reference=reference, path=reverse("readings")), to=allocation.moderator, now=now)
    return allocation
