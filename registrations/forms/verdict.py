"""What becomes of a verdict that changed after approval."""

from asye.ui import forms

TAKE, KEEP = "take", "keep"


class Settle(forms.Form):
    """Take the new verdict on, or keep the old one, and why."""

    take = forms.ChoiceField(
        noun="what becomes of the verdict",
        label="What becomes of the verdict?",
        choices=[
            (KEEP, "The registration keeps the verdict it was approved with"),
            (TAKE, "The registration takes the new verdict on"),
        ],
    )
    because = forms.TextAreaField(
        noun="why", label="Why?", max_length=1000, help_text="The employer and auditors read this."
    )
    evaluation = forms.SeenNumber()
    version = forms.SeenNumber()
