"""What the worker does for certificates."""

from functools import cache

import structlog
from celery import shared_task

from assessments.services import certificates
from asye import clock

log = structlog.get_logger(__name__)


@shared_task(name="assessments.render_certificates")
def render_certificates() -> None:
    """Draws every certificate that is wanting; looking again, or twice at once, is harmless."""
    try:
        certificates.render_pending(now=clock.now())
    except certificates.CannotDraw as missing:
        _say_once(str(missing))


@cache
def _say_once(why: str) -> None:
    """Once in each process: the next tick is seconds away, and the reason the same."""
    log.warning("certificates_wait", why=why)
