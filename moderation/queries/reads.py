"""Reads of moderation with more than one caller."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Value

from accounts import roles
from accounts.models import Employer, Membership, User
from assessments import queries as assessments
from assessments.models import Record, made_with
from assessments.states import Part
from moderation.conflicts import Conflicted
from moderation.models import Allocation, Feedback, PopulationItem, Reading, Resolution, Round, SampleItem
from moderation.states import Conclusion, Judgement

BARRED_PAIRS = """
    SELECT r.id, u.id FROM registrations_registration r CROSS JOIN accounts_user u
    WHERE r.id = ANY(%s) AND u.id = ANY(%s) AND moderation_conflicted(u.human_id, r.id)
"""


def ready_for_round(employers: Collection[Employer] | QuerySet[Employer]) -> QuerySet[Record]:
    """Agreed recommendations that these employers keep, without an outcome, that are in no round as they now stand."""
    return (
        assessments.ready_for_moderation()
        .filter(made_with(employers), current_revision__moderated_in__isnull=True)
        .select_related("registration__programme_year", "current_revision")
        .select_related("placement__employer", "placement__handed_to")
        .prefetch_related("current_revision__signatures__person")
        .order_by("current_revision_id")
    )


def assessor_who_signed(record: Record) -> User | None:
    """Who recommends: the assessor who signed the current revision (a record of ready_for_round)."""
    signed = record.current_revision.signatures.all() if record.current_revision else []
    return next((one.person for one in signed if one.part == Part.ASSESSOR), None)


def readers_of(employer: Employer | int, on: date) -> QuerySet[User]:
    """The moderators of an employer on a day, by number."""
    live = Membership.objects.live(on).filter(role=roles.MODERATOR.key, employer=employer)
    return User.objects.filter(pk__in=live.values("user")).order_by("pk")


def free_readers(item: SampleItem, on: date) -> QuerySet[User]:
    """The moderators of the employer that runs it who may be given the item: no conflict, not its reader already."""
    held = Allocation.objects.live().filter(item=item)
    return (
        readers_of(item.population.run_by, on)
        .exclude(Q(human__in=held.values("moderator_human")) | Q(human__in=held.values("moderator__human")))
        .exclude(Conflicted(F("human_id"), Value(item.population.registration_id)))
    )


def barred(registrations: Collection[int], people: Collection[int]) -> set[tuple[int, int]]:
    """The pairs (registration, person) with a conflict, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(BARRED_PAIRS, [list(registrations), list(people)])
        return set(cursor.fetchall())


def loads(people: Collection[int]) -> dict[int, int]:
    """How many unfinished readings each of these people has in hand, in one query."""
    found = (
        Allocation.objects.open().filter(moderator__in=people).values("moderator").annotate(held=Count("pk")).order_by()
    )
    return dict.fromkeys(people, 0) | {row["moderator"]: row["held"] for row in found}


def with_progress(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Annotates `population_count`, `sample_count` and `resolved_count`."""
    return rounds.select_related("employer", "programme_year", "opened_by").annotate(
        population_count=Count("population", distinct=True),
        sample_count=Count("population__sampled", distinct=True),
        resolved_count=Count("population__sampled__resolution", distinct=True),
    )


def unresolved(round_: Round) -> int:
    """How many sampled records of a round still want a resolution (those that no longer wait for one do not)."""
    return SampleItem.objects.to_resolve().filter(population__round=round_).count()


def live_readings(item: SampleItem) -> list[Reading]:
    """The readings of an item that were not withdrawn, in the order they were given out."""
    return list(
        Reading.objects.filter(allocation__item=item, allocation__withdrawn_at__isnull=True)
        .select_related("allocation__moderator")
        .order_by("allocation_id")
    )


def counted(readings: Sequence[Reading], registration_id: int) -> list[Reading]:
    """Those of live_readings whose reader has no conflict with the registration now: only these carry a conclusion."""
    pairs = barred([registration_id], [one.allocation.moderator_id for one in readings])
    return [one for one in readings if (registration_id, one.allocation.moderator_id) not in pairs]


def latest_of(registration_id: int) -> PopulationItem | None:
    """The newest place of a registration's recommendation in a round."""
    return (
        PopulationItem.objects.filter(registration=registration_id)
        .select_related("round__employer", "final_revision__record__placement", "sampled__resolution", "assessor")
        .order_by("-final_revision_id")
        .first()
    )


def items_of(round_: Round, user: User, on: date) -> QuerySet[SampleItem]:
    """What the person may see of a round's sample on a day, in the order of its numbers, ready for rows."""
    return for_rows(SampleItem.objects.visible_to(user, on).filter(population__round=round_)).order_by("pk")


def population_of(round_: Round) -> QuerySet[PopulationItem]:
    """The frozen population of a round."""
    return round_.population.select_related("final_revision", "assessor")


def population_count(round_: Round) -> int:
    """How many recommendations a round froze."""
    return round_.population.count()


def agreement_pairs(employers: Collection[Employer]) -> list[tuple[str, str]]:
    """(assessor's recommendation, reader's judgement before knowing it) of these employers' completed readings.

    A reader who could not tell is left out: that is no judgement to agree with.
    """
    return list(
        Reading.objects.filter(
            completed_at__isnull=False,
            allocation__withdrawn_at__isnull=True,
            allocation__item__population__round__employer__in=employers,
        )
        .exclude(judgement=Judgement.CANNOT_TELL)
        .order_by("pk")
        .values_list("allocation__item__population__recommends", "judgement")
    )


def read_this_year(round_: Round) -> set[int]:
    """The assessors (humans) of whom a pass was drawn in an earlier round of the employer's programme year."""
    year = round_.programme_year
    found = SampleItem.objects.filter(
        population__round__employer=round_.employer_id,
        population__round__programme_year__programme=year.programme,
        population__round__programme_year__code=year.code,
        population__recommends=Conclusion.PASS,
    ).exclude(population__round=round_)
    return set(found.values_list("population__assessor__human", flat=True))


def sampled_of(item: PopulationItem) -> SampleItem | None:
    """The item's place in the sample, if it was drawn."""
    return SampleItem.objects.filter(population=item).first()


def resolution_of(item: PopulationItem) -> Resolution | None:
    """What moderation concluded on it, if it was drawn and is resolved."""
    return Resolution.objects.filter(item__population=item).select_related("decided_by").first()


def for_rows(items: QuerySet[SampleItem]) -> QuerySet[SampleItem]:
    """Items with what their row in a list shows: four queries whatever their number."""
    return items.select_related(
        "population__registration__nqsw", "population__round", "population__assessor", "resolution"
    ).prefetch_related("allocations__reading", "allocations__moderator")


def still_awaiting(items: Iterable[SampleItem]) -> set[int]:
    """The numbers of those items whose outcome still hangs on what was frozen, in one query."""
    population = [item.population_id for item in items]
    found = SampleItem.objects.filter(population__in=PopulationItem.objects.awaiting().filter(pk__in=population))
    return set(found.values_list("pk", flat=True))


def conflicts_now(items: Iterable[SampleItem]) -> set[tuple[int, int]]:
    """(item, moderator) for readings that are live but can no longer be done, in one query."""
    held = [(item, one) for item in items for one in item.allocations.all() if one.withdrawn_at is None]
    pairs = barred({item.population.registration_id for item, _ in held}, {one.moderator_id for _, one in held})
    return {
        (item.pk, one.moderator_id)
        for item, one in held
        if (item.population.registration_id, one.moderator_id) in pairs
    }


def readings_of(user: User, on: date) -> QuerySet[Allocation]:
    """The person's own readings, newest first, ready for rows."""
    return (
        Allocation.objects.visible_to(user, on)
        .select_related("reading", "item__population__registration")
        .order_by("-pk")
    )


def still_wanted(allocations: Iterable[Allocation]) -> set[int]:
    """The numbers of those allocations that still ask something of their reader, in one query."""
    numbers = [one.pk for one in allocations]
    return set(Allocation.objects.open().filter(pk__in=numbers).values_list("pk", flat=True))


def ready_to_confirm(user: User, on: date) -> QuerySet[PopulationItem]:
    """What a senior lead may confirm now, longest waiting first, ready for rows."""
    return _for_lead(PopulationItem.objects.led_by(user, on).ready())


def held_up(user: User, on: date) -> QuerySet[PopulationItem]:
    """What waits for its reading before a senior lead may confirm it."""
    waiting = PopulationItem.objects.led_by(user, on).awaiting()
    return _for_lead(waiting.filter(sampled__isnull=False, sampled__resolution__isnull=True))


def _for_lead(found: QuerySet[PopulationItem]) -> QuerySet[PopulationItem]:
    return found.select_related("registration__nqsw", "assessor", "sampled__resolution").order_by("pk")


def feedback_on(item: SampleItem) -> QuerySet[Feedback]:
    """What the assessor was told about a sampled record."""
    return item.feedback.select_related("to", "sent_by")


def feedback_to(user: User) -> QuerySet[Feedback]:
    """What the person was told as assessor, newest first."""
    return Feedback.objects.filter(to=user).select_related("item__population__registration")
