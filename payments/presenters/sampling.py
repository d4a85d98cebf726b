"""Words for the payments of a batch that are looked at closely."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from asye.money import pounds
from asye.ui.links import link
from payments.models import Line
from payments.presenters.words import line_tag
from payments.queries.sampling import Sample
from payments.states import Sampled
from registrations.states import Milestone

HEADER = [
    "Line", "Registration", "Employer", "Payment", {"text": "Amount", "numeric": True}, "Why it was drawn", "Status",
]  # fmt: skip


def facts(shown: Sample) -> list[tuple[str, str]]:
    """What the sample is drawn from, so that anybody can draw it again."""
    return [
        ("Payments in the batch", f"{shown.population:,}"),
        ("Drawn", f"{len(shown.drawn):,}"),
        ("Seed", shown.seed),
    ]


def rows(lines: Iterable[Line], why: Mapping[int, Sampled]) -> list[list[Any]]:
    """One row for each line, read `with_stage`."""
    return [
        [
            link(reverse("line", args=[line.pk]), line.reference),
            str(line.registration),
            line.employer_name,
            Milestone(line.milestone).label,
            pounds(line.signed_pence),
            why[line.pk].label,
            line_tag(line),
        ]
        for line in lines
    ]
