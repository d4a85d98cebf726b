"""Whom an employer can be called back on: contacts that the service held before vendor details were proposed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import roles
from accounts.employer_rules import shown_phone
from accounts.models import AuditEvent, Employer, FormerDetails, Membership, User
from asye.clock import london_date
from asye.dates import long_date
from payments.models import GrantYear, Payee
from payments.states import CONTACT_SETTLED_DAYS, COOL_OFF_DAYS

ACT_FOR_IT = (roles.COORDINATOR, roles.SENIOR_LEAD)


@dataclass(frozen=True)
class Contact:
    """A telephone number or a person with their email address; `key` names it in a form and says which."""

    key: str
    words: str
    number: str = ""
    person: int | None = None


@dataclass(frozen=True)
class Waits:
    """Of a London day's grant year, in days: how long a changed number rests, and a contact must have stood."""

    cool_off: int
    settled: int


def waits_on_day(on: date) -> Waits:
    """What the grant year of the day says, or the usual where there is none."""
    year = GrantYear.objects.filter(starts_on__lte=on, ends_on__gt=on).first()
    return Waits(year.cool_off_days, year.contact_settled_days) if year else Waits(COOL_OFF_DAYS, CONTACT_SETTLED_DAYS)


def had_details_before(payee: Payee) -> bool:
    """Whether other vendor details of the employer were ever verified: then these are a change."""
    return Payee.objects.filter(employer=payee.employer_id, verified_at__isnull=False).exclude(pk=payee.pk).exists()


def held_since(payee: Payee, on: date) -> datetime:
    """The instant at which a contact must have been held already: the proposal of an employer's first details, or so
    many days before the proposal of a change as the grant year says."""
    days = waits_on_day(on).settled if had_details_before(payee) else 0
    return payee.proposed_at - timedelta(days=days)


def number_at(employer: Employer, at: datetime) -> tuple[str, datetime | None]:
    """The telephone number held at an instant, and when it was first changed since, if it was."""
    later = list(FormerDetails.objects.filter(employer=employer, changed_at__gt=at).order_by("version"))
    numbers = [*(former.phone for former in later), employer.phone]
    changed = (former.changed_at for former, after in zip(later, numbers[1:], strict=True) if former.phone != after)
    return numbers[0], next(changed, None)


def contacts_for(payee: Payee, verifier: User, on: date) -> list[Contact]:
    """Whom to call back about proposed details: the employer's number as it was, and its co-ordinators and senior
    leads who held their role and their email address then; never the two people of the proposal and the verification,
    by any account of theirs as it is now. A constant number of queries."""
    since = held_since(payee, on)
    number, _changed = number_at(payee.employer, since)
    found = [Contact("number", f"The organisation, {shown_phone(number)}", number=number)] if number else []
    themselves = [payee.proposed_human_id, payee.proposed_by.human_id, verifier.human_id]
    people = acting_for(payee.employer, since, on).exclude(user__human__in=themselves)
    return found + [
        Contact(
            f"person-{held.user_id}",
            f"{held.user.full_name}, {roles.ALL[held.role].name.lower()} since {long_date(held.starts_on)}, "
            f"{held.user.email}",
            person=held.user_id,
        )
        for held in people
    ]


def acting_for(employer: Employer, since: datetime, on: date) -> QuerySet[Membership]:
    """Co-ordinators and senior leads of an employer on a day who were it at an instant and have kept their email
    address since, by name; each person once."""
    changed = AuditEvent.objects.filter(
        act="accounts.change_address", object_type="accounts.user", object_id=OuterRef("user_id"), at__gt=since
    )
    return (
        Membership.objects.live(on)
        .filter(~Exists(changed), employer=employer, role__in=_KEYS, starts_on__lte=london_date(since))
        .select_related("user")
        .order_by("user_id", "starts_on", "id")
        .distinct("user_id")
    )


_KEYS = [role.key for role in ACT_FOR_IT]


def to_be_told(employer: Employer, since: datetime, on: date) -> list[User]:
    """Who hears that vendor details change: whoever is co-ordinator or senior lead, and whoever was at an instant,
    though their role may have ended since. Closed accounts are left out."""
    at = london_date(since)
    then = Q(starts_on__lte=at) & (Q(ends_on__isnull=True) | Q(ends_on__gt=at))
    now = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    held = Membership.objects.filter(then | now, employer=employer, role__in=_KEYS)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("pk"))
