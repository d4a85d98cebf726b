"""What people read about a file: the template, its findings, and the file of rows that are left to correct."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.urls import reverse

from asye.dates import long_datetime
from asye.ui import forms
from asye.ui.links import link
from registrations.bulk import delimited, writing
from registrations.bulk.checking import File, content_of
from registrations.bulk.columns import ASSESSOR, COLUMNS, KEY, REASONS, Column, choices, spelled
from registrations.bulk.reader import Row
from registrations.models import BulkFinding, BulkUpload, EarlierFinding
from registrations.states import UPLOAD_COLOURS, UploadState

Found = BulkFinding | EarlierFinding
SHEET: Final = "NQSWs"
GUIDE: Final = "How to fill in"
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FINDINGS_HEADER: Final = [{"text": "Row", "numeric": True}, "Column", "What is wrong", "What to do"]
GUIDE_HEADER: Final = ("Column", "Needed?", "What to write")
ROWS_HEADER: Final = [{"text": "Row", "numeric": True}, "Name", "Social Work England number", "ASYE starts", "Result"]
ALIKE_HEADER: Final = [{"text": "Row", "numeric": True}, "May also be", "What is alike", "What to do"]
TOLD_HEADER: Final = [{"text": "Row", "numeric": True}, "Different from", "What is alike"]
FALLEN_MEANWHILE: Final = "Nothing was registered: some rows have become impossible. Look at what was found."
CHANGED_MEANWHILE: Final = "Nothing was registered: somebody is now alike who was not before. Look at them first."
ONLY_IF: Final = {
    "duties_agreed": "Only for agency workers and locums. ",
    "route_other": "Only if their route is “Another route”. ",
    "post_note": "Only if it is no social work post. ",
}


def template(ending: str) -> bytes:
    """An empty file with our headings; a workbook offers the answers to choose from and says how to fill it in."""
    return template_of(COLUMNS, ending)


def template_of(columns: Sequence[Column], ending: str) -> bytes:
    """An empty file with the headings of some columns."""
    header = [column.heading for column in columns]
    if ending == "csv":
        return writing.as_csv([header])
    people = people_sheet([header], {place: [label for _, label in choices(c)] for place, c in enumerate(columns)})
    guide = [GUIDE_HEADER, *(guidance(column) for column in columns)]
    return writing.as_xlsx(people, writing.Sheet(GUIDE, guide, (36, 12, 90), {}, wrapped=True))


def guidance(column: Column) -> list[str]:
    """How one column is filled in."""
    offered = "; ".join(label for _, label in choices(column))
    hint = ONLY_IF.get(column.key, "")
    if isinstance(column.field, forms.DateField):
        hint += "A date, like 2026-09-01 or 01/09/2026."
    elif offered:
        hint += f"One of: {offered}."
    elif column.key == ASSESSOR:
        hint += "The email address with which the assessor signs in. They need an account with your organisation."
    elif column.key == KEY:
        hint += "Like SW12345. One row for each person."
    else:
        hint += str(column.field.help_text or "Text, up to 100 characters.")
    needed = "If it applies" if column.parent or not column.step.when({}) else "Yes" if column.field.required else "No"
    return [column.heading, needed, hint]


def corrections(upload: BulkUpload, file: File) -> bytes:
    """The rows that are not registered, as they were written, with what to correct in a last column of its own."""
    only_bad = upload.state == UploadState.REGISTERED
    return to_correct(upload.findings.filter(is_note=False), file.header, file.lines(), upload.ending, only_bad)


def to_correct(
    findings: Iterable[Found], header: Sequence[str], lines: Iterable[Row], ending: str, only_bad: bool
) -> bytes:
    """Rows of a file as they were written, those with faults or all, with what to correct in a last column."""
    faults: dict[int, list[str]] = {}
    for finding in findings:
        faults.setdefault(finding.row, []).append(_sentence(finding))
    places = [place for place, heading in enumerate(header) if spelled(heading) != spelled(REASONS)]
    rows = [[*(header[place] for place in places), REASONS]]
    rows += [
        [*(line.cells[place] for place in places), " ".join(faults.get(line.number, ()))]
        for line in lines
        if line.number in faults or not only_bad
    ]
    return writing.as_csv(rows) if ending == "csv" else writing.as_xlsx(people_sheet(rows, {}))


def people_sheet(rows: Sequence[Sequence[str]], offered: Mapping[int, Sequence[str]]) -> writing.Sheet:
    """Headings and rows, with the texts that a column offers by its place."""
    widths = [max(14, min(len(heading) + 4, 40)) for heading in rows[0]]
    return writing.Sheet(SHEET, rows, widths, {place: each for place, each in offered.items() if each})


def _sentence(finding: Found) -> str:
    where = f"{finding.column}: " if finding.column else ""
    return f"{where}{finding.reason} {finding.remedy}"


def file_rows(uploads: Iterable[BulkUpload]) -> list[dict[str, Any]]:
    """The files of a list."""
    return [
        {
            "upload": upload,
            "sent": long_datetime(upload.uploaded_at),
            "by": upload.uploaded_by.full_name,
            "status": upload.state.label,
            "colour": UPLOAD_COLOURS[upload.state],
        }
        for upload in uploads
    ]


def finding_rows(findings: Iterable[Found]) -> list[list[Any]]:
    """The findings of a page of their table."""
    return [[each.row, each.column or "The whole row", each.reason, each.remedy] for each in findings]


def alike_rows(findings: Iterable[BulkFinding], *, told: bool) -> list[list[Any]]:
    """Rows that may be about somebody else as well, as rows of ALIKE_HEADER; once that is `told`, of TOLD_HEADER."""
    width = len(TOLD_HEADER if told else ALIKE_HEADER)
    return [[each.row, _alike_with(each), each.reason, each.remedy][:width] for each in findings]


def _alike_with(finding: BulkFinding) -> str:
    if finding.registration is None:
        return f"Row {finding.like_row}"
    person = finding.registration.nqsw
    told = f"{person.full_name}, {person.swe_number or 'number unknown'}"
    return link(reverse("registration", args=[finding.registration.pk]), told, "registered with you")


def people(count: int) -> str:
    """So many NQSWs."""
    return f"{count:,} NQSW{'' if count == 1 else 's'}"


def heading(upload: BulkUpload) -> str:
    """The h1 of the file's page."""
    if upload.state == UploadState.REGISTERED:
        return f"{people(upload.registered or 0)} sent in for registration"
    if upload.state == UploadState.DELETED:
        return "This file has been deleted"
    if upload.state == UploadState.UNREADABLE:
        return "We could not read this file"
    if not upload.bad:
        return "Every row can be registered"
    return f"{upload.bad:,} of {upload.rows:,} rows {'needs' if upload.bad == 1 else 'need'} correcting"


def next_steps(upload: BulkUpload) -> list[str]:
    """What happens to the people who were registered."""
    steps = [
        "Each NQSW who has no account yet gets an invitation by email, and each assessor is told.",
        "A caseworker at the Department for Education checks each registration.",
        "You see them all in your list of registrations.",
    ]
    if upload.bad:
        steps.append(f"Nobody in the other {upload.bad:,} row{'' if upload.bad == 1 else 's'} is registered.")
    return steps


def facts(upload: BulkUpload) -> list[tuple[str, str]]:
    """What there is to know of a checked file."""
    rows = [
        ("File", upload.name),
        ("Sent in", f"{long_datetime(upload.uploaded_at)} by {upload.uploaded_by.full_name}"),
        ("Rows", f"{upload.rows:,}"),
        ("Can be registered", f"{upload.good:,}"),
        ("To correct", f"{upload.bad:,}"),
    ]
    if upload.unfunded:
        rows.insert(4, ("Of these without funding", f"{upload.unfunded:,}"))
    if upload.unused:
        rows.append(("Columns not used", ", ".join(upload.unused)))
    if upload.ending == "csv" and delimited.encoding_of(content_of(upload)) == "cp1252":
        rows.append(("Letters", "Read as Windows text. Check the names with accents, or save the file as CSV UTF-8."))
    return rows


def row_cells(
    file: File, lines: Iterable[Any], *, bad: Iterable[int], alike: Iterable[int], noted: Iterable[int]
) -> list[list[Any]]:
    """Rows of the file as they were written, with what is to become of each."""
    where = {key: file.reading.places[key] for key in ("first_name", "last_name", KEY, "asye_start")}
    result = dict.fromkeys(noted, "Without funding")
    result |= {row: f"{result[row]}, like somebody else" if row in result else "Like somebody else" for row in alike}
    result |= dict.fromkeys(bad, "To correct")
    return [
        [
            line.number,
            f"{line.cells[where['first_name']]} {line.cells[where['last_name']]}",
            line.cells[where[KEY]],
            line.cells[where["asye_start"]],
            result.get(line.number, "Can be registered"),
        ]
        for line in lines
    ]


def sent_before(upload: BulkUpload) -> str:
    """What to say about a file that had been sent before: when, and by whom."""
    if upload.registered_by is not None and upload.registered_at is not None:
        return (
            f"Nothing was changed. {upload.registered_by.full_name} registered the people in this file on "
            f"{long_datetime(upload.registered_at)}."
        )
    return (
        f"Nothing was changed. {upload.uploaded_by.full_name} sent in this file on {long_datetime(upload.uploaded_at)}."
    )
