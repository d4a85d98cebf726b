"""What base.html may rely on in every page, error pages without a database included."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from asye.http import request_id
from asye.ui import theme


def service(request: HttpRequest) -> dict[str, Any]:
    """The service's name, look and contact; empty navigation, which the accounts' own processor fills."""
    return {
        "service_name": getattr(settings, "SERVICE_NAME", ""),
        "service_colour": theme.colour(),
        "theme_version": theme.version(),
        "feedback_email": getattr(settings, "FEEDBACK_EMAIL", ""),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "reference": request_id.get(),
        "nav": [],
        "person_name": "",
        "account_url": "",
        "sign_out_url": "",
    }
