"""Two people do at once what only one of them can: on two connections."""

import threading

import pytest

from accounts import roles
from accounts.models import Employer, EmployerRequest, Invitation, Membership, TermsAcceptance
from accounts.services import people, requests, terms
from accounts.services.invitations import Person
from tests.accounts.employers import test_requests as asking
from tests.accounts.employers.test_terms import published
from tests.cast import NOW, TODAY
from tests.registrations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def end(whose, by):
    return lambda: people.end_role(whose.memberships.get(), on=TODAY, by=by, now=NOW)


def shut(whom, by):
    return lambda: people.deactivate(whom, because="Left", by=by, now=NOW)


def meet_before_locking(monkeypatch):
    """Both have been found allowed to act before either goes on."""
    barrier = threading.Barrier(2, timeout=60)
    lock = people._lock_all_in_the_role_of

    def meet(memberships):
        barrier.wait()
        lock(memberships)

    monkeypatch.setattr(people, "_lock_all_in_the_role_of", meet)


@pytest.mark.parametrize(
    ("first", "second"), [(end, end), (shut, shut), (end, shut)], ids=["roles", "accounts", "a role and an account"]
)
def test_two_administrators_shut_each_other_out_and_one_is_left(cast, monkeypatch, first, second):
    meet_before_locking(monkeypatch)
    results = at_once(first(cast.zora, cast.adele), second(cast.adele, cast.zora))
    assert sorted(result.split(".")[0] for result in results) == ["This is the only administrator", "done"]
    assert Membership.objects.live(TODAY).filter(role=roles.ADMINISTRATOR.key).count() == 1


def test_two_coordinators_end_each_other_and_one_is_left(cast, monkeypatch):
    people.give_role(cast.nils, roles.COORDINATOR, employer=cast.northshire, starts_on=TODAY, by=cast.adele, now=NOW)
    meet_before_locking(monkeypatch)
    results = at_once(end(cast.nils, cast.amira), end(cast.amira, cast.nils))
    assert sorted(result.split(".")[0] for result in results) == ["This is the only co-ordinator", "done"]


def test_two_caseworkers_approve_one_request(cast):
    people.give_role(cast.udo, roles.CASEWORKER, starts_on=TODAY, by=cast.adele, now=NOW)
    asked = asking.waiting()
    results = at_once(*[lambda by=by: requests.approve(asked, by=by, now=NOW) for by in (cast.erin, cast.udo)])
    assert sorted(results) == ["The request of Westport Families has already been approved", "done"]
    made = Employer.objects.get(name="Westport Families")
    assert (made.request, Invitation.objects.get(employer=made).user.email) == (asked, asking.FAY.email)


def test_two_requests_of_one_organisation_are_approved_at_once(cast):
    first, second = asking.waiting(), asking.waiting("WESTPORT FAMILIES", Person("gus@westport.example", "Gus", "G"))
    results = at_once(*[lambda one=one: requests.approve(one, by=cast.erin, now=NOW) for one in (first, second)])
    assert [result.startswith("There is already an employer with this name") for result in sorted(results)] == [
        True,
        False,
    ]
    assert EmployerRequest.objects.filter(employer__isnull=False).count() == 1
    assert Invitation.objects.filter(role=roles.COORDINATOR.key).count() == 1


def test_two_accept_the_terms_at_one_moment(cast):
    version = published(cast)
    results = at_once(
        *[
            lambda by=by: terms.accept(version, cast.northshire, by=by, now=NOW, seen_sha256=version.sha256)
            for by in (cast.amira, cast.lena)
        ]
    )
    refusal, done = sorted(results)
    assert done == "done"
    assert "accepted these terms for Northshire on 14 September 2026" in refusal
    assert TermsAcceptance.objects.filter(employer=cast.northshire).count() == 1
