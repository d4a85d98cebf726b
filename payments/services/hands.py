"""Notes who had a hand in a batch."""

from datetime import datetime

from accounts.models import User
from payments.models import Batch, BatchHand
from payments.states import Hand


def add_maker(batch: Batch, user: User, now: datetime) -> None:
    """The person has prepared or changed the batch and can never approve it. Noting it twice changes nothing."""
    BatchHand.objects.bulk_create(
        [BatchHand(batch=batch, human_id=user.human_id, user=user, hand=Hand.MAKER, at=now)], ignore_conflicts=True
    )


def add_approver(batch: Batch, user: User, now: datetime) -> None:
    """The approver's own hand. The database refuses it to a human who has a maker's."""
    BatchHand.objects.create(batch=batch, human_id=user.human_id, user=user, hand=Hand.APPROVER, at=now)
