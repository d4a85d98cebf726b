"""Drawn once for every pass, kept as issued, checked by strangers."""

import hashlib
import io
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pdfua
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.test import Client
from pypdf import PdfReader
from structlog.testing import capture_logs

from accounts.models import Notice
from assessments import certificate_facts, tasks
from assessments.models import Certificate, Outcome
from assessments.queries import pending_certificates
from assessments.services import appeals, certificates
from assessments.tasks import render_certificates
from asye import throttle
from asye.refusals import NotAllowed, Refused
from registrations.models import NQSW, Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make


def test_it_works(certificate: Certificate, cast: Cast, tmp_path: Path) -> None:
    pdf = bytes(certificate.pdf)
    assert certificate.pdf_sha256 == hashlib.sha256(pdf).hexdigest()
    read = PdfReader(io.BytesIO(pdf))
    assert len(read.pages) == 1
    text = " ".join(read.pages[0].extract_text().split())
    for fact in certificate.facts.values():
        assert fact in text
    links = {one.get_object()["/A"]["/URI"] for one in read.pages[0]["/Annots"]}
    assert links == {f"http://localhost:8000/verify/{certificate.public_code}"}
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    assert list(pdfua.validate(path).findings) == []
    assert Notice.objects.filter(kind="assessments.certificate_ready", user=cast.noor).count() == 1


def test_a_new_name_makes_a_successor_and_leaves_the_old_file(
    year: Registration, certificate: Certificate, cast: Cast, client: Client
) -> None:
    with pytest.raises(Refused, match="already carries this name"):
        certificates.reissue(year, by=cast.amira, now=NOW)
    NQSW.objects.filter(pk=year.nqsw_id).update(certificate_name="Noor Rahman-Hill")
    with pytest.raises(NotAllowed):
        certificates.reissue(year, by=cast.cora, now=NOW)
    certificates.reissue(year, by=cast.amira, now=NOW)
    new = certificates.render(certificate.outcome_id, now=NOW)
    assert new is not None
    assert (new.replaces, new.name_as_issued) == (certificate, "Noor Rahman-Hill")
    same = Certificate.objects.get(pk=certificate.pk)
    assert (bytes(same.pdf), same.facts) == (bytes(certificate.pdf), certificate.facts)
    page = client.get(f"/verify/{certificate.public_code}").content.decode()
    assert "This certificate was replaced" in page


def test_a_stranger_sees_every_printed_fact(certificate: Certificate, cast: Cast, client: Client) -> None:
    page = client.get(f"/verify/{certificate.public_code}")
    text = page.content.decode()
    assert "This certificate is valid" in text
    for fact in certificate.facts.values():
        assert fact in text
    assert cast.noor.email not in text
    Certificate.objects.update(state="revoked", state_changed_at=NOW)
    assert "It was revoked on 14 September 2026" in client.get(page.wsgi_request.path).content.decode()


def test_numbers_are_read_as_people_type_them(certificate: Certificate, client: Client) -> None:
    code = certificate.public_code
    typed = f" {certificate_facts.grouped(code).lower().replace('0', 'o').replace('1', 'l')} "
    answer = client.post("/verify", {"code": typed})
    assert answer.headers["Location"] == f"/verify/{code}"
    assert client.get(f"/verify/{code.lower()}").status_code == 302


def test_who_may_download_it(certificate: Certificate, other_year: Registration, cast: Cast) -> None:
    assert certificates.download(certificate, by=cast.noor, now=NOW) == bytes(certificate.pdf)
    assert certificates.download(certificate, by=cast.amira, now=NOW) == bytes(certificate.pdf)
    for person in cast.everybody():
        if person not in (cast.noor, cast.amira):
            with pytest.raises(NotAllowed):
                certificates.download(certificate, by=person, now=NOW)


def test_an_open_appeal_freezes_it(passed: Outcome, cast: Cast) -> None:
    appeal = make.appealed(passed, by=cast.amira, now=NOW)
    assert certificates.render(passed.pk, now=NOW) is None
    appeals.close(appeal, result="withdrawn", because="Settled.", by=cast.amira, now=NOW)
    certificate = certificates.render(passed.pk, now=NOW)
    assert certificate is not None
    make.appealed(passed, by=cast.amira, now=NOW + timedelta(days=1))
    with pytest.raises(Refused, match="An appeal is open"):
        certificates.download(certificate, by=cast.noor, now=NOW)


def test_without_the_libraries_certificates_wait(
    passed: Outcome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> None:
        sys.stdout.write("five lines of the engine's own, at every try")
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr("assessments.services.certificates.import_module", missing)
    tasks._say_once.cache_clear()
    with capture_logs() as said:
        render_certificates()
        render_certificates()
    assert [line["event"] for line in said] == ["certificates_wait"]
    assert "engine's own" not in capsys.readouterr().out
    with pytest.raises(certificates.CannotDraw, match="apt-get install libpango"):
        certificates.render_pending(now=NOW)
    assert pending_certificates().count() == 1


def test_dying_after_drawing_leaves_nothing(passed: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:

    def die(*args: object, **options: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr("assessments.services.certificates.notices.queue", die)
        with pytest.raises(SystemExit):
            certificates.render(passed.pk, now=NOW)
    assert not Certificate.objects.exists()
    assert certificates.render_pending(now=NOW) == 1


@pytest.mark.parametrize("stop", [certificates.CannotDraw, SoftTimeLimitExceeded])
def test_some_failures_end_the_drawing(passed: Outcome, monkeypatch: pytest.MonkeyPatch, stop: type[Exception]) -> None:

    def end(*args: object, **options: object) -> None:
        raise stop

    monkeypatch.setattr("assessments.services.certificates.render", end)
    with capture_logs() as said, pytest.raises(stop):
        certificates.render_pending(now=NOW)
    assert said == []


def test_one_that_fails_does_not_keep_the_others_waiting(
    passed: Outcome, other_year: Registration, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = make.confirmed(other_year, by=cast.sol, now=NOW)
    assert list(pending_certificates()) == [passed, good]
    facts_of = certificate_facts.facts_of

    def failing(outcome: Outcome, *args: Any, **options: Any) -> Any:
        if outcome == passed:
            raise ValueError("a name that cannot be drawn")
        return facts_of(outcome, *args, **options)

    monkeypatch.setattr("assessments.services.certificates.certificate_facts.facts_of", failing)
    with capture_logs() as said, pytest.raises(ValueError, match="cannot be drawn"):
        certificates.render_pending(now=NOW)
    assert Certificate.objects.get().outcome == good
    assert [(one["event"], one["object_type"], one["object_id"]) for one in said] == [
        ("certificate_not_drawn", "assessments.outcome", passed.pk)
    ]
    assert list(pending_certificates()) == [passed]


def test_only_a_pass_without_one_is_wanting(failed: Outcome, other_year: Registration, cast: Cast) -> None:
    outcome = make.confirmed(other_year, by=cast.sol, now=NOW)
    assert list(pending_certificates()) == [outcome]
    render_certificates()
    render_certificates()
    assert Certificate.objects.get().registration == other_year
    assert certificates.render(outcome.pk, now=NOW) is None


@pytest.mark.django_db(transaction=True)
def test_drawing_at_the_same_time_makes_one(passed: Outcome) -> None:
    start, problems = threading.Barrier(4, timeout=60), []

    def draw() -> None:
        try:
            start.wait()
            certificates.render(passed.pk, now=NOW)
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("code", ["", "4F7K", "U" * 16, "４F7K92MX8Q1TZV3D", "4F7K-92MX-8Q1T-ZV3D-5"])
def test_what_cannot_be_a_number_is_refused(db: None, client: Client, code: str) -> None:
    assert "certificate number" in client.post("/verify", {"code": code}).content.decode()


def test_an_unknown_number_says_nothing(db: None, client: Client) -> None:
    answer = client.get("/verify/4F7K92MX8Q1TZV3D")
    assert answer.status_code == 404
    assert "No certificate has this number" in answer.content.decode()


def test_trying_numbers_out_is_slowed(db: None, client: Client) -> None:
    answers = [client.get("/verify/4F7K92MX8Q1TZV3D", REMOTE_ADDR="192.0.2.7") for _ in range(throttle.LIMIT + 1)]
    assert [one.status_code for one in answers] == [404] * throttle.LIMIT + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert client.get("/verify/4F7K92MX8Q1TZV3D", REMOTE_ADDR="192.0.2.8").status_code == 404


def test_codes_are_random() -> None:
    codes = {certificate_facts.new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(certificate_facts.typed_code(code) == code for code in codes)
