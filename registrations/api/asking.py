"""JSON turned into answers: each goes through the page of the registration form that asks it, with its sentences."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final

from accounts.api.problems import Problem
from accounts.models import Employer
from asye.ui import forms
from registrations import queries
from registrations.forms.steps import STEPS
from registrations.rules.answers import Answers
from registrations.wizard import answers_of

ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
ASSESSOR: Final = "assessor"
NOT_AN_ASSESSOR: Final = "Select an assessor from the list of your organisation's assessors"
CORRECT: Final = "Some of what you sent must be corrected."


class Given:
    """A JSON object that was sent: its fields in the raw form that the pages' forms read, and what is no answer."""

    def __init__(self, data: Any, names: Collection[str]) -> None:
        if not isinstance(data, dict):
            raise Problem(422, "Send a JSON object.", errors=[("", "Send a JSON object")])
        self.data = data
        self.errors: list[tuple[str, str]] = [
            (name[:100], "There is no field with this name") for name in data if name not in names
        ]
        self.unread: set[str] = set()

    def as_posted(self, fields: Mapping[str, forms.forms.Field]) -> dict[str, Any]:
        """The fields of a form as its page would post them."""
        found: dict[str, Any] = {}
        for name, field in fields.items():
            value = self.data.get(name)
            if value is None:
                continue
            wrong = _wrong_kind(field, value)
            if wrong:
                self.unread.add(name)
                self.errors.append((name, wrong))
            else:
                found |= _posted(name, field, value)
        return found

    def judge(self, form: forms.Form) -> dict[str, Any]:
        """The clean values of the form's good fields; the sentences about the others are added to the errors."""
        form.is_valid()
        for name, sentences in form.errors.items():
            if name not in self.unread:
                self.errors.append(("" if name == "__all__" else str(name), str(sentences[0])))
        return {name: value for name, value in form.cleaned_data.items() if name not in form.errors}

    def check(self) -> None:
        """Raises Problem with all that was wrong."""
        if self.errors:
            raise Problem(422, CORRECT, code="invalid", errors=self.errors)


def fields() -> Iterator[tuple[str, forms.forms.Field]]:
    """Every question of the registration form with the field that cleans its answer."""
    for step in STEPS:
        yield from step.form.base_fields.items()


FIELDS: Final = dict(fields())


def answers(data: Any, employer: Employer, on: date) -> Answers:
    """The answers about one NQSW; raises Problem with every field that must be corrected.

    The assessor is given by e-mail address. What is not asked after the other answers is passed over, as on the web.
    """
    given = Given(data, FIELDS)
    people = {user.email: user.pk for user in queries.assessors_at(employer, on)}
    clean: dict[str, Any] = {}
    for step in STEPS:
        if not step.when(clean):
            continue
        raw = given.as_posted(step.form.base_fields)
        if ASSESSOR in raw:
            raw[ASSESSOR] = _assessor(given, raw[ASSESSOR], people)
        clean |= given.judge(step.form(raw, others=clean, on=on, assessors=[(str(pk), "") for pk in people.values()]))
    given.check()
    return answers_of(clean)


def cleaned(data: Any, form: type[forms.Form], *others: str) -> dict[str, Any]:
    """The clean values of a form of one page; `others` are fields of the object that are not the form's."""
    fields: dict[str, forms.forms.Field] = form.base_fields
    given = Given(data, [*fields, *others])
    clean = given.judge(form(given.as_posted(fields)))
    given.check()
    return clean


def version(data: Any) -> int:
    """The version of the registration that was read; raises Problem without one."""
    found = data.get("version") if isinstance(data, dict) else None
    if type(found) is not int or not 0 < found < 10**9:
        sentence = "Send the version of the registration as you read it"
        raise Problem(422, f"{sentence}.", code="invalid", errors=[("version", sentence)])
    return found


def _assessor(given: Given, email: str, people: Mapping[str, int]) -> str:
    found = people.get(email.strip().lower())
    if found is None:
        given.unread.add(ASSESSOR)
        given.errors.append((ASSESSOR, NOT_AN_ASSESSOR))
    return str(found or "")


def _wrong_kind(field: forms.forms.Field, value: Any) -> str:
    """What kind of value the field takes, where this is another."""
    if isinstance(field, forms.YesNoField):
        return "" if isinstance(value, bool) else "Send true or false"
    if isinstance(field, forms.NumberField):
        return "" if type(value) is int and abs(value) < 10**9 else "Send a whole number"
    if isinstance(field, forms.DateField):
        fits = isinstance(value, str) and ISO_DAY.fullmatch(value)
        return "" if fits else "Send a date like 2026-09-01"
    return "" if isinstance(value, str) else "Send text"


def _posted(name: str, field: forms.forms.Field, value: Any) -> dict[str, str]:
    if isinstance(field, forms.DateField):
        year, month, day = value.split("-")
        return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}
    if isinstance(value, bool):
        return {name: "yes" if value else "no"}
    return {name: str(value)}
