"""What a row of earlier records says of an employer or a person, and the two questions about a whole file."""

from collections.abc import Sequence
from typing import Any

from accounts import employer_rules
from accounts.states import EmployerKind, Region
from asye.refusals import Refused
from asye.ui import forms
from registrations.bulk.limits import TAKE_OVER
from registrations.forms.step_form import StepForm
from registrations.forms.steps import (
    ContractKind,
    Employment,
    HighestQualification,
    Hours,
    JobTitle,
    Names,
    Number,
    Qualified,
    Registered,
    Start,
)
from registrations.rules import dates, numbers
from registrations.states import EarlierSource, Route


class ReferenceField(forms.TextField):
    """The source's own reference of a row: by it a row is known again."""

    def __init__(self) -> None:
        super().__init__(
            noun="the reference", label="Reference", help_text="The source’s own reference of this row, each only once."
        )


class PersonField(forms.TextField):
    """Whom a row is about."""

    def __init__(self) -> None:
        super().__init__(
            noun="whom it is about",
            label="Person",
            help_text="The reference of their row of people in the same source, or their Social Work England number.",
        )


def day(noun: str, label: str, hint: str, *, required: bool = True) -> forms.DateField:
    """A day of a row."""
    return forms.DateField(noun=noun, label=label, help_text=hint, earliest=dates.EARLIEST, required=required)


class EmployerRow(StepForm):
    """One row of the sheet of employers."""

    reference = ReferenceField()
    name = forms.TextField(noun="its name", label="Name", max_length=200)
    kind = forms.ChoiceField(noun="what kind of employer it is", label="Kind", choices=EmployerKind.choices)
    region = forms.ChoiceField(noun="its region", label="Region", choices=Region.choices)
    local_authority = forms.TextField(
        noun="the code of the local authority",
        label="Local authority code",
        max_length=3,
        required=False,
        help_text="Three digits, only for a local authority or what acts for one.",
    )
    phone = forms.TextField(
        noun="its phone number", label="Phone number", max_length=40, required=False, help_text="A number in the UK."
    )

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        try:
            return employer_rules.canonical_phone(typed) if typed else ""
        except Refused as refusal:
            self.add_error("phone", str(refusal))
            return ""


class PersonRow(StepForm):
    """One row of the sheet of people: who they are, and their registration as it stood."""

    reference = ReferenceField()
    employer = forms.TextField(
        noun="their employer",
        label="Employer",
        max_length=200,
        help_text="The employer’s reference in the same source, or its name as it stands here.",
    )
    first_name = Names.base_fields["first_name"]
    middle_names = Names.base_fields["middle_names"]
    last_name = Names.base_fields["last_name"]
    former_name = Names.base_fields["former_name"]
    swe_number = forms.TextField(
        noun="their Social Work England number",
        label="Social Work England number",
        max_length=40,
        required=False,
        help_text="Like SW12345. Leave it empty where the source has none.",
        error_messages=Number.base_fields["swe_number"].error_messages,
    )
    email = forms.EmailField(
        noun="their email address",
        label="Email address",
        required=False,
        help_text="Nobody is invited when the file is taken over: their employer invites them.",
    )
    qualified_on = Qualified.base_fields["qualified_on"]
    swe_registered_from = Registered.base_fields["swe_registered_from"]
    qualification = HighestQualification.base_fields["qualification"]
    route = forms.ChoiceField(
        noun="how they came into social work", label="Route into social work", choices=Route.choices
    )
    employment_start = Employment.base_fields["employment_start"]
    asye_start = Start.base_fields["asye_start"]
    job_title = JobTitle.base_fields["job_title"]
    contract = ContractKind.base_fields["contract"]
    fte_percent = Hours.base_fields["fte_percent"]
    registered_on = day(
        "the date they were registered for the ASYE",
        "Registered for the ASYE",
        "The day on which the source registered them. It decides the programme year.",
    )
    funded = forms.YesNoField(noun="the registration is funded", label="Funded")
    withdrawn_on = day(
        "the date they withdrew", "Withdrew on", "Only where the year ended without an outcome.", required=False
    )

    def clean_swe_number(self) -> str:
        typed: str = self.cleaned_data["swe_number"]
        try:
            return numbers.canonical(typed) if typed else ""
        except Refused as refusal:
            self.add_error("swe_number", str(refusal))
            return ""


class SendEarlier(forms.Form):
    """A file of earlier records, of what kind and from where."""

    kind = forms.ChoiceField(noun="what stands in the file", label="What stands in the file?")
    source = forms.ChoiceField(
        noun="where the records come from", label="Where do they come from?", choices=EarlierSource.choices
    )
    file = forms.FileField(
        noun="the file",
        label="Your file",
        max_bytes=TAKE_OVER.bytes,
        endings=("csv", "xlsx"),
        help_text=f"CSV or Excel workbook (.xlsx), up to 25MB and {TAKE_OVER.rows:,} rows.",
    )

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]
