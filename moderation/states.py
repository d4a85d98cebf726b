"""What is said in moderation and how far each reading has come: data only."""

from typing import Final

from django.db.models import TextChoices


class Judgement(TextChoices):
    """What a reader makes of the evidence before seeing the assessor's recommendation."""

    PASS = "pass", "Pass"
    FAIL = "fail", "Fail"
    CANNOT_TELL = "cannot_tell", "Cannot tell from this evidence"


class Conclusion(TextChoices):
    """What moderation, or the senior lead, says of the year: there is nothing between (domain 7.4)."""

    PASS = "pass", "Pass"
    FAIL = "fail", "Fail"


class Answer(TextChoices):
    """What a reader says of the recommendation once it is shown (domain 8, the template's own words)."""

    AGREES = "agrees", "I agree with the recommendation"
    INCONSISTENT = "inconsistent", "The evidence does not support the recommendation"
    NOT_CLEAR = "not_clear", "It is not clear how the recommendation was reached"
    OTHER = "other", "I disagree for another reason"


class Because(TextChoices):
    """Why a record is in the sample (decision D9)."""

    FAIL = "fail", "The recommendation is fail"
    RANDOM = "random", "Drawn at random"
    PER_ASSESSOR = "per_assessor", "At least one for each assessor"


class How(TextChoices):
    """How the readers and the recommendation came to one conclusion: the basis an outcome then stands on."""

    AGREED = "agreed", "Agreed"
    THIRD_READER = "third_reader", "Decided by a further reader"
    PANEL = "panel", "Decided by a panel"


class Stage(TextChoices):
    """How far one reading has come, derived from its dates."""

    OPEN = "open", "Reading the evidence"
    SEALED = "sealed", "Judgement sealed"
    COMPLETED = "completed", "Completed"
    WITHDRAWN = "withdrawn", "Withdrawn"


MOVES: Final = {
    Stage.OPEN: (Stage.SEALED, Stage.WITHDRAWN),
    Stage.SEALED: (Stage.COMPLETED, Stage.WITHDRAWN),
    Stage.COMPLETED: (),
    Stage.WITHDRAWN: (),
}
WAITS_FOR: Final = {
    Stage.OPEN: "moderator",
    Stage.SEALED: "moderator",
    Stage.COMPLETED: "",
    Stage.WITHDRAWN: "",
}
