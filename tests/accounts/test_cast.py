"""The cast that is written in bulk is the cast that the services would make."""

from accounts import roles
from accounts.models import Employer, Membership, User
from accounts.states import EmployerKind, Region
from tests.cast import CAST_JOINED, EVERYBODY, build
from tests.factories import accounts as make


def rows():
    people = User.objects.order_by("email").values("email", "first_name", "last_name", "is_active", "created_at")
    employers = Employer.objects.order_by("name").values(
        "name", "kind", "region", "opened_on", "closed_on", "local_authority", "successor"
    )
    held = Membership.objects.order_by("user__email").values(
        "user__email", "role", "employer__name", "starts_on", "ends_on"
    )
    return list(people), list(employers), list(held)


def make_it_slowly():
    adele = make.administrator(now=CAST_JOINED)
    trust = EmployerKind.CHILDRENS_TRUST
    places = {
        "northshire.example": make.employer("Northshire", trust, Region.NORTH_EAST, by=adele, now=CAST_JOINED),
        "southmouth.example": make.employer("Southmouth", trust, Region.SOUTH_WEST, by=adele, now=CAST_JOINED),
    }
    for key, (first, last, role, domain) in EVERYBODY.items():
        if key == "adele":
            continue
        person = make.person(f"{key}@{domain}", first, last, by=adele, now=CAST_JOINED)
        if role:
            make.in_role(person, role, places.get(domain), by=adele, now=CAST_JOINED)


def test_it_is_what_the_services_make(db):
    from django.db import transaction

    point = transaction.savepoint()
    build()
    quick = rows()
    assert User.objects.values("human").distinct().count() == len(EVERYBODY)
    transaction.savepoint_rollback(point)
    make_it_slowly()
    assert rows() == quick


def test_every_role_is_played(cast):
    assert set(Membership.objects.values_list("role", flat=True)) == set(roles.ALL)
    assert {user.email.partition("@")[0] for user in cast.everybody()} == set(EVERYBODY)
