"""What people type about accounts, cleaned."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from allauth.account import forms as allauth_forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts import roles, rules
from accounts.models import Employer, User
from accounts.permissions import GIVEN_BY_COORDINATORS
from accounts.states import Scope
from asye.dates import long_date
from asye.ui import forms

CHOOSE_WELL = "Use 15 characters or more. Four random words are easy to remember and hard to guess."


class SignIn(forms.Form, allauth_forms.LoginForm):
    """E-mail address and password; allauth checks them."""

    password = forms.PasswordField(label="Password")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"] = forms.EmailField(noun="your email address", label="Email address", width="two-thirds")
        self.order_fields(["login", "password"])

    def clean(self) -> dict[str, Any] | None:
        try:
            return super().clean()
        except ValidationError as error:
            raise ValidationError(
                "Your email address or password is not right. Check both and try again", code="wrong"
            ) from error


class AskForReset(forms.Form, allauth_forms.ResetPasswordForm):
    """The address to which a reset link goes."""

    email = forms.EmailField(noun="your email address", label="Email address", width="two-thirds")


class NewPassword(forms.Form):
    """A new password, checked against the rules for the person it is for."""

    password1 = forms.PasswordField(noun="a new password", label="New password", new=True, help_text=CHOOSE_WELL)
    user: User | None = None

    def clean_password1(self) -> str:
        password = self.cleaned_data["password1"]
        try:
            validate_password(password, self.user)
        except ValidationError as error:
            raise error.error_list[0] from None  # one thing to put right at a time
        return password


class ChooseAfterReset(NewPassword, allauth_forms.ResetPasswordKeyForm):
    """The new password after a reset link. It can be shown while it is typed, so it is asked for once."""

    password2 = None


class ChangePassword(NewPassword, allauth_forms.ChangePasswordForm):
    """The old and the new password of the person who is signed in."""

    oldpassword = forms.PasswordField(noun="your current password", label="Current password")
    password2 = None
    field_order = ["oldpassword", "password1"]

    def clean_oldpassword(self) -> str:
        try:
            return super().clean_oldpassword()
        except ValidationError as error:
            raise ValidationError("Your current password is not right", code="wrong") from error


class Accept(NewPassword):
    """The first password of somebody who was invited."""

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user


class Person(forms.Form):
    """Somebody's names and their own e-mail address."""

    first_name = forms.TextField(noun="their first name", label="First name", width="two-thirds")
    last_name = forms.TextField(noun="their last name", label="Last name", width="two-thirds")
    email = forms.EmailField(
        noun="their email address",
        label="Email address",
        width="two-thirds",
        help_text="Their own work address. They sign in with it and nobody else can change it.",
    )


class OwnName(forms.Form):
    """What somebody is called now."""

    first_name = forms.TextField(noun="your first name", label="First name", width="two-thirds")
    last_name = forms.TextField(noun="your last name", label="Last name", width="two-thirds")


class InviteToEmployer(Person):
    """An invitation by a co-ordinator, to one of the roles they may give."""

    role = forms.ChoiceField(
        noun="what they will do",
        label="What will they do?",
        choices=[(role.key, role.name) for role in GIVEN_BY_COORDINATORS],
        hints={role.key: role.does for role in GIVEN_BY_COORDINATORS},
    )


class InviteToDfE(Person):
    """An invitation by an administrator, to one of DfE's roles."""

    role = forms.ChoiceField(
        noun="what they will do",
        label="What will they do?",
        choices=[(key, roles.ALL[key].name) for key in roles.OF_DFE],
        hints={key: roles.ALL[key].does for key in roles.OF_DFE},
    )


class GiveRole(forms.Form):
    """A further role for somebody who has an account."""

    role = forms.ChoiceField(
        noun="a role",
        label="Role",
        choices=[(role.key, role.name) for role in roles.ALL.values() if role != roles.NQSW],
        hints={role.key: role.does for role in roles.ALL.values()},
    )
    employer = forms.ChoiceField(
        noun="an employer",
        label="Employer",
        as_list=True,
        required=False,
        help_text="For the roles of an employer only.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(employer.pk), employer.name) for employer in Employer.objects.filter(closed_on__isnull=True)]
        self.fields["employer"].choices = [("", "None: a role at the Department for Education"), *named]  # type: ignore[attr-defined]


class Because(forms.Form):
    """Why something is done to somebody's account."""

    because = forms.TextAreaField(noun="why", label="Why?", max_length=500, rows=3)


class FindPeople(forms.Form):
    """Words of a name or an address."""

    text = forms.TextField(
        noun="a name or email address", label="Name or email address", help_text="All or part of it."
    )


class NewKey(forms.Form):
    """What an API key is called, may do, how long it works, and, for an administrator, who answers for it."""

    name = forms.TextField(
        noun="a name for the key", label="Name", max_length=60, width=20, help_text="For example, Payroll system."
    )
    scopes = forms.MultiChoiceField(noun="what the key may do", label="What may it do?", choices=Scope.choices)
    expires_on = forms.DateField(noun="the date the key expires", label="When does it expire?")
    holder = forms.ChoiceField(
        noun="who answers for the key",
        label="Who answers for it?",
        as_list=True,
        help_text="A co-ordinator of the employer. What is done with the key counts as done by them.",
    )

    def __init__(self, *args: Any, holders: Iterable[tuple[str, str]], on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        named = list(holders)
        if named:
            self.fields["holder"].choices = named  # type: ignore[attr-defined]
        else:
            del self.fields["holder"]
        last = rules.last_day_of_key(on)
        self.fields["expires_on"].help_text = f"The first day it no longer works, {long_date(last)} at the latest."
