"""What the register said is written down, and what a caseworker makes of it."""

from datetime import datetime

from django.db import transaction

from accounts import notices as outbox
from accounts.models import Membership, User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from registrations import notices, queries, register
from registrations.models import NameSettled, RegisterCheck, RegisterRequest, Registration
from registrations.permissions import check_may_decide
from registrations.rules import names, standing
from registrations.services import judging, moving, telling
from registrations.states import Occasion, RegisterOccasion, RegisterStatus, State


def keep(
    registration: Registration,
    answer: register.Answer,
    occasion: RegisterOccasion,
    *,
    by: User | None,
    now: datetime,
    under: Membership | None = None,
) -> RegisterCheck:
    """Writes what the register said about the registration's person; part of the act that asked.

    Closes the question that waits for an answer, if there is one, and tells the co-ordinators when somebody on the
    programme is no longer registered. Raises Refused where the registration has ended or has another number by now.
    """
    registration = moving.locked(registration, None)
    if standing.check_can_look_up(registration) != answer.number:
        raise Refused("The number changed while the register was being asked. Check the register again.")
    before = queries.latest_answer(registration)
    check = _written(registration, answer, occasion, by=by, now=now)
    if check.is_answer:
        _close_request(registration, check, by=by, now=now)
    if registration.state != State.REGISTERED:
        moving.touch(registration)
    elif check.status == RegisterStatus.NOT_REGISTERED and (before is None or before.status != check.status):
        telling.tell_coordinators(notices.NoLongerRegistered(registration=registration), now=now)
    codes = [check.status, occasion, check.left_because or check.no_answer]
    audit.record("registrations.check_register", registration, by=by, now=now, under=under, codes=filter(None, codes))
    if check.is_answer:
        judging.judge_again(registration, Occasion.REGISTER, by=by, now=now, under=under)
    return check


def _written(
    registration: Registration, answer: register.Answer, occasion: RegisterOccasion, *, by: User | None, now: datetime
) -> RegisterCheck:
    check = RegisterCheck(
        registration=registration, number=answer.number, occasion=occasion, checked_by=by, checked_at=now
    )
    if isinstance(answer, register.Found):
        check.status, check.left_because = answer.status, answer.left_because or ""
        check.name_found, check.name_matches = answer.name, _is_theirs(registration, answer.name)
        check.registered_from, check.registered_until = answer.registered_from, answer.registered_until
    elif isinstance(answer, register.NotFound):
        check.status = RegisterStatus.NOT_FOUND
    else:
        check.status, check.no_answer = RegisterStatus.UNAVAILABLE, answer.because
    check.save(force_insert=True)
    return check


def _is_theirs(registration: Registration, found: str) -> bool:
    """Compares with what the employer wrote, what the NQSW is called now or was before, and what has been settled."""
    nqsw = registration.nqsw
    given = f"{registration.given_first_name} {registration.given_last_name}"
    if names.matches_any([given, nqsw.full_name], found, nqsw.former_name):
        return True
    settled = RegisterCheck.objects.filter(registration__nqsw=nqsw, settled__isnull=False)
    known = settled.values_list("name_found", flat=True)
    return any(names.words_of(each) == names.words_of(found) for each in known if each)


def _close_request(registration: Registration, check: RegisterCheck, *, by: User | None, now: datetime) -> None:
    waiting = RegisterRequest.objects.select_for_update(of=("self",)).filter(
        registration=registration, done_at__isnull=True
    )
    for request in waiting.select_related("wanted_by"):
        request.done_at, request.answer = now, check
        request.save(update_fields=["done_at", "answer"])
        if request.wanted_by is not None and by is None:
            outbox.queue(notices.RegisterAnswered(registration=registration), to=request.wanted_by, now=now)


@transaction.atomic
def keep_asking(registration: Registration, *, by: User, now: datetime) -> RegisterRequest:
    """Leaves it to the service to ask a register that did not answer until it does; the caseworker is then told.

    Raises NotAllowed, or Refused unless the newest look got no answer.
    """
    under = check_may_decide(by, registration, london_date(now))
    registration = moving.locked(registration, None)
    standing.check_can_look_up(registration)
    latest = registration.register_checks.first()
    if latest is None or latest.is_answer:
        raise Refused("The register has answered, so there is nothing to wait for.")
    if registration.register_requests.filter(done_at__isnull=True).exists():
        raise Refused("The service is asking the register already.")
    request = RegisterRequest.objects.create(
        registration=registration, occasion=RegisterOccasion.CASEWORK, wanted_by=by, wanted_at=now, due_at=now
    )
    audit.record("registrations.keep_asking", registration, by=by, now=now, under=under)
    return request


@transaction.atomic
def settle_name(registration: Registration, because: str, *, seen_check: int, by: User, now: datetime) -> NameSettled:
    """A caseworker says why the different name in the register is this person's (rule E15); it then stays so.

    `seen_check` is the look they read. Raises NotAllowed, or Refused where the newest answer is another one, its name
    is not different or has been settled, or no reason is given.
    """
    under = check_may_decide(by, registration, london_date(now))
    registration = moving.locked(registration, None)
    standing.check_can_look_up(registration)
    latest = queries.latest_answer(registration)
    if latest is None or latest.pk != seen_check:
        raise Refused("The register was checked again after you opened this page. Look at what it says now.")
    if latest.name_matches is not False or NameSettled.objects.filter(pk=latest.pk).exists():
        raise Refused("There is no difference of names to settle.")
    if not because.strip():
        raise Refused("Enter why it is the same person", field="because")
    settled = NameSettled.objects.create(check_settled=latest, settled_by=by, settled_at=now)
    words = {"because": because.strip()}
    audit.record("registrations.settle_name", registration, by=by, now=now, under=under, words=words)
    judging.judge_again(registration, Occasion.REGISTER, by=by, now=now, under=under)
    return settled
