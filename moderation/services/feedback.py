"""What moderation tells the assessor, and that they have read it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from moderation import rules
from moderation.models import Feedback, SampleItem
from moderation.notices import FeedbackAcknowledged, FeedbackSent
from moderation.permissions import check_may_acknowledge, check_may_run


@transaction.atomic
def send(item: SampleItem, text: str, *, by: User, now: datetime) -> Feedback:
    """Sends feedback on a read record to the assessor who recommended. Raises NotAllowed, Refused."""
    population = item.population
    under = check_may_run(by, population.run_by, on=london_date(now))
    rules.check_can_send(resolved=SampleItem.objects.filter(pk=item.pk, resolution__isnull=False).exists())
    rules.check_feedback(text)
    made = Feedback.objects.create(item=item, to=population.assessor, text=text.strip(), sent_by=by, sent_at=now)
    audit.record("moderation.send_feedback", made, by=by, now=now, under=under)
    message = FeedbackSent(reference=str(population.registration), path=reverse("feedback", args=[made.pk]))
    notices.queue(message, to=made.to, now=now)
    return made


@transaction.atomic
def acknowledge(feedback: Feedback, *, by: User, now: datetime) -> Feedback:
    """The assessor has read it; the sender is told. Raises NotAllowed, Refused the second time."""
    check_may_acknowledge(by, feedback)
    feedback = (
        Feedback.objects.select_for_update(of=("self",))
        .select_related("item__population__registration", "sent_by")
        .get(pk=feedback.pk)
    )
    rules.check_can_acknowledge(feedback.acknowledged_at is not None)
    feedback.acknowledged_at = now
    feedback.save(update_fields=["acknowledged_at"])
    audit.record("moderation.acknowledge_feedback", feedback, by=by, now=now)
    reference = str(feedback.item.population.registration)
    message = FeedbackAcknowledged(reference=reference, path=reverse("moderation_item", args=[feedback.item_id]))
    notices.queue(message, to=feedback.sent_by, now=now)
    return feedback
