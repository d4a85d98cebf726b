"""The service's own colour, served as a style sheet because the pages allow no inline style."""

import hashlib
import re

from django.conf import settings
from django.core.checks import Error, register

DEFAULT = "#1d4f6e"


def colour() -> str:
    """SERVICE_COLOUR, or the default where it is unset."""
    return getattr(settings, "SERVICE_COLOUR", "") or DEFAULT


def style_sheet() -> str:
    """The style sheet that gives the design system this colour as its brand's."""
    return f":root{{--govuk-brand-colour:{colour()}}}\n"


def version() -> str:
    """Changes with the style sheet, so that a browser may keep it for ever."""
    return hashlib.sha256(style_sheet().encode()).hexdigest()[:12]


def contrast_with_white(hex_colour: str) -> float:
    """The WCAG contrast ratio of white text on this colour, 1 to 21."""
    channels = [int(hex_colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


@register()
def check_colour(**kwargs: object) -> list[Error]:
    """SERVICE_COLOUR must be #rrggbb and dark enough for the white service name on it."""
    wanted = colour()
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", wanted):
        return [Error(f"SERVICE_COLOUR must be like #1d4f6e, not {wanted!r}.", id="ui.E001")]
    if contrast_with_white(wanted) < 4.5:
        return [Error(f"SERVICE_COLOUR {wanted} is too light: white text on it must stand out 4.5 to 1.", id="ui.E002")]
    return []
