"""Who may do which act to whom: role x act, own and other employer."""

from datetime import date

import pytest
from django.http import Http404

from accounts import permissions, roles
from accounts.services import employers, invitations, people
from accounts.states import EmployerKind, Region
from asye.refusals import NotAllowed
from tests.cast import NOW, TODAY

EVERYBODY = (
    *("amira", "lena", "ben", "dev", "cora", "sol", "cal", "mina", "noor"),
    *("erin", "omar", "priya", "ana", "udo", "adele", "nils"),
)
ADMINISTRATORS = {"adele"}
OF_NORTHSHIRE = {"amira", "adele"}
BRING_IN = {"amira", "cora", "erin", "adele"}


def invite_to(role, at="northshire"):
    def act(cast, by):
        employer = getattr(cast, at) if role.scope == roles.EMPLOYER else None
        invitations.invite("fay@people.example", "Fay", "Ferris", role, employer, by=by, now=NOW)

    return act


def sent(cast):
    return invitations.invite("fay@people.example", "Fay", "F", roles.ASSESSOR, cast.northshire, by=cast.zora, now=NOW)[
        0
    ]


ACTS = {
    "invite_assessor": (invite_to(roles.ASSESSOR), OF_NORTHSHIRE),
    "invite_moderator": (invite_to(roles.MODERATOR), OF_NORTHSHIRE),
    "invite_senior_lead": (invite_to(roles.SENIOR_LEAD), OF_NORTHSHIRE),
    "invite_coordinator": (invite_to(roles.COORDINATOR), OF_NORTHSHIRE),
    "invite_assessor_to_southmouth": (invite_to(roles.ASSESSOR, "southmouth"), {"cora", "adele"}),
    "invite_nqsw": (invite_to(roles.NQSW), BRING_IN),
    **{f"invite_{key}": (invite_to(roles.ALL[key]), ADMINISTRATORS) for key in roles.OF_DFE},
    "resend": (lambda cast, by: invitations.resend(sent(cast), by=by, now=NOW), OF_NORTHSHIRE),
    "revoke": (lambda cast, by: invitations.revoke(sent(cast), by=by, now=NOW), OF_NORTHSHIRE),
    "create_user": (lambda cast, by: people.create_user("fay@p.example", "Fay", "F", by=by, now=NOW), BRING_IN),
    "find_user": (lambda cast, by: people.find_or_create_user("fay@p.example", "F", "F", by=by, now=NOW), BRING_IN),
    "give_role": (
        lambda cast, by: people.give_role(
            cast.zora, roles.ASSESSOR, employer=cast.northshire, starts_on=TODAY, by=by, now=NOW
        ),
        ADMINISTRATORS,
    ),
    "end_assessor": (
        lambda cast, by: people.end_role(cast.ben.memberships.get(), on=TODAY, by=by, now=NOW),
        OF_NORTHSHIRE,
    ),
    "end_caseworker": (
        lambda cast, by: people.end_role(cast.erin.memberships.get(), on=TODAY, by=by, now=NOW),
        ADMINISTRATORS,
    ),
    "deactivate": (lambda cast, by: people.deactivate(cast.zora, because="Left", by=by, now=NOW), ADMINISTRATORS),
    "create_employer": (
        lambda cast, by: employers.create_employer("Eastwold", EmployerKind.NHS, Region.EAST, by=by, now=NOW),
        ADMINISTRATORS,
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_these_people_may(cast, act):
    do, may = ACTS[act]
    from django.db import transaction

    allowed = set()
    for name in EVERYBODY:
        point = transaction.savepoint()
        try:
            do(cast, getattr(cast, name))
        except NotAllowed:
            pass
        else:
            allowed.add(name)
        transaction.savepoint_rollback(point)
    assert allowed == may


def test_a_role_holds_between_its_days(cast):
    held = cast.ben.memberships.get()
    people.end_role(held, on=date(2026, 10, 1), by=cast.amira, now=NOW)
    assert permissions.has_role(cast.ben, roles.ASSESSOR, on=date(2026, 9, 30), employer=cast.northshire)
    assert not permissions.has_role(cast.ben, roles.ASSESSOR, on=date(2026, 10, 1), employer=cast.northshire)
    assert not permissions.has_role(cast.ben, roles.ASSESSOR, on=date(2020, 8, 31), employer=cast.northshire)
    assert not permissions.has_role(cast.ben, roles.ASSESSOR, on=TODAY, employer=cast.southmouth)


def test_a_deactivated_person_has_no_role_at_once(cast):
    cast.ben.is_active = False
    assert not permissions.has_role(cast.ben, roles.ASSESSOR, on=TODAY)
    people.deactivate(cast.adele, because="Left", by=cast.zora, now=NOW)
    cast.adele.refresh_from_db()
    with pytest.raises(NotAllowed):
        employers.create_employer("Eastwold", EmployerKind.NHS, Region.EAST, by=cast.adele, now=NOW)


@pytest.mark.parametrize(
    ("who", "finds"),
    [("amira", {"northshire"}), ("cora", {"southmouth"}), ("adele", {"northshire", "southmouth"}), ("ben", set())],
)
def test_employers_are_found_by_those_who_look_after_their_people(cast, who, finds):
    found = set()
    for name in ("northshire", "southmouth"):
        try:
            permissions.get_employer_for(getattr(cast, who), getattr(cast, name).pk, on=TODAY)
        except Http404:
            continue
        found.add(name)
    assert found == finds


def test_memberships_and_invitations_of_a_neighbour_are_not_found(cast):
    invitation = sent(cast)
    held = cast.ben.memberships.get()
    assert permissions.get_membership_for(cast.amira, held.pk, on=TODAY) == held
    assert permissions.get_invitation_for(cast.amira, invitation.pk, on=TODAY) == invitation
    for user in (cast.cora, cast.ben, cast.erin):
        with pytest.raises(Http404):
            permissions.get_membership_for(user, held.pk, on=TODAY)
        with pytest.raises(Http404):
            permissions.get_invitation_for(user, invitation.pk, on=TODAY)
