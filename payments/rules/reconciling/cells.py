"""A reader of comma-separated bytes that shares nothing with what writes and imports them, Python's csv module neither.

A fault of the writer, of the importer or of the module they lean on is then not read back as if it were right.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CELL = re.compile(r'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<bare>[^",\r\n][^,\r\n]*|))(?P<end>,|\r\n|\n|\r|\Z)')
LONGEST_SHOWN = 60


class Unreadable(Exception):
    """The bytes are no table: `row` is where reading stopped, 0 where it never began."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(why)
        self.row = row
        self.why = why


@dataclass(frozen=True)
class Cells:
    """One row: where it stands (the first is 1), what it holds and how it ends ("" at the end of the bytes)."""

    number: int
    cells: tuple[str, ...]
    end: str


def rows_of(content: bytes) -> Iterator[Cells]:
    """The rows of UTF-8 text, a byte-order mark let pass. Raises Unreadable where the text stops being a table."""
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Unreadable(0, "it is not text saved as UTF-8") from None
    position, number, cells = 0, 1, list[str]()
    while position < len(text) or cells:
        found = CELL.match(text, position)
        if found is None:
            raise Unreadable(number, "its quotation marks do not match")
        quoted = found["quoted"]
        cells.append(found["bare"] if quoted is None else quoted.replace('""', '"'))
        position = found.end()
        if found["end"] != ",":
            yield Cells(number, tuple(cells), found["end"])
            number, cells = number + 1, []


def shown(text: str) -> str:
    """What a cell holds, as a sentence says it: no longer than LONGEST_SHOWN, in quotation marks."""
    return f"“{text}”" if len(text) <= LONGEST_SHOWN else f"“{text[:LONGEST_SHOWN]}…”"
