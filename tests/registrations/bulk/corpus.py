"""Hostile, broken and merely unlucky files, each made by code, with exactly what is said of it."""

# ruff: noqa: E501 (a table: one file to a line)

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field

from registrations.bulk import delimited, reader, sheet, workbook, xml
from registrations.bulk.findings import Fault
from tests.registrations.bulk.books import (
    COUNTED,
    DAY,
    LONG_DAY,
    PERCENT,
    book,
    claiming,
    csv,
    line,
    number,
    text,
    worksheet,
    zipped,
)
from tests.registrations.bulk.books import (
    workbook as sheets,
)

HEAD = "name,number"
GOOD = ("Ann", "SW1")
DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
HEADS = line("name", "number")
ANN = line(*GOOD)


@dataclass(frozen=True)
class Case:
    """`refused` is the whole sentence; else `rows` are those read and `faults` (row, column, reason) what is said."""

    data: Callable[[], bytes]
    refused: str = ""
    rows: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    header: tuple[str, ...] = ("name", "number")


def said(fault: Fault, row: int | None = None) -> str:
    where = f"Row {row}: " if row else ""
    return f"{where}{fault.reason} {fault.remedy}"


def refused(data: bytes | Callable[[], bytes], fault: Fault, row: int | None = None) -> Case:
    return Case(data if callable(data) else lambda: data, refused=said(fault, row))


def what(magic: bytes) -> Fault:
    return Fault(dict(reader.KINDS)[magic], reader.SAVE_AGAIN)


def good(data: bytes | Callable[[], bytes], *rows: tuple[int, tuple[str, ...]], **more: object) -> Case:
    return Case(data if callable(data) else lambda: data, rows=list(rows) or [(2, GOOD)], **more)  # type: ignore[arg-type]


def bomb() -> bytes:
    return book(one=worksheet(HEADS, ANN, "<!--", " " * 120_000_000, "-->"))


def lying_bomb() -> bytes:
    made = book(one=worksheet(HEADS, line(*GOOD, at=2) * 700_000))
    return claiming(made, "xl/worksheets/one.xml", 5_000)


def million_blank() -> bytes:
    return book(HEADS, ANN, "<row/>" * 1_000_000, line("Bo", "SW2", at=1_000_003))


def billion_cells() -> bytes:
    one = worksheet(HEADS, ANN).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    return book(one=one)


TEXTS: dict[str, Case] = {
    "plain": good(csv(HEAD, GOOD).encode()),
    "byte-order mark": good(codecs.BOM_UTF8 + csv(HEAD, GOOD).encode()),
    "utf-16 little-endian": good(codecs.BOM_UTF16_LE + csv(HEAD, "Zoë,SW1").encode("utf-16-le"), (2, ("Zoë", "SW1"))),
    "utf-16 big-endian": good(codecs.BOM_UTF16_BE + csv(HEAD, "Łuk,SW1").encode("utf-16-be"), (2, ("Łuk", "SW1"))),
    "utf-16 without a mark": refused(csv(HEAD, GOOD).encode("utf-16-le"), delimited.NOT_TEXT, 1),
    "utf-16 cut in half": refused((codecs.BOM_UTF16_LE + csv(HEAD, GOOD).encode("utf-16-le"))[:-1], delimited.NOT_TEXT, 2),
    "utf-32": refused(codecs.BOM_UTF32_LE + csv(HEAD, GOOD).encode("utf-32-le"), delimited.NOT_TEXT),
    "windows letters": good(csv(HEAD, "Zoë O’Neill,SW1").encode("cp1252"), (2, ("Zoë O’Neill", "SW1"))),
    "neither utf-8 nor windows": refused(csv(HEAD, GOOD).encode() + b"\x81\xff,1\r\n", delimited.NOT_TEXT, 1),
    "nul": refused(csv(HEAD, GOOD, "A\0nn,SW2").encode(), delimited.NOT_TEXT, 3),
    "semicolons": good(csv("name;number", "Ann;SW1").encode()),
    "tabs": good(csv("name\tnumber", "Ann\tSW1").encode()),
    "pipes": good(csv("name|number", "Ann|SW1").encode()),
    "separator named": good(csv("sep=;", "name;number", "Ann, B;SW1").encode(), (3, ("Ann, B", "SW1"))),
    "decimal commas among semicolons": good(csv("name;number", "1,5,6,7;SW1").encode(), (2, ("1,5,6,7", "SW1"))),
    "trailing commas": good(csv("name,number,,,", "Ann,SW1,,,").encode()),
    "short row": good(csv(HEAD, "Ann").encode(), (2, ("Ann", ""))),
    "long row": good(csv(HEAD, "Ann,SW1,more").encode(), faults=[(2, "", reader.BEYOND.reason)]),
    "heading missing above values": refused(
        csv("name,,number", "Ann,x,SW1").encode(),
        Fault("Column B has no heading, but there is something in it.", "Give the column its heading, or delete it."),
        2,
    ),
    "blank heading above nothing": good(csv("name,,number", "Ann,,SW1").encode(), (2, ("Ann", "", "SW1")), header=("name", "", "number")),
    "blank rows": good(csv("", " , ", HEAD, "", ",", "\u00a0,\u200b", GOOD, "").encode(), (7, GOOD)),
    "only the key is blank": good(csv(HEAD, "Ann,").encode(), (2, ("Ann", ""))),
    "old Mac line ends": good(csv(HEAD, GOOD, end="\r").encode()),
    "line break in a cell": good(csv(HEAD, '"An\nn",SW1', "Bo,SW2").encode(), (2, ("An\nn", "SW1")), (3, ("Bo", "SW2"))),
    "line break in a heading": good(csv('"na\r\nme",number', GOOD).encode(), header=("na\r\nme", "number")),
    "quotes doubled": good(csv(HEAD, '"An ""Bo"" n",SW1').encode(), (2, ('An "Bo" n', "SW1"))),
    "comma in quotes": good(csv(HEAD, '"Ann, B", SW1').encode(), (2, ("Ann, B", "SW1"))),
    "quote never closed": refused(csv(HEAD, GOOD, '"Bo,SW2', "Cy,SW3").encode(), delimited.QUOTES, 3),
    "quote never closed in a long file": refused(lambda: csv(HEAD, '"Bo,SW2', *["Cy,SW3"] * 90_000).encode(), delimited.QUOTES, 2),
    "letters after a quote": refused(csv(HEAD, '"Ann"x,SW1').encode(), delimited.QUOTES, 2),
    "formula": good(csv(HEAD, "=cmd|' /C calc'!A0,SW1").encode(), (2, ("=cmd|' /C calc'!A0", "SW1")), faults=[(2, "name", reader.FORMULA.reason)]),
    "formulas of each kind": good(
        csv(HEAD, "+1,-1", "@x,\t=1", "＝1,SW1").encode(),
        (2, ("+1", "-1")), (3, ("@x", "=1")), (4, ("＝1", "SW1")),
        faults=[(2, "name", reader.FORMULA.reason), (2, "number", reader.FORMULA.reason), (3, "name", reader.FORMULA.reason), (3, "number", reader.FORMULA.reason), (4, "name", reader.FORMULA.reason)],
    ),
    "formula as our own files guard it": good(csv(HEAD, "'=1,'t Hooft").encode(), (2, ("=1", "'t Hooft")), faults=[(2, "name", reader.FORMULA.reason)]),
    "endless cell": good(lambda: csv(HEAD, f"{'x' * 1_001},SW1").encode(), (2, ("x" * 1_001, "SW1")), faults=[(2, "name", "It is longer than 1,000 characters.")]),
    "longest cell": good(lambda: csv(HEAD, f"{'x' * 1_000},SW1").encode(), (2, ("x" * 1_000, "SW1"))),
    "empty": refused(b"", reader.EMPTY),
    "white space only": refused(b" \r\n\t\r\n", reader.EMPTY),
    "commas only": refused(b",,,\r\n,,,\r\n", reader.EMPTY),
    "headings only": refused(csv(HEAD, "", ",").encode(), reader.NO_ROWS),
    "too large": refused(lambda: b"x" * 5_000_001, Fault("The file is larger than 5 MB.", "Split it into files of fewer rows.")),
    "too many rows": refused(lambda: csv(HEAD, *["Ann,SW1"] * 5_001).encode(), Fault("The file has more than 5,000 rows.", "Split it into several files.")),
    "a million blank rows": good(lambda: csv(HEAD, *[","] * 1_000_000, GOOD).encode(), (1_000_002, GOOD)),
    "blank rows without end": refused(
        lambda: csv(HEAD, *[""] * 2_000_000, GOOD).encode(),
        Fault("The file goes on after row 1,048,576.", "Copy the rows that are filled in to a new file and send that."),
    ),
    "two million commas": good(lambda: csv(HEAD, "Ann,SW1" + "," * 2_000_000).encode()),
    "old Excel": refused(reader.OLD_EXCEL + bytes(1_000), what(reader.OLD_EXCEL)),
    "password": refused(reader.OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"), reader.PASSWORD),
    "pdf": refused(b"%PDF-1.7 name,number", what(b"%PDF")),
    "web page": refused(b"\xef\xbb\xbf \r\n<!DOCTYPE html><table><tr><td>name</td></tr></table>", what(b"<")),
    "old Excel as XML": refused(b'<?xml version="1.0"?><Workbook/>', what(b"<")),
    "rich text": refused(b"{\\rtf1 name}", what(b"{\\rtf")),
    "gzip": refused(b"\x1f\x8b\x08\x00", what(b"\x1f\x8b")),
    "picture": refused(b"\x89PNG\r\n\x1a\n" + bytes(100), what(b"\x89PNG")),
}  # fmt: skip
BOOKS: dict[str, Case] = {
    "workbook": good(book(HEADS, ANN)),
    "shared and rich texts": good(book(HEADS, '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'), (2, ("shared", "rich"))),
    "text that is not there": good(book(HEADS, '<row><c t="s"><v>7</v></c><c t="s"><v>-1</v></c></row>'), (2, ("", "")), faults=[(2, "name", sheet.NOT_A_NUMBER.reason), (2, "number", sheet.NOT_A_NUMBER.reason)]),
    "dates": good(book(HEADS, line(number(46266, DAY), number(46266.75, LONG_DAY))), (2, ("2026-09-01", "2026-09-01"))),
    "dates from 1904": good(book(HEADS, line(number(44804, DAY), "SW1"), workbook=sheets(properties='<workbookPr date1904="1"/>')), (2, ("2026-09-01", "SW1"))),
    "date as text of ISO": good(book(HEADS, line('<c t="d"><v>2026-09-01T00:00:00</v></c>', "SW1")), (2, ("2026-09-01", "SW1"))),
    "serial without its form": good(book(HEADS, line(number(46266), number(46266, COUNTED))), (2, ("46266", "46266"))),
    "date beyond the calendar": good(book(HEADS, line(number(99999999, DAY), number(-5, DAY))), (2, ("99999999", "-5"))),
    "share of the whole": good(book(HEADS, line(number(0.8, PERCENT), number("8.0E1"))), (2, ("80%", "80"))),
    "yes as truth": good(book(HEADS, line('<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>')), (2, ("TRUE", "FALSE"))),
    "numbers that are none": good(book(HEADS, line(number("1e999"), number("NaN"))), (2, ("", "")), faults=[(2, "name", sheet.NOT_A_NUMBER.reason), (2, "number", sheet.NOT_A_NUMBER.reason)]),
    "formula with its result": good(book(HEADS, line('<c t="str"><f>A1&amp;B1</f><v>Ann</v></c>', "SW1"))),
    "formula without a result": good(book(HEADS, line("<c><f>A1</f></c>", "SW1")), (2, ("", "SW1")), faults=[(2, "name", sheet.NO_RESULT.reason)]),
    "error value": good(book(HEADS, line('<c t="e"><f>A1</f><v>#REF!</v></c>', "SW1")), (2, ("", "SW1")), faults=[(2, "name", sheet.ERROR_VALUE.reason)]),
    "formula as text": good(book(HEADS, line("=1+1", "SW1")), (2, ("=1+1", "SW1")), faults=[(2, "name", reader.FORMULA.reason)]),
    "line break escaped": good(book(HEADS, line("An_x000A_n", "SW_x0000_1")), (2, ("An\nn", "SW_x0000_1"))),
    "hidden first sheet": good(book(HEADS, ANN, workbook=sheets("hidden")), (2, ("second", "sheet")), header=("name", "other")),
    "no sheet to be seen": refused(book(workbook="<workbook><sheets/></workbook>"), workbook.NO_SHEET),
    "no styles, no strings": good(book(HEADS, ANN, styles=None, strings=None)),
    "rows and cells with gaps": good(book(HEADS, line(text("SW9", "B7"), at=7)), (7, ("", "SW9"))),
    "cell far to the right": refused(
        book(HEADS, line(*GOOD, text("x", "XFD2"), at=2)),
        Fault("There is something to the right of column BH.", "Delete the columns that do not belong to the list."), 2,
    ),
    "cell without a place": refused(
        book(HEADS, line(*GOOD, text("x", "!!"), at=2)),
        Fault("There is something to the right of column BH.", "Delete the columns that do not belong to the list."), 2,
    ),
    "a billion cells claimed": good(billion_cells),
    "a million blank rows in a workbook": good(million_blank, (2, GOOD), (1_000_003, ("Bo", "SW2"))),
    "row beyond the last": refused(
        book(HEADS, line(*GOOD, at=999_999_999)),
        Fault("The file goes on after row 1,048,576.", "Copy the rows that are filled in to a new file and send that."),
    ),
    "endless text in a workbook": good(lambda: book(HEADS, line("x" * 30_000_000, "SW1")), (2, ("x" * 1_001, "SW1")), faults=[(2, "name", "It is longer than 1,000 characters.")]),
    "strings without end": refused(lambda: book(HEADS, ANN, strings="<sst>" + "<si/>" * 2_600_000 + "</sst>"), xml.TOO_BIG),
    "zip bomb": refused(bomb, xml.TOO_BIG),
    "zip bomb that lies": refused(lying_bomb, workbook.DAMAGED),
    "one token without end": refused(lambda: book(one=worksheet(HEADS, f'<row r="{"1" * 20_000_000}"/>')), xml.UNSAFE),
    "entities that multiply": refused(book(one=worksheet(HEADS, line("&b;", "x"), before=DTD)), xml.UNSAFE),
    "entity from outside": refused(book(one=worksheet(HEADS, line("&a;", "x"), before=OUTSIDE)), xml.UNSAFE),
    "document type in the workbook": refused(book(HEADS, ANN, workbook=DTD + sheets()), xml.UNSAFE),
    "depth without end": refused(lambda: book(one=worksheet("<a>" * 100_000)), xml.UNSAFE),
    "sheet that is not XML": refused(book(one="not xml"), workbook.DAMAGED),
    "sheet cut off": refused(book(one=worksheet(HEADS, ANN)[:-30]), workbook.DAMAGED),
    "sheet outside the file": refused(book(HEADS, relations='<Relationships><Relationship Id="a" Target="http://192.0.2.1/x" TargetMode="External"/></Relationships>'), workbook.DAMAGED),
    "sheet that is not there": refused(book(one=None), workbook.DAMAGED),
    "macros": refused(book(HEADS, ANN, **{"xl/vbaProject.bin": b"x"}), workbook.MACROS),
    "binary workbook": refused(zipped({"xl/workbook.bin": b"x"}), workbook.BINARY),
    "OpenDocument": refused(zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), workbook.OPEN_DOCUMENT),
    "Word": refused(zipped({"word/document.xml": "<x/>"}), workbook.NOT_A_WORKBOOK),
    "zip cut off": refused(book(HEADS, ANN)[:300], workbook.DAMAGED),
    "zip of nothing": refused(b"PK\x05\x06" + bytes(18), workbook.NOT_A_WORKBOOK),
    "ten thousand parts": refused(lambda: book(HEADS, ANN, **{f"x{n}": b"" for n in range(2_100)}), xml.TOO_BIG),
    "empty sheet": refused(book(), reader.EMPTY),
    "headings only in a workbook": refused(book(HEADS), reader.NO_ROWS),
}  # fmt: skip
CORPUS = TEXTS | BOOKS
