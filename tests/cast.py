"""The fixed people of the tests, the day on which most of them act, and two employers who must not see each other.

Northshire   Amira co-ordinator · Lena senior lead · Ben assessor · Dev moderator
Southmouth   Cora co-ordinator · Sol senior lead · Cal assessor · Mina moderator
themselves   Noor NQSW
DfE          Erin caseworker · Omar payments officer · Priya payments approver · Ana analyst · Udo auditor ·
             Adele and Zora administrators
nobody       Nils has an account and no role
"""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import roles
from accounts.models import Employer, Human, Membership, User
from accounts.states import EmployerKind, Region
from asye import clock
from tests.ground.built_once import built_once

NOW = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
TODAY = date(2026, 9, 14)
CAST_JOINED = datetime(2020, 9, 1, 9, 0, tzinfo=UTC)
PASSWORD = "nine purple otters sing"


@dataclass(frozen=True)
class Cast:
    """Everybody has PASSWORD; tests sign in with `client.force_login(cast.ben)`."""

    amira: User
    lena: User
    ben: User
    dev: User
    cora: User
    sol: User
    cal: User
    mina: User
    noor: User
    erin: User
    omar: User
    priya: User
    ana: User
    udo: User
    adele: User
    zora: User
    nils: User
    northshire: Employer
    southmouth: Employer

    def everybody(self) -> list[User]:
        """Every person of the cast, Nils without a role too."""
        return [value for value in (getattr(self, f.name) for f in fields(self)) if isinstance(value, User)]


EVERYBODY = {
    "adele": ("Adele", "Adeyemi", roles.ADMINISTRATOR, "dfe.example"),
    "amira": ("Amira", "Aslan", roles.COORDINATOR, "northshire.example"),
    "lena": ("Lena", "Lindqvist", roles.SENIOR_LEAD, "northshire.example"),
    "ben": ("Ben", "Okafor", roles.ASSESSOR, "northshire.example"),
    "dev": ("Dev", "Malhotra", roles.MODERATOR, "northshire.example"),
    "cora": ("Cora", "Whitfield", roles.COORDINATOR, "southmouth.example"),
    "sol": ("Sol", "Marchetti", roles.SENIOR_LEAD, "southmouth.example"),
    "cal": ("Cal", "Penrose", roles.ASSESSOR, "southmouth.example"),
    "mina": ("Mina", "Haddad", roles.MODERATOR, "southmouth.example"),
    "erin": ("Erin", "Doyle", roles.CASEWORKER, "dfe.example"),
    "omar": ("Omar", "Farouk", roles.PAYMENTS_OFFICER, "dfe.example"),
    "priya": ("Priya", "Nair", roles.PAYMENTS_APPROVER, "dfe.example"),
    "ana": ("Ana", "Kowalska", roles.ANALYST, "dfe.example"),
    "udo": ("Udo", "Brandt", roles.AUDITOR, "dfe.example"),
    "zora": ("Zora", "Novak", roles.ADMINISTRATOR, "dfe.example"),
    "noor": ("Noor", "Rahman", roles.NQSW, "people.example"),
    "nils": ("Nils", "Berg", None, "people.example"),
}


@cache
def password_hash() -> str:
    """PASSWORD hashed once: the real hasher is slow on purpose."""
    return make_password(PASSWORD)


@built_once
def cast() -> Cast:
    """Everybody, with roles that began in 2020 and not one notice waiting."""
    return build()


@transaction.atomic
def build() -> Cast:
    """Writes the cast in five statements, because nearly every test asks for it.

    tests/accounts/test_cast.py holds these rows to those that the services make.
    """
    northshire, southmouth = Employer.objects.bulk_create(
        Employer(name=name, kind=EmployerKind.CHILDRENS_TRUST, region=region, opened_on=clock.london_date(CAST_JOINED))
        for name, region in (("Northshire", Region.NORTH_EAST), ("Southmouth", Region.SOUTH_WEST))
    )
    humans = Human.objects.bulk_create(Human(created_at=CAST_JOINED) for _ in EVERYBODY)
    users = User.objects.bulk_create(
        User(
            human=human,
            email=f"{key}@{domain}",
            first_name=first,
            last_name=last,
            password=password_hash(),
            created_at=CAST_JOINED,
        )
        for human, (key, (first, last, _, domain)) in zip(humans, EVERYBODY.items(), strict=True)
    )
    people = dict(zip(EVERYBODY, users, strict=True))
    places = {"northshire.example": northshire, "southmouth.example": southmouth}
    Membership.objects.bulk_create(
        Membership(
            user=people[key], role=role.key, employer=places.get(domain), starts_on=clock.london_date(CAST_JOINED)
        )
        for key, (_, _, role, domain) in EVERYBODY.items()
        if role
    )
    return Cast(**people, northshire=northshire, southmouth=southmouth)
