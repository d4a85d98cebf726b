"""The outbox: notices that were queued leave here."""

from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from accounts import notices, notify, rules, wanted
from accounts.models import Notice


def send_pending(now: datetime) -> int:
    """Sends what is due and answers how many left; what a sweeper has no time for is left to the next one.

    Nothing is sent inside a transaction, which the database would end while the mail server thinks. Two senders never
    take the same message. One that fails, whatever the reason, is tried again after longer and longer waits and holds
    up nobody. One that its reader has nothing to do with any more is taken out. The demo marks messages as sent and
    sends nothing. A message may arrive twice if the service dies between sending and noting it, and never not at all.
    """
    sent = 0
    until = monotonic() + rules.SWEEP_LASTS.total_seconds()
    while monotonic() < until:
        notice = _claim(now)
        if notice is None:
            break
        sent += _send(notice, now)
    return sent


def _claim(now: datetime) -> Notice | None:
    """The next message that is due, counted as tried and out of others' reach for CLAIM_LASTS; durable, so that this
    is written before anything is sent."""
    with transaction.atomic(durable=True):
        due = Notice.objects.select_for_update(skip_locked=True, of=("self",))
        notice = due.filter(sent_at__isnull=True, due_at__lte=now).order_by("pk").first()
        if notice is not None:
            notice.attempts += 1
            notice.due_at = now + rules.CLAIM_LASTS
            notice.failed_because = ""
            notice.save(update_fields=["attempts", "due_at", "failed_because"])
        return notice


def _send(notice: Notice, now: datetime) -> bool:
    if not wanted.is_wanted(notice, now):
        notice.delete()
        return False
    try:
        if not settings.DEMO:
            _carry(notice)
    except Exception as error:
        _try_later(notice, type(error).__name__, now)
        return False
    notice.sent_at = now
    if not settings.DEMO:
        notice.secret_link = ""  # in the demo the staff page is the only letter box there is
    notice.save(update_fields=["sent_at", "secret_link"])
    return True


def _carry(notice: Notice) -> None:
    body = notices.body_with_link(notice)
    if settings.MAIL_BY == "notify":
        notify.send(notice.to_email, notice.subject, body, notice.reference)
    else:
        EmailMessage(notice.subject, body, to=[notice.to_email]).send()


def _try_later(notice: Notice, because: str, now: datetime) -> None:
    waits = rules.RETRY_MINUTES
    minutes = waits[min(notice.attempts, len(waits)) - 1]
    notice.failed_because = because
    notice.due_at = now + timedelta(minutes=minutes)
    notice.save(update_fields=["failed_because", "due_at"])
