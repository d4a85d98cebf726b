"""A link as a value, for the cells of tables and rows that presenters make."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def link(text: str, href: str, about: str = "") -> SafeString:
    """A link with escaped words; `about` is read aloud after them where many links on a page say the same."""
    hidden = format_html('<span class="govuk-visually-hidden"> {}</span>', about) if about else ""
    return format_html('<a class="govuk-link" href="{}">{}{}</a>', href, text, hidden)
