"""A row as a file holds it, before anything is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from registrations.bulk.findings import Fault


@dataclass(frozen=True)
class RawRow:
    """`faults` are by the place of the cell; `numbers` are the places of cells that a workbook holds as numbers."""

    number: int
    cells: Sequence[str]
    faults: dict[int, Fault] = field(default_factory=dict)
    numbers: frozenset[int] = frozenset()


def letters(place: int) -> str:
    """The letters of a column, counted from 0: A, Z, AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def place_of(reference: str, most: int) -> int:
    """The place of a cell such as "AB12", counted from 0; `most` where it is that far to the right or further."""
    place = 0
    for character in reference:
        if not "A" <= character <= "Z":
            break
        place = place * 26 + ord(character) - 64
        if place > most:
            return most
    return place - 1
