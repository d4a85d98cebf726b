"""Ticking registrations of the queue, and confirming those that were shown."""

import re
from collections.abc import Sequence
from typing import Any, Final

from asye.ui import forms

AS_SHOWN: Final = re.compile(r"[0-9]{1,18}:[0-9]{1,9}:[0-9]{1,9}")


class Ticked(forms.Form):
    """The registrations that were ticked, of those on the page."""

    rows = forms.MultiChoiceField(noun="at least one registration")

    def __init__(self, *args: Any, rows: Sequence[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rows"].choices = [(str(pk), str(pk)) for pk in rows]  # type: ignore[attr-defined]


class AsShown(forms.Form):
    """What the preview showed: each registration with its version and sum, and the digest of them all."""

    rows = forms.TextField(noun="what was shown", max_length=4000, required=False)
    digest = forms.SeenDigest(required=False)

    def shown(self) -> list[tuple[int, int, int]]:
        """(registration, version, pence) of each row; none where the text is not what the page sent."""
        parts = self.cleaned_data["rows"].split()
        if not all(AS_SHOWN.fullmatch(part) for part in parts):
            return []
        return [(int(pk), int(version), int(pence)) for pk, version, pence in (part.split(":") for part in parts)]
