"""Organisations that employ NQSWs."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts import employer_rules, roles, rules
from accounts.models import Employer, FormerDetails, Invitation, LocalAuthority, Membership, User
from accounts.permissions import check_has_role, check_may_administer, check_may_hand_out, may_administer
from accounts.services import audit, invitations
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused

DETAILS = ("name", "kind", "local_authority", "region", "phone")
BY_COORDINATORS = {"phone"}  # what an employer's own people may change


@dataclass(frozen=True)
class Details:
    """What an employer is called, what it is and where it is reached. `phone` as typed or as stored, or empty."""

    name: str
    kind: str
    region: str
    local_authority: LocalAuthority | None = None
    phone: str = ""


@transaction.atomic
def create_employer(
    name: str,
    kind: str,
    region: str,
    local_authority: LocalAuthority | None = None,
    *,
    phone: str = "",
    by: User,
    now: datetime,
) -> Employer:
    """Makes an employer that acts from today. `kind` and `region` are values of accounts.states.

    Raises NotAllowed, or Refused where the name or the local authority already has one.
    """
    under = check_may_administer(by, on=london_date(now))
    return write(Details(name, kind, region, local_authority, phone), by=by, now=now, under=under)


@transaction.atomic
def create_with_coordinator(details: Details, first: invitations.Person, *, by: User, now: datetime) -> Employer:
    """Makes an employer and invites its first co-ordinator: both or neither. Raises NotAllowed or Refused."""
    under = check_may_administer(by, on=london_date(now))
    employer = write(details, by=by, now=now, under=under)
    invitations.invite(*first, roles.COORDINATOR, employer, by=by, now=now)
    return employer


def write(details: Details, *, by: User, now: datetime, under: Membership) -> Employer:
    """Part of the acts that make an employer: the row and its audit event. Raises Refused."""
    rules.check_employer_facts(details.kind, details.region, details.local_authority)
    name = details.name.strip()
    _check_free(name, details.local_authority)
    employer = Employer(
        name=name,
        kind=details.kind,
        region=details.region,
        local_authority=details.local_authority,
        phone=employer_rules.canonical_phone(details.phone) if details.phone else "",
        version=1,
        closed_because="",
        opened_on=london_date(now),
    )
    try:
        with transaction.atomic():
            employer.save(force_insert=True)
    except IntegrityError as error:  # somebody else was quicker
        raise Refused("There is already an employer with this name or local authority", "name") from error
    audit.record("accounts.create_employer", employer, by=by, now=now, under=under, codes=[details.kind])
    return employer


@transaction.atomic
def change_details(
    employer: Employer, details: Details, because: str, *, by: User, now: datetime, seen_version: int | None = None
) -> Employer:
    """Changes what an employer is called or where it is reached; what it was is kept. Co-ordinators change the phone.

    Raises NotAllowed, Stale where it changed since `seen_version`, or Refused with the field.
    """
    today = london_date(now)
    if may_administer(by, on=today):
        under = check_may_administer(by, on=today)
    else:
        under = check_has_role(by, roles.COORDINATOR, on=today, employer=employer)
    employer = locked(employer)
    employer_rules.check_seen(employer, seen_version)
    employer_rules.check_acts(employer, today)
    changed = _changes(employer, details)
    if under.role != roles.ADMINISTRATOR.key and set(changed) - BY_COORDINATORS:
        raise NotAllowed("Only an administrator may change this.")
    if not because.strip():
        raise Refused("Enter why it changes", "because")
    if not changed:
        raise Refused("Nothing is different from what we hold. Change something, or go back")
    former = FormerDetails(
        employer=employer,
        version=employer.version,
        changed_by=by,
        changed_at=now,
        because=because.strip(),
        **{field: getattr(employer, field) for field in DETAILS},
    )
    for field, value in changed.items():
        setattr(employer, field, value)
    rules.check_employer_facts(employer.kind, employer.region, employer.local_authority)
    _check_free(employer.name, employer.local_authority, apart_from=employer)
    former.save(force_insert=True)
    employer.version += 1
    try:
        with transaction.atomic():
            employer.save(update_fields=[*changed, "version"])
    except IntegrityError as error:
        raise Refused("There is already an employer with this name or local authority", "name") from error
    audit.record("accounts.change_employer", employer, by=by, now=now, under=under, codes=list(changed))
    return employer


@transaction.atomic
def name_primary(membership: Membership, *, by: User, now: datetime) -> Membership:
    """Makes somebody the co-ordinator or the senior lead whom DfE writes to first, in the place of who was.

    Raises NotAllowed, or Refused where the role has ended or is another.
    """
    today = london_date(now)
    role = roles.ALL[membership.role]
    under = check_may_hand_out(by, role, membership.employer, on=today)
    if role not in (roles.COORDINATOR, roles.SENIOR_LEAD) or membership.employer is None:
        raise Refused("Only a co-ordinator or a senior lead can be the main contact")
    locked(membership.employer)  # two at once would each clear the other and then both set their own
    held = Membership.objects.live(today).filter(pk=membership.pk).first()
    if held is None:
        raise Refused("This role has ended. Choose somebody who holds it")
    Membership.objects.filter(employer=held.employer_id, role=held.role, is_primary=True).update(is_primary=False)
    held.is_primary = True
    held.save(update_fields=["is_primary"])
    audit.record("accounts.name_primary", held, by=by, now=now, under=under, codes=[role.key])
    return held


def close(
    employer: Employer,
    on: date,
    successor: Employer | None,
    because: str,
    *,
    by: User,
    now: datetime,
    under: Membership,
) -> None:
    """Part of the acts that close an employer, which have locked and checked it: from `on` nobody acts for it.

    Its open invitations are taken back. Who held which role stays as it was.
    """
    employer.closed_on, employer.successor, employer.closed_because = on, successor, because.strip()
    employer.version += 1
    employer.save(update_fields=["closed_on", "successor", "closed_because", "version"])
    open_ones = Invitation.objects.filter(employer=employer, accepted_at__isnull=True, revoked_at__isnull=True)
    open_ones.update(revoked_at=now)
    codes = ["merged"] if successor else ["closed"]
    audit.record("accounts.close_employer", employer, by=by, now=now, under=under, codes=codes)


def locked(employer: Employer) -> Employer:
    """The employer as it is now, locked against registrations and changes."""
    return Employer.objects.select_for_update(of=("self",)).select_related("local_authority").get(pk=employer.pk)


def _changes(employer: Employer, details: Details) -> dict[str, object]:
    wanted = {
        "name": details.name.strip(),
        "kind": details.kind,
        "local_authority": details.local_authority,
        "region": details.region,
        "phone": employer_rules.canonical_phone(details.phone) if details.phone else "",
    }
    return {field: value for field, value in wanted.items() if getattr(employer, field) != value}


def _check_free(name: str, authority: LocalAuthority | None, *, apart_from: Employer | None = None) -> None:
    others = Employer.objects.exclude(pk=apart_from.pk) if apart_from else Employer.objects.all()
    if others.filter(name__iexact=name).exists():
        raise Refused("There is already an employer with this name", "name")
    if authority and others.filter(local_authority=authority).exists():
        raise Refused("This local authority is already an employer", "local_authority")
