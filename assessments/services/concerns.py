"""Concerns early: raised after a talk, answered with support that is promised and reviewed, and closed."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.models import User
from accounts.services import audit
from assessments.concern_areas import areas
from assessments.models import Concern, ConcernNote, Record, SupportPlan
from assessments.notices import concerns as messages
from assessments.permissions.concerns import check_may_act, check_may_add, check_may_raise
from assessments.queries import (
    asks_for_concern,
    how_many_concerns,
    last_placement,
    next_review,
    reviewers_of,
)
from assessments.rules.concerns import (
    check_can_add,
    check_can_close,
    check_can_plan,
    check_can_raise,
    check_can_review,
    check_plan_dates,
    check_result,
    check_words,
)
from assessments.services.drafts import check_open
from assessments.states.concerns import ConcernResult, SupportOutcome
from asye.clock import london_date
from asye.refusals import Refused, Stale
from registrations.models import Registration
from registrations.queries import coordinators_of


@transaction.atomic
def raise_concern(
    registration: Registration, area: str, words: str, *, talked_on: date, seen_count: int, by: User, now: datetime
) -> Concern:
    """Records something that was talked about with the NQSW on `talked_on`; they can read it from now on.

    `seen_count` is how many concerns of the year its employer had when the page was opened, so that sending it twice
    raises one. Raises Stale where there are more by now, Refused for a day outside the year, an unknown area or no
    words.
    """
    today = london_date(now)
    under = check_may_raise(by, registration, on=today)
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("nqsw__user", "programme_year")
        .get(pk=registration.pk)
    )
    check_open(registration)
    if how_many_concerns(registration, today) != seen_count:
        raise Stale("Another concern was recorded after you opened the page. Read it before you record one more.")
    if area not in areas():
        raise Refused("Select what it is about", "area")
    check_can_raise(talked_on=talked_on, started_on=registration.asye_start, today=today)
    check_words(words, "Enter what you have noticed and talked about", "words")
    concern = Concern.objects.create(
        registration=registration,
        placement=last_placement(registration, today),
        area=area,
        words=words.strip(),
        talked_on=talked_on,
        raised_by=by,
        raised_at=now,
    )
    audit.record("assessments.raise_concern", concern, by=by, now=now, under=under, codes=[area])
    if registration.nqsw.user:
        notices.queue(_about(messages.ConcernForNQSW, concern, by), to=registration.nqsw.user, now=now)
    for person in reviewers_of(concern, today):
        if person != by:
            notices.queue(_about(messages.ConcernForOthers, concern, by), to=person, now=now)
    return concern


@transaction.atomic
def plan_support(
    concern: Concern, words: str, *, starts_on: date, review_by: date, reviewer: User, by: User, now: datetime
) -> SupportPlan:
    """Promises support from `starts_on`, which `reviewer` looks at with the NQSW by `review_by` (a day, inclusive),
    before the next review of the year. Raises Refused with the field for what does not fit."""
    today = london_date(now)
    under = check_may_act(by, concern, on=today)
    concern = _locked(concern)
    check_open(concern.registration)
    check_can_plan(concern.state)
    check_words(words, "Enter what support has been agreed", "words")
    following = next_review(concern.registration, today)
    check_plan_dates(
        starts_on=starts_on, review_by=review_by, talked_on=concern.talked_on, today=today, next_review=following
    )
    if not reviewers_of(concern, today).filter(pk=reviewer.pk).exists():
        raise Refused("Select somebody who assesses or co-ordinates this year", "reviewer")
    last = concern.latest_plan
    plan = SupportPlan.objects.create(
        concern=concern,
        number=last.number + 1 if last else 1,
        words=words.strip(),
        starts_on=starts_on,
        review_by=review_by,
        next_review_on=following[1] if following else None,
        reviewer=reviewer,
        planned_by=by,
        planned_at=now,
    )
    audit.record("assessments.plan_support", plan, by=by, now=now, under=under)
    nqsw = concern.registration.nqsw.user
    if nqsw:
        notices.queue(_about(messages.SupportForNQSW, concern, by, plan), to=nqsw, now=now)
    if reviewer != by:
        notices.queue(_about(messages.SupportForReviewer, concern, by, plan), to=reviewer, now=now)
    return plan


@transaction.atomic
def review_support(concern: Concern, outcome: str, found: str, *, by: User, now: datetime) -> SupportPlan:
    """Says what came of the support that waits for its review; the concern itself stays open. Raises Refused."""
    under = check_may_act(by, concern, on=london_date(now))
    concern = _locked(concern)
    check_open(concern.registration)
    check_can_review(concern.state)
    if outcome not in SupportOutcome.values:
        raise Refused("Select what came of the support", "outcome")
    check_words(found, "Enter what you found together", "found")
    plan = concern.plans.get(reviewed_at__isnull=True)
    plan.outcome, plan.found, plan.reviewed_by, plan.reviewed_at = outcome, found.strip(), by, now
    plan.save(update_fields=["outcome", "found", "reviewed_by", "reviewed_at"])
    audit.record("assessments.review_support", plan, by=by, now=now, under=under, codes=[outcome])
    _tell(concern, by=by, now=now)
    return plan


@transaction.atomic
def close_concern(concern: Concern, result: str, words: str, *, by: User, now: datetime) -> Concern:
    """Ends a concern for good, with how it ended. Raises Refused while support waits for its review, and where support
    is said to have settled it that was never given."""
    under = check_may_act(by, concern, on=london_date(now))
    concern = _locked(concern)
    check_open(concern.registration)
    check_can_close(concern.state)
    check_result(concern.state, result)
    check_words(words, "Enter how it ended", "words")
    concern.result, concern.closed_words = ConcernResult(result), words.strip()
    concern.closed_by, concern.closed_at = by, now
    concern.save(update_fields=["result", "closed_words", "closed_by", "closed_at"])
    audit.record("assessments.close_concern", concern, by=by, now=now, under=under, codes=[result])
    _tell(concern, by=by, now=now)
    return concern


@transaction.atomic
def add_note(concern: Concern, words: str, *, seen_count: int, by: User, now: datetime) -> ConcernNote:
    """Adds somebody's own words to an open concern. `seen_count` is how many notes the page showed. Raises Stale where
    there are more by now."""
    under = check_may_add(by, concern, on=london_date(now))
    concern = _locked(concern)
    check_open(concern.registration)
    check_can_add(concern.state)
    if concern.notes.count() != seen_count:
        raise Stale("Something was added after you opened the page. Read it before you add more.")
    check_words(words, "Enter what you want to add", "words")
    note = ConcernNote.objects.create(concern=concern, words=words.strip(), by=by, at=now)
    audit.record("assessments.add_concern_note", note, by=by, now=now, under=under)
    _tell(concern, by=by, now=now)
    return note


def warn_after_review(record: Record, *, by: User, now: datetime) -> None:
    """Tells the employer's co-ordinators that an agreed review asks for a concern and a support plan, where it does."""
    if not asks_for_concern(record):
        return
    message = messages.ReviewWarns(
        whose=record.registration.nqsw.full_name,
        who=by.full_name,
        path=reverse("concerns", args=[record.registration_id]),
    )
    for person in coordinators_of(record.placement.kept_by, london_date(now)).order_by("id"):
        notices.queue(message, to=person, now=now)


def _locked(concern: Concern) -> Concern:
    return (
        Concern.objects.select_for_update(of=("self",))
        .select_related("registration__nqsw__user", "registration__programme_year", "placement__employer")
        .get(pk=concern.pk)
    )


def _tell(concern: Concern, *, by: User, now: datetime) -> None:
    """Everybody who takes part hears that there is something new; not `by`."""
    nqsw = concern.registration.nqsw.user
    if nqsw and nqsw != by:
        message = _about(messages.ConcernWentOn, concern, by, whose="")
        notices.queue(message, to=nqsw, now=now)
    for person in reviewers_of(concern, london_date(now)):
        if person not in (by, nqsw):
            notices.queue(_about(messages.ConcernWentOn, concern, by), to=person, now=now)


def _about(
    kind: type[messages.AboutConcern],
    concern: Concern,
    by: User,
    plan: SupportPlan | None = None,
    *,
    whose: str | None = None,
) -> messages.AboutConcern:
    return kind(
        whose=concern.registration.nqsw.full_name if whose is None else whose,
        who=by.full_name,
        path=reverse("concern", args=[concern.pk]),
        starts_on=plan.starts_on if plan else None,
        review_by=plan.review_by if plan else None,
        reviewer=plan.reviewer.full_name if plan else "",
    )
