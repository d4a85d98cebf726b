"""The payer's responses against what was stored of them and what they did to the lines."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from asye.dates import long_date
from asye.money import pounds
from payments.rules.reconciling.cells import shown
from payments.rules.reconciling.differences import Kind
from payments.rules.reconciling.facts import BatchFacts, LineFacts, RowFacts
from payments.rules.reconciling.naming import Found, about, about_batch, about_unknown
from payments.rules.reconciling.payer_response import Answer, read

ENDS = {"returned": "returned", "rejected": "failed"}
WORDS = {"failed": "rejected", "returned": "returned", "recovered": "recovered", "cancelled": "cancelled"}


class Heard:
    """What all responses of a batch say: the first row that says a thing of a line is the one that counts."""

    def __init__(self, facts: BatchFacts) -> None:
        self.facts = facts
        self.lines = {line.reference: line for line in facts.lines}
        self.answers = defaultdict[str, dict[str, Answer]](dict)
        self.wrong = list(self._read())

    def _read(self) -> Iterator[Found]:
        for response in sorted(self.facts.responses, key=lambda one: one.pk):
            digest = hashlib.sha256(response.content).hexdigest()
            if digest != response.sha256:
                yield about_batch(
                    Kind.RESPONSE_HASH,
                    f"The payer’s response of {long_date(response.imported_on)} has the fingerprint {digest[:16]}…, "
                    f"but {response.sha256[:16]}… was noted when it was imported.",
                )
            answers, unread = read(response.pk, response.content)
            for one in unread:
                where = f"Row {one.number}" if one.number else "Something"
                yield about_batch(
                    Kind.UNREADABLE,
                    f"{where} of the payer’s response of {long_date(response.imported_on)} cannot be read: {one.why}.",
                )
            for answer in answers:
                yield from self._hear(answer, response.imported_on)

    def _hear(self, answer: Answer, imported: date) -> Iterator[Found]:
        line = self.lines.get(answer.line)
        if line is None:
            begins = f"Row {answer.number} of a payer’s response says {answer.result} of"
            yield about_unknown(Kind.UNKNOWN, answer.line, self.facts, begins)
            return
        known = self.answers[line.reference].setdefault(answer.result, answer)
        if (known.day, known.because) != (answer.day, answer.because):
            yield about(
                Kind.CONTRADICTION,
                line,
                f"One response says line {line.reference} was {answer.result} on {long_date(known.day)}"
                f"{_because(known.because)}, another on {long_date(answer.day)}{_because(answer.because)}.",
            )
        if answer.pence != line.signed_pence:
            yield about(
                Kind.ANSWER_AMOUNT,
                line,
                f"The payer’s response says {answer.result} of line {line.reference} with {pounds(answer.pence)}, but "
                f"the line is of {pounds(line.signed_pence)}.",
            )
        handed = self.facts.handed_over_on
        if handed is None or answer.day < handed:
            when = f"handed over on {long_date(handed)}" if handed else "not handed over"
            yield about(
                Kind.TOO_EARLY,
                line,
                f"The payer’s response says line {line.reference} was {answer.result} on {long_date(answer.day)}, but "
                f"the batch was {when}.",
            )


def _because(reason: str) -> str:
    return f" because of {shown(reason)}" if reason else ""


def check(heard: Heard) -> Iterator[Found]:
    """Every answer without its effect, every effect without its answer, and answers that cannot all be true."""
    facts = heard.facts
    yield from heard.wrong
    stored = defaultdict[tuple[int, str], list[RowFacts]](list)
    lines = {line.pk: line for line in facts.lines}
    for row in facts.rows:
        if row.line in lines:
            stored[row.line, row.result].append(row)
        else:
            begins = f"An answer ({row.result}, {pounds(row.pence)}) was stored for"
            yield about_unknown(Kind.WITHOUT_ANSWER, f"number {row.line}", facts, begins)
    for line in facts.lines:
        said = heard.answers.get(line.reference, {})
        yield from _together(line, said)
        for result, answer in said.items():
            yield from _stored(line, answer, stored.pop((line.pk, result), []))
        yield from _closed(facts, line, said)
    for (pk, result), rows in stored.items():
        yield about(
            Kind.WITHOUT_ANSWER,
            lines[pk],
            f"Line {lines[pk].reference} was noted as {result} on {long_date(rows[0].happened_on)}, but no response "
            "file of the payer says so.",
        )


def _together(line: LineFacts, said: dict[str, Answer]) -> Iterator[Found]:
    if "paid" in said and "rejected" in said:
        yield about(
            Kind.CONTRADICTION,
            line,
            f"The payer’s responses say of line {line.reference} that it was paid on {long_date(said['paid'].day)} and "
            f"rejected on {long_date(said['rejected'].day)}.",
        )
    if "returned" in said and "paid" not in said:
        day = long_date(said["returned"].day)
        yield about(
            Kind.CONTRADICTION,
            line,
            f"The payer’s response says line {line.reference} was returned on {day}, but none says it was paid.",
        )


def _stored(line: LineFacts, answer: Answer, rows: list[RowFacts]) -> Iterator[Found]:
    says = f"The payer’s response says line {line.reference} was {answer.result}"
    if not rows:
        yield about(Kind.WITHOUT_EFFECT, line, f"{says} on {long_date(answer.day)}, but nothing was noted of it.")
    elif len(rows) > 1:
        yield about(Kind.DOUBLED, line, f"{says}, but that was noted {len(rows)} times. It is noted once.")
    for row in rows[:1]:
        if row.response != answer.response:
            yield about(Kind.WITHOUT_ANSWER, line, f"{says}, but that was noted from another file than says so.")
        if row.happened_on != answer.day:
            noted = long_date(row.happened_on)
            yield about(Kind.DAY, line, f"{says} on {long_date(answer.day)}, but {noted} was noted.")
        if row.pence != line.pence:
            noted = pounds(row.pence)
            yield about(Kind.ANSWER_AMOUNT, line, f"{says} with {pounds(answer.pence)}, but {noted} was noted.")
        if row.because != answer.because:
            noted = f"{shown(answer.because)}, but {shown(row.because)} was noted"
            yield about(Kind.REASON, line, f"{says} because of {noted}.")


@dataclass(frozen=True)
class End:
    """Why a line has to be closed, as what, and on which day; `because` is None where the payer gives no reason."""

    closed_as: str
    because: str | None
    day: date
    sentence: str


def _end(facts: BatchFacts, line: LineFacts, said: dict[str, Answer]) -> End | None:
    imported = {response.pk: response.imported_on for response in facts.responses}
    for result, closed_as in ENDS.items():
        if result in said:
            says = f"the payer’s response says line {line.reference} was {result}"
            return End(closed_as, said[result].because, imported[said[result].response], says)
    if facts.cancelled_on is not None:
        says = f"batch {facts.reference} was cancelled on {long_date(facts.cancelled_on)}"
        return End("cancelled", None, facts.cancelled_on, says)
    return None


def _closed(facts: BatchFacts, line: LineFacts, said: dict[str, Answer]) -> Iterator[Found]:
    end = _end(facts, line, said)
    was = f"Line {line.reference} was closed as {WORDS.get(line.closed_as or '', line.closed_as)}"
    if end is None:
        if line.closed_as in (None, "recovered"):
            yield from _recovered(facts, line)
        else:
            yield about(Kind.CLOSED, line, f"{was}, but no response file gives a reason for that.")
    elif not line.closed_as:
        sentence = f"{end.sentence[:1].upper()}{end.sentence[1:]}, but the line still counts as one that pays."
        yield about(Kind.WITHOUT_EFFECT, line, sentence)
    elif line.closed_as != end.closed_as:
        yield about(Kind.CLOSED, line, f"{was}, but {end.sentence}.")
    else:
        if end.because is not None and line.closed_because != end.because:
            noted = f"because of {shown(line.closed_because)}, but the payer’s response says {shown(end.because)}"
            yield about(Kind.REASON, line, f"{was} {noted}.")
        if line.closed_on != end.day:
            on = f"on {long_date(line.closed_on)}" if line.closed_on else "on no day"
            yield about(Kind.DAY, line, f"{was} {on}, but that became known on {long_date(end.day)}.")


def _recovered(facts: BatchFacts, line: LineFacts) -> Iterator[Found]:
    """A line is closed as recovered when all of it came back, and not before."""
    back = facts.back_of(line)
    if line.closed_as and back < line.pence:
        yield about(
            Kind.CLOSED,
            line,
            f"Line {line.reference} of {pounds(line.pence)} was closed as recovered, but {pounds(back)} came back.",
        )
    elif not line.closed_as and back >= line.pence:
        yield about(
            Kind.WITHOUT_EFFECT,
            line,
            f"All of line {line.reference}, {pounds(line.pence)}, came back, but the line still counts as one that "
            "pays.",
        )
