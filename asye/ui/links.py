"""A link as a value, for the cells of tables and rows that presenters make."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def link(href: str, text: object, about: object = "") -> SafeString:
    """A link for a cell; `about` completes it for those who hear links without their row."""
    hidden = format_html('<span class="govuk-visually-hidden"> {}</span>', about) if about else ""
    return format_html('<a class="govuk-link" href="{}">{}{}</a>', href, text, hidden)
