"""Form fields that speak in the service's own words: each builds its messages from its noun."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File

from asye.money import pounds
from asye.ui.text import check_visible, clean_line, clean_lines, sentence, ungrouped


class Spoken(forms.Field):
    """What every field here knows: the noun its messages use, and `gds`, parameters for its component.

    The noun goes into "Enter {noun}" and "{Noun} must be ...": "first name", "the date they started".
    Optional fields get "(optional)" after their label.
    """

    verb = "Enter"

    def __init__(self, *, noun: str, gds: Mapping[str, Any] | None = None, **options: Any) -> None:
        self.noun = noun
        self.Noun = sentence(noun)
        self.gds = {key: value for key, value in (gds or {}).items() if value is not None}
        if options.get("label") is None:
            options["label"] = self.Noun
        options["error_messages"] = {
            "required": f"{self.verb} {noun}",
            "invalid": f"{self.verb} {noun} in the correct format",
            **options.get("error_messages", {}),
        }
        super().__init__(**options)

    def clean(self, value: Any, *initial: Any) -> Any:
        """One sentence at a time, the one about the length first. It is whole: a % in it is a per cent sign."""
        try:
            return super().clean(value, *initial)
        except ValidationError as error:
            found = error.error_list
            first = next((one for one in found if one.code == "max_length"), found[0])
            first.params = None
            raise first from None


class TextField(Spoken, forms.CharField):
    """One line of text; white space is tidied, control characters are refused."""

    def __init__(
        self,
        *,
        noun: str,
        max_length: int = 100,
        min_length: int | None = None,
        width: str | int | None = None,
        autocomplete: str | None = None,
        inputmode: str | None = None,
        spellcheck: bool | None = None,
        prefix: str | None = None,
        suffix: str | None = None,
        **options: Any,
    ) -> None:
        """`width` is 2, 3, 4, 5, 10, 20 or 30 characters, or a class ending such as "one-half"."""
        gds = {
            "classes": _width(width),
            "autocomplete": autocomplete,
            "inputmode": inputmode,
            "spellcheck": spellcheck,
            "prefix": {"text": prefix} if prefix else None,
            "suffix": {"text": suffix} if suffix else None,
            **options.pop("gds", {}),
        }
        options["error_messages"] = {
            **_lengths(noun, max_length, min_length),
            **options.get("error_messages", {}),
        }
        super().__init__(noun=noun, max_length=max_length, min_length=min_length, gds=gds, **options)

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "", self.noun)


class TextAreaField(Spoken, forms.CharField):
    """Several lines. With `max_length` the page counts characters; 10,000 at most in any case."""

    widget = forms.Textarea

    def __init__(
        self,
        *,
        noun: str,
        max_length: int | None = None,
        rows: int = 5,
        threshold: int | None = None,
        **options: Any,
    ) -> None:
        limit = max_length or 10_000
        gds = {"rows": rows, "maxlength": max_length, "threshold": threshold, **options.pop("gds", {})}
        options["error_messages"] = {**_lengths(noun, limit, None), **options.get("error_messages", {})}
        super().__init__(noun=noun, max_length=limit, strip=False, gds=gds, **options)

    def to_python(self, value: Any) -> str:
        return clean_lines(super().to_python(value) or "", self.noun)


class EmailField(TextField):
    """An email address, at most 254 characters."""

    widget = forms.EmailInput
    default_validators = forms.EmailField.default_validators

    def __init__(self, *, noun: str = "email address", **options: Any) -> None:
        asked = "an email address" if noun == "email address" else noun
        options["error_messages"] = {
            "required": f"Enter {asked}",
            "invalid": f"Enter {asked} in the correct format, like name@example.com",
            **options.get("error_messages", {}),
        }
        super().__init__(**{"max_length": 254, "autocomplete": "email", "spellcheck": False, "noun": noun, **options})


class PasswordField(Spoken, forms.CharField):
    """A password with a show button; never tidied, never shown again. `new` asks the browser to suggest one."""

    widget = forms.PasswordInput

    def __init__(self, *, noun: str = "your password", new: bool = False, **options: Any) -> None:
        gds = {"autocomplete": "new-password" if new else "current-password", **options.pop("gds", {})}
        options["error_messages"] = {**_lengths(noun, 200, None), **options.get("error_messages", {})}
        super().__init__(noun=noun, strip=False, max_length=200, gds=gds, **options)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        check_visible(typed, self.noun)
        return typed


class NumberField(TextField):
    """A number in ASCII digits: an int, or a Decimal when `decimals` is above 0. Thousands may be set apart."""

    def __init__(
        self,
        *,
        noun: str,
        least: int | Decimal | None = None,
        most: int | Decimal | None = None,
        decimals: int = 0,
        **options: Any,
    ) -> None:
        self.least, self.most, self.decimals = least, most, decimals
        mode = "decimal" if decimals else "numeric"
        super().__init__(**{"inputmode": mode, "spellcheck": False, "width": 5, "noun": noun, **options})

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return self._number(typed) if typed else None

    def _number(self, typed: str) -> int | Decimal:
        bare = ungrouped(typed)
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", bare):
            example = "0.6" if self.decimals else "12"
            raise ValidationError(f"{self.Noun} must be a number, like {example}", code="not_a_number")
        places = len(bare.partition(".")[2])
        if places and not self.decimals:
            raise ValidationError(f"{self.Noun} must be a whole number", code="not_whole")
        if places > self.decimals:
            raise ValidationError(
                f"{self.Noun} must have {self.decimals} decimal place{'' if self.decimals == 1 else 's'} or fewer",
                code="too_precise",
            )
        number = Decimal(bare) if self.decimals else int(bare)
        self._check_range(number)
        return number

    def _check_range(self, number: int | Decimal) -> None:
        low = self.least is not None and number < self.least
        high = self.most is not None and number > self.most
        if not (low or high):
            return
        if self.least is not None and self.most is not None:
            message = f"{self.Noun} must be between {self.least} and {self.most}"
        else:
            message = f"{self.Noun} must be {self.least} or more" if low else f"{self.Noun} must be {self.most} or less"
        raise ValidationError(message, code="out_of_range")


class MoneyField(TextField):
    """Pounds on the page, whole pence (int) in `cleaned_data` and in `initial`."""

    def __init__(self, *, noun: str, least_pence: int = 1, most_pence: int = 100_000_000, **options: Any) -> None:
        self.least_pence, self.most_pence = least_pence, most_pence
        super().__init__(
            **{"prefix": "£", "inputmode": "decimal", "spellcheck": False, "width": 10, "noun": noun, **options}
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        bare = ungrouped(typed.removeprefix("£").strip())
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", bare):
            raise ValidationError(f"{self.Noun} must be an amount in pounds, like 1000 or 1000.50", code="not_money")
        pence = int(Decimal(bare) * 100)
        if not self.least_pence <= pence <= self.most_pence:
            least, most = pounds(self.least_pence), pounds(self.most_pence)
            raise ValidationError(f"{self.Noun} must be between {least} and {most}", code="out_of_range")
        return pence


class FileField(Spoken, forms.FileField):
    """One file. `max_bytes` is checked against what arrived; `endings` are allowed file endings without dots."""

    verb = "Select"
    widget = forms.FileInput

    def __init__(self, *, noun: str, max_bytes: int, endings: Sequence[str] = (), **options: Any) -> None:
        self.max_bytes, self.endings = max_bytes, tuple(endings)
        accept = ",".join(f".{ending}" for ending in self.endings)
        gds = {
            "attributes": {"accept": accept} if accept else None,
            **options.pop("gds", {}),
        }
        options["error_messages"] = {
            "empty": "The selected file is empty",
            "invalid": f"Select {noun}",
            "missing": f"Select {noun}",
            "max_length": "The selected file must have a name of 100 characters or fewer",
            **options.get("error_messages", {}),
        }
        super().__init__(noun=noun, max_length=100, gds=gds, **options)

    def to_python(self, data: "File[Any] | None") -> "File[Any] | None":
        arrived = super().to_python(data)
        if arrived is None:
            return None
        if self.endings and Path(str(arrived.name)).suffix.lower().removeprefix(".") not in self.endings:
            kinds = " or ".join(ending.upper() for ending in self.endings)
            raise ValidationError(f"The selected file must be a {kinds} file", code="ending")
        if arrived.size > self.max_bytes:
            raise ValidationError(f"The selected file must be {_size(self.max_bytes)} or smaller", code="too_big")
        return arrived


class SeenNumber(forms.Field):
    """A hidden number of what the page showed: a version, a count, a sum. NEVER_SEEN where it is missing or altered,
    which no row has: the act then finds the page out of date instead of the form finding fault with what nobody typed.
    """

    NEVER_SEEN = -1
    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        typed = str(value or "")
        return int(typed) if re.fullmatch(r"[0-9]{1,15}", typed) else self.NEVER_SEEN


class SeenDigest(forms.Field):
    """A hidden SHA-256 of what the page showed; NEVER_SEEN where it is missing or altered, as in SeenNumber."""

    NEVER_SEEN = "-"
    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        typed = str(value or "")
        return typed if re.fullmatch(r"[0-9a-f]{64}", typed) else self.NEVER_SEEN


def _size(count: int) -> str:
    return f"{count // 1_000_000}MB" if count >= 1_000_000 else f"{count // 1_000}KB"


def _width(width: str | int | None) -> str | None:
    if width is None:
        return None
    return f"govuk-input--width-{width}" if isinstance(width, int) else f"govuk-!-width-{width}"


def _lengths(noun: str, most: int, least: int | None) -> dict[str, str]:
    return {
        "max_length": f"{sentence(noun)} must be {most:,} characters or fewer",
        "min_length": f"{sentence(noun)} must be {least or 0:,} characters or more",
    }
