"""Employers: the list, the page of one, what changes in it, and the grant terms accepted for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import employer_pages as pages
from accounts import employer_queries as queries
from accounts import roles, search
from accounts.acting import done
from accounts.employer_forms import Details, EmployerFilter, OwnDetails, SeenTerms
from accounts.http import SignedInRequest, role_keys_of, seen_number
from accounts.models import Employer, LocalAuthority
from accounts.permissions import (
    check_has_role,
    get_employer_for,
    get_employer_to_read,
    has_role,
    may_administer,
)
from accounts.services import employers as services
from accounts.services import terms as terms_services
from asye import clock

A_PAGE = 50
EMPLOYERS = ["Name", "Code", "Kind", "Region", "State"]
FORMER = ["Name", "Kind", "Region", "Phone number", "Until", "Why it changed"]
ACCEPTED = ["Terms", "Accepted by", "As", "On", "For"]


@login_required
@require_http_methods(["GET", "POST"])
def employers(request: SignedInRequest) -> HttpResponse:
    """Every employer, found by name, code, kind, region and state."""
    today = clock.today()
    check_has_role(request.user, roles.ADMINISTRATOR, roles.CASEWORKER, roles.AUDITOR, on=today)
    asked = search.asked(request)
    form = EmployerFilter(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        return search.show(request, form.cleaned_data)
    criteria = {key: str(asked.get(key, "")) for key in ("text", "kind", "region", "state")}
    page = Paginator(queries.employers(**criteria, on=today), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "form": form,
        "page": page,
        "address": search.address(request),
        "narrowed": any(criteria.values()),
        "header": EMPLOYERS,
        "rows": pages.employer_rows(page.object_list, today),
        "may_add": roles.ADMINISTRATOR.key in role_keys_of(request, today),
        "may_decide": roles.CASEWORKER.key in role_keys_of(request, today),
    }
    return render(request, "accounts/employers.html", words)


@login_required
@require_safe
def employer(request: SignedInRequest, pk: int) -> HttpResponse:
    """One employer: its details, whom to write to, what it was called before, and the terms it accepted."""
    today = clock.today()
    found = get_employer_to_read(request.user, pk, on=today)
    newest = queries.terms_in_force()
    accepted = list(queries.acceptances_of(found))
    held = role_keys_of(request, today)
    words = {
        "employer": found,
        "details": pages.details(found, today),
        "people": pages.main_people(
            queries.main_person(found, roles.COORDINATOR, today), queries.main_person(found, roles.SENIOR_LEAD, today)
        ),
        "former_header": FORMER,
        "former": pages.former_rows(found.former_details.select_related("changed_by")),
        "accepted_header": ACCEPTED,
        "accepted": pages.acceptance_rows(accepted),
        "to_accept": newest is not None and all(one.terms_id != newest.pk for one in accepted),
        "history": pages.history(queries.history_of(found)[:A_PAGE]),
        "may_change": _may_change(request, found),
        "may_close": roles.CASEWORKER.key in held and found.closed_on is None,
        "may_list": bool(held & {roles.ADMINISTRATOR.key, roles.CASEWORKER.key, roles.AUDITOR.key}),
    }
    return render(request, "accounts/employer.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def employer_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Changes what an employer is called or where it is reached: administrators all of it, co-ordinators the phone."""
    today = clock.today()
    found = get_employer_for(request.user, pk, on=today)
    kind = Details if may_administer(request.user, on=today) else OwnDetails
    held = {field: getattr(found, field) for field in ("name", "kind", "region")}
    start = {**held, "phone": pages.shown_phone(found.phone), "local_authority": found.local_authority_id or ""}
    form = kind(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid() and _changed(request, form, found):
        messages.success(request, "The details have been changed. What they were stays on this page.")
        return redirect("employer", pk=pk)
    return render(request, "accounts/employer_change.html", {"form": form, "employer": found})


def _changed(request: SignedInRequest, form: Details | OwnDetails, found: Employer) -> bool:
    clean = form.cleaned_data
    authority = found.local_authority
    if isinstance(form, Details):
        authority = LocalAuthority.objects.filter(pk=clean["local_authority"] or None).first()
    new = services.Details(
        clean.get("name", found.name),
        clean.get("kind", found.kind),
        clean.get("region", found.region),
        authority,
        clean["phone"],
    )
    seen = seen_number(request, "version")
    return done(
        form,
        lambda: services.change_details(
            found, new, clean["because"], by=request.user, now=clock.now(), seen_version=seen
        ),
    )


@login_required
@require_http_methods(["GET", "POST"])
def employer_terms(request: SignedInRequest, pk: int) -> HttpResponse:
    """The newest grant terms in full, for a senior lead or a co-ordinator to accept."""
    now = clock.now()
    today = clock.london_date(now)
    found = get_employer_to_read(request.user, pk, on=today)
    version = queries.terms_in_force()
    accepted = version.acceptances.filter(employer=found).select_related("accepted_by").first() if version else None
    may = has_role(request.user, roles.SENIOR_LEAD, roles.COORDINATOR, on=today, employer=found)
    form = SeenTerms(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        check_has_role(request.user, roles.SENIOR_LEAD, roles.COORDINATOR, on=today, employer=found)
        if version is not None and form.is_valid():
            seen = form.cleaned_data["sha256"]
            if done(form, lambda: terms_services.accept(version, found, by=request.user, now=now, seen_sha256=seen)):
                messages.success(request, f"You accepted version {version.version} of the terms for {found.name}.")
                return redirect("employer", pk=pk)
    words = {"employer": found, "terms": version, "accepted": accepted, "form": form, "may": may and not accepted}
    return render(request, "accounts/employer_terms.html", words)


def _may_change(request: SignedInRequest, found: Employer) -> bool:
    today = clock.today()
    if found.closed_on is not None and found.closed_on <= today:
        return False
    mine = has_role(request.user, roles.COORDINATOR, on=today, employer=found)
    return mine or may_administer(request.user, on=today)
