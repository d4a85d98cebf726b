"""A caseworker has the Social Work England register asked, and says what a different name means."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.http import SignedInRequest
from asye import clock
from asye.refusals import Refused
from registrations import permissions, queries, register_page
from registrations.forms.register import SamePerson
from registrations.services import checking, looking
from registrations.states import RegisterStatus


@login_required
@require_http_methods(["POST"])
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Looks into the register and says what it found."""
    now = clock.now()
    found = permissions.get_registration_for(request.user, pk, on=clock.london_date(now))
    look = checking.check_register_entry(found, by=request.user, now=now)
    if look.is_answer:
        messages.info(request, f"The register says: {RegisterStatus(look.status).label.lower()}.")
    else:
        messages.warning(request, "The register did not answer. Try again, or later.")
    return redirect("registration", pk=found.pk)


@login_required
@require_http_methods(["POST"])
def keep_asking(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leaves it to the service to ask until there is an answer."""
    now = clock.now()
    found = permissions.get_registration_for(request.user, pk, on=clock.london_date(now))
    looking.keep_asking(found, by=request.user, now=now)
    messages.success(request, "The service keeps asking the register. You get an email when it answers.")
    return redirect("registration", pk=found.pk)


@login_required
@require_http_methods(["GET", "POST"])
def settle_name(request: SignedInRequest, pk: int) -> HttpResponse:
    """Shows both names and asks why they are the same person's."""
    now = clock.now()
    on = clock.london_date(now)
    found = permissions.get_registration_for(request.user, pk, on=on)
    permissions.check_may_decide(request.user, found, on)
    reading.note(request, found)
    answer = queries.latest_answer(found)
    if answer is None or not register_page.is_unsettled(answer):
        if request.method == "POST":
            raise Refused("There is no difference of names to settle.")
        raise Http404
    form = SamePerson(request.POST if request.method == "POST" else None, initial={"seen_check": answer.pk})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            looking.settle_name(found, said["because"], seen_check=said["seen_check"], by=request.user, now=now)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, "The names are settled. The register’s name now counts as theirs.")
            return redirect("registration", pk=found.pk)
    words = {"registration": found, "form": form, "rows": register_page.differ(found, answer), "answer": answer}
    return render(request, "registrations/settle_name.html", words)
