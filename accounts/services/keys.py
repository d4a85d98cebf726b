"""Keys by which an employer's own systems act: issued and shown once, revoked, and let in."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from accounts import notices, queries, roles, rules
from accounts.models import ApiKey, Employer, User
from accounts.permissions import check_may_hold_key, check_may_keep_keys, may_hold_key
from accounts.services import audit, jobs
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused

FORM: Final = re.compile(r"asye_([0-9a-z]{10})_([0-9a-f]{64})")
EXPIRY_TOLD: Final = "accounts.tell_expiring_keys"
NOBODYS: Final = hashlib.sha256(b"nobody's").hexdigest()


@dataclass(frozen=True)
class Issued:
    """A new key, and the only time that its secret is known."""

    key: ApiKey
    secret: str


class KeyRefused(Exception):
    """A request without a key that is good today; the sentence says which way it is not, once the secret fits."""


@transaction.atomic
def issue(
    employer: Employer,
    name: str,
    scopes: Collection[str],
    *,
    holder: User,
    expires_on: date,
    by: User,
    now: datetime,
) -> Issued:
    """Makes a key of an employer for which `holder`, one of its co-ordinators, answers: every act of it is theirs.

    A co-ordinator answers for their own keys only; an administrator names who answers. The secret is in the answer
    and nowhere else. Raises NotAllowed, or Refused (with the field).
    """
    today = london_date(now)
    under = check_may_keep_keys(by, employer, on=today)
    rules.check_employer_open(employer, today)
    rules.check_key(name, scopes, expires_on, today)
    if under.role == roles.COORDINATOR.key and holder.pk != by.pk:
        raise NotAllowed("A co-ordinator can make keys only for themselves to answer for.")
    if not may_hold_key(holder, employer, on=today):
        raise Refused("Select a co-ordinator of this employer", "holder")
    Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)  # two of one name at once
    if employer.api_keys.filter(name__iexact=name.strip(), revoked_at__isnull=True).exists():
        raise Refused("There is a key with this name already. Enter another name, or revoke that key first", "name")
    prefix, secret = _letters(10), secrets.token_hex(32)
    key = ApiKey.objects.create(
        employer=employer,
        name=name.strip(),
        prefix=prefix,
        secret_hash=_digest(secret),
        scopes=sorted(scopes),
        holder=holder,
        issued_by=by,
        issued_at=now,
        expires_on=expires_on,
    )
    audit.record("accounts.issue_key", key, by=by, now=now, under=under, codes=key.scopes)
    for person in queries.people_in_role(employer, roles.COORDINATOR, today):
        notices.queue(notices.KeyIssued(key=key), to=person, now=now)
    return Issued(key, f"asye_{prefix}_{secret}")


@transaction.atomic
def revoke(key: ApiKey, *, by: User, now: datetime) -> ApiKey:
    """Ends a key from the next request on. Raises NotAllowed, or Refused where it has been revoked already."""
    today = london_date(now)
    under = check_may_keep_keys(by, key.employer, on=today)
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("employer").get(pk=key.pk)
    if key.revoked_at is not None:
        raise Refused("This key has been revoked already")
    key.revoked_at, key.revoked_by = now, by
    key.save(update_fields=["revoked_at", "revoked_by"])
    audit.record("accounts.revoke_key", key, by=by, now=now, under=under)
    for person in queries.people_in_role(key.employer, roles.COORDINATOR, today):
        notices.queue(notices.KeyRevoked(key=key), to=person, now=now)
    return key


@transaction.atomic
def tell_expiring(now: datetime) -> int:
    """Tells the co-ordinators of its employer, once, that a key stops working within 30 days; how many keys there were.

    One that was made for less time than that is told of by the letter about its making.
    """
    today = london_date(now)
    soon = ApiKey.objects.filter(revoked_at__isnull=True, expires_on__gt=today)
    soon = soon.filter(expires_on__lte=today + rules.KEY_TOLD_BEFORE, issued_at__lt=now - rules.KEY_TOLD_BEFORE)
    told = 0
    for key in soon.select_related("employer", "holder").order_by("id"):
        if not jobs.claim(EXPIRY_TOLD, str(key.pk), now):
            continue
        told += 1
        for person in queries.people_in_role(key.employer, roles.COORDINATOR, today):
            notices.queue(notices.KeyExpires(key=key), to=person, now=now)
    return told


def let_in(presented: str, on: date) -> ApiKey:
    """The key that was presented, good on that day, with employer and holder; raises KeyRefused, or NotAllowed where
    the key is right and nobody answers for it any more. Takes the same time whether or not there is such a key."""
    form = FORM.fullmatch(presented)
    prefix, secret = form.groups() if form else ("", "")
    key = ApiKey.objects.select_related("employer", "holder").filter(prefix=prefix).first()
    fits = hmac.compare_digest(_digest(secret), key.secret_hash if key else NOBODYS)
    if key is None or not fits:
        raise KeyRefused("This API key is not known.")
    if key.revoked_at is not None:
        raise KeyRefused("This API key has been revoked.")
    if on >= key.expires_on:
        raise KeyRefused("This API key has expired. A co-ordinator of your organisation can make a new one.")
    if key.employer.closed_on is not None and on >= key.employer.closed_on:
        raise NotAllowed("The organisation of this API key is closed.")
    check_may_hold_key(key.holder, key.employer, on=on)
    return key


def note_use(key: ApiKey, now: datetime) -> None:
    """Notes the London day on which a key was used last: at most one write a day."""
    today = london_date(now)
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)


def _digest(secret: str) -> str:
    """The secret has 256 bits of chance, so one plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _letters(count: int) -> str:
    return "".join(secrets.choice("0123456789abcdefghjkmnpqrstvwxyz") for _ in range(count))
