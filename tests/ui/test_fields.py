"""Each field says what is wrong in words built from its noun, and gives clean values."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from asye.ui import forms


def said(field, typed):
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    return caught.value.messages


FIRST_NAME = forms.TextField(noun="first name")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter first name"),
        (None, "Enter first name"),
        ("   ", "Enter first name"),
        ("\u200b\ufeff", "Enter first name"),
        ("x" * 101, "First name must be 100 characters or fewer"),
        ("A\x00b", "First name must not include hidden control characters. Delete it and type it again"),
        ("A\x1bb", "First name must not include hidden control characters. Delete it and type it again"),
        ("A\u202eb", "First name must not include hidden control characters. Delete it and type it again"),
        ("A\ud800b", "First name must not include hidden control characters. Delete it and type it again"),
    ],
)
def test_text_is_refused_in_its_own_words(typed, message):
    assert said(FIRST_NAME, typed) == [message]


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  Zoë   Anne ", "Zoë Anne"),
        ("Zoe\u0308", "Zoë"),
        ("Amira\u00a0\tKhan\r\n", "Amira Khan"),
        ("O\u2019Neill", "O\u2019Neill"),
        ("x" * 100, "x" * 100),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that belongs to the spelling
    ],
)
def test_text_is_tidied(typed, clean):
    assert FIRST_NAME.clean(typed) == clean


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (forms.ChoiceField(noun="10% of time", choices=[("a", "A")]), "b", "Select 10% of time from the list"),
        (forms.TextField(noun="10% of time", max_length=1), "bb", "10% of time must be 1 characters or fewer"),
        (forms.EmailField(noun="%s"), "b", "Enter %s in the correct format, like name@example.com"),
    ],
)
def test_a_per_cent_sign_in_a_noun_is_a_word(field, typed, message):
    assert said(field, typed) == [message]


def test_an_address_that_is_too_long_is_told_so_once():
    assert said(forms.EmailField(), "x" * 255) == ["Email address must be 254 characters or fewer"]


def test_what_the_page_showed_is_never_found_fault_with():
    number, digest = forms.SeenNumber(), forms.SeenDigest()
    assert [number.clean(typed) for typed in ("12", "0", "", None, "-1", "x", "9" * 16, "\uff11")] == [12, 0, *[-1] * 6]
    assert digest.clean("a" * 64) == "a" * 64
    assert [digest.clean(typed) for typed in ("", None, "A" * 64, "a" * 63)] == ["-"] * 4


def test_lines_are_kept_as_typed():
    field = forms.TextAreaField(noun="the reasons", max_length=20)
    assert field.clean("\r\n one\r\n\r\n  two  \r\n") == " one\n\n  two"
    assert said(field, "x" * 21) == ["The reasons must be 20 characters or fewer"]
    assert said(field, "a\nb\x07") == [
        "The reasons must not include hidden control characters. Delete it and type it again"
    ]
    assert said(field, "  \r\n ") == ["Enter the reasons"]


def test_a_line_end_counts_once():
    assert forms.TextAreaField(noun="notes", max_length=3).clean("a\r\nb") == "a\nb"


START = forms.DateField(noun="the start date", earliest=date(2025, 9, 1), latest=date(2027, 8, 31))
REAL = "The start date must be a real date"
DIGITS = "The start date must use the digits 0 to 9"
YEAR = "The start date must have a year of 4 numbers, like 2026"
ALL = ("day", "month", "year")


@pytest.mark.parametrize(
    ("typed", "message", "parts"),
    [
        (["", "", ""], "Enter the start date", ALL),
        (["  ", "", "\t"], "Enter the start date", ALL),
        (None, "Enter the start date", ALL),
        (["3", "9", ""], "The start date must include a year", ("year",)),
        (["3", "", ""], "The start date must include a month and year", ("month", "year")),
        (["", "9", "2026"], "The start date must include a day", ("day",)),
        (["31", "2", "2026"], REAL, ("day",)),
        (["29", "2", "2026"], REAL, ("day",)),
        (["0", "9", "2026"], REAL, ("day",)),
        (["32", "9", "2026"], REAL, ("day",)),
        (["3rd", "9", "2026"], REAL, ("day",)),
        (["3", "13", "2026"], REAL, ("month",)),
        (["3", "Septober", "2026"], REAL, ("month",)),
        (["x", "y", "z"], REAL, ALL),
        (["3", "9", "twenty"], REAL, ("year",)),
        (["3", "9", "26"], YEAR, ("year",)),
        (["3", "9", "02026"], YEAR, ("year",)),
        (["3", "9", "0000"], REAL, ("year",)),
        (["-3", "9", "2026"], REAL, ("day",)),
        (["３", "9", "2026"], DIGITS, ("day",)),
        (["3", "9", "٢٠٢٦"], DIGITS, ("year",)),
        (["²", "9", "2026"], DIGITS, ("day",)),
        (["31", "8", "2025"], "The start date must be 1 September 2025 or later", ALL),
        (["1", "9", "2027"], "The start date must be 31 August 2027 or earlier", ALL),
    ],
)
def test_date_errors_name_the_wrong_boxes(typed, message, parts):
    with pytest.raises(forms.DatePartError) as caught:
        START.clean(typed)
    assert (caught.value.messages, caught.value.parts) == ([message], parts)


@pytest.mark.parametrize("month", ["9", "09", "sep", "Sep.", "SEPT", "September", " september "])
def test_months_may_be_named(month):
    assert START.clean(["3", month, "2026"]) == date(2026, 9, 3)


def test_date_bounds_are_allowed_themselves():
    assert START.clean(["1", "9", "2025"]) == date(2025, 9, 1)
    assert START.clean(["31", "8", "2027"]) == date(2027, 8, 31)
    assert forms.DateField(noun="a date").clean(["29", "2", "2028"]) == date(2028, 2, 29)
    assert forms.DateField(noun="a date", required=False).clean(["", "", ""]) is None


def test_a_year_out_of_all_reason_is_refused():
    assert said(forms.DateField(noun="the date"), ["1", "1", "1899"]) == [
        "The date must have a year between 1900 and 2199"
    ]


FTE = forms.NumberField(noun="the full-time equivalent", least=Decimal("0.1"), most=1, decimals=2)
HOURS = forms.NumberField(noun="hours", least=0)


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (FTE, "", "Enter the full-time equivalent"),
        (FTE, "half", "The full-time equivalent must be a number, like 0.6"),
        (FTE, "0.125", "The full-time equivalent must have 2 decimal places or fewer"),
        (FTE, "1.1", "The full-time equivalent must be between 0.1 and 1"),
        (FTE, "０.5", "The full-time equivalent must be a number, like 0.6"),
        (FTE, "1e-1", "The full-time equivalent must be a number, like 0.6"),
        (FTE, "NaN", "The full-time equivalent must be a number, like 0.6"),
        (HOURS, "2.5", "Hours must be a whole number"),
        (HOURS, "2,5", "Hours must be a number, like 12"),
        (HOURS, "12,00", "Hours must be a number, like 12"),
        (HOURS, "1 2", "Hours must be a number, like 12"),
        (HOURS, "-1", "Hours must be 0 or more"),
        (HOURS, "9" * 16, "Hours must be a number, like 12"),
    ],
)
def test_number_errors(field, typed, message):
    assert said(field, typed) == [message]


def test_numbers_are_read():
    assert FTE.clean(" 0.6 ") == Decimal("0.6")
    assert HOURS.clean("1,200") == HOURS.clean("1 200") == HOURS.clean("1200") == 1200
    assert forms.NumberField(noun="days", required=False).clean("") is None


def test_money_is_pounds_in_and_pence_out():
    field = forms.MoneyField(noun="the amount", most_pence=100_000)
    assert (field.clean("£1,000"), field.clean("0.5"), field.clean("12.34")) == (100_000, 50, 1234)
    assert field.prepare_value(100_050) == "1000.50"
    assert said(field, "1000.01") == ["The amount must be between £0.01 and £1,000"]
    assert said(field, "10,00") == ["The amount must be an amount in pounds, like 1000 or 1000.50"]
    assert said(field, "1.234") == ["The amount must be an amount in pounds, like 1000 or 1000.50"]
    assert said(field, "") == ["Enter the amount"]


@pytest.mark.parametrize("typed", ["amira", "amira@", "@example.org", "a b@example.org", "amira@example"])
def test_email_errors(typed):
    wrong = "Enter an email address in the correct format, like name@example.com"
    assert said(forms.EmailField(), typed) == [wrong]
    assert said(forms.EmailField(), "") == ["Enter an email address"]


ROUTE = forms.ChoiceField(noun="a route", choices=[("degree", "Degree"), ("frontline", "Frontline")])


def test_choices_are_held_to_the_list():
    assert ROUTE.clean("degree") == "degree"
    assert said(ROUTE, "") == ["Select a route"]
    assert said(ROUTE, "other") == ["Select a route from the list"]


def test_yes_and_no_are_booleans():
    field = forms.YesNoField(noun="they work part-time")
    assert (field.clean("yes"), field.clean("no")) == (True, False)
    assert said(field, "") == ["Select yes if they work part-time"]
    assert said(field, "maybe") == ["Select yes if they work part-time"]
    assert forms.YesNoField(noun="x", required=False).clean("") is None


def test_none_excludes_the_others():
    field = forms.MultiChoiceField(noun="what applies", choices=[("a", "A"), ("none", "None of these")], none="none")
    assert (field.clean(["a"]), field.clean(["none"])) == (["a"], ["none"])
    assert said(field, ["a", "none"]) == ["Select what applies, or select “None of these”"]
    assert said(field, []) == ["Select what applies"]
    assert said(field, ["z"]) == ["Select what applies from the list"]


def test_confirmation_must_be_ticked():
    field = forms.ConfirmField(noun="that this is true", label="I confirm that this is true")
    assert said(field, False) == ["Confirm that this is true"]
    assert field.clean(True) is True


def test_files_are_held_to_size_and_ending():
    field = forms.FileField(noun="a CSV file", max_bytes=2_000_000, endings=("csv", "xlsx"))
    assert said(field, None) == ["Select a CSV file"]
    assert said(field, SimpleUploadedFile("a.csv", b"")) == ["The selected file is empty"]
    assert said(field, SimpleUploadedFile("a.exe", b"x")) == ["The selected file must be a CSV or XLSX file"]
    assert said(field, SimpleUploadedFile("csv", b"x")) == ["The selected file must be a CSV or XLSX file"]
    big = SimpleUploadedFile("a.csv", b"x")
    big.size = 2_000_001
    assert said(field, big) == ["The selected file must be 2MB or smaller"]
    assert field.clean(SimpleUploadedFile("A.CSV", b"x")).name == "A.CSV"


def test_passwords_are_left_alone():
    assert forms.PasswordField().clean("  two  spaces ") == "  two  spaces "
    assert said(forms.PasswordField(), "") == ["Enter your password"]
    assert said(forms.PasswordField(), "a\x00b") == [
        "Your password must not include hidden control characters. Delete it and type it again"
    ]


class Result(forms.Form):
    result = forms.ChoiceField(
        noun="a result", choices=[("pass", "Pass"), ("fail", "Fail")], reveals={"fail": "reasons"}
    )
    reasons = forms.TextAreaField(noun="the reasons")


def test_a_revealed_field_counts_only_while_it_shows():
    assert Result({"result": "pass", "reasons": "\x00 left over"}).is_valid()
    hidden = Result({"result": "pass", "reasons": "left over"})
    assert hidden.is_valid()
    assert hidden.cleaned_data == {"result": "pass", "reasons": ""}
    assert Result({"result": "fail", "reasons": ""}).errors == {"reasons": ["Enter the reasons"]}
    shown = Result({"result": "fail", "reasons": "Late"})
    assert shown.is_valid()
    assert shown.cleaned_data["reasons"] == "Late"
    assert Result({}).errors == {"result": ["Select a result"]}
