"""People, employers and roles."""

from datetime import datetime

from accounts import roles
from accounts.models import Employer, Membership, User
from accounts.roles import Role
from accounts.services import employers, invitations, people
from accounts.states import EmployerKind, Region
from asye.clock import london_date
from tests.cast import Cast


def administrator(
    email: str = "adele@dfe.example", first: str = "Adele", last: str = "Adeyemi", *, now: datetime
) -> User:
    """The first administrator, made as the command makes one."""
    return invitations.create_first_administrator(email, first, last, now=now)[0]


def employer(
    name: str,
    kind: str = EmployerKind.PRIVATE,
    region: str = Region.NORTH_EAST,
    *,
    by: User,
    now: datetime,
) -> Employer:
    """An employer made by an administrator; private unless said otherwise, so it needs no reference data."""
    return employers.create_employer(name, kind, region, by=by, now=now)


def westholme(cast: Cast, *, now: datetime) -> tuple[Employer, User]:
    """A third employer, and Wes, who is its co-ordinator, senior lead and assessor in one."""
    place = employer("Westholme", by=cast.adele, now=now)
    wes = person("wes@westholme.example", "Wes", "Ito", by=cast.adele, now=now)
    for role in (roles.COORDINATOR, roles.SENIOR_LEAD, roles.ASSESSOR):
        in_role(wes, role, place, by=cast.adele, now=now)
    return place, wes


def person(email: str, first: str, last: str, *, by: User, now: datetime) -> User:
    """An account without a role."""
    return people.create_user(email, first, last, by=by, now=now)


def in_role(user: User, role: Role, employer: Employer | None = None, *, by: User, now: datetime) -> Membership:
    """A role from the day of `now`, given by an administrator. An NQSW's own role comes by invitation only."""
    if role == roles.NQSW:
        return Membership.objects.open(user, role, None, starts_on=london_date(now))
    return people.give_role(user, role, employer=employer, starts_on=london_date(now), by=by, now=now)
