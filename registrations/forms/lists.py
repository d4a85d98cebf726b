"""What a list of registrations can be narrowed by."""

from asye.ui import forms
from registrations.states import Stage


class Filter(forms.Form):
    """A name, a number or a reference; and a stage."""

    name = forms.TextField(
        noun="a name", label="Name, Social Work England number or reference", required=False, max_length=100
    )
    stage = forms.ChoiceField(
        noun="a stage", label="Stage", choices=[("", "Any stage"), *Stage.choices], as_list=True, required=False
    )
