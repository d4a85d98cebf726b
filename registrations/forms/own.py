"""What an NQSW says about themselves."""

from typing import Any

from asye.ui import forms
from registrations.equality import ETHNIC_DETAILS, NOT_SAID, NOT_SAID_WORDS, QUESTIONS
from registrations.models import EqualityAnswers


def _question(key: str, noun: str, label: str, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        noun=noun, label=label, choices=list(QUESTIONS[key].items()), required=False, divider=NOT_SAID, **options
    )


def _detail(group: str) -> forms.ChoiceField:
    name = QUESTIONS["ethnic_group"][group]
    return forms.ChoiceField(
        noun="their background",
        label=f"Which best describes your background? ({name})",
        choices=[*ETHNIC_DETAILS[group].items(), (NOT_SAID, NOT_SAID_WORDS)],
        required=False,
        divider=NOT_SAID,
        small=True,
    )


class Equality(forms.Form):
    """Six questions, none required. The background belongs to the ethnic group chosen and to no other."""

    sex = _question("sex", "your sex", "What is your sex?")
    gender_same = _question(
        "gender_same",
        "whether your gender is the same",
        "Is the gender you identify with the same as your sex registered at birth?",
    )
    ethnic_group = _question(
        "ethnic_group",
        "your ethnic group",
        "What is your ethnic group?",
        reveals={group: f"ethnic_detail_{group}" for group in ETHNIC_DETAILS},
    )
    ethnic_detail_white = _detail("white")
    ethnic_detail_mixed = _detail("mixed")
    ethnic_detail_asian = _detail("asian")
    ethnic_detail_black = _detail("black")
    ethnic_detail_other = _detail("other")
    disability = _question(
        "disability",
        "whether you are disabled",
        "Do you consider yourself to have a disability as defined by the Equality Act 2010?",
        help_text="A physical or mental impairment that has a substantial and long-term effect on what you can do "
        "day to day.",
    )
    orientation = _question("orientation", "your sexual orientation", "What is your sexual orientation?")
    religion = _question("religion", "your religion", "What is your religion?")

    def answers(self) -> dict[str, str]:
        """The clean answers by the columns they are kept in."""
        given = {key: self.cleaned_data[key] for key in QUESTIONS}
        detail = self.cleaned_data.get(f"ethnic_detail_{given['ethnic_group']}") or ""
        return {**given, "ethnic_detail": detail}

    @staticmethod
    def initial_of(kept: EqualityAnswers | None) -> dict[str, str]:
        """What the page shows of answers given before."""
        if kept is None:
            return {}
        given = {key: getattr(kept, key) for key in QUESTIONS}
        return {**given, f"ethnic_detail_{kept.ethnic_group}": kept.ethnic_detail}


class CertificateName(forms.Form):
    """The name on the certificate."""

    certificate_name = forms.TextField(
        noun="the name for your certificate", label="Name on your certificate", max_length=200, width="two-thirds"
    )
