"""The grant terms: their versions, for administrators to write and for everybody concerned to read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import employer_pages as pages
from accounts import employer_queries as queries
from accounts import employer_rules, roles
from accounts.acting import done
from accounts.employer_forms import Terms
from accounts.http import SignedInRequest, role_keys_of, seen_number
from accounts.models import GrantTerms
from accounts.permissions import check_has_role, check_may_administer, get_terms_for, may_administer
from accounts.services import terms as services
from accounts.states import TERMS_COLOURS, TermsState
from asye import clock
from asye.refusals import Refused, Stale

VERSIONS = ["Version", "What changed", "To be accepted by", "State"]
NOT_YET = ["Name", "Code", "Kind", "Region", "State"]
READERS = (roles.ADMINISTRATOR, roles.AUDITOR, roles.CASEWORKER, roles.PAYMENTS_OFFICER)


@login_required
@require_safe
def terms(request: SignedInRequest) -> HttpResponse:
    """Every version, and the employers that have not accepted the newest."""
    today = clock.today()
    check_has_role(request.user, *READERS, on=today)
    newest = queries.terms_in_force()
    versions = list(GrantTerms.objects.all())
    writes = may_administer(request.user, on=today)
    words = {
        "header": VERSIONS,
        "rows": pages.terms_rows(versions, newest.version if newest else None),
        "may_draft": writes and all(one.state != TermsState.DRAFT for one in versions),
        "newest": newest,
        "not_yet_header": NOT_YET,
        "not_yet": pages.employer_rows(queries.not_accepted(newest, today).select_related("local_authority"), today)
        if newest and roles.PAYMENTS_OFFICER.key not in role_keys_of(request, today)
        else [],
    }
    return render(request, "accounts/terms.html", words)


@login_required
@require_safe
def terms_version(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version in full."""
    today = clock.today()
    found = get_terms_for(request.user, pk, on=today)
    newest = queries.terms_in_force()
    state = pages.terms_state(found, newest.version if newest else None)
    writes = may_administer(request.user, on=today)
    words = {
        "terms": found,
        "state": state.label,
        "colour": TERMS_COLOURS[state],
        "may_change": writes and state == TermsState.DRAFT,
        "barred": employer_rules.has_hand(found.hands.select_related("user"), request.user.human_id),
    }
    return render(request, "accounts/terms_version.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def terms_draft(request: SignedInRequest) -> HttpResponse:
    """Drafts the next version, starting from the newest."""
    check_may_administer(request.user, on=clock.today())
    newest = queries.terms_in_force()
    form = Terms(request.POST if request.method == "POST" else None, initial={"text": newest.text} if newest else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft(**form.cleaned_data, by=request.user, now=clock.now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "The draft is saved. Another administrator publishes it.")
            return redirect("terms_version", pk=made.pk)
    return render(request, "accounts/terms_form.html", {"form": form, "heading": "Draft the next version"})


@login_required
@require_http_methods(["GET", "POST"])
def terms_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Changes a draft."""
    check_may_administer(request.user, on=clock.today())
    found = get_terms_for(request.user, pk, on=clock.today())
    start = {"text": found.text, "what_changed": found.what_changed, "required_from": found.required_from}
    form = Terms(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and done(
        form,
        lambda: services.edit(
            found, **form.cleaned_data, by=request.user, now=clock.now(), seen_edits=seen_number(request, "edits")
        ),
    ):
        messages.success(request, "The draft is changed. You can no longer publish it yourself.")
        return redirect("terms_version", pk=pk)
    words = {"form": form, "heading": "Change the draft", "terms": found}
    return render(request, "accounts/terms_form.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def terms_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says what publishing does, and publishes."""
    check_may_administer(request.user, on=clock.today())
    found = get_terms_for(request.user, pk, on=clock.today())
    refusal = ""
    if request.method == "POST":
        try:
            services.publish(found, by=request.user, now=clock.now(), seen_edits=seen_number(request, "edits"))
        except Stale:
            raise
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"{found} is published. Every employer is asked to accept it.")
            return redirect("terms_version", pk=pk)
    words = {"terms": found, "refusal": refusal, "open": found.state == TermsState.DRAFT}
    return render(request, "accounts/terms_publish.html", words, status=409 if refusal else 200)
