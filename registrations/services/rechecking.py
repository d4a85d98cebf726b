"""The register is asked again by the service itself: after the yearly renewals, before outcomes, after no answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog
from django.db import connection, transaction

from accounts.models import User
from accounts.services import jobs
from asye.clock import LONDON, london_date
from asye.refusals import Refused
from registrations import register
from registrations.models import RegisterCheck, RegisterRequest, Registration
from registrations.permissions import check_may_end
from registrations.rules import renewal, standing
from registrations.services import looking
from registrations.states import NoAnswer, RegisterOccasion, State

RENEWAL_JOB: Final = "registrations.queue_renewals"
SWEEP_LASTS: Final = 30  # seconds after which a sweep asks nothing new: with one slow answer still below the task's 60
CLAIM_LASTS: Final = timedelta(minutes=5)  # for so long a question is its asker's; longer than a task is let live
WAIT_MINUTES: Final = (1, 5, 15, 60, 240, 720)  # before a question is asked again; the last one repeats
REGISTER_IS_DOWN: Final = frozenset({NoAnswer.SLOW, NoAnswer.DROPPED, NoAnswer.BUSY, NoAnswer.FAULT})

# Everybody on the programme or waiting for it who has no answer since the renewals closed, once for each period.
QUEUE_RENEWALS: Final = """
INSERT INTO registrations_registerrequest
    (registration_id, occasion, period, wanted_at, tries, due_at, no_answer)
SELECT r.id, %(occasion)s, %(period)s, %(now)s, 0, %(now)s, ''
FROM registrations_registration r JOIN registrations_nqsw n ON n.id = r.nqsw_id
WHERE r.ended_on IS NULL AND r.state <> %(refused)s AND n.swe_number IS NOT NULL
  AND NOT EXISTS (SELECT FROM registrations_registercheck c WHERE c.registration_id = r.id
                  AND c.no_answer = '' AND c.checked_at >= %(closed)s)
  AND NOT EXISTS (SELECT FROM registrations_registerrequest q WHERE q.registration_id = r.id
                  AND (q.period = %(period)s OR q.done_at IS NULL))
ON CONFLICT DO NOTHING
"""
QUEUE_OUTCOMES: Final = """
INSERT INTO registrations_registerrequest
    (registration_id, occasion, period, wanted_at, tries, due_at, no_answer)
SELECT r.id, %(occasion)s, '', %(now)s, 0, %(now)s, ''
FROM registrations_registration r JOIN registrations_nqsw n ON n.id = r.nqsw_id
WHERE r.id = ANY(%(registrations)s) AND r.ended_on IS NULL AND n.swe_number IS NOT NULL
ON CONFLICT DO NOTHING
"""

log = structlog.get_logger(__name__)


@transaction.atomic
def queue_renewals(now: datetime) -> int:
    """Queues the yearly check after renewals (rule E13) of every live registration; answers how many are new.

    Once a London day from 1 December to 31 August, so that a missed day, a night without the service and whoever came
    later are made good; a registration is queued once a year however often this runs. Nothing happens while the next
    renewals are open.
    """
    on = london_date(now)
    period = renewal.period(on)
    if not period or not jobs.claim(RENEWAL_JOB, on.isoformat(), now):
        return 0
    closed = datetime.combine(renewal.last_closed(on), datetime.min.time(), LONDON)
    with connection.cursor() as cursor:
        cursor.execute(
            QUEUE_RENEWALS,
            {
                "occasion": RegisterOccasion.RENEWAL,
                "period": period,
                "now": now,
                "refused": State.REFUSED,
                "closed": closed,
            },
        )
        return cursor.rowcount


@transaction.atomic
def want_before_outcome(registrations: Iterable[int], now: datetime) -> int:
    """Queues a look into the register for registrations whose outcome will be confirmed soon; part of the act that
    brings them there. Answers how many are new: one that waits already is enough."""
    with connection.cursor() as cursor:
        cursor.execute(
            QUEUE_OUTCOMES,
            {"occasion": RegisterOccasion.OUTCOME, "now": now, "registrations": list(registrations)},
        )
        return cursor.rowcount


def look_before_outcome(registration: Registration, *, by: User, now: datetime) -> RegisterCheck:
    """A senior lead has the register asked before they confirm the outcome (rule E13); what it said is kept.

    Where it does not answer, the service goes on asking by itself. Raises NotAllowed, or Refused unless the
    registration is live and the number known. The register is asked before anything is locked.
    """
    on = london_date(now)
    check_may_end(by, registration, on)
    answer = register.look_up(standing.check_can_look_up(registration))
    with transaction.atomic():
        under = check_may_end(by, registration, on)
        look = looking.keep(registration, answer, RegisterOccasion.OUTCOME, by=by, now=now, under=under)
        if not look.is_answer:
            want_before_outcome([registration.pk], now)
        return look


def ask_pending(now: datetime) -> int:
    """Asks the register what is due and answers how often it answered; what a sweep has no time for is left.

    The register is asked outside any transaction, one question at a time. Two sweepers never take the same question,
    and one whose asker died is free again after CLAIM_LASTS. When the register is down the sweep ends: the others stay
    due and are not counted as tried. A question that fails by itself waits longer and longer and holds up nobody.
    """
    answered = 0
    ends = monotonic() + SWEEP_LASTS
    while monotonic() < ends:
        request = _claim(now)
        if request is None:
            break
        no_answer = _ask(request, now)
        answered += no_answer is None
        if no_answer in REGISTER_IS_DOWN:
            break
    return answered


def _claim(now: datetime) -> RegisterRequest | None:
    """The question due for longest, out of others' reach for CLAIM_LASTS; durable, so that it is written before the
    register is asked."""
    with transaction.atomic(durable=True):
        due = RegisterRequest.objects.select_for_update(skip_locked=True, of=("self",))
        due = due.filter(done_at__isnull=True, due_at__lte=now).select_related("registration__nqsw")
        request = due.order_by("due_at", "id").first()
        if request is not None:
            request.tries += 1
            request.due_at = now + CLAIM_LASTS
            request.save(update_fields=["tries", "due_at"])
        return request


def _ask(request: RegisterRequest, now: datetime) -> NoAnswer | None:
    """Asks one question and writes the answer, or when it is asked again. None where it is done."""
    registration = request.registration
    try:
        number = standing.check_can_look_up(registration)
    except Refused:
        _give_up(request, now)
        return None
    try:
        answer = register.look_up(number)
        if isinstance(answer, register.CannotSay):
            return _try_later(request, answer.because, now)
        with transaction.atomic():
            looking.keep(registration, answer, RegisterOccasion(request.occasion), by=None, now=now)
    except Refused:  # the number was corrected meanwhile, so the answer is about somebody else
        return _try_later(request, NoAnswer.ANOTHER, now)
    except Exception:
        log.exception("A question to the register failed", object_id=request.pk)
        return _try_later(request, NoAnswer.UNREADABLE, now)
    return None


def _try_later(request: RegisterRequest, because: NoAnswer, now: datetime) -> NoAnswer:
    minutes = WAIT_MINUTES[min(request.tries, len(WAIT_MINUTES)) - 1]
    waiting = RegisterRequest.objects.filter(pk=request.pk, done_at__isnull=True)
    waiting.update(no_answer=because, due_at=now + timedelta(minutes=minutes))
    return because


def _give_up(request: RegisterRequest, now: datetime) -> None:
    """Nothing is left to ask about: the registration has ended or was refused."""
    RegisterRequest.objects.filter(pk=request.pk, done_at__isnull=True).update(done_at=now)
