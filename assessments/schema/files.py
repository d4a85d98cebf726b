"""The forms of the year are files, assessments/schemas/<kind>.<version>.json, read once and checked when read.

A record keeps the version it was opened under and the set of standards of its year, so an older form keeps its
questions. Adding a question is a new version of a file; adding a kind is a new file. A section with `each` is asked
once for every standard of the year, `choices: "year"` offers those standards.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from assessments import standards
from assessments.schema.fields import EITHER, KEY, TYPES, Field, Schema, Source
from assessments.states import Part

FOLDER = Path(__file__).parent.parent / "schemas"
YEAR: Final = "year"  # the standards of the programme year, whichever they are
MADE: Final = ("dates", "evidence", "supervision", "counts")  # starting texts that the service makes (prefill)
BESIDE: Final = ("", "since_last_review", "whole_year")


@cache
def _files() -> dict[tuple[str, int], tuple[str, Mapping[str, Any]]]:
    """File name and contents by kind and version."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as wrong:
            raise ValueError(f"{path.name} is not JSON: {wrong}.") from wrong
        schema = parse(path.name, data)
        if path.name != f"{schema.kind}.{schema.version}.json":
            raise ValueError(f"{path.name} says it is {schema.kind} version {schema.version}.")
        found[schema.kind, schema.version] = (path.name, data)
    return found


@cache
def of(kind: str, version: int, standard_set: str = "", point: str = "") -> Schema:
    """One version of a form; raises KeyError where there is none.

    With the set of standards of a year and the point at which it is asked, it is what a person answers; without them
    the standards are left out and the questions of all points are in it.
    """
    name, data = _files()[kind, version]
    return parse(name, data, standard_set, point)


def newest(kind: str, standard_set: str = "", point: str = "") -> Schema:
    """The form under which a new record of the kind is opened; raises KeyError for an unknown kind."""
    versions = [version for name, version in _files() if name == kind]
    if not versions:
        raise KeyError(kind)
    return of(kind, max(versions), standard_set, point)


def all_versions() -> dict[tuple[str, int], Schema]:
    """Every form there is. Raises ValueError naming the file and what is wrong with it."""
    return {key: of(*key) for key in _files()}


def kinds() -> list[str]:
    """Every kind there is a form for."""
    return sorted({kind for kind, _ in _files()})


def forget() -> None:
    """Reads the files again the next time they are asked for."""
    _files.cache_clear()
    of.cache_clear()


def parse(name: str, data: Mapping[str, Any], standard_set: str = "", point: str = "") -> Schema:
    """One file's contents as a Schema; raises ValueError naming the file."""
    try:
        return _parse(name, data, standard_set, point)
    except (TypeError, KeyError, AttributeError) as wrong:
        raise ValueError(f"{name} is not a form: {wrong}.") from wrong


def _parse(name: str, data: Mapping[str, Any], standard_set: str, point: str) -> Schema:
    options = dict(data)
    offered = standards.of_year(standard_set)
    asked = [_field(name, one, offered) for section in options.pop("sections") for one in _spread(section, offered)]
    keys = [one.key for one in asked]
    if len(set(keys)) != len(keys):
        raise ValueError(f"{name} asks a question twice.")
    signers = tuple(Part(part) for part in options.pop("signers"))
    opened_by = tuple(Part(part) for part in options.pop("opened_by"))
    fields = tuple(one for one in asked if one.is_asked_at(point))
    schema = Schema(signers=signers, opened_by=opened_by, fields=fields, **options)
    if schema.beside not in BESIDE:
        raise ValueError(f"{name} has the unknown list {schema.beside!r} beside it.")
    return schema


def _spread(section: Mapping[str, Any], offered: standards.Standards) -> Iterator[dict[str, Any]]:
    """The questions of a section, each as written, or once for every standard."""
    common = {key: section[key] for key in ("at", "not_at") if key in section}
    heading = section.get("heading", "")
    if section.get("each") != YEAR:
        for one in section["fields"]:
            yield {**common, **one, "heading": heading}
        return
    for code, title in offered:
        words = {"code": code.replace("-", "_"), "title": title, "standard": standards.name_of(code)}
        for one in section["fields"]:
            filled = {key: one[key].format(**words) for key in ("key", "label", "noun", "hint") if key in one}
            yield {**common, **one, **filled, "heading": heading.format(**words)}


def _field(name: str, data: Mapping[str, Any], offered: standards.Standards) -> Field:
    options = {"noun": _noun(data["label"]), **data}
    sources = options.pop("from", [])
    one = Field(
        **{
            **options,
            "choices": _choices(name, options, offered),
            "sources": tuple(Source(**each) for each in ([sources] if isinstance(sources, dict) else sources)),
            "needs_concern": tuple(options.get("needs_concern", ())),
            "at": tuple(options.get("at", ())),
            "not_at": tuple(options.get("not_at", ())),
        }
    )
    if not KEY.fullmatch(one.key):
        raise ValueError(f"{name}: {one.key!r} is not a key.")
    if one.type not in TYPES:
        raise ValueError(f"{name}: {one.key} has the unknown type {one.type!r}.")
    if one.writer not in (*Part.values, EITHER):
        raise ValueError(f"{name}: {one.key} has the unknown writer {one.writer!r}.")
    if one.type in ("choice", "standards") and not one.choices and data.get("choices") != YEAR:
        raise ValueError(f"{name}: {one.key} has nothing to choose from.")
    if not set(one.needs_concern) <= {code for code, _ in one.choices}:
        raise ValueError(f"{name}: {one.key} asks for a concern where an answer is given that it does not offer.")
    if one.sources and one.type not in ("text", "long_text"):
        raise ValueError(f"{name}: only a text can begin with words from elsewhere, {one.key} is none.")
    if any(each.made not in ("", *MADE) or bool(each.made) == bool(each.kind) for each in one.sources):
        raise ValueError(f"{name}: {one.key} begins with something that nothing makes.")
    return one


def _choices(name: str, options: Mapping[str, Any], offered: standards.Standards) -> standards.Standards:
    given = options.get("choices", ())
    if given == YEAR:
        return offered
    if isinstance(given, str):
        if given not in standards.families():
            raise ValueError(f"{name}: {options['key']} names the unknown standards {given!r}.")
        return standards.families()[given]
    return tuple((code, label) for code, label in given)


def _noun(label: str) -> str:
    return label[:1].lower() + label[1:].rstrip("?.")
