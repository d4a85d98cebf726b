"""Kinds and states of employers, the nine regions of England, and states of requests and terms: data only."""

from typing import Final

from django.db.models import TextChoices


class EmployerKind(TextChoices):
    """What sort of organisation employs the NQSW (domain 4.1)."""

    LOCAL_AUTHORITY = "local_authority", "Local authority"
    CHILDRENS_TRUST = "childrens_trust", "Children's trust"
    NHS = "nhs", "NHS"
    SCHOOL = "school", "School or academy"
    PRIVATE = "private", "Private"
    VOLUNTARY = "voluntary", "Voluntary or charity"
    INDEPENDENT = "independent", "Independent (for example fostering agency)"
    CAFCASS = "cafcass", "Cafcass"
    AGENCY = "agency", "Agency"
    OTHER = "other", "Other"


class Region(TextChoices):
    """The regions of England by their statistical code."""

    NORTH_EAST = "E12000001", "North East"
    NORTH_WEST = "E12000002", "North West"
    YORKSHIRE = "E12000003", "Yorkshire and The Humber"
    EAST_MIDLANDS = "E12000004", "East Midlands"
    WEST_MIDLANDS = "E12000005", "West Midlands"
    EAST = "E12000006", "East of England"
    LONDON = "E12000007", "London"
    SOUTH_EAST = "E12000008", "South East"
    SOUTH_WEST = "E12000009", "South West"


class EmployerState(TextChoices):
    """Whether an employer acts: read from the day it closes, never stored."""

    OPEN = "open", "Open"
    CLOSING = "closing", "Closing"
    CLOSED = "closed", "Closed"


class RequestState(TextChoices):
    """Where an organisation's request to take part stands."""

    UNCONFIRMED = "unconfirmed", "Email address not confirmed"
    WAITING = "waiting", "Waiting for a decision"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


MOVES_REQUEST: Final = {
    RequestState.UNCONFIRMED: (RequestState.WAITING,),
    RequestState.WAITING: (RequestState.APPROVED, RequestState.REFUSED),
    RequestState.APPROVED: (),
    RequestState.REFUSED: (),
}
WAITS_FOR_REQUEST: Final = {
    RequestState.UNCONFIRMED: "whoever asked",
    RequestState.WAITING: "caseworker",
    RequestState.APPROVED: "",
    RequestState.REFUSED: "",
}
REQUEST_COLOURS: Final = {
    RequestState.UNCONFIRMED: "grey",
    RequestState.WAITING: "yellow",
    RequestState.APPROVED: "green",
    RequestState.REFUSED: "red",
}


class TermsState(TextChoices):
    """Where a version of the grant terms stands: a later one that is published supersedes it."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Superseded"


MOVES_TERMS: Final = {
    TermsState.DRAFT: (TermsState.PUBLISHED,),
    TermsState.PUBLISHED: (TermsState.SUPERSEDED,),
    TermsState.SUPERSEDED: (),
}
WAITS_FOR_TERMS: Final = {TermsState.DRAFT: "administrator", TermsState.PUBLISHED: "", TermsState.SUPERSEDED: ""}
TERMS_COLOURS: Final = {
    TermsState.DRAFT: "yellow",
    TermsState.PUBLISHED: "green",
    TermsState.SUPERSEDED: "grey",
}


class TermsHandKind(TextChoices):
    """What a person did to a version of the grant terms: one of the two, never both."""

    DRAFTER = "drafter", "Drafted or changed it"
    PUBLISHER = "publisher", "Published it"


class Scope(TextChoices):
    """What an API key may do."""

    READ = "registrations:read", "Read your organisation's registrations"
    WRITE = "registrations:write", "Register NQSWs, answer questions and withdraw"


class Delivery(TextChoices):
    """What GOV.UK Notify says became of a letter, in its own words; the label is why it did not arrive."""

    DELIVERED = "delivered", "It arrived"
    PERMANENT = "permanent-failure", "There is no such address, or its server refuses our letters for good"
    TEMPORARY = "temporary-failure", "For three days the mailbox was full or its server did not take it"
    TECHNICAL = "technical-failure", "GOV.UK Notify failed. The address may be right"


CAME_BACK: Final = (Delivery.PERMANENT, Delivery.TEMPORARY)  # these say something about the address
NOT_DELIVERED: Final = (*CAME_BACK, Delivery.TECHNICAL)
