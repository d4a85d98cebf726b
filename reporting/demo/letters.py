"""What became of a letter of the demo: it came back."""

from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from accounts.models import Notice
from accounts.notify import Report
from accounts.services import receipts
from accounts.states import Delivery
from reporting.demo.cast import EMPLOYERS, email_of

TAKES_A_SERVER = timedelta(minutes=4)


def report() -> None:
    """The newest letter to the last assessor of the first employer came back for good."""
    employer = EMPLOYERS[0]
    to = email_of(employer.assessors[-1], employer.key)
    letter, sent_at = next(
        (each, each.sent_at) for each in Notice.objects.filter(to_email=to).order_by("-pk") if each.sent_at
    )
    said = Report(uuid5(NAMESPACE_OID, str(letter.pk)), letter.reference, Delivery.PERMANENT, sent_at + TAKES_A_SERVER)
    receipts.take(said, now=sent_at + TAKES_A_SERVER)
