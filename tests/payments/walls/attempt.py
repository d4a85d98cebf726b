"""One impossible thing that somebody tries, with the wall that alone keeps it out."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Attempt:
    """A row of the world added with changes (`add`), or a statement (`run`); before it, without harm, `first`.

    Words in braces are the world's ids. `first` holds statements, and names of rows with what is changed in them.
    """

    by: str
    add: str = ""
    run: str = ""
    change: dict[str, Any] = field(default_factory=dict)
    first: tuple[Any, ...] = ()


def add(by: str, row: str, *first: Any, **change: Any) -> Attempt:
    return Attempt(by, add=row, change=change, first=first)


def run(by: str, statement: str, *first: Any) -> Attempt:
    return Attempt(by, run=statement, first=first)
