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


class StandardSet(TextChoices):
    """The standards that practice is assessed against (domain 7.1)."""

    PQS_2018 = "pqs-2018", "Post-qualifying standard: child and family practitioner"
    KSS_ADULTS = "kss-adults-2015", "Knowledge and skills statement: social workers in adult services"
    EARLY_CAREER = "early-career-2027", "Child and family social worker early career standards"


class Evidence(TextChoices):
    """The kinds of evidence of which a year asks for a least number (domain 7.3)."""

    DIRECT_OBSERVATION = "direct_observation", "Direct observations"
    FEEDBACK_PEOPLE = "feedback_people", "Feedback from people who use services"
    FEEDBACK_PROFESSIONALS = "feedback_professionals", "Feedback from other professionals"
    WRITTEN_REPORT = "written_report", "Written reports or records"
    CRITICAL_REFLECTION = "critical_reflection", "Critical reflections"
    SELF_ASSESSMENT = "self_assessment", "Self-assessments"
    DEVELOPMENT_PLAN = "development_plan", "Development plans"


class Milestone(TextChoices):
    """The two payments of a person's year (rule P1)."""

    REGISTRATION = "registration", "Registration"
    COMPLETION = "completion", "Completion"


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


class AdjustmentWish(TextChoices):
    """Whether the NQSW wishes reasonable adjustments (domain 4.2)."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_SAID = "prefer_not_to_say", "Prefer not to say"


class ServiceArea(TextChoices):
    """Where in a child and family service they work (domain 4.2)."""

    ASSESSMENT = "assessment", "Referral and assessment"
    EARLY_HELP = "early_help", "Early help and family support"
    PROTECTION = "protection", "Child protection and children in need"
    CARE = "care", "Children in care"
    LEAVING_CARE = "leaving_care", "Leaving care"
    FOSTERING = "fostering", "Fostering"
    ADOPTION = "adoption", "Adoption"
    DISABILITY = "disability", "Disabled children"
    YOUTH_JUSTICE = "youth_justice", "Youth justice"
    COURTS = "courts", "Family courts"
    HEALTH = "health", "Hospital or health service"
    SCHOOL = "school", "School or academy"
    OTHER = "other", "Another area"


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


class RegisterStatus(TextChoices):
    """What the Social Work England register said about a number."""

    REGISTERED = "registered", "Registered"
    NOT_REGISTERED = "not_registered", "No longer registered"
    NOT_FOUND = "not_found", "Not found"
    UNAVAILABLE = "unavailable", "The register did not answer"


class LeftBecause(TextChoices):
    """Why somebody is no longer registered, as the register says."""

    UNSTATED = "unstated", "No reason given"
    FAILED_TO_RENEW = "failed_to_renew", "Did not renew"
    VOLUNTARY = "voluntary", "Removed at their own request"
    DECEASED = "deceased", "Died"
    CPD = "cpd", "Did not meet the requirements for continuing professional development"
    REMOVED = "removed", "Removed from the register"


class NoAnswer(TextChoices):
    """Why nothing can be said: none of these is an answer about the person."""

    SLOW = "slow", "It took too long"
    DROPPED = "dropped", "The connection broke off"
    BUSY = "busy", "It was too busy"
    FAULT = "fault", "It reported a fault of its own"
    REFUSED = "refused", "It refused the question"
    UNREADABLE = "unreadable", "It sent something that cannot be read"
    ANOTHER = "another", "It answered about another number"


class RegisterOccasion(TextChoices):
    """Why the register was asked (rules E1 and E13)."""

    CASEWORK = "casework", "A caseworker asked"
    RENEWAL = "renewal", "Yearly check after renewal"
    OUTCOME = "outcome", "Check before the outcome"


class UploadState(TextChoices):
    """Where a file with many registrations stands: read from its facts, never stored."""

    CHECKING = "checking", "Being checked"
    UNREADABLE = "unreadable", "Cannot be read"
    CHECKED = "checked", "Checked"
    REGISTERED = "registered", "Registered"
    DELETED = "deleted", "Deleted"


UPLOAD_COLOURS: Final = {
    UploadState.CHECKING: "yellow",
    UploadState.UNREADABLE: "red",
    UploadState.CHECKED: "blue",
    UploadState.REGISTERED: "green",
    UploadState.DELETED: "grey",
}


class SameAnswer(TextChoices):
    """What a caseworker says of two records that are alike."""

    DIFFERENT = "different", "Different people"
    SAME = "same", "The same person"


class SameBy(TextChoices):
    """In what two records are alike."""

    NAME = "name", "The same name, or a former one"
    BIRTH = "birth", "The same date of birth"
    EMAIL = "email", "The same email address"
    NUMBER = "number", "Social Work England numbers that are one digit apart"


class EarlierKind(TextChoices):
    """What a sheet of records from before this service holds, in the order in which they are taken over."""

    EMPLOYERS = "employers", "Employers"
    PEOPLE = "people", "People and their registrations"
    OUTCOMES = "outcomes", "Outcomes"
    PAYMENTS = "payments", "Past payments"


class EarlierSource(TextChoices):
    """Who kept those records (domain 4, P4)."""

    PORTAL = "portal", "Skills for Care portal"
    CLAIMS_2026 = "claims_2026", "Claim spreadsheets of March 2026"


class EarlierState(TextChoices):
    """Where a file of earlier records stands: read from its facts, never stored."""

    CHECKING = "checking", "Being checked"
    UNREADABLE = "unreadable", "Cannot be read"
    CHECKED = "checked", "Checked"
    TAKEN = "taken", "Taken over"
    DELETED = "deleted", "Deleted"


EARLIER_COLOURS: Final = {
    EarlierState.CHECKING: "yellow",
    EarlierState.UNREADABLE: "red",
    EarlierState.CHECKED: "blue",
    EarlierState.TAKEN: "green",
    EarlierState.DELETED: "grey",
}
