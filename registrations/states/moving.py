"""Where registrations and programme years stand, which moves there are, and whose turn it is: data only."""

from typing import Final

from django.db.models import TextChoices


class State(TextChoices):
    """What people have decided about a registration. Everything else (deferred, overdue, paid) is derived."""

    SUBMITTED = "submitted", "Being checked"
    QUERIED = "queried", "Question asked"
    REGISTERED = "registered", "Registered"
    REFUSED = "refused", "Refused"


class Stage(TextChoices):
    """Where a registration stands today: derived in queries.with_stage, never stored (decision D2)."""

    BEING_CHECKED = "being_checked", "Being checked"
    QUESTION_ASKED = "question_asked", "Question asked"
    REFUSED = "refused", "Refused"
    NOT_STARTED = "not_started", "Not started yet"
    ON_PROGRAMME = "on_programme", "On the programme"
    DEFERRED = "deferred", "Deferred"
    WITHDRAWN = "withdrawn", "Withdrawn"
    NEVER_STARTED = "never_started", "Never started"
    FINISHED = "finished", "Outcome confirmed"


STAGE_COLOURS: Final = {
    Stage.BEING_CHECKED: "yellow",
    Stage.QUESTION_ASKED: "orange",
    Stage.REFUSED: "red",
    Stage.NOT_STARTED: "grey",
    Stage.ON_PROGRAMME: "blue",
    Stage.DEFERRED: "purple",
    Stage.WITHDRAWN: "grey",
    Stage.NEVER_STARTED: "grey",
    Stage.FINISHED: "green",
}


class EndReason(TextChoices):
    """Why a registration has ended."""

    WITHDRAWN = "withdrawn", "Withdrawn"
    OUTCOME_CONFIRMED = "outcome_confirmed", "Outcome confirmed"
    NEVER_STARTED = "never_started", "Never started"


MOVES: Final = {
    State.SUBMITTED: (State.QUERIED, State.REGISTERED, State.REFUSED),
    State.QUERIED: (State.SUBMITTED,),
    State.REGISTERED: (),
    State.REFUSED: (),
}
WAITS_FOR: Final = {
    State.SUBMITTED: "caseworker",
    State.QUERIED: "coordinator",
    State.REGISTERED: "",
    State.REFUSED: "",
}


class Programme(TextChoices):
    """Programmes the service can run: data, not forks (decision D10)."""

    ASYE_CHILD_AND_FAMILY = "asye_cf", "ASYE child and family"
    ASYE_ADULTS = "asye_adults", "ASYE adults"
    ECDP = "ecdp", "Early career development programme"


class YearState(TextChoices):
    """Where a version of a programme year stands: read from who published, replaced or discarded it."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Superseded"
    DISCARDED = "discarded", "Discarded"


MOVES_YEAR: Final = {
    YearState.DRAFT: (YearState.PUBLISHED, YearState.DISCARDED),
    YearState.PUBLISHED: (YearState.SUPERSEDED,),
    YearState.SUPERSEDED: (),
    YearState.DISCARDED: (),
}
WAITS_FOR_YEAR: Final = {
    YearState.DRAFT: "administrator",
    YearState.PUBLISHED: "",
    YearState.SUPERSEDED: "",
    YearState.DISCARDED: "",
}
YEAR_COLOURS: Final = {
    YearState.DRAFT: "yellow",
    YearState.PUBLISHED: "green",
    YearState.SUPERSEDED: "grey",
    YearState.DISCARDED: "grey",
}


class YearHandKind(TextChoices):
    """What a person did to a version of a programme year: one of the two, never both."""

    DRAFTER = "drafter", "Drafted or changed it"
    PUBLISHER = "publisher", "Published it"


class Verdict(TextChoices):
    """What the eligibility rules say."""

    FUNDABLE = "fundable", "Can be funded"
    UNFUNDED = "unfunded", "Can take part, without funding"
    CANNOT_REGISTER = "cannot_register", "Cannot be registered"


class Occasion(TextChoices):
    """Why the eligibility rules were applied."""

    SUBMITTED = "submitted", "Registration sent"
    CORRECTED = "corrected", "Answers corrected"
    REGISTER = "register", "The register answered"
    FACT = "fact", "A fact was corrected"


class ChangeKind(TextChoices):
    """What is changed in the course of a year and can be undone."""

    WITHDRAWAL = "withdrawal", "Withdrawal"
    DEFERRAL = "deferral", "Deferral"
    RETURN = "return", "Return from a deferral"
    EXTENSION = "extension", "Extension"
    ASSESSOR = "assessor", "Change of assessor"
    COVER = "cover", "Cover for an assessor"


# A change cannot be undone while a later one of these stands: it was made on what the earlier one left.
STANDS_ON: Final = {
    ChangeKind.WITHDRAWAL: (),
    ChangeKind.DEFERRAL: (ChangeKind.DEFERRAL, ChangeKind.RETURN),
    ChangeKind.RETURN: (ChangeKind.DEFERRAL,),
    ChangeKind.EXTENSION: (),
    ChangeKind.ASSESSOR: (ChangeKind.ASSESSOR,),
    ChangeKind.COVER: (),
}


class MoveSide(TextChoices):
    """The two employers of a move."""

    LEAVING = "leaving", "The employer they leave"
    RECEIVING = "receiving", "The employer they go to"


class MoveState(TextChoices):
    """Where a move to another employer stands: read from its facts, never stored."""

    LEAVING_ASKED = "leaving_asked", "Waits for the employer they leave"
    RECEIVING_ASKED = "receiving_asked", "Waits for the employer they go to"
    OVERLAP = "overlap", "The two days overlap"
    DONE = "done", "Agreed"
    CALLED_OFF = "called_off", "Called off"
