"""Batches against a model of them: random acts of people and of the payer, the same ones in every run."""

from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts import roles
from accounts.services import people
from payments.models import GrantYear
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once
from tests.payments.machine.machine import Batches
from tests.proofs import crowd

pytestmark = pytest.mark.django_db
ADVANCE = date(2026, 10, 5)
CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
SETTINGS = settings(deadline=None, database=None, suppress_health_check=CHECKS, print_blob=True)


@built_once
def day_by_day(cast: Cast) -> Cast:
    """Six people registered four days apart at two employers, and an advance of the second payment meanwhile."""
    make.setting(cast, now=NOW)
    make.grant_year(2027)
    GrantYear.objects.update(cool_off_days=0)
    GrantYear.objects.filter(code="2026-27").update(final_year_advance_on=ADVANCE)
    like = make.registered(cast, now=NOW)
    crowd.register(like, [cast.northshire, cast.southmouth], 1, 5, a_day=0.25)
    people.give_role(cast.priya, roles.PAYMENTS_OFFICER, starts_on=TODAY, by=cast.adele, now=NOW)
    people.give_role(cast.udo, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    return cast


def test_batches_do_as_the_model_says(day_by_day: Cast) -> None:
    Batches.cast, Batches.advance = day_by_day, ADVANCE
    few = settings(SETTINGS, max_examples=10, stateful_step_count=20, derandomize=True, phases=[Phase.generate])
    run_state_machine_as_test(Batches, settings=few)
