"""People of an employer, for its co-ordinators and for administrators."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import employer_pages, employer_queries, letter_queries, presenters, queries, roles
from accounts.acting import done
from accounts.employer_forms import EndOn, Replace
from accounts.forms import InviteToDfE, InviteToEmployer, Person
from accounts.http import SignedInRequest
from accounts.models import Employer, Membership
from accounts.permissions import (
    check_has_role,
    check_may_administer,
    get_employer_for,
    get_invitation_for,
    get_membership_for,
)
from accounts.services import employers, invitations, replacing
from accounts.services import people as services
from accounts.views import persons
from asye import clock
from asye.dates import long_date
from asye.refusals import Refused

PEOPLE = ["Name", "Email address", "Role", "Since", "Contact", "Until", "Action"]
A_PAGE = 50
EARLIER_SHOWN = 100
EARLIER = ["Name", "Role", "From", "Until", "Action"]
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
    page = Paginator(queries.people_of(employer, today), A_PAGE).get_page(request.GET.get("page"))
    invited = list(queries.invitations_open(employer))
    addresses = {held.user.email for held in page} | {sent.user.email for sent in invited}
    came_back = letter_queries.why_they_come_back(addresses)
    words = {
        "employer": employer,
        "people_header": PEOPLE,
        "page": page,
        "people": presenters.people_rows(page, may_end=True, came_back=came_back),
        "came_back": presenters.why_lines(came_back),
        "invited_header": NOT_TAKEN_UP,
        "invited": presenters.invitation_rows(invited, now, came_back),
        "earlier_header": EARLIER,
        "earlier": employer_pages.earlier_rows(
            employer_queries.roles_before_and_after(employer, today)[:EARLIER_SHOWN], today, may_change=True
        ),
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
        "letter": presenters.letter_state(letter_queries.letter_of(invitation)),
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
    """Ends a role on a day, today or later, with what else can be done about it."""
    now = clock.now()
    today = clock.london_date(now)
    held = get_membership_for(request.user, pk, on=today)
    form = EndOn(request.POST if request.method == "POST" else None, initial={"on": held.ends_on or today})
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        if done(form, lambda: services.end_role(held, on=on, by=request.user, now=now)):
            messages.success(request, _said_end(held, on, today))
            return _back_from(held.employer_id)
    words = {
        "held": held,
        "role": presenters.role_name(held.role),
        "form": form,
        "has_main": held.role in (roles.COORDINATOR.key, roles.SENIOR_LEAD.key),
        "over": held.ends_on is not None and held.ends_on <= today,
    }
    return render(request, "accounts/role_end.html", words, status=409 if form.non_field_errors() else 200)


def _said_end(held: Membership, on: date, today: date) -> str:
    when = "no longer" if on <= today else f"until {long_date(on)}"
    role = presenters.role_name(held.role)
    if on <= today:
        return f"{held.user.full_name} is {when} {role}. We have told them."
    return f"{held.user.full_name} is {role} {when}. We have told them."


@login_required
@require_POST
def role_keep(request: SignedInRequest, pk: int) -> HttpResponse:
    """Takes back the end of a role that has not come yet."""
    held = get_membership_for(request.user, pk, on=clock.today())
    services.keep_role(held, by=request.user, now=clock.now())
    messages.success(request, f"{held.user.full_name} stays {presenters.role_name(held.role)}. We have told them.")
    return _back_from(held.employer_id)


@login_required
@require_http_methods(["GET", "POST"])
def role_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Gives a role that has ended again, from today."""
    held = get_membership_for(request.user, pk, on=clock.today())
    role, refusal = presenters.role_name(held.role), ""
    if request.method == "POST":
        try:
            services.reinstate(held, by=request.user, now=clock.now())
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"{held.user.full_name} is {role} again from today. We have told them.")
            return _back_from(held.employer_id)
    words = {"held": held, "role": role, "refusal": refusal}
    return render(request, "accounts/role_again.html", words, status=409 if refusal else 200)


@login_required
@require_POST
def role_main(request: SignedInRequest, pk: int) -> HttpResponse:
    """Makes somebody the one DfE writes to first."""
    held = get_membership_for(request.user, pk, on=clock.today())
    employers.name_primary(held, by=request.user, now=clock.now())
    messages.success(request, f"{held.user.full_name} is the main contact as {presenters.role_name(held.role)}.")
    return _back_from(held.employer_id)


@login_required
@require_http_methods(["GET", "POST"])
def role_replace(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody else takes over a role: they are invited, and the present person's role ends on a day."""
    now = clock.now()
    today = clock.london_date(now)
    held = get_membership_for(request.user, pk, on=today)
    form = Replace(request.POST if request.method == "POST" else None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        new = invitations.Person(clean["email"], clean["first_name"], clean["last_name"])
        try:
            _, is_new = replacing.replace(held, new, on=clean["on"], by=request.user, now=now)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            letter = "We sent an invitation to" if is_new else "There is an invitation already for"
            messages.success(request, f"{letter} {new.email}. {_said_end(held, clean['on'], today)}")
            return _back_from(held.employer_id)
    words = {"form": form, "held": held, "role": presenters.role_name(held.role)}
    return render(request, "accounts/role_replace.html", words)


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
