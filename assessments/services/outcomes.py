"""The employer's decision: recorded once, superseded but never changed."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts import notices, roles
from accounts.models import Membership, User
from accounts.services import audit
from assessments import notices as messages
from assessments.models import Certificate, Outcome, Record, Revision
from assessments.permissions import check_may_decide, took_part
from assessments.queries import last_placement, live_outcome, title_of
from assessments.rules import check_none_reopened, check_outcome, check_reason
from assessments.schema import RECOMMENDATION
from assessments.services.moving import move
from assessments.services.records import check_recommendable
from assessments.states import CertificateState, ModerationBasis, RecordState, Result
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import NotAllowed, Refused
from registrations.models import AssessorAssignment, Registration
from registrations.services import changes
from registrations.states import EndReason, State


@transaction.atomic
def record_outcome(
    registration: Registration,
    *,
    final_revision: Revision,
    result: str,
    moderation_basis: str,
    notice_on: date | None,
    because: str = "",
    by: User,
    now: datetime,
) -> Outcome:
    """Writes the employer's decision, locks the year's records and ends the registration on the London day of `now`.

    `final_revision` is the recommendation the decision was taken on and must still be its current one. `notice_on`
    is the day the NQSW was told, for a fail only; the last day to appeal is counted from it by the programme year.
    Whether moderation allows the decision, and whether it needs the reason `because`, is for the caller to know.
    Raises NotAllowed unless `by` is a senior lead of the employer, Refused with the field for what is wrong, and
    Refused where an outcome already stands or a record was reopened and is not agreed again.
    """
    today = london_date(now)
    membership = check_may_decide(by, registration, on=today)
    # without its key: whoever has one of its records refers to it when they commit, and we may be waiting for them
    registration = Registration.objects.select_for_update(of=("self",), no_key=True).get(pk=registration.pk)
    _check_uninvolved(registration, by)
    _check_undecided(registration)
    _check_recommendation(registration, final_revision)
    check_agreed_again(registration)
    year = registration.programme_year
    check_outcome(
        result,
        notice_on=notice_on,
        today=today,
        started_on=registration.asye_start,
        recommended_on=london_date(final_revision.created_at),
    )
    outcome = Outcome.objects.create(
        registration=registration,
        final_revision=final_revision,
        moderation_basis=ModerationBasis(moderation_basis),
        result=Result(result),
        decided_by=by,
        decided_at=now,
        notice_on=notice_on,
        appeal_by=notice_on + timedelta(days=year.appeal_days) if notice_on else None,
        because=because.strip(),
    )
    _lock_records(registration, by=by, now=now)
    placement = last_placement(registration, today)
    assessor_ids = _assessors_now(registration, today)
    changes.end(registration, today, EndReason.OUTCOME_CONFIRMED, by=by, now=now)
    audit.record(
        "assessments.record_outcome", outcome, by=by, now=now, under=membership, codes=[result, moderation_basis]
    )
    tell(outcome, employer_id=placement.employer_id, assessor_ids=assessor_ids, now=now)
    return outcome


def supersede(
    outcome: Outcome,
    *,
    result: str,
    because: str,
    notice_on: date | None,
    under: Membership | None,
    by: User,
    now: datetime,
) -> Outcome:
    """Puts a later decision in the place of a live one and revokes its certificate, in the caller's transaction.

    The caller has checked permission, locked the registration and given the reason.
    """
    check_reason(because, "Enter why the result is changed")
    if live_outcome(outcome.registration) != outcome:
        raise Refused("This outcome has already been superseded.")
    year = outcome.registration.programme_year
    check_outcome(
        result,
        notice_on=notice_on,
        today=london_date(now),
        started_on=outcome.registration.asye_start,
        recommended_on=london_date(outcome.decided_at),
    )
    later = Outcome.objects.create(
        registration=outcome.registration,
        final_revision=outcome.final_revision,
        moderation_basis=ModerationBasis.APPEAL,
        result=Result(result),
        decided_by=by,
        decided_at=now,
        notice_on=notice_on,
        appeal_by=notice_on + timedelta(days=year.appeal_days) if notice_on else None,
        supersedes=outcome,
        because=because,
    )
    revoked = Certificate.objects.filter(outcome=outcome, state=CertificateState.VALID).defer("pdf")
    for certificate in revoked:
        certificate.state = CertificateState.REVOKED
        certificate.state_changed_at = now
        certificate.save(update_fields=["state", "state_changed_at"])
        audit.record("assessments.revoke_certificate", certificate, by=by, now=now, under=under)
    audit.record(
        "assessments.supersede_outcome", later, by=by, now=now, under=under, codes=[result], words={"because": because}
    )
    employer_id = last_placement(later.registration, london_date(now)).employer.heir.pk
    tell(later, employer_id=employer_id, assessor_ids=[], now=now)
    return later


def check_agreed_again(registration: Registration) -> None:
    """Raises Refused, naming them, where records that had been agreed were reopened and are not agreed again, and
    where the evidence a recommendation needs is not agreed. The recommendation itself is not looked at."""
    reopened = Record.objects.reopened().filter(registration=registration).exclude(kind=RECOMMENDATION)
    check_none_reopened([title_of(record) for record in reopened.order_by("opened_at", "id")])
    check_recommendable(registration)


def tell(outcome: Outcome, *, employer_id: int, assessor_ids: list[int], now: datetime) -> None:
    """Queues the news of an outcome to the NQSW, their assessor and the employer's co-ordinators."""
    registration = outcome.registration
    words: dict[str, Any] = {
        "reference": registration.reference or "",
        "whose": registration.nqsw.full_name,
        "result": outcome.get_result_display().lower(),
        "path": reverse("outcome", args=[registration.pk]),
        "notice_on": outcome.notice_on,
        "appeal_by": outcome.appeal_by,
    }
    if registration.nqsw.user:
        notices.queue(messages.OutcomeForNQSW(**words), to=registration.nqsw.user, now=now)
    coordinators = Membership.objects.live(london_date(now)).filter(role=roles.COORDINATOR.key, employer_id=employer_id)
    others = User.objects.filter(pk__in=[*assessor_ids, *coordinators.values_list("user_id", flat=True)])
    for person in others.order_by("id"):
        if person != registration.nqsw.user:
            notices.queue(messages.OutcomeForOthers(**words), to=person, now=now)


def _check_uninvolved(registration: Registration, by: User) -> None:
    """Nobody decides on their own year, nor on one they assessed or signed for (by human, whatever the account)."""
    if took_part(by, registration):
        raise NotAllowed("You took part in this year, so somebody else must confirm its outcome.")


def _check_undecided(registration: Registration) -> None:
    if live_outcome(registration) is not None:
        raise Refused("The outcome of this registration has already been confirmed.")
    if registration.end_reason == EndReason.WITHDRAWN and registration.ended_on is not None:
        raise Refused(
            f"This registration was withdrawn as of {long_date(registration.ended_on)}. If the year was complete "
            "before that day, a co-ordinator has to undo the withdrawal first."
        )
    if registration.state != State.REGISTERED or registration.ended_on is not None:
        raise Refused("Only a registration that is approved and has not ended can have an outcome.")


def _check_recommendation(registration: Registration, revision: Revision) -> None:
    record = Record.objects.select_for_update(of=("self",)).get(pk=revision.record_id)
    if record.registration_id != registration.pk or record.kind != RECOMMENDATION:
        raise Refused("An outcome is taken on the recommendation of the same registration.")
    if not record.is_done or record.current_revision_id != revision.pk:
        raise Refused("The recommendation was changed after it was moderated. Read it again first.")


def _lock_records(registration: Registration, *, by: User, now: datetime) -> None:
    agreed = Record.objects.select_for_update(of=("self",)).filter(registration=registration, state=RecordState.AGREED)
    for record in agreed.order_by("id"):
        move(record, RecordState.LOCKED, by=by, now=now, reason="The outcome was confirmed.")


def _assessors_now(registration: Registration, on: date) -> list[int]:
    live = AssessorAssignment.objects.filter(placement__registration=registration, starts_on__lte=on)
    return list(live.exclude(ends_on__lte=on).values_list("assessor_id", flat=True))
