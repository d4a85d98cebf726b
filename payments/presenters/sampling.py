"""Words for the payments of a batch that are looked at closely."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from accounts.models import AuditEvent
from asye.dates import long_date
from asye.money import pounds
from asye.ui.links import link
from payments.models import Line
from payments.presenters.words import line_tag
from payments.queries.sampling import Sample
from payments.states import Finding, Sampled
from registrations.states import Milestone

HEADER = [
    "Line", "Employer", "Payment", {"text": "Amount", "numeric": True}, "Why it was drawn", "Status", "What was found",
]  # fmt: skip


def facts(shown: Sample) -> list[tuple[str, str]]:
    """What the sample is drawn from, so that anybody can draw it again."""
    return [
        ("Payments in the batch", f"{shown.population:,}"),
        ("Drawn", f"{len(shown.drawn):,}"),
        ("Seed", shown.seed),
    ]


def rows(
    lines: Iterable[Line], why: Mapping[int, Sampled], found: Mapping[int, AuditEvent], *, may_look: bool
) -> list[list[Any]]:
    """One row for each line, read `with_stage`, with what was found of it last and, if they may, a link to say so."""
    return [
        [
            link(reverse("line", args=[line.pk]), line.reference),
            line.employer_name,
            f"{line.registration}, {Milestone(line.milestone).label.lower()}",
            pounds(line.signed_pence),
            why[line.pk].label,
            line_tag(line),
            _found(line, found.get(line.pk), may_look),
        ]
        for line in lines
    ]


def _found(line: Line, event: AuditEvent | None, may_look: bool) -> Any:
    if event is not None:
        by = event.actor.full_name if event.actor else "the service"
        said = f"{Finding(event.codes[0]).label}, {by}, {long_date(event.at)}"
    else:
        said = "Record what you found" if may_look else "Nothing yet"
    return link(reverse("line_look", args=[line.pk]), said, f"of line {line.reference}") if may_look else said
