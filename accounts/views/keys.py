"""API keys of an employer: which there are, a new one, and the end of one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import presenters, queries, roles
from accounts.forms import NewKey
from accounts.http import SignedInRequest
from accounts.models import Employer, User
from accounts.permissions import get_employer_for, get_key_for, may_administer
from accounts.services import keys as services
from asye import clock
from asye.refusals import Refused

HEADER = ["Name", "Key begins", "May", "Answers for it", "Last used", "State", "Action"]


@login_required
@require_safe
def keys_of(request: SignedInRequest, pk: int) -> HttpResponse:
    """The keys of an employer, the newest first."""
    today = clock.today()
    employer = get_employer_for(request.user, pk, on=today)
    held = list(queries.keys_of(employer))
    words = {"employer": employer, "header": HEADER, "keys": presenters.key_rows(held, today)}
    return render(request, "accounts/api_keys.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def key_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Makes a key. Its secret is on the page that answers and nowhere else."""
    now = clock.now()
    today = clock.london_date(now)
    employer = get_employer_for(request.user, pk, on=today)
    holders = _holders(request.user, employer, today)
    form = NewKey(request.POST or None, holders=holders, on=today)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        holder = User.objects.get(pk=clean["holder"]) if holders else request.user
        try:
            issued = services.issue(
                employer,
                clean["name"],
                clean["scopes"],
                holder=holder,
                expires_on=clean["expires_on"],
                by=request.user,
                now=now,
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            words = {"employer": employer, "key": issued.key, "secret": issued.secret}
            return render(request, "accounts/api_key_issued.html", words)
    return render(request, "accounts/api_key_new.html", {"employer": employer, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def key_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirms, and revokes a key."""
    now = clock.now()
    key = get_key_for(request.user, pk, on=clock.london_date(now))
    if request.method == "POST":
        services.revoke(key, by=request.user, now=now)
        messages.success(request, f"The key “{key.name}” no longer works.")
        return redirect("api_keys", pk=key.employer_id)
    return render(request, "accounts/api_key_revoke.html", {"key": key})


def _holders(user: User, employer: Employer, today: clock.date) -> list[tuple[str, str]]:
    """Whom an administrator may name to answer for a key; a co-ordinator answers for their own."""
    if not may_administer(user, on=today):
        return []
    people = queries.people_in_role(employer, roles.COORDINATOR, today)
    return [(str(person.pk), person.full_name) for person in people] or [("", "Nobody is a co-ordinator here")]
