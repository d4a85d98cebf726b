"""An employer registers an NQSW."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts import roles
from accounts.models import Employer, Membership, User
from accounts.services import invitations
from asye.clock import london_date
from asye.refusals import Refused, Stale
from registrations import person_queries, queries
from registrations.models import (
    NQSW,
    ProgrammeYear,
    Registration,
    RegistrationDraft,
)
from registrations.permissions import check_may_register
from registrations.rules import dates, eligibility, numbers, second_attempts, taken
from registrations.rules.answers import Answers, Previous
from registrations.rules.eligibility import Result
from registrations.services import assessors, drafts, locking, storing
from registrations.states import EndReason, Verdict

NO_YEAR = (
    "Registration is closed: no programme year is open today. Ask the ASYE team at the Department for Education when "
    "the next one opens."
)


@transaction.atomic
def submit(draft: RegistrationDraft, answers: Answers, *, by: User, now: datetime, seen_version: int) -> Registration:
    """Sends a draft in with the clean form of its answers. Sending it twice gives the one registration it became.

    Raises NotAllowed, Stale where the draft changed after its answers were shown, or Refused as register() does. The
    draft is locked last: a merger that takes the employer's drafts along holds its people and the employer before.
    """
    employer = draft.employer
    under = check_may_register(by, employer, london_date(now))
    sent = Registration.objects.filter(drafts__pk=draft.pk, drafts__owner=by).first()
    if sent is not None:
        return sent
    _hold(employer, answers)
    draft = drafts.locked(draft, by)
    if draft.registration is not None:
        return draft.registration
    if draft.corrects_id is not None:
        raise Refused("This answers a caseworker's question. Send it with your answer.")
    if draft.version != seen_version or draft.employer_id != employer.pk:
        raise Stale("You changed this registration after you opened the page. Check your answers again.")
    registration = _registered(employer, answers, under=under, by=by, now=now)
    draft.registration = registration
    draft.updated_at = now
    draft.save(update_fields=["registration", "updated_at"])
    return registration


@transaction.atomic
def register(employer: Employer, answers: Answers, *, by: User, now: datetime) -> Registration:
    """Makes the registration, the placement and the assessor's assignment, finds or makes the NQSW and invites them.

    Raises NotAllowed, or Refused (with the field) where a rule forbids it: rules E1 to E12 and U3, one live
    registration per person (E9), dates in order (E11), an assessor of the employer.
    """
    under = check_may_register(by, employer, london_date(now))
    _hold(employer, answers)
    return _registered(employer, answers, under=under, by=by, now=now)


def _hold(employer: Employer, answers: Answers) -> None:
    """Makes everybody else who registers this person wait, and whoever closes the employer."""
    locking.hold_people([answers.swe_number])
    locking.hold_open(employer)


def _registered(employer: Employer, answers: Answers, *, under: Membership, by: User, now: datetime) -> Registration:
    on = london_date(now)
    lifted = queries.lifted_for(answers.swe_number, employer, on)
    year, result = judge(answers, on, lifted=lifted)
    assessor = check_assessor(answers, employer, on)
    known = NQSW.objects.select_for_update(of=("self",)).filter(swe_number=answers.swe_number).first()
    if known is not None:
        _check_free(known, answers, again=second_attempts.is_lifted(year, lifted))
    if known is None or known.user_id is None:
        _check_own_address(answers.email, known)
    (registration,) = storing.store([answers], [result], employer=employer, year=year, by=by, under=under, now=now)
    assessors.check_two_people(registration.nqsw, assessor)
    return registration


def judge(
    answers: Answers, on: date, year: ProgrammeYear | None = None, lifted: Collection[str] = ()
) -> tuple[ProgrammeYear, Result]:
    """The year open on that day and what its rules say; raises Refused where the person cannot be registered.

    `year` is the version that a registration was made under: that one judges it for good, superseded or not.
    `lifted` are the rules that a caseworker has lifted for the person (queries.lifted_for).
    """
    if not numbers.is_canonical(answers.swe_number):
        raise ValueError("The number must be brought to its canonical form first.")
    year = year or queries.year_open(on)
    if year is None:
        raise Refused(NO_YEAR)
    dates.check_order(vars(answers), on)
    result = eligibility.evaluate(answers, year, on, lifted)
    if result.verdict == Verdict.CANNOT_REGISTER:
        raise Refused(" ".join(reason.sentence for reason in result.deciding))
    return year, result


def check_assessor(answers: Answers, employer: Employer, on: date) -> User:
    """The assessor named, who must be one of the employer's; raises Refused (field `assessor`)."""
    assessor = queries.assessors_at(employer, on).filter(pk=answers.assessor_id).first()
    if assessor is None:
        raise Refused(assessors.NOT_LISTED, field="assessor")
    return assessor


def invite(nqsw: NQSW, answers: Answers | NQSW, *, by: User, now: datetime) -> None:
    """Invites an NQSW who has not taken up an account, at the address and under the name in `answers`; an earlier link
    of theirs no longer works."""
    _check_own_address(answers.email, nqsw)
    nqsw.invitation, _ = invitations.invite(
        answers.email,
        answers.first_name,
        answers.last_name,
        roles.NQSW,
        by=by,
        now=now,
        accept_url_name=storing.JOIN_URL_NAME,
    )
    nqsw.email = nqsw.invitation.user.email
    nqsw.save(update_fields=["invitation", "email"])


def _check_own_address(email: str, nqsw: NQSW | None) -> None:
    """Raises Refused (field `email`) where the address is another NQSW's, or that of somebody invited as one."""
    theirs = Q(user__email=email.lower()) | Q(invitation__user__email=email.lower())
    others = NQSW.objects.exclude(pk=nqsw.pk) if nqsw else NQSW.objects.all()
    if others.filter(theirs).exists():
        raise Refused(taken.EMAIL_OF_ANOTHER, field="email")


def check_free(answers: Answers, *, again: bool = False) -> None:
    """Raises Refused where the person of that number is registered already or was to the end (rules E9 and E10).

    `again`: a caseworker has allowed them a second attempt (second_attempts.is_lifted).
    """
    nqsw = NQSW.objects.filter(swe_number=answers.swe_number).first()
    if nqsw is not None:
        _check_free(nqsw, answers, again=again)


def _check_free(nqsw: NQSW, answers: Answers, *, again: bool) -> None:
    """One live registration, none after an outcome unless a second attempt is allowed (E10). Never says where the
    other one is."""
    own = person_queries.of_person(nqsw)
    if own.filter(queries.LIVE).exists():
        raise Refused(taken.LIVE_ELSEWHERE, field="swe_number")
    if own.filter(end_reason=EndReason.OUTCOME_CONFIRMED).exists():
        if not again:
            raise Refused(taken.HAS_OUTCOME, field="swe_number")
        if answers.eligibility.previous != Previous.FAILED:
            raise Refused(taken.SAY_FAILED, field="previous")
    if person_queries.placed_after(nqsw, answers.asye_start):
        raise Refused(taken.WITHIN_EARLIER, field="asye_start")
