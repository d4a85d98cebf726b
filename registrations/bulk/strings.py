"""The texts of a workbook, which its cells point to."""

import re
from array import array
from typing import Final

from registrations.bulk.findings import BadFile
from registrations.bulk.limits import Limits
from registrations.bulk.xml import TOO_BIG, Attributes, Handler

ESCAPED: Final = re.compile(r"_x00(09|0A|0D)_")


class Words:
    """Text put together from its pieces, cut off a little beyond the longest that may stand in a cell."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.begin()

    def begin(self) -> None:
        """Forgets what was there."""
        self.pieces: list[str] = []
        self.left = self.most + 1

    def add(self, words: str) -> None:
        """Takes the next piece."""
        if self.left > 0:
            self.pieces.append(words[: self.left])
            self.left -= len(words)

    def taken(self) -> str:
        """The whole, with Excel's spelling of line breaks and tabs undone."""
        whole = "".join(self.pieces)
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), whole) if "_x00" in whole else whole


class SharedStrings(Handler):
    """xl/sharedStrings.xml. Kept end to end as UTF-8, because a list of so many small strings is mostly overhead."""

    def __init__(self, limits: Limits) -> None:
        self.most = limits.strings
        self.kept = bytearray()
        self.ends = array("L", [0])
        self.words = Words(limits.cell)
        self.reading = self.sounded = False

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self.ends) - 1:
            raise LookupError(place)
        return self.kept[self.ends[place] : self.ends[place + 1]].decode()

    def start(self, name: str, given: Attributes) -> None:
        if name == "si":
            self.words.begin()
        elif name == "rPh":  # how an East Asian name is read aloud: not part of it
            self.sounded = True
        elif name == "t":
            self.reading = not self.sounded

    def end(self, name: str) -> None:
        if name == "t":
            self.reading = False
        elif name == "rPh":
            self.sounded = False
        elif name == "si":
            self.kept += self.words.taken().encode()
            self.ends.append(len(self.kept))
            if len(self.kept) + 8 * len(self.ends) > self.most:
                raise BadFile(TOO_BIG)

    def text(self, words: str) -> None:
        if self.reading:
            self.words.add(words)
