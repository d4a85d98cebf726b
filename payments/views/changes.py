"""What a co-ordinator records in the course of a year. Each change shows its effects and asks before it is done."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.models import User
from asye import clock
from asye.dates import long_date
from payments.views.confirming import Asked, Change, Given, answer, page_of
from registrations import permissions, queries
from registrations.forms import acts
from registrations.models import Registration
from registrations.rules.agreement import Agreement
from registrations.services import assessors, changes, undoing
from registrations.states import ChangeKind
from registrations.views.seen import seen_version

TOLD = "The NQSW and the assessor are told."
WITHDRAW = Change(
    "Withdraw a registration",
    "Withdraw",
    "The registration is withdrawn.",
    (
        "The year ends on that day. On or before the start date it counts as never started.",
        "No certificate is issued. The person can be registered again.",
        "No outcome can be confirmed. If the year was complete before they left, do not withdraw it.",
        "If it is a mistake you can undo it, until the person is registered again.",
        TOLD,
    ),
)
DEFER = Change(
    "Defer an ASYE",
    "Defer",
    "The ASYE is deferred.",
    (
        "Reviews wait for the return, and no outcome can be confirmed until then.",
        "Record the day they come back. Review dates then move by the length of the deferral.",
        TOLD,
    ),
)
RESUME = Change(
    "Record a return",
    "Record the return",
    "The return is recorded.",
    ("Review dates that are still to come move by the length of the deferral.", TOLD),
)
EXTEND = Change(
    "Extend an ASYE", "Extend", "The ASYE is extended.", ("Review dates that are still to come move.", TOLD)
)
ASSIGN = Change(
    "Change the assessor",
    "Change the assessor",
    "The assessor is changed.",
    (
        "The present assessor can act until that day and no longer. They keep reading what they wrote.",
        "The new assessor can read the whole record. The agreement is signed again with them.",
        "Both assessors and the NQSW are told.",
    ),
)
COVER = Change(
    "Cover for the assessor",
    "Record the cover",
    "The cover is recorded.",
    (
        "Between the two days both can write, sign and read. The assessor stays the assessor.",
        "Whoever covers may not moderate this record later.",
        "Both and the NQSW are told.",
    ),
)
UNDO = Change(
    "Undo a change",
    "Undo",
    "It is undone.",
    ("What it changed is as it was before. It stays in the history, with your reason.", TOLD),
)


def _load(request: SignedInRequest, pk: int) -> tuple[Registration, Any, Any]:
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_is_coordinator_of(request.user, found, on)
    return found, request.POST if request.method == "POST" else None, now


def _assessors(found: Registration, now: Any) -> list[tuple[str, str]]:
    on = clock.london_date(now)
    employer = queries.placement_of(found, on).employer_id
    return [(str(user.pk), user.full_name) for user in queries.assessors_at(employer, on)]


def _asked(change: Change, form: Any, act: Any, found: Registration, about: str = "") -> Asked:
    return Asked(change, form, act, found, back_to=page_of(found), go_to=page_of(found), about=about)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """The NQSW left before the end, or never began."""
    found, data, now = _load(request, pk)

    def act(given: Given) -> object:
        seen = seen_version(request)
        return changes.withdraw(found, given["on"], given["because"], by=request.user, now=now, seen_version=seen)

    return answer(request, _asked(WITHDRAW, acts.Withdrawal(data), act, found), now)


@login_required
@require_http_methods(["GET", "POST"])
def defer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The year is paused, as all parties have agreed."""
    found, data, now = _load(request, pk)

    def act(given: Given) -> object:
        return changes.defer(
            found,
            given["from_"],
            given["reason"],
            given["detail"],
            agreed=Agreement(given["nqsw_on"], given["assessor_on"], given["manager_on"], given["manager_name"]),
            expected_back=given["expected_back"],
            by=request.user,
            now=now,
            seen_version=seen_version(request),
        )

    return answer(request, _asked(DEFER, acts.Deferring(data), act, found), now)


@login_required
@require_http_methods(["GET", "POST"])
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """The NQSW is back."""
    found, data, now = _load(request, pk)

    def act(given: Given) -> object:
        return changes.resume(found, given["on"], by=request.user, now=now, seen_version=seen_version(request))

    return answer(request, _asked(RESUME, acts.Returning(data), act, found), now)


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, pk: int) -> HttpResponse:
    """The year gets more days; what part-time work asks for is suggested."""
    found, data, now = _load(request, pk)
    days = queries.part_time_days(found)
    expected = f"At {found.fte_percent}% of full time, {days} more days are expected." if days else ""
    form = acts.Extending(data, expected=expected, initial={"days": days or None})

    def act(given: Given) -> object:
        seen = seen_version(request)
        return changes.extend(found, given["days"], given["reason"], by=request.user, now=now, seen_version=seen)

    return answer(request, _asked(EXTEND, form, act, found), now)


@login_required
@require_http_methods(["GET", "POST"])
def assessor(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another assessor takes over."""
    found, data, now = _load(request, pk)

    def act(given: Given) -> object:
        return assessors.assign_assessor(
            found,
            User.objects.get(pk=int(given["assessor"])),
            given["from_"],
            given["handover"],
            by=request.user,
            now=now,
            seen_version=seen_version(request),
        )

    return answer(request, _asked(ASSIGN, acts.NewAssessor(data, assessors=_assessors(found, now)), act, found), now)


@login_required
@require_http_methods(["GET", "POST"])
def cover(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody stands in while the assessor is away."""
    found, data, now = _load(request, pk)

    def act(given: Given) -> object:
        return assessors.cover_assessor(
            found,
            User.objects.get(pk=int(given["assessor"])),
            given["from_"],
            given["back_on"],
            given["because"],
            by=request.user,
            now=now,
            seen_version=seen_version(request),
        )

    return answer(request, _asked(COVER, acts.Covering(data, assessors=_assessors(found, now)), act, found), now)


@login_required
@require_http_methods(["GET", "POST"])
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was recorded by mistake is undone."""
    now = clock.now()
    made = permissions.get_change_for(request.user, pk, on=clock.london_date(now))
    found, data, now = _load(request, made.registration_id)
    kind = ChangeKind(made.kind).label
    about = f"{kind} from {long_date(made.counts_from)}, recorded on {long_date(made.made_at)}."

    def act(given: Given) -> object:
        return undoing.undo(made, given["because"], by=request.user, now=now, seen_version=seen_version(request))

    return answer(request, _asked(UNDO, acts.Undoing(data), act, found, about), now)
