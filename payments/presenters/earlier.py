"""What people read about a file of records from before this service."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from asye.dates import long_datetime
from registrations.bulk.reader import Row
from registrations.earlier.entries import Entry
from registrations.models import EarlierFile
from registrations.states import EARLIER_COLOURS, EarlierKind, EarlierState

THINGS: Final = {
    EarlierKind.EMPLOYERS: ("employer", "employers"),
    EarlierKind.PEOPLE: ("registration", "registrations"),
    EarlierKind.OUTCOMES: ("outcome", "outcomes"),
    EarlierKind.PAYMENTS: ("past payment", "past payments"),
}
SHOWN: Final = {  # the columns by which a row is recognised
    EarlierKind.EMPLOYERS: ("reference", "name", "kind", "local_authority"),
    EarlierKind.PEOPLE: ("reference", "first_name", "last_name", "swe_number", "registered_on"),
    EarlierKind.OUTCOMES: ("reference", "person", "result", "decided_on"),
    EarlierKind.PAYMENTS: ("reference", "person", "milestone", "paid"),
}
BEFORE: Final = {  # what a person is told before they confirm
    EarlierKind.EMPLOYERS: "Employers that are not here yet are made. Nobody is invited.",
    EarlierKind.PEOPLE: "Each registration counts as approved and gets its reference. Nobody is invited or written to: "
    "their employers invite them. No payment is made for a registration until a sheet of past payments says "
    "that it was not paid.",
    EarlierKind.OUTCOMES: "Each registration ends on the day of its outcome. No certificate is drawn and nobody is "
    "written to.",
    EarlierKind.PAYMENTS: "What was paid is closed for good: this service can never pay it. No payment is made now.",
}


def things(kind: str, count: int) -> str:
    """So many of what stands in a file of a kind."""
    one, many = THINGS[EarlierKind(kind)]
    return f"{count:,} {one if count == 1 else many}"


def file_rows(files: Iterable[EarlierFile]) -> list[dict[str, Any]]:
    """The files of a list."""
    return [
        {
            "file": file,
            "sent": long_datetime(file.uploaded_at),
            "by": file.uploaded_by.full_name,
            "what": f"{file.get_kind_display()}, {file.get_source_display()}",
            "status": file.state.label,
            "colour": EARLIER_COLOURS[file.state],
        }
        for file in files
    ]


def heading(file: EarlierFile) -> str:
    """The h1 of the file's page."""
    if file.state == EarlierState.TAKEN:
        return f"{things(file.kind, file.taken or 0)} taken over"
    if file.state == EarlierState.DELETED:
        return "This file has been deleted"
    if file.state == EarlierState.UNREADABLE:
        return "We could not read this file"
    if file.bad:
        return f"{file.bad:,} of {file.rows:,} rows {'needs' if file.bad == 1 else 'need'} correcting"
    if not file.good:
        return "Every row has been taken over before"
    return "Every row can be taken over"


def facts(file: EarlierFile) -> list[tuple[str, str]]:
    """What there is to know of a checked file."""
    rows = [
        ("What stands in it", file.get_kind_display()),
        ("Where it comes from", file.get_source_display()),
        ("File", file.name),
        ("Sent in", f"{long_datetime(file.uploaded_at)} by {file.uploaded_by.full_name}"),
    ]
    if file.taken_by is not None and file.taken_at is not None:
        rows.append(("Taken over", f"{long_datetime(file.taken_at)} by {file.taken_by.full_name}"))
    rows += [
        ("Rows", f"{file.rows:,}"),
        ("Can be taken over", f"{file.good:,}"),
        ("Taken over before", f"{file.already:,}"),
        ("To correct", f"{file.bad:,}"),
    ]
    if file.unused:
        rows.append(("Columns not used", ", ".join(file.unused)))
    return rows


def next_steps(file: EarlierFile) -> list[str]:
    """What can be done after a file was taken over."""
    then = {
        EarlierKind.EMPLOYERS: ["Invite the first co-ordinator of each employer.", "Take over their people."],
        EarlierKind.PEOPLE: [
            "Take over the outcomes of those who have finished.",
            "Have a payments officer send in what was paid before.",
            "Employers name an assessor for, and invite, each NQSW who is still on programme.",
        ],
        EarlierKind.OUTCOMES: ["Have a payments officer send in what was paid before."],
        EarlierKind.PAYMENTS: ["What was not paid is listed with the payments that are owed."],
    }[EarlierKind(file.kind)]
    if file.bad:
        rows = f"{file.bad:,} other row{'' if file.bad == 1 else 's'}"
        then.append(f"Nothing of the {rows} was taken over: correct them and send them in again.")
    return then


def sent_before(file: EarlierFile) -> str:
    """What to say about a file that had been sent before: when, and by whom."""
    if file.taken_by is not None and file.taken_at is not None:
        return (
            f"Nothing was changed. {file.taken_by.full_name} took over every row of this file on "
            f"{long_datetime(file.taken_at)}."
        )
    return f"Nothing was changed. {file.uploaded_by.full_name} sent in this file on {long_datetime(file.uploaded_at)}."


def rows_header(kind: str, headings: Mapping[str, str]) -> list[Any]:
    """The headings of the table of rows."""
    shown = [headings[key] for key in SHOWN[EarlierKind(kind)]]
    return [{"text": "Row", "numeric": True}, *shown, "Result"]


def row_cells(
    kind: str, lines: Iterable[Row], entries: Iterable[Entry], places: Mapping[str, int], bad: Iterable[int]
) -> list[list[Any]]:
    """Rows of a file as they were written, with what is to become of each."""
    bad = set(bad)
    where = [places.get(key) for key in SHOWN[EarlierKind(kind)]]
    return [
        [line.number, *("" if place is None else line.cells[place] for place in where), _becomes(entry, bad)]
        for line, entry in zip(lines, entries, strict=True)
    ]


def _becomes(entry: Entry, bad: set[int]) -> str:
    if entry.is_known:
        return "Taken over"
    return "To correct" if entry.row in bad else "Can be taken over"
