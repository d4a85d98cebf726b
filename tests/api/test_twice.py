"""The same request sent twice is done once: replayed, refused with another body, raced, forgotten."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import ApiAnswer
from accounts.tasks import purge_api_answers
from asye import clock
from registrations.models import ProgrammeYear, Registration
from tests.api.asking import System, body_of, make_key
from tests.cast import NOW, TODAY, Cast, build
from tests.factories import registrations as make

Body = Callable[..., dict[str, Any]]


@pytest.mark.django_db
def test_the_same_again_is_answered_as_before(year: ProgrammeYear, north: System, body: Body) -> None:
    first = north.ask("POST", "/registrations", body(), Idempotency_Key="one")
    again = north.ask("POST", "/registrations", body(), Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert Registration.objects.count() == 1
    kept = ApiAnswer.objects.get()
    assert "one" not in (kept.key_digest, kept.request_digest)
    assert first.json()["swe_number"].encode() not in bytes(kept.body)
    other = north.ask("POST", "/registrations", body(), Idempotency_Key="two")
    assert other.json()["errors"][0]["field"] == "swe_number"


@pytest.mark.django_db
def test_another_body_or_address_under_the_same_key(
    cast: Cast, year: ProgrammeYear, north: System, south: System, body: Body
) -> None:
    made = north.send("/registrations", body(), 201, Idempotency_Key="one")
    for path, sent in (
        ("/registrations", body(1)),
        (f"/registrations/{made['id']}/withdraw", {"version": 1, "on": str(TODAY), "because": "x"}),
    ):
        refused = north.ask("POST", path, sent, Idempotency_Key="one")
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    theirs = body_of(make.answers(cast.cal, number=2, on=TODAY), cast.cal)
    assert south.send("/registrations", theirs, 201, Idempotency_Key="one")["id"] != made["id"]


@pytest.mark.django_db
def test_what_was_refused_may_be_sent_again_corrected(year: ProgrammeYear, north: System, body: Body) -> None:
    refused = north.ask("POST", "/registrations", body(previous="failed"), Idempotency_Key="one")
    assert refused.status_code == 422
    assert north.send("/registrations", body(), 201, Idempotency_Key="one")["stage"] == "being_checked"


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", ["", "a b", "x" * 201, "caf\u00e9"])
def test_without_a_good_key_nothing_is_done(year: ProgrammeYear, north: System, body: Body, chosen: str) -> None:
    refused = north.ask("POST", "/registrations", body(), Idempotency_Key=chosen)
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key")
    assert not Registration.objects.exists()


@pytest.mark.django_db
def test_answers_are_forgotten_after_two_days(year: ProgrammeYear, north: System, body: Body) -> None:
    north.send("/registrations", body(), 201, Idempotency_Key="one")
    with clock.moved_to(NOW + timedelta(days=2)):
        purge_api_answers()
        assert north.ask("POST", "/registrations", body(), Idempotency_Key="one").headers["Idempotent-Replayed"]
    with clock.moved_to(NOW + timedelta(days=2, seconds=1)):
        assert north.ask("POST", "/registrations", body(), Idempotency_Key="one").status_code == 422
        purge_api_answers()
        assert not ApiAnswer.objects.exists()


@pytest.mark.django_db
def test_an_answer_that_cannot_be_read_any_more_is_not_done_again(
    year: ProgrammeYear, north: System, body: Body, settings: Any
) -> None:
    north.send("/registrations", body(), 201, Idempotency_Key="one")
    settings.SECRET_KEY = "another-secret-another-secret-another-secret-another"
    refused = north.ask("POST", "/registrations", body(), Idempotency_Key="one")
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_gone")
    assert Registration.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twins_at_once_are_one_registration() -> None:
    cast = build()
    make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    secret = make_key(cast.northshire, cast.amira).secret
    sent = body_of(make.answers(cast.ben, number=0, on=TODAY), cast.ben)
    answers: list[Any] = []
    start = threading.Barrier(4, timeout=60)

    def send() -> None:
        start.wait()
        try:
            with clock.moved_to(NOW):
                answers.append(System(secret).ask("POST", "/registrations", sent, Idempotency_Key="one"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.status_code for each in answers] == [201] * 4, [each.content for each in answers]
    assert all(each.json() == answers[0].json() for each in answers)
    assert sorted("Idempotent-Replayed" in each.headers for each in answers) == [False, True, True, True]
    assert Registration.objects.count() == ApiAnswer.objects.count() == 1
