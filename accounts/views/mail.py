"""Outgoing mail, for administrators; in the demo for every DfE role, as its only letter box."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import letter_queries, notices, presenters, reading
from accounts.http import SignedInRequest
from accounts.permissions import check_may_read_mail, get_notice_for
from asye import clock

A_PAGE = 50
RETURNED = ["Subject", "To", "When", "Why", "Since then"]


@login_required
@require_safe
def mail(request: SignedInRequest) -> HttpResponse:
    """Every message, newest first."""
    check_may_read_mail(request.user, on=clock.today(), demo=settings.DEMO)
    page = Paginator(letter_queries.letters(), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "header": ["Subject", "To", "Written", "State"],
        "rows": presenters.notice_rows(page.object_list),
        "demo": settings.DEMO,
    }
    return render(request, "accounts/mail.html", words)


@login_required
@require_safe
def mail_returned(request: SignedInRequest) -> HttpResponse:
    """Letters that left and did not arrive, newest first."""
    check_may_read_mail(request.user, on=clock.today(), demo=settings.DEMO)
    page = Paginator(letter_queries.not_delivered(), A_PAGE).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "header": RETURNED,
        "rows": presenters.returned_rows(page.object_list),
        "reported": settings.DEMO or settings.MAIL_BY == "notify",
    }
    return render(request, "accounts/mail_returned.html", words)


@login_required
@require_safe
def mail_message(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message as its reader sees it. Opening it is logged."""
    notice = get_notice_for(request.user, pk, on=clock.today(), demo=settings.DEMO)
    reading.note(request, notice)
    words = {
        "notice": notice,
        "body": notice.body.replace(notices.LINK, "(the link)"),
        "link": notice.secret_link if settings.DEMO else "",
        "state": presenters.notice_state(notice),
    }
    return render(request, "accounts/mail_message.html", words)
