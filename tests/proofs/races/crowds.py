"""So many batches at each stage, two lines each, written by a few statements: a round of a race uses one."""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from accounts import roles
from accounts.models import Employer
from accounts.services import people
from payments.models import Batch, BatchHand, Line, Payee
from payments.queries.lines import content
from payments.services import batches, files
from payments.states import Hand
from registrations.models import NQSW, Likeness
from tests.cast import CAST_JOINED, NOW, TODAY, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once
from tests.proofs import crowd
from tests.proofs.races.running import Round

ROUNDS = int(os.environ.get("PROVE_ROUNDS", "1000"))
PHONE = "+441632960001"
SLOTS = """
INSERT INTO payments_entitlement (person_id, milestone, paid_elsewhere_source, paid_elsewhere_reference)
SELECT nqsw_id, 'registration', '', '' FROM registrations_registration ON CONFLICT DO NOTHING
"""
LINES = """
WITH owed AS (
    SELECT row_number() OVER (ORDER BY r.id) - 1 AS n, r.id AS registration, s.id AS slot, p.employer_id, e.name,
           y.id AS payee
    FROM registrations_registration r JOIN payments_entitlement s ON s.person_id = r.nqsw_id
    JOIN registrations_placement p ON p.registration_id = r.id JOIN accounts_employer e ON e.id = p.employer_id
    JOIN payments_payee y ON y.employer_id = e.id AND y.verified AND y.ended_at IS NULL
    WHERE r.id <> (SELECT registration_id FROM payments_line WHERE id = %(line)s)
)
INSERT INTO payments_line SELECT (jsonb_populate_record(l, jsonb_build_object(
    'id', nextval('payments_line_id_seq'), 'reference', 'L' || lpad(upper(to_hex(n + 4096)), 19, '0'),
    'registration_id', registration, 'slot_id', slot, 'employer_id', owed.employer_id, 'employer_name', name,
    'payee_id', payee, 'batch_id', (%(batches)s::bigint[])[1 + n / 2]))).*
FROM owed, payments_line l WHERE l.id = %(line)s
"""
SUBMITTED = """
UPDATE payments_batch b SET state = 'submitted', version = 2, line_count = f.count, sum_pence = f.pence,
    content_sha256 = f.sha, submitted_by_id = %(by)s, submitted_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(counts)s::int[], %(pence)s::bigint[], %(shas)s::text[]) AS f (id, count, pence, sha)
WHERE b.id = f.id
"""
APPROVED = """
UPDATE payments_batch SET state = 'approved', version = 3, approved_by_id = %(by)s, approved_human_id = %(human)s,
    approved_at = %(now)s WHERE state = 'submitted'
"""


@dataclass(frozen=True)
class Made:
    """The cast and a batch for each round."""

    cast: Cast
    ids: list[int]


@built_once
def drafts(cast: Cast) -> Made:
    """ROUNDS drafts that Omar prepared, of two people each."""
    make.setting(cast, now=NOW)
    like = make.registered(cast, now=NOW)
    line = make.draft(cast, now=NOW).lines.get()
    people.give_role(cast.udo, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    crowd.register(like, [cast.northshire, cast.southmouth], 1, 2 * ROUNDS, a_day=1_000_000)
    made = Batch.objects.bulk_create(
        Batch(period="2026-09", file_version=1, prepared_by=cast.omar, prepared_at=NOW) for _ in range(ROUNDS)
    )
    ids = [batch.pk for batch in made]
    BatchHand.objects.bulk_create(_hand(pk, cast.omar, Hand.MAKER) for pk in ids)
    _execute(SLOTS)
    _execute(LINES, line=line.pk, batches=ids)
    return Made(cast, ids)


@built_once
def submitted(drafts: Made) -> Made:
    """The same, submitted."""
    found = [content(batch) for batch in Batch.objects.filter(pk__in=drafts.ids).order_by("id")]
    counts, pence, shas = (list(each) for each in zip(*found, strict=True))
    _execute(SUBMITTED, by=drafts.cast.omar.pk, now=NOW, ids=sorted(drafts.ids), counts=counts, pence=pence, shas=shas)
    return drafts


@built_once
def approved(submitted: Made) -> Made:
    """The same, approved by Priya; no file has been written."""
    priya = submitted.cast.priya
    BatchHand.objects.bulk_create(_hand(pk, priya, Hand.APPROVER) for pk in submitted.ids)
    _execute(APPROVED, by=priya.pk, human=priya.human_id, now=NOW)
    return submitted


@built_once
def ready(approved: Made) -> Made:
    """The same with their files."""
    with transaction.atomic():
        files.write_pending(NOW)
    return approved


@built_once
def sent(ready: Made) -> Made:
    """The same, handed over."""
    Batch.objects.filter(state="approved").update(handed_over_by=ready.cast.omar, handed_over_at=NOW)
    return ready


@built_once
def one_a_day(cast: Cast) -> Cast:
    """A person owed on each day after the first, for as many days as there are rounds."""
    _years(cast)
    like = make.registered(cast, now=NOW)
    crowd.register(like, [cast.northshire, cast.southmouth], 1, ROUNDS, a_day=1)
    return cast


@built_once
def new_details(cast: Cast) -> list[int]:
    """As many employers with vendor details in use and others proposed, and a person at each, one a day; the details
    proposed."""
    _years(cast)
    like = make.registered(cast, now=NOW)
    employers = Employer.objects.bulk_create(
        Employer(
            name=f"Employer {n}", kind="childrens_trust", region="E12000001", opened_on=CAST_JOINED.date(), phone=PHONE
        )
        for n in range(ROUNDS)
    )
    given = {"proposed_by": cast.omar, "proposed_human": cast.omar.human, "proposed_at": NOW}
    told = {"verified_by": cast.priya, "verified_human": cast.priya.human, "verified_at": NOW}
    told |= {"called_back_on": TODAY, "called_back_note": "Finance desk.", "used_from": TODAY}
    told |= {"called_number": PHONE, "spoke_to": "Finance manager"}
    Payee.objects.bulk_create(
        Payee(employer=one, vendor_number=f"OLD{one.pk:05}", **given, **told) for one in employers
    )
    new = Payee.objects.bulk_create(Payee(employer=one, vendor_number=f"NEW{one.pk:05}", **given) for one in employers)
    crowd.register(like, employers, 1, ROUNDS, a_day=1)  # person n is with employer n, and the last with the first
    return [new[n % ROUNDS].pk for n in range(1, ROUNDS + 1)]


@built_once
def two_records(cast: Cast) -> list[tuple[int, int]]:
    """As many people with two records, both owed the first payment on one day, one of them no longer registered:
    the likeness, and the record to keep."""
    _years(cast)
    like = make.registered(cast, now=NOW)
    crowd.register(like, [cast.northshire, cast.southmouth], 2, 2 * ROUNDS + 1, a_day=2)
    pairs = list(NQSW.objects.filter(swe_number__startswith="SW20").order_by("id").values_list("pk", flat=True))
    gone = pairs[::2]
    _execute("UPDATE registrations_placement SET ends_on = starts_on + 1 WHERE nqsw_id = ANY(%(gone)s)", gone=gone)
    _execute(
        "UPDATE registrations_registration SET ended_on = asye_start + 1, end_reason = 'outcome_confirmed' "
        "WHERE nqsw_id = ANY(%(gone)s)",
        gone=gone,
    )
    alike = Likeness.objects.bulk_create(
        Likeness(one_id=one, other_id=other, score=4, alike=["name", "birth"], found_at=NOW)
        for one, other in zip(gone, pairs[1::2], strict=True)
    )
    return [(each.pk, each.other_id) for each in alike]


def rounds_of(made: Made) -> list[Round]:
    """For each batch what its acts need: its frozen facts, its first line, and two answers of the payer."""
    found = []
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(batch__in=made.ids).order_by("id"):
        lines.setdefault(line.batch_id, []).append(line)
    for batch in Batch.objects.filter(pk__in=made.ids).order_by("id"):
        one, other = lines[batch.pk]
        about: dict[str, Any] = {"batch": batch.pk, "version": batch.version, "line": one.pk}
        about |= {"count": batch.line_count, "pence": batch.sum_pence, "sha256": batch.content_sha256}
        about["first"] = make.response((one, "paid", ""), (other, "paid", ""), on=TODAY)
        about["second"] = make.response((one, "rejected", "No such account"), on=TODAY)
        found.append(Round(NOW + timedelta(minutes=1), about))
    return found


def daily(about: list[dict[str, Any]]) -> list[Round]:
    """A round a day, the first on the day after the first."""
    return [Round(NOW + timedelta(days=n), each) for n, each in enumerate(about, 1)]


def _years(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    for year in range(2027, 2027 + ROUNDS // 365 + 2):
        make.grant_year(year)


def _hand(batch: int, user: Any, hand: Hand) -> BatchHand:
    return BatchHand(batch_id=batch, human_id=user.human_id, user=user, hand=hand, at=NOW)


def _execute(query: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)


__all__ = ["approved", "batches", "drafts", "new_details", "one_a_day", "ready", "sent", "submitted", "two_records"]
