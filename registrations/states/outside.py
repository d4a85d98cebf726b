"""What comes from outside: what the register answers, what becomes of files, which records may be one person."""

from typing import Final

from django.db.models import TextChoices


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
