"""Registration states and option lists: data only."""

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


class Milestone(TextChoices):
    """The two payments of a person's year (rule P1)."""

    REGISTRATION = "registration", "Registration"
    COMPLETION = "completion", "Completion"


class Verdict(TextChoices):
    """What the eligibility rules say."""

    FUNDABLE = "fundable", "Can be funded"
    UNFUNDED = "unfunded", "Can take part, without funding"
    CANNOT_REGISTER = "cannot_register", "Cannot be registered"


class Route(TextChoices):
    """How the person came to qualify (domain 3.3)."""

    STEP_UP = "step_up", "Step Up to Social Work"
    APPROACH = "approach", "Approach Social Work"
    APPRENTICESHIP = "apprenticeship", "Degree apprenticeship"
    UNDERGRADUATE = "undergraduate", "Undergraduate degree"
    POSTGRADUATE = "postgraduate", "Postgraduate degree"
    OTHER = "other", "Another route"


class Qualification(TextChoices):
    """Highest qualification (domain 4.2)."""

    BA = "ba", "BA"
    BSC = "bsc", "BSc"
    MA = "ma", "MA"
    MSC = "msc", "MSc"
    PGDIP = "pgdip", "Postgraduate diploma"
    OTHER = "other", "Another qualification at degree level"


class Contract(TextChoices):
    """Contract type (domain 4.2)."""

    PERMANENT = "permanent", "Permanent"
    FIXED_TERM = "fixed_term", "Fixed term"
    AGENCY = "agency", "Agency"
    LOCUM = "locum", "Locum"


class DeferralReason(TextChoices):
    """Why a year is paused (decision D12). Capability is never a reason."""

    PARENTAL = "parental", "Parental leave"
    SICKNESS = "sickness", "Sickness"
    BEREAVEMENT = "bereavement", "Bereavement"
    ADJUSTMENT = "adjustment", "Adjustment not in place"
    SUPPORT = "support", "Employer cannot give support"
    EMPLOYER_CHANGE = "employer_change", "Change of employer"
    OTHER = "other", "Another reason"


class RegisterStatus(TextChoices):
    """What the Social Work England register said about a number."""

    REGISTERED = "registered", "Registered"
    NOT_REGISTERED = "not_registered", "No longer registered"
    NOT_FOUND = "not_found", "Not found"
    UNAVAILABLE = "unavailable", "The register did not answer"
