"""Facts that an NQSW may ask about: their forms and words come from the pages of the registration form."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404

from asye.ui import forms
from registrations.forms.steps import SHORT, STEPS, Step, StepForm
from registrations.models import FactRequest, Registration
from registrations.rules.own_facts import FACTS, MOST_WORDS, restored
from registrations.services.own_facts import held
from registrations.wizard import words_of

BY_KEY: dict[str, Step] = {step.key: step for step in STEPS if step.key in FACTS}
BECAUSE = "because"


def step_of(key: str) -> Step:
    """The page that asks for a fact; Http404 where it is none of theirs."""
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]


def label(key: str) -> str:
    """What a fact is called."""
    step = step_of(key)
    name = next(iter(step.form.base_fields))
    return "Name" if key == "name" else SHORT.get(name) or str(step.form.base_fields[name].label)


def form_for(registration: Registration, key: str, data: Mapping[str, Any] | None, on: date) -> StepForm:
    """The page's own form with what is held, and why it is wrong."""
    step = step_of(key)
    form = step.form(data, on=on)
    form.heading = form.heading or str(next(iter(form.fields.values())).label)
    form.fields[BECAUSE] = forms.TextAreaField(noun="why it is wrong", label="Why is it wrong?", max_length=MOST_WORDS)
    form.initial = restored(held(registration, key))
    return form


def rows(key: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each part of a fact in words, as it is stored or was asked for; parts that are empty are left out."""
    fields = step_of(key).form.base_fields
    found = restored(values)
    return [
        (SHORT.get(name) or str(fields[name].label), words_of(fields[name], found[name]))
        for name in FACTS[key]
        if found.get(name) not in (None, "")
    ]


def sentence(key: str, values: Mapping[str, Any]) -> str:
    """The same in one line."""
    return ", ".join(words for _, words in rows(key, values)) or "Not given"


def request_rows(request: FactRequest) -> list[tuple[str, str]]:
    """What whoever answers reads."""
    return [
        ("What", label(request.field)),
        ("What we hold", sentence(request.field, request.was)),
        ("What it should be", sentence(request.field, request.wanted)),
        ("Why", request.because),
    ]
