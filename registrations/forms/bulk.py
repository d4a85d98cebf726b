"""Sending in a file with many registrations, and confirming what was found in it."""

from collections.abc import Sequence
from typing import Any

from asye.ui import forms
from registrations.bulk.limits import EMPLOYERS
from registrations.forms.parts import offer


class SendFile(forms.Form):
    """The file, and for whom where somebody registers for several employers."""

    employer = forms.ChoiceField(noun="who employs them", label="Who employs them?")
    file = forms.FileField(
        noun="the file",
        label="Your file",
        max_bytes=EMPLOYERS.bytes,
        endings=("csv", "xlsx"),
        help_text=f"CSV or Excel workbook (.xlsx), up to 5MB and {EMPLOYERS.rows:,} rows.",
    )

    def __init__(self, *args: Any, employers: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        if len(employers) > 1:
            offer(self, "employer", employers)
        else:
            del self.fields["employer"]


class Confirm(forms.Form):
    """Which rows to register: all of them, or those that can be. Where some are `alike`, that they are two people."""

    ALL, GOOD = "all", "good"
    which = forms.ChoiceField(noun="what to register", choices=((ALL, "All rows"), (GOOD, "The rows without faults")))
    digest = forms.SeenDigest()
    different = forms.ConfirmField(
        noun="that they are different people, or correct the file",
        label="I have looked at everybody who is alike. They are different people.",
    )

    def __init__(self, *args: Any, alike: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not alike:
            del self.fields["different"]
