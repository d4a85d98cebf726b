"""The people and organisations of the demo, made by administrators through invitations like everybody."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts import roles
from accounts.models import Employer, LocalAuthority, User
from accounts.services import employers as employer_acts
from accounts.services import invitations, terms
from asye.clock import london_date
from registrations.management.commands.load_programme_years import load
from registrations.models import ProgrammeYear
from registrations.services import years
from registrations.states import Programme
from reporting.demo.cast import AUTHORITIES, DFE, EMPLOYERS, PASSWORD, DemoEmployer, email_of

TERMS = (
    "1. The grant is for supporting and assessing newly qualified social workers in their first year.\n\n"
    "2. The employer gives each of them an assessor, protected time and the reviews of the programme year.\n\n"
    "3. The employer tells the Department for Education when somebody leaves, pauses or moves.\n\n"
    "4. What was paid for somebody who was not eligible is paid back.\n"
)


@dataclass
class World:
    """Who is who: `people` by full name, `employers` and their description by key."""

    people: dict[str, User] = field(default_factory=dict)
    employers: dict[str, Employer] = field(default_factory=dict)

    def coordinator(self, key: str) -> User:
        """The co-ordinator of an employer of the demo."""
        return self.people[described(key).coordinator]

    def senior_lead(self, key: str) -> User:
        """The senior lead of an employer of the demo."""
        return self.people[described(key).senior_lead]


def described(key: str) -> DemoEmployer:
    """What cast.py says about an employer."""
    return next(each for each in EMPLOYERS if each.key == key)


def build(opened: datetime, today: date) -> World:
    """Makes administrators, DfE's people, the employers with theirs, and the programme years up to `today`."""
    world = World()
    first, *others = DFE
    name = first[0]
    _, token = invitations.create_first_administrator(email_of(name, "dfe"), *name.split(" ", 1), now=opened)
    adele = world.people[name] = invitations.accept(token, PASSWORD, now=opened)
    for name, role in others:
        world.people[name] = _join(name, "dfe", role, None, by=adele, now=opened)
    for each in EMPLOYERS:
        _employer(world, each, by=adele, now=opened)
    _years(adele, world.people["Winston Hale"], opened, today)
    _terms(world, adele, world.people["Winston Hale"], opened)
    return world


def _terms(world: World, drafter: User, publisher: User, now: datetime) -> None:
    """One version of the grant terms, published on the first day and accepted by each employer's senior lead."""
    draft = terms.draft(TERMS, "The first version.", london_date(now), by=drafter, now=now)
    version = terms.publish(draft, by=publisher, now=now + timedelta(hours=3))
    for each in EMPLOYERS:
        employer, lead = world.employers[each.key], world.senior_lead(each.key)
        terms.accept(version, employer, by=lead, now=now + timedelta(days=2), seen_sha256=version.sha256)


def _join(name: str, domain: str, role: roles.Role, employer: Employer | None, *, by: User, now: datetime) -> User:
    first, last = name.split(" ", 1)
    _, token = invitations.invite(email_of(name, domain), first, last, role, employer, by=by, now=now)
    return invitations.accept(token, PASSWORD, now=now + timedelta(hours=2))


def _employer(world: World, each: DemoEmployer, *, by: User, now: datetime) -> None:
    authority = None
    if each.key in AUTHORITIES:
        code, name, gss_code = AUTHORITIES[each.key]
        authority = LocalAuthority.objects.create(code=code, name=name, gss_code=gss_code, region=each.region)
    employer = employer_acts.create_employer(each.name, each.kind, each.region, authority, by=by, now=now)
    world.employers[each.key] = employer
    coordinator = _join(each.coordinator, each.key, roles.COORDINATOR, employer, by=by, now=now)
    world.people[each.coordinator] = coordinator
    later = now + timedelta(days=1)
    for role, names in (
        (roles.SENIOR_LEAD, (each.senior_lead,)),
        (roles.MODERATOR, each.moderators),
        (roles.ASSESSOR, each.assessors),
    ):
        for name in names:
            world.people[name] = _join(name, each.key, role, employer, by=coordinator, now=later)


def _years(drafter: User, publisher: User, now: datetime, today: date) -> None:
    """Drafts every year that is known, and those `today` needs beyond them; publishes the ASYE with children and
    families. The drafts of the other programmes stay for the administrators to work on."""
    load(drafter)
    ours = ProgrammeYear.objects.filter(programme=Programme.ASYE_CHILD_AND_FAMILY)
    while (newest := ours.latest("code")).window_to < today:
        years.draft_next(newest, by=drafter, now=now)
    for year in ours.filter(published_at__isnull=True).order_by("code"):
        if not year.on_fail:
            years.choose(
                year,
                on_fail=ProgrammeYear.OnFail.DO_NOT_PAY,
                on_withdrawal=ProgrammeYear.OnWithdrawal.KEEP,
                on_move=ProgrammeYear.OnMove.COMPLETING,
                certificate_issuer=year.certificate_issuer,
                by=drafter,
                now=now,
            )
        years.publish_year(year, by=publisher, now=now + timedelta(hours=3))
