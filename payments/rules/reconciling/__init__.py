"""The reconciler: says of a batch every way in which file, ledger, responses, approval and lines contradict each other.

A second code path (bar M5). It is given bytes and plain values and reads them with parsers of its own. It imports
neither payments.queries.lines and payments.services.files, which write the file, nor payments.rules.response and
payments.services.responses, which import the answers, nor payments.queries.ledger and payments.services.ledger, which
write and verify the ledger: a fault of theirs would hide itself.
"""

from payments.rules.reconciling import (
    in_file,
    in_ledger,
    in_offsets,
    in_recoveries,
    in_responses,
    in_slots,
    payer_file,
    payer_response,
)
from payments.rules.reconciling.differences import Difference, Kind
from payments.rules.reconciling.facts import BatchFacts

__all__ = ["BatchFacts", "Difference", "Kind", "named_in", "reconcile"]


def reconcile(facts: BatchFacts) -> list[Difference]:
    """Every difference of one batch, each once; none where everything agrees. Raises nothing, whatever it is given."""
    if not facts.there:
        sentence = f"There are payments, ledger entries or a history of batch {facts.reference}, but no such batch."
        return [Difference(Kind.GONE, facts.pk, facts.reference, sentence)]
    heard = in_responses.Heard(facts)
    found = [
        *in_file.check(facts),
        *in_ledger.check(facts, heard.answers),
        *in_responses.check(heard),
        *in_offsets.check(facts, heard.answers),
        *in_recoveries.check(facts),
        *in_slots.check(facts),
    ]
    return [
        Difference(one.kind, facts.pk, facts.reference, one.sentence, one.line, one.line_id)
        for one in dict.fromkeys(found)
    ]


def named_in(facts: BatchFacts) -> set[str]:
    """The references of lines that the file and the responses name and the batch does not have."""
    own = {line.reference for line in facts.lines}
    named = {row.line for row in payer_file.read(facts.file.content).rows} if facts.file else set[str]()
    for response in facts.responses:
        named |= {answer.line for answer in payer_response.read(response.pk, response.content)[0]}
    return named - own
