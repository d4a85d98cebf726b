"""Scenario 25: whatever this service forgets, the money still stands on everything it stood on.

Nothing here forgets registrations, people or payments themselves. What is forgotten by the clock or on request is
listed below, and a job that forgets something else fails the first test until it is listed too.
"""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tasks as accounts_tasks
from accounts.models import AuditDetail
from accounts.services import audit
from asye import clock
from asye.celery import app as celery
from payments.models import Batch, Entitlement, Line
from payments.queries import owed
from payments.queries.ledger import verify
from payments.queries.lines import content
from payments.queries.reconciling import batch_ids, reconciled
from payments.services import recovering
from registrations import tasks as registrations_tasks
from registrations.models import Change, Registration
from registrations.services import changes, undoing
from tests.bad_input.pages import WRITE
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.factories import registrations as make_registrations
from tests.payments.earlier import sheets
from tests.registrations.bulk import people as many

pytestmark = pytest.mark.django_db
TEN_YEARS_ON = NOW + timedelta(days=3650)
FORGETS = {
    "accounts.purge_kept_text": accounts_tasks.purge_kept_text,
    "accounts.purge_api_answers": accounts_tasks.purge_api_answers,
    "registrations.purge_files": registrations_tasks.purge_files,
    "registrations.purge_earlier": registrations_tasks.purge_earlier,
}


def test_scenario_25_every_job_that_forgets_is_known() -> None:
    scheduled = set(celery.conf.beat_schedule)
    assert {name for name in scheduled if "purge" in name or "forget" in name or "erase" in name} == set(FORGETS)


def rows() -> dict[str, list[Any]]:
    """Everything that money is or stands on."""
    of_money = [*apps.get_app_config("payments").get_models()]
    below = ("Registration", "NQSW", "Placement", "Change", "ProgrammeYear", "MilestoneAmount")
    of_money += [apps.get_model("registrations", name) for name in below]
    of_money += [apps.get_model("assessments", "Outcome"), apps.get_model("accounts", "Employer")]
    return {table._meta.label: list(table.objects.order_by("pk").values()) for table in of_money}


def forget_everything(cast: Cast) -> None:
    """Ten years later: every job that forgets, every word of trail and concerns, every look into the register."""
    upload = many.checked(cast.northshire, many.csv([many.person(50)]), by=cast.amira)
    with clock.moved_to(TEN_YEARS_ON), CaptureQueriesContext(connection) as captured:
        for purge in FORGETS.values():
            purge()
    upload.refresh_from_db()
    assert upload.content is None  # something was there to be forgotten
    touched = {found["table"] for one in captured.captured_queries if (found := WRITE.match(one["sql"]))}
    assert "registrations_bulkupload" in touched
    assert not any(table.startswith("payments_") for table in touched)
    for detail in AuditDetail.objects.filter(erased_at__isnull=True).select_related("event"):
        audit.erase(detail.event, by=cast.adele, now=TEN_YEARS_ON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_register_check(id, now()) FROM registrations_registercheck")
        cursor.execute("SELECT erase_concern(id, now()) FROM assessments_concern")
    assert not AuditDetail.objects.filter(erased_at__isnull=True).exists()


def agrees(cast: Cast) -> None:
    """Files, ledger, responses and lines, by both of the service's own checks."""
    assert verify() == []
    assert [one for found in reconciled(batch_ids()) for one in found.differences] == []


def withdrawn_and_undone(cast: Cast) -> Registration:
    """A registration that was ended by mistake, restored, and whose first payment is owed again."""
    registration = make.registered(cast, now=NOW)
    changes.withdraw(registration, TODAY, "They never came.", by=cast.amira, now=NOW)
    assert owed(NOW) == []
    undoing.undo(Change.objects.get(), "They came a day later.", by=cast.amira, now=NOW + timedelta(hours=1))
    return Registration.objects.get(pk=registration.pk)


def test_scenario_25_rejected_restored_and_then_paid(cast: Cast) -> None:
    """What is owed survives, and the batch, its file and the payer's answer come out as if nothing was forgotten."""
    make.setting(cast, now=NOW)
    registration = withdrawn_and_undone(cast)
    before = rows()
    forget_everything(cast)
    assert rows() == before
    later = NOW + timedelta(days=1)
    assert [(due.reference, due.amount_pence) for due in owed(later)] == [(registration.reference, 100_000)]
    batch = make.confirmed(cast, now=later)
    line = batch.lines.get()
    _, row, control = csv.reader(io.StringIO(bytes(batch.file.content).decode()))
    assert row == [
        *("1", batch.reference, line.reference, line.payee.vendor_number),
        *("Northshire", "registration", "2026-27", "1000.00"),
    ]
    assert control == ["control", batch.reference, "1", "", "", "", "", "1000.00"]
    agrees(cast)


def test_scenario_25_an_open_recovery_is_followed_to_its_end(cast: Cast) -> None:
    """Approved to be asked back, then everything is forgotten that can be: it is still invoiced and received."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    paid = make.confirmed(cast, now=NOW).lines.get()
    recovery = back.approved(paid, cast, now=NOW, pence=400_00)
    before = rows()
    forget_everything(cast)
    assert rows() == before
    assert back.stage(recovery) == "approved"
    found = back.recovery_now(recovery)
    assert (found.amount_pence, found.reason) == (400_00, "They never came.")
    recovering.invoice(found, back.INVOICE, TODAY, by=cast.omar, now=NOW)
    back.received(recovery, cast, 400_00, now=NOW)
    assert back.stage(recovery) == "recovered"
    agrees(cast)


def test_scenario_25_a_batch_is_exported_after_older_people_were_forgotten(cast: Cast) -> None:
    """A batch that waits for its file, and the file of one that was paid: the same bytes as before."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    old = make.confirmed(cast, now=NOW)
    make.registered(cast, now=NOW, number=1)
    waiting = make.approved(cast, now=NOW)
    kept, frozen = bytes(old.file.content), content(waiting)
    forget_everything(cast)
    assert bytes(Batch.objects.get(pk=old.pk).file.content) == kept
    assert content(Batch.objects.get(pk=waiting.pk)) == frozen
    make.files.write_pending(NOW)
    file = make.batches.download_file(waiting, by=cast.omar, now=NOW)
    assert bytes(file.content).decode().count("1000.00") == 2  # its line and the control row
    assert Line.objects.get(batch=waiting).reference in bytes(file.content).decode()
    agrees(cast)


def test_scenario_25_what_was_paid_before_stays_paid_without_its_file(cast: Cast) -> None:
    """The sheet of past payments is forgotten after 30 days; the slot it closed stays closed, with where that stood."""
    make.setting(cast, now=NOW)
    make_registrations.published_year(2025, by=cast.adele, second=cast.zora, now=NOW)
    make.grant_year(2025)
    sheets.taken(sheets.PEOPLE, [sheets.person(1)], cast)
    file = sheets.taken(sheets.PAYMENTS, [sheets.payment(1)], cast)
    before = rows()
    forget_everything(cast)
    file.refresh_from_db()
    assert file.content is None
    assert rows() == before
    slot = Entitlement.objects.get()
    assert (slot.open, slot.paid_elsewhere_source, slot.paid_elsewhere_reference) == (
        False,
        "Skills for Care portal",
        "PAY-1",
    )
    assert owed(TEN_YEARS_ON) == []
