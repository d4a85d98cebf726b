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

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import roles
from accounts.models import Employer, Invitation, User
from accounts.states import EmployerKind, Region
from tests.factories import accounts as make

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


AT_NORTHSHIRE = {
    "amira": ("Amira", "Aslan", roles.COORDINATOR),
    "lena": ("Lena", "Lindqvist", roles.SENIOR_LEAD),
    "ben": ("Ben", "Okafor", roles.ASSESSOR),
    "dev": ("Dev", "Malhotra", roles.MODERATOR),
}
AT_SOUTHMOUTH = {
    "cora": ("Cora", "Whitfield", roles.COORDINATOR),
    "sol": ("Sol", "Marchetti", roles.SENIOR_LEAD),
    "cal": ("Cal", "Penrose", roles.ASSESSOR),
    "mina": ("Mina", "Haddad", roles.MODERATOR),
}
AT_DFE = {
    "erin": ("Erin", "Doyle", roles.CASEWORKER),
    "omar": ("Omar", "Farouk", roles.PAYMENTS_OFFICER),
    "priya": ("Priya", "Nair", roles.PAYMENTS_APPROVER),
    "ana": ("Ana", "Kowalska", roles.ANALYST),
    "udo": ("Udo", "Brandt", roles.AUDITOR),
    "zora": ("Zora", "Novak", roles.ADMINISTRATOR),
}


@pytest.fixture(scope="session")
def hashed_password() -> str:
    """PASSWORD hashed once: the real hasher is slow on purpose."""
    return make_password(PASSWORD)


@pytest.fixture
def cast(db: None, hashed_password: str) -> Cast:
    """Everybody, with roles that began in 2020 and not one notice waiting."""
    return build(hashed_password)


@transaction.atomic
def build(hashed_password: str) -> Cast:
    """Makes the cast through the services; `hashed_password` becomes everybody's."""
    now = CAST_JOINED
    adele = make.administrator(now=now)
    northshire = make.employer("Northshire", EmployerKind.CHILDRENS_TRUST, Region.NORTH_EAST, by=adele, now=now)
    southmouth = make.employer("Southmouth", EmployerKind.CHILDRENS_TRUST, Region.SOUTH_WEST, by=adele, now=now)
    people: dict[str, User] = {"adele": adele}
    for group, where, domain in (
        (AT_NORTHSHIRE, northshire, "northshire.example"),
        (AT_SOUTHMOUTH, southmouth, "southmouth.example"),
        (AT_DFE, None, "dfe.example"),
    ):
        for key, (first, last, role) in group.items():
            people[key] = make.person(f"{key}@{domain}", first, last, by=adele, now=now)
            make.in_role(people[key], role, where, by=adele, now=now)
    people["noor"] = make.person("noor@people.example", "Noor", "Rahman", by=adele, now=now)
    make.in_role(people["noor"], roles.NQSW, by=adele, now=now)
    people["nils"] = make.person("nils@people.example", "Nils", "Berg", by=adele, now=now)
    User.objects.update(password=hashed_password)
    Invitation.objects.update(accepted_at=now)  # Adele's, as if she had chosen the password herself
    for user in people.values():
        user.password = hashed_password
        user.notices.all().delete()
    return Cast(**people, northshire=northshire, southmouth=southmouth)
