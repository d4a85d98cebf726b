"""One's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import presenters
from accounts.forms import OwnName
from accounts.http import SignedInRequest
from accounts.services import addresses
from asye import clock
from asye.refusals import Refused, Stale


@login_required
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Name, e-mail address, roles, and where to change the password."""
    held = request.user.memberships.select_related("employer").order_by("-starts_on", "-id")
    rows = [row[:4] for row in presenters.membership_rows(held, clock.today(), may_end=False)]
    return render(request, "accounts/account.html", {"header": ["Role", "Where", "From", "Until"], "rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def account_name(request: SignedInRequest) -> HttpResponse:
    """One's own name, changed."""
    person = request.user
    names = {"first_name": person.first_name, "last_name": person.last_name}
    form = OwnName(request.POST if request.method == "POST" else None, initial=names)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            addresses.rename_self(
                person,
                said["first_name"],
                said["last_name"],
                seen=request.POST.get("seen", ""),
                by=person,
                now=clock.now(),
            )
        except Stale:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your name is changed.")
            return redirect("account")
    return render(request, "accounts/account_name.html", {"form": form})
