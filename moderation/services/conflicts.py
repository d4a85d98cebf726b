"""A declared conflict, beyond what the records show."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from moderation import rules
from moderation.models import Allocation, ConflictDeclared, PopulationItem, SampleItem
from moderation.notices import ConflictFound, ConflictOfOwn
from moderation.permissions import check_may_declare
from moderation.services import telling
from moderation.services.allocation import take_back
from registrations.models import Registration


@transaction.atomic
def declare(item: SampleItem, moderator: User, because: str, *, by: User, now: datetime) -> ConflictDeclared:
    """Bars a moderator from the registration of a sampled record for good, and takes back what they hold of it
    unless it is completed. Raises NotAllowed, Refused.
    """
    return _declare(item.population, moderator, because, by=by, now=now)


@transaction.atomic
def declare_own(member: PopulationItem, because: str, *, by: User, now: datetime) -> ConflictDeclared:
    """Bars whoever would read, resolve or confirm a moderated registration from it for good, on their own word.

    Also where it was not drawn, and where they hold no reading; what they hold is taken back unless it is completed.
    Raises NotAllowed to everybody but co-ordinators, senior leads and moderators of the employer; Refused.
    """
    return _declare(member, by, because, by=by, now=now)


def _declare(member: PopulationItem, person: User, because: str, *, by: User, now: datetime) -> ConflictDeclared:
    employer, registration_id = member.run_by, member.registration_id
    under = check_may_declare(by, person, employer, on=london_date(now))
    items = SampleItem.objects.filter(population__registration=registration_id)
    held = list(items.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
    registration = Registration.objects.select_for_update(of=("self",), no_key=True).get(pk=registration_id)
    rules.check_because(because)
    if ConflictDeclared.objects.filter(moderator=person, registration=registration).exists():
        raise Refused("This conflict is recorded already.")
    made = ConflictDeclared.objects.create(
        moderator=person, registration=registration, because=because.strip(), declared_by=by, declared_at=now
    )
    mine = Allocation.objects.live().of_human(person.human_id).filter(item__in=held)
    reads = by != person or mine.exists()
    for allocation in mine.filter(reading__completed_at__isnull=True).order_by("pk"):
        take_back(allocation.pk, "A conflict was declared.", by=by, now=now)
    audit.record("moderation.declare_conflict", made, by=by, now=now, under=under)
    sampled = items.filter(population=member).first()
    page = ("moderation_item", sampled.pk) if sampled else ("moderation_round", member.round_id)
    message = ConflictFound if reads else ConflictOfOwn
    told = message(reference=str(registration), path=reverse(page[0], args=[page[1]]))
    telling.coordinators(employer, told, now=now)
    return made
