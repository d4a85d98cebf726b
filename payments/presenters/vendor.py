"""Rows and sentences of the pages of vendor details."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.employer_rules import shown_phone
from asye.clock import london_date
from asye.dates import long_date, long_datetime
from asye.ui.links import link
from payments.models import Payee, SharedNumber
from payments.presenters.words import who
from payments.queries import contacts
from payments.queries.sharing import Shared

PAYEES = ["Employer", "Vendor number", "Status", "Action"]
SHARED = ["Vendor number", "Employer", "And", "Where it stands"]


def payee_rows(payees: Iterable[Payee]) -> list[list[Any]]:
    """Vendor details that are in use or wait."""
    return [
        [
            payee.employer.name,
            payee.vendor_number,
            _in_use(payee),
            link(reverse("payee", args=[payee.pk]), "View", f"the details of {payee.employer.name}"),
        ]
        for payee in payees
    ]


def _in_use(payee: Payee) -> str:
    if payee.verified_at is None or payee.used_from is None:
        return "Waits to be verified"
    if payee.used_from > london_date(payee.verified_at):
        return f"Changed on {long_date(payee.verified_at)}, used from {long_date(payee.used_from)}"
    return f"In use since {long_date(payee.used_from)}"


def payee_facts(payee: Payee) -> list[tuple[str, Any]]:
    """Who proposed and who verified, on which contact, and from when it is paid under."""
    facts: list[tuple[str, Any]] = [
        ("Employer", payee.employer.name),
        ("Vendor number", payee.vendor_number),
        ("Proposed", who(payee.proposed_by, payee.proposed_at)),
    ]
    if payee.verified_at and payee.called_back_on and payee.used_from:
        facts.append(("Verified", who(payee.verified_by, payee.verified_at)))
        facts.append(("Called back", f"{long_date(payee.called_back_on)}. {payee.called_back_note}"))
        facts.append(("Called on", _called_on(payee)))
        facts.append(("Spoke to", payee.spoke_to))
        facts.append(("Used from", long_date(payee.used_from)))
    if payee.refused_at:
        facts.append(("Refused", f"{who(payee.refused_by, payee.refused_at)}. {payee.refused_because}"))
    if payee.ended_at:
        facts.append(("Replaced", long_datetime(payee.ended_at)))
    return facts


def _called_on(payee: Payee) -> str:
    if payee.called_number:
        return f"The organisation, {shown_phone(payee.called_number)}"
    return payee.called_person.full_name if payee.called_person else ""


def verified_sentence(payee: Payee, today: date) -> str:
    """What follows from a verification, for the approver."""
    told = f"Those who act for {payee.employer.name} have been told."
    if payee.used_from and payee.used_from > today:
        return f"The new vendor details are used from {long_date(payee.used_from)}. Nothing is paid until then. {told}"
    return f"The vendor details are in use. {told} What is owed to the employer can go into the next batch."


def number_changed(payee: Payee, today: date) -> str:
    """A warning where the employer's telephone number was changed about the time of the proposal."""
    number, changed = contacts.number_at(payee.employer, contacts.held_since(payee, today))
    if changed is None:
        return ""
    said = f"The telephone number of {payee.employer.name} was changed on {long_date(changed)}, about the time these "
    if number:
        return f"{said}details were proposed. Call the number from before the change, which is the one shown."
    return f"{said}details were proposed. No number was held before, so none is offered."


def same_number(others: list[Payee]) -> str:
    """A warning where other employers' details have the same number."""
    if not others:
        return ""
    names = " and ".join(other.employer.name for other in others)
    return (
        f"{names} {'has' if len(others) == 1 else 'have'} the same vendor number. While both are in use, what is owed "
        "to either is held until an officer has said why that is right and an approver has confirmed it."
    )


def shared_rows(shared: Iterable[Shared], may_explain: bool) -> list[list[Any]]:
    """Every two employers under one number, and what has to be done about it."""
    return [
        [
            each.one.vendor_number,
            link(reverse("payee", args=[each.one.pk]), each.one.employer.name),
            link(reverse("payee", args=[each.two.pk]), each.two.employer.name),
            _stands(each, may_explain),
        ]
        for each in shared
    ]


def _stands(each: Shared, may_explain: bool) -> Any:
    both = f"{each.one.employer.name} and {each.two.employer.name}"
    if each.said is not None:
        words = "Confirmed as right" if each.is_right else "Held: an approver confirms that it is right"
        return link(reverse("shared_number", args=[each.said.pk]), words, f"for {both}")
    if may_explain:
        href = reverse("payee_shared", args=[each.one.pk, each.two.pk])
        return link(href, "Held: say why this is right", f"for {both}")
    return "Held: a payments officer says why this is right"


def shared_facts(said: SharedNumber) -> list[tuple[str, Any]]:
    """The two employers, and who said what of them."""
    facts: list[tuple[str, Any]] = [
        ("Vendor number", said.one.vendor_number),
        ("Employers", f"{said.one.employer.name} and {said.two.employer.name}"),
        ("Why it is right", said.because),
        ("Said", who(said.explained_by, said.explained_at)),
    ]
    if said.confirmed_at:
        facts.append(("Confirmed", who(said.confirmed_by, said.confirmed_at)))
    if said.refused_at:
        facts.append(("Turned down", f"{who(said.refused_by, said.refused_at)}. {said.refused_because}"))
    return facts


def before(said: Iterable[SharedNumber]) -> list[str]:
    """What was said before, and why it was turned down."""
    return [f"{one.because} Turned down {who(one.refused_by, one.refused_at)}. {one.refused_because}" for one in said]
