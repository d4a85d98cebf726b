"""What moderation concludes on a sampled record."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership, User
from accounts.services import audit
from asye.clock import london_date
from moderation import queries, rules
from moderation.models import Resolution, SampleItem
from moderation.permissions import check_may_resolve
from moderation.services import telling
from moderation.services.allocation import check_wanted, lock_item
from moderation.states import How


@transaction.atomic
def resolve(
    item: SampleItem, how: str, conclusion: str, reasons: str, *, by: User, now: datetime, chaired_by: str = ""
) -> Resolution:
    """The co-ordinator records how readers and assessor came to one conclusion (pass or fail), and why.

    A co-ordinator who read the record does not settle it: they may only record a panel's minutes as `reasons`, and
    who else chaired it. Raises NotAllowed (also to a co-ordinator who had a hand in the year), Refused with the field.
    """
    under = check_may_resolve(by, item, on=london_date(now))
    item = lock_item(item.pk)
    check_wanted(item)
    readings = queries.live_readings(item)
    counted = queries.counted(readings, item.population.registration_id)
    rules.check_enough_count(
        [one.stage for one in readings], [one.stage for one in counted], item.population.round.readers
    )
    rules.check_can_resolve(
        counted,
        item.population.round.readers,
        item.population.recommends,
        how=how,
        conclusion=conclusion,
        reasons=reasons,
    )
    read = [one.allocation for one in readings]
    rules.check_not_alone(
        how,
        chaired_by,
        decides=by.full_name,
        readers=[one.moderator.full_name for one in read],
        is_reader=any(by.human_id in one.humans for one in read),
    )
    chair = " ".join(chaired_by.split()) if how == How.PANEL else ""
    return _write(item, how, conclusion, reasons.strip(), by=by, now=now, under=under, chaired_by=chair)


def agree(item: SampleItem, *, by: User, now: datetime, under: Membership) -> Resolution:
    """Resolves a record whose readers all agree with the assessor, in the transaction of the last reader."""
    return _write(item, How.AGREED, item.population.recommends, "", by=by, now=now, under=under)


def _write(
    item: SampleItem,
    how: str,
    conclusion: str,
    reasons: str,
    *,
    by: User,
    now: datetime,
    under: Membership,
    chaired_by: str = "",
) -> Resolution:
    made = Resolution.objects.create(
        item=item,
        how=how,
        conclusion=conclusion,
        reasons=reasons,
        chaired_by=chaired_by,
        decided_by=by,
        decided_at=now,
    )
    audit.record("moderation.resolve", made, by=by, now=now, under=under, codes=[how, conclusion])
    telling.senior_leads(item.population.run_by, 1, now=now)
    return made
