"""Excel workbooks (.xlsx), read as a stream: no part is held whole, and nothing that a part claims is believed."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.parsers.expat import ExpatError

from registrations.bulk import styles
from registrations.bulk.findings import BadFile, Fault
from registrations.bulk.limits import Limits
from registrations.bulk.raw import RawRow
from registrations.bulk.sheet import SheetRows
from registrations.bulk.strings import SharedStrings
from registrations.bulk.xml import TOO_BIG, Attributes, Handler, Part

MAGIC: Final = b"PK"
SAVE_AGAIN: Final = "Open it in your spreadsheet program, save it as Excel workbook (.xlsx), and send that."
DAMAGED: Final = Fault("The file is damaged, or is not a spreadsheet.", SAVE_AGAIN)
MACROS: Final = Fault("The file holds macros.", "Save it as Excel workbook (.xlsx) without macros and send that.")
BINARY: Final = Fault("The file is a binary workbook (.xlsb).", SAVE_AGAIN)
OPEN_DOCUMENT: Final = Fault("The file is an OpenDocument file (.ods).", SAVE_AGAIN)
NOT_A_WORKBOOK: Final = Fault("The file is an archive or a document, not a spreadsheet.", SAVE_AGAIN)
NO_SHEET: Final = Fault("The file has no sheet that can be seen.", "Show the sheet with the people and save the file.")
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def rows(data: bytes, limits: Limits) -> Iterator[RawRow]:
    """The rows of the first sheet that can be seen, but for those without any text. Raises BadFile on the way."""
    with _damage_told(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_parts(archive, limits)
        package = Package(archive, limits)
        book = Book()
        package.read("xl/workbook.xml", book)
        relations = Relations()
        package.read("xl/_rels/workbook.xml.rels", relations)
        look = styles.Styles(book.from_1904)
        package.read_if_there(relations.of_kind("styles"), look)
        strings = SharedStrings(limits)
        package.read_if_there(relations.of_kind("sharedStrings"), strings)
        found = SheetRows(look, strings, limits)
        for _ in package.parts(relations.by_id(book.first_sheet()), found):
            yield from found.taken()
        yield from found.taken()


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except BROKEN:
        raise BadFile(DAMAGED) from None


def _check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    infos = archive.infolist()
    names = {info.filename.lower() for info in infos}
    if len(infos) > limits.parts or sum(info.file_size for info in infos) > limits.unpacked:
        raise BadFile(TOO_BIG)
    if "xl/workbook.bin" in names:
        raise BadFile(BINARY)
    if any(name.endswith(("vbaproject.bin", ".xlm")) or name.startswith("xl/macrosheets/") for name in names):
        raise BadFile(MACROS)
    if "mimetype" in names or "content.xml" in names:
        raise BadFile(OPEN_DOCUMENT)
    if "xl/workbook.xml" not in names:
        raise BadFile(NOT_A_WORKBOOK)
    if len(names) != len(infos) or any(
        info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos
    ):
        raise BadFile(DAMAGED)


class Package:
    """The parts of a workbook, unpacked bit by bit and counted: what an archive says of its size may be a lie."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self.archive, self.limits, self.left = archive, limits, limits.unpacked

    def parts(self, name: str, handler: Handler) -> Iterator[None]:
        """Feeds a part to its handler and stops after each piece."""
        part = Part(handler, self.limits)
        with self.archive.open(name) as stream:
            while piece := stream.read(65_536):
                self.left -= len(piece)
                if self.left < 0:
                    raise BadFile(TOO_BIG)
                part.feed(piece)
                yield
        part.close()

    def read(self, name: str, handler: Handler) -> None:
        """Feeds a whole part to its handler."""
        for _ in self.parts(name, handler):
            pass

    def read_if_there(self, name: str, handler: Handler) -> None:
        """The same for a part that a workbook may do without."""
        if name in self.archive.namelist():
            self.read(name, handler)


class Book(Handler):
    """xl/workbook.xml: which sheets there are, and from which day dates are counted."""

    def __init__(self) -> None:
        self.from_1904 = False
        self.sheets: list[tuple[str, str]] = []

    def start(self, name: str, given: Attributes) -> None:
        if name == "workbookPr":
            self.from_1904 = given.get("date1904") in ("1", "true")
        elif name == "sheet" and len(self.sheets) < 500:
            link = next((value for key, value in given.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((given.get("state", "visible"), link))

    def first_sheet(self) -> str:
        """The link to the first sheet that can be seen."""
        seen = [link for state, link in self.sheets if state == "visible"]
        if not seen:
            raise BadFile(NO_SHEET)
        return seen[0]


class Relations(Handler):
    """xl/_rels/workbook.xml.rels: where the parts are. What lies outside the file is never opened."""

    def __init__(self) -> None:
        self.links: dict[str, tuple[str, str]] = {}

    def start(self, name: str, given: Attributes) -> None:
        if name == "Relationship" and given.get("TargetMode") != "External" and len(self.links) < 1_000:
            target = given.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            self.links[given.get("Id", "")] = given.get("Type", "").rpartition("/")[2], path

    def by_id(self, link: str) -> str:
        """The part of a link; KeyError where there is none."""
        return self.links[link][1]

    def of_kind(self, kind: str) -> str:
        """The part of a kind, or nothing."""
        return next((path for found, path in self.links.values() if found == kind), "")
