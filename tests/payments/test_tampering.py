"""A batch whose lines are not what was approved: its file is not written, the others' are, and the officers see it."""

import psycopg
import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from asye import clock
from payments.models import Batch, PayerFile
from payments.queries.waiting import waiting_for
from payments.services import files
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def approved(cast: Cast, bootstrap_sql: psycopg.Connection) -> tuple[Batch, Batch]:
    """Two approved batches without files; a line of the first was changed past every wall."""
    make.setting(cast, now=NOW)
    found = []
    for number in range(2):
        make.registered(cast, now=NOW, number=number)
        batch = make.submitted(cast, now=NOW)
        make.approve(batch, cast, now=NOW)
        found.append(batch)
    bootstrap_sql.execute("SET session_replication_role = replica")
    bootstrap_sql.execute("UPDATE payments_line SET employer_name = 'Elsewhere' WHERE batch_id = %s", [found[0].pk])
    return found[0], found[1]


def _text(cast: Cast, url: str) -> str:
    client = Client()
    client.force_login(cast.omar)
    with clock.moved_to(NOW):
        return client.get(url).content.decode()


def test_the_others_are_written_whatever_happens_to_one(approved: tuple[Batch, Batch]) -> None:
    bad, good = approved
    assert files.write_pending(NOW) == 1
    assert list(PayerFile.objects.values_list("batch_id", flat=True)) == [good.pk]
    assert files.write_pending(NOW) == 0
    assert bad.entries.count() == 0


def test_what_the_database_refuses_is_raised_after_the_others(
    approved: tuple[Batch, Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = approved
    check = files.rules.check_frozen

    def broken(batch: Batch, *seen: object) -> None:
        if batch.pk == bad.pk:
            raise IntegrityError("a wall")
        check(batch, *seen)

    monkeypatch.setattr(files.rules, "check_frozen", broken)
    with pytest.raises(IntegrityError, match="a wall"):
        files.write_pending(NOW)
    assert list(PayerFile.objects.values_list("batch_id", flat=True)) == [good.pk]


def test_the_officers_see_it(approved: tuple[Batch, Batch], cast: Cast) -> None:
    bad, good = approved
    tasks = {(task.what, task.about) for task in waiting_for(cast.omar, TODAY)}
    sentence = "The file was not written: cancel the batch and report this"
    assert (sentence, f"Batch {bad.reference}, £1,000") in tasks
    assert (sentence, f"Batch {good.reference}, £1,000") not in tasks
    page = _text(cast, reverse("batch", args=[bad.pk]))
    assert f"The file was not written: The lines of batch {bad.reference} are not what was submitted." in page
    assert "written within a minute" not in page
    assert "Cancel this batch" in page
    assert "The file was not written" not in _text(cast, reverse("batch", args=[good.pk]))
    assert sentence in _text(cast, reverse("home"))
