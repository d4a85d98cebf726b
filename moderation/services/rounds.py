"""Opening a round, which freezes the population and draws the sample, and closing it."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import Employer, User
from accounts.services import audit
from assessments.models import Record
from assessments.queries import recommended_result
from asye.clock import london_date
from asye.refusals import Refused, Stale
from moderation import queries, rules, sampling
from moderation.models import PopulationItem, Round, SampleItem
from moderation.permissions import check_may_run
from moderation.queries import assessor_who_signed
from moderation.services import telling
from moderation.states import Conclusion
from registrations.models import ProgrammeYear
from registrations.services import rechecking


@transaction.atomic
def open_round(
    employer: Employer,
    *,
    by: User,
    now: datetime,
    programme_year: ProgrammeYear | None = None,
    seen_count: int | None = None,
    seed: str | None = None,
) -> Round:
    """Freezes every agreed recommendation of one programme year that is in no round yet, and draws the sample (D9).

    Without `programme_year` the one whose recommendation has waited longest is taken. `seen_count` is how many the
    person saw: Stale where it is another number now. `seed` (32 hex characters) is for demo and tests; else it is
    drawn here. Raises NotAllowed, Refused where nothing waits.
    """
    under = check_may_run(by, employer, on=london_date(now))
    employer = Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)
    ready = list(queries.ready_for_round([employer]))
    rules.check_can_open(len(ready))
    year = programme_year or ready[0].registration.programme_year
    records = [one for one in ready if one.registration.programme_year_id == year.pk]
    rules.check_can_open(len(records))
    if seen_count is not None and seen_count != len(records):
        raise Stale(
            f"The number of recommendations is now {len(records)}. Look at the page again, then open the round."
        )
    population = [_member(record) for record in records]
    seed = seed or secrets.token_hex(16)
    candidates = [_candidate(member) for member in population]
    round_ = Round.objects.create(
        employer=employer,
        programme_year=year,
        sample_percent=year.sample_percent,
        readers=year.readers,
        population_hash=sampling.population_hash(candidates),
        seed=seed,
        opened_by=by,
        opened_at=now,
    )
    for member in population:
        member.round = round_
    PopulationItem.objects.bulk_create(population)
    drawn = _draw(round_, population, candidates)
    rechecking.want_before_outcome([member.registration_id for member in population], now)
    audit.record(
        "moderation.open_round", round_, by=by, now=now, under=under, codes=[seed, round_.population_hash[:60]]
    )
    telling.senior_leads(employer, len(population) - drawn, now=now)
    return round_


def _member(record: Record) -> PopulationItem:
    result = recommended_result(record)
    signer = assessor_who_signed(record)
    if result is None or signer is None or record.current_revision is None:
        raise Refused(f"The recommendation for {record.registration} says neither pass nor fail. It must be reopened.")
    return PopulationItem(
        final_revision=record.current_revision,
        registration=record.registration,
        recommends=Conclusion(result.value),
        assessor=signer,
    )


def _candidate(member: PopulationItem) -> sampling.Candidate:
    return sampling.Candidate(
        revision=member.final_revision_id,
        sha256=member.final_revision.sha256,
        passes=member.recommends == Conclusion.PASS,
        assessor=member.assessor.human_id,
    )


def _draw(round_: Round, population: Sequence[PopulationItem], candidates: Sequence[sampling.Candidate]) -> int:
    """Writes the sample of a new round and answers with its size."""
    sample = sampling.draw(
        candidates, seed=round_.seed, percent=round_.sample_percent, read_already=queries.read_this_year(round_)
    )
    by_revision = {member.final_revision_id: member for member in population}
    SampleItem.objects.bulk_create(
        SampleItem(population=by_revision[revision], reasons=[why.value for why in reasons])
        for revision, reasons in sample.items()
    )
    return len(sample)


@transaction.atomic
def close(round_: Round, *, by: User, now: datetime) -> Round:
    """Ends a round in which nothing is left to resolve. Raises NotAllowed, Refused."""
    on: date = london_date(now)
    under = check_may_run(by, round_.run_by, on=on)
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    rules.check_can_close(queries.unresolved(round_), round_.closed_at is not None)
    round_.closed_at, round_.closed_by = now, by
    round_.save(update_fields=["closed_at", "closed_by"])
    audit.record("moderation.close_round", round_, by=by, now=now, under=under)
    return round_
