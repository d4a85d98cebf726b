"""A caseworker checks a registration; the employer answers."""

from datetime import datetime

from django.db import transaction

from accounts import notices as outbox
from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from registrations import notices, queries, reference, register
from registrations.models import (
    NQSW,
    AssessorAssignment,
    NameSettled,
    Placement,
    ReferenceCounter,
    RegisterCheck,
    Registration,
    RegistrationDraft,
    RegistrationQuery,
)
from registrations.permissions import check_is_coordinator_of, check_may_decide
from registrations.rules import standing
from registrations.rules.answers import Answers
from registrations.services import assessors, judging, locking, looking, moving, registering, starting, storing, telling
from registrations.states import Occasion, RegisterOccasion, State


def check_register_entry(registration: Registration, *, by: User, now: datetime) -> RegisterCheck:
    """A caseworker looks the person up in the Social Work England register; what it said is kept (E1, E13, E15).

    A register that does not answer is kept as such and raises nothing. Raises NotAllowed, or Refused unless the
    registration is live and the number known. The register is asked before anything is locked.
    """
    check_may_decide(by, registration, london_date(now))
    number = standing.check_can_look_up(registration)
    answer = register.look_up(number)
    with transaction.atomic():
        under = check_may_decide(by, registration, london_date(now))
        return looking.keep(registration, answer, RegisterOccasion.CASEWORK, by=by, now=now, under=under)


@transaction.atomic
def approve(registration: Registration, *, by: User, now: datetime, seen_version: int | None = None) -> Registration:
    """Registers the person: gives the reference (D1), from which review dates and the first payment follow.

    Raises NotAllowed, Stale, or Refused unless the newest look into the register confirms the person.
    """
    on = london_date(now)
    under = check_may_decide(by, registration, on)
    registration = moving.locked(registration, seen_version)
    latest = registration.register_checks.first()
    asked = (
        latest is not None
        and registration.queries.filter(asked_at__gte=latest.checked_at, answered_at__isnull=False).exists()
    )
    settled = latest is not None and NameSettled.objects.filter(pk=latest.pk).exists()
    standing.check_can_approve(registration, latest, asked_since=asked or settled, on=on)
    judging.check_allows(registration)
    registration.reference = next_reference(registration)
    registration.decided_at, registration.decided_by = now, by
    moving.move(registration, State.REGISTERED, "reference", "decided_at", "decided_by")
    audit.record("registrations.approve", registration, by=by, now=now, under=under)
    reviews = queries.review_dates(registration)
    message = notices.Approved(registration=registration, reviews=reviews)
    telling.tell_coordinators(message, now=now)
    telling.tell_assessor(message, now=now)
    telling.tell_nqsw(notices.YouAreRegistered(registration=registration, reviews=reviews), now=now)
    return registration


def next_reference(registration: Registration) -> str:
    """The next reference under the prefix and start year of the programme year, its counter locked until the commit."""
    year = registration.programme_year
    prefix = year.reference_prefix + year.code[2:4]
    ReferenceCounter.objects.bulk_create([ReferenceCounter(prefix=prefix)], ignore_conflicts=True)
    counter = ReferenceCounter.objects.select_for_update().get(prefix=prefix)
    counter.last += 1
    counter.save(update_fields=["last"])
    return reference.reference(prefix, counter.last)


@transaction.atomic
def ask(
    registration: Registration, question: str, *, by: User, now: datetime, seen_version: int | None = None
) -> RegistrationQuery:
    """Asks the employer; the registration waits for the answer. Raises NotAllowed, Stale or Refused."""
    under = check_may_decide(by, registration, london_date(now))
    registration = moving.locked(registration, seen_version)
    if not question.strip():
        raise Refused("Enter your question", field="question")
    moving.move(registration, State.QUERIED)
    query = RegistrationQuery.objects.create(
        registration=registration, question=question.strip(), asked_by=by, asked_at=now
    )
    audit.record("registrations.ask", registration, by=by, now=now, under=under, words={"question": query.question})
    telling.tell_coordinators(notices.Asked(registration=registration, question=query.question), now=now)
    return query


@transaction.atomic
def answer(
    registration: Registration,
    text: str,
    *,
    by: User,
    now: datetime,
    seen_version: int | None = None,
    answers: Answers | None = None,
) -> RegistrationQuery:
    """Answers the open question, and with `answers` corrects what was said; the caseworker looks again.

    Raises NotAllowed, Stale, or Refused as register() does.
    """
    under = check_is_coordinator_of(by, registration, london_date(now))
    if answers is not None:
        locking.hold_people([answers.swe_number])
    registration = moving.locked(registration, seen_version)
    if not text.strip():
        raise Refused("Enter your answer", field="text")
    query = queries.open_query(registration)
    if query is None:
        raise Refused("There is no open question to answer.")
    fields, before = _correct(registration, answers, by=by, now=now) if answers is not None else ([], {})
    query.answer, query.answered_by, query.answered_at = text.strip(), by, now
    query.save(update_fields=["answer", "answered_by", "answered_at"])
    moving.move(registration, State.SUBMITTED, *fields)
    if fields:
        judging.judge_again(registration, Occasion.CORRECTED, by=by, now=now, under=under)
    RegistrationDraft.objects.filter(corrects=registration, registration__isnull=True).update(
        registration=registration, updated_at=now
    )
    audit.record(
        "registrations.answer",
        registration,
        by=by,
        now=now,
        under=under,
        codes=fields,
        words={
            "answer": query.answer,
            "before": before,
            "after": {name: str(getattr(registration, name)) for name in before},
        },
    )
    outbox.queue(notices.Answered(registration=registration), to=query.asked_by, now=now)
    return query


def _correct(
    registration: Registration, answers: Answers, *, by: User, now: datetime
) -> tuple[list[str], dict[str, str]]:
    """Writes corrected answers over a locked registration (saved by the caller's move): fields and old values."""
    on = london_date(now)
    placement, sent_on = queries.placement_of(registration, on), london_date(registration.submitted_at)
    lifted = queries.lifted_for(answers.swe_number, judging.sent_by(registration), sent_on)
    year, result = registering.judge(answers, sent_on, registration.programme_year, lifted)
    assessor = registering.check_assessor(answers, placement.employer, on)
    new = storing.facts(answers, year, result)
    for kept in ("rule_version", "verdict", "verdict_reasons"):  # the rules are applied again once all is written
        new.pop(kept)
    fields = [name for name, value in new.items() if getattr(registration, name) != value]
    before = {name: str(getattr(registration, name)) for name in fields}
    if "asye_start" in fields:
        starting.move_start(registration, answers.asye_start)
    for name in fields:
        setattr(registration, name, new[name])
    _correct_person(registration.nqsw, answers, by=by, now=now)
    _correct_assessor(registration, placement, assessor, by=by, now=now)
    return fields, before


def _correct_assessor(
    registration: Registration, placement: Placement, assessor: User, *, by: User, now: datetime
) -> None:
    """Whoever was named by mistake never was the assessor; both are told."""
    assessors.check_two_people(registration.nqsw, assessor)
    named = placement.assignments.filter(ends_on__isnull=True).exclude(assessor=assessor).select_related("assessor")
    for assignment in named:
        message = notices.NoLongerAssessor(registration=registration, from_=assignment.starts_on)
        outbox.queue(message, to=assignment.assessor, now=now)
        assignment.assessor, assignment.assigned_by, assignment.assigned_at = assessor, by, now
        assignment.save(update_fields=["assessor", "assigned_by", "assigned_at"])
        outbox.queue(notices.NamedAssessor(registration=registration, from_=assignment.starts_on), to=assessor, now=now)


def _correct_person(nqsw: NQSW, answers: Answers, *, by: User, now: datetime) -> None:
    """A wrong number or name is put right only while the record is this one registration's and nobody has joined."""
    settled = nqsw.user is not None or nqsw.registrations.count() > 1
    if answers.swe_number != nqsw.swe_number:
        if settled or NQSW.objects.filter(swe_number=answers.swe_number).exists():
            raise Refused(
                "The Social Work England number of this registration cannot be changed any more. Withdraw it and "
                "register the person again.",
                field="swe_number",
            )
        nqsw.swe_number = answers.swe_number
    if settled:
        nqsw.save(update_fields=["swe_number"])
        return
    nqsw.first_name, nqsw.last_name, nqsw.former_name = answers.first_name, answers.last_name, answers.former_name
    nqsw.middle_names = answers.middle_names
    nqsw.save(update_fields=["swe_number", "first_name", "middle_names", "last_name", "former_name"])
    if answers.email.lower() != nqsw.email:
        registering.invite(nqsw, answers, by=by, now=now)


@transaction.atomic
def refuse(
    registration: Registration, because: str, *, by: User, now: datetime, seen_version: int | None = None
) -> Registration:
    """Refuses the registration for a reason the employer reads; its placement counts as never begun.

    Raises NotAllowed, Stale or Refused.
    """
    under = check_may_decide(by, registration, london_date(now))
    registration = moving.locked(registration, seen_version)
    if not because.strip():
        raise Refused("Enter the reason for refusing", field="because")
    registration.refused_because = because.strip()
    registration.decided_at, registration.decided_by = now, by
    moving.move(registration, State.REFUSED, "refused_because", "decided_at", "decided_by")
    for placement in registration.placements.filter(ends_on__isnull=True):
        AssessorAssignment.objects.filter(placement=placement, ends_on__isnull=True).update(
            ends_on=placement.starts_on, starts_on=placement.starts_on
        )
        placement.ends_on = placement.starts_on
        placement.save(update_fields=["ends_on"])
    audit.record("registrations.refuse", registration, by=by, now=now, under=under, words={"because": because.strip()})
    telling.tell_coordinators(notices.WasRefused(registration=registration), now=now)
    telling.tell_nqsw(
        notices.Changed(registration=registration, what="The registration was not approved. Ask your employer why."),
        now=now,
    )
    return registration
