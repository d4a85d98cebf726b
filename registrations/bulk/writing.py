"""Spreadsheets for people to fill in or to correct: CSV and XLSX, in which nothing is ever run as a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from asye.formulas import guarded
from registrations.bulk.raw import letters

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FONT: Final = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
FORM: Final = (
    'numFmtId="49" borderId="0" fillId="0" xfId="0" applyNumberFormat="1"'  # 49: text, so that no day is guessed
)
STYLES: Final = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font>{FONT}</font><font><b/>{FONT}</font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    f'<xf {FORM} fontId="0"/><xf {FORM} fontId="1" applyFont="1"/>'
    f'<xf {FORM} fontId="0" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
TEXT, BOLD, WRAPPED = 0, 1, 2
MADE_ON: Final = (1980, 1, 1, 0, 0, 0)  # the same rows always give the same bytes


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells, the first of them headings. `choices` offers texts in a column, by its place.

    `widths` are in characters.
    """

    name: str
    rows: Iterable[Sequence[str]]
    widths: Sequence[int]
    choices: dict[int, Sequence[str]]
    wrapped: bool = False


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, so that Excel shows every name as it is."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def as_xlsx(*sheets: Sheet) -> bytes:
    """A workbook whose every cell is text."""
    names = [f"sheet{number}" for number in range(1, len(sheets) + 1)]
    lists = [choices for sheet in sheets for choices in sheet.choices.values()]
    parts = {
        "[Content_Types].xml": _content_types([*names, "lists"]),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook([sheet.name for sheet in sheets]),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/{name}.xml") for name in [*names, "lists"]] + [("styles", "styles.xml")]
        ),
        "xl/styles.xml": STYLES,
        "xl/worksheets/lists.xml": _sheet(Sheet("", _columns(lists), (), {}), 0),
    }
    first_list = 0
    for name, sheet in zip(names, sheets, strict=True):
        parts[f"xl/worksheets/{name}.xml"] = _sheet(sheet, first_list)
        first_list += len(sheet.choices)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, xml in parts.items():
            info = zipfile.ZipInfo(path, MADE_ON)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, HEAD + xml)
    return made.getvalue()


def _columns(lists: Sequence[Sequence[str]]) -> list[list[str]]:
    deepest = max(map(len, lists), default=0)
    return [[each[row] if row < len(each) else "" for each in lists] for row in range(deepest)]


def _sheet(sheet: Sheet, first_list: int) -> str:
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{width}" style="0" customWidth="1"/>'
        for place, width in enumerate(sheet.widths, 1)
    )
    body = WRAPPED if sheet.wrapped else TEXT
    lines = "".join(
        f'<row r="{number}">{cells(row, number, BOLD if number == 1 else body)}</row>'
        for number, row in enumerate(sheet.rows, 1)
    )
    offers = "".join(
        f'<dataValidation type="list" allowBlank="1" sqref="{letters(place)}2:{letters(place)}5001"><formula1>'
        f"Lists!${letters(first_list + at)}$1:${letters(first_list + at)}${len(choices)}</formula1></dataValidation>"
        for at, (place, choices) in enumerate(sheet.choices.items())
    )
    return (
        f'<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        + (f"<cols>{widths}</cols>" if widths else "")
        + f"<sheetData>{lines}</sheetData>"
        + (f'<dataValidations count="{len(sheet.choices)}">{offers}</dataValidations>' if offers else "")
        + "</worksheet>"
    )


def cells(row: Sequence[str], number: int, style: int) -> str:
    """The cells of a row in the XML of a sheet; `number` is the row's, from 1."""
    return "".join(
        f'<c r="{letters(place)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(NOT_IN_XML.sub('', cell))}</t></is></c>"
        for place, cell in enumerate(row)
        if cell
    )


def _workbook(names: Sequence[str]) -> str:
    shown = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    last = len(names) + 1
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{shown}'
        f'<sheet name="Lists" sheetId="{last}" state="hidden" r:id="rId{last}"/></sheets></workbook>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def _content_types(sheets: Sequence[str]) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/{path}.xml" ContentType="{kind}.{what}+xml"/>'
        for path, what in [
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            *((f"worksheets/{name}", "worksheet") for name in sheets),
        ]
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
