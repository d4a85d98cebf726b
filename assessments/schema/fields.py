"""A form of the year: its questions, who answers them, and what may be answered."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from assessments.standards import name_of
from assessments.states import Part
from asye.dates import long_date
from registrations.rules.dates import review_label

RECOMMENDATION: Final = "recommendation"
AGREEMENT: Final = "agreement"
REVIEW: Final = "review"
FINAL_REVIEW: Final = "review_final"
START: Final = "start"  # the point of what is written when the year begins; the others are the year's reviews
EITHER: Final = "either"  # a field that both write: only here can two texts collide
TYPES: Final = ("text", "long_text", "date", "number", "choice", "yes_no", "standards")
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
EMPTY: Final[tuple[Any, ...]] = (None, "", [])


@dataclass(frozen=True)
class Source:
    """Where the starting text of a question comes from: the answer `field` of the newest record of `kind` (of the
    review point `at`, if it is given), or what the service itself has `made` of the record of the year."""

    kind: str = ""
    field: str = ""
    at: str = ""
    made: str = ""


@dataclass(frozen=True)
class Field:
    """One question. `max_length` counts characters, and for standards how many may be chosen before it is too many.

    `guide` is a number of words that is plenty, never a least. `at` and `not_at` are the points of the year at which
    it is asked; empty means always.
    """

    key: str
    label: str
    noun: str
    type: str
    writer: str
    hint: str = ""
    required: bool = True
    max_length: int | None = None
    least: int | None = None  # of a number
    most: int | None = None
    guide: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    judges: str = ""  # the standard, or "holistic", that this choice is a judgement of
    heading: str = ""  # the group it stands under
    private: bool = False  # never shown to those who moderate
    sources: tuple[Source, ...] = ()  # the first that has something gives the starting text
    at: tuple[str, ...] = ()
    not_at: tuple[str, ...] = ()
    needs_concern: tuple[str, ...] = ()  # the choices that ask for a concern and a support plan

    def is_written_by(self, part: Part) -> bool:
        """Whether a person in this part answers the question."""
        return self.writer in (part, EITHER)

    def is_asked_at(self, point: str) -> bool:
        """Whether the question is asked at a point of the year; "" asks for all of them."""
        return not point or (point not in self.not_at and (not self.at or point in self.at))

    @property
    def help(self) -> str:
        """The hint, with how many words are plenty."""
        guide = f"About {self.guide} words are plenty." if self.guide else ""
        return f"{self.hint} {guide}".strip()

    def shown(self, value: Any) -> str:
        """The answer in words; "" where there is none."""
        if value in EMPTY:
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
    """One version of one form, as it is asked at one point of a year."""

    kind: str
    version: int
    title: str
    purpose: str
    signers: tuple[Part, ...]
    opened_by: tuple[Part, ...]
    fields: tuple[Field, ...]
    repeats: bool = False
    review_points: bool = False  # one record for each point that the year's requirement set names
    blind: bool = False
    beside: str = ""  # what is listed beside the form: "since_last_review" or "whole_year"
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_of(self, review_point: str, ordinal: int) -> str:
        """What this record is called: "6-month review", "Direct observation 2"."""
        name = self.titles.get(review_point) or self._title_at(review_point)
        return f"{name} {ordinal}" if self.repeats else name

    def _title_at(self, point: str) -> str:
        if not point:
            return self.title
        label = review_label(point)
        return label if self.kind == REVIEW else f"{self.title} at the {label[:1].lower()}{label[1:]}"

    def written_by(self, part: Part) -> list[Field]:
        """The questions a person in this part answers."""
        return [one for one in self.fields if one.is_written_by(part)]

    def missing(self, content: Mapping[str, Any], fields: Iterable[Field] | None = None) -> list[Field]:
        """The required questions without an answer."""
        asked = self.fields if fields is None else fields
        return [one for one in asked if one.required and content.get(one.key) in EMPTY]

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
            if key in known and value not in EMPTY:
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
    return _number_problem(one, value) if one.type == "number" else _text_problem(one, value)


def _text_problem(one: Field, value: Any) -> str:
    if not isinstance(value, str):
        return f"“{one.label}” must be text."
    if one.type == "choice":
        return "" if value in dict(one.choices) else f"Choose an answer from the list for “{one.label}”."
    if one.type == "date":
        return "" if _is_date(value) else f"“{one.label}” must be a real date."
    limit = one.max_length or 10_000
    return "" if len(value) <= limit else f"“{one.label}” must be {limit:,} characters or fewer."


def _number_problem(one: Field, value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return f"“{one.label}” must be a whole number."
    if one.least is not None and value < one.least:
        return f"“{one.label}” must be {one.least} or more."
    if one.most is not None and value > one.most:
        return f"“{one.label}” must be {one.most} or less."
    return ""


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-09-01")
