"""Programme years and registrations, brought to each state by the services that people use."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts import roles
from accounts.models import Employer, User
from asye.clock import london_date
from registrations import simulator
from registrations.management.shipped import REVIEWS
from registrations.merger_queries import placed_from
from registrations.models import NQSW, Merger, ProgrammeYear, Registration
from registrations.models.years import IN_FORCE
from registrations.rules.agreement import Agreement
from registrations.rules.answers import Answers, Eligibility, Post, Previous
from registrations.rules.years import code_of
from registrations.services import changes, checking, mergers, registering, years
from registrations.states import Contract, DeferralReason, Evidence, Milestone, Programme, Qualification, Route
from tests.cast import Cast
from tests.factories import accounts as people

NO_EVIDENCE = dict.fromkeys(Evidence.values, 0)


def draft_year(start: int = 2026, *, by: User, now: datetime, **changed: Any) -> ProgrammeYear:
    """A draft of the ASYE with children and families of that start year, every choice made."""
    given: dict[str, Any] = {
        "programme": Programme.ASYE_CHILD_AND_FAMILY,
        "window_from": date(start, 4, 1),
        "window_to": date(start + 1, 3, 31),
        "review_months": REVIEWS,
        "evidence": {**NO_EVIDENCE, Evidence.DIRECT_OBSERVATION.value: 1},  # as few as a recommendation can stand on
        "assessor_observations": 1,
        "standard_set": "pqs-2018",
        "amounts_pence": {milestone.value: 100_000 for milestone in Milestone},
        "certificate_issuer": "Department for Education",
        "on_fail": ProgrammeYear.OnFail.DO_NOT_PAY,
        "on_withdrawal": ProgrammeYear.OnWithdrawal.RECOVER,
        "on_move": ProgrammeYear.OnMove.COMPLETING,
        **changed,
    }
    return years.draft_year(code_of(start), by=by, now=now, **given)


def published_year(start: int = 2026, *, by: User, second: User, now: datetime, **changed: Any) -> ProgrammeYear:
    """The year drafted by one administrator and published by another; the one there is, if there is one."""
    programme = changed.get("programme", Programme.ASYE_CHILD_AND_FAMILY)
    found = ProgrammeYear.objects.filter(IN_FORCE, code=code_of(start), programme=programme).first()
    return found or years.publish_year(draft_year(start, by=by, now=now, **changed), by=second, now=now)


def answers(assessor: User, *, number: int = 0, on: date, **changed: Any) -> Answers:
    """Answers that can be funded, about person `number` of the simulated register. Starts two weeks before `on`."""
    person = simulator.people()[number]
    start = on - timedelta(days=14)
    eligibility = {
        "assessor_experienced": True,
        "post": Post.SOCIAL_WORK,
        "child_and_family": True,
        "in_england": True,
        "previous": Previous.NONE,
        "duties_agreed": None,
    }
    for key in list(changed):
        if key in eligibility:
            eligibility[key] = changed.pop(key)
    given: dict[str, Any] = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": f"nqsw{number}@people.example",
        "swe_number": person.number,
        "swe_registered_from": min(person.registered_from, start),
        "qualified_on": min(person.registered_from, start) - timedelta(days=20),
        "qualification": Qualification.MA,
        "route": Route.POSTGRADUATE,
        "employment_start": start,
        "asye_start": start,
        "job_title": "Social worker",
        "contract": Contract.PERMANENT,
        "fte_percent": 100,
        "assessor_id": assessor.pk,
        "eligibility": Eligibility(**eligibility),
        **changed,
    }
    return Answers(**given)


def submitted(
    employer: Employer, *, by: User, assessor: User, now: datetime, number: int = 0, **changed: Any
) -> Registration:
    """A registration that waits for the caseworker. A published year must be open."""
    given = answers(assessor, number=number, on=london_date(now), **changed)
    return registering.register(employer, given, by=by, now=now)


def queried(
    registration: Registration, *, by: User, now: datetime, question: str = "Is the name right?"
) -> Registration:
    """The same registration, asked about."""
    checking.ask(registration, question, by=by, now=now)
    registration.refresh_from_db()
    return registration


def approved(registration: Registration, *, by: User, now: datetime) -> Registration:
    """The same registration, found in the register and approved."""
    checking.check_register_entry(registration, by=by, now=now)
    return checking.approve(registration, by=by, now=now)


def registered(
    employer: Employer,
    *,
    by: User,
    caseworker: User,
    assessor: User,
    now: datetime,
    number: int = 0,
    nqsw_user: User | None = None,
    **changed: Any,
) -> Registration:
    """A registration approved by the caseworker. With `nqsw_user` the NQSW has joined under that account."""
    if nqsw_user is not None:
        changed.setdefault("email", nqsw_user.email)
    registration = submitted(employer, by=by, assessor=assessor, now=now, number=number, **changed)
    if nqsw_user is not None:
        joined(registration.nqsw, nqsw_user)
    found = approved(registration, by=caseworker, now=now)
    found.refresh_from_db()
    return found


def joined(nqsw: NQSW, user: User) -> NQSW:
    """The NQSW under an account they have: what accepting the invitation leads to, without the secret link."""
    nqsw.user = user
    nqsw.save(update_fields=["user"])
    return nqsw


def refused(registration: Registration, *, by: User, now: datetime) -> Registration:
    """The same registration, refused."""
    return checking.refuse(registration, "Not a registered social worker.", by=by, now=now)


def withdrawn(registration: Registration, *, by: User, now: datetime) -> Registration:
    """The same registration, withdrawn today."""
    return changes.withdraw(registration, london_date(now), "They moved abroad.", by=by, now=now)


def agreed(now: datetime) -> Agreement:
    """All parties agreed to a deferral on the day of `now`."""
    on = london_date(now)
    return Agreement(on, on, on, "Lin Manning")


def deferred(registration: Registration, *, by: User, now: datetime) -> Registration:
    """The same registration, paused from today."""
    changes.defer(registration, london_date(now), DeferralReason.PARENTAL, agreed=agreed(now), by=by, now=now)
    registration.refresh_from_db()
    return registration


def northshire_merged(cast: Cast, *, now: datetime) -> Merger:
    """Northshire has gone into Southmouth today; Zora, a caseworker too from now on, was the second person."""
    people.in_role(cast.zora, roles.CASEWORKER, by=cast.adele, now=now)
    return merged(cast.northshire, cast.southmouth, by=cast.erin, second=cast.zora, now=now)


def merged(employer: Employer, into: Employer, *, by: User, second: User, now: datetime) -> Merger:
    """An employer that has gone into another today, proposed and confirmed by two caseworkers."""
    today = london_date(now)
    merger = mergers.propose(employer, into, today, "One council from today.", by=by, now=now)
    moving = list(placed_from(employer, today))
    return mergers.confirm(merger, by=second, now=now, seen_count=len(moving), seen_sha256=mergers.digest(moving))
