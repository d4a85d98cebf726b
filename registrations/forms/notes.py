"""A note beside a registration."""

from asye.ui import forms


class NoteText(forms.Form):
    text = forms.TextAreaField(
        noun="your note",
        label="Your note",
        max_length=2000,
        help_text="Write only what is needed. The NQSW may ask for a copy of everything that is kept about them.",
    )
