"""Letters that left and came back: who tells us, what is kept, and who sees it."""

import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.cache import caches
from django.urls import reverse

from accounts import letter_queries, notices, presenters, roles
from accounts.api import receipts as door
from accounts.models import Notice, Receipt
from accounts.notify import Report
from accounts.services import addresses, invitations, mail, receipts
from accounts.states import Delivery
from accounts.waiting import found
from asye import clock
from tests.accounts.notify_says import KEY, TEMPLATE, TOKEN, notify, report
from tests.cast import NOW, TODAY, build
from tests.ground.built_once import built_once

A_DAY = timedelta(days=1)
AT = "/api/letters/receipts"
MARK = r"Letters come back\s*</strong>"
GONE, FULL, FAILED, ARRIVED = Delivery.PERMANENT, Delivery.TEMPORARY, Delivery.TECHNICAL, Delivery.DELIVERED


@pytest.fixture(autouse=True)
def _set(settings):
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    caches["api"].clear()
    with clock.moved_to(NOW + 3 * A_DAY):
        yield


def to(person, *, leaves=True):
    letter = notices.queue(notices.PasswordChanged(), to=person, now=NOW)
    if leaves:
        mail.send_pending(NOW)
    return letter


def came_back(letter, status=GONE, at=NOW, *, now=NOW + 3 * A_DAY):
    assert receipts.take(Report(uuid4(), letter.reference, status, at), now=now)


@built_once
def bens(cast):
    return to(cast.ben)


def post(client, said, token=TOKEN, **more):
    body = said if isinstance(said, (str, bytes)) else json.dumps(said)
    headers = {"authorization": f"Bearer {token}"} if token is not None else {}
    return client.post(AT, body, content_type="application/json", headers=headers, **more)


class TestLeavingByNotify:
    @pytest.fixture
    def server(self, settings):
        settings.DEMO = False
        settings.MAIL_BY, settings.NOTIFY_API_KEY, settings.NOTIFY_TEMPLATE = "notify", KEY, TEMPLATE
        with notify() as server:
            settings.NOTIFY_URL = server.url
            yield server

    def test_it_works(self, server, cast):
        letter = to(cast.ben)
        (taken,) = server.taken
        assert (taken["email_address"], taken["reference"]) == ("ben@northshire.example", str(letter.reference))
        assert taken["personalisation"] == {"subject": "Your password was changed", "body": letter.body}
        letter.refresh_from_db()
        assert (letter.sent_at, letter.failed_because) == (NOW, "")

    @pytest.mark.parametrize(
        ("status", "because"),
        [(429, "NotifyBusy"), (400, "NotifyRefused"), (403, "NotifyRefused"), (500, "NotifyFault")],
    )
    def test_what_it_does_not_take_is_tried_again_under_the_same_reference(self, server, cast, status, because):
        server.next_answers = [status]
        letter = to(cast.ben)
        letter.refresh_from_db()
        assert (letter.sent_at, letter.failed_because) == (None, because)
        assert mail.send_pending(NOW + timedelta(minutes=1)) == 1
        assert [one["reference"] for one in server.taken] == [str(letter.reference)]

    def test_one_that_cannot_be_reached(self, server, settings, cast):
        settings.NOTIFY_URL = "http://127.0.0.1:9"
        letter = to(cast.ben)
        letter.refresh_from_db()
        assert letter.failed_because == "NotifyFault"


class TestTheDoor:
    def test_it_works_and_twice_is_as_once(self, client, bens):
        said = report(bens.reference, GONE, NOW + A_DAY)
        for _ in range(2):
            assert post(client, said).status_code == 204
        kept = Receipt.objects.get()
        assert (kept.notice_id, kept.carried_as, kept.status) == (bens.pk, UUID(said["id"]), "permanent-failure")
        assert (kept.completed_at, kept.received_at) == (NOW + A_DAY, NOW + 3 * A_DAY)

    @pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], f"{TOKEN}x", "ä" * 32])
    def test_a_forged_token_is_refused_before_anything_is_read(self, client, bens, token):
        answer = post(client, b"{" * 100_000, token)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert not Receipt.objects.exists()

    def test_another_scheme_is_refused_and_an_empty_setting_lets_nobody_in(self, client, bens, settings):
        said = json.dumps(report(bens.reference, GONE, NOW))
        headers = {"authorization": f"Basic {TOKEN}"}
        assert client.post(AT, said, content_type="application/json", headers=headers).status_code == 401
        settings.NOTIFY_CALLBACK_TOKEN = ""
        assert post(client, said, "").status_code == 401
        assert post(client, said).status_code == 401

    def test_what_is_none_of_our_letters(self, client, cast, bens):
        waiting = to(cast.dev, leaves=False)
        for reference in (uuid4(), None, "", "12345678", waiting.reference):
            assert post(client, report(reference, GONE, NOW)).status_code == 404
        assert not Receipt.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"status": "sending"},
            {"status": None},
            {"status": ["delivered"]},
            {"id": "1"},
            {"id": None},
            {"notification_type": "sms"},
            {"completed_at": "yesterday"},
            {"completed_at": "2026-02-30T12:00:00.000000Z"},
            {"completed_at": "2026-09-14T12:00:00"},
            {"completed_at": "0001-01-01T00:00:00+23:59"},
            {"completed_at": 5},
        ],
        ids=str,
    )
    def test_what_cannot_be_read_is_said_without_its_value(self, client, bens, wrong):
        answer = post(client, report(bens.reference, GONE, NOW) | wrong)
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith(next(iter(wrong)))
        assert not Receipt.objects.exists()

    @pytest.mark.parametrize(("body", "status"), [("[]", 422), ("{", 400), (b"\xff", 400), (b" " * 65_537, 413)])
    def test_what_is_no_report(self, client, bens, body, status):
        assert post(client, body).status_code == status

    def test_so_many_a_minute(self, client, bens, monkeypatch):
        monkeypatch.setattr(door, "A_MINUTE", 2)
        said = report(bens.reference, ARRIVED, NOW)
        assert [post(client, said).status_code for _ in range(3)] == [204, 204, 429]
        with clock.moved_to(NOW + 3 * A_DAY + timedelta(minutes=1)):
            assert post(client, said).status_code == 204

    def test_its_clock_may_be_ahead_of_ours_or_say_nothing(self, client, bens):
        now = NOW + 3 * A_DAY
        for at in (now + A_DAY, None):
            post(client, report(bens.reference, GONE, at))
        assert set(Receipt.objects.values_list("completed_at", flat=True)) == {now}


class TestWhatBecameOfIt:
    @pytest.mark.parametrize(
        ("reports", "says"),
        [
            ([(GONE, 1)], GONE),
            ([(FULL, 1)], FULL),
            ([(FAILED, 1)], None),
            ([(ARRIVED, 1)], None),
            ([(GONE, 1), (ARRIVED, 2)], None),
            ([(ARRIVED, 2), (GONE, 1)], None),  # out of order: what happened later counts, not what came later
            ([(GONE, 2), (ARRIVED, 1)], GONE),
            ([(GONE, 1), (ARRIVED, 1)], GONE),
            ([(GONE, 1), (FULL, 2)], FULL),
            ([(GONE, 1), (FAILED, 2)], GONE),
        ],
        ids=str,
    )
    def test_of_an_address(self, cast, reports, says):
        for status, days in reports:
            came_back(to(cast.ben), status, NOW + days * A_DAY)
        came_back(to(cast.dev), ARRIVED, NOW + 2 * A_DAY)  # somebody else's arrive
        wanted = {} if says is None else {cast.ben.email: says}
        assert letter_queries.why_they_come_back([cast.ben.email, cast.dev.email]) == wanted

    def test_another_address_clears_it(self, cast, bens):
        came_back(bens)
        addresses.change(cast.ben, "ben.okafor@northshire.example", by=cast.ben, now=NOW)
        cast.ben.refresh_from_db()
        assert letter_queries.why_they_come_back([cast.ben.email]) == {}

    def test_what_a_letter_says(self, cast, bens):
        def state():
            return presenters.notice_state(letter_queries.letters().get(pk=bens.pk))

        assert state() == "Sent 14 September 2026 at 11am"
        came_back(bens, FULL, NOW + A_DAY)
        assert state() == (
            "Came back 15 September 2026 at 11am. For three days the mailbox was full or its server did not take it"
        )
        came_back(bens, ARRIVED, NOW + 2 * A_DAY)
        assert state() == "Arrived 16 September 2026 at 11am"


class TestWhoSeesIt:
    def test_staff_see_which_came_back_and_why_newest_first(self, client, cast, bens):
        came_back(bens, FULL, NOW + A_DAY)
        came_back(to(cast.cal), GONE, NOW + 2 * A_DAY)
        came_back(to(cast.dev), ARRIVED, NOW + 2 * A_DAY)
        came_back(to(cast.ben), ARRIVED, NOW + 2 * A_DAY)
        client.force_login(cast.adele)
        rows = client.get(reverse("mail_returned")).context["rows"]
        assert [row[1:] for row in rows] == [
            [cast.cal.email, "16 September 2026 at 11am", GONE.label, ""],
            [cast.ben.email, "15 September 2026 at 11am", FULL.label, "A later letter arrived"],
        ]

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_costs_the_same_however_long(self, client, cast, count, django_assert_num_queries):
        for _ in range(count):
            came_back(to(cast.ben))
        client.force_login(cast.adele)
        client.get(reverse("account"))
        with django_assert_num_queries(10):
            client.get(reverse("mail_returned"))

    def test_where_nobody_reports_the_page_says_so(self, client, cast, settings):
        settings.DEMO = False
        client.force_login(cast.adele)
        said = []
        for settings.MAIL_BY in ("smtp", "notify"):
            said.append("does not report" in client.get(reverse("mail_returned")).content.decode())
        assert said == [True, False]

    def test_it_is_shown_in_pages(self, client, cast, bens, monkeypatch):
        monkeypatch.setattr("accounts.views.mail.A_PAGE", 1)
        for days in (1, 2):
            came_back(bens, GONE, NOW + days * A_DAY)
        client.force_login(cast.adele)
        second = client.get(reverse("mail_returned"), {"page": 2}).context["rows"]
        assert [row[2] for row in second] == ["15 September 2026 at 11am"]

    def test_a_coordinator_sees_it_of_her_people_and_not_of_the_neighbours(self, client, cast, bens):
        fay = invitations.invite("fay@p.example", "F", "F", roles.ASSESSOR, cast.northshire, by=cast.amira, now=NOW)[0]
        mail.send_pending(NOW)
        for letter in (bens, to(cast.cal), letter_queries.letter_of(fay)):
            came_back(letter)
        client.force_login(cast.amira)
        page = client.get(reverse("people_of", args=[cast.northshire.pk]))
        assert page.context["came_back"] == [
            "ben@northshire.example: there is no such address, or its server refuses our letters for good.",
            "fay@p.example: there is no such address, or its server refuses our letters for good.",
        ]
        text = page.content.decode()
        assert len(re.findall(MARK, text)) == 2
        assert cast.cal.email not in text
        sent = client.get(reverse("invitation_sent", args=[fay.pk])).content.decode()
        assert "Came back on 14 September 2026 at 11am. There is no such address" in sent

    def test_it_waits_for_whoever_can_mend_it(self, cast, bens):
        fay = invitations.invite("fay@p.example", "F", "F", roles.ASSESSOR, cast.northshire, by=cast.amira, now=NOW)[0]
        mail.send_pending(NOW)
        for letter in (bens, to(cast.cal), to(cast.erin), letter_queries.letter_of(fay)):
            came_back(letter)

        def waits(person):
            (mine,) = found([letter_queries.FOR_PERSON], person, roles.ALL, TODAY)
            return [(task.what, task.about, task.url) for task in mine.tasks]

        assert waits(cast.amira) == [
            (letter_queries.ASK, "Ben Okafor", f"/people/at/{cast.northshire.pk}"),
            (
                "Check an email address: the invitation came back",
                "fay@p.example",
                f"/people/invitations/{fay.pk}",
            ),
        ]
        assert waits(cast.cora) == [(letter_queries.ASK, "Cal Penrose", f"/people/at/{cast.southmouth.pk}")]
        assert waits(cast.adele) == [(letter_queries.ASK, "Erin Doyle", f"/people/{cast.erin.pk}")]
        assert waits(cast.lena) == waits(cast.ben) == []

    def test_an_administrator_sees_it_of_a_person(self, client, cast, bens):
        came_back(bens)
        client.force_login(cast.adele)
        page = client.get(reverse("person", args=[cast.ben.pk])).content.decode()
        assert "Letters come back from ben@northshire.example: there is no such address" in page
        assert len(re.findall(MARK, client.get(reverse("people")).content.decode())) == 1


class TestWalls:
    @pytest.fixture
    def letter(self, transactional_db):
        cast = build()
        letter = to(cast.ben)
        came_back(letter)
        to(cast.dev, leaves=False)
        return letter

    def test_the_database_refuses_what_cannot_be(self, letter, app_sql, owner_sql):
        insert = (
            "INSERT INTO accounts_receipt (notice_id, carried_as, status, completed_at, received_at) SELECT id, "
            "gen_random_uuid(), '{}', {}, '2026-09-14' FROM accounts_notice WHERE attempts {} 0"
        )
        same = "INSERT INTO accounts_receipt (notice_id, carried_as, status, completed_at, received_at) SELECT "
        same += "notice_id, carried_as, status, completed_at, received_at FROM accounts_receipt"
        statements = [
            (insert.format("delivered", "'2026-09-15'", ">"), "23514"),  # in the future
            (insert.format("sending", "'2026-09-13'", ">"), "23514"),
            (insert.format("delivered", "'2026-09-13'", "="), "23001"),  # of a letter that never left
            (same, "23505"),
            ("UPDATE accounts_notice SET reference = gen_random_uuid()", "23001"),
            ("UPDATE accounts_receipt SET status = 'delivered'", "42501 23001"),
            ("DELETE FROM accounts_receipt", "42501 23001"),
            ("TRUNCATE accounts_receipt", "42501 23001"),
        ]
        for connection in (app_sql, owner_sql):
            for statement, codes in statements:
                with pytest.raises(psycopg.Error) as error:
                    connection.execute(statement)
                assert error.value.sqlstate in codes.split(), statement
        app_sql.execute(insert.format("delivered", "'2026-09-13'", ">"))  # such a one is taken
        assert Receipt.objects.count() == 2
        assert Notice.objects.exclude(reference=letter.reference).count() == 1
