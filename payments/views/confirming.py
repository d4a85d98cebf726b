"""The pages of a change: its questions, then what it does to dates and money, then it is done (ADR 12).

The form posts once to be checked: the act runs and is taken back, so what is shown is what it does. The page that shows
it posts the same answers with `confirmed`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.http import SignedInRequest
from asye.dates import long_date
from asye.refusals import Refused, Stale
from payments.presenters import effects
from registrations.models import Registration

Given = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One kind of change: the words of its pages, and sentences on what it does beyond dates and money."""

    heading: str
    button: str
    done: str
    effects: tuple[str, ...]
    moves: bool = False


@dataclass(frozen=True)
class Asked:
    """One request for a change. `act` does it; `found` is None where the person asked may not know of it yet.

    `shown` then says what it does: sentences before those of the change, and those on money.
    """

    change: Change
    form: Any
    act: Callable[[Given], object]
    found: Registration | None
    back_to: str
    go_to: str
    about: str = ""
    caption: str = ""
    shown: Callable[[Given], tuple[list[str], list[str]]] | None = None


def answer(request: SignedInRequest, asked: Asked, now: datetime) -> HttpResponse:
    """The page that is next: the questions, the effects to confirm, or where it leads once it is done."""
    form, found = asked.form, asked.found
    if request.method != "POST" or "back" in request.POST or not form.is_valid():
        return _questions(request, asked)
    given = form.cleaned_data
    confirmed = "confirmed" in request.POST
    before = effects.look(found, now) if found else None
    try:
        with transaction.atomic():
            asked.act(given)
            after = effects.look(_fresh(found), now) if found else None
            transaction.set_rollback(not confirmed)  # a first look: the service has agreed, and nothing is kept
    except Stale:
        raise
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _questions(request, asked)
    if confirmed:
        messages.success(request, f"{asked.change.done} The people it concerns have been told.")
        return redirect(asked.go_to)
    first, unseen = asked.shown(given) if asked.shown else ([], UNSEEN)
    words = {
        **_words(asked),
        "rows": rows_of(form),
        "effects": [*first, *asked.change.effects],
        "dates_header": effects.DATES_HEADER,
        "dates": effects.date_rows(before, after) if before and after else [],
        "money": effects.money_lines(before, after, moves=asked.change.moves) if before and after else unseen,
        "posted": [(name, str(value)) for name, value in request.POST.items() if name not in NOT_SENT_ON],
    }
    return render(request, "payments/change_confirm.html", words)


NOT_SENT_ON = ("csrfmiddlewaretoken", "back")
UNSEEN = [
    "The first payment is not made a second time: it belongs to the employer that registered them.",
    "Who gets the second payment, you or that employer, their programme year says. You see it when the move is agreed.",
]


def page_of(found: Registration) -> str:
    """The address of a registration's own page."""
    return reverse("registration", args=[found.pk])


def _fresh(found: Registration) -> Registration:
    return Registration.objects.select_related("programme_year", "nqsw").get(pk=found.pk)


def _questions(request: SignedInRequest, asked: Asked) -> HttpResponse:
    return render(request, "payments/change.html", _words(asked))


def _words(asked: Asked) -> dict[str, Any]:
    return {
        "form": asked.form,
        "change": asked.change,
        "caption": asked.found.nqsw.full_name if asked.found else asked.caption,
        "version": asked.found.version if asked.found else 0,
        "back_to": asked.back_to,
        "about": asked.about,
    }


def rows_of(form: Any) -> list[tuple[str, str]]:
    """What was answered, by the questions' labels; nothing of what was left empty."""
    shown = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if field.widget.is_hidden or isinstance(value, bool) or value in (None, ""):
            continue
        words = long_date(value) if hasattr(value, "isoformat") else str(value)
        if hasattr(field, "choices"):
            words = str(dict(field.choices).get(value, value))
        shown.append((str(field.label), words))
    return shown
