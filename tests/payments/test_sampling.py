"""Payments that are looked at closely: nobody chooses them, anybody can draw them again, and nothing changes them."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, User
from asye import clock
from asye.refusals import NotAllowed, Refused
from payments.models import Batch, Line
from payments.queries.sampling import sample
from payments.rules import sampling as rules
from payments.rules.sampling import drawn, place, seed_of
from payments.services import sampling
from payments.states import Finding, Sampled
from registrations.models import Registration
from registrations.services import changes
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground.built_once import built_once
from tests.payments.test_changes import text_of

LATER = NOW + timedelta(days=20)
REFERENCES = st.lists(st.tuples(st.text("0123456789ABCDEF", min_size=4, max_size=4), st.integers(1, 5)), max_size=60)


@built_once
def ten(cast: Cast, registration: Registration) -> list[Registration]:
    """Ten people at Northshire, whose first payments are owed."""
    return [registration, *(make.registered(cast, now=NOW, number=number) for number in range(1, 10))]


def of(batch: Batch) -> list[tuple[str, str]]:
    assert batch.approved_at is not None
    why = sample(batch, batch.approved_at).drawn
    return [(Line.objects.get(pk=pk).reference, str(reason)) for pk, reason in why.items()]


def by_hand(batch: Batch) -> list[str]:
    """One in ten from the bytes of the file and the instant on the page of the batch, with nothing of the service's."""
    content = bytes(batch.file.content)
    assert batch.approved_at is not None
    at = batch.approved_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    seed = hashlib.sha256(f"{hashlib.sha256(content).hexdigest()} {at}".encode()).hexdigest()
    rows = list(csv.DictReader(io.StringIO(content.decode())))[:-1]
    lines = [row["line"] for row in rows if not row["amount"].startswith("-")]
    lines.sort(key=lambda line: hashlib.sha256(f"{seed} {line}".encode()).hexdigest())
    return lines[: (len(lines) + 9) // 10]


@given(lines=REFERENCES.map(lambda lines: list(dict(lines).items())), known=st.sets(st.integers(1, 5)))
def test_one_in_ten_and_the_first_of_each_new_employer(lines: list[tuple[str, int]], known: set[int]) -> None:
    """However the lines come: the same ones, in the same order, no fewer than one in ten, and nobody's first missed."""
    seed = seed_of("0" * 64, NOW)
    found = drawn(seed, lines, known)
    assert list(drawn(seed, reversed(lines), known).items()) == list(found.items())
    assert len([one for one in found.values() if one == Sampled.DRAWN]) == (len(lines) + 9) // 10
    employers = dict(lines)
    assert {employers[one] for one in found} >= set(employers.values()) - known
    assert len(found) <= (len(lines) + 9) // 10 + len(set(employers.values()) - known)
    for reference, why in found.items():
        if why == Sampled.FIRST:
            others = [one for one, employer in lines if employer == employers[reference]]
            assert reference == min(others, key=lambda one: place(seed, one))


def test_another_file_or_another_instant_is_another_seed() -> None:
    seeds = {seed_of(sha, at) for sha in ("0" * 64, "1" * 64) for at in (NOW, NOW + timedelta(microseconds=1))}
    assert len(seeds) == 4


@pytest.mark.django_db
def test_nothing_that_happens_later_changes_it(cast: Cast, ten: list[Registration]) -> None:
    make.registered(cast, now=NOW, number=10)
    batch = make.released(cast, now=NOW)
    before = of(batch)
    changes.withdraw(ten[0], TODAY, "They left.", by=cast.amira, now=LATER)
    answer = [(line, "rejected", "No such account") for line in batch.lines.all()]
    back.answered(batch, cast, *answer, now=LATER)
    make.confirmed(cast, now=LATER)
    assert of(Batch.objects.get(pk=batch.pk)) == before


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, ten: list[Registration], count: int) -> None:
    for number in range(10, count * 10):
        make.registered(cast, now=NOW, number=number)
    batch = make.released(cast, now=NOW)
    for reference, _ in of(batch):
        line = batch.lines.get(reference=reference)
        sampling.record_finding(line, Finding.RIGHT, "A payslip.", by=cast.omar, now=NOW)
    client = Client()
    client.force_login(cast.udo)
    url = reverse("batch_sample", args=[batch.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(of(batch)) == count
    assert len(queries) == 14


@pytest.mark.django_db
def test_it_is_drawn_again_from_the_file_alone(cast: Cast, first_paid: Batch) -> None:
    """Eleven payments: two by lot. To one employer it is the first batch, so one of its payments is looked at."""
    assert of(first_paid) == [(first_paid.lines.get().reference, "drawn")]
    for number in range(1, 11):
        make.registered(cast, now=LATER, number=number)
    make.registered(cast, now=LATER, number=11, at="southmouth")
    batch = make.confirmed(cast, now=LATER)
    found = of(batch)
    lots = [reference for reference, why in found if why == "drawn"]
    assert lots == by_hand(batch)
    assert len(lots) == 2
    southmouth = batch.lines.get(employer=cast.southmouth).reference
    assert [reference for reference, why in found if why == "first"] == ([] if southmouth in lots else [southmouth])


@pytest.mark.django_db
def test_the_first_of_an_employer_is_the_first_whatever_comes_later(
    cast: Cast, first_paid: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing drawn by lot: one payment of the employer that no earlier batch pays, and a later one changes it
    not."""
    monkeypatch.setattr(rules, "PER_CENT", 0)
    for number in range(1, 4):
        make.registered(cast, now=LATER, number=number)
        make.registered(cast, now=LATER, number=10 + number, at="southmouth")
    batch = make.confirmed(cast, now=LATER)
    ((reference, why),) = of(batch)
    theirs = batch.lines.filter(employer=cast.southmouth).values_list("reference", flat=True)
    assert batch.approved_at is not None
    seed = seed_of(batch.content_sha256, batch.approved_at)
    assert (reference, why) == (min(theirs, key=lambda one: place(seed, one)), "first")
    later = LATER + timedelta(days=20)
    make.registered(cast, now=later, number=20, at="southmouth")
    assert of(make.confirmed(cast, now=later)) == []
    assert of(batch) == [(reference, why)]


@pytest.mark.django_db
def test_what_is_taken_back_is_not_drawn(cast: Cast, first_paid: Batch) -> None:
    make.registered(cast, now=NOW, number=1)
    _, draft = back.offset(first_paid.lines.get(), cast, now=NOW, pence=333_33)
    batch = back.released(draft, cast, now=NOW)
    assert batch.lines.count() == 2
    assert [reference for reference, _ in of(batch)] == by_hand(batch) == [batch.lines.get(kind="payment").reference]


@pytest.mark.django_db
def test_what_was_found_is_recorded_and_what_is_wrong_leads_to_a_recovery(cast: Cast, first_paid: Batch) -> None:
    """Only of what was drawn, once the payer has it; the newest counts and every one stays in the line's history."""
    for number in range(1, 3):  # the next batch, which is not the first of its employer
        make.registered(cast, now=LATER, number=number)
    batch = make.ready(cast, now=LATER)
    (reference, _), *others = of(batch)
    assert others == []
    line, other = batch.lines.get(reference=reference), batch.lines.exclude(reference=reference).get()
    omar = Client()
    omar.force_login(cast.omar)

    def sent(one: Line, **data: str) -> str:
        with clock.moved_to(LATER):
            return text_of(omar.post(reverse("line_look", args=[one.pk]), {"x": "1", **data}, follow=True))

    assert "has not been handed over yet" in sent(line, finding="right", note="A payslip.")
    batch = make.batches.mark_handed_over(batch, by=cast.omar, now=LATER, seen_sha256=batch.content_sha256)
    assert "This payment was not drawn to be looked at closely." in sent(other, finding="right", note="A payslip.")
    assert "Select what you found" in sent(line, note="A payslip.")
    assert "Enter what you looked at" in sent(line, finding="right")
    assert not AuditEvent.objects.filter(act="payments.record_finding").exists()
    said = sent(line, finding="right", note="A payslip.")
    assert f"Recorded for line {reference}: it is right" in said
    assert "It is right, Omar Farouk, 4 October 2026" in said
    sent(line, finding="right", note="A payslip.")
    assert AuditEvent.objects.filter(act="payments.record_finding").count() == 1
    make.responses.import_file(
        make.response(*[(each, "paid", "") for each in batch.lines.all()], on=LATER.date()), by=cast.omar, now=LATER
    )
    said = sent(line, finding="wrong", note="They never started.")
    for words in (
        "Propose to recover",
        "Looked at closely 4 October 2026 at 11am by Omar Farouk It is not right: They never started.",
        "Looked at closely 4 October 2026 at 11am by Omar Farouk It is right: A payslip.",
    ):
        assert words in said, words
    assert "It is not right, Omar Farouk, 4 October 2026" in page(cast.udo, "batch_sample", batch)


def page(user: User, name: str, batch: Batch, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    with clock.moved_to(NOW):
        answer = client.get(reverse(name, args=[batch.pk]))
    assert answer.status_code == status, f"{user} {name}"
    return text_of(answer)


@pytest.mark.django_db
def test_the_page_says_which_why_and_how(cast: Cast, registration: Registration) -> None:
    batch = make.submitted(cast, now=NOW)
    page(cast.priya, "batch_sample", batch, status=404)
    assert "Payments to look at closely" not in page(cast.priya, "batch", batch)
    batch = make.approve(batch, cast, now=NOW)
    line = batch.lines.get()
    assert batch.approved_at is not None
    for user in (cast.omar, cast.priya, cast.udo):
        assert "Payments to look at closely" in page(user, "batch", batch)
        shown = page(user, "batch_sample", batch)
        assert (
            f"{line.reference} Northshire {line.registration}, registration £1,000 Drawn by lot Being prepared" in shown
        )
        assert f"Payments in the batch 1 Drawn 1 Seed {seed_of(batch.content_sha256, batch.approved_at)}" in shown
    for user in (cast.amira, cast.lena, cast.ben, cast.noor, cast.erin, cast.ana, cast.adele, cast.nils):
        page(user, "batch_sample", batch, status=404)


@pytest.mark.django_db
def test_only_an_officer_records_what_was_found(cast: Cast, registration: Registration) -> None:
    line = make.released(cast, now=NOW).lines.get()
    for user in set(cast.everybody()) - {cast.omar}:
        with pytest.raises(NotAllowed):
            sampling.record_finding(line, Finding.RIGHT, "A payslip.", by=user, now=NOW)
    with pytest.raises(Refused, match="Enter a reason"):
        sampling.record_finding(line, Finding.RIGHT, " ", by=cast.omar, now=NOW)
    assert sampling.record_finding(line, Finding.RIGHT, "A payslip.", by=cast.omar, now=NOW).codes == ["right"]
    assert "Record what you found" not in page(cast.priya, "batch_sample", line.batch)


@pytest.mark.django_db
def test_the_payer_gets_the_fingerprint_of_the_file(cast: Cast, registration: Registration) -> None:
    """As sha256sum writes it, so that the payer's machine compares it with the file."""
    batch = make.approved(cast, now=NOW)
    page(cast.omar, "batch_fingerprint", batch, status=404)
    make.files.write_pending(NOW)
    batch = Batch.objects.get(pk=batch.pk)
    client = Client()
    client.force_login(cast.omar)
    answer = client.get(reverse("batch_fingerprint", args=[batch.pk]))
    digest = hashlib.sha256(bytes(batch.file.content)).hexdigest()
    assert answer.content.decode() == f"{digest}  {batch.reference}-v1.csv\n"
    assert answer["Content-Disposition"] == f'attachment; filename="{batch.reference}-v1.csv.sha256"'
    assert "Download the fingerprint of the payment file" in page(cast.omar, "batch", batch)
    page(cast.amira, "batch_fingerprint", batch, status=404)
