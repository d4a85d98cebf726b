"""What people type about employers, requests to take part and grant terms, cleaned."""

from typing import Any

from django.core.exceptions import ValidationError

from accounts import employer_rules
from accounts.forms import Person
from accounts.models import LocalAuthority
from accounts.states import EmployerKind, EmployerState, Region
from asye.refusals import Refused
from asye.ui import forms


class Kind(forms.Form):
    """What sort of organisation it is."""

    kind = forms.ChoiceField(
        noun="the kind of organisation", label="What kind of organisation is it?", choices=EmployerKind.choices
    )


class Code(forms.Form):
    """The code of a local authority; whether there is one and it is free, the journey looks up."""

    code = forms.TextField(
        noun="the local authority code",
        label="What is the local authority code?",
        help_text="The 3 numbers that the Department for Education gives each local authority, such as 202.",
        width=3,
        inputmode="numeric",
        max_length=20,
    )

    def clean_code(self) -> str:
        try:
            return employer_rules.local_authority_code(self.cleaned_data["code"])
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None


class Found(forms.Form):
    """Nothing to fill in: the details that were looked up are read and found right."""


class Place(forms.Form):
    """What an organisation is called and where it is."""

    name = forms.TextField(noun="the name of the organisation", label="Name of the organisation", max_length=200)
    region = forms.ChoiceField(noun="the region", label="Region", choices=Region.choices)


class Phone(forms.Form):
    """Where the organisation is reached."""

    phone = forms.TextField(
        noun="the organisation’s phone number",
        label="What is the organisation’s phone number?",
        help_text="A UK number. For a number from abroad, start with +44.",
        width=20,
        inputmode="tel",
        autocomplete="off",
        max_length=40,
    )

    def clean_phone(self) -> str:
        if not self.cleaned_data["phone"]:
            return ""
        try:
            return employer_rules.canonical_phone(self.cleaned_data["phone"])
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None


class Coordinator(Person):
    """The first co-ordinator of an employer."""


class Asker(Person):
    """Whoever asks for an organisation."""

    job_title = forms.TextField(
        noun="your role in the organisation", label="Your role in the organisation", width="two-thirds"
    )
    field_order = ["first_name", "last_name", "job_title", "email"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in (("first_name", "Your first name"), ("last_name", "Your last name")):
            self.fields[name].label = label
        self.fields["email"].label = "Your work email address"
        self.fields["email"].help_text = "We send a link to it, to make sure that it is yours."


class Details(Place, Phone):
    """Everything of an employer that an administrator may change. The code goes with the kind."""

    kind = forms.ChoiceField(
        noun="the kind of organisation",
        label="Kind of employer",
        choices=EmployerKind.choices,
        reveals={EmployerKind.LOCAL_AUTHORITY: "local_authority"},
    )
    local_authority = forms.ChoiceField(noun="which local authority this is", label="Local authority", as_list=True)
    because = forms.TextAreaField(noun="why it changes", label="Why does it change?", max_length=500, rows=3)
    field_order = ["name", "kind", "local_authority", "region", "phone", "because"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phone"].required = False
        self.fields["phone"].label = "Phone number"
        named = [(authority.pk, authority.name) for authority in LocalAuthority.objects.all()]
        self.fields["local_authority"].choices = [("", "Select a local authority"), *named]  # type: ignore[attr-defined]


class OwnDetails(Phone):
    """What a co-ordinator may change of their employer."""

    because = forms.TextAreaField(noun="why it changes", label="Why does it change?", max_length=500, rows=3)


class EmployerFilter(forms.Form):
    """Which employers are listed."""

    text = forms.TextField(
        noun="a name or code", label="Name or local authority code", required=False, help_text="Former names too."
    )
    kind = forms.ChoiceField(
        noun="a kind", label="Kind", choices=[("", "Any kind"), *EmployerKind.choices], as_list=True, required=False
    )
    region = forms.ChoiceField(
        noun="a region", label="Region", choices=[("", "Any region"), *Region.choices], as_list=True, required=False
    )
    state = forms.ChoiceField(
        noun="a state", label="State", choices=[("", "Any state"), *EmployerState.choices], as_list=True, required=False
    )


class EndOn(forms.Form):
    """The first day on which somebody no longer holds a role."""

    on = forms.DateField(
        noun="the first day they no longer have this role", label="First day they no longer have this role"
    )


class Replace(Person):
    """Somebody new for a role, and when the one who holds it stops."""

    on = forms.DateField(
        noun="the first day the present person no longer has this role",
        label="First day the present person no longer has this role",
    )


class Terms(forms.Form):
    """A version of the grant terms."""

    text = forms.TextAreaField(noun="the text of the terms", label="Text of the terms", rows=20)
    what_changed = forms.TextField(noun="what changed", label="What changed since the version before", max_length=500)
    required_from = forms.DateField(
        noun="the day from which they must be accepted",
        label="From which day must they have been accepted?",
        help_text="From that day nothing is paid to an employer that has not accepted them.",
    )


class SeenTerms(forms.Form):
    """The digest of the words that somebody accepts."""

    sha256 = forms.SeenDigest()
    agreed = forms.ConfirmField(
        noun="that you accept the terms for your employer",
        label="I have read these terms and accept them for my employer.",
    )
