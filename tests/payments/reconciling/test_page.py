"""The page of the reconciler: who opens it, what it says of nothing, of what agrees and of what differs."""

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from asye import clock
from payments.models import Batch
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once
from tests.payments.reconciling.world import LATER, build

pytestmark = pytest.mark.django_db
URL = "/payments/reconciliation"


@built_once
def world(cast: Cast) -> dict[str, Batch]:
    return build(cast)


def _text(user: User, url: str = URL, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    with clock.moved_to(LATER):
        response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_without_a_batch(cast: Cast) -> None:
    shown = _text(cast.udo)
    assert "There is no batch yet, so there is nothing to compare." in shown
    assert "<table" not in shown


def test_all_of_many_and_ten_on_a_page(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    made = []
    for number in range(12):
        make.registered(cast, now=NOW, number=number)
        made.append(make.draft(cast, now=NOW).reference)
    first, second = _text(cast.udo), _text(cast.udo, f"{URL}?page=2")
    assert "Everything agrees: 10 batches, 10 lines, £10,000." in first
    assert f"Batches {made[2]} to {made[11]} of 12 batches were compared." in first
    assert "Everything agrees: 2 batches, 2 lines, £2,000." in second
    every = _text(cast.udo, f"{URL}?all=yes")
    assert "Everything agrees: 12 batches, 12 lines, £12,000." in every
    assert "Compare every batch" not in every


def test_it_works(world: dict[str, Batch], cast: Cast) -> None:
    for user in (cast.omar, cast.priya, cast.udo):
        shown = _text(user)
        assert "Everything agrees: 5 batches, 10 lines, £10,000." in shown
        assert shown.count("Agrees") == 5
        assert "Compare every batch" not in shown


def test_nobody_else_opens_it(world: dict[str, Batch], cast: Cast) -> None:
    for user in (cast.amira, cast.lena, cast.ben, cast.noor, cast.erin, cast.ana, cast.adele, cast.nils):
        _text(user, status=403)


def test_one_batch_is_chosen_from_its_own_page(world: dict[str, Batch], cast: Cast) -> None:
    batch = world["answered"]
    assert f"{URL}?batch={batch.pk}" in _text(cast.priya, reverse("batch", args=[batch.pk]))
    assert URL in _text(cast.priya, "/payments")
    shown = _text(cast.priya, f"{URL}?batch={batch.pk}")
    assert "Everything agrees: 1 batch, 4 lines, £4,000." in shown
    assert f"Batch {batch.reference} of 5 batches was compared." in shown
    assert "Compare every batch" in shown


@pytest.mark.parametrize("asked", ["0", "99999", "x", "", "-1", "1.0", "９", "1" * 30, "1\x00"])
def test_a_batch_that_is_none_is_not_found(asked: str, world: dict[str, Batch], cast: Cast) -> None:
    client = Client()
    client.force_login(cast.omar)
    assert client.get(URL, {"batch": asked}).status_code == 404


def test_the_number_of_queries_stays(world: dict[str, Batch], cast: Cast) -> None:
    client = Client()
    client.force_login(cast.udo)
    with clock.moved_to(LATER):
        client.get(URL)  # the first of an hour notes in the session that somebody was here
    counts = []
    for asked in ({"batch": world["answered"].pk}, {}):
        with clock.moved_to(LATER), CaptureQueriesContext(connection) as queries:
            client.get(URL, asked)
        counts.append(len(queries))
    assert counts == [20, 20]


@pytest.mark.django_db(transaction=True)
def test_what_differs_is_said_and_leads_to_its_line(
    world: dict[str, Batch], cast: Cast, bootstrap_sql: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    line = world["again"].lines.order_by("id").first()
    assert line is not None
    bootstrap_sql.execute("SET session_replication_role = replica")
    bootstrap_sql.execute("UPDATE payments_line SET employer_name = 'Els<ewhere>' WHERE id = %s", [line.pk])
    bootstrap_sql.execute("DELETE FROM payments_batch WHERE id = %s", [world["draft"].pk])
    shown = _text(cast.priya)
    assert "2 differences in 2 of 5 batches. Do not approve or hand over anything in these batches" in shown
    assert "Els&lt;ewhere&gt;" in shown
    assert reverse("line", args=[line.pk]) in shown
    assert "Another employer" in shown
    assert f"or a history of batch {world['draft'].reference}, but no such batch." in shown
    assert reverse("batch", args=[world["draft"].pk]) not in shown
    assert "1 difference" in shown
    with pytest.raises(SystemExit) as left:
        call_command("reconcile")
    assert left.value.code == 1
    printed = capsys.readouterr().out.splitlines()
    begins = f"{world['again'].reference} {line.reference}: Another employer. The payment file has employer"
    assert [one for one in printed if one.startswith(begins)]
    assert printed[-1] == "2 differences in 2 of 5 batches."
