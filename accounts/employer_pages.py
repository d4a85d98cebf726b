"""Rows and words of the pages about employers, requests to take part and grant terms."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from accounts import roles
from accounts.employer_rules import shown_phone
from accounts.models import (
    AuditEvent,
    Employer,
    EmployerRequest,
    FormerDetails,
    GrantTerms,
    Membership,
    TermsAcceptance,
)
from accounts.presenters import role_name
from accounts.states import EmployerKind, EmployerState, Region, RequestState, TermsState
from asye.clock import london_date
from asye.dates import long_date
from asye.ui.links import link

ACTS = {
    "accounts.create_employer": "Employer added",
    "accounts.change_employer": "Details changed",
    "accounts.close_employer": "Closing day set",
}
FIELDS = {
    "name": "name",
    "kind": "kind",
    "local_authority": "local authority",
    "region": "region",
    "phone": "phone number",
    "merged": "its programme goes to a successor",
    "closed": "without a successor",
}


def state_words(employer: Employer, on: date) -> str:
    """Whether it acts, with the day."""
    state = employer.state(on)
    if state == EmployerState.OPEN or employer.closed_on is None:
        return str(state.label)
    verb = "Closed" if state == EmployerState.CLOSED else "Closes"
    return f"{verb} {long_date(employer.closed_on)}"


def employer_rows(employers: Iterable[Employer], on: date) -> list[list[Any]]:
    """A list of employers."""
    return [
        [
            link(reverse("employer", args=[one.pk]), one.name),
            one.local_authority_id or "",
            EmployerKind(one.kind).label,
            Region(one.region).label,
            state_words(one, on),
        ]
        for one in employers
    ]


def details(employer: Employer, on: date) -> list[tuple[str, str]]:
    """What is held about an employer."""
    authority = employer.local_authority
    rows = [
        ("Name", employer.name),
        ("Kind", str(EmployerKind(employer.kind).label)),
        *([("Local authority code", str(authority.pk))] if authority else []),
        ("Region", str(Region(employer.region).label)),
        ("Phone number", shown_phone(employer.phone)),
        ("Since", long_date(employer.opened_on)),
        ("State", state_words(employer, on)),
    ]
    if employer.successor is not None:
        rows.append(("Successor", employer.successor.name))
    if employer.closed_because:
        rows.append(("Why it closes", employer.closed_because))
    return rows


def main_people(coordinator: Membership | None, lead: Membership | None) -> list[tuple[str, str]]:
    """Whom DfE writes to first."""
    return [
        (label, f"{held.user.full_name}, {held.user.email}" if held else "")
        for label, held in (("Main co-ordinator", coordinator), ("Director or senior lead", lead))
    ]


def former_rows(former: Iterable[FormerDetails]) -> list[list[Any]]:
    """What an employer was called and where it was reached, until when, and why it changed."""
    return [
        [
            one.name,
            EmployerKind(one.kind).label,
            Region(one.region).label,
            shown_phone(one.phone) or "None",
            f"{long_date(london_date(one.changed_at))}, by {one.changed_by.full_name}",
            one.because,
        ]
        for one in former
    ]


def acceptance_rows(acceptances: Iterable[TermsAcceptance]) -> list[list[Any]]:
    """Who accepted which version of the terms."""
    return [
        [
            link(reverse("terms_version", args=[one.terms_id]), f"Version {one.terms.version}"),
            one.accepted_by.full_name,
            role_name(one.role),
            long_date(london_date(one.accepted_at)),
            one.employer_name,
        ]
        for one in acceptances
    ]


def request_rows(requests: Iterable[EmployerRequest]) -> list[list[Any]]:
    """Requests to take part."""
    return [
        [
            link(reverse("employer_request", args=[one.pk]), one.name),
            EmployerKind(one.kind).label,
            Region(one.region).label,
            long_date(london_date(one.confirmed_at)) if one.confirmed_at else "",
            RequestState(one.state).label,
        ]
        for one in requests
    ]


def request_sections(asked: EmployerRequest) -> list[dict[str, Any]]:
    """Everything that was written."""
    rows = [
        ("Name", asked.name),
        ("Kind", str(EmployerKind(asked.kind).label)),
        *([("Local authority code", asked.local_authority_id)] if asked.local_authority_id else []),
        ("Region", str(Region(asked.region).label)),
        ("Phone number", shown_phone(asked.phone)),
    ]
    who = [("Name", asked.full_name), ("Role in the organisation", asked.job_title), ("Email address", asked.email)]
    return [{"heading": "Organisation", "rows": rows}, {"heading": "Who asks", "rows": who}]


def terms_rows(versions: Iterable[GrantTerms], newest: int | None) -> list[list[Any]]:
    """All versions of the terms."""
    return [
        [
            link(reverse("terms_version", args=[one.pk]), f"Version {one.version}"),
            one.what_changed,
            long_date(one.required_from),
            terms_state(one, newest).label,
        ]
        for one in versions
    ]


def terms_state(version: GrantTerms, newest: int | None) -> TermsState:
    """Where a version stands, given the number of the newest that is published."""
    if version.state == TermsState.PUBLISHED and newest is not None and version.version < newest:
        return TermsState.SUPERSEDED
    return version.state


def earlier_rows(memberships: Iterable[Membership], on: date, may_change: bool) -> list[list[Any]]:
    """Roles at an employer that are over or have not begun."""
    return [
        [
            held.user.full_name,
            role_name(held.role),
            long_date(held.starts_on),
            long_date(held.ends_on) if held.ends_on else "Open",
            link(
                reverse("role_again", args=[held.pk]), "Give again", f"{role_name(held.role)} to {held.user.full_name}"
            )
            if may_change and held.ends_on and held.ends_on <= on and held.role != roles.NQSW.key
            else "",
        ]
        for held in memberships
    ]


def history(events: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    """What was done to an employer, for the timeline."""
    return [
        {
            "heading": ACTS.get(event.act, event.act),
            "at": event.at,
            "by": event.actor.full_name if event.actor else "the service",
            "text": ", ".join(FIELDS[code] for code in event.codes if code in FIELDS),
        }
        for event in events
    ]
