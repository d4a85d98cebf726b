"""One page of the registration form, whatever it asks."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from asye.ui import forms
from registrations.rules import dates

Clean = Mapping[str, Any]


class StepForm(forms.Form):
    """One page. `others` are the clean answers of the pages before it, `on` is today.

    `heading` is the page's h1 where the page has several fields; else its one question is.
    """

    heading = ""
    button = "Save and continue"

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        others: Clean | None = None,
        on: date | None = None,
        assessors: Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data)
        self.others, self.on = dict(others or {}), on
        if "assessor" in self.fields:
            self.offer(list(assessors))

    def offer(self, assessors: list[tuple[str, str]]) -> None:
        """Takes the people who may be chosen; a long list becomes a drop-down."""
        field = self.fields["assessor"]
        field.choices = assessors  # type: ignore[attr-defined]

    @property
    def nobody(self) -> bool:
        """Whether the page asks for an assessor and there is none to choose."""
        return "assessor" in self.fields and not self.fields["assessor"].choices  # type: ignore[attr-defined]

    @property
    def question(self) -> str:
        """What the page asks, for its title."""
        return self.heading or str(next(iter(self.fields.values())).label)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.on is not None:
            for field, sentence in dates.order_findings({**self.others, **cleaned}, self.on):
                if field in self.fields and field not in self.errors:
                    self.add_error(field, sentence)
        return cleaned
