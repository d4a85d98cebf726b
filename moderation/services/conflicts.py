"""A declared conflict, beyond what the records show."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from moderation import rules
from moderation.models import Allocation, ConflictDeclared, SampleItem
from moderation.notices import ConflictFound
from moderation.permissions import check_may_declare
from moderation.services import telling
from moderation.services.allocation import take_back
from registrations.models import Registration


@transaction.atomic
def declare(item: SampleItem, moderator: User, because: str, *, by: User, now: datetime) -> ConflictDeclared:
    """Bars a moderator from the registration of a sampled record for good, and takes back what they hold of it
    unless it is completed. Raises NotAllowed, Refused.
    """
    employer = item.population.round.employer
    under = check_may_declare(by, moderator, employer, on=london_date(now))
    registration_id = item.population.registration_id
    items = SampleItem.objects.filter(population__registration=registration_id)
    held = list(items.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
    registration = Registration.objects.select_for_update(of=("self",), no_key=True).get(pk=registration_id)
    rules.check_because(because)
    if ConflictDeclared.objects.filter(moderator=moderator, registration=registration).exists():
        raise Refused("This conflict is recorded already.")
    made = ConflictDeclared.objects.create(
        moderator=moderator, registration=registration, because=because.strip(), declared_by=by, declared_at=now
    )
    mine = Allocation.objects.live().filter(item__in=held, moderator_human=moderator.human_id)
    for allocation in mine.filter(reading__completed_at__isnull=True).order_by("pk"):
        take_back(allocation.pk, "A conflict was declared.", by=by, now=now)
    audit.record("moderation.declare_conflict", made, by=by, now=now, under=under)
    message = ConflictFound(reference=str(registration), path=reverse("moderation_item", args=[item.pk]))
    telling.coordinators(employer, message, now=now)
    return made
