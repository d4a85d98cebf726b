"""One reader's two steps: judge from the evidence and seal; then see the recommendation and answer it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import Membership, User
from accounts.services import audit
from assessments.services import blindness
from asye.clock import london_date
from asye.refusals import Stale
from moderation import queries, rules
from moderation.models import Allocation, Reading
from moderation.notices import ConflictFound, ToResolve
from moderation.permissions import check_may_read
from moderation.services import resolution, telling
from moderation.services.allocation import check_wanted, lock_item
from moderation.states import Stage


@transaction.atomic
def save_step(
    allocation: Allocation, step: Stage, said: str, reasons: str, *, by: User, now: datetime, seen_version: int
) -> Reading:
    """Keeps what a reader has written so far: `step` is Stage.OPEN (a judgement) or Stage.SEALED (an answer).

    Either text may still be empty. Raises NotAllowed, Stale where another window has saved since, Refused.
    """
    under, reading = _hold(allocation, by=by, now=now, seen_version=seen_version)
    rules.check_can_save(reading.stage, step)
    rules.check_said(said, reasons, step)
    if step is Stage.OPEN:
        reading.judgement, reading.judgement_reasons = said, reasons
        written = ["judgement", "judgement_reasons"]
    else:
        reading.answer, reading.answer_reasons = said, reasons
        written = ["answer", "answer_reasons"]
    reading.version += 1
    reading.save(update_fields=[*written, "version"])
    audit.record("moderation.save_step", reading, by=by, now=now, under=under, codes=[step.value])
    return reading


@transaction.atomic
def seal_step_one(allocation: Allocation, *, by: User, now: datetime, seen_version: int) -> Reading:
    """Seals the judgement for good; from here on the reader may see the recommendation.

    Raises NotAllowed (a conflict above all), Stale, Refused.
    """
    under, reading = _hold(allocation, by=by, now=now, seen_version=seen_version)
    rules.check_can_move(reading.stage, Stage.SEALED)
    rules.check_judgement(reading.judgement, reading.judgement_reasons)
    reading.sealed_at = now
    reading.version += 1
    reading.save(update_fields=["sealed_at", "version"])
    blindness.reveal(reading.allocation.item.population.final_revision, by, now=now)
    audit.record("moderation.seal_step_one", reading, by=by, now=now, under=under, codes=[reading.judgement])
    return reading


@transaction.atomic
def complete(allocation: Allocation, *, by: User, now: datetime, seen_version: int) -> Reading:
    """Ends the reading. When it was the last one and all agree, the record is resolved; when they do not, the
    co-ordinators are told. A reading whose reader has a conflict by now does not count: another reader is needed.

    Raises NotAllowed, Stale, Refused.
    """
    under, reading = _hold(allocation, by=by, now=now, seen_version=seen_version)
    rules.check_can_move(reading.stage, Stage.COMPLETED)
    rules.check_answer(reading.answer, reading.answer_reasons)
    reading.completed_at = now
    reading.version += 1
    reading.save(update_fields=["completed_at", "version"])
    audit.record("moderation.complete", reading, by=by, now=now, under=under, codes=[reading.answer])
    _conclude(reading, by=by, now=now, under=under)
    return reading


def _hold(allocation: Allocation, *, by: User, now: datetime, seen_version: int) -> tuple[Membership, Reading]:
    """Permission, then the lock on item and reading, then that the page was not stale and the reading is wanted."""
    under = check_may_read(by, allocation, on=london_date(now))
    item = lock_item(allocation.item_id)
    reading = Reading.objects.select_for_update(of=("self",), no_key=True).get(allocation=allocation)
    reading.allocation = Allocation.objects.get(pk=allocation.pk)
    reading.allocation.item = item
    if reading.stage is Stage.WITHDRAWN:
        rules.check_can_move(reading.stage, Stage.COMPLETED)
    if reading.version != seen_version:
        raise Stale("This reading was changed in another window. Open it again to see what it says now.")
    if reading.stage is not Stage.COMPLETED:
        check_wanted(item)
    return under, reading


def _conclude(reading: Reading, *, by: User, now: datetime, under: Membership) -> None:
    item = lock_item(reading.allocation.item_id)
    readings = queries.live_readings(item)
    population = item.population
    if not rules.is_read([one.stage for one in readings], population.round.readers):
        return
    counted = queries.counted(readings, population.registration_id)
    enough = rules.is_read([one.stage for one in counted], population.round.readers)
    if enough and rules.all_agree(counted, population.recommends):
        resolution.agree(item, by=by, now=now, under=under)
        return
    kind = ToResolve if enough else ConflictFound
    message = kind(reference=str(population.registration), path=reverse("moderation_item", args=[item.pk]))
    telling.coordinators(population.run_by, message, now=now)
