"""The senior lead confirms the outcome of a moderated recommendation; assessments writes it down."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from assessments.models import Outcome
from assessments.queries import live_outcome
from assessments.rules import check_outcome
from assessments.services import outcomes
from assessments.states import ModerationBasis
from asye.clock import london_date
from asye.refusals import Refused, Stale
from moderation import queries, rules
from moderation.models import PopulationItem
from moderation.permissions import check_may_confirm
from registrations.models import Registration


@transaction.atomic
def confirm_outcome(
    registration: Registration,
    result: str,
    *,
    notice_on: date | None = None,
    reason: str = "",
    by: User,
    now: datetime,
    seen_revision: int | None = None,
) -> Outcome:
    """Confirms pass or fail: the employer's report, which ends the year (domain 7.4, decision D9).

    `seen_revision` is the number of the recommendation's revision the person read: Stale where another stands now,
    or where somebody has confirmed already. `reason` is needed against the recommendation or the conclusion of
    moderation, `notice_on` for a fail. Raises NotAllowed unless `by` is a senior lead of the employer who had no
    hand in the year, Refused with the field.
    """
    under = check_may_confirm(by, _moderated(registration), on=london_date(now))
    registration = Registration.objects.select_for_update(of=("self",), no_key=True).get(pk=registration.pk)
    item = _as_it_stands(registration, seen_revision)
    resolution = queries.resolution_of(item)
    rules.check_decision(
        result, recommends=item.recommends, concluded=resolution.conclusion if resolution else "", reason=reason
    )
    outcome = outcomes.record_outcome(
        registration,
        final_revision=item.final_revision,
        result=result,
        moderation_basis=ModerationBasis(resolution.how) if resolution else ModerationBasis.NOT_SAMPLED,
        notice_on=notice_on,
        because=reason,
        by=by,
        now=now,
    )
    words = {"reason": reason.strip()} if reason.strip() else None
    audit.record(
        "moderation.confirm_outcome", item, by=by, now=now, under=under, codes=[result, item.recommends], words=words
    )
    return outcome


def check_ready(item: PopulationItem) -> None:
    """Raises Refused or Stale where the outcome of a moderated recommendation cannot be confirmed as things stand."""
    record = item.final_revision.record
    rules.check_can_confirm(
        drawn=queries.sampled_of(item) is not None,
        resolved=queries.resolution_of(item) is not None,
        moderated=record.is_done and record.current_revision_id == item.final_revision_id,
        decided=live_outcome(item.registration) is not None,
    )
    outcomes.check_agreed_again(item.registration)


def check_decision(item: PopulationItem, result: str, *, notice_on: date | None, reason: str, now: datetime) -> None:
    """Raises Refused, with the field, for a decision that confirm_outcome would not write; writes nothing."""
    check_ready(item)
    resolution = queries.resolution_of(item)
    concluded = resolution.conclusion if resolution else ""
    rules.check_decision(result, recommends=item.recommends, concluded=concluded, reason=reason)
    check_outcome(
        result,
        notice_on=notice_on,
        today=london_date(now),
        started_on=item.registration.asye_start,
        recommended_on=london_date(item.final_revision.created_at),
    )


def _moderated(registration: Registration) -> PopulationItem:
    item = queries.latest_of(registration.pk)
    if item is None:
        raise Refused(rules.NOT_MODERATED)
    return item


def _as_it_stands(registration: Registration, seen_revision: int | None) -> PopulationItem:
    """The moderated recommendation under the registration's lock; raises Stale or Refused."""
    item = _moderated(registration)
    record = item.final_revision.record
    if seen_revision is not None and seen_revision != record.current_revision_id:
        raise Stale("The recommendation was changed after you opened this page. Read it again before you decide.")
    check_ready(item)
    return item
