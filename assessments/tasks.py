"""What the worker does for certificates."""

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
        log.warning("certificates_wait", why=str(missing))
