"""Records and outcomes in the states in which tests/demo does not show them: WCAG 2.2 AA, wide and narrow."""

from assessments.models import Outcome, Record
from assessments.services import certificates, drafts
from assessments.states import Part
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.factories import registrations as register
from tests.ground.browser import Look

OBSERVATION = "direct_observation"


def test_records(looked_at: Look, year: Registration, cast: Cast) -> None:
    agreement = make.draft(year, "agreement", now=NOW)
    looked_at(cast.noor, "record", agreement.pk)
    looked_at(cast.noor, "record_edit", agreement.pk, press="Finish my part")
    record = make.submitted(year, OBSERVATION, now=NOW)
    looked_at(cast.noor, "record", record.pk)
    make.records.return_(record, reason="Say more.", seen_version=record.version, by=cast.ben, now=NOW)
    looked_at(cast.noor, "record_edit", record.pk)
    make.records.submit(record, by=cast.noor, now=NOW)
    record.refresh_from_db()
    make.sign_all(record, now=NOW)
    looked_at(cast.amira, "record", record.pk)
    looked_at(cast.ben, "record_edit", make.draft(year, "recommendation", now=NOW).pk)
    looked_at(cast.ben, "records", year.pk)
    looked_at(cast.noor, "records", year.pk)


def test_a_self_assessment_and_a_long_list(looked_at: Look, year: Registration, cast: Cast) -> None:
    record = make.draft(year, "self_assessment", review_point="start", now=NOW)
    looked_at(cast.noor, "record_edit", record.pk, press="Finish my part")
    for ordinal in range(1, 5):
        make.draft(year, "supervision", ordinal=ordinal, now=NOW)
    looked_at(cast.noor, "records", year.pk)


def test_two_texts(looked_at: Look, year: Registration, cast: Cast) -> None:
    record = make.draft(year, "agreement", now=NOW)
    own = {"if_things_go_wrong": "Speak to each other first."}
    drafts.save(record, own, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW, if_things_go_wrong="Speak to the co-ordinator.")
    looked_at(cast.noor, "record_edit", record.pk)


def test_outcomes(looked_at: Look, year: Registration, cast: Cast) -> None:
    outcome = make.confirmed(year, by=cast.lena, now=NOW)
    looked_at(cast.noor, "outcome", year.pk)
    assert certificates.render(outcome.pk, now=NOW) is not None
    looked_at(cast.noor, "outcome", year.pk)
    looked_at(None, "verify_code", "4F7K92MX8Q1TZV3D", status=404)


def test_a_record_from_before_a_merger(looked_at: Look, year: Registration, cast: Cast) -> None:
    record = make.agreed(year, "agreement", now=NOW)
    register.northshire_merged(cast, now=NOW)
    looked_at(cast.cora, "record", record.pk)
    looked_at(cast.cora, "record_reopen", record.pk, press="Reopen")


def test_an_ended_year_and_an_appeal_that_outlives_its_employer(looked_at: Look, failed: Outcome, cast: Cast) -> None:
    record = Record.objects.get(kind=OBSERVATION)
    looked_at(cast.amira, "record", record.pk)
    appeal = make.appealed(failed, by=cast.noor, now=NOW)
    register.northshire_merged(cast, now=NOW)
    looked_at(cast.cora, "outcome", failed.registration_id)
    looked_at(cast.cora, "appeal_close", appeal.pk, press="Close the appeal")
