"""Words and cells that several pages of payments share."""

from typing import Any

from django.utils.safestring import SafeString

from asye.dates import long_datetime
from asye.ui.templatetags.components import tag
from payments.models import Batch, Line
from payments.queries.sampling import LOOKED
from payments.queries.statements import label_of
from payments.states import LINE_COLOURS, STAGE_COLOURS, BatchStage, Finding, LineStage

NEXT = {
    BatchStage.DRAFT: "A payments officer checks the lines and submits the batch.",
    BatchStage.SUBMITTED: "A payments approver who did not prepare or change it approves exactly what was submitted.",
    BatchStage.APPROVED: "The payment file is written within a minute. Nobody needs to do anything.",
    BatchStage.READY: "A payments officer downloads the file, gives it to the payer and marks it handed over.",
    BatchStage.RELEASED: "The payer pays and answers. A payments officer imports the payer’s response file.",
    BatchStage.PART_CONFIRMED: "Some lines have no answer yet. A payments officer imports the payer’s next response.",
    BatchStage.CLOSED: "The payer has answered every line. Lines that were rejected are owed again.",
    BatchStage.CANCELLED: "What its lines would have paid is owed again and goes into another batch.",
}
ACTS = {
    "payments.prepare": "Prepared",
    "payments.submit": "Submitted for approval",
    "payments.approve": "Approved",
    "payments.send_back": "Sent back to draft",
    "payments.hold_line": "A line was held",
    "payments.cancel": "Cancelled",
    "payments.write_file": "Payment file written",
    "payments.download_file": "Payment file downloaded",
    "payments.hand_over": "Handed over to the payer",
    "payments.import_response": "Payer’s response imported",
    LOOKED: "Looked at closely",
}


def batch_tag(batch: Batch) -> SafeString:
    """The batch's stage as a coloured tag; the batch has been read `with_progress`."""
    stage = BatchStage(batch.stage)  # type: ignore[attr-defined]
    return tag(stage.label, STAGE_COLOURS[stage])


def who(user: Any, at: Any, nobody: str = "the service") -> str:
    """When something was done and by whom."""
    return f"{long_datetime(at)} by {user.full_name if user else nobody}"


def line_tag(line: Line) -> SafeString:
    """The stage of a line read `with_stage`, as a coloured tag."""
    stage = LineStage(line.stage)  # type: ignore[attr-defined]
    return tag(label_of(line.kind, stage), LINE_COLOURS[stage])


def events(history: Any) -> list[dict[str, Any]]:
    """Audit events as the timeline component wants them, newest first."""
    return [
        {
            "heading": ACTS.get(event.act, event.act),
            "at": event.at,
            "by": event.actor.full_name if event.actor else "the service",
            "text": _text(event),
        }
        for event in history
    ]


def _text(event: Any) -> str:
    words = getattr(event, "detail", None)
    reason = (words.words or {}).get("reason", "(erased)") if words else ""
    counts = dict(code.split(":", 1) for code in event.codes if ":" in code)
    if event.act == "payments.import_response":
        return ", ".join(f"{number} {what}" for what, number in counts.items() if number != "0") or "Nothing new"
    if event.act == LOOKED:
        return f"{Finding(event.codes[0]).label}: {reason}"
    if event.act == "payments.hold_line":
        return f"{counts.get('line', '')}: {reason}"
    return str(reason)
