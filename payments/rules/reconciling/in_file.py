"""The payment file's bytes against the lines, the approval and themselves."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from asye.money import pounds
from payments.rules.reconciling.cells import shown
from payments.rules.reconciling.differences import Kind
from payments.rules.reconciling.facts import BatchFacts, FileFacts, LineFacts
from payments.rules.reconciling.naming import Found, about, about_batch, about_unknown, many
from payments.rules.reconciling.payer_file import FileRow, Said, read, runs_as_formula, same_name


def check(facts: BatchFacts) -> Iterator[Found]:
    """Every way in which the file says something else than was approved or than the lines say."""
    yield from _lines_as_approved(facts)
    if facts.file is None:
        if facts.handed_over_on is not None:
            yield about_batch(Kind.NO_FILE, f"Batch {facts.reference} was handed over, but there is no payment file.")
        return
    if not facts.approved:
        yield about_batch(Kind.NOT_APPROVED, f"Batch {facts.reference} has a payment file, but nobody approved it.")
    said = read(facts.file.content)
    yield from _unread(facts, said)
    yield from _totals(facts, facts.file, said)
    rows = defaultdict[str, list[FileRow]](list)
    for row in said.rows:
        rows[row.line].append(row)
    yield from _each_line_once(facts, rows, {one.line for one in said.unread})
    lines = {line.reference: line for line in facts.lines}
    for reference, found in rows.items():
        line = lines.get(reference)
        for row in found:
            yield from _heads(facts, row, line)
            if line is not None:
                yield from _row(row, line)


def _lines_as_approved(facts: BatchFacts) -> Iterator[Found]:
    if facts.line_count is not None and facts.line_count != len(facts.lines):
        yield about_batch(
            Kind.COUNT,
            f"{many(facts.line_count, 'line')} were submitted for approval, but batch {facts.reference} holds "
            f"{len(facts.lines)}.",
        )
    if facts.sum_pence is not None and facts.sum_pence != facts.pence:
        yield about_batch(
            Kind.SUM,
            f"{pounds(facts.sum_pence)} was submitted for approval, but the lines of batch {facts.reference} come to "
            f"{pounds(facts.pence)}.",
        )


def _unread(facts: BatchFacts, said: Said) -> Iterator[Found]:
    lines = {line.reference: line for line in facts.lines}
    for one in said.unread:
        where = f"Row {one.number} of the payment file" if one.number else "The payment file"
        sentence = f"{where} cannot be read: {one.why}."
        line = lines.get(one.line)
        yield about(Kind.UNREADABLE, line, sentence) if line else about_batch(Kind.UNREADABLE, sentence)


def _totals(facts: BatchFacts, file: FileFacts, said: Said) -> Iterator[Found]:
    count, total = len(said.rows), sum(row.pence for row in said.rows)
    if said.control is None:
        yield about_batch(Kind.CONTROL, "The payment file does not end with a control row of its count and its total.")
    else:
        written = said.control
        if (written.count, written.sum_pence, written.batch) != (count, total, facts.reference):
            yield about_batch(
                Kind.CONTROL,
                f"The control row says {many(written.count, 'line')} and {pounds(written.sum_pence)} of batch "
                f"{shown(written.batch)}, but the rows above it are {many(count, 'line')} and {pounds(total)} of batch "
                f"“{facts.reference}”.",
            )
    for what, approved in (("approved", facts.line_count), ("noted when the file was written", file.line_count)):
        if approved != count:
            yield about_batch(Kind.COUNT, f"The payment file has {many(count, 'line')}, but {approved} were {what}.")
    for what, pence in (("approved", facts.sum_pence), ("noted when the file was written", file.sum_pence)):
        if pence != total:
            other = "nothing" if pence is None else pounds(pence)
            yield about_batch(Kind.SUM, f"The payment file comes to {pounds(total)}, but {other} was {what}.")
    digest = hashlib.sha256(file.content).hexdigest()
    for what, sha256 in (("approved", facts.sha256), ("noted when the file was written", file.sha256)):
        if sha256 != digest:
            yield about_batch(
                Kind.HASH,
                f"The payment file’s fingerprint is {digest[:16]}…, but the one that was {what} is "
                f"{f'{sha256[:16]}…' if sha256 else 'empty'}.",
            )


def _each_line_once(facts: BatchFacts, rows: dict[str, list[FileRow]], unread: set[str]) -> Iterator[Found]:
    for line in facts.lines:
        found = rows.get(line.reference, [])
        if not found and line.reference not in unread:
            yield about(
                Kind.DROPPED,
                line,
                f"Line {line.reference} of {pounds(line.signed_pence)} is in batch {facts.reference}, but not in its "
                "payment file.",
            )
        elif len(found) > 1:
            places = " and ".join(str(row.number) for row in found)
            yield about(
                Kind.DOUBLED,
                line,
                f"Line {line.reference} of {pounds(line.signed_pence)} is in the payment file {len(found)} times, in "
                f"rows {places}. Each line is there once.",
            )


def _heads(facts: BatchFacts, row: FileRow, line: LineFacts | None) -> Iterator[Found]:
    if line is None:
        yield about_unknown(
            Kind.UNKNOWN, row.line, facts, f"Row {row.number} of the payment file has {pounds(row.pence)} for"
        )
    if row.version != str(facts.file_version):
        says = f"is of file version {shown(row.version)}, but the batch is of version {facts.file_version}"
        yield _of_row(Kind.VERSION, row, line, says)
    if row.batch != facts.reference:
        says = f"names batch {shown(row.batch)}, but stands in the file of batch {facts.reference}"
        yield _of_row(Kind.BATCH, row, line, says)
    if runs_as_formula(row.employer):
        yield _of_row(Kind.UNSAFE, row, line, f"has {shown(row.employer)}, which a spreadsheet would run as a formula")


def _of_row(kind: Kind, row: FileRow, line: LineFacts | None, says: str) -> Found:
    sentence = f"Row {row.number} of the payment file {says}."
    return about(kind, line, sentence) if line else about_batch(kind, sentence, row.line)


def _row(row: FileRow, line: LineFacts) -> Iterator[Found]:
    if row.pence != line.signed_pence:
        yield about(
            Kind.AMOUNT,
            line,
            f"The payment file has {pounds(row.pence)} for line {line.reference}, but the line is of "
            f"{pounds(line.signed_pence)}.",
        )
    if row.vendor_number != line.vendor_number:
        yield _other(Kind.VENDOR, line, "vendor number", row.vendor_number, line.vendor_number)
    if not same_name(row.employer, line.employer) and not runs_as_formula(row.employer):
        yield _other(Kind.EMPLOYER, line, "employer", row.employer, line.employer)
    if row.milestone != line.milestone:
        yield _other(Kind.MILESTONE, line, "payment", row.milestone, line.milestone)
    if row.year != line.year:
        yield _other(Kind.YEAR, line, "financial year", row.year, line.year)


def _other(kind: Kind, line: LineFacts, what: str, cell: str, own: str) -> Found:
    return about(
        kind,
        line,
        f"The payment file has {what} {shown(cell)} for line {line.reference}, but the line has {shown(own)}.",
    )
