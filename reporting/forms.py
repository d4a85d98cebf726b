"""What the log of opened records and the lists of tasks are narrowed by."""

from collections.abc import Mapping
from typing import Any

from asye.ui import forms
from reporting.queries.waiting import WHEN


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


class TaskFilter(forms.Form):
    """Words of a task, and when it is due."""

    text = forms.TextField(
        noun="a name",
        label="Name, or what is to be done",
        help_text="For example the NQSW’s name, “review”, or whom it waits for.",
        required=False,
        max_length=100,
    )
    when = forms.ChoiceField(
        noun="when it is due", label="When it is due", choices=[("", "Any day"), *WHEN], as_list=True, required=False
    )

    def chosen(self, asked: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(field, what it is called, what was chosen) of every criterion, in words."""
        found = [("text", "Search", str(asked["text"]))] if asked.get("text") else []
        return found + ([("when", "Due", dict(WHEN)[asked["when"]])] if asked.get("when") else [])
