"""What a list of registrations can be narrowed by."""

from collections.abc import Sequence
from typing import Any

from accounts.states import Region
from asye.ui import forms
from registrations.states import Stage

Choices = Sequence[tuple[str, str]]


class Filter(forms.Form):
    """A name, a number or a reference; a stage, a programme year, overdue reviews; for DfE employer and region."""

    name = forms.TextField(
        noun="a name",
        label="Name, Social Work England number or reference",
        help_text="The beginning of any part of a name, in any order, with or without accents and apostrophes.",
        required=False,
        max_length=100,
    )
    employer = forms.ChoiceField(noun="an employer", label="Employer", as_list=True, required=False)
    region = forms.ChoiceField(
        noun="a region", label="Region", choices=[("", "Any region"), *Region.choices], as_list=True, required=False
    )
    year = forms.ChoiceField(noun="a programme year", label="Programme year", as_list=True, required=False)
    stage = forms.ChoiceField(
        noun="a stage", label="Stage", choices=[("", "Any stage"), *Stage.choices], as_list=True, required=False
    )
    overdue = forms.MultiChoiceField(
        noun="which reviews",
        label="Reviews",
        choices=[("overdue", "A review is overdue")],
        small=True,
        required=False,
    )

    def __init__(self, *args: Any, years: Choices = (), employers: Choices | None = None, **options: Any) -> None:
        """`employers` is None for those who see only their own."""
        super().__init__(*args, **options)
        self.fields["year"].choices = [("", "Any year"), *years]  # type: ignore[attr-defined]
        if employers is None:
            del self.fields["employer"], self.fields["region"]
        else:
            self.fields["employer"].choices = [("", "Any employer"), *employers]  # type: ignore[attr-defined]

    def chosen(self, asked: dict[str, Any]) -> list[tuple[str, str, str]]:
        """(field, what it is called, what was chosen) of every criterion, in words."""
        found = []
        for name, field in self.fields.items():
            value = asked.get(name)
            choices = dict(getattr(field, "choices", ()))
            for one in value if isinstance(value, list) else [value]:
                if one:
                    called = "Search" if name == "name" else str(field.label)
                    found.append((name, called, str(choices.get(one, one))))
        return found
