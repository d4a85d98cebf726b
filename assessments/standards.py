"""The standards practice is assessed against (domain 7.1): data, one file a set, with short titles of our own wording.

A programme year names its set by code. A changed standard is a new set with a new family, so that what was linked to
or judged against the old one keeps its meaning.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "standard_sets"
Standards = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StandardsSet:
    """One set: `standards` by code ("pqs-7"), `beside` the codes of the sets it is read together with."""

    code: str
    family: str
    short: str
    name: str
    note: str
    beside: tuple[str, ...]
    standards: Standards


@cache
def all_sets() -> dict[str, StandardsSet]:
    """Every set by its code. Raises ValueError naming the file and what is wrong with it."""
    found: dict[str, StandardsSet] = {}
    for path in sorted(FOLDER.glob("*.json")):
        one = _parse(path.name, path.read_text(encoding="utf-8"))
        if any(other.family == one.family for other in found.values()):
            raise ValueError(f"{path.name}: another set has the family {one.family!r} already.")
        found[one.code] = one
    return found


def of_year(code: str) -> Standards:
    """The statements of the set that a programme year names; none for a set there is no file of."""
    one = all_sets().get(code)
    return one.standards if one else ()


def to_cover(code: str) -> tuple[StandardsSet, ...]:
    """The set that a programme year names, then those it is read together with."""
    one = all_sets().get(code)
    return (one, *(all_sets()[other] for other in one.beside)) if one else ()


def families() -> dict[str, Standards]:
    """The statements of each family ("pqs"), by which the oldest forms name them."""
    return {one.family: one.standards for one in all_sets().values()}


def name_of(code: str) -> str:
    """How a standard is called on a page: "PQS 7: Analysis, decisions, planning and review"."""
    return _names().get(code, code)


@cache
def _names() -> dict[str, str]:
    return {
        code: f"{one.short} {code.rpartition('-')[2]}: {title}"
        for one in all_sets().values()
        for code, title in one.standards
    }


def forget() -> None:
    """Reads the files again the next time they are asked for."""
    all_sets.cache_clear()
    _names.cache_clear()


def _parse(name: str, text: str) -> StandardsSet:
    try:
        data: Mapping[str, Any] = json.loads(text)
        standards = tuple((code, title) for code, title in data["standards"])
        one = StandardsSet(**{**data, "beside": tuple(data["beside"]), "standards": standards})
    except (ValueError, TypeError, KeyError) as wrong:
        raise ValueError(f"{name} is not a set of standards: {wrong}.") from wrong
    if name != f"{one.code}.json":
        raise ValueError(f"{name} says it is {one.code}.")
    strange = [code for code, _ in standards if not re.fullmatch(rf"{re.escape(one.family)}-[0-9]{{1,3}}", code)]
    if strange or not standards or len({code for code, _ in standards}) != len(standards):
        raise ValueError(f"{name}: its standards must be numbered once each, like {one.family}-1.")
    return one
