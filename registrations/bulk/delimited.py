"""Text files with a row on each line: CSV and its relations, in the encodings that spreadsheet programs write."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from registrations.bulk.findings import BadFile, Fault
from registrations.bulk.limits import Limits
from registrations.bulk.raw import RawRow

DELIMITERS: Final = (",", ";", "\t", "|")
BLANK: Final = " \u00a0" + "".join(DELIMITERS)
CHUNK: Final = 65_536
SAVE_AS_UTF8: Final = "Save it as CSV UTF-8 in your spreadsheet program and send that."
NOT_TEXT: Final = Fault("The file holds characters that are not text.", SAVE_AS_UTF8)
QUOTES: Final = Fault(
    "A quotation mark is opened here and not closed, or stands in the middle of a cell.",
    "Delete the quotation mark, or close it at the end of the cell.",
)


def rows(data: bytes, limits: Limits) -> tuple[str, Iterator[RawRow]]:
    """The encoding of the text and its rows, blank ones too. Raises BadFile, also out of the stream."""
    encoding = encoding_of(data)
    delimiter, skip = _delimiter(data, encoding)
    return encoding, _rows(data, encoding, delimiter, skip)


def _rows(data: bytes, encoding: str, delimiter: str, skip: int) -> Iterator[RawRow]:
    number = 0
    try:
        for number, cells in enumerate(_records(data, encoding, delimiter), 1):
            if number > skip:
                yield RawRow(number, cells)
    except csv.Error:
        raise BadFile(QUOTES, number + 1) from None
    except UnicodeDecodeError:
        raise BadFile(NOT_TEXT, number + 1) from None


def _records(data: bytes, encoding: str, delimiter: str, *, strict: bool = True) -> Iterator[list[str]]:
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    return csv.reader(_without_nul(text), delimiter=delimiter, strict=strict, skipinitialspace=delimiter != "\t")


def _without_nul(lines: io.TextIOWrapper) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise BadFile(NOT_TEXT, number)
        yield line


def encoding_of(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with its mark, else what Windows writes in western Europe."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise BadFile(NOT_TEXT)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        for start in range(0, len(data), CHUNK):
            decode(data[start : start + CHUNK])
        decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(data: bytes, encoding: str) -> tuple[str, int]:
    """What stands between cells, and how many lines to pass over: the one with which a program names it ("sep=;")."""
    try:
        first = io.TextIOWrapper(io.BytesIO(data), encoding, newline=None).readline(CHUNK).rstrip("\n")
    except UnicodeDecodeError:
        raise BadFile(NOT_TEXT, 1) from None
    if first[:4].lower() == "sep=" and first[4:] in DELIMITERS:
        return first[4:], 1
    return max(DELIMITERS, key=lambda each: _width(data, encoding, each)), 0


def _width(data: bytes, encoding: str, delimiter: str) -> int:
    """How many cells the first row that is not blank would have."""
    try:
        records = _records(data, encoding, delimiter, strict=False)
        return next((len(cells) for cells in records if any(cell.strip(BLANK) for cell in cells)), 0)
    except (csv.Error, UnicodeDecodeError):
        return 0
