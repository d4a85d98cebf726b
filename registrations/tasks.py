"""What beat nudges: each task is one call, safe to repeat."""

from celery import shared_task

from asye import clock
from registrations.bulk import checking
from registrations.services import bulk, earlier, rechecking


@shared_task(name="registrations.queue_renewals")
def queue_renewals() -> None:
    """Queues the yearly look into the register; a tick on a day that has had its run does nothing."""
    rechecking.queue_renewals(clock.now())


@shared_task(name="registrations.ask_register")
def ask_register() -> None:
    """Asks the register what waits for an answer."""
    rechecking.ask_pending(clock.now())


@shared_task(name="registrations.check_files")
def check_files() -> None:
    """Checks the files with many registrations that wait for it."""
    checking.check_pending(clock.now())


@shared_task(name="registrations.purge_files")
def purge_files() -> None:
    """Forgets what old files say."""
    bulk.purge(clock.now())


@shared_task(name="registrations.purge_earlier")
def purge_earlier() -> None:
    """Forgets what old files of earlier records say."""
    earlier.purge(clock.now())
