"""What a caseworker says about the register's answer."""

from asye.ui import forms


class SamePerson(forms.Form):
    seen_check = forms.SeenNumber()
    because = forms.TextAreaField(
        noun="why it is the same person",
        label="Why is it the same person?",
        max_length=1000,
        help_text="For example, they changed their name. Everybody who may read this registration sees your reason.",
    )
