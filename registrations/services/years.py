"""Programme years are drafted by one person and published by another; a published one is never changed."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from registrations.models import MilestoneAmount, ProgrammeYear
from registrations.permissions import check_may_keep_years
from registrations.rules import years as rules
from registrations.states import Programme


@transaction.atomic
def draft_year(
    code: str,
    *,
    programme: Programme,
    window_from: date,
    window_to: date,
    review_months: dict[str, int],
    evidence: dict[str, int],
    standard_set: str,
    amounts_pence: dict[str, int],
    by: User,
    now: datetime,
    certificate_issuer: str = "",
    on_fail: str = "",
    on_withdrawal: str = "",
    on_move: str = "",
    **numbers: int,
) -> ProgrammeYear:
    """Drafts the next version of a programme year. `window_to` is its last day; amounts are pence by milestone.

    `numbers` are further fields of the model, such as `fundable_years`. Raises NotAllowed or Refused.
    """
    under = check_may_keep_years(by, london_date(now))
    rules.check_code(code, window_from)
    found = ProgrammeYear.objects.filter(programme=programme, code=code).order_by("-version").first()
    if found is not None and found.published_at is None:
        raise Refused(f"There is already a draft of {code}. Publish it before you draft another version.")
    year = ProgrammeYear.objects.create(
        programme=programme,
        code=code,
        version=found.version + 1 if found else 1,
        window_from=window_from,
        window_to=window_to,
        review_months=review_months,
        evidence=evidence,
        standard_set=standard_set,
        certificate_issuer=certificate_issuer,
        on_fail=on_fail,
        on_withdrawal=on_withdrawal,
        on_move=on_move,
        drafted_by=by,
        drafted_human_id=by.human_id,
        **numbers,
    )
    for milestone, pence in amounts_pence.items():
        MilestoneAmount.objects.create(programme_year=year, milestone=milestone, amount_pence=pence)
    audit.record("registrations.draft_year", year, by=by, now=now, under=under, codes=[code, f"v{year.version}"])
    return year


@transaction.atomic
def choose(
    year: ProgrammeYear,
    *,
    on_fail: str,
    on_withdrawal: str,
    on_move: str,
    certificate_issuer: str,
    by: User,
    now: datetime,
) -> ProgrammeYear:
    """Makes the choices of decision D4 for a draft; whoever makes them counts as its drafter and cannot publish it.

    Raises NotAllowed or Refused.
    """
    under = check_may_keep_years(by, london_date(now))
    year = ProgrammeYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
    rules.check_is_draft(year)
    year.on_fail, year.on_withdrawal, year.on_move = on_fail, on_withdrawal, on_move
    year.certificate_issuer = certificate_issuer.strip()
    year.drafted_by, year.drafted_human_id = by, by.human_id
    year.save(
        update_fields=[
            "on_fail",
            "on_withdrawal",
            "on_move",
            "certificate_issuer",
            "drafted_by",
            "drafted_human_id",
        ]
    )
    audit.record(
        "registrations.choose_year",
        year,
        by=by,
        now=now,
        under=under,
        codes=[f"on_fail:{on_fail}", f"on_withdrawal:{on_withdrawal}", f"on_move:{on_move}"],
    )
    return year


@transaction.atomic
def publish_year(year: ProgrammeYear, *, by: User, now: datetime) -> ProgrammeYear:
    """Opens a programme year for good. Raises NotAllowed, or Refused unless every choice is made (D4), every
    milestone has its amount and `by` is another human than the drafter."""
    on = london_date(now)
    under = check_may_keep_years(by, on)
    year = ProgrammeYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
    milestones = set(year.amounts.values_list("milestone", flat=True))
    rules.check_can_publish(year, milestones, human_id=by.human_id, on=on)
    year.published_by, year.published_human_id, year.published_at = by, by.human_id, now
    year.save(update_fields=["published_by", "published_human_id", "published_at"])
    audit.record("registrations.publish_year", year, by=by, now=now, under=under)
    return year
