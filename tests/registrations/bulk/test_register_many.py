"""A file becomes registrations: the same rows as one by one, exactly those shown, once."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.forms.models import model_to_dict

from accounts import roles
from accounts.models import AuditEvent, Membership, Notice
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused, Stale
from registrations.bulk import checks, words
from registrations.bulk.checking import File
from registrations.bulk.findings import Finding
from registrations.models import NQSW, Registration
from registrations.rules import taken
from registrations.services import bulk, lateness, registering
from registrations.states import UploadState
from tests.cast import NOW
from tests.factories import registrations as make
from tests.registrations.bulk.people import checked, confirmed, csv, found, person, sent

APPS = ("accounts", "registrations")
OF_THE_FILE = {"BulkUpload", "BulkFinding"}
BY_LOT = {"token_hash", "secret_link", "password"}
LINKS = {
    "pk",
    "id",
    "object_id",
    "user",
    "human",
    "invitation",
    "nqsw",
    "registration",
    "placement",
    "event",
    "one",
    "other",
}


def everything() -> dict[str, dict[int, dict[str, Any]]]:
    """Every row of both apps but those about files."""
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return {
        model.__name__: {row.pk: model_to_dict(row) for row in model.objects.all()}
        for model in models
        if model.__name__ not in OF_THE_FILE
    }


def written(before: dict, after: dict) -> dict[str, list[str]]:
    """What was added to or changed in each table, without what is drawn by lot or counts up."""
    news = {}
    for name, rows in after.items():
        by_lot = BY_LOT | ({"reference"} if name == "Notice" else set())  # a registration's counts up
        changed = [row for pk, row in rows.items() if before[name].get(pk) != row]
        if changed:
            news[name] = sorted(
                re.sub(r"/registrations/\d+", "", str({k: v for k, v in row.items() if k not in by_lot | LINKS}))
                for row in changed
                if row.get("act") != "registrations.register_file"
            )
    return news


def known_before(cast) -> list[dict[str, str]]:
    """Two people of an earlier registration that was withdrawn: one has an account, the other was only invited."""
    rows = []
    for number, account in ((1, None), (2, cast.noor)):
        old = make.submitted(
            cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW - timedelta(days=60), number=number
        )
        if account:
            make.joined(old.nqsw, account)
        make.withdrawn(old, by=cast.cora, now=NOW - timedelta(days=30))
        rows.append(person(10 + number, swe_number=old.nqsw.swe_number))
    return rows


def test_two_numbers_of_one_person(cast, year):
    """Records that were merged keep their numbers: two rows do not register the person twice (E9)."""
    rows = known_before(cast)
    kept, gone = NQSW.objects.order_by("pk")
    NQSW.objects.filter(pk=gone.pk).update(merged_into=kept)
    upload = checked(cast.northshire, csv(rows), by=cast.amira)
    assert found(upload) == [(3, "Social Work England number", taken.OTHER_NUMBER)]
    assert confirmed(upload, by=cast.amira, only_good=True).registered == 1


def test_it_writes_what_registering_one_by_one_writes(cast, year):
    """Every table of both apps is compared: whatever one by one comes to write, a file must write too."""
    rows = [person(1), person(2, former_name="Łuk"), person(3, qualified_on="2020-01-01"), *known_before(cast)]
    rows.append(person(4, email=cast.dev.email))  # an account that was somebody's already
    upload = checked(cast.northshire, csv(rows), by=cast.amira)
    assert [(row, column) for row, column, _ in found(upload)] == [(4, "ASYE starts")]  # unfunded
    answers = [row.answers for row in File.of(upload, london_date(NOW)).rows()]
    start = everything()
    with transaction.atomic():
        for each in answers:
            registering.register(cast.northshire, each, by=cast.amira, now=NOW)
        singly = written(start, everything())
        transaction.set_rollback(True)
    confirmed(upload, by=cast.amira, only_good=False)
    assert written(start, everything()) == singly


def test_pressed_twice_it_registers_once(cast, year):
    upload = checked(cast.northshire, csv([person(1), person(2)]), by=cast.amira)
    first = confirmed(upload, by=cast.amira)
    again = confirmed(upload, by=cast.amira, now=NOW + timedelta(minutes=1))
    assert (first.registered, again.registered, again.registered_at) == (2, 2, NOW)
    assert Registration.objects.count() == 2
    assert AuditEvent.objects.filter(act="registrations.register_file").count() == 1


def test_the_same_file_again_changes_nothing_and_says_who_and_when(cast, year):
    content = csv([person(1)])
    upload = sent(cast.northshire, content, by=cast.amira)
    again = bulk.send(cast.northshire, content, name="b.csv", ending="csv", unused=[], by=cast.amira, now=NOW)
    assert (again.already, again.upload) == (True, upload)
    assert words.sent_before(again.upload) == (
        "Nothing was changed. Amira Aslan sent in this file on 14 September 2026 at 11am."
    )
    upload = checked(cast.northshire, content, by=cast.amira)
    confirmed(upload, by=cast.amira)
    later = NOW + timedelta(days=1)
    again = bulk.send(cast.northshire, content, name="b.csv", ending="csv", unused=[], by=cast.amira, now=later)
    assert again.already
    assert words.sent_before(again.upload) == (
        "Nothing was changed. Amira Aslan registered the people in this file on 14 September 2026 at 11am."
    )


def test_the_same_file_of_another_employer_is_another_file(cast, year):
    content = csv([person(1)])
    first, second = sent(cast.northshire, content, by=cast.amira), sent(cast.southmouth, content, by=cast.cora)
    assert first != second


def test_stale_confirm_registers_the_others(cast, year):
    upload = checked(cast.northshire, csv([person(number) for number in range(1, 11)]), by=cast.amira)
    answers = list(File.of(upload, london_date(NOW)).rows())[4].answers
    registering.register(
        cast.southmouth, replace(answers, assessor_id=cast.cal.pk, email="x@people.example"), by=cast.cora, now=NOW
    )
    upload = confirmed(upload, by=cast.amira)
    assert (upload.registered, upload.good, upload.rows) == (9, 9, 10)
    assert found(upload) == [(6, "Social Work England number", checks.halves(taken.LIVE_ELSEWHERE).reason)]
    assert "Southmouth" not in str(list(upload.findings.values()))
    assert Registration.objects.filter(placements__employer=cast.northshire).count() == 9


def test_stale_confirm_of_all_registers_nobody_and_says_why(cast, year):
    upload = checked(cast.northshire, csv([person(1), person(2)]), by=cast.amira)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, swe_number="SW810002", number=5)
    before = upload.digest
    upload = confirmed(upload, by=cast.amira, only_good=False)
    assert (upload.state, upload.good, upload.bad) == (UploadState.CHECKED, 1, 1)
    assert upload.digest != before
    assert not Registration.objects.filter(placements__employer=cast.northshire).exists()
    with pytest.raises(Refused, match="Some rows cannot be registered"):
        confirmed(upload, by=cast.amira, only_good=False)
    assert confirmed(upload, by=cast.amira).registered == 1


def test_what_was_shown_is_what_is_stored(cast, year):
    upload = checked(cast.northshire, csv([person(1), person(2)]), by=cast.amira)
    file = File.of(upload, london_date(NOW))
    rows = list(file.rows())
    with pytest.raises(Stale):
        bulk.register_many(upload, rows, file.headings, only_good=True, seen_digest="0" * 64, by=cast.amira, now=NOW)
    rows[0].answers = rows[1].answers
    with pytest.raises(Stale):
        bulk.register_many(
            upload, rows, file.headings, only_good=True, seen_digest=upload.digest, by=cast.amira, now=NOW
        )
    assert not Registration.objects.exists()


def test_other_employer_is_refused(cast, year):
    upload = checked(cast.northshire, csv([person(1)]), by=cast.amira)
    for act in (
        lambda: sent(cast.northshire, b"x", by=cast.cora),
        lambda: confirmed(upload, by=cast.cora),
        lambda: bulk.check_again(upload, by=cast.cora, now=NOW),
        lambda: bulk.delete(upload, by=cast.cora, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_check_again_sees_what_has_changed(cast, year):
    upload = checked(cast.northshire, csv([person(1, assessor=cast.cal.email)]), by=cast.amira)
    assert found(upload) == [(2, "Assessor email address", checks.NOT_AN_ASSESSOR.reason)]
    Membership.objects.create(
        user=cast.cal, role=roles.ASSESSOR.key, employer=cast.northshire, starts_on=london_date(NOW)
    )
    bulk.check_again(upload, by=cast.amira, now=NOW)
    upload = checked(cast.northshire, csv([person(1, assessor=cast.cal.email)]), by=cast.amira)
    assert (found(upload), upload.good) == ([], 1)


def test_deleted_and_forgotten(cast, year):
    upload = checked(cast.northshire, csv([person(1), {**person(2), "email": ""}]), by=cast.amira)
    deleted = bulk.delete(upload, by=cast.amira, now=NOW)
    assert (deleted.state, deleted.content, found(deleted)) == (UploadState.DELETED, None, [])
    with pytest.raises(Refused, match="deleted"):
        bulk.register_many(upload, [], {}, only_good=True, seen_digest=upload.digest, by=cast.amira, now=NOW)
    kept = confirmed(checked(cast.northshire, csv([person(3)]), by=cast.amira), by=cast.amira)
    assert bulk.purge(NOW + timedelta(days=29)) == 0
    assert bulk.purge(NOW + timedelta(days=31)) == 1
    kept.refresh_from_db()
    assert (kept.state, kept.content, kept.registered) == (UploadState.REGISTERED, None, 1)


def test_a_check_that_broke_off_begins_again(cast, year):
    upload = sent(cast.northshire, csv([{**person(1), "email": ""}]), by=cast.amira)
    bulk.begin_check(upload, 1, now=NOW)
    bulk.keep_findings(upload, [Finding(2, "x", "y", "z")], 1, now=NOW)
    upload = checked(cast.northshire, csv([{**person(1), "email": ""}]), by=cast.amira)
    assert (upload.rows, upload.done, len(found(upload))) == (1, 1, 1)


def test_a_rule_that_was_lifted_stops_nobody(cast, year):
    """U3, which a caseworker lifted for one person at one employer."""
    dates = {"qualified_on": "2026-05-01", "swe_registered_from": "2026-06-01", "employment_start": "2026-06-01"}
    people = [person(number, **dates, asye_start="2026-06-15") for number in (1, 2)]
    lateness.allow(
        "SW810001", cast.northshire, until=london_date(NOW), because="Their papers were lost.", by=cast.erin, now=NOW
    )
    upload = checked(cast.northshire, csv(people), by=cast.amira)
    assert {row for row, _, _ in found(upload)} == {3}
    assert confirmed(upload, by=cast.amira).registered == 1


def test_an_employer_that_closes_registers_nobody(cast, year):
    upload = checked(cast.northshire, csv([person(1)]), by=cast.amira)
    cast.northshire.closed_on = london_date(NOW) + timedelta(days=5)
    cast.northshire.save(update_fields=["closed_on"])
    with pytest.raises(Refused, match="closes on 19 September 2026"):
        confirmed(upload, by=cast.amira)
    with pytest.raises(Refused, match="closes on 19 September 2026"):
        sent(cast.northshire, b"x", by=cast.amira)


def test_letters_and_names(cast, year):
    Notice.objects.update(sent_at=NOW)
    confirmed(checked(cast.northshire, csv([person(1)]), by=cast.amira), by=cast.amira)
    nqsw = NQSW.objects.get()
    assert (nqsw.swe_number, nqsw.first_name, nqsw.last_name) == ("SW810001", "Zoë", "O’Neill-Łukasz")
    letters = Notice.objects.filter(sent_at__isnull=True)
    assert sorted(letters.values_list("kind", flat=True)) == ["accounts.invited", "registrations.named_assessor"]
    assert Registration.objects.get().verdict == "fundable"


@pytest.mark.parametrize("count", [1, 3])
def test_register_query_count(cast, year, django_assert_num_queries, count):
    upload = checked(cast.northshire, csv([person(number) for number in range(count)]), by=cast.amira)
    file = File.of(upload, london_date(NOW))
    rows = list(file.rows())
    with django_assert_num_queries(44):  # one of them holds the employer open, three are about who is alike
        bulk.register_many(
            upload, rows, file.headings, only_good=False, seen_digest=upload.digest, by=cast.amira, now=NOW
        )
