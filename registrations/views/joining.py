"""The page behind the link in an NQSW's invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import rules as account_rules
from accounts.forms import Accept
from accounts.http import person_of
from accounts.keeping import never_kept
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations import presenters
from registrations.models import NQSW
from registrations.services import joining


@never_kept
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Lets an NQSW in: with a first password, or signed in to the account the invitation was sent to. Public."""
    now = clock.now()
    nqsw = joining.find(token)
    if nqsw is None or nqsw.invitation is None:
        return render(request, "registrations/join_closed.html", {"sentence": joining.NOT_OURS}, status=404)
    try:
        account_rules.check_can_accept(nqsw.invitation, now)
    except Refused as refusal:
        return render(request, "registrations/join_closed.html", {"sentence": str(refusal)}, status=410)
    if nqsw.invitation.user.has_usable_password():
        return _with_account(request, token, nqsw)
    form = Accept(request.POST if request.method == "POST" else None, user=nqsw.invitation.user)
    if request.method == "POST" and form.is_valid():
        try:
            joining.accept(token, form.cleaned_data["password1"], now=now)
        except Refused as refusal:
            form.add_error("password1" if refusal.field == "password" else None, str(refusal))
        else:
            return render(request, "registrations/joined.html", {"next_steps": presenters.AFTER_JOINING})
    return render(request, "registrations/join.html", {"nqsw": nqsw, "form": form})


def _with_account(request: HttpRequest, token: str, nqsw: NQSW) -> HttpResponse:
    invited = nqsw.invitation
    assert invited is not None  # noqa: S101  (the caller has looked)
    theirs = request.user.is_authenticated and request.user.pk == invited.user_id
    if request.method == "POST":
        if not theirs:
            raise NotAllowed("Sign in with the email address this invitation was sent to.")
        joining.accept(token, None, by=person_of(request), now=clock.now())
        return redirect("my_year")
    return render(request, "registrations/join_known.html", {"nqsw": nqsw, "theirs": theirs, "here": request.path})
