"""What is wrong with a file, and how to put it right. No sentence here repeats what a person wrote in a cell."""

from dataclasses import dataclass
from typing import NamedTuple

from asye.refusals import Refused


class Fault(NamedTuple):
    """Why a cell, a row or a file cannot be taken, and what to do about it."""

    reason: str
    remedy: str


Like = tuple[int, int | None, int | None]  # a row, and the other row or the registration that it is like


@dataclass(frozen=True, order=True)
class Finding:
    """A fault where it stands: the row's number as the spreadsheet shows it, and the column's own heading.

    `column` is empty where the whole row is meant. A note stops nothing: the row can be registered all the same.
    `like_row` and `registration` (its key) name who the person of the row may be as well; one of them, or neither.
    """

    row: int
    column: str
    reason: str
    remedy: str
    is_note: bool = False
    like_row: int | None = None
    registration: int | None = None

    @property
    def like(self) -> Like | None:
        """Who the row is like, if that is what the note says."""
        if self.like_row is None and self.registration is None:
            return None
        return self.row, self.like_row, self.registration


class BadFile(Refused):
    """The file cannot be checked row by row. `row` is where reading stopped, None where it is the file as a whole."""

    def __init__(self, fault: Fault, row: int | None = None) -> None:
        where = f"Row {row}: " if row else ""
        super().__init__(f"{where}{fault.reason} {fault.remedy}", "file")
        self.fault, self.row = fault, row
