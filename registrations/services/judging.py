"""Verdicts: every one is kept; before approval the newest counts, afterwards a caseworker decides."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Membership, User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from registrations import notices, queries, verdict_queries
from registrations.models import ChangedVerdict, Evaluation, Registration
from registrations.permissions import check_may_decide
from registrations.rules import changed_facts, eligibility, renewal
from registrations.rules.answers import Eligibility, Judged
from registrations.rules.reasons import RegisterSays, Result
from registrations.services import moving, telling
from registrations.states import Occasion, RegisterStatus, State, Verdict


def evaluation(
    registration: Registration,
    facts: Judged,
    result: Result,
    occasion: Occasion,
    *,
    by: User | None,
    now: datetime,
    register: RegisterSays | None = None,
) -> Evaluation:
    """The row that keeps a verdict, not saved yet. The registration has the rule version it was made under."""
    return Evaluation(
        registration=registration,
        occasion=occasion,
        after_approval=registration.state == State.REGISTERED,
        facts=facts.as_data(),
        register=register.as_data() if register else None,
        rule_version=registration.rule_version,
        verdict=result.verdict,
        reasons=result.as_data(),
        evaluated_by=by,
        evaluated_at=now,
    )


def judge_again(
    registration: Registration, occasion: Occasion, *, by: User | None, now: datetime, under: Membership | None = None
) -> Evaluation | None:
    """Applies the rules to a live registration as its facts and the register stand now; part of the act that changed
    them, which holds the lock. None where nothing is different from the newest verdict.

    Before approval the registration takes the new verdict on (saved here), and its co-ordinators are told where it
    is another. After approval it keeps its verdict: a different one is a line for the caseworkers. A registration
    from before this service was judged elsewhere, by answers that are not kept here: its verdict stands.
    """
    if not registration.eligibility_answers:
        return None
    facts, register = facts_of(registration), register_says(registration, on=london_date(now))
    sent_on = london_date(registration.submitted_at)
    lifted = queries.lifted_for(registration.nqsw.swe_number or "", sent_by(registration), sent_on)
    result = eligibility.evaluate(facts, registration.programme_year, sent_on, lifted, register)
    made = evaluation(registration, facts, result, occasion, by=by, now=now, register=register)
    newest = registration.evaluations.order_by("-id").first()
    if newest is not None and (newest.verdict, newest.reasons) == (made.verdict, made.reasons):
        return None
    made.save(force_insert=True)
    if made.after_approval:
        codes = [registration.verdict, made.verdict]
        audit.record("registrations.judge_again", registration, by=by, now=now, under=under, codes=codes)
        return made
    before = registration.verdict
    _take(registration, made)
    if before != made.verdict:
        codes = [before, made.verdict]
        audit.record("registrations.judge_again", registration, by=by, now=now, under=under, codes=codes)
        telling.tell_coordinators(notices.VerdictChanged(registration=registration), now=now)
    return made


@transaction.atomic
def settle(
    evaluation: Evaluation,
    because: str,
    *,
    take: bool,
    by: User,
    now: datetime,
    seen_version: int | None = None,
) -> ChangedVerdict:
    """A caseworker decides what becomes of a verdict that changed after approval: the registration takes it on, or
    keeps the one it was approved with. Money that was paid is not touched by either.

    Raises NotAllowed, Stale, or Refused unless it is the newest, open one and, where it is taken, allows to register.
    """
    under = check_may_decide(by, evaluation.registration, london_date(now))
    registration = moving.locked(evaluation.registration, seen_version)
    changed_facts.check_can_settle(evaluation, verdict_queries.open_verdict(registration), because, take=take)
    settled = ChangedVerdict.objects.create(
        evaluation=evaluation, taken=take, because=because.strip(), settled_by=by, settled_at=now
    )
    before = Verdict(registration.verdict).label
    if take:
        _take(registration, evaluation)
    else:
        moving.touch(registration)
    audit.record(
        "registrations.settle_verdict",
        registration,
        by=by,
        now=now,
        under=under,
        codes=["taken" if take else "kept", evaluation.verdict],
        words={"because": because.strip(), "before": before, "after": Verdict(registration.verdict).label},
    )
    if take:
        telling.tell_coordinators(notices.VerdictChanged(registration=registration), now=now)
    return settled


def facts_of(registration: Registration) -> Judged:
    """The facts of a registration that its verdict rests on, as they stand now."""
    return Judged(
        contract=registration.contract,
        qualified_on=registration.qualified_on,
        swe_registered_from=registration.swe_registered_from,
        asye_start=registration.asye_start,
        eligibility=Eligibility(**registration.eligibility_answers),
    )


def register_says(registration: Registration, *, on: date) -> RegisterSays | None:
    """What the register said last about the number the person has now, if it has answered."""
    latest = queries.latest_answer(registration)
    if latest is None or latest.number != registration.nqsw.swe_number:
        return None
    return RegisterSays(
        status=RegisterStatus(latest.status),
        registered_from=latest.registered_from,
        name_is_theirs=latest.name_matches is not False or hasattr(latest, "settled"),
        outdated=renewal.is_outdated(london_date(latest.checked_at), on),
    )


def sent_by(registration: Registration) -> int:
    """The key of the employer that sent the registration: rules are lifted for it."""
    return registration.placements.order_by("starts_on", "id").values_list("employer_id", flat=True)[0]


def _take(registration: Registration, made: Evaluation) -> None:
    registration.verdict, registration.verdict_reasons = made.verdict, made.reasons
    moving.touch(registration, "verdict", "verdict_reasons")


def check_allows(registration: Registration) -> None:
    """Raises Refused where the newest verdict is that the person cannot be registered."""
    if registration.verdict == Verdict.CANNOT_REGISTER:
        deciding = [each["sentence"] for each in registration.verdict_reasons if each["effect"] == registration.verdict]
        raise Refused(" ".join(deciding))
