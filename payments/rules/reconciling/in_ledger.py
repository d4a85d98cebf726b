"""The ledger against what caused it: the file that was written, the payer's answers, a cancellation."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from asye.dates import long_date
from asye.money import pounds
from payments.rules.reconciling.differences import Kind
from payments.rules.reconciling.facts import BatchFacts, EntryFacts, LineFacts
from payments.rules.reconciling.naming import Found, about, about_batch, about_unknown, many
from payments.rules.reconciling.payer_response import Answer

Answers = Mapping[str, Mapping[str, Answer]]  # the first row that says so, by the line's reference and the result

# Written down a second time, on purpose: what the ledger's writer takes from payments.queries.ledger is not taken here.
IDS = uuid.UUID("5d6a5a52-9d0b-4f4e-8f6d-1f9f3b0a7c11")
BACKWARDS = {"sent_reversed": "sent", "paid_reversed": "paid"}
EFFECTS = {"paid": ("paid",), "rejected": ("sent_reversed",), "returned": ("paid_reversed", "sent_reversed")}
WORDS = {"sent": "sent", "paid": "paid", "paid_reversed": "returned", "sent_reversed": "no longer owed"}


@dataclass(frozen=True)
class Cause:
    """Why an entry has to be there, and since when."""

    day: date
    because: str


def check(facts: BatchFacts, answers: Answers) -> Iterator[Found]:
    """Every entry that is missing, too many or other than its cause says, and every seal that does not close."""
    causes = _causes(facts, answers)
    lines = {line.pk: line for line in facts.lines}
    found = defaultdict[tuple[int, str], list[EntryFacts]](list)
    for entry in facts.entries:
        if entry.recovery is not None:
            continue  # in_recoveries looks at these
        line = lines.get(entry.line) if entry.line is not None else None
        if line is None or entry.batch != facts.pk:
            yield _foreign(facts, entry, line)
        else:
            found[line.pk, entry.event].append(entry)
    for (pk, event), cause in causes.items():
        if (pk, event) not in found:
            yield about(
                Kind.ENTRY_MISSING,
                lines[pk],
                f"{cause.because}, but the ledger does not have line {lines[pk].reference} as {WORDS[event]} with "
                f"{pounds(lines[pk].pence)}.",
            )
    originals = {key: entries[0].pk for key, entries in found.items()}
    for (pk, event), entries in found.items():
        line = lines[pk]
        if len(entries) > 1:
            sentence = f"The ledger has line {line.reference} as {_word(event)} {len(entries)} times. It happens once."
            yield about(Kind.ENTRY_DOUBLED, line, sentence)
        for entry in entries:
            yield from _entry(entry, line, causes.get((pk, event)), originals)
    yield from _seals(facts)


def _causes(facts: BatchFacts, answers: Answers) -> dict[tuple[int, str], Cause]:
    causes = dict[tuple[int, str], Cause]()
    for line in facts.lines:
        if facts.file is not None:
            written = facts.file.written_on
            causes[line.pk, "sent"] = Cause(written, f"The payment file was written on {long_date(written)}")
            if facts.cancelled_on is not None:
                gone = facts.cancelled_on
                causes[line.pk, "sent_reversed"] = Cause(gone, f"The batch was cancelled on {long_date(gone)}")
        for result, answer in answers.get(line.reference, {}).items():
            because = f"The payer’s response says {result} on {long_date(answer.day)}"
            for event in EFFECTS[result]:
                causes[line.pk, event] = Cause(answer.day, because)
    return causes


def _word(event: str) -> str:
    return WORDS.get(event, event)


def _foreign(facts: BatchFacts, entry: EntryFacts, line: LineFacts | None) -> Found:
    begins = f"The ledger has {pounds(entry.pence)} as {_word(entry.event)} for"
    if line is None:
        return about_unknown(Kind.ENTRY_FOREIGN, f"number {entry.line}", facts, begins)
    return about(
        Kind.ENTRY_FOREIGN,
        line,
        f"{begins} line {line.reference} under batch B{entry.batch:05d}, but that line belongs to {facts.reference}.",
    )


def _entry(
    entry: EntryFacts, line: LineFacts, cause: Cause | None, originals: Mapping[tuple[int, str], uuid.UUID]
) -> Iterator[Found]:
    what = f"The ledger has line {line.reference} as {_word(entry.event)}"
    if cause is None:
        yield about(
            Kind.ENTRY_UNCAUSED,
            line,
            f"{what} with {pounds(entry.pence)} on {long_date(entry.happened_on)}, but neither a file nor a response "
            "says so.",
        )
    elif entry.happened_on != cause.day:
        day = long_date(entry.happened_on)
        yield about(Kind.ENTRY_DAY, line, f"{what} on {day}. {cause.because}.")
    if entry.pence != line.pence:
        sentence = f"{what} with {pounds(entry.pence)}, but the line is of {pounds(line.pence)}."
        yield about(Kind.ENTRY_AMOUNT, line, sentence)
    if entry.year != line.year:
        sentence = f"{what} in financial year {entry.year}, but the line is of {line.year}."
        yield about(Kind.ENTRY_YEAR, line, sentence)
    accounts = _accounts(entry.event, line)
    if accounts is not None and (entry.debit, entry.credit) != accounts:
        yield about(
            Kind.ENTRY_ACCOUNTS,
            line,
            f"{what} from account {entry.credit} to {entry.debit}. It goes from {accounts[1]} to {accounts[0]}.",
        )
    if entry.pk != uuid.uuid5(IDS, f"{line.reference}/{entry.event}"):
        own = uuid.uuid5(IDS, f"{line.reference}/{entry.event}")
        yield about(Kind.ENTRY_ID, line, f"{what} in an entry numbered {entry.pk}. Its number is {own}.")
    yield from _reversal(entry, line, what, originals)


def _reversal(
    entry: EntryFacts, line: LineFacts, what: str, originals: Mapping[tuple[int, str], uuid.UUID]
) -> Iterator[Found]:
    original = originals.get((line.pk, BACKWARDS.get(entry.event, "")))
    if entry.event in BACKWARDS and original is None:
        missing = WORDS[BACKWARDS[entry.event]]
        yield about(Kind.REVERSAL, line, f"{what}, but never as {missing} before. There is nothing to reverse.")
    elif entry.reverses != original:
        yield about(
            Kind.REVERSAL,
            line,
            f"{what} in an entry that reverses {entry.reverses or 'nothing'}, but it has to reverse "
            f"{original or 'nothing'}.",
        )


def _accounts(event: str, line: LineFacts) -> tuple[str, str] | None:
    """Debit and credit. A recovery goes the other way: it is owed by the employer and comes back to the grant."""
    budget, employer = f"grant_budget:{line.year}", f"owed_to_employer:{line.employer_id}"
    forward = {"sent": (budget, employer), "paid": (employer, "paid")}.get(BACKWARDS.get(event, event))
    if forward is None:
        return None
    return forward if (event in BACKWARDS) == line.recovery else (forward[1], forward[0])


def _seals(facts: BatchFacts) -> Iterator[Found]:
    under = defaultdict[int, list[EntryFacts]](list)
    for entry in facts.entries:
        under[entry.seal].append(entry)
    before = ""
    for number, seal in enumerate(sorted(facts.seals, key=lambda one: one.number), start=1):
        name = f"Seal {seal.number} of batch {facts.reference}"
        sealed = under.pop(seal.pk, [])
        if seal.number != number:
            yield about_batch(Kind.SEAL, f"{name} is there, but seal {number} is not.")
        if seal.entry_count != len(sealed):
            counted = many(seal.entry_count, "entry").replace("entrys", "entries")
            yield about_batch(Kind.SEAL, f"{name} closes {counted}, but {len(sealed)} stand under it.")
        digest = hashlib.sha256(before.encode())
        for entry in sorted(sealed, key=lambda one: one.pk):
            digest.update(f"{entry.pk}={entry.pence};".encode())
        before = seal.digest
        if digest.hexdigest() != seal.digest:
            yield about_batch(
                Kind.SEAL,
                f"{name} is broken: it says {seal.digest[:16]}…, but its entries make {digest.hexdigest()[:16]}….",
            )
    for entries in under.values():
        yield about_batch(Kind.SEAL, f"No seal of batch {facts.reference} closes {len(entries)} of its ledger entries.")
