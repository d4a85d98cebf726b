"""The home page in words: what waits, and one section for each role the person holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts import roles
from accounts.models import Membership, User
from accounts.roles import Role
from asye.dates import how_late, london_date, long_date
from asye.money import pounds
from asye.ui.templatetags.gds import gds_fields
from payments.forms import Find
from registrations.states import Stage
from reporting.presenters.own_year import Year, year
from reporting.queries import figures

SHOWN_TASKS = 10
ON_THE_WAY = (
    Stage.BEING_CHECKED,
    Stage.QUESTION_ASKED,
    Stage.NOT_STARTED,
    Stage.ON_PROGRAMME,
    Stage.DEFERRED,
    Stage.FINISHED,
    Stage.WITHDRAWN,
)


@dataclass(frozen=True)
class Figure:
    """A number and what it counts; where it leads, if anywhere."""

    number: str
    label: str
    href: str = ""


@dataclass(frozen=True)
class Link:
    """Words and where they lead."""

    text: str
    href: str


@dataclass(frozen=True)
class Section:
    """What one role sees of its work. `rows` go with `header` and `caption`; `empty` is said where there are none."""

    heading: str
    text: str = ""
    figures: tuple[Figure, ...] = ()
    links: tuple[Link, ...] = ()
    caption: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    empty: str = ""
    years: tuple[Year, ...] = ()


@cache
def find_box() -> SafeString:
    """What is asked of somebody who looks for a payment, with nothing filled in: the same for everybody."""
    return gds_fields(Find())


_Maker = Callable[[User, list[Membership], date], Section]


def sections(user: User, held: Iterable[Membership], on: date) -> list[Section]:
    """One section for each role the person holds today, in the order of the roles; the money is shown once."""
    found: dict[_Maker, list[Membership]] = {}
    memberships = list(held)
    for key in roles.ALL:
        for membership in memberships:
            if membership.role == key:
                found.setdefault(_SECTIONS[key], []).append(membership)
    return [make(user, of_role, on) for make, of_role in found.items()]


def _employers(held: Iterable[Membership]) -> list[int]:
    return [membership.employer_id for membership in held if membership.employer_id is not None]


def _stages(user: User, role: Role, on: date) -> tuple[Figure, ...]:
    counts = figures.by_stage(user, role, on)
    found = [Figure(str(counts[stage]), str(stage.label), _at(stage)) for stage in ON_THE_WAY if stage in counts]
    return tuple(found) or (Figure("0", "Registrations", _page("registrations")),)


@cache
def _page(name: str) -> str:
    """The address of a page that is the same for everybody."""
    return reverse(name)


def _at(stage: Stage) -> str:
    """The list of the registrations at a stage."""
    return f"{_page('registrations')}?stage={stage.value}"


def _statements(held: Iterable[Membership]) -> tuple[Link, ...]:
    return tuple(
        Link(f"Payment statement of {membership.employer}", reverse("statement_of", args=[membership.employer_id]))
        for membership in held
    )


def _coordinator(user: User, held: list[Membership], on: date) -> Section:
    return Section(
        "Your programme",
        text=_named(held),
        figures=_stages(user, roles.COORDINATOR, on),
        links=(
            Link("Register an NQSW", _page("registration_start")),
            Link("Assessors and what they have", _page("assessor_load")),
            *_statements(held),
        ),
    )


def _senior_lead(user: User, held: list[Membership], on: date) -> Section:
    waiting = Figure(str(figures.awaiting_confirmation(user, on)), "Outcomes to confirm", _page("outcomes_to_confirm"))
    return Section(
        "The whole programme",
        text=_named(held),
        figures=(waiting, *_stages(user, roles.SENIOR_LEAD, on)),
        links=_statements(held),
    )


def _assessor(user: User, held: list[Membership], on: date) -> Section:
    found = figures.assessed_by(user, _employers(held), on)
    return Section(
        "The NQSWs you assess",
        caption="Your NQSWs and what is due next",
        header=("NQSW", "What is due next"),
        rows=tuple(
            (
                Link(each.registration.nqsw.full_name, reverse("records", args=[each.registration.pk])),
                each.step,
                f"{long_date(each.due)}, {how_late(each.due, on)}" if each.due else "",
            )
            for each in found
        ),
        empty="You assess nobody at the moment. Your co-ordinator names the assessor of each NQSW.",
        links=(Link("What waits in each year you assess", reverse("assessor_load_of", args=[user.pk])),)
        if found
        else (),
    )


def _moderator(user: User, held: list[Membership], on: date) -> Section:
    to_read, completed = figures.readings(user, on)
    return Section(
        "Moderation",
        figures=(
            Figure(str(to_read), "Records to read", _page("readings")),
            Figure(str(completed), "Readings completed"),
        ),
    )


def _nqsw(user: User, held: list[Membership], on: date) -> Section:
    return Section(
        "Where you stand",
        years=tuple(year(own, on) for own in figures.own_years(user, on)),
        empty="You have no registration yet. Your employer’s co-ordinator registers you.",
        links=(Link("Your record of the year", _page("my_record")), Link("Your details", _page("my_year"))),
    )


def _caseworker(user: User, held: list[Membership], on: date) -> Section:
    found = figures.queue()
    oldest = ""
    if found.oldest:
        days = (on - london_date(found.oldest)).days
        ago = f"{days} day{'' if days == 1 else 's'} ago" if days else "today"
        oldest = f"The oldest was sent on {long_date(found.oldest)}, {ago}."
    return Section(
        "Registrations to check",
        text=oldest,
        figures=(
            Figure(str(found.to_check), "To check", _page("registration_queue")),
            Figure(str(found.asked), "Questions with employers", _at(Stage.QUESTION_ASKED)),
        ),
        links=(Link("All registrations", _page("registrations")),),
    )


_STEPS = (  # name, words, the page and the part of it that shows what is counted
    ("owed", "owed, in no batch", "payments", ""),
    ("blocked", "owed, held up", "payments", "#blocked"),
    ("draft", "in draft batches", "payments", "#batches"),
    ("submitted", "waiting for approval", "payments", "#batches"),
    ("approved", "approved, not handed over", "payments", "#batches"),
    ("sent", "with the payer", "payments", "#batches"),
    ("paid", "paid", "ledger", ""),
)


def _payments(user: User, held: list[Membership], on: date) -> Section:
    found = figures.pipeline(on)
    return Section(
        "Payments",
        figures=tuple(
            Figure(pounds(pence), f"{label}, {count} line{'' if count == 1 else 's'}", _page(page) + part)
            for name, label, page, part in _STEPS
            for count, pence in [found[name]]
        ),
        links=(Link("All payments", _page("payments")),),
    )


def _analyst(user: User, held: list[Membership], on: date) -> Section:
    return Section("Statistics", links=(Link("Registrations and outcomes", _page("statistics")),))


def _auditor(user: User, held: list[Membership], on: date) -> Section:
    return Section(
        "Everything, to read",
        text="Each sensitive record you open is logged.",
        links=(
            Link("Registrations", _page("registrations")),
            Link("All payments", _page("payments")),
            Link("Programme years", _page("programme_years")),
            Link("Registrations and outcomes in figures", _page("statistics")),
            Link("What is forgotten", _page("retention")),
        ),
    )


def _administrator(user: User, held: list[Membership], on: date) -> Section:
    return Section(
        "Administration",
        links=(
            Link("People", _page("people")),
            Link("Employers", _page("employers")),
            Link("Registrations", _page("registrations")),
            Link("Programme years", _page("programme_years")),
            Link("What is forgotten", _page("retention")),
        ),
    )


def _named(held: Iterable[Membership]) -> str:
    return ", ".join(sorted(str(membership.employer) for membership in held))


_SECTIONS: dict[str, _Maker] = {
    roles.COORDINATOR.key: _coordinator,
    roles.SENIOR_LEAD.key: _senior_lead,
    roles.ASSESSOR.key: _assessor,
    roles.MODERATOR.key: _moderator,
    roles.NQSW.key: _nqsw,
    roles.CASEWORKER.key: _caseworker,
    roles.PAYMENTS_OFFICER.key: _payments,
    roles.PAYMENTS_APPROVER.key: _payments,
    roles.ANALYST.key: _analyst,
    roles.AUDITOR.key: _auditor,
    roles.ADMINISTRATOR.key: _administrator,
}
