"""What an assessor is told before they recommend: what is short, what we inferred, whether a fail would surprise."""

from dataclasses import dataclass
from datetime import date

from assessments.models import Record
from assessments.queries import began_elsewhere, foresight, recommended_result, shortfalls
from assessments.schema import RECOMMENDATION
from assessments.states import Result
from asye.clock import london_date
from registrations.models import Registration


@dataclass(frozen=True)
class Beforehand:
    """`stated` must be agreed for a pass, `inferred` is only pointed out, `elsewhere` says that the year began before
    this service. `surprise` says why a fail would come unforeseen, "" where it would not."""

    stated: list[str]
    inferred: list[str]
    elsewhere: bool
    surprise: str
    registration_id: int


def beforehand(registration: Registration, today: date) -> Beforehand:
    """What the form of the recommendation says above its questions."""
    missing = shortfalls(registration)
    return Beforehand(
        stated=[str(one) for one in missing if one.stated],
        inferred=[str(one) for one in missing if not one.stated],
        elsewhere=bool(missing) and began_elsewhere(registration),
        surprise=foresight(registration, today, recommended_on=today).flag,
        registration_id=registration.pk,
    )


def surprise_of(record: Record, today: date) -> str:
    """Why a recommendation to fail comes unforeseen; "" for everything else."""
    if record.kind != RECOMMENDATION or record.current_revision is None or recommended_result(record) != Result.FAIL:
        return ""
    written_on = london_date(record.current_revision.created_at)
    return foresight(record.registration, today, recommended_on=written_on).flag
