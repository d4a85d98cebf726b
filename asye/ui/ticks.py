"""A box to tick in a row of a table."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from asye.ui.environment import render


def tick(name: str, value: object, about: str, *, first: bool = False, ticked: bool = False) -> SafeString:
    """A check box; `about` is heard and not seen. Errors of the field `name` lead to the one that is `first`."""
    hidden = format_html('<span class="govuk-visually-hidden">Select {}</span>', about)
    item = {"value": str(value), "html": hidden, "checked": ticked or None, "id": name if first else f"{name}-{value}"}
    return render(
        "checkboxes", {"name": name, "id_prefix": name, "items": [item], "classes": "govuk-checkboxes--small app-tick"}
    )
