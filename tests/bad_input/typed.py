"""What people and programs send that is wrong, for each kind of field, and what a good answer looks like."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import Field
from django.http import QueryDict

from asye.ui import forms
from asye.ui.date_field import PARTS

MEGABYTE = "x" * 1_000_000
HIDDEN = ("A\x00B", "A\x07B", "A\x1bB", "A\x85B", "A\ud800B", "A\u202eB", "A\u2066B")
# Sentences of Django's own, none of which a person may ever read.
NOT_OURS = re.compile(
    r"This field|This value|valid choice|[Vv]alid value|Ensure th|Null characters|Enter a (whole )?number|"
    r"Enter a valid|Enter a list|No file was|submitted file|Hidden field"
)
OURS = re.compile(r"(Enter|Select|Confirm) |The selected file |.+ (must|cannot) ", re.DOTALL)


@dataclass(frozen=True)
class Sent:
    """One way of filling a field in. `empty`: nothing was said, which only a required field refuses."""

    what: str
    values: dict[str, Any] = field(default_factory=dict)
    file: SimpleUploadedFile | None = None
    empty: bool = False


def names_of(name: str, asked: Field) -> list[str]:
    """The names of a field's inputs."""
    return [f"{name}_{part}" for part in PARTS] if isinstance(asked, forms.DateField) else [name]


def bad(name: str, asked: Field) -> Iterator[Sent]:
    """Everything a field must refuse, or for an empty answer refuse where it is required."""
    yield Sent("nothing at all", empty=True)
    if isinstance(asked, (forms.SeenNumber, forms.SeenDigest)):
        odd = ["", " ", "x", "-1", "1.5", "１２", "9" * 40, *HIDDEN, "0" * 63, MEGABYTE]
        yield from (Sent(repr(value[:20]), {name: value}) for value in odd)
    elif isinstance(asked, forms.DateField):
        yield from _bad_dates(name)
    elif isinstance(asked, forms.FileField):
        yield from _bad_files(name, asked)
    elif isinstance(asked, forms.ConfirmField):
        yield from (Sent(repr(value), {name: value}, empty=True) for value in ("", "false", "False"))
    elif isinstance(asked, (forms.ChoiceField, forms.MultiChoiceField)):
        yield from _bad_choices(name, asked)
    elif isinstance(asked, forms.PasswordField):
        yield from (Sent(repr(value[:20]), {name: value}) for value in ("\x00" * 20, "\ud800" * 20, MEGABYTE))
    else:
        yield from _bad_text(name, asked)


def _bad_dates(name: str) -> Iterator[Sent]:
    yield from (_date(name, *typed, empty=True) for typed in (("", "", ""), ("  ", "\t", " ")))
    for typed in (
        ("31", "2", "2026"), ("30", "2", "2024"), ("29", "2", "2025"), ("31", "4", "2026"), ("0", "1", "2026"),
        ("32", "1", "2026"), ("1", "13", "2026"), ("1", "0", "2026"), ("1", "1", "0"), ("1", "1", "0000"),
        ("1", "1", "99999"), ("1", "1", "26"), ("1", "1", "-2026"), ("1", "1", "9999"), ("1", "1", "1600"),
        ("first", "1", "2026"), ("1O", "1", "2026"), ("1", "Septober", "2026"), ("1", "1", "2O26"),
        ("", "1", "2026"), ("1", "", "2026"), ("1", "1", ""), ("1", "", ""), ("１", "1", "2026"), ("1", "1", "٢٠٢٦"),
        ("1\x00", "1", "2026"), ("1", "1", "2026\x00"), ("1", "\ud800", "2026"), ("1" * 1_000_000, "1", "2026"),
        ("1", MEGABYTE, "2026"), ("1", "1", "9" * 1_000_000), ("1/1", "1", "2026"), ("x", "y", "z"),
    ):  # fmt: skip
        yield _date(name, *typed)


def _date(name: str, day: str, month: str, year: str, *, empty: bool = False) -> Sent:
    shown = " ".join(repr(part[:10]) for part in (day, month, year))
    return Sent(shown, {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}, empty=empty)


def _bad_files(name: str, asked: forms.FileField) -> Iterator[Sent]:
    yield Sent("text in place of a file", {name: "paid.csv"}, empty=True)
    good = (asked.endings or ("csv",))[0]
    yield Sent("an empty file", file=SimpleUploadedFile(f"a.{good}", b""))
    yield Sent("another kind of file", file=SimpleUploadedFile("a.exe", b"x"))
    yield Sent("a file without an ending", file=SimpleUploadedFile("csv", b"x"))
    yield Sent("too long a name", file=SimpleUploadedFile(f"{'a' * 101}.{good}", b"x"))
    yield Sent("too big a file", file=SimpleUploadedFile(f"a.{good}", b"x" * (asked.max_bytes + 1)))


def _bad_choices(name: str, asked: Any) -> Iterator[Sent]:
    several = isinstance(asked, forms.MultiChoiceField)
    if not several:
        yield Sent("empty", {name: ""}, empty=True)
    listed = [value for value, _ in asked.choices if value != ""]
    first = str(listed[0]) if listed else "1"
    odd = [
        "nothing on the list",
        " ",
        "１２",
        "0",
        "-1",
        "9" * 40,
        f"{first} ",
        first.swapcase() + "x",
        *HIDDEN,
        MEGABYTE,
    ]
    yield from (Sent(repr(value[:20]), {name: [value] if several else value}) for value in odd)
    yield Sent("a good and a bad value", {name: [first, "nothing on the list"]})


def _bad_text(name: str, asked: Field) -> Iterator[Sent]:
    yield from (Sent(repr(value), {name: value}, empty=True) for value in ("", "   ", "\t\r\n ", "\u200b\ufeff"))
    longest = getattr(asked, "max_length", None)
    assert longest, f"{name} takes text of any length"
    long = [("x" * (longest + 1), "one character too many"), (MEGABYTE, "a megabyte")]
    yield from (Sent(words, {name: value}) for value, words in long)
    yield from (Sent(repr(value), {name: value}) for value in HIDDEN)
    if isinstance(asked, forms.EmailField):
        odd = ["nobody", "a@b", "@example.org", "a b@example.org", "a@example.org, b@example.org", "a@@example.org"]
        yield from (Sent(value, {name: value}) for value in odd)
    if isinstance(asked, (forms.NumberField, forms.MoneyField)):
        odd = [
            "twelve",
            "1e3",
            "-1",
            "１２",
            "٣",
            "²",
            "9" * 16,
            "9" * 40,
            "0x10",
            "NaN",
            "8,5",
            "1 2",
            "1.555",
            "1..5",
            "½",
        ]
        yield from (Sent(value, {name: value}) for value in odd)


def filled(good: dict[str, Any], name: str, asked: Field, sent: Sent) -> tuple[QueryDict, dict[str, Any]]:
    """A form as the browser sends it, good but for one field."""
    data = {key: value for key, value in good.items() if key not in names_of(name, asked)} | sent.values
    posted = QueryDict(mutable=True)
    files = {}
    for key, value in data.items():
        if isinstance(value, SimpleUploadedFile):
            files[key] = value
        else:
            posted.setlist(key, value if isinstance(value, list) else [value])
    if sent.file is not None:
        files[name] = sent.file
    return posted, files


def good_answer(name: str, asked: Field) -> dict[str, Any]:
    """Something the field takes, by the names of its inputs."""
    if isinstance(asked, forms.DateField):
        return {f"{name}_day": "1", f"{name}_month": "9", f"{name}_year": "2026"}
    if isinstance(asked, forms.FileField):
        return {name: SimpleUploadedFile(f"a.{(asked.endings or ('csv',))[0]}", b"x")}
    if isinstance(asked, (forms.ChoiceField, forms.MultiChoiceField)):
        first = next(str(value) for value, _ in asked.choices if value != "")
        return {name: [first] if isinstance(asked, forms.MultiChoiceField) else first}
    if isinstance(asked, forms.NumberField) and asked.most is not None:
        return {name: str(asked.most)}
    return {name: next((text for kind, text in GOOD.items() if isinstance(asked, kind)), "Something good")}


GOOD: dict[Any, str] = {
    forms.ConfirmField: "on",
    forms.EmailField: "noor@northshire.example",
    forms.PasswordField: "four words nobody guesses",
    (forms.NumberField, forms.MoneyField): "50",
    (forms.SeenNumber, forms.SeenDigest): "1",
}
