"""Vendor details that are verified at the very moment in which a batch is prepared."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from asye import clock
from asye.refusals import Refused
from payments import tasks
from payments.models import Batch, Entitlement, GrantYear, Payee
from payments.services import payees, preparing
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once
from tests.payments.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


def _tick() -> None:
    with clock.moved_to(NOW):
        tasks.prepare_month()


@built_once
def proposed(cast: Cast) -> Payee:
    make.setting(cast, now=NOW)
    GrantYear.objects.update(cool_off_days=0)
    make.registered(cast, now=NOW)
    return payees.propose(cast.northshire, "VN77777", by=cast.omar, now=NOW)


def _while_being_verified(proposed: Payee, cast: Cast, prepare: Callable[[], object]) -> object:
    """Prepares on a second connection, which waits for the verification on this one."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            make.verified(proposed, cast, now=NOW)
            preparing_it = pool.submit(together, prepare)
            time.sleep(0.5)
        (done,) = preparing_it.result()
    return done


def test_preparing_says_what_changed_and_leaves_nothing(proposed: Payee, cast: Cast) -> None:
    done = _while_being_verified(proposed, cast, lambda: preparing.prepare_batch(by=cast.omar, now=NOW))
    assert isinstance(done, Refused)
    assert str(done).startswith("Vendor details or a registration changed while the batch was being prepared")
    assert not Batch.objects.exists()
    assert not Entitlement.objects.exists()
    again = preparing.prepare_batch(by=cast.omar, now=NOW)
    assert again.lines.get().payee_id == proposed.pk


def test_the_monthly_run_comes_again(proposed: Payee, cast: Cast) -> None:
    assert isinstance(_while_being_verified(proposed, cast, _tick), Refused)
    assert not Batch.objects.exists()
    _tick()
    assert Batch.objects.get().lines.get().payee_id == proposed.pk
