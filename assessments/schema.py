"""The forms of the year as data: assessments/schemas/<kind>.<version>.json, read once and checked when read.

A record keeps the version it was opened under, so an older form keeps its questions. Adding a question is a new
version of a file; adding a kind is a new file.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from assessments.standards import SETS, name_of
from assessments.states import Part
from asye.dates import long_date
from registrations.rules.dates import review_label

FOLDER = Path(__file__).parent / "schemas"
RECOMMENDATION: Final = "recommendation"
AGREEMENT: Final = "agreement"
REVIEW: Final = "review"
FINAL_REVIEW: Final = "review_final"
EITHER: Final = "either"  # a field that both write: only here can two texts collide
TYPES: Final = ("text", "long_text", "date", "choice", "yes_no", "standards")
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Field:
    """One question. `max_length` counts characters, and for standards how many may be chosen before it is too many."""

    key: str
    label: str
    noun: str
    type: str
    writer: str
    hint: str = ""
    required: bool = True
    max_length: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    judges: str = ""  # the standard, or "holistic", that this choice is a judgement of
    heading: str = ""  # the group it stands under
    private: bool = False  # never shown to those who moderate
    needs_concern: tuple[str, ...] = ()  # the choices that ask for a concern and a support plan

    def is_written_by(self, part: Part) -> bool:
        """Whether a person in this part answers the question."""
        return self.writer in (part, EITHER)

    def shown(self, value: Any) -> str:
        """The answer in words; "" where there is none."""
        if value in (None, "", []):
            return ""
        if self.type == "yes_no":
            return "Yes" if value else "No"
        if self.type == "choice":
            return dict(self.choices).get(value, str(value))
        if self.type == "standards":
            return "\n".join(name_of(code) for code in value)
        if self.type == "date":
            return long_date(date.fromisoformat(value))
        return str(value)


@dataclass(frozen=True)
class Schema:
    """One version of one form."""

    kind: str
    version: int
    title: str
    purpose: str
    signers: tuple[Part, ...]
    opened_by: tuple[Part, ...]
    fields: tuple[Field, ...]
    repeats: bool = False
    review_points: bool = False  # one record for each review point of the programme year
    blind: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_of(self, review_point: str, ordinal: int) -> str:
        """What this record is called: "Six-month review", "Direct observation 2"."""
        name = self.titles.get(review_point) or (review_label(review_point) if review_point else self.title)
        return f"{name} {ordinal}" if self.repeats else name

    def written_by(self, part: Part) -> list[Field]:
        """The questions a person in this part answers."""
        return [one for one in self.fields if one.is_written_by(part)]

    def missing(self, content: Mapping[str, Any], fields: Iterable[Field] | None = None) -> list[Field]:
        """The required questions without an answer."""
        asked = self.fields if fields is None else fields
        return [one for one in asked if one.required and content.get(one.key) in (None, "", [])]

    def field(self, key: str) -> Field | None:
        """The question with this key."""
        return next((one for one in self.fields if one.key == key), None)

    def asks_for_concern(self, content: Mapping[str, Any]) -> bool:
        """Whether an answer is one that the form marks as a ground for a concern."""
        return any(content.get(one.key) in one.needs_concern for one in self.fields)

    def problems(self, content: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong with each answer, by key: unknown key, wrong type, too long, not among the choices."""
        known = {one.key: one for one in self.fields}
        found = {key: "This question is not on the form." for key in content if key not in known}
        for key, value in content.items():
            if key in known and value not in (None, "", []):
                wrong = _problem(known[key], value)
                if wrong:
                    found[key] = wrong
        return found


def _problem(one: Field, value: Any) -> str:
    if one.type == "yes_no":
        return "" if isinstance(value, bool) else f"Select yes or no for “{one.label}”."
    if one.type == "standards":
        good = isinstance(value, list) and set(value) <= {code for code, _ in one.choices}
        return "" if good else f"Choose standards from the list for “{one.label}”."
    if not isinstance(value, str):
        return f"“{one.label}” must be text."
    if one.type == "choice":
        return "" if value in dict(one.choices) else f"Choose an answer from the list for “{one.label}”."
    if one.type == "date":
        return "" if _is_date(value) else f"“{one.label}” must be a real date."
    limit = one.max_length or 10_000
    return "" if len(value) <= limit else f"“{one.label}” must be {limit:,} characters or fewer."


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-09-01")


@cache
def all_versions() -> dict[tuple[str, int], Schema]:
    """Every form there is. Raises ValueError naming the file and what is wrong with it."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        schema = parse(path.name, json.loads(path.read_text(encoding="utf-8")))
        if path.name != f"{schema.kind}.{schema.version}.json":
            raise ValueError(f"{path.name} says it is {schema.kind} version {schema.version}.")
        found[schema.kind, schema.version] = schema
    return found


def of(kind: str, version: int) -> Schema:
    """The form a record was opened under; raises KeyError where there is none."""
    return all_versions()[kind, version]


def newest(kind: str) -> Schema:
    """The form under which a new record of the kind is opened; raises KeyError for an unknown kind."""
    versions = [version for name, version in all_versions() if name == kind]
    if not versions:
        raise KeyError(kind)
    return all_versions()[kind, max(versions)]


def kinds() -> list[str]:
    """Every kind there is a form for."""
    return sorted({kind for kind, _ in all_versions()})


def parse(name: str, data: Mapping[str, Any]) -> Schema:
    """One file's contents as a Schema; raises ValueError naming the file."""
    options = dict(data)
    sections = options.pop("sections")
    fields = tuple(_field(name, one, section.get("heading", "")) for section in sections for one in section["fields"])
    keys = [one.key for one in fields]
    if len(set(keys)) != len(keys):
        raise ValueError(f"{name} asks a question twice.")
    signers = tuple(Part(part) for part in options.pop("signers"))
    opened_by = tuple(Part(part) for part in options.pop("opened_by"))
    return Schema(signers=signers, opened_by=opened_by, fields=fields, **options)


def _field(name: str, data: Mapping[str, Any], heading: str) -> Field:
    given = data.get("choices", ())
    choices = tuple((code, label) for code, label in (SETS[given] if isinstance(given, str) else given))
    worries = tuple(data.get("needs_concern", ()))
    words = {"noun": _noun(data["label"]), **data, "choices": choices, "heading": heading, "needs_concern": worries}
    one = Field(**words)
    if not KEY.fullmatch(one.key):
        raise ValueError(f"{name}: {one.key!r} is not a key.")
    if one.type not in TYPES:
        raise ValueError(f"{name}: {one.key} has the unknown type {one.type!r}.")
    if one.writer not in (*Part.values, EITHER):
        raise ValueError(f"{name}: {one.key} has the unknown writer {one.writer!r}.")
    if one.type in ("choice", "standards") and not choices:
        raise ValueError(f"{name}: {one.key} has nothing to choose from.")
    if not set(one.needs_concern) <= {code for code, _ in one.choices}:
        raise ValueError(f"{name}: {one.key} asks for a concern where an answer is given that it does not offer.")
    return one


def _noun(label: str) -> str:
    return label[:1].lower() + label[1:].rstrip("?.")
