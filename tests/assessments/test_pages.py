"""Pages of records and outcomes, as the people who use them see them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import User
from accounts.services import humans
from assessments.models import Certificate, Draft, Outcome, Record
from assessments.queries import schema_of, waiting_for, waits_on
from assessments.states import Part, RecordState
from asye import clock
from registrations.models import Registration
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts
from tests.factories import assessments as make

OBSERVATION = "direct_observation"


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def as_(client_for: type[Client]) -> Any:
    def sign_in(user: User) -> Client:
        client = client_for()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def posted(
    record: Record, part: Part, action: str, *, draft: int = 0, revision: int = 0, **changed: Any
) -> dict[str, Any]:
    """What the browser sends for this part's form."""
    data: dict[str, Any] = {"action": action, "seen_draft": draft, "seen_revision": revision}
    for key, value in make.content(schema_of(record), part, **changed).items():
        field = schema_of(record).field(key)
        if field and field.type == "date":
            data |= dict(zip((f"{key}_year", f"{key}_month", f"{key}_day"), value.split("-"), strict=True))
        elif isinstance(value, bool):
            data[key] = "yes" if value else "no"
        else:
            data[key] = value
    return data


def test_a_record_from_start_to_agreed(year: Registration, cast: Cast, as_: Any) -> None:
    ben, noor = as_(cast.ben), as_(cast.noor)
    page = ben.get(reverse("records", args=[year.pk])).content.decode()
    assert "Direct observation 1" in page
    begin = reverse("record_new", args=[year.pk, OBSERVATION, "1"])
    assert "What you are asked" in ben.get(begin).content.decode()
    edit = ben.post(begin).headers["Location"]
    record = Record.objects.get()
    assert edit == reverse("record_edit", args=[record.pk])
    saved = ben.post(edit, posted(record, Part.ASSESSOR, "save", seen="A calm visit."), follow=True).content.decode()
    assert "Saved 14 September 2026 at 11am" in saved
    assert "A calm visit." in saved
    assert "A calm visit." not in noor.get(reverse("record", args=[record.pk])).content.decode()
    done = ben.post(edit, posted(record, Part.ASSESSOR, "finish", draft=1, seen="A calm visit."), follow=True)
    assert "it waits for the NQSW" in done.content.decode()
    assert "A calm visit." in noor.get(edit).content.decode()
    done = noor.post(edit, posted(record, Part.NQSW, "finish", revision=1), follow=True).content.decode()
    assert "reads it and signs" in done
    sign = reverse("record_sign", args=[record.pk])
    assert "version 2" in noor.get(sign).content.decode()
    refused = noor.post(sign, {"seen_revision": 2}).content.decode()
    assert "Confirm that you have read this version" in refused
    noor.post(sign, {"seen_revision": 2, "agreed": "on"})
    done = ben.post(sign, {"seen_revision": 2, "agreed": "on"}, follow=True).content.decode()
    assert "the record is agreed" in done
    assert ben.post(begin).headers["Location"] == reverse("record", args=[record.pk])  # from a list of before
    assert "Signed by Noor Rahman on 14 September 2026 and Ben Okafor" in done
    done = ben.post(
        reverse("record_lock", args=[record.pk]), {"seen_version": Record.objects.get().version}, follow=True
    )
    assert "A co-ordinator of Northshire can reopen it" in done.content.decode()


def test_errors_name_their_question_and_keep_the_text(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.draft(year, OBSERVATION, now=NOW)
    data = posted(record, Part.ASSESSOR, "finish", seen="Kept text.", context="")
    data["observed_on_day"] = "31"
    page = as_(cast.ben).post(reverse("record_edit", args=[record.pk]), data).content.decode()
    assert "The date of the observation must be a real date" in page
    assert "Enter what kind of work was observed" in page
    assert "Kept text." in page
    assert '<a href="#context">' in page


def test_saving_asks_for_nothing(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.draft(year, OBSERVATION, now=NOW)
    edit = reverse("record_edit", args=[record.pk])
    as_(cast.ben).post(edit, {"action": "save", "seen_draft": 0, "seen_revision": 0, "seen": "Half a"})
    assert Draft.objects.get().content["seen"] == "Half a"
    optional = [field for field in schema_of(record).written_by(Part.NQSW) if not field.required]
    assert as_(cast.noor).get(edit).content.decode().count("(optional)") == len(optional)


def test_fault_t11_both_texts_are_shown_and_sending_again_settles_it(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.draft(year, "agreement", now=NOW)
    edit, noor = reverse("record_edit", args=[record.pk]), as_(cast.noor)
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW, if_things_go_wrong="Speak to Amira.")
    data = posted(record, Part.NQSW, "finish", if_things_go_wrong="Speak to each other.")
    answer = noor.post(edit, data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Speak to Amira." in page
    assert "Speak to each other." in page
    assert 'name="seen_revision" value="1"' in page
    noor.post(edit, {**data, "seen_revision": 1})
    record.refresh_from_db()
    assert record.current_revision.content["if_things_go_wrong"] == "Speak to each other."


def test_a_stale_page_is_refused(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.submitted(year, OBSERVATION, now=NOW)
    answer = as_(cast.noor).post(reverse("record_sign", args=[record.pk]), {"seen_revision": 1, "agreed": "on"})
    assert answer.status_code == 409
    assert "it is now version 2" in answer.content.decode()
    gone = as_(cast.noor).post(
        reverse("record_return", args=[record.pk]), {"seen_version": 1, "about_field": "whole", "reason": "Because."}
    )
    assert gone.status_code == 409
    assert "Load it again" in gone.content.decode()


def test_returning_and_reopening(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.submitted(year, OBSERVATION, now=NOW)
    data = {"seen_version": record.version, "about_field": "reflection", "reason": "Say what you would change."}
    done = as_(cast.ben).post(reverse("record_return", args=[record.pk]), data, follow=True).content.decode()
    assert "Returned by Ben Okafor on 14 September 2026: Say what you would change." in done
    assert "It is about the question" in done
    edit = as_(cast.noor).get(reverse("record_edit", args=[record.pk])).content.decode()
    assert "Ben Okafor sent this back" in edit
    make.records.submit(record, by=cast.noor, now=NOW)
    record.refresh_from_db()
    make.sign_all(record, now=NOW)
    reopen = reverse("record_reopen", args=[record.pk])
    assert as_(cast.ben).get(reopen).status_code == 403
    amira = as_(cast.amira)
    assert "Enter why the record is reopened" in amira.post(reopen, {"seen_version": record.version}).content.decode()
    done = amira.post(reopen, {"seen_version": record.version, "reason": "Wrong date."}, follow=True).content.decode()
    assert "Reopened by Amira Aslan" in done
    version = amira.get(reverse("record_version", args=[record.pk, 1])).content.decode()
    assert "A later version has taken its place" in version


def test_the_recommendation_is_released_with_the_outcome(
    year: Registration, recommendation: Record, cast: Cast, as_: Any
) -> None:
    noor = as_(cast.noor)
    for address in (
        reverse("record", args=[recommendation.pk]),
        reverse("record_version", args=[recommendation.pk, 1]),
    ):
        assert noor.get(address).status_code == 404
    assert "Recommendation" not in noor.get(reverse("records", args=[year.pk])).content.decode()
    assert not [
        task for task in [*waiting_for(cast.noor, TODAY), *waits_on(cast.noor, TODAY)] if "ecommend" in task.what
    ]
    make.outcomes.record_outcome(
        year,
        final_revision=recommendation.current_revision,
        result="pass",
        moderation_basis="agreed",
        notice_on=None,
        by=cast.lena,
        now=NOW,
    )
    assert noor.get(reverse("record", args=[recommendation.pk])).status_code == 200
    assert "Recommendation" in noor.get(reverse("records", args=[year.pk])).content.decode()
    assert as_(cast.lena).get(reverse("record", args=[recommendation.pk])).status_code == 404


def test_no_other_role_releases_ones_own_recommendation(
    year: Registration, recommendation: Record, cast: Cast, as_: Any
) -> None:
    """Not as a co-ordinator nor as an auditor, in this account or in another."""
    assert as_(cast.amira).get(reverse("record", args=[recommendation.pk])).status_code == 200
    other = accounts.person("own@northshire.example", "Noor", "Rahman", by=cast.adele, now=NOW)
    accounts.in_role(other, roles.AUDITOR, by=cast.adele, now=NOW)
    assert as_(other).get(reverse("record", args=[recommendation.pk])).status_code == 200
    humans.join(other, cast.noor, now=NOW)
    for user in (cast.noor, User.objects.get(pk=other.pk)):
        if user == cast.noor:
            accounts.in_role(user, roles.COORDINATOR, cast.northshire, by=cast.adele, now=NOW)
        assert as_(user).get(reverse("record", args=[recommendation.pk])).status_code == 404
        assert "Recommendation" not in as_(user).get(reverse("records", args=[year.pk])).content.decode()


WHO_READS = {
    OBSERVATION: {"noor", "ben", "amira", "udo"},
    "recommendation": {"ben", "amira", "lena", "udo"},
}


def test_who_reads_what_with_data_present(
    year: Registration, recommendation: Record, other_year: Registration, cast: Cast, as_: Any
) -> None:
    make.recommended(other_year, now=NOW)
    for kind, readers in WHO_READS.items():
        record = Record.objects.get(registration=year, kind=kind)
        address = reverse("record", args=[record.pk])
        for name in vars(cast):
            person = getattr(cast, name)
            if isinstance(person, User):
                expected = 200 if name in readers else 404
                assert as_(person).get(address).status_code == expected, (kind, name)
    listed = {name for name in vars(cast) if isinstance(getattr(cast, name), User)}
    may = {
        name for name in listed if as_(getattr(cast, name)).get(reverse("records", args=[year.pk])).status_code == 200
    }
    assert may == {"noor", "ben", "amira", "udo"}


def test_the_outcome_page(year: Registration, failed: Outcome, cast: Cast, as_: Any) -> None:
    address, noor = reverse("outcome", args=[year.pk]), as_(cast.noor)
    page = noor.get(address).content.decode()
    assert "Last day to appeal" in page
    assert "12 October 2026" in page
    assert "Certificate" not in page
    appeal = reverse("appeal_open", args=[year.pk])
    assert "Enter the grounds of the appeal" in noor.post(appeal, {"stage": "formal"}).content.decode()
    noor.post(appeal, {"stage": "formal", "grounds": "Two observations were left out."})
    close = reverse("appeal_close", args=[failed.appeals.get().pk])
    own = noor.get(close).content.decode()
    assert 'value="withdrawn"' in own
    assert 'value="upheld"' not in own
    assert as_(cast.lena).get(close).status_code == 403  # she confirmed it
    assert as_(cast.cora).get(close).status_code == 404
    amira = as_(cast.amira)
    heard = amira.get(close).content.decode()
    assert "Two observations were left out." in heard
    assert 'value="withdrawn"' not in heard
    done = amira.post(close, {"result": "upheld", "because": "They count."}, follow=True).content.decode()
    assert "The certificate is being prepared" in done
    assert "Changed on appeal" in done
    assert as_(cast.cora).get(address).status_code == 404


def test_the_certificate_is_downloaded_by_post(
    year: Registration, certificate: Certificate, cast: Cast, as_: Any
) -> None:
    address, noor = reverse("certificate_download", args=[year.pk]), as_(cast.noor)
    assert "Download the certificate" in noor.get(reverse("outcome", args=[year.pk])).content.decode()
    assert noor.get(address).status_code == 405
    answer = noor.post(address)
    assert answer.content == bytes(Certificate.objects.get().pdf)
    assert certificate.public_code in answer.headers["Content-Disposition"]
    for person in (cast.cora, cast.ben, cast.lena, cast.udo):
        assert as_(person).post(address).status_code == 404


def test_the_old_assessor_writes_no_more_and_reads_what_they_made(year: Registration, cast: Cast, as_: Any) -> None:
    made = make.draft(year, OBSERVATION, now=NOW)
    assignment = year.placements.get().assignments.get()
    assignment.ends_on = TODAY
    assignment.save(update_fields=["ends_on"])
    other = make.records.open_record(year, "agreement", by=cast.noor, now=NOW)
    ben = as_(cast.ben)
    assert ben.get(reverse("record", args=[made.pk])).status_code == 200
    assert ben.get(reverse("record_edit", args=[made.pk])).status_code == 403
    assert ben.get(reverse("record", args=[other.pk])).status_code == 404
    assert waiting_for(cast.ben, TODAY) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_is_constant(year: Registration, cast: Cast, as_: Any, count: int) -> None:
    for ordinal in range(1, count + 1):
        make.submitted(year, OBSERVATION, now=NOW, ordinal=ordinal)
    ben = as_(cast.ben)
    ben.get("/verify")
    with CaptureQueriesContext(connection) as queries:
        ben.get(reverse("records", args=[year.pk]))
    assert len(queries) == RECORDS_PAGE, "\n".join(one["sql"][:150] for one in queries)
    for person, ask in ((cast.ben, waiting_for), (cast.noor, waits_on)):
        with CaptureQueriesContext(connection) as queries:
            tasks = ask(person, TODAY)
        assert len([task for task in tasks if OBSERVATION.split("_")[1] in task.what]) == count
        assert len(queries) == WAITING[ask.__name__]


RECORDS_PAGE = 27
WAITING = {"waiting_for": 9, "waits_on": 9}


def test_what_waits_for_whom(year: Registration, cast: Cast) -> None:
    def of_the_agreement(tasks: list[Any]) -> list[str]:
        return [task.what for task in tasks if "agreement" in task.what]

    assert of_the_agreement(waiting_for(cast.ben, TODAY)) == ["Start: Support and assessment agreement"]
    record = make.draft(year, "agreement", now=NOW)
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW)
    assert of_the_agreement(waiting_for(cast.noor, TODAY)) == ["Write your part: Support and assessment agreement"]
    assert of_the_agreement(waits_on(cast.ben, TODAY)) == ["Write your part: Support and assessment agreement"]
    assert waits_on(cast.ben, TODAY)[0].who == year.nqsw.full_name
    make.finish(record, Part.NQSW, by=cast.noor, now=NOW)
    assert of_the_agreement(waiting_for(cast.ben, TODAY)) == ["Sign: Support and assessment agreement"]
    record.refresh_from_db()
    make.records.return_(
        record, reason="Say more.", about_field="needs", seen_version=record.version, by=cast.ben, now=NOW
    )
    assert of_the_agreement(waiting_for(cast.noor, TODAY)) == ["Change: Support and assessment agreement"]
    assert of_the_agreement(waiting_for(cast.ben, TODAY)) == []
    assert waiting_for(cast.cal, TODAY) == waiting_for(cast.amira, TODAY) == []
    late = waiting_for(cast.ben, year.asye_start.replace(year=2027))
    assert "Start: Final review" in [task.what for task in late]
    assert Record.objects.get().state == RecordState.RETURNED
