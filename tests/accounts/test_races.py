"""Two people shut each other out at once, on two connections."""

import threading

import pytest

from accounts import roles
from accounts.models import Membership
from accounts.services import people
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
