"""Recommendations and rounds, brought to each state by the services that people use."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from assessments.models import Record
from assessments.queries import last_review, schema_of
from assessments.services import records, signing
from assessments.states import Part
from moderation.models import Allocation, Round, SampleItem
from moderation.services import allocation, reading, rounds
from moderation.states import Answer, Judgement, Stage
from registrations.models import Registration
from tests.cast import Cast
from tests.factories import accounts as people
from tests.factories import registrations as register

SEED = "00112233445566778899aabbccddeeff"
CANARY = "Heliotrope canary in the recommendation"  # stands in every recommendation, so that a leak is caught
EVIDENCE = "Written by the assessor as evidence"


def _answers(record: Record, part: Part, result: str) -> dict[str, object]:
    content: dict[str, object] = {}
    for field in schema_of(record).fields:
        if not field.is_written_by(part) or not field.required:
            continue
        match field.type:
            case "yes_no":
                content[field.key] = True
            case "date":
                content[field.key] = "2026-09-01"
            case "choice":
                content[field.key] = result if field.key == "recommendation" else field.choices[0][0]
            case "standards":
                content[field.key] = [field.choices[0][0]]
            case _:
                content[field.key] = CANARY if record.blind else EVIDENCE
    return content


def _agreed(
    registration: Registration,
    kind: str,
    writers: Sequence[tuple[User, Part]],
    *,
    now: datetime,
    point: str = "",
    result: str = "",
) -> Record:
    assessor = next(person for person, part in writers if part == Part.ASSESSOR)
    record = records.open_record(registration, kind, review_point=point, by=assessor, now=now)
    for person, part in writers:
        record.refresh_from_db()
        seen = record.current_revision.number if record.current_revision else 0
        records.submit(record, content=_answers(record, part, result), seen_revision=seen, by=person, now=now)
    record.refresh_from_db()
    for person, part in writers:
        if part in record.signers:
            signing.sign(record, seen_revision=record.current_revision.number, by=person, now=now)
    record.refresh_from_db()
    return record


def registered(cast: Cast, *, now: datetime, number: int = 0, assessor: User | None = None) -> Registration:
    """A registered NQSW of Northshire whose account is their own (not Noor's)."""
    few = {
        "evidence": {"direct_observation": 0},
        "assessor_observations": 0,
        "optional_reviews": ["review_3", "review_6"],
    }
    register.published_year(2026, by=cast.adele, second=cast.zora, now=now, **few)
    own = people.person(f"year{number}@people.example", "Nina", f"Quist{number}", by=cast.adele, now=now)
    return register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=assessor or cast.ben, now=now, number=number,
        nqsw_user=own,
    )  # fmt: skip


def recommended(
    cast: Cast, *, now: datetime, number: int = 0, result: str = "pass", assessor: User | None = None
) -> Registration:
    """A registration of Northshire with an agreement, a final review and the assessor's signed recommendation."""
    registration = registered(cast, now=now, number=number, assessor=assessor)
    both = [(registration.nqsw.user, Part.NQSW), (assessor or cast.ben, Part.ASSESSOR)]
    _agreed(registration, "agreement", both, now=now)
    _agreed(registration, "review", both, now=now, point=last_review(registration))
    _agreed(registration, "recommendation", both[1:], now=now, result=result)
    return registration


def round_of(cast: Cast, *, now: datetime, results: Sequence[str] = ("fail",), readers: bool = True) -> Round:
    """An open round of Northshire with a recommendation for each result; with `readers`, shared out to Dev."""
    for number, result in enumerate(results):
        recommended(cast, now=now, number=number, result=result)
    opened = rounds.open_round(cast.northshire, by=cast.amira, now=now, seed=SEED)
    if readers:
        allocation.share_out(opened, by=cast.amira, now=now)
    return opened


def items_of(round_: Round) -> list[SampleItem]:
    """The sample, in order."""
    return list(
        SampleItem.objects.filter(population__round=round_)
        .select_related("population__round__employer", "population__registration__nqsw")
        .order_by("pk")
    )


def held_by(user: User) -> Allocation:
    """The person's newest reading."""
    return Allocation.objects.live().filter(moderator=user).latest("pk")


def judged(held: Allocation, *, by: User, now: datetime, judgement: str = Judgement.FAIL) -> Allocation:
    """The reading with a judgement that is not sealed."""
    version = held.reading.version
    reading.save_step(held, Stage.OPEN, judgement, "The reviews show it.", by=by, now=now, seen_version=version)
    return Allocation.objects.get(pk=held.pk)


def sealed(held: Allocation, *, by: User, now: datetime, judgement: str = Judgement.FAIL) -> Allocation:
    """The reading with a sealed judgement."""
    held = judged(held, by=by, now=now, judgement=judgement)
    reading.seal_step_one(held, by=by, now=now, seen_version=held.reading.version)
    return Allocation.objects.get(pk=held.pk)


def completed(
    held: Allocation, *, by: User, now: datetime, judgement: str = Judgement.FAIL, answer: str = Answer.AGREES
) -> Allocation:
    """The reading, completed."""
    held = sealed(held, by=by, now=now, judgement=judgement)
    reasons = "" if answer == Answer.AGREES else "The evidence is thin."
    reading.save_step(held, Stage.SEALED, answer, reasons, by=by, now=now, seen_version=held.reading.version)
    held = Allocation.objects.get(pk=held.pk)
    reading.complete(held, by=by, now=now, seen_version=held.reading.version)
    return Allocation.objects.get(pk=held.pk)
