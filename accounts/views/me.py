"""One's own account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import presenters
from accounts.http import SignedInRequest
from asye import clock


@login_required
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Name, e-mail address, roles, and where to change the password."""
    held = request.user.memberships.select_related("employer").order_by("-starts_on", "-id")
    rows = [row[:4] for row in presenters.membership_rows(held, clock.today(), may_end=False)]
    return render(request, "accounts/account.html", {"header": ["Role", "Where", "From", "Until"], "rows": rows})
