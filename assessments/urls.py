"""Addresses of records, outcomes and certificates."""

from django.urls import path

from assessments.views import (
    autosaving,
    concerns,
    coverage,
    deciding,
    finding,
    load,
    outcomes,
    records,
    reminding,
    verifying,
    writing,
)

urlpatterns = [
    path("registrations", finding.registrations, name="registrations"),
    path("registrations/export", finding.registrations_export, name="registrations_export"),
    path("assessors", load.assessor_load, name="assessor_load"),
    path("assessors/file", load.assessor_load_file, name="assessor_load_file"),
    path("assessors/<int:pk>", load.assessor_load_of, name="assessor_load_of"),
    path("reminders", reminding.reminders, name="reminders"),
    path("my-record", records.my_record, name="my_record"),
    path("registrations/<int:pk>/records", records.records, name="records"),
    path("registrations/<int:pk>/records/new/<slug:kind>/<slug:point>", writing.record_new, name="record_new"),
    path("registrations/<int:pk>/records/all/<slug:kind>", records.records_of_kind, name="records_of_kind"),
    path("records/<int:pk>", records.record, name="record"),
    path("records/<int:pk>/versions/<int:number>", records.record_version, name="record_version"),
    path("records/<int:pk>/edit", writing.record_edit, name="record_edit"),
    path("records/<int:pk>/draft", autosaving.record_draft, name="record_draft"),
    path("records/<int:pk>/sign", deciding.record_sign, name="record_sign"),
    path("records/<int:pk>/return", deciding.record_return, name="record_return"),
    path("records/<int:pk>/lock", deciding.record_lock, name="record_lock"),
    path("records/<int:pk>/reopen", deciding.record_reopen, name="record_reopen"),
    path("records/<int:pk>/standards", coverage.record_standards, name="record_standards"),
    path(
        "records/<int:pk>/standards/<int:link>/remove", coverage.record_standard_remove, name="record_standard_remove"
    ),
    path("registrations/<int:pk>/coverage", coverage.coverage, name="coverage"),
    path("registrations/<int:pk>/coverage/<slug:standard>", coverage.coverage_standard, name="coverage_standard"),
    path("registrations/<int:pk>/concerns", concerns.concerns, name="concerns"),
    path("registrations/<int:pk>/concerns/new", concerns.concern_raise, name="concern_raise"),
    path("concerns/<int:pk>", concerns.concern, name="concern"),
    path("concerns/<int:pk>/plan", concerns.concern_plan, name="concern_plan"),
    path("concerns/<int:pk>/review", concerns.concern_review, name="concern_review"),
    path("concerns/<int:pk>/note", concerns.concern_note, name="concern_note"),
    path("concerns/<int:pk>/close", concerns.concern_close, name="concern_close"),
    path("registrations/<int:pk>/outcome", outcomes.outcome, name="outcome"),
    path("registrations/<int:pk>/outcome/appeal", outcomes.appeal_open, name="appeal_open"),
    path("appeals/<int:pk>/close", outcomes.appeal_close, name="appeal_close"),
    path("registrations/<int:pk>/certificate", outcomes.certificate_download, name="certificate_download"),
    path("registrations/<int:pk>/certificate/replace", outcomes.certificate_replace, name="certificate_replace"),
    path("verify", verifying.verify, name="verify"),
    path("verify/<str:code>", verifying.verify_code, name="verify_code"),
]
