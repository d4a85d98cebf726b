"""Scenarios of batches, files and the payer's answers that the service must stand, by their number."""

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import AuditEvent, Notice, User
from accounts.services import people
from asye import clock
from asye.refusals import Refused
from payments.models import Batch, BatchHand, Entitlement, LedgerEntry, Line, Payee, PayerFile, Recovery, ResponseRow
from payments.queries import owed
from payments.queries.ledger import verify
from payments.queries.lines import content
from payments.rules.response import BadFile
from payments.services import batches, files, payees, preparing, responses
from registrations.models import Registration
from registrations.rules import taken
from registrations.rules.answers import Previous
from registrations.services import changes, checking
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.factories import registrations as make_registrations
from tests.ground import cluster
from tests.payments.test_changes import text_of
from tests.payments.test_races import PATIENCE, together
from tests.payments.test_walls import clone

pytestmark = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=20)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(instant: Any, ask: Callable[..., HttpResponse], url: str, data: dict[str, Any] | None = None) -> HttpResponse:
    with clock.moved_to(instant):
        return ask(url, data or {}, follow=True)


def fresh(registration: Registration) -> Registration:
    return Registration.objects.select_related("programme_year", "nqsw__user").get(pk=registration.pk)


def adds_up(batch: Batch) -> list[str]:
    """The references in the batch's file, whose rows, count and sum are those of the batch and of its control row."""
    head, *rows, control = csv.reader(io.StringIO(bytes(batch.file.content).decode()))
    assert head[2] == "line"
    named = [row[2] for row in rows]
    assert sorted(named) == sorted(batch.lines.values_list("reference", flat=True))
    assert (int(control[2]), control[7]) == (len(rows), f"{1000 * len(rows)}.00")
    assert (batch.line_count, batch.sum_pence) == (len(rows), 100_000 * len(rows))
    assert sum(batch.lines.values_list("amount_pence", flat=True)) == batch.sum_pence
    return named


@racing
def test_scenario_01_two_presses_one_payment(cast: Cast) -> None:
    """Two officers prepare at the same instant: one live line. The other is told in a sentence, finds the payment in
    the list of batches, and pressing again makes no second."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    people.give_role(cast.udo, roles.PAYMENTS_OFFICER, starts_on=TODAY, by=cast.adele, now=NOW)
    udo = client_of(cast.udo)

    def press() -> HttpResponse:
        try:
            return at(NOW, udo.post, "/payments/prepare", {"x": "1"})
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        batch = make.draft(cast, now=NOW)
        told = pool.submit(press).result(PATIENCE)
    assert told.status_code == 200
    assert "A batch is being prepared at this moment. Look at the list of batches in a minute." in text_of(told)
    assert f"{batch.reference} 14 September 2026 1 £1,000 Draft" in text_of(at(NOW, udo.get, "/payments"))
    assert "Nothing is owed that can be paid now." in text_of(press())
    assert (Line.objects.live().count(), Entitlement.objects.count(), Batch.objects.count()) == (1, 1, 1)


@racing
@pytest.mark.parametrize("role", ["asye_app", "asye_owner"])
def test_scenario_01_the_database_holds_one_live_payment(cast: Cast, role: str) -> None:
    """Two connections write the same payment at the same instant: the second waits for the first and is refused; asked
    the way the service asks, it writes nothing and finds the first one's."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    line = make.draft(cast, now=NOW).lines.get()
    other = Batch.objects.create(period="2026-09", file_version=1, prepared_at=NOW)
    slot = line.slot_id
    batches.cancel(line.batch, "Made by mistake.", by=cast.omar, now=NOW)  # the slot is free again
    opened = {"batch_id": other.pk, "closed_as": None, "closed_because": "", "closed_at": None}
    written = clone(line, **opened)
    statement, values = clone(line, **opened, id=98, reference="L0000000000000000008")
    with psycopg.connect(cluster.url(role)) as one, psycopg.connect(cluster.url(role)) as two:
        one.execute(*written)
        with ThreadPoolExecutor(1) as pool:
            insert = pool.submit(two.execute, statement, values)
            one.commit()
            with pytest.raises(psycopg.errors.UniqueViolation, match="line_one_live"):
                insert.result(PATIENCE)
        two.rollback()
        conflict = " ON CONFLICT (slot_id) WHERE kind = 'payment' AND closed_as IS NULL DO NOTHING"
        assert two.execute(statement + conflict, values).rowcount == 0
        two.commit()
    assert Line.objects.live().get(slot=slot).batch == other


def test_scenario_02_paid_does_not_free_the_slot(cast: Cast) -> None:
    """While the year runs nobody can register the number again, and is not told where it is; after they have left
    another employer can, and start pay is owed neither then nor later, whatever becomes of that registration."""
    make.setting(cast, now=NOW, on_withdrawal="keep")
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    paid = Line.objects.get()
    again = {"by": cast.cora, "assessor": cast.cal, "asye_start": LATER.date(), "employment_start": LATER.date()}
    with pytest.raises(Refused) as refusal:
        make_registrations.submitted(cast.southmouth, now=LATER, **again)
    assert str(refusal.value) == taken.LIVE_ELSEWHERE
    assert "Northshire" not in str(refusal.value)
    changes.withdraw(fresh(registration), TODAY + timedelta(days=10), "They left.", by=cast.amira, now=LATER)
    second = make_registrations.submitted(cast.southmouth, now=LATER, previous=Previous.STARTED, **again)
    assert second.nqsw == registration.nqsw
    assert owed(LATER) == []
    make_registrations.approved(second, by=cast.erin, now=LATER)
    changes.extend(fresh(second), 5, "A week of leave.", by=cast.cora, now=LATER)
    for days in (0, 40, 400):
        assert owed(LATER + timedelta(days=days)) == []
    with pytest.raises(Refused, match="Nothing is owed that can be paid now"):
        make.draft(cast, now=LATER)
    draft = Batch.objects.create(period="2026-10", file_version=1, prepared_at=LATER)
    moved = {"registration_id": second.pk, "employer_id": cast.southmouth.pk, "batch_id": draft.pk}
    moved["payee_id"] = Payee.objects.get(employer=cast.southmouth).pk
    with pytest.raises(IntegrityError, match="line_one_live"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*clone(paid, **moved))
    assert Line.objects.get() == paid


@racing
def test_scenario_05_a_straggler_is_wholly_in_or_wholly_out(cast: Cast) -> None:
    """A registration approved while the batch is being built: its line, its row in the file and its £1,000 are all
    there or none is, and what was left out is in the next batch."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    waiting = {"by": cast.amira, "assessor": cast.ben, "now": NOW}
    stragglers = [make_registrations.submitted(cast.northshire, number=number, **waiting) for number in range(1, 6)]
    for straggler in stragglers:
        checking.check_register_entry(straggler, by=cast.erin, now=NOW)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        make.draft(cast, now=NOW)
        done = pool.submit(together, lambda: checking.approve(fresh(stragglers[0]), by=cast.erin, now=NOW))
        assert not isinstance(done.result(PATIENCE)[0], Exception)
    assert Line.objects.count() == 1  # approved in between, so out
    assert [due.reference for due in owed(NOW)] == [str(fresh(stragglers[0]))]
    for straggler in stragglers[1:]:
        together(
            lambda straggler=straggler: checking.approve(fresh(straggler), by=cast.erin, now=NOW),
            lambda: preparing.prepare_batch(by=cast.omar, now=NOW),
        )
    if owed(NOW):
        make.draft(cast, now=NOW)
    assert owed(NOW) == []
    named: list[str] = []
    for draft in Batch.objects.order_by("id"):
        named += adds_up(back.released(draft, cast, now=NOW))
    assert sorted(named) == sorted(Line.objects.values_list("reference", flat=True))
    assert len(named) == len(set(named)) == 6


def refused(client: Client, name: str, pk: int, **data: object) -> str:
    """What the page says that is posted to, by its address and not by a button."""
    answer = at(LATER, client.post, reverse(name, args=[pk]), {"x": "1", **data})
    assert answer.status_code in (200, 403, 404, 409), f"{name}: {answer.status_code}"
    return text_of(answer)


def test_scenario_06_whoever_prepared_or_edited_does_not_approve(cast: Cast) -> None:
    """A prepared and B edited: neither approves, by whatever roles they get later; C does, and what C approved cannot
    be edited any more, only cancelled as a whole."""
    make.setting(cast, now=NOW)
    for number in range(3):
        make.registered(cast, now=NOW, number=number)
    people.give_role(cast.udo, roles.PAYMENTS_OFFICER, starts_on=TODAY, by=cast.adele, now=NOW)
    batch = make.submitted(cast, now=NOW)
    batches.hold_line(batch.lines.first(), "Ask about the dates.", by=cast.udo, now=NOW)
    batch.refresh_from_db()
    assert batch.state == "draft"  # an edit cancels the submission
    batch = batches.submit(batch, by=cast.omar, now=NOW, seen_version=batch.version)
    seen = {"seen_count": 2, "seen_sum_pence": 200_000, "seen_sha256": batch.content_sha256}
    for maker in (cast.omar, cast.udo):
        people.give_role(maker, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
        assert "somebody else has to approve it" in refused(client_of(maker), "batch_approve", batch.pk, **seen)
        assert Batch.objects.get().state == "submitted"
    assert f"Batch {batch.reference} approved" in refused(client_of(cast.priya), "batch_approve", batch.pk, **seen)
    before, version = content(batch), Batch.objects.get().version
    for client in map(client_of, (cast.omar, cast.udo)):
        line = batch.lines.first()
        assert "has been approved" in refused(client, "line_hold", line.pk, reason="Not this one.")
        assert "has been approved" in refused(client, "batch_submit", batch.pk, seen_version=version)
        assert "has been approved" in refused(client, "batch_send_back", batch.pk, reason="Look again.")
    after = Batch.objects.get()
    assert (after.state, after.approved_by, content(after)) == ("approved", cast.priya, before)
    refused(client_of(cast.omar), "batch_cancel", batch.pk, reason="Another total is wanted.")
    assert Batch.objects.get().state == "cancelled"
    assert len(owed(LATER)) == 3


def test_scenario_06_the_same_for_what_is_asked_back(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    line = make.confirmed(cast, now=NOW).lines.get()
    recovery = back.proposed(line, cast, now=NOW)
    people.give_role(cast.omar, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    assert "You proposed" in refused(client_of(cast.omar), "recovery_approve", recovery.pk)
    assert back.stage(recovery) == "proposed"
    refused(client_of(cast.priya), "recovery_approve", recovery.pk)
    assert (back.stage(recovery), Recovery.objects.get().approved_by) == ("approved", cast.priya)


def test_scenario_06_the_same_for_a_vendor_number(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    payee = payees.propose(cast.northshire, "VN77777", by=cast.omar, now=NOW)
    people.give_role(cast.omar, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    call = {"contact": f"person-{cast.amira.pk}", "spoke_to": "Finance manager", "note": "They read it back."}
    call |= {f"called_back_on_{part}": value for part, value in (("day", "14"), ("month", "9"), ("year", "2026"))}
    assert "You proposed these details" in refused(client_of(cast.omar), "payee_verify", payee.pk, **call)
    assert Payee.objects.get(pk=payee.pk).verified_at is None
    refused(client_of(cast.priya), "payee_verify", payee.pk, **call)
    assert Payee.objects.get(pk=payee.pk).verified_by == cast.priya


@racing
def test_scenario_07_two_approve_and_one_approval_exists(cast: Cast) -> None:
    """One approval, one file, one entry of each in the history, and the letter of the submission is not sent again."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    people.give_role(cast.udo, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    batch = make.submitted(cast, now=NOW)
    letters = Notice.objects.filter(kind="payments.batch_to_approve").order_by("id").values_list("user", flat=True)
    assert sorted(letters) == sorted([cast.priya.pk, cast.udo.pk])
    before = Notice.objects.count()
    seen = {"seen_count": 1, "seen_sum_pence": 100_000, "seen_sha256": batch.content_sha256}
    done = together(
        *[lambda user=user: batches.approve(batch, by=user, now=NOW, **seen) for user in (cast.priya, cast.udo)]
    )
    together(*[lambda: files.write_pending(NOW)] * 3)
    (loser,) = [one for one in done if isinstance(one, Refused)]
    assert "was approved by" in str(loser)
    assert BatchHand.objects.filter(batch=batch, hand="approver").count() == 1
    acts = AuditEvent.objects.filter(object_type="payments.batch", object_id=batch.pk).values_list("act", flat=True)
    assert sorted(acts) == ["payments.approve", "payments.prepare", "payments.submit", "payments.write_file"]
    assert (PayerFile.objects.count(), LedgerEntry.objects.count(), Notice.objects.count()) == (1, 1, before)


def test_scenario_08_the_same_response_twice(cast: Cast) -> None:
    """Uploaded again, days later and by somebody else: nothing changes, and they are told when and by whom it was."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    people.give_role(cast.udo, roles.PAYMENTS_OFFICER, starts_on=TODAY, by=cast.adele, now=NOW)
    batch = make.released(cast, now=NOW)
    file = make.response(*[(line, "paid", "") for line in batch.lines.all()], on=TODAY)
    url = reverse("batch_response", args=[batch.pk])

    def upload(user: User, instant: Any) -> str:
        return text_of(at(instant, client_of(user).post, url, {"file": SimpleUploadedFile("answer.csv", file)}))

    assert "Response imported: 1 paid." in upload(cast.omar, NOW)
    kept = _money()
    for user in (cast.omar, cast.udo):
        assert "Nothing was changed. Omar Farouk imported this file on 14 September 2026 at 11am." in upload(
            user, LATER
        )
    assert _money() == kept


def _money() -> list[Any]:
    """Everything that an import could have changed."""
    tables = (Line, ResponseRow, LedgerEntry, Batch)
    rows = [list(table.objects.order_by("pk").values()) for table in tables]
    acts = AuditEvent.objects.filter(act__startswith="payments.")
    return [*rows, acts.count(), Notice.objects.filter(kind__startswith="payments.").count()]


def test_scenario_09_a_response_full_of_faults(cast: Cast) -> None:
    """Each fault by line and field, whatever the form of the file; capitals, spaces, a byte-order mark, CRLF, blank
    rows and trailing commas are none. Nothing of it is applied, the good row neither."""
    make.setting(cast, now=NOW)
    for number in range(4):
        make.registered(cast, now=NOW, number=number)
    batch = make.released(cast, now=NOW)
    good, twice, wrong, spare = batch.lines.order_by("id")
    make.registered(cast, now=NOW, number=4)
    other = make.released(cast, now=NOW)
    theirs = other.lines.get().reference
    text = "\r\n".join(
        [
            "\ufeffline,outcome,reason,amount,date,",
            f"{good.reference},PAID ,,1000.00,2026-09-14,",
            ",,,,,",
            "L0000000000000000009,paid,,1000.00,2026-09-14,",
            f"{theirs},paid,,1000.00,2026-09-14",
            "",
            f"{twice.reference}, Paid,,1000.00,2026-09-14",
            f"{twice.reference},REJECTED,No such account,1000.00,2026-09-14",
            f"{wrong.reference},paid,,100.00,2026-09-14",
            "",
        ]
    )
    kept = _money()
    with pytest.raises(BadFile) as caught:
        responses.import_file(text.encode(), batch=batch, by=cast.omar, now=NOW)
    assert [(one.row, one.field, one.sentence) for one in caught.value.problems] == [
        (4, "line", "There is no line L0000000000000000009. Check the reference against the payment file."),
        (5, "line", f"Line {theirs} belongs to batch {other.reference}, not to {batch.reference}."),
        (8, "line", f"Line {twice.reference} is also in row 7. Give each line once."),
        (9, "amount", f"Line {wrong.reference} was sent with £1,000, not £100."),
    ]
    assert _money() == kept
    right = text.replace("L0000000000000000009", spare.reference).replace("100.00,", "1000.00,")
    rows = [row for row in right.split("\r\n") if theirs not in row and "REJECTED" not in row]
    done = responses.import_file("\r\n".join(rows).encode(), batch=batch, by=cast.omar, now=NOW)
    assert (done.paid, done.rejected) == (4, 0)


def test_scenario_10_partial_confirmation(cast: Cast) -> None:
    """Nine of ten lines are answered: one is outstanding, the batch is neither closed nor changed in any other way,
    and a second file answers the rest."""
    make.setting(cast, now=NOW)
    for number in range(10):
        make.registered(cast, now=NOW, number=number)
    batch = make.released(cast, now=NOW)
    *most, last = batch.lines.order_by("id")
    officer = client_of(cast.omar)

    def page() -> str:
        return text_of(at(LATER, officer.get, reverse("batch", args=[batch.pk])))

    assert "Answered by the payer 0 of 10, 10 outstanding" in page()
    file = make.response(*[(line, "paid", "") for line in most], on=TODAY)
    responses.import_file(file, batch=batch, by=cast.omar, now=NOW)
    assert "Partly confirmed" in page()
    assert "Answered by the payer 9 of 10, 1 outstanding" in page()
    one = Batch.objects.with_progress().get()
    assert (one.stage, one.answered) == ("part_confirmed", 9)  # type: ignore[attr-defined]
    assert Line.objects.with_stage().get(pk=last.pk).stage == "sent"  # type: ignore[attr-defined]
    assert "handed over" in refused(officer, "batch_cancel", batch.pk, reason="Enough of it.")
    assert "handed over" in refused(officer, "batch_hand_over", batch.pk, seen_sha256=batch.content_sha256)
    assert Batch.objects.with_progress().get().stage == "part_confirmed"  # type: ignore[attr-defined]
    rest = make.response((last, "paid", ""), on=LATER.date())
    responses.import_file(rest, batch=batch, by=cast.omar, now=LATER)
    assert "Answered by the payer 10 of 10, 0 outstanding" in page()
    assert Batch.objects.with_progress().get().stage == "closed"  # type: ignore[attr-defined]
    assert LedgerEntry.objects.filter(event="paid").count() == 10


def test_scenario_11_the_bank_returns_it_after_it_was_paid(cast: Cast) -> None:
    """Ten days later it becomes returned with its reason; the employer is told what to do; it is paid by a new line of
    a later batch that follows the first. The first is never paid again nor changed."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    first = make.confirmed(cast, now=NOW).lines.get()
    ten_days_later = NOW + timedelta(days=10)
    returned = make.response((first, "returned", "Account closed"), on=ten_days_later.date())
    responses.import_file(returned, by=cast.omar, now=ten_days_later)
    first.refresh_from_db()
    assert (first.closed_as, first.closed_because) == ("returned", "Account closed")
    letter = Notice.objects.get(user=cast.amira, kind="payments.rejected")
    assert "Account closed" in letter.body
    assert str(first.registration) in letter.body
    for how in ("paid", "rejected"):
        why = "No such account" if how == "rejected" else ""
        with pytest.raises(BadFile):
            responses.import_file(
                make.response((first, how, why), on=ten_days_later.date()), by=cast.omar, now=ten_days_later
            )
    (due,) = owed(LATER)
    assert (due.reference, due.milestone) == (str(first.registration), "registration")
    later = make.confirmed(cast, now=LATER)
    second = later.lines.get()
    assert (second.follows, second.amount_pence, second.batch_id > first.batch_id) == (first, 100_000, True)
    assert owed(LATER + timedelta(days=1)) == []
    entries = LedgerEntry.objects.order_by("line", "event").values_list("line", "event")
    assert list(entries) == [
        (first.pk, "paid"),
        (first.pk, "paid_reversed"),
        (first.pk, "sent"),
        (first.pk, "sent_reversed"),
        (second.pk, "paid"),
        (second.pk, "sent"),
    ]
    assert verify() == []
