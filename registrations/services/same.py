"""Records that may be one person: brought up when somebody is registered, decided by a caseworker."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership, User
from accounts.services import audit, humans
from asye.clock import london_date
from asye.refusals import NotAllowed, Stale
from registrations import same_queries as queries
from registrations.models import NQSW, Likeness
from registrations.permissions import check_may_check
from registrations.rules import same as rules
from registrations.services import locking
from registrations.states import SameAnswer

DECIDED = "Somebody has decided about these two records after you opened the page."


@transaction.atomic
def tell_apart(pair: Likeness, because: str, *, by: User, now: datetime) -> Likeness:
    """Two people: remembered with the reason, and never brought up again. Raises NotAllowed, Stale or Refused."""
    pair, under = _locked(pair, by, now)
    rules.check_reason(because)
    _decide(pair, SameAnswer.DIFFERENT, because, by=by, now=now)
    audit.record("registrations.different_people", pair, by=by, now=now, under=under, words={"because": pair.because})
    return pair


@transaction.atomic
def merge(pair: Likeness, keep: NQSW, because: str, *, by: User, now: datetime) -> NQSW:
    """One person: the other record is merged into `keep`, for good. Both keep their registrations and their money;
    where each has an account, both are accounts of one human being from now on.

    Raises NotAllowed; Stale; Refused where both are registered now, or the record that goes stands for others or is
    the only one with an account.
    """
    pair, under = _locked(pair, by, now)
    locking.hold_people([pair.one.swe_number, pair.other.swe_number])
    rows = NQSW.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    locked = {each.pk: each for each in rows.filter(pk__in=[pair.one_id, pair.other_id])}
    if keep.pk not in locked:
        raise ValueError("The record to keep must be one of the two.")
    kept = locked.pop(keep.pk)
    (goes,) = locked.values()
    rules.check_reason(because)
    if kept.merged_into_id is not None or goes.merged_into_id is not None:
        raise Stale(DECIDED)
    rules.check_can_merge(
        stands_for_others=goes.merged_from.exists(),
        only_account=goes.user_id is not None and kept.user_id is None,
        both_registered=queries.live_of(kept) is not None and queries.live_of(goes) is not None,
    )
    goes.merged_into = kept
    goes.save(update_fields=["merged_into"])
    codes = [f"into {kept.pk}"]
    if goes.user is not None and kept.user is not None and goes.user.human_id != kept.user.human_id:
        humans.join(goes.user, kept.user, now=now)
        codes.append("one_human")
    _decide(pair, SameAnswer.SAME, because, by=by, now=now)
    audit.record(
        "registrations.merge_records", goes, by=by, now=now, under=under, codes=codes, words={"because": pair.because}
    )
    return kept


def _locked(pair: Likeness, by: User, now: datetime) -> tuple[Likeness, Membership]:
    under = check_may_check(by, london_date(now))
    found = Likeness.objects.select_for_update(of=("self",)).select_related("one__user", "other__user").get(pk=pair.pk)
    if by.human_id in {each.user.human_id for each in (found.one, found.other) if each.user is not None}:
        raise NotAllowed("You cannot decide about your own record.")
    if not found.is_open:
        raise Stale(DECIDED)
    return found, under


def _decide(pair: Likeness, answer: SameAnswer, because: str, *, by: User, now: datetime) -> None:
    pair.answer, pair.because, pair.decided_by, pair.decided_at = answer, because.strip(), by, now
    pair.save(update_fields=["answer", "because", "decided_by", "decided_at"])
