"""What the log of opened records is narrowed by."""

from typing import Any

from asye.ui import forms


class ReadsFilter(forms.Form):
    """Who opened, what about whom, and on which days."""

    person = forms.TextField(
        noun="a person", label="Who opened it: name or email address", required=False, max_length=100
    )
    record = forms.TextField(
        noun="a registration",
        label="What was opened: name, number or reference of a registration",
        required=False,
        max_length=100,
    )
    first = forms.DateField(noun="the first day", label="From", required=False)
    last = forms.DateField(noun="the last day", label="Until", required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day must be the same as or after the first day")
        return given
