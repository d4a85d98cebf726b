"""What the worker does for certificates and reminders."""

from functools import cache

import structlog
from celery import shared_task

from assessments.services import certificates, reminding
from asye import clock

log = structlog.get_logger(__name__)


@shared_task(name="assessments.render_certificates")
def render_certificates() -> None:
    """Draws every certificate that is wanting; looking again, or twice at once, is harmless."""
    try:
        certificates.render_pending(now=clock.now())
    except certificates.CannotDraw as missing:
        _say_once(str(missing))


@shared_task(name="assessments.send_reminders")
def send_reminders() -> None:
    """Queues the letters about what is due; a tick on a day that is done does nothing."""
    reminding.send_due(clock.now())


@cache
def _say_once(why: str) -> None:
    """Once in each process: the next tick is seconds away, and the reason the same."""
    log.warning("certificates_wait", why=why)
