"""What a co-ordinator records in the course of a year. Each act shows its effects and asks before it is done.

The form posts once to be checked; the page that shows the effects posts the same answers with `confirmed`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.models import User
from asye import clock
from asye.dates import long_date
from asye.refusals import Refused, Stale
from registrations import permissions, queries
from registrations.forms import acts
from registrations.models import Registration
from registrations.services import changes
from registrations.views.seen import seen_version

Do = Callable[[Registration, dict[str, Any], User, datetime, int], object]


@dataclass(frozen=True)
class Change:
    """One kind of change: the words of its pages, its act, and its effects told from the answers."""

    heading: str
    button: str
    done: str
    act: Do
    effects: Callable[[Registration, dict[str, Any]], list[str]]
    rows: Callable[[Any], list[tuple[str, str]]]


def _withdraw(found: Registration, given: dict[str, Any], by: User, now: datetime, seen: int) -> object:
    return changes.withdraw(found, given["on"], given["because"], by=by, now=now, seen_version=seen)


def _defer(found: Registration, given: dict[str, Any], by: User, now: datetime, seen: int) -> object:
    return changes.defer(found, given["from_"], given["reason"], given["detail"], by=by, now=now, seen_version=seen)


def _resume(found: Registration, given: dict[str, Any], by: User, now: datetime, seen: int) -> object:
    return changes.resume(found, given["on"], by=by, now=now, seen_version=seen)


def _extend(found: Registration, given: dict[str, Any], by: User, now: datetime, seen: int) -> object:
    return changes.extend(found, given["days"], given["reason"], by=by, now=now, seen_version=seen)


def _assign(found: Registration, given: dict[str, Any], by: User, now: datetime, seen: int) -> object:
    assessor = User.objects.get(pk=int(given["assessor"]))
    return changes.assign_assessor(found, assessor, given["from_"], by=by, now=now, seen_version=seen)


def _withdraw_effects(found: Registration, given: dict[str, Any]) -> list[str]:
    never = given["on"] <= found.asye_start
    return [
        "It counts as never started." if never else f"The year ends on {long_date(given['on'])}.",
        "No certificate is issued and no second payment is made.",
        "Whether the first payment stays with you follows the rules of the programme year: see your statement.",
        "The NQSW and the assessor are told. You cannot undo this; you can register the person again.",
    ]


def _defer_effects(found: Registration, given: dict[str, Any]) -> list[str]:
    later = [label for _, label, due in queries.review_dates(found) if due >= given["from_"]]
    return [
        "These reviews wait for the return: " + (", ".join(later) if later else "none") + ".",
        "Record the day they come back. Review dates then move by the length of the deferral.",
        "The NQSW and the assessor are told.",
    ]


def _dates_after(found: Registration) -> list[str]:
    return [f"{label}: {long_date(due)}" for _, label, due in queries.review_dates(found)]


def _moved_effects(found: Registration, given: dict[str, Any]) -> list[str]:
    return ["Review dates that are still to come move.", "The NQSW and the assessor are told."]


def _assign_effects(found: Registration, given: dict[str, Any]) -> list[str]:
    return [
        "The present assessor can read the record until that day and no longer.",
        "Both assessors and the NQSW are told.",
        "Plan a handover with the NQSW.",
    ]


def _rows(form: Any) -> list[tuple[str, str]]:
    shown = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if isinstance(value, bool) or value in (None, ""):
            continue
        words = long_date(value) if hasattr(value, "isoformat") else str(value)
        if hasattr(field, "choices"):
            words = str(dict(field.choices).get(value, value))
        shown.append((str(field.label), words))
    return shown


WITHDRAW = Change(
    "Withdraw a registration", "Withdraw", "The registration is withdrawn.", _withdraw, _withdraw_effects, _rows
)
DEFER = Change("Defer an ASYE", "Defer", "The ASYE is deferred.", _defer, _defer_effects, _rows)
RESUME = Change("Record a return", "Record the return", "The return is recorded.", _resume, _moved_effects, _rows)
EXTEND = Change("Extend an ASYE", "Extend", "The ASYE is extended.", _extend, _moved_effects, _rows)
ASSIGN = Change(
    "Change the assessor", "Change the assessor", "The assessor is changed.", _assign, _assign_effects, _rows
)


def _page(request: SignedInRequest, found: Registration, form: Any, change: Change, now: datetime) -> HttpResponse:
    words = {"registration": found, "form": form, "change": change}
    if request.method != "POST" or not form.is_valid():
        return render(request, "registrations/change.html", words)
    given = form.cleaned_data
    confirmed = "confirmed" in request.POST
    try:
        with transaction.atomic():
            change.act(found, given, request.user, now, seen_version(request))
            after = _dates_after(Registration.objects.select_related("programme_year").get(pk=found.pk))
            transaction.set_rollback(not confirmed)  # a first look: the service has agreed, and nothing is kept
    except Stale:
        raise
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return render(request, "registrations/change.html", words)
    if confirmed:
        messages.success(request, f"{change.done} The people it concerns have been told.")
        return redirect("registration", pk=found.pk)
    before = queries.review_dates(found)
    moved = after if after != [f"{label}: {long_date(due)}" for _, label, due in before] else []
    shown = {**words, "rows": change.rows(form), "effects": change.effects(found, given), "dates": moved}
    return render(request, "registrations/change_confirm.html", {**shown, "posted": _posted(request)})


def _posted(request: SignedInRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "back")]


def _view(request: SignedInRequest, pk: int, form_class: Any, change: Change, **options: Any) -> HttpResponse:
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_is_coordinator_of(request.user, found, on)
    if form_class is acts.NewAssessor:
        employer = queries.placement_of(found, on).employer_id
        options["assessors"] = [(str(u.pk), u.full_name) for u in queries.assessors_at(employer, on)]
    if form_class is acts.Extending:
        options["expected"] = _expected(found)
    form = form_class(request.POST if request.method == "POST" else None, **options)
    if "back" in request.POST:
        return render(request, "registrations/change.html", {"registration": found, "form": form, "change": change})
    return _page(request, found, form, change, now)


def _expected(found: Registration) -> str:
    days = queries.part_time_days(found)
    return f"At {found.fte_percent}% of full time, {days} more days are expected." if days else ""


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """The NQSW left before the end."""
    return _view(request, pk, acts.Withdrawal, WITHDRAW)


@login_required
@require_http_methods(["GET", "POST"])
def defer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The year is paused."""
    return _view(request, pk, acts.Deferring, DEFER)


@login_required
@require_http_methods(["GET", "POST"])
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """The NQSW is back."""
    return _view(request, pk, acts.Returning, RESUME)


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, pk: int) -> HttpResponse:
    """The year gets more days."""
    return _view(request, pk, acts.Extending, EXTEND)


@login_required
@require_http_methods(["GET", "POST"])
def assessor(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another assessor takes over."""
    return _view(request, pk, acts.NewAssessor, ASSIGN)
