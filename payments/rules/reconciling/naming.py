"""What a check has found, before it is known of which batch."""

from dataclasses import dataclass

from payments.rules.reconciling.cells import shown
from payments.rules.reconciling.differences import Kind
from payments.rules.reconciling.facts import BatchFacts, LineFacts


@dataclass(frozen=True)
class Found:
    """A difference of the batch at hand."""

    kind: Kind
    sentence: str
    line: str = ""
    line_id: int | None = None


def about(kind: Kind, line: LineFacts, sentence: str) -> Found:
    """About a line of the batch."""
    return Found(kind, sentence, line.reference, line.pk)


def about_batch(kind: Kind, sentence: str, line: str = "") -> Found:
    """About the batch, its file or a row that names no line of it."""
    return Found(kind, sentence, line)


def about_unknown(kind: Kind, reference: str, facts: BatchFacts, begins: str) -> Found:
    """About something that names a line which the batch does not have; `begins` is a sentence up to "line"."""
    other = facts.elsewhere.get(reference)
    belongs = f"that line belongs to batch {other}" if other else "there is no such line"
    return Found(kind, f"{begins} line {shown(reference)} in batch {facts.reference}, but {belongs}.", reference)


def many(count: int, noun: str) -> str:
    """Like "1 line" and "1,200 lines"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
