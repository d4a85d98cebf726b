"""What is held about an NQSW: they see it, keep their own part of it, and ask for the rest to be corrected."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import reading
from accounts.http import SignedInRequest
from asye import clock
from asye.refusals import Refused, Stale
from registrations import own_data, own_facts, own_page, own_queries
from registrations.forms.own import Adjusting, AnswerRequest, Contact
from registrations.models import Adjustments
from registrations.permissions import get_fact_request_for, get_own_nqsw_for, get_registration_for
from registrations.rules.own_facts import asks_for_another_name
from registrations.services import own
from registrations.services import own_facts as requests


def _said(form: Any, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


@login_required
@require_http_methods(["GET"])
def my_details(request: SignedInRequest) -> HttpResponse:
    """Everything that is held, who gave it, since when, and what was asked for."""
    nqsw = get_own_nqsw_for(request.user)
    asked = list(own_queries.requests_of(nqsw))
    words = {
        "nqsw": nqsw,
        "sections": own_page.sections(own_data.sections(nqsw, clock.today()), asked),
        "header": own_page.HEADER,
        "requests": own_page.requests(asked),
        "requests_header": own_page.REQUESTS_HEADER,
    }
    return render(request, "registrations/my_details.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def my_contact(request: SignedInRequest) -> HttpResponse:
    """The NQSW's own part: title, date of birth, where they qualified, and the address that stays theirs."""
    now = clock.now()
    nqsw = get_own_nqsw_for(request.user)
    held = {name: getattr(nqsw, name) for name in ("title", "date_of_birth", "institution", "personal_email")}
    form = Contact(request.POST if request.method == "POST" else None, initial=held)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        email = given.pop("personal_email")
        is_new = bool(email) and email != nqsw.personal_email
        try:
            with transaction.atomic():  # an address that is refused leaves the rest as it was, as the page says
                own.save_details(nqsw, own.Details(**given), by=request.user, now=now)
                if is_new:
                    own.ask_for_address(nqsw, email, by=request.user, now=now)
        except Refused as refusal:
            _said(form, refusal)
        else:
            if is_new:
                messages.success(request, "Your details are saved. Open the link we have sent to your new address.")
            else:
                messages.success(request, "Your details are saved.")
            return redirect("my_details")
    return render(request, "registrations/my_contact.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def my_address(request: SignedInRequest, token: str) -> HttpResponse:
    """The link that was sent to a personal address; the button confirms that it is theirs."""
    nqsw = get_own_nqsw_for(request.user)
    proof = own.find_proof(token)
    if proof is None or proof.nqsw_id != nqsw.pk:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            own.prove_address(token, by=request.user, now=clock.now())
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"From now on you sign in with {proof.email}.")
            return redirect("my_details")
    words = {"email": proof.email, "problem": problem, "open": proof.used_at is None and proof.revoked_at is None}
    return render(request, "registrations/my_address.html", words)


@login_required
@require_http_methods(["GET", "POST"])
def my_correction(request: SignedInRequest, key: str) -> HttpResponse:
    """The NQSW says what a fact should be, and why."""
    now = clock.now()
    on = clock.london_date(now)
    nqsw = get_own_nqsw_for(request.user)
    registration = own_queries.newest_registration(nqsw)
    if registration is None:
        raise Http404
    form = own_facts.form_for(registration, key, request.POST if request.method == "POST" else None, on)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        because = given.pop(own_facts.BECAUSE)
        try:
            requests.ask(registration, key, given, because, by=request.user, now=now)
        except Refused as refusal:
            _said(form, refusal)
        else:
            messages.success(request, "Your request is sent. We tell you as soon as there is an answer.")
            return redirect("my_details")
    return render(request, "registrations/my_correction.html", {"form": form, "label": own_facts.label(key)})


@login_required
@require_http_methods(["GET", "POST"])
def my_adjustments(request: SignedInRequest) -> HttpResponse:
    """Whether they would like adjustments, and who may read it."""
    now = clock.now()
    nqsw = get_own_nqsw_for(request.user)
    people = [(str(user.pk), user.full_name) for user in own_queries.may_be_named(nqsw, clock.london_date(now))]
    kept = Adjustments.objects.filter(nqsw=nqsw).first()
    named = [str(pk) for pk in nqsw.adjustment_readers.filter(until__isnull=True).values_list("user_id", flat=True)]
    initial = {"wish": kept.wish, "detail": kept.detail, "readers": named} if kept else {}
    form = Adjusting(request.POST if request.method == "POST" else None, initial=initial, people=people)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        readers = [int(pk) for pk in given["readers"] or ()]
        try:
            own.save_adjustments(nqsw, given["wish"], given["detail"] or "", readers, by=request.user, now=now)
        except Refused as refusal:
            _said(form, refusal)
        else:
            messages.success(request, "Your wish is saved. You can change it whenever you like.")
            return redirect("my_details")
    return render(request, "registrations/my_adjustments.html", {"form": form, "alone": not people})


@login_required
@require_http_methods(["POST"])
def my_data(request: SignedInRequest, ending: str) -> HttpResponse:
    """Everything as a file: csv or json."""
    now = clock.now()
    on = clock.london_date(now)
    nqsw = get_own_nqsw_for(request.user)
    if ending == "json":
        content, kind = own_data.as_json(nqsw, now, on), "application/json"
    elif ending == "csv":
        content, kind = own_data.as_table(nqsw, on), "text/csv; charset=utf-8"
    else:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="what-is-held-about-me.{ending}"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def fact_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """An NQSW's request to have a fact corrected: accept it, or refuse it with a reason."""
    now = clock.now()
    found = get_fact_request_for(request.user, pk, on=clock.london_date(now))
    reading.note(request, found.registration)
    asks_who = asks_for_another_name(found, found.registration)
    form = AnswerRequest(request.POST if request.method == "POST" else None, asks_who=asks_who)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["answer"] == "accept":
                same = bool(given.get("same_person"))
                requests.accept(found, same_person=same, by=request.user, now=now)
            else:
                requests.refuse(found, given["because"], by=request.user, now=now)
        except Stale:
            raise
        except Refused as refusal:
            _said(form, refusal)
        else:
            messages.success(request, "Your answer is sent.")
            return redirect("registration", pk=found.registration_id)
    words = {
        "request_": found,
        "form": form,
        "rows": own_facts.request_rows(found),
        "open": found.answered_at is None,
        "asks_who": asks_who,
    }
    return render(request, "registrations/fact_request.html", words)


@login_required
@require_http_methods(["GET"])
def adjustments(request: SignedInRequest, pk: int) -> HttpResponse:
    """What an NQSW wishes, for those they have named; for everybody else there is no such page."""
    on = clock.today()
    registration = get_registration_for(request.user, pk, on=on)
    found = own_queries.adjustments_read_by(request.user, registration, on)
    if found is None:
        raise Http404
    reading.note(request, registration)
    words = {"registration": registration, "rows": own_page.adjustment_rows(found)}
    return render(request, "registrations/adjustments.html", words)
