"""Once more after a fail, and again after a withdrawal: who allows it, and what it does to dates and money."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Notice
from assessments.models import Outcome
from assessments.services import appeals, second_attempts
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from payments.models import Batch, Line
from payments.queries import owed
from registrations import second_attempt_queries, simulator
from registrations.bulk import checking
from registrations.models import AllowedAgain, ProgrammeYear, Registration, RegistrationDraft
from registrations.rules import taken
from registrations.rules.answers import Previous
from registrations.services import bulk
from registrations.services.second_attempts import allow as allow_without_outcome
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.ground.browser import Look, go_on, look_wide_and_narrow
from tests.ground.built_once import built_once
from tests.payments.test_changes import text_of
from tests.registrations.bulk.people import checked, confirmed, csv, found, person
from tests.registrations.test_wizard import given

pytestmark = pytest.mark.django_db
FAILED_AT = NOW + timedelta(days=1)
LATER = NOW + timedelta(days=40)  # after the last day to appeal
ON = LATER.date()
UNTIL = ON + timedelta(days=20)
PERSON = simulator.people()[0]
LIST = 11
NAMED = {"first_name": PERSON.first_name, "last_name": PERSON.last_name}


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock.moved_to(LATER):
        yield


def ended(registration: Registration, result: str, cast: Cast) -> Registration:
    """Noor's year at Northshire, ended with a result."""
    make.completed(Registration.objects.get(pk=registration.pk), result, cast, now=FAILED_AT)
    return Registration.objects.get(pk=registration.pk)


@built_once
def failed(cast: Cast, registration: Registration, first_paid: Batch) -> Registration:
    """Noor's year at Northshire, paid for once and ended with a fail."""
    return ended(registration, "fail", cast)


@built_once
def passed(cast: Cast, registration: Registration, first_paid: Batch) -> Registration:
    """Noor's year at Northshire, paid for once and ended with a pass."""
    return ended(registration, "pass", cast)


def failed_in(cast: Cast, **year: object) -> Registration:
    """Paid for once and ended with a fail, in a year of its own."""
    make.setting(cast, now=NOW, **year)
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    return ended(registration, "fail", cast)


def allow(cast: Cast, **changed: Any) -> AllowedAgain:
    said = {"employer": cast.southmouth, "until": UNTIL, "because": "Another team.", "now": LATER, **changed}
    return second_attempts.allow(said.pop("number", PERSON.number), by=said.pop("by", cast.erin), **said)


def again(cast: Cast, **changed: Any) -> Registration:
    said = {"previous": Previous.FAILED, "now": LATER, **changed}
    return make_registrations.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, **said)


def test_it_works(cast: Cast, failed: Registration) -> None:
    with pytest.raises(Refused, match="only once a caseworker has allowed it"):
        again(cast)
    with pytest.raises(Refused) as refused:
        again(cast, previous=Previous.NONE)
    assert str(refused.value) == taken.HAS_OUTCOME
    allowed = allow(cast)
    assert (allowed.failed, allowed.employer) == (failed, cast.southmouth)
    told = Notice.objects.filter(kind__endswith="again_allowed")
    assert {notice.user for notice in told} == {cast.cora, cast.noor}
    with pytest.raises(Refused) as refused:
        again(cast, previous=Previous.NONE)
    assert (refused.value.field, str(refused.value)) == ("previous", taken.SAY_FAILED)
    second = again(cast)
    assert second.nqsw == failed.nqsw
    (reason,) = [each for each in second.verdict_reasons if each["rule"] == "E10"]
    assert reason["sentence"] == "A caseworker has allowed a second attempt."
    failed.refresh_from_db()
    assert (failed.end_reason, Outcome.objects.get().result) == ("outcome_confirmed", "fail")


def test_what_was_paid_is_not_owed_again_and_the_rest_is_owed_once(cast: Cast, failed: Registration) -> None:
    allow(cast)
    second = make_registrations.approved(again(cast), by=cast.erin, now=LATER)
    assert owed(LATER) == []
    make.completed(second, "pass", cast, now=LATER + timedelta(days=1), by=cast.sol)
    (due,) = owed(LATER + timedelta(days=1))
    assert (due.milestone, due.registration_id, due.employer_name) == ("completion", second.pk, cast.southmouth.name)


def test_only_a_caseworker_allows_it(cast: Cast, failed: Registration) -> None:
    for by in cast.everybody():
        if by != cast.erin:
            with pytest.raises(NotAllowed):
                allow(cast, by=by)
    assert not AllowedAgain.objects.exists()


def test_nobody_else_at_no_other_employer_and_not_for_ever(cast: Cast, failed: Registration) -> None:
    allow(cast, employer=cast.northshire)
    with pytest.raises(Refused, match="only once a caseworker"):
        again(cast)
    allow(cast)
    with pytest.raises(Refused, match="only once a caseworker"):
        again(cast, number=1)
    with pytest.raises(Refused, match="only once a caseworker"):
        again(cast, now=LATER + timedelta(days=21))


def test_a_leave_is_for_one_fail(cast: Cast, failed: Registration) -> None:
    allow(cast)
    second = make_registrations.approved(again(cast), by=cast.erin, now=LATER)
    make.completed(second, "fail", cast, now=LATER + timedelta(days=1), by=cast.sol)
    with pytest.raises(Refused, match="only once a caseworker"):
        again(cast, now=LATER + timedelta(days=2), asye_start=ON + timedelta(days=2))


def test_only_a_fail_that_stands(cast: Cast, failed: Registration) -> None:
    with pytest.raises(Refused, match="can be appealed against until 13 October 2026"):
        allow(cast, now=FAILED_AT)
    appeals.open_(failed.outcomes.get(), grounds="Unfair.", by=cast.noor, now=FAILED_AT)
    with pytest.raises(Refused, match="open appeal"):
        allow(cast)


def test_who_is_registered_now_and_what_is_allowed_already(cast: Cast, failed: Registration) -> None:
    allow(cast)
    with pytest.raises(Refused, match="may register this person until 13 November 2026 already"):
        allow(cast)
    again(cast)
    with pytest.raises(Refused, match="registered now"):
        allow(cast, employer=cast.northshire)


def test_only_the_newest_year_with_an_outcome_is_followed(cast: Cast, failed: Registration) -> None:
    with pytest.raises(Stale):
        allow_without_outcome(PERSON.number, cast.southmouth, UNTIL, "So.", failed=None, by=cast.erin, now=LATER)


def test_it_is_in_the_history_but_not_for_the_employer_they_left(
    cast: Cast, failed: Registration, client: Client
) -> None:
    allow(cast)
    assert AuditEvent.objects.get(act="registrations.allow_again").object_id == failed.pk
    url = reverse("registration_history", args=[failed.pk])
    for user, sees in ((cast.erin, True), (cast.noor, True), (cast.amira, False)):
        client.force_login(user)
        assert ("Second attempt allowed" in text_of(client.get(url))) == sees
    client.force_login(cast.noor)
    held = text_of(client.get(reverse("my_details")))
    assert "A second attempt at Southmouth, until 13 November 2026 Another team. Erin Doyle" in held
    second = again(cast)
    client.force_login(cast.erin)
    assert failed.reference in text_of(client.get(reverse("registration", args=[second.pk])))
    client.force_login(cast.cora)
    assert failed.reference not in text_of(client.get(reverse("registration", args=[second.pk])))


def day(name: str, when: date) -> dict[str, object]:
    return {f"{name}_{part}": getattr(when, part) for part in ("day", "month", "year")}


def test_the_caseworker_sees_what_it_does_before_it_is_allowed(
    cast: Cast, failed: Registration, client: Client
) -> None:
    client.force_login(cast.erin)
    url = reverse("registration_again_allow")
    typed = {"swe_number": f" {PERSON.number.lower()} ", "employer": cast.southmouth.pk, "because": "Another team."}
    assert "with SW" in text_of(client.post(url, {**typed, **day("until", UNTIL), "swe_number": "12"}))
    words = text_of(client.post(url, {**typed, **day("until", UNTIL)}))
    for sentence in (
        f"failed {failed.reference}. The outcome was confirmed on 15 September 2026, and it stands.",
        "The new year can start on 15 September 2026 or later.",
        "They can be registered for 2026-27, which is open until 31 March 2027.",
        "The first payment of £1,000 was made for an earlier registration of this person.",
        "The second payment of £1,000 is owed once the outcome is confirmed, if it is a pass.",
    ):
        assert sentence in words
    assert not AllowedAgain.objects.exists()
    answer = client.post(url, {**typed, **day("until", UNTIL), "confirmed": "yes"}, follow=True)
    assert "The second attempt is allowed." in text_of(answer)
    assert PERSON.number in text_of(answer)


def test_the_coordinator_sees_what_it_does_before_it_is_sent(cast: Cast, failed: Registration, client: Client) -> None:
    allow(cast)
    client.force_login(cast.cora)
    words = text_of(client.get(filled(cast, client, previous="failed")))
    for sentence in (
        "It is a whole new year. The earlier one stays in their history, and nothing of it counts.",
        "The ASYE starts 10 October 2026",
        "Final review 10 October 2027",
        "The first payment of £1,000 was made for an earlier registration of this person. It is made once in a",
        "The second payment of £1,000 is owed once the outcome is confirmed, if it is a pass.",
    ):
        assert sentence in words
    assert "Northshire" not in words


def filled(cast: Cast, client: Client, *, previous: str) -> str:
    """The address of the last page of a draft about Noor, begun at Southmouth, with every question answered."""
    client.post(reverse("registration_start"))
    draft = RegistrationDraft.objects.latest("id")
    start = ON - timedelta(days=14)
    answers = {
        **given(cast),
        "employment": day("employment_start", start),
        "start": day("asye_start", start),
        "assessor": {"assessor": cast.cal.pk},
        "before": {"previous": previous},
    }
    draft.data = {key: {name: str(value) for name, value in raw.items()} for key, raw in answers.items()}
    draft.save(update_fields=["data"])
    return reverse("registration_draft_check", args=[draft.pk])


def test_in_a_file(cast: Cast, failed: Registration) -> None:
    """The same sentences by row and column; allowed, the row is registered with the others."""
    row = {"swe_number": PERSON.number, "previous": "They have failed one", "asye_start": "2026-10-01"}
    content = csv([person(1), {**person(2), **row}])
    upload = checked(cast.northshire, content, by=cast.amira, now=LATER)
    assert [(row, reason) for row, _, reason in found(upload)] == [
        (3, "This person already has an outcome of an ASYE, so they cannot be registered again."),
        (3, "They have failed an ASYE before. A second attempt is possible only once a caseworker has allowed it."),
    ]
    allow(cast, employer=cast.northshire)
    upload = bulk.check_again(upload, by=cast.amira, now=LATER)
    checking.check_pending(LATER)
    upload.refresh_from_db()
    assert confirmed(upload, by=cast.amira, now=LATER).registered == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"until": ON - timedelta(days=1)}, "until"), ({"because": " "}, "because")],
)
def test_bad_input(cast: Cast, failed: Registration, changed: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        allow(cast, **changed)
    assert refused.value.field == field


def test_after_a_pass_there_is_nothing_to_attempt(cast: Cast, passed: Registration) -> None:
    with pytest.raises(Refused, match="has passed"):
        allow(cast)


def test_a_pass_in_any_other_year_ends_it(cast: Cast, passed: Registration) -> None:
    """Records from before the service come in any order: the later id is not the later year."""
    earlier = Registration.objects.get(pk=passed.pk)
    earlier.pk, earlier.reference, earlier._state.adding = None, None, True
    earlier.ended_on = passed.ended_on - timedelta(days=300)
    earlier.state, earlier.decided_at, earlier.decided_by = "submitted", None, None
    earlier.save()
    assert second_attempt_queries.last_with_outcome(passed.nqsw) == passed
    with pytest.raises(Refused, match="has passed"):
        allow(cast)


def test_a_fail_that_was_paid_leaves_nothing_to_pay(cast: Cast) -> None:
    first = failed_in(cast, on_fail="pay")
    make.confirmed(cast, now=FAILED_AT)
    allow(cast)
    second = make_registrations.approved(again(cast), by=cast.erin, now=LATER)
    make.completed(second, "pass", cast, now=LATER + timedelta(days=1), by=cast.sol)
    assert owed(LATER + timedelta(days=1)) == []
    assert Line.objects.filter(registration=first).count() == 2


def test_a_year_that_allows_nobody_a_second_attempt(cast: Cast) -> None:
    failed_in(cast, second_attempt=ProgrammeYear.SecondAttempt.NEVER)
    with pytest.raises(Refused, match="2026-27 allows nobody a second attempt after a fail"):
        allow(cast)
    with pytest.raises(Refused, match="2026-27 allows nobody a second attempt after a fail"):
        again(cast)


def test_a_fail_from_before_the_service(cast: Cast, open_year: None) -> None:
    with pytest.raises(Refused, match="only once a caseworker"):
        again(cast)
    assert allow(cast).failed is None
    assert again(cast).verdict == "fundable"


def test_a_restart_after_a_withdrawal_on_the_pages(cast: Cast, client: Client) -> None:
    """Paid once, withdrawn, registered again elsewhere and approved: one payment, two years in the history."""
    make.setting(cast, now=NOW, on_withdrawal="keep")
    first = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    make_registrations.withdrawn(first, by=cast.amira, now=FAILED_AT)
    client.force_login(cast.cora)
    url = filled(cast, client, previous="started")
    words = text_of(client.get(url))
    assert "It is a whole new year. The earlier one stays in their history" in words
    assert "The first payment of £1,000 was made for an earlier registration of this person." in words
    assert "Registration sent" in text_of(client.post(url, {"version": 1}, follow=True))
    second = Registration.objects.latest("id")
    assert (second.nqsw_id, second.pk != first.pk, second.verdict) == (first.nqsw_id, True, "fundable")
    make_registrations.approved(second, by=cast.erin, now=LATER)
    assert owed(LATER) == []
    assert first.nqsw.registrations.count() == 2


def test_a_restart_after_a_withdrawal_in_a_file(cast: Cast, open_year: None) -> None:
    """Never paid before: owed for the new year, and to the employer of that one."""
    first = make.registered(cast, now=NOW, at="southmouth")
    make_registrations.withdrawn(first, by=cast.cora, now=FAILED_AT)
    row = {"swe_number": PERSON.number, "previous": "They started one and did not finish it", **NAMED}
    early = checked(cast.northshire, csv([{**person(2), **row}]), by=cast.amira, now=LATER)
    assert [reason for _, _, reason in found(early)] == [taken.WITHIN_EARLIER.partition(". ")[0] + "."]
    upload = checked(cast.northshire, csv([{**person(2), **row, "asye_start": "2026-10-01"}]), by=cast.amira, now=LATER)
    assert confirmed(upload, by=cast.amira, now=LATER).registered == 1
    second = Registration.objects.latest("id")
    assert second.nqsw_id == first.nqsw_id
    make_registrations.approved(second, by=cast.erin, now=LATER)
    assert [(due.milestone, due.employer_name) for due in owed(LATER)] == [("registration", cast.northshire.name)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sql", ["app_sql", "owner_sql"])
def test_it_stays_as_it_was_allowed(
    request: pytest.FixtureRequest, cast: Cast, registration: Registration, sql: str
) -> None:
    allow(cast, number=simulator.people()[1].number)
    connected = request.getfixturevalue(sql)
    for change in (
        "UPDATE registrations_allowedagain SET until = until + 1",
        "DELETE FROM registrations_allowedagain",
        f"""INSERT INTO registrations_allowedagain (swe_number, employer_id, failed_id, until, because, allowed_by_id,
            allowed_at) SELECT '{PERSON.number}', employer_id, {registration.pk}, until, because, allowed_by_id,
            allowed_at FROM registrations_allowedagain""",
    ):
        with pytest.raises(psycopg.Error):
            connected.execute(change)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, open_year: None, client: Client, count: int) -> None:
    for number in range(count):
        allow(cast, number=simulator.people()[number].number)
    client.force_login(cast.udo)
    url = reverse("registration_again_allowed")
    client.get(url)
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    assert len(made) == LIST


def test_accessible(looked_at: Look, cast: Cast) -> None:
    """Every page as a caseworker reaches it, in a browser: empty, wrong, to be confirmed and done."""
    make.setting(cast, now=NOW)
    looked_at(cast.erin, "registration_again_allowed")
    page = looked_at(cast.erin, "registration_again_allow", press="Continue")
    page.get_by_label("Social Work England number").fill(PERSON.number)
    page.get_by_label("Which employer registers them?").select_option("Southmouth")
    for part in ("day", "month", "year"):
        page.get_by_label(part.capitalize()).fill(str(getattr(UNTIL, part)))
    page.get_by_label("Why?").fill("They failed before the service began.")
    go_on(page, "Continue")
    look_wide_and_narrow(page, "what-a-second-attempt-does")
    assert "No outcome of this person is recorded here" in page.content()
    go_on(page, "Allow the second attempt")
    look_wide_and_narrow(page, "second-attempts")
    assert PERSON.number in page.content()
