"""What a concern can be about, as data: assessments/concern_areas.json. Another area is another line there."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "concern_areas.json"


@dataclass(frozen=True)
class Area:
    """One area: the key that rows keep, its words and a hint for the form."""

    key: str
    label: str
    hint: str


@cache
def areas() -> dict[str, Area]:
    """Every area by its key, in the order of the form."""
    return {one["key"]: Area(**one) for one in json.loads(FILE.read_text(encoding="utf-8"))}


def label_of(key: str) -> str:
    """An area in words; the key itself where the file knows it no longer."""
    found = areas().get(key)
    return found.label if found else key
