"""Every field of every form, filled in wrongly in every way: one clear sentence at that field, and no exception."""

from typing import Any

import pytest
from django.forms import BaseForm, Field

from asye.ui.forms import SeenDigest, SeenNumber
from tests.bad_input.building import ABSTRACT, OUR_BASE, Built, discovered, every_form
from tests.bad_input.typed import NOT_OURS, OURS, Sent, bad, filled

pytestmark = pytest.mark.django_db
EVERY_FORM = every_form()


def test_every_form_is_here() -> None:
    """A form that is added is added to building.py, and is one of the design system's."""
    there = discovered()
    assert {kind for kind in there if not issubclass(kind, OUR_BASE)} == set()
    assert there - ABSTRACT - {OUR_BASE} == {kind for kind, _ in EVERY_FORM}


def test_every_field_is_asked() -> None:
    """No field hides beneath a choice that no built form makes."""
    for kind in {kind for kind, _ in EVERY_FORM}:
        built = [one for other, one in EVERY_FORM if other is kind]
        fields = {name for one in built for name in one.build(None, None).fields}
        assert fields == {name for one in built for name in one.asked()}, kind


def faults(form: BaseForm, name: str, asked: Field, sent: Sent) -> list[str]:
    """What is wrong with the form's answer to one bad field."""
    refused = asked.required or not sent.empty
    errors: dict[str, Any] = {key: list(said) for key, said in form.errors.items()}
    if isinstance(asked, (SeenNumber, SeenDigest)):  # nobody typed it, so the act says that the page is out of date
        taken = form.cleaned_data[name]
        return [f"{errors}, taken for {taken}"] if errors or taken != asked.NEVER_SEEN else []
    if not refused:
        return [f"{errors} where nothing is required"] if errors else []
    if list(errors) != [name]:
        return [f"the errors are at {sorted(errors)}: {errors}"]
    found = []
    if len(errors[name]) != 1:
        found.append(f"{len(errors[name])} sentences: {errors[name]}")
    for said in errors[name]:
        if NOT_OURS.search(said) or not OURS.match(said) or said.endswith(".") or not said[0].isupper():
            found.append(f"the sentence “{said}”")
        if len(said) > 250:
            found.append(f"a sentence of {len(said)} characters")
    return found


@pytest.mark.parametrize("built", [one for _, one in EVERY_FORM], ids=lambda one: one.name.replace(" ", "-"))
def test_each_bad_answer_is_named_at_its_field(built: Built) -> None:
    good = built.good()
    found = []
    for name, asked in built.asked().items():
        for sent in bad(name, asked):
            form = built.build(*filled(good, name, asked, sent))
            try:
                found += [f"{name}, {sent.what}: {fault}" for fault in faults(form, name, asked, sent)]
            except Exception as error:  # which field and which answer broke it is what matters
                found.append(f"{name}, {sent.what}: {error!r}")
    assert found == []
