"""Words and tables for the pages about standards."""

from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse

from assessments import schema as schemas
from assessments.models import Record, StandardLink, Sufficiency
from assessments.queries import Coverage, Covered, title_of
from assessments.queries.coverage import Evidence
from assessments.standards import name_of
from asye.clock import london_date
from asye.dates import long_date
from asye.ui.links import link


def link_rows(links: Iterable[StandardLink], record: Record, *, may_change: bool) -> list[dict[str, Any]]:
    """The standards a record is linked to, each with its reason and, where it may change, the way to take it away."""
    return [
        {
            "name": name_of(one.standard),
            "why": one.why or "Ticked on the form, without a reason yet.",
            "strongest": one.strongest,
            "by": one.linked_by.full_name,
            "at": one.linked_at,
            "remove": reverse("record_standard_remove", args=[record.pk, one.pk]) if may_change and one.why else "",
        }
        for one in links
    ]


GRID_HEADER: Final = ("Standard", "Agreed records", {"text": "On the way", "numeric": True}, "Enough?")


def grids(covered: Coverage, registration_id: int) -> list[tuple[str, list[list[Any]]]]:
    """For each set its name and a row for each standard: agreed records by kind, those on their way, the judgement."""
    return [(one.name, [_grid_row(row, registration_id) for row in rows]) for one, rows in covered.sets]


def _grid_row(row: Covered, registration_id: int) -> list[Any]:
    address = reverse("coverage_standard", args=[registration_id, row.standard])
    kinds = sorted((schemas.newest(kind).title, number) for kind, number in row.kinds.items())
    agreed = ", ".join(f"{title}: {number}" for title, number in kinds)
    on_the_way = sum(not one.is_agreed for one in row.linked)
    return [link(address, name_of(row.standard)), agreed or "None yet", on_the_way, _enough(row)]


def _enough(row: Covered) -> str:
    if row.judged is not None:
        return "Enough" if row.judged.is_enough else "Not yet"
    return "Not judged yet"


def gaps(covered: Coverage) -> list[str]:
    """The standards behind which no record counts."""
    return [name_of(row.standard) for _, rows in covered.sets for row in rows if row.is_gap]


def claims_many(covered: Coverage) -> list[tuple[str, str, int]]:
    """The records that claim more than a few standards: address, title and how many."""
    return [
        (reverse("record_standards", args=[record.pk]), title_of(record), number)
        for record, number in covered.claims_many
    ]


def evidence_rows(one: Covered) -> list[dict[str, Any]]:
    """The records behind a standard: title, address, reason, and why one does not count."""
    return [
        {
            "title": piece.title,
            "href": reverse("record", args=[piece.link.record_id]),
            "why": piece.link.why or "Ticked on the form, without a reason.",
            "strongest": piece.link.strongest,
            "standing": _standing(piece),
        }
        for piece in one.linked
    ]


def _standing(piece: Evidence) -> str:
    if piece.because:
        return f"Does not count: {piece.because}."
    return "Agreed." if piece.is_agreed else "Does not count yet: it has not been agreed."


def judged_words(judged: Sufficiency) -> str:
    """What the assessor last said of a standard, and when."""
    verdict = "enough" if judged.is_enough else "not enough yet"
    when = long_date(london_date(judged.judged_at))
    return f"{judged.judged_by.full_name} said on {when} that it is {verdict}: {judged.why}"
