"""What a record says, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments import schema
from assessments.models import Record, Revision
from assessments.queries import recommended_result


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


def title_of(record: Record) -> str:
    """What the record is called."""
    return schema.of(record.kind, record.schema_version).title_of(record.review_point, record.ordinal)


def answers(record: Record, revision: Revision) -> list[tuple[str, str]]:
    """Each question of a record with its answer in words, in the order of the form."""
    form = schema.of(record.kind, record.schema_version)
    content: Mapping[str, Any] = revision.content or {}
    return [(field.label, _shown(field, content.get(field.key))) for field in form.fields]


def _shown(field: schema.Field, value: Any) -> str:
    if field.type == "standards" and isinstance(value, list):
        names = dict(field.choices)
        return "\n".join(str(names.get(code, code)) for code in value)
    return field.shown(value)


def recommends(record: Record) -> str:
    """ "pass" or "fail", as the recommendation says now."""
    return str(recommended_result(record) or "")
