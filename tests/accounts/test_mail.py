"""The outbox."""

import itertools
import smtplib
from datetime import timedelta

import pytest
from django.conf import settings as service
from django.core import mail as django_mail
from django.core.mail import BadHeaderError
from django.db import connection, transaction

from accounts import notices, presenters, rules, tasks
from accounts.models import Notice
from accounts.services import mail
from asye import clock
from tests.cast import NOW
from tests.ground.built_once import built_once


@built_once
def letters(cast):
    return [
        notices.queue(notices.ResetPassword(url=f"http://localhost:8000/{n}"), to=cast.ben, now=NOW) for n in range(3)
    ]


def test_the_demo_marks_as_sent_and_sends_nothing(letters):
    assert mail.send_pending(NOW) == 3
    assert django_mail.outbox == []
    letters[0].refresh_from_db()
    assert (letters[0].sent_at, letters[0].secret_link) == (NOW, "http://localhost:8000/0")
    assert mail.send_pending(NOW) == 0


def test_a_letter_leaves_with_its_link_which_is_then_forgotten(letters, settings):
    settings.DEMO = False
    assert mail.send_pending(NOW) == 3
    sent = django_mail.outbox[0]
    assert (sent.to, sent.subject) == (["ben@northshire.example"], "Choose a new password")
    assert "http://localhost:8000/0" in sent.body
    assert not Notice.objects.exclude(secret_link="").exists()
    letters[0].refresh_from_db()
    assert "(the link was removed after sending)" in notices.body_with_link(letters[0])


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPServerDisconnected("x"),
        ConnectionRefusedError("x"),
        BadHeaderError("x"),  # the row's own fault
        UnicodeEncodeError("ascii", "é", 0, 1, "x"),
    ],
)
def test_a_failure_is_tried_again_later_and_holds_up_nobody(letters, settings, monkeypatch, error):
    settings.DEMO = False
    send = django_mail.EmailMessage.send

    def sometimes(message, *args):
        if "8000/0" in message.body:
            raise error
        return send(message, *args)

    monkeypatch.setattr(django_mail.EmailMessage, "send", sometimes)
    assert mail.send_pending(NOW) == 2
    letters[0].refresh_from_db()
    assert (letters[0].attempts, letters[0].failed_because) == (1, type(error).__name__)
    assert letters[0].due_at == NOW + timedelta(minutes=1)
    assert presenters.notice_state(letters[0]).startswith(f"Failed once ({type(error).__name__}). Next try 14 Sep")
    assert mail.send_pending(NOW) == 0
    for _ in range(8):
        mail.send_pending(NOW + timedelta(days=30))
        letters[0].refresh_from_db()
        letters[0].due_at = NOW
        letters[0].save(update_fields=["due_at"])
    monkeypatch.setattr(django_mail.EmailMessage, "send", send)
    assert mail.send_pending(NOW + timedelta(days=60)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_claimed_and_then_sent_outside_any_transaction(transactional_db, app_sql, settings, monkeypatch):
    from tests.cast import build

    settings.DEMO = False
    letter = notices.queue(notices.PasswordChanged(), to=build().ben, now=NOW)
    seen = []

    def look(message, *args):
        row = app_sql.execute("SELECT attempts, due_at, sent_at FROM accounts_notice FOR UPDATE NOWAIT").fetchone()
        seen.append((connection.in_atomic_block, mail.send_pending(NOW), *row))

    monkeypatch.setattr(django_mail.EmailMessage, "send", look)
    assert mail.send_pending(NOW) == 1
    assert seen == [(False, 0, 1, NOW + rules.CLAIM_LASTS, None)]
    letter.refresh_from_db()
    assert (letter.attempts, letter.sent_at) == (1, NOW)


def test_a_letter_whose_sender_died_is_sent_when_its_time_is_over(letters, settings, monkeypatch):
    settings.DEMO = False
    send = django_mail.EmailMessage.send

    def die(message, *args):
        raise SystemExit

    monkeypatch.setattr(django_mail.EmailMessage, "send", die)
    with pytest.raises(SystemExit):
        mail.send_pending(NOW)
    letters[0].refresh_from_db()
    assert presenters.notice_state(letters[0]).startswith("Being sent. If it does not leave, the next try is 14 Sep")
    monkeypatch.setattr(django_mail.EmailMessage, "send", send)
    assert mail.send_pending(NOW) == 2
    assert mail.send_pending(NOW + rules.CLAIM_LASTS) == 1
    letters[0].refresh_from_db()
    assert (letters[0].attempts, letters[0].failed_because) == (2, "")


def test_a_sweep_leaves_to_the_next_what_it_has_no_time_for(letters, monkeypatch):
    seconds = itertools.count(step=rules.SWEEP_LASTS.total_seconds() / 2)
    monkeypatch.setattr(mail, "monotonic", lambda: next(seconds))
    assert mail.send_pending(NOW) == 1
    assert mail.send_pending(NOW) == 1


def test_a_claim_outlives_the_task_that_made_it(settings):
    assert rules.SWEEP_LASTS.total_seconds() + settings.EMAIL_TIMEOUT < settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert rules.CLAIM_LASTS.total_seconds() > settings.CELERY_TASK_TIME_LIMIT


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_another_sender_holds_is_left_to_it(transactional_db, app_sql):
    from tests.cast import build

    ben = build().ben
    held = notices.queue(notices.PasswordChanged(), to=ben, now=NOW)
    notices.queue(notices.PasswordChanged(), to=ben, now=NOW)
    with app_sql.transaction():
        app_sql.execute("SELECT 1 FROM accounts_notice WHERE id = %s FOR UPDATE", [held.pk])
        assert mail.send_pending(NOW) == 1
    assert mail.send_pending(NOW) == 1
    assert not connection.in_atomic_block
    assert transaction.get_autocommit()


def test_the_tasks_do_what_they_say(letters, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    tasks.send_notices()
    tasks.purge_kept_text()
    tasks.beat()
    assert not Notice.objects.filter(sent_at__isnull=True).exists()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(path.read_text(), id=path.stem)
        for path in sorted(service.BASE_DIR.glob("templates/*/notices/*.txt"))
    ],
)
def test_every_letter_greets_by_name_and_ends_with_the_service(words):
    assert words.removeprefix("{% load gds %}").startswith("Dear {{ to.first_name }} {{ to.last_name }}\n\n")
    assert words.endswith("\n\n{{ service_name }}\n")
