"""Everything a page's form is made of: `from asye.ui import forms`."""

from typing import Any

from django import forms

from asye.ui.choice_fields import ChoiceField, ConfirmField, MultiChoiceField, YesNoField
from asye.ui.date_field import DateField, DatePartError
from asye.ui.fields import (
    EmailField,
    FileField,
    MoneyField,
    NumberField,
    PasswordField,
    SeenDigest,
    SeenNumber,
    TextAreaField,
    TextField,
)

__all__ = [
    "ChoiceField",
    "ConfirmField",
    "DateField",
    "DatePartError",
    "EmailField",
    "FileField",
    "Form",
    "MoneyField",
    "MultiChoiceField",
    "NumberField",
    "PasswordField",
    "SeenDigest",
    "SeenNumber",
    "TextAreaField",
    "TextField",
    "YesNoField",
]


class Form(forms.Form):
    """A form whose ids are its field names and whose revealed fields count only while they show."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", "label_suffix": "", **options})

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's; what is said of a field that this page does not ask is said of the page as a whole."""
        super().add_error(field if field in self.fields else None, error)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            self._forget_hidden(name, getattr(field, "reveals", {}))

    def _forget_hidden(self, name: str, reveals: dict[str, list[str]]) -> None:
        chosen = self[name].value() if reveals else None
        shown = [str(value) for value in chosen] if isinstance(chosen, (list, tuple)) else [chosen]
        for value, children in reveals.items():
            for child in children:
                if value in shown:
                    continue
                self.errors.pop(child, None)
                self.cleaned_data[child] = getattr(self.fields[child], "empty_value", None)
