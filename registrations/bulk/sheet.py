"""A worksheet, row by row."""

from collections.abc import Iterator
from typing import Final

from registrations.bulk.findings import BadFile, Fault
from registrations.bulk.limits import Limits
from registrations.bulk.raw import RawRow, letters, place_of
from registrations.bulk.strings import SharedStrings, Words
from registrations.bulk.styles import Styles
from registrations.bulk.xml import Attributes, Handler

ERROR_VALUE: Final = Fault("It shows an error, such as #REF!, instead of a value.", "Type the value.")
NO_RESULT: Final = Fault(
    "It is a formula without a result.", "Copy the cell and paste it as a value (Paste special, Values)."
)
NOT_A_NUMBER: Final = Fault("It cannot be read.", "Type it again.")


class SheetRows(Handler):
    """Collects the rows in which there is any text; what the sheet says of its own size is not asked."""

    def __init__(self, styles: Styles, strings: SharedStrings, limits: Limits) -> None:
        self.styles, self.strings, self.limits = styles, strings, limits
        self.ready: list[RawRow] = []
        self.number, self.place = 0, -1
        self.words = Words(limits.cell)
        self.reading = self.sounded = self.is_formula = False
        self._begin_row()

    def taken(self) -> Iterator[RawRow]:
        """The rows that are whole, once."""
        ready, self.ready = self.ready, []
        return iter(ready)

    def start(self, name: str, given: Attributes) -> None:
        if name == "c":
            self.place = place_of(given["r"], self.limits.columns) if "r" in given else self.place + 1
            self.kind, self.style = given.get("t", "n"), given.get("s", "0")
            self.is_formula = False
            self.words.begin()
        elif name in ("v", "t"):
            self.reading = not self.sounded
        elif name == "f":
            self.is_formula = True
        elif name == "rPh":
            self.sounded = True
        elif name == "row":
            said = given.get("r", "")
            self.number = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else self.number + 1
            self._begin_row()

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.reading = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self.sounded = False
        elif name == "row" and (self.cells or self.faults):
            width = max((*self.cells, *self.faults)) + 1
            cells = [self.cells.get(place, "") for place in range(width)]
            self.ready.append(RawRow(self.number, cells, self.faults, frozenset(self.numbers)))

    def text(self, words: str) -> None:
        if self.reading:
            self.words.add(words)

    def _begin_row(self) -> None:
        self.place = -1
        self.cells: dict[int, str] = {}
        self.faults: dict[int, Fault] = {}
        self.numbers: set[int] = set()

    def _end_cell(self) -> None:
        written = self.words.taken()
        if not written:
            if self.is_formula and self.kind != "str":
                self._take_fault(NO_RESULT)
            return
        if self.kind == "e":
            self._take_fault(ERROR_VALUE)
            return
        try:
            shown = self._shown(written)
        except (LookupError, ValueError):
            self._take_fault(NOT_A_NUMBER)
            return
        if shown.strip():
            self._check_place()
            self.cells[self.place] = shown

    def _shown(self, written: str) -> str:
        if self.kind == "s":
            return self.strings[int(written)]
        if self.kind == "b":
            return "TRUE" if written.strip() in ("1", "true") else "FALSE"
        if self.kind == "d":
            return written.partition("T")[0]
        if self.kind == "n":
            self.numbers.add(self.place)
            return self.styles.shown(written, self.style)
        return written

    def _take_fault(self, fault: Fault) -> None:
        self._check_place()
        self.faults[self.place] = fault

    def _check_place(self) -> None:
        if not 0 <= self.place < self.limits.columns:
            raise BadFile(
                Fault(
                    f"There is something to the right of column {letters(self.limits.columns - 1)}.",
                    "Delete the columns that do not belong to the list.",
                ),
                self.number,
            )
