"""What the top of every page knows of the person who reads it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import roles
from accounts.http import role_keys_of
from accounts.roles import Role
from asye import clock

DFE = [role for role in roles.ALL.values() if role.scope == roles.DFE]
PROGRAMME = [roles.COORDINATOR, roles.SENIOR_LEAD, roles.ASSESSOR]
MONEY = [roles.PAYMENTS_OFFICER, roles.PAYMENTS_APPROVER]
ANYBODY: list[Role] = []

NAVIGATION: list[tuple[str, str, list[Role]]] = [
    ("Home", "home", ANYBODY),
    ("Registrations", "registrations", [*PROGRAMME, roles.CASEWORKER, roles.AUDITOR, roles.ADMINISTRATOR]),
    ("Payments", "payments", [roles.COORDINATOR, roles.SENIOR_LEAD, *MONEY, roles.AUDITOR]),
    ("My year", "my_year", [roles.NQSW]),
    ("Moderation", "moderation", [roles.COORDINATOR, roles.AUDITOR]),
    ("Readings", "readings", [roles.MODERATOR]),
    ("Outcomes", "outcomes_to_confirm", [roles.SENIOR_LEAD]),
    ("Programme years", "programme_years", [roles.ADMINISTRATOR, roles.AUDITOR]),
    ("Records opened", "records_opened", [roles.ADMINISTRATOR, roles.AUDITOR]),
    ("Statistics", "statistics", [roles.ANALYST, roles.AUDITOR]),
    ("Employers", "employers", [roles.CASEWORKER, roles.AUDITOR, roles.ADMINISTRATOR]),
    ("People", "people", [roles.COORDINATOR, roles.ADMINISTRATOR]),
    ("Mail", "mail", DFE if settings.DEMO else [roles.ADMINISTRATOR]),
]


def person(request: HttpRequest) -> dict[str, Any]:
    """The signed-in person's name, what they may open, and where to sign out: at most one query."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "person_name": "", "account_url": "", "sign_out_url": ""}
    held = role_keys_of(request, clock.today())
    return {
        "nav": navigation(held, request.path),
        "person_name": user.full_name,
        "account_url": reverse("account"),
        "sign_out_url": reverse("account_logout"),
    }


def navigation(held: frozenset[str], path: str) -> list[dict[str, Any]]:
    """The items for somebody with these roles; the one whose part of the service `path` is in is marked."""
    items = []
    for text, name, for_roles in NAVIGATION:
        if for_roles and not held & {role.key for role in for_roles}:
            continue
        href = reverse(name)
        inside = path == href or (href != "/" and path.startswith(f"{href.rstrip('/')}/"))
        items.append({"text": text, "href": href, "active": inside})
    return items
