"""What is reported of a file is what was planted in it: nothing more, nothing less."""

import random
import re
from datetime import timedelta

import pytest

from accounts.models import User
from asye.ui import forms
from registrations.bulk import writing
from registrations.bulk.columns import HEADINGS
from registrations.forms.steps import STEPS
from registrations.models import Placement, Registration
from registrations.states import EndReason
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once
from tests.registrations.bulk.faults import KINDS, Planted
from tests.registrations.bulk.people import checked, csv, found, person

# These show in one row beside each other: each is about a cell of its own.
TOGETHER = {
    "first_name empty",
    "job_title empty",
    "assessor empty",
    "hours too few",
    "no such qualification",
    "perhaps",
}
TWICE = ("swe_number", "This number stands in row {} too."), ("email", "This email address stands in row {} too.")


@built_once
def neighbours(cast, year):
    """The people and accounts that the kinds of fault need."""
    for number, (employer, by, assessor) in enumerate(
        [
            (cast.southmouth, cast.cora, cast.cal),
            (cast.northshire, cast.amira, cast.ben),
            (cast.southmouth, cast.cora, cast.cal),
            (cast.southmouth, cast.cora, cast.cal),
        ]
    ):
        make.submitted(
            employer, by=by, assessor=assessor, now=NOW, swe_number=f"SW70050{number}",
            email="taken@people.example" if number == 0 else f"other{number}@people.example",
        )  # fmt: skip
    finished = Registration.objects.filter(nqsw__swe_number="SW700502")
    finished.update(ended_on=TODAY, end_reason=EndReason.OUTCOME_CONFIRMED)
    left = Registration.objects.filter(nqsw__swe_number="SW700503")
    left.update(ended_on=TODAY, end_reason=EndReason.WITHDRAWN)
    Placement.objects.filter(registration__in=left).update(ends_on=TODAY + timedelta(days=1))
    User.objects.filter(pk=cast.nils.pk).update(is_active=False)


def test_there_are_enough_kinds():
    assert len(KINDS) >= 24


@pytest.mark.parametrize("seed", range(6))
def test_it_works(neighbours, cast, seed):
    dice = random.Random(seed)  # noqa: S311
    planted = Planted()
    kinds = [*KINDS, *[""] * 60]
    dice.shuffle(kinds)
    for place, name in enumerate(kinds):
        names = [name, *dice.sample(sorted(TOGETHER - {name}), 3)] if name in TOGETHER else [name] if name else []
        planted.add(person(1_000 + place), [KINDS[each] for each in names])
    for key, reason in TWICE:
        planted.again(key, reason)
        same = {key: person(1)[key]} if key == "email" else {key: "SW 0005"}
        planted.add({**person(2_000), **same}, [])
        planted.add({**person(2_001), **same, **({key: "sw5"} if key == "swe_number" else {})}, [])
    upload = checked(cast.northshire, writing.as_csv([list(HEADINGS.values()), *planted.rows]), by=cast.amira)
    assert set(found(upload)) == planted.expected
    assert upload.findings.count() == len(planted.expected)
    assert upload.bad == len({row for row, _, _ in planted.expected})


ONLY_IN_A_FILE = {
    "month first",
    "failed before",
    "either order",
    "date in words",
    "formula",
    "endless cell",
    "unknown assessor",
}
ON_ONE_PAGE = [
    name
    for name, kind in KINDS.items()
    if name not in ONLY_IN_A_FILE | {"assessor of somebody else"} and len(kind.cells) == 1
]


@pytest.mark.parametrize("name", ON_ONE_PAGE)
def test_the_page_on_the_web_says_the_same(neighbours, cast, name):
    """What a page of the form says to an answer is what the file says, word for word."""
    ((key, cell),) = KINDS[name].cells.items()
    upload = checked(cast.northshire, csv([person(1, **KINDS[name].cells)]), by=cast.amira)
    said = " ".join(f"{reason} {remedy}" for reason, remedy in upload.findings.values_list("reason", "remedy"))
    step = next(each for each in STEPS if key in each.form.base_fields)
    form = step.form(posted(step.form.base_fields[key], key, cell), assessors=[(str(cast.ben.pk), "Ben")])
    for sentence in form.errors.get(key, []):
        assert sentence in said


def posted(field, key: str, cell: str) -> dict[str, str]:
    """An answer as the page's own control sends it."""
    if not isinstance(field, forms.DateField):
        return {key: cell}
    parts = re.split("[-/]", cell) if cell else ["", "", ""]
    day = parts[::-1] if len(parts[0]) == 4 else parts
    return {f"{key}_{name}": typed for name, typed in zip(("day", "month", "year"), day, strict=True)}
