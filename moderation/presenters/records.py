"""What a record says, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments import schema
from assessments.models import Record, Revision
from assessments.queries import recommended_result, schema_of, title_of


@dataclass(frozen=True)
class Evidence:
    """One record as a reader sees it."""

    anchor: str
    title: str
    rows: list[tuple[str, str]]


def evidence(records: Iterable[Record]) -> list[Evidence]:
    """Titles, questions and answers of agreed records, without who wrote them."""
    return [
        Evidence(f"evidence-{record.pk}", title_of(record), answers(record, record.current_revision))
        for record in records
        if record.current_revision is not None
    ]


def answers(record: Record, revision: Revision) -> list[tuple[str, str]]:
    """Each question of a record with its answer in words, in the order of the form; private ones are left out."""
    form = schema_of(record)
    content: Mapping[str, Any] = revision.content or {}
    return [(field.label, _shown(field, content.get(field.key))) for field in form.fields if not field.private]


def _shown(field: schema.Field, value: Any) -> str:
    if field.type == "standards" and isinstance(value, list):
        names = dict(field.choices)
        return "\n".join(str(names.get(code, code)) for code in value)
    return field.shown(value)


def recommends(record: Record) -> str:
    """What the recommendation says now: the word pass or fail."""
    return str(recommended_result(record) or "")
