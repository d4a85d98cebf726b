"""States, allowed moves and option lists of the assessment record: data only."""

from typing import Final

from django.db.models import TextChoices


class RecordState(TextChoices):
    """Where a record stands. It moves only by a Transition row."""

    DRAFT = "draft", "Being written"
    SUBMITTED = "submitted", "Ready to sign"
    RETURNED = "returned", "Returned for changes"
    AGREED = "agreed", "Agreed"
    LOCKED = "locked", "Locked"


MOVES: Final = {
    RecordState.DRAFT: (RecordState.SUBMITTED,),
    RecordState.SUBMITTED: (RecordState.RETURNED, RecordState.AGREED),
    RecordState.RETURNED: (RecordState.SUBMITTED,),
    RecordState.AGREED: (RecordState.LOCKED, RecordState.RETURNED),
    RecordState.LOCKED: (RecordState.RETURNED,),
}
OPEN: Final = (RecordState.DRAFT, RecordState.RETURNED)  # its writers may change it
DONE: Final = (RecordState.AGREED, RecordState.LOCKED)  # every required role has signed the current revision
TAG_COLOURS: Final = {
    RecordState.DRAFT: "grey",
    RecordState.SUBMITTED: "yellow",
    RecordState.RETURNED: "orange",
    RecordState.AGREED: "green",
    RecordState.LOCKED: "green",
}


WHOLE: Final = "whole"  # what a return is about, where it is about no one question


class Part(TextChoices):
    """In what part a person takes part in a record: the one they write and sign in."""

    NQSW = "nqsw", "NQSW"
    ASSESSOR = "assessor", "Assessor"


class Result(TextChoices):
    """What the employer decided: nothing but these two (domain 7.4). A deferral or withdrawal is not an outcome."""

    PASS = "pass", "Pass"
    FAIL = "fail", "Fail"


class ModerationBasis(TextChoices):
    """On what footing an outcome stands."""

    NOT_SAMPLED = "not_sampled", "Moderated: not drawn for the sample"
    AGREED = "agreed", "Moderated: the reader agreed with the assessor"
    THIRD_READER = "third_reader", "Moderated: settled by a third reader"
    PANEL = "panel", "Moderated: settled by a panel"
    APPEAL = "appeal", "Changed on appeal"
    EARLIER = "earlier", "Decided before this service"


class AppealStage(TextChoices):
    """How far an appeal has gone in the employer's own procedure."""

    INFORMAL = "informal", "Informal resolution"
    FORMAL = "formal", "Formal appeal"
    FINAL = "final", "Final appeal"


class AppealResult(TextChoices):
    """How an appeal ended."""

    UPHELD = "upheld", "Upheld: the result is changed"
    DISMISSED = "dismissed", "Dismissed: the result stands"
    WITHDRAWN = "withdrawn", "Withdrawn by the person who appealed"


class CertificateState(TextChoices):
    """What a stranger who checks a certificate is told."""

    VALID = "valid", "Valid"
    REPLACED = "replaced", "Replaced"
    REVOKED = "revoked", "Revoked"
