"""Every act on a batch, from every stage, by everybody: the forbidden ones are the point."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from accounts import roles
from accounts.models import AuditEvent, User
from accounts.services import humans, people
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused
from payments.models import Batch
from payments.queries import owed
from payments.queries.ledger import trial_balance, verify
from payments.queries.waiting import waiting_for
from payments.services import batches, files, payees, preparing, responses
from payments.states import BatchStage
from registrations.models import Registration
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def _stages(cast: Cast) -> dict[BatchStage, Callable[[], Batch]]:
    def cancelled() -> Batch:
        return batches.cancel(make.draft(cast, now=NOW), "Not needed.", by=cast.omar, now=NOW)

    def part_confirmed() -> Batch:
        make.registered(cast, now=NOW, number=1)
        batch = make.released(cast, now=NOW)
        content = make.response((batch.lines.order_by("id").first(), "paid", ""), on=london_date(NOW))
        responses.import_file(content, batch=batch, by=cast.omar, now=NOW)
        return batch

    return {
        BatchStage.DRAFT: lambda: make.draft(cast, now=NOW),
        BatchStage.SUBMITTED: lambda: make.submitted(cast, now=NOW),
        BatchStage.APPROVED: lambda: make.approved(cast, now=NOW),
        BatchStage.READY: lambda: make.ready(cast, now=NOW),
        BatchStage.RELEASED: lambda: make.released(cast, now=NOW),
        BatchStage.PART_CONFIRMED: part_confirmed,
        BatchStage.CLOSED: lambda: make.confirmed(cast, now=NOW),
        BatchStage.CANCELLED: cancelled,
    }


def _submit(batch: Batch, by: User) -> None:
    batches.submit(batch, by=by, now=LATER, seen_version=batch.version)


def _approve(batch: Batch, by: User) -> None:
    batches.approve(
        batch,
        by=by,
        now=LATER,
        seen_count=batch.line_count or 0,
        seen_sum_pence=batch.sum_pence or 0,
        seen_sha256=batch.content_sha256,
    )


def _hold(batch: Batch, by: User) -> None:
    batches.hold_line(batch.lines.first(), "Check the address.", by=by, now=LATER)


def _hand_over(batch: Batch, by: User) -> None:
    batches.mark_handed_over(batch, by=by, now=LATER, seen_sha256=batch.content_sha256)


def _import(batch: Batch, by: User) -> None:
    content = make.response(*[(line, "paid", "") for line in batch.lines.all()], on=london_date(LATER))
    responses.import_file(content + b"\r\n", batch=batch, by=by, now=LATER)


OFFICER, APPROVER = roles.PAYMENTS_OFFICER, roles.PAYMENTS_APPROVER
S = BatchStage
ACTS: dict[str, tuple[Callable[[Batch, User], object], roles.Role, set[BatchStage]]] = {
    "submit": (_submit, OFFICER, {S.DRAFT}),
    "approve": (_approve, APPROVER, {S.SUBMITTED}),
    "send_back": (lambda b, by: batches.send_back(b, "Look again.", by=by, now=LATER), APPROVER, {S.SUBMITTED}),
    "hold_line": (_hold, OFFICER, {S.DRAFT, S.SUBMITTED}),
    "cancel": (
        lambda b, by: batches.cancel(b, "A mistake.", by=by, now=LATER),
        OFFICER,
        {S.DRAFT, S.SUBMITTED, S.APPROVED, S.READY},
    ),
    "download_file": (
        lambda b, by: batches.download_file(b, by=by, now=LATER),
        OFFICER,
        {S.READY, S.RELEASED, S.PART_CONFIRMED, S.CLOSED},
    ),
    "hand_over": (_hand_over, OFFICER, {S.READY}),
    "import_response": (_import, OFFICER, {S.RELEASED, S.PART_CONFIRMED, S.CLOSED}),
}


@pytest.mark.parametrize("stage", list(BatchStage))
def test_every_act_by_everybody(cast: Cast, registration: Registration, stage: BatchStage) -> None:
    batch = _stages(cast)[stage]()
    assert Batch.objects.with_progress().get(pk=batch.pk).stage == stage
    for name, (act, role, stages) in ACTS.items():
        for user in cast.everybody():
            expected = (
                NotAllowed
                if not user.memberships.filter(role=role.key).exists()
                else None
                if stage in stages
                else Refused
            )
            assert _outcome(act, batch, user) is expected, f"{name} of a {stage} batch by {user}"


def _outcome(act: Callable[[Batch, User], object], batch: Batch, user: User) -> type[Exception] | None:
    events = AuditEvent.objects.count()
    with transaction.atomic():
        try:
            act(Batch.objects.get(pk=batch.pk), user)
        except NotAllowed:
            return NotAllowed
        except Refused:
            return Refused
        else:
            assert AuditEvent.objects.count() > events, "an act without an audit event"
        finally:
            transaction.set_rollback(True)
    return None


def _prepare(cast: Cast, by: User) -> User | None:
    return preparing.prepare_batch(by=by, now=NOW).prepared_by


def _propose(cast: Cast, by: User) -> User | None:
    return payees.propose(cast.southmouth, "VN77777", by=by, now=NOW).proposed_by


@pytest.mark.parametrize("act", [_prepare, _propose])
def test_only_an_officer_prepares_and_proposes(
    cast: Cast, registration: Registration, act: Callable[[Cast, User], User | None]
) -> None:
    for user in cast.everybody():
        if user == cast.omar:
            continue
        with pytest.raises(NotAllowed):
            act(cast, user)
    assert act(cast, cast.omar) == cast.omar


def test_the_sweeper_writes_only_what_is_approved(cast: Cast, registration: Registration) -> None:
    make.submitted(cast, now=NOW)
    assert files.write_pending(NOW) == 0
    make.approve(Batch.objects.get(), cast, now=NOW)
    assert files.write_pending(NOW) == 1
    assert files.write_pending(NOW) == 0


def test_an_approver_who_changed_the_batch_is_barred(cast: Cast, registration: Registration) -> None:
    """Omar prepares; Priya, an officer too today, holds a line. Neither may approve, nor by another account."""
    make.registered(cast, now=NOW, number=1)
    batch = make.submitted(cast, now=NOW)
    for user, role in ((cast.priya, OFFICER), (cast.omar, APPROVER), (cast.udo, APPROVER)):
        cast_role(user, role, cast)
    batches.hold_line(batch.lines.first(), "Check the address.", by=cast.priya, now=LATER)
    batch = Batch.objects.get()
    assert batch.state == "draft"
    batch = batches.submit(batch, by=cast.omar, now=LATER, seen_version=batch.version)
    for user in (cast.omar, cast.priya):
        with pytest.raises(Refused, match="You prepared or changed this batch"):
            _approve(batch, user)
    assert "Approve a batch" in [task.what for task in waiting_for(cast.udo, TODAY)]
    humans.join(cast.omar, cast.udo, now=LATER)  # two accounts turn out to be one person, under the human of either
    cast.udo.refresh_from_db()
    with pytest.raises(Refused, match="You prepared or changed this batch"):
        _approve(batch, cast.udo)
    assert "Approve a batch" not in [task.what for task in waiting_for(cast.udo, TODAY)]


def cast_role(user: User, role: roles.Role, cast: Cast) -> None:
    people.give_role(user, role, starts_on=london_date(NOW), by=cast.adele, now=NOW)


def test_an_approval_is_of_what_was_seen(cast: Cast, registration: Registration) -> None:
    batch = make.submitted(cast, now=NOW)
    seen = {"seen_count": 1, "seen_sum_pence": 100_000, "seen_sha256": batch.content_sha256}
    for wrong in ({"seen_count": 2}, {"seen_sum_pence": 100_001}, {"seen_sha256": "0" * 64}):
        with pytest.raises(Refused, match="no longer what you saw"):
            batches.approve(batch, by=cast.priya, now=NOW, **{**seen, **wrong})
    batches.approve(batch, by=cast.priya, now=NOW, **seen)
    with pytest.raises(Refused, match="was approved by Priya Nair on 14 September 2026 at 11am"):
        batches.approve(batch, by=cast.priya, now=NOW, **seen)


def test_a_stale_page_submits_nothing(cast: Cast, registration: Registration) -> None:
    batch = make.submitted(cast, now=NOW)
    batches.send_back(batch, "Look again.", by=cast.priya, now=NOW)
    with pytest.raises(Refused, match="has changed since you opened the page"):
        batches.submit(batch, by=cast.omar, now=NOW, seen_version=1)


def test_cancelling_after_the_file_reverses_the_ledger_and_frees_the_slot(
    cast: Cast, registration: Registration
) -> None:
    batches.cancel(make.ready(cast, now=NOW), "A mistake.", by=cast.omar, now=LATER)
    assert [one.balance for one in trial_balance()] == [0, 0]
    assert verify() == []
    assert len(owed(LATER)) == 1
    again = make.confirmed(cast, now=LATER)
    assert again.lines.get().follows is not None
    assert verify() == []


def test_the_file_of_a_cancelled_batch_is_gone(cast: Cast, registration: Registration) -> None:
    """A page from before the cancellation gives no file that could still be paid."""
    seen = make.ready(cast, now=NOW)
    batches.cancel(seen, "A mistake.", by=cast.omar, now=LATER)
    with pytest.raises(Refused, match=r"has been cancelled\. Only an approved batch has a file"):
        batches.download_file(seen, by=cast.omar, now=LATER)


def test_a_batch_whose_file_was_taken_is_not_cancelled(cast: Cast, registration: Registration) -> None:
    batch = make.ready(cast, now=NOW)
    batches.download_file(batch, by=cast.omar, now=NOW)
    with pytest.raises(Refused, match=r"Omar .* downloaded the file of .* on 14 September 2026 at 11am.* handed over"):
        batches.cancel(batch, "A mistake.", by=cast.omar, now=LATER)
    batches.mark_handed_over(batch, by=cast.omar, now=LATER, seen_sha256=batch.content_sha256)
    content = make.response((batch.lines.get(), "rejected", "Not to be paid"), on=london_date(LATER))
    responses.import_file(content, batch=batch, by=cast.omar, now=LATER)
    assert len(owed(LATER)) == 1
    assert verify() == []
