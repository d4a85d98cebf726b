"""What administrators say about a draft of a programme year, one page of it each: the rules of the programme."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from asye.ui import forms
from registrations.forms.year_form import EARLIEST, YearForm, in_days, in_months, number
from registrations.models import ProgrammeYear
from registrations.rules.dates import FINAL_REVIEW
from registrations.states import Evidence, RequirementSet, StandardSet


class Name(YearForm):
    heading = "What the programme is called"
    name = forms.TextField(
        noun="what the programme is called",
        label="What is the programme called?",
        help_text="It stands on every page and on certificates, before the year.",
    )
    reference_prefix = forms.TextField(
        noun="the letters that references begin with",
        label="Which two letters do references begin with?",
        help_text="For example, CF26 begins the references of a year that opens in 2026.",
        max_length=2,
        min_length=2,
        width=2,
    )
    cohort = number(
        "the cohort",
        "Which cohort is it?",
        "Leave it empty if cohorts are not counted.",
        least=1,
        most=200,
        required=False,
    )


class Window(YearForm):
    heading = "When it is open for registration"
    window_from = forms.DateField(
        noun="the first day", label="First day", help_text="For example, 1 4 2026", earliest=EARLIEST
    )
    window_to = forms.DateField(
        noun="the last day",
        label="Last day",
        help_text="Registrations sent in on this day still count.",
        earliest=EARLIEST,
    )


class Note(YearForm):
    heading = "What it rests on"
    note = forms.TextAreaField(
        noun="what it rests on",
        label="Which rules is this version made from, and what is not certain?",
        help_text="Administrators and auditors read it. In a correction, say what is corrected and why.",
        max_length=2000,
    )


class Joining(YearForm):
    heading = "Who can take part"
    fundable_years = number(
        "the number of years",
        "Within how many years of qualifying must it start to be funded?",
        "The anniversary itself counts.",
        most=40,
        suffix="years",
    )
    latest_days_after_start = in_days(
        "Within how many days of its start must a person be registered?",
        "A caseworker can allow a later day, with a reason.",
        most=1000,
    )
    agency_funded = forms.YesNoField(
        noun="agency workers and locums are funded",
        label="Are agency workers and locums funded?",
        help_text="Where they are not, they can take part without funding.",
    )
    second_attempt = forms.ChoiceField(
        noun="who may try again",
        label="Can a person who has failed try again?",
        choices=ProgrammeYear.SecondAttempt.choices,
    )


class Length(YearForm):
    heading = "How long it takes"
    counts_from = forms.ChoiceField(
        noun="the day it is counted from",
        label="From which day are reviews and the planned end counted?",
        choices=ProgrammeYear.CountsFrom.choices,
    )
    months = in_months("How many months is it for a person who works full time?")
    part_time = forms.ChoiceField(
        noun="how long it takes part-time",
        label="How long does it take part-time?",
        choices=ProgrammeYear.PartTime.choices,
        hints={ProgrammeYear.PartTime.BY_HOURS: "For example, 12 months at 60% of full time become 20 months."},
    )
    longest_months = in_months(
        "How long may it be with all extensions?",
        "Deferrals do not count.",
        noun="the greatest number of months",
        most=120,
    )
    longest_deferral_months = in_months(
        "How long may one deferral be?", "Leave it empty if there is no limit.", most=120, required=False
    )


class Reviews(YearForm):
    heading = "Reviews"
    agreement_days = in_days("Within how many days of the start is the agreement signed?")
    review_points = forms.TextField(
        noun="the months of the reviews",
        label="In which months are reviews held before the final one?",
        help_text="Months after the first day, separated by commas, like 3, 6, 9",
        width=20,
    )
    optional_points = forms.TextField(
        noun="the months of the reviews that may be left out",
        label="Which of these may an employer leave out?",
        help_text="For example, 9",
        width=20,
        required=False,
    )
    final_month = in_months("In which month is the final review?", noun="the month of the final review")
    panel_days = in_days("How many days after the final review is moderation done?")
    report_days = in_days("How many days after moderation is the outcome confirmed?")

    @classmethod
    def initial_of(cls, year: ProgrammeYear, amounts: Mapping[str, int]) -> dict[str, Any]:
        points = sorted(months for key, months in year.review_months.items() if key != FINAL_REVIEW)
        optional = sorted(year.review_months[key] for key in year.optional_reviews)
        return {
            "review_points": ", ".join(map(str, points)),
            "optional_points": ", ".join(map(str, optional)),
            "final_month": year.review_months.get(FINAL_REVIEW),
            "agreement_days": year.agreement_days,
            "panel_days": year.panel_days,
            "report_days": year.report_days,
        }

    def clean_review_points(self) -> list[int]:
        return _months(self.cleaned_data["review_points"])

    def clean_optional_points(self) -> list[int]:
        return _months(self.cleaned_data["optional_points"])

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        points = {f"review_{months}": months for months in given["review_points"]}
        return {
            "review_months": {**points, FINAL_REVIEW: given["final_month"]},
            "optional_reviews": [f"review_{months}" for months in given["optional_points"]],
            "agreement_days": given["agreement_days"],
            "panel_days": given["panel_days"],
            "report_days": given["report_days"],
        }


def _months(typed: str) -> list[int]:
    parts = [part.strip() for part in typed.split(",") if part.strip()]
    if not all(re.fullmatch(r"[0-9]{1,2}", part) and int(part) for part in parts):
        raise ValidationError("Enter months as whole numbers separated by commas, like 3, 6, 9", code="not_months")
    return sorted({int(part) for part in parts})


class EvidenceAsked(YearForm):
    heading = "Standards and evidence"
    standard_set = forms.ChoiceField(
        noun="the standards", label="Against which standards is practice assessed?", choices=StandardSet.choices
    )
    requirement_set = forms.ChoiceField(
        noun="the set of forms and evidence",
        label="Which set of forms and evidence does the year use?",
        help_text="The set says which records there are and when. The numbers below are this year's own.",
        choices=RequirementSet.choices,
    )
    assessor_observations = number(
        "the number of observations",
        "How many observations must the assessor make?",
        "The others may be made by another registered social worker.",
        most=50,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in Evidence:
            words = str(kind.label)
            self.fields[kind.value] = number(
                f"the least number of {words[:1].lower()}{words[1:]}", f"{words}: how many at least?", most=50
            )
        self.order_fields(["standard_set", "requirement_set", *Evidence.values, "assessor_observations"])

    @classmethod
    def initial_of(cls, year: ProgrammeYear, amounts: Mapping[str, int]) -> dict[str, Any]:
        counts = {kind.value: year.evidence.get(kind.value, 0) for kind in Evidence}
        own = ("standard_set", "requirement_set", "assessor_observations")
        return {**{name: getattr(year, name) for name in own}, **counts}

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "standard_set": given["standard_set"],
            "requirement_set": given["requirement_set"],
            "assessor_observations": given["assessor_observations"],
            "evidence": {kind.value: given[kind.value] for kind in Evidence},
        }
