"""A value with a status beneath it, for the cells of tables that presenters make."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from asye.ui import components
from asye.ui.environment import render


def tagged(value: object, status: str, colour: str) -> SafeString:
    """The value, and on the next line the status as a tag."""
    return format_html("{}<br>{}", value, render("tag", components.tag(status, colour)))
