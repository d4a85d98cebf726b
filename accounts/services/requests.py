"""An organisation asks to take part; a caseworker decides."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts import employer_rules, notices, roles, rules
from accounts.models import Employer, EmployerRequest, User
from accounts.permissions import check_has_role
from accounts.services import audit, employers, invitations
from accounts.services.employers import Details
from accounts.services.invitations import Person
from accounts.states import RequestState
from asye.clock import london_date
from asye.refusals import Refused

CONFIRM_URL_NAME = "employer_request_confirm"
A_DAY = timedelta(hours=24)


@transaction.atomic
def ask(details: Details, person: Person, job_title: str, *, now: datetime) -> EmployerRequest | None:
    """Keeps what a stranger asks and sends the address a link to confirm it, good for seven days.

    Nobody reads it before that. None, and no letter, where the address has asked often enough today: the caller
    answers the same. Raises Refused where the facts do not fit together.
    """
    rules.check_employer_facts(details.kind, details.region, details.local_authority)
    email = rules.canonical_email(person.email)
    if EmployerRequest.objects.filter(email=email, asked_at__gt=now - A_DAY).count() >= employer_rules.REQUESTS_A_DAY:
        return None
    token = secrets.token_urlsafe(32)
    request = EmployerRequest.objects.create(
        name=details.name.strip(),
        kind=details.kind,
        region=details.region,
        local_authority=details.local_authority,
        phone=employer_rules.canonical_phone(details.phone),
        first_name=person.first_name,
        last_name=person.last_name,
        email=email,
        job_title=job_title,
        state=RequestState.UNCONFIRMED,
        token_hash=_hash(token),
        asked_at=now,
        expires_at=now + employer_rules.REQUEST_LASTS,
    )
    letter = notices.ConfirmRequest(
        url=f"{settings.SITE_URL}{reverse(CONFIRM_URL_NAME, args=[token])}",
        expires_on=london_date(request.expires_at),
    )
    notices.queue(letter, to=_addressee(request), now=now)
    audit.record("accounts.ask_to_join", request, by=None, now=now, codes=[request.kind])
    return request


def find(token: str) -> EmployerRequest | None:
    """The request a link belongs to, whatever has become of it."""
    return EmployerRequest.objects.filter(token_hash=_hash(token)).first()


@transaction.atomic
def confirm(token: str, *, now: datetime) -> EmployerRequest:
    """The link was opened by whoever reads that address: caseworkers see the request from now on. Twice is as once.

    Raises Refused where the link is none of ours or too old.
    """
    found = EmployerRequest.objects.select_for_update(of=("self",)).filter(token_hash=_hash(token)).first()
    request = employer_rules.check_can_confirm(found, now)
    if request.confirmed_at is None:
        request.state, request.confirmed_at = RequestState.WAITING, now
        request.save(update_fields=["state", "confirmed_at"])
        audit.record("accounts.confirm_request", request, by=None, now=now)
    return request


@transaction.atomic
def approve(request: EmployerRequest, *, by: User, now: datetime) -> Employer:
    """A caseworker lets the organisation in: it becomes an employer and who asked is invited as its co-ordinator.

    Raises NotAllowed, or Refused where it was decided already, or there is such an employer by now.
    """
    under = check_has_role(by, roles.CASEWORKER, on=london_date(now))
    request = _locked(request)
    employer_rules.check_move(request, RequestState.APPROVED)
    facts = Details(request.name, request.kind, request.region, request.local_authority, request.phone)
    employer = employers.write(facts, by=by, now=now, under=under)
    person = Person(request.email, request.first_name, request.last_name)
    invitations.send(person, roles.COORDINATOR, employer, by=by, now=now, under=under)
    request.state, request.employer = RequestState.APPROVED, employer
    request.decided_by, request.decided_at = by, now
    request.save(update_fields=["state", "employer", "decided_by", "decided_at"])
    audit.record("accounts.approve_request", request, by=by, now=now, under=under)
    return employer


@transaction.atomic
def refuse(request: EmployerRequest, because: str, *, by: User, now: datetime) -> EmployerRequest:
    """A caseworker turns the organisation down; who asked is told why. Raises NotAllowed or Refused."""
    under = check_has_role(by, roles.CASEWORKER, on=london_date(now))
    request = _locked(request)
    employer_rules.check_move(request, RequestState.REFUSED)
    reason = because.strip()
    if not reason:
        raise Refused("Enter why you refuse it", "because")
    request.state, request.refused_because = RequestState.REFUSED, reason
    request.decided_by, request.decided_at = by, now
    request.save(update_fields=["state", "refused_because", "decided_by", "decided_at"])
    audit.record("accounts.refuse_request", request, by=by, now=now, under=under, words={"because": reason})
    notices.queue(notices.RequestRefused(employer=request.name, because=reason), to=_addressee(request), now=now)
    return request


def due(now: datetime) -> QuerySet[EmployerRequest]:
    """Requests that nobody confirmed in time, which are forgotten."""
    return EmployerRequest.objects.filter(state=RequestState.UNCONFIRMED, expires_at__lte=now)


def purge(now: datetime) -> int:
    """Forgets what is due: how many requests."""
    return due(now).delete()[0]


def _addressee(request: EmployerRequest) -> User:
    """Whom a letter goes to that has no account: never saved."""
    return User(email=request.email, first_name=request.first_name, last_name=request.last_name)


def _locked(request: EmployerRequest) -> EmployerRequest:
    found = EmployerRequest.objects.select_for_update(of=("self",)).select_related("local_authority")
    return found.get(pk=request.pk)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
