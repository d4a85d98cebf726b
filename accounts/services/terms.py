"""The terms of the grant: drafted by some, published by another, accepted for each employer by a named person."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts import employer_queries as queries
from accounts import employer_rules as rules
from accounts import roles
from accounts.models import Employer, GrantTerms, TermsAcceptance, TermsHand, User
from accounts.permissions import check_has_role, check_may_administer
from accounts.services import audit
from accounts.states import TermsHandKind
from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused, Stale


@transaction.atomic
def draft(text: str, what_changed: str, required_from: date, *, by: User, now: datetime) -> GrantTerms:
    """Drafts the next version. `required_from` is the first day on which it must have been accepted to be paid.

    Raises NotAllowed, or Refused where there is a draft already or something is missing.
    """
    today = london_date(now)
    under = check_may_administer(by, on=today)
    rules.check_terms(text, required_from, today)
    if GrantTerms.objects.filter(published_at__isnull=True).exists():
        raise Refused("There is already a draft of the terms. Change that one")
    last = GrantTerms.objects.aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            terms = GrantTerms.objects.create(
                version=last + 1,
                text=text.strip(),
                what_changed=what_changed.strip(),
                required_from=required_from,
                drafted_by=by,
                drafted_at=now,
            )
    except IntegrityError as error:  # somebody else was quicker
        raise Refused("There is already a draft of the terms. Change that one") from error
    _hand(terms, TermsHandKind.DRAFTER, by=by, now=now)
    audit.record("accounts.draft_terms", terms, by=by, now=now, under=under)
    return terms


@transaction.atomic
def edit(
    terms: GrantTerms,
    *,
    text: str,
    what_changed: str,
    required_from: date,
    by: User,
    now: datetime,
    seen_edits: int | None = None,
) -> GrantTerms:
    """Changes a draft; who does so cannot publish it. Raises NotAllowed, Stale or Refused."""
    today = london_date(now)
    under = check_may_administer(by, on=today)
    terms = _locked(terms)
    rules.check_is_draft(terms, seen_edits)
    rules.check_terms(text, required_from, today)
    terms.text, terms.what_changed, terms.required_from = text.strip(), what_changed.strip(), required_from
    terms.edits += 1
    terms.save(update_fields=["text", "what_changed", "required_from", "edits"])
    _hand(terms, TermsHandKind.DRAFTER, by=by, now=now)
    audit.record("accounts.edit_terms", terms, by=by, now=now, under=under)
    return terms


@transaction.atomic
def publish(terms: GrantTerms, *, by: User, now: datetime, seen_edits: int | None = None) -> GrantTerms:
    """Freezes a draft and asks every employer to accept it. `by` is an administrator without a hand in it.

    Raises NotAllowed, Stale or Refused.
    """
    today = london_date(now)
    under = check_may_administer(by, on=today)
    terms = _locked(terms)
    rules.check_is_draft(terms, seen_edits)
    rules.check_terms(terms.text, terms.required_from, today)
    rules.check_can_publish(terms.hands.select_related("user"), by.human_id)
    _hand(terms, TermsHandKind.PUBLISHER, by=by, now=now)
    terms.sha256 = rules.digest_of(terms.text)
    terms.published_by, terms.published_human, terms.published_at = by, by.human, now
    terms.save(update_fields=["sha256", "published_by", "published_human", "published_at"])
    audit.record("accounts.publish_terms", terms, by=by, now=now, under=under, codes=[f"sha256:{terms.sha256[:40]}"])
    return terms


@transaction.atomic
def accept(terms: GrantTerms, employer: Employer, *, by: User, now: datetime, seen_sha256: str) -> TermsAcceptance:
    """A senior lead or co-ordinator accepts, for their employer, exactly the words they saw.

    Raises NotAllowed; Stale where another version is the newest; Refused where it was accepted already.
    """
    today = london_date(now)
    under = check_has_role(by, roles.SENIOR_LEAD, roles.COORDINATOR, on=today, employer=employer)
    newest = queries.terms_in_force()
    if newest is None or newest.pk != terms.pk or newest.sha256 != seen_sha256:
        raise Stale("A newer version of the terms has been published. Read it before you accept.")
    _check_not_accepted(newest, employer)
    try:
        with transaction.atomic():
            accepted = TermsAcceptance.objects.create(
                terms=newest,
                sha256=newest.sha256,
                employer=employer,
                employer_name=employer.name,
                accepted_by=by,
                membership=under,
                role=under.role,
                accepted_at=now,
            )
    except IntegrityError:  # somebody else was quicker
        _check_not_accepted(newest, employer)
        raise
    audit.record("accounts.accept_terms", accepted, by=by, now=now, under=under, codes=[f"version:{newest.version}"])
    return accepted


def _check_not_accepted(terms: GrantTerms, employer: Employer) -> None:
    already = terms.acceptances.filter(employer=employer).select_related("accepted_by").first()
    if already is not None:
        day = long_date(london_date(already.accepted_at))
        raise Refused(f"{already.accepted_by.full_name} accepted these terms for {employer.name} on {day}")


def _locked(terms: GrantTerms) -> GrantTerms:
    return GrantTerms.objects.select_for_update(of=("self",)).get(pk=terms.pk)


def _hand(terms: GrantTerms, hand: TermsHandKind, *, by: User, now: datetime) -> None:
    TermsHand.objects.get_or_create(terms=terms, human_id=by.human_id, defaults={"user": by, "hand": hand, "at": now})
