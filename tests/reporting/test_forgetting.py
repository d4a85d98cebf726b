"""What is said beforehand to be forgotten is what the jobs then forget, to the second and to the row."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tasks as accounts_tasks
from accounts.forgetting import Counted, Forecast
from accounts.models import EmployerRequest
from accounts.services import api_answers, kept, requests
from accounts.services.employers import Details
from accounts.services.invitations import Person
from accounts.states import EmployerKind, Region
from asye import clock
from asye.celery import app as celery
from registrations import tasks as registrations_tasks
from registrations.models import EarlierFile
from registrations.services import earlier
from reporting.presenters import forgetting as presenter
from reporting.queries.forgetting import FORGOTTEN, forecasts
from tests.api.asking import make_key
from tests.bad_input.pages import WRITE
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once
from tests.payments.earlier import sheets
from tests.registrations.bulk import people as many

pytestmark = pytest.mark.django_db
A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)
JOBS: dict[str, Callable[[], None]] = {
    task.name: task
    for task in (
        accounts_tasks.purge_kept_text,
        accounts_tasks.purge_api_answers,
        registrations_tasks.purge_files,
        registrations_tasks.purge_earlier,
    )
}
TOUCHED = {
    *("accounts_kepttext", "accounts_employerrequest", "accounts_apianswer", "registrations_bulkupload"),
    *("registrations_bulkfinding", "registrations_earlierfile", "registrations_earlierfinding"),
}
Named = list[set[int]]


def ask(name: str) -> None:
    details = Details(name, EmployerKind.VOLUNTARY, Region.NORTH_WEST, None, "0300 123 4567")
    requests.ask(details, Person("fay@westport.example", "Fay", "Marsh"), "Head", now=NOW)


@built_once
def old(cast: Cast) -> EarlierFile:
    """At NOW something of every kind, and beside it what must stay. Answers the sheet of past payments that waits."""
    make.setting(cast, now=NOW)
    make_registrations.published_year(2025, by=cast.adele, second=cast.zora, now=NOW)
    make.grant_year(2025)
    kept.keep("/registrations", [("q", "somebody")], by=cast.amira, now=NOW)
    for name in ("Westport", "Eastport"):
        ask(name)
    confirmed = EmployerRequest.objects.get(name="Eastport")
    confirmed.state, confirmed.confirmed_at = "waiting", NOW
    confirmed.save(update_fields=["state", "confirmed_at"])
    key = make_key(cast.northshire, cast.amira).key
    api_answers.keep(key, "one", "0" * 64, status=201, body={}, now=NOW)
    many.checked(cast.northshire, many.csv([many.person(50)]), by=cast.amira)
    sheets.taken(sheets.PEOPLE, [sheets.person(1)], cast)
    gone = sheets.checked(sheets.PEOPLE, [sheets.person(2)], cast)
    earlier.delete(gone, by=cast.erin, now=NOW)
    waits = sheets.checked(sheets.PAYMENTS, [sheets.payment(1)], cast)
    assert (waits.good, waits.taken_at) == (1, None)
    sheets.checked(sheets.PAYMENTS, [sheets.payment(9)], cast)  # of nobody we know: there is nothing to confirm
    sheets.sent(sheets.PAYMENTS, [sheets.payment(8)], cast)  # not checked yet
    return waits


def rows_of(kind: Any) -> dict[int, tuple[Any, ...]]:
    model = kind.due(NOW).model
    return {row[0]: row for row in model.objects.order_by("pk").values_list("pk", *_fields(model))}


def _fields(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def named(at: Any) -> Named:
    return [set(kind.due(at).values_list("pk", flat=True)) for kind in FORGOTTEN]


def forgotten(at: Any) -> tuple[Named, set[str]]:
    """The rows of each kind that are gone or changed after every job has run, and the tables that were written."""
    before = [rows_of(kind) for kind in FORGOTTEN]
    with clock.moved_to(at), CaptureQueriesContext(connection) as made:
        for job in JOBS.values():
            job()
    after = [rows_of(kind) for kind in FORGOTTEN]
    tables = {found["table"] for one in made.captured_queries if (found := WRITE.match(one["sql"]))}
    return [{pk for pk in was if now.get(pk) != was[pk]} for was, now in zip(before, after, strict=True)], tables


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (A_DAY - A_SECOND, [0, 0, 0, 0, 0]),
        (A_DAY, [1, 0, 0, 0, 0]),
        (2 * A_DAY, [1, 0, 0, 0, 0]),
        (2 * A_DAY + A_SECOND, [1, 0, 1, 0, 0]),
        (7 * A_DAY - A_SECOND, [1, 0, 1, 0, 0]),
        (7 * A_DAY, [1, 1, 1, 0, 0]),
        (30 * A_DAY, [1, 1, 1, 0, 0]),
        (30 * A_DAY + A_SECOND, [1, 1, 1, 1, 3]),
    ],
    ids=str,
)
def test_what_is_named_is_forgotten_and_nothing_else(old: EarlierFile, after: timedelta, counts: list[int]) -> None:
    at = NOW + after
    beforehand = named(at)
    assert [each.today.count for each in forecasts(at)] == [len(each) for each in beforehand] == counts
    gone, tables = forgotten(at)
    assert gone == beforehand
    assert tables <= TOUCHED
    assert named(at) == [set()] * 5


def test_it_says_what_will_be_due_within_thirty_days(old: EarlierFile) -> None:
    found = forecasts(NOW + A_DAY)
    assert [(each.today.count, each.soon.count) for each in found] == [(1, 0), (0, 1), (0, 1), (0, 1), (0, 3)]
    assert [each.soon.count for each in forecasts(NOW)] == [1, 1, 1, 0, 0]  # the files a moment after that
    assert {each.soon.oldest for each in found[1:]} == {NOW.date()}


def test_payments_that_nobody_confirmed_are_kept_back_until_they_are(old: EarlierFile, cast: Cast) -> None:
    at = NOW + 30 * A_DAY + A_SECOND
    found = forecasts(at)[-1]
    assert (found.held.count, found.held.oldest, found.numbers) == (1, NOW.date(), [old.pk])
    forgotten(at)
    old.refresh_from_db()
    assert old.content is not None
    sheets.confirmed(old, cast, now=at)
    assert forecasts(at)[-1].held.count == 0
    assert forgotten(at)[0][-1] == {old.pk}


def test_more_than_one_run_forgets_is_said() -> None:
    files = next(kind for kind in FORGOTTEN if kind.job == "registrations.purge_files")
    many_due = Forecast(files, Counted(101, NOW.date()), Counted(), Counted(), [])
    assert presenter.now_of(many_due) == "101, the oldest of 14 September 2026. 100 in each hourly run"


def test_every_kind_is_of_a_job_that_runs_and_every_job_that_forgets_has_its_kinds() -> None:
    forgets = {name for name in celery.conf.beat_schedule if "purge" in name or "forget" in name or "erase" in name}
    assert {kind.job for kind in FORGOTTEN} == set(JOBS) == forgets


SAYS = """\
As of 14 October 2026 at 11am
Text kept after a session ran out (accounts.purge_kept_text, kept for 24 hours)
  would be forgotten now: 1, the oldest of 14 September 2026
  in the next 30 days: None
  kept back: None
Requests to take part whose address nobody confirmed (accounts.purge_kept_text, kept for 7 days)
  would be forgotten now: 1, the oldest of 14 September 2026
  in the next 30 days: None
  kept back: None
Answers to requests of the API (accounts.purge_api_answers, kept for 2 days)
  would be forgotten now: 1, the oldest of 14 September 2026
  in the next 30 days: None
  kept back: None
What files with many registrations say (registrations.purge_files, kept for 30 days)
  would be forgotten now: 1, the oldest of 14 September 2026
  in the next 30 days: None
  kept back: None
What files of records from before this service say (registrations.purge_earlier, kept for 30 days)
  would be forgotten now: 3, the oldest of 14 September 2026
  in the next 30 days: None
  kept back: 1, the oldest of 14 September 2026 (number {number}). \
Past payments in them wait to be confirmed: until then what is owed for those people is held up
Open money, which no job touches
  Owed, in no batch: 1, £1,000
  Owed, held up: 1, £1,000
  In draft batches: 0, £0
  In batches that wait for approval: 0, £0
  In approved batches, not handed over: 0, £0
  With the payer: 0, £0
  Asked back: to be proposed: 0, £0
  Asked back: waiting for approval: 0, £0
  Asked back: approved, to be asked for: 0, £0
  Asked back: asked for: 0, £0
"""


def test_the_command_says_all_of_it_and_changes_nothing(
    old: EarlierFile, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    make.registered(cast, now=NOW)
    before = [rows_of(kind) for kind in FORGOTTEN]
    with clock.moved_to(NOW + 30 * A_DAY + A_SECOND), CaptureQueriesContext(connection) as made:
        call_command("retention_report")
    assert capsys.readouterr().out == SAYS.format(number=old.pk)
    assert made.captured_queries[1]["sql"] == "SET TRANSACTION READ ONLY"
    assert [one["sql"] for one in made.captured_queries if WRITE.match(one["sql"])] == []
    assert [rows_of(kind) for kind in FORGOTTEN] == before


def test_the_page_says_the_same_of_numbers_alone(old: EarlierFile, cast: Cast, client: Client) -> None:
    at = NOW + 30 * A_DAY + A_SECOND
    with clock.moved_to(at):
        client.force_login(cast.udo)
        page = client.get(reverse("retention"))
        assert page.context["rows"] == presenter.rows(forecasts(at))
    text = page.content.decode()
    assert [name for name in ("Westport", "fay@", "old.csv", "somebody", "Zoë") if name in text] == []


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_much_there_is(cast: Cast, client: Client, count: int) -> None:
    for _ in range(count):
        kept.keep("/registrations", [("q", "somebody")], by=cast.amira, now=NOW)
        ask("Westport")
    client.force_login(cast.adele)
    client.get(reverse("account"))
    with CaptureQueriesContext(connection) as made:
        client.get(reverse("retention"))
    assert len(made) == 18
