"""Everything that is held about an NQSW, for them: what, who gave it, since when; shown, or taken away as a file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from accounts.models import AuditEvent
from asye.dates import long_date, long_datetime
from registrations import equality, own_facts, own_queries, queries
from registrations.bulk.writing import as_csv
from registrations.models import NQSW, Adjustments, AllowedAgain, AllowedLate, EqualityAnswers, Registration
from registrations.rules.own_facts import FACTS
from registrations.services.own_facts import held
from registrations.states import RegisterStatus

REGISTER: Final = "Social Work England register"
SERVICE: Final = "This service"
YOU: Final = "You"


@dataclass(frozen=True)
class Held:
    """One thing that is held. `key` is the fact, where a correction of it can be asked for."""

    what: str
    value: str
    given_by: str
    since: str
    key: str = ""


@dataclass
class Section:
    """Things that belong together."""

    heading: str
    rows: list[Held] = field(default_factory=list)


def sections(nqsw: NQSW, on: date) -> list[Section]:
    """Everything, without the equality answers and the wish for adjustments, which have pages of their own."""
    own = list(own_queries.events_of(nqsw))
    found = [_person(nqsw, own)]
    for registration in _registrations(nqsw):
        events = list(own_queries.events_of(registration))
        found += [_registration(registration, events, on), _register(registration)]
    found.append(_allowed(nqsw))
    return [section for section in found if section.rows]


def _allowed(nqsw: NQSW) -> Section:
    section = Section("What a caseworker has allowed")
    for what, kind in (("A late registration", AllowedLate), ("A second attempt", AllowedAgain)):
        for each in kind.objects.filter(swe_number=nqsw.swe_number).select_related("employer", "allowed_by"):
            where = f"{what} at {each.employer}, until {long_date(each.until)}"
            section.rows.append(Held(where, each.because, each.allowed_by.full_name, long_datetime(each.allowed_at)))
    return section


def _registrations(nqsw: NQSW) -> Iterable[Registration]:
    found = Registration.objects.filter(nqsw=nqsw).select_related("programme_year", "nqsw", "submitted_by")
    return found.order_by("-submitted_at", "-id")


def _last(events: Iterable[AuditEvent], code: str, otherwise: tuple[str, str]) -> tuple[str, str]:
    """Who gave a fact, and when: the last who changed it, else who gave it first."""
    changed = [event for event in events if code in event.codes]
    if not changed:
        return otherwise
    event = changed[-1]
    return (event.actor.full_name if event.actor else SERVICE), long_datetime(event.at)


def _person(nqsw: NQSW, own: list[AuditEvent]) -> Section:
    account = nqsw.user
    made = (SERVICE, long_datetime(nqsw.created_at))
    section = Section("You")
    for what, value, code in (
        ("Title", nqsw.title, "title"),
        ("Date of birth", long_date(nqsw.date_of_birth) if nqsw.date_of_birth else "", "date_of_birth"),
        ("University or college", nqsw.institution, "institution"),
        ("Personal email address", nqsw.personal_email, "personal_email"),
    ):
        given = _last(own, code, (YOU, ""))
        section.rows.append(Held(what, value or "Not given", given[0] if value else "", given[1] if value else ""))
    section.rows.append(Held("Email address from your employer", nqsw.email, "Your employer", made[1]))
    if account is not None:
        section.rows.append(Held("Address you sign in with", account.email, YOU, long_datetime(account.created_at)))
    section.rows.append(Held("Name on your certificate", nqsw.name_on_certificate, YOU, ""))
    number = nqsw.swe_number or f"Not known: {nqsw.number_unknown_because}"
    section.rows.append(Held("Social Work England number", number, "Your employer", made[1]))
    return section


def _registration(registration: Registration, events: list[AuditEvent], on: date) -> Section:
    employer = queries.placement_of(registration, on).employer.name
    first = (f"{registration.submitted_by.full_name}, {employer}", long_datetime(registration.submitted_at))
    section = Section(str(registration.programme_year))
    for key, names in FACTS.items():
        by, since = _last(events, names[0], first)
        value = own_facts.sentence(key, held(registration, key))
        section.rows.append(Held(own_facts.label(key), value, by, since, key))
    assessor = queries.assessor_of(registration, on)
    decided = long_datetime(registration.decided_at) if registration.decided_at else ""
    section.rows += [
        Held("Name as your employer wrote it", _given(registration), *first),
        Held("Employer", employer, *first),
        Held("Assessor", assessor.full_name if assessor else "Nobody", *first),
        Held("Reference", registration.reference or "Not given yet", SERVICE, decided),
        Held("What the rules say", registration.get_verdict_display(), registration.rule_version, first[1]),
        Held("Where it stands", registration.get_state_display(), SERVICE, decided),
    ]
    section.rows += [
        Held("Deferral", f"{each.get_reason_display()}, from {long_date(each.starts_on)}", *_by(each))
        for each in registration.deferrals.select_related("recorded_by")
    ]
    return section


def _given(registration: Registration) -> str:
    names = registration.given_first_name, registration.given_middle_names, registration.given_last_name
    return " ".join(name for name in names if name)


def _by(recorded: Any) -> tuple[str, str]:
    return recorded.recorded_by.full_name, long_datetime(recorded.recorded_at)


def _register(registration: Registration) -> Section:
    return Section(
        "What the register said",
        [
            Held("Status", RegisterStatus(each.status).label, REGISTER, long_datetime(each.checked_at))
            for each in registration.register_checks.all()
        ],
    )


def _private(nqsw: NQSW) -> list[Section]:
    """What only the file holds: equality answers, and the wish for adjustments."""
    found = []
    answers = EqualityAnswers.objects.filter(nqsw=nqsw).first()
    if answers is not None:
        since = long_datetime(answers.answered_at)
        said = [Held(what, value, YOU, since) for what, value in equality.words(answers.answers)]
        found.append(Section("Your equality answers", said))
    wish = Adjustments.objects.filter(nqsw=nqsw).first()
    if wish is not None:
        since = long_datetime(wish.updated_at)
        rows = [Held("Adjustments wished", wish.get_wish_display(), YOU, since)]
        rows += [Held("What would help you", wish.detail, YOU, since)] if wish.detail else []
        readers = nqsw.adjustment_readers.filter(until__isnull=True).select_related("user")
        rows += [Held("May read it", each.user.full_name, YOU, long_datetime(each.since)) for each in readers]
        found.append(Section("Adjustments", rows))
    asked = [
        Held(f"You asked: {own_facts.label(each.field)}", own_facts.sentence(each.field, each.wanted), YOU, _day(each))
        for each in own_queries.requests_of(nqsw)
    ]
    return [*found, Section("Requests for correction", asked)] if asked else found


def _day(request: Any) -> str:
    return long_datetime(request.asked_at)


def _everything(nqsw: NQSW, on: date) -> list[Section]:
    return [*sections(nqsw, on), *_private(nqsw)]


def as_json(nqsw: NQSW, now: datetime, on: date) -> bytes:
    """Everything, for another program."""
    parts = [
        {
            "section": section.heading,
            "held": [
                {"what": row.what, "value": row.value, "given_by": row.given_by, "since": row.since}
                for row in section.rows
            ],
        }
        for section in _everything(nqsw, on)
    ]
    name = {"name": nqsw.full_name, "made_at": now.isoformat(), "sections": parts}
    return json.dumps(name, ensure_ascii=False, indent=2).encode()


def as_table(nqsw: NQSW, on: date) -> bytes:
    """Everything, for a spreadsheet; no cell can begin a formula."""
    header = ["Section", "What", "Value", "Given by", "Since"]
    lines = [
        [section.heading, row.what, row.value, row.given_by, row.since]
        for section in _everything(nqsw, on)
        for row in section.rows
    ]
    return as_csv([header, *lines])
