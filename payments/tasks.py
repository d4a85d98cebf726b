"""What beat and others nudge: fetch and one call."""

from celery import shared_task

from asye import clock
from payments.earlier import checking
from payments.services import files, preparing


@shared_task(name="payments.prepare_month")
def prepare_month() -> None:
    """The monthly run; a tick in a month that has its batch does nothing."""
    preparing.prepare_month(clock.now())


@shared_task(name="payments.write_files")
def write_files() -> None:
    """Writes the files of approved batches that have none."""
    files.write_pending(clock.now())


@shared_task(name="payments.check_earlier")
def check_earlier() -> None:
    """Checks the files of earlier records that wait for it."""
    checking.check_pending(clock.now())
