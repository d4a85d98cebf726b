"""The registration form as a walk through its pages: which are asked, which are answered, where to go next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse

from asye.dates import long_date
from asye.ui import forms
from registrations import queries
from registrations.forms.steps import SHORT, STEPS, Step, StepForm
from registrations.models import Registration, RegistrationDraft
from registrations.rules.answers import ELIGIBILITY_FIELDS, Answers, Eligibility

PARTS = ("day", "month", "year")
OFTEN_EMPTY = frozenset({"route_other", "post_note", "middle_names", "team", "service_area", "assessor_is_manager"})


@dataclass(frozen=True)
class Page:
    """A page that is asked. `form` holds what was answered, checked again now; unbound where nothing was."""

    step: Step
    form: StepForm
    done: bool


@dataclass(frozen=True)
class Walk:
    """All pages that are asked, in order, and the clean answers of those that are done."""

    draft: RegistrationDraft
    pages: tuple[Page, ...]
    clean: Mapping[str, Any]

    @property
    def first_open(self) -> Page | None:
        """The first page without a good answer; None when the draft can be sent."""
        return next((page for page in self.pages if not page.done), None)

    def page(self, key: str) -> Page:
        """The page of a key; Http404 where there is none or it is not asked."""
        for page in self.pages:
            if page.step.key == key:
                return page
        raise Http404

    def comes_too_early(self, page: Page) -> bool:
        """Whether a page before this one has no good answer yet."""
        return self.first_open is not None and self.pages.index(page) > self.pages.index(self.first_open)

    def next_url(self) -> str:
        """Where to go on: the first open page, else the answers to check."""
        return url_of(self.draft, self.first_open.step) if self.first_open else check_url(self.draft)

    def back_url(self, page: Page) -> str:
        """Where the page's back link leads."""
        place = self.pages.index(page)
        if self.first_open is None:
            return check_url(self.draft)
        return url_of(self.draft, self.pages[place - 1].step) if place else reverse("registration_drafts")

    def answers(self) -> Answers:
        """The clean answers, once every page is done."""
        return answers_of(self.clean)

    def sections(self) -> list[dict[str, Any]]:
        """The answers with their change links, as the check-your-answers component takes them."""
        found: dict[str, list[dict[str, Any]]] = {}
        for page in self.pages:
            rows = found.setdefault(page.step.section, [])
            rows += [_row(self.draft, page, name) for name in page.form.fields if _is_shown(page, name)]
        return [{"heading": heading, "rows": rows} for heading, rows in found.items()]


def answers_of(clean: Mapping[str, Any]) -> Answers:
    """The clean values of every page that is asked, as one; those of pages that are not asked are left out."""
    values = dict(clean)
    eligibility = Eligibility(**{name: values.pop(name) for name in ELIGIBILITY_FIELDS if name in values})
    return Answers(assessor_id=int(values.pop("assessor")), eligibility=eligibility, **values)


def walk(draft: RegistrationDraft, on: date) -> Walk:
    """Goes through the form with the draft's raw answers, each checked by its own page's form."""
    people = [(str(user.pk), user.full_name) for user in queries.assessors_at(draft.employer_id, on)]
    clean: dict[str, Any] = {}
    pages = []
    for step in STEPS:
        if not step.when(clean):
            continue
        raw = draft.data.get(step.key)
        form = step.form(raw, others=clean, on=on, assessors=people)
        done = raw is not None and form.is_valid()
        if done:
            clean.update(form.cleaned_data)
        pages.append(Page(step, form, done))
    return Walk(draft, tuple(pages), clean)


def bound(page: Page, raw: Mapping[str, Any], on: date) -> StepForm:
    """The page's form with what was posted, beside the answers of the pages before it."""
    choices = getattr(page.form.fields.get("assessor"), "choices", ())
    return page.step.form(raw, others=page.form.others, on=on, assessors=choices)


def raw_of(form: StepForm, posted: Mapping[str, Any]) -> dict[str, str]:
    """What was posted for the fields of a page and nothing else, as it was typed."""
    names = [name for field in form.fields for name in _input_names(form, field)]
    return {name: str(posted[name]) for name in names if name in posted}


def counting(form: StepForm, raw: Mapping[str, str]) -> dict[str, str]:
    """The raw answers of a good page without what stands beneath a choice that was not made: nobody checked that."""
    beneath = {
        child
        for name, field in form.fields.items()
        for value, children in getattr(field, "reveals", {}).items()
        for child in children
        if form.cleaned_data[name] != value
    }
    return {name: typed for name, typed in raw.items() if name not in beneath}


def raw_answers(registration: Registration, on: date) -> dict[str, dict[str, str]]:
    """The answers a registration was made with, in raw form by page, so that the form can be opened again."""
    nqsw, assessor = registration.nqsw, queries.assessor_of(registration, on)
    values = {
        **registration.eligibility_answers,
        **{name: getattr(registration, name) for name in _SAME_NAME},
        "first_name": registration.given_first_name,
        "middle_names": registration.given_middle_names,
        "last_name": registration.given_last_name,
        "former_name": nqsw.former_name,
        "email": nqsw.email,
        "swe_number": nqsw.swe_number,
        "assessor": assessor.pk if assessor else "",
    }
    return {step.key: _raw(step.form(), values) for step in STEPS if step.when(values)}


_SAME_NAME = (
    "qualified_on",
    "swe_registered_from",
    "qualification",
    "route",
    "route_other",
    "employment_start",
    "asye_start",
    "job_title",
    "team",
    "service_area",
    "assessor_is_manager",
    "contract",
    "fte_percent",
)


def _raw(form: StepForm, values: Mapping[str, Any]) -> dict[str, str]:
    raw: dict[str, str] = {}
    for name, field in form.fields.items():
        value = field.prepare_value(values.get(name))
        if isinstance(field, forms.DateField):
            raw |= {f"{name}_{part}": text for part, text in zip(PARTS, value, strict=True)}
        elif value not in (None, ""):
            raw[name] = str(value)
    return raw


def _input_names(form: StepForm, field: str) -> Iterable[str]:
    if isinstance(form.fields[field], forms.DateField):
        return [f"{field}_{part}" for part in PARTS]
    return [field]


def _is_shown(page: Page, name: str) -> bool:
    return not (name in OFTEN_EMPTY and page.done and page.form.cleaned_data.get(name) in (None, ""))


def _row(draft: RegistrationDraft, page: Page, name: str) -> dict[str, Any]:
    field = page.form.fields[name]
    label = SHORT.get(name, str(field.label))
    return {
        "key": label,
        "value": words_of(field, page.form.cleaned_data.get(name)) if page.done else "",
        "change": url_of(draft, page.step),
    }


def words_of(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, value))
    if isinstance(value, int):
        return f"{value}% of full time"
    return str(value or "")


def url_of(draft: RegistrationDraft, step: Step) -> str:
    """The address of a page of a draft."""
    return reverse("registration_draft_step", args=[draft.pk, step.key])


def check_url(draft: RegistrationDraft) -> str:
    """The address of a draft's check-your-answers page."""
    return reverse("registration_draft_check", args=[draft.pk])
