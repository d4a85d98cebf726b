"""How a workbook shows its numbers: which of them are dates or percentages."""

import re
from datetime import date, timedelta
from math import isfinite
from typing import Final

from registrations.bulk.xml import Attributes, Handler

DATES: Final = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))  # built into every workbook
PERCENTAGES: Final = frozenset((9, 10))
NOT_THE_FORM: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|General|Standard', re.IGNORECASE)
MOST_STYLES: Final = 65_536
LAST_SERIAL: Final = 2_958_466  # 31 December 9999
BEFORE_1900: Final = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
BEFORE_1904: Final = date(1904, 1, 1)


class Styles(Handler):
    """xl/styles.xml: the form of each style, and the text of a number in it."""

    def __init__(self, from_1904: bool) -> None:
        self.first_day = BEFORE_1904 if from_1904 else BEFORE_1900
        self.own: dict[str, str] = {}
        self.forms: list[str] = []
        self.within = False

    def start(self, name: str, given: Attributes) -> None:
        if name == "numFmt" and len(self.own) < MOST_STYLES:
            self.own[given.get("numFmtId", "")] = _form(given.get("formatCode", "")[:255])
        elif name == "cellXfs":
            self.within = True
        elif name == "xf" and self.within and len(self.forms) < MOST_STYLES:
            number = given.get("numFmtId", "0")
            self.forms.append(self.own.get(number) or _built_in(number))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.within = False

    def text(self, words: str) -> None:
        """Styles have none."""

    def shown(self, number: str, style: str) -> str:
        """A number as text: a day as 2026-09-01, a share as 80%, a whole number without its point.

        Raises ValueError where it is none.
        """
        value = float(number)
        if not isfinite(value):
            raise ValueError(number)
        place = int(style) if style.isascii() and style.isdigit() else 0
        form = self.forms[place] if place < len(self.forms) else ""
        if form == "date" and 0 < value < LAST_SERIAL:
            return (self.first_day + timedelta(days=int(value))).isoformat()
        return f"{_plain(value * 100)}%" if form == "percent" else _plain(value)


def _plain(value: float) -> str:
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else f"{value:.12g}"


def _built_in(number: str) -> str:
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        return ""
    return "date" if int(number) in DATES else "percent" if int(number) in PERCENTAGES else ""


def _form(code: str) -> str:
    bare = NOT_THE_FORM.sub("", code.partition(";")[0]).lower()
    if "%" in bare:
        return "percent"
    return "date" if re.search("[yd]|m{2,}", bare) and not re.search("[0#?]", bare) else ""
