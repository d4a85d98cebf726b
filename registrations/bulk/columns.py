"""The columns of a file: the questions of the registration form, each answered by a cell under the same rules."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from asye.ui import forms
from registrations.bulk.findings import BadFile, Fault
from registrations.forms.steps import SHORT, STEPS, Clean, Step

REASONS: Final = "What to correct"  # the column that our file of faults adds; read by nobody
KEY, ASSESSOR = "swe_number", "assessor"
OWN_HEADINGS: Final = {ASSESSOR: "Assessor email address", "fte_percent": "Working time (% of full time)"}
ALSO: Final = {
    "first_name": ("forename", "given name"),
    "last_name": ("surname", "family name"),
    "former_name": ("former name", "previous last name"),
    "email": ("email", "e-mail"),
    KEY: ("SWE number", "SW number", "registration number"),
    "employment_start": ("employment start date", "employment start"),
    "asye_start": ("ASYE start date", "ASYE start"),
    "fte_percent": ("FTE", "hours", "working time"),
    ASSESSOR: ("assessor", "assessor email"),
}


@dataclass(frozen=True)
class Column:
    """One question. `parent` is the question, and its answer, beneath which this one is asked."""

    key: str
    heading: str
    step: Step
    parent: tuple[str, str] | None = None

    @cached_property
    def field(self) -> forms.forms.Field:
        """The form's own field, which cleans the cell."""
        return self.step.form.base_fields[self.key]

    @property
    def may_be_missing(self) -> bool:
        """Whether a file can do without the column: the answer is optional, or asked of some people only."""
        return not self.field.required or self.parent is not None or not self.step.when({})

    def is_asked(self, clean: Clean) -> bool:
        """Whether the question is asked of somebody with these answers to the questions before it."""
        if self.parent is not None and clean.get(self.parent[0]) != self.parent[1]:
            return False
        return self.step.when(clean)


def _columns() -> Iterable[Column]:
    for step in STEPS:
        fields = step.form.base_fields
        beneath = {
            child: (name, value)
            for name, field in fields.items()
            for value, children in getattr(field, "reveals", {}).items()
            for child in children
        }
        for key, field in fields.items():
            heading = OWN_HEADINGS.get(key) or SHORT.get(key) or str(field.label)
            yield Column(key, heading, step, beneath.get(key))


COLUMNS: Final = tuple(_columns())
HEADINGS: Final = {column.key: column.heading for column in COLUMNS}


def spelled(heading: str) -> str:
    """A heading without case, white space, signs and what stands in brackets at its end."""
    plain = unicodedata.normalize("NFKC", re.sub(r"\([^()]*\)\s*$", "", heading)).casefold()
    return "".join(character for character in plain if character.isalnum())


@cache
def _by_spelling(columns: tuple[Column, ...]) -> Mapping[str, Column]:
    return {
        spelled(name): column
        for column in columns
        for name in (column.key, str(column.field.label), *ALSO.get(column.key, ()), column.heading)
    }


@dataclass(frozen=True)
class Layout:
    """Which column of a file answers which question. `unused` are the headings of columns that answer none."""

    places: tuple[tuple[int, Column], ...]
    headings: Mapping[str, str]
    unused: tuple[str, ...]

    def place(self, key: str) -> int | None:
        """Where the answer to a question stands, if it does."""
        return next((place for place, column in self.places if column.key == key), None)


def matched(header: Sequence[str], columns: tuple[Column, ...] = COLUMNS) -> Layout:
    """Finds the questions in the headings, in any order; raises BadFile where one is missing or there twice."""
    found: dict[str, int] = {}
    unused = []
    for place, heading in enumerate(header):
        column = _by_spelling(columns).get(spelled(heading))
        if column is None:
            if heading and spelled(heading) != spelled(REASONS):
                unused.append(heading)
        elif column.key in found:
            raise BadFile(
                Fault(f"There are two columns for “{column.heading}”.", "Keep one of them and delete the other.")
            )
        else:
            found[column.key] = place
    if not found:
        raise BadFile(
            Fault("The first row has none of our headings.", "Put the headings of the template into the first row.")
        )
    missing = [column.heading for column in columns if column.key not in found and not column.may_be_missing]
    if missing:
        names = ", ".join(f"“{heading}”" for heading in missing)
        raise BadFile(
            Fault(
                f"{'This column is' if len(missing) == 1 else 'These columns are'} missing: {names}.",
                "Add what is missing, or copy the headings from the template.",
            )
        )
    places = tuple((found[column.key], column) for column in columns if column.key in found)
    headings = {column.key: column.heading for column in columns}
    return Layout(places, headings | {column.key: header[place] for place, column in places}, tuple(unused))


def choices(column: Column) -> list[tuple[str, str]]:
    """The answers of a question that offers a list, but for the list of assessors."""
    offered = getattr(column.field, "choices", None) if column.key != ASSESSOR else None
    return [(str(value), str(label)) for value, label in offered or ()]


def chooser(column: Column) -> Callable[[str], str]:
    """Turns an answer as people write it into its value; what is not an answer stays as it is."""
    offered = choices(column)
    begun = Counter(spelled(label.partition(",")[0]) for _, label in offered)
    known = {spelled(label.partition(",")[0]): value for value, label in offered}
    known = {words: value for words, value in known.items() if begun[words] == 1}  # "Yes" for "Yes, it is a ..."
    for value, label in offered:
        known |= {spelled(value): value, spelled(label): value}
    if isinstance(column.field, forms.YesNoField):
        known |= {"y": "yes", "true": "yes", "n": "no", "false": "no"}
    return lambda cell: known.get(spelled(cell), cell)
