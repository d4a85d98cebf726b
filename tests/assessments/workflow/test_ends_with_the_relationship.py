"""What waited for somebody no longer waits for them once they have nothing to do with the year (fault T20), and an act
that breaks off half-way has done nothing (fault T21)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notice, User
from accounts.services import mail, people
from assessments.models import Record, RecordLetter
from assessments.queries import schema_of, waiting_for, waits_on
from assessments.services import drafts, records, renewing, signing
from assessments.states import Part
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations.models import Registration
from registrations.services import assessors, changes, transfers
from registrations.states import DeferralReason
from tests.assessments.workflow.conftest import LATER
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make
from tests.factories import registrations as register
from tests.ground.built_once import built_once

OBSERVATION = "direct_observation"
Ending = Callable[[Registration, Cast, User], object]


@built_once
def waiting(year: Registration, cast: Cast) -> Record:
    """It waits for both signatures, and the letters that say so have not been sent."""
    record = make.submitted(year, OBSERVATION, now=NOW)
    records.return_(record, reason="More.", seen_version=record.version, by=cast.noor, now=NOW)
    make.finish(record, Part.NQSW, by=cast.noor, now=NOW, reflection="More.")
    record.refresh_from_db()
    return record


def reassigned(year: Registration, cast: Cast, bea: User) -> object:
    return assessors.assign_assessor(year, bea, TODAY, by=cast.amira, now=NOW)


def withdrawn(year: Registration, cast: Cast, bea: User) -> object:
    return changes.withdraw(year, TODAY, "They left.", by=cast.amira, now=NOW)


def role_ended(year: Registration, cast: Cast, bea: User) -> object:
    membership = cast.ben.memberships.get(role="assessor")
    return people.end_role(membership, on=TODAY, by=cast.amira, now=NOW)


def shut_out(year: Registration, cast: Cast, bea: User) -> object:
    people.deactivate(cast.ben, because="Left.", by=cast.adele, now=NOW)
    return cast.ben.refresh_from_db()


def moved(year: Registration, cast: Cast, bea: User) -> object:
    """To Southmouth, where Cal assesses, from today: the placement ends, and Ben's assignment with it."""
    transfers.let_go(year, TODAY, cast.southmouth, by=cast.amira, now=NOW)
    number = Registration.objects.get(pk=year.pk).nqsw.swe_number or ""
    return transfers.take_over(number, cast.southmouth, TODAY, cast.cal, by=cast.cora, now=NOW)


ENDINGS: dict[str, Ending] = {
    "another assessor": reassigned,
    "withdrawal": withdrawn,
    "move": moved,
    "role": role_ended,
    "account": shut_out,
}


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_fault_t20_nothing_waits_for_who_has_gone(
    year: Registration, waiting: Record, bea: User, cast: Cast, ending: str
) -> None:
    """In the very transaction: no task, no right to do it, and no letter that leaves later."""
    assert "Sign: Direct observation 1" in [task.what for task in waiting_for(cast.ben, TODAY)]
    assert Notice.objects.filter(user=cast.ben, kind="assessments.ready_to_sign", sent_at=None).exists()
    with transaction.atomic():
        ENDINGS[ending](year, cast, bea)
        assert waiting_for(cast.ben, TODAY) == waits_on(cast.ben, TODAY) == []
        with transaction.atomic(), pytest.raises((NotAllowed, Refused)):
            signing.sign(waiting, seen_revision=3, by=cast.ben, now=NOW)
    sweep(NOW)
    assert not Notice.objects.filter(user=cast.ben, kind__startswith="assessments.").exists()
    others = set(Notice.objects.filter(kind__startswith="assessments.").values_list("user__first_name", flat=True))
    assert others == (set() if ending == "withdrawal" else {"Noor"})
    assert not RecordLetter.objects.exclude(notice__in=Notice.objects.all()).exists()


def test_after_a_move_what_was_open_goes_to_the_next_assessor(
    year: Registration, waiting: Record, bea: User, cast: Cast, client: Client
) -> None:
    """What waits for them they can open, and what they signed they can read; what was agreed before stays there."""
    before = make.agreed(year, "agreement", now=NOW)
    moved(year, cast, bea)
    client.force_login(cast.cal)
    signs = reverse("record", args=[waiting.pk])
    begun = [task.url for task in waiting_for(cast.cal, TODAY) if "Start" not in task.what]
    assert (begun, client.get(signs).status_code) == ([signs], 200)
    signing.sign(waiting, seen_revision=3, by=cast.noor, now=NOW)
    signing.sign(waiting, seen_revision=3, by=cast.cal, now=NOW)
    assert client.get(signs).status_code == 200
    assert client.get(reverse("record", args=[before.pk])).status_code == 404
    after = make.draft(year, OBSERVATION, ordinal=2, now=NOW)
    assert set(Record.objects.visible_to(cast.cal, TODAY)) == {waiting, after}
    assert set(Record.objects.visible_to(cast.ben, TODAY)) == {waiting, before}
    cast.cal.memberships.update(ends_on=TODAY)
    assert client.get(signs).status_code == 404


def test_fault_t20_letters_of_those_who_stay_leave(waiting: Record, cast: Cast) -> None:
    queued = set(Notice.objects.filter(kind__startswith="assessments.").values_list("pk", flat=True))
    sweep(NOW)
    assert set(Notice.objects.filter(pk__in=queued, sent_at=NOW).values_list("pk", flat=True)) == queued


def test_fault_t20_while_a_year_is_paused_nobody_waits(year: Registration, waiting: Record, cast: Cast) -> None:
    changes.defer(year, TODAY, DeferralReason.PARENTAL, agreed=register.agreed(NOW), by=cast.amira, now=NOW)
    for person in (cast.ben, cast.noor):
        assert waiting_for(person, TODAY) == waits_on(person, TODAY) == []
    changes.resume(year, LATER.date(), by=cast.amira, now=LATER)
    assert waiting_for(cast.ben, LATER.date())


def test_fault_t20_cover_ends_with_its_day(year: Registration, waiting: Record, bea: User, cast: Cast) -> None:
    back = TODAY + timedelta(days=7)
    assessors.cover_assessor(year, bea, TODAY, back, "Ben is on leave.", by=cast.amira, now=NOW)
    assert waiting_for(bea, TODAY)
    assert waiting_for(bea, back) == []
    with clock.moved_to(LATER), pytest.raises(NotAllowed):
        signing.sign(waiting, seen_revision=3, by=bea, now=LATER)


def test_nobody_opens_again_what_nobody_could_sign(year: Registration, bea: User, cast: Cast, as_: Any) -> None:
    """The next employer’s assessor reads nothing of before, so the outcome of the year would wait for ever."""
    record = make.agreed(year, OBSERVATION, now=NOW)
    moved(year, cast, bea)
    with pytest.raises(Refused, match="stays as it was signed"):
        records.reopen(record, reason="Why.", seen_version=record.version, by=cast.amira, now=NOW)
    page = as_(cast.amira).get(f"/records/{record.pk}").content.decode()
    assert "The year goes on with another employer, so it stays as it was signed." in page
    assert "Reopen" not in page


def sweep(now: Any) -> None:
    """What the worker does; outside of a transaction of its own, as each letter is taken out durably."""
    while (notice := Notice.objects.filter(sent_at=None, due_at__lte=now).order_by("pk").first()) is not None:
        mail._send(notice, now)


class Broken(Exception):
    """The connection is lost, or the machine."""


def breaking_at(number: int) -> Callable[..., Any]:
    """Lets so many writes pass and breaks off at the next."""
    seen = 0

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            seen += 1
            if seen > number:
                raise Broken
        return execute(sql, params, many, context)

    return watch


TABLES = (
    *("assessments_record", "assessments_revision", "assessments_transition", "assessments_signature"),
    *("assessments_draft", "assessments_standardlink", "assessments_standardjudgement", "assessments_recordletter"),
    *("accounts_notice", "accounts_auditevent", "registrations_assessorassignment", "registrations_change"),
)


def everything() -> list[Any]:
    with connection.cursor() as cursor:
        found = []
        for table in TABLES:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t")
            found.append((table, cursor.fetchone()))
        return found


def fully(record: Record, cast: Cast) -> dict[str, Callable[[], object]]:
    """Each act, with the record in a state in which it is done."""
    whole: dict[str, Any] = {"seen_version": record.version, "now": NOW}

    return {
        "return": lambda: records.return_(record, reason="Why.", by=cast.ben, **whole),
        "sign first": lambda: signing.sign(record, seen_revision=3, by=cast.noor, now=NOW),
        "sign": lambda: signing.sign(record, seen_revision=3, by=cast.ben, now=NOW),
        "reopen": lambda: records.reopen(record, reason="Why.", by=cast.amira, **whole),
        "lock": lambda: records.lock(record, by=cast.amira, **whole),
        "write": lambda: drafts.save(
            record,
            make.content(schema_of(record), Part.ASSESSOR, seen="Other.", standards=["pqs-2"]),
            seen_draft=0,
            seen_revision=3,
            by=cast.ben,
            now=NOW,
        ),
        "submit": lambda: records.submit(record, by=cast.ben, now=NOW),  # what was written is kept before, by itself
        "save": lambda: drafts.save(
            record, {"reflection": "New."}, seen_draft=99, seen_revision=3, by=cast.noor, now=NOW
        ),
    }


BEFORE = {
    "return": (),
    "sign": ("sign first",),
    "lock": ("sign first", "sign"),
    "reopen": ("sign first", "sign"),
    "submit": ("return", "write"),
    "save": ("return",),
}


@pytest.mark.parametrize("act", sorted(BEFORE))
def test_fault_t21_all_or_nothing(waiting: Record, cast: Cast, act: str) -> None:
    """The act is broken off at each of its writes in turn; each time everything is as it was."""
    for step in BEFORE[act]:
        fully(waiting, cast)[step]()
        waiting.refresh_from_db()
    break_off_everywhere(fully(waiting, cast)[act], least=2)


def test_fault_t21_a_change_of_assessor_and_the_agreement_made_anew(
    year: Registration, agreement: Record, bea: User, cast: Cast
) -> None:
    break_off_everywhere(
        lambda: assessors.assign_assessor(year, bea, TODAY, "Two visits.", by=cast.amira, now=NOW), least=6
    )
    assessors.assign_assessor(year, bea, TODAY, "Two visits.", by=cast.amira, now=NOW)
    break_off_everywhere(lambda: renewing.renew(agreement, seen_version=agreement.version, by=bea, now=NOW), least=5)


def break_off_everywhere(act: Callable[[], object], *, least: int) -> None:
    """`least` is how many writes the act has at the least: with fewer there would be nothing to see."""
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        act()
        transaction.set_rollback(True)
    writes = [one for one in captured.captured_queries if one["sql"].lstrip().startswith(("INSERT", "UPDATE"))]
    assert len(writes) >= least
    before = everything()
    for number in range(len(writes)):
        with pytest.raises(Broken), connection.execute_wrapper(breaking_at(number)):
            act()
        assert everything() == before, f"broken off at write {number + 1}"
