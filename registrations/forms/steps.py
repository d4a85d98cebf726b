"""The questions of the registration form, one page each, and the data that says in which order and when."""

from collections.abc import Callable
from dataclasses import dataclass

from asye.ui import forms
from registrations.forms.parts import RegisterNumber, day
from registrations.forms.step_form import Clean, StepForm
from registrations.rules.answers import THROUGH_AGENCY, Post, Previous
from registrations.states import Contract, Qualification, Route, ServiceArea


class Names(StepForm):
    heading = "What is their name?"
    first_name = forms.TextField(noun="their first name", label="First name", width=20, spellcheck=False)
    middle_names = forms.TextField(
        noun="their middle names", label="Middle names", width=20, required=False, spellcheck=False
    )
    last_name = forms.TextField(noun="their last name", label="Last name", width=20, spellcheck=False)
    former_name = forms.TextField(
        noun="their former last name",
        label="Former last name",
        width=20,
        required=False,
        spellcheck=False,
        help_text="If they may still be registered under it.",
    )


class Email(StepForm):
    email = forms.EmailField(
        noun="their email address",
        label="What is their email address?",
        width="two-thirds",
        autocomplete="off",
        help_text="We send their invitation to it. They sign in with it, so it must be their own.",
    )


class Number(StepForm):
    swe_number = RegisterNumber()


class Qualified(StepForm):
    qualified_on = day(
        "the date they qualified",
        "When did they qualify?",
        "The day on which they were awarded it. For example, 27 6 2026",
    )


class Registered(StepForm):
    swe_registered_from = day(
        "the date they were registered from",
        "From when are they registered with Social Work England?",
        "The public register shows it. For example, 27 7 2026",
    )


class HighestQualification(StepForm):
    qualification = forms.ChoiceField(
        noun="their highest qualification", label="What is their highest qualification?", choices=Qualification.choices
    )


class RouteTaken(StepForm):
    route = forms.ChoiceField(
        noun="how they came into social work",
        label="How did they come into social work?",
        choices=Route.choices,
        reveals={Route.OTHER: "route_other"},
        divider=Route.OTHER,
    )
    route_other = forms.TextField(noun="the other route", label="Which route?", width=20)


class Employment(StepForm):
    employment_start = day(
        "the date their employment started",
        "When did their employment with you start?",
        "It can be up to 6 months ahead. For example, 1 9 2026",
    )


class Start(StepForm):
    asye_start = day(
        "the date their ASYE starts",
        "When does their ASYE start?",
        "The first day of their supported year. Reviews are counted from it. For example, 1 9 2026",
    )


class JobTitle(StepForm):
    heading = "What is their post?"
    job_title = forms.TextField(noun="their job title", label="Job title", width="two-thirds")
    team = forms.TextField(noun="their team", label="Team", width="two-thirds", required=False)
    service_area = forms.ChoiceField(
        noun="a service area",
        label="Service area",
        choices=[("", "Select a service area"), *ServiceArea.choices],
        as_list=True,
        blank=None,
        required=False,
    )


class ContractKind(StepForm):
    contract = forms.ChoiceField(
        noun="their contract", label="What kind of contract do they have?", choices=Contract.choices
    )


class Duties(StepForm):
    duties_agreed = forms.YesNoField(
        noun="the duties of the ASYE have been agreed",
        label="Has the agency or the host employer agreed to meet the duties of the ASYE?",
        help_text="Support, assessment, supervision, a reduced caseload and protected time.",
    )


class Hours(StepForm):
    fte_percent = forms.NumberField(
        noun="their working time",
        label="How much of full time do they work?",
        least=10,
        most=100,
        width=3,
        suffix="%",
        help_text="Between 10 and 100. Full time is 100.",
    )


class Assessor(StepForm):
    heading = "Who is their assessor?"
    assessor = forms.ChoiceField(
        noun="their assessor",
        label="Assessor",
        help_text="They need an account as an assessor of your organisation.",
    )
    assessor_is_manager = forms.YesNoField(
        noun="their assessor is also their line manager",
        label="Is the assessor also their line manager?",
        required=False,
    )


class Experienced(StepForm):
    assessor_experienced = forms.YesNoField(
        noun="their assessor is experienced and registered",
        label="Is their assessor an experienced social worker, registered with Social Work England?",
    )


class ThePost(StepForm):
    post = forms.ChoiceField(
        noun="whether it is a social work post",
        label="Is it a social work post?",
        choices=Post.choices,
        reveals={Post.EVIDENCES: "post_note"},
    )
    post_note = forms.TextField(
        noun="how they can show the standard in it",
        label="How can they meet and show the standard in this post?",
        max_length=300,
        width="two-thirds",
    )


class Service(StepForm):
    child_and_family = forms.YesNoField(
        noun="they work in a child and family service",
        label="Do they work in a child and family service?",
        help_text="In any sector: statutory, private, voluntary or independent.",
    )


class Place(StepForm):
    in_england = forms.YesNoField(noun="they work in England", label="Is their place of work in England?")


class Before(StepForm):
    previous = forms.ChoiceField(
        noun="whether they have been on an ASYE before",
        label="Have they been on an ASYE before?",
        choices=Previous.choices,
    )


def _always(clean: Clean) -> bool:
    return True


def _through_agency(clean: Clean) -> bool:
    return clean.get("contract") in THROUGH_AGENCY


@dataclass(frozen=True)
class Step:
    """One page: `key` stands in the address and in the draft, `when` says from the answers before it if it is asked."""

    key: str
    form: type[StepForm]
    section: str
    when: Callable[[Clean], bool] = _always


# What a question is called where its answer is listed; other fields are listed under their label.
SHORT = {
    "email": "Email address",
    "swe_number": "Social Work England number",
    "qualified_on": "Date qualified",
    "swe_registered_from": "Registered from",
    "qualification": "Highest qualification",
    "route": "Route into social work",
    "route_other": "Other route",
    "employment_start": "Employment started",
    "asye_start": "ASYE starts",
    "job_title": "Job title",
    "contract": "Contract",
    "duties_agreed": "Duties of the ASYE agreed",
    "fte_percent": "Working time",
    "assessor": "Assessor",
    "assessor_experienced": "Assessor experienced and registered",
    "assessor_is_manager": "Assessor is line manager",
    "post": "Social work post",
    "post_note": "How the standard is shown",
    "child_and_family": "Child and family service",
    "in_england": "Place of work in England",
    "previous": "ASYE before",
}
PERSON, YEAR, ELIGIBILITY = "The person", "The year", "Eligibility"
STEPS = (
    Step("name", Names, PERSON),
    Step("email", Email, PERSON),
    Step("number", Number, PERSON),
    Step("qualified", Qualified, PERSON),
    Step("registered", Registered, PERSON),
    Step("qualification", HighestQualification, PERSON),
    Step("route", RouteTaken, PERSON),
    Step("employment", Employment, YEAR),
    Step("start", Start, YEAR),
    Step("job-title", JobTitle, YEAR),
    Step("contract", ContractKind, YEAR),
    Step("duties", Duties, YEAR, _through_agency),
    Step("hours", Hours, YEAR),
    Step("assessor", Assessor, YEAR),
    Step("assessor-experience", Experienced, ELIGIBILITY),
    Step("post", ThePost, ELIGIBILITY),
    Step("service", Service, ELIGIBILITY),
    Step("place", Place, ELIGIBILITY),
    Step("before", Before, ELIGIBILITY),
)
