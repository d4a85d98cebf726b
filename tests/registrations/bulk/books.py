"""Workbooks and text files put together by hand, so that every byte of them can be wrong on purpose."""

import io
import zipfile
from collections.abc import Iterable, Sequence

from registrations.bulk import writing

MAIN, OFFICE = writing.MAIN, writing.OFFICE
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="[$-809]d mmmm yyyy;@"/>'
    '<numFmt numFmtId="165" formatCode="&quot;day&quot;0"/></numFmts><cellXfs count="5"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)
DAY, LONG_DAY, PERCENT, COUNTED = 1, 2, 3, 4  # places in STYLES
RELATIONS = (
    f'<Relationships><Relationship Id="a" Type="{OFFICE}/worksheet" Target="worksheets/one.xml"/>'
    f'<Relationship Id="b" Type="{OFFICE}/worksheet" Target="/xl/worksheets/two.xml"/>'
    f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def text(words: str, at: str = "") -> str:
    place = f' r="{at}"' if at else ""
    return f'<c{place} t="inlineStr"><is><t>{words}</t></is></c>'


def number(value: object, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def line(*cells: str, at: int | str = "") -> str:
    place = f' r="{at}"' if at else ""
    return f"<row{place}>{''.join(c if c.startswith('<c') else text(c) for c in cells)}</row>"


def worksheet(*lines: str, before: str = "") -> str:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def workbook(state: str = "visible", properties: str = "") -> str:
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets><sheet name="One" sheetId="1" '
        f'state="{state}" r:id="a"/><sheet name="Two" sheetId="2" r:id="b"/></sheets></workbook>'
    )


def zipped(parts: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def book(*lines: str, **changed: str | bytes | None) -> bytes:
    """A workbook with these rows. `changed` replaces parts by a short name, None leaves one out."""
    parts: dict[str, str | bytes | None] = {
        "types": "<Types/>",
        "workbook": workbook(),
        "relations": RELATIONS,
        "styles": STYLES,
        "strings": "<sst><si><t>shared</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>read</t></rPh></si></sst>",
        "one": worksheet(*lines),
        "two": worksheet(line("name", "other"), line("second", "sheet")),
        **changed,
    }
    names = {
        "types": "[Content_Types].xml",
        "workbook": "xl/workbook.xml",
        "relations": "xl/_rels/workbook.xml.rels",
        "styles": "xl/styles.xml",
        "strings": "xl/sharedStrings.xml",
        "one": "xl/worksheets/one.xml",
        "two": "xl/worksheets/two.xml",
    }
    return zipped({names.get(key, key): content for key, content in parts.items() if content is not None})


def claiming(data: bytes, name: str, size: int) -> bytes:
    """The archive with a lie about how large one of its parts is."""
    at = data.rindex(name.encode()) - 46
    lied = bytearray(data)
    lied[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(lied)


def csv(*lines: Sequence[str] | str, between: str = ",", end: str = "\r\n") -> str:
    return end.join(each if isinstance(each, str) else between.join(each) for each in lines) + end


def many(one: str, count: int) -> Iterable[str]:
    return (one for _ in range(count))
