"""Periodic work: each task is one call, safe to repeat."""

from celery import shared_task

from accounts.services import api_answers, jobs, kept, keys, mail, requests
from asye import clock


@shared_task(name="accounts.beat")
def beat() -> None:
    """Shows that a worker takes work; the health check reads it."""
    jobs.beat("worker", clock.now())


@shared_task(name="accounts.send_notices")
def send_notices() -> None:
    """Sends the messages that are due."""
    mail.send_pending(clock.now())


@shared_task(name="accounts.purge_kept_text")
def purge_kept_text() -> None:
    """Forgets texts that nobody came back for, and requests to take part that nobody confirmed."""
    kept.purge(clock.now())
    requests.purge(clock.now())


@shared_task(name="accounts.tell_expiring_keys")
def tell_expiring_keys() -> None:
    """Tells people of the API keys that are about to expire."""
    keys.tell_expiring(clock.now())


@shared_task(name="accounts.purge_api_answers")
def purge_api_answers() -> None:
    """Forgets what requests to the API were answered two days ago and earlier."""
    api_answers.purge(clock.now())
