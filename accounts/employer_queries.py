"""Reads of employers, requests to take part and grant terms that have more than one caller."""

from datetime import date
from typing import Any, Final

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import roles
from accounts.models import (
    AuditEvent,
    Employer,
    EmployerRequest,
    GrantTerms,
    Membership,
    TermsAcceptance,
    TermsHand,
    User,
)
from accounts.queries import holding
from accounts.roles import Role
from accounts.states import EmployerState, RequestState
from accounts.waiting import Kind, lines, london_day

ALIKE: Final = 0.4  # of pg_trgm, 0 to 1: "Northshire Council" and "Northshire County Council" are 0.7
ACCEPT_TERMS: Final = frozenset({roles.COORDINATOR, roles.SENIOR_LEAD})


def terms_in_force() -> GrantTerms | None:
    """The newest version of the grant terms that is published."""
    return GrantTerms.objects.filter(published_at__isnull=False).order_by("-version").first()


def acceptances_of(employer: Employer) -> QuerySet[TermsAcceptance]:
    """Which versions were accepted for an employer, newest first, by whom."""
    return employer.acceptances.select_related("terms", "accepted_by").order_by("-terms__version")


def not_accepted(terms: GrantTerms, on: date) -> QuerySet[Employer]:
    """Open employers for which nobody has accepted this version or a later one, by name."""
    accepted = TermsAcceptance.objects.filter(employer=OuterRef("pk"), terms__version__gte=terms.version)
    return _open(Employer.objects.all(), on).filter(~Exists(accepted))


def main_person(employer: Employer, role: Role, on: date) -> Membership | None:
    """The co-ordinator or senior lead to write to first: who was named, else who has held the role longest."""
    held = employer.memberships.live(on).filter(role=role.key).select_related("user")
    return held.order_by("-is_primary", "starts_on", "id").first()


def roles_before_and_after(employer: Employer, on: date) -> QuerySet[Membership]:
    """Roles at an employer that have ended or have not begun, the latest first."""
    over = Q(ends_on__lte=on) | Q(starts_on__gt=on)
    if employer.state(on) == EmployerState.CLOSED:
        over = Q()
    return employer.memberships.filter(over).select_related("user", "employer").order_by("-ends_on", "-id")


def employers(*, text: str = "", kind: str = "", region: str = "", state: str = "", on: date) -> QuerySet[Employer]:
    """Employers by name that hold every word of `text` in their name now or before, or have it as their code."""
    found = Employer.objects.select_related("local_authority").order_by("name", "id")
    for word in text.split()[:6]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(local_authority=word)
            | Q(pk__in=Employer.objects.filter(former_details__name__icontains=word).values("pk"))
        )
    if kind:
        found = found.filter(kind=kind)
    if region:
        found = found.filter(region=region)
    if state == EmployerState.OPEN:
        return found.filter(closed_on__isnull=True)
    if state == EmployerState.CLOSING:
        return found.filter(closed_on__gt=on)
    return found.filter(closed_on__lte=on) if state == EmployerState.CLOSED else found


def requests_to_decide() -> QuerySet[EmployerRequest]:
    """Requests whose address is confirmed and that nobody has decided, oldest first."""
    return EmployerRequest.objects.filter(state=RequestState.WAITING).order_by("confirmed_at", "id")


def requests_decided() -> QuerySet[EmployerRequest]:
    """Requests that were approved or refused, newest decision first."""
    found = EmployerRequest.objects.filter(state__in=[RequestState.APPROVED, RequestState.REFUSED])
    return found.select_related("decided_by").order_by("-decided_at", "-id")


def like(request: EmployerRequest) -> QuerySet[Employer]:
    """Employers that may be the one that asks: of the same local authority, or with a like name now or before."""
    return (
        Employer.objects.annotate(alike=TrigramSimilarity("name", request.name))
        .filter(
            Q(alike__gte=ALIKE)
            | Q(name__iexact=request.name)
            | Q(pk__in=Employer.objects.filter(former_details__name__iexact=request.name).values("pk"))
            | (Q(local_authority=request.local_authority) if request.local_authority else Q(pk__in=[]))
        )
        .select_related("local_authority")
        .order_by("-alike", "id")
    )


def other_requests(request: EmployerRequest) -> QuerySet[EmployerRequest]:
    """Other requests that wait, of the same local authority or with a like name."""
    same = Q(local_authority=request.local_authority) if request.local_authority else Q(pk__in=[])
    waiting = requests_to_decide().exclude(pk=request.pk)
    return waiting.annotate(alike=TrigramSimilarity("name", request.name)).filter(Q(alike__gte=ALIKE) | same)


def history_of(employer: Employer) -> QuerySet[AuditEvent]:
    """What was done to an employer, newest first."""
    return (
        AuditEvent.objects.filter(object_type="accounts.employer", object_id=employer.pk)
        .select_related("actor")
        .order_by("-id")
    )


def _open(found: QuerySet[Employer], on: date) -> QuerySet[Employer]:
    return found.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))


def _terms_to_accept(user: User, on: date) -> QuerySet[Any, Any]:
    newest = GrantTerms.objects.filter(published_at__isnull=False).order_by("-version")
    accepted = TermsAcceptance.objects.filter(employer=OuterRef("pk"), terms__in=newest[:1])
    mine = Employer.objects.filter(pk__in=holding(user, on, *ACCEPT_TERMS).values("employer"))
    waiting = mine.filter(~Exists(accepted)).annotate(required_from=newest.values("required_from")[:1])
    return lines(waiting.filter(required_from__isnull=False), about="name", due=F("required_from"))


def _requests(user: User, on: date) -> QuerySet[Any, Any]:
    mine = requests_to_decide().filter(Exists(holding(user, on, roles.CASEWORKER)))
    return lines(mine, about="name", due=london_day("confirmed_at", days_later=7))


def _terms_to_publish(user: User, on: date) -> QuerySet[Any, Any]:
    mine = TermsHand.objects.filter(Q(human=user.human_id) | Q(user__human=user.human_id), terms=OuterRef("pk"))
    drafts = GrantTerms.objects.filter(~Exists(mine), published_at__isnull=True)
    return lines(drafts.filter(Exists(holding(user, on, roles.ADMINISTRATOR))), about="what_changed")


FOR_PERSON: Final = (
    Kind("Accept the grant terms", "employer_terms", ACCEPT_TERMS, _terms_to_accept),
    Kind("Decide on a request to take part", "employer_request", frozenset({roles.CASEWORKER}), _requests),
    Kind("Publish the grant terms", "terms_publish", frozenset({roles.ADMINISTRATOR}), _terms_to_publish),
)
