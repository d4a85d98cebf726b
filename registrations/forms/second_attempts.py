"""What a caseworker says when they allow a second attempt."""

from asye.ui import forms
from registrations.forms.lateness import Late


class Again(Late):
    because = forms.TextAreaField(
        noun="why it is allowed",
        label="Why?",
        help_text=(
            "Say what is different this time and, where the fail is not recorded here, what you have seen of it. "
            "It is kept with your name. The NQSW can read it. Employers cannot."
        ),
        max_length=1000,
    )
