"""The register in the running service: its settings, its server, its worker, and what waits for it."""

import subprocess
import sys
from datetime import UTC, datetime
from urllib.request import urlopen

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from asye import clock
from asye.celery import app
from registrations import register, simulator, tasks
from registrations.models import RegisterCheck, RegisterRequest
from tests.cast import NOW
from tests.factories import registrations as make
from tests.ground.cluster import ROOT
from tests.test_settings import run

DECEMBER = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "url", ["", "register.example.org", "http://register.example.org", "ftp://register.example.org", "https://"]
)
def test_the_register_is_asked_over_https_only(url):
    done = run("-c", "import asye.settings", REGISTER="http", REGISTER_URL=url)
    assert "ImproperlyConfigured" in done.stderr
    assert "REGISTER_URL" in done.stderr


@pytest.mark.parametrize("url", ["https://register.example.org/v1/", "http://127.0.0.1:8100", "http://localhost:8100"])
def test_or_on_this_machine(url):
    said = "import asye.settings as s; print(s.REGISTER_URL)"
    assert run("-c", said, REGISTER="http", REGISTER_URL=url).stdout == url.rstrip("/") + "\n"


@pytest.mark.parametrize(
    "wrong",
    [
        {"REGISTER_SECONDS": "0"},
        {"REGISTER_SECONDS": "21"},
        {"REGISTER_SECONDS": "four"},
        {"REGISTER_ATTEMPTS": "0"},
        {"REGISTER_ATTEMPTS": "6"},
    ],
    ids=str,
)
def test_how_long_and_how_often_has_bounds(wrong):
    done = run("-c", "import asye.settings", **wrong)
    assert "ImproperlyConfigured" in done.stderr
    assert next(iter(wrong)) in done.stderr


def test_the_simulator_is_served_by_a_command(settings):
    with subprocess.Popen(
        [sys.executable, "manage.py", "simulate_register", "--port", "0"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=None,
    ) as serving:  # fmt: skip
        try:
            assert serving.stdout is not None
            url = serving.stdout.readline().split()[-1]
            person = simulator.people()[0]
            with urlopen(f"{url}/GetSocialWorkerById?swid={person.number[2:]}") as answer:  # noqa: S310
                assert person.last_name in answer.read().decode()
        finally:
            serving.terminate()


def test_beat_asks_for_both_jobs():
    asked = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {tasks.queue_renewals.name, tasks.ask_register.name} <= asked


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_register_is_asked(cast, year, monkeypatch):
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    open_ones = []
    real = register.look_up

    def watched(number):
        open_ones.append(connection.in_atomic_block)
        return real(number)

    monkeypatch.setattr(register, "look_up", watched)
    client = Client()
    client.force_login(cast.erin)
    with clock.moved_to(NOW):
        client.post(reverse("registration_check_register", args=[sent.pk]))
    assert open_ones == [False]
    assert sent.register_checks.count() == 1


def test_the_worker_does_the_december_run(stack, cast, year):
    here = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    stack.set_clock(DECEMBER)
    for _ in range(2):
        stack.run_task("registrations.queue_renewals")
        stack.run_task("registrations.ask_register")
    assert RegisterRequest.objects.get(registration=here).period == "2026", stack.log("worker")
    assert RegisterCheck.objects.filter(registration=here, occasion="renewal").count() == 1, stack.log("worker")
