"""Words, rows and facts of recoveries."""

from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import Employer
from asye.dates import long_date
from asye.money import pounds
from asye.ui.links import link
from asye.ui.templatetags.components import tag
from payments.models import Line, PartReversal, Recovery, RecoveryPart
from payments.presenters.words import who
from payments.queries.parts import standing_reversal
from payments.queries.recoveries import Group
from payments.rules.recoveries import ENDED, remaining, stage_of
from payments.states import RECOVERY_COLOURS, RecoveryStage
from registrations.states import Milestone

AMOUNT: Final = {"text": "Amount", "numeric": True}
TO_PROPOSE: Final = ["Registration", "Employer", "Left on", "Why", AMOUNT, "Line", "Action"]
LIST: Final = ["Recovery", "Registration", "Employer", "Why", AMOUNT, {"text": "Come back", "numeric": True}, "Status"]
GROUPS: Final = ["Recoveries", {"text": "Number", "numeric": True}, {"text": "Sum", "numeric": True}]
PARTS: Final = ["Received on", AMOUNT, "Recorded", "Taken back"]
OF_LINE: Final = ["Recovery", AMOUNT, "Status"]
OF_STATEMENT: Final = ["Registration", "Payment", "Why", AMOUNT, "Status", "What happens next"]
EMPTY: Final = {
    Group.TO_PROPOSE: "No payment waits for somebody to decide whether it is recovered.",
    Group.TO_APPROVE: "No recovery waits for approval.",
    Group.APPROVED: "No approved recovery waits to be asked for.",
    Group.SENT: "Nothing has been asked for that has not come back.",
    Group.DONE: "No recovery has ended yet.",
}
NEXT: Final = {
    RecoveryStage.PROPOSED: "A payments approver who did not propose it approves or declines it.",
    RecoveryStage.APPROVED: "A payments officer puts it on a batch that pays the employer, or sends an invoice.",
    RecoveryStage.IN_BATCH: "It goes to the payer with its batch. Until the batch is submitted it can be taken off it.",
    RecoveryStage.OFFSET: "The payer takes it off what it sends to the employer, and says so in its response.",
    RecoveryStage.INVOICED: "The employer pays the invoice. A payments officer records what is received.",
    RecoveryStage.PART_RECOVERED: "The employer pays the rest. A payments officer records what is received.",
    RecoveryStage.RECOVERED: "All of it has come back. Nobody needs to do anything.",
    RecoveryStage.WRITTEN_OFF: "What had not come back is no longer asked for.",
    RecoveryStage.WITHDRAWN: "It was withdrawn before it was approved. The payment can be proposed again.",
    RecoveryStage.DECLINED: "It was declined. The payment can be proposed again where something new is known.",
    RecoveryStage.CALLED_OFF: "It was called off before anything was asked. The payment can be proposed again.",
}
FOR_EMPLOYER: Final = {
    RecoveryStage.APPROVED: "We take it off a later payment or send an invoice. You do not need to do anything now.",
    RecoveryStage.IN_BATCH: "We take it off your next payment. You do not need to do anything.",
    RecoveryStage.OFFSET: "It is taken off the payment that is on its way. You do not need to do anything.",
    RecoveryStage.RECOVERED: "Nothing more is to be paid.",
    RecoveryStage.WRITTEN_OFF: "Nothing more is to be paid.",
}
ACTS: Final = {
    "payments.propose_recovery": "Proposed",
    "payments.approve_recovery": "Approved",
    "payments.recovery_withdrawn": "Withdrawn",
    "payments.recovery_declined": "Declined",
    "payments.recovery_called_off": "Called off",
    "payments.offset_recovery": "Put on a batch",
    "payments.unset_recovery": "Taken off its batch",
    "payments.offset_paid": "Taken off a payment",
    "payments.offset_rejected": "Not taken off: the payer rejected it",
    "payments.offset_returned": "The payment that it was taken off was returned",
    "payments.invoice_recovery": "Invoice sent",
    "payments.receive_recovery": "Money received",
    "payments.ask_reversal": "Taking back money received asked for",
    "payments.reverse_part": "Money received taken back",
    "payments.refuse_reversal": "Taking back money received refused",
    "payments.ask_write_off": "Write-off asked for",
    "payments.refuse_write_off": "Write-off refused",
    "payments.write_off": "Written off",
}

SECONDARY: Final = "govuk-button--secondary"
BUTTONS: Final = {
    "recovery_approve": ("Approve", ""),
    "recovery_offset": ("Take it off a batch", ""),
    "recovery_invoice": ("Record an invoice", SECONDARY),
    "recovery_receive": ("Record money received", ""),
    "recovery_write_off": ("Write off", "govuk-button--warning"),
    "recovery_write_off_refuse": ("Refuse the write-off", SECONDARY),
    "recovery_write_off_ask": ("Ask to write off the rest", SECONDARY),
    "recovery_take_off": ("Take it off its batch", SECONDARY),
    "recovery_decline": ("Decline", SECONDARY),
    "recovery_withdraw": ("Withdraw", SECONDARY),
    "recovery_call_off": ("Call off", SECONDARY),
}


def buttons(recovery: Recovery, pages: Iterable[str]) -> list[dict[str, str]]:
    """A button to each of these pages of a recovery."""
    return [
        {"text": BUTTONS[name][0], "href": reverse(name, args=[recovery.pk]), "classes": BUTTONS[name][1]}
        for name in pages
    ]


def stage_tag(recovery: Recovery) -> SafeString:
    """Where a recovery read `with_stage` stands, as a coloured tag."""
    stage = stage_of(recovery)
    return tag(stage.label, RECOVERY_COLOURS[stage])


def received(recovery: Recovery) -> int:
    """What has come back of it, in pence."""
    return recovery.amount_pence - remaining(recovery)


def page_link(recovery: Recovery) -> SafeString:
    """A link to its own page, by its reference."""
    return link(reverse("recovery", args=[recovery.pk]), recovery.reference)


def group_rows(totals: dict[Group, tuple[int, int]]) -> list[list[Any]]:
    """One row for each group, with a link to its list; a sum is what the list asks back."""
    here = reverse("recoveries")
    return [
        [link(f"{here}?show={group}", group.label), f"{count:,}", pounds(pence)]
        for group, (count, pence) in totals.items()
    ]


def to_propose_rows(lines: Iterable[Line], *, may_propose: bool) -> list[list[Any]]:
    """One row for each payment of `queries.recoveries.to_propose`."""
    return [
        [
            str(line.registration),
            link(reverse("statement_of", args=[line.employer_id]), line.employer_name),
            long_date(line.registration.ended_on) if line.registration.ended_on else "",
            why(line),
            pounds(line.room_pence),  # type: ignore[attr-defined]
            link(reverse("line", args=[line.pk]), line.reference),
            _propose(line, may_propose),
        ]
        for line in lines
    ]


def _propose(line: Line, may_propose: bool) -> Any:
    if not line.is_paid:  # type: ignore[attr-defined]
        return "Waits for the payer’s response"
    if not may_propose:
        return "A payments officer proposes it"
    return link(reverse("recovery_propose", args=[line.pk]), "Propose", f"to recover line {line.reference}")


def why(line: Line) -> str:
    """Why a line of `queries.effects.to_recover` is listed."""
    if line.paid_twice:  # type: ignore[attr-defined]
        return "Paid under two records of one person"
    if line.now_a_fail:  # type: ignore[attr-defined]
        return "The pass it was paid for became a fail"
    return str(line.registration.get_end_reason_display())


def rows(recoveries: Iterable[Recovery]) -> list[list[Any]]:
    """One row for each recovery, read `with_stage` and `in_full`."""
    return [
        [
            page_link(one),
            str(one.line.registration),
            link(reverse("statement_of", args=[one.line.employer_id]), one.line.employer_name),
            one.get_cause_display(),
            pounds(one.amount_pence),
            pounds(received(one)),
            stage_tag(one),
        ]
        for one in recoveries
    ]


def of_line_rows(recoveries: Iterable[Recovery]) -> list[list[Any]]:
    """The recoveries of one payment, for its page."""
    return [[page_link(one), pounds(one.amount_pence), stage_tag(one)] for one in recoveries]


def facts(recovery: Recovery) -> list[tuple[str, Any]]:
    """What a recovery is of, why, who decided, and what has come back."""
    line = recovery.line
    found: list[tuple[str, Any]] = [
        ("Status", stage_tag(recovery)),
        ("Amount", f"{pounds(recovery.amount_pence)} of {pounds(line.amount_pence)} paid"),
        ("Come back", pounds(received(recovery))),
        ("Why", recovery.get_cause_display()),
        ("Reason given", recovery.reason),
        ("Employer", link(reverse("statement_of", args=[line.employer_id]), line.employer_name)),
        ("Payment", link(reverse("line", args=[line.pk]), f"{Milestone(line.milestone).label}, {line.reference}")),
        ("Registration", str(line.registration)),
        ("Financial year", line.grant_year.code),
        ("Proposed", who(recovery.proposed_by, recovery.proposed_at)),
    ]
    if recovery.approved_at:
        found.append(("Approved", who(recovery.approved_by, recovery.approved_at)))
    if batch := recovery.offset_batch:  # type: ignore[attr-defined]
        found.append(("Taken off in", link(reverse("batch", args=[batch]), f"Batch B{batch:05d}")))
    if recovery.invoiced_on:
        found.append(("Invoice", f"{recovery.invoice_reference} of {long_date(recovery.invoiced_on)}"))
    if recovery.write_off_asked_at:
        asked = f"{who(recovery.write_off_asked_by, recovery.write_off_asked_at)}. {recovery.write_off_because}"
        found.append(("Write-off asked for", asked))
    if recovery.written_off_at:
        by = who(recovery.written_off_by, recovery.written_off_at)
        found.append(("Written off", f"{pounds(recovery.written_off_pence or 0)}, {by}"))
    if recovery.stopped_at:
        how = str(recovery.get_stopped_as_display())
        found.append((how, f"{who(recovery.stopped_by, recovery.stopped_at)}. {recovery.stopped_because}"))
    return found


def part_rows(parts: Iterable[RecoveryPart], *, may_ask: bool, may_decide: bool) -> list[list[Any]]:
    """What was received on an invoice, by day, and what was taken back of it, of `queries.parts.parts_of`."""
    return [
        [
            long_date(part.received_on),
            pounds(part.amount_pence),
            who(part.recorded_by, part.recorded_at),
            _taken_back(part, may_ask, may_decide),
        ]
        for part in parts
    ]


def _taken_back(part: RecoveryPart, may_ask: bool, may_decide: bool) -> Any:
    if part.reversal:
        wrong = part.reversal.part
        return f"Takes back {pounds(wrong.amount_pence)} of {long_date(wrong.received_on)}. {part.reversal.because}"
    asked, of_part = standing_reversal(part), [part.recovery_id, part.number]
    if asked is None:
        what = f"{pounds(part.amount_pence)} received on {long_date(part.received_on)}"
        return link(reverse("part_take_back", args=of_part), "Take back", what) if may_ask else ""
    if hasattr(asked, "done"):
        return f"Taken back on {long_date(asked.done.received_on)}"
    if may_decide:
        what = f"whether {pounds(part.amount_pence)} is taken back"
        return link(reverse("reversal_approve", args=of_part), "Decide", what)
    return "A payments approver decides"


def about_part(part: RecoveryPart) -> str:
    """What was recorded, in a sentence."""
    recorded = who(part.recorded_by, part.recorded_at)
    return f"{pounds(part.amount_pence)} was recorded as received on {long_date(part.received_on)}: {recorded}."


def about_reversal(asked: PartReversal) -> str:
    """What was recorded, and who says why it was a mistake."""
    return f"{about_part(asked.part)} Asked to be taken back: {who(asked.asked_by, asked.asked_at)}. {asked.because}"


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
    if words:
        return str((words.words or {}).get("reason", "(erased)"))
    codes = dict(code.split(":", 1) for code in event.codes if ":" in code)
    if "batch" in codes:
        return f"Batch {codes['batch']}"
    return pounds(int(codes["pence"])) if "pence" in codes else ""


def statement_rows(recoveries: Iterable[Recovery]) -> list[list[Any]]:
    """What an employer is asked to pay back, or has, and what it has to do, for its co-ordinators."""
    return [
        [
            str(one.line.registration),
            Milestone(one.line.milestone).label,
            f"{one.get_cause_display()}. {one.reason}",
            pounds(one.amount_pence),
            stage_tag(one),
            _what_next(one),
        ]
        for one in recoveries
    ]


def taken_over(employer: Employer, heir: Employer, own: Iterable[Recovery], inherited: Iterable[Recovery]) -> str:
    """On the statement of an employer that closed and of the one that took it over: who is asked for what it owes."""
    if heir != employer and any(stage_of(one) not in ENDED for one in own):
        return (
            f"{heir.name} took over {employer.name}. What is to be paid back is asked of {heir.name} with an invoice. "
            f"It is not taken off what {heir.name} is paid."
        )
    if theirs := list(inherited):
        names = " and ".join(sorted({one.line.employer.name for one in theirs}))
        back = pounds(sum(remaining(one) for one in theirs))
        return (
            f"{employer.name} took over {names}. {back} that was paid to {names} is asked back of {employer.name} with "
            f"an invoice. It is not taken off what {employer.name} is paid."
        )
    return ""


def _what_next(recovery: Recovery) -> str:
    stage = stage_of(recovery)
    if stage in FOR_EMPLOYER:
        return FOR_EMPLOYER[stage]
    return f"Pay {pounds(remaining(recovery))} as invoice {recovery.invoice_reference} says."
