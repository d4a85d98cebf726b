"""Two acts on one record at the same time, on two connections: one waits for the other, and neither for ever."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from assessments.models import Record
from assessments.queries import schema_of
from assessments.services import outcomes, records, renewing, signing
from assessments.states import ModerationBasis, Part
from asye.refusals import Refused
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
Act = Callable[[], object]


def while_it_waits(first: Act, second: Act) -> Refused:
    """Does the first act and commits it only once the second waits for it; answers with what the second was told."""

    def run() -> object:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            started: Future[object] = pool.submit(run)
            with connection.cursor() as cursor:
                for _ in range(400):
                    cursor.execute(WAITING)
                    if cursor.fetchone() != (0,) or started.done():
                        break
                    time.sleep(0.005)
            assert not started.done()
        with pytest.raises(Refused) as told:
            started.result(10)
    return told.value


def test_a_record_is_reopened_while_the_last_signs_it(year: Registration, cast: Cast) -> None:
    """Whoever reopens holds the registration, to which the signature refers when it is written for good."""
    record = make.submitted(year, "direct_observation", now=NOW)
    number = record.current_revision.number
    signing.sign(record, seen_revision=number, by=cast.noor, now=NOW)
    seen = Record.objects.get(pk=record.pk).version
    while_it_waits(
        lambda: signing.sign(record, seen_revision=number, by=cast.ben, now=NOW),
        lambda: records.reopen(record, reason="Why.", seen_version=seen, by=cast.amira, now=NOW),
    )
    record.refresh_from_db()
    assert record.is_done


def test_an_agreement_is_opened_again_while_a_part_is_put_into_it(year: Registration, cast: Cast) -> None:
    record = make.draft(year, "agreement", now=NOW)
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW)
    record.refresh_from_db()
    while_it_waits(
        lambda: make.finish(record, Part.NQSW, by=cast.noor, now=NOW),
        lambda: renewing.renew(record, seen_version=record.version, by=cast.ben, now=NOW),
    )
    record.refresh_from_db()
    assert record.state == "submitted"


def test_an_outcome_is_confirmed_while_its_recommendation_is_written_anew(year: Registration, cast: Cast) -> None:
    record = make.recommended(year, now=NOW)
    read = record.current_revision
    records.reopen(record, reason="Why.", seen_version=record.version, by=cast.amira, now=NOW)
    record.refresh_from_db()
    own = make.content(schema_of(record), Part.ASSESSOR, accurate="In other words.")
    told = while_it_waits(
        lambda: records.submit(record, content=own, seen_revision=record.current_revision.number, by=cast.ben, now=NOW),
        lambda: outcomes.record_outcome(
            year, final_revision=read, result="pass", moderation_basis=ModerationBasis.NOT_SAMPLED, notice_on=None,
            by=cast.lena, now=NOW,
        ),
    )  # fmt: skip
    assert "was changed after it was moderated" in str(told)
