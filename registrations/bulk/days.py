"""Days as people and spreadsheet programs write them in a cell."""

import re
from datetime import timedelta
from typing import Final

from registrations.bulk.styles import BEFORE_1900

ISO: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.]+Z?)?")
NUMBERS: Final = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{2,4})(?: [0-9:.]+)?")
NAMED: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]*([A-Za-z]{3,9})[-/., ]*([0-9]{2,4})")
SERIAL: Final = re.compile(r"[2-7][0-9]{4}")  # 1954 to 2119, as a workbook counts its days


def parts(cell: str) -> list[str] | None:
    """Day, month and year as they are written, the day first where nothing says otherwise. None: it is no date."""
    if found := ISO.fullmatch(cell):
        return [found[3], found[2], found[1]]
    if found := NUMBERS.fullmatch(cell) or NAMED.fullmatch(cell):
        return [found[1], found[2], found[3]]
    if SERIAL.fullmatch(cell):
        day = BEFORE_1900 + timedelta(days=int(cell))
        return [str(day.day), str(day.month), str(day.year)]
    return None


def is_month_first(cell: str) -> bool:
    """Whether it can only be read with the month before the day: 09/13/2026."""
    found = NUMBERS.fullmatch(cell)
    return found is not None and int(found[1]) <= 12 < int(found[2]) <= 31


def is_ambiguous(cell: str) -> bool:
    """Whether it would be another day with the month first: 03/04/2026."""
    found = NUMBERS.fullmatch(cell)
    return found is not None and int(found[1]) <= 12 and int(found[2]) <= 12 and int(found[1]) != int(found[2])
