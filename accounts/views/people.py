"""People of an employer, for its co-ordinators and for administrators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import presenters, queries, roles
from accounts.forms import InviteToDfE, InviteToEmployer, Person
from accounts.http import SignedInRequest
from accounts.models import Employer
from accounts.permissions import (
    check_has_role,
    check_may_administer,
    get_employer_for,
    get_invitation_for,
    get_membership_for,
)
from accounts.services import invitations
from accounts.services import people as services
from accounts.views import persons
from asye import clock
from asye.refusals import Refused

PEOPLE = ["Name", "Email address", "Role", "Since", "Action"]
NOT_TAKEN_UP = ["Email address", "Role", "Sent", "Link works until", "Action"]


@login_required
@require_http_methods(["GET", "POST"])
def people(request: SignedInRequest) -> HttpResponse:
    """An administrator searches everybody; a co-ordinator comes to the people of their employer."""
    today = clock.today()
    held = check_has_role(request.user, roles.ADMINISTRATOR, roles.COORDINATOR, on=today)
    if roles.ADMINISTRATOR.key in queries.role_keys_of(request.user, today):
        return persons.find(request)
    mine = list(queries.employers_of(request.user, today, roles.COORDINATOR))
    if len(mine) == 1:
        return redirect("people_of", pk=held.employer_id)
    return render(request, "accounts/my_employers.html", {"employers": mine})


@login_required
@require_safe
def people_of(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who holds which role at an employer, and which invitations were not taken up."""
    now = clock.now()
    today = clock.london_date(now)
    employer = get_employer_for(request.user, pk, on=today)
    held = queries.people_of(employer, today)
    words = {
        "employer": employer,
        "people_header": PEOPLE,
        "people": presenters.people_rows(held, may_end=True),
        "invited_header": NOT_TAKEN_UP,
        "invited": presenters.invitation_rows(queries.invitations_open(employer), now),
    }
    return render(request, "accounts/people_of.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def people_invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Invites somebody to a role at an employer."""
    employer = get_employer_for(request.user, pk, on=clock.today())
    form = InviteToEmployer(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invite(request, form, employer):
        return redirect("people_of", pk=pk)
    return render(request, "accounts/people_invite.html", {"form": form, "employer": employer})


@login_required
@require_http_methods(["GET", "POST"])
def dfe_invite(request: SignedInRequest) -> HttpResponse:
    """Invites somebody to a role at the Department for Education."""
    check_may_administer(request.user, on=clock.today())
    form = InviteToDfE(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invite(request, form, None):
        return redirect("people")
    return render(request, "accounts/dfe_invite.html", {"form": form})


@login_required
@require_safe
def invitation_sent(request: SignedInRequest, pk: int) -> HttpResponse:
    """One invitation that was not taken up, with what can be done about it."""
    now = clock.now()
    invitation = get_invitation_for(request.user, pk, on=clock.london_date(now))
    words = {
        "invitation": invitation,
        "role": presenters.role_name(invitation.role),
        "good_until": presenters.runs_out(invitation, now),
        "is_open": invitation.accepted_at is None and invitation.revoked_at is None,
    }
    return render(request, "accounts/invitation_sent.html", words)


@login_required
@require_POST
def invitation_resend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sends a new link; the one before stops working."""
    invitation = get_invitation_for(request.user, pk, on=clock.today())
    invitations.resend(invitation, by=request.user, now=clock.now())
    messages.success(request, f"We sent {invitation.user.email} a new link. The one before no longer works.")
    return _back_from(invitation.employer_id)


@login_required
@require_POST
def invitation_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes an invitation back."""
    invitation = get_invitation_for(request.user, pk, on=clock.today())
    invitations.revoke(invitation, by=request.user, now=clock.now())
    messages.success(request, f"The invitation to {invitation.user.email} no longer works.")
    return _back_from(invitation.employer_id)


@login_required
@require_http_methods(["GET", "POST"])
def role_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirms, and ends a role from today."""
    now = clock.now()
    today = clock.london_date(now)
    held = get_membership_for(request.user, pk, on=today)
    words = {"held": held, "role": presenters.role_name(held.role), "refusal": ""}
    if request.method == "POST":
        try:
            services.end_role(held, on=today, by=request.user, now=now)
        except Refused as refusal:
            return render(request, "accounts/role_end.html", {**words, "refusal": str(refusal)}, status=409)
        messages.success(request, f"{held.user.full_name} is no longer {words['role']}. We have told them.")
        return _back_from(held.employer_id)
    return render(request, "accounts/role_end.html", words)


def _invite(request: SignedInRequest, form: Person, employer: Employer | None) -> bool:
    clean = form.cleaned_data
    try:
        sent, _ = invitations.invite(
            clean["email"],
            clean["first_name"],
            clean["last_name"],
            roles.ALL[clean["role"]],
            employer,
            by=request.user,
            now=clock.now(),
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    messages.success(request, f"We sent an invitation to {sent.user.email}. The link in it works for 14 days.")
    return True


def _back_from(employer_id: int | None) -> HttpResponse:
    return redirect("people_of", pk=employer_id) if employer_id else redirect("people")
