"""A year begins, perhaps once more: what it does to dates and money is shown before it is confirmed (ADR 12)."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.models import Employer
from assessments.queries import live_outcome
from assessments.services import second_attempts
from asye import clock
from asye.dates import long_date
from payments.presenters import beginning
from payments.queries.effects import before_registering
from payments.views.confirming import Asked, Change, Given, answer
from registrations import permissions, queries, second_attempt_queries
from registrations.forms.second_attempts import Again
from registrations.models import ProgrammeYear
from registrations.rules.answers import Answers
from registrations.rules.eligibility import Result
from registrations.views import wizard

ALLOW = Change(
    "Allow a second attempt",
    "Allow the second attempt",
    "The second attempt is allowed.",
    (
        "The employer’s co-ordinators and an NQSW with an account are told. Every other rule still holds.",
        beginning.A_NEW_YEAR,
    ),
)


@login_required
@require_http_methods(["GET", "POST"])
def draft_check(request: SignedInRequest, pk: int) -> HttpResponse:
    """All answers of a registration, the verdict, and what it does to dates and money; its button sends them."""
    return wizard.check(request, pk, _effects)


def _effects(answers: Answers, year: ProgrammeYear, result: Result, employer: Employer) -> dict[str, Any]:
    standing = before_registering(answers.swe_number, year, clock.now())
    lines = beginning.sentences(answers, year, result.verdict, standing, employer.name)
    return {"dates": beginning.dates_of(answers, year), "lines": lines}


@login_required
@require_http_methods(["GET", "POST"])
def again_allow(request: SignedInRequest) -> HttpResponse:
    """A caseworker says who may be registered once more, where, until when and why, and sees what that does."""
    now = clock.now()
    on = clock.london_date(now)
    permissions.check_may_check(request.user, on)
    found = Employer.objects.filter(closed_on__isnull=True).order_by("name")
    data = request.POST if request.method == "POST" else None

    def act(given: Given) -> object:
        return second_attempts.allow(
            given["swe_number"],
            Employer.objects.get(pk=int(given["employer"])),
            given["until"],
            given["because"],
            by=request.user,
            now=now,
        )

    def shown(given: Given) -> tuple[list[str], list[str]]:
        year = queries.year_open(on)
        employer = Employer.objects.get(pk=int(given["employer"]))
        if year is None:
            return [], []
        standing = before_registering(given["swe_number"], year, now)
        return [*_what_failed(given["swe_number"]), _open_until(year)], [
            *beginning.money_lines(year, standing, employer.name),
            "Whether they are funded at all, the rules say when the registration is sent.",
        ]

    back = reverse("registration_again_allowed")
    form = Again(data, employers=[(str(each.pk), each.name) for each in found])
    return answer(request, Asked(ALLOW, form, act, None, back_to=back, go_to=back, shown=shown), now)


def _open_until(year: ProgrammeYear) -> str:
    return f"They can be registered for {year.code}, which is open until {long_date(year.window_to)}."


def _what_failed(swe_number: str) -> list[str]:
    """The fail that the second attempt follows and when the new year can start, for a caseworker."""
    failed = second_attempt_queries.last_with_outcome(second_attempt_queries.person_of(swe_number))
    outcome = live_outcome(failed) if failed is not None else None
    if failed is None or outcome is None:
        return ["No outcome of this person is recorded here: the fail is from before, as you say in your reason."]
    when = long_date(clock.london_date(outcome.decided_at))
    said = [f"{failed.nqsw.full_name} failed {failed.reference}. The outcome was confirmed on {when}, and it stands."]
    return [*said, f"The new year can start on {long_date(failed.ended_on)} or later."] if failed.ended_on else said
