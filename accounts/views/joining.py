"""The page behind an invitation's link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import roles, rules
from accounts.forms import Accept
from accounts.http import person_of
from accounts.keeping import never_kept
from accounts.models import Invitation
from accounts.services import invitations
from asye import clock
from asye.refusals import NotAllowed, Refused


@never_kept
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Says what the invitation is to, and takes it up: with a first password, or signed in to the account it is for.

    NQSWs' letters lead to a page of registrations, which takes theirs up.
    """
    now = clock.now()
    invited = invitations.find(token)
    if invited is None or invited.role == roles.NQSW.key:
        sentence = "This link is not one of ours. Check that you copied the whole of it"
        return render(request, "accounts/invitation_closed.html", {"sentence": sentence}, status=404)
    try:
        rules.check_can_accept(invited, now)
    except Refused as refusal:
        return render(request, "accounts/invitation_closed.html", {"sentence": str(refusal)}, status=410)
    if invited.user.has_usable_password():
        return _with_account(request, token, invited)
    form = Accept(request.POST or None, user=invited.user)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.accept(token, form.cleaned_data["password1"], now=now)
        except Refused as refusal:
            form.add_error("password1" if refusal.field == "password" else None, str(refusal))
        else:
            return render(request, "accounts/invitation_accepted.html", _words(invited))
    return render(request, "accounts/invitation.html", {**_words(invited), "form": form})


def _with_account(request: HttpRequest, token: str, invited: Invitation) -> HttpResponse:
    theirs = request.user.is_authenticated and request.user.pk == invited.user_id
    if request.method == "POST":
        if not theirs:
            raise NotAllowed("Sign in with the email address this invitation was sent to.")
        invitations.accept(token, None, by=person_of(request), now=clock.now())
        return redirect("account")
    page = "accounts/invitation_known.html" if theirs else "accounts/invitation_sign_in.html"
    return render(request, page, {**_words(invited), "here": request.path})


def _words(invited: Invitation) -> dict[str, object]:
    return {"invited": invited, "role": roles.ALL[invited.role], "where": invited.place}
