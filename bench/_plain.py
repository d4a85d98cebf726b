"""The plain way to check a file: a ModelResource of django-import-export and a dry run, with the form's own rules."""

import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from import_export import resources

from accounts.models import Employer, User
from registrations import wizard
from registrations.bulk.columns import COLUMNS, chooser
from registrations.bulk.days import parts
from registrations.forms.steps import STEPS
from registrations.models import NQSW, Registration, RegistrationDraft
from registrations.rules.answers import Answers
from registrations.services import registering, storing
from registrations.states import State
from tests.cast import NOW

CHOOSERS = {column.key: chooser(column) for column in COLUMNS}


class PlainResource(resources.ModelResource):
    """Each row goes through the pages of the form, the rules, and the model's own checks, and is saved and undone."""

    class Meta:
        model = Registration
        import_id_fields = ("id",)
        fields = (
            "id", "nqsw", "programme_year", "state", "submitted_at", "submitted_by", "given_first_name",
            "given_last_name", "job_title", "contract", "fte_percent", "qualification", "route", "route_other",
            "qualified_on", "swe_registered_from", "employment_start", "asye_start", "eligibility_answers",
            "rule_version", "verdict", "verdict_reasons",
        )  # fmt: skip
        clean_model_instances = True
        use_transactions = True

    def __init__(self, employer: Employer, by: User, on: date) -> None:
        super().__init__()
        self.employer, self.by, self.on = employer, by, on

    def before_import_row(self, row: dict[str, Any], **options: Any) -> None:
        """Judges the row as the web form would."""
        answers = self.answers(row)
        year, result = registering.judge(answers, self.on)
        registering.check_assessor(answers, self.employer, self.on)
        registering.check_free(answers)
        nqsw = NQSW.objects.create(
            swe_number=answers.swe_number,
            first_name=answers.first_name,
            last_name=answers.last_name,
            email=answers.email,
            created_at=NOW,
        )
        facts = storing.facts(answers, year, result)
        row.update(
            {key: json.dumps(value) if isinstance(value, (dict, list)) else value for key, value in facts.items()},
            id=None,
            nqsw=nqsw.pk,
            programme_year=year.pk,
            state=State.SUBMITTED,
            submitted_at=NOW,
            submitted_by=self.by.pk,
        )

    def validate_instance(self, instance: Registration, *args: Any, **options: Any) -> None:
        """The model's own checks, but for what a registration has only later."""
        later = [field.name for field in Registration._meta.fields if field.null]
        instance.full_clean(exclude=later)

    def answers(self, row: dict[str, Any]) -> Answers:
        """The pages of the form, filled in from the row."""
        data: dict[str, dict[str, str]] = {}
        for step in STEPS:
            data[step.key] = {}
            for key, field in step.form.base_fields.items():
                cell = row[key]
                if hasattr(field, "earliest"):
                    day = parts(cell) or ["", "", ""]
                    data[step.key] |= dict(zip((f"{key}_day", f"{key}_month", f"{key}_year"), day, strict=True))
                else:
                    data[step.key][key] = CHOOSERS[key](cell)
        data["assessor"]["assessor"] = str(User.objects.get(email=row["assessor"]).pk)
        walk = wizard.walk(RegistrationDraft(owner=self.by, employer=self.employer, data=data), self.on)
        if walk.first_open is not None:
            raise ValidationError(walk.first_open.form.errors.as_text())
        return walk.answers()
