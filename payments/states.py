"""States of batches, lines, payees and responses: data only."""

from typing import Final

from django.db.models import TextChoices


class BatchState(TextChoices):
    """What people have decided about a batch. Released, part-confirmed and closed are derived (`BatchStage`)."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for approval"
    APPROVED = "approved", "Approved"
    CANCELLED = "cancelled", "Cancelled"


MOVES: Final = {
    BatchState.DRAFT: (BatchState.SUBMITTED, BatchState.CANCELLED),
    BatchState.SUBMITTED: (BatchState.DRAFT, BatchState.APPROVED, BatchState.CANCELLED),
    BatchState.APPROVED: (BatchState.CANCELLED,),  # only until the file has been handed over
    BatchState.CANCELLED: (),
}
WAITS_FOR: Final = {
    BatchState.DRAFT: "payments_officer",
    BatchState.SUBMITTED: "payments_approver",
    BatchState.APPROVED: "payments_officer",
    BatchState.CANCELLED: "",
}


class BatchStage(TextChoices):
    """Where a batch stands, as a person sees it."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for approval"
    APPROVED = "approved", "Approved, file being written"
    READY = "ready", "File ready to hand over"
    RELEASED = "released", "Handed over"
    PART_CONFIRMED = "part_confirmed", "Partly confirmed"
    CLOSED = "closed", "Confirmed"
    CANCELLED = "cancelled", "Cancelled"


STAGE_COLOURS: Final = {
    BatchStage.DRAFT: "grey",
    BatchStage.SUBMITTED: "yellow",
    BatchStage.APPROVED: "blue",
    BatchStage.READY: "purple",
    BatchStage.RELEASED: "teal",
    BatchStage.PART_CONFIRMED: "orange",
    BatchStage.CLOSED: "green",
    BatchStage.CANCELLED: "grey",
}


class Hand(TextChoices):
    """What a person did to a batch. One human has one hand in a batch, so a maker can never be its approver."""

    MAKER = "maker", "Prepared or changed it"
    APPROVER = "approver", "Approved it"


class LineKind(TextChoices):
    """A line pays a milestone, or takes back what one paid."""

    PAYMENT = "payment", "Payment"
    RECOVERY = "recovery", "Recovery"


class LineReason(TextChoices):
    """Why a line came to be (rules P1, P6, D5)."""

    REGISTERED = "registered", "Registered"
    COMPLETED = "completed", "Completed"
    FINAL_YEAR_ADVANCE = "final_year_advance", "Final-year advance"


class ClosedAs(TextChoices):
    """Why a line no longer settles its slot. Set once."""

    FAILED = "failed", "Rejected by the payer"
    RETURNED = "returned", "Returned after it was paid"
    RECOVERED = "recovered", "Recovered"
    CANCELLED = "cancelled", "Its batch was cancelled"


class LineStage(TextChoices):
    """Where a line stands, as a person sees it."""

    IN_BATCH = "in_batch", "Being prepared"
    SENT = "sent", "Sent to the payer"
    PAID = "paid", "Paid"
    FAILED = "failed", "Rejected"
    RETURNED = "returned", "Returned"
    RECOVERED = "recovered", "Recovered"
    CANCELLED = "cancelled", "Cancelled"


LINE_COLOURS: Final = {
    LineStage.IN_BATCH: "grey",
    LineStage.SENT: "teal",
    LineStage.PAID: "green",
    LineStage.FAILED: "red",
    LineStage.RETURNED: "red",
    LineStage.RECOVERED: "purple",
    LineStage.CANCELLED: "grey",
}


OF_A_RECOVERY: Final = {
    LineStage.SENT: "Sent to be taken off",
    LineStage.PAID: "Taken off",
    LineStage.FAILED: "Not taken off",
    LineStage.RETURNED: "Not taken off after all: the payment was returned",
}


class MoneyState(TextChoices):
    """Where one of the two payments of a person stands, for a page that says what a change does to it."""

    NOT_DUE = "not_due", "Not due yet"
    OWED = "owed", "Owed"
    IN_BATCH = "in_batch", "Being prepared"
    PAID = "paid", "Paid"
    ELSEWHERE = "elsewhere", "Paid before this service"


class Result(TextChoices):
    """What the payer says became of a line."""

    PAID = "paid", "Paid"
    REJECTED = "rejected", "Rejected"
    RETURNED = "returned", "Returned"


class Event(TextChoices):
    """What a ledger entry records of a line. Each happens once."""

    SENT = "sent", "Sent to the payer"
    PAID = "paid", "Paid"
    PAID_REVERSED = "paid_reversed", "Payment returned"
    SENT_REVERSED = "sent_reversed", "No longer owed by this line"
    # Of a recovery by invoice, which is in no batch:
    INVOICED = "invoiced", "Asked back with an invoice"
    RECEIVED = "received", "Paid back"
    RECEIVED_REVERSED = "received_reversed", "Not paid back after all"
    WRITTEN_OFF = "written_off", "Written off"


class RecoveryCause(TextChoices):
    """Why a payment is asked back, as it stood when that was proposed (rules P10, P11)."""

    NEVER_STARTED = "never_started", "The year never started"
    WITHDRAWN = "withdrawn", "They left, and their programme year recovers the payment"
    NOW_A_FAIL = "now_a_fail", "The pass it was paid for became a fail"
    PAID_TWICE = "paid_twice", "Paid under two records of one person"
    JUDGEMENT = "judgement", "Decided by DfE"


class StoppedAs(TextChoices):
    """How a recovery ended before anything was asked of the employer. Set once."""

    WITHDRAWN = "withdrawn", "Withdrawn"  # by a payments officer, before it was approved
    DECLINED = "declined", "Declined"  # by a payments approver, before it was approved
    CALLED_OFF = "called_off", "Called off"  # by a payments approver, after it was approved


class RecoveryStage(TextChoices):
    """Where a recovery stands: derived from its facts, its line in a batch and what has come back."""

    PROPOSED = "proposed", "Waiting for approval"
    APPROVED = "approved", "Approved, not asked for yet"
    IN_BATCH = "in_batch", "In a batch that is being prepared"
    OFFSET = "offset", "Sent to be taken off a payment"
    INVOICED = "invoiced", "Invoice sent"
    PART_RECOVERED = "part_recovered", "Partly paid back"
    RECOVERED = "recovered", "Recovered"
    WRITTEN_OFF = "written_off", "Written off"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DECLINED = "declined", "Declined"
    CALLED_OFF = "called_off", "Called off"


MOVES_OF_A_RECOVERY: Final = {
    RecoveryStage.PROPOSED: (RecoveryStage.APPROVED, RecoveryStage.DECLINED, RecoveryStage.WITHDRAWN),
    RecoveryStage.APPROVED: (RecoveryStage.IN_BATCH, RecoveryStage.INVOICED, RecoveryStage.CALLED_OFF),
    RecoveryStage.IN_BATCH: (RecoveryStage.OFFSET, RecoveryStage.APPROVED),
    RecoveryStage.OFFSET: (RecoveryStage.RECOVERED, RecoveryStage.APPROVED),
    RecoveryStage.INVOICED: (RecoveryStage.PART_RECOVERED, RecoveryStage.RECOVERED, RecoveryStage.WRITTEN_OFF),
    # Back again where what was received had been entered by mistake, or what it was taken off was returned:
    RecoveryStage.PART_RECOVERED: (RecoveryStage.RECOVERED, RecoveryStage.WRITTEN_OFF, RecoveryStage.INVOICED),
    RecoveryStage.RECOVERED: (RecoveryStage.PART_RECOVERED, RecoveryStage.INVOICED, RecoveryStage.APPROVED),
    RecoveryStage.WRITTEN_OFF: (),
    RecoveryStage.WITHDRAWN: (),
    RecoveryStage.DECLINED: (),
    RecoveryStage.CALLED_OFF: (),
}
WAITS_FOR_OF_A_RECOVERY: Final = {
    RecoveryStage.PROPOSED: "payments_approver",
    RecoveryStage.APPROVED: "payments_officer",
    RecoveryStage.IN_BATCH: "payments_officer",
    RecoveryStage.OFFSET: "the payer",
    RecoveryStage.INVOICED: "the employer",
    RecoveryStage.PART_RECOVERED: "the employer",
}
RECOVERY_COLOURS: Final = {
    RecoveryStage.PROPOSED: "yellow",
    RecoveryStage.APPROVED: "blue",
    RecoveryStage.IN_BATCH: "purple",
    RecoveryStage.OFFSET: "teal",
    RecoveryStage.INVOICED: "teal",
    RecoveryStage.PART_RECOVERED: "orange",
    RecoveryStage.RECOVERED: "green",
    RecoveryStage.WRITTEN_OFF: "red",
    RecoveryStage.WITHDRAWN: "grey",
    RecoveryStage.DECLINED: "grey",
    RecoveryStage.CALLED_OFF: "grey",
}


COOL_OFF_DAYS: Final = 10  # unless the grant year says otherwise
CONTACT_SETTLED_DAYS: Final = 30


class Flag(TextChoices):
    """What has happened to a line of a batch that is not handed over since it was prepared."""

    NOT_OWED = "not_owed", "What it pays is no longer owed to this employer"
    BLOCKED = "blocked", "It is blocked now"
    RENAMED = "renamed", "The employer has another name now; the file keeps the one it had"
    OTHER_DETAILS = "other_details", "Other vendor details were proposed; the line is paid under those in use"
    OTHER_RATE = "other_rate", "A newer version of its programme year pays another amount; it keeps its own"


class Sampled(TextChoices):
    """Why a payment of a batch is looked at closely."""

    DRAWN = "drawn", "Drawn by lot"
    FIRST = "first", "The first approved batch that pays this employer"


class Finding(TextChoices):
    """What came of looking closely at a payment."""

    RIGHT = "right", "It is right"
    WRONG = "wrong", "It is not right"


class Age(TextChoices):
    """For how long something has been owed, in days since the day it became due."""

    TO_30 = "30", "Up to 30 days"
    TO_60 = "60", "31 to 60 days"
    TO_90 = "90", "61 to 90 days"
    OVER = "over", "Over 90 days"


class Blocked(TextChoices):
    """Why something owed cannot go into a batch today."""

    HELD = "held", "Held back by a payments officer"
    EMPLOYER_CLOSED = "employer_closed", "The employer has closed"
    NO_PAYEE = "no_payee", "No verified payee details"
    SHARED_NUMBER = "shared_number", "Vendor number to be confirmed"
    COOL_OFF = "cool_off", "New vendor details are not used yet"
    NO_TERMS = "no_terms", "Grant terms not accepted"
    NO_GRANT_YEAR = "no_grant_year", "No grant year has been set up for the day it became due"
    EARLIER = "earlier", "From before this service: nobody has said whether it was paid then"


WHAT_TO_DO: Final = {
    Blocked.HELD: "It is offered again when the hold ends.",
    Blocked.EMPLOYER_CLOSED: "Contact the employer to find out who took over its programme.",
    Blocked.NO_PAYEE: "Propose the employer’s vendor number and have it verified.",
    Blocked.SHARED_NUMBER: "Say under “Vendor details” why that is right, and have it confirmed; or propose another.",
    Blocked.COOL_OFF: "You do not need to do anything: it is offered from that day.",
    Blocked.NO_TERMS: "The employer’s senior lead or co-ordinator has to accept the newest grant terms.",
    Blocked.EARLIER: "Send in a sheet of past payments that says of this one yes or no.",
    Blocked.NO_GRANT_YEAR: "Ask the people who run the server to load the grant years. Only they can.",
}
