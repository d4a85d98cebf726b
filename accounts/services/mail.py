"""The outbox: notices that were queued leave here."""

from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from accounts import notices, rules
from accounts.models import Notice


def send_pending(now: datetime) -> int:
    """Sends what is due, each message in a transaction of its own, and answers how many left.

    Two senders never take the same message. One that fails is tried again after longer and longer waits. The demo
    marks messages as sent and sends nothing. A message may arrive twice if the service dies between sending and
    noting it, and never not at all.
    """
    sent, last = 0, 0
    while True:
        with transaction.atomic():
            due = Notice.objects.select_for_update(skip_locked=True, of=("self",))
            notice = due.filter(sent_at__isnull=True, due_at__lte=now, pk__gt=last).order_by("pk").first()
            if notice is None:
                return sent
            last = notice.pk
            sent += _send(notice, now)


def _send(notice: Notice, now: datetime) -> bool:
    try:
        if not settings.DEMO:
            EmailMessage(notice.subject, notices.body_with_link(notice), to=[notice.to_email]).send()
    except (OSError, SMTPException) as error:
        _try_later(notice, type(error).__name__, now)
        return False
    notice.sent_at = now
    notice.attempts += 1
    notice.failed_because = ""
    if not settings.DEMO:
        notice.secret_link = ""  # in the demo the staff page is the only letter box there is
    notice.save(update_fields=["sent_at", "attempts", "failed_because", "secret_link"])
    return True


def _try_later(notice: Notice, because: str, now: datetime) -> None:
    waits = rules.RETRY_MINUTES
    minutes = waits[min(notice.attempts, len(waits) - 1)]
    notice.attempts += 1
    notice.failed_because = because
    notice.due_at = now + timedelta(minutes=minutes)
    notice.save(update_fields=["attempts", "failed_because", "due_at"])
