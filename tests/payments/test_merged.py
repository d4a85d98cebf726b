"""Two records of one person, both paid already: the merge moves no money, and the second payment is to be recovered."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from asye import clock
from payments.models import Line
from payments.queries.effects import to_recover
from payments.queries.owed import owed
from payments.queries.waiting import waiting_for
from payments.services import batches
from registrations.models import NQSW, Likeness, Registration
from registrations.services import same
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import registrations as make_registrations

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def merged(first: NQSW, second: NQSW, keep: NQSW, cast: Cast) -> None:
    one, other = sorted((first, second), key=lambda each: each.pk)
    pair = Likeness.objects.create(one=one, other=other, score=4, alike=["name", "birth"], found_at=NOW)
    same.merge(pair, keep, "She wrote to us.", by=cast.erin, now=LATER)


def money_rows() -> dict[str, Any]:
    return {
        model.__name__: serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in apps.get_app_config("payments").get_models()
    }


@pytest.mark.parametrize("keep", [0, 1])
def test_a_merge_of_two_paid_people_moves_no_money_and_proposes_a_recovery(
    cast: Cast, paid_twice: tuple[Registration, Registration], keep: int
) -> None:
    before = money_rows()
    assert not to_recover().exists()
    merged(paid_twice[0].nqsw, paid_twice[1].nqsw, paid_twice[keep].nqsw, cast)
    assert money_rows() == before
    assert Line.objects.live().filter(milestone="registration").count() == 2
    (line,) = to_recover()
    assert line.registration == paid_twice[1]
    assert owed(LATER) == []
    assert "Look at payments to be recovered" in [task.what for task in waiting_for(cast.omar, LATER.date())]


def test_the_second_payment_is_owed_once(cast: Cast, paid_twice: tuple[Registration, Registration]) -> None:
    first, second = paid_twice
    merged(first.nqsw, second.nqsw, first.nqsw, cast)
    make.completed(second, "pass", cast, now=LATER, by=cast.sol)
    (due,) = owed(LATER)
    assert (due.milestone, due.registration_id) == ("completion", second.pk)
    line = make.draft(cast, now=LATER).lines.get()
    assert line.slot.person == first.nqsw


def test_the_page_says_why(cast: Cast, paid_twice: tuple[Registration, Registration]) -> None:
    client = Client()
    client.force_login(cast.omar)
    first, second = paid_twice
    with clock.moved_to(LATER):
        client.get(reverse("recoveries"))
        merged(first.nqsw, second.nqsw, second.nqsw, cast)
        with CaptureQueriesContext(connection) as made:
            page = client.get(reverse("recoveries")).content.decode()
    assert "Paid under two records of one person" in page
    assert len(made) < 15


@pytest.mark.parametrize("keep", [0, 1])
def test_what_was_held_stays_held(cast: Cast, keep: int) -> None:
    """Whichever record is kept: the hold is of the person's payment."""
    make.setting(cast, now=NOW)
    both = make.registered(cast, now=NOW), make.registered(cast, now=NOW, number=1, at="southmouth")
    line = make.draft(cast, now=NOW).lines.get(registration=both[0])
    batches.hold_line(line, "Check the address.", by=cast.omar, now=NOW)
    batches.cancel(line.batch, "Held.", by=cast.omar, now=NOW)
    make_registrations.withdrawn(both[1], by=cast.cora, now=NOW)
    merged(both[0].nqsw, both[1].nqsw, both[keep].nqsw, cast)
    assert [(one.registration_id, one.blocked) for one in owed(NOW)] == [(both[0].pk, "held")]
    assert [one.blocked for one in owed(NOW, registration_id=both[0].pk)] == ["held"]
