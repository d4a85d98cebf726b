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
from registrations.models import NQSW
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


def test_records_are_merged_while_a_batch_is_prepared(cast: Cast) -> None:
    """The second line of what has become one person is refused by the database; the officer is told to look again."""
    make.setting(cast, now=NOW)
    first = make.registered(cast, now=NOW)
    twin = make.registered(cast, now=NOW, number=1, at="southmouth")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Payee.objects.select_for_update().get(employer=cast.northshire)
            preparing_it = pool.submit(together, lambda: preparing.prepare_batch(by=cast.omar, now=NOW))
            time.sleep(0.5)  # it has read both as owed, and its first line waits for the details
            NQSW.objects.filter(pk=twin.nqsw_id).update(merged_into=first.nqsw)
        (done,) = preparing_it.result()
    assert isinstance(done, Refused)
    assert str(done).startswith("Vendor details or a registration changed while the batch was being prepared")
    assert not Batch.objects.exists()
    assert preparing.prepare_batch(by=cast.omar, now=NOW).lines.count() == 1
