"""The pages of money: who may open what, what they say, and what a press of the button does."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import AuditEvent, SensitiveRead, User
from accounts.services import people
from asye import clock
from payments.models import Batch, Payee
from payments.queries import waiting_for, waits_on
from payments.services import payees
from payments.urls import urlpatterns
from payments.views import statements
from registrations.models import Registration
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.moved_to(NOW):
        yield


@built_once
def setting(cast: Cast) -> Cast:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1, at="southmouth")
    return cast


@built_once
def ready(setting: Cast) -> Batch:
    """Approved, and its file is written."""
    return make.ready(setting, now=NOW)


@built_once
def released(setting: Cast) -> Batch:
    """In the hands of the payer, who has not answered."""
    return make.released(setting, now=NOW)


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, f"{url}: {response.status_code}"
    return response.content.decode()


def test_a_batch_goes_the_whole_way_through_the_pages(setting: Cast) -> None:
    omar, priya = _as(setting.omar), _as(setting.priya)
    assert "2 payments are owed and can go into a batch: £2,000." in _text(omar, "/payments")
    assert "2 payments of £2,000 in all are owed" in _text(omar, "/payments/prepare")
    assert omar.post("/payments/prepare", {"prepare": "1"}).status_code == 302
    batch = Batch.objects.get()
    page = reverse("batch", args=[batch.pk])
    assert "Submit for approval" in _text(omar, page)
    assert "2 lines, £2,000" in _text(omar, f"{page}/submit")
    assert omar.post(f"{page}/submit", {"seen_version": batch.version}).status_code == 302
    batch.refresh_from_db()
    assert batch.content_sha256 in _text(priya, f"{page}/approve")
    seen = {
        "seen_count": batch.line_count,
        "seen_sum_pence": batch.sum_pence,
        "seen_sha256": batch.content_sha256,
    }
    assert omar.post(f"{page}/approve", seen).status_code == 403
    assert priya.post(f"{page}/approve", {**seen, "seen_count": 3}).status_code == 409
    assert priya.post(f"{page}/approve", seen).status_code == 302
    assert "is approved once" in priya.post(f"{page}/approve", seen).content.decode()
    assert "written within a minute" in _text(omar, page)
    make.files.write_pending(NOW)
    download = omar.post(f"{page}/file")
    assert download.content == bytes(Batch.objects.get().file.content)
    assert download["Content-Disposition"] == f'attachment; filename="{batch.reference}-v1.csv"'
    assert omar.get(f"{page}/file").status_code == 405
    assert omar.post(f"{page}/hand-over", {"seen_sha256": batch.content_sha256}).status_code == 302
    content = make.response(*[(line, "paid", "") for line in batch.lines.all()], on=TODAY)
    upload = SimpleUploadedFile("response.csv", content)
    answered = omar.post(f"{page}/response", {"file": upload}, follow=True)
    assert "Response imported: 2 paid." in answered.content.decode()
    again = omar.post(f"{page}/response", {"file": SimpleUploadedFile("response.csv", content)}, follow=True)
    assert "Nothing was changed. Omar Farouk imported this file on 14 September 2026" in again.content.decode()
    assert "The payer has answered every line." in _text(omar, page)
    assert "Ledger, seals and payment files agree." in omar.post("/payments/ledger").content.decode()


def test_a_maker_is_told_that_somebody_else_approves(setting: Cast) -> None:
    people.give_role(setting.omar, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=setting.adele, now=NOW)
    batch = make.submitted(setting, now=NOW)
    omar = _as(setting.omar)
    page = reverse("batch_approve", args=[batch.pk])
    shown = _text(omar, page)
    assert "somebody else has to approve it" in shown
    assert "Approve the batch" not in shown
    seen = {"seen_count": 2, "seen_sum_pence": 200_000, "seen_sha256": batch.content_sha256}
    assert "somebody else has to approve it" in omar.post(page, seen).content.decode()
    assert Batch.objects.get().state == "submitted"


def test_a_line_is_held_with_a_reason(setting: Cast) -> None:
    batch = make.submitted(setting, now=NOW)
    line = batch.lines.first()
    omar = _as(setting.omar)
    page = reverse("line_hold", args=[line.pk])
    assert "Enter a reason" in omar.post(page, {"reason": ""}).content.decode()
    assert omar.post(page, {"reason": "Check the address."}).status_code == 302
    assert omar.post(page, {"reason": "Again."}).status_code == 404
    batch.refresh_from_db()
    assert (batch.state, batch.lines.count()) == ("draft", 1)
    assert "Held until 1 October 2026: Check the address. It is" in _text(omar, "/payments")


def test_a_long_statement_is_read_a_page_at_a_time_and_summed_as_a_whole(
    setting: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "ON_A_PAGE", 2)
    for number in (2, 3):
        make.registered(setting, now=NOW, number=number)
    lines = make.released(setting, now=NOW).lines.filter(employer=setting.northshire).order_by("due_on", "id")
    content = make.response(*[(line, "paid", "") for line in lines[:1]], on=TODAY)
    make.responses.import_file(content, by=setting.omar, now=NOW)
    owed = [make.registered(setting, now=NOW, number=number).reference for number in (4, 5, 6)]
    amira, page = _as(setting.amira), reverse("statement", args=[setting.northshire.pk, "2026-27"])
    paid = [line.registration.reference for line in lines]
    for query, shown in (
        ("", [*paid[:2], *owed[:2]]),
        ("?page=2", [paid[2], *owed[:2]]),
        ("?owed=2", [*paid[:2], owed[2]]),
    ):
        text = _text(amira, page + query)
        assert [one for one in [*paid, *owed] if one in text] == shown
        facts = re.findall(r"£[0-9,]+", text.partition("<table")[0])
        assert facts == ["£1,000", "£2,000", "£3,000", "£0"]
        assert text.count("<nav") - text.count('aria-label="Pages of ') == _text(amira, "/").count("<nav")
        assert ("?owed=2" in text, "?page=2" in text) == (True, True)


ALL_MONEY = ("payments", "ledger", "payees")


def test_every_other_page_is_for_those_who_look_after_the_money(setting: Cast) -> None:
    batch = make.submitted(setting, now=NOW)
    payee = payees.propose(setting.northshire, "VN77777", by=setting.omar, now=NOW)
    line = batch.lines.first()
    officers = {"batch_prepare": [], "batch_submit": [batch.pk], "batch_cancel": [batch.pk], "payee_propose": []}
    officers |= {"batch_hand_over": [batch.pk], "batch_response": [batch.pk], "line_hold": [line.pk]}
    approvers = {"batch_approve": [batch.pk], "batch_send_back": [batch.pk]}
    approvers |= {"payee_verify": [payee.pk], "payee_refuse": [payee.pk]}
    readers = {"ledger": [], "payees": [], "batch": [batch.pk], "payee": [payee.pk]}
    for user in setting.everybody():
        client = _as(user)
        for names, allowed in (
            (officers, {setting.omar}),
            (approvers, {setting.priya}),
            (readers, {setting.omar, setting.priya, setting.udo}),
        ):
            for name, args in names.items():
                status = client.get(reverse(name, args=args)).status_code
                assert (status == 200) == (user in allowed), f"{user} {name}: {status}"
                assert status in (200, 403, 404)


READ = {
    "payments",
    "batch",
    "line",
    "statement_of",
    "statement",
    "payments_find",
    "remittance",
    "batch_sample",
    "batch_fingerprint",
    "payees",
    "payee",
    "recoveries",
    "forecast",
    "owed_payments",
    "reconciliation",
    "grant_years",
    "recovery",
}
OF_THE_YEAR = {  # what a co-ordinator typed may be kept: money only follows from it
    "registrations_approved", "registration_withdraw", "registration_defer", "registration_resume",
    "registration_extend", "registration_assessor", "registration_cover", "registration_move", "change_undo",
    "take_over", "move_agree", "move_accept", "move_settle", "registration_again_allow", "registration_draft_check",
}  # fmt: skip
OF_A_FILE = {  # read, or asked for without a word: sending one in and taking it over are not kept
    "earlier_template", "earlier_file", "earlier_file_rows", "earlier_file_corrections", "earlier_file_check",
    "earlier_file_delete",
}  # fmt: skip


def test_acts_of_money_are_never_kept_for_later(setting: Cast) -> None:
    kept = {one.name for one in urlpatterns if not getattr(one.callback, "never_kept", False)}
    assert kept == READ | OF_THE_YEAR | OF_A_FILE


def test_what_waits_for_whom(setting: Cast) -> None:
    def what(user: User) -> list[str]:
        return [f"{task.what}: {task.about}" for task in waiting_for(user, TODAY)]

    assert what(setting.omar) == ["Prepare a batch: 2 payments, £2,000"]
    batch = make.submitted(setting, now=NOW)
    assert what(setting.omar) == []
    assert [task.who for task in waits_on(setting.omar, TODAY)] == ["a payments approver"]
    assert what(setting.priya) == [f"Approve a batch: Batch {batch.reference}, £2,000"]
    payees.propose(setting.northshire, "VN77777", by=setting.omar, now=NOW)
    assert what(setting.priya)[1:] == ["Verify vendor details: Northshire"]
    make.approve(batch, setting, now=NOW)
    make.files.write_pending(NOW)
    assert what(setting.omar) == [f"Download and hand over a payment file: Batch {batch.reference}, £2,000"]
    assert what(setting.amira) == waits_on(setting.amira, TODAY) == []


def test_a_response_with_faults_lists_them(setting: Cast, released: Batch) -> None:
    file = SimpleUploadedFile("response.csv", b"line,outcome,reason,amount,date\nL9,paid,,1,2026-09-14\n")
    shown = _as(setting.omar).post(reverse("batch_response", args=[released.pk]), {"file": file}).content.decode()
    assert "Nothing was imported: the file has 1 problem." in shown
    assert "There is no line L9." in shown
    assert "<title>Error: " in shown


def test_a_statement_names_every_pound(setting: Cast, released: Batch) -> None:
    line = released.lines.get(employer=setting.northshire)
    make.responses.import_file(make.response((line, "paid", ""), on=TODAY), by=setting.omar, now=NOW)
    amira = _as(setting.amira)
    page = reverse("statement", args=[setting.northshire.pk, "2026-27"])
    assert amira.get("/payments").headers["Location"] == reverse("statement_of", args=[setting.northshire.pk])
    assert amira.get(reverse("statement_of", args=[setting.northshire.pk])).headers["Location"] == page
    shown = _text(amira, page)
    assert line.registration.reference in shown
    assert shown.count("£1,000") == 2  # the sum and the line
    assert shown.count("£0") == 3
    why = _text(amira, reverse("line", args=[line.pk]))
    assert line.sentence in why
    assert line.payee.vendor_number not in why
    assert SensitiveRead.objects.filter(object_type="payments.line", object_id=line.pk).count() == 1
    assert line.payee.vendor_number in _text(_as(setting.udo), reverse("line", args=[line.pk]))


def test_a_senior_leads_statement_names_nobody(setting: Cast, released: Batch) -> None:
    line = released.lines.get(employer=setting.northshire)
    make.responses.import_file(make.response((line, "paid", ""), on=TODAY), by=setting.omar, now=NOW)
    for number in (3, 4):
        make.registered(setting, now=NOW, number=number)
    url = reverse("statement", args=[setting.northshire.pk, "2026-27"])
    amira, lena = _text(_as(setting.amira), url), _text(_as(setting.lena), url)
    for one in Registration.objects.filter(placements__employer=setting.northshire):
        assert one.reference in amira
        assert one.reference not in lena
        assert one.nqsw.last_name not in lena
    rows = [re.findall(r">\s*([^<>]+?)\s*</t[dh]", row) for row in lena.split("<tr")]
    assert ["Registration", "Paid", "1", "£1,000"] in rows
    assert ["Registration", "Owed, in the next batch", "2", "£2,000"] in rows
    assert reverse("line", args=[line.pk]) not in lena
    assert _as(setting.lena).get(reverse("line", args=[line.pk])).status_code == 404


def test_a_neighbours_statement_and_line_are_refused(setting: Cast, released: Batch) -> None:
    line = released.lines.get(employer=setting.northshire)
    theirs = [
        reverse("statement", args=[setting.northshire.pk, "2026-27"]),
        reverse("statement_of", args=[setting.northshire.pk]),
        reverse("line", args=[line.pk]),
    ]
    see_all = {setting.omar, setting.priya, setting.udo}
    own = {setting.amira}
    for user in setting.everybody():
        for url in theirs:
            sums = user == setting.lena and url != theirs[2]
            expected = (200, 302) if user in see_all | own or sums else (404,)
            assert _as(user).get(url).status_code in expected, f"{user} {url}"
    for url in theirs:
        assert Client().get(url).headers["Location"].startswith("/sign-in") or Client().get(url).status_code == 302


def test_a_batch_whose_file_was_taken_offers_no_cancelling(setting: Cast, ready: Batch) -> None:
    omar, page = _as(setting.omar), reverse("batch", args=[ready.pk])
    assert "Cancel this batch" in _text(omar, page)
    omar.post(reverse("batch_file", args=[ready.pk]))
    assert "Cancel this batch" not in _text(omar, page)
    refused = _text(omar, reverse("batch_cancel", args=[ready.pk]))
    assert "downloaded the file" in refused
    assert "<form" not in refused.partition("<main")[2].partition("</main")[0]


def test_every_download_leaves_a_trace(setting: Cast, ready: Batch) -> None:
    _as(setting.omar).post(reverse("batch_file", args=[ready.pk]))
    assert AuditEvent.objects.filter(act="payments.download_file", actor=setting.omar).count() == 1


def test_vendor_details_through_the_pages(cast: Cast) -> None:
    omar, priya = _as(cast.omar), _as(cast.priya)
    assert "No vendor details are held yet" in _text(omar, "/payments/payees")
    wrong = omar.post("/payments/payees/propose", {"employer": cast.northshire.pk, "vendor_number": "!"})
    assert "must be 4 to 12 letters" in wrong.content.decode()
    omar.post("/payments/payees/propose", {"employer": cast.northshire.pk, "vendor_number": "vn 12345"})
    payee = Payee.objects.get()
    page = reverse("payee", args=[payee.pk])
    assert "Verify" not in _text(omar, page)
    assert "Verify" in _text(priya, page)
    call = {"called_back_on_day": "14", "called_back_on_month": "9", "called_back_on_year": "2026", "note": "Desk."}
    call |= {"contact": f"person-{cast.amira.pk}", "spoke_to": "Finance manager"}
    assert priya.post(f"{page}/verify", call).status_code == 302
    assert "In use since 14 September 2026" in _text(omar, "/payments/payees")
    assert "already been verified" in priya.post(f"{page}/refuse", {"reason": "No."}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, count: int) -> None:
    make.setting(cast, now=NOW)
    for number in range(count):
        make.registered(cast, now=NOW, number=number)
    batch = make.submitted(cast, now=NOW)
    for number in range(count):
        make.registered(cast, now=NOW, number=10 + number)
    pages = {
        "payments": (cast.omar, "/payments"),
        "batch": (cast.omar, reverse("batch", args=[batch.pk])),
        "payees": (cast.omar, "/payments/payees"),
        "ledger": (cast.omar, "/payments/ledger"),
        "statement": (cast.amira, reverse("statement", args=[cast.northshire.pk, "2026-27"])),
        "line": (cast.amira, reverse("line", args=[batch.lines.first().pk])),
    }
    done = {}
    for name, (user, url) in pages.items():
        client = _as(user)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        done[name] = len(queries)
    assert done == {"payments": 17, "batch": 18, "payees": 13, "ledger": 10, "statement": 19, "line": 13}
