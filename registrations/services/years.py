"""Programme years are drafted and changed by some people and published by another; a published one is never changed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from accounts import notices as outbox
from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused
from registrations import notices, queries, year_queries
from registrations.models import MilestoneAmount, ProgrammeYear, YearHand
from registrations.permissions import check_may_keep_years
from registrations.rules import years as rules
from registrations.states import Programme, YearHandKind, YearState

ALREADY = "There is already a draft of {}. Change it, publish it or discard it before you draft another version."


@transaction.atomic
def draft_year(
    code: str,
    *,
    programme: Programme,
    window_from: date,
    window_to: date,
    review_months: Mapping[str, int],
    evidence: Mapping[str, int],
    standard_set: str,
    amounts_pence: Mapping[str, int],
    by: User,
    now: datetime,
    **more: Any,
) -> ProgrammeYear:
    """Drafts the next version of a programme year. `window_to` is its last day; amounts are pence by milestone.

    `more` are further fields of rules.EDITABLE, such as `fundable_years`; what is left out has its default, and the
    choices of decision D4 have none. Raises NotAllowed or Refused.
    """
    facts = {
        "name": str(programme.label),
        "reference_prefix": rules.PREFIXES[programme],
        "cohort": rules.cohort_number(programme, window_from.year),
        **more,
        "window_from": window_from,
        "window_to": window_to,
        "review_months": dict(review_months),
        "evidence": dict(evidence),
        "standard_set": standard_set,
    }
    return _draft(programme, code, facts, amounts_pence, by=by, now=now)


@transaction.atomic
def draft_next(source: ProgrammeYear, *, by: User, now: datetime) -> ProgrammeYear:
    """Drafts the year after `source` with its rules and amounts. The choices on money are left open: they are made
    for each year (D4). Raises NotAllowed, or Refused where that year is there already."""
    check_may_keep_years(by, london_date(now))
    source = _locked(source)
    window_from, window_to = rules.a_year_later(source.window_from, source.window_to)
    code = rules.code_of(window_from.year)
    if ProgrammeYear.objects.filter(programme=source.programme, code=code, discarded_at__isnull=True).exists():
        raise Refused(f"{source.name} {code} is there already. Open it to change or correct it.")
    facts = {**_facts(source), "window_from": window_from, "window_to": window_to, "note": ""}
    facts |= dict.fromkeys(rules.ON_MONEY, "")
    facts["cohort"] = source.cohort + 1 if source.cohort else None
    facts["last_completion_on"] = None
    return _draft(Programme(source.programme), code, facts, queries.amounts_of(source), by=by, now=now)


@transaction.atomic
def draft_correction(source: ProgrammeYear, because: str, *, by: User, now: datetime) -> ProgrammeYear:
    """Drafts the next version of a published year, every field as it stands, with the reason for it as its note.

    Raises NotAllowed, or Refused unless `source` is the published version in force.
    """
    check_may_keep_years(by, london_date(now))
    source = _locked(source)
    if source.state != YearState.PUBLISHED:
        raise Refused(f"Version {source.version} of {source} is not the one in force. Correct the version that is.")
    if not because.strip():
        raise Refused("Enter what is corrected and why", field="because")
    facts = {**_facts(source), "note": because.strip()}
    amounts = queries.amounts_of(source)
    return _draft(Programme(source.programme), source.code, facts, amounts, by=by, now=now)


@transaction.atomic
def edit_year(
    year: ProgrammeYear,
    values: Mapping[str, Any],
    *,
    by: User,
    now: datetime,
    amounts_pence: Mapping[str, int] | None = None,
    seen_edits: int | None = None,
) -> ProgrammeYear:
    """Changes fields of rules.EDITABLE and amounts (pence by milestone) of a draft; who does so cannot publish it.

    `seen_edits` is the draft's `edits` on the page. Raises NotAllowed, Stale, or Refused with the field.
    """
    under = check_may_keep_years(by, london_date(now))
    year = _locked(year)
    rules.check_seen(year, seen_edits)
    changed = _change(year, values, amounts_pence or {}, by=by, now=now)
    if changed:
        audit.record("registrations.edit_year", year, by=by, now=now, under=under, codes=changed[0], words=changed[1])
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
    """Makes the choices of decision D4 for a draft; whoever makes them cannot publish it.

    Raises NotAllowed or Refused.
    """
    under = check_may_keep_years(by, london_date(now))
    year = _locked(year)
    chosen = {"on_fail": on_fail, "on_withdrawal": on_withdrawal, "on_move": on_move}
    changed = _change(year, {**chosen, "certificate_issuer": certificate_issuer.strip()}, {}, by=by, now=now)
    codes = [f"{field}:{value}" for field, value in chosen.items()]
    words = changed[1] if changed else None
    audit.record("registrations.choose_year", year, by=by, now=now, under=under, codes=codes, words=words)
    return year


@transaction.atomic
def publish_year(year: ProgrammeYear, *, by: User, now: datetime, seen_edits: int | None = None) -> ProgrammeYear:
    """Opens a programme year for good, and supersedes the version in force. What was registered under that stays so.

    Raises NotAllowed, Stale, or Refused unless every choice is made (D4), every milestone has its amount and `by` is a
    human with no hand in the draft.
    """
    on = london_date(now)
    under = check_may_keep_years(by, on)
    _lock_programme(year.programme)
    year = _locked(year)
    rules.check_seen(year, seen_edits)
    before = year_queries.year_in_force(year)
    rules.check_can_publish(
        year,
        set(queries.amounts_of(year)),
        year.hands.select_related("user"),
        human_id=by.human_id,
        on=on,
        running=year_queries.running_in(year),
        overlapping=year_queries.overlapping(year),
    )
    if before is not None:
        before.superseded_by, before.superseded_at = year, now
        before.save(update_fields=["superseded_by", "superseded_at"])
        audit.record("registrations.supersede_year", before, by=by, now=now, under=under, codes=[f"v{year.version}"])
    YearHand.objects.create(programme_year=year, human_id=by.human_id, user=by, hand=YearHandKind.PUBLISHER, at=now)
    year.published_by, year.published_human_id, year.published_at = by, by.human_id, now
    year.save(update_fields=["published_by", "published_human_id", "published_at"])
    audit.record("registrations.publish_year", year, by=by, now=now, under=under)
    _tell(notices.YearPublished(year=year, by=by, supersedes=before), by=by, now=now)
    return year


@transaction.atomic
def discard_year(
    year: ProgrammeYear, because: str, *, by: User, now: datetime, seen_edits: int | None = None
) -> ProgrammeYear:
    """Gives a draft up; it stays to be read. Raises NotAllowed, Stale, or Refused unless it is a draft."""
    under = check_may_keep_years(by, london_date(now))
    year = _locked(year)
    rules.check_seen(year, seen_edits)
    rules.check_move(year, YearState.DISCARDED)
    if not because.strip():
        raise Refused("Enter why the draft is discarded", field="because")
    year.discarded_by, year.discarded_at = by, now
    year.save(update_fields=["discarded_by", "discarded_at"])
    words = {"because": because.strip()}
    audit.record("registrations.discard_year", year, by=by, now=now, under=under, words=words)
    _tell(notices.YearDiscarded(year=year, by=by, because=because.strip()), by=by, now=now)
    return year


def _draft(
    programme: Programme, code: str, facts: Mapping[str, Any], amounts: Mapping[str, int], *, by: User, now: datetime
) -> ProgrammeYear:
    under = check_may_keep_years(by, london_date(now))
    if unknown := set(facts) - rules.EDITABLE:
        raise ValueError(f"A programme year has no field {sorted(unknown)}.")
    _lock_programme(programme)
    last = ProgrammeYear.objects.filter(programme=programme, code=code).order_by("-version").first()
    if last is not None and last.state == YearState.DRAFT:
        raise Refused(ALREADY.format(code))
    year = ProgrammeYear(
        programme=programme,
        code=code,
        version=last.version + 1 if last else 1,
        drafted_by=by,
        drafted_human_id=by.human_id,
        **facts,
    )
    rules.check_facts(year)
    year.save(force_insert=True)
    for milestone, pence in amounts.items():
        MilestoneAmount.objects.create(programme_year=year, milestone=milestone, amount_pence=pence)
    _hand(year, by, now)
    audit.record("registrations.draft_year", year, by=by, now=now, under=under, codes=[code, f"v{year.version}"])
    _tell_if_ready(year, by=by, now=now)
    return year


def _facts(source: ProgrammeYear) -> dict[str, Any]:
    return {field: getattr(source, field) for field in rules.EDITABLE}


def _locked(year: ProgrammeYear) -> ProgrammeYear:
    return ProgrammeYear.objects.select_for_update(of=("self",)).get(pk=year.pk)


def _lock_programme(programme: str) -> None:
    """Makes others who draft or publish years of the programme wait: two versions are never made or opened at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [f"programme years of {programme}"])


def _hand(year: ProgrammeYear, by: User, now: datetime) -> None:
    hand = YearHand(programme_year=year, human_id=by.human_id, user=by, hand=YearHandKind.DRAFTER, at=now)
    YearHand.objects.bulk_create([hand], ignore_conflicts=True)


def _change(
    year: ProgrammeYear, values: Mapping[str, Any], amounts: Mapping[str, int], *, by: User, now: datetime
) -> tuple[list[str], dict[str, Any]] | None:
    """Writes what differs to a locked draft: field names, and old and new values; None where nothing does."""
    rules.check_is_draft(year)
    if unknown := set(values) - rules.EDITABLE:
        raise ValueError(f"A programme year has no field {sorted(unknown)}.")
    was_ready = _is_complete(year)
    fields = [name for name, value in values.items() if getattr(year, name) != value]
    before = {name: getattr(year, name) for name in fields}
    for name in fields:
        setattr(year, name, values[name])
    rules.check_facts(year)
    now_pence = queries.amounts_of(year)
    money = {key: pence for key, pence in amounts.items() if now_pence.get(key) != pence}
    before |= {key: now_pence.get(key) for key in money}
    if not fields and not money:
        return None
    for milestone, pence in money.items():
        MilestoneAmount.objects.update_or_create(
            programme_year=year, milestone=milestone, defaults={"amount_pence": pence}
        )
    year.edits += 1
    year.save(update_fields=["edits", *fields])
    _hand(year, by, now)
    if not was_ready:
        _tell_if_ready(year, by=by, now=now)
    after = {name: values[name] for name in fields} | money
    words = {
        side: {key: _plain(value) for key, value in of.items()} for side, of in (("before", before), ("after", after))
    }
    return [*fields, *money], words


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _is_complete(year: ProgrammeYear) -> bool:
    return not rules.missing_choices(year, set(queries.amounts_of(year)))


def _tell_if_ready(year: ProgrammeYear, *, by: User, now: datetime) -> None:
    if _is_complete(year):
        _tell(notices.YearReady(year=year, by=by), by=by, now=now)


def _tell(message: notices.AboutYear, *, by: User, now: datetime) -> None:
    """Tells the other administrators."""
    for person in year_queries.administrators(london_date(now)).exclude(human=by.human_id):
        outbox.queue(message, to=person, now=now)
