"""What an NQSW keeps themselves: their details, the address that stays theirs, and who may know of adjustments."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import notices as outbox
from accounts.models import User
from accounts.services import addresses, audit
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused
from registrations import notices, own_queries
from registrations.models import NQSW, AddressProof, AdjustmentReader, Adjustments
from registrations.permissions import check_is_self
from registrations.rules.dates import add_months
from registrations.states import AdjustmentWish

PROOF_LASTS: Final = timedelta(days=3)
YOUNGEST_YEARS: Final = 18
NOT_OURS: Final = "This link is not one of ours, or a newer one was sent. Ask for another on your details page."


@dataclass(frozen=True)
class Details:
    """What the NQSW alone enters; everything is optional."""

    title: str = ""
    institution: str = ""
    date_of_birth: date | None = None


@transaction.atomic
def save_details(nqsw: NQSW, details: Details, *, by: User, now: datetime) -> NQSW:
    """Keeps title, where they qualified and the date of birth. Raises NotAllowed or Refused (with the field)."""
    under = check_is_self(by, nqsw)
    born = details.date_of_birth
    if born is not None and add_months(born, 12 * YOUNGEST_YEARS) > london_date(now):
        raise Refused(f"Your date of birth must be at least {YOUNGEST_YEARS} years ago", field="date_of_birth")
    nqsw = NQSW.objects.select_for_update(of=("self",)).get(pk=nqsw.pk)
    fields = [name for name, value in vars(details).items() if getattr(nqsw, name) != value]
    if not fields:
        return nqsw
    for name in fields:
        setattr(nqsw, name, getattr(details, name))
    nqsw.save(update_fields=fields)
    audit.record("registrations.change_details", nqsw, by=by, now=now, under=under, codes=fields)
    return nqsw


@transaction.atomic
def ask_for_address(nqsw: NQSW, email: str, *, by: User, now: datetime) -> AddressProof:
    """Sends a link to a personal address; an earlier one no longer works. Nothing changes before it is opened.

    Raises NotAllowed, or Refused (field `personal_email`) where the address is somebody else's.
    """
    under = check_is_self(by, nqsw)
    nqsw = NQSW.objects.select_for_update(of=("self",)).get(pk=nqsw.pk)
    wanted = email.strip().lower()
    if wanted == nqsw.personal_email:
        raise Refused("This is your personal email address already", field="personal_email")
    if User.objects.filter(email=wanted).exclude(pk=by.pk).exists():
        raise Refused(addresses.TAKEN, field="personal_email")
    AddressProof.objects.filter(nqsw=nqsw, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    proof = AddressProof.objects.create(
        nqsw=nqsw, email=wanted, token_hash=_hash(token), asked_at=now, expires_at=now + PROOF_LASTS
    )
    link = f"{settings.SITE_URL}{reverse('my_address', args=[token])}"
    letter = notices.ProveAddress(url=link, expires_on=london_date(proof.expires_at))
    outbox.queue(letter, to=User(email=wanted, first_name=by.first_name, last_name=by.last_name), now=now)
    audit.record("registrations.ask_for_address", nqsw, by=by, now=now, under=under)
    return proof


def find_proof(token: str) -> AddressProof | None:
    """What a link proves, whatever has become of it."""
    return AddressProof.objects.select_related("nqsw").filter(token_hash=_hash(token)).first()


@transaction.atomic
def prove_address(token: str, *, by: User, now: datetime) -> NQSW:
    """The address is theirs: it is kept, and they sign in with it from now on, whoever employs them.

    Opened by somebody else than the NQSW the link proves nothing: NotAllowed. Raises Refused for a link that is
    spent, taken back or too old, or where somebody else has taken the address meanwhile.
    """
    proof = find_proof(token)
    if proof is None:
        raise NotAllowed(NOT_OURS)
    under = check_is_self(by, proof.nqsw)
    nqsw = NQSW.objects.select_for_update(of=("self",)).get(pk=proof.nqsw_id)
    proof = AddressProof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    if proof.used_at is not None or proof.revoked_at is not None:
        raise Refused("This link has been used, or a newer one was sent. Ask for another on your details page.")
    if now >= proof.expires_at:
        raise Refused("This link is too old. Ask for another on your details page.")
    proof.used_at = now
    proof.save(update_fields=["used_at"])
    addresses.change(by, proof.email, by=by, now=now)
    nqsw.personal_email = proof.email
    nqsw.save(update_fields=["personal_email"])
    audit.record("registrations.prove_address", nqsw, by=by, now=now, under=under, codes=["personal_email"])
    return nqsw


@transaction.atomic
def save_adjustments(
    nqsw: NQSW, wish: str, detail: str, readers: Collection[int], *, by: User, now: datetime
) -> Adjustments:
    """Keeps the wish for adjustments and who may read it: ids of people of own_queries.may_be_named. Whoever is named
    for the first time is told that they may read something, and not what.

    The audit trail does not say what was wished or who reads it. Raises NotAllowed or Refused.
    """
    under = check_is_self(by, nqsw)
    if wish not in AdjustmentWish.values:
        raise Refused("Select whether you would like adjustments", field="wish")
    nqsw = NQSW.objects.select_for_update(of=("self",)).get(pk=nqsw.pk)
    offered = {user.pk: user for user in own_queries.may_be_named(nqsw, london_date(now))}
    wanted = set(readers) if wish == AdjustmentWish.YES else set()
    if not wanted <= set(offered):
        raise Refused("Select people from the list", field="readers")
    kept, _ = Adjustments.objects.update_or_create(
        nqsw=nqsw,
        defaults={"wish": wish, "detail": detail.strip() if wish == AdjustmentWish.YES else "", "updated_at": now},
    )
    open_ones = AdjustmentReader.objects.filter(nqsw=nqsw, until__isnull=True)
    open_ones.exclude(user__in=wanted).update(until=now)
    new = wanted - set(open_ones.values_list("user_id", flat=True))
    AdjustmentReader.objects.bulk_create(AdjustmentReader(nqsw=nqsw, user=offered[pk], since=now) for pk in sorted(new))
    registration = own_queries.newest_registration(nqsw)
    if registration is not None:
        message = notices.AdjustmentsShared(registration=registration)
        outbox.queue_many([(message, offered[pk]) for pk in sorted(new)], now=now)
    audit.record("registrations.save_adjustments", nqsw, by=by, now=now, under=under)
    return kept


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
