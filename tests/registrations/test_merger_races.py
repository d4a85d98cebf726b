"""A merger is confirmed twice at once, and somebody is registered in the middle of it: on two connections."""

import pytest

from accounts import roles
from accounts.models import Employer
from accounts.services import people
from registrations import merger_queries
from registrations.models import Merger, Placement
from registrations.services import mergers
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as pay
from tests.factories import registrations as make
from tests.ground.built_once import built_once
from tests.registrations.test_mergers import DAY, LATER
from tests.registrations.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOT_AS_SEEN = "Who moves is no longer what you saw"


@built_once
def merger(cast: Cast) -> Merger:
    """Northshire, with one NQSW, is to go into Southmouth; Zora and Udo may confirm it."""
    pay.setting(cast, now=NOW)
    pay.registered(cast, now=NOW)
    for second in (cast.zora, cast.udo):
        people.give_role(second, roles.CASEWORKER, starts_on=TODAY, by=cast.adele, now=NOW)
    return mergers.propose(cast.northshire, cast.southmouth, DAY, "One trust.", by=cast.erin, now=NOW)


def confirmed_by(second, merger):
    moving = list(merger_queries.placed_from(merger.employer, DAY))
    seen = {"seen_count": len(moving), "seen_sha256": mergers.digest(moving)}
    return lambda: mergers.confirm(merger, by=second, now=LATER, **seen)


def test_two_confirm_one_merger(cast, merger):
    results = at_once(confirmed_by(cast.zora, merger), confirmed_by(cast.udo, merger))
    assert sorted(results) == ["This merger has already been confirmed", "done"]
    assert Placement.objects.filter(employer=cast.southmouth).count() == 1


def test_somebody_is_registered_while_it_is_confirmed(cast, merger):
    """Whoever comes first: nobody is left with an employer that has closed, and nobody moves unseen."""
    confirm, register = at_once(
        confirmed_by(cast.zora, merger),
        lambda: make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=LATER, number=1),
    )
    left = Placement.objects.filter(employer=cast.northshire, ends_on__isnull=True)
    if confirm == "done":
        assert register != "done", (confirm, register)
        assert Employer.objects.get(pk=cast.northshire.pk).closed_on == DAY
        assert not left.exists()
    else:
        assert (confirm.startswith(NOT_AS_SEEN), register) == (True, "done"), (confirm, register)
        assert left.count() == 2
