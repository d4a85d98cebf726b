"""A page with every component on it, as it stands and with everything wrong. Only tests serve it."""

from datetime import UTC, datetime
from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.views.decorators.http import require_safe

from asye import keyset
from asye.ui import forms

TEMPLATE = Path(__file__).with_name("gallery.html")
ROUTES = [("degree", "University degree"), ("frontline", "Frontline"), ("apprentice", "Apprenticeship")]
LONG = "https://example.org/" + "a-very-long-address-without-a-place-to-break/" * 3
NAV = [
    {"text": "Home", "href": "/", "active": True},
    {"text": "Registrations", "href": "/"},
    {"text": "Assessments", "href": "/"},
    {"text": "Moderation", "href": "/"},
    {"text": "Payments and statements", "href": "/"},
]


class Everything(forms.Form):
    first_name = forms.TextField(noun="first name", width=20, autocomplete="given-name")
    email = forms.EmailField(label="Email address")
    swe = forms.TextField(noun="Social Work England number", width=10, help_text="For example, SW12345")
    started = forms.DateField(noun="the date they started", help_text="For example, 3 September 2026")
    fte = forms.NumberField(noun="the full-time equivalent", least=0, most=1, decimals=2)
    amount = forms.MoneyField(noun="the amount")
    route = forms.ChoiceField(
        noun="a route", choices=ROUTES, hints={"frontline": "A fast-track programme"}, divider="apprentice"
    )
    employer = forms.ChoiceField(noun="an employer", choices=[("1", "Leeds"), ("2", "Kent")], as_list=True)
    part_time = forms.YesNoField(noun="they work part-time", label="Do they work part-time?")
    result = forms.ChoiceField(
        noun="a result",
        choices=[("pass", "Pass"), ("fail", "Fail – give reasons")],
        reveals={"fail": ["reasons", "notice_on"]},
    )
    reasons = forms.TextAreaField(noun="the reasons", max_length=200)
    notice_on = forms.DateField(noun="the date notice was given")
    needs = forms.MultiChoiceField(
        noun="what applies",
        choices=[("a", "Protected time"), ("b", "Reduced caseload"), ("none", "None of these")],
        none="none",
    )
    notes = forms.TextAreaField(noun="notes", required=False)
    evidence = forms.FileField(noun="a file", max_bytes=2_000_000, endings=("csv", "xlsx"), help_text="CSV or Excel")
    password = forms.PasswordField()
    declaration = forms.ConfirmField(noun="that this is true", label="I confirm that what I have entered is true")


WRONG = {
    "started_day": "31",
    "started_month": "2",
    "started_year": "2026",
    "result": "fail",
    "reasons": "Too\nlong" * 60,
    "fte": "2",
}


class Narrow(forms.Form):
    name = forms.TextField(noun="name", required=False)


def parts() -> dict[str, object]:
    at = datetime(2026, 9, 3, 16, 50, tzinfo=UTC)
    columns = ["Reference", "Name", "Employer", "Milestone", "Status", {"text": "Amount", "numeric": True}]
    lines = [[f"REG-{n:04}", "Ann Example", "Leeds City Council", "Completion", "Sent", "£1,000"] for n in range(1, 4)]
    rows = [
        ("First name", "Zoë", "/change"),
        ("SWE number", "SW12345", "/change"),
        ("Address", "1 High Street\nLeeds", "/change"),
        ("Evidence", LONG, "/change"),
        ("Deferred from", "", "/change"),
    ]
    return {
        "nav": NAV,
        "person_name": "Amira Khan, Leeds City Council",
        "sign_out_url": "/sign-out",
        "rows": rows,
        "sections": [{"heading": "The person", "rows": rows[:2]}, {"heading": "The place", "rows": rows[2:3]}],
        "columns": columns,
        "lines": lines,
        "tasks": [
            {"title": "Their name", "href": "/a", "status": "Completed"},
            {
                "title": "Dates and hours",
                "href": "/b",
                "status": "In progress",
                "colour": "teal",
                "hint": "3 questions",
            },
            {"title": "Check your answers", "status": "Cannot start yet"},
        ],
        "events": [
            {"heading": "Registered", "at": at, "by": "Dana Price", "text": "Checked.\nNo concerns."},
            {"heading": "Submitted", "at": at, "by": "Amira Khan"},
        ],
        "steps": ["We check the register entry within 5 working days.", "You get an email when it is done."],
        "listed": Paginator(range(200), 10).page(9),
        "places": keyset.Page([], after="1789380000000000-12", before="1789380000000000-37"),
        "chosen": [{"called": "Stage", "value": "Deferred", "href": "/gallery/plain"}],
        "search": Narrow(),
        "due": at.date(),
        "today": datetime(2026, 9, 12, tzinfo=UTC).date(),
        "instant": at,
    }


@require_safe
def show(request: HttpRequest, state: str) -> HttpResponse:
    messages.success(request, "The registration was sent.")
    form = Everything(WRONG, {}) if state == "wrong" else Everything(initial={"result": "pass"})
    page = engines["django"].from_string(TEMPLATE.read_text())
    return HttpResponse(page.render({**parts(), "form": form}, request))
