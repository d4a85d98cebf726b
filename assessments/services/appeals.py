"""Appeals against an outcome: recorded, decided, and while open no certificate is made or given out (decision D11)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.models import User
from accounts.services import audit
from assessments.models import Appeal, Outcome
from assessments.notices import AboutOutcome, AppealClosed, AppealOpened
from assessments.permissions import check_may_appeal, check_may_close_appeal
from assessments.queries import last_placement, live_outcome, open_appeal
from assessments.rules import check_can_appeal, check_reason
from assessments.services import outcomes
from assessments.states import AppealResult, AppealStage, Result
from asye.clock import london_date
from asye.refusals import Refused
from registrations.models import Registration
from registrations.queries import coordinators_of


def last_day(outcome: Outcome) -> date:
    """The last day to appeal, inclusive: a fail carries it, a pass has as many days from its confirmation."""
    days = timedelta(days=outcome.registration.programme_year.appeal_days)
    return outcome.appeal_by or london_date(outcome.decided_at) + days


@transaction.atomic
def open_(outcome: Outcome, *, grounds: str, stage: str = AppealStage.FORMAL, by: User, now: datetime) -> Appeal:
    """Records an appeal by the NQSW or, for them, a co-ordinator. Raises Refused after the last day or while one is
    open, and NotAllowed to everybody else."""
    today = london_date(now)
    membership = check_may_appeal(by, outcome.registration, on=today)
    registration = _locked(outcome)
    _check_live(outcome)
    already = open_appeal(registration) is not None
    check_can_appeal(last_day=last_day(outcome), today=today, open_already=already)
    if by.pk == registration.nqsw.user_id and outcome.result == Result.PASS:
        raise Refused("You passed, so there is nothing to appeal against.")
    check_reason(grounds, "Enter the grounds of the appeal", "grounds")
    appeal = Appeal.objects.create(
        outcome=outcome, opened_on=today, opened_by=by, opened_at=now, grounds=grounds, stage=AppealStage(stage)
    )
    audit.record("assessments.open_appeal", appeal, by=by, now=now, under=membership, codes=[appeal.stage])
    _tell(AppealOpened, outcome, by=by, now=now)
    return appeal


@transaction.atomic
def close(
    appeal: Appeal, *, result: str, because: str, notice_on: date | None = None, by: User, now: datetime
) -> Appeal:
    """Ends an appeal: decided by a co-ordinator or senior lead with no part in it, withdrawn by whoever appealed.

    Upheld turns the result round: a new outcome supersedes the old one in the same transaction and revokes its
    certificate; `notice_on` is needed where that makes it a fail. Raises NotAllowed, Refused for what is
    missing.
    """
    membership = check_may_close_appeal(by, appeal, result, on=london_date(now))
    outcome = appeal.outcome
    _locked(outcome)
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if appeal.closed_at is not None:
        raise Refused("This appeal has already been closed.")
    if result not in AppealResult.values:
        raise Refused("Select how the appeal ended", "result")
    check_reason(because, "Enter the reasons for the decision", "because")
    appeal.result, appeal.closed_because, appeal.closed_by, appeal.closed_at = result, because, by, now
    appeal.save(update_fields=["result", "closed_because", "closed_by", "closed_at"])
    audit.record(
        "assessments.close_appeal", appeal, by=by, now=now, under=membership, codes=[result], words={"because": because}
    )
    if result == AppealResult.UPHELD:
        turned = Result.FAIL if outcome.result == Result.PASS else Result.PASS
        outcomes.supersede(
            outcome, result=turned, because=because, notice_on=notice_on, under=membership, by=by, now=now
        )
    else:
        _tell(AppealClosed, outcome, by=by, now=now)
    return appeal


def _locked(outcome: Outcome) -> Registration:
    return Registration.objects.select_for_update(of=("self",)).get(pk=outcome.registration_id)


def _check_live(outcome: Outcome) -> None:
    if live_outcome(outcome.registration) != outcome:
        raise Refused("This outcome has been superseded. Appeal against the one that stands now.")


def _tell(kind: type[AboutOutcome], outcome: Outcome, *, by: User, now: datetime) -> None:
    registration = outcome.registration
    message = kind(
        reference=registration.reference or "",
        whose=registration.nqsw.full_name,
        result=outcome.get_result_display().lower(),
        path=reverse("outcome", args=[registration.pk]),
    )
    today = london_date(now)
    people = list(coordinators_of(last_placement(registration, today).employer.heir, today))
    if registration.nqsw.user:
        people.append(registration.nqsw.user)
    for person in people:
        if person.pk != by.pk:
            notices.queue(message, to=person, now=now)
