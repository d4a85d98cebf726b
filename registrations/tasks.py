"""What beat nudges: each task is one call, safe to repeat."""

from celery import shared_task

from asye import clock
from registrations.services import rechecking


@shared_task(name="registrations.queue_renewals")
def queue_renewals() -> None:
    """Queues the yearly look into the register; a tick on a day that has had its run does nothing."""
    rechecking.queue_renewals(clock.now())


@shared_task(name="registrations.ask_register")
def ask_register() -> None:
    """Asks the register what waits for an answer."""
    rechecking.ask_pending(clock.now())
