"""What an employer says about one NQSW: clean values, however they came in (web form, file, tests)."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db.models import TextChoices

from registrations.states import Contract

THROUGH_AGENCY = (Contract.AGENCY, Contract.LOCUM)


class Post(TextChoices):
    """What the post lets them do (rule E3)."""

    SOCIAL_WORK = "social_work", "Yes, it is a social work post"
    EVIDENCES = "evidences", "No, but they can meet and show the post-qualifying standard in it"
    NEITHER = "neither", "No, and they cannot show the post-qualifying standard in it"


class Previous(TextChoices):
    """What went before (rules E9 and E10)."""

    NONE = "none", "No, this is the first"
    STARTED = "started", "They started one and did not finish it"
    ADULTS_NOW = "adults_now", "They are on an ASYE with adults now"
    COMPLETED = "completed", "They have completed one"
    FAILED = "failed", "They have failed one"


@dataclass(frozen=True)
class Eligibility:
    """The answers the eligibility rules need beside the dates. `duties_agreed` is None unless through an agency."""

    assessor_experienced: bool
    post: str
    child_and_family: bool
    in_england: bool
    previous: str
    duties_agreed: bool | None = None
    post_note: str = ""  # how the standard can be shown in a post that is no social work post

    def as_data(self) -> dict[str, Any]:
        """The answers as they are stored with the registration."""
        return asdict(self)


@dataclass(frozen=True)
class Judged:
    """The facts that the eligibility rules judge by, and nothing that says who the person is."""

    contract: str
    qualified_on: date
    swe_registered_from: date
    asye_start: date
    eligibility: Eligibility

    @property
    def through_agency(self) -> bool:
        """Whether the work is through an agency or as a locum (rule E5)."""
        return self.contract in THROUGH_AGENCY

    def as_data(self) -> dict[str, Any]:
        """The facts as they are stored with every verdict, days as ISO dates."""
        return {key: str(value) if isinstance(value, date) else value for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Answers:
    """Everything that is asked. `swe_number` is canonical; `assessor_id` is a user of the same employer.

    `fte_percent` is 10 to 100. `employment_start`, `asye_start`, `qualified_on` and `swe_registered_from` are days.
    """

    first_name: str
    last_name: str
    email: str
    swe_number: str
    swe_registered_from: date
    qualified_on: date
    qualification: str
    route: str
    employment_start: date
    asye_start: date
    job_title: str
    contract: str
    fte_percent: int
    assessor_id: int
    eligibility: Eligibility
    route_other: str = ""
    middle_names: str = ""
    former_name: str = ""
    team: str = ""
    service_area: str = ""
    assessor_is_manager: bool | None = None

    @property
    def judged(self) -> Judged:
        """What of it the eligibility rules judge by."""
        return Judged(self.contract, self.qualified_on, self.swe_registered_from, self.asye_start, self.eligibility)


ELIGIBILITY_FIELDS = tuple(field.name for field in fields(Eligibility))
