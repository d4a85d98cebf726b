"""What an NQSW says about themselves."""

from typing import Any

from asye.ui import forms
from registrations import equality
from registrations.equality import NOT_SAID, Question


def _field(question: Question, *, small: bool = False) -> forms.forms.Field:
    if not question.options:
        return forms.TextField(
            noun=question.noun,
            label=question.label,
            max_length=equality.LONGEST_WORDS,
            width="two-thirds",
            required=False,
            spellcheck=False,
        )
    return forms.ChoiceField(
        noun=question.noun,
        label=question.label,
        choices=list(question.options.items()),
        required=False,
        divider=NOT_SAID,
        help_text=question.hint,
        small=small,
        reveals={value: [each.key for each in below] for value, below in question.beneath.items()},
    )


class Equality(forms.Form):
    """Every question of registrations.equality, none required."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in equality.ALL:
            self.fields[question.key] = _field(question)
            for below in question.beneath.values():
                self.fields.update({each.key: _field(each, small=True) for each in below})

    def answers(self) -> dict[str, str]:
        """The clean answers by their keys; those not given are left out."""
        return {key: value for key, value in self.cleaned_data.items() if value}


class CertificateName(forms.Form):
    """The name on the certificate."""

    certificate_name = forms.TextField(
        noun="the name for your certificate", label="Name on your certificate", max_length=200, width="two-thirds"
    )
