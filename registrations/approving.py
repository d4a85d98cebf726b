"""What a caseworker sees before many registrations are approved: who, and what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from asye.refusals import Refused
from registrations.models import MilestoneAmount, RegisterCheck, Registration
from registrations.rules import standing
from registrations.states import Milestone, RegisterStatus, Verdict


@dataclass(frozen=True)
class Row:
    """A registration as the preview shows it. `refusal` says why it could not be approved as it is now."""

    registration: Registration
    pence: int
    refusal: str

    @property
    def shown(self) -> str:
        """As the page sends it back: id, version, pence."""
        return f"{self.registration.pk}:{self.registration.version}:{self.pence}"


def ready(found: QuerySet[Registration]) -> QuerySet[Registration]:
    """With all that decides whether each can be approved, in a constant number of queries."""
    checks = RegisterCheck.objects.select_related("settled")
    return found.select_related("nqsw__user", "programme_year", "submitted_by").prefetch_related(
        Prefetch("register_checks", checks), "queries"
    )


def refusal_of(registration: Registration, by: User, on: date) -> str:
    """Why the registration, read by ready(), cannot be approved by this person today; empty where it can."""
    own = {registration.submitted_by.human_id}
    if registration.nqsw.user is not None:
        own.add(registration.nqsw.user.human_id)
    if by.human_id in own:
        return "You cannot decide on a registration that is your own or that you sent in."
    latest = newest_check(registration)
    asked = latest is not None and any(
        each.asked_at >= latest.checked_at and each.answered_at is not None for each in registration.queries.all()
    )
    settled = latest is not None and hasattr(latest, "settled")
    try:
        standing.check_can_approve(registration, latest, asked_since=asked or settled, on=on)
    except Refused as refusal:
        return str(refusal)
    if registration.verdict == Verdict.CANNOT_REGISTER:
        return "The rules say that this person cannot be registered."
    return ""


def newest_check(registration: Registration) -> RegisterCheck | None:
    """The newest look into the register, of a registration read by ready()."""
    return next(iter(registration.register_checks.all()), None)


def register_says(registration: Registration) -> str:
    """The same in a few words, for the queue."""
    latest = newest_check(registration)
    if latest is None:
        return "Not checked yet"
    if latest.status == RegisterStatus.REGISTERED and latest.name_matches is False and not hasattr(latest, "settled"):
        return "Registered, under another name"
    return RegisterStatus(latest.status).label


def amounts(registrations: Iterable[Registration]) -> dict[int, int]:
    """Pence that the approval of each would make due by its programme year: nothing where it is not funded."""
    found = list(registrations)
    by_year = dict(
        MilestoneAmount.objects.filter(
            programme_year__in={each.programme_year_id for each in found}, milestone=Milestone.REGISTRATION
        ).values_list("programme_year_id", "amount_pence")
    )
    return {
        each.pk: by_year.get(each.programme_year_id, 0) if each.verdict == Verdict.FUNDABLE else 0 for each in found
    }


def digest(rows: Iterable[str]) -> str:
    """SHA-256 of what the page shows, row by row."""
    return sha256("\n".join(rows).encode()).hexdigest()
